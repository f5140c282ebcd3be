package maturity

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
)

// Evaluate judges a management system as of a moment. It is a pure function:
// the same model, view, moment and history give the same Report.
//
// What is on file with a date after now does not count, so an older now can be
// asked of a newer view; what was on file then is better asked of
// aims.Manager.At. A now to come shows what runs out by then.
//
// Of what View.For shows a reader the level is that of the whole all the same, and
// the Report says no more of what the reader does not see than Report.For.
//
// The history is for criteria over time (ML2.22, ML3.01, ML3.02, ML3.06): what the
// journal shows of the past, which Past finds. It counts as far as it lies before the
// view in the same journal and was judged by the same model; if it does not, ML3.01
// says why. What it would have to show is unknown without it.
func Evaluate(m Model, v *aims.View, now time.Time, history ...History) Report {
	entire := unredacted.Of(v).(*aims.View)
	before := pastOf(m, entire, history)
	r, in := judge(m, entire, now, before)
	r.summarize(m, in)
	r.Imported = len(entire.ImportedDecisions())
	r.Declared = len(entire.DeclaredDecisions())
	r.Combined = entire.Combined(now)
	if r.NextDrop = nextDrop(r, entire, aheadOf(m, in)); entire != v {
		return r.For(v)
	}
	return r
}

// judge finds the level, and what came of each criterion.
func judge(m Model, v *aims.View, now time.Time, before past) (Report, *Input) {
	return judgeWithout(m, v, now, before, nil)
}

// judgeWithout is judge with the time of some records taken to be over.
func judgeWithout(m Model, v *aims.View, now time.Time, before past, lapsed map[aims.Subject]bool) (Report, *Input) {
	in := newInput(m, v, now, before, lapsed)
	r := Report{Model: m.ID, ModelVersion: m.Version, At: in.Now, Criteria: make([]Result, len(m.Criteria)), Steps: []StepProgress{}}
	bases := in.bases()
	run := func(want func(Level) bool) {
		for i, c := range m.Criteria {
			if want(c.Level) {
				r.Criteria[i] = Result{Criterion: c, Outcome: judgeOne(c, in), ResultBasis: bases[i]}
			}
		}
	}
	holds := func(c Result) bool { return c.State.Holds() }
	run(func(l Level) bool { return l < ML3 })
	in.reached = reachedBelow(r.Criteria)
	run(func(l Level) bool { return l >= ML3 })
	r.Level = reached(r.Criteria, holds)
	return r, in
}

// summarize works out what else a report says, from the level and the criteria.
func (r *Report) summarize(m Model, in *Input) {
	r.Name = m.level(r.Level).Name
	for _, l := range Levels()[1:] {
		p := Progress{Level: l}
		p.Percent, p.Met, p.Applicable = progress(r.Criteria, func(c Result) bool { return c.Criterion.Level == l })
		if r.Level < l {
			p.Percent = min(p.Percent, 99)
		}
		r.Progress = append(r.Progress, p)
	}
	r.Plus = r.Level < ML3 && r.ProgressTo(r.Level+1) >= 50
	for _, c := range r.Criteria {
		if c.State == StateUnknown {
			r.Unknowns++
		}
	}
	r.Areas, r.Phases = areas(r.Criteria, in), phases(r.Criteria)
	for _, s := range m.Steps {
		p := StepProgress{Step: s.Step, Title: s.Title}
		p.Percent, p.Met, p.Of = progress(r.Criteria, func(c Result) bool { return c.Step == s.Step })
		if p.Met < p.Of {
			p.Percent = min(p.Percent, 99)
		}
		r.Steps = append(r.Steps, p)
	}
}

func judgeOne(c Criterion, in *Input) Outcome {
	p := c.judge()
	if p == nil {
		o := Outcome{State: StateUnknown}
		o.say(issue.NewText("Nothing judges this criterion."))
		return o
	}
	if c.Parameters != nil {
		in = in.with(c.Parameters.clone())
	}
	o := p(in)
	switch o.State {
	case StateMet, StateNotMet, StateNotApplicable, StateUnknown:
	default:
		o.State = StateUnknown
	}
	o.complete()
	return o
}

// progress returns the credit of some criteria by weight in percent, rounded
// down, and how many of the applicable ones are met.
func progress(criteria []Result, want func(Result) bool) (percent, met, of int) {
	var credit, total float64
	for _, c := range criteria {
		if !want(c) || c.State == StateNotApplicable {
			continue
		}
		of++
		if c.State == StateMet {
			met++
		}
		credit += float64(c.Weight) * c.credit()
		total += float64(c.Weight)
	}
	switch {
	case met == of || total <= 0:
		return 100, met, of // nothing is open
	default:
		return int(math.Floor(100 * credit / total)), met, of
	}
}

// bases are on whose word the results of the criteria rest: Audited where internal audits
// of the last year covered all clauses of one.
func (in *Input) bases() []Basis {
	all := make([]Basis, len(in.model.Criteria))
	done, until := in.audits()
	for i, c := range in.model.Criteria {
		all[i] = c.Basis
		if len(c.Clauses) > 0 && !slices.ContainsFunc(c.Clauses, func(cl aims.Clause) bool {
			_, missing := covered(done, until, cl)
			return len(missing) > 0
		}) {
			all[i] = Audited
		}
	}
	return all
}

// areas returns the level of each area of Annex A: that up to which all
// criteria hold that bear on it. Of a criterion judged control by control only
// what fails the area's own controls, or fails it as a whole, counts.
func areas(criteria []Result, in *Input) []Area {
	excluded := make(map[string]bool)
	for _, d := range in.decisions() {
		o := d.Control.Objective()
		if _, seen := excluded[o]; !seen {
			excluded[o] = true
		}
		if d.Applicability != annexa.Excluded {
			excluded[o] = false
		}
	}
	var out []Area
	for _, o := range annexa.Objectives() {
		a := Area{ID: o.ID, Title: o.Title, Applicable: !excluded[o.ID], Level: ML3}
		for _, c := range criteria {
			if c.State == StateNotApplicable || !slices.Contains(c.Areas(), a.ID) {
				continue
			}
			a.Of++
			if holdsIn(c, a.ID) {
				a.Met++
			} else if c.Criterion.Level <= a.Level {
				a.Level = c.Criterion.Level - 1
			}
		}
		if !a.Applicable {
			a.Level = ML0
		}
		out = append(out, a)
	}
	return out
}

// holdsIn reports whether a criterion holds as far as it concerns an area.
func holdsIn(c Result, area string) bool {
	if c.State.Holds() {
		return true
	}
	if !c.PerControl || len(c.Failing) == 0 {
		return false
	}
	return !slices.ContainsFunc(c.Failing, func(f Failure) bool {
		return f.Subject.Kind != aims.KindDecision || strings.HasPrefix(f.Subject.ID, area+".")
	})
}

// phases returns the level of each phase: it climbs with each level that asks
// something of the phase and gets it.
func phases(criteria []Result) []PhaseLevel {
	var out []PhaseLevel
	for _, phase := range aims.Phases() {
		p := PhaseLevel{Phase: phase}
		climbing := true
		for _, l := range Levels()[1:] {
			asks, met := 0, 0
			for _, c := range criteria {
				if c.Phase != phase || c.Criterion.Level != l || c.State == StateNotApplicable {
					continue
				}
				asks++
				if c.State == StateMet {
					met++
				}
			}
			p.Of += asks
			p.Met += met
			switch {
			case asks == 0:
			case met < asks:
				climbing = false
			case climbing:
				p.Level = l
			}
		}
		out = append(out, p)
	}
	return out
}

// mostLooks bounds how often nextDrop looks ahead. The default model needs one
// look; a predicate of an embedder's own may say Until too soon.
const mostLooks = 32

// nextDrop finds when the level of a report next falls with nothing renewed. Each criterion
// says until when it stays met, so the level can fall only at the earliest of these, and
// by those alone that end then; of a view that shows what came after now, by any. Ahead
// judges one of them, by its place, at a time to come, with the level that the criteria
// below ML3 then reach.
func nextDrop(r Report, v *aims.View, ahead func(then time.Time) func(i int, reached Level) Outcome) *Drop {
	any := v.Time().After(r.At)
	then := slices.Clone(r.Criteria)
	for range mostLooks {
		if r.Level == ML0 {
			return nil
		}
		var until time.Time
		for _, c := range then {
			if c.Criterion.Level <= r.Level && c.State == StateMet {
				until = sooner(until, c.Until)
			}
		}
		if until.IsZero() || until.Before(r.At) {
			return nil
		}
		judge := ahead(until.Add(time.Nanosecond))
		below := reachedBelow(then)
		look := func(want func(Result) bool) {
			for i, c := range then {
				if c.Criterion.Level <= r.Level && c.State.Holds() && want(c) {
					then[i].Outcome = judge(i, below)
				}
			}
		}
		ends := func(c Result) bool {
			return any || c.State == StateMet && c.Until.Equal(until) || c.State == StateNotApplicable && c.judgedBy() == ""
		}
		look(func(c Result) bool { return c.Criterion.Level < ML3 && ends(c) })
		was := below
		below = reachedBelow(then)
		look(func(c Result) bool { return c.Criterion.Level >= ML3 && (ends(c) || below != was) })
		holds := func(c Result) bool { return c.State.Holds() }
		if to := reached(then, holds); to < r.Level {
			d := &Drop{After: until, To: to}
			for i, c := range then {
				if c.Criterion.Level <= r.Level && !holds(c) && holds(r.Criteria[i]) {
					d.Because = append(d.Because, Cause{Criterion: c.ID, Title: c.Title, Failing: c.Failing})
				}
			}
			return d
		}
	}
	return nil
}

// aheadOf judges criteria at times to come by the records of an input.
func aheadOf(m Model, in *Input) func(time.Time) func(int, Level) Outcome {
	return func(then time.Time) func(int, Level) Outcome {
		at := in.ahead(then)
		return func(i int, reached Level) Outcome {
			at.reached = reached
			return judgeOne(m.Criteria[i], at)
		}
	}
}

// reachedBelow is the level that the criteria below ML3 reach.
func reachedBelow(criteria []Result) Level {
	level := ML2
	for _, c := range criteria {
		if c.ID != "" && c.Criterion.Level <= level && !c.State.Holds() {
			level = c.Criterion.Level - 1
		}
	}
	return level
}

// nonempty asks of all together that there is an active system.
func nonempty(in *Input, t *Tally) { t.nonempty(in) }

// bySystem asks something of each active system.
func bySystem(each func(*Input, *Tally, *system)) func(*Input, *Tally) {
	return func(in *Input, t *Tally) {
		for _, s := range in.index().all {
			if in.apart == nil {
				each(in, t, s)
				continue
			}
			var own Tally
			each(in, &own, s)
			in.apart(s, &own)
		}
	}
}

// eachSystem judges the active systems one by one, of which there has to be one. It says how
// many of them are as a phrase has it.
func (in *Input) eachSystem(each func(*Input, *Tally, *system), phrase issue.Text) Outcome {
	return in.apiece(nonempty, bySystem(each), func(_ *Input, t *Tally) Outcome { return t.count(phrase) })
}

// apiece judges what is of systems one by one: it asks first of all together, then of each,
// and makes the outcome of what came of both. Of all systems together each asks what it
// asks of one after the other, by ID.
func (in *Input) apiece(first, each func(*Input, *Tally), outcome func(*Input, *Tally) Outcome) Outcome {
	var t Tally
	if first != nil {
		first(in, &t)
	}
	if in.pieces != nil {
		in.pieces.ask(each, &t)
	} else {
		each(in, &t)
	}
	return outcome(in, &t)
}
