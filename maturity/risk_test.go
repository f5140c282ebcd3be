package maturity_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// What can't be judged is judged worst: nobody's criteria, no rating, what remains once
// controls are in place that are not.
func TestRisksThatCanNotBeJudgedStandAboveTheCriteria(t *testing.T) {
	risk := func(o *org, change func(r *register.Risk)) {
		by("bob", func(tx *aims.Tx) error {
			r := register.Risk{ID: "leak", Title: "Leak", Axis: register.AxisOrganisation, Area: register.AreaSecurity, Owner: "bob",
				Inherent: register.Rating{Likelihood: 1, Consequence: 1, Criteria: tx.Criteria().Version}, AssessedOn: calendar.Of(tx.Now(), nil)}
			change(&r)
			return tx.PutRisk(r)
		})(o)
	}
	agrees := func(o *org, met bool) {
		t.Helper()
		require.Equal(t, met, o.result("ML2.03").State == maturity.StateMet, o.result("ML2.03").Message)
		found := false
		for _, f := range o.View().Findings(o.now) {
			found = found || f.Check == "S2-05"
		}
		require.Equal(t, met, !found, "the findings say otherwise")
	}

	o := newOrg(t)
	o.step1()
	risk(o, func(r *register.Risk) {})
	agrees(o, false) // nobody has approved the criteria

	base := mature(t)
	agrees(base, true)
	o = base.twin(t)
	risk(o, func(r *register.Risk) { r.Inherent, r.AssessedOn = register.Rating{}, calendar.Of(time.Time{}, nil) })
	agrees(o, false)
	require.Equal(t, maturity.StateNotMet, o.result("ML1.17").State, "neither rated nor treated")

	o = base.twin(t)
	risk(o, func(r *register.Risk) {
		r.Residual = r.Inherent
		r.Inherent.Likelihood, r.Inherent.Consequence = 5, 5
		r.Treatment = register.Treatment{Option: register.OptionModify, Controls: []annexa.ID{annexa.MustParse("A.6.2.6")}, Plan: "watch it", Owner: "bob", DoneOn: calendar.Of(o.now, nil)}
	})
	agrees(o, true)
	control("A.6.2.6", func(d *annexa.Decision) { d.Status = annexa.StatusInProgress })(o)
	agrees(o, false)
}

// A risk assessment looks at the organisation as well as at people: the assessment of a
// system of high impact that found harm to people alone does not do.
func TestRisksOnBothAxes(t *testing.T) {
	o := mature(t)
	require.Equal(t, maturity.StateMet, o.result("ML1.14").State)
	o.do("ada", func(tx *aims.Tx) error { return tx.ReassessSystem("credit", impact.TriggerReview, "anew") })
	o.do("ada", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("credit")
		before, _ := tx.Assessments().Get("credit#1")
		a.Parties, a.NoConsultation, a.Harms = before.Parties, before.NoConsultation, before.Harms
		for i := range a.Harms {
			if h, _ := impact.HarmByID(a.Harms[i].Harm); !slices.ContainsFunc(h.Areas, func(a string) bool { return strings.HasPrefix(a, "people/") }) {
				a.Harms[i] = impact.HarmRating{Harm: h.ID, Dismissed: "we carry it lightly"}
			}
		}
		if err := tx.SaveAssessment(a); err != nil {
			return err
		}
		return tx.SubmitAssessment(a.ID)
	})
	o.do("ian", func(tx *aims.Tx) error { return tx.ApproveAssessment("credit#2", aims.RoleImpactApprover) })
	o.do("pam", func(tx *aims.Tx) error { return tx.ApproveAssessment("credit#2", aims.RolePolicyOwner) })
	for _, id := range []string{"ML1.14", "ML2.02"} {
		r := o.result(id)
		require.Equal(t, maturity.StateNotMet, r.State, id)
		require.Len(t, r.Failing, 1)
		require.Contains(t, r.Failing[0].Why, "to the organisation")
	}
	by("bob", func(tx *aims.Tx) error {
		return tx.PutRisk(register.Risk{ID: "claims", Title: "Claims of applicants", Axis: register.AxisOrganisation, Area: register.AreaLegal, Systems: []string{"credit"},
			Owner: "bob", Inherent: register.Rating{Likelihood: 1, Consequence: 2, Criteria: tx.Criteria().Version}, AssessedOn: calendar.Of(tx.Now(), nil)})
	})(o)
	for _, id := range []string{"ML1.14", "ML2.02"} {
		require.Equal(t, maturity.StateMet, o.result(id).State, o.result(id).Message)
	}
}
