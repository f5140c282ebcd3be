package impact

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Condition is one condition of a rule: plain data, so that it can be read,
// compared and explained.
//
// There is no operator that denies, such as "not in" or "lacks". With one, a
// rule would fall silent when a system touches more data or more people, and
// what an assessment asks would shrink as the system grows. What a rule is not
// about is said by naming the values that it is about.
type Condition struct {
	// Field is the name of an attribute of the system (register.Attributes),
	// or one of the facts: "level" (in the second pass of Derive), "owner"
	// ("none" or "named"), "policy_covers", "questionnaire", and the counts
	// "incidents", "concerns", "severity", "irremediability" and "misuse"; see
	// Facts. Five more are what the EU AI Act makes of the system (Rules.EUAct):
	// "eu_class", which is every EUClass that holds, "eu_annex_iii", whether its
	// use is listed there, exempt or not, "eu_chapter_iii", whether the
	// requirements for high-risk systems bind directly (they do not for machinery
	// and vehicles), "eu_fria", whether the organisation owes an assessment of
	// fundamental rights, and "eu_transparency", whether Art. 50 speaks to it
	// (also where Art. 2(2) then lifts the duty). Structures, dates, and texts and lists that are not material (a
	// name, a link) are no fields.
	Field string `json:"field"`
	// Op is how it is compared: "in" (a single value is one of Any), "has" (a
	// set holds one of Any; a region lies in its country and a member state in
	// "EU"), "at_least" (an ordered value or a count is Value
	// or more).
	Op string `json:"op"`
	// Any are the values of "in" and "has". The value "unknown" holds where
	// the attribute is not answered.
	Any []string `json:"any,omitempty"`
	// Value is the value of "at_least".
	Value string `json:"value,omitempty"`
}

// String returns the condition in a form to read, such as "autonomy at least
// acts_supervised".
func (c Condition) String() string {
	if c.Op == "at_least" {
		return c.Field + " at least " + c.Value
	}
	return c.Field + " " + c.Op + " " + strings.Join(c.Any, "|")
}

// unknownValue stands in a condition for "not answered".
const unknownValue = "unknown"

// field is something that a condition can look at: a fact, or an attribute.
type field struct {
	name string
	kind fieldKind
	// values are those of a coded field; each has its bit in bit.
	values    []string
	bit       map[string]uint64
	ordered   bool
	attribute *register.Attribute // nil for a fact
}

type fieldKind int

const (
	coded fieldKind = iota // values of a list, kept as bits
	count                  // a whole number
	text                   // free values, compared as they are
	ruled                  // what the EU AI Act makes of the system, kept as bits
)

// unanswered is the bit of a coded field that nobody has answered.
const unanswered = uint64(1) << 63

// The facts stand first among the fields, in this order.
const (
	factLevel = iota
	factOwner
	factPolicy
	factQuestionnaire
	factIncidents
	factConcerns
	factSeverity
	factIrremediability
	factMisuse
	factEUClass
	factEUAnnexIII
	factEUChapterIII
	factEUFRIA
	factEUTransparency
	facts // how many there are
)

// The values of the fact "owner".
const (
	ownerNone  = "none"
	ownerNamed = "named"
)

// fieldTable are all fields: the facts, then the attributes that rules can look
// into, in the order of the register's table.
type fieldTable struct {
	list            []field
	stage, affected int
	places          int   // the field whose values are places
	byName          []int // the fields, sorted by name
}

var fields = sync.OnceValue(func() *fieldTable {
	levels := make([]string, len(Levels()))
	for i, l := range Levels() {
		levels[i] = string(l)
	}
	t := &fieldTable{list: make([]field, facts)}
	t.list[factLevel] = field{name: "level", values: levels, ordered: true}
	t.list[factOwner] = field{name: "owner", values: []string{ownerNone, ownerNamed}}
	t.list[factPolicy] = field{name: "policy_covers", values: []string{string(register.Yes), string(register.No), unknownValue}}
	t.list[factQuestionnaire] = field{name: "questionnaire", values: levels, ordered: true}
	t.list[factIncidents] = field{name: "incidents", kind: count}
	t.list[factConcerns] = field{name: "concerns", kind: count}
	t.list[factSeverity] = field{name: "severity", kind: count}
	t.list[factIrremediability] = field{name: "irremediability", kind: count}
	t.list[factMisuse] = field{name: "misuse", kind: count}
	t.list[factEUClass] = field{name: "eu_class", kind: ruled}
	for _, c := range euClasses {
		t.list[factEUClass].values = append(t.list[factEUClass].values, string(c))
	}
	for fact, name := range map[int]string{factEUAnnexIII: "eu_annex_iii", factEUChapterIII: "eu_chapter_iii", factEUFRIA: "eu_fria", factEUTransparency: "eu_transparency"} {
		t.list[fact] = field{name: name, kind: ruled, values: []string{string(register.Yes), string(register.No)}}
	}
	for _, a := range register.Attributes() {
		if unreadable(a) {
			continue
		}
		f := field{name: a.Name, kind: text, ordered: a.Kind == register.KindOrdered, attribute: &a}
		for _, v := range a.Values {
			f.values = append(f.values, v.ID)
		}
		switch a.Name {
		case "stage":
			t.stage = len(t.list)
		case "jurisdictions":
			t.places = len(t.list)
		case "affected":
			t.affected = len(t.list)
			for _, p := range parties() {
				f.values = append(f.values, p.ID)
			}
		}
		if n := len(f.values); n > 0 && n < 63 {
			f.kind = coded
		}
		t.list = append(t.list, f)
	}
	for i := range t.list {
		f := &t.list[i]
		f.bit = make(map[string]uint64, len(f.values))
		if f.kind == coded || f.kind == ruled {
			for j, v := range f.values {
				f.bit[v] = 1 << j
			}
		}
		t.byName = append(t.byName, i)
	}
	slices.SortFunc(t.byName, func(a, b int) int { return strings.Compare(t.list[a].name, t.list[b].name) })
	return t
})

// unreadable reports whether no rule looks into an attribute: a structure, a
// date, or a text that is not what an assessment looks at. The owner is a fact.
func unreadable(a register.Attribute) bool {
	switch a.Kind {
	case register.KindRecord, register.KindDate:
		return true
	case register.KindText, register.KindList:
		return !a.Material
	}
	return false
}

// code returns the bits of the values of a coded field. A value that the field
// does not have counts as an answer that no condition is about.
func (f *field) code(values []string) uint64 {
	if len(values) == 0 {
		return unanswered
	}
	var bits uint64
	for _, v := range values {
		bits |= f.bit[v]
	}
	return bits
}

// decode returns the values of bits.
func (f *field) decode(bits uint64) []string {
	var values []string
	for i, v := range f.values {
		if bits&(1<<i) != 0 {
			values = append(values, v)
		}
	}
	return values
}

// truth is the outcome of a condition: a condition on an attribute that is not
// answered is open.
type truth uint8

const (
	no truth = iota
	open
	yes
)

func is(b bool) truth {
	if b {
		return yes
	}
	return no
}

// test is a condition made ready: which field it looks at, and for what.
type test struct {
	field int
	kind  fieldKind
	bits  uint64   // of a coded field: it holds if one of these is there
	least int      // of a count
	any   []string // of a text
	place bool     // compares places
	// unknown says of a text that the test holds where it is not answered; the
	// bit unanswered says so of a coded field.
	unknown bool
	// repeats says that an earlier test of the rule is open whenever this one
	// is, since it looks at the same field.
	repeats bool
}

// on puts the test to a system.
func (t *test) on(s *subject) truth {
	switch t.kind {
	case coded:
		bits := s.bits[t.field]
		switch {
		case bits&t.bits != 0:
			return yes
		case bits&unanswered != 0:
			return open
		}
		return no
	case count:
		return is(s.counts[t.field] >= t.least)
	case ruled:
		switch bits := s.ruling().bits[t.field-factEUClass]; {
		case bits.yes&t.bits != 0:
			return yes
		case bits.open&t.bits != 0:
			return open
		}
		return no
	}
	values := s.texts(t.field)
	if len(values) == 0 {
		if t.unknown {
			return yes
		}
		return open
	}
	for _, v := range values {
		for _, a := range t.any {
			if v == a || t.place && inPlace(v, a) {
				return yes
			}
		}
	}
	return no
}

// asks reports whether the test is open where its field is not answered.
func (t *test) asks() bool { return t.bits&unanswered == 0 && !t.unknown }

// compileCondition makes a condition ready, and adds what is wrong with it to
// is under the path at.
func compileCondition(is *issue.Issues, at string, w Condition) test {
	table := fields()
	var t test
	t.field = slices.IndexFunc(table.list, func(f field) bool { return f.name == w.Field })
	if t.field < 0 {
		if _, ok := register.AttributeByName(w.Field); ok {
			is.Add(at+".field", "attribute", w.Field, "is a structure, a date or a label; no rule looks into it")
		} else {
			is.Add(at+".field", "attribute", w.Field, "neither an attribute of a system nor a fact")
		}
		return t
	}
	f := &table.list[t.field]
	t.kind, t.place = f.kind, t.field == table.places
	switch w.Op {
	case "in", "has":
		if f.kind == count {
			is.Add(at+".op", "oneof", w.Op, "%s is a count; the operator is at_least", w.Field)
			return t
		}
		if len(w.Any) == 0 {
			is.Add(at+".any", "required", "", "names no value")
		}
		t.any = slices.Clone(w.Any)
		for i, v := range w.Any {
			switch {
			case f.values == nil || slices.Contains(f.values, v):
				t.bits |= f.bit[v]
			case v == unknownValue && f.attribute != nil:
				t.bits |= unanswered
			default:
				is.Add(at+".any["+strconv.Itoa(i)+"]", "oneof", v, "%s takes one of %s", w.Field, strings.Join(f.values, ", "))
			}
		}
		t.unknown = f.attribute != nil && slices.Contains(w.Any, unknownValue)
	case "at_least":
		switch {
		case f.kind == count:
			n, err := strconv.Atoi(w.Value)
			if err != nil || n < 1 {
				is.Add(at+".value", "count", w.Value, "a count is a whole number from 1")
			}
			t.least = n
		case !f.ordered:
			is.Add(at+".op", "oneof", w.Op, "%s has no order; the operators are in and has", w.Field)
		default:
			rank := slices.Index(f.values, w.Value)
			if rank < 0 {
				is.Add(at+".value", "oneof", w.Value, "%s takes one of %s", w.Field, strings.Join(f.values, ", "))
				return t
			}
			t.any = slices.Clone(f.values[rank:])
			for _, v := range t.any {
				t.bits |= f.bit[v]
			}
		}
	default:
		is.Add(at+".op", "oneof", w.Op, "must be one of in, has, at_least")
	}
	return t
}
