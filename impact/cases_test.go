package impact_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

var now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// later is a time after now, in days.
func later(days int) time.Time { return now.AddDate(0, 0, days) }

// calm is a system with every question answered and little to ask.
func calm() register.System {
	n := register.No
	return register.System{
		ID: "sys", Name: "System", Owner: "ada", Stage: register.StageOperation, Purpose: "search the handbook", DeploymentContext: "office",
		IntendedUsers: []register.Audience{register.AudienceEmployees}, Languages: []string{"en"},
		Roles: []register.AIRole{register.RoleDeployer}, Build: register.BuildNone, Supplies: n, DeployerKind: register.DeployerPrivate,
		Domains: []register.Domain{register.DomainInternalOperations}, Functions: []register.Function{register.FunctionSearch},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomyInforms, Effects: []register.Effect{register.EffectNone},
		Reversibility: register.ReversibilityEasy, Contest: register.Yes, Explain: register.ExplainInherent, Affected: []string{"user"},
		Reach: register.ReachUnder1K, Interacts: []register.Audience{register.AudienceEmployees}, Direct: n, Displaces: n,
		Data: []register.DataCategory{register.DataNone}, DataOrigins: []register.DataOrigin{register.OriginOwn}, Profiling: n, Matching: n, DataWorkers: n,
		ModelSource: register.ModelOwn, SoleSupplier: n, GPAI: n, GPAIProvider: n, Systemic: n, Adaptive: n, TechMaturity: register.TechProven,
		LargeTraining: n, Generates: []register.Content{register.ContentNone}, Acts: n, MultiAgent: n, Physical: n, Critical: n,
		Hosting: register.HostingInternal, Jurisdictions: []string{"EU"},
		Claims63: register.ExemptionNone, HarmfulSignificant: n, ThirdPartyConformity: n, ConvenienceOnly: n, ObviousAI: n, OpenSource: n,
		OnBehalf: n, Downstream: []register.Downstream{register.DownstreamNone}, Claims5: []register.Exception{register.ExceptionNone},
		IntimateSafeguards: register.Yes, OffenceDetection: register.OffencesNone,
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

// basis is what steps rest on in these tests: default rules, criteria and
// policy; every control implemented but A.2.2; evidence "test-report" without
// end, "audit-report" until the end of April, and "old-report" stale since
// January.
func basis() impact.Basis {
	until := map[string]calendar.Date{"test-report": {}, "audit-report": calendar.MustParse("2026-04-30"), "old-report": calendar.MustParse("2026-01-31")}
	return impact.Basis{
		Implemented: func(id annexa.ID) bool { return id != annexa.MustParse("A.2.2") },
		Evidence:    func(id string) (calendar.Date, bool) { u, ok := until[id]; return u, ok },
		Now:         now,
	}
}

// on is the same basis at another time.
func on(b impact.Basis, t time.Time) impact.Basis { b.Now = t; return b }

func opened(s register.System, b impact.Basis) impact.Assessment {
	return impact.Open(s.ID+"#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: b.Now}, b)
}

// dismissing is content that is complete and says that nothing arises.
func dismissing(a impact.Assessment) impact.Content {
	c := impact.Content{NoConsultation: "nobody is touched by it", Summary: "Nothing arises."}
	for _, p := range a.Fingerprint.Attributes["affected"] {
		c.Parties = append(c.Parties, impact.PartyImpact{Party: p, NoHarm: "looked at"})
	}
	for _, h := range a.Result.Harms {
		c.Harms = append(c.Harms, impact.HarmRating{Harm: h.Harm, Dismissed: "not here"})
	}
	return c
}

// rated is content with harms rated, before the others; entries of the same harms
// give way.
func rated(c impact.Content, ratings ...impact.HarmRating) impact.Content {
	rest := slices.DeleteFunc(slices.Clone(c.Harms), func(h impact.HarmRating) bool {
		return slices.ContainsFunc(ratings, func(r impact.HarmRating) bool { return r.Harm == h.Harm })
	})
	c.Harms = slices.Concat(ratings, rest)
	return c
}

// lowered is a rating that passes: one step of likelihood down, by a control
// that bears on it and works.
func lowered(harm, control string, parties ...string) impact.HarmRating {
	return impact.HarmRating{Harm: harm, Parties: parties, Scale: 3, Scope: 2, Irremediability: 3, Likelihood: 3, Confidence: impact.ConfidenceMedium,
		ResidualLikelihood: 2, Controls: []impact.Reduction{{Control: annexa.MustParse(control), Evidence: []string{"test-report"}}}}
}

// written is an assessment by ada that lacks nothing.
func written(t require.TestingT, s register.System, b impact.Basis) impact.Assessment {
	a := opened(s, b)
	a, err := a.Save(dismissing(a), "ada", s, b)
	require.NoError(t, err)
	return a
}

func submitted(t require.TestingT, s register.System, b impact.Basis) impact.Assessment {
	a, err := written(t, s, b).Submit("ada", s, nil, b)
	require.NoError(t, err)
	return a
}

// sign signs without conditions.
func sign(a impact.Assessment, by, role string, s register.System, b impact.Basis) (impact.Assessment, error) {
	return a.Sign(impact.Signature{By: by, Role: role}, nil, s, b)
}

// signed gives the signatures that the level takes.
func signed(t require.TestingT, a impact.Assessment, s register.System, b impact.Basis) impact.Assessment {
	a, err := sign(a, "ian", impact.SignerApprover, s, b)
	require.NoError(t, err)
	if a.State == impact.StateSubmitted {
		a, err = sign(a, "pam", impact.SignerPolicyOwner, s, b)
		require.NoError(t, err)
	}
	require.Equal(t, impact.StateApproved, a.State)
	return a
}

func approved(t require.TestingT, s register.System, b impact.Basis) impact.Assessment {
	return signed(t, submitted(t, s, b), s, b)
}

// equal compares values of this package; annexa.ID is opaque to cmp.
func equal(t require.TestingT, want, got any, why string) {
	require.Empty(t, cmp.Diff(want, got, cmpopts.EquateComparable(annexa.ID{})), why)
}

// refusals returns the issues of an error as "field rule".
func refusals(t testing.TB, err error) []string {
	t.Helper()
	var is issue.Issues
	require.ErrorAs(t, err, &is)
	var list []string
	for _, i := range is {
		require.NotEmpty(t, i.Message)
		list = append(list, i.Field+" "+i.Rule)
	}
	return list
}
