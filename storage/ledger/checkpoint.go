package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aimskit/aimskit/storage"
)

// checkpointBytes is how much the journal grows by at least before another
// snapshot is written: what is read in some hundredths of a second.
const checkpointBytes = 3 << 20

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
	g.bytes += commitBytes(c)
}

// commitBytes is about how much a commit takes in the journal, and no more.
func commitBytes(c storage.Commit) uint64 {
	n := uint64(len(c.Meta))
	for _, ch := range c.Changes {
		n += 64 + uint64(len(ch.Key)+len(ch.Body))
	}
	return n
}

// due reports whether what was added since is worth a snapshot: as much as the last
// one holds, so that what is written in all stays below what the journal takes, and
// what is read again on opening, and for a moment of the past, costs about what
// reading the snapshot does.
func (g *grown) due() bool { return g.bytes-g.failed >= max(checkpointBytes, uint64(g.last)) }

// dueOnClose is due with less patience: opening again soon is likely.
func (g *grown) dueOnClose() bool { return g.commits > 0 && g.bytes >= uint64(g.last)/64 }

// Checkpoint writes a snapshot of the live records beside the journal, so that
// the next Open reads it and only what was committed after. The Ledger writes
// one by itself now and then, as the journal grows, and on Close; this is for
// when there is time for it. Writers go on meanwhile. Without
// Options.Snapshots the error is errors.ErrUnsupported.
//
// Those before stay, for At, Between and for an Open that can't use the last. Of the
// last quarter of the commits all are kept that are not too near to one another;
// before that they thin out with age. All but the last together take a third of the
// journal's bytes at most.
//
// A snapshot is a shortcut, never the only copy, and no part of the chain. It is
// used only if its checksums hold, its head is a commit of the journal and the
// kinds look as they did when it was written; otherwise one before it is used, or
// the log, where every hash and digest is checked. Checksums don't keep out who can
// write to the store: so the first commit after a snapshot holds its digest and
// vouches for it. Where commits vouch for another of its head, one is not used; until
// there is such a commit it is used unless Options.VouchedOnly says no: then Open
// reads from the last one that is vouched for, or the whole log, compares the newer
// with it, and the next commit vouches for that. Verify compares all of them with the
// log at any time.
func (l *Ledger) Checkpoint(ctx context.Context) error {
	if l.opts.Snapshots == nil {
		return fmt.Errorf("Checkpoint: no Options.Snapshots to keep it: %w", errors.ErrUnsupported)
	}
	if err := l.ReadOnly(); err != nil {
		return err
	}
	// A snapshot of before an erasure must not be saved after it.
	select {
	case l.keeping <- struct{}{}:
		defer func() { <-l.keeping }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := l.mu.enter(ctx); err != nil {
		return err
	}
	v, unerased := l.View(), slices.Clone(l.unerased)
	before := l.grown
	l.mu.leave()
	if before.commits == 0 && before.last > 0 {
		return nil // there is one of this head
	}
	s, err := snapshotOf(v, unerased)
	if err != nil {
		return err
	}
	if err := l.opts.Snapshots.SaveSnapshot(ctx, s); err != nil {
		return fmt.Errorf("saving a snapshot of commit %d: %w", v.head.Seq, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.grown.last = len(s.Data)
	l.grown.commits -= before.commits
	l.grown.bytes -= before.bytes
	l.grown.failed = 0
	l.mark = append(l.mark, snapshotMark{v.head.Seq, digestOf(s.Data)})
	l.mu.Unlock()
	l.thin(ctx, v.head.Seq, v.ts.bytes)
	l.mu.Lock()
	return nil
}

// checkpoint starts writing a snapshot if one is due. That it can't be written
// is no error for anybody: it is tried again when the journal has grown as much
// again. The lock must be held.
func (l *Ledger) checkpoint() {
	if l.opts.Snapshots == nil || l.ReadOnly() != nil || l.grown.writing || !l.grown.due() {
		return
	}
	l.grown.writing = true
	go func() {
		err := l.Checkpoint(context.Background())
		l.mu.Lock()
		defer l.mu.Unlock()
		if err != nil {
			l.opts.Logger.Warn("ledger: no snapshot was written", "error", err)
			l.grown.failed = l.grown.bytes
		}
		l.grown.writing = false
		l.announce()
	}()
}
