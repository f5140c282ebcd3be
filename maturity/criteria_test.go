package maturity_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// breaks holds, for each criterion, one thing that makes an organisation that
// met it fail it.
var breaks = map[string]func(o *org){
	"ML1.01": func(o *org) { o.pass(181) },
	"ML1.02": revise("spam", func(s *register.System) { s.Hosting = "" }),
	"ML1.03": leaves("ada"),
	"ML1.04": func(o *org) { o.newPolicy(func(p *aims.Policy) { p.CommitsToImprovement = false }) },
	"ML1.05": func(o *org) { o.pass(367) },
	"ML1.06": by("lea", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleLead, "") }),
	"ML1.07": func(o *org) { o.newPolicy(func(p *aims.Policy) { p.CommunicatedOn = calendar.Of(time.Time{}, nil) }) },
	"ML1.08": func(o *org) { o.pass(366) },
	"ML1.09": by("lea", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("credit")
		s.OutOfScope = "run by a subsidiary"
		_, err := tx.ReviseSystem(s)
		return err
	}),
	"ML1.10": revise("spam", func(s *register.System) { s.Effects, s.Practices = nil, nil }),
	"ML1.11": func(o *org) { o.pass(366) },
	"ML1.12": redraft("doc-6.1.4"),
	"ML1.13": revise("credit", func(s *register.System) { s.Purpose = "Decide on applications." }),
	"ML1.14": func(o *org) { o.pass(366) },
	"ML1.15": leaves("ada"),
	"ML1.16": by("eve", func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("A.10.4"))
		d.Applicability, d.Status, d.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, calendar.Of(tx.Now().AddDate(1, 0, 0), nil)
		return tx.DecideControl(d)
	}),
	"ML1.17": redraft("doc-6.1.3"),
	"ML2.01": revise("spam", func(s *register.System) { s.Purpose = "Sort all mail." }),
	"ML2.02": func(o *org) { o.pass(731) },
	"ML2.03": by("bob", func(tx *aims.Tx) error {
		err := tx.PutRisk(register.Risk{ID: "fire", Title: "Fire", Axis: register.AxisOrganisation, Area: register.AreaContinuity,
			Owner: "bob", Inherent: register.Rating{Likelihood: 5, Consequence: 5, Criteria: tx.Criteria().Version}, AssessedOn: calendar.Of(tx.Now(), nil)})
		return err
	}),
	"ML2.04": control("A.2.2", func(d *annexa.Decision) { d.Status = annexa.StatusInProgress }),
	"ML2.05": lose("A.4.5"),
	"ML2.06": func(o *org) {
		revise("spam", func(s *register.System) { s.Build = register.BuildTrained })(o)
		lose("A.7.4")(o)
	},
	"ML2.07": revise("spam", func(s *register.System) { s.Purpose = "Sort all mail." }),
	"ML2.08": func(o *org) { o.pass(91) },
	"ML2.09": lose("A.8.3"),
	"ML2.10": lose("A.9.2"),
	"ML2.11": by("bob", func(tx *aims.Tx) error {
		s, _ := tx.Suppliers().Get("scoreco")
		s.Duties = nil
		return tx.PutSupplier(s)
	}),
	"ML2.12": by("ada", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "leak", Title: "Leak", Systems: []string{"spam"}, Grade: aims.GradeLow, DetectedOn: tx.Now().AddDate(0, 0, -4)})
	}),
	"ML2.13": by("bob", func(tx *aims.Tx) error {
		not := seen(tx.Now())
		not.Result = aims.CompetenceNotYet
		return tx.AssessCompetence("lea-does-aims-lead", not)
	}),
	"ML2.14": redraft("standard"),
	"ML2.15": func(o *org) {
		o.change("move", nil)
		by("bob", func(tx *aims.Tx) error { return tx.CarryOutChange("move", tx.Today(), "done") })(o)
	},
	"ML2.16": by("ada", func(tx *aims.Tx) error {
		return tx.PutObjective(aims.Objective{ID: "new", Title: "New", Measure: "count", Direction: aims.AtLeast, Owner: "ada", Due: calendar.Of(tx.Now().AddDate(1, 0, 0), nil)})
	}),
	"ML2.17": func(o *org) { o.pass(366) },
	"ML2.18": control("A.2.2", func(d *annexa.Decision) { d.Owner = "xia" }),
	"ML2.19": by("xia", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(nonconformity("major", aims.SeverityMajor, tx.Now()))
	}),
	"ML2.20": func(o *org) { o.pass(366) },
	"ML2.21": func(o *org) {
		by("eve", func(tx *aims.Tx) error {
			err := tx.HoldReview(aims.ManagementReview{ID: "extra", HeldOn: calendar.Of(tx.Now(), nil), Chair: "eve",
				Decisions: []aims.ReviewDecision{{What: "hire", Owner: "lea", Due: calendar.Of(tx.Now(), nil)}}})
			return err
		})(o)
		o.pass(1)
	},
	"ML2.22": func(o *org) { o.pass(75) },
	"ML3.01": func(o *org) { o.pass(300) },
	"ML3.02": func(o *org) { o.pass(400) },
	"ML3.03": control("A.2.3", func(d *annexa.Decision) {
		d.Status, d.PlannedFor = annexa.StatusPlanned, calendar.Of(time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC), nil)
	}),
	"ML3.04": func(o *org) {
		lose("A.5.3")(o)
		by("bob", func(tx *aims.Tx) error {
			e := proofOf(annexa.MustParse("A.5.3"), tx.Now(), 300)
			e.Quality = aims.QualityFair
			return tx.AttachEvidence(e)
		})(o)
	},
	"ML3.05": by("lea", func(tx *aims.Tx) error {
		s, _ := tx.Services().Get("watch")
		s.EndedOn = tx.Today()
		return tx.PutService(s)
	}),
	"ML3.06": func(o *org) {
		o.pass(1)
		o.measure(10)
		by("lea", func(tx *aims.Tx) error { // made easier that day, it was missed all the same
			a, _ := tx.Objectives().Get("appeals")
			a.Target = 5
			return tx.PutObjective(a)
		})(o)
	},
	"ML3.07": func(o *org) {
		by("xia", func(tx *aims.Tx) error {
			return tx.RaiseNonconformity(nonconformity("first", aims.SeverityMinor, tx.Now()))
		})(o)
		o.pass(7)
		by("una", func(tx *aims.Tx) error {
			return tx.CloseNonconformity("first", true, "looked at ten cases")
		})(o)
		o.pass(1)
		by("xia", func(tx *aims.Tx) error {
			return tx.RaiseNonconformity(nonconformity("second", aims.SeverityMinor, tx.Now()))
		})(o)
	},
	"ML3.08": func(o *org) {
		revise("credit", func(s *register.System) { s.Purpose = "Decide on applications." })(o)
		o.pass(1)
		o.deploy("new-purpose", "credit")
	},
	"ML3.09": func(o *org) {
		o.deploy("to-all", "credit")
		o.pass(91)
	},
	"ML3.11": by("bob", func(tx *aims.Tx) error {
		s, _ := tx.Suppliers().Get("scoreco")
		s.ChangeNotice = false
		return tx.PutSupplier(s)
	}),
	"ML3.12": func(o *org) {
		by("ada", func(tx *aims.Tx) error {
			return tx.ReportIncident(aims.Incident{ID: "bias", Title: "Biased scores", Systems: []string{"credit"}, Grade: aims.GradeHigh, DetectedOn: tx.Now(), TriagedOn: tx.Now()})
		})(o)
		by("ada", func(tx *aims.Tx) error { return tx.CloseIncident("bias", "test by group") })(o)
	},
	"ML3.13": by("ada", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Name, s.InUseSince = "old", "Old ranking", tx.Today().AddDays(-100)
		return tx.RegisterSystem(s)
	}),
	"ML3.10": by("lea", func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("form")
		c.ClosedOn = tx.Today()
		return tx.PutChannel(c)
	}),
	"ML3.14": by("ada", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Name, s.Stage, s.RetiredOn = "old", "Old ranking", register.StageRetirement, tx.Today()
		return tx.RegisterSystem(s)
	}),
	"ML3.15": func(o *org) { o.pass(366) },
}

func TestEachCriterionCanBeMetAndFails(t *testing.T) {
	model := maturity.DefaultModel()
	third, history := sustained(t)
	for _, c := range model.Criteria {
		t.Run(c.ID, func(t *testing.T) {
			breakIt, ok := breaks[c.ID]
			require.True(t, ok, "no way to break it")
			o := third.twin(t)
			before, _ := o.report(history).Result(c.ID)
			require.True(t, before.State.Holds(), before.Message)

			breakIt(o)
			r := o.report(history)
			after, _ := r.Result(c.ID)
			require.False(t, after.State.Holds())
			require.NotEmpty(t, after.Message)
			require.NotEmpty(t, after.Failing, "somebody must be told what to look at")
			require.Less(t, after.Fraction(), 1.0)
			require.Less(t, r.Level, c.Level)
			require.Less(t, r.ProgressTo(c.Level), 100)
			require.Contains(t, ids(r.BlockersTo(c.Level)), c.ID)
			for _, f := range after.Failing {
				require.NotEmpty(t, f.Why)
				require.NotEmpty(t, f.Subject.ID)
			}
		})
	}
}

// Who audited as one of the organisation's own is no auditor from outside because somebody
// says so afterwards.
func TestNobodyWasFromOutsideAfterwards(t *testing.T) {
	o, _ := sustained(t)
	employed := func(is bool) {
		o.do("eve", func(tx *aims.Tx) error {
			p, _ := tx.People().Get("xia")
			p.External = !is
			return tx.PutPerson(p)
		})
	}
	require.True(t, o.result("ML3.15").State.Holds())
	employed(true)
	require.False(t, o.result("ML3.15").State.Holds())
	o.pass(1)
	employed(false)
	require.False(t, o.result("ML3.15").State.Holds(), "the audits were those of an employee")
	p, _ := o.View().People().Get("xia")
	require.Equal(t, "eve", p.ExternalBy)
	require.Equal(t, o.now, p.ExternalSince)
}

// One thing about all systems together shows nothing of each of them.
func TestEvidenceOfEverythingShowsNothingOfOneSystem(t *testing.T) {
	base := mature(t)
	for _, c := range []struct {
		criterion, control, kind string
	}{{"ML2.08", "A.6.2.6", "ev-monitoring"}, {"ML2.09", "A.8.2", ""}} {
		for _, systems := range [][]string{nil, {"credit"}, {"credit", "spam"}} {
			o := base.twin(t)
			o.pass(200) // nothing is fresh in monitoring
			lose(c.control)(o)
			o.do("bob", func(tx *aims.Tx) error {
				e := proofOf(annexa.MustParse(c.control), o.now, 300)
				e.Kind, e.Systems = c.kind, systems
				return tx.AttachEvidence(e)
			})
			r := o.result(c.criterion)
			require.Equal(t, len(systems), r.Met, "%s by evidence of %v: %s", c.criterion, systems, r.Message)
		}
	}
}

// What a service put on file of everything is not made the monitoring of each system, which
// arrived by itself, by a person afterwards.
func TestEvidenceOfEverythingStaysSo(t *testing.T) {
	o := mature(t)
	o.pass(200) // nothing is fresh in monitoring
	o.do("watch", func(tx *aims.Tx) error {
		return tx.AttachEvidence(aims.Evidence{ID: "pulse", Title: "All is up", Kind: "ev-monitoring", Collected: tx.Today(), URI: "file:pulse",
			Quality: aims.QualityGood, Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.6"))}})
	})
	o.judge()
	for _, systems := range [][]string{{"credit"}, {"credit", "spam"}} {
		err := o.Update(o.ctx, aims.By{Actor: "bob", Reason: "test"}, func(tx *aims.Tx) error {
			e, _ := tx.Evidence().Get("pulse")
			e.Systems = systems
			return tx.AttachEvidence(e)
		})
		require.ErrorIs(t, err, aims.ErrInvalid)
		require.ErrorContains(t, err, "systems: it was about the organisation as a whole")
	}
	for _, criterion := range []string{"ML2.08", "ML3.05"} {
		require.False(t, o.result(criterion).State.Holds(), criterion)
	}
}

// A system that runs shows what its gates ask for, also if it never passed one: of
// verification, evidence that names the system.
func TestASystemInOperationShowsWhatItsGatesAskFor(t *testing.T) {
	base := mature(t)
	for _, systems := range [][]string{nil, {"spam"}, {"credit"}} {
		o := base.twin(t)
		o.pass(1)
		lose("A.6.2.4")(o)
		o.do("bob", func(tx *aims.Tx) error {
			e := proofOf(annexa.MustParse("A.6.2.4"), o.now, 300)
			e.Systems = systems
			return tx.AttachEvidence(e)
		})
		r := o.result("ML2.07")
		if slices.Contains(systems, "credit") {
			require.Equal(t, maturity.StateMet, r.State, r.Message)
			continue
		}
		require.Equal(t, maturity.StateNotMet, r.State, "evidence of %v", systems)
		require.Equal(t, "credit", r.Failing[0].Subject.ID)
		require.Contains(t, r.Failing[0].Why, "G2.4")
	}
}

// What people are told of is the policy, not a draft of it.
func TestAPolicyIsNotPublishedBeforeItIsApproved(t *testing.T) {
	o := mature(t)
	o.pass(1)
	o.newPolicy(func(p *aims.Policy) { p.PublishedOn = calendar.Of(o.now.AddDate(0, 0, -1), nil) })
	require.Equal(t, maturity.StateNotMet, o.result("ML1.07").State)
	o = mature(t)
	o.pass(100)
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("policy-1", calendar.Of(o.now.AddDate(1, 0, 0), nil)) })
	require.Equal(t, maturity.StateMet, o.result("ML1.07").State, "a review that changed nothing has nothing to tell")
}

func by(actor string, fn func(tx *aims.Tx) error) func(o *org) {
	return func(o *org) { o.tb.Helper(); o.do(actor, fn) }
}

func revise(id string, change func(s *register.System)) func(o *org) {
	return by("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get(id)
		change(&s)
		_, err := tx.ReviseSystem(s)
		return err
	})
}

func leaves(person string) func(o *org) {
	return by("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get(person)
		p.LeftOn = calendar.Of(tx.Now(), nil)
		return tx.PutPerson(p)
	})
}

// redraft takes a document out of use.
func redraft(id string) func(o *org) {
	return by("lea", func(tx *aims.Tx) error { return tx.WithdrawDocument(id, tx.Today(), "it is not used any more") })
}

func control(id string, change func(d *annexa.Decision)) func(o *org) {
	return by("lea", func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse(id))
		change(&d)
		return tx.DecideControl(d)
	})
}

// lose withdraws all evidence of a control.
func lose(id string) func(o *org) {
	return by("lea", func(tx *aims.Tx) error {
		for e := range tx.Evidence().All() {
			if e.SupportsControl(annexa.MustParse(id)) {
				if err := tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: e.ID}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// newPolicy puts another version of the policy in force.
func (o *org) newPolicy(change func(p *aims.Policy)) {
	o.tb.Helper()
	p := aims.Policy{Text: "It says what it has to.", ID: "policy-3", Title: "AI policy", Owner: "pam", FramesObjectives: true, CommitsToRequirements: true,
		CommitsToImprovement: true, AlignedOn: calendar.Of(o.now, nil), PublishedOn: calendar.Of(o.now, nil), CommunicatedOn: calendar.Of(o.now, nil)}
	change(&p)
	o.do("pam", func(tx *aims.Tx) error { return tx.DraftPolicy(p) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy(p.ID, calendar.Of(o.now.AddDate(1, 0, 0), nil)) })
}

func nonconformity(id string, sev aims.Severity, on time.Time) aims.Nonconformity {
	return aims.Nonconformity{ID: id, Title: "Lapse " + id, Severity: sev, Clause: aims.MustParseClause("8.1"), RaisedOn: calendar.Of(on, nil), Owner: "bob",
		Due: calendar.Of(on.AddDate(0, 1, 0), nil), Correction: "done", Cause: "no checklist", Extent: "here only",
		Action: aims.CorrectiveAction{Plan: "write a checklist", By: "bob", DoneOn: calendar.Of(on, nil)}}
}

func TestModelCarriesWhatItSays(t *testing.T) {
	model := maturity.DefaultModel()
	require.NoError(t, model.Validate())
	known := make(map[string]bool)
	for _, c := range model.Criteria {
		known[c.ID] = true
		require.Equal(t, c.Level.String(), c.ID[:3])
		require.NotEmpty(t, c.Statement, c.ID)
		require.NotEmpty(t, c.Next, c.ID)
		require.NotEmpty(t, c.Why, c.ID)
		require.NotEmpty(t, c.Clauses, c.ID)
	}
	for _, out := range maturity.Omissions() {
		require.False(t, known[out.ID], out.ID)
		require.NotEmpty(t, out.Why)
		known[out.ID] = true
	}
	for level, n := range map[int]int{1: 17, 2: 22, 3: 15} {
		for i := 1; i <= n; i++ {
			id := fmt.Sprintf("ML%d.%02d", level, i)
			require.True(t, known[id], "%s is neither carried nor said to be left out", id)
		}
	}
	require.Len(t, known, 54)
}

func TestModelIsTheCallersOwn(t *testing.T) {
	m := maturity.DefaultModel()
	m.Criteria[0].Title, m.Parameters.MonitorDays[impact.LevelHigh] = "changed", 1
	m.Parameters.CoreControls[0] = annexa.MustParse("A.10.4")
	fresh := maturity.DefaultModel()
	require.NotEqual(t, "changed", fresh.Criteria[0].Title)
	require.Equal(t, 90, fresh.Parameters.MonitorDays[impact.LevelHigh])
	require.Equal(t, "A.2.2", fresh.Parameters.CoreControls[0].String())
}

// A predicate of somebody's own that writes into what it is given changes nothing: not the
// view, not what the criteria after it see.
func TestOwnPredicateCanWriteOverNothing(t *testing.T) {
	o := mature(t)
	scribble := maturity.Criterion{ID: "ACME-1", Level: maturity.ML1, Step: 1, Phase: aims.Do, Title: "Scribbles", Weight: 1, Next: "stop",
		Predicate: func(in *maturity.Input) maturity.Outcome {
			for _, s := range in.Systems() {
				s.Owner, s.Covered, s.Level = "", false, impact.LevelUnacceptable
				for _, list := range [][]string{s.Affected, s.Tools} {
					clear(list)
				}
				clear(s.Roles)
			}
			return maturity.NotApplicable(issue.NewText("it only scribbles"))
		}}
	before, err := json.Marshal(slices.Collect(o.View().Systems().All()))
	require.NoError(t, err)
	was := o.report()
	m := maturity.DefaultModel().With(scribble)
	m.Criteria = append([]maturity.Criterion{scribble}, m.Criteria[:len(m.Criteria)-1]...) // first
	r := maturity.Evaluate(m, o.View(), o.now)
	require.Equal(t, was.Level, r.Level)
	criteria := func(all []maturity.Result) string {
		b, err := json.Marshal(all)
		require.NoError(t, err)
		return string(b)
	}
	require.Equal(t, criteria(was.Criteria), criteria(r.Criteria[1:]))
	after, err := json.Marshal(slices.Collect(o.View().Systems().All()))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

func TestOwnCriteria(t *testing.T) {
	o := mature(t)
	cards := maturity.Criterion{ID: "ACME-1", Level: maturity.ML2, Step: 3, Phase: aims.Do, Title: "Model cards", Weight: 2,
		Next: "write one", Predicate: func(in *maturity.Input) maturity.Outcome {
			var tally maturity.Tally
			for _, s := range in.Systems() {
				if len(s.Links) > 0 {
					tally.Pass(time.Time{})
				} else {
					tally.Fail(s.Subject(), s.Name, issue.NewText("It has no model card."))
				}
			}
			return tally.Outcome(issue.NewText("Model cards are missing."))
		}}
	base := maturity.DefaultModel()
	own := base.With(cards)
	require.NoError(t, own.Validate())
	require.Len(t, own.Criteria, len(base.Criteria)+1)
	require.Len(t, base.Criteria, len(maturity.DefaultModel().Criteria), "the model itself stays as it is")

	r := maturity.Evaluate(own, o.View(), o.now)
	require.Equal(t, maturity.ML1, r.Level)
	require.Equal(t, "ACME-1", r.Next(1)[0].Criterion)
	c, _ := r.Result("ACME-1")
	require.Equal(t, 2, c.Of)

	// One of the same ID takes the place of the old one.
	cards.Predicate = func(*maturity.Input) maturity.Outcome { return maturity.NotApplicable(issue.NewText("we do without")) }
	r = maturity.Evaluate(own.With(cards), o.View(), o.now)
	require.Equal(t, maturity.ML2, r.Level)

	// One that nothing judges is unknown, and so is one that says nothing.
	for _, p := range []func(*maturity.Input) maturity.Outcome{nil, func(*maturity.Input) maturity.Outcome { return maturity.Outcome{} }} {
		cards.Predicate = p
		r = maturity.Evaluate(own.With(cards), o.View(), o.now)
		c, _ = r.Result("ACME-1")
		require.Equal(t, maturity.StateUnknown, c.State)
		require.Equal(t, maturity.ML1, r.Level)
	}
}

func TestValidateNamesWhatIsWrong(t *testing.T) {
	m := maturity.DefaultModel()
	m.Version = " "
	m.Parameters.PlannedShare = 1.5
	m = m.With(maturity.Criterion{ID: "", Level: 4, Phase: "later"})
	m.Criteria = append(m.Criteria, m.Criteria[0])
	var is annexa.Issues
	require.ErrorAs(t, m.Validate(), &is)
	fields := make(map[string]string)
	for _, i := range is {
		fields[i.Field] = i.Rule
	}
	require.Equal(t, map[string]string{
		"version": "required", "parameters.planned_share": "range",
		"criteria[54].id": "required", "criteria[54].level": "oneof", "criteria[54].phase": "oneof",
		"criteria[54].title": "required", "criteria[54].weight": "min", "criteria[54].predicate": "required",
		"criteria[55].id": "repeated",
	}, fields)
}

// Top management has to have seen what is left out: a later word in its entry changes
// nothing of that.
func TestWhatLiesOutsideWasSeen(t *testing.T) {
	o := mature(t)
	of := func() maturity.Result {
		t.Helper()
		c, ok := o.report().Result("ML1.09")
		require.True(t, ok)
		return c
	}
	leaveOut := func(id string) {
		o.do("lea", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get(id)
			s.OutOfScope = "run by a subsidiary"
			_, err := tx.ReviseSystem(s)
			return err
		})
	}
	leaveOut("spam")
	require.Equal(t, maturity.StateMet, of().State, "of lesser impact the reason is enough")
	leaveOut("credit")
	require.Equal(t, maturity.StateNotMet, of().State)
	require.Contains(t, of().Message, "lies outside the scope since")
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftScope(aims.Scope{Statement: "All AI of the bank but the subsidiary's", Boundaries: "Every branch; no subsidiary."})
	})
	o.pass(1)
	var drafted string
	for s := range o.View().Scopes() {
		drafted = s.ID
	}
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope(drafted, calendar.Of(o.now.AddDate(1, 0, 0), nil)) })
	require.Equal(t, maturity.StateMet, of().State, of().Message)
	o.pass(1)
	revise("credit", func(s *register.System) { s.Hosting = register.HostingExternal })(o)
	require.Equal(t, maturity.StateMet, of().State, "it was seen outside: %s", of().Message)
}
