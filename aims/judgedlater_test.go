package aims_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/register"
)

// withControl is a control of the organisation's own, X.cards, that bob has seen to work.
func withControl(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		d := applicable(annexa.Decision{Control: annexa.MustParse("X.cards"), Title: "Model cards", Statement: "Each model has a card."})
		e := aims.Evidence{ID: "e", Title: "Cards", Collected: dayOf(0), URI: "x:1", ValidUntil: dayOf(1000), Supports: []crosswalk.Ref{aims.ControlRef(d.Control)}}
		return errors.Join(tx.DecideControl(d), tx.AttachEvidence(e))
	})
	o.do("bob", func(tx *aims.Tx) error { return tx.RecordTest(controlTest("X.cards", day0)) })
	return o
}

// restated decides on X.cards with another statement.
func restated(statement string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("X.cards"))
		d.Statement = statement
		return tx.DecideControl(d)
	}
}

// lowered is a risk to people, above the criteria, that is rated low by A.3.3, which a test saw
// to work.
func lowered(t *testing.T) *org {
	o := tested(t)
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveCriteria("criteria", dayOf(300)) })
	o.do("bob", func(tx *aims.Tx) error { return tx.RecordTest(controlTest("A.3.3", day0)) })
	o.do("ada", func(tx *aims.Tx) error {
		r := risk("r")
		r.Treatment = register.Treatment{Option: register.OptionModify, Controls: []annexa.ID{annexa.MustParse("A.3.3")}, Plan: "ask twice", Owner: "ada", Due: dayOf(60)}
		return tx.PutRisk(r)
	})
	o.do("una", func(tx *aims.Tx) error {
		return tx.AssessRisk("r", register.RiskAssessment{Method: "matrix", Inherent: risk("r").Inherent, Residual: register.Rating{Likelihood: 1, Consequence: 1, Criteria: 1}})
	})
	require.Empty(t, find(o.View(), day0, "S2-05"))
	return o
}

// borne is a risk that rob has accepted.
func borne(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		r := risk("r")
		r.Treatment = register.Treatment{Option: register.OptionModify, Controls: []annexa.ID{annexa.MustParse("A.3.3")}, Plan: "ask twice", Owner: "ada", Due: dayOf(60)}
		return tx.PutRisk(r)
	})
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRisk("r", "until it is treated", dayOf(300)) })
	require.Empty(t, find(o.View(), day(40), "S2-05"))
	return o
}

// putAgain revises a risk.
func putAgain(change func(r *register.Risk)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		r, _ := tx.Risks().Get("r")
		change(&r)
		return tx.PutRisk(r)
	}
}

// claimSeen is a public claim that una has looked at.
func claimSeen(t *testing.T) *org {
	o := claiming(t)
	o.do("una", lookAtClaim("footer", "the page as it is", ""))
	return o
}

func claimAgain(change func(p *aims.PublicClaim)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		p, _ := tx.PublicClaims().Get("footer")
		change(&p)
		return tx.PutPublicClaim(p)
	}
}

// resourceSeen is a resource that una has looked at.
func resourceSeen(t *testing.T) *org {
	o := resourced(t)
	o.do("bob", putResource(pipeline("p", "cv")))
	o.do("una", func(tx *aims.Tx) error {
		return tx.ReviewResource("p", aims.ResourceReview{On: tx.Today(), Seen: "it does what cv needs"})
	})
	return o
}

func resourceAgain(change func(r *aims.Resource)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		r, _ := tx.Resources().Get("p")
		change(&r)
		return tx.PutResource(r)
	}
}

// useSeen is an organisation whose use of a system una has seen to be as intended.
func useSeen(t *testing.T) *org {
	o := ruling(t)
	o.do("lea", approveRules("u"))
	o.do("una", compareUse("u", "spam", true))
	return o
}

func rulesAgain(change func(u *aims.UseText)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		u, _ := tx.UseRules().Get("u")
		change(&u.Draft)
		return tx.DraftUseRules(u)
	}
}

// monitoringSeen is something measured whose results lea has evaluated.
func monitoringSeen(t *testing.T) *org {
	o := watching(t)
	o.register(spamFilter(), cvScreener())
	o.do("bob", monitoringAgain(func(m *aims.Monitoring) { m.Systems = []string{"spam"} }))
	o.do("bob", measured("m", 0, 95))
	o.do("lea", evaluated("m", "it is well"))
	return o
}

func monitoringAgain(change func(m *aims.Monitoring)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		m := theMonitoring(tx)
		change(&m)
		return tx.PutMonitoring(m)
	}
}

func seenAudits(t *testing.T) *org {
	o := skilled(t)
	o.do("ada", func(tx *aims.Tx) error {
		h := unaAudits()
		e := aims.Evidence{ID: "paper", Title: "The certificate of the course", Collected: dayOf(0), URI: "x:1", ValidUntil: dayOf(300), Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.4.6"))}}
		h.Basis[0].Evidence = []string{"paper"}
		return errors.Join(tx.AttachEvidence(e), tx.ClaimCompetence(h))
	})
	o.do("eve", assessed("una-audits", shown(dayOf(0))))
	return o
}

// dutyOf gives a role another duty.
func dutyOf(role, duty string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		r, _ := tx.Roles().Get(role)
		r.Duty = duty
		return tx.PutRole(r)
	}
}

// Who holds a role rewords its duty neither under another record of hers, nor by leaving it
// for the length of a commit.
func TestNobodyRewordsHerOwnDuty(t *testing.T) {
	o := newOrg(t).staffed()
	soft := dutyOf(aims.RoleLead, "Answers for nothing.")
	o.refused("lea", aims.ErrForbidden, soft)
	o.do("eve", func(tx *aims.Tx) error {
		lea, _ := tx.People().Get("lea")
		lea.Email = "lea@example.org"
		return errors.Join(tx.PutPerson(lea), tx.PutPerson(aims.Person{ID: "lea-2", Name: "L.", Email: "LEA@example.org", TopManagement: true}))
	})
	o.refused("lea-2", aims.ErrForbidden, soft)
	err := o.try("lea", func(tx *aims.Tx) error {
		if err := tx.AssignRole(aims.RoleLead, ""); err != nil {
			return err
		}
		if err := soft(tx); err != nil {
			return err
		}
		return errors.Join(tx.AssignRole(aims.RoleLead, "lea"), tx.AcceptRole(aims.RoleLead))
	})
	require.ErrorIs(t, err, aims.ErrForbidden)
	r, _ := o.View().Roles().Get(aims.RoleLead)
	require.Equal(t, "lea", r.Holder)
	require.NotEqual(t, "Answers for nothing.", r.Duty)
}

// dataMeasured is a data set of spam whose quality was measured on day 4.
func dataMeasured(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.do("bob", func(tx *aims.Tx) error { return tx.PutDataset(dataset("set", "spam")) })
	o.clock.Set(day(5))
	o.do("una", measureData(4, 97))
	require.Empty(t, find(o.View(), day(5), "DS-02"))
	return o
}

func measureData(on int, value float64) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.MeasureDataset("set", aims.QualityResult{Measure: "complete", On: dayOf(on), Value: value})
	}
}

func dataAgain(change func(d *aims.Dataset)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		d, _ := tx.Datasets().Get("set")
		change(&d)
		return tx.PutDataset(d)
	}
}

// otherUse are rules of use for spam, or for other systems, or where one is empty for all, that
// intend some use.
func otherUse(id, intended string, systems ...string) aims.UseRules {
	switch {
	case len(systems) == 0:
		systems = []string{"spam"}
	case systems[0] == "":
		systems = nil
	}
	u := rulesOfUse(id, systems...)
	u.Draft.Intended = intended
	return u
}

// subjectsOf are the IDs of what findings are about.
func subjectsOf(found []aims.Finding) (all []string) {
	for _, f := range found {
		all = append(all, f.Subject.ID)
	}
	return all
}

// judgedLater are things that somebody else has judged well, and what changes them in a later
// commit so that the judgement is not of what stands there now.
var judgedLater = []struct {
	what   string
	judged func(t *testing.T) *org
	by     string
	change func(tx *aims.Tx) error
	is     error // by which it is refused; nil if it is taken
	then   func(t *testing.T, o *org)
}{
	{what: "what a public claim says", judged: claimSeen, by: "lea", change: claimAgain(func(p *aims.PublicClaim) { p.Says = "Our products are certified." }), then: foundFrom("SV-11", 490)},
	{what: "where a public claim stands", judged: claimSeen, by: "lea", change: claimAgain(func(p *aims.PublicClaim) { p.Where = "on each box" }), then: foundFrom("SV-11", 490)},
	{what: "the mark on a public claim", judged: claimSeen, by: "lea", change: claimAgain(func(p *aims.PublicClaim) { p.Mark = true }), then: foundFrom("SV-11", 490)},
	{what: "the title of a public claim", judged: claimSeen, by: "lea", change: claimAgain(func(p *aims.PublicClaim) {
		p.Title, p.Says = "The footer", "Our AI management  system is certified to ISO/IEC 42001"
	}), then: foundFrom("SV-11", 765)},
	{what: "what a resource is", judged: resourceSeen, by: "bob", change: resourceAgain(func(r *aims.Resource) { r.What = "a script of one who has left" }), then: foundFrom("RS-03", 90)},
	{what: "for which systems a resource is", judged: resourceSeen, by: "bob", change: resourceAgain(func(r *aims.Resource) { r.Systems = []string{"cv", "tool"} }), then: foundFrom("RS-03", 90)},
	{what: "who provides a resource", judged: resourceSeen, by: "bob", change: func(tx *aims.Tx) error {
		return errors.Join(tx.PutSupplier(aims.Supplier{ID: "s", Name: "S"}), resourceAgain(func(r *aims.Resource) { r.Supplier = "s" })(tx))
	}, then: foundFrom("RS-03", 90)},
	{what: "the title of a resource", judged: resourceSeen, by: "bob", change: resourceAgain(func(r *aims.Resource) { r.Title, r.Owner, r.Stages = "Features", "lea", r.Stages[:1] }), then: foundFrom("RS-03", 365)},
	{what: "where logs are kept", judged: func(t *testing.T) *org {
		o := logging(t)
		o.do("una", lookFor("spam", true))
		return o
	}, by: "bob", change: func(tx *aims.Tx) error {
		l, _ := tx.SystemLogs().Get("spam")
		l.Where = "a disk under a desk"
		return tx.DescribeLogs(l)
	}, then: foundFrom("LG-02", 90)},
	{what: "what a system is intended for", judged: useSeen, by: "bob", change: rulesAgain(func(u *aims.UseText) { u.Intended = "to grade those who write" }), then: func(t *testing.T, o *org) {
		foundFrom("US-03", 365)(t, o) // a draft is intended by nobody yet
		o.clock.Set(day(10))
		o.do("lea", approveRules("u"))
		foundFrom("US-03", 100)(t, o)
		o.clock.Set(day(80))
		o.do("una", compareUse("u", "spam", true))
		foundFrom("US-03", 445)(t, o)
	}},
	{what: "what a system is intended for, by other rules", judged: useSeen, by: "bob", change: draftRules(otherUse("other", "to grade those who write")), then: func(t *testing.T, o *org) {
		foundFrom("US-03", 365)(t, o)
		o.clock.Set(day(10))
		o.do("lea", approveRules("other"))
		foundFrom("US-03", 100)(t, o)
		o.do("una", compareUse("u", "spam", true)) // who looks sees what the system is used for
		foundFrom("US-03", 375)(t, o)
	}},
	{what: "what a system is intended for, by rules for all", judged: useSeen, by: "bob", change: draftRules(otherUse("other", "to grade those who write", "")), then: func(t *testing.T, o *org) {
		o.clock.Set(day(10))
		o.do("lea", approveRules("other"))
		require.NotContains(t, subjectsOf(find(o.View(), day(100), "US-03")), "spam")
		require.Contains(t, subjectsOf(find(o.View(), day(101), "US-03")), "spam")
	}},
	{what: "that other rules intend the same", judged: useSeen, by: "bob", change: draftRules(otherUse("other", "To sort letters that a person reads.")), then: func(t *testing.T, o *org) {
		o.do("lea", approveRules("other"))
		foundFrom("US-03", 365)(t, o)
	}},
	{what: "what another system is intended for", judged: useSeen, by: "bob", change: draftRules(otherUse("other", "to grade those who write", "tool")), then: func(t *testing.T, o *org) {
		o.do("lea", approveRules("other"))
		require.NotContains(t, subjectsOf(find(o.View(), day(365), "US-03")), "spam")
	}},
	{what: "the rules by which a system is used", judged: useSeen, by: "bob", change: rulesAgain(func(u *aims.UseText) { u.Rules = "no letter is thrown away unread, by anybody" }), then: func(t *testing.T, o *org) {
		o.do("lea", approveRules("u"))
		foundFrom("US-03", 365)(t, o)
	}},
	{what: "the statement of a control", judged: withControl, by: "lea", change: restated("Each output is looked at by a person."), is: aims.ErrInvalid},
	{what: "the form of the statement of a control", judged: withControl, by: "lea", change: restated("Each model has  a card"), then: foundFrom("CT-01", 365)},
	{what: "the controls of a treatment", judged: lowered, by: "ada", change: putAgain(func(r *register.Risk) { r.Treatment.Controls = []annexa.ID{annexa.MustParse("A.4.2")} }), then: func(t *testing.T, o *org) {
		require.NotEmpty(t, find(o.View(), day0, "S2-05"), "A.4.2 was not tested")
		o.do("bob", func(tx *aims.Tx) error { return tx.RecordTest(controlTest("A.4.2", day0)) })
		require.Empty(t, find(o.View(), day0, "S2-05"), "both work")
	}},
	{what: "the controls of a treatment, one of which fails", judged: lowered, by: "bob", change: func(tx *aims.Tx) error {
		c := controlTest("A.3.3", day0)
		c.ID, c.Failed, c.Result = "again", 2, aims.ResultFails
		return tx.RecordTest(c)
	}, then: func(t *testing.T, o *org) {
		require.NotEmpty(t, find(o.View(), day0, "S2-05"), "A.3.3 fails")
		o.do("ada", putAgain(func(r *register.Risk) { r.Treatment.Option, r.Treatment.Controls = register.OptionShare, nil }))
		require.NotEmpty(t, find(o.View(), day0, "S2-05"), "what was left was rated with A.3.3")
		o.do("una", func(tx *aims.Tx) error {
			r, _ := tx.Risks().Get("r")
			return tx.AssessRisk("r", register.RiskAssessment{Method: "the policy of the insurer", Inherent: r.Inherent, Residual: r.Residual})
		})
		require.Empty(t, find(o.View(), day0, "S2-05"), "and is rated without it now")
	}},
	{what: "the plan of an accepted risk", judged: borne, by: "ada", change: putAgain(func(r *register.Risk) { r.Treatment.Plan = "nothing" }), then: foundFrom("S2-05", -1)},
	{what: "the day of the treatment of an accepted risk", judged: borne, by: "ada", change: putAgain(func(r *register.Risk) { r.Treatment.Due = dayOf(250) }), then: foundFrom("S2-05", -1)},
	{what: "that an accepted risk was treated", judged: borne, by: "ada", change: putAgain(func(r *register.Risk) { r.Treatment.DoneOn = dayOf(0) }), then: func(t *testing.T, o *org) {
		foundFrom("S2-05", 300)(t, o)
		o.do("ada", putAgain(func(r *register.Risk) { r.Treatment.DoneOn = dayOf(-1) }))
		foundFrom("S2-05", 300)(t, o)
		o.do("ada", putAgain(func(r *register.Risk) { r.Treatment.DoneOn = calendar.Date{} }))
		foundFrom("S2-05", -1)(t, o)
	}},
	{what: "that an accepted risk is treated sooner, and who does it", judged: borne, by: "ada", change: putAgain(func(r *register.Risk) { r.Treatment.Due, r.Treatment.Owner = dayOf(50), "bob" }), then: foundFrom("S2-05", 50)},
	{what: "how something is monitored", judged: monitoringSeen, by: "bob", change: monitoringAgain(func(m *aims.Monitoring) { m.Method = "guessed" }), is: aims.ErrInvalid},
	{what: "of which system something is monitored", judged: monitoringSeen, by: "bob", change: monitoringAgain(func(m *aims.Monitoring) { m.Systems = []string{"cv"} }), is: aims.ErrInvalid},
	{what: "that one system more is monitored", judged: monitoringSeen, by: "bob", change: monitoringAgain(func(m *aims.Monitoring) { m.Systems, m.Title = []string{"cv", "spam"}, "In time" })},
	{what: "the thresholds of what is monitored", judged: monitoringSeen, by: "bob", change: monitoringAgain(func(m *aims.Monitoring) { m.Thresholds[0].Value = 99 }), then: func(t *testing.T, o *org) {
		require.False(t, theMonitoring(o.View()).Results[0].Outside, "it is judged by those of its day")
	}},
	{what: "on what a competence rests", judged: seenAudits, by: "ada", change: func(tx *aims.Tx) error {
		h, _ := tx.CompetenceOf("una", "auditing")
		h.Basis[0].Evidence = nil
		return tx.ClaimCompetence(h)
	}, is: aims.ErrInvalid},
	{what: "what a competence is", judged: seenAudits, by: "eve", change: func(tx *aims.Tx) error {
		c := auditing("ada")
		old, _ := tx.Competences().Get(c.ID)
		c.Revision, c.ShownBy = old.Revision, "a cup of tea"
		return tx.PutCompetence(c)
	}, is: aims.ErrInvalid},
	{what: "the criteria of a verification", judged: func(t *testing.T) *org {
		o := built(t)
		o.do("una", recordVerification("v", verified(true)))
		return o
	}, by: "bob", change: func(tx *aims.Tx) error {
		v, _ := tx.Verifications().Get("v")
		v.Criteria = v.Criteria[:1]
		return tx.PlanVerification(v)
	}, is: aims.ErrState},
	{what: "the plan of a deployment", judged: func(t *testing.T) *org {
		o := rolling(t)
		o.do("una", release("d"))
		return o
	}, by: "bob", change: func(tx *aims.Tx) error {
		d, _ := tx.Deployments().Get("d")
		d.Predicted = "whatever it did"
		return tx.PlanDeployment(d)
	}, is: aims.ErrState},
	{what: "what was approved of a change", judged: func(t *testing.T) *org {
		o := changing(t)
		o.do("lea", approveChange("move"))
		return o
	}, by: "ada", change: redraft("move", func(p *aims.PlannedChange) { p.Consequences = "none" }), then: func(t *testing.T, o *org) {
		require.Equal(t, aims.ChangeDraft, o.change("move").State)
		require.Len(t, o.change("move").Earlier, 1)
	}},
	{what: "what an objective measures", judged: func(t *testing.T) *org {
		o := newOrg(t).staffed()
		o.do("ada", func(tx *aims.Tx) error {
			return tx.PutObjective(aims.Objective{ID: "g", Title: "Appeals", Measure: "share answered", Target: 95, Direction: aims.AtLeast, Owner: "ada", Due: dayOf(200)})
		})
		o.do("una", func(tx *aims.Tx) error { return tx.MeasureObjective("g", aims.Measurement{On: tx.Today(), Value: 96}) })
		return o
	}, by: "ada", change: func(tx *aims.Tx) error {
		g, _ := tx.Objectives().Get("g")
		g.Measure = "share received"
		return tx.PutObjective(g)
	}, is: aims.ErrInvalid},
	{what: "what is required of data", judged: func(t *testing.T) *org {
		o := newOrg(t).staffed()
		o.do("bob", func(tx *aims.Tx) error { return tx.PutDataset(dataset("set")) })
		o.do("una", func(tx *aims.Tx) error {
			return tx.MeasureDataset("set", aims.QualityResult{Measure: "complete", On: tx.Today(), Value: 90})
		})
		return o
	}, by: "bob", change: func(tx *aims.Tx) error {
		d, _ := tx.Datasets().Get("set")
		d.Measures[0].Required = 80
		return tx.PutDataset(d)
	}, is: aims.ErrInvalid},
	{what: "how measured data was prepared", judged: dataMeasured, by: "bob", change: dataAgain(func(d *aims.Dataset) { d.Preparation = "half of it was thrown away" }), is: aims.ErrInvalid},
	{what: "what was done to measured data", judged: dataMeasured, by: "bob", change: dataAgain(func(d *aims.Dataset) {
		d.Provenance = append(d.Provenance, aims.DataStep{What: "half of it was thrown away", On: dayOf(5)})
	}), then: func(t *testing.T, o *org) {
		require.Len(t, find(o.View(), day(5), "DS-02"), 1, "it was measured before")
		o.refused("bob", aims.ErrInvalid, dataAgain(func(d *aims.Dataset) { d.Measures[0].Required = 50 }))
		o.do("una", measureData(5, 97))
		require.Empty(t, find(o.View(), day(5), "DS-02"))
	}},
	{what: "what was done to data before it was measured", judged: dataMeasured, by: "bob", change: dataAgain(func(d *aims.Dataset) {
		d.Provenance = append(d.Provenance, aims.DataStep{What: "it was moved here", On: dayOf(4)})
	}), then: func(t *testing.T, o *org) { require.Empty(t, find(o.View(), day(5), "DS-02")) }},
	{what: "the duties of a supplier", judged: func(t *testing.T) *org {
		o := newOrg(t).staffed()
		s := spamFilter()
		s.Supplier = "s"
		o.do("ada", func(tx *aims.Tx) error {
			return errors.Join(tx.PutSupplier(aims.Supplier{ID: "s", Name: "S", ReviewedOn: dayOf(0), Duties: []aims.AllocatedDuty{{What: "tells of changes", Bearer: aims.BearerSupplier}}}), tx.RegisterSystem(s))
		})
		o.approved("spam")
		return o
	}, by: "ada", change: func(tx *aims.Tx) error {
		s, _ := tx.Suppliers().Get("s")
		s.Duties[0].Bearer = aims.BearerOrganisation
		return tx.PutSupplier(s)
	}, then: func(t *testing.T, o *org) {
		_, open := o.View().OpenAssessment("spam")
		require.True(t, open, "what rests on it is assessed anew")
	}},
	{what: "what a programme of audits says", judged: func(t *testing.T) *org {
		o := programmed(t)
		o.do("lea", func(tx *aims.Tx) error { return tx.DraftAuditProgramme(programme()) })
		o.do("eve", adoptProgramme("audit-programme", ""))
		return o
	}, by: "lea", change: func(tx *aims.Tx) error {
		p, _ := tx.ProgrammeInForce()
		p.Criteria = "what we like"
		return tx.DraftAuditProgramme(p)
	}, then: func(t *testing.T, o *org) {
		p, _ := o.View().ProgrammeInForce()
		require.Equal(t, programme().Criteria, p.Criteria)
	}},
	{what: "the duty of a role", judged: func(t *testing.T) *org { return newOrg(t).staffed() }, by: "eve", change: dutyOf(aims.RoleLead, "Answers for whatever goes wrong."), then: func(t *testing.T, o *org) {
		accepted, _ := newOrg(t).staffed().View().Roles().Get(aims.RoleLead)
		r, _ := o.View().Roles().Get(aims.RoleLead)
		require.Equal(t, accepted.AcceptedOn, r.AcceptedOn)
		require.Equal(t, accepted.Duty, r.AcceptedDuty, "it is kept what was accepted")
		_, holds := o.View().Holder(aims.RoleLead, day0)
		require.True(t, holds, "who rewords a role takes it from nobody")
		found := find(o.View(), day0, "S1-07")
		require.Len(t, found, 1)
		require.Equal(t, aims.SeverityMinor, found[0].Severity)
		require.Equal(t, dayOf(0), found[0].Since)
		o.do("eve", dutyOf(aims.RoleLead, "Answers for all that goes wrong."))
		o.do("lea", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleLead) })
		require.Empty(t, find(o.View(), day0, "S1-07"))
		o.refused("lea", aims.ErrForbidden, dutyOf(aims.RoleLead, "Answers for nothing.")) // who holds it
		r, _ = o.View().Roles().Get(aims.RoleLead)
		require.Equal(t, "Answers for all that goes wrong.", r.AcceptedDuty)
		require.Equal(t, accepted.AcceptedOn, r.AcceptedOn, "who held it held it all along")
	}},
	{what: "the duty of a role, and back", judged: func(t *testing.T) *org {
		o := newOrg(t).staffed()
		o.do("eve", dutyOf(aims.RoleLead, "Answers for whatever goes wrong."))
		return o
	}, by: "eve", change: func(tx *aims.Tx) error {
		r, _ := tx.Roles().Get(aims.RoleLead)
		r.Duty, r.AcceptedDuty = r.AcceptedDuty, r.Duty // nobody says what was accepted
		return tx.PutRole(r)
	}, then: func(t *testing.T, o *org) {
		require.Empty(t, find(o.View(), day0, "S1-07"))
		r, _ := o.View().Roles().Get(aims.RoleLead)
		require.Equal(t, r.Duty, r.AcceptedDuty)
	}},
	{what: "the title of a role and the form of its duty", judged: func(t *testing.T) *org { return newOrg(t).staffed() }, by: "eve", change: func(tx *aims.Tx) error {
		r, _ := tx.Roles().Get(aims.RoleLead)
		r.Title, r.Duty = "Head of AI governance", strings.ToUpper(r.Duty)
		return tx.PutRole(r)
	}, then: func(t *testing.T, o *org) { require.Empty(t, find(o.View(), day0, "S1-07")) }},
	{what: "on what something was told", judged: func(t *testing.T) *org {
		o := informing(t)
		o.do("bob", heard(0, everyone, clients))
		return o
	}, by: "bob", change: plannedAs(func(c *aims.Communication) { c.What = "all that there is" }), then: func(t *testing.T, o *org) {
		require.Equal(t, "what is new in the policy", planned(o.View().Communications(), "news").Told[0].What, "the telling says what was told")
	}},
}

// foundFrom says that a check finds nothing until a day, and something on the day after.
func foundFrom(check string, last int) func(t *testing.T, o *org) {
	return func(t *testing.T, o *org) {
		t.Helper()
		if last >= 0 {
			require.Empty(t, find(o.View(), day(last), check))
		}
		require.NotEmpty(t, find(o.View(), day(last+1), check))
	}
}

// What was judged by somebody else and is changed afterwards is either not changed, or the
// judgement does not count for it for long; what was judged stays on record. What the
// judgement was not about is put right as one likes.
func TestWhatWasJudgedIsNotWhatItBecomes(t *testing.T) {
	for _, row := range judgedLater {
		t.Run(row.what, func(t *testing.T) {
			o := row.judged(t)
			if row.is != nil {
				o.refused(row.by, row.is, row.change)
				return
			}
			o.do(row.by, row.change)
			if row.then != nil {
				row.then(t, o)
			}
		})
	}
}

// To change a thing again before somebody has looked puts no look off, and a look at what it
// has become ends it.
func TestAChangedThingIsLookedAtAgain(t *testing.T) {
	o := claimSeen(t) // on day 400
	o.clock.Set(day(410))
	o.do("lea", claimAgain(func(p *aims.PublicClaim) { p.Says = "We are certified." }))
	o.clock.Set(day(480))
	o.do("lea", claimAgain(func(p *aims.PublicClaim) { p.Says, p.UncheckedSince = "Certified!", time.Time{} }))
	foundFrom("SV-11", 500)(t, o)
	require.Equal(t, "It says something else since "+dayOf(410).String()+", and somebody was to look by "+dayOf(500).String()+" whether that may be said.", find(o.View(), day(501), "SV-11")[0].Message)
	o.do("una", lookAtClaim("footer", "one word", ""))
	foundFrom("SV-11", 845)(t, o)
	p, _ := o.View().PublicClaims().Get("footer")
	require.Zero(t, p.UncheckedSince)
	require.Len(t, p.Reviews, 2)
}

// lookedAtAgain are the things that somebody looks at, as seen on the day of look, how the
// owner words them otherwise, and how una looks.
var lookedAtAgain = []struct {
	what   string
	seen   func(t *testing.T) *org
	word   func(as string) func(tx *aims.Tx) error
	look   func(on calendar.Date, digest string) func(tx *aims.Tx) error
	digest func(v *aims.View) string
	of     func(v *aims.View) (all []string)
}{
	{"a public claim", claimSeen, func(as string) func(tx *aims.Tx) error {
		return claimAgain(func(p *aims.PublicClaim) { p.Says = as })
	}, func(on calendar.Date, digest string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.ReviewPublicClaim("footer", aims.ClaimReview{On: on, Seen: "the page", Digest: digest})
		}
	}, func(v *aims.View) string {
		p, _ := v.PublicClaims().Get("footer")
		return p.Digest()
	}, func(v *aims.View) (all []string) {
		p, _ := v.PublicClaims().Get("footer")
		for _, l := range p.Reviews {
			all = append(all, l.Digest)
		}
		return all
	}},
	{"a resource", resourceSeen, func(as string) func(tx *aims.Tx) error {
		return resourceAgain(func(r *aims.Resource) { r.What = as })
	}, func(on calendar.Date, digest string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.ReviewResource("p", aims.ResourceReview{On: on, Seen: "the pipeline", Digest: digest})
		}
	}, func(v *aims.View) string {
		r, _ := v.Resources().Get("p")
		return r.Digest()
	}, func(v *aims.View) (all []string) {
		r, _ := v.Resources().Get("p")
		for _, l := range r.Reviews {
			all = append(all, l.Digest)
		}
		return all
	}},
	{"logs", func(t *testing.T) *org {
		o := logging(t)
		o.do("una", lookFor("spam", true))
		return o
	}, func(as string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			l, _ := tx.SystemLogs().Get("spam")
			l.Where = as
			return tx.DescribeLogs(l)
		}
	}, func(on calendar.Date, digest string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.CheckLogs("spam", aims.LogCheck{On: on, Looked: "ten letters", Found: true, Digest: digest})
		}
	}, func(v *aims.View) string {
		l, _ := v.SystemLogs().Get("spam")
		return l.Digest()
	}, func(v *aims.View) (all []string) {
		l, _ := v.SystemLogs().Get("spam")
		for _, c := range l.Checks {
			all = append(all, c.Digest)
		}
		return all
	}},
}

// A look keeps what it was of. Who words a thing well for the look and then as before is told
// by the record: the look was of something else. Who looked on a day before it was worded as
// it is, or says what he looked at and it is another thing by now, has not looked at it.
func TestALookKeepsWhatItWasOf(t *testing.T) {
	for _, row := range lookedAtAgain {
		t.Run(row.what, func(t *testing.T) {
			o := row.seen(t)
			now := func() calendar.Date { return calendar.Of(o.clock.Now(), nil) }
			later := func(days int) { o.clock.Set(o.clock.Now().AddDate(0, 0, days)) }
			unseen := row.digest(o.View())
			require.Equal(t, []string{unseen}, row.of(o.View()), "the look of the first day was of it")

			later(5)
			o.do("bob", row.word("as we all like it"))
			well := row.digest(o.View())
			require.NotEqual(t, unseen, well)
			o.do("una", row.look(now(), well)) // as it stood on her screen
			o.do("bob", row.word("as it really is"))
			really := row.digest(o.View())
			require.Equal(t, []string{unseen, well}, row.of(o.View()))
			require.NotContains(t, row.of(o.View()), really)

			later(1)
			o.do("bob", row.word("as we all like it"))
			require.Equal(t, well, row.digest(o.View()), "what is said the same is the same")
			o.do("bob", row.word("as it really is"))
			require.ErrorContains(t, o.refused("una", aims.ErrInvalid, row.look(now(), well)), "digest:")
			require.ErrorContains(t, o.refused("una", aims.ErrInvalid, row.look(now().AddDays(-1), "")), "on:")
			o.do("una", row.look(now(), ""))
			require.Equal(t, []string{unseen, well, really}, row.of(o.View()))
			require.Equal(t, really, row.digest(o.View()))
		})
	}
}
