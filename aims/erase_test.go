package aims_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
)

// storeOrg opens a management system on a store with all its powers.
func storeOrg(t testing.TB, s *store, c *clock) *org {
	t.Helper()
	m, err := aims.Open(t.Context(), s, &aims.Options{Clock: c.Now, NewID: counter(), Eraser: s})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.Background())) })
	return &org{Manager: m, t: t, journal: s, clock: c}
}

var (
	asks  = aims.By{Actor: "dpo", Reason: "request of 3 March, article 17"}
	adaID = aims.Subject{Kind: aims.KindPerson, ID: "ada"}
)

// adaLeft is an organisation in which ada owned a system and left.
func adaLeft(t testing.TB) (*store, *org) {
	s := newStore()
	o := storeOrg(t, s, &clock{now: day0}).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.RegisterSystem(spamFilter()) })
	o.clock.Set(day0.AddDate(0, 1, 0))
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.LeftOn = tx.Now()
		return tx.PutPerson(p)
	})
	o.clock.Set(day0.AddDate(0, 2, 0))
	return s, o
}

func history(t testing.TB, o *org, s aims.Subject) (entries []aims.Entry) {
	t.Helper()
	for e, err := range o.History(t.Context(), s) {
		require.NoError(t, err)
		entries = append(entries, e)
	}
	return entries
}

func TestEraseAPerson(t *testing.T) {
	s, o := adaLeft(t)
	before := o.View()
	require.Len(t, history(t, o, adaID), 2)
	require.NoError(t, o.Erase(t.Context(), asks, adaID))
	s.requireGone(t, "Name of ada")
	require.False(t, o.View().People().Has("ada"))
	require.Empty(t, o.Unerased())

	entries := history(t, o, adaID)
	require.Len(t, entries, 3)
	for _, e := range entries[:2] {
		require.Equal(t, aims.Erased, e.Changes[0].What)
		require.Empty(t, e.Changes[0].Body)
		require.Empty(t, e.Changes[0].Fields)
		require.NotEmpty(t, e.By.Actor, "who wrote it and when is still told")
	}
	last := entries[2]
	require.Equal(t, asks, last.By)
	require.Equal(t, []string{"Erase"}, last.Verbs)
	require.Equal(t, []aims.Subject{adaID}, last.Erases)
	require.Equal(t, aims.Withdrawn, last.Changes[0].What)
	for _, err := range o.Trail(t.Context(), 0) {
		require.NoError(t, err)
	}
	for p, err := range o.Changes(t.Context(), before.Head().Seq) {
		require.NoError(t, err)
		require.Equal(t, []aims.Subject{adaID}, p.Erased)
		break
	}
	// Time travel goes on working, and shows the person no more.
	then, err := o.At(t.Context(), day0.Add(time.Hour))
	require.NoError(t, err)
	require.False(t, then.People().Has("ada"))
	require.True(t, then.Systems().Has("spam"))

	// What refers to the person keeps the ID and can still be worked with.
	o.do("bob", func(tx *aims.Tx) error {
		sys, _ := tx.Systems().Get("spam")
		require.Equal(t, "ada", sys.Owner)
		sys.Description = "sorts mail"
		_, err := tx.ReviseSystem(sys)
		return err
	})
	require.NotEmpty(t, o.View().Findings(o.clock.Now()))
	requireSameView(t, o.View(), storeOrg(t, s, o.clock).View())

	// Again is nothing, and makes no commit.
	head, erasures := o.View().Head(), s.erasures
	require.NoError(t, o.Erase(t.Context(), asks, adaID, adaID))
	require.Equal(t, head, o.View().Head())
	require.Equal(t, erasures, s.erasures)
	// Opening does not do it again either.
	storeOrg(t, s, o.clock)
	require.Equal(t, erasures, s.erasures)

	// The ID is not given again, to whoever it may be: what it signed would be
	// theirs.
	for _, o := range []*org{o, storeOrg(t, s, o.clock)} {
		o.refused("lea", aims.ErrExists, func(tx *aims.Tx) error {
			return tx.PutPerson(aims.Person{ID: "ada", Name: "Name of ada, the second"})
		})
	}
	s.requireGone(t, "Name of ada")
}

func TestEraseWhatWasWithdrawn(t *testing.T) {
	s := newStore()
	o := storeOrg(t, s, &clock{now: day0}).staffed()
	sub := aims.Subject{Kind: aims.KindInterestedParty, ID: "works-council"}
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutInterestedParty(aims.InterestedParty{ID: sub.ID, Name: "Jo Bloggs, works council"})
	})
	o.do("ada", func(tx *aims.Tx) error { return tx.Withdraw(sub) })
	require.NoError(t, o.Erase(t.Context(), asks, sub))
	s.requireGone(t, "Jo Bloggs")
	entries := history(t, o, sub)
	require.Len(t, entries, 3, "the erasure is part of the record's history though it changes nothing live")
	require.Equal(t, []aims.Subject{sub}, entries[2].Erases)
	require.Empty(t, entries[2].Changes)
	again := storeOrg(t, s, o.clock)
	require.Equal(t, o.View().Head(), again.View().Head())
}

func TestEraseIsRefused(t *testing.T) {
	s, o := adaLeft(t)
	o.do("bob", func(tx *aims.Tx) error {
		if err := tx.ReportIncident(aims.Incident{ID: "inc", Title: "Leak", Grade: aims.GradeLow, DetectedOn: tx.Now()}); err != nil {
			return err
		}
		return tx.RaiseConcern(aims.Concern{ID: "con", Text: "unfair", RaisedOn: tx.Now()})
	})
	head := o.View().Head()
	for name, tc := range map[string]struct {
		by       aims.By
		subjects []aims.Subject
		want     error
		say      string
	}{
		"nothing named":       {asks, nil, aims.ErrInvalid, "at least one"},
		"nobody says why":     {aims.By{Actor: "dpo"}, []aims.Subject{adaID}, aims.ErrInvalid, "reason"},
		"no such kind":        {asks, []aims.Subject{{Kind: "planet", ID: "mars"}}, aims.ErrNotFound, "planet"},
		"never on file":       {asks, []aims.Subject{{Kind: aims.KindPerson, ID: "nobody"}}, aims.ErrNotFound, "nobody"},
		"accountable":         {asks, []aims.Subject{{Kind: aims.KindSystem, ID: "spam"}}, aims.ErrForbidden, "accountability"},
		"still works here":    {asks, []aims.Subject{{Kind: aims.KindPerson, ID: "bob"}}, aims.ErrState, "left_on"},
		"open incident":       {asks, []aims.Subject{{Kind: aims.KindIncident, ID: "inc"}}, aims.ErrState, "closed_on"},
		"open concern":        {asks, []aims.Subject{{Kind: aims.KindConcern, ID: "con"}}, aims.ErrState, "answered_on"},
		"one of them refused": {asks, []aims.Subject{adaID, {Kind: aims.KindConcern, ID: "con"}}, aims.ErrState, "con"},
	} {
		t.Run(name, func(t *testing.T) {
			err := o.Erase(t.Context(), tc.by, tc.subjects...)
			require.ErrorIs(t, err, tc.want)
			require.ErrorContains(t, err, tc.say)
			require.Equal(t, head, o.View().Head(), "nothing is half done")
			require.True(t, o.View().People().Has("ada"))
			require.Zero(t, s.erasures)
		})
	}
	t.Run("no eraser", func(t *testing.T) {
		err := openOrg(t, s, o.clock).Erase(t.Context(), asks, adaID)
		require.ErrorIs(t, err, errors.ErrUnsupported)
		require.ErrorContains(t, err, "Options.Eraser")
	})
	t.Run("no authority", func(t *testing.T) {
		m, err := aims.Open(t.Context(), s, &aims.Options{Clock: o.clock.Now, Eraser: s,
			Authorize: func(_ context.Context, _ aims.By, a aims.Action) error {
				require.Equal(t, aims.Action{Verb: "Erase", Kind: aims.KindPerson, ID: "ada"}, a)
				return errors.New("only the data protection officer")
			}})
		require.NoError(t, err)
		defer m.Close(context.Background())
		require.ErrorIs(t, m.Erase(t.Context(), asks, adaID), aims.ErrForbidden)
	})
}

// The store fails, or the process dies, before any, between or after the
// removals: the commit is there, and opening or calling again finishes.
func TestErasureIsFinished(t *testing.T) {
	subjects := []aims.Subject{adaID, {Kind: aims.KindPerson, ID: "zoe"}, {Kind: aims.KindPerson, ID: "xan"}}
	for removed := range len(subjects) {
		for _, how := range []string{"on opening", "on the next call", "on opening after a failed opening", "by another manager"} {
			t.Run(fmt.Sprintf("after %d removals, %s", removed, how), func(t *testing.T) {
				s, o := adaLeft(t)
				o.do("lea", func(tx *aims.Tx) error {
					for _, id := range []string{"zoe", "xan"} {
						if err := tx.PutPerson(aims.Person{ID: id, Name: "Name of " + id, LeftOn: tx.Now()}); err != nil {
							return err
						}
					}
					return nil
				})
				other := storeOrg(t, s, o.clock)
				left := removed
				s.failErase = func(storage.RecordID) error {
					if left--; left < 0 {
						return errDisk
					}
					return nil
				}
				err := o.Erase(t.Context(), asks, subjects...)
				require.ErrorIs(t, err, aims.ErrUnerased)
				require.ErrorIs(t, err, errDisk)
				require.False(t, o.View().People().Has("ada"), "no longer live all the same")
				require.Equal(t, subjects, o.Unerased())
				head := o.View().Head()
				// Without the power, opening goes on and says what is left.
				require.Equal(t, subjects[removed:], openOrg(t, s, o.clock).Unerased())

				switch how {
				case "on opening":
					s.failErase = nil
					require.Empty(t, storeOrg(t, s, o.clock).Unerased())
				case "on the next call":
					s.failErase = nil
					require.NoError(t, o.Erase(t.Context(), asks, subjects...))
					require.Empty(t, o.Unerased())
				case "on opening after a failed opening":
					again := storeOrg(t, s, o.clock)
					require.NotEmpty(t, again.Unerased())
					require.NoError(t, again.issue("work-goes-on"))
					head = again.View().Head()
					s.failErase = nil
					require.Empty(t, storeOrg(t, s, o.clock).Unerased())
				case "by another manager":
					s.failErase = nil
					require.NoError(t, other.Sync(t.Context()))
					require.NoError(t, other.Erase(t.Context(), asks, adaID))
					require.Empty(t, other.Unerased())
				}
				for _, who := range []string{"ada", "zoe", "xan"} {
					s.requireGone(t, "Name of "+who)
				}
				end, err := storage.Verify(t.Context(), s)
				require.NoError(t, err)
				require.Equal(t, head, end, "no second commit")
			})
		}
	}
}

// Whatever is written, withdrawn and erased, in whatever order: what was
// erased is nowhere, everything else is as if nothing had been erased.
func TestEraseProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStore()
		c := &clock{now: day0}
		o := storeOrg(t, s, c).staffed()
		defer o.Close(context.Background())
		ids := []string{"p0", "p1", "p2"}
		want := map[string]string{}   // live
		secret := map[string]string{} // the text of erased ones, by what they said
		texts := map[string][]string{}
		erased := map[string]bool{} // whose IDs are not given again
		for step := range rapid.IntRange(1, 20).Draw(rt, "steps") {
			id := rapid.SampledFrom(ids).Draw(rt, "id")
			sub := aims.Subject{Kind: aims.KindInterestedParty, ID: id}
			switch rapid.SampledFrom([]string{"put", "put", "withdraw", "erase", "fail", "reopen"}).Draw(rt, "op") {
			case "put":
				text := fmt.Sprintf("text-%s-%d.", id, step)
				write := func(tx *aims.Tx) error {
					p, _ := tx.InterestedParties().Get(id)
					p.ID, p.Name = id, text
					return tx.PutInterestedParty(p)
				}
				if erased[id] {
					require.ErrorIs(rt, o.try("ada", write), aims.ErrExists)
					continue
				}
				o.do("ada", write)
				want[id] = text
				texts[id] = append(texts[id], text)
			case "withdraw":
				if _, ok := want[id]; ok {
					o.do("ada", func(tx *aims.Tx) error { return tx.Withdraw(sub) })
					delete(want, id)
				}
			case "fail":
				s.failErase = func(storage.RecordID) error { return errDisk }
				_ = o.Erase(t.Context(), asks, sub)
				s.failErase = nil
				if slices.Contains(o.Unerased(), sub) { // and not given up before, for an earlier one
					delete(want, id)
					erased[id] = true
				}
			case "erase":
				err := o.Erase(t.Context(), asks, sub)
				if _, ever := texts[id]; !ever {
					require.ErrorIs(rt, err, aims.ErrNotFound)
					continue
				}
				require.NoError(rt, err)
				delete(want, id)
				erased[id] = true
				for _, text := range texts[id] {
					secret[text] = text
				}
			case "reopen":
				o = storeOrg(t, s, c)
				require.Empty(rt, o.Unerased())
			}
		}
		for text := range secret {
			s.requireGone(t, text)
		}
		for _, v := range []*aims.View{o.View(), storeOrg(t, s, c).View()} {
			require.Equal(rt, len(want), v.InterestedParties().Len())
			for id, text := range want {
				p, ok := v.InterestedParties().Get(id)
				require.True(rt, ok)
				require.Equal(rt, text, p.Name)
			}
		}
	})
}
