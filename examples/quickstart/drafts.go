package main

import (
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
)

// draft is what an assessor writes about a system.
type draft struct {
	system, author, summary string
	parties                 []impact.PartyImpact
	harms                   []impact.HarmRating
	benefits                []impact.Benefit
	heard                   []impact.Consultation
	misuse                  []impact.Misuse
	alternatives            []string
}

// rate rates a harm by scale, scope and irremediability (how grave, to how
// many, how hard to put right) and likelihood, all from 1 to 5.
func rate(harm, how string, scale, scope, irremediability, likelihood int, parties ...string) impact.HarmRating {
	return impact.HarmRating{Harm: harm, Description: how, Scale: scale, Scope: scope, Irremediability: irremediability,
		Likelihood: likelihood, Confidence: impact.ConfidenceMedium, Parties: parties}
}

// dismiss says why a harm that the rules ask about does not arise.
func dismiss(harm, why string) impact.HarmRating {
	return impact.HarmRating{Harm: harm, Dismissed: why}
}

// lowered says that a control lowers the likelihood of a harm by a step.
func lowered(h impact.HarmRating, control, evidence string) impact.HarmRating {
	h.Controls = []impact.Reduction{{Control: annexa.MustParse(control), Evidence: []string{evidence}}}
	h.ResidualLikelihood = h.Likelihood - 1
	return h
}

var drafts = []draft{
	{system: "spam-filter", author: "kofi", summary: "A lost mail costs time; the folder can be searched.",
		parties:  []impact.PartyImpact{{Party: "user", How: "a wanted mail can end up in the folder"}},
		benefits: []impact.Benefit{{What: "staff read less junk and meet fewer traps"}},
		harms: []impact.HarmRating{
			rate("discontinuity", "wanted mail held back", 1, 1, 1, 3, "user"),
			dismiss("data-leak", "the mail host holds the mail anyway; nothing new leaves"),
			dismiss("excess-collection", "reads what the mail host already keeps, keeps nothing of its own"),
			dismiss("supplier-failure", "a change shows at once and can be switched off"),
		}},
	{system: "faq-assistant", author: "joan", summary: "A wrong answer can mislead staff; the handbook counts.",
		parties: []impact.PartyImpact{{Party: "user", How: "reads answers that can be wrong"},
			{Party: "worker", How: "entitlements are explained", NoHarm: "the handbook decides, not the answer"}},
		benefits: []impact.Benefit{{What: "answers in a minute rather than a day"}},
		harms: []impact.HarmRating{
			rate("false-information", "a wrong answer on leave or travel", 2, 1, 2, 3, "user"),
			rate("over-reliance", "staff stop reading the handbook", 1, 2, 2, 3, "user"),
			dismiss("confidentiality", "reads the handbook only; questions are not kept by the supplier"),
			dismiss("supplier-failure", "the handbook stays at hand without it"),
		}},
	{system: "cash-forecast", author: "amir", summary: "A poor forecast costs a van trip.",
		parties:  []impact.PartyImpact{{Party: "organisation", How: "too much or too little cash in a branch"}},
		benefits: []impact.Benefit{{What: "less idle cash, fewer transports"}},
		harms:    []impact.HarmRating{rate("bad-decision", "cash in the wrong place", 1, 1, 2, 3, "organisation")}},
	{system: "credit-scoring", author: "amir", summary: "Decides on credit of thousands; may go on with measures in place and a yearly look.",
		parties: []impact.PartyImpact{{Party: "applicant", How: "a loan is offered or refused"},
			{Party: "low-income", How: "refused more often, and hit harder"}, {Party: "minority", How: "can be scored lower by proxy"}},
		benefits: []impact.Benefit{{What: "answers in minutes; fewer loans that people can't carry"}},
		heard: []impact.Consultation{{Who: "debt advice centre", Parties: []string{"applicant", "low-income"},
			Result: "reasons must say what would change the answer", Changed: "the refusal letter names the three main reasons"}},
		misuse:       []impact.Misuse{{What: "taking the score for setting the price of other products", By: "sales", Harms: []string{"unequal-treatment"}, Measure: "the score is not shown outside lending"}},
		alternatives: []string{"officers decide all applications by hand: weeks of waiting, and no more even"},
		harms: []impact.HarmRating{
			lowered(rate("unequal-treatment", "postcode and employer stand in for origin", 4, 3, 3, 3, "minority"), "A.6.2.4", "model-validation"),
			lowered(rate("denied-opportunity", "refused on a data error", 3, 3, 3, 3, "applicant", "low-income"), "A.6.2.8", "decision-logs"),
			rate("opacity", "reasons given are rough", 2, 3, 2, 4, "applicant"),
			rate("data-leak", "income and account data leak", 4, 3, 4, 1, "applicant"),
			rate("sensitive-inference", "spending shows illness or belief", 3, 3, 4, 2, "applicant"),
			rate("unequal-performance", "worse for people with thin files", 3, 3, 3, 3, "low-income"),
			rate("over-reliance", "officers follow the score", 3, 3, 3, 2, "applicant"),
			dismiss("no-redress", "refusals are reviewed by a person on request"),
			dismiss("loss-of-control", "automatic offers can be suspended at once; tested in March"),
			dismiss("wrongful-accusation", "accuses nobody"),
			dismiss("psychological", "no contact; refusals are explained by people"),
			dismiss("financial-loss", "an offer is never above what the rules of lending allow"),
			dismiss("excess-collection", "uses what the application asks for by law"),
			dismiss("inequality", "small against the market; looked at yearly"),
			dismiss("trust-erosion", "covered by the rating of unequal treatment"),
			dismiss("ip-infringement", "bought data is licensed for scoring"),
			dismiss("non-compliance", "conformity is a project of its own, reported to the board"),
		}},
}

// inPlace are the controls that the bank already runs.
var inPlace = []string{"A.2.2", "A.3.2", "A.4.2", "A.5.2", "A.6.2.4", "A.6.2.8", "A.8.4", "A.9.2", "A.10.3"}

// atHand is the evidence that the bank has, much of it from ISO/IEC 27001.
var atHand = []struct {
	id, title, kind string
	daysAgo         int
	supports        []string
}{
	{"ai-policy-v1", "AI policy, approved", "ev-policy", 0, []string{"iso42001:A.2.2", "iso42001:5.2"}},
	{"roles-2026", "Appointments, accepted", "ev-owner", 5, []string{"iso42001:A.3.2", "iso42001:5.3", "iso27001:5.3"}},
	{"asset-inventory", "Asset inventory with AI systems", "ev-inventory", 20, []string{"iso42001:A.4.2", "iso27001:A.5.9"}},
	{"model-validation", "Validation of pd-retail 4.2, per group", "ev-bias-test", 40, []string{"iso42001:A.6.2.4"}},
	{"decision-logs", "Decision log policy and sample", "ev-logs", 30, []string{"iso42001:A.6.2.8", "iso27001:A.8.15"}},
	{"incident-exercise", "Incident procedure, exercised", "ev-incident-plan", 60, []string{"iso42001:A.8.4", "iso27001:A.5.24", "iso27001:A.5.26"}},
	{"acceptable-use", "Acceptable use rules with AI section", "ev-use-rules", 90, []string{"iso42001:A.9.2", "iso27001:A.5.10"}},
	{"supplier-review", "Supplier review of Model House", "ev-supplier", 400, []string{"iso42001:A.10.3", "iso27001:A.5.19", "iso27001:A.5.22"}},
}
