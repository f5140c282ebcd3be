package maturity_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// strokes are things that people do in the course of a year, each tried on what there is.
var strokes = []struct {
	name, actor string
	do          func(rt *rapid.T, tx *aims.Tx, n int) error
}{
	{"revises a system", "ada", func(rt *rapid.T, tx *aims.Tx, _ int) error {
		ids := slices.Collect(tx.Systems().IDs())
		s, err := aims.Must(tx.Systems(), rapid.SampledFrom(ids).Draw(rt, "system"))
		if err != nil {
			return err
		}
		switch rapid.IntRange(0, 9).Draw(rt, "field") {
		case 0:
			s.Owner = rapid.SampledFrom([]string{"ada", "bob", ""}).Draw(rt, "owner")
		case 1:
			s.Hosting = rapid.SampledFrom([]register.Hosting{"", register.HostingInternal, register.HostingExternal}).Draw(rt, "hosting")
		case 2:
			s.Purpose = rapid.SampledFrom([]string{"", "Sort mail.", "Decide on applications."}).Draw(rt, "purpose")
		case 3:
			s.OutOfScope = rapid.SampledFrom([]string{"", "run by a subsidiary"}).Draw(rt, "outside")
		case 4:
			s.Build = rapid.SampledFrom([]register.Build{"", register.BuildNone, register.BuildTrained}).Draw(rt, "build")
		case 5:
			s.Supplier = rapid.SampledFrom([]string{"", "acme", "vendor"}).Draw(rt, "supplier")
		case 6:
			s.Stage = rapid.SampledFrom([]register.Stage{register.StageDesign, register.StageOperation, register.StageDeployment}).Draw(rt, "stage")
		case 7:
			s.Roles = []register.AIRole{rapid.SampledFrom([]register.AIRole{register.RoleDeployer, register.RoleProvider}).Draw(rt, "role")}
		case 8:
			s.ModelSource = register.ModelThirdParty
		case 9:
			s.Effects, s.Practices = nil, nil
		}
		_, err = tx.ReviseSystem(s)
		return err
	}},
	{"registers a system", "ada", func(rt *rapid.T, tx *aims.Tx, n int) error {
		s := spamFilter()
		if rapid.Bool().Draw(rt, "high") {
			s = creditScorer()
		}
		s.ID, s.Name = fmt.Sprint("more-", n), fmt.Sprint("More ", n)
		s.Owner = rapid.SampledFrom([]string{"", "ada", "bob"}).Draw(rt, "owner")
		s.Stage = rapid.SampledFrom([]register.Stage{register.StageDesign, register.StageOperation}).Draw(rt, "stage")
		if rapid.Bool().Draw(rt, "found") {
			s.DiscoveredOn = calendar.Of(tx.Now().AddDate(0, 0, -rapid.IntRange(0, 40).Draw(rt, "ago")), nil)
		}
		return tx.RegisterSystem(s)
	}},
	{"writes an assessment", "ada", func(rt *rapid.T, tx *aims.Tx, _ int) error {
		for a := range tx.Assessments().Where("open", "open").All() {
			s, _ := tx.Systems().Get(a.System)
			write(&a, s)
			if err := tx.SaveAssessment(a); err != nil {
				return err
			}
			return tx.SubmitAssessment(a.ID)
		}
		return nil
	}},
	{"approves an assessment", "ian", func(_ *rapid.T, tx *aims.Tx, _ int) error {
		for a := range tx.Assessments().Where("open", "open").All() {
			return tx.ApproveAssessment(a.ID, aims.RoleImpactApprover)
		}
		return nil
	}},
	{"signs as policy owner", "pam", func(_ *rapid.T, tx *aims.Tx, _ int) error {
		for a := range tx.Assessments().Where("open", "open").All() {
			return tx.ApproveAssessment(a.ID, aims.RolePolicyOwner)
		}
		return nil
	}},
	{"attaches evidence", "bob", func(rt *rapid.T, tx *aims.Tx, n int) error {
		e := anyEvidence(rt, fmt.Sprint("seen-", n), tx.Now())
		ids := slices.Collect(tx.Systems().IDs())
		if rapid.Bool().Draw(rt, "of one") {
			e.Systems = []string{rapid.SampledFrom(ids).Draw(rt, "of")}
		}
		return tx.AttachEvidence(e)
	}},
	{"judges evidence", "una", func(rt *rapid.T, tx *aims.Tx, _ int) error {
		ids := append(slices.Collect(tx.Evidence().IDs()), "none")
		return tx.JudgeEvidence(rapid.SampledFrom(ids).Draw(rt, "which"), rapid.SampledFrom([]aims.Quality{aims.QualityPoor, aims.QualityGood}).Draw(rt, "quality"))
	}},
	{"rates a risk", "bob", func(rt *rapid.T, tx *aims.Tx, n int) error {
		ids := slices.Collect(tx.Systems().IDs())
		return tx.PutRisk(register.Risk{ID: fmt.Sprint("risk-", n), Title: "Fire", Axis: register.AxisOrganisation, Area: register.AreaContinuity, Owner: "bob",
			Systems:  []string{rapid.SampledFrom(ids).Draw(rt, "of")},
			Inherent: register.Rating{Likelihood: rapid.IntRange(1, 5).Draw(rt, "likelihood"), Consequence: 3, Criteria: tx.Criteria().Version}, AssessedOn: calendar.Of(tx.Now(), nil)})
	}},
	{"leaves", "lea", func(rt *rapid.T, tx *aims.Tx, _ int) error {
		p, _ := tx.People().Get(rapid.SampledFrom([]string{"bob", "xia"}).Draw(rt, "who"))
		p.LeftOn = calendar.Of(tx.Now().AddDate(0, 0, rapid.IntRange(-2, 40).Draw(rt, "leaves")), nil)
		return tx.PutPerson(p)
	}},
	{"decides a control", "eve", func(rt *rapid.T, tx *aims.Tx, _ int) error {
		d := tx.Decision(rapid.SampledFrom(annexa.Controls()).Draw(rt, "control").ID)
		d.Status = rapid.SampledFrom([]annexa.Status{annexa.StatusInProgress, annexa.StatusImplemented}).Draw(rt, "status")
		return tx.DecideControl(d)
	}},
	{"raises a nonconformity", "xia", func(rt *rapid.T, tx *aims.Tx, n int) error {
		return tx.RaiseNonconformity(nonconformity(fmt.Sprint("nc-", n), aims.SeverityMinor, tx.Now()))
	}},
	{"reports an incident", "ada", func(rt *rapid.T, tx *aims.Tx, n int) error {
		ids := slices.Collect(tx.Systems().IDs())
		return tx.ReportIncident(aims.Incident{ID: fmt.Sprint("incident-", n), Title: "Incident", Systems: []string{rapid.SampledFrom(ids).Draw(rt, "of")},
			Grade: rapid.SampledFrom([]aims.Grade{aims.GradeLow, aims.GradeHigh}).Draw(rt, "grade"), DetectedOn: tx.Now()})
	}},
	{"puts a supplier", "ada", func(rt *rapid.T, tx *aims.Tx, _ int) error {
		return tx.PutSupplier(aims.Supplier{ID: rapid.SampledFrom([]string{"acme", "vendor"}).Draw(rt, "supplier"), Name: "Supplier", Owner: "ada",
			ReviewedOn: calendar.Of(tx.Now(), nil), ChangeNotice: rapid.Bool().Draw(rt, "notice")})
	}},
}

// Whatever people do, who follows says what an evaluation says.
func TestWatchIsWhatEvaluateSays(t *testing.T) {
	all := newStarts(t)
	followed := make(map[string]int)
	moved := 0
	rapid.Check(t, func(rt *rapid.T) {
		o, history := all.draw(t, rt)
		model := maturity.DefaultModel()
		w := maturity.NewWatch(model, o.View(), o.now, history...)
		before := maturity.Evaluate(model, o.View(), o.now, history...)
		require.Empty(rt, cmp.Diff(asJSON(rt, before), asJSON(rt, w.Report())))
		for n := range rapid.IntRange(2, 8).Draw(rt, "strokes") {
			if rapid.IntRange(0, 4).Draw(rt, "another day") == 0 {
				o.pass(rapid.IntRange(1, 60).Draw(rt, "days"))
			} else {
				o.now = o.now.Add(time.Duration(rapid.IntRange(0, 200).Draw(rt, "minutes")) * time.Minute)
			}
			s := rapid.SampledFrom(strokes).Draw(rt, "stroke")
			err := o.Update(o.ctx, aims.By{Actor: s.actor, Reason: "test"}, func(tx *aims.Tx) error { return s.do(rt, tx, n) })
			c := w.Follow(o.View(), o.now)
			after := maturity.Evaluate(model, o.View(), o.now, history...)
			require.Empty(rt, cmp.Diff(asJSON(rt, after), asJSON(rt, w.Report())), "after one %s (%v)", s.name, err)
			var gained, lost []string
			for i, is := range after.Criteria {
				switch was := before.Criteria[i].State.Holds(); {
				case was && !is.State.Holds():
					lost = append(lost, is.ID)
				case !was && is.State.Holds():
					gained = append(gained, is.ID)
				}
			}
			require.ElementsMatch(rt, gained, c.Gained)
			require.ElementsMatch(rt, lost, c.Lost)
			require.Equal(rt, []maturity.Level{before.Level, after.Level}, []maturity.Level{c.From, c.To})
			if err == nil && !c.Afresh {
				followed[s.name]++
				moved += len(gained) + len(lost)
			}
			before = after
		}
	})
	t.Logf("followed: %v, %d criteria gained or lost", followed, moved)
	require.NotZero(t, moved)
}

// A commit that changes one system is followed by that system alone, another day by all.
func TestWatchFollowsByWhatIsTouched(t *testing.T) {
	o := mature(t)
	w := maturity.NewWatch(maturity.DefaultModel(), o.View(), o.now)
	revise := func(do func(*register.System)) maturity.Changes {
		t.Helper()
		o.do("ada", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("spam")
			do(&s)
			_, err := tx.ReviseSystem(s)
			return err
		})
		return w.Follow(o.View(), o.now)
	}
	require.Equal(t, maturity.Changes{From: maturity.ML2, To: maturity.ML0, Gained: []string{}, Lost: []string{"ML1.03"}}, revise(func(s *register.System) { s.Owner = "" }))
	require.Equal(t, maturity.Changes{From: maturity.ML0, To: maturity.ML2, Gained: []string{"ML1.03"}, Lost: []string{}}, revise(func(s *register.System) { s.Owner = "ada" }))
	require.Equal(t, maturity.Changes{From: maturity.ML2, To: maturity.ML2, Gained: []string{}, Lost: []string{}}, w.Follow(o.View(), o.now), "nothing happened")
	leaves("ada")(o)
	c := w.Follow(o.View(), o.now)
	require.True(t, c.Afresh, "much rests on people")
	require.Contains(t, c.Lost, "ML1.03")
	o.pass(1)
	require.True(t, w.Follow(o.View(), o.now).Afresh)
	require.Equal(t, o.View(), w.View())
}

// What a watch hands out is its caller's: whatever is done to it, it says the same after.
func TestWatchHandsOutCopies(t *testing.T) {
	o := mature(t)
	revise("spam", func(s *register.System) { s.Hosting = "" })(o)
	model := maturity.DefaultModel()
	w := maturity.NewWatch(model, o.View(), o.now)
	want := asJSON(t, maturity.Evaluate(model, o.View(), o.now))
	r := w.Report()
	for i := range r.Criteria {
		c := &r.Criteria[i]
		for n := range c.Text.Args {
			c.Text.Args[n] = "spoilt"
		}
		for n := range c.Failing {
			for k := range c.Failing[n].Text.Args {
				c.Failing[n].Text.Args[k] = "spoilt"
			}
			c.Failing[n] = maturity.Failure{}
		}
	}
	require.Equal(t, want, asJSON(t, w.Report()))
}

// Predicates of an embedder's own are followed too, and criteria with parameters of their own.
func TestWatchFollowsOwnCriteria(t *testing.T) {
	o := mature(t)
	model := maturity.DefaultModel()
	own := model.Parameters
	own.EvidenceDays = 100
	model.Criteria = append(model.Criteria, maturity.Criterion{ID: "X.01", Level: maturity.ML1, Title: "Named by somebody", Predicate: func(in *maturity.Input) maturity.Outcome {
		var t maturity.Tally
		for _, s := range in.Systems() {
			if end, ok := in.Active(s.HumanOversight.Person); ok && s.Owner != "bob" {
				t.Pass(end)
			} else {
				t.Fail(s.Subject(), s.Name, issue.NewText("nobody watches it"))
			}
		}
		return t.Outcome(issue.NewText("some are not watched"))
	}})
	for i, c := range model.Criteria {
		if c.ID == "ML2.05" {
			model.Criteria[i].Parameters = &own
		}
	}
	w := maturity.NewWatch(model, o.View(), o.now)
	for _, owner := range []string{"bob", "ada", "bob"} {
		o.do("ada", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("spam")
			s.Owner = owner
			_, err := tx.ReviseSystem(s)
			return err
		})
		require.False(t, w.Follow(o.View(), o.now).Afresh)
		require.Empty(t, cmp.Diff(asJSON(t, maturity.Evaluate(model, o.View(), o.now)), asJSON(t, w.Report())))
	}
}

// A past that was judged up to a later view than the one that is watched counts for that one
// as it comes.
func TestWatchGrowsIntoItsPast(t *testing.T) {
	o, _ := sustained(t)
	before := o.View()
	model := maturity.DefaultModel()
	for range 3 {
		o.pass(7)
		revise("spam", func(s *register.System) { s.Purpose += " And more." })(o)
	}
	past, err := maturity.Past(model, o.Between(o.ctx, o.now.AddDate(-1, 0, 0), o.now, 7*24*time.Hour))
	require.NoError(t, err)
	w := maturity.NewWatch(model, before, o.now, past)
	require.Empty(t, cmp.Diff(asJSON(t, maturity.Evaluate(model, before, o.now, past)), asJSON(t, w.Report())))
	w.Follow(o.View(), o.now)
	require.Empty(t, cmp.Diff(asJSON(t, maturity.Evaluate(model, o.View(), o.now, past)), asJSON(t, w.Report())))
}

// Of a moment before its view a watch says what an evaluation says, and follows from there.
func TestWatchOfAnEarlierMoment(t *testing.T) {
	o := mature(t)
	before := o.now.Add(-time.Hour)
	o.do("bob", func(tx *aims.Tx) error {
		e := proofOf(annexa.MustParse("A.9.2"), o.now, 20, "spam")
		e.ID = "later"
		return tx.AttachEvidence(e)
	})
	revise("spam", func(s *register.System) { s.Hosting = register.HostingExternal })(o)
	model := maturity.DefaultModel()
	for _, now := range []time.Time{before, before.AddDate(0, -2, 0), o.now} {
		w := maturity.NewWatch(model, o.View(), now)
		require.Empty(t, cmp.Diff(asJSON(t, maturity.Evaluate(model, o.View(), now)), asJSON(t, w.Report())), now)
		w.Follow(o.View(), o.now)
		require.Empty(t, cmp.Diff(asJSON(t, maturity.Evaluate(model, o.View(), o.now)), asJSON(t, w.Report())), now)
	}
}

// Where no system is on file, as with who attests that none is run, what is audited and
// attested is followed too.
func TestWatchWithoutSystems(t *testing.T) {
	o := newOrg(t)
	o.watch = maturity.NewWatch(maturity.DefaultModel(), o.View(), o.now)
	o.do("setup", func(tx *aims.Tx) error {
		for _, id := range []string{"eve", "lea", "una", "xia"} {
			if err := tx.PutPerson(aims.Person{ID: id, Name: "Name of " + id, TopManagement: id == "eve", External: id == "xia"}); err != nil {
				return err
			}
		}
		return errors.Join(tx.AssignRole(aims.RoleSponsor, "eve"), tx.AssignRole(aims.RoleLead, "lea"), tx.AssignRole(aims.RoleAuditLead, "una"))
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleSponsor) })
	o.do("lea", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleLead) })
	o.do("una", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleAuditLead) })
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutSweep(aims.Sweep{ID: "again", On: calendar.Of(o.now, nil), By: "lea", Sources: []string{"purchasing"}})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.AttestNoAI("again", "Purchasing and code were searched.") })
	for n := range 2 {
		o.step4()
		o.do("xia", func(tx *aims.Tx) error {
			return tx.RaiseNonconformity(aims.Nonconformity{ID: fmt.Sprint("nc-", n), Title: "Not met", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("7.5"),
				RaisedOn: tx.Today(), Owner: "lea", Due: tx.Today().AddDays(60)})
		})
		o.do("eve", func(tx *aims.Tx) error {
			d := tx.Decision(annexa.Controls()[n].ID)
			d.Applicability, d.Justification, d.Owner, d.Grounds = annexa.Applicable, "customers ask for it", "lea", []annexa.Ground{{Kind: annexa.GroundOwn}}
			return tx.DecideControl(d)
		})
		o.pass(30)
		o.watch.Follow(o.View(), o.now)
	}
}

// What was found makes an audit due sooner, also to who follows.
func TestWatchOfTheAuditProgramme(t *testing.T) {
	o := mature(t)
	o.watch = maturity.NewWatch(maturity.DefaultModel(), o.View(), o.now)
	before, _ := o.report().Result("ML2.17")
	o.do("xia", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "nc", Title: "Not met", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("7.5"),
			RaisedOn: tx.Today(), Owner: "lea", Due: tx.Today().AddDays(60)})
	})
	after, _ := o.report().Result("ML2.17")
	require.True(t, after.Until.Before(before.Until))
}
