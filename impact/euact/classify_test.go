package euact_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// practice is a system that does something, of which nothing else is left open.
func practice(p ...register.Practice) register.System {
	return changed(calm(), func(s *register.System) {
		s.Practices, s.EmotionSource, s.CategorisedBy = p, register.EmotionBiometric, register.CategorisedSensitive
	})
}

func providing(s register.System) register.System {
	s.Roles = []register.AIRole{register.RoleProvider}
	return s
}

func scheduler() register.System {
	return changed(providing(practice(register.PracticeRecruitment)), func(s *register.System) { s.Claims63 = register.ExemptionNarrowTask })
}

func helplineBot() register.System {
	return changed(calm(), func(s *register.System) {
		s.Domains, s.Functions = []register.Domain{register.DomainPublicBenefits}, []register.Function{register.FunctionConverse}
		s.Roles, s.DeployerKind = []register.AIRole{register.RoleProvider, register.RoleDeployer}, register.DeployerPublicBody
		s.Direct, s.Generates, s.Interacts = register.Yes, []register.Content{register.ContentText}, []register.Audience{register.AudiencePublic}
		s.Affected, s.Reach, s.Effects = []string{"beneficiary"}, register.ReachMass, []register.Effect{register.EffectSignificant}
	})
}

func benefitFraud() register.System {
	return changed(practice(register.PracticeBenefitFraud), func(s *register.System) {
		s.Domains, s.DeployerKind = []register.Domain{register.DomainPublicBenefits}, register.DeployerPublicBody
		s.Effects, s.Profiling, s.Data = []register.Effect{register.EffectLegal}, register.Yes, []register.DataCategory{register.DataPersonal, register.DataFinancial}
		s.Affected = []string{"beneficiary"}
	})
}

func toy() register.System {
	return changed(practice(register.PracticeProductSafetyComponent), func(s *register.System) {
		s.Roles, s.ThirdPartyConformity = []register.AIRole{register.RoleManufacturer}, register.Yes
	})
}

func chatbot() register.System {
	return changed(providing(calm()), func(s *register.System) {
		s.Direct, s.Generates, s.GPAI = register.Yes, []register.Content{register.ContentText}, register.Yes
	})
}

func foundationModel() register.System {
	return changed(providing(calm()), func(s *register.System) { s.GPAI, s.GPAIProvider = register.Yes, register.Yes })
}

// TestClassify classifies systems that a reader knows. Duties stand as the
// row and the day from which they bind.
func TestClassify(t *testing.T) {
	type sys = register.System
	for _, c := range []struct {
		name    string
		system  register.System
		class   euact.Class
		reasons []string // exactly
		also    []string // among them
		duties  []string // among them
		spared  []string // duties and rows that do not hold
	}{
		{"CV screener, deployed", cvScreener(), euact.High, []string{"EU-III-4-a", "EU-6-2"}, nil,
			[]string{"EU-D-4-deployer 2025-02-02", "EU-D-26-1 2027-12-02", "EU-D-26-11 2027-12-02", "EU-D-26-9 2027-12-02", "EU-D-86 2027-12-02"},
			[]string{"EU-D-27-1", "EU-D-8", "EU-D-26-8", "EU-27-1-body"}},
		{"CV screener, sold", providing(cvScreener()), euact.High, []string{"EU-III-4-a", "EU-6-2"}, nil,
			[]string{"EU-D-8 2027-12-02", "EU-D-43 2027-12-02", "EU-D-49-1 2027-12-02", "EU-D-73 2027-12-02"}, []string{"EU-D-26-1", "EU-D-86"}},
		{"management of workers", practice(register.PracticeWorkerManagement), euact.High, []string{"EU-III-4-b", "EU-6-2"}, []string{"EU-26-7-managed"},
			[]string{"EU-D-26-7 2027-12-02"}, nil},
		{"benefit fraud in the manner of SyRI", benefitFraud(), euact.High, []string{"EU-III-5-a-fraud", "EU-6-2"}, []string{"EU-27-1-body"},
			[]string{"EU-D-27-1 2027-12-02", "EU-D-27-3 2027-12-02", "EU-D-26-8 2027-12-02", "EU-D-86 2027-12-02"}, nil},
		{"benefit fraud in the manner of Robodebt, in Australia", changed(benefitFraud(), func(s *sys) { s.Jurisdictions = []string{"AU"} }), euact.OutOfScope,
			[]string{"EU-2-1-not"}, nil, nil, []string{"EU-III-5-a-fraud", "EU-D-4-deployer", "EU-D-27-1"}},
		{"FAQ assistant that talks", changed(faqAssistant(), func(s *sys) { s.Direct = register.Yes }), euact.Transparency, []string{"EU-50-1", "EU-50-2"}, nil,
			[]string{"EU-D-4-deployer 2025-02-02"}, []string{"EU-D-50-1", "EU-D-50-2"}},
		{"search in the handbook, for employees", calm(), euact.Minimal, []string{"EU-95"}, nil, []string{"EU-D-4-deployer 2025-02-02"}, []string{"EU-50-1", "EU-50-2"}},
		{"spam filter", spamFilter(), euact.Minimal, []string{"EU-95"}, nil, nil, nil},
		{"spelling helper, sold", changed(chatbot(), func(s *sys) { s.Direct, s.StandardEditing = register.No, register.Yes }), euact.Minimal, []string{"EU-95"},
			[]string{"EU-50-2-editing"}, nil, []string{"EU-D-50-2"}},
		{"robot vacuum with a talking face", changed(chatbot(), func(s *sys) { s.ObviousAI, s.Generates = register.Yes, []register.Content{register.ContentNone} }), euact.Minimal,
			[]string{"EU-95"}, []string{"EU-50-1-obvious"}, nil, []string{"EU-D-50-1"}},
		{"diagnostic aid", changed(diagnosticAid(), func(s *sys) { s.ThirdPartyConformity = register.Yes }), euact.High, []string{"EU-I-A-device", "EU-6-1"}, nil,
			[]string{"EU-D-26-2 2028-08-02"}, []string{"EU-D-27-1", "EU-D-26-11", "EU-D-86"}},
		{"app of medical class I", diagnosticAid(), euact.Minimal, []string{"EU-95"}, nil, nil, []string{"EU-I-A-device"}},
		{"credit scorer", creditScorer(), euact.High, []string{"EU-III-5-b", "EU-6-2"}, []string{"EU-27-1-finance"}, []string{"EU-D-27-1 2027-12-02"}, []string{"EU-27-1-body"}},
		{"life insurance", practice(register.PracticeLifeHealthInsurance), euact.High, []string{"EU-III-5-c", "EU-6-2"}, []string{"EU-27-1-finance"}, nil, nil},
		{"detection of card fraud", practice(register.PracticeFinancialFraud), euact.Minimal, []string{"EU-95"}, nil, nil, []string{"EU-III-5-b"}},
		{"car insurance", practice(register.PracticeOtherInsurance), euact.Minimal, []string{"EU-95"}, nil, nil, []string{"EU-III-5-c"}},
		{"unlocking a door by face", practice(register.PracticeBiometricVerification), euact.Minimal, []string{"EU-95"}, nil, nil, []string{"EU-III-1-a"}},
		{"emotions in the call centre", practice(register.PracticeEmotionWorkEducation), euact.Prohibited, []string{"EU-5-1-f"}, nil, []string{"EU-D-5 2025-02-02"}, nil},
		{"emotions of patients", practice(register.PracticeEmotionInference), euact.High, []string{"EU-III-1-c", "EU-6-2"}, []string{"EU-50-3"},
			[]string{"EU-D-50-3 2026-08-02", "EU-D-26-1 2027-12-02"}, []string{"EU-D-5"}},
		{"faces in the street, live, for the police", practice(register.PracticeRealtimeBiometricIDLE, register.PracticeRemoteBiometricID), euact.Prohibited,
			[]string{"EU-5-1-h"}, []string{"EU-III-1-a"}, []string{"EU-D-5 2025-02-02"}, nil},
		{"faces in footage, for the police", changed(practice(register.PracticeRemoteBiometricID), func(s *sys) {
			s.Domains, s.DeployerKind = []register.Domain{register.DomainLawEnforcement}, register.DeployerPublicBody
		}), euact.High, []string{"EU-III-1-a", "EU-6-2"}, []string{"EU-27-1-body"}, []string{"EU-D-26-10 2027-12-02"}, nil},
		{"social scoring", socialScoring(), euact.Prohibited, []string{"EU-5-1-c"}, nil, []string{"EU-D-5 2025-02-02"}, nil},
		{"undressing app", providing(practice(register.PracticeIntimateImagery)), euact.Prohibited, []string{"EU-5-1-ba"}, nil, []string{"EU-D-5 2026-12-02"}, nil},
		{"deepfake tool", changed(practice(register.PracticeDeepfake), func(s *sys) {
			s.Roles, s.Generates = []register.AIRole{register.RoleProvider, register.RoleDeployer}, []register.Content{register.ContentVideo}
		}), euact.Transparency, []string{"EU-50-2", "EU-50-4-fake"}, nil, []string{"EU-D-50-2 2026-08-02", "EU-D-50-4-fake 2026-08-02"}, nil},
		{"general chatbot", chatbot(), euact.Transparency, []string{"EU-50-1", "EU-50-2"}, []string{"EU-50-own-1"},
			[]string{"EU-D-50-1 2026-08-02", "EU-D-50-2 2026-08-02"}, []string{"EU-53", "EU-D-53-1-a"}},
		{"chatbot of before August 2026", changed(chatbot(), func(s *sys) { s.MarketSince = day("2026-08-01") }), euact.Transparency, []string{"EU-50-1", "EU-50-2"}, nil,
			[]string{"EU-D-50-1 2026-08-02", "EU-D-50-2 2026-12-02"}, nil},
		{"foundation model", foundationModel(), euact.Minimal, []string{"EU-95"}, []string{"EU-53"}, []string{"EU-D-53-1-a 2025-08-02", "EU-D-53-1-d 2025-08-02"}, []string{"EU-D-55"}},
		{"foundation model of before August 2025", changed(foundationModel(), func(s *sys) { s.MarketSince = day("2024-01-01") }), euact.Minimal, []string{"EU-95"}, nil,
			[]string{"EU-D-53-1-a 2027-08-02"}, nil},
		{"foundation model of systemic risk, open", changed(foundationModel(), func(s *sys) { s.Systemic, s.OpenSource = register.Yes, register.Yes }), euact.Minimal,
			[]string{"EU-95"}, []string{"EU-53", "EU-51"}, []string{"EU-D-53-1-a 2025-08-02", "EU-D-52 2025-08-02", "EU-D-55 2025-08-02"}, []string{"EU-53-2"}},
		{"open foundation model", changed(foundationModel(), func(s *sys) { s.OpenSource = register.Yes }), euact.Minimal, []string{"EU-95"}, []string{"EU-53", "EU-53-2"},
			[]string{"EU-D-53-1-c 2025-08-02", "EU-D-53-1-d 2025-08-02"}, []string{"EU-D-53-1-a", "EU-D-53-1-b", "EU-D-54"}},
		{"proctoring of examinations", practice(register.PracticeExamProctoring), euact.High, []string{"EU-III-3-d", "EU-6-2"}, nil, nil, nil},
		{"scheduling of interviews, claimed to be narrow", scheduler(), euact.Exempt, []string{"EU-III-4-a", "EU-6-3-a"}, nil,
			[]string{"EU-D-6-4 2027-12-02", "EU-D-49-2 2027-12-02"}, []string{"EU-6-2", "EU-D-8", "EU-D-49-1"}},
		{"the same with profiles", changed(scheduler(), func(s *sys) { s.Profiling = register.Yes }), euact.High, []string{"EU-III-4-a", "EU-6-2"}, []string{"EU-6-3-profiling"},
			[]string{"EU-D-8 2027-12-02"}, []string{"EU-D-6-4"}},
		{"the same with a significant risk", changed(scheduler(), func(s *sys) { s.HarmfulSignificant = register.Yes }), euact.High, []string{"EU-III-4-a", "EU-6-2"},
			[]string{"EU-6-3-risk"}, nil, []string{"EU-D-6-4"}},
		{"toy", toy(), euact.High, []string{"EU-I-A-product", "EU-6-1"}, nil, []string{"EU-D-8 2028-08-02"}, []string{"EU-D-49-1"}},
		{"toy that nobody else assesses", changed(toy(), func(s *sys) { s.ThirdPartyConformity = register.No }), euact.Minimal, []string{"EU-95"}, nil, nil, []string{"EU-D-8"}},
		{"machinery", providing(changed(practice(register.PracticeMachinery), func(s *sys) { s.ThirdPartyConformity, s.Direct = register.Yes, register.Yes })), euact.High,
			[]string{"EU-I-B-machinery", "EU-6-1-B"}, nil, []string{"EU-D-2-2 2028-08-02"}, []string{"EU-D-8", "EU-D-49-1", "EU-D-50-1", "EU-D-4-provider"}},
		{"emergency brake", providing(changed(practice(register.PracticeVehicle), func(s *sys) { s.ThirdPartyConformity = register.Yes })), euact.High,
			[]string{"EU-I-B-vehicle", "EU-6-1-B"}, nil, nil, []string{"EU-D-8"}},
		{"seat memory", providing(changed(practice(register.PracticeVehicle), func(s *sys) { s.ThirdPartyConformity, s.ConvenienceOnly = register.Yes, register.Yes })), euact.Minimal,
			[]string{"EU-95"}, []string{"EU-6-1a"}, nil, nil},
		{"CV screener, imported", changed(cvScreener(), func(s *sys) { s.Roles = []register.AIRole{register.RoleImporter} }), euact.High, []string{"EU-III-4-a", "EU-6-2"}, nil,
			[]string{"EU-D-23 2027-12-02"}, []string{"EU-D-8", "EU-D-24"}},
		{"CV screener, passed on", changed(cvScreener(), func(s *sys) { s.Roles = []register.AIRole{register.RoleDistributor} }), euact.High, []string{"EU-III-4-a", "EU-6-2"}, nil,
			[]string{"EU-D-24 2027-12-02"}, []string{"EU-D-23"}},
		{"CV screener, represented", changed(cvScreener(), func(s *sys) { s.Roles = []register.AIRole{register.RoleAuthorised} }), euact.High, []string{"EU-III-4-a", "EU-6-2"}, nil,
			[]string{"EU-D-22-3 2027-12-02"}, nil},
		{"CV screener under the own name", changed(cvScreener(), func(s *sys) { s.Alterations = []register.Alteration{register.AlterationOwnName} }), euact.High,
			[]string{"EU-III-4-a", "EU-6-2"}, nil, []string{"EU-D-8 2027-12-02", "EU-D-26-1 2027-12-02"}, nil},
		{"CV screener of before", changed(cvScreener(), func(s *sys) { s.InUseSince = day("2024-05-01") }), euact.High, []string{"EU-III-4-a", "EU-6-2"}, nil,
			[]string{"EU-D-26-1 ", "EU-D-26-11 ", "EU-D-4-deployer 2025-02-02"}, nil},
		{"benefit fraud of before", changed(benefitFraud(), func(s *sys) { s.MarketSince = day("2020-01-01") }), euact.High, []string{"EU-III-5-a-fraud", "EU-6-2"}, nil,
			[]string{"EU-D-27-1 2030-08-02", "EU-D-26-1 2030-08-02"}, nil},
		{"control of the grid, by a public body", changed(practice(register.PracticeCriticalSafetyComponent), func(s *sys) {
			s.DeployerKind, s.Effects = register.DeployerPublicBody, []register.Effect{register.EffectSafety}
		}), euact.High, []string{"EU-III-2", "EU-6-2"}, nil, []string{"EU-D-26-1 2027-12-02"}, []string{"EU-27-1-body", "EU-D-27-1", "EU-D-86"}},
		{"CV screener in a laboratory", changed(cvScreener(), func(s *sys) {
			s.SoleUse, s.Domains = register.SoleUseResearch, []register.Domain{register.DomainResearch}
		}),
			euact.OutOfScope, []string{"EU-2-6"}, nil, nil, []string{"EU-III-4-a", "EU-D-26-1"}},
		{"drone of an army", changed(practice(register.PracticeRemoteBiometricID), func(s *sys) { s.SoleUse = register.SoleUseDefence }), euact.OutOfScope, []string{"EU-2-3"}, nil, nil, nil},
		{"photo search at home", changed(calm(), func(s *sys) { s.SoleUse = register.SoleUsePersonal }), euact.OutOfScope, []string{"EU-2-10"}, nil, nil, []string{"EU-D-4-deployer"}},
		{"open library for sorting", changed(providing(calm()), func(s *sys) { s.OpenSource = register.Yes }), euact.OutOfScope, []string{"EU-2-12"}, nil, nil, []string{"EU-D-4-provider"}},
		{"open CV screener", changed(providing(cvScreener()), func(s *sys) { s.OpenSource = register.Yes }), euact.High, []string{"EU-III-4-a", "EU-6-2"}, nil, []string{"EU-D-8 2027-12-02"}, []string{"EU-2-12"}},
		{"news written by a model", changed(practice(register.PracticePublicInterestInformation), func(s *sys) { s.Generates = []register.Content{register.ContentText} }),
			euact.Transparency, []string{"EU-50-2", "EU-50-4-text"}, nil, []string{"EU-D-50-4-text 2026-08-02"}, nil},
		{"news written by a model, with an editor", changed(practice(register.PracticePublicInterestInformation), func(s *sys) {
			s.Generates, s.EditorialControl = []register.Content{register.ContentText}, register.Yes
		}), euact.Transparency, []string{"EU-50-2"}, []string{"EU-50-4-editorial"}, nil, []string{"EU-D-50-4-text"}},
		{"helpline of a benefits office", helplineBot(), euact.Transparency, []string{"EU-50-1", "EU-50-2"}, nil, []string{"EU-D-50-1 2026-08-02"}, []string{"EU-D-27-1"}},
		{"CV screener in Bavaria", changed(cvScreener(), func(s *sys) { s.Jurisdictions = []string{"CH", "DE-BY"} }), euact.High, []string{"EU-III-4-a", "EU-6-2"}, nil, nil, nil},
		{"CV screener in Switzerland", changed(cvScreener(), func(s *sys) { s.Jurisdictions = []string{"CH", "NO"} }), euact.OutOfScope, []string{"EU-2-1-not"}, nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, c.system.Validate())
			got := euact.Classify(c.system, onDay)
			require.Equal(t, c.class, got.Class)
			require.Equal(t, c.class, got.Worst, "every question is answered")
			require.True(t, got.Decided())
			require.Empty(t, cmp.Diff(c.reasons, rows(got.Reasons)))
			require.Subset(t, rows(got.Also), c.also)
			var duties []string
			for _, d := range got.Duties {
				duties = append(duties, d.Row+" "+d.From.Format(time.DateOnly))
				require.Equal(t, !d.From.IsZero() && !onDay.Before(d.From), d.InForce, d.Row)
			}
			require.Subset(t, duties, c.duties)
			for _, id := range c.spared {
				_, ok := got.Duty(id)
				require.False(t, ok || got.Holds(id), id)
			}
			for _, q := range got.Open {
				require.Equal(t, "market_since", q.Attribute, "only a date is left to ask for")
				require.Empty(t, q.Leads)
			}
		})
	}
}

// Where neither role nor exception is said, or the role is not, whether the class is
// decided is what the answers to come say: if it is, none makes it heavier; if it is
// not, some do, and Worst says how far.
func TestDecidedIsWhatComes(t *testing.T) {
	heavier := func(a, b euact.Class) int { return a.Rank() - b.Rank() }
	for _, p := range register.Values[register.Practice]() {
		for _, c := range []register.Exemption{register.ExemptionNone, register.ExemptionNarrowTask} {
			check := func(class euact.Class, e ...register.Exception) {
				got := euact.Classify(plain(does(p), claims(c), as(), excepted(e...)), onDay)
				require.Equal(t, got.Class == class, got.Decided(), "%s, %s, %q: %s, can be %s", p, c, e, got.Class, class)
				require.Equal(t, max(got.Class.Rank(), min(class.Rank(), euact.High.Rank())), got.Worst.Rank(), "%s, %s, %q", p, c, e)
			}
			var all []euact.Class
			for _, e := range register.Values[register.Exception]() {
				var inRole []euact.Class
				for _, r := range register.Values[register.AIRole]() {
					inRole = append(inRole, euact.Classify(plain(does(p), claims(c), as(r), excepted(e)), onDay).Class)
				}
				check(slices.MaxFunc(inRole, heavier), e)
				all = append(all, inRole...)
			}
			check(slices.MaxFunc(all, heavier))
		}
	}
}

// TestChecks: where answers do not seem to fit, a row says so, and changes
// nothing.
func TestChecks(t *testing.T) {
	s := changed(calm(), func(s *register.System) {
		s.Domains, s.Functions = []register.Domain{register.DomainEmployment}, []register.Function{register.FunctionScorePeople}
	})
	c := euact.Classify(s, onDay)
	require.True(t, c.Holds("EU-X-work"))
	require.Equal(t, euact.Minimal, c.Class)
	s.Practices, s.EmotionSource = []register.Practice{register.PracticeEmotionInference}, register.EmotionBiometric
	c = euact.Classify(s, onDay)
	require.True(t, c.Holds("EU-X-emotion"))
	require.Equal(t, euact.High, c.Class)
	require.Empty(t, slices.DeleteFunc(rows(euact.Classify(cvScreener(), onDay).Also), func(id string) bool { return !strings.HasPrefix(id, "EU-X") }))
}

func TestRolesOfArticle25(t *testing.T) {
	roles := func(s register.System) map[register.AIRole][]string {
		held := make(map[register.AIRole][]string)
		for _, r := range euact.Classify(s, onDay).Roles {
			held[r.Role] = r.Rows
		}
		return held
	}
	s := cvScreener()
	require.Equal(t, map[register.AIRole][]string{register.RoleDeployer: {"EU-3-deployer"}}, roles(s))
	s.Alterations = []register.Alteration{register.AlterationOwnName, register.AlterationNewPurpose}
	require.Equal(t, map[register.AIRole][]string{register.RoleDeployer: {"EU-3-deployer"}, register.RoleProvider: {"EU-25-1-a", "EU-25-1-c"}}, roles(s))
	s.Practices = []register.Practice{register.PracticeNone}
	require.NotContains(t, roles(s), register.RoleProvider, "of a system that is not high-risk nobody becomes the provider")
	require.Equal(t, map[register.AIRole][]string{register.RoleManufacturer: {"EU-3-manufacturer"}, register.RoleProvider: {"EU-25-3"}}, roles(toy()))
}

// TestDates goes to the day before each date of application and to the day.
func TestDates(t *testing.T) {
	both := func(s register.System) register.System {
		s.Roles = []register.AIRole{register.RoleProvider, register.RoleDeployer}
		return s
	}
	for _, c := range []struct {
		system register.System
		duty   string
		day    string
		by     string // the transitional rule
	}{
		{calm(), "EU-D-4-deployer", "2025-02-02", ""},
		{socialScoring(), "EU-D-5", "2025-02-02", ""},
		{practice(register.PracticeCSAM), "EU-D-5", "2026-12-02", ""},
		{practice(register.PracticeCSAM, register.PracticeManipulationHarm), "EU-D-5", "2025-02-02", ""},
		{foundationModel(), "EU-D-53-1-c", "2025-08-02", ""},
		{chatbot(), "EU-D-50-2", "2026-08-02", ""},
		{changed(chatbot(), func(s *register.System) { s.MarketSince = day("2026-08-02") }), "EU-D-50-2", "2026-08-02", ""},
		{changed(chatbot(), func(s *register.System) { s.MarketSince = day("2026-08-01") }), "EU-D-50-2", "2026-12-02", "EU-111-4"},
		{changed(chatbot(), func(s *register.System) { s.InUseSince = day("2026-08-01") }), "EU-D-50-2", "2026-12-02", "EU-111-4"},
		{changed(foundationModel(), func(s *register.System) { s.MarketSince = day("2025-08-01") }), "EU-D-53-1-c", "2027-08-02", "EU-111-3"},
		{changed(foundationModel(), func(s *register.System) { s.MarketSince = day("2025-08-02") }), "EU-D-53-1-c", "2025-08-02", ""},
		{changed(foundationModel(), func(s *register.System) { s.MarketSince, s.Systemic = day("2025-08-01"), register.Yes }), "EU-D-55", "2027-08-02", "EU-111-3"},
		{cvScreener(), "EU-D-26-2", "2027-12-02", ""},
		{changed(cvScreener(), func(s *register.System) { s.MarketSince = day("2027-12-02") }), "EU-D-26-2", "2027-12-02", ""},
		{scheduler(), "EU-D-6-4", "2027-12-02", ""},
		{toy(), "EU-D-43", "2028-08-02", ""},
		{providing(changed(toy(), func(s *register.System) { s.Practices = append(s.Practices, register.PracticeEmotionInference) })), "EU-D-43", "2027-12-02", ""},
		{both(changed(benefitFraud(), func(s *register.System) { s.MarketSince = day("2027-12-01") })), "EU-D-8", "2030-08-02", "EU-111-2-public"},
		{both(changed(benefitFraud(), func(s *register.System) { s.MarketSince = day("2027-12-01") })), "EU-D-26-1", "2030-08-02", "EU-111-2-public"},
	} {
		before, ok := euact.Classify(c.system, day(c.day).AddDays(-1)).Duty(c.duty)
		require.True(t, ok, c.duty)
		require.Equal(t, c.day, before.From.Format(time.DateOnly), c.duty)
		require.Equal(t, c.by, before.Transition, c.duty)
		require.False(t, before.InForce, "%s on the day before", c.duty)
		on, _ := euact.Classify(c.system, day(c.day)).Duty(c.duty)
		require.True(t, on.InForce, "%s on the day", c.duty)
	}
	// Of before, and private: not before the design changes.
	d, ok := euact.Classify(changed(cvScreener(), func(s *register.System) { s.MarketSince = day("2027-12-01") }), day("2040-01-01")).Duty("EU-D-26-2")
	require.True(t, ok)
	require.True(t, d.From.IsZero())
	require.False(t, d.InForce)
	require.Equal(t, "EU-111-2", d.Transition)
	// A prohibition binds when it does, the class is what it is.
	nudifier := practice(register.PracticeIntimateImagery)
	require.False(t, euact.Classify(nudifier, day("2026-12-01")).Reasons[0].InForce)
	require.True(t, euact.Classify(nudifier, day("2026-12-02")).Reasons[0].InForce)
	require.Equal(t, euact.Prohibited, euact.Classify(nudifier, day("2024-01-01")).Class)
}

// TestQuestions shows what is asked, and where the answers lead.
func TestQuestions(t *testing.T) {
	type sys = register.System
	for _, c := range []struct {
		name         string
		system       register.System
		class, worst euact.Class
		open         map[string][]euact.Class
	}{
		{"practices", changed(calm(), func(s *sys) { s.Practices = nil }), euact.Undecided, euact.High,
			map[string][]euact.Class{"practice": {euact.Transparency, euact.High, euact.Prohibited}}},
		{"places", changed(cvScreener(), func(s *sys) { s.Jurisdictions = nil }), euact.Undecided, euact.High,
			map[string][]euact.Class{"jurisdictions": {euact.OutOfScope, euact.High}}},
		{"places of a prohibited practice", changed(socialScoring(), func(s *sys) { s.Jurisdictions = nil }), euact.Undecided, euact.High,
			map[string][]euact.Class{"jurisdictions": {euact.OutOfScope, euact.Prohibited}}},
		{"profiles under a claim", changed(scheduler(), func(s *sys) { s.Profiling, s.Data = "", []register.DataCategory{register.DataPersonal} }), euact.High, euact.High,
			map[string][]euact.Class{"profiling": {euact.Exempt}}},
		{"the claim", changed(scheduler(), func(s *sys) { s.Claims63 = "" }), euact.High, euact.High, map[string][]euact.Class{"claims_63": {euact.Exempt}}},
		{"the claim of who profiles", changed(scheduler(), func(s *sys) { s.Claims63, s.Profiling = "", register.Yes }), euact.High, euact.High, map[string][]euact.Class{}},
		{"the third party", changed(diagnosticAid(), func(s *sys) { s.ThirdPartyConformity = "" }), euact.Undecided, euact.High,
			map[string][]euact.Class{"third_party_conformity": {euact.Minimal, euact.High}}},
		{"convenience", changed(toy(), func(s *sys) { s.ConvenienceOnly = "" }), euact.High, euact.High, map[string][]euact.Class{"convenience_only": {euact.Minimal}}},
		{"convenience where nobody assesses", changed(toy(), func(s *sys) { s.ConvenienceOnly, s.ThirdPartyConformity = "", register.No }), euact.Minimal, euact.Minimal, map[string][]euact.Class{}},
		{"evident", changed(helplineBot(), func(s *sys) { s.ObviousAI, s.Generates = "", []register.Content{register.ContentNone} }), euact.Transparency, euact.Transparency,
			map[string][]euact.Class{"obvious_ai": {euact.Minimal}, "market_since": nil}},
		{"role", changed(cvScreener(), func(s *sys) { s.Roles = nil }), euact.High, euact.High, map[string][]euact.Class{"role": {}}},
		{"the kind of deployer", changed(cvScreener(), func(s *sys) { s.DeployerKind = "" }), euact.High, euact.High, map[string][]euact.Class{"deployer_kind": {}, "market_since": {}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.system.Stage = register.StageDesign // not on the market: nobody asks since when
			got := euact.Classify(c.system, onDay)
			require.Equal(t, c.class, got.Class)
			require.Equal(t, c.worst, got.Worst)
			delete(c.open, "market_since")
			open := make(map[string][]euact.Class)
			for _, q := range got.Open {
				require.NotEmpty(t, q.Rows)
				open[q.Attribute] = q.Leads
			}
			require.Empty(t, cmp.Diff(c.open, open))
		})
	}
	// What may turn out to be prohibited is not decided, though the worst shown is high.
	lives := euact.Classify(plain(does(live), func(s *register.System) { s.Claims5 = nil }), onDay)
	require.Equal(t, []euact.Class{euact.High, euact.High}, []euact.Class{lives.Class, lives.Worst})
	require.False(t, lives.Decided())
	require.True(t, slices.ContainsFunc(lives.Open, func(q euact.Question) bool {
		return q.Attribute == "claims_5" && slices.Contains(q.Leads, euact.Prohibited)
	}))
	// So it is where only role and exception together can prohibit it: both are asked.
	lives = euact.Classify(plain(does(live), as(), excepted()), onDay)
	require.False(t, lives.Decided())
	for _, attribute := range []string{"role", "claims_5"} {
		require.True(t, slices.ContainsFunc(lives.Open, func(q euact.Question) bool {
			return q.Attribute == attribute && slices.Equal(q.Leads, []euact.Class{euact.Prohibited})
		}), attribute)
	}
	// An exempt use for which an exception is claimed is so in whatever role.
	lives = euact.Classify(plain(does(live), as(), excepted(register.ExceptionRBIVictims), claims(register.ExemptionNarrowTask)), onDay)
	require.Equal(t, []euact.Class{euact.Exempt, euact.Exempt}, []euact.Class{lives.Class, lives.Worst})
	require.True(t, lives.Decided())
	// The date is asked of what is in use, while it can move a duty.
	asks := func(s register.System, at time.Time, attribute string) bool {
		return slices.ContainsFunc(euact.Classify(s, calendar.Of(at, nil)).Open, func(q euact.Question) bool { return q.Attribute == attribute })
	}
	require.True(t, asks(cvScreener(), onDay.Start(nil), "market_since"))
	require.True(t, asks(chatbot(), onDay.Start(nil), "market_since"))
	require.False(t, asks(chatbot(), day("2026-12-02").Start(nil), "market_since"), "the time of grace is over")
	require.False(t, asks(calm(), onDay.Start(nil), "market_since"))
	old := changed(cvScreener(), func(s *register.System) { s.MarketSince, s.DeployerKind = day("2024-01-01"), "" })
	require.True(t, asks(old, onDay.Start(nil), "deployer_kind"))
	d, _ := euact.Classify(old, onDay).Duty("EU-D-26-1")
	require.Equal(t, "2030-08-02", d.From.Format(time.DateOnly), "as if it were for a public authority")
}

func TestTables(t *testing.T) {
	b, err := json.Marshal(euact.Default())
	require.NoError(t, err)
	back := new(euact.Act)
	require.NoError(t, json.Unmarshal(b, back))
	require.Empty(t, cmp.Diff(euact.Default().Table(), back.Table()))
	table := back.Table()
	table.Rows[0].Gives[0], table.Rows[0].When[0].Any[0], table.Fines["99(3)"] = "x", "x", euact.Fine{}
	require.Empty(t, cmp.Diff(euact.Default().Table(), back.Table()), "nobody reaches into a table")

	// A later amendment is another table.
	table = back.Table()
	table.Version = "2027-07-01"
	for i := range table.Rows {
		if table.Rows[i].From == "2027-12-02" {
			table.Rows[i].From = "2029-01-01"
		}
	}
	later, err := euact.New(table)
	require.NoError(t, err)
	c := later.Classify(cvScreener(), onDay)
	require.Equal(t, "2027-07-01", c.Table)
	d, _ := c.Duty("EU-D-26-1")
	require.Equal(t, day("2029-01-01"), d.From)
	require.Equal(t, "2027-07-01", later.Version())
	row, ok := later.Row("EU-III-4-a")
	require.True(t, ok)
	require.Equal(t, "2029-01-01", row.From)

	for name, c := range map[string]struct {
		edit  func(*euact.Table)
		issue string
	}{
		"version":   {func(t *euact.Table) { t.Version = " " }, "version required"},
		"no id":     {func(t *euact.Table) { t.Rows[3].ID = "" }, "rows[3].id required"},
		"twice":     {func(t *euact.Table) { t.Rows[3].ID = t.Rows[2].ID }, "rows[3].id repeated"},
		"kind":      {func(t *euact.Table) { t.Rows[3].Kind = "song" }, "rows[3].kind oneof"},
		"field":     {func(t *euact.Table) { t.Rows[0].When[0].Field = "level" }, "rows[0].when[0].field attribute"},
		"recursion": {func(t *euact.Table) { t.Rows[0].When[0].Field = "eu_class" }, "rows[0].when[0].field attribute"},
		"value":     {func(t *euact.Table) { t.Rows[2].When[0].Any[0] = "war" }, "rows[2].when[0].any[0] oneof"},
		"mark":      {func(t *euact.Table) { t.Rows[5].Needs[0] = "high" }, "rows[5].needs[0] mark"},
		"date":      {func(t *euact.Table) { t.Rows[20].From = "2 August 2026" }, "rows[20].from date"},
		"role":      {func(t *euact.Table) { t.Rows[20].Role = "provider" }, "rows[20].role role"},
		"fine":      {func(t *euact.Table) { t.Rows[20].Fine = "98" }, "rows[20].fine known"},
		"always":    {func(t *euact.Table) { t.Rows[0].When = nil }, "rows[0].when required"},
		"class":     {func(t *euact.Table) { t.Rows = t.Rows[:10] }, "rows class"},
		"letter":    {func(t *euact.Table) { t.Rows[20].Letter = "2026-08-02" }, "rows[20].letter duty"},
		"a fine's day": {func(t *euact.Table) {
			t.Fines["101"] = euact.Fine{From: "1 August"}
		}, "fines.101.from date"},
		"a size": {func(t *euact.Table) { t.Fines["101"] = euact.Fine{Lower: []euact.Size{"tiny"}} }, "fines.101.lower[0] oneof"},
		"on":     {func(t *euact.Table) { t.Transitions[0].On = []string{"x"} }, "transitions[0].on[0] mark"},
	} {
		table := back.Table()
		c.edit(&table)
		_, err := euact.New(table)
		var is issue.Issues
		require.ErrorAs(t, err, &is, name)
		var got []string
		for _, i := range is {
			got = append(got, i.Field+" "+i.Rule)
		}
		require.Contains(t, got, c.issue, name)
	}
	require.Error(t, json.Unmarshal([]byte(`{"version":7}`), back))
	require.Error(t, json.Unmarshal([]byte(`{"version":""}`), back))
	require.Equal(t, 6, euact.Prohibited.Rank())
	require.Zero(t, euact.Class("grave").Rank())
	require.Len(t, euact.Classes(), 7)
	require.True(t, euact.Undecided.IsValid())
	require.Zero(t, euact.Undecided.Rank())
}

// tinyAct is a table that is ready to be asked: every class and fact has a row,
// and a duty follows.
const tinyAct = `{"version":"v","rows":[` +
	`{"id":"a","kind":"scope","when":[{"field":"jurisdictions","op":"has","any":["EU"]}],"gives":["in_union"],"ref":"x","why":"y"},` +
	`{"id":"b","kind":"scope","lacks":["in_union"],"gives":["out_of_scope"],"ref":"x","why":"y"},` +
	`{"id":"c","kind":"high","when":[{"field":"practice","op":"has","any":["recruitment"]}],"needs":["in_union"],"gives":["high","annex_iii","chapter_iii","fria"],"ref":"x","why":"y"},` +
	`{"id":"d","kind":"transparency","when":[{"field":"direct","op":"in","any":["yes"]}],"gives":["transparency","own_transparency","exempt_63"],"ref":"x","why":"y"},` +
	`{"id":"e","kind":"prohibited","when":[{"field":"practice","op":"has","any":["social_scoring"]}],"needs":["in_union"],"gives":["prohibited"],"ref":"x","why":"y"},` +
	`{"id":"f","kind":"minimal","lacks":["high","prohibited"],"unless":["out_of_scope"],"gives":["minimal"],"ref":"x","why":"y"},` +
	`{"id":"g","kind":"duty","role":"deployer","needs":["high"],"from":"2027-12-02","ref":"x","why":"y"}]}`

// FuzzActJSON starts from small tables, as FuzzRulesJSON does.
func FuzzActJSON(f *testing.F) {
	require.NoError(f, json.Unmarshal([]byte(tinyAct), new(euact.Act)))
	f.Add([]byte(tinyAct))
	f.Add([]byte(tinyAct[:len(tinyAct)/2]))
	f.Add([]byte(`{"version":"v","rows":[{"id":"a","kind":"scope","when":[{"field":"jurisdictions","op":"has","any":["EU"]}],"gives":["out_of_scope","minimal"],"ref":"x","why":"y"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 1<<14 {
			checkActJSON(t, b)
		}
	})
}

// checkActJSON checks that a table that can be read is written as it is.
func checkActJSON(t *testing.T, b []byte) {
	act := new(euact.Act)
	if err := json.Unmarshal(b, act); err != nil {
		require.Zero(t, act.Version(), "what is refused leaves no trace")
		return
	}
	require.True(t, act.Classify(cvScreener(), onDay).Class.IsValid())
	again, err := json.Marshal(act)
	require.NoError(t, err)
	back := new(euact.Act)
	require.NoError(t, json.Unmarshal(again, back))
	require.Equal(t, act.Classify(benefitFraud(), onDay), back.Classify(benefitFraud(), onDay))
}

func TestActAsJSON(t *testing.T) {
	b, err := json.Marshal(euact.Default())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, new(euact.Act)))
	checkActJSON(t, b)
	checkActJSON(t, b[:len(b)/2])
}

func BenchmarkClassify(b *testing.B) {
	for name, s := range map[string]register.System{"credit": creditScorer(), "unanswered": {ID: "s", Name: "S", Stage: register.StageDesign}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				euact.Classify(s, onDay)
			}
		})
	}
}

func ExampleClassify() {
	c := euact.Classify(register.System{
		ID: "cv", Name: "CV screener", Stage: register.StageOperation, Jurisdictions: []string{"DE"},
		Roles: []register.AIRole{register.RoleDeployer}, Practices: []register.Practice{register.PracticeRecruitment},
		Profiling: register.Yes, InUseSince: calendar.Of(time.Date(2028, 1, 10, 0, 0, 0, 0, time.UTC), nil),
	}, calendar.Of(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), nil))
	fmt.Println(c.Class)
	for _, r := range c.Reasons {
		fmt.Println(r.Row, r.Ref)
	}
	for _, d := range c.Duties[:3] {
		fmt.Println(d.Row, d.From.Format(time.DateOnly), d.InForce)
	}
	for _, q := range c.Open {
		fmt.Println("open:", q.Attribute)
	}
	// Output:
	// high
	// EU-III-4-a Art. 6(2); Annex III point 4(a)
	// EU-6-2 Art. 6(2)
	// EU-D-4-deployer 2025-02-02 true
	// EU-D-26-1 2027-12-02 false
	// EU-D-26-2 2027-12-02 false
	// open: affected
	// open: alteration
	// open: data
	// open: deployer_kind
	// open: effect
}
