package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/aimskit/aimskit/aims"
)

// opening is a way to get at the live records of a store, decoded.
type opening struct {
	name string
	// open returns what holds the records, and how many there are.
	open func() (any, int, error)
}

// The openings that others are compared with.
const (
	openedName = "aimskit, from its snapshot"
	scanName   = "bbolt, scan and encoding/json"
	busyName   = "aimskit, long history"
)

func openings() []opening {
	return []opening{
		{openedName, func() (any, int, error) { return openLive(true) }},
		{"aimskit, replaying its log", func() (any, int, error) { return openLive(false) }},
		{scanName, func() (any, int, error) {
			f, err := live()
			if err != nil {
				return nil, 0, err
			}
			return f.scanBolt()
		}},
		{"flat file, encoding/json on all cores", func() (any, int, error) {
			f, err := live()
			if err != nil {
				return nil, 0, err
			}
			return f.decodeFlat()
		}},
		{busyName, func() (any, int, error) {
			dir, err := busy()
			if err != nil {
				return nil, 0, err
			}
			return openView(dir, true)
		}},
	}
}

func openLive(snapshots bool) (any, int, error) {
	f, err := live()
	if err != nil {
		return nil, 0, err
	}
	return openView(f.store, snapshots)
}

// openView opens a management system and closes its store again; the View
// stays.
func openView(dir string, snapshots bool) (any, int, error) {
	s, err := openSystem(dir, snapshots)
	if err != nil {
		return nil, 0, err
	}
	v := s.View()
	return v, v.Systems().Len() + v.Assessments().Len() + v.Risks().Len(), s.j.Close()
}

// scanBolt opens bbolt, reads all bodies and decodes them.
func (f *fixture) scanBolt() (any, int, error) {
	db, err := bolt.Open(f.bolt, 0o600, nil)
	if err != nil {
		return nil, 0, err
	}
	defer db.Close()
	all := make([]any, 0, len(f.places))
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(kind []byte, b *bolt.Bucket) error {
			return b.ForEach(func(_, body []byte) error {
				info, known := aims.KindByName(aims.Kind(kind))
				if !known {
					return fmt.Errorf("no kind %q", kind)
				}
				rec := info.New()
				all = append(all, rec)
				return json.Unmarshal(body, rec)
			})
		})
	})
	return all, len(all), err
}

// decodeFlat reads the flat file and decodes it on all processors.
func (f *fixture) decodeFlat() (any, int, error) {
	raw, err := os.ReadFile(f.flat)
	if err != nil {
		return nil, 0, err
	}
	workers := runtime.GOMAXPROCS(0)
	all, errs := make([]any, len(f.places)), make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := len(all) * w / workers; i < len(all)*(w+1)/workers; i++ {
				p := f.places[i]
				info, _ := aims.KindByName(p.kind)
				all[i] = info.New()
				if errs[w] = json.Unmarshal(raw[p.start:p.end], all[i]); errs[w] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, 0, err
		}
	}
	return all, len(all), nil
}

// BenchmarkOpen opens a store of -records records: from the snapshot, from the
// log, with a long history, and the same bodies by other means.
func BenchmarkOpen(b *testing.B) {
	f, err := live()
	require.NoError(b, err)
	for _, o := range openings() {
		b.Run(o.name, func(b *testing.B) {
			_, _, err := o.open() // whose fixture is not to be measured
			require.NoError(b, err)
			before := heap()
			var kept any
			b.ResetTimer()
			for b.Loop() {
				records, n, err := o.open()
				if err != nil || n != f.records {
					b.Fatal(n, err)
				}
				kept = records
			}
			b.ReportMetric(float64(heap()-before)/float64(f.bytes), "heap/encoded")
			runtime.KeepAlive(kept)
		})
	}
}

// heap is how many bytes of the heap are live.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// heapOf returns how many bytes of the heap what fn returns keeps live.
func heapOf(fn func() (any, int, error)) (uint64, error) {
	before := heap()
	kept, _, err := fn()
	after := heap()
	runtime.KeepAlive(kept)
	return after - before, err
}
