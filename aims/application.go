package aims

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// CertificationApplication is what a certification body is told of the organisation, and
// what its audit time hangs on (ISO/IEC 17021-1, 9.1.1 and 9.1.4; ISO/IEC 42006). How many
// days come of it says a table of the body's, which is not at hand here.
type CertificationApplication struct {
	// At is when it was compiled, Commit the number of the commit of which it is, On the day
	// on which the body was told.
	At     time.Time     `json:"at,omitzero"`
	Commit uint64        `json:"commit,omitempty"`
	On     calendar.Date `json:"on,omitzero"`
	// Organisation is its name, ScopeVersion the ID of the version of the scope in force,
	// Scope and Boundaries what it says (4.3); Statement the number of the version of the
	// Statement of Applicability that is approved, 0 if none is (6.1.3).
	Organisation string `json:"organisation,omitempty"`
	ScopeVersion string `json:"scope_version,omitempty"`
	Scope        string `json:"scope,omitempty"`
	Boundaries   string `json:"boundaries,omitempty"`
	Statement    int    `json:"statement,omitempty"`
	// Roles are the organisation's roles towards AI systems (4.1).
	Roles []register.AIRole `json:"roles,omitempty"`
	// Sites are where work is done, Headcount how many persons that are together.
	Sites     []Site `json:"sites,omitempty"`
	Headcount int    `json:"headcount,omitempty"`
	// Levels count the systems within the scope by level of impact, the gravest first.
	Levels []SystemsAtLevel `json:"levels,omitempty"`
	// High are the IDs of those of high impact or worse, an unknown one counting as high: at
	// most 1,000 of them. HighCount is how many there are.
	High      []string `json:"high,omitempty"`
	HighCount int      `json:"high_count,omitempty"`
	// Outsourced are the IDs of the suppliers on which those systems rest, at most 1,000.
	Outsourced []string `json:"outsourced,omitempty"`
	// Standards are the other management systems that are audited together with it,
	// Languages those in which work is done.
	Standards []string `json:"standards,omitempty"`
	Languages []string `json:"languages,omitempty"`
	// TopManagement are the IDs of the persons in it.
	TopManagement []string `json:"top_management,omitempty"`
	// Incidents are the IDs of the critical incidents of three years, at most 1,000.
	Incidents []string `json:"incidents,omitempty"`
	// Missing names what the body asks for and nothing on file tells.
	Missing []string `json:"missing,omitempty"`
}

// SystemsAtLevel counts the systems of one level of impact.
type SystemsAtLevel struct {
	// Level is the level, Systems how many there are, Live how many of them are in use.
	Level   impact.Level `json:"level"`
	Systems int          `json:"systems"`
	Live    int          `json:"live"`
}

// namedMost is how many systems, suppliers and incidents an application names.
const namedMost = 1_000

// HeadcountChange is by how many per cent the headcount that a body was told changes before
// it is told again; a choice of this project, as audit time goes by steps.
const HeadcountChange = 10

// BodyPart is a part of what a certification body was told.
type BodyPart string

// The parts, of which a change has to be told (ISO/IEC 17021-1, 8.5.3).
const (
	PartScope         BodyPart = "scope"
	PartSites         BodyPart = "sites"
	PartHeadcount     BodyPart = "headcount"
	PartRoles         BodyPart = "roles"
	PartHigh          BodyPart = "high_impact_systems"
	PartTopManagement BodyPart = "top_management"
	PartIncidents     BodyPart = "critical_incidents"
)

// BodyParts lists the parts.
func BodyParts() []BodyPart {
	return []BodyPart{PartScope, PartSites, PartHeadcount, PartRoles, PartHigh, PartTopManagement, PartIncidents}
}

// BodyNotice is that the body was told of changes.
type BodyNotice struct {
	// Parts are what of, What says what it was told.
	Parts []BodyPart `json:"parts"`
	What  string     `json:"what"`
	// On is the day, To who was told, How by what way, or under what reference.
	On  calendar.Date `json:"on"`
	To  string        `json:"to"`
	How string        `json:"how"`
	// Now is how those parts stood when it was recorded; verbs set it.
	Now CertificationApplication `json:"now,omitzero"`
	// By is the ID of the person who recorded it, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// OwedNotice is a change that the body has not been told of.
type OwedNotice struct {
	// Certificate is the ID of the certification, Part what changed.
	Certificate string   `json:"certificate"`
	Part        BodyPart `json:"part"`
	// Text says how.
	Text issue.Text `json:"text"`
	// Since is when it came to be so, where that is a day on file: when who was told of left.
	Since calendar.Date `json:"since,omitzero"`

	names []Subject
}

// CertificationApplication compiles what a certification body is told, as the records stand
// and at time now. Once it is applied for, what was told then stands in Certificate.Applied. Of
// a certification that is not on file it returns ErrNotFound; it can't be compiled in part, so
// that of a view for a reader who does not see all it is ErrForbidden.
func (v *View) CertificationApplication(certificate string, now time.Time) (CertificationApplication, error) {
	c, err := Must(v.Certificates(), certificate)
	if err != nil {
		return CertificationApplication{}, err
	}
	if v.whole != nil {
		return CertificationApplication{}, ledger.Refuse(ErrForbidden, "an application can't be compiled of what a reader sees in part")
	}
	return v.application(&c, now, v.Head().Seq), nil
}

// application compiles what is told at time now, of commit.
func (r *reading) application(c *Certificate, now time.Time, commit uint64) CertificationApplication {
	return r.systemIndex(now).application(c, commit)
}

func (x *index) application(c *Certificate, commit uint64) CertificationApplication {
	r := x.reading
	org := r.Organisation()
	a := CertificationApplication{At: x.now, Commit: commit, Organisation: org.Name, Roles: org.Roles, Sites: org.Sites, Standards: slices.Clone(org.Standards), Languages: org.Languages}
	if org.HoldsISO27001 && !slices.ContainsFunc(a.Standards, func(s string) bool { return strings.Contains(s, "27001") }) {
		a.Standards = append(a.Standards, "ISO/IEC 27001")
	}
	if s, ok := r.Scope(); ok && s.State == StateApproved {
		a.ScopeVersion, a.Scope, a.Boundaries = s.ID, s.Statement, s.Boundaries
	}
	if s, ok := r.ApprovedStatement(); ok {
		a.Statement = s.Version
	}
	for _, s := range org.Sites {
		a.Headcount += s.Headcount
	}
	at := make(map[impact.Level]*SystemsAtLevel)
	behind := make(map[string]bool)
	for _, st := range x.all() {
		level := st.span.Level
		if at[level] == nil {
			at[level] = &SystemsAtLevel{Level: level}
		}
		at[level].Systems++
		if st.live {
			at[level].Live++
		}
		if highLevel(level) {
			if a.HighCount++; len(a.High) < namedMost {
				a.High = append(a.High, st.s.ID)
			}
		}
		if id := st.s.Supplier; id != "" && !behind[id] && len(a.Outsourced) < namedMost {
			behind[id] = true
			a.Outsourced = append(a.Outsourced, id)
		}
	}
	for _, l := range at {
		a.Levels = append(a.Levels, *l)
	}
	slices.SortFunc(a.Levels, func(l, o SystemsAtLevel) int { return o.Level.Rank() - l.Level.Rank() })
	slices.Sort(a.Outsourced)
	for id, p := range people.Shared(r.r).All() {
		if p.TopManagement && p.ActiveOn(x.today) && len(a.TopManagement) < 200 {
			a.TopManagement = append(a.TopManagement, id)
		}
	}
	since := x.today.AddDate(-3, 0, 0)
	for id, i := range incidents.Shared(r.r).All() {
		if i.Grade == GradeCritical && !x.on(i.DetectedOn).Before(since) && len(a.Incidents) < namedMost {
			a.Incidents = append(a.Incidents, id)
		}
	}
	for _, m := range []struct {
		what  string
		lacks bool
	}{
		{"organisation", blank(a.Organisation)}, {"scope", a.ScopeVersion == ""}, {"statement", a.Statement == 0}, {"roles", len(a.Roles) == 0},
		{"sites", len(a.Sites) == 0}, {"headcount", a.Headcount == 0}, {"languages", len(a.Languages) == 0}, {"systems", x.number() == 0}, {"top_management", len(a.TopManagement) == 0},
		{"accreditation", blank(c.Accreditation)},
	} {
		if m.lacks {
			a.Missing = append(a.Missing, m.what)
		}
	}
	return a
}

// part is what is told of one part; all else is empty.
func (a *CertificationApplication) take(p BodyPart, from *CertificationApplication) {
	switch p {
	case PartScope:
		a.ScopeVersion, a.Scope, a.Boundaries = from.ScopeVersion, from.Scope, from.Boundaries
	case PartSites:
		a.Sites = from.Sites
	case PartHeadcount:
		a.Headcount = from.Headcount
	case PartRoles:
		a.Roles = from.Roles
	case PartHigh:
		a.High, a.HighCount = from.High, from.HighCount
	case PartTopManagement:
		a.TopManagement = from.TopManagement
	case PartIncidents:
		a.Incidents = from.Incidents
	}
}

// TellBody records that the body of a certification was told of what has changed, on which
// day, whom and how. What is told is the parts as they stand when that is recorded; what
// changes after is owed again.
func (tx *Tx) TellBody(id string, n BodyNotice) error {
	return revise(tx, "TellBody", certificates, id, func(c *Certificate) error {
		if !c.underWay() {
			return ledger.Refuse(ErrState, "it is %s; there is no body to tell", c.State)
		}
		var is Issues
		if n.On.Before(c.Applied.On) && !n.On.IsZero() {
			is.Add("on", "order", n.On.String(), "it was applied for on %s", day(c.Applied.On))
		}
		now := tx.application(c, tx.Now(), tx.Seq()-1)
		n.Now = CertificationApplication{At: now.At, Commit: now.Commit, On: n.On}
		for _, p := range n.Parts {
			n.Now.take(p, &now)
		}
		n.By, n.At = tx.By().Actor, tx.Now()
		c.Told = append(c.Told, n)
		return is.Err()
	})
}

// OwedToBody returns what has changed at time now since the body of a certification was told
// of it: the scope, sites, the headcount by more than HeadcountChange per cent, roles, systems
// of high impact that are new, top management, critical incidents (ISO/IEC 17021-1, 8.5.3).
// Of a certification that is not under way it returns nothing, and of parts that it was never
// told neither.
func (v *View) OwedToBody(certificate string, now time.Time) []OwedNotice {
	c, ok := certificates.Of(v.r).Get(certificate)
	if !ok || !c.underWay() {
		return nil
	}
	whole := v.entire() // a reader who does not see all is not told that it has changed
	is := whole.application(&c, now, 0)
	return slices.DeleteFunc(whole.owed(&c, &is), func(n OwedNotice) bool {
		return slices.ContainsFunc(n.names, func(s Subject) bool { return !v.sees(s.Kind, s.ID) })
	})
}

// owed compares what was told with what is.
func (r *reading) owed(c *Certificate, is *CertificationApplication) []OwedNotice {
	told, known := c.Applied, make(map[BodyPart]bool)
	if !told.At.IsZero() {
		for _, p := range BodyParts() {
			known[p] = true
		}
	}
	for i := range c.Told {
		for _, p := range c.Told[i].Parts {
			told.take(p, &c.Told[i].Now)
			known[p] = true
		}
	}
	var out []OwedNotice
	add := func(p BodyPart, differs bool, text issue.Text, names ...Subject) {
		if differs && known[p] {
			out = append(out, OwedNotice{Certificate: c.ID, Part: p, Text: text, names: names})
		}
	}
	add(PartScope, is.ScopeVersion != told.ScopeVersion, issue.NewText("The scope in force is another version, %q, than the body was told of.", is.ScopeVersion))
	add(PartSites, !slices.EqualFunc(is.Sites, told.Sites, sameSite), issue.NewText("Sites are others than the body was told of: %s.", placesOf(is.Sites)))
	change := is.Headcount - told.Headcount
	add(PartHeadcount, max(change, -change)*100 > HeadcountChange*told.Headcount, issue.NewText("%s work under the management system; the body was told of %s.", strconv.Itoa(is.Headcount), strconv.Itoa(told.Headcount)))
	add(PartRoles, !sameSet(is.Roles, told.Roles), issue.NewText("The roles towards AI systems are others than the body was told of."))
	high := others(is.High, told.High)
	named := make([]Subject, len(high))
	for i, id := range high {
		named[i] = systemSubject(id)
	}
	switch {
	case told.HighCount > namedMost || is.HighCount > namedMost:
		add(PartHigh, is.HighCount > told.HighCount, issue.NewText("%s systems are of high impact; the body was told of %s.", strconv.Itoa(is.HighCount), strconv.Itoa(told.HighCount)))
	default:
		add(PartHigh, len(high) > 0, issue.NewText("Systems of high impact that the body was not told of: %s.", firstFew(high)), named...)
	}
	add(PartTopManagement, !sameSet(is.TopManagement, told.TopManagement), issue.NewText("Top management are others than the body was told of."))
	if n := len(out); n > 0 && out[n-1].Part == PartTopManagement && len(others(is.TopManagement, told.TopManagement)) == 0 {
		for _, id := range others(told.TopManagement, is.TopManagement) {
			if p, ok := people.Shared(r.r).Get(id); ok && !p.LeftOn.IsZero() && (out[n-1].Since.IsZero() || p.LeftOn.Before(out[n-1].Since)) {
				out[n-1].Since = p.LeftOn
			}
		}
	}
	grave := others(is.Incidents, told.Incidents)
	named = make([]Subject, len(grave))
	for i, id := range grave {
		named[i] = Subject{Kind: incidents.Name(), ID: id}
	}
	add(PartIncidents, len(grave) > 0, issue.NewText("Critical incidents that the body was not told of: %s.", firstFew(grave)), named...)
	return out
}

// sameSite reports whether the body is told the same of a site; heads are a part of their own.
func sameSite(a, b Site) bool {
	return a.Name == b.Name && a.Place == b.Place && sameText(a.Activities, b.Activities)
}

// firstFew are the first of some IDs or names, as text.
func firstFew(all []string) string {
	if len(all) <= toldOf {
		return strings.Join(all, ", ")
	}
	return strings.Join(all[:toldOf], ", ") + ", …"
}

func placesOf(all []Site) string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	return firstFew(names)
}

// others are those of a list that another lacks, in order.
func others(is, told []string) (out []string) {
	known := make(map[string]bool, len(told))
	for _, id := range told {
		known[id] = true
	}
	for _, id := range is {
		if !known[id] {
			out = append(out, id)
		}
	}
	return out
}

var bodyTold = Probe{
	ID: "SV-04", Title: "Change that the certification body was not told of",
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		var is CertificationApplication
		for _, c := range certificates.Shared(x.r).All() {
			if !c.underWay() || c.Applied.At.IsZero() && len(c.Told) == 0 {
				continue
			}
			if is.At.IsZero() { // once for all
				is = x.application(c, 0)
			}
			for _, n := range x.owed(c, &is) {
				o := about(KindCertificate, c.ID, c.Number, n.Since, n.Text, issue.NewText("Tell %s, and record it (TellBody).", c.Body)).by(string(n.Part), "")
				o.names = n.names
				if !yield(o) {
					return
				}
			}
		}
	},
}

// raisedLate is what a body raised and nobody dealt with in the time that there is.
var raisedLate = Probe{
	ID: "SV-02", Title: "Nonconformity of the certification body past its limit", Clause: Clause{"10.2"},
	Grading: "major: a major that is not verified within six months of Stage 2 takes another one; minor: one without a plan keeps the decision from being made",
	grade:   majorIf(func(o Observation) bool { return o.Grave }),
	look: func(x *index, yield func(Observation) bool) {
		before := make(map[string]*Certificate)
		for _, c := range certificates.Shared(x.r).All() {
			if c.State == CertStage2Done || c.State == CertPending {
				before[c.ID] = c
			}
		}
		if len(before) == 0 {
			return
		}
		for _, n := range nonconformities.Shared(x.r).All() {
			c := before[n.Certificate]
			if c == nil {
				continue
			}
			limit := c.verifiedBy()
			var o Observation
			switch {
			case c.overrun(x.reading, n, x.today):
				o = about(KindNonconformity, n.ID, n.Title, limit, issue.NewText("A major of the body's that was to be verified by %s, six months after Stage 2.", day(limit)), issue.NewText("Have another Stage 2 (MoveCertificate)."))
				o.Grave = true
			case n.Open() && !n.planned():
				o = about(KindNonconformity, n.ID, n.Title, never, issue.NewText("The body raised it, and does not decide without a plan."), issue.NewText("Say correction, cause, action and who takes it (CorrectNonconformity)."))
			default:
				continue
			}
			o.Opened = n.RaisedOn
			if !yield(o) {
				return
			}
		}
	},
}

var scopeCertified = Probe{
	ID: "SV-05", Title: "Certificate of another scope than the one in force",
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		in := x.scopeVersion()
		for _, c := range certificates.Shared(x.r).All() {
			if !c.upheld() || in == "" || c.ScopeVersion == "" || c.ScopeVersion == in {
				continue
			}
			if !yield(about(KindCertificate, c.ID, c.Number, never, issue.NewText("The body decided on version %q of the scope; %q is in force.", c.ScopeVersion, in),
				issue.NewText("Have the body decide whether the certificate covers it, and record that (ChangeCertificateScope)."))) {
				return
			}
		}
	},
}

var suspensionEnded = Probe{
	ID: "SV-06", Title: "Suspension that has lasted longer than six months",
	Grading: "major: the body withdraws the certificate, or reduces its scope",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		for _, c := range certificates.Shared(x.r).All() {
			due := c.SuspendedOn.AddDate(0, suspendedMonths, 0)
			if c.State != CertSuspended || c.SuspendedOn.IsZero() || !x.overdue(due) {
				continue
			}
			if !yield(about(KindCertificate, c.ID, c.Number, due, issue.NewText("It is suspended since %s, and was to be restored, reduced or withdrawn by %s.", day(c.SuspendedOn), day(due)),
				issue.NewText("Agree with %s what becomes of it, and record that (MoveCertificate, ChangeCertificateScope).", c.Body))) {
				return
			}
		}
	},
}

var accreditationHolds = Probe{
	ID: "SV-08", Title: "Accreditation of the certification body has lapsed",
	Grading: "minor: the certificate is not accredited any more, and can be taken over by another body",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, c := range certificates.Shared(x.r).All() {
			if !c.underWay() || !x.overdue(c.AccreditedUntil) {
				continue
			}
			if !yield(about(KindCertificate, c.ID, c.Number, c.AccreditedUntil, issue.NewText("The accreditation of %s held until %s.", c.Body, day(c.AccreditedUntil)),
				issue.NewText("Ask the body, and have another one take the certificate over (TransferCertificate), or put on file until when it holds now (PutCertificate)."))) {
				return
			}
		}
	},
}

var certificateTold = Probe{
	ID: "SV-12", Title: "Certificate that can't be looked up, or came on file late",
	Grading: "minor without its number, or without who accredited the body; an opportunity where the decision, or a step to it, came on file more than 90 days after it",
	grade: func(o Observation) Severity {
		if o.Absent {
			return SeverityMinor
		}
		return SeverityOpportunity
	},
	look: func(x *index, yield func(Observation) bool) {
		told := func(c *Certificate) bool {
			var late issue.Text
			for i, s := range c.Late(x.zone) {
				if i == 0 {
					late = s.text()
				} else {
					late = issue.NewText("%s %s", late, s.text())
				}
			}
			return late.ID == "" || yield(about(KindCertificate, c.ID, c.Number, calendar.Date{}, late,
				issue.NewText("Have somebody compare it with what the body sent, and record at once what comes next (MoveCertificate).")).by("told", ""))
		}
		for _, c := range certificates.Shared(x.r).All() {
			if c.underWay() && !told(c) {
				return
			}
			if !c.upheld() {
				continue
			}
			absent := func(part string, what, next issue.Text) bool {
				o := about(KindCertificate, c.ID, c.Number, calendar.Date{}, what, next).by(part, "")
				o.Absent = true
				return yield(o)
			}
			if !c.Identified() && !absent("number", issue.NewText("No number of the certificate of %s is on file.", c.Body), issue.NewText("Put the number that it prints on file (PutCertificate).")) {
				return
			}
			if idle(c.Accreditation) && !absent("accreditation", issue.NewText("Who accredited %s is not on file.", c.Body), issue.NewText("Put on file who accredited the body, as the certificate's mark says (PutCertificate).")) {
				return
			}
		}
	},
}

// appealWait is after how many days without an answer to an appeal or a complaint the
// organisation asks again. No standard names a number; a quarter is ours.
const appealWait = 90

var appealsAnswered = Probe{
	ID: "SV-09", Title: "The certification body has not answered an appeal or a complaint",
	Grading: "opportunity: it is the body that owes the answer, and the organisation that asks for it again",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		for _, c := range certificates.Shared(x.r).All() {
			for _, a := range c.Appeals {
				due := a.On.AddDays(appealWait)
				if !a.Open() || !x.overdue(due) {
					continue
				}
				text := issue.NewText("%s has not answered the appeal of %s: %s", c.Body, day(a.On), a.Text)
				if a.Complaint {
					text = issue.NewText("%s has not answered the complaint of %s: %s", c.Body, day(a.On), a.Text)
				}
				if !yield(about(KindCertificate, c.ID, c.Number, due, text,
					issue.NewText("Ask the body how it stands, then its accreditation body, and record the answer (NoteAppeal).")).by("appeal "+a.ID, "")) {
					return
				}
			}
		}
	},
}
