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
	x := askings.Get().(*asking)
	defer askings.Put(x)
	x.read(&s)
	x.begin(r, f)
	return x.questions()
}

// AskRecorded is Ask for a system of which only the values of its attributes are on
// record, as DeriveRecorded takes them.
func (r *Rules) AskRecorded(values map[string][]string, f Facts) Questions {
	x := askings.Get().(*asking)
	defer askings.Put(x)
	x.said.ReadRecorded(fields().Fields, values)
	x.uses = recordedUses(values)
	x.begin(r, f)
	return x.questions()
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
	x := askings.Get().(*asking)
	defer askings.Put(x)
	x.read(&s)
	x.begin(r, f)
	return x.effects(field), nil
}

// levels are the rules of a set that set a level, as a table of their own.
type levels struct {
	table *decide.Table
	rules []*compiled // by row
	// early are the rows of the first pass, both those of the two, by level.
	early, both ranked
	late        bool          // whether there is a second pass
	retired     decide.RowSet // those that are asked of a retired system
	// groups are, by field, the answers that make no difference to the level.
	once   sync.Once
	groups [][]decide.Group
}

// ranked are rows by the rank of the level that they set where they hold, and of the
// one that they could set where they are open.
type ranked struct {
	holding, open [len(levelByRank)]decide.RowSet
}

func newLevels(r *Rules) *levels {
	l := new(levels)
	var rows []decide.Row
	for i := range r.rules {
		if c := &r.rules[i]; c.level > 0 {
			l.rules, rows = append(l.rules, c), append(rows, decide.Row{ID: c.ID, When: c.When})
		}
	}
	var is issue.Issues // the rules are in order already
	l.table = decide.Compile(&is, "rules", fields().Fields, rows)
	l.retired = l.table.NewRowSet()
	for _, k := range []*ranked{&l.early, &l.both} {
		for rank := range levelByRank {
			k.holding[rank], k.open[rank] = l.table.NewRowSet(), l.table.NewRowSet()
		}
	}
	for row, c := range l.rules {
		l.both.add(row, c)
		if c.late {
			l.late = true
		} else {
			l.early.add(row, c)
		}
		if c.stage {
			l.retired.Add(row)
		}
	}
	return l
}

func (k *ranked) add(row int, c *compiled) {
	k.holding[c.level].Add(row)
	k.open[c.openLevel].Add(row)
}

// level returns the ranks of the level that is known and of the one that counts what
// is open.
func (k *ranked) level(a *decide.Answer) (known, level int) {
	known = highest(&k.holding, a.Holding())
	return known, max(known, highest(&k.open, a.Open()))
}

// highest returns the highest rank that has one of these rows; that of the lowest
// level if none has.
func highest(ranks *[len(levelByRank)]decide.RowSet, rows decide.RowSet) int {
	for rank := len(ranks) - 1; rank > 1; rank-- {
		if rows.Meets(ranks[rank]) {
			return rank
		}
	}
	return 1
}

// asking is a system about which is asked.
type asking struct {
	rules *Rules
	said  decide.Subject // its answers
	// uses are stored answers to questions on its uses, if they say something: what that
	// is can hang on each answer that is supposed, so they are told with each anew.
	uses         []register.UseAnswer
	facts        Facts
	now, trial   *supposed     // as it stands, and as it is supposed to be
	implied      decide.Answer // what implies something as it stands
	known, level int           // the ranks of its levels
	turned       bool          // what was supposed last did more than to settle what was open
	groups       [][]decide.Group
	leads        []decide.FieldSet // by field, those that an answer to it implies
	weights      *decide.Weights
	merged       []decide.Group
}

// askings are used again: they are large, and all that they say is said by begin.
var askings = sync.Pool{New: func() any {
	return &asking{now: new(supposed), trial: new(supposed), weights: decide.NewWeights(fields().Fields), leads: make([]decide.FieldSet, fields().Len())}
}}

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

// read reads what a system says.
func (x *asking) read(s *register.System) {
	x.said.Read(fields().Fields, s)
	x.uses = s.UseAnswers
}

// begin starts asking about a system that was read.
func (x *asking) begin(r *Rules, f Facts) {
	x.rules, x.facts, x.groups = r, f, r.groups()
	if x.uses != nil && !euact.DefaultUseForm().Tells(&x.said, x.uses) {
		x.uses = nil
	}
	if x.uses != nil {
		x.groups = alone()
	}
	clear(x.leads)
	x.weights.Reset()
	x.known, x.level = x.suppose(x.now)
	r.Implications().Ready().Ask(&x.now.Subject, &x.implied)
}

// groups returns, by field, the answers that make no difference to the level.
func (r *Rules) groups() [][]decide.Group {
	r.levels.once.Do(func() {
		table := fields()
		r.levels.groups = make([][]decide.Group, table.Len())
		for i := range r.levels.groups {
			r.levels.groups[i] = decide.Groups(table.Fields, i, r.levels.table, r.Implications().Ready(), r.EUAct().Ready(), table.apart)
		}
	})
	return r.levels.groups
}

// alone returns, by field, each answer in a group of its own.
var alone = sync.OnceValue(func() [][]decide.Group {
	table := fields()
	groups := make([][]decide.Group, table.Len())
	for i := range groups {
		groups[i] = decide.Alone(table.Fields, i)
	}
	return groups
})

// suppose answers what is chosen, and asks the rules that set a level: all of them
// of the system as it stands, and of one that is supposed those that look at what is
// otherwise then. It returns the ranks of the level that is known and of the one that
// counts what is open.
func (x *asking) suppose(sub *supposed, answers ...choice) (known, level int) {
	table, l, law := fields(), x.rules.levels, x.rules.EUAct()
	changed, whole := x.imply(sub, answers)
	whole = whole || changed.Has(table.stage) // a retired system is asked less
	x.turned = whole
	switch {
	case whole:
		x.rules.know(&sub.subject)
	case x.rules.asksAct && law.Ready().Touches(&changed):
		sub.retired = x.now.retired
		law.TellSince(&sub.Subject, table.act, &sub.law, &x.now.law, &changed)
		for field := table.act; field < table.Len(); field++ {
			if !sub.Same(&x.now.Subject, field) {
				changed.Add(field)
			}
		}
		x.turned = sub.law.Turned()
	default:
		sub.retired = x.now.retired
		sub.TellAs(&x.now.Subject)
	}
	among := l.table.All()
	if sub.retired {
		among = l.retired
	}
	if whole {
		l.table.AskAmong(&sub.Subject, &sub.levels, among)
	} else {
		l.table.AskSince(&sub.Subject, &sub.levels, &x.now.levels, &changed, among)
		x.turned = x.turned || sub.levels.Turned()
	}
	if l.late {
		_, level = l.early.level(&sub.levels)
		sub.SetRank(table.level, level-1)
		sub.levels.Again(table.level, among)
	}
	return l.both.level(&sub.levels)
}

// imply answers what is chosen, and what that implies. It returns the fields that
// are otherwise than in the system as it stands; whole says that any can be.
func (x *asking) imply(sub *supposed, answers []choice) (changed decide.FieldSet, whole bool) {
	whole = sub == x.now || x.uses != nil
	for _, c := range answers {
		changed.Add(c.field)
		// Else what it implied, or what excluded it, may be implied no more.
		whole = whole || !x.now.Plain(c.field, c.option)
	}
	if whole {
		sub.Pose(&x.said)
	} else {
		sub.Pose(&x.now.Subject)
	}
	for _, c := range answers {
		sub.Suppose(c.field, c.option)
		if c.field == fields().affected && !whole {
			sub.Add(c.field, x.facts.Parties...) // whom the assessment names
		}
	}
	if whole {
		euact.DefaultUseForm().Tell(&sub.Subject, x.uses)
		x.facts.tell(&sub.Subject)
		x.rules.Implications().Apply(&sub.Subject)
	} else {
		x.rules.Implications().ApplySince(&sub.Subject, &changed)
	}
	return changed, whole
}

func (x *asking) questions() Questions {
	table := fields()
	q := Questions{Level: []Question{}, Class: []Question{}, Controls: []Question{}}
	x.weights.AddFact(&x.now.Subject, table.act)
	class := x.weights.Fields()
	open := x.open()
	var done decide.FieldSet
	question := func(field int) Question {
		done.Add(field)
		rules := open[field]
		if rules == nil {
			rules = []string{}
		}
		return Question{Attribute: table.Name(field), Title: table.titles[field], Rules: rules}
	}
	plan := x.plan()
	q.Level = slices.Grow(q.Level, len(plan))
	for _, c := range plan {
		of := question(c.field)
		of.Answers = x.effects(c.field)
		of.Implies = x.implies(c.field)
		q.Level = append(q.Level, of)
	}
	q.Class = slices.Grow(q.Class, len(class))
	for _, field := range class {
		if !done.Has(field) {
			q.Class = append(q.Class, question(field))
		}
	}
	rest := make([]int, 0, len(open))
	for _, field := range table.byName {
		if len(open[field]) > 0 && !done.Has(field) {
			rest = append(rest, field)
		}
	}
	slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(len(open[b]), len(open[a])) })
	q.Controls = slices.Grow(q.Controls, len(rest))
	for _, field := range rest {
		q.Controls = append(q.Controls, question(field))
	}
	return q
}

// open asks all rules, and returns by field the open ones that hang on it, in the
// order of asking.
func (x *asking) open() [][]string {
	x.rules.ask(&x.now.subject, x.rules.order, x.rules.early)
	a := &x.now.rules
	var memory, endMemory [few]int
	hangs, ends, counts := memory[:0], endMemory[:0], make([]int, fields().Len())
	for _, i := range x.rules.order {
		if a.Outcome(i) == decide.Open {
			from := len(hangs)
			hangs = append(hangs, a.Hangs(hangs[from:from], i)...) // where they stand already, if there was room
			for _, field := range hangs[from:] {
				counts[field]++
			}
		}
		ends = append(ends, len(hangs))
	}
	ids, open := make([]string, len(hangs)), make([][]string, len(counts))
	for field, n := range counts {
		if n > 0 {
			open[field], ids = ids[:0:n], ids[n:]
		}
	}
	from := 0
	for at, i := range x.rules.order {
		for _, field := range hangs[from:ends[at]] {
			open[field] = append(open[field], x.rules.rules[i].ID)
		}
		from = ends[at]
	}
	return open
}

// plan returns the questions that settle the level, with their harmless answers.
func (x *asking) plan() []choice {
	known, level := x.known, x.level
	if known == level {
		return nil
	}
	x.lead()
	var plan []choice
	for at := x.now; known < level; {
		x.weights.Clear()
		open := at.levels.Open()
		for row := open.Next(0); row >= 0; row = open.Next(row + 1) {
			if x.rules.levels.rules[row].openLevel > known {
				x.weights.Add(&at.levels, row, 1)
			}
		}
		field, option, ok := x.weights.Best()
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
	for _, f := range fields().byName {
		if f != field && led.Has(f) {
			names = append(names, fields().Name(f))
		}
	}
	return names
}

// lead notes what answers imply beside what they say.
func (x *asking) lead() {
	for _, field := range x.rules.Implications().Ready().Reads() {
		if x.now.Answered(field) {
			continue
		}
		x.each(field, func(g decide.Group) bool {
			changed, whole := x.imply(x.trial, []choice{{field, g.First}})
			if g.Joined() && !x.trial.Narrows(&x.now.Subject, &changed) {
				return false
			}
			x.leads[field].Join(&changed)
			if whole {
				changed = fields().attributes
			}
			x.weights.Lead(field, g, &x.now.Subject, &x.trial.Subject, &changed)
			return true
		}, &x.implied)
	}
}

// each tries the options of a field in groups, those joined that these answers do not
// tell apart. try returns false where what it saw does not hold of a joined group;
// the groups that it was made of are tried then.
func (x *asking) each(field int, try func(g decide.Group) bool, answers ...*decide.Answer) {
	if x.uses != nil {
		for _, g := range x.groups[field] {
			try(g)
		}
		return
	}
	x.merged = decide.Merge(x.merged[:0], &x.now.Subject, field, x.groups[field], answers...)
	for _, g := range x.merged {
		if try(g) {
			continue
		}
		for _, of := range x.groups[field] {
			if g.Holds(of.First) {
				try(of)
			}
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
	try := func(g decide.Group) bool {
		known, level := x.suppose(x.trial, choice{field, g.First})
		if g.Joined() && x.turned {
			return false
		}
		effect := AnswerEffect{Known: levelByRank[known], Level: levelByRank[level], Settled: x.now.levels.Open().Beyond(x.trial.levels.Open())}
		for i, o := range options {
			if g.Holds(o) {
				effect.Value = o.Value
				effects[i] = effect
			}
		}
		return true
	}
	switch {
	case field == fields().stage || x.rules.levels.late: // what is asked hangs on the stage, and on the level
		for _, g := range x.groups[field] {
			try(g)
		}
	case x.rules.asksAct:
		x.each(field, try, &x.now.levels, &x.implied, &x.now.law)
	default:
		x.each(field, try, &x.now.levels, &x.implied)
	}
	return effects
}
