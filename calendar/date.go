// Package calendar has days as people write them: "due by 30 June" names a day,
// not a moment. A [Date] holds through the end of its day, wherever the
// organisation is; which day a moment falls on is said by a zone ([Of]), and by
// nothing else. What happened at a moment stays a time.Time.
//
// As text, and so in JSON, a Date is "2026-06-30"; the zero Date is no day, and the
// empty text. It imports nothing of ours.
package calendar

import (
	"fmt"
	"time"
)

// Date is a day of the Gregorian calendar, from the years 1 to 9999. Two are the same
// day when they are ==. The zero Date is no day: it comes before all others.
type Date struct{ n int32 } // days since 1 BC-12-31, so that 0001-01-01 is 1

// The days there are.
const (
	first = 1
	last  = 3652059 // 9999-12-31
)

// unixDay is the number of 1970-01-01.
const unixDay = 719163

// New returns a day by year, month and day of the month. What does not exist, as 31
// June, is normalised as time.Date does it, to 1 July. A day before the year 1 or after
// 9999 becomes no day.
func New(year int, month time.Month, day int) Date {
	return at(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/86400 + unixDay)
}

// at returns the day of a number; no day if it lies outside of the calendar.
func at(n int64) Date {
	if n < first || n > last {
		return Date{}
	}
	return Date{int32(n)}
}

// Of returns the day that a moment falls on in a zone; UTC if it is nil. The zero time
// falls on no day.
func Of(t time.Time, zone *time.Location) Date {
	if t.IsZero() {
		return Date{}
	}
	offset := 0
	if zone != nil && zone != time.UTC {
		_, offset = t.In(zone).Zone()
	}
	s := t.Unix() + int64(offset)
	n := s / 86400
	if s%86400 < 0 {
		n--
	}
	return at(n + unixDay)
}

// Parse reads a day as "2006-01-02". The empty text is no day.
func Parse(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, fmt.Errorf("%.40q is not a day as 2006-01-02", s)
	}
	return New(t.Date()), nil
}

// MustParse is Parse for days that a program has written down. It panics on others.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic("calendar: " + err.Error())
	}
	return d
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d.n == 0 }

// Before reports whether d comes before e.
func (d Date) Before(e Date) bool { return d.n < e.n }

// After reports whether d comes after e. As a Date holds through its end,
// today.After(due) is what "overdue" means.
func (d Date) After(e Date) bool { return d.n > e.n }

// Equal reports whether both are the same day, as == does.
func (d Date) Equal(e Date) bool { return d == e }

// Compare is -1, 0 or +1 if d comes before e, is e, or comes after it.
func (d Date) Compare(e Date) int {
	switch {
	case d.n < e.n:
		return -1
	case d.n > e.n:
		return +1
	}
	return 0
}

// Sub returns how many days d comes after e; less than none if it comes before.
func (d Date) Sub(e Date) int { return int(d.n) - int(e.n) }

// AddDays returns the day so many days later; no day if d is none, or beyond the
// calendar.
func (d Date) AddDays(days int) Date {
	if d.IsZero() {
		return d
	}
	return at(int64(d.n) + int64(days))
}

// AddDate adds years and months, then days. Unlike that of time.Time it stays within
// the month: a year after 29 February is 28 February, a month after 31 January the last
// of February. So what is due "in a month" is due in the next one.
func (d Date) AddDate(years, months, days int) Date {
	if d.IsZero() {
		return d
	}
	y, m, dom := d.Date()
	ends := time.Date(y+years, m+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC) // the last of that month
	if !New(ends.Year(), ends.Month(), 1).IsZero() {
		return New(ends.Year(), ends.Month(), min(dom, ends.Day())).AddDays(days)
	}
	return Date{}
}

// Date returns year, month and day of the month; those of the zero time for no day.
func (d Date) Date() (year int, month time.Month, day int) { return d.Start(nil).Date() }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.Start(nil).Weekday() }

// Start returns the first moment of the day in a zone (UTC if it is nil), the zero time
// for no day. Where clocks skip midnight, it is the moment after the gap.
func (d Date) Start(zone *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	u := time.Unix((int64(d.n)-unixDay)*86400, 0).UTC()
	if zone == nil || zone == time.UTC {
		return u
	}
	y, m, dom := u.Date()
	t := time.Date(y, m, dom, 0, 0, 0, 0, zone)
	for Of(t, zone) != d { // time.Date may give the moment before a gap at midnight
		if t = t.Add(15 * time.Minute); t.Sub(u) > 36*time.Hour {
			break // the day was left out whole, as Samoa did with 30 December 2011
		}
	}
	return t
}

// End returns the moment at which the day is over in a zone: the start of the next.
func (d Date) End(zone *time.Location) time.Time { return d.AddDays(1).Start(zone) }

// Format is time.Time.Format of the day; the empty text for no day.
func (d Date) Format(layout string) string {
	if d.IsZero() {
		return ""
	}
	return d.Start(nil).Format(layout)
}

// String returns the day as "2006-01-02"; the empty text for no day.
func (d Date) String() string {
	b, _ := d.AppendText(nil)
	return string(b)
}

// AppendText appends what String returns. It never fails.
func (d Date) AppendText(b []byte) ([]byte, error) {
	if d.IsZero() {
		return b, nil
	}
	return d.Start(nil).AppendFormat(b, time.DateOnly), nil
}

// MarshalText returns what String does. It never fails.
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(make([]byte, 0, len(time.DateOnly))) }

// UnmarshalText reads what Parse does.
func (d *Date) UnmarshalText(text []byte) error {
	p, err := Parse(string(text))
	if err == nil {
		*d = p
	}
	return err
}

// Earliest returns the earliest day that a moment falls on anywhere, twelve hours behind UTC.
// What says of itself no zone is judged by it: what is right somewhere may be right.
func Earliest(t time.Time) Date { return Of(t, lastZone) }

var lastZone = time.FixedZone("", -12*60*60)

// Later returns the later of two days. No day is before all.
func Later(d, e Date) Date {
	if d.Before(e) {
		return e
	}
	return d
}

// Earlier returns the earlier of two days; of which one is no day, the other.
func Earlier(d, e Date) Date {
	switch {
	case d.IsZero() || e.Before(d) && !e.IsZero():
		return e
	}
	return d
}
