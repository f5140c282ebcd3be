package annexa

import (
	"slices"
	"strings"
)

// Objective is one of the nine areas that Annex A groups its controls in, with
// what the controls are there to achieve.
type Objective struct {
	// ID is the area's number, such as "A.6".
	ID string `json:"id"`
	// Title is the area's title in Annex A.
	Title string `json:"title"`
	// Intent says in our own words what its controls are for. It is empty for
	// A.6, which has two objectives below it instead of one of its own.
	Intent string `json:"intent,omitempty"`
	// Sub are the objectives below it: A.6.1 and A.6.2 for A.6, else none.
	Sub []Objective `json:"sub,omitempty"`
}

// Objectives returns the nine areas of Annex A in order. They state ten
// objectives, because A.6 has two. The caller may change what it gets.
func Objectives() []Objective {
	out := slices.Clone(objectives)
	for i := range out {
		out[i].Sub = slices.Clone(out[i].Sub)
	}
	return out
}

// Objective returns the number of the area that the control belongs to, such
// as "A.6" for A.6.2.8, or "" for an own control and the zero ID.
func (id ID) Objective() string {
	if id.IsZero() || id.Custom() {
		return ""
	}
	area := strings.IndexByte(id.text, '.') + 1
	if below := strings.IndexByte(id.text[area:], '.'); below >= 0 {
		return id.text[:area+below]
	}
	return id.text
}

// SubObjective returns the number of the objective below the area that the
// control belongs to, "A.6.1" or "A.6.2", or "" if its area has none.
func (id ID) SubObjective() string {
	if parts := strings.Split(id.text, "."); !id.Custom() && len(parts) == 4 {
		return strings.Join(parts[:3], ".")
	}
	return ""
}

var objectives = []Objective{
	{ID: "A.2", Title: "Policies related to AI",
		Intent: "Management says where it wants to go with AI and stands behind it, in line with what the business needs."},
	{ID: "A.3", Title: "Internal organization",
		Intent: "Named people answer for how AI systems are built, run and managed."},
	{ID: "A.4", Title: "Resources for AI systems",
		Intent: "What an AI system depends on is accounted for, so that its risks and impacts can be understood."},
	{ID: "A.5", Title: "Assessing impacts of AI systems",
		Intent: "What an AI system does to people, groups and society is assessed over its whole life."},
	{ID: "A.6", Title: "AI system life cycle", Sub: []Objective{
		{ID: "A.6.1", Title: "Management guidance for AI system development",
			Intent: "Responsible design and development has stated aims and a way of working that reaches them."},
		{ID: "A.6.2", Title: "AI system life cycle",
			Intent: "Each stage of a system's life has its criteria and requirements."},
	}},
	{ID: "A.7", Title: "Data for AI systems",
		Intent: "The part that data plays in AI systems is understood, from its source to its last use."},
	{ID: "A.8", Title: "Information for interested parties of AI systems",
		Intent: "Those concerned with a system get what they need to judge its risks and its effects."},
	{ID: "A.9", Title: "Use of AI systems",
		Intent: "AI systems are used responsibly and as the organisation's policies say."},
	{ID: "A.10", Title: "Third-party and customer relationships",
		Intent: "When others take part in a system's life, duties stay allotted and risks stay shared as agreed."},
}
