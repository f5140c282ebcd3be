package aims

import (
	"fmt"
	"time"
)

// Approval says who approved a document, when, and when it is due for review.
// The zero Approval is "not approved".
type Approval struct {
	// By is the ID of the person who approved it.
	By string `json:"by,omitempty"`
	// At is when.
	At time.Time `json:"at,omitzero"`
	// ReviewDue is when it must be looked at again.
	ReviewDue time.Time `json:"review_due,omitzero"`
}

// Given reports whether the approval has been given.
func (a Approval) Given() bool { return a.By != "" && !a.At.IsZero() }

// Overdue reports whether the review was due before now.
func (a Approval) Overdue(now time.Time) bool {
	return !a.ReviewDue.IsZero() && now.After(a.ReviewDue)
}

// State is where a document stands: draft, approved or superseded.
type State string

// The states of a document.
const (
	StateDraft      State = "draft"
	StateApproved   State = "approved"
	StateSuperseded State = "superseded"
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
	// URI is where the text is kept; Digest is its SHA-256 in hex.
	URI    string `json:"uri,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Owner is the ID of the person who keeps it (5.3).
	Owner string `json:"owner,omitempty"`
	// Author is the ID of the person who wrote this version.
	Author string `json:"author,omitempty"`
	// FramesObjectives, CommitsToRequirements and CommitsToImprovement say
	// that the text does what 5.2 asks of it.
	FramesObjectives      bool `json:"frames_objectives,omitempty"`
	CommitsToRequirements bool `json:"commits_to_requirements,omitempty"`
	CommitsToImprovement  bool `json:"commits_to_improvement,omitempty"`
	// AlignedOn is when it was last checked against the organisation's other
	// policies (A.2.3).
	AlignedOn time.Time `json:"aligned_on,omitzero"`
	// PublishedOn and CommunicatedOn are when it became available and when
	// people under it were told.
	PublishedOn    time.Time `json:"published_on,omitzero"`
	CommunicatedOn time.Time `json:"communicated_on,omitzero"`
	// State is draft, approved or superseded; verbs move it.
	State State `json:"state"`
	// Approval is by a member of top management.
	Approval Approval `json:"approval,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Scope is the scope of the management system (4.3): there is one such record,
// whose versions are its history.
type Scope struct {
	// ID is always "scope".
	ID string `json:"id"`
	// Statement says what the management system covers.
	Statement string `json:"statement"`
	// Boundaries says where it ends, and why there.
	Boundaries string `json:"boundaries,omitempty"`
	// Author is the ID of the person who wrote it.
	Author string `json:"author,omitempty"`
	// State is draft or approved; verbs move it.
	State State `json:"state"`
	// Approval is by a member of top management.
	Approval Approval `json:"approval,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

const scopeID = "scope"

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
	// Owner is the ID of the person who keeps it, Author of who wrote it.
	Owner  string `json:"owner,omitempty"`
	Author string `json:"author,omitempty"`
	// State is draft or approved; verbs move it.
	State State `json:"state"`
	// Approval is by a person other than the author.
	Approval Approval `json:"approval,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

var (
	policies = &kind[Policy]{name: KindPolicy, at: policyIndex, schema: 1,
		id: func(r *Policy) string { return r.ID }, setID: func(r *Policy, id string) { r.ID = id },
		rev: func(r *Policy) *uint64 { return &r.Revision }}
	scopes = &kind[Scope]{name: KindScope, at: scopeIndex, schema: 1,
		id: func(r *Scope) string { return r.ID }, rev: func(r *Scope) *uint64 { return &r.Revision }}
	documents = &kind[Document]{name: KindDocument, at: documentIndex, schema: 1,
		id: func(r *Document) string { return r.ID }, setID: func(r *Document, id string) { r.ID = id },
		rev: func(r *Document) *uint64 { return &r.Revision }}
)

// DraftPolicy adds a version of the AI policy, or revises one that is not
// approved yet. Once approved, only the dates of alignment, publication and
// communication and the owner may change; another text is another version.
func (tx *Tx) DraftPolicy(p Policy) (Policy, error) {
	const verb = "DraftPolicy"
	old, exists := policies.records(tx.ts).Get(p.ID)
	p.State, p.Approval = StateDraft, Approval{}
	if p.Author == "" {
		p.Author = tx.by.Actor
	}
	if exists && old.State != StateDraft {
		p.State, p.Approval = old.State, old.Approval
		fixed := p
		fixed.Owner, fixed.AlignedOn, fixed.PublishedOn, fixed.CommunicatedOn, fixed.Revision =
			old.Owner, old.AlignedOn, old.PublishedOn, old.CommunicatedOn, old.Revision
		if !sameBody(policies, fixed, old) {
			return p, &RecordError{Kind: KindPolicy, ID: p.ID, Verb: verb, Err: ErrState,
				Why: fmt.Errorf("the text is %s; write a new version", old.State)}
		}
	}
	return put(tx, verb, policies, p)
}

// ApprovePolicy puts a version of the policy in force until reviewDue and
// supersedes the one before. The actor must belong to top management and not
// be the version's author (5.1, 5.2).
func (tx *Tx) ApprovePolicy(id string, reviewDue time.Time) (Policy, error) {
	const verb = "ApprovePolicy"
	p, err := get(tx, verb, policies, id)
	if err != nil {
		return p, err
	}
	if p.State != StateDraft {
		return p, &RecordError{Kind: KindPolicy, ID: id, Verb: verb, Err: ErrState, Why: fmt.Errorf("it is %s", p.State)}
	}
	if p.Approval, err = tx.approve(verb, KindPolicy, id, p.Author, true, reviewDue); err != nil {
		return p, err
	}
	var is Issues
	required(&is, "owner", p.Owner)
	if len(is) > 0 {
		return p, &RecordError{Kind: KindPolicy, ID: id, Verb: verb, Err: ErrInvalid, Why: is}
	}
	for before := range policies.records(tx.ts).All() {
		if before.State == StateApproved {
			before.State = StateSuperseded
			if _, err := write(tx, verb, policies, before); err != nil {
				return p, err
			}
		}
	}
	p.State = StateApproved
	return put(tx, verb, policies, p)
}

// Policy returns the version of the AI policy in force; false if none is.
func (r *reading) Policy() (Policy, bool) {
	for p := range policies.records(r.ts).All() {
		if p.State == StateApproved {
			return p, true
		}
	}
	return Policy{}, false
}

// DraftScope writes the scope. A change of an approved scope makes it a draft
// again until it is approved anew.
func (tx *Tx) DraftScope(s Scope) (Scope, error) {
	s.ID, s.State, s.Approval = scopeID, StateDraft, Approval{}
	if s.Author == "" {
		s.Author = tx.by.Actor
	}
	return put(tx, "DraftScope", scopes, s)
}

// ApproveScope approves the scope until reviewDue. The actor must belong to
// top management and not be its author.
func (tx *Tx) ApproveScope(reviewDue time.Time) (Scope, error) {
	const verb = "ApproveScope"
	s, err := get(tx, verb, scopes, scopeID)
	if err != nil {
		return s, err
	}
	if s.Approval, err = tx.approve(verb, KindScope, scopeID, s.Author, true, reviewDue); err != nil {
		return s, err
	}
	s.State = StateApproved
	return put(tx, verb, scopes, s)
}

// DraftDocument adds a document or revises one; a revision of an approved one
// makes it a draft again.
func (tx *Tx) DraftDocument(d Document) (Document, error) {
	d.State, d.Approval = StateDraft, Approval{}
	if d.Author == "" {
		d.Author = tx.by.Actor
	}
	return put(tx, "DraftDocument", documents, d)
}

// ApproveDocument approves a document until reviewDue. The actor must be a
// person on file other than its author.
func (tx *Tx) ApproveDocument(id string, reviewDue time.Time) (Document, error) {
	const verb = "ApproveDocument"
	d, err := get(tx, verb, documents, id)
	if err != nil {
		return d, err
	}
	if d.Approval, err = tx.approve(verb, KindDocument, id, d.Author, false, reviewDue); err != nil {
		return d, err
	}
	d.State = StateApproved
	return put(tx, verb, documents, d)
}

// approve makes the actor's approval of something that author wrote.
func (tx *Tx) approve(verb string, k Kind, id, author string, top bool, reviewDue time.Time) (Approval, error) {
	p, err := tx.signatory(verb, k, id)
	if err != nil {
		return Approval{}, err
	}
	forbid := func(format string, args ...any) (Approval, error) {
		return Approval{}, &RecordError{Kind: k, ID: id, Verb: verb, Err: ErrForbidden, Why: fmt.Errorf(format, args...)}
	}
	if p.ID == author {
		return forbid("%q wrote it; another person approves", author)
	}
	if top && !p.TopManagement {
		return forbid("%q does not belong to top management, who approve it", p.ID)
	}
	if !reviewDue.After(tx.asOf) {
		var is Issues
		is.Add("review_due", "future", reviewDue.Format(time.RFC3339), "must lie after the approval, %s", tx.asOf.Format(time.RFC3339))
		return Approval{}, &RecordError{Kind: k, ID: id, Verb: verb, Err: ErrInvalid, Why: is}
	}
	return Approval{By: p.ID, At: tx.asOf, ReviewDue: reviewDue.UTC()}, nil
}

// signatory returns the actor as a person who can sign: on file and active.
func (tx *Tx) signatory(verb string, k Kind, id string) (Person, error) {
	p, ok := people.records(tx.ts).Get(tx.by.Actor)
	if !ok || !p.ActiveAt(tx.asOf) {
		return p, &RecordError{Kind: k, ID: id, Verb: verb, Err: ErrForbidden,
			Why: fmt.Errorf("a signature needs a person on file who is active; %q is not", tx.by.Actor)}
	}
	return p, nil
}

func checkPolicy(tx *Tx, p *Policy, is *Issues) {
	c := checker{is, tx}
	c.text("title", p.Title, true)
	c.text("summary", p.Summary, false)
	c.digest("digest", p.Digest)
	c.person("owner", p.Owner, false)
	c.past("aligned_on", p.AlignedOn)
	c.past("published_on", p.PublishedOn)
	c.past("communicated_on", p.CommunicatedOn)
}

func checkScope(tx *Tx, s *Scope, is *Issues) {
	c := checker{is, tx}
	c.text("statement", s.Statement, true)
	c.text("boundaries", s.Boundaries, false)
}

func checkDocument(tx *Tx, d *Document, is *Issues) {
	c := checker{is, tx}
	c.text("title", d.Title, true)
	c.text("version", d.Version, false)
	c.digest("digest", d.Digest)
	c.person("owner", d.Owner, false)
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
