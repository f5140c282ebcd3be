package aims

import (
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Tx is one change in the making, inside [Manager.Update]. Its reading methods
// see what it has written; its verbs check their rules and say what is missing.
// A verb that returns an error has changed nothing, whether or not it is passed
// on. From ledger.Tx it has Now, Seq, By, NewID, Context, Unsourced and Shown, and
// what a View has to read with. A Tx is not safe for concurrent use; once its Update has returned it shows
// nothing and refuses everything with ErrOver.
type Tx struct {
	reading
	*ledger.Tx
}

func newTx(tx *ledger.Tx) *Tx { return &Tx{reading{r: tx, opts: optionsOf(tx)}, tx} }

// owner is what a ledger's transactions say that it belongs to. What is in it is
// out of reach for those who are handed a Tx.
type owner struct{ opts *Options }

func optionsOf(tx *ledger.Tx) *Options { return tx.Owner().(owner).opts }

// Withdraw removes a record from the live ones, if its kind lets it; its history stays.
// If it was evidence under a reduction that somebody has signed for, that is to be
// assessed anew. See ledger.Tx.Withdraw.
func (tx *Tx) Withdraw(s Subject) error {
	if s.Kind != KindEvidence {
		return tx.Tx.Withdraw(s)
	}
	return tx.Verb("Withdraw", s, func() error {
		if err := tx.Tx.Withdraw(s); err != nil {
			return err
		}
		return tx.takeUp(func(a *impact.Assessment) bool { return restsOn(a, annexa.ID{}, s.ID) }, impact.TriggerEvidence)
	})
}

// alive returns the error of the transaction's context once that has ended. Loops
// over other records ask it, so that a long verb does not hold up others for
// somebody who waits no more.
func (tx *Tx) alive() error { return tx.Context().Err() }

// By says who makes a change and why. Both stand in the audit trail for good. A
// signature needs the Actor to be the ID of a person on file.
type By = ledger.By

// Access is one thing that somebody does, for Options.Authorize; see ledger.Action.
type Access = ledger.Action

// AccessChange is a record that a verb wrote or withdrew; see ledger.ActionChange.
type AccessChange = ledger.ActionChange

// Subject names one record of the management system.
type Subject = ledger.Subject

// put is a verb that records: it creates a record, or revises the one whose
// revision it carries, after prepare has filled in what is not the caller's to
// say; then says what follows from it.
func put[T any](tx *Tx, verb string, k ledger.Kind[T], rec T, prepare func(*T) error, then ...func(*T) error) error {
	return tx.Verb(verb, k.Subject(&rec), func() error { return putting(tx, k, &rec, prepare, then) })
}

// putDeciding is put for a verb that decides.
func putDeciding[T any](tx *Tx, verb string, k ledger.Kind[T], rec T, prepare func(*T) error, then ...func(*T) error) error {
	return tx.Decide(verb, k.Subject(&rec), func() error {
		next := rec // it may run twice
		return putting(tx, k, &next, prepare, then)
	})
}

// putDecidingIf is put for a verb that decides in some of its uses.
func putDecidingIf[T any](decides bool, tx *Tx, verb string, k ledger.Kind[T], rec T, prepare func(*T) error) error {
	if decides {
		return putDeciding(tx, verb, k, rec, prepare)
	}
	return put(tx, verb, k, rec, prepare)
}

func putting[T any](tx *Tx, k ledger.Kind[T], rec *T, prepare func(*T) error, then []func(*T) error) error {
	if prepare != nil {
		if err := prepare(rec); err != nil {
			return err
		}
	}
	if len(then) == 0 {
		return k.Give(tx, rec) // which is a copy already
	}
	kept, err := k.Put(tx, *rec)
	if err != nil {
		return err
	}
	for _, do := range then {
		if err := do(&kept); err != nil {
			return err
		}
	}
	return nil
}

// revise is a verb that moves a record on file by what is known of it.
func revise[T any](tx *Tx, verb string, k ledger.Kind[T], id string, move func(*T) error) error {
	return tx.Verb(verb, Subject{Kind: k.Name(), ID: id}, func() error { return moved(tx, k, id, move) })
}

// decide is revise for a verb that decides: it is judged by the state before the
// commit as well.
func decide[T any](tx *Tx, verb string, k ledger.Kind[T], id string, move func(*T) error) error {
	return tx.Decide(verb, Subject{Kind: k.Name(), ID: id}, func() error { return moved(tx, k, id, move) })
}

func moved[T any](tx *Tx, k ledger.Kind[T], id string, move func(*T) error) error {
	rec, err := k.Must(tx, id)
	if err != nil {
		return err
	}
	if err := move(&rec); err != nil {
		return err
	}
	return k.Give(tx, &rec)
}

// isNew refuses a record that carries a revision, and so is on file: the other verb
// revises it.
func isNew(revision uint64, other string) error {
	if revision == 0 {
		return nil
	}
	return ledger.Refuse(ErrExists, "it carries a revision, so it is on file; use %s", other)
}

// closedOn refuses to go on with what has been closed.
func closedOn(what string, t time.Time) error {
	if t.IsZero() {
		return nil
	}
	return ledger.Refuse(ErrState, "%s on %s", what, t.Format(time.DateOnly))
}

// required adds an issue if the text is blank.
func required(is *Issues, field, value string) {
	if blank(value) {
		is.Add(field, "required", value, "may not be empty")
	}
}
