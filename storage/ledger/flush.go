package aims

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// pending is a commit on its way to the journal or, where it waits, an answer
// that holds if the commits before it are kept.
type pending struct {
	tx  Tx
	mem *arena // the commit; none if it waits
	*fate
	err     error // why it can't be written
	waits   bool
	verdict error // what Update returns if it waits and result is nil
	// result is nil if the journal has confirmed it, errAgain if its closure must
	// run again, or the error that ends its Update.
	result error
}

// batch is what goes to the journal at once.
type batch struct {
	pending []*pending
	*fate
}

// fate is what those of a batch share.
type fate struct {
	encoding sync.WaitGroup // until each commit is whole, but for its place in the chain, or err is set
	done     chan struct{}  // closed once result is set
}

// end gives all of a batch the same result.
func (b batch) end(result error) {
	for _, p := range b.pending {
		p.result = result
	}
	if b.fate != nil {
		close(b.done)
	}
}

// errNotEncoded stands while it is not known whether a commit can be written.
var errNotEncoded = errors.New("aims: the commit was not encoded")

// encode makes the bytes of what the transaction wrote.
func (p *pending) encode() {
	defer p.encoding.Done()
	p.err = errNotEncoded // stays if encoding panics
	p.mem = arenas.Get().(*arena)
	p.err = p.mem.encode(&p.tx)
}

// arena is a commit and what it is put together in: used again once the journal
// has taken the commit.
type arena struct {
	commit  storage.Commit
	meta    meta
	bytes   []byte // of meta, salts and bodies
	ends    []int  // of each part
	changes []storage.Change
}

var arenas = sync.Pool{New: func() any { return new(arena) }}

// maxPooled is up to how many bytes of one are kept.
const maxPooled = 64 << 10

// release gives the memory of a commit back.
func (p *pending) release() {
	if p.mem == nil || cap(p.mem.bytes) > maxPooled {
		return
	}
	clear(p.mem.changes)
	p.mem.commit, p.mem.meta = storage.Commit{}, meta{}
	arenas.Put(p.mem)
	p.mem = nil
}

// errAgain says that another writer was first.
var errAgain = errors.New("aims: run again")

// flush hands the queue to the journal, batch by batch, until it is empty.
// While one batch is on its way, the next one gathers: this is the group
// commit. Exactly one flush runs at a time.
func (m *Manager) flush() {
	m.mu.Lock()
	defer m.mu.Unlock()
	// What the last batch no longer needs.
	var spare []*pending
	var room []storage.Commit
	for len(m.queue.pending) > 0 {
		b := m.queue
		m.queue = batch{pending: spare}
		spare = nil
		snapshot, parent := m.snapshot(), m.confirmedHead
		m.mu.Unlock()

		sealed, err := b.seal(parent, room)
		commits := sealed.Commits()
		room = nil
		var result error
		var told []Published
		if err == nil && len(commits) > 0 {
			if result = m.append(sealed); result == nil && m.feed.watched() {
				told = b.tell(commits)
			}
		}

		m.mu.Lock()
		switch {
		case err != nil:
			m.discard(b)
		case len(commits) == 0: // what it waited for has been kept
			b.end(nil)
			continue
		case result != nil:
			m.settle(b, commits, result)
		default:
			m.publish(snapshot, sealed.Head(), commits[len(commits)-1].Time, told)
			for c, mt := range b.made(commits) {
				if len(mt.Erases) > 0 {
					m.unerased = append(m.unerased, erasure{c.Seq - 1, mt.Erases})
				}
				m.grown.add(c)
			}
			m.checkpoint()
			m.settled++
			m.idle.Broadcast()
			m.mu.Unlock()
			b.end(nil) // many are woken; they need not run into the lock
			for _, p := range b.pending {
				p.release()
			}
			clear(b.pending)
			clear(commits)
			spare, room = b.pending[:0], commits[:0]
			m.mu.Lock()
			continue
		}
		m.settled++
		m.idle.Broadcast()
	}
	m.flushing = false
	m.idle.Broadcast()
}

// seal waits until a batch is encoded and puts its commits onto the chain, in
// the room given; if all of it waits, there are none. An error means that one of
// them can't be written, so that none may be.
func (b batch) seal(parent storage.Head, room []storage.Commit) (storage.Batch, error) {
	b.encoding.Wait()
	commits := slices.Grow(room, len(b.pending))
	for _, p := range b.pending {
		switch {
		case p.err != nil:
			return storage.Batch{}, p.err
		case !p.waits:
			commits = append(commits, p.mem.commit)
		}
	}
	if len(commits) == 0 {
		return storage.Batch{}, nil
	}
	sealed, err := storage.SealBatch(parent, commits)
	if err != nil {
		b.blame(parent, err)
	}
	return sealed, err
}

// blame lets those of a batch answer for err whose commits could not be sealed
// even alone; all, if there is none.
func (b batch) blame(parent storage.Head, err error) {
	found := false
	for _, p := range b.pending {
		if p.waits {
			continue
		}
		if _, alone := storage.SealBatch(parent, []storage.Commit{p.mem.commit}); alone != nil {
			p.err, found = fmt.Errorf("aims: the commit can't be kept: %w", alone), true
		}
	}
	if found {
		return
	}
	for _, p := range b.pending {
		if !p.waits {
			p.err = fmt.Errorf("aims: the commits can't be kept: %w", err)
		}
	}
}

// made yields the commits of a batch with what they say about themselves.
func (b batch) made(commits []storage.Commit) iter.Seq2[storage.Commit, *meta] {
	return func(yield func(storage.Commit, *meta) bool) {
		for _, p := range b.pending {
			if p.waits {
				continue
			}
			if !yield(commits[0], &p.mem.meta) {
				return
			}
			commits = commits[1:]
		}
	}
}

// tell says what a batch is about, for those who watch.
func (b batch) tell(commits []storage.Commit) []Published {
	told := make([]Published, 0, len(commits))
	for c, mt := range b.made(commits) {
		p := newPublished(c, *mt)
		p.Verbs = slices.Clone(p.Verbs) // which stand in the transaction's memory
		told = append(told, p)
	}
	return told
}

// discard ends a batch of which a commit could not be encoded or sealed. Nothing
// of it has reached the journal: the others run again.
func (m *Manager) discard(b batch) {
	later := m.queue
	m.queue = batch{}
	m.reset()
	for _, p := range b.pending {
		p.result = cmp.Or(p.err, errAgain)
	}
	close(b.done)
	later.end(errAgain)
}

// settle ends a batch that was not simply added. Everything that built on it,
// queued meanwhile, fails with it.
func (m *Manager) settle(b batch, commits []storage.Commit, result error) {
	later := m.queue
	m.queue = batch{}
	ctx := context.Background()
	var conflict *conflictError
	moved := errors.As(result, &conflict)
	m.behind = true
	m.reset()
	err := m.catchUp(ctx)
	kept := false
	if err == nil {
		kept, err = m.kept(ctx, commits)
	}
	switch {
	case kept:
		b.end(nil) // an earlier try had taken effect
	case err != nil && moved:
		// Whether it was an earlier try of ours that moved the head can't be
		// told: running again might do it twice.
		b.fail(fmt.Errorf("%w: the journal's head moved and reading it failed: %w", ErrOutcomeUnknown, err))
	case moved:
		m.opts.Logger.Info("aims: another writer was first; running again", "commits", len(b.pending)+len(later.pending), "head", m.confirmedHead.Seq)
		b.end(errAgain)
	default:
		b.fail(result)
	}
	later.end(errAgain)
}

// fail ends a batch with an error. What only waited for it runs again.
func (b batch) fail(err error) {
	for _, p := range b.pending {
		p.result = err
		if p.waits {
			p.result = errAgain
		}
	}
	close(b.done)
}

// kept reports whether the journal holds a batch at its place. An error means
// that it could not be found out, which is not the same as no.
func (m *Manager) kept(ctx context.Context, batch []storage.Commit) (bool, error) {
	for c, err := range m.journal.Log(ctx, batch[0].Seq-1) {
		return err == nil && c.ID == batch[0].ID, err
	}
	return false, nil
}

// conflictError says that the head was not the batch's parent.
type conflictError struct{ error }

// append hands a batch to the journal, again and again while the outcome is
// unknown: appending the same batch again never adds it twice.
func (m *Manager) append(batch storage.Batch) error {
	ctx := context.Background() // a caller that gives up does not take the others with it
	for attempt := 1; ; attempt++ {
		err := m.journal.Append(ctx, batch)
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
func (m *Manager) snapshot() *tables {
	frozen := *m.confirmed
	for i := range frozen {
		if m.dirty[i] {
			frozen[i] = m.state[i].copy()
		}
	}
	return &frozen
}

// publish makes a snapshot the confirmed state and shows it, first in Views and
// then to those who watch. told are the commits that led to it, nil if they
// are to be read from the journal.
func (m *Manager) publish(ts *tables, head storage.Head, at time.Time, told []Published) {
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
