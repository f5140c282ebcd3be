package impact_test

import (
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
