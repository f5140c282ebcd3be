package aims

import (
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Policy is one version of the AI policy (5.2, A.2.2). A new version is a new
// record; approving it supersedes the one before.
type Policy struct {
	// ID names the version, such as "ai-policy-v2".
	ID string `json:"id"`
	// Title is the document's title.
	Title string `json:"title"`
	// Summary says in a few sentences what it commits the organisation to.
	Summary string `json:"summary,omitempty"`
	// Text is what it says, where it is kept here; else URI is where, and Digest its
	// SHA-256 in hex. What has none of the three is not approved.
	Text   string `json:"text,omitempty"`
	URI    string `json:"uri,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Owner is the ID of the person who keeps it (5.3).
	Owner string `json:"owner,omitempty"`
	// Authors are the IDs of those who wrote in this version. Who drafts becomes one of
	// them, and none of them approves it.
	Authors []string `json:"authors,omitempty"`
	// FramesObjectives, CommitsToRequirements and CommitsToImprovement say
	// that the text does what 5.2 asks of it.
	FramesObjectives      bool `json:"frames_objectives,omitempty"`
	CommitsToRequirements bool `json:"commits_to_requirements,omitempty"`
	CommitsToImprovement  bool `json:"commits_to_improvement,omitempty"`
	// AlignedOn is when it was last checked against the organisation's other
	// policies (A.2.3).
	AlignedOn calendar.Date `json:"aligned_on,omitzero"`
	// PublishedOn and CommunicatedOn are when it became available and when
	// people under it were told.
	PublishedOn    calendar.Date `json:"published_on,omitzero"`
	CommunicatedOn calendar.Date `json:"communicated_on,omitzero"`
	// AvailableTo says to whom it is available, inside and, as is appropriate, outside, and
	// how they come by it.
	AvailableTo []Distribution `json:"available_to,omitempty"`
	// State is draft, approved or superseded; verbs move it.
	State DocumentState `json:"state"`
	// Approval is by a member of top management.
	Approval DocumentApproval `json:"approval,omitzero"`
	// Earlier are the approvals before, oldest first.
	Earlier []DocumentApproval `json:"earlier,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

var policies = ledger.MustDeclare(ledger.Spec[Policy]{
	Name: KindPolicy,
	Key:  func(p *Policy) string { return p.ID }, SetKey: func(p *Policy, id string) { p.ID = id },
	Revision:  func(p *Policy) *uint64 { return &p.Revision },
	Completes: []string{"authors"},
	Schema:    3,
	Upcast:    []ledger.Upcaster{authorToAuthors, toDays("aligned_on", "published_on", "communicated_on", "approval.review_due", "earlier.review_due")},
	Limits:    within(KindPolicy, bounded(lists{"authors": 200, "earlier": 100, "available_to": 200}, "summary", "text", "available_to.how")),
	Check:     checked(checkPolicy),
})

// DraftPolicy adds a version of the AI policy, or revises one that is not
// approved yet. Once approved, only the dates of alignment, publication and
// communication, to whom it is available and the owner may change; another text is another
// version. CompareVersions says in what two of them differ.
func (tx *Tx) DraftPolicy(p Policy) error {
	return put(tx, "DraftPolicy", policies, p, func(p *Policy) error {
		old, exists := policies.Of(tx).Get(p.ID)
		p.State, p.Approval, p.Earlier = StateDraft, DocumentApproval{}, old.Earlier
		p.Authors = tx.authors(old.Authors, p.Authors)
		if !exists || old.State == StateDraft {
			return nil
		}
		p.State, p.Approval, p.Authors = old.State, old.Approval, old.Authors
		fixed := *p
		fixed.Owner, fixed.AlignedOn, fixed.PublishedOn, fixed.CommunicatedOn, fixed.AvailableTo, fixed.Revision =
			old.Owner, old.AlignedOn, old.PublishedOn, old.CommunicatedOn, old.AvailableTo, old.Revision
		if !policies.Same(fixed, old) {
			return ledger.Refuse(ErrState, "the text is %s; write a new version", old.State)
		}
		return nil
	})
}

// ApprovePolicy puts a version of the policy in force until reviewDue and
// supersedes the one before; of the one in force it renews the approval after a review
// that changed nothing. The actor must belong to top management and not
// be the version's author (5.1, 5.2).
func (tx *Tx) ApprovePolicy(id string, reviewDue calendar.Date) error {
	return decide(tx, "ApprovePolicy", policies, id, func(p *Policy) error {
		if err := tx.approveVersion(&p.State, &p.Approval, &p.Earlier, reviewDue); err != nil {
			return err
		}
		var is Issues
		required(&is, "owner", p.Owner)
		content(&is, p.Text, p.URI, p.Digest)
		if len(is) > 0 {
			return is
		}
		for before := range policies.Of(tx).All() {
			if before.State != StateApproved || before.ID == p.ID {
				continue
			}
			before.State = StateSuperseded
			if err := policies.Keep(tx, before); err != nil {
				return err
			}
		}
		return nil
	})
}

// Policy returns the version of the AI policy in force; false if none is.
func (r *reading) Policy() (Policy, bool) {
	for _, p := range policies.Shared(r.r).All() {
		if p.State == StateApproved {
			return policies.Of(r.r).Get(p.ID)
		}
	}
	return Policy{}, false
}

func checkPolicy(c checker, p *Policy) {
	c.text("title", p.Title, true)
	c.text("summary", p.Summary, false)
	c.text("text", p.Text, false)
	c.place("uri", p.URI)
	c.digest("digest", p.Digest)
	c.person("owner", p.Owner, false)
	c.past("approval.at", c.DayOf(p.Approval.At))
	c.paper(p.State, p.Approval, p.Text, p.URI, p.Digest)
	c.past("aligned_on", p.AlignedOn)
	c.past("published_on", p.PublishedOn)
	c.past("communicated_on", p.CommunicatedOn)
	c.distributed("available_to", p.AvailableTo)
}

var policyInForce = Probe{
	ID: "S1-03", Title: "No AI policy in force", Clause: Clause{"5.2"}, Controls: ids("A.2.2"),
	Grading: "major: nothing else has authority",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		var o Observation
		switch p, ok := x.Policy(); {
		case !ok:
			o = x.whole(calendar.Date{}, issue.NewText("No version of the AI policy is in force."),
				issue.NewText("Draft it (DraftPolicy) and have top management approve it (ApprovePolicy)."))
		case empty(p.Text, p.URI, p.Digest):
			o = about(KindPolicy, p.ID, p.Title, x.on(p.Approval.At), issue.NewText("The version in force says nothing: it has neither text nor place nor digest, or a blank of a template is left in it."),
				issue.NewText("Write a version that says what it has to (DraftPolicy), and have top management approve it (ApprovePolicy)."))
		default:
			return
		}
		o.Absent = true
		yield(o)
	},
}

var policyContent = Probe{
	ID: "S1-04", Title: "Policy content incomplete", Clause: Clause{"5.2"}, Controls: ids("A.2.2"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		p, ok := x.Policy()
		if !ok {
			return
		}
		var lacks []issue.Text
		if !p.FramesObjectives {
			lacks = append(lacks, issue.NewText("a frame for objectives"))
		}
		if !p.CommitsToRequirements {
			lacks = append(lacks, issue.NewText("a commitment to meet requirements"))
		}
		if !p.CommitsToImprovement {
			lacks = append(lacks, issue.NewText("a commitment to improve"))
		}
		if len(lacks) > 0 {
			yield(about(KindPolicy, p.ID, p.Title, x.on(p.Approval.At), issue.NewText("The policy in force lacks %s.", issue.Join("%s, %s", lacks)),
				issue.NewText("Write a version that has it.")))
		}
	},
}

var policyReviewed = Probe{
	ID: "S1-05", Title: "Policy without owner or past review", Clause: Clause{"5.2"}, Controls: ids("A.2.4"),
	Grading: "minor; major a year past review",
	grade:   majorIf(func(o Observation) bool { return !o.Since.IsZero() && o.On.After(o.Since.AddDate(1, 0, 0)) }),
	look: func(x *index, yield func(Observation) bool) {
		p, ok := x.Policy()
		if !ok {
			return
		}
		if !x.active(p.Owner) && !yield(about(KindPolicy, p.ID, p.Title, calendar.Date{},
			issue.NewText("Its owner, %q, is not an active person on file.", p.Owner), issue.NewText("Name another owner (DraftPolicy).")).by("owner", "")) {
			return
		}
		if due := p.Approval.ReviewDue; x.overdue(due) {
			yield(about(KindPolicy, p.ID, p.Title, due, issue.NewText("The policy was due for review on %s.", day(due)),
				issue.NewText("Review it and approve a version.")))
		}
	},
}

var policyAligned = Probe{
	ID: "S1-06", Title: "Policy never checked against other policies", Clause: Clause{"5.2"}, Controls: ids("A.2.3"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		if p, ok := x.Policy(); ok && p.AlignedOn.IsZero() {
			yield(about(KindPolicy, p.ID, p.Title, x.on(p.Approval.At), issue.NewText("The policy was never checked against the organisation's other policies."),
				issue.NewText("Compare it with them and record the day (DraftPolicy).")))
		}
	},
}

var policyAvailable = Probe{
	ID: "PO-01", Title: "Policy in force that is available to nobody", Clause: Clause{"5.2"}, Controls: ids("A.2.2"),
	Grading: "minor. That those who work under it were told of it S1-25 asks",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		if p, ok := x.Policy(); ok && !x.given(p.AvailableTo) {
			yield(about(KindPolicy, p.ID, p.Title, x.on(p.Approval.At), issue.NewText("Nothing says to whom the policy in force is available."),
				issue.NewText("Say who finds it where, inside and, as is appropriate, outside (DraftPolicy).")))
		}
	},
}
