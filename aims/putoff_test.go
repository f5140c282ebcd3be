package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
)

// A control is planned for a day that comes nearer and is moved on: that is no plan, however
// the moves are told, and stays beside the decision whoever writes the next.
func TestControlPutOffAgainAndAgain(t *testing.T) {
	id := annexa.MustParse("A.4.2")
	first := dayOf(40)
	plan := func(to calendar.Date) func(*annexa.Decision) {
		return func(d *annexa.Decision) { d.Status, d.PlannedFor = annexa.StatusPlanned, to }
	}
	inPlace := func(d *annexa.Decision) { d.Status, d.PlannedFor = annexa.StatusImplemented, calendar.Date{} }
	noDay := func(d *annexa.Decision) { d.Status, d.PlannedFor = annexa.StatusInProgress, calendar.Date{} }
	forgotten := func(d *annexa.Decision) { d.Moves = nil; d.PlannedFor = dayOf(60) }
	for name, c := range map[string]struct {
		then        []func(*annexa.Decision)
		times, days int
		found       string
	}{
		"planned once":                      {nil, 0, 0, ""},
		"put off once, by a month":          {[]func(*annexa.Decision){plan(dayOf(70))}, 1, 30, ""},
		"put off once, by half a year":      {[]func(*annexa.Decision){plan(dayOf(223))}, 1, 183, "Times it was put off: 1; days in all: 183."},
		"three times by a day":              {[]func(*annexa.Decision){plan(dayOf(41)), plan(dayOf(42)), plan(dayOf(43))}, 3, 3, "Times it was put off: 3; days in all: 3."},
		"brought forward and back":          {[]func(*annexa.Decision){plan(dayOf(20)), plan(dayOf(40)), plan(dayOf(20)), plan(dayOf(40))}, 0, 0, ""},
		"without a day in between":          {[]func(*annexa.Decision){noDay, plan(dayOf(240))}, 1, 200, "Times it was put off: 1; days in all: 200."},
		"said to be in place in between":    {[]func(*annexa.Decision){inPlace, plan(dayOf(240))}, 1, 200, "Times it was put off: 1; days in all: 200."},
		"the moves left out of what is put": {[]func(*annexa.Decision){plan(dayOf(50)), plan(dayOf(55)), forgotten}, 3, 20, "Times it was put off: 3; days in all: 20."},
		"in place at last":                  {[]func(*annexa.Decision){plan(dayOf(240)), inPlace}, 1, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrg(t).staffed()
			for i, change := range append([]func(*annexa.Decision){plan(first)}, c.then...) {
				o.clock.Set(day(i))
				o.do("lea", func(tx *aims.Tx) error {
					d := tx.Decision(id)
					d.Applicability, d.Justification, d.Owner = annexa.Applicable, "We want to know what we use.", "bob"
					d.Grounds = []annexa.Ground{{Kind: annexa.GroundOwn}}
					change(&d)
					return tx.DecideControl(d)
				})
			}
			for _, listed := range o.View().Controls() { // who is handed one can't make it forgotten
				clear(listed.Moves)
			}
			d := o.View().Decision(id)
			times, days := d.Later()
			require.Equal(t, []int{c.times, c.days}, []int{times, days})
			var said string
			for _, f := range find(o.View(), day(10), "S2-06") {
				if f.Subject.ID == id.String() {
					said = f.Message
				}
			}
			require.Equal(t, c.found, said)
			for i, m := range d.Moves {
				require.Equal(t, "lea", m.By)
				require.Equal(t, day(i+1), m.At)
			}
		})
	}
}
