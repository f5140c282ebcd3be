package aims_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// footer is a claim on the organisation's page, which lea answers for.
func footer(id string) aims.PublicClaim {
	return aims.PublicClaim{ID: id, Title: "Footer of our page", Where: "https://example.com, on each page", Says: "Our AI management system is certified to ISO/IEC 42001.",
		About: aims.ClaimManagementSystem, Owner: "lea", Since: calendar.MustParse("2026-01-05")}
}

func putClaim(p aims.PublicClaim) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.PutPublicClaim(p) }
}

func lookAtClaim(id, seen, beyond string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.ReviewPublicClaim(id, aims.ClaimReview{On: tx.Today(), Seen: seen, Beyond: beyond})
	}
}

func endClaim(id string, on calendar.Date, how string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.EndPublicClaim(id, on, how) }
}

// claiming is an organisation that is certified since day 60 and says so since day 100.
func claiming(t *testing.T) *org {
	o := certOrg(t)
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	p := footer("footer")
	p.Certificate, p.Since = "c", dayOf(100)
	o.do("lea", putClaim(p))
	return o
}

// objections are the rules against a claim on a day.
func objections(o *org, id string, on calendar.Date) []string {
	return claimRules(o.View().ClaimObjections(id, on.Start(nil)))
}

// Nothing is claimed from the day of a suspension on, and after the expiry; what has ended is
// no finding any more, and stays on file.
func TestClaimsEndWithTheCertification(t *testing.T) {
	o := claiming(t)
	require.Empty(t, find(o.View(), day(400), "SV-03"))
	ends := o.cert("c").Expires()
	require.Empty(t, objections(o, "footer", ends))
	require.Equal(t, []string{"CL-03"}, objections(o, "footer", ends.AddDays(1)))
	require.Equal(t, []string{"CL-04"}, objections(o, "footer", ends.AddDays(300)))
	var due []calendar.Date
	for _, e := range o.View().Agenda(dayOf(400), ends.AddDays(400)).Entries {
		if e.Probe == "SV-03" {
			due = append(due, e.Day)
		}
	}
	require.Equal(t, []calendar.Date{ends}, due, "once: that it can't be restored any more makes it no other thing")

	o.do("lea", func(tx *aims.Tx) error { return tx.SuspendCertificate("c", dayOf(390), "an audit was put off") })
	found := find(o.View(), day(390), "SV-03")
	require.Len(t, found, 1, "on that very day")
	require.Equal(t, "CL-02: The certification is suspended since "+dayOf(390).String()+": nothing is claimed of it until it is restored.", found[0].Message)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Equal(t, aims.SeverityMinor, find(o.View(), day(420), "SV-03")[0].Severity)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(421), "SV-03")[0].Severity, "a month later it stands there on purpose")

	o.invalid("lea", "end_reason", "reason", "n/a", endClaim("footer", dayOf(391), "n/a"))
	o.invalid("lea", "ended_on", "past", stamp(day(401)), endClaim("footer", dayOf(401), "taken off the page"))
	o.invalid("lea", "ended_on", "required", "", endClaim("footer", calendar.Date{}, "taken off the page"))
	o.invalid("lea", "ended_on", "order", stamp(day(99)), endClaim("footer", dayOf(99), "taken off the page"))
	o.do("lea", endClaim("footer", dayOf(391), "taken off the page"))
	require.Empty(t, find(o.View(), day(400), "SV-03"))
	o.refused("lea", aims.ErrState, endClaim("footer", dayOf(395), "again"))
	o.refused("lea", aims.ErrState, func(tx *aims.Tx) error {
		p, _ := tx.PublicClaims().Get("footer")
		p.EndedOn = calendar.Date{}
		return tx.PutPublicClaim(p)
	})
	p, _ := o.View().PublicClaims().Get("footer")
	require.Equal(t, dayOf(391), p.EndedOn)
	require.Equal(t, "lea", p.EndedBy)
	err := o.try("lea", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindPublicClaim, ID: "footer"}) })
	require.ErrorContains(t, err, "it was said in public")
}

// In each state of a certification a claim of it has exactly the objection that View.Claims
// gives, and none only where something may be said.
func TestObjectionsAreWhatClaimsSay(t *testing.T) {
	o := certOrg(t)
	p := footer("early")
	o.do("lea", putClaim(p))
	require.Equal(t, []string{"CL-08"}, objections(o, "early", dayOf(400)), "nothing was decided, and it names no certification but is on the one there is")
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(400), "SV-03")[0].Severity)
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	require.Empty(t, objections(o, "early", dayOf(400)))
	o.do("lea", moveTo("c", aims.CertWithdrawn, 395))
	require.Equal(t, []string{"CL-05"}, objections(o, "early", dayOf(400)))
	require.Equal(t, dayOf(395), find(o.View(), day(400), "SV-03")[0].Since)
	require.Equal(t, o.View().Claims(day(400))[0].Text.String(), o.View().ClaimObjections("early", day(400))[0].Text.String())

	none := newOrg(t).staffed()
	none.do("lea", putClaim(footer("f")))
	require.Equal(t, []string{"CL-14"}, objections(none, "f", dayOf(0)))
	require.Len(t, find(none.View(), day0, "SV-03"), 1)
	require.Empty(t, none.View().ClaimObjections("ghost", day0))
	require.Empty(t, find(newOrg(t).staffed().View(), day(2000), "SV-11"), "who says nothing has nothing to look at")
}

// What goes beyond the certificate is found by the rule that it breaks.
func TestClaimsStayWithinTheCertificate(t *testing.T) {
	o := claiming(t)
	o.register(cvScreener(), spamFilter())
	put := func(id string, change func(p *aims.PublicClaim)) {
		p := footer(id)
		p.Since = dayOf(100)
		change(&p)
		o.do("lea", putClaim(p))
	}
	put("product", func(p *aims.PublicClaim) { p.About = aims.ClaimProduct })
	put("leaflet", func(p *aims.PublicClaim) { p.About = aims.ClaimWithProduct })
	put("box", func(p *aims.PublicClaim) { p.About, p.Mark = aims.ClaimWithProduct, true })
	put("accredited", func(p *aims.PublicClaim) { p.Accreditation = true })
	put("sites", func(p *aims.PublicClaim) { p.Covers = []string{"Vienna", "GRAZ "} })
	put("systems", func(p *aims.PublicClaim) { p.Systems = []string{"cv", "spam"} })
	against := func(id string) []string { return objections(o, id, dayOf(400)) }
	require.Equal(t, []string{"CL-12"}, against("product"))
	require.Empty(t, against("leaflet"), "it may say of the management system that it is certified (CL-11)")
	require.Equal(t, []string{"CL-12"}, against("box"))
	for _, id := range []string{"accredited", "sites", "systems"} {
		require.Empty(t, against(id), id)
	}
	severity := make(map[string]aims.Severity)
	for _, f := range find(o.View(), day(110), "SV-03") {
		severity[f.Subject.ID] = f.Severity
	}
	require.Equal(t, map[string]aims.Severity{"product": aims.SeverityMajor, "box": aims.SeverityMinor}, severity)

	o.do("lea", func(tx *aims.Tx) error {
		return tx.ChangeCertificateScope("c", aims.ScopeDecision{Kind: aims.ScopeReduced, On: dayOf(395), Changed: "Graz is closed", Parts: []string{"Graz"}})
	})
	require.Equal(t, []string{"CL-09"}, against("sites"))
	require.Empty(t, against("footer"), "it names no site")
	o.do("lea", func(tx *aims.Tx) error {
		c, _ := tx.Certificates().Get("c")
		c.AccreditedUntil = dayOf(398)
		return tx.PutCertificate(c)
	})
	require.Equal(t, []string{"CL-10"}, against("accredited"))
	o.do("eve", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.OutOfScope = "another company runs it now"
		_, err := tx.ReviseSystem(s)
		return err
	})
	require.Equal(t, []string{"CL-13"}, against("systems"))
	require.Contains(t, o.View().ClaimObjections("systems", day(400))[0].Text.String(), "Mail spam filter")
	o.do("lea", func(tx *aims.Tx) error { return tx.SuspendCertificate("c", dayOf(399), "an audit was put off") })
	require.Equal(t, []string{"CL-02"}, against("systems"), "one root cause is one finding")
}

// Somebody apart looks each year; what that person finds stands until a later look finds
// nothing, whatever is typed over it.
func TestClaimsAreLookedAt(t *testing.T) {
	o := claiming(t)
	require.Empty(t, find(o.View(), day(465), "SV-11"))
	found := find(o.View(), day(466), "SV-11")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityOpportunity, found[0].Severity)
	o.refused("lea", aims.ErrForbidden, lookAtClaim("footer", "it stands there", ""))
	o.invalid("una", "seen", "reason", "n/a", lookAtClaim("footer", "n/a", ""))
	o.invalid("una", "beyond", "reason", "n/a", lookAtClaim("footer", "the page", "n/a"))
	o.do("una", lookAtClaim("footer", "the page, in German", "it reads as if the subsidiaries were certified"))
	require.Empty(t, find(o.View(), day(466), "SV-11"))
	require.Equal(t, []string{"CL-13"}, objections(o, "footer", dayOf(400)))
	o.clock.Set(day(410))
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.PublicClaims().Get("footer")
		p.Says, p.Reviews = "The AI management system of our company is certified to ISO/IEC 42001.", nil
		return tx.PutPublicClaim(p)
	})
	require.Len(t, find(o.View(), day(410), "SV-03"), 1, "who answers for it does not say that it is well")
	o.do("una", lookAtClaim("footer", "the page in both languages", ""))
	require.Empty(t, find(o.View(), day(410), "SV-03"))
	o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error {
		return tx.ReviewPublicClaim("footer", aims.ClaimReview{On: dayOf(405), Seen: "the page"})
	})
	o.invalid("lea", "since", "kept", stamp(day(405)), func(tx *aims.Tx) error {
		p, _ := tx.PublicClaims().Get("footer")
		p.Since = dayOf(405)
		return tx.PutPublicClaim(p)
	})
}

// Nobody writes a claim and looks at it in one commit, and each field says what it is.
func TestLiarsAboutPublicClaims(t *testing.T) {
	o := claiming(t)
	o.refused("una", aims.ErrForbidden, func(tx *aims.Tx) error {
		p := footer("both")
		p.Since = dayOf(100)
		return errors.Join(tx.PutPublicClaim(p), lookAtClaim("both", "it is well", "")(tx))
	})
	for field, change := range map[string]func(p *aims.PublicClaim){
		"title": func(p *aims.PublicClaim) { p.Title = "" }, "where": func(p *aims.PublicClaim) { p.Where = "n/a" }, "says": func(p *aims.PublicClaim) { p.Says = "-" },
		"about": func(p *aims.PublicClaim) { p.About = "us" }, "owner": func(p *aims.PublicClaim) { p.Owner = "ghost" }, "certificate": func(p *aims.PublicClaim) { p.Certificate = "none" },
		"covers[0]": func(p *aims.PublicClaim) { p.Covers = []string{""} }, "systems[0]": func(p *aims.PublicClaim) { p.Systems = []string{"none"} },
		"since": func(p *aims.PublicClaim) { p.Since = dayOf(500) },
	} {
		p := footer("typed")
		change(&p)
		var is aims.Issues
		require.ErrorAs(t, o.refused("lea", aims.ErrInvalid, putClaim(p)), &is, field)
		require.Equal(t, field, is[0].Field)
	}
	p := footer("typed")
	p.Since, p.Reviews = dayOf(1), []aims.ClaimReview{{On: dayOf(300), Seen: "all is well", By: "una", At: day(300)}}
	p.EndedOn, p.EndReason = dayOf(2), "gone"
	o.do("lea", putClaim(p))
	p, _ = o.View().PublicClaims().Get("typed")
	require.Empty(t, p.Reviews)
	require.True(t, p.EndedOn.IsZero())
	require.Len(t, find(o.View(), day(400), "SV-11"), 1)
}
