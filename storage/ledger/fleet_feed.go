package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// TenantChange is one commit of one tenant, as a feed over all tells of it.
type TenantChange struct {
	// Tenant is the tenant's name.
	Tenant string `json:"tenant"`
	// Deleted says that the tenant is gone with all that was told of it, and there
	// is no more to it; one of that name that comes to be is told of from its start.
	Deleted bool `json:"deleted,omitempty"`
	Published
}

// MarshalJSON writes of a tenant that is gone its name and that it is.
func (c TenantChange) MarshalJSON() ([]byte, error) {
	if c.Deleted {
		return json.Marshal(struct {
			Tenant  string `json:"tenant"`
			Deleted bool   `json:"deleted"`
		}{c.Tenant, true})
	}
	return json.Marshal(struct {
		Tenant string `json:"tenant"`
		Published
	}{c.Tenant, c.Published})
}

// feedBatch is how many commits a feed reads at once: while it does, the tenant is
// in use or can't be opened.
const feedBatch = 256

// Changes returns the commits of a tenant after one, in order, each once: those that
// its journal holds, then each as it is published through the Fleet, until ctx ends.
// It keeps the tenant neither open nor in use, however long the loop takes: what it
// has not yielded yet it reads from the journal. To resume, pass the Head of the last
// that was dealt with (storage.FormatHead makes text of one); the zero Head begins at
// the start.
//
// What is wrong from the outset is an error of the call: ErrNotFound if there is no
// such tenant, or its journal does not hold the commit to go on from (a tenant of that
// name was deleted and created anew), ErrInvalid of a head that nothing can have. In
// the loop the error comes last: the cause of ctx, ErrClosed, or a *TenantError, which
// is ErrNotFound once the tenant has been deleted.
func (f *fleet) Changes(ctx context.Context, tenant string, after storage.Head) (iter.Seq2[Published, error], error) {
	return f.changes(ctx, tenant, after, nil)
}

// ChangesFor is Changes as a reader may see it, by the ledger's Options.Redact: see
// Ledger.PublishedFor. To judge what is told, the tenant is opened for as long as each
// portion is read.
func (f *fleet) ChangesFor(ctx context.Context, tenant string, reader any, after storage.Head) (iter.Seq2[Published, error], error) {
	return f.changes(ctx, tenant, after, showing(reader))
}

// show is what is shown of a commit; false if nothing is.
type show func(context.Context, Member, storage.Commit) (Published, bool, error)

func showing(reader any) show {
	return func(ctx context.Context, m Member, c storage.Commit) (Published, bool, error) {
		return m.PublishedFor(ctx, reader, c)
	}
}

func (f *fleet) changes(ctx context.Context, tenant string, after storage.Head, show show) (iter.Seq2[Published, error], error) {
	if _, err := f.since(ctx, tenant, after, time.Time{}, show); err != nil {
		return nil, err
	}
	return func(yield func(Published, error) bool) {
		after := after
		w := f.watch(tenant)
		defer f.unwatch(w)
		for {
			told, err := f.since(ctx, tenant, after, time.Time{}, show)
			if err != nil {
				yield(Published{}, err)
				return
			}
			for _, p := range told {
				if p.shown && !yield(p.Published, nil) {
					return
				}
				after = p.Head
			}
			if len(told) < feedBatch {
				if _, err := w.next(ctx); err != nil {
					yield(Published{}, err)
					return
				}
			}
		}
	}, nil
}

// AllChanges yields the commits of all tenants, those to come among them, each
// tenant's in order: first those that their journals hold after the Head that after
// returns for each (the zero Head: from the start), in the order of names, then each
// as it is published through the Fleet, until ctx ends. It keeps no tenant open and
// none in use. To resume, keep the Head of the last commit that was dealt with for
// each tenant, and drop that of one that is told to be Deleted.
//
// A tenant that can't be read, or whose journal does not hold the commit to go on
// from (ErrNotFound: a tenant of that name was deleted and created anew meanwhile),
// yields a *TenantError in its place and hides no other: so the loop goes on. It is
// tried again when it changes, and after is asked again. The last error is the cause
// of ctx, ErrClosed, or that of a store whose tenants can't be listed.
func (f *fleet) AllChanges(ctx context.Context, after func(tenant string) storage.Head) iter.Seq2[TenantChange, error] {
	return f.all(ctx, new(Cursor), after, nil)
}

// AllChangesFor is AllChanges from a cursor, which is read at the start and has each
// change noted by the loop once it has dealt with it (Cursor.Note), and as a reader may
// see it; see ChangesFor. A tenant that the cursor knows and that is gone is told to be
// Deleted. Those that it knows not are told of from their start, or from when the
// cursor was made by FromNow.
func (f *fleet) AllChangesFor(ctx context.Context, reader any, from *Cursor) iter.Seq2[TenantChange, error] {
	return f.all(ctx, from, nil, showing(reader))
}

func (f *fleet) all(ctx context.Context, start *Cursor, after func(tenant string) storage.Head, show show) iter.Seq2[TenantChange, error] {
	return func(yield func(TenantChange, error) bool) {
		w := f.watch("")
		defer f.unwatch(w)
		at, live := start.begin()
		visit := func(tenant string) (more bool) {
			from, known := at.head(tenant)
			var since time.Time
			switch first, moved := w.parent(tenant); {
			case known:
			case after != nil:
				from = after(tenant)
			case live && moved:
				from = first
			default:
				since = at.from()
			}
			told, err := f.since(ctx, tenant, from, since, show)
			switch {
			case ctx.Err() != nil || errors.Is(err, errFleetClosed):
				return true // next says so
			case known && errors.Is(err, errAnother):
				at.set(tenant, storage.Head{})
				w.add(tenant)
				return yield(TenantChange{Tenant: tenant, Deleted: true}, nil)
			case errors.Is(err, storage.ErrNoTenant):
				at.drop(tenant)
				w.forget(tenant)
				return !known && !live || yield(TenantChange{Tenant: tenant, Deleted: true}, nil)
			case err != nil:
				return yield(TenantChange{Tenant: tenant}, err)
			}
			if since.IsZero() {
				at.set(tenant, from)
			}
			for _, p := range told {
				if at.set(tenant, p.Head); p.shown && !yield(TenantChange{Tenant: tenant, Published: p.Published}, nil) {
					return false
				}
			}
			if len(told) == feedBatch {
				w.add(tenant) // after those that have waited longer
			}
			return true
		}
		if !live {
			there := make(map[string]bool)
			for tenant, err := range f.List(ctx) {
				if err != nil {
					yield(TenantChange{}, fmt.Errorf("listing tenants: %w", err))
					return
				}
				there[tenant] = true
				if !visit(tenant) {
					return
				}
			}
			for _, tenant := range at.names() {
				if !there[tenant] && !visit(tenant) {
					return
				}
			}
		}
		for {
			tenant, err := w.next(ctx)
			if err != nil {
				yield(TenantChange{}, err)
				return
			}
			if !visit(tenant) {
				return
			}
		}
	}
}

// errAnother says that a journal is not the one that was read before.
var errAnother = errors.New("it is another than the one that was read")

// toldCommit is a commit as it is told, if it is.
type toldCommit struct {
	Published
	shown bool
}

// since returns the next commits of a tenant after one, which its journal must hold,
// or with a time the next from then on, as many as are read at once; all are shown by
// the Member, should there be one.
func (f *fleet) since(ctx context.Context, tenant string, after storage.Head, from time.Time, show show) (told []toldCommit, err error) {
	if err := storage.CheckHead(after); err != nil {
		return nil, &TenantError{tenant, err}
	}
	read := func(j storage.Journal, m Member) error {
		told = nil
		seq, held := after.Seq, after.Seq == 0
		if !held {
			seq--
		}
		if !from.IsZero() {
			if seq, err = before(ctx, j, from); err != nil {
				return err
			}
		}
		for c, err := range j.Log(ctx, seq) {
			if err != nil {
				return fmt.Errorf("reading the journal after commit %d: %w", after.Seq, err)
			}
			if !held {
				if c.Hash != after.Hash {
					break
				}
				held = true
				continue
			}
			p := toldCommit{shown: true}
			if show == nil {
				p.Published, err = publishedOf(c)
			} else {
				p.Published, p.shown, err = show(ctx, m, c)
				p.Head = c.Head
			}
			if err != nil {
				return err
			}
			if told = append(told, p); len(told) == feedBatch {
				break
			}
		}
		if !held {
			return fmt.Errorf("%w: the journal does not hold commit %d of hash %s: %w", ErrNotFound, after.Seq, after.Hash, errAnother)
		}
		return nil
	}
	open := func(t *resident) error {
		if err := read(t.journal, t.member); err != nil || len(told) == 0 {
			return err
		}
		// Append may have returned a moment before the commit is shown.
		for _, err := range t.member.Changes(ctx, told[len(told)-1].Seq-1) {
			return err
		}
		return nil
	}
	if show == nil {
		err = f.peek(ctx, tenant, func(j storage.Journal) error { return read(j, nil) }, open)
	} else {
		err = f.visit(ctx, tenant, open)
	}
	var already *TenantError
	if err != nil && !errors.As(err, &already) && !errors.Is(err, errFleetClosed) {
		err = &TenantError{tenant, err}
	}
	return told, err
}

// before returns the number of the last commit that was made before a moment.
func before(ctx context.Context, j storage.Journal, t time.Time) (uint64, error) {
	earlier := func(n uint64) (bool, error) { // is commit n
		for c, err := range j.Log(ctx, n-1) {
			return err == nil && c.Time.Before(t), err
		}
		return false, nil
	}
	low, high := uint64(0), uint64(1) // of low it is true, of high it is not
	for {
		is, err := earlier(high)
		if err != nil {
			return 0, fmt.Errorf("reading the journal: %w", err)
		}
		if !is {
			break
		}
		low, high = high, 2*high
	}
	for high-low > 1 {
		middle := low + (high-low)/2
		is, err := earlier(middle)
		if err != nil {
			return 0, fmt.Errorf("reading the journal: %w", err)
		}
		if is {
			low = middle
		} else {
			high = middle
		}
	}
	return low, nil
}

// visit looks at a tenant, which is opened if it is not open.
func (f *fleet) visit(ctx context.Context, name string, open func(*resident) error) error {
	t, err := f.acquire(ctx, name)
	if err != nil {
		return err
	}
	defer f.leave(ctx, t, false)
	return open(t)
}

// peek looks at the journal of a tenant: with open if it is open, else with closed,
// for which nothing but the journal is opened, and closed again. Nobody opens it
// meanwhile.
func (f *fleet) peek(ctx context.Context, name string, closed func(storage.Journal) error, open func(*resident) error) error {
	t, err := f.reserve(ctx, name)
	if err != nil {
		return err
	}
	if t == nil {
		return f.visit(ctx, name, open)
	}
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.forget(t)
	}()
	stored, err := f.store.Open(ctx, name)
	if err != nil {
		return tenantError(name, err)
	}
	err = closed(stored.Journal)
	return errors.Join(err, stored.Close())
}

// reserve holds the place of a tenant that is not open; nil if it is.
func (f *fleet) reserve(ctx context.Context, name string) (*resident, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		switch {
		case f.closed:
			return nil, errFleetClosed
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case f.tenants[name] != nil:
			return nil, nil
		case f.room():
			t := &resident{name: name, state: closing}
			f.tenants[name] = t
			return t, nil
		}
		if unused := f.victim(); unused != nil {
			f.shutLogged(ctx, unused)
		} else {
			f.wait(ctx)
		}
	}
}

// watcher hears which tenants have changed.
type watcher struct {
	f     *fleet
	only  string          // one tenant; all if empty
	queue []string        // each once, the first to change in front
	there map[string]bool // of what is in it
	news  chan struct{}
	// parents are the heads upon which the first commits were made that it heard of.
	parents map[string]storage.Head
}

// watch begins to hear of a tenant, or of all.
func (f *fleet) watch(only string) *watcher {
	w := &watcher{f: f, only: only, there: make(map[string]bool), news: make(chan struct{}, 1), parents: make(map[string]storage.Head)}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watchers = append(f.watchers, w)
	return w
}

func (f *fleet) unwatch(w *watcher) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watchers = slices.DeleteFunc(f.watchers, func(o *watcher) bool { return o == w })
}

// moved tells those who watch that a tenant has changed, with the head upon which, or
// is gone. The lock must not be held.
func (f *fleet) moved(tenant string, parent *storage.Head) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.watchers {
		if w.only == "" || w.only == tenant {
			if _, known := w.parents[tenant]; !known && parent != nil && w.only == "" {
				w.parents[tenant] = *parent
			}
			w.note(tenant)
		}
	}
}

// note puts a tenant in the queue. The lock must be held.
func (w *watcher) note(tenant string) {
	if !w.there[tenant] {
		w.queue, w.there[tenant] = append(w.queue, tenant), true
	}
	select {
	case w.news <- struct{}{}:
	default:
	}
}

func (w *watcher) add(tenant string) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	w.note(tenant)
}

// parent returns the head upon which the first commit of a tenant was made that the
// watcher heard of; false if it heard of none.
func (w *watcher) parent(tenant string) (storage.Head, bool) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	h, ok := w.parents[tenant]
	return h, ok
}

// forget drops what is known of a tenant that is gone.
func (w *watcher) forget(tenant string) {
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	delete(w.parents, tenant)
}

// next waits for a tenant that has changed.
func (w *watcher) next(ctx context.Context) (string, error) {
	for {
		w.f.mu.Lock()
		switch {
		case ctx.Err() != nil:
			w.f.mu.Unlock()
			return "", context.Cause(ctx)
		case len(w.queue) > 0:
			tenant := w.queue[0]
			w.queue = w.queue[1:]
			delete(w.there, tenant)
			w.f.mu.Unlock()
			return tenant, nil
		case w.f.closed:
			w.f.mu.Unlock()
			return "", errFleetClosed
		}
		w.f.mu.Unlock()
		select {
		case <-w.news:
		case <-ctx.Done():
		}
	}
}
