package file

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// record is a change of about the size of a system's record.
func record(i, size int) storage.Change {
	body := make([]byte, size)
	copy(body, fmt.Sprintf(`{"id":"s%d"}`, i))
	return storage.Change{Kind: "system", Key: fmt.Sprint("s", i%100000), Schema: 1, Salt: make([]byte, 16), Body: body}
}

// BenchmarkAppend appends commits of one record of 950 bytes, one at a time,
// each on the disk before the next: to the store, and to a bare file with the
// same chain of hashes. The two take turns, 50 commits each, so that what else
// the machine does troubles both; ratio is the median of the turns' ratios.
func BenchmarkAppend(b *testing.B) {
	const turn = 50
	j, err := Open(b.TempDir(), nil)
	require.NoError(b, err)
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	require.NoError(b, err)
	defer f.Close()
	var end int64
	bare := func(c storage.Commit) error {
		line := storage.AppendCommit(nil, c)
		if _, err := f.WriteAt(line, end); err != nil {
			return err
		}
		end += int64(len(line))
		return dataSync(f)
	}
	store := func(c storage.Commit) error {
		return storagetest.Append(context.Background(), j, j.head, []storage.Commit{c})
	}
	var spent [2]time.Duration
	var ratios []float64
	var heads [2]storage.Head
	for b.Loop() {
		var took [2]time.Duration
		for i, write := range []func(storage.Commit) error{store, bare} {
			began := time.Now()
			for range turn {
				c := storagetest.Next(heads[i], fmt.Sprint("c", heads[i].Seq), record(int(heads[i].Seq), 950))
				if err := write(c); err != nil {
					b.Fatal(err)
				}
				heads[i] = c.Head
			}
			took[i] = time.Since(began)
			spent[i] += took[i]
		}
		ratios = append(ratios, float64(took[1])/float64(took[0]))
	}
	slices.Sort(ratios)
	b.ReportMetric(float64(b.N*turn)/spent[0].Seconds(), "store-commits/s")
	b.ReportMetric(float64(b.N*turn)/spent[1].Seconds(), "bare-commits/s")
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(0, "ns/op")
	require.NoError(b, j.Close())
}

// BenchmarkGroup appends 64 commits in one batch, as the Manager does for 64
// writers.
func BenchmarkGroup(b *testing.B) {
	j, err := Open(b.TempDir(), nil)
	require.NoError(b, err)
	var head storage.Head
	i := 0
	for b.Loop() {
		var batch []storage.Commit
		parent := head
		for range 64 {
			c := storagetest.Next(parent, fmt.Sprint("c", i), record(i, 950))
			batch, parent = append(batch, c), c.Head
			i++
		}
		if err := storagetest.Append(context.Background(), j, head, batch); err != nil {
			b.Fatal(err)
		}
		head = parent
	}
	perSecond(b, 64)
	require.NoError(b, j.Close())
}

func perSecond(b *testing.B, commits int) {
	b.ReportMetric(float64(b.N*commits)/b.Elapsed().Seconds(), "commits/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkOpen opens a store of a few commits, and one of a million over
// 100,000 records.
func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		dir := b.TempDir()
		j, err := Open(dir, nil)
		require.NoError(b, err)
		var head storage.Head
		for head.Seq < uint64(n) {
			var batch []storage.Commit
			parent := head
			for i := range 1000 {
				c := storagetest.Next(parent, fmt.Sprint("c", head.Seq+uint64(i)), record(int(head.Seq)+i, 100))
				batch, parent = append(batch, c), c.Head
			}
			require.NoError(b, storagetest.Append(context.Background(), j, head, batch))
			head = parent
		}
		require.NoError(b, j.Close())
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				j, err := Open(dir, nil)
				if err != nil {
					b.Fatal(err)
				}
				if err := j.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRead reads the log of one full segment.
func BenchmarkRead(b *testing.B) {
	j, err := Open(b.TempDir(), nil)
	require.NoError(b, err)
	defer j.Close()
	var head storage.Head
	for i := 0; len(j.segments) == 1; i++ {
		var batch []storage.Commit
		parent := head
		for range 64 {
			c := storagetest.Next(parent, fmt.Sprint("c", i), record(i, 950))
			c.ID = fmt.Sprint("c", c.Seq)
			c = storage.Seal(parent, c)
			batch, parent = append(batch, c), c.Head
		}
		require.NoError(b, storagetest.Append(context.Background(), j, head, batch))
		head = parent
	}
	b.SetBytes(j.segments[0].end)
	for b.Loop() {
		n := 0
		for _, err := range j.Log(context.Background(), 0) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if uint64(n) != head.Seq {
			b.Fatal(n)
		}
	}
}

// BenchmarkSlowest appends as BenchmarkAppend does and reports the slowest of
// all: growing a file and beginning a segment must not hold a writer up.
func BenchmarkSlowest(b *testing.B) {
	j, err := Open(b.TempDir(), &Options{SegmentSize: 4 << 20})
	require.NoError(b, err)
	var head storage.Head
	var slowest time.Duration
	i := 0
	for b.Loop() {
		c := storagetest.Next(head, fmt.Sprint("c", i), record(i, 950))
		began := time.Now()
		if err := storagetest.Append(context.Background(), j, head, []storage.Commit{c}); err != nil {
			b.Fatal(err)
		}
		slowest = max(slowest, time.Since(began))
		head = c.Head
		i++
	}
	b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-slowest")
	require.NoError(b, j.Close())
}
