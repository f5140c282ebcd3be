package maturity

import (
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
)

// State is what came of judging a criterion.
type State string

// The states. Only StateMet counts towards a level; StateNotApplicable leaves
// the criterion out of it. StateUnknown says that it can't be told from what
// is on file: that is not "met", and not "not met" either.
const (
	StateMet           State = "met"
	StateNotMet        State = "not_met"
	StateNotApplicable State = "not_applicable"
	StateUnknown       State = "unknown"
)

// Holds reports whether the state does not stand in the way of a level.
func (s State) Holds() bool { return s == StateMet || s == StateNotApplicable }

// Basis says on whose word a result rests, from weakest to strongest.
type Basis string

// The bases.
const (
	// SelfDeclared: whoever entered it says so.
	SelfDeclared Basis = "self_declared"
	// SecondPerson: somebody other than the author approved it.
	SecondPerson Basis = "second_person_reviewed"
	// Audited: an internal audit of the last year covered its clauses.
	Audited Basis = "independently_audited"
)

// bases are all of them.
var bases = []Basis{SelfDeclared, SecondPerson, Audited}

// Failure is one subject that keeps a criterion from being met.
type Failure struct {
	// Subject is the record, or the management system as a whole (kind
	// "organisation").
	Subject aims.Subject `json:"subject"`
	// Name is what people call it.
	Name string `json:"name,omitempty"`
	// Why says in English what is wrong with it, Text the same as format and arguments.
	Why  string     `json:"why"`
	Text issue.Text `json:"text"`
	// Unknown says that it can't be told whether something is wrong.
	Unknown bool `json:"unknown,omitempty"`
}

// Grace is one system that a search found lately and that a criterion does not
// count against the organisation yet.
type Grace struct {
	// Subject is the system, Name what people call it.
	Subject aims.Subject `json:"subject"`
	Name    string       `json:"name,omitempty"`
	// Lacks says in English what it will fail for, Text the same as format and arguments.
	Lacks string     `json:"lacks"`
	Text  issue.Text `json:"text"`
	// Until is the last moment of grace.
	Until time.Time `json:"until"`
}

// Outcome is what a predicate says of a criterion. Predicates of one's own
// are easiest written with a Tally.
type Outcome struct {
	// State is what came of it.
	State State `json:"state"`
	// Met of Of subjects meet it; both are 0 where there is none to judge.
	Met int `json:"met"`
	Of  int `json:"of"`
	// Unknown is of how many of the others it can't be told.
	Unknown int `json:"unknown"`
	// Failing are the subjects that do not meet it, in order of the walk.
	Failing []Failure `json:"failing,omitempty"`
	// Grace are the systems that would fail it but for their time of grace.
	Grace []Grace `json:"grace,omitempty"`
	// Message says in an English sentence what was found, Text the same as format and
	// arguments; empty if it is met, save for what weighs in how far that can be relied on.
	Message string     `json:"message,omitempty"`
	Text    issue.Text `json:"text,omitzero"`
	// Until is the last moment at which a criterion that is met stays met if
	// nothing on file is renewed. Zero means that time alone does not end it.
	Until time.Time `json:"until,omitzero"`
}

// Fraction returns the share of subjects that meet the criterion, from 0 to 1.
// Where there is nothing to judge it is 1 if the criterion is met, else 0.
func (o Outcome) Fraction() float64 {
	switch {
	case o.Of > 0:
		return float64(o.Met) / float64(o.Of)
	case o.State == StateMet:
		return 1
	}
	return 0
}

// credit is what the outcome adds to progress: all of it if the criterion is
// met, never all of it otherwise.
func (o Outcome) credit() float64 {
	if o.State == StateMet {
		return 1
	}
	return min(o.Fraction(), 0.99)
}

// Tally counts the subjects of a criterion as a predicate walks them, and
// makes the Outcome of them: met if none fails, unknown if some can't be told
// and none fails. The zero Tally is ready for use.
type Tally struct {
	met, unknown int
	failing      []Failure
	grace        []Grace
	until        time.Time
}

// Pass counts a subject that meets the criterion, up to and including the
// moment until if nothing is renewed; the zero time means for good.
func (t *Tally) Pass(until time.Time) {
	t.met++
	t.until = sooner(t.until, until)
}

// Fail counts a subject that does not meet the criterion.
func (t *Tally) Fail(s aims.Subject, name string, why issue.Text) {
	t.failing = append(t.failing, failure(s, name, why, false))
}

// Unknown counts a subject of which it can't be told.
func (t *Tally) Unknown(s aims.Subject, name string, why issue.Text) {
	t.unknown++
	t.failing = append(t.failing, failure(s, name, why, true))
}

// Grace counts a subject that would fail and is in grace until a moment.
func (t *Tally) Grace(s aims.Subject, name string, lacks issue.Text, until time.Time) {
	t.grace = append(t.grace, Grace{Subject: s, Name: name, Lacks: lacks.String(), Text: lacks, Until: until})
	t.Pass(until)
}

// Outcome returns what the counting came to, with a message for the case that
// the criterion is not met.
func (t *Tally) Outcome(message issue.Text) Outcome {
	o := Outcome{Met: t.met, Of: t.met + len(t.failing), Unknown: t.unknown, Failing: t.failing, Grace: t.grace}
	switch {
	case len(t.failing) > t.unknown:
		o.State = StateNotMet
		o.say(message)
	case t.unknown > 0:
		o.State = StateUnknown
		o.say(message)
	default:
		o.State, o.Until = StateMet, t.until
	}
	return o
}

// NotApplicable returns the outcome of a criterion that does not concern the
// organisation, with the reason.
func NotApplicable(why issue.Text) Outcome {
	return Outcome{State: StateNotApplicable, Message: why.String(), Text: why}
}

// say sets what was found.
func (o *Outcome) say(message issue.Text) { o.Message, o.Text = message.String(), message }

// complete writes what was said in one of two ways, as a predicate of one's own may do, in
// the other too.
func (o *Outcome) complete() {
	both := func(s *string, t *issue.Text) {
		switch {
		case *s == "":
			*s = t.String()
		case t.ID == "":
			*t = issue.NewText("%s", *s)
		}
	}
	both(&o.Message, &o.Text)
	for i := range o.Failing {
		both(&o.Failing[i].Why, &o.Failing[i].Text)
	}
	for i := range o.Grace {
		both(&o.Grace[i].Lacks, &o.Grace[i].Text)
	}
}

// fails says what is wrong of the management system as a whole, or, of one that is
// unknown, may be.
func (o *Outcome) fails(why issue.Text) {
	o.say(why)
	o.Failing = []Failure{failure(whole(), "", why, o.State == StateUnknown)}
}

// or is the first text, or the second where there is none.
func or(one, other issue.Text) issue.Text {
	if one.ID != "" {
		return one
	}
	return other
}

// failure is one subject that does not meet a criterion.
func failure(s aims.Subject, name string, why issue.Text, unknown bool) Failure {
	return Failure{Subject: s, Name: name, Why: why.String(), Text: why, Unknown: unknown}
}

// sooner returns the earlier of two ends, later the later one; the zero time
// stands for "never ends".
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return time.Time{}
	}
	if b.After(a) {
		return b
	}
	return a
}
