package ledger_test

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// model is what records should be: accounts by key.
type model map[string]account

// keys returns the keys of the accounts that keep holds of, in order.
func (m model) keys(keep func(account) bool) []string {
	keys := []string{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if keep(m[k]) {
			keys = append(keys, k)
		}
	}
	return keys
}

func collect[T any](seq iter.Seq[T]) []T {
	all := []T{}
	for v := range seq {
		all = append(all, v)
	}
	return all
}

// contents are accounts without their revisions.
func contents(seq iter.Seq[account]) []account {
	all := collect(seq)
	for i := range all {
		all[i].Revision = 0
	}
	return all
}

// requireRecords checks all that Records and Shared say of a choice.
func (m model) requireRecords(t require.TestingT, got ledger.Records[account], shared ledger.Shared[account], keys []string) {
	want := []account{}
	for _, k := range keys {
		want = append(want, m[k])
	}
	require.Equal(t, want, contents(got.All()))
	require.Equal(t, keys, collect(got.IDs()))
	require.Equal(t, len(keys), got.Len())
	require.Equal(t, len(keys), shared.Len())
	n := 0
	for k, p := range shared.All() {
		require.Equal(t, keys[n], k)
		require.Equal(t, k, p.ID)
		n++
	}
	require.Equal(t, len(keys), n)
	for _, k := range []string{"a0", "a5", "b1", "nobody", ""} {
		a, ok := got.Get(k)
		require.Equal(t, slices.Contains(keys, k), ok)
		require.Equal(t, ok, got.Has(k))
		require.Equal(t, ok, shared.Has(k))
		_, there := shared.Get(k)
		require.Equal(t, ok, there)
		if ok {
			a.Revision = 0
			require.Equal(t, m[k], a)
		}
	}
	if last, ok := shared.Last(); len(keys) == 0 {
		require.False(t, ok)
	} else {
		require.Equal(t, keys[len(keys)-1], last.ID)
	}
	for range got.All() { // a walk ends where the loop does
		break
	}
	for range got.IDs() {
		break
	}
}

func (m model) require(t require.TestingT, r ledger.Reader) {
	m.requireRecords(t, accounts.Of(r), accounts.Shared(r), m.keys(func(account) bool { return true }))
	require.Equal(t, len(m), r.Len())
	for _, owner := range []string{"", "a", "ada", "bob", "nobody", "ada\x00"} {
		m.requireRecords(t, accounts.Of(r).Where("owner", owner), accounts.Shared(r).Where("owner", owner),
			m.keys(func(a account) bool { return a.Owner == owner }))
	}
	for _, tag := range []string{"", "x", "y", "z", "none"} {
		m.requireRecords(t, accounts.Of(r).Where("tag", tag), accounts.Shared(r).Where("tag", tag),
			m.keys(func(a account) bool { return tagged(a, tag) }))
	}
	model{}.requireRecords(t, accounts.Of(r).Where("no such listing", "x"), accounts.Shared(r).Where("no such listing", "x"), []string{})
	require.Equal(t, m.several(func(a account) []string { return []string{a.Owner} }), collect(ledger.Several(accounts, r, "owner")))
	require.Equal(t, m.several(func(a account) []string {
		if len(a.Tags) == 0 {
			return []string{""}
		}
		return a.Tags
	}), collect(ledger.Several(accounts, r, "tag")))
	require.Empty(t, collect(ledger.Several(accounts, r, "no such listing")))
	m.requireChoices(t, r)
}

// several are the values that more than one account has, in order.
func (m model) several(of func(account) []string) []string {
	n, out := make(map[string]int), []string{}
	for _, a := range m {
		for _, v := range slices.Compact(slices.Sorted(slices.Values(of(a)))) {
			n[v]++
		}
	}
	for _, v := range slices.Sorted(maps.Keys(n)) {
		if n[v] > 1 {
			out = append(out, v)
		}
	}
	return out
}

// requireChoices looks at choices that combine, are in another order, and begin
// somewhere.
func (m model) requireChoices(t require.TestingT, r ledger.Reader) {
	all := accounts.Of(r)
	for _, owner := range []string{"ada", "nobody"} {
		for _, tag := range []string{"x", "z"} {
			both := func(a account) bool { return a.Owner == owner && tagged(a, tag) }
			require.Equal(t, m.keys(both), slices.AppendSeq([]string{}, all.Where("tag", tag).Where("owner", owner).IDs()))
			twice := all.Where("tag", tag).Where("tag", "y")
			want := m.keys(func(a account) bool { return tagged(a, tag) && tagged(a, "y") })
			require.Equal(t, want, slices.AppendSeq([]string{}, twice.IDs()))
			require.Equal(t, len(want), twice.Len())
			for id := range m {
				require.Equal(t, slices.Contains(want, id), twice.Has(id))
			}
		}
	}
	byOwner := func(keys []string) []string {
		slices.SortStableFunc(keys, func(a, b string) int { return strings.Compare(m[a].Owner, m[b].Owner) })
		return keys
	}
	for name, c := range map[string]struct {
		records ledger.Records[account]
		want    []string
	}{
		"by key":                 {all, m.keys(func(account) bool { return true })},
		"of a tag":               {all.Where("tag", "x"), m.keys(func(a account) bool { return tagged(a, "x") })},
		"by owner":               {ledger.Sorted(all, "owner"), byOwner(m.keys(func(account) bool { return true }))},
		"of a tag, by owner":     {ledger.Sorted(all.Where("tag", "x"), "owner"), byOwner(m.keys(func(a account) bool { return tagged(a, "x") }))},
		"by owner, then of tags": {ledger.Sorted(all, "owner").Where("tag", "x").Where("tag", "y"), byOwner(m.keys(func(a account) bool { return tagged(a, "x") && tagged(a, "y") }))},
	} {
		require.Equal(t, c.want, slices.AppendSeq([]string{}, c.records.IDs()), name)
		for i, key := range c.want {
			from := c.records.From(key)
			require.Equal(t, c.want[i:], slices.AppendSeq([]string{}, from.IDs()), "%s from %s", name, key)
			require.Equal(t, len(c.want)-i, from.Len(), name)
			require.NoError(t, from.Err())
			for j, other := range c.want {
				require.Equal(t, j >= i, from.Has(other), "%s from %s: %s", name, key, other)
			}
		}
	}
	// A key that is gone is no trouble in the order of keys.
	require.Equal(t, m.keys(func(a account) bool { return a.ID > "a4" }), slices.AppendSeq([]string{}, all.From("a4").IDs()))
	gone := ledger.Sorted(all, "owner").From("a4")
	require.ErrorIs(t, gone.Err(), ledger.ErrNotFound)
	require.Zero(t, gone.Len())
}

// tagged says whether an account is listed by a tag: by the empty one if it has none.
func tagged(a account, tag string) bool {
	return slices.Contains(a.Tags, tag) || tag == "" && len(a.Tags) == 0
}

func TestChoicesThatCannotBeMade(t *testing.T) {
	b := newBook(t)
	b.do("ada", func(tx *ledger.Tx) error {
		return accounts.Keep(tx, account{ID: "a", Owner: "ada", Tags: []string{"x"}})
	})
	all := accounts.Of(b.View())
	for _, c := range []struct {
		records ledger.Records[account]
		rule    string
	}{
		{all.Where("colour", "red"), "account declares no listing of that name (rule declared, got \"colour\")"},
		{all.Where("colour", "red").Where("owner", "ada"), "rule declared"},
		{ledger.Sorted(all, "colour").From("a"), "rule declared"},
		{ledger.Sorted(all, "tag"), "account may stand there under several values, so it gives no order (rule single, got \"tag\")"},
	} {
		require.ErrorIs(t, c.records.Err(), ledger.ErrInvalid)
		require.ErrorContains(t, c.records.Err(), c.rule)
		require.Zero(t, c.records.Len())
		require.Empty(t, slices.Collect(c.records.All()))
		require.False(t, c.records.Has("a"))
	}
	require.NoError(t, all.Where("owner", "nobody").Err())
}

// By name, an empty value asks for those that have none, and a listing that there is
// not is named with those that there are.
func TestPageOfNames(t *testing.T) {
	b := newBook(t)
	b.do("ada", func(tx *ledger.Tx) error {
		return errors.Join(accounts.Keep(tx, account{ID: "a", Owner: "ada", Tags: []string{"x"}}), accounts.Keep(tx, account{ID: "b"}))
	})
	items, next, err := ledger.PageOf(b.View(), "account", map[string]string{"owner": ""}, "", 5)
	require.NoError(t, err)
	require.Empty(t, next)
	require.Len(t, items, 1)
	require.Equal(t, "b", items[0].(*account).ID)
	n, err := ledger.CountOf(b.View(), "account")
	require.NoError(t, err)
	require.Equal(t, 2, n)
	_, err = ledger.CountOf(b.View(), "nonsense")
	require.ErrorIs(t, err, ledger.ErrNotFound)
	tagless, _, err := ledger.PageOf(b.View(), "account", map[string]string{"tag": ""}, "", 5)
	require.NoError(t, err)
	require.Equal(t, items, tagless)
	_, _, err = ledger.PageOf(b.View(), "account", map[string]string{"tag": "", "colour": "red"}, "", 5)
	require.ErrorIs(t, err, ledger.ErrInvalid)
	require.ErrorContains(t, err, `colour: account is not listed by it, but by owner, tag (rule declared, got "red")`)
}

// Whatever is written, withdrawn and rolled back, by verbs and by commits, what
// Records show is what a map would: in the transaction, in views taken before and
// after, and in what is read back from the journal and from a snapshot.
func TestRecordsAreAsAMap(t *testing.T) {
	undo := errors.New("undo")
	tags := [][]string{nil, {"x"}, {"x", "y"}, {"y", "z"}, {"", "z"}}
	rapid.Check(t, func(rt *rapid.T) {
		j := memory.New()
		l, err := ledger.Open(rt.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Snapshots: j})
		require.NoError(rt, err)
		now := model{}
		type shown struct {
			*ledger.View
			model
		}
		views := []shown{{l.View(), model{}}}
		var write func(tx *ledger.Tx, m model, depth int) error
		write = func(tx *ledger.Tx, m model, depth int) error {
			for range rapid.IntRange(1, 5).Draw(rt, "writes") {
				id := rapid.SampledFrom([]string{"a0", "a1", "a10", "a5", "a6", "b1", "b2"}).Draw(rt, "id")
				switch rapid.SampledFrom([]string{"put", "put", "put", "withdraw", "many", "verb"}).Draw(rt, "what") {
				case "put":
					a := account{ID: id, Owner: rapid.SampledFrom([]string{"", "a", "ada", "bob"}).Draw(rt, "owner"), Tags: rapid.SampledFrom(tags).Draw(rt, "tags")}
					require.NoError(rt, keep(tx, a))
					m[id] = a
				case "withdraw":
					err := tx.Withdraw(subject(id))
					if _, there := m[id]; !there {
						require.ErrorIs(rt, err, ledger.ErrNotFound)
						continue
					}
					require.NoError(rt, err)
					delete(m, id)
				case "many": // so many that the transaction keeps them in a map
					for i := range 20 {
						a := account{ID: fmt.Sprint("c", i), Balance: len(m), Tags: tags[1]}
						require.NoError(rt, keep(tx, a))
						m[a.ID] = a
					}
				case "verb":
					if depth > 2 {
						continue
					}
					inner, fail := maps.Clone(m), rapid.Bool().Draw(rt, "fail")
					err := tx.Verb("Inner", subject(id), func() error {
						if err := write(tx, inner, depth+1); err != nil || !fail {
							return err
						}
						return undo
					})
					require.Equal(rt, fail, err != nil)
					if !fail {
						clear(m)
						maps.Copy(m, inner)
					}
				}
			}
			m.require(rt, tx)
			return nil
		}
		for range rapid.IntRange(1, 6).Draw(rt, "commits") {
			fail, next := rapid.Bool().Draw(rt, "fail"), maps.Clone(now)
			err := l.Update(rt.Context(), by, func(tx *ledger.Tx) error {
				if err := write(tx, next, 0); err != nil || !fail {
					return err
				}
				return undo
			})
			if fail {
				require.ErrorIs(rt, err, undo)
			} else {
				require.NoError(rt, err)
				now = next
			}
			views = append(views, shown{l.View(), now})
		}
		for _, v := range views {
			v.model.require(rt, v.View)
		}
		at, err := l.At(rt.Context(), time.Now().AddDate(1, 0, 0))
		require.NoError(rt, err)
		now.require(rt, at)
		if l.View().Head().Seq > 0 {
			require.NoError(rt, l.Checkpoint(rt.Context()))
		}
		again, err := ledger.Open(rt.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Snapshots: j})
		require.NoError(rt, err)
		now.require(rt, again.View())
		require.Empty(rt, cmp.Diff(digest(rt, l.View()), digest(rt, again.View())))
		require.NoError(rt, again.Verify(rt.Context()))
	})
}
