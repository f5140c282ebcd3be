package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

func TestWalkFromNothingToDefensible(t *testing.T) {
	o := newOrg(t)
	require.Equal(t, maturity.ML0, o.report().Level)
	require.Equal(t, 0, o.report().ProgressTo(maturity.ML1), "an empty register earns nothing")

	o.step1()
	r := o.report()
	require.Equal(t, maturity.ML0, r.Level)
	require.Equal(t, 100, r.Steps[0].Percent)

	o.step2()
	r = o.report()
	require.Equal(t, maturity.ML1, r.Level)
	require.Equal(t, "Established", r.Name)
	require.Equal(t, 100, r.ProgressTo(maturity.ML1))
	require.Less(t, r.ProgressTo(maturity.ML2), 100)

	o.step3()
	o.step4()
	r = o.report()
	require.Equal(t, maturity.ML1, r.Level, "three months of records are still to come")
	require.Equal(t, []string{"ML2.22"}, ids(r.Blockers()))
	require.Equal(t, maturity.ML2, r.LevelIf("ML2.22"))

	o.operate(4)
	r = o.report()
	require.Equal(t, maturity.ML2, r.Level)
	require.Equal(t, "Defensible", r.Name)
}

func ids(results []maturity.Result) []string {
	out := []string{}
	for _, r := range results {
		out = append(out, r.ID)
	}
	return out
}

func TestStaleEvidenceTakesTheLevelDown(t *testing.T) {
	o := mature(t)
	require.Equal(t, maturity.ML2, o.report().Level)

	short := annexa.MustParse("A.4.5")
	proof := aims.Subject{Kind: aims.KindEvidence, ID: "proof-A.4.5-2026-01-05"}
	o.do("bob", func(tx *aims.Tx) error {
		if err := tx.Withdraw(proof); err != nil {
			return err
		}
		return tx.AttachEvidence(proofOf(short, o.now, 30))
	})
	require.Equal(t, maturity.ML1, o.report().Level, "how strong it is its collector alone has said")
	o.judge()
	r := o.report()
	require.Equal(t, maturity.ML2, r.Level)
	require.NotNil(t, r.NextDrop)
	require.Equal(t, lastOf(o.now.AddDate(0, 0, 30)), r.NextDrop.After)
	require.Equal(t, maturity.ML1, r.NextDrop.To)
	require.Len(t, r.NextDrop.Because, 1)
	require.Equal(t, "ML2.05", r.NextDrop.Because[0].Criterion)
	require.Equal(t, "A.4.5", r.NextDrop.Because[0].Failing[0].Subject.ID)

	o.pass(30)
	require.Equal(t, maturity.ML2, o.report().Level, "the last day still counts, to its end")
	o.now = lastOf(o.now).Add(1)
	r = o.report()
	require.Equal(t, maturity.ML1, r.Level)
	require.Equal(t, []string{"ML2.05"}, ids(r.Blockers()))

	o.do("bob", func(tx *aims.Tx) error { return tx.AttachEvidence(proofOf(short, o.now, 300)) })
	o.judge()
	require.Equal(t, maturity.ML2, o.report().Level, "renewed, it is back")
}

func TestSustainedOverTime(t *testing.T) {
	o, history := sustained(t)
	r := o.report(history)
	require.Equal(t, maturity.ML3, r.Level, "%v", ids(r.Blockers()))
	require.Empty(t, r.Blockers())
	require.Zero(t, r.Unknowns)

	without := o.report()
	require.Equal(t, maturity.ML2, without.Level, "nobody can tell the last year from one view")
	held, _ := without.Result("ML3.01")
	require.Equal(t, maturity.StateUnknown, held.State)

}

func TestSystemFoundBySearchIsSparedForATime(t *testing.T) {
	o := mature(t)
	o.do("lea", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Name, s.Owner, s.Stage, s.DiscoveredOn = "found", "Meeting notes", "", register.StageDesign, calendar.Of(o.now, nil)
		return tx.RegisterSystem(s)
	})
	r := o.report()
	require.Equal(t, maturity.ML2, r.Level)
	graces := r.Graces()
	require.NotEmpty(t, graces, "whom it spares is always shown")
	require.Equal(t, "found", graces[0].Subject.ID)
	require.Equal(t, lastOf(o.now.AddDate(0, 0, 30)), graces[0].Until)
	require.Equal(t, lastOf(o.now.AddDate(0, 0, 30)), r.NextDrop.After, "the end of grace is seen ahead")

	o.pass(31)
	r = o.report()
	require.Equal(t, maturity.ML0, r.Level)
	require.Equal(t, []string{"ML1.03"}, ids(r.Blockers()))
}

func TestUnjudgedEvidenceIsUnknownNotMet(t *testing.T) {
	o := mature(t)
	o.do("bob", func(tx *aims.Tx) error {
		if err := tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: "proof-A.4.5-2026-01-05"}); err != nil {
			return err
		}
		e := proofOf(annexa.MustParse("A.4.5"), o.now, 300)
		e.Quality = ""
		return tx.AttachEvidence(e)
	})
	r := o.report()
	c, _ := r.Result("ML2.05")
	require.Equal(t, maturity.StateUnknown, c.State)
	require.Equal(t, 1, c.Unknown)
	require.True(t, c.Failing[0].Unknown)
	require.Equal(t, maturity.ML1, r.Level)
	require.Equal(t, 4, r.Unknowns, "this, ML3.04 likewise, and ML3.01 and ML3.06, which have no past")
	require.Less(t, r.ProgressTo(maturity.ML2), 100)
}

func TestEvidenceMustBeGoodEnough(t *testing.T) {
	base := mature(t)
	for _, c := range []struct {
		control string
		quality aims.Quality
		met     bool
	}{
		{"A.4.5", aims.QualityPoor, false},
		{"A.4.5", aims.QualityFair, true},
		{"A.5.3", aims.QualityFair, false}, // the credit scorer needs it
		{"A.5.3", aims.QualityGood, true},
	} {
		o := base.twin(t)
		lose(c.control)(o)
		o.do("bob", func(tx *aims.Tx) error {
			e := proofOf(annexa.MustParse(c.control), o.now, 300)
			e.Quality = c.quality
			return tx.AttachEvidence(e)
		})
		o.judge()
		r, _ := o.report().Result("ML2.05")
		require.Equal(t, c.met, r.State == maturity.StateMet, "%s %s: %s", c.control, c.quality, r.Message)
	}
}

func TestSomeControlsMayStillBePlanned(t *testing.T) {
	base := mature(t)
	outside := []string{"A.2.3", "A.2.4", "A.4.2", "A.4.3", "A.4.4", "A.4.5"} // a sixth would be above 15 percent of 38
	for n := range len(outside) + 1 {
		o := base.twin(t)
		for _, id := range outside[:n] {
			control(id, func(d *annexa.Decision) {
				d.Status, d.PlannedFor = annexa.StatusPlanned, calendar.Of(o.now.AddDate(0, 1, 0), nil)
			})(o)
		}
		r, _ := o.report().Result("ML2.04")
		require.Equal(t, n <= 5, r.State == maturity.StateMet, "%d planned: %s", n, r.Message)
	}
	o := base.twin(t)
	control("A.5.2", func(d *annexa.Decision) {
		d.Status, d.PlannedFor = annexa.StatusPlanned, calendar.Of(o.now.AddDate(0, 1, 0), nil)
	})(o)
	r, _ := o.report().Result("ML2.04")
	require.Equal(t, maturity.StateNotMet, r.State, "a control of the core may not be merely planned")
}

// Of those that may be planned, one that is put off by half a year is planned by word alone.
func TestPlannedControlsAreNotPutOff(t *testing.T) {
	o := mature(t)
	for _, months := range []int{1, 6} {
		control("A.2.3", func(d *annexa.Decision) {
			d.Status, d.PlannedFor = annexa.StatusPlanned, calendar.Of(o.now.AddDate(0, months, 0), nil)
		})(o)
		r, _ := o.report().Result("ML2.04")
		require.Equal(t, maturity.StateMet, r.State, r.Message)
	}
	control("A.2.3", func(d *annexa.Decision) { d.PlannedFor = calendar.Of(o.now.AddDate(0, 8, 0), nil) })(o)
	r, _ := o.report().Result("ML2.04")
	require.Equal(t, maturity.StateNotMet, r.State)
	require.Contains(t, r.Failing[0].Why, "put off: 2")
}

func TestAreasAnswerForTheirOwnControls(t *testing.T) {
	o := mature(t)
	o.do("bob", func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: "proof-A.7.4-2026-01-05"})
	})
	r := o.report()
	require.Equal(t, maturity.ML1, r.Level)
	for _, a := range r.Areas {
		if a.ID == "A.7" {
			require.Equal(t, maturity.ML1, a.Level)
		} else {
			require.GreaterOrEqual(t, a.Level, maturity.ML2, a.ID)
		}
	}
}

func TestAreaLeftOutHasNoLevel(t *testing.T) {
	o := mature(t)
	o.do("eve", func(tx *aims.Tx) error {
		for _, c := range annexa.Controls() {
			if c.Objective != "A.7" {
				continue
			}
			d := tx.Decision(c.ID)
			d.Applicability, d.Status, d.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, calendar.Of(o.now.AddDate(1, 0, 0), nil)
			d.Justification = "we build no models"
			if err := tx.DecideControl(d); err != nil {
				return err
			}
		}
		return nil
	})
	for _, a := range o.report().Areas {
		require.Equal(t, a.ID != "A.7", a.Applicable, a.ID)
	}
}

func TestBasisRisesWithAnAudit(t *testing.T) {
	o := newOrg(t)
	o.step1()
	policy, _ := o.report().Result("ML1.04")
	require.Equal(t, maturity.SecondPerson, policy.ResultBasis)
	owners, _ := o.report().Result("ML1.03")
	require.Equal(t, maturity.SelfDeclared, owners.ResultBasis)
	o.step2()
	o.step4()
	owners, _ = o.report().Result("ML1.03")
	require.Equal(t, maturity.Audited, owners.ResultBasis)
}
