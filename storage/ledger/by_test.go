package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

var traced = ledger.By{Actor: "ada", Reason: "rent", Request: "r-17", OnBehalfOf: "bob", From: "2001:db8::1"}

// metaText is what the last commit says about itself.
func metaText(t *testing.T, j *memory.Journal) string {
	t.Helper()
	var last string
	for c, err := range j.Log(t.Context(), 0) {
		require.NoError(t, err)
		last = string(c.Meta)
	}
	return last
}

func TestWhereItCameFrom(t *testing.T) {
	j := memory.New()
	o := openBook(t, j, &clock{now: day0})
	require.NoError(t, o.Update(t.Context(), traced, owned("a", "bob")))
	require.Equal(t, traced, history(t, o, subject("a"))[0].By)
	require.Equal(t, `{"actor":"ada","reason":"rent","request":"r-17","on_behalf_of":"bob","from":"2001:db8::1","verbs":["Put"],"before":[0]}`, metaText(t, j))

	// What is absent takes no room.
	require.NoError(t, o.Update(t.Context(), ledger.By{Actor: "ada", Reason: "rent"}, owned("b", "bob")))
	require.Equal(t, `{"actor":"ada","reason":"rent","verbs":["Put"],"before":[0]}`, metaText(t, j))
}

func TestByHasBounds(t *testing.T) {
	o := newBook(t)
	for _, row := range []struct{ field, rule, value string }{
		{"actor", "required", ""}, {"actor", "length", strings.Repeat("x", 20_001)}, {"actor", "utf8", "\xff"}, {"reason", "required", " "},
		{"request", "length", strings.Repeat("x", 1001)}, {"request", "utf8", "\xff"}, {"request", "required", " "},
		{"on_behalf_of", "length", strings.Repeat("x", 1001)}, {"on_behalf_of", "utf8", "\xff"},
		{"from", "length", strings.Repeat("x", 1001)}, {"from", "utf8", "\xff"},
	} {
		by := traced
		*map[string]*string{"actor": &by.Actor, "reason": &by.Reason, "request": &by.Request, "on_behalf_of": &by.OnBehalfOf, "from": &by.From}[row.field] = row.value
		err := o.Update(t.Context(), by, owned("a", "bob"))
		require.ErrorIs(t, err, ledger.ErrInvalid)
		var is issue.Issues
		require.ErrorAs(t, err, &is)
		require.Len(t, is, 1)
		require.Equal(t, row.field, is[0].Field)
		require.Equal(t, row.rule, is[0].Rule)
	}
	by := traced
	by.Request, by.OnBehalfOf, by.From = strings.Repeat("x", 1000), strings.Repeat("y", 1000), strings.Repeat("z", 1000)
	require.NoError(t, o.Update(t.Context(), by, owned("a", "bob")))
	require.Equal(t, by, history(t, o, subject("a"))[0].By)
}

// unsourced is a verb that does not tell where it came from.
func unsourced(tx *ledger.Tx, id string, fail error) error {
	return tx.Verb("Hide", subject(id), func() error {
		tx.Unsourced()
		if err := owned(id, "nobody")(tx); err != nil {
			return err
		}
		return fail
	})
}

func TestUnsourced(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.Update(t.Context(), traced, func(tx *ledger.Tx) error {
		require.NoError(t, unsourced(tx, "a", nil))
		return unsourced(tx, "b", nil)
	}))
	bare := ledger.By{Actor: "ada", Reason: "rent"}
	require.Equal(t, bare, history(t, o, subject("a"))[0].By)

	// A verb that failed hides nothing of the others.
	require.NoError(t, o.Update(t.Context(), traced, func(tx *ledger.Tx) error {
		require.Error(t, unsourced(tx, "c", errors.New("no")))
		return owned("d", "bob")(tx)
	}))
	require.Equal(t, traced, history(t, o, subject("d"))[0].By)

	// Nor is there a way to hide another verb beside one.
	for _, hiddenFirst := range []bool{true, false} {
		require.NoError(t, o.Update(t.Context(), traced, func(tx *ledger.Tx) error {
			steps := []func() error{func() error { return unsourced(tx, "e", nil) }, func() error { return owned("f", "bob")(tx) }}
			if !hiddenFirst {
				steps[0], steps[1] = steps[1], steps[0]
			}
			require.NoError(t, steps[0]())
			before := tx.Len()
			require.ErrorIs(t, steps[1](), ledger.ErrCommitFirst)
			require.Equal(t, before, tx.Len())
			return nil
		}))
		require.Equal(t, hiddenFirst, history(t, o, subject(map[bool]string{true: "e", false: "f"}[hiddenFirst]))[0].By == bare)
	}
	require.NoError(t, o.Update(t.Context(), bare, func(tx *ledger.Tx) error { // where there is nothing to hide
		require.NoError(t, unsourced(tx, "g", nil))
		return owned("h", "bob")(tx)
	}))
}
