package aims

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// ControlTest is one test of whether a control works in operation (8.1, 9.1): what was to
// be seen, what was looked at, how much of how many, and what was seen. A control that is
// said to be implemented is one that somebody says is; a test is what shows it. It is
// recorded once and not rewritten: what works again is tested again, and what was told
// wrongly is told anew by a test that Corrects it.
type ControlTest struct {
	// ID names the test.
	ID string `json:"id"`
	// Control is the control that was tested.
	Control annexa.ID `json:"control,omitzero"`
	// Systems are the IDs of the systems on which it was tested; empty where it is one
	// of the organisation as a whole.
	Systems []string `json:"systems,omitempty"`
	// By is the ID of the person who tested, which is who records it: not who owns the
	// control. On is when, RecordedAt when it was recorded.
	By         string        `json:"by"`
	On         calendar.Date `json:"on"`
	RecordedAt time.Time     `json:"recorded_at"`
	// Expected says what was to be seen if the control works, Method how it was looked
	// for.
	Expected string `json:"expected"`
	Method   string `json:"method"`
	// Population is of how many cases the sample was drawn, Sample how many were looked
	// at, Failed in how many of these the control did not do what was expected.
	Population int `json:"population"`
	Sample     int `json:"sample"`
	Failed     int `json:"failed"`
	// Seen says what was seen, and of failures what they have in common.
	Seen string `json:"seen"`
	// Result is the tester's conclusion.
	Result TestResult `json:"result"`
	// Evidence are the IDs of evidence on what was seen.
	Evidence []string `json:"evidence,omitempty"`
	// NextDue is by when it is tested again, a year on at most.
	NextDue calendar.Date `json:"next_due"`
	// Corrects is the ID of a test of the same control that was recorded wrongly, and
	// that this one stands in for.
	Corrects string `json:"corrects,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// TestResult is the conclusion of a test of a control.
type TestResult string

// The conclusions, the best first.
const (
	ResultWorks  TestResult = "works"   // in each case of the sample
	ResultInPart TestResult = "in_part" // in some of them
	ResultFails  TestResult = "fails"   // so that it can't be relied on
)

// TestResults lists the conclusions, the best first.
func TestResults() []TestResult { return []TestResult{ResultWorks, ResultInPart, ResultFails} }

func (r TestResult) rank() int { return slices.Index(TestResults(), r) }

// testedDays is how long a test shows that a control works, where it says nothing else:
// a year, as 9.2 and 9.3 are looked at; a choice of this project.
const testedDays = 365

const byControl = "control"

var controlTests = ledger.MustDeclare(ledger.Spec[ControlTest]{
	Name:   KindControlTest,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("on", "next_due")},
	Key: func(t *ControlTest) string { return t.ID }, SetKey: func(t *ControlTest, id string) { t.ID = id },
	Revision:  func(t *ControlTest) *uint64 { return &t.Revision },
	Completes: []string{"by", "recorded_at", "next_due"},
	Listings:  []ledger.Listing[ControlTest]{{Name: byControl, Value: func(t *ControlTest) string { return t.Control.String() }}},
	Limits:    within(KindControlTest, bounded(lists{"systems": 1_000, "evidence": 100}, "seen")),
	Check:     checked(checkControlTest),
})

// RecordTest records a test of a control by the actor, who does not own it (8.1, 9.1).
// What was tested stays as it was seen: a test on file is not revised, and one that
// Corrects another may not see the control better than that did.
func (tx *Tx) RecordTest(t ControlTest) error {
	return putDeciding(tx, "RecordTest", controlTests, t, func(t *ControlTest) error {
		if controlTests.Of(tx).Has(t.ID) || t.Revision != 0 {
			return ledger.Refuse(ErrExists, "a test stays as it was recorded; test again, or record what corrects it (Corrects)")
		}
		if err := tx.apart(BarOwner, "RecordTest", Subject{Kind: KindDecision, ID: t.Control.String()}); err != nil {
			return err
		}
		t.By, t.RecordedAt = tx.By().Actor, tx.Now()
		if t.NextDue.IsZero() && !t.On.IsZero() {
			t.NextDue = t.On.AddDate(0, 0, testedDays)
		}
		return nil
	})
}

// corrects checks what a test says of the one that it stands in for.
func (t *ControlTest) corrects(c checker) {
	rec, _ := c.r.Record(Subject{Kind: KindControlTest, ID: t.Corrects})
	was, ok := rec.(*ControlTest)
	switch {
	case t.Corrects == "":
	case !ok || was.ID == t.ID:
		c.Add("corrects", "test", t.Corrects, "no such test on file")
	case was.Control != t.Control:
		c.Add("corrects", "control", t.Corrects, "was a test of %s, not of %s", was.Control, t.Control)
	case t.Result.rank() < was.Result.rank():
		c.Add("result", "kept", string(t.Result), "the one that it corrects saw %q; what works now is tested again", string(was.Result))
	case t.On.After(was.On):
		c.Add("on", "kept", t.On.String(), "the one that it corrects was on %s; a later one is another test", day(was.On))
	}
}

func checkControlTest(c checker, t *ControlTest) {
	t.corrects(c)
	if t.Control.IsZero() {
		c.Add("control", "control", "", "names no control; annexa.Parse reads one")
	} else if c.Decision(t.Control).Applicability != annexa.Applicable {
		c.Add("control", "applies", t.Control.String(), "nobody has decided that it applies; decide first (DecideControl)")
	}
	c.systems("systems", t.Systems)
	if t.On.IsZero() {
		c.Add("on", "required", "", "say when it was tested")
	}
	c.past("on", t.On)
	c.text("expected", t.Expected, true)
	c.text("method", t.Method, true)
	c.text("seen", t.Seen, true)
	oneOf(c, "result", t.Result, TestResults())
	switch {
	case t.Sample < 1:
		c.Add("sample", "range", fmt.Sprint(t.Sample), "a test looks at one case at least")
	case t.Population < t.Sample:
		c.Add("population", "range", fmt.Sprint(t.Population), "a sample of %d can't come from fewer", t.Sample)
	case t.Failed < 0 || t.Failed > t.Sample:
		c.Add("failed", "range", fmt.Sprint(t.Failed), "of a sample of %d", t.Sample)
	case t.Result == ResultWorks && t.Failed > 0:
		c.Add("result", "failed", string(t.Result), "it failed in %d of %d; it works in part at best", t.Failed, t.Sample)
	case t.Result == ResultInPart && t.Failed == 0, t.Result == ResultFails && t.Failed == 0:
		c.Add("failed", "required", "0", "say in how many of %d it failed", t.Sample)
	}
	for i, id := range t.Evidence {
		if e, ok := evidence.Shared(c.r).Get(id); !ok {
			c.Add(issue.Index("evidence", i), "evidence", id, "no such evidence on file")
		} else if !e.SupportsControl(t.Control) {
			c.Add(issue.Index("evidence", i), "control", id, "it does not say that it supports %s", t.Control)
		}
	}
	if last := t.On.AddDate(0, 0, testedDays+1); t.NextDue.After(last) || !t.NextDue.After(t.On) {
		c.Add("next_due", "range", t.NextDue.String(), "after the test, and by %s at the latest", day(last))
	}
}

// ControlTests yields the tests of controls, by ID.
//
//go:noinline
func (r *reading) ControlTests() iter.Seq[ControlTest] { return controlTests.Of(r.r).All() }

// LastTest returns the test of a control that counts: the latest one, by its day and then
// by when it was recorded, that none corrects; false if it was never tested. One that corrects
// another counts on the day of that, where it says an earlier one: what was seen after stays
// after. That it works shows none of who owns the control now, as no audit does.
func (r *reading) LastTest(control annexa.ID) (ControlTest, bool) {
	t := r.lastTest(control)
	if t == nil || !r.sees(KindControlTest, t.ID) {
		return ControlTest{}, false
	}
	c := *t
	c.Systems, c.Evidence = slices.Clone(t.Systems), slices.Clone(t.Evidence)
	return c, true
}

func (r *reading) lastTest(control annexa.ID) (last *ControlTest) {
	corrected := make(map[string]bool)
	of := controlTests.Shared(r.r).Where(byControl, control.String())
	for _, t := range of.All() {
		if t.Corrects != "" {
			corrected[t.Corrects] = true
		}
	}
	decision, _ := decisions.Shared(r.r).Get(control.String())
	var lastOn calendar.Date
	for id, t := range of.All() {
		if corrected[id] || t.Result == ResultWorks && decision != nil && r.same(t.By, decision.Owner) {
			continue
		}
		on, was := t.On, t
		for range of.Len() {
			if was.Corrects == "" {
				break
			}
			if before, ok := controlTests.Shared(r.r).Get(was.Corrects); ok {
				on, was = calendar.Later(on, before.On), before
			}
		}
		if last == nil || cmp.Or(on.Compare(lastOn), t.RecordedAt.Compare(last.RecordedAt), cmp.Compare(t.Revision, last.Revision)) > 0 {
			last, lastOn = t, on
		}
	}
	return last
}

var controlsTested = Probe{
	ID: "CT-01", Title: "Control in place that no test shows to work", Clause: Clause{"8.1"},
	Grading: "minor; major where the last test saw it fail",
	grade:   majorIf(func(o Observation) bool { return o.Grave }),
	look: func(x *index, yield func(Observation) bool) {
		for _, d := range x.controls {
			// Without fresh evidence it is S2-07, which is told first.
			if !inPlace(d) || x.strengthOf(d.Control) == notShown {
				continue
			}
			next := issue.NewText("Have somebody who does not own it test it (RecordTest).")
			var o Observation
			switch t := x.lastTest(d.Control); {
			case t == nil:
				o = aboutControl(d, calendar.Date{}, issue.NewText("It is said to be implemented, and nobody has tested that it works."), next)
			case t.Result != ResultWorks:
				o = aboutControl(d, t.On, issue.NewText("The test of %s saw it fail in %d of %d cases.", day(t.On), t.Failed, t.Sample),
					issue.NewText("Put right what failed, and test it again (RaiseNonconformity, RecordTest)."))
				o.Grave = t.Result == ResultFails
			case x.overdue(t.NextDue):
				o = aboutControl(d, t.NextDue, issue.NewText("It was to be tested again by %s.", day(t.NextDue)), next)
			default:
				continue
			}
			if !yield(o) {
				return
			}
		}
	},
}
