package register

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// AttributeKind says what values an attribute takes and how they are compared.
type AttributeKind string

// The kinds of attribute.
const (
	KindText    AttributeKind = "text"    // free text
	KindAnswer  AttributeKind = "answer"  // yes or no
	KindChoice  AttributeKind = "choice"  // one of a list
	KindOrdered AttributeKind = "ordered" // one of a list that has an order, least first
	KindSet     AttributeKind = "set"     // any number of a list
	KindList    AttributeKind = "list"    // free texts or structures, as a set
	KindDate    AttributeKind = "date"    // a day
	KindRecord  AttributeKind = "record"  // a structure, compared as a whole
)

// Attribute describes one attribute of a System. The table of them is the one
// mechanism behind validation, comparison, fingerprints and the impact rules.
type Attribute struct {
	// Name is the JSON name of the field.
	Name string `json:"name"`
	// Title is what a form calls it.
	Title string `json:"title"`
	// Kind says what values it takes.
	Kind AttributeKind `json:"kind"`
	// Values are the values allowed of a choice, an order or a set; empty
	// where they are free.
	Values []Value `json:"values,omitempty"`
	// Material says that a change can call for a new assessment; the rules of
	// material change say which change does.
	Material bool `json:"material"`
	// Why says why it is material, or why not.
	Why string `json:"why"`

	// safeguard says of an ordered attribute that the approval rests on it, so
	// that less of it is weaker: its values run from safest to least safe.
	safeguard bool
	// never says of a list that no system has it empty, so that an empty one
	// is a question and not an answer.
	never bool
	field int // index in System, from 1; 0: not a row of the table
}

// Value is one value that an attribute can take.
type Value struct {
	// ID is the value as it stands in records.
	ID string `json:"id"`
	// Meaning says what it means.
	Meaning string `json:"meaning"`
}

// none is the value by which a set states that there is nothing.
const none = "none"

// Attributes returns the table of attributes, in the order of the fields of
// System.
func Attributes() []Attribute {
	all := slices.Clone(attributes())
	for i := range all {
		all[i].Values = slices.Clone(all[i].Values)
	}
	return all
}

// AttributeByName returns the attribute of a JSON name; false if there is none.
func AttributeByName(name string) (Attribute, bool) {
	a, ok := attribute(name)
	a.Values = slices.Clone(a.Values)
	return a, ok
}

// Titles returns what forms call the attributes of some JSON names, as texts to stand in a
// sentence; a name that there is not stays as it is.
func Titles(names ...string) []issue.Text {
	out := make([]issue.Text, len(names))
	for i, name := range names {
		if a, ok := attribute(name); ok {
			out[i] = issue.Plain(a.Title)
		} else {
			out[i] = issue.NewText("%s", name)
		}
	}
	return out
}

// attribute returns a row of the table itself.
func attribute(name string) (Attribute, bool) {
	i := slices.IndexFunc(attributes(), func(a Attribute) bool { return a.Name == name })
	if i < 0 {
		return Attribute{}, false
	}
	return attributes()[i], true
}

// attributes ties each row of the table to its field of System.
var attributes = sync.OnceValue(func() []Attribute {
	fields := make(map[string]int)
	for i, t := 0, reflect.TypeFor[System](); i < t.NumField(); i++ {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[name] = i + 1
	}
	all := slices.Clone(attributeTable)
	for i := range all {
		field, ok := fields[all[i].Name]
		if !ok {
			panic("register: the attribute table names " + all[i].Name + ", which System lacks")
		}
		all[i].field = field
	}
	slices.SortStableFunc(all, func(a, b Attribute) int { return a.field - b.field })
	return all
})

// Append appends the attribute's values in s, as text, to dst: nothing if it
// is not answered, one for a single value, sorted and without repeats for a
// set or list. A structure is rendered as JSON, a date in RFC 3339 and UTC. An
// Attribute that is not a row of the table has no values.
func (a Attribute) Append(dst []string, s *System) []string {
	if a.field == 0 {
		return dst
	}
	v := reflect.ValueOf(s).Elem().Field(a.field - 1)
	start := len(dst)
	switch v.Kind() {
	case reflect.String:
		if v.Len() > 0 {
			dst = append(dst, v.String())
		}
		return dst
	case reflect.Slice:
		for i := range v.Len() {
			if e := v.Index(i); e.Kind() == reflect.String {
				dst = append(dst, e.String())
			} else {
				dst = append(dst, asJSON(e))
			}
		}
		own := dst[start:]
		slices.Sort(own)
		return dst[:start+len(slices.Compact(own))]
	case reflect.Map:
		if v.Len() == 0 {
			return dst
		}
	default:
		if v.IsZero() {
			return dst
		}
	}
	if a.Kind == KindDate {
		return append(dst, v.Interface().(calendar.Date).String())
	}
	return append(dst, asJSON(v))
}

// asJSON renders a structure of texts; maps come out with sorted keys, and <,
// > and & as they are, for people read it.
func asJSON(v reflect.Value) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v.Interface()) // can't fail: texts and times, and lists and maps of them
	return strings.TrimSuffix(b.String(), "\n")
}

// Rank returns the place of a value in the attribute's list, from 0; false if
// the value is not in it. For an ordered attribute a higher rank is more:
// more autonomy, more reach, later in the life cycle, but also harder to
// reverse, to explain or to challenge, and less proven.
func (a Attribute) Rank(value string) (int, bool) {
	i := slices.IndexFunc(a.Values, func(v Value) bool { return v.ID == value })
	return i, i >= 0
}
