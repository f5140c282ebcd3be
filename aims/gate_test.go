package aims_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// officeTool is a system of little impact, of a field that no rule is about.
func officeTool(id string, stage register.Stage) register.System {
	s := spamFilter()
	s.ID, s.Stage, s.Domains = id, stage, []register.Domain{register.DomainInternalOperations}
	return s
}

// advance moves a system on.
func advance(system string, to register.Stage) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.AdvanceStage(system, to) }
}

// closed tries to move a system on and returns what its gate misses.
func (o *org) closed(system string, to register.Stage) []aims.Blocker {
	o.t.Helper()
	var gate *aims.GateError
	require.ErrorAs(o.t, o.refused("ada", aims.ErrGate, advance(system, to)), &gate)
	return gate.Blockers
}

// An approval given in design keeps what the rules required there. What they
// require of a system that runs is asked for where it begins to run.
func TestAGateAsksForWhatItsStageRequires(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(officeTool("spam", register.StageDesign))
	approved := o.assess("spam")
	monitoring := annexa.MustParse("A.6.2.6")
	require.False(t, approved.Result.Requires(monitoring), "nothing runs in design, so nothing is watched")
	o.do("ada", advance("spam", register.StageVerification))

	missing := o.closed("spam", register.StageDeployment)
	require.Equal(t, []string{"G2.8"}, items(missing))
	require.Equal(t, []string{"BAS-03"}, missing[0].Rules)
	o.prove("rules-of-use", []string{"spam"}, "A.9.2")
	o.do("ada", advance("spam", register.StageDeployment))

	missing = o.closed("spam", register.StageOperation)
	require.Equal(t, []aims.Blocker{{Item: "G3.4", Requires: "monitoring in place", Missing: "no fresh evidence for A.6.2.6",
		Next: "attach evidence (AttachEvidence)", Rules: []string{"BAS-03"}, RequiresText: issue.NewText("monitoring in place"),
		MissingText: issue.NewText("no fresh evidence for %s", "A.6.2.6"), NextText: issue.NewText("attach evidence (AttachEvidence)")}}, missing)
	require.ErrorContains(t, o.try("ada", advance("spam", register.StageOperation)), "no fresh evidence for A.6.2.6 (BAS-03)")
	o.prove("dashboard", []string{"spam"}, "A.6.2.6")
	o.do("ada", advance("spam", register.StageOperation))

	a, _ := o.View().Assessments().Get(approved.ID)
	require.Equal(t, approved.Result, a.Result, "what was signed stays as it was signed")
}

// Where the rules ask for nothing more at the next stage, the gate does not
// either.
func TestAGateAsksForNoMoreThanTheRules(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(officeTool("spam", register.StageDesign), officeTool("running", register.StageDeployment))
	o.assess("spam")
	o.do("ada", advance("spam", register.StageVerification))

	// Approved in deployment, the assessment requires already what it takes to
	// operate it; the same rule says so twice.
	a := o.assess("running")
	require.True(t, a.Result.Requires(annexa.MustParse("A.6.2.6")))
	missing := o.closed("running", register.StageOperation)
	require.Equal(t, []string{"G3.4"}, items(missing))
	require.Equal(t, []string{"BAS-03"}, missing[0].Rules)
}

// The rules in force decide, with what the assessment answers and what has
// happened since.
func TestAGateAsksByTheRulesInForce(t *testing.T) {
	logs := impact.Rule{ID: "OWN-1", Controls: []annexa.ID{annexa.MustParse("A.6.2.8")}, Why: "What can do harm is logged once it runs.", Source: "own",
		When: []decide.Condition{{Field: "stage", Op: "in", Any: []string{"operation"}}, {Field: "misuse", Op: "at_least", Value: "1"}}}
	channel := impact.Rule{ID: "OWN-2", Controls: []annexa.ID{annexa.MustParse("A.3.3")}, Why: "Somebody has complained.", Source: "own",
		When: []decide.Condition{{Field: "stage", Op: "in", Any: []string{"operation"}}, {Field: "concerns", Op: "at_least", Value: "1"}}}
	rules, err := impact.DefaultRules().With("own", "our house rules", logs, channel)
	require.NoError(t, err)
	c := &clock{now: day0}
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Rules: rules})
	require.NoError(t, err)
	defer m.Close(context.Background())
	o := (&org{Manager: m, t: t, clock: c}).staffed()
	o.register(officeTool("spam", register.StageDeployment))
	o.prove("dashboard", []string{"spam"}, "A.6.2.6")
	gate, _ := register.GateByID("G3")
	missing := func() []string {
		s, _ := o.View().Systems().Get("spam")
		return items(o.View().Blockers(s, gate, day0))
	}
	o.assess("spam")
	require.Empty(t, missing())

	o.do("lea", func(tx *aims.Tx) error {
		return tx.ReassessSystem("spam", impact.TriggerRequest, "misuse comes to mind")
	})
	o.do("bob", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("spam")
		a.Misuse = []impact.Misuse{{What: "to hide mail from a colleague"}}
		return tx.SaveAssessment(a)
	})
	require.Equal(t, []string{"G3.5"}, missing(), "the assessors' answer counts")
	o.assess("spam")
	o.do("ada", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "c", Text: "It hides our mail.", RaisedOn: dayOf(0), Systems: []string{"spam"}})
	})
	found := o.closed("spam", register.StageOperation)
	require.Equal(t, []string{"G3.5", "G3.6"}, items(found), "and what has happened since the approval")
	require.Equal(t, []string{"OWN-1"}, found[0].Rules)
	require.Contains(t, found[1].Rules, "OWN-2")
}
