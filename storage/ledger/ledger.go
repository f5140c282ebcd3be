package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Options are what an embedder can set. A nil *Options, and each zero field,
// means the default.
type Options struct {
	// Kinds are the kinds of records that the ledger holds.
	Kinds []AnyKind
	// MayLack says of which kinds the journal may hold records though they are not
	// among Kinds, so that they are passed by and kept (see [Unknown]); of all, if
	// it is nil. One that it does not allow makes the ledger read-only: later code
	// wrote it. Kinds that it allows are the embedder's: what their bodies hold
	// beyond their declaration makes it read-only as well, as it would be lost.
	MayLack func(KindName) bool
	// Owner is what stands on the ledger; Tx.Owner returns it to the checks of
	// its kinds.
	Owner any
	// Clock tells the time; time.Now by default.
	Clock func() time.Time
	// NewID makes IDs for records and commits; UUIDs of version 7 by default. It
	// is called by one goroutine at a time.
	NewID func() string
	// Tenant names whose ledger it is, for Authorize; a Fleet says so by itself.
	Tenant string
	// Authorize is asked twice of each verb: with verb and subject before
	// anything is told of the record, and once the verb has been tried, with the
	// records that it wrote before and after (Action.Done). An error refuses it
	// with ErrForbidden, and nothing of it is left. By default everybody may do
	// everything. It is asked while other writers wait, so it should not have to
	// ask others in turn. Its context is the one that Update was called with.
	Authorize func(context.Context, By, Action) error
	// May is the owner's own rule of who may, beside which Authorize is the embedder's:
	// it is asked of each verb once Authorize has let it pass, before the verb does
	// anything, with the state as the transaction has it, and, where the transaction
	// has written, with the state before it as well: nobody gives himself a right in
	// the commit that needs it. Its error refuses the verb (ErrForbidden unless it is
	// one of this package's). Of the first commit it is asked for what comes after
	// Found, with the state as it is then.
	May func(r Reader, by By, a Action) error
	// Redact decides what a reader sees, for View.For and Ledger.For: reader is
	// what those were given, rec a pointer to a copy of a record, of which it may
	// change all but the key; false hides the record. It is asked often and by
	// several goroutines, and must answer the same each time. It decides on records:
	// what one that is shown says of one that is hidden is seen, and By.Reason is.
	Redact func(reader any, s Subject, rec any) (show bool)
	// Found writes the first commit of an empty journal, as FoundBy; without it
	// a ledger begins empty.
	Found   func(*Tx) error
	FoundBy By
	// Migrations are taken on opening, in order, each once for a journal; as
	// FoundBy.Actor. A journal that is founded needs none of them. With Unmigrated
	// none is taken: Pending names them.
	Migrations []Migration
	Unmigrated bool
	// Eraser removes bodies from the journal, for Erase: the power of the store
	// that the journal is of. Without it nothing can be erased.
	Eraser storage.Eraser
	// Snapshots keeps snapshots of the live records beside the journal, so that
	// opening, and looking at a moment of the past, need not read all of it: the
	// power of the store that the journal is of. See Checkpoint. Without it each
	// Open reads the whole journal.
	Snapshots storage.Snapshots
	// VouchedOnly lets Open, At and Between use a snapshot only if a later commit
	// holds its digest, and read from an older one, or the whole journal, otherwise.
	// See Checkpoint.
	VouchedOnly bool
	// Logger hears of retries and of other writers; silent by default.
	Logger *slog.Logger
	// Retry bounds how often, and how long, a change is tried.
	Retry Retry
}

// Retry bounds how often a change is tried again after a conflict or an
// unknown outcome. Waits double from Wait up to a second, with jitter.
type Retry struct {
	// Attempts is how often at most; 8 by default.
	Attempts int
	// Wait is the first wait; 5 ms by default.
	Wait time.Duration
	// Timeout is how long one Append may take; 30 s by default. Its context
	// ends then. A store that does not come back even so holds up nobody for
	// much longer: who waits for it gets ErrOutcomeUnknown, and others ErrHung.
	Timeout time.Duration
}

// Ledger keeps the records of one journal: the one door to writing
// ([Ledger.Update]) and the source of Views. It is safe for concurrent use.
type Ledger struct {
	journal storage.Journal
	kinds   *kindSet
	opts    Options

	published atomic.Pointer[View]
	feed      feed // of what is published, for Changes

	mu       door
	state    *tables   // tentative: confirmed plus what is queued
	dirty    []bool    // by kind, since the last freezing
	erased   bool      // likewise, the erased keys or what has been migrated
	seq      uint64    // of state: its last commit, confirmed or on its way
	seqTime  time.Time // when that was made
	queue    batch     // which gathers
	flushing bool
	behind   bool // the journal may hold more than is confirmed
	hung     bool // an Append does not come back
	closed   atomic.Bool
	readOnly atomic.Pointer[error] // why
	settled  uint64                // batches that have come to an end
	news     chan struct{}         // closed when flushing, a batch, or writing a snapshot ends; nil while nobody waits
	unerased []erasure             // on record, not known to be carried out
	grown    grown                 // since the last snapshot
	mark     []snapshotMark        // of snapshots of this ledger, while no confirmed commit holds them

	// keeping is held, by who has put something in, while the store erases or
	// a snapshot is written; catching while somebody reads the journal's tail.
	// Both before mu.
	keeping, catching chan struct{}

	confirmed     *tables // as published; never written to
	confirmedHead storage.Head
	confirmedTime time.Time
}

// Open opens the ledger that a journal holds. The Ledger does not close the
// journal.
func Open(ctx context.Context, journal storage.Journal, opts *Options) (*Ledger, error) {
	job, _ := ctx.Value(foundingKey{}).(*founding)
	if job != nil && job.taken {
		job = nil
	}
	if job != nil {
		job.taken = true
		if job.r != nil {
			return Import(ctx, journal, opts, job.by, job.r)
		}
	}
	l := &Ledger{journal: journal, keeping: make(chan struct{}, 1), catching: make(chan struct{}, 1), mu: newDoor()}
	if opts != nil {
		l.opts = *opts
	}
	if l.opts.Tenant == "" {
		l.opts.Tenant = tenantOf(ctx)
	}
	if err := l.opts.fill(); err != nil {
		return nil, err
	}
	var err error
	if l.kinds, err = newKindSet(l.opts.Kinds, l.opts.MayLack); err != nil {
		return nil, err
	}
	l.kinds.redact = l.opts.Redact
	l.dirty = make([]bool, len(l.kinds.all))
	b, err := l.start(ctx)
	if err != nil {
		return nil, err
	}
	l.adopt(&View{reading: reading{ts: b.ts, asOf: b.at}, head: b.head, at: b.at})
	l.unerased, l.grown = b.erasures, b.grown
	if l.forbid(b.forbidden); b.forbidden != nil {
		return l, nil
	}
	switch {
	case job != nil && job.first != nil:
		err = l.found(ctx, job.by, job.first)
	case b.head.Seq == 0 && l.opts.Found != nil:
		err = l.found(ctx, l.opts.FoundBy, nil)
	}
	if err != nil {
		return nil, err
	}
	if !l.opts.Unmigrated {
		if err := l.migrate(ctx); err != nil {
			return nil, err
		}
	}
	l.resumeErasures(ctx)
	l.mu.Lock()
	l.checkpoint()
	l.mu.Unlock()
	return l, nil
}

func (o *Options) fill() error {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if newID := o.NewID; newID == nil {
		o.NewID = new(ids).next
	} else {
		var mu sync.Mutex
		o.NewID = func() string {
			mu.Lock()
			defer mu.Unlock()
			return newID()
		}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	var names issue.Issues
	if checkMigrations(o.Migrations, &names); len(names) > 0 {
		return fmt.Errorf("options: %w: %w", ErrInvalid, names)
	}
	if o.Retry.Attempts < 0 || o.Retry.Wait < 0 || o.Retry.Timeout < 0 {
		var is issue.Issues
		is.Add("retry", "range", fmt.Sprint(o.Retry), "attempts, wait and timeout may not be negative")
		return fmt.Errorf("options: %w: %w", ErrInvalid, is)
	}
	if o.Retry.Attempts == 0 {
		o.Retry.Attempts = 8
	}
	if o.Retry.Wait == 0 {
		o.Retry.Wait = 5 * time.Millisecond
	}
	if o.Retry.Timeout == 0 {
		o.Retry.Timeout = 30 * time.Second
	}
	return nil
}

// adopt makes a loaded view the confirmed and published state.
func (l *Ledger) adopt(v *View) {
	l.confirmed, l.confirmedHead, l.confirmedTime = v.ts, v.head, v.at
	l.reset()
	l.published.Store(v.after(l.published.Load(), nil, false))
	l.feed.publish(v.head.Seq, nil)
}

// reset throws away everything tentative. The lock must be held (or the
// Ledger not be shared yet).
func (l *Ledger) reset() {
	l.state, l.seq, l.seqTime = l.confirmed.copy(), l.confirmedHead.Seq, l.confirmedTime
	clear(l.dirty)
	l.erased = false
}

// View returns the state as last confirmed by the journal. It never changes,
// costs nothing and can be kept.
func (l *Ledger) View() *View { return l.published.Load() }

// Update runs fn and makes what it wrote one commit: all of it or, if fn
// returns an error, nothing. It returns once the journal has confirmed the
// commit, and only then do Views show it. fn may run again after a conflict
// with another writer, so it should have no effects of its own; it must not
// call Update. What wrote nothing, or nothing but what is on file already, makes
// no commit.
//
// Waiting ends with ctx. If that ends, or the store keeps failing, while the
// commit is on its way, the error is ErrOutcomeUnknown: the commit may come to
// be kept.
func (l *Ledger) Update(ctx context.Context, by By, fn func(*Tx) error) error {
	if ctx.Value(withinUpdate{l}) != nil {
		return fmt.Errorf("%w: it would wait for itself for ever", ErrNested)
	}
	if err := by.check(); err != nil {
		return fmt.Errorf("Update: %w: %w", ErrInvalid, err)
	}
	return l.update(ctx, by, fn)
}

func (l *Ledger) update(ctx context.Context, by By, fn func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := l.propose(ctx, by, fn)
		if err != nil || p == nil {
			return err
		}
		select {
		case <-p.done:
		case <-ctx.Done():
			if p.waits {
				return ctx.Err() // it changes nothing, whatever becomes of the rest
			}
			return fmt.Errorf("%w: %w", ErrOutcomeUnknown, ctx.Err())
		}
		switch {
		case p.result == nil:
			return p.verdict
		case !errors.Is(p.result, errAgain):
			return p.result
		}
		if attempt >= l.opts.Retry.Attempts {
			return fmt.Errorf("gave up after %d attempts: %w", attempt, storage.ErrConflict)
		}
		if err := l.wait(ctx, attempt); err != nil {
			return err
		}
	}
}

// propose runs fn on the tentative state and queues its commit, which it then
// encodes: outside of the lock, as that takes longer than most of what fn does,
// and others need not wait for it. If fn refuses or writes nothing, that answer
// rests on what it read; where commits are still on their way, it is queued
// behind them, and fn runs again if they come to nothing. It returns nil if
// there is nothing to wait for.
func (l *Ledger) propose(ctx context.Context, by By, fn func(*Tx) error) (*pending, error) {
	p := &pending{tx: Tx{ctx: ctx, l: l, by: by}}
	p.tx.verbs, p.tx.changes, p.tx.steps = p.tx.oneVerb[:0], p.tx.oneChange[:0], p.tx.oneStep[:0]
	p.tx.threads = p.tx.oneThread[:0]
	switch queued, err := l.run(p, fn); {
	case !queued:
		return nil, err
	case !p.waits:
		if l.mu.crowded() {
			runtime.Gosched() // the next runs here, and encoding goes on elsewhere
		}
		p.encode()
	}
	return p, nil
}

// run is the part of propose that goes one by one. It reports whether p has been
// queued.
func (l *Ledger) run(p *pending, fn func(*Tx) error) (queued bool, err error) {
	tx := &p.tx
	if err := l.enterAbreast(tx.ctx); err != nil {
		return false, err
	}
	defer l.mu.leave()
	switch {
	case l.closed.Load():
		return false, ErrClosed
	case l.hung:
		return false, ErrHung
	case l.ReadOnly() != nil:
		return false, l.ReadOnly()
	}
	now := l.opts.Clock().UTC().Truncate(time.Microsecond)
	if now.Before(l.seqTime) {
		now = l.seqTime // the journal's time never runs backwards
	}
	tx.reading, tx.seq = reading{ts: l.state, asOf: now, live: true}, l.seq+1
	kept := false
	defer func() {
		if !kept {
			tx.undo(0) // also when fn panics
		}
		tx.end()
	}()
	err = fn(tx)
	if err == nil {
		tx.forgetIdle()
	}
	if err != nil || !tx.wrote() {
		if l.seq == l.confirmedHead.Seq {
			return false, err
		}
		p.waits, p.verdict = true, err
		l.enqueue(p)
		return true, nil
	}
	kept = true
	tx.thread()
	if tx.imported != nil {
		l.state.remember(*tx.imported)
		l.erased = true
	}
	if len(tx.erases)+len(tx.migrations) > 0 {
		l.state.erase(tx.erases)
		l.state.migrate(tx.migrations)
		l.erased = true
	}
	for _, m := range l.mark {
		if !slices.Contains(tx.mark, m) {
			tx.mark = append(slices.Clip(tx.mark), m)
		}
	}
	l.state.mark(tx.mark)
	l.seq, l.seqTime = tx.seq, now
	l.enqueue(p)
	return true, nil
}

// enterAbreast enters the door with nothing left to read that other writers are
// known to have added: reading is done outside.
func (l *Ledger) enterAbreast(ctx context.Context) error {
	for {
		if err := l.mu.enter(ctx); err != nil {
			return err
		}
		if !l.behind || l.flushing || l.closed.Load() {
			return nil
		}
		l.mu.leave()
		if _, err := l.catchUp(ctx); err != nil {
			return fmt.Errorf("reading what the journal holds: %w", err)
		}
	}
}

// enqueue hands p to the flush. The lock must be held.
func (l *Ledger) enqueue(p *pending) {
	if l.queue.fate == nil {
		l.queue.fate = &fate{done: make(chan struct{})}
	}
	p.fate = l.queue.fate
	if !p.waits {
		p.encoding.Add(1)
	}
	l.queue.pending = append(l.queue.pending, p)
	if !l.flushing {
		l.flushing = true
		go l.flush()
	}
}

// await enters the door once ready is true. If ctx ends before that, the error is
// its cause, and the door is not entered.
func (l *Ledger) await(ctx context.Context, ready func() bool) error {
	for {
		if err := l.mu.enter(ctx); err != nil {
			return err
		}
		if ready() {
			return nil
		}
		if l.news == nil {
			l.news = make(chan struct{})
		}
		news := l.news
		l.mu.leave()
		select {
		case <-news:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// announce wakes those who await something. The lock must be held.
func (l *Ledger) announce() {
	if l.news != nil {
		close(l.news)
		l.news = nil
	}
}

// Sync reads what other writers have added to the journal and publishes it. A
// Ledger that is the only writer has no need of it. Waiting ends with ctx.
func (l *Ledger) Sync(ctx context.Context) error {
	if err := l.mu.enter(ctx); err != nil {
		return err
	}
	// A batch handed to the journal from now on either is added, so that nobody
	// else had written, or finds out what others have written. The one under
	// way may have been added before this call.
	next := l.settled + 2
	l.mu.leave()
	for {
		if err := l.await(ctx, func() bool { return !l.flushing || l.settled >= next && !l.behind }); err != nil {
			return err
		}
		flushing := l.flushing
		l.mu.leave()
		if flushing {
			return nil
		}
		if done, err := l.catchUp(ctx); done || err != nil {
			return err
		}
	}
}

// Close refuses further changes with ErrClosed, waits for what is on its way and
// writes a snapshot if Options.Snapshots is set and the last one is no longer of
// much use. Views stay readable; Changes ends. The journal stays open: it is the
// caller's. Waiting ends with ctx: the error says so, and what is on its way may
// still be kept.
func (l *Ledger) Close(ctx context.Context) error {
	first := !l.closed.Swap(true)
	err := l.await(ctx, func() bool { return !l.flushing && !l.grown.writing })
	l.feed.close()
	if err != nil {
		return fmt.Errorf("closing: %w", err)
	}
	due := first && l.opts.Snapshots != nil && l.ReadOnly() == nil && l.grown.dueOnClose()
	l.mu.leave()
	if due {
		if err := l.Checkpoint(ctx); err != nil {
			l.opts.Logger.Warn("ledger: no snapshot was written on closing", "error", err)
		}
	}
	return nil
}

// found starts a new ledger with its first commit: what Options.Found writes, and
// after that, by the rules of all commits, what first does, which may be nil.
func (l *Ledger) found(ctx context.Context, by By, first func(*Tx) error) error {
	return l.update(ctx, by, func(tx *Tx) error {
		if tx.seq != 1 {
			if first != nil {
				return errNotEmpty
			}
			return nil // another process was first
		}
		for _, m := range l.opts.Migrations {
			tx.migrations = append(tx.migrations, m.Name)
		}
		if l.opts.Found != nil {
			tx.depth, tx.current, tx.founding = 1, "Open", true // it is the ledger that founds: nobody is asked
			if err := l.opts.Found(tx); err != nil {
				return err
			}
			tx.depth, tx.current, tx.founding = 0, "", false
		}
		if first == nil {
			return nil
		}
		return first(tx)
	})
}

// catchUp reads what the journal holds beyond the confirmed head and publishes
// it. It holds up no writer while it reads. If a flush runs, it does nothing and
// reports false: that finds out by itself.
func (l *Ledger) catchUp(ctx context.Context) (done bool, err error) {
	select {
	case l.catching <- struct{}{}:
		defer func() { <-l.catching }()
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	for {
		if err := l.mu.enter(ctx); err != nil {
			return false, err
		}
		if l.flushing {
			l.mu.leave()
			return false, nil
		}
		b := l.tail()
		l.mu.leave()
		if err := b.read(ctx, l.journal, time.Time{}); err != nil {
			return false, err
		}
		if err := l.mu.enter(ctx); err != nil {
			return false, err
		}
		done = !l.flushing && b.from == l.confirmedHead
		if done {
			l.take(b)
		}
		l.mu.leave()
		if done {
			return true, nil
		}
	}
}

// tail returns a builder that stands at the confirmed head. The lock must be
// held.
func (l *Ledger) tail() *builder {
	b := newBuilder(l.confirmed.copy())
	b.head, b.from, b.at = l.confirmedHead, l.confirmedHead, l.confirmedTime
	return b
}

// take publishes what a builder has read beyond the confirmed head. The lock
// must be held, and nothing be queued.
func (l *Ledger) take(b *builder) {
	l.behind = false
	l.forbid(b.forbidden)
	l.unerased = append(l.unerased, b.erasures...)
	l.grown.commits += b.grown.commits
	l.grown.bytes += b.grown.bytes
	if b.head != l.confirmedHead {
		l.publish(b.ts, b.head, b.at, nil, nil)
		l.reset()
	}
}
