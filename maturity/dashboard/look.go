package dashboard

import (
	"cmp"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// look is one computation: the view and what many tiles ask of it, worked out once.
type look struct {
	voice
	v        *aims.View
	now      time.Time
	today    calendar.Date // where the organisation is
	zone     *time.Location
	in       Input
	report   maturity.Report
	findings []*aims.Finding
	lead     Person
	names    map[string]string // of persons
	hide     *strings.Replacer // what the reader does not see, in texts; nil if that is nothing (redact)
	next     time.Time         // when time alone next changes something

	systems []*system
	byID    map[string]int // of systems
	dues    owing
	runsOut owing
	open    map[string]opened // by system
	proofs  proofs
	risk    Risks
	stands  Where

	once   sync.Once // of index
	found  map[aims.Subject][]int
	spoken map[aims.Subject][]Spoken
	grace  map[string]bool // systems in grace

	ofClause map[aims.Clause]*foundIn // how many findings there are
	ofAge    map[aims.Severity][]int  // the same by place of the age

	steady  map[string]Step       // by criterion, what was told of it
	falling map[aims.Subject]bool // with what the level falls next

	follow *follower                 // what keeps of the whole what is worked out (keep); nil if nothing does
	turn   int                       // of it
	ties   map[string][]aims.OwnWork // by audit, where the follower knows
	parts  []aims.AuditPart          // of what audits cover, where the follower knows

	levelling sync.Once // of levels, by system
	callings  sync.Map  // names of records, by subject
	levels    map[string]maturity.SystemLevel
}

// system is what the tiles need of one active system.
type system struct {
	id, name, owner string
	stage           register.Stage
	span            impact.Span
	coverage        aims.Coverage
	found           calendar.Date
}

// opened is the assessment of a system that is not decided yet.
type opened struct {
	id, assessor string
	state        impact.State
	due          calendar.Date
}

func newLook(v *aims.View, now time.Time, in Input) *look {
	k := &look{voice: in.voice, v: v, now: now, today: v.DayOf(now), zone: v.Zone(), in: in, names: make(map[string]string)}
	if in.follow == nil || !in.follow.look(k) {
		k.report, k.findings = maturity.Evaluate(*in.Model, v, now, in.Past.history...), pointers(v.Findings(now))
		k.walkSystems(uncopied.Standings(v, now))
	}
	k.redact()
	for p := range all[aims.Person](v, aims.KindPerson) {
		k.names[p.ID] = oneLine(p.Name)
	}
	if p, ok := v.Holder(aims.RoleLead, now); ok {
		k.lead = Person{ID: p.ID, Name: k.name(p.ID), As: k.say("AIMS lead")}
	}
	for _, c := range k.report.Criteria {
		k.changes(c.Until)
		for _, g := range c.Grace {
			k.changes(g.Until)
		}
	}
	return k
}

func pointers[T any](all []T) []*T {
	to := make([]*T, len(all))
	for i := range all {
		to[i] = &all[i]
	}
	return to
}

// on is the day of a moment where the organisation is.
func (k *look) on(t time.Time) calendar.Date { return calendar.Of(t, k.zone) }

func (k *look) organisation() string {
	return cmp.Or(oneLine(k.v.Organisation().Name), k.say("An organisation without a name"))
}

// changes notes that something changes once a moment has passed.
func (k *look) changes(at time.Time) {
	if at.After(k.now) && (k.next.IsZero() || at.Before(k.next)) {
		k.next = at
	}
}

// until is the last moment at which the screen surely holds.
func (k *look) until() time.Time {
	end := k.today.End(k.zone).Add(-time.Nanosecond)
	if !k.next.IsZero() && k.next.Before(end) {
		return k.next
	}
	return end
}

// name is what a person is called: the ID of who is not on file, or not shown.
func (k *look) name(id string) string { return cmp.Or(k.names[id], oneLine(id)) }

// person is who has an ID; who leads the system where nobody has.
func (k *look) person(id, as string) Person {
	if id == "" {
		p := k.lead
		if p.ID != "" {
			p.As = k.say("AIMS lead, as nobody else is named")
		}
		return p
	}
	return Person{ID: id, Name: k.name(id), As: k.told(as)}
}

// calledBy is what a record is called by its own fields, or by what it is (untitled); empty of
// one that has no name, and of one that is not on file. It is looked up once: a list names the same ones in each row.
func (k *look) calledBy(s aims.Subject) string {
	if known, ok := k.callings.Load(s); ok {
		return known.(string)
	}
	name := ""
	rec, ok := k.v.Record(s)
	if say := untitled(s.Kind); ok && say != nil {
		name = say(k, rec)
	} else if a, is := rec.(*impact.Assessment); ok && is {
		name = k.systemRef(a.System).Name
		if number, own := strings.CutPrefix(s.ID, a.System+"#"); own {
			name = k.say("%s #%s", name, number)
		}
	} else if ok {
		v := reflect.ValueOf(rec).Elem()
		for _, f := range fieldsOf(v.Type()) {
			if text := v.FieldByIndex(f.index); (f.key == "name" || f.key == "title") && text.Kind() == reflect.String {
				name = shorten(oneLine(text.String()), 60)
				break
			}
		}
	}
	k.callings.Store(s, name)
	return name
}

// ref names a record by the name that is known of it.
func (k *look) ref(s aims.Subject, name string) Ref {
	r := Ref{Subject: s, Name: cmp.Or(oneLine(k.called(s, name)), s.ID), Route: recordRoute(s)}
	if r.Name == string(s.Kind) { // there is one of the kind, such as the scope
		r.Name = capital(k.nameOf(s.Kind).one)
	}
	switch {
	case s.ID == "":
		r.Name, r.Route = k.say("not shown to you"), ""
	case !k.v.Has(s): // what is missing is named as well
		r.Route = ""
	case s.Kind == aims.KindOrganisation:
		r.Name, r.Route = k.say("the organisation"), slugOf(aims.KindOrganisation)+"/"+s.ID
	}
	return r
}

func (k *look) systemRef(id string) Ref {
	name := id
	if i, ok := k.byID[id]; ok {
		name = k.systems[i].name
	} else if s, ok := k.v.Systems().Get(id); ok {
		name = s.Name
	}
	return k.ref(aims.Subject{Kind: aims.KindSystem, ID: id}, name)
}

// of says a text with the names of the records among its arguments.
func (k *look) of(t issue.Text, message string) string {
	return k.voice.of(issue.Text{ID: t.ID, Args: k.byName(t.Args)}, message)
}

// plainOf says a text for who reads pages, as of does.
func (k *look) plainOf(t issue.Text, message string) string {
	return k.voice.plainOf(issue.Text{ID: t.ID, Args: k.byName(t.Args)}, message)
}

// byName are the arguments of a text with what pages call the records among them. Of a record that the reader does not see, or that has no name, the ID stays.
func (k *look) byName(args []any) []any {
	named := args
	for i, a := range args {
		switch arg := a.(type) {
		case issue.Text:
			if of := k.byName(arg.Args); len(of) > 0 && &of[0] != &arg.Args[0] {
				a = issue.Text{ID: arg.ID, Args: of}
			}
		case issue.Record:
			a = k.callOf(aims.Subject{Kind: aims.Kind(arg.Kind), ID: arg.ID})
		default:
			continue
		}
		if &named[0] == &args[0] {
			named = slices.Clone(args)
		}
		named[i] = a
	}
	return named
}

// callOf is what a record is called; the ID of one without a name, or that the reader does not see.
func (k *look) callOf(s aims.Subject) string {
	switch s.Kind {
	case aims.KindPerson:
		return k.name(s.ID)
	case aims.KindRole:
		if k.v.Has(s) {
			return k.roleName(s.ID)
		}
	case aims.KindSystem:
		return k.systemRef(s.ID).Name
	}
	return cmp.Or(oneLine(k.called(s, k.calledBy(s))), s.ID)
}

// refs are the first of some failures, and how many more there are.
func (k *look) refs(all []maturity.Failure) (refs []Ref, more int) {
	for i, f := range all {
		if i == k.in.Subjects {
			return refs, len(all) - i
		}
		r := k.ref(f.Subject, f.Name)
		r.Why, r.Unknown = k.plainOf(f.Text, f.Why), f.Unknown
		if (f.Subject.Kind == aims.KindOrganisation || r.Route == "" && f.Subject.ID != "") && r.Why != "" {
			r.Name = strings.TrimSuffix(shorten(r.Why, 100), ".") // what is wrong says more than that it is the organisation
		}
		refs = append(refs, r)
	}
	return refs, 0
}

// walkSystems takes in where the active systems stand.
func (k *look) walkSystems(stand iter.Seq[uncopied.Standing]) {
	n := k.v.Systems().Len()
	k.systems, k.byID = make([]*system, 0, n), make(map[string]int, n)
	for st := range stand {
		if s, shown := systemOf(k.v, &st); shown {
			k.byID[s.id] = len(k.systems)
			k.systems = append(k.systems, &s)
		}
	}
}

// systemOf is what is needed of a system that a view shows.
func systemOf(v *aims.View, st *uncopied.Standing) (system, bool) {
	s, ok := uncopied.Get[register.System](v, aims.KindSystem, st.System.ID)
	if !ok {
		return system{}, false
	}
	coverage := aims.Coverage{Covered: st.Covered, Why: st.Why.String(), Text: st.Why}
	if a := st.Approved; a != nil && v.Has(aims.Subject{Kind: aims.KindAssessment, ID: a.ID}) {
		coverage.Assessment = a.ID
	}
	return system{id: s.ID, name: oneLine(s.Name), owner: s.Owner, stage: s.Stage, found: s.DiscoveredOn, span: st.Span, coverage: coverage}, true
}

// walk goes once through the records that the tiles count.
func (k *look) walk() {
	k.open = keep(k, "assessments.open", k.openOnes)
	k.ofClause, k.ofAge = k.counted()
	k.steady = make(map[string]Step)
	k.proofs = keep(k, "evidence", k.walkEvidence)
	k.dues, k.runsOut = k.dueDays(), k.endDays()
}

// openOnes are the assessments that are open, by system.
func (k *look) openOnes() map[string]opened {
	open := make(map[string]opened)
	for a := range all[impact.Assessment](k.v, aims.KindAssessment) {
		if a.State.Open() {
			open[a.System] = opened{id: a.ID, assessor: a.Assessor, state: a.State, due: a.Due}
		}
	}
	return open
}

// all yields the records of a kind that a view shows: nobody here writes to them.
func all[T any](v *aims.View, kind aims.Kind) iter.Seq[*T] { return uncopied.All[T](v, kind) }

func high(l impact.Level) bool { return l.Rank() >= impact.LevelHigh.Rank() }
