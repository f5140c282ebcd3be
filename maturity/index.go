package maturity

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// What criteria ask of the indexes rather than of the records, told as if it were a kind
// (Input.tell): what is made of it changes with that alone.
const (
	ofSystems  aims.Kind = "^systems"  // what is known of the active systems
	ofNumber   aims.Kind = "^number"   // how many there are
	ofOwners   aims.Kind = "^owners"   // who owns one
	ofUsers    aims.Kind = "^users"    // who stands behind which, and how
	ofProvided aims.Kind = "^provided" // whether one is provided to others
	ofArrivals aims.Kind = "^arrivals" // how they came on file
	ofRequired aims.Kind = "^required" // what the assessments of high ones require
	ofProofs   aims.Kind = "^proofs"   // what controls rest on
	ofTies     aims.Kind = "^ties"     // which auditors are tied to what they audited
)

// tell says that something is asked for.
func (in *Input) tell(k aims.Kind) {
	if in.told != nil {
		in.told(k)
	}
}

// systemIndex is what is known of the active systems.
type systemIndex struct {
	all      []*system            // by ID
	users    map[string][]*system // by supplier
	owners   map[string]int       // how many each owns
	required map[annexa.ID]int    // by how many assessments of high ones
	provided int                  // to others
	supplied int                  // high ones with a supplier
}

// index is the index of the systems.
func (in *Input) index() *systemIndex {
	if in.systems == nil {
		x := newSystemIndex(in.View.Systems().Len())
		for s := range uncopied.Standings(in.View, in.Now) {
			x.replace(nil, in.systemOf(s))
		}
		in.systems = x
	}
	return in.systems
}

func newSystemIndex(n int) *systemIndex {
	return &systemIndex{all: make([]*system, 0, n), users: make(map[string][]*system), owners: make(map[string]int), required: make(map[annexa.ID]int)}
}

// standing is the system without what is asked of the view that it was found in, which need
// not be kept for it.
func (s *system) standing() *system {
	own := *s
	own.knownSince, own.asks, own.logs = nil, nil, nil
	return &own
}

// systemOf is what the criteria need of where a system stands.
func (in *Input) systemOf(s uncopied.Standing) *system {
	st := &system{System: s.System, Level: s.Span.Level, Covered: s.Covered, NotCoveredText: s.Why,
		registration: aims.Registration{At: s.RegisteredAt, Stage: s.RegisteredAs}, registered: !s.RegisteredAt.IsZero(),
		knownSince: s.KnownSince, asks: s.Asks, logs: s.Logs}
	if a := s.Approved; a != nil {
		if in.gone(aims.KindAssessment, a.ID) {
			st.Covered, st.NotCoveredText = false, issue.NewText("its assessment is taken to have run out")
		}
		st.approved, st.approval, st.approvedAt, st.last = a, a.ID, a.ApprovedAt, a.Number
		st.assessed, st.questions = true, decidingQuestions(a)
		if st.Covered {
			st.CoveredUntil = in.lastOf(a.ValidUntil)
		}
	}
	if a := s.Open; a != nil {
		st.assessed, st.questions = true, decidingQuestions(a)
		st.last = max(st.last, a.Number)
	}
	return st
}

func byID(s *system, id string) int { return strings.Compare(s.ID, id) }

// replace puts where a system stands in the place of where it stood; nil where it is not
// active.
func (x *systemIndex) replace(was, is *system) {
	id := ""
	if was != nil {
		id = was.ID
		x.count(was, -1)
		if was.Supplier != "" && (is == nil || is.Supplier != was.Supplier) {
			x.users[was.Supplier] = placed(x.users[was.Supplier], id, nil)
		}
	}
	if is != nil {
		id = is.ID
		x.count(is, 1)
		if is.Supplier != "" {
			x.users[is.Supplier] = placed(x.users[is.Supplier], id, is)
		}
	}
	x.all = placed(x.all, id, is)
}

// placed is a list by ID with a system in its place, or without it if that is nil.
func placed(list []*system, id string, s *system) []*system {
	i, found := slices.BinarySearchFunc(list, id, byID)
	switch {
	case found && s != nil:
		list[i] = s
	case found:
		return slices.Delete(list, i, i+1)
	case s != nil:
		return slices.Insert(list, i, s)
	}
	return list
}

// count counts a system n times.
func (x *systemIndex) count(s *system, n int) {
	if s.Owner != "" {
		count(x.owners, s.Owner, n)
	}
	if s.Supplier != "" && s.High() {
		x.supplied += n
	}
	if slices.Contains(s.Roles, register.RoleProvider) {
		x.provided += n
	}
	if s.approved != nil && s.High() {
		for i := range s.approved.Result.Controls {
			count(x.required, s.approved.Result.Controls[i].Control, n)
		}
	}
}

// count adds to a count, and forgets what is none.
func count[K comparable](m map[K]int, k K, n int) {
	if m[k] += n; m[k] == 0 {
		delete(m, k)
	}
}

// all are the active systems, by ID.
func (in *Input) all() []*system {
	in.tell(ofSystems)
	return in.index().all
}

// system is an active system, nil if there is none.
func (in *Input) system(id string) *system {
	in.tell(ofSystems)
	return in.index().system(id)
}

func (x *systemIndex) system(id string) *system {
	i, found := slices.BinarySearchFunc(x.all, id, byID)
	if !found {
		return nil
	}
	return x.all[i]
}

// number is how many active systems there are.
func (in *Input) number() int {
	in.tell(ofNumber)
	return len(in.index().all)
}

// owners yields who owns an active system, in no order.
func (in *Input) owners() iter.Seq2[string, int] {
	in.tell(ofOwners)
	return func(yield func(string, int) bool) {
		for owner, n := range in.index().owners {
			if !yield(owner, n) {
				return
			}
		}
	}
}

// usersOf are the active systems behind which a supplier stands, by ID.
func (in *Input) usersOf(supplier string) []*system {
	in.tell(ofUsers)
	return in.index().users[supplier]
}

// supplied reports whether a supplier stands behind a system of high impact.
func (in *Input) supplied() bool {
	in.tell(ofUsers)
	return in.index().supplied > 0
}

// provided reports whether the organisation provides an active system to others.
func (in *Input) provided() bool {
	in.tell(ofProvided)
	return in.index().provided > 0
}

// arrived are the active systems, for who asks how they came on file.
func (in *Input) arrived() []*system {
	in.tell(ofArrivals)
	return in.index().all
}

// requiredHigh reports whether the assessment of a system of high impact requires a control.
func (in *Input) requiredHigh(c annexa.ID) bool {
	in.tell(ofRequired)
	return in.index().required[c] > 0
}

// perSystem are the controls of which criteria ask whether there is evidence
// for a particular system.
var perSystem = func() map[annexa.ID]bool {
	asked := make(map[annexa.ID]bool)
	for _, id := range controls("A.7.3", "A.7.4", "A.7.5", "A.7.6", "A.8.2", "A.8.3", "A.8.5", "A.9.2", "A.10.3",
		"A.3.3", "A.4.6", "A.6.2.4", "A.6.2.5", "A.6.2.7", "A.6.2.8", "A.8.4", "A.9.3", "A.10.4") {
		asked[id] = true
	}
	return asked
}()

// evidenceIndex is what fresh evidence shows.
type evidenceIndex struct {
	proof    map[annexa.ID]proof
	covering map[coverKey]time.Time
	watched  map[string][]span // results of monitoring by system
	metered  map[string][]span // those of them that a service put on file
	later    bool              // there is some that is of after now
	ends     map[proofEnd]int  // of how many pieces, if what is there is to be taken out again
}

// proofEnd is until when evidence of a strength counts for a control.
type proofEnd struct {
	control annexa.ID
	aspect  aspect
	until   int64 // in nanoseconds, since times are no good keys
}

// aspect is one of the ends of a proof.
type aspect int

const (
	proofAny aspect = iota
	proofFair
	proofGood
	proofUnjudged
	proofTested
)

func (p *proof) end(a aspect) *time.Time {
	return [...]*time.Time{&p.any, &p.fair, &p.good, &p.unjudged, &p.tested}[a]
}

// aspectsOf are what evidence of a quality is, besides being some.
func aspectsOf(q aims.Quality) []aspect {
	switch q {
	case aims.QualityExcellent:
		return []aspect{proofAny, proofFair, proofGood, proofTested}
	case aims.QualityGood:
		return []aspect{proofAny, proofFair, proofGood}
	case aims.QualityFair:
		return []aspect{proofAny, proofFair}
	case aims.QualityPoor:
		return []aspect{proofAny}
	}
	return []aspect{proofAny, proofUnjudged}
}

// evidence is the index of the evidence.
func (in *Input) evidence() *evidenceIndex {
	if in.shown == nil {
		in.shown = in.newEvidenceIndex(false)
	}
	return in.shown
}

// newEvidenceIndex is the index of the evidence; what is counted can be taken out again.
func (in *Input) newEvidenceIndex(counted bool) *evidenceIndex {
	x := &evidenceIndex{proof: make(map[annexa.ID]proof), covering: make(map[coverKey]time.Time),
		watched: make(map[string][]span), metered: make(map[string][]span)}
	if counted {
		x.ends = make(map[proofEnd]int)
	}
	services := in.running()
	known := make(map[string]annexa.ID) // parsing each reference anew would be most of the work
	for e := range all[aims.Evidence](in, aims.KindEvidence) {
		until, ok := in.fresh(e)
		x.later = x.later || e.Collected.After(in.today) || e.RecordedAt.After(in.Now)
		if !ok {
			continue
		}
		quality := aims.Quality("")
		if in.whole == nil {
			quality = in.View.QualityOf(*e)
		}
		for id := range in.proves(e, known) {
			if in.whole == nil {
				x.prove(id, quality, until, 1)
			}
			if !perSystem[id] {
				continue
			}
			for _, s := range aboutSystems(e) {
				if !e.ShowsOf(id, s) {
					continue // it shows nothing of one system
				}
				k := coverKey{id, s}
				if until.After(x.covering[k]) {
					x.covering[k] = until
				}
			}
		}
		if e.Kind == monitoringKind {
			for _, s := range e.Systems {
				x.watched[s] = addSpan(x.watched[s], span{in.firstOf(e.Collected), until})
				if services[e.AttachedBy] {
					x.metered[s] = addSpan(x.metered[s], span{in.firstOf(e.Collected), until})
				}
			}
		}
	}
	return x
}

// proves yields the controls that a piece of evidence supports and could prove. Known are
// those that were read before.
func (in *Input) proves(e *aims.Evidence, known map[string]annexa.ID) iter.Seq[annexa.ID] {
	return func(yield func(annexa.ID) bool) {
		for _, ref := range e.Supports {
			if ref.Framework() != aims.FrameworkID || !in.View.CouldProve(*e, ref) {
				continue
			}
			id, ok := known[ref.Element()]
			if !ok {
				id, _ = annexa.Parse(ref.Element()) // a clause gives the zero ID
				known[ref.Element()] = id
			}
			if !id.IsZero() && !yield(id) {
				return
			}
		}
	}
}

// running are the services that run.
func (in *Input) running() map[string]bool {
	in.tell(aims.KindService)
	base := in.base()
	if base.services == nil {
		base.services = make(map[string]bool)
		for s := range base.View.Services().All() {
			base.services[s.ID] = s.RunsOn(in.today)
		}
	}
	return base.services
}

// prove counts a piece of evidence of a control, or takes it out.
func (x *evidenceIndex) prove(c annexa.ID, q aims.Quality, until time.Time, n int) {
	p := x.proof[c]
	for _, a := range aspectsOf(q) {
		end := p.end(a)
		if x.ends != nil {
			count(x.ends, proofEnd{c, a, until.UnixNano()}, n)
		}
		switch {
		case n > 0 && until.After(*end):
			*end = until
		case n < 0 && until.Equal(*end) && x.ends[proofEnd{c, a, until.UnixNano()}] == 0:
			*end = x.last(c, a, until.Location())
		}
	}
	x.proof[c] = p
}

// last is the last end of what shows a control in an aspect.
func (x *evidenceIndex) last(c annexa.ID, a aspect, zone *time.Location) (last time.Time) {
	for k := range x.ends {
		if k.control == c && k.aspect == a {
			if end := time.Unix(0, k.until).In(zone); end.After(last) {
				last = end
			}
		}
	}
	return last
}

// proofOf is what fresh evidence there is for a control.
func (in *Input) proofOf(c annexa.ID) proof {
	in.tell(ofProofs)
	p := in.base().evidence().proof[c]
	for a := proofAny; a <= proofTested; a++ { // those that are over, as it is ahead
		if end := p.end(a); in.Now.After(*end) {
			*end = time.Time{}
		}
	}
	return p
}
