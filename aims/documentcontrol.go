package aims

import (
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// DocumentControl is how documented information is under control (7.5.3): to whom it is
// given, for how long it is kept, and since when it is in force no more. Documents, scopes,
// maps of processes and rules of use have it. It changes nothing of what they say, and so may
// change once they are approved.
type DocumentControl struct {
	// Distribution says to whom it is given, and how they come by it.
	Distribution []Distribution `json:"distribution,omitempty"`
	// KeepYears is for how many years it is kept once it is superseded or withdrawn, at
	// least as long as the row of Retentions says; Disposal what becomes of it then.
	KeepYears int    `json:"keep_years,omitempty"`
	Disposal  string `json:"disposal,omitempty"`
	// Ended says since when it is in force no more; zero while it is, or was not yet.
	Ended DocumentEnd `json:"ended,omitzero"`
}

// DocumentEnd says since when a document is in force no more.
type DocumentEnd struct {
	// On is the day; By is the ID of the person who withdrew it or approved what supersedes
	// it, At when that was recorded.
	On calendar.Date `json:"on"`
	By string        `json:"by"`
	At time.Time     `json:"at"`
	// Reason says why it was withdrawn; empty of what is superseded.
	Reason string `json:"reason,omitempty"`
}

// maxKeepYears is for how many years a document may say that it is kept.
const maxKeepYears = 100

// kept carries over from what is on file what no draft changes, and refuses of what was
// approved that it is kept shorter, or given to somebody by a blank of a template.
func (c *DocumentControl) kept(old DocumentControl, approved bool) error {
	c.Ended = old.Ended
	var is Issues
	if !approved {
		return nil
	}
	if c.KeepYears < old.KeepYears {
		is.Add("keep_years", "kept", strconv.Itoa(c.KeepYears), "it was approved to be kept for %d years, and is kept no shorter", old.KeepYears)
	}
	c.complete(&is)
	return is.Err()
}

// complete adds an issue for each blank of a template that is left in how people come by it.
func (c *DocumentControl) complete(is *Issues) {
	for i, d := range c.Distribution {
		unfilled(is, issue.Index("distribution", i)+".how", d.How)
	}
}

// sameControl reports whether two say the same of what drafts may change.
func sameControl(a, b DocumentControl) bool {
	return slices.Equal(a.Distribution, b.Distribution) && a.KeepYears == b.KeepYears && a.Disposal == b.Disposal
}

// supersede ends it, since another one is in force from now on.
func (c *DocumentControl) supersede(tx *Tx) {
	c.Ended = DocumentEnd{On: tx.Today(), By: tx.By().Actor, At: tx.Now()}
}

// withdraw ends it from a day on, which is not to come, for a reason; approved is when it
// came into force.
func (c *DocumentControl) withdraw(tx *Tx, approved time.Time, on calendar.Date, reason string) error {
	var is Issues
	saying(&is, "ended.reason", reason)
	switch began := tx.DayOf(approved); {
	case on.IsZero():
		is.Add("ended.on", "required", "", "say from which day on it is not used any more")
	case on.After(tx.Today()):
		is.Add("ended.on", "past", on.String(), "says what happened, so it can't be after %s", tx.Today().String())
	case on.Before(began):
		is.Add("ended.on", "order", on.String(), "it was approved on %s", began.String())
	}
	c.Ended = DocumentEnd{On: on, By: tx.By().Actor, At: tx.Now(), Reason: reason}
	return is.Err()
}

// withdrawState is withdraw of what has a state.
func (c *DocumentControl) withdrawState(tx *Tx, state *DocumentState, approved time.Time, on calendar.Date, reason string) error {
	if *state != StateApproved {
		return ledger.Refuse(ErrState, "it is %s, and only what is approved is withdrawn", *state)
	}
	*state = StateWithdrawn
	return c.withdraw(tx, approved, on, reason)
}

// endedAt is when it ended, of a state and an approval; of what was superseded before that
// was kept, when its review was due, which is later.
func (c *DocumentControl) endedAt(state DocumentState, approval DocumentApproval) time.Time {
	if state == StateSuperseded && c.Ended.At.IsZero() {
		return approval.ReviewDue.Start(time.UTC)
	}
	return c.Ended.At
}

// control checks how a paper is under control; withdrawn says that it is.
func (c checker) control(d *DocumentControl, withdrawn bool) {
	c.distributed("distribution", d.Distribution)
	c.says("disposal", d.Disposal, false)
	if d.KeepYears < 0 || d.KeepYears > maxKeepYears {
		c.Add("keep_years", "range", strconv.Itoa(d.KeepYears), "years from 0 to %d", maxKeepYears)
	}
	if withdrawn {
		c.needs("ended", d.Ended.By != "" && !d.Ended.On.IsZero() && !blank(d.Ended.Reason), "what is withdrawn says by whom, since when and why")
	}
	c.past("ended.on", d.Ended.On)
}

// keptOverLong lets a record that was in force go once it has been kept for as long as
// Retentions and it itself say; what never was goes at once.
func keptOverLong[T any](k Kind, draft func(*T) bool, verbs string) func(ledger.Reader, *T) error {
	over := overLongEnough[T](k, "it was in force and has not ended; withdraw it, or supersede it ("+verbs+")")
	return func(r ledger.Reader, rec *T) error {
		if draft(rec) {
			return nil
		}
		return over(r, rec)
	}
}

// paper is what DO-01 and DO-03 look at of documented information.
type paper struct {
	id, name string
	// since is when it came into force, zero if it is not.
	since   time.Time
	control *DocumentControl
	rec     any
	// given says whether somebody has it whatever the distribution says; nil for no.
	given func() bool
}

// paperTable are the kinds of documented information that are under control by
// DocumentControl, and the verbs that change it and end it.
var paperTable = []struct {
	kind            Kind
	draft, withdraw string
	all             func(x *index) iter.Seq[paper]
}{
	{KindDocument, "DraftDocument", "WithdrawDocument", papersOf(documents, func(x *index, d *Document) paper {
		return paper{name: d.Title, since: inForceSince(d.State, d.Approval), control: &d.DocumentControl}
	})},
	{KindScope, "DraftScope", "WithdrawScope", papersOf(scopes, func(x *index, s *Scope) paper {
		return paper{name: scopeName, since: inForceSince(s.State, s.Approval), control: &s.DocumentControl}
	})},
	{KindProcessMap, "DraftProcesses", "WithdrawProcesses", papersOf(processMaps, func(x *index, m *ProcessMap) paper {
		return paper{name: processesName, since: inForceSince(m.State, m.Approval), control: &m.DocumentControl}
	})},
	// Who is to accept rules of use has them.
	{KindUseRules, "DraftUseRules", "WithdrawUseRules", papersOf(useRules, func(x *index, u *UseRules) paper {
		return paper{name: u.Title, since: u.InForce.At, control: &u.DocumentControl, given: func() bool {
			_, users := u.unaccepted(x.active)
			return users > 0
		}}
	})},
}

func inForceSince(state DocumentState, a DocumentApproval) time.Time {
	if state == StateApproved {
		return a.At
	}
	return time.Time{}
}

// papersOf yields what is on file of a kind.
func papersOf[T any](k ledger.Kind[T], of func(*index, *T) paper) func(*index) iter.Seq[paper] {
	return func(x *index) iter.Seq[paper] {
		return func(yield func(paper) bool) {
			for id, rec := range k.Shared(x.r).All() {
				p := of(x, rec)
				if p.id, p.rec = id, rec; !yield(p) {
					return
				}
			}
		}
	}
}

var documentsGiven = Probe{
	ID: "DO-01", Title: "Document in force that nobody is given", Clause: Clause{"7.5.3"},
	Grading: "minor; of scope, processes and rules of use as well. To whom the policy is available PO-01 asks",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, row := range paperTable {
			for p := range row.all(x) {
				if p.since.IsZero() || x.given(p.control.Distribution) || p.given != nil && p.given() {
					continue
				}
				if !yield(about(row.kind, p.id, p.name, x.on(p.since), issue.NewText("It is approved, and nothing says to whom it is given."),
					issue.NewText("Say who has it, and how they come by it (%s), or withdraw it (%s).", row.draft, row.withdraw))) {
					return
				}
			}
		}
	},
}

var documentsDisposed = Probe{
	ID: "DO-03", Title: "Document kept beyond its time", Clause: Clause{"7.5.3"},
	Grading: "opportunity: that a document is there for longer than it has to be harms nobody, until somebody works by it",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		for _, row := range paperTable {
			for p := range row.all(x) {
				until, kept, ok := retained(x.opts, row.kind, p.rec)
				if !ok || until.IsZero() || !x.overdue(x.on(until)) || x.heldBy(Subject{Kind: row.kind, ID: p.id}) != "" {
					continue
				}
				if !yield(about(row.kind, p.id, p.name, x.on(until), issue.NewText("It was to be kept for %d years, until %s.", kept.Years, day(x.on(until))),
					issue.NewText("Dispose of it as it says and take it off the file (Withdraw), or say for how much longer it is kept (%s).", row.draft))) {
					return
				}
			}
		}
	},
}
