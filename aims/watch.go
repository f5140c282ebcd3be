package aims

import (
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Watch keeps what the probes observe of a View (9.1), and follows it to later ones by what
// their commits touched: what changed of one system is told without looking at the others.
// What it says is what the View itself would: Observations, Findings and Readiness, at the
// time that it was made or moved for.
//
// Systems and what is filed under them are followed so. Where records of other kinds were
// touched on which what is seen of systems rests, such as people and decisions, all is looked
// at anew.
//
// It holds a View, and memory by what is observed. It is for one goroutine at a time; what
// it hands out stays as it is.
type Watch struct {
	v *View
	x *index // of the whole, traced
	// parts is what each system adds, by ID, and under "" what the records of none do.
	parts map[string]partSeen
	seen  [][]*noted      // by probe, in order: what look sees, each once
	found [][]Observation // by probe: what is observed, where that is not seen as it is
	reads []kindSet       // by probe: what found was worked out of
	apart kindSet         // what parts were worked out of, besides their own records
	asked kindSet         // what is being read now
	noted func(Kind)      // who is told of it instead
	bare  bool            // no probe is asked (tracker)
	said  []*told         // by probe: what is found, once asked for (findingsOf)
}

type kindSet map[Kind]bool

func (s kindSet) any(of kindSet) bool {
	for k := range of {
		if s[k] {
			return true
		}
	}
	return false
}

// partSeen is what was seen of one system, by place of the probe.
type partSeen map[int][]*noted

// noted is something that a probe sees of so many parts.
type noted struct {
	Observation
	parts int
	told  *Finding // once asked for
}

// Changes are the findings that began and ended between two Views, as Watch.Follow tells
// of them. One that says something else than before is among both.
type Changes struct {
	Began []Finding `json:"began"`
	Ended []Finding `json:"ended"`
	// Afresh says that all was looked at: another day had begun, records were touched that
	// much rests on, or what was touched is not known (ledger.Touched).
	Afresh bool `json:"afresh,omitempty"`
}

// Watch looks at all, once, at time now.
func (v *View) Watch(now time.Time) *Watch {
	w := &Watch{}
	w.begin(v, now)
	return w
}

// View is the View that the Watch has come to.
func (w *Watch) View() *View { return w.v }

// Now is the time that it was last moved for.
func (w *Watch) Now() time.Time { return w.x.now }

// Observations are those of the View, each probe's by subject.
func (w *Watch) Observations() iter.Seq[Observation] {
	return func(yield func(Observation) bool) {
		for i, p := range probes {
			for o := range w.of(i) {
				if !yield(w.v.redacted(p.of(w.x, o), p)) {
					return
				}
			}
		}
	}
}

// Findings are those of the View, of one severity and probe by subject.
func (w *Watch) Findings() []Finding {
	return w.v.findings(w.source)
}

// Readiness is that of the View (View.Readiness).
func (w *Watch) Readiness(stage Stage) Readiness {
	w.asked = make(kindSet) // what it reads beside, no probe rests on
	return w.v.readiness(stage, w.x, w.source)
}

// told are the findings of a probe by place of the severity in severities.
type told [3][]*Finding

var severities = [3]Severity{SeverityMajor, SeverityMinor, SeverityOpportunity}

// findingsOf are the findings of the whole, as Findings gives them, which nobody writes to.
func (w *Watch) findingsOf() []*Finding {
	if w.said == nil {
		w.said = make([]*told, len(probes))
	}
	total := 0
	for i, p := range probes {
		if w.said[i] == nil || p.clock {
			w.said[i] = w.tell(i)
		}
		for _, of := range w.said[i] {
			total += len(of)
		}
	}
	all := make([]*Finding, 0, total)
	for sev := range severities {
		for _, t := range w.said {
			all = append(all, t[sev]...)
		}
	}
	return all
}

// tell tells what a probe found.
func (w *Watch) tell(probe int) *told {
	p := probes[probe]
	var t told
	add := func(f *Finding) {
		sev := slices.Index(severities[:], f.Severity)
		t[sev] = append(t[sev], f)
	}
	finding := func(o Observation) *Finding {
		o = p.of(w.x, o)
		f := findingOf(o, p.grade(o))
		return &f
	}
	if !p.apiece || p.sum != nil {
		for _, o := range w.found[probe] {
			add(finding(o))
		}
		return &t
	}
	for _, s := range w.seen[probe] {
		if s.told == nil || p.clock {
			s.told = finding(s.Observation)
		}
		add(s.told)
	}
	return &t
}

// source yields what a probe observes.
func (w *Watch) source(p *Probe) iter.Seq[Observation] {
	return func(yield func(Observation) bool) {
		for o := range w.of(slices.Index(probes, p)) {
			if !yield(p.of(w.x, o)) {
				return
			}
		}
	}
}

// of yields copies of what a probe observes.
func (w *Watch) of(probe int) iter.Seq[Observation] {
	return func(yield func(Observation) bool) {
		if p := probes[probe]; !p.apiece || p.sum != nil {
			for _, o := range w.found[probe] {
				if !yield(o.copied()) {
					return
				}
			}
			return
		}
		for _, s := range w.seen[probe] {
			if !yield(s.copied()) {
				return
			}
		}
	}
}

func (o Observation) copied() Observation {
	o.Controls, o.Text, o.Next = slices.Clone(o.Controls), o.Text.Clone(), o.Next.Clone()
	return o
}

// traced is the index of a View at a time, which tells of what it reads.
func (w *Watch) traced(v *View) *reading {
	e := v.entire()
	return &reading{r: ledger.Traced(e.r.(*ledger.View), w.told), opts: e.opts}
}

func (w *Watch) told(k Kind) {
	if w.noted != nil {
		w.noted(k)
		return
	}
	w.asked[k] = true
}

// listen returns the kinds that are read as something is worked out.
func (w *Watch) listen(work func()) kindSet {
	reads, noted := make(kindSet), w.noted
	w.noted = func(k Kind) { reads[k] = true }
	work()
	w.noted = noted
	return reads
}

// begin looks at all.
func (w *Watch) begin(v *View, now time.Time) {
	w.v, w.apart = v, make(kindSet)
	w.asked = w.apart
	w.x = w.traced(v).index(now)
	w.x.told, w.x.listen = w.told, w.listen
	if w.said = nil; w.bare {
		return
	}
	w.parts, w.seen = make(map[string]partSeen), make([][]*noted, len(probes))
	w.found, w.reads = make([][]Observation, len(probes)), make([]kindSet, len(probes))
	t := &turned{Watch: w, anew: make(map[int]bool)}
	t.part("")
	for _, id := range w.systems() {
		t.part(id)
	}
	for i, p := range probes {
		if !p.apiece || p.sum != nil {
			w.look(i)
		}
	}
}

// systems are those that records are of, in order.
func (w *Watch) systems() []string {
	of := make(map[string]bool)
	for _, row := range partTable {
		for id := range row.ids(w.x.r) {
			for _, s := range row.systems(w.x.r, id) {
				of[s] = true
			}
		}
	}
	delete(of, "")
	return sorted(of)
}

// look looks at what a probe sees of all together.
func (w *Watch) look(probe int) {
	p := probes[probe]
	w.untold(probe)
	w.asked = make(kindSet)
	w.reads[probe], w.found[probe] = w.asked, nil
	keep := func(o Observation) bool { w.found[probe] = append(w.found[probe], o); return true }
	if !p.apiece {
		for o := range p.over(w.x) {
			keep(o)
		}
	} else {
		seen := make([]Observation, len(w.seen[probe]))
		for i, s := range w.seen[probe] {
			seen[i] = s.Observation
		}
		p.sum(w.x, seen, keep)
	}
	slices.SortStableFunc(w.found[probe], Observation.compare)
}

// untold forgets what was told of a probe.
func (w *Watch) untold(probe int) {
	if w.said != nil {
		w.said[probe] = nil
	}
}

// turned notes what changes as a Watch follows.
type turned struct {
	*Watch
	began, ended []change
	anew         map[int]bool // probes of which the sum is to be made anew

	settled map[string]*index // parts, as they stand now

	systems []string // of which something may be other than before
	kinds   kindSet  // that were touched
	pieces  []string // of evidence
}

type change struct {
	probe int
	Observation
}

// now is the part of one system as it stands now.
func (t *turned) now(system string) *index {
	if y := t.settled[system]; y != nil {
		return y
	}
	return t.x.part(system)
}

// part looks anew at what one system adds.
func (t *turned) part(system string) {
	t.asked = t.apart
	y := t.now(system)
	now, before := make(partSeen), t.parts[system]
	base := t.parts[""]
	for i, p := range probes {
		if !p.apiece {
			continue
		}
		var seen []*noted
		p.look(y, func(o Observation) bool {
			s := &noted{Observation: o}
			if system == "" || !has(base[i], o) {
				if at, again := slices.BinarySearchFunc(seen, o, bySubject); !again {
					seen = slices.Insert(seen, at, s)
				}
			}
			return true
		})
		was := before[i]
		for n, s := range seen { // beside what was seen, both in order
			for len(was) > 0 && was[0].compare(s.Observation) < 0 {
				t.drop(i, was[0])
				was = was[1:]
			}
			if len(was) > 0 && was[0].compare(s.Observation) == 0 {
				seen[n], was = t.again(i, was[0], s.Observation), was[1:]
				continue
			}
			seen[n] = t.add(i, s)
		}
		for _, s := range was {
			t.drop(i, s)
		}
		if len(seen) > 0 {
			now[i] = seen
		}
	}
	if len(now) > 0 || system == "" {
		t.parts[system] = now
	} else {
		delete(t.parts, system)
	}
}

func bySubject(s *noted, o Observation) int { return s.compare(o) }

func has(all []*noted, o Observation) bool {
	_, found := slices.BinarySearchFunc(all, o, bySubject)
	return found
}

// add adds what a part sees that it did not see before.
func (t *turned) add(probe int, s *noted) *noted {
	all := t.seen[probe]
	at, found := slices.BinarySearchFunc(all, s.Observation, bySubject)
	if found { // by another part
		all[at].parts++
		return t.again(probe, all[at], s.Observation)
	}
	s.parts = 1
	t.seen[probe] = slices.Insert(all, at, s)
	t.note(probe, nil, &s.Observation)
	return s
}

// again takes in what is seen of something that is noted.
func (t *turned) again(probe int, s *noted, o Observation) *noted {
	if was := s.Observation; !same(was, o) {
		s.Observation, s.told = o, nil
		t.note(probe, &was, &o)
	}
	return s
}

// drop takes away what a part sees no more.
func (t *turned) drop(probe int, s *noted) {
	if s.parts--; s.parts > 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(t.seen[probe], s.Observation, bySubject)
	t.seen[probe] = slices.Delete(t.seen[probe], at, at+1)
	t.note(probe, &s.Observation, nil)
}

// note notes that a probe sees something else than before: that is what is observed, or
// its sum is to be made anew.
func (t *turned) note(probe int, before, now *Observation) {
	t.untold(probe)
	if probes[probe].sum != nil {
		t.anew[probe] = true
		return
	}
	if before != nil {
		t.ended = append(t.ended, change{probe, *before})
	}
	if now != nil {
		t.began = append(t.began, change{probe, *now})
	}
}

// same reports whether two observations say the same, whenever they were made.
func same(a, b Observation) bool {
	a.At, a.On, b.At, b.On = time.Time{}, calendar.Date{}, time.Time{}, calendar.Date{}
	return reflect.DeepEqual(a, b)
}

// Follow moves on to a View, of the same ledger and later as a rule, at a time, and says
// which findings began and ended. It costs what was touched where that was the records of
// some systems, and a new Watch otherwise (Changes.Afresh).
func (w *Watch) Follow(v *View, now time.Time) Changes {
	before := *w
	before.found = slices.Clone(w.found)
	t := &turned{Watch: w, anew: make(map[int]bool)}
	afresh := !t.follow(v, now)
	if afresh {
		w.begin(v, now)
	}
	for i, p := range probes {
		switch together := !p.apiece || p.sum != nil; {
		case afresh:
			t.differ(i, before.x, slices.Collect(before.of(i)), slices.Collect(w.of(i)))
		case together && !sameSlice(before.found[i], w.found[i]):
			t.differ(i, before.x, before.found[i], w.found[i])
		}
	}
	return Changes{Began: w.v.graded(t.began, w.x), Ended: before.v.graded(t.ended, before.x), Afresh: afresh}
}

func sameSlice(a, b []Observation) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// differ notes what one of two lists, in order, says that the other does not.
func (t *turned) differ(probe int, was *index, before, now []Observation) {
	p := probes[probe]
	for len(before) > 0 || len(now) > 0 {
		c := -1
		switch {
		case len(before) == 0:
			c = 1
		case len(now) > 0:
			c = before[0].compare(now[0])
		}
		// With the days something may come to weigh more and say the same.
		if c == 0 && same(before[0], now[0]) && p.grade(p.of(was, before[0])) == p.grade(p.of(t.x, now[0])) {
			before, now = before[1:], now[1:]
			continue
		}
		if c <= 0 {
			t.ended, before = append(t.ended, change{probe, before[0]}), before[1:]
		}
		if c >= 0 {
			t.began, now = append(t.began, change{probe, now[0]}), now[1:]
		}
	}
}

// graded are changes as findings, heaviest first.
func (v *View) graded(changes []change, x *index) []Finding {
	if len(changes) == 0 {
		return nil
	}
	slices.SortStableFunc(changes, func(a, b change) int { return a.probe - b.probe })
	return v.findings(func(p *Probe) iter.Seq[Observation] {
		return func(yield func(Observation) bool) {
			for _, c := range changes {
				if probes[c.probe] == p && !yield(p.of(x, c.copied())) {
					return
				}
			}
		}
	})
}

// follow moves on by what was touched, and reports whether that could be.
func (t *turned) follow(v *View, now time.Time) bool {
	old, next := t.x, v.entire()
	if v.opts != t.v.opts || now.Before(old.now) || old.now.Before(t.v.Time()) || next.DayOf(now) != old.today {
		return false // what is told of a moment after the one looked at comes to hold without a commit
	}
	touched, known := ledger.Touched(t.v.entire().r.(*ledger.View), next.r.(*ledger.View))
	if !known {
		return false
	}
	kinds := make(kindSet)
	if len(touched) > 0 {
		kinds[""] = true // for what reads all kinds
	}
	of := make(map[string]bool) // systems
	var pieces []string         // of evidence
	for _, s := range touched {
		kinds[s.Kind] = true
		row := partRowOf(s.Kind)
		if row == nil {
			continue
		}
		if row.empty(old.r) != row.empty(next.r) || grouped(old.r, s) || grouped(next.r, s) {
			return false
		}
		if s.Kind == evidence.Name() {
			pieces = append(pieces, s.ID)
			t.restingOn(s.ID, next.r, of)
		}
		for _, r := range []ledger.Reader{old.r, next.r} {
			for _, id := range row.systems(r, s.ID) {
				of[id] = true
			}
		}
	}
	for k := range kinds {
		if t.apart[k] && partRowOf(k) == nil {
			return false
		}
	}
	t.asked = t.apart
	x := *old
	x.reading, x.now, x.found, x.programme, x.shared = t.traced(v), now.UTC(), nil, nil, nil
	for _, id := range sorted(of) {
		if !t.near(old, &x, id, of) {
			return false
		}
	}
	if !t.settle(old, &x, of, pieces, kinds) {
		return false
	}
	t.v, t.x = v, &x
	t.systems, t.kinds, t.pieces = sorted(of), kinds, pieces
	if t.bare {
		return true
	}
	for _, id := range t.systems {
		t.part(id)
	}
	for i, p := range probes {
		if !p.apiece || p.sum != nil {
			if t.reads[i].any(kinds) || t.anew[i] || p.clock {
				t.look(i)
			}
		}
	}
	return true
}

func sorted(of map[string]bool) []string {
	all := make([]string, 0, len(of))
	for s := range of {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

// restingOn adds the systems of which an assessment rests on a piece of evidence that counts
// for another time than before.
func (t *turned) restingOn(id string, next ledger.Reader, of map[string]bool) {
	before, ok := evidence.Shared(t.x.r).Get(id)
	if !ok {
		return // nothing can rest on what was not there
	}
	if after, ok := evidence.Shared(next).Get(id); ok && after.Collected == before.Collected && after.ValidUntil == before.ValidUntil {
		return
	}
	for _, a := range assessments.Shared(next).All() {
		if restsOn(a, annexa.ID{}, id) {
			of[a.System] = true
		}
	}
}

// grouped reports whether an assessment is one of several that were made together: what
// one of those says holds of others.
func grouped(r ledger.Reader, s Subject) bool {
	if s.Kind != assessments.Name() {
		return false
	}
	a, ok := assessments.Shared(r).Get(s.ID)
	return ok && a.Group != ""
}

// near adds the systems of which a system that was touched says something: those that it
// may be, and those that follow it.
func (t *turned) near(old, x *index, id string, of map[string]bool) bool {
	before, was := systems.Shared(old.r).Get(id)
	after, is := systems.Shared(x.r).Get(id)
	if !was && !is || was && is && old.foundIn(before, old.zone) == x.foundIn(after, x.zone) && slices.Equal(before.Marks(), after.Marks()) &&
		before.Stage == after.Stage && (before.OutOfScope == "") == (after.OutOfScope == "") && before.Follows == after.Follows && reflect.DeepEqual(before.Distinct, after.Distinct) {
		return true
	}
	x.sightings = make(map[string][]sighting)
	for _, s := range []struct {
		r   ledger.Reader
		rec *register.System
		is  bool
	}{{old.r, before, was}, {x.r, after, is}} {
		if !s.is {
			continue
		}
		for _, mark := range s.rec.Marks() {
			for other := range systems.Shared(s.r).Where(byMark, mark).IDs() {
				of[other] = true
			}
		}
	}
	follows := false
	for other, s := range systems.Shared(x.r).All() {
		if s.Follows == id {
			of[other], follows = true, true
		}
	}
	return !follows // what follows those in turn is not looked for
}

// settle brings the index of the whole to where the systems stand now, and adds to what
// was touched what the index says otherwise than before.
func (t *turned) settle(old, x *index, of map[string]bool, pieces []string, kinds kindSet) bool {
	t.settled = make(map[string]*index, len(of))
	x.required, x.weighty = maps.Clone(old.required), maps.Clone(old.weighty)
	x.evidenced = make(map[annexa.ID]*strengths, len(old.evidenced))
	for c, s := range old.evidenced {
		counted := *s
		x.evidenced[c] = &counted
	}
	states, running := len(old.states), old.running
	for _, id := range pieces {
		if e, ok := evidence.Shared(old.r).Get(id); ok && e.Fresh(old.today) {
			x.count(e, -1)
		}
		if e, ok := evidence.Shared(x.r).Get(id); ok && e.Fresh(x.today) {
			x.count(e, 1)
		}
	}
	for c, s := range x.evidenced {
		if s.best() != old.evidenced[c].best() {
			kinds[ofEvidenced] = true
		}
	}
	if of[""] {
		y := x.part("")
		if y.shown[""] != old.shown[""] || y.sorts[""] != old.sorts[""] {
			return false // which is asked of every system
		}
	}
	for _, id := range sorted(of) {
		if id == "" {
			continue
		}
		was, y := old.bare(id), x.part(id)
		was.require()
		t.settled[id] = y
		for c, n := range was.required {
			x.required[c] -= n
		}
		for c, n := range was.weighty {
			x.weighty[c] -= n
		}
		for c, n := range y.required {
			x.required[c] += n
		}
		for c, n := range y.weighty {
			x.weighty[c] += n
		}
		x.running += y.running - was.running
		entered(x.shown, id, y.shown[id])
		entered(x.sorts, id, y.sorts[id])
		entered(x.monitored, id, y.monitored[id])
		t.stands(x, id, y)
		kinds[ofStates] = true
		if weighs(was) != weighs(y) {
			for _, k := range []Kind{risks.Name(), resources.Name()} {
				for _, at := range []*index{was, y} {
					for other := range partRowOf(k).ids(at.r) {
						for _, s := range partRowOf(k).systems(at.r, other) {
							of[s] = true
						}
					}
				}
			}
		}
	}
	if len(x.states) != states || x.running != running {
		kinds[ofNumber] = true
	}
	kinds[ofRequired] = otherwise(old.required, x.required)
	kinds[ofWeighty] = otherwise(old.weighty, x.weighty)
	for k, is := range kinds {
		if !is {
			delete(kinds, k)
		}
	}
	return true
}

// weighs says how the system of a part weighs in what is about others too: there, live, of
// high impact, and whose it is.
func weighs(y *index) string {
	if len(y.states) == 0 {
		return ""
	}
	return strings.Join([]string{string(y.states[0].span.Level), string(y.states[0].s.Stage), y.states[0].s.Owner, y.states[0].s.Name}, " ")
}

// stands puts in where one system stands, or takes it out.
func (t *turned) stands(x *index, id string, y *index) {
	var was, is *systemState
	if at, found := placeOf(x.states, id); found {
		was = x.states[at]
	}
	if len(y.states) > 0 {
		is = y.states[0]
	}
	x.states = placed(x.states, id, is)
	if was != nil && was.s.Supplier != "" && (is == nil || is.s.Supplier != was.s.Supplier) {
		x.behind[was.s.Supplier] = placed(x.behind[was.s.Supplier], id, nil)
	}
	if is != nil && is.s.Supplier != "" {
		x.behind[is.s.Supplier] = placed(x.behind[is.s.Supplier], id, is)
	}
}

func placeOf(states []*systemState, id string) (at int, found bool) {
	return slices.BinarySearchFunc(states, id, func(st *systemState, id string) int { return strings.Compare(st.s.ID, id) })
}

// placed is a list by ID with a system in its place, or without it if that is nil.
func placed(states []*systemState, id string, st *systemState) []*systemState {
	at, found := placeOf(states, id)
	switch {
	case found && st != nil:
		states[at] = st
	case found:
		return slices.Delete(states, at, at+1)
	case st != nil:
		return slices.Insert(states, at, st)
	}
	return states
}

// entered puts in what holds of a system, if anything does.
func entered[V comparable](m map[string]V, id string, v V) {
	var zero V
	if v == zero {
		delete(m, id)
		return
	}
	m[id] = v
}

// otherwise reports whether other controls are counted than before.
func otherwise(before, now map[annexa.ID]int) bool {
	for c, n := range now {
		if (n > 0) != (before[c] > 0) {
			return true
		}
	}
	return false
}
