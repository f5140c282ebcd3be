package ledger_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/ledger"
)

// flat is the bodies of a journal's live records, one after another in a file, for the limit: what reading and decoding them costs.
type flat struct {
	path   string
	places []place
	bytes  int
}

type place struct{ start, end int }

func flatten(b testing.TB, j storage.Journal) flat {
	type id struct{ kind, key string }
	latest := make(map[id][]byte)
	for c, err := range j.Log(b.Context(), 0) {
		require.NoError(b, err)
		for _, ch := range c.Changes {
			latest[id{ch.Kind, ch.Key}] = ch.Body
		}
	}
	f := flat{path: filepath.Join(b.TempDir(), "bodies")}
	var all []byte
	for _, body := range latest {
		f.places = append(f.places, place{len(all), len(all) + len(body)})
		all = append(all, body...)
	}
	f.bytes = len(all)
	require.NoError(b, os.WriteFile(f.path, all, 0o600))
	return f
}

// decode reads the file and decodes it on all processors.
func (f flat) decode(b testing.TB) []any {
	raw, err := os.ReadFile(f.path)
	require.NoError(b, err)
	workers := runtime.GOMAXPROCS(0)
	out := make([]any, len(f.places))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := len(f.places) * w / workers; i < len(f.places)*(w+1)/workers; i++ {
				p := f.places[i]
				rec := new(ledger.Parcel)
				if err := json.Unmarshal(raw[p.start:p.end], rec); err != nil {
					b.Error(err)
					return
				}
				out[i] = rec
			}
		})
	}
	wg.Wait()
	return out
}

// openStore opens the ledger in a directory, by its snapshot or by
// the log alone.
func openStore(b testing.TB, dir string, snapshots bool) (*ledger.Ledger, func()) {
	j, err := file.Open(dir, nil)
	require.NoError(b, err)
	opts := &ledger.Options{Kinds: []ledger.AnyKind{ledger.Parcels}}
	if snapshots {
		opts.Snapshots = j
	}
	l, err := ledger.Open(b.Context(), j, opts)
	require.NoError(b, err)
	return l, func() { require.NoError(b, j.Close()) }
}

// BenchmarkOpen opens a store of 100,000 records: json reads the same bodies from a file and decodes them with
// encoding/json on all processors, log opens by replaying the journal,
// snapshot by the snapshot beside it. busy has ten times as many commits over
// the same live records. The live heap is told as a ratio to the records'
// encoded bytes.
func BenchmarkOpen(b *testing.B) {
	const n = 100_000
	dir := filepath.Join(b.TempDir(), "store")
	j, err := file.Open(dir, nil)
	require.NoError(b, err)
	l := manyParcels(b, j, n)
	f := flatten(b, j)
	require.NoError(b, l.Close(b.Context()))
	require.NoError(b, j.Close())
	l, done := openStore(b, dir, true)
	require.NoError(b, l.Checkpoint(b.Context()))
	done()
	b.Logf("%d records, %d bytes encoded, %d bytes each", len(f.places), f.bytes, f.bytes/len(f.places))

	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	b.Run("json", func(b *testing.B) {
		var all []any
		before := heap()
		for b.Loop() {
			all = f.decode(b)
		}
		b.ReportMetric(float64(heap()-before)/float64(f.bytes), "heap/encoded")
		runtime.KeepAlive(all)
	})
	for _, how := range []string{"log", "snapshot"} {
		b.Run(how, func(b *testing.B) {
			before := heap()
			var v *ledger.View
			for b.Loop() {
				l, done := openStore(b, dir, how == "snapshot")
				v = l.View()
				done()
				if v.Len() != n {
					b.Fatal("records are missing")
				}
			}
			b.ReportMetric(float64(heap()-before)/float64(f.bytes), "heap/encoded")
			runtime.KeepAlive(v)
		})
	}
}

// BenchmarkOpenBusy opens a journal with many commits over few live records,
// beside one of the same live records alone.
func BenchmarkOpenBusy(b *testing.B) {
	const n, commits = 2_000, 20_000
	write := func(b *testing.B, busy bool) string {
		dir := filepath.Join(b.TempDir(), "store")
		j, err := file.Open(dir, nil)
		require.NoError(b, err)
		l, err := ledger.Open(b.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{ledger.Parcels}, Snapshots: j})
		require.NoError(b, err)
		fillParcels(b, l, n)
		if busy {
			var wg sync.WaitGroup
			for w := range 64 {
				wg.Go(func() {
					for i := w; i < commits; i += 64 {
						err := l.Update(b.Context(), by, func(tx *ledger.Tx) error {
							p, err := ledger.Parcels.Must(tx, fmt.Sprintf("sys-%06d", i%n))
							if err != nil {
								return err
							}
							p.Text = fmt.Sprint("turn ", i)
							return ledger.Parcels.Keep(tx, p)
						})
						if err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
		}
		require.NoError(b, l.Close(b.Context()))
		require.NoError(b, j.Close())
		return dir
	}
	for _, name := range []string{"live-alone", "busy"} {
		b.Run(name, func(b *testing.B) {
			dir := write(b, name == "busy")
			for b.Loop() {
				l, done := openStore(b, dir, true)
				done()
				if l.Size() != n {
					b.Fatal("records are missing")
				}
			}
		})
	}
}
