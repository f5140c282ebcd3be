package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage/ledger"
)

// Two who watch do not keep the places of a fleet that may open two tenants: a
// third can be used, one can be deleted, and the fleet closed.
func TestFeedsPinNothing(t *testing.T) {
	store := newTenants(t, "a", "b", "c")
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 2})
	write := func(tenant, id string) {
		require.NoError(t, f.Do(t.Context(), tenant, func(l *ledger.Ledger) error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: id}) })
		}))
	}
	for _, tenant := range []string{"a", "b"} { // which founds it
		require.NoError(t, f.Do(t.Context(), tenant, func(*ledger.Ledger) error { return nil }))
	}
	type told struct {
		tenant string
		seq    uint64
	}
	heard := make(chan told)
	ended := make(chan error, 2)
	for _, tenant := range []string{"a", "b"} {
		go func() {
			for p, err := range f.Changes(t.Context(), tenant, 1) {
				if err != nil {
					ended <- err
					return
				}
				heard <- told{tenant, p.Seq}
			}
		}()
	}
	for i := range 20 {
		for _, tenant := range []string{"a", "b", "c"} {
			write(tenant, fmt.Sprint("x", i))
			if tenant != "c" {
				require.Equal(t, told{tenant, uint64(i + 2)}, <-heard)
			}
		}
	}
	require.NoError(t, f.Delete(t.Context(), "a"))
	err := <-ended
	require.ErrorIs(t, err, ledger.ErrNotFound)
	var tenant *ledger.TenantError
	require.ErrorAs(t, err, &tenant)
	require.Equal(t, "a", tenant.Tenant)
	require.NoError(t, f.Close(t.Context()))
	require.ErrorIs(t, <-ended, ledger.ErrClosed)
}

// Who follows all tenants hears of each commit of each once and in order, of those
// that come to be too, however many write meanwhile and though few may be open.
func TestAllChanges(t *testing.T) {
	store := newTenants(t)
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 3})
	const tenants, commits = 12, 30
	write := func(tenant string, i int) {
		if err := f.Do(t.Context(), tenant, func(l *ledger.Ledger) error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: fmt.Sprint("x", i)}) })
		}); err != nil {
			t.Error(err)
		}
	}
	name := func(i int) string { return fmt.Sprintf("t%02d", i) }
	for i := range tenants / 2 {
		require.NoError(t, f.Create(t.Context(), name(i)))
		for n := range commits / 2 {
			write(name(i), n)
		}
	}
	var wg sync.WaitGroup
	for i := range tenants {
		wg.Go(func() {
			from := commits / 2
			if i >= tenants/2 {
				from = 0
				if err := f.Create(t.Context(), name(i)); err != nil {
					t.Error(err)
				}
			}
			for n := from; n < commits; n++ {
				write(name(i), n)
			}
		})
	}
	// The first is resumed in the midst.
	after := func(tenant string) uint64 {
		if tenant == name(0) {
			return 7
		}
		return 0
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen, left := make(map[string]uint64), tenants*(commits+1)-7 // each is founded by one more
	for c, err := range f.AllChanges(ctx, after) {
		require.NoError(t, err)
		if seen[c.Tenant] == 0 {
			seen[c.Tenant] = after(c.Tenant)
		}
		require.Equal(t, seen[c.Tenant]+1, c.Seq, c.Tenant)
		seen[c.Tenant] = c.Seq
		// What is told of is shown.
		require.NoError(t, f.Do(t.Context(), c.Tenant, func(l *ledger.Ledger) error {
			require.GreaterOrEqual(t, l.View().Head().Seq, c.Seq)
			return nil
		}))
		if left--; left == 0 {
			break
		}
	}
	wg.Wait()
	require.Zero(t, f.Stats().InUse)

	cancel()
	var last error
	for _, err := range f.AllChanges(ctx, after) {
		last = err
	}
	require.ErrorIs(t, last, context.Canceled)
}

// A feed over many closed tenants leaves them closed, and reads no more of them
// than their journals.
func TestAllChangesOpensNothing(t *testing.T) {
	const tenants = 300
	store := newTenants(t)
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 4})
	for i := range tenants {
		tenant := fmt.Sprintf("t%04d", i)
		require.NoError(t, f.Create(t.Context(), tenant))
		require.NoError(t, f.Do(t.Context(), tenant, func(l *ledger.Ledger) error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "x"}) })
		}))
	}
	require.NoError(t, f.Close(t.Context()))
	f = newFleet(t, store, &ledger.FleetOptions{MaxOpen: 4})
	n := 0
	for c, err := range f.AllChanges(t.Context(), func(string) uint64 { return 1 }) {
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("t%04d", n), c.Tenant)
		require.Zero(t, f.Stats().Open)
		if n++; n == tenants {
			break
		}
	}
	require.Zero(t, f.Stats().Open)
	require.Zero(t, f.Stats().Opened)
	require.Zero(t, store.openNow())
}

// A journal that was put in another's place, or lost its end, is not followed from
// where the other was left.
func TestFeedFromWhatIsNotThere(t *testing.T) {
	store := newTenants(t, "a", "b")
	f := newFleet(t, store, nil)
	for _, tenant := range []string{"a", "b"} {
		require.NoError(t, f.Do(t.Context(), tenant, func(l *ledger.Ledger) error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "x"}) })
		}))
	}
	for _, err := range f.Changes(t.Context(), "a", 5) {
		require.ErrorIs(t, err, ledger.ErrNotFound)
		require.ErrorContains(t, err, `tenant "a"`)
		require.ErrorContains(t, err, "the journal does not hold commit 5")
	}
	var seen []string
	for c, err := range f.AllChanges(t.Context(), func(tenant string) uint64 { return map[string]uint64{"a": 9}[tenant] }) {
		seen = append(seen, fmt.Sprint(c.Tenant, " ", err != nil))
		if c.Tenant == "b" {
			break
		}
	}
	require.Equal(t, []string{"a true", "b false"}, seen)
	for _, err := range f.Changes(t.Context(), "none", 0) {
		require.ErrorIs(t, err, ledger.ErrNotFound)
	}
	broken := errors.New("broken")
	store.listing = broken
	var errs []error
	for _, err := range f.AllChanges(t.Context(), func(string) uint64 { return 1 }) {
		errs = append(errs, err)
	}
	require.True(t, slices.ContainsFunc(errs, func(err error) bool { return errors.Is(err, broken) }))
}
