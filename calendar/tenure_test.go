package calendar_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/calendar"
)

// A thing passes from hand to hand; who gave it away counts for as long as he had it, at most.
func TestHanded(t *testing.T) {
	day := func(n int) calendar.Date { return calendar.New(2026, 1, 1).AddDays(n) }
	const most = 90
	var all []calendar.Tenure
	pass := func(from, to string, on int) {
		all = calendar.Handed(all, []string{from}, []string{to}, day(on), most)
	}
	pass("lea", "lea", 5)
	require.Empty(t, all, "she has had it from the start")
	pass("lea", "bob", 10)
	require.Equal(t, []calendar.Tenure{{Person: "lea", Until: day(10)}, {Person: "bob", From: day(10)}}, all)
	require.Equal(t, day(99), all[0].Barred(most))
	require.True(t, all[1].Barred(most).IsZero(), "he has it")

	pass("bob", "eve", 10)
	require.True(t, all[1].Barred(most).IsZero(), "who had it for no day counts for none")
	pass("eve", "lea", 30)
	require.Equal(t, []calendar.Tenure{{Person: "lea", Until: day(10)}, {Person: "eve", From: day(10), Until: day(30)}, {Person: "lea", From: day(30)}}, all)
	require.Equal(t, day(49), all[1].Barred(most), "as long as she had it")
	pass("lea", "bob", 31)
	require.Equal(t, day(99), all[0].Barred(most), "to take it back for a day makes the time before no shorter")
	require.Equal(t, day(31), all[2].Barred(most))

	was := all
	pass("bob", "", 101)
	require.Equal(t, []calendar.Tenure{{Person: "bob", From: day(31), Until: day(101)}}, all, "what counts no more is left out")
	require.Equal(t, day(10), was[0].Until, "and what was given is as it was")
	pass("", "eve", 102)
	require.Equal(t, day(170), all[0].Barred(most))
	require.Equal(t, calendar.Tenure{Person: "eve", From: day(102)}, all[1])
}

// Of a thing that two have, one may pass on his part and keep the other.
func TestHandedByOneOfTwo(t *testing.T) {
	on := calendar.New(2026, 1, 1)
	all := calendar.Handed(nil, []string{"lea", "lea"}, []string{"lea", "bob"}, on, 90)
	require.Equal(t, []calendar.Tenure{{Person: "bob", From: on}}, all)
	all = calendar.Handed(all, []string{"lea", "bob"}, []string{"eve", "eve"}, on.AddDays(1), 90)
	require.Equal(t, []calendar.Tenure{{Person: "bob", From: on, Until: on.AddDays(1)}, {Person: "lea", Until: on.AddDays(1)}, {Person: "eve", From: on.AddDays(1)}}, all)
}
