package impact

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// Result is what the rules say of a system. Every part names the rules behind
// it.
type Result struct {
	// Rules is the version of the rule set.
	Rules string `json:"rules"`
	// Known is the level that the answered attributes alone give.
	Known Level `json:"known"`
	// Level counts what is not answered as the worst that it could be, though
	// never as unacceptable: it is not lower than Known.
	Level Level `json:"level"`
	// LevelRules are the IDs of the rules that give Level; those of Open
	// questions among them.
	LevelRules []string `json:"level_rules"`
	// Harms are the harms to consider.
	Harms []HarmPrompt `json:"harms"`
	// Controls are the controls required of the system, in the standard's
	// order.
	Controls []Requirement `json:"controls"`
	// Evidence is the evidence required of the system.
	Evidence []EvidenceRequirement `json:"evidence"`
	// Duties are further duties.
	Duties []DutyRequirement `json:"duties"`
	// Open are attributes that are not answered and on which a rule hangs.
	Open []OpenQuestion `json:"open"`
}

// HarmPrompt is a harm to consider, and the rules that say so.
type HarmPrompt struct {
	// Harm is the harm's ID, Rules the IDs of the rules.
	Harm  string   `json:"harm"`
	Rules []string `json:"rules"`
}

// Requirement is a control required of a system, and the rules that say so.
type Requirement struct {
	// Control is the control, Rules the IDs of the rules.
	Control annexa.ID `json:"control"`
	Rules   []string  `json:"rules"`
}

// EvidenceRequirement is a kind of evidence required of a system, for how many
// days it counts at its level, and the rules that say so.
type EvidenceRequirement struct {
	// Kind is the ID of the kind of evidence.
	Kind string `json:"kind"`
	// FreshDays is for how many days it counts, Rules the IDs of the rules.
	FreshDays int      `json:"fresh_days"`
	Rules     []string `json:"rules"`
}

// DutyRequirement is a duty, and the rules that bring it.
type DutyRequirement struct {
	// Duty is the duty's ID, Rules the IDs of the rules.
	Duty  string   `json:"duty"`
	Rules []string `json:"rules"`
}

// OpenQuestion is an attribute that is not answered, the rules that hang on
// it, and the level to which they could raise the system (empty if none of
// them sets a level).
type OpenQuestion struct {
	// Attribute is the attribute's name, Rules the IDs of the rules, Level the
	// level that they could give.
	Attribute string   `json:"attribute"`
	Rules     []string `json:"rules"`
	Level     Level    `json:"level,omitempty"`
}

// Decides reports whether the answer could raise the system above the level
// that is known.
func (r Result) Decides(q OpenQuestion) bool { return q.Level.Rank() > r.Known.Rank() }

// Requires reports whether a control is required.
func (r Result) Requires(id annexa.ID) bool {
	return slices.ContainsFunc(r.Controls, func(q Requirement) bool { return q.Control == id })
}

// truth is the outcome of a condition: a condition on an attribute that is not
// answered is open.
type truth int

const (
	no truth = iota
	open
	yes
)

// test is a condition made ready: what it looks at, and how.
type test struct {
	attribute int // index in the attribute table; -1 for a fact
	fact      string
	op        string
	any       []string
	unknown   bool // holds where the attribute is not answered
	rank      int  // of at_least
	ranks     []string
}

// compiled is a rule made ready.
type compiled struct {
	Rule
	tests []test
	late  bool // looks at the level, so it is asked in the second pass
	stage bool // looks at the stage, so it is asked of a retired system too
}

// table is the attribute table, in the order in which Derive reads a system.
var table = sync.OnceValue(register.Attributes)

// compile makes a rule ready, and adds what is wrong with it to is.
func compile(is *annexa.Issues, field string, r Rule) compiled {
	c := compiled{Rule: r.clone()}
	if strings.TrimSpace(r.ID) == "" {
		is.Add(field+".id", "required", r.ID, "a rule has an ID")
	}
	if len(r.When) == 0 {
		is.Add(field+".when", "required", "", "rule %q has no condition", r.ID)
	}
	if len(r.Harms)+len(r.Controls)+len(r.Evidence)+len(r.Duties) == 0 && r.MinLevel == "" {
		is.Add(field, "effect", r.ID, "the rule would do nothing")
	}
	if r.MinLevel != "" && r.MinLevel.Rank() == 0 {
		is.Add(field+".min_level", "oneof", string(r.MinLevel), "must be one of %v", Levels())
	}
	for i, id := range r.Controls {
		if id.IsZero() {
			is.Add(field+".controls["+strconv.Itoa(i)+"]", "control", "", "names no control")
		}
	}
	known(is, field+".harms", r.Harms, func(id string) bool { _, ok := HarmByID(id); return ok })
	known(is, field+".evidence", r.Evidence, func(id string) bool { _, ok := EvidenceKindByID(id); return ok })
	known(is, field+".duties", r.Duties, func(id string) bool { _, ok := DutyByID(id); return ok })
	for i, w := range r.When {
		t := compileCondition(is, field+".when["+strconv.Itoa(i)+"]", w)
		c.late = c.late || w.Field == "level"
		c.stage = c.stage || w.Field == "stage"
		c.tests = append(c.tests, t)
	}
	return c
}

// unreadable reports whether no rule looks into an attribute.
func unreadable(a register.Attribute) bool {
	return a.Kind == register.KindRecord || a.Kind == register.KindDate
}

func known(is *annexa.Issues, field string, ids []string, ok func(string) bool) {
	for i, id := range ids {
		if !ok(id) {
			is.Add(field+"["+strconv.Itoa(i)+"]", "known", id, "not in the taxonomy")
		}
	}
}

func compileCondition(is *annexa.Issues, field string, w Condition) test {
	t := test{attribute: -1, op: w.Op, any: slices.Clone(w.Any)}
	var values []string // the values that can stand in the condition; nil: any text
	switch w.Field {
	case "level":
		t.fact = w.Field
		for _, l := range Levels() {
			values = append(values, string(l))
		}
	case "incidents", "concerns":
		t.fact = w.Field
	case "policy_covers":
		t.fact, values = w.Field, []string{string(register.Yes), string(register.No), unknownValue}
	case "owner":
		t.fact, values = w.Field, []string{"none"}
	default:
		t.attribute = slices.IndexFunc(table(), func(a register.Attribute) bool { return a.Name == w.Field })
		if t.attribute < 0 {
			is.Add(field+".field", "attribute", w.Field, "neither an attribute of a system nor a fact")
			return t
		}
		if unreadable(table()[t.attribute]) {
			is.Add(field+".field", "attribute", w.Field, "is a structure or a date; no rule looks into it")
		}
		for _, v := range table()[t.attribute].Values {
			values = append(values, v.ID)
		}
		if w.Field == "affected" {
			for _, p := range parties() {
				values = append(values, p.ID)
			}
		}
	}
	switch w.Op {
	case "in", "has":
		if len(w.Any) == 0 {
			is.Add(field+".any", "required", "", "names no value")
		}
		for i, v := range w.Any {
			if v == unknownValue && t.attribute >= 0 {
				t.unknown = true
			} else if values != nil && !slices.Contains(values, v) {
				is.Add(field+".any["+strconv.Itoa(i)+"]", "oneof", v, "%s takes one of %s", w.Field, strings.Join(values, ", "))
			}
		}
	case "at_least":
		if w.Field == "incidents" || w.Field == "concerns" {
			n, err := strconv.Atoi(w.Value)
			if err != nil || n < 1 {
				is.Add(field+".value", "count", w.Value, "a count is a whole number from 1")
			}
			t.rank = n
			return t
		}
		t.ranks, t.rank = values, slices.Index(values, w.Value)
		if t.rank < 0 {
			is.Add(field+".value", "oneof", w.Value, "%s takes one of %s", w.Field, strings.Join(values, ", "))
		}
	default:
		is.Add(field+".op", "oneof", w.Op, "must be one of in, has, at_least")
	}
	return t
}

// unknownValue stands in a condition for "not answered".
const unknownValue = "unknown"

// subject is a system made ready for the rules: its values, read once.
type subject struct {
	values [][]string // by attribute
	facts  Facts
	owner  string
	level  Level // in the second pass
	// retired systems do nothing to people any more: only rules that look at
	// the stage are asked of them.
	retired bool
}

func newSubject(s *register.System, f Facts) *subject {
	sub := &subject{values: make([][]string, len(table())), facts: f, owner: s.Owner, retired: s.Stage == register.StageRetirement}
	buffer := make([]string, 0, 128)
	for i, a := range table() {
		if unreadable(a) {
			continue
		}
		start := len(buffer)
		buffer = a.Append(buffer, s)
		sub.values[i] = buffer[start:len(buffer):len(buffer)]
	}
	return sub
}

func (t *test) on(s *subject) truth {
	if t.attribute < 0 {
		return t.onFact(s)
	}
	values := s.values[t.attribute]
	if len(values) == 0 {
		if t.unknown {
			return yes
		}
		return open
	}
	if t.op == "at_least" {
		return is(slices.Index(t.ranks, values[0]) >= t.rank)
	}
	for _, v := range values {
		if slices.Contains(t.any, v) {
			return yes
		}
	}
	return no
}

func (t *test) onFact(s *subject) truth {
	switch t.fact {
	case "level":
		return is(s.level.Rank()-1 >= t.rank)
	case "incidents":
		return is(s.facts.Incidents >= t.rank)
	case "concerns":
		return is(s.facts.Concerns >= t.rank)
	case "policy_covers":
		v := string(s.facts.PolicyCovers)
		if v == "" {
			v = unknownValue
		}
		return is(slices.Contains(t.any, v))
	case "owner":
		return is(s.owner == "")
	}
	return no
}

func is(b bool) truth {
	if b {
		return yes
	}
	return no
}

// holds says whether all conditions of a rule hold, whether one does not, or
// whether it hangs on what is not answered.
func (c *compiled) holds(s *subject) truth {
	if s.retired && !c.stage {
		return no
	}
	worst := yes
	for i := range c.tests {
		if worst = min(worst, c.tests[i].on(s)); worst == no {
			return no
		}
	}
	return worst
}

// Derive says what the rules make of a system: its level and what is required
// of it. It is a pure function: the same system, facts and rules give the same
// result, byte for byte. The rules are asked in two passes: first those that
// look at the system, which give the level, then those that look at the level.
func (r *Rules) Derive(s register.System, f Facts) Result {
	sub := newSubject(&s, f)
	d := derivation{result: Result{Rules: r.version, Known: LevelMinimal, Level: LevelMinimal}}
	for i := range r.rules {
		if c := &r.rules[i]; !c.late {
			d.take(c, c.holds(sub), sub)
		}
	}
	sub.level = d.result.Level
	for i := range r.rules {
		if c := &r.rules[i]; c.late {
			d.take(c, c.holds(sub), sub)
		}
	}
	return d.finish()
}

// derivation gathers what rules say.
type derivation struct {
	result Result
	minima []minimum
}

// minimum is a level that a rule sets, or could set.
type minimum struct {
	rule  string
	level Level
}

func (d *derivation) take(c *compiled, t truth, s *subject) {
	switch t {
	case no:
		return
	case open:
		level := c.MinLevel
		if level == LevelUnacceptable {
			level = LevelHigh // what nobody has answered is no ground to forbid
		}
		for i := range c.tests {
			if w := &c.tests[i]; w.on(s) == open {
				d.ask(c.When[i].Field, c.ID, level)
			}
		}
		if level != "" {
			d.minima = append(d.minima, minimum{c.ID, level})
			d.result.Level = MaxLevel(d.result.Level, level)
		}
		return
	}
	if c.MinLevel != "" {
		d.minima = append(d.minima, minimum{c.ID, c.MinLevel})
		d.result.Known = MaxLevel(d.result.Known, c.MinLevel)
		d.result.Level = MaxLevel(d.result.Level, c.MinLevel)
	}
	r := &d.result
	for _, id := range c.Harms {
		at := entry(&r.Harms, func(p HarmPrompt) bool { return p.Harm == id }, HarmPrompt{Harm: id})
		at.Rules = append(at.Rules, c.ID)
	}
	for _, id := range c.Controls {
		at := entry(&r.Controls, func(q Requirement) bool { return q.Control == id }, Requirement{Control: id})
		at.Rules = append(at.Rules, c.ID)
	}
	for _, id := range c.Evidence {
		at := entry(&r.Evidence, func(q EvidenceRequirement) bool { return q.Kind == id }, EvidenceRequirement{Kind: id})
		at.Rules = append(at.Rules, c.ID)
	}
	for _, id := range c.Duties {
		at := entry(&r.Duties, func(q DutyRequirement) bool { return q.Duty == id }, DutyRequirement{Duty: id})
		at.Rules = append(at.Rules, c.ID)
	}
}

// entry returns the entry of a list that is about the same thing, after adding
// fresh if there is none yet.
func entry[T any](list *[]T, same func(T) bool, fresh T) *T {
	i := slices.IndexFunc(*list, same)
	if i < 0 {
		i = len(*list)
		*list = append(*list, fresh)
	}
	return &(*list)[i]
}

// ask notes an open question.
func (d *derivation) ask(attribute, rule string, level Level) {
	q := entry(&d.result.Open, func(q OpenQuestion) bool { return q.Attribute == attribute }, OpenQuestion{Attribute: attribute})
	if !slices.Contains(q.Rules, rule) {
		q.Rules = append(q.Rules, rule)
	}
	q.Level = MaxLevel(q.Level, level)
}

// finish puts everything in order.
func (d *derivation) finish() Result {
	r := d.result
	for _, m := range d.minima {
		if m.level == r.Level {
			r.LevelRules = append(r.LevelRules, m.rule)
		}
	}
	for i, e := range r.Evidence {
		kind, _ := EvidenceKindByID(e.Kind)
		r.Evidence[i].FreshDays = kind.FreshDays(r.Level)
	}
	slices.SortFunc(r.Harms, func(a, b HarmPrompt) int { return strings.Compare(a.Harm, b.Harm) })
	slices.SortFunc(r.Controls, func(a, b Requirement) int { return annexa.Compare(a.Control, b.Control) })
	slices.SortFunc(r.Evidence, func(a, b EvidenceRequirement) int { return strings.Compare(a.Kind, b.Kind) })
	slices.SortFunc(r.Duties, func(a, b DutyRequirement) int { return strings.Compare(a.Duty, b.Duty) })
	slices.SortFunc(r.Open, func(a, b OpenQuestion) int { return strings.Compare(a.Attribute, b.Attribute) })
	// Empty lists are written as [], never as null.
	r.LevelRules, r.Harms, r.Controls = orEmpty(r.LevelRules), orEmpty(r.Harms), orEmpty(r.Controls)
	r.Evidence, r.Duties, r.Open = orEmpty(r.Evidence), orEmpty(r.Duties), orEmpty(r.Open)
	return r
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
