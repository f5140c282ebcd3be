package aims_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// crowd is an organisation that has n of everything that a verb or a query may
// walk over: n systems of one owner and supplier with an open assessment, three
// groups of n members (in writing, handed in, approved), and around the systems
// hub and dev n incidents, concerns, assessments, risks, exceptions and pieces
// of evidence each.
type crowd struct {
	*org
	n int
}

func newCrowd(t testing.TB, n int) *crowd {
	o := openOrg(t, memory.New(), &clock{now: day0.AddDate(0, 0, -91*n)}).staffed()
	w := &crowd{o, n}
	many := func(actor string, fn func(tx *aims.Tx, i int) error) {
		t.Helper()
		o.do(actor, func(tx *aims.Tx) error {
			for i := range n {
				if err := fn(tx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	dev := ownModel()
	dev.ID = "dev"
	hub := spamFilter()
	hub.ID = "hub"
	o.do("ada", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"}) })
	alone := spamFilter()
	alone.ID = "alone"
	o.register(hub, dev, alone)
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Name = "Acme"
		return tx.PutOrganisation(our)
	})
	for i := range n {
		o.clock.Set(day0.AddDate(0, 0, -91*(n-i)))
		o.except("eve", aims.Exception{ID: w.id("exception", i), System: "dev", Gate: "G1", Items: []string{"G1.3"}, Reason: "x", Measures: "x"}, o.clock.Now().AddDate(0, 0, 14))
	}
	o.clock.Set(day0)
	o.register(officeTool("asking", register.StageDesign))
	o.do("bob", func(tx *aims.Tx) error {
		return tx.RequestException(aims.Exception{ID: "asked", System: "asking", Gate: "G1", Items: []string{"G1.3"}, Reason: "x", Measures: "x"})
	})
	o.assess("hub")
	for i := range n {
		o.do("lea", func(tx *aims.Tx) error { return tx.ReassessSystem("hub", impact.TriggerReview, "") })
		o.do("ian", func(tx *aims.Tx) error { return tx.StopAssessment(aims.AssessmentID("hub", i+2), "x") })
	}
	o.do("lea", func(tx *aims.Tx) error { return tx.ReassessSystem("hub", impact.TriggerReview, "") })
	system := func(prefix string) func(tx *aims.Tx, i int) error {
		return func(tx *aims.Tx, i int) error {
			s := spamFilter()
			s.ID, s.Supplier = w.id(prefix, i), "sup"
			return tx.RegisterSystem(s)
		}
	}
	many("ada", system("free"))
	for _, lead := range []string{"writing", "submitted", "approved"} {
		s := spamFilter()
		s.ID, s.Supplier = lead, "sup"
		o.register(s)
		many("ada", system(lead))
		o.fill(lead)
		o.do("lea", w.group(lead, lead))
		if lead != "writing" {
			o.do("bob", func(tx *aims.Tx) error { return tx.SubmitAssessment(lead + "#1") })
		}
	}
	o.sign("ian", "approved#1", aims.RoleImpactApprover)
	many("ada", func(tx *aims.Tx, i int) error {
		steps := []error{
			tx.ReportIncident(aims.Incident{ID: w.id("incident", i), Title: "x", Grade: aims.GradeHigh, DetectedOn: day0, Systems: []string{"hub", "dev"}}),
			tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: w.id("concern", i), Text: "x", RaisedOn: dayOf(0), Systems: []string{"hub", "dev"}, Harm: unfairness().Harm}),
			tx.AttachEvidence(proof(w.id("whole", i), day0, nil, "A.6.2.4")),
			tx.AttachEvidence(proof(w.id("dev", i), day0, []string{"dev", "hub"}, "A.6.2.4")),
			tx.PutPerson(aims.Person{ID: w.id("person", i), Name: "x"}),
			tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: w.id("policy", i), Title: "x", Owner: "ada"}),
			tx.PutObjective(aims.Objective{ID: w.id("objective", i), Title: "x", Measure: "x", Direction: aims.AtMost, Owner: "ada", Due: dayOf(90)}),
			tx.DecideControl(applicable(annexa.Decision{Control: annexa.MustParse(fmt.Sprintf("X.%d", i+1)), Title: "x", Statement: "x"})),
		}
		r := risk(w.id("risk", i))
		r.Systems, r.Residual = []string{"hub", "dev"}, register.Rating{Likelihood: 3, Consequence: 4, Criteria: 1}
		return errors.Join(append(steps, tx.PutRisk(r))...)
	})
	many("rob", func(tx *aims.Tx, i int) error { return tx.AcceptRisk(w.id("risk", i), "x", dayOf(30)) })
	many("bob", func(tx *aims.Tx, i int) error {
		return tx.CommentAssessment("hub#"+fmt.Sprint(n+2), impact.Comment{Part: "summary", Text: "x"})
	})
	many("bob", func(tx *aims.Tx, i int) error {
		return tx.MeasureObjective(w.id("objective", 0), aims.Measurement{On: dayOf(0), Value: 1})
	})
	o.decideAll()
	o.do("lea", func(tx *aims.Tx) error {
		steps := []error{
			tx.PlanAudit(w.audit("audit")), tx.PlanAudit(w.audit("audit2")),
			tx.HoldReview(w.review("review")),
			tx.PutCertificate(aims.Certificate{ID: "cert", Body: "B"}),
			tx.PutCertificate(aims.Certificate{ID: "held", Body: "B", Accreditation: "National"}),
			tx.PutCertificate(aims.Certificate{ID: "taking", Body: "Other", Accreditation: "National", Transfers: "held"}),
			tx.PutSweep(w.sweep("sweep")),
			tx.RaiseNonconformity(w.nonconformity("nc")),
			tx.ReportIncident(w.incident("incident", aims.GradeLow)),
			tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "concern", Text: "x", RaisedOn: dayOf(0), Systems: w.ids("free")}),
			tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "doc", Title: "x"}), tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "used", Title: "x", Owner: "lea"}), tx.DraftDocument(standard("std", "ada")), tx.PutCommunication(telling("news", aims.CommunicationPolicy)), tx.DraftScope(aims.Scope{Statement: "x"}),
		}
		return errors.Join(steps...)
	})
	o.do("lea", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("nc")
		n.Correction, n.Cause, n.Extent, n.Action = "x", "x", "x", aims.CorrectiveAction{Plan: "x", By: "bob", DoneOn: dayOf(0)}
		return tx.CorrectNonconformity(n)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("used", dayOf(300)) })
	o.do("una", examine("audit"))
	o.do("ada", func(tx *aims.Tx) error { return tx.PutAction(action("told", "bob")) })
	o.do("bob", completed("told", dayOf(0), "done as planned"))
	o.certify("held", day0, aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	o.do("ada", func(tx *aims.Tx) error {
		return errors.Join(tx.PutObligation(actArticle("ada")), tx.PutObligation(unionLaw()))
	})
	o.do("ada", func(tx *aims.Tx) error {
		p := moveOfModels("ada")
		p.PlannedFor = due(300)
		return errors.Join(tx.DraftChange(p), tx.DraftChange(drift("ada")))
	})
	o.do("eve", func(tx *aims.Tx) error {
		c := auditing("ada")
		c.Everyone = true
		return errors.Join(tx.PutCompetence(c), tx.ClaimCompetence(unaAudits()), tx.PutGoverningBody(board("bob")))
	})
	many("ada", func(tx *aims.Tx, i int) error {
		h := unaAudits()
		h.ID, h.Person = w.id("held", i), w.id("person", i)
		return tx.ClaimCompetence(h)
	})
	o.do("bob", func(tx *aims.Tx) error { return tx.PlanVerification(verification("verify", "hub")) })
	o.do("bob", func(tx *aims.Tx) error { return tx.PlanDeployment(deployment("deploy", "hub")) })
	o.do("ada", func(tx *aims.Tx) error { return tx.PlanRetirement(ended("end", "dev")) })
	o.do("ada", func(tx *aims.Tx) error { return tx.PutChannel(openChannel("ada")) })
	o.do("lea", putClaim(footer("footer")))
	o.do("bob", func(tx *aims.Tx) error {
		return errors.Join(tx.DraftUseRules(rulesOfUse("rules", "hub")), tx.DraftUseRules(rulesOfUse("ruled", "hub")))
	})
	o.do("lea", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "desk", Name: "Sign-on", Owner: "bob"}) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveUseRules("ruled") })
	o.do("bob", func(tx *aims.Tx) error { return tx.DescribeLogs(logsOf("hub")) })
	o.do("bob", func(tx *aims.Tx) error { return tx.DraftProcesses(processes()) })
	o.inForce()
	o.do("una", func(tx *aims.Tx) error { return tx.DraftAuditProgramme(programme()) })
	o.do("bob", func(tx *aims.Tx) error {
		return errors.Join(tx.PutOpportunity(opportunity("chance")), tx.PutMonitoring(monitoring("m")), measured("m", 0, 95)(tx), tx.PutResource(pipeline("tools", "hub")), tx.NoteResourceGap("tools", gap("a licence", 30)))
	})
	o.tried("tried")
	o.ending("hub")
	o.ending("submitted")
	return w
}

// id is the ID of the i-th of something, ids those of all n.
func (w *crowd) id(what string, i int) string { return fmt.Sprintf("%s-%05d", what, i) }

func (w *crowd) ids(what string) []string { return w.list(what + "-%05d") }

func (w *crowd) list(format string) (all []string) {
	for i := range w.n {
		all = append(all, fmt.Sprintf(format, i))
	}
	return all
}

// text is a text of some length for each of n.
func (w *crowd) text() string { return strings.Repeat("some 32 bytes of a text, again. ", w.n) }

// group lets the assessments of n systems follow that of another.
func (w *crowd) group(lead, members string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.GroupAssessments(lead+"#1", w.list(members+"-%05d#1")...) }
}

func (w *crowd) audit(id string) aims.Audit {
	a := aims.Audit{ID: id, Title: "x", Objective: "whether it is done as written", Criteria: "ISO/IEC 42001", Methods: []aims.AuditMethod{aims.MethodDocuments}, Systems: append(w.ids("approved"), "hub"), Auditors: []string{"una"}, PlannedFor: dayOf(10)}
	for i := range min(w.n, 200) { // as many as an audit may name
		a.Controls = append(a.Controls, annexa.MustParse(fmt.Sprintf("X.%d", i+1)))
	}
	return a
}

func (w *crowd) review(id string) aims.ManagementReview {
	r := aims.ManagementReview{ID: id, HeldOn: dayOf(0), Chair: "eve", Attendees: w.ids("person")[:min(w.n, 80)]}
	for range min(w.n, 200) {
		r.Decisions = append(r.Decisions, aims.ReviewDecision{What: "x", Owner: "ada", Due: dayOf(30)})
	}
	return r
}

func (w *crowd) sweep(id string) aims.Sweep {
	s := aims.Sweep{ID: id, On: dayOf(0), By: "ada", Sources: []string{"x"}}
	for i := range w.n {
		s.Candidates = append(s.Candidates, aims.Candidate{Name: w.id("find", i), System: w.id("free", i)})
	}
	return s
}

func (w *crowd) nonconformity(id string) aims.Nonconformity {
	return aims.Nonconformity{ID: id, Title: "x", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(30), Systems: w.ids("free")}
}

func (w *crowd) incident(id string, g aims.Grade) aims.Incident {
	return aims.Incident{ID: id, Title: "x", Grade: g, DetectedOn: day0, Systems: w.ids("free")}
}

// draft is content of an assessment with n unknown harms.
func (w *crowd) draft(tx *aims.Tx, system string) impact.Assessment {
	a, _ := tx.OpenAssessment(system)
	a.Harms = nil
	for i := range w.n {
		a.Harms = append(a.Harms, impact.HarmRating{Harm: w.id("harm", i)})
	}
	return a
}

// growing is one call whose cost is looked at. name is that of the verb or query,
// with what is special after a slash.
type growing struct {
	name, actor string
	call        calling
}

type calling func(w *crowd, tx *aims.Tx) error

// bind is a call that needs no crowd.
func (c calling) bind() func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return c(nil, tx) }
}

// edited revises a record on file.

func edited[T any](get func(*aims.Tx) aims.Records[T], id string, put func(*aims.Tx, T) error, change func(*crowd, *T)) calling {
	return func(w *crowd, tx *aims.Tx) error {
		rec, ok := get(tx).Get(id)
		if !ok {
			return errors.New("nothing to revise")
		}
		change(w, &rec)
		return put(tx, rec)
	}
}

func nothing[T any](T, error) error { return nil }

var soon = day0.AddDate(1, 0, 0)

var growingCalls = []growing{
	// Systems and what hangs on them.
	{"RegisterSystem/lists", "ada", func(w *crowd, tx *aims.Tx) error {
		s := spamFilter()
		s.Tools, s.Purpose = w.list("tool %d"), w.text()
		return tx.RegisterSystem(s)
	}},
	{"RegisterSystem/refused", "ada", func(w *crowd, tx *aims.Tx) error {
		s := spamFilter()
		s.Affected, s.Tools = w.list("nobody %d"), make([]string, w.n)
		return tx.RegisterSystem(s)
	}},
	{"ReviseSystem/hub", "ada", func(w *crowd, tx *aims.Tx) error {
		s, _ := tx.Systems().Get("hub")
		s.Autonomy = register.AutonomyAutomated
		_, err := tx.ReviseSystem(s)
		return err
	}},
	{"ReviseSystem/lead", "ada", func(w *crowd, tx *aims.Tx) error {
		s, _ := tx.Systems().Get("submitted")
		s.Autonomy = register.AutonomyAutomated
		_, err := tx.ReviseSystem(s)
		return err
	}},
	{"ReviseSystem/member", "ada", func(w *crowd, tx *aims.Tx) error {
		s, _ := tx.Systems().Get(w.id("submitted", 0))
		s.Autonomy = register.AutonomyAutomated
		_, err := tx.ReviseSystem(s)
		return err
	}},
	{"AdvanceStage/refused", "ada", func(w *crowd, tx *aims.Tx) error { return tx.AdvanceStage("dev", register.StageVerification) }},
	{"AdvanceStage/retired", "ada", func(w *crowd, tx *aims.Tx) error { return tx.AdvanceStage("hub", register.StageRetirement) }},
	{"AdvanceStage/retired lead", "ada", func(w *crowd, tx *aims.Tx) error { return tx.AdvanceStage("submitted", register.StageRetirement) }},
	{"SignGate/refused", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.SignGate("dev", register.StageVerification, register.SignerOwner)
	}},
	{"PlaceHold", "eve", func(w *crowd, tx *aims.Tx) error {
		h := aims.Hold{ID: "new", Reason: w.text()}
		for _, id := range w.ids("approved") {
			h.Records = append(h.Records, aims.Subject{Kind: aims.KindSystem, ID: id})
		}
		return tx.PlaceHold(h)
	}},
	{"ReleaseHold/unknown", "eve", func(w *crowd, tx *aims.Tx) error { return tx.ReleaseHold("none", "x") }},
	{"Holds", "ada", func(w *crowd, tx *aims.Tx) error { return nothing(list(tx.Holds()), nil) }},
	{"PutObligation", "ada", func(w *crowd, tx *aims.Tx) error {
		o := actArticle("ada")
		o.ID, o.Met, o.Systems = "new", w.text(), w.ids("approved")
		return tx.PutObligation(o)
	}},
	{"FileReport", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.FileReport("act", "yearly", aims.Filing{For: due(180), On: tx.Today(), Reference: w.text()[:min(2_000, 32*w.n)]})
	}},
	{"PostponeReport", "eve", func(w *crowd, tx *aims.Tx) error {
		return tx.PostponeReport("act", "yearly", due(200), "more time given")
	}},
	{"DecideEquivalence", "eve", func(w *crowd, tx *aims.Tx) error {
		return tx.DecideEquivalence("act-eu", w.ids("approved")[:min(w.n, 1_000)], w.text())
	}},
	{"EndObligation", "eve", func(w *crowd, tx *aims.Tx) error { return tx.EndObligation("act", "repealed") }},
	{"DraftChange", "ada", func(w *crowd, tx *aims.Tx) error {
		p := moveOfModels("ada")
		p.ID, p.Purpose, p.Systems = "new", w.text(), w.ids("approved")
		return tx.DraftChange(p)
	}},
	{"ApproveChange", "eve", func(w *crowd, tx *aims.Tx) error { return tx.ApproveChange("move") }},
	{"PutCompetence", "lea", func(w *crowd, tx *aims.Tx) error {
		c, _ := tx.Competences().Get("auditing")
		c.Title, c.AllRoles = "Auditing well", true
		return tx.PutCompetence(c)
	}},
	{"ClaimCompetence", "ada", func(w *crowd, tx *aims.Tx) error {
		h := unaAudits()
		h.ID, h.Person = "new", "bob"
		return tx.ClaimCompetence(h)
	}},
	{"AssessCompetence", "eve", func(w *crowd, tx *aims.Tx) error { return tx.AssessCompetence("una-audits", shown(tx.Today())) }},
	{"CompetenceOf", "ada", func(w *crowd, tx *aims.Tx) error { tx.CompetenceOf("una", "auditing"); return nil }},
	{"PutGoverningBody", "lea", func(w *crowd, tx *aims.Tx) error {
		g := board("bob")
		g.ID, g.Members = "new", append(w.ids("person")[:min(w.n, 90)], "bob")
		return tx.PutGoverningBody(g)
	}},
	{"GoverningBodies", "ada", func(w *crowd, tx *aims.Tx) error { return nothing(list(tx.GoverningBodies()), nil) }},
	{"NoteBriefing", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.NoteBriefing("board", aims.Briefing{On: tx.Today(), What: w.text(), Decided: w.text(), By: "lea"})
	}},
	{"PutAction", "ada", func(w *crowd, tx *aims.Tx) error {
		a := action("new", "bob")
		a.Due, a.What, a.Systems, a.Source = tx.Today().AddDays(30), w.text(), w.ids("approved"), aims.Subject{Kind: aims.KindNonconformity, ID: "nc"}
		return tx.PutAction(a)
	}},
	{"PutAction/to another", "eve", func(w *crowd, tx *aims.Tx) error { return passOn("review#1", "bob")(tx) }},
	{"MoveAction", "eve", func(w *crowd, tx *aims.Tx) error {
		return tx.MoveAction("review#1", dayOf(200), w.text()[:min(2_000, 32*w.n)])
	}},
	{"CompleteAction", "ada", func(w *crowd, tx *aims.Tx) error { return tx.CompleteAction("review#1", tx.Today(), w.text()) }},
	{"CheckAction", "una", func(w *crowd, tx *aims.Tx) error { return tx.CheckAction("told", false, w.text()) }},
	{"CancelAction", "eve", func(w *crowd, tx *aims.Tx) error { return tx.CancelAction("review#1", w.text()[:min(2_000, 32*w.n)]) }},
	{"ReviewActions", "ada", func(w *crowd, tx *aims.Tx) error {
		r, _ := tx.Reviews().Get("review")
		tx.ReviewActions(r)
		return nil
	}},
	{"CarryOutChange", "ada", func(w *crowd, tx *aims.Tx) error { return tx.CarryOutChange("move", tx.Today(), w.text()) }},
	{"DropChange", "ada", func(w *crowd, tx *aims.Tx) error { return tx.DropChange("move", w.text()[:min(2_000, 32*w.n)]) }},
	{"ReviewChange", "eve", func(w *crowd, tx *aims.Tx) error {
		return tx.ReviewChange("drift", aims.ChangeReview{Consequences: w.text(), Mitigation: w.text()})
	}},
	{"RecordNotice", "una", func(w *crowd, tx *aims.Tx) error {
		return tx.RecordNotice("incident", aims.Notice{Clock: "NC-3", To: "x", On: dayOf(0), Reference: w.text()[:min(2_000, 32*w.n)]})
	}},
	{"Notifications", "ada", func(w *crowd, tx *aims.Tx) error { tx.Notifications("incident"); return nil }},
	{"JudgeEvidence", "una", func(w *crowd, tx *aims.Tx) error { return tx.JudgeEvidence(w.id("dev", 0), aims.QualityGood) }},
	{"QualityOf", "ada", func(w *crowd, tx *aims.Tx) error {
		e, _ := tx.Evidence().Get(w.id("dev", 0))
		tx.QualityOf(e)
		return nil
	}},
	{"RecordTest", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.RecordTest(aims.ControlTest{ID: "new", Control: annexa.MustParse("A.2.2"), On: dayOf(0), Expected: "x", Method: "x", Population: w.n, Sample: w.n, Seen: w.text(), Result: aims.ResultWorks})
	}},
	{"OwnsNow", "ada", func(w *crowd, tx *aims.Tx) error {
		tx.OwnsNow("ada", aims.Subject{Kind: aims.KindEvidence, ID: w.id("dev", 0)})
		return nil
	}},
	{"LastTest", "ada", func(w *crowd, tx *aims.Tx) error { tx.LastTest(annexa.MustParse("A.2.2")); return nil }},
	{"ControlTests", "ada", func(w *crowd, tx *aims.Tx) error { return nothing(list(tx.ControlTests()), nil) }},
	{"PlanDeployment", "ada", func(w *crowd, tx *aims.Tx) error {
		d := deployment("new", "hub")
		d.PlannedFor = tx.Today()
		for _, what := range w.list("requirement %d") {
			d.Requirements = append(d.Requirements, aims.DeploymentRequirement{What: what, How: what})
		}
		return tx.PlanDeployment(d)
	}},
	{"DraftUseRules", "bob", func(w *crowd, tx *aims.Tx) error {
		u := rulesOfUse("new", w.ids("approved")...)
		u.Draft.Rules = w.text()
		return tx.DraftUseRules(u)
	}},
	{"ApproveUseRules", "eve", func(w *crowd, tx *aims.Tx) error { return tx.ApproveUseRules("rules") }},
	{"AcceptUseRules", "una", func(w *crowd, tx *aims.Tx) error { return tx.AcceptUseRules("ruled") }},
	{"CountUseRules", "desk", func(w *crowd, tx *aims.Tx) error {
		return tx.CountUseRules("ruled", aims.UseCount{Version: 1, Users: 400, Accepted: 300, Digest: strings.Repeat("0", 64)})
	}},
	{"CompareUse", "una", func(w *crowd, tx *aims.Tx) error {
		return tx.CompareUse("ruled", aims.UseComparison{System: "hub", On: tx.Today(), Seen: w.text(), Misuse: w.text()})
	}},
	{"PutChannel", "ada", func(w *crowd, tx *aims.Tx) error {
		c := openChannel("ada")
		c.ID, c.Where = "new", w.text()
		return tx.PutChannel(c)
	}},
	{"TryChannel", "una", func(w *crowd, tx *aims.Tx) error {
		return tx.TryChannel("form", aims.ChannelTrial{On: tx.Today(), Seen: w.text(), Works: true})
	}},
	{"PlanRetirement", "ada", func(w *crowd, tx *aims.Tx) error {
		r := ended("new", "hub")
		for _, id := range w.list("remain %d") {
			r.Remains = append(r.Remains, aims.Remain{ID: id, Sort: aims.RemainOther, What: id})
		}
		return tx.PlanRetirement(r)
	}},
	{"DecideRetirement", "eve", func(w *crowd, tx *aims.Tx) error { return tx.DecideRetirement("end") }},
	{"TellRetirement", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.TellRetirement("end-hub", aims.ToldAffected, tx.Today(), w.text())
	}},
	{"SettleRetirement", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.SettleRetirement("end-hub", aims.Remain{ID: "keys", Fate: aims.RemainDisposed, On: tx.Today(), How: w.text()})
	}},
	{"CloseRetirement/refused", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.CloseRetirement("end-hub", aims.RetirementClosing{Checked: w.text()})
	}},
	{"DropRetirement", "lea", func(w *crowd, tx *aims.Tx) error { return tx.DropRetirement("end-hub", w.text()) }},
	{"ReleaseDeployment", "una", func(w *crowd, tx *aims.Tx) error { return tx.ReleaseDeployment("deploy", tx.Today()) }},
	{"ReviewDeployment/refused", "una", func(w *crowd, tx *aims.Tx) error {
		return tx.ReviewDeployment("deploy", aims.DeploymentReview{On: tx.Today(), Seen: w.text()})
	}},
	{"TakeBackDeployment/refused", "una", func(w *crowd, tx *aims.Tx) error { return tx.TakeBackDeployment("deploy", tx.Today(), w.text()) }},
	{"DraftProcesses", "lea", func(w *crowd, tx *aims.Tx) error {
		m, _ := tx.ProcessMap()
		m.Text = w.text()
		return tx.DraftProcesses(m)
	}},
	{"AdoptProcesses", "lea", func(w *crowd, tx *aims.Tx) error { return tx.AdoptProcesses("processes", calendar.Of(soon, nil)) }},
	{"DraftAuditProgramme", "una", func(w *crowd, tx *aims.Tx) error {
		p, _ := tx.ProgrammeInForce()
		p.Planning = w.text()
		return tx.DraftAuditProgramme(p)
	}},
	{"AdoptAuditProgramme", "eve", func(w *crowd, tx *aims.Tx) error { return tx.AdoptAuditProgramme("audit-programme", w.text()) }},
	{"ProgrammeInForce", "ada", func(w *crowd, tx *aims.Tx) error { tx.ProgrammeInForce(); return nil }},
	{"AuditProgrammes", "ada", func(w *crowd, tx *aims.Tx) error { list(tx.AuditProgrammes()); return nil }},
	{"ProgrammeOutcomes", "ada", func(w *crowd, tx *aims.Tx) error { tx.ProgrammeOutcomes("audit-programme", tx.Now()); return nil }},
	{"ProcessMap", "ada", func(w *crowd, tx *aims.Tx) error { tx.ProcessMap(); return nil }},
	{"Opportunities", "ada", func(w *crowd, tx *aims.Tx) error { list(tx.Opportunities()); return nil }},
	{"PutOpportunity", "bob", func(w *crowd, tx *aims.Tx) error { return tx.PutOpportunity(opportunity("more")) }},
	{"DecideOpportunity", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.DecideOpportunity("chance", aims.OpportunityPursue, w.text())
	}},
	{"JudgeOpportunity", "una", func(w *crowd, tx *aims.Tx) error { return tx.JudgeOpportunity("tried", false, w.text()) }},
	{"Monitorings", "ada", func(w *crowd, tx *aims.Tx) error { list(tx.Monitorings()); return nil }},
	{"ProcessMaps", "ada", func(w *crowd, tx *aims.Tx) error { list(tx.ProcessMaps()); return nil }},
	{"PutPublicClaim", "bob", func(w *crowd, tx *aims.Tx) error {
		p := footer("other")
		p.Says, p.Covers = w.text(), w.list("site %d")
		return tx.PutPublicClaim(p)
	}},
	{"ReviewPublicClaim", "una", func(w *crowd, tx *aims.Tx) error { return lookAtClaim("footer", w.text(), "")(tx) }},
	{"EndPublicClaim", "lea", func(w *crowd, tx *aims.Tx) error { return tx.EndPublicClaim("footer", tx.Today(), w.text()) }},
	{"ClaimObjections", "ada", func(w *crowd, tx *aims.Tx) error { tx.ClaimObjections("footer", tx.Now()); return nil }},
	{"PutMonitoring", "bob", func(w *crowd, tx *aims.Tx) error { return tx.PutMonitoring(monitoring("more")) }},
	{"RecordMonitoring", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.RecordMonitoring("m", aims.MonitoringResult{On: tx.Today(), Value: 95, Words: w.text()})
	}},
	{"EvaluateMonitoring", "lea", func(w *crowd, tx *aims.Tx) error { return evaluated("m", w.text())(tx) }},
	{"PutResource", "bob", func(w *crowd, tx *aims.Tx) error {
		r := pipeline("more", "hub")
		r.What = w.text()
		return tx.PutResource(r)
	}},
	{"NoteResourceGap", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.NoteResourceGap("tools", aims.ResourceGap{What: w.text(), Since: tx.Today(), Due: tx.Today().AddDays(30)})
	}},
	{"CloseResourceGap", "lea", func(w *crowd, tx *aims.Tx) error { return tx.CloseResourceGap("tools", 1, w.text()) }},
	{"ReviewResource", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.ReviewResource("tools", aims.ResourceReview{On: tx.Today(), Seen: w.text()})
	}},
	{"SystemResources", "ada", func(w *crowd, tx *aims.Tx) error { list(tx.SystemResources("hub", tx.Now())); return nil }},
	{"DescribeLogs", "bob", func(w *crowd, tx *aims.Tx) error {
		l := logsOf("dev")
		for _, what := range w.list("event %d") {
			l.Events = append(l.Events, aims.LoggedEvent{What: what, Stages: []register.Stage{register.StageOperation}})
		}
		return tx.DescribeLogs(l)
	}},
	{"CheckLogs", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.CheckLogs("hub", aims.LogCheck{On: tx.Today(), Looked: w.text(), Missing: w.text()})
	}},
	{"PlanVerification", "ada", func(w *crowd, tx *aims.Tx) error {
		v := verification("new", "hub")
		for _, what := range w.list("criterion %d") {
			v.Criteria = append(v.Criteria, aims.VerificationCriterion{ID: what, What: what})
		}
		return tx.PlanVerification(v)
	}},
	{"RecordVerification", "una", func(w *crowd, tx *aims.Tx) error {
		r := verified(true)
		r.Results[0].Seen = w.text()
		return tx.RecordVerification("verify", r)
	}},
	{"VerificationOf", "ada", func(w *crowd, tx *aims.Tx) error { tx.VerificationOf("hub", tx.Now()); return nil }},
	{"PutDataset", "ada", func(w *crowd, tx *aims.Tx) error {
		d := aims.Dataset{ID: "new", Name: "new", Systems: w.ids("free")}
		for _, what := range w.list("measure %d") {
			d.Measures = append(d.Measures, aims.QualityMeasure{ID: what, What: what, Direction: aims.AtLeast})
		}
		return tx.PutDataset(d)
	}},
	{"PutDataset/refused", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.PutDataset(aims.Dataset{ID: "new", Name: "new", Systems: w.ids("none"), Measures: make([]aims.QualityMeasure, w.n)})
	}},
	{"MeasureDataset/refused", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.MeasureDataset("data", aims.QualityResult{Measure: "none", Note: w.text()})
	}},
	{"DataShows", "ada", func(w *crowd, tx *aims.Tx) error { tx.DataShows("hub", annexa.MustParse("A.7.3")); return nil }},
	{"TellApart", "lea", func(w *crowd, tx *aims.Tx) error { return tx.TellApart("hub", "alone", w.text()) }},
	{"RevertStage", "ada", func(w *crowd, tx *aims.Tx) error { return tx.RevertStage("hub", register.StageDesign) }},
	{"ReassessSystem", "ada", func(w *crowd, tx *aims.Tx) error { return tx.ReassessSystem("hub", impact.TriggerReview, w.text()) }},
	{"ReassessSystem/lead", "ada", func(w *crowd, tx *aims.Tx) error { return tx.ReassessSystem("submitted", impact.TriggerReview, "") }},
	{"ReportSupplierEvent", "ada", func(w *crowd, tx *aims.Tx) error { _, err := tx.ReportSupplierEvent("sup", "x"); return err }},
	{"OpenDueAssessments", "ada", func(w *crowd, tx *aims.Tx) error { _, err := tx.OpenDueAssessments(); return err }},
	{"PutSupplier", "ada", func(w *crowd, tx *aims.Tx) error {
		s := aims.Supplier{ID: "new", Name: "x"}
		for _, what := range w.list("duty %d") {
			s.Duties = append(s.Duties, aims.AllocatedDuty{What: what, Bearer: aims.BearerShared})
		}
		return tx.PutSupplier(s)
	}},
	{"PutSupplier/refused", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.PutSupplier(aims.Supplier{ID: "new", Name: "x", Duties: make([]aims.AllocatedDuty, w.n)})
	}},
	{"RunsNoAI", "ada", func(w *crowd, tx *aims.Tx) error {
		_, _ = tx.RunsNoAI(tx.Now())
		return nil
	}},
	{"AttestNoAI", "eve", func(w *crowd, tx *aims.Tx) error { return tx.AttestNoAI("sweep", w.text()) }},
	{"PutSweep", "ada", func(w *crowd, tx *aims.Tx) error { return tx.PutSweep(w.sweep("new")) }},
	{"PutSweep/refused", "ada", func(w *crowd, tx *aims.Tx) error {
		s := w.sweep("new")
		for i := range s.Candidates {
			s.Candidates[i].System = "none"
		}
		return tx.PutSweep(s)
	}},

	// Assessments.
	{"AssignAssessment", "ada", func(w *crowd, tx *aims.Tx) error { return tx.AssignAssessment("writing#1", "bob") }},
	{"SaveAssessment/lead", "bob", func(w *crowd, tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("writing")
		a.Summary = w.text()
		return tx.SaveAssessment(a)
	}},
	{"SaveAssessment/refused", "bob", func(w *crowd, tx *aims.Tx) error { return tx.SaveAssessment(w.draft(tx, "dev")) }},
	{"SaveAssessment/busy", "bob", func(w *crowd, tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("hub")
		return tx.SaveAssessment(a)
	}},
	{"AttachQuestionnaire/refused", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.AttachQuestionnaire(w.id("free", 0)+"#1", impact.QuestionnaireResult{Title: w.text()})
	}},
	{"ApplyTemplate/refused", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.ApplyTemplate("dev#1", impact.Template{ID: "x", Title: "x", Harms: w.list("harm %d"), Parties: w.list("party %d")})
	}},
	{"ReuseAssessment", "bob", func(w *crowd, tx *aims.Tx) error { return tx.ReuseAssessment(w.id("free", 0)+"#1", "approved#1") }},
	{"CommentAssessment", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.CommentAssessment(fmt.Sprintf("hub#%d", w.n+2), impact.Comment{Part: "summary", Text: "x"})
	}},
	{"AnswerComment", "bob", func(w *crowd, tx *aims.Tx) error { return tx.AnswerComment(fmt.Sprintf("hub#%d", w.n+2), w.n, "x") }},
	{"SubmitAssessment", "bob", func(w *crowd, tx *aims.Tx) error { return tx.SubmitAssessment("writing#1") }},
	{"ReturnAssessment", "ian", func(w *crowd, tx *aims.Tx) error { return tx.ReturnAssessment("submitted#1", "x") }},
	{"ReturnAssessment/refused", "ian", func(w *crowd, tx *aims.Tx) error {
		return tx.ReturnAssessment("submitted#1", make([]string, w.n)...)
	}},
	{"StopAssessment", "ian", func(w *crowd, tx *aims.Tx) error { return tx.StopAssessment("submitted#1", "x") }},
	{"StopAssessment/member", "ian", func(w *crowd, tx *aims.Tx) error { return tx.StopAssessment(w.id("submitted", 0)+"#1", "x") }},
	{"PublishAssessment", "ian", func(w *crowd, tx *aims.Tx) error { return tx.PublishAssessment("approved#1") }},
	{"PublishAssessment/refused", "ian", func(w *crowd, tx *aims.Tx) error {
		return tx.PublishAssessment("approved#1", make([]impact.Withheld, w.n)...)
	}},
	{"GroupAssessments", "lea", func(w *crowd, tx *aims.Tx) error { return w.group("alone", "free")(tx) }},
	{"GroupAssessments/refused", "lea", func(w *crowd, tx *aims.Tx) error { return w.group("writing", "approved")(tx) }},
	{"UngroupAssessment", "lea", func(w *crowd, tx *aims.Tx) error { return tx.UngroupAssessment(w.id("writing", 0) + "#1") }},
	{"ApproveAssessment", "ian", func(w *crowd, tx *aims.Tx) error {
		return tx.ApproveAssessment("submitted#1", aims.RoleImpactApprover)
	}},
	{"ApproveAssessment/refused", "ian", func(w *crowd, tx *aims.Tx) error {
		return tx.ApproveAssessment("submitted#1", aims.RoleImpactApprover, make([]impact.ApprovalCondition, w.n)...)
	}},
	{"DelegateSignature", "ian", func(w *crowd, tx *aims.Tx) error {
		return tx.DelegateSignature("submitted#1", aims.RoleImpactApprover, "una", "x", dayOf(65))
	}},
	{"DeclareConflict", "bob", func(w *crowd, tx *aims.Tx) error { return tx.DeclareConflict("submitted#1", "x") }},
	{"ConfirmAssessment/refused", "ian", func(w *crowd, tx *aims.Tx) error {
		return tx.ConfirmAssessment("approved#1", aims.RoleImpactApprover, impact.Confirmation{Kind: impact.ConfirmValid, Reason: "x"})
	}},
	{"MeetCondition/refused", "bob", func(w *crowd, tx *aims.Tx) error { return tx.MeetCondition("approved#1", w.n, "x") }},

	// Risks, criteria, controls, evidence.
	{"PutRisk", "ada", func(w *crowd, tx *aims.Tx) error {
		r := risk("new")
		r.Systems = w.ids("free")
		return tx.PutRisk(r)
	}},
	{"PutRisk/revised", "ada", edited((*aims.Tx).Risks, "risk-00000", (*aims.Tx).PutRisk, func(w *crowd, r *register.Risk) { r.Systems = w.ids("free") })},
	{"PutRisk/refused", "ada", func(w *crowd, tx *aims.Tx) error {
		r := risk("new")
		r.Systems, r.Harms = w.ids("none"), w.ids("none")
		return tx.PutRisk(r)
	}},
	{"AcceptRisk", "rob", func(w *crowd, tx *aims.Tx) error { return tx.AcceptRisk("risk-00000", "x", dayOf(99)) }},
	{"DraftCriteria", "lea", func(w *crowd, tx *aims.Tx) error {
		c := tx.Criteria()
		c.Title = "ours"
		return tx.DraftCriteria(c)
	}},
	{"DraftCriteria/refused", "lea", func(w *crowd, tx *aims.Tx) error {
		c := tx.Criteria()
		c.Levels = make([]register.RiskLevel, w.n)
		return tx.DraftCriteria(c)
	}},
	{"ApproveCriteria", "eve", func(w *crowd, tx *aims.Tx) error { return tx.ApproveCriteria("criteria", calendar.Of(soon, nil)) }},
	{"DecideControl/refused", "lea", func(w *crowd, tx *aims.Tx) error {
		d := applicable(annexa.Decision{Control: annexa.MustParse("X.new"), Title: "x", Statement: "x"})
		for _, id := range w.list("none-%d") {
			d.Grounds = append(d.Grounds, annexa.Ground{Kind: annexa.GroundRisk, Ref: id})
		}
		return tx.DecideControl(d)
	}},
	{"ApproveStatement", "eve", func(w *crowd, tx *aims.Tx) error { return tx.ApproveStatement(calendar.Of(soon, nil)) }},
	{"AttachEvidence", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.AttachEvidence(proof("new", day0, w.ids("free"), "A.6.2.4"))
	}},
	{"AttachEvidence/level", "ada", func(w *crowd, tx *aims.Tx) error {
		e := proof("new", day0, w.ids("submitted"), "A.6.2.4")
		e.Kind, e.ValidUntil = impact.EvidenceKinds()[0].ID, calendar.Of(time.Time{}, nil)
		return tx.AttachEvidence(e)
	}},
	{"AttachEvidence/refused", "ada", func(w *crowd, tx *aims.Tx) error {
		e := proof("new", day0, nil, "A.6.2.4")
		e.Supports = slices.Repeat([]crosswalk.Ref{ref("iso42001:A.2.2")}, w.n)
		return tx.AttachEvidence(e)
	}},
	{"AttachEvidence/unknown", "ada", func(w *crowd, tx *aims.Tx) error {
		e := proof("new", day0, nil, "A.6.2.4")
		for i := range w.n {
			e.Supports = append(e.Supports, ref(fmt.Sprintf("iso42001:Z.%d", i)), ref(fmt.Sprintf("none:Z.%d", i)))
		}
		return tx.AttachEvidence(e)
	}},
	{"RequestException", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.RequestException(aims.Exception{System: "dev", Gate: "G1", Items: []string{"G1.3"}, Reason: "x", Measures: "x"})
	}},
	{"RequestException/refused", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.RequestException(aims.Exception{System: "dev", Gate: "G1", Items: w.ids("item"), Reason: "x", Measures: "x"})
	}},
	{"GrantException", "rob", func(w *crowd, tx *aims.Tx) error {
		return tx.GrantException("asked", calendar.Of(tx.Now().AddDate(0, 0, 9), nil))
	}},
	{"GrantException/refused", "eve", func(w *crowd, tx *aims.Tx) error {
		return tx.GrantException("exception-00000", dayOf(65))
	}},
	{"ExtendException/refused", "eve", func(w *crowd, tx *aims.Tx) error {
		return tx.ExtendException("exception-00000", "x", dayOf(65))
	}},
	{"CloseException/refused", "ada", func(w *crowd, tx *aims.Tx) error { return tx.CloseException("exception-00000") }},

	// Audits, reviews, nonconformities, incidents, concerns.
	{"PlanAudit", "lea", func(w *crowd, tx *aims.Tx) error { return tx.PlanAudit(w.audit("new")) }},
	{"PlanAudit/refused", "lea", func(w *crowd, tx *aims.Tx) error {
		a := w.audit("new")
		a.Auditors = []string{"bob", "ada"} // wrote or own all of it
		return tx.PlanAudit(a)
	}},
	{"DrawAuditSample", "una", func(w *crowd, tx *aims.Tx) error { return tx.DrawAuditSample("audit", "seed") }},
	{"ExamineAudit", "una", func(w *crowd, tx *aims.Tx) error {
		a, _ := tx.Audits().Get("audit")
		items := a.Checklist()
		for i := range items {
			items[i].Looked, items[i].Result = "x", aims.AuditConforms
		}
		return tx.ExamineAudit("audit", items...)
	}},
	{"CloseAudit", "una", func(w *crowd, tx *aims.Tx) error { return tx.CloseAudit("audit", "x", []string{"eve"}) }},
	{"CloseAudit/refused", "una", func(w *crowd, tx *aims.Tx) error { return tx.CloseAudit("audit", "x", w.ids("none")) }},
	{"HoldReview", "eve", func(w *crowd, tx *aims.Tx) error { return tx.HoldReview(w.review("new")) }},
	{"HoldReview/refused", "eve", func(w *crowd, tx *aims.Tx) error {
		r := w.review("new")
		r.Attendees, r.Decisions, r.Inputs = w.ids("none"), make([]aims.ReviewDecision, w.n), make([]aims.ReviewInput, w.n)
		return tx.HoldReview(r)
	}},
	{"RaiseNonconformity", "una", func(w *crowd, tx *aims.Tx) error { return tx.RaiseNonconformity(w.nonconformity("new")) }},
	{"CorrectNonconformity", "lea", edited((*aims.Tx).Nonconformities, "nc", (*aims.Tx).CorrectNonconformity, func(w *crowd, n *aims.Nonconformity) { n.Systems = w.ids("submitted") })},
	{"CloseNonconformity", "una", func(w *crowd, tx *aims.Tx) error { return tx.CloseNonconformity("nc", true, w.text()) }},
	{"ReportIncident", "ada", func(w *crowd, tx *aims.Tx) error { return tx.ReportIncident(w.incident("new", aims.GradeCritical)) }},
	{"ReportIncident/members", "ada", func(w *crowd, tx *aims.Tx) error {
		i := w.incident("new", aims.GradeCritical)
		i.Systems = w.ids("submitted")
		return tx.ReportIncident(i)
	}},
	{"ReportIncident/busy", "ada", func(w *crowd, tx *aims.Tx) error {
		i := w.incident("new", aims.GradeCritical)
		i.Systems = []string{"hub"}
		return tx.ReportIncident(i)
	}},
	{"ReportIncident/refused", "ada", func(w *crowd, tx *aims.Tx) error {
		i := w.incident("new", aims.GradeCritical)
		i.Systems, i.Harms = slices.Repeat([]string{"hub"}, w.n), w.ids("none")
		return tx.ReportIncident(i)
	}},
	{"UpdateIncident", "ada", edited((*aims.Tx).Incidents, "incident", (*aims.Tx).UpdateIncident, func(w *crowd, i *aims.Incident) { i.Systems = append(i.Systems, w.ids("submitted")...) })},
	{"CloseIncident", "ada", func(w *crowd, tx *aims.Tx) error { return tx.CloseIncident("incident", w.text()) }},
	{"RaiseConcern", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{RaisedBy: "staff", Text: w.text(), RaisedOn: dayOf(0), Systems: w.ids("approved"), Harm: unfairness().Harm})
	}},
	{"AnswerConcern", "lea", func(w *crowd, tx *aims.Tx) error { return tx.AnswerConcern("concern", w.text()) }},

	// The rest.
	{"PutOrganisation/refused", "lea", func(w *crowd, tx *aims.Tx) error {
		o := tx.Organisation()
		o.Jurisdictions, o.Roles = w.list("%d"), make([]register.AIRole, w.n)
		return tx.PutOrganisation(o)
	}},
	{"PutPerson", "lea", func(w *crowd, tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "new", Name: "x"}) }},
	{"ConfirmPart", "una", func(w *crowd, tx *aims.Tx) error {
		return tx.ConfirmPart(aims.Subject{Kind: aims.KindAudit, ID: "audit"})
	}},
	{"Claimed", "ada", func(w *crowd, tx *aims.Tx) error {
		tx.Claimed(aims.Subject{Kind: aims.KindReview, ID: "review"})
		tx.Claimed(aims.Subject{Kind: aims.KindObjective, ID: "objective-00000"})
		return nil
	}},
	{"PostponeAudit", "eve", func(w *crowd, tx *aims.Tx) error { return tx.PostponeAudit("audit", dayOf(20), "x") }},
	{"RegradeNonconformity", "una", func(w *crowd, tx *aims.Tx) error {
		return tx.RegradeNonconformity("nc", aims.SeverityMajor, dayOf(20), w.text())
	}},
	{"ReopenNonconformity/refused", "una", func(w *crowd, tx *aims.Tx) error { return tx.ReopenNonconformity("nc", "x") }},
	{"RegradeIncident", "lea", func(w *crowd, tx *aims.Tx) error { return tx.RegradeIncident("incident", aims.GradeMedium, w.text()) }},
	{"Scopes", "ada", func(w *crowd, tx *aims.Tx) error { return nothing(list(tx.Scopes()), nil) }},
	{"CriteriaVersions", "ada", func(w *crowd, tx *aims.Tx) error { return nothing(list(tx.CriteriaVersions()), nil) }},
	{"AssessRisk", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.AssessRisk("risk-00000", register.RiskAssessment{Method: w.text(), Inherent: register.Rating{Likelihood: 2, Consequence: 4, Criteria: 1}})
	}},
	{"WaiveDuty", "eve", func(w *crowd, tx *aims.Tx) error {
		return tx.WaiveDuty("hub/duty-1", w.text(), calendar.Of(tx.Now().AddDate(0, 0, 20), nil))
	}},
	{"DayOf", "ada", func(w *crowd, tx *aims.Tx) error { tx.DayOf(tx.Now()); return nil }},
	{"Zone", "ada", func(w *crowd, tx *aims.Tx) error { tx.Zone(); return nil }},
	{"Today", "ada", func(w *crowd, tx *aims.Tx) error { tx.Today(); return nil }},
	{"Lookalikes", "ada", func(w *crowd, tx *aims.Tx) error { tx.Lookalikes("hub"); return nil }},
	{"KnownSince", "ada", func(w *crowd, tx *aims.Tx) error { tx.KnownSince("hub"); return nil }},
	{"RegistrationOf", "ada", func(w *crowd, tx *aims.Tx) error { tx.RegistrationOf("hub"); return nil }},
	{"OperationAsks", "ada", func(w *crowd, tx *aims.Tx) error { tx.OperationAsks("hub", day0); return nil }},
	{"DutiesOf", "ada", func(w *crowd, tx *aims.Tx) error { tx.DutiesOf("hub", day0); return nil }},
	{"PutService", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.PutService(aims.Service{ID: "new", Name: "x", Owner: "ada"})
	}},
	{"ConfirmFounding", "eve", func(w *crowd, tx *aims.Tx) error { return tx.ConfirmFounding() }},
	{"PutRole", "lea", func(w *crowd, tx *aims.Tx) error { return tx.PutRole(aims.Role{ID: "new", Title: "x", Duty: w.text()}) }},
	{"AssignRole", "eve", func(w *crowd, tx *aims.Tx) error { return tx.AssignRole(aims.RolePolicyOwner, "bob") }},
	{"AcceptRole", "ian", func(w *crowd, tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) }},
	{"DraftPolicy", "lea", func(w *crowd, tx *aims.Tx) error { return tx.DraftPolicy(aims.Policy{Title: "x", Summary: w.text()}) }},
	{"ApprovePolicy", "eve", func(w *crowd, tx *aims.Tx) error { return tx.ApprovePolicy("policy-00000", calendar.Of(soon, nil)) }},
	{"DraftDocument", "lea", func(w *crowd, tx *aims.Tx) error { return tx.DraftDocument(aims.Document{Title: "x"}) }},
	{"ApproveDocument", "eve", func(w *crowd, tx *aims.Tx) error { return tx.ApproveDocument("doc", calendar.Of(soon, nil)) }},
	{"WithdrawDocument", "lea", func(w *crowd, tx *aims.Tx) error { return tx.WithdrawDocument("used", tx.Today(), w.text()) }},
	{"WithdrawScope", "eve", func(w *crowd, tx *aims.Tx) error { return tx.WithdrawScope("scope-used", tx.Today(), w.text()) }},
	{"WithdrawProcesses", "lea", func(w *crowd, tx *aims.Tx) error { return tx.WithdrawProcesses("processes-used", tx.Today(), w.text()) }},
	{"WithdrawUseRules", "lea", func(w *crowd, tx *aims.Tx) error { return tx.WithdrawUseRules("ruled", tx.Today(), w.text()) }},
	{"Communications", "ada", func(w *crowd, tx *aims.Tx) error { list(tx.Communications()); return nil }},
	{"PutCommunication", "ada", func(w *crowd, tx *aims.Tx) error {
		c := telling("more", aims.CommunicationRisks)
		c.What = w.text()
		return tx.PutCommunication(c)
	}},
	{"RecordTelling", "bob", func(w *crowd, tx *aims.Tx) error {
		return tx.RecordTelling("news", aims.Telling{On: tx.Today(), To: []aims.Subject{{Kind: aims.KindPerson}}, What: w.text()})
	}},
	{"EndCommunication", "lea", func(w *crowd, tx *aims.Tx) error { return tx.EndCommunication("news", w.text()) }},
	{"CheckEdition", "ada", func(w *crowd, tx *aims.Tx) error {
		return tx.CheckEdition("std", aims.EditionCheck{On: tx.Today(), Current: "2023", Seen: w.text()})
	}},
	{"DocumentsFor", "ada", func(w *crowd, tx *aims.Tx) error { list(tx.DocumentsFor(aims.MustParseClause("6.1.4"))); return nil }},
	{"DraftScope", "lea", func(w *crowd, tx *aims.Tx) error {
		s, _ := tx.Scope()
		s.Statement = w.text()
		return tx.DraftScope(s)
	}},
	{"ApproveScope", "eve", func(w *crowd, tx *aims.Tx) error { return tx.ApproveScope("scope", calendar.Of(soon, nil)) }},
	{"PutContextIssue", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.PutContextIssue(aims.ContextIssue{Title: "x", Description: w.text(), Origin: aims.Internal})
	}},
	{"PutInterestedParty", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.PutInterestedParty(aims.InterestedParty{Name: "x", Needs: w.list("need %d")})
	}},
	{"PutInterestedParty/refused", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.PutInterestedParty(aims.InterestedParty{Name: "x", Needs: make([]string, w.n)})
	}},
	{"PutObjective", "lea", edited((*aims.Tx).Objectives, "objective-00000", (*aims.Tx).PutObjective, func(w *crowd, o *aims.Objective) { o.Title = "y" })},
	{"MeasureObjective", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.MeasureObjective("objective-00000", aims.Measurement{On: dayOf(0), Value: 1})
	}},
	{"PutCertificate/refused", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.PutCertificate(aims.Certificate{ID: "new", Surveillance: slices.Repeat([]calendar.Date{calendar.Of(soon, nil)}, w.n)})
	}},
	{"MoveCertificate", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.MoveCertificate("cert", aims.CertApplied, dayOf(0))
	}},
	{"SuspendCertificate", "lea", func(w *crowd, tx *aims.Tx) error { return tx.SuspendCertificate("held", dayOf(1), w.text()) }},
	{"ChangeCertificateScope", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.ChangeCertificateScope("held", aims.ScopeDecision{Kind: aims.ScopeReduced, On: dayOf(1), Changed: w.text(), Parts: w.list("part %d")})
	}},
	{"TransferCertificate", "lea", func(w *crowd, tx *aims.Tx) error { return tx.TransferCertificate("taking", dayOf(1), w.text()) }},
	{"RecordSpecialAudit", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.RecordSpecialAudit("held", aims.SpecialAudit{On: dayOf(1), Reason: "a complaint", Result: w.text()})
	}},
	{"NoteAppeal", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.NoteAppeal("held", aims.Appeal{ID: "1", Text: w.text(), On: dayOf(1)})
	}},
	{"TellBody", "lea", func(w *crowd, tx *aims.Tx) error {
		return tx.TellBody("held", aims.BodyNotice{Parts: aims.BodyParts(), What: w.text(), On: dayOf(1), To: "the lead auditor", How: "by mail"})
	}},
	{"Withdraw", "lea", func(w *crowd, tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindSweep, ID: "sweep"}) }},

	// Queries.
	{"DueAssessments", "ada", func(w *crowd, tx *aims.Tx) error { tx.DueAssessments(day0.AddDate(5, 0, 0)); return nil }},
	{"Blockers", "ada", func(w *crowd, tx *aims.Tx) error {
		s, _ := tx.Systems().Get("dev")
		for _, g := range register.Gates() {
			tx.Blockers(s, g, day0)
		}
		return nil
	}},
	{"Gates", "ada", func(w *crowd, tx *aims.Tx) error { tx.Gates(); return nil }},
	{"Facts", "ada", func(w *crowd, tx *aims.Tx) error { tx.Facts("hub"); return nil }},
	{"LevelOf", "ada", func(w *crowd, tx *aims.Tx) error { tx.LevelOf("hub"); return nil }},
	{"DraftOf", "ada", func(w *crowd, tx *aims.Tx) error { _, err := tx.DraftOf("writing#1", tx.Now()); return err }},
	{"QuestionsOf", "ada", func(w *crowd, tx *aims.Tx) error { tx.QuestionsOf("hub"); return nil }},
	{"SpanOf", "ada", func(w *crowd, tx *aims.Tx) error { tx.SpanOf("hub"); return nil }},
	{"CoverageOf", "ada", func(w *crowd, tx *aims.Tx) error { tx.CoverageOf("hub", day0); return nil }},
	{"AssessmentsOf", "ada", func(w *crowd, tx *aims.Tx) error { return nothing(list(tx.AssessmentsOf("hub")), nil) }},
	{"OpenAssessment", "ada", func(w *crowd, tx *aims.Tx) error { tx.OpenAssessment("hub"); return nil }},
	{"AuditProgramme", "ada", func(w *crowd, tx *aims.Tx) error { tx.AuditProgramme(day0.AddDate(1, 0, 0)); return nil }},
	{"AuditSample", "ada", func(w *crowd, tx *aims.Tx) error { tx.AuditSample("seed", day0.AddDate(1, 0, 0)); return nil }},
	{"OwnWork", "ada", func(w *crowd, tx *aims.Tx) error {
		a := w.audit("x")
		a.Clauses = plan("x", "4", "5", "6", "7", "8", "9", "10").Clauses
		a.Auditors = []string{"ada", "bob", "ian"}
		tx.OwnWork(a)
		return nil
	}},
	{"MayUse", "ada", func(w *crowd, tx *aims.Tx) error {
		_ = tx.MayUse(aims.Use{Actor: "ian", Verb: "ApproveAssessment", Subject: aims.Subject{Kind: aims.KindAssessment, ID: "submitted#1"}})
		return nil
	}},
	{"Exceeds", "ada", func(w *crowd, tx *aims.Tx) error { tx.Exceeds(register.Risk{Axis: register.AxisPeople}); return nil }},
	{"Combined", "ada", func(w *crowd, tx *aims.Tx) error { tx.Combined(day0); return nil }},
	{"Criteria", "ada", func(w *crowd, tx *aims.Tx) error { tx.Criteria(); return nil }},
	{"Supports", "ada", func(w *crowd, tx *aims.Tx) error { tx.Supports(day0); return nil }},
	{"CouldProve", "ada", func(w *crowd, tx *aims.Tx) error {
		tx.CouldProve(aims.Evidence{Collected: dayOf(0)}, aims.ControlRef(annexa.MustParse("A.2.2")))
		return nil
	}},
	{"Policy", "ada", func(w *crowd, tx *aims.Tx) error { tx.Policy(); return nil }},
	{"Holder", "ada", func(w *crowd, tx *aims.Tx) error { tx.Holder(aims.RoleLead, day0); return nil }},
	{"Organisation", "ada", func(w *crowd, tx *aims.Tx) error { tx.Organisation(); return nil }},
	{"IsImported", "ada", func(w *crowd, tx *aims.Tx) error { tx.IsImported(1, tx.Now()); return nil }},
	{"Scope", "ada", func(w *crowd, tx *aims.Tx) error { tx.Scope(); return nil }},
	{"Decision", "ada", func(w *crowd, tx *aims.Tx) error { tx.Decision(annexa.MustParse("A.2.2")); return nil }},
	{"Statement", "ada", func(w *crowd, tx *aims.Tx) error { return nothing(tx.Statement(day0)) }},
	{"ApprovedStatement", "ada", func(w *crowd, tx *aims.Tx) error { tx.ApprovedStatement(); return nil }},
	{"Controls", "ada", func(w *crowd, tx *aims.Tx) error { tx.Controls(); return nil }},
	{"SystemsByOwner", "ada", func(w *crowd, tx *aims.Tx) error { return nothing(list(tx.SystemsByOwner("ada").All()), nil) }},
	{"SystemsAt", "ada", func(w *crowd, tx *aims.Tx) error {
		return nothing(list(tx.SystemsAt(register.StageOperation).All()), nil)
	}},
}

// errLook ends an Update that is only looked at.
var errLook = errors.New("only looked at")

// cost returns how many bytes a call allocates, and whether it was refused. What
// it wrote is thrown away.
func (g growing) cost(w *crowd) (bytes uint64, refused error) {
	w.clock.Set(day(60)) // acceptances have run out
	bytes = 1 << 62
	for range 2 {
		err := w.try(g.actor, func(tx *aims.Tx) error {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			refused = g.call(w, tx)
			runtime.ReadMemStats(&after)
			bytes = min(bytes, after.TotalAlloc-before.TotalAlloc)
			return errLook
		})
		require.ErrorIs(w.t, err, errLook)
	}
	return bytes, refused
}

// TestGrowth: nothing that is done under the writers' lock, and no query, costs
// more than n log n of what it walks over, refused input included. What doubling
// adds doubles at most: the bytes allocated stand for the work.
func TestGrowth(t *testing.T) {
	const slack = 64 << 10 // and a quarter, for lists that grow by leaps
	var worlds []*crowd
	for _, n := range []int{20, 40, 80} {
		worlds = append(worlds, newCrowd(t, n))
	}
	for _, g := range growingCalls {
		t.Run(g.name, func(t *testing.T) {
			var bytes [3]uint64
			holds := func() bool {
				first, second := float64(bytes[1])-float64(bytes[0]), float64(bytes[2])-float64(bytes[1])
				return second <= 2.6*max(first, 0)+float64(bytes[1])/4+slack
			}
			// The least of several: a collection in between takes what is kept only as
			// long as there is room.
			for again := range 5 {
				for i, w := range worlds {
					w.t = t
					cost, err := g.cost(w)
					if refused := strings.HasSuffix(g.name, "/refused") || strings.HasSuffix(g.name, "/unknown"); refused {
						require.Error(t, err, "meant to be refused")
					} else {
						require.NoError(t, err, "of %d", w.n)
					}
					if again == 0 || cost < bytes[i] {
						bytes[i] = cost
					}
				}
				if holds() {
					return
				}
			}
			require.Fail(t, "it grows faster than what it walks over", "bytes of n, 2n and 4n: %v", bytes)
		})
	}
}

// TestLongVerbsLookAtTheirContext: a verb over many records stops once nobody
// waits for it, and leaves nothing.
func TestLongVerbsLookAtTheirContext(t *testing.T) {
	w := newCrowd(t, 3)
	w.clock.Set(day(60))
	long := []string{"GroupAssessments", "SubmitAssessment", "ApproveAssessment", "ReturnAssessment", "OpenDueAssessments",
		"ReportSupplierEvent", "ReportIncident", "RaiseConcern"}
	for _, name := range long {
		g := growingCalls[slices.IndexFunc(growingCalls, func(g growing) bool { return g.name == name })]
		head := w.View().Head()
		ctx, cancel := context.WithCancel(t.Context())
		err := w.Update(ctx, aims.By{Actor: g.actor, Reason: "test"}, func(tx *aims.Tx) error {
			cancel()
			err := g.call(w, tx)
			require.ErrorIs(t, err, context.Canceled, name)
			return err
		})
		require.ErrorIs(t, err, context.Canceled, name)
		require.Equal(t, head, w.View().Head(), name)
	}
}

// TestGrowthIsOfAll: each verb and each query has its row.
func TestGrowthIsOfAll(t *testing.T) {
	rows := make(map[string]bool)
	for _, g := range growingCalls {
		name, _, _ := strings.Cut(g.name, "/")
		rows[name] = true
	}
	inner := reflect.TypeFor[*ledger.Tx]()
	for m := range reflect.TypeFor[*aims.Tx]().Methods() {
		if _, promoted := inner.MethodByName(m.Name); promoted && m.Name != "Withdraw" || m.Type.NumOut() == 0 {
			continue
		}
		out := m.Type.Out(0)
		if strings.HasPrefix(out.Name(), "Records[") && m.Type.NumIn() == 1 {
			continue // it walks only when it is walked over
		}
		require.True(t, rows[m.Name], "%s has no row", m.Name)
		delete(rows, m.Name)
	}
	require.Empty(t, rows)
}

// BenchmarkGrowth times the same calls: x is what doubling multiplies them by.
func BenchmarkGrowth(b *testing.B) {
	var worlds []*crowd
	for _, n := range []int{125, 250, 500} {
		worlds = append(worlds, newCrowd(b, n))
	}
	for _, g := range growingCalls {
		b.Run(g.name, func(b *testing.B) {
			var took [3]time.Duration
			for i, w := range worlds {
				took[i] = time.Hour
				for range max(b.N, 3) {
					_ = w.try(g.actor, func(tx *aims.Tx) error {
						start := time.Now()
						_ = g.call(w, tx)
						took[i] = min(took[i], time.Since(start))
						return errLook
					})
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(took[2].Microseconds()), "us/500")
			b.ReportMetric(float64(took[2]-took[1])/float64(max(took[1]-took[0], 1)), "x")
		})
	}
}
