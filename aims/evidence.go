package aims

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Evidence is one thing that shows that something was done. It is collected
// once and supports requirements of as many frameworks as it bears on. What
// it shows stays outside: at a URI, in a blob store, under a digest.
type Evidence struct {
	// ID names the evidence.
	ID string `json:"id"`
	// Title says what it is, Shows what it proves.
	Title string `json:"title"`
	Shows string `json:"shows,omitempty"`
	// Kind is its kind: one of impact.EvidenceKinds or annexa.EvidenceKinds, or
	// the organisation's own ("x-" and a name).
	Kind string `json:"kind,omitempty"`
	// Collected is when what it shows held.
	Collected calendar.Date `json:"collected"`
	// ValidUntil is the last moment at which it still counts. If it is not
	// given, the kind of evidence sets it: see AttachEvidence.
	ValidUntil calendar.Date `json:"valid_until,omitzero"`
	// RecordedAt is when it first came on file. The store sets it, so that
	// back-dating shows.
	RecordedAt time.Time `json:"recorded_at,omitzero"`
	// Collector is who collected it.
	Collector string `json:"collector,omitempty"`
	// CollectorConfirmed says that the person has said so as well (ConfirmPart).
	CollectorConfirmed bool `json:"collector_confirmed,omitempty"`
	// URI is where it is kept; Digest is its SHA-256 in hex. One is needed.
	URI    string `json:"uri,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Quality says how strong it is: at first by the word of whoever attached it, and
	// counting (QualityOf) once somebody else has judged it, whose ID JudgedBy has
	// (JudgeEvidence).
	Quality  Quality `json:"quality,omitempty"`
	JudgedBy string  `json:"judged_by,omitempty"`
	// AttachedBy is the ID of whoever put it on file; verbs set it.
	AttachedBy string `json:"attached_by,omitempty"`
	// Supports are the requirements, of any framework, that it supports.
	Supports []crosswalk.Ref `json:"supports"`
	// Systems are the IDs of the systems that it is about; none means that it
	// is about the organisation as a whole.
	Systems []string `json:"systems,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Quality is how strong a piece of evidence is, on the scale that the ASD uses
// for the Essential Eight.
type Quality string

// The qualities, from weakest to strongest. The zero value is "not judged".
const (
	QualityPoor      Quality = "poor"      // a statement or policy of intent
	QualityFair      Quality = "fair"      // a copy of a setting, report or screen
	QualityGood      Quality = "good"      // a setting or record seen in the live system
	QualityExcellent Quality = "excellent" // tested, for example by a simulated event
)

// Fresh reports whether the evidence counts on a day: what it shows held by
// then, and its validity has not run out. The last day counts.
func (e Evidence) Fresh(today calendar.Date) bool {
	return !e.Collected.IsZero() && !e.Collected.After(today) && !today.After(e.ValidUntil)
}

// SupportsControl reports whether the evidence names a control of Annex A, or
// one of the organisation's own, directly.
func (e Evidence) SupportsControl(id annexa.ID) bool {
	return slices.Contains(e.Supports, ControlRef(id))
}

// evidenceBreadth is how many controls of Annex A one piece of evidence may support: an
// auditor follows one piece through a handful. A choice of this project.
const evidenceBreadth = 8

// ofOneSystem are the controls whose object is one system, its data or its assessment,
// by the beginning of their IDs: what is about the organisation as a whole shows nothing
// of them for a system.
var ofOneSystem = []string{"A.5.3", "A.5.4", "A.5.5", "A.6.2.", "A.7.", "A.8.2"}

// ShowsOf reports whether evidence shows a control of a system: it supports it, and is
// about the system, or about the organisation as a whole where the control is.
func (e Evidence) ShowsOf(control annexa.ID, system string) bool {
	if !e.SupportsControl(control) || !e.Covers(system) {
		return false
	}
	return len(e.Systems) > 0 || !slices.ContainsFunc(ofOneSystem, func(of string) bool { return strings.HasPrefix(control.String(), of) })
}

// Covers reports whether the evidence is about a system: it names the system,
// or it is about the organisation as a whole.
func (e Evidence) Covers(system string) bool {
	return len(e.Systems) == 0 || slices.Contains(e.Systems, system)
}

// FrameworkID is the ID under which crosswalk knows ISO/IEC 42001.
const FrameworkID = "iso42001"

// ControlRef returns the reference to a control, for Evidence.Supports. The
// zero ID gives the zero reference.
func ControlRef(id annexa.ID) crosswalk.Ref {
	r, err := crosswalk.NewRef(FrameworkID, id.String())
	if err != nil {
		return crosswalk.Ref{}
	}
	return r
}

var evidence = ledger.MustDeclare(ledger.Spec[Evidence]{
	Name:   KindEvidence,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("collected", "valid_until")},
	Key: func(e *Evidence) string { return e.ID }, SetKey: func(e *Evidence, id string) { e.ID = id },
	Revision:  func(e *Evidence) *uint64 { return &e.Revision },
	Completes: []string{"collector", "collector_confirmed", "valid_until", "attached_by"},
	// What names none is about the organisation as a whole.
	Listings: []ledger.Listing[Evidence]{
		{Name: bySystem, Values: func(e *Evidence) []string { return orNone(e.Systems) }},
		{Name: byPiece, Value: (*Evidence).piece},
	},
	Limits:  within(KindEvidence, evidenceLimits()),
	MayDrop: always[Evidence],
	// Withdrawing looks at what rests on it.
	MayErase: func(ledger.Reader, *Evidence) error {
		return errors.New("it counts as long as it is on file; withdraw it first")
	},
	Personal: []string{"title", "shows", "uri"},
	Check:    checked(checkEvidence),
})

// evidenceLimits: all frameworks of the catalogue have fewer requirements than
// 2,000, and what is about each system of a large organisation may be told from
// what is about the organisation as a whole.
func evidenceLimits() ledger.Limits {
	l := bounded(lists{"supports": 2_000, "systems": 10_000}, "shows")
	l.Body = 4 << 20
	return l
}

// bySystem names the listings of records by the systems that they are about.
const bySystem = "system"

// byPiece names the listing of evidence by what it is a record of.
const byPiece = "piece"

// piece is what a record is one of: what has its digest, or, where it has none, what is kept
// at its place, in whatever form that is written.
func (e *Evidence) piece() string {
	if e.Digest != "" {
		return strings.ToLower(e.Digest)
	}
	return plainPlace(e.URI)
}

// plainPlace is a place as it is compared: scheme and host in small letters, without a port
// that goes without saying, a fragment or a slash at the end. What is no address is itself.
func plainPlace(uri string) string {
	uri = strings.TrimSpace(uri)
	u, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	u.Fragment, u.RawFragment, u.Host = "", "", strings.ToLower(u.Host) // Parse has the scheme in small letters
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	u.Path, u.RawPath, u.Opaque = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/"), strings.TrimRight(u.Opaque, "/")
	return u.String()
}

// AttachEvidence puts evidence on file, or revises it: what it is, when it was collected
// and what it shows stays, so that nothing old is made fresh; it may come to support less and
// concern fewer systems, to count for less long, and to be described otherwise. What is about
// the organisation as a whole stays so. What is collected anew is another piece. Without a ValidUntil,
// it counts for as many days as its kind stays fresh at the highest impact
// level among its systems; for evidence about the whole organisation at level
// limited; for a kind of the organisation's own 365 days. What has one digest is one piece,
// and so is what has none and is kept at one place, under however many records: together,
// those that count today support no more controls of Annex A than one may.
func (tx *Tx) AttachEvidence(e Evidence) error {
	return put(tx, "AttachEvidence", evidence, e, func(e *Evidence) error {
		old, exists := evidence.Of(tx).Get(e.ID)
		e.RecordedAt, e.AttachedBy, e.JudgedBy = tx.Now(), tx.By().Actor, ""
		if exists {
			e.RecordedAt, e.AttachedBy = old.RecordedAt, old.AttachedBy
		}
		if e.Quality == old.Quality {
			e.JudgedBy = old.JudgedBy
		}
		if e.Collector == "" {
			e.Collector = tx.By().Actor
		}
		e.CollectorConfirmed = old.CollectorConfirmed || e.Collector == tx.By().Actor
		if !exists { // afterwards it comes to support less alone
			if err := tx.oncePerPiece(e); err != nil {
				return err
			}
		}
		if e.ValidUntil.IsZero() && !e.Collected.IsZero() {
			e.ValidUntil = e.Collected.AddDate(0, 0, tx.freshDays(e.Kind, e.Systems))
		}
		if !exists {
			return nil
		}
		const instead = "what is collected anew is another piece"
		var is Issues
		kept(&is, "collected", old.Collected, e.Collected, instead)
		kept(&is, "kind", old.Kind, e.Kind, instead)
		kept(&is, "collector", old.Collector, e.Collector, instead)
		kept(&is, "uri", old.URI, e.URI, instead)
		kept(&is, "digest", old.Digest, e.Digest, instead)
		if e.ValidUntil.After(old.ValidUntil) {
			is.Add("valid_until", "kept", e.ValidUntil.String(), "it counts until %s; %s", old.ValidUntil.String(), instead)
		}
		for i, r := range e.Supports {
			if !slices.Contains(old.Supports, r) {
				is.Add(issue.Index("supports", i), "kept", r.String(), "it was not said to support this; %s", instead)
			}
		}
		switch other := slices.ContainsFunc(e.Systems, func(s string) bool { return !slices.Contains(old.Systems, s) }); {
		case len(old.Systems) == 0 && other: // which would show of them what it did not
			is.Add("systems", "kept", strings.Join(e.Systems, ", "), "it was about the organisation as a whole; %s", instead)
		case len(old.Systems) > 0 && (other || len(e.Systems) == 0):
			is.Add("systems", "kept", strings.Join(e.Systems, ", "), "it was about %s; %s", strings.Join(old.Systems, ", "), instead)
		}
		return is.Err()
	})
}

// JudgeEvidence decides how strong a piece of evidence is. Who collected it, or put it on
// file, does not judge it.
func (tx *Tx) JudgeEvidence(id string, quality Quality) error {
	return decide(tx, "JudgeEvidence", evidence, id, func(e *Evidence) error {
		if quality == "" {
			var is Issues
			is.Add("quality", "required", "", "say how strong it is")
			return is
		}
		e.Quality, e.JudgedBy = quality, tx.By().Actor
		return nil
	})
}

// QualityOf returns how strong a piece of evidence is by the word of somebody who neither
// collected it nor put it on file; empty while nobody has judged it. That it is poor
// everybody is believed.
func (r *reading) QualityOf(e Evidence) Quality {
	if e.Quality == QualityPoor || e.JudgedBy != "" && !r.same(e.JudgedBy, e.Collector) && !r.same(e.JudgedBy, e.AttachedBy) {
		return e.Quality
	}
	return ""
}

// strength orders what a control rests on. Between a statement of intent and a copy of a
// setting stands what nobody has judged: it may be either.
type strength int

const (
	notShown strength = iota
	intent
	unjudged
	fair
	good
	excellent
)

// strengthOf is the place of a quality that counts.
func strengthOf(q Quality) strength {
	switch q {
	case QualityPoor:
		return intent
	case QualityFair:
		return fair
	case QualityGood:
		return good
	case QualityExcellent:
		return excellent
	}
	return unjudged
}

// freshDays returns for how many days evidence of a kind counts.
func (r *reading) freshDays(kind string, on []string) int {
	k, ok := impact.EvidenceKindByID(kind)
	if !ok {
		return annexFreshDays(kind)
	}
	level := impact.LevelLimited
	if len(on) > 0 {
		level = impact.LevelMinimal
		for _, id := range on {
			level = impact.MaxLevel(level, r.LevelOf(id))
		}
	}
	return k.FreshDays(level)
}

// annexFreshDays returns for how many days evidence of a kind counts that only
// the catalogue of controls knows; 365 for one of the organisation's own.
func annexFreshDays(kind string) int {
	for _, k := range annexa.EvidenceKinds() {
		if k.Kind == kind {
			return k.FreshDays
		}
	}
	return 365
}

// knownEvidenceKind reports whether a kind is one of the rules' or of the
// catalogue's.
func knownEvidenceKind(kind string) bool {
	_, known := impact.EvidenceKindByID(kind)
	return known || slices.ContainsFunc(annexa.EvidenceKinds(), func(k annexa.ExpectedEvidence) bool { return k.Kind == kind })
}

// refProblem says why a reference can't stand, or "" if it can.
func (c checker) refProblem(ref crosswalk.Ref) string {
	if ref.IsZero() {
		return "names nothing"
	}
	if ref.Framework() == FrameworkID {
		if id, err := annexa.Parse(ref.Element()); err == nil && id.Custom() {
			if c.has(KindDecision, id.String()) {
				return ""
			}
			return "no such own control; decide on it first"
		}
	}
	if _, ok := c.opts.Catalogue.Element(ref); ok {
		return ""
	}
	if f, ok := c.opts.Catalogue.Framework(ref.Framework()); ok {
		return fmt.Sprintf("%s has no element %q", f.Title, ref.Element())
	}
	return fmt.Sprintf("no framework %q in the catalogue", ref.Framework())
}

func checkEvidence(c checker, e *Evidence) {
	c.text("title", e.Title, true)
	c.text("shows", e.Shows, false)
	if e.Collected.IsZero() {
		c.Add("collected", "required", "", "say when what it shows held; undated evidence is none")
	}
	c.past("collected", e.Collected)
	c.order("collected", e.Collected, "valid_until", e.ValidUntil)
	if e.Kind != "" && !knownEvidenceKind(e.Kind) && (!strings.HasPrefix(e.Kind, "x-") || len(e.Kind) == 2) {
		c.Add("kind", "evidence_kind", e.Kind, "no such kind of evidence; see impact.EvidenceKinds and annexa.EvidenceKinds, or use x- and a name of your own")
	}
	if e.URI == "" && e.Digest == "" {
		c.Add("uri", "required", "", "say where it is kept (uri) or what it is (digest)")
	}
	c.place("uri", e.URI)
	c.digest("digest", e.Digest)
	if e.Quality != "" {
		oneOf(c, "quality", e.Quality, []Quality{QualityPoor, QualityFair, QualityGood, QualityExcellent})
	}
	if len(e.Supports) == 0 {
		c.Add("supports", "required", "", "name at least one requirement that it supports")
	}
	c.refs("supports", e.Supports)
	controls := 0
	for _, r := range e.Supports {
		if ofAnnexA(r) {
			controls++
		}
	}
	if controls > evidenceBreadth {
		c.Add("supports", "breadth", strconv.Itoa(controls), "one piece of evidence supports at most %d controls; what shows more is several pieces", evidenceBreadth)
	}
	c.systems("systems", e.Systems)
}

// ofAnnexA reports whether a requirement is a control of Annex A.
func ofAnnexA(r crosswalk.Ref) bool {
	_, err := annexa.Parse(r.Element())
	return err == nil && r.Framework() == FrameworkID
}

// oncePerPiece refuses a record of a piece that supports, with the others of it that count
// today, more controls than one piece may.
func (tx *Tx) oncePerPiece(e *Evidence) error {
	controls, others := make(map[crosswalk.Ref]bool), false
	for id, o := range evidence.Shared(tx).Where(byPiece, e.piece()).All() {
		if id != e.ID && o.Fresh(tx.Today()) {
			others = true
			o.controlsInto(controls)
		}
	}
	e.controlsInto(controls)
	var is Issues
	if others && len(controls) > evidenceBreadth {
		is.Add("supports", "breadth", strconv.Itoa(len(controls)), "with other records of the same digest, or of none and the same place; one piece of evidence supports at most %d controls", evidenceBreadth)
	}
	return is.Err()
}

// controlsInto adds the controls of Annex A that evidence supports.
func (e *Evidence) controlsInto(all map[crosswalk.Ref]bool) {
	for _, r := range e.Supports {
		if ofAnnexA(r) {
			all[r] = true
		}
	}
}

// pieces are what counts today, the records of one piece together, in the order of the first
// of each.
func (x *index) pieces() (all [][]*Evidence) {
	at := make(map[string]int)
	for _, e := range evidence.Shared(x.r).All() {
		if !e.Fresh(x.today) {
			continue
		}
		what := e.piece()
		i, ok := at[what]
		if !ok {
			i, at[what] = len(all), len(all)
			all = append(all, nil)
		}
		all[i] = append(all[i], e)
	}
	return all
}

// Supports returns, for crosswalk.Catalogue.Coverage, which requirements of
// any framework the evidence that is fresh at time now supports.
func (r *reading) Supports(now time.Time) []crosswalk.Support {
	var all []crosswalk.Support
	for _, e := range evidence.Shared(r.r).All() {
		if !e.Fresh(r.DayOf(now)) {
			continue
		}
		for _, ref := range e.Supports {
			if !r.CouldProve(*e, ref) {
				continue
			}
			s := crosswalk.Support{Ref: ref}
			if r.sees(KindEvidence, e.ID) {
				s.By = []string{e.ID}
			}
			all = append(all, s)
		}
	}
	return all
}

// supported are the requirements of Supports of the whole, each once, in order.
func (r *reading) supported(now time.Time) []crosswalk.Support {
	today, seen := r.DayOf(now), make(map[crosswalk.Ref]bool)
	for _, e := range evidence.Shared(r.r).All() {
		if !e.Fresh(today) {
			continue
		}
		for _, ref := range e.Supports {
			if !seen[ref] && r.CouldProve(*e, ref) {
				seen[ref] = true
			}
		}
	}
	all := make([]crosswalk.Support, 0, len(seen))
	for _, ref := range slices.SortedFunc(maps.Keys(seen), crosswalk.CompareRefs) {
		all = append(all, crosswalk.Support{Ref: ref})
	}
	return all
}

var evidenceStale = Probe{
	ID: "EV-01", Title: "Evidence stale", Clause: Clause{"7.5.3"},
	Grading: "opportunity: what rests on it is found by S2-07",
	grade:   graded(SeverityOpportunity),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, e := range evidence.Shared(x.r).All() {
			if x.overdue(e.ValidUntil) && !yield(about(KindEvidence, e.ID, e.Title, e.ValidUntil,
				issue.NewText("It stopped counting on %s.", day(e.ValidUntil)), issue.NewText("Collect it anew, or withdraw it (Withdraw)."))) {
				return
			}
		}
	},
}

var evidencePieces = Probe{
	ID: "EV-02", Title: "One piece of evidence under many records", Clause: Clause{"7.5.3"},
	Grading: "minor: an auditor follows one piece through a handful of controls. What is attached now is refused; this is what came on file before, or by an import",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for what := range ledger.Several(evidence, x.r, byPiece) {
			var piece []*Evidence // what counts today of it
			controls := make(map[crosswalk.Ref]bool)
			for _, e := range evidence.Shared(x.r).Where(byPiece, what).All() {
				if e.Fresh(x.today) {
					piece = append(piece, e)
					e.controlsInto(controls)
				}
			}
			if len(piece) < 2 || len(controls) <= evidenceBreadth {
				continue
			}
			o := about(KindEvidence, piece[0].ID, piece[0].Title, calendar.Date{}, issue.NewText("Records of this one piece: %d; controls that they support together: %d; one piece supports %d at most.", len(piece), len(controls), evidenceBreadth),
				issue.NewText("Attach what else there is, each with its digest (AttachEvidence), and withdraw what is the same (Withdraw)."))
			if o.Count = len(piece); !yield(o) {
				return
			}
		}
	},
}

// ismsID is the ID under which crosswalk knows ISO/IEC 27001.
const ismsID = "iso27001"

var evidenceShared = Probe{
	ID: "S1-26", Title: "Evidence shared with ISO/IEC 27001 not linked", Clause: Clause{"4.4"},
	Grading: "opportunity: no clause asks that one piece of evidence serves both; who collects it twice maintains it twice",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		if !x.Organisation().HoldsISO27001 {
			return
		}
		other := map[string]string{FrameworkID: ismsID, ismsID: FrameworkID}
		reaches := make(map[crosswalk.Ref]bool) // the other one, as the mappings have it
		shared, linked := 0, 0
		for _, piece := range x.pieces() {
			names, bears := make(map[string]bool), false
			for _, e := range piece {
				for _, ref := range e.Supports {
					to := other[ref.Framework()]
					if to == "" {
						continue
					}
					names[ref.Framework()] = true
					if _, known := reaches[ref]; !known {
						reaches[ref] = slices.ContainsFunc(x.opts.Catalogue.Reaches(ref), func(r crosswalk.Reach) bool { return r.Ref.Framework() == to })
					}
					bears = bears || reaches[ref]
				}
			}
			if both := len(names) == 2; both || bears {
				shared++
				if both {
					linked++
				}
			}
		}
		if shared < 2 || 2*linked >= shared { // one piece is no share
			return
		}
		o := x.whole(calendar.Date{}, issue.NewText("An ISO/IEC 27001 management system is in place. Fresh evidence that bears on both standards: %d; naming requirements of both: %d.", shared, linked),
			issue.NewText("When a piece is collected anew, name what it supports in both (AttachEvidence); crosswalk says what it reaches."))
		o.Count, o.Of = shared-linked, shared
		yield(o)
	},
}

var operationMonitored = Probe{
	ID: "S2-10", Title: "Operation not monitored", Clause: Clause{"9.1"}, Controls: ids("A.6.2.6"),
	Grading: "minor; major for a live system of high impact",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if st.s.Stage == register.StageOperation && !x.monitored[st.s.ID] && !yield(st.itself(calendar.Date{},
				issue.NewText("No fresh result of monitoring is on file."), issue.NewText("Record one as evidence of kind ev-monitoring (AttachEvidence)."))) {
				return
			}
		}
	},
	// One root cause, one finding: where nobody has put monitoring in place it is not
	// missing of each system.
	sum: func(x *index, without []Observation, yield func(Observation) bool) {
		if d := x.Decision(ids("A.6.2.6")[0]); d.Status != annexa.StatusImplemented && len(without) > 1 {
			o := x.whole(calendar.Date{}, issue.NewText("Monitoring is not in place, and of %d of %d systems in operation no fresh result of it is on file: %s.", len(without), x.inOperation(), namesOf(without)),
				issue.NewText("Put it in place (DecideControl), and record results as evidence of kind ev-monitoring (AttachEvidence)."))
			o.Count, o.Of, o.names = len(without), x.inOperation(), subjectsOf(without)
			for _, one := range without {
				o.High, o.Live = o.High || one.High && one.Live, o.Live || one.High && one.Live
			}
			yield(o)
			return
		}
		each(without, yield)
	},
}

// each yields what was observed as it is.
func each(of []Observation, yield func(Observation) bool) {
	for _, o := range of {
		if !yield(o) {
			return
		}
	}
}

// namesOf lists what was observed, the first of many.
func namesOf(of []Observation) issue.Text {
	const most = 10
	all := make([]issue.Text, min(len(of), most))
	for i := range all {
		all[i] = issue.NewText("%s", recordOf(of[i].Subject.Kind, of[i].Subject.ID))
	}
	names := issue.Join("%s, %s", all)
	if len(of) > most {
		return issue.NewText("%s and %d more", names, len(of)-most)
	}
	return names
}

func subjectsOf(of []Observation) []Subject {
	all := make([]Subject, len(of))
	for i, o := range of {
		all[i] = o.Subject
	}
	return all
}
