package impact

import (
	_ "embed" // for the table
	"slices"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// Harm is a kind of harm that an AI system can do.
type Harm struct {
	// ID names the harm; Group is the ID of its group, one of HarmGroups.
	ID    string `json:"id"`
	Group string `json:"group"`
	// Title and Description say what it is, Examples what it has looked like.
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Examples    []string `json:"examples"`
	// Axes say on whom it lands.
	Axes []Axis `json:"axes"`
	// Areas are the areas of the two-axis risk register that it belongs to, as
	// "people/bias".
	Areas []string `json:"areas"`
	// MIT are the subdomains of the MIT AI Risk Repository that it belongs to,
	// by ID, of MITSubdomains; NIST whom it harms in the manner of the NIST AI
	// RMF, of NISTHarms.
	MIT  []string `json:"mit"`
	NIST []string `json:"nist"`
	// Objectives are the objectives of ISO/IEC 42001 Annex C that it puts at
	// risk, of AnnexCObjectives; RiskSources the sources that it comes from, of
	// AnnexCRiskSources. Annex C is informative, and the alignment is ours.
	Objectives  []string `json:"objectives"`
	RiskSources []string `json:"risk_sources"`
	// Note says why an alignment is missing; empty where none is.
	Note string `json:"note,omitempty"`
	// Source says where the kind is taken from; the words are our own.
	Source string `json:"source"`
	// Controls are the controls that bear on it, and how.
	Controls []HarmControl `json:"controls"`
}

// HarmControl is a control that bears on a harm.
type HarmControl struct {
	// ID is the control, Why says how it lowers the harm.
	ID  annexa.ID `json:"id"`
	Why string    `json:"why"`
}

// BearsOn reports whether a control is known to bear on the harm.
func (h Harm) BearsOn(id annexa.ID) bool {
	return slices.ContainsFunc(h.Controls, func(c HarmControl) bool { return c.ID == id })
}

// In reports whether the harm stands in a category: in its group, under an MIT
// domain or subdomain, among NIST's harms, or aligned with an objective or a
// risk source of Annex C. A category holds what those below it hold: "6" all
// of "6.1" to "6.6", "people" all of "people/group" and its like.
func (h Harm) In(category string) bool {
	in := func(id string) bool {
		rest, ok := strings.CutPrefix(id, category)
		return ok && (rest == "" || category != "" && (rest[0] == '.' || rest[0] == '/'))
	}
	return in(h.Group) || slices.ContainsFunc(h.MIT, in) || slices.ContainsFunc(h.NIST, in) ||
		slices.ContainsFunc(h.Objectives, in) || slices.ContainsFunc(h.RiskSources, in)
}

//go:embed data/harms.json
var harmsJSON []byte

var harms = sync.OnceValue(func() []Harm { return mustDecode[[]Harm](harmsJSON) })

// harmIndex is harms by ID. What it points at must not be changed.
var harmIndex = sync.OnceValue(func() map[string]*Harm {
	all := make(map[string]*Harm, len(harms()))
	for i := range harms() {
		all[harms()[i].ID] = &harms()[i]
	}
	return all
})

// Harms returns the harms, grouped. The caller may change what it gets. They
// are aligned with the MIT AI Risk Repository (Slattery et al. 2024,
// arXiv:2408.12622, CC BY 4.0), the harms of the NIST AI RMF 1.0, and the
// objectives and risk sources of ISO/IEC 42001 Annex C.
func Harms() []Harm { return HarmsBy(func(Harm) bool { return true }) }

// HarmsBy returns the harms that match, in the order of Harms; nil for none.
// The caller may change what it gets. With Harm.In it answers from an
// alignment which harms stand behind it.
func HarmsBy(match func(Harm) bool) []Harm {
	var out []Harm
	for _, h := range harms() {
		if c := h.clone(); match(c) {
			out = append(out, c)
		}
	}
	return out
}

// HarmByID returns the harm of an ID.
func HarmByID(id string) (Harm, bool) {
	if h := harmIndex()[id]; h != nil {
		return h.clone(), true
	}
	return Harm{}, false
}

// clone returns a copy that shares nothing with the table.
func (h Harm) clone() Harm {
	h.Examples, h.Axes, h.Areas = slices.Clone(h.Examples), slices.Clone(h.Axes), slices.Clone(h.Areas)
	h.MIT, h.NIST = slices.Clone(h.MIT), slices.Clone(h.NIST)
	h.Objectives, h.RiskSources = slices.Clone(h.Objectives), slices.Clone(h.RiskSources)
	h.Controls = slices.Clone(h.Controls)
	return h
}

// area returns the place of the harm in the risk register: on people if it
// lands on them at all, else on the organisation.
func (h Harm) area() (register.Axis, register.Area) {
	best := h.Areas[0]
	for _, a := range h.Areas {
		if strings.HasPrefix(a, string(register.AxisPeople)+"/") {
			best = a
			break
		}
	}
	axis, area, _ := strings.Cut(best, "/")
	return register.Axis(axis), register.Area(area)
}
