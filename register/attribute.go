package register

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// AttributeKind says what values an attribute takes and how they are compared.
type AttributeKind string

// The kinds of attribute.
const (
	KindText    AttributeKind = "text"    // free text
	KindChoice  AttributeKind = "choice"  // one of a list
	KindOrdered AttributeKind = "ordered" // one of a list that has an order, least first
	KindSet     AttributeKind = "set"     // any number of a list
	KindList    AttributeKind = "list"    // free texts or structures, as a set
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

	field int // index in System
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

// AttributeByName returns the attribute of a JSON name.
func AttributeByName(name string) (Attribute, bool) {
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
		fields[name] = i
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
// set or list. Structures are rendered as JSON.
func (a Attribute) Append(dst []string, s *System) []string {
	v := reflect.ValueOf(s).Elem().Field(a.field)
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
	return append(dst, asJSON(v))
}

// asJSON renders a structure; maps come out with sorted keys.
func asJSON(v reflect.Value) string {
	b, err := json.Marshal(v.Interface())
	if err != nil {
		return "" // a System holds nothing that JSON can't
	}
	return string(b)
}

// Rank returns the place of a value in the attribute's list, from 0; false if
// the value is not in it. For an ordered attribute a higher rank is more:
// more autonomy, more reach, less reversible, less explainable.
func (a Attribute) Rank(value string) (int, bool) {
	i := slices.IndexFunc(a.Values, func(v Value) bool { return v.ID == value })
	return i, i >= 0
}

// allows reports whether a value is among those allowed.
func (a Attribute) allows(value string) bool {
	if len(a.Values) == 0 {
		return true
	}
	_, ok := a.Rank(value)
	return ok
}
