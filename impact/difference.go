package impact

import (
	"slices"
	"strings"
)

// Difference is how what the rules ask of a system differs between two
// results: of two rule sets, or of two states of the system. That other rules
// ask for the same is no difference.
type Difference struct {
	// RulesBefore and RulesAfter are the versions of the rule sets.
	RulesBefore string `json:"rules_before"`
	RulesAfter  string `json:"rules_after"`
	// LevelBefore and LevelAfter are the levels that count what is open, and
	// KnownBefore and KnownAfter those of the answered attributes alone.
	LevelBefore Level `json:"level_before"`
	LevelAfter  Level `json:"level_after"`
	KnownBefore Level `json:"known_before"`
	KnownAfter  Level `json:"known_after"`
	// Harms, Controls, Evidence, Duties and Open are what came in and what fell
	// away.
	Harms    Delta `json:"harms"`
	Controls Delta `json:"controls"`
	Evidence Delta `json:"evidence"`
	Duties   Delta `json:"duties"`
	Open     Delta `json:"open"`
}

// Delta is what came into a list and what fell out of it, in the list's order.
type Delta struct {
	// Added came in, Removed fell out.
	Added   []DeltaEntry `json:"added,omitempty"`
	Removed []DeltaEntry `json:"removed,omitempty"`
}

// DeltaEntry is one entry of a list, with the IDs of the rules that ask for it
// or, if it fell away, asked.
type DeltaEntry struct {
	// ID is the entry's, Rules the IDs of the rules.
	ID    string   `json:"id"`
	Rules []string `json:"rules"`
}

// Compare says what differs between two results.
func Compare(before, after Result) Difference {
	harm := func(x HarmPrompt) DeltaEntry { return DeltaEntry{x.Harm, x.Rules} }
	control := func(x Requirement) DeltaEntry { return DeltaEntry{x.Control.String(), x.Rules} }
	kind := func(x EvidenceRequirement) DeltaEntry { return DeltaEntry{x.Kind, x.Rules} }
	duty := func(x DutyRequirement) DeltaEntry { return DeltaEntry{x.Duty, x.Rules} }
	question := func(x OpenQuestion) DeltaEntry { return DeltaEntry{x.Attribute, x.Rules} }
	return Difference{
		RulesBefore: before.Rules, RulesAfter: after.Rules,
		LevelBefore: before.Level, LevelAfter: after.Level, KnownBefore: before.Known, KnownAfter: after.Known,
		Harms: delta(before.Harms, after.Harms, harm), Controls: delta(before.Controls, after.Controls, control),
		Evidence: delta(before.Evidence, after.Evidence, kind), Duties: delta(before.Duties, after.Duties, duty),
		Open: delta(before.Open, after.Open, question),
	}
}

func delta[T any](before, after []T, entry func(T) DeltaEntry) Delta {
	return Delta{Added: lacking(after, before, entry), Removed: lacking(before, after, entry)}
}

// lacking returns the entries of list that other lacks.
func lacking[T any](list, other []T, entry func(T) DeltaEntry) []DeltaEntry {
	var out []DeltaEntry
	there := make(map[string]bool, len(other))
	for _, y := range other {
		there[entry(y).ID] = true
	}
	for _, x := range list {
		e := entry(x)
		if !there[e.ID] {
			out = append(out, DeltaEntry{e.ID, slices.Clone(e.Rules)})
		}
	}
	return out
}

// Any reports whether anything differs beside the version of the rules.
func (d Difference) Any() bool {
	return d.LevelBefore != d.LevelAfter || d.KnownBefore != d.KnownAfter ||
		d.Harms.any() || d.Controls.any() || d.Evidence.any() || d.Duties.any() || d.Open.any()
}

func (d Delta) any() bool { return len(d.Added)+len(d.Removed) > 0 }

// String returns the difference in a form to read: a line for the level if it
// differs, and one for each thing that came in ("+") or fell away ("-").
func (d Difference) String() string {
	if !d.Any() {
		return "nothing differs"
	}
	var lines []string
	if d.LevelBefore != d.LevelAfter {
		lines = append(lines, "level "+string(d.LevelBefore)+" -> "+string(d.LevelAfter))
	}
	if d.KnownBefore != d.KnownAfter {
		lines = append(lines, "known level "+string(d.KnownBefore)+" -> "+string(d.KnownAfter))
	}
	for _, part := range []struct {
		name  string
		delta Delta
	}{{"harm", d.Harms}, {"control", d.Controls}, {"evidence", d.Evidence}, {"duty", d.Duties}, {"open", d.Open}} {
		for _, e := range part.delta.Added {
			lines = append(lines, "+ "+part.name+" "+e.ID+" ("+strings.Join(e.Rules, ", ")+")")
		}
		for _, e := range part.delta.Removed {
			lines = append(lines, "- "+part.name+" "+e.ID+" ("+strings.Join(e.Rules, ", ")+")")
		}
	}
	return strings.Join(lines, "\n")
}
