package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// ManagementReview is one review of the management system by top management
// (9.3), with what was looked at and what was decided.
type ManagementReview struct {
	// ID names the review.
	ID string `json:"id"`
	// HeldOn is when it was held.
	HeldOn calendar.Date `json:"held_on"`
	// Chair is the ID of the member of top management who led it.
	Chair string `json:"chair"`
	// Attendees are the IDs of the others.
	Attendees []string `json:"attendees,omitempty"`
	// Confirmed are the IDs of chair and attendees who have said so themselves
	// (ConfirmPart); verbs write it.
	Confirmed []string `json:"confirmed,omitempty"`
	// Inputs are what was looked at.
	Inputs []ReviewInput `json:"inputs,omitempty"`
	// Seen is what the record showed of each point of ReviewAgenda when the review was told,
	// SeenAt the number of the commit that it showed last; HoldReview writes them.
	Seen   []ReviewSight `json:"seen,omitempty"`
	SeenAt uint64        `json:"seen_at,omitempty"`
	// Decisions are what was decided, each with who does it by when.
	Decisions []ReviewDecision `json:"decisions"`
	// Corrects is the ID of a review that this record tells anew, as that was told
	// wrong; that one stays on file and counts no more. Actions that it set stay open until
	// somebody cancels them (CancelAction): no correction moves a day.
	Corrects string `json:"corrects,omitempty"`
	// Minutes is where the minutes are kept.
	Minutes string `json:"minutes,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ReviewInput is one matter that a review looked at.
type ReviewInput struct {
	// Topic is the matter, Note what was seen of it.
	Topic ReviewTopic `json:"topic"`
	Note  string      `json:"note,omitempty"`
}

// ReviewTopic is a matter that 9.3.2 asks a review to look at, or one more (TopicCycle).
type ReviewTopic string

// The matters of 9.3.2.
const (
	TopicPreviousActions ReviewTopic = "previous_actions"
	TopicIssueChanges    ReviewTopic = "issue_changes"
	TopicPartyChanges    ReviewTopic = "party_changes"
	TopicPerformance     ReviewTopic = "performance_trends"
	TopicImprovement     ReviewTopic = "improvement_opportunities"
)

// TopicCycle is how the management system did over a whole cycle of certification
// (View.CyclePerformance): no matter of 9.3.2 of its own, and looked at before a
// recertification (ISO/IEC 17021-1, 9.6.3.1).
const TopicCycle ReviewTopic = "certification_cycle"

// ReviewTopics returns all matters that a complete review looks at.
func ReviewTopics() []ReviewTopic {
	return []ReviewTopic{TopicPreviousActions, TopicIssueChanges, TopicPartyChanges, TopicPerformance, TopicImprovement}
}

// ReviewDecision is one decision of a review (9.3.3), as it was made there. What became of it
// since stands in the action of the same number (View.ReviewActions).
type ReviewDecision struct {
	// What was decided.
	What string `json:"what"`
	// Owner is the ID of the person who was to carry it out; Due by when.
	Owner string        `json:"owner"`
	Due   calendar.Date `json:"due"`
	// DoneOn is when it was done, of reviews from before decisions were actions.
	DoneOn calendar.Date `json:"done_on,omitzero"`
}

// Missing returns the matters of 9.3.2 that the review did not look at: of which there is
// no word of what was seen.
func (r ManagementReview) Missing() []ReviewTopic {
	var missing []ReviewTopic
	for _, t := range ReviewTopics() {
		if !r.looked(t) {
			missing = append(missing, t)
		}
	}
	return missing
}

// looked reports whether there is a word of what the review saw of a matter.
func (r *ManagementReview) looked(t ReviewTopic) bool {
	return slices.ContainsFunc(r.Inputs, func(in ReviewInput) bool { return in.Topic == t && !blank(in.Note) })
}

var reviews = ledger.MustDeclare(ledger.Spec[ManagementReview]{
	Name:   KindReview,
	Schema: 3, Upcast: []ledger.Upcaster{toDays("held_on", "decisions.due", "decisions.done_on"), toTexts("seen.said")},
	Key: func(r *ManagementReview) string { return r.ID }, SetKey: func(r *ManagementReview, id string) { r.ID = id },
	Revision:  func(r *ManagementReview) *uint64 { return &r.Revision },
	Completes: []string{"confirmed", "seen", "seen_at"},
	// A review is a meeting. There are five matters; one may be looked at in parts.
	Limits: within(KindReview, bounded(lists{"attendees": 100, "confirmed": 101, "seen": 50, "inputs": 100, "decisions": 200}, "inputs.note", "decisions.what")),
	Check:  checked(checkReview),
})

// HoldReview records a management review that was held. The chair must belong to top
// management. What was recorded of a meeting stays; a correction is another record, which
// Corrects the first. What the record shows of each point of ReviewAgenda is kept with it.
// Each decision becomes an action with it (ReviewActionID), which is open until its owner says
// that it is done; the record of the meeting keeps what was decided there.
func (tx *Tx) HoldReview(r ManagementReview) error {
	return putDeciding(tx, "HoldReview", reviews, r, func(r *ManagementReview) error {
		if r.Revision != 0 {
			return ledger.Refuse(ErrState, "what was held is not held again; a correction is another record, which corrects it")
		}
		for i := range r.Decisions {
			r.Decisions[i].DoneOn = calendar.Date{}
		}
		r.Seen, r.SeenAt = tx.sights(), tx.Seq()-1
		r.Confirmed = tx.ownWord(nil, append([]string{r.Chair}, r.Attendees...)...)
		if p, ok := people.Shared(tx).Get(r.Chair); ok && !p.TopManagement {
			return ledger.Refuse(ErrForbidden, "chair %q does not belong to top management", r.Chair)
		}
		if r.Chair != tx.By().Actor {
			return tx.right("HoldReview", anotherChaired, Subject{Kind: KindReview, ID: r.ID})
		}
		return nil
	}, func(r *ManagementReview) error {
		for n := range r.Decisions {
			if id := ReviewActionID(r.ID, n+1); actions.Shared(tx).Has(id) {
				return ledger.Refuse(ErrExists, "action %q is on file", id)
			}
		}
		return reviewActions(tx.Tx, r, r.Chair)
	})
}

// anotherChaired is when HoldReview tells of a meeting that somebody else led.
const anotherChaired = "another chaired it"

func checkReview(c checker, r *ManagementReview) {
	if r.HeldOn.IsZero() {
		c.Add("held_on", "required", "", "say when it was held")
	}
	c.past("held_on", r.HeldOn)
	c.person("chair", r.Chair, true)
	c.people("attendees", r.Attendees)
	if r.Corrects != "" && (r.Corrects == r.ID || !c.has(KindReview, r.Corrects)) {
		c.Add("corrects", "review", r.Corrects, "no such other review on file")
	}
	for i, in := range r.Inputs {
		at := issue.Index("inputs", i)
		oneOf(c, at+".topic", in.Topic, append(ReviewTopics(), TopicCycle))
		if in.Topic == TopicCycle {
			c.says(at+".note", in.Note, true)
			continue
		}
		c.text(at+".note", in.Note, false)
	}
	if len(r.Decisions) == 0 {
		c.Add("decisions", "required", "", "a review ends in decisions; that nothing changes is one too")
	}
	for i, d := range r.Decisions {
		field := issue.Index("decisions", i)
		c.text(field+".what", d.What, true)
		c.person(field+".owner", d.Owner, true)
		if d.Due.IsZero() {
			c.Add(field+".due", "required", "", "say by when")
		}
		c.order("held_on", r.HeldOn, field+".due", d.Due)
		c.order("held_on", r.HeldOn, field+".done_on", d.DoneOn)
	}
}

// began is when a scope was first in force; zero if none was.
func (x *index) began() (first time.Time) {
	for _, s := range scopes.Shared(x.r).All() {
		for _, a := range append([]DocumentApproval{s.Approval}, s.Earlier...) {
			if a.Given() && (first.IsZero() || a.At.Before(first)) {
				first = a.At
			}
		}
	}
	return first
}

var reviewHeld = Probe{
	ID: "S1-24", Title: "Management review not held", Clause: Clause{"9.3.1"},
	Grading: "minor in the first year of the management system; major after, and once Stage 1 is done",
	grade:   majorIf(func(o Observation) bool { return !o.Since.IsZero() }),
	look: func(x *index, yield func(Observation) bool) {
		if reviews.Shared(x.r).Len() == 0 {
			var since calendar.Date
			if first := x.on(x.began()).AddDays(year); !first.IsZero() && x.today.After(first) {
				since = first
			}
			for _, c := range certificates.Shared(x.r).All() {
				if on := c.Stage1On; !on.IsZero() && (since.IsZero() || on.Before(since)) {
					since = on
				}
			}
			o := x.whole(since, issue.NewText("No management review has been held."), issue.NewText("Hold one after the internal audit (HoldReview)."))
			o.Absent = true
			yield(o)
		}
	},
}

// lastReview returns the review that was held last; nil if none was.
func (x *index) lastReview() *ManagementReview {
	var last *ManagementReview
	var on calendar.Date
	for r := range x.heldReviews {
		if r.HeldOn.After(on) {
			last, on = r, r.HeldOn
		}
	}
	return last
}

// heldReviews yields the reviews that count: those that no other one corrects.
func (x *index) heldReviews(yield func(r *ManagementReview) bool) {
	corrected := make(map[string]bool)
	for _, r := range reviews.Shared(x.r).All() {
		corrected[r.Corrects] = true
	}
	for _, r := range reviews.Shared(x.r).All() {
		if !corrected[r.ID] && !yield(r) {
			return
		}
	}
}

var reviewRecent = Probe{
	ID: "S2-16", Title: "No management review in a year", Clause: Clause{"9.3.1"},
	Grading: "major once the last one is older than a year",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		if r := x.lastReview(); r != nil && r.HeldOn.Before(x.daysAgo(year)) {
			yield(about(KindReview, r.ID, "", r.HeldOn.AddDate(0, 0, year), issue.NewText("The last management review was held on %s.", day(r.HeldOn)),
				issue.NewText("Hold one (HoldReview).")))
		}
	},
}

var reviewComplete = Probe{
	ID: "S2-17", Title: "Management review incomplete", Clause: Clause{"9.3.2"},
	Grading: "minor; major when three matters or more are missing",
	grade:   majorIf(func(o Observation) bool { return o.Count >= 3 }),
	look: func(x *index, yield func(Observation) bool) {
		r := x.lastReview()
		if r == nil {
			return
		}
		if missing := r.Missing(); len(missing) > 0 {
			o := about(KindReview, r.ID, "", r.HeldOn, issue.NewText("The last review did not look at %s.", issue.Join("%s, %s", issue.Words(missing))), issue.NewText("Take them up in the next review (HoldReview)."))
			o.Count, o.Of = len(missing), len(ReviewTopics())
			yield(o)
		}
	},
}

var reviewDecisionsDone = Probe{
	ID: "MR-01", Title: "Decision of a management review overdue", Clause: Clause{"9.3.3"},
	Grading: "minor; major if it is 90 days late",
	grade:   actionLate,
	look:    actionsLate(true),
}
