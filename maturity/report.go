package maturity

import (
	"cmp"
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
)

// Report is what Evaluate finds: the level, and everything it rests on.
type Report struct {
	// Model and ModelVersion name the model that was used.
	Model        string `json:"model"`
	ModelVersion string `json:"model_version"`
	// At is the moment as of which it holds, in UTC.
	At time.Time `json:"at"`
	// Level is the highest level of which every applicable criterion, and
	// every one of the levels below it, is met. Name is what to call it.
	Level Level  `json:"level"`
	Name  string `json:"name"`
	// Plus says that at least half the way to the next level is done; for
	// display only.
	Plus bool `json:"plus"`
	// Progress is how far each of ML1 to ML3 has come.
	Progress []Progress `json:"progress"`
	// Criteria are the results, in the order of the model.
	Criteria []Result `json:"criteria"`
	// Areas are the levels of the nine areas of Annex A.
	Areas []Area `json:"areas"`
	// Phases are the levels of the phases of Plan-Do-Check-Act.
	Phases []PhaseLevel `json:"phases"`
	// Steps say how far each step of the path is done.
	Steps []StepProgress `json:"steps"`
	// Unknowns is of how many criteria it can't be told.
	Unknowns int `json:"unknowns"`
	// Imported is how many of the decisions on file an import brought, which count
	// on the word of who exported them; aims.View.ImportedDecisions lists them.
	Imported int `json:"imported,omitempty"`
	// Declared is how many of the decisions on file the rules as they are would not have
	// let: they count on the word of who typed them; aims.View.DeclaredDecisions lists them.
	Declared int `json:"declared,omitempty"`
	// Combined is who holds two roles that keep each other in check, and what makes up
	// for it where few work: what the level rests on there.
	Combined []aims.Combined `json:"combined,omitempty"`
	// NextDrop is when the level next falls if nothing is renewed; nil if
	// time alone does not lower it.
	NextDrop *Drop `json:"next_drop,omitempty"`
}

// copied is the report with nothing in it that another one shares.
func (r Report) copied() Report {
	r.Progress, r.Areas, r.Phases, r.Steps = slices.Clone(r.Progress), slices.Clone(r.Areas), slices.Clone(r.Phases), slices.Clone(r.Steps)
	r.Criteria = slices.Clone(r.Criteria)
	for i := range r.Criteria {
		c := &r.Criteria[i]
		c.Text, c.Failing, c.Grace = c.Text.Clone(), copiedFailures(c.Failing), slices.Clone(c.Grace)
		for j := range c.Grace {
			c.Grace[j].Text = c.Grace[j].Text.Clone()
		}
	}
	if r.NextDrop != nil {
		drop := *r.NextDrop
		drop.Because = slices.Clone(drop.Because)
		for i := range drop.Because {
			drop.Because[i].Failing = copiedFailures(drop.Because[i].Failing)
		}
		r.NextDrop = &drop
	}
	return r
}

func copiedFailures(all []Failure) []Failure {
	all = slices.Clone(all)
	for i := range all {
		all[i].Text = all[i].Text.Clone()
	}
	return all
}

// Progress is how far one level has come.
type Progress struct {
	Level Level `json:"level"`
	// Percent is the share of its criteria by weight, rounded down; a level
	// that is not reached never shows 100.
	Percent int `json:"percent"`
	// Met of Applicable criteria hold.
	Met        int `json:"met"`
	Applicable int `json:"applicable"`
}

// Result is one criterion and what came of it.
type Result struct {
	Criterion
	Outcome
	// ResultBasis says on whose word this result rests; it is Audited once an
	// internal audit of the last year covered the criterion's clauses.
	ResultBasis Basis `json:"result_basis"`
}

// Area is one area of Annex A.
type Area struct {
	// ID is the area's number, such as "A.5"; Title its title.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Applicable is false if all its controls were left out for good reason;
	// the area has no level then.
	Applicable bool `json:"applicable"`
	// Level is the highest level of which all criteria that bear on the area
	// are met, as far as they concern it.
	Level Level `json:"level"`
	// Met of Of criteria of all levels that bear on it are met.
	Met int `json:"met"`
	Of  int `json:"of"`
}

// PhaseLevel is one phase of Plan-Do-Check-Act.
type PhaseLevel struct {
	Phase aims.Phase `json:"phase"`
	// Level is the highest level of which all criteria of the phase are met. A
	// phase that a level asks nothing of stays where it was.
	Level Level `json:"level"`
	// Met of Of criteria of all levels are met.
	Met int `json:"met"`
	Of  int `json:"of"`
}

// StepProgress is how far one step of the path is done.
type StepProgress struct {
	// Step is the number of the step, Title what to call it.
	Step  int    `json:"step"`
	Title string `json:"title"`
	// Percent is the share of its criteria by weight, rounded down.
	Percent int `json:"percent"`
	// Met of Of criteria hold.
	Met int `json:"met"`
	Of  int `json:"of"`
}

// Drop is a fall of the level to come.
type Drop struct {
	// After is the last moment at which the level holds.
	After time.Time `json:"after"`
	// To is the level from then on.
	To Level `json:"to"`
	// Because are the criteria that stop being met, with what fails them.
	Because []Cause `json:"because"`
}

// Cause is one criterion that stops being met, and the subjects that fail it
// then.
type Cause struct {
	// Criterion is its ID, Title what to call it, Failing what fails it.
	Criterion string    `json:"criterion"`
	Title     string    `json:"title"`
	Failing   []Failure `json:"failing,omitempty"`
}

// NextStep is one thing to do next.
type NextStep struct {
	// Criterion and Title name what it meets, Level the level that asks for it
	// and Weight how much it weighs there.
	Criterion string `json:"criterion"`
	Title     string `json:"title"`
	Level     Level  `json:"level"`
	Weight    int    `json:"weight"`
	// Found says in English what is missing, FoundText the same as format and arguments; Do
	// what to do about it.
	Found     string     `json:"found"`
	FoundText issue.Text `json:"found_text"`
	Do        string     `json:"do"`
	// Subjects are the records concerned.
	Subjects []Failure `json:"subjects,omitempty"`
	// Gain is by how many points of a hundred the progress to its level grows once it is
	// met; Effort how many days of work that takes, by WorkTable.
	Gain   float64 `json:"gain"`
	Effort float64 `json:"effort"`
	// Waits are the IDs of the criteria that are to be met before it can be begun, and are
	// not.
	Waits []string `json:"waits,omitempty"`
}

// Result returns the result of a criterion; false if the model has none of
// that ID.
func (r Report) Result(id string) (Result, bool) {
	for _, c := range r.Criteria {
		if c.ID == id {
			return c, true
		}
	}
	return Result{}, false
}

// Blockers returns the criteria that keep the next level from being reached,
// in the order of the model: all of them must be met for it. None on ML3.
func (r Report) Blockers() []Result { return r.BlockersTo(r.Level + 1) }

// BlockersTo returns the criteria that keep a level from being reached, those
// of lower levels among them.
func (r Report) BlockersTo(l Level) []Result {
	var out []Result
	for _, c := range r.Criteria {
		if c.Criterion.Level <= l && !c.State.Holds() {
			out = append(out, c)
		}
	}
	return out
}

// ProgressTo returns the percentage that a level has reached; 100 for ML0.
func (r Report) ProgressTo(l Level) int {
	for _, p := range r.Progress {
		if p.Level == l {
			return p.Percent
		}
	}
	return 100
}

// LevelIf returns what the level would be if some more criteria were met.
func (r Report) LevelIf(met ...string) Level {
	return reached(r.Criteria, func(c Result) bool { return c.State.Holds() || slices.Contains(met, c.ID) })
}

// Next returns the n things to do next: for the lowest level first, there the
// heaviest first, then what is nearest to being done. All of them if n is
// negative.
func (r Report) Next(n int) []NextStep {
	var open []Result
	for _, c := range r.Criteria {
		if !c.State.Holds() {
			open = append(open, c)
		}
	}
	slices.SortStableFunc(open, func(a, b Result) int {
		return cmp.Or(cmp.Compare(a.Criterion.Level, b.Criterion.Level), cmp.Compare(b.Weight, a.Weight), cmp.Compare(b.Fraction(), a.Fraction()))
	})
	if n >= 0 && n < len(open) {
		open = open[:n]
	}
	out := make([]NextStep, len(open))
	for i, c := range open {
		out[i] = NextStep{Criterion: c.ID, Title: c.Title, Level: c.Criterion.Level, Weight: c.Weight,
			Found: c.Message, FoundText: c.Text, Do: c.Criterion.Next, Subjects: c.Failing,
			Gain: r.gain(c), Effort: effortOf(c), Waits: r.waits(c)}
	}
	return out
}

// NextByGain returns the n things to do next by gain over effort: for the lowest level
// first, there what waits for nothing else, there what brings most for a day of work. All
// of them if n is negative.
func (r Report) NextByGain(n int) []NextStep {
	all := r.Next(-1)
	perDay := func(s NextStep) float64 { return s.Gain / max(s.Effort, 0.25) }
	slices.SortStableFunc(all, func(a, b NextStep) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(min(1, len(a.Waits)), min(1, len(b.Waits))), cmp.Compare(perDay(b), perDay(a)))
	})
	if n >= 0 && n < len(all) {
		all = all[:n]
	}
	return all
}

// gain is what meeting a criterion adds to the progress to its level, in points of a
// hundred.
func (r Report) gain(c Result) float64 {
	total := 0
	for _, o := range r.Criteria {
		if o.Criterion.Level == c.Criterion.Level && o.State != StateNotApplicable {
			total += o.Weight
		}
	}
	if total <= 0 {
		return 0
	}
	return 100 * float64(c.Weight) * (1 - c.credit()) / float64(total)
}

// effortOf is how many days of work it takes to meet a criterion.
func effortOf(c Result) float64 {
	w := workOf(c.Criterion)
	return w.Effort + w.Each*float64(len(c.Failing))
}

// waits are the criteria that a criterion waits for.
func (r Report) waits(c Result) (ids []string) {
	for _, w := range workOf(c.Criterion).After {
		for _, o := range r.Criteria {
			first := o.ID == w.Criterion || w.Criterion == "" && o.Criterion.Level <= w.Level
			if first && o.ID != c.ID && !o.State.Holds() {
				ids = append(ids, o.ID)
			}
		}
	}
	return ids
}

// Graced is one system in grace and the criterion that spares it.
type Graced struct {
	Grace
	Criterion string `json:"criterion"`
}

// Graces lists the systems in grace, so that sparing them hides nothing:
// soonest end first.
func (r Report) Graces() []Graced {
	var out []Graced
	for _, c := range r.Criteria {
		for _, g := range c.Grace {
			out = append(out, Graced{Grace: g, Criterion: c.ID})
		}
	}
	slices.SortStableFunc(out, func(a, b Graced) int { return a.Until.Compare(b.Until) })
	return out
}

// reached returns the highest level all criteria up to which hold.
func reached(criteria []Result, holds func(Result) bool) Level {
	level := ML3
	for _, c := range criteria {
		if c.Criterion.Level <= level && !holds(c) {
			level = c.Criterion.Level - 1
		}
	}
	return level
}
