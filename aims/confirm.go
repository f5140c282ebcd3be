package aims

import (
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// ConfirmAssessment signs, in a role that the level of an approval asks for, that the
// approval holds on without a new assessment: a change was one of words, a version of
// the model is a neutral patch, or it is still valid after an answer or at its review
// (impact.ConfirmKind). c gives Kind, Reason and, of a patch, Evidence: a piece of
// evidence of kind ev-validation about the system that was collected after the change.
// The actor must hold the role and have no part in the change, which lies in an
// earlier commit. With the last signature the approval holds for the system as it is
// and the assessment that was opened for it is withdrawn. See
// impact.Assessment.Confirm for what is refused; how often it is done is a finding.
func (tx *Tx) ConfirmAssessment(id, role string, c impact.Confirmation) error {
	return tx.settling("ConfirmAssessment", id, func() error {
		var open *impact.Assessment
		done := false
		err := tx.stepped(id, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
			if !tx.signsAs(tx.By().Actor, role, s) {
				return a, fmt.Errorf("%w: %q does not hold the role %q (SO-02)", ErrForbidden, tx.By().Actor, role)
			}
			if x, ok := tx.OpenAssessment(a.System); ok {
				open = &x
			}
			if c.Kind == impact.ConfirmPatch && c.Evidence != "" {
				if err := tx.tested(c.Evidence, s.ID, open); err != nil {
					return a, err
				}
			}
			next, err := a.Confirm(impact.Confirmation{Kind: c.Kind, Reason: c.Reason, Evidence: c.Evidence},
				impact.Signature{By: tx.By().Actor, Role: role}, s, open, tx.basis(s.ID))
			done = err == nil && next.Confirmed() > a.Confirmed()
			return next, err
		})
		if err == nil && done {
			err = tx.confirmed(id)
		}
		if err != nil || !done || open == nil {
			return err
		}
		ended, err := open.Withdraw(tx.By().Actor, "the approval "+id+" was confirmed: "+string(c.Kind), tx.Now())
		if err != nil {
			return err
		}
		return tx.keep(*open, ended)
	})
}

// confirmed marks what was owed of the system of a confirmed approval as answered.
func (tx *Tx) confirmed(id string) error {
	a, err := assessments.Must(tx, id)
	if err != nil {
		return err
	}
	return tx.fulfil(a.System, id)
}

// tested reports whether a piece of evidence shows a test of a system since it was
// changed.
func (tx *Tx) tested(id, system string, open *impact.Assessment) error {
	var is Issues
	e, ok := tx.Evidence().Get(id)
	switch {
	case !ok:
		is.Add("evidence", "evidence", id, "no such evidence on file")
	case e.Kind != "ev-validation" || !slices.Contains(e.Systems, system):
		is.Add("evidence", "kind", id, "a regression test is evidence of kind ev-validation about the system; this is %q about %v", e.Kind, e.Systems)
	case !e.Fresh(tx.Today()):
		is.Add("evidence", "fresh", id, "it does not count any more, or not yet")
	case open != nil && slices.ContainsFunc(open.Triggers, func(t impact.Trigger) bool { return len(t.Changes) > 0 && e.Collected.Before(tx.DayOf(t.At)) }):
		is.Add("evidence", "after", id, "it was collected on %s, before the change", e.Collected.Format(time.DateOnly))
	}
	return is.Err()
}
