package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
)

// The checklist is what lies under the scope: a clause is looked at by its parts.
func TestChecklistIsOfTheParts(t *testing.T) {
	a := plan("a", "9", "7.5.1", "4.1", "9.2.1")
	a.Controls, a.Systems = []annexa.ID{annexa.MustParse("A.2.2")}, []string{"cv"}
	var got []string
	for _, i := range a.Checklist() {
		require.Empty(t, i.Result)
		switch {
		case !i.Clause.IsZero():
			got = append(got, i.Clause.String())
		case !i.Control.IsZero():
			got = append(got, i.Control.String())
		default:
			got = append(got, i.System)
		}
	}
	require.Equal(t, []string{"4.1", "7.5.1", "9.1", "9.2.1", "9.2.2", "9.3.1", "9.3.2", "9.3.3", "A.2.2", "cv"}, got)
	require.Len(t, a.Unexamined(), len(got))
	require.False(t, a.Done())
}

// What an audit is to find out, against what and how is said before anybody looks, and stays
// once somebody has.
func TestAnAuditSaysWhatItIsToFindOut(t *testing.T) {
	o := newOrg(t).staffed()
	bare := plan("a", "7.2", "9.1")
	bare.Objective, bare.Criteria, bare.Methods = "", "", nil
	planned := func(change func(a *aims.Audit)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			a, ok := tx.Audits().Get("a")
			if !ok {
				a = bare
			}
			change(&a)
			return tx.PlanAudit(a)
		}
	}
	o.do("una", planned(func(a *aims.Audit) {})) // it lies ahead
	require.Empty(t, find(o.View(), day(10), "AU-01"))
	found := find(o.View(), day(11), "AU-01")
	require.Len(t, found, 1)
	require.Equal(t, dayOf(10), found[0].Since)

	err := o.refused("una", aims.ErrInvalid, examine("a"))
	for _, field := range []string{"objective", "criteria", "methods"} {
		require.ErrorContains(t, err, field+":")
	}
	for field, change := range map[string]func(a *aims.Audit){
		"objective": func(a *aims.Audit) { a.Objective = "n/a" }, "scope": func(a *aims.Audit) { a.Scope = "none" },
		"methods[0]": func(a *aims.Audit) { a.Methods = []aims.AuditMethod{"guess"} },
		"methods[1]": func(a *aims.Audit) { a.Methods = []aims.AuditMethod{aims.MethodTest, aims.MethodTest} },
	} {
		require.ErrorContains(t, o.refused("una", aims.ErrInvalid, planned(change)), field+":")
	}
	whole := planned(func(a *aims.Audit) {
		a.Objective, a.Criteria, a.Methods = "whether people can do what they do", "clause 7.2", []aims.AuditMethod{aims.MethodInterview, aims.MethodSample}
	})
	o.refused("una", aims.ErrState, func(tx *aims.Tx) error { // in one commit it is said afterwards
		if err := whole(tx); err != nil {
			return err
		}
		return examine("a")(tx)
	})
	o.do("una", planned(func(a *aims.Audit) { a.Criteria = "[[which]]" }))
	o.refused("una", aims.ErrInvalid, examine("a"))
	o.do("una", whole)
	require.Empty(t, find(o.View(), day(11), "AU-01"))
	o.do("una", func(tx *aims.Tx) error {
		return tx.ExamineAudit("a", aims.AuditItem{Clause: aims.MustParseClause("7.2"), Looked: "five files", Result: aims.AuditConforms})
	})
	for field, change := range map[string]func(a *aims.Audit){
		"objective": func(a *aims.Audit) { a.Objective = "whether files are there" }, "criteria": func(a *aims.Audit) { a.Criteria = "" },
		"methods": func(a *aims.Audit) { a.Methods = []aims.AuditMethod{aims.MethodInterview} },
	} {
		require.ErrorContains(t, o.refused("una", aims.ErrInvalid, planned(change)), field+":")
	}
	o.do("una", planned(func(a *aims.Audit) { // what was not said yet, and more than was
		a.Scope, a.Methods = "the office in Bonn, since January", append(a.Methods, aims.MethodTest)
	}))
	o.do("una", examine("a"))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseAudit("a", "in order", []string{"eve"}) })
	a, _ := o.View().Audits().Get("a")
	require.Equal(t, "the office in Bonn, since January", a.Scope)
}

// An audit at which nobody looked is none: it does not close, not by somebody else's pen, not
// with another thing looked at, not with a nonconformity that is none.
func TestLiarsAboutAudits(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("una", func(tx *aims.Tx) error {
		a := plan("a", "7.2")
		a.Controls = []annexa.ID{annexa.MustParse("A.6.2.6")}
		if err := tx.PlanAudit(a); err != nil {
			return err
		}
		far := plan("far", "7.2")
		far.PlannedFor = dayOf(300)
		return tx.PlanAudit(far)
	})
	look := func(change func(i *aims.AuditItem)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			i := aims.AuditItem{Clause: aims.MustParseClause("7.2"), Looked: "five files", Result: aims.AuditConforms}
			if change != nil {
				change(&i)
			}
			return tx.ExamineAudit("a", i)
		}
	}
	o.refused("lea", aims.ErrForbidden, look(nil))
	o.invalid("una", "items", "required", "", func(tx *aims.Tx) error { return tx.ExamineAudit("a") })
	o.invalid("una", "items[0]", "scope", "clause 7.3", look(func(i *aims.AuditItem) { i.Clause = aims.MustParseClause("7.3") }))
	o.invalid("una", "items[0].looked", "required", " ", look(func(i *aims.AuditItem) { i.Looked = " " }))
	o.invalid("una", "items[0].result", "required", "", look(func(i *aims.AuditItem) { i.Result = "" }))
	o.refused("una", aims.ErrInvalid, look(func(i *aims.AuditItem) { i.Result = "fine" }))
	o.refused("una", aims.ErrInvalid, look(func(i *aims.AuditItem) { i.Records = []aims.Subject{{Kind: aims.KindEvidence, ID: "none"}} }))
	o.refused("una", aims.ErrInvalid, look(func(i *aims.AuditItem) { i.Result = aims.AuditMinor }))
	o.do("una", func(tx *aims.Tx) error {
		for _, audit := range []string{"a", ""} {
			if err := tx.RaiseNonconformity(aims.Nonconformity{ID: "n" + audit, Title: "No files", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("7.2"), Audit: audit,
				RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(30)}); err != nil {
				return err
			}
		}
		return nil
	})
	o.refused("una", aims.ErrInvalid, look(func(i *aims.AuditItem) { i.Result, i.Nonconformity = aims.AuditMinor, "n" }))
	o.refused("una", aims.ErrInvalid, look(func(i *aims.AuditItem) { i.Result, i.Nonconformity = aims.AuditMajor, "na" }))
	o.refused("una", aims.ErrInvalid, look(func(i *aims.AuditItem) { i.Nonconformity = "na" }))
	o.do("una", look(func(i *aims.AuditItem) { i.Result, i.Nonconformity = aims.AuditMinor, "na" }))

	closing := func(id string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.CloseAudit(id, "fine", []string{"eve"}) }
	}
	err := o.refused("una", aims.ErrState, closing("a"))
	require.ErrorContains(t, err, "1 of 2 items have no result, the first: control A.6.2.6")
	o.do("una", func(tx *aims.Tx) error { // what is planned anew keeps what was looked at
		a, _ := tx.Audits().Get("a")
		a.Items, a.Scope = nil, "the office in Bonn"
		return tx.PlanAudit(a)
	})
	o.do("una", examine("a"))
	o.do("una", examine("far"))
	require.ErrorContains(t, o.refused("una", aims.ErrState, closing("far")), "planned for")
	o.do("una", closing("a"))
	a, _ := o.View().Audits().Get("a")
	require.True(t, a.Done())
	require.Equal(t, "na", a.Items[0].Nonconformity)
	require.Equal(t, "una", a.Items[1].By)
	require.Equal(t, day0, a.Items[1].At)
	o.refused("una", aims.ErrState, examine("a"))
	o.refused("una", aims.ErrState, look(nil)) // what was found stays
}

// What was looked at may be withdrawn since: that keeps nobody from going on with the
// audit, and from closing it.
func TestWhatWasLookedAtMayBeGone(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error { return tx.AttachEvidence(proof("e", day0, nil, "A.4.2")) })
	o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(plan("a", "7.1", "7.2")) })
	e := aims.Subject{Kind: aims.KindEvidence, ID: "e"}
	look := func(clause string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.ExamineAudit("a", aims.AuditItem{Clause: aims.MustParseClause(clause), Looked: "the file", Result: aims.AuditConforms, Records: []aims.Subject{e}})
		}
	}
	o.do("una", look("7.1"))
	o.do("lea", func(tx *aims.Tx) error { return tx.Withdraw(e) })
	o.refused("una", aims.ErrInvalid, look("7.2")) // nobody can look at it now
	o.do("una", examine("a"))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseAudit("a", "fine", []string{"eve"}) })
	a, _ := o.View().Audits().Get("a")
	require.True(t, a.Done())
	require.Equal(t, []aims.Subject{e}, a.Items[0].Records, "what was seen stays")
}
