package aims_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// certOrg is an organisation with a scope in force and a certification that is prepared; its
// clock stands at day 400.
func certOrg(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftScope(aims.Scope{Statement: "all AI of the company", Boundaries: "not the subsidiaries"})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(300)) })
	o.organised(func(our *aims.Organisation) {
		our.Name, our.Roles, our.Languages, our.HoldsISO27001 = "Org", []register.AIRole{register.RoleDeployer}, []string{"de", "en"}, true
		our.Sites = []aims.Site{{Name: "Vienna", Place: "AT", Headcount: 100, Activities: "development"}, {Name: "Graz", Place: "AT", Headcount: 20}}
	})
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body", Accreditation: "National", Number: "4711"})
	})
	o.clock.Set(day(400))
	return o
}

// organised changes what is on file of the organisation.
func (o *org) organised(change func(our *aims.Organisation)) {
	o.t.Helper()
	o.do("lea", organise(change))
}

func organise(change func(our *aims.Organisation)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		our := tx.Organisation()
		change(&our)
		return tx.PutOrganisation(our)
	}
}

func (o *org) cert(id string) aims.Certificate {
	c, ok := o.View().Certificates().Get(id)
	require.True(o.t, ok, id)
	return c
}

func moveTo(id string, to aims.CertState, on int) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.MoveCertificate(id, to, dayOf(on)) }
}

// What audit time hangs on is compiled from what is on file, and stays as the body was told.
func TestApplicationsAreCompiledAndKept(t *testing.T) {
	o := certOrg(t)
	o.register(cvScreener(), spamFilter())
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Models Inc"}); err != nil {
			return err
		}
		s := officeTool("bought", register.StageDesign)
		s.Supplier = "sup"
		return tx.RegisterSystem(s)
	})
	a, err := o.View().CertificationApplication("c", o.clock.Now())
	require.NoError(t, err)
	require.Equal(t, 120, a.Headcount)
	require.Equal(t, []string{"ISO/IEC 27001"}, a.Standards)
	require.Equal(t, "scope", a.ScopeVersion)
	require.Equal(t, []string{"sup"}, a.Outsourced)
	require.Equal(t, []string{"eve", "pam"}, a.TopManagement)
	require.Contains(t, a.High, "cv", "nobody has assessed it, so it counts as high")
	require.Equal(t, []string{"statement"}, a.Missing, "what nothing on file tells is named")
	systems := 0
	for _, l := range a.Levels {
		systems += l.Systems
	}
	require.Equal(t, 3, systems)
	_, err = o.View().CertificationApplication("none", o.clock.Now())
	require.ErrorIs(t, err, aims.ErrNotFound)

	head := o.View().Head().Seq
	o.invalid("lea", "on", "past", stamp(day(401)), moveTo("c", aims.CertApplied, 401))
	o.do("lea", moveTo("c", aims.CertApplied, 390))
	o.invalid("lea", "stage1_on", "order", stamp(day(389)), moveTo("c", aims.CertStage1Done, 389))
	told := o.cert("c").Applied
	require.Equal(t, head, told.Commit, "the state that was told of")
	require.Equal(t, dayOf(390), told.On)
	require.Equal(t, a.Sites, told.Sites)
	o.organised(func(our *aims.Organisation) { our.Sites = our.Sites[:1] })
	c := o.cert("c")
	require.Len(t, c.Applied.Sites, 2)
	c.Applied, c.State = aims.CertificationApplication{}, aims.CertCertified
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(c) })
	require.Equal(t, told, o.cert("c").Applied, "it is not typed away")
}

// What changes after is owed until the body was told of it, part by part.
func TestBodiesAreToldOfChanges(t *testing.T) {
	o := certOrg(t)
	o.do("lea", moveTo("c", aims.CertApplied, 390))
	owed := func() (parts []aims.BodyPart) {
		for _, n := range o.View().OwedToBody("c", o.clock.Now()) {
			parts = append(parts, n.Part)
		}
		require.Len(t, find(o.View(), o.clock.Now(), "SV-04"), len(parts))
		return parts
	}
	tell := func(parts ...aims.BodyPart) aims.BodyNotice {
		return aims.BodyNotice{Parts: parts, What: "as the register has it", On: dayOf(400), To: "the lead auditor", How: "letter 17", By: "eve"}
	}
	telling := func(n aims.BodyNotice) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.TellBody("c", n) }
	}
	require.Empty(t, owed())

	o.organised(func(our *aims.Organisation) { our.Sites[0].Headcount += 12 }) // a tenth
	require.Empty(t, owed())
	o.organised(func(our *aims.Organisation) { our.Sites[0].Headcount++ })
	require.Equal(t, []aims.BodyPart{aims.PartHeadcount}, owed())
	o.organised(func(our *aims.Organisation) {
		our.Sites = append(our.Sites, aims.Site{Name: "Linz", Headcount: 1})
		our.Roles = append(our.Roles, register.RoleProvider)
	})
	o.register(cvScreener())
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "new", Name: "New", TopManagement: true})
	})
	o.do("ada", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "Turned away", Grade: aims.GradeCritical, DetectedOn: o.clock.Now(), Systems: []string{"cv"}})
	})
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Scope()
		s.Statement = "all AI of the group"
		return tx.DraftScope(s)
	})
	require.NotContains(t, owed(), aims.PartScope, "a draft is not in force")
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope-2", dayOf(700)) })
	require.Equal(t, aims.BodyParts(), owed())
	require.Contains(t, fmt.Sprint(lines(find(o.View(), o.clock.Now(), "SV-04"))), "cv")

	o.invalid("lea", "told[0].how", "reason", "n/a", telling(aims.BodyNotice{Parts: aims.BodyParts(), What: "all", On: dayOf(400), To: "them", How: "n/a"}))
	o.invalid("lea", "told[0].on", "past", stamp(day(401)), telling(aims.BodyNotice{Parts: aims.BodyParts(), What: "all", On: dayOf(401), To: "them", How: "by mail"}))
	o.invalid("lea", "on", "order", stamp(day(389)), telling(aims.BodyNotice{Parts: aims.BodyParts(), What: "all", On: dayOf(389), To: "them", How: "by mail"}))
	o.invalid("lea", "told[0].parts", "required", "", telling(tell()))
	o.invalid("lea", "told[0].parts[0]", "oneof", "everything", telling(tell("everything")))
	o.refused("ada", aims.ErrForbidden, telling(tell(aims.BodyParts()...)))
	o.do("lea", telling(tell(aims.PartSites, aims.PartHigh)))
	require.Len(t, owed(), 5)
	o.do("lea", telling(tell(aims.BodyParts()...)))
	require.Empty(t, owed())
	c := o.cert("c")
	require.Equal(t, "lea", c.Told[1].By, "not whom it named")
	require.Len(t, c.Told[0].Now.Sites, 3)
	require.Zero(t, c.Told[0].Now.Headcount, "that was not told yet")
	o.organised(func(our *aims.Organisation) { our.Sites = our.Sites[:2] })
	require.Equal(t, []aims.BodyPart{aims.PartSites}, owed(), "it changed again")
	o.do("lea", func(tx *aims.Tx) error { c.Told = nil; return tx.PutCertificate(c) })
	require.Len(t, o.cert("c").Told, 2)
}

// A reader who does not see all is not told that it has changed, nor of what is hidden.
func TestWhoSeesAPartIsOwedNothingMore(t *testing.T) {
	c := &clock{now: day0}
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Redact: func(reader any, s aims.Subject, _ any) bool {
		return reader != "guest" || s.ID != "pam" && s.ID != "cv" && s.ID != "a"
	}})
	require.NoError(t, err)
	o := (&org{Manager: m, t: t, clock: c}).staffed()
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"}) })
	o.do("lea", moveTo("c", aims.CertApplied, 0))
	guest := o.View().For("guest")
	require.Empty(t, guest.OwedToBody("c", day0), "that she is hidden is no change")
	o.register(cvScreener(), spamFilter())
	require.Len(t, o.View().OwedToBody("c", day0), 1)
	require.Empty(t, o.View().For("guest").OwedToBody("c", day0))
	_, err = o.View().For("guest").CertificationApplication("c", day0)
	require.ErrorIs(t, err, aims.ErrForbidden)
	require.Empty(t, o.View().OwedToBody("none", day0))
	require.Empty(t, o.View().Partialities("none"))
}

// Who of top management leaves is on the agenda before the body is to be told.
func TestALeaveIsToldToTheBody(t *testing.T) {
	o := certOrg(t)
	o.do("lea", moveTo("c", aims.CertApplied, 390))
	o.do("eve", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("pam")
		p.LeftOn = dayOf(450)
		return tx.PutPerson(p)
	})
	require.Empty(t, find(o.View(), day(449), "SV-04"))
	require.Len(t, find(o.View(), day(450), "SV-04"), 1)
	require.True(t, slices.ContainsFunc(o.View().Agenda(dayOf(401), dayOf(500)).Entries, func(e aims.AgendaEntry) bool {
		return e.Kind == aims.AgendaCertification && e.Subject.ID == "c"
	}))
}

// A body does not certify what its people audited or advised on within two years, whoever
// names them, and under whichever record.
func TestBodiesAreImpartial(t *testing.T) {
	tie := func(c *aims.Certificate, person string) {
		c.Ties = append(c.Ties, aims.BodyTie{Person: person, How: "lead auditor"})
	}
	apply := moveTo("c", aims.CertApplied, 400)
	put := func(change func(c *aims.Certificate)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			c, _ := tx.Certificates().Get("c")
			change(&c)
			return tx.PutCertificate(c)
		}
	}
	audited := func(t *testing.T) *org {
		o := certOrg(t)
		o.do("setup", func(tx *aims.Tx) error {
			return tx.PutPerson(aims.Person{ID: "xia", Name: "Xia", External: true, Identities: []string{"login-9"}})
		})
		a := plan("a", "4.1")
		a.Auditors, a.PlannedFor = []string{"xia"}, dayOf(400)
		o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(a) })
		o.do("xia", examine("a"))
		o.do("xia", func(tx *aims.Tx) error { return tx.CloseAudit("a", "fine", []string{"eve"}) })
		return o
	}
	t.Run("auditor", func(t *testing.T) {
		o := audited(t)
		o.do("lea", put(func(c *aims.Certificate) { tie(c, "xia") }))
		o.refused("lea", aims.ErrSeparation, apply)
		require.Equal(t, dayOf(400).AddDate(0, 24, 1), o.View().Partialities("c")[0].Over)
		o.clock.Set(dayOf(400).AddDate(0, 24, 0).Start(nil))
		o.refused("lea", aims.ErrSeparation, func(tx *aims.Tx) error { return tx.MoveCertificate("c", aims.CertApplied, tx.Today()) })
		o.clock.Set(dayOf(400).AddDate(0, 24, 1).Start(nil))
		o.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("c", aims.CertApplied, tx.Today()) })
	})
	t.Run("under another record", func(t *testing.T) {
		o := audited(t)
		o.do("setup", func(tx *aims.Tx) error {
			return tx.PutPerson(aims.Person{ID: "xia2", Name: "X. Ia", External: true, Identities: []string{"login-9"}})
		})
		o.do("lea", put(func(c *aims.Certificate) { tie(c, "xia2") }))
		o.refused("lea", aims.ErrSeparation, apply)
	})
	t.Run("who works for the body", func(t *testing.T) {
		o := audited(t)
		o.do("setup", func(tx *aims.Tx) error {
			p, _ := tx.People().Get("xia")
			p.Unit = "body "
			return tx.PutPerson(p)
		})
		o.refused("lea", aims.ErrSeparation, apply)
	})
	t.Run("adviser", func(t *testing.T) {
		o := certOrg(t)
		advised := aims.Advice{Firm: "Body", On: "the impact process", From: dayOf(10), Until: dayOf(100)}
		o.invalid("lea", "advice[0].on", "reason", "n/a", organise(func(our *aims.Organisation) {
			our.Advice = []aims.Advice{{Firm: "Body", On: "n/a", From: dayOf(10)}}
		}))
		o.invalid("lea", "advice[0].firm", "required", "", organise(func(our *aims.Organisation) { our.Advice = []aims.Advice{{On: "it", From: dayOf(10)}} }))
		o.invalid("lea", "advice[0].until", "past", stamp(day(500)), organise(func(our *aims.Organisation) {
			our.Advice = []aims.Advice{{Firm: "Body", On: "it", From: dayOf(10), Until: dayOf(500)}}
		}))
		o.organised(func(our *aims.Organisation) { our.Advice = []aims.Advice{advised} })
		o.refused("lea", aims.ErrSeparation, apply)
		for _, away := range []func(our *aims.Organisation){
			func(our *aims.Organisation) { our.Advice = nil },
			func(our *aims.Organisation) { our.Advice[0].Firm = "Another" },
			func(our *aims.Organisation) { our.Advice[0].Until = dayOf(11) },
			func(our *aims.Organisation) { our.Advice[0].From = dayOf(99) },
		} {
			err := o.try("lea", organise(away))
			require.ErrorIs(t, err, aims.ErrInvalid)
			require.ErrorContains(t, err, "advice[0]")
		}
		lasting := organise(func(our *aims.Organisation) {
			our.Advice = append(our.Advice, aims.Advice{Firm: "Friends", On: "the register", From: dayOf(10)})
		})
		o.do("lea", lasting)
		o.invalid("lea", "advice[1]", "kept", "Friends", organise(func(our *aims.Organisation) { our.Advice[1].Until = dayOf(11) }))
		o.organised(func(our *aims.Organisation) { our.Advice[1].Until = dayOf(400) })
		o.organised(func(our *aims.Organisation) { our.Advice[0].Until = dayOf(120) })
		o.refused("lea", aims.ErrSeparation, apply)
	})
	t.Run("a supplier that is tied to it", func(t *testing.T) {
		o := certOrg(t)
		o.do("lea", func(tx *aims.Tx) error {
			return tx.PutSupplier(aims.Supplier{ID: "sister", Name: "Body Consulting"})
		})
		o.organised(func(our *aims.Organisation) {
			our.Advice = []aims.Advice{{Supplier: "sister", On: "the policy", From: dayOf(10)}}
		})
		o.do("lea", put(func(c *aims.Certificate) {
			c.Ties = []aims.BodyTie{{Supplier: "sister", How: "of one group"}}
		}))
		o.refused("lea", aims.ErrSeparation, apply)
		require.Zero(t, o.View().Partialities("c")[0].Over, "they still do")
	})
	t.Run("it comes to light", func(t *testing.T) {
		o := certOrg(t)
		o.certify("c", day(399), aims.CertApplied, aims.CertStage1Done)
		require.Empty(t, find(o.View(), day(400), "SV-07"))
		o.organised(func(our *aims.Organisation) {
			our.Advice = []aims.Advice{{Firm: "Body", On: "the policy", From: dayOf(10), Until: dayOf(50)}}
		})
		found := find(o.View(), day(400), "SV-07")
		require.Len(t, found, 1)
		require.Equal(t, aims.SeverityMajor, found[0].Severity)
		o.refused("lea", aims.ErrSeparation, moveTo("c", aims.CertStage2Done, 400))
		require.NotEmpty(t, find(o.View(), day(1400), "SV-07"), "it was applied to within the two years, and time does not mend that")
		err := o.try("lea", put(func(c *aims.Certificate) { c.Body = "Others" }))
		require.ErrorContains(t, err, "body")
	})
	t.Run("ties are not taken back", func(t *testing.T) {
		o := certOrg(t)
		o.do("lea", put(func(c *aims.Certificate) { tie(c, "ada") }))
		o.do("lea", apply)
		o.invalid("lea", "ties", "kept", "ada", put(func(c *aims.Certificate) { c.Ties = nil }))
		o.invalid("lea", "ties[1].how", "reason", "none", put(func(c *aims.Certificate) { c.Ties = append(c.Ties, aims.BodyTie{Person: "bob", How: "none"}) }))
		o.invalid("lea", "ties[1].person", "person", "nobody", put(func(c *aims.Certificate) { tie(c, "nobody") }))
	})
}

// raisedByBody is a nonconformity that the body raised at Stage 2.
func raisedByBody(id string, grade aims.Severity, on int) aims.Nonconformity {
	return aims.Nonconformity{ID: id, Title: "No criteria", Severity: grade, Clause: aims.MustParseClause("6.1.2"), Certificate: "c", RaisedOn: dayOf(on), Owner: "ada", Due: dayOf(on + 60)}
}

// Nobody is certified before majors are verified and minors planned, and once six months
// have passed with a major another Stage 2 comes first; that of before stays on file.
func TestWhatTheBodyRaisedComesBeforeItsDecision(t *testing.T) {
	o := certOrg(t)
	o.clock.Set(day(30))
	o.certify("c", day(30), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done)
	o.clock.Set(day(31))
	decide := func(on int) func(tx *aims.Tx) error { return moveTo("c", aims.CertCertified, on) }
	o.do("una", func(tx *aims.Tx) error { return tx.RaiseNonconformity(raisedByBody("minor", aims.SeverityMinor, 30)) })
	o.refused("lea", aims.ErrState, decide(31))
	o.refused("lea", aims.ErrState, moveTo("c", aims.CertPending, 31))
	require.Len(t, find(o.View(), day(31), "SV-02"), 1)
	correct := func(id string, change func(n *aims.Nonconformity)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			n, _ := tx.Nonconformities().Get(id)
			n.Correction, n.Cause, n.Extent, n.Action = "criteria are written", "nobody was asked to", "once", aims.CorrectiveAction{Plan: "they are reviewed yearly", By: "bob"}
			if change != nil {
				change(&n)
			}
			return tx.CorrectNonconformity(n)
		}
	}
	o.do("ada", correct("minor", func(n *aims.Nonconformity) { n.Cause = "n/a" }))
	o.refused("lea", aims.ErrState, decide(31)) // that is no plan
	o.refused("lea", aims.ErrInvalid, correct("minor", func(n *aims.Nonconformity) { n.Certificate = "" }))
	o.do("ada", correct("minor", nil))
	require.Empty(t, find(o.View(), day(31), "SV-02"))
	require.NoError(t, o.try("lea", func(tx *aims.Tx) error { return moveTo("c", aims.CertPending, 31)(tx) }))
	require.Equal(t, dayOf(31), o.cert("c").PendingOn)

	o.do("una", func(tx *aims.Tx) error { return tx.RaiseNonconformity(raisedByBody("major", aims.SeverityMajor, 30)) })
	o.do("ada", correct("major", func(n *aims.Nonconformity) { n.Action.DoneOn = dayOf(31) }))
	o.refused("lea", aims.ErrState, decide(31))
	o.refused("una", aims.ErrState, func(tx *aims.Tx) error {
		return tx.RegradeNonconformity("major", aims.SeverityMinor, calendar.Date{}, "it is not so bad")
	})
	o.clock.Set(day(100))
	verify := func(tx *aims.Tx) error { return tx.CloseNonconformity("major", true, "looked at ten of them") }
	err := o.try("una", func(tx *aims.Tx) error {
		if err := verify(tx); err != nil {
			return err
		}
		require.Error(t, tx.MoveCertificate("c", aims.CertCertified, dayOf(100)))
		return errUndo
	})
	require.ErrorIs(t, err, errUndo, "all in one commit decides nothing")
	require.Empty(t, find(o.View(), day(100), "SV-02"), "there is time")
	require.Len(t, find(o.View(), day(250), "SV-02"), 1)

	// Six months pass.
	late := dayOf(30).AddDate(0, 6, 1)
	o.clock.Set(late.Start(nil))
	require.Equal(t, aims.SeverityMajor, find(o.View(), o.clock.Now(), "SV-02")[0].Severity)
	o.do("una", verify)
	require.NotEmpty(t, find(o.View(), o.clock.Now(), "SV-02"), "verified too late")
	o.refused("lea", aims.ErrState, func(tx *aims.Tx) error { return tx.MoveCertificate("c", aims.CertCertified, late) })
}

func TestAnotherStage2(t *testing.T) {
	o := certOrg(t)
	o.clock.Set(day(30))
	o.certify("c", day(30), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done)
	again := func(on calendar.Date) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.MoveCertificate("c", aims.CertStage2Done, on) }
	}
	late := dayOf(30).AddDate(0, 6, 1)
	o.clock.Set(late.AddDays(40).Start(nil))
	o.refused("lea", aims.ErrState, again(late)) // for nothing
	o.do("una", func(tx *aims.Tx) error { return tx.RaiseNonconformity(raisedByBody("major", aims.SeverityMajor, 30)) })
	o.refused("lea", aims.ErrState, again(late.AddDays(-1)))
	o.do("lea", again(late))
	c := o.cert("c")
	require.Equal(t, late, c.Stage2On)
	require.Equal(t, []aims.StageAudit{{Stage: aims.Stage1, On: dayOf(29), By: "lea", At: day(30)}, {Stage: aims.Stage2, On: dayOf(30), By: "lea", At: day(30)}, {Stage: aims.Stage2, On: late, By: "lea", At: o.clock.Now()}}, c.Stages)
	require.Equal(t, aims.SeverityMinor, find(o.View(), o.clock.Now(), "SV-02")[0].Severity, "six months run anew; a plan is owed")
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("major")
		n.Correction, n.Cause, n.Extent, n.Action = "criteria are written", "nobody was asked to", "once", aims.CorrectiveAction{Plan: "they are reviewed yearly", By: "bob", DoneOn: late}
		return tx.CorrectNonconformity(n)
	})
	o.clock.Set(late.AddDays(80).Start(nil))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("major", true, "looked at ten of them") })
	o.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("c", aims.CertCertified, late.AddDays(80)) })
	require.Equal(t, "scope", o.cert("c").ScopeVersion)
}

// Surveillance is due within twelve months of a first decision and then once in a calendar
// year; the habits of bodies make nothing late.
func TestSurveillanceIsOfTheCalendarYear(t *testing.T) {
	d := calendar.MustParse
	for _, row := range []struct {
		name string
		held []calendar.Date
		c    aims.Certificate
		due  map[string]bool // surveillance, and whether it is done
	}{
		{"none", nil, aims.Certificate{}, map[string]bool{"2027-03-10": false, "2028-12-31": false}},
		{"a late first one", []calendar.Date{d("2027-06-01")}, aims.Certificate{}, map[string]bool{"2027-03-10": true, "2028-12-31": false}},
		{"one each year", []calendar.Date{d("2027-02-01"), d("2028-12-31")}, aims.Certificate{}, map[string]bool{"2027-03-10": true, "2028-12-31": true}},
		{"the first in the year of the decision", []calendar.Date{d("2026-12-01")}, aims.Certificate{}, map[string]bool{"2027-03-10": true, "2027-12-31": false, "2028-12-31": false}},
		{"a recertification", nil, aims.Certificate{Renews: "before"}, map[string]bool{"2027-12-31": false, "2028-12-31": false}},
		{"two in one year", []calendar.Date{d("2027-02-01"), d("2027-11-01")}, aims.Certificate{}, map[string]bool{"2027-03-10": true, "2028-12-31": false}},
	} {
		row.c.State, row.c.DecidedOn, row.c.Surveillance = aims.CertCertified, d("2026-03-10"), row.held
		got := make(map[string]bool)
		for _, c := range row.c.Cycle() {
			if c.Basis == "norm" && c.ID != "expiry" {
				got[c.Due.String()] = c.Done
			}
		}
		require.Equal(t, row.due, got, row.name)
	}
	o := certOrg(t)
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	ends := dayOf(60).AddDate(0, 36, 0)
	o.clock.Set(ends.AddDays(-59).Start(nil))
	o.do("lea", moveTo("c", aims.CertCertified, 300))
	o.do("lea", moveTo("c", aims.CertCertified, 900))
	found := find(o.View(), o.clock.Now(), "SV-01")
	require.Len(t, found, 1, "the recertification audit, sixty days before the end")
	require.Equal(t, aims.SeverityOpportunity, found[0].Severity, "no norm has that day")
}

// A suspension has a reason and an end; past six months it is a finding.
func TestSuspensionsEnd(t *testing.T) {
	o := certOrg(t)
	o.refused("lea", aims.ErrState, func(tx *aims.Tx) error { return tx.SuspendCertificate("c", dayOf(1), "an audit was put off") })
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	suspend := func(on calendar.Date, reason string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.SuspendCertificate("c", on, reason) }
	}
	o.refused("lea", aims.ErrState, moveTo("c", aims.CertSuspended, 100))
	o.invalid("lea", "reason", "reason", "n/a", suspend(dayOf(100), "n/a"))
	o.invalid("lea", "on", "required", "", suspend(calendar.Date{}, "an audit was put off"))
	o.invalid("lea", "suspended_on", "past", stamp(day(401)), suspend(dayOf(401), "an audit was put off"))
	o.invalid("lea", "suspended_on", "order", stamp(day(59)), suspend(dayOf(59), "an audit was put off"))
	o.refused("ada", aims.ErrForbidden, suspend(dayOf(100), "an audit was put off"))
	o.do("lea", suspend(dayOf(100), "an audit was put off"))
	o.refused("lea", aims.ErrState, suspend(dayOf(101), "again"))
	last := dayOf(100).AddDate(0, 6, 0)
	require.Empty(t, find(o.View(), last.Start(nil), "SV-06"))
	require.Len(t, find(o.View(), last.AddDays(1).Start(nil), "SV-06"), 1)
	o.invalid("lea", "suspensions[0].until", "order", stamp(day(99)), moveTo("c", aims.CertCertified, 99))
	o.do("lea", moveTo("c", aims.CertCertified, 350))
	require.Empty(t, find(o.View(), last.AddDays(1).Start(nil), "SV-06"))
	c := o.cert("c")
	require.Equal(t, "an audit was put off", c.Suspensions[0].Reason)
	require.Equal(t, dayOf(350), c.Suspensions[0].Until)
	c.Suspensions = nil
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(c) })
	require.Len(t, o.cert("c").Suspensions, 1, "it stays on file")
}

// The certificate is of the scope that the body decided on; what was taken out is not claimed.
func TestScopesOfCertificates(t *testing.T) {
	o := certOrg(t)
	change := func(d aims.ScopeDecision) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ChangeCertificateScope("c", d) }
	}
	reduced := aims.ScopeDecision{Kind: aims.ScopeReduced, On: dayOf(300), Changed: "Graz is closed", Parts: []string{"Graz", "the plant in Graz"}, Scope: "AI in Vienna"}
	o.refused("lea", aims.ErrState, change(reduced))
	o.do("lea", func(tx *aims.Tx) error {
		c, _ := tx.Certificates().Get("c")
		c.Scope = "AI in Vienna and Graz"
		return tx.PutCertificate(c)
	})
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	require.Equal(t, "scope", o.cert("c").ScopeVersion)
	require.Empty(t, find(o.View(), day(400), "SV-05"))
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Scope()
		s.Statement = "AI in Vienna"
		return tx.DraftScope(s)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope-2", dayOf(700)) })
	require.Len(t, find(o.View(), day(400), "SV-05"), 1)
	typed := o.cert("c")
	typed.Scope = "AI everywhere"
	o.refused("lea", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.PutCertificate(typed) })
	o.invalid("lea", "changed", "reason", "n/a", change(aims.ScopeDecision{Kind: aims.ScopeReduced, On: dayOf(300), Changed: "n/a", Parts: []string{"Graz"}}))
	o.invalid("lea", "scope_decisions[0].parts", "required", "", change(aims.ScopeDecision{Kind: aims.ScopeReduced, On: dayOf(300), Changed: "Graz is closed"}))
	o.invalid("lea", "on", "order", stamp(day(59)), change(aims.ScopeDecision{Kind: aims.ScopeUnchanged, On: dayOf(59), Changed: "they looked"}))
	o.do("lea", change(reduced))
	c := o.cert("c")
	require.Empty(t, find(o.View(), day(400), "SV-05"))
	require.Equal(t, "AI in Vienna", c.Scope)
	require.Equal(t, "AI in Vienna and Graz", c.ScopeDecisions[0].Before)
	require.Equal(t, "scope-2", c.ScopeVersion)
	require.Equal(t, []string{"CL-01", "CL-09", "CL-11", "CL-12", "CL-13"}, claimRules(c.Claims(dayOf(400))))
	require.Equal(t, "The certificate covers no longer: Graz; the plant in Graz.", c.Claims(dayOf(400))[1].Text.String())
	o.do("lea", change(aims.ScopeDecision{Kind: aims.ScopeExtended, On: dayOf(350), Changed: "Graz is open again", Parts: []string{" graz"}, Scope: "AI in Vienna and Graz"}))
	require.Equal(t, "The certificate covers no longer: the plant in Graz.", o.cert("c").Claims(dayOf(400))[1].Text.String())
}

func claimRules(claims []aims.Claim) (rules []string) {
	for _, c := range claims {
		rules = append(rules, c.Rule)
	}
	return rules
}

// Another body takes a valid certificate over with its cycle, and nothing else.
func TestCertificatesAreTransferred(t *testing.T) {
	o := certOrg(t)
	take := func(on int, review string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.TransferCertificate("d", dayOf(on), review) }
	}
	put := func(c aims.Certificate) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.PutCertificate(c) }
	}
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done)
	o.invalid("lea", "transfers", "record", "d", put(aims.Certificate{ID: "d", Body: "Others", Transfers: "d"}))
	o.do("lea", put(aims.Certificate{ID: "d", Body: " body", Transfers: "c"}))
	o.refused("lea", aims.ErrState, take(100, "no open majors")) // it is not certified
	o.certify("c", day(90), aims.CertCertified)
	o.do("lea", moveTo("c", aims.CertCertified, 300))
	o.refused("lea", aims.ErrState, take(310, "no open majors")) // not accredited
	edit := func(change func(c *aims.Certificate)) {
		c := o.cert("d")
		change(&c)
		o.do("lea", put(c))
	}
	edit(func(c *aims.Certificate) { c.Accreditation = "National" })
	o.refused("lea", aims.ErrState, take(310, "no open majors")) // the same body
	edit(func(c *aims.Certificate) { c.Body, c.AccreditedUntil = "Others", dayOf(305) })
	o.refused("lea", aims.ErrState, take(310, "no open majors")) // its accreditation had ended
	edit(func(c *aims.Certificate) { c.AccreditedUntil = dayOf(900) })
	o.refused("lea", aims.ErrState, take(80, "no open majors")) // before it was certified
	o.do("una", func(tx *aims.Tx) error { return tx.RaiseNonconformity(raisedByBody("major", aims.SeverityMajor, 300)) })
	o.refused("lea", aims.ErrState, take(310, "no open majors"))
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("major")
		n.Correction, n.Cause, n.Extent, n.Action = "criteria are written", "nobody was asked to", "once", aims.CorrectiveAction{Plan: "they are reviewed yearly", By: "bob", DoneOn: dayOf(310)}
		return tx.CorrectNonconformity(n)
	})
	o.clock.Set(day(440))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("major", true, "looked at ten of them") })
	o.invalid("lea", "review", "reason", "n/a", take(435, "n/a"))
	o.invalid("lea", "transferred_on", "past", stamp(day(441)), take(441, "no open majors"))
	o.do("lea", take(435, "no open majors"))
	was, is := o.cert("c"), o.cert("d")
	require.Equal(t, aims.CertTransferred, was.State)
	require.Equal(t, "d", was.TransferredTo)
	require.True(t, is.Valid(dayOf(440)))
	require.Equal(t, was.Expires(), is.Expires())
	require.Equal(t, was.Cycle(), is.Cycle(), "the cycle goes on")
	require.False(t, is.Applied.At.IsZero())
	require.Equal(t, []string{"CL-07"}, claimRules(was.Claims(dayOf(440))))
	meant, _ := o.View().CertificateMeant(day(440))
	require.Equal(t, "d", meant.ID)
	o.refused("lea", aims.ErrState, take(436, "again"))
	for _, to := range aims.CertStates() {
		o.refused("lea", aims.ErrState, moveTo("c", to, 440)) // it has ended
	}
	require.Empty(t, find(o.View(), day(440), "SV-01"))
}

// What a body was asked, and answered, stays on file.
func TestAppealsAndSpecialAudits(t *testing.T) {
	o := certOrg(t)
	appeal := func(a aims.Appeal) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.NoteAppeal("c", a) }
	}
	special := func(a aims.SpecialAudit) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.RecordSpecialAudit("c", a) }
	}
	a := aims.Appeal{ID: "1", Text: "The grade of the second nonconformity.", On: dayOf(100)}
	o.refused("lea", aims.ErrState, appeal(a))
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	o.invalid("lea", "appeals[0].text", "reason", "n/a", appeal(aims.Appeal{ID: "1", Text: "n/a", On: dayOf(100)}))
	o.invalid("lea", "appeals[0].on", "past", stamp(day(401)), appeal(aims.Appeal{ID: "1", Text: "The grade.", On: dayOf(401)}))
	o.do("lea", appeal(a))
	other := a
	other.Text = "Something else."
	o.refused("lea", aims.ErrInvalid, appeal(other))
	require.Empty(t, find(o.View(), day(190), "SV-09"))
	asked := find(o.View(), day(191), "SV-09")
	require.Len(t, asked, 1, "a quarter without an answer")
	require.Equal(t, dayOf(190), asked[0].Since)
	require.Contains(t, asked[0].Message, a.Text)
	a.Answer, a.AnsweredOn = "It is a minor.", dayOf(90)
	o.invalid("lea", "appeals[0].answered_on", "order", stamp(day(90)), appeal(a))
	a.AnsweredOn = dayOf(150)
	o.do("lea", appeal(a))
	o.refused("lea", aims.ErrState, appeal(a))
	require.Empty(t, find(o.View(), day(191), "SV-09"))
	require.Equal(t, "lea", o.cert("c").Appeals[0].By)
	o.invalid("lea", "special[0].result", "required", "", special(aims.SpecialAudit{On: dayOf(200), ShortNotice: true, Reason: "a complaint"}))
	o.invalid("lea", "on", "order", stamp(day(50)), special(aims.SpecialAudit{On: dayOf(50), Reason: "a complaint", Result: "nothing found"}))
	o.do("lea", special(aims.SpecialAudit{On: dayOf(200), ShortNotice: true, Reason: "a complaint", Result: "nothing found", By: "eve"}))
	c := o.cert("c")
	require.Equal(t, "lea", c.Special[0].By)
	require.False(t, c.Cycle()[0].Done, "a special audit is no surveillance")
}

// An accreditation that has lapsed is found, and no longer claimed.
func TestAccreditationLapses(t *testing.T) {
	o := certOrg(t)
	until := func(on calendar.Date) {
		c := o.cert("c")
		c.AccreditedUntil = on
		o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(c) })
	}
	until(dayOf(420))
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	require.Empty(t, find(o.View(), day(420), "SV-08"))
	require.Len(t, find(o.View(), day(421), "SV-08"), 1)
	require.Contains(t, claimRules(o.View().Claims(day(421))), "CL-10")
	until(dayOf(1500))
	require.Empty(t, find(o.View(), day(421), "SV-08"))
}

// What may be said follows the state, by rules with a source.
func TestClaims(t *testing.T) {
	d := calendar.MustParse
	held := aims.Certificate{ID: "c", Body: "Body", Number: "4711", State: aims.CertCertified, DecidedOn: d("2026-03-10")}
	for _, row := range []struct {
		state aims.CertState
		on    string
		first string
		may   bool
	}{
		{aims.CertPreparing, "2026-04-01", "CL-08", false}, {aims.CertApplied, "2026-04-01", "CL-08", false}, {aims.CertPending, "2026-04-01", "CL-08", false},
		{aims.CertCertified, "2029-03-10", "CL-01", true}, {aims.CertCertified, "2029-03-11", "CL-03", false}, {aims.CertExpired, "2029-09-10", "CL-03", false},
		{aims.CertExpired, "2029-09-11", "CL-04", false}, {aims.CertSuspended, "2026-04-01", "CL-02", false}, {aims.CertWithdrawn, "2026-04-01", "CL-05", false},
		{aims.CertRefused, "2026-04-01", "CL-06", false}, {aims.CertTransferred, "2026-04-01", "CL-07", false},
	} {
		c := held
		c.State = row.state
		claims := c.Claims(d(row.on))
		require.Equal(t, row.first, claims[0].Rule, "%s on %s", row.state, row.on)
		for _, said := range claims {
			require.False(t, said.May && !row.may, "%s on %s: %s", row.state, row.on, said.Rule)
		}
	}
	rules := make(map[string]bool)
	for _, r := range aims.ClaimRules() {
		require.NotEmpty(t, r.When)
		require.NotEmpty(t, r.Source)
		require.False(t, rules[r.ID])
		rules[r.ID] = true
	}
	o := newOrg(t)
	require.Empty(t, o.View().Claims(day0), "nothing may be said of nothing")
}

// A certification of before keeps its audits, now in a list.
func TestCertificationsOfBefore(t *testing.T) {
	body, err := json.Marshal(map[string]any{"id": "c", "body": "Body", "state": "certified", "stage1_on": "2026-01-10", "stage2_on": "2026-02-10", "decided_on": "2026-03-10", "surveillance": []string{"2027-01-01"}})
	require.NoError(t, err)
	j := memory.New()
	batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "old", Time: day0, Meta: []byte(`{"actor":"x","reason":"y"}`),
		Changes: []storage.Change{{Kind: "certificate", Key: "c", Schema: 2, Salt: []byte("s"), Body: body}}}})
	require.NoError(t, err)
	require.NoError(t, j.Append(t.Context(), batch))
	o := openOrg(t, j, &clock{now: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)})
	c := o.cert("c")
	require.Equal(t, []aims.StageAudit{{Stage: aims.Stage1, On: c.Stage1On}, {Stage: aims.Stage2, On: c.Stage2On}}, c.Stages)
	require.Empty(t, find(o.View(), o.clock.Now(), "SV-04"), "nobody knows what was told, so nothing can have changed since")
	require.Empty(t, find(o.View(), o.clock.Now(), "SV-05"))
}

// illCertified is an organisation of whose certifications all goes wrong that can: the body
// advised, lost its accreditation, suspended, knows another scope; another one raised a major
// that nobody has dealt with.
func illCertified(t *testing.T) *org {
	o := certOrg(t)
	o.do("lea", func(tx *aims.Tx) error {
		c, _ := tx.Certificates().Get("c")
		c.AccreditedUntil = dayOf(410)
		if err := tx.PutCertificate(c); err != nil {
			return err
		}
		return tx.PutCertificate(aims.Certificate{ID: "d", Body: "Others"})
	})
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	o.certify("d", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done)
	o.do("una", func(tx *aims.Tx) error {
		n := raisedByBody("major", aims.SeverityMajor, 60)
		n.Certificate = "d"
		return tx.RaiseNonconformity(n)
	})
	o.organised(func(our *aims.Organisation) {
		our.Advice = []aims.Advice{{Firm: "Body", On: "the policy", From: dayOf(10), Until: dayOf(50)}}
	})
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Scope()
		s.Statement = "all AI of the group"
		return tx.DraftScope(s)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope-2", dayOf(700)) })
	o.do("lea", func(tx *aims.Tx) error {
		return tx.NoteAppeal("c", aims.Appeal{ID: "1", Complaint: true, Text: "The team came a day late.", On: dayOf(70)})
	})
	o.certify("c", day(399), aims.CertSuspended)
	return o
}

// What nobody can look up is not claimed, and what came on file long after says so.
func TestCertificatesAreLookedUp(t *testing.T) {
	o := certOrg(t)
	edit := func(change func(c *aims.Certificate)) {
		c := o.cert("c")
		change(&c)
		o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(c) })
	}
	found := func() (parts []string) {
		for _, f := range find(o.View(), o.clock.Now(), "SV-12") {
			parts = append(parts, string(f.Severity)+" "+f.Message)
		}
		return parts
	}
	edit(func(c *aims.Certificate) { c.Number, c.Accreditation = "n/a", "" })
	o.certify("c", day(399), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done)
	require.Empty(t, found(), "there is no certificate yet")
	o.do("lea", moveTo("c", aims.CertCertified, 400))
	require.ElementsMatch(t, []string{"minor No number of the certificate of Body is on file.", "minor Who accredited Body is not on file."}, found())
	require.Equal(t, "CL-15", o.cert("c").Claims(dayOf(400))[0].Rule)
	require.False(t, slices.ContainsFunc(o.cert("c").Claims(dayOf(400)), func(c aims.Claim) bool { return c.May }))
	edit(func(c *aims.Certificate) { c.Number, c.Accreditation = "4711", "National" })
	require.Empty(t, found())
	require.Equal(t, "CL-01", o.cert("c").Claims(dayOf(400))[0].Rule)

	o = certOrg(t)
	o.certify("c", day(60), aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified)
	require.Len(t, found(), 1, "all of it was typed in 340 days later")
	require.Contains(t, found()[0], "opportunity The application of")
	require.Contains(t, found()[0], "The decision of")
	require.Equal(t, "lea", o.cert("c").DecidedBy)
	c := o.cert("c")
	c.DecidedAt = day(60)
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(c) })
	require.Len(t, found(), 1, "it is not typed away")
}

// A step that is dated into the past shows before anything is decided, each by itself; who
// tells in time is not found, and another round begins anew.
func TestStepsToldLateShow(t *testing.T) {
	o := certOrg(t)
	o.clock.Set(day(400))
	found := func() (parts []string) {
		for _, f := range find(o.View(), o.clock.Now(), "SV-12") {
			parts = append(parts, string(f.Severity)+" "+f.Message)
		}
		return parts
	}
	o.do("lea", moveTo("c", aims.CertApplied, 390))
	o.do("lea", moveTo("c", aims.CertStage1Done, 395))
	require.Empty(t, found())
	require.Equal(t, "lea", o.cert("c").Stages[0].By)
	require.Equal(t, day(400), o.cert("c").Stages[0].At)
	o.clock.Set(day(600))
	o.do("lea", moveTo("c", aims.CertStage2Done, 509))
	require.Equal(t, []string{"opportunity Stage 2 of " + dayOf(509).String() + " came on file on " + dayOf(600).String() + "."}, found(), "91 days later")
	c := o.cert("c")
	c.Stages[1].At, c.Stages[1].By = day(509), "una"
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(c) })
	require.Len(t, found(), 1, "it is not typed away")
	o.do("lea", moveTo("c", aims.CertPending, 509))
	require.Equal(t, []string{"opportunity Stage 2 of " + dayOf(509).String() + " came on file on " + dayOf(600).String() + ". What the body decided by was there on " + dayOf(509).String() + ", and that came on file on " + dayOf(600).String() + "."}, found())
	o.do("lea", moveTo("c", aims.CertRefused, 600))
	o.do("lea", moveTo("c", aims.CertApplied, 600))
	require.Empty(t, found(), "another round")
	require.Len(t, o.cert("c").Late(nil), 0)
}

// An audit of the certification grades what goes wrong with it.
func TestReadinessSeesTheCertification(t *testing.T) {
	o := illCertified(t)
	seen := func(stage aims.Stage) map[string]aims.Severity {
		checks := make(map[string]aims.Severity)
		for _, c := range o.View().Readiness(day(600), stage).Checks {
			if strings.HasPrefix(c.Probe, "SV-") {
				checks[c.Probe] = c.Severity
			}
		}
		return checks
	}
	require.Equal(t, map[string]aims.Severity{"SV-04": aims.SeverityMinor, "SV-07": aims.SeverityMajor, "SV-08": aims.SeverityMinor, "SV-09": aims.SeverityOpportunity}, seen(aims.Stage1))
	require.Equal(t, aims.SeverityMajor, seen(aims.Stage2)["SV-02"])
	require.Equal(t, map[string]aims.Severity{"SV-01": aims.SeverityMajor, "SV-02": aims.SeverityMajor, "SV-04": aims.SeverityMinor, "SV-05": aims.SeverityMinor, "SV-06": aims.SeverityMajor, "SV-07": aims.SeverityMajor, "SV-08": aims.SeverityMinor, "SV-09": aims.SeverityOpportunity, "SV-12": aims.SeverityOpportunity}, seen(aims.Surveillance1))
	require.Contains(t, o.View().Claims(day(600))[0].Text.String(), "suspended")
}
