package maturity

import (
	"reflect"
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/internal/unredacted"
)

// Watch keeps what Evaluate says of a View, and follows it to later ones by what their
// commits touched: of a system that changed the criteria judge that one alone, and others
// are judged again only if something was touched that they look at. What it says is what
// Evaluate would.
//
// It holds a View, and memory by the systems. It is for one goroutine at a time; what it
// hands out stays as it is.
type Watch struct {
	model   Model
	history []History
	shown   *aims.View // that it was given, for a reader perhaps
	v       *aims.View // the whole of it
	before  past       // what the histories show, without the level of the view itself

	track    uncopied.Tracker
	in       *Input
	criteria []watched // by place in the model
	parts    map[string]*part
	ids      []string       // of parts, in order
	signed   counted        // in assessments, over all parts
	tied     map[string]int // by audit, the parts to which auditors are tied
	decided  counted        // in records other than assessments
	bases    []Basis
	reads    map[string]bool // what decided and bases were worked out of
	plain    *Input          // for what is asked each time; once asked for
	report   Report          // without what Report adds
	drops    drops
}

// drops is what the systems add at the time of the next drop, by place of the criterion and
// ID, once asked for: those that hold until then.
type drops struct {
	until time.Time
	parts map[int]map[string]*Tally
}

// watched is what is known of a criterion.
type watched struct {
	own     bool // what judges it is not known, so it is asked each time
	clock   bool // it looks at the time of day, not at the day alone
	changed bool // what the parts add to it is other than before
	reads   map[string]bool
	each    func(*Input, *Tally) // what it asks of each system; nil if nothing
	sum     sum
	outcome Outcome
}

// counted are decisions on file.
type counted struct{ imported, declared int }

func (c counted) with(o counted, n int) counted {
	return counted{c.imported + n*o.imported, c.declared + n*o.declared}
}

// part is what one system adds.
type part struct {
	tallies []*Tally // by place of the criterion; nil where it adds nothing
	signed  counted
	tied    []string // the audits of the year whose auditors are tied to it
}

// sum is what all parts add to a criterion.
type sum struct {
	met, unknown int
	marked       []string // the parts in which something fails or is in grace, in order
	until        time.Time
	ends         int // how many parts hold until then
}

// byClock are the predicates that look at the time of day.
var byClock = map[string]bool{"policy_kept": true, "incidents_handled": true, "operating_history": true, "held_for_year": true}

// Changes are what became of the criteria between two Views, as Watch.Follow tells of them.
type Changes struct {
	// From and To are the levels.
	From Level `json:"from"`
	To   Level `json:"to"`
	// Gained and Lost are the IDs of the criteria that came to hold, and that hold no more.
	Gained []string `json:"gained"`
	Lost   []string `json:"lost"`
	// Afresh says that all was judged: another day had begun, records were touched that much
	// rests on, or what was touched is not known (ledger.Touched).
	Afresh bool `json:"afresh,omitempty"`
}

// NewWatch judges a View once, as Evaluate does.
func NewWatch(m Model, v *aims.View, now time.Time, history ...History) *Watch {
	w := &Watch{model: m, history: slices.Clone(history)}
	w.begin(v, now)
	return w
}

// View is the View that the Watch has come to.
func (w *Watch) View() *aims.View { return w.shown }

// Report is what Evaluate says of the View. It is the caller's.
func (w *Watch) Report() Report {
	r := w.shared().copied()
	if w.shown != w.v {
		return r.For(w.shown)
	}
	return r
}

func init() {
	uncopied.Reported = func(watch any) any { return watch.(*Watch).shared() }
	uncopied.FollowLevels = func(watch, view any, now time.Time) bool {
		return watch.(*Watch).follow(view.(*aims.View), now)
	}
	uncopied.OwnWork = func(watch, audit any) any {
		w, a := watch.(*Watch), audit.(aims.Audit)
		if done, _ := w.in.audits(); slices.ContainsFunc(done, func(d aims.Audit) bool { return d.ID == a.ID }) {
			return w.in.ownWork(a)
		}
		return w.v.OwnWork(a) // of which the parts know nothing
	}
}

// shared is the report of the whole, which shares what it lists with the Watch.
func (w *Watch) shared() Report {
	w.track.Note(make(map[string]bool)) // on what is read here nothing rests
	r := w.report
	r.summarize(w.model, w.in)
	ahead := w.ahead
	if w.v.Time().After(r.At) { // of what came after, the parts know nothing
		ahead = aheadOf(w.model, newInput(w.model, w.v, r.At, w.in.past, nil))
	}
	r.NextDrop = nextDrop(r, w.v, ahead)
	r.Combined = w.v.Combined(r.At)
	return r
}

// Follow moves on to a View, of the same ledger and later as a rule, at a time, and says
// what became of the criteria. It costs what was touched where that was the records of some
// systems, and a new Watch otherwise (Changes.Afresh).
func (w *Watch) Follow(v *aims.View, now time.Time) Changes {
	before := w.report
	afresh := !w.follow(v, now)
	if afresh {
		w.begin(v, now)
	}
	c := Changes{From: before.Level, To: w.report.Level, Gained: []string{}, Lost: []string{}, Afresh: afresh}
	for i, is := range w.report.Criteria {
		switch was := before.Criteria[i].State.Holds(); {
		case was && !is.State.Holds():
			c.Lost = append(c.Lost, is.ID)
		case !was && is.State.Holds():
			c.Gained = append(c.Gained, is.ID)
		}
	}
	return c
}

// begin judges all.
func (w *Watch) begin(v *aims.View, now time.Time) {
	w.shown, w.v = v, unredacted.Of(v).(*aims.View)
	w.track = uncopied.Track(w.v, now)
	w.before = shownBy(w.model, w.v, w.history)
	w.in = newInput(w.model, w.track.View().(*aims.View), now, w.before, nil)
	w.in.told, w.in.pieces, w.in.systems = w.tell, &pieces{w: w}, newSystemIndex(0)
	w.track.Parted()
	for s := range w.track.Stands {
		w.in.systems.replace(nil, w.in.systemOf(s).standing())
	}
	w.in.shown = w.in.newEvidenceIndex(true)
	w.criteria = make([]watched, len(w.model.Criteria))
	w.parts, w.signed, w.reads, w.drops, w.tied = make(map[string]*part), counted{}, nil, drops{}, make(map[string]int)
	w.in.pieces.learn = true
	for i, c := range w.model.Criteria {
		name := c.judgedBy()
		k := &w.criteria[i]
		k.own = c.Parameters != nil || name == "" || ownName(name)
		k.clock = byClock[name]
		if !k.own {
			w.judge(i)
		}
	}
	w.in.pieces.learn = false
	w.ids = w.track.Parts()
	for _, id := range w.ids {
		p := w.part(w.partInput(id, w.in))
		w.parts[id] = p
		for i, t := range p.tallies {
			w.criteria[i].sum.add(id, t)
		}
		w.signed = w.signed.with(p.signed, 1)
		for _, audit := range p.tied {
			w.tied[audit]++
		}
	}
	w.settle(func(*watched) bool { return true }, nil)
}

// tell notes a kind that is read.
func (w *Watch) tell(k aims.Kind) { w.track.Tell(string(k)) }

// partInput is the input of one system of a whole.
func (w *Watch) partInput(id string, whole *Input) *Input {
	w.track.Parted()
	v, s, active := w.track.Part(id, whole.Now)
	in := &Input{model: w.model, View: v.(*aims.View), Now: whole.Now, zone: whole.zone, today: whole.today, Parameters: w.model.Parameters,
		History: whole.History, past: whole.past, told: w.tell, whole: whole, active: whole.active, systems: &systemIndex{}}
	if active {
		in.systems.all = []*system{in.systemOf(s)}
	}
	in.shown = in.newEvidenceIndex(false)
	return in
}

// part judges what one system adds.
func (w *Watch) part(in *Input) *part {
	p := &part{tallies: make([]*Tally, len(w.criteria))}
	for i, k := range w.criteria {
		if k.each == nil {
			continue
		}
		var t Tally
		if k.each(in, &t); !t.isZero() {
			p.tallies[i] = &t
		}
	}
	p.signed.imported, p.signed.declared = uncopied.Decided(in.View, true)
	done, _ := in.whole.audits()
	for _, a := range done {
		if slices.ContainsFunc(in.View.OwnWork(a), ownWork) {
			p.tied = append(p.tied, a.ID)
		}
	}
	return p
}

// ownWork is what ties the auditors of an audit to what it covered. Where nothing does,
// roles aside, that is known without looking at all.
func (in *Input) ownWork(a aims.Audit) []aims.OwnWork {
	if in.pieces == nil || in.pieces.ahead != nil {
		return in.View.OwnWork(a)
	}
	in.tell(ofTies)
	w := in.pieces.w
	none, _, _ := w.track.Part("", in.Now)
	if w.tied[a.ID] == 0 && !slices.ContainsFunc(none.(*aims.View).OwnWork(a), ownWork) {
		return nil
	}
	return in.View.OwnWork(a)
}

// programme is what audits are to look at, and when.
func (in *Input) programme() []aims.AuditPart {
	if in.pieces == nil || in.pieces.ahead != nil || !in.pieces.w.in.Now.Equal(in.Now) {
		return in.View.AuditProgramme(in.Now)
	}
	return in.pieces.w.track.Programme().([]aims.AuditPart)
}

func (t *Tally) isZero() bool { return t.met == 0 && len(t.failing) == 0 }

// marks reports whether something of a tally is to be told.
func (t *Tally) marks() bool { return t != nil && (len(t.failing) > 0 || len(t.grace) > 0) }

// add takes in what a part adds.
func (s *sum) add(id string, t *Tally) {
	if t == nil {
		return
	}
	s.met, s.unknown = s.met+t.met, s.unknown+t.unknown
	if t.marks() {
		i, _ := slices.BinarySearch(s.marked, id)
		s.marked = slices.Insert(s.marked, i, id)
	}
	switch first := sooner(s.until, t.until); {
	case t.until.IsZero():
	case !t.until.Equal(first):
	case s.until.Equal(t.until):
		s.ends++
	default:
		s.until, s.ends = t.until, 1
	}
}

// drop takes out what a part added, which is no more among all.
func (s *sum) drop(id string, t *Tally, all func(yield func(*Tally))) {
	if t == nil {
		return
	}
	s.met, s.unknown = s.met-t.met, s.unknown-t.unknown
	if i, found := slices.BinarySearch(s.marked, id); found {
		s.marked = slices.Delete(s.marked, i, i+1)
	}
	if t.until.IsZero() || !t.until.Equal(s.until) {
		return
	}
	if s.ends--; s.ends > 0 {
		return
	}
	s.until = time.Time{}
	all(func(o *Tally) {
		switch {
		case o == nil || o.until.IsZero():
		case o.until.Equal(s.until):
			s.ends++
		case s.until.IsZero() || o.until.Before(s.until):
			s.until, s.ends = o.until, 1
		}
	})
}

// pieces puts together what is judged system by system.
type pieces struct {
	w     *Watch
	at    int    // the place of the criterion
	learn bool   // what it asks of each is to be found out
	ahead *Input // of a time to come, and until the moment before that
	until time.Time
}

// ask adds to a tally what the systems add.
func (p *pieces) ask(each func(*Input, *Tally), t *Tally) {
	k := &p.w.criteria[p.at]
	if p.learn {
		k.each = each
		return
	}
	if p.ahead != nil {
		p.askAhead(each, t)
		return
	}
	t.met, t.unknown = t.met+k.sum.met, t.unknown+k.sum.unknown
	for _, id := range k.sum.marked {
		part := p.w.parts[id].tallies[p.at]
		t.failing, t.grace = append(t.failing, part.failing...), append(t.grace, part.grace...)
	}
	t.until = sooner(t.until, k.sum.until)
}

// askAhead adds what the systems add at a time to come: those that hold until then are asked.
func (p *pieces) askAhead(each func(*Input, *Tally), t *Tally) {
	known := p.w.drops.of(p.until, p.at)
	for _, id := range p.w.ids {
		part := p.w.parts[id].tallies[p.at]
		if part == nil {
			continue
		}
		if !part.until.IsZero() && !part.until.After(p.until) {
			if then := known[id]; then != nil {
				part = then
			} else {
				part = new(Tally)
				each(p.w.partInput(id, p.ahead), part)
				known[id] = part
			}
		}
		t.met, t.unknown = t.met+part.met, t.unknown+part.unknown
		t.failing, t.grace, t.until = append(t.failing, part.failing...), append(t.grace, part.grace...), sooner(t.until, part.until)
	}
}

// of is what is known of a time and a criterion.
func (d *drops) of(until time.Time, at int) map[string]*Tally {
	if !d.until.Equal(until) {
		*d = drops{until, make(map[int]map[string]*Tally)}
	}
	if d.parts[at] == nil {
		d.parts[at] = make(map[string]*Tally)
	}
	return d.parts[at]
}

// judge judges one criterion by what the parts add.
func (w *Watch) judge(i int) {
	k := &w.criteria[i]
	k.reads = make(map[string]bool)
	w.track.Note(k.reads)
	in := w.in
	if k.own {
		in = w.entire(in.Now)
		in.reached = w.in.reached
		in.after(w.in.past)
	}
	w.in.pieces.at = i
	k.outcome = judgeOne(w.model.Criteria[i], in)
}

// entire is the input at a time for what has to look at all.
func (w *Watch) entire(at time.Time) *Input {
	if w.plain == nil || !w.plain.Now.Equal(at) {
		w.plain = newInput(w.model, w.v, at, w.in.past, nil)
	}
	return w.plain
}

// settle judges the criteria of which that is wanted, and makes the report.
func (w *Watch) settle(want func(*watched) bool, kinds map[string]bool) {
	w.plain = nil
	w.in.after(w.before)
	w.judgeAll(want)
	if len(w.before.levels) > 0 {
		w.in.after(w.withOwn())
		w.judgeAll(func(k *watched) bool { return k.own || k.clock })
	}
	if w.reads == nil || anyOf(w.reads, kinds) {
		w.reads = make(map[string]bool)
		w.track.Note(w.reads)
		w.bases = w.in.bases()
		w.decided.imported, w.decided.declared = uncopied.Decided(w.in.View, false)
	}
	w.track.Parted()
	w.report = w.levels()
	all := w.decided.with(w.signed, 1)
	w.report.Imported, w.report.Declared = all.imported, all.declared
}

// judgeAll judges the criteria that are wanted, those of ML3 by the level that the others
// reach.
func (w *Watch) judgeAll(want func(*watched) bool) {
	run := func(third bool) {
		for i, c := range w.model.Criteria {
			if k := &w.criteria[i]; (c.Level >= ML3) == third && want(k) {
				w.judge(i)
			}
		}
	}
	run(false)
	w.in.reached = reachedBelow(w.results())
	run(true)
}

// results are what came of the criteria.
func (w *Watch) results() []Result {
	all := make([]Result, len(w.criteria))
	for i, c := range w.model.Criteria {
		all[i] = Result{Criterion: c, Outcome: w.criteria[i].outcome}
		if w.bases != nil {
			all[i].ResultBasis = w.bases[i]
		}
	}
	return all
}

// levels is the report with the criteria and the level that they reach.
func (w *Watch) levels() Report {
	r := Report{Model: w.model.ID, ModelVersion: w.model.Version, At: w.in.Now, Criteria: w.results(), Steps: []StepProgress{}}
	r.Level = reached(r.Criteria, func(c Result) bool { return c.State.Holds() })
	return r
}

// withOwn is what the histories show, and what the view itself does of the time since its
// last commit.
func (w *Watch) withOwn() past {
	at := w.v.Time()
	if w.v.DayOf(at) != w.in.today {
		return w.before.own(w.model, w.v)
	}
	now := w.in
	then := *now
	then.Now = at.UTC()
	then.after(w.before)
	w.in = &then
	outcomes := make([]Outcome, len(w.criteria))
	for i, k := range w.criteria {
		outcomes[i] = k.outcome
	}
	w.judgeAll(func(k *watched) bool { return k.own || k.clock })
	r := w.levels()
	for i := range w.criteria {
		w.criteria[i].outcome = outcomes[i]
	}
	w.in = now
	return w.before.with(pastLevel(r, w.v))
}

// ahead judges criteria at a time to come.
func (w *Watch) ahead(then time.Time) func(int, Level) Outcome {
	at := w.in.ahead(then)
	at.told, at.pieces = w.tell, &pieces{w: w, ahead: at, until: then.Add(-time.Nanosecond)}
	at.systems, at.shown = w.in.systems, w.in.shown // of systems only what no time changes is asked of all together
	return func(i int, reached Level) Outcome {
		in := at
		if w.criteria[i].own {
			in = w.entire(then)
		}
		at.pieces.at, in.reached = i, reached
		return judgeOne(w.model.Criteria[i], in)
	}
}

func anyOf(of, kinds map[string]bool) bool {
	for k := range kinds {
		if of[k] {
			return true
		}
	}
	return false
}

// operationKinds are those that operation reads.
var operationKinds = []aims.Kind{aims.KindEvidence, aims.KindAudit, aims.KindReview, aims.KindObjective, aims.KindSweep, aims.KindIncident, aims.KindNonconformity, aims.KindSupplier}

// follow moves on by what was touched, and reports whether that could be.
func (w *Watch) follow(shown *aims.View, now time.Time) bool {
	v := unredacted.Of(shown).(*aims.View)
	for _, h := range w.history {
		if h.last != nil && h.last.Head().Seq > w.v.Head().Seq {
			return false // it shows more of a later view
		}
	}
	old := w.in
	w.track.Parted() // what is not noted elsewhere, parts may rest on
	ids, kinds, pieces, ok := w.track.Follow(v, now)
	if !ok {
		return false
	}
	in := newInput(w.model, w.track.View().(*aims.View), now, w.before, nil)
	in.told, in.pieces, in.systems, in.shown = w.tell, old.pieces, old.systems, old.shown
	if !kinds[string(aims.KindDecision)] {
		in.controls, in.left = old.controls, old.left
	}
	if !kinds[string(aims.KindAudit)] {
		in.audited = old.audited
	}
	if !slices.ContainsFunc(operationKinds, func(k aims.Kind) bool { return kinds[string(k)] }) {
		in.operations = old.operations
	}
	w.shown, w.v, w.in = shown, v, in
	w.track.Note(make(map[string]bool))
	for _, id := range pieces {
		if in.recount(old, id) {
			kinds[string(ofProofs)] = true
		}
	}
	changed := make([]bool, len(w.criteria)) // what the parts add
	for _, id := range ids {
		if id == "" {
			kinds[string(ofTies)] = true
			if !w.generally() {
				return false
			}
			continue
		}
		part := w.partInput(id, in)
		in.replace(id, part, kinds)
		if w.replace(id, w.part(part), changed) {
			kinds[string(ofTies)] = true
		}
	}
	for i := range changed {
		w.criteria[i].changed = changed[i]
	}
	w.settle(func(k *watched) bool { return k.own || k.clock || k.changed || anyOf(k.reads, kinds) }, kinds)
	return true
}

// replace puts a part in the place of what there was, and reports whether other auditors are
// tied to it.
func (w *Watch) replace(id string, p *part, changed []bool) bool {
	was, known := w.parts[id]
	if !known {
		was = &part{tallies: make([]*Tally, len(w.criteria))}
		i, _ := slices.BinarySearch(w.ids, id)
		w.ids = slices.Insert(w.ids, i, id)
	}
	w.parts[id] = p
	for i, t := range p.tallies {
		if before := was.tallies[i]; !reflect.DeepEqual(before, t) {
			changed[i] = true
			w.criteria[i].sum.drop(id, before, func(yield func(*Tally)) {
				for other, p := range w.parts {
					if other != id {
						yield(p.tallies[i])
					}
				}
			})
			w.criteria[i].sum.add(id, t)
		}
	}
	w.signed = w.signed.with(was.signed, -1).with(p.signed, 1)
	for _, known := range w.drops.parts {
		delete(known, id)
	}
	for _, audit := range was.tied {
		count(w.tied, audit, -1)
	}
	for _, audit := range p.tied {
		count(w.tied, audit, 1)
	}
	return !slices.Equal(was.tied, p.tied)
}

// generally reports whether evidence of the whole organisation shows what it did: every
// system may rest on it.
func (w *Watch) generally() bool {
	none := w.partInput("", w.in).shown
	for c := range perSystem {
		k := coverKey{c, ""}
		if !none.covering[k].Equal(w.in.shown.covering[k]) {
			return false
		}
	}
	return true
}

// recount counts a piece of evidence anew that was touched, and reports whether what a
// control rests on is other than before.
func (in *Input) recount(old *Input, id string) (other bool) {
	known := make(map[string]annexa.ID)
	before := make(map[annexa.ID]proof)
	take := func(of *Input, n int) {
		e, ok := uncopied.Get[aims.Evidence](of.View, aims.KindEvidence, id)
		if !ok {
			return
		}
		until, fresh := of.fresh(e)
		if !fresh {
			return
		}
		for c := range of.proves(e, known) {
			if _, noted := before[c]; !noted {
				before[c] = in.shown.proof[c]
			}
			in.shown.prove(c, of.View.QualityOf(*e), until, n)
		}
	}
	take(old, -1)
	take(in, 1)
	for c, was := range before {
		other = other || was != in.shown.proof[c]
	}
	return other
}

// replace puts where a system stands now, and what is shown of it, in the place of what
// there was, and adds to the kinds what is other than before.
func (in *Input) replace(id string, part *Input, kinds map[string]bool) {
	x := in.systems
	was, is := x.system(id), (*system)(nil)
	if len(part.systems.all) > 0 {
		is = part.systems.all[0].standing()
	}
	before := in.saidOf(was, is, was)
	for c := range perSystem {
		put(in.shown.covering, coverKey{c, id}, part.shown.covering)
	}
	put(in.shown.watched, id, part.shown.watched)
	put(in.shown.metered, id, part.shown.metered)
	if was != nil || is != nil {
		x.replace(was, is)
	}
	kinds[string(ofSystems)] = true
	after := in.saidOf(was, is, is)
	for _, k := range []aims.Kind{ofNumber, ofProvided, ofOwners, ofRequired, ofUsers, ofArrivals} {
		if !reflect.DeepEqual(before[k], after[k]) {
			kinds[string(k)] = true
		}
	}
}

// saidOf is what the indexes say, as far as one system of them may change that: as it was,
// as it is, and the one of these that is in them.
func (in *Input) saidOf(was, is, there *system) map[aims.Kind][]any {
	x := in.systems
	said := map[aims.Kind][]any{ofNumber: {len(x.all)}, ofProvided: {x.provided > 0}}
	say := func(k aims.Kind, what ...any) { said[k] = append(said[k], what...) }
	for _, s := range []*system{was, is} {
		if s == nil {
			continue
		}
		say(ofOwners, x.owners[s.Owner] > 0)
		if s.approved != nil {
			for i := range s.approved.Result.Controls {
				say(ofRequired, x.required[s.approved.Result.Controls[i].Control] > 0)
			}
		}
	}
	if s := there; s != nil {
		if s.Supplier != "" {
			end, ok := in.supportedFor(assurance, s.ID)
			say(ofUsers, s.Supplier, s.High(), s.Name, end, ok)
		}
		if a, lately := in.arrival(s); lately {
			say(ofArrivals, a, s.Name)
		}
	}
	return said
}

// put gives a key the value that it has in another map, or none.
func put[K comparable, V any](m map[K]V, k K, from map[K]V) {
	if v, ok := from[k]; ok {
		m[k] = v
		return
	}
	delete(m, k)
}
