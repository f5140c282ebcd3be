package dashboard

import (
	"iter"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
)

// Past is what a journal shows of the past. PastOf alone makes one; the zero Past
// shows nothing.
type Past struct {
	history []maturity.History
	points  []Point
}

// Point is where the organisation stood at one moment.
type Point struct {
	At time.Time `json:"at"`
	// Level is the level then.
	Level maturity.Level `json:"level"`
	// Met, NotMet and Unknown of Of criteria of the next level; all zero on the
	// highest.
	Met     int `json:"met"`
	NotMet  int `json:"not_met"`
	Unknown int `json:"unknown"`
	Of      int `json:"of"`
}

// Trend is the way here.
type Trend struct {
	// Points are the moments, oldest first; the last is now.
	Points []Point `json:"points"`
	// Short says why there is no line to draw yet; empty if there is.
	Short string `json:"short,omitempty"`
	// Events are the changes of the level.
	Events []Event `json:"events,omitempty"`
}

// Event is a change of the level, seen first at a moment.
type Event struct {
	At time.Time `json:"at"`
	// From is the level before.
	From maturity.Level `json:"from"`
	// To is the level after.
	To maturity.Level `json:"to"`
}

// PastOf judges views of one journal, each at the moment that it is of, such as
// aims.Manager.Between yields:
//
//	past, err := dashboard.PastOf(model, m.Between(ctx, now.AddDate(0, 0, -7*65), now, 7*24*time.Hour))
//	screen, err := dashboard.Compute(m.View(), now, &dashboard.Input{Past: past})
//
// The error is that of the views, or of maturity.Past.
func PastOf(m maturity.Model, views iter.Seq2[*aims.View, error]) (Past, error) {
	var founded bool
	h, err := maturity.Past(m, func(yield func(*aims.View, error) bool) {
		for v, err := range views {
			if err == nil && v.Head().Seq == 0 && !founded {
				continue // before the first commit there was nothing to judge
			}
			founded = true
			if !yield(v, err) {
				return
			}
		}
	})
	if err != nil {
		return Past{}, err
	}
	p := Past{history: []maturity.History{h}}
	for l := range h.All() {
		p.points = append(p.points, pointOf(l.At, l.Level, l.Next))
	}
	return p, nil
}

func pointOf(at time.Time, level maturity.Level, next maturity.StateCounts) Point {
	return Point{At: at, Level: level, Met: next.Met, NotMet: next.NotMet, Unknown: next.Unknown, Of: next.Of}
}

// is reports whether two are one.
func (p Past) is(o Past) bool {
	return len(p.history) == len(o.history) && (len(p.history) == 0 || &p.history[0] == &o.history[0])
}

// since is from when on a level was held without a break up to now.
func (p Past) since(l maturity.Level, now time.Time) (since time.Time, atLeast bool) {
	for i := len(p.points) - 1; i >= 0; i-- {
		at := p.points[i]
		if at.At.After(now) {
			continue
		}
		if at.Level != l {
			return since, false
		}
		since = at.At
	}
	return since, !since.IsZero()
}

// leastTrend is over how many days a line begins to say something.
const leastTrend = 14

func (k *look) trend() Trend {
	t := Trend{Points: []Point{}}
	for _, p := range k.in.Past.points {
		if p.At.Before(k.now) {
			t.Points = append(t.Points, p)
		}
	}
	t.Points = append(t.Points, pointOf(k.now, k.report.Level, k.report.CountsOf(k.report.Level+1)))
	for i := 1; i < len(t.Points); i++ {
		if a, b := t.Points[i-1], t.Points[i]; a.Level != b.Level {
			t.Events = append(t.Events, Event{At: b.At, From: a.Level, To: b.Level})
		}
	}
	switch days := daysBetween(t.Points[0].At, k.now); {
	case k.in.Past.history == nil:
		t.Short = k.say("Nothing was read of the past, so there is no line to draw.")
	case days == 0:
		t.Short = k.say("There is no past to look at yet. From two weeks on a line is drawn here.")
	case days < leastTrend:
		t.Short = k.say("The past that was looked at reaches back %d days. From two weeks on there is a line to draw.", days)
	}
	return t
}
