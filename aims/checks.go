package aims

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// checks is the table that Findings walks. The IDs S1, S2 and SV say at which
// audit the lack would be written down; what an auditor grades major and minor
// follows the definitions of ISO/IEC 17021-1 and what certification bodies
// report of ISO/IEC 42001 audits.
func checks() []check {
	return []check{
		{CheckInfo{"S1-01", "No scope in force", "4.3", nil, "major: without a scope nothing else can be judged"}, checkScopeInForce},
		{CheckInfo{"S1-03", "No AI policy in force", "5.2", ids("A.2.2"), "major: nothing else has authority"}, checkPolicyInForce},
		{CheckInfo{"S1-04", "Policy content incomplete", "5.2", ids("A.2.2"), "minor"}, checkPolicyContent},
		{CheckInfo{"S1-05", "Policy without owner or past review", "5.2", ids("A.2.4"), "minor; major a year past review"}, checkPolicyReview},
		{CheckInfo{"S1-06", "Policy never checked against other policies", "5.2", ids("A.2.3"), "minor"}, checkPolicyAligned},
		{CheckInfo{"S1-07", "Mandatory role unassigned", "5.3", ids("A.3.2"), "major for sponsor, lead and impact approver; minor for the others"}, checkRolesFilled},
		{CheckInfo{"S1-08", "System without accountable owner", "5.3", ids("A.3.2"), "minor; major for a live system of high impact"}, checkSystemOwners},
		{CheckInfo{"S1-09", "No register of AI systems", "8.1", ids("A.4.2"), "major: the register is what the rest is about"}, checkRegisterExists},
		{CheckInfo{"S1-10", "Search for AI in use out of date, or finds not handled", "4.3", ids("A.4.2"), "minor"}, checkSweeps},
		{CheckInfo{"S1-11", "Register entry incomplete", "7.5.1", ids("A.4.2", "A.4.3", "A.4.4", "A.4.5"), "minor"}, checkEntries},
		{CheckInfo{"S1-12", "Context or interested parties not determined", "4.1", nil, "major if never done; minor if older than a year"}, checkContext},
		{CheckInfo{"S1-13", "Risk criteria not approved", "6.1.2", nil, "major"}, checkCriteriaApproved},
		{CheckInfo{"S1-14", "No risk treatment plan", "6.1.3", nil, "major"}, checkTreatmentPlan},
		{CheckInfo{"S1-15", "No impact assessment process", "6.1.4", ids("A.5.2"), "major"}, checkImpactProcess},
		{CheckInfo{"S1-16", "No Statement of Applicability approved", "6.1.3", nil, "major"}, checkStatementApproved},
		{CheckInfo{"S1-17", "Control undecided", "6.1.3", nil, "minor; major when more than a tenth are undecided"}, checkUndecided},
		{CheckInfo{"S1-18", "Statement of Applicability out of date", "6.1.3", nil, "minor"}, checkStatementCurrent},
		{CheckInfo{"S1-20", "No AI objectives", "6.2", ids("A.6.1.2", "A.9.3"), "major"}, checkObjectivesSet},
		{CheckInfo{"S1-21", "Document past review", "7.5.3", nil, "minor"}, checkDocumentsReview},
		{CheckInfo{"S1-22", "Internal audit neither done nor planned", "9.2.2", nil, "major; minor while one is planned and not yet due"}, checkAuditPlanned},
		{CheckInfo{"S1-24", "Management review not held", "9.3.1", nil, "minor before Stage 2"}, checkReviewHeld},
		{CheckInfo{"S2-01", "Live system of high impact not covered by an approved assessment", "8.4", ids("A.5.3", "A.5.4", "A.5.5"), "major; an unknown level counts as high"}, checkHighCovered},
		{CheckInfo{"S2-02", "System not covered by an approved assessment", "8.4", ids("A.5.3"), "minor"}, checkOthersCovered},
		{CheckInfo{"IA-01", "Impact assessment overdue", "8.4", ids("A.5.2"), "minor; major for a live system of high impact"}, checkAssessmentsDue},
		{CheckInfo{"IA-02", "System of unacceptable impact in use", "8.4", ids("A.2.2", "A.9.4"), "major: it is to be stopped or changed"}, checkUnacceptable},
		{CheckInfo{"IA-03", "Condition of an approval not met in time", "8.4", ids("A.5.3"), "minor; major for a live system of high impact"}, checkConditions},
		{CheckInfo{"S2-05", "Treatment overdue or risk not accepted", "8.3", nil, "minor; major 90 days after an acceptance ran out or a treatment was due"}, checkRisks},
		{CheckInfo{"S2-06", "Control planned for a day that has passed", "8.1", nil, "minor"}, checkPlanned},
		{CheckInfo{"S2-07", "Control without fresh evidence", "8.1", nil, "minor"}, checkControlEvidence},
		{CheckInfo{"EV-01", "Evidence stale", "7.5.3", nil, "opportunity: what rests on it is found by S2-07"}, checkStaleEvidence},
		{CheckInfo{"S2-10", "Operation not monitored", "9.1", ids("A.6.2.6"), "minor; major for a live system of high impact"}, checkMonitored},
		{CheckInfo{"S2-13", "No internal audit closed in a year", "9.2.1", nil, "major once the last one is older than a year"}, checkAuditRecent},
		{CheckInfo{"S2-14", "Internal audit coverage incomplete", "9.2.2", nil, "minor"}, checkAuditCoverage},
		{CheckInfo{"S2-15", "Auditor audited own work", "9.2.2", nil, "major"}, checkAuditors},
		{CheckInfo{"S2-16", "No management review in a year", "9.3.1", nil, "major once the last one is older than a year"}, checkReviewRecent},
		{CheckInfo{"S2-17", "Management review incomplete", "9.3.2", nil, "minor; major when three matters or more are missing"}, checkReviewComplete},
		{CheckInfo{"MR-01", "Decision of a management review overdue", "9.3.3", nil, "minor"}, checkReviewDecisions},
		{CheckInfo{"S2-18", "Corrective action late", "10.2", nil, "minor; major for a major that is open for more than 90 days"}, checkNonconformities},
		{CheckInfo{"S2-20", "Supplier duties not allocated or supplier not reviewed", "8.1", ids("A.10.2", "A.10.3"), "minor; major when nothing exists behind a live system of high impact"}, checkSuppliers},
		{CheckInfo{"S2-21", "Incident or concern past its time", "10.2", ids("A.3.3", "A.8.4"), "minor; major for a critical incident"}, checkIncidents},
		{CheckInfo{"S2-23", "Objective not measured or missed", "9.1", nil, "minor"}, checkObjectivesMeasured},
		{CheckInfo{"S2-25", "Exception at a gate expired", "8.1", nil, "minor; major for a system of high impact"}, checkExceptionsExpired},
		{CheckInfo{"EX-01", "Exception at a gate in force", "8.1", nil, "opportunity: it is allowed and stays in sight"}, checkExceptionsInForce},
		{CheckInfo{"OW-01", "Control without accountable owner", "5.3", ids("A.3.2"), "minor"}, checkControlOwners},
		{CheckInfo{"OW-02", "Risk without accountable owner", "5.3", ids("A.3.2"), "minor"}, checkRiskOwners},
		{CheckInfo{"SV-01", "Surveillance or recertification overdue", "", nil, "major: the certificate is at risk"}, checkCertificates},
	}
}

func ids(controls ...string) []string { return controls }

// year is how long a yearly duty holds, in days: the interval that a
// surveillance audit looks at.
const year = 365

func (f *finder) daysAgo(n int) time.Time { return f.now.AddDate(0, 0, -n) }

func checkScopeInForce(f *finder) {
	s, ok := f.v.Scope()
	switch {
	case !ok:
		f.whole(SeverityMajor, time.Time{}, "No scope has been written.", "Write the scope (DraftScope) and have top management approve it.")
	case s.State != StateApproved:
		f.whole(SeverityMajor, time.Time{}, "The scope is a draft.", "Have top management approve it (ApproveScope).")
	case s.Approval.Overdue(f.now):
		f.whole(SeverityMinor, s.Approval.ReviewDue, "The scope was due for review on "+day(s.Approval.ReviewDue)+".", "Review it and approve it anew.")
	}
}

func checkPolicyInForce(f *finder) {
	if _, ok := f.v.Policy(); !ok {
		f.whole(SeverityMajor, time.Time{}, "No version of the AI policy is in force.", "Draft it (DraftPolicy) and have top management approve it (ApprovePolicy).")
	}
}

func checkPolicyContent(f *finder) {
	p, ok := f.v.Policy()
	if !ok {
		return
	}
	var lacks []string
	if !p.FramesObjectives {
		lacks = append(lacks, "a frame for objectives")
	}
	if !p.CommitsToRequirements {
		lacks = append(lacks, "a commitment to meet requirements")
	}
	if !p.CommitsToImprovement {
		lacks = append(lacks, "a commitment to improve")
	}
	if len(lacks) > 0 {
		f.add(SeverityMinor, KindPolicy, p.ID, p.Title, p.Approval.At, "The policy in force lacks "+strings.Join(lacks, ", ")+".", "Write a version that has it.")
	}
}

func checkPolicyReview(f *finder) {
	p, ok := f.v.Policy()
	if !ok {
		return
	}
	if !f.active(p.Owner) {
		f.add(SeverityMinor, KindPolicy, p.ID, p.Title, time.Time{}, fmt.Sprintf("Its owner, %q, is not an active person on file.", p.Owner), "Name another owner (DraftPolicy).")
	}
	if p.Approval.Overdue(f.now) {
		sev := SeverityMinor
		if f.now.After(p.Approval.ReviewDue.AddDate(1, 0, 0)) {
			sev = SeverityMajor
		}
		f.add(sev, KindPolicy, p.ID, p.Title, p.Approval.ReviewDue, "The policy was due for review on "+day(p.Approval.ReviewDue)+".", "Review it and approve a version.")
	}
}

func checkPolicyAligned(f *finder) {
	if p, ok := f.v.Policy(); ok && p.AlignedOn.IsZero() {
		f.add(SeverityMinor, KindPolicy, p.ID, p.Title, p.Approval.At, "The policy was never checked against the organisation's other policies.", "Compare it with them and record the day (DraftPolicy).")
	}
}

func checkRolesFilled(f *finder) {
	for r := range f.v.Roles().All() {
		if !r.Mandatory {
			continue
		}
		if _, ok := f.v.Holder(r.ID, f.now); ok {
			continue
		}
		sev := SeverityMinor
		if r.ID == RoleSponsor || r.ID == RoleLead || r.ID == RoleImpactApprover {
			sev = SeverityMajor
		}
		message := "Nobody holds the role."
		switch {
		case r.Holder != "" && !f.active(r.Holder):
			message = fmt.Sprintf("Its holder, %s, is no longer active.", r.Holder)
		case r.Holder != "":
			message = fmt.Sprintf("%s has not accepted the role.", r.Holder)
		}
		f.add(sev, KindRole, r.ID, r.Title, time.Time{}, message, "Appoint somebody (AssignRole), who accepts (AcceptRole).")
	}
}

func checkSystemOwners(f *finder) {
	for _, st := range f.states {
		if f.active(st.s.Owner) {
			continue
		}
		sev, message := SeverityMinor, "Nobody is named as its owner."
		if st.s.Owner != "" {
			message = fmt.Sprintf("Its owner, %s, is no longer active.", st.s.Owner)
		}
		if st.high() && st.live() {
			sev = SeverityMajor
		}
		f.add(sev, KindSystem, st.s.ID, st.s.Name, time.Time{}, message, "Name one person who answers for it (ReviseSystem).")
	}
}

func checkRegisterExists(f *finder) {
	if len(f.states) == 0 {
		f.whole(SeverityMajor, time.Time{}, "The register holds no active AI system.", "Search for AI in use and register what is found (RegisterSystem).")
	}
}

// sweepDays is how long a search for AI in use counts: half a year, between
// the yearly audit and quarterly purchasing. A choice of this project.
const sweepDays = 180

func checkSweeps(f *finder) {
	var last time.Time
	for s := range f.v.Sweeps().All() {
		if s.On.After(last) {
			last = s.On
		}
		for _, c := range s.Candidates {
			if c.Open() && f.now.After(s.On.AddDate(0, 0, 30)) {
				f.add(SeverityMinor, KindSweep, s.ID, c.Name, s.On, "Found on "+day(s.On)+" and neither registered nor dismissed since.", "Register it or dismiss it with a reason (PutSweep).")
			}
		}
	}
	switch {
	case last.IsZero():
		f.whole(SeverityMinor, time.Time{}, "Nobody has searched for AI in use.", "Search purchasing, sign-on logs, expenses, code and bought software, and record it (PutSweep).")
	case last.Before(f.daysAgo(sweepDays)):
		f.whole(SeverityMinor, last.AddDate(0, 0, sweepDays), "The last search for AI in use was on "+day(last)+".", "Search again and record it (PutSweep).")
	}
}

func checkEntries(f *finder) {
	for _, st := range f.states {
		if lacks := missingFields(st.s); len(lacks) > 0 {
			f.add(SeverityMinor, KindSystem, st.s.ID, st.s.Name, time.Time{}, "Not on file: "+strings.Join(lacks, ", ")+".", "Complete the entry (ReviseSystem).")
		}
	}
}

// MissingFields returns the attributes that a complete entry of the register
// holds (A.4.2 to A.4.5) and this one lacks, by JSON name. The owner is not
// among them: its lack is a finding of its own.
func MissingFields(s register.System) []string { return missingFields(&s) }

func missingFields(s *register.System) []string {
	var lacks []string
	for _, field := range []struct {
		name  string
		empty bool
	}{
		{"purpose", blank(s.Purpose)},
		{"role", len(s.Roles) == 0},
		{"model_source", s.ModelSource == ""},
		{"data", len(s.Data) == 0},
		{"hosting", s.Hosting == ""},
		{"affected", len(s.Affected) == 0},
		{"supplier", s.Supplier == "" && s.ModelSource == register.ModelThirdParty},
	} {
		if field.empty {
			lacks = append(lacks, field.name)
		}
	}
	return lacks
}

func checkContext(f *finder) {
	newest := func(times func(func(time.Time) bool)) (last time.Time) {
		for t := range times {
			if t.After(last) {
				last = t
			}
		}
		return last
	}
	for _, part := range []struct {
		name, next string
		last       time.Time
	}{
		{"internal and external issues", "Record them (PutContextIssue).", newest(func(yield func(time.Time) bool) {
			for i := range f.v.ContextIssues().All() {
				if !yield(i.ReviewedOn) {
					return
				}
			}
		})},
		{"interested parties", "Record them (PutInterestedParty).", newest(func(yield func(time.Time) bool) {
			for p := range f.v.InterestedParties().All() {
				if !yield(p.ReviewedOn) {
					return
				}
			}
		})},
	} {
		switch {
		case part.last.IsZero():
			f.whole(SeverityMajor, time.Time{}, "The "+part.name+" have not been determined.", part.next)
		case part.last.Before(f.daysAgo(year)):
			f.whole(SeverityMinor, part.last.AddDate(0, 0, year), "The "+part.name+" were last looked at on "+day(part.last)+".", part.next)
		}
	}
}

func checkCriteriaApproved(f *finder) {
	switch c := f.limits; {
	case c.ApprovedBy == "":
		f.add(SeverityMajor, KindCriteria, c.ID, c.Title, time.Time{}, "The risk criteria have not been approved.", "Have top management approve them (ApproveCriteria).")
	case f.overdue(c.ReviewDue):
		f.add(SeverityMinor, KindCriteria, c.ID, c.Title, c.ReviewDue, "The risk criteria were due for review on "+day(c.ReviewDue)+".", "Review them and approve them anew.")
	}
}

// documentFor returns the approved document for a clause.
func (f *finder) documentFor(clause string) (Document, bool) {
	for d := range f.v.Documents().All() {
		if d.Clause.String() == clause && d.State == StateApproved {
			return d, true
		}
	}
	return Document{}, false
}

func checkTreatmentPlan(f *finder) {
	if _, ok := f.documentFor("6.1.3"); !ok {
		f.whole(SeverityMajor, time.Time{}, "No document on risk treatment (6.1.3) has been approved.", "Write how risks are treated and the plan (DraftDocument), and have it approved.")
	}
}

func checkImpactProcess(f *finder) {
	if _, ok := f.documentFor("6.1.4"); !ok {
		f.whole(SeverityMajor, time.Time{}, "No process for impact assessments (6.1.4) has been approved.", "Write when, by whom and how they are made (DraftDocument), and have it approved.")
	}
}

func checkStatementApproved(f *finder) {
	if _, ok := f.v.ApprovedStatement(); !ok {
		f.whole(SeverityMajor, time.Time{}, "No Statement of Applicability has been approved.", "Decide the controls (DecideControl) and approve it (ApproveStatement).")
	}
}

func checkUndecided(f *finder) {
	var open []annexa.Decision
	total := 0
	for d := range f.v.Decisions().All() {
		total++
		if d.Applicability == annexa.Undecided {
			open = append(open, d)
		}
	}
	sev := SeverityMinor
	if 10*len(open) > total {
		sev = SeverityMajor
	}
	slices.SortFunc(open, func(a, b annexa.Decision) int { return annexa.Compare(a.Control, b.Control) })
	for _, d := range open {
		f.controls = []annexa.ID{d.Control}
		f.add(sev, KindDecision, d.Control.String(), controlTitle(d), time.Time{}, "Nobody has decided whether it applies.", "Decide it with a justification (DecideControl).")
	}
}

func controlTitle(d annexa.Decision) string {
	if c, ok := annexa.Lookup(d.Control); ok {
		return c.Title
	}
	return d.Title
}

func checkStatementCurrent(f *finder) {
	s, ok := f.v.ApprovedStatement()
	if !ok {
		return
	}
	if f.overdue(s.Approval.ReviewDue) {
		f.add(SeverityMinor, KindStatement, s.ID, "", s.Approval.ReviewDue, "It was due for review on "+day(s.Approval.ReviewDue)+".", "Review it and approve the next version (ApproveStatement).")
	}
	for _, c := range f.v.Controls() {
		if c.Revision > s.Revision {
			f.add(SeverityMinor, KindStatement, s.ID, "", time.Time{}, "Decisions on controls have changed since it was approved, such as on "+c.Control.String()+".", "Approve the next version (ApproveStatement).")
			break
		}
	}
	for _, c := range f.v.Controls() {
		if c.Applicability == annexa.Excluded && f.overdue(c.ReviewDue) {
			f.controls = []annexa.ID{c.Control}
			f.add(SeverityMinor, KindDecision, c.Control.String(), controlTitle(c), c.ReviewDue, "Leaving it out was due for review on "+day(c.ReviewDue)+".", "Decide it anew (DecideControl).")
		}
	}
}

func checkObjectivesSet(f *finder) {
	if f.v.Objectives().Len() == 0 {
		f.whole(SeverityMajor, time.Time{}, "No AI objective has been set.", "Set a few that can be measured (PutObjective).")
	}
}

func checkDocumentsReview(f *finder) {
	for d := range f.v.Documents().All() {
		if d.Approval.Overdue(f.now) {
			f.add(SeverityMinor, KindDocument, d.ID, d.Title, d.Approval.ReviewDue, "It was due for review on "+day(d.Approval.ReviewDue)+".", "Review it and approve it anew (ApproveDocument).")
		}
	}
}

// lastAudit returns when the latest audit was closed, and whether any is
// planned that is not closed.
func (f *finder) lastAudit() (closed time.Time, planned time.Time) {
	for a := range f.v.Audits().All() {
		switch {
		case a.ClosedOn.After(closed):
			closed = a.ClosedOn
		case a.ClosedOn.IsZero() && (planned.IsZero() || a.PlannedFor.Before(planned)):
			planned = a.PlannedFor
		}
	}
	return closed, planned
}

func checkAuditPlanned(f *finder) {
	closed, planned := f.lastAudit()
	switch {
	case !closed.IsZero():
	case planned.IsZero():
		f.whole(SeverityMajor, time.Time{}, "No internal audit has been done, and none is planned.", "Plan one with an independent auditor (PlanAudit).")
	case f.now.After(planned):
		f.whole(SeverityMajor, planned, "No internal audit has been done; the one planned for "+day(planned)+" is not closed.", "Carry it out and close it (CloseAudit).")
	default:
		f.whole(SeverityMinor, time.Time{}, "No internal audit has been done yet; one is planned for "+day(planned)+".", "Carry it out and close it (CloseAudit).")
	}
}

func checkReviewHeld(f *finder) {
	if f.v.Reviews().Len() == 0 {
		f.whole(SeverityMinor, time.Time{}, "No management review has been held.", "Hold one after the internal audit (HoldReview).")
	}
}

func checkHighCovered(f *finder) {
	for _, st := range f.states {
		if st.live() && st.high() && !st.coverage.Covered {
			f.add(SeverityMajor, KindSystem, st.s.ID, st.s.Name, ungovernedSince(st.s), fmt.Sprintf("In %s at level %s: %s.", st.s.Stage, st.level, st.coverage.Why), nextForAssessment(st))
		}
	}
}

func checkOthersCovered(f *finder) {
	for _, st := range f.states {
		if (!st.live() || !st.high()) && !st.coverage.Covered {
			f.add(SeverityMinor, KindSystem, st.s.ID, st.s.Name, ungovernedSince(st.s), fmt.Sprintf("In %s at level %s: %s.", st.s.Stage, st.level, st.coverage.Why), nextForAssessment(st))
		}
	}
}

// nextForAssessment says what brings the open assessment of a system forward.
func nextForAssessment(st systemState) string {
	if st.open == nil {
		return "Open an assessment (ReassessSystem)."
	}
	switch st.open.State {
	case impact.StateOpen:
		return "Write assessment " + st.open.ID + " (SaveAssessment)."
	case impact.StateInProgress, impact.StateReturned:
		return "Complete assessment " + st.open.ID + " and hand it in (SubmitAssessment)."
	default:
		return "Have assessment " + st.open.ID + " signed (ApproveAssessment)."
	}
}

func checkConditions(f *finder) {
	for _, st := range f.states {
		a := st.approved
		if a == nil {
			continue
		}
		for i, c := range a.Conditions {
			if !c.Open() || !f.overdue(c.Due) {
				continue
			}
			sev := SeverityMinor
			if st.high() && st.live() {
				sev = SeverityMajor
			}
			f.add(sev, KindAssessment, a.ID, st.s.Name, c.Due, fmt.Sprintf("Condition %d of its approval, %q, was due on %s from %s.", i+1, c.Text, day(c.Due), c.Owner), "Meet it (MeetCondition), or take the system back (RevertStage).")
		}
	}
}

func checkAssessmentsDue(f *finder) {
	for _, st := range f.states {
		if st.open == nil || !f.overdue(st.open.Due) {
			continue
		}
		sev := SeverityMinor
		if st.high() && st.live() {
			sev = SeverityMajor
		}
		f.add(sev, KindAssessment, st.open.ID, st.s.Name, st.open.Due, fmt.Sprintf("It was due on %s and is %s.", day(st.open.Due), strings.ReplaceAll(string(st.open.State), "_", " ")), nextForAssessment(st))
	}
}

func checkUnacceptable(f *finder) {
	for _, st := range f.states {
		if st.level == impact.LevelUnacceptable {
			var rules []string
			for _, a := range []*impact.Assessment{st.open, st.lead, st.stopped} {
				if a != nil && a.Level == impact.LevelUnacceptable {
					rules = a.Result.LevelRules
					break
				}
			}
			f.add(SeverityMajor, KindSystem, st.s.ID, st.s.Name, time.Time{}, "Its use can't be accepted, under "+strings.Join(rules, ", ")+".", "Stop it (AdvanceStage to retirement) or change what it does (ReviseSystem).")
		}
	}
}

func checkRisks(f *finder) {
	for _, r := range risks.Shared(f.v).All() {
		if unaccepted(&f.limits, r, f.now) {
			sev, since, message := SeverityMinor, r.AssessedOn, "It stands above the criteria and nobody has accepted it."
			if !r.Acceptance.IsZero() {
				since, message = r.Acceptance.Expires, "Its acceptance ran out on "+day(r.Acceptance.Expires)+"."
			}
			if !since.IsZero() && f.now.After(since.AddDate(0, 0, 90)) {
				sev = SeverityMajor
			}
			f.add(sev, KindRisk, r.ID, r.Title, since, message, "Treat it (PutRisk) or have it accepted (AcceptRisk).")
		}
		if t := r.Treatment; t.DoneOn.IsZero() && f.overdue(t.Due) {
			sev := SeverityMinor
			if f.now.After(t.Due.AddDate(0, 0, 90)) {
				sev = SeverityMajor
			}
			f.add(sev, KindRisk, r.ID, r.Title, t.Due, "Its treatment was due on "+day(t.Due)+".", "Carry it out or plan it anew (PutRisk).")
		}
	}
}

func checkPlanned(f *finder) {
	for _, d := range f.v.Controls() {
		if d.Applicability == annexa.Applicable && d.Status == annexa.StatusPlanned && f.overdue(d.PlannedFor) {
			f.controls = []annexa.ID{d.Control}
			f.add(SeverityMinor, KindDecision, d.Control.String(), controlTitle(d), d.PlannedFor, "It was to be in place on "+day(d.PlannedFor)+".", "Put it into practice or plan it anew (DecideControl).")
		}
	}
}

func checkControlEvidence(f *finder) {
	for _, d := range f.v.Controls() {
		if d.Applicability == annexa.Applicable && d.Status == annexa.StatusImplemented && len(f.byControl[d.Control]) == 0 {
			f.controls = []annexa.ID{d.Control}
			f.add(SeverityMinor, KindDecision, d.Control.String(), controlTitle(d), time.Time{}, "It is said to be implemented, and no fresh evidence supports it.", "Attach evidence (AttachEvidence).")
		}
	}
}

func checkStaleEvidence(f *finder) {
	for _, e := range evidence.Shared(f.v).All() {
		if f.overdue(e.ValidUntil) {
			f.add(SeverityOpportunity, KindEvidence, e.ID, e.Title, e.ValidUntil, "It stopped counting on "+day(e.ValidUntil)+".", "Collect it anew, or withdraw it (Withdraw).")
		}
	}
}

func checkMonitored(f *finder) {
	if f.monitored[""] {
		return
	}
	for _, st := range f.states {
		if st.s.Stage != register.StageOperation || f.monitored[st.s.ID] {
			continue
		}
		sev := SeverityMinor
		if st.high() {
			sev = SeverityMajor
		}
		f.add(sev, KindSystem, st.s.ID, st.s.Name, time.Time{}, "No fresh result of monitoring is on file.", "Record one as evidence of kind ev-monitoring (AttachEvidence).")
	}
}

func checkAuditRecent(f *finder) {
	if closed, _ := f.lastAudit(); !closed.IsZero() && closed.Before(f.daysAgo(year)) {
		f.whole(SeverityMajor, closed.AddDate(0, 0, year), "The last internal audit was closed on "+day(closed)+".", "Audit again (PlanAudit).")
	}
}

func checkAuditCoverage(f *finder) {
	var recent []Audit
	for a := range f.v.Audits().All() {
		if !a.ClosedOn.IsZero() && !a.ClosedOn.Before(f.daysAgo(year)) {
			recent = append(recent, a)
		}
	}
	if len(recent) == 0 {
		return // S1-22 or S2-13 says so
	}
	clauses, controls := Uncovered(f.v, recent)
	var parts []string
	for _, c := range clauses {
		parts = append(parts, c.String())
	}
	for _, c := range controls {
		parts = append(parts, c.String())
	}
	if len(parts) > 0 {
		f.whole(SeverityMinor, time.Time{}, "The audits of the last year did not cover "+strings.Join(parts, ", ")+".", "Audit what is left (PlanAudit).")
	}
}

// Uncovered returns the clauses 4 to 10 and the applicable controls that a set
// of audits did not cover between them.
func Uncovered(v *View, done []Audit) ([]Clause, []annexa.ID) {
	var clauses []Clause
	for _, n := range []string{"4", "5", "6", "7", "8", "9", "10"} {
		top := MustParseClause(n)
		if !slices.ContainsFunc(done, func(a Audit) bool {
			return slices.ContainsFunc(a.Clauses, func(c Clause) bool { return c == top || strings.HasPrefix(c.String(), n+".") })
		}) {
			clauses = append(clauses, top)
		}
	}
	var controls []annexa.ID
	for _, d := range v.Controls() {
		if d.Applicability == annexa.Applicable && !slices.ContainsFunc(done, func(a Audit) bool { return slices.Contains(a.Controls, d.Control) }) {
			controls = append(controls, d.Control)
		}
	}
	return clauses, controls
}

func checkAuditors(f *finder) {
	for a := range f.v.Audits().All() {
		if a.ClosedOn.IsZero() || a.ClosedOn.Before(f.daysAgo(year)) {
			continue
		}
		for _, c := range f.v.OwnWork(a) {
			if c.Relation == "signed assessment" || c.Relation == "wrote assessment" || strings.HasPrefix(c.Relation, "owns") {
				f.add(SeverityMajor, KindAudit, a.ID, a.Title, a.ClosedOn, "Auditor "+c.String()+".", "Have that part audited by somebody independent (PlanAudit).")
			}
		}
	}
}

func (f *finder) lastReview() (ManagementReview, bool) {
	var last ManagementReview
	for r := range f.v.Reviews().All() {
		if r.HeldOn.After(last.HeldOn) {
			last = r
		}
	}
	return last, last.ID != ""
}

func checkReviewRecent(f *finder) {
	if r, ok := f.lastReview(); ok && r.HeldOn.Before(f.daysAgo(year)) {
		f.add(SeverityMajor, KindReview, r.ID, "", r.HeldOn.AddDate(0, 0, year), "The last management review was held on "+day(r.HeldOn)+".", "Hold one (HoldReview).")
	}
}

func checkReviewComplete(f *finder) {
	r, ok := f.lastReview()
	if !ok {
		return
	}
	missing := r.Missing()
	if len(missing) == 0 {
		return
	}
	sev := SeverityMinor
	if len(missing) >= 3 {
		sev = SeverityMajor
	}
	f.add(sev, KindReview, r.ID, "", r.HeldOn, fmt.Sprintf("The last review did not look at %v.", missing), "Take them up in the next review (HoldReview).")
}

func checkReviewDecisions(f *finder) {
	for r := range f.v.Reviews().All() {
		for _, d := range r.Decisions {
			if d.DoneOn.IsZero() && f.overdue(d.Due) {
				f.add(SeverityMinor, KindReview, r.ID, d.What, d.Due, fmt.Sprintf("Decided on %s, due on %s from %s.", day(r.HeldOn), day(d.Due), d.Owner), "Carry it out (CompleteReviewDecision).")
			}
		}
	}
}

func checkNonconformities(f *finder) {
	for _, n := range nonconformities.Shared(f.v).All() {
		if !n.Open() || !f.overdue(n.Due) {
			continue
		}
		sev := SeverityMinor
		if n.Severity == SeverityMajor && f.now.After(n.RaisedOn.AddDate(0, 0, 90)) {
			sev = SeverityMajor
		}
		f.add(sev, KindNonconformity, n.ID, n.Title, n.Due, "It was to be closed on "+day(n.Due)+".", "Correct it and have the effect checked (CorrectNonconformity, CloseNonconformity).")
	}
}

func checkSuppliers(f *finder) {
	behind := make(map[string][]systemState)
	for _, st := range f.states {
		if st.s.Supplier != "" {
			behind[st.s.Supplier] = append(behind[st.s.Supplier], st)
		}
	}
	for _, s := range suppliers.Shared(f.v).All() {
		used := behind[s.ID]
		if len(used) == 0 {
			continue
		}
		var lacks []string
		if len(s.Duties) == 0 {
			lacks = append(lacks, "no duties are allocated")
		}
		since := time.Time{}
		switch {
		case s.ReviewedOn.IsZero():
			lacks = append(lacks, "it was never reviewed")
		case s.ReviewedOn.Before(f.daysAgo(year)):
			since = s.ReviewedOn.AddDate(0, 0, year)
			lacks = append(lacks, "it was last reviewed on "+day(s.ReviewedOn))
		case f.overdue(s.ReviewDue):
			since = s.ReviewDue
			lacks = append(lacks, "its review was due on "+day(s.ReviewDue))
		}
		if len(lacks) == 0 {
			continue
		}
		sev := SeverityMinor
		if len(s.Duties) == 0 && s.ReviewedOn.IsZero() && slices.ContainsFunc(used, func(st systemState) bool { return st.high() && st.live() }) {
			sev = SeverityMajor
		}
		f.add(sev, KindSupplier, s.ID, s.Name, since, fmt.Sprintf("It is behind %d systems and %s.", len(used), strings.Join(lacks, " and ")), "Allocate the duties and review it (PutSupplier).")
	}
}

func checkIncidents(f *finder) {
	for _, i := range incidents.Shared(f.v).All() {
		if i.Open() && f.overdue(i.Target()) {
			sev := SeverityMinor
			if i.Grade == GradeCritical {
				sev = SeverityMajor
			}
			f.add(sev, KindIncident, i.ID, i.Title, i.Target(), fmt.Sprintf("Of grade %s, it was to be closed by %s.", i.Grade, day(i.Target())), "Close it with what was learnt (CloseIncident).")
		}
	}
	for c := range f.v.Concerns().All() {
		if c.Open() && f.overdue(c.Due) {
			f.add(SeverityMinor, KindConcern, c.ID, "", c.Due, "It was to be answered by "+day(c.Due)+".", "Answer it (AnswerConcern).")
		}
	}
}

func checkObjectivesMeasured(f *finder) {
	for o := range f.v.Objectives().All() {
		last, ok := o.Last()
		next := o.NextMeasurement()
		switch {
		case !ok:
			f.add(SeverityMinor, KindObjective, o.ID, o.Title, time.Time{}, "It has never been measured.", "Measure it (MeasureObjective).")
		case f.overdue(next):
			f.add(SeverityMinor, KindObjective, o.ID, o.Title, next, "It was last measured on "+day(last.On)+".", "Measure it (MeasureObjective).")
		case !o.Met(last.Value) && f.overdue(o.Due):
			f.add(SeverityMinor, KindObjective, o.ID, o.Title, o.Due, fmt.Sprintf("Its target %g %s was due on %s; it stands at %g.", o.Target, o.Unit, day(o.Due), last.Value), "Decide on target, means or action in the management review.")
		}
	}
}

func checkExceptionsExpired(f *finder) {
	for e := range f.v.Exceptions().All() {
		if e.ClosedOn.IsZero() && f.overdue(e.Expires) {
			sev := SeverityMinor
			if f.v.LevelOf(e.System).Rank() >= impact.LevelHigh.Rank() {
				sev = SeverityMajor
			}
			f.add(sev, KindException, e.ID, e.System, e.Expires, fmt.Sprintf("System %s passed gate %s without %v; the exception ran out on %s.", e.System, e.Gate, e.Items, day(e.Expires)), "Make good what is missing (CloseException) or take the system back (RevertStage).")
		}
	}
}

func checkExceptionsInForce(f *finder) {
	for e := range f.v.Exceptions().All() {
		if e.InForce(f.now) {
			f.add(SeverityOpportunity, KindException, e.ID, e.System, e.GrantedAt, fmt.Sprintf("System %s passed gate %s without %v; granted by %s until %s.", e.System, e.Gate, e.Items, e.GrantedBy, day(e.Expires)), "Make good what is missing in time (CloseException).")
		}
	}
}

func checkControlOwners(f *finder) {
	for _, d := range f.v.Controls() {
		if d.Applicability == annexa.Applicable && !f.active(d.Owner) {
			f.controls = []annexa.ID{d.Control, annexa.MustParse("A.3.2")}
			f.add(SeverityMinor, KindDecision, d.Control.String(), controlTitle(d), time.Time{}, "It applies, and no active person owns it.", "Name an owner (DecideControl).")
		}
	}
}

func checkRiskOwners(f *finder) {
	for _, r := range risks.Shared(f.v).All() {
		if !f.active(r.Owner) {
			f.add(SeverityMinor, KindRisk, r.ID, r.Title, time.Time{}, "No active person owns it.", "Name an owner (PutRisk).")
		}
	}
}

func checkCertificates(f *finder) {
	for c := range f.v.Certificates().All() {
		if c.State != CertCertified && c.State != CertSuspended {
			continue
		}
		for _, d := range c.Cycle() {
			if !d.Done && f.overdue(d.Due) {
				f.add(SeverityMajor, KindCertificate, c.ID, c.Number, d.Due, fmt.Sprintf("%s was due on %s.", strings.ReplaceAll(d.ID, "_", " "), day(d.Due)), "Agree the earliest day with "+c.Body+".")
			}
		}
	}
}

// day is a time as findings print it.
func day(t time.Time) string { return t.Format(time.DateOnly) }
