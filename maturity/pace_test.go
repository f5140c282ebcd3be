package maturity

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var start = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// by gives points some days apart.
func by(days int, credits ...float64) []TrendPoint {
	var out []TrendPoint
	for i, c := range credits {
		out = append(out, TrendPoint{At: start.AddDate(0, 0, days*i), Credit: c})
	}
	return out
}

// The numbers of the reference implementation (splitmix64.c) for this seed.
func TestSplitMix(t *testing.T) {
	s := splitMix(1234567)
	for _, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		require.Equal(t, want, s.next())
	}
	seen := make([]int, 13)
	for range 13_000 {
		seen[s.below(13)]++
	}
	require.Greater(t, slices.Min(seen), 800)
	require.Less(t, slices.Max(seen), 1200)
}

// Six points on six days over six weeks are just enough.
func TestPaceNeedsAPast(t *testing.T) {
	for _, c := range []struct {
		name   string
		points []TrendPoint
		enough bool
	}{
		{"none", nil, false},
		{"five over 42 days or more", by(11, .1, .2, .3, .4, .5), false},
		{"seven over 42 days", by(7, .1, .2, .3, .4, .5, .6, .7), true},
		{"six over 35 days", by(7, .1, .2, .3, .4, .5, .6), false},
		{"six over 45 days", by(9, .1, .2, .3, .4, .5, .6), true},
		{"six of which four lie before the window", by(31, .1, .2, .3, .4, .5, .6), false},
		{"a step two weeks ago", by(7, .1, .1, .1, .1, .1, .1, .1, .4, .4), false},
		{"a step of a quarter is none", by(7, .1, .1, .1, .1, .1, .1, .1, .35, .35), true},
		{"a step that was long ago", by(7, .1, .4, .4, .4, .4, .5, .5, .5), true},
		{"a rise over three weeks is no step", append(by(7, .1, .1, .1, .1, .1, .1, .1), TrendPoint{At: start.AddDate(0, 0, 63), Credit: .5}), true},
		{"a fall is no step", by(7, .9, .9, .9, .9, .9, .9, .9, .3), true},
	} {
		p := paceOf(c.points, time.Time{})
		require.Equal(t, c.enough, !p.insufficient, "%s: %d over %d days", c.name, p.points, p.days)
	}
	points := by(7, .1, .1, .1, .1, .1, .1, .1, .1)
	require.True(t, paceOf(points, points[3].At).insufficient, "an import in the middle")
	require.Equal(t, points[4].At.AddDate(0, 0, 0), paceOf(by(7, .1, .1, .1, .1, .5, .5), time.Time{}).step)
}

// Slopes between any two of 0, 1, 2, 12 tenths, a week apart: 1, 1, 10, 1, 5.5, 4; in
// order 1, 1, 1, 4, 5.5, 10, whose middle is 2.5.
func TestTheilSen(t *testing.T) {
	require.InDelta(t, 0.25, theilSen(by(7, 0, .1, .2, 1.2)), 1e-12)
	require.InDelta(t, 0.1, theilSen(by(7, 0, .1, .9, .3, .4)), 1e-12, "one far out changes nothing")
	require.InDelta(t, 0.05, theilSen(by(14, 0, .1, .2)), 1e-12, "a week, not a point")
	require.Zero(t, theilSen(by(7, .1)))
}

func TestIncrements(t *testing.T) {
	require.InDeltaSlice(t, []float64{.1, -.05, .2}, increments(by(7, .1, .2, .15, .35)), 1e-12)
	require.InDeltaSlice(t, []float64{.1, .1}, increments(by(14, .1, .3)), 1e-12, "a gap is spread")
	require.Empty(t, increments(by(7, .1)))
}

// With the same change each week there is but one path: from 0.5 by 0.05 a week it is ten
// weeks. A loss of 0.1 in the third costs two more, one if half is renewed. One of a
// twentieth each week lets nobody arrive.
func TestArrivals(t *testing.T) {
	steady := []float64{.05}
	for _, c := range []struct {
		losses  []float64
		renewed float64
		want    int
	}{
		{nil, 0, 10},
		{[]float64{0, 0, .1}, 0, 12},
		{[]float64{0, 0, .1}, .5, 11},
		{[]float64{0, 0, .1}, 1, 10},
		{slices.Repeat([]float64{.05}, forecastWeeks), 0, never},
		{[]float64{.9}, 0, 21}, // from zero, not below
	} {
		weeks := arrivals(.5, steady, c.losses, c.renewed, 1)
		require.Len(t, weeks, forecastPaths)
		require.Equal(t, []int{c.want, c.want}, []int{weeks[0], weeks[len(weeks)-1]}, "%v renewed %g", c.losses, c.renewed)
	}
	// Of two changes, one of nothing, the middle path takes twice as long.
	weeks := arrivals(.5, []float64{.1, 0}, nil, 0, 1)
	require.Equal(t, 5, weeks[0])
	require.InDelta(t, 10, share(weeks, middle), 1)
	require.Less(t, share(weeks, early), share(weeks, end))
}

func TestShareIsTheNearestRank(t *testing.T) {
	weeks := []int{1, 2, 3, 4, 5, 6, 7, 8, never, never}
	require.Equal(t, []int{2, 5, 8, never}, []int{share(weeks, .2), share(weeks, .5), share(weeks, .8), share(weeks, .81)})
	require.InDelta(t, .2, missing(weeks), 1e-12)
}

func TestPathsFollowTheirLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		changes := rapid.SliceOfN(rapid.Float64Range(-.2, .2), 1, 13).Draw(rt, "changes")
		losses := rapid.SliceOfN(rapid.Float64Range(0, .3), 0, forecastWeeks).Draw(rt, "losses")
		credit, rate, seed := rapid.Float64Range(0, .99).Draw(rt, "credit"), rapid.Float64Range(0, 1).Draw(rt, "rate"), rapid.Uint64().Draw(rt, "seed")
		renewed, lapsing := arrivals(credit, changes, losses, rate, seed), arrivals(credit, changes, losses, 0, seed)
		require.Equal(rt, renewed, arrivals(credit, changes, losses, rate, seed), "the same data, the same paths")
		better := arrivals(min(credit+.1, 1), changes, losses, rate, seed)
		for i := range renewed {
			require.LessOrEqual(rt, renewed[i], lapsing[i], "renewing never puts it off")
			require.LessOrEqual(rt, better[i], renewed[i], "who is further on never arrives later")
		}
		require.LessOrEqual(rt, share(renewed, early), share(renewed, middle))
		require.LessOrEqual(rt, share(renewed, middle), share(renewed, end))
		require.Equal(rt, missing(renewed) > forecastMissing, share(renewed, end) == never)
		if slices.Max(changes) <= 0 {
			require.Equal(rt, never, renewed[0], "who never gains never arrives")
		}
	})
}

func TestOutlookTellsNoMoreThanItKnows(t *testing.T) {
	o := Outlook{Target: ML2, AsOf: start, Credit: .5, Slope: .05,
		Floors: []Floor{{FloorAudit, "ML2.17", start.AddDate(0, 0, 14)}, {FloorReview, "ML2.20", start.AddDate(0, 0, 70)}}}
	some := func(n ...int) []int {
		var weeks []int
		for _, w := range n {
			weeks = append(weeks, slices.Repeat([]int{w}, forecastPaths/len(n))...)
		}
		return weeks
	}
	narrow := o.arrivals(some(5, 8, 12, 20, 30), true)
	require.Equal(t, start.AddDate(0, 0, 70), narrow.Early.Day, "five weeks are too soon")
	require.Equal(t, FloorReview, narrow.Early.Binds)
	require.Equal(t, start.AddDate(0, 0, 84), narrow.Middle.Day)
	require.Empty(t, narrow.Middle.Binds)
	require.Equal(t, start.AddDate(0, 0, 140), narrow.Late.Day)
	require.Equal(t, start.AddDate(0, 0, 70), narrow.Point.Day)
	require.Contains(t, narrow.Text.String(), "At this pace")

	wide := o.arrivals(some(5, 8, 12, 40, 60), false)
	require.Nil(t, wide.Point)
	require.Nil(t, wide.Early)
	require.Nil(t, wide.Late)
	require.Equal(t, []string{"2026-Q1", "2026-Q4"}, []string{wide.FromQuarter, wide.ToQuarter})
	require.Contains(t, wide.Text.String(), "between 2026-Q1 and 2026-Q4")

	open := o.arrivals(some(20, 30, never, never), true)
	require.Nil(t, open.Late)
	require.Empty(t, open.ToQuarter)
	require.Equal(t, start.AddDate(0, 0, 140), open.LaterThan)
	require.InDelta(t, .5, open.NotArriving, 1e-9)
	require.Contains(t, open.Text.String(), "later than 2026-05-25: 50 percent")
	require.Equal(t, start.AddDate(0, 0, 7*forecastWeeks), o.arrivals(some(never), true).LaterThan)
}

// ML1 was reached on day 70 with 0.1 a week; on day 40 five weeks of the ten had passed,
// and the pace said so.
func TestPastForecasts(t *testing.T) {
	var levels []PastLevel
	for i := range 11 {
		c := float64(i) / 10
		l := PastLevel{At: start.AddDate(0, 0, 7*i), Credit: [3]float64{c, c / 2, c / 3}}
		if i == 10 {
			l.Level = ML1
		}
		levels = append(levels, l)
	}
	got := pastForecasts(levels, ML2)
	require.Len(t, got, 3, "ML2 was not reached")
	for i, f := range got {
		require.Equal(t, forecastBack[i], f.Before)
		require.Equal(t, start.AddDate(0, 0, 70), f.Reached)
		require.Equal(t, OutlookInsufficient, f.Status, "42 days had not passed")
		require.Nil(t, f.Error)
	}
	for i := range levels {
		levels[i].At = start.AddDate(0, 0, 14*i) // over twenty weeks, slower to the end
	}
	levels[10].At = levels[10].At.AddDate(0, 0, 21)
	got = pastForecasts(levels, ML1)
	require.Equal(t, OutlookForecast, got[0].Status)
	require.Equal(t, start.AddDate(0, 0, 140).Unix(), got[0].Said.Unix())
	require.Equal(t, -21, *got[0].Error, "it said three weeks too soon")
}

func TestQuarter(t *testing.T) {
	for m := time.January; m <= time.December; m++ {
		require.Equal(t, int(math.Ceil(float64(m)/3)), int(quarter(time.Date(2027, m, 1, 0, 0, 0, 0, time.UTC))[6]-'0'))
	}
	require.Equal(t, "2027-Q1", quarter(time.Date(2027, 3, 31, 23, 0, 0, 0, time.UTC)))
}
