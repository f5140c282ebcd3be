package aims

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// The errors that callers tell apart with errors.Is; they are those of package
// storage/ledger. What is merely missing or late is not an error but a [Finding].
var (
	// ErrNotFound says that there is no such record.
	ErrNotFound = ledger.ErrNotFound
	// ErrExists says that a record of that ID is there already, or was and has
	// been erased.
	ErrExists = ledger.ErrExists
	// ErrStale says that the change was made from an older revision than the
	// current one; read again and decide anew.
	ErrStale = ledger.ErrStale
	// ErrPrecondition says that a change does not say from which revision it was made.
	// The library never gives it, as its verbs take a revision: it is for who serves
	// it, as package aimshttp does.
	ErrPrecondition = issue.ErrPrecondition
	// ErrInvalid says that a value breaks a rule; errors.As with Issues gives
	// field, rule and value of each.
	ErrInvalid = ledger.ErrInvalid
	// ErrForbidden says that this person may not do this: for want of
	// authority, or because duties are separate.
	ErrForbidden = ledger.ErrForbidden
	// ErrTooLarge says that what was handed in has more bytes than are read.
	ErrTooLarge = issue.ErrTooLarge
	// ErrUnauthenticated says that it is not known who calls. The library never
	// gives it: it is for who serves it, so that all errors have a code.
	ErrUnauthenticated = issue.ErrUnauthenticated
	// ErrSeparation says that duties are separate: somebody else has to do it. It
	// is an ErrForbidden.
	ErrSeparation = impact.ErrSeparation
	// ErrGate says that a life-cycle gate is closed; errors.As with *GateError
	// gives what is missing.
	ErrGate = issue.NewError(issue.CodeGate, "gate closed")
	// ErrState says that the record is not in a state that allows the move.
	ErrState = ledger.ErrState
	// ErrCommitFirst says that a verb decides, and rests on what the same commit
	// has written. In a commit of its own it may do. It is an ErrState.
	ErrCommitFirst = ledger.ErrCommitFirst
	// ErrTampered says that the journal's chain of hashes does not hold, or that
	// what is shown is not what the journal says.
	ErrTampered = ledger.ErrTampered
	// ErrOutcomeUnknown says that the store did not answer whether the change
	// was kept. Nothing of it is shown until the store has confirmed it.
	ErrOutcomeUnknown = ledger.ErrOutcomeUnknown
	// ErrHung says that the store does not come back from an earlier Append. The
	// change that met this error was not made.
	ErrHung = ledger.ErrHung
	// ErrClosed says that the Manager has been closed.
	ErrClosed = ledger.ErrClosed
	// ErrOver says that a Tx was used after its Update had returned.
	ErrOver = ledger.ErrOver
	// ErrNested says that Update was called with the context of a transaction.
	ErrNested = ledger.ErrNested
	// ErrReadOnly says that the management system can only be read; see
	// Manager.ReadOnly.
	ErrReadOnly = ledger.ErrReadOnly
	// ErrUnerased says that an erasure is on record but not yet carried out.
	ErrUnerased = ledger.ErrUnerased
)

// Code says what sort of error an error is, in a word that stays the same; see
// issue.Code.
type Code = issue.Code

// CodeOf returns the code of an error: what an answer over a network gives beside
// the text. Its HTTP method gives the status that fits; issue.Codes is the table.
func CodeOf(err error) Code { return issue.CodeOf(err) }

// Problem is an error as a program hands it on, over a network or to a log: with a
// code that stays the same, and no more of what is not the caller's fault than that.
type Problem struct {
	// Code is the error's code, Status the HTTP status that answers with it.
	Code   Code `json:"code"`
	Status int  `json:"status"`
	// Message says what was wrong; of a status from 500 on only what the code says.
	Message string `json:"message"`
	// Tenant names the tenant of a Fleet that it is about; empty if it is about none.
	Tenant string `json:"tenant,omitempty"`
	// Kind and ID name the record, Verb what was tried; empty if it is about none.
	Kind Kind   `json:"kind,omitempty"`
	ID   string `json:"id,omitempty"`
	Verb string `json:"verb,omitempty"`
	// Issues are what is wrong with the record, by field.
	Issues Issues `json:"issues,omitempty"`
	// Gate is what keeps a life-cycle gate closed.
	Gate *GateError `json:"gate,omitempty"`
}

// ProblemOf returns what to hand on of an error; the zero Problem with Status 200 of
// nil.
func ProblemOf(err error) Problem {
	p := Problem{Code: CodeOf(err), Status: CodeOf(err).HTTP()}
	if err == nil {
		return p
	}
	var tenant *TenantError
	if errors.As(err, &tenant) {
		p.Tenant = tenant.Tenant
	}
	var rec *RecordError
	if errors.As(err, &rec) {
		p.Kind, p.ID, p.Verb = rec.Kind, rec.ID, rec.Verb
	}
	if p.Status >= 500 {
		p.Message = p.Code.Says()
		return p
	}
	p.Message = err.Error()
	errors.As(err, &p.Issues)
	errors.As(err, &p.Gate)
	return p
}

// Decode reads the JSON of a request body, of which at most so many bytes are read
// (ErrTooLarge of more), into what v points to, as strictly as Tx.Patch and Tx.Create
// read theirs: what is unknown, repeated, of another type or no text is an ErrInvalid
// with the path of each field; see issue.Decode.
func Decode(r io.Reader, most int64, v any) error { return issue.Read(r, most, v) }

// Issues are the things wrong with a record, by field; see issue.Issues.
type Issues = issue.Issues

// RecordError is an error about one record; see ledger.RecordError.
type RecordError = ledger.RecordError

// GateError says which items keep a life-cycle gate closed.
type GateError struct {
	// System is the system's ID; From and To are the move that was tried.
	System string         `json:"system"`
	From   register.Stage `json:"from"`
	To     register.Stage `json:"to"`
	// Gate is the gate's ID, such as "G2", Blockers what is missing, in the gate's
	// order.
	Gate     string    `json:"gate"`
	Blockers []Blocker `json:"blockers,omitempty"`
}

// Blocker is one missing item of a gate.
type Blocker struct {
	Item     string `json:"item"`     // the item's ID, such as "G2.2"
	Requires string `json:"requires"` // what the item asks for
	Missing  string `json:"missing"`  // what was not found
	Next     string `json:"next"`     // what to do about it
	Absolute bool   `json:"absolute"` // no exception can be granted for it
	// RequiresText, MissingText and NextText are the same as formats and arguments.
	RequiresText issue.Text `json:"requires_text"`
	MissingText  issue.Text `json:"missing_text"`
	NextText     issue.Text `json:"next_text"`
	// Rules are the IDs of the impact rules that ask for it of the system; none
	// where the gate asks it of every system.
	Rules []string `json:"rules,omitempty"`
}

// missing is a blocker: what was not found, and what to do about it.
func missing(what, next issue.Text) Blocker {
	return Blocker{Missing: what.String(), Next: next.String(), MissingText: what, NextText: next}
}

// Error lists the gate's missing items.
func (e *GateError) Error() string {
	parts := make([]string, len(e.Blockers))
	for i, b := range e.Blockers {
		parts[i] = fmt.Sprintf("%s %s: %s", b.Item, b.Requires, b.Missing)
		if len(b.Rules) > 0 {
			parts[i] += " (" + strings.Join(b.Rules, ", ") + ")"
		}
	}
	return fmt.Sprintf("gate %s of system %q (%s to %s) is closed: %s", e.Gate, e.System, e.From, e.To, strings.Join(parts, "; "))
}

// Unwrap makes errors.Is(err, ErrGate) hold.
func (e *GateError) Unwrap() error { return ErrGate }
