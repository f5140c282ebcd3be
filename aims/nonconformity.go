package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Severity grades findings and nonconformities.
type Severity string

// The severities, from heaviest to lightest.
const (
	// SeverityMajor: a requirement is absent or has broken down, so that the
	// intended results are in doubt.
	SeverityMajor Severity = "major"
	// SeverityMinor: a lapse that leaves the system able to reach its results.
	SeverityMinor Severity = "minor"
	// SeverityOpportunity: it conforms and could be better.
	SeverityOpportunity Severity = "opportunity"
)

// Nonconformity is a requirement that was not met, and what is done about it
// (10.2): put right, cause found, extent looked at, action taken, effect
// checked by somebody else.
type Nonconformity struct {
	// ID names the nonconformity.
	ID string `json:"id"`
	// Title says what was not met, Description what was seen.
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Severity is major or minor.
	Severity Severity `json:"severity"`
	// Clause and Control are what was not met; one of them is needed.
	Clause  Clause    `json:"clause,omitzero"`
	Control annexa.ID `json:"control,omitzero"`
	// Systems are the IDs of the systems concerned.
	Systems []string `json:"systems,omitempty"`
	// Audit is the ID of the audit that found it; empty if none did.
	Audit string `json:"audit,omitempty"`
	// Certificate is the ID of the certification whose body raised it; empty if none did.
	// The body does not decide before such a major is verified, within six months of Stage 2,
	// or while such a minor has no plan (ISO/IEC 17021-1, 9.5.3.2).
	Certificate string `json:"certificate,omitempty"`
	// RaisedOn is when it was found, RaisedBy by whom.
	RaisedOn calendar.Date `json:"raised_on"`
	RaisedBy string        `json:"raised_by"`
	// RaiserConfirmed says that the person has said so as well (ConfirmPart).
	RaiserConfirmed bool `json:"raiser_confirmed,omitempty"`
	// Owner is the ID of the person who answers for closing it, by Due.
	Owner string        `json:"owner"`
	Due   calendar.Date `json:"due"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Correction says what was put right at once.
	Correction string `json:"correction,omitempty"`
	// Cause says why it happened, Extent whether it happens elsewhere too.
	Cause  string `json:"cause,omitempty"`
	Extent string `json:"extent,omitempty"`
	// Action is what keeps it from happening again. Further actions name it as their source
	// (View.Actions).
	Action CorrectiveAction `json:"action,omitzero"`
	// Authors are the IDs of those who wrote down what was done; none of them
	// verifies it.
	Authors []string `json:"authors,omitempty"`
	// Verification is the last check of whether the action works. CloseNonconformity
	// sets it; Verifications are those before, oldest first.
	Verification  Verification   `json:"verification,omitzero"`
	Verifications []Verification `json:"verifications,omitempty"`
	// Regraded are the decisions by which severity and due day came to be others than
	// they were, and Reopened those by which it was opened again, oldest first.
	Regraded []Regrading `json:"regraded,omitempty"`
	Reopened []Reopening `json:"reopened,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// CorrectiveAction is what keeps a nonconformity from happening again.
type CorrectiveAction struct {
	// Plan says what is done.
	Plan string `json:"plan,omitempty"`
	// By is the ID of the person who does it, DoneOn when it was done.
	By     string        `json:"by,omitempty"`
	DoneOn calendar.Date `json:"done_on,omitzero"`
	// RecordedAt is when it was first told that it is done; verbs set it.
	RecordedAt time.Time `json:"recorded_at,omitzero"`
}

// Verification is a check of whether a corrective action works, or what was done about an
// opportunity.
type Verification struct {
	// By is the ID of the person who checked, On when.
	By string    `json:"by,omitempty"`
	On time.Time `json:"on,omitzero"`
	// Effective says whether it does; Note how that was seen.
	Effective bool   `json:"effective,omitempty"`
	Note      string `json:"note,omitempty"`
}

// Regrading is a decision on how grave a thing is, and by when it is dealt with.
type Regrading struct {
	// By is the ID of the person who decided, At when, Reason why.
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	// Severity and Due are what they were before.
	Severity Severity      `json:"severity"`
	Due      calendar.Date `json:"due"`
}

// Reopening is a decision that a thing that was closed has come up again.
type Reopening struct {
	// By is the ID of the person who decided, At when, Reason what was seen.
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// Open reports whether the nonconformity has not been closed with an effective
// action.
func (n Nonconformity) Open() bool { return !n.Verification.Effective }

var nonconformities = ledger.MustDeclare(ledger.Spec[Nonconformity]{
	Name:   KindNonconformity,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("raised_on", "due", "action.done_on", "regraded.due")},
	Key: func(n *Nonconformity) string { return n.ID }, SetKey: func(n *Nonconformity, id string) { n.ID = id },
	Revision:  func(n *Nonconformity) *uint64 { return &n.Revision },
	Listings:  []ledger.Listing[Nonconformity]{{Name: bySystem, Values: func(n *Nonconformity) []string { return n.Systems }}},
	Completes: []string{"raised_by", "raiser_confirmed", "authors", "tenures"},
	Carry:     handed(func(rec *Nonconformity) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Limits:    within(KindNonconformity, bounded(lists{"verifications": 100, "regraded": 100, "reopened": 100}, "description", "correction", "cause", "extent", "action.plan", "verification.note", "verifications.note", "regraded.reason", "reopened.reason")),
	Check:     checked(checkNonconformity),
})

// RaiseNonconformity adds a nonconformity.
func (tx *Tx) RaiseNonconformity(n Nonconformity) error {
	return put(tx, "RaiseNonconformity", nonconformities, n, func(n *Nonconformity) error {
		if err := isNew(n.Revision, "CorrectNonconformity"); err != nil {
			return err
		}
		if n.RaisedBy == "" {
			n.RaisedBy = tx.By().Actor
		}
		n.RaiserConfirmed = n.RaisedBy == tx.By().Actor
		n.Verification, n.Authors = Verification{}, nil
		n.Verifications, n.Regraded, n.Reopened = nil, nil, nil
		n.Action.toldDone(CorrectiveAction{}, tx.Now())
		if n.Correction != "" || n.Action != (CorrectiveAction{}) {
			n.Authors = tx.authors(nil, nil)
		}
		return nil
	})
}

// CorrectNonconformity records what has been done about one that is open:
// correction, cause, extent, action. What was found stays as it was: how grave it is, and
// a later due day, RegradeNonconformity decides.
func (tx *Tx) CorrectNonconformity(n Nonconformity) error {
	return put(tx, "CorrectNonconformity", nonconformities, n, func(n *Nonconformity) error {
		old, err := nonconformities.Must(tx, n.ID)
		if err != nil {
			return err
		}
		if !old.Open() {
			return closedOn("closed", old.Verification.On)
		}
		n.Verification, n.Verifications, n.Authors = old.Verification, old.Verifications, tx.authors(old.Authors, n.Authors)
		n.Regraded, n.Reopened, n.RaiserConfirmed = old.Regraded, old.Reopened, old.RaiserConfirmed
		n.Action.toldDone(old.Action, tx.Now())
		const instead = "a finding of another kind is another nonconformity"
		var is Issues
		if n.Severity != old.Severity && old.Severity == SeverityMajor {
			is.Add("severity", "verb", string(n.Severity), "RegradeNonconformity decides that it is less grave")
		}
		if n.Due.After(old.Due) {
			is.Add("due", "verb", n.Due.String(), "RegradeNonconformity decides that it takes longer than to %s", day(old.Due))
		}
		kept(&is, "clause", old.Clause, n.Clause, instead)
		kept(&is, "control", old.Control, n.Control, instead)
		kept(&is, "audit", old.Audit, n.Audit, instead)
		kept(&is, "certificate", old.Certificate, n.Certificate, instead)
		kept(&is, "raised_by", old.RaisedBy, n.RaisedBy, instead)
		kept(&is, "raised_on", old.RaisedOn, n.RaisedOn, instead)
		return is.Err()
	})
}

// toldDone notes when an action was first told to be done on the day that it names.
func (a *CorrectiveAction) toldDone(before CorrectiveAction, now time.Time) {
	a.RecordedAt = time.Time{}
	switch {
	case a.DoneOn.IsZero():
	case a.DoneOn.Equal(before.DoneOn) && a.Plan == before.Plan:
		a.RecordedAt = before.RecordedAt
	default:
		a.RecordedAt = now
	}
}

// doneBy reports whether the action is one of before a moment of a day: of those that are
// told to be of that very day, what was recorded by then.
func (a CorrectiveAction) doneBy(at time.Time, day calendar.Date) bool {
	return a.DoneOn.Before(day) || a.DoneOn == day && !a.RecordedAt.After(at)
}

// effectDays is how long an action is watched before anybody can say that it works, from
// when it was told to be done: what happened once a month is seen not to happen. Choices
// of this project; 10.2 asks for the effect and names no time.
var effectDays = map[Severity]int{SeverityMajor: 30, SeverityMinor: 7}

// watchedUntil is the day from which on it can be said that the action works.
func (n Nonconformity) watchedUntil(zone *time.Location) calendar.Date {
	from := n.Action.DoneOn
	return calendar.Later(from, calendar.Of(n.Action.RecordedAt, zone)).AddDays(effectDays[n.Severity])
}

// CloseNonconformity records the check of a corrective action by the actor,
// who must not have carried it out. An effective action closes the
// nonconformity; one that is not leaves it open. What else was set to be done on it
// (PutAction with it as source) is done or cancelled first. That it works can be said a week after it
// was told to be done, of a major one a month after.
func (tx *Tx) CloseNonconformity(id string, effective bool, note string) error {
	return decide(tx, "CloseNonconformity", nonconformities, id, func(n *Nonconformity) error {
		if !n.Open() {
			return closedOn("closed", n.Verification.On)
		}
		var is Issues
		required(&is, "correction", n.Correction)
		required(&is, "cause", n.Cause)
		required(&is, "extent", n.Extent)
		required(&is, "action.plan", n.Action.Plan)
		required(&is, "action.by", n.Action.By)
		required(&is, "note", note)
		did, err := tx.doneAbout(Subject{Kind: KindNonconformity, ID: id})
		if err != nil {
			return err
		}
		watched, further := n.watchedUntil(tx.Zone()), did.at.After(n.Verification.On)
		if !did.last.IsZero() {
			watched = calendar.Later(watched, did.last.AddDays(effectDays[n.Severity]))
		}
		switch before := n.Verification; {
		case n.Action.DoneOn.IsZero():
			is.Add("action.done_on", "required", "", "an action is checked once it is done")
		case !before.On.IsZero() && !further && n.Action.doneBy(before.On, tx.DayOf(before.On)) && !n.reopenedSince(before.On):
			is.Add("action.done_on", "order", n.Action.DoneOn.String(), "what was checked on %s is not checked again; another action is done first", before.On.Format(time.RFC3339))
		case effective && tx.Today().Before(watched):
			is.Add("action.done_on", "effect", n.Action.DoneOn.String(), "whether it works shows with time: say so from %s on", day(watched))
		}
		if !n.Verification.On.IsZero() {
			n.Verifications = append(n.Verifications, n.Verification)
		}
		n.Verification = Verification{By: tx.By().Actor, On: tx.Now(), Effective: effective, Note: note}
		return is.Err()
	})
}

// reopenedSince reports whether it was opened again after a time.
func (n Nonconformity) reopenedSince(t time.Time) bool {
	return slices.ContainsFunc(n.Reopened, func(r Reopening) bool { return !r.At.Before(t) })
}

// RegradeNonconformity decides, with a reason, that a nonconformity that is open is of
// another severity, or is to be closed by another day; the zero due leaves that. Its
// owner, and who acted, do not decide it. What it was stays beside.
func (tx *Tx) RegradeNonconformity(id string, severity Severity, due calendar.Date, reason string) error {
	return decide(tx, "RegradeNonconformity", nonconformities, id, func(n *Nonconformity) error {
		if !n.Open() {
			return closedOn("closed", n.Verification.On)
		}
		if n.Certificate != "" && n.Severity == SeverityMajor && severity != SeverityMajor {
			return ledger.Refuse(ErrState, "the body of certification %s graded it; that it is less grave is not for the organisation to decide", n.Certificate)
		}
		var is Issues
		required(&is, "reason", reason)
		n.Regraded = append(n.Regraded, Regrading{By: tx.By().Actor, At: tx.Now(), Reason: reason, Severity: n.Severity, Due: n.Due})
		n.Severity = severity
		if !due.IsZero() {
			n.Due = due
		}
		return is.Err()
	})
}

// ReopenNonconformity records, with what was seen, that one that was closed has come up
// again: its action did not last. A new action and its check close it.
func (tx *Tx) ReopenNonconformity(id, reason string) error {
	return decide(tx, "ReopenNonconformity", nonconformities, id, func(n *Nonconformity) error {
		if n.Open() {
			return ledger.Refuse(ErrState, "it is open")
		}
		var is Issues
		required(&is, "reason", reason)
		n.Reopened = append(n.Reopened, Reopening{By: tx.By().Actor, At: tx.Now(), Reason: reason})
		n.Verifications = append(n.Verifications, n.Verification)
		n.Verification = Verification{}
		return is.Err()
	})
}

func checkNonconformity(c checker, n *Nonconformity) {
	c.text("title", n.Title, true)
	c.text("description", n.Description, false)
	c.text("correction", n.Correction, false)
	c.text("cause", n.Cause, false)
	c.text("extent", n.Extent, false)
	c.text("action.plan", n.Action.Plan, false)
	oneOf(c, "severity", n.Severity, []Severity{SeverityMajor, SeverityMinor})
	if n.Clause.IsZero() && n.Control.IsZero() {
		c.Add("clause", "required", "", "name the clause or the control that was not met")
	}
	if n.Control.Custom() {
		c.controls("control", []annexa.ID{n.Control})
	}
	c.systems("systems", n.Systems)
	if n.Audit != "" && !c.has(KindAudit, n.Audit) {
		c.Add("audit", "audit", n.Audit, "no such audit")
	}
	if n.Certificate != "" && !c.has(KindCertificate, n.Certificate) {
		c.Add("certificate", "certificate", n.Certificate, "no such certification")
	}
	if n.RaisedOn.IsZero() {
		c.Add("raised_on", "required", "", "say when it was found")
	}
	c.past("raised_on", n.RaisedOn)
	c.person("owner", n.Owner, true)
	if n.Due.IsZero() {
		c.Add("due", "required", "", "say by when it is to be closed")
	}
	c.order("raised_on", n.RaisedOn, "due", n.Due)
	if n.Action.By != "" {
		c.onFile("action.by", n.Action.By)
	}
	c.past("action.done_on", n.Action.DoneOn)
	c.order("raised_on", n.RaisedOn, "action.done_on", n.Action.DoneOn)
	if by := n.Verification.By; !n.Open() && (by == n.Action.By || slices.Contains(n.Authors, by)) {
		c.Add("verification.by", "independence", by, "who carried out an action, or wrote down what was done, does not say that it works")
	}
}

var nonconformitiesClosed = Probe{
	ID: "S2-18", Title: "Corrective action late", Clause: Clause{"10.2"},
	Grading: "minor; major for a major that is open for more than 90 days",
	grade:   majorIf(func(o Observation) bool { return o.Grave && o.On.After(o.Opened.AddDate(0, 0, late)) }),
	look: func(x *index, yield func(Observation) bool) {
		for _, n := range nonconformities.Shared(x.r).All() {
			if !n.Open() {
				continue
			}
			since, text := n.Due, issue.NewText("It was to be closed on %s.", day(n.Due))
			if most := n.RaisedOn.AddDate(0, 0, late); n.Severity == SeverityMajor && (since.IsZero() || most.Before(since)) {
				since, text = most, issue.NewText("A major that has been open since %s.", day(n.RaisedOn))
			}
			if !x.overdue(since) {
				continue
			}
			o := about(KindNonconformity, n.ID, n.Title, since, text,
				issue.NewText("Correct it and have the effect checked (CorrectNonconformity, CloseNonconformity)."))
			o.Grave, o.Opened = n.Severity == SeverityMajor, n.RaisedOn
			if !yield(o) {
				return
			}
		}
	},
}
