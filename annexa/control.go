package annexa

import (
	"iter"
	"slices"
	"strings"
)

// Control is one control of ISO/IEC 42001 Annex A as the catalogue describes
// it. ID and Title are the standard's; all the rest is in our own words and
// doesn't replace the standard's text.
type Control struct {
	// ID is the control's number in Annex A.
	ID ID `json:"id"`
	// Title is its title in Annex A.
	Title string `json:"title"`
	// Objective is the number of the area it belongs to, such as "A.6".
	Objective string `json:"objective"`
	// SubObjective is "A.6.1" or "A.6.2" in area A.6, else empty.
	SubObjective string `json:"sub_objective,omitempty"`
	// AnnexB is the number of its implementation guidance, such as "B.6.2.8".
	AnnexB string `json:"annex_b"`

	// Purpose says what the control is good for.
	Purpose string `json:"purpose"`
	// Statement says what is true once the control is in place.
	Statement string `json:"statement"`
	// Guidance are points on how to put it into practice, in the spirit of
	// Annex B.
	Guidance []string `json:"guidance"`

	// Scope says whether it is answered once or for each system.
	Scope Scope `json:"scope"`
	// Stages are the stages of the life cycle it bears on, in order: of
	// "design", "verification", "deployment", "operation" and "retirement".
	Stages []string `json:"stages"`
	// Evidence is what an auditor would expect to be shown, the most telling
	// first. Not every kind fits every system.
	Evidence []ExpectedEvidence `json:"evidence"`
}

// Scope says for what a control is answered.
type Scope string

// The scopes.
const (
	// ScopeOrganisation marks a control that one answer settles for all.
	ScopeOrganisation Scope = "organisation"
	// ScopeSystem marks a control that each system answers for itself.
	ScopeSystem Scope = "system"
)

// Scopes lists the scopes.
func Scopes() []Scope { return []Scope{ScopeOrganisation, ScopeSystem} }

// IsValid reports whether it is one of the scopes; the zero value is none.
func (s Scope) IsValid() bool { return slices.Contains(Scopes(), s) }

// Controls returns the 38 controls of Annex A in its order. The caller may
// change what it gets.
func Controls() []Control { return slices.Collect(All()) }

// All yields the 38 controls of Annex A in its order. The caller may change
// what it gets.
func All() iter.Seq[Control] {
	return func(yield func(Control) bool) {
		for _, area := range catalogue {
			for i := range area {
				if !yield(area[i].complete()) {
					return
				}
			}
		}
	}
}

// Lookup returns the control of that ID, and false for an own control or the
// zero ID, which are not in the catalogue.
func Lookup(id ID) (Control, bool) {
	if c := find(id); c != nil {
		return c.complete(), true
	}
	return Control{}, false
}

// Title returns the title of the control of that ID, and false for one that is not in the
// catalogue: what Lookup knows of it, without a copy of the rest.
func Title(id ID) (string, bool) {
	if c := find(id); c != nil {
		return c.Title, true
	}
	return "", false
}

// find returns the catalogue's own row, or nil. It must not be changed.
func find(id ID) *Control {
	for _, area := range catalogue {
		if area[0].ID.Objective() != id.Objective() {
			continue
		}
		for i := range area {
			if area[i].ID == id {
				return &area[i]
			}
		}
	}
	return nil
}

// complete returns a copy of c that shares nothing with it, with the fields
// that follow from the ID.
func (c Control) complete() Control {
	c.Objective = c.ID.Objective()
	c.SubObjective = c.ID.SubObjective()
	c.AnnexB = "B" + strings.TrimPrefix(c.ID.text, "A")
	c.Guidance = slices.Clone(c.Guidance)
	c.Stages = slices.Clone(c.Stages)
	c.Evidence = slices.Clone(c.Evidence)
	return c
}

// catalogue holds the controls by area; each area has a file of its own.
var catalogue = [...][]Control{
	controlsA2, controlsA3, controlsA4, controlsA5, controlsA6,
	controlsA7, controlsA8, controlsA9, controlsA10,
}

// The stages of the life cycle, by the names that the register gives them.
const (
	design       = "design"
	verification = "verification"
	deployment   = "deployment"
	operation    = "operation"
	retirement   = "retirement"
)

// wholeLife is all stages.
var wholeLife = []string{design, verification, deployment, operation, retirement}
