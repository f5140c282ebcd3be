package schema_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/schema"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

func compile(t *testing.T, kind aims.Kind) *validator.Schema {
	b, ok := schema.For(kind)
	require.True(t, ok, kind)
	doc, err := validator.UnmarshalJSON(bytes.NewReader(b))
	require.NoError(t, err)
	c := validator.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource(string(kind), doc))
	s, err := c.Compile(string(kind))
	require.NoError(t, err)
	return s
}

// TestWhatIsWrittenIsValid carries an organisation through every kind of record
// and validates each body that reaches the journal.
func TestWhatIsWrittenIsValid(t *testing.T) {
	journal := memory.New()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(t.Context(), journal, &aims.Options{Founder: aims.Person{ID: "setup", Name: "Set up"}, Clock: func() time.Time { return now }})
	require.NoError(t, err)
	do := func(actor string, fn func(tx *aims.Tx) error) {
		t.Helper()
		require.NoError(t, m.Update(t.Context(), aims.By{Actor: actor, Reason: "every kind of record"}, fn))
	}
	do("setup", func(tx *aims.Tx) error {
		for _, p := range []aims.Person{{ID: "ada", Name: "Ada", Email: "ada@example.org"}, {ID: "eve", Name: "Eve", TopManagement: true},
			{ID: "ian", Name: "Ian", Unit: "Risk", External: true, LeftOn: calendar.Of(now.AddDate(1, 0, 0), nil)}, {ID: "lea", Name: "Lea", Identities: []string{"sso|7"}}} {
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		for role, person := range map[string]string{aims.RoleSponsor: "eve", aims.RoleRiskApprover: "eve", aims.RoleImpactApprover: "ian", aims.RoleLead: "lea"} {
			if err := tx.AssignRole(role, person); err != nil {
				return err
			}
		}
		return nil
	})
	do("eve", func(tx *aims.Tx) error {
		if err := tx.AcceptRole(aims.RoleRiskApprover); err != nil {
			return err
		}
		return tx.AcceptRole(aims.RoleSponsor)
	})
	do("ian", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) })
	do("lea", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleLead) })
	do("eve", func(tx *aims.Tx) error { return tx.ConfirmFounding() })
	do("ada", func(tx *aims.Tx) error {
		return tx.RegisterSystem(calm())
	})
	do("ada", func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: "gone", Name: "Gone", Stage: register.StageDesign, Owner: "ada"})
	})
	do("ian", func(tx *aims.Tx) error { return tx.StopAssessment("gone#1", "not with us") })
	do("ada", func(tx *aims.Tx) error {
		return tx.RequestException(aims.Exception{ID: "g1", System: "calm", Gate: "G3", Items: []string{"G3.4"}, Reason: "fair", Measures: "watch"})
	})
	do("lea", func(tx *aims.Tx) error {
		return tx.RequestException(aims.Exception{ID: "g4", System: "gone", Gate: "G4", Items: []string{"G4.2", "G4.3"}, Reason: "nobody uses it", Measures: "switched off"})
	})
	do("eve", func(tx *aims.Tx) error { return tx.GrantException("g4", calendar.Of(now.AddDate(0, 0, 7), nil)) })
	do("ada", func(tx *aims.Tx) error { return tx.SignGate("gone", register.StageRetirement, register.SignerOwner) })
	do("lea", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(t, err) }
		o := tx.Organisation()
		o.Name, o.Roles, o.Jurisdictions = "Org", []register.AIRole{register.RoleDeployer}, []string{"EU"}
		must(tx.PutOrganisation(o))
		must(tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p1", Title: "AI policy", Owner: "ada", AlignedOn: calendar.Of(now, nil),
			AvailableTo: []aims.Distribution{{To: aims.Subject{Kind: aims.KindPerson}, How: "the intranet"}}}))
		must(tx.DraftScope(aims.Scope{Statement: "all of it", Units: []aims.ScopeUnit{{Name: "Lending"}, {Name: "Treasury", Out: true, Reason: "It runs no AI."}},
			DocumentControl: aims.DocumentControl{Distribution: []aims.Distribution{{To: aims.Subject{Kind: aims.KindPerson}, How: "the intranet"}}, KeepYears: 5, Disposal: "it is deleted"},
			Interfaces:      []aims.ScopeInterface{{Kind: aims.InterfaceUnit, With: "Treasury", Passes: "the book of loans", Owner: "lea"}}}))
		must(tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "d1", Title: "Process", Clause: aims.MustParseClause("6.1.4"),
			DocumentControl: aims.DocumentControl{Distribution: []aims.Distribution{{To: aims.Subject{Kind: aims.KindPerson}, How: "the intranet"}, {To: aims.Subject{Kind: aims.KindRole, ID: aims.RoleLead}, How: "by hand"}}, KeepYears: 5, Disposal: "it is deleted"}}))
		must(tx.DraftDocument(aims.Document{ID: "d2", Title: "The Act", URI: "https://example.org/act", Owner: "lea", Outside: aims.OutsideOrigin{Kind: aims.OutsideLaw, Issuer: "The Union", Edition: "2024/1689", EditionOn: calendar.MustParse("2024-07-12"), Watcher: "lea"}}))
		must(tx.PutCommunication(aims.Communication{ID: "news", Title: "News", Topic: aims.CommunicationPolicy, What: "What is new", EveryDays: 90, When: "a new version", With: []aims.Subject{{Kind: aims.KindPerson}}, How: "a mail", Owner: "lea", Since: tx.Today()}))
		must(tx.RecordTelling("news", aims.Telling{On: tx.Today(), To: []aims.Subject{{Kind: aims.KindPerson}}, What: "the policy", Evidence: nil}))
		must(tx.CheckEdition("d2", aims.EditionCheck{On: tx.Today(), Current: "2024/1689", Seen: "the official journal"}))
		must(tx.PutContextIssue(aims.ContextIssue{ID: "c1", Title: "Law", Origin: aims.External, ReviewedOn: calendar.Of(now, nil)}))
		must(tx.PutInterestedParty(aims.InterestedParty{ID: "i1", Name: "Customers", Needs: []string{"fairness"}, ReviewedOn: calendar.Of(now, nil)}))
		must(tx.PutObjective(aims.Objective{ID: "o1", Title: "Fewer errors", Measure: "error rate", Target: 2, Direction: aims.AtMost, Owner: "ada", Due: calendar.Of(now.AddDate(1, 0, 0), nil),
			Controls: []annexa.ID{annexa.MustParse("A.9.3")}}))
		must(tx.MeasureObjective("o1", aims.Measurement{On: calendar.Of(now, nil), Value: 3}))
		must(tx.PutSupplier(aims.Supplier{ID: "s1", Name: "Sup", Duties: []aims.AllocatedDuty{{What: "tell", Bearer: aims.BearerSupplier, Control: annexa.MustParse("A.10.3")}}}))
		must(tx.PutSweep(aims.Sweep{ID: "w1", On: calendar.Of(now, nil), By: "ada", Sources: []string{"sign-on logs"}, Candidates: []aims.Candidate{{Name: "chat"}}}))
		must(tx.RegisterSystem(register.System{ID: "sys", Name: "Sys", Stage: register.StageOperation, Supplier: "s1", Owner: "ada"}))
		must(tx.PutRisk(register.Risk{ID: "r1", Title: "Outage", Axis: register.AxisOrganisation, Area: register.AreaContinuity, Owner: "ada",
			Inherent: register.Rating{Likelihood: 4, Consequence: 4, Criteria: 1}}))
		must(tx.DecideControl(annexa.Decision{Control: annexa.MustParse("X.cards"), Title: "Model cards", Applicability: annexa.Applicable,
			Justification: "wanted", Grounds: []annexa.Ground{{Kind: annexa.GroundRisk, Ref: "r1"}}, Status: annexa.StatusImplemented, Owner: "ada"}))
		must(tx.AttachEvidence(aims.Evidence{ID: "e1", Title: "Logs", Kind: "ev-logs", Collected: calendar.Of(now, nil), URI: "x:1", Quality: aims.QualityGood, Systems: []string{"sys"},
			Supports: []crosswalk.Ref{crosswalk.MustParseRef("iso42001:A.6.2.8"), crosswalk.MustParseRef("iso42001:X.cards")}}))
		must(tx.PlanAudit(aims.Audit{ID: "a1", Title: "Audit", Scope: "the office in Bonn, since January", Objective: "whether it is done as written", Criteria: "ISO/IEC 42001", Methods: aims.AuditMethods(), Clauses: []aims.Clause{aims.MustParseClause("9")}, Auditors: []string{"ian"}, PlannedFor: calendar.Of(now, nil)}))
		must(tx.HoldReview(aims.ManagementReview{ID: "m1", HeldOn: calendar.Of(now, nil), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "go on", Owner: "ada", Due: calendar.Of(now, nil)}}}))
		must(tx.RaiseNonconformity(aims.Nonconformity{ID: "n1", Title: "No logs", Severity: aims.SeverityMinor, Control: annexa.MustParse("A.6.2.8"),
			RaisedOn: calendar.Of(now, nil), Owner: "ada", Due: calendar.Of(now, nil), Correction: "x", Cause: "x", Extent: "x", Action: aims.CorrectiveAction{Plan: "x", By: "ian", DoneOn: calendar.Of(now, nil)}}))
		must(tx.ReportIncident(aims.Incident{ID: "x1", Title: "Wrong answer", Systems: []string{"sys"}, Grade: aims.GradeHigh, Harms: []string{"false-information"}, DetectedOn: now}))
		must(tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "k1", Text: "unfair", Systems: []string{"sys"}, Harm: "unequal-treatment", RaisedOn: calendar.Of(now, nil)}))
		must(tx.PutCertificate(aims.Certificate{ID: "z1", Body: "Body"}))
		must(tx.PutService(aims.Service{ID: "scan", Name: "Scanner", Owner: "ada"}))
		open, _ := tx.OpenAssessment("calm")
		open.Parties = []impact.PartyImpact{{Party: "user", How: "reads", NoHarm: "sees the source beside it"}}
		for _, h := range open.Result.Harms {
			open.Harms = append(open.Harms, impact.HarmRating{Harm: h.Harm, Dismissed: "not here"})
		}
		open.Harms = append(open.Harms, impact.HarmRating{Harm: "false-information", Scale: 4, Scope: 1, Irremediability: 2, Likelihood: 5, Confidence: impact.ConfidenceLow, Parties: []string{"user"}})
		open.Consultation = []impact.Consultation{{Who: "staff", On: calendar.Of(now, nil), Result: "fine", Parties: []string{"user"}, Changed: "nothing"}}
		open.Benefits = []impact.Benefit{{What: "faster", Parties: []string{"user"}}}
		open.Misuse = []impact.Misuse{{What: "asking for advice", By: "staff", Harms: []string{"false-information"}, Measure: "says so"}}
		must(tx.SaveAssessment(open))
		must(tx.SubmitAssessment(open.ID))
		return nil
	})
	do("eve", func(tx *aims.Tx) error {
		return tx.PlaceHold(aims.Hold{ID: "h1", Records: []aims.Subject{{Kind: aims.KindSystem, ID: "sys"}}, Reason: "an inquiry"})
	})
	do("ada", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(t, err) }
		today := tx.Today()
		must(tx.PutObligation(aims.Obligation{ID: "ob1", Title: "Logs", Kind: aims.ObligationLaw, Source: "Act, article 7", Country: "EU", Asks: "keep logs", Systems: []string{"sys"}, Owner: "ada",
			Met: "kept for a year", Evidence: []string{"e1"}, ReviewedOn: today,
			Reporting: []aims.ReportingDuty{{ID: "yearly", To: "the office", What: "numbers of the year", Due: today.AddDays(30), Months: 12}}}))
		must(tx.FileReport("ob1", "yearly", aims.Filing{For: today.AddDays(30), On: today, Reference: "no. 4", Evidence: []string{"e1"}}))
		return nil
	})
	do("eve", func(tx *aims.Tx) error {
		return tx.EndObligation("ob1", "the Act was repealed")
	})
	do("ada", func(tx *aims.Tx) error {
		a := aims.Action{ID: "ac1", What: "write down who answers for the logs", Source: aims.Subject{Kind: aims.KindAudit, ID: "a1"}, Systems: []string{"sys"}, Owner: "ada", Due: tx.Today().AddDays(30), Probe: "S2-07"}
		b := aims.Action{ID: "ac2", What: "buy another log", Owner: "ada", Due: tx.Today().AddDays(30)}
		return errors.Join(tx.PutAction(a), tx.PutAction(b))
	})
	do("eve", func(tx *aims.Tx) error {
		return errors.Join(tx.MoveAction("ac1", tx.Today().AddDays(60), "nobody had time"), tx.CancelAction("ac2", "the old one will do"))
	})
	do("ada", func(tx *aims.Tx) error {
		b, _ := tx.Actions().Get("ac1")
		b.Owner = "lea"
		return tx.PutAction(b)
	})
	do("lea", func(tx *aims.Tx) error { return tx.CompleteAction("ac1", tx.Today(), "written down") })
	do("eve", func(tx *aims.Tx) error { return tx.CheckAction("ac1", true, "read it") })
	do("ada", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(t, err) }
		p := aims.PlannedChange{ID: "ch1", Title: "Other hosting", Purpose: "cheaper", Consequences: "a day without it", Integrity: "the old one stays up", Resources: "two days",
			Responsibilities: "operations moves it", Clauses: []aims.Clause{aims.MustParseClause("8.1")}, Systems: []string{"sys"}, Owner: "ada", PlannedFor: tx.Today().AddDays(9)}
		must(tx.DraftChange(p))
		p.ID = "ch2"
		must(tx.DraftChange(p))
		return tx.DraftChange(aims.PlannedChange{ID: "ch3", Title: "Other answers", Unintended: true, HappenedOn: tx.Today()})
	})
	do("eve", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(t, err) }
		must(tx.PutCompetence(aims.Competence{ID: "co1", Title: "Auditing", Kind: aims.CompetenceSkill, Means: "plans an audit", ShownBy: "two audits", Roles: []string{aims.RoleAuditLead},
			Tasks: []aims.CompetenceTask{{What: "audits suppliers", Persons: []string{"ada"}}}, Months: 12, Owner: "ada"}))
		return tx.ClaimCompetence(aims.HeldCompetence{ID: "hc1", Competence: "co1", Person: "ada", Basis: []aims.CompetenceBasis{{Kind: aims.BasisTraining, What: "a course", Evidence: []string{"e1"}}}})
	})
	do("eve", func(tx *aims.Tx) error {
		return tx.AssessCompetence("hc1", aims.CompetenceAssessment{On: tx.Today(), Seen: "two reports", Result: aims.CompetenceShown})
	})
	do("eve", func(tx *aims.Tx) error {
		return tx.PutGoverningBody(aims.GoverningBody{ID: "gb1", Name: "Board", Chair: "ada", Members: []string{"ada", "ian"}, Reserves: []string{"uses that are forbidden elsewhere"}, Months: 6})
	})
	do("ada", func(tx *aims.Tx) error {
		return tx.NoteBriefing("gb1", aims.Briefing{On: tx.Today(), What: "how it stands", Decided: "go on", By: "eve"})
	})
	do("eve", func(tx *aims.Tx) error { return tx.ApproveChange("ch1") })
	do("ada", func(tx *aims.Tx) error {
		if err := tx.DropChange("ch2", "too dear"); err != nil {
			return err
		}
		return tx.CarryOutChange("ch1", tx.Today(), "moved")
	})
	do("eve", func(tx *aims.Tx) error {
		return tx.ReviewChange("ch3", aims.ChangeReview{Consequences: "longer answers", Mitigation: "a limit was set"})
	})
	do("eve", func(tx *aims.Tx) error {
		day := tx.Today()
		if err := tx.PutDataset(aims.Dataset{ID: "d1", Name: "Tickets", Systems: []string{"sys"}, Uses: []aims.DataUse{aims.UseInput}, Owner: "eve", Version: "3", Period: "2025",
			Categories: []register.DataCategory{register.DataPersonal}, Acquired: aims.DataAcquisition{Origin: register.OriginAcquired, From: "Sup", How: "a copy", Supplier: "s1", On: day},
			Rights: aims.DataRights{Basis: "contract", Licence: "theirs", Limits: "inside alone", Until: day.AddDays(300)}, Provenance: []aims.DataStep{{What: "joined", By: "ada", On: day}},
			Preparation: "names left out", Measures: []aims.QualityMeasure{{ID: "m", What: "filled", Unit: "percent", Required: 90, Direction: aims.AtLeast}}, Retention: "a year", KeepUntil: day.AddDays(300)}); err != nil {
			return err
		}
		if err := tx.MeasureDataset("d1", aims.QualityResult{Measure: "m", On: day, Value: 93, Note: "a sample"}); err != nil {
			return err
		}
		if err := tx.PlanVerification(aims.SystemVerification{ID: "v1", System: "sys", Title: "Before release", Method: "kept cases", Data: []string{"d1"}, Builders: []string{"ada"}, PlannedFor: day,
			Criteria: []aims.VerificationCriterion{{ID: "recall", What: "cases found", Direction: aims.AtLeast, Required: 0.9, Unit: "share"}}}); err != nil {
			return err
		}
		return tx.RecordTest(aims.ControlTest{ID: "t1", Control: annexa.MustParse("X.cards"), Systems: []string{"sys"}, On: calendar.Of(now, nil), Expected: "a card for each model", Method: "read them",
			Population: 4, Sample: 3, Failed: 1, Seen: "one is missing", Result: aims.ResultInPart, Evidence: []string{"e1"}})
	})
	do("ian", func(tx *aims.Tx) error {
		a, _ := tx.Audits().Get("a1")
		items := a.Checklist()
		for i := range items {
			items[i].Looked, items[i].Result, items[i].Records = "the records", aims.AuditOpportunity, []aims.Subject{{Kind: aims.KindEvidence, ID: "e1"}}
		}
		return tx.ExamineAudit("a1", items...)
	})
	do("ian", func(tx *aims.Tx) error {
		return tx.RecordVerification("v1", aims.VerificationReport{On: tx.Today(), Limitations: "numbers by hand", Evidence: []string{"e1"},
			Results: []aims.VerificationResult{{Criterion: "recall", Seen: "400 cases", Value: 0.95}}})
	})
	do("lea", func(tx *aims.Tx) error {
		return tx.PlanDeployment(aims.Deployment{ID: "dep1", System: "sys", Title: "To all", Where: "the office", Requirements: []aims.DeploymentRequirement{{What: "trained", How: "a course"}},
			Rollback: "the switch", Predicted: "sooner answers", Verification: "v1", Releaser: "ian", PlannedFor: tx.Today()})
	})
	do("ian", func(tx *aims.Tx) error { return tx.ReleaseDeployment("dep1", tx.Today()) })
	do("ada", func(tx *aims.Tx) error { return tx.TakeBackDeployment("dep1", tx.Today(), "too slow") })
	do("lea", func(tx *aims.Tx) error {
		return tx.PlanRetirement(aims.Retirement{ID: "ret1", System: "sys", Reason: "too slow", Effect: "by hand again", Fallback: "by hand", Looked: "the register", PlannedFor: tx.Today(),
			Told:    []aims.RetirementNotice{{To: aims.ToldUsers, Who: "the office"}, {To: aims.ToldCustomers, Nobody: "there are none"}, {To: aims.ToldSuppliers, Nobody: "nobody supplies it"}},
			Remains: []aims.Remain{{ID: "d1", Sort: aims.RemainData, What: "cases", Dataset: "d1"}, {ID: "m", Sort: aims.RemainModel, What: "weights"}, {ID: "k", Sort: aims.RemainCredentials, What: "keys"}, {ID: "l", Sort: aims.RemainLogs, What: "logs"}}})
	})
	do("lea", func(tx *aims.Tx) error {
		return tx.PutChannel(aims.Channel{ID: "ch", Title: "The form", For: []aims.ConcernOrigin{aims.FromPublic}, Where: "our page", Owner: "lea", Target: 14, OpenedOn: tx.Today()})
	})
	do("ian", func(tx *aims.Tx) error {
		return tx.TryChannel("ch", aims.ChannelTrial{On: tx.Today(), Seen: "it came", Works: true})
	})
	do("ada", func(tx *aims.Tx) error {
		return tx.DraftUseRules(aims.UseRules{ID: "u", Title: "Use", Systems: []string{"sys"}, Owner: "ada", Users: []string{"ian"}, Draft: aims.UseText{Intended: "to sort", Rules: "no names", Aims: "no waiting"}})
	})
	do("eve", func(tx *aims.Tx) error { return tx.ApproveUseRules("u") })
	do("ian", func(tx *aims.Tx) error { return tx.AcceptUseRules("u") })
	do("ian", func(tx *aims.Tx) error {
		return tx.CompareUse("u", aims.UseComparison{System: "sys", On: tx.Today(), Seen: "entries", AsIntended: true})
	})
	do("lea", func(tx *aims.Tx) error {
		return tx.DescribeLogs(aims.SystemLog{System: "sys", Owner: "lea", Where: "the store", KeptDays: 200, Readers: "the desk", Purpose: "to see why",
			Events: []aims.LoggedEvent{{What: "each answer", Stages: []register.Stage{register.StageOperation}}}})
	})
	do("lea", func(tx *aims.Tx) error {
		return tx.DraftProcesses(aims.ProcessMap{Text: "It is one.", Processes: []aims.Process{{ID: "all", Title: "All of it", Does: "runs it", Owner: "lea", Clauses: []aims.Clause{aims.MustParseClause("4.4")}, Outputs: []string{"records"},
			Inputs: []aims.ProcessInput{{What: "the standard"}}, Criteria: []aims.ProcessCriterion{{What: "an auditor finds nothing grave"}}}}})
	})
	do("lea", func(tx *aims.Tx) error {
		return tx.DraftAuditProgramme(aims.AuditProgramme{From: tx.Today(), To: tx.Today().AddDays(365), Lead: "lea", Criteria: "the standard", Methods: aims.AuditMethods(), Reporting: "top management", Planning: "a week ahead",
			Deviations: []aims.ProgrammeDeviation{{Clause: aims.MustParseClause("6.2"), Months: 24, Reason: "objectives run for two years"}}})
	})
	do("eve", func(tx *aims.Tx) error { return tx.AdoptAuditProgramme("audit-programme", "as they run for two years") })
	do("eve", func(tx *aims.Tx) error { return tx.AdoptProcesses("processes", tx.Today().AddDays(300)) })
	do("lea", func(tx *aims.Tx) error {
		return tx.PutOpportunity(aims.Opportunity{ID: "op1", Title: "One audit of both", Gain: "half the days", Owner: "lea"})
	})
	do("eve", func(tx *aims.Tx) error { return tx.DecideOpportunity("op1", aims.OpportunityPursue, "it pays") })
	do("lea", func(tx *aims.Tx) error {
		return tx.PutAction(aims.Action{ID: "op-act", What: "ask the body", Owner: "lea", Due: tx.Today().AddDays(9), Source: aims.Subject{Kind: aims.KindOpportunity, ID: "op1"}})
	})
	do("lea", func(tx *aims.Tx) error { return tx.CompleteAction("op-act", tx.Today(), "it comes once") })
	do("eve", func(tx *aims.Tx) error { return tx.JudgeOpportunity("op1", false, "they came twice all the same") })
	do("lea", func(tx *aims.Tx) error {
		return errors.Join(tx.PutMonitoring(aims.Monitoring{ID: "mo1", Title: "Answers in time", Sort: aims.MonitoredProcesses, What: "concerns answered", Method: "counted", IntervalDays: 90, Measurer: "scan", Evaluator: "lea",
			Thresholds: []aims.Threshold{{Direction: aims.AtLeast, Value: 90}}}), tx.RecordMonitoring("mo1", aims.MonitoringResult{On: tx.Today(), Value: 80, Evidence: []string{"e1"}}))
	})
	do("lea", func(tx *aims.Tx) error {
		return tx.EvaluateMonitoring("mo1", aims.MonitoringEvaluation{On: tx.Today(), Means: "too few hands"})
	})
	do("lea", func(tx *aims.Tx) error {
		return errors.Join(tx.PutResource(aims.Resource{ID: "tools", Title: "Tools", Sort: aims.ResourceTooling, What: "a pipeline", Owner: "lea", Systems: []string{"sys"}, Stages: []register.Stage{register.StageOperation}}),
			tx.NoteResourceGap("tools", aims.ResourceGap{What: "a licence", Since: tx.Today(), Due: tx.Today()}))
	})
	do("ian", func(tx *aims.Tx) error {
		return tx.ReviewResource("tools", aims.ResourceReview{On: tx.Today(), Seen: "it runs"})
	})
	do("ian", func(tx *aims.Tx) error { return tx.CloseResourceGap("tools", 1, "bought") })
	do("lea", func(tx *aims.Tx) error {
		return tx.PutPublicClaim(aims.PublicClaim{ID: "footer", Title: "Footer", Where: "our page", Says: "We are certified.", About: aims.ClaimProduct, Mark: true, Accreditation: true, Covers: []string{"Vienna"}, Systems: []string{"sys"}, Owner: "lea", Since: tx.Today()})
	})
	do("ian", func(tx *aims.Tx) error {
		return tx.ReviewPublicClaim("footer", aims.ClaimReview{On: tx.Today(), Seen: "the page", Beyond: "all of us seem certified"})
	})
	do("lea", func(tx *aims.Tx) error { return tx.EndPublicClaim("footer", tx.Today(), "taken off") })
	do("ian", func(tx *aims.Tx) error {
		return tx.CheckLogs("sys", aims.LogCheck{On: tx.Today(), Looked: "ten answers", Missing: "one of them"})
	})
	do("ian", func(tx *aims.Tx) error { return tx.CloseAudit("a1", "conforms", []string{"eve"}) })
	do("eve", func(tx *aims.Tx) error { return tx.CloseNonconformity("n1", false, "looked again") })
	do("lea", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(t, err) }
		must(tx.MoveCertificate("z1", aims.CertApplied, calendar.Of(now, nil)))
		must(tx.CloseIncident("x1", "checked twice now"))
		must(tx.AnswerConcern("k1", "looked into"))
		return nil
	})
	do("eve", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(t, err) }
		must(tx.ApprovePolicy("p1", calendar.Of(now.AddDate(1, 0, 0), nil)))
		must(tx.ApproveScope("scope", calendar.Of(now.AddDate(1, 0, 0), nil)))
		must(tx.ApproveCriteria("criteria", calendar.Of(now.AddDate(1, 0, 0), nil)))
		must(tx.ApproveDocument("d1", calendar.Of(now.AddDate(1, 0, 0), nil)))
		must(tx.ApproveDocument("d2", calendar.Of(now.AddDate(1, 0, 0), nil)))
		must(tx.AcceptRisk("r1", "small", calendar.Of(now.AddDate(1, 0, 0), nil)))
		must(tx.GrantException("g1", calendar.Of(now.AddDate(0, 0, 7), nil)))
		for _, d := range tx.Controls() {
			if d.Applicability == annexa.Undecided {
				d.Applicability, d.Status, d.Justification, d.Grounds = annexa.Excluded, annexa.StatusNotApplicable, "none", []annexa.Ground{{Kind: annexa.GroundOwn}}
				d.ReviewDue = calendar.Of(now.AddDate(1, 0, 0), nil)
				must(tx.DecideControl(d))
			}
		}
		return nil
	})
	do("eve", func(tx *aims.Tx) error { return tx.ApproveStatement(calendar.Of(now.AddDate(1, 0, 0), nil)) })
	do("ian", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("calm")
		return tx.ReturnAssessment(a.ID, "say more")
	})

	written := make(map[aims.Kind]int)
	schemas := make(map[aims.Kind]*validator.Schema)
	for _, k := range aims.Kinds() {
		schemas[k.Name] = compile(t, k.Name)
	}
	for c, err := range journal.Log(t.Context(), 0) {
		require.NoError(t, err)
		for _, ch := range c.Changes {
			kind := aims.Kind(ch.Kind)
			written[kind]++
			body, err := validator.UnmarshalJSON(bytes.NewReader(ch.Body))
			require.NoError(t, err)
			require.NoError(t, schemas[kind].Validate(body), "%s %s: %s", ch.Kind, ch.Key, ch.Body)
		}
	}
	for _, k := range aims.Kinds() {
		require.NotZero(t, written[k.Name], "nothing of kind %s was written, so nothing was validated", k.Name)
	}
}

// calm is a system with every question that decides its level answered.
func calm() register.System {
	n := register.No
	return register.System{
		ID: "calm", Name: "Calm", Owner: "ada", Stage: register.StageDeployment, Purpose: "search the handbook",
		Roles: []register.AIRole{register.RoleDeployer}, Build: register.BuildNone, Supplies: n, DeployerKind: register.DeployerPrivate,
		Domains: []register.Domain{register.DomainInternalOperations}, Functions: []register.Function{register.FunctionSearch},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomyInforms, Effects: []register.Effect{register.EffectNone},
		Reversibility: register.ReversibilityEasy, Contest: register.Yes, Explain: register.ExplainInherent, Affected: []string{"user"},
		Reach: register.ReachUnder1K, Interacts: []register.Audience{register.AudienceEmployees}, Direct: n, Displaces: n,
		Data: []register.DataCategory{register.DataNone}, DataOrigins: []register.DataOrigin{register.OriginOwn}, Profiling: n, Matching: n, DataWorkers: n,
		ModelSource: register.ModelOwn, SoleSupplier: n, GPAI: n, GPAIProvider: n, Systemic: n, Adaptive: n, TechMaturity: register.TechProven,
		LargeTraining: n, Generates: []register.Content{register.ContentNone}, Acts: n, MultiAgent: n, Physical: n, Critical: n,
		Hosting: register.HostingInternal, Jurisdictions: []string{"EU"}, DataResources: []register.DataResource{{Name: "handbook", Origin: register.OriginOwn}},
		Claims63: register.ExemptionNone, HarmfulSignificant: n, ThirdPartyConformity: n, ConvenienceOnly: n, ObviousAI: n, OpenSource: n,
		StandardEditing: n, EditorialControl: n, Alterations: []register.Alteration{register.AlterationNone}, SoleUse: register.SoleUseNone,
		Labels: map[string]string{"a": "b"}, HumanOversight: register.Oversight{Person: "ada", Measure: "reads along"},
	}
}

// TestSchemasRefuse shows that the schemas are not empty: wrong bodies fail.
func TestSchemasRefuse(t *testing.T) {
	for body, kind := range map[string]aims.Kind{
		`{"id":"s","name":"S","stage":"nowhere"}`:                                                     aims.KindSystem,
		`{"id":"s","name":"S"}`:                                                                       aims.KindSystem,
		`{"id":"s","name":"S","stage":"design","data":null}`:                                          aims.KindSystem,
		`{"id":"s","name":"S","stage":"design","colour":"red"}`:                                       aims.KindSystem,
		`{"control":"A.6.2.1"}`:                                                                       aims.KindDecision,
		`{"id":"e","title":"E","collected":"yesterday","supports":[]}`:                                aims.KindEvidence,
		`{"id":"e","title":"E","collected":"2026-01-01T00:00:00Z","supports":["nowhere"]}`:            aims.KindEvidence,
		`{"id":"c","title":"C","origin":"external","reviewed_on":"2026-13-01T00:00:00Z"}`:             aims.KindContextIssue,
		`{"id":"a","title":"A","clauses":["3.1"],"auditors":[],"planned_for":"2026-01-01T00:00:00Z"}`: aims.KindAudit,
	} {
		doc, err := validator.UnmarshalJSON(bytes.NewReader([]byte(body)))
		require.NoError(t, err)
		require.Error(t, compile(t, kind).Validate(doc), body)
	}
}
