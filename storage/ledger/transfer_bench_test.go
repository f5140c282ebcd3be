package ledger_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// BenchmarkTransfer exports 100,000 records and imports them, beside opening the
// journal that they were written to, one by one, by replaying it.
func BenchmarkTransfer(b *testing.B) {
	const n = 100_000
	j := memory.New()
	l := open(b, j, nil)
	for from := 0; from < n; from += 100 {
		update(b, l, func(tx *ledger.Tx) error {
			for i := range 100 {
				if err := accounts.Keep(tx, account{ID: fmt.Sprintf("a%06d", from+i), Owner: fmt.Sprintf("p%05d", i), Tags: []string{"one", "two"}}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var text bytes.Buffer
	require.NoError(b, l.View().Export(&text))
	b.Run("export", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, l.View().Export(io.Discard))
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	})
	b.Run("import", func(b *testing.B) {
		for b.Loop() {
			_, err := ledger.Import(b.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{accounts}}, by, bytes.NewReader(text.Bytes()))
			require.NoError(b, err)
		}
	})
	b.Run("replay", func(b *testing.B) {
		for b.Loop() {
			_, err := ledger.Open(b.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}})
			require.NoError(b, err)
		}
	})
}
