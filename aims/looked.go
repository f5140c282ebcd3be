package aims

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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

// looking is how somebody looks at records of a kind: which looks there are, and what they are
// about.
type looking[T any] struct {
	// looks counts the looks; since is since when a record says what nobody has looked at,
	// changed when it came to say what it says.
	looks          func(*T) int
	since, changed func(*T) *time.Time
	// digest is that of what a look is about: each look keeps it. Same reports whether a
	// revision says no more than the one before, so that nobody has to look again.
	digest func(T) string
	same   func(tx *Tx, was, now *T) bool
}

// carry keeps since when a record says what nobody has looked at, whichever verb writes:
// zero once there is a look more, else from the first change since of what looks are about.
func (k looking[T]) carry(ltx *ledger.Tx, c ledger.Change[T]) {
	tx, at, changed := newTx(ltx), k.since(c.After), k.changed(c.After)
	if c.Before != nil {
		if *changed = *k.changed(c.Before); k.digest(*c.Before) != k.digest(*c.After) {
			*changed = tx.Now()
		}
	}
	switch *at = (time.Time{}); {
	case c.Before == nil:
		*at = tx.Now()
	case k.looks(c.After) > k.looks(c.Before):
	case !k.since(c.Before).IsZero():
		*at = *k.since(c.Before)
	case !k.same(tx, c.Before, c.After):
		*at = tx.Now()
	}
}

// lookedAt checks what a look was at, and sets it: what the record says now. Who looked on a
// day before it came to say that looked at something else, and so did who says what he looked
// at (digest) where that is another thing.
func (tx *Tx) lookedAt(is *Issues, on calendar.Date, changed time.Time, digest *string, now string) {
	if since := tx.DayOf(changed); !changed.IsZero() && !on.IsZero() && on.Before(since) {
		is.Add("on", "order", on.String(), "it is described as it is since %s; who looked before looked at something else", since.String())
	}
	if *digest != "" && *digest != now {
		is.Add("digest", "stale", *digest, "it says something else by now; look at what it says")
	}
	*digest = now
}

// digestOf is the digest of some values, in the order given.
func digestOf(all ...any) string {
	text, err := json.Marshal(all)
	if err != nil { // none of them has what JSON can't say
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
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
