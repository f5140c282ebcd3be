package aims_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/memory"
)

// Which documented information there is, and which is missing.
func ExampleRequired() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "set out"}, func(tx *aims.Tx) error {
		return tx.PutObjective(aims.Objective{ID: "appeals", Title: "Appeals are answered", Measure: "share", Unit: "%", Target: 95,
			Direction: aims.AtLeast, Owner: "ada", Due: calendar.Of(now.AddDate(1, 0, 0), nil)})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range aims.Required(m.View(), now)[7:12] {
		fmt.Printf("%-6s %-14s %s %v\n", r.ID, r.Status, r.What, r.Records)
	}
	// Output:
	// 6.1.3c missing        The risk treatment plan. []
	// 6.1.4a missing        How the impact of AI systems is assessed. []
	// 6.1.4b missing        What impact assessments came to, for those whom it concerns. []
	// 6.2    current        The AI objectives. [objective/appeals]
	// 7.2    missing        That people are competent. []
}
