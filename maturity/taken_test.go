package maturity_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/storage"
)

// Nothing that may be withdrawn or erased stands in the way of a level: whoever takes
// records away, whichever and in any order, never meets a criterion by it.
func TestTakingARecordAwayNeverRaises(t *testing.T) {
	all := newStarts(t)
	took := make(map[aims.Kind]int)
	rapid.Check(t, func(rt *rapid.T) {
		o, history := all.draw(t, rt)
		m := o.erasing()
		judge := func() maturity.Report {
			return maturity.Evaluate(maturity.DefaultModel(), m.View(), o.now, history...)
		}
		var subjects []aims.Subject
		for s := range m.View().All() {
			subjects = append(subjects, s)
		}
		people := slices.Collect(m.View().People().IDs())
		for range rapid.IntRange(1, 12).Draw(rt, "records") {
			s := rapid.SampledFrom(subjects).Draw(rt, "record")
			erases := rapid.Bool().Draw(rt, "erases")
			before := judge()
			for _, actor := range people {
				by := aims.By{Actor: actor, Reason: "not needed any more"}
				take := func() error {
					return m.Update(o.ctx, by, func(tx *aims.Tx) error { return tx.Withdraw(s) })
				}
				if erases {
					take = func() error { return m.Erase(o.ctx, by, s) }
				}
				if take() == nil {
					took[s.Kind]++
					break
				}
			}
			after := judge()
			require.LessOrEqual(rt, after.Level, before.Level, "%s taken away", s)
			for i, was := range before.Criteria {
				if is := after.Criteria[i]; !settled(was) {
					require.False(rt, settled(is), "%s is %s once %s is taken away", is.ID, is.State, s)
				}
			}
		}
	})
	require.NotEmpty(t, took, "nothing could be taken away")
}

// settled says that a criterion does not hold a level back.
func settled(r maturity.Result) bool {
	return r.State == maturity.StateMet || r.State == maturity.StateNotApplicable
}

// erasing opens the organisation's journal with the power to erase.
func (o *org) erasing() *aims.Manager {
	m, err := aims.Open(o.ctx, o.journal, &aims.Options{Clock: func() time.Time { return o.now }, Founder: aims.Person{ID: "setup", Name: "Who sets it up"},
		Eraser: o.journal.(storage.Eraser)})
	require.NoError(o.tb, err)
	return m
}
