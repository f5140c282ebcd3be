package maturity

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/issue"
)

// Predicate judges a criterion. It must be a pure function of its input.
type Predicate func(*Input) Outcome

// OwnPrefix is how the name of a predicate begins that is an embedder's own. No
// predicate of the library ever has such a name.
const OwnPrefix = "x-"

// PredicateInfo is a predicate of the library: what the file of a model may name.
type PredicateInfo struct {
	// Name is what Criterion.PredicateName and the file of a model say. It keeps its
	// meaning from release to release.
	Name string `json:"name"`
	// Judges says what it looks at.
	Judges string `json:"judges"`
	// Parameters are the numbers that it works with, by their names in JSON, in order.
	Parameters []string `json:"parameters,omitempty"`

	judge Predicate
}

// Predicates returns the predicates of the library, in the order of the criteria of the
// default model that they judge.
func Predicates() []PredicateInfo {
	out := slices.Clone(predicateTable)
	for i := range out {
		out[i].Parameters = slices.Clone(out[i].Parameters)
	}
	return out
}

// params reads the constants of the table below.
func params(names ...string) []string { return names }

var predicateTable = []PredicateInfo{
	{"inventory_current", "when AI in use was last searched for, and whether each find is registered or dismissed", params("register_grace_days", "sweep_days"), inventoryCurrent},
	{"entries_complete", "the fields of the register that are empty, system by system", params("owner_grace_days"), entriesComplete},
	{"systems_owned", "whether each system has an owner who is still there", params("owner_grace_days"), systemsOwned},
	{"policy_in_force", "the AI policy in force, and the three things it has to say", nil, policyInForce},
	{"policy_kept", "the policy's owner, its review and its alignment with other policies", params("policy_days"), policyKept},
	{"roles_filled", "who has accepted each mandatory role", nil, rolesFilled},
	{"policy_communicated", "whether the policy in force was published and made known", nil, policyCommunicated},
	{"context_determined", "issues, interested parties and the organisation's own roles, and when they were last looked at", params("year_days"), contextDetermined},
	{"scope_matches", "the approval of the scope, and systems of high impact that were put outside since", nil, scopeMatches},
	{"systems_levelled", "whether an open question could change the impact level of a system", params("owner_grace_days"), systemsLevelled},
	{"criteria_approved", "the approval and review of the risk criteria", nil, criteriaApproved},
	{"impact_process", "the document on impact assessments and who may approve them", nil, impactProcess},
	{"high_assessed", "whether an approved assessment covers each system of high or unknown impact", params("assess_grace_days"), highAssessed},
	{"high_risks_assessed", "the risks to people and to the organisation of each system of high or unknown impact", params("assess_grace_days", "risk_days"), highRisksAssessed},
	{"objectives_set", "whether each objective can be measured, has a date and an owner", nil, objectivesSet},
	{"statement_approved", "the Statement of Applicability and the decision on each control, control by control", nil, statementApproved},
	{"treatment_planned", "the treatment plan, and the treatment of each risk above the criteria", nil, treatmentPlanned},
	{"all_assessed", "whether an approved assessment covers each active system", params("assess_grace_days"), allAssessed},
	{"all_risks_assessed", "the risks of each active system", params("assess_grace_days", "risk_days"), allRisksAssessed},
	{"treatment_carried_out", "treatments that are overdue, and what remains above the criteria", nil, treatmentCarriedOut},
	{"controls_implemented", "whether each applicable control is implemented, owned and, in the core, tested, control by control", params("core_controls", "planned_share"), controlsImplemented},
	{"evidence_fresh", "whether fresh evidence, good enough, shows each implemented control, control by control", params("evidence_days"), evidenceFresh},
	{"data_governed", "what is known of the data of each system that is trained or tuned", params("evidence_days"), dataGoverned},
	{"gates_kept", "the assessments, exceptions and evidence that each live system runs under", params("assess_grace_days", "evidence_days", "legacy_days"), gatesKept},
	{"operation_monitored", "the last result of monitoring of each system in operation, and the logs of each live one", params("evidence_days", "monitor_days", "owner_grace_days"), operationMonitored},
	{"parties_informed", "the information of users and others for each live system that touches people", params("evidence_days", "owner_grace_days"), partiesInformed},
	{"use_within_intent", "purpose, rules and oversight of each live system", params("evidence_days", "owner_grace_days"), useWithinIntent},
	{"duties_allocated", "the duties and the review of each supplier, and what a provider considers of customers", params("assess_grace_days", "evidence_days", "year_days"), dutiesAllocated},
	{"incidents_handled", "the ways to report, their exercise, and incidents and concerns that are late", params("evidence_days", "triage_days", "year_days"), incidentsHandled},
	{"people_competent", "the assessed competence of who holds a mandatory role, and awareness of the policy", nil, peopleCompetent},
	{"documents_controlled", "approval and review of each required document", params("required_documents"), documentsControlled},
	{"change_planned", "the changes and releases of the year, and what came before them", params("change_days", "year_days"), changePlanned},
	{"objectives_measured", "whether each objective was measured in its interval", nil, objectivesMeasured},
	{"audit_complete", "whether each part was audited as often as its importance and earlier results ask for, and when an audit was closed last", params("audit_days"), auditComplete},
	{"auditors_independent", "what ties auditors to what they audited, and roles that are not apart", params("audit_days"), auditorsIndependent},
	{"nonconformities_controlled", "what open nonconformities have on file, and whether they are late", params("answer_days"), nonconformitiesControlled},
	{"review_held", "the last management review, its matters and its decisions", params("audit_days", "review_days"), reviewHeld},
	{"decisions_followed", "the actions that management reviews decided", nil, decisionsFollowed},
	{"operating_history", "how far records of operation reach back without a gap", params("history_days", "past_days"), operatingHistory},
	{"held_for_year", "on how many days of the window ML2 was held", params("held_days", "held_window", "past_days"), heldForYear},
	{"two_cycles", "the times between audits, and between management reviews", params("cycle_days", "cycle_months", "past_days"), twoCycles},
	{"all_controls_met", "whether each applicable control is implemented, owned, shown and tested", params("evidence_days"), allControlsMet},
	{"evidence_strong", "which share of the applicable controls rests on good evidence", params("evidence_days", "good_share"), evidenceStrong},
	{"monitoring_arrives", "whether a service puts results of monitoring on file for each system of high impact", params("evidence_days", "monitor_days", "owner_grace_days"), monitoringArrives},
	{"objectives_achieved", "which share of the last results reaches the targets", params("measurements", "past_days", "target_share"), objectivesAchieved},
	{"corrections_work", "the verification of corrective actions of the year, and causes that came back", params("past_days", "year_days"), correctionsWork},
	{"assessed_before_release", "whether what went live in the year had been assessed before", params("year_days"), assessedBeforeRelease},
	{"impact_compared", "who looked back on deployments, and when", params("compare_days"), impactCompared},
	{"affected_heard", "whether people outside can report, are answered in time, and reach the management review", params("heard_days", "heard_share", "review_days", "year_days"), affectedHeard},
	{"suppliers_assured", "notice and assurance of each supplier behind a system of high impact", params("evidence_days"), suppliersAssured},
	{"incidents_teach", "the lessons of serious incidents of the year, and assessments since", params("past_days", "year_days"), incidentsTeach},
	{"found_fast", "how soon after first use systems were on file", params("found_days", "found_share", "sweep_days", "year_days"), foundFast},
	{"retired_orderly", "what became of the systems that were retired in the year", params("close_days", "year_days"), retiredOrderly},
	{"assured", "certificates, and audits from outside", params("audit_days"), assured},
}

// predicateNamed returns a predicate of the library.
func predicateNamed(name string) (PredicateInfo, bool) {
	for _, p := range predicateTable {
		if p.Name == name {
			return p, true
		}
	}
	return PredicateInfo{}, false
}

// libraryNames are the names of the library's predicates by where their code is.
var libraryNames = sync.OnceValue(func() map[uintptr]string {
	names := make(map[uintptr]string, len(predicateTable))
	for _, p := range predicateTable {
		names[codeOf(p.judge)] = p.Name
	}
	return names
})

// codeOf tells functions apart; 0 for none.
func codeOf(p Predicate) uintptr { return reflect.ValueOf(p).Pointer() }

// judge is what judges the criterion: its Predicate, or that of the library which it
// names; nil if nothing does.
func (c Criterion) judge() Predicate {
	if c.Predicate != nil {
		return c.Predicate
	}
	p, _ := predicateNamed(c.PredicateName)
	return p.judge
}

// judgedBy is the name of what judges the criterion, which a file can say; empty if it
// has none. A function of one's own is none of the library's, whatever it is called.
func (c Criterion) judgedBy() string {
	if p := c.judge(); p == nil {
		return ""
	} else if name, ok := libraryNames()[codeOf(p)]; ok {
		return name
	}
	if ownName(c.PredicateName) {
		return c.PredicateName
	}
	return ""
}

// ownName reports whether a predicate of an embedder's own may have a name.
func ownName(name string) bool {
	return strings.HasPrefix(name, OwnPrefix) && len(name) > len(OwnPrefix) && issue.ValidKey(name)
}
