package aims

import (
	"cmp"
	"fmt"
	"iter"
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

// Action is what somebody has to do by a day: what a management review decided, what follows
// from an audit, an incident or a risk, what an improvement takes (6.1, 8.3, 9.2, 9.3.3,
// 10.1, 10.2). Its owner tells that it is done; a later day, and that it is not done at all,
// somebody else decides.
type Action struct {
	// ID names the action; those of a management review have its ID, "#" and the number of
	// the decision (ReviewActionID).
	ID string `json:"id"`
	// What is to be done.
	What string `json:"what"`
	// Source is the record that it comes from, of a kind that ActionSources names; none of
	// what comes from nowhere in particular. Decision is which decision of a management
	// review it is, counted from 1, and Probe the ID of the probe whose finding it answers.
	Source   Subject `json:"source,omitzero"`
	Decision int     `json:"decision,omitempty"`
	Probe    string  `json:"probe,omitempty"`
	// Systems are the IDs of the systems that it is about; those of its source are added.
	Systems []string `json:"systems,omitempty"`
	// Owner is the ID of the person who does it, by Due. FormerOwners are the IDs of those
	// who had it before; verbs keep them.
	Owner        string        `json:"owner"`
	FormerOwners []string      `json:"former_owners,omitempty"`
	Due          calendar.Date `json:"due"`
	// SetOn is the day on which it was decided on; the day of the commit if none is told.
	// SetBy is the ID of who recorded it, of a management review its chair; verbs set it.
	SetOn calendar.Date `json:"set_on"`
	SetBy string        `json:"set_by,omitempty"`
	// Moves are the decisions by which its day came to be another, oldest first.
	Moves []ActionMove `json:"moves,omitempty"`
	// Done says that it is done, by its owner's word; none while it is open.
	Done ActionDone `json:"done,omitzero"`
	// Checks are what others saw of it, oldest first. One that found it not to be done opens
	// it again.
	Checks []ActionCheck `json:"checks,omitempty"`
	// CancelledBy, CancelledAt and CancelReason say who decided that it is not done, when and
	// why.
	CancelledBy  string    `json:"cancelled_by,omitempty"`
	CancelledAt  time.Time `json:"cancelled_at,omitzero"`
	CancelReason string    `json:"cancel_reason,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ActionMove is a decision by which an action is due on another day.
type ActionMove struct {
	// By is the ID of the person who decided, At when, Reason why.
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	// From is the day before, To the day from then on.
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
}

// ActionDone is the word of an action's owner that it is done.
type ActionDone struct {
	// On is the day on which it was done, Result what came of it.
	On     calendar.Date `json:"on"`
	Result string        `json:"result,omitempty"`
	// By is the ID of the person who said so, At when.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
}

// ActionCheck is what somebody else saw of an action that was told to be done.
type ActionCheck struct {
	// Accepted says whether it is done, Seen what was seen of that.
	Accepted bool   `json:"accepted,omitempty"`
	Seen     string `json:"seen"`
	// By is the ID of the person who looked, At when. Of is what had been told.
	By string     `json:"by"`
	At time.Time  `json:"at"`
	Of ActionDone `json:"of"`
}

// Open reports whether it is still to be done.
func (a Action) Open() bool { return a.Done.On.IsZero() && a.CancelledAt.IsZero() }

// Accepted reports whether somebody else has seen that it is done.
func (a Action) Accepted() bool {
	n := len(a.Checks)
	return !a.Done.On.IsZero() && n > 0 && a.Checks[n-1].Accepted
}

// Later returns how often the action was moved to a later day, and by how many days in all
// it is due later than it was first.
func (a Action) Later() (times, days int) {
	first := a.Due
	for i, m := range a.Moves {
		if i == 0 {
			first = m.From
		}
		if m.To.After(m.From) {
			times++
		}
	}
	return times, max(0, a.Due.Sub(first))
}

// How often, or by how many days in all, an action is put off before that is a finding;
// choices of this project: what was put off three times, or by half a year, nobody had
// planned.
const (
	putOffTimes = 3
	putOffDays  = 183
)

// PutOff reports whether the action was put off as often, or by as much, as is a finding
// (AT-02): three times, or by half a year in all.
func (a Action) PutOff() bool {
	times, days := a.Later()
	return times >= putOffTimes || days >= putOffDays
}

// ReviewActionID returns the ID of the action that the n-th decision of a management review
// is, counted from 1.
func ReviewActionID(review string, n int) string { return review + ofReview + strconv.Itoa(n) }

// ofReview stands in the IDs of actions of management reviews, and of no others.
const ofReview = "#"

// ActionSource is one row of the table of what actions come from.
type ActionSource struct {
	// ID names the row.
	ID string `json:"id"`
	// Kind is the kind of the record that is the source, Of which of them, in words.
	Kind Kind   `json:"kind"`
	Of   string `json:"of,omitempty"`
	// Checked says that somebody else looks at what is told to be done, Why why so.
	Checked bool   `json:"checked,omitempty"`
	Why     string `json:"why"`

	is func(rec any) bool
}

// actionSources: of the rows of a kind the first that a record is of counts.
var actionSources = []ActionSource{
	{ID: "AS-1", Kind: reviews.Name(), Why: "what top management decided is told of at the next review (9.3.2 a, 9.3.3)"},
	{ID: "AS-2", Kind: audits.Name(), Of: "that found something major", Checked: true, Why: "what follows on a major finding is looked at by another before it counts (9.2.2, 10.2)",
		is: func(rec any) bool {
			a, ok := rec.(*Audit)
			return ok && slices.ContainsFunc(a.Items, func(i AuditItem) bool { return i.Result == AuditMajor })
		}},
	{ID: "AS-3", Kind: audits.Name(), Of: "every other one", Why: "what follows on an audit the audited see to (9.2.2)"},
	{ID: "AS-4", Kind: nonconformities.Name(), Checked: true, Why: "whether what was done works is for another to see (10.2)"},
	{ID: "AS-5", Kind: risks.Name(), Checked: true, Why: "a treatment counts as carried out once that was seen (8.3)"},
	{ID: "AS-6", Kind: assessments.Name(), Why: "what an impact assessment asks for is done by a day (8.4, A.5.3)"},
	{ID: "AS-7", Kind: incidents.Name(), Why: "an incident is closed once what was to be done about it is done (10.2, A.8.4)"},
	{ID: "AS-8", Kind: concerns.Name(), Why: "who raised a concern is told what was done (A.3.3)"},
	{ID: "AS-9", Kind: objectives.Name(), Why: "how an objective is reached is planned, with who and by when (6.2)"},
	{ID: "AS-10", Kind: controlTests.Name(), Why: "a control that does not work is mended (8.1)"},
	{ID: "AS-11", Kind: monitorings.Name(), Why: "what a result that is not as it is to be asks for is done by a day (9.1, 10.1)"},
	{ID: "AS-12", Kind: opportunities.Name(), Why: "what is done about an opportunity is planned, and another says whether it worked (6.1.1)"},
}

// ActionSources returns the table of what actions come from; what is set without a source
// needs no row.
func ActionSources() []ActionSource {
	all := slices.Clone(actionSources)
	for i := range all {
		all[i].is = nil
	}
	return all
}

// actionSource is the row for a record of a kind; false if none is for the kind.
func actionSource(k Kind, rec any) (ActionSource, bool) {
	for _, row := range actionSources {
		if row.Kind == k && (row.is == nil || row.is(rec)) {
			return row, true
		}
	}
	return ActionSource{}, false
}

// The listings of actions.
const (
	byOwner  = "owner"
	bySource = "source"
)

var actions = ledger.MustDeclare(ledger.Spec[Action]{
	Name: KindAction,
	Key:  func(a *Action) string { return a.ID }, SetKey: func(a *Action, id string) { a.ID = id },
	MaxKey:    issue.MaxKey + 8, // of the review that it is of
	Revision:  func(a *Action) *uint64 { return &a.Revision },
	Completes: []string{"set_on", "set_by", "systems", "former_owners"},
	Listings: []ledger.Listing[Action]{
		{Name: bySystem, Values: func(a *Action) []string { return a.Systems }},
		{Name: byOwner, Value: func(a *Action) string { return a.Owner }},
		{Name: bySource, Value: func(a *Action) string {
			if a.Source.ID == "" {
				return ""
			}
			return recordKey(a.Source)
		}},
		{Name: byOpen, Value: func(a *Action) string {
			switch {
			case !a.CancelledAt.IsZero():
				return "cancelled"
			case a.Open():
				return "open"
			}
			return "done"
		}},
	},
	Limits: within(KindAction, bounded(lists{"systems": 1_000, "former_owners": 50, "moves": 100, "checks": 50}, "what", "done.result", "checks.seen", "checks.of.result")),
	Check:  checked(checkAction),
})

// PutAction sets an action, or hands one that is open to another owner, which its owner, who
// set it and who leads do. What is to be done and where it comes from stay; on another day
// decides MoveAction. What a management review decides HoldReview sets.
func (tx *Tx) PutAction(a Action) error {
	return put(tx, "PutAction", actions, a, func(a *Action) error {
		old, exists := actions.Of(tx).Get(a.ID)
		a.Moves, a.Done, a.Checks, a.FormerOwners, a.SetBy = old.Moves, old.Done, old.Checks, old.FormerOwners, old.SetBy
		a.CancelledBy, a.CancelledAt, a.CancelReason = old.CancelledBy, old.CancelledAt, old.CancelReason
		if !exists {
			return tx.setAction(a)
		}
		if err := actionOpen(old); err != nil {
			return err
		}
		if a.SetOn.IsZero() {
			a.SetOn = old.SetOn
		}
		const instead = "cancel it and set another"
		var is Issues
		kept(&is, "what", old.What, a.What, instead)
		kept(&is, "source", recordKey(old.Source), recordKey(a.Source), instead)
		kept(&is, "decision", old.Decision, a.Decision, instead)
		kept(&is, "probe", old.Probe, a.Probe, instead)
		kept(&is, "set_on", old.SetOn, a.SetOn, instead)
		if a.Due != old.Due {
			is.Add("due", "verb", a.Due.String(), "MoveAction decides that it is due on another day than %s", day(old.Due))
		}
		shrunk(&is, "systems", old.Systems, a.Systems)
		if a.Owner != old.Owner {
			if err := tx.right("PutAction", toAnotherOwner, actions.Subject(a)); err != nil {
				return err
			}
			if !slices.Contains(a.FormerOwners, old.Owner) {
				a.FormerOwners = append(a.FormerOwners, old.Owner)
			}
		}
		return is.Err()
	})
}

// toAnotherOwner is when PutAction hands an action to another owner.
const toAnotherOwner = "it goes to another owner"

// setAction fills in what is not the caller's to say of a new action.
func (tx *Tx) setAction(a *Action) error {
	var is Issues
	if strings.Contains(a.ID, ofReview) {
		is.Add("id", "reserved", a.ID, "IDs with %q are those of what management reviews decide (HoldReview)", ofReview)
	}
	if a.Source.Kind == reviews.Name() || a.Decision != 0 {
		is.Add("source", "verb", recordKey(a.Source), "what a management review decides is set with it (HoldReview)")
	}
	a.SetBy = tx.By().Actor
	if a.SetOn.IsZero() {
		a.SetOn = tx.Today()
	}
	source, _ := tx.Record(a.Source)
	switch rec := source.(type) {
	case *Nonconformity:
		if !rec.Open() {
			return ledger.Refuse(ErrState, "nonconformity %q is closed; what came up again is opened first (ReopenNonconformity)", rec.ID)
		}
	case *Incident:
		if !rec.Open() {
			return ledger.Refuse(ErrState, "incident %q is closed; what comes now is an action of its own", rec.ID)
		}
	case *Opportunity:
		if !rec.Open() {
			return ledger.Refuse(ErrState, "opportunity %q is closed; what comes now is another opportunity", rec.ID)
		}
	}
	for _, id := range systemsOf(source) {
		if !slices.Contains(a.Systems, id) {
			a.Systems = append(a.Systems, id)
		}
	}
	return is.Err()
}

// systemsOf are the systems that a source of actions is about.
func systemsOf(rec any) []string {
	switch rec := rec.(type) {
	case *impact.Assessment:
		return []string{rec.System}
	case *register.Risk:
		return rec.Systems
	case *Nonconformity:
		return rec.Systems
	case *Incident:
		return rec.Systems
	case *Concern:
		return rec.Systems
	}
	return nil
}

func actionOpen(a Action) error {
	switch {
	case !a.CancelledAt.IsZero():
		return closedOn("cancelled", a.CancelledAt)
	case !a.Done.On.IsZero():
		return ledger.Refuse(ErrState, "it was done on %s", a.Done.On.String())
	}
	return nil
}

// MoveAction decides, with a reason, that an action that is open is due on another day, which
// lies ahead. Who set it decides, or top management, which alone moves what a management
// review decided; who owns it or owned it does not. What it was due on before stays beside.
func (tx *Tx) MoveAction(id string, to calendar.Date, reason string) error {
	return decide(tx, "MoveAction", actions, id, func(a *Action) error {
		if err := actionOpen(*a); err != nil {
			return err
		}
		var is Issues
		saying(&is, "reason", reason)
		switch {
		case to == a.Due:
			is.Add("to", "kept", to.String(), "it is due on that day")
		case to.Before(tx.Today()):
			is.Add("to", "future", to.String(), "lies before today, %s", tx.Today())
		}
		a.Moves = append(a.Moves, ActionMove{By: tx.By().Actor, At: tx.Now(), Reason: reason, From: a.Due, To: to})
		a.Due = to
		return is.Err()
	})
}

// CompleteAction records the owner's word that an action is done, on which day and with what
// result. Where its source asks for it (ActionSources), somebody else looks then.
func (tx *Tx) CompleteAction(id string, on calendar.Date, result string) error {
	return decide(tx, "CompleteAction", actions, id, func(a *Action) error {
		if err := actionOpen(*a); err != nil {
			return err
		}
		var is Issues
		saying(&is, "result", result)
		if on.IsZero() {
			is.Add("done.on", "required", "", "say when it was done")
		}
		a.Done = ActionDone{On: on, Result: result, By: tx.By().Actor, At: tx.Now()}
		return is.Err()
	})
}

// CheckAction records what somebody saw of an action that was told to be done, who neither
// owns it nor owned it nor did it. One that is not done after all is open again.
func (tx *Tx) CheckAction(id string, accepted bool, seen string) error {
	return decide(tx, "CheckAction", actions, id, func(a *Action) error {
		switch {
		case !a.CancelledAt.IsZero():
			return closedOn("cancelled", a.CancelledAt)
		case a.Done.On.IsZero():
			return ledger.Refuse(ErrState, "nobody has told yet that it is done (CompleteAction)")
		case a.Accepted():
			return ledger.Refuse(ErrState, "%s has seen that it is done; what comes up again is another action", a.Checks[len(a.Checks)-1].By)
		}
		var is Issues
		saying(&is, "seen", seen)
		a.Checks = append(a.Checks, ActionCheck{Accepted: accepted, Seen: seen, By: tx.By().Actor, At: tx.Now(), Of: a.Done})
		if !accepted {
			a.Done = ActionDone{}
		}
		return is.Err()
	})
}

// CancelAction decides, with a reason, that an action that is open is not done. Who may is as
// for MoveAction.
func (tx *Tx) CancelAction(id, reason string) error {
	return decide(tx, "CancelAction", actions, id, func(a *Action) error {
		if err := actionOpen(*a); err != nil {
			return err
		}
		var is Issues
		saying(&is, "cancel_reason", reason)
		a.CancelledBy, a.CancelledAt, a.CancelReason = tx.By().Actor, tx.Now(), reason
		return is.Err()
	})
}

func checkAction(c checker, a *Action) {
	if a.Decision == 0 {
		c.says("what", a.What, true)
	} else {
		c.text("what", a.What, true) // a review's own words
	}
	if a.Source != (Subject{}) {
		rec, ok := c.r.Record(a.Source)
		switch m, isReview := rec.(*ManagementReview); {
		case !ok:
			c.Add("source", "record", recordKey(a.Source), "no such record on file")
		case isReview && (a.Decision < 1 || a.Decision > len(m.Decisions)):
			c.Add("decision", "range", strconv.Itoa(a.Decision), "the review has %d decisions, counted from 1", len(m.Decisions))
		}
		if _, ok := actionSource(a.Source.Kind, rec); !ok {
			c.Add("source", "kind", recordKey(a.Source), "no action comes from a record of that kind; see aims.ActionSources")
		}
	}
	if a.Probe != "" && !probeIDs[a.Probe] {
		c.Add("probe", "probe", a.Probe, "no such probe; see aims.Probes")
	}
	c.systems("systems", a.Systems)
	if a.SetBy != librarian { // who has left still has what a review decided
		c.person("owner", a.Owner, true)
	}
	if a.Due.IsZero() {
		c.Add("due", "required", "", "say by when")
	}
	c.past("set_on", a.SetOn)
	c.order("set_on", a.SetOn, "due", a.Due)
	c.past("done.on", a.Done.On)
	c.order("set_on", a.SetOn, "done.on", a.Done.On)
	for i, k := range a.Checks { // what CheckAction sees to, an import has to bring
		if k.By == "" || k.By == k.Of.By {
			c.Add(issue.Index("checks", i)+".by", "approved", k.By, "a check names who looked, who is another than who did it")
		}
	}
}

// probeIDs are the IDs of probes, for the check of a kind at which probes look.
var probeIDs = make(map[string]bool)

func init() {
	for _, p := range probes {
		probeIDs[p.ID] = true
	}
}

// actionsOf walks over the actions that come from a record.
func actionsOf(r ledger.Reader, s Subject) iter.Seq2[string, *Action] {
	return actions.Shared(r).Where(bySource, recordKey(s)).All()
}

// wasDone is what was done of the actions that come from a record.
type wasDone struct {
	// last is the day on which the last was done, or told to be where that is later, at the
	// moment when one was last told; zero if none was.
	last calendar.Date
	at   time.Time
}

// doneAbout looks at the actions that come from a record, for whoever closes that or says
// whether what was done worked; it refuses while one is open.
func (r *reading) doneAbout(s Subject) (did wasDone, err error) {
	for _, a := range actionsOf(r.r, s) {
		switch {
		case a.Open():
			return wasDone{}, ledger.Refuse(ErrState, "action %q, which comes from it, is open; it is done or cancelled first (CompleteAction, CancelAction)", a.ID)
		case !a.Done.On.IsZero():
			did.last = calendar.Later(did.last, calendar.Later(a.Done.On, r.DayOf(a.Done.At)))
			if a.Done.At.After(did.at) {
				did.at = a.Done.At
			}
		}
	}
	return did, nil
}

// asksCheck reports whether somebody else has to look at an action that is told to be done.
func asksCheck(r ledger.Reader, a *Action) bool {
	rec, _ := r.Record(a.Source)
	row, _ := actionSource(a.Source.Kind, rec)
	return row.Checked
}

// ReviewActions returns what a management review decided as actions, in order: those on file
// (HoldReview sets them), and of a review from before there were any what its decisions say.
func (r *reading) ReviewActions(m ManagementReview) []Action {
	var all []Action
	for n := range m.Decisions {
		if a, ok := actions.Of(r.r).Get(ReviewActionID(m.ID, n+1)); ok {
			all = append(all, a)
		} else if r.entire() == r || !actions.Shared(r.entire().r).Has(ReviewActionID(m.ID, n+1)) {
			all = append(all, m.action(n))
		}
	}
	return all
}

// action is what the n-th decision, counted from 0, says as an action.
func (r *ManagementReview) action(n int) Action {
	d := r.Decisions[n]
	a := Action{ID: ReviewActionID(r.ID, n+1), What: d.What, Source: Subject{Kind: reviews.Name(), ID: r.ID}, Decision: n + 1, Owner: d.Owner, Due: d.Due, SetOn: r.HeldOn, SetBy: r.Chair}
	if !d.DoneOn.IsZero() {
		a.Done = ActionDone{On: d.DoneOn}
	}
	return a
}

// reviewActions makes the decisions of a review actions that have none and are not done.
func reviewActions(tx *ledger.Tx, m *ManagementReview, setBy string) error {
	for n, d := range m.Decisions {
		a := m.action(n)
		if !d.DoneOn.IsZero() || actions.Shared(tx).Has(a.ID) {
			continue
		}
		a.SetBy = setBy
		if err := actions.Give(tx, &a); err != nil {
			return err
		}
	}
	return nil
}

// migrations are what is done once to a management system that an earlier version wrote.
var migrations = []ledger.Migration{
	// What a review decided was kept in the review alone.
	{Name: "2026-11-review-decisions-are-actions", Needed: func(r ledger.Reader) bool {
		for _, m := range reviews.Shared(r).All() {
			for n, d := range m.Decisions {
				if d.DoneOn.IsZero() && !actions.Shared(r).Has(ReviewActionID(m.ID, n+1)) {
					return true
				}
			}
		}
		return false
	}, Do: func(tx *ledger.Tx) error {
		for _, m := range reviews.Shared(tx).All() {
			if m.HeldOn.AddDays(year10).Before((&reading{r: tx}).today()) {
				continue // no bounds let it in any more; it is read of the review as before
			}
			if err := reviewActions(tx, m, librarian); err != nil {
				return fmt.Errorf("review %q: %w", m.ID, err)
			}
		}
		return nil
	}},
}

// eachAction walks over all actions, and what reviews decided before there were any; filed
// says which.
func (x *index) eachAction(yield func(a *Action, filed bool) bool) {
	for _, a := range actions.Shared(x.r).All() {
		if !yield(a, true) {
			return
		}
	}
	for _, m := range reviews.Shared(x.r).All() {
		for n := range m.Decisions {
			if a := m.action(n); !actions.Shared(x.r).Has(a.ID) && !yield(&a, false) {
				return
			}
		}
	}
}

// ofMajor reports whether an action comes from a major nonconformity.
func (x *index) ofMajor(a *Action) bool {
	n, ok := nonconformities.Shared(x.r).Get(a.Source.ID)
	return ok && a.Source.Kind == nonconformities.Name() && n.Severity == SeverityMajor
}

// actionsLate looks for open actions past their day, of management reviews or of the rest.
func actionsLate(review bool) look {
	return func(x *index, yield func(Observation) bool) {
		for a, filed := range x.eachAction {
			if (a.Decision > 0) != review || !a.Open() || !x.overdue(a.Due) {
				continue
			}
			text := issue.NewText("Set on %s, due on %s from %s.", day(a.SetOn), day(a.Due), recordOf(people.Name(), a.Owner))
			if times, days := a.Later(); times == 1 {
				text = issue.NewText("Set on %s, put off once by %d days, due on %s from %s.", day(a.SetOn), days, day(a.Due), recordOf(people.Name(), a.Owner))
			} else if times > 1 {
				text = issue.NewText("Set on %s, put off %d times by %d days in all, due on %s from %s.", day(a.SetOn), times, days, day(a.Due), recordOf(people.Name(), a.Owner))
			}
			o := about(actions.Name(), a.ID, a.What, a.Due, text, issue.NewText("Carry it out (CompleteAction), or have another day decided on (MoveAction)."))
			if !filed {
				o.Subject = a.Source
			}
			o.Grave = x.ofMajor(a)
			if !yield(o.by(actionPart(a, filed), a.Owner)) {
				return
			}
		}
	}
}

// actionPart tells decisions of one review apart that are no records of their own.
func actionPart(a *Action, filed bool) string {
	if filed {
		return ""
	}
	return strconv.Itoa(a.Decision)
}

// actionLate grades an action that is late.
var actionLate = majorIf(func(o Observation) bool { return o.Grave || lateBy(o, late) })

var actionsOverdue = Probe{
	ID: "AT-01", Title: "Action overdue", Clause: Clause{"10.1"},
	Grading: "minor; major if it comes from a major nonconformity, or is 90 days late",
	grade:   actionLate,
	look:    actionsLate(false),
}

var actionsPutOff = Probe{
	ID: "AT-02", Title: "Action put off again and again", Clause: Clause{"10.1"},
	Grading: "opportunity once it was put off three times or by half a year in all; minor if both, or if it comes from a major nonconformity",
	grade: func(o Observation) Severity {
		if o.Grave {
			return SeverityMinor
		}
		return SeverityOpportunity
	},
	look: func(x *index, yield func(Observation) bool) {
		for _, a := range actions.Shared(x.r).All() {
			if !a.Open() || !a.PutOff() {
				continue
			}
			times, days := a.Later()
			o := about(actions.Name(), a.ID, a.What, x.on(a.Moves[len(a.Moves)-1].At), issue.NewText("Times it was put off: %d; days in all: %d.", times, days),
				issue.NewText("Carry it out (CompleteAction), or say why it is not (CancelAction)."))
			o.Count, o.Grave = times, x.ofMajor(a) || times >= putOffTimes && days >= putOffDays
			if !yield(o.by("", a.Owner)) {
				return
			}
		}
	},
}

// actionCheckDays is by how many days after it was told to be done somebody else looks at
// an action; a choice of this project.
const actionCheckDays = 30

var actionsChecked = Probe{
	ID: "AT-03", Title: "Action told to be done, and nobody has looked", Clause: Clause{"10.2"},
	Grading: "minor; major if it comes from a major nonconformity and is 90 days late",
	grade:   majorIf(func(o Observation) bool { return o.Grave && lateBy(o, late) }),
	look: func(x *index, yield func(Observation) bool) {
		for _, a := range actions.Shared(x.r).All() {
			if a.Done.On.IsZero() || a.Accepted() {
				continue
			}
			due := calendar.Later(a.Done.On, x.on(a.Done.At)).AddDays(actionCheckDays)
			if !x.overdue(due) || !asksCheck(x.r, a) {
				continue
			}
			o := about(actions.Name(), a.ID, a.What, due, issue.NewText("It was told to be done on %s, and nobody else has looked.", day(a.Done.On)),
				issue.NewText("Have somebody look who did not do it (CheckAction)."))
			o.Grave = x.ofMajor(a)
			if !yield(o) {
				return
			}
		}
	},
}

// settledAt is when it was told to be done or cancelled; the zero time while it is open.
func (a *Action) settledAt() time.Time {
	if !a.Done.On.IsZero() && a.Done.At.IsZero() {
		return a.Done.On.Start(nil)
	}
	return cmp.Or(a.Done.At, a.CancelledAt)
}
