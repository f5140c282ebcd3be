package ledger_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// account is the toy of these tests: what is in all of them together never
// changes.
type account struct {
	ID       string         `json:"id"`
	Owner    string         `json:"owner,omitempty"`
	Balance  int            `json:"balance"`
	Closed   bool           `json:"closed,omitempty"`
	Tags     []string       `json:"tags,omitempty"`
	Limits   map[string]int `json:"limits,omitempty"`
	Notes    []note         `json:"notes,omitempty"`
	Revision uint64         `json:"revision,omitempty"`
}

type note struct {
	Text string   `json:"text"`
	By   []string `json:"by,omitempty"`
}

var accounts = ledger.MustDeclare(ledger.Spec[account]{
	Name:     "account",
	Key:      func(a *account) string { return a.ID },
	SetKey:   func(a *account, id string) { a.ID = id },
	Revision: func(a *account) *uint64 { return &a.Revision },
	Listings: []ledger.Listing[account]{
		{Name: "owner", Value: func(a *account) string { return a.Owner }},
		{Name: "tag", Values: func(a *account) []string { return a.Tags }},
	},
	MayDrop: func(ledger.Reader, *account) error { return nil },
	MayErase: func(_ ledger.Reader, a *account) error {
		if !a.Closed {
			return errors.New("it is still open")
		}
		return nil
	},
})

var by = ledger.By{Actor: "ada", Reason: "a test"}

func open(t testing.TB, j storage.Journal, opts *ledger.Options) *ledger.Ledger {
	t.Helper()
	if opts == nil {
		opts = &ledger.Options{}
	}
	opts.Kinds = []ledger.AnyKind{accounts}
	l, err := ledger.Open(context.Background(), j, opts)
	require.NoError(t, err)
	return l
}

func update(t testing.TB, l *ledger.Ledger, fn func(tx *ledger.Tx) error) {
	t.Helper()
	require.NoError(t, l.Update(context.Background(), by, fn))
}

func subject(id string) ledger.Subject { return ledger.Subject{Kind: "account", ID: id} }

// deposit puts money into an account, with a verb that fails in the middle if
// asked to.
func deposit(tx *ledger.Tx, id string, n int, fail error) error {
	return tx.Verb("Deposit", subject(id), func() error {
		a, ok := accounts.Of(tx).Get(id)
		if !ok {
			a = account{ID: id}
		}
		a.Balance += n
		if err := accounts.Keep(tx, a); err != nil {
			return err
		}
		if err := accounts.Keep(tx, account{ID: id + "-receipt"}); err != nil {
			return err
		}
		return fail
	})
}

func TestAVerbIsWholeOrNothing(t *testing.T) {
	l := open(t, memory.New(), nil)
	boom := errors.New("boom")
	update(t, l, func(tx *ledger.Tx) error {
		require.NoError(t, accounts.Keep(tx, account{ID: "a", Balance: 1}))
		err := deposit(tx, "b", 5, boom)
		require.ErrorIs(t, err, boom)
		var re *ledger.RecordError
		require.ErrorAs(t, err, &re)
		require.Equal(t, "Deposit", re.Verb)
		require.False(t, accounts.Of(tx).Has("b"), "undone, though the caller goes on")
		require.Panics(t, func() {
			_ = tx.Verb("Panic", subject("c"), func() error {
				require.NoError(t, accounts.Keep(tx, account{ID: "c"}))
				panic("c")
			})
		})
		require.False(t, accounts.Of(tx).Has("c"))
		return nil
	})
	v := l.View()
	require.Equal(t, 1, v.Len())
	for e, err := range l.Trail(context.Background(), 0) {
		require.NoError(t, err)
		require.Equal(t, []string{"Put"}, e.Verbs, "what was refused is not told")
		require.Len(t, e.Changes, 1)
	}
	require.NoError(t, l.Verify(context.Background()))
}

func TestACommitHidesNothing(t *testing.T) {
	l := open(t, memory.New(), nil)
	approve := func(tx *ledger.Tx, id string) error {
		return tx.Decide("Approve", subject(id), func() error {
			a, err := accounts.Must(tx, id)
			if err != nil {
				return err
			}
			if !accounts.Of(tx).Has("key") {
				return ledger.Refuse(ledger.ErrForbidden, "no key")
			}
			a.Closed = true
			return accounts.Keep(tx, a)
		})
	}
	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a"}) })

	err := l.Update(context.Background(), by, func(tx *ledger.Tx) error {
		require.NoError(t, accounts.Keep(tx, account{ID: "key"}))
		err := approve(tx, "a")
		require.ErrorIs(t, err, ledger.ErrCommitFirst)
		require.ErrorIs(t, err, ledger.ErrForbidden)
		err = tx.Verb("Wrapped", subject("x"), func() error { return approve(tx, "a") })
		require.ErrorIs(t, err, ledger.ErrCommitFirst, "a verb around it changes nothing")
		return tx.Withdraw(subject("key"))
	})
	require.NoError(t, err)
	var last ledger.Entry
	for e, err := range l.Trail(context.Background(), 0) {
		require.NoError(t, err)
		last = e
	}
	require.Equal(t, []ledger.Subject{subject("key")}, last.Dropped, "what was made and withdrawn is named")

	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "key"}) })
	update(t, l, func(tx *ledger.Tx) error {
		a, _ := accounts.Of(tx).Get("a")
		a.Owner = "mallory"
		require.NoError(t, accounts.Keep(tx, a))
		require.ErrorIs(t, approve(tx, "a"), ledger.ErrCommitFirst, "it was written before")
		return nil
	})
	update(t, l, func(tx *ledger.Tx) error {
		require.NoError(t, approve(tx, "a"))
		a, _ := accounts.Of(tx).Get("a")
		a.Owner = "eve"
		require.ErrorIs(t, accounts.Keep(tx, a), ledger.ErrCommitFirst, "it has been decided on")
		require.ErrorIs(t, approve(tx, "a"), ledger.ErrCommitFirst)
		sneak := func(do func() error) error { return tx.Verb("Sneak", subject("b"), do) }
		require.ErrorIs(t, sneak(func() error { return accounts.Keep(tx, a) }), ledger.ErrCommitFirst, "by a verb on another record")
		require.ErrorIs(t, sneak(func() error { return accounts.Drop(tx, "a") }), ledger.ErrCommitFirst)
		require.ErrorIs(t, sneak(func() error { return tx.Withdraw(subject("a")) }), ledger.ErrCommitFirst)
		return nil
	})
	// A decision about another record around it changes nothing either.
	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "d"}) })
	update(t, l, func(tx *ledger.Tx) error {
		d, _ := accounts.Of(tx).Get("d")
		d.Owner = "mallory"
		require.NoError(t, accounts.Keep(tx, d))
		err := tx.Decide("Batch", subject("x"), func() error { return approve(tx, "d") })
		require.ErrorIs(t, err, ledger.ErrCommitFirst)
		return nil
	})
	a, _ := accounts.Of(l.View()).Get("a")
	require.True(t, a.Closed)
	require.Equal(t, "mallory", a.Owner)
}

func TestAKeptTxRefuses(t *testing.T) {
	l := open(t, memory.New(), nil)
	var kept *ledger.Tx
	var records ledger.Records[account]
	update(t, l, func(tx *ledger.Tx) error {
		kept, records = tx, accounts.Of(tx)
		return accounts.Keep(tx, account{ID: "a"})
	})
	require.ErrorIs(t, accounts.Keep(kept, account{ID: "b"}), ledger.ErrOver)
	require.ErrorIs(t, kept.Withdraw(subject("a")), ledger.ErrOver)
	require.Zero(t, records.Len())
	require.Equal(t, 1, l.View().Len())
	require.ErrorIs(t, l.Update(kept.Context(), by, func(*ledger.Tx) error { return nil }), ledger.ErrNested)
}

func TestALoopDoesNotMeetItsOwnInserts(t *testing.T) {
	l := open(t, memory.New(), nil)
	update(t, l, func(tx *ledger.Tx) error {
		for _, id := range []string{"a", "b", "c"} {
			require.NoError(t, accounts.Keep(tx, account{ID: id}))
		}
		n := 0
		for a := range accounts.Of(tx).All() {
			require.NoError(t, accounts.Keep(tx, account{ID: a.ID + "x"}))
			n++
		}
		require.Equal(t, 3, n)
		return nil
	})
	require.Equal(t, 6, l.View().Len())
}
