package aims

import (
	"iter"
	"slices"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// part is what a record says of a person: that they had a part in what it tells.
type part struct {
	person    string
	confirmed bool // by that person
}

// A namingRow says of one kind whom its records name by somebody else's word, and how it
// is noted that they say so themselves. It stands in the record, so that it is hidden,
// erased and exported with it.
type namingRow interface {
	name() Kind
	// in returns the parts that a record, as a pointer to it, tells of; false if it is
	// of another kind.
	in(rec any) ([]part, bool)
	// all yields the records by ID, with the parts that they tell of.
	all(ledger.Reader) iter.Seq2[string, []part]
	confirm(tx *Tx, id, person string) error
}

type naming[T any] struct {
	kind  ledger.Kind[T]
	parts func(*T) []part
	note  func(rec *T, person string)
}

func (n naming[T]) name() Kind { return n.kind.Name() }

func (n naming[T]) in(rec any) ([]part, bool) {
	t, ok := rec.(*T)
	if !ok {
		return nil, false
	}
	return n.parts(t), true
}

func (n naming[T]) all(r ledger.Reader) iter.Seq2[string, []part] {
	return func(yield func(string, []part) bool) {
		for id, rec := range n.kind.Shared(r).All() {
			if !yield(id, n.parts(rec)) {
				return
			}
		}
	}
}

func (n naming[T]) confirm(tx *Tx, id, person string) error {
	return moved(tx, n.kind, id, func(rec *T) error { n.note(rec, person); return nil })
}

// namingTable are the kinds whose records name persons by somebody else's word.
var namingTable = []namingRow{
	naming[Audit]{audits, func(a *Audit) []part { return partsOf(a.Confirmed, a.Auditors...) },
		func(a *Audit, p string) { a.Confirmed = with(a.Confirmed, p) }},
	naming[ManagementReview]{reviews, func(r *ManagementReview) []part {
		return partsOf(r.Confirmed, append([]string{r.Chair}, r.Attendees...)...)
	},
		func(r *ManagementReview, p string) { r.Confirmed = with(r.Confirmed, p) }},
	naming[Objective]{objectives, func(o *Objective) []part { return partsOf(o.Confirmed, o.measurers()...) },
		func(o *Objective, p string) { o.Confirmed = with(o.Confirmed, p) }},
	naming[Evidence]{evidence, func(e *Evidence) []part { return []part{{e.Collector, e.CollectorConfirmed}} },
		func(e *Evidence, _ string) { e.CollectorConfirmed = true }},
	naming[Nonconformity]{nonconformities, func(n *Nonconformity) []part { return []part{{n.RaisedBy, n.RaiserConfirmed}} },
		func(n *Nonconformity, _ string) { n.RaiserConfirmed = true }},
	naming[Concern]{concerns, func(c *Concern) []part { return []part{{c.RaisedBy, c.RaiserConfirmed}} },
		func(c *Concern, _ string) { c.RaiserConfirmed = true }},
}

func partsOf(confirmed []string, named ...string) []part {
	all := make([]part, 0, len(named))
	for i, p := range named {
		if !slices.Contains(named[:i], p) {
			all = append(all, part{p, slices.Contains(confirmed, p)})
		}
	}
	return all
}

// with adds a person to a list, in order.
func with(list []string, person string) []string {
	if i, found := slices.BinarySearch(list, person); !found {
		return slices.Insert(slices.Clip(list), i, person)
	}
	return list
}

// measurers are who measured, by what the objective says.
func (o *Objective) measurers() []string {
	var all []string
	for _, m := range o.Measurements {
		if len(all) == 0 || all[len(all)-1] != m.By {
			all = append(all, m.By)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ownWord returns who of those whom a record names have confirmed it: those who had, and
// who writes, if named.
func (tx *Tx) ownWord(before []string, named ...string) []string {
	var all []string
	for _, p := range named {
		if p == tx.By().Actor || slices.Contains(before, p) {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ConfirmPart records that the actor, whom somebody else's record names as one of its
// auditors, its chair or attendees, who measured, who collected or who raised it, says so
// as well. Until then the part is claimed (Claimed). Who writes a record that names
// himself, and who closes an audit, has confirmed with that.
func (tx *Tx) ConfirmPart(s Subject) error {
	return tx.Verb("ConfirmPart", s, func() error {
		for _, row := range namingTable {
			if row.name() == s.Kind {
				return row.confirm(tx, s.ID, tx.By().Actor)
			}
		}
		return ledger.Refuse(ErrState, "records of kind %s name nobody who could confirm", s.Kind)
	})
}

// partsIn returns the parts that a record, as a pointer to it, tells of.
func partsIn(rec any) []part {
	for _, row := range namingTable {
		if parts, ok := row.in(rec); ok {
			return parts
		}
	}
	return nil
}

// Claimed returns, in the order of the record, whom it names by somebody else's word: the
// persons on file who have not confirmed that they audited, led or attended a review,
// measured, collected or raised it (ConfirmPart). What is claimed proves no independence.
func (r *reading) Claimed(s Subject) []string {
	rec, ok := r.r.Record(s)
	if !ok {
		return nil
	}
	return r.claimed(partsIn(rec))
}

func (r *reading) claimed(parts []part) (all []string) {
	for _, p := range parts {
		if !p.confirmed && p.person != "" && people.Shared(r.r).Has(p.person) {
			all = append(all, p.person)
		}
	}
	return all
}

var partsConfirmed = Probe{
	ID: "PE-05", Title: "Part in a record claimed, not confirmed", Clause: Clause{"7.5.3"}, Controls: ids("A.3.2"),
	Grading: "minor where independence rests on it: an auditor of an audit closed in the last year, the chair of a review held in it; opportunity for the rest",
	grade: func(o Observation) Severity {
		if o.Grave {
			return SeverityMinor
		}
		return SeverityOpportunity
	},
	apiece: true,
	look: func(x *index, yield func(Observation) bool) {
		next := issue.NewText("Have it confirmed by whom it names (ConfirmPart).")
		grave := func(k Kind, id, name string, since calendar.Date, text issue.Text) bool {
			o := about(k, id, name, since, text, next)
			o.Grave = true
			return yield(o)
		}
		told := make(map[string]bool) // of the records below, what is told of each
		for _, a := range x.recentAudits() {
			if all := x.claimed(partsOf(a.Confirmed, a.Auditors...)); len(all) > 0 {
				told[string(KindAudit)+" "+a.ID] = true
				if !grave(KindAudit, a.ID, a.Title, x.on(a.ClosedOn), issue.NewText("That %s audited is said by others alone.", peopleOf(all))) {
					return
				}
			}
		}
		for _, r := range reviews.Shared(x.r).All() {
			if r.HeldOn.Before(x.daysAgo(year)) {
				continue
			}
			if all := x.claimed(partsOf(r.Confirmed, r.Chair)); len(all) > 0 {
				told[string(KindReview)+" "+r.ID] = true
				if !grave(KindReview, r.ID, "", r.HeldOn, issue.NewText("That %s led it is said by others alone.", recordOf(people.Name(), r.Chair))) {
					return
				}
			}
		}
		var rest leaver
		for _, row := range namingTable {
			for id, parts := range row.all(x.r) {
				if row.name() == KindAudit {
					if a, ok := audits.Shared(x.r).Get(id); ok && a.ClosedOn.IsZero() {
						continue // what lies ahead nobody can confirm
					}
				}
				if len(x.claimed(parts)) > 0 && !told[string(row.name())+" "+id] {
					rest.take(row.name(), id, false)
				}
			}
		}
		if rest.count == 0 {
			return
		}
		text := issue.NewText("%d records name persons who have not confirmed their part, such as %s.", rest.count, rest.list())
		if rest.count == 1 {
			text = issue.NewText("One record, %s, names a person who has not confirmed the part.", rest.list())
		}
		o := x.whole(calendar.Date{}, text, next)
		o.Count, o.names = rest.count, rest.first
		yield(o)
	},
}
