package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
)

// ahead shows the way to ML2: which criteria the earliest day hangs on, whose
// task they are, and what falls due in the next sixty days. A forecast needs six
// weeks of the past, which a store of today does not have.
func ahead(v *aims.View, now time.Time) error {
	heading("7. What lies ahead?")
	plan, err := maturity.Roadmap(maturity.DefaultModel(), v, now, founded(v), maturity.ML2, nil)
	if err != nil {
		return err
	}
	fmt.Printf("   %s by %s, with %.0f days of work; at the earliest by %s, which hangs on:\n",
		plan.Target, plan.End.Format(time.DateOnly), plan.Effort, plan.Earliest.Format(time.DateOnly))
	for _, id := range plan.Critical {
		item := plan.Items[slices.IndexFunc(plan.Items, func(i maturity.PlanItem) bool { return i.Criterion == id })]
		who := item.Responsible.Person
		if who == "" {
			who = "nobody"
		}
		fmt.Printf("     %s %-44s %-6s to %s\n", item.Criterion, cut(item.Title, 44), who, item.EarliestEnd.Format(time.DateOnly))
	}
	for _, slip := range plan.Slips {
		fmt.Println("     !", slip.Text)
	}

	agenda := v.Agenda(v.DayOf(now), v.DayOf(now).AddDays(60))
	fmt.Printf("   The next sixty days, %s to %s:", agenda.From, agenda.To)
	if len(agenda.Entries) == 0 {
		fmt.Print(" nothing falls due")
	}
	fmt.Println()
	for _, e := range agenda.Entries {
		name := e.Name
		if name == "" {
			name = e.Subject.ID
		}
		fmt.Printf("     %s %-8s %s\n", e.Day, e.Person, cut(fmt.Sprintf("%s: %s", name, e.Title), 70))
	}

	missing := 0
	for _, r := range aims.Required(v, now) {
		if r.Status == aims.RequiredMissing {
			missing++
		}
	}
	fmt.Printf("   Of %d pieces of documented information that the standard asks for, %d are missing.\n", len(aims.RequiredRows()), missing)
	return nil
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimRight(string(r[:n-3]), " ") + "..."
	}
	return s
}

// founded is the day on which the management system began.
func founded(v *aims.View) time.Time {
	if f := v.Organisation().Foundings; len(f) > 0 {
		return f[0].At
	}
	return v.AsOf()
}
