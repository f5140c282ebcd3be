package ledger_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// clerk is a reader who sees no account of "secret" owners, and of those with
// notes neither notes nor owner.
type clerk struct{}

func redact(reader any, _ ledger.Subject, rec any) bool {
	a, ok := rec.(*account)
	if !ok || reader != (clerk{}) {
		return true
	}
	if len(a.Notes) > 0 {
		a.Owner, a.Notes = "withheld", nil
	}
	return !strings.HasPrefix(a.Owner, "secret")
}

// redactedBook is a ledger under redact.
func redactedBook(t testing.TB, j *memory.Journal) *ledger.Ledger {
	return open(t, j, &ledger.Options{Clock: (&clock{now: day0}).Now, NewID: counter(), Redact: redact, Eraser: j})
}

// Whatever a reader asks of a view, the answer is that of a ledger which holds only
// what the reader may see.
func TestViewsForReaders(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := redactedBook(t, memory.New())
		model := make(map[string]account) // as the clerk sees them
		owners := []string{"ada", "bob", "secret-1", "withheld"}
		all := 0
		for i := range rapid.IntRange(0, 12).Draw(rt, "accounts") {
			a := account{ID: fmt.Sprint("a", i), Owner: rapid.SampledFrom(owners).Draw(rt, "owner"), Balance: i}
			if rapid.Bool().Draw(rt, "notes") {
				a.Notes = []note{{Text: "private"}}
			}
			update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, a) })
			all++
			a.Revision = l.View().Head().Seq
			if len(a.Notes) > 0 {
				a.Owner, a.Notes, a.Revision = "withheld", nil, 0
			}
			if !strings.HasPrefix(a.Owner, "secret") {
				model[a.ID] = a
			}
		}
		whole := l.View()
		require.Equal(rt, all, whole.Len())
		v := whole.For(clerk{})
		require.Equal(rt, len(model), v.Len())
		of := accounts.Of(v)
		require.Equal(rt, len(model), of.Len())
		require.Equal(rt, len(model), len(slices.Collect(of.IDs())))
		for id := range of.IDs() {
			require.Contains(rt, model, id)
		}
		require.Len(rt, slices.Collect(of.All()), len(model))
		for a := range of.All() {
			require.Equal(rt, model[a.ID], a)
		}
		for i := range all + 1 {
			id := fmt.Sprint("a", i)
			want, shown := model[id]
			got, ok := of.Get(id)
			require.Equal(rt, shown, ok)
			require.Equal(rt, want, got)
			require.Equal(rt, shown, of.Has(id))
			require.Equal(rt, shown, v.Has(subject(id)))
			require.Equal(rt, shown && want.Revision != 0, v.Whole(subject(id)))
			rec, ok := v.Record(subject(id))
			require.Equal(rt, shown, ok)
			if ok {
				require.Equal(rt, want, *rec.(*account))
			}
		}
		n := 0
		for s, rec := range v.All() {
			require.Equal(rt, model[s.ID], *rec.(*account))
			n++
		}
		require.Equal(rt, len(model), n)
		whyNot := v.Export(io.Discard)
		hides := len(model) < all
		for _, a := range model {
			hides = hides || a.Revision == 0
		}
		require.Equal(rt, hides, errors.Is(whyNot, ledger.ErrForbidden), "%v", whyNot)

		// In the order of what is shown, and from each of them on.
		var sorted []account
		for _, a := range model {
			sorted = append(sorted, a)
		}
		slices.SortFunc(sorted, func(a, b account) int { return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.ID, b.ID)) })
		inOrder := ledger.Sorted(of, "owner")
		require.Equal(rt, sorted, slices.Collect(inOrder.All()))
		for i, a := range sorted {
			page := inOrder.From(a.ID)
			require.Equal(rt, sorted[i:], slices.Collect(page.All()))
			require.Equal(rt, len(sorted)-i, page.Len())
			for j, b := range sorted {
				require.Equal(rt, j >= i, page.Has(b.ID))
			}
		}
		for i := range all {
			id := fmt.Sprint("a", i)
			if _, shown := model[id]; !shown {
				require.ErrorIs(rt, inOrder.From(id).Err(), ledger.ErrNotFound, "where it stands is not told")
			}
			from := slices.Collect(of.From(id).IDs())
			require.ElementsMatch(rt, slices.DeleteFunc(slices.Collect(of.IDs()), func(other string) bool { return other < id }), from)
		}
		for _, owner := range owners {
			listed := of.Where("owner", owner)
			var want []string
			for i := range all {
				a, shown := model[fmt.Sprint("a", i)]
				before, _ := accounts.Of(whole).Get(fmt.Sprint("a", i))
				if shown && a.Owner == owner && before.Owner == owner {
					want = append(want, a.ID)
				}
			}
			slices.Sort(want)
			require.Equal(rt, want, slices.Collect(listed.IDs()))
			require.Equal(rt, len(want), listed.Len())
			for i := range all {
				id := fmt.Sprint("a", i)
				require.Equal(rt, slices.Contains(want, id), listed.Has(id))
			}
		}
		// Who holds the kind computes on the whole; other readers see it.
		require.Equal(rt, all, accounts.Shared(v).Len())
		require.Equal(rt, all, whole.For("director").Len())
		require.Equal(rt, len(model), whole.For("director").For(clerk{}).Len())
		require.Equal(rt, len(model), v.For("director").Len(), "no reader widens what another sees")
	})
}

func TestForWithoutRedact(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("a"))
	require.Same(t, o.View(), o.View().For(clerk{}))
	require.Equal(t, told(t, o.Trail(t.Context(), 0)), told(t, o.For(clerk{}).Trail(t.Context(), 0)))
}

// What a reader was not shown whole can't be written back by mistake.
func TestAlteredRecordsCantBeWrittenBack(t *testing.T) {
	l := redactedBook(t, memory.New())
	update(t, l, func(tx *ledger.Tx) error {
		return accounts.Keep(tx, account{ID: "a", Owner: "ada", Notes: []note{{Text: "private"}}})
	})
	a, _ := accounts.Of(l.View().For(clerk{})).Get("a")
	a.Balance = 9
	err := l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, a) })
	require.ErrorIs(t, err, ledger.ErrExists)
	whole, _ := accounts.Of(l.View()).Get("a")
	require.Equal(t, "private", whole.Notes[0].Text)
}

// A record whose key the hook changes would stand where another does: it is hidden.
func TestRedactKeepsKeys(t *testing.T) {
	l := open(t, memory.New(), &ledger.Options{Redact: func(_ any, _ ledger.Subject, rec any) bool {
		rec.(*account).ID = "other"
		return true
	}})
	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a"}) })
	require.Zero(t, l.View().For(1).Len())
	require.Equal(t, 1, l.View().Len())
}

func told(t testing.TB, entries iter.Seq2[ledger.Entry, error]) (all []ledger.Entry) {
	t.Helper()
	for e, err := range entries {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

func TestTrailForReaders(t *testing.T) {
	j := memory.New()
	l := redactedBook(t, j)
	do := func(fn func(tx *ledger.Tx) error) { t.Helper(); update(t, l, fn) }
	set := func(a account) { t.Helper(); do(func(tx *ledger.Tx) error { return keep(tx, a) }) }
	set(account{ID: "open", Owner: "ada"})
	set(account{ID: "hush", Owner: "secret-1"})
	set(account{ID: "part", Owner: "ada", Notes: []note{{Text: "private"}}})
	set(account{ID: "part", Owner: "ada", Balance: 5, Notes: []note{{Text: "private too"}}})
	set(account{ID: "late", Owner: "ada"})      // shown then
	set(account{ID: "late", Owner: "secret-2"}) // and hidden now
	set(account{ID: "was", Owner: "secret-3"})  // hidden then
	set(account{ID: "was", Owner: "bob"})       // and shown now
	do(func(tx *ledger.Tx) error {
		require.NoError(t, keep(tx, account{ID: "open", Owner: "bob"}))
		require.NoError(t, keep(tx, account{ID: "hush", Owner: "secret-4"}))
		require.NoError(t, keep(tx, account{ID: "brief", Owner: "secret-5"}))
		return accounts.Drop(tx, "brief")
	})
	set(account{ID: "done", Owner: "secret-6", Closed: true})
	require.NoError(t, l.Erase(t.Context(), by, subject("done")))
	set(account{ID: "gone", Owner: "ada"})
	set(account{ID: "shut", Owner: "secret-7"})
	do(func(tx *ledger.Tx) error {
		require.NoError(t, accounts.Drop(tx, "gone"))
		return accounts.Drop(tx, "shut")
	})

	w := l.For(clerk{})
	// Two commits tell of nothing but what has been erased, which can't be judged.
	require.Len(t, told(t, l.For("director").Trail(t.Context(), 0)), int(l.View().Head().Seq)-2)
	entries := told(t, w.Trail(t.Context(), 0))
	text, err := json.Marshal(entries)
	require.NoError(t, err)
	for _, word := range []string{"secret", "private", "hush", "late", "brief", "done", "shut"} {
		require.NotContains(t, string(text), word)
	}
	var lines []string
	for _, e := range entries {
		for _, c := range e.Changes {
			line := fmt.Sprint(e.Seq, " ", c.ID, " ", c.What)
			for _, f := range c.Fields {
				line += fmt.Sprintf(" %s:%s>%s", f.Path, f.Before, f.After)
			}
			lines = append(lines, line)
		}
	}
	require.Equal(t, []string{
		`1 open created id:>"open" owner:>"ada"`,
		`3 part created id:>"part" owner:>"withheld"`,
		`4 part revised balance:0>5`,
		`8 was revised id:>"was" owner:>"bob"`,
		`9 open revised owner:"ada">"bob"`,
		`12 gone created id:>"gone" owner:>"ada"`,
		`14 gone withdrawn`,
	}, shorten(lines))

	require.Equal(t, entries[2:], told(t, w.Trail(t.Context(), 3)), "what came before counts, also where it is not told")
	require.Equal(t, w.View().Len(), 3)
	past, err := w.At(t.Context(), day0)
	require.NoError(t, err)
	require.Equal(t, 3, past.Len())
	for v, err := range w.Between(t.Context(), day0, day0, time.Hour) {
		require.NoError(t, err)
		require.Equal(t, 3, v.Len())
	}
	for _, id := range []string{"hush", "late", "done", "shut"} {
		require.Empty(t, told(t, w.History(t.Context(), subject(id))), id)
	}
	part := told(t, w.History(t.Context(), subject("part")))
	require.Len(t, part, 2)
	require.JSONEq(t, `{"id":"part","owner":"withheld","balance":5}`, string(part[1].Changes[0].Body))
}

// shorten leaves out fields that are zero on both sides.
func shorten(lines []string) []string {
	for i, line := range lines {
		words := strings.Fields(line)
		words = slices.DeleteFunc(words, func(w string) bool { return strings.HasSuffix(w, ":>0") || strings.HasSuffix(w, ":>false") })
		lines[i] = strings.Join(words, " ")
	}
	return lines
}

// What can't be read can't be judged, so it is hidden.
func TestUnknownIsHiddenFromReaders(t *testing.T) {
	j := memory.New()
	l := redactedBook(t, j)
	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a", Owner: "ada"}) })
	without, err := ledger.Open(t.Context(), j, &ledger.Options{Redact: redact, MayLack: func(ledger.KindName) bool { return true }})
	require.NoError(t, err)
	require.Equal(t, 1, without.View().Len())
	v := without.View().For(clerk{})
	require.Zero(t, v.Len())
	require.Empty(t, slices.Collect(v.Unknown()))
	require.False(t, v.Has(subject("a")))
	require.False(t, v.Whole(subject("a")))
	_, ok := v.Record(subject("a"))
	require.False(t, ok)
	require.Empty(t, told(t, without.For(clerk{}).Trail(t.Context(), 0)))
}

// A trail that can't be read says so to a reader too.
func TestTrailForReadersFails(t *testing.T) {
	l := redactedBook(t, memory.New())
	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a"}) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	for _, err := range l.For(clerk{}).Trail(ctx, 0) {
		last = err
	}
	require.ErrorIs(t, last, context.Canceled)
	_, err := l.For(clerk{}).At(ctx, day0)
	require.ErrorIs(t, err, context.Canceled)
}
