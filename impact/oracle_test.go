package impact_test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/implied"
	"github.com/aimskit/aimskit/register"
)

// oracle derives as the documentation says it, by looking up texts, without
// any of the engine.
type oracle struct {
	system *register.System
	// implied are the values of attributes that nobody has answered; whole says
	// that there can be no others.
	implied map[string][]string
	whole   map[string]bool
	// excluded are the values that an attribute can't have.
	excluded map[string][]string
	facts    impact.Facts
	level    impact.Level
	result   impact.Result
	minima   map[string]impact.Level // by rule
	order    []string                // of the rules among minima
}

func (o *oracle) values(field string) (values []string, fact bool) {
	switch field {
	case "level":
		return []string{string(o.level)}, true
	case "questionnaire":
		return []string{string(o.facts.Questionnaire)}, true
	case "policy_covers":
		return []string{cmp.Or(string(o.facts.PolicyCovers), "unknown")}, true
	case "owner":
		if o.system.Owner == "" {
			return []string{"none"}, true
		}
		return []string{"named"}, true
	}
	a, _ := register.AttributeByName(field)
	if said := a.Append(nil, o.system); len(said) > 0 {
		return said, false
	}
	return o.implied[field], o.whole[field]
}

// imply applies the implications, and says what they tell.
func (o *oracle) imply(rows []implied.Implication) (told []implied.Told) {
	// Who the assessment names is affected, too.
	have := func(field string) []string {
		values, _ := o.values(field)
		if field == "affected" {
			for _, p := range o.facts.Parties {
				if !slices.Contains(values, p) {
					values = append(values, p)
				}
			}
		}
		return values
	}
	o.implied, o.whole, o.excluded = make(map[string][]string), make(map[string]bool), make(map[string][]string)
	for _, r := range rows {
		holds := true
		for _, w := range r.When {
			values := have(w.Field)
			a, _ := register.AttributeByName(w.Field)
			answered := len(a.Append(nil, o.system)) > 0 || o.whole[w.Field]
			if w.Op == "only" && !answered { // what is left to answer is among the values
				for _, v := range a.Values {
					holds = holds && (slices.Contains(w.Any, v.ID) || slices.Contains(o.excluded[w.Field], v.ID))
				}
				holds = holds && !slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(w.Any, v) })
			} else if w.Op == "only" {
				holds = holds && answered && !slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(w.Any, v) })
			} else {
				holds = holds && slices.ContainsFunc(values, func(v string) bool { return oneOf(w, v) })
			}
		}
		if !holds {
			continue
		}
		tell := implied.Told{Implication: r.ID, Attribute: r.Attribute, Values: r.Values, Includes: r.Includes, Excludes: r.Excludes, Why: r.Why}
		have := have(r.Attribute)
		a, _ := register.AttributeByName(r.Attribute)
		lacks := func(list, of []string) bool {
			return slices.ContainsFunc(of, func(v string) bool { return !slices.Contains(list, v) })
		}
		said := len(a.Append(nil, o.system)) > 0 || o.whole[r.Attribute]
		if len(r.Excludes) > 0 {
			for _, v := range a.Values {
				if slices.Contains(have, v.ID) && slices.Contains(r.Excludes, v.ID) {
					tell.Said = append(tell.Said, v.ID)
				}
			}
			switch {
			case len(tell.Said) > 0:
			case said || !lacks(o.excluded[r.Attribute], r.Excludes):
				continue
			default:
				o.excluded[r.Attribute] = append(o.excluded[r.Attribute], r.Excludes...)
			}
			told = append(told, tell)
			continue
		}
		switch {
		case !said:
			if r.Includes && !lacks(have, r.Values) {
				continue
			}
			o.whole[r.Attribute] = !r.Includes
			if r.Includes {
				o.implied[r.Attribute] = append(slices.Clone(have), r.Values...)
			} else {
				o.implied[r.Attribute] = r.Values
			}
		case r.Includes && lacks(have, r.Values) && !slices.ContainsFunc(have, func(v string) bool { return slices.Contains(r.Allows, v) }), !r.Includes && lacks(append(slices.Clone(r.Values), r.Allows...), have):
			for _, v := range a.Values { // in the order of the table
				if slices.Contains(have, v.ID) {
					tell.Said = append(tell.Said, v.ID)
				}
			}
		default:
			continue
		}
		told = append(told, tell)
	}
	return told
}

// legal asks the engine itself: what the EU AI Act makes of a system has its own
// tests. It returns the attributes that an open condition hangs on, too.
func (o *oracle) legal(w decide.Condition) (impact.Outcome, []string) {
	set, err := impact.NewRules("v", []impact.Rule{{ID: "X", When: []decide.Condition{w}, MinLevel: impact.LevelHigh}})
	if err != nil {
		panic(err)
	}
	parties := impact.Facts{Parties: o.facts.Parties} // who is affected excludes practices
	e, _ := set.Explain("X", *o.system, parties)
	var open []string
	for _, q := range set.Derive(*o.system, parties).Open {
		open = append(open, q.Attribute)
	}
	return e.Outcome, open
}

// oneOf reports whether a value is among those of a condition; a region lies in
// its country.
func oneOf(w decide.Condition, v string) bool {
	return slices.Contains(w.Any, v) || w.Field == "jurisdictions" && slices.Contains(w.Any, strings.Split(v, "-")[0])
}

func (o *oracle) condition(w decide.Condition) impact.Outcome {
	if strings.HasPrefix(w.Field, "eu_") {
		outcome, _ := o.legal(w)
		return outcome
	}
	counts := map[string]int{"incidents": o.facts.Incidents, "concerns": o.facts.Concerns, "severity": o.facts.Severity,
		"irremediability": o.facts.Irremediability, "misuse": o.facts.Misuse}
	if n, ok := counts[w.Field]; ok {
		if least, _ := strconv.Atoi(w.Value); n >= least {
			return impact.OutcomeHolds
		}
		return impact.OutcomeFails
	}
	values, fact := o.values(w.Field)
	if w.Field == "affected" {
		for _, p := range o.facts.Parties {
			if slices.Contains(w.Any, p) {
				return impact.OutcomeHolds
			}
		}
	}
	a, _ := register.AttributeByName(w.Field)
	if said := len(a.Append(nil, o.system)) > 0; !said && !fact {
		if slices.ContainsFunc(values, func(v string) bool { return oneOf(w, v) }) {
			return impact.OutcomeHolds // implied, and there may be more
		}
		if len(w.Any) > 0 && !slices.ContainsFunc(w.Any, func(v string) bool { return !slices.Contains(o.excluded[w.Field], v) }) {
			return impact.OutcomeFails
		}
		if w.Op == "at_least" {
			least, _ := a.Rank(w.Value)
			possible := slices.ContainsFunc(a.Values[least:], func(v register.Value) bool { return !slices.Contains(o.excluded[w.Field], v.ID) })
			if !possible {
				return impact.OutcomeFails
			}
		}
		if slices.Contains(w.Any, "unknown") {
			return impact.OutcomeHolds
		}
		return impact.OutcomeOpen
	}
	for _, v := range values {
		switch {
		case oneOf(w, v):
			return impact.OutcomeHolds
		case w.Op == "at_least" && (w.Field == "level" || w.Field == "questionnaire"):
			if impact.Level(v).Rank() >= impact.Level(w.Value).Rank() {
				return impact.OutcomeHolds
			}
		case w.Op == "at_least":
			a, _ := register.AttributeByName(w.Field)
			have, known := a.Rank(v)
			if least, _ := a.Rank(w.Value); known && have >= least {
				return impact.OutcomeHolds
			}
		}
	}
	return impact.OutcomeFails
}

func (o *oracle) rule(r impact.Rule) {
	about := func(field string) bool {
		return slices.ContainsFunc(r.When, func(w decide.Condition) bool { return w.Field == field })
	}
	if o.system.Stage == register.StageRetirement && !about("stage") {
		return
	}
	var open []string
	out := impact.OutcomeHolds
	defer func() {
		switch {
		case out == impact.OutcomeHolds:
			o.result.Held = append(o.result.Held, r.ID)
		case out == impact.OutcomeOpen:
			o.result.Hang = append(o.result.Hang, r.ID)
		}
	}()
	for _, w := range r.When {
		switch o.condition(w) {
		case impact.OutcomeFails:
			out = impact.OutcomeFails
			return
		case impact.OutcomeOpen:
			if w.Then && len(open) > 0 {
				continue // asked once what is before it is answered
			}
			out = impact.OutcomeOpen
			if strings.HasPrefix(w.Field, "eu_") {
				_, fields := o.legal(w)
				open = append(open, fields...)
			} else {
				open = append(open, w.Field)
			}
		}
	}
	level := r.MinLevel
	if len(open) > 0 && level == impact.LevelUnacceptable {
		level = impact.LevelHigh
	}
	if level != "" {
		o.minima[r.ID] = level
		o.order = append(o.order, r.ID)
		o.result.Level = impact.MaxLevel(o.result.Level, level)
	}
	if len(open) > 0 {
		for _, field := range open {
			i := slices.IndexFunc(o.result.Open, func(q impact.OpenQuestion) bool { return q.Attribute == field })
			if i < 0 {
				i = len(o.result.Open)
				o.result.Open = append(o.result.Open, impact.OpenQuestion{Attribute: field})
			}
			q := &o.result.Open[i]
			if !slices.Contains(q.Rules, r.ID) {
				q.Rules = append(q.Rules, r.ID)
			}
			q.Level = impact.MaxLevel(q.Level, level)
		}
		return
	}
	o.result.Known = impact.MaxLevel(o.result.Known, level)
	for _, h := range r.Harms {
		i := slices.IndexFunc(o.result.Harms, func(p impact.HarmPrompt) bool { return p.Harm == h })
		if i < 0 {
			i = len(o.result.Harms)
			o.result.Harms = append(o.result.Harms, impact.HarmPrompt{Harm: h})
		}
		o.result.Harms[i].Rules = append(o.result.Harms[i].Rules, r.ID)
	}
	for _, c := range r.Controls {
		i := slices.IndexFunc(o.result.Controls, func(q impact.Requirement) bool { return q.Control == c })
		if i < 0 {
			i = len(o.result.Controls)
			o.result.Controls = append(o.result.Controls, impact.Requirement{Control: c})
		}
		o.result.Controls[i].Rules = append(o.result.Controls[i].Rules, r.ID)
	}
	for _, e := range r.Evidence {
		i := slices.IndexFunc(o.result.Evidence, func(q impact.EvidenceRequirement) bool { return q.Kind == e })
		if i < 0 {
			i = len(o.result.Evidence)
			o.result.Evidence = append(o.result.Evidence, impact.EvidenceRequirement{Kind: e})
		}
		o.result.Evidence[i].Rules = append(o.result.Evidence[i].Rules, r.ID)
	}
	for _, d := range r.Duties {
		i := slices.IndexFunc(o.result.Duties, func(q impact.DutyRequirement) bool { return q.Duty == d })
		if i < 0 {
			i = len(o.result.Duties)
			o.result.Duties = append(o.result.Duties, impact.DutyRequirement{Duty: d})
		}
		o.result.Duties[i].Rules = append(o.result.Duties[i].Rules, r.ID)
	}
}

// oracleDerive is what Derive is to give.
func oracleDerive(set *impact.Rules, s register.System, f impact.Facts) impact.Result {
	o := oracle{system: &s, facts: f, minima: make(map[string]impact.Level), result: impact.Result{
		Rules: set.Version(), Known: impact.LevelMinimal, Level: impact.LevelMinimal, LevelRules: []string{}, Harms: []impact.HarmPrompt{},
		Controls: []impact.Requirement{}, Evidence: []impact.EvidenceRequirement{}, Duties: []impact.DutyRequirement{}, Open: []impact.OpenQuestion{}}}
	o.result.Implied = o.imply(set.Implications().Rows())
	for _, second := range []bool{false, true} {
		o.level = o.result.Level
		for r := range set.All() {
			if slices.ContainsFunc(r.When, func(w decide.Condition) bool { return w.Field == "level" }) == second {
				o.rule(r)
			}
		}
	}
	r := &o.result
	place := func(id string) int {
		n := 0
		for x := range set.All() {
			if x.ID == id {
				return n
			}
			n++
		}
		return -1
	}
	for _, ids := range [][]string{r.Held, r.Hang} {
		slices.SortFunc(ids, func(a, b string) int { return place(a) - place(b) })
	}
	for _, id := range o.order {
		if o.minima[id] == r.Level {
			r.LevelRules = append(r.LevelRules, id)
		}
	}
	for i, e := range r.Evidence {
		kind, _ := impact.EvidenceKindByID(e.Kind)
		r.Evidence[i].FreshDays = kind.FreshDays(r.Level)
	}
	slices.SortFunc(r.Harms, func(a, b impact.HarmPrompt) int { return cmp.Compare(a.Harm, b.Harm) })
	slices.SortFunc(r.Controls, func(a, b impact.Requirement) int { return annexa.Compare(a.Control, b.Control) })
	slices.SortFunc(r.Evidence, func(a, b impact.EvidenceRequirement) int { return cmp.Compare(a.Kind, b.Kind) })
	slices.SortFunc(r.Duties, func(a, b impact.DutyRequirement) int { return cmp.Compare(a.Duty, b.Duty) })
	slices.SortFunc(r.Open, func(a, b impact.OpenQuestion) int { return cmp.Compare(a.Attribute, b.Attribute) })
	return o.result
}
