package maturity

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// History is what a journal shows of an organisation's past: the level at each of
// many moments, and since when each record is on file that does not know it itself.
// [Past] alone makes one: what somebody typed in, kept elsewhere or read from a file
// shows nothing. It can be looked at (All, JSON) and does not change. The zero
// History shows nothing.
type History struct {
	model  modelKey
	levels []PastLevel
	seen   map[typed]told
	last   *aims.View           // with which a later view is compared
	ends   map[string]time.Time // until when the last view's criteria hold, by ID
	renewals
}

// PastLevel is the level that Past found at one moment. It is for drawing; Evaluate
// takes none.
type PastLevel struct {
	// At is the moment, in UTC; Level what was found.
	At    time.Time `json:"at"`
	Level Level     `json:"level"`
	// Credit is how much of what ML1, ML2 and ML3 ask for was there, with all that
	// lower levels ask for: 0 to 1, by weight, a criterion that was met in part
	// counting in part. It is 1 where all of it was met, and only there.
	Credit [3]float64 `json:"credit"`
	// Next counts the criteria of the level above by what was found of them; none on the
	// highest.
	Next StateCounts `json:"next,omitzero"`
	// Head names the state of the journal that it was found in.
	Head storage.Head `json:"head"`
}

// StateCounts are how many criteria are met, are not, and can't be told, of how many that
// are applicable.
type StateCounts struct {
	// Met, NotMet and Unknown are how many are so, Of how many that are applicable.
	Met     int `json:"met"`
	NotMet  int `json:"not_met"`
	Unknown int `json:"unknown"`
	Of      int `json:"of"`
}

// CountsOf counts the applicable criteria of a level in a report.
func (r Report) CountsOf(l Level) (n StateCounts) {
	for _, c := range r.Criteria {
		if c.Criterion.Level != l {
			continue
		}
		switch c.State {
		case StateMet:
			n.Met++
		case StateNotMet:
			n.NotMet++
		case StateUnknown:
			n.Unknown++
		default:
			continue
		}
		n.Of++
	}
	return n
}

// Past judges views of one journal, each at the moment that it is of, such as
// aims.Manager.Between yields:
//
//	const week = 7 * 24 * time.Hour
//	past, err := maturity.Past(model, m.Between(ctx, now.Add(-65*week), now, week))
//	report := maturity.Evaluate(model, m.View(), now, past)
//
// A view speaks for Parameters.PastDays days, a week by default. Begin some months before
// the year that is to be shown: of a record that does not know when it was written,
// the views before tell. What each view is judged by is what was on file then, so
// what is told late counts from then on.
//
// The error is that of the views, or issue.Issues if one is missing, lies before the
// one before it, or is not of the same journal.
func Past(m Model, views iter.Seq2[*aims.View, error]) (History, error) {
	h := History{model: keyOf(m), seen: make(map[typed]told), ends: make(map[string]time.Time)}
	for v, err := range views {
		if err != nil {
			return History{}, err
		}
		if err := h.add(m, v); err != nil {
			return History{}, err
		}
	}
	return h, nil
}

// add judges a view and takes it in.
func (h *History) add(m Model, v *aims.View) error {
	var is issue.Issues
	field := issue.Index("views", len(h.levels))
	if v == nil {
		is.Add(field, "required", "", "there is no view")
		return is
	}
	v = unredacted.Of(v).(*aims.View)
	at := v.AsOf()
	var before time.Time
	if h.last != nil {
		before = h.last.AsOf()
		switch {
		case at.Before(before):
			is.Add(field, "order", at.Format(time.RFC3339), "is of a moment before that of the view before it, %s", before.Format(time.RFC3339))
		case !sameJournal(h.last, v):
			is.Add(field, "journal", storage.FormatHead(v.Head()), "is not of the journal that the view before it is of")
		}
		if err := is.Err(); err != nil {
			return err
		}
	}
	for key := range typedDates(v) {
		if _, known := h.seen[key]; !known {
			h.seen[key] = told{after: before, by: at}
		}
	}
	h.last = v
	h.levels = append(h.levels, PastLevel{At: at, Head: v.Head()})
	known := past{levels: h.levels[:len(h.levels)-1], seen: h.seen, until: at}
	r, _ := judge(m, v, at, known)
	h.levels[len(h.levels)-1] = pastLevel(r, v)
	h.renewals.count(h.ends, r)
	return nil
}

// All yields the levels, oldest first.
func (h History) All() iter.Seq[PastLevel] { return slices.Values(slices.Clone(h.levels)) }

// MarshalJSON writes the model that judged and the levels, oldest first.
func (h History) MarshalJSON() ([]byte, error) {
	levels := h.levels
	if levels == nil {
		levels = []PastLevel{}
	}
	return json.Marshal(struct {
		Model        string      `json:"model"`
		ModelVersion string      `json:"model_version"`
		Levels       []PastLevel `json:"levels"`
	}{h.model.id, h.model.version, levels})
}

// UnmarshalJSON refuses: what is read from a file shows nothing.
func (h *History) UnmarshalJSON([]byte) error {
	return issue.Errorf(issue.CodeInvalid, "a history is not read; make it of the journal (Past)")
}

// modelKey tells models apart that judge otherwise, as far as that shows.
type modelKey struct{ id, version, content string }

func keyOf(m Model) modelKey {
	k := modelKey{id: m.ID, version: m.Version}
	content, err := json.Marshal(m.file())
	if err != nil { // such as a share that is no number
		content = []byte(err.Error())
	}
	var s strings.Builder
	s.Write(content)
	for _, c := range m.Criteria {
		fmt.Fprintf(&s, " %x", codeOf(c.judge()))
	}
	k.content = s.String()
	return k
}

// past is what histories show that count for a view.
type past struct {
	levels  []PastLevel // oldest first
	seen    map[typed]told
	until   time.Time  // of the last view; what it does not show came after
	refused issue.Text // why one of them does not count
}

// pastOf returns what of some histories counts for a view: what lies before it in the
// same journal, judged by the same model.
func pastOf(m Model, v *aims.View, histories []History) past {
	p := shownBy(m, v, histories)
	if len(p.levels) > 0 { // the view itself shows the time since its last commit
		return p.own(m, v)
	}
	return p
}

// own is a past with the level of a view that it was told for.
func (p past) own(m Model, v *aims.View) past {
	r, _ := judge(m, v, v.Time(), p)
	return p.with(pastLevel(r, v))
}

// with is a past with another level. Of two of one moment that with more before it knows
// more, and counts.
func (p past) with(levels ...PastLevel) past {
	p.levels = append(slices.Clone(p.levels), levels...)
	slices.SortFunc(p.levels, func(a, b PastLevel) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Level, b.Level)) })
	return p
}

// shownBy is pastOf without the level of the view.
func shownBy(m Model, v *aims.View, histories []History) past {
	var p past
	var key modelKey
	for _, h := range histories {
		if len(h.levels) == 0 {
			continue
		}
		if key == (modelKey{}) {
			key = keyOf(m)
		}
		if !sameJournal(h.last, v) {
			p.refused = issue.NewText("The past that was given is of another journal.")
			continue
		}
		for _, l := range h.levels {
			if l.Head.Seq <= v.Head().Seq && l.At.After(p.until) {
				p.until = l.At
			}
		}
		if h.model != key { // since when a thing is on file no model says
			p.refused = issue.NewText("The levels of the past that was given are those of another model, %s %s.", h.model.id, h.model.version)
		} else {
			for _, l := range h.levels {
				if l.Head.Seq <= v.Head().Seq {
					p.levels = append(p.levels, l)
				}
			}
		}
		for k, t := range h.seen {
			if p.seen == nil {
				p.seen = make(map[typed]told, len(h.seen))
			}
			if old, known := p.seen[k]; known {
				if old.after.After(t.after) {
					t.after = old.after
				}
				if old.by.Before(t.by) {
					t.by = old.by
				}
			}
			p.seen[k] = t
		}
	}
	return p.with()
}

// sameJournal reports whether two views can be of one journal, by all that they show
// of it: of one length they have one head; a shorter one is not of a later moment, and
// what the longer one shows that was not written since stands in it.
func sameJournal(a, b *aims.View) bool {
	if a.Head().Seq > b.Head().Seq {
		a, b = b, a
	}
	if a.Head().Seq == b.Head().Seq {
		return a.Head() == b.Head()
	}
	if a.AsOf().After(b.Time()) {
		return false
	}
	if a.Head().Seq == 0 {
		return true // of before the first commit, which shows nothing
	}
	from, imported := a.Imported()
	other, too := b.Imported()
	if imported != too || from.Head != other.Head || !from.At.Equal(other.At) {
		return false
	}
	since := a.Head().Seq
	return stood(since, b.Decisions(), a.Decisions(), func(d annexa.Decision) (string, uint64) { return d.Control.String(), d.Revision }) &&
		stood(since, b.Roles(), a.Roles(), func(r aims.Role) (string, uint64) { return r.ID, r.Revision }) &&
		stood(since, b.Policies(), a.Policies(), func(p aims.Policy) (string, uint64) { return p.ID, p.Revision }) &&
		stood(since, b.Documents(), a.Documents(), func(d aims.Document) (string, uint64) { return d.ID, d.Revision }) &&
		stood(since, b.Statements(), a.Statements(), func(s annexa.Statement) (string, uint64) { return s.ID, s.Revision }) &&
		stood(since, b.Audits(), a.Audits(), func(a aims.Audit) (string, uint64) { return a.ID, a.Revision }) &&
		stood(since, b.Reviews(), a.Reviews(), func(r aims.ManagementReview) (string, uint64) { return r.ID, r.Revision })
}

// stood reports whether the records of now that no commit after since wrote stood then
// as they do. It is asked of kinds that nobody can erase.
func stood[T any](since uint64, now, then aims.Records[T], key func(T) (id string, revision uint64)) bool {
	for rec := range now.All() {
		id, revision := key(rec)
		if revision > since {
			continue
		}
		was, ok := then.Get(id)
		if !ok {
			return false
		}
		x, err := json.Marshal(rec)
		y, other := json.Marshal(was)
		if err != nil || other != nil || !bytes.Equal(x, y) {
			return false
		}
	}
	return true
}

// typed is an event whose day a person typed in, in a record that does not know when it
// was told.
type typed struct {
	kind aims.Kind
	id   string
	on   calendar.Date
}

// told is when something came on file: after one view, by another one.
type told struct{ after, by time.Time }

// typedDates yields the events of a view whose day somebody typed in.
func typedDates(v *aims.View) iter.Seq[typed] {
	return func(yield func(typed) bool) {
		stopped := false
		give := func(kind aims.Kind, id string, on calendar.Date) bool {
			if !on.IsZero() && !stopped {
				stopped = !yield(typed{kind, id, on})
			}
			return !stopped
		}
		for r := range v.Reviews().All() {
			if !give(aims.KindReview, r.ID, r.HeldOn) {
				return
			}
		}
		for o := range v.Objectives().All() {
			for _, m := range o.Measurements {
				if !give(aims.KindObjective, o.ID, m.On) {
					return
				}
			}
		}
		for s := range v.Sweeps().All() {
			if !give(aims.KindSweep, s.ID, s.On) {
				return
			}
		}
		for i := range v.Incidents().All() {
			if !give(aims.KindIncident, i.ID, v.DayOf(i.DetectedOn)) {
				return
			}
		}
		for n := range v.Nonconformities().All() {
			if !give(aims.KindNonconformity, n.ID, n.RaisedOn) {
				return
			}
		}
		for s := range v.Suppliers().All() {
			if !give(aims.KindSupplier, s.ID, s.ReviewedOn) {
				return
			}
		}
	}
}

// counts returns from when an event counts whose day was typed in: at the earliest, and
// for certain, which is the zero time if nothing shows when it came on file. One that
// was on file at a view within PastDays of its day counts from that day on; one that
// was told later, from the view on.
func (in *Input) counts(e typed) (earliest, certain time.Time) {
	t, known := in.past.seen[e]
	on := in.firstOf(e.on)
	if !known {
		if in.past.until.After(on) {
			return in.past.until, time.Time{}
		}
		return on, time.Time{}
	}
	if t.after.After(on) {
		return t.after, t.by
	}
	if !t.by.After(in.lastOf(e.on.AddDays(in.Parameters.PastDays))) {
		return on, on
	}
	return on, t.by
}

// countsAt is counts for what a verb recorded at a time. What an import brought is on
// file since the import for certain; before, on the word of who exported it.
func (in *Input) countsAt(revision uint64, at time.Time) (earliest, certain time.Time) {
	if at.IsZero() || !in.View.IsImported(revision, at) {
		return at, at
	}
	origin, _ := in.View.Imported()
	return at, origin.At
}

// moments are from when events count by now: for certain, and by the days that were
// typed in.
type moments struct {
	now              time.Time
	certain, claimed []time.Time
}

// add takes in what counts and countsAt say of an event.
func (m *moments) add(earliest, certain time.Time) {
	if !earliest.IsZero() && !earliest.After(m.now) {
		m.claimed = append(m.claimed, earliest)
	}
	if !certain.IsZero() && !certain.After(m.now) {
		m.certain = append(m.certain, certain)
	}
}

// days returns on how many days some times lie.
func days(times []time.Time) int {
	seen := make(map[int]bool)
	for _, t := range times {
		seen[dayNumber(t)] = true
	}
	return len(seen)
}

// unproven is what to say of a criterion that would be met if days that were typed in,
// or brought by an import, were proven.
var unproven = issue.NewText("It is met by days that were typed in; the journal's past would show when they were (Past).")
