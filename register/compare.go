package register

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// Change is one attribute in which two states of a system differ, with the
// rule that says whether the difference is material.
type Change struct {
	// Attribute is the attribute's name.
	Attribute string `json:"attribute"`
	// Before and After are its values; empty if not answered.
	Before []string `json:"before,omitempty"`
	After  []string `json:"after,omitempty"`
	// What says how it changed.
	What ChangeWhat `json:"what"`
	// Material says whether the change calls for a new assessment; Rule is the
	// ID of the rule that says so and Why its reason.
	Material bool   `json:"material"`
	Rule     string `json:"rule"`
	Why      string `json:"why"`
}

// ChangeWhat says how an attribute changed.
type ChangeWhat string

// How an attribute can change.
const (
	Answered     ChangeWhat = "answered"     // from not answered to a value
	Retracted    ChangeWhat = "retracted"    // from a value to not answered
	Editorial    ChangeWhat = "editorial"    // texts or codes of the same words
	Updated      ChangeWhat = "updated"      // particulars of the same things: who keeps a data set, the period it covers
	Raised       ChangeWhat = "raised"       // to more, of an ordered attribute
	Lowered      ChangeWhat = "lowered"      // to less, of an ordered attribute
	Weakened     ChangeWhat = "weakened"     // to less safe, of an ordered safeguard
	Strengthened ChangeWhat = "strengthened" // to safer, of an ordered safeguard
	SwitchedOn   ChangeWhat = "switched_on"  // from no to yes
	SwitchedOff  ChangeWhat = "switched_off" // from yes to no
	Widened      ChangeWhat = "widened"      // values came in, and perhaps others went
	Narrowed     ChangeWhat = "narrowed"     // values went, none came in
	Changed      ChangeWhat = "changed"      // to another value, without order
)

// Comparison is how two states of a system differ.
type Comparison struct {
	// Changes are the attributes that differ, in the order of the table.
	Changes []Change `json:"changes,omitempty"`
}

// Material reports whether any difference calls for a new assessment.
func (c Comparison) Material() bool {
	return slices.ContainsFunc(c.Changes, func(ch Change) bool { return ch.Material })
}

// MaterialChanges returns the differences that call for a new assessment.
func (c Comparison) MaterialChanges() []Change {
	var m []Change
	for _, ch := range c.Changes {
		if ch.Material {
			m = append(m, ch)
		}
	}
	return m
}

// Compare lists the attributes in which after differs from before, and says of
// each whether that is material, and under which rule. The stage is not among
// them: it moves through gates.
func Compare(before, after System) Comparison {
	var c Comparison
	for _, a := range attributes() {
		c.add(a, a.Append(nil, &before), a.Append(nil, &after))
	}
	return c
}

// add compares the values of one attribute.
func (c *Comparison) add(a Attribute, before, after []string) {
	if a.Name == "id" || a.Name == "stage" || slices.Equal(before, after) {
		return
	}
	what := difference(a, before, after)
	r := ruleFor(a, what)
	c.Changes = append(c.Changes, Change{Attribute: a.Name, Before: before, After: after, What: what, Material: r.Material, Rule: r.ID, Why: r.Why})
}

// difference says how the values of an attribute changed.
func difference(a Attribute, before, after []string) ChangeWhat {
	switch {
	case len(before) == 0:
		return Answered
	case len(after) == 0 && (a.Kind != KindList || a.never):
		return Retracted
	}
	switch a.Kind {
	case KindText:
		if sameWords(before[0], after[0]) {
			return Editorial
		}
	case KindAnswer:
		switch after[0] {
		case string(Yes):
			return SwitchedOn
		case string(No):
			return SwitchedOff
		}
	case KindOrdered:
		x, known := a.Rank(before[0])
		y, ok := a.Rank(after[0])
		switch {
		case !known || !ok:
		case y > x && a.safeguard:
			return Weakened
		case y > x:
			return Raised
		case a.safeguard:
			return Strengthened
		default:
			return Lowered
		}
	case KindSet, KindList:
		came, went := differs(a.Name, after, before), differs(a.Name, before, after)
		switch {
		case len(came)+len(went) == 0:
			return Editorial
		case a.Name == "data_resources" && len(came) == len(went) && slices.Equal(dataSets(came), dataSets(went)):
			return Updated
		case slices.ContainsFunc(came, func(v string) bool { return v != none }): // which is the empty set
			return Widened
		}
		return Narrowed
	}
	return Changed
}

// ChangeRule is one rule of material change. The first rule that names the
// attribute and the kind of change decides.
type ChangeRule struct {
	// ID names the rule.
	ID string `json:"id"`
	// Attributes are the attributes that it is about; none means every material
	// one.
	Attributes []string `json:"attributes,omitempty"`
	// What are the kinds of change that it is about; none means all.
	What []ChangeWhat `json:"what,omitempty"`
	// Material is what it says; Why gives the reason.
	Material bool   `json:"material"`
	Why      string `json:"why"`
}

// fallbackRule is the ID of the rule for a change that no other rule is about:
// the attribute's own row in the table says whether it is material, and why.
const fallbackRule = "MC-00"

// ChangeRules returns the rules of material change, in the order in which they
// are asked; after the last comes MC-00, by which the
// attribute's own row in the table decides. Sources: the EU AI Act on
// substantial modification (Articles 3(23) and 25); Australia's and Canada's
// directives on updating an impact assessment when scope, function or context
// changes.
//
// Three numbers stand for rules that are kept elsewhere: MC-16 and MC-17, on
// moves between stages, by the gates, and MC-19, to compare with what was
// approved, by Fingerprint.Compare.
func ChangeRules() []ChangeRule {
	all := slices.Clone(changeRules)
	for i := range all {
		all[i].Attributes, all[i].What = slices.Clone(all[i].Attributes), slices.Clone(all[i].What)
	}
	return all
}

// changeRules stand in the order of asking, not of their numbers.
var changeRules = []ChangeRule{
	{"MC-14", []string{"name", "labels", "links", "external_ids", "description"}, nil, false, "no effect on people"},
	{"MC-15", []string{"owner"}, nil, false, "logged; an empty owner is a finding"},
	{"MC-02", []string{"purpose", "decisions", "deployment_context", "foreseeable_misuse", "tools", "languages", "supplier", "use_answers"}, []ChangeWhat{Editorial}, false, "the same words; anything beyond spelling is another matter"},
	{"MC-21", []string{"data_resources"}, []ChangeWhat{Updated}, false, "the same data sets; who keeps them and the period that they cover are looked at in the next review"},
	{"MC-18", nil, []ChangeWhat{Answered}, true, "an answered question can change the level"},
	{"MC-20", nil, []ChangeWhat{Retracted}, true, "an answer that is taken back is a question again"},
	{"MC-01", []string{"purpose", "decisions", "practice", "domain", "deployment_context", "function", "effect"}, nil, true, "another use is another assessment"},
	{"MC-03", []string{"data", "data_origin", "data_resources", "generates", "tools", "jurisdictions", "affected", "interacts", "intended_users", "languages", "role", "foreseeable_misuse"}, []ChangeWhat{Widened}, true, "wider than what was assessed"},
	{"MC-05", []string{"affected"}, []ChangeWhat{Narrowed}, true, "to say that somebody is no longer affected takes an assessor"},
	{"MC-04", []string{"data", "data_origin", "generates", "tools", "jurisdictions", "interacts", "intended_users", "languages"}, []ChangeWhat{Narrowed}, false, "narrower; looked at in the next review"},
	{"MC-06", []string{"autonomy", "reach"}, []ChangeWhat{Raised}, true, "more effect without a person, or on more people"},
	{"MC-07", []string{"autonomy", "reach"}, []ChangeWhat{Lowered}, false, "less exposure; it can't lower the level until assessed again"},
	{"MC-09", []string{"contest", "reversibility", "explain"}, []ChangeWhat{Strengthened}, false, "safer"},
	{"MC-08", []string{"human_oversight", "contest", "reversibility", "explain"}, nil, true, "a safeguard that the approval rested on"},
	{"MC-10", []string{"model", "supplier", "model_source", "build", "hosting", "adaptive", "gpai"}, nil, true, "same name, other behaviour"},
	{"MC-13", []string{"deployer_kind", "tech_maturity", "claims_63", "harmful_significant", "third_party_conformity", "convenience_only", "alteration", "sole_use", "open_source", "obvious_ai", "standard_editing", "editorial_control"}, nil, true, "legal position or readiness"},
	{"MC-12", []string{"profiling", "acts", "physical", "supplies", "direct"}, []ChangeWhat{SwitchedOff}, false, "duties fall away only with the next assessment"},
	{"MC-11", []string{"profiling", "matching", "acts", "multi_agent", "physical", "supplies", "direct", "systemic", "gpai_provider", "displaces", "critical", "large_training", "data_workers"}, nil, true, "duties come in; whether they fall away is for an assessor"},
}

// ruleFor returns the rule that decides on a change.
func ruleFor(a Attribute, what ChangeWhat) ChangeRule {
	for _, r := range changeRules {
		about := slices.Contains(r.Attributes, a.Name) || len(r.Attributes) == 0 && a.Material
		if about && (len(r.What) == 0 || slices.Contains(r.What, what)) {
			return r
		}
	}
	return ChangeRule{ID: fallbackRule, Material: a.Material, Why: a.Why}
}

// Fingerprint is what an assessment looked at: the material attributes of a
// system as they were. It tells later whether an approval still covers the
// system as it is.
type Fingerprint struct {
	// Digest is the SHA-256, in hexadecimal digits, of the attributes' canonical
	// form.
	Digest string `json:"digest,omitempty"`
	// Attributes are the material attributes that were answered, with their
	// values.
	Attributes map[string][]string `json:"attributes,omitempty"`
}

// FingerprintOf takes the fingerprint of a system. Two systems have the same
// digest exactly if no material attribute differs between them.
func FingerprintOf(s System) Fingerprint {
	var f Fingerprint
	h := sha256.New()
	for _, a := range attributes() {
		if !a.Material {
			continue
		}
		values := a.Append(nil, &s)
		if len(values) == 0 {
			continue
		}
		if f.Attributes == nil {
			f.Attributes = make(map[string][]string) // nil if empty, as from JSON
		}
		f.Attributes[a.Name] = values
		for _, part := range append([]string{a.Name}, values...) {
			h.Write(strconv.AppendInt(nil, int64(len(part)), 10))
			h.Write([]byte{':'})
			h.Write([]byte(part))
		}
		h.Write([]byte{'\n'})
	}
	f.Digest = hex.EncodeToString(h.Sum(nil))
	return f
}

// IsZero reports whether nothing has been looked at yet.
func (f Fingerprint) IsZero() bool { return f.Digest == "" }

// Compare lists the material attributes in which s differs from what the
// fingerprint was taken of (rule MC-19: always against what was approved, so
// that drift by small steps can't slip through).
func (f Fingerprint) Compare(s System) Comparison {
	var c Comparison
	var now []string
	all := attributes()
	for i := range all {
		a := &all[i]
		if !a.Material {
			continue
		}
		before := f.Attributes[a.Name]
		if now = a.Append(now[:0], &s); !slices.Equal(before, now) {
			// Cloned: who gets the comparison may not reach into the fingerprint.
			c.add(*a, slices.Clone(before), a.Append(nil, &s))
		}
	}
	return c
}
