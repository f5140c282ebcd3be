package aims

import (
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// saying adds an issue if a text that a verb is told says nothing.
func saying(is *Issues, field, value string) {
	required(is, field, value)
	if !blank(value) && idle(value) {
		is.Add(field, "reason", value, "says nothing")
	}
}

// never is since when something is missing that never was there.
var never calendar.Date

// lateBy reports whether more than so many days have passed since what was observed.
func lateBy(o Observation, days int) bool {
	return !o.Since.IsZero() && o.On.After(o.Since.AddDays(days))
}

// activeIn reports whether a person on file is active at a time.
func activeIn(r ledger.Reader, id string, at time.Time) bool {
	p, ok := people.Shared(r).Get(id)
	return ok && p.ActiveOn((&reading{r: r}).DayOf(at))
}
