package aims

import (
	"sync"
	"time"
	_ "time/tzdata" // the same day on every machine, also on those without a database of zones

	"github.com/aimskit/aimskit/calendar"
)

// zones are the zones that were asked for, by name.
var zones sync.Map // string to *time.Location

// zoneOf returns a zone by its name in the IANA database; UTC for the empty name.
func zoneOf(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	zones.Store(name, z)
	return z, nil
}

// Zone returns the zone in which the organisation's days begin and end
// ([Organisation].Zone); UTC while none is on file.
func (r *reading) Zone() *time.Location {
	if o, ok := organisations.Shared(r.entire().r).Get(organisationID); ok {
		if z, err := zoneOf(o.Zone); err == nil {
			return z
		}
	}
	return time.UTC
}

// DayOf returns the day that a moment falls on where the organisation is. What is due,
// valid or planned to a day holds through its end: it is late when DayOf(now) comes
// after it.
func (r *reading) DayOf(t time.Time) calendar.Date { return calendar.Of(t, r.Zone()) }

// today is the day of the state that is read.
func (r *reading) today() calendar.Date { return r.DayOf(r.r.AsOf()) }

// Today is the day of the transaction where the organisation is.
func (tx *Tx) Today() calendar.Date { return tx.DayOf(tx.Now()) }
