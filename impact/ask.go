package impact

import (
	"cmp"
	"slices"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
)

// Questions are what is worth asking about a system, the most telling first.
type Questions struct {
	// Level are the questions that settle the level: few that make it certain,
	// if each gets the answer that a harmless system would give; each other answer
	// settles it too, or leads to further questions (ask again). It is empty if, and
	// only if, the level is certain: Result.Known and Result.Level are the same.
	Level []Question `json:"level"`
	// Class are those that beside them could change the class under the EU AI Act.
	Class []Question `json:"class"`
	// Controls are the remaining questions on which harms, controls, evidence and
	// duties hang, those on which most rules hang first.
	Controls []Question `json:"controls"`
}

// Question is an attribute that is not answered, and what its answers would
// change.
type Question struct {
	// Attribute is the attribute's name, Title what a form calls it.
	Attribute string `json:"attribute"`
	Title     string `json:"title"`
	// Rules are the IDs of the rules that hang on it.
	Rules []string `json:"rules"`
	// Answers say what would be known after each value of the attribute's list, in
	// its order; of a set, after that value alone. Empty where values are free.
	Answers []AnswerEffect `json:"answers"`
}

// AnswerEffect is what would be known if a question got an answer.
type AnswerEffect struct {
	// Value is the answer.
	Value string `json:"value"`
	// Known is the level that would be known then, Level the one that counts what
	// would still be open.
	Known Level `json:"known"`
	Level Level `json:"level"`
	// Settled is how many of the rules that are open now would be open no more.
	Settled int `json:"settled"`
}

// Ask returns the questions about a system in the order in which their answers
// settle its level, its class in law and what is required of it. It is a pure
// function of system, facts and rules.
//
// The questions that settle the level are chosen one after the other: the one whose
// harmless answer ends most of the open conditions that could raise the level, until
// nothing could; then those without which it is certain all the same are left out.
func (r *Rules) Ask(s register.System, f Facts) Questions {
	x := newAsking(r, decide.NewSubject(fields().Fields, &s), f)
	return x.questions()
}

// AskRecorded is Ask for a system of which only the values of its attributes are on
// record, as DeriveRecorded takes them.
func (r *Rules) AskRecorded(values map[string][]string, f Facts) Questions {
	x := newAsking(r, decide.NewRecordedSubject(fields().Fields, values), f)
	return x.questions()
}

// asking is a system about which is asked.
type asking struct {
	rules *Rules
	said  *decide.Subject // its answers and facts, before anything is implied
	now   *subject        // as it stands
	known int             // the ranks of its levels
	level int
	trial *subject // as it is supposed to be
}

// choice is a question with an answer that is supposed.
type choice struct {
	field  int
	option decide.Option
}

func newAsking(r *Rules, s *decide.Subject, f Facts) *asking {
	x := &asking{rules: r, said: s}
	f.tell(s)
	x.now, x.trial = &subject{Subject: new(decide.Subject)}, &subject{Subject: new(decide.Subject)}
	x.known, x.level = x.suppose(x.now)
	return x
}

// suppose answers what is chosen, and asks the rules: all of them of the system as
// it stands, and those alone that set a level of one that is supposed.
func (x *asking) suppose(sub *subject, answers ...choice) (known, level int) {
	sub.Pose(x.said)
	for _, c := range answers {
		sub.Suppose(c.field, c.option)
	}
	x.rules.Implications().Apply(sub.Subject)
	x.rules.know(sub)
	if sub == x.now {
		return x.rules.ask(sub, x.rules.order, x.rules.early)
	}
	return x.rules.ask(sub, x.rules.leveling, x.rules.levelingEarly)
}

func (x *asking) questions() Questions {
	q := Questions{Level: []Question{}, Class: []Question{}, Controls: []Question{}}
	open := make(map[int][]string) // the rules that hang on a field, in the order of asking
	a := &x.now.rules
	var hangs []int
	for _, i := range x.rules.order {
		if a.Outcome(i) != decide.Open {
			continue
		}
		hangs = a.Hangs(hangs[:0], i)
		for _, field := range hangs {
			open[field] = append(open[field], x.rules.rules[i].ID)
		}
	}
	done := make(map[int]bool)
	question := func(field int) Question {
		done[field] = true
		name := fields().Name(field)
		at, _ := register.AttributeByName(name)
		rules := open[field]
		if rules == nil {
			rules = []string{}
		}
		return Question{Attribute: name, Title: at.Title, Rules: rules, Answers: x.effects(field)}
	}
	for _, c := range x.plan() {
		q.Level = append(q.Level, question(c.field))
	}
	if x.rules.asksAct {
		for _, field := range x.class() {
			if !done[field] {
				q.Class = append(q.Class, question(field))
			}
		}
	}
	var rest []int
	for _, field := range fields().ByName() {
		if len(open[field]) > 0 && !done[field] {
			rest = append(rest, field)
		}
	}
	slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(len(open[b]), len(open[a])) })
	for _, field := range rest {
		q.Controls = append(q.Controls, question(field))
	}
	return q
}

// plan returns the questions that settle the level, with their harmless answers.
func (x *asking) plan() []choice {
	var plan []choice
	weights := decide.NewWeights(fields().Fields)
	known, level := x.known, x.level
	at := x.now
	for known < level {
		weights.Clear()
		for _, i := range x.rules.leveling {
			if c := &x.rules.rules[i]; c.openLevel > known && at.rules.Outcome(i) == decide.Open {
				weights.Add(&at.rules, i, 1)
			}
		}
		field, option, ok := weights.Best()
		if !ok {
			break // nothing that can be asked
		}
		plan = append(plan, choice{field, option})
		at = x.trial
		known, level = x.suppose(at, plan...)
	}
	for i := len(plan) - 1; i >= 0 && len(plan) > 1; i-- {
		without := slices.Delete(slices.Clone(plan), i, i+1)
		if known, level := x.suppose(x.trial, without...); known == level {
			plan = without
		}
	}
	return plan
}

// class returns the fields on which the class in law hangs, those first whose
// answers would end most of what is open.
func (x *asking) class() []int {
	weights := decide.NewWeights(fields().Fields)
	weights.AddFact(x.now.Subject, fields().act)
	return weights.Fields()
}

// effects says what each answer to a question would make known.
func (x *asking) effects(field int) []AnswerEffect {
	options := fields().Options(field)
	if len(options) == 1 {
		return []AnswerEffect{}
	}
	effects := make([]AnswerEffect, len(options))
	for i, o := range options {
		known, level := x.suppose(x.trial, choice{field, o})
		settled := 0
		for _, i := range x.rules.leveling {
			if x.now.rules.Outcome(i) == decide.Open && x.trial.rules.Outcome(i) != decide.Open {
				settled++
			}
		}
		effects[i] = AnswerEffect{Value: o.Value, Known: levelByRank[known], Level: levelByRank[level], Settled: settled}
	}
	return effects
}
