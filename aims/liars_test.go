package aims_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// liar is somebody who wants an outcome without what it takes, by verbs as documented.
type liar struct {
	// name says what is tried, actor who tries.
	name, actor string
	// try is what is refused, with is.
	try func(tx *aims.Tx) error
	is  error
}

// stage is the organisation that the liars meet: staffed, with criteria, policy and
// scope in force, a system assessed and signed, and something of everything on file.
func stage(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.documents(day(300))
	s := spamFilter()
	s.Owner = "bob"
	o.register(s, cvScreener())
	o.do("ada", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("spam")
		s, _ := tx.Systems().Get("spam")
		if err := tx.SaveAssessment(complete(a, s.Affected)); err != nil {
			return err
		}
		return tx.SubmitAssessment(a.ID)
	})
	o.sign("ian", "spam#1", aims.RoleImpactApprover)
	o.submit("cv") // bob writes
	o.do("bob", func(tx *aims.Tx) error {
		r := risk("r")
		r.Owner, r.Systems = "bob", []string{"cv"}
		return tx.PutRisk(r)
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "No minutes", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("9.3"),
			RaisedOn: dayOf(0), RaisedBy: "una", Owner: "ada", Due: dayOf(30)})
	})
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("n")
		n.Correction, n.Cause, n.Extent, n.Action = "x", "x", "x", aims.CorrectiveAction{Plan: "x", By: "bob", DoneOn: dayOf(0)}
		return tx.CorrectNonconformity(n)
	})
	o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(plan("a", "4.1", "7.2")) })
	o.do("eve", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "x", Owner: "ada", Due: dayOf(30)}}})
	})
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.PutObjective(aims.Objective{ID: "o", Title: "x", Measure: "share", Target: 95, Direction: aims.AtLeast, Owner: "ada", Due: dayOf(100)}); err != nil {
			return err
		}
		if err := tx.ReportIncident(aims.Incident{ID: "i", Title: "Leak", Grade: aims.GradeHigh, DetectedOn: day0, Owner: "bob", PersonsHarmed: true, Systems: []string{"spam"}}); err != nil {
			return err
		}
		return tx.PutSweep(aims.Sweep{ID: "w", On: dayOf(0), By: "ada", Sources: []string{"code"}, Candidates: []aims.Candidate{{Name: "chat"}}})
	})
	o.do("ada", func(tx *aims.Tx) error {
		for range 4 {
			if err := tx.MeasureObjective("o", aims.Measurement{On: dayOf(0), Value: 40}); err != nil {
				return err
			}
		}
		return nil
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{ID: "c", Text: "unfair", RaisedBy: "staff", RaisedOn: dayOf(0), Systems: []string{"spam"}, Handler: "lea"})
	})
	o.prove("e", []string{"cv"}, "A.6.2.4")
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(aims.Certificate{ID: "z", Body: "Body"}) })
	o.do("ada", func(tx *aims.Tx) error {
		e := exception("G1.3")
		return tx.RequestException(e)
	})
	o.clock.Set(day(12)) // the audit was planned for day 10
	return o
}

func edit[T any](get func(*aims.Tx) aims.Records[T], put func(*aims.Tx, T) error, id string, change func(*T)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		rec, _ := get(tx).Get(id)
		change(&rec)
		return put(tx, rec)
	}
}

// Fifty liars, each by name. None gets through, and nothing of what they tried is kept.
func TestLiars(t *testing.T) {
	o := stage(t)
	never := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	people := func(id string, change func(p *aims.Person)) func(tx *aims.Tx) error {
		return edit((*aims.Tx).People, (*aims.Tx).PutPerson, id, change)
	}
	nc := func(change func(n *aims.Nonconformity)) func(tx *aims.Tx) error {
		return edit((*aims.Tx).Nonconformities, (*aims.Tx).CorrectNonconformity, "n", change)
	}
	inc := func(change func(i *aims.Incident)) func(tx *aims.Tx) error {
		return edit((*aims.Tx).Incidents, (*aims.Tx).UpdateIncident, "i", change)
	}
	aud := func(change func(a *aims.Audit)) func(tx *aims.Tx) error {
		return edit((*aims.Tx).Audits, (*aims.Tx).PlanAudit, "a", change)
	}
	ev := func(change func(e *aims.Evidence)) func(tx *aims.Tx) error {
		return edit((*aims.Tx).Evidence, (*aims.Tx).AttachEvidence, "e", change)
	}
	cert := func(change func(c *aims.Certificate)) func(tx *aims.Tx) error {
		return edit((*aims.Tx).Certificates, (*aims.Tx).PutCertificate, "z", change)
	}
	liars := []liar{
		{"a stranger registers a system", "mallory", func(tx *aims.Tx) error { return tx.RegisterSystem(officeTool("x", register.StageDesign)) }, aims.ErrForbidden},
		{"the same name with a blank", "ian ", func(tx *aims.Tx) error { return tx.ApproveAssessment("cv#1", aims.RoleImpactApprover) }, aims.ErrForbidden},
		{"the same name in capitals", "IAN", func(tx *aims.Tx) error { return tx.ApproveAssessment("cv#1", aims.RoleImpactApprover) }, aims.ErrForbidden},
		{"the same name with a hidden blank", "ian\u200b", func(tx *aims.Tx) error { return tx.ApproveAssessment("cv#1", aims.RoleImpactApprover) }, aims.ErrForbidden},
		{"puts herself on file as top management", "ada", people("ada", func(p *aims.Person) { p.TopManagement = true }), aims.ErrForbidden},
		{"puts another one there", "ada", people("bob", func(p *aims.Person) { p.TopManagement = true }), aims.ErrForbidden},
		{"top management says it of herself", "pam", people("pam", func(p *aims.Person) { p.TopManagement = false }), aims.ErrSeparation},
		{"appoints herself", "eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleRiskApprover, "eve") }, aims.ErrSeparation},
		{"appoints without the right", "lea", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleImpactApprover, "bob") }, aims.ErrForbidden},
		{"takes a role that another was given", "bob", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) }, aims.ErrForbidden},
		{"types a ghost as author and approves", "eve", func(tx *aims.Tx) error {
			if err := tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p9", Title: "P", Owner: "pam", Authors: []string{"ghost"}}); err != nil {
				return err
			}
			return tx.ApprovePolicy("p9", dayOf(300))
		}, aims.ErrForbidden},
		{"approves the criteria that she wrote", "eve", func(tx *aims.Tx) error {
			c := tx.Criteria()
			for i := range c.Matrix {
				for k := range c.Matrix[i] {
					c.Matrix[i][k] = c.Levels[0]
				}
			}
			if err := tx.DraftCriteria(c); err != nil {
				return err
			}
			return tx.ApproveCriteria("criteria-3", dayOf(300))
		}, aims.ErrForbidden},
		{"writes over the policy in force", "lea", edit((*aims.Tx).Policies, (*aims.Tx).DraftPolicy, "p1", func(p *aims.Policy) { p.Summary = "anything goes" }), aims.ErrState},
		{"writes over a document in force", "ada", func(tx *aims.Tx) error {
			for d := range tx.Documents().All() {
				d.URI = "https://elsewhere.example"
				return tx.DraftDocument(d)
			}
			return nil
		}, aims.ErrState},
		{"signs what he wrote", "bob", func(tx *aims.Tx) error { return tx.ApproveAssessment("cv#1", aims.RoleImpactApprover) }, aims.ErrForbidden},
		{"stops the assessment that an incident opened", "bob", func(tx *aims.Tx) error { return tx.StopAssessment("spam#2", "x") }, aims.ErrForbidden},
		{"a stranger stops it", "mallory", func(tx *aims.Tx) error { return tx.StopAssessment("spam#2", "x") }, aims.ErrForbidden},
		{"sends back what others wait for", "ada", func(tx *aims.Tx) error { return tx.ReturnAssessment("cv#1", "x") }, aims.ErrForbidden},
		{"publishes what is not hers", "una", func(tx *aims.Tx) error { return tx.PublishAssessment("spam#1") }, aims.ErrForbidden},
		{"accepts the risk that he owns", "bob", func(tx *aims.Tx) error { return tx.AcceptRisk("r", "x", dayOf(90)) }, aims.ErrForbidden},
		{"owns the risk for a moment less", "rob", func(tx *aims.Tx) error {
			if err := edit((*aims.Tx).Risks, (*aims.Tx).PutRisk, "r", func(r *register.Risk) { r.Owner = "ada" })(tx); err != nil {
				return err
			}
			return tx.AcceptRisk("r", "x", dayOf(90))
		}, aims.ErrSeparation},
		{"accepts until the end of time", "rob", func(tx *aims.Tx) error { return tx.AcceptRisk("r", "x", calendar.Of(never, nil)) }, aims.ErrInvalid},
		{"rates a risk away by writing over it", "ada", edit((*aims.Tx).Risks, (*aims.Tx).PutRisk, "r", func(r *register.Risk) { r.Inherent = register.Rating{Likelihood: 1, Consequence: 1, Criteria: 2} }), aims.ErrInvalid},
		{"keeps a risk fresh by its date", "ada", edit((*aims.Tx).Risks, (*aims.Tx).PutRisk, "r", func(r *register.Risk) { r.AssessedOn = dayOf(12) }), aims.ErrInvalid},
		{"puts a risk beside as if an assessment had found it", "ada", func(tx *aims.Tx) error {
			r := risk("x")
			r.Assessment = "spam#1"
			return tx.PutRisk(r)
		}, aims.ErrInvalid},
		{"grants what she asked for", "ada", func(tx *aims.Tx) error { return tx.GrantException("x", dayOf(20)) }, aims.ErrForbidden},
		{"grants for ever", "eve", func(tx *aims.Tx) error { return tx.GrantException("x", calendar.Of(never, nil)) }, aims.ErrInvalid},
		{"grants at high without being sponsor", "rob", func(tx *aims.Tx) error { return tx.GrantException("x", dayOf(20)) }, aims.ErrForbidden},
		{"excepts a gate that was passed", "ada", func(tx *aims.Tx) error {
			return tx.RequestException(aims.Exception{ID: "y", System: "spam", Gate: "G1", Items: []string{"G1.3"}, Reason: "x", Measures: "x"})
		}, aims.ErrState},
		{"makes a major minor by her own pen", "ada", nc(func(n *aims.Nonconformity) { n.Severity = aims.SeverityMinor }), aims.ErrInvalid},
		{"has thirty years to close it", "ada", nc(func(n *aims.Nonconformity) { n.Due = dayOf(30 * 365) }), aims.ErrInvalid},
		{"is due a little later each week", "ada", nc(func(n *aims.Nonconformity) { n.Due = dayOf(37) }), aims.ErrInvalid},
		{"finds another clause than was found", "ada", nc(func(n *aims.Nonconformity) { n.Clause = aims.MustParseClause("10.1") }), aims.ErrInvalid},
		{"verifies what he did", "bob", func(tx *aims.Tx) error { return tx.CloseNonconformity("n", true, "fine") }, aims.ErrSeparation},
		{"verifies what she owns", "ada", func(tx *aims.Tx) error { return tx.CloseNonconformity("n", true, "fine") }, aims.ErrSeparation},
		{"says that another did it, and verifies", "una", func(tx *aims.Tx) error {
			if err := nc(func(n *aims.Nonconformity) { n.Action.By = "bob" })(tx); err != nil {
				return err
			}
			return tx.CloseNonconformity("n", true, "fine")
		}, aims.ErrSeparation},
		{"holds a review again with other decisions", "eve", edit((*aims.Tx).Reviews, (*aims.Tx).HoldReview, "m", func(r *aims.ManagementReview) { r.Decisions[0].What = "nothing" }), aims.ErrState},
		{"holds it in another's name", "ada", func(tx *aims.Tx) error {
			return tx.HoldReview(aims.ManagementReview{ID: "m2", HeldOn: dayOf(1), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "x", Owner: "ada", Due: dayOf(30)}}})
		}, aims.ErrForbidden},
		{"moves an audit that is overdue to the year 9999", "lea", aud(func(a *aims.Audit) { a.PlannedFor = calendar.Of(never, nil) }), aims.ErrInvalid},
		{"shrinks it to a clause", "lea", aud(func(a *aims.Audit) { a.Clauses = a.Clauses[:1] }), aims.ErrInvalid},
		{"closes an audit that he did not make", "lea", func(tx *aims.Tx) error { return tx.CloseAudit("a", "fine", []string{"eve"}) }, aims.ErrForbidden},
		{"a program closes it", "script-42", func(tx *aims.Tx) error { return tx.CloseAudit("a", "fine", []string{"eve"}) }, aims.ErrForbidden},
		{"makes an incident small", "bob", inc(func(i *aims.Incident) { i.Grade = aims.GradeLow }), aims.ErrInvalid},
		{"unharms people", "bob", inc(func(i *aims.Incident) { i.PersonsHarmed = false }), aims.ErrInvalid},
		{"takes the system out of it", "bob", inc(func(i *aims.Incident) { i.Systems = nil }), aims.ErrInvalid},
		{"regrades what he owns", "bob", func(tx *aims.Tx) error { return tx.RegradeIncident("i", aims.GradeLow, "x") }, aims.ErrForbidden},
		{"answers a concern about his own system", "bob", func(tx *aims.Tx) error { return tx.AnswerConcern("c", "all fine") }, aims.ErrSeparation},
		{"makes old evidence fresh", "ada", ev(func(e *aims.Evidence) { e.Collected = dayOf(12) }), aims.ErrInvalid},
		{"lets evidence count for longer", "ada", ev(func(e *aims.Evidence) { e.ValidUntil = e.ValidUntil.AddDate(1, 0, 0) }), aims.ErrInvalid},
		{"lets it prove something else", "ada", ev(func(e *aims.Evidence) { e.Supports = append(e.Supports, aims.ControlRef(annexa.MustParse("A.2.2"))) }), aims.ErrInvalid},
		{"drops what a sweep found", "ada", edit((*aims.Tx).Sweeps, (*aims.Tx).PutSweep, "w", func(s *aims.Sweep) { s.Candidates = nil }), aims.ErrInvalid},
		{"withdraws the sweep", "lea", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindSweep, ID: "w"}) }, aims.ErrForbidden},
		{"drops the objective that is missed", "ada", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindObjective, ID: "o"}) }, aims.ErrForbidden},
		{"types a certificate", "lea", cert(func(c *aims.Certificate) {
			c.DecidedOn, c.PrintedExpiry = dayOf(1), calendar.Of(never, nil)
		}), aims.ErrInvalid},
		{"is certified in silence", "lea", func(tx *aims.Tx) error {
			return tx.MoveCertificate("z", aims.CertStage1Done, calendar.Of(time.Time{}, nil))
		}, aims.ErrState},
		{"puts his own system out of scope", "bob", edit((*aims.Tx).Systems, func(tx *aims.Tx, s register.System) error { _, err := tx.ReviseSystem(s); return err }, "spam", func(s *register.System) { s.OutOfScope = "no" }), aims.ErrForbidden},
		{"finds a system for the first time again", "ada", edit((*aims.Tx).Systems, func(tx *aims.Tx, s register.System) error { _, err := tx.ReviseSystem(s); return err }, "spam", func(s *register.System) { s.DiscoveredOn = dayOf(12) }), aims.ErrInvalid},
		{"takes back another's system", "una", func(tx *aims.Tx) error { return tx.RevertStage("spam", register.StageDesign) }, aims.ErrForbidden},
		{"leaves out a control that is his", "lea", func(tx *aims.Tx) error {
			d := applicable(tx.Decision(annexa.MustParse("A.10.4")))
			d.Applicability, d.Status, d.Owner, d.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, "lea", dayOf(200)
			return tx.DecideControl(d)
		}, aims.ErrSeparation},
		{"plans a control for the year 9999", "lea", func(tx *aims.Tx) error {
			d := applicable(tx.Decision(annexa.MustParse("A.10.4")))
			d.Status, d.PlannedFor = annexa.StatusPlanned, calendar.Of(never, nil)
			return tx.DecideControl(d)
		}, aims.ErrInvalid},
	}
	require.GreaterOrEqual(t, len(liars), 50)
	for _, l := range liars {
		t.Run(l.name, func(t *testing.T) {
			o := *o
			o.t = t
			o.refused(l.actor, l.is, l.try)
		})
	}
}

// What an incident called for stays owed when its assessment is stopped, whoever stops
// it: the approval before covers no longer, until another one answers, or somebody else
// decides that it need not be.
func TestWhatIsOwedStaysOwed(t *testing.T) {
	o := stage(t)
	require.True(t, o.covered("spam"), "an assessment that answers is open")
	o.do("ian", func(tx *aims.Tx) error { return tx.StopAssessment("spam#2", "nothing in it") })
	require.False(t, o.covered("spam"))
	owed := o.View().DutiesOf("spam", o.clock.Now())
	require.NotEmpty(t, owed)
	require.Equal(t, impact.TriggerIncident, owed[0].Trigger)
	require.NotEmpty(t, find(o.View(), o.clock.Now(), "DU-01"))

	// Not its owner, not by going back, not by retiring it.
	waive := func(until time.Time) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.WaiveDuty(owed[0].ID, "the cause lay elsewhere", calendar.Of(until, nil))
		}
	}
	o.refused("bob", aims.ErrForbidden, waive(day(90)))
	o.refused("ada", aims.ErrForbidden, waive(day(90)))
	o.refused("eve", aims.ErrInvalid, waive(day(900)))
	o.do("bob", func(tx *aims.Tx) error { return tx.RevertStage("spam", register.StageDesign) })
	require.NotEmpty(t, find(o.View(), o.clock.Now(), "DU-01"))

	// For a time, by somebody else.
	for _, d := range owed {
		o.do("eve", func(tx *aims.Tx) error {
			return tx.WaiveDuty(d.ID, "the cause lay elsewhere", dayOf(90))
		})
	}
	require.True(t, o.covered("spam"))
	require.Empty(t, find(o.View(), day(90), "DU-01"))
	require.NotEmpty(t, find(o.View(), day(91), "DU-01"))
	require.False(t, o.View().CoverageOf("spam", day(91)).Covered)

	// Or by an approval that comes later.
	o.do("lea", func(tx *aims.Tx) error { return tx.ReassessSystem("spam", impact.TriggerRequest, "after all") })
	o.assess("spam")
	require.Empty(t, o.View().DutiesOf("spam", day(91)))
	require.Empty(t, find(o.View(), day(91), "DU-01"))
}

// An incident that is reported low and turns out grave opens what it would have.
func TestIncidentThatTurnsOutGrave(t *testing.T) {
	o := newOrg(t).staffed()
	s := spamFilter()
	s.Owner = "bob"
	o.register(s)
	o.assess("spam")
	o.do("ada", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "Odd", Grade: aims.GradeLow, DetectedOn: day0})
	})
	_, open := o.View().OpenAssessment("spam")
	require.False(t, open)
	o.do("ada", func(tx *aims.Tx) error {
		i, _ := tx.Incidents().Get("i")
		i.Grade, i.PersonsHarmed, i.Systems = aims.GradeCritical, true, []string{"spam"}
		return tx.UpdateIncident(i)
	})
	a, open := o.View().OpenAssessment("spam")
	require.True(t, open)
	require.Equal(t, impact.TriggerIncident, a.Triggers[0].Kind)
	// That it was less grave is another's decision, and takes nothing back.
	o.do("lea", func(tx *aims.Tx) error { return tx.RegradeIncident("i", aims.GradeLow, "nobody was harmed by it") })
	_, open = o.View().OpenAssessment("spam")
	require.True(t, open)
	i, _ := o.View().Incidents().Get("i")
	require.Equal(t, aims.GradeCritical, i.Regraded[0].Grade)
}

// What somebody signed for rests on a supplier, a control, evidence, criteria and what
// the organisation is: when one of them changes, the assessment is owed anew in the same
// commit.
func TestWhatASignatureRestsOnFires(t *testing.T) {
	control := annexa.MustParse("A.6.2.4")
	for name, change := range map[string]struct {
		actor string
		do    func(tx *aims.Tx) error
	}{
		"another supplier under the name": {"ada", edit((*aims.Tx).Suppliers, (*aims.Tx).PutSupplier, "s", func(s *aims.Supplier) { s.Name, s.Provides = "Other Co", "model 2" })},
		"it tells of changes no more":     {"ada", edit((*aims.Tx).Suppliers, (*aims.Tx).PutSupplier, "s", func(s *aims.Supplier) { s.ChangeNotice = false })},
		"a duty is the customer's now":    {"ada", edit((*aims.Tx).Suppliers, (*aims.Tx).PutSupplier, "s", func(s *aims.Supplier) { s.Duties[0].Bearer = aims.BearerCustomer })},
		"a control is out of place":       {"lea", edit((*aims.Tx).Decisions, (*aims.Tx).DecideControl, control.String(), func(d *annexa.Decision) { d.Status = annexa.StatusInProgress })},
		"evidence is withdrawn":           {"lea", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: "tests"}) }},
		"another country": {"ada", func(tx *aims.Tx) error {
			o := tx.Organisation()
			o.Jurisdictions = append(o.Jurisdictions, "FR")
			return tx.PutOrganisation(o)
		}},
		"a harmless incident": {"ada", func(tx *aims.Tx) error {
			return tx.ReportIncident(aims.Incident{ID: "i", Title: "Slip", Grade: aims.GradeLow, DetectedOn: tx.Now(), Systems: []string{"cv"}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrg(t).staffed()
			o.do("ada", func(tx *aims.Tx) error {
				if err := tx.PutSupplier(aims.Supplier{ID: "s", Name: "Model House", Provides: "model 1", ChangeNotice: true, IncidentNotice: true,
					Duties: []aims.AllocatedDuty{{What: "retrain", Bearer: aims.BearerSupplier}}}); err != nil {
					return err
				}
				org := tx.Organisation()
				org.Name, org.Roles, org.Jurisdictions = "Org", []register.AIRole{register.RoleDeployer}, []string{"AU"}
				return tx.PutOrganisation(org)
			})
			s := cvScreener()
			s.Supplier, s.ModelSource = "s", register.ModelThirdParty
			o.register(s)
			o.do("lea", func(tx *aims.Tx) error { return tx.DecideControl(applicable(tx.Decision(control))) })
			o.prove("tests", []string{"cv"}, control.String())
			harm := unfairness()
			harm.ResidualLikelihood = harm.Likelihood - 1
			harm.Controls = []impact.Reduction{{Control: control, Evidence: []string{"tests"}}}
			o.assess("cv", harm)
			require.True(t, o.covered("cv"))
			_, open := o.View().OpenAssessment("cv")
			require.False(t, open)

			// What is said again, or better, fires nothing.
			o.do("ada", edit((*aims.Tx).Suppliers, (*aims.Tx).PutSupplier, "s", func(s *aims.Supplier) { s.Owner, s.ReviewedOn = "bob", dayOf(0) }))
			_, open = o.View().OpenAssessment("cv")
			require.False(t, open)

			o.do(change.actor, change.do)
			a, open := o.View().OpenAssessment("cv")
			require.True(t, open)
			require.Equal(t, o.View().Head().Seq, a.Revision, "in the same commit")
		})
	}
}
