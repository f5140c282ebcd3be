package maturity

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
)

// TrendPoint is where an organisation stood at the end of one week.
type TrendPoint struct {
	// At is the last moment of that week at which it was looked at, in UTC; Level what
	// was found then.
	At    time.Time `json:"at"`
	Level Level     `json:"level"`
	// Credit is how much of what the target and the levels below it ask for was there:
	// 0 to 1, by weight (PastLevel.Credit).
	Credit float64 `json:"credit"`
}

// Trend tells how far an organisation was on its way to a level, week by week, oldest
// first. It reads a History, which Past makes in one pass over views of any past:
//
//	const week = 7 * 24 * time.Hour
//	past, err := maturity.Past(model, m.Between(ctx, now.Add(-52*week), now, week))
//	for _, p := range maturity.Trend(past, maturity.ML2) {
//		fmt.Println(p.At.Format(time.DateOnly), p.Level, p.Credit)
//	}
//
// Weeks are counted back from the last moment of the history: of each the last moment
// counts, and one in which nobody looked has no point. There is no way to ML0, and no
// trend. All of the past is judged by the one model that Past was given, so a change of
// the model is no change of the organisation.
func Trend(h History, target Level) []TrendPoint {
	return weekly(pointsOf(h.levels, target))
}

// pointsOf tells of moments of the past how far a level was, oldest first and one a day:
// the last.
func pointsOf(levels []PastLevel, target Level) []TrendPoint {
	if target < ML1 || target > ML3 {
		return nil
	}
	var out []TrendPoint
	for _, l := range levels {
		p := TrendPoint{At: l.At.UTC(), Level: l.Level, Credit: l.Credit[target-1]}
		if n := len(out); n > 0 && dayNumber(out[n-1].At) == dayNumber(p.At) {
			out[n-1] = p
		} else {
			out = append(out, p)
		}
	}
	return out
}

const week = 7 * 24 * time.Hour

// weekly keeps the last point of each week, counted back from the last one.
func weekly(points []TrendPoint) []TrendPoint {
	var out []TrendPoint
	kept := -1
	for _, p := range slices.Backward(points) {
		if back := int(points[len(points)-1].At.Sub(p.At) / week); back > kept {
			out, kept = append(out, p), back
		}
	}
	slices.Reverse(out)
	return out
}

// pastLevel is what a report says of the moment of a view.
func pastLevel(r Report, v *aims.View) PastLevel {
	l := PastLevel{At: r.At, Level: r.Level, Head: v.Head(), Next: r.CountsOf(r.Level + 1)}
	for _, to := range Levels()[1:] {
		l.Credit[to-1] = creditTo(r.Criteria, to)
	}
	return l
}

// creditTo is the credit of the applicable criteria up to a level, 0 to 1 by weight; 1 if
// none is applicable.
func creditTo(criteria []Result, target Level) float64 {
	var credit, total float64
	open := false
	for _, c := range criteria {
		if c.Criterion.Level > target || c.State == StateNotApplicable {
			continue
		}
		open = open || c.State != StateMet
		credit += value(c)
		total += float64(c.Weight)
	}
	if !open || total <= 0 {
		return 1
	}
	return credit / total
}

// renewals count what became of criteria that were met for a time.
type renewals struct {
	renewed, lapsed int
}

// count compares until when criteria held, by the view before, with what is found now:
// an end that was put off is a renewal, one that came with the criterion not met a lapse.
func (n *renewals) count(ends map[string]time.Time, r Report) {
	for _, c := range r.Criteria {
		before, had := ends[c.ID]
		switch {
		case !had:
		case c.State == StateMet && (c.Until.IsZero() || c.Until.After(before)):
			n.renewed++
		case c.State != StateMet && r.At.After(before):
			n.lapsed++
		}
		delete(ends, c.ID)
		if c.State == StateMet && !c.Until.IsZero() {
			ends[c.ID] = c.Until
		}
	}
}

// rate is which share of what ran out was renewed; false if nothing has run out.
func (n renewals) rate() (float64, bool) {
	if n.renewed+n.lapsed == 0 {
		return 0, false
	}
	return float64(n.renewed) / float64(n.renewed+n.lapsed), true
}
