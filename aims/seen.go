package aims

import (
	"slices"
	"sync"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// fewSystems is up to how many active systems a View looks again rather than remember what
// its probes saw. That takes some milliseconds, and of a fleet of small organisations
// nothing is kept.
var fewSystems = 200 // a variable for tests alone

// seenOn is what probes see of a View on a day, each once asked for.
type seenOn struct {
	day    calendar.Date
	probes []struct {
		mu   sync.Mutex
		done bool
		all  []Observation
	}
}

// observed appends what a probe observes, by subject. A View never changes, and what a probe sees
// of it after its last commit hangs on the day (unless it looks at the time of day), so
// that a View of many systems remembers it: Findings, Readiness and Observations of one day
// look once.
func (x *index) observed(p *Probe, into []Observation) []Observation {
	if p.clock || len(x.states) <= fewSystems || x.reading.known == nil || x.of != nil || x.now.Before(x.r.(*ledger.View).Time()) {
		return sortedBySubject(into, p.over(x))
	}
	one := &x.reading.known.seenOn(x.today).probes[slices.Index(probes, p)]
	one.mu.Lock()
	defer one.mu.Unlock()
	if !one.done {
		one.all, one.done = sortedBySubject(nil, p.over(x)), true
	}
	for _, o := range one.all {
		into = append(into, p.of(x, o.copied()))
	}
	return into
}

// seenOn is what is remembered of a day.
func (k *workedOut) seenOn(day calendar.Date) *seenOn {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.IndexFunc(k.seen, func(s *seenOn) bool { return s.day == day })
	if i >= 0 {
		return k.seen[i]
	}
	s := &seenOn{day: day}
	s.probes = slices.Grow(s.probes, len(probes))[:len(probes)]
	k.seen = append(k.seen, s)
	k.seen = slices.Clone(k.seen[max(0, len(k.seen)-mostTimes):])
	return s
}
