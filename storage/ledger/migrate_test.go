package ledger_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// A migration reads the whole state and is made once, in a commit that names it.
func TestMigration(t *testing.T) {
	j := memory.New()
	old := open(t, j, nil)
	update(t, old, func(tx *ledger.Tx) error {
		return errors.Join(accounts.Keep(tx, account{ID: "a", Balance: 1}), accounts.Keep(tx, account{ID: "b", Balance: 2}))
	})
	runs := 0
	close := ledger.Migration{Name: "close-small", Do: func(tx *ledger.Tx) error {
		runs++
		for a := range accounts.Of(tx).All() {
			if a.Balance < 2 {
				a.Closed = true
				if err := accounts.Keep(tx, a); err != nil {
					return err
				}
			}
		}
		return nil
	}}
	nothing := ledger.Migration{Name: "nothing", Do: func(*ledger.Tx) error { return nil }}
	refuse := func(*ledger.Tx) error { return errors.New("not today") }
	opts := func() *ledger.Options {
		return &ledger.Options{Migrations: []ledger.Migration{close, nothing}, FoundBy: ledger.By{Actor: "books"}}
	}

	// Told, not made.
	unmigrated := opts()
	unmigrated.Unmigrated = true
	require.Equal(t, []string{"close-small", "nothing"}, open(t, j, unmigrated).Pending())
	require.Zero(t, runs)

	// One that fails leaves the ledger as it was, and the next try goes on.
	failing := opts()
	failing.Kinds = []ledger.AnyKind{accounts}
	failing.Migrations[1].Do = refuse
	_, err := ledger.Open(t.Context(), j, failing)
	require.ErrorContains(t, err, `migration "nothing": not today`)
	require.Equal(t, 1, runs)

	l := open(t, j, opts())
	require.Equal(t, 1, runs)
	require.Empty(t, l.Pending())
	a, _ := accounts.Of(l.View()).Get("a")
	require.True(t, a.Closed)
	var names []string
	for e, err := range l.Trail(t.Context(), 1) {
		require.NoError(t, err)
		names = append(names, e.Migrations...)
		require.Equal(t, "books", e.By.Actor)
		require.Equal(t, []string{"Migrate"}, e.Verbs)
	}
	require.Equal(t, []string{"close-small", "nothing"}, names)

	// Who had opened it before finds it made, and so does who opens it again.
	head := l.View().Head()
	require.NoError(t, old.Sync(t.Context()))
	require.Equal(t, head, old.View().Head())
	open(t, j, opts())
	require.Equal(t, 1, runs)
	require.Equal(t, head, open(t, j, nil).View().Head())
	require.NoError(t, l.Verify(t.Context()))
}

// Where there is nothing to do, nothing is written; where nothing can be written, the ledger
// opens all the same, and says what waits.
func TestMigrationIsNeeded(t *testing.T) {
	j := memory.New()
	l := open(t, j, nil)
	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a", Balance: 5}) })
	poor := func(r ledger.Reader) bool {
		for a := range accounts.Of(r).All() {
			if a.Balance < 2 && !a.Closed {
				return true
			}
		}
		return false
	}
	opts := func() *ledger.Options {
		return &ledger.Options{FoundBy: ledger.By{Actor: "books"}, Migrations: []ledger.Migration{{Name: "close-small", Needed: poor, Do: func(tx *ledger.Tx) error {
			b, _ := accounts.Of(tx).Get("b")
			b.Closed = true
			return accounts.Keep(tx, b)
		}}}}
	}
	head := l.View().Head()
	calm := open(t, j, opts())
	require.Equal(t, head, calm.View().Head())
	require.Empty(t, calm.Pending())
	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "b", Balance: 1}) })

	only := open(t, unwritable{j}, opts())
	require.Equal(t, []string{"close-small"}, only.Pending())
	require.Empty(t, open(t, j, opts()).Pending())
}

// unwritable is a journal that takes no commits.
type unwritable struct{ storage.Journal }

func (unwritable) Append(context.Context, storage.Batch) error { return errUnwritable }

var errUnwritable = issue.NewError(issue.CodeReadOnly, "open for reading only")

// What is founded today needs no migration of yesterday.
func TestMigrationOfANewLedger(t *testing.T) {
	o := &ledger.Options{FoundBy: by, Found: func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a"}) },
		Migrations: []ledger.Migration{{Name: "m", Do: func(*ledger.Tx) error { return errors.New("must not run") }}}}
	require.Empty(t, open(t, memory.New(), o).Pending())
}

func TestMigrationNames(t *testing.T) {
	do := func(*ledger.Tx) error { return nil }
	for rule, all := range map[string][]ledger.Migration{
		"key": {{Name: "", Do: do}}, "repeated": {{Name: "m", Do: do}, {Name: "m", Do: do}}, "required": {{Name: "m"}},
	} {
		_, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Migrations: all})
		require.ErrorIs(t, err, ledger.ErrInvalid)
		require.ErrorContains(t, err, "rule "+rule)
	}
}
