package ledger

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	mrand "math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/aimskit/aimskit/issue"
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

// fate is the outcome that the commits of a batch share.
type fate struct {
	encoding sync.WaitGroup // until each commit is whole, but for its place in the chain, or err is set
	done     chan struct{}  // closed once result is set
	ended    bool           // it is closed, or about to be; under the lock
}

// end gives all of a batch the same result, unless it has one. The lock must be
// held.
func (b batch) end(result error) {
	if b.take() {
		b.tell(func(*pending) error { return result })
	}
}

// take reports whether a batch has no result yet; it has one from now on, and
// tell says which.
func (b batch) take() bool {
	if b.fate == nil || b.ended {
		return false
	}
	b.ended = true
	return true
}

func (b batch) tell(result func(*pending) error) {
	for _, p := range b.pending {
		p.result = result(p)
	}
	close(b.done)
}

// errNotEncoded stands while it is not known whether a commit can be written.
var errNotEncoded = errors.New("the commit was not encoded")

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

// encode makes a commit of what a transaction wrote. The records are shared with
// the tables by now, and only read.
func (a *arena) encode(tx *Tx) (err error) {
	a.commit.ID, a.commit.Time, a.meta = tx.NewID(), tx.asOf, tx.meta()
	b, changes, ends := a.bytes[:0], a.changes[:0], a.ends[:0]
	if b, err = a.meta.append(b); err != nil {
		return err
	}
	ends = append(ends, len(b))
	for _, ch := range tx.changes {
		if !ch.lasts() {
			continue
		}
		changes = append(changes, storage.Change{Kind: string(ch.kind.name), Key: ch.key, Schema: ch.kind.schema})
		if ch.after != nil {
			b = append(b, make([]byte, saltSize)...)
			rand.Read(b[len(b)-saltSize:]) // crypto/rand.Read never returns an error
			if b, err = ch.kind.appendBody(b, ch.after); err != nil {
				return fmt.Errorf("encoding %s %q: %w", ch.kind.name, ch.key, err)
			}
		}
		ends = append(ends, len(b))
	}
	// b no longer grows, so slices of it stay valid.
	a.commit.Meta, a.commit.Changes = b[:ends[0]:ends[0]], changes
	for i := range changes {
		start, end := ends[i], ends[i+1]
		if start == end {
			continue // withdrawn
		}
		out := &changes[i]
		out.Salt, out.Body = b[start:start+saltSize:start+saltSize], b[start+saltSize:end:end]
	}
	a.bytes, a.changes, a.ends = b, changes, ends
	return nil
}

// saltSize is how many bytes a salt has.
const saltSize = 16

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
var errAgain = errors.New("run again")

// flush hands the queue to the journal, batch by batch, until it is empty.
// While one batch is on its way, the next one gathers: this is the group
// commit. Exactly one flush runs at a time.
func (l *Ledger) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	// What the last batch no longer needs.
	var spare []*pending
	var room []storage.Commit
	for len(l.queue.pending) > 0 {
		b := l.queue
		l.queue = batch{pending: spare}
		spare = nil
		frozen, parent := l.freeze(), l.confirmedHead
		l.mu.Unlock()

		sealed, err := b.seal(parent, room)
		commits := sealed.Commits()
		room = nil
		var result error
		var told []Published
		if err == nil && len(commits) > 0 {
			if result = l.append(b, sealed); result == nil && l.feed.watched() {
				told = b.published(commits)
			}
		}

		l.mu.Lock()
		switch {
		case err != nil:
			l.discard(b)
		case len(commits) == 0: // what it waited for has been kept
			b.end(nil)
			continue
		case result != nil || l.hung:
			l.settle(b, commits, result)
		default:
			for _, c := range commits {
				frozen.bytes += commitBytes(c)
			}
			l.publish(frozen, sealed.Head(), commits[len(commits)-1].Time, told, b.touched(commits))
			for c, mt := range b.made(commits) {
				if len(mt.Erases) > 0 {
					l.unerased = append(l.unerased, erasure{c.Seq - 1, mt.Erases})
				}
				if len(l.mark) > 0 && len(mt.Snapshots) > 0 {
					l.mark = slices.DeleteFunc(slices.Clone(l.mark), func(m snapshotMark) bool { return slices.Contains(mt.Snapshots, m) })
				}
				l.grown.add(c)
			}
			l.checkpoint()
			l.settled++
			l.announce()
			b.take()
			l.mu.Unlock() // first: each who waits takes the lock when it is woken
			b.tell(func(*pending) error { return nil })
			for _, p := range b.pending {
				p.release()
			}
			clear(b.pending)
			clear(commits)
			spare, room = b.pending[:0], commits[:0]
			l.mu.Lock()
			continue
		}
		l.settled++
		l.announce()
	}
	l.flushing = false
	l.announce()
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
			p.err, found = fmt.Errorf("the commit can't be kept: %w", alone), true
		}
	}
	if found {
		return
	}
	for _, p := range b.pending {
		if !p.waits {
			p.err = fmt.Errorf("the commits can't be kept: %w", err)
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

// published says what a batch is about, for those who watch.
func (b batch) published(commits []storage.Commit) []Published {
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
func (l *Ledger) discard(b batch) {
	later := l.queue
	l.queue = batch{}
	l.reset()
	if b.take() {
		b.tell(func(p *pending) error { return cmp.Or(p.err, errAgain) })
	}
	later.end(errAgain)
}

// settle ends a batch that was not simply added. Everything that built on it,
// queued meanwhile, fails with it. The lock is given up while the journal is
// read.
func (l *Ledger) settle(b batch, commits []storage.Commit, result error) {
	ctx := context.Background()
	var conflict *conflictError
	moved := errors.As(result, &conflict)
	l.behind = true
	tail := l.tail()
	l.mu.Unlock()
	err := tail.read(ctx, l.journal, time.Time{})
	kept := false
	if err == nil {
		kept, err = l.kept(ctx, commits)
	}
	l.mu.Lock()
	later := l.queue
	l.queue = batch{}
	l.reset()
	if err == nil {
		l.take(tail)
	}
	switch {
	case kept:
		b.end(nil) // an earlier try had taken effect
	case err != nil && moved:
		// Whether it was an earlier try of ours that moved the head can't be
		// told: running again might do it twice.
		b.fail(fmt.Errorf("%w: the journal's head moved and reading it failed: %w", ErrOutcomeUnknown, err))
	case moved:
		l.opts.Logger.Info("ledger: another writer was first; running again", "commits", len(b.pending)+len(later.pending), "head", l.confirmedHead.Seq)
		b.end(errAgain)
	default:
		b.fail(result)
	}
	l.hung = false
	later.end(errAgain)
}

// hangs gives up waiting for the Append of a batch: those who wait for it are
// told that its outcome is unknown, and what was queued behind it is not handed
// over, nor anything else, until the Append comes back.
func (l *Ledger) hangs(b batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b.ended {
		return
	}
	l.hung = true
	l.opts.Logger.Error("ledger: the store does not come back from an Append", "after", l.opts.Retry.Timeout)
	b.fail(fmt.Errorf("%w: %w", ErrOutcomeUnknown, ErrHung))
	later := l.queue
	l.queue = batch{}
	later.end(ErrHung)
}

// fail ends a batch with an error. What only waited for it runs again. The lock
// must be held.
func (b batch) fail(err error) {
	if !b.take() {
		return
	}
	b.tell(func(p *pending) error {
		if p.waits {
			return errAgain
		}
		return err
	})
}

// kept reports whether the journal holds a batch at its place. An error means
// that it could not be found out, which is not the same as no.
func (l *Ledger) kept(ctx context.Context, batch []storage.Commit) (bool, error) {
	for c, err := range l.journal.Log(ctx, batch[0].Seq-1) {
		return err == nil && c.ID == batch[0].ID, err
	}
	return false, nil
}

// conflictError says that the head was not the batch's parent.
type conflictError struct{ error }

// append hands a batch to the journal, again and again while the outcome is
// unknown: appending the same batch again never adds it twice.
func (l *Ledger) append(b batch, sealed storage.Batch) error {
	limit := l.opts.Retry.Timeout
	for attempt := 1; ; attempt++ {
		// A caller that gives up does not take the others with it. A store that
		// looks at its context gets a little more time to say so.
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		watch := time.AfterFunc(limit+limit/8, func() { l.hangs(b) })
		err := l.journal.Append(ctx, sealed)
		watch.Stop()
		cancel()
		switch {
		case err == nil:
			return nil
		case errors.Is(err, storage.ErrConflict):
			return &conflictError{err}
		case errors.Is(err, storage.ErrBatch):
			return fmt.Errorf("the store refused the batch: %w", err)
		case attempt == 1 && issue.CodeOf(err) == issue.CodeReadOnly:
			return fmt.Errorf("the store takes no commits: %w", err) // which is known, and stays so
		case attempt >= l.opts.Retry.Attempts:
			return fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
		}
		l.opts.Logger.Warn("ledger: outcome of an append is unknown; trying again", "attempt", attempt, "error", err)
		_ = l.wait(context.Background(), attempt)
	}
}

// wait sleeps before the next attempt: the first wait doubled each time, at
// most a second, less up to half of it at random so that writers spread.
func (l *Ledger) wait(ctx context.Context, attempt int) error {
	d := min(l.opts.Retry.Wait<<min(attempt-1, 16), time.Second)
	d -= mrand.N(d/2 + 1)
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// freeze makes the tentative state fit to be published: copies of the tables
// written to since the last freezing, the others as they were. The lock must be
// held.
func (l *Ledger) freeze() *tables {
	frozen := &tables{kinds: l.kinds, of: slices.Clone(l.confirmed.of), erased: l.confirmed.erased, marks: l.state.marks, bytes: l.confirmed.bytes}
	for i := range frozen.of {
		if l.dirty[i] {
			frozen.of[i] = l.state.of[i].copy()
		}
	}
	if l.erased {
		frozen.erased = l.state.erased.copied()
	}
	clear(l.dirty)
	l.erased = false
	return frozen
}

// publish makes a frozen state the confirmed one and shows it, first in Views and
// then to those who watch. told are the commits that led to it, nil if they
// are to be read from the journal. touched are the records that they touched, nil if that
// is not known.
func (l *Ledger) publish(ts *tables, head storage.Head, at time.Time, told []Published, touched []Subject) {
	l.confirmed, l.confirmedHead, l.confirmedTime = ts, head, at
	v := &View{reading: reading{ts: ts, asOf: at}, head: head, at: at}
	l.published.Store(v.after(l.published.Load(), touched, touched != nil))
	l.feed.publish(head.Seq, told)
}
