package aims_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// leftBehind is an organisation in which lou answers for one thing of each kind.
func leftBehind(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("setup", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "lou", Name: "Lou"}) })
	o.do("lea", func(tx *aims.Tx) error {
		must := func(err error) { t.Helper(); require.NoError(t, err) }
		must(tx.PutObjective(aims.Objective{ID: "o", Title: "x", Measure: "x", Direction: aims.AtMost, Owner: "lou", Due: dayOf(90)}))
		must(tx.PutSupplier(aims.Supplier{ID: "s", Name: "Sup", Owner: "lou"}))
		must(tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "d", Title: "Terms", Owner: "lou"}))
		must(tx.ReportIncident(aims.Incident{ID: "i", Title: "x", Grade: aims.GradeLow, DetectedOn: day0, Owner: "lou"}))
		must(tx.RaiseConcern(aims.Concern{ID: "c", RaisedBy: "staff", Text: "x", RaisedOn: dayOf(0), Handler: "lou"}))
		must(tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "x", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("7.2"), RaisedOn: dayOf(0), Owner: "lou", Due: dayOf(30)}))
		a := plan("a", "7.4")
		a.Auditors = []string{"una", "lou"}
		must(tx.PlanAudit(a))
		two := []aims.ReviewDecision{{What: "x", Owner: "lou", Due: dayOf(9)}, {What: "y", Owner: "lou", Due: dayOf(9)}}
		must(tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Decisions: two}))
		must(tx.PutRole(aims.Role{ID: "clerk", Title: "Clerk", Duty: "Files."}))
		must(tx.PutService(aims.Service{ID: "robot", Name: "x", Owner: "lou"}))
		r := risk("r")
		r.Treatment = register.Treatment{Option: register.OptionModify, Controls: []annexa.ID{annexa.MustParse("A.6.2.4")}, Plan: "x", Owner: "lou", Due: dayOf(20)}
		must(tx.PutRisk(r))
		must(tx.RegisterSystem(cvScreener()))
		must(tx.RegisterSystem(spamFilter()))
		return tx.AssignAssessment("cv#1", "lou")
	})
	o.submit("spam")
	o.do("ian", approve("spam#1", aims.RoleImpactApprover, impact.ApprovalCondition{Text: "Tell staff.", Owner: "lou", Due: dayOf(10)}))
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole("clerk", "lou") })
	require.Empty(t, find(o.View(), day(1), "PE-03"), "nobody has left")
	return o
}

// Nobody leaves in silence: what somebody who left answers for is found in every kind, in
// one finding that ends once others are named.
func TestNobodyLeavesInSilence(t *testing.T) {
	o := leftBehind(t)
	o.clock.Set(day(1))
	o.leave("lou")
	require.Empty(t, find(o.View(), dayOf(1).Start(nil).Add(-1), "PE-03"), "she works until then")
	found := find(o.View(), day(1), "PE-03")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Equal(t, aims.Subject{Kind: aims.KindPerson, ID: "lou"}, found[0].Subject)
	require.Equal(t, dayOf(1), found[0].Since)
	require.Equal(t, "lou has left, and still answers for 14 things, among them objective o, supplier s, document d, incident i, concern c.", found[0].Message)

	// What is done, ended or given to others counts no more, one by one.
	for left, give := range []func(tx *aims.Tx) error{
		edited((*aims.Tx).Objectives, "o", (*aims.Tx).PutObjective, func(_ *crowd, o *aims.Objective) { o.Owner = "ada" }).bind(),
		edited((*aims.Tx).Suppliers, "s", (*aims.Tx).PutSupplier, func(_ *crowd, s *aims.Supplier) { s.Owner = "" }).bind(),
		edited((*aims.Tx).Documents, "d", (*aims.Tx).DraftDocument, func(_ *crowd, d *aims.Document) { d.Owner = "ada" }).bind(),
		func(tx *aims.Tx) error { return tx.CloseIncident("i", "x") },
		func(tx *aims.Tx) error { return tx.AnswerConcern("c", "x") },
		edited((*aims.Tx).Nonconformities, "n", (*aims.Tx).CorrectNonconformity, func(_ *crowd, n *aims.Nonconformity) { n.Owner = "ada" }).bind(),
		edited((*aims.Tx).Audits, "a", (*aims.Tx).PlanAudit, func(_ *crowd, a *aims.Audit) { a.Auditors = []string{"una"} }).bind(),
		edited((*aims.Tx).Services, "robot", (*aims.Tx).PutService, func(_ *crowd, s *aims.Service) { s.EndedOn = dayOf(1) }).bind(),
		edited((*aims.Tx).Risks, "r", (*aims.Tx).PutRisk, func(_ *crowd, r *register.Risk) { r.Treatment.Owner = "ada" }).bind(),
		func(tx *aims.Tx) error { return tx.AssignAssessment("cv#1", "bob") },
	} {
		o.do("lea", give)
		found := find(o.View(), day(1), "PE-03")
		require.Len(t, found, 1)
		require.Contains(t, found[0].Message, fmt.Sprintf("for %d things", 13-left))
	}
	o.do("lea", passOn("m#1", "ada"))
	require.Contains(t, find(o.View(), day(1), "PE-03")[0].Message, "for 3 things", "one of two is in other hands")
	o.do("eve", func(tx *aims.Tx) error { return tx.CancelAction("m#2", "nobody needs it") })
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole("clerk", "") })
	found = find(o.View(), day(1), "PE-03")
	require.Equal(t, "lou has left, and still answers for assessment spam#1.", found[0].Message)
	o.do("ian", func(tx *aims.Tx) error { return tx.MeetCondition("spam#1", 1, "told") })
	require.Empty(t, find(o.View(), day(1), "PE-03"))
}

// It weighs more if what is left behind can't wait.
func TestLeavingWeighs(t *testing.T) {
	for name, c := range map[string]struct {
		before func(o *org)
		want   aims.Severity
	}{
		"a critical incident": {func(o *org) {
			o.do("lea", edited((*aims.Tx).Incidents, "i", (*aims.Tx).UpdateIncident, func(_ *crowd, i *aims.Incident) { i.Grade = aims.GradeCritical }).bind())
		}, aims.SeverityMajor},
		"a live system of high impact": {func(o *org) {
			s := cvScreener()
			s.ID, s.Owner, s.Stage = "live", "lou", register.StageOperation
			o.register(s)
		}, aims.SeverityMajor},
		"a system that is not live": {func(o *org) { o.revise("cv", func(s *register.System) { s.Owner = "lou" }) }, aims.SeverityMinor},
		"a mandatory role": {func(o *org) {
			o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleRiskApprover, "lou") })
		}, aims.SeverityMajor},
	} {
		t.Run(name, func(t *testing.T) {
			o := leftBehind(t)
			c.before(o)
			o.leave("lou")
			require.Equal(t, c.want, find(o.View(), day(1), "PE-03")[0].Severity)
		})
	}
}

// One human on file twice is found; who came back after having left is not.
func TestPersonsAreOnFileOnce(t *testing.T) {
	o := newOrg(t).staffed()
	put := func(p aims.Person) {
		o.do("setup", func(tx *aims.Tx) error {
			old, _ := tx.People().Get(p.ID)
			p.Name, p.Revision, p.TopManagement = "x", old.Revision, old.TopManagement
			return tx.PutPerson(p)
		})
	}
	put(aims.Person{ID: "t1", Email: "t@example.org", Identities: []string{"7"}})
	put(aims.Person{ID: "t2", Email: " T@Example.org", Identities: []string{"7"}})
	put(aims.Person{ID: "t3", Identities: []string{"8"}})
	found := find(o.View(), day(1), "PE-01")
	require.Len(t, found, 1)
	require.Equal(t, "t1 and t2 have one address: one human is on file twice.", found[0].Message)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	put(aims.Person{ID: "t1", Email: "t@example.org", Identities: []string{"7"}, LeftOn: dayOf(0)})
	require.Empty(t, find(o.View(), day(1), "PE-01"))

	put(aims.Person{ID: "pam", Identities: []string{"9"}})
	put(aims.Person{ID: "t3", Identities: []string{"8", "9"}})
	require.Equal(t, aims.SeverityMinor, find(o.View(), day(1), "PE-01")[0].Severity, "t3 has no part in anything")
	o.register(cvScreener())
	o.submit("cv")
	o.do("ian", lend("cv#1", aims.RoleImpactApprover, "t3", day(9)))
	o.sign("t3", "cv#1", aims.RoleImpactApprover)
	found = find(o.View(), day(1), "PE-01")
	require.Equal(t, aims.SeverityMajor, found[0].Severity)
	require.Equal(t, "pam and t3 have one identity: one human is on file twice.", found[0].Message)

	put(aims.Person{ID: "t4@example.org"})
	require.Equal(t, "The ID of person t4@example.org looks like an address.", find(o.View(), day(1), "PE-02")[0].Message)
}

// Roles that keep each other in check are two humans', which a small organisation may
// make up for.
func TestRolesApart(t *testing.T) {
	o := newOrg(t).staffed()
	give := func(role, person string) {
		o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(role, person) })
		o.do(person, func(tx *aims.Tx) error { return tx.AcceptRole(role) })
	}
	require.Empty(t, find(o.View(), day(1), "PE-04"))
	give(aims.RoleRiskApprover, "ian")
	give(aims.RolePolicyOwner, "ian")
	found := find(o.View(), day(1), "PE-04")
	require.Len(t, found, 2)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Equal(t, "ian holds risk-approver and impact-approver: who says that a harm is borne does not judge what the system does.", found[1].Message)
	for _, id := range []string{"ada", "bob", "pam", "rob", "una", "setup"} {
		o.leave(id)
	}
	found = find(o.View(), day(1), "PE-04") // eve, ian and lea are left
	require.Equal(t, aims.SeverityOpportunity, found[0].Severity)
	require.Contains(t, found[0].Next, "outside")
	all := o.View().Combined(day(1))
	require.Len(t, all, 2)
	for i, c := range all {
		require.Equal(t, aims.RolesApart()[i], c.Pair)
		require.Equal(t, "ian", c.Person)
		require.True(t, c.Small)
	}
	for _, p := range aims.RolesApart() {
		require.Equal(t, p.ID == "RP-6", p.Instead == "", "nothing makes up for an audit of one's own work")
	}
}

// The sponsor is of top management, and of the organisation.
func TestSponsorIsOfTopManagement(t *testing.T) {
	o := newOrg(t).staffed()
	sponsor := func() (all []aims.Finding) {
		for _, f := range find(o.View(), day(1), "S1-07") {
			if f.Subject.ID == aims.RoleSponsor {
				all = append(all, f)
			}
		}
		return all
	}
	require.Empty(t, sponsor())
	change := func(edit func(p *aims.Person)) {
		o.do("pam", func(tx *aims.Tx) error {
			p, _ := tx.People().Get("eve")
			edit(&p)
			return tx.PutPerson(p)
		})
	}
	change(func(p *aims.Person) { p.TopManagement = false })
	require.Equal(t, "Its holder, eve, does not belong to top management.", sponsor()[0].Message)
	require.Equal(t, aims.SeverityMajor, sponsor()[0].Severity)
	change(func(p *aims.Person) { p.TopManagement, p.External = true, true })
	require.Equal(t, "Its holder, eve, is not of the organisation.", sponsor()[0].Message)
}

// What is found of people tells a reader of no record that is hidden from him.
func TestPeopleFoundAreRedacted(t *testing.T) {
	o := leftBehind(t)
	o.do("lea", func(tx *aims.Tx) error {
		e := proof("secret", day0, nil, "A.2.2")
		e.Collector = "ada"
		return tx.AttachEvidence(e)
	})
	o.leave("lou")
	m, err := aims.Open(t.Context(), o.journal, &aims.Options{Clock: o.clock.Now,
		Redact: func(reader any, s aims.Subject, rec any) bool {
			return reader == "editor" || aims.RedactKinds(s, rec, aims.KindIncident, aims.KindEvidence)
		}})
	require.NoError(t, err)
	defer func() { require.NoError(t, m.Close(context.Background())) }()
	for _, id := range []string{"PE-03", "PE-05"} {
		all, some := find(m.View().For("editor"), day(1), id), find(m.View().For("guest"), day(1), id)
		require.Len(t, some, len(all), id)
		last := len(all) - 1
		require.Regexp(t, "incident i|evidence secret", all[last].Message)
		require.NotRegexp(t, "incident i|evidence secret", some[last].Message)
		require.Equal(t, all[last].Severity, some[last].Severity)
	}
}
