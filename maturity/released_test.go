package maturity_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// change plans a change of the management system, by bob.
func (o *org) change(id string, systems []string) {
	o.tb.Helper()
	o.do("bob", func(tx *aims.Tx) error {
		return tx.DraftChange(aims.PlannedChange{ID: id, Title: "Another desk", Purpose: "shorter ways", Consequences: "two weeks of double work", Integrity: "both desks keep the log",
			Resources: "two days", Responsibilities: "bob moves, ada looks", Owner: "bob", PlannedFor: tx.Today().AddDays(30), Systems: systems})
	})
}

// plan plans a deployment, by bob.
func (o *org) plan(id, system string) {
	o.tb.Helper()
	o.do("bob", func(tx *aims.Tx) error {
		return tx.PlanDeployment(aims.Deployment{ID: id, System: system, Title: "To all desks", Where: "the office in Perth", Releaser: "una", PlannedFor: tx.Today().AddDays(7),
			Requirements: []aims.DeploymentRequirement{{What: "staff trained", How: "course of all forty"}},
			Rollback:     "the switch in the console", Predicted: "decisions a day sooner; some appeals more"})
	})
}

// deploy plans a deployment and has it released, by una.
func (o *org) deploy(id, system string) {
	o.tb.Helper()
	o.plan(id, system)
	o.do("una", func(tx *aims.Tx) error { return tx.ReleaseDeployment(id, tx.Today()) })
}

func lookBack(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.ReviewDeployment(id, aims.DeploymentReview{On: tx.Today(), Seen: "a day sooner, no more appeals", AsPredicted: true})
	}
}

// A change is approved before it is carried out; one that nobody planned is reviewed.
func TestChangeIsPlanned(t *testing.T) {
	require.Equal(t, maturity.StateNotMet, newOrg(t).result("ML2.15").State, "an empty register earns nothing")
	base := mature(t)
	r := base.result("ML2.15")
	require.Equal(t, maturity.StateMet, r.State)
	require.Equal(t, "Nothing on file changed or went live in the last year.", r.Message)

	t.Run("approved", func(t *testing.T) {
		o := base.twin(t)
		o.change("move", nil)
		o.do("eve", func(tx *aims.Tx) error { return tx.ApproveChange("move") })
		o.do("bob", func(tx *aims.Tx) error { return tx.CarryOutChange("move", tx.Today(), "moved") })
		r := o.result("ML2.15")
		require.Equal(t, maturity.StateMet, r.State, r.Message)
		require.Equal(t, 1, r.Met)
		require.Empty(t, r.Message)
	})
	t.Run("not approved, and told as of long ago", func(t *testing.T) {
		o := base.twin(t)
		o.change("move", nil)
		o.do("bob", func(tx *aims.Tx) error { return tx.CarryOutChange("move", tx.Today().AddDays(-400), "moved") })
		require.Equal(t, []string{"move"}, o.failing("ML2.15"))
		o.pass(366)
		require.Empty(t, o.failing("ML2.15"), "it is looked at for a year")
	})
	t.Run("unintended", func(t *testing.T) {
		o := base.twin(t)
		o.do("bob", func(tx *aims.Tx) error {
			return tx.DraftChange(aims.PlannedChange{ID: "drift", Title: "The scores shifted", Unintended: true, HappenedOn: tx.Today()})
		})
		r := o.result("ML2.15")
		require.Equal(t, maturity.StateMet, r.State)
		require.Equal(t, lastOf(o.now.AddDate(0, 0, 30)), r.Until)
		o.pass(31)
		require.Equal(t, []string{"drift"}, o.failing("ML2.15"))
		o.do("lea", func(tx *aims.Tx) error {
			return tx.ReviewChange("drift", aims.ChangeReview{Consequences: "three refusals", Mitigation: "taken back"})
		})
		require.Equal(t, maturity.StateMet, o.result("ML2.15").State, "what is reviewed late is reviewed")
	})
	t.Run("an unassessed release", func(t *testing.T) {
		o := base.twin(t)
		revise("credit", func(s *register.System) { s.Model.Version = "3" })(o)
		o.deploy("v3", "credit")
		require.Equal(t, []string{"v3"}, o.failing("ML2.15"))
		require.Contains(t, o.result("ML2.15").Message, "its assessment was of another model")
	})
	t.Run("a release of what was assessed", func(t *testing.T) {
		o := base.twin(t)
		revise("credit", func(s *register.System) { s.Model.Version = "3" })(o)
		o.assess("credit")
		o.deploy("v3", "credit")
		r := o.result("ML2.15")
		require.Equal(t, maturity.StateMet, r.State, r.Message)
		require.Equal(t, maturity.StateMet, o.result("ML3.08").State)
	})
}

// goLive puts a system on file before it is in use, has it assessed, and then into use.
func (o *org) goLive(id string) {
	o.tb.Helper()
	o.do("ada", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Name, s.Stage = id, "Sorter "+id, register.StageVerification
		return tx.RegisterSystem(s)
	})
	o.assess(id)
	o.do("bob", func(tx *aims.Tx) error {
		for _, c := range []string{"A.6.2.2", "A.6.2.3", "A.6.2.4", "A.6.2.5", "A.6.2.6", "A.6.2.7", "A.6.2.8", "A.8.2", "A.9.2", "A.5.3", "A.6.1.3"} {
			e := proofOf(mustControl(c), o.now, 300, id)
			e.ID += "-" + id
			if err := tx.AttachEvidence(e); err != nil {
				return err
			}
		}
		return nil
	})
	o.judge()
	for _, to := range []register.Stage{register.StageDeployment, register.StageOperation} {
		o.do("ada", func(tx *aims.Tx) error { return tx.AdvanceStage(id, to) })
	}
}

// What was on file before it went live went live by a plan, whatever day is typed.
func TestWhatGoesLiveHasAPlan(t *testing.T) {
	base := mature(t)
	base.goLive("sorter")
	require.Equal(t, []string{"sorter"}, base.failing("ML2.15"))
	require.Contains(t, base.result("ML2.15").Message, "no plan came before")

	o := base.twin(t)
	revise("sorter", func(s *register.System) { s.InUseSince = s.InUseSince.AddDays(-3000) })(o)
	require.Equal(t, []string{"sorter"}, o.failing("ML2.15"), "it was not in use before: it came on file before it was live")
	o.plan("late", "sorter")
	require.Equal(t, []string{"sorter"}, o.failing("ML2.15"))

	o = mature(t)
	o.do("ada", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Name, s.InUseSince = "found", "Found at the desk", tx.Today().AddDays(-10)
		return tx.RegisterSystem(s)
	})
	require.Equal(t, maturity.StateMet, o.result("ML2.15").State, "what was in use already is found, not released")
}

// What a live system is said to be now went live after it was assessed, or it can't be told.
func TestChangesOfLiveSystemsAreReleasedOnceAssessed(t *testing.T) {
	base := mature(t)
	require.Equal(t, maturity.StateNotApplicable, base.result("ML3.08").State)
	require.Equal(t, maturity.StateNotMet, newOrg(t).result("ML3.08").State)
	base.pass(1)
	revise("credit", func(s *register.System) { s.Purpose = "Decide on applications." })(base)
	require.Equal(t, maturity.StateNotApplicable, base.result("ML3.08").State, "nothing went live yet")
	base.pass(1)
	base.assess("credit")
	r := base.result("ML3.08")
	require.Equal(t, maturity.StateUnknown, r.State, r.Message)
	require.Equal(t, []string{"credit"}, base.failing("ML3.08"))

	o := base.twin(t)
	o.plan("to-all", "credit")
	require.Equal(t, lastOf(o.now.AddDate(0, 0, 7)), o.result("ML3.08").Until, "it is to go live")
	o.do("una", func(tx *aims.Tx) error { return tx.ReleaseDeployment("to-all", tx.Today()) })
	require.Equal(t, maturity.StateMet, o.result("ML3.08").State)
	o = base.twin(t)
	o.change("wider", []string{"credit"})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveChange("wider") })
	o.do("bob", func(tx *aims.Tx) error { return tx.CarryOutChange("wider", tx.Today(), "done") })
	require.Equal(t, maturity.StateMet, o.result("ML3.08").State, "a change that was carried out says it as well")
	o.pass(366)
	require.Equal(t, maturity.StateNotApplicable, o.result("ML3.08").State)
}

// What was predicted is compared with what is seen, by somebody who has not predicted it.
func TestImpactIsCompared(t *testing.T) {
	require.Equal(t, maturity.StateNotMet, newOrg(t).result("ML3.09").State)
	o := mature(t)
	r := o.result("ML3.09")
	require.Equal(t, maturity.StateMet, r.State, "it was in use before it was registered")
	o.deploy("one", "credit")
	r = o.result("ML3.09")
	require.Equal(t, maturity.StateMet, r.State)
	require.Equal(t, lastOf(o.now.AddDate(0, 0, 90)), r.Until)
	o.pass(60)
	o.deploy("two", "credit")
	o.pass(31)
	require.Equal(t, []string{"one"}, o.failing("ML3.09"))
	err := o.Update(o.ctx, aims.By{Actor: "bob", Reason: "test"}, lookBack("one"))
	require.ErrorIs(t, err, aims.ErrForbidden, "bob has predicted it")
	later := o.twin(t)
	o.do("ada", lookBack("one"))
	require.Equal(t, maturity.StateMet, o.result("ML3.09").State)
	later.do("ada", lookBack("two"))
	require.Equal(t, maturity.StateMet, later.result("ML3.09").State, "a later one of the system speaks for both")
	o.pass(60)
	require.Equal(t, []string{"two"}, o.failing("ML3.09"))

	o = mature(t)
	o.goLive("sorter")
	require.Equal(t, maturity.StateMet, o.result("ML3.09").State, "its impact is not high")
	for _, c := range []struct {
		used calendar.Date
		want maturity.State
	}{{calendar.Of(o.now, nil), maturity.StateNotMet}, {calendar.Date{}, maturity.StateUnknown}, {calendar.Of(o.now, nil).AddDays(-1), maturity.StateMet}} {
		o := mature(t)
		o.do("ada", func(tx *aims.Tx) error {
			s := creditScorer()
			s.ID, s.Name, s.InUseSince = "risky", "Risk score", c.used
			return tx.RegisterSystem(s)
		})
		require.Equal(t, c.want, o.result("ML3.09").State, "registered as running, in use since %s", c.used)
		if c.want == maturity.StateNotMet {
			require.Equal(t, []string{"risky"}, o.failing("ML2.15"), "it went live the day it was registered, without a plan")
		}
	}
}

// Monitoring arrives by itself if a program that runs puts it on file.
func TestMonitoringArrives(t *testing.T) {
	o := mature(t)
	require.Equal(t, maturity.StateMet, o.result("ML3.05").State)
	require.Equal(t, 1, o.result("ML3.05").Of, "of high impact alone")
	o.pass(91)
	require.Equal(t, []string{"credit"}, o.failing("ML3.05"), "it ran out")
	o.do("bob", func(tx *aims.Tx) error {
		e := proofOf(mustControl("A.6.2.6"), o.now, 200, "credit")
		e.Kind, e.Collector = "ev-monitoring", "watch"
		return tx.AttachEvidence(e)
	})
	require.NotContains(t, o.failing("ML2.08"), "credit", "it is monitored, by hand")
	require.Equal(t, []string{"credit"}, o.failing("ML3.05"), "whatever bob says of who collected it, bob put it on file")
	o.monitor()
	require.Equal(t, maturity.StateMet, o.result("ML3.05").State)
	require.Equal(t, maturity.StateNotMet, newOrg(t).result("ML3.05").State)
}

// What is new is on file soon after it is in use.
func TestNewAIIsFoundFast(t *testing.T) {
	require.Equal(t, maturity.StateNotMet, newOrg(t).result("ML3.13").State)
	base := mature(t)
	require.Equal(t, []string{"credit", "spam"}, base.failing("ML3.13"), "two were in use for years")
	base.pass(366)
	require.Equal(t, maturity.StateNotMet, base.result("ML3.13").State, "nobody has searched")
	base.sweep()
	require.Equal(t, maturity.StateMet, base.result("ML3.13").State, "none was registered")
	found := func(o *org, id string, days int) {
		o.do("ada", func(tx *aims.Tx) error {
			s := spamFilter()
			s.ID, s.Name, s.Model.Name = id, "Tool "+id, "m-"+id
			if days >= 0 {
				s.InUseSince = tx.Today().AddDays(-days)
			}
			return tx.RegisterSystem(s)
		})
	}
	found(base, "late", 31)
	require.Equal(t, []string{"late"}, base.failing("ML3.13"))
	found(base, "soon", 30)
	require.Equal(t, maturity.StateMet, base.result("ML3.13").State, "half of them")
	found(base, "unsaid", -1)
	require.Equal(t, maturity.StateUnknown, base.result("ML3.13").State)
	found(base, "new", 0)
	require.Equal(t, maturity.StateMet, base.result("ML3.13").State)

	o := base.twin(t)
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("soon")
		s.DiscoveredOn = tx.Today().AddDays(-90)
		_, err := tx.ReviseSystem(s)
		return err
	})
	require.NotEqual(t, maturity.StateMet, o.result("ML3.13").State, "it was found long before it was on file")

	// As they grow older than a year, the share is that of those who are left.
	o = mature(t)
	o.pass(366)
	found(o, "soon", 3)
	o.pass(100)
	found(o, "late", 100)
	o.sweep()
	o.pass(170)
	o.sweep()
	r := o.result("ML3.13")
	require.Equal(t, maturity.StateMet, r.State, r.Message)
	require.Equal(t, lastOf(day0.AddDate(0, 0, 0).Add(o.now.Sub(day0)).AddDate(0, 0, 365-270)), r.Until)
	then := maturity.Evaluate(maturity.DefaultModel(), o.View(), r.Until.Add(time.Nanosecond))
	c, _ := then.Result("ML3.13")
	require.Equal(t, maturity.StateNotMet, c.State)
}

func mustControl(id string) annexa.ID { return annexa.MustParse(id) }
