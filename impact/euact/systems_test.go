package euact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
)

type system = register.System

const (
	provider, deployer        = register.RoleProvider, register.RoleDeployer
	importer, distributor     = register.RoleImporter, register.RoleDistributor
	manufacturer, represented = register.RoleManufacturer, register.RoleAuthorised
)

// classified is a system with the class that the law's text gives it, written from
// the text before the table was asked.
type classified struct {
	name, article, why string
	system             system
	class              euact.Class
	worst              euact.Class // "" where it is the class
	has, lacks         []string    // rows and duties
}

var systems = []classified{
	// Article 2: scope.
	{"CV screener used in Zurich and Oslo", "Art. 2(1)", "neither is in the Union", plain(does(register.PracticeRecruitment), in("CH", "NO")), euact.OutOfScope, "", nil, []string{"EU-D-26-1"}},
	{"CV screener of a provider in the United States, output used in Spain", "Art. 2(1)(c)", "the output is used in the Union", plain(does(register.PracticeRecruitment), as(provider), in("US", "ES")), euact.High, "", []string{"EU-D-8"}, nil},
	{"CV screener on Réunion", "Art. 355(1) TFEU", "an outermost region", plain(does(register.PracticeRecruitment), in("RE")), euact.High, "", nil, nil},
	{"CV screener on Åland", "Art. 355(4) TFEU", "the Treaties apply there", plain(does(register.PracticeRecruitment), in("AX")), euact.High, "", nil, nil},
	{"CV screener in New Caledonia", "Art. 355(2) TFEU", "an overseas country, not the Union", plain(does(register.PracticeRecruitment), in("FR-NC")), euact.OutOfScope, "", nil, nil},
	{"CV screener in Athens, written EL", "Art. 2(1)", "Greece by the Union's own code", plain(does(register.PracticeRecruitment), in("EL")), euact.High, "", nil, nil},
	{"targeting aid of an army", "Art. 2(3)", "defence alone, whoever does it", plain(does(register.PracticeRemoteBiometricID), as(provider, deployer), defence), euact.OutOfScope, "", nil, nil},
	{"emotion study in a laboratory", "Art. 2(6)", "made and used for research alone", plain(does(register.PracticeEmotionInference), as(provider, deployer), research), euact.OutOfScope, "", nil, nil},
	{"general-purpose model for research alone", "Art. 2(6)", "models are named there", plain(as(provider), systemic, research), euact.OutOfScope, "", nil, []string{"EU-D-53-1-c", "EU-D-55"}},
	{"photo sorting at home", "Art. 2(10)", "a person's own ends", plain(personal), euact.OutOfScope, "", nil, []string{"EU-D-4-deployer"}},
	{"undressing app, made by a person for fun and put on the market", "Art. 2(10)", "frees deployers, not providers", plain(does(register.PracticeIntimateImagery), as(provider), personal, makes(register.ContentImage)), euact.Prohibited, "", []string{"EU-D-5"}, nil},
	{"chatbot that a hobbyist offers and uses", "Art. 2(10), 3(4)", "the duties of a provider stay, those of a deployer go", plain(as(provider, deployer), personal, talks), euact.Transparency, "", []string{"EU-D-50-1", "EU-D-4-provider"}, []string{"EU-D-4-deployer"}},
	{"open sorting library", "Art. 2(12)", "free, and under none of 5, 6, 50", plain(as(provider), open), euact.OutOfScope, "", nil, []string{"EU-D-4-provider"}},
	{"open CV screener", "Art. 2(12)", "high-risk stays in", plain(does(register.PracticeRecruitment), as(provider), open), euact.High, "", []string{"EU-D-8"}, []string{"EU-2-12"}},
	{"open chatbot", "Art. 2(12)", "Art. 50 stays in", plain(as(provider), open, talks), euact.Transparency, "", []string{"EU-D-50-1"}, []string{"EU-2-12"}},
	{"open-weights model of systemic risk that generates nothing by itself", "Art. 2(12)", "speaks of systems, not of models", plain(as(provider), open, systemic), euact.Minimal, "", []string{"EU-D-52", "EU-D-53-1-a", "EU-D-55"}, []string{"EU-2-12"}},
	{"open-weights model", "Art. 53(2)", "documentation falls away, copyright stays", plain(as(provider), open, model), euact.Minimal, "", []string{"EU-D-53-1-c", "EU-D-53-1-d"}, []string{"EU-2-12", "EU-D-53-1-a", "EU-D-54"}},
	// Article 5.
	{"shop that hides the way out by learnt pressure, with heavy loss", "Art. 5(1)(a)", "manipulation with significant harm", plain(does(register.PracticeManipulationHarm), as(provider, deployer)), euact.Prohibited, "", nil, nil},
	{"lottery tips aimed at people in debt", "Art. 5(1)(b)", "exploits a social or economic situation", plain(does(register.PracticeExploitVulnerability)), euact.Prohibited, "", nil, nil},
	{"trust score of citizens", "Art. 5(1)(c)", "worse treatment elsewhere", plain(does(register.PracticeSocialScoring), public), euact.Prohibited, "", nil, nil},
	{"list of future offenders from traits alone", "Art. 5(1)(d)", "profile alone", plain(does(register.PracticeCrimePredictionProfiling), public), euact.Prohibited, "", nil, nil},
	{"face search engine fed from the web", "Art. 5(1)(e)", "untargeted scraping", plain(does(register.PracticeUntargetedFaceScraping), as(provider)), euact.Prohibited, "", nil, nil},
	{"mood camera in a call centre", "Art. 5(1)(f)", "from the face, at work, no reason of health or safety", plain(does(register.PracticeEmotionWorkEducation)), euact.Prohibited, "", []string{"EU-D-5"}, nil},
	{"stress watch for crane drivers", "Art. 5(1)(f)", "for safety: allowed there, high-risk by Annex III 1(c), people are told", plain(does(register.PracticeEmotionWorkEducation), excepted(register.ExceptionSafety)), euact.High, "", []string{"EU-III-1-c-work", "EU-50-3"}, []string{"EU-D-5"}},
	{"voice therapy for pupils with depression", "Art. 5(1)(f)", "for medical reasons", plain(does(register.PracticeEmotionWorkEducation), excepted(register.ExceptionMedical)), euact.High, "", []string{"EU-III-1-c-work"}, []string{"EU-D-5"}},
	{"tone of written complaints of staff", "Art. 3(39), 5(1)(f)", "text is no biometric data", plain(does(register.PracticeEmotionWorkEducation), func(s *system) { s.EmotionSource = register.EmotionOther }), euact.Minimal, "", nil, []string{"EU-III-1-c", "EU-50-3"}},
	{"mood at work, it is not said from what", "Art. 5(1)(f)", "ignorance never prohibits, and the worst is shown", plain(does(register.PracticeEmotionWorkEducation), func(s *system) { s.EmotionSource, s.Claims5 = "", nil }), euact.Undecided, euact.High, nil, []string{"EU-5-1-f"}},
	{"belief read from faces", "Art. 5(1)(g)", "deduces belief from biometrics", plain(does(register.PracticeBiometricCategorySensitive)), euact.Prohibited, "", nil, nil},
	{"balancing a lawful face data set by skin colour", "Art. 5(1)(g)", "labelling of data lawfully acquired", plain(does(register.PracticeBiometricCategorySensitive), excepted(register.ExceptionLabelling)), euact.High, "", []string{"EU-III-1-b-deduced"}, []string{"EU-D-5"}},
	{"live face search in a square by the police", "Art. 5(1)(h)", "use in public for law enforcement in none of the three cases", plain(does(register.PracticeRealtimeBiometricIDLE), public), euact.Prohibited, "", nil, nil},
	{"live face search for an abducted child", "Art. 5(1)(h)(i)", "one of the three cases, authorised", plain(does(register.PracticeRealtimeBiometricIDLE), public, excepted(register.ExceptionRBIVictims)), euact.High, "", []string{"EU-III-1-a-live", "EU-D-5-2", "EU-D-27-1"}, []string{"EU-D-5"}},
	{"live face search, sold to police", "Art. 5(1)(h)", "prohibits the use, not the sale", plain(does(register.PracticeRealtimeBiometricIDLE), as(provider)), euact.High, "", []string{"EU-III-1-a-live", "EU-D-8"}, []string{"EU-D-5"}},
	{"live face search, the case not said", "Art. 5(1)(h)", "open until it is said", plain(does(register.PracticeRealtimeBiometricIDLE), public, func(s *system) { s.Claims5 = nil }), euact.High, "", []string{"EU-III-1-a-live"}, []string{"EU-D-5"}},
	{"undressing app, sold", "Art. 5(1a)(a)(i)", "its purpose", plain(does(register.PracticeIntimateImagery), as(provider), makes(register.ContentImage)), euact.Prohibited, "", []string{"EU-5-1-ba"}, nil},
	{"general image generator without safeguards, sold", "Art. 5(1a)(a)(ii)", "a foreseeable outcome that nothing prevents", plain(as(provider), func(s *system) {
		s.Generates, s.IntimateSafeguards = []register.Content{register.ContentImage}, register.No
		s.Functions = []register.Function{register.FunctionGenerate, register.FunctionGenerateIntimate}
	}), euact.Prohibited, "", []string{"EU-5-1a", "EU-D-5"}, nil},
	{"the same with safeguards", "Art. 5(1a)(a)(ii)", "reliably prevented", plain(as(provider), func(s *system) {
		s.Generates, s.IntimateSafeguards = []register.Content{register.ContentImage}, register.Yes
		s.Functions = []register.Function{register.FunctionGenerate, register.FunctionGenerateIntimate}
	}), euact.Transparency, "", []string{"EU-D-50-2"}, []string{"EU-5-1a", "EU-D-5"}},
	{"the same, safeguards not said", "Art. 5(1a)(a)(ii)", "open", plain(as(provider), func(s *system) {
		s.Generates, s.IntimateSafeguards = []register.Content{register.ContentImage}, ""
		s.Functions = []register.Function{register.FunctionGenerate, register.FunctionGenerateIntimate}
	}), euact.Transparency, euact.High, nil, []string{"EU-5-1a"}},
	{"landscapes made with a generator that has no safeguards", "Art. 5(1a)(b)", "for a deployer only the purpose counts", plain(func(s *system) {
		s.Generates, s.IntimateSafeguards = []register.Content{register.ContentImage}, register.No
		s.Functions = []register.Function{register.FunctionGenerate, register.FunctionGenerateIntimate}
	}), euact.Transparency, "", nil, []string{"EU-5-1a", "EU-D-5"}},
	{"made-up abuse material kept by an agency that trains detectors with a right to", "Art. 5(1)(bb)", "not without right", plain(does(register.PracticeCSAM), public, excepted(register.ExceptionWithRight)), euact.Minimal, "", nil, []string{"EU-D-5"}},
	// Article 6(1) and Annex I.
	{"software that finds tumours, class IIb", "Art. 6(1); Annex I A 11", "a device that a notified body assesses", plain(does(register.PracticeMedicalDevice), as(provider), assessed), euact.High, "", []string{"EU-I-A-device", "EU-D-8"}, []string{"EU-D-49-1", "EU-D-27-1"}},
	{"fitness app, class I", "Art. 6(1)(b)", "nobody else assesses it", plain(does(register.PracticeMedicalDevice), as(provider)), euact.Minimal, "", nil, nil},
	{"door sensor of a lift", "Art. 6(1), (1b)", "its failure injures", plain(does(register.PracticeProductSafetyComponent), as(manufacturer), assessed), euact.High, "", []string{"EU-25-3", "EU-D-8"}, nil},
	{"music tips in a toy", "Art. 6(1a)", "convenience alone", plain(does(register.PracticeProductSafetyComponent), as(manufacturer), assessed, convenient), euact.Minimal, "", []string{"EU-6-1a"}, nil},
	{"safe stop of a robot cell", "Annex I B 21, Art. 2(2)", "machinery is in section B now", plain(does(register.PracticeMachinery), as(provider), assessed), euact.High, "", []string{"EU-D-2-2"}, []string{"EU-D-8", "EU-D-4-provider"}},
	{"lane keeping", "Annex I B 18, 19; Art. 2(2)", "through the acts on vehicles", plain(does(register.PracticeVehicle), as(provider), assessed), euact.High, "", []string{"EU-D-2-2"}, []string{"EU-D-43"}},
	// Annex III.
	{"faces in recorded footage", "Annex III 1(a)", "identifies at a distance", plain(does(register.PracticeRemoteBiometricID), as(provider)), euact.High, "", []string{"EU-D-43", "EU-D-49-1"}, nil},
	{"gate that compares a face with the passport", "Annex III 1(a)", "verification is left out", plain(does(register.PracticeBiometricVerification)), euact.Minimal, "", nil, nil},
	{"hair colour for a shampoo shop", "Annex III 1(b), Art. 50(3)", "no sensitive trait, but people are told", plain(does(register.PracticeBiometricCategorisation), func(s *system) { s.CategorisedBy = register.CategorisedOther }), euact.Transparency, "", []string{"EU-50-3-others", "EU-D-50-3"}, []string{"EU-III-1-b"}},
	{"illness read from the gait", "Annex III 1(b)", "health is a sensitive trait", plain(does(register.PracticeBiometricCategorisation)), euact.High, "", []string{"EU-III-1-b", "EU-50-3"}, nil},
	{"filter that puts glasses on a face in a shop for glasses", "Art. 3(40)", "ancillary: no biometric categorisation", plain(does(register.PracticeBiometricCategorisation), func(s *system) { s.CategorisedBy = register.CategorisedAncillary }), euact.Minimal, "", nil, []string{"EU-III-1-b", "EU-50-3", "EU-50-3-others"}},
	{"sorted by looks, it is not said by what", "Annex III 1(b)", "open", plain(does(register.PracticeBiometricCategorisation), func(s *system) { s.CategorisedBy = "" }), euact.Undecided, euact.High, nil, nil},
	{"control of the grid by a public body", "Annex III 2; Art. 49(3)", "no registration of the use, no assessment of rights", plain(does(register.PracticeCriticalSafetyComponent), public), euact.High, "", []string{"EU-D-26-1"}, []string{"EU-D-26-8", "EU-D-27-1", "EU-D-86"}},
	{"control of the grid, sold", "Art. 49(5)", "registered nationally, and Art. 16(i) does not fine that", plain(does(register.PracticeCriticalSafetyComponent), as(provider)), euact.High, "", []string{"EU-D-49-5"}, []string{"EU-D-49-1"}},
	{"forecast of demand for the grid", "Art. 6(1a)", "efficiency alone reaches Annex III 2", plain(does(register.PracticeCriticalSafetyComponent), convenient), euact.Minimal, "", []string{"EU-6-1a"}, []string{"EU-III-2"}},
	{"admission to a university", "Annex III 3(a)", "decides on access", plain(does(register.PracticeAdmission), public), euact.High, "", []string{"EU-D-26-8", "EU-D-27-1"}, nil},
	{"job advertisements shown by profile", "Annex III 4(a), Art. 6(3)", "profiles: the claim fails", plain(does(register.PracticeRecruitment), as(provider), claims(register.ExemptionNarrowTask), profiles), euact.High, "", []string{"EU-6-3-profiling"}, []string{"EU-D-6-4"}},
	{"receipts for applications", "Art. 6(3)(a)", "a narrow procedural task", plain(does(register.PracticeRecruitment), as(provider), claims(register.ExemptionNarrowTask)), euact.Exempt, "", []string{"EU-D-6-4", "EU-D-49-2"}, []string{"EU-D-8"}},
	{"receipts for applications, represented", "Art. 49(2)", "the representative registers where that is so", plain(does(register.PracticeRecruitment), as(represented), claims(register.ExemptionNarrowTask)), euact.Exempt, "", []string{"EU-D-49-2-representative"}, nil},
	{"profiles of suspects, claimed to show patterns alone, said not to profile", "Art. 6(3), third subparagraph; Annex III 6(e)", "the use is profiling", plain(does(register.PracticeLEProfiling), as(provider), claims(register.ExemptionDetectsPatterns)), euact.High, "", []string{"EU-6-3-le"}, []string{"EU-D-6-4"}},
	{"claim of exemption though nothing listed is met", "Art. 6(3), (4)", "who claims it says that it is listed, and documents it", plain(as(provider), claims(register.ExemptionNarrowTask)), euact.Exempt, "", []string{"EU-X-claim", "EU-D-6-4", "EU-D-49-2"}, nil},
	{"claim of exemption for fraud detection", "Art. 6(3), (4); Annex III 5(b)", "the same with a practice that is not listed", plain(does(register.PracticeFinancialFraud), as(provider), claims(register.ExemptionPreparatory)), euact.Exempt, "", []string{"EU-X-claim", "EU-D-6-4"}, nil},
	{"claim with a significant risk of harm though nothing listed is met", "Art. 6(3)", "the claim fails", plain(as(provider), claims(register.ExemptionNarrowTask), harmful), euact.High, "", []string{"EU-6-3-risk", "EU-X-claim"}, []string{"EU-D-6-4"}},
	{"credit score", "Annex III 5(b); Art. 27(1)", "any deployer assesses rights", plain(does(register.PracticeCreditworthiness)), euact.High, "", []string{"EU-27-1-finance", "EU-D-27-1"}, nil},
	{"card fraud", "Annex III 5(b)", "financial fraud is left out", plain(does(register.PracticeFinancialFraud)), euact.Minimal, "", nil, nil},
	{"motor insurance", "Annex III 5(c)", "life and health alone", plain(does(register.PracticeOtherInsurance)), euact.Minimal, "", nil, nil},
	{"benefits checked by a firm on behalf of an authority", "Art. 49(3)", "persons acting on behalf register the use, without a fine of 99(4)", plain(does(register.PracticeBenefitEligibility), by(register.DeployerPublicService), func(s *system) { s.OnBehalf = register.Yes }), euact.High, "", []string{"EU-D-49-3", "EU-D-27-1"}, []string{"EU-D-26-8"}},
	{"help for a judge to apply the law", "Annex III 8(a)", "applies law to facts", plain(does(register.PracticeJudicialAssistance), public), euact.High, "", nil, nil},
	// Article 25.
	{"CV screener under the own name of a shop", "Art. 25(1)(a)", "who puts the name on it", plain(does(register.PracticeRecruitment), as(distributor), func(s *system) { s.Alterations = []register.Alteration{register.AlterationOwnName} }), euact.High, "", []string{"EU-25-1-a", "EU-D-8"}, nil},
	{"CV screener changed by a maker of products", "Art. 25(1)(b)", "any other third party", plain(does(register.PracticeRecruitment), as(manufacturer), func(s *system) { s.Alterations = []register.Alteration{register.AlterationSubstantial} }), euact.High, "", []string{"EU-25-1-b", "EU-D-8"}, nil},
	{"chatbot that a customer turned into a CV screener", "Art. 25(2)", "the first provider helps the new one", plain(as(provider), talks, func(s *system) {
		s.Supplies, s.Downstream = register.Yes, []register.Downstream{register.DownstreamTakenOver}
	}), euact.Transparency, "", []string{"EU-D-25-2"}, nil},
	{"the same, though it was clearly excluded", "Art. 25(2)", "the duty does not arise", plain(as(provider), talks, func(s *system) {
		s.Supplies, s.Downstream = register.Yes, []register.Downstream{register.DownstreamExcluded}
	}), euact.Transparency, "", nil, []string{"EU-D-25-2"}},
	{"parser built into a CV screener of others", "Art. 25(4)", "the supplier of the part agrees in writing, too", plain(as(provider), func(s *system) {
		s.Supplies, s.Downstream = register.Yes, []register.Downstream{register.DownstreamIntegrated}
	}), euact.Minimal, "", []string{"EU-D-25-4-supplier"}, nil},
	{"open parser built into a CV screener of others", "Art. 25(4)", "free and open parts are left out", plain(as(provider), talks, open, func(s *system) {
		s.Supplies, s.Downstream = register.Yes, []register.Downstream{register.DownstreamIntegrated}
	}), euact.Transparency, "", nil, []string{"EU-D-25-4-supplier"}},
	{"open model built into a CV screener of others", "Art. 25(4)", "general-purpose models are not left out", plain(as(provider), talks, open, model, func(s *system) {
		s.Supplies, s.Downstream = register.Yes, []register.Downstream{register.DownstreamIntegrated}
	}), euact.Transparency, "", []string{"EU-D-25-4-supplier"}, nil},
	// Article 50.
	{"chatbot of a shop", "Art. 50(1)", "talks with people", plain(as(provider), talks, makes(register.ContentText)), euact.Transparency, "", []string{"EU-D-50-1", "EU-D-50-2"}, nil},
	{"talking vacuum cleaner", "Art. 50(1)", "evidently a machine", plain(as(provider), talks, func(s *system) { s.ObviousAI = register.Yes }), euact.Minimal, "", nil, []string{"EU-D-50-1"}},
	{"decoy of the police in a chat", "Art. 50(1)", "authorised by law against offences", plain(as(provider), talks, func(s *system) { s.OffenceDetection = register.OffencesAuthorised }), euact.Minimal, "", nil, []string{"EU-D-50-1"}},
	{"chat through which offences are reported", "Art. 50(1)", "open to the public for reporting", plain(as(provider), talks, func(s *system) { s.OffenceDetection = register.OffencesReporting }), euact.Transparency, "", []string{"EU-D-50-1"}, nil},
	{"spelling aid", "Art. 50(2)", "standard editing", plain(as(provider), makes(register.ContentText), func(s *system) { s.StandardEditing = register.Yes }), euact.Minimal, "", nil, nil},
	{"deep fake in a film", "Art. 50(4)", "disclosed in a fitting way", plain(does(register.PracticeDeepfake)), euact.Transparency, "", []string{"EU-D-50-4-fake"}, nil},
	{"news without an editor", "Art. 50(4)", "informs the public", plain(does(register.PracticePublicInterestInformation)), euact.Transparency, "", []string{"EU-D-50-4-text"}, nil},
	{"news with an editor", "Art. 50(4)", "somebody answers for it", plain(does(register.PracticePublicInterestInformation), func(s *system) { s.EditorialControl = register.Yes }), euact.Minimal, "", nil, nil},
	// What is not answered.
	{"nothing but a place", "Art. 2 to 6, 50", "nothing is established", system{Jurisdictions: []string{"EU"}}, euact.Undecided, euact.High, []string{"EU-open"}, nil},
	{"nothing at all", "Art. 2(1)", "not even the place", system{}, euact.Undecided, euact.High, []string{"EU-open-place"}, nil},
	{"handbook search of which one answer lacks", "Art. 50(1)", "whether it talks", plain(func(s *system) { s.Direct, s.Interacts = "", nil }), euact.Undecided, euact.Transparency, []string{"EU-open"}, nil},
	{"recruitment of which nothing else is known", "Annex III 4(a)", "that suffices", system{Jurisdictions: []string{"FR"}, Practices: []register.Practice{register.PracticeRecruitment}}, euact.High, "", []string{"EU-6-2"}, []string{"EU-open"}},
}

// Systems have the class that the text gives them, with a reason always.
func TestSystems(t *testing.T) {
	require.GreaterOrEqual(t, len(systems), 60)
	for _, c := range systems {
		t.Run(c.name, func(t *testing.T) {
			got := euact.Classify(c.system, onDay)
			worst := c.worst
			if worst == "" {
				worst = c.class
			}
			require.Equal(t, c.class, got.Class, "%s: %s; %v", c.article, c.why, rows(got.Reasons))
			require.Equal(t, worst, got.Worst, "%s: %s", c.article, c.why)
			require.NotEmpty(t, got.Reasons)
			for _, id := range c.has {
				_, duty := got.Duty(id)
				require.True(t, duty || got.Holds(id) || plays(got, id), id)
			}
			for _, id := range c.lacks {
				_, duty := got.Duty(id)
				require.False(t, duty || got.Holds(id) || plays(got, id), id)
			}
		})
	}
}

// plays reports whether a row gives the organisation a role.
func plays(c euact.Classification, id string) bool {
	for _, r := range c.Roles {
		for _, row := range r.Rows {
			if row == id {
				return true
			}
		}
	}
	return false
}
