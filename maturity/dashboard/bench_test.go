package dashboard_test

import (
	"fmt"
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/maturity/dashboard"
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

// governed is an organisation with n systems more, half of them of high impact, each with a
// signed assessment and three pieces of evidence of its own that somebody apart has judged.
func governed(tb testing.TB, n int) *org {
	o := mature(tb)
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
		if err := tx.RegisterSystem(s); err != nil {
			return err
		}
		return written(tx, id)
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
			e := proofOf(annexa.MustParse(c), o.now, 365)
			e.ID, e.Systems = id+"-"+c, []string{id}
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

// BenchmarkFollow works out the screen of 10,000 systems that are governed, anew and after
// one of them changed.
func BenchmarkFollow(b *testing.B) {
	o := governed(b, 10_000)
	b.Run("compute", func(b *testing.B) {
		for b.Loop() {
			_, err := dashboard.Compute(o.View(), o.now, nil)
			require.NoError(b, err)
		}
	})
	b.Run("watch", func(b *testing.B) {
		for b.Loop() {
			_, err := dashboard.NewWatch(o.View(), o.now, nil)
			require.NoError(b, err)
		}
	})
	// followed measures the screen after a commit.
	followed := func(name, actor string, do func(tx *aims.Tx, turn int) error) {
		b.Run(name, func(b *testing.B) {
			w, err := dashboard.NewWatch(o.View(), o.now, nil)
			require.NoError(b, err)
			turns := 0
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				o.do(actor, func(tx *aims.Tx) error { return do(tx, turns) })
				turns++
				v := o.View()
				b.StartTimer()
				_, err := w.Follow(v, o.now)
				require.NoError(b, err)
			}
		})
	}
	followed("follow", "ada", func(tx *aims.Tx, turn int) error {
		s, _ := tx.Systems().Get("system-00500")
		s.Owner = []string{"bob", "ada"}[turn%2]
		_, err := tx.ReviseSystem(s)
		return err
	})
	more := 0
	followed("follow/evidence", "bob", func(tx *aims.Tx, _ int) error {
		e := proofOf(annexa.MustParse("A.8.2"), o.now, 365)
		more++
		e.ID, e.Systems = fmt.Sprintf("more-%d", more), []string{"system-00500"}
		return tx.AttachEvidence(e)
	})
	followed("follow/person", "lea", func(tx *aims.Tx, turn int) error {
		p, _ := tx.People().Get("bob")
		p.Name = fmt.Sprintf("Bob %d", turn)
		return tx.PutPerson(p)
	})
}

// BenchmarkScreen works out the screen of 10,000 systems, beside what package maturity
// and the findings take of it, and draws and serves its pages.
func BenchmarkScreen(b *testing.B) {
	o := many(b, 10_000)
	model := maturity.DefaultModel()
	// cold measures what is worked out of a view that nobody has asked yet.
	cold := func(name string, work func(b *testing.B, v *aims.View)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				v, err := o.At(o.ctx, o.now)
				require.NoError(b, err)
				b.StartTimer()
				work(b, v)
			}
		})
	}
	cold("compute", func(b *testing.B, v *aims.View) {
		_, err := dashboard.Compute(v, o.now, nil)
		require.NoError(b, err)
	})
	cold("evaluate", func(_ *testing.B, v *aims.View) { maturity.Evaluate(model, v, o.now) })
	cold("findings", func(_ *testing.B, v *aims.View) { v.Findings(o.now) })
	s := o.screen(nil)
	b.Run("board", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, s.WriteHTML(io.Discard, dashboard.ViewBoard, nil))
		}
	})
	h := o.handler(dashboard.Options{})
	n := 0
	serve := func(path func() string) func(*testing.B) {
		return func(b *testing.B) {
			require.Equal(b, 200, get(h, path()).status)
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", path(), nil))
			}
		}
	}
	b.Run("served", serve(func() string { return "/" }))
	b.Run("list", serve(func() string { n++; return fmt.Sprintf("/systems?page=%d", 1+n%100) }))
	b.Run("whole", serve(func() string { return "/systems.json?page=all" }))
	b.Run("record", serve(func() string { n++; return fmt.Sprintf("/systems/system-%05d", n%10_000) }))
}

// nowhere takes the files of an export and keeps none.
type nowhere struct{}

func (nowhere) Create(string) (io.Writer, error) { return io.Discard, nil }

// BenchmarkExport writes all pages of an organisation with as many systems as the federal
// inventory has; examples/inventory writes those of that one itself.
func BenchmarkExport(b *testing.B) {
	const systems = 2133
	o := many(b, systems)
	b.ReportAllocs()
	var done dashboard.Exported
	for b.Loop() {
		var err error
		done, err = dashboard.Export(o.ctx, o, nowhere{}, &dashboard.ExportOptions{Clock: func() time.Time { return o.now }})
		require.NoError(b, err)
	}
	require.Greater(b, done.Pages, 2*systems)
	b.ReportMetric(float64(done.Pages), "pages")
	b.ReportMetric(float64(done.Bytes)/1e6, "MB")
}
