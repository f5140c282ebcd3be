package aims

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	// NewID makes IDs for records and commits; UUIDs of version 7 by default.
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

	mu       sync.Mutex
	state    tables // tentative: confirmed plus what is queued
	dirty    [kindCount]bool
	head     storage.Head // of state
	headTime time.Time
	queue    []*pending
	flushing bool
	behind   bool // the journal may hold more than is confirmed
	closed   bool
	idle     sync.Cond // signalled when flushing ends; on mu
	unerased []erasure // on record, not known to be carried out

	keeping sync.Mutex // held while the store erases; before mu

	confirmed     tables // as published; never written to
	confirmedHead storage.Head
	confirmedTime time.Time
}

// Open opens the management system that a journal holds. An empty journal
// becomes a new one: its first commit puts the 38 controls on file, undecided,
// with default risk criteria and the roles to fill. The Manager does not close
// the journal.
func Open(ctx context.Context, journal storage.Journal, opts *Options) (*Manager, error) {
	m := &Manager{journal: journal}
	m.idle.L = &m.mu
	if opts != nil {
		m.opts = *opts
	}
	if err := m.opts.fill(); err != nil {
		return nil, err
	}
	v, unerased, err := load(ctx, journal, time.Time{})
	if err != nil {
		return nil, err
	}
	m.adopt(v)
	m.unerased = unerased
	if v.head.Seq == 0 {
		if err := m.found(ctx); err != nil {
			return nil, err
		}
	}
	m.resumeErasures(ctx)
	return m, nil
}

func (o *Options) fill() error {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.NewID == nil {
		o.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
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
	m.state, m.head, m.headTime = m.confirmed.copy(), m.confirmedHead, m.confirmedTime
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
		case err = <-p.done:
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ErrOutcomeUnknown, ctx.Err())
		}
		if !errors.Is(err, errAgain) {
			return err
		}
		if attempt >= m.opts.Retry.Attempts {
			return fmt.Errorf("aims: gave up after %d attempts: %w", attempt, storage.ErrConflict)
		}
		if err := m.wait(ctx, attempt); err != nil {
			return err
		}
	}
}

// propose runs fn on the tentative state and queues its commit. It returns nil
// if fn wrote nothing.
func (m *Manager) propose(ctx context.Context, by By, fn func(*Tx) error) (*pending, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, ErrClosed
	}
	if m.behind && !m.flushing {
		if err := m.catchUp(ctx); err != nil {
			return nil, fmt.Errorf("aims: reading what the journal holds: %w", err)
		}
	}
	now := m.opts.Clock().UTC().Truncate(time.Microsecond)
	if now.Before(m.headTime) {
		now = m.headTime // the journal's time never runs backwards
	}
	tx := &Tx{reading: reading{ts: m.state, asOf: now}, ctx: ctx, m: m, by: by, seq: m.head.Seq + 1}
	kept := false
	defer func() {
		if !kept {
			tx.rollback() // also when fn panics
		}
	}()
	if err := fn(tx); err != nil {
		return nil, err
	}
	c, err := tx.commit(m.head)
	if err != nil || len(c.Changes)+len(tx.erases) == 0 {
		return nil, err
	}
	kept = true
	for _, ch := range tx.changes {
		m.dirty[ch.kind.index()] = true
	}
	m.head, m.headTime = c.Head, c.Time
	p := &pending{commit: c, told: newPublished(c, tx.meta()), done: make(chan error, 1)}
	m.queue = append(m.queue, p)
	if !m.flushing {
		m.flushing = true
		go m.flush()
	}
	return p, nil
}

// Sync reads what other writers have added to the journal and publishes it. A
// Manager that is the only writer has no need of it.
func (m *Manager) Sync(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.flushing {
		return nil // the flush finds out for itself
	}
	return m.catchUp(ctx)
}

// Close waits for what is on its way and refuses further changes with
// ErrClosed. Views stay readable; Changes ends. The journal stays open: it is the caller's.
func (m *Manager) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	for m.flushing {
		m.idle.Wait()
	}
	m.feed.close()
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
	v, _, err := load(ctx, m.journal, t)
	return v, err
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
