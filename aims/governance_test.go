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

// stamp is a time as issues give it.
func stamp(t time.Time) string { return t.Format(time.DateOnly) }

func TestPolicy(t *testing.T) {
	o := newOrg(t).staffed()
	approve := func(id string, due time.Time) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ApprovePolicy(id, calendar.Of(due, nil)) }
	}
	o.do("eve", func(tx *aims.Tx) error {
		return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p1", Title: "AI policy"})
	})
	p, _ := o.View().Policies().Get("p1")
	require.Equal(t, []string{"eve"}, p.Authors)
	require.Equal(t, aims.StateDraft, p.State)
	o.refused("eve", aims.ErrForbidden, approve("p1", day(365))) // wrote it
	o.refused("lea", aims.ErrForbidden, approve("p1", day(365))) // not of top management
	o.refused("ghost", aims.ErrForbidden, approve("p1", day(365)))
	o.refused("pam", aims.ErrNotFound, approve("p9", day(365)))
	o.invalid("pam", "review_due", "future", stamp(day0), approve("p1", day0))
	o.invalid("pam", "owner", "required", "", approve("p1", day(365)))
	o.do("eve", func(tx *aims.Tx) error {
		p, _ := tx.Policies().Get("p1")
		p.Owner = "pam"
		return tx.DraftPolicy(p)
	})
	_, inForce := o.View().Policy()
	require.False(t, inForce)
	o.do("pam", approve("p1", day(365)))
	p, inForce = o.View().Policy()
	require.True(t, inForce)
	require.Equal(t, aims.DocumentApproval{By: "pam", At: day0, ReviewDue: dayOf(365)}, p.Approval)
	require.True(t, p.Approval.Given())
	// Looked at again with no change: the approval before stays beside.
	o.clock.Set(day(1))
	o.do("pam", approve("p1", day(400)))
	p, _ = o.View().Policy()
	require.Equal(t, []aims.DocumentApproval{{By: "pam", At: day0, ReviewDue: dayOf(365)}}, p.Earlier)
	require.Equal(t, dayOf(400), p.Approval.ReviewDue)
	o.clock.Set(day0)

	// In force, the text stays; dates, owner and to whom it is available may change.
	require.Len(t, find(o.View(), day0, "PO-01"), 1)
	o.refused("eve", aims.ErrState, func(tx *aims.Tx) error {
		p, _ := tx.Policies().Get("p1")
		p.Summary = "anything goes"
		return tx.DraftPolicy(p)
	})
	o.do("eve", func(tx *aims.Tx) error {
		p, _ := tx.Policies().Get("p1")
		p.Owner, p.AlignedOn, p.PublishedOn, p.CommunicatedOn, p.AvailableTo = "lea", dayOf(0), dayOf(0), dayOf(0), everybody
		p.State, p.Approval = aims.StateDraft, aims.DocumentApproval{} // not the drafter's to say
		return tx.DraftPolicy(p)
	})
	p, _ = o.View().Policy()
	require.Equal(t, "p1", p.ID)
	require.Empty(t, find(o.View(), day0, "PO-01"))
	require.Equal(t, "pam", p.Approval.By)
	require.Equal(t, dayOf(0), p.AlignedOn)

	// A new version supersedes it, in one commit.
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p2", Title: "AI policy 2", Owner: "pam"})
	})
	o.do("eve", approve("p2", day(365)))
	p, _ = o.View().Policy()
	require.Equal(t, "p2", p.ID)
	p, _ = o.View().Policies().Get("p1")
	require.Equal(t, aims.StateSuperseded, p.State)
	o.refused("pam", aims.ErrState, approve("p1", day(365)))
}

// TestPolicyOwnerWhoLeftDoesNotBarTheNext: a superseded version names whom it
// named.
func TestPolicyOwnerWhoLeftDoesNotBarTheNext(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p1", Title: "1", Owner: "bob"})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p1", dayOf(365)) })
	o.leave("bob")
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p2", Title: "2", Owner: "pam"})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p2", dayOf(365)) })
	p, _ := o.View().Policy()
	require.Equal(t, "p2", p.ID)
}

// leave lets a person leave now.
func (o *org) leave(id string) {
	o.t.Helper()
	o.do("setup", func(tx *aims.Tx) error {
		p, _ := tx.People().Get(id)
		p.LeftOn = calendar.Of(tx.Now(), nil)
		return tx.PutPerson(p)
	})
}

// TestWhoLeftDoesNotBarOthers: records that name somebody who has left can be
// closed, moved and measured; who is named anew must be there.
func TestWhoLeftDoesNotBarOthers(t *testing.T) {
	o := newOrg(t).staffed()
	s := spamFilter()
	s.Owner = "bob"
	o.register(s)
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.PutRisk(risk("r")); err != nil {
			return err
		}
		r, _ := tx.Risks().Get("r")
		r.Owner = "bob"
		if err := tx.PutRisk(r); err != nil {
			return err
		}
		if err := tx.ReportIncident(aims.Incident{ID: "i", Title: "x", Grade: aims.GradeLow, DetectedOn: day0, Owner: "bob"}); err != nil {
			return err
		}
		return nil
	})
	o.do("eve", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Attendees: []string{"bob"},
			Decisions: []aims.ReviewDecision{{What: "x", Owner: "bob", Due: dayOf(9)}}})
	})
	o.leave("bob")
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRisk("r", "x", dayOf(30)) })
	o.do("lea", func(tx *aims.Tx) error { return tx.CloseIncident("i", "x") })
	o.do("lea", passOn("m#1", "ada"))
	o.do("ada", completed("m#1", dayOf(0), "done as decided"))
	o.revise("spam", func(s *register.System) { s.Name = "Filter" })
	require.Len(t, find(o.View(), day0, "S1-08"), 1, "it stays a finding")
	o.revise("spam", func(s *register.System) { s.Owner = "ada" })
	o.invalid("ada", "owner", "person", "bob", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Owner = "bob"
		_, err := tx.ReviseSystem(s)
		return err
	})
}

func TestScopeAndDocuments(t *testing.T) {
	o := newOrg(t).staffed()
	scope := func(due time.Time) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ApproveScope("scope", calendar.Of(due, nil)) }
	}
	o.refused("eve", aims.ErrNotFound, scope(day(365)))
	o.do("lea", func(tx *aims.Tx) error { return tx.DraftScope(aims.Scope{Statement: "All AI."}) })
	o.refused("lea", aims.ErrForbidden, scope(day(365)))
	o.refused("rob", aims.ErrForbidden, scope(day(365)))
	o.invalid("eve", "review_due", "future", stamp(day(-1)), scope(day(-1)))
	o.do("eve", scope(day(365)))
	s, _ := o.View().Scope()
	require.Equal(t, aims.StateApproved, s.State)
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Scope()
		s.Statement = "All AI but spam filters."
		return tx.DraftScope(s)
	})
	s, _ = o.View().Scope()
	require.Equal(t, "All AI.", s.Statement, "another text needs another approval, and what is in force stays so until then")
	require.Equal(t, aims.StateApproved, s.State)
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.ApproveScope("scope-2", dayOf(365)) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope-2", dayOf(365)) })
	s, _ = o.View().Scope()
	require.Equal(t, "All AI but spam filters.", s.Statement)
	states := make(map[string]aims.DocumentState)
	for v := range o.View().Scopes() {
		states[v.ID] = v.State
	}
	require.Equal(t, map[string]aims.DocumentState{"scope": aims.StateSuperseded, "scope-2": aims.StateApproved}, states)
	o.refused("eve", aims.ErrState, scope(day(365)))

	approve := func(tx *aims.Tx) error { return tx.ApproveDocument("d", dayOf(365)) }
	o.do("bob", func(tx *aims.Tx) error {
		return tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "d", Title: "Process", Clause: aims.MustParseClause("6.1.4")})
	})
	o.refused("bob", aims.ErrForbidden, approve)
	o.do("lea", approve)
	d, _ := o.View().Documents().Get("d")
	require.Equal(t, aims.StateApproved, d.State)
	o.refused("bob", aims.ErrState, func(tx *aims.Tx) error {
		d, _ := tx.Documents().Get("d")
		d.Version = "2"
		return tx.DraftDocument(d)
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "d2", Title: "Process", Version: "2", Clause: aims.MustParseClause("6.1.4"), Replaces: "d"})
	})
	d, _ = o.View().Documents().Get("d")
	require.Equal(t, aims.StateApproved, d.State, "until the next version is approved")
	o.do("lea", func(tx *aims.Tx) error { return tx.ApproveDocument("d2", dayOf(365)) })
	d, _ = o.View().Documents().Get("d")
	require.Equal(t, aims.StateSuperseded, d.State)
}

func TestRoles(t *testing.T) {
	o := newOrg(t).staffed()
	p, ok := o.View().Holder(aims.RoleLead, day0)
	require.True(t, ok)
	require.Equal(t, "lea", p.ID)
	// The lead and the audit lead are two persons, whichever comes first.
	o.invalid("eve", "holder", "separation", "lea", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleAuditLead, "lea") })
	o.invalid("eve", "holder", "separation", "una", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleLead, "una") })
	// And no two records of one.
	o.do("lea", func(tx *aims.Tx) error {
		una, _ := tx.People().Get("una")
		una.Email = "una@example.org"
		if err := tx.PutPerson(una); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "u2", Name: "U. Other", Email: "Una@Example.org"})
	})
	o.invalid("eve", "holder", "separation", "u2", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleLead, "u2") })
	o.refused("bob", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleLead) })
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleLead, "bob") })
	_, ok = o.View().Holder(aims.RoleLead, day0)
	require.False(t, ok, "appointed and not accepted")
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleLead) })
	o.do("bob", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleLead) })
	o.clock.Set(day(10))
	o.leave("bob")
	_, ok = o.View().Holder(aims.RoleLead, day(10))
	require.False(t, ok, "from the day of leaving")
	_, ok = o.View().Holder(aims.RoleLead, day(9))
	require.True(t, ok)
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleLead, "") })
	r, _ := o.View().Roles().Get(aims.RoleLead)
	require.Empty(t, r.Holder)
	require.Zero(t, r.Since)

	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleLead, "lea") })
	o.do("lea", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleLead) })
	// Wording may change; holder and necessity may not on the side.
	o.refused("lea", aims.ErrInvalid, func(tx *aims.Tx) error {
		r, _ := tx.Roles().Get(aims.RoleLead)
		r.Holder = "ada"
		return tx.PutRole(r)
	})
	o.refused("lea", aims.ErrInvalid, func(tx *aims.Tx) error {
		r, _ := tx.Roles().Get(aims.RoleLead)
		r.Mandatory = false
		return tx.PutRole(r)
	})
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindRole, ID: aims.RoleLead}) })
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.PutRole(aims.Role{ID: "dpo", Title: "Data protection officer", Duty: "Watches over personal data."}); err != nil {
			return err
		}
		r, _ := tx.Roles().Get(aims.RoleLead)
		r.Title = "Head of AI governance"
		return tx.PutRole(r)
	})
	require.Equal(t, 7, o.View().Roles().Len())
}

func TestObjectives(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutObjective(aims.Objective{ID: "o", Title: "Few complaints", Measure: "complaints a month", Target: 3, Direction: aims.AtMost, Owner: "ada", Due: dayOf(180)})
	})
	measure := func(on time.Time, v float64) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.MeasureObjective("o", aims.Measurement{On: calendar.Of(on, nil), Value: v})
		}
	}
	b, _ := o.View().Objectives().Get("o")
	_, ok := b.Last()
	require.False(t, ok)
	require.Zero(t, b.NextMeasurement())
	o.do("bob", measure(day(-1), 5))
	o.do("bob", measure(day(-30), 3))
	o.invalid("bob", "measurements[2].on", "past", stamp(day(1)), measure(day(1), 5))
	o.invalid("bob", "measurements[2].on", "required", "", measure(time.Time{}, 5))
	b, _ = o.View().Objectives().Get("o")
	last, _ := b.Last()
	require.Equal(t, aims.Measurement{On: dayOf(-1), Value: 5, By: "bob"}, last, "by date, not by order")
	require.Equal(t, dayOf(91), b.NextMeasurement())
	require.False(t, b.Met(5))
	require.True(t, b.Met(3))
	b.Direction = aims.AtLeast
	require.True(t, b.Met(5))
	// A revision keeps the measurements and can't touch them.
	o.do("ada", func(tx *aims.Tx) error {
		b, _ := tx.Objectives().Get("o")
		b.Measurements, b.Title = nil, "Fewer"
		return tx.PutObjective(b)
	})
	b, _ = o.View().Objectives().Get("o")
	require.Len(t, b.Measurements, 2)
	o.invalid("ada", "measurements", "verb", "2", func(tx *aims.Tx) error {
		b, _ := tx.Objectives().Get("o")
		b.Measurements = append([]aims.Measurement(nil), b.Measurements...)
		b.Measurements[0].Value = 0
		return tx.PutObjective(b)
	})
	o.refused("ada", aims.ErrNotFound, func(tx *aims.Tx) error {
		return tx.MeasureObjective("none", aims.Measurement{On: dayOf(0)})
	})
}

func TestAuditorsAreIndependent(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Owner = "ada"
	o.register(s)
	o.assess("cv") // bob wrote, ian and pam signed
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DecideControl(applicable(tx.Decision(annexa.MustParse("A.6.2.6"))))
	})
	clause := func(s string) aims.Audit { return aims.Audit{Clauses: []aims.Clause{aims.MustParseClause(s)}} }
	system := aims.Audit{Systems: []string{"cv"}}
	for _, row := range []struct {
		auditor  string
		audit    aims.Audit
		relation string
		subject  aims.Subject
	}{
		{"ada", system, "owns system", aims.Subject{Kind: aims.KindSystem, ID: "cv"}},
		{"bob", system, "wrote assessment", aims.Subject{Kind: aims.KindAssessment, ID: "cv#1"}},
		{"ian", system, "signed assessment", aims.Subject{Kind: aims.KindAssessment, ID: "cv#1"}},
		{"pam", system, "signed assessment", aims.Subject{Kind: aims.KindAssessment, ID: "cv#1"}},
		{"ada", aims.Audit{Controls: []annexa.ID{annexa.MustParse("A.6.2.6")}}, "owns control", aims.Subject{Kind: aims.KindDecision, ID: "A.6.2.6"}},
		{"pam", clause("5"), "answers for clause 5.2 as", aims.Subject{Kind: aims.KindRole, ID: aims.RolePolicyOwner}},
		{"lea", clause("4.4"), "answers for clause 4.4 as", aims.Subject{Kind: aims.KindRole, ID: aims.RoleLead}},
		{"lea", clause("10.2"), "answers for clause 10.2 as", aims.Subject{Kind: aims.KindRole, ID: aims.RoleLead}},
		{"rob", clause("6.1.3"), "answers for clause 6.1.3 as", aims.Subject{Kind: aims.KindRole, ID: aims.RoleRiskApprover}},
		{"ian", clause("8.4"), "answers for clause 8.4 as", aims.Subject{Kind: aims.KindRole, ID: aims.RoleImpactApprover}},
		{"eve", clause("9.3"), "answers for clause 9.3.1 as", aims.Subject{Kind: aims.KindRole, ID: aims.RoleSponsor}},
	} {
		t.Run(row.auditor+" "+row.relation, func(t *testing.T) {
			o := *o
			o.t = t
			a := row.audit
			a.ID, a.Title, a.Auditors, a.PlannedFor = "a", "Audit", []string{row.auditor}, dayOf(10)
			require.Contains(t, o.View().OwnWork(a), aims.OwnWork{Auditor: row.auditor, Relation: row.relation, Subject: row.subject})
			err := o.refused("una", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.PlanAudit(a) })
			require.ErrorContains(t, err, row.auditor+" "+row.relation)
			a.Auditors = []string{"una"}
			require.Empty(t, o.View().OwnWork(a))
		})
	}
	require.False(t, clause("9").Covers(aims.MustParseClause("10.1")))
	require.True(t, clause("9").Covers(aims.MustParseClause("9.3.2")))
	require.False(t, clause("9.3.2").Covers(aims.MustParseClause("9.3")))
}

// plan is an audit of all clauses by una.
func plan(id string, clauses ...string) aims.Audit {
	a := aims.Audit{ID: id, Title: "Audit " + id, Objective: "whether it is done as written", Criteria: "ISO/IEC 42001", Methods: []aims.AuditMethod{aims.MethodDocuments}, Auditors: []string{"una"}, PlannedFor: dayOf(10)}
	for _, c := range clauses {
		a.Clauses = append(a.Clauses, aims.MustParseClause(c))
	}
	return a
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

func TestAuditsClose(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	a := plan("a", "4", "5")
	a.Systems = []string{"cv"}
	a.ClosedOn, a.Conclusion = day0, "forged"
	o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(a) })
	a, _ = o.View().Audits().Get("a")
	require.Zero(t, a.ClosedOn)
	require.Empty(t, a.Conclusion)
	closeIt := func(conclusion string, to ...string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.CloseAudit("a", conclusion, to) }
	}
	o.refused("una", aims.ErrState, closeIt("fine", "eve"))
	o.refused("una", aims.ErrState, func(tx *aims.Tx) error { // not with what is looked at in the same commit
		if err := examine("a")(tx); err != nil {
			return err
		}
		return closeIt("fine", "eve")(tx)
	})
	o.do("una", examine("a"))
	o.invalid("una", "conclusion", "required", "", closeIt("", "eve"))
	o.invalid("una", "reported_to", "required", "", closeIt("fine"))
	o.invalid("una", "reported_to[0]", "person", "ghost", closeIt("fine", "ghost"))
	o.refused("una", aims.ErrNotFound, func(tx *aims.Tx) error { return tx.CloseAudit("none", "x", []string{"eve"}) })
	// Who has come to own what was audited can't close over it.
	o.revise("cv", func(s *register.System) { s.Owner = "una" })
	o.refused("una", aims.ErrForbidden, closeIt("fine", "eve"))
	o.revise("cv", func(s *register.System) { s.Owner = "ada" })
	o.do("una", closeIt("It conforms.", "eve", "lea"))
	a, _ = o.View().Audits().Get("a")
	require.Equal(t, day0, a.ClosedOn)
	require.Equal(t, []string{"eve", "lea"}, a.ReportedTo)
	o.refused("una", aims.ErrState, closeIt("again", "eve"))
	o.refused("una", aims.ErrState, func(tx *aims.Tx) error { a.Title = "Another"; err := tx.PlanAudit(a); return err })
}

func TestReviews(t *testing.T) {
	o := newOrg(t).staffed()
	r := aims.ManagementReview{ID: "r", HeldOn: dayOf(-3), Chair: "lea", Inputs: []aims.ReviewInput{{Topic: aims.TopicPerformance, Note: "two of three met"}, {Topic: aims.TopicImprovement, Note: " "}},
		Decisions: []aims.ReviewDecision{{What: "more training", Owner: "lea", Due: dayOf(30)}}}
	hold := func(tx *aims.Tx) error { return tx.HoldReview(r) }
	o.refused("eve", aims.ErrForbidden, hold)
	r.Chair = "pam"
	o.do("eve", hold)
	require.Len(t, r.Missing(), 4)
	o.refused("eve", aims.ErrExists, hold)
	o.refused("lea", aims.ErrNotFound, completed("r#2", dayOf(0), "done as decided"))
	kept := o.View()
	o.do("lea", completed("r#1", dayOf(0), "six people went"))
	got, _ := o.View().Reviews().Get("r")
	require.Equal(t, dayOf(0), o.View().ReviewActions(got)[0].Done.On)
	require.True(t, kept.ReviewActions(got)[0].Open(), "an older view does not change")
	r = aims.ManagementReview{ID: "r2", HeldOn: dayOf(0), Chair: "eve"}
	o.invalid("eve", "decisions", "required", "", hold)
}

func TestNonconformities(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("una", func(tx *aims.Tx) error {
		n := aims.Nonconformity{ID: "n", Title: "No minutes", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.3"),
			RaisedOn: dayOf(-5), Owner: "ada", Due: dayOf(60), Verification: aims.Verification{Effective: true}}
		err := tx.RaiseNonconformity(n)
		n, _ = tx.Nonconformities().Get("n")
		require.True(t, n.Open(), "who raises it can't close it in one breath")
		require.Equal(t, "una", n.RaisedBy)
		return err
	})
	closeIt := func(effective bool) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.CloseNonconformity("n", effective, "looked at three reviews")
		}
	}
	err := o.refused("una", aims.ErrInvalid, closeIt(true))
	for _, field := range []string{"correction", "cause", "extent", "action.plan", "action.by", "action.done_on"} {
		requireIssue(t, err, field, "required", "")
	}
	correct := func(change func(n *aims.Nonconformity)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			n, _ := tx.Nonconformities().Get("n")
			change(&n)
			return tx.CorrectNonconformity(n)
		}
	}
	o.invalid("ada", "action.by", "person", "ghost", correct(func(n *aims.Nonconformity) { n.Action.By = "ghost" }))
	o.invalid("ada", "action.done_on", "past", stamp(day(1)), correct(func(n *aims.Nonconformity) { n.Action.DoneOn = dayOf(1) }))
	o.do("ada", correct(func(n *aims.Nonconformity) {
		n.Correction, n.Cause, n.Extent = "minutes written", "nobody was asked to", "this review only"
		n.Action = aims.CorrectiveAction{Plan: "template", By: "bob", DoneOn: dayOf(-1)}
		n.Verification = aims.Verification{By: "ada", Effective: true}
	}))
	n, _ := o.View().Nonconformities().Get("n")
	require.True(t, n.Open())
	o.refused("bob", aims.ErrForbidden, closeIt(true))
	o.refused("ghost", aims.ErrForbidden, closeIt(true))
	o.invalid("una", "note", "required", " ", func(tx *aims.Tx) error { return tx.CloseNonconformity("n", true, " ") })
	o.do("una", closeIt(false))
	n, _ = o.View().Nonconformities().Get("n")
	require.True(t, n.Open(), "an action without effect closes nothing")
	require.Equal(t, "una", n.Verification.By)
	o.invalid("una", "action.done_on", "order", stamp(day(-1)), closeIt(true)) // not within the minute
	o.clock.Set(day(1))
	o.do("ada", correct(func(n *aims.Nonconformity) {
		n.Action.Plan, n.Action.DoneOn = "template and training", dayOf(1)
	}))
	o.invalid("una", "action.done_on", "effect", stamp(day(1)), closeIt(true)) // nobody can have seen that it works
	o.clock.Set(day(2))
	o.do("ada", correct(func(n *aims.Nonconformity) { n.Action.DoneOn = dayOf(0) })) // told to be older, it is watched no longer
	o.clock.Set(day(8))
	o.invalid("una", "action.done_on", "effect", stamp(day0), closeIt(true))
	o.clock.Set(day(9))
	o.do("una", closeIt(true))
	n, _ = o.View().Nonconformities().Get("n")
	require.False(t, n.Open())
	require.False(t, n.Verifications[0].Effective, "what was seen first stays")
	o.refused("una", aims.ErrState, closeIt(true))
	o.refused("ada", aims.ErrState, correct(func(n *aims.Nonconformity) { n.Cause = "other" }))

	// It comes up again.
	o.clock.Set(day(15))
	o.invalid("bob", "reason", "required", "", func(tx *aims.Tx) error { return tx.ReopenNonconformity("n", "") })
	o.do("bob", func(tx *aims.Tx) error { return tx.ReopenNonconformity("n", "no minutes again") })
	o.refused("bob", aims.ErrState, func(tx *aims.Tx) error { return tx.ReopenNonconformity("n", "again") })
	n, _ = o.View().Nonconformities().Get("n")
	require.True(t, n.Open())
	require.Len(t, n.Verifications, 2)

	// Its owner makes it neither less grave nor later, nor another one.
	o.do("una", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("n")
		return tx.RegradeNonconformity("n", aims.SeverityMajor, calendar.Of(n.Due.AddDate(0, 0, -1).Start(nil), nil), "the second time")
	})
	o.invalid("ada", "severity", "verb", "minor", correct(func(n *aims.Nonconformity) { n.Severity = aims.SeverityMinor }))
	o.invalid("ada", "due", "verb", stamp(n.Due.Start(nil)), correct(func(m *aims.Nonconformity) { m.Due = n.Due }))
	o.invalid("ada", "clause", "kept", "10.1", correct(func(n *aims.Nonconformity) { n.Clause = aims.MustParseClause("10.1") }))
	o.invalid("ada", "raised_by", "kept", "ada", correct(func(n *aims.Nonconformity) { n.RaisedBy = "ada" }))
	o.refused("ada", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.RegradeNonconformity("n", aims.SeverityMinor, calendar.Of(time.Time{}, nil), "x")
	})
	m, _ := o.View().Nonconformities().Get("n")
	require.Equal(t, []aims.Regrading{{By: "una", At: day(15), Reason: "the second time", Severity: n.Severity, Due: n.Due}}, m.Regraded)
}

func TestIncidentsAndConcerns(t *testing.T) {
	o := newOrg(t).staffed()
	for g, days := range map[aims.Grade]int{aims.GradeCritical: 14, aims.GradeHigh: 30, aims.GradeMedium: 60, aims.GradeLow: 90} {
		require.Equal(t, day(days), aims.Incident{Grade: g, DetectedOn: day0}.Target())
	}
	o.do("bob", func(tx *aims.Tx) error {
		i := aims.Incident{ID: "i", Title: "x", Grade: aims.GradeLow, DetectedOn: day(-1), ClosedOn: day0, Owner: "bob"}
		err := tx.ReportIncident(i)
		i, _ = tx.Incidents().Get("i")
		require.True(t, i.Open())
		return err
	})
	o.do("bob", func(tx *aims.Tx) error {
		i, _ := tx.Incidents().Get("i")
		i.TriagedOn, i.CommunicatedTo, i.CommunicatedOn, i.ClosedOn = day0, []string{"customers"}, day0, day0
		err := tx.UpdateIncident(i)
		i, _ = tx.Incidents().Get("i")
		require.True(t, i.Open(), "only CloseIncident closes")
		return err
	})
	closeIt := func(lessons string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.CloseIncident("i", lessons) }
	}
	o.invalid("bob", "lessons", "required", "", closeIt(""))
	o.do("bob", closeIt("test before release"))
	o.refused("bob", aims.ErrState, closeIt("again"))
	o.refused("bob", aims.ErrState, func(tx *aims.Tx) error { i, _ := tx.Incidents().Get("i"); err := tx.UpdateIncident(i); return err })

	o.do("setup", func(tx *aims.Tx) error {
		c := aims.Concern{RaisedBy: "staff", ID: "c", Text: "x", RaisedOn: dayOf(-1), Answer: "none", AnsweredOn: day0}
		err := tx.RaiseConcern(c)
		c, _ = tx.Concerns().Get("c")
		require.True(t, c.Open())
		require.Equal(t, dayOf(29), c.Due)
		return err
	})
	answer := func(text string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.AnswerConcern("c", text) }
	}
	o.invalid("lea", "answer", "required", "", answer(""))
	o.do("setup", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{RaisedBy: "lea", ID: "own", Text: "x", RaisedOn: dayOf(-1)})
	})
	o.refused("lea", aims.ErrSeparation, func(tx *aims.Tx) error { return tx.AnswerConcern("own", "all fine") })
	o.do("ada", func(tx *aims.Tx) error { return tx.AnswerConcern("own", "we looked into it") })
	o.do("lea", answer("we looked into it"))
	c, _ := o.View().Concerns().Get("c")
	require.Equal(t, "lea", c.Handler)
	o.refused("lea", aims.ErrState, answer("again"))
}

func TestCertificateMoves(t *testing.T) {
	all := aims.CertStates()
	allowed := map[aims.CertState][]aims.CertState{
		aims.CertPreparing:  {aims.CertApplied},
		aims.CertApplied:    {aims.CertStage1Done},
		aims.CertStage1Done: {aims.CertStage1Done, aims.CertStage2Done},
		aims.CertStage2Done: {aims.CertStage1Done, aims.CertPending, aims.CertCertified, aims.CertRefused},
		aims.CertPending:    {aims.CertCertified, aims.CertRefused},
		aims.CertCertified:  {aims.CertCertified, aims.CertExpired, aims.CertWithdrawn},
		aims.CertSuspended:  {aims.CertCertified, aims.CertExpired, aims.CertWithdrawn},
		aims.CertExpired:    {aims.CertCertified, aims.CertApplied},
		aims.CertWithdrawn:  {aims.CertApplied},
		aims.CertRefused:    {aims.CertApplied},
	}
	way := map[aims.CertState][]aims.CertState{ // how to get there
		aims.CertPreparing: nil, aims.CertApplied: {aims.CertApplied}}
	way[aims.CertStage1Done] = append(way[aims.CertApplied][:1:1], aims.CertStage1Done)
	way[aims.CertStage2Done] = append(way[aims.CertStage1Done][:2:2], aims.CertStage2Done)
	way[aims.CertPending] = append(way[aims.CertStage2Done][:3:3], aims.CertPending)
	way[aims.CertCertified] = append(way[aims.CertStage2Done][:3:3], aims.CertCertified)
	way[aims.CertRefused] = append(way[aims.CertStage2Done][:3:3], aims.CertRefused)
	recertified := func(o *org, on int) {
		o.do("lea", func(tx *aims.Tx) error {
			return tx.RecordSpecialAudit("c", aims.SpecialAudit{On: dayOf(on), Recertifies: true, Reason: "the cycle is over", Result: "nothing raised"})
		})
	}
	for _, s := range []aims.CertState{aims.CertSuspended, aims.CertExpired, aims.CertWithdrawn} {
		way[s] = append(way[aims.CertCertified][:4:4], s)
	}
	for _, from := range all {
		if from == aims.CertTransferred {
			continue // TestCertificatesAreTransferred
		}
		o := newOrg(t).staffed()
		o.clock.Set(day(1300))
		o.do("lea", func(tx *aims.Tx) error {
			c := aims.Certificate{ID: "c", Body: "Body", State: aims.CertCertified}
			err := tx.PutCertificate(c)
			c, _ = tx.Certificates().Get("c")
			require.Equal(t, aims.CertPreparing, c.State, "nobody starts certified")
			return err
		})
		if from == aims.CertExpired {
			o.certify("c", day(-2), way[aims.CertCertified]...)
			o.refused("lea", aims.ErrState, func(tx *aims.Tx) error { return tx.MoveCertificate("c", from, dayOf(1000)) })
			o.certify("c", day(1199), from)
			o.refused("lea", aims.ErrState, moveTo("c", aims.CertCertified, 1200)) // nobody audited for it
			recertified(o, 1199)
		} else {
			o.certify("c", day(-2), way[from]...)
		}
		for _, to := range append(all, "", "framed") {
			try := func(tx *aims.Tx) error {
				err := tx.MoveCertificate("c", to, dayOf(1200))
				if err == nil {
					c, _ := tx.Certificates().Get("c")
					require.Equal(t, to, c.State)
					return errUndo
				}
				return err
			}
			ok := false
			for _, s := range allowed[from] {
				ok = ok || s == to
			}
			if ok {
				require.ErrorIs(t, o.try("lea", try), errUndo, "%s to %s", from, to)
			} else {
				o.refused("lea", aims.ErrState, try)
			}
		}
	}
}

// errUndo ends an update so that nothing of it stays.
var errUndo = errUndoType{}

type errUndoType struct{}

func (errUndoType) Error() string { return "undo" }

func TestCertificateDates(t *testing.T) {
	o := newOrg(t).staffed()
	o.clock.Set(day(400))
	move := func(to aims.CertState, on time.Time) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.MoveCertificate("c", to, calendar.Of(on, nil)) }
	}
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"})
	})
	c, _ := o.View().Certificates().Get("c")
	require.Empty(t, c.Cycle())
	require.Zero(t, c.Expires())
	o.do("lea", move(aims.CertApplied, day(1)))
	o.do("lea", move(aims.CertStage1Done, day(10)))
	o.invalid("lea", "stage2_on", "order", stamp(day(9)), move(aims.CertStage2Done, day(9)))
	o.invalid("lea", "stage2_on", "order", stamp(day(10)), move(aims.CertStage2Done, day(10))) // not on one day
	o.do("lea", move(aims.CertStage2Done, day(40)))
	o.invalid("lea", "decided_on", "order", stamp(day(40)), move(aims.CertCertified, day(40)))
	o.invalid("lea", "decided_on", "past", stamp(day(401)), move(aims.CertCertified, day(401)))
	o.do("lea", move(aims.CertCertified, day(50)))
	c, _ = o.View().Certificates().Get("c")
	require.Equal(t, dayOf(50), c.DecidedOn)
	require.True(t, c.Valid(dayOf(400)))
	require.True(t, c.Valid(c.Expires()), "to the end of its last day")
	require.False(t, c.Valid(c.Expires().AddDays(1)))
	require.False(t, c.Cycle()[0].Done)
	o.do("lea", move(aims.CertCertified, day(300))) // a surveillance audit
	c, _ = o.View().Certificates().Get("c")
	require.Equal(t, []calendar.Date{dayOf(300)}, c.Surveillance)
	require.True(t, c.Cycle()[0].Done)
	require.False(t, c.Cycle()[1].Done)
	o.certify("c", day(350), aims.CertSuspended)
	c, _ = o.View().Certificates().Get("c")
	require.False(t, c.Valid(dayOf(400)), "suspended is not valid")
	require.Equal(t, dayOf(350), c.SuspendedOn)
	o.do("lea", move(aims.CertCertified, day(360)))
	c, _ = o.View().Certificates().Get("c")
	require.Zero(t, c.SuspendedOn)
	require.Equal(t, dayOf(50), c.DecidedOn, "the cycle goes on")
	require.Len(t, c.Surveillance, 1, "to lift a suspension is no surveillance audit")
	o.do("lea", func(tx *aims.Tx) error {
		c.PrintedExpiry = dayOf(900)
		err := tx.PutCertificate(c)
		return err
	})
	c, _ = o.View().Certificates().Get("c")
	require.Equal(t, dayOf(900), c.Expires(), "what is printed wins")
	require.Equal(t, aims.CertCertified, c.State)
}

// TestCertificationStartsAgain: dates of an earlier round don't stand in the
// way of the next.
func TestCertificationStartsAgain(t *testing.T) {
	o := newOrg(t).staffed()
	o.clock.Set(day(2000))
	moves := func(steps ...any) aims.Certificate {
		for i := 0; i < len(steps); i += 2 {
			o.certify("c", day(steps[i+1].(int)), steps[i].(aims.CertState))
		}
		c, _ := o.View().Certificates().Get("c")
		return c
	}
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"})
	})
	c := moves(aims.CertApplied, 1, aims.CertStage1Done, 10, aims.CertStage2Done, 20, aims.CertStage1Done, 40, aims.CertStage2Done, 60, aims.CertCertified, 70, aims.CertWithdrawn, 80)
	require.Equal(t, dayOf(70), c.DecidedOn)
	require.Equal(t, dayOf(80), c.WithdrawnOn)
	c = moves(aims.CertApplied, 100, aims.CertStage1Done, 110, aims.CertStage2Done, 120, aims.CertCertified, 130, aims.CertExpired, 1300)
	require.Equal(t, dayOf(130), c.DecidedOn)
	require.Zero(t, c.WithdrawnOn, "of the round before")
	require.Empty(t, c.Surveillance)
	restore := func(on int) func(tx *aims.Tx) error { return moveTo("c", aims.CertCertified, on) }
	audit := func(on int, recertifies bool) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.RecordSpecialAudit("c", aims.SpecialAudit{On: dayOf(on), Recertifies: recertifies, Reason: "the cycle is over", Result: "one major"})
		}
	}
	o.refused("lea", aims.ErrState, restore(1350)) // on no audit
	o.refused("lea", aims.ErrState, audit(1340, false))
	o.refused("lea", aims.ErrState, audit(1500, true)) // past the six months
	o.do("lea", audit(1340, true))
	o.invalid("lea", "restored_on", "order", stamp(day(1340)), restore(1340)) // who decides is not who audited
	o.do("una", func(tx *aims.Tx) error { return tx.RaiseNonconformity(raisedByBody("major", aims.SeverityMajor, 1340)) })
	o.refused("lea", aims.ErrState, restore(1350)) // the major is open
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("major")
		n.Correction, n.Cause, n.Extent, n.Action = "criteria are written", "nobody was asked to", "once", aims.CorrectiveAction{Plan: "they are reviewed yearly", By: "bob", DoneOn: dayOf(1345)}
		return tx.CorrectNonconformity(n)
	})
	o.clock.Set(day(2040))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("major", true, "looked at ten of them") })
	c = moves(aims.CertCertified, 1350)
	require.Equal(t, "lea", c.DecidedBy)
	require.Equal(t, o.clock.Now(), c.DecidedAt, "that it was told two years later shows")
	require.Equal(t, dayOf(1350), c.DecidedOn)
	require.True(t, c.Valid(dayOf(2000)), "restored, a new cycle runs")
}

func TestCycleDates(t *testing.T) {
	date := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		require.NoError(t, err)
		return d
	}
	for _, row := range []struct {
		decided  string
		printed  string
		expected []string
	}{
		{"2026-03-10", "", []string{"2027-03-10", "2028-12-31", "2029-01-09", "2029-03-10"}},
		{"2028-02-29", "", []string{"2029-02-28", "2030-12-31", "2030-12-30", "2031-02-28"}},
		{"2025-02-28", "", []string{"2026-02-28", "2027-12-31", "2027-12-30", "2028-02-28"}},
		{"2026-12-31", "", []string{"2027-12-31", "2028-12-31", "2029-11-01", "2029-12-31"}},
		{"2026-03-10", "2029-03-09", []string{"2027-03-10", "2028-12-31", "2029-01-08", "2029-03-09"}},
	} {
		c := aims.Certificate{State: aims.CertCertified, DecidedOn: calendar.Of(date(row.decided), nil)}
		if row.printed != "" {
			c.PrintedExpiry = calendar.Of(date(row.printed), nil)
		}
		var got []string
		for _, d := range c.Cycle() {
			got = append(got, d.Due.Format(time.DateOnly))
			require.NotEmpty(t, d.Rule)
			require.NotEmpty(t, d.Basis)
		}
		require.Equal(t, row.expected, got, row.decided)
	}
}

func TestRisksAreAcceptedBySomebodyElse(t *testing.T) {
	o := newOrg(t).staffed()
	accept := func(reason string, until time.Time) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.AcceptRisk("r", reason, calendar.Of(until, nil)) }
	}
	put := func(change func(r *register.Risk)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			r, ok := tx.Risks().Get("r")
			if !ok {
				r = risk("r")
			}
			change(&r)
			return tx.PutRisk(r)
		}
	}
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveCriteria("criteria", dayOf(300)) })
	o.refused("rob", aims.ErrNotFound, accept("x", day(30)))
	o.do("ada", put(func(r *register.Risk) {
		r.Acceptance = register.Acceptance{By: "ada", Reason: "x", At: day0, Expires: dayOf(9)}
	}))
	r, _ := o.View().Risks().Get("r")
	require.True(t, r.Acceptance.IsZero(), "PutRisk accepts nothing")
	require.Len(t, find(o.View(), day0, "S2-05"), 1)
	o.refused("ada", aims.ErrForbidden, accept("x", day(30)))
	o.refused("ghost", aims.ErrForbidden, accept("x", day(30)))
	o.invalid("rob", "acceptance.reason", "required", "", accept("", day(30)))
	o.invalid("rob", "acceptance.expires", "future", stamp(day0), accept("x", day0))
	o.do("ada", put(func(r *register.Risk) { r.Owner = "rob" }))
	o.refused("rob", aims.ErrForbidden, accept("x", day(30)))
	o.do("ada", put(func(r *register.Risk) { r.Owner = "ada" }))
	o.do("rob", accept("a pilot", day(30)))
	require.Empty(t, find(o.View(), day(30), "S2-05"))
	require.Len(t, find(o.View(), day(31), "S2-05"), 1, "it runs out")
	o.do("ada", put(func(r *register.Risk) { r.ReviewDue = dayOf(90) }))
	require.Empty(t, find(o.View(), day0, "S2-05"), "how its treatment goes on voids nothing")
	o.do("ada", put(func(r *register.Risk) { r.Description = "people die" }))
	require.Len(t, find(o.View(), day0, "S2-05"), 1, "who accepted it accepted something else")
	o.do("rob", accept("a pilot", day(30)))

	// Another rating is an assessment with its method; what was found before stays.
	o.invalid("ada", "inherent", "verb", "{2 4 1}", put(func(r *register.Risk) { r.Inherent.Likelihood = 2 }))
	assess := func(a register.RiskAssessment) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.AssessRisk("r", a) }
	}
	o.invalid("ada", "method", "required", "", assess(register.RiskAssessment{Inherent: register.Rating{Likelihood: 5, Consequence: 4, Criteria: 1}}))
	o.do("ada", assess(register.RiskAssessment{Method: "workshop", Inherent: register.Rating{Likelihood: 5, Consequence: 5, Criteria: 1}}))
	r, _ = o.View().Risks().Get("r")
	require.True(t, r.Acceptance.IsZero())
	require.Len(t, r.Assessed, 2)
	require.Equal(t, "workshop", r.Assessed[1].Method)
	o.refused("rob", impact.ErrUnacceptable, accept("a pilot", day(30))) // nobody can
	// What remains counts if the controls that it rests on are in place.
	lower := annexa.MustParse("A.6.2.4")
	o.do("ada", put(func(r *register.Risk) {
		r.Treatment = register.Treatment{Option: register.OptionModify, Controls: []annexa.ID{lower}}
	}))
	o.do("ada", assess(register.RiskAssessment{Method: "workshop", Inherent: register.Rating{Likelihood: 5, Consequence: 5, Criteria: 1}, Residual: register.Rating{Likelihood: 1, Consequence: 1, Criteria: 1}}))
	require.Len(t, find(o.View(), day0, "S2-05"), 1, "the control is not in place")
	o.do("lea", func(tx *aims.Tx) error { return tx.DecideControl(applicable(tx.Decision(lower))) })
	require.Len(t, find(o.View(), day0, "S2-05"), 1, "nobody has tested it")
	o.do("bob", func(tx *aims.Tx) error { return tx.RecordTest(controlTest("A.6.2.4", day0)) })
	require.Empty(t, find(o.View(), day0, "S2-05"))
}

func TestCriteriaVersions(t *testing.T) {
	o := newOrg(t).staffed()
	approve := func(due time.Time) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ApproveCriteria("criteria", calendar.Of(due, nil)) }
	}
	o.refused("lea", aims.ErrForbidden, approve(day(365)))
	o.invalid("eve", "review_due", "future", stamp(day0), approve(day0))
	o.do("eve", approve(day(365)))
	require.Equal(t, "eve", o.View().Criteria().ApprovedBy)
	require.Equal(t, 1, o.View().Criteria().Version)
	o.do("ada", func(tx *aims.Tx) error { return tx.PutRisk(risk("r")) })
	set := func(change func(c *register.Criteria)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			c := register.DefaultCriteria()
			c.Revision, c.ApprovedBy = tx.Criteria().Revision, "lea"
			change(&c)
			return tx.DraftCriteria(c)
		}
	}
	o.refused("lea", aims.ErrInvalid, set(func(c *register.Criteria) { c.Likelihood = c.Likelihood[:2] }))
	o.refused("lea", aims.ErrInvalid, set(func(c *register.Criteria) { c.Appetite = nil }))
	o.refused("lea", aims.ErrStale, set(func(c *register.Criteria) { c.Revision += 9 }))
	o.refused("lea", aims.ErrExists, set(func(c *register.Criteria) { c.Revision = 0 }))
	o.do("lea", set(func(c *register.Criteria) { c.Title, c.ID, c.Version = "Ours", "mine", 40 }))
	c := o.View().Criteria()
	require.Equal(t, 1, c.Version, "a new version is in force once it is approved")
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.ApproveCriteria("criteria-2", dayOf(365)) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveCriteria("criteria-2", dayOf(365)) })
	c = o.View().Criteria()
	require.Equal(t, 2, c.Version)
	require.Equal(t, "Ours", c.Title)
	o.refused("eve", aims.ErrState, approve(day(365)))
	r, _ := o.View().Risks().Get("r")
	require.Equal(t, 1, r.Inherent.Criteria, "ratings keep the version that they were made with")
}

func TestLeavingAControlOut(t *testing.T) {
	o := newOrg(t).staffed()
	exclude := func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("A.10.4"))
		d.Applicability, d.Status, d.Owner, d.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, "ada", dayOf(180)
		d.Justification, d.Grounds, d.ApprovedBy = "We supply nothing to anybody.", []annexa.Ground{{Kind: annexa.GroundOwn}}, "eve"
		return tx.DecideControl(d)
	}
	o.refused("ada", aims.ErrForbidden, exclude) // owns it
	o.refused("ghost", aims.ErrForbidden, exclude)
	o.do("lea", exclude)
	d := o.View().Decision(annexa.MustParse("A.10.4"))
	require.Equal(t, "lea", d.ApprovedBy, "who decides approves, whoever is named")
	require.Equal(t, annexa.Undecided, o.View().Decision(annexa.MustParse("X.none")).Applicability)
}

func TestStatementOfApplicability(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.assess("cv")
	approve := func(due time.Time) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ApproveStatement(calendar.Of(due, nil)) }
	}
	o.refused("eve", aims.ErrInvalid, approve(day(365))) // nothing is decided
	o.do("lea", func(tx *aims.Tx) error {
		org := tx.Organisation()
		org.Name = "Harbour Bank"
		if err := tx.PutOrganisation(org); err != nil {
			return err
		}
		return tx.DraftScope(aims.Scope{Statement: "All AI."})
	})
	o.decideAll("A.2.2")
	err := o.refused("eve", aims.ErrInvalid, approve(day(365)))
	require.ErrorContains(t, err, "A.2.2")
	o.decideAll()
	o.refused("ghost", aims.ErrForbidden, approve(day(365)))
	o.refused("eve", aims.ErrInvalid, approve(day0))
	o.do("eve", approve(day(365)))
	s, ok := o.View().ApprovedStatement()
	require.True(t, ok)
	require.Equal(t, "soa-0001", s.ID)
	require.Equal(t, 1, s.Version)
	require.Equal(t, "eve", s.Approval.By)
	require.Len(t, s.Rows, 38)
	require.Empty(t, find(o.View(), day0, "S1-18"))

	// A decision later on makes it out of date; the next version says so.
	o.do("lea", func(tx *aims.Tx) error {
		d := applicable(annexa.Decision{Control: annexa.MustParse("X.model-cards"), Title: "Model cards", Statement: "Each model has a card."})
		return tx.DecideControl(d)
	})
	require.Len(t, find(o.View(), day0, "S1-18"), 1)
	o.prove("cards", nil, "X.model-cards")
	o.do("eve", approve(day(365)))
	next, _ := o.View().ApprovedStatement()
	require.Equal(t, "soa-0002", next.ID)
	require.Empty(t, find(o.View(), day0, "S1-18"))
	diff := annexa.Diff(s, next)
	require.Len(t, diff, 1)
	require.Equal(t, annexa.RowAdded, diff[0].Kind)
	require.Equal(t, "X.model-cards", diff[0].Control.String())
	row, _ := next.Row(annexa.MustParse("X.model-cards"))
	require.Equal(t, []string{"cards"}, row.Evidence)
	first, _ := o.View().Statements().Get("soa-0001")
	require.Equal(t, s, first, "an approved version stays")

	// What an assessment requires can't be left out.
	required := o.View().LevelOf("cv")
	require.Equal(t, impact.LevelHigh, required)
	var id annexa.ID
	for a := range o.View().AssessmentsOf("cv") {
		id = a.Result.Controls[0].Control
	}
	o.do("lea", func(tx *aims.Tx) error {
		d := tx.Decision(id)
		d.Applicability, d.Status, d.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, dayOf(180)
		return tx.DecideControl(d)
	})
	err = o.refused("eve", aims.ErrInvalid, approve(day(365)))
	require.ErrorContains(t, err, id.String())
}

// decideAll decides that all controls apply and are in place, save some.
func (o *org) decideAll(but ...string) {
	o.t.Helper()
	o.do("lea", func(tx *aims.Tx) error {
		for _, d := range tx.Controls() {
			skip := d.Applicability != annexa.Undecided
			for _, id := range but {
				skip = skip || id == d.Control.String()
			}
			if skip {
				continue
			}
			if err := tx.DecideControl(applicable(d)); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestSuppliers(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.PutSupplier(aims.Supplier{ID: "sup", Name: "S", Owner: "ada"}); err != nil {
			return err
		}
		s := spamFilter()
		s.Supplier = "sup"
		return tx.RegisterSystem(s)
	})
	o.refused("ada", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindSupplier, ID: "sup"}) })
	f := find(o.View(), day0, "S2-20")
	require.Len(t, f, 1)
	require.Contains(t, f[0].Message, "no duties are allocated and it was never reviewed")
}

// A recertification needs no Stage 1, leads on from the end of what it renews, and comes in
// time or not at all.
func TestCertificatesAreRenewed(t *testing.T) {
	o := newOrg(t).staffed()
	put := func(c aims.Certificate) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.PutCertificate(c) }
	}
	move := func(id string, to aims.CertState, on calendar.Date) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.MoveCertificate(id, to, on) }
	}
	o.clock.Set(day(40))
	o.do("lea", put(aims.Certificate{ID: "c", Body: "Body"}))
	o.certify("c", day(30), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	ends := dayOf(30).AddDate(0, 36, 0)
	o.invalid("lea", "renews", "record", "nothing", put(aims.Certificate{ID: "d", Body: "Body", Renews: "nothing"}))
	o.invalid("lea", "renews", "record", "d", put(aims.Certificate{ID: "d", Body: "Body", Renews: "d"}))

	o.clock.Set(ends.AddDays(-90).Start(nil))
	o.do("lea", put(aims.Certificate{ID: "other", Body: "Body"}))
	o.do("lea", move("other", aims.CertApplied, ends.AddDays(-90)))
	o.refused("lea", aims.ErrState, move("other", aims.CertStage2Done, ends.AddDays(-90))) // a certification of its own begins with Stage 1
	o.do("lea", put(aims.Certificate{ID: "d", Body: "Body", Renews: "c"}))
	o.do("lea", move("d", aims.CertApplied, ends.AddDays(-90)))
	d, _ := o.View().Certificates().Get("d")
	d.Renews = ""
	o.invalid("lea", "renews", "kept", "", put(d))
	o.do("lea", move("d", aims.CertStage2Done, ends.AddDays(-90)))

	late := ends.AddDate(0, 6, 1)
	o.clock.Set(late.Start(nil))
	require.NotEmpty(t, find(o.View(), late.Start(nil), "SV-01"))
	o.refused("lea", aims.ErrState, move("d", aims.CertCertified, late))
	require.Len(t, find(o.View(), late.Start(nil), "SV-01"), 3, "the audit took place: two surveillances and the end are late")
	o.do("lea", move("d", aims.CertCertified, ends.AddDays(-10)))
	require.Empty(t, find(o.View(), late.Start(nil), "SV-01"))
	d, _ = o.View().Certificates().Get("d")
	require.Equal(t, ends.AddDays(-10).AddDate(0, 36, 0), d.Expires())
	d.PrintedExpiry = ends.AddDate(0, 36, 1)
	o.invalid("lea", "printed_expiry", "range", d.PrintedExpiry.String(), put(d))
	d.PrintedExpiry = ends.AddDate(0, 36, 0)
	o.do("lea", put(d))
	d, _ = o.View().Certificates().Get("d")
	require.True(t, d.Valid(ends.AddDate(0, 36, 0)))
}
