package aims_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
)

// Each matter of 9.3.2 has something that is looked at, and each row says where it stands.
func TestReviewPoints(t *testing.T) {
	seen := make(map[string]bool)
	topics := make(map[aims.ReviewTopic]int)
	for _, r := range aims.ReviewPoints() {
		require.False(t, seen[r.ID], r.ID)
		seen[r.ID] = true
		topics[r.Topic]++
		require.NotEmpty(t, r.What)
		require.Contains(t, r.Ref, "9.3.2")
	}
	for _, topic := range aims.ReviewTopics() {
		require.NotZero(t, topics[topic], topic)
	}
}

// pointOf is what a review agenda says of a point.
func pointOf(t *testing.T, a aims.ReviewAgenda, id string) (string, []aims.Subject) {
	i := slices.IndexFunc(a.Points, func(p aims.ReviewPoint) bool { return p.ID == id })
	require.GreaterOrEqual(t, i, 0, id)
	return a.Points[i].Text.String(), a.Points[i].Subjects
}

// What lies before a review is what came since the one before it.
func TestReviewAgendaIsOfWhatCameSince(t *testing.T) {
	o := wellRun(t)
	a := o.View().ReviewAgenda(day(1))
	require.Equal(t, dayOf(0), a.Since)
	require.Equal(t, o.View().Head().Seq, a.Seen)
	text, _ := pointOf(t, a, "RA-08")
	require.Equal(t, "There is nothing to report.", text)
	text, _ = pointOf(t, a, "RA-09")
	require.Equal(t, "Objectives on file: 1; at their target when last measured: 1; never measured: 0.", text)

	o.clock.Set(day(200))
	o.do("una", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "n", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("9.1"), RaisedOn: tx.Today(), Owner: "ada", Due: tx.Today().AddDays(30)})
	})
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.RaiseConcern(aims.Concern{ID: "c", Text: "It hides mail.", RaisedBy: "ada", RaisedOn: tx.Today()}); err != nil {
			return err
		}
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "Down", Grade: aims.GradeHigh, DetectedOn: tx.Now(), Owner: "ada"})
	})
	o.do("ada", func(tx *aims.Tx) error { return tx.MeasureObjective("o", aims.Measurement{On: tx.Today(), Value: 1e9}) })
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Jurisdictions = append(our.Jurisdictions, "CH")
		return tx.PutOrganisation(our)
	})
	a = o.View().ReviewAgenda(day(400))
	for id, want := range map[string]string{
		"RA-01": "Decisions of earlier reviews: 1; carried out: 0; late: 1.",
		"RA-03": "Its roles or countries are others since 2026-07-24.",
		"RA-06": "Concerns raised since or still open: 1; answered: 0.",
		"RA-08": "Nonconformities raised since: 1; open: 1; open majors: 1.",
		"RA-09": "Objectives on file: 1; at their target when last measured: 0; never measured: 0.",
		"RA-11": "Incidents since or still open: 1; grave: 1; closed: 0.",
	} {
		text, subjects := pointOf(t, a, id)
		require.Equal(t, want, text, id)
		require.Len(t, subjects, 1, id)
	}
	text, majors := pointOf(t, a, "RA-14")
	require.NotContains(t, text, " 0 majors")
	require.NotEmpty(t, majors)
}

// What a review saw is what stood there, and not what somebody types or what became of it.
func TestAReviewKeepsWhatItSaw(t *testing.T) {
	o := wellRun(t)
	o.clock.Set(day(100))
	want := o.View().ReviewAgenda(day(100))
	r := aims.ManagementReview{ID: "second", HeldOn: dayOf(100), Chair: "eve", Seen: []aims.ReviewSight{{Point: "RA-14", Said: issue.NewText("All is well.")}}, SeenAt: 9999,
		Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: dayOf(150)}}}
	for _, topic := range aims.ReviewTopics() {
		r.Inputs = append(r.Inputs, aims.ReviewInput{Topic: topic, Note: "looked at"})
	}
	o.do("eve", func(tx *aims.Tx) error { return tx.HoldReview(r) })
	held, _ := o.View().Reviews().Get("second")
	require.Equal(t, want.Seen, held.SeenAt)
	kept := slices.DeleteFunc(want.Points, func(p aims.ReviewPoint) bool { return p.ID == "RA-14" || p.ID == "RA-15" })
	require.Len(t, held.Seen, len(kept))
	for i, p := range kept {
		require.Equal(t, aims.ReviewSight{Point: p.ID, Said: p.Text}, held.Seen[i])
	}
	o.clock.Set(day(120))
	o.do("una", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "n", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("9.1"), RaisedOn: tx.Today(), Owner: "ada", Due: tx.Today().AddDays(30)})
	})
	now, _ := o.View().Reviews().Get("second")
	require.Equal(t, held.Seen, now.Seen)
	require.Equal(t, dayOf(100), o.View().ReviewAgenda(day(121)).Since)
}
