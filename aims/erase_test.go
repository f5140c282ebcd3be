package aims_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/memory"
)

// storeOrg opens a management system on a store with all its powers.
func storeOrg(t testing.TB, j *memory.Journal, c *clock) *org {
	t.Helper()
	m, err := aims.Open(t.Context(), j, &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Eraser: j})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.Background())) })
	return &org{Manager: m, t: t, journal: j, clock: c}
}

var (
	asks  = aims.By{Actor: "lea", Reason: "request of 3 March, article 17"}
	adaID = aims.Subject{Kind: aims.KindPerson, ID: "ada"}
)

// adaLeft is an organisation in which ada owned a system and left.
func adaLeft(t testing.TB) (*memory.Journal, *org) {
	s := memory.New()
	o := storeOrg(t, s, &clock{now: day0}).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.RegisterSystem(spamFilter()) })
	o.clock.Set(day0.AddDate(0, 1, 0))
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.LeftOn = calendar.Of(tx.Now(), nil)
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
		require.Equal(t, []aims.Subject{adaID}, p.Erases)
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

	// Who comes back is another record: the ID is not given again.
	err = o.try("lea", func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "ada", Name: "Ada, the second"})
	})
	require.ErrorIs(t, err, aims.ErrExists)
}

func TestEraseIsRefused(t *testing.T) {
	_, o := adaLeft(t)
	o.do("bob", func(tx *aims.Tx) error {
		if err := tx.ReportIncident(aims.Incident{ID: "inc", Title: "Leak", Grade: aims.GradeLow, DetectedOn: tx.Now()}); err != nil {
			return err
		}
		return tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "con", Text: "unfair", RaisedOn: calendar.Of(tx.Now(), nil)})
	})
	head := o.View().Head()
	for name, tc := range map[string]struct {
		by       aims.By
		subjects []aims.Subject
		want     error
		say      string
	}{
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
		})
	}
}
