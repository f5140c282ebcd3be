package impact

import (
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// RiskID is the ID of the risk of a harm that assessments of the system find.
func (a Assessment) RiskID(harm string) string { return a.System + "/" + harm }

// Risks returns the risks that the assessment found, for the risk register: one
// for each harm that was rated, on the axis and in the area that the taxonomy
// gives it, with the steps and the version of the criteria that it was rated
// with. Each is linked back to the assessment.
func (a Assessment) Risks(owner string, today calendar.Date) []register.Risk {
	var found []register.Risk
	for _, h := range a.Harms {
		kind, ok := HarmByID(h.Harm)
		o := h.Outcome
		if !ok || o.Inherent == "" {
			continue
		}
		axis, area := kind.area()
		r := register.Risk{
			ID: a.RiskID(h.Harm), Title: kind.Title, Description: h.Description, Systems: []string{a.System},
			Axis: axis, Area: area, Source: "impact assessment", Harms: []string{h.Harm}, Assessment: a.ID,
			Owner: owner, AssessedOn: today, ReviewDue: a.ValidUntil,
			Inherent: register.Rating{Likelihood: o.Likelihood, Consequence: o.Severity, Criteria: h.Criteria},
			Residual: register.Rating{Likelihood: o.ResidualLikelihood, Consequence: o.ResidualSeverity, Criteria: h.Criteria},
		}
		if len(h.Controls) > 0 {
			r.Treatment = register.Treatment{Option: register.OptionModify, DoneOn: today}
			for _, red := range h.Controls {
				r.Treatment.Controls = append(r.Treatment.Controls, red.Control)
			}
		}
		found = append(found, r)
	}
	return found
}
