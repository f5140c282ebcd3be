package maturity

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"time"
)

// pace is how fast an organisation has come nearer to a level.
type pace struct {
	from         time.Time // begin of the window
	step         time.Time // the step in credit that began it; zero if none did
	points       int       // days looked at in the window
	days         int       // from the first of them to the last
	slope        float64   // credit a week, by Theil and Sen
	increments   []float64 // of credit, one a week
	lastCredit   float64
	insufficient bool // too little is known for a pace
}

// paceOf finds the pace as of the last of some points, one a day and oldest first, by
// those of the window that begin at a moment or later. A step in credit starts the
// window anew.
func paceOf(points []TrendPoint, notBefore time.Time) pace {
	if len(points) == 0 {
		return pace{insufficient: true}
	}
	last := points[len(points)-1]
	p := pace{from: last.At.AddDate(0, 0, -forecastWindowDays), lastCredit: last.Credit}
	if notBefore.After(p.from) {
		p.from = notBefore
	}
	for i := 1; i < len(points); i++ {
		if on := points[i].At; on.After(p.from) && stepped(points[:i+1]) {
			p.from, p.step = on, on
		}
	}
	within := points[slices.IndexFunc(points, func(t TrendPoint) bool { return !t.At.Before(p.from) }):]
	p.points, p.days = len(within), dayNumber(last.At)-dayNumber(within[0].At)
	if p.points < forecastPoints || p.days < forecastSpanDays {
		p.insufficient = true
		return p
	}
	weeks := weekly(within)
	p.slope, p.increments = theilSen(weeks), increments(weeks)
	return p
}

// stepped reports whether the last of some points rose by a step within a week, or by as
// much a week since the one before it.
func stepped(points []TrendPoint) bool {
	last := points[len(points)-1]
	for _, p := range slices.Backward(points[:len(points)-1]) {
		weeks := max(1, float64(last.At.Sub(p.At))/float64(week))
		if (last.Credit-p.Credit)/weeks > forecastStep {
			return true
		}
		if last.At.Sub(p.At) >= week {
			return false
		}
	}
	return false
}

// theilSen is the median of the slopes between any two points, in credit a week; it bears
// some points that are far out. Sources: H. Theil (1950), P. K. Sen (1968).
func theilSen(points []TrendPoint) float64 {
	var slopes []float64
	for i, a := range points {
		for _, b := range points[i+1:] {
			slopes = append(slopes, (b.Credit-a.Credit)/(float64(b.At.Sub(a.At))/float64(week)))
		}
	}
	if len(slopes) == 0 {
		return 0
	}
	slices.Sort(slopes)
	n := len(slopes)
	return (slopes[(n-1)/2] + slopes[n/2]) / 2
}

// increments are by how much the credit changed from week to week, falls included. What
// changed over a gap of some weeks is spread over them.
func increments(weeks []TrendPoint) []float64 {
	var out []float64
	for i := 1; i < len(weeks); i++ {
		n := max(1, int(math.Round(float64(weeks[i].At.Sub(weeks[i-1].At))/float64(week))))
		for range n {
			out = append(out, (weeks[i].Credit-weeks[i-1].Credit)/float64(n))
		}
	}
	return out
}

// arrived is how near to 1 a sum of credits is all of it.
const arrived = 1 - 1e-9

// never is the week of a path that does not arrive.
const never = forecastWeeks + 1

// arrivals draws paths of weekly increments from a credit on, and returns in which week
// each reaches 1, sorted. Each week also loses what runs out in it, but for the share
// that is renewed.
func arrivals(credit float64, increments, losses []float64, renewed float64, seed uint64) []int {
	random := splitMix(seed)
	out := make([]int, forecastPaths)
	for i := range out {
		c := credit
		out[i] = never
		for w := 1; w <= forecastWeeks; w++ { // to the end, so that all runs draw alike
			change := increments[random.below(len(increments))]
			if w <= len(losses) {
				change -= float64(losses[w-1] * (1 - renewed)) // rounded alike on every machine
			}
			if c = min(max(c+change, 0), 1); c >= arrived && out[i] == never {
				out[i] = w
			}
		}
	}
	slices.Sort(out)
	return out
}

// share is the week by which a share of some sorted arrivals has arrived, never if so
// many do not: the nearest rank.
func share(arrivals []int, q float64) int {
	return arrivals[max(0, int(math.Ceil(q*float64(len(arrivals))))-1)]
}

// missing is which share of paths does not arrive.
func missing(arrivals []int) float64 {
	n := 0
	for _, w := range arrivals {
		if w == never {
			n++
		}
	}
	return float64(n) / float64(len(arrivals))
}

// seedOf makes a seed of what a forecast rests on, by FNV-1a: the same past gives the
// same paths.
func seedOf(increments []float64, credit float64, asOf time.Time) uint64 {
	h := fnv.New64a()
	put := func(n uint64) {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], n)
		h.Write(b[:])
	}
	put(uint64(asOf.UnixMicro()))
	put(math.Float64bits(credit))
	for _, x := range increments {
		put(math.Float64bits(x))
	}
	return h.Sum64()
}
