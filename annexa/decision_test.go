package annexa_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

var at = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// applicable is a decision that lacks nothing.
func applicable(id string) annexa.Decision {
	return annexa.Decision{
		Control: annexa.MustParse(id), Applicability: annexa.Applicable,
		Justification: "Credit decisions affect people.", Grounds: []annexa.Ground{{Kind: annexa.GroundRisk, Ref: "R-1"}},
		Status: annexa.StatusInProgress, Owner: "ada",
	}
}

// excluded is an exclusion that lacks nothing.
func excluded(id string) annexa.Decision {
	return annexa.Decision{
		Control: annexa.MustParse(id), Applicability: annexa.Excluded,
		Justification: "We develop nothing ourselves.", Grounds: []annexa.Ground{{Kind: annexa.GroundOwn}},
		Status: annexa.StatusNotApplicable, ApprovedBy: "grace", ReviewDue: calendar.Of(at.AddDate(1, 0, 0), nil),
	}
}

func TestDecisionValidate(t *testing.T) {
	own := applicable("X.model-cards")
	own.Title, own.Statement = "Model cards", "Every model has a card."
	planned := applicable("A.6.2.8")
	planned.Status, planned.PlannedFor = annexa.StatusPlanned, calendar.Of(at, nil)
	for name, d := range map[string]annexa.Decision{
		"undecided":       {Control: annexa.MustParse("A.6.2.8")},
		"undecided draft": {Control: annexa.MustParse("A.6.2.8"), Justification: "perhaps", Owner: "ada", Status: annexa.StatusInProgress},
		"applicable":      applicable("A.6.2.8"),
		"excluded":        excluded("A.6.1.2"),
		"own":             own,
		"planned":         planned,
	} {
		require.NoError(t, d.Validate(), name)
	}
}

func TestDecisionValidateNamesFieldRuleAndValue(t *testing.T) {
	tests := []struct {
		name   string
		from   annexa.Decision
		change func(*annexa.Decision)
		want   issue.Issue // Message is a part of it
	}{
		{"no control", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Control = annexa.ID{} },
			issue.Issue{Field: "control", Rule: "required", Message: "about a control"}},
		{"no justification", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Justification = " \u200b-\n" },
			issue.Issue{Field: "justification", Rule: "required", Value: " \u200b-\n", Message: "why the control is applicable"}},
		{"no ground", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Grounds = nil },
			issue.Issue{Field: "grounds", Rule: "required", Message: "risk, impact_assessment, legal, contractual or own_choice"}},
		{"unknown ground", applicable("A.6.2.8"), func(d *annexa.Decision) {
			d.Grounds = append(d.Grounds, annexa.Ground{Kind: "hunch", Ref: "x"})
		}, issue.Issue{Field: "grounds[1].kind", Rule: "oneof", Value: "hunch", Message: "risk, impact"}},
		{"ground without ref", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Grounds[0] = annexa.Ground{Kind: annexa.GroundLegal, Ref: " "} },
			issue.Issue{Field: "grounds[0].ref", Rule: "required", Value: " ", Message: "kind legal"}},
		{"unknown applicability", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Applicability = "maybe" },
			issue.Issue{Field: "applicability", Rule: "oneof", Value: "maybe", Message: "applicable or excluded"}},
		{"unknown status", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Status = "done" },
			issue.Issue{Field: "status", Rule: "oneof", Value: "done", Message: "implemented"}},
		{"planned without date", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Status = annexa.StatusPlanned },
			issue.Issue{Field: "planned_for", Rule: "required", Message: "date"}},
		{"applicable and not applicable", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Status = annexa.StatusNotApplicable },
			issue.Issue{Field: "status", Rule: "fits_applicability", Value: "not_applicable", Message: "left out"}},
		{"undecided and not applicable", annexa.Decision{Control: annexa.MustParse("A.2.2")}, func(d *annexa.Decision) { d.Status = annexa.StatusNotApplicable },
			issue.Issue{Field: "status", Rule: "fits_applicability", Value: "not_applicable", Message: "left out"}},
		{"excluded and implemented", excluded("A.6.2.8"), func(d *annexa.Decision) { d.Status = annexa.StatusImplemented },
			issue.Issue{Field: "status", Rule: "fits_applicability", Value: "implemented", Message: "not_applicable"}},
		{"excluded without approver", excluded("A.6.2.8"), func(d *annexa.Decision) { d.ApprovedBy = "" },
			issue.Issue{Field: "approved_by", Rule: "required", Message: "person"}},
		{"excluded without review", excluded("A.6.2.8"), func(d *annexa.Decision) { d.ReviewDue = calendar.Of(time.Time{}, nil) },
			issue.Issue{Field: "review_due", Rule: "required", Message: "date"}},
		{"own without title", applicable("X.own"), func(d *annexa.Decision) { d.Title = " " },
			issue.Issue{Field: "title", Rule: "required", Value: " ", Message: "X.own needs a title"}},
		{"title for Annex A", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Title = "Logging" },
			issue.Issue{Field: "title", Rule: "own_only", Value: "Logging", Message: "A.6.2.8"}},
		{"statement for Annex A", applicable("A.6.2.8"), func(d *annexa.Decision) { d.Statement = "We log." },
			issue.Issue{Field: "statement", Rule: "own_only", Value: "We log.", Message: "A.6.2.8"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := tt.from
			tt.change(&d)
			var issues issue.Issues
			require.ErrorAs(t, d.Validate(), &issues)
			require.Len(t, issues, 1, issues)
			require.Contains(t, issues[0].Message, tt.want.Message)
			tt.want.Message, tt.want.Text = issues[0].Message, issues[0].Text
			require.Equal(t, tt.want, issues[0])
		})
	}
}

func TestEveryListedValueIsAccepted(t *testing.T) {
	for _, s := range annexa.Statuses() {
		d := applicable("A.6.2.8")
		d.Status, d.PlannedFor = s, calendar.Of(at, nil)
		if s == annexa.StatusNotApplicable {
			d = excluded("A.6.2.8")
		}
		require.NoError(t, d.Validate(), s)
	}
	for _, k := range annexa.GroundKinds() {
		d := applicable("A.6.2.8")
		d.Grounds = []annexa.Ground{{Kind: k, Ref: "1"}}
		require.NoError(t, d.Validate(), k)
		d.Grounds[0].Ref = ""
		require.Equal(t, k.NeedsRef(), d.Validate() != nil, k)
	}
	require.Equal(t, []annexa.Applicability{annexa.Applicable, annexa.Excluded}, annexa.Applicabilities())
}
