package aims

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Objective is an AI objective (6.2): measurable, owned, dated.
type Objective struct {
	// ID names the objective.
	ID string `json:"id"`
	// Title says what is to be reached.
	Title string `json:"title"`
	// Measure says what is measured, Unit in which unit.
	Measure string `json:"measure"`
	Unit    string `json:"unit,omitempty"`
	// Target is the value to reach; Direction says on which side of it is good.
	Target    float64   `json:"target"`
	Direction Direction `json:"direction"`
	// Owner is the ID of the person who answers for it.
	Owner string `json:"owner"`
	// Due is when it is to be reached.
	Due calendar.Date `json:"due"`
	// IntervalDays is how often it is measured, in days; zero means 92.
	IntervalDays int `json:"interval_days,omitempty"`
	// Controls are those it serves, such as A.6.1.2 or A.9.3.
	Controls []annexa.ID `json:"controls,omitempty"`
	// Measurements are the results, oldest first. MeasureObjective adds to
	// them.
	Measurements []Measurement `json:"measurements,omitempty"`
	// Confirmed are the IDs of those who measured, by what somebody else recorded, and
	// have said so themselves (ConfirmPart); verbs write it.
	Confirmed []string `json:"confirmed,omitempty"`
	// Before are the targets that it had before, oldest first: PutObjective keeps them
	// once the objective has been measured.
	Before []FormerTarget `json:"before,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// FormerTarget is a target that an objective had until a time.
type FormerTarget struct {
	// Target, Direction and Due are as they were, until Until; By replaced them.
	Target    float64       `json:"target"`
	Direction Direction     `json:"direction"`
	Due       calendar.Date `json:"due"`
	Until     time.Time     `json:"until"`
	By        string        `json:"by"`
}

// Eased reports whether a target that was missed at its last measurement was replaced
// by one that is easier to reach, or due later, and when. Days are those of the zone where
// the organisation is.
func (o Objective) Eased(zone *time.Location) (time.Time, bool) {
	for i, f := range slices.Backward(o.Before) {
		next := FormerTarget{Target: o.Target, Direction: o.Direction, Due: o.Due}
		if i+1 < len(o.Before) {
			next = o.Before[i+1]
		}
		last, ok := o.lastBy(calendar.Of(f.Until, zone))
		was := Objective{Target: f.Target, Direction: f.Direction}
		if !ok || was.Met(last.Value) {
			continue
		}
		if next.Direction != f.Direction || (Objective{Target: next.Target, Direction: next.Direction}).Met(last.Value) || next.Due.After(f.Due) ||
			was.Direction == AtLeast && next.Target < f.Target || was.Direction == AtMost && next.Target > f.Target {
			return f.Until, true
		}
	}
	return time.Time{}, false
}

// lastBy returns the latest measurement of a value that held by a day.
func (o Objective) lastBy(d calendar.Date) (Measurement, bool) {
	var last Measurement
	found := false
	for _, m := range o.Measurements {
		if !m.On.After(d) && !m.On.Before(last.On) {
			last, found = m, true
		}
	}
	return last, found
}

// Direction says on which side of a target a value is good.
type Direction string

// The directions.
const (
	AtLeast Direction = "at_least"
	AtMost  Direction = "at_most"
)

// Measurement is one result of measuring an objective (9.1).
type Measurement struct {
	// On is when the value held.
	On calendar.Date `json:"on"`
	// Value is in the objective's unit.
	Value float64 `json:"value"`
	// By is who measured.
	By string `json:"by"`
	// Note says what follows from it; needed where the target is missed and
	// somebody is to know why.
	Note string `json:"note,omitempty"`
}

// Met reports whether a value reaches the target.
func (o Objective) Met(value float64) bool {
	if o.Direction == AtMost {
		return value <= o.Target
	}
	return value >= o.Target
}

// Last returns the latest measurement by date; false if there is none.
func (o Objective) Last() (Measurement, bool) {
	var last Measurement
	for _, m := range o.Measurements {
		if !m.On.Before(last.On) {
			last = m
		}
	}
	return last, len(o.Measurements) > 0
}

// NextMeasurement returns the day on which the next measurement is due: an interval
// after the last; no day, which is at once, if there is none.
func (o Objective) NextMeasurement() calendar.Date {
	last, ok := o.Last()
	if !ok {
		return calendar.Date{}
	}
	days := o.IntervalDays
	if days == 0 {
		days = 92 // a quarter
	}
	return last.On.AddDate(0, 0, days)
}

var objectives = ledger.MustDeclare(ledger.Spec[Objective]{
	Name:   KindObjective,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("due", "measurements.on", "before.due")},
	Key: func(o *Objective) string { return o.ID }, SetKey: func(o *Objective, id string) { o.ID = id },
	Revision: func(o *Objective) *uint64 { return &o.Revision },
	// A measurement each day for ten years; Annex A has 38 controls, and an
	// organisation adds some of its own.
	Limits: within(KindObjective, bounded(lists{"measurements": 4000, "confirmed": 4000, "controls": 200, "before": 500}, "measure")),
	MayDrop: func(_ ledger.Reader, o *Objective) error {
		if last, ok := o.Last(); ok && !o.Met(last.Value) {
			return errors.New("its target is missed; an objective is not dropped for that")
		}
		return nil
	},
	Completes: []string{"before", "confirmed"},
	Check:     checked(checkObjective),
})

// PutObjective adds or revises an objective. Its measurements are those on
// record: a change of them is refused.
func (tx *Tx) PutObjective(o Objective) error {
	return put(tx, "PutObjective", objectives, o, func(o *Objective) error {
		old, _ := objectives.Of(tx).Get(o.ID)
		var is Issues
		if len(o.Measurements) > 0 && !equalMeasurements(o.Measurements, old.Measurements) {
			is.Add("measurements", "verb", strconv.Itoa(len(o.Measurements)), "measurements are added by MeasureObjective and never changed")
		}
		o.Measurements, o.Before, o.Confirmed = old.Measurements, old.Before, old.Confirmed
		if len(old.Measurements) > 0 && (o.Target != old.Target || o.Direction != old.Direction || !o.Due.Equal(old.Due)) {
			o.Before = append(o.Before, FormerTarget{Target: old.Target, Direction: old.Direction, Due: old.Due, Until: tx.Now(), By: tx.By().Actor})
		}
		if len(old.Measurements) > 0 {
			kept(&is, "measure", old.Measure, o.Measure, "what is measured otherwise is another objective")
			kept(&is, "unit", old.Unit, o.Unit, "what is measured otherwise is another objective")
		}
		return is.Err()
	})
}

func equalMeasurements(a, b []Measurement) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].On.Equal(b[i].On) || a[i].Value != b[i].Value || a[i].By != b[i].By || a[i].Note != b[i].Note {
			return false
		}
	}
	return true
}

// MeasureObjective adds a result to an objective.
func (tx *Tx) MeasureObjective(id string, m Measurement) error {
	return revise(tx, "MeasureObjective", objectives, id, func(o *Objective) error {
		if m.By == "" {
			m.By = tx.By().Actor
		}
		switch claimed := slices.Contains(o.measurers(), m.By) && !slices.Contains(o.Confirmed, m.By); {
		case m.By != tx.By().Actor: // whatever they confirmed was not this
			o.Confirmed = slices.DeleteFunc(o.Confirmed, func(p string) bool { return p == m.By })
		case !claimed: // and what others said before stays theirs to confirm
			o.Confirmed = with(o.Confirmed, m.By)
		}
		o.Measurements = append(o.Measurements, m)
		return nil
	})
}

func checkObjective(c checker, o *Objective) {
	c.text("title", o.Title, true)
	c.text("measure", o.Measure, true)
	c.text("unit", o.Unit, false)
	oneOf(c, "direction", o.Direction, []Direction{AtLeast, AtMost})
	c.number("target", o.Target)
	c.person("owner", o.Owner, true)
	if o.Due.IsZero() {
		c.Add("due", "required", "", "say when it is to be reached")
	}
	if o.IntervalDays < 0 || o.IntervalDays > 3660 {
		c.Add("interval_days", "range", strconv.Itoa(o.IntervalDays), "0 (a quarter) to 3660 days")
	}
	c.controls("controls", o.Controls)
	for i, m := range o.Measurements {
		field := issue.Index("measurements", i)
		if m.On.IsZero() {
			c.Add(field+".on", "required", "", "say when the value held")
		}
		c.past(field+".on", m.On)
		c.number(field+".value", m.Value)
		c.text(field+".note", m.Note, false)
	}
}

// number adds an issue if a value is not finite, which JSON can't hold.
func (c checker) number(field string, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		c.Add(field, "finite", strconv.FormatFloat(v, 'g', -1, 64), "must be a finite number")
	}
}

var objectivesSet = Probe{
	ID: "S1-20", Title: "No AI objectives", Clause: Clause{"6.2"}, Controls: ids("A.6.1.2", "A.9.3"),
	Grading: "major",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		if objectives.Shared(x.r).Len() == 0 {
			o := x.whole(calendar.Date{}, issue.NewText("No AI objective has been set."), issue.NewText("Set a few that can be measured (PutObjective)."))
			o.Absent = true
			yield(o)
		}
	},
}

var objectivesMeasured = Probe{
	ID: "S2-23", Title: "Objective not measured or missed", Clause: Clause{"9.1"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, o := range objectives.Shared(x.r).All() {
			var since calendar.Date
			var text issue.Text
			next := issue.NewText("Measure it (MeasureObjective).")
			last, ok := o.Last()
			missed := ok && !o.Met(last.Value) && x.overdue(o.Due)
			switch due := o.NextMeasurement(); { // of the two times that which passed first
			case !ok:
				text = issue.NewText("It has never been measured.")
			case x.overdue(due) && !(missed && o.Due.Before(due)):
				since, text = due, issue.NewText("It was last measured on %s.", day(last.On))
			case missed:
				since, text = o.Due, issue.NewText("Its target %g %s was due on %s; it stands at %g.", o.Target, o.Unit, day(o.Due), last.Value)
				next = issue.NewText("Decide on target, means or action in the management review.")
			default:
				eased, ok := o.Eased(x.zone)
				if !ok {
					continue
				}
				since, text = x.on(eased), issue.NewText("Its target was missed, and has been made easier since.")
				next = issue.NewText("Decide on target, means or action in the management review.")
			}
			if !yield(about(KindObjective, o.ID, o.Title, since, text, next)) {
				return
			}
		}
	},
}
