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
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/impact/implied"
	"github.com/aimskit/aimskit/issue"
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

// Rules is an immutable, versioned set of rules. With, Without and WithEUAct make
// new sets; an assessment keeps the version that it was made with.
type Rules struct {
	version string
	rules   []compiled
	changes []RuleChange
	order   []int // of asking: the first pass, then from place early the second
	early   int
	levels  *levels
	table   *decide.Table
	places  places
	act     *euact.Act     // nil for euact.Default
	implied *implied.Table // nil for implied.Default
	asksAct bool           // whether any rule looks at what the Act makes of a system
}

// RulesVersion is the version of the rules that this package brings.
const RulesVersion = "2026-11-28"

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
// that stands twice are errors of type issue.Issues.
func NewRules(version string, rules []Rule) (*Rules, error) {
	var is issue.Issues
	if strings.TrimSpace(version) == "" {
		is.Add("version", "required", version, "a rule set has a version")
	}
	set := &Rules{version: version, rules: make([]compiled, 0, len(rules))}
	rows := make([]decide.Row, 0, len(rules))
	for i, r := range rules {
		set.rules = append(set.rules, compile(&is, issue.Index("rules", i), r))
		rows = append(rows, set.rules[i].row())
	}
	places, marks := place(set.rules)
	set.places, set.table = places, decide.Compile(&is, "rules", fields().Fields, rows, marks...)
	if err := is.Err(); err != nil {
		return nil, err
	}
	for _, late := range []bool{false, true} {
		for i := range set.rules {
			if set.rules[i].late == late {
				set.order = append(set.order, i)
			}
		}
		if !late {
			set.early = len(set.order)
		}
	}
	set.levels = newLevels(set)
	for _, f := range set.table.Reads() {
		set.asksAct = set.asksAct || f >= fields().act
	}
	return set, nil
}

// With returns a set of a new version in which mine are added, or take the
// place of rules of the same ID, and keeps the reason.
func (r *Rules) With(version, reason string, mine ...Rule) (*Rules, error) {
	var is issue.Issues
	giveReason(&is, reason)
	rules, changes := slices.Collect(r.All()), slices.Clone(r.changes)
	places := placesOf(rules)
	for _, m := range mine {
		if i, ok := places[m.ID]; ok {
			rules[i] = m
			changes = append(changes, RuleChange{ID: m.ID, What: RuleReplaced, Reason: reason})
		} else {
			places[m.ID] = len(rules)
			rules = append(rules, m)
			changes = append(changes, RuleChange{ID: m.ID, What: RuleAdded, Reason: reason})
		}
	}
	return r.changed(is, version, rules, changes)
}

// Without returns a set of a new version without the rules of these IDs, and
// keeps the reason.
func (r *Rules) Without(version, reason string, ids ...string) (*Rules, error) {
	var is issue.Issues
	giveReason(&is, reason)
	rules, changes := slices.Collect(r.All()), slices.Clone(r.changes)
	places := placesOf(rules)
	for i, id := range ids {
		if _, ok := places[id]; !ok {
			is.Add("ids["+strconv.Itoa(i)+"]", "rule", id, "no such rule")
			continue
		}
		delete(places, id)
		changes = append(changes, RuleChange{ID: id, What: RuleRemoved, Reason: reason})
	}
	rules = slices.DeleteFunc(rules, func(x Rule) bool { _, stays := places[x.ID]; return !stays })
	return r.changed(is, version, rules, changes)
}

// placesOf returns where each rule stands, by ID.
func placesOf(rules []Rule) map[string]int {
	places := make(map[string]int, len(rules))
	for i := range rules {
		places[rules[i].ID] = i
	}
	return places
}

// byID returns the rules by ID.
func (r *Rules) byID() map[string]*compiled {
	all := make(map[string]*compiled, len(r.rules))
	for i := range r.rules {
		all[r.rules[i].ID] = &r.rules[i]
	}
	return all
}

// WithEUAct returns a set of a new version whose rules ask another table of the
// EU AI Act, such as one that carries a later amendment (euact.New), and keeps the
// reason.
func (r *Rules) WithEUAct(version, reason string, act *euact.Act) (*Rules, error) {
	var is issue.Issues
	giveReason(&is, reason)
	if act == nil || act.Version() == "" {
		is.Add("act", "required", "", "give a table; euact.New makes one ready")
		return nil, is
	}
	changes := append(slices.Clone(r.changes), RuleChange{ID: act.Version(), What: RuleEUAct, Reason: reason})
	set, err := r.changed(is, version, slices.Collect(r.All()), changes)
	if err != nil {
		return nil, err
	}
	set.act = act
	return set, nil
}

// EUAct returns the table of the EU AI Act that the rules ask: euact.Default,
// unless WithEUAct gave another.
func (r *Rules) EUAct() *euact.Act {
	if r.act == nil {
		return euact.Default()
	}
	return r.act
}

// WithImplications returns a set of a new version that asks other implications
// between answers (implied.New), and keeps the reason.
func (r *Rules) WithImplications(version, reason string, table *implied.Table) (*Rules, error) {
	var is issue.Issues
	giveReason(&is, reason)
	if table == nil || table.Version() == "" {
		is.Add("table", "required", "", "give a table; implied.New makes one ready")
		return nil, is
	}
	changes := append(slices.Clone(r.changes), RuleChange{ID: table.Version(), What: RuleImplications, Reason: reason})
	set, err := r.changed(is, version, slices.Collect(r.All()), changes)
	if err != nil {
		return nil, err
	}
	set.implied = table
	return set, nil
}

// Implications returns the implications between answers that the set applies:
// implied.Default, unless WithImplications gave others.
func (r *Rules) Implications() *implied.Table {
	if r.implied == nil {
		return implied.Default()
	}
	return r.implied
}

func giveReason(is *issue.Issues, reason string) {
	if strings.TrimSpace(reason) == "" {
		is.Add("reason", "required", reason, "say why the rules are changed")
	}
}

// changed makes the set that a change leads to.
func (r *Rules) changed(is issue.Issues, version string, rules []Rule, changes []RuleChange) (*Rules, error) {
	if err := is.Err(); err != nil {
		return nil, err
	}
	set, err := NewRules(version, rules)
	if err != nil {
		return nil, err
	}
	set.changes, set.act, set.implied = changes, r.act, r.implied
	return set, nil
}

// Version returns the set's version.
func (r *Rules) Version() string { return r.version }

// Changes returns what was added, replaced and switched off, and which tables of
// the EU AI Act were put in, since the set that this one was made from, in the
// order in which it was done, with the reasons.
func (r *Rules) Changes() []RuleChange { return slices.Clone(r.changes) }

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
	r.When, r.Harms, r.Controls = decide.CloneConditions(r.When), slices.Clone(r.Harms), slices.Clone(r.Controls)
	r.Evidence, r.Duties = slices.Clone(r.Evidence), slices.Clone(r.Duties)
	return r
}

// ruleSet is the JSON form of Rules.
type ruleSet struct {
	Version string         `json:"version"`
	Rules   []Rule         `json:"rules"`
	Changes []RuleChange   `json:"changes,omitempty"`
	EUAct   *euact.Act     `json:"eu_act,omitempty"`
	Implied *implied.Table `json:"implications,omitempty"`
}

// MarshalJSON writes the set: version, rules, how it was changed, and the table of
// the EU AI Act if WithEUAct gave one.
func (r *Rules) MarshalJSON() ([]byte, error) {
	return json.Marshal(ruleSet{r.version, slices.AppendSeq([]Rule{}, r.All()), r.changes, r.act, r.implied})
}

// UnmarshalJSON reads what MarshalJSON writes, under the rules of NewRules. A
// change must give its reason, and the set must hold what was last added or
// replaced, lack what was last removed, and ask the table that was last put in.
func (r *Rules) UnmarshalJSON(b []byte) error {
	var s ruleSet
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	set, err := NewRules(s.Version, s.Rules)
	if err != nil {
		return err
	}
	set.changes, set.act, set.implied = s.Changes, s.EUAct, s.Implied
	tables := make(map[RuleChangeOf]string)
	if s.EUAct != nil {
		tables[RuleEUAct] = s.EUAct.Version()
	}
	if s.Implied != nil {
		tables[RuleImplications] = s.Implied.Version()
	}
	if err := validateChanges(s.Changes, s.Rules, tables); err != nil {
		return err
	}
	*r = *set
	return nil
}
