package impact_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

func TestTablesAreSound(t *testing.T) {
	require.Len(t, impact.Parties(), 27)
	require.Len(t, impact.Harms(), 64)
	require.Len(t, impact.EvidenceKinds(), 47)
	require.Equal(t, 150, impact.DefaultRules().Len())
	seen := make(map[string]bool)
	for _, h := range impact.Harms() {
		require.False(t, seen[h.ID], h.ID)
		seen[h.ID] = true
		require.NotEmpty(t, h.Controls, h.ID)
		require.NotEmpty(t, h.Axes, h.ID)
		for _, a := range h.Areas {
			var axis, area string
			for i := range a {
				if a[i] == '/' {
					axis, area = a[:i], a[i+1:]
				}
			}
			require.Contains(t, register.Areas(register.Axis(axis)), register.Area(area), h.ID)
		}
	}
	for _, k := range impact.EvidenceKinds() {
		for _, l := range []impact.Level{impact.LevelMinimal, impact.LevelLimited, impact.LevelHigh, impact.LevelUnacceptable, ""} {
			require.Positive(t, k.FreshDays(l), k.ID)
		}
	}
	required := make(map[annexa.ID]bool)
	for r := range impact.DefaultRules().All() {
		require.NotEmpty(t, r.Why, r.ID)
		require.NotEmpty(t, r.Source, r.ID)
		for _, c := range r.Controls {
			required[c] = true
		}
	}
	require.Len(t, required, 38, "every control is required by some rule")
}

// scene is a system, as its JSON, and facts, so that conditions can be set on
// them one by one.
type scene struct {
	doc   map[string]any
	facts impact.Facts
}

func newScene(t *testing.T) *scene {
	b, err := json.Marshal(calm())
	require.NoError(t, err)
	c := &scene{doc: make(map[string]any)}
	require.NoError(t, json.Unmarshal(b, &c.doc))
	return c
}

// set gives a field a value; it returns whether it could.
func (c *scene) set(t *testing.T, field, value string) {
	n := len(value) // "4" or "": a count
	switch field {
	case "level":
		c.doc["practice"] = map[string][]string{"minimal": {"none"}, "limited": {"financial_fraud"}, "high": {"recruitment"}, "unacceptable": {"social_scoring"}}[value]
	case "incidents", "concerns", "severity", "irremediability", "misuse":
		if n > 0 {
			n = int(value[0] - '0')
		}
		*map[string]*int{"incidents": &c.facts.Incidents, "concerns": &c.facts.Concerns, "severity": &c.facts.Severity,
			"irremediability": &c.facts.Irremediability, "misuse": &c.facts.Misuse}[field] = n
	case "questionnaire":
		c.facts.Questionnaire = impact.Level(value)
	case "policy_covers":
		c.facts.PolicyCovers = register.Answer(strings.TrimPrefix(value, "unknown"))
	case "eu_class":
		c.doc["jurisdictions"] = map[string][]string{"out_of_scope": {"AU"}}[value]
		if value != "out_of_scope" {
			c.doc["jurisdictions"] = []string{"EU"}
		}
		c.doc["practice"] = map[string][]string{"out_of_scope": {"none"}, "minimal": {"none"}, "transparency": {"deepfake"}, "exempt_63": {"recruitment"},
			"high": {"recruitment"}, "prohibited": {"social_scoring"}}[value]
		c.doc["claims_63"] = map[bool]string{true: "a", false: "none"}[value == "exempt_63"]
	case "eu_annex_iii", "eu_chapter_iii", "eu_fria":
		c.doc["practice"] = map[string][]string{"yes": {"recruitment"}, "no": {"none"}}[value]
		if field == "eu_fria" {
			c.doc["deployer_kind"] = "public_body"
		}
	case "eu_transparency":
		c.doc["direct"], c.doc["role"] = value, []string{"provider"}
	case "owner":
		c.doc["owner"] = map[string]string{"none": "", "named": "ada"}[value]
	default:
		a, ok := register.AttributeByName(field)
		require.True(t, ok, field)
		switch {
		case value == "unknown":
			delete(c.doc, field)
		case many(a):
			c.doc[field] = []string{value}
		default:
			c.doc[field] = value
		}
	}
}

// sides returns the values of a condition's field that meet it, and those that
// do not.
func sides(t *testing.T, w decide.Condition) (meet, not []string) {
	var values []string
	switch w.Field {
	case "level", "questionnaire":
		values = []string{"minimal", "limited", "high", "unacceptable"}
	case "incidents", "concerns", "severity", "irremediability", "misuse":
		return []string{w.Value}, []string{string(w.Value[0] - 1)}
	case "policy_covers":
		values = []string{"yes", "no", "unknown"}
	case "eu_class":
		values = []string{"out_of_scope", "minimal", "transparency", "exempt_63", "high", "prohibited"}
	case "eu_annex_iii", "eu_chapter_iii", "eu_fria", "eu_transparency":
		values = []string{"yes", "no"}
	case "owner":
		values = []string{"none", "named"}
	default:
		a, ok := register.AttributeByName(w.Field)
		require.True(t, ok, w.Field)
		values = valuesOf(a)
		if slices.ContainsFunc(a.Values, func(v register.Value) bool { return v.ID == "none" }) && !slices.Contains(values, "none") {
			values = append(values, "none")
		}
		if slices.Contains(w.Any, "unknown") {
			values = append(values, "unknown")
		}
	}
	for i, v := range values {
		if w.Op == "at_least" && i >= slices.Index(values, w.Value) || oneOf(w, v) {
			meet = append(meet, v)
		} else {
			not = append(not, v)
		}
	}
	return meet, not
}

// fired are the rules that hold in a result.
func fired(r impact.Result) map[string]bool {
	all := make(map[string]bool)
	add := func(rules []string) {
		for _, id := range rules {
			all[id] = true
		}
	}
	for _, x := range r.Controls {
		add(x.Rules)
	}
	for _, x := range r.Harms {
		add(x.Rules)
	}
	for _, x := range r.Evidence {
		add(x.Rules)
	}
	for _, x := range r.Duties {
		add(x.Rules)
	}
	return all
}

// TestEveryRuleFires makes, for each rule and each value that it names, a system
// that meets it; and shows that the rule falls silent if any one of its
// conditions is no longer met, whatever other value stands there.
func TestEveryRuleFires(t *testing.T) {
	set := impact.DefaultRules()
	for r := range set.All() {
		base := newScene(t)
		for _, w := range r.When {
			meet, _ := sides(t, w)
			base.set(t, w.Field, meet[0])
		}
		fires := func(field, value string) bool {
			c := &scene{maps.Clone(base.doc), base.facts}
			c.set(t, field, value)
			return fired(set.Derive(decode(t, c.doc), c.facts))[r.ID]
		}
		for _, w := range r.When {
			meet, not := sides(t, w)
			require.NotEmpty(t, not, "%s: nothing fails %s", r.ID, w)
			for _, v := range meet {
				require.True(t, fires(w.Field, v), "%s does not fire on %s %s", r.ID, w.Field, v)
			}
			for _, v := range not {
				require.False(t, fires(w.Field, v), "%s fires on %s %s", r.ID, w.Field, v)
			}
		}
	}
}

// TestExamplesFireDifferentRules: no two examples come to the same.
func TestExamplesFireDifferentRules(t *testing.T) {
	for i, a := range examples() {
		for _, b := range examples()[:i] {
			require.NotEqual(t, fired(impact.DefaultRules().Derive(a.system, a.facts)), fired(impact.DefaultRules().Derive(b.system, b.facts)), "%s, %s", a.name, b.name)
		}
	}
}

func brand() impact.Rule {
	return impact.Rule{ID: "ORG-1", When: []decide.Condition{{Field: "domain", Op: "has", Any: []string{"marketing"}}},
		MinLevel: impact.LevelLimited, Controls: []annexa.ID{annexa.MustParse("X.brand")}, Why: "ours", Source: "ours"}
}

func TestRuleSets(t *testing.T) {
	set, err := impact.DefaultRules().With("2026-ours", "our brand", brand())
	require.NoError(t, err)
	require.Equal(t, impact.DefaultRules().Len()+1, set.Len())
	s := calm()
	s.Domains = []register.Domain{register.DomainMarketing}
	r := set.Derive(s, impact.Facts{})
	require.Equal(t, impact.LevelLimited, r.Level)
	require.Equal(t, []string{"ORG-1"}, r.LevelRules)
	require.True(t, r.Requires(annexa.MustParse("X.brand")))
	require.Equal(t, "2026-ours", r.Rules)
	require.Equal(t, annexa.MustParse("X.brand"), r.Controls[len(r.Controls)-1].Control, "own controls come last")

	stricter := brand()
	stricter.MinLevel = impact.LevelHigh
	replaced, err := set.With("2026-strict", "the board wants it", stricter)
	require.NoError(t, err)
	require.Equal(t, set.Len(), replaced.Len())
	require.Equal(t, impact.LevelHigh, replaced.Derive(s, impact.Facts{}).Level)
	fewer, err := replaced.Without("2026-less", "we do not use it", "ORG-1", "EFF-02")
	require.NoError(t, err)
	require.Equal(t, impact.LevelMinimal, fewer.Derive(s, impact.Facts{}).Level)
	require.Equal(t, []impact.RuleChange{
		{ID: "ORG-1", What: impact.RuleAdded, Reason: "our brand"},
		{ID: "ORG-1", What: impact.RuleReplaced, Reason: "the board wants it"},
		{ID: "ORG-1", What: impact.RuleRemoved, Reason: "we do not use it"},
		{ID: "EFF-02", What: impact.RuleRemoved, Reason: "we do not use it"},
	}, fewer.Changes())
	require.Empty(t, impact.DefaultRules().Changes(), "the set that it was made from stays as it was")

	require.Empty(t, set.Diff(set))
	require.Equal(t, []impact.RuleChange{{ID: "ORG-1", What: impact.RuleAdded, Reason: "our brand"}}, impact.DefaultRules().Diff(set))
	require.Equal(t, []impact.RuleChange{{ID: "ORG-1", What: impact.RuleReplaced, Reason: "the board wants it"}}, set.Diff(replaced))
	require.Equal(t, []impact.RuleChange{{ID: "EFF-02", What: impact.RuleRemoved, Reason: "we do not use it"}}, impact.DefaultRules().Diff(fewer))
	require.Equal(t, []impact.RuleChange{{ID: "EFF-02", What: impact.RuleAdded}}, fewer.Diff(impact.DefaultRules()), "nobody gave a reason")
	require.Equal(t, "ORG-1 added: our brand", impact.DefaultRules().Diff(set)[0].String())
	require.Equal(t, "EFF-02 added", fewer.Diff(impact.DefaultRules())[0].String())

	_, err = set.Without("v", " ", "ORG-1")
	require.ErrorContains(t, err, "reason")
	_, err = set.With("v", "", brand())
	require.ErrorContains(t, err, "reason")
	_, err = set.Without("v", "why", "ORG-9")
	require.ErrorContains(t, err, "ORG-9")
	_, err = set.Without("", "why", "ORG-1")
	require.ErrorContains(t, err, "version")
}

// TestRuleSetRoundTrip: a set comes back from JSON as it was, with its changes.
func TestRuleSetRoundTrip(t *testing.T) {
	set, err := impact.DefaultRules().With("2026-ours", "our brand", brand())
	require.NoError(t, err)
	set, err = set.Without("2026-less", "we do not use it", "EFF-02")
	require.NoError(t, err)
	b, err := json.Marshal(set)
	require.NoError(t, err)
	back := new(impact.Rules)
	require.NoError(t, json.Unmarshal(b, back))
	require.Equal(t, set.Version(), back.Version())
	require.Equal(t, set.Changes(), back.Changes())
	require.Empty(t, set.Diff(back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(b), string(again))
	for _, e := range examples() {
		require.Equal(t, text(t, set.Derive(e.system, e.facts)), text(t, back.Derive(e.system, e.facts)), e.name)
	}

	const rule = `{"id":"a","when":[{"field":"domain","op":"has","any":["media"]}],"min_level":"high"}`
	for changes, want := range map[string]string{
		`[{"id":"a","what":"added","reason":"why"},{"id":"b","what":"removed","reason":"why"}]`: "",
		`[{"id":"a","what":"removed","reason":"why"},{"id":"a","what":"added","reason":"why"}]`: "",
		`[{"id":"a","what":"added"}]`:                   "changes[0].reason",
		`[{"id":"","what":"removed","reason":"why"}]`:   "changes[0].id",
		`[{"id":"a","what":"hidden","reason":"why"}]`:   "changes[0].what",
		`[{"id":"a","what":"removed","reason":"why"}]`:  "changes[0].what",
		`[{"id":"b","what":"replaced","reason":"why"}]`: "changes[0].what",
	} {
		err := json.Unmarshal([]byte(`{"version":"v","rules":[`+rule+`],"changes":`+changes+`}`), new(impact.Rules))
		if want == "" {
			require.NoError(t, err, changes)
			continue
		}
		var is issue.Issues
		require.ErrorAs(t, err, &is, changes)
		require.Equal(t, want, is[0].Field, changes)
	}
}

func TestNewRulesErrors(t *testing.T) {
	when := brand().When
	on := func(field, op, value string, any ...string) []decide.Condition {
		return []decide.Condition{{Field: field, Op: op, Value: value, Any: any}}
	}
	for name, c := range map[string]struct {
		rule                impact.Rule
		field, rule2, value string
	}{
		"field":             {impact.Rule{ID: "a", When: on("colour", "in", "", "red"), MinLevel: impact.LevelHigh}, ".when[0].field", "attribute", "colour"},
		"structure":         {impact.Rule{ID: "a", When: on("model", "in", "", "x"), MinLevel: impact.LevelHigh}, ".when[0].field", "attribute", "model"},
		"date":              {impact.Rule{ID: "a", When: on("retired_on", "in", "", "x"), MinLevel: impact.LevelHigh}, ".when[0].field", "attribute", "retired_on"},
		"label":             {impact.Rule{ID: "a", When: on("name", "in", "", "x"), MinLevel: impact.LevelHigh}, ".when[0].field", "attribute", "name"},
		"op":                {impact.Rule{ID: "a", When: on("domain", "near", "", "marketing"), MinLevel: impact.LevelHigh}, ".when[0].op", "oneof", "near"},
		"denial":            {impact.Rule{ID: "a", When: on("data", "lacks", "", "health"), MinLevel: impact.LevelHigh}, ".when[0].op", "oneof", "lacks"},
		"order of a choice": {impact.Rule{ID: "a", When: on("build", "at_least", "trained"), MinLevel: impact.LevelHigh}, ".when[0].op", "oneof", "at_least"},
		"order of a text":   {impact.Rule{ID: "a", When: on("purpose", "at_least", "x"), MinLevel: impact.LevelHigh}, ".when[0].op", "oneof", "at_least"},
		"order of a yes":    {impact.Rule{ID: "a", When: on("owner", "at_least", "none"), MinLevel: impact.LevelHigh}, ".when[0].op", "oneof", "at_least"},
		"one of a count":    {impact.Rule{ID: "a", When: on("incidents", "in", "", "1"), MinLevel: impact.LevelHigh}, ".when[0].op", "oneof", "in"},
		"no value":          {impact.Rule{ID: "a", When: on("domain", "has", ""), MinLevel: impact.LevelHigh}, ".when[0].any", "required", ""},
		"value":             {impact.Rule{ID: "a", When: on("domain", "has", "", "media", "gardening"), MinLevel: impact.LevelHigh}, ".when[0].any[1]", "oneof", "gardening"},
		"party":             {impact.Rule{ID: "a", When: on("affected", "has", "", "martians"), MinLevel: impact.LevelHigh}, ".when[0].any[0]", "oneof", "martians"},
		"level of a fact":   {impact.Rule{ID: "a", When: on("questionnaire", "in", "", "unknown"), MinLevel: impact.LevelHigh}, ".when[0].any[0]", "oneof", "unknown"},
		"rank":              {impact.Rule{ID: "a", When: on("autonomy", "at_least", "7"), MinLevel: impact.LevelHigh}, ".when[0].value", "oneof", "7"},
		"count":             {impact.Rule{ID: "a", When: on("incidents", "at_least", "many"), MinLevel: impact.LevelHigh}, ".when[0].value", "count", "many"},
		"count of nothing":  {impact.Rule{ID: "a", When: on("misuse", "at_least", "0"), MinLevel: impact.LevelHigh}, ".when[0].value", "count", "0"},
		"level":             {impact.Rule{ID: "a", When: when, MinLevel: "huge"}, ".min_level", "oneof", "huge"},
		"harm":              {impact.Rule{ID: "a", When: when, Harms: []string{"boredom"}}, ".harms[0]", "known", "boredom"},
		"evidence":          {impact.Rule{ID: "a", When: when, Evidence: []string{"ev-nothing"}}, ".evidence[0]", "known", "ev-nothing"},
		"duty":              {impact.Rule{ID: "a", When: when, Duties: []string{"dance"}}, ".duties[0]", "known", "dance"},
		"control":           {impact.Rule{ID: "a", When: when, Controls: []annexa.ID{{}}}, ".controls[0]", "control", ""},
		"effect":            {impact.Rule{ID: "a", When: when}, "", "effect", "a"},
		"no condition":      {impact.Rule{ID: "a", MinLevel: impact.LevelHigh}, ".when", "required", ""},
		"no id":             {impact.Rule{When: when, MinLevel: impact.LevelHigh}, ".id", "required", ""},
	} {
		_, err := impact.NewRules("v", []impact.Rule{brand(), c.rule})
		var is issue.Issues
		require.ErrorAs(t, err, &is, name)
		require.Len(t, is, 1, name)
		require.Equal(t, "rules[1]"+c.field, is[0].Field, name)
		require.Equal(t, c.rule2, is[0].Rule, name)
		require.Equal(t, c.value, is[0].Value, name)
	}
	_, err := impact.NewRules("v", []impact.Rule{brand(), brand()})
	require.ErrorContains(t, err, "stands twice")
	_, err = impact.NewRules(" ", []impact.Rule{brand()})
	require.ErrorContains(t, err, "version")
}

// FuzzRulesJSON starts from small sets: the whole one takes a millisecond to read,
// and a fuzzer that spends its time there searches nothing. That the whole one
// reads back is for TestRulesAsJSON.
func FuzzRulesJSON(f *testing.F) {
	few := slices.Collect(impact.DefaultRules().All())[:2]
	set, err := impact.NewRules("v", few)
	require.NoError(f, err)
	b, err := json.Marshal(set)
	require.NoError(f, err)
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte(`{"version":"v","rules":[{"id":"a","when":[{"field":"domain","op":"has","any":["media"]}],"min_level":"high"}]}`))
	f.Add([]byte(`{"version":"v","rules":[{"id":"a","when":[{"field":"languages","op":"has","any":["unknown"]},{"field":"level","op":"in","any":["high"]}],"controls":["X.a","A.2.2"]}],"changes":[{"id":"a","what":"added","reason":"r"}]}`))
	act := []byte(`{"version":"v","rules":[{"id":"a","when":[{"field":"eu_class","op":"has","any":["high"]}],"duties":["legal-basis"]}],"eu_act":` + tinyEUAct + `,"changes":[{"id":"v","what":"eu_act","reason":"r"}]}`)
	require.NoError(f, json.Unmarshal(act, new(impact.Rules)))
	f.Add(act)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 1<<14 {
			checkRulesJSON(t, b, fraudModel(), register.System{})
		}
	})
}

// checkRulesJSON checks that rules that can be read are written as they are.
func checkRulesJSON(t *testing.T, b []byte, systems ...register.System) {
	set := new(impact.Rules)
	if json.Unmarshal(b, set) != nil {
		return
	}
	again, err := json.Marshal(set)
	require.NoError(t, err)
	back := new(impact.Rules)
	require.NoError(t, json.Unmarshal(again, back))
	require.Empty(t, set.Diff(back))
	for _, s := range systems {
		r := set.Derive(s, impact.Facts{Severity: 5})
		require.Equal(t, text(t, r), text(t, back.Derive(s, impact.Facts{Severity: 5})))
		require.GreaterOrEqual(t, r.Level.Rank(), r.Known.Rank())
	}
}

func TestRulesAsJSON(t *testing.T) {
	own, err := impact.DefaultRules().WithEUAct("v", "amended", amended(t))
	require.NoError(t, err)
	for _, rules := range []*impact.Rules{impact.DefaultRules(), own} {
		b, err := json.Marshal(rules)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(b, new(impact.Rules)))
		checkRulesJSON(t, b, calm(), fraudModel(), register.System{ID: "s"}, register.System{})
		checkRulesJSON(t, b[:2000])
	}
}
