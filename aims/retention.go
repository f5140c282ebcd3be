package aims

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/storage/ledger"
)

// A Retention says for how long records are kept from erasing once they are over: what
// an auditor, a regulator or somebody harmed may ask for. ISO/IEC 42001, 7.5.3 has the
// organisation control how long documented information is kept; the years are ours, and
// Options.Retain sets others.
type Retention struct {
	// ID names the row, such as "RT-1".
	ID string `json:"id"`
	// Kind is of what kind the records are, Of which of them, in words.
	Kind Kind   `json:"kind"`
	Of   string `json:"of"`
	// Years is for how many years, from the day that the field From holds; what is
	// under control as documents are is kept for longer that says so (DocumentControl).
	Years int    `json:"years"`
	From  string `json:"from"`
	// Why says why that long, Source what the number follows.
	Why    string `json:"why"`
	Source string `json:"source"`

	is  func(rec any) (since time.Time, ok bool)
	own func(rec any) (years int) // that the record says itself, or nil
}

// retentions: the first row of a kind that a record is of counts.
var retentions = []Retention{
	{ID: "RT-1", Kind: KindIncident, Of: "that harmed persons, or of grade high or critical", Years: 10, From: "closed_on",
		Why: "claims and inquiries come late, and who was harmed has no other record", Source: "by analogy to Regulation (EU) 2024/1689, Article 18(1)",
		is: of(func(i *Incident) (time.Time, bool) {
			return i.ClosedOn, i.PersonsHarmed || i.Grade.rank() >= GradeHigh.rank()
		})},
	{ID: "RT-2", Kind: KindIncident, Of: "of any other sort", Years: 3, From: "closed_on",
		Why: "a certification cycle looks back on it", Source: "convention; the cycle of ISO/IEC 17021-1, 9.1.3",
		is: of(func(i *Incident) (time.Time, bool) { return i.ClosedOn, true })},
	{ID: "RT-3", Kind: KindConcern, Of: "every one", Years: 3, From: "answered_on",
		Why: "a certification cycle looks back on it", Source: "convention; the cycle of ISO/IEC 17021-1, 9.1.3",
		is: of(func(c *Concern) (time.Time, bool) { return c.AnsweredOn, true })},
	{ID: "RT-4", Kind: KindDocument, Of: "that was in force", Years: 3, From: "ended.at",
		Why: "a certification cycle looks back on it", Source: "convention; the cycle of ISO/IEC 17021-1, 9.1.3",
		is:  of(func(d *Document) (time.Time, bool) { return d.endedAt(d.State, d.Approval), d.State != StateDraft }),
		own: own(func(d *Document) *DocumentControl { return &d.DocumentControl })},
	{ID: "RT-5", Kind: KindScope, Of: "that was in force", Years: 3, From: "ended.at",
		Why: "a certification cycle looks back on it", Source: "convention; the cycle of ISO/IEC 17021-1, 9.1.3",
		is:  of(func(s *Scope) (time.Time, bool) { return s.endedAt(s.State, s.Approval), s.State != StateDraft }),
		own: own(func(s *Scope) *DocumentControl { return &s.DocumentControl })},
	{ID: "RT-6", Kind: KindProcessMap, Of: "that was in force", Years: 3, From: "ended.at",
		Why: "a certification cycle looks back on it", Source: "convention; the cycle of ISO/IEC 17021-1, 9.1.3",
		is:  of(func(m *ProcessMap) (time.Time, bool) { return m.endedAt(m.State, m.Approval), m.State != StateDraft }),
		own: own(func(m *ProcessMap) *DocumentControl { return &m.DocumentControl })},
	{ID: "RT-7", Kind: KindUseRules, Of: "that were in force", Years: 3, From: "ended.at",
		Why: "a certification cycle looks back on it", Source: "convention; the cycle of ISO/IEC 17021-1, 9.1.3",
		is:  of(func(u *UseRules) (time.Time, bool) { return u.Ended.At, !u.neverInForce() }),
		own: own(func(u *UseRules) *DocumentControl { return &u.DocumentControl })},
}

// own lets a row read for how many years a record says itself that it is kept.
func own[T any](control func(*T) *DocumentControl) func(any) int {
	return func(rec any) int {
		r, _ := rec.(*T)
		return control(r).KeepYears
	}
}

// of lets a row look at records of its kind; what can't be read as one is not of it.
func of[T any](is func(*T) (since time.Time, ok bool)) func(any) (time.Time, bool) {
	return func(rec any) (time.Time, bool) {
		r, ok := rec.(*T)
		if !ok {
			return time.Time{}, false
		}
		return is(r)
	}
}

// Retentions returns for how long records of which kinds are kept from erasing, where
// Options.Retain says nothing else. A kind that isn't there has no set time: persons
// and interested parties can be erased once nothing hangs on them, evidence once it has
// been withdrawn.
func Retentions() []Retention { return slices.Clone(retentions) }

// checkRetain looks at Options.Retain.
func checkRetain(years map[string]int) error {
	var is Issues
	for _, id := range slices.Sorted(maps.Keys(years)) {
		field := "retain[" + id + "]"
		if !slices.ContainsFunc(retentions, func(r Retention) bool { return r.ID == id }) {
			is.Add(field, "retention", id, "no such row; see aims.Retentions")
		}
		if n := years[id]; n < 0 || n > 100 {
			is.Add(field, "range", strconv.Itoa(n), "years from 0 to 100")
		}
	}
	if len(is) > 0 {
		return fmt.Errorf("Options.Retain: %w: %w", ErrInvalid, is)
	}
	return nil
}

// retained returns until when a record is kept from erasing, and the row with the years
// that hold; false if nothing keeps it. What is not over is kept without a day.
func retained(o *Options, k Kind, rec any) (until time.Time, r Retention, ok bool) {
	for _, r := range retentions {
		if r.Kind != k {
			continue
		}
		since, is := r.is(rec)
		if !is {
			continue
		}
		if years, said := o.Retain[r.ID]; said {
			r.Years = years
		}
		if r.own != nil {
			r.Years = max(r.Years, r.own(rec))
		}
		if !since.IsZero() {
			until = since.AddDate(r.Years, 0, 0)
		}
		return until, r, true
	}
	return time.Time{}, Retention{}, false
}

// RetainedUntil returns until when a record on file can't be erased, and the row that
// says so; the zero time as long as what the years run from has not happened. False if
// nothing keeps it, or there is no such record.
func (v *View) RetainedUntil(s Subject) (until time.Time, by Retention, ok bool) {
	if rec, ok := v.Record(s); ok {
		return retained(v.opts, s.Kind, rec)
	}
	return time.Time{}, Retention{}, false
}

// overLongEnough lets a record of a kind be erased once it is over and has been kept
// for as long as its row says.
func overLongEnough[T any](k Kind, first string) func(ledger.Reader, *T) error {
	return func(r ledger.Reader, rec *T) error {
		tx, ok := r.(*ledger.Tx)
		if !ok {
			return nil
		}
		until, row, _ := retained(optionsOf(tx), k, rec)
		switch {
		case until.IsZero():
			return errors.New("field " + row.From + ": " + first)
		case r.AsOf().Before(until):
			return fmt.Errorf("field %s: %s %s: kept for %d years, until %s (%s)", row.From, k, row.Of, row.Years, until.Format(time.DateOnly), row.ID)
		}
		return nil
	}
}
