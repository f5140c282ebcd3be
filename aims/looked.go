package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// What somebody looked at is what stood there then. Who changes it afterwards takes no look
// away: it stays on record, and counts on for the changed thing for firstLook days. By then
// somebody looks at what stands there now. So the correction of a word costs one more look
// and voids nothing, and to change a thing after it was seen gains nothing.

// firstLook is within how many days somebody looks at what nobody has looked at, or not as
// it is now; a choice of this project. After that it is a year.
const firstLook = 90

// unchecked keeps, of a kind whose records somebody looks at, since when one says what nobody
// has looked at, whichever verb writes: zero once there is a look more, else from the first
// change since of what looks are about.
func unchecked[T any](looks func(*T) int, since func(*T) *time.Time, same func(tx *Tx, was, now *T) bool) func(*ledger.Tx, ledger.Change[T]) {
	return func(ltx *ledger.Tx, c ledger.Change[T]) {
		tx, at := newTx(ltx), since(c.After)
		switch *at = (time.Time{}); {
		case c.Before == nil:
			*at = tx.Now()
		case looks(c.After) > looks(c.Before):
		case !since(c.Before).IsZero():
			*at = *since(c.Before)
		case !same(tx, c.Before, c.After):
			*at = tx.Now()
		}
	}
}

// inTurn carries one thing after the other.
func inTurn[T any](all ...func(*ledger.Tx, ledger.Change[T])) func(*ledger.Tx, ledger.Change[T]) {
	return func(tx *ledger.Tx, c ledger.Change[T]) {
		for _, carry := range all {
			carry(tx, c)
		}
	}
}

// lookBy is by when somebody looks again at what was looked at on a day: a year on, and
// where it has been something else since a time, firstLook days after that.
func (r *reading) lookBy(last calendar.Date, since time.Time) calendar.Date {
	due := last.AddDays(year)
	if !since.IsZero() {
		due = calendar.Earlier(due, r.DayOf(since).AddDays(firstLook))
	}
	return due
}

// noneNew reports whether nothing came to be there that was not.
func noneNew[E comparable](was, now []E) bool {
	return !slices.ContainsFunc(now, func(e E) bool { return !slices.Contains(was, e) })
}
