package aims_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/memory"
)

// longCertified is an organisation that was certified on its first day, and to which in a year
// happens what is counted over a cycle, each thing once at least.
func longCertified(t *testing.T) *org {
	o := wellRun(t)
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body", Accreditation: "National", Number: "4711"})
	})
	o.certify("c", day0, aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	at := func(on int, actor string, fn func(tx *aims.Tx) error) {
		o.clock.Set(day(on))
		o.do(actor, fn)
	}
	raise := func(id string, grade aims.Severity, clause string, on int, change func(n *aims.Nonconformity)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			n := aims.Nonconformity{ID: id, Title: id, Severity: grade, Clause: aims.MustParseClause(clause), RaisedOn: dayOf(on), Owner: "ada", Due: dayOf(on + 30)}
			if change != nil {
				change(&n)
			}
			return tx.RaiseNonconformity(n)
		}
	}
	correct := func(id string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			n, _ := tx.Nonconformities().Get(id)
			n.Correction, n.Cause, n.Extent, n.Action = "criteria are written", "nobody was asked to", "once", aims.CorrectiveAction{Plan: "they are reviewed yearly", By: "bob", DoneOn: dayOf(110)}
			return tx.CorrectNonconformity(n)
		}
	}
	at(100, "una", raise("before", aims.SeverityMinor, "9.1", -10, nil))
	o.do("una", raise("n1", aims.SeverityMajor, "9.1", 100, nil))
	o.do("una", raise("n2", aims.SeverityMinor, "7.2", 100, func(n *aims.Nonconformity) { n.Audit = "a" }))
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.RaiseConcern(aims.Concern{ID: "k1", Text: "It hides mail.", RaisedBy: "ada", RaisedOn: dayOf(100)}); err != nil {
			return err
		}
		if err := tx.RaiseConcern(aims.Concern{ID: "k2", Text: "It hid my order.", Origin: aims.FromCustomers, RaisedBy: "a customer", RaisedOn: dayOf(100)}); err != nil {
			return err
		}
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "Down", Grade: aims.GradeHigh, DetectedOn: tx.Now(), Owner: "ada"})
	})
	at(101, "lea", func(tx *aims.Tx) error {
		is, _ := tx.Objectives().Get("o")
		is.Target = 0.1
		return tx.PutObjective(is)
	})
	at(102, "ada", func(tx *aims.Tx) error { return tx.MeasureObjective("o", aims.Measurement{On: dayOf(102), Value: 0.2}) })
	at(120, "ada", correct("n1"))
	o.do("ada", correct("n2"))
	at(300, "una", func(tx *aims.Tx) error { return tx.CloseNonconformity("n1", true, "looked at ten of them") })
	o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("n2", true, "looked at ten of them") })
	o.do("lea", moveTo("c", aims.CertCertified, 300))
	at(320, "una", raise("n3", aims.SeverityMinor, "9.1", 320, func(n *aims.Nonconformity) { n.Certificate = "c" }))
	o.do("una", raise("n4", aims.SeverityMinor, "9.1", 320, func(n *aims.Nonconformity) { n.Systems = []string{"spam"} }))
	at(330, "una", func(tx *aims.Tx) error { return tx.ReopenNonconformity("n2", "the last meeting has none") })
	o.do("lea", func(tx *aims.Tx) error { return tx.SuspendCertificate("c", dayOf(330), "an audit was put off") })
	at(350, "lea", moveTo("c", aims.CertCertified, 350))
	o.do("lea", func(tx *aims.Tx) error {
		return tx.RecordSpecialAudit("c", aims.SpecialAudit{On: dayOf(345), ShortNotice: true, Reason: "the suspension", Result: "it is over"})
	})
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Scope()
		s.Statement = "all AI of the group"
		return tx.DraftScope(s)
	})
	at(355, "eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope-2", dayOf(700)) })
	o.do("lea", func(tx *aims.Tx) error {
		return tx.ChangeCertificateScope("c", aims.ScopeDecision{Kind: aims.ScopeExtended, On: dayOf(355), Changed: "the group as well", Parts: []string{"the group"}})
	})
	return o
}

func (o *org) cycle(id string, at time.Time) aims.CyclePerformance {
	o.t.Helper()
	p, err := o.View().CyclePerformance(id, at)
	require.NoError(o.t, err)
	return p
}

func cyclePoint(t *testing.T, p aims.CyclePerformance, id string) aims.CyclePoint {
	t.Helper()
	for _, point := range p.Points {
		if point.ID == id {
			return point
		}
	}
	require.Fail(t, "no such point", id)
	return aims.CyclePoint{}
}

// What happened over a cycle is counted, each figure with the records behind it; what came
// before the decision is not of it.
func TestCyclePerformance(t *testing.T) {
	o := longCertified(t)
	p := o.cycle("c", day(400))
	require.Equal(t, dayOf(0), p.From)
	require.Equal(t, dayOf(400), p.Until)
	require.Equal(t, o.View().Head().Seq, p.Commit)
	require.Len(t, p.Points, len(aims.CycleRows()))
	for _, want := range []struct {
		id    string
		count int
		text  string
		of    []string
	}{
		{"CP-01", 1, "Major nonconformities raised: 1.", []string{"n1"}},
		{"CP-02", 3, "Minor nonconformities raised: 3; graded down from major: 0.", []string{"n2", "n3", "n4"}},
		{"CP-03", 1, "Nonconformities raised by a certification body: 1; major: 0.", []string{"n3"}},
		{"CP-04", 1, "Nonconformities raised by internal audits: 1; major: 0.", []string{"n2"}},
		{"CP-05", 2, "Nonconformities raised otherwise: 2; major: 1.", []string{"n1", "n4"}},
		{"CP-06", 1, "Nonconformities closed: 1; after their day: 1.", []string{"n1"}},
		{"CP-07", 3, "Of those raised, still open: 3; major: 0.", []string{"n2", "n3", "n4"}},
		{"CP-08", 2, "Nonconformities that came up again: 2; opened again: 1; raised on what had been closed before: 1.", []string{"n2", "n3"}},
		{"CP-09", 1, "Internal audits closed: 1; things looked at: 70; not conforming: 0.", []string{"a"}},
		{"CP-10", 1, "Management reviews held: 1; decisions: 1.", []string{"m"}},
		{"CP-11", 1, "Objectives measured: 1; at their target when first measured: 1; when last: 0.", []string{"o"}},
		{"CP-12", 1, "Incidents: 1; grave: 1; still open: 1.", []string{"i"}},
		{"CP-13", 2, "Concerns raised: 2; by people outside: 1; still open: 2.", []string{"k1", "k2"}},
		{"CP-14", 1, "Versions of the scope that came in force: 1.", []string{"scope-2"}},
		{"CP-15", 1, "Decisions of the body on what the certificate covers: 1; extending or reducing it: 1.", []string{"c"}},
		{"CP-16", 1, "Surveillance audits of the body: 1; missing: 0; nonconformities raised since its decision: 1; major: 0.", []string{"c", "n3"}},
		{"CP-17", 1, "Special audits of the body: 1; at short notice: 1.", []string{"c"}},
		{"CP-18", 1, "Suspensions of the certificate: 1; days in all: 20.", []string{"c"}},
	} {
		got := cyclePoint(t, p, want.id)
		require.Equal(t, want.text, got.Text.String())
		require.Equal(t, want.count, got.Count, want.id)
		var of []string
		for _, s := range got.Subjects {
			of = append(of, s.ID)
		}
		require.Equal(t, want.of, of, want.id)
	}
	require.Len(t, p.Objectives, 1)
	is := p.Objectives[0]
	require.Equal(t, 2, is.Measured)
	require.Equal(t, []float64{0.5, 0.2}, []float64{is.First.Value, is.Last.Value})
	require.Equal(t, []bool{true, false}, []bool{is.FirstMet, is.LastMet}, "each by the target of its day")
}

// Who grades a major down has it counted as minor, and said.
func TestACycleTellsWhatWasGradedDown(t *testing.T) {
	o := longCertified(t)
	o.do("una", func(tx *aims.Tx) error { return tx.ReopenNonconformity("n1", "no minutes again") })
	o.do("eve", func(tx *aims.Tx) error {
		return tx.RegradeNonconformity("n1", aims.SeverityMinor, dayOf(500), "no result was in doubt")
	})
	p := o.cycle("c", day(400))
	require.Zero(t, cyclePoint(t, p, "CP-01").Count)
	require.Equal(t, "Minor nonconformities raised: 4; graded down from major: 1.", cyclePoint(t, p, "CP-02").Text.String())
	require.Equal(t, 3, cyclePoint(t, p, "CP-08").Count)
}

// A cycle ends with the certificate, or where the one that renews it begins, which has a cycle
// of its own; there is none before a decision.
func TestCyclesDoNotOverlap(t *testing.T) {
	o := longCertified(t)
	end := o.cert("c").Expires()
	p := o.cycle("c", end.AddDays(30).Start(nil))
	require.Equal(t, end, p.Until)
	require.Contains(t, cyclePoint(t, p, "CP-16").Text.String(), "Surveillance audits of the body: 1; missing: 2;", "2027 and 2028 had none")

	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutCertificate(aims.Certificate{ID: "c2", Body: "Body", Renews: "c"})
	})
	_, err := o.View().CyclePerformance("c2", end.Start(nil))
	require.ErrorIs(t, err, aims.ErrState)
	_, err = o.View().CyclePerformance("none", day0)
	require.ErrorIs(t, err, aims.ErrNotFound)
	_, err = o.View().CyclePerformance("c", day(-1))
	require.ErrorIs(t, err, aims.ErrState, "nobody had decided by then")
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("n3")
		n.Correction, n.Cause, n.Extent, n.Action = "criteria are written", "nobody was asked to", "once", aims.CorrectiveAction{Plan: "they are reviewed yearly", By: "bob"}
		return tx.CorrectNonconformity(n)
	})
	o.clock.Set(end.AddDays(-20).Start(nil))
	o.certify("c2", o.clock.Now(), aims.CertApplied, aims.CertStage2Done, aims.CertCertified)
	o.do("ada", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "late", Title: "Down", Grade: aims.GradeLow, DetectedOn: tx.Now(), Owner: "ada"})
	})
	p = o.cycle("c", end.Start(nil))
	require.Equal(t, end.AddDays(-21), p.Until)
	require.Equal(t, 1, cyclePoint(t, p, "CP-12").Count)
	p = o.cycle("c2", end.Start(nil))
	require.Equal(t, end.AddDays(-20), p.From)
	require.Equal(t, 1, cyclePoint(t, p, "CP-12").Count)
	require.Zero(t, cyclePoint(t, p, "CP-18").Count)
}

// What a body took over is of its cycle, with what the one before raised and suspended.
func TestACycleGoesOnWithAnotherBody(t *testing.T) {
	o := longCertified(t)
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutCertificate(aims.Certificate{ID: "d", Body: "Others", Accreditation: "National", Transfers: "c"})
	})
	o.do("lea", func(tx *aims.Tx) error { return tx.TransferCertificate("d", dayOf(355), "no open majors") })
	was, is := o.cycle("c", day(400)), o.cycle("d", day(400))
	require.Equal(t, was.From, is.From)
	for _, id := range []string{"CP-03", "CP-16", "CP-17", "CP-18"} {
		require.Equal(t, cyclePoint(t, was, id).Text, cyclePoint(t, is, id).Text, id)
	}
}

// A reader is told how many, and no ID of what is hidden.
func TestACycleHidesWhatAReaderDoesNotSee(t *testing.T) {
	c := &clock{now: day0}
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Redact: func(reader any, s aims.Subject, _ any) bool {
		return reader != "guest" || s.ID != "n" && s.ID != "o" && s.ID != "d"
	}})
	require.NoError(t, err)
	o := (&org{Manager: m, t: t, clock: c}).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.PutCertificate(aims.Certificate{ID: "d", Body: "Body"}); err != nil {
			return err
		}
		return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"})
	})
	o.certify("c", day0, aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	o.do("una", func(tx *aims.Tx) error {
		n := raisedByBody("n", aims.SeverityMinor, 0)
		if err := tx.PutObjective(aims.Objective{ID: "o", Title: "Less spam", Measure: "share", Direction: aims.AtMost, Target: 1, Owner: "ada", Due: dayOf(300)}); err != nil {
			return err
		}
		return tx.RaiseNonconformity(n)
	})
	o.do("ada", func(tx *aims.Tx) error { return tx.MeasureObjective("o", aims.Measurement{On: dayOf(0), Value: 0.5}) })
	require.Len(t, o.cycle("c", day(1)).Objectives, 1)
	guest, err := o.View().For("guest").CyclePerformance("c", day(1))
	require.NoError(t, err)
	require.Empty(t, guest.Objectives)
	require.Equal(t, []aims.Subject{{Kind: aims.KindNonconformity}}, cyclePoint(t, guest, "CP-03").Subjects)
	_, err = o.View().For("guest").CyclePerformance("d", day(1))
	require.ErrorIs(t, err, aims.ErrNotFound)
}

// In the last year of a cycle a management review says what it saw of the whole of it, which
// one that looked at the year alone, was held before or was told anew without does not.
func TestAReviewLooksAtTheCycle(t *testing.T) {
	o := certOrg(t)
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	last := o.cert("c").Expires()
	since := last.AddDate(-1, 0, 0)
	require.Equal(t, calendar.MustParse("2028-03-06"), since)
	at := func(d calendar.Date) time.Time { return d.Start(nil) }
	found := func(d calendar.Date) []aims.Finding { return find(o.View(), at(d), "SV-10") }
	require.Empty(t, found(since))
	require.Len(t, found(since.AddDays(1)), 1)
	require.Equal(t, aims.SeverityOpportunity, found(last.AddDays(-180))[0].Severity)
	require.Equal(t, aims.SeverityMinor, found(last.AddDays(-179))[0].Severity, "recertification is planned")
	require.Equal(t, since, found(last)[0].Since)
	graded := func(stage aims.Stage) (grade aims.Severity) {
		for _, c := range o.View().Readiness(at(last.AddDays(-100)), stage).Checks {
			if c.Probe == "SV-10" {
				grade = c.Severity
			}
		}
		return grade
	}
	require.Empty(t, graded(aims.Surveillance2))
	require.Equal(t, aims.SeverityMinor, graded(aims.Recertification))
	var planned []aims.AgendaEntry
	for _, e := range o.View().Agenda(since.AddDays(-5), since.AddDays(5)).Entries {
		if e.Probe == "SV-10" {
			planned = append(planned, e)
		}
	}
	require.Len(t, planned, 1)
	require.Equal(t, since, planned[0].Day)
	require.Equal(t, "lea", planned[0].Person, "who leads the management system prepares it")

	review := func(id string, on calendar.Date, note, corrects string) func(tx *aims.Tx) error {
		r := aims.ManagementReview{ID: id, HeldOn: on, Chair: "eve", Corrects: corrects, Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: on.AddDays(30)}}}
		for _, topic := range aims.ReviewTopics() {
			r.Inputs = append(r.Inputs, aims.ReviewInput{Topic: topic, Note: "looked at"})
		}
		if note != "" {
			r.Inputs = append(r.Inputs, aims.ReviewInput{Topic: aims.TopicCycle, Note: note})
		}
		return func(tx *aims.Tx) error { return tx.HoldReview(r) }
	}
	const said = "fewer majors than in the years before, and no suspension"
	now := since.AddDays(40)
	o.clock.Set(at(now))
	o.do("eve", review("early", since.AddDays(-1), said, ""))
	o.do("eve", review("year", now, "", ""))
	o.invalid("eve", "inputs[5].note", "reason", "n/a", review("said", now, "n/a", ""))
	o.invalid("eve", "inputs[5].note", "required", " ", review("said", now, " ", ""))
	require.Len(t, found(now), 1)
	o.do("eve", review("cycle", since, said, ""))
	require.Empty(t, found(last))
	require.Empty(t, graded(aims.Recertification))
	kept, _ := o.View().Reviews().Get("cycle")
	i := slices.IndexFunc(kept.Seen, func(s aims.ReviewSight) bool { return s.Point == "RA-18" })
	require.Equal(t, "Since its decision on 2026-03-06: nonconformities raised: 0; major: 0; come up again: 0; surveillance audits held: 0; missing: 1; suspensions: 0. The cycle ends on 2029-03-06.", kept.Seen[i].Said.String())
	o.do("eve", review("anew", since, "", "cycle"))
	require.Len(t, found(now), 1, "told anew, it did not look at it")

	// A recertification that was audited has its review behind it.
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutCertificate(aims.Certificate{ID: "c2", Body: "Body", Renews: "c"})
	})
	require.Len(t, found(now), 1)
	o.certify("c2", at(now), aims.CertApplied, aims.CertStage2Done)
	require.Empty(t, found(now))
}
