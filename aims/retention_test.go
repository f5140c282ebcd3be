package aims_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/storage/memory"
)

// What an auditor or somebody harmed may ask for is not erased the day it is closed,
// but the day that its row says, unless the organisation's law sets other years.
func TestErasingWaitsAsLongAsTheRowSays(t *testing.T) {
	for name, tc := range map[string]struct {
		incident aims.Incident
		retain   map[string]int
		row      string
		years    int
	}{
		"persons harmed":      {incident: aims.Incident{Grade: aims.GradeLow, PersonsHarmed: true}, row: "RT-1", years: 10},
		"grave":               {incident: aims.Incident{Grade: aims.GradeHigh}, row: "RT-1", years: 10},
		"small":               {incident: aims.Incident{Grade: aims.GradeMedium}, row: "RT-2", years: 3},
		"small, by their law": {incident: aims.Incident{Grade: aims.GradeMedium}, retain: map[string]int{"RT-2": 5}, row: "RT-2", years: 5},
		"a concern":           {row: "RT-3", years: 3},
		"a concern, by law":   {retain: map[string]int{"RT-3": 0}, row: "RT-3", years: 0},
	} {
		t.Run(name, func(t *testing.T) {
			c, j := &clock{now: day0}, memory.New()
			m, err := aims.Open(t.Context(), j, &aims.Options{Clock: c.Now, Eraser: j, Founder: aims.Person{ID: "setup", Name: "Setup"}, Retain: tc.retain})
			require.NoError(t, err)
			o := &org{Manager: m, t: t, clock: c}
			o.staffed()
			s := aims.Subject{Kind: aims.KindConcern, ID: "x"}
			if tc.incident.Grade != "" {
				s.Kind = aims.KindIncident
				tc.incident.ID, tc.incident.Title, tc.incident.DetectedOn = "x", "Harm", c.Now()
				o.do("bob", func(tx *aims.Tx) error { return tx.ReportIncident(tc.incident) })
			} else {
				o.do("bob", func(tx *aims.Tx) error {
					return tx.RaiseConcern(aims.Concern{ID: "x", Text: "unfair", RaisedBy: "staff", RaisedOn: calendar.Of(tx.Now(), nil)})
				})
			}
			until, row, ok := m.View().RetainedUntil(s)
			require.True(t, ok)
			require.True(t, until.IsZero(), "it is not over")
			require.Equal(t, tc.row, row.ID)
			require.ErrorIs(t, m.Erase(t.Context(), asks, s), aims.ErrState)

			c.Set(c.Now().AddDate(0, 0, 3))
			over := c.Now()
			o.do("lea", func(tx *aims.Tx) error {
				if s.Kind == aims.KindIncident {
					return tx.CloseIncident("x", "trained")
				}
				return tx.AnswerConcern("x", "mended")
			})
			until, row, _ = m.View().RetainedUntil(s)
			require.Equal(t, over.AddDate(tc.years, 0, 0), until)
			require.Equal(t, tc.years, row.Years)
			if tc.years > 0 {
				c.Set(until.Add(-time.Second))
				err := m.Erase(t.Context(), asks, s)
				require.ErrorIs(t, err, aims.ErrState)
				require.ErrorContains(t, err, tc.row)
				require.ErrorContains(t, err, until.Format(time.DateOnly))
			}
			c.Set(until)
			require.NoError(t, m.Erase(t.Context(), asks, s))
			_, _, ok = m.View().RetainedUntil(s)
			require.False(t, ok, "it is gone")

			// That something stood there is told, and by whose word it went.
			var last aims.Entry
			for e, err := range m.History(t.Context(), s) {
				require.NoError(t, err)
				last = e
			}
			require.Equal(t, asks.Actor, last.By.Actor)
			require.Equal(t, asks.Reason, last.By.Reason)
			require.Equal(t, []aims.Subject{s}, last.Erases)
		})
	}
}

// Evidence goes in two steps: withdrawn, what rested on it is looked at anew.
func TestEvidenceIsWithdrawnBeforeItIsErased(t *testing.T) {
	c, j := &clock{now: day0}, memory.New()
	m, err := aims.Open(t.Context(), j, &aims.Options{Clock: c.Now, Eraser: j, Founder: aims.Person{ID: "setup", Name: "Setup"}})
	require.NoError(t, err)
	o := &org{Manager: m, t: t, clock: c}
	o.staffed()
	s := aims.Subject{Kind: aims.KindEvidence, ID: "e"}
	o.do("bob", func(tx *aims.Tx) error {
		return tx.AttachEvidence(aims.Evidence{ID: "e", Title: "Log", URI: "file:log", Collected: calendar.Of(tx.Now(), nil), Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.8"))}})
	})
	require.ErrorIs(t, m.Erase(t.Context(), asks, s), aims.ErrState)
	o.do("lea", func(tx *aims.Tx) error { return tx.Withdraw(s) })
	require.NoError(t, m.Erase(t.Context(), asks, s))
}

func TestRetainNamesWhatIsWrong(t *testing.T) {
	for id, years := range map[string]int{"RT-9": 3, "RT-1": -1, "RT-2": 200} {
		_, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: aims.Person{ID: "a", Name: "A"}, Retain: map[string]int{id: years}})
		require.ErrorIs(t, err, aims.ErrInvalid)
		require.ErrorContains(t, err, "retain["+id+"]")
	}
}

// Each row says what it is for, and is reached by a record of its kind.
func TestRetentionsSayWhy(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range aims.Retentions() {
		require.False(t, seen[r.ID])
		seen[r.ID] = true
		for _, text := range []string{string(r.Kind), r.Of, r.From, r.Why, r.Source} {
			require.NotEmpty(t, text, r.ID)
		}
	}
}
