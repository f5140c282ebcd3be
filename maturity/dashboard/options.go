package dashboard

import (
	"errors"
	"time"

	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
)

// Input is what Compute takes beside the view and the time. A nil *Input, and each zero
// field, means the default.
type Input struct {
	// Model is the maturity model; maturity.DefaultModel by default.
	Model *maturity.Model
	// Catalogue knows the frameworks; crosswalk.Default by default. Frameworks are
	// those that the board sees, in order: iso42001, iso27001 and nist-ai-rmf by
	// default.
	Catalogue  *crosswalk.Catalogue
	Frameworks []string
	// Past is what the journal shows of the past, as PastOf finds it. Without it there
	// is no line of time, and what a year would have to show is unknown.
	Past Past
	// Forecast and Roadmap are drawn where they are given. With PlanFrom, the first day
	// of week 1 of the plan, Compute asks maturity.Roadmap for a roadmap that is not, and
	// with Expect maturity.Forecast for a forecast, which judges some dozen weeks to come.
	// Target is the level that both lead to: by default ML2, and once that is reached ML3.
	Forecast *Forecast
	Roadmap  *Roadmap
	PlanFrom time.Time
	Expect   bool
	Target   maturity.Level
	// Erasures are what has been erased when, from the journal; see ErasuresOf.
	Erasures []Erasure
	// Checkpoint is the last one that was signed (storage/proof), as text; empty if
	// none is kept.
	Checkpoint string
	// Seed and Sample choose which systems the auditor is shown: the same seed draws
	// the same ones, Sample of each impact level, 3 by default.
	Seed   string
	Sample int
	// Horizon is how many days the agenda and the expiries look ahead; 60 by default.
	Horizon int
	// Subjects is how many records a figure names; 12 by default.
	Subjects int

	// Language is that of all sentences of the Screen; English by default. The languages
	// that there are: phrase.Languages.
	Language language.Tag

	ahead  bool      // the moment lies in the future
	follow *follower // what knows the level and the findings; nil if nothing does
	voice  voice     // of Language; that of English where there is none
}

// Forecast is when a level is expected, for drawing.
type Forecast struct {
	// Target is the level, From and To the days between which it is expected.
	Target maturity.Level `json:"target"`
	From   time.Time      `json:"from"`
	To     time.Time      `json:"to"`
	// Planned is the day that the organisation has set itself; zero if none.
	Planned time.Time `json:"planned,omitzero"`
	// Basis says in a sentence what it rests on.
	Basis string `json:"basis,omitempty"`
}

// Roadmap is what is planned to get further, for drawing.
type Roadmap struct {
	// Target is the level that it leads to.
	Target maturity.Level `json:"target"`
	// Steps are its steps in order.
	Steps []RoadStep `json:"steps"`
}

// RoadStep is one step of a roadmap.
type RoadStep struct {
	// Title says what is done.
	Title string `json:"title"`
	// Who does it, as a name; empty if that is open.
	Who string `json:"who,omitempty"`
	// From and To are the days on which it begins and is to be done.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// DoneOn is when it was done; zero while it is open.
	DoneOn time.Time `json:"done_on,omitzero"`
	// Criteria are the IDs of those that it meets.
	Criteria []string `json:"criteria,omitempty"`
}

// filled is the input with the defaults in it.
func (in *Input) filled() Input {
	var out Input
	if in != nil {
		out = *in
	}
	if out.Model == nil {
		m := maturity.DefaultModel()
		out.Model = &m
	}
	if out.Catalogue == nil {
		out.Catalogue = crosswalk.Default()
	}
	if out.Frameworks == nil {
		out.Frameworks = []string{"iso42001", "iso27001", "nist-ai-rmf"}
	}
	if out.Sample == 0 {
		out.Sample = 3
	}
	if out.Horizon == 0 {
		out.Horizon = 60
	}
	if out.Subjects == 0 {
		out.Subjects = 12
	}
	var err error
	if out.voice, err = voiceIn(out.Language); err != nil {
		out.voice = english // check says so
	}
	return out
}

// usable is the input with the defaults in it, where a screen can be worked out with it.
func (in *Input) usable(v *aims.View, now time.Time) (Input, error) {
	var is issue.Issues
	if v == nil {
		is.Add("view", "required", "", "there is no view")
	}
	if now.IsZero() {
		is.Add("now", "required", "", "say as of when")
	}
	if err := is.Err(); err != nil {
		return Input{}, err
	}
	o := in.filled()
	return o, o.check()
}

// check is what can't be used of a filled input.
func (in *Input) check() error {
	var is issue.Issues
	if _, err := voiceIn(in.Language); err != nil {
		errors.As(err, &is)
	}
	for i, id := range in.Frameworks {
		if _, ok := in.Catalogue.Framework(id); !ok {
			is.Add(issue.Index("frameworks", i), "known", id, "the catalogue has no such framework")
		}
	}
	if in.Target < maturity.ML0 || in.Target > maturity.ML3 {
		is.Add("target", "range", english.Number(int(in.Target)), "a level from ML1 to ML3")
	}
	for _, n := range []struct {
		name  string
		value int
	}{{"sample", in.Sample}, {"horizon", in.Horizon}, {"subjects", in.Subjects}} {
		if n.value < 0 || n.value > 10_000 {
			is.Add(n.name, "range", english.Number(n.value), "0 to 10,000")
		}
	}
	return is.Err()
}
