package aims_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// The benchmarks stand each beside its limit, in the same run, so that ratios
// can be read off:
//
//	go test ./aims -bench . -benchmem -run '^$'

// manySystems registers n systems with their assessments.
func manySystems(b testing.TB, j storage.Journal, n int) *aims.Manager {
	m, err := aims.Open(b.Context(), j, &aims.Options{Founder: aims.Person{ID: "bench", Name: "Bench"}})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, m.Close(context.Background())) })
	fill(b, m, n)
	return m
}

// fill registers n systems with their assessments.
func fill(b testing.TB, m *aims.Manager, n int) {
	by := aims.By{Actor: "bench", Reason: "fill"}
	require.NoError(b, m.Update(b.Context(), by, func(tx *aims.Tx) error {
		err := tx.PutPerson(aims.Person{ID: "ada", Name: "Ada"})
		return err
	}))
	for start := 0; start < n; start += 1000 {
		require.NoError(b, m.Update(b.Context(), by, func(tx *aims.Tx) error {
			for i := start; i < min(start+1000, n); i++ {
				s := spamFilter()
				if i%10 == 0 {
					s = cvScreener()
				}
				s.ID = fmt.Sprintf("sys-%06d", i)
				s.Name += " " + s.ID
				if err := tx.RegisterSystem(s); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// BenchmarkFindings makes all checks over 10,000 systems: walk is one pass over
// the same records that only looks at them.
func BenchmarkFindings(b *testing.B) {
	v := manySystems(b, memory.New(), 10_000).View()
	now := time.Now().AddDate(1, 0, 0)
	b.Run("walk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for s := range v.Systems().All() {
				n += len(s.Owner)
			}
			for a := range v.Assessments().All() {
				n += len(a.System)
			}
			if n == 0 {
				b.Fatal("nothing walked")
			}
		}
	})
	b.Run("readiness", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if len(v.Readiness(now, aims.Stage2).Checks) == 0 {
				b.Fatal("nothing found")
			}
		}
	})
	b.Run("findings", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if len(v.Findings(now)) == 0 {
				b.Fatal("nothing found")
			}
		}
	})
}
