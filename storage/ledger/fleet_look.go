package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/aimskit/aimskit/storage"
)

// Look is Do for whoever goes through many tenants: one that it opens is closed again
// as soon as nobody uses it, and those at work are not pushed out. So a walk over all
// holds no more tenants open than it looks at at a time.
func (f *Fleet[M]) Look(ctx context.Context, tenant string, fn func(M) error) error {
	defer f.retire(ctx, tenant)
	return f.use(ctx, tenant, false, func(m Member) error { return fn(m.(M)) })
}

// retire closes a tenant that nobody uses and nobody has worked with.
func (f *fleet) retire(ctx context.Context, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.tenants[name]; t != nil && t.place != nil && t.lastUsed.IsZero() {
		f.shutLogged(ctx, t)
	}
}

// standing is the head at which the journal of a tenant was found.
type standing struct {
	head storage.Head
	sure bool // false while it is being looked at
}

// Unmoved reports whether the journal of a tenant still ends with a head, such as that
// of the View from which something was worked out and kept. For a tenant that is not
// open nothing but its journal is opened, of which one commit is read. What was found
// holds until the Fleet writes to the tenant, so it is found once: after that an answer
// is a look into a map, of some 100 bytes for each tenant that was asked about.
//
// The error is a *TenantError, ErrNotFound if there is no such tenant.
func (f *fleet) Unmoved(ctx context.Context, tenant string, head storage.Head) (bool, error) {
	if err := storage.CheckHead(head); err != nil {
		return false, &TenantError{tenant, err}
	}
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return false, errFleetClosed
	}
	if s := f.standings[tenant]; s != nil && s.sure && s.head == head {
		f.mu.Unlock()
		return true, nil
	}
	mine := &standing{head: head}
	if f.standings == nil {
		f.standings = make(map[string]*standing)
	}
	f.standings[tenant] = mine
	f.mu.Unlock()

	unmoved := false
	read := func(j storage.Journal) (err error) {
		unmoved, err = endsWith(ctx, j, head)
		return err
	}
	err := f.peek(ctx, tenant, read, func(t *resident) error { return read(t.journal) })
	var already *TenantError
	if err != nil && !errors.As(err, &already) && !errors.Is(err, errFleetClosed) {
		err = &TenantError{tenant, err}
	}
	unmoved = unmoved && err == nil

	f.mu.Lock()
	defer f.mu.Unlock()
	switch f.standings[tenant] {
	case mine:
		if mine.sure = unmoved; !unmoved {
			delete(f.standings, tenant)
		}
	default: // written to meanwhile, or somebody else asks
	}
	return unmoved, err
}

// endsWith reports whether a journal ends with a head.
func endsWith(ctx context.Context, j storage.Journal, head storage.Head) (bool, error) {
	at, after := storage.Head{}, head.Seq
	if after > 0 {
		after--
	}
	for c, err := range j.Log(ctx, after) {
		if err != nil {
			return false, fmt.Errorf("reading the journal after commit %d: %w", after, err)
		}
		if at = c.Head; at != head {
			return false, nil
		}
	}
	return at == head, nil
}

// unsettle forgets at which head the journal of a tenant was found, as it may hold more
// now, or be gone.
func (f *fleet) unsettle(tenant string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.standings, tenant)
}
