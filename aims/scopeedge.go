package aims

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// ScopeUnit is a part of the organisation that lies within the scope, or outside of it (4.3).
type ScopeUnit struct {
	// Name is what people call it, as Person.Unit has it.
	Name string `json:"name"`
	// Out says that it lies outside, Reason why; without one nothing is left out.
	Out    bool   `json:"out,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// ScopeInterface is a place where the management system meets what lies outside of it (4.3).
type ScopeInterface struct {
	// Kind is what it meets. With names that: the ID of a supplier, the ID of an interested
	// party such as a customer, the name of a unit that lies outside, or another management
	// system as Organisation.Standards names it.
	Kind InterfaceKind `json:"kind"`
	With string        `json:"with"`
	// Passes says what goes over, in which direction.
	Passes string `json:"passes"`
	// Owner is the ID of the person who answers for it.
	Owner string `json:"owner"`
}

// InterfaceKind is what the management system meets at an interface.
type InterfaceKind string

// What it meets.
const (
	InterfaceSupplier InterfaceKind = "supplier"
	InterfaceParty    InterfaceKind = "party"             // a customer, an authority
	InterfaceUnit     InterfaceKind = "unit"              // of the organisation, outside the scope
	InterfaceSystem   InterfaceKind = "management_system" // another one, such as that of ISO/IEC 27001
)

// InterfaceKinds lists what the management system can meet.
func InterfaceKinds() []InterfaceKind {
	return []InterfaceKind{InterfaceSupplier, InterfaceParty, InterfaceUnit, InterfaceSystem}
}

// boundaries checks units and interfaces of a scope.
func (c checker) boundaries(s *Scope) {
	for i, u := range s.Units {
		at := issue.Index("units", i)
		c.says(at+".name", u.Name, true)
		c.says(at+".reason", u.Reason, u.Out)
		if slices.ContainsFunc(s.Units[:i], func(e ScopeUnit) bool { return sameText(e.Name, u.Name) }) {
			c.Add(at+".name", "repeated", u.Name, "is there already")
		}
	}
	for i, f := range s.Interfaces {
		at := issue.Index("interfaces", i)
		oneOf(c, at+".kind", f.Kind, InterfaceKinds())
		c.says(at+".with", f.With, true)
		c.says(at+".passes", f.Passes, true)
		if s.State != StateSuperseded {
			c.person(at+".owner", f.Owner, true)
		}
	}
}

// unit is the unit of a scope of that name; nil if it names none.
func (s *Scope) unit(name string) *ScopeUnit {
	for i := range s.Units {
		if sameText(s.Units[i].Name, name) {
			return &s.Units[i]
		}
	}
	return nil
}

// meets reports whether that is on file with which an interface of a scope is.
func (x *index) meets(s *Scope, f *ScopeInterface) bool {
	switch f.Kind {
	case InterfaceSupplier:
		return x.r.Has(Subject{Kind: suppliers.Name(), ID: f.With})
	case InterfaceParty:
		return x.r.Has(Subject{Kind: interestedParties.Name(), ID: f.With})
	case InterfaceUnit:
		u := s.unit(f.With)
		return u != nil && u.Out
	case InterfaceSystem:
		our := x.Organisation()
		return slices.ContainsFunc(our.Standards, func(n string) bool { return sameText(n, f.With) }) || our.HoldsISO27001 && strings.Contains(f.With, "27001")
	}
	return false
}

var unitsAgree = Probe{
	ID: "SC-01", Title: "System of a unit that does not lie within the scope", Clause: Clause{"4.3"}, Controls: ids("A.4.2"),
	Grading: "minor. Asked where the scope in force names units, and of systems within it whose owner's unit is on file",
	grade:   graded(SeverityMinor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		scope, ok := x.Scope()
		if !ok || scope.State != StateApproved || len(scope.Units) == 0 {
			return
		}
		for _, st := range x.states {
			owner, ok := people.Shared(x.r).Get(st.s.Owner)
			if !ok || blank(owner.Unit) {
				continue
			}
			var text issue.Text
			switch u := scope.unit(owner.Unit); {
			case u == nil:
				text = issue.NewText("It is of %s, the unit of its owner, which the scope does not name.", owner.Unit)
			case u.Out:
				text = issue.NewText("It is of %s, the unit of its owner, which lies outside the scope.", owner.Unit)
			default:
				continue
			}
			if !yield(st.itself(never, text, issue.NewText("Take the unit into a version of the scope (DraftScope), put the system outside of it (ReviseSystem), or name an owner within."))) {
				return
			}
		}
	},
}

var interfacesKnown = Probe{
	ID: "SC-02", Title: "Interface of the scope with what is on file nowhere", Clause: Clause{"4.3"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		scope, ok := x.Scope()
		if !ok || scope.State != StateApproved {
			return
		}
		for i := range scope.Interfaces {
			f := &scope.Interfaces[i]
			if x.meets(&scope, f) {
				continue
			}
			next := issue.NewText("Put the supplier on file (PutSupplier), or write a version of the scope without it (DraftScope).")
			switch f.Kind {
			case InterfaceParty:
				next = issue.NewText("Put the party on file (PutInterestedParty), or write a version of the scope without it (DraftScope).")
			case InterfaceUnit:
				next = issue.NewText("Name the unit, and why it lies outside, in a version of the scope (DraftScope).")
			case InterfaceSystem:
				next = issue.NewText("Say that the organisation runs it (PutOrganisation), or write a version of the scope without it (DraftScope).")
			}
			if !yield(about(scopes.Name(), scope.ID, "The scope", x.on(scope.Approval.At), issue.NewText("It meets %s, and nothing on file tells of that.", f.With), next).by(string(f.Kind)+" "+f.With, f.Owner)) {
				return
			}
		}
	},
}
