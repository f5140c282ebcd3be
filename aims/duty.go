package aims

import (
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Duty is something that is owed: the assessment that a trigger called for and that was
// ended without an answer. As long as an assessment that answers it is open, that is the
// duty; a duty of its own is opened when that ends otherwise than by an approval (it was
// stopped, or the system was retired). Only an approval that came later fulfils it, or a
// decision of somebody else that it need not be, for a time (8.4).
type Duty struct {
	// ID names the duty.
	ID string `json:"id"`
	// System is the ID of the system, Trigger what was pulled, of which Assessment was
	// to be the answer.
	System     string             `json:"system"`
	Trigger    impact.TriggerKind `json:"trigger"`
	Detail     string             `json:"detail,omitempty"`
	Assessment string             `json:"assessment"`
	// Since is when the trigger was pulled, Due by when it was to be answered, OpenedAt
	// when the assessment ended without.
	Since    time.Time     `json:"since"`
	Due      calendar.Date `json:"due"`
	OpenedAt time.Time     `json:"opened_at"`
	// FulfilledAt is when an approval answered it, FulfilledBy the ID of that assessment.
	FulfilledAt time.Time `json:"fulfilled_at,omitzero"`
	FulfilledBy string    `json:"fulfilled_by,omitempty"`
	// Waivers are the decisions that it need not be answered for a time, oldest first.
	Waivers []Waiver `json:"waivers,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Waiver is a decision that a duty need not be fulfilled for a time.
type Waiver struct {
	// By is the ID of the person who decided, At when, Reason why, Until the last
	// day on which it holds.
	By     string        `json:"by"`
	At     time.Time     `json:"at"`
	Reason string        `json:"reason"`
	Until  calendar.Date `json:"until"`
}

// Fulfilled reports whether an approval has answered it.
func (d Duty) Fulfilled() bool { return !d.FulfilledAt.IsZero() }

// OwedOn reports whether it is owed on a day: neither fulfilled nor waived. A waiver by who
// owns the system by now does not count, which the record alone doesn't tell: View.DutiesOf
// has what is owed.
func (d Duty) OwedOn(today calendar.Date) bool {
	return !d.Fulfilled() && !slices.ContainsFunc(d.Waivers, func(w Waiver) bool { return !today.After(w.Until) })
}

// owedOn reports whether a duty is owed on a day: neither fulfilled nor waived by somebody
// who does not own the system by now.
func (r *reading) owedOn(d *Duty, today calendar.Date) bool {
	return !d.Fulfilled() && !slices.ContainsFunc(d.Waivers, func(w Waiver) bool {
		return !today.After(w.Until) && !r.ownsNow(w.By, Subject{Kind: duties.Name(), ID: d.ID})
	})
}

// waiverDays is how long a waiver holds at most: until the next quarter is looked at
// twice; a choice of this project.
const waiverDays = 183

var duties = ledger.MustDeclare(ledger.Spec[Duty]{
	Name:   KindDuty,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("due", "waivers.until")},
	Key:      func(d *Duty) string { return d.ID },
	MaxKey:   register.MaxRiskID,
	Revision: func(d *Duty) *uint64 { return &d.Revision },
	Listings: []ledger.Listing[Duty]{{Name: bySystem, Value: func(d *Duty) string { return d.System }}},
	Limits:   within(KindDuty, bounded(lists{"waivers": 100}, "waivers.reason")),
	Check: checked(func(c checker, d *Duty) {
		c.systems("system", []string{d.System})
	}),
})

// DutiesOf returns what is owed of a system at time now.
func (r *reading) DutiesOf(system string, now time.Time) []Duty {
	var owed []Duty
	if !r.sees(KindSystem, system) {
		return nil
	}
	of := duties.Of(r.r).Where(bySystem, system)
	whole := r.entire()
	for d := range of.All() {
		if whole.owedOn(&d, r.DayOf(now)) {
			owed = append(owed, d)
		}
	}
	return owed
}

// owes returns the first thing that is owed of a system; nil if nothing is.
func (r *reading) owes(system string, now time.Time) *Duty {
	for _, d := range duties.Shared(r.r).Where(bySystem, system).All() {
		if r.owedOn(d, r.DayOf(now)) {
			return d
		}
	}
	return nil
}

// WaiveDuty decides, with a reason, that a duty need not be fulfilled until a time, half
// a year on at most. Who owns the system, or wrote the assessment that was to answer
// it, does not decide so.
func (tx *Tx) WaiveDuty(id, reason string, until calendar.Date) error {
	return decide(tx, "WaiveDuty", duties, id, func(d *Duty) error {
		if d.Fulfilled() {
			return ledger.Refuse(ErrState, "it was fulfilled by %s", d.FulfilledBy)
		}
		var is Issues
		required(&is, "reason", reason)
		if last := tx.Today().AddDays(waiverDays); until.Before(tx.Today()) || until.After(last) {
			is.Add("until", "range", until.String(), "it holds to %s at most", last)
		}
		d.Waivers = append(d.Waivers, Waiver{By: tx.By().Actor, At: tx.Now(), Reason: reason, Until: until})
		return is.Err()
	})
}

// owe opens a duty for each trigger of an assessment that ended without an answer. Of a
// system that is retired only what happened to people is owed still.
func (tx *Tx) owe(a impact.Assessment, retired bool) error {
	n := duties.Shared(tx).Where(bySystem, a.System).Len()
	for _, t := range a.Triggers {
		if retired && t.Kind != impact.TriggerIncident && t.Kind != impact.TriggerConcern {
			continue
		}
		n++
		d := Duty{ID: fmt.Sprintf("%s/duty-%d", a.System, n), System: a.System, Trigger: t.Kind, Detail: t.Detail, Assessment: a.ID,
			Since: t.At, Due: t.Due, OpenedAt: tx.Now()}
		if err := duties.Keep(tx, d); err != nil {
			return err
		}
	}
	return nil
}

// fulfil marks what is owed of a system as answered by an approval.
func (tx *Tx) fulfil(system, assessment string) error {
	var open []Duty
	for d := range duties.Of(tx).Where(bySystem, system).All() {
		if !d.Fulfilled() {
			open = append(open, d)
		}
	}
	for _, d := range open {
		d.FulfilledAt, d.FulfilledBy = tx.Now(), assessment
		if err := duties.Keep(tx, d); err != nil {
			return err
		}
	}
	return nil
}

// Text is the detail as a text that can be told in another language (impact.DetailText).
func (d Duty) Text() issue.Text { return impact.DetailText(d.Detail) }

// eventOf says what happened that called for an assessment.
func eventOf(kind impact.TriggerKind) issue.Text {
	row, known := impact.TriggerByKind(kind)
	if !known {
		return issue.NewText("%s", string(kind))
	}
	return issue.Plain(row.Event)
}

var dutiesOwed = Probe{
	ID: "DU-01", Title: "Assessment owed", Clause: Clause{"8.4"}, Controls: ids("A.5.2"),
	Grading: "minor; major for a live system of high impact",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, d := range duties.Shared(x.r).All() {
			if !x.owedOn(d, x.today) {
				continue
			}
			o := about(KindDuty, d.ID, d.System, d.Due,
				issue.NewText("Since %s an assessment is owed (%s: %s), and %s ended without an answer.", day(x.on(d.Since)), eventOf(d.Trigger), d.Text(), recordOf(KindAssessment, d.Assessment)),
				issue.NewText("Assess the system anew (ReassessSystem), or have somebody else decide that it need not be (WaiveDuty)."))
			if s, ok := systems.Shared(x.r).Get(d.System); ok {
				o.Name, o.Live, o.High = s.Name, live(s), highLevel(x.LevelOf(s.ID))
			}
			if !yield(o) {
				return
			}
		}
	},
}

var assessmentsCalled = Probe{
	ID: "DU-02", Title: "Time or rules call for an assessment", Clause: Clause{"8.4"}, Controls: ids("A.5.2"),
	Grading: "opportunity while the review is near; else minor, and major for a live system of high impact",
	grade: func(o Observation) Severity {
		switch {
		case !o.Grave:
			return SeverityOpportunity
		case o.High && o.Live:
			return SeverityMajor
		}
		return SeverityMinor
	},
	apiece: true,
	look: func(x *index, yield func(Observation) bool) {
		for _, d := range x.DueAssessments(x.now) {
			o := about(KindSystem, d.System, "", calendar.Date{}, issue.NewText("%s: %s.", eventOf(d.Trigger.Kind), d.Trigger.Text()),
				issue.NewText("Take it up (OpenDueAssessments)."))
			o.Grave, o.part = d.Trigger.Kind != impact.TriggerReview, string(d.Trigger.Kind)
			if s, ok := systems.Shared(x.r).Get(d.System); ok {
				o.Name, o.Live, o.High = s.Name, live(s), highLevel(x.LevelOf(s.ID))
			}
			if !yield(o) {
				return
			}
		}
	},
}
