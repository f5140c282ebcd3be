package aims

import (
	"slices"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// OwnerDays is for how many days at most who has handed a thing on is barred as its owner is,
// from the day on which he did, and for no more days than he owned it. A choice of this
// project: what is left undone for as long is grave, so that by then whoever has it answers
// for it; nobody lends a thing for that long; and who stood in for a week is free after a
// week.
const OwnerDays = late

// handed keeps, of a kind whose records have owners, who has owned one from when until when:
// whichever verb passes one on. That is kept in the record itself, and not looked up in what
// was written of it before: so it is the same after opening, in a View of the past, after an
// import, which brings no history, and after erasing, which takes it.
func handed[T any](of func(*T) (owners []string, tenures *[]calendar.Tenure)) func(*ledger.Tx, ledger.Change[T]) {
	return func(tx *ledger.Tx, c ledger.Change[T]) {
		after, tenures := of(c.After)
		if *tenures = nil; c.Before == nil {
			return
		}
		before, so := of(c.Before)
		if *tenures = slices.Clone(*so); !slices.Equal(before, after) {
			*tenures = calendar.Handed(*so, before, after, newTx(tx).Today(), OwnerDays)
		}
	}
}

// tied is how a bar keeps somebody from a record: as things stand, where both are zero; else
// because he owned the record, or a system that it is about, until a day, which bars him
// through another.
type tied struct{ until, through calendar.Date }

// ties reports whether a bar keeps the actor from a record, and how. Persons are judged with
// their second records, and a service as whoever answers for it.
func (q asked) ties(b Bar, p parts) (t tied, barred bool) {
	me := q.behind(calendar.Tenure{Person: q.actor})
	for _, who := range p.of(b) {
		with := []calendar.Tenure{who}
		if b != BarAuthor {
			with = q.behind(who)
		}
		for _, w := range with {
			for _, i := range me {
				if !q.same(w.Person, i.Person) {
					continue
				}
				switch by, still := endsFirst(w, i); {
				case still:
					return tied{}, true
				case !q.today().After(by.Barred(OwnerDays)) && !by.Barred(OwnerDays).Before(t.through):
					t, barred = tied{by.Until, by.Barred(OwnerDays)}, true
				}
			}
		}
	}
	return t, barred
}

// behind is who is behind an ID: that itself, and of a service who answers for it, or has.
func (q asked) behind(t calendar.Tenure) []calendar.Tenure {
	all := []calendar.Tenure{t}
	s, ok := services.Shared(q.r).Get(t.Person)
	if !ok {
		return all
	}
	for _, owner := range owned([]string{s.Owner}, s.Tenures) {
		by, _ := endsFirst(t, owner)
		by.Person = owner.Person
		all = append(all, by)
	}
	return all
}

// endsFirst is the one of two tenures that bars for less long; still says that both last.
func endsFirst(a, b calendar.Tenure) (first calendar.Tenure, still bool) {
	switch {
	case a.Until.IsZero():
		return b, b.Until.IsZero()
	case b.Until.IsZero() || a.Barred(OwnerDays).Before(b.Barred(OwnerDays)):
		return a, false
	}
	return b, false
}

// owned are the owners of a thing as things stand, and those before.
func owned(owners []string, tenures []calendar.Tenure) []calendar.Tenure {
	all := make([]calendar.Tenure, 0, len(owners)+len(tenures))
	for _, o := range owners {
		all = append(all, calendar.Tenure{Person: o})
	}
	for _, t := range tenures {
		if !t.Until.IsZero() {
			all = append(all, t)
		}
	}
	return all
}
