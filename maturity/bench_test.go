package maturity_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// many is an organisation with n systems more, half of them of high impact, each with a
// signed assessment and three pieces of evidence of its own, judged.
func many(b testing.TB, n int) *org {
	o := mature(b)
	each := func(actor string, do func(tx *aims.Tx, i int, id string) error) {
		for start := 0; start < n; start += 500 {
			o.do(actor, func(tx *aims.Tx) error {
				for i := start; i < min(start+500, n); i++ {
					if err := do(tx, i, fmt.Sprintf("system-%05d", i)); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	each("ada", func(tx *aims.Tx, i int, id string) error {
		s := spamFilter()
		if i%2 == 0 {
			s = creditScorer()
		}
		s.ID, s.Name, s.InUseSince = id, fmt.Sprintf("System %d", i), calendar.MustParse("2024-03-01")
		return tx.RegisterSystem(s)
	})
	each("ada", func(tx *aims.Tx, _ int, id string) error {
		a, _ := tx.OpenAssessment(id)
		s, _ := tx.Systems().Get(id)
		write(&a, s)
		if err := tx.SaveAssessment(a); err != nil {
			return err
		}
		return tx.SubmitAssessment(a.ID)
	})
	each("ian", func(tx *aims.Tx, _ int, id string) error {
		return tx.ApproveAssessment(aims.AssessmentID(id, 1), aims.RoleImpactApprover)
	})
	each("pam", func(tx *aims.Tx, i int, id string) error {
		if i%2 != 0 {
			return nil
		}
		return tx.ApproveAssessment(aims.AssessmentID(id, 1), aims.RolePolicyOwner)
	})
	shown := []string{"A.8.2", "A.9.2", "A.6.2.4"}
	each("bob", func(tx *aims.Tx, _ int, id string) error {
		for _, c := range shown {
			e := proofOf(annexa.MustParse(c), o.now, 365, id)
			e.ID = id + "-" + c
			if err := tx.AttachEvidence(e); err != nil {
				return err
			}
		}
		return nil
	})
	each("una", func(tx *aims.Tx, _ int, id string) error {
		for _, c := range shown {
			if err := tx.JudgeEvidence(id+"-"+c, aims.QualityGood); err != nil {
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
	// Of a View that nobody has asked yet, and of one that remembers what it saw that day.
	fresh := func() *aims.View {
		v, err := o.At(o.ctx, o.now)
		require.NoError(b, err)
		return v
	}
	for name, ask := range map[string]func(v *aims.View){
		"findings":  func(v *aims.View) { v.Findings(o.now) },
		"readiness": func(v *aims.View) { v.Readiness(o.now, aims.Stage2) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				v := fresh()
				b.StartTimer()
				ask(v)
			}
		})
		b.Run(name+"/again", func(b *testing.B) {
			b.ReportAllocs()
			ask(v)
			for b.Loop() {
				ask(v)
			}
		})
	}
	b.Run("watch", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v.Watch(o.now)
		}
	})
	turns := 0
	another := func() *aims.View { // after one system changed
		o.do("ada", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("system-00500")
			s.Owner = []string{"bob", "ada"}[turns%2]
			turns++
			_, err := tx.ReviseSystem(s)
			return err
		})
		return o.View()
	}
	// What one commit costs that changes one system.
	b.Run("follow", func(b *testing.B) {
		b.ReportAllocs()
		w := v.Watch(o.now)
		for b.Loop() {
			b.StopTimer()
			now := another()
			b.StartTimer()
			if c := w.Follow(now, o.now); c.Afresh {
				b.Fatal("all was looked at")
			}
		}
	})
	// The same of the level, which is judged at the time of its next drop too.
	b.Run("keep", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			maturity.NewWatch(model, v, o.now)
		}
	})
	b.Run("keep/follow", func(b *testing.B) {
		b.ReportAllocs()
		w := maturity.NewWatch(model, o.View(), o.now)
		for b.Loop() {
			b.StopTimer()
			now := another()
			b.StartTimer()
			if c := w.Follow(now, o.now); c.Afresh {
				b.Fatal("all was judged")
			}
		}
	})
	// What it costs to come by each record once, and to look at one field of it.
	b.Run("records", func(b *testing.B) {
		for b.Loop() {
			n, read := 0, 0
			for _, kind := range []aims.Kind{aims.KindSystem, aims.KindAssessment, aims.KindEvidence, aims.KindRisk} {
				uncopied.Walk(v, string(kind), func(rec any) bool {
					n++
					switch r := rec.(type) {
					case *register.System:
						read += len(r.Owner)
					case *impact.Assessment:
						read += len(r.Assessor)
					case *aims.Evidence:
						read += len(r.Collector)
					case *register.Risk:
						read += len(r.Owner)
					}
					return true
				})
			}
			b.ReportMetric(float64(n), "records")
			if read == 0 {
				b.Fatal("nothing was looked at")
			}
		}
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
