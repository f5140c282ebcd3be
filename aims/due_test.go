package aims_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
)

// kinds are the kinds of the triggers of an assessment, in order.
func triggerKinds(a impact.Assessment) (kinds []impact.TriggerKind) {
	for _, t := range a.Triggers {
		kinds = append(kinds, t.Kind)
	}
	return kinds
}

// openDue answers what calls, and checks that to ask again adds nothing.
func (o *org) openDue() (calls []aims.DueAssessment) {
	o.t.Helper()
	o.do("lea", func(tx *aims.Tx) (err error) { calls, err = tx.OpenDueAssessments(); return err })
	head := o.View().Head()
	o.do("lea", func(tx *aims.Tx) error {
		again, err := tx.OpenDueAssessments()
		require.Empty(o.t, again)
		return err
	})
	require.Equal(o.t, head, o.View().Head(), "asked again it writes nothing")
	return calls
}

func TestChangeOfSupplierOrModel(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"})
	})
	o.register(spamFilter())
	o.assess("spam")
	o.revise("spam", func(s *register.System) { s.Supplier = "sup" })
	require.Equal(t, []impact.TriggerKind{impact.TriggerSupplier}, triggerKinds(o.open("spam")))
	require.Contains(t, o.open("spam").Triggers[0].Detail, "supplier")
	o.assess("spam")

	// With another change beside it, one assessment names both.
	o.revise("spam", func(s *register.System) { s.Model.Name, s.Autonomy = "transformer", register.AutonomyAutomated })
	a := o.open("spam")
	require.Equal(t, []impact.TriggerKind{impact.TriggerChange, impact.TriggerSupplier}, triggerKinds(a))
	require.Contains(t, a.Triggers[0].Detail, "autonomy")
	require.NotContains(t, a.Triggers[0].Detail, "model")
	require.Contains(t, a.Triggers[1].Detail, "model")
	require.Equal(t, "spam#3", a.ID)
}

func TestSupplierEvents(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"})
	})
	other, gone := spamFilter(), spamFilter()
	other.ID, gone.ID = "other", "gone"
	bought, hired := spamFilter(), cvScreener()
	bought.Supplier, hired.Supplier, gone.Supplier = "sup", "sup", "sup"
	o.register(bought, hired, other, gone)
	o.ending("gone")
	o.do("ada", func(tx *aims.Tx) error { return tx.AdvanceStage("gone", register.StageRetirement) })
	for _, s := range []string{"spam", "cv", "other"} {
		o.assess(s)
	}
	report := func(supplier, what string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { _, err := tx.ReportSupplierEvent(supplier, what); return err }
	}
	o.refused("lea", aims.ErrNotFound, report("none", "x"))
	o.invalid("lea", "what", "required", "", report("sup", ""))
	var opened []string
	o.do("lea", func(tx *aims.Tx) (err error) {
		opened, err = tx.ReportSupplierEvent("sup", "ends version 2")
		return err
	})
	require.Equal(t, []string{"cv", "spam"}, opened)
	require.Equal(t, impact.Trigger{Kind: impact.TriggerSupplier, At: day0, Due: dayOf(30), Detail: "supplier sup: ends version 2", By: "lea"}, o.open("spam").Triggers[0])
	for _, s := range []string{"other", "gone"} {
		_, ok := o.View().OpenAssessment(s)
		require.False(t, ok, s)
	}
	// A second event joins.
	o.clock.Set(day(3))
	o.do("lea", report("sup", "was bought"))
	require.Len(t, o.open("spam").Triggers, 2)
	require.Equal(t, dayOf(30), o.open("spam").Due, "the earliest counts")
}

func TestReviewIsCalledFor(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter(), cvScreener())
	until := o.assess("cv").ValidUntil
	o.assess("spam") // holds for longer
	from := until.AddDate(0, 0, -30)
	require.Empty(t, o.View().DueAssessments(from.Start(nil).Add(-time.Second)))
	calls := o.View().DueAssessments(from.Start(nil))
	require.Len(t, calls, 1)
	require.Equal(t, "cv", calls[0].System)
	require.Equal(t, impact.TriggerReview, calls[0].Trigger.Kind)
	require.Contains(t, calls[0].Trigger.Detail, "2027-01-05")

	o.clock.Set(from.Start(nil))
	require.Len(t, o.openDue(), 1)
	a := o.open("cv")
	require.Equal(t, []impact.TriggerKind{impact.TriggerReview}, triggerKinds(a))
	require.Equal(t, from.AddDate(0, 0, 30), a.Due)
	require.Empty(t, find(o.View(), a.Due.Start(nil), "IA-01"))
	late := find(o.View(), a.Due.AddDate(0, 0, 1).Start(nil), "IA-01")
	require.Len(t, late, 1)
	require.Equal(t, aims.SeverityMinor, late[0].Severity, "it is not live")
	require.Equal(t, aims.Subject{Kind: aims.KindAssessment, ID: "cv#2"}, late[0].Subject)
	o.assess("cv")
	require.Empty(t, o.openDue())
}

func TestStaleEvidenceCalls(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	control := annexa.MustParse("A.9.3")
	o.do("lea", func(tx *aims.Tx) error { return tx.DecideControl(applicable(tx.Decision(control))) })
	o.do("ada", func(tx *aims.Tx) error {
		e := proof("aims", day0, nil, "A.9.3")
		e.ValidUntil = dayOf(90)
		return tx.AttachEvidence(e)
	})
	harm := unfairness()
	harm.ResidualLikelihood = 3
	harm.Controls = []impact.Reduction{{Control: control, Evidence: []string{"aims"}}}
	o.assess("cv", harm)
	require.Empty(t, o.View().DueAssessments(day(90)))
	o.clock.Set(day(91))
	calls := o.openDue()
	require.Len(t, calls, 1)
	require.Equal(t, impact.TriggerEvidence, calls[0].Trigger.Kind)
	require.Contains(t, calls[0].Trigger.Detail, "aims")
	require.Equal(t, dayOf(121), o.open("cv").Due)
}

func TestExpiredAcceptanceCalls(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.assess("cv", unfairness())
	id := "cv/" + unfairness().Harm
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRisk(id, "until spring", dayOf(50)) })
	require.Empty(t, o.View().DueAssessments(day(50)))
	o.clock.Set(day(51))
	calls := o.openDue()
	require.Len(t, calls, 1)
	require.Equal(t, impact.TriggerAcceptance, calls[0].Trigger.Kind)
	require.Equal(t, dayOf(51), o.open("cv").Due, "at once")

	// The new assessment is the answer; that nobody has accepted the risk again
	// is a finding, not a call for one assessment after the other.
	o.assess("cv", unfairness())
	require.NotEmpty(t, find(o.View(), day(52), "S2-05"))
	o.clock.Set(day(52))
	require.Empty(t, o.openDue())
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRisk(id, "until summer", dayOf(90)) })
	o.clock.Set(day(91))
	require.Len(t, o.openDue(), 1, "the next one that runs out calls again")
}

// reopen opens what a journal holds with rules of its own.
func reopen(t *testing.T, j storage.Journal, c *clock, rules *impact.Rules) *org {
	t.Helper()
	m, err := aims.Open(t.Context(), j, &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Rules: rules})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.Background())) })
	return &org{Manager: m, t: t, journal: j, clock: c}
}

func TestOtherRulesCall(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter(), cvScreener())
	o.assess("spam")
	o.assess("cv")
	rule := impact.Rule{ID: "OWN-1", When: []decide.Condition{{Field: "domain", Op: "has", Any: []string{string(register.DomainITSecurity)}}},
		MinLevel: impact.LevelLimited, Why: "mail goes astray", Source: "our own"}
	rules, err := impact.DefaultRules().With("ours-1", "we have seen it", rule)
	require.NoError(t, err)
	require.Empty(t, o.openDue())

	o.clock.Set(day(7))
	o = reopen(t, o.journal, o.clock, rules)
	calls := o.openDue()
	require.Len(t, calls, 1, "of the other system nothing else is asked")
	require.Equal(t, "spam", calls[0].System)
	require.Equal(t, impact.TriggerLaw, calls[0].Trigger.Kind)
	require.Contains(t, calls[0].Trigger.Detail, "ours-1")
	a := o.open("spam")
	require.Equal(t, impact.LevelLimited, a.Level)
	require.Contains(t, a.Result.LevelRules, "OWN-1")
	require.Equal(t, dayOf(97), a.Due)
	require.Equal(t, impact.RulesVersion, o.assessment("spam#1").Result.Rules, "what was approved keeps its rules")
	require.Equal(t, impact.LevelMinimal, o.assessment("spam#1").Level)
	require.Equal(t, impact.StateApproved, o.assess("spam").State)
	require.Empty(t, o.openDue())
}

// TestTriggersFoldIntoOne: whatever fires while one is open is named in it, and
// the earliest date counts.
func TestTriggersFoldIntoOne(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"})
	})
	s := spamFilter()
	s.Supplier = "sup"
	o.register(s)
	o.assess("spam")
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.ReassessSystem("spam", impact.TriggerRequest, "asked"); err != nil {
			return err
		}
		if _, err := tx.ReportSupplierEvent("sup", "ends version 2"); err != nil {
			return err
		}
		s, _ := tx.Systems().Get("spam")
		s.Autonomy = register.AutonomyAutomated
		if _, err := tx.ReviseSystem(s); err != nil {
			return err
		}
		if err := tx.ReportIncident(aims.Incident{ID: "i", Title: "Lost mail", Grade: aims.GradeHigh, Systems: []string{"spam"}, DetectedOn: tx.Now()}); err != nil {
			return err
		}
		return tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "c", Text: "It reads along.", Systems: []string{"spam"}, Harm: impact.Harms()[0].ID, RaisedOn: calendar.Of(tx.Now(), nil)})
	})
	a := o.open("spam")
	require.Equal(t, []impact.TriggerKind{impact.TriggerRequest, impact.TriggerSupplier, impact.TriggerChange, impact.TriggerIncident, impact.TriggerConcern}, triggerKinds(a))
	require.Equal(t, dayOf(7), a.Due)
	for _, tr := range a.Triggers {
		require.NotEmpty(t, tr.Detail, tr.Kind)
		require.False(t, tr.Due.IsZero(), tr.Kind)
	}
	require.Equal(t, "spam#2", a.ID)
	o.invalid("lea", "trigger", "trigger", "T-RAIN", func(tx *aims.Tx) error { return tx.ReassessSystem("spam", "T-RAIN", "x") })
}

// TestUncoveredSystems: a system without a covering approval is a finding as
// heavy as its level, and moves to neither deployment nor operation, whatever
// exception there is.
func TestUncoveredSystems(t *testing.T) {
	for _, row := range []struct {
		stage    register.Stage
		system   register.System
		check    string
		severity aims.Severity
	}{
		{register.StageOperation, spamFilter(), "S2-02", aims.SeverityMinor},
		{register.StageOperation, cvScreener(), "S2-01", aims.SeverityMajor},
		{register.StageVerification, cvScreener(), "S2-02", aims.SeverityMinor},
	} {
		t.Run(fmt.Sprintf("%s in %s", row.system.ID, row.stage), func(t *testing.T) {
			o := newOrg(t).staffed()
			row.system.Stage = row.stage
			o.register(row.system)
			found := find(o.View(), day0, row.check)
			require.Len(t, found, 1)
			require.Equal(t, row.severity, found[0].Severity)
			require.Equal(t, aims.Subject{Kind: aims.KindSystem, ID: row.system.ID}, found[0].Subject)
			o.assess(row.system.ID)
			require.Empty(t, find(o.View(), day0, row.check))
		})
	}
	for _, row := range []struct {
		gate, item string
		from, to   register.Stage
		signs      []string
	}{
		{"G2", "G2.2", register.StageVerification, register.StageDeployment, []string{"G2.S2", "G2.S3"}},
		{"G3", "G3.2", register.StageDeployment, register.StageOperation, []string{"G3.S2"}},
	} {
		t.Run(row.gate, func(t *testing.T) {
			o := newOrg(t).staffed()
			s := cvScreener()
			s.Stage = row.from
			o.register(s)
			o.invalid("ada", "items[0]", "absolute", row.item, func(tx *aims.Tx) error {
				e := exception(row.item)
				e.Gate = row.gate
				return tx.RequestException(e)
			})
			gate, _ := register.GateByID(row.gate)
			e := exception()
			e.Gate = row.gate
			for _, item := range gate.Items {
				if !item.Absolute {
					e.Items = append(e.Items, item.ID)
				}
			}
			o.except("eve", e, day(14))
			advance := func(tx *aims.Tx) error { return tx.AdvanceStage("cv", row.to) }
			err := o.refused("ada", aims.ErrGate, advance)
			var closed *aims.GateError
			require.ErrorAs(t, err, &closed)
			require.Equal(t, append([]string{row.item}, row.signs...), items(closed.Blockers), "all but the approval and what is signed is excepted")
			o.assess("cv")
			for _, id := range row.signs {
				o.signs("cv", row.to, id)
			}
			o.do("ada", advance)

			// A material change takes the cover away again.
			o.revise("cv", func(s *register.System) { s.Autonomy = register.AutonomyAutomated })
			require.NotEmpty(t, find(o.View(), day0, "S2-01"))
		})
	}
}

// What is retired does nothing to people any more: whatever happens, nobody is
// asked to assess it again.
func TestARetiredSystemIsNotAssessedAgain(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"})
	})
	s := spamFilter()
	s.Supplier = "sup"
	o.register(s)
	o.assess("spam")
	o.ending("spam")
	o.do("ada", advance("spam", register.StageRetirement))

	err := o.refused("lea", aims.ErrState, func(tx *aims.Tx) error {
		return tx.ReassessSystem("spam", impact.TriggerRequest, "asked")
	})
	require.ErrorContains(t, err, `ReassessSystem: system "spam"`)
	o.refused("lea", aims.ErrNotFound, func(tx *aims.Tx) error {
		return tx.ReassessSystem("none", impact.TriggerRequest, "asked")
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "Lost mail", Grade: aims.GradeCritical, PersonsHarmed: true, Systems: []string{"spam"}, DetectedOn: tx.Now()})
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "c", Text: "It read along.", Systems: []string{"spam"}, Harm: impact.Harms()[0].ID, RaisedOn: calendar.Of(tx.Now(), nil)})
	})
	o.do("lea", func(tx *aims.Tx) error {
		opened, err := tx.ReportSupplierEvent("sup", "was bought")
		require.Empty(t, opened)
		return err
	})
	require.True(t, o.revise("spam", func(s *register.System) { s.Autonomy = register.AutonomyAutomated }).Material())
	o.clock.Set(day(2000))
	o.do("lea", func(tx *aims.Tx) error {
		calls, err := tx.OpenDueAssessments()
		require.Empty(t, calls)
		return err
	})
	require.Len(t, list(o.View().AssessmentsOf("spam")), 1)
	require.Equal(t, 1, o.View().Incidents().Len(), "what happened is on record all the same")
}

// A system that is registered as retired is looked at once, and its assessment
// takes up what happens meanwhile.
func TestASystemRegisteredAsRetired(t *testing.T) {
	o := newOrg(t).staffed()
	s := spamFilter()
	s.Stage = register.StageRetirement
	o.register(s)
	o.do("bob", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "Lost mail", Grade: aims.GradeHigh, Systems: []string{"spam"}, DetectedOn: tx.Now()})
	})
	require.Equal(t, []impact.TriggerKind{impact.TriggerRegistration, impact.TriggerIncident}, triggerKinds(o.open("spam")))
}
