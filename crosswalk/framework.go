package crosswalk

import (
	"fmt"
	"slices"
)

// Kind says what an element of a framework is.
type Kind string

// The kinds of elements.
const (
	// KindClause is a numbered clause of a management system standard.
	KindClause Kind = "clause"
	// KindTheme groups controls, as the four themes of ISO/IEC 27001 do.
	KindTheme Kind = "theme"
	// KindObjective is a control objective with controls below it.
	KindObjective Kind = "objective"
	// KindControl is a reference control.
	KindControl Kind = "control"
	// KindGuidance is advice on a requirement. It can be pointed at, but
	// coverage does not count it.
	KindGuidance Kind = "guidance"
	// KindFunction is the top level of the NIST frameworks.
	KindFunction Kind = "function"
	// KindCategory is the middle level of the NIST frameworks.
	KindCategory Kind = "category"
	// KindSubcategory is the bottom level of the NIST frameworks.
	KindSubcategory Kind = "subcategory"
	// KindRequirement is any other thing that is asked for, such as an article
	// of a law.
	KindRequirement Kind = "requirement"
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{KindClause, KindTheme, KindObjective, KindControl, KindGuidance, KindFunction, KindCategory, KindSubcategory, KindRequirement}
}

// IsValid reports whether it is one of the kinds; the zero value is none.
func (k Kind) IsValid() bool { return slices.Contains(Kinds(), k) }

// Phase is a phase of Plan-Do-Check-Act.
type Phase string

// The phases, in order.
const (
	PhasePlan  Phase = "plan"
	PhaseDo    Phase = "do"
	PhaseCheck Phase = "check"
	PhaseAct   Phase = "act"
)

// Phases returns the four phases in order.
func Phases() []Phase { return []Phase{PhasePlan, PhaseDo, PhaseCheck, PhaseAct} }

// IsValid reports whether it is one of the phases; the zero value, for an element
// that has none, is not.
func (p Phase) IsValid() bool { return slices.Contains(Phases(), p) }

// Documentation says how firmly a clause asks for documented information (7.5
// of the harmonized structure).
type Documentation string

// The degrees of documentation. The empty Documentation means that nothing is
// known about it.
const (
	// DocumentationRequired: the clause names documented information.
	DocumentationRequired Documentation = "required"
	// DocumentationImplied: the clause can't be shown without it.
	DocumentationImplied Documentation = "implied"
	// DocumentationCustomary: not named, and yet every auditor asks for it.
	DocumentationCustomary Documentation = "customary"
	// DocumentationNone: the clause names none.
	DocumentationNone Documentation = "none"
)

// IsValid reports whether it is one of the degrees; the zero value, of which
// nothing is known, is none.
func (d Documentation) IsValid() bool {
	switch d {
	case DocumentationRequired, DocumentationImplied, DocumentationCustomary, DocumentationNone:
		return true
	}
	return false
}

// Element is one element of a framework.
type Element struct {
	// ID is the element's number or name within its framework, such as "6.1.4",
	// "A.6.2.8" or "MAP 1.1".
	ID string `json:"id"`
	// Kind says what it is.
	Kind Kind `json:"kind"`
	// Title is its heading; empty where the framework has statements only.
	Title string `json:"title,omitempty"`
	// Statement is its text, where the text may be quoted.
	Statement string `json:"statement,omitempty"`
	// Parent is the ID of the element that it is a part of; empty at the top.
	Parent string `json:"parent,omitempty"`
	// Leaf says that nothing is below it.
	Leaf bool `json:"leaf,omitempty"`
	// Phase is the phase of Plan-Do-Check-Act that a clause belongs to. The
	// standards do not name it; 4 to 6 are read as plan, 7 and 8 as do, 9 as
	// check, 10 as act.
	Phase Phase `json:"phase,omitempty"`
	// Documentation says how firmly the element asks for documented information.
	Documentation Documentation `json:"documentation,omitempty"`
	// Documented says in own words what has to be documented; empty where
	// nothing is named.
	Documented string `json:"documented,omitempty"`
	// Note is what else is to know, such as an amendment.
	Note string `json:"note,omitempty"`
}

// Name returns what to call the element: its title, or its statement if it has
// none.
func (e Element) Name() string {
	if e.Title != "" {
		return e.Title
	}
	return e.Statement
}

// Requirement reports whether coverage counts the element: it is a leaf, and
// asks for something, which guidance does not.
func (e Element) Requirement() bool { return e.Leaf && e.Kind != KindGuidance }

// Framework is a standard, a law or another framework, as a list of elements.
type Framework struct {
	// ID is the part of a Ref before the colon, such as "iso42001".
	ID string `json:"id"`
	// Title is its name.
	Title string `json:"title"`
	// Version is its edition, such as "2023".
	Version string `json:"version"`
	// Source says where the elements were taken from.
	Source string `json:"source"`
	// Notes are remarks on how it was taken down.
	Notes []string `json:"notes,omitempty"`
	// Elements are its elements in the order of the document, a parent before
	// what is below it.
	Elements []Element `json:"elements"`
}

// Element returns the element with the given ID.
func (f Framework) Element(id string) (Element, bool) {
	for i := range f.Elements {
		if f.Elements[i].ID == id {
			return f.Elements[i], true
		}
	}
	return Element{}, false
}

// Requirements returns the elements that coverage counts, in order.
func (f Framework) Requirements() []Element {
	var out []Element
	for _, e := range f.Elements {
		if e.Requirement() {
			out = append(out, e)
		}
	}
	return out
}

func (f Framework) clone() Framework {
	f.Notes = slices.Clone(f.Notes)
	f.Elements = slices.Clone(f.Elements)
	return f
}

// Validate checks the framework on its own: IDs are well formed and unique, a
// parent stands before what is below it, and Leaf is set on exactly those that
// nothing is below. The error is an issue.Issues.
func (f Framework) Validate() error {
	p := collector{in: "framework " + clip(f.ID)}
	if !validFramework(f.ID) {
		p.add("id", "id", f.ID, "a framework ID is 1 to 40 lower-case letters, digits, dots and hyphens")
	}
	p.text("title", f.Title, true)
	p.text("version", f.Version, true)
	p.text("source", f.Source, true)
	for i, n := range f.Notes {
		p.text(fmt.Sprintf("notes[%d]", i), n, true)
	}
	if len(f.Elements) == 0 {
		p.add("elements", "required", "", "a framework has at least one element")
	}
	seen := make(map[string]int, len(f.Elements))
	hasChild := make(map[string]bool)
	for _, e := range f.Elements {
		hasChild[e.Parent] = true
	}
	for i, e := range f.Elements {
		field := func(name string) string { return fmt.Sprintf("elements[%d].%s", i, name) }
		if !validElement(e.ID) {
			p.add(field("id"), "id", e.ID, "an element ID is 1 to 80 printable ASCII characters without space at the ends")
		} else if first, dup := seen[e.ID]; dup {
			p.add(field("id"), "repeated", e.ID, "stands already in elements[%d]", first)
		}
		if !e.Kind.IsValid() {
			p.add(field("kind"), "oneof", string(e.Kind), "not a kind; the kinds are %v", Kinds())
		}
		if e.Title == "" && e.Statement == "" {
			p.add(field("title"), "required", "", "an element has a title or a statement")
		}
		p.text(field("title"), e.Title, false)
		p.text(field("statement"), e.Statement, false)
		p.text(field("documented"), e.Documented, false)
		p.text(field("note"), e.Note, false)
		if e.Parent != "" {
			if _, ok := seen[e.Parent]; !ok {
				p.add(field("parent"), "parent", e.Parent, "no element before this one has this ID")
			}
		}
		if e.Leaf == hasChild[e.ID] {
			p.add(field("leaf"), "leaf", fmt.Sprint(e.Leaf), "leaf is true exactly where nothing is below")
		}
		if e.Phase != "" && !e.Phase.IsValid() {
			p.add(field("phase"), "oneof", string(e.Phase), "not a phase; the phases are %v", Phases())
		}
		if e.Documentation != "" && !e.Documentation.IsValid() {
			p.add(field("documentation"), "oneof", string(e.Documentation), "one of required, implied, customary, none, or left out")
		}
		if _, dup := seen[e.ID]; !dup {
			seen[e.ID] = i
		}
	}
	return p.err()
}
