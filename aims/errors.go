package aims

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// The errors that callers tell apart with errors.Is. What is merely missing or
// late is not an error but a [Finding].
var (
	// ErrNotFound says that there is no such record.
	ErrNotFound = errors.New("aims: not found")
	// ErrExists says that a record of that ID is there already.
	ErrExists = errors.New("aims: exists already")
	// ErrStale says that the change was made from an older revision than the
	// current one; read again and decide anew.
	ErrStale = errors.New("aims: stale revision")
	// ErrInvalid says that a value breaks a rule; errors.As with Issues gives
	// field, rule and value of each.
	ErrInvalid = errors.New("aims: invalid")
	// ErrForbidden says that this person may not do this: for want of
	// authority, or because duties are separate.
	ErrForbidden = errors.New("aims: forbidden")
	// ErrGate says that a life-cycle gate is closed; errors.As with *GateError
	// gives what is missing.
	ErrGate = errors.New("aims: gate closed")
	// ErrState says that the record is not in a state that allows the move.
	ErrState = errors.New("aims: wrong state")
	// ErrTampered says that the journal's chain of hashes does not hold.
	ErrTampered = errors.New("aims: tampered journal")
	// ErrOutcomeUnknown says that the store did not answer whether the change
	// was kept. Nothing of it is shown until the store has confirmed it.
	ErrOutcomeUnknown = errors.New("aims: outcome unknown")
	// ErrClosed says that the Manager has been closed.
	ErrClosed = errors.New("aims: manager is closed")
)

// Issues are the things wrong with a record, by field; see annexa.Issues.
type Issues = annexa.Issues

// RecordError is an error about one record. It unwraps to one of the errors
// above and to the cause, such as Issues.
type RecordError struct {
	Kind Kind   // what sort of record
	ID   string // which one; empty if it has none yet
	Verb string // what was tried, such as "RegisterSystem"
	Err  error  // one of the sentinels of this package, or of storage
	Why  error  // the cause; may be nil
}

// Error says what was tried on which record and what was wrong.
func (e *RecordError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %q: %v", e.Verb, e.Kind, e.ID, e.Err)
	if e.Why != nil {
		fmt.Fprintf(&b, ": %v", e.Why)
	}
	return b.String()
}

// Unwrap gives the sentinel and the cause to errors.Is and errors.As.
func (e *RecordError) Unwrap() []error {
	if e.Why == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Why}
}

// GateError says which items keep a life-cycle gate closed.
type GateError struct {
	System   string         // the system's ID
	From, To register.Stage // the move that was tried
	Gate     string         // the gate's ID, such as "G2"
	Blockers []Blocker      // what is missing, in the gate's order
}

// Blocker is one missing item of a gate.
type Blocker struct {
	Item     string // the item's ID, such as "G2.2"
	Requires string // what the item asks for
	Missing  string // what was not found
	Next     string // what to do about it
	Absolute bool   // no exception can be granted for it
	// Rules are the IDs of the impact rules that ask for it of the system; none
	// where the gate asks it of every system.
	Rules []string
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
