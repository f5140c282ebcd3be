package aims

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// pending is a commit on its way to the journal. done gets nil once the
// journal has confirmed it, errAgain if its closure must run again, or the
// error that ends its Update.
type pending struct {
	commit storage.Commit
	told   Published // for those who watch
	done   chan error
}

// errAgain says that another writer was first.
var errAgain = errors.New("aims: run again")

// flush hands the queue to the journal, batch by batch, until it is empty.
// While one batch is on its way, the next one gathers: this is the group
// commit. Exactly one flush runs at a time.
func (m *Manager) flush() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.queue) > 0 {
		m.gather()
		batch := m.queue
		m.queue = nil
		snapshot, head, headTime := m.snapshot(), m.head, m.headTime
		parent := m.confirmedHead
		m.mu.Unlock()

		commits, told := make([]storage.Commit, len(batch)), make([]Published, len(batch))
		for i, p := range batch {
			commits[i], told[i] = p.commit, p.told
		}
		result := m.append(parent, commits)

		m.mu.Lock()
		if result == nil {
			m.publish(snapshot, head, headTime, told)
			for _, p := range batch {
				if len(p.told.Erased) > 0 {
					m.unerased = append(m.unerased, erasure{p.commit.Seq - 1, p.told.Erased})
				}
				m.grown.add(p.commit)
				p.done <- nil
			}
			m.checkpoint()
			continue
		}
		m.settle(batch, result)
	}
	m.flushing = false
	m.idle.Broadcast()
}

// gather lets writers that are ready to run add to the queue before it is
// taken: those that the last batch has just set free would else miss this sync
// and wait for the next. It gives way only while the queue grows, so a single
// writer loses nothing but one turn of the scheduler. The lock must be held.
func (m *Manager) gather() {
	for n, turns := 0, 0; n < len(m.queue) && turns < 16; turns++ {
		n = len(m.queue)
		m.mu.Unlock()
		runtime.Gosched()
		m.mu.Lock()
	}
}

// settle ends a batch that was not simply added. Everything that built on it,
// queued meanwhile, fails with it.
func (m *Manager) settle(batch []*pending, result error) {
	later := m.queue
	m.queue = nil
	ctx := context.Background()
	var conflict *conflictError
	if !errors.As(result, &conflict) {
		m.behind = true
		m.reset()
		if err := m.catchUp(ctx); err == nil && m.confirmedHead.Seq >= batch[len(batch)-1].commit.Seq {
			// The journal answers again: what became of the batch is known.
			if m.kept(ctx, batch) {
				m.finish(batch, nil)
				m.finish(later, errAgain)
				return
			}
		}
		m.finish(batch, result)
		m.finish(later, errAgain)
		return
	}
	m.reset()
	if err := m.catchUp(ctx); err != nil {
		m.behind = true
		err = fmt.Errorf("%w: the journal's head moved and reading it failed: %w", ErrOutcomeUnknown, err)
		m.finish(batch, err)
		m.finish(later, errAgain)
		return
	}
	if m.kept(ctx, batch) {
		m.finish(batch, nil) // an earlier try had taken effect
	} else {
		m.opts.Logger.Info("aims: another writer was first; running again", "commits", len(batch)+len(later), "head", m.confirmedHead.Seq)
		m.finish(batch, errAgain)
	}
	m.finish(later, errAgain)
}

func (m *Manager) finish(batch []*pending, err error) {
	for _, p := range batch {
		p.done <- err
	}
}

// kept reports whether the journal holds the batch at its place.
func (m *Manager) kept(ctx context.Context, batch []*pending) bool {
	for c, err := range m.journal.Log(ctx, batch[0].commit.Seq-1) {
		return err == nil && c.ID == batch[0].commit.ID
	}
	return false
}

// conflictError says that the head was not the batch's parent.
type conflictError struct{ error }

// append hands a batch to the journal, again and again while the outcome is
// unknown: appending the same batch again never adds it twice.
func (m *Manager) append(parent storage.Head, batch []storage.Commit) error {
	ctx := context.Background() // a caller that gives up does not take the others with it
	for attempt := 1; ; attempt++ {
		err := m.journal.Append(ctx, parent, batch)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, storage.ErrConflict):
			return &conflictError{err}
		case errors.Is(err, storage.ErrBatch):
			return fmt.Errorf("aims: the store refused the batch: %w", err)
		case attempt >= m.opts.Retry.Attempts:
			return fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
		}
		m.opts.Logger.Warn("aims: outcome of an append is unknown; trying again", "attempt", attempt, "error", err)
		_ = m.wait(ctx, attempt)
	}
}

// wait sleeps before the next attempt: the first wait doubled each time, at
// most a second, less up to half of it at random so that writers spread.
func (m *Manager) wait(ctx context.Context, attempt int) error {
	d := min(m.opts.Retry.Wait<<min(attempt-1, 16), time.Second)
	d -= rand.N(d/2 + 1)
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// snapshot freezes the tentative state: copies of the tables written to since
// the last snapshot, the others as they were. The lock must be held.
func (m *Manager) snapshot() tables {
	frozen := m.confirmed
	for i := range frozen {
		if m.dirty[i] {
			frozen[i] = m.state[i].copy()
		}
	}
	return frozen
}

// publish makes a snapshot the confirmed state and shows it, first in Views and
// then to those who watch. told are the commits that led to it, nil if they
// are to be read from the journal.
func (m *Manager) publish(ts tables, head storage.Head, at time.Time, told []Published) {
	m.confirmed, m.confirmedHead, m.confirmedTime = ts, head, at
	m.published.Store(&View{reading: reading{ts: ts, asOf: at}, head: head, at: at})
	m.feed.publish(head.Seq, told)
}

// catchUp reads what the journal holds beyond the confirmed head and publishes
// it. The lock must be held, and nothing be queued.
func (m *Manager) catchUp(ctx context.Context) error {
	b := builder{ts: m.confirmed.copy(), head: m.confirmedHead, at: m.confirmedTime}
	if err := b.read(ctx, m.journal, time.Time{}); err != nil {
		return err
	}
	m.behind = false
	m.unerased = append(m.unerased, b.erasures...)
	m.grown.commits += b.grown.commits
	m.grown.bytes += b.grown.bytes
	if b.head != m.confirmedHead {
		m.publish(b.ts, b.head, b.at, nil)
		m.reset()
	}
	return nil
}
