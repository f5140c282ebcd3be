package maturity

import (
	"iter"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Input is what a predicate judges from. A predicate reads and changes
// nothing.
type Input struct {
	// View is the management system.
	View *aims.View
	// Now is the moment as of which it is judged, in UTC.
	Now time.Time

	zone  *time.Location // where the organisation's days begin and end
	today calendar.Date  // in it, at Now

	// Parameters are those of the model, or the criterion's own.
	Parameters Parameters
	// History are the levels of the past that count, oldest first; none after Now.
	History []PastLevel

	model   Model
	past    past
	lapsed  map[aims.Subject]bool // records whose time is taken to be over
	reached Level                 // by the criteria below ML3
	pieces  *pieces               // what is judged system by system, where that is followed (Watch)
	told    func(aims.Kind)       // of what is asked that View does not tell of; nil if nobody listens
	apart   func(*system, *Tally) // is given what each system adds, in place of the whole

	// What is worked out once it is asked for. Of a part the whole has what is the same
	// for all.
	whole       *Input
	active      map[string]tenure
	controls    []annexa.Decision
	left        map[annexa.ID]bool // controls that are excluded
	systems     *systemIndex
	shown       *evidenceIndex
	services    map[string]bool // those that run
	carried     map[string][]carried
	assessments map[string][]*impact.Assessment
	risks       map[string]riskState
	excepted    excepted
	deployed    deployed
	operations  operations
	audited     audited
}

// System is one active AI system as the criteria see it: registered, inside
// the scope, not retired.
type System struct {
	register.System
	// Level is its impact level; one that nobody has assessed counts as high.
	Level impact.Level `json:"level"`
	// Covered reports whether an approved assessment covers it as it is now,
	// NotCovered why not.
	Covered    bool   `json:"covered"`
	NotCovered string `json:"not_covered,omitempty"`
	// NotCoveredText is NotCovered as format and arguments.
	NotCoveredText issue.Text `json:"not_covered_text,omitzero"`
	// CoveredUntil is when that approval runs out.
	CoveredUntil time.Time `json:"covered_until,omitzero"`
}

// Live reports whether the system is in deployment or operation.
func (s *System) Live() bool {
	return s.Stage == register.StageDeployment || s.Stage == register.StageOperation
}

// High reports whether its impact is high or worse.
func (s *System) High() bool { return s.Level.Rank() >= impact.LevelHigh.Rank() }

// Subject names the system's record.
func (s *System) Subject() aims.Subject { return aims.Subject{Kind: aims.KindSystem, ID: s.ID} }

// system is what the criteria need of an active system and its assessments. It shares the
// records: there may be many thousand.
type system struct {
	*register.System
	Level          impact.Level
	Covered        bool
	NotCoveredText issue.Text
	CoveredUntil   time.Time
	assessed       bool               // an assessment gives its level
	questions      int                // open questions that could change the level
	approved       *impact.Assessment // nil if there is none
	approval       string             // its ID
	approvedAt     time.Time          // when that was approved
	last           int                // the number of its last assessment that is approved or open

	registration aims.Registration
	registered   bool // that is known
	knownSince   func() calendar.Date
	asks         func(yield func(item, requires string, controls []annexa.ID))
	logs         func() (lack issue.Text, until calendar.Date, onRecord bool)
}

// Live, High and Subject are those of System.
func (s *system) Live() bool {
	return s.Stage == register.StageDeployment || s.Stage == register.StageOperation
}
func (s *system) High() bool            { return s.Level.Rank() >= impact.LevelHigh.Rank() }
func (s *system) Subject() aims.Subject { return aims.Subject{Kind: aims.KindSystem, ID: s.ID} }

// decidingQuestions returns how many questions that nobody has answered could
// change the level that an assessment gives.
func decidingQuestions(a *impact.Assessment) int {
	n := 0
	for _, q := range a.Result.Open {
		if a.Result.Decides(q) {
			n++
		}
	}
	return n
}

// tenure is until when a person is active.
type tenure struct {
	active bool
	until  time.Time // last moment; zero: not known to leave
}

// proof is what fresh evidence there is for a control: until when some of at
// least each quality counts. Zero: there is none.
type proof struct {
	any, fair, good time.Time
	unjudged        time.Time // evidence whose quality nobody has judged
	tested          time.Time // of quality excellent
}

// span is when evidence was collected and until when it counts.
type span struct{ collected, until time.Time }

// addSpan adds a span unless another one is as late at both ends.
func addSpan(list []span, s span) []span {
	for _, o := range list {
		if !o.collected.Before(s.collected) && !o.until.Before(s.until) {
			return list
		}
	}
	return append(list, s)
}

type coverKey struct {
	control annexa.ID
	system  string // "" for the whole organisation
}

func newInput(m Model, v *aims.View, now time.Time, before past, lapsed map[aims.Subject]bool) *Input {
	in := &Input{model: m, View: v, Now: now.UTC(), zone: v.Zone(), today: v.DayOf(now), Parameters: m.Parameters, active: make(map[string]tenure), lapsed: lapsed}
	in.after(before)
	return in
}

// after gives the input a past, as far as it is one by now.
func (in *Input) after(before past) {
	in.past, in.History = before, nil
	for _, l := range before.levels {
		if !l.At.After(in.Now) {
			in.History = append(in.History, l)
		}
	}
}

// with returns the input with other parameters. What was worked out by the old ones is
// worked out anew.
func (in *Input) with(p Parameters) *Input {
	own := *in
	own.Parameters, own.risks, own.pieces, own.audited = p, nil, nil, audited{}
	if p.EvidenceDays != in.Parameters.EvidenceDays {
		own.shown = nil
	}
	return &own
}

// ahead is the input at a time to come, with nothing renewed: what evidence is fresh by
// then is so now.
func (in *Input) ahead(then time.Time) *Input {
	at := newInput(in.model, in.View, then, in.past, in.lapsed)
	at.controls, at.left = in.controls, in.left
	if in.shown != nil && !in.shown.later {
		at.shown = in.shown
	}
	return at
}

// decisions are those on the controls, in the standard's order. They are shared.
func (in *Input) decisions() []annexa.Decision {
	in.tell(aims.KindDecision)
	base := in.base()
	if base.controls == nil {
		base.controls, base.left = base.View.Controls(), make(map[annexa.ID]bool)
		for _, d := range base.controls {
			base.left[d.Control] = d.Applicability == annexa.Excluded
		}
	}
	return base.controls
}

// base is the input of the whole.
func (in *Input) base() *Input {
	if in.whole != nil {
		return in.whole
	}
	return in
}

// all yields the records of a kind as the view holds them. The criteria of the library read
// them and write to none; what an embedder's are given is copied (Systems).
func all[T any](in *Input, kind aims.Kind) iter.Seq[*T] { return uncopied.All[T](in.View, kind) }

// monitoringKind is the kind of evidence that shows a system monitored.
const monitoringKind = "ev-monitoring"

// aboutSystems returns the systems that evidence is about; "" stands for the
// whole organisation.
func aboutSystems(e *aims.Evidence) []string {
	if len(e.Systems) == 0 {
		return []string{""}
	}
	return e.Systems
}

// fresh returns until when evidence counts, and whether it does now: it held
// by now, was on file by now, and its validity has not run out.
func (in *Input) fresh(e *aims.Evidence) (until time.Time, ok bool) {
	last := calendar.Earlier(e.Collected.AddDays(in.Parameters.EvidenceDays), e.ValidUntil)
	return in.lastOf(last), !e.Collected.IsZero() && !e.Collected.After(in.today) && !e.RecordedAt.After(in.Now) && !in.today.After(last) &&
		!in.gone(aims.KindEvidence, e.ID)
}

// Systems returns the active AI systems, in the order of their IDs. They are the caller's.
func (in *Input) Systems() []*System {
	all := in.all()
	out := make([]*System, 0, len(all))
	for _, s := range all {
		own := System{Level: s.Level, Covered: s.Covered, NotCovered: s.NotCoveredText.String(), NotCoveredText: s.NotCoveredText.Clone(), CoveredUntil: s.CoveredUntil}
		own.System, _ = in.View.Systems().Get(s.ID)
		out = append(out, &own)
	}
	return out
}

// Active reports whether a person on file is active, and until when: the zero
// time if no leaving is on file.
func (in *Input) Active(person string) (until time.Time, ok bool) {
	in.tell(aims.KindPerson)
	t, known := in.active[person]
	if !known {
		if p, found := in.View.People().Get(person); found && p.ActiveOn(in.today) && !in.gone(aims.KindPerson, person) {
			t.active = true
			if !p.LeftOn.IsZero() {
				t.until = in.lastOf(p.LeftOn.AddDays(-1))
			}
		}
		in.active[person] = t
	}
	return t.until, t.active
}

// Supported reports whether fresh evidence supports a control, and until when.
func (in *Input) Supported(control annexa.ID) (until time.Time, ok bool) {
	until = in.proofOf(control).any
	return until, !until.IsZero()
}

// supportedFor reports whether fresh evidence about a system, or about the
// whole organisation, supports a control, and until when. It knows the
// controls of perSystem only.
func (in *Input) supportedFor(control annexa.ID, system string) (until time.Time, ok bool) {
	until = in.base().evidence().covering[coverKey{control, ""}]
	if own := in.evidence().covering[coverKey{control, system}]; own.After(until) {
		until = own
	}
	if in.Now.After(until) { // as it is ahead
		return time.Time{}, false
	}
	return until, true
}

// excluded reports whether a control was left out, for good reason and by
// decision.
func (in *Input) excluded(control annexa.ID) bool {
	in.decisions()
	return in.base().left[control]
}

// within reports whether a day lies in the last days up to now, and until
// when it will.
func (in *Input) within(d calendar.Date, days int) (until time.Time, ok bool) {
	if d.IsZero() || d.After(in.today) {
		return time.Time{}, false
	}
	last := d.AddDays(days)
	return in.lastOf(last), !in.today.After(last)
}

// notYet reports whether a due time has not passed; a zero one never passes.
func (in *Input) notYet(due time.Time) bool { return due.IsZero() || !in.Now.After(due) }

// whole is the management system as a whole, as a subject.
func whole() aims.Subject { return aims.Subject{Kind: aims.KindOrganisation, ID: "organisation"} }

// day is a time as messages print it.
func day(t interface{ Format(string) string }) issue.Day { return issue.Day(t.Format(time.DateOnly)) }

// lastOf is the last moment of a day where the organisation is, firstOf the first one;
// the zero time for no day. dayOf is the day of a moment there.
func (in *Input) lastOf(d calendar.Date) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return d.End(in.zone).Add(-time.Nanosecond)
}

func (in *Input) firstOf(d calendar.Date) time.Time { return d.Start(in.zone) }

func (in *Input) dayOf(t time.Time) calendar.Date { return calendar.Of(t, in.zone) }
