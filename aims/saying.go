package aims

import (
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// says adds an issue if a text says nothing, or is too long.
func (c checker) says(field, value string) {
	if !blank(value) && idle(value) {
		c.Add(field, "required", value, "says nothing")
		return
	}
	c.text(field, value, true)
}

// saying adds an issue if a text that a verb is told says nothing.
func saying(is *Issues, field, value string) {
	if idle(value) {
		is.Add(field, "required", value, "says nothing")
	}
}

// happened adds an issue if a day that says what happened is still to come where the
// organisation is.
func (c checker) happened(field string, d calendar.Date) {
	if today := c.DayOf(c.r.AsOf()); d.After(today) {
		c.Add(field, "past", d.String(), "says what happened, so it can't be after %s", today.String())
	}
}

// gone reports whether a day is over where the organisation is.
func (x *index) gone(d calendar.Date) bool { return !d.IsZero() && x.DayOf(x.now).After(d) }

// since is a day as observations carry it: its first moment in UTC.
func since(d calendar.Date) time.Time { return d.Start(nil) }

// never is the day since which something is missing that never was there.
var never calendar.Date

// lateBy reports whether more than so many days have passed since what was observed.
func lateBy(o Observation, days int) bool {
	return !o.Since.IsZero() && o.At.After(o.Since.AddDate(0, 0, days+1))
}

// activeIn reports whether a person on file is active at a time.
func activeIn(r ledger.Reader, id string, at time.Time) bool {
	p, ok := people.Shared(r).Get(id)
	return ok && p.ActiveAt(at)
}
