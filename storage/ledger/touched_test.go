package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage/ledger"
)

// Between any two views of a ledger, the records that differ are among those that are told
// of, and those that are told of were written, withdrawn or erased.
func TestTouchedIsWhatDiffers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBook(t)
		ids := []string{"a", "b", "c"}
		views := []*ledger.View{b.View()}
		wrote := []string{""}
		for n := range rapid.IntRange(1, 8).Draw(rt, "commits") {
			id := rapid.SampledFrom(ids).Draw(rt, "id")
			gone := rapid.Bool().Draw(rt, "gone")
			_ = b.Update(t.Context(), ledger.By{Actor: "ada"}, func(tx *ledger.Tx) error {
				if gone {
					return tx.Withdraw(subject(id))
				}
				_, err := accounts.Put(tx, account{ID: id, Owner: fmt.Sprint(n)})
				return err
			})
			if v := b.View(); v.Head() != views[len(views)-1].Head() {
				views, wrote = append(views, v), append(wrote, id)
			}
		}
		for i := range views {
			for k := i; k < len(views); k++ {
				want := slices.Clone(wrote[i+1 : k+1])
				slices.Sort(want)
				touched, known := ledger.Touched(views[i], views[k])
				require.True(rt, known)
				var got []string
				for _, s := range touched {
					require.Equal(rt, accounts.Name(), s.Kind)
					got = append(got, s.ID)
				}
				require.Equal(rt, slices.Compact(want), append([]string{}, got...))
			}
			for k := range i {
				_, known := ledger.Touched(views[i], views[k])
				require.False(rt, known, "what is newer can't be followed to what is older")
			}
		}
	})
}

// What another writer wrote is read from the journal, and what it touched is not told.
func TestTouchedByOthersIsNotKnown(t *testing.T) {
	b := newBook(t)
	other := openBook(t, b.journal, b.clock)
	before := b.View()
	other.do("bob", func(tx *ledger.Tx) error { _, err := accounts.Put(tx, account{ID: "theirs"}); return err })
	require.NoError(t, b.Sync(t.Context()))
	require.NotEqual(t, before.Head(), b.View().Head())
	_, known := ledger.Touched(before, b.View())
	require.False(t, known)
	_, known = ledger.Touched(other.View(), b.View())
	require.False(t, known, "of two ledgers")
	past, err := b.At(t.Context(), b.clock.Now())
	require.NoError(t, err)
	_, known = ledger.Touched(past, b.View())
	require.False(t, known, "of the past")
}

// A narrowed view walks over what has a value alone, and gives by ID what it always gave;
// a traced one tells of what is read besides.
func TestNarrowedAndTraced(t *testing.T) {
	b := newBook(t)
	b.do("ada", func(tx *ledger.Tx) error {
		for i, owner := range []string{"ada", "bob", "ada", "eve"} {
			if _, err := accounts.Put(tx, account{ID: fmt.Sprint("a", i), Owner: owner, Tags: []string{"x"}}); err != nil {
				return err
			}
		}
		return nil
	})
	told := make(map[ledger.KindName]int)
	v := ledger.Traced(ledger.Narrowed(b.View(), "owner", "ada", accounts.Name(), "no such kind"), func(k ledger.KindName) { told[k]++ })
	all := accounts.Of(v)
	require.Equal(t, []string{"a0", "a2"}, slices.Collect(all.IDs()))
	require.Equal(t, []string{"a0", "a2"}, slices.Collect(all.Where("tag", "x").IDs()))
	require.Equal(t, []string{"a2"}, slices.Collect(all.From("a1").IDs()))
	require.Equal(t, []string{"a0", "a2"}, slices.Collect(ledger.Sorted(all, "owner").IDs()))
	require.Empty(t, slices.Collect(all.Where("owner", "bob").IDs()))
	last, ok := accounts.Shared(v).Last()
	require.True(t, ok)
	require.Equal(t, "a2", last.ID)
	require.Empty(t, told, "walks that are narrowed")

	require.Equal(t, 4, all.Len())
	require.Equal(t, 1, told[accounts.Name()])
	require.True(t, all.Has("a1"))
	require.Equal(t, 2, told[accounts.Name()])

	of := accounts.Of(ledger.Narrowed(b.View(), "no such listing", "a3", accounts.Name()))
	require.Equal(t, []string{"a3"}, slices.Collect(of.IDs()), "by ID")
	require.Equal(t, 4, accounts.Of(b.View()).Len(), "the view itself is as it was")
}
