package aims_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/memory"
)

// The benchmarks stand each beside its limit, in the same run, so that ratios
// can be read off:
//
//	go test ./aims -bench . -benchmem -run '^$'

// manySystems registers n systems with their assessments.
func manySystems(b testing.TB, j storage.Journal, n int) *aims.Manager {
	m, err := aims.Open(b.Context(), j, nil)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, m.Close(context.Background())) })
	fill(b, m, n)
	return m
}

// fill registers n systems with their assessments.
func fill(b testing.TB, m *aims.Manager, n int) {
	by := aims.By{Actor: "bench", Reason: "fill"}
	require.NoError(b, m.Update(b.Context(), by, func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "ada", Name: "Ada"})
	}))
	for start := 0; start < n; start += 1000 {
		require.NoError(b, m.Update(b.Context(), by, func(tx *aims.Tx) error {
			for i := start; i < min(start+1000, n); i++ {
				s := spamFilter()
				if i%10 == 0 {
					s = cvScreener()
				}
				s.ID = fmt.Sprintf("sys-%06d", i)
				if err := tx.RegisterSystem(s); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

func BenchmarkPointRead(b *testing.B) {
	const n = 10_000
	v := manySystems(b, memory.New(), n).View()
	plain := make(map[string]register.System, n)
	keys := make([]string, 0, n)
	for s := range v.Systems().All() {
		plain[s.ID] = s
		keys = append(keys, s.ID)
	}
	var sink register.System
	b.Run("map", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			sink = plain[keys[i%n]]
			i += 7919
		}
	})
	b.Run("view", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			sink, _ = v.Systems().Get(keys[i%n])
			i += 7919
		}
	})
	_ = sink
}

// BenchmarkList lists the 500 systems of one owner among 100,000: walk looks at
// all of them.
func BenchmarkList(b *testing.B) {
	const n, owners = 100_000, 200
	m, err := aims.Open(b.Context(), memory.New(), nil)
	require.NoError(b, err)
	by := aims.By{Actor: "bench", Reason: "fill"}
	require.NoError(b, m.Update(b.Context(), by, func(tx *aims.Tx) error {
		for i := range owners {
			if err := tx.PutPerson(aims.Person{ID: fmt.Sprintf("p%03d", i), Name: "P"}); err != nil {
				return err
			}
		}
		return nil
	}))
	for start := 0; start < n; start += 10_000 {
		require.NoError(b, m.Update(b.Context(), by, func(tx *aims.Tx) error {
			for i := start; i < start+10_000; i++ {
				s := register.System{ID: fmt.Sprintf("sys-%06d", i), Name: "S", Owner: fmt.Sprintf("p%03d", i%owners), Stage: register.StageDesign}
				if err := tx.RegisterSystem(s); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	v := m.View()
	check := func(b *testing.B, found int) {
		if found != n/owners {
			b.Fatal(found)
		}
	}
	b.Run("walk", func(b *testing.B) {
		for b.Loop() {
			found := 0
			for s := range v.Systems().All() {
				if s.Owner == "p007" {
					found++
				}
			}
			check(b, found)
		}
	})
	b.Run("records", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			found := 0
			for s := range v.SystemsByOwner("p007").All() {
				if s.Owner == "p007" {
					found++
				}
			}
			check(b, found)
		}
	})
	b.Run("ids", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			found := 0
			for range v.SystemsByOwner("p007").IDs() {
				found++
			}
			check(b, found)
		}
	})
}

// put writes one small record per update, as an audit trail is written.
func put(m *aims.Manager, b testing.TB, id string) error {
	return m.Update(b.Context(), aims.By{Actor: "bench", Reason: "measure"}, func(tx *aims.Tx) error {
		return tx.PutContextIssue(aims.ContextIssue{ID: id, Title: "An issue of the usual length", Origin: aims.External})
	})
}

// BenchmarkUpdate writes one record per commit on the file store: bare is an
// append and a sync of the same number of bytes, 1 one writer, 64 as many.
func BenchmarkUpdate(b *testing.B) {
	dir := b.TempDir()
	size := commitSize(b)
	b.Run("bare", func(b *testing.B) {
		f, err := os.OpenFile(filepath.Join(dir, "bare"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		require.NoError(b, err)
		defer f.Close()
		buf := make([]byte, size)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := f.Write(buf); err != nil {
				b.Fatal(err)
			}
			if err := datasync(f); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
	})
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("writers-%d", writers), func(b *testing.B) {
			j, err := file.Open(filepath.Join(b.TempDir(), "store"), nil)
			require.NoError(b, err)
			defer j.Close()
			m, err := aims.Open(b.Context(), j, nil)
			require.NoError(b, err)
			defer m.Close(context.Background())
			var next atomic.Int64
			b.ReportAllocs()
			b.ResetTimer()
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for {
						n := next.Add(1)
						if n > int64(b.N) {
							return
						}
						if err := put(m, b, fmt.Sprintf("i%09d", n)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}

// commitSize is how many bytes the commit of put takes in the file.
func commitSize(b *testing.B) int {
	j := memory.New()
	m, err := aims.Open(b.Context(), j, nil)
	require.NoError(b, err)
	require.NoError(b, put(m, b, "i000000001"))
	size := 0
	for c, err := range j.Log(b.Context(), 1) {
		require.NoError(b, err)
		size = 64 + len(storage.AppendCommit(nil, c))
	}
	return size
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
	b.Run("findings", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if len(v.Findings(now)) == 0 {
				b.Fatal("nothing found")
			}
		}
	})
}
