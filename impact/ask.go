package impact

import (
	"cmp"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/issue"
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

// Question is an attribute that is not answered.
type Question struct {
	// Attribute is the attribute's name, Title what a form calls it.
	Attribute string `json:"attribute"`
	Title     string `json:"title"`
	// Rules are the IDs of the rules that hang on it.
	Rules []string `json:"rules"`
	// Implies are, of a question that settles the level, the attributes of which one
	// of its answers would say something too (package implied).
	Implies []string `json:"implies,omitempty"`
	// Answers say, of a question that settles the level, what would be known after
	// each value of the attribute's list, in its order; of a set, after that value
	// alone. Rules.Effects says so of any question.
	Answers []AnswerEffect `json:"answers,omitempty"`
}

// AnswerEffect is what would be known if a question got an answer.
type AnswerEffect struct {
	// Value is the answer.
	Value string `json:"value"`
	// Known is the level that would be known then, Level the one that counts what
	// would still be open.
	Known Level `json:"known"`
	Level Level `json:"level"`
	// Settled is how many of the rules that could raise the level would be open no
	// more.
	Settled int `json:"settled"`
}

// Ask returns the questions about a system in the order in which their answers
// settle its level, its class in law and what is required of it. It is a pure
// function of system, facts and rules.
//
// The questions that settle the level are chosen one after the other: the one whose
// harmless answer ends most of the open conditions that could raise the level, by
// itself or by what it implies, until nothing could; then those without which it is
// certain all the same are left out.
func (r *Rules) Ask(s register.System, f Facts) Questions {
	return newAsking(r, said(&s), f).questions()
}

// said is what a system says, before anything is implied.
func said(s *register.System) *decide.Subject {
	sub := decide.NewSubject(fields().Fields, s)
	euact.DefaultUseForm().Tell(sub, s)
	return sub
}

// AskRecorded is Ask for a system of which only the values of its attributes are on
// record, as DeriveRecorded takes them.
func (r *Rules) AskRecorded(values map[string][]string, f Facts) Questions {
	sub := decide.NewRecordedSubject(fields().Fields, values)
	tellRecorded(sub, values)
	return newAsking(r, sub, f).questions()
}

// Effects says what each answer to a question about a system would make known. It
// is empty for an attribute whose values are free; an attribute that rules do not
// look at is an error of type issue.Issues. An attribute that is answered is taken
// as answered anew.
func (r *Rules) Effects(s register.System, f Facts, attribute string) ([]AnswerEffect, error) {
	field := fields().Field(attribute)
	if _, ok := register.AttributeByName(attribute); !ok || field < 0 {
		var is issue.Issues
		is.Add("attribute", "attribute", attribute, "no attribute that rules look at")
		return nil, is
	}
	return newAsking(r, said(&s), f).effects(field), nil
}

// levels are the rules of a set that set a level, as a table of their own.
type levels struct {
	table *decide.Table
	rules []int // the rule of each row, in the order of asking
	early int   // the row at which the second pass begins
	// groups are, by field, the answers that make no difference to the level.
	once   sync.Once
	groups [][]decide.Group
}

func newLevels(r *Rules) *levels {
	l := new(levels)
	var rows []decide.Row
	for at, i := range r.order {
		if r.rules[i].level == 0 {
			continue
		}
		if at < r.early {
			l.early++
		}
		l.rules = append(l.rules, i)
		rows = append(rows, decide.Row{ID: r.rules[i].ID, When: r.rules[i].When})
	}
	var is issue.Issues // the rules are in order already
	l.table = decide.Compile(&is, "rules", fields().Fields, rows)
	return l
}

// asking is a system about which is asked.
type asking struct {
	rules        *Rules
	parties      []string
	said         *decide.Subject // its answers and facts, before anything is implied
	now, trial   *supposed       // as it stands, and as it is supposed to be
	known, level int             // the ranks of its levels
	groups       [][]decide.Group
	leads        map[int]decide.FieldSet // by field, those that an answer to it implies
}

// supposed is a system with answers that are supposed.
type supposed struct {
	subject
	levels decide.Answer
}

// choice is a question with an answer that is supposed.
type choice struct {
	field  int
	option decide.Option
}

func newAsking(r *Rules, s *decide.Subject, f Facts) *asking {
	x := &asking{rules: r, parties: f.Parties, said: s, now: new(supposed), trial: new(supposed), groups: r.groups()}
	f.tell(s)
	x.known, x.level = x.suppose(x.now)
	return x
}

// groups returns, by field, the answers that make no difference to the level.
func (r *Rules) groups() [][]decide.Group {
	r.levels.once.Do(func() {
		table := fields()
		r.levels.groups = make([][]decide.Group, table.Len())
		for i := range r.levels.groups {
			r.levels.groups[i] = decide.Groups(table.Fields, i, r.levels.table, r.Implications().Ready(), r.EUAct().Ready())
		}
	})
	return r.levels.groups
}

// suppose answers what is chosen, and asks the rules that set a level: all of them
// of the system as it stands, and of one that is supposed those that look at what is
// otherwise then. It returns the ranks of the level that is known and of the one that
// counts what is open.
func (x *asking) suppose(sub *supposed, answers ...choice) (known, level int) {
	table := fields()
	changed, whole := x.imply(sub, answers)
	switch asked := x.rules.asksAct && x.rules.EUAct().Ready().Touches(&changed); {
	case whole || changed.Has(table.stage):
		x.rules.know(&sub.subject)
		whole = true
	case asked:
		sub.retired = x.now.retired
		x.rules.EUAct().TellSince(&sub.Subject, table.act, &sub.law, &x.now.law, &changed)
		for field := table.act; field < table.Len(); field++ {
			changed.Add(field)
		}
	default:
		sub.TellAs(&x.now.Subject)
		sub.retired = x.now.retired
	}
	changed.Add(table.level)
	known, level = 1, 1
	l := x.rules.levels
	a := l.table.Begin(&sub.Subject, &sub.levels)
	sub.SetRank(table.level, 0)
	for row, i := range l.rules {
		c := &x.rules.rules[i]
		if row == l.early {
			sub.SetRank(table.level, level-1)
		}
		switch {
		case sub.retired && !c.stage:
			continue
		case whole || l.table.Touched(row, &changed):
			a.Put(row)
		default:
			a.PutAs(row, &x.now.levels)
		}
		switch a.Outcome(row) {
		case decide.Yes:
			known, level = max(known, c.level), max(level, c.level)
		case decide.Open:
			level = max(level, c.openLevel)
		}
	}
	return known, level
}

// imply answers what is chosen, and what that implies. It returns the fields that
// are otherwise than in the system as it stands; whole says that any can be.
func (x *asking) imply(sub *supposed, answers []choice) (changed decide.FieldSet, whole bool) {
	whole = sub == x.now
	for _, c := range answers {
		changed.Add(c.field)
		// Else what it implied, or what excluded it, may be implied no more.
		whole = whole || !x.now.Plain(c.field, c.option)
	}
	if whole {
		sub.Pose(x.said)
	} else {
		sub.Pose(&x.now.Subject)
	}
	for _, c := range answers {
		sub.Suppose(c.field, c.option)
		if c.field == fields().affected {
			sub.Add(c.field, x.parties...) // whom the assessment names
		}
	}
	if whole {
		x.rules.Implications().Apply(&sub.Subject)
	} else {
		x.rules.Implications().ApplySince(&sub.Subject, &changed)
	}
	return changed, whole
}

func (x *asking) questions() Questions {
	q := Questions{Level: []Question{}, Class: []Question{}, Controls: []Question{}}
	x.rules.ask(&x.now.subject, x.rules.order, x.rules.early)
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
		rules := open[field]
		if rules == nil {
			rules = []string{}
		}
		return Question{Attribute: fields().Name(field), Title: fields().titles[field], Rules: rules}
	}
	for _, c := range x.plan() {
		of := question(c.field)
		of.Answers = x.effects(c.field)
		of.Implies = x.implies(c.field)
		q.Level = append(q.Level, of)
	}
	weights := decide.NewWeights(fields().Fields)
	weights.AddFact(&x.now.Subject, fields().act)
	for _, field := range weights.Fields() {
		if !done[field] {
			q.Class = append(q.Class, question(field))
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
	known, level := x.known, x.level
	if known == level {
		return nil
	}
	weights := decide.NewWeights(fields().Fields)
	x.lead(weights)
	var plan []choice
	for at := x.now; known < level; {
		weights.Clear()
		for row, i := range x.rules.levels.rules {
			if c := &x.rules.rules[i]; c.openLevel > known && at.levels.Outcome(row) == decide.Open {
				weights.Add(&at.levels, row, 1)
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

// implies returns the names of the attributes of which answers to a field say
// something.
func (x *asking) implies(field int) []string {
	var names []string
	led := x.leads[field]
	for _, f := range fields().ByName() {
		if f != field && led.Has(f) {
			names = append(names, fields().Name(f))
		}
	}
	return names
}

// lead notes what answers imply beside what they say.
func (x *asking) lead(weights *decide.Weights) {
	x.leads = make(map[int]decide.FieldSet)
	for _, field := range x.rules.Implications().Ready().Reads() {
		if x.now.Answered(field) {
			continue
		}
		for _, g := range x.groups[field] {
			changed, _ := x.imply(x.trial, []choice{{field, g.First}})
			led := x.leads[field]
			led.Join(&changed)
			x.leads[field] = led
			weights.Lead(field, g, &x.now.Subject, &x.trial.Subject)
		}
	}
}

// effects says what each answer to a question would make known.
func (x *asking) effects(field int) []AnswerEffect {
	options := fields().Options(field)
	if len(options) == 1 {
		return []AnswerEffect{}
	}
	effects := make([]AnswerEffect, len(options))
	for _, g := range x.groups[field] {
		known, level := x.suppose(x.trial, choice{field, g.First})
		effect := AnswerEffect{Known: levelByRank[known], Level: levelByRank[level]}
		for row := range x.rules.levels.rules {
			if x.now.levels.Outcome(row) == decide.Open && x.trial.levels.Outcome(row) != decide.Open {
				effect.Settled++
			}
		}
		for i, o := range options {
			if g.Holds(o) {
				effect.Value = o.Value
				effects[i] = effect
			}
		}
	}
	return effects
}
