package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
)

func draftProgramme(p aims.AuditProgramme) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.DraftAuditProgramme(p) }
}

func adoptProgramme(id, borne string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.AdoptAuditProgramme(id, borne) }
}

// otherwise is a part that a programme audits more or less often.
func otherwise(clause string, months int) aims.ProgrammeDeviation {
	return aims.ProgrammeDeviation{Clause: aims.MustParseClause(clause), Months: months, Reason: "so it is with us"}
}

// programmed is an organisation of which everything was audited on day0 by xia, with a control
// that applies.
func programmed(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "xia", Name: "Xia", External: true}) })
	o.do("lea", func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("A.2.2"))
		d.Applicability, d.Justification, d.Owner, d.Grounds = annexa.Applicable, "the policy is ours to keep", "bob", []annexa.Ground{{Kind: annexa.GroundOwn}}
		return tx.DecideControl(d)
	})
	o.auditOf("first", "xia", wholeScope(o.View()))
	return o
}

// What the rules ask for is compiled into a programme, which top management adopts and which
// its authors don't.
func TestAuditProgrammeIsAdopted(t *testing.T) {
	o := newOrg(t).staffed()
	require.Empty(t, find(o.View(), day0, "AU-02"), "that there is no audit S1-22 says")
	o = programmed(t)
	found := find(o.View(), day0, "AU-02")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Equal(t, aims.RequiredMissing, o.row("9.2.2a", day0).Status)
	o.do("una", draftProgramme(programme()))
	require.Contains(t, find(o.View(), day0, "AU-02")[0].Message, "draft")
	o.refused("lea", aims.ErrForbidden, adoptProgramme("audit-programme", ""))
	o.do("eve", adoptProgramme("audit-programme", ""))
	require.Empty(t, find(o.View(), day(365), "AU-02"))
	require.Equal(t, dayOf(365), find(o.View(), day(366), "AU-02")[0].Since)
	require.Equal(t, aims.RequiredCurrent, o.row("9.2.2a", day(365)).Status)
	require.Equal(t, aims.RequiredStale, o.row("9.2.2a", day(366)).Status)

	p, ok := o.View().ProgrammeInForce()
	require.True(t, ok)
	parts := o.partsOf()
	require.Len(t, p.Areas, len(parts))
	for _, a := range p.Areas {
		require.Equal(t, parts[a.Element()].RuleMonths, a.Months, a.Element())
		require.Equal(t, parts[a.Element()].Rules, a.Rules, a.Element())
		if a.Months == 12 {
			require.Equal(t, dayOf(0).AddDate(0, 12, 0), a.Due, a.Element())
		} else {
			require.Zero(t, a.Due, "%s is due after its time", a.Element())
		}
	}
	o.refused("eve", aims.ErrState, adoptProgramme("audit-programme", ""))
	o.do("una", draftProgramme(p)) // the next version
	in, _ := o.View().ProgrammeInForce()
	require.Equal(t, "audit-programme", in.ID)
	o.do("eve", adoptProgramme("audit-programme-2", ""))
	require.Equal(t, aims.StateSuperseded, list(o.View().AuditProgrammes())[0].State)
}

// More may be asked for, less only of what the rules let be eased, for twice the time, with
// the reasons of two.
func TestAuditProgrammeAsksForLess(t *testing.T) {
	o := programmed(t)
	for n, bad := range map[string]int{"6.2": 25, "9.1": 0, "4.1": 37} {
		require.ErrorContains(t, o.refused("una", aims.ErrInvalid, draftProgramme(programme(otherwise(n, bad)))), "deviations[0].months:", n)
	}
	o.refused("una", aims.ErrInvalid, draftProgramme(programme(otherwise("9.2", 12)))) // it has others below it
	o.refused("una", aims.ErrInvalid, draftProgramme(programme(aims.ProgrammeDeviation{Control: annexa.MustParse("A.3.2"), Months: 12, Reason: "so it is with us"})))
	o.refused("una", aims.ErrInvalid, draftProgramme(programme(otherwise("6.2", 24), otherwise("6.2", 20))))
	silent := otherwise("6.2", 24)
	silent.Reason = "n/a"
	o.refused("una", aims.ErrInvalid, draftProgramme(programme(silent)))
	both := programme(otherwise("6.2", 24), otherwise("4.1", 6))
	both.Areas, both.Borne = []aims.ProgrammeArea{{Clause: aims.MustParseClause("6.2"), Months: 36, RuleMonths: 36}}, "typed"
	o.do("una", draftProgramme(both))
	for _, nothing := range []string{"", " ", "n/a"} {
		require.ErrorContains(t, o.refused("eve", aims.ErrInvalid, adoptProgramme("audit-programme", nothing)), "borne:")
	}
	o.do("eve", adoptProgramme("audit-programme", "objectives run for two years"))
	parts := o.partsOf()
	require.Equal(t, 24, parts["6.2"].Months)
	require.Equal(t, 12, parts["6.2"].RuleMonths)
	require.Equal(t, "AP-08", parts["6.2"].Rules[0])
	require.Equal(t, 6, parts["4.1"].Months)
	require.Equal(t, dayOf(0).AddDate(0, 6, 0), parts["4.1"].Due)
	found := find(o.View(), day(1), "AU-03")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityOpportunity, found[0].Severity)
	require.Contains(t, found[0].Message, "6.2")
	require.NotContains(t, found[0].Message, "4.1")
	// What it asks for more is late by it, and the mechanism is one.
	require.Contains(t, find(o.View(), day(200), "S2-14")[0].Message, "4.1")
	// Once its time is over the rules hold again.
	for _, part := range o.View().AuditProgramme(day(370)) {
		require.Equal(t, part.RuleMonths, part.Months, part.Element())
	}

	// What fails is eased by nobody.
	o.do("xia", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "Not met", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("6.2"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(60)})
	})
	require.Equal(t, 6, o.partsOf()["6.2"].Months)
	found = find(o.View(), day(1), "AU-03")
	require.Contains(t, found[0].Message, "more often than it says: 6.2")
	next := programme(otherwise("6.2", 24))
	require.ErrorContains(t, o.refused("una", aims.ErrInvalid, draftProgramme(next)), "1 to 6 months")
}

// What is adopted is what was read: rules that have moved since ask for another draft.
func TestAuditProgrammeIsOfToday(t *testing.T) {
	o := programmed(t)
	o.do("una", draftProgramme(programme()))
	o.do("lea", func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("A.2.3"))
		d.Applicability, d.Justification, d.Owner, d.Grounds = annexa.Applicable, "others have policies too", "bob", []annexa.Ground{{Kind: annexa.GroundOwn}}
		return tx.DecideControl(d)
	})
	o.refused("eve", aims.ErrState, adoptProgramme("audit-programme", ""))
	o.do("una", func(tx *aims.Tx) error {
		p, _ := tx.ProgrammeInForce()
		return tx.DraftAuditProgramme(p)
	})
	o.do("eve", adoptProgramme("audit-programme", ""))
	require.Empty(t, find(o.View(), day(1), "AU-03"))
	o.do("lea", func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("A.2.4"))
		d.Applicability, d.Justification, d.Owner, d.Grounds = annexa.Applicable, "it is reviewed", "bob", []annexa.Ground{{Kind: annexa.GroundOwn}}
		return tx.DecideControl(d)
	})
	require.Contains(t, find(o.View(), day(1), "AU-03")[0].Message, "A.2.4")

	for field, change := range map[string]func(p *aims.AuditProgramme){
		"lead": func(p *aims.AuditProgramme) { p.Lead = "" }, "methods": func(p *aims.AuditProgramme) { p.Methods = nil },
		"criteria": func(p *aims.AuditProgramme) { p.Criteria = "[[which]]" }, "reporting": func(p *aims.AuditProgramme) { p.Reporting = "" },
	} {
		o := programmed(t)
		p := programme()
		change(&p)
		o.do("una", draftProgramme(p))
		require.ErrorContains(t, o.refused("eve", aims.ErrInvalid, adoptProgramme("audit-programme", "")), field+":")
	}
	for field, change := range map[string]func(p *aims.AuditProgramme){
		"from": func(p *aims.AuditProgramme) { p.From = calendar.Date{} }, "to": func(p *aims.AuditProgramme) { p.To = dayOf(1100) },
		"lead": func(p *aims.AuditProgramme) { p.Lead = "ghost" },
	} {
		p := programme()
		change(&p)
		require.ErrorContains(t, o.refused("una", aims.ErrInvalid, draftProgramme(p)), field+":")
	}
	backward := programme()
	backward.From, backward.To = dayOf(30), dayOf(10)
	o.refused("una", aims.ErrInvalid, draftProgramme(backward))
}

// offProgramme is an organisation that audits late what its programme asks for, with a reason
// and without, leaves something out and looks at more.
func offProgramme(t *testing.T) *org {
	o := programmed(t)
	o.do("una", draftProgramme(programme(otherwise("4.1", 6), otherwise("4.2", 6), otherwise("4.3", 6), otherwise("6.2", 24))))
	require.Empty(t, o.View().ProgrammeOutcomes("audit-programme", day(300)), "it was never adopted")
	o.do("eve", adoptProgramme("audit-programme", "objectives run for two years"))
	due := dayOf(0).AddDate(0, 6, 0)
	require.Empty(t, o.View().ProgrammeOutcomes("audit-programme", due.Start(nil)))
	late := plan("late", "4.1")
	late.Auditors, late.PlannedFor = []string{"xia"}, due
	put := plan("put", "4.2")
	put.Auditors, put.PlannedFor = []string{"xia"}, due
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.PlanAudit(put); err != nil {
			return err
		}
		return tx.PlanAudit(late)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.PostponeAudit("put", due.AddDays(20), "its people are abroad") })
	o.clock.Set(due.AddDays(20).Start(nil))
	for _, id := range []string{"put", "late"} {
		o.do("xia", examine(id))
		o.do("xia", func(tx *aims.Tx) error { return tx.CloseAudit(id, "in order", []string{"lea"}) })
	}
	o.auditOf("more", "xia", aims.Audit{Clauses: []aims.Clause{aims.MustParseClause("7.4")}})
	return o
}

// What became of a programme is told from what was audited.
func TestAuditProgrammeOutcomes(t *testing.T) {
	o := offProgramme(t)
	due := dayOf(0).AddDate(0, 6, 0)
	got := make(map[string]aims.ProgrammeOutcome)
	for _, out := range o.View().ProgrammeOutcomes("audit-programme", o.clock.Now()) {
		got[out.Element()] = out
	}
	on := due.AddDays(20)
	require.Equal(t, map[string]aims.ProgrammeOutcome{
		"4.1": {Kind: aims.ProgrammeLate, Clause: aims.MustParseClause("4.1"), Due: due, On: on, Audit: "late"},
		"4.2": {Kind: aims.ProgrammeLate, Clause: aims.MustParseClause("4.2"), Due: due, On: on, Audit: "put", Reason: "its people are abroad"},
		"4.3": {Kind: aims.ProgrammeMissed, Clause: aims.MustParseClause("4.3"), Due: due},
		"7.4": {Kind: aims.ProgrammeExtra, Clause: aims.MustParseClause("7.4"), On: on, Audit: "more"},
	}, got)
	found := find(o.View(), o.clock.Now(), "AU-04")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "4.1")
	require.NotContains(t, found[0].Message, "4.2", "somebody said why")
	require.NotContains(t, found[0].Message, "4.3", "S2-14 says so")
	require.Contains(t, find(o.View(), o.clock.Now(), "S2-14")[0].Message, "4.3")
}
