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

	model  Model
	past   past
	lapsed map[aims.Subject]bool // records whose time is taken to be over

	reached  Level // by the criteria below ML3
	systems  []system
	active   map[string]tenure
	controls []annexa.Decision
	left     map[annexa.ID]bool // controls that are excluded
	proof    map[annexa.ID]proof
	covering map[coverKey]time.Time
	watched  map[string][]span  // results of monitoring by system
	metered  map[string][]span  // those of them that a service put on file
	highs    map[annexa.ID]bool // controls that the assessments of high systems require
	limits   register.Criteria

	assessments map[string][]*impact.Assessment // by system, once asked for
	risks       []riskState                     // by the place of the system, once asked for
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

// system is a System and what the criteria need of its assessments. It holds
// no assessment itself: there may be many thousand systems.
type system struct {
	System
	assessed   bool      // an assessment gives its level
	questions  int       // open questions that could change the level
	approval   string    // the ID of the approved assessment; "" if there is none
	approvedAt time.Time // when that was approved
	last       int       // the number of its last assessment that is approved or open

	registration aims.Registration
	registered   bool // that is known
	knownSince   func() calendar.Date
	asks         func(yield func(item, requires string, controls []annexa.ID))
	logs         func() (lack issue.Text, until calendar.Date, onRecord bool)
}

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
	in := &Input{model: m, View: v, Now: now.UTC(), zone: v.Zone(), today: v.DayOf(now), Parameters: m.Parameters, active: make(map[string]tenure), limits: v.Criteria(), past: before, lapsed: lapsed}
	for _, l := range before.levels {
		if !l.At.After(in.Now) {
			in.History = append(in.History, l)
		}
	}
	in.controls, in.left = v.Controls(), make(map[annexa.ID]bool)
	for _, d := range in.controls {
		in.left[d.Control] = d.Applicability == annexa.Excluded
	}
	in.indexSystems()
	in.indexEvidence()
	return in
}

// with returns the input with other parameters. What was worked out by the old ones is
// worked out anew.
func (in *Input) with(p Parameters) *Input {
	own := *in
	own.Parameters, own.risks = p, nil
	if p.EvidenceDays != in.Parameters.EvidenceDays {
		own.indexEvidence()
	}
	return &own
}

func (in *Input) indexSystems() {
	in.highs = make(map[annexa.ID]bool)
	in.systems = make([]system, 0, in.View.Systems().Len())
	for s := range uncopied.Standings(in.View, in.Now) {
		in.systems = append(in.systems, system{System: System{System: *s.System, Level: s.Span.Level, Covered: s.Covered, NotCovered: s.Why.String(), NotCoveredText: s.Why}})
		st := &in.systems[len(in.systems)-1]
		st.registration, st.registered, st.asks = aims.Registration{At: s.RegisteredAt, Stage: s.RegisteredAs}, !s.RegisteredAt.IsZero(), s.Asks
		st.logs = s.Logs
		st.knownSince = s.KnownSince
		if a := s.Approved; a != nil {
			if in.gone(aims.KindAssessment, a.ID) {
				st.Covered, st.NotCoveredText = false, issue.NewText("its assessment is taken to have run out")
				st.NotCovered = st.NotCoveredText.String()
			}
			st.approval, st.approvedAt, st.last = a.ID, a.ApprovedAt, a.Number
			st.assessed, st.questions = true, decidingQuestions(a)
			if st.Covered {
				st.CoveredUntil = in.lastOf(a.ValidUntil)
			}
			if st.High() {
				for _, q := range a.Result.Controls {
					in.highs[q.Control] = true
				}
			}
		}
		if a := s.Open; a != nil {
			st.assessed, st.questions = true, decidingQuestions(a)
			st.last = max(st.last, a.Number)
		}
	}
}

// all yields the records of a kind as the view holds them. The criteria of the library read
// them and write to none; what an embedder's are given is copied (Systems).
func all[T any](in *Input, kind aims.Kind) iter.Seq[*T] { return uncopied.All[T](in.View, kind) }

// perSystem are the controls of which criteria ask whether there is evidence
// for a particular system.
var perSystem = []string{"A.7.3", "A.7.4", "A.7.5", "A.7.6", "A.8.2", "A.8.3", "A.8.5", "A.9.2", "A.10.3",
	"A.3.3", "A.4.6", "A.6.2.4", "A.6.2.5", "A.6.2.7", "A.6.2.8", "A.8.4", "A.9.3", "A.10.4"}

func (in *Input) indexEvidence() {
	asked := make(map[annexa.ID]bool, len(perSystem))
	for _, id := range controls(perSystem...) {
		asked[id] = true
	}
	in.proof = make(map[annexa.ID]proof)
	in.covering = make(map[coverKey]time.Time)
	in.watched, in.metered = make(map[string][]span), make(map[string][]span)
	services := make(map[string]bool) // those that run
	for s := range in.View.Services().All() {
		services[s.ID] = s.RunsOn(in.today)
	}
	extend := func(t *time.Time, to time.Time) {
		if to.After(*t) {
			*t = to
		}
	}
	byElement := make(map[string]annexa.ID) // parsing each reference anew would be most of the work
	for e := range all[aims.Evidence](in, aims.KindEvidence) {
		until, ok := in.fresh(e)
		if !ok {
			continue
		}
		for _, ref := range e.Supports {
			if ref.Framework() != aims.FrameworkID || !in.View.CouldProve(*e, ref) {
				continue
			}
			id, known := byElement[ref.Element()]
			if !known {
				id, _ = annexa.Parse(ref.Element()) // a clause gives the zero ID
				byElement[ref.Element()] = id
			}
			if id.IsZero() {
				continue
			}
			p := in.proof[id]
			extend(&p.any, until)
			switch in.View.QualityOf(*e) {
			case aims.QualityExcellent:
				extend(&p.tested, until)
				extend(&p.good, until)
				extend(&p.fair, until)
			case aims.QualityGood:
				extend(&p.good, until)
				extend(&p.fair, until)
			case aims.QualityFair:
				extend(&p.fair, until)
			case aims.QualityPoor:
			default:
				extend(&p.unjudged, until)
			}
			in.proof[id] = p
			if asked[id] {
				for _, s := range aboutSystems(e) {
					if !e.ShowsOf(id, s) {
						continue // it shows nothing of one system
					}
					k := coverKey{id, s}
					t := in.covering[k]
					extend(&t, until)
					in.covering[k] = t
				}
			}
		}
		if e.Kind == monitoringKind {
			for _, s := range e.Systems {
				in.watched[s] = addSpan(in.watched[s], span{in.firstOf(e.Collected), until})
				if services[e.AttachedBy] {
					in.metered[s] = addSpan(in.metered[s], span{in.firstOf(e.Collected), until})
				}
			}
		}
	}
}

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
	out := make([]*System, 0, len(in.systems))
	for i := range in.systems {
		s := in.systems[i].System
		s.System, _ = in.View.Systems().Get(s.ID)
		out = append(out, &s)
	}
	return out
}

// Active reports whether a person on file is active, and until when: the zero
// time if no leaving is on file.
func (in *Input) Active(person string) (until time.Time, ok bool) {
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
	until = in.proof[control].any
	return until, !until.IsZero()
}

// supportedFor reports whether fresh evidence about a system, or about the
// whole organisation, supports a control, and until when. It knows the
// controls of perSystem only.
func (in *Input) supportedFor(control annexa.ID, system string) (until time.Time, ok bool) {
	until = in.covering[coverKey{control, ""}]
	if own := in.covering[coverKey{control, system}]; own.After(until) {
		until = own
	}
	return until, !until.IsZero()
}

// excluded reports whether a control was left out, for good reason and by
// decision.
func (in *Input) excluded(control annexa.ID) bool {
	return in.left[control]
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
