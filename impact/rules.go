package impact

import (
	_ "embed" // for the rules
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// Rule says what follows from what a system is: harms to consider, the least
// level, controls and evidence required, further duties. Its conditions hold
// together.
type Rule struct {
	// ID names the rule; results carry it.
	ID string `json:"id"`
	// When are the conditions; all must hold.
	When []Condition `json:"when"`
	// Harms are the IDs of the harms to consider: to be rated, or dismissed
	// with a reason.
	Harms []string `json:"harms,omitempty"`
	// MinLevel is the level that the system has at least; empty for none.
	MinLevel Level `json:"min_level,omitempty"`
	// Controls are the controls required of the system.
	Controls []annexa.ID `json:"controls,omitempty"`
	// Evidence are the IDs of the kinds of evidence required.
	Evidence []string `json:"evidence,omitempty"`
	// Duties are the IDs of further duties.
	Duties []string `json:"duties,omitempty"`
	// Why gives the reason, Source what it rests on.
	Why    string `json:"why"`
	Source string `json:"source"`
}

// Condition is one condition of a rule: plain data, so that it can be read,
// compared and explained.
type Condition struct {
	// Field is the name of an attribute of the system (register.Attributes),
	// or one of the facts: "level", "incidents", "concerns", "policy_covers",
	// "owner".
	Field string `json:"field"`
	// Op is how it is compared: "in" (a single value is one of Any), "has" (a
	// set holds one of Any), "at_least" (an ordered value or a count is Value
	// or more).
	Op string `json:"op"`
	// Any are the values of "in" and "has". The value "unknown" holds where
	// the attribute is not answered.
	Any []string `json:"any,omitempty"`
	// Value is the value of "at_least".
	Value string `json:"value,omitempty"`
}

// String returns the condition in a form to read, such as "autonomy at least
// acts_supervised".
func (c Condition) String() string {
	if c.Op == "at_least" {
		return c.Field + " at least " + c.Value
	}
	return c.Field + " " + c.Op + " " + strings.Join(c.Any, "|")
}

// Facts are what rules must know beside the system's own attributes.
type Facts struct {
	// Incidents is how many incidents the system had within a year, Concerns
	// how many concerns about it are open.
	Incidents, Concerns int
	// PolicyCovers says whether the AI policy covers this kind of use.
	PolicyCovers register.Answer
}

// Rules is an immutable, versioned set of rules. With and Without make new
// sets; an assessment keeps the version that it was made with.
type Rules struct {
	version  string
	rules    []compiled
	removals []Removal
}

// Removal is a rule that somebody switched off, and why.
type Removal struct {
	// ID is the rule's, Reason why it was switched off.
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// RulesVersion is the version of the rules that this package brings.
const RulesVersion = "2026-11-24"

//go:embed data/rules.json
var rulesJSON []byte

var defaultRules = sync.OnceValue(func() *Rules {
	r, err := NewRules(RulesVersion, mustDecode[[]Rule](rulesJSON))
	if err != nil {
		panic("impact: embedded rules: " + err.Error())
	}
	return r
})

// DefaultRules returns the rules that this package brings. They are this
// project's own, except where a source is named, which gives the ground and
// not the wording. They are decision support, not legal advice.
func DefaultRules() *Rules { return defaultRules() }

// NewRules makes a rule set of a version. An unknown field, operator, value,
// harm, kind of evidence or duty, a rule without condition or effect, and an ID
// that stands twice are errors of type annexa.Issues.
func NewRules(version string, rules []Rule) (*Rules, error) {
	var is annexa.Issues
	if strings.TrimSpace(version) == "" {
		is.Add("version", "required", version, "a rule set has a version")
	}
	set := &Rules{version: version, rules: make([]compiled, 0, len(rules))}
	seen := make(map[string]bool, len(rules))
	for i, r := range rules {
		field := "rules[" + strconv.Itoa(i) + "]"
		if seen[r.ID] {
			is.Add(field+".id", "unique", r.ID, "stands twice")
		}
		seen[r.ID] = true
		set.rules = append(set.rules, compile(&is, field, r))
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	return set, nil
}

// With returns a set of a new version in which mine are added, or take the
// place of rules of the same ID.
func (r *Rules) With(version string, mine ...Rule) (*Rules, error) {
	rules := slices.Collect(r.All())
	for _, m := range mine {
		if i := slices.IndexFunc(rules, func(x Rule) bool { return x.ID == m.ID }); i >= 0 {
			rules[i] = m
		} else {
			rules = append(rules, m)
		}
	}
	set, err := NewRules(version, rules)
	if err != nil {
		return nil, err
	}
	set.removals = slices.Clone(r.removals)
	return set, nil
}

// Without returns a set of a new version without the rules of these IDs, and
// keeps the reason.
func (r *Rules) Without(version, reason string, ids ...string) (*Rules, error) {
	var is annexa.Issues
	if strings.TrimSpace(reason) == "" {
		is.Add("reason", "required", reason, "say why the rules are switched off")
	}
	for i, id := range ids {
		if _, ok := r.Rule(id); !ok {
			is.Add("ids["+strconv.Itoa(i)+"]", "rule", id, "no such rule")
		}
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	set, err := NewRules(version, slices.DeleteFunc(slices.Collect(r.All()), func(x Rule) bool { return slices.Contains(ids, x.ID) }))
	if err != nil {
		return nil, err
	}
	set.removals = slices.Clone(r.removals)
	for _, id := range ids {
		set.removals = append(set.removals, Removal{ID: id, Reason: reason})
	}
	return set, nil
}

// Version returns the set's version.
func (r *Rules) Version() string { return r.version }

// Removals returns the rules that were switched off, with the reasons.
func (r *Rules) Removals() []Removal { return slices.Clone(r.removals) }

// Len returns how many rules the set has.
func (r *Rules) Len() int { return len(r.rules) }

// All yields the rules in order.
func (r *Rules) All() iter.Seq[Rule] {
	return func(yield func(Rule) bool) {
		for i := range r.rules {
			if !yield(r.rules[i].Rule.clone()) {
				return
			}
		}
	}
}

// Rule returns the rule of an ID.
func (r *Rules) Rule(id string) (Rule, bool) {
	c, ok := find(r.rules, func(c *compiled) bool { return c.ID == id })
	return c.Rule.clone(), ok
}

func (r Rule) clone() Rule {
	r.When, r.Harms, r.Controls = slices.Clone(r.When), slices.Clone(r.Harms), slices.Clone(r.Controls)
	r.Evidence, r.Duties = slices.Clone(r.Evidence), slices.Clone(r.Duties)
	return r
}

// ruleSet is the JSON form of Rules.
type ruleSet struct {
	Version  string    `json:"version"`
	Rules    []Rule    `json:"rules"`
	Removals []Removal `json:"removals,omitempty"`
}

// MarshalJSON writes the set: version, rules, and what was switched off.
func (r *Rules) MarshalJSON() ([]byte, error) {
	return json.Marshal(ruleSet{r.version, slices.AppendSeq([]Rule{}, r.All()), r.removals})
}

// UnmarshalJSON reads what MarshalJSON writes, under the rules of NewRules.
func (r *Rules) UnmarshalJSON(b []byte) error {
	var s ruleSet
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	set, err := NewRules(s.Version, s.Rules)
	if err != nil {
		return err
	}
	set.removals = s.Removals
	*r = *set
	return nil
}
