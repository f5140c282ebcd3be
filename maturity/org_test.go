package maturity_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/templates"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// day0 is when the organisations of these tests start.
var day0 = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// org is an organisation under test, with a clock that tests move.
type org struct {
	*aims.Manager
	tb  testing.TB
	ctx context.Context

	journal storage.Journal
	now     time.Time

	watch *maturity.Watch // that has to say the same after each change; nil if nobody follows
}

// twin returns an organisation with the same history, on a journal of its own.
func (o *org) twin(tb testing.TB) *org {
	tb.Helper()
	var all []storage.Commit
	for c, err := range o.journal.Log(o.ctx, 0) {
		require.NoError(tb, err)
		all = append(all, c)
	}
	j := memory.New()
	batch, err := storage.NewBatch(storage.Head{}, all)
	require.NoError(tb, err)
	require.NoError(tb, j.Append(o.ctx, batch))
	return openOrg(tb, j, o.now, "twin")
}

func newOrg(tb testing.TB) *org { return openOrg(tb, memory.New(), day0, "id") }

func openOrg(tb testing.TB, j storage.Journal, now time.Time, prefix string) *org {
	o := &org{tb: tb, ctx: context.Background(), journal: j, now: now}
	n := 0
	m, err := aims.Open(o.ctx, j, &aims.Options{
		Clock:   func() time.Time { return o.now },
		Founder: aims.Person{ID: "setup", Name: "Who sets it up"},
		NewID:   func() string { n++; return fmt.Sprintf("%s-%06d", prefix, n) },
	})
	require.NoError(tb, err)
	o.Manager = m
	return o
}

// pass lets days go by.
func (o *org) pass(days int) { o.now = o.now.AddDate(0, 0, days) }

// do makes a change that must succeed.
func (o *org) do(actor string, fn func(tx *aims.Tx) error) {
	o.tb.Helper()
	require.NoError(o.tb, o.Update(o.ctx, aims.By{Actor: actor, Reason: "test"}, fn))
	if o.watch != nil {
		o.watch.Follow(o.View(), o.now)
		require.Empty(o.tb, cmp.Diff(asJSON(o.tb, o.report()), asJSON(o.tb, o.watch.Report())))
	}
}

// report evaluates the default model now.
func (o *org) report(history ...maturity.History) maturity.Report {
	return maturity.Evaluate(maturity.DefaultModel(), o.View(), o.now, history...)
}

// roles are who holds which role.
var roles = []struct{ person, role string }{
	{"eve", aims.RoleSponsor}, {"lea", aims.RoleLead}, {"pam", aims.RolePolicyOwner},
	{"rob", aims.RoleRiskApprover}, {"ian", aims.RoleImpactApprover}, {"una", aims.RoleAuditLead},
}

// step1 registers what runs: people, roles, policy, sweep, two systems.
func (o *org) step1() {
	o.tb.Helper()
	o.do("setup", func(tx *aims.Tx) error {
		for _, id := range []string{"ada", "bob", "eve", "lea", "pam", "rob", "ian", "una", "xia"} {
			if err := tx.PutPerson(aims.Person{ID: id, Name: "Name of " + id, TopManagement: id == "eve", External: id == "xia"}); err != nil {
				return err
			}
		}
		for _, r := range roles {
			if err := tx.AssignRole(r.role, r.person); err != nil {
				return err
			}
		}
		own := tx.Organisation()
		own.Name, own.Roles = "Example Bank", []register.AIRole{register.RoleDeployer}
		return tx.PutOrganisation(own)
	})
	for _, r := range roles {
		o.do(r.person, func(tx *aims.Tx) error { return tx.AcceptRole(r.role) })
	}
	o.do("eve", func(tx *aims.Tx) error { return tx.ConfirmFounding() })
	o.train()
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutService(aims.Service{ID: "watch", Name: "What watches the scores", Purpose: "Puts a drift report on file each month.", Owner: "bob"})
	})
	o.do("pam", func(tx *aims.Tx) error {
		err := tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "policy-1", Title: "AI policy", Owner: "pam", FramesObjectives: true,
			CommitsToRequirements: true, CommitsToImprovement: true, AlignedOn: calendar.Of(tx.Now(), nil)})
		return err
	})
	o.approvePolicy("policy-1")
	o.sweep()
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.PutSupplier(aims.Supplier{ID: "scoreco", Name: "ScoreCo", Owner: "bob"}); err != nil {
			return err
		}
		for _, s := range []register.System{spamFilter(), creditScorer()} {
			s.InUseSince = calendar.MustParse("2024-03-01") // the bank had them before it knew of them
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o *org) approvePolicy(id string) {
	o.tb.Helper()
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy(id, calendar.Of(o.now.AddDate(1, 0, 0), nil)) })
	o.do("pam", func(tx *aims.Tx) error {
		p, _ := tx.Policies().Get(id)
		p.PublishedOn, p.CommunicatedOn, p.AvailableTo = calendar.Of(o.now, nil), calendar.Of(o.now, nil), everybody
		return tx.DraftPolicy(p)
	})
}

func (o *org) sweep() {
	o.tb.Helper()
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutSweep(aims.Sweep{ID: "sweep-" + o.now.Format(time.DateOnly), On: calendar.Of(o.now, nil), By: "lea", Sources: []string{"purchasing", "code"}})
	})
}

// step2 assesses and scopes.
func (o *org) step2() {
	o.tb.Helper()
	o.assess("spam")
	o.assess("credit")
	o.yearlyPlan()
	o.do("lea", func(tx *aims.Tx) error {
		err := tx.PutObjective(aims.Objective{ID: "appeals", Title: "Appeals answered in five days", Measure: "share of appeals", Unit: "%",
			Target: 95, Direction: aims.AtLeast, Owner: "ada", Due: calendar.Of(o.now.AddDate(1, 0, 0), nil), IntervalDays: 120})
		return err
	})
	o.decide()
}

// train says what the roles take and that the policy is to be known, and has others see
// who has it.
func (o *org) train() {
	o.tb.Helper()
	held := map[string][]string{"ada": {"policy-known"}} // by person
	for _, r := range roles {
		held[r.person] = []string{"does-" + r.role, "policy-known"}
		by := "eve"
		if r.person == by {
			by = "lea" // nobody says what is asked of himself
		}
		o.do(by, func(tx *aims.Tx) error { return tx.PutCompetence(competence(r.role)) })
	}
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutCompetence(aims.Competence{ID: "policy-known", Title: "Awareness of the AI policy", Kind: aims.CompetenceAwareness, Means: "Knows what the policy asks of the own work.",
			ShownBy: "Five questions on the own work.", AllRoles: true, Tasks: []aims.CompetenceTask{{What: "own systems", Persons: []string{"ada"}}}, Months: 60, Owner: "lea"})
	})
	each := func(do func(person, competence string) error) error {
		for _, person := range slices.Sorted(maps.Keys(held)) {
			for _, c := range held[person] {
				if err := do(person, c); err != nil {
					return err
				}
			}
		}
		return nil
	}
	o.do("lea", func(tx *aims.Tx) error {
		return each(func(person, c string) error {
			return tx.ClaimCompetence(aims.HeldCompetence{ID: person + "-" + c, Competence: c, Person: person,
				Basis: []aims.CompetenceBasis{{Kind: aims.BasisExperience, What: "Three years of it in the bank."}}})
		})
	})
	o.do("bob", func(tx *aims.Tx) error {
		return each(func(person, c string) error { return tx.AssessCompetence(person+"-"+c, seen(o.now)) })
	})
}

// seen is an assessment that saw a competence.
func seen(on time.Time) aims.CompetenceAssessment {
	return aims.CompetenceAssessment{On: calendar.Of(on, nil), Seen: "an hour of work together", Result: aims.CompetenceShown}
}

// competence is what a role takes.
func competence(role string) aims.Competence {
	return aims.Competence{ID: "does-" + role, Title: "What it takes to be " + role, Kind: aims.CompetenceSkill, Means: "Does what the role answers for without help.",
		ShownBy: "Two cases, looked at together.", Roles: []string{role}, Months: 60, Owner: "lea"}
}

// everybody is a paper given to all who work under the management system.
var everybody = []aims.Distribution{{To: aims.Subject{Kind: aims.KindPerson}, How: "the intranet"}}

// standard is a document from outside, watched by a person.
func standard(watcher string) aims.Document {
	return aims.Document{ID: "standard", Title: "ISO/IEC 42001", URI: "dms/42001", Owner: watcher, DocumentControl: aims.DocumentControl{Distribution: everybody},
		Outside: aims.OutsideOrigin{Kind: aims.OutsideStandard, Issuer: "ISO and IEC", Edition: "2023", EditionOn: calendar.MustParse("2023-12-18"), Watcher: watcher}}
}

// yearlyPlan does what planning asks for each year.
func (o *org) yearlyPlan() {
	o.tb.Helper()
	due := o.now.AddDate(1, 0, 0)
	year := o.now.Format("2006-01-02")
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.PutContextIssue(aims.ContextIssue{ID: "law-" + year, Title: "New law", Origin: aims.External, ReviewedOn: calendar.Of(o.now, nil)}); err != nil {
			return err
		}
		if err := tx.PutInterestedParty(aims.InterestedParty{ID: "applicants-" + year, Name: "Applicants", ReviewedOn: calendar.Of(o.now, nil)}); err != nil {
			return err
		}
		for _, topic := range []aims.CommunicationTopic{aims.CommunicationPolicy, aims.CommunicationImpactResults, aims.CommunicationIncidents} {
			id := "tell-" + string(topic)
			if _, ok := tx.Record(aims.Subject{Kind: aims.KindCommunication, ID: id}); ok {
				continue
			}
			if err := tx.PutCommunication(aims.Communication{ID: id, Title: "What is told of " + string(topic), Topic: topic, What: "What is new, and what it asks of people.", When: "once there is something new",
				With: []aims.Subject{{Kind: aims.KindPerson}}, How: "a mail, and a word in the round", Owner: "lea", Since: tx.Today()}); err != nil {
				return err
			}
		}
		if _, ok := tx.ProcessMap(); !ok {
			m := templates.Processes("lea")
			m.Text, m.Distribution = strings.ReplaceAll(m.Text, "[[organisation]]", "The bank"), everybody
			if err := tx.DraftProcesses(m); err != nil {
				return err
			}
		}
		if _, ok := tx.Scope(); !ok {
			if err := tx.DraftScope(aims.Scope{Statement: "All AI of the bank", Boundaries: "Every branch; no subsidiary.", DocumentControl: aims.DocumentControl{Distribution: everybody}}); err != nil {
				return err
			}
		}
		for _, c := range []string{"6.1.1", "6.1.2", "6.1.3", "6.1.4"} {
			if _, ok := tx.Documents().Get("doc-" + c); ok {
				continue // it is approved anew
			}
			if err := tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "doc-" + c, Title: "Document for " + c, Clause: aims.MustParseClause(c), DocumentControl: aims.DocumentControl{Distribution: everybody}}); err != nil {
				return err
			}
		}
		if _, ok := tx.Documents().Get("standard"); !ok {
			if err := tx.DraftDocument(standard("lea")); err != nil {
				return err
			}
		}
		return tx.CheckEdition("standard", aims.EditionCheck{On: tx.Today(), Current: "2023", Seen: "the catalogue of ISO"})
	})
	o.do("eve", func(tx *aims.Tx) error {
		if err := tx.ApproveDocument("standard", calendar.Of(due, nil)); err != nil {
			return err
		}
		for _, c := range []string{"6.1.1", "6.1.2", "6.1.3", "6.1.4"} {
			if err := tx.ApproveDocument("doc-"+c, calendar.Of(due, nil)); err != nil {
				return err
			}
		}
		if err := tx.ApproveScope("scope", calendar.Of(due, nil)); err != nil {
			return err
		}
		if err := tx.AdoptProcesses("processes", calendar.Of(due, nil)); err != nil {
			return err
		}
		return tx.ApproveCriteria("criteria", calendar.Of(due, nil))
	})
}

// decide decides all controls and approves the Statement of Applicability.
func (o *org) decide() {
	o.tb.Helper()
	o.do("lea", func(tx *aims.Tx) error {
		for _, c := range annexa.Controls() {
			d := tx.Decision(c.ID)
			d.Applicability, d.Justification, d.Owner = annexa.Applicable, "it serves our policy: "+c.Title, "bob"
			d.Grounds = []annexa.Ground{{Kind: annexa.GroundOwn}}
			if err := tx.DecideControl(d); err != nil {
				return err
			}
		}
		return nil
	})
	o.approveStatement()
}

func (o *org) approveStatement() {
	o.tb.Helper()
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveStatement(calendar.Of(o.now.AddDate(1, 0, 0), nil)) })
}

// assess writes and signs the open assessment of a system, opening one if
// there is none.
func (o *org) assess(system string) {
	o.tb.Helper()
	o.do("ada", func(tx *aims.Tx) error {
		a, ok := tx.OpenAssessment(system)
		if !ok {
			if err := tx.ReassessSystem(system, impact.TriggerReview, "yearly"); err != nil {
				return err
			}
			a, _ = tx.OpenAssessment(system)
		}
		s, _ := tx.Systems().Get(system)
		write(&a, s)
		if err := tx.SaveAssessment(a); err != nil {
			return err
		}
		return tx.SubmitAssessment(a.ID)
	})
	a, ok := o.View().OpenAssessment(system)
	require.True(o.tb, ok)
	o.do("ian", func(tx *aims.Tx) error { return tx.ApproveAssessment(a.ID, aims.RoleImpactApprover) })
	if a.Level == impact.LevelHigh {
		o.do("pam", func(tx *aims.Tx) error { return tx.ApproveAssessment(a.ID, aims.RolePolicyOwner) })
	}
}

// write writes an assessment of a system.
func write(a *impact.Assessment, s register.System) {
	a.Parties, a.Harms = nil, nil
	for _, p := range s.Affected {
		a.Parties = append(a.Parties, impact.PartyImpact{Party: p, How: "as the description says"})
	}
	for _, h := range a.Result.Harms {
		a.Harms = append(a.Harms, impact.HarmRating{Harm: h.Harm, Parties: s.Affected, Description: "could come about",
			Scale: 2, Scope: 1, Irremediability: 1, Likelihood: 1, Confidence: impact.ConfidenceHigh})
	}
	a.NoConsultation = "nobody outside meets its output"
	if len(a.Harms) == 0 {
		for i := range a.Parties {
			a.Parties[i].NoHarm = "none found"
		}
	}
}

// step3 operates the controls.
func (o *org) step3() {
	o.tb.Helper()
	o.do("lea", func(tx *aims.Tx) error {
		for _, c := range annexa.Controls() {
			d := tx.Decision(c.ID)
			d.Status = annexa.StatusImplemented
			if err := tx.DecideControl(d); err != nil {
				return err
			}
		}
		return nil
	})
	o.reviewSupplier()
	o.collect(365)
	o.logs()
	o.test()
	o.monitor()
	o.measure(97)
}

// reviewSupplier reviews the suppliers.
func (o *org) reviewSupplier() {
	o.tb.Helper()
	o.do("bob", func(tx *aims.Tx) error {
		for s := range tx.Suppliers().All() {
			s.ChangeNotice, s.IncidentNotice, s.ReviewedOn = true, true, calendar.Of(o.now, nil)
			s.Duties = []aims.AllocatedDuty{{What: "retrain the model", Bearer: aims.BearerSupplier}}
			if err := tx.PutSupplier(s); err != nil {
				return err
			}
		}
		return nil
	})
}

// logs has what live systems log on record, and ian look for it.
func (o *org) logs() {
	o.tb.Helper()
	var live []string
	o.do("bob", func(tx *aims.Tx) error {
		for s := range tx.Systems().All() {
			if s.Stage != register.StageDeployment && s.Stage != register.StageOperation {
				continue
			}
			if live = append(live, s.ID); tx.SystemLogs().Has(s.ID) {
				continue
			}
			if err := tx.DescribeLogs(aims.SystemLog{System: s.ID, Owner: "bob", Where: "the log store", KeptDays: 400, Readers: "the desk, and auditors", Purpose: "to see how a case came to be decided",
				Events: []aims.LoggedEvent{{What: "each answer, and by which model", Stages: []register.Stage{register.StageOperation}}}}); err != nil {
				return err
			}
		}
		return nil
	})
	o.do("ian", func(tx *aims.Tx) error {
		for _, id := range live {
			if err := tx.CheckLogs(id, aims.LogCheck{On: tx.Today(), Looked: "ten cases of the last weeks", Found: true}); err != nil {
				return err
			}
		}
		return nil
	})
}

// collect attaches fresh evidence for every control, valid for some days.
func (o *org) collect(days int) {
	o.tb.Helper()
	o.do("bob", func(tx *aims.Tx) error {
		for _, c := range annexa.Controls() {
			if err := tx.AttachEvidence(proofOf(c.ID, o.now, days, o.active()...)); err != nil {
				return err
			}
		}
		return nil
	})
	o.judge()
}

// judge judges, as somebody apart, the evidence that nobody has judged.
func (o *org) judge() {
	o.tb.Helper()
	o.do("una", func(tx *aims.Tx) error {
		for e := range tx.Evidence().All() {
			if e.Quality != "" && e.JudgedBy == "" {
				if err := tx.JudgeEvidence(e.ID, e.Quality); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// test tests every control that applies, by who owns none.
func (o *org) test() {
	o.tb.Helper()
	o.do("una", func(tx *aims.Tx) error {
		for _, c := range annexa.Controls() {
			if tx.Decision(c.ID).Applicability != annexa.Applicable {
				continue
			}
			if err := tx.RecordTest(testOf(c.ID, o.now)); err != nil {
				return err
			}
		}
		return nil
	})
}

// testOf is a test that saw a control work.
func testOf(id annexa.ID, on time.Time) aims.ControlTest {
	return aims.ControlTest{ID: "test-" + id.String() + "-" + on.Format("2006-01-02"), Control: id, On: calendar.Of(on, nil), Expected: "each case has a record",
		Method: "read the records of the month", Population: 12, Sample: 5, Seen: "five records, complete", Result: aims.ResultWorks}
}

// active are the IDs of the systems that are not retired.
func (o *org) active() []string {
	var all []string
	for s := range o.View().Systems().All() {
		if s.Stage != register.StageRetirement {
			all = append(all, s.ID)
		}
	}
	return all
}

// proofOf is evidence of a test of a control, of the systems, both if none are named, where
// it is about one.
func proofOf(id annexa.ID, on time.Time, days int, systems ...string) aims.Evidence {
	if len(systems) == 0 {
		systems = []string{"credit", "spam"}
	}
	if whole := (aims.Evidence{Supports: []crosswalk.Ref{aims.ControlRef(id)}}); whole.ShowsOf(id, systems[0]) {
		systems = nil
	}
	return aims.Evidence{Systems: systems, ID: "proof-" + id.String() + "-" + on.Format("2006-01-02"), Title: "Test of " + id.String(), Collected: calendar.Of(on, nil),
		ValidUntil: calendar.Of(on.AddDate(0, 0, days), nil), URI: "file:proof-" + id.String(), Quality: aims.QualityExcellent, Supports: []crosswalk.Ref{aims.ControlRef(id)}}
}

// monitor has the service record a result of monitoring of all systems.
func (o *org) monitor() {
	o.tb.Helper()
	o.do("watch", func(tx *aims.Tx) error {
		err := tx.AttachEvidence(aims.Evidence{ID: "mon-" + o.now.Format("2006-01-02"), Title: "Drift report", Kind: "ev-monitoring",
			Collected: calendar.Of(o.now, nil), ValidUntil: calendar.Of(o.now.AddDate(0, 0, 200), nil), URI: "file:drift", Quality: aims.QualityGood,
			Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.6"))}, Systems: o.active()})
		return err
	})
}

func (o *org) measure(value float64) {
	o.tb.Helper()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.MeasureObjective("appeals", aims.Measurement{On: calendar.Of(o.now, nil), Value: value})
	})
}

// programme has the audits of the next year planned and adopted.
func (o *org) programme() {
	o.tb.Helper()
	o.do("una", func(tx *aims.Tx) error {
		p, _ := tx.ProgrammeInForce()
		p.From, p.To, p.Lead, p.Criteria, p.Reporting = tx.Today(), tx.Today().AddDays(400), "una", "ISO/IEC 42001 and our own rules", "eve, within a month of each audit"
		p.Methods = []aims.AuditMethod{aims.MethodInterview, aims.MethodSample}
		return tx.DraftAuditProgramme(p)
	})
	o.do("eve", func(tx *aims.Tx) error {
		p, _ := tx.ProgrammeInForce()
		for d := range tx.AuditProgrammes() {
			if d.State == aims.StateDraft {
				p = d
			}
		}
		return tx.AdoptAuditProgramme(p.ID, "")
	})
}

// examine finds that all that an audit looks at conforms.
func examine(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		a, _ := tx.Audits().Get(id)
		items := a.Unexamined()
		for i := range items {
			items[i].Looked, items[i].Result = "the records of the year", aims.AuditConforms
		}
		return tx.ExamineAudit(id, items...)
	}
}

// step4 audits and reviews.
func (o *org) step4() {
	o.tb.Helper()
	year := o.now.Format("2006-01-02")
	o.do("una", func(tx *aims.Tx) error {
		a := aims.Audit{ID: "audit-" + year, Title: "Audit of everything", Objective: "whether it is done as written", Criteria: "ISO/IEC 42001", Methods: []aims.AuditMethod{aims.MethodDocuments}, Auditors: []string{"xia"}, PlannedFor: calendar.Of(o.now, nil)}
		for _, c := range []string{"4", "5", "6", "7", "8", "9", "10"} {
			a.Clauses = append(a.Clauses, aims.MustParseClause(c))
		}
		for _, c := range annexa.Controls() {
			a.Controls = append(a.Controls, c.ID)
		}
		return tx.PlanAudit(a)
	})
	o.do("xia", examine("audit-"+year))
	o.do("xia", func(tx *aims.Tx) error { return tx.CloseAudit("audit-"+year, "in order", []string{"lea"}) })
	o.programme()
	if !o.View().Channels().Has("form") {
		o.do("lea", func(tx *aims.Tx) error {
			return tx.PutChannel(aims.Channel{ID: "form", Title: "The form", For: aims.ConcernOrigins(), Where: "the foot of each letter", Owner: "lea", Target: 14, OpenedOn: tx.Today()})
		})
	}
	o.do("una", func(tx *aims.Tx) error {
		return tx.TryChannel("form", aims.ChannelTrial{On: tx.Today(), Seen: "an answer the same day", Works: true})
	})
	o.holdReview()
}

// holdReview holds a management review on all that is to be before it.
func (o *org) holdReview() {
	o.tb.Helper()
	year := o.now.Format("2006-01-02")
	o.do("eve", func(tx *aims.Tx) error {
		r := aims.ManagementReview{ID: "review-" + year, HeldOn: calendar.Of(o.now, nil), Chair: "eve",
			Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: calendar.Of(o.now, nil)}}}
		for _, topic := range aims.ReviewTopics() {
			r.Inputs = append(r.Inputs, aims.ReviewInput{Topic: topic, Note: "looked at"})
		}
		for c := range tx.Certificates().All() {
			if c.State == aims.CertCertified {
				r.Inputs = append(r.Inputs, aims.ReviewInput{Topic: aims.TopicCycle, Note: "no worse than the year before"})
			}
		}
		return tx.HoldReview(r)
	})
	o.do("lea", func(tx *aims.Tx) error {
		return tx.CompleteAction(aims.ReviewActionID("review-"+year, 1), tx.Today(), "it goes on")
	})
}

// operate lets months go by with monitoring and measuring in each.
func (o *org) operate(months int) {
	o.tb.Helper()
	for range months {
		o.now = o.now.AddDate(0, 1, 0)
		o.monitor()
		o.measure(97)
	}
}

// mature takes a new organisation to ML2.
func mature(tb testing.TB) *org {
	o := newOrg(tb)
	o.step1()
	o.step2()
	o.step3()
	o.operate(4)
	o.step4()
	return o
}

// week is how far apart the views of the past lie.
const week = 7 * 24 * time.Hour

// past is what the journal shows of the last days, week by week.
func (o *org) past(days int) maturity.History {
	o.tb.Helper()
	h, err := maturity.Past(maturity.DefaultModel(), o.Between(o.ctx, o.now.AddDate(0, 0, -days), o.now, week))
	require.NoError(o.tb, err)
	return h
}

// sustained takes an organisation through a second year, to ML3, and returns
// what its journal shows of the past.
func sustained(tb testing.TB) (*org, maturity.History) {
	o := mature(tb)
	for month := 1; month <= 12; month++ {
		o.operate(1)
		switch month {
		case 1, 5, 9:
			o.sweep()
		case 6: // November: before the first year's papers run out
			o.do("pam", func(tx *aims.Tx) error {
				err := tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "policy-2", Title: "AI policy", Owner: "pam", FramesObjectives: true,
					CommitsToRequirements: true, CommitsToImprovement: true, AlignedOn: calendar.Of(tx.Now(), nil)})
				return err
			})
			o.approvePolicy("policy-2")
			o.yearlyPlan()
			o.assess("credit")
			o.assess("spam")
			o.collect(365)
			o.logs()
			o.test()
			o.reviewSupplier()
			o.approveStatement()
		case 11:
			o.step4()
		}
	}
	return o, o.past(365 + 90)
}

// spamFilter is a system of little impact, with every question answered.
func spamFilter() register.System {
	return register.System{
		ID: "spam", Name: "Mail spam filter", Owner: "ada", Stage: register.StageOperation,
		Purpose: "Sort unwanted mail into a folder that staff can look into.", DeploymentContext: "staff mail",
		HumanOversight: register.Oversight{Person: "bob", Measure: "looks into the folder"},
		Roles:          []register.AIRole{register.RoleDeployer}, Build: register.BuildNone, Supplies: register.No, DeployerKind: register.DeployerPrivate,
		Domains: []register.Domain{register.DomainITSecurity}, Functions: []register.Function{register.FunctionClassify},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomySupervised,
		Effects: []register.Effect{register.EffectConvenience}, Reversibility: register.ReversibilityEasy, Contest: register.Yes,
		Explain: register.ExplainPostHoc, Affected: []string{"user"}, Reach: register.ReachUnder10K,
		Interacts: []register.Audience{register.AudienceEmployees}, Direct: register.No, Displaces: register.No,
		Data: []register.DataCategory{register.DataCommunications}, DataOrigins: []register.DataOrigin{register.OriginOwn},
		Profiling: register.No, Matching: register.No, DataWorkers: register.No, ModelSource: register.ModelOwn,
		Model: register.Model{Name: "bayes", Version: "2"}, SoleSupplier: register.No, GPAI: register.No, GPAIProvider: register.No,
		Systemic: register.No, Adaptive: register.No, TechMaturity: register.TechProven, LargeTraining: register.No,
		Generates: []register.Content{register.ContentNone}, Acts: register.No, MultiAgent: register.No, Physical: register.No,
		Critical: register.No, Hosting: register.HostingInternal, Jurisdictions: []string{"AU"}, Languages: []string{"en"},
		IntendedUsers: []register.Audience{register.AudienceEmployees},
	}
}

// creditScorer is a system of high impact, supplied by somebody else.
func creditScorer() register.System {
	s := spamFilter()
	s.ID, s.Name = "credit", "Credit scorer"
	s.Purpose = "Score applications so that credit officers can decide on them."
	s.DeploymentContext = "lending"
	s.Domains, s.Functions = []register.Domain{register.DomainCredit}, []register.Function{register.FunctionScorePeople}
	s.Practices, s.Autonomy = []register.Practice{register.PracticeCreditworthiness}, register.AutonomyRecommends
	s.Effects, s.Affected = []register.Effect{register.EffectSignificant}, []string{"applicant"}
	s.Data, s.Profiling = []register.DataCategory{register.DataPersonal, register.DataFinancial}, register.Yes
	s.ModelSource, s.Supplier = register.ModelThirdParty, "scoreco"
	return s
}

// lastOf is the last moment of the day of a moment.
func lastOf(t time.Time) time.Time { return calendar.Of(t, nil).End(nil).Add(-1) }
