package aims_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// unfairness is a harm to applicants that stands above the default criteria.
func unfairness() impact.HarmRating {
	return impact.HarmRating{Harm: impact.Harms()[0].ID, Parties: []string{"applicant"}, Scale: 3, Scope: 2, Irremediability: 3,
		Likelihood: 4, Confidence: impact.ConfidenceMedium}
}

func TestAssessmentOfLittleImpact(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	sign := func(actor, role string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ApproveAssessment("spam#1", role) }
	}
	submit := func(tx *aims.Tx) error { return tx.SubmitAssessment("spam#1") }
	o.refused("ian", aims.ErrState, sign("ian", aims.RoleImpactApprover))
	o.refused("bob", aims.ErrState, submit) // nobody has written in it

	// A draft may be incomplete; what is handed in may not.
	o.do("bob", func(tx *aims.Tx) error { a, _ := tx.OpenAssessment("spam"); err := tx.SaveAssessment(a); return err })
	a := o.open("spam")
	require.Equal(t, impact.StateInProgress, a.State)
	require.Equal(t, []string{"bob"}, a.Authors)
	o.invalid("bob", "parties", "considered", "user", submit)

	// Only content is taken of a draft.
	o.do("ada", func(tx *aims.Tx) error {
		forged := complete(a, []string{"user"})
		forged.State, forged.Level, forged.Authors = impact.StateApproved, impact.LevelMinimal, nil
		forged.Signatures, forged.Triggers = []impact.Signature{{By: "ian"}}, nil
		return tx.SaveAssessment(forged)
	})
	a = o.open("spam")
	require.Equal(t, impact.StateInProgress, a.State)
	require.Equal(t, []string{"ada", "bob"}, a.Authors)
	require.Empty(t, a.Signatures)
	require.Len(t, a.Triggers, 1)

	o.do("bob", submit)
	require.Equal(t, "bob", o.open("spam").SubmittedBy)
	o.refused("bob", aims.ErrState, submit)
	o.refused("bob", aims.ErrState, func(tx *aims.Tx) error { return tx.SaveAssessment(o.open("spam")) })

	// Returned with reasons, handed in again, signed by one.
	back := func(reasons ...string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ReturnAssessment("spam#1", reasons...) }
	}
	o.invalid("ian", "reasons", "required", "", back())
	o.invalid("ian", "reasons[1]", "required", " ", back("x", " "))
	o.do("ian", back("who else reads the mail?"))
	a = o.open("spam")
	require.Equal(t, impact.StateReturned, a.State)
	require.Equal(t, []impact.Return{{By: "ian", At: day0, Reasons: []string{"who else reads the mail?"}}}, a.Returns)
	o.refused("ian", aims.ErrState, back("again"))
	o.do("bob", submit)

	o.refused("rob", aims.ErrForbidden, sign("rob", aims.RoleImpactApprover))
	o.refused("pam", aims.ErrForbidden, sign("pam", aims.RolePolicyOwner)) // at this level the role does not sign
	a = o.sign("ian", "spam#1", aims.RoleImpactApprover)
	require.Equal(t, impact.StateApproved, a.State)
	require.Equal(t, day0, a.ApprovedAt)
	require.Equal(t, calendar.Of(day0.AddDate(0, 36, 0), nil), a.ValidUntil)
	require.Len(t, a.Signatures, 1)
	require.Len(t, a.Signatures[0].Digest, 64)
	o.refused("ian", aims.ErrState, sign("ian", aims.RoleImpactApprover))
}

func TestAssessmentOfHighImpactTakesTwo(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Owner = "ian"
	o.register(s)
	a := o.submit("cv", unfairness())
	require.Equal(t, impact.LevelHigh, a.Level)
	sign := func(role string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ApproveAssessment("cv#1", role) }
	}
	err := o.refused("ian", aims.ErrForbidden, sign(aims.RoleImpactApprover))
	require.ErrorContains(t, err, "owns the system")
	o.revise("cv", func(s *register.System) { s.Owner = "ada" })

	a = o.sign("ian", "cv#1", aims.RoleImpactApprover)
	require.Equal(t, impact.StateSubmitted, a.State, "one signature is not enough")
	require.Zero(t, o.View().Risks().Len())
	require.False(t, o.View().CoverageOf("cv", day0).Covered)
	// One person signs once, even in both roles.
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RolePolicyOwner, "ian") })
	o.refused("ian", aims.ErrForbidden, sign(aims.RolePolicyOwner)) // not accepted yet
	o.do("ian", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RolePolicyOwner) })
	err = o.refused("ian", aims.ErrForbidden, sign(aims.RolePolicyOwner))
	require.ErrorIs(t, err, impact.ErrSeparation)
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RolePolicyOwner, "pam") })
	o.do("pam", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RolePolicyOwner) })
	a = o.sign("pam", "cv#1", aims.RolePolicyOwner)
	require.Equal(t, impact.StateApproved, a.State)
	require.Equal(t, calendar.Of(day0.AddDate(1, 0, 0), nil), a.ValidUntil)
	require.Equal(t, aims.Coverage{Covered: true, Assessment: "cv#1"}, o.View().CoverageOf("cv", day0))

	// The risk that it found is on the register, and points back.
	id := "cv/" + unfairness().Harm
	r, ok := o.View().Risks().Get(id)
	require.True(t, ok)
	require.Equal(t, "cv#1", r.Assessment)
	require.Equal(t, []string{"cv"}, r.Systems)
	require.Equal(t, "ada", r.Owner)
	require.Equal(t, register.AxisPeople, r.Axis)
	require.Equal(t, register.Rating{Likelihood: 4, Consequence: 3, Criteria: 1}, r.Inherent)
	require.Len(t, find(o.View(), day0, "S2-05"), 1)
}

func TestChangeBetweenSubmissionAndSignatureSendsItBack(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.submit("cv")
	o.sign("ian", "cv#1", aims.RoleImpactApprover)
	o.revise("cv", func(s *register.System) { s.Purpose = "Turn down applications without a person looking." })
	a := o.open("cv")
	require.Equal(t, impact.StateInProgress, a.State)
	require.Empty(t, a.Signatures)
	require.Empty(t, a.SubmittedBy)
	o.refused("pam", aims.ErrState, func(tx *aims.Tx) error { return tx.ApproveAssessment("cv#1", aims.RolePolicyOwner) })

	// An editorial change leaves the signatures alone.
	o.submit("cv")
	o.sign("ian", "cv#1", aims.RoleImpactApprover)
	o.revise("cv", func(s *register.System) { s.Description = "Ranks." })
	require.Equal(t, impact.StateApproved, o.sign("pam", "cv#1", aims.RolePolicyOwner).State)
}

func TestNewApprovalSupersedesAndKeepsTreatment(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.assess("cv", unfairness())
	id := "cv/" + unfairness().Harm
	o.do("ada", func(tx *aims.Tx) error {
		r, _ := tx.Risks().Get(id)
		r.Treatment = register.Treatment{Option: register.OptionModify, Controls: []annexa.ID{annexa.MustParse("A.9.2")}, Plan: "two readers", Owner: "bob", Due: dayOf(60)}
		return tx.PutRisk(r)
	})
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRisk(id, "until June", dayOf(100)) })

	o.do("lea", func(tx *aims.Tx) error {
		err := tx.ReassessSystem("cv", impact.TriggerReview, "yearly review")
		a, _ := tx.OpenAssessment("cv")
		require.Equal(t, "cv#2", a.ID)
		return err
	})
	require.True(t, o.View().CoverageOf("cv", day0).Covered, "the approval holds while it is reviewed")
	o.clock.Set(day(5))
	o.assess("cv", unfairness())
	first, _ := o.View().Assessments().Get("cv#1")
	require.Equal(t, impact.StateSuperseded, first.State)
	require.Equal(t, "cv#2", first.SupersededBy)
	r, _ := o.View().Risks().Get(id)
	require.Equal(t, "cv#2", r.Assessment)
	require.Equal(t, "two readers", r.Treatment.Plan)
	require.Equal(t, "rob", r.Acceptance.By)
	require.Equal(t, dayOf(5), r.AssessedOn)

	// Rated otherwise, what was accepted is not what there is.
	o.do("lea", func(tx *aims.Tx) error {
		return tx.ReassessSystem("cv", impact.TriggerRequest, "works council")
	})
	worse := unfairness()
	worse.Likelihood = 5
	o.assess("cv", worse)
	r, _ = o.View().Risks().Get(id)
	require.True(t, r.Acceptance.IsZero())
	var states []impact.State
	for a := range o.View().AssessmentsOf("cv") {
		states = append(states, a.State)
	}
	require.Equal(t, []impact.State{impact.StateSuperseded, impact.StateSuperseded, impact.StateApproved}, states)
}

func TestReductionsRestOnControlsAndEvidence(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	control := annexa.MustParse("A.9.3")
	harm := unfairness()
	harm.ResidualLikelihood = 3
	harm.Controls = []impact.Reduction{{Control: control, Evidence: []string{"rules"}, Why: "a person decides"}}
	o.do("bob", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("cv")
		s, _ := tx.Systems().Get("cv")
		return tx.SaveAssessment(complete(a, s.Affected, harm))
	})
	submit := func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#1") }
	o.invalid("bob", "harms[0].controls[0].control", "implemented", "A.9.3", submit)
	o.do("lea", func(tx *aims.Tx) error { return tx.DecideControl(applicable(tx.Decision(control))) })
	o.invalid("bob", "harms[0].controls[0].evidence[0]", "evidence", "rules", submit)
	o.do("ada", func(tx *aims.Tx) error {
		e := proof("rules", day(-400), nil, "A.9.2")
		return tx.AttachEvidence(e)
	})
	o.invalid("bob", "harms[0].controls[0].evidence[0]", "fresh", "rules", submit)
	require.ErrorIs(t, o.try("ada", func(tx *aims.Tx) error {
		e, _ := tx.Evidence().Get("rules")
		e.Collected, e.ValidUntil = dayOf(0), dayOf(90)
		return tx.AttachEvidence(e)
	}), aims.ErrInvalid, "what is old is not made fresh")
	o.prove("rules-anew", nil, "A.9.2")
	o.do("bob", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("cv")
		a.Harms[0].Controls[0].Evidence = []string{"rules-anew"}
		return tx.SaveAssessment(a)
	})
	o.do("bob", submit)
}

func TestEvidenceStaysFreshByLevel(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter(), cvScreener())
	kind := impact.EvidenceKinds()[0]
	put := func(id, kind string, systems ...string) aims.Evidence {
		o.do("ada", func(tx *aims.Tx) error {
			e := proof(id, tx.Now(), systems, "A.2.2")
			e.Kind, e.ValidUntil = kind, calendar.Of(time.Time{}, nil) // the kind decides
			return tx.AttachEvidence(e)
		})
		e, _ := o.View().Evidence().Get(id)
		return e
	}
	require.Equal(t, calendar.Of(day(kind.FreshDays(impact.LevelMinimal)), nil), put("a", kind.ID, "spam").ValidUntil)
	require.Equal(t, calendar.Of(day(kind.FreshDays(impact.LevelHigh)), nil), put("b", kind.ID, "cv", "spam").ValidUntil, "the highest level among its systems")
	require.Equal(t, calendar.Of(day(kind.FreshDays(impact.LevelLimited)), nil), put("c", kind.ID).ValidUntil, "about the whole organisation")
	own := put("d", "x-photo")
	require.Equal(t, dayOf(365), own.ValidUntil)
	require.Equal(t, "ada", own.Collector)

	// To put it anew does not make it younger on record.
	o.clock.Set(day(9))
	o.do("ada", func(tx *aims.Tx) error {
		e, _ := tx.Evidence().Get("d")
		e.Title, e.RecordedAt = "Photo", day(-100)
		return tx.AttachEvidence(e)
	})
	e, _ := o.View().Evidence().Get("d")
	require.Equal(t, day0, e.RecordedAt)
	require.Equal(t, "Photo", e.Title)
}

func TestEventsFireAssessments(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter(), cvScreener())
	o.assess("spam")
	o.assess("cv")
	report := func(id string, g aims.Grade, harmed bool, systems ...string) {
		o.do("bob", func(tx *aims.Tx) error {
			return tx.ReportIncident(aims.Incident{ID: id, Title: "Lost mail", Grade: g, PersonsHarmed: harmed, Systems: systems, DetectedOn: tx.Now()})
		})
	}
	open := func(system string) bool { _, ok := o.View().OpenAssessment(system); return ok }
	report("i1", aims.GradeLow, false, "spam")
	require.True(t, open("spam"), "of whatever grade")
	o.assess("spam")
	report("i2", aims.GradeHigh, false, "spam", "cv")
	require.True(t, open("spam"))
	require.Equal(t, impact.TriggerIncident, o.open("cv").Triggers[0].Kind)
	require.Equal(t, o.View().Head().Seq, created(o, aims.KindAssessment)["cv#2"])
	report("i3", aims.GradeLow, true, "spam")
	require.Len(t, o.open("spam").Triggers, 2, "it joins the open one")
	require.Equal(t, 3, o.View().Facts("spam").Incidents)

	o.assess("spam")
	raise := func(id, harm string) {
		o.do("bob", func(tx *aims.Tx) error {
			return tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: id, Text: "It reads along.", Systems: []string{"spam"}, Harm: harm, RaisedOn: calendar.Of(tx.Now(), nil)})
		})
	}
	raise("c1", "")
	require.Equal(t, impact.TriggerConcern, o.open("spam").Triggers[0].Kind)
	raise("c2", impact.Harms()[0].ID)
	require.Equal(t, 2, o.View().Facts("spam").Concerns)

	o.clock.Set(day(400))
	o.do("ada", func(tx *aims.Tx) error {
		require.Zero(t, tx.Facts("spam").Incidents, "a year later they count no more")
		return nil
	})
}

func TestCoverage(t *testing.T) {
	o := newOrg(t).staffed()
	require.Equal(t, aims.Coverage{Why: "there is no such system", Text: issue.NewText("there is no such system")}, o.View().CoverageOf("spam", day0))
	o.register(spamFilter())
	c := o.View().CoverageOf("spam", day0)
	require.False(t, c.Covered)
	require.Empty(t, c.Assessment)
	require.Contains(t, c.Why, "never been assessed")

	a := o.assess("spam")
	c = o.View().CoverageOf("spam", a.ValidUntil.End(nil).Add(-1))
	require.Equal(t, aims.Coverage{Covered: true, Assessment: "spam#1"}, c)
	c = o.View().CoverageOf("spam", a.ValidUntil.End(nil))
	require.False(t, c.Covered)
	require.Equal(t, "spam#1", c.Assessment)
	require.Contains(t, c.Why, "ran out on 2029-01-05")

	o.revise("spam", func(s *register.System) { s.Autonomy = register.AutonomyAutomated })
	c = o.View().CoverageOf("spam", day0)
	require.False(t, c.Covered)
	require.Contains(t, c.Why, "Autonomy (MC-06)")
	require.Equal(t, o.open("spam").Level, o.View().LevelOf("spam"))
}

// TestLevelFollowsTheGravestHarm: what rules call minimal, a grave harm lifts,
// and measures that lower what remains do not lower the level.
func TestLevelFollowsTheGravestHarm(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	require.Equal(t, impact.LevelMinimal, o.View().LevelOf("spam"))
	harm := unfairness()
	harm.Parties = []string{"user"}
	a := o.submit("spam", harm)
	require.Equal(t, impact.LevelHigh, a.Level)
	require.Equal(t, impact.LevelHigh, o.View().LevelOf("spam"))
	require.Equal(t, impact.StateSubmitted, o.sign("ian", a.ID, aims.RoleImpactApprover).State, "now two sign")
	require.Equal(t, impact.StateApproved, o.sign("pam", a.ID, aims.RolePolicyOwner).State)
	// While a review of it is open the approved level stands.
	o.do("lea", func(tx *aims.Tx) error { return tx.ReassessSystem("spam", impact.TriggerReview, "") })
	require.Equal(t, impact.LevelMinimal, o.open("spam").Level)
	require.Equal(t, impact.LevelHigh, o.View().LevelOf("spam"))
}

func TestStoppedAssessment(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	stop := func(tx *aims.Tx) error { return tx.StopAssessment("spam#1", "given up") }
	o.do("ian", stop)
	o.refused("ian", aims.ErrState, stop)
	require.Equal(t, impact.LevelHigh, o.View().LevelOf("spam"), "never assessed counts as high")
	require.NotEmpty(t, find(o.View(), day0, "S2-01"))
	o.do("lea", func(tx *aims.Tx) error {
		return tx.ReassessSystem("spam", impact.TriggerRequest, "after all")
	})
	require.Equal(t, "spam#2", o.open("spam").ID)
}

// TestDismissedHarmLeavesTheRegister: what a later assessment says does not
// arise is no risk any more; the register's history keeps it.
func TestDismissedHarmLeavesTheRegister(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.assess("cv", unfairness())
	id := "cv/" + unfairness().Harm
	require.True(t, o.View().Risks().Has(id))
	o.do("lea", func(tx *aims.Tx) error { return tx.ReassessSystem("cv", impact.TriggerReview, "yearly") })
	gone := impact.HarmRating{Harm: unfairness().Harm, Dismissed: "names and photos are taken out before"}
	o.assess("cv", gone)
	require.False(t, o.View().Risks().Has(id))
	revisions := 0
	for entry, err := range o.History(t.Context(), aims.Subject{Kind: aims.KindRisk, ID: id}) {
		require.NoError(t, err)
		require.NotEmpty(t, entry.By.Actor)
		revisions++
	}
	require.Equal(t, 2, revisions, "found, and gone")
}
