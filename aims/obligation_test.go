package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// due is the n-th day of these tests as people write it.
func due(n int) calendar.Date { return calendar.Of(day(n), nil) }

// actArticle is an article of a law with a yearly report, first due on day 180.
func actArticle(owner string) aims.Obligation {
	return aims.Obligation{ID: "act", Title: "Transparency report", Kind: aims.ObligationLaw, Source: "Act 12 of 2025, section 7", Country: "AU",
		Asks: "Publish each year how often the system was overruled.", Owner: owner, Met: "Counted in the case file, published by the press office.", ReviewedOn: due(0),
		Reporting: []aims.ReportingDuty{{ID: "yearly", To: "the Commissioner", What: "how often the system was overruled", Due: due(180), Months: 12}}}
}

// underLaw is an organisation in Australia with a law on file, owned by ada.
func underLaw(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Name, our.Jurisdictions = "Acme", []string{"AU"}
		return tx.PutOrganisation(our)
	})
	o.do("ada", func(tx *aims.Tx) error { return tx.PutObligation(actArticle("ada")) })
	return o
}

func (o *org) obligation(id string) aims.Obligation {
	o.t.Helper()
	rec, ok := o.View().Obligations().Get(id)
	require.True(o.t, ok)
	return rec
}

// obliged revises an obligation.
func obliged(id string, change func(*aims.Obligation)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		o, _ := tx.Obligations().Get(id)
		change(&o)
		return tx.PutObligation(o)
	}
}

func filed(id, duty string, f aims.Filing) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.FileReport(id, duty, f) }
}

// Nothing is found of obligations in an organisation that keeps no register of them; once
// it does, each country in which it works, or a system is used, has one.
func TestCountriesHaveObligations(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Name, our.Jurisdictions = "Acme", []string{"AU-NSW", "DE"}
		return tx.PutOrganisation(our)
	})
	s := spamFilter()
	s.Jurisdictions = []string{"AU", "NZ", "DE"}
	idea := spamFilter()
	idea.ID, idea.Stage, idea.Jurisdictions = "idea", register.StageDesign, []string{"JP"}
	o.register(s, idea)
	require.Empty(t, find(o.View(), day0, "OB-01"))
	o.do("ada", func(tx *aims.Tx) error { return tx.PutObligation(actArticle("ada")) })
	found := find(o.View(), day0, "OB-01")
	require.Len(t, found, 2, "%v", found) // DE of the organisation, NZ of the system; nobody uses it in JP yet
	require.Contains(t, found[0].Message, "DE")
	require.Equal(t, aims.Subject{Kind: aims.KindSystem, ID: "spam"}, found[1].Subject)
	require.Contains(t, found[1].Message, "NZ")
	o.do("ada", func(tx *aims.Tx) error {
		eu, nz := actArticle("ada"), actArticle("ada")
		eu.ID, eu.Country, nz.ID, nz.Country = "eu", "EU", "nz", "NZ"
		if err := tx.PutObligation(eu); err != nil {
			return err
		}
		return tx.PutObligation(nz)
	})
	require.Empty(t, find(o.View(), day0, "OB-01"))
	o.do("eve", func(tx *aims.Tx) error { return tx.EndObligation("eu", "repealed") })
	require.Len(t, find(o.View(), day0, "OB-01"), 1)
}

// An obligation has an active owner, is reviewed by its day, and says how it is met.
func TestObligationsAreLookedAfter(t *testing.T) {
	o := underLaw(t)
	require.Equal(t, "ada", o.obligation("act").ReviewedBy)
	require.Equal(t, due(365), o.obligation("act").ReviewDue)
	require.Empty(t, find(o.View(), day(100), "OB-02"))
	require.Empty(t, find(o.View(), day(100), "OB-03"))
	require.Empty(t, find(o.View(), day(365), "OB-02"), "its day counts whole")
	late := find(o.View(), day(366), "OB-02")
	require.Len(t, late, 1)
	require.Equal(t, aims.SeverityMinor, late[0].Severity)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(732), "OB-02")[0].Severity)
	agenda := o.View().Agenda(due(360), due(370))
	require.Len(t, agenda.Of("ada").Entries, 1)
	require.Equal(t, due(365), agenda.Of("ada").Entries[0].Day)

	o.clock.Set(day(366))
	o.do("bob", obliged("act", func(r *aims.Obligation) { r.ReviewedOn, r.ReviewDue = due(366), due(500) }))
	require.Equal(t, "bob", o.obligation("act").ReviewedBy)
	require.Empty(t, find(o.View(), day(366), "OB-02"))

	o.do("ada", obliged("act", func(r *aims.Obligation) { r.Met, r.Owner = "n/a", "" }))
	require.Len(t, find(o.View(), day(366), "OB-03"), 1)
	require.Contains(t, find(o.View(), day(366), "OB-02")[0].Message, "Nobody")
	o.do("lea", obliged("act", func(r *aims.Obligation) { r.Met, r.Owner = "Counted each month.", "bob" }))
	o.do("eve", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("bob")
		p.LeftOn = due(370)
		return tx.PutPerson(p)
	})
	require.Empty(t, find(o.View(), day(366), "OB-03"))
	require.Contains(t, find(o.View(), day(371), "OB-02")[0].Message, "bob")
	require.Equal(t, aims.RoleLead, o.View().ResponsibleFor(aims.Subject{Kind: aims.KindObligation, ID: "act"}, day(371)).Role)
}

// A report that is owed is a finding until it is made, and the next one is due a period
// after the day of this one, however late or put off it was.
func TestReportsAreOwedUntilTheyAreMade(t *testing.T) {
	o := underLaw(t)
	require.Empty(t, find(o.View(), day(180), "OB-04"))
	late := find(o.View(), day(181), "OB-04")
	require.Len(t, late, 1)
	require.Equal(t, aims.SeverityMajor, late[0].Severity)
	require.Contains(t, late[0].Message, "Commissioner")

	o.clock.Set(day(170))
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PostponeReport("act", "yearly", due(210), "the Commissioner gave a month more")
	})
	require.Empty(t, find(o.View(), day(200), "OB-04"))
	require.Len(t, find(o.View(), day(211), "OB-04"), 1)
	o.clock.Set(day(220))
	o.do("bob", filed("act", "yearly", aims.Filing{For: due(210), On: due(219), Reference: "letter 88"}))
	require.Empty(t, find(o.View(), day(220), "OB-04"))
	d := o.obligation("act").Reporting[0]
	require.Equal(t, due(180).AddDate(1, 0, 0), d.Due)
	last, ok := d.Last()
	require.True(t, ok)
	require.Equal(t, "bob", last.By)
	require.Equal(t, day(220), last.At)
	require.Equal(t, due(180), d.Postponed[0].From)

	// A correction of one that was made moves no day; the period to come can't be answered yet.
	o.do("bob", filed("act", "yearly", aims.Filing{For: due(210), On: due(220), Reference: "letter 89, a figure put right"}))
	require.Equal(t, d.Due, o.obligation("act").Reporting[0].Due)
	o.clock.Set(day(500))
	o.do("bob", filed("act", "yearly", aims.Filing{For: d.Due, On: due(500), Reference: "letter 90"}))
	o.invalid("bob", "on", "order", due(500).String(), filed("act", "yearly", aims.Filing{For: due(180).AddDate(2, 0, 0), On: due(500), Reference: "letter 91"}))

	// What is owed once, and what hangs on an event.
	o.do("ada", func(tx *aims.Tx) error {
		c := actArticle("ada")
		c.ID, c.Kind, c.Country = "contract", aims.ObligationContract, ""
		c.Reporting = []aims.ReportingDuty{{ID: "once", To: "the customer", What: "the first test", Due: due(510)}, {ID: "breach", To: "the customer", What: "a breach", When: "within three days"}}
		return tx.PutObligation(c)
	})
	require.Equal(t, aims.SeverityMinor, find(o.View(), day(511), "OB-04")[0].Severity)
	o.do("ada", filed("contract", "once", aims.Filing{For: due(510), On: due(500), Reference: "mail of today"}))
	o.do("ada", filed("contract", "breach", aims.Filing{On: due(499), Reference: "call of yesterday"}))
	require.Empty(t, find(o.View(), day(511), "OB-04"))
}

// Who wants an obligation to look kept, and does not keep it.
func TestLiarsAboutObligations(t *testing.T) {
	o := underLaw(t)
	with := func(change func(*aims.Obligation)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			r := actArticle("ada")
			r.ID = "new"
			change(&r)
			return tx.PutObligation(r)
		}
	}
	for _, bad := range []struct {
		field, rule, value string
		change             func(*aims.Obligation)
	}{
		{"title", "required", "", func(r *aims.Obligation) { r.Title = "" }},
		{"source", "reason", "TBD", func(r *aims.Obligation) { r.Source = "TBD" }},
		{"asks", "reason", "n/a", func(r *aims.Obligation) { r.Asks = "n/a" }},
		{"kind", "oneof", "wish", func(r *aims.Obligation) { r.Kind = "wish" }},
		{"country", "jurisdiction", "Australia", func(r *aims.Obligation) { r.Country = "Australia" }},
		{"country", "required", "", func(r *aims.Obligation) { r.Country = "" }},
		{"owner", "person", "ghost", func(r *aims.Obligation) { r.Owner = "ghost" }},
		{"evidence[0]", "evidence", "none", func(r *aims.Obligation) { r.Evidence = []string{"none"} }},
		{"systems[0]", "system", "none", func(r *aims.Obligation) { r.Systems = []string{"none"} }},
		{"reviewed_on", "past", due(1).String(), func(r *aims.Obligation) { r.ReviewedOn, r.ReviewDue = due(1), due(100) }},
		{"reviewed_on", "range", "1890-01-01", func(r *aims.Obligation) { r.ReviewedOn, r.ReviewDue = calendar.MustParse("1890-01-01"), due(100) }},
		{"review_due", "range", "9999-12-31", func(r *aims.Obligation) { r.ReviewDue = calendar.MustParse("9999-12-31") }},
		{"review_due", "order", due(0).String(), func(r *aims.Obligation) { r.ReviewDue = due(0) }},
		{"reporting[0].due", "range", "9999-12-31", func(r *aims.Obligation) { r.Reporting[0].Due = calendar.MustParse("9999-12-31") }},
		{"reporting[0].due", "range", "1890-01-01", func(r *aims.Obligation) { r.Reporting[0].Due = calendar.MustParse("1890-01-01") }},
		{"reporting[0].when", "required", "-", func(r *aims.Obligation) { r.Reporting[0].Due, r.Reporting[0].When = calendar.Date{}, "-" }},
		{"reporting[0].to", "reason", "x", func(r *aims.Obligation) { r.Reporting[0].To = "x" }},
		{"reporting[0].months", "range", "-1", func(r *aims.Obligation) { r.Reporting[0].Months = -1 }},
		{"reporting[1].id", "repeated", "yearly", func(r *aims.Obligation) { r.Reporting = append(r.Reporting, r.Reporting[0]) }},
	} {
		o.invalid("ada", bad.field, bad.rule, bad.value, with(bad.change))
	}
	o.refused("ada", aims.ErrExists, func(tx *aims.Tx) error { return tx.PutObligation(actArticle("ada")) })

	// A filing that comes with the record was made by nobody.
	o.do("ada", with(func(r *aims.Obligation) {
		r.Reporting[0].Filings = []aims.Filing{{For: due(180), On: due(0), Reference: "letter 1", By: "eve"}}
		r.EndedBy, r.EndedAt = "eve", day0
	}))
	require.Empty(t, o.obligation("new").Reporting[0].Filings)
	require.True(t, o.obligation("new").InForce())

	// A day that is owed comes no later by a pen, and doesn't vanish once it has passed.
	o.invalid("ada", "reporting[0].due", "kept", due(400).String(), obliged("act", func(r *aims.Obligation) { r.Reporting[0].Due = due(400) }))
	o.invalid("ada", "reporting[0].due", "kept", "", obliged("act", func(r *aims.Obligation) { r.Reporting[0].Due, r.Reporting[0].When = calendar.Date{}, "some day" }))
	o.invalid("ada", "review_due", "kept", due(400).String(), obliged("act", func(r *aims.Obligation) { r.ReviewDue = due(400) }))
	o.clock.Set(day(181))
	o.invalid("ada", "reporting", "kept", "yearly", obliged("act", func(r *aims.Obligation) { r.Reporting = nil }))
	o.invalid("ada", "reporting[0].due", "kept", due(100).String(), obliged("act", func(r *aims.Obligation) { r.Reporting[0].Due = due(100) }))
	postpone := func(to calendar.Date, reason string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.PostponeReport("act", "yearly", to, reason) }
	}
	o.refused("bob", aims.ErrForbidden, postpone(due(300), "no time"))
	o.invalid("eve", "reason", "reason", "n/a", postpone(due(300), "n/a"))
	o.invalid("eve", "to", "range", due(180).String(), postpone(due(180), "we may"))
	o.invalid("eve", "to", "range", "9999-12-31", postpone(calendar.MustParse("9999-12-31"), "we may"))
	o.do("lea", obliged("new", func(r *aims.Obligation) { r.Owner = "eve" }))
	o.refused("eve", aims.ErrSeparation, func(tx *aims.Tx) error { return tx.EndObligation("new", "it does not suit") })
	o.refused("eve", aims.ErrSeparation, func(tx *aims.Tx) error { return tx.PostponeReport("new", "yearly", due(300), "it does not suit") })

	// Reports: of tomorrow, of long ago, of another day, without a reference.
	for _, bad := range []struct {
		field, rule, value string
		f                  aims.Filing
	}{
		{"on", "past", due(182).String(), aims.Filing{For: due(180), On: due(182), Reference: "letter 1"}},
		{"on", "order", "1890-01-01", aims.Filing{For: due(180), On: calendar.MustParse("1890-01-01"), Reference: "letter 1"}},
		{"on", "required", "", aims.Filing{For: due(180), Reference: "letter 1"}},
		{"reference", "reason", "n/a", aims.Filing{For: due(180), On: due(181), Reference: "n/a"}},
		{"for", "duty", "", aims.Filing{On: due(181), Reference: "letter 1"}},
		{"for", "duty", due(300).String(), aims.Filing{For: due(300), On: due(181), Reference: "letter 1"}},
		{"evidence[0]", "evidence", "none", aims.Filing{For: due(180), On: due(181), Reference: "letter 1", Evidence: []string{"none"}}},
	} {
		o.invalid("ada", bad.field, bad.rule, bad.value, filed("act", "yearly", bad.f))
	}
	o.refused("ada", aims.ErrInvalid, filed("act", "monthly", aims.Filing{On: due(181), Reference: "letter 1"}))
	o.do("lea", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "bot", Name: "Bot", Owner: "ada"}) })
	o.refused("bot", aims.ErrForbidden, filed("act", "yearly", aims.Filing{For: due(180), On: due(181), Reference: "letter 1"}))
	o.do("ada", filed("act", "yearly", aims.Filing{For: due(180), On: due(181), Reference: "letter 1"}))
	o.invalid("ada", "reporting[0].to", "kept", "the press", obliged("act", func(r *aims.Obligation) { r.Reporting[0].To = "the press" }))
	o.do("ada", obliged("act", func(r *aims.Obligation) { r.Reporting[0].Filings = nil }))
	require.Len(t, o.obligation("act").Reporting[0].Filings, 1)

	// A review was of what stood there.
	o.invalid("ada", "reviewed_on", "kept", "", obliged("act", func(r *aims.Obligation) { r.ReviewedOn, r.ReviewDue = calendar.Date{}, calendar.Date{} }))
	o.do("ada", obliged("act", func(r *aims.Obligation) { r.Asks = "Publish, and have it certified." }))
	require.Zero(t, o.obligation("act").ReviewedOn)
	require.Len(t, find(o.View(), day(181), "OB-02"), 1)

	// What has ended stays, and binds nobody.
	o.do("eve", func(tx *aims.Tx) error { return tx.EndObligation("act", "the Act was repealed") })
	require.Empty(t, find(o.View(), day(900), "OB-04")[1:])
	o.refused("ada", aims.ErrState, obliged("act", func(r *aims.Obligation) { r.Met = "gladly" }))
	o.refused("eve", aims.ErrState, func(tx *aims.Tx) error { return tx.EndObligation("act", "again, to be sure") })
	o.refused("ada", aims.ErrState, filed("act", "yearly", aims.Filing{On: due(181), Reference: "letter 1"}))
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindObligation, ID: "act"})
	})
}

// A register of what has to be reported is what A.8.5 asks to have.
func TestRequiredReporting(t *testing.T) {
	o := underLaw(t)
	for _, r := range aims.Required(o.View(), day0) {
		if r.ID == "A.8.5" {
			require.Equal(t, aims.RequiredCurrent, r.Status)
			require.Equal(t, []aims.Subject{{Kind: aims.KindObligation, ID: "act"}}, r.Records)
		}
	}
	for _, r := range aims.Required(o.View(), day(366)) {
		if r.ID == "A.8.5" {
			require.Equal(t, aims.RequiredStale, r.Status)
		}
	}
}
