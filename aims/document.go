package aims

import (
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Document is one piece of documented information under control (7.5): a
// process, a plan, a record that the standard or the organisation asks for.
type Document struct {
	// ID names the document.
	ID string `json:"id"`
	// Title is the document's title.
	Title string `json:"title"`
	// Clause is the clause that asks for it.
	Clause Clause `json:"clause,omitzero"`
	// Version is the document's own version label.
	Version string `json:"version,omitempty"`
	// URI is where the text is kept; Digest is its SHA-256 in hex.
	URI    string `json:"uri,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Owner is the ID of the person who keeps it.
	Owner string `json:"owner,omitempty"`
	// Authors are the IDs of those who wrote in it, in any draft. Who drafts becomes one
	// of them, and none of them approves it.
	Authors []string `json:"authors,omitempty"`
	// State is draft or approved; verbs move it.
	State DocumentState `json:"state"`
	// Approval is by a person other than the author.
	Approval DocumentApproval `json:"approval,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

var documents = ledger.MustDeclare(ledger.Spec[Document]{
	Name: KindDocument,
	Key:  func(d *Document) string { return d.ID }, SetKey: func(d *Document, id string) { d.ID = id },
	Revision:  func(d *Document) *uint64 { return &d.Revision },
	Completes: []string{"authors"},
	Schema:    2,
	Upcast:    []ledger.Upcaster{authorToAuthors},
	MayDrop:   always[Document],
	Limits:    within(KindDocument, bounded(nil)),
	Check:     checked(checkDocument),
})

// DraftDocument adds a document or revises one; a revision of an approved one
// makes it a draft again.
func (tx *Tx) DraftDocument(d Document) error {
	return put(tx, "DraftDocument", documents, d, func(d *Document) error {
		d.State, d.Approval = StateDraft, DocumentApproval{}
		old, _ := documents.Of(tx).Get(d.ID)
		d.Authors = tx.authors(old.Authors, d.Authors)
		return nil
	})
}

// ApproveDocument approves a document until reviewDue. The actor must be a
// person on file other than its author.
func (tx *Tx) ApproveDocument(id string, reviewDue time.Time) error {
	return decide(tx, "ApproveDocument", documents, id, func(d *Document) (err error) {
		d.Approval, err = tx.approve(reviewDue)
		d.State = StateApproved
		return err
	})
}

func checkDocument(c checker, d *Document) {
	c.text("title", d.Title, true)
	c.text("version", d.Version, false)
	c.digest("digest", d.Digest)
	c.person("owner", d.Owner, false)
	c.past("approval.at", d.Approval.At)
}

// digest adds an issue unless the text is empty or a SHA-256 in lower-case hex.
func (c checker) digest(field, hex string) {
	if hex == "" {
		return
	}
	ok := len(hex) == 64
	for _, r := range hex {
		ok = ok && (r >= '0' && r <= '9' || r >= 'a' && r <= 'f')
	}
	if !ok {
		c.Add(field, "sha256", hex, "a SHA-256 digest is 64 lower-case hexadecimal digits")
	}
}

var documentsReviewed = Probe{
	ID: "S1-21", Title: "Document past review", Clause: Clause{"7.5.3"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, d := range documents.Shared(x.r).All() {
			if due := d.Approval.ReviewDue; x.overdue(due) && !yield(about(KindDocument, d.ID, d.Title, due,
				issue.NewText("It was due for review on %s.", day(due)), issue.NewText("Review it and approve it anew (ApproveDocument)."))) {
				return
			}
		}
	},
}

// documented reports whether a document for a clause is approved.
func (x *index) documented(clause Clause) bool {
	for _, d := range documents.Shared(x.r).All() {
		if d.Clause == clause && d.State == StateApproved {
			return true
		}
	}
	return false
}
