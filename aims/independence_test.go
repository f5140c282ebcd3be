package aims_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// tied is an organisation in which every row of the table of ties has somebody.
func tied(t *testing.T) *org {
	o := openOrg(t, memory.New(), &clock{now: day(-40)}).staffed()
	o.do("setup", func(tx *aims.Tx) error {
		for _, id := range []string{"dan", "kim", "max", "zoe"} {
			if err := tx.PutPerson(aims.Person{ID: id, Name: "Name of " + id}); err != nil {
				return err
			}
		}
		return nil
	})
	o.do("setup", func(tx *aims.Tx) error { return tx.RegisterSystem(ownModel()) })
	o.register(officeTool("live", register.StageOperation))
	o.do("dan", func(tx *aims.Tx) error { return tx.PlanDeployment(deployment("dep-tied", "live")) })
	o.do("una", func(tx *aims.Tx) error { return tx.ReleaseDeployment("dep-tied", tx.Today()) })
	o.do("dan", func(tx *aims.Tx) error { return tx.PlanRetirement(ended("end-tied", "cv")) })
	o.do("ada", func(tx *aims.Tx) error { r, _ := tx.Retirements().Get("end-tied"); return tx.PlanRetirement(r) })
	o.do("setup", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "con", Name: "Con", External: true}) })
	o.organised(func(our *aims.Organisation) {
		our.Advice = []aims.Advice{{Person: "con", On: "the impact process", From: dayOf(-60), Until: dayOf(-40)}}
	})
	o.clock.Set(day(-8))
	o.do("eve", func(tx *aims.Tx) error { return tx.DecideRetirement("end-tied") })
	o.do("kim", func(tx *aims.Tx) error {
		return tx.TellRetirement("end-tied", aims.ToldUsers, tx.Today(), "a letter")
	})
	o.do("lea", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "x", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("7.2"), Systems: []string{"cv"}, RaisedOn: dayOf(-8), Owner: "ada", Due: dayOf(30),
			Correction: "x", Cause: "x", Extent: "x", Action: aims.CorrectiveAction{Plan: "x", By: "dan", DoneOn: dayOf(-8)}})
	})
	o.clock.Set(day0)
	o.do("ada", signGate("cv", register.StageRetirement, register.SignerOwner))
	o.documents(day(300))
	o.do("lea", func(tx *aims.Tx) error {
		must := func(err error) { t.Helper(); require.NoError(t, err) }
		must(tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "d3", Title: "Terms", Owner: "kim"}))
		must(tx.PutSupplier(aims.Supplier{ID: "s", Name: "Sup", Owner: "dan"}))
		must(tx.PutSweep(aims.Sweep{ID: "w", On: dayOf(0), By: "kim", Sources: []string{"logs"}}))
		must(tx.PutObjective(aims.Objective{ID: "o", Title: "x", Measure: "x", Direction: aims.AtMost, Owner: "ada", Due: dayOf(90)}))
		must(tx.MeasureObjective("o", aims.Measurement{On: dayOf(0), Value: 1, By: "bob"}))
		r := risk("r")
		r.Systems, r.AssessedOn = []string{"cv"}, dayOf(0)
		must(tx.RegisterSystem(spamFilter()))
		must(tx.RegisterSystem(officeTool("tool", register.StageDesign)))
		must(tx.PutRisk(r))
		must(tx.DecideControl(applicable(tx.Decision(annexa.MustParse("A.6.2.6")))))
		out := tx.Decision(annexa.MustParse("A.10.4"))
		out.Applicability, out.Status, out.Justification, out.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, "no customers", dayOf(100)
		out.Grounds = []annexa.Ground{{Kind: annexa.GroundOwn}}
		must(tx.DecideControl(out))
		must(tx.ReportIncident(aims.Incident{ID: "i", Title: "x", Grade: aims.GradeMedium, DetectedOn: day0, Owner: "dan", Systems: []string{"tool"}}))
		must(tx.RaiseConcern(aims.Concern{ID: "c", RaisedBy: "staff", Text: "x", RaisedOn: dayOf(0), Handler: "kim", Systems: []string{"tool"}}))
		must(tx.PlanAudit(plan("late", "7.3")))
		return nil
	})
	o.do("bob", edited((*aims.Tx).Risks, "r", (*aims.Tx).PutRisk, func(_ *crowd, r *register.Risk) { r.Description = "as seen elsewhere" }).bind())
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRisk("r", "seldom", dayOf(20)) })
	o.do("ian", func(tx *aims.Tx) error { return tx.StopAssessment("tool#1", "nothing in it") })
	for _, d := range o.View().DutiesOf("tool", day0) {
		o.do("eve", func(tx *aims.Tx) error { return tx.WaiveDuty(d.ID, "it lay elsewhere", dayOf(90)) })
	}
	o.decideAll("A.6.2.6", "A.10.4")
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveStatement(dayOf(300)) })
	o.do("eve", func(tx *aims.Tx) error { return tx.PostponeAudit("late", dayOf(20), "ill") })
	o.do("una", examine("late"))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseAudit("late", "fine", []string{"eve"}) })
	o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("n", true, "looked") })
	o.do("lea", func(tx *aims.Tx) error { return tx.RegradeIncident("i", aims.GradeLow, "a typo") })
	o.do("lea", func(tx *aims.Tx) error { return tx.CloseIncident("i", "x") })
	o.do("lea", func(tx *aims.Tx) error { return tx.AnswerConcern("c", "x") })
	o.do("eve", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Attendees: []string{"zoe"}, Decisions: []aims.ReviewDecision{{What: "x", Owner: "lea", Due: dayOf(9)}}})
	})
	o.do("lea", completed("m#1", dayOf(0), "done as decided"))
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PlaceHold(aims.Hold{ID: "h", Records: []aims.Subject{{Kind: aims.KindIncident, ID: "i"}}, Reason: "an inquiry"})
	})
	o.do("kim", func(tx *aims.Tx) error {
		law := actArticle("kim")
		law.Systems = []string{"cv"}
		return tx.PutObligation(law)
	})
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PostponeReport("act", "yearly", due(200), "the office gave more time")
	})
	o.do("kim", func(tx *aims.Tx) error {
		p := moveOfModels("ada")
		p.Systems = []string{"cv"}
		return tx.DraftChange(p)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveChange("move") })
	o.do("lea", func(tx *aims.Tx) error { return tx.CarryOutChange("move", due(0), "moved over night") })
	o.do("eve", func(tx *aims.Tx) error { return tx.PutCompetence(auditing("kim")) })
	o.do("dan", func(tx *aims.Tx) error {
		a := action("act-tied", "kim")
		a.Systems = []string{"cv"}
		return tx.PutAction(a)
	})
	o.do("kim", completed("act-tied", dayOf(0), "it is written down"))
	o.do("una", checkIt("act-tied", false, "three logs have nobody"))
	o.do("kim", passOn("act-tied", "max"))
	o.do("eve", move("act-tied", 40, "kim was ill"))
	o.do("max", completed("act-tied", dayOf(0), "the three have somebody"))
	o.do("kim", func(tx *aims.Tx) error { return tx.ClaimCompetence(unaAudits()) })
	o.do("lea", assessed("una-audits", shown(due(0))))
	o.do("eve", func(tx *aims.Tx) error { return tx.PutGoverningBody(board("kim")) })
	o.do("kim", func(tx *aims.Tx) error {
		d := dataset("d-tied", "cv")
		d.Owner = "kim"
		return tx.PutDataset(d)
	})
	o.do("max", measure("d-tied", 99))
	o.do("dan", func(tx *aims.Tx) error {
		v := verification("v-tied", "cv")
		v.Builders = []string{"bob"}
		return tx.PlanVerification(v)
	})
	o.do("kim", func(tx *aims.Tx) error { return tx.RecordVerification("v-tied", verified(true)) })
	o.do("kim", func(tx *aims.Tx) error { return tx.RecordTest(controlTest("A.6.2.6", day0)) })
	o.do("dan", func(tx *aims.Tx) error { return tx.PutChannel(openChannel("dan")) })
	o.do("kim", func(tx *aims.Tx) error {
		u := rulesOfUse("u-tied", "tool")
		u.Owner = "dan"
		return tx.DraftUseRules(u)
	})
	o.do("lea", func(tx *aims.Tx) error { return tx.ApproveUseRules("u-tied") })
	o.do("kim", func(tx *aims.Tx) error {
		l := logsOf("tool")
		l.Owner = "dan"
		return tx.DescribeLogs(l)
	})
	o.do("max", lookFor("tool", true))
	o.do("kim", func(tx *aims.Tx) error {
		m := processes()
		m.Processes[0].Owner = "dan"
		return tx.DraftProcesses(m)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.AdoptProcesses("processes-2", dayOf(300)) })
	o.do("kim", func(tx *aims.Tx) error {
		s := aims.Scope{Statement: "all of it", Boundaries: "our two offices", Interfaces: []aims.ScopeInterface{{Kind: aims.InterfaceSystem, With: "ISO 9001", Passes: "audits", Owner: "dan"}}}
		news := telling("news", aims.CommunicationOther)
		news.Owner = "dan"
		old := telling("old", aims.CommunicationOther)
		return errors.Join(tx.DraftScope(s), tx.PutCommunication(news), tx.PutCommunication(old),
			tx.DraftDocument(aims.Document{ID: "gone", Title: "Terms", Text: "It says what it has to.", Owner: "dan"}), tx.DraftDocument(standard("act", "dan")))
	})
	o.do("eve", func(tx *aims.Tx) error {
		return errors.Join(tx.ApproveScope("scope-2", dayOf(300)), tx.ApproveDocument("gone", dayOf(300)))
	})
	o.do("dan", func(tx *aims.Tx) error { return tx.WithdrawDocument("gone", dayOf(0), "nobody works so any more") })
	o.do("max", lookedUp("act", "2023"))
	o.do("max", func(tx *aims.Tx) error {
		return tx.RecordTelling("news", aims.Telling{On: tx.Today(), To: []aims.Subject{{Kind: aims.KindPerson}}, What: "what is new"})
	})
	o.do("lea", func(tx *aims.Tx) error { return tx.EndCommunication("old", "nobody reads it") })
	o.do("kim", func(tx *aims.Tx) error {
		p := programme()
		p.Lead = "dan"
		return tx.DraftAuditProgramme(p)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.AdoptAuditProgramme("audit-programme", "") })
	o.do("kim", func(tx *aims.Tx) error {
		r := pipeline("pipe", "tool")
		r.Owner = "dan"
		return tx.PutResource(r)
	})
	o.do("kim", func(tx *aims.Tx) error {
		p := opportunity("chance")
		p.Owner = "dan"
		return tx.PutOpportunity(p)
	})
	o.do("eve", func(tx *aims.Tx) error {
		return tx.DecideOpportunity("chance", aims.OpportunityLeave, "it does not pay")
	})
	o.do("kim", func(tx *aims.Tx) error {
		m := monitoring("m")
		m.Measurer = "dan"
		return errors.Join(tx.PutMonitoring(m), measured("m", 0, 95)(tx))
	})
	o.do("max", func(tx *aims.Tx) error {
		return tx.ReviewResource("pipe", aims.ResourceReview{On: tx.Today(), Seen: "it does what it is for"})
	})
	o.do("max", func(tx *aims.Tx) error {
		return tx.CompareUse("u-tied", aims.UseComparison{System: "tool", On: tx.Today(), Seen: "a hundred entries", AsIntended: true})
	})
	o.do("max", func(tx *aims.Tx) error {
		return tx.TryChannel("form", aims.ChannelTrial{On: tx.Today(), Seen: "an answer on the same day", Works: true})
	})
	o.do("max", func(tx *aims.Tx) error {
		return tx.ReviewDeployment("dep-tied", aims.DeploymentReview{On: tx.Today(), Seen: "as we thought", AsPredicted: true})
	})
	o.do("ada", func(tx *aims.Tx) error { return tx.RequestException(exception("G1.3")) })
	o.do("eve", func(tx *aims.Tx) error { return tx.GrantException("x", dayOf(9)) })
	o.submit("cv")
	o.do("ian", func(tx *aims.Tx) error { return tx.ReturnAssessment("cv#1", "say more") })
	o.do("bob", func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#1") })
	o.do("pam", func(tx *aims.Tx) error {
		return tx.DelegateSignature("cv#1", aims.RolePolicyOwner, "max", "on leave", dayOf(9))
	})
	o.sign("max", "cv#1", aims.RolePolicyOwner)
	return o
}

// everybody are the persons of an organisation.
func (o *org) everybody() (all []string) {
	for p := range o.View().People().All() {
		all = append(all, p.ID)
	}
	return all
}

// scoped is an audit of one clause or control by everybody.
func (o *org) scoped(on time.Time, element string) aims.Audit {
	a := aims.Audit{ID: "new", Title: "x", Auditors: o.everybody(), PlannedFor: calendar.Of(on, nil)}
	if c, err := aims.ParseClause(element); err == nil {
		a.Clauses = []aims.Clause{c}
	} else {
		a.Controls = []annexa.ID{annexa.MustParse(element)}
	}
	return a
}

// Each row of the table bars somebody from an audit of each clause and control that it
// is under, and of the system or the clause that the record names. What was done bars
// for a year, what is owned as long as it is.
func TestEveryTieBars(t *testing.T) {
	o := tied(t)
	found := func(row aims.Tie, a aims.Audit) bool {
		return slices.ContainsFunc(o.View().OwnWork(a), func(w aims.OwnWork) bool { return w.Relation == row.Relation && w.Subject.Kind == row.Kind })
	}
	own := map[string]string{"IN-11": "A.6.2.6", "IN-12": "A.10.4", "IN-19": "7.5", "IN-20": "6.1.3", "IN-21": "6.1.4", "IN-140": "7.5", "IN-141": "7.5", "IN-33": "7.2", "IN-34": "7.2", "IN-41": "A.6.2.6"}
	ids := make(map[string]bool)
	for _, row := range aims.Ties() {
		require.False(t, ids[row.ID], row.ID)
		ids[row.ID] = true
		require.NotEmpty(t, row.Why, row.ID)
		under := row.Under
		if row.Own {
			require.NotEmpty(t, own[row.ID], "%s: what does its record name?", row.ID)
			under = append(under, own[row.ID])
		}
		require.True(t, row.Systems || len(under) > 0, row.ID)
		for _, element := range under {
			for _, below := range covering(element) {
				require.True(t, found(row, o.scoped(day(1), below)), "%s under %s", row.ID, below)
				require.Equal(t, !row.Past, found(row, o.scoped(day(400), below)), "%s 400 days later, under %s", row.ID, below)
			}
		}
		cv := aims.Audit{ID: "new", Systems: []string{"cv", "tool", "live"}, Auditors: o.everybody(), PlannedFor: calendar.Of(day(1), nil)}
		require.Equal(t, row.Systems, found(row, cv) && row.ID != "IN-02", "%s by system", row.ID)
		cv.PlannedFor = dayOf(400)
		require.Equal(t, row.Systems && !row.Past, found(row, cv) && row.ID != "IN-02", "%s by system, 400 days later", row.ID)
		require.False(t, found(row, aims.Audit{ID: "new", Systems: []string{"spam"}, Auditors: o.everybody(), PlannedFor: dayOf(1)}) && row.Kind != aims.KindSystem, "%s is of cv", row.ID)
	}
}

// untied are the kinds to which nobody is tied, and why.
var untied = map[aims.Kind]string{
	aims.KindContextIssue: "names nobody", aims.KindInterestedParty: "names nobody",
	aims.KindPublicClaim: "what is said of a certification lies under no clause and no control",
	aims.KindCertificate: "names nobody of the organisation", aims.KindPerson: "roles and appointments are looked at",
	aims.KindService: "what it writes is looked at", aims.KindEvidence: "to collect evidence is what auditors do",
}

// A new kind of records is in the table of ties, or it is said why not.
func TestTiesAreOfAllKinds(t *testing.T) {
	in := make(map[aims.Kind]bool)
	for _, row := range aims.Ties() {
		in[row.Kind] = true
	}
	for _, k := range aims.Kinds() {
		require.NotEqual(t, in[k.Name], untied[k.Name] != "", k.Name)
	}
}

// covering are a clause, or the controls of a theme.
func covering(element string) (all []string) {
	for _, c := range annexa.Controls() {
		if id := c.ID.String(); id == element || strings.HasPrefix(id, element+".") {
			all = append(all, id)
		}
	}
	if all == nil {
		return []string{element}
	}
	return all
}

// An auditor who is barred from a system is barred from the clauses under which its
// assessment falls, and from those of all the rest that he has a part in; who has no
// part audits all of it.
func TestClausesCoverTheRecordsUnderThem(t *testing.T) {
	o := tied(t)
	o.do("setup", func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "xia", Name: "Xia", External: true})
	})
	for _, row := range []struct{ auditor, element, relation, id string }{
		{"bob", "8.4", "wrote assessment", "cv#1"},
		{"bob", "6.1.4", "wrote assessment", "cv#1"},
		{"max", "8.4", "signed assessment", "cv#1"}, // as the deputy of
		{"pam", "8.4", "signed assessment", "cv#1"},
		{"ian", "8.4", "decided on assessment", "cv#1"},
		{"ada", "8", "owns system", "cv"},
		{"rob", "8.3", "accepted risk", "r"},
		{"ada", "5.2", "wrote policy", "p1"},
		{"lea", "7.1", "answers for clause 7 as", aims.RoleLead},
		{"lea", "6.1.2", "answers for clause 6 as", aims.RoleLead},
		{"una", "9.2.2", "answers for clause 9.2.2 as", aims.RoleAuditLead},
		{"una", "9.2.1", "audited in", "late"},
		{"dan", "A.10.3", "answers for supplier", "s"},
		{"dan", "7.2", "corrected nonconformity", "n"},
	} {
		a := o.scoped(day(10), row.element)
		a.Auditors = []string{row.auditor}
		o.do("eve", func(tx *aims.Tx) error { // each for itself is refused, and writes nothing
			err := tx.PlanAudit(a)
			require.ErrorIs(t, err, aims.ErrSeparation, "%v", row)
			require.ErrorContains(t, err, row.auditor+" "+row.relation+" "+row.id)
			return nil
		})
	}
	whole := plan("whole", "4", "5", "6", "7", "8", "9", "10")
	whole.Systems = []string{"cv", "spam", "tool"}
	for _, c := range annexa.Controls() {
		whole.Controls = append(whole.Controls, c.ID)
	}
	for _, auditor := range []string{"xia", "zoe"} { // zoe attended a review
		whole.ID, whole.Auditors = "by-"+auditor, []string{auditor}
		o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(whole) })
		o.do(auditor, examine(whole.ID))
		o.do(auditor, func(tx *aims.Tx) error { return tx.CloseAudit(whole.ID, "fine", []string{"eve"}) })
	}
	require.Empty(t, find(o.View(), day(20), "S2-15"))
	// Within the year who is from outside comes again; who is not has audited.
	o.clock.Set(day(300))
	whole.ID, whole.PlannedFor = "again", dayOf(300)
	o.refused("una", aims.ErrSeparation, func(tx *aims.Tx) error { return tx.PlanAudit(whole) })
	whole.Auditors = []string{"xia"}
	o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(whole) })
}

// What is done before an audit is closed counts, what is done after does not; who is on
// file twice is one auditor; what was planned far off is looked at as of the day that it
// happens.
func TestOwnWorkInTime(t *testing.T) {
	o := tied(t)
	a := plan("a", "8.4")
	a.Auditors, a.PlannedFor = []string{"dan"}, dayOf(100)
	o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(a) })
	far := a
	far.ID, far.Auditors, far.PlannedFor = "far", []string{"max"}, dayOf(400)
	o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(far) })
	err := o.refused("max", aims.ErrSeparation, func(tx *aims.Tx) error { return tx.CloseAudit("far", "x", []string{"eve"}) })
	require.ErrorContains(t, err, "max signed assessment cv#1", "it was signed today")

	// dan has another record, under which he wrote.
	o.do("setup", func(tx *aims.Tx) error {
		dan, _ := tx.People().Get("dan")
		dan.Identities = []string{"login-7"}
		if err := tx.PutPerson(dan); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "dan2", Name: "Daniel", Identities: []string{"login-7"}})
	})
	o.clock.Set(day(1))
	o.do("dan2", func(tx *aims.Tx) error { return tx.SaveAssessment(o.open("spam")) })
	err = o.refused("dan", aims.ErrSeparation, func(tx *aims.Tx) error { return tx.CloseAudit("a", "x", []string{"eve"}) })
	require.ErrorContains(t, err, "dan wrote assessment spam#1")

	// kim audits, and only then signs for somebody.
	a.ID, a.Auditors, a.PlannedFor = "b", []string{"kim"}, dayOf(1)
	o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(a) })
	o.do("kim", examine("b"))
	o.do("kim", func(tx *aims.Tx) error { return tx.CloseAudit("b", "x", []string{"eve"}) })
	o.clock.Set(day(2))
	o.submit("spam")
	o.do("ian", func(tx *aims.Tx) error {
		return tx.DelegateSignature("spam#1", aims.RoleImpactApprover, "kim", "on leave", dayOf(9))
	})
	o.sign("kim", "spam#1", aims.RoleImpactApprover)
	closed, _ := o.View().Audits().Get("b")
	require.Empty(t, o.View().OwnWork(closed))
	closed.ID, closed.ClosedOn = "c", time.Time{}
	require.NotEmpty(t, o.View().OwnWork(closed), "from now on she is tied")
}
