package impact_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
)

func derive(s register.System) impact.Result { return impact.DefaultRules().Derive(s, impact.Facts{}) }

func controls(r impact.Result) []string {
	var ids []string
	for _, q := range r.Controls {
		ids = append(ids, q.Control.String())
	}
	return ids
}

func harmIDs(r impact.Result) []string {
	var ids []string
	for _, h := range r.Harms {
		ids = append(ids, h.Harm)
	}
	return ids
}

// fraudModel looks for fraud in public benefits and claims the money back, in
// the manner of Robodebt.
func fraudModel() register.System {
	s := cvScreener()
	s.Domains, s.Practices = []register.Domain{register.DomainPublicBenefits}, []register.Practice{register.PracticeBenefitFraud}
	s.Effects, s.Autonomy, s.Reversibility = []register.Effect{register.EffectLegal, register.EffectSignificant}, register.AutonomyAutomated, register.ReversibilityHard
	s.Affected, s.Reach, s.Contest = []string{"beneficiary", "low-income", "public"}, register.ReachMass, register.No
	s.Data, s.Matching, s.DeployerKind = []register.DataCategory{register.DataPersonal, register.DataFinancial}, register.Yes, register.DeployerPublicBody
	s.Build, s.Explain = register.BuildTrained, register.ExplainOpaque
	return s
}

// frontierModel is a general-purpose model of systemic risk that its maker
// supplies.
func frontierModel() register.System {
	s := calm()
	s.Roles, s.Build, s.Supplies = []register.AIRole{register.RoleProvider}, register.BuildTrained, register.Yes
	s.Functions, s.Generates = []register.Function{register.FunctionGenerate}, []register.Content{register.ContentText, register.ContentImage, register.ContentCode}
	s.GPAI, s.GPAIProvider, s.Systemic, s.LargeTraining, s.DataWorkers = register.Yes, register.Yes, register.Yes, register.Yes, register.Yes
	s.Data, s.DataOrigins = []register.DataCategory{register.DataScraped, register.DataCopyrighted}, []register.DataOrigin{register.OriginScraped}
	s.Interacts, s.Reach, s.Direct = []register.Audience{register.AudiencePublic}, register.ReachMass, register.Yes
	s.Affected, s.Effects = []string{"user", "creator", "public"}, []register.Effect{register.EffectConvenience}
	return s
}

// opsAgent acts in other systems, on a bought model.
func opsAgent() register.System {
	s := faqAssistant()
	s.Functions, s.Acts, s.MultiAgent = []register.Function{register.FunctionAct}, register.Yes, register.Yes
	s.Autonomy, s.Critical, s.SoleSupplier, s.Hosting = register.AutonomySupervised, register.Yes, register.Yes, register.HostingExternal
	s.Data = []register.DataCategory{register.DataConfidential}
	return s
}

func retired() register.System {
	s := creditScorer()
	s.Stage = register.StageRetirement
	return s
}

// example is a system as somebody could register it, with what is known beside.
type example struct {
	name   string
	system register.System
	facts  impact.Facts
}

func examples() []example {
	return []example{
		{"spam filter", spamFilter(), impact.Facts{PolicyCovers: register.Yes}},
		{"FAQ assistant on a model of systemic risk", faqAssistant(), impact.Facts{PolicyCovers: register.Yes}},
		{"CV screener", cvScreener(), impact.Facts{Severity: 4, Misuse: 1}},
		{"credit scorer", creditScorer(), impact.Facts{}},
		{"diagnostic aid", diagnosticAid(), impact.Facts{Incidents: 1}},
		{"social scoring", socialScoring(), impact.Facts{PolicyCovers: register.No}},
		{"benefit fraud model", fraudModel(), impact.Facts{Concerns: 4, Incidents: 3}},
		{"frontier model", frontierModel(), impact.Facts{}},
		{"agent in operations", opsAgent(), impact.Facts{Misuse: 2}},
		{"retired credit scorer", retired(), impact.Facts{}},
	}
}

// TestOutcomesDiffer derives what an expert would expect of known kinds of
// system, and that they differ.
func TestOutcomesDiffer(t *testing.T) {
	for _, c := range []struct {
		name       string
		system     register.System
		level      impact.Level
		harms, not []string
		least      int // controls
		most       int
	}{
		{"spam filter", spamFilter(), impact.LevelMinimal, []string{"discontinuity"}, []string{"unequal-treatment", "injury"}, 10, 16},
		{"FAQ assistant on a model of systemic risk", faqAssistant(), impact.LevelMinimal, []string{"false-information"}, []string{"dangerous-uplift"}, 10, 18},
		{"CV screener", cvScreener(), impact.LevelHigh, []string{"unequal-treatment", "denied-opportunity"}, []string{"wrong-care", "financial-loss"}, 22, 34},
		{"credit scorer", creditScorer(), impact.LevelHigh, []string{"financial-loss", "opacity"}, []string{"wrong-care", "injury"}, 28, 36},
		{"diagnostic aid", diagnosticAid(), impact.LevelHigh, []string{"wrong-care", "injury"}, []string{"unfair-pricing", "denied-opportunity"}, 22, 34},
		{"social scoring", socialScoring(), impact.LevelUnacceptable, []string{"rule-of-law"}, nil, 20, 38},
	} {
		r := derive(c.system)
		require.Equal(t, c.level, r.Level, c.name)
		require.Equal(t, c.level, r.Known, "%s: every question is answered", c.name)
		require.Subset(t, harmIDs(r), c.harms, c.name)
		for _, h := range c.not {
			require.NotContains(t, harmIDs(r), h, c.name)
		}
		require.GreaterOrEqual(t, len(r.Controls), c.least, c.name)
		require.LessOrEqual(t, len(r.Controls), c.most, c.name)
		for _, q := range r.Controls {
			require.NotEmpty(t, q.Rules, "%s: %s has rules behind it", c.name, q.Control)
		}
		if c.level != impact.LevelMinimal {
			require.NotEmpty(t, r.LevelRules, "%s: the level has rules behind it", c.name)
		}
	}
	require.NotEqual(t, controls(derive(creditScorer())), controls(derive(diagnosticAid())))
}

func TestUnknownCountsAsTheWorst(t *testing.T) {
	r := derive(register.System{ID: "s", Name: "S", Stage: register.StageOperation})
	require.Equal(t, impact.LevelHigh, r.Level, "never unacceptable on what nobody has answered")
	require.Equal(t, impact.LevelMinimal, r.Known)
	require.Greater(t, len(r.Open), 20)
	retired := derive(register.System{ID: "s", Name: "S", Stage: register.StageRetirement})
	require.Equal(t, impact.LevelMinimal, retired.Level)
	require.Equal(t, []string{"A.4.2", "A.4.3"}, controls(retired), "the record and what data is kept must be known")
}

// TestEveryControlIsInSomeCaseAndOutOfSome: no control is asked of everybody but
// the record that each system has, also when it is retired, and none of nobody.
func TestEveryControlIsInSomeCaseAndOutOfSome(t *testing.T) {
	in := make(map[annexa.ID]int)
	for _, e := range examples() {
		for _, q := range impact.DefaultRules().Derive(e.system, e.facts).Controls {
			in[q.Control]++
		}
	}
	for _, c := range annexa.Controls() {
		require.Positive(t, in[c.ID], "%s is required in no case", c.ID)
		require.Equal(t, c.ID == annexa.MustParse("A.4.2"), in[c.ID] == len(examples()), "%s is required in every case", c.ID)
	}
}

// TestDeriveIsWhatItSaysItIs compares with a plain reading of the rules, which
// shares nothing with the engine.
func TestDeriveIsWhatItSaysItIs(t *testing.T) {
	own, err := impact.DefaultRules().With("own", "texts, lists and controls of our own",
		impact.Rule{ID: "OWN-1", When: []decide.Condition{{Field: "purpose", Op: "in", Any: []string{"sort mail", "unknown"}}}, MinLevel: impact.LevelMinimal},
		impact.Rule{ID: "OWN-2", When: []decide.Condition{{Field: "languages", Op: "has", Any: []string{"pt-BR"}}, {Field: "languages", Op: "has", Any: []string{"en"}}},
			Controls: []annexa.ID{annexa.MustParse("X.brand"), annexa.MustParse("A.10.2")}},
		impact.Rule{ID: "OWN-3", When: []decide.Condition{{Field: "practice", Op: "has", Any: []string{"csam", "unknown"}}, {Field: "level", Op: "in", Any: []string{"high"}}},
			MinLevel: impact.LevelUnacceptable, Evidence: []string{"ev-owner"}},
		impact.Rule{ID: "EFF-02", When: []decide.Condition{{Field: "effect", Op: "has", Any: []string{"significant"}}, {Field: "owner", Op: "in", Any: []string{"named"}}},
			Duties: []string{"stop"}, Harms: []string{"injury"}})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		doc := drawDoc(t, rapid.SampledFrom([]int{0, 1, 2, 5}).Draw(t, "gaps"))
		if rapid.Bool().Draw(t, "purpose") {
			doc["purpose"] = rapid.SampledFrom([]string{"sort mail", "rank people"}).Draw(t, "of")
		}
		s, f := decode(t, doc), drawFacts(t)
		set := rapid.SampledFrom([]*impact.Rules{impact.DefaultRules(), own}).Draw(t, "set")
		require.Empty(t, cmp.Diff(oracleDerive(set, s, f), set.Derive(s, f), cmpopts.EquateComparable(annexa.ID{})))
	})
}

// TestManyRules: a set of any size is asked as well as the default one.
func TestManyRules(t *testing.T) {
	var rules []impact.Rule
	for i := range 1500 {
		rules = append(rules, impact.Rule{ID: fmt.Sprint("R", i), When: []decide.Condition{{Field: "acts", Op: "in", Any: []string{"no"}}},
			Controls: []annexa.ID{annexa.MustParse(fmt.Sprint("X.c", i))}, MinLevel: impact.LevelLimited})
	}
	set, err := impact.NewRules("many", rules)
	require.NoError(t, err)
	r := set.Derive(calm(), impact.Facts{})
	require.Len(t, r.Controls, 1500)
	require.Len(t, r.LevelRules, 1500)
	require.Empty(t, cmp.Diff(oracleDerive(set, calm(), impact.Facts{}), r, cmpopts.EquateComparable(annexa.ID{})))
}

// asks returns all that a result asks for, as "kind id".
func asks(r impact.Result) []string {
	var all []string
	for _, x := range r.Harms {
		all = append(all, "harm "+x.Harm)
	}
	for _, x := range r.Controls {
		all = append(all, "control "+x.Control.String())
	}
	for _, x := range r.Evidence {
		all = append(all, "evidence "+x.Kind)
	}
	for _, x := range r.Duties {
		all = append(all, "duty "+x.Duty)
	}
	return all
}

// choices are the attributes of which more is not said to be more: the stage,
// which moves through gates and brings other tasks at each; and the choices
// without an order (who builds it, where the model comes from, where it runs,
// what kind of body uses it, on which ground an exemption is claimed, which
// limit to its use, by what people are read or sorted, what the law authorises),
// which decide whose task something is.
var choices = []string{"stage", "build", "model_source", "hosting", "deployer_kind", "claims_5", "claims_63", "sole_use", "emotion_source", "categorised_by", "offence_detection"}

// reliefs are the answers of which "no" is the graver one.
var reliefs = []string{"contest", "convenience_only", "intimate_safeguards", "obvious_ai", "open_source", "standard_editing", "editorial_control"}

// more makes one thing about a system more: an answered ordered attribute
// higher, an answer the graver one, one more value in a set, or one of the
// facts higher. It returns what it did.
func more(t *rapid.T, doc map[string]any, f impact.Facts) (map[string]any, impact.Facts, string) {
	doc = maps.Clone(doc)
	fact := func() (map[string]any, impact.Facts, string) {
		switch rapid.IntRange(0, 7).Draw(t, "which fact") {
		case 0:
			f.Incidents++
		case 1:
			f.Concerns++
		case 2:
			f.Severity++
		case 3:
			f.Irremediability++
		case 4:
			f.Misuse++
		case 5:
			f.Questionnaire = rapid.SampledFrom(impact.Levels()[max(f.Questionnaire.Rank()-1, 0):]).Draw(t, "questionnaire")
		case 6:
			f.Parties = append(slices.Clone(f.Parties), rapid.SampledFrom(affected()).Draw(t, "party"))
		case 7:
			f.PolicyCovers = register.No
		}
		return doc, f, "fact"
	}
	a := rapid.SampledFrom(register.Attributes()).Draw(t, "attribute")
	ids := valuesOf(a)
	have := doc[a.Name]
	if len(ids) == 0 || have == nil || slices.Contains(choices, a.Name) {
		return fact()
	}
	switch {
	case many(a):
		list := slices.DeleteFunc(slices.Clone(have.([]string)), func(v string) bool { return v == "none" })
		doc[a.Name] = append(list, rapid.SampledFrom(ids).Draw(t, "one more"))
	case slices.Contains(reliefs, a.Name):
		doc[a.Name] = "no"
	case a.Kind == register.KindAnswer:
		doc[a.Name] = "yes"
	default:
		doc[a.Name] = rapid.SampledFrom(ids[slices.Index(ids, have.(string)):]).Draw(t, "higher")
	}
	return doc, f, a.Name
}

// TestMoreIsNeverLess: more autonomy, more reach, one more category of data or
// affected party, a graver answer, more of any fact never lowers the level and
// never removes what is asked for. See choices for what has no more.
func TestMoreIsNeverLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc, f := drawDoc(t, rapid.SampledFrom([]int{0, 4}).Draw(t, "gaps")), drawFacts(t)
		moreDoc, moreFacts, what := more(t, doc, f)
		a := impact.DefaultRules().Derive(decode(t, doc), f)
		b := impact.DefaultRules().Derive(decode(t, moreDoc), moreFacts)
		require.GreaterOrEqual(t, b.Level.Rank(), a.Level.Rank(), what)
		require.GreaterOrEqual(t, b.Known.Rank(), a.Known.Rank(), what)
		require.Subset(t, asks(b), asks(a), what)
	})
}

// TestNoRuleRewardsMore proves the law of TestMoreIsNeverLess rule by rule: no
// condition is about a stated "none", and one that names values of an order
// names all that are higher.
func TestNoRuleRewardsMore(t *testing.T) {
	for r := range impact.DefaultRules().All() {
		for _, w := range r.When {
			a, ok := register.AttributeByName(w.Field)
			if !ok || w.Op == "at_least" || slices.Contains(choices, w.Field) || w.Field == "owner" {
				continue
			}
			switch {
			case a.Kind == register.KindAnswer:
				require.Equal(t, []string{"yes"}, w.Any, r.ID)
			case a.Kind == register.KindOrdered:
				least := len(a.Values)
				for i, v := range a.Values {
					if slices.Contains(w.Any, v.ID) {
						least = min(least, i)
					}
					require.Equal(t, i >= least, slices.Contains(w.Any, v.ID), "%s names %v of %s, but not all above", r.ID, w.Any, w.Field)
				}
			default:
				require.NotContains(t, w.Any, "none", r.ID)
				require.NotContains(t, w.Any, "unknown", "%s would fall silent with an answer", r.ID)
			}
		}
	}
}

// TestAnswersOnlyHelp: answering open questions never gives a level above what
// was counted. Only unacceptable is never counted on what nobody has answered;
// the question that could give it is then open.
func TestAnswersOnlyHelp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc, facts := drawDoc(t, 0), drawFacts(t)
		partial := maps.Clone(doc)
		for _, a := range register.Attributes() {
			// Who is to be spared a prohibition claims it: unclaimed it is none.
			claimed := a.Name == "claims_5" || a.Name == "sole_use"
			if a.Material && !claimed && rapid.Bool().Draw(t, "forget "+a.Name) {
				delete(partial, a.Name)
			}
		}
		p, f := impact.DefaultRules().Derive(decode(t, partial), facts), impact.DefaultRules().Derive(decode(t, doc), facts)
		require.LessOrEqual(t, p.Known.Rank(), f.Level.Rank(), "what is known is not more than the truth")
		if f.Level == impact.LevelUnacceptable && p.Level == impact.LevelHigh {
			forbids := func(id string) bool {
				r, ok := impact.DefaultRules().Rule(id)
				return ok && r.MinLevel == impact.LevelUnacceptable
			}
			require.True(t, slices.ContainsFunc(p.Open, func(q impact.OpenQuestion) bool { return slices.ContainsFunc(q.Rules, forbids) }))
			return
		}
		require.GreaterOrEqual(t, p.Level.Rank(), f.Level.Rank(), "what is counted is not less than the truth")
		require.Equal(t, f.Level, f.Known, "every question is answered")
		require.Empty(t, f.Open)
	})
}

// TestDeriveIsDeterministic: the order in which values stand in a set changes
// no byte.
func TestDeriveIsDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc, f := drawDoc(t, 4), drawFacts(t)
		before := text(t, impact.DefaultRules().Derive(decode(t, doc), f))
		for name, v := range doc {
			if list, ok := v.([]string); ok {
				doc[name] = rapid.Permutation(append(slices.Clone(list), list[0])).Draw(t, "order of "+name)
			}
		}
		f.Parties = rapid.Permutation(f.Parties).Draw(t, "order of parties")
		require.Equal(t, before, text(t, impact.DefaultRules().Derive(decode(t, doc), f)))
	})
}

// TestDeriveRecorded: what an assessment keeps of a system is enough to ask the
// rules again.
func TestDeriveRecorded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc, f := drawDoc(t, rapid.SampledFrom([]int{0, 1, 3}).Draw(t, "gaps")), drawFacts(t)
		s := decode(t, doc)
		values := maps.Clone(register.FingerprintOf(s).Attributes)
		if values == nil {
			values = make(map[string][]string)
		}
		maps.Copy(values, impact.RecordedValues(s))
		b, err := json.Marshal(values)
		require.NoError(t, err)
		var read map[string][]string
		require.NoError(t, json.Unmarshal(b, &read))
		require.Equal(t, text(t, impact.DefaultRules().Derive(s, f)), text(t, impact.DefaultRules().DeriveRecorded(read, f)))
	})
}

func TestRecordedValues(t *testing.T) {
	s := calm()
	require.Equal(t, map[string][]string{"owner": {"named"}, "stage": {"operation"}, "sole_supplier": {"no"}}, impact.RecordedValues(s))
	s.Owner, s.SoleSupplier = "", register.Unknown
	require.Equal(t, map[string][]string{"owner": {"none"}, "stage": {"operation"}}, impact.RecordedValues(s))
	r := impact.DefaultRules().DeriveRecorded(nil, impact.Facts{})
	require.True(t, slices.ContainsFunc(r.Open, func(q impact.OpenQuestion) bool { return q.Attribute == "owner" }), "what is not recorded is not answered")
}

// TestPartiesOfTheAssessment: a party that the assessment names counts like one
// of the system's, and does not pass for an answer of the system's owner.
func TestPartiesOfTheAssessment(t *testing.T) {
	s := calm()
	s.Functions = []register.Function{register.FunctionRecommend}
	require.False(t, fired(derive(s))["TEC-16"])
	f := impact.Facts{Parties: []string{"child"}}
	require.True(t, fired(impact.DefaultRules().Derive(s, f))["TEC-16"])
	s.Affected = nil
	r := impact.DefaultRules().Derive(s, f)
	require.True(t, fired(r)["TEC-16"])
	require.True(t, slices.ContainsFunc(r.Open, func(q impact.OpenQuestion) bool { return q.Attribute == "affected" }))
}

// TestExplainAgreesWithDerive: for every rule, what Explain says is what Derive
// did.
func TestExplainAgreesWithDerive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, f := decode(t, drawDoc(t, 4)), drawFacts(t)
		r := impact.DefaultRules().Derive(s, f)
		holds := fired(r)
		open := make(map[string]bool)
		for _, q := range r.Open {
			for _, id := range q.Rules {
				open[id] = true
			}
		}
		for rule := range impact.DefaultRules().All() {
			e, ok := impact.DefaultRules().Explain(rule.ID, s, f)
			require.True(t, ok)
			require.Equal(t, rule.ID, e.Rule.ID)
			require.Len(t, e.Conditions, len(rule.When))
			require.Equal(t, holds[rule.ID], e.Outcome == impact.OutcomeHolds, "%s", e)
			require.Equal(t, open[rule.ID], e.Outcome == impact.OutcomeOpen, "%s", e)
			all := true
			for _, c := range e.Conditions {
				all = all && c.Outcome == impact.OutcomeHolds
				if c.Outcome == impact.OutcomeOpen {
					require.Contains(t, e.String(), c.Condition.Field)
				}
			}
			require.Equal(t, e.Outcome == impact.OutcomeHolds, all && !e.Retired, "%s", e)
		}
	})
	_, ok := impact.DefaultRules().Explain("NO-1", calm(), impact.Facts{})
	require.False(t, ok)
}

// TestCompareIsTheDifference: what came in and fell away is exactly what turns
// one result into the other.
func TestCompareIsTheDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) impact.Result {
			return impact.DefaultRules().Derive(decode(t, drawDoc(t, 4)), drawFacts(t))
		}
		a, b := draw("before"), draw("after")
		require.False(t, impact.Compare(a, a).Any())
		require.Equal(t, "nothing differs", impact.Compare(a, a).String())
		d, back := impact.Compare(a, b), impact.Compare(b, a)
		require.Equal(t, d.Controls.Added, back.Controls.Removed)
		require.Equal(t, d.Harms.Removed, back.Harms.Added)
		require.Equal(t, d.Any(), d.String() != "nothing differs")
		want := asks(a)
		for _, part := range []struct {
			name  string
			delta impact.Delta
		}{{"harm", d.Harms}, {"control", d.Controls}, {"evidence", d.Evidence}, {"duty", d.Duties}} {
			for _, e := range part.delta.Removed {
				want = slices.DeleteFunc(want, func(x string) bool { return x == part.name+" "+e.ID })
			}
			for _, e := range part.delta.Added {
				require.NotEmpty(t, e.Rules)
				want = append(want, part.name+" "+e.ID)
			}
		}
		require.ElementsMatch(t, want, asks(b))
	})
}

func ExampleRules_Derive() {
	r := impact.DefaultRules().Derive(register.System{ID: "cv", Name: "CV screener", Stage: register.StageDesign, Owner: "ada",
		Practices: []register.Practice{register.PracticeRecruitment}}, impact.Facts{})
	fmt.Println("level:", r.Level)
	for _, h := range r.Harms {
		fmt.Println("consider:", h.Harm, h.Rules)
	}
	for _, q := range r.Open[:2] {
		fmt.Println("open:", q.Attribute)
	}
	// Output:
	// level: high
	// consider: denied-opportunity [DOM-01]
	// consider: opacity [DOM-01]
	// consider: unequal-performance [DOM-01]
	// consider: unequal-treatment [DOM-01]
	// open: acts
	// open: adaptive
}

func ExampleRules_Explain() {
	s := register.System{ID: "cv", Name: "CV screener", Stage: register.StageDesign, Autonomy: register.AutonomyRecommends}
	e, _ := impact.DefaultRules().Explain("EFF-05", s, impact.Facts{})
	fmt.Println(e)
	// Output:
	// EFF-05 open: A recommendation that is nearly always followed is a decision.
	//   effect has significant|legal|safety: open, not answered
	//   autonomy at least recommends: holds, it is recommends
}

func ExampleCompare() {
	s := register.System{ID: "faq", Name: "FAQ assistant", Stage: register.StageOperation, Owner: "ada"}
	before := impact.DefaultRules().Derive(s, impact.Facts{})
	after := impact.DefaultRules().Derive(s, impact.Facts{Misuse: 1, Incidents: 1})
	fmt.Println(impact.Compare(before, after))
	// Output:
	// + harm trust-erosion (EVT-01)
	// + duty reassess (EVT-01)
}
