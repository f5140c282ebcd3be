package ledger

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/aimskit/aimskit/storage"
)

// Unknown is a live record that the ledger keeps as the journal holds it: of a
// kind that it was opened without, or written by a later version of the kind. It
// is counted, told of in the history and copied on like any other, and read again
// once the kind is declared as it was written.
type Unknown struct {
	// Subject names the record.
	Subject
	// Schema is the version of the shape that it was written in.
	Schema int `json:"schema"`
	// Body is the record as it was written.
	Body json.RawMessage `json:"body"`
	// Revision is the number of the commit that wrote it.
	Revision uint64 `json:"revision"`
	// Why says why it can't be read; empty if its kind is simply not declared.
	Why string `json:"why,omitempty"`
}

// unread is an Unknown as the tables hold it, by Subject.String.
type unread struct {
	Kind, ID string
	Schema   int
	Body     string
	Why      string
	Revision uint64
}

// newUnreads returns the kind of what can't be read. It is the
// last of each kindSet.
func newUnreads() *kind {
	return MustDeclare(Spec[unread]{
		Name:     "unread",
		Key:      func(u *unread) string { return Subject{KindName(u.Kind), u.ID}.String() },
		Revision: func(u *unread) *uint64 { return &u.Revision },
	}).k
}

var unreads = newUnreads()

func (u *unread) told() Unknown {
	return Unknown{Subject{KindName(u.Kind), u.ID}, u.Schema, json.RawMessage(u.Body), u.Revision, u.Why}
}

// Unknown yields the live records that can't be read: those of kinds that the
// ledger was opened without, and those that make it read-only (see
// [Ledger.ReadOnly]).
func (r *reading) Unknown() iter.Seq[Unknown] {
	return func(yield func(Unknown) bool) {
		if r.cover != nil {
			return // what can't be read can't be judged
		}
		r.ts.unread().m.Scan(func(_ string, rec any) bool { return yield(rec.(*unread).told()) })
	}
}

func (t *tables) unread() *table { return t.of[len(t.of)-1] }

// knows reports whether a kind is declared, or the journal holds something of it.
func (t *tables) knows(name KindName) bool {
	_, _, known := t.kinds.named(name)
	look := func(key string, _ any) bool {
		known = strings.HasPrefix(key, string(name)+"/")
		return false // the first tells
	}
	for _, m := range []omap{t.unread().m, t.unread().gone} {
		if !known && m != nil {
			m.Ascend(string(name)+"/", look)
		}
	}
	return known
}

// unreadable is why the body of a record can't be read by this declaration of
// its kind.
type unreadable struct{ why string }

func (e *unreadable) Error() string { return e.why }
func (e *unreadable) Unwrap() error { return storage.ErrVersion }

// forbids returns why a ledger that holds such a record may only be read; nil
// if it may be written to.
func (s *kindSet) forbids(u *unread) error {
	_, _, declared := s.named(KindName(u.Kind))
	switch {
	case declared:
		return &readOnlyError{fmt.Errorf("commit %d holds %s %q, which can't be read: %s", u.Revision, u.Kind, u.ID, u.Why)}
	case s.mayLack != nil && !s.mayLack(KindName(u.Kind)):
		return &readOnlyError{fmt.Errorf("commit %d holds %s %q, a kind that this code does not know", u.Revision, u.Kind, u.ID)}
	}
	return nil
}

// readOnlyError is why a ledger can only be read. It is ErrReadOnly, and
// storage.ErrVersion.
type readOnlyError struct{ why error }

func (e *readOnlyError) Error() string   { return ErrReadOnly.Error() + ": " + e.why.Error() }
func (e *readOnlyError) Unwrap() []error { return []error{ErrReadOnly, storage.ErrVersion} }

// ReadOnly returns why the ledger can only be read; nil if it can be written to.
// It is ErrReadOnly, and storage.ErrVersion: the journal holds records that a
// later version of this program has written, or one that was built with other
// kinds. They show as [Unknown]; what reads or writes beside them might be wrong.
func (l *Ledger) ReadOnly() error {
	if why := l.readOnly.Load(); why != nil {
		return *why
	}
	return nil
}

// forbid makes the ledger read-only, if there is a reason and it is not so yet.
func (l *Ledger) forbid(why error) {
	if why != nil && l.readOnly.CompareAndSwap(nil, &why) {
		l.opts.Logger.Warn("ledger: it can only be read", "reason", why)
	}
}
