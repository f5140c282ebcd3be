package aims

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Audit is one internal audit (9.2): planned with scope and auditors, carried
// out, closed with a conclusion that reaches the managers concerned.
type Audit struct {
	// ID names the audit.
	ID string `json:"id"`
	// Title says what it is about.
	Title string `json:"title"`
	// Clauses, Controls and Systems are what it covers. A clause covers those
	// below it: "9" covers "9.2.1".
	Clauses  []Clause    `json:"clauses,omitempty"`
	Controls []annexa.ID `json:"controls,omitempty"`
	Systems  []string    `json:"systems,omitempty"`
	// Seed is what systems of it were drawn with, Drawn are their IDs, which are among
	// Systems; DrawAuditSample sets both.
	Seed  string   `json:"seed,omitempty"`
	Drawn []string `json:"drawn,omitempty"`
	// Scope says in words what they don't: sites, units, processes, the time looked at.
	Scope string `json:"scope,omitempty"`
	// Objective says what it is to find out, Criteria against what, Methods how. All three
	// are said before anybody looks, and stay (ExamineAudit).
	Objective string        `json:"objective,omitempty"`
	Criteria  string        `json:"criteria,omitempty"`
	Methods   []AuditMethod `json:"methods,omitempty"`
	// Auditors are the IDs of the persons who audit; none of them may audit
	// work of their own.
	Auditors []string `json:"auditors"`
	// Confirmed are the IDs of those of them who have said so themselves (ConfirmPart);
	// verbs write it.
	Confirmed []string `json:"confirmed,omitempty"`
	// PlannedFor is when it is to happen. Postponed are the decisions by which that
	// came to be later, oldest first.
	PlannedFor calendar.Date `json:"planned_for"`
	Postponed  []Postponing  `json:"postponed,omitempty"`
	// Items are the results of what was looked at (ExamineAudit); Checklist is what is to
	// be.
	Items []AuditItem `json:"items,omitempty"`
	// Conclusion says what came out. Nonconformities stand on records of
	// their own that name the audit.
	Conclusion string `json:"conclusion,omitempty"`
	// ReportedTo are the IDs of the persons who got the report.
	ReportedTo []string `json:"reported_to,omitempty"`
	// ClosedOn is when it was closed; zero while it is open. CloseAudit sets it.
	ClosedOn time.Time `json:"closed_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Postponing is a decision that something is done later than it was planned.
type Postponing struct {
	// By is the ID of the person who decided, At when, Reason why.
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	// From is the day before.
	From calendar.Date `json:"from"`
}

// The longest that an audit is postponed, in days, and how often; a choice of this
// project: an audit that is half a year late has not been planned.
const (
	postponeDays  = 92
	postponeTimes = 2
)

// Covers reports whether a clause lies within the audit's scope.
func (a Audit) Covers(c Clause) bool {
	return slices.ContainsFunc(a.Clauses, func(in Clause) bool {
		return in == c || strings.HasPrefix(c.String(), in.String()+".")
	})
}

var audits = ledger.MustDeclare(ledger.Spec[Audit]{
	Name:   KindAudit,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("planned_for", "postponed.from")},
	Key: func(a *Audit) string { return a.ID }, SetKey: func(a *Audit, id string) { a.ID = id },
	Revision:  func(a *Audit) *uint64 { return &a.Revision },
	Completes: []string{"confirmed"},
	// There are fewer clauses; Annex A has 38 controls, and an organisation adds
	// some of its own. A team is small, and a report goes to those concerned.
	Limits: within(KindAudit, bounded(lists{"drawn": 1_000, "clauses": 100, "controls": 200, "auditors": 50, "confirmed": 50, "reported_to": 200, "postponed": 10, "items": 1_300, "items.records": 200, "methods": 10}, "objective", "criteria", "scope", "conclusion")),
	Check:  checked(checkAudit),
})

// PlanAudit adds an audit to the programme, or revises one that is open. An
// auditor who would audit own work (OwnWork) is refused with ErrSeparation (9.2.2). A later day
// PostponeAudit decides; once the day has come, what is audited becomes no less, and once
// somebody has looked, what it is to find out, against what and how is changed no more. Of an
// audit that is far off these may be left open.
func (tx *Tx) PlanAudit(a Audit) error {
	return put(tx, "PlanAudit", audits, a, func(a *Audit) error {
		a.ClosedOn, a.Conclusion, a.ReportedTo, a.Postponed, a.Items, a.Seed, a.Drawn = time.Time{}, "", nil, nil, nil, "", nil
		old, exists := audits.Of(tx).Get(a.ID)
		a.Confirmed = tx.ownWord(old.Confirmed, a.Auditors...)
		if !exists {
			return nil
		}
		if err := closedOn("closed", old.ClosedOn); err != nil {
			return err
		}
		a.Postponed, a.Items, a.Seed, a.Drawn = old.Postponed, old.Items, old.Seed, old.Drawn
		var is Issues
		if a.PlannedFor.After(old.PlannedFor) {
			is.Add("planned_for", "verb", a.PlannedFor.String(), "PostponeAudit decides that it happens later than on %s", day(old.PlannedFor))
		}
		if !tx.Today().Before(old.PlannedFor) {
			shrunk(&is, "clauses", old.Clauses, a.Clauses)
			shrunk(&is, "controls", old.Controls, a.Controls)
			shrunk(&is, "systems", old.Systems, a.Systems)
		}
		if len(old.Items) > 0 {
			a.stays(&is, &old)
		}
		for _, s := range old.Drawn {
			if !slices.Contains(a.Systems, s) {
				is.Add("systems", "drawn", s, "it was drawn, and is looked at")
			}
		}
		return is.Err()
	}, func(a *Audit) error { return tx.independent(*a) }) // of persons and systems known by then to be few
}

// shrunk adds an issue for what is no longer in a list.
func shrunk[T comparable](is *Issues, field string, was, now []T) {
	for _, e := range was {
		if !slices.Contains(now, e) {
			is.Add(field, "kept", fmt.Sprint(e), "the day of the audit has come, and this was to be audited")
		}
	}
}

// PostponeAudit decides, with a reason, that an audit happens later: by a quarter at
// most, and twice at most.
func (tx *Tx) PostponeAudit(id string, to calendar.Date, reason string) error {
	return decide(tx, "PostponeAudit", audits, id, func(a *Audit) error {
		if err := closedOn("closed", a.ClosedOn); err != nil {
			return err
		}
		if len(a.Postponed) >= postponeTimes {
			return ledger.Refuse(ErrState, "it has been postponed %d times; carry it out", len(a.Postponed))
		}
		var is Issues
		required(&is, "reason", reason)
		if last := a.PlannedFor.AddDate(0, 0, postponeDays); !to.After(a.PlannedFor) || to.After(last) {
			is.Add("planned_for", "range", to.String(), "after %s, and by %s", day(a.PlannedFor), day(last))
		}
		a.Postponed = append(a.Postponed, Postponing{By: tx.By().Actor, At: tx.Now(), Reason: reason, From: a.PlannedFor})
		a.PlannedFor = to
		return is.Err()
	})
}

// CloseAudit closes an audit with its conclusion and the persons who got the
// report. Independence is looked at again: who has come to own what was
// audited can't close over it. It says what it was to find out, against what and how, and each
// item of its checklist has a result (ExamineAudit), from a commit before this one.
func (tx *Tx) CloseAudit(id, conclusion string, reportedTo []string) error {
	return decide(tx, "CloseAudit", audits, id, func(a *Audit) error {
		if err := closedOn("closed already", a.ClosedOn); err != nil {
			return err
		}
		a.ClosedOn, a.Confirmed = tx.Now(), tx.ownWord(a.Confirmed, a.Auditors...)
		if err := tx.independent(*a); err != nil {
			return err
		}
		if err := tx.carriedOut(a); err != nil {
			return err
		}
		is := a.unsaid() // of one that was looked at before it had to be said
		required(&is, "conclusion", conclusion)
		if len(reportedTo) == 0 {
			is.Add("reported_to", "required", "", "the report goes to the managers concerned; name them")
		}
		a.Conclusion, a.ReportedTo = conclusion, reportedTo
		return is.Err()
	})
}

// independent returns ErrSeparation if an auditor would audit own work.
func (tx *Tx) independent(a Audit) error {
	const told = 20 // of them; one is enough
	ties := tx.OwnWork(a)
	if len(ties) == 0 {
		return nil
	}
	why := make([]issue.Text, min(len(ties), told))
	for i := range why {
		why[i] = issue.NewText("%s %s %s", ties[i].Auditor, ties[i].Text(), ties[i].Subject.ID)
	}
	all := issue.Join("%s; %s", why)
	if more := len(ties) - told; more > 0 {
		all = issue.NewText("%s and %d more", all, more)
	}
	return ledger.Refuse(ErrSeparation, "nobody audits own work (SD-6): %s; leave that part to an audit of its own, by somebody without a part in it", all)
}

func checkAudit(c checker, a *Audit) {
	c.text("title", a.Title, true)
	checkAuditPlan(c, a)
	c.text("conclusion", a.Conclusion, false)
	c.text("seed", a.Seed, false)
	if (a.Seed == "") != (len(a.Drawn) == 0) {
		c.Add("drawn", "seed", a.Seed, "what was drawn has a seed, and a seed has drawn something")
	}
	for i, s := range a.Drawn {
		if !slices.Contains(a.Systems, s) {
			c.Add(issue.Index("drawn", i), "drawn", s, "it was drawn, and is looked at")
		}
	}
	checkAuditItems(c, a)
	if len(a.Clauses)+len(a.Controls)+len(a.Systems) == 0 {
		c.Add("clauses", "required", "", "say which clauses, controls or systems it covers")
	}
	for i, cl := range a.Clauses {
		if cl.IsZero() {
			c.Add(issue.Index("clauses", i), "clause", "", "names no clause")
		}
	}
	c.controls("controls", a.Controls)
	c.systems("systems", a.Systems)
	if len(a.Auditors) == 0 {
		c.Add("auditors", "required", "", "name at least one auditor")
	}
	c.people("auditors", a.Auditors)
	c.people("reported_to", a.ReportedTo)
	if a.PlannedFor.IsZero() {
		c.Add("planned_for", "required", "", "say when it is to happen")
	}
}

var auditPlanned = Probe{
	ID: "S1-22", Title: "Internal audit neither done nor planned", Clause: Clause{"9.2.2"},
	Grading: "major; minor while one is planned and not yet due",
	grade:   majorIf(func(o Observation) bool { return o.Absent || !o.Since.IsZero() }),
	look: func(x *index, yield func(Observation) bool) {
		closed, planned := x.lastAudit()
		switch {
		case !closed.IsZero():
		case planned.IsZero():
			o := x.whole(calendar.Date{}, issue.NewText("No internal audit has been done, and none is planned."),
				issue.NewText("Plan one with an independent auditor (PlanAudit)."))
			o.Absent = true
			yield(o)
		case x.today.After(planned):
			yield(x.whole(planned, issue.NewText("No internal audit has been done; the one planned for %s is not closed.", day(planned)),
				issue.NewText("Carry it out and close it (CloseAudit).")))
		default:
			yield(x.whole(calendar.Date{}, issue.NewText("No internal audit has been done yet; one is planned for %s.", day(planned)),
				issue.NewText("Carry it out and close it (CloseAudit).")))
		}
	},
}

var auditRecent = Probe{
	ID: "S2-13", Title: "No internal audit closed in a year", Clause: Clause{"9.2.1"},
	Grading: "major once the last one is older than a year",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		if closed, _ := x.lastAudit(); !closed.IsZero() && x.on(closed).Before(x.daysAgo(year)) {
			yield(x.whole(x.on(closed.AddDate(0, 0, year)), issue.NewText("The last internal audit was closed on %s.", day(x.on(closed))), issue.NewText("Audit again (PlanAudit).")))
		}
	},
}

// lastAudit returns when the latest audit was closed, and the earliest day for
// which one is planned that is not closed.
func (x *index) lastAudit() (closed time.Time, planned calendar.Date) {
	for _, a := range audits.Shared(x.r).All() {
		switch {
		case !a.ClosedOn.IsZero() && !a.Done(): // nobody looked
		case a.ClosedOn.After(closed):
			closed = a.ClosedOn
		case a.ClosedOn.IsZero() && (planned.IsZero() || a.PlannedFor.Before(planned)):
			planned = a.PlannedFor
		}
	}
	return closed, planned
}

// recentAudits are the audits that were carried out and closed in the last year.
func (x *index) recentAudits() []*Audit {
	if x.of != nil && x.ofParts.known {
		return x.ofParts.recent
	}
	var recent []*Audit
	for _, a := range audits.Shared(x.r).All() {
		if a.Done() && !x.on(a.ClosedOn).Before(x.daysAgo(year)) {
			recent = append(recent, a)
		}
	}
	if x.of != nil {
		x.ofParts.recent, x.ofParts.known = recent, true
	}
	return recent
}

var auditorsIndependent = Probe{
	ID: "S2-15", Title: "Auditor audited own work", Clause: Clause{"9.2.2"},
	Grading: "major",
	grade:   graded(SeverityMajor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, a := range x.recentAudits() {
			for _, w := range x.OwnWork(*a) {
				// A role that somebody holds now does not taint what they audited before;
				// PlanAudit and CloseAudit asked for those of the day.
				if w.Subject.Kind != KindRole && !yield(about(KindAudit, a.ID, a.Title, x.on(a.ClosedOn), issue.NewText("Auditor %s %s %s.", recordOf(people.Name(), w.Auditor), w.Text(), recordOf(w.Subject.Kind, w.Subject.ID)),
					issue.NewText("Have that part audited by somebody independent (PlanAudit)."))) {
					return
				}
			}
		}
	},
}
