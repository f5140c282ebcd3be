package maturity_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// many is an organisation with n systems more, a tenth of them of high impact.
func many(b *testing.B, n int) *org {
	o := mature(b)
	o.do("ada", func(tx *aims.Tx) error {
		for i := range n {
			s := spamFilter()
			if i%10 == 0 {
				s = creditScorer()
			}
			s.ID, s.Name = fmt.Sprintf("system-%05d", i), fmt.Sprintf("System %d", i)
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

// BenchmarkEvaluate judges an organisation of 10,000 systems, beside a plain
// walk over the same systems that asks only for owner and coverage.
func BenchmarkEvaluate(b *testing.B) {
	const n = 10_000
	o := many(b, n)
	v := o.View()
	require.Equal(b, n+2, v.Systems().Len())
	model := maturity.DefaultModel()

	b.Run("evaluate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			maturity.Evaluate(model, v, o.now)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/system")
	})
	b.Run("walk", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			covered, owned := 0, 0
			for s := range v.Systems().All() {
				if v.CoverageOf(s.ID, o.now).Covered {
					covered++
				}
				if p, ok := v.People().Get(s.Owner); ok && p.ActiveOn(calendar.Of(o.now, nil)) && s.Stage != register.StageRetirement {
					owned++
				}
			}
			if covered > owned {
				b.Fatal("more covered than owned")
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/system")
	})
}
