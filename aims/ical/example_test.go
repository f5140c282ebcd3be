package ical_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/ical"
	"github.com/aimskit/aimskit/storage/memory"
)

// A person's agenda as a calendar, and what becomes of it a week later.
func ExampleWrite() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "search"}, func(tx *aims.Tx) error {
		return tx.PutSweep(aims.Sweep{ID: "spring", On: tx.Today(), By: "ada", Sources: []string{"purchasing"}, Candidates: []aims.Candidate{{Name: "Note taker"}}})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	agenda := m.View().Agenda(m.View().DayOf(now), m.View().DayOf(now).AddDate(0, 3, 0)).Of("ada")
	if err := ical.Write(&file, agenda, now, nil, nil); err != nil {
		fmt.Println(err)
		return
	}
	show(file.String())

	now = now.AddDate(0, 0, 7)
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "nothing for us"}, func(tx *aims.Tx) error {
		s, _ := tx.Sweeps().Get("spring")
		s.Candidates[0].Dismissed = "a trial that has ended"
		return tx.PutSweep(s)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var next bytes.Buffer
	agenda = m.View().Agenda(m.View().DayOf(now), m.View().DayOf(now).AddDate(0, 3, 0)).Of("ada")
	if err := ical.Write(&next, agenda, now, &file, nil); err != nil {
		fmt.Println(err)
		return
	}
	show(next.String())
	// Output:
	// DTSTART;VALUE=DATE:20260401
	// SEQUENCE:0
	// STATUS:CONFIRMED
	// SUMMARY:Note taker: AI in use is searched for\, and what was found is
	// DTSTART;VALUE=DATE:20260401
	// SEQUENCE:1
	// STATUS:CANCELLED
	// SUMMARY:Note taker: AI in use is searched for\, and what was found is
}

// show prints the lines of a calendar that tell of days, words and changes.
func show(calendar string) {
	for line := range strings.SplitSeq(calendar, "\r\n") {
		for _, name := range []string{"DTSTART", "SUMMARY", "SEQUENCE", "STATUS"} {
			if strings.HasPrefix(line, name) {
				fmt.Println(line)
			}
		}
	}
}
