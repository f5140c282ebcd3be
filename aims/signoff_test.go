package aims_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// approve is the verb that signs an assessment.
func approve(id, role string, conditions ...impact.ApprovalCondition) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.ApproveAssessment(id, role, conditions...) }
}

// lend is the verb that lets to sign in the actor's place.
func lend(id, role, to string, until time.Time) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.DelegateSignature(id, role, to, "on leave", calendar.Of(until, nil))
	}
}

// declare is the verb by which the actor declares a conflict of interest.
func declare(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.DeclareConflict(id, "holds shares in the vendor") }
}

// assessment returns an assessment by its ID.
func (o *org) assessment(id string) impact.Assessment {
	o.t.Helper()
	a, ok := o.View().Assessments().Get(id)
	require.True(o.t, ok, "no assessment %s", id)
	return a
}

// requireSigned checks that every signature is for what the record holds.
func requireSigned(t testing.TB, a impact.Assessment) {
	t.Helper()
	require.NotEmpty(t, a.Signatures)
	for _, s := range a.Signatures {
		require.Equal(t, a.Digest(), s.Digest, "signature of %s on %s", s.By, a.ID)
	}
}

func TestAssessorIsAsked(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	assign := func(person string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.AssignAssessment("cv#1", person) }
	}
	o.invalid("lea", "assessor", "person", "nobody", assign("nobody"))
	o.do("lea", assign("ian"))
	require.Equal(t, "ian", o.open("cv").Assessor)
	require.Empty(t, o.open("cv").Authors, "who is asked has not written yet")
	o.do("lea", assign(""))
	require.Empty(t, o.open("cv").Assessor)
	o.do("lea", assign("bob"))

	// What is signed does not change under the signatures.
	o.submit("cv")
	o.sign("ian", "cv#1", aims.RoleImpactApprover)
	o.refused("lea", aims.ErrState, assign("ada"))
	o.sign("pam", "cv#1", aims.RolePolicyOwner)
	requireSigned(t, o.assessment("cv#1"))
	o.refused("lea", aims.ErrState, assign("ada"))
}

func TestConflictBarsFromSigning(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.invalid("ian", "conflict.what", "required", " ", func(tx *aims.Tx) error { return tx.DeclareConflict("cv#1", " ") })
	o.do("ian", declare("cv#1"))
	require.Equal(t, []impact.Conflict{{Person: "ian", What: "holds shares in the vendor", At: day0}}, o.open("cv").Conflicts)
	o.submit("cv")
	err := o.refused("ian", aims.ErrForbidden, approve("cv#1", aims.RoleImpactApprover))
	require.ErrorIs(t, err, impact.ErrSeparation)
	require.ErrorContains(t, err, "SO-12")

	// Somebody else who holds the role can, and who has signed declares too late.
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleImpactApprover, "lea") })
	o.do("lea", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) })
	o.sign("lea", "cv#1", aims.RoleImpactApprover)
	o.refused("lea", aims.ErrState, declare("cv#1"))
	require.Equal(t, impact.StateApproved, o.sign("pam", "cv#1", aims.RolePolicyOwner).State)
	o.refused("bob", aims.ErrState, declare("cv#1"))
}

func TestDelegation(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.submit("cv") // bob is its author
	const role = aims.RoleImpactApprover
	until := day(10)
	err := o.refused("rob", aims.ErrForbidden, lend("cv#1", role, "lea", until))
	require.ErrorContains(t, err, "AC-3")
	o.invalid("ian", "delegation.to", "person", "nobody", lend("cv#1", role, "nobody", until))
	o.invalid("ian", "delegation.to", "other", "ian", lend("cv#1", role, "ian", until))
	o.invalid("ian", "delegation.until", "range", stamp(day(31)), lend("cv#1", role, "lea", day(31)))
	o.invalid("ian", "delegation.until", "range", stamp(day(-1)), lend("cv#1", role, "lea", day(-1)))
	o.refused("rob", aims.ErrForbidden, lend("cv#1", aims.RoleRiskApprover, "lea", until)) // which does not sign
	o.invalid("ian", "delegation.reason", "required", "", func(tx *aims.Tx) error {
		return tx.DelegateSignature("cv#1", role, "lea", "", calendar.Of(until, nil))
	})
	err = o.refused("ian", aims.ErrForbidden, lend("cv#1", role, "bob", until))
	require.ErrorContains(t, err, "SO-01")

	o.refused("lea", aims.ErrForbidden, approve("cv#1", role))
	o.do("ian", lend("cv#1", role, "lea", until))
	o.refused("lea", aims.ErrForbidden, lend("cv#1", role, "rob", until)) // what is lent is not passed on
	err = o.refused("ian", aims.ErrForbidden, lend("cv#1", role, "lea", until))
	require.ErrorIs(t, err, impact.ErrSeparation)
	o.refused("lea", aims.ErrForbidden, approve("cv#1", aims.RolePolicyOwner)) // another role was not lent

	// It ends with its date.
	o.clock.Set(dayOf(11).Start(nil))
	o.refused("lea", aims.ErrForbidden, approve("cv#1", role))
	o.clock.Set(until)
	a := o.sign("lea", "cv#1", role)
	require.Equal(t, "lea", a.Signatures[0].By)
	require.Equal(t, "ian", a.Signatures[0].For)
	require.Equal(t, role, a.Signatures[0].Role)
	o.refused("ian", aims.ErrState, approve("cv#1", role)) // the role has signed
	require.Equal(t, impact.StateApproved, o.sign("pam", "cv#1", aims.RolePolicyOwner).State)
	requireSigned(t, o.assessment("cv#1"))
}

// TestDelegationEndsWithTheRole: who no longer holds a role has lent nothing.
func TestDelegationEndsWithTheRole(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.submit("spam")
	o.do("ian", lend("spam#1", aims.RoleImpactApprover, "lea", day(10)))
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleImpactApprover, "rob") })
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) })
	o.refused("lea", aims.ErrForbidden, approve("spam#1", aims.RoleImpactApprover))
	require.Equal(t, impact.StateApproved, o.sign("rob", "spam#1", aims.RoleImpactApprover).State)
}

// TestOwnersDelegateDoesNotSignInTheLine: where the owner may not sign, who
// signs in the owner's place may not either.
func TestOwnersDelegateDoesNotSignInTheLine(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Owner = "ian"
	o.register(s)
	o.submit("cv")
	o.do("ian", lend("cv#1", aims.RoleImpactApprover, "lea", day(10)))
	err := o.refused("lea", aims.ErrForbidden, approve("cv#1", aims.RoleImpactApprover))
	require.ErrorContains(t, err, "SO-14")
}

func TestOwnerSignsAtMinimalLevel(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter(), cvScreener()) // both of ada
	require.Equal(t, impact.LevelMinimal, o.submit("spam").Level)
	o.refused("lea", aims.ErrForbidden, approve("spam#1", impact.SignerOwner))
	a := o.sign("ada", "spam#1", impact.SignerOwner)
	require.Equal(t, impact.StateApproved, a.State)
	require.Equal(t, impact.SignerOwner, a.Signatures[0].Role)
	requireSigned(t, a)

	// Above, owning is no role that signs.
	o.submit("cv")
	o.refused("ada", aims.ErrForbidden, approve("cv#1", impact.SignerOwner))
}

func TestOwnerDoesNotSignOwnWriting(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.do("ada", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("spam")
		return tx.SaveAssessment(complete(a, []string{"user"}))
	})
	o.do("bob", func(tx *aims.Tx) error { return tx.SubmitAssessment("spam#1") })
	err := o.refused("ada", aims.ErrForbidden, approve("spam#1", impact.SignerOwner))
	require.ErrorContains(t, err, "SD-1")
	o.refused("bob", aims.ErrForbidden, approve("spam#1", impact.SignerOwner)) // handed it in, and owns nothing
}

func TestConditionsAreTasks(t *testing.T) {
	for _, level := range []struct {
		name     string
		system   register.System
		severity aims.Severity
	}{
		{"minimal", spamFilter(), aims.SeverityMinor},
		{"high and live", func() register.System { s := cvScreener(); s.Stage = register.StageOperation; return s }(), aims.SeverityMajor},
		{"high, not live", cvScreener(), aims.SeverityMinor},
	} {
		t.Run(level.name, func(t *testing.T) {
			o := newOrg(t).staffed()
			o.register(level.system)
			a := o.submit(level.system.ID)
			ask := impact.ApprovalCondition{Text: "Tell staff.", Owner: "ada", Due: dayOf(10), By: "forged", DoneOn: day0}
			with := func(change func(c *impact.ApprovalCondition)) func(tx *aims.Tx) error {
				c := ask
				change(&c)
				return approve(a.ID, aims.RoleImpactApprover, c)
			}
			o.invalid("ian", "conditions[0].owner", "required", "", with(func(c *impact.ApprovalCondition) { c.Owner = "" }))
			o.invalid("ian", "conditions[0].owner", "person", "nobody", with(func(c *impact.ApprovalCondition) { c.Owner = "nobody" }))
			o.invalid("ian", "conditions[0].text", "required", " ", with(func(c *impact.ApprovalCondition) { c.Text = " " }))
			o.invalid("ian", "conditions[0].due", "future", stamp(day0), with(func(c *impact.ApprovalCondition) { c.Due = dayOf(0) }))
			o.do("ian", approve(a.ID, aims.RoleImpactApprover, ask, impact.ApprovalCondition{Text: "Measure.", Owner: "bob", Due: dayOf(20)}))
			if a.Level == impact.LevelHigh {
				o.sign("pam", a.ID, aims.RolePolicyOwner)
			}
			a = o.assessment(a.ID)
			require.Equal(t, impact.StateApproved, a.State)
			require.Equal(t, impact.ApprovalCondition{Text: "Tell staff.", Owner: "ada", Due: dayOf(10), By: "ian"}, a.Conditions[0])
			requireSigned(t, a)

			require.Empty(t, find(o.View(), day(10), "IA-03"))
			late := find(o.View(), day(11), "IA-03")
			require.Len(t, late, 1)
			require.Equal(t, level.severity, late[0].Severity)
			require.Equal(t, aims.Subject{Kind: aims.KindAssessment, ID: a.ID}, late[0].Subject)
			require.Len(t, find(o.View(), day(21), "IA-03"), 2)

			meet := func(n int, note string) func(tx *aims.Tx) error {
				return func(tx *aims.Tx) error { return tx.MeetCondition(a.ID, n, note) }
			}
			o.refused("bob", aims.ErrForbidden, meet(1, "told")) // bob owns the other one
			o.invalid("ada", "note", "required", "", meet(1, ""))
			o.invalid("ada", "condition", "known", "0", meet(0, "told"))
			o.invalid("ada", "condition", "known", "3", meet(3, "told"))
			o.clock.Set(day(5))
			o.do("ada", meet(1, "told"))
			o.refused("ada", aims.ErrState, meet(1, "told again"))
			o.do("ian", meet(2, "measured")) // the signer who asked for it may say so
			c := o.assessment(a.ID).Conditions[0]
			require.Equal(t, "ada", c.DoneBy)
			require.Equal(t, day(5), c.DoneOn)
			require.Empty(t, find(o.View(), day(30), "IA-03"))
			requireSigned(t, o.assessment(a.ID))
		})
	}
}

// TestSignaturesStayTrue: from the first signature to long after, each digest is
// that of what the record says.
func TestSignaturesStayTrue(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Stage = register.StageVerification
	o.register(s)
	o.submit("cv", unfairness())
	requireSigned(t, o.sign("ian", "cv#1", aims.RoleImpactApprover))

	// The stage is not material: the signature stands, and is for what stands.
	o.do("ada", func(tx *aims.Tx) error { return tx.RevertStage("cv", register.StageDesign) })
	if a := o.open("cv"); len(a.Signatures) > 0 {
		requireSigned(t, a)
	}
	if a := o.open("cv"); a.State != impact.StateSubmitted || len(a.Signatures) == 0 {
		require.Fail(t, "sent back for a stage that changes nothing", "state %s", a.State)
	}
	o.sign("pam", "cv#1", aims.RolePolicyOwner)
	o.do("lea", func(tx *aims.Tx) error { return tx.PublishAssessment("cv#1") })
	requireSigned(t, o.assessment("cv#1"))
	o.do("lea", func(tx *aims.Tx) error { return tx.ReassessSystem("cv", impact.TriggerRequest, "asked") })
	o.assess("cv", unfairness())
	first := o.assessment("cv#1")
	require.Equal(t, impact.StateSuperseded, first.State)
	requireSigned(t, first)
	requireSigned(t, openOrg(t, o.journal, o.clock).assessment("cv#1"))
	first.Harms = slices.Clone(first.Harms)
	first.Harms[0].Scale--
	require.NotEqual(t, first.Digest(), first.Signatures[0].Digest, "what was signed can't be altered unseen")
}

// TestIntolerableRemainderIsNotApproved: nobody can accept more than the
// criteria let anybody accept.
func TestIntolerableRemainderIsNotApproved(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	harm := unfairness()
	harm.Scale, harm.Scope, harm.Likelihood = 5, 4, 5
	a := o.submit("cv", harm)
	require.Equal(t, register.RiskLevel("critical"), a.Harms[0].Outcome.Residual)
	err := o.refused("ian", aims.ErrState, approve("cv#1", aims.RoleImpactApprover))
	require.ErrorIs(t, err, impact.ErrUnacceptable)
	require.ErrorContains(t, err, "SO-07")
	require.ErrorContains(t, err, harm.Harm)
	o.do("ian", func(tx *aims.Tx) error { return tx.StopAssessment("cv#1", "too much remains") })
	require.Equal(t, impact.StateStopped, o.assessment("cv#1").State)
}

// TestGravestHarmIsNotRatedAway: an extreme harm that can't be put right is
// counted to remain as amber whatever is claimed, in the assessment and on the
// register.
func TestGravestHarmIsNotRatedAway(t *testing.T) {
	o := newOrg(t).staffed()
	o.ownCriteria()
	o.register(cvScreener())
	bearing := annexa.MustParse("A.6.2.4")
	o.do("lea", func(tx *aims.Tx) error { return tx.DecideControl(applicable(tx.Decision(bearing))) })
	o.prove("tests", nil, bearing.String())
	harm := unfairness()
	harm.Scale, harm.Irremediability, harm.Likelihood, harm.ResidualLikelihood = 3, 5, 2, 1
	harm.Controls = []impact.Reduction{{Control: bearing, Evidence: []string{"tests"}}}
	claimed, err := o.View().Criteria().Level(register.Rating{Likelihood: 1, Consequence: 3})
	require.NoError(t, err)
	require.Equal(t, register.RiskLevel("green"), claimed)
	a := o.assess("cv", harm)
	require.Equal(t, register.RiskLevel("amber"), a.Harms[0].Outcome.Residual)
	require.True(t, a.Harms[0].Outcome.Held)
	r, ok := o.View().Risks().Get("cv/" + harm.Harm)
	require.True(t, ok)
	require.Equal(t, register.Rating{Likelihood: 2, Consequence: 3, Criteria: 2}, r.Residual)
	require.Equal(t, []annexa.ID{bearing}, r.Treatment.Controls)
	require.Equal(t, "cv#1", r.Assessment)
}

// ownCriteria puts criteria of three steps with labels of their own in force.
func (o *org) ownCriteria() {
	o.t.Helper()
	o.do("lea", func(tx *aims.Tx) error {
		const g, a, r = register.RiskLevel("green"), register.RiskLevel("amber"), register.RiskLevel("red")
		c := tx.Criteria()
		c.Title, c.Levels = "Ours", []register.RiskLevel{g, a, r}
		c.Likelihood = []register.Step{{Label: "seldom"}, {Label: "now and then"}, {Label: "often"}}
		c.Consequence = []register.Step{{Label: "slight"}, {Label: "felt"}, {Label: "grave"}}
		c.Matrix = [][]register.RiskLevel{{g, g, g}, {g, a, a}, {a, a, r}}
		c.Appetite = map[register.Axis]register.RiskLevel{register.AxisOrganisation: a, register.AxisPeople: a}
		return tx.DraftCriteria(c)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveCriteria("criteria-2", dayOf(300)) })
}

// TestOwnCriteria: ratings keep the version of the criteria that they were made
// with, and what is handed in is rated with those in force.
func TestOwnCriteria(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener(), spamFilter())
	o.assess("cv", unfairness())
	id := "cv/" + unfairness().Harm
	calm := unfairness()
	calm.Parties, calm.Scale, calm.Likelihood = []string{"user"}, 2, 2
	o.submit("spam", calm)
	require.Equal(t, impact.LevelMinimal, o.open("spam").Level)
	require.Empty(t, o.View().DueAssessments(day0))

	o.clock.Set(day(1))
	o.ownCriteria()
	// What was handed in is not signed with ratings of the old version.
	a := o.open("spam")
	require.Equal(t, impact.StateInProgress, a.State)
	require.Equal(t, calm.Scale, a.Harms[0].Scale, "what was written is there still")
	o.refused("ian", aims.ErrState, approve("spam#1", aims.RoleImpactApprover))
	o.invalid("bob", "harms[0].criteria", "version", "1", func(tx *aims.Tx) error { return tx.SubmitAssessment("spam#1") })
	o.invalid("bob", "harms[0].criteria", "version", "1", func(tx *aims.Tx) error { // changed, and said to be of the old version
		d, _ := tx.OpenAssessment("spam")
		d.Harms = slices.Clone(d.Harms)
		d.Harms[0].Scale = 3
		return tx.SaveAssessment(d)
	})
	o.invalid("bob", "harms[0].scale", "scale", "4", func(tx *aims.Tx) error {
		d, _ := tx.OpenAssessment("spam")
		d.Harms = slices.Clone(d.Harms)
		d.Harms[0].Criteria, d.Harms[0].Scale = 0, 4
		return tx.SaveAssessment(d)
	})
	o.assess("spam", calm) // rated anew, with version 2
	r, _ := o.View().Risks().Get("spam/" + calm.Harm)
	require.Equal(t, register.Rating{Likelihood: 2, Consequence: 2, Criteria: 2}, r.Inherent)
	require.Equal(t, impact.LevelLimited, o.View().LevelOf("spam"), "amber")

	// What was approved stays as it was, and is called for.
	first := o.assessment("cv#1")
	require.Equal(t, impact.StateApproved, first.State)
	require.Equal(t, 1, first.Criteria)
	require.Equal(t, 1, first.Harms[0].Criteria)
	requireSigned(t, first)
	r, _ = o.View().Risks().Get(id)
	require.Equal(t, 1, r.Inherent.Criteria)
	calls := o.open("cv").Triggers
	require.Len(t, calls, 1)
	require.Equal(t, impact.TriggerLaw, calls[0].Kind)
	require.Contains(t, calls[0].Detail, unfairness().Harm)

	// Answered, it is rated anew, and the register follows.
	anew := unfairness()
	anew.Scale, anew.Likelihood = 2, 3
	o.assess("cv", anew)
	r, _ = o.View().Risks().Get(id)
	require.Equal(t, register.Rating{Likelihood: 3, Consequence: 2, Criteria: 2}, r.Inherent)
	require.Equal(t, "cv#2", r.Assessment)
	require.Empty(t, o.View().DueAssessments(day(1)))
}

// Two records of one human give one signature, and what one of them wrote the other does
// not sign.
func TestOneHumanSignsOnce(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("setup", func(tx *aims.Tx) error {
		for _, id := range []string{"ian", "pam", "bob", "lea"} {
			p, _ := tx.People().Get(id)
			p.Email = map[string]string{"ian": "I.N@example.org", "pam": " i.n@example.org"}[id]
			if id == "bob" || id == "lea" {
				p.Identities = []string{"login-7"}
			}
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		return nil
	})
	o.register(cvScreener())
	o.submit("cv") // bob wrote
	o.sign("ian", "cv#1", aims.RoleImpactApprover)
	err := o.refused("pam", aims.ErrSeparation, approve("cv#1", aims.RolePolicyOwner))
	require.ErrorContains(t, err, "SO-03")
	err = o.refused("pam", aims.ErrSeparation, lend("cv#1", aims.RolePolicyOwner, "una", day(9)))
	require.ErrorContains(t, err, "SO-03", "nor lends the second")

	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RolePolicyOwner, "lea") })
	o.do("lea", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RolePolicyOwner) })
	err = o.refused("lea", aims.ErrSeparation, approve("cv#1", aims.RolePolicyOwner))
	require.ErrorContains(t, err, "author")
	require.Equal(t, impact.StateSubmitted, o.assessment("cv#1").State)
}

// A delegation is judged when it is used, for both: who lends and then writes, declares a
// conflict, has signed by another's hand, leaves or comes to own the system has lent
// nothing.
func TestDelegationIsJudgedWhenUsed(t *testing.T) {
	for name, c := range map[string]struct {
		then func(o *org)
		rule string
	}{
		"wrote": {func(o *org) {
			o.do("pam", func(tx *aims.Tx) error {
				a := o.open("cv")
				a.Summary = "all is well"
				return tx.SaveAssessment(a)
			})
		}, "SO-01"},
		"declared a conflict": {func(o *org) { o.do("pam", declare("cv#1")) }, "SO-12"},
		"left":                {func(o *org) { o.leave("pam") }, "SO-02"},
		"owns it":             {func(o *org) { o.revise("cv", func(s *register.System) { s.Owner = "pam" }) }, "SO-14"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrg(t).staffed()
			o.register(cvScreener())
			o.fill("cv")
			o.do("pam", lend("cv#1", aims.RolePolicyOwner, "una", day(9)))
			c.then(o)
			o.do("bob", func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#1") })
			o.sign("ian", "cv#1", aims.RoleImpactApprover)
			err := o.refused("una", aims.ErrForbidden, approve("cv#1", aims.RolePolicyOwner))
			require.ErrorContains(t, err, c.rule)
			require.Equal(t, impact.StateSubmitted, o.assessment("cv#1").State)
		})
	}

	// In whose place somebody signed has signed.
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.submit("cv")
	o.do("pam", lend("cv#1", aims.RolePolicyOwner, "una", day(9)))
	o.sign("una", "cv#1", aims.RolePolicyOwner)
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleImpactApprover, "pam") })
	o.do("pam", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) })
	err := o.refused("pam", aims.ErrSeparation, approve("cv#1", aims.RoleImpactApprover))
	require.ErrorContains(t, err, "SO-03")
}

// What is done to the lead of a group is judged for each that follows: its owner does not
// sign it through the lead, nor lends the signature, and Authorize is asked of each.
func TestGroupsAreJudgedForEachMember(t *testing.T) {
	forbidden := ""
	open := func() *org {
		c := &clock{now: day0}
		j := memory.New()
		m, err := aims.Open(t.Context(), j, &aims.Options{Clock: c.Now, NewID: counter(), Founder: setup,
			Authorize: func(_ context.Context, by aims.By, a aims.Access) error {
				if a.Verb == forbidden && a.Subject.ID == "second#1" {
					return errors.New("not that one")
				}
				return nil
			}})
		require.NoError(t, err)
		o := (&org{Manager: m, t: t, journal: j, clock: c}).staffed()
		first, second := cvScreener(), cvScreener()
		first.ID, second.ID, second.Owner = "first", "second", "ian"
		o.register(first, second)
		o.fill("first")
		o.do("lea", func(tx *aims.Tx) error { return tx.GroupAssessments("first#1", "second#1") })
		return o
	}
	submit := func(tx *aims.Tx) error { return tx.SubmitAssessment("first#1") }
	o := open()
	o.do("bob", submit)
	err := o.refused("ian", aims.ErrSeparation, approve("first#1", aims.RoleImpactApprover))
	require.ErrorContains(t, err, "SO-14")
	require.ErrorContains(t, err, "second#1")
	o.do("ian", lend("first#1", aims.RoleImpactApprover, "una", day(9)))
	err = o.refused("una", aims.ErrSeparation, approve("first#1", aims.RoleImpactApprover))
	require.ErrorContains(t, err, "SO-14")
	require.Empty(t, o.assessment("second#1").Signatures)

	o = open()
	forbidden = "SubmitAssessment"
	o.refused("bob", aims.ErrForbidden, submit)
	forbidden = ""
	o.do("bob", submit)
	for verb, do := range map[string]func(tx *aims.Tx) error{
		"ApproveAssessment": approve("first#1", aims.RolePolicyOwner),
		"ReturnAssessment":  func(tx *aims.Tx) error { return tx.ReturnAssessment("first#1", "x") },
		"StopAssessment":    func(tx *aims.Tx) error { return tx.StopAssessment("first#1", "x") },
	} {
		forbidden = verb
		o.refused("pam", aims.ErrForbidden, do)
		forbidden = ""
		require.Equal(t, impact.StateSubmitted, o.assessment("second#1").State)
	}
	o.sign("pam", "first#1", aims.RolePolicyOwner)
}
