package aims

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/storage"
)

// Options are what an embedder can set. A nil *Options, and each zero field,
// means the default.
type Options struct {
	// Clock tells the time; time.Now by default.
	Clock func() time.Time
	// NewID makes IDs for records and commits; UUIDs of version 7 by default. It
	// is called by one goroutine at a time.
	NewID func() string
	// Authorize is asked before each verb takes effect; an error refuses it
	// with ErrForbidden. By default everybody may do everything, save that
	// duties stay separate: that can't be turned off.
	Authorize func(context.Context, By, Action) error
	// Rules are the impact rules; impact.DefaultRules by default.
	Rules *impact.Rules
	// Policy says when assessments are due and how long they hold;
	// impact.DefaultPolicy by default.
	Policy *impact.Policy
	// Catalogue knows the frameworks that evidence may refer to;
	// crosswalk.Default by default.
	Catalogue *crosswalk.Catalogue
	// Eraser removes bodies from the journal, for Erase: the power of the store
	// that the journal is of. Without it nothing can be erased.
	Eraser storage.Eraser
	// Snapshots keeps snapshots of the live records beside the journal, so that
	// opening need not read all of it: the power of the store that the journal
	// is of. See Checkpoint. Without it each Open reads the whole journal.
	Snapshots storage.Snapshots
	// Logger hears of retries and of other writers; silent by default.
	Logger *slog.Logger
	// Retry bounds how often a change is tried again.
	Retry Retry
}

// Retry bounds how often a change is tried again after a conflict or an
// unknown outcome. Waits double from Wait up to a second, with jitter.
type Retry struct {
	// Attempts is how often at most; 8 by default.
	Attempts int
	// Wait is the first wait; 5 ms by default.
	Wait time.Duration
}

// Manager is one organisation's management system: the one door to writing
// ([Manager.Update]) and the source of Views. It is safe for concurrent use.
type Manager struct {
	journal storage.Journal
	opts    Options

	published atomic.Pointer[View]
	feed      feed // of what is published, for Changes

	mu       door
	state    *tables // tentative: confirmed plus what is queued
	dirty    [kindCount]bool
	seq      uint64    // of state: its last commit, confirmed or on its way
	seqTime  time.Time // when that was made
	queue    batch     // which gathers
	flushing bool
	behind   bool // the journal may hold more than is confirmed
	closed   bool
	settled  uint64    // batches that have come to an end
	idle     sync.Cond // signalled when flushing, a batch, or writing a snapshot ends; on mu
	unerased []erasure // on record, not known to be carried out
	grown    grown     // since the last snapshot

	// keeping is held, by who has put something in, while the store erases or
	// a snapshot is written; before mu.
	keeping chan struct{}

	confirmed     *tables // as published; never written to
	confirmedHead storage.Head
	confirmedTime time.Time
}

// Open opens the management system that a journal holds. An empty journal
// becomes a new one: its first commit puts the 38 controls on file, undecided,
// with default risk criteria and the roles to fill. The Manager does not close
// the journal.
func Open(ctx context.Context, journal storage.Journal, opts *Options) (*Manager, error) {
	m := &Manager{journal: journal, keeping: make(chan struct{}, 1)}
	m.idle.L = &m.mu
	if opts != nil {
		m.opts = *opts
	}
	if err := m.opts.fill(); err != nil {
		return nil, err
	}
	b, err := m.start(ctx)
	if err != nil {
		return nil, err
	}
	m.adopt(&View{reading: reading{ts: b.ts, asOf: b.at}, head: b.head, at: b.at})
	m.unerased, m.grown = b.erasures, b.grown
	if b.head.Seq == 0 {
		if err := m.found(ctx); err != nil {
			return nil, err
		}
	}
	m.resumeErasures(ctx)
	m.mu.Lock()
	m.checkpoint()
	m.mu.Unlock()
	return m, nil
}

// start reads the snapshot beside the journal, if there is one that can be
// used, and then what the journal holds beyond it.
func (m *Manager) start(ctx context.Context) (*builder, error) {
	if m.opts.Snapshots != nil {
		b, err := startFrom(ctx, m.opts.Snapshots, m.journal)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil:
			m.opts.Logger.Info("aims: the snapshot is of no use; reading the whole journal", "reason", err)
		case b != nil:
			return b, b.read(ctx, m.journal, time.Time{})
		}
	}
	b := &builder{ts: newTables()}
	return b, b.read(ctx, m.journal, time.Time{})
}

func (o *Options) fill() error {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if newID := o.NewID; newID == nil {
		o.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	} else {
		var mu sync.Mutex
		o.NewID = func() string {
			mu.Lock()
			defer mu.Unlock()
			return newID()
		}
	}
	if o.Rules == nil {
		o.Rules = impact.DefaultRules()
	}
	if o.Policy == nil {
		p := impact.DefaultPolicy()
		o.Policy = &p
	}
	if o.Catalogue == nil {
		o.Catalogue = crosswalk.Default()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Retry.Attempts < 0 || o.Retry.Wait < 0 {
		var is Issues
		is.Add("retry", "range", fmt.Sprint(o.Retry), "attempts and wait may not be negative")
		return fmt.Errorf("aims: options: %w: %w", ErrInvalid, is)
	}
	if o.Retry.Attempts == 0 {
		o.Retry.Attempts = 8
	}
	if o.Retry.Wait == 0 {
		o.Retry.Wait = 5 * time.Millisecond
	}
	return nil
}

// adopt makes a loaded view the confirmed and published state.
func (m *Manager) adopt(v *View) {
	m.confirmed, m.confirmedHead, m.confirmedTime = v.ts, v.head, v.at
	m.reset()
	m.published.Store(v)
	m.feed.publish(v.head.Seq, nil)
}

// reset throws away everything tentative. The lock must be held (or the
// Manager not be shared yet).
func (m *Manager) reset() {
	m.state, m.seq, m.seqTime = m.confirmed.copy(), m.confirmedHead.Seq, m.confirmedTime
	m.dirty = [kindCount]bool{}
}

// View returns the management system as last confirmed by the journal. It
// never changes, costs nothing and can be kept.
func (m *Manager) View() *View { return m.published.Load() }

// Update runs fn and makes what it wrote one commit: all of it or, if fn
// returns an error, nothing. It returns once the journal has confirmed the
// commit, and only then do Views show it. fn may run again after a conflict
// with another writer, so it should have no effects of its own; it must not
// call Update, nor keep the Tx.
//
// If ctx ends, or the store keeps failing, while the commit is on its way,
// the error is ErrOutcomeUnknown: the commit may come to be kept.
func (m *Manager) Update(ctx context.Context, by By, fn func(*Tx) error) error {
	var is Issues
	c := checker{Issues: &is}
	c.text("actor", by.Actor, true)
	c.text("reason", by.Reason, true)
	if len(is) > 0 {
		return fmt.Errorf("aims: Update: %w: %w", ErrInvalid, is)
	}
	return m.update(ctx, by, fn)
}

func (m *Manager) update(ctx context.Context, by By, fn func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := m.propose(ctx, by, fn)
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
		if attempt >= m.opts.Retry.Attempts {
			return fmt.Errorf("aims: gave up after %d attempts: %w", attempt, storage.ErrConflict)
		}
		if err := m.wait(ctx, attempt); err != nil {
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
func (m *Manager) propose(ctx context.Context, by By, fn func(*Tx) error) (*pending, error) {
	p := &pending{tx: Tx{ctx: ctx, m: m, by: by}}
	p.tx.verbs, p.tx.changes = p.tx.oneVerb[:0], p.tx.oneChange[:0]
	switch queued, err := m.run(p, fn); {
	case !queued:
		return nil, err
	case !p.waits:
		if m.mu.crowded() {
			runtime.Gosched() // the next runs here, and encoding goes on elsewhere
		}
		p.encode()
	}
	return p, nil
}

// run is the part of propose that goes one by one. It reports whether p has been
// queued.
func (m *Manager) run(p *pending, fn func(*Tx) error) (queued bool, err error) {
	tx := &p.tx
	m.mu.enter()
	defer m.mu.leave()
	if m.closed {
		return false, ErrClosed
	}
	if m.behind && !m.flushing {
		if err := m.catchUp(tx.ctx); err != nil {
			return false, fmt.Errorf("aims: reading what the journal holds: %w", err)
		}
	}
	now := m.opts.Clock().UTC().Truncate(time.Microsecond)
	if now.Before(m.seqTime) {
		now = m.seqTime // the journal's time never runs backwards
	}
	tx.reading, tx.seq = reading{ts: m.state, asOf: now}, m.seq+1
	kept := false
	defer func() {
		if !kept {
			tx.rollback() // also when fn panics
		}
	}()
	if err := fn(tx); err != nil || !tx.wrote() {
		if m.seq == m.confirmedHead.Seq {
			return false, err
		}
		p.waits, p.verdict = true, err
		m.enqueue(p)
		return true, nil
	}
	kept = true
	for _, ch := range tx.changes {
		m.dirty[ch.kind.index()] = true
	}
	m.seq, m.seqTime = tx.seq, now
	m.enqueue(p)
	return true, nil
}

// enqueue hands p to the flush. The lock must be held.
func (m *Manager) enqueue(p *pending) {
	if m.queue.fate == nil {
		m.queue.fate = &fate{done: make(chan struct{})}
	}
	p.fate = m.queue.fate
	if !p.waits {
		p.encoding.Add(1)
	}
	m.queue.pending = append(m.queue.pending, p)
	if !m.flushing {
		m.flushing = true
		go m.flush()
	}
}

// Sync reads what other writers have added to the journal and publishes it. A
// Manager that is the only writer has no need of it.
func (m *Manager) Sync(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	// A batch handed to the journal from now on either is added, so that nobody
	// else had written, or finds out what others have written. The one under
	// way may have been added before this call.
	for next := m.settled + 2; m.flushing && (m.settled < next || m.behind); {
		m.idle.Wait()
	}
	if m.flushing {
		return nil
	}
	return m.catchUp(ctx)
}

// Close waits for what is on its way, writes a snapshot if Options.Snapshots is
// set and the last one is no longer of much use, and refuses further changes
// with ErrClosed. Views stay readable; Changes ends. The journal stays open: it
// is the caller's.
func (m *Manager) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	first := !m.closed
	m.closed = true
	for m.flushing || m.grown.writing {
		m.idle.Wait()
	}
	m.feed.close()
	if first && m.opts.Snapshots != nil && m.grown.dueOnClose() {
		m.mu.Unlock()
		err := m.Checkpoint(context.Background())
		m.mu.Lock()
		if err != nil {
			m.opts.Logger.Warn("aims: no snapshot was written on closing", "error", err)
		}
	}
	return nil
}

// At returns the management system as it stood at time t: after the last
// commit made at t or before. It reads the journal from its start. A record that
// has been erased since is missing; History says so.
func (m *Manager) At(ctx context.Context, t time.Time) (*View, error) {
	if t.IsZero() {
		var is Issues
		is.Add("t", "required", "", "say which moment")
		return nil, fmt.Errorf("aims: At: %w: %w", ErrInvalid, is)
	}
	return loadAt(ctx, m.journal, t)
}

// found starts a new management system with its first commit.
func (m *Manager) found(ctx context.Context) error {
	by := By{Actor: "aimskit", Reason: "start the management system: 38 controls to decide on, default risk criteria, roles to fill"}
	return m.update(ctx, by, func(tx *Tx) error {
		if tx.seq != 1 {
			return nil // another process was first
		}
		return preload(tx)
	})
}
