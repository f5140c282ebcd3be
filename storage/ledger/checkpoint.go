package aims

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aimskit/aimskit/storage"
)

// checkpointBytes is how much the journal grows by at least before another
// snapshot is written: what is read in about a fifth of a second, and as much as a
// segment of the file store.
const checkpointBytes = 16 << 20

// grown is how far the journal has grown beyond the last snapshot.
type grown struct {
	last    int    // bytes of the last snapshot; 0 if there is none
	commits int    // since
	bytes   uint64 // of bodies and metadata since
	failed  uint64 // bytes when writing one last failed
	writing bool   // one is being written
}

func (g *grown) add(c storage.Commit) {
	g.commits++
	g.bytes += uint64(len(c.Meta))
	for _, ch := range c.Changes {
		g.bytes += 64 + uint64(len(ch.Key)+len(ch.Body))
	}
}

// due reports whether what was added since is worth a snapshot: twice as much as
// the last one holds, so that what is written in all stays below what the
// journal takes, and what is read again on opening in proportion to the live
// records.
func (g *grown) due() bool { return g.bytes-g.failed >= max(checkpointBytes, 2*uint64(g.last)) }

// dueOnClose is due with less patience: opening again soon is likely.
func (g *grown) dueOnClose() bool { return g.commits > 0 && g.bytes >= uint64(g.last)/64 }

// Checkpoint writes a snapshot of the live records beside the journal, so that
// the next Open reads it and only what was committed after. The Manager writes
// one by itself now and then, as the journal grows, and on Close; this is for
// when there is time for it. Writers go on meanwhile. Without
// Options.Snapshots the error is errors.ErrUnsupported.
//
// A snapshot is a shortcut, never the only copy, and no part of the chain: who
// opens from it relies on its checksums, and on its head being a commit of the
// journal. It is used only if both hold and the code's records look as they did
// when it was written; otherwise Open reads the log, where every hash and
// digest is checked. storage.Verify checks the whole log at any time.
func (m *Manager) Checkpoint(ctx context.Context) error {
	if m.opts.Snapshots == nil {
		return fmt.Errorf("aims: Checkpoint: no Options.Snapshots to keep it: %w", errors.ErrUnsupported)
	}
	// A snapshot of before an erasure must not be saved after it.
	select {
	case m.keeping <- struct{}{}:
		defer func() { <-m.keeping }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	m.mu.Lock()
	v, unerased := m.View(), slices.Clone(m.unerased)
	before := m.grown
	m.mu.Unlock()
	if before.commits == 0 && before.last > 0 {
		return nil // there is one of this head
	}
	s, err := snapshotOf(v, unerased)
	if err != nil {
		return err
	}
	if err := m.opts.Snapshots.SaveSnapshot(ctx, s); err != nil {
		return fmt.Errorf("aims: saving a snapshot of commit %d: %w", v.head.Seq, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.grown.last = len(s.Data)
	m.grown.commits -= before.commits
	m.grown.bytes -= before.bytes
	m.grown.failed = 0
	return nil
}

// checkpoint starts writing a snapshot if one is due. That it can't be written
// is no error for anybody: it is tried again when the journal has grown as much
// again. The lock must be held.
func (m *Manager) checkpoint() {
	if m.opts.Snapshots == nil || m.grown.writing || !m.grown.due() {
		return
	}
	m.grown.writing = true
	go func() {
		err := m.Checkpoint(context.Background())
		m.mu.Lock()
		defer m.mu.Unlock()
		if err != nil {
			m.opts.Logger.Warn("aims: no snapshot was written", "error", err)
			m.grown.failed = m.grown.bytes
		}
		m.grown.writing = false
		m.idle.Broadcast()
	}()
}
