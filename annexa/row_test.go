package annexa_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
)

// A row says what the decision says from which it was compiled, and no longer once
// anything of that is decided otherwise.
func TestRowSays(t *testing.T) {
	day := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	d := annexa.Decision{Control: annexa.MustParse("A.2.2"), Applicability: annexa.Excluded, Justification: "j", Grounds: []annexa.Ground{{}},
		Status: annexa.StatusImplemented, PlannedFor: calendar.Of(day, nil), Owner: "ada", ApprovedBy: "eve", ReviewDue: calendar.Of(day, nil), Revision: 7}
	row := annexa.Row{Control: d.Control, Title: "AI policy", Applicability: d.Applicability, Justification: "j", Grounds: []annexa.Ground{{}},
		Status: d.Status, PlannedFor: calendar.Of(day, nil), Owner: "ada", ApprovedBy: "eve", ReviewDue: calendar.Of(day.In(time.FixedZone("", 3600)), nil)}
	require.True(t, row.Says(d))
	d.Revision = 9
	require.True(t, row.Says(d))
	for what, change := range map[string]func(*annexa.Decision){
		"control":       func(d *annexa.Decision) { d.Control = annexa.MustParse("A.2.3") },
		"applicability": func(d *annexa.Decision) { d.Applicability = annexa.Applicable },
		"justification": func(d *annexa.Decision) { d.Justification = "k" },
		"grounds":       func(d *annexa.Decision) { d.Grounds = nil },
		"status":        func(d *annexa.Decision) { d.Status = annexa.StatusPlanned },
		"planned_for":   func(d *annexa.Decision) { d.PlannedFor = calendar.Of(day.AddDate(0, 0, 1), nil) },
		"owner":         func(d *annexa.Decision) { d.Owner = "bob" },
		"approved_by":   func(d *annexa.Decision) { d.ApprovedBy = "" },
		"review_due":    func(d *annexa.Decision) { d.ReviewDue = calendar.Of(time.Time{}, nil) },
	} {
		changed := d
		change(&changed)
		require.False(t, row.Says(changed), what)
	}
}
