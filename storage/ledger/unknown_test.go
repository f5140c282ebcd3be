package ledger_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

type ticket struct {
	ID       string `json:"id"`
	Account  string `json:"account"`
	Text     string `json:"text"`
	Revision uint64 `json:"revision,omitempty"`
}

func ticketSpec() ledger.Spec[ticket] {
	return ledger.Spec[ticket]{
		Name: "x-ticket", Key: func(k *ticket) string { return k.ID },
		Revision: func(k *ticket) *uint64 { return &k.Revision },
		Listings: []ledger.Listing[ticket]{{Name: "account", Value: func(k *ticket) string { return k.Account }}},
		MayDrop:  func(ledger.Reader, *ticket) error { return nil },
		MayErase: func(ledger.Reader, *ticket) error { return nil },
	}
}

var tickets = ledger.MustDeclare(ticketSpec())

func openWith(t *testing.T, j *memory.Journal, snapshots bool, kinds ...ledger.AnyKind) *ledger.Ledger {
	t.Helper()
	opts := &ledger.Options{Kinds: kinds, Eraser: j, MayLack: func(name ledger.KindName) bool { return name[0] == 'x' }}
	if snapshots {
		opts.Snapshots = j
	}
	l, err := ledger.Open(t.Context(), j, opts)
	require.NoError(t, err)
	return l
}

// A kind that one opening does not declare is kept by it, told of, and taken up
// again by the next.
func TestUndeclaredKindIsKept(t *testing.T) {
	for _, snapshots := range []bool{false, true} {
		j := memory.New()
		with := openWith(t, j, snapshots, accounts, tickets)
		update(t, with, func(tx *ledger.Tx) error {
			if err := accounts.Keep(tx, account{ID: "a"}); err != nil {
				return err
			}
			return tickets.Keep(tx, ticket{ID: "t1", Account: "a", Text: "broken"})
		})
		update(t, with, func(tx *ledger.Tx) error { return tickets.Keep(tx, ticket{ID: "t2", Account: "a"}) })
		update(t, with, func(tx *ledger.Tx) error { return tickets.Drop(tx, "t2") })
		want := with.View()
		require.NoError(t, with.Close(t.Context()))

		without := openWith(t, j, snapshots, accounts)
		require.NoError(t, without.ReadOnly())
		v := without.View()
		require.Equal(t, want.Len(), v.Len())
		unknown := slices.Collect(v.Unknown())
		require.Len(t, unknown, 1)
		require.Equal(t, ledger.Subject{Kind: "x-ticket", ID: "t1"}, unknown[0].Subject)
		require.EqualValues(t, 1, unknown[0].Revision)
		require.JSONEq(t, `{"id":"t1","account":"a","text":"broken"}`, string(unknown[0].Body))
		require.True(t, v.Has(unknown[0].Subject))
		for id, want := range map[string][]uint64{"t1": {1}, "t2": {2, 3}, "none": nil} {
			var seqs []uint64
			for e, err := range without.History(t.Context(), ledger.Subject{Kind: "x-ticket", ID: id}) {
				require.NoError(t, err)
				seqs = append(seqs, e.Seq)
			}
			require.Equal(t, want, seqs)
		}
		for _, err := range without.History(t.Context(), ledger.Subject{Kind: "x-tick", ID: "t1"}) {
			require.ErrorIs(t, err, ledger.ErrNotFound)
		}

		// It goes on beside what is written, also through a snapshot.
		update(t, without, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "b"}) })
		err := without.Update(t.Context(), by, func(tx *ledger.Tx) error { return tickets.Keep(tx, ticket{ID: "t1"}) })
		require.ErrorIs(t, err, ledger.ErrNotFound)
		require.ErrorContains(t, err, "opened without this kind")
		require.NoError(t, without.Verify(t.Context()))
		if snapshots {
			require.NoError(t, without.Checkpoint(t.Context()))
			again := openWith(t, j, true, accounts)
			require.Equal(t, unknown, slices.Collect(again.View().Unknown()))
			require.NoError(t, again.Verify(t.Context()))
		}
		require.NoError(t, without.Close(t.Context()))

		back := openWith(t, j, snapshots, accounts, tickets)
		got, ok := tickets.Of(back.View()).Get("t1")
		require.True(t, ok)
		require.Equal(t, ticket{ID: "t1", Account: "a", Text: "broken", Revision: 1}, got)
		require.Equal(t, 1, tickets.Of(back.View()).Where("account", "a").Len())
		require.Empty(t, slices.Collect(back.View().Unknown()))
		update(t, back, func(tx *ledger.Tx) error { got.Text = "mended"; return tickets.Keep(tx, got) })

		// What another writer does to one is followed.
		watching := openWith(t, j, snapshots, accounts)
		update(t, back, func(tx *ledger.Tx) error { return tickets.Drop(tx, "t1") })
		require.NoError(t, watching.Sync(t.Context()))
		require.Empty(t, slices.Collect(watching.View().Unknown()))
		require.NoError(t, watching.Verify(t.Context()))
	}
}

// A declaration that lacks a field of what is on file would lose it: the ledger
// can then be read and not written to, and says why. One that reads it otherwise
// too.
func TestAnotherDeclarationOfAKind(t *testing.T) {
	j := memory.New()
	l := openWith(t, j, false, accounts, tickets)
	update(t, l, func(tx *ledger.Tx) error { return tickets.Keep(tx, ticket{ID: "t1", Account: "a", Text: "broken"}) })

	type shorter struct {
		ID       string `json:"id"`
		Account  string `json:"account"`
		Revision uint64 `json:"revision,omitempty"`
	}
	type other struct {
		ID       string    `json:"id"`
		Account  string    `json:"account"`
		Text     time.Time `json:"text"`
		Revision uint64    `json:"revision,omitempty"`
	}
	spec := ledger.Spec[shorter]{Name: "x-ticket", Key: func(k *shorter) string { return k.ID }, Revision: func(k *shorter) *uint64 { return &k.Revision }}
	for why, kind := range map[string]ledger.AnyKind{
		`unknown field "text"`: ledger.MustDeclare(spec),
		"parsing time":         ledger.MustDeclare(ledger.Spec[other]{Name: "x-ticket", Key: func(k *other) string { return k.ID }, Revision: func(k *other) *uint64 { return &k.Revision }}),
	} {
		l := openWith(t, j, false, accounts, kind)
		err := l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a"}) })
		require.ErrorIs(t, err, ledger.ErrReadOnly)
		require.ErrorIs(t, err, storage.ErrVersion)
		require.ErrorContains(t, err, `commit 1 holds x-ticket "t1", which can't be read: it was written by another declaration of its kind: `)
		require.ErrorContains(t, err, why)
		require.Equal(t, 1, l.View().Len())
	}
	// With a version of its own and an upcaster it goes on.
	spec.Schema, spec.Upcast = 2, []ledger.Upcaster{func(f map[string]json.RawMessage) error { delete(f, "text"); return nil }}
	k := ledger.MustDeclare(spec)
	l = openWith(t, j, false, accounts, k)
	update(t, l, func(tx *ledger.Tx) error { return k.Keep(tx, shorter{ID: "t1", Account: "b", Revision: 1}) })
	require.ErrorIs(t, openWith(t, j, false, accounts, tickets).ReadOnly(), storage.ErrVersion)
}
