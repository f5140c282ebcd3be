package maturity_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

func lacks(l maturity.SystemLevel) (ids []string) {
	for _, c := range l.Lacks {
		ids = append(ids, c.Criterion)
	}
	return ids
}

// Each system has a level of its own: what one lacks lowers that one and the organisation,
// and not the others.
func TestSystemLevels(t *testing.T) {
	o := mature(t)
	of := func() (credit, spam maturity.SystemLevel) {
		t.Helper()
		all := maturity.SystemLevels(maturity.DefaultModel(), o.View(), o.now)
		require.Len(t, all, 2)
		require.Equal(t, []string{"credit", "spam"}, []string{all[0].System, all[1].System})
		return all[0], all[1]
	}
	credit, spam := of()
	for _, l := range []maturity.SystemLevel{credit, spam} { // of what ML3 asks they lack nothing, the organisation does
		require.Equal(t, maturity.ML3, l.Level, "%v", lacks(l))
		require.Equal(t, l.Of, l.Met)
		require.True(t, l.Until.After(o.now))
	}
	require.Greater(t, credit.Of, spam.Of, "more is asked of what decides on people")
	require.Equal(t, maturity.ML2, o.report().Level)

	revise("spam", func(s *register.System) { s.Owner = "" })(o)
	same, spam := of()
	require.Equal(t, credit, same)
	require.Equal(t, maturity.ML0, spam.Level)
	require.Equal(t, []string{"ML1.03"}, lacks(spam))
	require.Equal(t, aims.Subject{Kind: aims.KindSystem, ID: "spam"}, spam.Lacks[0].Failing[0].Subject)
	require.Equal(t, maturity.ML0, o.report().Level)
}

// The level of the organisation is above that of none of its systems, a criterion that names
// a system is one that the system lacks, and a level holds until it says.
func TestSystemLevelsAgreeWithTheReport(t *testing.T) {
	starts := newStarts(t)
	rapid.Check(t, func(rt *rapid.T) {
		o, history := starts.draw(t, rt)
		now := o.now.AddDate(0, 0, rapid.IntRange(0, 200).Draw(rt, "days"))
		model := maturity.DefaultModel()
		r := maturity.Evaluate(model, o.View(), now, history...)
		all := maturity.SystemLevels(model, o.View(), now)
		byID := make(map[string]maturity.SystemLevel)
		for _, l := range all {
			byID[l.System] = l
			require.LessOrEqual(rt, r.Level, l.Level, "%s lacks %v", l.System, lacks(l))
			for _, c := range l.Lacks {
				is, _ := r.Result(c.Criterion)
				require.False(rt, is.State.Holds(), "%s lacks %s", l.System, c.Criterion)
			}
		}
		for _, c := range r.Criteria {
			for _, f := range c.Failing {
				if l, ok := byID[f.Subject.ID]; ok && f.Subject.Kind == aims.KindSystem && c.ID != "ML3.13" {
					require.Contains(rt, lacks(l), c.ID)
				}
			}
		}
		if len(all) == 0 {
			return
		}
		l := rapid.SampledFrom(all).Draw(rt, "system")
		if l.Level == maturity.ML0 || l.Until.IsZero() {
			return
		}
		at := func(when time.Time) maturity.Level {
			then := maturity.SystemLevels(model, o.View(), when)
			return then[slices.IndexFunc(then, func(s maturity.SystemLevel) bool { return s.System == l.System })].Level
		}
		require.GreaterOrEqual(rt, at(l.Until), l.Level)
		require.Less(rt, at(l.Until.Add(time.Nanosecond)), l.Level)
	})
}

func TestSystemLevelsForAReader(t *testing.T) {
	m, now := halfSeen(t)
	all := maturity.SystemLevels(maturity.DefaultModel(), m.View(), now)
	seen := maturity.SystemLevels(maturity.DefaultModel(), m.View().For("guest"), now)
	require.Len(t, all, 2)
	require.Equal(t, all[:1], seen)
}
