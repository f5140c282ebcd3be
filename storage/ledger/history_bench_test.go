package ledger_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/ledger"
)

// BenchmarkHistoryOfLargeCommit reads the history of a record that came with 10,000 others
// in one commit, as an import brings them, and was revised twice since, among 1,000 commits
// of others.
func BenchmarkHistoryOfLargeCommit(b *testing.B) {
	j, err := file.Open(filepath.Join(b.TempDir(), "store"), nil)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, j.Close()) })
	l, err := ledger.Open(b.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{ledger.Parcels}})
	require.NoError(b, err)
	update := func(fn func(tx *ledger.Tx) error) { require.NoError(b, l.Update(context.Background(), by, fn)) }
	update(func(tx *ledger.Tx) error {
		for i := range 10_000 {
			if err := ledger.Parcels.Keep(tx, large(i)); err != nil {
				return err
			}
		}
		return nil
	})
	id := large(7).ID
	for i := range 1000 {
		n := 100 + i%500
		if i == 300 || i == 600 {
			n = 7
		}
		update(func(tx *ledger.Tx) error {
			rec := large(n)
			old, _ := ledger.Parcels.Shared(tx).Get(rec.ID)
			rec.Revision, rec.Text = old.Revision, fmt.Sprint("turn ", i)
			return ledger.Parcels.Keep(tx, rec)
		})
	}
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n = 0
		for _, err := range l.History(b.Context(), ledger.Subject{Kind: "parcel", ID: id}) {
			require.NoError(b, err)
			n++
		}
	}
	require.Equal(b, 3, n)
}
