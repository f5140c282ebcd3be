package ledger_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// What is said in a record stays as it was said, whoever changes an argument of what he
// handed in or was handed, and is the same from the log and from a snapshot.
func TestWhatIsSaidStaysSaid(t *testing.T) {
	j := memory.New()
	opts := &ledger.Options{Kinds: []ledger.AnyKind{ledger.Parcels}, Snapshots: j}
	l, err := ledger.Open(t.Context(), j, opts)
	require.NoError(t, err)
	text := func() issue.Text {
		return issue.NewText("%s put %s off %d times to %s, by %g, %s", issue.Record{Kind: "person", ID: "ada"}, "it", 3, issue.Day("2026-06-30"), 2.0,
			issue.NewText("which is %d too many", 1))
	}
	mine := text()
	by := ledger.By{Actor: "ada", Reason: "test"}
	require.NoError(t, l.Update(t.Context(), by, func(tx *ledger.Tx) error {
		if err := ledger.Parcels.Keep(tx, ledger.Parcel{ID: "p", Told: mine, Says: []issue.Text{mine}}); err != nil {
			return err
		}
		mine.Args[2], mine.Args[5].(issue.Text).Args[0] = 99, 99
		p, _ := ledger.Parcels.Of(tx).Get("p")
		p.Told.Args[0], p.Says[0].Args[5].(issue.Text).Args[0] = "eve", 99
		return nil
	}))
	p, _ := ledger.Parcels.Of(l.View()).Get("p")
	require.Equal(t, text(), p.Told)
	p.Told.Args[2], p.Says[0].Args[5].(issue.Text).Args[0] = 99, 99
	for range 2 {
		p, _ = ledger.Parcels.Of(l.View()).Get("p")
		require.Equal(t, text(), p.Told)
		require.Equal(t, []issue.Text{text()}, p.Says)
		require.NoError(t, l.Checkpoint(t.Context()))
		require.NoError(t, l.Verify(t.Context()))
		require.NoError(t, l.Close(t.Context()))
		l, err = ledger.Open(t.Context(), j, opts) // from the snapshot
		require.NoError(t, err)
	}
	l, err = ledger.Open(t.Context(), j, &ledger.Options{Kinds: opts.Kinds}) // from the log
	require.NoError(t, err)
	p, _ = ledger.Parcels.Of(l.View()).Get("p")
	require.Equal(t, text(), p.Told)
}

// An argument that could not be read back as what it is, or be changed from outside, is
// refused, and so is more than anybody says.
func TestWhatCanNotBeSaid(t *testing.T) {
	l, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{ledger.Parcels}})
	require.NoError(t, err)
	deep := issue.Text{ID: "x"}
	for range 60 {
		deep = issue.Text{ID: "%s", Args: []any{deep}}
	}
	for name, row := range map[string]struct {
		told  issue.Text
		field string
		rule  string
	}{
		"a list":     {issue.Text{ID: "%v", Args: []any{[]string{"a"}}}, "told.args[0]", "oneof"},
		"a pointer":  {issue.Text{ID: "%v", Args: []any{1, new(int)}}, "told.args[1]", "oneof"},
		"nothing":    {issue.Text{ID: "%v", Args: []any{nil}}, "told.args[0]", "oneof"},
		"no number":  {issue.Text{ID: "%g", Args: []any{math.NaN()}}, "told.args[0]", "finite"},
		"no UTF-8":   {issue.Text{ID: "%s", Args: []any{issue.Text{ID: "%s", Args: []any{"\xff"}}}}, "told.args[0].args[0]", "utf8"},
		"no format":  {issue.Text{ID: "\xff"}, "told.id", "utf8"},
		"too long":   {issue.Text{ID: "%s", Args: []any{string(make([]byte, 20_001))}}, "told.args[0]", "length"},
		"too much":   {issue.Text{ID: "%v", Args: slices.Repeat([]any{1}, 101)}, "told.args", "count"},
		"too deep":   {deep, "told.args[0]", "depth"},
		"two things": {issue.Text{ID: "%s", Args: []any{issue.Record{Kind: "\xff", ID: "a"}}}, "told.args[0]", "utf8"},
	} {
		err := l.Update(t.Context(), ledger.By{Actor: "ada", Reason: "test"}, func(tx *ledger.Tx) error {
			return ledger.Parcels.Keep(tx, ledger.Parcel{ID: "p", Told: row.told})
		})
		var is issue.Issues
		require.True(t, errors.As(err, &is), "%s: %v", name, err)
		require.Contains(t, is[0].Field, row.field, name)
		require.Equal(t, row.rule, is[0].Rule, name)
	}
	require.Zero(t, l.View().Len())
	var p ledger.Parcel
	require.Error(t, json.Unmarshal([]byte(`{"told":{"id":1}}`), &p))
}
