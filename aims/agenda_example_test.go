package aims_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/memory"
)

// What is to be done in the next weeks, and by whom.
func ExampleView_Agenda() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "set out"}, func(tx *aims.Tx) error {
		if err := tx.PutSweep(aims.Sweep{ID: "spring", On: calendar.Of(now, nil), By: "ada", Sources: []string{"purchasing"}, Candidates: []aims.Candidate{{Name: "Note taker"}}}); err != nil {
			return err
		}
		return tx.PutObjective(aims.Objective{ID: "appeals", Title: "Appeals are answered", Measure: "share", Unit: "%", Target: 95,
			Direction: aims.AtLeast, Owner: "ada", Due: calendar.Of(now.AddDate(1, 0, 0), nil), IntervalDays: 30})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "first figure"}, func(tx *aims.Tx) error {
		return tx.MeasureObjective("appeals", aims.Measurement{On: calendar.Of(now, nil), Value: 96})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	agenda := m.View().Agenda(calendar.Of(now, nil), calendar.Of(now.AddDate(0, 0, 60), nil))
	for _, e := range agenda.Of("ada").Entries {
		fmt.Println(e.Day, e.Kind, e.Name)
		fmt.Println("  " + e.Title.String())
		fmt.Println("  " + e.Do.String())
	}
	// Output:
	// 2026-04-01 objective Appeals are answered
	//   An objective is measured, or reached.
	//   Measure it (MeasureObjective).
	// 2026-04-01 sweep Note taker
	//   AI in use is searched for, and what was found is settled.
	//   Register it or dismiss it with a reason (PutSweep).
}
