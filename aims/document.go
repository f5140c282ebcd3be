package aims

import (
	"slices"
	"strings"
	"unicode"

	"github.com/aimskit/aimskit/calendar"
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
	// Text is what it says, where it is kept here; else URI is where, and Digest its
	// SHA-256 in hex. What has none of the three is not approved.
	Text   string `json:"text,omitempty"`
	URI    string `json:"uri,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Owner is the ID of the person who keeps it.
	Owner string `json:"owner,omitempty"`
	// Authors are the IDs of those who wrote in it, in any draft. Who drafts becomes one
	// of them, and none of them approves it.
	Authors []string `json:"authors,omitempty"`
	// Replaces is the ID of the document that it is the next version of; approving it
	// supersedes that.
	Replaces string `json:"replaces,omitempty"`
	// State is draft, approved or superseded; verbs move it.
	State DocumentState `json:"state"`
	// Approval is by a person other than the author.
	Approval DocumentApproval `json:"approval,omitzero"`
	// Earlier are the approvals before, oldest first.
	Earlier []DocumentApproval `json:"earlier,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

var documents = ledger.MustDeclare(ledger.Spec[Document]{
	Name: KindDocument,
	Key:  func(d *Document) string { return d.ID }, SetKey: func(d *Document, id string) { d.ID = id },
	Revision:  func(d *Document) *uint64 { return &d.Revision },
	Completes: []string{"authors"},
	Schema:    3,
	Upcast:    []ledger.Upcaster{authorToAuthors, toDays("approval.review_due", "earlier.review_due")},
	MayDrop:   always[Document],
	Limits:    within(KindDocument, bounded(nil, "text")),
	Check:     checked(checkDocument),
})

// DraftDocument adds a document, or revises one that is not approved yet. Once it is,
// only the owner may change; another text is another document, which Replaces it and is
// in force once approved.
func (tx *Tx) DraftDocument(d Document) error {
	return put(tx, "DraftDocument", documents, d, func(d *Document) error {
		old, exists := documents.Of(tx).Get(d.ID)
		d.State, d.Approval, d.Earlier, d.Authors = StateDraft, DocumentApproval{}, old.Earlier, tx.authors(old.Authors, d.Authors)
		if !exists || old.State == StateDraft {
			return nil
		}
		d.State, d.Approval, d.Authors = old.State, old.Approval, old.Authors
		fixed := *d
		fixed.Owner, fixed.Revision = old.Owner, old.Revision
		if !documents.Same(fixed, old) {
			return ledger.Refuse(ErrState, "it is %s; write a new version, another document that replaces it", old.State)
		}
		return nil
	})
}

// ApproveDocument approves a document until reviewDue, and supersedes the one that it
// replaces; of one in force it renews the approval. The actor must be a person on file
// other than its authors.
func (tx *Tx) ApproveDocument(id string, reviewDue calendar.Date) error {
	return decide(tx, "ApproveDocument", documents, id, func(d *Document) error {
		if err := tx.approveVersion(&d.State, &d.Approval, &d.Earlier, reviewDue); err != nil {
			return err
		}
		var is Issues
		if content(&is, d.Text, d.URI, d.Digest); len(is) > 0 {
			return is
		}
		before, ok := documents.Of(tx).Get(d.Replaces)
		if !ok || before.State != StateApproved {
			return nil
		}
		before.State = StateSuperseded
		return documents.Keep(tx, before)
	})
}

func checkDocument(c checker, d *Document) {
	c.text("title", d.Title, true)
	c.text("version", d.Version, false)
	c.text("text", d.Text, false)
	c.place("uri", d.URI)
	c.digest("digest", d.Digest)
	c.person("owner", d.Owner, false)
	if d.Replaces != "" && (d.Replaces == d.ID || !c.has(KindDocument, d.Replaces)) {
		c.Add("replaces", "document", d.Replaces, "no such other document on file")
	}
	c.past("approval.at", c.DayOf(d.Approval.At))
	c.paper(d.State, d.Approval, d.Text, d.URI, d.Digest)
}

// content adds an issue unless a thing that is approved says something: by its text, or by
// where that is kept or what it is.
func content(is *Issues, text, uri, digest string) {
	if blank(text) && uri == "" && digest == "" {
		is.Add("text", "required", "", "an empty paper is not approved: say what it says (text), where it is kept (uri) or what it is (digest)")
	}
	unfilled(is, "text", text)
}

// unfilled adds an issue if a blank of a template is left in a text.
func unfilled(is *Issues, field, text string) {
	if _, rest, ok := strings.Cut(text, "[["); ok {
		if name, _, ok := strings.Cut(rest, "]]"); ok {
			is.Add(field, "blank", name, "a blank of a template is not filled in; say what stands there")
		}
	}
}

// saysNothing are words, in small letters and digits alone, that stand where something
// should.
var saysNothing = []string{"", "na", "no", "none", "nil", "null", "tbd", "tba", "todo", "unknown", "pending", "later", "nothing", "yes", "x", "xx", "xxx", "test", "asdf", "lorem", "loremipsum"}

// idle reports whether a text says nothing.
func idle(text string) bool {
	return slices.Contains(saysNothing, strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text))
}

// place adds an issue unless a text is empty or can be the place of something: an address
// or a path, and no word that stands for none.
func (c checker) place(field, uri string) {
	if uri == "" {
		return
	}
	if idle(uri) || !strings.ContainsAny(uri, ":/\\.") {
		c.Add(field, "place", uri, "is no address and no path; say where it is kept")
	}
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

// manyMissing is from how many required documents that are missing it is a major.
const manyMissing = 3

var documentsReviewed = Probe{
	ID: "S1-21", Title: "Required document missing, or document past review", Clause: Clause{"7.5.3"},
	Grading: "minor; major where three that are required are missing. What another check finds to be missing it does not tell again, and while no scope is in force it asks for none",
	grade:   majorIf(func(o Observation) bool { return o.Absent && o.Count >= manyMissing }),
	look: func(x *index, yield func(Observation) bool) {
		for _, d := range documents.Shared(x.r).All() {
			if due := d.Approval.ReviewDue; d.State == StateApproved && x.overdue(due) && !yield(about(KindDocument, d.ID, d.Title, due,
				issue.NewText("It was due for review on %s.", day(due)), issue.NewText("Review it and approve it anew (ApproveDocument)."))) {
				return
			}
		}
		if !x.scoped() {
			return
		}
		var what []issue.Text
		for row := range x.missing("S1-21") {
			what = append(what, issue.NewText("%s: %s", row.ID, row.What))
		}
		if len(what) == 0 {
			return
		}
		o := x.whole(never, issue.NewText("Not on file: %s", issue.Join("%s %s", what)), issue.NewText("Write each (DraftDocument), and have it approved by somebody else (ApproveDocument)."))
		o.Absent, o.Count = true, len(what)
		yield(o)
	},
}

// scoped reports whether a scope is in force: before, S1-01 says what is missing first.
func (x *index) scoped() bool {
	s, ok := x.Scope()
	return ok && s.State == StateApproved
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
