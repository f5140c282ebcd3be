package ledger_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// verb is one thing that somebody does to accounts, of which the sum never
// changes. One that decides rests on what others can write: the account "seal".
type verb struct {
	name   string
	on, to string
	amount int
	inner  []*verb
	fails  bool // in the end, after it has written
	panics bool

	done bool // it passed, and was not undone by the one around it
}

func (v *verb) String() string {
	return fmt.Sprint(v.name, " ", v.on, " ", v.to, " ", v.amount, v.inner)
}

var errAsked = errors.New("it was asked to fail")

func (v *verb) decides() bool { return v.name == "approve" || v.name == "pass" }

// do runs the verb, whose panic is recovered.
func (v *verb) do(tx *ledger.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if p != v {
				panic(p)
			}
			err = errAsked
		}
		v.done = err == nil
		if err != nil {
			v.undone()
		}
	}()
	if v.name == "withdraw" {
		return tx.Withdraw(subject(v.on))
	}
	run := tx.Verb
	if v.decides() {
		run = tx.Decide
	}
	return run(v.name, subject(v.on), func() error {
		if err := v.write(tx); err != nil {
			return err
		}
		if v.panics {
			panic(v)
		}
		if v.fails {
			return errAsked
		}
		return nil
	})
}

// undone says that the one around it has failed.
func (v *verb) undone() {
	v.done = false
	for _, in := range v.inner {
		in.undone()
	}
}

func (v *verb) write(tx *ledger.Tx) error {
	switch v.name {
	case "open":
		return accounts.Keep(tx, account{ID: v.on, Owner: tx.By().Actor})
	case "own":
		return v.revise(tx, v.on, func(a *account) error { a.Owner = v.to; return nil })
	case "transfer":
		if err := v.revise(tx, v.on, func(a *account) error { a.Balance -= v.amount; return nil }); err != nil {
			return err
		}
		return v.revise(tx, v.to, func(a *account) error { a.Balance += v.amount; return nil })
	case "approve", "pass": // by who does not own it, where the seal says that they may
		seal, err := accounts.Must(tx, "seal")
		if err != nil {
			return err
		}
		return v.revise(tx, v.on, func(a *account) error {
			if seal.Owner != tx.By().Actor || a.Owner == tx.By().Actor || a.Balance < 0 {
				return ledger.Refuse(ledger.ErrForbidden, "seal of %s, account of %s with %d", seal.Owner, a.Owner, a.Balance)
			}
			a.Closed = v.name == "approve"
			return nil
		})
	case "all": // of several, some of which may fail and be ignored
		for _, in := range v.inner {
			if err := in.do(tx); err != nil && v.amount == 0 {
				return err
			}
		}
	}
	return nil
}

func (v *verb) revise(tx *ledger.Tx, id string, change func(*account) error) error {
	a, err := accounts.Must(tx, id)
	if err != nil {
		return err
	}
	if a.Closed && v.name != "pass" && v.name != "approve" {
		return ledger.Refuse(ledger.ErrState, "it is closed")
	}
	if err := change(&a); err != nil {
		return err
	}
	return accounts.Keep(tx, a)
}

func drawVerb(rt *rapid.T, depth int) *verb {
	ids := []string{"a", "b", "c", "seal", "new"}
	v := &verb{
		name:   rapid.SampledFrom([]string{"open", "own", "own", "transfer", "transfer", "approve", "approve", "pass", "withdraw", "all"}).Draw(rt, "verb"),
		on:     rapid.SampledFrom(ids).Draw(rt, "on"),
		to:     rapid.SampledFrom([]string{"a", "b", "c", "ada", "bob"}).Draw(rt, "to"),
		amount: rapid.IntRange(0, 2).Draw(rt, "amount"),
	}
	switch rapid.IntRange(0, 5).Draw(rt, "end") {
	case 0:
		v.fails = true
	case 1:
		v.panics = true
	}
	if v.name == "all" {
		for range rapid.IntRange(0, 3).Draw(rt, "inner") {
			if depth < 2 {
				v.inner = append(v.inner, drawVerb(rt, depth+1))
			}
		}
	}
	return v
}

// content is what a reader shows, but for revisions.
func content(t require.TestingT, r ledger.Reader) map[string]account {
	all := make(map[string]account)
	for a := range accounts.Of(r).All() {
		a.Revision = 0
		all[a.ID] = a
	}
	return all
}

func sum(all map[string]account) (n int) {
	for _, a := range all {
		n += a.Balance
	}
	return n
}

// passed yields the verbs that passed, in order: for those around others, the
// inner ones, if flat.
func passed(verbs []*verb) (all []*verb) {
	for _, v := range verbs {
		if v.done && v.name != "all" {
			all = append(all, v)
		}
		all = append(all, passed(v.inner)...)
	}
	return all
}

// One commit hides nothing. Whatever an actor puts into it, with verbs that fail
// and are ignored, that panic and are recovered, within one another:
//   - the verbs that passed pass in commits of their own as well, in that order,
//     and lead to the same state;
//   - one that decides and passed does so alone on the state before, too;
//   - what was made and withdrawn is named.
func TestOneCommitHidesNothing(t *testing.T) {
	counts := map[string]int{}
	check := func(rt *rapid.T) {
		actor := ledger.By{Actor: rapid.SampledFrom([]string{"ada", "bob"}).Draw(rt, "actor"), Reason: "test"}
		start := []account{{ID: "a", Owner: "ada", Balance: 5}, {ID: "b", Owner: "bob", Balance: -5}, {ID: "c", Owner: "eve"}}
		if rapid.Bool().Draw(rt, "sealed") {
			start = append(start, account{ID: "seal", Owner: rapid.SampledFrom([]string{"ada", "bob"}).Draw(rt, "seal")})
		}
		fresh := func() *ledger.Ledger {
			l, err := ledger.Open(rt.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{accounts}})
			require.NoError(rt, err)
			require.NoError(rt, l.Update(rt.Context(), by, func(tx *ledger.Tx) error {
				for _, a := range start {
					require.NoError(rt, accounts.Keep(tx, a))
				}
				return nil
			}))
			return l
		}
		one := fresh()
		before := content(rt, one.View())
		var verbs []*verb
		for range rapid.IntRange(1, 6).Draw(rt, "verbs") {
			verbs = append(verbs, drawVerb(rt, 0))
		}
		made := map[string]bool{}
		require.NoError(rt, one.Update(rt.Context(), actor, func(tx *ledger.Tx) error {
			for _, v := range verbs {
				was := content(rt, tx)
				err := v.do(tx)
				if err != nil {
					require.Equal(rt, was, content(rt, tx), "%v failed (%v) and left something", v, err)
				}
				if errors.Is(err, ledger.ErrCommitFirst) {
					counts["commit first"]++
				}
			}
			return nil
		}))
		after := content(rt, one.View())
		done := passed(verbs)

		// In commits of their own.
		several := fresh()
		for _, v := range done {
			alone := *v
			alone.fails, alone.panics = false, false
			was := content(rt, several.View())
			require.NoError(rt, several.Update(rt.Context(), actor, alone.do), "%v passed among %v", v, verbs)
			now := content(rt, several.View())
			for id := range now {
				if _, ok := was[id]; !ok {
					made[id] = true
				}
			}
			if v.name != "withdraw" {
				require.Equal(rt, sum(was), sum(now))
			}
			counts[v.name]++
		}
		require.Equal(rt, content(rt, several.View()), after, "%v", verbs)

		// Alone on the state before.
		for _, v := range done {
			if v.decides() {
				alone := *v
				require.NoError(rt, fresh().Update(rt.Context(), actor, alone.do), "%v passed among %v", v, verbs)
				counts["decided"]++
				if len(done) > 1 {
					counts["decided among others"]++
				}
			}
		}

		// What was made and withdrawn.
		var want []string
		for id := range made {
			_, was := before[id]
			if _, is := after[id]; !was && !is {
				want = append(want, id)
				counts["dropped"]++
			}
		}
		var got []string
		for e, err := range one.Trail(rt.Context(), 1) {
			require.NoError(rt, err)
			for _, s := range e.Dropped {
				got = append(got, s.ID)
			}
		}
		require.ElementsMatch(rt, want, got, "%v", verbs)
		require.NoError(rt, one.Verify(rt.Context()))
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range 20 { // so many that each thing happens
			check(rt)
		}
	})
	t.Log(slices.Sorted(maps.Keys(counts)), counts)
	for _, what := range []string{"approve", "transfer", "withdraw", "own", "open", "decided among others", "commit first"} { // that something is dropped is rarer: TestACommitHidesNothing has it
		require.NotZero(t, counts[what], what)
	}
}
