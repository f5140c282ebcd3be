package register_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// TestChangeRules has one case or more for each rule.
func TestChangeRules(t *testing.T) {
	base := func() register.System {
		return register.System{
			ID: "credit", Name: "Credit scoring", Owner: "ada", Stage: register.StageOperation,
			Purpose: "Scores loans below 10,000 EUR.", Supplier: "acme", Build: register.BuildConfigured,
			Effects: []register.Effect{register.EffectSignificant}, Data: []register.DataCategory{register.DataPersonal, register.DataFinancial},
			Roles: []register.AIRole{register.RoleDeployer, register.RoleProvider}, Affected: []string{"applicant", "user"}, Jurisdictions: []string{"AT", "DE"},
			Tools: []string{"mail"}, ForeseeableMisuse: []string{"scoring tenants"},
			DataResources: []register.DataResource{{Name: "loans", Period: "2015-2020"}, {Name: "bureau"}},
			Autonomy:      register.AutonomyRecommends, Reach: register.ReachUnder10K, Contest: register.Yes,
			Reversibility: register.ReversibilityEffort, Explain: register.ExplainPostHoc, HumanOversight: register.Oversight{Measure: "a clerk reads each refusal"},
			Model: register.Model{Name: "gbm", Version: "3"}, DeployerKind: register.DeployerPrivate, TechMaturity: register.TechNew,
			Claims63: register.ExemptionNarrowTask, HarmfulSignificant: register.No, ThirdPartyConformity: register.Yes,
			Alterations: []register.Alteration{register.AlterationNone}, SoleUse: register.SoleUseResearch,
			Profiling: register.Yes, Critical: register.Yes, Acts: register.No, Physical: register.No, SoleSupplier: register.No,
			Generates: []register.Content{register.ContentText}, Labels: map[string]string{"team": "risk"},
		}
	}
	type sys = register.System
	for _, c := range []struct {
		name      string
		attribute string
		edit      func(*sys)
		what      register.ChangeWhat
		rule      string
		material  bool
	}{
		{"another purpose", "purpose", func(s *sys) { s.Purpose = "Scores tenants." }, register.Changed, "MC-01", true},
		{"a purpose taken away", "purpose", func(s *sys) { s.Purpose = "" }, register.Retracted, "MC-20", true},
		{"a heavier effect", "effect", func(s *sys) { s.Effects = append(s.Effects, register.EffectLegal) }, register.Widened, "MC-01", true},
		{"another limit", "purpose", func(s *sys) { s.Purpose = "Scores loans below 90,000 EUR." }, register.Changed, "MC-01", true},
		{"the same words", "purpose", func(s *sys) { s.Purpose = " scores  loans below 10,000\u00a0EUR" }, register.Editorial, "MC-02", false},
		{"another number", "purpose", func(s *sys) { s.Purpose = "Scores loans below 10.000 EUR." }, register.Changed, "MC-01", true},
		{"a new category", "data", func(s *sys) { s.Data = append(s.Data, register.DataHealth) }, register.Widened, "MC-03", true},
		{"one in, one out", "data", func(s *sys) { s.Data[0] = register.DataHealth }, register.Widened, "MC-03", true},
		{"a new period of a data set", "data_resources", func(s *sys) { s.DataResources[0].Period = "2015-2025" }, register.Updated, "MC-21", false},
		{"a new owner of a data set", "data_resources", func(s *sys) { s.DataResources[1].Owner = "bob" }, register.Updated, "MC-21", false},
		{"another source of a data set", "data_resources", func(s *sys) { s.DataResources[0].Source = "the web" }, register.Widened, "MC-03", true},
		{"a misuse reworded", "foreseeable_misuse", func(s *sys) { s.ForeseeableMisuse = []string{"Scoring  tenants."} }, register.Editorial, "MC-02", false},
		{"another misuse", "foreseeable_misuse", func(s *sys) { s.ForeseeableMisuse = []string{"scoring C# tenants"} }, register.Widened, "MC-03", true},
		{"a new tool", "tools", func(s *sys) { s.Tools = append(s.Tools, "core banking") }, register.Widened, "MC-03", true},
		{"a category less", "data", func(s *sys) { s.Data = s.Data[:1] }, register.Narrowed, "MC-04", false},
		{"no data any more", "data", func(s *sys) { s.Data = []register.DataCategory{register.DataNone} }, register.Narrowed, "MC-04", false},
		{"data not answered any more", "data", func(s *sys) { s.Data = nil }, register.Retracted, "MC-20", true},
		{"no tool any more", "tools", func(s *sys) { s.Tools = nil }, register.Narrowed, "MC-04", false},
		{"a country less", "jurisdictions", func(s *sys) { s.Jurisdictions = s.Jurisdictions[:1] }, register.Narrowed, "MC-04", false},
		{"no country at all", "jurisdictions", func(s *sys) { s.Jurisdictions = nil }, register.Retracted, "MC-20", true},
		{"a party less", "affected", func(s *sys) { s.Affected = s.Affected[:1] }, register.Narrowed, "MC-05", true},
		{"a role less", "role", func(s *sys) { s.Roles = s.Roles[:1] }, register.Narrowed, "MC-00", true},
		{"a misuse less", "foreseeable_misuse", func(s *sys) { s.ForeseeableMisuse = nil }, register.Narrowed, "MC-00", true},
		{"a data set less", "data_resources", func(s *sys) { s.DataResources = s.DataResources[:1] }, register.Narrowed, "MC-00", true},
		{"more autonomy", "autonomy", func(s *sys) { s.Autonomy = register.AutonomyAutomated }, register.Raised, "MC-06", true},
		{"more reach", "reach", func(s *sys) { s.Reach = register.ReachMass }, register.Raised, "MC-06", true},
		{"less autonomy", "autonomy", func(s *sys) { s.Autonomy = register.AutonomyInforms }, register.Lowered, "MC-07", false},
		{"no way to challenge", "contest", func(s *sys) { s.Contest = register.No }, register.Weakened, "MC-08", true},
		{"harder to reverse", "reversibility", func(s *sys) { s.Reversibility = register.ReversibilityNone }, register.Weakened, "MC-08", true},
		{"oversight reworded", "human_oversight", func(s *sys) { s.HumanOversight.Measure = "a clerk reads some refusals" }, register.Changed, "MC-08", true},
		{"easier to reverse", "reversibility", func(s *sys) { s.Reversibility = register.ReversibilityEasy }, register.Strengthened, "MC-09", false},
		{"its own reasons", "explain", func(s *sys) { s.Explain = register.ExplainInherent }, register.Strengthened, "MC-09", false},
		{"a new version", "model", func(s *sys) { s.Model.Version = "4" }, register.Changed, "MC-10", true},
		{"another supplier", "supplier", func(s *sys) { s.Supplier = "bell" }, register.Changed, "MC-10", true},
		{"it acts now", "acts", func(s *sys) { s.Acts = register.Yes }, register.SwitchedOn, "MC-11", true},
		{"not critical any more", "critical", func(s *sys) { s.Critical = register.No }, register.SwitchedOff, "MC-11", true},
		{"no profiles any more", "profiling", func(s *sys) { s.Profiling = register.No }, register.SwitchedOff, "MC-12", false},
		{"a public body", "deployer_kind", func(s *sys) { s.DeployerKind = register.DeployerPublicBody }, register.Changed, "MC-13", true},
		{"a proven technique", "tech_maturity", func(s *sys) { s.TechMaturity = register.TechProven }, register.Lowered, "MC-13", true},
		{"another ground claimed", "claims_63", func(s *sys) { s.Claims63 = register.ExemptionPreparatory }, register.Changed, "MC-13", true},
		{"a significant risk after all", "harmful_significant", func(s *sys) { s.HarmfulSignificant = register.Yes }, register.SwitchedOn, "MC-13", true},
		{"assessed by nobody else", "third_party_conformity", func(s *sys) { s.ThirdPartyConformity = register.No }, register.SwitchedOff, "MC-13", true},
		{"the own name on it", "alteration", func(s *sys) { s.Alterations = []register.Alteration{register.AlterationOwnName} }, register.Widened, "MC-13", true},
		{"out of the laboratory", "sole_use", func(s *sys) { s.SoleUse = register.SoleUseNone }, register.Changed, "MC-13", true},
		{"on the market since", "market_since", func(s *sys) { s.MarketSince = calendar.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), nil) }, register.Answered, "MC-00", false},
		{"another name", "name", func(s *sys) { s.Name = "Loan scoring" }, register.Changed, "MC-14", false},
		{"a first description", "description", func(s *sys) { s.Description = "A model." }, register.Answered, "MC-14", false},
		{"other labels", "labels", func(s *sys) { s.Labels = map[string]string{"team": "loans"} }, register.Changed, "MC-14", false},
		{"another owner", "owner", func(s *sys) { s.Owner = "bob" }, register.Changed, "MC-15", false},
		{"no owner", "owner", func(s *sys) { s.Owner = "" }, register.Retracted, "MC-15", false},
		{"an answer", "matching", func(s *sys) { s.Matching = register.No }, register.Answered, "MC-18", true},
		{"a first language", "languages", func(s *sys) { s.Languages = []string{"de"} }, register.Answered, "MC-18", true},
		{"one supplier only", "sole_supplier", func(s *sys) { s.SoleSupplier = register.Yes }, register.SwitchedOn, "MC-00", false},
		{"out of scope", "out_of_scope", func(s *sys) { s.OutOfScope = "a toy" }, register.Answered, "MC-00", false},
		{"a value that nobody knows", "autonomy", func(s *sys) { s.Autonomy = "telepathic" }, register.Changed, "MC-00", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, after := base(), base()
			c.edit(&after)
			got := register.Compare(before, after)
			require.Len(t, got.Changes, 1)
			ch := got.Changes[0]
			require.Equal(t, register.Change{Attribute: c.attribute, Before: ch.Before, After: ch.After, What: c.what, Material: c.material, Rule: c.rule, Why: ch.Why}, ch)
			require.NotEmpty(t, ch.Why)
			require.NotEqual(t, ch.Before, ch.After)
			require.Equal(t, c.material, got.Material())
			if c.material {
				require.Equal(t, got.Changes, got.MaterialChanges())
			} else {
				require.Empty(t, got.MaterialChanges())
			}
			// The fingerprint sees the same, as far as it is about people.
			seen := register.FingerprintOf(before).Compare(after)
			if a, _ := register.AttributeByName(c.attribute); a.Material {
				require.Empty(t, cmp.Diff(got, seen))
			} else {
				require.Empty(t, seen.Changes)
			}
		})
	}

	t.Run("the stage moves through gates", func(t *testing.T) {
		after := base()
		after.Stage, after.Revision = register.StageRetirement, 7
		require.Empty(t, register.Compare(base(), after).Changes)
	})
}

// What is content is told apart, what is spelling is not.
func TestSameWords(t *testing.T) {
	for _, c := range []struct {
		before, after string
		same          bool
	}{
		{"alerts above -500", "alerts above 500", false},
		{"alerts above -500", "alerts above \u2212500", true},
		{"reviews C# code", "reviews C code", false},
		{"reviews C++", "reviews C", false},
		{"No, human review is needed", "No human review is needed", false},
		{"below 5", "below 5 %", false},
		{"up to 1,000", "up to 1.000", false},
		{"not for children", "for children", false},
		{"for 5\u00b2 m", "for 52 m", false},
		{"caf\u00e9 staff", "cafe\u0301 staff", true},
		{"cafe staff", "caf\u00e9 staff", false},
		{"Scores loans", "scores loans.", true},
		{"Scores loans", "scores  loans \u2026", true},
		{"the bank\u2019s \u201cloans\u201d", `the bank's "loans"`, true},
		{"on\u00adline", "online", true},
		{"is it fair?", "is it fair", false},
	} {
		before, after := register.System{ID: "x", Purpose: c.before}, register.System{ID: "x", Purpose: c.after}
		got := register.Compare(before, after)
		require.Equal(t, !c.same, got.Material(), "%q and %q", c.before, c.after)
	}
	got := register.Compare(register.System{Languages: []string{"EN", "pt-br"}}, register.System{Languages: []string{"en", "pt-BR"}})
	require.Equal(t, register.Editorial, got.Changes[0].What)
	require.False(t, got.Material())
}

// Small steps, none of which is material, must not add up to one that is: the
// comparison is with what was approved (MC-19).
func TestDriftIsSeen(t *testing.T) {
	s := register.System{ID: "x", Autonomy: register.AutonomyRecommends}
	approved := register.FingerprintOf(s)
	s.Autonomy = register.AutonomyInforms
	require.False(t, approved.Compare(s).Material())
	lower := s
	s.Autonomy = register.AutonomyAdvises
	require.True(t, register.Compare(lower, s).Material(), "a step up from the last revision")
	require.False(t, approved.Compare(s).Material(), "but still below what was approved")
	s.Autonomy = register.AutonomySupervised
	require.True(t, approved.Compare(s).Material())
}

func TestTextsKeepWhatTheyMean(t *testing.T) {
	for _, c := range []struct {
		before, after string
		same          bool
	}{
		{"Ranks loans.", "ranks  LOANS", true},
		{"self-service", "self service", false},
		{"flags scores < 5", "flags scores > 5", false},
		{"up to 5", "up to 5 %", false},
		{"C", "C++", false},
		{"की", "का", false}, // the vowel signs are marks
		{"1,000", "10,00", false},
		{"?", "!", false},
	} {
		before, after := register.System{Purpose: c.before}, register.System{Purpose: c.after}
		require.Equal(t, c.same, !register.Compare(before, after).Material(), "%q, %q", c.before, c.after)
	}
}

func TestRulesNameAttributes(t *testing.T) {
	ids := make(map[string]bool)
	for _, r := range register.ChangeRules() {
		require.False(t, ids[r.ID], "%s stands there twice", r.ID)
		require.NotEqual(t, "MC-00", r.ID)
		require.NotEmpty(t, r.Why, r.ID)
		ids[r.ID] = true
		for _, name := range r.Attributes {
			a, ok := register.AttributeByName(name)
			require.True(t, ok, "%s: %s", r.ID, name)
			require.True(t, a.Material || !r.Material, "%s: %s is not material", r.ID, name)
		}
	}
	require.Len(t, ids, 18)
}

func TestCompareProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawPair(t)
		require.Empty(t, register.Compare(before, before).Changes)

		diff := register.Compare(before, after)
		touched := false
		for _, ch := range diff.Changes {
			a, ok := register.AttributeByName(ch.Attribute)
			require.True(t, ok)
			require.NotEmpty(t, ch.Why)
			require.True(t, a.Material || !ch.Material, "%s is not material", ch.Attribute)
			touched = touched || a.Material
		}
		f, g := register.FingerprintOf(before), register.FingerprintOf(after)
		require.Equal(t, touched, f.Digest != g.Digest, "the digest differs exactly if a material attribute does")
		require.Equal(t, touched, len(f.Compare(after).Changes) > 0)
		require.Equal(t, diff.Material(), f.Compare(after).Material())
		require.Empty(t, f.Compare(before).Changes)

		// A change and its way back touch the same attributes.
		back := register.Compare(after, before)
		require.Len(t, back.Changes, len(diff.Changes))
		for i, ch := range back.Changes {
			require.Equal(t, diff.Changes[i].Attribute, ch.Attribute)
			require.Equal(t, diff.Changes[i].Before, ch.After)
		}
	})
}

func TestFingerprintRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSystem(t)
		f := register.FingerprintOf(s)
		require.Equal(t, f, register.FingerprintOf(s), "deterministic")
		b, err := json.Marshal(f)
		require.NoError(t, err)
		var g register.Fingerprint
		require.NoError(t, json.Unmarshal(b, &g))
		require.Empty(t, cmp.Diff(f, g))
	})
	var zero register.Fingerprint
	require.True(t, zero.IsZero())
	require.False(t, register.FingerprintOf(register.System{}).IsZero(), "a look at nothing is a look")
	require.True(t, zero.Compare(register.System{Purpose: "x"}).Material(), "what was never looked at is all new")
}

// The digest is kept in records for years: it may change only on purpose.
func TestFingerprintIsStable(t *testing.T) {
	// SHA-256 of "7:purpose1:p\n4:data6:health8:personal\n5:model16:" and the
	// model as JSON and "\n": each part with its length, attributes in order.
	s := register.System{ID: "x", Name: "x", Purpose: "p", Data: []register.DataCategory{register.DataHealth, register.DataPersonal}, Model: register.Model{Name: "m <1>"}}
	require.Equal(t, "2312390cbed5397856474934f99448263a422129bdcc4134414783dd2d3fb12d", register.FingerprintOf(s).Digest)
}

func TestFingerprintCannotBeReachedInto(t *testing.T) {
	f := register.FingerprintOf(register.System{Purpose: "a"})
	f.Compare(register.System{Purpose: "b"}).Changes[0].Before[0] = "b"
	require.True(t, f.Compare(register.System{Purpose: "b"}).Material())
}
