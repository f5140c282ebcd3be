package aims

import (
	"time"

	"github.com/aimskit/aimskit/storage/ledger"
)

// DocumentApproval says who approved a document, when, and when it is due for review.
// The zero value is "not approved".
type DocumentApproval struct {
	// By is the ID of the person who approved it.
	By string `json:"by,omitempty"`
	// At is when.
	At time.Time `json:"at,omitzero"`
	// ReviewDue is when it must be looked at again.
	ReviewDue time.Time `json:"review_due,omitzero"`
}

// Given reports whether the approval has been given.
func (a DocumentApproval) Given() bool { return a.By != "" && !a.At.IsZero() }

// Overdue reports whether the review was due before now.
func (a DocumentApproval) Overdue(now time.Time) bool {
	return !a.ReviewDue.IsZero() && now.After(a.ReviewDue)
}

// DocumentState is where a document stands: draft, approved or superseded.
type DocumentState string

// The states of a document.
const (
	StateDraft      DocumentState = "draft"
	StateApproved   DocumentState = "approved"
	StateSuperseded DocumentState = "superseded"
)

// approve makes the actor's approval of something that author wrote.
func (tx *Tx) approve(author string, top bool, reviewDue time.Time) (DocumentApproval, error) {
	p, err := tx.signatory()
	if err != nil {
		return DocumentApproval{}, err
	}
	if p.ID == author {
		return DocumentApproval{}, ledger.Refuse(ErrSeparation, "%q wrote it; another person approves", author)
	}
	if top && !p.TopManagement {
		return DocumentApproval{}, ledger.Refuse(ErrForbidden, "%q does not belong to top management, who approve it", p.ID)
	}
	var is Issues
	if !reviewDue.After(tx.Now()) {
		is.Add("review_due", "future", reviewDue.Format(time.RFC3339), "must lie after the approval, %s", tx.Now().Format(time.RFC3339))
	}
	return DocumentApproval{By: p.ID, At: tx.Now(), ReviewDue: reviewDue.UTC()}, is.Err()
}
