package ledger_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/ledger"
)

// How large the journals of the benchmarks of the past are:
//
//	go test ./storage/ledger -run '^$' -bench Past -commits 1000000 -live 10000 -timeout 1h
var (
	pastCommits = flag.Int("commits", 100_000, "commits of the journal whose past is read")
	pastLive    = flag.Int("live", 10_000, "live records of it")
)

// pastYears is how long the journal of the benchmarks was written: three years.
const pastYears = 3 * 365 * 24 * time.Hour

// past is a store in which each commit revises one of the live records, in turn,
// but for one record that is revised ten times in all, evenly.
type past struct {
	dir     string
	journal *file.Journal
	at      func(part float64) time.Time // a moment of its time, from 0 to 1
}

var thePast = sync.OnceValues(func() (*past, error) {
	dir, err := os.MkdirTemp("", "past")
	if err != nil {
		return nil, err
	}
	pastDir = dir
	n, live, began := *pastCommits, *pastLive, time.Now()
	p := &past{dir: filepath.Join(dir, "store"), at: func(part float64) time.Time {
		return day0.Add(time.Duration(part * float64(pastYears)))
	}}
	j, err := file.Open(p.dir, nil)
	if err != nil {
		return nil, err
	}
	var made atomic.Int64
	l, err := ledger.Open(context.Background(), j, &ledger.Options{Kinds: []ledger.AnyKind{ledger.Parcels}, Snapshots: j,
		Clock: func() time.Time { return p.at(float64(made.Load()) / float64(n)) }})
	if err != nil {
		return nil, err
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, 256)
	for w := range errs {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && errs[w] == nil; i = int(next.Add(1)) - 1 {
				rec := large(i % live)
				if i%(n/10) == n/20 {
					rec.ID = "rare"
				}
				rec.Int, rec.Text = i, fmt.Sprint("turn ", i)
				errs[w] = l.Update(context.Background(), by, func(tx *ledger.Tx) error {
					old, _ := ledger.Parcels.Shared(tx).Get(rec.ID)
					if rec.Revision = 0; old != nil {
						rec.Revision = old.Revision
					}
					return ledger.Parcels.Keep(tx, rec)
				})
				made.Add(1)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	if err := l.Close(context.Background()); err != nil {
		return nil, err
	}
	if err := j.Close(); err != nil {
		return nil, err
	}
	fmt.Printf("%d commits over %d live records written in %.1f s\n", n, live, time.Since(began).Seconds())
	p.journal, err = file.Open(p.dir, nil)
	return p, err
})

// TestMain removes what the benchmarks of the past have written.
func TestMain(m *testing.M) {
	code := m.Run()
	if pastDir != "" {
		os.RemoveAll(pastDir)
	}
	os.Exit(code)
}

// pastDir is where the store of the past is, once it has been written.
var pastDir string

func openPast(b *testing.B) *past {
	p, err := thePast()
	require.NoError(b, err)
	return p
}

func (p *past) open(b *testing.B, snapshots bool) *ledger.Ledger {
	opts := &ledger.Options{Kinds: []ledger.AnyKind{ledger.Parcels}}
	if snapshots {
		opts.Snapshots = p.journal
	}
	l, err := ledger.Open(b.Context(), p.journal, opts)
	require.NoError(b, err)
	return l
}

// BenchmarkPastHistory reads the history of a record of ten revisions.
func BenchmarkPastHistory(b *testing.B) {
	p := openPast(b)
	l := p.open(b, true)
	n := 0
	for b.Loop() {
		n = 0
		for _, err := range l.History(b.Context(), ledger.Subject{Kind: "parcel", ID: "rare"}) {
			require.NoError(b, err)
			n++
		}
	}
	require.Equal(b, 10, n)
}

// BenchmarkPastBetween takes views of each week of three years, 157 in all, in turn
// with opening by replay. ratio is the median of the turns' ratios.
func BenchmarkPastBetween(b *testing.B) {
	p := openPast(b)
	l := p.open(b, true)
	turns(b, func() { p.open(b, false) }, func() {
		n := 0
		for _, err := range l.Between(b.Context(), p.at(0), p.at(1), 7*24*time.Hour) {
			require.NoError(b, err)
			n++
		}
		require.Equal(b, 157, n)
	})
}

// turns measures two things in turn, so that what else the machine does troubles
// both, and tells how long the second takes, and its ratio to the first: medians,
// and from the least to the greatest of the ratios.
func turns(b *testing.B, first, second func()) {
	var ratios, took []float64
	for b.Loop() {
		runtime.GC()
		began := time.Now()
		first()
		limit := time.Since(began)
		runtime.GC()
		began = time.Now()
		second()
		d := time.Since(began)
		took, ratios = append(took, float64(d)/1e6), append(ratios, float64(d)/float64(limit))
	}
	slices.Sort(took)
	slices.Sort(ratios)
	b.ReportMetric(took[len(took)/2], "ms")
	b.ReportMetric(ratios[0], "ratio-min")
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(ratios[len(ratios)-1], "ratio-max")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPastOpen opens the ledger: by replaying the whole journal, and from the
// snapshots.
func BenchmarkPastOpen(b *testing.B) {
	p := openPast(b)
	for _, how := range []string{"replay", "snapshot"} {
		b.Run(how, func(b *testing.B) {
			for b.Loop() {
				p.open(b, how == "snapshot")
			}
		})
	}
}

// BenchmarkPastAt reads moments all over the last quarter of the commits, in turn
// with opening from the last snapshot.
func BenchmarkPastAt(b *testing.B) {
	p := openPast(b)
	l := p.open(b, true)
	i := 0
	turns(b, func() { p.open(b, true) }, func() {
		_, err := l.At(b.Context(), p.at(0.75+0.25*float64(i*7%100)/100))
		require.NoError(b, err)
		i++
	})
}

// BenchmarkPastSpace tells what the snapshots take beside the log, what part of it
// the metadata is by which commits name those before, and how many snapshots there
// are.
func BenchmarkPastSpace(b *testing.B) {
	p := openPast(b)
	var before, snapshots int64
	for b.Loop() {
		before, snapshots = 0, 0
		for c, err := range p.journal.Log(b.Context(), 0) {
			require.NoError(b, err)
			before += int64(len(saysBefore.Find(c.Meta)))
		}
	}
	report, err := file.Check(b.Context(), p.dir)
	require.NoError(b, err)
	infos, err := p.journal.ListSnapshots(b.Context())
	require.NoError(b, err)
	for _, s := range infos {
		snapshots += s.Size
	}
	b.ReportMetric(float64(len(infos)), "snapshots")
	b.ReportMetric(float64(snapshots)/float64(report.Bytes), "snapshots/log")
	b.ReportMetric(float64(infos[len(infos)-1].Size)/float64(report.Bytes), "last/log")
	b.ReportMetric(float64(before)/float64(report.Head.Seq), "before-B/commit")
	b.ReportMetric(float64(report.Bytes)/float64(report.Head.Seq), "log-B/commit")
	b.ReportMetric(0, "ns/op")
}
