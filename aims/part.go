package aims

import (
	"iter"
	"slices"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// What probes look at is mostly of systems one by one, and what one of them changed to is
// told without looking at the others: the records of one system are walked over alone.

// partOf is the system whose records are walked over, and the whole that it is part of.
type partOf struct {
	system string
	whole  *reading
	same   *ofParts
}

// ofParts is what is worked out for a part and is the same for each: once asked for.
type ofParts struct {
	recent []*Audit // recentAudits
	known  bool
	work   map[string]*ownWork // of audits, without their systems (newOwnWork)
}

// wide is what is on file of all systems.
func (r *reading) wide() *reading {
	if r.of != nil {
		return r.of.whole
	}
	return r
}

// A partRow says of a kind of which systems its records are.
type partRow interface {
	name() Kind
	// systems are those of a record; the empty one if it is of none, nil if there is no
	// such record.
	systems(r ledger.Reader, id string) []string
	// ids are those of the records that are walked over.
	ids(r ledger.Reader) iter.Seq[string]
	empty(r ledger.Reader) bool
}

type partKind[T any] struct {
	kind ledger.Kind[T]
	of   func(*T) []string
}

func (p partKind[T]) name() Kind { return p.kind.Name() }

func (p partKind[T]) systems(r ledger.Reader, id string) []string {
	rec, ok := p.kind.Shared(r).Get(id)
	if !ok {
		return nil
	}
	return p.of(rec)
}

func (p partKind[T]) ids(r ledger.Reader) iter.Seq[string] { return p.kind.Shared(r).IDs() }

func (p partKind[T]) empty(r ledger.Reader) bool { return p.kind.Shared(r).Len() == 0 }

// partTable are the kinds whose records are of systems, by their listing bySystem: those of
// one can be looked at apart from those of others. Other kinds that name systems are few of
// a kind, and of the organisation first.
var partTable = []partRow{
	partKind[register.System]{systems, func(s *register.System) []string { return []string{s.ID} }},
	partKind[impact.Assessment]{assessments, func(a *impact.Assessment) []string { return []string{a.System} }},
	partKind[Duty]{duties, func(d *Duty) []string { return []string{d.System} }},
	partKind[Evidence]{evidence, func(e *Evidence) []string { return orNone(e.Systems) }},
	partKind[register.Risk]{risks, func(r *register.Risk) []string { return orNone(r.Systems) }},
	partKind[Exception]{exceptions, func(e *Exception) []string { return []string{e.System} }},
	partKind[SystemVerification]{verifications, func(v *SystemVerification) []string { return []string{v.System} }},
	partKind[Deployment]{deployments, func(d *Deployment) []string { return []string{d.System} }},
	partKind[GatePassage]{gatePassages, func(p *GatePassage) []string { return []string{p.System} }},
	partKind[Retirement]{retirements, func(r *Retirement) []string { return []string{r.System} }},
	partKind[SystemLog]{systemLogs, func(l *SystemLog) []string { return []string{l.System} }},
	partKind[Resource]{resources, func(r *Resource) []string { return orNone(r.Systems) }},
}

var partKinds = func() []Kind {
	all := make([]Kind, len(partTable))
	for i, row := range partTable {
		all[i] = row.name()
	}
	return all
}()

func partRowOf(k Kind) partRow {
	if i := slices.Index(partKinds, k); i >= 0 {
		return partTable[i]
	}
	return nil
}

// foreign reports whether this is read of one system, and records of a kind are of none: what
// they tell is told once, where that is read which is of no system.
func (r *reading) foreign(k Kind) bool {
	return r.of != nil && r.of.system != "" && partRowOf(k) == nil
}

// orNone lists a record that is of no system under the empty one.
func orNone(systems []string) []string {
	if len(systems) == 0 {
		return ofNone
	}
	return systems
}

var ofNone = []string{""}

// part is the index of one system, or of the records of none.
func (x *index) part(system string) *index {
	y := x.bare(system)
	y.fill()
	y.evidenced, y.sightings, y.ofParts = x.evidenced, x.sightings, x.ofParts
	if system != "" {
		y.shown[""], y.sorts[""] = x.shown[""], x.sorts[""]
	}
	return y
}

// bare is the index of one system that knows where it stands, and nothing else yet.
func (x *index) bare(system string) *index {
	w := x.wide()
	r := &reading{r: ledger.Narrowed(w.r.(*ledger.View), bySystem, system, partKinds...), opts: w.opts, of: &partOf{system, w, x.ofParts}}
	y := &index{reading: r, now: x.now, today: x.today, zone: x.zone, organisation: x.organisation, controls: x.controls, told: x.told}
	y.systemsOf()
	return y
}

// What probes ask of the index rather than of the records, told as if it were a kind.
const (
	ofStates    Kind = "~states"    // where the active systems stand
	ofNumber    Kind = "~number"    // how many there are, and how many in operation
	ofEvidenced Kind = "~evidenced" // what controls rest on
	ofRequired  Kind = "~required"  // which ones approved assessments require
	ofWeighty   Kind = "~weighty"   // and those of live systems of high impact
)

func (x *index) tell(k Kind) {
	if x.told != nil {
		x.told(k)
	}
}

// all are the active systems, for probes that look at them together.
func (x *index) all() []*systemState {
	x.tell(ofStates)
	return x.states
}

// usersOf are those that rest on a supplier.
func (x *index) usersOf(supplier string) []*systemState {
	x.tell(ofStates)
	return x.behind[supplier]
}

// number is how many active systems there are.
func (x *index) number() int {
	x.tell(ofNumber)
	return len(x.states)
}

// inOperation is how many of them are in operation.
func (x *index) inOperation() int {
	x.tell(ofNumber)
	return x.running
}

// strengths are how many pieces of fresh evidence there are of each strength.
type strengths [excellent + 1]int

// count counts a piece of fresh evidence for the controls that it proves, or takes it away.
func (x *index) count(e *Evidence, n int) {
	strong := strengthOf(x.QualityOf(*e))
	for c := range x.proves(e) {
		if x.evidenced[c] == nil {
			x.evidenced[c] = new(strengths)
		}
		x.evidenced[c][strong] += n
	}
}

// strengthOf is what a control rests on, the strongest of it.
func (x *index) strengthOf(c annexa.ID) strength {
	x.tell(ofEvidenced)
	return x.evidenced[c].best()
}

func (s *strengths) best() strength {
	if s != nil {
		for i := excellent; i > notShown; i-- {
			if s[i] > 0 {
				return i
			}
		}
	}
	return notShown
}

// requires reports whether an approved assessment requires a control.
func (x *index) requires(c annexa.ID) bool {
	x.tell(ofRequired)
	return x.required[c] > 0
}

// weighs reports whether that of a live system of high impact does.
func (x *index) weighs(c annexa.ID) bool {
	x.tell(ofWeighty)
	return x.weighty[c] > 0
}
