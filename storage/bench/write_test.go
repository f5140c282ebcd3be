package bench

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// drive lets writers put records into a store, from a number on, for as long as
// more says so of how many there will be. It returns how many were put.
func drive(s store, writers int, from int64, more func(n int64) bool) (int64, error) {
	var next, done atomic.Int64
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for {
				n := next.Add(1)
				if !more(n) {
					return
				}
				if errs[w] = s.put(from + n - 1); errs[w] != nil {
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return done.Load(), errors.Join(errs...)
}

// atMost is for drive: a number of records.
func atMost(limit int) func(int64) bool {
	return func(n int64) bool { return n <= int64(limit) }
}

// until is for drive: a time that ends.
func until(end time.Time) func(int64) bool {
	return func(int64) bool { return time.Now().Before(end) }
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	const n = 100
	for _, p := range peers() {
		t.Run(p.name, func(t *testing.T) {
			dir := t.TempDir()
			for i, writers := range []int{1, 8} { // the second time into what is there
				s, err := p.open(dir, writers)
				require.NoError(t, err)
				put, err := drive(s, writers, int64(i*n), atMost(n))
				require.NoError(t, err)
				require.EqualValues(t, n, put)
				require.NoError(t, s.close())
			}
			s, err := p.open(dir, 1)
			require.NoError(t, err)
			defer func() { require.NoError(t, s.close()) }()
			want := make(map[string]string)
			for i := range int64(2 * n) {
				want[recordKey(i)] = string(recordBody(i))
			}
			bodies, err := s.all()
			require.NoError(t, err)
			got := make(map[string]string)
			for key, body := range bodies {
				got[key] = string(body)
			}
			require.Equal(t, want, got)
		})
	}
}

// BenchmarkWrite writes one record a commit.
func BenchmarkWrite(b *testing.B) {
	for _, writers := range []int{1, 64} {
		for _, p := range peers() {
			if p.only != 0 && p.only != writers {
				continue
			}
			b.Run(fmt.Sprintf("writers=%d/%s", writers, strings.ReplaceAll(p.name, " ", "-")), func(b *testing.B) {
				s, err := p.open(b.TempDir(), writers)
				require.NoError(b, err)
				_ = recordBody(0)
				b.SetBytes(int64(len(recordBody(0))))
				b.ReportAllocs()
				b.ResetTimer()
				_, err = drive(s, writers, 0, atMost(b.N))
				b.StopTimer()
				require.NoError(b, err)
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
				require.NoError(b, s.close())
			})
		}
	}
}

// rate opens a new store and returns how many commits a second it makes over a
// period, after a quarter of that to settle.
func rate(p peer, dir string, writers int, over time.Duration) (float64, error) {
	s, err := p.open(dir, writers)
	if err != nil {
		return 0, err
	}
	settled, err := drive(s, writers, 0, until(time.Now().Add(over/4)))
	if err != nil {
		return 0, errors.Join(err, s.close())
	}
	start := time.Now()
	n, err := drive(s, writers, settled+int64(writers), until(start.Add(over)))
	elapsed := time.Since(start)
	return float64(n) / elapsed.Seconds(), errors.Join(err, s.close())
}
