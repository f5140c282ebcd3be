package aims_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// byCheck counts findings by check.
func byCheck(v *aims.View, now time.Time) map[string]int {
	n := make(map[string]int)
	for _, f := range v.Findings(now) {
		n[f.Check]++
	}
	return n
}

// approveAll lets eve, of top management, approve what ada drafts.
func (o *org) documents(until time.Time) {
	o.do("ada", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(o.t, err) }
		r := tx.Organisation()
		r.Name, r.Roles = "Org", []register.AIRole{register.RoleDeployer}
		must(tx.PutOrganisation(r))
		must(tx.DraftScope(aims.Scope{Statement: "all of it", Boundaries: "our two offices", DocumentControl: aims.DocumentControl{Distribution: everybody}}))
		must(tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p1", Title: "AI policy", Owner: "pam", AlignedOn: calendar.Of(tx.Now(), nil), FramesObjectives: true, CommitsToRequirements: true, CommitsToImprovement: true}))
		must(tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "d1", Title: "Treatment", Clause: aims.MustParseClause("6.1.3"), DocumentControl: aims.DocumentControl{Distribution: everybody}}))
		must(tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "d2", Title: "Assessment", Clause: aims.MustParseClause("6.1.4"), DocumentControl: aims.DocumentControl{Distribution: everybody}}))
		c := tx.Criteria()
		for _, t := range register.ProcessTopics() {
			c.Process = append(c.Process, register.ProcessDecision{Topic: t.ID, Text: "as the policy says"})
		}
		must(tx.DraftCriteria(c))
		must(tx.DraftProcesses(processes()))
		return nil
	})
	o.do("eve", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(o.t, err) }
		must(tx.ApproveScope("scope", calendar.Of(until, nil)))
		must(tx.ApprovePolicy("p1", calendar.Of(until, nil)))
		must(tx.ApproveCriteria("criteria-2", calendar.Of(until, nil)))
		must(tx.AdoptProcesses("processes", calendar.Of(until, nil)))
		must(tx.ApproveDocument("d1", calendar.Of(until, nil)))
		must(tx.ApproveDocument("d2", calendar.Of(until, nil)))
		return nil
	})
}

// papers are the documents and the evidence that clauses ask for beside documents.
func (o *org) papers(until time.Time) {
	of := map[string]string{"doc-risks": "6.1.1", "doc-method": "6.1.2"}
	o.do("ada", func(tx *aims.Tx) error {
		for id, clause := range of {
			require.NoError(o.t, tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: id, Title: id, Clause: aims.MustParseClause(clause), DocumentControl: aims.DocumentControl{Distribution: everybody}}))
		}
		require.NoError(o.t, tx.DraftDocument(standard("std", "ada")))
		require.NoError(o.t, lookedUp("std", "2023")(tx))
		return tx.AttachEvidence(aims.Evidence{ID: "files", Title: "Training records", Kind: "x-files", Collected: calendar.Of(tx.Now(), nil), URI: "x:2", ValidUntil: calendar.Of(until, nil),
			Supports: []crosswalk.Ref{aims.MustParseClause("7.2").Ref()}})
	})
	o.do("eve", func(tx *aims.Tx) error {
		for id := range of {
			require.NoError(o.t, tx.ApproveDocument(id, calendar.Of(until, nil)))
		}
		return tx.ApproveDocument("std", calendar.Of(until, nil))
	})
}

// wellRun is a small organisation with everything in place.
func wellRun(t *testing.T) *org {
	o := newOrg(t).staffed()
	soon := day0.AddDate(1, 0, 0)
	o.documents(soon)
	o.papers(soon)
	o.do("eve", func(tx *aims.Tx) error { return tx.ConfirmFounding() })
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.Policies().Get("p1")
		p.CommunicatedOn, p.AvailableTo = dayOf(0), everybody
		require.NoError(t, planTellings(tx))
		return tx.DraftPolicy(p)
	})
	o.do("lea", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(t, err) }
		must(tx.PutSweep(aims.Sweep{ID: "w", On: dayOf(0), By: "ada", Sources: []string{"logs"}}))
		must(tx.PutContextIssue(aims.ContextIssue{ID: "c", Title: "Law", Origin: aims.External, ReviewedOn: dayOf(0)}))
		must(tx.PutInterestedParty(aims.InterestedParty{ID: "i", Name: "Staff", ReviewedOn: dayOf(0)}))
		must(tx.PutObjective(aims.Objective{ID: "o", Title: "Less spam", Measure: "share", Direction: aims.AtMost, Target: 1, Owner: "ada", Due: calendar.Of(soon, nil)}))
		must(tx.MeasureObjective("o", aims.Measurement{On: dayOf(0), Value: 0.5}))
		must(tx.RegisterSystem(spamFilter()))
		return nil
	})
	for i, some := range slices.Collect(slices.Chunk(annexa.Controls(), 8)) {
		o.do([]string{"ada", "bob", "lea"}[i%3], func(tx *aims.Tx) error {
			e := aims.Evidence{ID: "e" + strings.Repeat("e", i), Title: "Monitoring", Kind: "ev-monitoring", Collected: dayOf(0), URI: "x:1" + strings.Repeat("1", i), Systems: []string{"spam"}, ValidUntil: calendar.Of(soon, nil)}
			for _, c := range some {
				e.Supports = append(e.Supports, crosswalk.MustParseRef("iso42001:"+c.ID.String()))
			}
			return tx.AttachEvidence(e)
		})
	}
	o.approved("spam")
	o.do("lea", func(tx *aims.Tx) error {
		a, _ := tx.Assessments().Get("spam#1")
		for i, d := range tx.Controls() {
			d.Applicability, d.Justification, d.Owner = annexa.Applicable, "needed for "+d.Control.String(), []string{"bob", "lea", "pam"}[i%3]
			d.Grounds, d.Status = []annexa.Ground{{Kind: annexa.GroundImpact, Ref: a.ID}}, annexa.StatusImplemented
			if err := tx.DecideControl(d); err != nil {
				return err
			}
		}
		return nil
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveStatement(calendar.Of(soon, nil)) })
	o.do("ada", func(tx *aims.Tx) error {
		for _, c := range annexa.Controls() {
			if err := tx.RecordTest(controlTest(c.ID.String(), day0)); err != nil {
				return err
			}
		}
		return nil
	})
	o.do("una", func(tx *aims.Tx) error {
		if err := tx.PutPerson(aims.Person{ID: "xia", Name: "Name of xia", External: true}); err != nil {
			return err
		}
		audit := aims.Audit{ID: "a", Title: "Yearly", Objective: "whether it is done as written", Criteria: "ISO/IEC 42001", Methods: []aims.AuditMethod{aims.MethodDocuments}, Auditors: []string{"xia"}, PlannedFor: dayOf(0)}
		for _, n := range []string{"4", "5", "6", "7", "8", "9", "10"} {
			audit.Clauses = append(audit.Clauses, aims.MustParseClause(n))
		}
		for _, c := range annexa.Controls() {
			audit.Controls = append(audit.Controls, c.ID)
		}
		for i := range 5 {
			if err := tx.JudgeEvidence("e"+strings.Repeat("e", i), aims.QualityGood); err != nil {
				return err
			}
		}
		return tx.PlanAudit(audit)
	})
	o.do("xia", examine("a"))
	o.do("xia", func(tx *aims.Tx) error { return tx.CloseAudit("a", "conforms", []string{"eve"}) })
	o.do("una", func(tx *aims.Tx) error { return tx.DraftAuditProgramme(programme()) })
	o.do("eve", func(tx *aims.Tx) error { return tx.AdoptAuditProgramme("audit-programme", "") })
	o.do("eve", func(tx *aims.Tx) error {
		r := aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: calendar.Of(soon, nil)}}}
		for _, topic := range aims.ReviewTopics() {
			r.Inputs = append(r.Inputs, aims.ReviewInput{Topic: topic, Note: "looked at"})
		}
		return tx.HoldReview(r)
	})
	return o
}

// approved carries the open assessment of a system to approval.
func (o *org) approved(system string) {
	o.do("ada", func(tx *aims.Tx) error {
		a, ok := tx.OpenAssessment(system)
		require.True(o.t, ok)
		s, _ := tx.Systems().Get(system)
		for _, p := range s.Affected {
			a.Parties = append(a.Parties, impact.PartyImpact{Party: p, NoHarm: "looked at"})
		}
		for _, h := range a.Result.Harms {
			a.Harms = append(a.Harms, impact.HarmRating{Harm: h.Harm, Dismissed: "not here"})
		}
		a.NoConsultation = "nobody outside meets its output"
		if err := tx.SaveAssessment(a); err != nil {
			return err
		}
		return tx.SubmitAssessment(a.ID)
	})
	for person, role := range map[string]string{"ian": aims.RoleImpactApprover, "pam": aims.RolePolicyOwner} {
		if a, ok := o.View().OpenAssessment(system); ok && (role == aims.RoleImpactApprover || a.Level == impact.LevelHigh) {
			o.do(person, func(tx *aims.Tx) error { return tx.ApproveAssessment(a.ID, role) })
		}
	}
}

// messy is an organisation in which much has gone wrong by the time it is
// looked at, two years on.
func messy(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.documents(day0.AddDate(0, 1, 0))
	soon := day0.AddDate(0, 1, 0)
	o.do("lea", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(t, err) }
		must(tx.PutSweep(aims.Sweep{ID: "w", On: dayOf(0), By: "ada", Sources: []string{"logs"}, Candidates: []aims.Candidate{{Name: "chat"}}}))
		must(tx.PutObjective(aims.Objective{ID: "o", Title: "Less spam", Measure: "share", Direction: aims.AtMost, Target: 1, Owner: "ada", Due: calendar.Of(soon, nil)}))
		must(tx.PutSupplier(aims.Supplier{ID: "s", Name: "Sup"}))
		s := cvScreener()
		s.Stage, s.Supplier, s.Owner, s.Purpose = register.StageOperation, "s", "", ""
		must(tx.RegisterSystem(s))
		must(tx.RegisterSystem(spamFilter()))
		bad := cvScreener()
		bad.ID, bad.Practices = "score", []register.Practice{register.PracticeSocialScoring}
		must(tx.RegisterSystem(bad))
		must(tx.PutRisk(register.Risk{ID: "r", Title: "Outage", Axis: register.AxisOrganisation, Area: register.AreaContinuity, AssessedOn: dayOf(0),
			Inherent: register.Rating{Likelihood: 5, Consequence: 5, Criteria: 1}, Treatment: register.Treatment{Option: register.OptionRetain, Due: calendar.Of(soon, nil)}}))
		must(tx.DecideControl(annexa.Decision{Control: annexa.MustParse("A.2.2"), Revision: 1, Applicability: annexa.Applicable, Justification: "x",
			Grounds: []annexa.Ground{{Kind: annexa.GroundOwn}}, Status: annexa.StatusPlanned, PlannedFor: calendar.Of(soon, nil)}))
		must(tx.DecideControl(annexa.Decision{Control: annexa.MustParse("A.2.3"), Revision: 1, Applicability: annexa.Applicable, Justification: "x",
			Grounds: []annexa.Ground{{Kind: annexa.GroundOwn}}, Status: annexa.StatusImplemented, Owner: "bob"}))
		must(tx.AttachEvidence(aims.Evidence{ID: "e", Title: "Old", Collected: dayOf(0), URI: "x:1", Supports: []crosswalk.Ref{crosswalk.MustParseRef("iso42001:A.2.3")}}))
		must(tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "x", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("8.4"), RaisedOn: dayOf(0), Owner: "ada", Due: calendar.Of(soon, nil)}))
		must(tx.ReportIncident(aims.Incident{ID: "x", Title: "x", Systems: []string{"spam"}, Grade: aims.GradeCritical, DetectedOn: day0}))
		must(tx.PutCertificate(aims.Certificate{ID: "z", Body: "Body"}))
		must(tx.PlanAudit(aims.Audit{ID: "a", Title: "Part", Objective: "whether it is done as written", Criteria: "ISO/IEC 42001", Methods: []aims.AuditMethod{aims.MethodDocuments}, Clauses: []aims.Clause{aims.MustParseClause("9.3")}, Systems: []string{"cv"}, Auditors: []string{"una"}, PlannedFor: dayOf(0)}))
		must(tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "x", Owner: "ada", Due: calendar.Of(soon, nil)}}}))
		return nil
	})
	o.certify("z", day0, aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	o.do("una", examine("a"))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseAudit("a", "x", []string{"eve"}) })
	// The auditor comes to own what she has audited.
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("cv")
		s.Owner = "una"
		if _, err := tx.ReviseSystem(s); err != nil {
			return err
		}
		v, _ := tx.Systems().Get("score")
		v.Stage = register.StageDesign
		return nil
	})
	return o
}

// conditioned is an organisation with a system approved under a condition, and
// an audit that is planned.
func conditioned(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PlanAudit(aims.Audit{ID: "a", Title: "First", Clauses: []aims.Clause{aims.MustParseClause("7.2")}, Auditors: []string{"una"}, PlannedFor: dayOf(40)})
	})
	o.submit("spam")
	o.do("ian", func(tx *aims.Tx) error {
		return tx.ApproveAssessment("spam#1", aims.RoleImpactApprover, impact.ApprovalCondition{Text: "Tell staff.", Owner: "ada", Due: dayOf(10)})
	})
	return o
}

// excepted is a well-run organisation that has let a system through a gate, put
// a thin policy in force and decided on a control after its statement.
func excepted(t *testing.T) *org {
	e := wellRun(t)
	e.do("eve", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Stage, s.Owner = "second", register.StageVerification, ""
		return tx.RegisterSystem(s)
	})
	e.except("rob", aims.Exception{ID: "x", System: "second", Gate: "G2", Items: []string{"G2.4"}, Reason: "fair", Measures: "watched"}, day0.AddDate(0, 0, 20))
	e.do("lea", func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("A.2.4"))
		d.Justification = "needed still"
		return tx.DecideControl(d)
	})
	e.do("ada", func(tx *aims.Tx) error {
		return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p2", Title: "Thin", Owner: "pam"})
	})
	e.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p2", calendar.Of(day0.AddDate(0, 2, 0), nil)) })
	e.do("eve", func(tx *aims.Tx) error { // one human twice, and one for two roles that keep each other in check
		for _, id := range []string{"tom", "tom@example.org"} {
			if err := tx.PutPerson(aims.Person{ID: id, Name: "Tom", Email: "Tom@example.org"}); err != nil {
				return err
			}
		}
		return tx.AssignRole(aims.RoleRiskApprover, "ian")
	})
	e.do("ian", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleRiskApprover) })
	return e
}

// odd is an organisation in which each thing lacks something else than it does
// in the others.
func odd(t *testing.T) *org {
	o := newOrg(t).staffed()
	must := func(err error) {
		t.Helper()
		require.NoError(t, err)
	}
	o.do("eve", func(tx *aims.Tx) error {
		must(tx.AssignRole(aims.RoleAuditLead, "bob"))
		must(tx.AssignRole(aims.RoleRiskApprover, ""))
		return nil
	})
	o.do("lea", func(tx *aims.Tx) error {
		r := tx.Organisation()
		r.Name = "Odd"
		must(tx.PutOrganisation(r))
		must(tx.DraftScope(aims.Scope{Statement: "all of it"}))
		must(tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p1", Title: "AI policy", Owner: "ada", CommitsToImprovement: true, Authors: []string{"bob"}}))
		must(tx.PutContextIssue(aims.ContextIssue{ID: "c", Title: "Law", Origin: aims.External, ReviewedOn: dayOf(0)}))
		must(tx.PutObjective(aims.Objective{ID: "never", Title: "Never", Measure: "share", Unit: "%", Direction: aims.AtLeast, Target: 1, Owner: "ada", Due: dayOf(500)}))
		must(tx.PutObjective(aims.Objective{ID: "late", Title: "Late", Measure: "share", Direction: aims.AtLeast, Target: 1, Owner: "ada", Due: dayOf(5)}))
		must(tx.MeasureObjective("late", aims.Measurement{On: dayOf(0), Value: 0.25}))
		for _, s := range []aims.Supplier{
			{ID: "s1", Name: "No duties", ReviewedOn: dayOf(0)},
			{ID: "s2", Name: "Never reviewed", Duties: []aims.AllocatedDuty{{What: "x", Bearer: aims.BearerShared}}},
			{ID: "s3", Name: "Due", ReviewedOn: dayOf(0), ReviewDue: dayOf(30), Duties: []aims.AllocatedDuty{{What: "x", Bearer: aims.BearerShared}}},
			{ID: "s4", Name: "Neither", ReviewedOn: dayOf(0), ReviewDue: dayOf(30)},
			{ID: "s5", Name: "Nothing"}, {ID: "s6", Name: "Unused"},
		} {
			must(tx.PutSupplier(s))
			if s.ID == "s6" {
				break
			}
			for _, n := range []string{"a", "b"} {
				sys := cvScreener()
				sys.ID, sys.Supplier, sys.ModelSource, sys.Owner = s.ID+n, s.ID, register.ModelThirdParty, "ada"
				if sys.ID == "s5a" {
					sys.Stage, sys.InUseSince = register.StageOperation, calendar.Of(day0.AddDate(-1, 0, 0), nil)
				}
				must(tx.RegisterSystem(sys))
			}
		}
		spam := spamFilter()
		spam.DiscoveredOn = calendar.Of(day0.AddDate(0, 0, -3), nil)
		must(tx.RegisterSystem(spam))
		gone := spamFilter()
		gone.ID, gone.OutOfScope = "gone", "belongs to another"
		must(tx.RegisterSystem(gone))
		stop := cvScreener()
		stop.ID, stop.Practices = "stop", []register.Practice{register.PracticeSocialScoring}
		must(tx.RegisterSystem(stop))
		must(tx.RegisterSystem(cvScreener()))
		must(tx.PutRisk(register.Risk{ID: "r", Title: "Outage", Owner: "bob", Axis: register.AxisOrganisation, Area: register.AreaContinuity, AssessedOn: dayOf(0),
			Inherent: register.Rating{Likelihood: 5, Consequence: 5, Criteria: 1}, Treatment: register.Treatment{Option: register.OptionRetain}}))
		must(tx.ReportIncident(aims.Incident{ID: "x", Title: "Slip", Grade: aims.GradeLow, DetectedOn: day0}))
		must(tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "k", Text: "It reads along.", RaisedOn: dayOf(0)}))
		must(tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "x", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("8.4"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(10)}))
		must(tx.PutSweep(aims.Sweep{ID: "w", On: dayOf(0), By: "ada", Sources: []string{"logs"}, Candidates: []aims.Candidate{{Name: "chat", Dismissed: "a rule"}, {Name: "spam", System: "spam"}}}))
		must(tx.PlanAudit(aims.Audit{ID: "a", Title: "First", Clauses: []aims.Clause{aims.MustParseClause("7.2")}, Auditors: []string{"una"}, PlannedFor: dayOf(40)}))
		must(tx.PutCertificate(aims.Certificate{ID: "z", Body: "Body", Number: "4711"}))
		must(tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "x", Owner: "ada", Due: dayOf(1)}},
			Inputs: []aims.ReviewInput{{Topic: aims.TopicPerformance}, {Topic: aims.TopicIssueChanges}, {Topic: aims.TopicPartyChanges}}}))
		return nil
	})
	o.certify("z", day0, aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified, aims.CertCertified, aims.CertSuspended)
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleRiskApprover, "rob") })
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleRiskApprover) })
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRisk("r", "seldom", dayOf(20)) })
	for i, d := range list(o.View().Decisions().All()) {
		o.do("lea", func(tx *aims.Tx) error {
			d.Justification, d.Owner = "as we see it", "bob"
			d.Applicability, d.Status, d.Grounds = annexa.Applicable, annexa.StatusImplemented, []annexa.Ground{{Kind: annexa.GroundOwn}}
			if i == 0 {
				d.Applicability, d.Status, d.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, dayOf(100)
			}
			return tx.DecideControl(d)
		})
	}
	o.do("eve", func(tx *aims.Tx) error {
		must(tx.ApprovePolicy("p1", dayOf(60)))
		must(tx.ApproveStatement(dayOf(50)))
		return nil
	})
	o.do("ada", func(tx *aims.Tx) error { return tx.SaveAssessment(o.open("s1a")) })
	o.submit("s2a")
	o.submit("s3a")
	o.do("ian", func(tx *aims.Tx) error { return tx.ReturnAssessment("s3a#1", "say more") })
	o.do("eve", func(tx *aims.Tx) error { return tx.StopAssessment("stop#1", "not with us") })
	o.assess("spam")
	o.assess("cv")
	o.revise("cv", func(s *register.System) { s.Autonomy = register.AutonomyAutomated })
	o.do("lea", func(tx *aims.Tx) error { // in the same year, of what she comes to own and sign
		return tx.PlanAudit(aims.Audit{ID: "b", Title: "Second", Objective: "whether it is done as written", Criteria: "ISO/IEC 42001", Methods: []aims.AuditMethod{aims.MethodDocuments}, Systems: []string{"cv", "s1b"}, Controls: []annexa.ID{annexa.MustParse("A.2.3")}, Auditors: []string{"una"}, PlannedFor: dayOf(0)})
	})
	o.do("una", examine("b"))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseAudit("b", "x", []string{"eve"}) })
	o.do("ada", func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("A.2.3"))
		d.Owner = "una"
		must(tx.DecideControl(d))
		return tx.DecideControl(annexa.Decision{Control: annexa.MustParse("X.1"), Title: "Our own", Applicability: annexa.Undecided})
	})
	o.do("una", func(tx *aims.Tx) error { return tx.SaveAssessment(o.open("s1b")) })
	o.clock.Set(day(2))
	o.do("setup", func(tx *aims.Tx) error {
		for _, id := range []string{"ada", "pam"} {
			p, _ := tx.People().Get(id)
			p.LeftOn = dayOf(2)
			must(tx.PutPerson(p))
		}
		return nil
	})
	return o
}

// TestEveryCheckFiresAndIsSilent shows that each check finds something in some
// organisation, and nothing in one that is well run.
func TestEveryCheckFiresAndIsSilent(t *testing.T) {
	good := byCheck(wellRun(t).View(), day0)
	fires := make(map[string]bool)
	collect := func(n map[string]int) {
		for id := range n {
			fires[id] = true
		}
	}
	collect(byCheck(newOrg(t).View(), day0))
	m := messy(t)
	collect(byCheck(m.View(), day0.AddDate(0, 0, 1))) // fresh: the audit still counts
	collect(byCheck(m.View(), day0.AddDate(2, 0, 0)))
	o := conditioned(t)
	require.Empty(t, find(o.View(), day(10), "IA-03"))
	collect(byCheck(o.View(), day(11)))
	collect(byCheck(o.View(), day(41))) // its audit is late, and says not what it is to find out
	h := habitual(t)
	collect(byCheck(h.View(), h.clock.Now()))
	collect(byCheck(odd(t).View(), day(2)))
	e := excepted(t)
	collect(byCheck(e.View(), day0))
	collect(byCheck(e.View(), day0.AddDate(0, 3, 0)))
	collect(byCheck(odd(t).View(), day(30)))
	collect(byCheck(wellRun(t).View(), day0.AddDate(3, 0, 0))) // reviews are near

	collect(byCheck(ticked(t).View(), day0))
	p := offProgramme(t)
	collect(byCheck(p.View(), p.clock.Now()))
	l := underLaw(t)
	l.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Jurisdictions = []string{"AU", "NZ"}
		return tx.PutOrganisation(our)
	})
	l.do("ada", obliged("act", func(r *aims.Obligation) { r.Owner, r.Met = "", "" }))
	collect(byCheck(l.View(), day(181)))
	a := actingOn(t)
	a.do("bob", completed("fix", dayOf(0), "the template asks for it"))
	a.do("eve", move("m#1", 200, "nobody had time"))
	collect(byCheck(a.View(), day(120)))
	c := changing(t)
	c.do("ada", func(tx *aims.Tx) error {
		p := moveOfModels("ada")
		p.ID = "other"
		return errors.Join(tx.DraftChange(p), tx.CarryOutChange("move", due(0), "moved over night"), tx.DraftChange(drift("bob")))
	})
	collect(byCheck(c.View(), day(40)))
	collect(byCheck(skilled(t).View(), day0))
	g := overseen(t)
	g.do("eve", func(tx *aims.Tx) error {
		b := list(tx.GoverningBodies())[0]
		b.Chair, b.Members = "pam", []string{"pam"}
		return tx.PutGoverningBody(b)
	})
	collect(byCheck(g.View(), day(300)))
	collect(byCheck(unruly(t).View(), day(20)))
	r := sunset(t)
	r.do("ada", func(tx *aims.Tx) error { return tx.PutChannel(openChannel("ada")) })
	gone := spamFilter()
	gone.ID, gone.Stage, gone.RetiredOn = "gone", register.StageRetirement, dayOf(-1)
	r.register(gone)
	r.register(officeTool("unruled", register.StageOperation))
	r.do("bob", func(tx *aims.Tx) error { return tx.DraftUseRules(rulesOfUse("u", "spam")) })
	r.do("lea", func(tx *aims.Tx) error { return tx.ApproveUseRules("u") })
	short := logsOf("unruled")
	short.KeptDays = 30
	r.do("bob", func(tx *aims.Tx) error { return errors.Join(tx.DescribeLogs(logsOf("spam")), tx.DescribeLogs(short)) })
	r.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("unruled")
		s.Jurisdictions, s.Practices = []string{"DE"}, []register.Practice{register.PracticeRecruitment}
		_, err := tx.ReviseSystem(s)
		return err
	})
	r.do("bob", func(tx *aims.Tx) error {
		return errors.Join(tx.PutResource(pipeline("tools", "spam")), tx.NoteResourceGap("tools", gap("a licence", 30)))
	})
	collect(byCheck(r.View(), day(40)))
	collect(byCheck(r.View(), day(366)))
	collect(byCheck(halfSigned(t).View(), day(15)))
	chance := newOrg(t).staffed()
	chance.do("bob", func(tx *aims.Tx) error { return tx.PutOpportunity(opportunity("chance")) })
	collect(byCheck(chance.View(), day(91)))
	chance.do("lea", pursue("chance"))
	collect(byCheck(chance.View(), day(91)))
	w := watching(t)
	w.do("bob", measured("m", 0, 60))
	collect(byCheck(w.View(), day(100)))
	w.do("bob", evaluated("m", "too few hands"))
	collect(byCheck(w.View(), day(366)))
	b := bordered(t)
	b.do("lea", func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindInterestedParty, ID: "clients"})
	})
	collect(byCheck(b.View(), day0))
	d := papered(t)
	d.do("ada", redistribute("d"))
	d.do("ada", func(tx *aims.Tx) error { return tx.PutCommunication(telling("news", aims.CommunicationOther)) })
	collect(byCheck(d.View(), day(366)))
	d.do("pam", func(tx *aims.Tx) error { return tx.WithdrawDocument("d", dayOf(0), "nobody works so any more") })
	collect(byCheck(d.View(), day0.AddDate(3, 0, 1)))
	s := serious(t)
	collect(byCheck(s.View(), s.clock.Now()))
	collect(byCheck(inOneBinder(wellRun(t)).View(), day0))
	collect(byCheck(wishful(t).View(), day0))
	ill := illCertified(t)
	collect(byCheck(ill.View(), day(600)))
	ill.do("lea", putClaim(footer("footer")))
	collect(byCheck(ill.View(), day(1100))) // in the last year of its cycle

	for _, c := range aims.Probes() {
		require.True(t, fires[c.ID], "%s, %s, never fires", c.ID, c.Title)
		require.Zero(t, good[c.ID], "%s, %s, fires on an organisation that is well run", c.ID, c.Title)
	}
}

func TestFindingsAreOrderedAndTheSame(t *testing.T) {
	v, now := messy(t).View(), day0.AddDate(2, 0, 0)
	a, b := v.Findings(now), v.Findings(now)
	require.Equal(t, a, b)
	order := map[aims.Severity]int{aims.SeverityMajor: 0, aims.SeverityMinor: 1, aims.SeverityOpportunity: 2}
	for i, f := range a {
		require.NotEmpty(t, f.Message, f.Check)
		require.NotEmpty(t, f.Next, f.Check)
		require.NotEmpty(t, f.Subject.ID, f.Check)
		if i > 0 {
			require.LessOrEqual(t, order[a[i-1].Severity], order[f.Severity], "heaviest first")
		}
	}
}

// Each probe says what it rests on, and how it is graded.
func TestProbes(t *testing.T) {
	seen := make(map[string]bool)
	for _, p := range aims.Probes() {
		require.False(t, seen[p.ID], p.ID)
		seen[p.ID] = true
		require.NotEmpty(t, p.Title, p.ID)
		require.Regexp(t, "^(major|minor|opportunity)", p.Grading, p.ID)
		if p.Clause.IsZero() && strings.HasPrefix(p.ID, "SV-") { // the certification body's rules, not a clause
			require.True(t, p.Clause.IsZero())
			continue
		}
		_, err := aims.ParseClause(p.Clause.String())
		require.NoError(t, err, p.ID)
	}
	require.Len(t, seen, 138)
	probes := aims.Probes()
	probes[1].Controls[0] = annexa.MustParse("A.10.4")
	require.Equal(t, annexa.MustParse("A.4.2"), aims.Probes()[1].Controls[0], "the table is its own")
}

// Findings grade observations: the same things in the same words, of which
// nobody who keeps one can reach the view, another one or the table.
func TestObservations(t *testing.T) {
	for _, o := range []*org{messy(t), odd(t), excepted(t)} {
		for _, now := range []time.Time{day(1), day(100), day(730)} {
			v := o.View()
			findings := v.Findings(now)
			type seen struct {
				probe, clause, name string
				subject             aims.Subject
				since               time.Time
				text, next          string
			}
			count := make(map[seen]int)
			var all []aims.Observation
			for ob := range v.Observations(now) {
				all = append(all, ob)
				count[seen{ob.Probe, ob.Clause.String(), ob.Name, ob.Subject, ob.Since.Start(nil), ob.Text.String(), ob.Next.String()}]++
				require.True(t, now.Equal(ob.At))
			}
			require.Len(t, all, len(findings))
			for _, f := range findings {
				require.Equal(t, f.Message, f.Text.String())
				require.Equal(t, f.Next, f.NextText.String())
				count[seen{f.Check, f.Clause.String(), f.Name, f.Subject, f.Since.Start(nil), f.Message, f.Next}]--
			}
			for s, n := range count {
				require.Zero(t, n, s)
			}
			for n := 0; n < len(all) && now.Equal(day(100)); n++ { // whoever breaks off, breaks off
				left := n
				for range v.Observations(now) {
					if left--; left < 0 {
						break
					}
				}
			}
			for _, ob := range all {
				for i := range ob.Controls {
					ob.Controls[i] = annexa.ID{}
				}
				for _, text := range []issue.Text{ob.Text, ob.Next} {
					for i := range text.Args {
						text.Args[i] = "gone"
					}
				}
			}
			require.Equal(t, findings, v.Findings(now))
		}
	}
}

// A finding as JSON has its sentences in English, and what a translation needs.
func TestFindingAsJSON(t *testing.T) {
	for _, f := range odd(t).View().Findings(day(120)) {
		b, err := json.Marshal(f)
		require.NoError(t, err)
		var back aims.Finding
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, f.Message, back.Message)
		require.Equal(t, f.Text.ID, back.Text.ID)
		require.Equal(t, f.Text.String(), back.Text.String())
	}
	f := find(odd(t).View(), day(120), "S2-18")
	b, err := json.Marshal(f[0])
	require.NoError(t, err)
	require.JSONEq(t, `{"check":"S2-18","severity":"minor","clause":"10.2","subject":{"kind":"nonconformity","id":"n"},"name":"x",
		"message":"It was to be closed on 2026-01-15.","text":{"id":"It was to be closed on %s.","args":[{"day":"2026-01-15"}]},
		"next":"Correct it and have the effect checked (CorrectNonconformity, CloseNonconformity).",
		"next_text":{"id":"Correct it and have the effect checked (CorrectNonconformity, CloseNonconformity)."},
		"since":"2026-01-15"}`, string(b))
}

// TestEvidenceGoesStale: what is well run today is not so when nobody renews.
func TestEvidenceGoesStale(t *testing.T) {
	v := wellRun(t).View()
	require.Zero(t, byCheck(v, dayOf(366).Start(nil).Add(-1))["S2-07"], "the last day counts to its end")
	later := byCheck(v, dayOf(366).Start(nil))
	require.Equal(t, 38, later["S2-07"])
	require.Equal(t, 6, later["EV-01"])
}

var updateFindings = flag.Bool("update-findings", false, "write testdata/findings.txt anew")

// filedAt is an organisation, and days on which its findings are on file.
type filedAt struct {
	name string
	v    *aims.View
	days []int
}

func onDays(t *testing.T) []filedAt {
	return []filedAt{
		{"new", newOrg(t).View(), []int{0}},
		{"well run", wellRun(t).View(), []int{0, 366}},
		{"messy", messy(t).View(), []int{0, 1, 130, 730}},
		{"conditioned", conditioned(t).View(), []int{10, 41}},
		{"excepted", excepted(t).View(), []int{0, 90}},
		{"odd", odd(t).View(), []int{2, 61, 120, 440, 1100}},
		{"ill certified", illCertified(t).View(), []int{400, 600}},
		{"wishful", wishful(t).View(), []int{0, 30}},
	}
}

// What is found in the organisations of this file, at several times, is on file,
// so that a change of the checks shows in it.
func TestFindingsAreAsOnFile(t *testing.T) {
	var got strings.Builder
	for _, o := range onDays(t) {
		for _, n := range o.days {
			fmt.Fprintf(&got, "\n%s, day %d\n", o.name, n)
			head := ""
			for _, f := range o.v.Findings(day(n)) {
				what := fmt.Sprintf("%s %s %s: %s > %s", f.Check, f.Severity, f.Clause, f.Message, f.Next)
				if what != head {
					head = what
					fmt.Fprintln(&got, what)
				}
				fmt.Fprintf(&got, "\t%s %q", f.Subject, f.Name)
				if !f.Since.IsZero() {
					got.WriteString(" since " + f.Since.String())
				}
				fmt.Fprintln(&got, "", f.Controls)
			}
		}
	}
	const file = "testdata/findings.txt"
	if *updateFindings {
		require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "write it with -update-findings")
	require.Empty(t, cmp.Diff(string(want), got.String()))
}
