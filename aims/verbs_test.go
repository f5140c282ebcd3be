package aims_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// verbArgs are what a verb is called with.
type verbArgs struct {
	id   string    // of the record that it is about, or makes
	text string    // whatever it is told
	due  time.Time // until when what it gives holds
}

// verbCall uses one verb.
type verbCall func(tx *aims.Tx, a verbArgs) error

// aVerb is one verb, and how the cast uses it.
type aVerb struct {
	actor, id string
	call      verbCall
	touch     verbCall // writes the same record by another verb that does not decide
}

// cast is an organisation in which every verb can be used.
type cast struct{ id map[string]string }

func (c cast) arguments(id string) verbArgs { return verbArgs{id, "because", day(20)} }

// castOf fills an organisation with staff.
func castOf(o *org) cast {
	o.t.Helper()
	done, doc := officeTool("done", register.StageDesign), officeTool("doc", register.StageDesign)
	doc.Supplier = "sup"
	o.do("ada", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"}) })
	o.register(done, doc, cvScreener())
	for _, id := range []string{"g1", "g2", "g3", "g4"} {
		o.register(officeTool(id, register.StageDesign))
	}
	o.do("bob", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("done")
		s, _ := tx.Systems().Get("done")
		if err := tx.SaveAssessment(complete(a, s.Affected)); err != nil {
			return err
		}
		return tx.SubmitAssessment("done#1")
	})
	o.do("ian", approve("done#1", aims.RoleImpactApprover, impact.ApprovalCondition{Text: "tell staff", Owner: "ada", Due: dayOf(30)}))
	o.do("ada", advance("done", register.StageVerification))
	o.prove("use", []string{"done"}, "A.9.2")
	o.register(officeTool("told", register.StageDesign))
	o.assess("told")
	o.revise("told", func(s *register.System) { s.Purpose = "In other words: " + s.Purpose })
	o.submit("cv")
	o.register(officeTool("s5", register.StageDesign))
	o.do("ian", func(tx *aims.Tx) error { return tx.StopAssessment("s5#1", "not now") })
	o.fill("doc")
	o.do("lea", remark("doc#1", impact.Comment{Part: "level", Text: "why?"}))
	o.do("ada", func(tx *aims.Tx) error { return tx.GroupAssessments("g3#1", "g4#1") })
	o.do("lea", func(tx *aims.Tx) error {
		must := func(err error) { require.NoError(o.t, err) }
		name := tx.Organisation()
		name.Name = "Org"
		must(tx.PutOrganisation(name))
		must(tx.PutRisk(risk("unfair")))
		old := risk("old")
		old.Systems = []string{"g1"}
		must(tx.PutRisk(old))
		must(tx.AttachEvidence(proof("e", day0, nil, "A.4.2")))
		must(tx.PutRole(aims.Role{ID: "clerk", Title: "Clerk", Duty: "Files."}))
		must(tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p", Title: "Policy", Owner: "pam"}))
		must(tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "d", Title: "Treatment"}))
		must(tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "used", Title: "Terms", Owner: "lea"}))
		must(tx.DraftDocument(standard("std", "ada")))
		must(tx.DraftScope(aims.Scope{Statement: "all of it"}))
		must(tx.PutCommunication(telling("news", aims.CommunicationPolicy)))
		must(tx.PlanAudit(plan("a", "4.1")))
		must(tx.PlanAudit(plan("b", "7.1")))
		must(tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "x", Owner: "ada", Due: dayOf(30)}}}))
		must(tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "No minutes", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(30),
			Correction: "x", Cause: "x", Extent: "x", Action: aims.CorrectiveAction{Plan: "x", By: "bob", DoneOn: dayOf(0)}}))
		must(tx.RaiseNonconformity(aims.Nonconformity{ID: "n-closed", Title: "No agenda", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(30),
			Correction: "x", Cause: "x", Extent: "x", Action: aims.CorrectiveAction{Plan: "x", By: "bob", DoneOn: dayOf(0)}}))
		must(tx.ReportIncident(aims.Incident{ID: "i", Title: "Leak", Grade: aims.GradeLow, DetectedOn: day0}))
		must(tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "c", Text: "unfair", RaisedOn: dayOf(0)}))
		must(tx.PutObjective(aims.Objective{ID: "o", Title: "x", Measure: "x", Direction: aims.AtLeast, Owner: "ada", Due: dayOf(300)}))
		must(tx.PutCertificate(aims.Certificate{ID: "z", Body: "Body"}))
		return nil
	})
	upheld := []string{"y-suspend", "y-scope", "y-special", "y-appeal", "y-told", "y-old"}
	o.do("lea", func(tx *aims.Tx) error {
		for _, id := range upheld {
			if err := tx.PutCertificate(aims.Certificate{ID: id, Body: "Body", Accreditation: "National"}); err != nil {
				return err
			}
		}
		return tx.PutCertificate(aims.Certificate{ID: "y-new", Body: "Other body", Accreditation: "National", Transfers: "y-old"})
	})
	for i, to := range []aims.CertState{aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified} {
		o.do("lea", func(tx *aims.Tx) error {
			for _, id := range upheld {
				if err := tx.MoveCertificate(id, to, dayOf(i-3)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("used", dayOf(300)) })
	o.do("una", examine("a"))
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PlaceHold(aims.Hold{ID: "h", Records: []aims.Subject{{Kind: aims.KindConcern, ID: "c"}}, Reason: "an inquiry"})
	})
	o.do("ada", func(tx *aims.Tx) error {
		return errors.Join(tx.PutObligation(actArticle("ada")), tx.PutObligation(unionLaw()))
	})
	o.do("eve", func(tx *aims.Tx) error {
		return errors.Join(tx.PutCompetence(auditing("ada")), tx.ClaimCompetence(unaAudits()), tx.PutGoverningBody(board("bob")))
	})
	o.do("ada", func(tx *aims.Tx) error {
		p := moveOfModels("ada")
		p.ID = "move2"
		return errors.Join(tx.DraftChange(p), tx.DraftChange(moveOfModels("ada")), tx.DraftChange(drift("ada")))
	})
	o.do("ada", func(tx *aims.Tx) error {
		var errs []error
		for _, id := range []string{"act-move", "act-done", "act-check", "act-cancel"} {
			a := action(id, "bob")
			errs = append(errs, tx.PutAction(a))
		}
		return errors.Join(errs...)
	})
	o.do("bob", completed("act-check", dayOf(0), "done as planned"))
	o.do("ada", func(tx *aims.Tx) error { return tx.PutDataset(dataset("set", "doc")) })
	o.do("ada", func(tx *aims.Tx) error { return tx.PlanVerification(verification("verify", "doc")) })
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole("clerk", "bob") })
	o.decideAll()
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRisk("old", "small", dayOf(1)) })
	o.do("ada", func(tx *aims.Tx) error {
		for id, system := range map[string]string{"x": "g1", "x2": "g2", "x3": "g2"} {
			e := exception("G1.2")
			e.ID, e.System = id, system
			if err := tx.RequestException(e); err != nil {
				return err
			}
		}
		return nil
	})
	o.do("rob", func(tx *aims.Tx) error {
		return tx.GrantException("x", dayOf(20))
	})
	live := officeTool("live", register.StageOperation)
	o.register(live)
	for id, system := range map[string]string{"deploy": "live", "deployed": "live"} {
		o.do("ada", func(tx *aims.Tx) error { return tx.PlanDeployment(deployment(id, system)) })
	}
	o.do("una", func(tx *aims.Tx) error { return tx.ReleaseDeployment("deployed", tx.Today()) })
	for _, id := range []string{"going", "gone"} {
		s := officeTool(id, register.StageOperation)
		o.register(s)
		o.ending(id)
	}
	o.do("ada", func(tx *aims.Tx) error { return tx.PlanRetirement(ended("end", "live")) })
	o.do("ada", func(tx *aims.Tx) error { return tx.PutChannel(openChannel("ada")) })
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutSweep(aims.Sweep{ID: "searched", On: tx.Today(), By: "ada", Sources: []string{"code"}})
	})
	o.do("bob", func(tx *aims.Tx) error {
		return errors.Join(tx.DraftUseRules(rulesOfUse("rules", "live")), tx.DraftUseRules(rulesOfUse("ruled", "live")))
	})
	o.do("lea", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "desk", Name: "Sign-on", Owner: "bob"}) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveUseRules("ruled") })
	o.do("bob", describeLogs(logsOf("live")))
	o.do("bob", func(tx *aims.Tx) error { return tx.DraftProcesses(processes()) })
	o.inForce()
	o.do("bob", func(tx *aims.Tx) error { return tx.DraftAuditProgramme(programme()) })
	o.do("bob", func(tx *aims.Tx) error {
		return errors.Join(tx.PutOpportunity(opportunity("chance")), tx.PutMonitoring(monitoring("m")), measured("m", 0, 95)(tx), tx.PutResource(pipeline("tools", "live")), tx.PutResource(pipeline("gapped", "live")), tx.NoteResourceGap("gapped", gap("a licence", 30)))
	})
	o.tried("tried")
	o.do("lea", func(tx *aims.Tx) error {
		return errors.Join(tx.PutPublicClaim(footer("footer")), tx.PutPublicClaim(footer("gone")))
	})
	o.do("ada", settled("end-gone"))
	o.do("ada", advance("gone", register.StageRetirement))
	o.clock.Set(day(7)) // when it can be seen whether an action works
	o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("n-closed", true, "looked again") })
	c := cast{make(map[string]string)}
	for name, v := range callOfVerb {
		c.id[name] = v.id
	}
	return c
}

func touchClaim(tx *aims.Tx, a verbArgs) error {
	p, _ := tx.PublicClaims().Get(a.id)
	p.Says += "."
	return tx.PutPublicClaim(p)
}

func touchOpportunity(tx *aims.Tx, a verbArgs) error {
	o := theOpportunity(tx, a.id)
	o.From = seenIn
	return tx.PutOpportunity(o)
}

func touchMonitoring(tx *aims.Tx, a verbArgs) error {
	m := theMonitoring(tx)
	m.Title += " again"
	return tx.PutMonitoring(m)
}

func touchResource(tx *aims.Tx, a verbArgs) error {
	r, _ := tx.Resources().Get(a.id)
	r.What += "."
	return tx.PutResource(r)
}

// versionOf is one of several versions.
func versionOf[T aims.Scope | aims.ProcessMap](all iter.Seq[T], id string) T {
	for v := range all {
		switch of := any(v).(type) {
		case aims.Scope:
			if of.ID == id {
				return v
			}
		case aims.ProcessMap:
			if of.ID == id {
				return v
			}
		}
	}
	var none T
	return none
}

// callOfVerb uses each verb of a transaction once, as the cast can.
var callOfVerb = map[string]aVerb{
	"AcceptRisk":   {"rob", "unfair", func(tx *aims.Tx, a verbArgs) error { return tx.AcceptRisk(a.id, a.text, calendar.Of(a.due, nil)) }, touchRisk},
	"AcceptRole":   {"bob", "clerk", func(tx *aims.Tx, a verbArgs) error { return tx.AcceptRole(a.id) }, touchRole},
	"AdvanceStage": {"ada", "done", func(tx *aims.Tx, a verbArgs) error { return tx.AdvanceStage(a.id, register.StageDeployment) }, touchSystem},
	"SignGate": {"ada", "done", func(tx *aims.Tx, a verbArgs) error {
		return tx.SignGate(a.id, register.StageDeployment, register.SignerOwner)
	}, touchSystem},
	"AnswerComment": {"bob", "doc#1", func(tx *aims.Tx, a verbArgs) error { return tx.AnswerComment(a.id, 1, a.text) }, nil},
	"AnswerConcern": {"lea", "c", func(tx *aims.Tx, a verbArgs) error { return tx.AnswerConcern(a.id, a.text) }, nil},
	"ApplyTemplate": {"bob", "doc#1", func(tx *aims.Tx, a verbArgs) error {
		return tx.ApplyTemplate(a.id, impact.Template{ID: "x", Title: a.text, Parties: []string{"user"}, Misuse: []impact.Misuse{{What: a.text}}})
	}, nil},
	"ApproveAssessment": {"ian", "cv#1", func(tx *aims.Tx, a verbArgs) error {
		return tx.ApproveAssessment(a.id, aims.RoleImpactApprover, impact.ApprovalCondition{Text: a.text, Owner: "ada", Due: calendar.Of(a.due, nil)})
	}, touchAssessment},
	"ApproveCriteria": {"eve", "criteria", func(tx *aims.Tx, a verbArgs) error { return tx.ApproveCriteria("criteria", calendar.Of(a.due, nil)) }, nil},
	"ApproveDocument": {"eve", "d", func(tx *aims.Tx, a verbArgs) error { return tx.ApproveDocument(a.id, calendar.Of(a.due, nil)) }, func(tx *aims.Tx, a verbArgs) error {
		d, _ := tx.Documents().Get(a.id)
		d.Title += "."
		return tx.DraftDocument(d)
	}},
	"WithdrawDocument": {"lea", "used", func(tx *aims.Tx, a verbArgs) error { return tx.WithdrawDocument(a.id, tx.Today(), a.text) }, func(tx *aims.Tx, a verbArgs) error {
		d, _ := tx.Documents().Get(a.id)
		d.Distribution = append(d.Distribution, everybody...)
		return tx.DraftDocument(d)
	}},
	"WithdrawScope": {"eve", "scope-used", func(tx *aims.Tx, a verbArgs) error { return tx.WithdrawScope(a.id, tx.Today(), a.text) }, func(tx *aims.Tx, a verbArgs) error {
		s := versionOf(tx.Scopes(), a.id)
		s.Distribution = append(s.Distribution, everybody...)
		return tx.DraftScope(s)
	}},
	"WithdrawProcesses": {"lea", "processes-used", func(tx *aims.Tx, a verbArgs) error { return tx.WithdrawProcesses(a.id, tx.Today(), a.text) }, func(tx *aims.Tx, a verbArgs) error {
		m := versionOf(tx.ProcessMaps(), a.id)
		m.Distribution = append(m.Distribution, everybody...)
		return tx.DraftProcesses(m)
	}},
	"WithdrawUseRules": {"lea", "ruled", func(tx *aims.Tx, a verbArgs) error { return tx.WithdrawUseRules(a.id, tx.Today(), a.text) }, func(tx *aims.Tx, a verbArgs) error {
		u, _ := tx.UseRules().Get(a.id)
		u.Distribution = append(u.Distribution, everybody...)
		return tx.DraftUseRules(u)
	}},
	"PutCommunication": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		c := telling(a.id, aims.CommunicationRisks)
		c.What = a.text
		return tx.PutCommunication(c)
	}, nil},
	"RecordTelling": {"bob", "news", func(tx *aims.Tx, a verbArgs) error {
		return tx.RecordTelling(a.id, aims.Telling{On: tx.Today(), To: []aims.Subject{{Kind: aims.KindPerson}}, What: a.text})
	}, nil},
	"EndCommunication": {"lea", "news", func(tx *aims.Tx, a verbArgs) error { return tx.EndCommunication(a.id, a.text) }, func(tx *aims.Tx, a verbArgs) error {
		c := planned(tx.Communications(), a.id)
		c.What += "."
		return tx.PutCommunication(c)
	}},
	"CheckEdition": {"ada", "std", func(tx *aims.Tx, a verbArgs) error {
		return tx.CheckEdition(a.id, aims.EditionCheck{On: tx.Today(), Current: "2023", Seen: a.text})
	}, nil},
	"ApprovePolicy": {"eve", "p", func(tx *aims.Tx, a verbArgs) error { return tx.ApprovePolicy(a.id, calendar.Of(a.due, nil)) }, func(tx *aims.Tx, a verbArgs) error {
		p, _ := tx.Policies().Get(a.id)
		p.Summary += "."
		return tx.DraftPolicy(p)
	}},
	"ApproveScope":     {"eve", "scope", func(tx *aims.Tx, a verbArgs) error { return tx.ApproveScope(a.id, calendar.Of(a.due, nil)) }, nil},
	"ApproveStatement": {"eve", "soa-0001", func(tx *aims.Tx, a verbArgs) error { return tx.ApproveStatement(calendar.Of(a.due, nil)) }, nil},
	"AssignAssessment": {"lea", "doc#1", func(tx *aims.Tx, a verbArgs) error { return tx.AssignAssessment(a.id, someone(a)) }, nil},
	"AssignRole":       {"eve", "clerk", func(tx *aims.Tx, a verbArgs) error { return tx.AssignRole(a.id, someone(a)) }, touchRole},
	"AttachEvidence": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		e := proof(a.id, tx.Now(), []string{"doc"}, "A.6.2.4")
		e.Title = a.text
		return tx.AttachEvidence(e)
	}, nil},
	"AttachQuestionnaire": {"bob", "doc#1", func(tx *aims.Tx, a verbArgs) error {
		return tx.AttachQuestionnaire(a.id, impact.QuestionnaireResult{Title: a.text, Scoring: "x", Level: impact.LevelLimited, Digest: strings.Repeat("0", 64), Result: strings.Repeat("2", 64), Answers: strings.Repeat("1", 64)})
	}, nil},
	"DrawAuditSample": {"una", "b", func(tx *aims.Tx, a verbArgs) error { return tx.DrawAuditSample(a.id, a.text) }, nil},
	"ExamineAudit": {"una", "b", func(tx *aims.Tx, a verbArgs) error {
		return tx.ExamineAudit(a.id, aims.AuditItem{Clause: aims.MustParseClause("7.1"), Looked: a.text, Result: aims.AuditConforms})
	}, nil},
	"CloseAudit": {"una", "a", func(tx *aims.Tx, a verbArgs) error { return tx.CloseAudit(a.id, a.text, []string{"eve"}) }, func(tx *aims.Tx, a verbArgs) error {
		x, _ := tx.Audits().Get(a.id)
		x.Title += "."
		return tx.PlanAudit(x)
	}},
	"CloseException": {"ada", "x", func(tx *aims.Tx, a verbArgs) error { return tx.CloseException(a.id) }, nil},
	"CloseIncident": {"lea", "i", func(tx *aims.Tx, a verbArgs) error { return tx.CloseIncident(a.id, a.text) }, func(tx *aims.Tx, a verbArgs) error {
		i, _ := tx.Incidents().Get(a.id)
		i.Title += "."
		return tx.UpdateIncident(i)
	}},
	"CloseNonconformity": {"una", "n", func(tx *aims.Tx, a verbArgs) error { return tx.CloseNonconformity(a.id, true, a.text) }, func(tx *aims.Tx, a verbArgs) error {
		n, _ := tx.Nonconformities().Get(a.id)
		n.Description += "."
		return tx.CorrectNonconformity(n)
	}},
	"CommentAssessment": {"lea", "doc#1", func(tx *aims.Tx, a verbArgs) error {
		return tx.CommentAssessment(a.id, impact.Comment{Part: "level", Text: a.text})
	}, nil},
	"CorrectNonconformity": {"ada", "n", func(tx *aims.Tx, a verbArgs) error {
		n, _ := tx.Nonconformities().Get("n")
		n.ID, n.Cause = a.id, a.text
		return tx.CorrectNonconformity(n)
	}, nil},
	"DecideControl": {"lea", "A.2.2", func(tx *aims.Tx, a verbArgs) error {
		d := applicable(tx.Decision(annexa.MustParse("A.2.2")))
		d.Justification = a.text + strings.Repeat(".", 20)
		return tx.DecideControl(d)
	}, nil},
	"ConfirmAssessment": {"ian", "told#1", func(tx *aims.Tx, a verbArgs) error {
		return tx.ConfirmAssessment(a.id, aims.RoleImpactApprover, impact.Confirmation{Kind: impact.ConfirmWording, Reason: a.text})
	}, nil},
	"DeclareConflict": {"lea", "doc#1", func(tx *aims.Tx, a verbArgs) error { return tx.DeclareConflict(a.id, a.text) }, nil},
	"DelegateSignature": {"ian", "cv#1", func(tx *aims.Tx, a verbArgs) error {
		return tx.DelegateSignature(a.id, aims.RoleImpactApprover, "lea", a.text, calendar.Of(a.due, nil))
	}, touchAssessment},
	"DraftCriteria": {"lea", "criteria", func(tx *aims.Tx, a verbArgs) error {
		c := tx.Criteria()
		c.Title = a.text
		return tx.DraftCriteria(c)
	}, nil},
	"DraftDocument": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.DraftDocument(aims.Document{ID: a.id, Title: a.text})
	}, nil},
	"DraftPolicy": {"ada", "new", func(tx *aims.Tx, a verbArgs) error { return tx.DraftPolicy(aims.Policy{ID: a.id, Title: a.text}) }, nil},
	"DraftScope": {"ada", "scope", func(tx *aims.Tx, a verbArgs) error {
		s := versionOf(tx.Scopes(), a.id)
		s.Statement = a.text
		return tx.DraftScope(s)
	}, nil},
	"RequestException": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		e := exception("G1.2")
		e.ID, e.System, e.Reason = a.id, "g2", a.text
		return tx.RequestException(e)
	}, nil},
	"GrantException": {"rob", "x2", func(tx *aims.Tx, a verbArgs) error {
		return tx.GrantException(a.id, calendar.Of(tx.Now().AddDate(0, 0, 9), nil))
	}, nil},
	"ExtendException": {"rob", "x", func(tx *aims.Tx, a verbArgs) error {
		return tx.ExtendException(a.id, a.text, calendar.Of(tx.Now().AddDate(0, 0, 20), nil))
	}, nil},
	"GroupAssessments": {"ada", "g1#1", func(tx *aims.Tx, a verbArgs) error {
		if a.text == "because" {
			return tx.GroupAssessments(a.id, "g2#1")
		}
		return tx.GroupAssessments(a.id, "g2#1", "cv#1")
	}, nil},
	"HoldReview": {"eve", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.HoldReview(aims.ManagementReview{ID: a.id, HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: a.text, Owner: "ada", Due: calendar.Of(a.due, nil)}}})
	}, nil},
	"MeasureObjective": {"ada", "o", func(tx *aims.Tx, a verbArgs) error {
		return tx.MeasureObjective(a.id, aims.Measurement{On: calendar.Of(tx.Now(), nil), Value: 3, Note: a.text})
	}, nil},
	"MeetCondition": {"ada", "done#1", func(tx *aims.Tx, a verbArgs) error { return tx.MeetCondition(a.id, 1, a.text) }, nil},
	"MoveCertificate": {"lea", "z", func(tx *aims.Tx, a verbArgs) error {
		return tx.MoveCertificate(a.id, certState(a), calendar.Of(tx.Now(), nil))
	}, nil},
	"SuspendCertificate": {"lea", "y-suspend", func(tx *aims.Tx, a verbArgs) error {
		return tx.SuspendCertificate(a.id, tx.Today(), a.text)
	}, nil},
	"ChangeCertificateScope": {"lea", "y-scope", func(tx *aims.Tx, a verbArgs) error {
		return tx.ChangeCertificateScope(a.id, aims.ScopeDecision{Kind: aims.ScopeReduced, On: tx.Today(), Changed: a.text, Parts: []string{"the plant"}})
	}, nil},
	"TransferCertificate": {"lea", "y-new", func(tx *aims.Tx, a verbArgs) error {
		return tx.TransferCertificate(a.id, tx.Today(), a.text)
	}, nil},
	"RecordSpecialAudit": {"lea", "y-special", func(tx *aims.Tx, a verbArgs) error {
		return tx.RecordSpecialAudit(a.id, aims.SpecialAudit{On: tx.Today(), ShortNotice: true, Reason: "a complaint", Result: a.text})
	}, nil},
	"NoteAppeal": {"lea", "y-appeal", func(tx *aims.Tx, a verbArgs) error {
		return tx.NoteAppeal(a.id, aims.Appeal{ID: "1", Text: a.text, On: tx.Today()})
	}, nil},
	"TellBody": {"lea", "y-told", func(tx *aims.Tx, a verbArgs) error {
		return tx.TellBody(a.id, aims.BodyNotice{Parts: []aims.BodyPart{aims.PartSites}, What: a.text, On: tx.Today(), To: "the lead auditor", How: "by mail"})
	}, nil},
	"OpenDueAssessments": {"lea", "organisation", func(tx *aims.Tx, a verbArgs) error {
		due, err := tx.OpenDueAssessments()
		if err == nil && len(due) == 0 {
			return errNothingDue
		}
		return err
	}, nil},
	"PlanAudit": {"una", "new", func(tx *aims.Tx, a verbArgs) error {
		p := plan(a.id, "4.1")
		p.Title = a.text
		return tx.PlanAudit(p)
	}, nil},
	"PublishAssessment": {"lea", "done#1", func(tx *aims.Tx, a verbArgs) error {
		return tx.PublishAssessment(a.id, impact.Withheld{Part: "benefits", Reason: a.text})
	}, nil},
	"PutCertificate": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.PutCertificate(aims.Certificate{ID: a.id, Body: a.text})
	}, nil},
	"PutContextIssue": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.PutContextIssue(aims.ContextIssue{ID: a.id, Title: a.text, Origin: aims.External})
	}, nil},
	"PutInterestedParty": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.PutInterestedParty(aims.InterestedParty{ID: a.id, Name: a.text})
	}, nil},
	"PutObjective": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.PutObjective(aims.Objective{ID: a.id, Title: a.text, Measure: "x", Direction: aims.AtLeast, Owner: "ada", Due: calendar.Of(a.due, nil)})
	}, nil},
	"PutOrganisation": {"lea", "organisation", func(tx *aims.Tx, a verbArgs) error {
		o := tx.Organisation()
		o.Name = a.text
		return tx.PutOrganisation(o)
	}, nil},
	"PutPerson": {"lea", "new", func(tx *aims.Tx, a verbArgs) error { return tx.PutPerson(aims.Person{ID: a.id, Name: a.text}) }, nil},
	"Create": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		text, _ := json.Marshal(map[string]string{"id": a.id, "name": a.text})
		_, err := tx.Create(aims.KindSupplier, text)
		return err
	}, nil},
	"Patch": {"ada", "old", func(tx *aims.Tx, a verbArgs) error {
		r, _ := tx.Risks().Get(a.id)
		patch, _ := json.Marshal(map[string]string{"title": a.text})
		return tx.Patch(aims.Subject{Kind: aims.KindRisk, ID: a.id}, r.Revision, patch)
	}, nil},
	"PutRisk": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		r := risk(a.id)
		r.Title = a.text
		return tx.PutRisk(r)
	}, nil},
	"PutService": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.PutService(aims.Service{ID: a.id, Name: a.text, Owner: "ada"})
	}, nil},
	"ConfirmFounding": {"eve", "organisation", func(tx *aims.Tx, a verbArgs) error { return tx.ConfirmFounding() }, func(tx *aims.Tx, a verbArgs) error {
		o := tx.Organisation()
		o.Name += "."
		return tx.PutOrganisation(o)
	}},
	"ConfirmPart": {"una", "a", func(tx *aims.Tx, a verbArgs) error {
		return tx.ConfirmPart(aims.Subject{Kind: aims.KindAudit, ID: a.id})
	}, nil},
	"PostponeAudit": {"eve", "a", func(tx *aims.Tx, a verbArgs) error {
		x, _ := tx.Audits().Get("a")
		return tx.PostponeAudit(a.id, calendar.Of(x.PlannedFor.AddDate(0, 0, 9).Start(nil), nil), a.text)
	}, nil},
	"RegradeIncident": {"lea", "i", func(tx *aims.Tx, a verbArgs) error { return tx.RegradeIncident(a.id, aims.GradeMedium, a.text) }, nil},
	"RegradeNonconformity": {"una", "n", func(tx *aims.Tx, a verbArgs) error {
		return tx.RegradeNonconformity(a.id, aims.SeverityMajor, calendar.Of(a.due, nil), a.text)
	}, nil},
	"ReopenNonconformity": {"bob", "n-closed", func(tx *aims.Tx, a verbArgs) error { return tx.ReopenNonconformity(a.id, a.text) }, nil},
	"AssessRisk": {"bob", "old", func(tx *aims.Tx, a verbArgs) error {
		return tx.AssessRisk(a.id, register.RiskAssessment{Method: a.text, Inherent: register.Rating{Likelihood: 2, Consequence: 4, Criteria: 1}})
	}, nil},
	"WaiveDuty":   {"eve", "s5/duty-1", func(tx *aims.Tx, a verbArgs) error { return tx.WaiveDuty(a.id, a.text, calendar.Of(a.due, nil)) }, nil},
	"PutRole":     {"lea", "new", func(tx *aims.Tx, a verbArgs) error { return tx.PutRole(aims.Role{ID: a.id, Title: a.text, Duty: "x"}) }, nil},
	"PutSupplier": {"lea", "new", func(tx *aims.Tx, a verbArgs) error { return tx.PutSupplier(aims.Supplier{ID: a.id, Name: a.text}) }, nil},
	"AttestNoAI":  {"eve", "searched", func(tx *aims.Tx, a verbArgs) error { return tx.AttestNoAI(a.id, a.text) }, nil},
	"PutSweep": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.PutSweep(aims.Sweep{ID: a.id, On: calendar.Of(tx.Now(), nil), By: "ada", Sources: []string{a.text}})
	}, nil},
	"RaiseConcern": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: a.id, Text: a.text, RaisedOn: calendar.Of(tx.Now(), nil), Harm: impact.Harms()[0].ID, Systems: []string{"done", "cv"}})
	}, nil},
	"RaiseNonconformity": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: a.id, Title: a.text, Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: calendar.Of(tx.Now(), nil), Owner: "ada", Due: calendar.Of(a.due, nil)})
	}, nil},
	"ReassessSystem": {"lea", "done", func(tx *aims.Tx, a verbArgs) error {
		if a.text != "because" {
			return tx.ReassessSystem(a.id, "T-NONE", a.text)
		}
		return tx.ReassessSystem(a.id, impact.TriggerRequest, a.text)
	}, nil},
	"RegisterSystem": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		s := cvScreener()
		s.ID, s.Name = a.id, a.text
		return tx.RegisterSystem(s)
	}, nil},
	"ReportIncident": {"lea", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.ReportIncident(aims.Incident{ID: a.id, Title: a.text, Grade: aims.GradeCritical, DetectedOn: tx.Now(), Systems: []string{"done", "cv", "g4"}})
	}, nil},
	"ReportSupplierEvent": {"lea", "sup", func(tx *aims.Tx, a verbArgs) error {
		what := a.text
		if what != "because" {
			what = " "
		}
		_, err := tx.ReportSupplierEvent(a.id, what)
		return err
	}, nil},
	"ReturnAssessment": {"ian", "cv#1", func(tx *aims.Tx, a verbArgs) error { return tx.ReturnAssessment(a.id, a.text) }, touchAssessment},
	"ReuseAssessment": {"bob", "doc#1", func(tx *aims.Tx, a verbArgs) error {
		if a.text != "because" {
			return tx.ReuseAssessment(a.id, "cv#1")
		}
		return tx.ReuseAssessment(a.id, "done#1")
	}, nil},
	"PlanDeployment": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		d := deployment(a.id, "doc")
		d.Title = a.text
		return tx.PlanDeployment(d)
	}, nil},
	"ReleaseDeployment": {"una", "deploy", func(tx *aims.Tx, a verbArgs) error {
		on := tx.Today()
		if a.text != "because" {
			on = calendar.Date{}
		}
		return tx.ReleaseDeployment(a.id, on)
	}, nil},
	"ReviewDeployment": {"una", "deployed", func(tx *aims.Tx, a verbArgs) error {
		return tx.ReviewDeployment(a.id, aims.DeploymentReview{On: tx.Today(), Seen: a.text})
	}, nil},
	"TakeBackDeployment": {"una", "deployed", func(tx *aims.Tx, a verbArgs) error { return tx.TakeBackDeployment(a.id, tx.Today(), a.text) }, nil},
	"DraftUseRules": {"bob", "new", func(tx *aims.Tx, a verbArgs) error {
		u := rulesOfUse(a.id, "live")
		u.Draft.Rules = a.text
		return tx.DraftUseRules(u)
	}, nil},
	"ApproveUseRules": {"lea", "rules", func(tx *aims.Tx, a verbArgs) error { return tx.ApproveUseRules(a.id) }, func(tx *aims.Tx, a verbArgs) error {
		u, _ := tx.UseRules().Get(a.id)
		u.Draft.Rules += "."
		return tx.DraftUseRules(u)
	}},
	"AcceptUseRules": {"una", "ruled", func(tx *aims.Tx, a verbArgs) error { return tx.AcceptUseRules(a.id) }, nil},
	"CountUseRules": {"desk", "ruled", func(tx *aims.Tx, a verbArgs) error {
		return tx.CountUseRules(a.id, aims.UseCount{Version: 1, Users: 400, Accepted: 300, Digest: strings.Repeat("0", 64)})
	}, nil},
	"CompareUse": {"una", "ruled", func(tx *aims.Tx, a verbArgs) error {
		return tx.CompareUse(a.id, aims.UseComparison{System: "live", On: tx.Today(), Seen: a.text, Misuse: a.text})
	}, nil},
	"PutChannel": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		c := openChannel("ada")
		c.ID, c.Where = a.id, a.text
		return tx.PutChannel(c)
	}, nil},
	"TryChannel": {"una", "form", func(tx *aims.Tx, a verbArgs) error {
		return tx.TryChannel(a.id, aims.ChannelTrial{On: tx.Today(), Seen: a.text, Works: true})
	}, nil},
	"PlanRetirement": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		r := ended(a.id, "doc")
		r.Reason = a.text
		return tx.PlanRetirement(r)
	}, nil},
	"DecideRetirement": {"eve", "end", func(tx *aims.Tx, a verbArgs) error { return tx.DecideRetirement(a.id) }, nil},
	"TellRetirement": {"ada", "end-going", func(tx *aims.Tx, a verbArgs) error {
		return tx.TellRetirement(a.id, aims.ToldAffected, tx.Today(), a.text)
	}, nil},
	"SettleRetirement": {"ada", "end-going", func(tx *aims.Tx, a verbArgs) error {
		return tx.SettleRetirement(a.id, aims.Remain{ID: "keys", Fate: aims.RemainDisposed, On: tx.Today(), How: a.text})
	}, nil},
	"CloseRetirement": {"lea", "end-gone", func(tx *aims.Tx, a verbArgs) error {
		return tx.CloseRetirement(a.id, aims.RetirementClosing{Checked: a.text})
	}, nil},
	"DropRetirement": {"lea", "end-going", func(tx *aims.Tx, a verbArgs) error { return tx.DropRetirement(a.id, a.text) }, nil},
	"DescribeLogs": {"bob", "doc", func(tx *aims.Tx, a verbArgs) error {
		l := logsOf(a.id)
		l.Purpose = a.text
		return tx.DescribeLogs(l)
	}, nil},
	"CheckLogs": {"lea", "live", func(tx *aims.Tx, a verbArgs) error {
		return tx.CheckLogs(a.id, aims.LogCheck{On: tx.Today(), Looked: a.text, Found: true})
	}, func(tx *aims.Tx, a verbArgs) error {
		l, _ := tx.SystemLogs().Get(a.id)
		l.Purpose += "."
		return tx.DescribeLogs(l)
	}},
	"DraftAuditProgramme": {"ada", "audit-programme", func(tx *aims.Tx, a verbArgs) error {
		p, _ := tx.ProgrammeInForce()
		p.Planning = a.text
		return tx.DraftAuditProgramme(p)
	}, nil},
	"AdoptAuditProgramme": {"eve", "audit-programme", func(tx *aims.Tx, a verbArgs) error { return tx.AdoptAuditProgramme(a.id, a.text) }, func(tx *aims.Tx, a verbArgs) error {
		p, _ := tx.ProgrammeInForce()
		p.Planning += "."
		return tx.DraftAuditProgramme(p)
	}},
	"DraftProcesses": {"ada", "processes", func(tx *aims.Tx, a verbArgs) error {
		m := versionOf(tx.ProcessMaps(), a.id)
		m.Text = a.text
		return tx.DraftProcesses(m)
	}, nil},
	"AdoptProcesses": {"lea", "processes", func(tx *aims.Tx, a verbArgs) error { return tx.AdoptProcesses(a.id, calendar.Of(a.due, nil)) }, func(tx *aims.Tx, a verbArgs) error {
		m := versionOf(tx.ProcessMaps(), a.id)
		m.Text += "."
		return tx.DraftProcesses(m)
	}},
	"PutPublicClaim": {"bob", "new", func(tx *aims.Tx, a verbArgs) error {
		p := footer(a.id)
		p.Says = a.text
		return tx.PutPublicClaim(p)
	}, nil},
	"ReviewPublicClaim": {"una", "footer", func(tx *aims.Tx, a verbArgs) error { return lookAtClaim(a.id, a.text, "")(tx) }, touchClaim},
	"EndPublicClaim":    {"lea", "gone", func(tx *aims.Tx, a verbArgs) error { return tx.EndPublicClaim(a.id, tx.Today(), a.text) }, touchClaim},
	"PutOpportunity": {"bob", "new", func(tx *aims.Tx, a verbArgs) error {
		o := opportunity(a.id)
		o.Gain = a.text
		return tx.PutOpportunity(o)
	}, nil},
	"DecideOpportunity": {"lea", "chance", func(tx *aims.Tx, a verbArgs) error {
		return tx.DecideOpportunity(a.id, aims.OpportunityPursue, a.text)
	}, touchOpportunity},
	"JudgeOpportunity": {"una", "tried", func(tx *aims.Tx, a verbArgs) error { return tx.JudgeOpportunity(a.id, false, a.text) }, touchOpportunity},
	"PutMonitoring": {"bob", "new", func(tx *aims.Tx, a verbArgs) error {
		m := monitoring(a.id)
		m.What = a.text
		return tx.PutMonitoring(m)
	}, nil},
	"RecordMonitoring": {"bob", "m", func(tx *aims.Tx, a verbArgs) error {
		return tx.RecordMonitoring(a.id, aims.MonitoringResult{On: tx.Today(), Value: 95, Words: a.text})
	}, nil},
	"EvaluateMonitoring": {"lea", "m", func(tx *aims.Tx, a verbArgs) error { return evaluated(a.id, a.text)(tx) }, touchMonitoring},
	"PutResource": {"bob", "new", func(tx *aims.Tx, a verbArgs) error {
		r := pipeline(a.id, "live")
		r.Title = a.text
		return tx.PutResource(r)
	}, nil},
	"NoteResourceGap": {"bob", "tools", func(tx *aims.Tx, a verbArgs) error {
		return tx.NoteResourceGap(a.id, aims.ResourceGap{What: a.text, Since: tx.Today(), Due: tx.Today().AddDays(30)})
	}, nil},
	"CloseResourceGap": {"lea", "gapped", func(tx *aims.Tx, a verbArgs) error { return tx.CloseResourceGap(a.id, 1, a.text) }, touchResource},
	"ReviewResource": {"lea", "tools", func(tx *aims.Tx, a verbArgs) error {
		return tx.ReviewResource(a.id, aims.ResourceReview{On: tx.Today(), Seen: a.text})
	}, touchResource},
	"PlanVerification": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		v := verification(a.id, "doc")
		v.Title = a.text
		return tx.PlanVerification(v)
	}, nil},
	"RecordVerification": {"una", "verify", func(tx *aims.Tx, a verbArgs) error {
		r := verified(true)
		r.On, r.Limitations = tx.Today(), a.text
		return tx.RecordVerification(a.id, r)
	}, func(tx *aims.Tx, a verbArgs) error {
		v, _ := tx.Verifications().Get(a.id)
		v.Title += "."
		return tx.PlanVerification(v)
	}},
	"PutDataset": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		d := dataset(a.id, "doc")
		d.Name = a.text
		return tx.PutDataset(d)
	}, nil},
	"MeasureDataset": {"bob", "set", func(tx *aims.Tx, a verbArgs) error {
		r := aims.QualityResult{Measure: "complete", On: tx.Today(), Value: 97, Note: a.text}
		if a.text == "" {
			r.Measure = ""
		}
		return tx.MeasureDataset(a.id, r)
	}, nil},
	"PlaceHold": {"eve", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.PlaceHold(aims.Hold{ID: a.id, Records: []aims.Subject{{Kind: aims.KindIncident, ID: "i"}}, Reason: a.text})
	}, nil},
	"ReleaseHold": {"eve", "h", func(tx *aims.Tx, a verbArgs) error { return tx.ReleaseHold(a.id, a.text) }, nil},
	"PutObligation": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		o := actArticle("ada")
		o.ID, o.Met = a.id, a.text
		return tx.PutObligation(o)
	}, nil},
	"FileReport": {"ada", "act", func(tx *aims.Tx, a verbArgs) error {
		return tx.FileReport(a.id, "yearly", aims.Filing{For: due(180), On: tx.Today(), Reference: a.text})
	}, nil},
	"PostponeReport": {"eve", "act", func(tx *aims.Tx, a verbArgs) error { return tx.PostponeReport(a.id, "yearly", due(200), a.text) }, nil},
	"DecideEquivalence": {"eve", "act-eu", func(tx *aims.Tx, a verbArgs) error {
		return tx.DecideEquivalence(a.id, []string{"live"}, a.text)
	}, nil},
	"EndObligation": {"eve", "act", func(tx *aims.Tx, a verbArgs) error { return tx.EndObligation(a.id, a.text) }, nil},
	"DraftChange": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		p := moveOfModels("ada")
		p.ID, p.Purpose = a.id, a.text
		return tx.DraftChange(p)
	}, nil},
	"ApproveChange": {"eve", "move", func(tx *aims.Tx, a verbArgs) error { return tx.ApproveChange(a.id) }, touchChange},
	"PutGoverningBody": {"eve", "new", func(tx *aims.Tx, a verbArgs) error {
		g := board("bob")
		g.ID, g.Reserves = a.id, []string{a.text}
		return tx.PutGoverningBody(g)
	}, nil},
	"NoteBriefing": {"bob", "board", func(tx *aims.Tx, a verbArgs) error {
		return tx.NoteBriefing(a.id, aims.Briefing{On: tx.Today(), What: a.text, Decided: "go on so", By: "lea"})
	}, nil},
	"PutCompetence": {"eve", "new", func(tx *aims.Tx, a verbArgs) error {
		c := auditing("ada")
		c.ID, c.Means = a.id, a.text
		return tx.PutCompetence(c)
	}, nil},
	"ClaimCompetence": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		h := unaAudits()
		h.ID, h.Person, h.Basis[0].What = a.id, "bob", a.text
		return tx.ClaimCompetence(h)
	}, nil},
	"AssessCompetence": {"eve", "una-audits", func(tx *aims.Tx, a verbArgs) error {
		s := shown(tx.Today())
		s.Seen = a.text
		return tx.AssessCompetence(a.id, s)
	}, nil},
	"PutAction": {"ada", "new", func(tx *aims.Tx, a verbArgs) error {
		n := action(a.id, "bob")
		n.What = a.text
		return tx.PutAction(n)
	}, nil},
	"MoveAction":     {"ada", "act-move", func(tx *aims.Tx, a verbArgs) error { return tx.MoveAction(a.id, dayOf(60), a.text) }, touchAction},
	"CompleteAction": {"bob", "act-done", func(tx *aims.Tx, a verbArgs) error { return tx.CompleteAction(a.id, tx.Today(), a.text) }, touchAction},
	"CheckAction":    {"una", "act-check", func(tx *aims.Tx, a verbArgs) error { return tx.CheckAction(a.id, true, a.text) }, nil},
	"CancelAction":   {"ada", "act-cancel", func(tx *aims.Tx, a verbArgs) error { return tx.CancelAction(a.id, a.text) }, touchAction},
	"CarryOutChange": {"ada", "move", func(tx *aims.Tx, a verbArgs) error { return tx.CarryOutChange(a.id, tx.Today(), a.text) }, touchChange},
	"DropChange":     {"ada", "move2", func(tx *aims.Tx, a verbArgs) error { return tx.DropChange(a.id, a.text) }, touchChange},
	"ReviewChange": {"eve", "drift", func(tx *aims.Tx, a verbArgs) error {
		return tx.ReviewChange(a.id, aims.ChangeReview{Consequences: a.text, Mitigation: a.text})
	}, touchChange},
	"RecordNotice": {"bob", "i", func(tx *aims.Tx, a verbArgs) error {
		return tx.RecordNotice(a.id, aims.Notice{Clock: "NC-3", To: a.text, On: calendar.Of(tx.Now(), nil), Reference: "mail 7"})
	}, nil},
	"JudgeEvidence": {"una", "e", func(tx *aims.Tx, a verbArgs) error {
		return tx.JudgeEvidence(a.id, aims.Quality(map[bool]string{true: "good"}[a.text != ""]))
	}, nil},
	"RecordTest": {"bob", "new", func(tx *aims.Tx, a verbArgs) error {
		return tx.RecordTest(aims.ControlTest{ID: a.id, Control: annexa.MustParse("A.6.2.6"), On: calendar.Of(tx.Now(), nil), Expected: a.text, Method: "x", Population: 3, Sample: 2, Seen: "x", Result: aims.ResultWorks})
	}, nil},
	"TellApart": {"lea", "done", func(tx *aims.Tx, a verbArgs) error { return tx.TellApart(a.id, "g1", a.text) }, nil},
	"RevertStage": {"ada", "done", func(tx *aims.Tx, a verbArgs) error {
		if a.text != "because" {
			return tx.RevertStage(a.id, "beta")
		}
		return tx.RevertStage(a.id, register.StageDesign)
	}, nil},
	"ReviseSystem": {"ada", "done", func(tx *aims.Tx, a verbArgs) error {
		s, _ := tx.Systems().Get("done")
		s.ID, s.Name, s.Functions = a.id, a.text, []register.Function{register.FunctionScorePeople}
		_, err := tx.ReviseSystem(s)
		return err
	}, nil},
	"SaveAssessment": {"bob", "doc#1", func(tx *aims.Tx, a verbArgs) error {
		d, _ := tx.Assessments().Get("doc#1")
		d.ID, d.Summary = a.id, a.text
		return tx.SaveAssessment(d)
	}, nil},
	"StopAssessment":    {"ian", "cv#1", func(tx *aims.Tx, a verbArgs) error { return tx.StopAssessment(a.id, a.text) }, touchAssessment},
	"SubmitAssessment":  {"bob", "doc#1", func(tx *aims.Tx, a verbArgs) error { return tx.SubmitAssessment(a.id) }, nil},
	"UngroupAssessment": {"ada", "g4#1", func(tx *aims.Tx, a verbArgs) error { return tx.UngroupAssessment(a.id) }, nil},
	"UpdateIncident": {"lea", "i", func(tx *aims.Tx, a verbArgs) error {
		i, _ := tx.Incidents().Get("i")
		i.ID, i.Title = a.id, a.text
		return tx.UpdateIncident(i)
	}, nil},
	"Withdraw": {"ada", "use", func(tx *aims.Tx, a verbArgs) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: a.id})
	}, nil},
}

// someone is a person, or nobody on file where the text is a bad one.
func someone(a verbArgs) string {
	if a.text == "because" {
		return "lea"
	}
	return "none"
}

func certState(a verbArgs) aims.CertState {
	if a.text == "because" {
		return aims.CertApplied
	}
	return "none"
}

func touchRisk(tx *aims.Tx, a verbArgs) error {
	r, _ := tx.Risks().Get(a.id)
	r.Title += "."
	return tx.PutRisk(r)
}

func touchRole(tx *aims.Tx, a verbArgs) error {
	r, _ := tx.Roles().Get(a.id)
	r.Duty += "."
	return tx.PutRole(r)
}

func touchSystem(tx *aims.Tx, a verbArgs) error {
	s, _ := tx.Systems().Get(a.id)
	s.Description += "."
	_, err := tx.ReviseSystem(s)
	return err
}

func touchAssessment(tx *aims.Tx, a verbArgs) error {
	return tx.CommentAssessment(a.id, impact.Comment{Part: "level", Text: "hm"})
}

// errNothingDue says that a verb had nothing to do.
var errNothingDue = errors.New("nothing was due")

// plumbing are the methods of a transaction that are neither verbs nor ask what is
// on file.
var plumbing = []string{"Now", "Today", "Seq", "By", "NewID", "Context", "Owner", "Unsourced", "Shown", "Verb", "Decide", "Authorize"}

// verbNames are the verbs of a transaction: what it has and a View has not.
func verbNames() (names []string) {
	tx, view := reflect.TypeFor[*aims.Tx](), reflect.TypeFor[*aims.View]()
	for i := range tx.NumMethod() {
		name := tx.Method(i).Name
		if _, reads := view.MethodByName(name); !reads && !slices.Contains(plumbing, name) {
			names = append(names, name)
		}
	}
	return names
}

// eachVerb runs a test for each verb that there is.
func eachVerb(t *testing.T, test func(t *testing.T, name string, call verbCall)) {
	names := verbNames()
	require.Empty(t, cmpSets(names, slices.Collect(maps.Keys(callOfVerb))), "verbs and callOfVerb differ")
	for _, name := range names {
		t.Run(name, func(t *testing.T) { test(t, name, callOfVerb[name].call) })
	}
}

// cmpSets are what only one of two lists holds.
func cmpSets(a, b []string) (differ []string) {
	for _, x := range slices.Concat(a, b) {
		if slices.Contains(a, x) != slices.Contains(b, x) {
			differ = append(differ, x)
		}
	}
	return differ
}

// whenever sets the clock to when a verb can be used, if that is later, and returns what
// sets it back.
func (o *org) whenever(verb string) (back func()) {
	now := o.clock.Now()
	if verb == "ReviewDeployment" { // what a deployment does shows after a month
		o.clock.Set(day(31))
	}
	return func() { o.clock.Set(now) }
}

// Each verb can be used by somebody: the others of these tests refuse what could
// be.
func TestEachVerbCanBeUsed(t *testing.T) {
	o := newOrg(t).staffed()
	c := castOf(o)
	before, log := everything(t, o.View()), journalText(t, o.journal)
	eachVerb(t, func(t *testing.T, name string, call verbCall) {
		defer o.whenever(name)()
		require.ErrorIs(t, o.try(callOfVerb[name].actor, func(tx *aims.Tx) error {
			require.NoError(t, call(tx, c.arguments(c.id[name])))
			require.False(t, aims.ShowsTheSame(tx, o.View()), "it has changed something")
			return errUndo
		}), errUndo)
	})
	require.Equal(t, before, everything(t, o.View()))
	require.Equal(t, log, journalText(t, o.journal))
}

// A verb that Authorize refuses, at whatever point it is asked, leaves nothing,
// even if the error is ignored and the commit goes on.
func TestRefusedVerbsLeaveNothing(t *testing.T) {
	o, may := guarded(t)
	o.staffed()
	c := castOf(o)
	was := o.View()
	before, log := everything(t, was), journalText(t, o.journal)
	eachVerb(t, func(t *testing.T, name string, call verbCall) {
		o := &org{Manager: o.Manager, t: t, journal: o.journal, clock: o.clock}
		defer o.whenever(name)()
		actor := callOfVerb[name].actor
		asked := 0
		for at := range 40 {
			asked = 0
			*may = func(context.Context, aims.By, aims.Access) error {
				if asked++; asked == at+1 {
					return errNo
				}
				return nil
			}
			reached := false
			err := o.try(actor, func(tx *aims.Tx) error {
				asked = 0
				if err := call(tx, c.arguments(c.id[name])); err != nil {
					reached = true
					require.ErrorIs(t, err, errNo)
					require.ErrorIs(t, err, aims.ErrForbidden)
					*may = nil
					return requireUntouched(t, was, tx)
				}
				return errUndo
			})
			if !reached {
				require.ErrorIs(t, err, errUndo)
				require.NotZero(t, at, "Authorize was not asked")
				break
			}
			require.NoError(t, err)
		}
	})
	require.Equal(t, before, everything(t, o.View()))
	require.Equal(t, log, journalText(t, o.journal))
}

// requireUntouched requires that a transaction shows all that a View does, and nothing
// else. That what both hold was not written to is seen once all is done.
func requireUntouched(t *testing.T, was *aims.View, tx *aims.Tx) error {
	if !aims.ShowsTheSame(tx, was) {
		require.Equal(t, maps.Collect(was.All()), maps.Collect(tx.All()))
	}
	return nil
}

// A verb that fails its own rules or those of a record leaves nothing.
func TestFailedVerbsLeaveNothing(t *testing.T) {
	o := newOrg(t).staffed()
	c := castOf(o)
	was := o.View()
	before, log := everything(t, was), journalText(t, o.journal)
	eachVerb(t, func(t *testing.T, name string, call verbCall) {
		o := &org{Manager: o.Manager, t: t, journal: o.journal, clock: o.clock}
		failed := 0
		for i, a := range []verbArgs{
			{c.id[name], "because", day(20)}, {"none", "because", day(20)}, {c.id[name], "because", day0},
			{c.id[name], "\xff", day0}, {c.id[name], "\xff", day(20)}, {c.id[name], strings.Repeat("x", 20_001), day(20)},
			{"\xff", "because", day(20)}, {strings.Repeat("x", 129), "because", day(20)},
		} {
			actors := []string{callOfVerb[name].actor, "ghost", "ada", "bob"}
			if i > 2 {
				actors = actors[:1] // a bad argument is one whoever gives it
			}
			for _, actor := range actors {
				err := o.try(actor, func(tx *aims.Tx) error {
					if call(tx, a) == nil {
						return errUndo
					}
					return requireUntouched(t, was, tx)
				})
				if err == nil {
					failed++
				} else {
					require.ErrorIs(t, err, errUndo)
				}
			}
		}
		require.Same(t, was, o.View(), "there is no commit")
		if name != "OpenDueAssessments" && name != "DeclareConflict" { // there is nothing wrong with them
			require.NotZero(t, failed)
		}
	})
	require.Equal(t, before, everything(t, o.View()))
	require.Equal(t, log, journalText(t, o.journal))
}

// decides reports whether a verb's name says that it decides.
func decides(name string) bool {
	return slices.ContainsFunc([]string{"Approve", "Accept", "Close", "Advance", "Grant", "AssignRole", "Return", "Stop", "Publish", "Delegate", "Meet", "AnswerConcern"},
		func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// What decides does so in a commit in which its record is written by nothing else.
func TestDecidingVerbsStandAlone(t *testing.T) {
	o := newOrg(t).staffed()
	c := castOf(o)
	eachVerb(t, func(t *testing.T, name string, call verbCall) {
		if !decides(name) {
			return
		}
		o := &org{Manager: o.Manager, t: t, journal: o.journal, clock: o.clock}
		v, a := callOfVerb[name], c.arguments(c.id[name])
		// Twice.
		o.refused(v.actor, aims.ErrCommitFirst, func(tx *aims.Tx) error {
			require.NoError(t, call(tx, a))
			if name == "ApproveStatement" { // the second is another record
				return aims.ErrCommitFirst
			}
			return call(tx, a)
		})
		if v.touch == nil {
			return
		}
		if err := o.try(v.actor, func(tx *aims.Tx) error {
			if err := v.touch(tx, a); err != nil {
				return err
			}
			return errUndo
		}); !errors.Is(err, errUndo) {
			require.ErrorIs(t, err, aims.ErrForbidden) // who decides may not write it at all
			return
		}
		// Who writes becomes an author, if authors do not decide on it.
		before := everything(t, o.View())
		require.True(t, isAny(o.try(v.actor, func(tx *aims.Tx) error {
			require.NoError(t, v.touch(tx, a))
			return call(tx, a)
		}), aims.ErrCommitFirst, aims.ErrSeparation))
		require.Equal(t, before, everything(t, o.View()))
		o.refused(v.actor, aims.ErrCommitFirst, func(tx *aims.Tx) error {
			require.NoError(t, call(tx, a))
			return v.touch(tx, a)
		})
	})
}

// A transaction that is over refuses every verb, and shows nothing by any other
// method.
func TestEachVerbIsRefusedOnceOver(t *testing.T) {
	o := newOrg(t).staffed()
	c := castOf(o)
	var tx *aims.Tx
	o.do("lea", func(now *aims.Tx) error { tx = now; return nil })
	before, log := everything(t, o.View()), journalText(t, o.journal)
	eachVerb(t, func(t *testing.T, name string, call verbCall) {
		if slices.Contains([]string{"DraftCriteria", "DraftScope", "PutOrganisation", "DecideControl", "CorrectNonconformity", "ReviseSystem", "SaveAssessment", "UpdateIncident"}, name) {
			require.Error(t, call(tx, c.arguments(c.id[name]))) // its record can't be read any more
		} else {
			require.ErrorIs(t, call(tx, c.arguments(c.id[name])), aims.ErrOver)
		}
	})
	require.Equal(t, before, everything(t, o.View()))
	require.Equal(t, log, journalText(t, o.journal))
}
