package ledger

import (
	"container/list"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Member is what stands on the ledger of one tenant, a *Ledger at the least.
type Member interface {
	// Close waits for what is on its way; see Ledger.Close.
	Close(context.Context) error
	// Size returns how many live records it holds.
	Size() int
	// Changes yields commits as they are shown; see Ledger.Changes.
	Changes(ctx context.Context, after uint64) iter.Seq2[Published, error]
	// PublishedFor tells of a commit what a reader may see; see Ledger.PublishedFor.
	PublishedFor(ctx context.Context, reader any, c storage.Commit) (Published, bool, error)
}

// Size returns how many live records the ledger holds.
func (l *Ledger) Size() int { return l.View().Len() }

// Fleet keeps the ledgers of many tenants, as a product does that serves them
// all: each in a journal of its own, opened when somebody asks for it and closed
// when nobody does. However many tenants there are, what is in memory stays
// within bounds. A Fleet is safe for concurrent use.
//
//	err := fleet.Do(ctx, "acme", func(l *ledger.Ledger) error {
//		return l.Update(ctx, by, onboard)
//	})
//
// There is one door for each tenant: while it is open, all who ask get the
// same Member, and it is not closed under anybody who uses it. [Query] asks
// all tenants.
type Fleet[M Member] struct{ *fleet }

// NewFleet returns the fleet of the tenants that a store keeps. open opens what
// stands on the ledger of one, with the context, the journal and the powers that it
// is given; by that context the ledger knows its tenant (Options.Tenant).
// The Fleet does not close the store, and it must be the only one that opens its
// tenants.
func NewFleet[M Member](store storage.Tenants, open func(ctx context.Context, tenant string, t *storage.Tenant) (M, error), opts *FleetOptions) (*Fleet[M], error) {
	f, err := newFleet(store, func(ctx context.Context, tenant string, t *storage.Tenant) (Member, error) {
		m, err := open(ctx, tenant, t)
		if err != nil {
			return nil, err
		}
		return m, nil
	}, opts)
	if err != nil {
		return nil, err
	}
	return &Fleet[M]{f}, nil
}

// Do runs fn with the Member of a tenant, which is opened if it is not open
// and stays open until fn returns. fn must not keep the Member, nor close it;
// the Views that it takes can be kept. The error is fn's, or a *TenantError:
// ErrNotFound if there is no such tenant.
//
// While as many tenants are in use as may be open, Do waits until one is free
// or ctx ends. So fn should be brief, and should not call Do in turn: all might
// wait for each other.
func (f *Fleet[M]) Do(ctx context.Context, tenant string, fn func(M) error) error {
	return f.use(ctx, tenant, true, func(m Member) error { return fn(m.(M)) })
}

// fleet is a Fleet whose type of Member nobody needs to know.
type fleet struct {
	store  storage.Tenants
	member func(ctx context.Context, tenant string, t *storage.Tenant) (Member, error)
	opts   FleetOptions
	logger *slog.Logger

	mu       sync.Mutex
	tenants  map[string]*resident
	unused   list.List // of *resident, the next to be closed in front
	records  int       // of all residents
	opened   uint64    // openings so far
	closed   bool
	watchers []*watcher
	// standings are the heads at which journals were found; see Unmoved.
	standings map[string]*standing
	changed   chan struct{} // closed, and made anew, when somebody who waits may go on
}

// FleetOptions are what an embedder can set. A nil *FleetOptions, and each
// zero field, means the default.
type FleetOptions struct {
	// MaxOpen is how many tenants may be open at a time; 256 by default. An
	// open tenant takes a few files of the process's, as its store needs them.
	MaxOpen int
	// MaxRecords is how many live records the open tenants may hold together;
	// 1,000,000 by default. A record takes about 3 KB of memory with its share
	// of everything (BenchmarkFleet measures it), so this is about 3 GB. It is
	// the bound on memory, and an estimate: it is looked at before a tenant is
	// opened and after each use, so those being opened come on top, and one
	// tenant is open even if it alone holds more.
	MaxRecords int
	// Idle is how long a tenant stays open that nobody uses; 15 minutes by
	// default.
	Idle time.Duration
	// Authorize is asked who may create, import and delete a tenant: with an Action
	// that has Tenant and the Verb, "CreateTenant", "Import" or "DeleteTenant", before
	// anything is told of it. An error refuses it with ErrForbidden. By default
	// everybody may. What Create and Import found a tenant with is asked of the
	// ledger's own Options.Authorize.
	Authorize func(context.Context, By, Action) error
	// Logger hears of tenants that fail while they are being closed, or are
	// opened again because their store failed; silent by default.
	Logger *slog.Logger
}

// FleetStats says how a Fleet stands.
type FleetStats struct {
	// Open is how many tenants are open, those being opened or closed among
	// them; InUse how many of them somebody uses.
	Open  int `json:"open"`
	InUse int `json:"in_use"`
	// Records is how many live records the open tenants hold.
	Records int `json:"records"`
	// Opened is how often a tenant has been opened so far.
	Opened uint64 `json:"opened"`
}

// TenantError is an error about one tenant of a Fleet.
type TenantError struct {
	Tenant string // the tenant's name
	Err    error  // what was wrong
}

// Error names the tenant and says what was wrong.
func (e *TenantError) Error() string { return fmt.Sprintf("tenant %q: %v", e.Tenant, e.Err) }

// MarshalJSON writes the tenant, the error's code and its text.
func (e *TenantError) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Tenant  string     `json:"tenant"`
		Code    issue.Code `json:"code"`
		Message string     `json:"message"`
	}{e.Tenant, issue.CodeOf(e), e.Error()})
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *TenantError) Unwrap() error { return e.Err }

// errFleetClosed says that Close has been called.
var errFleetClosed = fmt.Errorf("the fleet is closed: %w", ErrClosed)

// resident is a tenant that is open, or about to be, or not quite closed yet.
type resident struct {
	name    string
	state   residence
	err     error // why opening it failed, if it did not for the caller's context alone
	member  Member
	journal *watchedJournal
	release func() error

	users    int
	leaving  int       // callers who wait for the users to be gone
	records  int       // as last counted
	lastUsed time.Time // by Do; zero if only queries have looked at it
	rested   time.Time // when the last user left
	place    *list.Element
	timer    *time.Timer
}

// residence is how far a tenant has come.
type residence int

const (
	opening residence = iota
	ready
	closing
)

func newFleet(store storage.Tenants, member func(context.Context, string, *storage.Tenant) (Member, error), opts *FleetOptions) (*fleet, error) {
	f := &fleet{store: store, member: member, tenants: make(map[string]*resident), changed: make(chan struct{})}
	if opts != nil {
		f.opts = *opts
	}
	var is issue.Issues
	for _, bound := range []struct {
		field string
		value int64
	}{{"max_open", int64(f.opts.MaxOpen)}, {"max_records", int64(f.opts.MaxRecords)}, {"idle", int64(f.opts.Idle)}} {
		if bound.value < 0 {
			is.Add(bound.field, "range", fmt.Sprint(bound.value), "may not be negative")
		}
	}
	if len(is) > 0 {
		return nil, fmt.Errorf("fleet options: %w: %w", ErrInvalid, is)
	}
	if f.opts.MaxOpen == 0 {
		f.opts.MaxOpen = 256
	}
	if f.opts.MaxRecords == 0 {
		f.opts.MaxRecords = 1_000_000
	}
	if f.opts.Idle == 0 {
		f.opts.Idle = 15 * time.Minute
	}
	if f.logger = f.opts.Logger; f.logger == nil {
		f.logger = slog.New(slog.DiscardHandler)
	}
	return f, nil
}

// Create adds a tenant and opens its ledger once, which founds it; ErrExists if
// there is one of that name. by says who does it and why: FleetOptions.Authorize is
// asked first. With a function, what that writes stands in the same first commit, which
// is of by then, so that no tenant is ever seen without it; the Fleet's opener must
// open the ledger with the context that it is given. If any of it fails, the tenant is
// removed again: nobody has seen it.
func (f *fleet) Create(ctx context.Context, tenant string, by By, first func(*Tx) error) error {
	return f.creating(ctx, tenant, "CreateTenant", &founding{by: by, first: first})
}

// Import is Create for a tenant whose ledger is founded with the records of an
// export, as [Import] does; by says who does it and why. FleetOptions.Authorize is
// asked first. The Fleet's opener must open the ledger with the context that it is
// given.
func (f *fleet) Import(ctx context.Context, tenant string, by By, r io.Reader) error {
	return f.creating(ctx, tenant, "Import", &founding{by: by, r: r})
}

// founding is what a Fleet has Open found a tenant's ledger with.
type founding struct {
	by    By
	r     io.Reader       // an export; nil if it is no import
	first func(*Tx) error // may be nil
	asked bool            // who may
	taken bool
}

// foundingKey finds it in a context.
type foundingKey struct{}

func (f *fleet) creating(ctx context.Context, tenant, verb string, job *founding) error {
	if err := f.may(ctx, tenant, job.by, verb); err != nil {
		return err
	}
	opening := ctx
	if job.r != nil || job.first != nil {
		job.asked = f.opts.Authorize != nil
		opening = context.WithValue(ctx, foundingKey{}, job)
	}
	err := f.create(ctx, opening, tenant)
	if err == nil && opening != ctx && !job.taken {
		err = &TenantError{tenant, errors.Join(errors.New("its opener did not open a ledger with the context that it was given, so nothing was written"), f.remove(ctx, tenant))}
	}
	return err
}

// may asks whether somebody may do something with a tenant as a whole.
func (f *fleet) may(ctx context.Context, tenant string, by By, verb string) error {
	if err := by.check(); err != nil {
		return &TenantError{tenant, fmt.Errorf("%s: %w: %w", verb, ErrInvalid, err)}
	}
	if err := mayDo(ctx, f.opts.Authorize, by, Action{Tenant: tenant, Verb: verb}); err != nil {
		return &TenantError{tenant, err}
	}
	return nil
}

// create adds a tenant and opens it, holding its place from before it is there, so
// that nobody else opens it.
func (f *fleet) create(ctx, opening context.Context, tenant string) (err error) {
	t, err := f.claim(ctx, tenant)
	if err != nil {
		return err
	}
	whole := false
	defer func() { // also when an embedder's function panics
		f.mu.Lock()
		defer f.mu.Unlock()
		if !whole {
			f.forget(t)
		}
	}()
	if err := f.store.Create(ctx, tenant); err != nil {
		return tenantError(tenant, err)
	}
	defer func() {
		if !whole {
			err = errors.Join(err, f.store.Delete(context.WithoutCancel(ctx), tenant))
		}
	}()
	if err := t.open(opening, f); err != nil {
		return tenantError(tenant, err)
	}
	f.mu.Lock()
	f.welcome(t)
	f.mu.Unlock()
	whole = true
	f.leave(ctx, t, true)
	return nil
}

// claim holds the place of a tenant that is to be created; ErrExists if it is open.
func (f *fleet) claim(ctx context.Context, name string) (*resident, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		t := f.tenants[name]
		switch {
		case f.closed:
			return nil, errFleetClosed
		case ctx.Err() != nil:
			return nil, &TenantError{name, context.Cause(ctx)}
		case t != nil && t.state == ready:
			return nil, &TenantError{name, storage.ErrTenantExists}
		case t == nil && f.room():
			t = &resident{name: name, state: opening, users: 1}
			f.tenants[name] = t
			return t, nil
		}
		if unused := f.victim(); t == nil && unused != nil {
			f.shutLogged(ctx, unused)
		} else {
			f.wait(ctx)
		}
	}
}

// welcome counts a tenant among those that are open. The lock must be held.
func (f *fleet) welcome(t *resident) {
	t.state = ready
	f.opened++
	f.count(t)
	f.announce()
}

// List yields the names of all tenants, in byte order. An error comes last, at
// most once.
func (f *fleet) List(ctx context.Context) iter.Seq2[string, error] { return f.store.List(ctx) }

// Delete removes a tenant with its whole history, for good. It waits until
// nobody uses the tenant; who asks for it meanwhile waits too, and then gets
// ErrNotFound. ErrNotFound if there is no such tenant. by says who does it and why:
// FleetOptions.Authorize is asked first, and nothing else keeps it.
func (f *fleet) Delete(ctx context.Context, tenant string, by By) error {
	if err := f.may(ctx, tenant, by, "DeleteTenant"); err != nil {
		return err
	}
	return f.remove(ctx, tenant)
}

func (f *fleet) remove(ctx context.Context, tenant string) error {
	t, err := f.vacate(ctx, tenant)
	if err != nil {
		return err
	}
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.forget(t)
	}()
	if err := f.store.Delete(ctx, tenant); err != nil {
		return tenantError(tenant, err)
	}
	f.unsettle(tenant)
	f.moved(tenant, nil)
	return nil
}

// Stats says how many tenants are open, and more.
func (f *fleet) Stats() FleetStats {
	f.mu.Lock()
	defer f.mu.Unlock()
	stats := FleetStats{Open: len(f.tenants), Records: f.records, Opened: f.opened}
	for _, t := range f.tenants {
		if t.users > 0 {
			stats.InUse++
		}
	}
	return stats
}

// Close refuses further calls with ErrClosed, waits until nobody uses a tenant any
// more and closes all. The store stays open: it is the caller's. The error joins
// what went wrong in closing, as *TenantErrors. Waiting ends with ctx: the error
// says so, and the tenants that are still used stay open.
func (f *fleet) Close(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for _, w := range f.watchers {
		select {
		case w.news <- struct{}{}:
		default:
		}
	}
	f.announce()
	var errs []error
	for len(f.tenants) > 0 {
		if t := f.victim(); t != nil {
			errs = append(errs, f.shut(ctx, t))
			continue
		}
		if ctx.Err() != nil {
			errs = append(errs, fmt.Errorf("closing the fleet: %w", context.Cause(ctx)))
			break
		}
		f.wait(ctx)
	}
	return errors.Join(errs...)
}

// use is Do. A query looks at tenants without keeping others from being closed
// less recently used: else one walk over all would push out those at work.
func (f *fleet) use(ctx context.Context, tenant string, work bool, fn func(Member) error) error {
	t, err := f.acquire(ctx, tenant)
	if err != nil {
		return err
	}
	defer f.leave(ctx, t, work)
	return fn(t.member)
}

// acquire returns an open tenant, counting the caller among its users.
func (f *fleet) acquire(ctx context.Context, name string) (*resident, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var awaited *resident
	for {
		if f.closed {
			return nil, errFleetClosed
		}
		if err := ctx.Err(); err != nil {
			return nil, &TenantError{name, err}
		}
		if awaited != nil && awaited.err != nil {
			return nil, awaited.err
		}
		t := f.tenants[name]
		switch {
		case t == nil && f.room():
			return f.open(ctx, name)
		case t == nil:
			if unused := f.victim(); unused != nil {
				f.shutLogged(ctx, unused)
				continue
			}
		case t.state == opening:
			awaited = t
		case t.state == ready && t.journal.failed.Load():
			// Its store wants to be opened again: once its users are gone.
			if t.users == 0 {
				f.logger.Info("opening a tenant again, because its store failed", "tenant", name)
				f.shutLogged(ctx, t)
				continue
			}
		case t.state == ready && t.leaving == 0:
			f.take(t)
			return t, nil
		}
		f.wait(ctx)
	}
}

// room reports whether one more tenant may be opened.
func (f *fleet) room() bool {
	return len(f.tenants) == 0 || len(f.tenants) < f.opts.MaxOpen && f.records < f.opts.MaxRecords
}

// crowded reports whether more is open than may be.
func (f *fleet) crowded() bool {
	return len(f.tenants) > f.opts.MaxOpen || len(f.tenants) > 1 && f.records > f.opts.MaxRecords
}

// victim returns the next tenant to be closed; nil if all are in use.
func (f *fleet) victim() *resident {
	front := f.unused.Front()
	if front == nil {
		return nil
	}
	return front.Value.(*resident)
}

// open opens a tenant for its first user. The lock is given up meanwhile.
func (f *fleet) open(ctx context.Context, name string) (*resident, error) {
	t := &resident{name: name, state: opening, users: 1}
	f.tenants[name] = t
	err := errors.New("opening did not return") // should an embedder's function panic
	func() {
		f.mu.Unlock()
		defer func() {
			f.mu.Lock()
			if err != nil {
				f.forget(t)
			}
		}()
		err = t.open(ctx, f)
	}()
	if err != nil {
		err = tenantError(name, err)
		if ctx.Err() == nil {
			t.err = err // it holds for all who wait
		}
		return nil, err
	}
	f.welcome(t)
	return t, nil
}

func (t *resident) open(ctx context.Context, f *fleet) (err error) {
	stored, err := f.store.Open(ctx, t.name)
	if err != nil {
		return err
	}
	defer func() {
		if t.member == nil { // also when an embedder's function panics
			err = errors.Join(err, stored.Close())
		}
	}()
	t.journal, t.release = &watchedJournal{Journal: stored.Journal, moved: func(parent storage.Head) { f.moved(t.name, &parent) },
		touched: func() { f.unsettle(t.name) }}, stored.Close
	watched := *stored
	watched.Journal = t.journal
	t.member, err = f.member(context.WithValue(ctx, tenantKey{}, t.name), t.name, &watched)
	return err
}

// tenantKey finds in a context the name of the tenant that is being opened.
type tenantKey struct{}

// tenantOf returns it; empty if no Fleet opens one.
func tenantOf(ctx context.Context) string {
	name, _ := ctx.Value(tenantKey{}).(string)
	return name
}

// take counts one more user of a tenant.
func (f *fleet) take(t *resident) {
	t.users++
	if t.place != nil {
		f.unused.Remove(t.place)
		t.place = nil
		t.timer.Stop()
	}
}

// leave counts one user less.
func (f *fleet) leave(ctx context.Context, t *resident, worked bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count(t)
	t.users--
	if worked {
		t.lastUsed = time.Now()
	}
	if t.users > 0 {
		return
	}
	f.rest(t)
	for f.crowded() && f.victim() != nil && ctx.Err() == nil { // else whoever opens the next does it
		f.shutLogged(ctx, f.victim())
	}
	f.announce()
}

// rest puts a tenant that nobody uses among those that can be closed, ordered
// by when they were last used.
func (f *fleet) rest(t *resident) {
	after := f.unused.Back()
	for after != nil && after.Value.(*resident).lastUsed.After(t.lastUsed) {
		after = after.Prev()
	}
	if after == nil {
		t.place = f.unused.PushFront(t)
	} else {
		t.place = f.unused.InsertAfter(t, after)
	}
	t.rested = time.Now()
	if t.timer == nil {
		t.timer = time.AfterFunc(f.opts.Idle, func() { f.expire(t) })
	} else {
		t.timer.Reset(f.opts.Idle)
	}
}

// expire closes a tenant that nobody has used for long enough.
func (f *fleet) expire(t *resident) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t.place != nil && time.Since(t.rested) >= f.opts.Idle {
		f.shutLogged(context.Background(), t)
	}
}

// count brings the number of a tenant's live records up to date.
func (f *fleet) count(t *resident) {
	n := t.member.Size()
	f.records += n - t.records
	t.records = n
}

// shut closes a tenant that nobody uses. The lock is given up meanwhile. Waiting
// for a store that hangs ends with ctx; the tenant goes on being closed.
func (f *fleet) shut(ctx context.Context, t *resident) error {
	f.unused.Remove(t.place)
	t.place = nil
	t.timer.Stop()
	t.state = closing
	done, waits := make(chan error, 1), true
	go func() {
		err := errors.Join(t.member.Close(context.Background()), t.release())
		if err != nil {
			err = &TenantError{t.name, fmt.Errorf("closing: %w", err)}
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if done <- err; !waits {
			f.forget(t)
			f.logClosed(t, err)
		}
	}()
	f.mu.Unlock()
	select {
	case err := <-done:
		f.mu.Lock()
		f.forget(t) // by who waits, who may want its place before others see it free
		return err
	case <-ctx.Done():
	}
	f.mu.Lock()
	select {
	case err := <-done:
		f.forget(t)
		return err
	default:
		waits = false
		return &TenantError{t.name, fmt.Errorf("closing: %w", context.Cause(ctx))}
	}
}

// shutLogged is shut where there is nobody to tell of an error but the log.
func (f *fleet) shutLogged(ctx context.Context, t *resident) { f.logClosed(t, f.shut(ctx, t)) }

func (f *fleet) logClosed(t *resident, err error) {
	if err != nil {
		f.logger.Warn("closing a tenant failed", "tenant", t.name, "error", err)
	}
}

// vacate waits until nobody uses a tenant, closes it and holds its place, so
// that nobody opens it.
func (f *fleet) vacate(ctx context.Context, name string) (*resident, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		if f.closed {
			return nil, errFleetClosed
		}
		if err := ctx.Err(); err != nil {
			return nil, &TenantError{name, err}
		}
		switch t := f.tenants[name]; {
		case t == nil:
			t = &resident{name: name, state: closing}
			f.tenants[name] = t
			return t, nil
		case t.place != nil:
			if err := f.shut(ctx, t); err != nil {
				return nil, err
			}
		default:
			t.leaving++
			f.wait(ctx)
			t.leaving--
			f.announce() // should ctx have ended, others may use it again
		}
	}
}

// forget removes a tenant that has been closed, or was never opened.
func (f *fleet) forget(t *resident) {
	delete(f.tenants, t.name)
	f.records -= t.records
	f.announce()
}

// wait gives the lock up until something has changed or ctx ends.
func (f *fleet) wait(ctx context.Context) {
	changed := f.changed
	f.mu.Unlock()
	select {
	case <-changed:
	case <-ctx.Done():
	}
	f.mu.Lock()
}

// announce wakes all who wait.
func (f *fleet) announce() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// tenantError says which tenant a store's error is about, and what of its name is
// wrong as an issue.
func tenantError(name string, err error) error {
	if errors.Is(err, storage.ErrTenantName) {
		var is issue.Issues
		is.Add("tenant", "name", name, "%v", err)
		err = fmt.Errorf("%w: %w", ErrInvalid, is)
	}
	for _, bare := range []error{storage.ErrNoTenant, storage.ErrTenantExists} {
		if errors.Is(err, bare) {
			err = bare // a store says of which tenant, and so does TenantError
		}
	}
	return &TenantError{name, err}
}

// watchedJournal notes whether the last Append left its outcome unknown. Such
// a store may refuse everything until it has been opened again.
type watchedJournal struct {
	storage.Journal
	failed atomic.Bool
	moved  func(parent storage.Head) // it holds more than before

	touched func() // it may do so
}

func (j *watchedJournal) Append(ctx context.Context, batch storage.Batch) error {
	defer j.touched()
	err := j.Journal.Append(ctx, batch)
	j.failed.Store(err != nil && !errors.Is(err, storage.ErrConflict) && !errors.Is(err, storage.ErrBatch))
	if err == nil {
		j.moved(batch.Parent())
	}
	return err
}
