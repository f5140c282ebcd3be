package aims_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// auditOf plans, carries out and closes an audit on the day of the clock.
func (o *org) auditOf(id, auditor string, a aims.Audit) {
	o.t.Helper()
	a.ID, a.Title, a.Auditors, a.PlannedFor = id, "Audit "+id, []string{auditor}, calendar.Of(o.clock.Now(), nil)
	a.Objective, a.Criteria, a.Methods = "whether it is done as written", "ISO/IEC 42001", []aims.AuditMethod{aims.MethodDocuments}
	o.do("lea", func(tx *aims.Tx) error { return tx.PlanAudit(a) })
	o.do(auditor, func(tx *aims.Tx) error {
		planned, _ := tx.Audits().Get(id)
		items := planned.Unexamined()
		for i := range items {
			items[i].Looked, items[i].Result = "the records of the year", aims.AuditConforms
		}
		return tx.ExamineAudit(id, items...)
	})
	o.do(auditor, func(tx *aims.Tx) error { return tx.CloseAudit(id, "in order", []string{"lea"}) })
}

// whole is the scope of an audit of all clauses and of the controls that apply.
func wholeScope(v *aims.View) (a aims.Audit) {
	for n := 4; n <= 10; n++ {
		a.Clauses = append(a.Clauses, aims.MustParseClause(fmt.Sprint(n)))
	}
	for d := range v.Decisions().All() {
		if d.Applicability == annexa.Applicable {
			a.Controls = append(a.Controls, d.Control)
		}
	}
	return a
}

// partsOf are the parts of the programme by number.
func (o *org) partsOf() map[string]aims.AuditPart {
	parts := make(map[string]aims.AuditPart)
	for _, p := range o.View().AuditProgramme(o.clock.Now()) {
		parts[p.Element()] = p
	}
	return parts
}

// The expected rows are read off 9.2.2 and ISO/IEC 17021-1, 9.6.2.2: what a surveillance
// looks at and what people can be harmed by is yearly, the rest within three years.
func TestAuditProgrammeFollowsImportanceAndResults(t *testing.T) {
	o := newOrg(t).staffed().followed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "xia", Name: "Xia", External: true}) })
	decided := annexa.MustParse("A.2.2")
	o.do("lea", func(tx *aims.Tx) error {
		d := tx.Decision(decided)
		d.Applicability, d.Justification, d.Owner, d.Grounds = annexa.Applicable, "the policy is ours to keep", "bob", []annexa.Ground{{Kind: annexa.GroundOwn}}
		return tx.DecideControl(d)
	})
	for _, p := range o.partsOf() {
		require.True(t, p.Due.IsZero() && p.Late(dayOf(0)), "%s was never audited", p.Element())
	}
	require.Empty(t, find(o.View(), day(0), "S2-14"), "that nothing was audited S1-22 says")
	require.NotContains(t, o.partsOf(), "A.2.3", "nobody has decided that it applies")
	require.NotContains(t, o.partsOf(), "9.2", "it has others below it")

	o.auditOf("first", "xia", wholeScope(o.View()))
	parts := o.partsOf()
	for n, months := range map[string]int{"4.1": 36, "5.2": 36, "7.5.3": 36, "6.1.1": 36, "A.2.2": 36,
		"6.1.2": 12, "6.1.4": 12, "6.2": 12, "8.1": 12, "8.4": 12, "9.1": 12, "9.2.1": 12, "9.3.3": 12, "10.1": 12, "10.2": 12} {
		require.Equal(t, months, parts[n].Months, n)
		require.Equal(t, dayOf(0).AddDate(0, months, 0), parts[n].Due, n)
		require.Equal(t, "first", parts[n].Audit, n)
		require.Contains(t, parts[n].Rules, "AP-01", n)
	}
	rules := make(map[string]int)
	for _, r := range aims.AuditRules() {
		require.NotEmpty(t, r.Why, r.ID)
		rules[r.ID] = r.Months
	}
	for _, p := range parts {
		require.Equal(t, rules[p.Rules[0]], p.Months, p.Element())
		for _, id := range p.Rules {
			require.LessOrEqual(t, p.Months, rules[id])
		}
	}

	// What an audit found makes it look again sooner; a clause speaks for those below it.
	o.clock.Set(day(30))
	for id, n := range map[string]aims.Nonconformity{"minor": {Severity: aims.SeverityMinor, Clause: aims.MustParseClause("7.5")}, "major": {Severity: aims.SeverityMajor, Control: decided}} {
		n.ID, n.Title, n.RaisedOn, n.Owner, n.Due = id, "Not met", dayOf(30), "ada", dayOf(60)
		o.do("xia", func(tx *aims.Tx) error { return tx.RaiseNonconformity(n) })
	}
	parts = o.partsOf()
	require.Equal(t, []string{"AP-05", "AP-01"}, parts["7.5.3"].Rules)
	require.Equal(t, 12, parts["7.5.1"].Months)
	require.Equal(t, 36, parts["7.4"].Months)
	require.Equal(t, "AP-06", parts["A.2.2"].Rules[0])
	require.Equal(t, dayOf(0).AddDate(0, 6, 0), parts["A.2.2"].Due)
	o.clock.Set(day(30 + 731))
	require.Equal(t, 36, o.partsOf()["7.5.3"].Months, "two years later it is forgotten")
}

// What is late is a finding from the day after, on the agenda before, and gone once somebody
// independent has looked.
func TestAuditProgrammeIsFound(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "xia", Name: "Xia", External: true}) })
	o.auditOf("first", "xia", wholeScope(o.View()))
	due := dayOf(0).AddDate(0, 12, 0)
	o.clock.Set(due.AddDays(-30).Start(nil))
	o.auditOf("second", "xia", aims.Audit{Clauses: []aims.Clause{aims.MustParseClause("9")}})
	require.Empty(t, find(o.View(), due.Start(nil), "S2-14"), "the day holds to its end")
	found := find(o.View(), due.AddDays(1).Start(nil), "S2-14")
	require.Len(t, found, 1)
	require.Equal(t, due, found[0].Since)
	require.Contains(t, found[0].Message, "6.1.2")
	require.NotContains(t, found[0].Message, "9.1", "that was audited again")
	require.NotContains(t, found[0].Message, "4.1", "that is audited every three years")
	onAgenda := slices.ContainsFunc(o.View().Agenda(due.AddDays(-20), due.AddDays(10)).Entries, func(e aims.AgendaEntry) bool { return e.Probe == "S2-14" && e.Day == due })
	require.True(t, onAgenda)

	o.clock.Set(due.AddDays(5).Start(nil))
	o.auditOf("third", "xia", aims.Audit{Clauses: []aims.Clause{aims.MustParseClause("6"), aims.MustParseClause("8"), aims.MustParseClause("10")}})
	require.Empty(t, find(o.View(), o.clock.Now(), "S2-14"))
	// An audit that is planned stands beside what it covers.
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PlanAudit(aims.Audit{ID: "next", Title: "Next", Auditors: []string{"xia"}, PlannedFor: due.AddDays(90), Clauses: []aims.Clause{aims.MustParseClause("4")}})
	})
	require.Equal(t, "next", o.partsOf()["4.2"].NextAudit)
	require.Equal(t, due.AddDays(90), o.partsOf()["4.2"].Next)
}

// The root of nine is three, of a quarter of a hundred at 0.6 three, of a hundred at 0.3 three.
func TestAuditSample(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.PutPerson(aims.Person{ID: "xia", Name: "Xia", External: true}); err != nil {
			return err
		}
		for i := range 9 {
			s := cvScreener()
			s.ID, s.Name = fmt.Sprint("cv-", i), fmt.Sprint("Screener ", i)
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		for i := range 100 {
			s := spamFilter()
			s.ID, s.Name = fmt.Sprint("spam-", i), fmt.Sprint("Filter ", i)
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
	v := o.View()
	sample := v.AuditSample("7", o.clock.Now())
	require.Len(t, sample, 6)
	require.Equal(t, sample, v.AuditSample("7", o.clock.Now()))
	require.NotEqual(t, sample, v.AuditSample("8", o.clock.Now()))
	high := 0
	for _, id := range sample {
		if v.LevelOf(id).Rank() >= v.LevelOf("cv-0").Rank() {
			high++
		}
	}
	require.Equal(t, 3, high)

	o.do("lea", func(tx *aims.Tx) error {
		return tx.PlanAudit(aims.Audit{ID: "a", Title: "Systems", Auditors: []string{"xia"}, PlannedFor: dayOf(20), Clauses: []aims.Clause{aims.MustParseClause("8")}})
	})
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.DrawAuditSample("a", "7") })
	o.refused("xia", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.DrawAuditSample("a", " ") })
	o.do("xia", func(tx *aims.Tx) error { return tx.DrawAuditSample("a", "7") })
	a, _ := o.View().Audits().Get("a")
	require.Equal(t, sample, a.Drawn)
	require.Subset(t, a.Systems, sample)
	items := 0
	for _, i := range a.Checklist() {
		if i.System != "" {
			items++
		}
	}
	require.Equal(t, 6, items, "each is looked at")
	// Nobody draws until it suits, nor takes out what was drawn.
	o.refused("xia", aims.ErrState, func(tx *aims.Tx) error { return tx.DrawAuditSample("a", "8") })
	o.refused("lea", aims.ErrInvalid, func(tx *aims.Tx) error {
		a, _ := tx.Audits().Get("a")
		a.Systems = a.Systems[1:]
		return tx.PlanAudit(a)
	})
	o.do("lea", func(tx *aims.Tx) error {
		a, _ := tx.Audits().Get("a")
		a.Seed, a.Drawn, a.Criteria = "8", nil, "our rules"
		return tx.PlanAudit(a)
	})
	again, _ := o.View().Audits().Get("a")
	require.Equal(t, a.Drawn, again.Drawn)
	require.Equal(t, "7", again.Seed)

	// Who owns what was drawn does not audit it.
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PlanAudit(aims.Audit{ID: "own", Title: "Systems", Auditors: []string{"ada"}, PlannedFor: dayOf(20), Clauses: []aims.Clause{aims.MustParseClause("7.4")}})
	})
	o.refused("ada", aims.ErrSeparation, func(tx *aims.Tx) error { return tx.DrawAuditSample("own", "7") })

	require.Equal(t, []string{"b", "c"}, sorted(aims.Draw("x", []string{"b", "c"}, 9)))
	require.Empty(t, aims.Draw("x", nil, 3))
	require.Equal(t, register.StageOperation, spamFilter().Stage)
}

func sorted(all []string) []string {
	slices.Sort(all)
	return all
}

// A control that its owner audited was not audited, under whichever of his records.
func TestAuditOfOnesOwnControlCountsForNothing(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "xia", Name: "Xia", External: true}) })
	decide := func(owner string) {
		o.do("lea", func(tx *aims.Tx) error {
			d := tx.Decision(annexa.MustParse("A.2.2"))
			d.Applicability, d.Justification, d.Owner, d.Grounds = annexa.Applicable, "the policy is ours to keep", owner, []annexa.Ground{{Kind: annexa.GroundOwn}}
			return tx.DecideControl(d)
		})
	}
	decide("bob")
	o.auditOf("all", "xia", wholeScope(o.View()))
	require.Equal(t, dayOf(0), o.partsOf()["A.2.2"].Last)
	decide("xia") // who comes to own it afterwards has looked at nothing but her own
	require.True(t, o.partsOf()["A.2.2"].Last.IsZero())
	require.Equal(t, dayOf(0), o.partsOf()["4.1"].Last)
	require.Len(t, find(o.View(), day(0), "S2-14"), 1)
}

// Of an audit that a reader does not see the programme tells no ID, and the same days.
func TestAuditProgrammeForAReader(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "xia", Name: "Xia", External: true}) })
	o.auditOf("first", "xia", wholeScope(o.View()))
	m, err := aims.Open(t.Context(), o.journal, &aims.Options{Clock: o.clock.Now, Redact: func(_ any, s aims.Subject, _ any) bool { return s.Kind != aims.KindAudit }})
	require.NoError(t, err)
	whole, shown := m.View().AuditProgramme(day(1)), m.View().For("anybody").AuditProgramme(day(1))
	require.Equal(t, "first", whole[0].Audit)
	for i := range whole {
		whole[i].Audit = ""
	}
	require.Equal(t, whole, shown)
	require.NoError(t, m.Close(t.Context()))
}

// No import brings a sample that nobody looks at.
func TestNoImportBringsASampleApart(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "xia", Name: "Xia", External: true}) })
	o.register(spamFilter())
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PlanAudit(aims.Audit{ID: "a", Title: "Systems", Auditors: []string{"xia"}, PlannedFor: dayOf(20), Clauses: []aims.Clause{aims.MustParseClause("8")}})
	})
	o.do("xia", func(tx *aims.Tx) error { return tx.DrawAuditSample("a", "7") })
	text := exported(t, o.View())
	for _, as := range []string{`"seed":"","drawn":["spam"]`, `"seed":"7","drawn":[]`, `"seed":"7","drawn":["cv"]`} {
		bad := strings.Replace(text, `"seed":"7","drawn":["spam"]`, as, 1)
		require.NotEqual(t, text, bad)
		_, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: o.clock.Now}, mover, strings.NewReader(bad))
		require.ErrorIs(t, err, aims.ErrInvalid, as)
		require.ErrorContains(t, err, "drawn", as)
	}
	_, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: o.clock.Now}, mover, strings.NewReader(text))
	require.NoError(t, err)
}
