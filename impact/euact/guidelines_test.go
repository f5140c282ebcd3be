package euact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
)

func reads(from register.EmotionSource) edit {
	return func(s *system) { s.EmotionSource = from }
}
func sorts(by register.Categorisation) edit {
	return func(s *system) { s.CategorisedBy = by }
}

// worked are examples of the Commission's draft guidelines of 2026 on high-risk
// systems, told in own words: the number of the paragraph that they stand under,
// with a letter where there are several, and the class that follows from what is
// said there. They bind nobody; what of them the Act's text does not bear is not
// here. Outside a use case of Annex III a system is minimal, or a matter of Art. 50.
var worked = []struct {
	id, what string
	system   system
	class    euact.Class
}{
	// Section 2.
	{"73a", "score of the owner of a small business from business data alone", plain(), euact.Minimal},
	{"74a", "credit of companies from their balance sheets", plain(), euact.Minimal},
	{"81a", "accountants watch for money laundering on their own behalf", plain(does(register.PracticeFinancialFraud)), euact.Minimal},
	{"102a", "quality check of past decisions on eligibility", plain(does(register.PracticeBenefitEligibility), as(provider), claims(register.ExemptionDetectsPatterns)), euact.Exempt},
	{"108a", "references to the provisions that bear on a benefit", plain(does(register.PracticeBenefitEligibility), as(provider), claims(register.ExemptionPreparatory)), euact.Exempt},
	{"112a", "deviations in recruiting, with the traits of recruiters judged", plain(does(register.PracticeRecruitment), as(provider), claims(register.ExemptionDetectsPatterns), profiles), euact.High},
	// Annex I.
	{"45a", "people in a robot cell, safe stop", plain(does(register.PracticeMachinery), as(provider), assessed), euact.High},
	{"45b", "gas in explosive surroundings, shutdown", plain(does(register.PracticeProductSafetyComponent), as(provider), assessed), euact.High},
	{"45c", "runaway pressure", plain(does(register.PracticeProductSafetyComponent), as(provider), assessed), euact.High},
	{"45d", "speed of trains", plain(does(register.PracticeVehicle), as(provider), assessed), euact.High},
	{"46a", "doors of lifts, meant for efficiency, dangerous in failure", plain(does(register.PracticeProductSafetyComponent), as(provider), assessed), euact.High},
	{"46b", "lane assistance", plain(does(register.PracticeVehicle), as(provider), assessed), euact.High},
	{"47a", "music in a connected toy", plain(does(register.PracticeProductSafetyComponent), as(provider), assessed, convenient), euact.Minimal},
	{"47b", "forecast of the harvest in a drone", plain(does(register.PracticeVehicle), as(provider), assessed, convenient), euact.Minimal},
	{"49a", "thermostat for comfort", plain(does(register.PracticeProductSafetyComponent), as(provider), assessed, convenient), euact.Minimal},
	{"49b", "thermostat whose failure endangers", plain(does(register.PracticeProductSafetyComponent), as(provider), assessed), euact.High},
	// Annex III point 1.
	{"124a", "a person in a red scarf is followed", plain(), euact.Minimal},
	{"124b", "emotions from the way of typing", plain(does(register.PracticeEmotionInference)), euact.High},
	{"124c", "the tone of an article from its text", plain(does(register.PracticeEmotionInference), reads(register.EmotionOther)), euact.Minimal},
	{"135a", "a fugitive's gait in footage", plain(does(register.PracticeRemoteBiometricID), public), euact.High},
	{"136a", "face against the chip of the passport", plain(does(register.PracticeBiometricVerification)), euact.Minimal},
	{"136b", "the same, and against a database of offenders at the same time", plain(does(register.PracticeBiometricVerification, register.PracticeRemoteBiometricID), public), euact.High},
	{"144a", "abuse images against a database of suspects", plain(does(register.PracticeRemoteBiometricID), public), euact.High},
	{"144b", "entrance of a home by registered faces", plain(does(register.PracticeBiometricVerification)), euact.Minimal},
	{"170a", "patients by their gait into stages of a disease", plain(does(register.PracticeBiometricCategorisation)), euact.High},
	{"170b", "sex of customers from typing", plain(does(register.PracticeBiometricCategorisation), sorts(register.CategorisedOther)), euact.Transparency},
	{"170c", "age before a vending machine", plain(does(register.PracticeBiometricCategorisation), sorts(register.CategorisedOther)), euact.Transparency},
	{"168a", "ancillary feature of another service", plain(does(register.PracticeBiometricCategorisation), sorts(register.CategorisedAncillary)), euact.Minimal},
	{"177a", "mood of the audience of a concert", plain(does(register.PracticeEmotionInference)), euact.High},
	{"177b", "mood on a smart watch", plain(does(register.PracticeEmotionInference), as(provider)), euact.High},
	{"177c", "tired drivers", plain(), euact.Minimal},
	// Point 2.
	{"187a", "decoy against attackers, cybersecurity alone", plain(), euact.Minimal},
	{"194a", "network load and trouble tickets, service alone", plain(does(register.PracticeCriticalSafetyComponent), as(provider), convenient), euact.Minimal},
	{"196a", "traffic lights set by traffic", plain(does(register.PracticeCriticalSafetyComponent), public), euact.High},
	{"198a", "overflow that reaches drinking water", plain(does(register.PracticeCriticalSafetyComponent), as(provider)), euact.High},
	{"206a", "anomalies that decide on the stability of the grid", plain(does(register.PracticeCriticalSafetyComponent), as(provider)), euact.High},
	{"206b", "demand for electricity, forecast for efficiency", plain(does(register.PracticeCriticalSafetyComponent), as(provider), convenient), euact.Minimal},
	// Point 3.
	{"219a", "admission by transcripts", plain(does(register.PracticeAdmission), as(provider)), euact.High},
	{"219b", "places in apprenticeships, profiled; a claim does not help", plain(does(register.PracticeAdmission), as(provider), claims(register.ExemptionNarrowTask), profiles), euact.High},
	{"219c", "chatbot on admission", plain(as(provider), talks), euact.Transparency},
	{"219d", "files of applications indexed", plain(does(register.PracticeAdmission), as(provider), claims(register.ExemptionPreparatory)), euact.Exempt},
	{"219e", "past admissions reviewed", plain(does(register.PracticeAdmission), as(provider), claims(register.ExemptionDetectsPatterns)), euact.Exempt},
	{"225a", "reports that feed grades", plain(does(register.PracticeLearningEvaluation), as(provider)), euact.High},
	{"225b", "wording of an examination checked", plain(does(register.PracticeLearningEvaluation), as(provider), claims(register.ExemptionImprovesResult)), euact.Exempt},
	{"229a", "placement of pupils with special needs", plain(does(register.PracticeAdmission), public), euact.High},
	{"235a", "proctoring of a certificate", plain(does(register.PracticeExamProctoring)), euact.High},
	{"235b", "a suspicion of a proctor confirmed", plain(does(register.PracticeExamProctoring), as(provider), claims(register.ExemptionImprovesResult)), euact.Exempt},
	// Point 4.
	{"254a", "ranking of candidates", plain(does(register.PracticeRecruitment), as(provider), profiles), euact.High},
	{"254b", "advertisements of jobs aimed at users", plain(does(register.PracticeRecruitment), as(provider), claims(register.ExemptionPreparatory), profiles), euact.High},
	{"254c", "wording of advertisements", plain(), euact.Minimal},
	{"254d", "CVs laid out in a database", plain(does(register.PracticeRecruitment), as(provider), claims(register.ExemptionPreparatory)), euact.Exempt},
	{"254e", "receipts to applicants", plain(does(register.PracticeRecruitment), as(provider), claims(register.ExemptionNarrowTask)), euact.Exempt},
	{"278a", "accounts of tutors suspended by score", plain(does(register.PracticeWorkerManagement), profiles), euact.High},
	{"278b", "desks booked", plain(), euact.Minimal},
	{"278c", "attendance put into tables", plain(does(register.PracticeWorkerManagement), as(provider), claims(register.ExemptionNarrowTask)), euact.Exempt},
	{"278d", "style of finished reports on promotion", plain(does(register.PracticeWorkerManagement), as(provider), claims(register.ExemptionImprovesResult)), euact.Exempt},
	// Point 5.
	{"293a", "unemployment benefit recommended", plain(does(register.PracticeBenefitEligibility), public), euact.High},
	{"293b", "screening by invitation, eligibility checked", plain(does(register.PracticeBenefitEligibility), public), euact.High},
	{"293c", "talk with an applicant turned into text", plain(does(register.PracticeBenefitEligibility), as(provider), claims(register.ExemptionPreparatory)), euact.Exempt},
	{"309a", "score for a mortgage", plain(does(register.PracticeCreditworthiness), as(provider)), euact.High},
	{"306a", "forged papers in applications for credit", plain(does(register.PracticeFinancialFraud), as(provider)), euact.Minimal},
	{"321a", "premium of a health insurer", plain(does(register.PracticeLifeHealthInsurance), as(provider)), euact.High},
	{"314a", "motor insurance", plain(does(register.PracticeOtherInsurance), as(provider)), euact.Minimal},
	{"336a", "112 calls classified", plain(does(register.PracticeEmergencyTriage), public), euact.High},
	{"336b", "patients in an emergency ward ranked", plain(does(register.PracticePatientTriage), as(provider)), euact.High},
	{"336c", "where casualties lie, for first responders", plain(does(register.PracticeEmergencyTriage), as(provider), claims(register.ExemptionPreparatory)), euact.Exempt},
	// Point 6.
	{"359a", "risk of violence at home", plain(does(register.PracticeVictimRisk), as(provider), claims(register.ExemptionPreparatory), profiles), euact.High},
	{"362a", "fatigue of officers, for safety, no emotion", plain(), euact.Minimal},
	{"365a", "altered footage found", plain(does(register.PracticeEvidenceReliability), public), euact.High},
	{"368a", "risk of offending again, in prison", plain(does(register.PracticeReoffendingRisk), public), euact.High},
	{"368b", "files of convictions sorted", plain(does(register.PracticeReoffendingRisk), as(provider), claims(register.ExemptionPreparatory)), euact.Exempt},
	{"370a", "suspects filtered from behaviour", plain(does(register.PracticeLEProfiling), as(provider), claims(register.ExemptionPreparatory)), euact.High},
	{"370b", "posts flagged for extremism", plain(does(register.PracticeLEProfiling), public), euact.High},
	// Point 7.
	{"396a", "risk flags of travellers", plain(does(register.PracticeMigrationRisk), public, profiles), euact.High},
	{"400a", "credibility of stories of asylum seekers", plain(does(register.PracticeAsylumVisa), public), euact.High},
	{"400b", "completeness of visa files", plain(does(register.PracticeAsylumVisa), as(provider), claims(register.ExemptionNarrowTask)), euact.Exempt},
	{"400c", "metadata of a route, neutral", plain(does(register.PracticeAsylumVisa), as(provider), claims(register.ExemptionPreparatory)), euact.Exempt},
	{"403a", "towers that flag people at a border", plain(does(register.PracticeMigrationIdentification), public), euact.High},
	{"391a", "lies detected at a border", plain(does(register.PracticePolygraphBorder), public), euact.High},
	// Point 8.
	{"417a", "draft of a judgment", plain(does(register.PracticeJudicialAssistance), public, makes(register.ContentText)), euact.High},
	{"417b", "kind of a claim preclassified", plain(does(register.PracticeJudicialAssistance), as(provider), claims(register.ExemptionNarrowTask)), euact.Exempt},
	{"417c", "style of a judgment", plain(does(register.PracticeJudicialAssistance), as(provider), claims(register.ExemptionImprovesResult)), euact.Exempt},
	{"441a", "neutral chatbot of an election office", plain(as(provider), talks), euact.Transparency},
	{"441b", "tone of campaign texts written by people", plain(does(register.PracticeVoteInfluence), as(provider), claims(register.ExemptionImprovesResult)), euact.Exempt},
	{"441c", "donors of a party", plain(), euact.Minimal},
}

// Worked examples come out as the guidelines say.
func TestWorkedExamplesOfTheGuidelines(t *testing.T) {
	require.GreaterOrEqual(t, len(worked), 60)
	seen := make(map[string]bool)
	for _, c := range worked {
		require.False(t, seen[c.id], c.id)
		seen[c.id] = true
		got := euact.Classify(c.system, onDay)
		require.Equal(t, c.class, got.Class, "%s %s: %v", c.id, c.what, rows(got.Reasons))
		require.Equal(t, c.class, got.Worst, "%s %s", c.id, c.what)
	}
}
