package aims_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/memory"
)

// What stands in the way of a Stage 1 audit.
func ExampleView_Readiness() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := m.View().Readiness(now, aims.Stage1)
	fmt.Println(r.Verdict, "by", r.Why.Rule)
	fmt.Println("a major is", r.Likelihood, "by", r.LikelyWhy.Rule)
	for _, c := range r.Checks[:2] {
		fmt.Println(c.Clause, c.Severity, c.Title)
		for _, i := range c.Items {
			fmt.Println("  " + i.Text.String())
			fmt.Println("  " + i.Close.String())
		}
	}
	// Output:
	// not_ready by RV-3
	// a major is likely by RL-1
	// 4.3 major No scope in force
	//   No scope has been written.
	//   Write the scope (DraftScope) and have top management approve it.
	// 5.2 major No AI policy in force
	//   No version of the AI policy is in force.
	//   Draft it (DraftPolicy) and have top management approve it (ApprovePolicy).
}
