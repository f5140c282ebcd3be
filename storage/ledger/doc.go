// Package ledger keeps typed records over a journal (package storage): kinds of
// records declared once, changes that are whole or nothing and say who made them
// and why, views that never change, the state at any past moment, the history of
// each record, a feed of changes, erasing for good, snapshots, and many tenants.
// It knows nothing of what the records are about: any program can keep its own
// in it. Package aims keeps an AI management system in one.
//
// # Kinds
//
// A kind is declared once, next to the type of its records, and kept unexported:
// whoever holds it can write its records past the verbs that its owner offers.
//
//	type account struct {
//		ID       string `json:"id"`
//		Owner    string `json:"owner"`
//		Balance  int    `json:"balance"`
//		Revision uint64 `json:"revision,omitempty"`
//	}
//
//	var accounts = ledger.MustDeclare(ledger.Spec[account]{
//		Name:     "account",
//		Key:      func(a *account) string { return a.ID },
//		Revision: func(a *account) *uint64 { return &a.Revision },
//		Listings: []ledger.Listing[account]{{Name: "owner", Value: func(a *account) string { return a.Owner }}},
//	})
//
// The rest follows: how bodies are written, snapshots, listings, bounds, erasing.
// A journal may hold records of kinds that a ledger was opened without: they are
// kept as they are, and shown as [Unknown]. What a later version of a kind wrote
// makes the ledger read-only ([Ledger.ReadOnly]).
//
// # Writing
//
// [Ledger.Update] is the one door. What its function writes becomes one commit,
// or nothing does. Within it, [Tx.Verb] makes a move of several steps whole or
// nothing, whatever the caller does with its error, and [Tx.Decide] judges one
// that decides by the state before the commit as well, so that nobody opens a
// door and closes it again in one commit:
//
//	err := l.Update(ctx, ledger.By{Actor: "ada", Reason: "rent"}, func(tx *ledger.Tx) error {
//		return tx.Verb("Transfer", ledger.Subject{Kind: "account", ID: "a"}, func() error {
//			a, err := accounts.Must(tx, "a")
//			if err != nil {
//				return err
//			}
//			a.Balance -= 10
//			return accounts.Keep(tx, a)
//		})
//	})
//
// A change carries the revision that it was made from: if somebody else was
// faster the answer is [ErrStale].
//
// # Reading
//
// [Ledger.View] returns the state as last confirmed: immutable, without locks or
// errors. Kind.Of gives the records of a kind in a View, or in a Tx with what it
// has written. What is handed out is copies: whatever is done to them, nothing
// published or stored changes. Who holds the kind can read without copies, by
// Kind.Shared. [Ledger.At] gives the state at a past moment and [Ledger.Between] at
// many, [Ledger.Trail] and [Ledger.History] who changed what, when and why,
// [Ledger.Changes] each commit as it is published. [View.For] and [Ledger.For] show a reader what Options.Redact
// leaves of it. [Ledger.Verify] compares what is shown with the journal.
//
// Records combines choices by what a kind is listed by (Where), begins anywhere
// (From) and orders ([Sorted]). [Tx.Patch] changes a record of any kind in part.
// [View.Export] writes all records as JSON Lines, [Import] founds an empty journal
// with them.
//
// # Errors
//
// errors.Is tells them apart ([ErrInvalid], [ErrForbidden], [ErrStale] and so
// on), errors.As gives the details: [RecordError] names the record and the verb,
// issue.Issues each field with the rule that it breaks and the value found.
// issue.CodeOf gives of any error a word that stays the same, and the HTTP status
// that answers with it.
//
// # Many tenants
//
// A [Fleet] keeps a ledger for each of many tenants and opens those that are in
// use; [Query] asks them all, Fleet.AllChanges follows them all,
// Fleet.Unmoved tells which have not changed.
package ledger
