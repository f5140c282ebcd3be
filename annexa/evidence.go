package annexa

import "slices"

// ExpectedEvidence is a kind of evidence that an auditor would expect for a
// control.
type ExpectedEvidence struct {
	// Kind is a short stable name, such as "ev-logs". One item of evidence may
	// serve several controls.
	Kind string `json:"kind"`
	// Title says what it is.
	Title string `json:"title"`
	// FreshDays is for how many days from its collection it supports the
	// control. It is meant for systems of limited impact: an impact assessment
	// may ask for fresher evidence where more is at stake, and allow older
	// where little is.
	FreshDays int `json:"fresh_days"`
}

// EvidenceKinds returns each kind of evidence that some control expects, once,
// in the order of the controls. The caller may change what it gets.
func EvidenceKinds() []ExpectedEvidence {
	var kinds []ExpectedEvidence
	for _, area := range catalogue {
		for _, c := range area {
			for _, e := range c.Evidence {
				if !slices.Contains(kinds, e) {
					kinds = append(kinds, e)
				}
			}
		}
	}
	return kinds
}

// The kinds of evidence, each in one place so that all controls that expect it
// agree on it.
var (
	evOwner               = ExpectedEvidence{"ev-owner", "Named owner and deputies of the system", 365}
	evInventory           = ExpectedEvidence{"ev-inventory", "Register entry with components, data, models, tools, hosting", 365}
	evAssessment          = ExpectedEvidence{"ev-assessment", "Approved impact assessment", 730}
	evPurpose             = ExpectedEvidence{"ev-purpose", "Statement of intended use, users, limits and foreseeable misuse", 730}
	evUseRules            = ExpectedEvidence{"ev-use-rules", "Rules for use: who, when, oversight, forbidden uses", 365}
	evUseAims             = ExpectedEvidence{"ev-use-aims", "Stated aims for fair, safe and supervised use with measures", 365}
	evMonitoring          = ExpectedEvidence{"ev-monitoring", "Monitoring plan and last results (quality, drift, complaints, per group)", 90}
	evIncidentPlan        = ExpectedEvidence{"ev-incident-plan", "Incident procedure with contacts and last exercise", 365}
	evReportChannel       = ExpectedEvidence{"ev-report-channel", "Channel for outsiders to report adverse effects, with log", 365}
	evConcernChannel      = ExpectedEvidence{"ev-concern-channel", "Channel for staff concerns, protected", 365}
	evSubjectNotice       = ExpectedEvidence{"ev-subject-notice", "Notice to affected persons: that AI is used, for what, how to contest", 365}
	evContest             = ExpectedEvidence{"ev-contest", "Route to human review with times and last cases", 180}
	evReasons             = ExpectedEvidence{"ev-reasons", "Individual reasons can be given: sample of explanations", 365}
	evOversight           = ExpectedEvidence{"ev-oversight", "Oversight design: who can stop or overrule, with training and workload", 365}
	evCompetence          = ExpectedEvidence{"ev-competence", "Skills and mix of the team, gaps and training", 365}
	evConsultation        = ExpectedEvidence{"ev-consultation", "Record of consultation with affected people or their voice", 730}
	evBiasTest            = ExpectedEvidence{"ev-bias-test", "Test of outcomes and errors per group, with thresholds", 365}
	evValidation          = ExpectedEvidence{"ev-validation", "Verification and validation report against requirements", 365}
	evSafetyCase          = ExpectedEvidence{"ev-safety-case", "Hazard analysis and safety argument", 365}
	evClinical            = ExpectedEvidence{"ev-clinical", "Clinical evaluation or independent study", 365}
	evRedteam             = ExpectedEvidence{"ev-redteam", "Adversarial test: misuse, injection, jailbreak, extraction", 365}
	evRequirements        = ExpectedEvidence{"ev-requirements", "Requirements and specification, with reasons for building", 730}
	evDesign              = ExpectedEvidence{"ev-design", "Design and development record", 730}
	evDevAims             = ExpectedEvidence{"ev-dev-aims", "Development objectives (fairness, safety, privacy, footprint) with measures", 365}
	evDevProcess          = ExpectedEvidence{"ev-dev-process", "Development process with checks and approvals", 365}
	evRelease             = ExpectedEvidence{"ev-release", "Release decision with criteria met and roll-back", 365}
	evTechdoc             = ExpectedEvidence{"ev-techdoc", "Technical documentation for users, partners, authorities", 365}
	evLogs                = ExpectedEvidence{"ev-logs", "Event log policy and sample", 365}
	evUserInfo            = ExpectedEvidence{"ev-user-info", "Information for users: capability, limits, instructions", 365}
	evAIDisclosure        = ExpectedEvidence{"ev-ai-disclosure", "Disclosure that one deals with AI or AI-made content", 365}
	evDataGovernance      = ExpectedEvidence{"ev-data-governance", "Data management for development and improvement", 365}
	evDataAcquisition     = ExpectedEvidence{"ev-data-acquisition", "Ground, licence, consent and source of acquired data", 730}
	evDataQuality         = ExpectedEvidence{"ev-data-quality", "Data quality criteria and results", 365}
	evProvenance          = ExpectedEvidence{"ev-provenance", "Provenance and change history of data", 365}
	evPreparation         = ExpectedEvidence{"ev-preparation", "Preparation and labelling methods with reasons", 730}
	evDataInventory       = ExpectedEvidence{"ev-data-inventory", "Data resources of the system", 365}
	evTooling             = ExpectedEvidence{"ev-tooling", "Tools, frameworks, models and versions", 365}
	evCompute             = ExpectedEvidence{"ev-compute", "Compute, hosting, location, energy", 365}
	evDPIA                = ExpectedEvidence{"ev-dpia", "Data protection impact assessment", 730}
	evPolicyLink          = ExpectedEvidence{"ev-policy-link", "Other policies that bear on it and how conflicts are settled", 730}
	evPolicy              = ExpectedEvidence{"ev-policy", "AI policy that covers this kind of use", 365}
	evPolicyReview        = ExpectedEvidence{"ev-policy-review", "Review of the policy that took this use into account", 365}
	evResponsibilitySplit = ExpectedEvidence{"ev-responsibility-split", "Split of duties among provider, supplier, customer, user", 730}
	evSupplier            = ExpectedEvidence{"ev-supplier", "Supplier review: claims, tests, terms, change notice", 365}
	evCustomer            = ExpectedEvidence{"ev-customer", "What customers need and are told; their duties", 365}
	evFRIA                = ExpectedEvidence{"ev-fria", "Fundamental rights impact assessment", 365}
	evSocietal            = ExpectedEvidence{"ev-societal", "Assessment of effects on society and environment", 730}

	evRoles             = ExpectedEvidence{"ev-roles", "Roles for AI work with duties, powers and holders", 365}
	evAssessmentProcess = ExpectedEvidence{"ev-assessment-process", "Procedure for impact assessments: triggers, method, approval", 730}
	evAssessmentIndex   = ExpectedEvidence{"ev-assessment-index", "Index of impact assessments with state, dates and retention", 180}
	evInformingDuties   = ExpectedEvidence{"ev-informing-duties", "List of duties to inform, with proof that they were met", 365}
	evIncidentNotice    = ExpectedEvidence{"ev-incident-notice", "Notices sent on incidents, or the exercise in place of them", 365}
	evChange            = ExpectedEvidence{"ev-change", "Record of changes, repairs and updates with their approval", 180}
	evDisposal          = ExpectedEvidence{"ev-disposal", "Record of retirement: what was switched off, kept, deleted and told", 1095}
	evUseCheck          = ExpectedEvidence{"ev-use-check", "Check of actual use against the intended use", 365}
	evSupplierList      = ExpectedEvidence{"ev-supplier-list", "List of suppliers with what they supply and how critical it is", 365}
	evTrace             = ExpectedEvidence{"ev-trace", "Trace of one case from the logs or the data's lineage, end to end", 365}
)
