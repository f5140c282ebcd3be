package questionnaire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/aimskit/aimskit/issue"
)

// maxValues is how many values one answer may hold: more than any list of
// choices that people tick.
const maxValues = 1000

// Answer is what was answered to one question: a single value, or the list of
// values of a checkbox question. The zero value is no answer.
type Answer struct {
	values []Value
	list   bool
}

// One returns an answer of one text: what was typed, or the value of the choice
// that was taken.
func One(s string) Answer { return single(TextOf(s)) }

// Number returns an answer of one number.
func Number(f float64) Answer { return single(NumberOf(f)) }

// Bool returns an answer of yes or no.
func Bool(b bool) Answer { return single(BoolOf(b)) }

// List returns the answer to a checkbox question: the values of the choices that
// were ticked.
func List(values ...string) Answer {
	a := Answer{list: true}
	for _, s := range values {
		if v := TextOf(s); !v.IsZero() {
			a.values = append(a.values, v)
		}
	}
	return a
}

func single(v Value) Answer {
	if v.IsZero() {
		return Answer{}
	}
	return Answer{values: []Value{v}}
}

// Values returns the values, in the order in which they were given.
func (a Answer) Values() []Value { return slices.Clone(a.values) }

// IsList reports whether the answer is a list, even of one value.
func (a Answer) IsList() bool { return a.list }

// IsZero reports whether nothing was answered: no value, or an empty list.
func (a Answer) IsZero() bool { return len(a.values) == 0 }

// Equal reports whether two answers are the same, in the same order.
func (a Answer) Equal(b Answer) bool { return a.list == b.list && slices.Equal(a.values, b.values) }

// String returns the answer as its JSON.
func (a Answer) String() string {
	b, _ := a.MarshalJSON() // of texts, finite numbers and truth values
	return string(b)
}

// MarshalJSON writes a single value as it is, a list as an array, and no answer
// as null.
func (a Answer) MarshalJSON() ([]byte, error) {
	switch {
	case a.list && len(a.values) == 0:
		return []byte("[]"), nil
	case a.list:
		return json.Marshal(a.values)
	case len(a.values) == 0:
		return []byte("null"), nil
	}
	return a.values[0].MarshalJSON()
}

// UnmarshalJSON reads what MarshalJSON writes. Other shapes are an
// [issue.Issues].
func (a *Answer) UnmarshalJSON(b []byte) error {
	n, err := decode(b)
	if err != nil {
		return err
	}
	var is issue.Issues
	*a = answerOf(n, "answer", &is)
	return is.Err()
}

// answerOf reads an answer. What is not one becomes an issue.
func answerOf(n node, field string, is *issue.Issues) Answer {
	if n.kind != arrayNode {
		v, ok := n.value()
		if !ok {
			is.Add(field, "shape", n.kind.String(), "an answer is a text, a number, true or false, or a list of these")
		}
		return single(v)
	}
	if len(n.items) > maxValues {
		is.Add(field, "size", strconv.Itoa(len(n.items)), "an answer holds at most %d values", maxValues)
		return Answer{}
	}
	a := Answer{list: true}
	for i, item := range n.items {
		v, ok := item.value()
		if !ok || item.kind == nullNode {
			is.Add(field+"["+strconv.Itoa(i)+"]", "shape", item.kind.String(), "a list holds texts, numbers, true and false")
			continue
		}
		if !v.IsZero() { // an empty text is no answer, alone or in a list
			a.values = append(a.values, v)
		}
	}
	return a
}

// Answers are the answers to a questionnaire, by the name of the question.
type Answers map[string]Answer

// ParseAnswers reads answers as SurveyJS stores them, a JSON object of names and
// values, or a file that the tool for Canada's assessment saved, which holds that
// object under "data". Names whose value is null are left out. The error is an
// [issue.Issues] that names each answer of a shape that is none. Whether a
// questionnaire knows the names and values is for [Questionnaire.Validate].
func ParseAnswers(b []byte) (Answers, error) {
	n, err := decode(b)
	if err != nil {
		return nil, err
	}
	var is issue.Issues
	prefix := ""
	if data, ok := n.member("data"); ok && data.kind == objectNode { // no answer is an object
		n, prefix = data, "data."
	}
	if n.kind != objectNode {
		is.Add("answers", "shape", n.kind.String(), "must be an object of names and answers")
		return nil, is
	}
	out := make(Answers, len(n.members))
	for _, m := range n.members {
		if m.value.kind != nullNode {
			out[m.name] = answerOf(m.value, prefix+m.name, &is)
		}
		if len(is) >= issue.Max {
			break
		}
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

// UnmarshalJSON reads answers as [ParseAnswers] does.
func (a *Answers) UnmarshalJSON(b []byte) error {
	if string(bytes.TrimSpace(b)) == "null" {
		return nil // as the rest of encoding/json takes it
	}
	parsed, err := ParseAnswers(b)
	if err == nil {
		*a = parsed
	}
	return err
}

// Digest returns the SHA-256, in hexadecimal digits, of the answers in a
// canonical form: by name, without those that answer nothing. The order of a
// list counts.
func (a Answers) Digest() string {
	var buf []byte
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if a[name].IsZero() {
			continue
		}
		buf = strconv.AppendInt(buf, int64(len(name)), 10)
		buf = append(buf, ':')
		buf = append(buf, name...)
		buf = append(buf, '=')
		buf = append(buf, a[name].String()...) // JSON says where it ends
		buf = append(buf, '\n')
	}
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:])
}
