package aims

import (
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// What the module sees of a view and nobody outside of it.
func init() {
	unredacted.Of = func(view any) any {
		v := view.(*View)
		if v.whole == nil {
			return v
		}
		return &View{*v.whole, v.whole.r.(*ledger.View)}
	}
	of := make(map[string]ledger.AnyKind, len(kinds))
	for _, k := range kinds {
		of[string(k.Name())] = k
	}
	uncopied.Walk = func(view any, kind string, yield func(any) bool) {
		for _, rec := range ledger.Seen(of[kind], view.(*View).r) {
			if !yield(rec) {
				return
			}
		}
	}
	uncopied.Find = func(view any, kind, id string) any {
		k, ours := of[kind]
		if !ours {
			return nil // an embedder's own
		}
		rec, _ := ledger.SeenOne(k, view.(*View).r, id)
		return rec
	}
	uncopied.Exceeds = func(view any) func(*register.Risk) bool {
		e := view.(*View).entire()
		limits := e.riskCriteria()
		return func(risk *register.Risk) bool { return e.exceeds(&limits, risk) }
	}
	uncopied.Stand = func(view any, now time.Time, yield func(uncopied.Standing) bool) {
		x := view.(*View).entire().systemIndex(now)
		inPlace := x.inPlace(^askedControls(0))
		for _, st := range x.states {
			s := uncopied.Standing{System: st.s, Span: st.span, Covered: st.coverage.Covered, Why: st.coverage.Text.Clone(), Approved: st.approved, Open: st.open}
			if r, known := registrationBy(st.first); known {
				s.RegisteredAt, s.RegisteredAs = r.At, r.Stage
			}
			s.KnownSince = func() calendar.Date { return x.knownSince(st.s) }
			s.Logs = func() (issue.Text, calendar.Date, bool) { return x.logsKept(st.s) }
			s.Asks = func(yield func(item, requires string, controls []annexa.ID)) {
				for _, a := range x.asks(st, inPlace) {
					yield(a.Item, a.Requires, a.Controls)
				}
			}
			if !yield(s) {
				return
			}
		}
	}
}
