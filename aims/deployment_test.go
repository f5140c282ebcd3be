package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

func planDeployment(d aims.Deployment) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.PlanDeployment(d) }
}

func release(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.ReleaseDeployment(id, tx.Today()) }
}

// lookBack says today what a deployment was seen to do.
func lookBack(id string, asPredicted bool) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.ReviewDeployment(id, aims.DeploymentReview{On: tx.Today(), Seen: "letters are answered sooner; nine complaints were none", AsPredicted: asPredicted})
	}
}

// rolling is an organisation whose spam filter bob plans to deploy.
func rolling(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.approved("spam")
	o.do("bob", planDeployment(deployment("d", "spam")))
	return o
}

// A deployment is planned by one, released by another, and looked back on by somebody who
// has not predicted what it would do.
func TestDeployment(t *testing.T) {
	o := rolling(t)
	o.do("una", release("d"))
	d, _ := o.View().Deployments().Get("d")
	require.Equal(t, aims.DeploymentLive, d.State)
	require.Equal(t, "una", d.ReleasedBy)
	require.Equal(t, spamFilter().Model, d.Model)
	require.Empty(t, find(o.View(), day(90), "DP-01"), "its last day is in time")
	found := find(o.View(), day(91), "DP-01")
	require.Len(t, found, 1)
	require.Equal(t, "It went live on 2026-01-05, and nobody has said whether it does what was predicted.", found[0].Message)
	var days []string
	for _, e := range o.View().Agenda(dayOf(0), dayOf(120)).Entries {
		if e.Probe == "DP-01" {
			days = append(days, e.Day.String()+" "+e.Person)
		}
	}
	require.Equal(t, []string{"2026-04-05 ada"}, days)

	o.clock.Set(day(29))
	err := o.refused("lea", aims.ErrInvalid, lookBack("d", true))
	require.Contains(t, err.Error(), "what it does shows from 2026-02-04 on")
	o.clock.Set(day(30))
	o.refused("bob", aims.ErrSeparation, lookBack("d", true))
	o.do("lea", lookBack("d", true))
	require.Empty(t, find(o.View(), day(400), "DP-01"))
	_, open := o.View().OpenAssessment("spam")
	require.False(t, open)
	o.refused("una", aims.ErrState, lookBack("d", false)) // what was seen stays
}

// What nobody predicted calls for an assessment.
func TestDeploymentThatDoesOtherwise(t *testing.T) {
	o := rolling(t)
	o.do("una", release("d"))
	o.clock.Set(day(31))
	o.do("lea", lookBack("d", false))
	require.Equal(t, []string{"T-MON deployment d was seen to do what nobody predicted"}, calls(o, "spam"))
}

// Who releases is who was named, has not written the plan, and finds everything met and
// the gate passed.
func TestWhoReleases(t *testing.T) {
	o := rolling(t)
	for _, who := range []string{"ada", "eve", "lea", "ghost"} {
		o.refused(who, aims.ErrForbidden, release("d"))
	}
	o.refused("bob", aims.ErrForbidden, release("d"))
	o.refused("bob", aims.ErrInvalid, func(tx *aims.Tx) error {
		d, _ := tx.Deployments().Get("d")
		d.Releaser = "bob"
		return tx.PlanDeployment(d)
	})
	o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error { // who comes to plan has planned
		d, _ := tx.Deployments().Get("d")
		return tx.PlanDeployment(d)
	})
	o.refused("una", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		d := deployment("e", "spam")
		d.Releaser = "lea"
		if err := tx.PlanDeployment(d); err != nil {
			return err
		}
		if err := tx.ReleaseDeployment("d", tx.Today()); err != nil {
			return err
		}
		return tx.ReleaseDeployment("d", tx.Today())
	})
	o.do("bob", func(tx *aims.Tx) error {
		d, _ := tx.Deployments().Get("d")
		d.Requirements[1].How = ""
		return tx.PlanDeployment(d)
	})
	err := o.refused("una", aims.ErrInvalid, release("d"))
	require.Contains(t, err.Error(), "requirements[1].how")
	o.do("bob", func(tx *aims.Tx) error {
		d, _ := tx.Deployments().Get("d")
		d.Requirements[1].How = "seen in the live system"
		return tx.PlanDeployment(d)
	})
	for _, text := range []string{"", "2026-01-04", "2026-01-06", "1890-01-01"} { // the plan is of the 5th, which is today
		on, _ := calendar.Parse(text)
		o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.ReleaseDeployment("d", on) })
	}
	o.do("una", release("d"))
	o.refused("una", aims.ErrState, release("d"))
	o.refused("bob", aims.ErrState, func(tx *aims.Tx) error {
		d, _ := tx.Deployments().Get("d")
		d.Predicted = "just what it does"
		return tx.PlanDeployment(d)
	})
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindDeployment, ID: "d"})
	})

	o.register(officeTool("tool", register.StageDesign))
	o.do("bob", planDeployment(deployment("early", "tool")))
	o.refused("una", aims.ErrGate, release("early"))
}

// A deployment that rests on a verification is released once that has passed.
func TestDeploymentRestsOnVerification(t *testing.T) {
	o := rolling(t)
	o.do("bob", planVerification(verification("v", "spam")))
	d := deployment("e", "spam")
	d.Verification = "v"
	o.do("bob", planDeployment(d))
	o.refused("una", aims.ErrInvalid, release("e"))
	o.do("una", recordVerification("v", verified(true)))
	o.do("una", release("e"))
}

// What is taken back needs no looking back; neither does what came before the last one
// that was looked back on. To deploy anew each month puts nothing off.
func TestDeploymentsOneAfterTheOther(t *testing.T) {
	o := rolling(t)
	o.do("una", release("d"))
	for n, id := range []string{"d2", "d3", "d4", "d5"} {
		o.clock.Set(day(20 * (n + 1)))
		d := deployment(id, "spam")
		d.PlannedFor = calendar.Of(o.clock.Now(), nil)
		o.do("bob", planDeployment(d))
		o.do("una", release(id))
	}
	found := find(o.View(), day(91), "DP-01")
	require.Len(t, found, 1)
	require.Equal(t, "d", found[0].Subject.ID)
	o.do("lea", lookBack("d3", true)) // of day 40, today is 80
	require.Empty(t, find(o.View(), day(150), "DP-01"))
	require.Equal(t, "d4", find(o.View(), day(151), "DP-01")[0].Subject.ID)

	back := func(id, on, reason string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.TakeBackDeployment(id, calendar.MustParse(on), reason) }
	}
	o.refused("lea", aims.ErrInvalid, back("d4", "2026-03-25", "n/a"))
	o.refused("lea", aims.ErrInvalid, back("d4", "2026-01-25", "complaints"))
	o.refused("lea", aims.ErrInvalid, back("d4", "2026-04-25", "complaints"))
	o.do("lea", back("d4", "2026-03-25", "complaints"))
	o.refused("lea", aims.ErrState, back("d4", "2026-03-25", "complaints"))
	require.Empty(t, find(o.View(), day(170), "DP-01"))
	require.Equal(t, "d5", find(o.View(), day(171), "DP-01")[0].Subject.ID)
}

// What was taken back does not run; a register that has it in operation all the same is
// found, until it says otherwise or something else goes live.
func TestTakenBackAndInOperation(t *testing.T) {
	o := rolling(t)
	o.do("una", release("d"))
	o.do("lea", func(tx *aims.Tx) error { return tx.TakeBackDeployment("d", tx.Today(), "complaints") })
	found := find(o.View(), day0, "DP-01")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "taken back on 2026-01-05")
	o.revise("spam", func(s *register.System) { s.Model.Version = "1" })
	require.Empty(t, find(o.View(), day(200), "DP-01"))
}

// A plan whose day is over is late until it is released, moved or given up.
func TestDeploymentPlannedAndForgotten(t *testing.T) {
	o := rolling(t)
	require.Empty(t, find(o.View(), day(7), "DP-01"))
	require.Contains(t, find(o.View(), day(8), "DP-01")[0].Message, "to go live on 2026-01-12")
	o.do("lea", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindDeployment, ID: "d"}) })
	require.Empty(t, find(o.View(), day(8), "DP-01"))
}

// A plan with a way back is what the gate into deployment asks for; of a system in
// operation one that went live as the system is.
func TestDeploymentOpensItsGate(t *testing.T) {
	o := newOrg(t).staffed()
	s := ownModel()
	s.Stage = register.StageVerification
	o.register(s)
	g, _ := register.GateByID("G2")
	asked := func() bool {
		s, _ := o.View().Systems().Get("cv")
		for _, b := range o.View().Blockers(s, g, day0) {
			if b.Item == "G2.5" {
				return true
			}
		}
		return false
	}
	require.True(t, asked())
	o.do("bob", planDeployment(deployment("d", "cv")))
	require.False(t, asked())
}

func TestLiarsAboutDeployments(t *testing.T) {
	o := rolling(t)
	o.register(ownModel())
	o.do("bob", planVerification(verification("of-cv", "cv")))
	for _, bad := range []struct {
		field, rule string
		change      func(d *aims.Deployment)
	}{
		{"system", "system", func(d *aims.Deployment) { d.System = "none" }},
		{"title", "required", func(d *aims.Deployment) { d.Title = "" }},
		{"where", "reason", func(d *aims.Deployment) { d.Where = "TBD" }},
		{"rollback", "required", func(d *aims.Deployment) { d.Rollback = " " }},
		{"rollback", "reason", func(d *aims.Deployment) { d.Rollback = "n/a" }},
		{"predicted", "reason", func(d *aims.Deployment) { d.Predicted = "none" }},
		{"requirements", "required", func(d *aims.Deployment) { d.Requirements = nil }},
		{"requirements[0].what", "required", func(d *aims.Deployment) { d.Requirements[0].What = "" }},
		{"requirements[0].how", "reason", func(d *aims.Deployment) { d.Requirements[0].How = "yes" }},
		{"releaser", "required", func(d *aims.Deployment) { d.Releaser = "" }},
		{"releaser", "person", func(d *aims.Deployment) { d.Releaser = "ghost" }},
		{"releaser", "separation", func(d *aims.Deployment) { d.Releaser = "bob" }},
		{"planned_for", "required", func(d *aims.Deployment) { d.PlannedFor = calendar.Date{} }},
		{"planned_for", "range", func(d *aims.Deployment) { d.PlannedFor = calendar.MustParse("2026-01-04") }},
		{"planned_for", "range", func(d *aims.Deployment) { d.PlannedFor = calendar.MustParse("9999-12-31") }},
		{"verification", "verification", func(d *aims.Deployment) { d.Verification = "none" }},
		{"verification", "system", func(d *aims.Deployment) { d.Verification = "of-cv" }},
	} {
		d := deployment("bad", "spam")
		bad.change(&d)
		err := o.refused("bob", aims.ErrInvalid, planDeployment(d))
		require.Contains(t, err.Error(), bad.field+":", "%s %s", bad.field, bad.rule)
		require.Contains(t, err.Error(), "rule "+bad.rule, bad.field)
	}
	o.refused("bob", aims.ErrExists, planDeployment(deployment("d", "spam")))
	// What is typed of a release into a plan is not taken.
	d := deployment("typed", "spam")
	d.State, d.LiveOn, d.ReleasedBy, d.Authors = aims.DeploymentLive, calendar.MustParse("2025-01-01"), "eve", []string{"eve"}
	d.Review = aims.DeploymentReview{Seen: "all is well", AsPredicted: true, By: "eve", RecordedAt: day0}
	o.do("bob", planDeployment(d))
	d, _ = o.View().Deployments().Get("typed")
	require.Equal(t, aims.DeploymentPlanned, d.State)
	require.True(t, d.LiveOn.IsZero() && d.ReleasedBy == "" && d.Review.IsZero())
	require.Equal(t, []string{"bob"}, d.Authors)
	// And nobody looks back on what is not live.
	o.refused("lea", aims.ErrState, lookBack("typed", true))
	o.refused("lea", aims.ErrNotFound, lookBack("none", true))
}
