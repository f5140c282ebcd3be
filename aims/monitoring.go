package aims

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Monitoring is one thing that is monitored or measured to see how the management system
// does (9.1): what, how and how often, who measures, who says what the results mean, and the
// results. What an objective is measured by is with the objective, whether a control works
// with its tests, and what shows that one system is watched with its evidence.
type Monitoring struct {
	// ID names it, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Sort says of what it is, What what is looked at, Method how, so that results can be
	// compared.
	Sort   MonitoredSort `json:"sort"`
	What   string        `json:"what"`
	Method string        `json:"method"`
	// Controls and Systems are those that it is about, Supplier is the ID of the supplier;
	// none of what is about the whole.
	Controls []annexa.ID `json:"controls,omitempty"`
	Systems  []string    `json:"systems,omitempty"`
	Supplier string      `json:"supplier,omitempty"`
	// IntervalDays is how often, in days: 1 to 366.
	IntervalDays int `json:"interval_days"`
	// Measurer is the ID of the person or service that measures, Evaluator of the person who
	// says what the results mean. They may be one person (MO-04).
	Measurer  string `json:"measurer"`
	Evaluator string `json:"evaluator"`
	// Tenures say who measured or evaluated it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Unit is in which unit values are, Thresholds within which they are to lie. Where there
	// are thresholds each result is a value; else it is told in words.
	Unit       string      `json:"unit,omitempty"`
	Thresholds []Threshold `json:"thresholds,omitempty"`
	// EndedOn is since when it is not monitored any more; zero while it is.
	EndedOn calendar.Date `json:"ended_on,omitzero"`
	// Authors are the IDs of those who wrote the plan, CreatedAt is when it came on file;
	// verbs set both.
	Authors   []string  `json:"authors,omitempty"`
	CreatedAt time.Time `json:"created_at"`

	// Results are what was seen, Evaluations what that means, in the order in which they
	// were recorded.
	Results     []MonitoringResult     `json:"results,omitempty"`
	Evaluations []MonitoringEvaluation `json:"evaluations,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// MonitoredSort says of what something is monitored.
type MonitoredSort string

// The sorts of what is monitored; a choice of this project after what 9.1 and 9.3.2 name.
const (
	MonitoredControls  MonitoredSort = "controls"
	MonitoredProcesses MonitoredSort = "processes"
	MonitoredSystems   MonitoredSort = "systems"
	MonitoredSuppliers MonitoredSort = "suppliers"
	MonitoredPeople    MonitoredSort = "people"
	MonitoredContext   MonitoredSort = "context" // law, technology, what parties expect
)

// MonitoredSorts returns the sorts in order.
func MonitoredSorts() []MonitoredSort { return slices.Clone(monitoredSorts) }

var monitoredSorts = []MonitoredSort{MonitoredControls, MonitoredProcesses, MonitoredSystems, MonitoredSuppliers, MonitoredPeople, MonitoredContext}

// Threshold is a bound within which values are to lie.
type Threshold struct {
	// Direction says on which side of Value is good.
	Direction Direction `json:"direction"`
	Value     float64   `json:"value"`
}

// MonitoringResult is one result.
type MonitoringResult struct {
	// On is when it held. Value is in the unit, where there are thresholds; Words say what
	// was seen, and have to where there are none.
	On    calendar.Date `json:"on"`
	Value float64       `json:"value,omitempty"`
	Words string        `json:"words,omitempty"`
	// Outside says that it is not as it is to be: by the thresholds at the time, which a
	// verb asks, or where there are none by the word of who measured.
	Outside bool `json:"outside,omitempty"`
	// Evidence are the IDs of what shows it.
	Evidence []string `json:"evidence,omitempty"`
	// By is the ID of the person or service that recorded it, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// MonitoringEvaluation says what the results so far mean.
type MonitoringEvaluation struct {
	// On is when it was looked at, Means what it means for the management system.
	On    calendar.Date `json:"on"`
	Means string        `json:"means"`
	// Nonconformity is the ID of the nonconformity that was raised for it, if any.
	Nonconformity string `json:"nonconformity,omitempty"`
	// Of is how many results it is of, By the ID of the person who looked, At when that was
	// recorded; verbs set them.
	Of int       `json:"of"`
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// RunsOn reports whether it is monitored on a day.
func (m Monitoring) RunsOn(day calendar.Date) bool {
	return m.EndedOn.IsZero() || day.Before(m.EndedOn)
}

// Within reports whether a value lies within the thresholds.
func (m Monitoring) Within(value float64) bool {
	for _, t := range m.Thresholds {
		if !(Objective{Target: t.Value, Direction: t.Direction}).Met(value) {
			return false
		}
	}
	return true
}

// Last returns the latest result by date; false if there is none.
func (m Monitoring) Last() (MonitoringResult, bool) {
	var last MonitoringResult
	for _, r := range m.Results {
		if !r.On.Before(last.On) {
			last = r
		}
	}
	return last, len(m.Results) > 0
}

// Evaluated is of how many results somebody has said what they mean.
func (m Monitoring) Evaluated() int {
	if n := len(m.Evaluations); n > 0 {
		return min(max(0, m.Evaluations[n-1].Of), len(m.Results))
	}
	return 0
}

// nextResult is by when the next result is due: an interval after the last one, or after it
// came on file.
func (m *Monitoring) nextResult(of func(time.Time) calendar.Date) calendar.Date {
	due := of(m.CreatedAt)
	if last, ok := m.Last(); ok {
		due = last.On
	}
	return due.AddDays(m.IntervalDays)
}

// unanswered is the first result outside that nothing followed on: no action that comes from
// it, no nonconformity that an evaluation of it names; save that somebody has said what it
// means, and a later result is as it is to be.
func (m *Monitoring) unanswered(acts []*Action) (MonitoringResult, bool) {
	for n, r := range m.Results {
		if !r.Outside || slices.ContainsFunc(acts, func(a *Action) bool { return a.CancelledAt.IsZero() && !a.SetOn.Before(r.On) }) {
			continue
		}
		named := slices.ContainsFunc(m.Evaluations, func(e MonitoringEvaluation) bool { return e.Of > n && e.Nonconformity != "" })
		better := slices.ContainsFunc(m.Results[n+1:], func(o MonitoringResult) bool { return !o.Outside })
		if !named && !(better && m.Evaluated() > n) {
			return r, true
		}
	}
	return MonitoringResult{}, false
}

// How long results wait for somebody to say what they mean, and one outside for what follows
// on it, until that is found; choices of this project.
const (
	evaluateDays = 31
	answerDays   = 14
)

var monitorings = ledger.MustDeclare(ledger.Spec[Monitoring]{
	Name: KindMonitoring,
	Key:  func(m *Monitoring) string { return m.ID }, SetKey: func(m *Monitoring, id string) { m.ID = id },
	Revision:  func(m *Monitoring) *uint64 { return &m.Revision },
	Completes: []string{"authors", "created_at", "tenures"},
	Carry: handed(func(rec *Monitoring) ([]string, *[]calendar.Tenure) {
		return []string{rec.Measurer, rec.Evaluator}, &rec.Tenures
	}),
	// A result each day for ten years, as of objectives.
	Limits: within(KindMonitoring, bounded(lists{"controls": 200, "thresholds": 2, "authors": 200, "results": 4000, "results.evidence": 50, "evaluations": 500},
		"what", "method", "results.words", "evaluations.means")),
	MayDrop: func(_ ledger.Reader, m *Monitoring) error {
		if len(m.Results) > 0 {
			return errors.New("it was measured; say when it ended (ended_on), and what was seen stays")
		}
		return nil
	},
	Check: checked(checkMonitoring),
})

// PutMonitoring puts on file what is monitored, how, how often and by whom, or revises it.
// Results and evaluations stay; what was measured once is not made another thing, nor measured
// in another way, nor of others in place of those that it was of. That it is
// measured less often, or not any more, is decided by somebody who neither measures nor
// evaluates it.
func (tx *Tx) PutMonitoring(m Monitoring) error {
	old, exists := monitorings.Of(tx).Get(m.ID)
	less := exists && old.silencedBy(&m)
	return putDecidingIf(less, tx, "PutMonitoring", monitorings, m, func(m *Monitoring) error {
		if less {
			if err := tx.right("PutMonitoring", lessOften, Subject{Kind: monitorings.Name(), ID: m.ID}); err != nil {
				return err
			}
		}
		m.Authors, m.Results, m.Evaluations, m.CreatedAt = with(old.Authors, tx.By().Actor), old.Results, old.Evaluations, tx.Now()
		var is Issues
		if exists {
			m.CreatedAt = old.CreatedAt
		}
		if len(old.Results) > 0 {
			const instead = "what is measured otherwise is another monitoring"
			kept(&is, "what", old.What, m.What, instead)
			kept(&is, "unit", old.Unit, m.Unit, instead)
			if !sameText(old.Method, m.Method) {
				kept(&is, "method", old.Method, m.Method, instead)
			}
			if old.Supplier != "" {
				kept(&is, "supplier", old.Supplier, m.Supplier, instead)
			}
			staysOf(&is, "controls", old.Controls, m.Controls)
			staysOf(&is, "systems", old.Systems, m.Systems)
		}
		return is.Err()
	})
}

// staysOf adds an issue for what results were of and would be no more.
func staysOf[T comparable](is *Issues, field string, was, now []T) {
	for _, e := range was {
		if !slices.Contains(now, e) {
			is.Add(field, "kept", fmt.Sprint(e), "there are results of it; what is measured otherwise is another monitoring")
		}
	}
}

// lessOften is when PutMonitoring decides.
const lessOften = "it is measured less often, or not any more"

// silencedBy reports whether a result is due later by another plan than by this one, or never.
func (m *Monitoring) silencedBy(next *Monitoring) bool {
	ends := !next.EndedOn.IsZero() && (m.EndedOn.IsZero() || next.EndedOn.Before(m.EndedOn))
	return next.IntervalDays > m.IntervalDays || ends
}

// RecordMonitoring records a result. Whether it lies outside the thresholds is seen by those
// of the day; another threshold later makes no other result of it.
func (tx *Tx) RecordMonitoring(id string, r MonitoringResult) error {
	return revise(tx, "RecordMonitoring", monitorings, id, func(m *Monitoring) error {
		var is Issues
		switch {
		case r.On.IsZero():
			is.Add("on", "required", "", "say when it held")
		case r.On.After(tx.Today()):
			is.Add("on", "past", r.On.String(), "says what happened, so it can't be after %s", tx.Today().String())
		case !m.RunsOn(r.On):
			is.Add("on", "order", r.On.String(), "it ended on %s", m.EndedOn.String())
		}
		if len(m.Thresholds) > 0 {
			r.Outside = !m.Within(r.Value)
		} else {
			saying(&is, "words", r.Words)
		}
		r.By, r.At, r.Evidence = tx.By().Actor, tx.Now(), slices.Clone(r.Evidence)
		m.Results = append(m.Results, r)
		return is.Err()
	})
}

// EvaluateMonitoring says what the results on file mean, up to the last one before this
// commit; so it was looked at on no day before them. What follows on them is set by PutAction, or raised by RaiseNonconformity and
// named here.
func (tx *Tx) EvaluateMonitoring(id string, e MonitoringEvaluation) error {
	return decide(tx, "EvaluateMonitoring", monitorings, id, func(m *Monitoring) error {
		if len(m.Results) == 0 {
			return ledger.Refuse(ErrState, "there is no result; record one first (RecordMonitoring)")
		}
		var is Issues
		saying(&is, "means", e.Means)
		switch {
		case e.On.IsZero():
			is.Add("on", "required", "", "say when it was looked at")
		case e.On.After(tx.Today()):
			is.Add("on", "past", e.On.String(), "says what happened, so it can't be after %s", tx.Today().String())
		case e.On.Before(tx.DayOf(m.CreatedAt)):
			is.Add("on", "order", e.On.String(), "it is on file since %s", tx.DayOf(m.CreatedAt).String())
		}
		for i, r := range m.Results[m.Evaluated():] { // what was evaluated before was looked at before
			if !e.On.IsZero() && e.On.Before(r.On) {
				is.Add("on", "order", e.On.String(), "it is of result %d as well, which held on %s", m.Evaluated()+i+1, r.On.String())
				break
			}
		}
		if n, ok := nonconformities.Shared(tx).Get(e.Nonconformity); ok && !n.Open() {
			closed := tx.DayOf(n.Verification.On)
			for _, r := range m.Results {
				if r.Outside && r.On.After(closed) {
					is.Add("nonconformity", "closed", e.Nonconformity, "it was closed on %s, before the result of %s", closed.String(), r.On.String())
					break
				}
			}
		}
		e.Of, e.By, e.At = len(m.Results), tx.By().Actor, tx.Now()
		m.Evaluations = append(m.Evaluations, e)
		return is.Err()
	})
}

func checkMonitoring(c checker, m *Monitoring) {
	c.says("title", m.Title, true)
	c.says("what", m.What, true)
	c.says("method", m.Method, true)
	oneOf(c, "sort", m.Sort, MonitoredSorts())
	c.controls("controls", m.Controls)
	c.systems("systems", m.Systems)
	if m.Supplier != "" && !c.has(suppliers.Name(), m.Supplier) {
		c.Add("supplier", "record", m.Supplier, "no such supplier on file")
	}
	if m.IntervalDays < 1 || m.IntervalDays > year+1 {
		c.Add("interval_days", "range", strconv.Itoa(m.IntervalDays), "1 to %d days: a management review has results each year", year+1)
	}
	if m.EndedOn.IsZero() {
		if m.Measurer == "" || !c.has(KindService, m.Measurer) {
			c.person("measurer", m.Measurer, true)
		}
		c.person("evaluator", m.Evaluator, true)
	}
	c.text("unit", m.Unit, false)
	for i, t := range m.Thresholds {
		field := issue.Index("thresholds", i)
		oneOf(c, field+".direction", t.Direction, []Direction{AtLeast, AtMost})
		c.number(field+".value", t.Value)
		if slices.ContainsFunc(m.Thresholds[:i], func(o Threshold) bool { return o.Direction == t.Direction }) {
			c.Add(field+".direction", "repeated", string(t.Direction), "is there already")
		}
	}
	for i, r := range m.Results {
		field := issue.Index("results", i)
		c.number(field+".value", r.Value)
		for j, id := range r.Evidence {
			if !c.has(KindEvidence, id) {
				c.Add(issue.Index(field+".evidence", j), "record", id, "no such evidence on file")
			}
		}
	}
	for i, e := range m.Evaluations {
		if e.Of < 1 || e.Of > len(m.Results) {
			c.Add(issue.Index("evaluations", i)+".of", "range", strconv.Itoa(e.Of), "1 to %d", len(m.Results))
		}
		if e.Nonconformity != "" && !c.has(KindNonconformity, e.Nonconformity) {
			c.Add(issue.Index("evaluations", i)+".nonconformity", "record", e.Nonconformity, "no such nonconformity on file")
		}
	}
	c.past("ended_on", m.EndedOn)
}

// measuring is who measures, for what is late: a person, or who evaluates where a service
// does.
func (x *index) measuring(m *Monitoring) string {
	if people.Shared(x.r).Has(m.Measurer) {
		return m.Measurer
	}
	return m.Evaluator
}

var monitoringResults = Probe{
	ID: "MO-01", Title: "Result of what is monitored is late", Clause: Clause{"9.1"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for id, m := range monitorings.Shared(x.r).All() {
			due := m.nextResult(x.on)
			if !m.RunsOn(x.today) || !x.overdue(due) {
				continue
			}
			text := issue.NewText("It has never been measured; the first result was due by %s.", day(due))
			if last, ok := m.Last(); ok {
				text = issue.NewText("It was last measured on %s, and again by %s.", day(last.On), day(due))
			}
			if !yield(about(monitorings.Name(), id, m.Title, due, text, issue.NewText("Measure it (RecordMonitoring), or say since when it is not monitored (PutMonitoring).")).by("", x.measuring(m))) {
				return
			}
		}
	},
}

var monitoringEvaluated = Probe{
	ID: "MO-02", Title: "Results of what is monitored that nobody has evaluated", Clause: Clause{"9.1"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for id, m := range monitorings.Shared(x.r).All() {
			n := m.Evaluated()
			if n == len(m.Results) {
				continue
			}
			due := x.on(m.Results[n].At).AddDays(evaluateDays)
			if x.overdue(due) && !yield(about(monitorings.Name(), id, m.Title, due, issue.NewText("Of %d results nobody has said what they mean; the first is of %s.", len(m.Results)-n, day(m.Results[n].On)),
				issue.NewText("Say what they mean (EvaluateMonitoring).")).by("", m.Evaluator)) {
				return
			}
		}
	},
}

var monitoringAnswered = Probe{
	ID: "MO-03", Title: "Result outside its thresholds that nothing followed on", Clause: Clause{"9.1"},
	Grading: "minor; major once it is three months old",
	grade:   majorIf(func(o Observation) bool { return lateBy(o, late) }),
	look: func(x *index, yield func(Observation) bool) {
		of := make(map[string][]*Action)
		for _, a := range actions.Shared(x.r).All() {
			if a.Source.Kind == monitorings.Name() {
				of[a.Source.ID] = append(of[a.Source.ID], a)
			}
		}
		for id, m := range monitorings.Shared(x.r).All() {
			r, found := m.unanswered(of[id])
			due := r.On.AddDays(answerDays)
			if !found || !x.overdue(due) {
				continue
			}
			if !yield(about(monitorings.Name(), id, m.Title, due, issue.NewText("The result of %s was not as it is to be, and neither an action nor a nonconformity followed on it.", day(r.On)),
				issue.NewText("Set an action (PutAction), or raise a nonconformity and name it (RaiseNonconformity, EvaluateMonitoring).")).by("", m.Evaluator)) {
				return
			}
		}
	},
}

var monitoringApart = Probe{
	ID: "MO-04", Title: "Nobody but who measures has ever looked at the results", Clause: Clause{"9.1"},
	Grading: "opportunity: that is allowed, and a second pair of eyes sees more",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		for id, m := range monitorings.Shared(x.r).All() {
			due := x.on(m.CreatedAt).AddDays(year)
			if !m.RunsOn(x.today) || len(m.Evaluations) == 0 || !x.overdue(due) || slices.ContainsFunc(m.Evaluations, func(e MonitoringEvaluation) bool {
				return !slices.ContainsFunc(m.Results, func(r MonitoringResult) bool { return x.same(r.By, e.By) })
			}) {
				continue
			}
			if !yield(about(monitorings.Name(), id, m.Title, due, issue.NewText("%d evaluations, each by somebody who measured as well.", len(m.Evaluations)),
				issue.NewText("Have somebody else say what the results mean (EvaluateMonitoring)."))) {
				return
			}
		}
	},
}
