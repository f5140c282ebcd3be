package dashboard_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/maturity/dashboard"
)

// With the day on which the plan began, and a past, the screen says what is planned and
// when it is expected: what package maturity works out, and nothing else.
func TestWhatLiesAhead(t *testing.T) {
	o := newOrg(t)
	start := o.now
	o.step1()
	o.pass(50)
	o.step2()
	o.pass(50)
	o.step3()
	none, err := dashboard.Compute(o.View(), o.now, nil)
	require.NoError(t, err)
	require.Nil(t, none.Lead.Roadmap)
	require.Nil(t, none.Board.Forecast)

	past := o.past(100)
	in := &dashboard.Input{PlanFrom: start, Expect: true, Past: past}
	s, err := dashboard.Compute(o.View(), o.now, in)
	require.NoError(t, err)
	plan, err := maturity.Roadmap(maturity.DefaultModel(), o.View(), o.now, start, maturity.ML2, nil)
	require.NoError(t, err)
	require.NotNil(t, s.Lead.Roadmap)
	require.Equal(t, maturity.ML2, s.Lead.Roadmap.Target)
	require.Len(t, s.Lead.Roadmap.Steps, len(plan.Steps)+len(plan.Critical))
	require.Equal(t, plan.Steps[0].From, s.Lead.Roadmap.Steps[0].From)
	if s.Board.Forecast != nil {
		require.Equal(t, plan.Due, s.Board.Forecast.Planned)
		require.False(t, s.Board.Forecast.To.Before(s.Board.Forecast.From))
		require.NotEmpty(t, s.Board.Forecast.Basis)
	}

	in.Target = maturity.ML1
	s, err = dashboard.Compute(o.View(), o.now, in)
	require.NoError(t, err)
	require.Nil(t, s.Lead.Roadmap, "it is reached")
	in.Target = maturity.Level(9)
	_, err = dashboard.Compute(o.View(), o.now, in)
	require.ErrorContains(t, err, "target")
}
