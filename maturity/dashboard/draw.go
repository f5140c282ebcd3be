package dashboard

import (
	"fmt"
	"time"

	"github.com/aimskit/aimskit/maturity"
)

// segment is one part of a bar, in percent of its width.
type segment struct {
	Class string
	X, W  string
	Hatch bool
}

func percent(part, whole int) float64 {
	if whole <= 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}

func pc(f float64) string { return fmt.Sprintf("%.2f%%", f) }

// gap is what stands between the parts of a bar, in percent.
const gap = 0.6

// bar lays the parts of a bar one after the other, over a width that stands for most.
func bar(most int, parts ...part) []segment {
	var out []segment
	at := 0.0
	for _, p := range parts {
		if p.n <= 0 {
			continue
		}
		w := percent(p.n, most)
		out = append(out, segment{Class: p.class, X: pc(at), W: pc(max(0.4, w-gap)), Hatch: p.hatch})
		at += w
	}
	return out
}

type part struct {
	n     int
	class string
	hatch bool
}

// splitBar is the bar of a split: met, not met, unknown, in this order. Its width
// stands for most, or for the whole if that is 0.
func splitBar(s Split, most int) []segment {
	if most == 0 {
		most = s.Of
	}
	return bar(most, part{s.Met, "fm", false}, part{s.NotMet, "fo", false}, part{s.Unknown, "", true})
}

// frameworkBar is the bar of a framework: covered, in part, open.
func frameworkBar(f FrameworkRow) []segment {
	return bar(f.Of, part{f.Covered, "fm", false}, part{f.Partial, "fp", false}, part{f.Open, "fo", false})
}

func ageBar(b AgeBin, most int) []segment {
	return bar(most, part{b.Fresh, "fm", false}, part{b.RunOut, "", true})
}

// stroke is one straight line of a chart: x in percent, y in em.
type stroke struct {
	Class          string
	X1, Y1, X2, Y2 string
}

// label is one word in a chart.
type label struct {
	X, Y, Text, Anchor, Class string
}

// lineChart is the chart of level and progress over time.
type lineChart struct {
	Grid, Lines []stroke
	Range       *struct{ X, Y, W, H string }
	Labels      []label
	Title, Desc string
}

// levelY is where a level, or what lies between two, stands in a chart.
func levelY(level float64) string { return fmt.Sprintf("%.3fem", 1+2*(3-level)) }

// height is how far up a point stands: its level and what is met of the next one.
func (p Point) height() float64 {
	return min(3, float64(p.Level)+percent(p.Met, p.Of)/100)
}

// drawTrend draws the trend, with the forecast if there is one.
func (v voice) drawTrend(t Trend, f *Forecast) lineChart {
	first, last := t.Points[0].At, t.Points[len(t.Points)-1].At
	end := last
	if f != nil {
		for _, x := range []time.Time{f.To, f.Planned} {
			if x.After(end) {
				end = x
			}
		}
		end = end.Add(end.Sub(first) / 20)
	}
	span := end.Sub(first).Seconds()
	at := func(x time.Time) float64 { return max(0, min(100, 100*x.Sub(first).Seconds()/span)) }
	c := lineChart{Title: v.say("Level over time")}
	for l := maturity.ML0; l <= maturity.ML3; l++ {
		c.Grid = append(c.Grid, stroke{"g", "0%", levelY(float64(l)), "100%", levelY(float64(l))})
	}
	if f != nil && f.To.After(f.From) {
		c.Range = &struct{ X, Y, W, H string }{pc(at(f.From)), levelY(float64(f.Target)), pc(at(f.To) - at(f.From)), levelYDiff(float64(f.Target), 0)}
	}
	for i := 1; i < len(t.Points); i++ {
		a, b := t.Points[i-1], t.Points[i]
		c.Lines = append(c.Lines, stroke{"pr", pc(at(a.At)), levelY(a.height()), pc(at(b.At)), levelY(b.height())})
	}
	for i := 1; i < len(t.Points); i++ {
		a, b := t.Points[i-1], t.Points[i]
		c.Lines = append(c.Lines, stroke{"lv", pc(at(a.At)), levelY(float64(a.Level)), pc(at(b.At)), levelY(float64(a.Level))})
		if a.Level != b.Level {
			c.Lines = append(c.Lines, stroke{"lv", pc(at(b.At)), levelY(float64(a.Level)), pc(at(b.At)), levelY(float64(b.Level))})
		}
	}
	if f != nil {
		c.Lines = append(c.Lines, stroke{"ink-l dash", pc(at(last)), levelY(3), pc(at(last)), levelY(0)})
		c.Labels = append(c.Labels, label{pc(at(last)), "0.5em", v.say("today"), "end", "ink"})
		if !f.Planned.IsZero() {
			c.Lines = append(c.Lines, stroke{"ink-l", pc(at(f.Planned)), levelY(3), pc(at(f.Planned)), levelY(0)})
			c.Labels = append(c.Labels, label{pc(at(f.Planned)), "0.5em", v.say("planned"), "middle", "ink"})
		}
	}
	c.Labels = append(c.Labels, v.months(first, end, at)...)
	c.Desc = v.say("From %s to %s, from %s to %s.", v.day(first), v.day(last), t.Points[0].Level.String(), t.Points[len(t.Points)-1].Level.String())
	return c
}

func levelYDiff(from, to float64) string { return fmt.Sprintf("%.3fem", 2*(from-to)) }

// mostMonths is how many names of months stand below a chart.
const mostMonths = 6

// months are the names of some months below a chart.
func (v voice) months(first, end time.Time, at func(time.Time) float64) []label {
	var starts []time.Time
	for m := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC); m.Before(end); m = m.AddDate(0, 1, 0) {
		if !m.Before(first) {
			starts = append(starts, m)
		}
	}
	every := max(1, (len(starts)+mostMonths-1)/mostMonths)
	var out []label
	for i := 0; i < len(starts); i += every {
		x := at(starts[i])
		if x > 93 {
			continue
		}
		format := "Jan"
		if len(out) == 0 || starts[i].Month() <= time.Month(every) {
			format = "Jan 2006"
		}
		out = append(out, label{pc(x), "8.3em", v.Date(format, starts[i]), "start", ""})
	}
	return out
}

// heat is how strongly a cell of a heat map is tinted.
func heat(n, most int) string {
	switch {
	case n == 0 || most == 0:
		return ""
	case 3*n <= most:
		return "h1"
	case 3*n <= 2*most:
		return "h2"
	}
	return "h3"
}
