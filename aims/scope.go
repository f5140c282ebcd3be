package aims

import (
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Scope is the scope of the management system (4.3): there is one such record,
// whose versions are its history.
type Scope struct {
	// ID is always "scope".
	ID string `json:"id"`
	// Statement says what the management system covers.
	Statement string `json:"statement"`
	// Boundaries says where it ends, and why there.
	Boundaries string `json:"boundaries,omitempty"`
	// Authors are the IDs of those who wrote in it, in any draft. Who drafts becomes one
	// of them, and none of them approves it.
	Authors []string `json:"authors,omitempty"`
	// State is draft or approved; verbs move it.
	State DocumentState `json:"state"`
	// Approval is by a member of top management.
	Approval DocumentApproval `json:"approval,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

const scopeID = "scope"

var scopes = ledger.MustDeclare(ledger.Spec[Scope]{
	Name:      KindScope,
	Key:       func(s *Scope) string { return s.ID },
	Revision:  func(s *Scope) *uint64 { return &s.Revision },
	Completes: []string{"authors"},
	Schema:    2,
	Upcast:    []ledger.Upcaster{authorToAuthors},
	Limits:    within(KindScope, bounded(nil, "statement", "boundaries")),
	Check:     checked(checkScope),
})

// DraftScope writes the scope. A change of an approved scope makes it a draft
// again until it is approved anew.
func (tx *Tx) DraftScope(s Scope) error {
	s.ID = scopeID
	return put(tx, "DraftScope", scopes, s, func(s *Scope) error {
		s.State, s.Approval = StateDraft, DocumentApproval{}
		old, _ := scopes.Of(tx).Get(s.ID)
		s.Authors = tx.authors(old.Authors, s.Authors)
		return nil
	})
}

// ApproveScope approves the scope until reviewDue. The actor must belong to
// top management and not be its author.
func (tx *Tx) ApproveScope(reviewDue time.Time) error {
	return decide(tx, "ApproveScope", scopes, scopeID, func(s *Scope) (err error) {
		s.Approval, err = tx.approve(reviewDue)
		s.State = StateApproved
		return err
	})
}

func checkScope(c checker, s *Scope) {
	c.text("statement", s.Statement, true)
	c.text("boundaries", s.Boundaries, false)
	c.past("approval.at", s.Approval.At)
}

var scopeInForce = Probe{
	ID: "S1-01", Title: "No scope in force", Clause: Clause{"4.3"},
	Grading: "major: without a scope nothing else can be judged; minor past its review",
	grade:   majorIf(absent),
	look: func(x *index, yield func(Observation) bool) {
		var o Observation
		switch s, ok := x.Scope(); {
		case !ok:
			o = x.whole(time.Time{}, issue.NewText("No scope has been written."),
				issue.NewText("Write the scope (DraftScope) and have top management approve it."))
			o.Absent = true
		case s.State != StateApproved:
			o = x.whole(time.Time{}, issue.NewText("The scope is a draft."), issue.NewText("Have top management approve it (ApproveScope)."))
			o.Absent = true
		case s.Approval.Overdue(x.now):
			o = x.whole(s.Approval.ReviewDue, issue.NewText("The scope was due for review on %s.", day(s.Approval.ReviewDue)),
				issue.NewText("Review it and approve it anew."))
		default:
			return
		}
		yield(o)
	},
}
