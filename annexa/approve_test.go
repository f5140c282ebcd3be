package annexa_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// decided is an input in which every control applies and nothing blocks.
func decided() annexa.Input {
	in := annexa.Input{Organisation: "Lender", Scope: "Lending to consumers", At: at}
	for c := range annexa.All() {
		in.Decisions = append(in.Decisions, applicable(c.ID.String()))
	}
	return in
}

// set replaces the decision on a control.
func set(in *annexa.Input, d annexa.Decision) {
	for i := range in.Decisions {
		if in.Decisions[i].Control == d.Control {
			in.Decisions[i] = d
			return
		}
	}
	in.Decisions = append(in.Decisions, d)
}

func TestApprove(t *testing.T) {
	in := decided()
	set(&in, excluded("A.6.1.2"))
	draft := compile(t, in)
	approved, err := draft.Approve("grace", at.In(time.FixedZone("", 7200)), calendar.Of(at.AddDate(1, 0, 0), nil))
	require.NoError(t, err)
	require.Equal(t, annexa.Approval{By: "grace", At: at, ReviewDue: calendar.Of(at.AddDate(1, 0, 0), nil)}, approved.Approval)
	require.NoError(t, approved.Validate())
	require.True(t, draft.Approval.IsZero(), "the draft is left as it was")

	draft.Rows[0].Grounds[0].Ref = "changed"
	require.Equal(t, "R-1", approved.Rows[0].Grounds[0].Ref, "what was approved shares nothing with the draft")

	_, err = approved.Approve("grace", at, calendar.Of(at.AddDate(1, 0, 0), nil))
	require.ErrorContains(t, err, "approved already")
}

func TestApproveRefusesAndNamesTheRows(t *testing.T) {
	in := decided()
	set(&in, annexa.Decision{Control: annexa.MustParse("A.2.2")})
	unjustified := applicable("A.5.2")
	unjustified.Justification = "-"
	set(&in, unjustified)
	set(&in, excluded("A.6.2.8"))
	nobody := excluded("A.7.2")
	nobody.ApprovedBy = ""
	set(&in, nobody)
	in.Required = []annexa.Required{{Control: annexa.MustParse("A.6.2.8"), System: "credit-scoring", Rules: []string{"DEC-01"}}}
	s := compile(t, in)
	for i := range s.Rows {
		s.Rows[i].Gaps = nil // deleting what was found doesn't help
	}
	got, err := s.Approve("grace", at, calendar.Of(at.AddDate(1, 0, 0), nil))
	require.Zero(t, got)
	var issues issue.Issues
	require.ErrorAs(t, err, &issues)
	var found []string
	for _, i := range issues {
		found = append(found, i.Field+" "+i.Rule)
	}
	require.Equal(t, []string{
		"rows[A.2.2].applicability decided", "rows[A.5.2].justification required",
		"rows[A.6.2.8].applicability required_by", "rows[A.7.2].approved_by required",
	}, found)
	require.ErrorContains(t, err, "required for credit-scoring")
}

func TestApproveRefusesABadApproval(t *testing.T) {
	year := at.AddDate(1, 0, 0)
	tests := []struct {
		name, field string
		by          string
		at, review  time.Time
		change      func(*annexa.Statement)
	}{
		{name: "nobody", field: "approval.by", by: " ", at: at, review: year},
		{name: "no moment", field: "approval.at", by: "grace", review: year},
		{name: "before compiling", field: "approval.at", by: "grace", at: at.Add(-time.Hour), review: year},
		{name: "no review", field: "approval.review_due", by: "grace", at: at},
		{name: "review before approval", field: "approval.review_due", by: "grace", at: at, review: at},
		{name: "no organisation", field: "organisation", by: "grace", at: at, review: year, change: func(s *annexa.Statement) { s.Organisation = "" }},
		{name: "no scope", field: "scope", by: "grace", at: at, review: year, change: func(s *annexa.Statement) { s.Scope = "" }},
		{name: "row missing", field: "rows[A.2.2]", by: "grace", at: at, review: year, change: func(s *annexa.Statement) { s.Rows = s.Rows[1:] }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := compile(t, decided())
			if tt.change != nil {
				tt.change(&s)
			}
			_, err := s.Approve(tt.by, tt.at, calendar.Of(tt.review, nil))
			var issues issue.Issues
			require.ErrorAs(t, err, &issues)
			require.Equal(t, tt.field, issues[0].Field)
			require.Len(t, issues, 1)
		})
	}
}

func TestStatementValidate(t *testing.T) {
	tests := []struct {
		name   string
		change func(*annexa.Statement)
		want   string
	}{
		{"no rows", func(s *annexa.Statement) { s.Rows = nil }, "A.10.4 is missing"},
		{"a row twice", func(s *annexa.Statement) { s.Rows = append(s.Rows, s.Rows[37]) }, "A.10.4 stands there twice"},
		{"wrong order", func(s *annexa.Statement) { s.Rows[0], s.Rows[1] = s.Rows[1], s.Rows[0] }, "A.2.2 stands after A.2.3"},
		{"another title", func(s *annexa.Statement) { s.Rows[0].Title = "Policy" }, `the title of A.2.2 is "AI policy"`},
		{"unknown status", func(s *annexa.Statement) { s.Rows[0].Status = "done" }, "rows[A.2.2].status"},
		{"no moment", func(s *annexa.Statement) { s.CompiledAt = time.Time{} }, "compiled_at"},
		{"negative version", func(s *annexa.Statement) { s.Version = -1 }, "version"},
		{"approved, then undecided", func(s *annexa.Statement) {
			*s, _ = s.Approve("grace", at, calendar.Of(at.AddDate(1, 0, 0), nil))
			s.Rows[0].Applicability = annexa.Undecided
		}, "A.2.2 is undecided"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := compile(t, decided())
			tt.change(&s)
			require.ErrorContains(t, s.Validate(), tt.want)
		})
	}
}

// The review follows the day of the approval in the zone that it is given in; what is kept
// says none, and is right if it may be.
func TestTheReviewFollowsTheDayWhereItIsApproved(t *testing.T) {
	west := time.FixedZone("west", -8*60*60)
	evening := time.Date(at.Year(), at.Month(), at.Day(), 21, 0, 0, 0, west) // the day after by UTC
	today := calendar.Of(evening, west)
	s, err := compile(t, decided()).Approve("grace", evening, today.AddDays(1))
	require.NoError(t, err)
	require.NoError(t, s.Validate())
	_, err = compile(t, decided()).Approve("grace", evening, today)
	require.ErrorContains(t, err, "approval.review_due")
	_, err = compile(t, decided()).Approve("grace", evening.UTC(), today.AddDays(1))
	require.ErrorContains(t, err, "the review must follow the approval on "+today.AddDays(1).String())
}
