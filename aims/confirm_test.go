package aims_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

func confirm(id, role string, kind impact.ConfirmKind, evidence string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.ConfirmAssessment(id, role, impact.Confirmation{Kind: kind, Reason: "nothing else changed", Evidence: evidence})
	}
}

// covered reports whether an approval covers a system now.
func (o *org) covered(system string) bool { return o.View().CoverageOf(system, o.clock.Now()).Covered }

// A change of words alone is confirmed by who may sign and did not make it, in a
// later commit; the open assessment ends, and what was signed stays as it was.
func TestConfirmWording(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(officeTool("x", register.StageDesign))
	signed := o.assess("x")
	wording := confirm("x#1", aims.RoleImpactApprover, impact.ConfirmWording, "")
	o.refused("ian", aims.ErrState, wording)
	o.refused("ian", aims.ErrState, func(tx *aims.Tx) error { // in the commit that makes the change
		s, _ := tx.Systems().Get("x")
		s.Purpose = "Sorts unwanted mail."
		if _, err := tx.ReviseSystem(s); err != nil {
			return err
		}
		return wording(tx)
	})
	o.revise("x", func(s *register.System) { s.Purpose = "Sorts unwanted mail, as before." })
	require.False(t, o.covered("x"))
	require.Equal(t, []string{"purpose"}, o.open("x").Triggers[0].Changes)
	o.refused("ada", aims.ErrForbidden, wording)
	o.refused("ian", aims.ErrState, confirm("x#1", aims.RoleImpactApprover, impact.ConfirmValid, ""))
	o.invalid("ian", "evidence", "patch", "", confirm("x#1", aims.RoleImpactApprover, impact.ConfirmPatch, ""))
	o.invalid("ian", "reason", "required", "", func(tx *aims.Tx) error {
		return tx.ConfirmAssessment("x#1", aims.RoleImpactApprover, impact.Confirmation{Kind: impact.ConfirmWording})
	})
	o.do("ian", wording)
	require.True(t, o.covered("x"))
	_, open := o.View().OpenAssessment("x")
	require.False(t, open)
	a := o.assessment("x#1")
	require.Equal(t, signed.Digest(), a.Digest(), "what was signed")
	require.Equal(t, signed.ValidUntil, a.ValidUntil)
	require.Equal(t, []string{"purpose"}, a.Confirmations[0].Changes)
	require.Equal(t, impact.StateWithdrawn, o.assessment("x#2").State)

	// It covers what was confirmed and nothing further: neither a number, nor
	// anything else beside the words.
	o.revise("x", func(s *register.System) { s.Purpose = "Sorts unwanted mail, as before, up to 500 a day." })
	require.False(t, o.covered("x"))
	o.refused("ian", aims.ErrState, wording)
	o.revise("x", func(s *register.System) { s.Purpose, s.Reach = "Sorts mail, as before.", register.ReachMass })
	o.refused("ian", aims.ErrState, wording)
	o.revise("x", func(s *register.System) { s.Purpose, s.Reach = "Sorts mail, as before.", register.ReachUnder10K })
	o.do("ian", wording)

	// An incident calls for an assessment, whatever else did.
	o.revise("x", func(s *register.System) { s.Purpose = "Sorts mail." })
	o.do("ada", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "Lost mail", Grade: aims.GradeCritical, DetectedOn: tx.Now(), Systems: []string{"x"}})
	})
	o.refused("ian", aims.ErrState, wording)
}

// Who made the change does not confirm it, whatever role they hold.
func TestConfirmIsForOthers(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(officeTool("x", register.StageDesign))
	o.assess("x")
	o.do("ian", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("x")
		s.Purpose = "Sorts unwanted mail."
		_, err := tx.ReviseSystem(s)
		return err
	})
	o.refused("ian", aims.ErrSeparation, confirm("x#1", aims.RoleImpactApprover, impact.ConfirmWording, ""))
}

// Another version of the model is a neutral patch if a test after the change says so;
// another model is none.
func TestConfirmPatch(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(officeTool("x", register.StageDesign))
	o.assess("x")
	test := func(id string, systems ...string) {
		o.do("ada", func(tx *aims.Tx) error {
			e := proof(id, tx.Now(), systems, "A.6.2.4")
			e.Kind = "ev-validation"
			return tx.AttachEvidence(e)
		})
	}
	test("before", "x")
	o.register(officeTool("y", register.StageDesign))
	test("other", "y")
	patch := func(evidence string) func(tx *aims.Tx) error {
		return confirm("x#1", aims.RoleImpactApprover, impact.ConfirmPatch, evidence)
	}
	o.clock.Set(day(1))
	o.revise("x", func(s *register.System) { s.Model.Version = "3" })
	o.invalid("ian", "evidence", "evidence", "none", patch("none"))
	o.invalid("ian", "evidence", "kind", "other", patch("other"))
	o.invalid("ian", "evidence", "after", "before", patch("before"))
	o.clock.Set(day(2))
	test("after", "x")
	o.do("ian", patch("after"))
	require.True(t, o.covered("x"))
	o.revise("x", func(s *register.System) { s.Model.Name = "another" })
	o.clock.Set(day(3))
	test("again", "x")
	o.refused("ian", aims.ErrState, patch("again"))
}

// At its review, or after an answer that changes nothing, an approval is still valid
// by the word of those who signed it; not a third time in a row, nor long after it
// ran out, and done often it is a finding.
func TestConfirmStillValid(t *testing.T) {
	o := newOrg(t).staffed()
	x := officeTool("x", register.StageDesign)
	x.Languages = nil
	o.register(x)
	a := o.assess("x")
	valid := confirm("x#1", aims.RoleImpactApprover, impact.ConfirmValid, "")
	o.refused("ian", aims.ErrState, valid)
	o.revise("x", func(s *register.System) { s.Languages = []string{"de"} })
	require.False(t, o.covered("x"))
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleImpactApprover, "una") })
	o.do("una", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) })
	o.refused("una", aims.ErrSeparation, valid) // she did not sign it
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleImpactApprover, "ian") })
	o.do("ian", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) })
	o.do("ian", valid)
	require.True(t, o.covered("x"))
	require.Equal(t, a.ValidUntil, o.assessment("x#1").ValidUntil, "an answer moves no date")

	o.renew(2)
	require.Equal(t, []string{"IA-05"}, o.found("x", "IA-05"))
	o.clock.Set(o.assessment("x#1").ValidUntil.Start(nil))
	o.refused("ian", aims.ErrState, valid)
	o.clock.Set(o.clock.Now().Add(60 * 24 * time.Hour))
	o.refused("ian", aims.ErrState, valid)
}

// renew confirms an approval at its review so many times in a row, the second time
// after it ran out.
func (o *org) renew(times int) {
	o.t.Helper()
	for n := range times {
		until := o.assessment("x#1").ValidUntil
		o.clock.Set(until.AddDate(0, 0, -20).Start(nil))
		o.do("lea", func(tx *aims.Tx) error { _, err := tx.OpenDueAssessments(); return err })
		o.clock.Set(until.AddDate(0, 0, n).Start(nil)) // the second time after it ran out
		o.do("ian", confirm("x#1", aims.RoleImpactApprover, impact.ConfirmValid, ""))
		require.True(o.t, o.covered("x"))
		require.True(o.t, o.assessment("x#1").ValidUntil.After(until))
	}
}

// habitual is an organisation that has confirmed one approval three times, and has
// answers to questions of long ago.
func habitual(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.register(officeTool("x", register.StageDesign))
	o.assess("x")
	o.revise("x", func(s *register.System) { s.Purpose = "Sorts unwanted mail." })
	o.do("ian", confirm("x#1", aims.RoleImpactApprover, impact.ConfirmWording, ""))
	o.renew(2)
	asked := officeTool("asked", register.StageDesign)
	asked.UseAnswers = []register.UseAnswer{{Question: "acts-on-people", Edition: "2020-01-01", Answer: register.No}}
	o.register(asked)
	return o
}

// found returns the IDs of findings about a system's assessment that are among some.
func (o *org) found(system string, ids ...string) (all []string) {
	for _, f := range o.View().Findings(o.clock.Now()) {
		for _, id := range ids {
			if f.Check == id && f.Subject.ID == system+"#1" {
				all = append(all, f.Check)
			}
		}
	}
	return all
}
