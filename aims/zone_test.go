package aims_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// A zone that nobody knows is refused by name, also the one of the machine, whose days
// are not those of another.
func TestZonesThatAreNone(t *testing.T) {
	o := newOrg(t).staffed()
	for _, zone := range []string{"Europe/Atlantis", "Local", "../etc/passwd", "CET-1"} {
		is := issuesOf(o.try("lea", func(tx *aims.Tx) error {
			our := tx.Organisation()
			our.Zone = zone
			return tx.PutOrganisation(our)
		}))
		require.Len(t, is, 1, zone)
		require.Equal(t, "zone", is[0].Field)
		require.Equal(t, "zone", is[0].Rule)
	}
}

// The organisation's day is that of its zone, from the commit that says so.
func TestTheDayIsTheOrganisations(t *testing.T) {
	o := newOrg(t).staffed()
	late := time.Date(2026, 6, 30, 23, 0, 0, 0, time.UTC)
	require.Equal(t, calendar.MustParse("2026-06-30"), o.View().DayOf(late))
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Zone = "Europe/Berlin"
		return tx.PutOrganisation(our)
	})
	require.Equal(t, calendar.MustParse("2026-07-01"), o.View().DayOf(late))
	o.do("lea", func(tx *aims.Tx) error {
		require.Equal(t, tx.DayOf(tx.Now()), tx.Today())
		return nil
	})
}
