package impact_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

var now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// calm is a system with every question answered and little to ask.
func calm() register.System {
	n := register.No
	return register.System{
		ID: "sys", Name: "System", Owner: "ada", Stage: register.StageOperation, Purpose: "search the handbook", DeploymentContext: "office",
		IntendedUsers: []register.Audience{register.AudienceEmployees}, Languages: []string{"en"},
		Roles: []register.Role{register.RoleDeployer}, Build: register.BuildNone, Supplies: n, DeployerKind: register.DeployerPrivate,
		Domains: []register.Domain{register.DomainInternalOperations}, Functions: []register.Function{register.FunctionSearch},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomyInforms, Effects: []register.Effect{register.EffectNone},
		Reversibility: register.ReversibilityEasy, Contest: register.Yes, Explain: register.ExplainInherent, Affected: []string{"user"},
		Reach: register.ReachUnder1K, Interacts: []register.Audience{register.AudienceEmployees}, Direct: n, Displaces: n,
		Data: []register.DataCategory{register.DataNone}, DataOrigins: []register.DataOrigin{register.OriginOwn}, Profiling: n, Matching: n, DataWorkers: n,
		ModelSource: register.ModelOwn, SoleSupplier: n, GPAI: n, GPAIProvider: n, Systemic: n, Adaptive: n, TechMaturity: register.TechProven,
		LargeTraining: n, Generates: []register.Content{register.ContentNone}, Acts: n, MultiAgent: n, Physical: n, Critical: n,
		Hosting: register.HostingInternal, Jurisdictions: []string{"EU"},
		Claims63: register.ExemptionNone, HarmfulSignificant: n, ThirdPartyConformity: n, ConvenienceOnly: n, ObviousAI: n, OpenSource: n,
		StandardEditing: n, EditorialControl: n, Alterations: []register.Alteration{register.AlterationNone}, SoleUse: register.SoleUseNone,
	}
}

func spamFilter() register.System {
	s := calm()
	s.Domains, s.Functions = []register.Domain{register.DomainITSecurity}, []register.Function{register.FunctionClassify}
	s.Autonomy, s.Effects = register.AutonomySupervised, []register.Effect{register.EffectConvenience}
	s.Data, s.ModelSource, s.Hosting = []register.DataCategory{register.DataCommunications}, register.ModelThirdParty, register.HostingExternal
	return s
}

func faqAssistant() register.System {
	s := calm()
	s.Functions = []register.Function{register.FunctionConverse, register.FunctionSearch}
	s.Generates, s.GPAI, s.ModelSource = []register.Content{register.ContentText}, register.Yes, register.ModelThirdParty
	s.Effects, s.Build, s.Systemic = []register.Effect{register.EffectConvenience}, register.BuildConfigured, register.Yes
	return s
}

func cvScreener() register.System {
	s := calm()
	s.Domains, s.Functions = []register.Domain{register.DomainEmployment}, []register.Function{register.FunctionScorePeople}
	s.Practices, s.Autonomy = []register.Practice{register.PracticeRecruitment}, register.AutonomyRecommends
	s.Effects, s.Affected = []register.Effect{register.EffectSignificant}, []string{"applicant", "gender"}
	s.Data, s.Profiling, s.Explain = []register.DataCategory{register.DataPersonal, register.DataEmployment}, register.Yes, register.ExplainPostHoc
	return s
}

func creditScorer() register.System {
	s := cvScreener()
	s.Domains, s.Practices = []register.Domain{register.DomainCredit}, []register.Practice{register.PracticeCreditworthiness}
	s.Build, s.Reach, s.Affected = register.BuildTrained, register.ReachUnder1M, []string{"applicant", "low-income"}
	s.Data, s.Autonomy = []register.DataCategory{register.DataPersonal, register.DataFinancial}, register.AutonomySupervised
	return s
}

func diagnosticAid() register.System {
	s := calm()
	s.Domains, s.Practices = []register.Domain{register.DomainHealthcare}, []register.Practice{register.PracticeMedicalDevice}
	s.Functions, s.Autonomy = []register.Function{register.FunctionDetect}, register.AutonomyAdvises
	s.Effects, s.Affected = []register.Effect{register.EffectSafety}, []string{"patient"}
	s.Data, s.ModelSource, s.Interacts = []register.DataCategory{register.DataHealth}, register.ModelThirdParty, []register.Audience{register.AudienceSpecialists}
	return s
}

func socialScoring() register.System {
	s := cvScreener()
	s.Practices = []register.Practice{register.PracticeSocialScoring}
	return s
}

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
	require.Equal(t, []string{"A.4.2"}, controls(retired))
}

func TestTablesAreSound(t *testing.T) {
	require.Len(t, impact.Parties(), 27)
	require.Len(t, impact.Harms(), 64)
	require.Len(t, impact.EvidenceKinds(), 47)
	require.Equal(t, 130, impact.DefaultRules().Len())
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

// fire sets a system so that the conditions of a rule hold.
func fire(t *testing.T, r impact.Rule) (register.System, impact.Facts) {
	doc := make(map[string]any)
	b, err := json.Marshal(calm())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &doc))
	var f impact.Facts
	for _, c := range r.When {
		value := c.Value
		if len(c.Any) > 0 {
			value = c.Any[0]
		}
		switch c.Field {
		case "level":
			doc["practice"] = []string{string(register.PracticeRecruitment)}
			if value == "unacceptable" {
				doc["practice"] = []string{string(register.PracticeSocialScoring)}
			}
		case "incidents":
			f.Incidents = 5
		case "concerns":
			f.Concerns = 5
		case "policy_covers":
			f.PolicyCovers = register.No
		case "owner":
			delete(doc, "owner")
		default:
			a, ok := register.AttributeByName(c.Field)
			require.True(t, ok, c.Field)
			if a.Kind == register.KindSet || a.Kind == register.KindList {
				doc[c.Field] = []string{value}
			} else {
				doc[c.Field] = value
			}
		}
	}
	b, err = json.Marshal(doc)
	require.NoError(t, err)
	var s register.System
	require.NoError(t, json.Unmarshal(b, &s))
	return s, f
}

func fired(r impact.Result) map[string]bool {
	all := make(map[string]bool)
	add := func(rules []string) {
		for _, id := range rules {
			all[id] = true
		}
	}
	add(r.LevelRules)
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

// TestEveryRuleFires makes, for each rule, a system that meets it, and shows
// that it stays silent on another.
func TestEveryRuleFires(t *testing.T) {
	quiet := fired(derive(calm()))
	retired := calm()
	retired.Stage = register.StageRetirement
	silent := fired(derive(retired))
	for r := range impact.DefaultRules().All() {
		s, f := fire(t, r)
		require.True(t, fired(impact.DefaultRules().Derive(s, f))[r.ID], "%s does not fire on what it asks for", r.ID)
		require.False(t, quiet[r.ID] && silent[r.ID], "%s fires on everything", r.ID)
	}
}

// systems draws systems with all questions answered.
func systems() *rapid.Generator[register.System] {
	return rapid.Custom(func(t *rapid.T) register.System {
		s := rapid.SampledFrom([]register.System{calm(), spamFilter(), faqAssistant(), cvScreener(), creditScorer(), diagnosticAid()}).Draw(t, "kind")
		s.Autonomy = rapid.SampledFrom(autonomy).Draw(t, "autonomy")
		s.Reach = rapid.SampledFrom(reach).Draw(t, "reach")
		s.Stage = rapid.SampledFrom(register.Stages()[:4]).Draw(t, "stage")
		s.Data = rapid.SliceOfNDistinct(rapid.SampledFrom(data), 1, 4, rapid.ID[register.DataCategory]).Draw(t, "data")
		s.Affected = rapid.SliceOfNDistinct(rapid.SampledFrom(affected()), 1, 4, rapid.ID[string]).Draw(t, "affected")
		s.Effects = []register.Effect{rapid.SampledFrom([]register.Effect{register.EffectConvenience, register.EffectSignificant, register.EffectLegal, register.EffectSafety}).Draw(t, "effect")}
		s.Acts = rapid.SampledFrom([]register.Answer{register.Yes, register.No}).Draw(t, "acts")
		s.Build = rapid.SampledFrom([]register.Build{register.BuildNone, register.BuildTrained}).Draw(t, "build")
		return s
	})
}

var (
	autonomy = []register.Autonomy{register.AutonomyInforms, register.AutonomyAdvises, register.AutonomyRecommends, register.AutonomySupervised, register.AutonomyAutomated}
	reach    = []register.Reach{register.ReachUnder1K, register.ReachUnder10K, register.ReachUnder1M, register.ReachMass}
	data     = []register.DataCategory{register.DataPersonal, register.DataHealth, register.DataChildren, register.DataCriminal, register.DataConfidential, register.DataIndigenous}
)

// TestMoreIsNeverLess: more autonomy, more reach, one more category of data or
// affected party never lowers the level and never removes a required control.
func TestMoreIsNeverLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		less := systems().Draw(t, "system")
		more := less
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			i := slices.Index(autonomy, less.Autonomy)
			more.Autonomy = autonomy[rapid.IntRange(i, len(autonomy)-1).Draw(t, "more")]
		case 1:
			i := slices.Index(reach, less.Reach)
			more.Reach = reach[rapid.IntRange(i, len(reach)-1).Draw(t, "more")]
		case 2:
			more.Data = append(slices.Clone(less.Data), rapid.SampledFrom(data).Draw(t, "more"))
		case 3:
			more.Affected = append(slices.Clone(less.Affected), rapid.SampledFrom(affected()).Draw(t, "more"))
		}
		a, b := derive(less), derive(more)
		require.GreaterOrEqual(t, b.Level.Rank(), a.Level.Rank())
		require.Subset(t, controls(b), controls(a))
		require.Subset(t, harmIDs(b), harmIDs(a))
	})
}

// TestAnswersOnlyHelp: answering an open question never gives a level above
// what was counted.
func TestAnswersOnlyHelp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		full := systems().Draw(t, "system")
		b, err := json.Marshal(full)
		require.NoError(t, err)
		doc := make(map[string]any)
		require.NoError(t, json.Unmarshal(b, &doc))
		for _, a := range register.Attributes() {
			if a.Material && rapid.Bool().Draw(t, "forget "+a.Name) {
				delete(doc, a.Name)
			}
		}
		b, err = json.Marshal(doc)
		require.NoError(t, err)
		var partial register.System
		require.NoError(t, json.Unmarshal(b, &partial))
		p, f := derive(partial), derive(full)
		require.LessOrEqual(t, p.Known.Rank(), f.Level.Rank(), "what is known is not more than the truth")
		require.GreaterOrEqual(t, p.Level.Rank(), f.Level.Rank(), "what is counted is not less than the truth")
	})
}

func TestDeriveIsDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := systems().Draw(t, "system")
		a, err := json.Marshal(derive(s))
		require.NoError(t, err)
		slices.Reverse(s.Data)
		slices.Reverse(s.Affected)
		b, err := json.Marshal(derive(s))
		require.NoError(t, err)
		require.Equal(t, string(a), string(b))
	})
}

func TestRuleSets(t *testing.T) {
	mine := impact.Rule{ID: "ORG-1", When: []impact.Condition{{Field: "domain", Op: "has", Any: []string{"marketing"}}},
		MinLevel: impact.LevelLimited, Controls: []annexa.ID{annexa.MustParse("X.brand")}, Why: "ours", Source: "ours"}
	set, err := impact.DefaultRules().With("2026-ours", "our own", mine)
	require.NoError(t, err)
	require.Equal(t, impact.DefaultRules().Len()+1, set.Len())
	s := calm()
	s.Domains = []register.Domain{register.DomainMarketing}
	r := set.Derive(s, impact.Facts{})
	require.Equal(t, impact.LevelLimited, r.Level)
	require.Equal(t, []string{"ORG-1"}, r.LevelRules)
	require.True(t, r.Requires(annexa.MustParse("X.brand")))
	require.Equal(t, "2026-ours", r.Rules)
	fewer, err := set.Without("2026-less", "we do not use it", "ORG-1")
	require.NoError(t, err)
	require.Equal(t, []impact.RuleChange{{"ORG-1", impact.RuleAdded, "our own"}, {"ORG-1", impact.RuleRemoved, "we do not use it"}}, fewer.Changes())
	require.Equal(t, impact.LevelMinimal, fewer.Derive(s, impact.Facts{}).Level)

	b, err := json.Marshal(set)
	require.NoError(t, err)
	back := new(impact.Rules)
	require.NoError(t, json.Unmarshal(b, back))
	require.Equal(t, set.Derive(s, impact.Facts{}), back.Derive(s, impact.Facts{}))

	when := mine.When
	for name, bad := range map[string]impact.Rule{
		"field":    {ID: "a", When: []impact.Condition{{Field: "colour", Op: "in", Any: []string{"red"}}}, MinLevel: impact.LevelHigh},
		"op":       {ID: "a", When: []impact.Condition{{Field: "domain", Op: "near", Any: []string{"marketing"}}}, MinLevel: impact.LevelHigh},
		"value":    {ID: "a", When: []impact.Condition{{Field: "domain", Op: "has", Any: []string{"gardening"}}}, MinLevel: impact.LevelHigh},
		"rank":     {ID: "a", When: []impact.Condition{{Field: "autonomy", Op: "at_least", Value: "7"}}, MinLevel: impact.LevelHigh},
		"count":    {ID: "a", When: []impact.Condition{{Field: "incidents", Op: "at_least", Value: "many"}}, MinLevel: impact.LevelHigh},
		"level":    {ID: "a", When: when, MinLevel: "huge"},
		"harm":     {ID: "a", When: when, Harms: []string{"boredom"}},
		"evidence": {ID: "a", When: when, Evidence: []string{"ev-nothing"}},
		"duty":     {ID: "a", When: when, Duties: []string{"dance"}},
		"control":  {ID: "a", When: when, Controls: []annexa.ID{{}}},
		"effect":   {ID: "a", When: when},
		"no when":  {ID: "a", MinLevel: impact.LevelHigh},
		"no id":    {When: when, MinLevel: impact.LevelHigh},
	} {
		_, err := impact.NewRules("v", []impact.Rule{bad})
		var is annexa.Issues
		require.ErrorAs(t, err, &is, name)
		require.Contains(t, is[0].Field, "rules[0]", name)
	}
	_, err = impact.NewRules("v", []impact.Rule{mine, mine})
	require.ErrorContains(t, err, "stands twice")
	_, err = set.Without("v", "", "ORG-1")
	require.Error(t, err)
	_, err = set.Without("v", "why", "ORG-9")
	require.Error(t, err)
}

func FuzzRulesJSON(f *testing.F) {
	b, err := json.Marshal(impact.DefaultRules())
	require.NoError(f, err)
	f.Add(b[:2000])
	f.Add([]byte(`{"version":"v","rules":[{"id":"a","when":[{"field":"domain","op":"has","any":["media"]}],"min_level":"high"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		set := new(impact.Rules)
		if json.Unmarshal(b, set) == nil {
			set.Derive(calm(), impact.Facts{})
		}
	})
}

func TestSeverityAndRating(t *testing.T) {
	for _, c := range [][4]int{{3, 1, 5, 4}, {3, 5, 4, 5}, {1, 5, 1, 2}, {5, 1, 1, 5}, {2, 3, 3, 2}, {0, 1, 1, 0}, {6, 1, 1, 0}} {
		require.Equal(t, c[3], impact.Severity(c[0], c[1], c[2]), c)
	}
	for l := 1; l <= 5; l++ {
		for s := 1; s <= 5; s++ {
			require.GreaterOrEqual(t, impact.Rate(min(l+1, 5), s).Rank(), impact.Rate(l, s).Rank())
			require.GreaterOrEqual(t, impact.Rate(l, min(s+1, 5)).Rank(), impact.Rate(l, s).Rank())
			require.Positive(t, impact.Rate(l, s).Rank())
		}
	}
	require.Empty(t, impact.Rate(0, 3))
	death := impact.HarmRating{Harm: "injury", Scale: 5, Scope: 1, Irremediability: 5, Likelihood: 3, Confidence: impact.ConfidenceHigh, ResidualLikelihood: 1}
	require.Equal(t, impact.RatingCritical, death.Inherent())
	require.GreaterOrEqual(t, death.Residual().Rank(), impact.RatingMedium.Rank(), "an extreme irreversible harm to persons can't be rated away")
	judged := impact.HarmRating{Harm: "injury", Scale: 3, Scope: 1, Irremediability: 1, Likelihood: 3, Confidence: impact.ConfidenceLow}
	require.Equal(t, 4, judged.EffectiveLikelihood(), "what is only judged counts a step higher")
}

// written is an assessment that is complete.
func written(t *testing.T, s register.System) impact.Assessment {
	a := impact.Open("sys#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: now}, impact.DefaultRules(), impact.Facts{}, impact.DefaultPolicy())
	require.Equal(t, impact.StateOpen, a.State)
	draft := a
	for _, p := range s.Affected {
		draft.Parties = append(draft.Parties, impact.PartyImpact{Party: p, NoHarm: "looked at"})
	}
	for _, h := range a.Result.Harms {
		draft.Harms = append(draft.Harms, impact.HarmRating{Harm: h.Harm, Dismissed: "not here"})
	}
	a, err := a.Save(draft, "ada", now)
	require.NoError(t, err)
	return a
}

func sign(a impact.Assessment, s register.System, by, role string) (impact.Assessment, error) {
	return a.Sign(impact.Signature{By: by, Role: role, At: now}, s, impact.DefaultPolicy())
}

func TestWorkflow(t *testing.T) {
	s := cvScreener()
	a, err := written(t, s).Submit("bob", now)
	require.NoError(t, err)
	require.Equal(t, []string{"ada", "bob"}, a.Authors)
	for _, author := range a.Authors {
		_, err = sign(a, s, author, impact.SignerApprover)
		require.ErrorIs(t, err, impact.ErrSeparation)
	}
	_, err = sign(a, s, "ian", "janitor")
	var is annexa.Issues
	require.ErrorAs(t, err, &is)
	a, err = sign(a, s, "ian", impact.SignerApprover)
	require.NoError(t, err)
	require.Equal(t, impact.StateSubmitted, a.State, "at high level one signature is not enough")
	_, err = sign(a, s, "ian", impact.SignerPolicyOwner)
	require.ErrorIs(t, err, impact.ErrSeparation, "nobody signs twice")
	a, err = sign(a, s, "pam", impact.SignerPolicyOwner)
	require.NoError(t, err)
	require.Equal(t, impact.StateApproved, a.State)
	require.Equal(t, now.AddDate(1, 0, 0), a.ValidUntil)

	ok, why := a.Covers(s, now)
	require.True(t, ok, why)
	ok, why = a.Covers(s, a.ValidUntil.Add(time.Second))
	require.False(t, ok)
	require.Contains(t, why, "ran out")
	renamed := s
	renamed.Name = "CV ranker"
	ok, _ = a.Covers(renamed, now)
	require.True(t, ok, "a new name changes nothing for anybody")
	wider := s
	wider.Data = append(slices.Clone(s.Data), register.DataHealth)
	ok, why = a.Covers(wider, now)
	require.False(t, ok)
	require.Contains(t, why, "data (MC-03)")
	_, err = a.Return("ian", []string{"late"}, now)
	require.ErrorIs(t, err, impact.ErrState)
	old, err := a.Supersede("sys#2")
	require.NoError(t, err)
	require.Equal(t, impact.StateSuperseded, old.State)
}

func TestChangeBetweenSubmissionAndSignature(t *testing.T) {
	s := cvScreener()
	a, err := written(t, s).Submit("ada", now)
	require.NoError(t, err)
	changed := s
	changed.Purpose = "rank people for dismissal"
	_, err = sign(a, changed, "ian", impact.SignerApprover)
	require.ErrorIs(t, err, impact.ErrChanged)
	back := a.Refresh(changed, impact.DefaultRules(), impact.Facts{})
	require.Equal(t, impact.StateInProgress, back.State)
	require.Empty(t, back.Signatures)
}

func TestUnacceptableIsNeverApproved(t *testing.T) {
	s := socialScoring()
	a, err := written(t, s).Submit("ada", now)
	require.NoError(t, err)
	_, err = sign(a, s, "ian", impact.SignerApprover)
	require.ErrorIs(t, err, impact.ErrUnacceptable)
	_, err = a.Stop("ian", "", now)
	require.Error(t, err)
	a, err = a.Stop("ian", "given up", now)
	require.NoError(t, err)
	require.Equal(t, impact.StateStopped, a.State)
}

func TestSubmitSaysWhatIsMissing(t *testing.T) {
	s := cvScreener()
	s.Reach = ""
	s.Effects = nil
	s.Practices = nil
	a := impact.Open("sys#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: now}, impact.DefaultRules(), impact.Facts{}, impact.DefaultPolicy())
	draft := a
	draft.Harms = []impact.HarmRating{
		{Harm: "data-leak", Scale: 3, Scope: 2, Irremediability: 3, Likelihood: 4, Confidence: impact.ConfidenceMedium, ResidualLikelihood: 1},
		{Harm: "injury", Scale: 5, Scope: 1, Irremediability: 5, Likelihood: 3, Confidence: impact.ConfidenceMedium, ResidualSeverity: 3,
			Controls: []impact.Reduction{{Control: annexa.MustParse("A.2.2")}}},
		{Harm: "drift"},
	}
	a, err := a.Save(draft, "ada", now)
	require.NoError(t, err, "a draft may be incomplete")
	_, err = a.Submit("ada", now)
	var is annexa.Issues
	require.ErrorAs(t, err, &is)
	rules := make(map[string]bool)
	for _, i := range is {
		rules[i.Field+" "+i.Rule] = true
	}
	for _, want := range []string{
		"system.effect answered",                 // an open question that decides the level
		"parties considered",                     // an affected party that nobody looked at
		"harms considered",                       // a harm that the rules ask about
		"harms[0].controls required",             // a reduction without a control
		"harms[0].residual_likelihood reduction", // more steps than controls
		"harms[1].residual_severity reduction",   // what can't be undone
		"harms[1].controls[0].control bears_on",  // a control that does not bear on it
		"harms[1].controls[0].evidence required", // without evidence
		"harms[2].scale required", "harms[2].confidence required",
	} {
		require.True(t, rules[want], "%s is not among %v", want, is)
	}
	for _, bad := range []impact.HarmRating{{Harm: "boredom"}, {Harm: "injury", Scale: 6}, {Harm: "injury", Parties: []string{"martians"}}} {
		draft.Harms = []impact.HarmRating{bad}
		_, err = a.Save(draft, "ada", now)
		require.ErrorAs(t, err, &is)
	}
}

func TestTriggersFold(t *testing.T) {
	s := calm()
	a := written(t, s)
	require.Equal(t, now.AddDate(0, 0, 90), a.Due)
	a, err := a.Submit("ada", now)
	require.NoError(t, err)
	a = a.AddTrigger(impact.Trigger{Kind: impact.TriggerIncident, At: now.AddDate(0, 0, 1)}, s, impact.DefaultPolicy())
	require.Len(t, a.Triggers, 2)
	require.Equal(t, now.AddDate(0, 0, 8), a.Due, "the earliest due date wins")
	require.Equal(t, impact.StateInProgress, a.State, "what is handed in no longer answers all that is asked")
}

// TestNoPathLetsAuthorsSign walks random steps: an assessment is never
// approved with one of its authors among the signers.
func TestNoPathLetsAuthorsSign(t *testing.T) {
	people := []string{"ada", "bob", "ian", "pam"}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]register.System{calm(), cvScreener()}).Draw(t, "system")
		a := impact.Open("sys#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: now}, impact.DefaultRules(), impact.Facts{}, impact.DefaultPolicy())
		draft := a
		for _, p := range s.Affected {
			draft.Parties = append(draft.Parties, impact.PartyImpact{Party: p, NoHarm: "looked at"})
		}
		for _, h := range a.Result.Harms {
			draft.Harms = append(draft.Harms, impact.HarmRating{Harm: h.Harm, Dismissed: "not here"})
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			who := rapid.SampledFrom(people).Draw(t, "who")
			next, err := a, error(nil)
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				next, err = a.Save(draft, who, now)
			case 1:
				next, err = a.Submit(who, now)
			case 2:
				next, err = sign(a, s, who, rapid.SampledFrom([]string{impact.SignerApprover, impact.SignerPolicyOwner}).Draw(t, "role"))
			case 3:
				next, err = a.Return(who, []string{"more"}, now)
			case 4:
				next = a.Refresh(s, impact.DefaultRules(), impact.Facts{})
			}
			if err != nil {
				require.Empty(t, cmp.Diff(a, next, cmpopts.EquateComparable(annexa.ID{})), "a refused step changes nothing")
				continue
			}
			a = next
			if a.State == impact.StateApproved {
				require.Len(t, a.Signatures, len(impact.DefaultPolicy().SignOff[a.Level]))
				for _, sig := range a.Signatures {
					require.NotContains(t, a.Authors, sig.By)
				}
			}
		}
	})
}

func TestRisks(t *testing.T) {
	s := cvScreener()
	a := written(t, s)
	a.Harms = append(a.Harms, impact.HarmRating{Harm: "stereotyping", Scale: 4, Scope: 2, Irremediability: 3, Likelihood: 3, Confidence: impact.ConfidenceMedium,
		ResidualLikelihood: 2, Controls: []impact.Reduction{{Control: annexa.MustParse("A.6.2.4")}}}, impact.HarmRating{Harm: "reputation", Scale: 2, Scope: 1, Irremediability: 2, Likelihood: 2, Confidence: impact.ConfidenceHigh})
	small := register.DefaultCriteria()
	small.Version, small.Likelihood, small.Consequence, small.Matrix = 2, small.Likelihood[:3], small.Consequence[:3], [][]register.RiskLevel{{"low", "low", "medium"}, {"low", "medium", "high"}, {"medium", "high", "critical"}}
	for _, c := range []register.Criteria{register.DefaultCriteria(), small} {
		require.NoError(t, c.Validate())
		found := a.Risks(c, "ada", now)
		require.Len(t, found, 2, "one for each harm that was rated")
		for _, r := range found {
			require.NoError(t, r.Validate(c))
			require.Equal(t, "sys#1", r.Assessment)
			require.Equal(t, []string{"sys"}, r.Systems)
		}
		require.Equal(t, register.AxisPeople, found[0].Axis)
		require.Equal(t, register.AreaBias, found[0].Area)
		require.Equal(t, register.AxisOrganisation, found[1].Axis)
	}
}

func BenchmarkDerive(b *testing.B) {
	rules, s := impact.DefaultRules(), creditScorer()
	b.ReportAllocs()
	for b.Loop() {
		rules.Derive(s, impact.Facts{})
	}
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
