package maturity_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
)

func TestTrendTellsTheWay(t *testing.T) {
	o, history := sustained(t)
	trend := maturity.Trend(history, maturity.ML2)
	require.Len(t, trend, 66, "455 days, week by week")
	last := trend[len(trend)-1]
	require.Equal(t, o.now, last.At)
	for i, p := range trend {
		if i > 0 {
			require.Equal(t, week, p.At.Sub(trend[i-1].At))
		}
		require.Equal(t, p.Level >= maturity.ML2, p.Credit == 1, "%s: all that it asks for is there on the level alone", p.At)
		require.True(t, p.Credit > 0 && p.Credit <= 1)
	}
	require.Less(t, trend[0].Credit, 1.0)

	first, third := maturity.Trend(history, maturity.ML1), maturity.Trend(history, maturity.ML3)
	for i := range trend {
		require.Equal(t, 1.0, first[i].Credit)
		require.Equal(t, third[i].Level == maturity.ML3, third[i].Credit == 1)
	}
	for _, none := range []maturity.Level{maturity.ML0, maturity.Level(-1), maturity.Level(4)} {
		require.Empty(t, maturity.Trend(history, none))
	}
	require.Empty(t, maturity.Trend(maturity.History{}, maturity.ML2))

	text, err := json.Marshal(trend[:1])
	require.NoError(t, err)
	require.Regexp(t, `^\[{"at":"2026-0[0-9-]+T09:00:00Z","level":"ML1","credit":0\.\d+}\]$`, string(text))
}

// What is met in part counts in part, what does not apply not at all.
func TestCreditIsByWeight(t *testing.T) {
	o := newOrg(t)
	half := func(met, of int) func(*maturity.Input) maturity.Outcome {
		return func(*maturity.Input) maturity.Outcome {
			out := maturity.Outcome{State: maturity.StateNotMet, Met: met, Of: of}
			if met == of {
				out.State = maturity.StateMet
			}
			return out
		}
	}
	not := func(*maturity.Input) maturity.Outcome { return maturity.NotApplicable(issue.NewText("no such thing")) }
	m := maturity.Model{ID: "three", Version: "1", Criteria: []maturity.Criterion{
		{ID: "a", Title: "A", Level: maturity.ML1, Phase: aims.Plan, Weight: 2, Predicate: half(1, 1)},
		{ID: "b", Title: "B", Level: maturity.ML1, Phase: aims.Plan, Weight: 1, Predicate: half(1, 3)},
		{ID: "c", Title: "C", Level: maturity.ML2, Phase: aims.Plan, Weight: 1, Predicate: half(0, 3)},
		{ID: "d", Title: "D", Level: maturity.ML2, Phase: aims.Plan, Weight: 9, Predicate: not},
	}}
	past, err := maturity.Past(m, o.Between(o.ctx, o.now, o.now, week))
	require.NoError(t, err)
	require.InDelta(t, (2+1.0/3)/3, maturity.Trend(past, maturity.ML1)[0].Credit, 1e-12)
	require.InDelta(t, (2+1.0/3)/4, maturity.Trend(past, maturity.ML2)[0].Credit, 1e-12)
}

// Of a week the last moment counts, weeks counted back from the end.
func TestTrendIsWeekly(t *testing.T) {
	o := newOrg(t)
	o.pass(30)
	past, err := maturity.Past(maturity.DefaultModel(), o.Between(o.ctx, o.now.AddDate(0, 0, -15), o.now, 36*time.Hour))
	require.NoError(t, err)
	var days []int
	for _, p := range maturity.Trend(past, maturity.ML1) {
		days = append(days, int(o.now.Sub(p.At)/(12*time.Hour)))
	}
	require.Equal(t, []int{30, 15, 0}, days, "in half days: the last ones that lie 28, 14 and 0 or more back")
}

// One pass: each criterion is asked once of each view.
func TestAPastIsOnePass(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.pass(70)
	asked := 0
	m := maturity.Model{ID: "counting", Version: "1", Criteria: []maturity.Criterion{{ID: "a", Title: "A", Level: maturity.ML1, Phase: aims.Plan, Weight: 1,
		Predicate: func(*maturity.Input) maturity.Outcome { asked++; return maturity.Outcome{State: maturity.StateMet} }}}}
	past, err := maturity.Past(m, o.Between(o.ctx, o.now.AddDate(0, 0, -70), o.now, week))
	require.NoError(t, err)
	require.Len(t, maturity.Trend(past, maturity.ML1), 11)
	require.Equal(t, 11, asked)
}
