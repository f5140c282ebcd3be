package ledger_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// The benchmarks stand each beside its limit, in the same run, so that ratios
// can be read off:
//
//	go test ./storage/ledger -bench . -benchmem -run '^$'

// large is a record of about the size of an AI system in an inventory: a dozen
// texts, and a dozen short lists.
func large(i int) ledger.Parcel {
	words := func(prefix string) []string { return []string{prefix + "one", prefix + "two"} }
	return ledger.Parcel{
		ID: fmt.Sprintf("sys-%06d", i), Colour: ledger.Colour(fmt.Sprintf("p%03d", i%200)), Text: "Sort unwanted mail into a folder that staff can look into.",
		Untagged: "Mail spam filter", On: true, Int: i, Float64: 0.5, Code: ledger.ParseCode("A.6.2.4"), At: day0,
		Tags: words("t"), Words: words("w"), Colours: []ledger.Colour{"red", "blue"}, Codes: []ledger.Code{ledger.ParseCode("A.2"), ledger.ParseCode("A.3")},
		Labels: map[string]string{"department": "staff mail"}, Piece: ledger.Piece{Name: "bayes", Tags: words("p")},
		Pieces: []ledger.Piece{{Name: "first", Tags: words("f")}, {Name: "second", Notes: map[string]string{"k": "v"}}},
		Stamp:  ledger.Stamp{By: "ada", Marks: words("m")},
	}
}

// manyParcels writes n large records.
func manyParcels(b testing.TB, j storage.Journal, n int) *ledger.Ledger {
	l, err := ledger.Open(b.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{ledger.Parcels}})
	require.NoError(b, err)
	fillParcels(b, l, n)
	return l
}

func fillParcels(b testing.TB, l *ledger.Ledger, n int) {
	for start := 0; start < n; start += 1000 {
		update(b, l, func(tx *ledger.Tx) error {
			for i := start; i < min(start+1000, n); i++ {
				if err := ledger.Parcels.Keep(tx, large(i)); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func BenchmarkPointRead(b *testing.B) {
	const n = 10_000
	v := manyParcels(b, memory.New(), n).View()
	plain := make(map[string]ledger.Parcel, n)
	keys := make([]string, 0, n)
	for p := range ledger.Parcels.Of(v).All() {
		plain[p.ID] = p
		keys = append(keys, p.ID)
	}
	var sink ledger.Parcel
	var shared *ledger.Parcel
	for name, read := range map[string]func(key string){
		"map":    func(key string) { sink = plain[key] },
		"copy":   func(key string) { sink, _ = ledger.Parcels.Of(v).Get(key) },
		"shared": func(key string) { shared, _ = ledger.Parcels.Shared(v).Get(key) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				read(keys[i%n])
				i += 7919
			}
		})
	}
	_, _ = sink, shared
}

// BenchmarkWalk walks over 10,000 records.
func BenchmarkWalk(b *testing.B) {
	const n = 10_000
	v := manyParcels(b, memory.New(), n).View()
	for name, walk := range map[string]func() int{
		"copy": func() (sum int) {
			for p := range ledger.Parcels.Of(v).All() {
				sum += len(p.Tags)
			}
			return sum
		},
		"shared": func() (sum int) {
			for _, p := range ledger.Parcels.Shared(v).All() {
				sum += len(p.Tags)
			}
			return sum
		},
		"ids": func() (sum int) {
			for range ledger.Parcels.Of(v).IDs() {
				sum += 2
			}
			return sum
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if walk() != 2*n {
					b.Fatal("records are missing")
				}
			}
		})
	}
}

// BenchmarkList lists the 500 records of one value among 100,000: walk looks at
// all of them.
func BenchmarkList(b *testing.B) {
	const n, owners = 100_000, 200
	l := open(b, memory.New(), nil)
	update(b, l, func(tx *ledger.Tx) error {
		for i := range n {
			if err := accounts.Keep(tx, account{ID: fmt.Sprintf("a%06d", i), Owner: fmt.Sprintf("p%03d", i%owners)}); err != nil {
				return err
			}
		}
		return nil
	})
	v := l.View()
	for name, count := range map[string]func() int{
		"walk": func() (found int) {
			for _, a := range accounts.Shared(v).All() {
				if a.Owner == "p007" {
					found++
				}
			}
			return found
		},
		"records": func() (found int) {
			for range accounts.Of(v).Where("owner", "p007").All() {
				found++
			}
			return found
		},
		"ids": func() (found int) {
			for range accounts.Of(v).Where("owner", "p007").IDs() {
				found++
			}
			return found
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if count() != n/owners {
					b.Fatal("records are missing")
				}
			}
		})
	}
}

// BenchmarkPage reads a page of 50 at the start of 50,000 and in their midst, by
// key and in the order of a listing.
func BenchmarkPage(b *testing.B) {
	const n, page = 50_000, 50
	l := open(b, memory.New(), nil)
	update(b, l, func(tx *ledger.Tx) error {
		for i := range n {
			if err := accounts.Keep(tx, account{ID: fmt.Sprintf("a%06d", i), Owner: fmt.Sprintf("p%05d", i*7919%n)}); err != nil {
				return err
			}
		}
		return nil
	})
	all := accounts.Of(l.View())
	for name, records := range map[string]ledger.Records[account]{
		"key/first":      all,
		"key/middle":     all.From("a025000"),
		"listing/first":  ledger.Sorted(all, "owner"),
		"listing/middle": ledger.Sorted(all, "owner").From("a025000"),
		"chosen/middle":  all.Where("owner", "p00000").Where("owner", "p00000").From(""),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				read := 0
				for range records.All() {
					if read++; read == page {
						break
					}
				}
			}
		})
	}
}

// putOne writes one small record per update, as an audit trail is written.
func putOne(b testing.TB, l *ledger.Ledger, id string) error {
	return l.Update(b.Context(), by, func(tx *ledger.Tx) error {
		return accounts.Keep(tx, account{ID: id, Owner: "An owner of the usual length"})
	})
}

// BenchmarkUpdate writes one record per commit: on the file store, where bare is
// an append and a sync of the same number of bytes, and in memory, where the
// ledger itself is what it costs; by one writer, and by 64.
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
	for _, store := range []string{"file", "memory"} {
		for _, writers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s-writers-%d", store, writers), func(b *testing.B) {
				var j storage.Journal = memory.New()
				if store == "file" {
					f, err := file.Open(filepath.Join(b.TempDir(), "store"), nil)
					require.NoError(b, err)
					defer f.Close()
					j = f
				}
				l := open(b, j, nil)
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
							if err := putOne(b, l, fmt.Sprintf("i%09d", n)); err != nil {
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
}

// commitSize is how many bytes the commit of putOne takes in the file.
func commitSize(b *testing.B) int {
	j := memory.New()
	require.NoError(b, putOne(b, open(b, j, nil), "i000000001"))
	size := 0
	for c, err := range j.Log(b.Context(), 0) {
		require.NoError(b, err)
		size = 64 + len(storage.AppendCommit(nil, c))
	}
	return size
}

// BenchmarkFleetDo is what the door costs when the tenant is open already.
func BenchmarkFleetDo(b *testing.B) {
	f, err := ledger.NewFleet(memory.NewTenants(), member, nil)
	require.NoError(b, err)
	defer f.Close(b.Context())
	for i := range 16 {
		require.NoError(b, f.Create(b.Context(), fmt.Sprint(i), ledger.By{Actor: "ops", Reason: "test"}, nil))
	}
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := f.Do(b.Context(), "3", idle); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		var worker atomic.Int64
		b.RunParallel(func(pb *testing.PB) {
			name := fmt.Sprint(worker.Add(1) % 16)
			for pb.Next() {
				if err := f.Do(b.Context(), name, idle); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}
