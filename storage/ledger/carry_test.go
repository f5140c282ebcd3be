package ledger_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// ball is held by somebody, and remembers who had it before.
type ball struct {
	ID       string   `json:"id"`
	Holder   string   `json:"holder"`
	Before   []string `json:"before,omitempty"`
	Revision uint64   `json:"revision,omitempty"`
}

var balls = ledger.MustDeclare(ledger.Spec[ball]{
	Name: "ball", Key: func(b *ball) string { return b.ID }, Revision: func(b *ball) *uint64 { return &b.Revision },
	Patch: true, Completes: []string{"before"},
	MayDrop: func(ledger.Reader, *ball) error { return nil },
	Carry: func(_ *ledger.Tx, c ledger.Change[ball]) {
		if c.After.Before = nil; c.Before == nil {
			return
		}
		c.After.Before = append(c.After.Before, c.Before.Before...)
		if c.Before.Holder != c.After.Holder {
			c.After.Before = append(c.After.Before, c.Before.Holder)
		}
	},
})

// What a kind carries on is kept whichever way a record is written, in and past verbs that
// decide, by a patch and within one commit; whoever writes has no say in it, and what changes
// nothing else writes nothing. What is imported is as it was said.
func TestCarry(t *testing.T) {
	opts := &ledger.Options{Kinds: []ledger.AnyKind{balls}}
	l, err := ledger.Open(t.Context(), memory.New(), opts)
	require.NoError(t, err)
	do := func(fn func(tx *ledger.Tx) error) {
		t.Helper()
		require.NoError(t, l.Update(t.Context(), ledger.By{Actor: "ada", Reason: "test"}, fn))
	}
	pass := func(tx *ledger.Tx, to string) error {
		b, err := balls.Must(tx, "b")
		if err != nil {
			return err
		}
		b.Holder, b.Before = to, []string{"nobody"}
		return balls.Keep(tx, b)
	}
	before := func() []string {
		b, _ := balls.Of(l.View()).Get("b")
		return b.Before
	}
	do(func(tx *ledger.Tx) error {
		return balls.Keep(tx, ball{ID: "b", Holder: "ada", Before: []string{"eve"}})
	})
	require.Empty(t, before())
	do(func(tx *ledger.Tx) error { return pass(tx, "bob") })
	require.Equal(t, []string{"ada"}, before())
	seq := l.View().Head().Seq
	do(func(tx *ledger.Tx) error { return pass(tx, "bob") })
	require.Equal(t, seq, l.View().Head().Seq, "nothing has changed")
	do(func(tx *ledger.Tx) error {
		s := ledger.Subject{Kind: "ball", ID: "b"}
		rev, _ := tx.Revision(s)
		return tx.Patch(s, rev, []byte(`{"holder":"una"}`), nil)
	})
	do(func(tx *ledger.Tx) error {
		if err := balls.Keep(tx, ball{ID: "other", Holder: "ada"}); err != nil {
			return err
		}
		return tx.Decide("Pass", ledger.Subject{Kind: "ball", ID: "b"}, func() error { return pass(tx, "pam") })
	})
	do(func(tx *ledger.Tx) error {
		if err := pass(tx, "ian"); err != nil {
			return err
		}
		return pass(tx, "lea")
	})
	all := []string{"ada", "bob", "una", "pam", "ian"}
	require.Equal(t, all, before())

	var text strings.Builder
	require.NoError(t, l.View().Export(&text))
	again, err := ledger.Import(t.Context(), memory.New(), opts, ledger.By{Actor: "ada", Reason: "moves"}, strings.NewReader(text.String()))
	require.NoError(t, err)
	b, _ := balls.Of(again.View()).Get("b")
	require.Equal(t, all, b.Before)
}
