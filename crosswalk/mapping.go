package crosswalk

import (
	"fmt"
	"slices"
	"strconv"
)

// Mapping is one pair of elements, how they relate, and why.
type Mapping struct {
	// From is an element of the set's From framework.
	From Ref `json:"from"`
	// To is an element of the set's To framework.
	To Ref `json:"to"`
	// Relation says how From relates to To.
	Relation Relation `json:"relation"`
	// Strength says how much of the evidence for From serves for To; 0 where
	// the source does not say.
	Strength Strength `json:"strength,omitempty"`
	// Reason says in one line why the pair is one.
	Reason string `json:"reason"`
	// Derived says that no source states the pair: it follows from others by a
	// rule that the set names.
	Derived bool `json:"derived,omitempty"`
	// Repeat says that the source states a pair that stands earlier in the set
	// once more. It is kept so that the set counts as its source does, and is
	// otherwise without effect.
	Repeat bool `json:"repeat,omitempty"`
	// Printed is the address of To as the source prints it, misprints and all;
	// empty where there is no printed source.
	Printed string `json:"printed,omitempty"`
	// Note is a remark, such as which misprint was corrected.
	Note string `json:"note,omitempty"`
}

// Unmatched is an element that is known to have no counterpart, which is
// another thing than a pair that nobody has looked at.
type Unmatched struct {
	// Ref is an element of one of the set's frameworks.
	Ref Ref `json:"ref"`
	// Reason says in one line why nothing answers it.
	Reason string `json:"reason"`
}

// MappingSet is a set of mappings between two frameworks, from one source.
type MappingSet struct {
	// ID identifies the set; it follows the rules of a framework ID.
	ID string `json:"id"`
	// Title is its name.
	Title string `json:"title"`
	// Version is its edition. Results name it.
	Version string `json:"version"`
	// From is the ID of the framework of every mapping's From.
	From string `json:"from"`
	// To is the ID of the framework of every mapping's To; it may be the same.
	To string `json:"to"`
	// Source says who made the mappings, and where they stand.
	Source string `json:"source"`
	// Licence says under which terms they may be used; empty if not known.
	Licence string `json:"licence,omitempty"`
	// Notes are remarks on the set as a whole.
	Notes []string `json:"notes,omitempty"`
	// Mappings are the pairs.
	Mappings []Mapping `json:"mappings"`
	// Unmatched are elements known to have no counterpart.
	Unmatched []Unmatched `json:"unmatched,omitempty"`
}

// Reverse returns the set read from To to From: the ends are swapped and every
// relation is reversed.
func (s MappingSet) Reverse() MappingSet {
	s = s.clone()
	s.From, s.To = s.To, s.From
	for i := range s.Mappings {
		m := &s.Mappings[i]
		m.From, m.To, m.Relation = m.To, m.From, m.Relation.Reverse()
	}
	return s
}

func (s MappingSet) clone() MappingSet {
	s.Notes = slices.Clone(s.Notes)
	s.Mappings = slices.Clone(s.Mappings)
	s.Unmatched = slices.Clone(s.Unmatched)
	return s
}

// Validate checks the set against the two frameworks it is between: every
// reference exists in its framework, no pair stands twice unless it says so,
// relations and strengths are in range, and everything has a reason. The error
// is an issue.Issues, whose fields name the index of the mapping.
func (s MappingSet) Validate(from, to Framework) error {
	v := s.validator(elementIDs(from), elementIDs(to))
	v.head()
	if from.ID != s.From {
		v.add("from", "framework", s.From, "checked against the framework %s", clip(from.ID))
	}
	if to.ID != s.To {
		v.add("to", "framework", s.To, "checked against the framework %s", clip(to.ID))
	}
	for i, m := range s.Mappings {
		v.mapping(i, m)
	}
	for i, u := range s.Unmatched {
		v.unmatched(i, u)
	}
	return v.err()
}

func elementIDs(f Framework) map[string]bool {
	ids := make(map[string]bool, len(f.Elements))
	for _, e := range f.Elements {
		ids[e.ID] = true
	}
	return ids
}

// validator checks a set row by row, so that a reader of CSV can set the line
// between two rows.
type validator struct {
	collector
	set      *MappingSet
	from, to map[string]bool
	pairs    map[[2]Ref]int
	mapped   map[Ref]int
	absent   map[Ref]int
}

func (s *MappingSet) validator(from, to map[string]bool) *validator {
	return &validator{collector: collector{in: "mapping set " + clip(s.ID)}, set: s, from: from, to: to,
		pairs: make(map[[2]Ref]int), mapped: make(map[Ref]int), absent: make(map[Ref]int)}
}

func (v *validator) head() {
	s := v.set
	if !validFramework(s.ID) {
		v.add("id", "id", s.ID, "the ID of a set is 1 to 40 lower-case letters, digits, dots and hyphens")
	}
	v.text("title", s.Title, true)
	v.text("version", s.Version, true)
	v.text("source", s.Source, true)
	v.text("licence", s.Licence, false)
	for i, n := range s.Notes {
		v.text(fmt.Sprintf("notes[%d]", i), n, true)
	}
}

func (v *validator) mapping(i int, m Mapping) {
	if v.full() {
		return
	}
	field := func(name string) string { return "mappings[" + strconv.Itoa(i) + "]." + name }
	v.ref(field("from"), m.From, v.set.From, v.from)
	v.ref(field("to"), m.To, v.set.To, v.to)
	if !m.Relation.IsValid() {
		v.add(field("relation"), "oneof", string(m.Relation), "one of %s", relationNames())
	}
	if m.Strength < Unstated || m.Strength > Full {
		v.add(field("strength"), "range", strconv.Itoa(int(m.Strength)), "1 to 10, or 0 where the source does not say")
	}
	v.text(field("reason"), m.Reason, true)
	v.text(field("printed"), m.Printed, false)
	v.text(field("note"), m.Note, false)
	if m.From == m.To && !m.From.IsZero() {
		v.add(field("to"), "self", m.To.String(), "the element is mapped to itself")
	}
	pair := [2]Ref{m.From, m.To}
	first, dup := v.pairs[pair]
	if !dup && v.set.From == v.set.To {
		first, dup = v.pairs[[2]Ref{m.To, m.From}]
	}
	switch {
	case dup && !m.Repeat:
		v.add(field("to"), "repeated", m.From.String()+" to "+m.To.String(), "the pair stands already in mappings[%d]", first)
	case !dup && m.Repeat:
		v.add(field("repeat"), "repeat", "true", "no earlier mapping has this pair")
	}
	if !dup {
		v.pairs[pair] = i
	}
	v.mapped[m.From], v.mapped[m.To] = i, i
}

// unmatched is called after all mappings were.
func (v *validator) unmatched(i int, u Unmatched) {
	if v.full() {
		return
	}
	field := func(name string) string { return "unmatched[" + strconv.Itoa(i) + "]." + name }
	if u.Ref.Framework() == v.set.From {
		v.ref(field("ref"), u.Ref, v.set.From, v.from)
	} else {
		v.ref(field("ref"), u.Ref, v.set.To, v.to)
	}
	v.text(field("reason"), u.Reason, true)
	if j, ok := v.mapped[u.Ref]; ok {
		v.add(field("ref"), "unmatched", u.Ref.String(), "it has a counterpart in mappings[%d]", j)
	}
	if j, ok := v.absent[u.Ref]; ok {
		v.add(field("ref"), "repeated", u.Ref.String(), "stands already in unmatched[%d]", j)
	} else {
		v.absent[u.Ref] = i
	}
}

func (v *validator) ref(field string, r Ref, framework string, elements map[string]bool) {
	switch {
	case r.IsZero():
		v.add(field, "ref", "", "a reference is FRAMEWORK:ELEMENT, such as iso42001:A.6.2.4")
	case r.Framework() != framework:
		v.add(field, "framework", r.String(), "the set is between %s and %s; here stands an element of %s", v.set.From, v.set.To, framework)
	case !elements[r.Element()]:
		v.add(field, "unknown", r.String(), "%s has no such element", framework)
	}
}
