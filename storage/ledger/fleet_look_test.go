package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Who has kept something of each tenant is told of every change and of no other,
// whether the tenants are open or not, also once one was deleted and created anew. What
// has been looked at once is not opened again until something is written.
func TestUnmovedTellsEveryChange(t *testing.T) {
	names := []string{"a", "b", "c", "d"}
	store := newTenants(t, names...)
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 2})
	draw := rand.New(rand.NewPCG(1, 2))
	kept := make(map[string]storage.Head)
	moved := make(map[string]bool)
	for i := range 400 {
		name := names[draw.IntN(len(names))]
		switch draw.IntN(4) {
		case 0:
			require.NoError(t, f.Do(t.Context(), name, func(l *ledger.Ledger) error {
				return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: fmt.Sprint("x", i)}) })
			}))
			moved[name] = true
		case 1:
			require.NoError(t, f.Look(t.Context(), name, func(l *ledger.Ledger) error { kept[name] = l.View().Head(); return nil }))
			moved[name] = false
		case 2:
			if draw.IntN(10) == 0 {
				require.NoError(t, f.Delete(t.Context(), name, by))
				_, err := f.Unmoved(t.Context(), name, kept[name])
				require.ErrorIs(t, err, storage.ErrNoTenant)
				require.NoError(t, f.Create(t.Context(), name, by, nil))
				moved[name] = true
			}
		}
		for _, name := range names {
			if kept[name].Seq == 0 {
				continue
			}
			is, err := f.Unmoved(t.Context(), name, kept[name])
			require.NoError(t, err)
			require.Equal(t, !moved[name], is, "%d: %s", i, name)
			before := store.openings(name)
			again, err := f.Unmoved(t.Context(), name, kept[name])
			require.NoError(t, err)
			require.Equal(t, is, again)
			if is {
				require.Equal(t, before, store.openings(name), "it was looked at just now")
			}
		}
	}
	_, err := f.Unmoved(t.Context(), "a", storage.Head{Seq: 1})
	require.ErrorIs(t, err, ledger.ErrInvalid)
}

// A walk over all tenants leaves open what was open before, and nothing else.
func TestLookLeavesNothingOpen(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e"}
	store := newTenants(t, names...)
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 3})
	require.NoError(t, f.Do(t.Context(), "c", func(*ledger.Ledger) error { return nil }))
	for _, name := range names {
		require.NoError(t, f.Look(t.Context(), name, func(*ledger.Ledger) error {
			require.LessOrEqual(t, store.openNow(), 2)
			return nil
		}))
		require.Equal(t, 1, store.openNow())
	}
	require.Equal(t, 1, store.openings("c"), "who works with it keeps it open")
	require.ErrorIs(t, f.Look(t.Context(), "nope", nil), storage.ErrNoTenant)
}
