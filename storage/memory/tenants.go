package memory

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/storage"
)

// Tenants is a storage.Tenants in memory. A tenant's journal outlives its
// being closed; all end with the process.
type Tenants struct {
	mu      sync.Mutex
	tenants map[string]*tenant
}

var _ storage.Tenants = (*Tenants)(nil)

// tenant is one journal and, while it is open, its opening.
type tenant struct {
	journal *Journal
	open    *opening
}

// NewTenants returns Tenants without any.
func NewTenants() *Tenants { return &Tenants{tenants: make(map[string]*tenant)} }

// Create adds a tenant; see storage.Tenants.
func (ts *Tenants) Create(ctx context.Context, name string) error {
	if err := check(ctx, name); err != nil {
		return err
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.tenants[name] != nil {
		return fmt.Errorf("%w: %q", storage.ErrTenantExists, name)
	}
	ts.tenants[name] = &tenant{journal: New()}
	return nil
}

// Open opens a tenant's journal; see storage.Tenants.
func (ts *Tenants) Open(ctx context.Context, name string) (*storage.Tenant, error) {
	if err := check(ctx, name); err != nil {
		return nil, err
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.tenants[name]
	switch {
	case t == nil:
		return nil, fmt.Errorf("%w: %q", storage.ErrNoTenant, name)
	case t.open != nil:
		return nil, fmt.Errorf("%w: %q", storage.ErrTenantOpen, name)
	}
	o := &opening{Journal: t.journal}
	t.open = o
	return &storage.Tenant{Journal: o, Snapshots: o, Eraser: o, Close: func() error {
		o.close()
		ts.mu.Lock()
		defer ts.mu.Unlock()
		if t.open == o {
			t.open = nil
		}
		return nil
	}}, nil
}

// List yields the names of all tenants; see storage.Tenants.
func (ts *Tenants) List(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		ts.mu.Lock()
		names := slices.Sorted(maps.Keys(ts.tenants))
		ts.mu.Unlock()
		for _, name := range names {
			if err := ctx.Err(); err != nil {
				yield("", err)
				return
			}
			if !yield(name, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield("", err)
		}
	}
}

// Delete removes a tenant; see storage.Tenants.
func (ts *Tenants) Delete(ctx context.Context, name string) error {
	if err := check(ctx, name); err != nil {
		return err
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.tenants[name]
	switch {
	case t == nil:
		return fmt.Errorf("%w: %q", storage.ErrNoTenant, name)
	case t.open != nil:
		return fmt.Errorf("%w: %q", storage.ErrTenantOpen, name)
	}
	delete(ts.tenants, name)
	return nil
}

func check(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return storage.CheckTenantName(name)
}

// opening is a tenant's journal from its opening until its closing. Whoever
// keeps it longer gets storage.ErrClosed, as from any other store.
type opening struct {
	*Journal
	mu     sync.RWMutex
	closed bool
}

func (o *opening) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
}

// while does something, unless the tenant has been closed.
func (o *opening) while(do func() error) error {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.closed {
		return storage.ErrClosed
	}
	return do()
}

// Append adds a batch, unless the tenant has been closed.
func (o *opening) Append(ctx context.Context, batch storage.Batch) error {
	return o.while(func() error { return o.Journal.Append(ctx, batch) })
}

// SaveSnapshot keeps a snapshot, unless the tenant has been closed.
func (o *opening) SaveSnapshot(ctx context.Context, s storage.Snapshot) error {
	return o.while(func() error { return o.Journal.SaveSnapshot(ctx, s) })
}

// LoadSnapshot returns a snapshot, unless the tenant has been closed.
func (o *opening) LoadSnapshot(ctx context.Context, through uint64) (s storage.Snapshot, ok bool, err error) {
	err = o.while(func() error { s, ok, err = o.Journal.LoadSnapshot(ctx, through); return err })
	return s, ok, err
}

// ListSnapshots lists the snapshots, unless the tenant has been closed.
func (o *opening) ListSnapshots(ctx context.Context) (all []storage.SnapshotInfo, err error) {
	err = o.while(func() error { all, err = o.Journal.ListSnapshots(ctx); return err })
	return all, err
}

// DropSnapshot removes a snapshot, unless the tenant has been closed.
func (o *opening) DropSnapshot(ctx context.Context, head storage.Head) error {
	return o.while(func() error { return o.Journal.DropSnapshot(ctx, head) })
}

// Erase removes bodies, unless the tenant has been closed.
func (o *opening) Erase(ctx context.Context, records []storage.RecordID, through uint64) error {
	return o.while(func() error { return o.Journal.Erase(ctx, records, through) })
}

// Log yields the commits, unless the tenant has been closed.
func (o *opening) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		o.mu.RLock()
		closed := o.closed
		o.mu.RUnlock()
		if closed {
			yield(storage.Commit{}, storage.ErrClosed)
			return
		}
		for c, err := range o.Journal.Log(ctx, after) {
			if !yield(c, err) {
				return
			}
		}
	}
}
