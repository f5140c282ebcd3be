package aims

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Fleet keeps the management systems of many organisations, as a product does
// that serves them all: each in a journal of its own, opened when somebody asks
// for it and closed when nobody does; see ledger.Fleet.
//
//	err := fleet.Do(ctx, "acme", func(m *aims.Manager) error {
//		return m.Update(ctx, by, onboard)
//	})
//
// From ledger.Fleet it has Import, Delete, List, Do, Look, Unmoved, Changes, ChangesFor,
// AllChanges, AllChangesFor, Stats and Close.
type Fleet struct {
	*ledger.Fleet[*Manager]
}

// FleetOptions are what an embedder can set. A nil *FleetOptions, and each
// zero field, means the default.
type FleetOptions struct {
	// MaxOpen is how many tenants may be open at a time; 256 by default.
	MaxOpen int
	// MaxRecords is how many live records the open tenants may hold together;
	// 1,000,000 by default, of about 3 KB each. It is an estimate; see
	// ledger.FleetOptions.
	MaxRecords int
	// Idle is how long a tenant stays open that nobody uses; 15 minutes by
	// default.
	Idle time.Duration
	// Logger hears of tenants that fail while they are being closed, or are
	// opened again because their store failed; silent by default.
	Logger *slog.Logger
	// Options gives the options of a tenant's Manager, such as rules of its
	// own; the defaults if it is nil or returns nil. The Fleet fills in Snapshots
	// and Eraser, the powers of the tenant's store, where they are nil. It is also
	// called of a tenant that is not there yet: its Authorize is asked who may create
	// it, before anything is told of it.
	Options func(tenant string) *Options
}

type (
	// FleetStats says how a Fleet stands.
	FleetStats = ledger.FleetStats
	// TenantChange is one commit of one tenant, as Fleet.AllChanges tells of it.
	TenantChange = ledger.TenantChange
	// Cursor says how far a feed over all tenants has come; see ledger.Cursor.
	Cursor = ledger.Cursor
	// TenantError is an error about one tenant of a Fleet.
	TenantError = ledger.TenantError
	// Answer is what a query found out about one tenant.
	Answer[T any] = ledger.Answer[T]
)

// ParseCursor reads the text of a Cursor: an empty one is the start of all, "now" from
// now on; see ledger.ParseCursor.
func ParseCursor(text string) (*Cursor, error) { return ledger.ParseCursor(text) }

// NewFleet returns the fleet of the tenants that a store keeps. The Fleet does
// not close the store, and it must be the only one that opens its tenants.
func NewFleet(store storage.Tenants, opts *FleetOptions) (*Fleet, error) {
	if opts == nil {
		opts = new(FleetOptions)
	}
	options := func(tenant string) (own Options) {
		if opts.Options != nil {
			if o := opts.Options(tenant); o != nil {
				own = *o
			}
		}
		return own
	}
	f, err := ledger.NewFleet(store, func(ctx context.Context, tenant string, t *storage.Tenant) (*Manager, error) {
		own := options(tenant)
		if own.Snapshots == nil {
			own.Snapshots = t.Snapshots
		}
		if own.Eraser == nil {
			own.Eraser = t.Eraser
		}
		return Open(ctx, t.Journal, &own)
	}, &ledger.FleetOptions{MaxOpen: opts.MaxOpen, MaxRecords: opts.MaxRecords, Idle: opts.Idle, Logger: opts.Logger,
		Authorize: func(ctx context.Context, by By, a Access) error {
			if authorize := options(a.Tenant).Authorize; authorize != nil {
				return authorize(ctx, by, a)
			}
			return nil
		}})
	if err != nil {
		return nil, err
	}
	return &Fleet{f}, nil
}

// Create adds a tenant: a management system as Open starts one, and with a function
// what that writes besides, such as the first person, in the same commit, which is of
// by. So no tenant is ever seen without. Who creates it founds it, unless
// Options.Founder names another. Options.Authorize is asked for the verb
// "CreateTenant" first, then for each verb of the function. If any of it fails nothing
// is left. ErrExists if there is a tenant of that name.
//
//	err := fleet.Create(ctx, "acme", by, func(tx *aims.Tx) error {
//		return tx.PutPerson(aims.Person{ID: "ada", Name: "Ada Byron"})
//	})
func (f *Fleet) Create(ctx context.Context, tenant string, by By, first func(*Tx) error) error {
	if first == nil {
		first = func(*Tx) error { return nil }
	}
	return f.Fleet.Create(ctx, tenant, by, func(tx *ledger.Tx) error { return first(newTx(tx)) })
}

// Update is Manager.Update of a tenant.
func (f *Fleet) Update(ctx context.Context, tenant string, by By, fn func(*Tx) error) error {
	return f.Do(ctx, tenant, func(m *Manager) error { return m.Update(ctx, by, fn) })
}

// View returns the management system of a tenant as last confirmed. It can be
// kept after the tenant has been closed.
func (f *Fleet) View(ctx context.Context, tenant string) (v *View, err error) {
	err = f.Do(ctx, tenant, func(m *Manager) error { v = m.View(); return nil })
	return v, err
}

// ViewFor is View as a reader may see it (Options.Redact).
func (f *Fleet) ViewFor(ctx context.Context, tenant string, reader any) (*View, error) {
	v, err := f.View(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return v.For(reader), nil
}

// History is Manager.History of a tenant, whole in memory, as a reader may see it
// (Options.Redact): ErrNotFound if there is nothing to tell, be it that the record
// never was, or that the reader is not shown it.
func (f *Fleet) History(ctx context.Context, tenant string, reader any, s Subject) (all []Entry, err error) {
	err = f.Do(ctx, tenant, func(m *Manager) error {
		for e, err := range m.For(reader).History(ctx, s) {
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		if all == nil {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: "History", Err: ErrNotFound}
		}
		return nil
	})
	return all, err
}

// Query asks all tenants of a fleet: it runs fn on the View of each, at most n
// at a time (0: as many as there are processors), and yields the answers in the
// order of the tenants' names; see ledger.Query.
//
//	for a, err := range aims.Query(ctx, fleet, 0, openFindings) {
//		if err != nil {
//			failed = append(failed, err)
//			continue
//		}
//		total += a.Value
//	}
func Query[T any](ctx context.Context, f *Fleet, n int, fn func(ctx context.Context, tenant string, v *View) (T, error)) iter.Seq2[Answer[T], error] {
	return ledger.Query(ctx, f.Fleet, n, func(ctx context.Context, tenant string, m *Manager) (T, error) {
		return fn(ctx, tenant, m.View())
	})
}
