package impact_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
)

// startAndPrint opens the assessment of a system and prints what is found
// before anybody has written a word.
func startAndPrint(s register.System) (impact.Assessment, impact.Basis) {
	b := impact.Basis{
		Now:         time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC),
		Implemented: func(annexa.ID) bool { return true },
		Evidence:    func(id string) (calendar.Date, bool) { return calendar.Of(time.Time{}, nil), id == "test-7" },
	}
	a := impact.Open(s.ID+"#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: b.Now}, b)
	fmt.Printf("level %s, due %s, set by %s\n", a.Level, a.Due.Format(time.DateOnly), cmp.Or(strings.Join(a.Result.LevelRules, " "), "no rule"))
	var harms, duties []string
	for _, h := range a.Result.Harms {
		harms = append(harms, h.Harm)
	}
	for _, d := range a.Result.Duties {
		duties = append(duties, d.Duty)
	}
	fmt.Printf("%d harms: %s\n", len(harms), strings.Join(harms, " "))
	fmt.Printf("%d controls; duties: %s\n", len(a.Result.Controls), strings.Join(duties, " "))
	missing := make(map[string]int)
	for _, i := range a.Missing(b) {
		missing[i.Field]++
	}
	fmt.Printf("to be answered: %d parties, %d harms, %d attributes of the system; consultation: %t\n",
		missing["parties"], missing["harms"], len(a.Missing(b))-missing["parties"]-missing["harms"]-missing["consultation"], missing["consultation"] > 0)
	signers := impact.DefaultPolicy().SignOff[a.Level].Signers
	var roles []string
	for _, signer := range signers {
		roles = append(roles, strings.Join(signer.Roles, " or "))
	}
	fmt.Println("signed by:", strings.Join(roles, ", "))
	eu := euact.Classify(s, calendar.Of(b.Now, nil))
	var rows []string
	for _, r := range eu.Reasons {
		rows = append(rows, r.Ref)
	}
	fmt.Printf("EU AI Act: %s (%s)\n", eu.Class, strings.Join(rows, ", "))
	return a, b
}

// decideAndPrint writes the assessment down with some harms rated and the
// others dismissed, hands it in, and has it signed, as far as that goes.
func decideAndPrint(a impact.Assessment, s register.System, b impact.Basis, ratings ...impact.HarmRating) {
	draft := impact.Content{Harms: ratings, Consultation: []impact.Consultation{{Who: "people who are affected", On: calendar.Of(b.Now, nil), Result: "want reasons, and a person to talk to", Parties: s.Affected}}}
	for _, p := range s.Affected {
		draft.Parties = append(draft.Parties, impact.PartyImpact{Party: p, NoHarm: "none beyond those rated"})
	}
	for _, h := range a.Result.Harms {
		if !slices.ContainsFunc(ratings, func(r impact.HarmRating) bool { return r.Harm == h.Harm }) {
			draft.Harms = append(draft.Harms, impact.HarmRating{Harm: h.Harm, Dismissed: "looked at, and covered by the others"})
		}
	}
	a, err := a.Save(draft, "ada", s, b)
	if err == nil {
		a, err = a.Submit("ada", s, nil, b)
	}
	for _, h := range a.Harms {
		if h.Outcome.Inherent != "" {
			fmt.Printf("%s: %s, with measures %s\n", h.Harm, h.Outcome.Inherent, h.Outcome.Residual)
		}
	}
	for _, by := range []impact.Signature{{By: "ian", Role: impact.SignerApprover}, {By: "pam", Role: impact.SignerPolicyOwner}} {
		if err == nil && a.State == impact.StateSubmitted {
			a, err = a.Sign(by, nil, s, b)
		}
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.State, "until", a.ValidUntil.Format(time.DateOnly))
}

// A CV screener ranks applicants: high, in impact and in law.
func Example_cvScreener() {
	s := register.System{
		ID: "cv", Name: "CV screener", Owner: "ada", Stage: register.StageDesign, Purpose: "rank applications for a recruiter to read",
		DeploymentContext: "recruitment in one firm", IntendedUsers: []register.Audience{register.AudienceEmployees}, Languages: []string{"en"},
		Roles: []register.AIRole{register.RoleDeployer}, Build: register.BuildNone, Supplies: register.No, DeployerKind: register.DeployerPrivate,
		Domains: []register.Domain{register.DomainEmployment}, Functions: []register.Function{register.FunctionScorePeople},
		Practices: []register.Practice{register.PracticeRecruitment}, Autonomy: register.AutonomyRecommends,
		Effects: []register.Effect{register.EffectSignificant}, Reversibility: register.ReversibilityEasy, Contest: register.Yes, Explain: register.ExplainPostHoc,
		Affected: []string{"applicant", "gender"}, Reach: register.ReachUnder10K, Interacts: []register.Audience{register.AudienceEmployees}, Direct: register.No, Displaces: register.No,
		Data: []register.DataCategory{register.DataPersonal, register.DataEmployment}, DataOrigins: []register.DataOrigin{register.OriginOwn}, Profiling: register.Yes, Matching: register.No, DataWorkers: register.No,
		ModelSource: register.ModelThirdParty, SoleSupplier: register.No, GPAI: register.No, GPAIProvider: register.No, Systemic: register.No, Adaptive: register.No, TechMaturity: register.TechProven,
		LargeTraining: register.No, Generates: []register.Content{register.ContentNone}, Acts: register.No, MultiAgent: register.No, Physical: register.No, Critical: register.No,
		Hosting: register.HostingExternal, Jurisdictions: []string{"EU"}, Claims63: register.ExemptionNone,
	}
	a, b := startAndPrint(s)
	decideAndPrint(a, s, b, impact.HarmRating{Harm: "unequal-treatment", Parties: s.Affected, Scale: 4, Scope: 3, Irremediability: 3, Likelihood: 3, Confidence: impact.ConfidenceMedium,
		ResidualLikelihood: 1, Controls: []impact.Reduction{
			{Control: annexa.MustParse("A.6.2.4"), Evidence: []string{"test-7"}}, {Control: annexa.MustParse("A.7.4"), Evidence: []string{"test-7"}}}})
	// Output:
	// level high, due 2026-12-24, set by DAT-04 DOM-01 EUC-03
	// 12 harms: accountability-gap confidentiality data-leak denied-opportunity excess-collection non-compliance opacity over-reliance sensitive-inference supplier-failure unequal-performance unequal-treatment
	// 25 controls; duties: dpia eu-classify eu-deployer-high human-oversight notify-subjects policy-owner-signoff privacy-check
	// to be answered: 2 parties, 12 harms, 0 attributes of the system; consultation: true
	// signed by: impact-approver, policy-owner
	// EU AI Act: high (Art. 6(2); Annex III point 4(a), Art. 6(2))
	// unequal-treatment: high, with measures medium
	// approved until 2027-11-24
}

// A model looks for fraud in public benefits and claims the money back without
// a person in between, in the manner of Robodebt and SyRI.
func Example_benefitFraudModel() {
	s := fraudModel()
	s.Name, s.Purpose = "Benefit fraud model", "match income data with benefits and raise debts"
	a, b := startAndPrint(s)
	decideAndPrint(a, s, b, impact.HarmRating{Harm: "wrongful-accusation", Parties: s.Affected, Scale: 5, Scope: 4, Irremediability: 4, Likelihood: 5, Confidence: impact.ConfidenceHigh,
		ResidualLikelihood: 4, Controls: []impact.Reduction{{Control: annexa.MustParse("A.6.2.4"), Evidence: []string{"test-7"}}}})
	// Output:
	// level high, due 2026-12-08, set by EFF-01 EFF-04 EFF-07 EFF-11 DAT-04 PEO-02 DOM-05 ROL-10 EUC-03 EUC-04
	// 18 harms: data-leak denied-opportunity discontinuity drift excess-collection financial-loss inequality loss-of-control no-redress non-compliance opacity over-reliance psychological rule-of-law sensitive-inference trust-erosion unequal-treatment wrongful-accusation
	// 32 controls; duties: consult dpia eu-classify eu-deployer-high eu-fria human-oversight human-review legal-basis notify-subjects policy-owner-signoff privacy-check publish-summary
	// to be answered: 3 parties, 18 harms, 0 attributes of the system; consultation: true
	// signed by: impact-approver, policy-owner
	// EU AI Act: high (Art. 6(2); Annex III point 5(a), Art. 6(2))
	// wrongful-accusation: critical, with measures critical
	// unacceptable, to be stopped or changed: more remains of wrongful-accusation than anybody can accept (SO-07)
}

// An internal assistant answers questions on the handbook: it is not
// over-flagged, though it runs on a model of systemic risk.
func Example_faqAssistant() {
	s := faqAssistant()
	s.Name, s.Purpose = "FAQ assistant", "answer questions of staff about the handbook"
	a, b := startAndPrint(s)
	decideAndPrint(a, s, b, impact.HarmRating{Harm: "false-information", Parties: s.Affected, Scale: 2, Scope: 2, Irremediability: 2, Likelihood: 3, Confidence: impact.ConfidenceHigh})
	// Output:
	// level minimal, due 2027-02-22, set by no rule
	// 4 harms: confidentiality false-information over-reliance supplier-failure
	// 15 controls; duties: literacy
	// to be answered: 1 parties, 4 harms, 0 attributes of the system; consultation: false
	// signed by: impact-approver or system-owner
	// EU AI Act: transparency (Art. 50(2))
	// false-information: low, with measures low
	// approved until 2029-11-24
}

// A bot answers people who ask about their benefits. Its legal class is about
// transparency; what it can do to those who act on a wrong answer is grave.
func Example_benefitHelpline() {
	s := helplineBot()
	a, b := startAndPrint(s)
	decideAndPrint(a, s, b, impact.HarmRating{Harm: "false-information", Parties: s.Affected, Scale: 4, Scope: 3, Irremediability: 3, Likelihood: 3, Confidence: impact.ConfidenceMedium,
		ResidualSeverity: 3, Controls: []impact.Reduction{{Control: annexa.MustParse("A.8.3"), Evidence: []string{"test-7"}}}})
	// Output:
	// level high, due 2026-12-08, set by EFF-11 PEO-02 ROL-10
	// 14 harms: defamation denied-opportunity disinformation false-information inequality information-pollution no-redress non-compliance over-reliance psychological reputation rule-of-law trust-erosion undisclosed-ai
	// 21 controls; duties: consult disclose-ai eu-classify legal-basis policy-owner-signoff publish-summary
	// to be answered: 1 parties, 14 harms, 0 attributes of the system; consultation: true
	// signed by: impact-approver, policy-owner
	// EU AI Act: transparency (Art. 50(1), Art. 50(2))
	// false-information: high, with measures medium
	// approved until 2027-11-24
}

func ExampleReview() {
	s := cvScreener()
	s.Purpose = "rank applicants by their health records"
	b := impact.Basis{Now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	a := impact.Open("cv#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: b.Now}, b)
	a, err := a.Save(impact.Content{
		Parties:  []impact.PartyImpact{{Party: "applicant"}, {Party: "gender"}},
		Benefits: []impact.Benefit{{What: "applications are read by one yardstick"}},
		Harms: []impact.HarmRating{{Harm: "unequal-treatment", Parties: []string{"applicant", "gender"},
			Scale: 4, Scope: 3, Irremediability: 3, Likelihood: 1, Confidence: impact.ConfidenceLow}},
	}, "ada", s, b)
	if err != nil {
		fmt.Println(err)
	}
	seen := impact.Observed{Incidents: map[string]int{"unequal-treatment": 2}, Overrides: 0.004}
	for _, r := range impact.Review(a, s, seen, b) {
		if r.Prompt != "RP-02" { // harms that are not considered yet
			fmt.Printf("%s %s: %s\n", r.Prompt, r.Part, r.Detail)
		}
	}
	// Output:
	// RP-03 parties/gender: Women and gender-diverse people: no harm that names them has a control, and nobody who speaks for them was heard
	// RP-04 harms/unequal-treatment: incidents on file: 2
	// RP-09 system: the purpose says "health", and data does not name health
	// RP-10 system: autonomy is recommends, and people differ in 0.4 % of cases
	// RP-12 alternatives: none, at level high
	// RP-17 harms/unequal-treatment: severity 4 of 5
}

func ExampleAssessment_Summarise() {
	s := faqAssistant()
	s.Name, s.Purpose = "FAQ assistant", "answer questions of staff about the handbook"
	verification := annexa.MustParse("A.6.2.4")
	b := impact.Basis{
		Now:         time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC),
		Implemented: func(id annexa.ID) bool { return id == verification },
		Evidence:    func(id string) (calendar.Date, bool) { return calendar.Of(time.Time{}, nil), id == "test-7" },
	}
	a := impact.Open("faq#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: b.Now}, b)
	draft := impact.Content{
		Parties: []impact.PartyImpact{{Party: "user"}},
		Harms: []impact.HarmRating{{Harm: "false-information", Parties: []string{"user"}, Scale: 2, Scope: 2, Irremediability: 2, Likelihood: 4, Confidence: impact.ConfidenceHigh,
			ResidualLikelihood: 3, Controls: []impact.Reduction{{Control: verification, Evidence: []string{"test-7"}}}}},
		Summary: "Some answers will be wrong, and staff can ask a person.",
	}
	for _, h := range a.Result.Harms {
		if h.Harm != "false-information" {
			draft.Harms = append(draft.Harms, impact.HarmRating{Harm: h.Harm, Dismissed: "answers go to staff, who know the handbook"})
		}
	}
	a, err1 := a.Save(draft, "ada", s, b)
	a, err2 := a.Submit("ada", s, nil, b)
	a, err3 := a.Sign(impact.Signature{By: "ian", Role: impact.SignerApprover}, nil, s, b)
	a, err4 := a.Publish("ian", []impact.Withheld{{Part: "purpose", Reason: "the handbook is confidential"}}, b.Now)
	summary, err5 := a.Summarise(s)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(summary.Markdown())
	// Output:
	// # FAQ assistant: summary of the AI impact assessment
	//
	// Impact level: **limited**. Approved on 2026-11-24, holds until 2028-11-24 unless the system changes materially.
	//
	// ## Who is affected
	//
	// - Direct users
	//
	// ## Harms considered
	//
	// | harm | before measures | with measures |
	// |---|---|---|
	// | False or misleading output | medium | low |
	//
	// ## Measures
	//
	// - A.6.2.4 AI system verification and validation: against false or misleading output
	//
	// ## People in control
	//
	// - An outcome can be challenged.
	//
	// ## Outcome
	//
	// Some answers will be wrong, and staff can ask a person.
	//
	// ## Left out
	//
	// - purpose: the handbook is confidential
}

func ExampleReassess() {
	s := faqAssistant()
	b := impact.Basis{Now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	a := impact.Open("faq#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: b.Now}, b)
	stricter, err := impact.DefaultRules().With("acme-2", "the board wants each assistant looked at", impact.Rule{
		ID: "ACME-1", When: []decide.Condition{{Field: "function", Op: "has", Any: []string{"converse"}}},
		MinLevel: impact.LevelLimited, Harms: []string{"dependence"}, Why: "People lean on what talks.", Source: "board decision 12",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	d := impact.Reassess(a, stricter)
	fmt.Println(d)
	fmt.Println("the assessment itself stays at", a.Level)
	// Output:
	// level minimal -> limited
	// known level minimal -> limited
	// + harm dependence (ACME-1)
	// + control A.5.4 (LVL-01)
	// + control A.9.3 (LVL-01)
	// + evidence ev-use-aims (LVL-01)
	// the assessment itself stays at minimal
}
