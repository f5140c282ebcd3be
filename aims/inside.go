package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
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
	uncopied.Supported = func(view any, now time.Time) []crosswalk.Support { return view.(*View).entire().supported(now) }
	uncopied.Stand = func(view any, now time.Time, yield func(uncopied.Standing) bool) {
		x := view.(*View).entire().systemIndex(now)
		inPlace := x.inPlace(^askedControls(0))
		for _, st := range x.states {
			if !yield(x.standingOf(st, func() askedControls { return inPlace })) {
				return
			}
		}
	}
	uncopied.LeftOut = func(view any) func(*register.System) issue.Text {
		e := view.(*View).entire()
		scope, _ := e.Scope()
		return func(s *register.System) issue.Text {
			_, why := e.leftOut(s, &scope)
			return why
		}
	}
	uncopied.Track = func(view any, now time.Time) uncopied.Tracker {
		w := &Watch{bare: true}
		w.begin(view.(*View), now)
		return (*tracker)(w)
	}
	uncopied.Findings = func(watch any) any { return watch.(*Watch).findingsOf() }
	uncopied.FindingsFor = func(watch, view any) any { return view.(*View).findings(watch.(*Watch).source) }
	uncopied.Follow = func(watch, view any, now time.Time) ([]string, bool) {
		w, v := watch.(*Watch), view.(*View)
		t := &turned{Watch: w, anew: make(map[int]bool)}
		followed := t.follow(v, now)
		return t.systems, followed
	}
	uncopied.Stood = func(watch any, systems []string, yield func(uncopied.Standing) bool) {
		t := (*tracker)(watch.(*Watch))
		if len(systems) == 0 {
			t.Stands(yield)
			return
		}
		for _, id := range systems {
			i, found := placeOf(t.x.states, id)
			if found && !yield(t.x.standingOf(t.x.states[i], nil)) {
				return
			}
		}
	}
	uncopied.AuditProgramme = func(watch any) any { return watch.(*Watch).x.auditProgramme() }
	uncopied.ReviewPoint = func(view any, now time.Time, id string, findings any) (any, calendar.Date) {
		v := view.(*View)
		r := v.entire()
		// No row of the table asks where systems stand, which is most of what an index costs.
		x := &index{reading: r, now: now.UTC(), today: r.DayOf(now), zone: r.Zone(), organisation: r.Organisation().Name, found: &foundCounts{by: make(map[Severity]int)}}
		row := reviewTable[slices.IndexFunc(reviewTable, func(row ReviewRow) bool { return row.ID == id })]
		if row.Found {
			for _, f := range findings.([]*Finding) {
				x.found.take(f.Severity, f.Subject)
			}
		}
		since := x.reviewedOn()
		p := row.point(x, since)
		p.Subjects = v.told(p.Subjects)
		return p, since
	}
	uncopied.Traced = func(view any, told func(string)) any {
		e := view.(*View).entire()
		r := ledger.Traced(e.r.(*ledger.View), func(k Kind) { told(string(k)) })
		return &View{reading{r: r, opts: e.opts}, r}
	}
	uncopied.Touched = func(before, now any) (map[string]bool, bool) {
		all, ok := ledger.Touched(before.(*View).entire().r.(*ledger.View), now.(*View).entire().r.(*ledger.View))
		kinds := make(map[string]bool)
		for _, s := range all {
			kinds[string(s.Kind)], kinds[""] = true, true
		}
		return kinds, ok
	}
	uncopied.Decided = func(view any, assessments bool) (imported, declared int) {
		v := view.(*View)
		origin, some := v.Imported()
		v.decidedIn(assessments, !assessments, func(d decided) {
			if some && d.imported(origin) {
				imported++
			}
			if v.against(d).ID != "" {
				declared++
			}
		})
		return imported, declared
	}
}

// standingOf says where an active system stands, with the controls that are in place.
func (x *index) standingOf(st *systemState, inPlace func() askedControls) uncopied.Standing {
	s := uncopied.Standing{System: st.s, Span: st.span, Covered: st.coverage.Covered, Why: st.coverage.Text.Clone(), Approved: st.approved, Open: st.open}
	if r, known := registrationBy(st.first); known {
		s.RegisteredAt, s.RegisteredAs = r.At, r.Stage
	}
	s.KnownSince = func() calendar.Date { return x.knownSince(st.s) }
	s.Logs = func() (issue.Text, calendar.Date, bool) { return x.logsKept(st.s) }
	s.Asks = func(yield func(item, requires string, controls []annexa.ID)) {
		for _, a := range x.asks(st, inPlace()) {
			yield(a.Item, a.Requires, a.Controls)
		}
	}
	return s
}

// tracker is a Watch that keeps where the systems stand, and asks no probe.
type tracker Watch

func (t *tracker) View() any { return &View{*t.x.reading, t.x.r.(*ledger.View)} }

func (t *tracker) Stands(yield func(uncopied.Standing) bool) {
	for _, st := range t.x.states {
		if !yield(t.x.standingOf(st, nil)) {
			return
		}
	}
}

func (t *tracker) Tell(kind string) { (*Watch)(t).told(Kind(kind)) }

func (t *tracker) Programme() any { return t.x.auditProgramme() }

func (t *tracker) Parts() []string { return (*Watch)(t).systems() }

func (t *tracker) Part(system string, at time.Time) (any, uncopied.Standing, bool) {
	x := t.x
	if !at.Equal(x.now) {
		then := *x
		then.now, then.today, then.ofParts = at.UTC(), x.DayOf(at), new(ofParts)
		x = &then
	}
	y := x.part(system)
	v := &View{*y.reading, y.r.(*ledger.View)}
	if len(y.states) == 0 {
		return v, uncopied.Standing{}, false
	}
	return v, y.standingOf(y.states[0], func() askedControls { return y.inPlace(^askedControls(0)) }), true
}

func (t *tracker) Note(reads map[string]bool) {
	t.asked, t.noted = nil, func(k Kind) { reads[string(k)] = true }
}

func (t *tracker) Parted() { t.asked, t.noted = t.apart, nil }

func (t *tracker) Follow(view any, now time.Time) (systems []string, kinds map[string]bool, pieces []string, ok bool) {
	w := (*Watch)(t)
	f := &turned{Watch: w}
	if !f.follow(view.(*View), now) {
		return nil, nil, nil, false
	}
	kinds = make(map[string]bool, len(f.kinds))
	for k := range f.kinds {
		kinds[string(k)] = true
	}
	return f.systems, kinds, f.pieces, true
}
