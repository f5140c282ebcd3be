package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
)

// An organisation that runs no AI is not held up by an empty register, for as long as the
// search counts on which top management says so.
func TestNoAIIsNoEmptyRegister(t *testing.T) {
	o := newOrg(t)
	o.do("setup", func(tx *aims.Tx) error {
		if err := tx.PutPerson(aims.Person{ID: "eve", Name: "Eve", TopManagement: true}); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "lea", Name: "Lea"})
	})
	state := func(id string) maturity.State {
		t.Helper()
		c, ok := o.report().Result(id)
		require.True(t, ok)
		return c.State
	}
	about := []string{"ML1.01", "ML1.02", "ML1.03", "ML1.10", "ML1.13", "ML2.01", "ML2.07"}
	for _, id := range about {
		require.Equal(t, maturity.StateNotMet, state(id), id)
	}
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutSweep(aims.Sweep{ID: "again", On: calendar.Of(o.now, nil), By: "lea", Sources: []string{"purchasing"}})
	})
	o.do("eve", func(tx *aims.Tx) error {
		return tx.AttestNoAI("again", "Purchasing and code were searched, and nothing uses AI.")
	})
	for _, id := range about {
		require.Equal(t, maturity.StateMet, state(id), id)
	}
	for _, id := range []string{"ML2.06", "ML2.11"} {
		require.Equal(t, maturity.StateNotApplicable, state(id), id)
	}
	o.pass(maturity.DefaultModel().Parameters.SweepDays + 1)
	for _, id := range about {
		require.Equal(t, maturity.StateNotMet, state(id), "%s, once the search is too old", id)
	}
}
