package decide

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Truth is the outcome of a condition or a row.
type Truth uint8

// The outcomes, the least first. A row is as true as its least true condition.
const (
	No   Truth = iota
	Open       // hangs on what is not answered
	Yes
)

// String returns "no", "open" or "yes".
func (t Truth) String() string { return [...]string{"no", "open", "yes"}[min(t, Yes)] }

func is(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Condition is one condition of a row: plain data, so that it can be read,
// compared and explained.
//
// There is no operator that denies, such as "not in" or "lacks". With one, a
// row would fall silent when a system touches more data or more people, and
// what is asked of it would shrink as it grows. What a row is not about is said
// by naming the values that it is about. "only" is for rows that spare something;
// the rules of package impact do without it.
type Condition struct {
	// Field is the name of an attribute of the system (register.Attributes), or
	// of a fact of the Fields that the table is made with. Structures, dates, and
	// texts and lists that are not material (a name, a link) are no fields.
	Field string `json:"field"`
	// Op is how it is compared: "in" (a single value is one of Any), "has" (a
	// set holds one of Any; a region lies in its country and a member state in
	// "EU"), "only" (what is answered is among Any, all of it), "at_least" (an
	// ordered value or a count is Value or more).
	Op string `json:"op"`
	// Any are the values of "in", "has" and "only". The value "unknown" holds where
	// the attribute is not answered.
	Any []string `json:"any,omitempty"`
	// Value is the value of "at_least".
	Value string `json:"value,omitempty"`
	// Then says that nobody is asked for it while something else is open on which
	// the row hangs: marks, or conditions before it. It is for what refines an
	// answer, and means nothing without that.
	Then bool `json:"then,omitempty"`
}

// String returns the condition in a form to read, such as "autonomy at least
// acts_supervised".
func (c Condition) String() string {
	if c.Op == "at_least" {
		return c.Field + " at least " + c.Value
	}
	return c.Field + " " + c.Op + " " + strings.Join(c.Any, "|")
}

// CloneConditions returns a copy that shares nothing with what it is given.
func CloneConditions(when []Condition) []Condition {
	when = slices.Clone(when)
	for i := range when {
		when[i].Any = slices.Clone(when[i].Any)
	}
	return when
}

// unknownValue stands in a condition for "not answered".
const unknownValue = "unknown"

// test is a condition made ready: which field it looks at, and for what.
type test struct {
	bits  uint64 // of a coded field: it holds if one of these is there
	field int
	kind  fieldKind
	place bool // compares places
	plain bool // of a coded field, and not only
	only  bool // of a coded attribute: it holds if nothing else is there
	// unknown says of a text that the test holds where it is not answered; the
	// bit unanswered says so of a coded field.
	unknown bool
	// repeats says that an earlier test of the row is open whenever this one
	// is, since it looks at the same field.
	repeats bool
	then    bool     // is asked for last
	least   uint64   // of a count
	any     []string // of a text
}

// on puts the test to a system.
func (t *test) on(s *Subject) Truth {
	switch t.kind {
	case coded:
		if t.only {
			return t.alone(s)
		}
		switch {
		case s.bits[t.field]&t.bits != 0:
			return Yes
		case s.open[t.field]&t.bits != 0:
			return Open
		}
		return No
	case count:
		return is(s.bits[t.field] >= t.least)
	}
	values := s.texts(t.field)
	if len(values) == 0 {
		if t.unknown {
			return Yes
		}
		return Open
	}
	for _, v := range values {
		for _, a := range t.any {
			if v == a || t.place && register.Within(v, a) {
				return Yes
			}
		}
	}
	return No
}

// open reports whether the test is open of a system: on, without the call for most.
func (t *test) open(s *Subject) bool {
	if t.plain {
		return s.bits[t.field]&t.bits == 0 && s.open[t.field]&t.bits != 0
	}
	return t.on(s) == Open
}

// When are conditions made ready, which hold together. It is immutable.
type When struct{ tests []test }

// CompileWhen makes conditions ready, and adds what is wrong with them to is under
// the path at: an unknown field, operator or value.
func CompileWhen(is *issue.Issues, at string, fields *Fields, when []Condition) When {
	var c When
	asked := make(map[int]bool, len(when)) // whether an earlier condition asks for the field
	for i, w := range when {
		x := compile(is, issue.Index(at, i), fields, w)
		if x.field < 0 {
			continue
		}
		x.repeats = asked[x.field]
		asked[x.field] = asked[x.field] || x.asks()
		c.tests = append(c.tests, x)
	}
	return c
}

// On returns how true the conditions are of a subject: as true as the least true
// of them, and Yes if there are none.
func (w *When) On(s *Subject) Truth {
	worst := Yes
	for i := range w.tests {
		x := &w.tests[i]
		if !x.plain {
			if worst = min(worst, x.on(s)); worst == No {
				return No
			}
		} else if s.bits[x.field]&x.bits == 0 { // on, without the call: most tests are of this kind
			if s.open[x.field]&x.bits == 0 {
				return No
			}
			worst = Open
		}
	}
	return worst
}

// Hangs appends to dst, if they are not there yet, the numbers of the attributes
// on which open conditions hang; where one is on a fact told by another table,
// those on which that hangs.
func (w *When) Hangs(dst []int, s *Subject) []int { return w.hangs(dst, s, false) }

// hangs is Hangs of a row of which something before its conditions is open if more
// is true.
func (w *When) hangs(dst []int, s *Subject, more bool) []int {
	for i := range w.tests {
		x := &w.tests[i]
		if x.repeats || x.then && more || !x.open(s) {
			continue
		}
		more = true
		if t := s.teller(x.field); t != nil {
			dst = t.hanging(dst, x.bits&s.open[x.field])
		} else if !slices.Contains(dst, x.field) {
			dst = append(dst, x.field)
		}
	}
	return dst
}

// alone says whether what is answered is among the values of the test, or whatever
// could be.
func (t *test) alone(s *Subject) Truth {
	values := uint64(1)<<len(s.fields.list[t.field].values) - 1
	switch bits := s.bits[t.field]; {
	case bits&^(t.bits|unanswered) != 0 || bits == 0:
		return No
	case bits&unanswered != 0 && s.open[t.field]&values&^t.bits != 0:
		return Open
	}
	return Yes
}

// asks reports whether the test is open where its field is not answered.
func (t *test) asks() bool { return t.bits&unanswered == 0 && !t.unknown }

// compile makes a condition ready, and adds what is wrong with it to is under the
// path at.
func compile(is *issue.Issues, at string, fields *Fields, w Condition) test {
	t := test{then: w.Then}
	t.field = -1
	if i, ok := fields.index[w.Field]; ok {
		t.field = i
	} else {
		if _, ok := register.AttributeByName(w.Field); ok {
			is.Add(at+".field", "attribute", w.Field, "is a structure, a date or a label; no rule looks into it")
		} else {
			is.Add(at+".field", "attribute", w.Field, "neither an attribute of a system nor a fact")
		}
		return t
	}
	f := &fields.list[t.field]
	t.kind, t.place = f.kind, t.field == fields.places
	switch w.Op {
	case "in", "has", "only":
		t.only = w.Op == "only"
		if t.only && (f.kind != coded || f.attribute == nil || slices.Contains(w.Any, unknownValue)) {
			is.Add(at+".op", "oneof", w.Op, "only is for attributes with a list of values, and does not speak of unknown")
			return t
		}
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
				return t
			}
			t.least = uint64(n)
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
		is.Add(at+".op", "oneof", w.Op, "must be one of in, has, only, at_least")
	}
	t.plain = t.kind == coded && !t.only
	return t
}
