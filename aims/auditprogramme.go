package aims

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// AuditProgramme is one version of the programme of internal audits (9.2.2): for which time,
// who answers for it, by which methods and criteria it audits, and each part of the
// management system with how often. What the table of AuditRules asks for is compiled into
// it when it is drafted; it may ask for more, and for less only with reasons, that of who
// wrote it and that of who adopts it. A new version is a new record; the one in force stays
// so until another is adopted or its time is over.
type AuditProgramme struct {
	// ID names the version: "audit-programme" is the first, "audit-programme-2" the second.
	ID string `json:"id"`
	// From and To are the first and the last day of its time.
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	// Lead is the ID of the person who answers for it.
	Lead string `json:"lead,omitempty"`
	// Criteria says against what it audits, Methods how, Reporting who is told what comes of
	// it and when, Planning what planning an audit of it asks for, if anything.
	Criteria  string        `json:"criteria,omitempty"`
	Methods   []AuditMethod `json:"methods,omitempty"`
	Reporting string        `json:"reporting,omitempty"`
	Planning  string        `json:"planning,omitempty"`
	// Deviations are the parts that it audits more or less often than the table says.
	Deviations []ProgrammeDeviation `json:"deviations,omitempty"`
	// Areas are all parts, as the table and the deviations had them when it was drafted;
	// DraftAuditProgramme compiles them.
	Areas []ProgrammeArea `json:"areas,omitempty"`
	// Borne says why who adopted it bears that some parts are audited less often than the
	// table says; AdoptAuditProgramme sets it.
	Borne string `json:"borne,omitempty"`
	// Authors are the IDs of those who wrote in it, in any draft; none of them adopts it.
	Authors []string `json:"authors,omitempty"`
	// State is draft, approved or superseded; verbs move it. What is approved is adopted.
	State DocumentState `json:"state"`
	// Approval is that by which it is in force.
	Approval DocumentApproval `json:"approval,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ProgrammeDeviation is a part that a programme audits more or less often than the table of
// AuditRules says.
type ProgrammeDeviation struct {
	// One of Clause and Control says which.
	Clause  Clause    `json:"clause,omitzero"`
	Control annexa.ID `json:"control,omitzero"`
	// Months is how often, Reason says why.
	Months int    `json:"months"`
	Reason string `json:"reason"`
}

// ProgrammeArea is one part of a programme, as it was compiled.
type ProgrammeArea struct {
	// One of Clause and Control says which.
	Clause  Clause    `json:"clause,omitzero"`
	Control annexa.ID `json:"control,omitzero"`
	// Months is how often it is audited, RuleMonths how often by the table, Rules are the
	// IDs of the rows that spoke of it.
	Months     int      `json:"months"`
	RuleMonths int      `json:"rule_months"`
	Rules      []string `json:"rules"`
	// Reason says why the two differ.
	Reason string `json:"reason,omitempty"`
	// Due is the last day by which it is audited within the time of the programme; zero if
	// that lies behind it.
	Due calendar.Date `json:"due,omitzero"`
}

// Element is the number of the clause or control.
func (a ProgrammeArea) Element() string { return elementOf(a.Clause, a.Control) }

func elementOf(c Clause, control annexa.ID) string {
	if control.IsZero() {
		return c.String()
	}
	return control.String()
}

// less reports whether the part is audited less often than the table said.
func (a *ProgrammeArea) less() bool { return a.Months > a.RuleMonths }

// area is the part of a programme, nil if it has none.
func (p *AuditProgramme) area(c Clause, control annexa.ID) *ProgrammeArea {
	for i := range p.Areas {
		if a := &p.Areas[i]; a.Clause == c && a.Control == control {
			return a
		}
	}
	return nil
}

const auditProgrammeID = "audit-programme"

var auditProgrammes = ledger.MustDeclare(ledger.Spec[AuditProgramme]{
	Name: KindAuditProgramme,
	Key:  func(p *AuditProgramme) string { return p.ID }, SetKey: func(p *AuditProgramme, id string) { p.ID = id },
	Revision:  func(p *AuditProgramme) *uint64 { return &p.Revision },
	Completes: []string{"authors"},
	// Annex A has 38 controls, an organisation adds some of its own, and the clauses have
	// some dozen parts.
	Limits: within(KindAuditProgramme, bounded(lists{"methods": 10, "deviations": 300, "areas": 300, "areas.rules": 20, "authors": 200}, "criteria", "reporting", "planning", "borne")),
	Check:  checked(checkAuditProgramme),
})

// DraftAuditProgramme writes a version of the audit programme: a new one, or, with the
// revision of one that is not adopted yet, that. With the revision of one that is it makes
// the next version of it, whose ID is new. The parts are compiled from the table of
// AuditRules as it speaks today, with the deviations of the draft: at most twice the time
// that the table gives, and none of what failed or where the impact is high.
func (tx *Tx) DraftAuditProgramme(p AuditProgramme) error {
	old, exists := auditProgrammes.Of(tx).Get(p.ID)
	from := p.Revision
	if p.ID == "" || exists && from != 0 && old.State != StateDraft {
		p.ID, p.Revision = versionID(auditProgrammeID, auditProgrammes.Shared(tx).Len()+1), 0
	}
	return put(tx, "DraftAuditProgramme", auditProgrammes, p, func(p *AuditProgramme) error {
		if exists && p.ID != old.ID && from != old.Revision {
			return ledger.Refuse(ErrStale, "field revision: made from %d, %d is current", from, old.Revision)
		}
		p.State, p.Approval, p.Borne, p.Authors = StateDraft, DocumentApproval{}, "", tx.authors(old.Authors, p.Authors)
		return tx.compile(p)
	})
}

// compile writes the parts of a programme as the table of AuditRules has them today.
func (tx *Tx) compile(p *AuditProgramme) error {
	var is Issues
	p.Areas = nil
	for _, part := range tx.index(tx.Now()).programmed().parts {
		a := ProgrammeArea{Clause: part.Clause, Control: part.Control, Months: part.RuleMonths, RuleMonths: part.RuleMonths, Rules: part.byRules}
		for i, d := range p.Deviations {
			if d.Clause != a.Clause || d.Control != a.Control {
				continue
			}
			if field := issue.Index("deviations", i) + ".months"; d.Months < 1 || d.Months > part.most {
				is.Add(field, "range", strconv.Itoa(d.Months), "%s is audited every 1 to %d months", a.Element(), part.most)
			}
			a.Months, a.Reason = d.Months, d.Reason
		}
		a.Due = p.firstDue(part.Last, a.Months)
		p.Areas = append(p.Areas, a)
	}
	return is.Err()
}

// firstDue is the first day by which a part is audited within the time of a programme, from
// the day on which it was last; what is late when it begins, within its interval.
func (p *AuditProgramme) firstDue(last calendar.Date, months int) calendar.Date {
	due := last.AddDate(0, months, 0)
	if last.IsZero() || due.Before(p.From) {
		if due = p.From.AddDate(0, months, 0); due.After(p.To) {
			due = p.To
		}
	}
	if due.After(p.To) {
		return calendar.Date{}
	}
	return due
}

// AdoptAuditProgramme puts a version of the audit programme in force until its time is over,
// and supersedes the one before. Where it asks for less than the table of AuditRules, borne
// says why the actor bears that; and the table says today what it said when the programme was
// drafted. The actor is not one of the authors.
func (tx *Tx) AdoptAuditProgramme(id, borne string) error {
	return decide(tx, "AdoptAuditProgramme", auditProgrammes, id, func(p *AuditProgramme) error {
		if p.State == StateApproved {
			return ledger.Refuse(ErrState, "it is in force until %s; draft the next one", day(p.To))
		}
		var earlier []DocumentApproval
		if err := tx.approveVersion(&p.State, &p.Approval, &earlier, p.To); err != nil {
			return err
		}
		is := p.unsaid()
		if lead, ok := people.Shared(tx).Get(p.Lead); p.Lead != "" && (!ok || !lead.ActiveOn(tx.Today())) {
			is.Add("lead", "person", p.Lead, "this person is not active on %s", tx.Today().String())
		}
		if p.Borne = borne; slices.ContainsFunc(p.Areas, func(a ProgrammeArea) bool { return a.less() }) {
			saying(&is, "borne", borne)
		}
		if err := is.Err(); err != nil {
			return err
		}
		today := *p
		if err := tx.compile(&today); err != nil || !slices.EqualFunc(p.Areas, today.Areas, func(a, b ProgrammeArea) bool {
			return a.Clause == b.Clause && a.Control == b.Control && a.RuleMonths == b.RuleMonths
		}) {
			return ledger.Refuse(ErrState, "what is audited how often by the rules has changed since it was drafted; draft it anew (DraftAuditProgramme)")
		}
		for before := range auditProgrammes.Of(tx).All() {
			if before.State != StateApproved || before.ID == p.ID {
				continue
			}
			before.State = StateSuperseded
			if err := auditProgrammes.Keep(tx, before); err != nil {
				return err
			}
		}
		return nil
	})
}

// ProgrammeInForce returns the version of the audit programme that is adopted (9.2.2); if none
// is, the last draft. False if none is written yet.
func (r *reading) ProgrammeInForce() (AuditProgramme, bool) {
	var found *AuditProgramme
	for _, p := range auditProgrammes.Shared(r.r).All() {
		if p.State == StateApproved {
			found = p
			break
		}
		if found == nil || p.Revision > found.Revision {
			found = p
		}
	}
	if found == nil {
		return AuditProgramme{}, false
	}
	return auditProgrammes.Of(r.r).Get(found.ID)
}

// AuditProgrammes yields all versions of the audit programme (9.2.2).
//
//go:noinline
func (r *reading) AuditProgrammes() iter.Seq[AuditProgramme] { return auditProgrammes.Of(r.r).All() }

// adopted is the programme by which is audited now; nil if none is in force.
func (x *index) adopted() *AuditProgramme {
	for _, p := range auditProgrammes.Shared(x.r).All() {
		if p.State == StateApproved && !p.Approval.Overdue(x.today) {
			return p
		}
	}
	return nil
}

// unsaid adds an issue for what a programme lacks before it can be adopted.
func (p *AuditProgramme) unsaid() Issues {
	var is Issues
	required(&is, "lead", p.Lead)
	for _, f := range []struct{ field, text string }{{"criteria", p.Criteria}, {"reporting", p.Reporting}} {
		saying(&is, f.field, f.text)
		unfilled(&is, f.field, f.text)
	}
	unfilled(&is, "planning", p.Planning)
	if len(p.Methods) == 0 {
		is.Add("methods", "required", "", "say how it finds out: one or more of %v", AuditMethods())
	}
	return is
}

// programmeMonths is the longest time of a programme, in months: that in which a
// certification body looks at the whole (ISO/IEC 17021-1, 9.1.3).
const programmeMonths = 36

func checkAuditProgramme(c checker, p *AuditProgramme) {
	c.approved(p.State, p.Approval)
	for _, f := range []struct {
		field string
		day   calendar.Date
	}{{"from", p.From}, {"to", p.To}} {
		if f.day.IsZero() {
			c.Add(f.field, "required", "", "say for which time it is")
		}
	}
	c.order("from", p.From, "to", p.To)
	if last := p.From.AddDate(0, programmeMonths, 0); !p.From.IsZero() && p.To.After(last) {
		c.Add("to", "range", p.To.String(), "at most %d months, until %s", programmeMonths, day(last))
	}
	c.person("lead", p.Lead, false)
	c.says("criteria", p.Criteria, false)
	c.says("reporting", p.Reporting, false)
	c.says("planning", p.Planning, false)
	checkMethods(c, p.Methods)
	seen := make(map[string]bool)
	for i, d := range p.Deviations {
		field, e := issue.Index("deviations", i), elementOf(d.Clause, d.Control)
		switch {
		case d.Clause.IsZero() == d.Control.IsZero():
			c.Add(field, "part", e, "name a clause or a control")
		case seen[e]:
			c.Add(field, "repeated", e, "is there already")
		case p.State == StateDraft && p.area(d.Clause, d.Control) == nil:
			c.Add(field, "part", e, "is no clause without others below it, and no control that applies")
		}
		seen[e] = true
		c.says(field+".reason", d.Reason, true)
	}
	if p.State == StateApproved {
		for _, i := range p.unsaid() {
			c.needs(i.Field, false, i.Message)
		}
	}
}

// ProgrammeOutcome is what became of a part of an adopted programme otherwise than it says.
type ProgrammeOutcome struct {
	// Kind says what.
	Kind ProgrammeOutcomeKind `json:"kind"`
	// One of Clause and Control says of which part.
	Clause  Clause    `json:"clause,omitzero"`
	Control annexa.ID `json:"control,omitzero"`
	// Due is by when it was to be audited; zero if it was not to be.
	Due calendar.Date `json:"due,omitzero"`
	// On is when it was audited, Audit the ID of the audit; zero if it was not.
	On    calendar.Date `json:"on,omitzero"`
	Audit string        `json:"audit,omitempty"`
	// Reason is why an audit that covers it was put off (PostponeAudit); empty if nobody
	// gave one.
	Reason string `json:"reason,omitempty"`
}

// Element is the number of the clause or control.
func (o ProgrammeOutcome) Element() string { return elementOf(o.Clause, o.Control) }

// ProgrammeOutcomeKind says how what was done differs from a programme.
type ProgrammeOutcomeKind string

// The ways.
const (
	// ProgrammeMissed: it was to be audited by a day, and was not. ProgrammeLate: it was,
	// after that day. ProgrammeExtra: it was audited, and that was not planned.
	ProgrammeMissed ProgrammeOutcomeKind = "missed"
	ProgrammeLate   ProgrammeOutcomeKind = "late"
	ProgrammeExtra  ProgrammeOutcomeKind = "extra"
)

// ProgrammeOutcomes returns, by time now, what became of a programme otherwise than it says,
// part by part: what was to be audited in its time and was not, what was after its day, what
// was audited and not planned (9.2.2). Of an audit that a reader does not see neither ID nor
// reason is told. Nothing for a programme that was never adopted.
func (r *reading) ProgrammeOutcomes(id string, now time.Time) []ProgrammeOutcome {
	p, ok := auditProgrammes.Shared(r.r).Get(id)
	if !ok {
		return nil
	}
	e := r.entire() // where systems stand is not asked
	out := (&index{reading: e, now: now.UTC(), today: r.DayOf(now), zone: r.Zone(), controls: e.controls()}).outcomes(p)
	for i := range out {
		if o := &out[i]; o.Audit != "" && !r.sees(audits.Name(), o.Audit) {
			o.Audit, o.Reason = "", ""
		}
	}
	return out
}

func (x *index) outcomes(p *AuditProgramme) (out []ProgrammeOutcome) {
	if !p.Approval.Given() {
		return nil
	}
	from, until := x.on(p.Approval.At), p.To
	if from.Before(p.From) {
		from = p.From
	}
	for _, next := range auditProgrammes.Shared(x.r).All() { // it held until another was adopted
		if next.Approval.At.After(p.Approval.At) && x.on(next.Approval.At).Before(until) {
			until = x.on(next.Approval.At)
		}
	}
	looked := x.auditsOfParts()
	slices.SortStableFunc(looked, func(a, b partAudit) int { return a.ClosedOn.Compare(b.ClosedOn) })
	for _, area := range p.Areas {
		part := AuditPart{Clause: area.Clause, Control: area.Control}
		due, reason := area.Due, ""
		add := func(k ProgrammeOutcomeKind, due, on calendar.Date, audit string) {
			out = append(out, ProgrammeOutcome{Kind: k, Clause: area.Clause, Control: area.Control, Due: due, On: on, Audit: audit, Reason: reason})
		}
		for _, a := range looked {
			on := x.on(a.ClosedOn)
			if !a.covers(&part) || !a.ClosedOn.IsZero() && (on.Before(from) || !a.ClosedOn.After(p.Approval.At)) {
				continue
			}
			if n := len(a.Postponed); n > 0 {
				reason = a.Postponed[n-1].Reason
			}
			switch {
			case a.ClosedOn.IsZero():
				continue
			case due.IsZero() || due.After(until):
				if !on.After(until) {
					add(ProgrammeExtra, calendar.Date{}, on, a.ID)
				}
				continue
			case on.After(due):
				add(ProgrammeLate, due, on, a.ID)
			}
			due, reason = on.AddDate(0, area.Months, 0), ""
		}
		if !due.IsZero() && !due.After(until) && x.overdue(due) {
			add(ProgrammeMissed, due, calendar.Date{}, "")
		}
	}
	return out
}

// elements are the parts of which something is said, as a list.
func elements(all []string) string { return strings.Join(all, ", ") }

const programmeName = "The audit programme"

var programmeAdopted = Probe{
	ID: "AU-02", Title: "Audit programme not adopted", Clause: Clause{"9.2.2"},
	Grading: "minor; while no audit is planned or done it is not asked",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		if closed, planned := x.lastAudit(); closed.IsZero() && planned.IsZero() {
			return // S1-22 says so
		}
		p, ok := x.ProgrammeInForce()
		var o Observation
		switch {
		case ok && p.State == StateApproved && !p.Approval.Overdue(x.today):
			return
		case ok && p.State == StateApproved:
			o = about(auditProgrammes.Name(), p.ID, programmeName, p.To, issue.NewText("The time of the audit programme ended on %s.", day(p.To)),
				issue.NewText("Draft the next one and have it adopted (DraftAuditProgramme, AdoptAuditProgramme)."))
		case ok:
			o = about(auditProgrammes.Name(), p.ID, programmeName, x.on(x.began()), issue.NewText("The audit programme is a draft."), issue.NewText("Have somebody adopt it who did not write it (AdoptAuditProgramme)."))
			o.Absent = true
		default:
			o = x.whole(x.on(x.began()), issue.NewText("Nobody has decided on an audit programme."),
				issue.NewText("Draft it from what the rules ask for, and have it adopted (DraftAuditProgramme, AdoptAuditProgramme)."))
			o.Absent = true
		}
		yield(o)
	},
}

var programmeFollowsRules = Probe{
	ID: "AU-03", Title: "Audit programme and rules differ", Clause: Clause{"9.2.2"},
	Grading: "opportunity; what is late by the rules S2-14 tells, whatever the programme says",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		p := x.adopted()
		if p == nil {
			return // AU-02 says so
		}
		var behind, less []string
		for _, part := range x.programmed().parts {
			switch a := p.area(part.Clause, part.Control); {
			case a == nil || a.Months > part.Months:
				behind = append(behind, part.Element())
			case a.less():
				less = append(less, part.Element())
			}
		}
		if len(behind) > 0 {
			o := about(auditProgrammes.Name(), p.ID, programmeName, calendar.Date{}, issue.NewText("By what is on record now these are audited more often than it says: %s.", elements(behind)),
				issue.NewText("Draft it anew and have it adopted (DraftAuditProgramme, AdoptAuditProgramme)."))
			o.Count, o.Of = len(behind), len(x.programmed().parts)
			if !yield(o.by("behind", p.Lead)) {
				return
			}
		}
		if len(less) > 0 {
			o := about(auditProgrammes.Name(), p.ID, programmeName, x.on(p.Approval.At), issue.NewText("By decision of %s these are audited less often than by the rules: %s.", recordOf(people.Name(), p.Approval.By), elements(less)),
				issue.NewText("Look at whether the reasons still hold when the next one is drafted (DraftAuditProgramme)."))
			o.Count, o.Of = len(less), len(x.programmed().parts)
			yield(o.by("less", p.Lead))
		}
	},
}

var programmeKept = Probe{
	ID: "AU-04", Title: "Audit programme not kept, without a reason", Clause: Clause{"9.2.2"},
	Grading: "minor; what has not been made up for S2-14 tells",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		p := x.adopted()
		if p == nil {
			return
		}
		var late []string
		var since calendar.Date
		for _, o := range x.outcomes(p) {
			if o.Kind == ProgrammeLate && o.Reason == "" && !o.On.Before(x.daysAgo(year)) && !slices.Contains(late, o.Element()) {
				late = append(late, o.Element())
				if since.IsZero() || o.Due.Before(since) {
					since = o.Due
				}
			}
		}
		if len(late) == 0 {
			return
		}
		o := about(auditProgrammes.Name(), p.ID, programmeName, since, issue.NewText("These were audited later than it says, and nobody said why: %s.", elements(late)),
			issue.NewText("Put an audit off with a reason before its day is over (PostponeAudit), or plan it by its day."))
		o.Count = len(late)
		yield(o.by("", p.Lead))
	},
}
