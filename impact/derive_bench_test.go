package impact_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// BenchmarkDeriveOne asks all rules of one system: of a benign one, of one of
// high impact, and of one of which nothing is known, where most rules are open.
func BenchmarkDeriveOne(b *testing.B) {
	rules := impact.DefaultRules()
	for _, c := range []struct {
		name   string
		system register.System
	}{
		{"benign", faqAssistant()},
		{"high", creditScorer()},
		{"unknown", register.System{ID: "sys", Name: "System", Stage: register.StageOperation}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rules.Derive(c.system, impact.Facts{})
			}
		})
	}
}

// BenchmarkDerive100k asks all rules of 100,000 systems of all kinds, on all
// cores.
func BenchmarkDerive100k(b *testing.B) {
	const many = 100_000
	rules := impact.DefaultRules()
	kinds := examples()
	workers := runtime.GOMAXPROCS(0)
	for b.Loop() {
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := w; i < many; i += workers {
					rules.Derive(kinds[i%len(kinds)].system, kinds[i%len(kinds)].facts)
				}
			})
		}
		wg.Wait()
	}
	b.ReportMetric(float64(b.Elapsed().Seconds())/float64(b.N), "s/100k")
}
