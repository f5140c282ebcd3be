package impact

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// RuleChange is one way in which a rule set differs from another: from the one
// that it was made from (Rules.Changes), or from any other (Rules.Diff).
type RuleChange struct {
	// ID is the rule's, What what happened to it, Reason why. Of a change of the
	// table of the EU AI Act or of the implications, ID is the version of the table
	// that is asked now.
	ID     string       `json:"id"`
	What   RuleChangeOf `json:"what"`
	Reason string       `json:"reason,omitempty"`
}

// RuleChangeOf says what happened to a rule or, with RuleEUAct and
// RuleImplications, to the set.
type RuleChangeOf string

// What can happen to a rule, or to the set.
const (
	RuleAdded    RuleChangeOf = "added"
	RuleReplaced RuleChangeOf = "replaced" // by another rule of the same ID
	RuleRemoved  RuleChangeOf = "removed"  // switched off
	RuleEUAct    RuleChangeOf = "eu_act"   // the rules ask another table of the EU AI Act
	// RuleImplications says that other implications are applied before the rules.
	RuleImplications RuleChangeOf = "implications"
)

// IsValid reports whether it is one of what can happen; the zero value is none.
func (c RuleChangeOf) IsValid() bool {
	return c == RuleAdded || c == RuleReplaced || c == RuleRemoved || c.ofTable()
}

// ofTable reports whether the change put in a table.
func (c RuleChangeOf) ofTable() bool { return c == RuleEUAct || c == RuleImplications }

// String returns the change in a form to read.
func (c RuleChange) String() string {
	if c.Reason == "" {
		return c.ID + " " + string(c.What)
	}
	return c.ID + " " + string(c.What) + ": " + c.Reason
}

// Diff returns what turns r into other: the rules that other lacks and those
// that it has otherwise, in the order of r, then those that it adds, in its own
// order, then its table of the EU AI Act and of implications if those are others. The reasons are those
// that other has on record; a change that it has no reason for is listed without
// one. Where a rule stands in the set, and the version, is no difference.
func (r *Rules) Diff(other *Rules) []RuleChange {
	type reasonFor struct {
		id    string
		table RuleChangeOf // empty for rules
	}
	key := func(id string, what RuleChangeOf) reasonFor {
		if what.ofTable() {
			return reasonFor{id, what}
		}
		return reasonFor{id, ""}
	}
	reasons := make(map[reasonFor]string, len(other.changes))
	for _, x := range other.changes {
		reasons[key(x.ID, x.What)] = x.Reason // the last one led to what other is
	}
	var changes []RuleChange
	add := func(id string, what RuleChangeOf) {
		c := RuleChange{ID: id, What: what}
		c.Reason = reasons[key(id, what)]
		changes = append(changes, c)
	}
	mineRules, otherRules := r.byID(), other.byID()
	for i := range r.rules {
		mine := r.rules[i].Rule
		theirs, ok := otherRules[mine.ID]
		switch {
		case !ok:
			add(mine.ID, RuleRemoved)
		case !mine.same(theirs.Rule):
			add(mine.ID, RuleReplaced)
		}
	}
	for i := range other.rules {
		if mineRules[other.rules[i].ID] == nil {
			add(other.rules[i].ID, RuleAdded)
		}
	}
	if mine, theirs := r.EUAct(), other.EUAct(); !mine.Same(theirs) {
		add(theirs.Version(), RuleEUAct)
	}
	if mine, theirs := r.Implications(), other.Implications(); !mine.Same(theirs) {
		add(theirs.Version(), RuleImplications)
	}
	return changes
}

// same reports whether two rules are the same, word for word.
func (r Rule) same(o Rule) bool {
	return r.ID == o.ID && r.MinLevel == o.MinLevel && r.Why == o.Why && r.Source == o.Source &&
		slices.EqualFunc(r.When, o.When, func(a, b Condition) bool {
			return a.Field == b.Field && a.Op == b.Op && a.Value == b.Value && slices.Equal(a.Any, b.Any)
		}) &&
		slices.Equal(r.Harms, o.Harms) && slices.Equal(r.Controls, o.Controls) &&
		slices.Equal(r.Evidence, o.Evidence) && slices.Equal(r.Duties, o.Duties)
}

// validateChanges says what is wrong with the changes that are said to have led
// to rules and the tables that they ask, of which no version is given if they are
// those that the library brings.
func validateChanges(changes []RuleChange, rules []Rule, tables map[RuleChangeOf]string) error {
	var is issue.Issues
	last, put := make(map[string]int, len(changes)), make(map[RuleChangeOf]int)
	for i, c := range changes {
		field := "changes[" + strconv.Itoa(i) + "]"
		if strings.TrimSpace(c.ID) == "" {
			is.Add(field+".id", "required", c.ID, "names no rule and no table")
		}
		if strings.TrimSpace(c.Reason) == "" {
			is.Add(field+".reason", "required", c.Reason, "rule %q was %s without a reason", c.ID, c.What)
		}
		switch c.What {
		case RuleAdded, RuleReplaced, RuleRemoved:
			last[c.ID] = i
		case RuleEUAct, RuleImplications:
			put[c.What] = i
		default:
			is.Add(field+".what", "oneof", string(c.What), "must be one of added, replaced, removed, eu_act, implications")
		}
	}
	known := placesOf(rules)
	for i, c := range changes {
		if at, ok := last[c.ID]; !ok || at != i {
			continue
		}
		_, there := known[c.ID]
		if there && c.What == RuleRemoved {
			is.Add("changes["+strconv.Itoa(i)+"].what", "rule", string(c.What), "rule %q is in the set", c.ID)
		}
		if !there && c.What != RuleRemoved {
			is.Add("changes["+strconv.Itoa(i)+"].what", "rule", string(c.What), "rule %q is not in the set", c.ID)
		}
	}
	for _, what := range []RuleChangeOf{RuleEUAct, RuleImplications} {
		if i, ok := put[what]; ok && tables[what] != changes[i].ID {
			is.Add(issue.Index("changes", i)+".id", "table", changes[i].ID, "%s is not this table", what)
		}
	}
	return is.Err()
}
