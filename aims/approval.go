package aims

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// authors returns who has written a thing: those before, those whom the caller names,
// and who acts. Nobody drops out, so that who wrote an early draft does not approve a
// late one.
func (tx *Tx) authors(before, named []string) []string {
	all := slices.Concat(before, named, []string{tx.By().Actor})
	slices.Sort(all)
	return slices.Compact(all)
}

// DocumentApproval says who approved a document, when, and when it is due for review.
// The zero value is "not approved".
type DocumentApproval struct {
	// By is the ID of the person who approved it.
	By string `json:"by,omitempty"`
	// At is when.
	At time.Time `json:"at,omitzero"`
	// ReviewDue is when it must be looked at again.
	ReviewDue calendar.Date `json:"review_due,omitzero"`
}

// Given reports whether the approval has been given.
func (a DocumentApproval) Given() bool { return a.By != "" && !a.At.IsZero() }

// Overdue reports whether the day is past on which the review was due.
func (a DocumentApproval) Overdue(today calendar.Date) bool {
	return !a.ReviewDue.IsZero() && today.After(a.ReviewDue)
}

// approveVersion approves a version of a thing, or renews the approval of one in force;
// the approvals before stay in earlier.
func (tx *Tx) approveVersion(state *DocumentState, approval *DocumentApproval, earlier *[]DocumentApproval, reviewDue calendar.Date) error {
	if *state == StateSuperseded || *state == StateWithdrawn {
		return ledger.Refuse(ErrState, "it is %s; write a new version", *state)
	}
	next, err := tx.approve(reviewDue)
	if err != nil {
		return err
	}
	if approval.Given() {
		*earlier = append(*earlier, *approval)
	}
	*state, *approval = StateApproved, next
	return nil
}

// DocumentState is where a document stands: draft, approved, superseded or withdrawn.
type DocumentState string

// The states of a document.
const (
	StateDraft      DocumentState = "draft"
	StateApproved   DocumentState = "approved"
	StateSuperseded DocumentState = "superseded"
	StateWithdrawn  DocumentState = "withdrawn" // without another one in its place
)

// approve makes the actor's approval; that it is theirs to give the table of rights
// has seen to.
func (tx *Tx) approve(reviewDue calendar.Date) (DocumentApproval, error) {
	var is Issues
	if !reviewDue.After(tx.Today()) {
		is.Add("review_due", "future", reviewDue.String(), "must lie after the approval, %s", tx.Today())
	}
	return DocumentApproval{By: tx.By().Actor, At: tx.Now(), ReviewDue: reviewDue}, is.Err()
}

// authorToAuthors turns the one author of the first schema into a list.
func authorToAuthors(fields map[string]json.RawMessage) error {
	var author string
	if raw, ok := fields["author"]; ok {
		if err := json.Unmarshal(raw, &author); err != nil {
			return err
		}
	}
	delete(fields, "author")
	if author == "" {
		return nil
	}
	list, err := json.Marshal([]string{author})
	fields["authors"] = list
	return err
}
