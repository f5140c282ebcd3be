package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// The errors that callers tell apart with errors.Is.
var (
	// ErrNotFound says that there is no such record, or no such kind.
	ErrNotFound = issue.ErrNotFound
	// ErrExists says that a record of that key is there already, or was and has
	// been erased: its key is never given again.
	ErrExists = issue.ErrExists
	// ErrStale says that the change was made from an older revision than the
	// current one; read again and decide anew.
	ErrStale = issue.ErrStale
	// ErrInvalid says that a value breaks a rule; errors.As with issue.Issues
	// gives field, rule and value of each.
	ErrInvalid = issue.ErrInvalid
	// ErrForbidden says that this actor may not do this.
	ErrForbidden = issue.ErrForbidden
	// ErrState says that the record is not in a state that allows the move.
	ErrState = issue.ErrState
	// ErrCommitFirst says that a verb decides, and rests on what the same
	// commit has written, or is followed by a verb on the record that it decided
	// on. In a commit of its own it may do. It is an ErrState.
	ErrCommitFirst = issue.NewError(issue.CodeCommitFirst, "commit first", ErrState)
	// ErrTampered says that the journal's chain of hashes does not hold, or that
	// what is shown is not what the journal says.
	ErrTampered = issue.NewError(issue.CodeTampered, "tampered journal")
	// ErrOutcomeUnknown says that the store did not answer whether the change
	// was kept. Nothing of it is shown until the store has confirmed it.
	ErrOutcomeUnknown = issue.NewError(issue.CodeOutcomeUnknown, "outcome unknown")
	// ErrHung says that the store has not come back from an Append within
	// Retry.Timeout. Nothing more is handed to it until it does. The change
	// that met this error was not made.
	ErrHung = issue.NewError(issue.CodeHung, "the store hangs")
	// ErrReadOnly says that the ledger can only be read; see Ledger.ReadOnly.
	ErrReadOnly = issue.NewError(issue.CodeReadOnly, "read-only")
	// ErrClosed says that the ledger has been closed.
	ErrClosed = issue.NewError(issue.CodeClosed, "closed")
	// ErrOver says that a Tx was used after its Update had returned.
	ErrOver = issue.NewError(issue.CodeOver, "the transaction is over")
	// ErrNested says that Update was called with the context of a transaction.
	ErrNested = issue.NewError(issue.CodeNested, "an Update within an Update")
	// ErrUnerased says that an erasure is on record but not yet carried out: the
	// record is no longer live, but the journal may still hold its bodies. Open
	// and the next Erase take it up again.
	ErrUnerased = issue.NewError(issue.CodeUnerased, "erasure on record but not finished")
)

// RecordError is an error about one record. It unwraps to one of the errors
// above and to the cause, such as issue.Issues.
type RecordError struct {
	Kind KindName // what kind of record; empty if it is about none
	ID   string   // which one; empty if it has none yet
	Verb string   // what was tried, such as "RegisterSystem"
	Err  error    // the error, one of those above where one fits
	Why  error    // the cause; may be nil
}

// Error says what was tried on which record and what was wrong. What was given
// may be of any length, so the text is cut.
func (e *RecordError) Error() string {
	var b strings.Builder
	b.WriteString(e.Verb + ": ")
	if e.Kind != "" || e.ID != "" {
		fmt.Fprintf(&b, "%s %q: ", e.Kind, cut(e.ID, 2*issue.MaxKey))
	}
	b.WriteString(cut(issue.Caused(e.Err, e.Why), maxSaid))
	return b.String()
}

// maxSaid is how many bytes are told of an error with its cause: what issues say,
// and a line before it.
const maxSaid = issue.MaxError + 100

// cut is a text, or its first n bytes and how many are left out.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + fmt.Sprintf(" ... (%d bytes left out)", len(s)-n)
}

// MarshalJSON writes the error's code and text, which record and verb it is about,
// and the issues, if it has any; of a refusal the text with its ID and arguments too.
func (e *RecordError) MarshalJSON() ([]byte, error) {
	var is issue.Issues
	errors.As(e, &is)
	return json.Marshal(struct {
		Code    issue.Code   `json:"code"`
		Message string       `json:"message"`
		Verb    string       `json:"verb"`
		Kind    KindName     `json:"kind"`
		ID      string       `json:"id"`
		Text    issue.Text   `json:"text,omitzero"`
		Issues  issue.Issues `json:"issues,omitempty"`
	}{issue.CodeOf(e), e.Error(), e.Verb, e.Kind, e.ID, e.Text(), is})
}

// Unwrap gives the error and the cause to errors.Is and errors.As.
func (e *RecordError) Unwrap() []error {
	if e.Why == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Why}
}

// refusal is why a verb does not do what was asked, where it is the verb that
// knows on which record.
type refusal struct{ err, why error }

func (r *refusal) Error() string   { return issue.Caused(r.err, r.why) }
func (r *refusal) Unwrap() []error { return []error{r.err, r.why} }

// Refuse returns an error that a verb refuses with: err is one of this package's,
// the rest says why. Tx.Verb says of which record and verb.
//
// The format and its arguments are a text with an ID (RecordError.Text), so that who tells
// it to a person can say it in another language.
func Refuse(err error, format string, args ...any) error {
	return &refusal{err, &told{issue.NewText(format, args...)}}
}

// Because is Refuse for what another error says.
func Because(err, why error) error { return &refusal{err, why} }

// told is an error that is a text.
type told struct{ text issue.Text }

func (t *told) Error() string { return t.text.String() }

// Text returns why the verb refused, as a text with its ID and arguments; the zero Text
// where another error says it.
func (e *RecordError) Text() issue.Text {
	var t *told
	if errors.As(e.Why, &t) {
		return t.text
	}
	return issue.Text{}
}

// recordError says of which record and verb an error is, unless it does so.
func recordError(verb string, s Subject, err error) error {
	var already *RecordError
	if errors.As(err, &already) {
		return err
	}
	e := &RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: err}
	var r *refusal
	var is issue.Issues
	switch {
	case errors.As(err, &r) && error(r) == err:
		e.Err, e.Why = r.err, r.why
	case errors.As(err, &is) && !errors.Is(err, ErrInvalid):
		e.Err, e.Why = ErrInvalid, err
	}
	return e
}
