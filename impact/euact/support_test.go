package euact_test

import (
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
)

// onDay is a day on which transparency is in force and high risk is not yet.
var onDay = day("2026-11-24")

func day(s string) calendar.Date { return calendar.MustParse(s) }

type edit = func(*register.System)

// plain is a system of which everything is answered and nothing holds: search in
// the handbook, used by a private body in the Union.
func plain(edits ...edit) register.System {
	n := register.No
	s := register.System{
		ID: "sys", Name: "System", Owner: "ada", Stage: register.StageOperation, Purpose: "search the handbook", DeploymentContext: "office",
		IntendedUsers: []register.Audience{register.AudienceEmployees}, Languages: []string{"en"}, Jurisdictions: []string{"DE"},
		Roles: []register.AIRole{register.RoleDeployer}, Build: register.BuildNone, Supplies: n, Alterations: []register.Alteration{register.AlterationNone},
		DeployerKind: register.DeployerPrivate, OnBehalf: n, Downstream: []register.Downstream{register.DownstreamNone}, SoleUse: register.SoleUseNone,
		Domains: []register.Domain{register.DomainInternalOperations}, Functions: []register.Function{register.FunctionSearch},
		Practices: []register.Practice{register.PracticeNone}, Claims63: register.ExemptionNone, HarmfulSignificant: n, ThirdPartyConformity: n, ConvenienceOnly: n,
		Claims5: []register.Exception{register.ExceptionNone}, IntimateSafeguards: register.Yes, OffenceDetection: register.OffencesNone,
		Autonomy: register.AutonomyInforms, Effects: []register.Effect{register.EffectNone}, Reversibility: register.ReversibilityEasy,
		Contest: register.Yes, Explain: register.ExplainInherent, Affected: []string{"user"}, Reach: register.ReachUnder1K,
		Interacts: []register.Audience{register.AudienceEmployees}, Direct: n, ObviousAI: n, Displaces: n,
		Data: []register.DataCategory{register.DataConfidential}, DataOrigins: []register.DataOrigin{register.OriginOwn}, Profiling: n, Matching: n, DataWorkers: n,
		ModelSource: register.ModelOwn, SoleSupplier: n, GPAI: n, GPAIProvider: n, Systemic: n, OpenSource: n, Adaptive: n, TechMaturity: register.TechProven,
		LargeTraining: n, Generates: []register.Content{register.ContentNone}, StandardEditing: n, EditorialControl: n, Acts: n, MultiAgent: n,
		Physical: n, Critical: n, Hosting: register.HostingInternal,
	}
	for _, e := range edits {
		e(&s)
	}
	return s
}

// does makes it a matter of practices, does(practice), with the answers that decide
// what these leave open: emotions from biometrics, sensitive traits.
func does(p ...register.Practice) edit {
	return func(s *register.System) {
		s.Practices, s.Effects = p, []register.Effect{register.EffectSignificant}
		s.Data = []register.DataCategory{register.DataPersonal}
		s.EmotionSource, s.CategorisedBy = register.EmotionBiometric, register.CategorisedSensitive
	}
}

func as(r ...register.AIRole) edit { return func(s *register.System) { s.Roles = r } }
func in(places ...string) edit     { return func(s *register.System) { s.Jurisdictions = places } }
func by(k register.DeployerKind) edit {
	return func(s *register.System) { s.DeployerKind = k }
}
func since(d string) edit { return func(s *register.System) { s.MarketSince = day(d) } }
func claims(e register.Exemption) edit {
	return func(s *register.System) { s.Claims63 = e }
}
func excepted(e ...register.Exception) edit { return func(s *register.System) { s.Claims5 = e } }
func makes(c ...register.Content) edit {
	return func(s *register.System) {
		s.Generates, s.Functions = c, []register.Function{register.FunctionGenerate}
	}
}
func profiles(s *register.System)   { s.Profiling = register.Yes }
func talks(s *register.System)      { s.Direct = register.Yes }
func assessed(s *register.System)   { s.ThirdPartyConformity = register.Yes }
func convenient(s *register.System) { s.ConvenienceOnly = register.Yes }
func open(s *register.System)       { s.OpenSource = register.Yes }
func model(s *register.System)      { s.GPAI, s.GPAIProvider = register.Yes, register.Yes }
func systemic(s *register.System) {
	s.GPAI, s.GPAIProvider, s.Systemic = register.Yes, register.Yes, register.Yes
}
func harmful(s *register.System)  { s.HarmfulSignificant = register.Yes }
func public(s *register.System)   { s.DeployerKind = register.DeployerPublicBody }
func personal(s *register.System) { s.SoleUse = register.SoleUsePersonal }
func research(s *register.System) { s.SoleUse = register.SoleUseResearch }
func defence(s *register.System)  { s.SoleUse = register.SoleUseDefence }

// rows are the IDs of reasons.
func rows(reasons []euact.Reason) []string {
	list := []string{}
	for _, r := range reasons {
		list = append(list, r.Row)
	}
	return list
}

// changed returns a system after an edit.
func changed(s register.System, e edit) register.System {
	e(&s)
	return s
}

// calm is plain in the Union at large.
func calm() register.System { return plain(in("EU")) }

func spamFilter() register.System {
	return plain(func(s *register.System) {
		s.Domains, s.Functions = []register.Domain{register.DomainITSecurity}, []register.Function{register.FunctionClassify}
		s.Autonomy, s.Effects = register.AutonomySupervised, []register.Effect{register.EffectConvenience}
		s.Data = []register.DataCategory{register.DataCommunications}
	})
}

func faqAssistant() register.System {
	return plain(func(s *register.System) {
		s.Functions = []register.Function{register.FunctionConverse, register.FunctionSearch}
		s.Generates, s.GPAI, s.ModelSource = []register.Content{register.ContentText}, register.Yes, register.ModelThirdParty
		s.Effects, s.Build, s.Systemic = []register.Effect{register.EffectConvenience}, register.BuildConfigured, register.Yes
	})
}

func cvScreener() register.System {
	return plain(does(register.PracticeRecruitment), func(s *register.System) {
		s.Domains, s.Functions = []register.Domain{register.DomainEmployment}, []register.Function{register.FunctionScorePeople}
		s.Affected, s.Profiling = []string{"applicant", "gender"}, register.Yes
		s.Data = []register.DataCategory{register.DataPersonal, register.DataEmployment}
	})
}

func creditScorer() register.System {
	return changed(cvScreener(), func(s *register.System) {
		s.Domains, s.Practices = []register.Domain{register.DomainCredit}, []register.Practice{register.PracticeCreditworthiness}
		s.Build, s.Affected = register.BuildTrained, []string{"applicant", "low-income"}
		s.Data = []register.DataCategory{register.DataPersonal, register.DataFinancial}
	})
}

func diagnosticAid() register.System {
	return plain(func(s *register.System) {
		s.Domains, s.Practices = []register.Domain{register.DomainHealthcare}, []register.Practice{register.PracticeMedicalDevice}
		s.Functions, s.Effects = []register.Function{register.FunctionDetect}, []register.Effect{register.EffectSafety}
		s.Affected, s.Data = []string{"patient"}, []register.DataCategory{register.DataHealth}
	})
}

func socialScoring() register.System {
	return changed(cvScreener(), func(s *register.System) { s.Practices = []register.Practice{register.PracticeSocialScoring} })
}
