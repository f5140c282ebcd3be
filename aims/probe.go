package aims

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Probe is one question that is asked of the records. It looks, and judges
// nothing: how grave what it observes is, Findings say by its grading.
type Probe struct {
	// ID names the probe: S1 what a Stage 1 audit looks at, S2 a Stage 2
	// audit, SV surveillance, OW ownership, PE people, IA the impact assessment.
	ID string `json:"id"`
	// Title says what it looks for.
	Title string `json:"title"`
	// Clause and Controls are what it rests on; the zero Clause for what
	// certification asks for.
	Clause   Clause      `json:"clause,omitzero"`
	Controls []annexa.ID `json:"controls,omitempty"`
	// Grading says when Findings give it what severity, and why.
	Grading string `json:"grading"`

	grade func(Observation) Severity
	look  look
	// apiece says that what it looks at is of systems one by one: of all of them it sees
	// what it sees of each, and what it sees of records that are of none (Watch).
	apiece bool
	// clock says that it looks at the time of day, not at the day alone.
	clock bool
	// sum makes of what look sees, in order (sorted), what is observed; nil if that is it.
	sum func(x *index, seen []Observation, yield func(Observation) bool)
}

// look yields what a probe observes; it ends when yield returns false. It fills
// in what differs from one observation to the next.
type look func(x *index, yield func(Observation) bool)

// Observation is one thing that a probe saw to be missing, late or at odds. It
// is a value: nothing in it is shared with the view or with another one.
type Observation struct {
	// Probe is the ID of the probe.
	Probe string `json:"probe"`
	// Clause and Controls are what is concerned: those of the probe, unless it
	// looks at controls one by one.
	Clause   Clause      `json:"clause,omitzero"`
	Controls []annexa.ID `json:"controls,omitempty"`
	// Subject is the record concerned, or the whole management system (kind
	// "organisation"); Name what people call it.
	Subject Subject `json:"subject,omitzero"`
	Name    string  `json:"name,omitempty"`
	// At is when it was looked at, On which day that was where the organisation is.
	At time.Time     `json:"at"`
	On calendar.Date `json:"on"`
	// Since is when it came to be so, or was due; zero if that can't be told.
	Since calendar.Date `json:"since,omitzero"`
	// Text says what was seen, Next what to do about it.
	Text issue.Text `json:"text,omitzero"`
	Next issue.Text `json:"next,omitzero"`

	// Absent says that nothing is there of what is asked for, rather than
	// something that is late or in part.
	Absent bool `json:"absent,omitempty"`
	// High says that the system concerned is of high impact or worse, an unknown
	// one counting as high; Live that it is in use. They are told of systems and
	// of their assessments, exceptions and suppliers; of a supplier of several,
	// for the one that weighs most.
	High bool `json:"high,omitempty"`
	Live bool `json:"live,omitempty"`
	// Grave says that the record has the heaviest grade of its kind: a critical
	// incident, a major nonconformity, a risk to people.
	Grave bool `json:"grave,omitempty"`
	// Opened is when a nonconformity was raised.
	Opened calendar.Date `json:"opened,omitzero"`
	// Count is how many there are like it, the missing ones of a list among them,
	// Of out of how many; both zero where nobody counts.
	Count int `json:"count,omitempty"`
	Of    int `json:"of,omitempty"`

	// names are the records beside Subject of which Text tells the ID: who may not see
	// one of them is not told.
	names []Subject
	// part tells apart what is observed of one record, person sees to it (by).
	part, person string
}

// Probes describes the probes, in order.
func Probes() []Probe {
	all := make([]Probe, len(probes))
	for i, p := range probes {
		all[i] = *p
		all[i].Controls = slices.Clone(p.Controls)
	}
	return all
}

// Observations yields what the probes see to be missing, late or at odds at time
// now, in the order of the probes and of their subjects.
func (v *View) Observations(now time.Time) iter.Seq[Observation] {
	return func(yield func(Observation) bool) {
		x := v.index(now)
		for _, p := range probes {
			for _, o := range x.observed(p, nil) {
				if !yield(v.redacted(o, p)) {
					return
				}
			}
		}
	}
}

// over yields what the probe observes, with what it says of all of it.
func (p *Probe) over(x *index) iter.Seq[Observation] {
	return func(yield func(Observation) bool) {
		if p.sum == nil {
			p.look(x, func(o Observation) bool { return yield(p.of(x, o)) })
			return
		}
		var seen []Observation
		p.look(x, func(o Observation) bool { seen = append(seen, o); return true })
		slices.SortFunc(seen, Observation.compare)
		p.sum(x, seen, func(o Observation) bool { return yield(p.of(x, o)) })
	}
}

// of is an observation with what the probe says of all.
func (p *Probe) of(x *index, o Observation) Observation {
	o.Probe, o.Clause, o.At, o.On = p.ID, p.Clause, x.now, x.today
	if o.Controls == nil {
		o.Controls = slices.Clone(p.Controls)
	}
	return o
}

// compare orders what one probe sees by subject.
func (o Observation) compare(p Observation) int {
	if c := cmp.Or(compareSubjects(o.Subject, p.Subject), cmp.Compare(o.part, p.part), cmp.Compare(o.person, p.person)); c != 0 || o.Text.ID == "" {
		return c
	}
	if c := cmp.Compare(o.Text.ID, p.Text.ID); c != 0 {
		return c
	}
	return cmp.Compare(o.Text.String(), p.Text.String())
}

// compareSubjects orders subjects by kind and ID, controls as the standard does.
func compareSubjects(a, b Subject) int {
	if c := cmp.Compare(a.Kind, b.Kind); c != 0 || a.Kind != KindDecision || a.ID == b.ID {
		return cmp.Or(c, cmp.Compare(a.ID, b.ID))
	}
	x, err := annexa.Parse(a.ID)
	y, other := annexa.Parse(b.ID)
	switch {
	case err == nil && other == nil:
		return annexa.Compare(x, y)
	case err == nil: // the other has no ID, as of one that a reader does not see
		return -1
	case other == nil:
		return 1
	}
	return cmp.Compare(a.ID, b.ID)
}

// sortedBySubject appends observations by subject to an empty list.
func sortedBySubject(list []Observation, all iter.Seq[Observation]) []Observation {
	list = slices.AppendSeq(list, all)
	if !slices.IsSortedFunc(list, Observation.compare) {
		slices.SortStableFunc(list, Observation.compare)
	}
	return list
}

// about is an observation of a record.
func about(k Kind, id, name string, since calendar.Date, text, next issue.Text) Observation {
	return Observation{Subject: Subject{Kind: k, ID: id}, Name: name, Since: since, Text: text, Next: next}
}

// ids reads the IDs of controls.
func ids(controls ...string) []annexa.ID {
	all := make([]annexa.ID, len(controls))
	for i, c := range controls {
		all[i] = annexa.MustParse(c)
	}
	return all
}

// index is what probes look at: the records of a view, the time, and what many
// of them ask, worked out once. The records are shared: no probe writes to them.
type index struct {
	*reading
	now          time.Time
	today        calendar.Date // where the organisation is
	zone         *time.Location
	organisation string

	ofParts  *ofParts                  // what is the same for all parts
	told     func(Kind)                // of what is asked of the index, as ledger.Traced tells of kinds
	listen   func(work func()) kindSet // to what is told meanwhile; nil if nobody is told
	states   []*systemState
	running  int                // of states, in operation
	controls []*annexa.Decision // in the standard's order
	totals
	found     *foundCounts          // once asked for (reviewPoints)
	sightings map[string][]sighting // by mark, once asked for (knownSince)
	shared    map[string][]string   // by system: marks that others have, once asked for (sharedMarks)
	programme *programme            // once asked for (programmed)
}

// totals are what many probes ask of the records together.
type totals struct {
	evidenced map[annexa.ID]*strengths  // by how many pieces of fresh evidence
	monitored map[string]bool           // by system: fresh monitoring evidence
	shown     map[string]askedControls  // by system, and by "" of the organisation: by fresh evidence
	sorts     map[string]resourceSet    // of resources, likewise
	required  map[annexa.ID]int         // by how many approved assessments
	weighty   map[annexa.ID]int         // by how many of those of live systems of high impact
	behind    map[string][]*systemState // by supplier
}

// systemState is what probes need of one active system: what many of them ask
// stands in it, since looking it up in the records is most of what a pass over
// all systems costs.
type systemState struct {
	s          *register.System
	span       impact.Span
	high, live bool
	coverage   Coverage
	standing
}

// systemIndex is the part of index that says where the systems stand.
func (r *reading) systemIndex(now time.Time) *index {
	x := &index{reading: r, now: now.UTC(), today: r.DayOf(now), zone: r.Zone(), organisation: r.Organisation().Name,
		sightings: make(map[string][]sighting), ofParts: new(ofParts)}
	x.systemsOf()
	return x
}

// standings are where the systems stand at a moment. What was worked out is not written to.
type standings struct {
	states  []*systemState
	running int // of states, in operation
}

// systemsOf says where the systems stand that are walked over.
func (x *index) systemsOf() {
	if x.of != nil || x.reading.known == nil {
		x.stand()
		return
	}
	s := x.reading.known.standingsAt(x.now, func() standings {
		x.stand()
		return standings{x.states, x.running}
	})
	x.states, x.running = s.states, s.running
}

func (r *reading) index(now time.Time) *index {
	x := r.entire().systemIndex(now)
	x.controls = x.reading.controls()
	if x.reading.known == nil {
		x.fill()
		return x
	}
	x.totals = x.reading.known.totalsAt(x.now, func() totals {
		x.fill()
		return x.totals
	})
	return x
}

// fill works out what many probes ask, of the records that are walked over.
func (x *index) fill() {
	r := x.reading
	x.evidenced, x.behind = make(map[annexa.ID]*strengths), make(map[string][]*systemState)
	x.monitored, x.shown, x.sorts = make(map[string]bool), make(map[string]askedControls), make(map[string]resourceSet)
	for _, st := range x.states {
		if st.s.Supplier != "" {
			x.behind[st.s.Supplier] = append(x.behind[st.s.Supplier], st)
		}
	}
	x.require()
	x.takeResources()
	for _, v := range verifications.Shared(r.r).All() {
		if set := askedAt[controlVerified]; v.State == VerificationPassed && x.shown[v.System]&set == 0 && r.verified(v.System, x.now) != nil {
			x.shown[v.System] |= set
		}
	}
	for _, d := range deployments.Shared(r.r).All() {
		if set := askedAt[controlDeployed]; x.shown[d.System]&set == 0 && r.deployed(d.System) {
			x.shown[d.System] |= set
		}
	}
	for system := range systemLogs.Shared(r.r).All() {
		if r.logged(system, x.now) {
			x.shown[system] |= askedAt[controlLogged]
		}
	}
	for _, e := range evidence.Shared(r.r).All() {
		if !e.Fresh(x.today) {
			continue
		}
		if x.of == nil {
			x.count(e, 1)
		}
		for id := range x.proves(e) {
			if set := askedAt[id]; set != 0 && len(e.Systems) > 0 {
				for _, system := range e.Systems {
					x.shown[system] |= set
				}
			} else if e.ShowsOf(id, "") {
				x.shown[""] |= set
			}
		}
		if set := resourcesShown(e); set != 0 {
			for _, system := range e.Systems {
				x.sorts[system] |= set
			}
			if len(e.Systems) == 0 {
				x.sorts[""] |= set
			}
		}
		if e.Kind == "ev-monitoring" {
			for _, id := range e.Systems {
				x.monitored[id] = true
			}
		}
	}
}

// require counts the controls that approved assessments require.
func (x *index) require() {
	x.required, x.weighty = make(map[annexa.ID]int), make(map[annexa.ID]int)
	for _, st := range x.states {
		if st.live && st.high && st.approved != nil {
			for i := range st.approved.Result.Controls {
				x.weighty[st.approved.Result.Controls[i].Control]++
			}
		}
	}
	for _, a := range assessments.Shared(x.r).Where(byOpen, string(impact.StateApproved)).All() {
		for i := range a.Result.Controls {
			x.required[a.Result.Controls[i].Control]++
		}
	}
}

// proves yields the controls that a piece of evidence supports and could prove.
func (r *reading) proves(e *Evidence) iter.Seq[annexa.ID] {
	return func(yield func(annexa.ID) bool) {
		for _, ref := range e.Supports {
			if ref.Framework() != FrameworkID || !r.CouldProve(*e, ref) {
				continue
			}
			if id, err := annexa.Parse(ref.Element()); err == nil && !yield(id) {
				return
			}
		}
	}
}

// stand says where the systems stand with their impact assessments. One pass over
// all assessments costs less than looking up those of each system.
func (x *index) stand() {
	n := 1
	if x.of == nil {
		n = systems.Shared(x.r).Len()
	}
	x.states = make([]*systemState, 0, n)
	together := make([]systemState, 0, n)
	for _, s := range systems.Shared(x.r).All() {
		if s.Stage != register.StageRetirement && s.OutOfScope == "" {
			together = append(together, systemState{s: s, live: live(s)})
			x.states = append(x.states, &together[len(together)-1])
			if s.Stage == register.StageOperation {
				x.running++
			}
		}
	}
	of := make(map[string]*systemState, len(x.states))
	for i := range x.states {
		of[x.states[i].s.ID] = x.states[i]
	}
	var st *systemState
	for _, a := range assessments.Shared(x.r).All() {
		if st == nil || st.s.ID != a.System { // those of one system mostly follow each other
			st = of[a.System]
		}
		if st != nil {
			st.take(a)
		}
	}
	for _, st := range x.states {
		st.follow(x.reading)
		st.span = x.reading.span(st.s.ID, st.standing)
		st.high = highLevel(st.span.Level)
		st.coverage = x.unlessOwed(x.opts.covers.coverage(st.approved, st.s, x.today), st.s, x.now)
	}
}

// state is that of an active system, nil if there is none.
func (x *index) state(id string) *systemState {
	x.tell(ofStates)
	i, found := placeOf(x.states, id)
	if !found {
		return nil
	}
	return x.states[i]
}

func live(s *register.System) bool {
	return s.Stage == register.StageDeployment || s.Stage == register.StageOperation
}

func highLevel(l impact.Level) bool { return l.Rank() >= impact.LevelHigh.Rank() }

// about is an observation of the system or of an assessment of it.
func (st *systemState) about(k Kind, id string, since calendar.Date, text, next issue.Text) Observation {
	o := about(k, id, st.s.Name, since, text, next)
	o.High, o.Live = st.high, st.live
	return o
}

// itself is an observation of the system.
func (st *systemState) itself(since calendar.Date, text, next issue.Text) Observation {
	return st.about(KindSystem, st.s.ID, since, text, next)
}

// whole is an observation of the management system as a whole.
func (x *index) whole(since calendar.Date, text, next issue.Text) Observation {
	return about(KindOrganisation, organisationID, x.organisation, since, text, next)
}

// active reports whether a person on file is active now.
func (x *index) active(id string) bool {
	p, ok := people.Shared(x.r).Get(id)
	return ok && p.ActiveOn(x.today)
}

// overdue reports whether the day on which something was due is over.
func (x *index) overdue(due calendar.Date) bool { return !due.IsZero() && x.today.After(due) }

// on is the day of a moment where the organisation is.
func (x *index) on(t time.Time) calendar.Date { return calendar.Of(t, x.zone) }

// year is how long a yearly duty holds, in days: the interval that a
// surveillance audit looks at.
const year = 365

func (x *index) daysAgo(n int) calendar.Date { return x.today.AddDays(-n) }

// day is a time as observations print it.
func day(d calendar.Date) issue.Day { return issue.Day(d.String()) }

// recordOf is a record as an argument of a text, which pages call by its name. Where it is the
// ID that matters, as of two persons who are one, the ID is the argument.
func recordOf(k Kind, id string) issue.Record { return issue.Record{Kind: string(k), ID: id} }

// peopleOf names persons, each as a record.
func peopleOf(ids []string) issue.Text {
	all := make([]issue.Text, len(ids))
	for i, id := range ids {
		all[i] = issue.NewText("%s", recordOf(people.Name(), id))
	}
	return issue.Join("%s, %s", all)
}
