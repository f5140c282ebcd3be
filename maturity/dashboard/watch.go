package dashboard

import (
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
	w := &Watch{in: o, follow: &follower{}}
	w.follow.begin(v, now.UTC(), &w.in)
	w.look(v, now)
	return w, nil
}

// Screen is that of the view that the Watch has come to.
func (w *Watch) Screen() Screen { return w.screen }

// Follow moves on to a view, of the same ledger and later as a rule, as of a moment, and
// returns its screen. It costs what was touched where that was the records of some systems;
// on another day all is worked out anew. The error is that of Compute, and then the Watch
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
	mu       sync.Mutex
	past     Past
	levels   *maturity.Watch
	findings *aims.Watch
}

func (f *follower) begin(v *aims.View, now time.Time, in *Input) {
	whole := unredacted.Of(v).(*aims.View)
	f.past, f.levels, f.findings = in.Past, maturity.NewWatch(*in.Model, whole, now, in.Past.history...), whole.Watch(now)
}

// of is what is said of a view at a moment: false if the follower is of a later one, or was
// begun with another past.
func (f *follower) of(v *aims.View, now time.Time, in *Input) (maturity.Report, []aims.Finding, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at := f.findings; v.Head().Seq < at.View().Head().Seq || now.Before(at.Now()) || !f.past.is(in.Past) {
		return maturity.Report{}, nil, false
	}
	whole := unredacted.Of(v).(*aims.View)
	f.levels.Follow(whole, now)
	f.findings.Follow(whole, now)
	r := f.levels.Report()
	if whole != v {
		r = r.For(v)
	}
	return r, uncopied.Findings(f.findings, v).([]aims.Finding), true
}
