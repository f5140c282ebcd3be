package ledger_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
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
	n, live := *pastCommits, *pastLive
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
	p.journal, err = file.Open(p.dir, nil)
	return p, err
})

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
