package aims_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// furnished is a staffed organisation with one of most things: the systems
// spam and cv, a supplier, a risk; zed has left.
func furnished(t testing.TB) *org {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "zed", Name: "Zed", LeftOn: dayOf(-1)})
	})
	o.register(spamFilter(), cvScreener())
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"}); err != nil {
			return err
		}
		return tx.PutRisk(risk("unfair"))
	})
	return o
}

// TestBadInput tries one wrong value in each row: the error is ErrInvalid,
// names field, rule and value, and the store is as before.
func TestBadInput(t *testing.T) {
	o := furnished(t)
	future, past := day(1), day(-10)

	long := strings.Repeat("a", 20_001)
	shortened := annexaShort(long)
	ev := func(change func(e *aims.Evidence)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			e := proof("e", tx.Now(), nil, "A.6.2.4")
			change(&e)
			return tx.AttachEvidence(e)
		}
	}
	sys := func(change func(s *register.System)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			s := spamFilter()
			s.ID = "new"
			change(&s)
			return tx.RegisterSystem(s)
		}
	}
	rsk := func(change func(r *register.Risk)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			r := risk("new")
			change(&r)
			return tx.PutRisk(r)
		}
	}
	obj := func(change func(b *aims.Objective)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			b := aims.Objective{ID: "o", Title: "Fewer errors", Measure: "errors", Direction: aims.AtMost, Owner: "ada", Due: dayOf(90)}
			change(&b)
			return tx.PutObjective(b)
		}
	}
	dec := func(control string, change func(d *annexa.Decision)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			d := applicable(tx.Decision(annexa.MustParse(control)))
			change(&d)
			return tx.DecideControl(d)
		}
	}
	nc := func(change func(n *aims.Nonconformity)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			n := aims.Nonconformity{ID: "n", Title: "x", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(30)}
			change(&n)
			return tx.RaiseNonconformity(n)
		}
	}
	inc := func(change func(i *aims.Incident)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			i := aims.Incident{ID: "i", Title: "x", Grade: aims.GradeLow, DetectedOn: day0}
			change(&i)
			return tx.ReportIncident(i)
		}
	}
	con := func(change func(c *aims.Concern)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			c := aims.Concern{RaisedBy: "staff", ID: "c", Text: "x", RaisedOn: dayOf(0)}
			change(&c)
			return tx.RaiseConcern(c)
		}
	}
	sup := func(change func(s *aims.Supplier)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			s := aims.Supplier{ID: "s", Name: "S"}
			change(&s)
			return tx.PutSupplier(s)
		}
	}
	aud := func(change func(a *aims.Audit)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			a := aims.Audit{ID: "a", Title: "x", Clauses: []aims.Clause{aims.MustParseClause("7")}, Auditors: []string{"una"}, PlannedFor: dayOf(10)}
			change(&a)
			return tx.PlanAudit(a)
		}
	}
	rev := func(change func(r *aims.ManagementReview)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			r := aims.ManagementReview{ID: "r", HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: dayOf(30)}}}
			change(&r)
			return tx.HoldReview(r)
		}
	}
	cert := func(change func(c *aims.Certificate)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			c := aims.Certificate{ID: "c", Body: "Body"}
			change(&c)
			return tx.PutCertificate(c)
		}
	}
	draft := func(h impact.HarmRating) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			a, _ := tx.OpenAssessment("spam")
			a.Harms = []impact.HarmRating{h}
			return tx.SaveAssessment(a)
		}
	}
	harm := impact.Harms()[0].ID

	for _, row := range []struct {
		name               string
		field, rule, value string
		fn                 func(tx *aims.Tx) error
	}{
		// Unknown controls.
		{"decision on no control", "control", "control", "", func(tx *aims.Tx) error { return tx.DecideControl(annexa.Decision{}) }},
		{"evidence for an unknown own control", "supports[0]", "reference", "iso42001:X.foo", ev(func(e *aims.Evidence) { e.Supports[0] = ref("iso42001:X.foo") })},
		{"risk treated by an unknown own control", "treatment.controls[0]", "control", "X.foo", rsk(func(r *register.Risk) { r.Treatment.Controls = []annexa.ID{annexa.MustParse("X.foo")} })},
		{"objective for no control", "controls[0]", "control", "", obj(func(b *aims.Objective) { b.Controls = make([]annexa.ID, 1) })},
		{"audit of an unknown own control", "controls[0]", "control", "X.foo", aud(func(a *aims.Audit) { a.Controls = []annexa.ID{annexa.MustParse("X.foo")} })},
		{"nonconformity with an unknown own control", "control[0]", "control", "X.foo", nc(func(n *aims.Nonconformity) { n.Control = annexa.MustParse("X.foo") })},
		{"duty for an unknown own control", "duties[0].control[0]", "control", "X.foo", sup(func(s *aims.Supplier) {
			s.Duties = []aims.AllocatedDuty{{What: "x", Bearer: aims.BearerShared, Control: annexa.MustParse("X.foo")}}
		})},
		{"own control without title", "title", "required", "", dec("X.foo", func(d *annexa.Decision) {})},

		// Empty names.
		{"system without name", "name", "required", "", sys(func(s *register.System) { s.Name = "" })},
		{"system with a blank name", "name", "required", "", sys(func(s *register.System) { s.Name = " \t" })},
		{"person without name", "name", "required", "", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "p"}) }},
		{"supplier without name", "name", "required", "  ", sup(func(s *aims.Supplier) { s.Name = "  " })},
		{"risk without title", "title", "required", "", rsk(func(r *register.Risk) { r.Title = "" })},
		{"evidence without title", "title", "required", "", ev(func(e *aims.Evidence) { e.Title = "" })},
		{"objective without title", "title", "required", "", obj(func(b *aims.Objective) { b.Title = "" })},
		{"objective without measure", "measure", "required", "", obj(func(b *aims.Objective) { b.Measure = "" })},
		{"audit without title", "title", "required", "", aud(func(a *aims.Audit) { a.Title = "" })},
		{"incident without title", "title", "required", "", inc(func(i *aims.Incident) { i.Title = "" })},
		{"concern without text", "text", "required", "", con(func(c *aims.Concern) { c.Text = "" })},
		{"certificate without body", "body", "required", "", cert(func(c *aims.Certificate) { c.Body = "" })},
		{"interested party without name", "name", "required", "", func(tx *aims.Tx) error {
			return tx.PutInterestedParty(aims.InterestedParty{ID: "p"})
		}},
		{"context issue without title", "title", "required", "", func(tx *aims.Tx) error {
			return tx.PutContextIssue(aims.ContextIssue{ID: "p", Origin: aims.Internal})
		}},

		// Owners who are not on file, or have left.
		{"system's owner not on file", "owner", "person", "nobody", sys(func(s *register.System) { s.Owner = "nobody" })},
		{"system's owner has left", "owner", "person", "zed", sys(func(s *register.System) { s.Owner = "zed" })},
		{"overseer not on file", "human_oversight.person", "person", "nobody", sys(func(s *register.System) { s.HumanOversight.Person = "nobody" })},
		{"control's owner not on file", "owner", "person", "nobody", dec("A.2.2", func(d *annexa.Decision) { d.Owner = "nobody" })},
		{"risk's owner not on file", "owner", "person", "nobody", rsk(func(r *register.Risk) { r.Owner = "nobody" })},
		{"treatment's owner has left", "treatment.owner", "person", "zed", rsk(func(r *register.Risk) { r.Treatment.Owner = "zed" })},
		{"objective's owner not on file", "owner", "person", "nobody", obj(func(b *aims.Objective) { b.Owner = "nobody" })},
		{"objective without owner", "owner", "required", "", obj(func(b *aims.Objective) { b.Owner = "" })},
		{"supplier's owner not on file", "owner", "person", "nobody", sup(func(s *aims.Supplier) { s.Owner = "nobody" })},
		{"incident's owner not on file", "owner", "person", "nobody", inc(func(i *aims.Incident) { i.Owner = "nobody" })},
		{"concern's handler not on file", "handler", "person", "nobody", con(func(c *aims.Concern) { c.Handler = "nobody" })},
		{"nonconformity's owner not on file", "owner", "person", "nobody", nc(func(n *aims.Nonconformity) { n.Owner = "nobody" })},
		{"decision's owner not on file", "decisions[0].owner", "person", "nobody", rev(func(r *aims.ManagementReview) { r.Decisions[0].Owner = "nobody" })},
		{"attendee not on file", "attendees[0]", "person", "nobody", rev(func(r *aims.ManagementReview) { r.Attendees = []string{"nobody"} })},
		{"chair not on file", "chair", "person", "nobody", rev(func(r *aims.ManagementReview) { r.Chair = "nobody" })},
		{"auditor not on file", "auditors[0]", "person", "nobody", aud(func(a *aims.Audit) { a.Auditors = []string{"nobody"} })},
		{"audit without auditor", "auditors", "required", "", aud(func(a *aims.Audit) { a.Auditors = nil })},
		{"policy's owner not on file", "owner", "person", "nobody", func(tx *aims.Tx) error {
			return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p", Title: "P", Owner: "nobody"})
		}},
		{"document's owner not on file", "owner", "person", "nobody", func(tx *aims.Tx) error {
			return tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "p", Title: "P", Owner: "nobody"})
		}},
		{"role's holder not on file", "holder", "person", "nobody", func(tx *aims.Tx) error {
			return tx.AssignRole(aims.RoleLead, "nobody")
		}},
		{"sweep by nobody on file", "by", "person", "nobody", func(tx *aims.Tx) error {
			return tx.PutSweep(aims.Sweep{ID: "s", On: dayOf(0), By: "nobody", Sources: []string{"x"}})
		}},

		// Dates before their start.
		{"valid until before collected", "valid_until", "order", stamp(day(-20)), ev(func(e *aims.Evidence) { e.Collected, e.ValidUntil = calendar.Of(past, nil), dayOf(-20) })},
		{"due before raised", "due", "order", stamp(day(-20)), nc(func(n *aims.Nonconformity) { n.RaisedOn, n.Due = calendar.Of(past, nil), dayOf(-20) })},
		{"done before raised", "action.done_on", "order", stamp(day(-20)), nc(func(n *aims.Nonconformity) {
			n.RaisedOn, n.Action.DoneOn = calendar.Of(past, nil), dayOf(-20)
		})},
		{"retired before in use", "retired_on", "order", stamp(past), sys(func(s *register.System) {
			s.InUseSince, s.RetiredOn, s.Stage = dayOf(-5), calendar.Of(past, nil), register.StageRetirement
		})},
		{"triaged before detected", "triaged_on", "order", moment(past), inc(func(i *aims.Incident) { i.TriagedOn = past })},
		{"communicated before detected", "communicated_on", "order", moment(past), inc(func(i *aims.Incident) { i.CommunicatedOn = past })},
		{"answer due before raised", "due", "order", stamp(past), con(func(c *aims.Concern) { c.Due = calendar.Of(past, nil) })},
		{"review due before reviewed", "review_due", "order", stamp(past), sup(func(s *aims.Supplier) { s.ReviewedOn, s.ReviewDue = dayOf(-5), calendar.Of(past, nil) })},
		{"risk review due before assessed", "review_due", "order", stamp(past), rsk(func(r *register.Risk) { r.AssessedOn, r.ReviewDue = dayOf(0), calendar.Of(past, nil) })},
		{"decision due before the review", "decisions[0].due", "order", stamp(past), rev(func(r *aims.ManagementReview) { r.Decisions[0].Due = calendar.Of(past, nil) })},
		{"printed expiry before the decision", "printed_expiry", "range", stamp(past), cert(func(c *aims.Certificate) { c.PrintedExpiry = calendar.Of(past, nil) })},
		{"a decision that is typed", "decided_on", "verb", stamp(past), cert(func(c *aims.Certificate) { c.DecidedOn = calendar.Of(past, nil) })},
		{"surveillance that is typed", "surveillance", "verb", "1", cert(func(c *aims.Certificate) { c.Surveillance = []calendar.Date{calendar.Of(past, nil)} })},

		// What happened can't lie ahead.
		{"collected in the future", "collected", "past", stamp(future), ev(func(e *aims.Evidence) { e.Collected = calendar.Of(future, nil) })},
		{"raised in the future", "raised_on", "past", stamp(future), nc(func(n *aims.Nonconformity) { n.RaisedOn = calendar.Of(future, nil) })},
		{"detected in the future", "detected_on", "past", moment(future), inc(func(i *aims.Incident) { i.DetectedOn = future })},
		{"concern raised in the future", "raised_on", "past", stamp(future), con(func(c *aims.Concern) { c.RaisedOn = calendar.Of(future, nil) })},
		{"supplier reviewed in the future", "reviewed_on", "past", stamp(future), sup(func(s *aims.Supplier) { s.ReviewedOn = calendar.Of(future, nil) })},
		{"review held in the future", "held_on", "past", stamp(future), rev(func(r *aims.ManagementReview) { r.HeldOn = calendar.Of(future, nil) })},
		{"in use from the future", "in_use_since", "past", stamp(future), sys(func(s *register.System) { s.InUseSince = calendar.Of(future, nil) })},
		{"discovered in the future", "discovered_on", "past", stamp(future), sys(func(s *register.System) { s.DiscoveredOn = calendar.Of(future, nil) })},
		{"issue reviewed in the future", "reviewed_on", "past", stamp(future), func(tx *aims.Tx) error {
			return tx.PutContextIssue(aims.ContextIssue{ID: "p", Title: "x", Origin: aims.Internal, ReviewedOn: calendar.Of(future, nil)})
		}},
		{"sweep in the future", "on", "past", stamp(future), func(tx *aims.Tx) error {
			return tx.PutSweep(aims.Sweep{ID: "s", On: calendar.Of(future, nil), By: "ada", Sources: []string{"x"}})
		}},
		{"policy aligned in the future", "aligned_on", "past", stamp(future), func(tx *aims.Tx) error {
			return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p", Title: "P", AlignedOn: calendar.Of(future, nil)})
		}},
		{"undated evidence", "collected", "required", "", ev(func(e *aims.Evidence) { e.Collected = calendar.Of(time.Time{}, nil) })},

		// Off the scale.
		{"rating off the scale", "inherent.likelihood", "scale", "6", rsk(func(r *register.Risk) { r.Inherent.Likelihood = 6 })},
		{"harm off the scale", "harms[0].scale", "scale", "6", draft(impact.HarmRating{Harm: harm, Scale: 6})},
		{"likelihood off the scale", "harms[0].likelihood", "scale", "-1", draft(impact.HarmRating{Harm: harm, Likelihood: -1})},
		{"target is no number", "target", "finite", "NaN", obj(func(b *aims.Objective) { b.Target = math.NaN() })},
		{"interval off the scale", "interval_days", "range", "-1", obj(func(b *aims.Objective) { b.IntervalDays = -1 })},

		// Unknown names.
		{"unknown stage", "stage", "oneof", "beta", sys(func(s *register.System) { s.Stage = "beta" })},
		{"unknown domain", "domain[0]", "oneof", "astrology", sys(func(s *register.System) { s.Domains = []register.Domain{"astrology"} })},
		{"unknown party", "affected[0]", "oneof", "martians", sys(func(s *register.System) { s.Affected = []string{"martians"} })},
		{"unknown party in an assessment", "parties[0].party", "party", "martians", func(tx *aims.Tx) error {
			a, _ := tx.OpenAssessment("spam")
			a.Parties = []impact.PartyImpact{{Party: "martians"}}
			return tx.SaveAssessment(a)
		}},
		{"unknown harm in an assessment", "harms[0].harm", "harm", "H-X", draft(impact.HarmRating{Harm: "H-X"})},
		{"unknown harm of a risk", "harms[0]", "harm", "H-X", rsk(func(r *register.Risk) { r.Harms = []string{"H-X"} })},
		{"unknown harm of an incident", "harms[0]", "harm", "H-X", inc(func(i *aims.Incident) { i.Harms = []string{"H-X"} })},
		{"unknown harm of a concern", "harm", "harm", "H-X", con(func(c *aims.Concern) { c.Harm = "H-X" })},
		{"unknown kind of evidence", "kind", "evidence_kind", "ev-gossip", ev(func(e *aims.Evidence) { e.Kind = "ev-gossip" })},
		{"own kind of evidence without name", "kind", "evidence_kind", "x-", ev(func(e *aims.Evidence) { e.Kind = "x-" })},
		{"unknown quality", "quality", "oneof", "superb", ev(func(e *aims.Evidence) { e.Quality = "superb" })},
		{"unknown framework", "supports[0]", "reference", "nofw:1", ev(func(e *aims.Evidence) { e.Supports[0] = ref("nofw:1") })},
		{"unknown element", "supports[0]", "reference", "iso42001:A.99.9", ev(func(e *aims.Evidence) { e.Supports[0] = ref("iso42001:A.99.9") })},
		{"evidence for nothing", "supports", "required", "", ev(func(e *aims.Evidence) { e.Supports = nil })},
		{"evidence for an unknown system", "systems[0]", "system", "none", ev(func(e *aims.Evidence) { e.Systems = []string{"none"} })},
		{"risk of an unknown system", "systems[0]", "system", "none", rsk(func(r *register.Risk) { r.Systems = []string{"none"} })},
		{"risk from an unknown assessment", "assessment", "verb", "none#1", rsk(func(r *register.Risk) { r.Assessment = "none#1" })},
		{"area of the other axis", "area", "oneof", "security", rsk(func(r *register.Risk) { r.Area = register.AreaSecurity })},
		{"unknown supplier", "supplier", "supplier", "none", sys(func(s *register.System) { s.Supplier = "none" })},
		{"unknown risk as a ground", "grounds[0].ref", "risk", "none", dec("A.2.2", func(d *annexa.Decision) { d.Grounds = []annexa.Ground{{Kind: annexa.GroundRisk, Ref: "none"}} })},
		{"unknown assessment as a ground", "grounds[0].ref", "assessment", "none", dec("A.2.2", func(d *annexa.Decision) { d.Grounds = []annexa.Ground{{Kind: annexa.GroundImpact, Ref: "none"}} })},
		{"decision without justification", "justification", "required", "", dec("A.2.2", func(d *annexa.Decision) { d.Justification = "" })},
		{"unknown audit", "audit", "audit", "none", nc(func(n *aims.Nonconformity) { n.Audit = "none" })},
		{"unknown severity", "severity", "oneof", "opportunity", nc(func(n *aims.Nonconformity) { n.Severity = aims.SeverityOpportunity })},
		{"nonconformity with nothing", "clause", "required", "", nc(func(n *aims.Nonconformity) { n.Clause = aims.Clause{} })},
		{"unknown grade", "grade", "oneof", "huge", inc(func(i *aims.Incident) { i.Grade = "huge" })},
		{"unknown topic", "inputs[0].topic", "oneof", "weather", rev(func(r *aims.ManagementReview) { r.Inputs = []aims.ReviewInput{{Topic: "weather"}} })},
		{"unknown bearer", "duties[0].bearer", "oneof", "god", sup(func(s *aims.Supplier) { s.Duties = []aims.AllocatedDuty{{What: "x", Bearer: "god"}} })},
		{"unknown direction", "direction", "oneof", "up", obj(func(b *aims.Objective) { b.Direction = "up" })},
		{"unknown trigger", "trigger", "trigger", "T-FOO", func(tx *aims.Tx) error { return tx.ReassessSystem("spam", "T-FOO", "") }},
		{"audit of no clause", "clauses[0]", "clause", "", aud(func(a *aims.Audit) { a.Clauses = make([]aims.Clause, 1) })},
		{"audit of nothing", "clauses", "required", "", aud(func(a *aims.Audit) { a.Clauses = nil })},
		{"own role of the organisation unknown", "roles[0]", "oneof", "wizard", func(tx *aims.Tx) error {
			org := tx.Organisation()
			org.Roles = []register.AIRole{"wizard"}
			return tx.PutOrganisation(org)
		}},
		{"a digest that is none", "digest", "sha256", "ABC", ev(func(e *aims.Evidence) { e.Digest = "ABC" })},
		{"evidence without place", "uri", "required", "", ev(func(e *aims.Evidence) { e.URI = "" })},

		// Texts.
		{"not UTF-8 in a supplier's name", "name", "utf8", "a\uFFFD", sup(func(s *aims.Supplier) { s.Name = "a\xff" })},
		{"not UTF-8 in a justification", "justification", "utf8", "a\uFFFD", dec("A.2.2", func(d *annexa.Decision) { d.Justification = "a\xff" })},
		{"not UTF-8 in a system's purpose", "purpose", "utf8", "a\uFFFD", sys(func(s *register.System) { s.Purpose = "a\xff" })},
		{"not UTF-8 in a link", "uri", "utf8", "a\uFFFD", ev(func(e *aims.Evidence) { e.URI = "a\xff" })},
		{"not UTF-8 in an own key", "labels", "utf8", "a\uFFFD", sys(func(s *register.System) { s.Labels = map[string]string{"a\xff": "b"} })},
		{"not UTF-8 in an assessment", "summary", "utf8", "a\uFFFD", func(tx *aims.Tx) error {
			a, _ := tx.OpenAssessment("spam")
			a.Summary = "a\xff"
			return tx.SaveAssessment(a)
		}},
		{"a year of five digits", "detected_on", "range", "10000-01-01T00:00:00Z", inc(func(i *aims.Incident) { i.DetectedOn = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) })},
		{"oversize text", "description", "length", shortened, inc(func(i *aims.Incident) { i.Description = long })},
		{"oversize supplier's name", "name", "length", shortened, sup(func(s *aims.Supplier) { s.Name = long })},

		// Keys.
		{"key with a space", "id", "key", "a b", sup(func(s *aims.Supplier) { s.ID = "a b" })},
		{"key with a control character", "id", "key", "a\x00", ev(func(e *aims.Evidence) { e.ID = "a\x00" })},
		{"key that starts with a dash", "id", "key", "-a", rsk(func(r *register.Risk) { r.ID = "-a" })},
		{"key too long", "id", "key", annexaShort(strings.Repeat("k", 129)), con(func(c *aims.Concern) { c.ID = strings.Repeat("k", 129) })},
		{"system's key", "id", "key", "ü", sys(func(s *register.System) { s.ID = "ü" })},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := *o
			o.t = t
			actor := "lea"
			if strings.HasPrefix(row.name, "role's") {
				actor = "eve"
			}
			o.invalid(actor, row.field, row.rule, row.value, row.fn)
		})
	}
}

// annexaShort is a value as issues hold it: shortened where it is long.
func annexaShort(s string) string {
	var is annexa.Issues
	is.Add("x", "x", s, "x")
	return is[0].Value
}

func TestDaysOfEvidenceAreWhole(t *testing.T) {
	o := furnished(t)
	o.do("ada", func(tx *aims.Tx) error { // collected today, valid to the end of it
		e := proof("now", tx.Now(), nil, "A.6.2.4")
		e.ValidUntil = e.Collected
		return tx.AttachEvidence(e)
	})
	e, _ := o.View().Evidence().Get("now")
	require.True(t, e.Fresh(dayOf(0)))
	require.False(t, e.Fresh(dayOf(1)))
	require.False(t, e.Fresh(dayOf(-1)), "not before it was collected")
}

// TestRefusedMoves are moves that are wrong whoever makes them, or made by the
// wrong person: each has a sentinel of its own.
func TestRefusedMoves(t *testing.T) {
	o := furnished(t)
	a := o.submit("spam")
	for _, row := range []struct {
		name, actor string
		sentinel    error
		says        string
		fn          func(tx *aims.Tx) error
	}{
		{"author approves", "bob", aims.ErrForbidden, "may not", func(tx *aims.Tx) error {
			return tx.ApproveAssessment(a.ID, aims.RoleImpactApprover)
		}},
		{"somebody not on file approves", "ghost", aims.ErrForbidden, "neither a person on file", func(tx *aims.Tx) error {
			return tx.ApproveAssessment(a.ID, aims.RoleImpactApprover)
		}},
		{"a stage that skips a gate", "ada", aims.ErrGate, "skips gate G1", func(tx *aims.Tx) error {
			return tx.AdvanceStage("cv", register.StageDeployment)
		}},
		{"a stage that skips two gates", "ada", aims.ErrGate, "G2 into deployment", func(tx *aims.Tx) error {
			return tx.AdvanceStage("cv", register.StageOperation)
		}},
		{"no such stage", "ada", aims.ErrInvalid, `no stage "beta"`, func(tx *aims.Tx) error {
			return tx.AdvanceStage("cv", "beta")
		}},
		{"stale assessment", "bob", aims.ErrStale, "revision", func(tx *aims.Tx) error {
			old := a
			old.Revision--
			return tx.SaveAssessment(old)
		}},
		{"stale system", "ada", aims.ErrStale, "revision", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("cv")
			s.Revision--
			_, err := tx.ReviseSystem(s)
			return err
		}},
		{"stale decision", "ada", aims.ErrStale, "revision", func(tx *aims.Tx) error {
			d := applicable(tx.Decision(annexa.MustParse("A.2.2")))
			d.Revision += 7
			return tx.DecideControl(d)
		}},
		{"no such system", "ada", aims.ErrNotFound, "none", func(tx *aims.Tx) error {
			return tx.AdvanceStage("none", register.StageDeployment)
		}},
		{"no such assessment", "ian", aims.ErrNotFound, "none", func(tx *aims.Tx) error {
			return tx.ApproveAssessment("none#1", aims.RoleImpactApprover)
		}},
		{"reassessing no such system", "ada", aims.ErrNotFound, "none", func(tx *aims.Tx) error {
			return tx.ReassessSystem("none", impact.TriggerRequest, "x")
		}},
		{"the same key twice", "ada", aims.ErrExists, "revision", func(tx *aims.Tx) error {
			return tx.RegisterSystem(spamFilter())
		}},
		{"registering what carries a revision", "ada", aims.ErrExists, "ReviseSystem", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("spam")
			return tx.RegisterSystem(s)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := *o
			o.t = t
			err := o.refused(row.actor, row.sentinel, row.fn)
			require.ErrorContains(t, err, row.says)
			for _, other := range []error{aims.ErrNotFound, aims.ErrExists, aims.ErrStale, aims.ErrInvalid, aims.ErrForbidden, aims.ErrGate, aims.ErrState} {
				if other != row.sentinel {
					require.NotErrorIs(t, err, other)
				}
			}
		})
	}
}

// TestBadInputOfAssessments: what is wrong in an assessment, and what nobody may
// do to one that is handed in; nothing is lost.
func TestBadInputOfAssessments(t *testing.T) {
	o := furnished(t)
	harm := impact.HarmRating{Harm: impact.Harms()[0].ID, Parties: []string{"applicant"}}
	save := func(change func(c *impact.Content)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			a, _ := tx.OpenAssessment("spam")
			change(&a.Content)
			return tx.SaveAssessment(a)
		}
	}
	rate := func(change func(h *impact.HarmRating)) func(tx *aims.Tx) error {
		h := harm
		change(&h)
		return save(func(c *impact.Content) { c.Harms = []impact.HarmRating{h} })
	}
	o.submit("cv")
	for _, row := range []struct {
		name               string
		field, rule, value string
		fn                 func(tx *aims.Tx) error
	}{
		{"unknown party of a harm", "harms[0].parties[0]", "party", "martians", rate(func(h *impact.HarmRating) { h.Parties = []string{"martians"} })},
		{"scope off the scale", "harms[0].scope", "scale", "6", rate(func(h *impact.HarmRating) { h.Scope = 6 })},
		{"irremediability off the scale", "harms[0].irremediability", "scale", "-2", rate(func(h *impact.HarmRating) { h.Irremediability = -2 })},
		{"what remains off the scale", "harms[0].residual_severity", "scale", "7", rate(func(h *impact.HarmRating) { h.ResidualSeverity = 7 })},
		{"unknown confidence", "harms[0].confidence", "oneof", "sure", rate(func(h *impact.HarmRating) { h.Confidence = "sure" })},
		{"reduced by no control", "harms[0].controls[0].control", "control", "", rate(func(h *impact.HarmRating) { h.Controls = make([]impact.Reduction, 1) })},
		{"criteria that are not in force", "harms[0].criteria", "version", "9", rate(func(h *impact.HarmRating) { h.Criteria = 9 })},
		{"a harm twice", "harms[1].harm", "repeated", harm.Harm, save(func(c *impact.Content) { c.Harms = []impact.HarmRating{harm, harm} })},
		{"a party twice", "parties[1].party", "repeated", "user", save(func(c *impact.Content) { c.Parties = []impact.PartyImpact{{Party: "user"}, {Party: "user"}} })},
		{"benefit of nothing", "benefits[0].what", "required", "", save(func(c *impact.Content) { c.Benefits = make([]impact.Benefit, 1) })},
		{"misuse of an unknown harm", "misuse[0].harms[0]", "harm", "H-X", save(func(c *impact.Content) { c.Misuse = []impact.Misuse{{What: "x", Harms: []string{"H-X"}}} })},
		{"heard in the future", "consultation[0].on", "past", day(1).Format(time.DateOnly), save(func(c *impact.Content) { c.Consultation = []impact.Consultation{{On: dayOf(1)}} })},
		{"unknown party heard", "consultation[0].parties[0]", "party", "martians", save(func(c *impact.Content) {
			c.Consultation = []impact.Consultation{{On: dayOf(0), Parties: []string{"martians"}}}
		})},
		{"deviation of what follows nothing", "deviations[0].attribute", "group", "reach", save(func(c *impact.Content) { c.Deviations = []impact.Deviation{{Attribute: "reach"}} })},
		{"unknown harm of a template", "harms[0]", "harm", "H-X", func(tx *aims.Tx) error {
			return tx.ApplyTemplate("spam#1", impact.Template{ID: "x", Title: "x", Harms: []string{"H-X"}})
		}},
		{"remark on an unknown part", "part", "oneof", "weather", remark("spam#1", impact.Comment{Part: "weather", Text: "x"})},
		{"unknown trigger", "trigger", "trigger", "T-X", func(tx *aims.Tx) error { return tx.ReassessSystem("spam", "T-X", "x") }},
		{"group of two kinds", "group.domain", "kind", "it_security", func(tx *aims.Tx) error {
			s := cvScreener()
			s.ID = "cv2"
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
			return tx.GroupAssessments("cv2#1", "spam#1")
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := *o
			o.t = t
			o.invalid("bob", row.field, row.rule, row.value, row.fn)
		})
	}
	o.invalid("ian", "conditions[0].owner", "required", "", approve("cv#1", aims.RoleImpactApprover, impact.ApprovalCondition{Text: "x", Due: dayOf(1)}))
	o.invalid("ian", "delegation.until", "range", day(31).Format(time.DateOnly), lend("cv#1", aims.RoleImpactApprover, "lea", day(31)))
	o.invalid("ian", "reason", "required", "", func(tx *aims.Tx) error { return tx.StopAssessment("cv#1", "") })
}

// TestUnknownRules: rule sets that name what is not there are refused by what
// makes them, before any Manager sees them.
func TestUnknownRules(t *testing.T) {
	_, err := impact.DefaultRules().Without("ours", "not for us", "NO-SUCH")
	var is aims.Issues
	require.ErrorAs(t, err, &is)
	require.Equal(t, "NO-SUCH", is[0].Value)
	require.NotEmpty(t, is[0].Field)
}

// TestApprovalAfterAChangeLosesNothing: who signs what has changed since it was
// handed in is told so, and what was written is there still.
func TestApprovalAfterAChangeLosesNothing(t *testing.T) {
	o := furnished(t)
	harm := impact.HarmRating{Harm: impact.Harms()[0].ID, Parties: []string{"applicant"}, Scale: 3, Scope: 2, Irremediability: 3,
		Likelihood: 4, Confidence: impact.ConfidenceMedium}
	before := o.submit("cv", harm)
	o.revise("cv", func(s *register.System) { s.Reach = register.ReachMass })
	err := o.refused("ian", aims.ErrState, approve("cv#1", aims.RoleImpactApprover))
	require.ErrorContains(t, err, "in_progress")
	after := o.open("cv")
	require.Equal(t, before.Parties, after.Parties)
	require.Equal(t, before.Harms, after.Harms)
	require.Equal(t, before.Summary, after.Summary)
	require.Equal(t, before.Authors, after.Authors)
	require.Equal(t, impact.TriggerChange, after.Triggers[1].Kind)
	require.Contains(t, after.Triggers[1].Detail, "reach")

	// What the change asks besides is asked, and then it can be handed in again.
	o.refused("bob", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#1") })
	o.assess("cv", harm)
}

// TestAuthorWithTheRoleCannotApprove: to hold the role does not help who wrote.
func TestAuthorWithTheRoleCannotApprove(t *testing.T) {
	o := furnished(t)
	o.do("ian", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("spam")
		s, _ := tx.Systems().Get("spam")
		if err := tx.SaveAssessment(complete(a, s.Affected)); err != nil {
			return err
		}
		return nil
	})
	o.do("bob", func(tx *aims.Tx) error { return tx.SubmitAssessment("spam#1") })
	err := o.refused("ian", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.ApproveAssessment("spam#1", aims.RoleImpactApprover)
	})
	require.ErrorIs(t, err, impact.ErrSeparation)
	require.ErrorContains(t, err, `"ian"`)
}

// TestTimesAreKeptInUTC: whatever zone and clock a time comes from, what is
// live is what is read back.
func TestTimesAreKeptInUTC(t *testing.T) {
	o := newOrg(t).staffed()
	sydney := time.FixedZone("AEDT", 11*3600)
	o.do("ada", func(tx *aims.Tx) error {
		err := tx.PutSupplier(aims.Supplier{ID: "sup", Name: "S", ReviewedOn: calendar.Of(day0.In(sydney), nil)})
		if err != nil {
			return err
		}
		err = tx.PutSweep(aims.Sweep{ID: "s", On: calendar.Of(day0.In(sydney), nil), By: "ada", Sources: []string{"x"}})
		return err
	})
	s, _ := o.View().Suppliers().Get("sup")
	require.Equal(t, dayOf(0), s.ReviewedOn)
	require.Equal(t, everything(t, o.View()), everything(t, openOrg(t, o.journal, o.clock).View()))
}

func TestWhoAndWhyMustBeText(t *testing.T) {
	o := newOrg(t)
	for _, by := range []aims.By{{Actor: "a\xff", Reason: "x"}, {Actor: "a", Reason: "\xff"}, {Actor: "a", Reason: strings.Repeat("x", 20_001)}} {
		head := o.View().Head()
		err := o.Update(t.Context(), by, func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "p", Name: "P"}) })
		require.ErrorIs(t, err, aims.ErrInvalid)
		require.Equal(t, head, o.View().Head())
	}
}
