package aims

import "github.com/aimskit/aimskit/storage/ledger"

// DayBound is one row of the table of how far from the day on which it is recorded a
// time may lie. What is due, valid or planned beyond it is not planned; what happened
// before it is no record of this management system.
type DayBound struct {
	// Kind is the kind of record, Field the path of the time in it, without places in
	// lists; empty for all that the table does not name.
	Kind  Kind   `json:"kind,omitempty"`
	Field string `json:"field,omitempty"`
	// Back and Ahead are days before and after.
	Back  int `json:"back"`
	Ahead int `json:"ahead"`
	// Why says why; where no source is named it is this project's own choice.
	Why string `json:"why"`
}

// Spans in days, a leap day included.
const (
	year1  = 366
	year2  = 731
	year3  = 1096
	year5  = 1827
	year10 = 3653
)

// dayBounds is the table; a row of a field goes before those of its kind and of all.
var dayBounds = []DayBound{
	{Back: year10, Ahead: year10, Why: "what verbs set themselves, and what no row below is for"},

	{KindPerson, "left_on", year10, year1, "a leave is announced some months before"},
	{KindService, "ended_on", year10, 0, "it says what happened"},
	{KindPolicy, "aligned_on", year5, 0, "an older comparison is with other policies"},
	{KindPolicy, "published_on", year5, 0, "it says what happened"},
	{KindPolicy, "communicated_on", year5, 0, "it says what happened"},
	{KindPolicy, "approval.review_due", year10, year3, "reviewed within a certification cycle (5.2; ISO/IEC 17021-1)"},
	{KindDocument, "approval.review_due", year10, year3, "reviewed within a certification cycle (7.5.3)"},
	{KindDocument, "outside.edition_on", 100 * 366, 0, "laws and standards of a hundred years ago are in force"},
	{KindDocument, "outside.checks.on", year2, 0, "it says what happened"},
	{KindDocument, "ended.on", year10, 0, "it says what happened"},
	{KindScope, "ended.on", year10, 0, "it says what happened"},
	{KindProcessMap, "ended.on", year10, 0, "it says what happened"},
	{KindUseRules, "ended.on", year10, 0, "it says what happened"},
	{KindCommunication, "since", year10, year1, "what is to be told from later on is not planned yet (7.4)"},
	{KindCommunication, "told.on", year2, 0, "it says what happened"},
	{KindScope, "approval.review_due", year10, year3, "reviewed within a certification cycle (4.3)"},
	{KindProcessMap, "approval.review_due", year10, year3, "reviewed within a certification cycle (4.4)"},
	{KindAuditProgramme, "from", year1, year1, "a programme is for the time ahead, and for what has begun of it (9.2.2)"},
	{KindAuditProgramme, "to", 0, year3 + year1, "the time of a programme is a certification cycle at most (9.2.2; ISO/IEC 17021-1)"},
	{KindAuditProgramme, "approval.review_due", year10, year3 + year1, "it holds until its time is over (9.2.2)"},
	{KindStatement, "approval.review_due", year10, year3, "reviewed within a certification cycle (6.1.3)"},
	{KindCriteria, "review_due", year10, year3, "reviewed within a certification cycle (6.1.1)"},
	{KindContextIssue, "reviewed_on", year5, 0, "it says what happened"},
	{KindInterestedParty, "reviewed_on", year5, 0, "it says what happened"},
	{KindObjective, "due", year10, year5, "what is further off is a vision (6.2)"},
	{KindObjective, "measurements.on", year5, 0, "it says what happened"},
	{KindSupplier, "reviewed_on", year5, 0, "it says what happened"},
	{KindSupplier, "review_due", year10, year3, "suppliers are looked at within a cycle (A.10.3)"},
	{KindSweep, "on", year2, 0, "it says what happened"},
	{KindSystem, "discovered_on", year10, 0, "it says what happened"},
	{KindSystem, "in_use_since", 60 * 366, 0, "the first expert systems ran in the 1960s"},
	{KindSystem, "market_since", 60 * 366, year5, "a launch is planned some years before"},
	{KindSystem, "retired_on", year10, 0, "it says what happened"},
	{KindRisk, "treatment.due", year10, year2, "a treatment without a bounded day is none (6.1.3)"},
	{KindRisk, "treatment.done_on", year10, 0, "it says what happened"},
	{KindRisk, "acceptance.expires", year10, year1, "what is borne is looked at again each year (6.1.3)"},
	{KindRisk, "assessed.on", year3, 0, "an older assessment of risk is one of another time (8.2)"},
	{KindRisk, "assessed_on", year3, 0, "an older assessment of risk is one of another time (8.2)"},
	{KindRisk, "review_due", year10, year3, "within a cycle (8.2)"},
	{KindDecision, "planned_for", year10, year2, "\"planned\" without a bounded day is not planned (8.1)"},
	{KindDecision, "review_due", year10, year3, "reviewed within a certification cycle (6.1.3)"},
	{KindEvidence, "collected", year5, 0, "older evidence shows another organisation"},
	{KindEvidence, "valid_until", year10, year3, "within a certification cycle"},
	{KindControlTest, "on", year2, 0, "it says what happened"},
	{KindDataset, "acquired.on", 50 * 366, 0, "it says what happened"},
	{KindDataset, "provenance.on", 50 * 366, 0, "it says what happened"},
	{KindDataset, "rights.until", year10, 50 * 366, "contracts and licences run long"},
	{KindDataset, "results.on", year2, 0, "it says what happened"},
	{KindDataset, "keep_until", year10, 100 * 366, "archives keep for generations"},
	{KindDataset, "deleted_on", year10, 0, "it says what happened"},
	{KindVerification, "planned_for", 0, year2, "a plan without a bounded day is none (A.6.2.4)"},
	{KindVerification, "on", year2, 0, "it says what happened"},
	{KindDeployment, "planned_for", 0, year2, "a plan without a bounded day is none (A.6.2.5)"},
	{KindDeployment, "live_on", year1, 0, "it says what happened"},
	{KindDeployment, "review.on", year2, 0, "it says what happened"},
	{KindDeployment, "return.on", year2, 0, "it says what happened"},
	{KindRetirement, "planned_for", year2, year2, "a plan without a bounded day is none, and what ended before it was written down is written down (A.6.2.6)"},
	{KindRetirement, "told.on", year2, 0, "it says what happened"},
	{KindRetirement, "remains.on", year2, 0, "it says what happened"},
	{KindRetirement, "remains.until", year10, 100 * 366, "archives keep for generations"},
	{KindUseRules, "compared.on", year2, 0, "it says what happened"},
	{KindSystemLog, "checks.on", year2, 0, "it says what happened"},
	{KindMonitoring, "ended_on", year10, 0, "it says what happened"},
	{KindMonitoring, "results.on", year2, 0, "it says what happened"},
	{KindMonitoring, "evaluations.on", year2, 0, "it says what happened"},
	{KindResource, "ended_on", year10, 0, "it says what happened"},
	{KindResource, "gaps.since", year10, 0, "it says what happened"},
	{KindResource, "gaps.due", year10, year1, "what is missing for longer is planned for, or done without (7.1)"},
	{KindResource, "reviews.on", year2, 0, "it says what happened"},
	{KindControlTest, "next_due", year2, year1 + 1, "a control that works is tested each year (8.1)"},
	{KindObligation, "reviewed_on", year5, 0, "it says what happened"},
	{KindObligation, "review_due", year10, year3, "what binds is looked at within a certification cycle (4.2)"},
	{KindObligation, "reporting.due", year10, year5, "reports are owed each year, or every few years (A.8.5)"},
	{KindObligation, "reporting.filings.on", year10, 0, "it says what happened"},
	{KindPlannedChange, "planned_for", year10, year3, "what is further off is not planned yet (6.3)"},
	{KindPlannedChange, "happened_on", year3, 0, "it says what happened"},
	{KindPlannedChange, "done.on", year2, 0, "it says what happened"},
	{KindHeldCompetence, "assessments.on", year5, 0, "it says what happened"},
	{KindHeldCompetence, "assessments.until", year10, year5, "what was seen is seen again within five years (7.2)"},
	{KindGoverningBody, "briefings.on", year3, 0, "it says what happened"},
	{KindAudit, "planned_for", year2, year3, "a programme spans a certification cycle (9.2.2)"},
	{KindReview, "held_on", year3, 0, "it says what happened"},
	{KindReview, "decisions.due", year5, year2, "what a review decides is done by the one after the next (9.3.3)"},
	{KindReview, "decisions.done_on", year3, 0, "it says what happened"},
	{KindAction, "due", year10, year2, "what is further off is an objective (6.2, 10.1)"},
	{KindAction, "set_on", year10, 0, "it says what happened"},
	{KindAction, "done.on", year2, 0, "it says what happened"},
	{KindNonconformity, "raised_on", year3, 0, "it says what happened"},
	{KindNonconformity, "due", year10, year1, "a correction that takes longer is planned in steps (10.2)"},
	{KindNonconformity, "action.done_on", year3, 0, "it says what happened"},
	{KindIncident, "detected_on", year3, 0, "it says what happened"},
	{KindIncident, "aware_on", year3, 0, "it says what happened"},
	{KindIncident, "link_on", year3, 0, "it says what happened"},
	{KindIncident, "notices.on", year3, 0, "it says what happened"},
	{KindIncident, "triaged_on", year3, 0, "it says what happened"},
	{KindIncident, "communicated_on", year3, 0, "it says what happened"},
	{KindConcern, "raised_on", year3, 0, "it says what happened"},
	{KindConcern, "due", year10, year1, "who raises a concern is owed an answer (A.3.3)"},
	{KindChannel, "opened_on", year10, 0, "it says what happened"},
	{KindChannel, "closed_on", year10, 0, "it says what happened"},
	{KindChannel, "trials.on", year2, 0, "it says what happened"},
	{KindPublicClaim, "since", year10, 0, "it says what happened"},
	{KindPublicClaim, "ended_on", year10, 0, "it says what happened"},
	{KindPublicClaim, "reviews.on", year2, 0, "it says what happened"},
	{KindCertificate, "stage1_on", year10, 0, "it says what happened"},
	{KindCertificate, "stage2_on", year10, 0, "it says what happened"},
	{KindCertificate, "decided_on", year10, 0, "it says what happened"},
	{KindCertificate, "printed_expiry", year10, year3 + 183, "a cycle of three years, and six months to restore it (ISO/IEC 17021-1)"},
	{KindCertificate, "surveillance", year10, 0, "it says what happened"},
	{KindCertificate, "suspended_on", year10, 0, "it says what happened"},
	{KindCertificate, "withdrawn_on", year10, 0, "it says what happened"},
	{KindCertificate, "accredited_until", year10, year5, "accreditations run four or five years (ISO/IEC 17011)"},
	{KindCertificate, "applied.on", year10, 0, "it says what happened"},
	{KindCertificate, "told.on", year10, 0, "it says what happened"},
	{KindCertificate, "stages.on", year10, 0, "it says what happened"},
	{KindCertificate, "pending_on", year10, 0, "it says what happened"},
	{KindCertificate, "restored_on", year10, 0, "it says what happened"},
	{KindCertificate, "special.on", year10, 0, "it says what happened"},
	{KindCertificate, "suspensions.from", year10, 0, "it says what happened"},
	{KindCertificate, "suspensions.until", year10, 0, "it says what happened"},
	{KindCertificate, "scope_decisions.on", year10, 0, "it says what happened"},
	{KindCertificate, "appeals.on", year10, 0, "it says what happened"},
	{KindCertificate, "appeals.answered_on", year10, 0, "it says what happened"},
	{KindCertificate, "transferred_on", year10, 0, "it says what happened"},
	{KindOrganisation, "advice.from", year10, 0, "it says what happened"},
	{KindOrganisation, "advice.until", year10, 0, "it says what happened"},
	{KindAssessment, "consultation.on", year5, 0, "it says what happened"},
	{KindAssessment, "conditions.due", year10, year1, "a condition is met before the approval is looked at again (A.5.3)"},
}

// DayBounds returns the table.
func DayBounds() []DayBound { return append([]DayBound(nil), dayBounds...) }

// within gives limits the times that the table has for a kind.
func within(kind Kind, l ledger.Limits) ledger.Limits {
	l.Times = make(map[string]ledger.TimeLimit)
	for _, b := range dayBounds {
		limit := ledger.TimeLimit{Back: b.Back, Ahead: b.Ahead}
		switch b.Kind {
		case "":
			l.Time = limit
		case kind:
			l.Times[b.Field] = limit
		}
	}
	return l
}
