package aims

import (
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Document is one piece of documented information under control (7.5): a process, a plan, a
// record that the standard or the organisation asks for; or one of external origin that the
// organisation works by (Outside).
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
	// Authors are the IDs of those who wrote in it, in any draft; of one from outside those
	// who put it on file. Who drafts becomes one of them, and none of them approves it.
	Authors []string `json:"authors,omitempty"`
	// Outside says of a document of external origin where it comes from (7.5.3); zero for
	// one of the organisation's own.
	Outside OutsideOrigin `json:"outside,omitzero"`
	// DocumentControl is to whom it is given, how long it is kept, and when it ended.
	DocumentControl
	// Replaces is the ID of the document that it is the next version of; approving it
	// supersedes that.
	Replaces string `json:"replaces,omitempty"`
	// State is draft, approved, superseded or withdrawn; verbs move it.
	State DocumentState `json:"state"`
	// Approval is by a person other than the author. Of a document from outside it is that
	// it is adopted for use.
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
	Completes: []string{"authors", "outside.checks"},
	Schema:    3,
	Upcast:    []ledger.Upcaster{authorToAuthors, toDays("approval.review_due", "earlier.review_due")},
	MayDrop:   keptOverLong(KindDocument, func(d *Document) bool { return d.State == StateDraft }, "WithdrawDocument, ApproveDocument"),
	Limits:    within(KindDocument, bounded(lists{"authors": 200, "earlier": 100, "distribution": 200, "outside.checks": 200}, "text", "disposal", "distribution.how", "outside.checks.seen", "ended.reason")),
	Check:     checked(checkDocument),
})

// DraftDocument adds a document, or revises one that is not approved yet. Once it is,
// only the owner, who watches the edition of one from outside, to whom it is given, and for
// how long it is kept may change, the last to longer alone; another text is another document,
// which Replaces it and is in force once approved.
func (tx *Tx) DraftDocument(d Document) error {
	return put(tx, "DraftDocument", documents, d, func(d *Document) error {
		old, exists := documents.Of(tx).Get(d.ID)
		d.State, d.Approval, d.Earlier, d.Authors = StateDraft, DocumentApproval{}, old.Earlier, tx.authors(old.Authors, d.Authors)
		d.Outside.Checks = old.Outside.Checks
		if !exists || old.State == StateDraft {
			return d.kept(old.DocumentControl, false)
		}
		d.State, d.Approval, d.Authors = old.State, old.Approval, old.Authors
		fixed := *d
		fixed.Owner, fixed.Outside.Watcher, fixed.DocumentControl, fixed.Revision = old.Owner, old.Outside.Watcher, old.DocumentControl, old.Revision
		if !documents.Same(fixed, old) {
			return ledger.Refuse(ErrState, "it is %s; write a new version, another document that replaces it", old.State)
		}
		return d.kept(old.DocumentControl, true)
	})
}

// ApproveDocument approves a document until reviewDue, and supersedes the one that it
// replaces; of one in force it renews the approval. One from outside is adopted for use by
// that: it says who issues it, which edition it is and who watches for another one. The actor
// must be a person on file other than its authors (7.5.2, 7.5.3).
func (tx *Tx) ApproveDocument(id string, reviewDue calendar.Date) error {
	return decide(tx, "ApproveDocument", documents, id, func(d *Document) error {
		if err := tx.approveVersion(&d.State, &d.Approval, &d.Earlier, reviewDue); err != nil {
			return err
		}
		var is Issues
		content(&is, d.Text, d.URI, d.Digest)
		d.DocumentControl.complete(&is)
		if d.Outside.complete(&is); len(is) > 0 {
			return is
		}
		before, ok := documents.Of(tx).Get(d.Replaces)
		if !ok || before.State != StateApproved {
			return nil
		}
		before.State = StateSuperseded
		before.supersede(tx)
		return documents.Keep(tx, before)
	})
}

// WithdrawDocument takes a document out of use from a day on, which is not to come: it counts
// for nothing any more. It is not taken back: what is used again is another document, which
// may replace it. It stays on file for as long as it is kept (Retentions, KeepYears), and who
// withdrew it and why stays with it (7.5.3).
func (tx *Tx) WithdrawDocument(id string, on calendar.Date, reason string) error {
	return decide(tx, "WithdrawDocument", documents, id, func(d *Document) error {
		return d.withdrawState(tx, &d.State, d.Approval.At, on, reason)
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
	c.control(&d.DocumentControl, d.State == StateWithdrawn)
	c.outside(&d.Outside, d.State)
	c.past("approval.at", c.DayOf(d.Approval.At))
	c.paper(d.State, d.Approval, d.Text, d.URI, d.Digest)
}

// InForce reports whether the document is approved and says something. One that is superseded
// or withdrawn counts for nothing.
func (d Document) InForce() bool { return d.State == StateApproved && !empty(d.Text, d.URI, d.Digest) }

// CountsUntil is the last day on which a document that is in force counts: that of its review,
// and of one from outside that on which its edition is looked at again, if that comes first;
// zero if none is set.
func (d Document) CountsUntil() calendar.Date {
	due := d.Approval.ReviewDue
	if looked := d.Outside.lookAgain(); !looked.IsZero() && (due.IsZero() || looked.Before(due)) {
		return looked
	}
	return due
}

// clauseOutside is the clause under which documents from outside are controlled.
const clauseOutside = "7.5.3"

// DocumentsFor yields the documents in force for a clause, or for one below it; whether they
// are in time CountsUntil says. Those from outside are what 7.5.3 asks for, and nothing else
// is: once they are given to somebody they stand for it, and for no process of the
// organisation's own, whatever clause they name.
func (r *reading) DocumentsFor(clause Clause) iter.Seq[Document] {
	return func(yield func(Document) bool) {
		for d := range r.documentsFor(clause.String()) {
			if !r.sees(documents.Name(), d.ID) || !d.InForce() || !r.controls753(d) {
				continue
			}
			whole, _ := documents.Of(r.r).Get(d.ID)
			if !yield(whole) {
				return
			}
		}
	}
}

// controls753 reports whether nothing is missing of how a document from outside is
// controlled; of others nothing is asked.
func (r *reading) controls753(d *Document) bool { return d.Outside.IsZero() || r.given(d.Distribution) }

// documentsFor yields the documents that are approved for a clause, or for one below it, also
// those of which something is missing.
func (r *reading) documentsFor(clause string) iter.Seq[*Document] {
	return func(yield func(*Document) bool) {
		for _, d := range documents.Shared(r.r).All() {
			n := d.Clause.String()
			if !d.Outside.IsZero() {
				n = clauseOutside
			} else if n == clauseOutside || strings.HasPrefix(n, clauseOutside+".") {
				n = "7.5" // how documents are controlled, which is not one from outside
			}
			if d.State == StateApproved && (n == clause || strings.HasPrefix(n, clause+".")) && !yield(d) {
				return
			}
		}
	}
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

// documented reports whether a document for a clause is in force; one that says nothing is
// not.
func (x *index) documented(clause Clause) bool {
	for d := range x.documentsFor(clause.String()) {
		if d.InForce() {
			return true
		}
	}
	return false
}
