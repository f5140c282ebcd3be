package calendar_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/calendar"
)

func zone(t testing.TB, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// What is due on a day is late when the day is over where the organisation is, and not
// a moment earlier.
func TestADayEndsWhereTheOrganisationIs(t *testing.T) {
	due := calendar.MustParse("2026-06-30")
	for name, over := range map[string]string{
		"UTC":              "2026-07-01T00:00:00Z",
		"Europe/Berlin":    "2026-06-30T22:00:00Z",
		"America/New_York": "2026-07-01T04:00:00Z",
		"Pacific/Auckland": "2026-06-30T12:00:00Z",
		"Asia/Kathmandu":   "2026-06-30T18:15:00Z",
	} {
		at, err := time.Parse(time.RFC3339, over)
		require.NoError(t, err)
		loc := zone(t, name)
		require.True(t, due.End(loc).Equal(at), "%s: %s", name, due.End(loc))
		require.False(t, calendar.Of(at.Add(-1), loc).After(due), name)
		require.True(t, calendar.Of(at, loc).After(due), name)
	}
}

// The days on which clocks change, and those that a zone leaves out.
func TestDaysThatAreNotADay(t *testing.T) {
	for _, c := range []struct {
		zone, day string
		hours     float64
	}{
		{"Europe/Berlin", "2026-03-29", 23},
		{"Europe/Berlin", "2026-10-25", 25},
		{"America/Sao_Paulo", "2018-11-04", 23}, // no midnight on that day
		{"Asia/Beirut", "2022-03-27", 23},       // nor on this
		{"Australia/Lord_Howe", "2026-10-04", 23.5},
	} {
		d, loc := calendar.MustParse(c.day), zone(t, c.zone)
		require.Equal(t, c.hours, d.End(loc).Sub(d.Start(loc)).Hours(), "%s %s", c.zone, c.day)
		require.Equal(t, d, calendar.Of(d.Start(loc), loc))
		require.NotEqual(t, d, calendar.Of(d.Start(loc).Add(-1), loc))
	}
	apia := zone(t, "Pacific/Apia") // had no 30 December 2011
	require.False(t, calendar.MustParse("2011-12-30").Start(apia).IsZero())
}

func TestMonthsAndYears(t *testing.T) {
	for _, c := range []struct {
		from    string
		y, m, d int
		to      string
	}{
		{"2026-01-31", 0, 1, 0, "2026-02-28"},
		{"2028-01-31", 0, 1, 0, "2028-02-29"},
		{"2028-02-29", 1, 0, 0, "2029-02-28"},
		{"2028-02-29", 4, 0, 0, "2032-02-29"},
		{"2026-08-31", 0, 6, 0, "2027-02-28"},
		{"2026-03-31", 0, -1, 0, "2026-02-28"},
		{"2026-12-15", 0, 1, 20, "2027-02-04"},
		{"2026-06-30", 0, 0, 1, "2026-07-01"},
		{"2026-06-30", 0, -18, 0, "2024-12-30"},
	} {
		require.Equal(t, c.to, calendar.MustParse(c.from).AddDate(c.y, c.m, c.d).String(), "%+v", c)
	}
}

// No day stays no day, and nothing leads out of the calendar.
func TestNoDay(t *testing.T) {
	var none calendar.Date
	require.True(t, none.AddDays(3).IsZero())
	require.True(t, none.AddDate(1, 1, 1).IsZero())
	require.True(t, none.Start(nil).IsZero())
	require.True(t, calendar.Of(time.Time{}, time.Local).IsZero())
	require.Empty(t, none.String())
	require.Empty(t, none.Format(time.RFC1123))
	require.True(t, calendar.MustParse("9999-12-31").AddDays(1).IsZero())
	require.True(t, calendar.MustParse("9999-12-31").AddDate(1, 0, 0).IsZero())
	require.True(t, calendar.MustParse("0001-01-01").AddDays(-1).IsZero())
	require.True(t, none.Before(calendar.MustParse("0001-01-01")))
	d := calendar.MustParse("2026-06-30")
	require.Equal(t, d, calendar.Earlier(none, d))
	require.Equal(t, d, calendar.Earlier(d, none))
	require.Equal(t, d, calendar.Later(d, none))
}

func TestWhatIsNoDayIsRefused(t *testing.T) {
	for _, s := range []string{"2026-02-29", "2026-6-30", "30.06.2026", "2026-06-30T00:00:00Z", "0000-12-31", "10000-01-01", " 2026-06-30", "tomorrow"} {
		_, err := calendar.Parse(s)
		require.ErrorContains(t, err, fmt.Sprintf("%q", s))
		d := calendar.MustParse("2026-01-01")
		require.Error(t, d.UnmarshalText([]byte(s)))
		require.Equal(t, "2026-01-01", d.String(), "what could not be read changes nothing")
	}
	require.Panics(t, func() { calendar.MustParse("soon") })
}

// Days count as package time counts them.
func TestDaysAreThoseOfPackageTime(t *testing.T) {
	names := []string{"UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago"}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-62135596799, 253402300799-86400).Draw(t, "s"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).UTC()
		loc, err := time.LoadLocation(rapid.SampledFrom(names).Draw(t, "zone"))
		require.NoError(t, err)
		d := calendar.Of(at, loc)
		if at.In(loc).Year() < 1 {
			require.True(t, d.IsZero())
			return
		}
		require.Equal(t, at.In(loc).Format(time.DateOnly), d.String())
		y, m, dom := d.Date()
		require.Equal(t, d, calendar.New(y, m, dom))
		n := rapid.IntRange(-5000, 5000).Draw(t, "n")
		if e := d.AddDays(n); !e.IsZero() {
			require.Equal(t, at.In(loc).AddDate(0, 0, n).Format(time.DateOnly), e.String())
			require.Equal(t, n, e.Sub(d))
			require.Equal(t, n < 0, e.Before(d))
			require.Equal(t, n > 0, e.After(d))
			require.Equal(t, n == 0, e == d)
		}
		var back calendar.Date
		b, err := json.Marshal(d)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, d, back)
	})
}

func FuzzParse(f *testing.F) {
	f.Add("2026-06-30")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := calendar.Parse(s); err == nil && d.String() != s {
			t.Fatalf("%q was read as %q", s, d)
		}
	})
}

func ExampleDate() {
	due := calendar.MustParse("2026-06-30")
	berlin, _ := time.LoadLocation("Europe/Berlin")
	nine := time.Date(2026, 6, 30, 9, 0, 0, 0, berlin)
	fmt.Println(calendar.Of(nine, berlin).After(due))
	fmt.Println(calendar.Of(nine.AddDate(0, 0, 1), berlin).After(due))
	// Output:
	// false
	// true
}
