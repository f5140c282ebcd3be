package decide

import (
	mathbits "math/bits"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/register"
)

// Fact is something beside the attributes of a system that conditions can look
// at: a choice or a set if it has values, else a count.
type Fact struct {
	// Name names it in conditions; it is no attribute's.
	Name string `json:"name"`
	// Values are those that it takes, 62 at most; Ordered says that they are in
	// order, least first.
	Values  []string `json:"values,omitempty"`
	Ordered bool     `json:"ordered,omitempty"`
}

// Fields are what conditions can look at: the attributes of a system that rules
// can read, then facts. They are immutable, and every table and subject is made
// with some, at most 256; a subject serves the tables whose fields begin with its own, so the
// fields of attributes alone go with all.
type Fields struct {
	list   []field
	index  map[string]int
	places int   // the field whose values are places
	stage  int   // the attribute stage
	byName []int // the fields, sorted by name
	facts  int   // where facts begin
}

// field is something that a condition can look at.
type field struct {
	name string
	kind fieldKind
	// values are those of a coded field; each has its bit in bit.
	values    []string
	bit       map[string]uint64
	ordered   bool
	attribute *register.Attribute // nil for a fact
}

type fieldKind uint8

const (
	coded fieldKind = iota // values of a list, kept as bits
	count                  // a whole number
	text                   // free values, compared as they are
)

// unanswered is the bit of an attribute that nobody has answered.
const unanswered = uint64(1) << 63

// maxValues is how many values a field can have to be kept as bits.
const maxValues = 62

// ownerNone and ownerNamed are the values of the field "owner": rules ask whether
// somebody owns the system, not who.
const (
	ownerNone  = "none"
	ownerNamed = "named"
)

// NewFields returns the fields of the attributes and of these facts. It panics
// if a fact has no name, the name of an attribute or of another fact, or more
// values than can be kept: facts are declared in code.
func NewFields(more ...Fact) *Fields {
	t := &Fields{index: make(map[string]int)}
	for _, a := range register.Attributes() {
		if unreadable(a) {
			continue
		}
		f := field{name: a.Name, kind: text, ordered: a.Kind == register.KindOrdered, attribute: &a}
		for _, v := range a.Values {
			f.values = append(f.values, v.ID)
		}
		switch a.Name {
		case "owner":
			f.values = []string{ownerNone, ownerNamed}
			f.attribute = nil // who it is, no rule sees
		case "stage":
			t.stage = len(t.list)
		case "jurisdictions":
			t.places = len(t.list)
		}
		if n := len(f.values); n > 0 && n <= maxValues {
			f.kind = coded
		}
		t.list = append(t.list, f)
	}
	t.facts = len(t.list)
	for _, x := range more {
		f := field{name: x.Name, values: slices.Clone(x.Values), ordered: x.Ordered}
		if len(x.Values) == 0 {
			f.kind = count
		}
		t.list = append(t.list, f)
	}
	for i := range t.list {
		f := &t.list[i]
		if _, twice := t.index[f.name]; twice || f.name == "" || len(f.values) > maxValues && f.attribute == nil {
			panic("decide: fact " + f.name + ": a name of its own and at most 62 values")
		}
		t.index[f.name] = i
		f.bit = make(map[string]uint64, len(f.values))
		if f.kind == coded {
			for j, v := range f.values {
				f.bit[v] = 1 << j
			}
		}
		t.byName = append(t.byName, i)
	}
	if len(t.list) > maxFields {
		panic("decide: more than 256 fields")
	}
	slices.SortFunc(t.byName, func(a, b int) int { return strings.Compare(t.list[a].name, t.list[b].name) })
	return t
}

// FieldSet is a set of fields, by number.
type FieldSet [4]uint64

// maxFields is how many fields there can be.
const maxFields = len(FieldSet{}) * 64

// Add adds a field.
func (s *FieldSet) Add(field int) { s[uint(field)/64] |= 1 << (uint(field) % 64) }

// Has reports whether a field is in the set.
func (s *FieldSet) Has(field int) bool { return s[uint(field)/64]&(1<<(uint(field)%64)) != 0 }

// Join adds the fields of another set.
func (s *FieldSet) Join(o *FieldSet) {
	for i := range s {
		s[i] |= o[i]
	}
}

// Meets reports whether two sets have a field in common.
func (s *FieldSet) Meets(o *FieldSet) bool {
	return s[0]&o[0]|s[1]&o[1]|s[2]&o[2]|s[3]&o[3] != 0
}

// each yields the fields, in order.
func (s *FieldSet) each(yield func(field int)) {
	for word, set := range s {
		for ; set != 0; set &= set - 1 {
			yield(64*word + mathbits.TrailingZeros64(set))
		}
	}
}

// Values are values of a coded field made ready. They are immutable.
type Values struct{ bits uint64 }

// IsZero reports whether there is no value.
func (v Values) IsZero() bool { return v.bits == 0 }

// AppendValues appends values of a field, in its order, as text.
func (f *Fields) AppendValues(dst []string, field int, v Values) []string {
	for i, id := range f.list[field].values {
		if v.bits&(1<<i) != 0 {
			dst = append(dst, id)
		}
	}
	return dst
}

// Values makes values of a field ready; those that the field does not have are left
// out.
func (f *Fields) Values(field int, values ...string) Values {
	var v Values
	for _, id := range values {
		v.bits |= f.list[field].bit[id]
	}
	return v
}

// Field returns the number of the field of a name; -1 for what is none.
func (f *Fields) Field(name string) int {
	if i, ok := f.index[name]; ok {
		return i
	}
	return -1
}

// Len returns how many fields there are; they are numbered from 0.
func (f *Fields) Len() int { return len(f.list) }

// Name returns the name of a field.
func (f *Fields) Name(field int) string { return f.list[field].name }

// ByName returns the numbers of all fields in the order of their names.
func (f *Fields) ByName() []int { return slices.Clone(f.byName) }

// unreadable reports whether no rule looks into an attribute: a structure, a
// date, or a text that is not what an assessment looks at, but for the owner.
func unreadable(a register.Attribute) bool {
	switch a.Kind {
	case register.KindRecord, register.KindDate:
		return true
	case register.KindText, register.KindList:
		return !a.Material && a.Name != "owner"
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
	known := bits & (1<<len(f.values) - 1)
	if known == 0 {
		return nil
	}
	values := make([]string, 0, mathbits.OnesCount64(known))
	for i, v := range f.values {
		if bits&(1<<i) != 0 {
			values = append(values, v)
		}
	}
	return values
}
