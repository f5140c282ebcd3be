package aims

import (
	"cmp"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// PlannedChange is a change of the management system, or of how AI systems are run, from
// the plan to what came of it (6.3, 8.1). It is approved by somebody else before it is
// carried out. One that nobody planned is recorded as Unintended once it was noticed, and
// somebody else reviews what it led to.
type PlannedChange struct {
	// ID names the change, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Purpose says what it is for, Consequences what it may lead to besides, Integrity
	// what keeps the management system whole meanwhile, Resources what it takes, and
	// Responsibilities who does what, and who answers for what afterwards.
	Purpose          string `json:"purpose,omitempty"`
	Consequences     string `json:"consequences,omitempty"`
	Integrity        string `json:"integrity,omitempty"`
	Resources        string `json:"resources,omitempty"`
	Responsibilities string `json:"responsibilities,omitempty"`
	// Clauses and Systems are what it touches: clauses, and the IDs of systems.
	Clauses []Clause `json:"clauses,omitempty"`
	Systems []string `json:"systems,omitempty"`
	// Owner is the ID of the person who answers for it.
	Owner string `json:"owner,omitempty"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// PlannedFor is the day by which it is to be carried out.
	PlannedFor calendar.Date `json:"planned_for,omitzero"`
	// Unintended says that nobody planned it, HappenedOn is then the day on which it came
	// about, and Mitigation says what was done against what it led to.
	Unintended bool          `json:"unintended,omitempty"`
	HappenedOn calendar.Date `json:"happened_on,omitzero"`
	Mitigation string        `json:"mitigation,omitempty"`
	// Authors are the IDs of those who wrote in it; verbs keep them.
	Authors []string `json:"authors,omitempty"`
	// State is where it stands; verbs move it.
	State ChangeState `json:"state"`
	// Approval is the one that holds, Earlier are those of what it was before, oldest first.
	Approval ChangeApproval   `json:"approval,omitzero"`
	Earlier  []ChangeApproval `json:"earlier,omitempty"`
	// Done says when it was carried out, and what came of it.
	Done Carried `json:"done,omitzero"`
	// DroppedBy, DroppedAt and DropReason say who gave it up, when and why.
	DroppedBy  string    `json:"dropped_by,omitempty"`
	DroppedAt  time.Time `json:"dropped_at,omitzero"`
	DropReason string    `json:"drop_reason,omitempty"`
	// Reviews say what it led to, as somebody else saw it (ReviewChange), oldest first.
	Reviews []ChangeReview `json:"reviews,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ChangeState is where a change stands.
type ChangeState string

// The states of a change.
const (
	ChangeDraft    ChangeState = "draft"       // it is being planned
	ChangeApproved ChangeState = "approved"    // it may be carried out
	ChangeDone     ChangeState = "carried_out" // with its approval or without
	ChangeDropped  ChangeState = "dropped"     // it will not be carried out
	ChangeHappened ChangeState = "happened"    // nobody had planned it
)

// ChangeApproval is the approval of a change.
type ChangeApproval struct {
	// By is the ID of the person who approved it, At when.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// PlannedFor is the day that it was approved for.
	PlannedFor calendar.Date `json:"planned_for"`
}

// Carried says that a change was carried out.
type Carried struct {
	// On is the day on which it was complete, Result what came of it.
	On     calendar.Date `json:"on"`
	Result string        `json:"result"`
	// Unapproved says that on that day nobody had approved it as it is.
	Unapproved bool `json:"unapproved,omitempty"`
	// By is the ID of the person who said so, At when.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// ChangeReview is what a change led to, as somebody saw it who neither wrote it nor answers
// for it nor carried it out.
type ChangeReview struct {
	// Consequences says what it led to, Mitigation what was done against what of it is
	// adverse, or why nothing has to be.
	Consequences string `json:"consequences"`
	Mitigation   string `json:"mitigation"`
	// By is the ID of the person who reviewed, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Open reports whether something is still to be done: to carry it out or drop it, or to
// review what came about without a plan or without approval.
func (p PlannedChange) Open() bool {
	switch p.State {
	case ChangeDropped:
		return false
	case ChangeDone:
		return p.Done.Unapproved && len(p.Reviews) == 0
	case ChangeHappened:
		return len(p.Reviews) == 0
	}
	return true
}

// plan is what stands in it for whoever approves.
func (p *PlannedChange) plan() [][2]string {
	return [][2]string{{"purpose", p.Purpose}, {"consequences", p.Consequences}, {"integrity", p.Integrity}, {"resources", p.Resources}, {"responsibilities", p.Responsibilities}}
}

var plannedChanges = ledger.MustDeclare(ledger.Spec[PlannedChange]{
	Name: KindPlannedChange,
	Key:  func(p *PlannedChange) string { return p.ID }, SetKey: func(p *PlannedChange, id string) { p.ID = id },
	Revision:  func(p *PlannedChange) *uint64 { return &p.Revision },
	Completes: []string{"state", "authors", "tenures"},
	Carry:     handed(func(rec *PlannedChange) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Listings:  []ledger.Listing[PlannedChange]{{Name: bySystem, Values: func(p *PlannedChange) []string { return p.Systems }}},
	Limits: within(KindPlannedChange, bounded(lists{"clauses": 50, "systems": 1_000, "authors": 200, "earlier": 100, "reviews": 50},
		"purpose", "consequences", "integrity", "resources", "responsibilities", "mitigation", "done.result", "reviews.consequences", "reviews.mitigation")),
	Check: checked(checkPlannedChange),
})

// DraftChange plans a change, or records one that nobody had planned (Unintended), or
// revises one (6.3, 8.1). What was approved is not rewritten: another plan is a draft again
// and waits for an approval of its own. What was carried out, dropped or reviewed stays.
func (tx *Tx) DraftChange(p PlannedChange) error {
	return put(tx, "DraftChange", plannedChanges, p, func(p *PlannedChange) error {
		old, exists := plannedChanges.Of(tx).Get(p.ID)
		p.Authors = tx.authors(old.Authors, p.Authors)
		p.State, p.Approval, p.Earlier = ChangeDraft, ChangeApproval{}, old.Earlier
		p.Done, p.DroppedBy, p.DroppedAt, p.DropReason, p.Reviews = Carried{}, "", time.Time{}, "", nil
		if p.Unintended {
			p.State = ChangeHappened
		}
		if !exists {
			return nil
		}
		switch {
		case old.State == ChangeDone || old.State == ChangeDropped:
			return ledger.Refuse(ErrState, "it is %s; what comes now is another change", old.State)
		case len(old.Reviews) > 0:
			return ledger.Refuse(ErrState, "it was reviewed as it is; what comes now is another change")
		}
		var is Issues
		kept(&is, "unintended", old.Unintended, p.Unintended, "what was planned was not unintended, and the other way round")
		if old.Unintended && p.HappenedOn.After(old.HappenedOn) {
			is.Add("happened_on", "kept", p.HappenedOn.String(), "it came about on %s", old.HappenedOn.String())
		}
		if old.State == ChangeApproved {
			same := *p
			same.State, same.Approval, same.Authors, same.Tenures, same.Revision = old.State, old.Approval, old.Authors, old.Tenures, old.Revision
			if plannedChanges.Same(same, old) {
				p.State, p.Approval, p.Authors = old.State, old.Approval, old.Authors
			} else {
				p.Earlier = append(p.Earlier, old.Approval)
			}
		}
		return is.Err()
	})
}

// ApproveChange decides that a change may be carried out as it is planned (6.3). Who wrote
// it or answers for it does not; and a day that has passed is not approved afterwards.
func (tx *Tx) ApproveChange(id string) error {
	return decide(tx, "ApproveChange", plannedChanges, id, func(p *PlannedChange) error {
		if p.State != ChangeDraft {
			return ledger.Refuse(ErrState, "it is %s; a draft is approved", p.State)
		}
		var is Issues
		for _, f := range p.plan() {
			saying(&is, f[0], f[1])
		}
		if p.Owner == "" {
			is.Add("owner", "required", "", "name who answers for it")
		}
		switch {
		case p.PlannedFor.IsZero():
			is.Add("planned_for", "required", "", "say by when it is to be carried out")
		case tx.Today().After(p.PlannedFor):
			is.Add("planned_for", "future", p.PlannedFor.String(), "that day has passed; plan another, or say that it was carried out (CarryOutChange)")
		}
		p.State, p.Approval = ChangeApproved, ChangeApproval{By: tx.By().Actor, At: tx.Now(), PlannedFor: p.PlannedFor}
		return is.Err()
	})
}

// CarryOutChange records that a change was carried out, on which day and with what result
// (8.1). One that nobody had approved by then is recorded all the same; that it was not is a
// finding until somebody else has reviewed what it led to.
func (tx *Tx) CarryOutChange(id string, on calendar.Date, result string) error {
	return decide(tx, "CarryOutChange", plannedChanges, id, func(p *PlannedChange) error {
		if p.State != ChangeDraft && p.State != ChangeApproved {
			return ledger.Refuse(ErrState, "it is %s", p.State)
		}
		var is Issues
		saying(&is, "result", result)
		if on.IsZero() {
			is.Add("done.on", "required", "", "say when it was carried out")
		}
		p.Done = Carried{On: on, Result: result, By: tx.By().Actor, At: tx.Now(),
			Unapproved: p.State == ChangeDraft || on.Before(tx.DayOf(p.Approval.At))}
		p.State = ChangeDone
		return is.Err()
	})
}

// DropChange decides, with a reason, that a change is not carried out.
func (tx *Tx) DropChange(id, reason string) error {
	return decide(tx, "DropChange", plannedChanges, id, func(p *PlannedChange) error {
		if p.State != ChangeDraft && p.State != ChangeApproved {
			return ledger.Refuse(ErrState, "it is %s", p.State)
		}
		var is Issues
		saying(&is, "drop_reason", reason)
		p.State, p.DroppedBy, p.DroppedAt, p.DropReason = ChangeDropped, tx.By().Actor, tx.Now(), reason
		return is.Err()
	})
}

// ReviewChange records what a change led to that has come about, planned or not, and what
// was done against what of it is adverse (8.1). Who wrote it, answers for it or carried it
// out does not review it.
func (tx *Tx) ReviewChange(id string, r ChangeReview) error {
	return decide(tx, "ReviewChange", plannedChanges, id, func(p *PlannedChange) error {
		if p.State != ChangeDone && p.State != ChangeHappened {
			return ledger.Refuse(ErrState, "it is %s, and has led to nothing yet", p.State)
		}
		var is Issues
		saying(&is, "consequences", r.Consequences)
		saying(&is, "mitigation", r.Mitigation)
		r.By, r.At = tx.By().Actor, tx.Now()
		p.Reviews = append(p.Reviews, r)
		return is.Err()
	})
}

func checkPlannedChange(c checker, p *PlannedChange) {
	c.says("title", p.Title, true)
	for _, f := range p.plan() {
		c.text(f[0], f[1], false)
	}
	c.text("mitigation", p.Mitigation, false)
	c.systems("systems", p.Systems)
	for i, id := range p.Clauses {
		if id.IsZero() {
			c.Add(issue.Index("clauses", i), "clause", "", "names no clause")
		}
	}
	c.person("owner", p.Owner, false)
	c.past("happened_on", p.HappenedOn)
	c.past("done.on", p.Done.On)
	switch {
	case p.Unintended && p.HappenedOn.IsZero():
		c.Add("happened_on", "required", "", "say when it came about")
	case p.Unintended && !p.PlannedFor.IsZero():
		c.Add("planned_for", "unintended", p.PlannedFor.String(), "nobody had planned it")
	case !p.Unintended && !p.HappenedOn.IsZero():
		c.Add("happened_on", "unintended", p.HappenedOn.String(), "of one that was planned CarryOutChange says when")
	}
}

// changeReviewDays is by how many days after it came about what nobody had planned, or
// nobody had approved, is reviewed; a choice of this project.
const changeReviewDays = 30

var changesCarriedOut = Probe{
	ID: "CH-01", Title: "Planned change past its day, and nothing said", Clause: Clause{"6.3"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, p := range plannedChanges.Shared(x.r).All() {
			if p.State != ChangeDraft && p.State != ChangeApproved || !x.overdue(p.PlannedFor) {
				continue
			}
			if !yield(about(KindPlannedChange, p.ID, p.Title, p.PlannedFor, issue.NewText("It was planned for %s, and nobody says what became of it.", p.PlannedFor),
				issue.NewText("Say that it was carried out (CarryOutChange), drop it (DropChange), or plan another day (DraftChange)."))) {
				return
			}
		}
	},
}

var changesApproved = Probe{
	ID: "CH-02", Title: "Change carried out without approval", Clause: Clause{"6.3"},
	Grading: "minor; major if a month later nobody has reviewed what it led to",
	grade:   majorIf(func(o Observation) bool { return lateBy(o, changeReviewDays) }),
	look: func(x *index, yield func(Observation) bool) {
		for _, p := range plannedChanges.Shared(x.r).All() {
			if p.State != ChangeDone || !p.Open() {
				continue
			}
			if !yield(about(KindPlannedChange, p.ID, p.Title, p.Done.On, issue.NewText("It was carried out on %s, and nobody had approved it.", p.Done.On),
				issue.NewText("Have somebody apart review what it led to (ReviewChange)."))) {
				return
			}
		}
	},
}

var changesReviewed = Probe{
	ID: "CH-03", Title: "Unintended change that nobody has reviewed", Clause: Clause{"8.1"},
	Grading: "minor; major three months late",
	grade:   majorIf(func(o Observation) bool { return lateBy(o, late) }),
	look: func(x *index, yield func(Observation) bool) {
		for _, p := range plannedChanges.Shared(x.r).All() {
			due := p.HappenedOn.AddDays(changeReviewDays)
			if p.State != ChangeHappened || !p.Open() || !x.overdue(due) {
				continue
			}
			if !yield(about(KindPlannedChange, p.ID, p.Title, due, issue.NewText("It came about on %s, and nobody has reviewed what it led to.", p.HappenedOn),
				issue.NewText("Have somebody apart review what it led to, and what is done against it (ReviewChange)."))) {
				return
			}
		}
	},
}

// settledAt is when it was carried out, dropped or, of an unintended one, last reviewed; the
// zero time while none of it.
func (p *PlannedChange) settledAt() time.Time {
	if n := len(p.Reviews); p.State == ChangeHappened && n > 0 {
		return p.Reviews[n-1].At
	}
	return cmp.Or(p.Done.At, p.DroppedAt)
}

// approvals are all approvals of a change.
func (p *PlannedChange) approvals() []ChangeApproval {
	all := slices.Clone(p.Earlier)
	if p.Approval.By != "" {
		all = append(all, p.Approval)
	}
	return all
}
