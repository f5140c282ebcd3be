package ledger

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/memory"
)

// A day is bounded as a day: what has begun somewhere is no longer to come, and the
// first day of the bound is in it to the end.
func TestDaysAreBounded(t *testing.T) {
	spec := ParcelSpec()
	spec.Limits = Limits{Times: map[string]TimeLimit{"born": {Back: 30}, "dates": {Back: 30, Ahead: 10}, "at": {Back: 30}}}
	k := MustDeclare(spec)
	now := time.Date(2026, 6, 30, 9, 59, 0, 0, time.UTC) // 23:59 in Kiritimati
	l, err := Open(t.Context(), memory.New(), &Options{Kinds: []AnyKind{k}, Clock: func() time.Time { return now }})
	require.NoError(t, err)
	for _, c := range []struct {
		field, day string
		rule       string
	}{
		{"born", "2026-06-30", ""},
		{"born", "2026-07-01", "past"},
		{"born", "2026-05-31", ""},
		{"born", "2026-05-30", "range"},
		{"dates", "2026-07-10", ""},
		{"dates", "2026-07-11", "range"},
	} {
		p := Parcel{ID: "p-" + c.field + c.day}
		at := c.field
		if d := calendar.MustParse(c.day); c.field == "born" {
			p.Born = d
		} else {
			p.Dates, at = []calendar.Date{calendar.MustParse("2026-06-30"), d}, "dates[1]"
		}
		err := put(t, l, k, p)
		if c.rule == "" {
			require.NoError(t, err, "%+v", c)
			continue
		}
		var is issue.Issues
		require.True(t, errors.As(err, &is), "%+v: %v", c, err)
		require.Equal(t, []string{at, c.rule, c.day}, []string{is[0].Field, is[0].Rule, is[0].Value})
	}
	now = now.Add(time.Minute) // it is the first of July in Kiritimati
	require.NoError(t, put(t, l, k, Parcel{ID: "q", Born: calendar.MustParse("2026-07-01")}))
}
