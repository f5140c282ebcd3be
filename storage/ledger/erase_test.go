package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

// storeBook opens a ledger on a store that erases.
func storeBook(t testing.TB, s *store, c *clock) *book {
	t.Helper()
	return bookOf(t, s, c, &ledger.Options{Eraser: s})
}

var (
	asks  = ledger.By{Actor: "dpo", Reason: "request of 3 March, article 17"}
	adaID = subject("ada")
)

// adaLeft is a ledger in which ada's account was closed.
func adaLeft(t testing.TB) (*store, *book) {
	s := newStore()
	o := storeBook(t, s, &clock{now: day0})
	for _, id := range []string{"ada", "bob"} {
		o.do("lea", func(tx *ledger.Tx) error { return keep(tx, account{ID: id, Owner: "Owner of " + id}) })
	}
	o.clock.Set(day0.AddDate(0, 1, 0))
	o.do("lea", func(tx *ledger.Tx) error { return keep(tx, account{ID: "ada", Owner: "Owner of ada", Closed: true}) })
	o.clock.Set(day0.AddDate(0, 2, 0))
	return s, o
}

func history(t testing.TB, o *book, s ledger.Subject) (entries []ledger.Entry) {
	t.Helper()
	for e, err := range o.History(t.Context(), s) {
		require.NoError(t, err)
		entries = append(entries, e)
	}
	return entries
}

func TestErase(t *testing.T) {
	s, o := adaLeft(t)
	before := o.View()
	require.Len(t, history(t, o, adaID), 2)
	require.NoError(t, o.Erase(t.Context(), asks, adaID))
	s.requireGone(t, "Owner of ada")
	require.False(t, o.View().Has(adaID))
	require.Empty(t, o.Unerased())

	entries := history(t, o, adaID)
	require.Len(t, entries, 3)
	for _, e := range entries[:2] {
		require.Equal(t, ledger.Erased, e.Changes[0].What)
		require.Empty(t, e.Changes[0].Body)
		require.Empty(t, e.Changes[0].Fields)
		require.NotEmpty(t, e.By.Actor, "who wrote it and when is still told")
	}
	last := entries[2]
	require.Equal(t, asks, last.By)
	require.Equal(t, []string{"Erase"}, last.Verbs)
	require.Equal(t, []ledger.Subject{adaID}, last.Erases)
	require.Equal(t, ledger.Withdrawn, last.Changes[0].What)
	for _, err := range o.Trail(t.Context(), 0) {
		require.NoError(t, err)
	}
	for p, err := range o.Changes(t.Context(), before.Head().Seq) {
		require.NoError(t, err)
		require.Equal(t, []ledger.Subject{adaID}, p.Erases)
		break
	}
	// Time travel goes on working, and shows the record no more.
	then, err := o.At(t.Context(), day0.Add(time.Hour))
	require.NoError(t, err)
	require.False(t, then.Has(adaID))
	require.True(t, then.Has(subject("bob")))
	requireSameView(t, o.View(), storeBook(t, s, o.clock).View())

	// Again is nothing, and makes no commit.
	head, erasures := o.View().Head(), s.erasures
	require.NoError(t, o.Erase(t.Context(), asks, adaID, adaID))
	require.Equal(t, head, o.View().Head())
	require.Equal(t, erasures, s.erasures)
	// Opening does not do it again either.
	storeBook(t, s, o.clock)
	require.Equal(t, erasures, s.erasures)
}

// The key of an erased record is never given again: not at once, not after
// opening from the log or from a snapshot of before or after, nor in another
// ledger on the same journal. It does not matter whether the record was live.
func TestErasedKeysAreNotGivenAgain(t *testing.T) {
	s, o := adaLeft(t)
	o = snapBook(t, s, o.clock)
	other := snapBook(t, s, o.clock)
	require.NoError(t, o.add("gone"))
	o.do("lea", func(tx *ledger.Tx) error { return tx.Withdraw(subject("gone")) })
	require.NoError(t, o.add("withdrawn"))
	o.do("lea", func(tx *ledger.Tx) error { return tx.Withdraw(subject("withdrawn")) })
	refused := func(o *book) {
		t.Helper()
		for _, id := range []string{"ada", "gone"} {
			for _, made := range []account{{ID: id}, {ID: id, Closed: true}} {
				head := o.View().Head()
				err := o.try("eve", func(tx *ledger.Tx) error {
					require.False(t, tx.Has(subject(id)))
					return accounts.Keep(tx, made)
				})
				require.ErrorIs(t, err, ledger.ErrExists)
				require.ErrorContains(t, err, "has been erased")
				require.Equal(t, head, o.View().Head())
			}
		}
		require.NoError(t, o.Verify(t.Context()))
	}
	require.NoError(t, o.Checkpoint(t.Context()))
	earlier := *s.last()
	require.NoError(t, o.Erase(t.Context(), asks, adaID, subject("gone")))
	refused(o)
	require.NoError(t, other.Sync(t.Context()))
	refused(other)
	refused(openBook(t, s, o.clock))
	refused(snapBook(t, s, o.clock))
	s.only(&earlier) // as if it had been kept by a store that is slow to drop it
	refused(snapBook(t, s, o.clock))
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NotEqual(t, earlier.Head, s.last().Head)
	refused(snapBook(t, s, o.clock))
	require.NoError(t, o.add("more"))
	refused(snapBook(t, s, o.clock))
	require.NoError(t, o.add("withdrawn"), "a key that was only withdrawn may come back")
	require.NotEqual(t, "ada", lastEntry(t, o.Ledger).Changes[0].ID)
}

// A commit that withdraws and makes again does not get an erased key either, and
// neither does one that is queued behind the erasure.
func TestErasedKeyWhileTheErasureIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, left := adaLeft(t)
		j := &held{Journal: s}
		o := bookOf(t, j, left.clock, &ledger.Options{Eraser: s})
		gate := make(chan struct{})
		j.gate.Store(&gate)
		erased, again := make(chan error, 1), make(chan error, 1)
		go func() { erased <- o.Erase(t.Context(), asks, adaID) }()
		synctest.Wait()
		go func() { again <- o.add("ada") }()
		synctest.Wait()
		require.Empty(t, erased)
		close(gate)
		require.NoError(t, <-erased)
		require.ErrorIs(t, <-again, ledger.ErrExists)
	})
}

func TestEraseWhatWasWithdrawn(t *testing.T) {
	s := newStore()
	o := storeBook(t, s, &clock{now: day0})
	sub := subject("works-council")
	o.do("ada", owned(sub.ID, "Jo Bloggs, works council"))
	o.do("ada", func(tx *ledger.Tx) error { return tx.Withdraw(sub) })
	require.NoError(t, o.Erase(t.Context(), asks, sub))
	s.requireGone(t, "Jo Bloggs")
	entries := history(t, o, sub)
	require.Len(t, entries, 3, "the erasure is part of the record's history though it changes nothing live")
	require.Equal(t, []ledger.Subject{sub}, entries[2].Erases)
	require.Empty(t, entries[2].Changes)
	again := storeBook(t, s, o.clock)
	require.Equal(t, o.View().Head(), again.View().Head())
}

func TestEraseIsRefused(t *testing.T) {
	s, o := adaLeft(t)
	// Crates can't be erased at all.
	crates := ledger.MustDeclare(ledger.Spec[ledger.Parcel]{Name: "crate", Key: func(p *ledger.Parcel) string { return p.ID },
		Revision: func(p *ledger.Parcel) *uint64 { return &p.Revision }})
	l, err := ledger.Open(t.Context(), s, &ledger.Options{Kinds: []ledger.AnyKind{accounts, crates}, Clock: o.clock.Now, Eraser: s})
	require.NoError(t, err)
	o.Ledger = l
	o.do("lea", func(tx *ledger.Tx) error { return crates.Keep(tx, ledger.Parcel{ID: "c"}) })
	head := o.View().Head()
	for name, tc := range map[string]struct {
		by       ledger.By
		subjects []ledger.Subject
		want     error
		say      string
	}{
		"nothing named":       {asks, nil, ledger.ErrInvalid, "at least one"},
		"nobody says why":     {ledger.By{Actor: "dpo"}, []ledger.Subject{adaID}, ledger.ErrInvalid, "reason"},
		"no such kind":        {asks, []ledger.Subject{{Kind: "planet", ID: "mars"}}, ledger.ErrNotFound, "planet"},
		"never on file":       {asks, []ledger.Subject{subject("nobody")}, ledger.ErrNotFound, "nobody"},
		"accountable":         {asks, []ledger.Subject{{Kind: "crate", ID: "c"}}, ledger.ErrForbidden, "accountability"},
		"still open":          {asks, []ledger.Subject{subject("bob")}, ledger.ErrState, "still open"},
		"one of them refused": {asks, []ledger.Subject{adaID, subject("bob")}, ledger.ErrState, "bob"},
	} {
		t.Run(name, func(t *testing.T) {
			err := o.Erase(t.Context(), tc.by, tc.subjects...)
			require.ErrorIs(t, err, tc.want)
			require.ErrorContains(t, err, tc.say)
			require.Equal(t, head, o.View().Head(), "nothing is half done")
			require.True(t, o.View().Has(adaID))
			require.Zero(t, s.erasures)
		})
	}
	s, o = adaLeft(t)
	t.Run("no eraser", func(t *testing.T) {
		err := openBook(t, s, o.clock).Erase(t.Context(), asks, adaID)
		require.ErrorIs(t, err, errors.ErrUnsupported)
		require.ErrorContains(t, err, "Options.Eraser")
	})
	t.Run("no authority", func(t *testing.T) {
		l := open(t, s, &ledger.Options{Clock: o.clock.Now, Eraser: s,
			Authorize: func(_ context.Context, _ ledger.By, a ledger.Action) error {
				require.Equal(t, ledger.Action{Verb: "Erase", Subject: adaID}, a)
				return errors.New("only the data protection officer")
			}})
		require.ErrorIs(t, l.Erase(t.Context(), asks, adaID), ledger.ErrForbidden)
	})
}

// The store fails, or the process dies, before any, between or after the
// removals: the commit is there, and opening or calling again finishes.
func TestErasureIsFinished(t *testing.T) {
	subjects := []ledger.Subject{adaID, subject("zoe"), subject("xan")}
	for removed := range len(subjects) {
		for _, how := range []string{"on opening", "on the next call", "on opening after a failed opening", "by another ledger"} {
			t.Run(fmt.Sprintf("after %d removals, %s", removed, how), func(t *testing.T) {
				s, o := adaLeft(t)
				o.do("lea", func(tx *ledger.Tx) error {
					for _, id := range []string{"zoe", "xan"} {
						if err := keep(tx, account{ID: id, Owner: "Owner of " + id, Closed: true}); err != nil {
							return err
						}
					}
					return nil
				})
				other := storeBook(t, s, o.clock)
				left := removed
				s.failErase = func(storage.RecordID) error {
					if left--; left < 0 {
						return errDisk
					}
					return nil
				}
				err := o.Erase(t.Context(), asks, subjects...)
				require.ErrorIs(t, err, ledger.ErrUnerased)
				require.ErrorIs(t, err, errDisk)
				require.False(t, o.View().Has(adaID), "no longer live all the same")
				require.Equal(t, subjects, o.Unerased())
				head := o.View().Head()
				// Without the power, opening goes on and says what is left.
				require.Equal(t, subjects[removed:], openBook(t, s, o.clock).Unerased())

				switch how {
				case "on opening":
					s.failErase = nil
					require.Empty(t, storeBook(t, s, o.clock).Unerased())
				case "on the next call":
					s.failErase = nil
					require.NoError(t, o.Erase(t.Context(), asks, subjects...))
					require.Empty(t, o.Unerased())
				case "on opening after a failed opening":
					again := storeBook(t, s, o.clock)
					require.NotEmpty(t, again.Unerased())
					require.NoError(t, again.add("work-goes-on"))
					head = again.View().Head()
					s.failErase = nil
					require.Empty(t, storeBook(t, s, o.clock).Unerased())
				case "by another ledger":
					s.failErase = nil
					require.NoError(t, other.Sync(t.Context()))
					require.NoError(t, other.Erase(t.Context(), asks, adaID))
					require.Empty(t, other.Unerased())
				}
				for _, who := range []string{"ada", "zoe", "xan"} {
					s.requireGone(t, "Owner of "+who)
				}
				end, err := storage.Verify(t.Context(), s)
				require.NoError(t, err)
				require.Equal(t, head, end, "no second commit")
			})
		}
	}
}

// Whatever is written, withdrawn and erased, in whatever order: what was
// erased is nowhere, its key is not given again, everything else is as if nothing
// had been erased.
func TestEraseProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStore()
		c := &clock{now: day0}
		reopen := func() *ledger.Ledger {
			return open(t, s, &ledger.Options{Clock: c.Now, NewID: counter(), Eraser: s, Snapshots: s})
		}
		l := reopen()
		do := func(fn func(tx *ledger.Tx) error) error { return l.Update(t.Context(), by, fn) }
		want := map[string]string{} // live
		gone := map[string]bool{}
		texts := map[string][]string{}
		for step := range rapid.IntRange(1, 20).Draw(rt, "steps") {
			id := rapid.SampledFrom([]string{"p0", "p1", "p2"}).Draw(rt, "id")
			op := rapid.SampledFrom([]string{"put", "put", "put", "withdraw", "erase", "fail", "reopen", "snapshot"}).Draw(rt, "op")
			switch op {
			case "put":
				text := fmt.Sprintf("text-%s-%d.", id, step)
				err := do(func(tx *ledger.Tx) error { return keep(tx, account{ID: id, Owner: text, Closed: true}) })
				if gone[id] {
					require.ErrorIs(rt, err, ledger.ErrExists)
					continue
				}
				require.NoError(rt, err)
				want[id] = text
				texts[id] = append(texts[id], text)
			case "withdraw":
				if _, ok := want[id]; ok {
					require.NoError(rt, do(func(tx *ledger.Tx) error { return tx.Withdraw(subject(id)) }))
					delete(want, id)
				}
			case "fail", "erase":
				if op == "fail" {
					s.failErase = func(storage.RecordID) error { return errDisk }
				}
				left := len(l.Unerased()) > 0
				err := l.Erase(t.Context(), asks, subject(id))
				s.failErase = nil
				_, ever := texts[id]
				switch {
				case op == "fail" && left: // of an earlier call, which goes first
					require.ErrorIs(rt, err, ledger.ErrUnerased)
				case !ever:
					require.ErrorIs(rt, err, ledger.ErrNotFound)
				case op == "fail" && !gone[id]:
					require.ErrorIs(rt, err, ledger.ErrUnerased)
					gone[id] = true
					delete(want, id)
				default:
					require.NoError(rt, err)
					gone[id] = true
					delete(want, id)
				}
			case "snapshot":
				if l.View().Head().Seq > 0 {
					_ = l.Checkpoint(t.Context()) // a store that has erased up to here refuses
				}
			case "reopen":
				l = reopen()
				require.Empty(rt, l.Unerased())
			}
		}
		again := reopen()
		for id := range gone {
			for _, text := range texts[id] {
				s.requireGone(t, text)
			}
		}
		for _, v := range []*ledger.View{l.View(), again.View(), open(t, s, nil).View()} {
			require.Equal(rt, len(want), v.Len())
			for id, text := range want {
				p, ok := accounts.Of(v).Get(id)
				require.True(rt, ok)
				require.Equal(rt, text, p.Owner)
			}
		}
		require.NoError(rt, again.Verify(t.Context()))
	})
}
