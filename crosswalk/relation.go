package crosswalk

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// Relation says how the From of a mapping relates to its To. The first four
// compare what two elements ask for, as sets. The other three are for clauses
// of two management system standards, which put a requirement alike but each to
// its own subject. The empty Relation is invalid.
type Relation string

// The relations.
const (
	// Equal: From asks for what To asks for.
	Equal Relation = "equal"
	// Superset: From asks for all that To asks for, and more.
	Superset Relation = "superset"
	// Subset: From asks for a part of what To asks for.
	Subset Relation = "subset"
	// Intersects: From and To have something in common.
	Intersects Relation = "intersects"
	// Same: the same requirement, put to management systems of two subjects.
	Same Relation = "same"
	// Extended: as Same, and To asks for more.
	Extended Relation = "extended"
	// Extends: as Same, and From asks for more.
	Extends Relation = "extends"
)

// Relations returns all relations, those that carry more before those that
// carry less.
func Relations() []Relation {
	return []Relation{Equal, Superset, Same, Extends, Extended, Subset, Intersects}
}

// ParseRelation reads a relation; letter case and space around it do not
// matter.
func ParseRelation(s string) (Relation, error) {
	r := Relation(strings.ToLower(strings.TrimSpace(s)))
	if !r.IsValid() {
		return "", issue.Issues{issueIn("relation", 0, "relation", "oneof", s, "one of %s", relationNames())}
	}
	return r, nil
}

// IsValid reports whether it is one of the relations; the zero value is none.
func (r Relation) IsValid() bool { return slices.Contains(Relations(), r) }

func relationNames() string {
	names := make([]string, 0, len(Relations()))
	for _, r := range Relations() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// Reverse returns how To relates to From. An invalid relation stays as it is.
func (r Relation) Reverse() Relation {
	switch r {
	case Superset:
		return Subset
	case Subset:
		return Superset
	case Extended:
		return Extends
	case Extends:
		return Extended
	}
	return r
}

// Gives returns what evidence for From does for To: Equal and Superset cover
// it, all others cover it in part. An invalid relation leaves it open.
//
// Same covers in part only. The procedure carries over from one management
// system to another, but the record that it was followed on one subject shows
// nothing on the other.
func (r Relation) Gives() Status {
	switch r {
	case Equal, Superset:
		return Covered
	case Subset, Intersects, Same, Extended, Extends:
		return Partial
	}
	return Open
}

// Compose returns how A relates to C if A relates to B by r and B to C by s,
// and whether anything follows at all. It claims nothing that could be wrong:
// if A overlaps B and B overlaps C, A and C may have nothing in common. What
// holds of sets holds of Same, Extended and Extends as well, among themselves;
// mixed with the others, they carry no further than an overlap does.
func Compose(r, s Relation) (Relation, bool) {
	if !r.IsValid() || !s.IsValid() {
		return "", false
	}
	if r == Equal {
		return s, true
	}
	if s == Equal {
		return r, true
	}
	if clause(r) && clause(s) {
		switch {
		case r == Same:
			return s, true
		case s == Same || r == s:
			return r, true
		case r == Extends && s == Extended: // both hold what B asks for
			return Intersects, true
		}
		return "", false
	}
	// What is left of a clause relation, once the subject has changed, is an
	// overlap.
	if clause(r) {
		r = Intersects
	}
	if clause(s) {
		s = Intersects
	}
	switch {
	case r == s && (r == Subset || r == Superset):
		return r, true
	case r == Superset, s == Subset && r != Superset: // B or a part of B is in both
		return Intersects, true
	}
	return "", false
}

func clause(r Relation) bool { return r == Same || r == Extended || r == Extends }

// Strength says how much of the evidence for From serves for To, from 1 to 10.
//
//	1 to 3   the subject touches, some of the evidence serves
//	4 to 6   a good part of the evidence serves
//	7 to 9   most of the evidence serves, and has to be extended
//	10       the evidence is the same
//
// 0 means that the source of the mapping does not say. It is not the same as
// weak, but where paths are compared it ranks last. The scale is that of the
// "strength of relationship" of NIST IR 8477, so that such mappings can be read
// as they are.
type Strength int

// The ends of the scale.
const (
	Unstated Strength = 0
	Full     Strength = 10
)

// Then returns the strength of two steps one after the other: a tenth of the
// product, at least 1, and Unstated if either is.
func (s Strength) Then(t Strength) Strength {
	if s <= Unstated || t <= Unstated {
		return Unstated
	}
	return max(1, min(s, Full)*min(t, Full)/Full)
}

// Status says how far a requirement is covered.
type Status string

// The statuses, from least to most.
const (
	Open    Status = "open"
	Partial Status = "partial"
	Covered Status = "covered"
)

// Statuses returns the statuses from least to most.
func Statuses() []Status { return []Status{Open, Partial, Covered} }

// IsValid reports whether it is one of the statuses; the zero value is none.
func (s Status) IsValid() bool { return slices.Contains(Statuses(), s) }

// Rank returns the place of the status from 1 (open) to 3 (covered); 0 for what
// is no status.
func (s Status) Rank() int { return slices.Index(Statuses(), s) + 1 }
