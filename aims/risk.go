package aims

import (
	"fmt"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// PutRisk adds a risk to the AI risk register or revises one (6.1.2, 8.2). Its
// acceptance stays as it is; AcceptRisk gives one. A change of the rating
// voids an acceptance.
func (tx *Tx) PutRisk(r register.Risk) (register.Risk, error) {
	const verb = "PutRisk"
	r.Acceptance = register.Acceptance{}
	if r.Revision == 0 {
		return put(tx, verb, risks, r) // there is none before it
	}
	if old := risks.records(tx.ts).find(r.ID); old != nil && r.Inherent == old.Inherent && r.Residual == old.Residual {
		r.Acceptance = old.Acceptance
	}
	return put(tx, verb, risks, r)
}

// AcceptRisk accepts what remains of a risk until expires. The actor must hold
// RoleRiskApprover and not be the risk's owner (6.1.3).
func (tx *Tx) AcceptRisk(id, reason string, expires time.Time) (register.Risk, error) {
	const verb = "AcceptRisk"
	r, err := get(tx, verb, risks, id)
	if err != nil {
		return r, err
	}
	if _, err := tx.signatory(verb, KindRisk, id); err != nil {
		return r, err
	}
	forbid := func(format string, args ...any) (register.Risk, error) {
		return r, &RecordError{Kind: KindRisk, ID: id, Verb: verb, Err: ErrForbidden, Why: fmt.Errorf(format, args...)}
	}
	if !tx.holds(tx.by.Actor, RoleRiskApprover) {
		return forbid("%q is not the risk approver", tx.by.Actor)
	}
	if r.Owner == tx.by.Actor {
		return forbid("%q owns the risk; another person accepts it", r.Owner)
	}
	var is Issues
	required(&is, "acceptance.reason", reason)
	if !expires.After(tx.asOf) {
		is.Add("acceptance.expires", "future", expires.Format(time.RFC3339), "must lie after the acceptance, %s", tx.asOf.Format(time.RFC3339))
	}
	if len(is) > 0 {
		return r, &RecordError{Kind: KindRisk, ID: id, Verb: verb, Err: ErrInvalid, Why: is}
	}
	r.Acceptance = register.Acceptance{By: tx.by.Actor, Reason: reason, At: tx.asOf, Expires: expires.UTC()}
	return put(tx, verb, risks, r)
}

// SetCriteria replaces the risk criteria by a new version (6.1.2). They come
// into force with ApproveCriteria; ratings keep the version that they were
// made with. Open assessments take the new version up: one that has been handed
// in with ratings of the old goes back to being written.
func (tx *Tx) SetCriteria(c register.Criteria) (register.Criteria, error) {
	const verb = "SetCriteria"
	old, err := get(tx, verb, criteria, criteriaID)
	if err != nil {
		return c, err
	}
	c.ID, c.Version = criteriaID, old.Version+1
	c.ApprovedBy, c.ApprovedAt, c.ReviewDue = "", time.Time{}, time.Time{}
	if c, err = put(tx, verb, criteria, c); err != nil {
		return c, err
	}
	var assessed []string
	for _, a := range assessments.records(tx.ts).each() {
		if a.State.Open() {
			assessed = append(assessed, a.System)
		}
	}
	for _, id := range assessed {
		if err := tx.refresh(verb, id); err != nil {
			return c, err
		}
	}
	return c, nil
}

// ApproveCriteria approves the risk criteria until reviewDue. The actor must
// belong to top management.
func (tx *Tx) ApproveCriteria(reviewDue time.Time) (register.Criteria, error) {
	const verb = "ApproveCriteria"
	c, err := get(tx, verb, criteria, criteriaID)
	if err != nil {
		return c, err
	}
	a, err := tx.approve(verb, KindCriteria, criteriaID, "", true, reviewDue)
	if err != nil {
		return c, err
	}
	c.ApprovedBy, c.ApprovedAt, c.ReviewDue = a.By, a.At, a.ReviewDue
	return put(tx, verb, criteria, c)
}

const criteriaID = "criteria"

// registerRisks brings the risks that an approved assessment found into the
// risk register, each linked back to it. A risk that an earlier one found, of a
// harm that this one dismisses, leaves the register; its history stays.
func (tx *Tx) registerRisks(verb string, a impact.Assessment) error {
	owner := ""
	if s, ok := systems.records(tx.ts).Get(a.System); ok {
		owner = s.Owner
	}
	for _, r := range a.Risks(owner, tx.asOf) {
		if old, ok := risks.records(tx.ts).Get(r.ID); ok {
			r.Revision = old.Revision
			if r.Inherent == old.Inherent && r.Residual == old.Residual {
				r.Treatment, r.Acceptance = old.Treatment, old.Acceptance
			}
		}
		if _, err := write(tx, verb, risks, r); err != nil {
			return err
		}
	}
	for _, h := range a.Harms {
		id := a.RiskID(h.Harm)
		if old, ok := risks.records(tx.ts).t.m.Get(id); ok && h.Dismissed != "" && old.Assessment != "" {
			tx.record(risks, id, nil, old)
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

func checkRisk(tx *Tx, r *register.Risk, is *Issues) {
	c := checker{is, tx}
	mergeIssues(is, r.Validate(tx.Criteria()))
	c.systems("systems", r.Systems)
	c.person("owner", r.Owner, false)
	c.person("treatment.owner", r.Treatment.Owner, false)
	c.controls("treatment.controls", r.Treatment.Controls)
	for i, h := range r.Harms {
		c.harm(index("harms", i), h)
	}
	if r.Assessment != "" && !assessments.records(tx.ts).Has(r.Assessment) {
		c.Add("assessment", "assessment", r.Assessment, "no such assessment")
	}
}
