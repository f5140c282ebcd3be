package impact

import (
	"slices"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact/implied"
)

// Result is what the rules say of a system. Every part names the rules behind
// it.
type Result struct {
	// Rules is the version of the rule set.
	Rules string `json:"rules"`
	// Known is the level that the answered attributes alone give.
	Known Level `json:"known"`
	// Level counts what is not answered as the worst that it could be, though
	// never as unacceptable: it is not lower than Known.
	Level Level `json:"level"`
	// LevelRules are the IDs of the rules that give Level; those of Open
	// questions among them.
	LevelRules []string `json:"level_rules"`
	// Harms are the harms to consider.
	Harms []HarmPrompt `json:"harms"`
	// Controls are the controls required of the system, in the standard's
	// order.
	Controls []Requirement `json:"controls"`
	// Evidence is the evidence required of the system.
	Evidence []EvidenceRequirement `json:"evidence"`
	// Duties are further duties.
	Duties []DutyRequirement `json:"duties"`
	// Open are attributes that are not answered and on which a rule hangs.
	Open []OpenQuestion `json:"open"`
	// Held are the IDs of the rules that hold, whatever level they set, and Hang of
	// those that hang on what is not answered, in the order of the set. Results of
	// before the version of 2026-11-28 lack them.
	Held []string `json:"held,omitempty"`
	Hang []string `json:"hang,omitempty"`
	// Implied is what answers say of questions that nobody has answered, which are
	// asked no more, and where they contradict an answer (Contradictions). Nothing
	// of it is stored as an answer of the system.
	Implied []implied.Told `json:"implied,omitempty"`
}

// Contradictions returns what is implied by some answers and denied by another. The
// answer stands; one of the two is to be looked at again.
func (r Result) Contradictions() []implied.Told {
	var all []implied.Told
	for _, t := range r.Implied {
		if t.Contradicts() {
			t.Values, t.Excludes, t.Said = slices.Clone(t.Values), slices.Clone(t.Excludes), slices.Clone(t.Said)
			all = append(all, t)
		}
	}
	return all
}

// HarmPrompt is a harm to consider, and the rules that say so.
type HarmPrompt struct {
	// Harm is the harm's ID, Rules the IDs of the rules.
	Harm  string   `json:"harm"`
	Rules []string `json:"rules"`
}

// Requirement is a control required of a system, and the rules that say so.
type Requirement struct {
	// Control is the control, Rules the IDs of the rules.
	Control annexa.ID `json:"control"`
	Rules   []string  `json:"rules"`
}

// EvidenceRequirement is a kind of evidence required of a system, for how many
// days it counts at its level, and the rules that say so.
type EvidenceRequirement struct {
	// Kind is the ID of the kind of evidence.
	Kind string `json:"kind"`
	// FreshDays is for how many days it counts, Rules the IDs of the rules.
	FreshDays int      `json:"fresh_days"`
	Rules     []string `json:"rules"`
}

// DutyRequirement is a duty, and the rules that bring it.
type DutyRequirement struct {
	// Duty is the duty's ID, Rules the IDs of the rules.
	Duty  string   `json:"duty"`
	Rules []string `json:"rules"`
}

// OpenQuestion is an attribute that is not answered, the rules that hang on
// it, and the level to which they could raise the system (empty if none of
// them sets a level).
type OpenQuestion struct {
	// Attribute is the attribute's name, Rules the IDs of the rules, Level the
	// level that they could give.
	Attribute string   `json:"attribute"`
	Rules     []string `json:"rules"`
	Level     Level    `json:"level,omitempty"`
}

// Decides reports whether the answer could raise the system above the level
// that is known.
func (r Result) Decides(q OpenQuestion) bool { return q.Level.Rank() > r.Known.Rank() }

// Requires reports whether a control is required.
func (r Result) Requires(id annexa.ID) bool {
	return slices.ContainsFunc(r.Controls, func(q Requirement) bool { return q.Control == id })
}
