package questionnaire

import (
	"slices"
	"strings"
)

// op is what a node of a condition does.
type op uint8

const (
	opConst op = iota
	opRef
	opList
	opAnd
	opOr
	opNot
	opEmpty
	opNotEmpty
	opEqual
	opNotEqual
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opContains
	opNotContains
	opAnyOf
	opAllOf
	opNoneOf
)

// expression is a condition of SurveyJS as a tree.
type expression struct {
	op    op
	args  []*expression
	value Value   // of a constant; none for null
	items []Value // of a list of constants
	name  string  // of a reference
	slot  int     // where the answer to it is
}

// operand is what a part of a condition comes to: a value, or a list.
type operand struct {
	Value
	items  []Value
	isList bool
}

// holds evaluates a condition. A condition that does not come to true or false
// holds if its value equals true, as in SurveyJS.
func (x *expression) holds(slots []Answer) bool {
	v := x.eval(slots)
	return !v.isList && equal(v, operand{Value: BoolOf(true)})
}

// eval computes the value of a part of a condition. The tree is as deep as
// the parser lets it be.
func (x *expression) eval(slots []Answer) operand {
	switch x.op {
	case opConst:
		return operand{Value: x.value}
	case opRef:
		return stored(slots[x.slot])
	case opList:
		if x.args == nil {
			return operand{items: x.items, isList: true}
		}
		items := make([]Value, 0, len(x.args))
		for _, a := range x.args {
			if v := a.eval(slots); v.isList {
				items = append(items, v.items...)
			} else {
				items = append(items, v.Value)
			}
		}
		return operand{items: items, isList: true}
	case opAnd, opOr:
		var v operand
		for _, a := range x.args {
			if v = a.eval(slots); v.truthy() == (x.op == opOr) {
				break
			}
		}
		return v
	case opNot:
		return truth(!x.args[0].eval(slots).truthy())
	case opEmpty:
		return truth(x.args[0].eval(slots).empty())
	case opNotEmpty:
		return truth(!x.args[0].eval(slots).empty())
	}
	return truth(compare(x.op, x.args[0].eval(slots), x.args[1].eval(slots)))
}

func truth(b bool) operand { return operand{Value: BoolOf(b)} }

// compare applies a comparison to two operands.
func compare(o op, a, b operand) bool {
	switch o {
	case opEqual:
		return equal(a, b)
	case opNotEqual:
		return !equal(a, b)
	case opLess:
		return less(a, b)
	case opLessEqual:
		return equal(a, b) || less(a, b)
	case opGreater:
		return less(b, a)
	case opGreaterEqual:
		return equal(a, b) || less(b, a)
	case opContains:
		return contains(a, b)
	case opNotContains:
		switch {
		case a.empty():
			return !b.empty()
		case !a.isList && b.empty():
			return false
		}
		return !contains(a, b)
	case opAnyOf:
		return anyOf(a, b)
	case opNoneOf:
		return !anyOf(a, b)
	case opAllOf:
		return allOf(a, b)
	}
	return false
}

// stored is an answer as a condition reads it: SurveyJS takes a text that is a
// number for the number, unless it begins with a zero, and the texts true and
// false for these. Lists stay as they are.
func stored(a Answer) operand {
	if a.list {
		return operand{items: a.values, isList: true}
	}
	if len(a.values) == 0 {
		return operand{}
	}
	v := a.values[0]
	if v.kind != textValue {
		return operand{Value: v}
	}
	switch {
	case strings.EqualFold(v.text, "true"):
		return operand{Value: BoolOf(true)}
	case strings.EqualFold(v.text, "false"):
		return operand{Value: BoolOf(false)}
	case len(v.text) > 1 && v.text[0] == '0' && !strings.HasPrefix(v.text, "0x"), strings.TrimSpace(v.text) == "":
		return operand{Value: v}
	}
	if c := v.text[0]; c >= '0' && c <= '9' || strings.IndexByte(" +-.\t", c) >= 0 { // saves most texts the attempt
		if f, ok := number(v.text); ok {
			return operand{Value: NumberOf(f)}
		}
	}
	return operand{Value: v}
}

// empty reports whether there is nothing: no value, or a list without one.
func (o operand) empty() bool {
	if o.isList {
		return len(o.items) == 0
	}
	return o.IsZero()
}

// truthy reports whether "and", "or" and "not" take it for true: it is there, and
// it is neither 0 nor false.
func (o operand) truthy() bool {
	switch {
	case o.isList:
		return len(o.items) > 0
	case o.kind == numberValue, o.kind == boolValue:
		return o.num != 0
	}
	return o.kind == textValue
}

// equal compares as SurveyJS does: texts without regard to case and to spaces
// around them, a text with a number or a truth value by what it says, lists
// without regard to order, and what is empty with what is empty.
func equal(a, b operand) bool {
	switch {
	case a.empty() || b.empty():
		return a.empty() && b.empty()
	case a.isList != b.isList:
		return false
	case a.isList:
		return len(a.items) == len(b.items) && within(a.items, b.items) && within(b.items, a.items)
	}
	return equalValues(a.Value, b.Value)
}

func within(some, all []Value) bool {
	for _, v := range some {
		if !slices.ContainsFunc(all, func(w Value) bool { return equalValues(v, w) }) {
			return false
		}
	}
	return true
}

func equalValues(a, b Value) bool {
	if a == b {
		return true
	}
	switch {
	case a.kind == textValue && b.kind == textValue:
		return strings.EqualFold(strings.TrimSpace(a.text), strings.TrimSpace(b.text))
	case a.kind == textValue:
		a, b = b, a
		fallthrough
	case b.kind == textValue && a.kind != noValue:
		if a.kind == boolValue {
			return strings.EqualFold(a.String(), b.text)
		}
		f, ok := number(b.text)
		return ok && a.kind == numberValue && f == a.num
	case a.kind == noValue || b.kind == noValue:
		return a.kind == b.kind
	}
	return a.num == b.num // a number and a truth value, which counts as 0 or 1
}

// less compares two values: texts by their characters, anything else by number.
// What is empty, a list or no number is neither less nor greater.
func less(a, b operand) bool {
	if a.empty() || b.empty() || a.isList || b.isList {
		return false
	}
	if a.kind == textValue && b.kind == textValue {
		return a.text < b.text
	}
	x, ok := a.numeric()
	y, ok2 := b.numeric()
	return ok && ok2 && x < y
}

func (o operand) numeric() (float64, bool) {
	if o.kind == textValue {
		return number(o.text)
	}
	return o.num, true
}

// contains reports whether a list holds a value, or all of a list of values; or
// whether a single value has a text within it, as "item10" has "item1": so does
// SurveyJS.
func contains(a, b operand) bool {
	switch {
	case a.empty():
		return false
	case a.isList && b.isList:
		return within(b.items, a.items)
	case a.isList:
		return slices.ContainsFunc(a.items, func(v Value) bool { return equalValues(v, b.Value) })
	}
	needle := b.String()
	if b.isList {
		parts := make([]string, len(b.items))
		for i, v := range b.items {
			parts[i] = v.String()
		}
		needle = strings.Join(parts, ",")
	}
	if b.empty() || b.kind == numberValue && b.num == 0 || b.kind == boolValue && b.num == 0 {
		return false
	}
	return strings.Contains(strings.ToLower(a.String()), strings.ToLower(needle))
}

func anyOf(a, b operand) bool {
	switch {
	case a.empty():
		return b.empty()
	case b.empty():
		return true
	case !a.isList:
		return contains(b, a)
	case !b.isList:
		return contains(a, b)
	}
	return slices.ContainsFunc(b.items, func(v Value) bool { return contains(a, operand{Value: v}) })
}

func allOf(a, b operand) bool {
	switch {
	case a.empty():
		return b.empty()
	case !b.isList:
		return contains(a, b)
	}
	for _, v := range b.items {
		if !contains(a, operand{Value: v}) {
			return false
		}
	}
	return true
}
