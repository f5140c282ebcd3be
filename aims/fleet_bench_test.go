package aims_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/file"
)

// fleetTenants is how many tenants the benchmarks have: AIMSKIT_TENANTS, or
// few enough to be quick. For the whole of it:
//
//	AIMSKIT_TENANTS=10000 go test ./aims -run '^$' -bench Fleet -benchtime 1x -timeout 1h
func fleetTenants(b *testing.B) int {
	text := os.Getenv("AIMSKIT_TENANTS")
	if text == "" {
		return 100
	}
	n, err := strconv.Atoi(text)
	require.NoError(b, err, "AIMSKIT_TENANTS")
	require.Positive(b, n, "AIMSKIT_TENANTS")
	return n
}

const systemsEach = 20

// populate makes tenants of 20 systems each, with their assessments and the
// person who owns them, on as many goroutines as help.
func populate(b *testing.B, f *aims.Fleet, tenants int) {
	by := aims.By{Actor: "bench", Reason: "fill"}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(tenants); i = next.Add(1) - 1 {
				name := fmt.Sprintf("tenant-%05d", i)
				err := f.Create(b.Context(), name, by, foundedBy(by))
				if err == nil {
					err = f.Do(b.Context(), name, func(m *aims.Manager) error {
						return m.Update(b.Context(), by, func(tx *aims.Tx) error {
							if err := tx.PutPerson(aims.Person{ID: "ada", Name: "Ada"}); err != nil {
								return err
							}
							for s := range systemsEach {
								system := spamFilter()
								if s%10 == 0 {
									system = cvScreener()
								}
								system.ID = fmt.Sprintf("sys-%03d", s)
								if err := tx.RegisterSystem(system); err != nil {
									return err
								}
							}
							return nil
						})
					})
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// dashboard is what a vendor's portfolio page shows of a tenant, or of all.
type dashboard struct {
	systems  int
	levels   map[impact.Level]int
	stages   map[register.Stage]int
	findings map[aims.Severity]int
}

func newDashboard() dashboard {
	return dashboard{levels: map[impact.Level]int{}, stages: map[register.Stage]int{}, findings: map[aims.Severity]int{}}
}

func look(now time.Time) func(context.Context, string, *aims.View) (dashboard, error) {
	return func(_ context.Context, _ string, v *aims.View) (dashboard, error) {
		d := newDashboard()
		for s := range v.Systems().All() {
			d.systems++
			d.levels[v.LevelOf(s.ID)]++
			d.stages[s.Stage]++
		}
		for _, f := range v.Findings(now) {
			d.findings[f.Severity]++
		}
		return d, nil
	}
}

func (d *dashboard) add(o dashboard) {
	d.systems += o.systems
	add(d.levels, o.levels)
	add(d.stages, o.stages)
	add(d.findings, o.findings)
}

func add[K comparable](to, from map[K]int) {
	for k, n := range from {
		to[k] += n
	}
}

// portfolio asks all tenants and adds up.
func portfolio(b *testing.B, f *aims.Fleet, tenants int) dashboard {
	sum, n := newDashboard(), 0
	for a, err := range aims.Query(b.Context(), f, 0, look(time.Now().AddDate(1, 0, 0))) {
		require.NoError(b, err)
		sum.add(a.Value)
		n++
	}
	require.Equal(b, tenants, n)
	require.Equal(b, tenants*systemsEach, sum.systems)
	require.NotEmpty(b, slices.Collect(maps.Keys(sum.findings)))
	return sum
}

// heap returns the bytes of live objects.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkFleet keeps many tenants on files: open is opening one that is
// closed, and dashboard the counts by level, stage and severity of findings over
// all: cold opens them, few at a time, warm is over the Views that open-all has
// kept in memory, which need no open files.
func BenchmarkFleet(b *testing.B) {
	tenants := fleetTenants(b)
	dir := filepath.Join(b.TempDir(), "tenants")
	store, err := file.OpenTenants(dir, nil)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	fleet := func(b *testing.B, opts aims.FleetOptions) *aims.Fleet {
		f, err := aims.NewFleet(store, &opts)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, f.Close(context.Background())) })
		return f
	}
	began := time.Now()
	filling := fleet(b, aims.FleetOptions{})
	populate(b, filling, tenants)
	once(b, "fill", map[string]float64{"tenants/s": float64(tenants) / time.Since(began).Seconds()})
	require.NoError(b, filling.Close(context.Background()))
	name := func(i int) string { return fmt.Sprintf("tenant-%05d", i%tenants) }

	b.Run("open", func(b *testing.B) {
		f := fleet(b, aims.FleetOptions{MaxOpen: 1})
		i := 0
		for b.Loop() {
			if _, err := f.View(b.Context(), name(i)); err != nil {
				b.Fatal(err)
			}
			i += 7919
		}
	})
	b.Run("dashboard-cold", func(b *testing.B) {
		f := fleet(b, aims.FleetOptions{MaxOpen: 64})
		before := heap()
		for b.Loop() {
			portfolio(b, f, tenants)
		}
		b.ReportMetric(float64(b.N)*float64(tenants)/b.Elapsed().Seconds(), "tenants/s")
		b.ReportMetric((heap()-before)/1e6, "MB-held")
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for _, err := range store.List(b.Context()) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != tenants {
				b.Fatal(n)
			}
		}
	})
	f := fleet(b, aims.FleetOptions{MaxOpen: 64})
	before := heap()
	began = time.Now()
	views, records := make([]*aims.View, 0, tenants), 0
	for a, err := range aims.Query(b.Context(), f, 0, func(_ context.Context, _ string, v *aims.View) (*aims.View, error) { return v, nil }) {
		require.NoError(b, err)
		views = append(views, a.Value)
		records += a.Value.Decisions().Len() + a.Value.Roles().Len() + 2 + a.Value.People().Len() + a.Value.Systems().Len() + a.Value.Assessments().Len()
	}
	took := time.Since(began)
	held := heap() - before
	require.Len(b, views, tenants)
	once(b, "open-all", map[string]float64{"tenants/s": float64(tenants) / took.Seconds(), "MB-held": held / 1e6, "KB/tenant": held / float64(tenants) / 1e3,
		"B/record": held / float64(records), "records/tenant": float64(records) / float64(tenants)})
	b.Run("dashboard-warm", func(b *testing.B) {
		query := look(time.Now().AddDate(1, 0, 0))
		for b.Loop() {
			sum := newDashboard()
			for i, v := range views {
				d, err := query(b.Context(), name(i), v)
				if err != nil {
					b.Fatal(err)
				}
				sum.add(d)
			}
			if sum.systems != tenants*systemsEach {
				b.Fatal(sum)
			}
		}
		b.ReportMetric(float64(b.N)*float64(tenants)/b.Elapsed().Seconds(), "tenants/s")
	})
}

// once reports what was measured once, however often the benchmark is run.
func once(b *testing.B, name string, metrics map[string]float64) {
	b.Run(name, func(b *testing.B) {
		for b.Loop() {
			continue
		}
		b.ReportMetric(0, "ns/op")
		for unit, value := range metrics {
			b.ReportMetric(value, unit)
		}
	})
}
