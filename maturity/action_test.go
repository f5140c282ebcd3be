package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
)

// A decision of a review that is always put off is not followed up, however far off its day
// is; one that top management gave up is not asked for any more.
func TestPuttingOffIsNoFollowUp(t *testing.T) {
	third, history := sustained(t)
	o := third.twin(t)
	state := func() maturity.State {
		r, _ := o.report(history).Result("ML2.21")
		return r.State
	}
	o.do("eve", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "extra", HeldOn: calendar.Of(tx.Now(), nil), Chair: "eve",
			Decisions: []aims.ReviewDecision{{What: "hire", Owner: "lea", Due: tx.Today().AddDays(10)}}})
	})
	id := aims.ReviewActionID("extra", 1)
	later := func(tx *aims.Tx) error {
		a, _ := tx.Actions().Get(id)
		return tx.MoveAction(id, a.Due.AddDays(10), "nobody was found")
	}
	o.do("eve", later)
	o.do("eve", later)
	require.Equal(t, maturity.StateMet, state())
	o.do("eve", later)
	require.Equal(t, maturity.StateNotMet, state())
	o.do("eve", func(tx *aims.Tx) error { return tx.CancelAction(id, "the desk will do without") })
	require.Equal(t, maturity.StateMet, state())
}
