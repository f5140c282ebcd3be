package dashboard_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/maturity/dashboard"
)

// BenchmarkPortfolio draws pages of 10,000 organisations from lines that are kept, for
// who sees all and for who sees a half.
func BenchmarkPortfolio(b *testing.B) {
	f := manyLines(b, 10_000)
	half := func(tenant string) bool { return tenant[len(tenant)-1]%2 == 0 }
	for name, sees := range map[string]func(string) bool{"all": nil, "half": half} {
		o := dashboard.PortfolioOptions{}
		if sees != nil {
			o.Sees = seesAlways(sees)
		}
		h := portfolioHandler(b, f, o)
		for query, path := range map[string]string{"page": "/?page=7", "sorted": "/?sort=-majors&page=3", "found": "/?q=99", "json": "/portfolio.json"} {
			b.Run(name+"/"+query, func(b *testing.B) {
				require.Equal(b, 200, get(h, path).status)
				for b.Loop() {
					w := httptest.NewRecorder()
					h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
				}
			})
		}
	}
	lines := f.Portfolio().Lines
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			dashboard.NewPortfolio(lines, day0, nil)
		}
	})
}

// BenchmarkRefresh brings lines up to date of which all have changed, none has, or one
// has: 1,000 without a look at the past, and 20 with 60 weeks of it, which is what most
// of the time goes into.
func BenchmarkRefresh(b *testing.B) {
	for _, x := range []struct{ tenants, weeks int }{{1000, -1}, {20, 65}} {
		o := newOrgs(b)
		for i := range x.tenants {
			o.add(fmt.Sprintf("t%05d", i), fmt.Sprintf("Organisation %d", i))
		}
		o.now = o.now.AddDate(0, 0, 7*60)
		name := fmt.Sprintf("tenants=%d/weeks=%d/", x.tenants, max(0, x.weeks))
		b.Run(name+"all", func(b *testing.B) {
			for b.Loop() {
				require.Equal(b, x.tenants, refresh(b, o.folio(dashboard.FolioOptions{Weeks: x.weeks})).Computed)
			}
		})
		f := o.folio(dashboard.FolioOptions{Weeks: x.weeks})
		refresh(b, f)
		b.Run(name+"none", func(b *testing.B) {
			for b.Loop() {
				require.Zero(b, refresh(b, f).Computed)
			}
		})
		n := 0
		b.Run(name+"one", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				n++
				o.system(fmt.Sprintf("t%05d", n%x.tenants), fmt.Sprint("s", n))
				b.StartTimer()
				require.Equal(b, 1, refresh(b, f).Computed)
			}
		})
	}
}
