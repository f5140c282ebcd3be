package aims

import (
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

var risks = ledger.MustDeclare(ledger.Spec[register.Risk]{
	Name: KindRisk,
	Key:  func(r *register.Risk) string { return r.ID }, SetKey: func(r *register.Risk, id string) { r.ID = id },
	MaxKey:    register.MaxRiskID,
	Revision:  func(r *register.Risk) *uint64 { return &r.Revision },
	Completes: []string{"authors"},
	Listings:  []ledger.Listing[register.Risk]{{Name: bySystem, Values: func(r *register.Risk) []string { return r.Systems }}},
	Limits:    within(KindRisk, ledger.Limits{}),
	Check:     checked(checkRisk),
})

// PutRisk adds a risk to the AI risk register or revises one (6.1.2, 8.2). Its
// acceptance stays as it is; AcceptRisk gives one. A change of the rating
// voids an acceptance.
func (tx *Tx) PutRisk(r register.Risk) error {
	return put(tx, "PutRisk", risks, r, func(r *register.Risk) error {
		r.Acceptance = register.Acceptance{}
		old, ok := risks.Of(tx).Get(r.ID)
		r.Authors = tx.authors(old.Authors, r.Authors)
		if r.Revision == 0 {
			return nil // there is none before it
		}
		if ok && r.Inherent == old.Inherent && r.Residual == old.Residual {
			r.Acceptance = old.Acceptance
		}
		return nil
	})
}

// AcceptRisk accepts what remains of a risk until expires. The actor must hold
// RoleRiskApprover and not be the risk's owner (6.1.3).
func (tx *Tx) AcceptRisk(id, reason string, expires time.Time) error {
	return decide(tx, "AcceptRisk", risks, id, func(r *register.Risk) error {
		var is Issues
		required(&is, "acceptance.reason", reason)
		if !expires.After(tx.Now()) {
			is.Add("acceptance.expires", "future", expires.Format(time.RFC3339), "must lie after the acceptance, %s", tx.Now().Format(time.RFC3339))
		}
		r.Acceptance = register.Acceptance{By: tx.By().Actor, Reason: reason, At: tx.Now(), Expires: expires.UTC()}
		return is.Err()
	})
}

// registerRisks brings the risks that an approved assessment found into the
// risk register, each linked back to it. A risk that an earlier one found, of a
// harm that this one dismisses, leaves the register; its history stays.
func (tx *Tx) registerRisks(a impact.Assessment) error {
	owner := ""
	if s, ok := systems.Shared(tx).Get(a.System); ok {
		owner = s.Owner
	}
	for _, r := range a.Risks(owner, tx.Now()) {
		if old, ok := risks.Of(tx).Get(r.ID); ok {
			r.Revision, r.Authors = old.Revision, old.Authors
			if r.Inherent == old.Inherent && r.Residual == old.Residual {
				r.Treatment, r.Acceptance = old.Treatment, old.Acceptance
			}
		}
		if err := risks.Keep(tx, r); err != nil {
			return err
		}
	}
	for _, h := range a.Harms {
		id := a.RiskID(h.Harm)
		if old, ok := risks.Shared(tx).Get(id); ok && h.Dismissed != "" && old.Assessment != "" {
			if err := risks.Drop(tx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// unaccepted reports whether a risk stands above the criteria with no
// acceptance in force. What remains counts; before treatment, what there is.
func unaccepted(c *register.Criteria, r *register.Risk, now time.Time) bool {
	rating := r.Residual
	if rating.IsZero() {
		rating = r.Inherent
	}
	if rating.IsZero() {
		return false
	}
	level, err := c.Level(rating)
	if err != nil || !c.Exceeds(r.Axis, level) {
		return false
	}
	return r.Acceptance.IsZero() || now.After(r.Acceptance.Expires)
}

func checkRisk(c checker, r *register.Risk) {
	c.Merge("", r.Validate(c.riskCriteria()))
	c.systems("systems", r.Systems)
	c.person("owner", r.Owner, false)
	c.past("acceptance.at", r.Acceptance.At)
	c.person("treatment.owner", r.Treatment.Owner, false)
	c.controls("treatment.controls", r.Treatment.Controls)
	for i, h := range r.Harms {
		c.harm(issue.Index("harms", i), h)
	}
	if r.Assessment != "" && !c.has(KindAssessment, r.Assessment) {
		c.Add("assessment", "assessment", r.Assessment, "no such assessment")
	}
}

var treatmentPlanned = Probe{
	ID: "S1-14", Title: "No risk treatment plan", Clause: Clause{"6.1.3"},
	Grading: "major",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		if !x.documented(Clause{"6.1.3"}) {
			o := x.whole(time.Time{}, issue.NewText("No document on risk treatment (6.1.3) has been approved."),
				issue.NewText("Write how risks are treated and the plan (DraftDocument), and have it approved."))
			o.Absent = true
			yield(o)
		}
	},
}

var risksHandled = Probe{
	ID: "S2-05", Title: "Treatment overdue or risk not accepted", Clause: Clause{"8.3"},
	Grading: "minor; major 90 days after an acceptance ran out or a treatment was due",
	grade:   majorIf(longLate),
	look: func(x *index, yield func(Observation) bool) {
		limits := x.Criteria()
		for _, r := range risks.Shared(x.r).All() {
			if unaccepted(&limits, r, x.now) {
				since, text := r.AssessedOn, issue.NewText("It stands above the criteria and nobody has accepted it.")
				if !r.Acceptance.IsZero() {
					since, text = r.Acceptance.Expires, issue.NewText("Its acceptance ran out on %s.", day(r.Acceptance.Expires))
				}
				if !yield(about(KindRisk, r.ID, r.Title, since, text, issue.NewText("Treat it (PutRisk) or have it accepted (AcceptRisk)."))) {
					return
				}
			}
			if t := r.Treatment; t.DoneOn.IsZero() && x.overdue(t.Due) && !yield(about(KindRisk, r.ID, r.Title, t.Due,
				issue.NewText("Its treatment was due on %s.", day(t.Due)), issue.NewText("Carry it out or plan it anew (PutRisk)."))) {
				return
			}
		}
	},
}

var riskOwners = Probe{
	ID: "OW-02", Title: "Risk without accountable owner", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, r := range risks.Shared(x.r).All() {
			if !x.active(r.Owner) && !yield(about(KindRisk, r.ID, r.Title, time.Time{},
				issue.NewText("No active person owns it."), issue.NewText("Name an owner (PutRisk)."))) {
				return
			}
		}
	},
}
