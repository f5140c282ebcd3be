package dashboard

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/maturity"
)

// Watch keeps the screen of a management system and follows it to later views by what
// their commits touched (aims.Watch, maturity.Watch): what it says is what Compute would.
//
// It holds a view, and memory by the systems. It is for one goroutine at a time; what it
// hands out stays as it is.
type Watch struct {
	in     Input
	follow *follower
	screen Screen
}

// NewWatch works out the screen of a view as of a moment, as Compute does, and with the
// same errors.
func NewWatch(v *aims.View, now time.Time, in *Input) (*Watch, error) {
	o, err := in.usable(v, now)
	if err != nil {
		return nil, err
	}
	w := &Watch{in: o, follow: newFollower(v, now.UTC(), &o, false)}
	w.look(v, now)
	return w, nil
}

// Screen is that of the view that the Watch has come to.
func (w *Watch) Screen() Screen { return w.screen }

// Follow moves on to a view, of the same ledger and later as a rule, as of a moment, and
// returns its screen. Where systems alone were touched it costs what they are; evidence, risks
// and assessments cost a walk over their kind besides. On another day, and where people,
// decisions or other records were touched on which what is seen of systems rests, the Watch
// begins anew, which takes some times as long as Compute. The error is that of Compute, and then the Watch
// has not moved.
func (w *Watch) Follow(v *aims.View, now time.Time) (Screen, error) {
	if _, err := w.in.usable(v, now); err != nil {
		return Screen{}, err
	}
	w.look(v, now)
	return w.screen, nil
}

func (w *Watch) look(v *aims.View, now time.Time) {
	in := w.in
	in.follow = w.follow
	w.screen = newLook(v, now.UTC(), in).screen()
}

// follower keeps the level and the findings of the whole of a management system, which
// screens for every reader and in every language are made of, and follows them to later
// views.
type follower struct {
	mu     sync.Mutex
	past   Past
	model  *maturity.Model
	now    time.Time     // that it was last moved for
	beside bool          // it begins beside whoever asks, who is told nothing until then
	begun  chan struct{} // closed once it has
	failed any           // the panic that it ended in instead

	levels   *maturity.Watch // nil until it has begun
	findings *aims.Watch
	turn     int // counts the moves
	kept     map[string]kept
	systems  []*system // of the whole, once asked for
	byID     map[string]int
}

// kept is what was worked out of records of some kinds.
type kept struct {
	what  any
	reads map[string]bool
}

func newFollower(v *aims.View, now time.Time, in *Input, beside bool) *follower {
	f := &follower{past: in.Past, model: in.Model, beside: beside}
	f.begin(unredacted.Of(v).(*aims.View), now)
	return f
}

// begin works out anew what is followed.
func (f *follower) begin(whole *aims.View, now time.Time) {
	f.now, f.levels, f.findings, f.kept, f.systems = now, nil, nil, make(map[string]kept), nil
	f.turn++
	work := func() (*maturity.Watch, *aims.Watch) {
		return maturity.NewWatch(*f.model, whole, now, f.past.history...), whole.Watch(now)
	}
	if !f.beside {
		f.levels, f.findings = work()
		return
	}
	begun := make(chan struct{})
	f.begun = begun
	go func() {
		defer close(begun)
		var levels *maturity.Watch
		var findings *aims.Watch
		defer func() {
			failed := recover()
			f.mu.Lock()
			defer f.mu.Unlock()
			f.levels, f.findings, f.failed = levels, findings, failed
		}()
		levels, findings = work()
	}()
}

// at is when it was last moved for.
func (f *follower) at() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// look has the follower move on to what a look is of, and tell it what it knows of that: false
// if it is of a later view, was begun with another past, or has not begun yet.
func (f *follower) look(k *look) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed != nil {
		panic(f.failed) // where it is heard
	}
	if f.levels == nil || k.v.Head().Seq < f.findings.View().Head().Seq || k.now.Before(f.now) || !f.past.is(k.in.Past) {
		return false
	}
	whole := unredacted.Of(k.v).(*aims.View)
	if f.move(whole, k.now); f.levels == nil {
		return false
	}
	k.report = uncopied.Reported(f.levels).(maturity.Report)
	if whole != k.v {
		k.report, k.findings = k.report.For(k.v), pointers(uncopied.FindingsFor(f.findings, k.v).([]aims.Finding))
	} else {
		k.findings, k.follow, k.turn = uncopied.Findings(f.findings).([]*aims.Finding), f, f.turn
		k.ties = make(map[string][]aims.OwnWork)
		for a := range whole.Audits().All() {
			k.ties[a.ID] = uncopied.OwnWork(f.levels, a).([]aims.OwnWork)
		}
		k.parts = uncopied.AuditProgramme(f.findings).([]aims.AuditPart)
	}
	if f.systems == nil || whole != k.v {
		k.walkSystems(func(yield func(uncopied.Standing) bool) { uncopied.Stood(f.findings, nil, yield) })
		if whole == k.v {
			f.systems, f.byID = k.systems, k.byID
		}
	}
	if whole == k.v {
		k.systems, k.byID = f.systems, f.byID
	}
	return true
}

// turnSystems says anew where some systems stand, in a list of its own, and reports whether one
// is of another level than before; if there are others than before, all of them will be looked
// at.
func (f *follower) turnSystems(v *aims.View, ids []string) (moved bool) {
	all := slices.Clone(f.systems)
	left := make(map[string]bool) // those that were there
	for _, id := range ids {
		if _, known := f.byID[id]; known {
			left[id] = true
		}
	}
	others := false
	uncopied.Stood(f.findings, ids, func(st uncopied.Standing) bool {
		i, known := f.byID[st.System.ID]
		if others = !known; known {
			s, _ := systemOf(v, &st)
			moved = moved || s.span.Level != all[i].span.Level
			all[i] = &s
			delete(left, st.System.ID)
		}
		return known
	})
	if f.systems = all; others || len(left) > 0 {
		f.systems = nil
	}
	return moved
}

// move follows, and forgets what was worked out of records that were touched; what can't be
// followed is begun anew.
func (f *follower) move(v *aims.View, now time.Time) {
	kinds, known := uncopied.Touched(f.findings.View(), v)
	if known && len(kinds) == 0 && now.Equal(f.now) {
		return
	}
	var ids []string
	followed := uncopied.FollowLevels(f.levels, v, now)
	if followed {
		ids, followed = uncopied.Follow(f.findings, v, now)
	}
	if !followed {
		f.begin(v, now)
		return
	}
	f.now = now
	if len(ids) > 0 && f.systems != nil && f.turnSystems(v, ids) || f.systems == nil {
		kinds[ofLevels] = true
	}
	maps.DeleteFunc(f.kept, func(_ string, e kept) bool {
		for k := range kinds {
			if e.reads[k] {
				return true
			}
		}
		return false
	})
	f.turn++
}

// ofLevels is touched where there are other active systems than before, or of other levels.
const ofLevels = "^levels"

// keep is what a function works out of what k.v shows, or worked out before if no record of a
// kind that it reads was touched since. Beside k.v it may look at the day and at people, and of
// what a look knows of systems at nothing but what it says that it reads besides.
func keep[T any](k *look, name string, find func() T, besides ...string) T {
	f := k.follow
	if f == nil {
		return find()
	}
	name += "\n" + k.Language().String()
	f.mu.Lock()
	e, ok := f.kept[name]
	ok = ok && f.turn == k.turn
	f.mu.Unlock()
	if ok {
		return e.what.(T)
	}
	e.reads = map[string]bool{string(aims.KindOrganisation): true, string(aims.KindPerson): true, string(aims.KindRole): true, string(aims.KindService): true}
	for _, kind := range besides {
		e.reads[kind] = true
	}
	v := k.v
	k.v = uncopied.Traced(v, func(kind string) { e.reads[kind] = true }).(*aims.View)
	what := find()
	k.v, e.what = v, what
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.turn == k.turn {
		f.kept[name] = e
	}
	return what
}
