package questionnaire

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// valueKind tells the values apart.
type valueKind uint8

const (
	noValue valueKind = iota
	textValue
	numberValue
	boolValue
)

// Value is one value that a question offers or an answer gives: a text, a number
// or a truth value. Values compare with ==; the text "1" is not the number 1.
// The zero value is none.
type Value struct {
	text string
	num  float64 // 0 or 1 for a truth value
	kind valueKind
}

// TextOf returns a text as a value. An empty text is the zero value, as SurveyJS
// takes it for no answer.
func TextOf(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{text: s, kind: textValue}
}

// NumberOf returns a number as a value; a number that is not finite gives the
// zero value.
func NumberOf(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{}
	}
	return Value{num: f + 0, kind: numberValue} // + 0 makes one zero of the two
}

// BoolOf returns a truth value as a value.
func BoolOf(b bool) Value {
	if b {
		return Value{num: 1, kind: boolValue}
	}
	return Value{kind: boolValue}
}

// IsZero reports whether there is no value.
func (v Value) IsZero() bool { return v.kind == noValue }

// Number returns the number that v is; ok is false for anything else.
func (v Value) Number() (f float64, ok bool) { return v.num, v.kind == numberValue }

// String returns the value as text: a number in its shortest form, "true" or
// "false"; empty for none.
func (v Value) String() string {
	switch v.kind {
	case numberValue:
		return strconv.FormatFloat(v.num, 'g', -1, 64)
	case boolValue:
		return strconv.FormatBool(v.num == 1)
	}
	return v.text
}

// MarshalJSON writes the value as a JSON string, number or truth value, and none
// as null.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case textValue:
		return json.Marshal(v.text)
	case numberValue:
		return json.Marshal(v.num)
	case boolValue:
		return strconv.AppendBool(nil, v.num == 1), nil
	}
	return []byte("null"), nil
}

// number reads a text as JavaScript's Number does: spaces around it do not
// count, an empty text is 0, hexadecimal, octal and binary integers have a
// prefix. Unlike there, a number that is not finite is none.
func number(s string) (f float64, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	if len(s) > 2 && s[0] == '0' {
		base := 0
		switch s[1] {
		case 'x', 'X':
			base = 16
		case 'o', 'O':
			base = 8
		case 'b', 'B':
			base = 2
		}
		if base > 0 {
			n, err := strconv.ParseUint(s[2:], base, 53)
			return float64(n), err == nil
		}
	}
	// What ParseFloat reads beyond that: underscores, hexadecimal fractions,
	// names.
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && !strings.ContainsRune("+-.eE", rune(c)) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
