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
// From ledger.Fleet it has Create, Import, Delete, List, Do, Changes, AllChanges,
// Stats and Close.
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
	// and Eraser, the powers of the tenant's store, where they are nil.
	Options func(tenant string) *Options
}

type (
	// FleetStats says how a Fleet stands.
	FleetStats = ledger.FleetStats
	// TenantChange is one commit of one tenant, as Fleet.AllChanges tells of it.
	TenantChange = ledger.TenantChange
	// TenantError is an error about one tenant of a Fleet.
	TenantError = ledger.TenantError
	// Answer is what a query found out about one tenant.
	Answer[T any] = ledger.Answer[T]
)

// NewFleet returns the fleet of the tenants that a store keeps. The Fleet does
// not close the store, and it must be the only one that opens its tenants.
func NewFleet(store storage.Tenants, opts *FleetOptions) (*Fleet, error) {
	if opts == nil {
		opts = new(FleetOptions)
	}
	options := opts.Options
	f, err := ledger.NewFleet(store, func(ctx context.Context, tenant string, t *storage.Tenant) (*Manager, error) {
		var own Options
		if options != nil {
			if o := options(tenant); o != nil {
				own = *o
			}
		}
		if own.Snapshots == nil {
			own.Snapshots = t.Snapshots
		}
		if own.Eraser == nil {
			own.Eraser = t.Eraser
		}
		return Open(ctx, t.Journal, &own)
	}, &ledger.FleetOptions{MaxOpen: opts.MaxOpen, MaxRecords: opts.MaxRecords, Idle: opts.Idle, Logger: opts.Logger})
	if err != nil {
		return nil, err
	}
	return &Fleet{f}, nil
}

// View returns the management system of a tenant as last confirmed. It can be
// kept after the tenant has been closed.
func (f *Fleet) View(ctx context.Context, tenant string) (v *View, err error) {
	err = f.Do(ctx, tenant, func(m *Manager) error { v = m.View(); return nil })
	return v, err
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
