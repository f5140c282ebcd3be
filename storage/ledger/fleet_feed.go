package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

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

// Changes yields the commits of a tenant after one, in order, each once: those that
// its journal holds, then each as it is published through the Fleet, until ctx ends.
// It keeps the tenant neither open nor in use, however long the loop takes: what it
// has not yielded yet it reads from the journal. To resume, pass the Head of the last
// commit that was dealt with; the zero Head is the start.
//
// The error comes last: the cause of ctx, ErrClosed once the Fleet has been closed,
// or a *TenantError: ErrNotFound if there is no such tenant (any more), or if its
// journal does not hold that commit, being another than the one that was read.
func (f *fleet) Changes(ctx context.Context, tenant string, after storage.Head) iter.Seq2[Published, error] {
	return func(yield func(Published, error) bool) {
		w := f.watch(tenant)
		defer f.unwatch(w)
		for {
			told, err := f.since(ctx, tenant, after)
			if err != nil {
				yield(Published{}, err)
				return
			}
			for _, p := range told {
				if !yield(p, nil) {
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
	}
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
	return func(yield func(TenantChange, error) bool) {
		w := f.watch("")
		defer f.unwatch(w)
		seen := make(map[string]storage.Head)
		visit := func(tenant string) (more bool) {
			from, known := seen[tenant]
			if !known {
				from = after(tenant)
			}
			told, err := f.since(ctx, tenant, from)
			switch {
			case ctx.Err() != nil || errors.Is(err, errFleetClosed):
				return true // next says so
			case known && errors.Is(err, errAnother):
				seen[tenant] = storage.Head{}
				w.add(tenant)
				return yield(TenantChange{Tenant: tenant, Deleted: true}, nil)
			case errors.Is(err, storage.ErrNoTenant):
				delete(seen, tenant)
				return !known || yield(TenantChange{Tenant: tenant, Deleted: true}, nil)
			case err != nil:
				return yield(TenantChange{Tenant: tenant}, err)
			}
			seen[tenant] = from
			for _, p := range told {
				if seen[tenant] = p.Head; !yield(TenantChange{Tenant: tenant, Published: p}, nil) {
					return false
				}
			}
			if len(told) == feedBatch {
				w.add(tenant) // after those that have waited longer
			}
			return true
		}
		for tenant, err := range f.List(ctx) {
			if err != nil {
				yield(TenantChange{}, fmt.Errorf("listing tenants: %w", err))
				return
			}
			if !visit(tenant) {
				return
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

// since returns the next commits of a tenant after one, which its journal must hold,
// as many as are read at once; all are shown by the Member, should there be one.
func (f *fleet) since(ctx context.Context, tenant string, after storage.Head) (told []Published, err error) {
	if err := storage.CheckHead(after); err != nil {
		return nil, &TenantError{tenant, err}
	}
	read := func(j storage.Journal) error {
		told = nil
		from, held := after.Seq, after.Seq == 0
		if !held {
			from--
		}
		for c, err := range j.Log(ctx, from) {
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
			p, err := publishedOf(c)
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
	err = f.peek(ctx, tenant, read, func(t *resident) error {
		if err := read(t.journal); err != nil || len(told) == 0 {
			return err
		}
		// Append may have returned a moment before the commit is shown.
		for _, err := range t.member.Changes(ctx, told[len(told)-1].Seq-1) {
			return err
		}
		return nil
	})
	var already *TenantError
	if err != nil && !errors.As(err, &already) && !errors.Is(err, errFleetClosed) {
		err = &TenantError{tenant, err}
	}
	return told, err
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
		t, err := f.acquire(ctx, name)
		if err != nil {
			return err
		}
		defer f.leave(ctx, t, false)
		return open(t)
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
}

// watch begins to hear of a tenant, or of all.
func (f *fleet) watch(only string) *watcher {
	w := &watcher{f: f, only: only, there: make(map[string]bool), news: make(chan struct{}, 1)}
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

// moved tells those who watch that a tenant has changed, or is gone. The lock must
// not be held.
func (f *fleet) moved(tenant string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.watchers {
		if w.only == "" || w.only == tenant {
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
