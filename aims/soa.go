package aims

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

var decisions = ledger.MustDeclare(ledger.Spec[annexa.Decision]{
	Name:   KindDecision,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("planned_for", "review_due")},
	Key:       func(d *annexa.Decision) string { return d.Control.String() },
	Revision:  func(d *annexa.Decision) *uint64 { return &d.Revision },
	Completes: []string{"moves", "tenures"},
	Carry:     handed(func(rec *annexa.Decision) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Limits:    within(KindDecision, ledger.Limits{}),
	Check:     checked(checkDecision),
})

var statements = ledger.MustDeclare(ledger.Spec[annexa.Statement]{
	Name:   KindStatement,
	Schema: 3, Upcast: []ledger.Upcaster{toDays("rows.planned_for", "rows.review_due", "approval.review_due"), toTexts("rows.gaps.message")},
	Key:      func(s *annexa.Statement) string { return s.ID },
	Revision: func(s *annexa.Statement) *uint64 { return &s.Revision },
	// It is compiled, never typed, and names for each control every system that
	// asks for it, and the evidence: of 10,000 systems and 100 controls some
	// 200 MB, if their IDs are long. No journal takes more.
	Limits: within(KindStatement, ledger.Limits{List: 1_000_000, Body: storage.MaxBody}),
	Check: checked(func(c checker, s *annexa.Statement) {
		c.past("approval.at", c.DayOf(s.Approval.At))
		c.needs("approval", s.Approval.By != "" && !s.Approval.At.IsZero(), "a Statement is on file once somebody approved it")
	}),
})

// DecideControl records a decision on a control of Annex A, or adds and decides a control
// of the organisation's own (6.1.3), whose statement stays once it was tested by it. A day
// for which it was planned and is not any more stays beside (annexa.Decision.Moves). Leaving
// a control out takes effect with the actor's approval: the actor must be a person on file
// and not the control's owner.
func (tx *Tx) DecideControl(d annexa.Decision) error {
	do := put[annexa.Decision]
	if d.Applicability == annexa.Excluded {
		do = putDeciding[annexa.Decision]
	}
	was := tx.Decision(d.Control)
	return do(tx, "DecideControl", decisions, d, func(d *annexa.Decision) error {
		if d.Control.IsZero() {
			var is Issues
			is.Add("control", "control", "", "names no control; annexa.Parse reads one")
			return is
		}
		if !sameText(d.Statement, was.Statement) && controlTests.Shared(tx).Where(byControl, d.Control.String()).Len() > 0 {
			var is Issues
			kept(&is, "statement", was.Statement, d.Statement, "it was tested by that; what does something else is another control")
			return is
		}
		d.Moves = was.Moves
		if (!was.PlannedFor.IsZero() || len(was.Moves) > 0) && was.PlannedFor != d.PlannedFor {
			d.Moves = append(slices.Clone(was.Moves), annexa.PlanMove{By: tx.By().Actor, At: tx.Now(), From: was.PlannedFor, To: d.PlannedFor})
		}
		if d.Applicability != annexa.Excluded {
			return nil
		}
		if err := tx.right("DecideControl", leftOut, Subject{Kind: KindDecision, ID: d.Control.String()}); err != nil {
			return err
		}
		if tx.same(d.Owner, tx.By().Actor) {
			return tx.barred(BarOwner, "DecideControl", leftOut)
		}
		d.ApprovedBy = tx.By().Actor
		return nil
	}, func(d *annexa.Decision) error {
		if was.Status != annexa.StatusImplemented || d.Status == annexa.StatusImplemented {
			return nil
		}
		var ids []string
		for _, a := range assessments.Shared(tx).Where(byOpen, string(impact.StateApproved)).All() {
			if restsOn(a, d.Control, "") {
				ids = append(ids, a.System)
			}
		}
		return tx.fireAll(ids, impact.TriggerEvidence, "control "+d.Control.String()+", on which a reduction rests, is not in place any more")
	})
}

// leftOut is when DecideControl decides.
const leftOut = "it is left out"

func checkDecision(c checker, d *annexa.Decision) {
	c.Merge("", d.Validate())
	c.person("owner", d.Owner, false)
	for i, g := range d.Grounds {
		field := issue.Index("grounds", i) + ".ref"
		switch g.Kind {
		case annexa.GroundRisk:
			if !c.has(KindRisk, g.Ref) {
				c.Add(field, "risk", g.Ref, "no such risk on the register")
			}
		case annexa.GroundImpact:
			if !c.has(KindAssessment, g.Ref) {
				c.Add(field, "assessment", g.Ref, "no such impact assessment")
			}
		}
	}
}

// Decision returns the decision on a control; an undecided one if there is
// none on file.
func (r *reading) Decision(id annexa.ID) annexa.Decision {
	if d, ok := decisions.Of(r.r).Get(id.String()); ok {
		return d
	}
	return annexa.Decision{Control: id}
}

// Statement compiles the Statement of Applicability as it stands at time now
// (6.1.3): every control with its decision, which systems' assessments require
// it, the fresh evidence for it and what is missing. It is a draft, of version 0
// and without an ID, until ApproveStatement. The error is annexa's for a zero now,
// or ErrForbidden where something is redacted.
func (r *reading) Statement(now time.Time) (annexa.Statement, error) {
	if r.whole != nil {
		return annexa.Statement{}, fmt.Errorf("%w: the Statement of Applicability is compiled of all that is on file, some of which is not shown here", ErrForbidden)
	}
	in := annexa.Input{Organisation: r.Organisation().Name, At: now}
	if s, ok := r.Scope(); ok {
		in.Scope = s.Statement
	}
	for _, d := range decisions.Shared(r.r).All() {
		in.Decisions = append(in.Decisions, decisions.Copy(d))
	}
	for _, a := range assessments.Shared(r.r).All() {
		if a.State != impact.StateApproved {
			continue
		}
		for _, q := range a.Result.Controls {
			in.Required = append(in.Required, annexa.Required{Control: q.Control, System: a.System, Assessment: a.ID, Rules: slices.Clone(q.Rules)})
		}
	}
	for _, e := range evidence.Shared(r.r).All() {
		if !e.Fresh(r.DayOf(now)) {
			continue
		}
		for _, ref := range e.Supports {
			if ref.Framework() != FrameworkID || !r.CouldProve(*e, ref) {
				continue
			}
			id, err := annexa.Parse(ref.Element())
			if err != nil {
				continue // a clause
			}
			item := annexa.EvidenceItem{ID: e.ID, Control: id, Kind: e.Kind, ValidUntil: e.ValidUntil}
			if len(e.Systems) == 0 {
				in.Evidence = append(in.Evidence, item)
			}
			for _, item.System = range e.Systems {
				in.Evidence = append(in.Evidence, item)
			}
		}
	}
	return annexa.Compile(in)
}

// ApproveStatement compiles the Statement of Applicability, approves it until
// reviewDue and puts it on file as its next version. It is refused while a
// control is undecided or unjustified, or left out though an approved assessment requires
// it.
func (tx *Tx) ApproveStatement(reviewDue calendar.Date) error {
	version := statements.Shared(tx).Len() + 1
	id := fmt.Sprintf("soa-%04d", version)
	return tx.Decide("ApproveStatement", Subject{Kind: KindStatement, ID: id}, func() error {
		s, err := tx.Statement(tx.Now())
		if err != nil {
			return ledger.Because(ErrInvalid, err)
		}
		if s, err = s.Approve(tx.By().Actor, tx.Now().In(tx.Zone()), reviewDue); err != nil {
			return ledger.Because(ErrInvalid, err)
		}
		s.ID, s.Version = id, version
		return statements.Keep(tx, s)
	})
}

// ApprovedStatement returns the latest approved Statement of Applicability;
// false if there is none.
func (r *reading) ApprovedStatement() (annexa.Statement, bool) {
	last, ok := statements.Shared(r.r).Last()
	if !ok {
		return annexa.Statement{}, false
	}
	return statements.Of(r.r).Get(last.ID)
}

// Controls returns the decisions on controls in the standard's order, the
// organisation's own after those of Annex A. Each control of Annex A is among them: one
// that nothing is on file of is undecided.
func (r *reading) Controls() []annexa.Decision {
	var all []annexa.Decision
	for _, d := range r.controls() {
		c := *d
		c.Grounds, c.Moves, c.Tenures = slices.Clone(c.Grounds), slices.Clone(c.Moves), slices.Clone(c.Tenures)
		all = append(all, c)
	}
	return all
}

// controls is Controls without copies.
func (r *reading) controls() []*annexa.Decision {
	var all []*annexa.Decision
	for _, c := range annexa.Controls() {
		if _, ok := decisions.Shared(r.r).Get(c.ID.String()); !ok {
			all = append(all, &annexa.Decision{Control: c.ID})
		}
	}
	for _, d := range decisions.Shared(r.r).All() {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *annexa.Decision) int { return annexa.Compare(a.Control, b.Control) })
	return all
}

var statementApproved = Probe{
	ID: "S1-16", Title: "No Statement of Applicability approved", Clause: Clause{"6.1.3"},
	Grading: "major",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		if statements.Shared(x.r).Len() == 0 {
			o := x.whole(calendar.Date{}, issue.NewText("No Statement of Applicability has been approved."),
				issue.NewText("Decide the controls (DecideControl) and approve it (ApproveStatement)."))
			o.Absent = true
			yield(o)
		}
	},
}

var controlsDecided = Probe{
	ID: "S1-17", Title: "Control undecided", Clause: Clause{"6.1.3"},
	Grading: "minor; major when more than a tenth are undecided",
	grade:   majorIf(func(o Observation) bool { return 10*o.Count > o.Of }),
	look: func(x *index, yield func(Observation) bool) {
		var open []*annexa.Decision
		for _, d := range x.controls {
			if d.Applicability == annexa.Undecided {
				open = append(open, d)
			}
		}
		for _, d := range open {
			o := aboutControl(d, calendar.Date{}, issue.NewText("Nobody has decided whether it applies."), issue.NewText("Decide it with a justification (DecideControl)."))
			o.Count, o.Of = len(open), len(x.controls)
			if !yield(o) {
				return
			}
		}
	},
}

var statementCurrent = Probe{
	ID: "S1-18", Title: "Statement of Applicability out of date", Clause: Clause{"6.1.3"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		s, ok := statements.Shared(x.r).Last()
		if !ok {
			return
		}
		if due := s.Approval.ReviewDue; x.overdue(due) && !yield(about(KindStatement, s.ID, "", due,
			issue.NewText("It was due for review on %s.", day(due)), issue.NewText("Review it and approve the next version (ApproveStatement)."))) {
			return
		}
		if i := slices.IndexFunc(x.controls, func(d *annexa.Decision) bool {
			row, ok := s.Row(d.Control)
			return !ok || !row.Says(*d)
		}); i >= 0 && !yield(about(KindStatement, s.ID, "", calendar.Date{},
			issue.NewText("Decisions on controls have changed since it was approved, such as on %s.", x.controls[i].Control),
			issue.NewText("Approve the next version (ApproveStatement)."))) {
			return
		}
		if c := x.requiredThoughLeftOut(); len(c) > 0 && !yield(about(KindStatement, s.ID, "", calendar.Date{},
			issue.NewText("Assessments that were approved require what is left out: %s.", strings.Join(c, ", ")),
			issue.NewText("Decide them anew (DecideControl), and approve the next version (ApproveStatement)."))) {
			return
		}
		if org := x.Organisation(); org.RolesSince.After(s.Approval.At) && !yield(about(KindStatement, s.ID, "", x.on(org.RolesSince),
			issue.NewText("The organisation's roles or countries are others since %s.", day(x.on(org.RolesSince))),
			issue.NewText("Look at the controls with that in mind, and approve the next version (ApproveStatement)."))) {
			return
		}
		if !x.assessedBy(s.Approval.At) && x.number() > 0 && !yield(about(KindStatement, s.ID, "", x.on(s.Approval.At),
			issue.NewText("It was approved before any impact assessment was: nothing that it rests on had been looked at."),
			issue.NewText("Have systems assessed, and approve the next version (ApproveStatement)."))) {
			return
		}
		for _, d := range x.controls {
			if d.Applicability == annexa.Excluded && x.overdue(d.ReviewDue) && !yield(aboutControl(d, d.ReviewDue,
				issue.NewText("Leaving it out was due for review on %s.", day(d.ReviewDue)), issue.NewText("Decide it anew (DecideControl)."))) {
				return
			}
		}
	},
}

// requiredThoughLeftOut returns the controls that are left out and approved assessments
// require.
func (x *index) requiredThoughLeftOut() []string {
	var found []string
	for _, d := range x.controls {
		if d.Applicability == annexa.Excluded && x.requires(d.Control) {
			found = append(found, d.Control.String())
		}
	}
	return found
}

// assessedBy reports whether an impact assessment had been approved by a time.
func (x *index) assessedBy(t time.Time) bool {
	for _, a := range assessments.Shared(x.r).All() {
		if !a.ApprovedAt.IsZero() && !a.ApprovedAt.After(t) {
			return true
		}
	}
	return false
}

var plannedInPlace = Probe{
	ID: "S2-06", Title: "Control that applies not in place", Clause: Clause{"8.1"},
	Grading: "minor; major when more than a third of those that apply are not in place",
	grade:   majorIf(func(o Observation) bool { return o.Of > 0 }),
	look: func(x *index, yield func(Observation) bool) {
		applies, missing := 0, 0
		for _, d := range x.controls {
			if d.Applicability != annexa.Applicable {
				continue
			}
			applies++
			if d.Status == annexa.StatusImplemented {
				continue
			}
			missing++
			var since calendar.Date
			var text issue.Text
			switch {
			case d.Status != annexa.StatusPlanned && d.Status != annexa.StatusInProgress:
				text = issue.NewText("It applies, and nobody has begun to put it in place.")
			case d.PlannedFor.IsZero():
				text = issue.NewText("It is to be put in place, and nobody says by when.")
			case x.overdue(d.PlannedFor):
				since, text = d.PlannedFor, issue.NewText("It was to be in place on %s.", day(d.PlannedFor))
			case d.PutOff():
				times, days := d.Later()
				since, text = x.on(d.Moves[len(d.Moves)-1].At), issue.NewText("Times it was put off: %d; days in all: %d.", times, days)
			default:
				continue
			}
			if !yield(aboutControl(d, since, text, issue.NewText("Put it into practice, or plan it for a day (DecideControl)."))) {
				return
			}
		}
		if 3*missing <= applies {
			return
		}
		o := x.whole(calendar.Date{}, issue.NewText("%d of %d controls that apply are not in place.", missing, applies),
			issue.NewText("Put them into practice (DecideControl)."))
		o.Count, o.Of = missing, applies
		yield(o)
	},
}

var controlsEvidenced = Probe{
	ID: "S2-07", Title: "Control without fresh evidence", Clause: Clause{"8.1"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, d := range x.controls {
			if inPlace(d) && x.strengthOf(d.Control) == notShown && !yield(aboutControl(d, calendar.Date{},
				issue.NewText("It is said to be implemented, and no fresh evidence supports it."), issue.NewText("Attach evidence (AttachEvidence)."))) {
				return
			}
		}
	},
}

// inPlace reports whether a control applies and is said to be implemented.
func inPlace(d *annexa.Decision) bool {
	return d.Applicability == annexa.Applicable && d.Status == annexa.StatusImplemented
}

var controlsIntended = Probe{
	ID: "S2-08", Title: "Control that only a statement of intent supports", Clause: Clause{"9.1"},
	Grading: "minor; major where it is so of more than a fifth of the controls that apply, and of two at least: then it is the pattern. What nobody has judged is found by S2-26",
	grade:   majorIf(func(o Observation) bool { return o.Count > 1 && 5*o.Count > o.Of }),
	look: func(x *index, yield func(Observation) bool) {
		var intended []*annexa.Decision
		applies := 0
		for _, d := range x.controls {
			if d.Applicability == annexa.Applicable {
				applies++
			}
			if inPlace(d) && x.strengthOf(d.Control) == intent {
				intended = append(intended, d)
			}
		}
		for _, d := range intended {
			o := aboutControl(d, calendar.Date{}, issue.NewText("It is said to be implemented, and all fresh evidence for it is poor: it states what is meant to be done."),
				issue.NewText("Attach evidence of what is done (AttachEvidence), and have somebody else judge it (JudgeEvidence)."))
			o.Count, o.Of = len(intended), applies
			if !yield(o) {
				return
			}
		}
	},
}

var evidenceStrong = Probe{
	ID: "S2-26", Title: "Less than half of the controls in place rest on good evidence", Clause: Clause{"9.1"},
	Grading: "opportunity: it conforms, and could be stronger. Controls without fresh evidence are not counted: S2-07 finds them",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		shown, strong, open := 0, 0, 0
		for _, d := range x.controls {
			if s := x.strengthOf(d.Control); inPlace(d) && s != notShown {
				shown++
				if s >= good {
					strong++
				}
				if s == unjudged {
					open++
				}
			}
		}
		if shown < 2 || 2*strong >= shown { // one control is no share
			return
		}
		o := x.whole(calendar.Date{}, issue.NewText("Controls in place with fresh evidence: %d; evidence good or better: %d; judged by nobody: %d.", shown, strong, open),
			issue.NewText("Have the evidence judged by somebody who did not collect it (JudgeEvidence), and show what is done by records or tests of the live system (AttachEvidence)."))
		o.Count, o.Of = shown-strong, shown
		yield(o)
	},
}

var controlOwners = Probe{
	ID: "OW-01", Title: "Control without accountable owner", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, d := range x.controls {
			if d.Applicability != annexa.Applicable || x.active(d.Owner) {
				continue
			}
			o := aboutControl(d, calendar.Date{}, issue.NewText("It applies, and no active person owns it."), issue.NewText("Name an owner (DecideControl)."))
			o.Controls = append(o.Controls, ids("A.3.2")...)
			if !yield(o) {
				return
			}
		}
	},
}

// aboutControl is an observation of the decision on a control.
func aboutControl(d *annexa.Decision, since calendar.Date, text, next issue.Text) Observation {
	title := d.Title
	if c, ok := annexa.Lookup(d.Control); ok {
		title = c.Title
	}
	o := about(KindDecision, d.Control.String(), title, since, text, next)
	o.Controls = []annexa.ID{d.Control}
	return o
}
