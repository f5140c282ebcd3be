package aims_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// created returns in which commit each record of a kind came to be.
func created(o *org, k aims.Kind) map[string]uint64 {
	at := make(map[string]uint64)
	for e, err := range o.Trail(o.t.Context(), 0) {
		require.NoError(o.t, err)
		for _, c := range e.Changes {
			if c.Kind == k && c.What == aims.Created {
				at[c.ID] = e.Seq
			}
		}
	}
	return at
}

func TestRegisteringOpensTheAssessmentInTheSameCommit(t *testing.T) {
	o := newOrg(t).staffed()
	for i, stage := range register.Stages() {
		s := spamFilter()
		s.ID, s.Stage = fmt.Sprintf("one-%d", i), stage
		o.register(s)
	}
	var many []register.System
	for i := range 20 {
		s := cvScreener()
		s.ID = fmt.Sprintf("many-%02d", i)
		many = append(many, s)
	}
	o.register(many...)
	o.register(register.System{ID: "bare", Name: "Nothing known", Stage: register.StageOperation})

	systems, assessments := created(o, aims.KindSystem), created(o, aims.KindAssessment)
	require.Len(t, systems, 26)
	require.Len(t, assessments, 26)
	for id, seq := range systems {
		require.Equal(t, seq, assessments[aims.AssessmentID(id, 1)], id)
		a := o.open(id)
		require.Equal(t, impact.StateOpen, a.State)
		require.Equal(t, impact.TriggerRegistration, a.Triggers[0].Kind)
		require.False(t, a.Due.Before(dayOf(0)))
	}
	require.Equal(t, systems["many-00"], systems["many-19"], "one Update is one commit")
	require.Equal(t, impact.LevelMinimal, o.View().LevelOf("one-3"))
	require.Equal(t, impact.LevelHigh, o.View().LevelOf("many-00"))
	require.Equal(t, impact.LevelHigh, o.View().LevelOf("bare"), "what is not answered counts as the worst")
	require.Equal(t, impact.LevelHigh, o.View().LevelOf("never-heard-of"))
}

// TestNothingGetsRoundTheAssessment: neither options nor verbs keep a system
// on the register without its assessment.
func TestNothingGetsRoundTheAssessment(t *testing.T) {
	rules, err := impact.NewRules("none", []impact.Rule{{ID: "R", When: []decide.Condition{{Field: "critical", Op: "in", Any: []string{"yes"}}},
		MinLevel: impact.LevelHigh, Why: "x", Source: "x"}})
	require.NoError(t, err)
	c := &clock{now: day0}
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: setup, Clock: c.Now, Rules: rules, AssessmentPolicy: &impact.Policy{},
		Authorize: func(_ context.Context, _ aims.By, a aims.Access) error {
			if a.Kind == aims.KindAssessment {
				return errors.New("nobody may touch assessments")
			}
			return nil
		}})
	require.NoError(t, err)
	o := (&org{Manager: m, t: t, clock: c}).staffed()
	o.register(spamFilter())
	require.Equal(t, "spam#1", o.open("spam").ID)

	// What an actor may not do, does not take half effect either.
	o = newOrg(t).staffed()
	o.register(spamFilter())
	for _, s := range []aims.Subject{{Kind: aims.KindAssessment, ID: "spam#1"}, {Kind: aims.KindSystem, ID: "spam"}, {Kind: aims.KindDecision, ID: "A.2.2"}} {
		err := o.refused("eve", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.Withdraw(s) })
		require.ErrorContains(t, err, "records of this kind stay")
	}
	// Within the same Update it can't be taken back either.
	o.refused("eve", aims.ErrForbidden, func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID = "spam2"
		if err := tx.RegisterSystem(s); err != nil {
			return err
		}
		return tx.Withdraw(aims.Subject{Kind: aims.KindAssessment, ID: "spam2#1"})
	})
	// Retired, the system keeps the record that it was never assessed.
	o.ending("spam")
	o.do("ada", func(tx *aims.Tx) error { return tx.AdvanceStage("spam", register.StageRetirement) })
	a, _ := o.View().Assessments().Get("spam#1")
	require.Equal(t, impact.StateWithdrawn, a.State)
	require.Equal(t, impact.Ending{By: "ada", At: day0, Reason: "the system was retired"}, a.Ended)
	_, open := o.View().OpenAssessment("spam")
	require.False(t, open)
	s, _ := o.View().Systems().Get("spam")
	require.Equal(t, dayOf(0), s.RetiredOn)
}

func TestMaterialChangesFire(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())

	// While an assessment is open it takes the change up.
	c := o.revise("spam", func(s *register.System) { s.Purpose = "Delete unwanted mail." })
	require.True(t, c.Material())
	a := o.open("spam")
	require.Equal(t, "spam#1", a.ID)
	require.Len(t, a.Triggers, 2)
	require.Equal(t, impact.TriggerChange, a.Triggers[1].Kind)
	require.Contains(t, a.Triggers[1].Detail, "purpose (MC-01)")

	o.assess("spam")
	require.True(t, o.View().CoverageOf("spam", day0).Covered)

	// Editorial changes open nothing.
	for _, change := range []func(s *register.System){
		func(s *register.System) { s.Description = "It sorts mail." },
		func(s *register.System) { s.Name = "Spam filter" },
		func(s *register.System) { s.Owner = "bob" },
		func(s *register.System) { s.Labels = map[string]string{"team": "mail"} },
		func(s *register.System) { s.Purpose = "Delete  unwanted mail." },
	} {
		require.False(t, o.revise("spam", change).Material())
		_, open := o.View().OpenAssessment("spam")
		require.False(t, open)
		require.True(t, o.View().CoverageOf("spam", day0).Covered)
	}

	// Narrower than what was approved stays covered.
	require.False(t, o.revise("spam", func(s *register.System) { s.Jurisdictions = nil; s.Jurisdictions = []string{"AU"} }).Material())
	require.False(t, o.revise("spam", func(s *register.System) { s.Autonomy = register.AutonomyAdvises }).Material())
	require.True(t, o.View().CoverageOf("spam", day0).Covered)

	// After approval a material change opens a new one, in the same commit.
	c = o.revise("spam", func(s *register.System) { s.Data = append([]register.DataCategory{register.DataHealth}, s.Data...) })
	require.True(t, c.Material())
	require.Equal(t, "spam#2", o.open("spam").ID)
	require.Equal(t, o.View().Head().Seq, created(o, aims.KindAssessment)["spam#2"])
	cover := o.View().CoverageOf("spam", day0)
	require.False(t, cover.Covered)
	require.Contains(t, cover.Why, "Data categories (MC-03)")
}

// TestDriftInSmallSteps: the autonomy goes down, is approved so, and comes back
// step by step. Each step is compared with what was approved, so that going
// back to where it once was does not slip through.
func TestDriftInSmallSteps(t *testing.T) {
	o := newOrg(t).staffed()
	s := spamFilter()
	s.Reach = register.ReachUnder1K
	o.register(s)
	o.assess("spam")

	// Down from what was approved: covered. Up again to it: still covered, for
	// it is what was approved.
	o.revise("spam", func(s *register.System) { s.Autonomy = register.AutonomyInforms })
	c := o.revise("spam", func(s *register.System) { s.Autonomy = register.AutonomySupervised })
	require.True(t, c.Material(), "against the revision before it is a rise")
	_, open := o.View().OpenAssessment("spam")
	require.False(t, open, "against what was approved it is none")
	require.True(t, o.View().CoverageOf("spam", day0).Covered)

	// A rise fires; an editorial step after it does not hide the drift.
	o.revise("spam", func(s *register.System) { s.Reach = register.ReachUnder10K })
	require.Len(t, o.open("spam").Triggers, 1)
	c = o.revise("spam", func(s *register.System) { s.Name = "Renamed" })
	require.False(t, c.Material())
	require.False(t, o.View().CoverageOf("spam", day0).Covered)
	require.Len(t, o.open("spam").Triggers, 1, "it differs as it did: that is one trigger")
}

func TestStageMovesThroughGatesOnly(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.invalid("ada", "stage", "verb", "operation", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("cv")
		s.Stage = register.StageOperation
		_, err := tx.ReviseSystem(s)
		return err
	})
	advance := func(to register.Stage) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.AdvanceStage("cv", to) }
	}
	err := o.refused("ada", aims.ErrGate, advance(register.StageVerification))
	var gate *aims.GateError
	require.ErrorAs(t, err, &gate)
	require.Equal(t, "G1", gate.Gate)
	require.Equal(t, "cv", gate.System)
	require.Equal(t, register.StageDesign, gate.From)
	require.Equal(t, register.StageVerification, gate.To)
	require.Equal(t, []string{"G1.3"}, items(gate.Blockers)[:1])
	require.ErrorContains(t, err, "G1.3 the impact assessment begun: nobody has begun the impact assessment")

	// Begin the assessment, show the specification: through.
	o.do("bob", func(tx *aims.Tx) error { a, _ := tx.OpenAssessment("cv"); err := tx.SaveAssessment(a); return err })
	o.clearEvidence("cv", "G1")
	o.do("ada", advance(register.StageVerification))

	// The second gate asks for the approval and for evidence.
	err = o.refused("ada", aims.ErrGate, advance(register.StageDeployment))
	require.ErrorAs(t, err, &gate)
	require.Equal(t, "G2", gate.Gate)
	require.Contains(t, items(gate.Blockers), "G2.2")
	for _, b := range gate.Blockers {
		require.NotEmpty(t, b.Requires)
		require.NotEmpty(t, b.Missing)
		require.NotEmpty(t, b.Next)
		require.Equal(t, strings.HasPrefix(b.Item, "G2.S") || b.Item == "G2.1" || b.Item == "G2.2", b.Absolute, "nothing stands in for an owner, an approval or a signature")
	}
	o.assess("cv", impact.HarmRating{Harm: impact.Harms()[0].ID, Parties: []string{"applicant"}, Scale: 4, Scope: 2, Irremediability: 3, Likelihood: 3, Confidence: impact.ConfidenceHigh})
	err = o.refused("ada", aims.ErrGate, advance(register.StageDeployment))
	require.ErrorAs(t, err, &gate)
	require.NotContains(t, items(gate.Blockers), "G2.2")
	require.Contains(t, items(gate.Blockers), "G2.3", "the risk that the assessment found is not accepted")
	o.do("rob", func(tx *aims.Tx) error {
		return tx.AcceptRisk("cv/"+impact.Harms()[0].ID, "pilot with ten applicants", dayOf(60))
	})
	o.clearEvidence("cv", "G2")
	o.signs("cv", register.StageDeployment, "G2.S2")
	o.signs("cv", register.StageDeployment, "G2.S3")
	o.do("ada", advance(register.StageDeployment))
	o.clearEvidence("cv", "G3")
	o.signs("cv", register.StageOperation, "G3.S2")
	o.do("ada", advance(register.StageOperation))
	s, _ := o.View().Systems().Get("cv")
	require.Equal(t, dayOf(0), s.InUseSince)

	// Forward again is not back, and back is not forward.
	o.refused("ada", aims.ErrGate, advance(register.StageVerification))
	o.refused("ada", aims.ErrGate, func(tx *aims.Tx) error { return tx.RevertStage("cv", register.StageRetirement) })
	o.refused("ada", aims.ErrGate, func(tx *aims.Tx) error { return tx.RevertStage("cv", register.StageOperation) })
	o.do("ada", func(tx *aims.Tx) error { return tx.RevertStage("cv", register.StageDesign) })
	s, _ = o.View().Systems().Get("cv")
	require.Equal(t, register.StageDesign, s.Stage)
	o.ending("cv")
	o.do("ada", advance(register.StageRetirement))
	o.refused("ada", aims.ErrGate, advance(register.StageDesign))
	o.refused("ada", aims.ErrGate, func(tx *aims.Tx) error { return tx.RevertStage("cv", register.StageDesign) })
}

func items(bs []aims.Blocker) []string {
	var ids []string
	for _, b := range bs {
		ids = append(ids, b.Item)
	}
	return ids
}

// clearEvidence attaches evidence for all controls that a gate asks for.
func (o *org) clearEvidence(system, gate string) {
	o.t.Helper()
	g, _ := register.GateByID(gate)
	var ids []string
	for _, item := range g.Items {
		if item.Kind == register.ItemEvidence {
			for _, c := range item.Controls {
				ids = append(ids, c.String())
			}
		}
	}
	o.prove(system+"-"+gate, []string{system}, ids...)
}

// ownModel is a system of high impact whose model the organisation trains: a
// gate asks more of it.
func ownModel() register.System {
	s := cvScreener()
	s.Build, s.Roles = register.BuildTrained, []register.AIRole{register.RoleProvider, register.RoleDeployer}
	return s
}

func TestEvidenceAtAGateMustBeFreshAndAboutTheSystem(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(ownModel(), spamFilter())
	o.prove("rest", []string{"cv"}, "A.6.2.3", "A.7.2")
	o.do("bob", func(tx *aims.Tx) error { a, _ := tx.OpenAssessment("cv"); err := tx.SaveAssessment(a); return err })
	s, _ := o.View().Systems().Get("cv")
	g, _ := register.GateByID("G1")
	blocked := func(n int) []string { return items(o.View().Blockers(s, g, day(n))) }
	require.Equal(t, []string{"G1.4"}, blocked(0))
	o.prove("other", []string{"spam"}, "A.6.2.2")
	require.Equal(t, []string{"G1.4"}, blocked(0), "evidence about another system does not count")
	o.do("ada", func(tx *aims.Tx) error {
		e := proof("spec", tx.Now(), []string{"cv"}, "A.6.2.2")
		e.ValidUntil = dayOf(5)
		return tx.AttachEvidence(e)
	})
	require.Empty(t, blocked(0))
	require.Empty(t, blocked(5), "its last moment counts")
	require.Equal(t, []string{"G1.4"}, blocked(6))
	o.prove("all", nil, "A.6.2.2")
	require.Equal(t, []string{"G1.4"}, blocked(6), "a specification is one of a system: what is about the organisation as a whole shows none")
}

func TestOwnerlessSystemPassesNoGate(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Owner = ""
	o.register(s)
	err := o.refused("lea", aims.ErrGate, func(tx *aims.Tx) error { return tx.AdvanceStage("cv", register.StageVerification) })
	var gate *aims.GateError
	require.ErrorAs(t, err, &gate)
	require.Equal(t, "G1.1", gate.Blockers[0].Item)
	require.True(t, gate.Blockers[0].Absolute)
	o.invalid("ada", "items[0]", "absolute", "G1.1", func(tx *aims.Tx) error {
		return tx.RequestException(exception("G1.1"))
	})
	// An owner who has left counts no more.
	o.revise("cv", func(s *register.System) { s.Owner = "bob" })
	o.do("setup", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("bob")
		p.LeftOn = dayOf(0)
		return tx.PutPerson(p)
	})
	s, _ = o.View().Systems().Get("cv")
	g, _ := register.GateByID("G1")
	require.Contains(t, items(o.View().Blockers(s, g, day0)), "G1.1")
}

// exception is one for system cv at gate G1 that ada asks for.
func exception(items ...string) aims.Exception {
	return aims.Exception{ID: "x", System: "cv", Gate: "G1", Items: items, Reason: "the pilot can't wait", Measures: "one recruiter reads all"}
}

// except lets ada ask for an exception, and somebody grant it.
func (o *org) except(granter string, e aims.Exception, expires time.Time) {
	o.t.Helper()
	o.do("ada", func(tx *aims.Tx) error { return tx.RequestException(e) })
	o.do(granter, func(tx *aims.Tx) error { return tx.GrantException(e.ID, calendar.Of(expires, nil)) })
}

func TestExceptions(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(ownModel())
	o.prove("rest", []string{"cv"}, "A.6.2.3", "A.7.2")
	ask := func(change func(e *aims.Exception)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			e := exception("G1.3", "G1.4")
			change(&e)
			return tx.RequestException(e)
		}
	}
	grant := func(until time.Time) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.GrantException("x", calendar.Of(until, nil)) }
	}
	advance := func(tx *aims.Tx) error { return tx.AdvanceStage("cv", register.StageVerification) }

	o.refused("ghost", aims.ErrForbidden, ask(func(e *aims.Exception) {}))
	o.invalid("ada", "reason", "required", "", ask(func(e *aims.Exception) { e.Reason = "" }))
	o.invalid("ada", "measures", "required", "", ask(func(e *aims.Exception) { e.Measures = "" }))
	o.invalid("ada", "items", "required", "", ask(func(e *aims.Exception) { e.Items = nil }))
	o.invalid("ada", "items[0]", "item", "G2.2", ask(func(e *aims.Exception) { e.Items = []string{"G2.2"} }))
	o.invalid("ada", "gate", "gate", "G9", ask(func(e *aims.Exception) { e.Gate = "G9" }))
	o.refused("ada", aims.ErrState, ask(func(e *aims.Exception) { e.Gate, e.Items = "G2", []string{"G2.3"} })) // it is in design
	// Who asks is who acts, whatever is typed; and asks until it is granted, nobody else.
	o.do("bob", ask(func(e *aims.Exception) { e.Items, e.RequestedBy = []string{"G1.3"}, "ada" }))
	x, _ := o.View().Exceptions().Get("x")
	require.Equal(t, "bob", x.RequestedBy)
	o.refused("ada", aims.ErrForbidden, ask(func(e *aims.Exception) { e.Revision = x.Revision }))
	require.Empty(t, find(o.View(), day(1), "EX-01"), "nobody has granted it")

	o.refused("rob", aims.ErrForbidden, grant(day(14))) // at level high the sponsor grants it
	o.refused("ghost", aims.ErrForbidden, grant(day(14)))
	o.refused("bob", aims.ErrForbidden, grant(day(14)))
	o.invalid("eve", "expires", "range", "2026-01-20", grant(day(15)))
	o.invalid("eve", "expires", "range", "2026-01-04", grant(day(-1)))

	// It opens the gate for what it names and nothing else.
	o.do("eve", grant(day(14)))
	o.refused("eve", aims.ErrState, grant(day(14)))
	o.refused("bob", aims.ErrState, ask(func(e *aims.Exception) { e.Revision = o.View().Head().Seq }))
	err := o.refused("ada", aims.ErrGate, advance)
	var gate *aims.GateError
	require.ErrorAs(t, err, &gate)
	require.Equal(t, []string{"G1.4"}, items(gate.Blockers))
	o.prove("spec", []string{"cv"}, "A.6.2.2")
	o.do("ada", advance)

	// It stays in sight, and counts more once it has run out.
	f := find(o.View(), day(14), "EX-01")
	require.Len(t, f, 1)
	require.Equal(t, aims.SeverityOpportunity, f[0].Severity)
	require.Contains(t, f[0].Message, "G1.3")
	require.Empty(t, find(o.View(), day(14), "S2-25"))
	require.Empty(t, find(o.View(), day(15), "EX-01"))
	f = find(o.View(), day(15), "S2-25")
	require.Len(t, f, 1)
	require.Equal(t, aims.SeverityMajor, f[0].Severity, "a system of high impact")
	require.Equal(t, aims.Subject{Kind: aims.KindException, ID: "x"}, f[0].Subject)

	// Not twice for the same gate within 90 days.
	o.clock.Set(day(20))
	o.refused("eve", aims.ErrState, func(tx *aims.Tx) error { return tx.ExtendException("x", "half of it", dayOf(25)) }) // it has run out
	o.do("ada", func(tx *aims.Tx) error { return tx.RevertStage("cv", register.StageDesign) })
	o.do("ada", ask(func(e *aims.Exception) { e.ID = "y" }))
	o.invalid("eve", "gate", "repeated", "G1", func(tx *aims.Tx) error { return tx.GrantException("y", dayOf(30)) })

	// Closed once it has been made good.
	err = o.refused("ada", aims.ErrGate, func(tx *aims.Tx) error { return tx.CloseException("x") })
	require.ErrorAs(t, err, &gate)
	require.Equal(t, []string{"G1.3"}, items(gate.Blockers))
	o.do("bob", func(tx *aims.Tx) error { a, _ := tx.OpenAssessment("cv"); err := tx.SaveAssessment(a); return err })
	o.do("ada", func(tx *aims.Tx) error { return tx.CloseException("x") })
	require.Empty(t, find(o.View(), day(20), "S2-25"))
	o.refused("ada", aims.ErrState, func(tx *aims.Tx) error { return tx.CloseException("x") })
	o.refused("ada", aims.ErrNotFound, func(tx *aims.Tx) error { return tx.CloseException("none") })
}

func TestExceptionBelowHigh(t *testing.T) {
	o := newOrg(t).staffed()
	s := spamFilter()
	s.ID, s.Stage, s.Purpose = "cv", register.StageDesign, ""
	s.Autonomy = register.AutonomyInforms
	o.register(s)
	require.NotEqual(t, impact.LevelHigh, o.View().LevelOf("cv"))
	o.do("bob", func(tx *aims.Tx) error { return tx.RequestException(exception("G1.2")) })
	grant := func(actor string, days int) error {
		return o.try(actor, func(tx *aims.Tx) error { return tx.GrantException("x", dayOf(days)) })
	}
	require.ErrorIs(t, grant("ada", 30), aims.ErrForbidden)
	require.ErrorIs(t, grant("rob", 31), aims.ErrInvalid)
	require.NoError(t, grant("rob", 30))
	require.Equal(t, aims.SeverityMinor, find(o.View(), day(31), "S2-25")[0].Severity)

	// It is extended once, while it holds, with what has been done since, and for so
	// long in all; what was granted stays.
	extend := func(done string, days int) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ExtendException("x", done, dayOf(days)) }
	}
	o.clock.Set(day(25))
	o.refused("bob", aims.ErrForbidden, extend("half of it", 40))
	o.invalid("rob", "done", "required", " ", extend(" ", 40))
	o.refused("rob", aims.ErrInvalid, extend("half of it", 56))
	o.do("rob", extend("half of it", 55))
	o.clock.Set(day(50))
	o.refused("rob", aims.ErrState, extend("more", 60))
	x, _ := o.View().Exceptions().Get("x")
	require.Equal(t, []aims.ExceptionGrant{{By: "rob", At: day0, Expires: dayOf(30)}, {By: "rob", At: day(25), Expires: dayOf(55), Done: "half of it"}}, x.Grants)
}

func TestUnacceptableSystem(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Practices = []register.Practice{register.PracticeSocialScoring}
	o.register(s)
	require.Equal(t, impact.LevelUnacceptable, o.View().LevelOf("cv"))
	o.do("ada", func(tx *aims.Tx) error { return tx.RequestException(exception("G1.3")) })
	granted := func(tx *aims.Tx) error { return tx.GrantException("x", dayOf(9)) }
	o.refused("eve", aims.ErrForbidden, granted)
	a := o.submit("cv")
	err := o.refused("ian", aims.ErrState, func(tx *aims.Tx) error { return tx.ApproveAssessment(a.ID, aims.RoleImpactApprover) })
	require.ErrorIs(t, err, impact.ErrUnacceptable)
	require.Len(t, find(o.View(), day0, "IA-02"), 1)
	o.refused("ian", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.StopAssessment(a.ID, " ") })
	o.do("ian", func(tx *aims.Tx) error { return tx.StopAssessment(a.ID, "prohibited") })
	require.False(t, o.View().CoverageOf("cv", day0).Covered)
	// To stop the assessment does not make the system any better.
	f := find(o.View(), day0, "IA-02")
	require.Len(t, f, 1)
	require.NotContains(t, f[0].Message, "under .")
	o.refused("eve", aims.ErrForbidden, granted)
	// To change it does.
	o.revise("cv", func(s *register.System) { s.Practices = []register.Practice{register.PracticeRecruitment} })
	require.Empty(t, find(o.View(), day0, "IA-02"))
	require.Equal(t, impact.LevelHigh, o.View().LevelOf("cv"))
}

func TestRequiredControlsComeWithRules(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	a := o.open("cv")
	require.NotEmpty(t, a.Result.Controls)
	for _, q := range a.Result.Controls {
		require.NotEmpty(t, q.Rules, q.Control.String())
		_, ok := annexa.Lookup(q.Control)
		require.True(t, ok)
	}
}
