package euact_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/impact/impacttest"
	"github.com/aimskit/aimskit/impact/implied"
	"github.com/aimskit/aimskit/register"
)

// draw draws a system whose answers agree, each left out with a chance of one in
// gaps, mostly in the Union.
func draw(t *rapid.T, gaps int) register.System {
	s := impacttest.System(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }, gaps)
	if rapid.IntRange(0, 3).Draw(t, "in the Union") > 0 && len(s.Jurisdictions) > 0 {
		s.Jurisdictions = []string{"FR"}
	}
	if rapid.Bool().Draw(t, "on the market") {
		s.MarketSince = day("2025-01-01").AddDate(0, rapid.IntRange(0, 60).Draw(t, "months"), 0)
	}
	return s
}

// document is a system as it stands in JSON, to take answers out of.
func document(t require.TestingT, s register.System) map[string]json.RawMessage {
	b, err := json.Marshal(s)
	require.NoError(t, err)
	var doc map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(b, &doc))
	return doc
}

func decoded(t require.TestingT, doc map[string]json.RawMessage) register.System {
	b, err := json.Marshal(doc)
	require.NoError(t, err)
	var s register.System
	require.NoError(t, json.Unmarshal(b, &s))
	return s
}

var fields = decide.NewFields()

// agrees reports whether the answers of a system deny nothing that they imply.
func agrees(s register.System) bool {
	return !slices.ContainsFunc(implied.Default().Tell(decide.NewSubject(fields, &s)), implied.Told.Contradicts)
}

// Ignorance never prohibits, and an answer never leads beyond the worst that was
// shown before it was given: high risk, since what nobody has said is no ground to
// call a system prohibited. There is a reason always, and what could come is asked.
func TestIgnoranceNeverProhibits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t, 0)
		full, doc := euact.Classify(s, onDay), document(t, s)
		require.Equal(t, full.Class, full.Worst)
		require.NotEqual(t, euact.Undecided, full.Class)
		for {
			part := euact.Classify(s, onDay)
			require.NotEmpty(t, part.Reasons)
			require.NotEqual(t, euact.Undecided, part.Worst)
			require.Positive(t, part.Worst.Rank())
			require.GreaterOrEqual(t, part.Worst.Rank(), part.Class.Rank())
			if part.Class == euact.Undecided {
				require.False(t, part.Decided())
			}
			leads := false
			for _, q := range part.Open {
				a, _ := register.AttributeByName(q.Attribute)
				require.Empty(t, a.Append(nil, &s), "%s is answered", q.Attribute)
				require.NotContains(t, q.Leads, euact.Undecided)
				leads = leads || len(q.Leads) > 0
			}
			require.True(t, leads || part.Decided(), "what could come is asked for: %v %v %v", part.Class, part.Worst, part.Open)
			if part.Class != euact.Prohibited {
				require.NotEqual(t, euact.Prohibited, part.Worst)
			}
			require.GreaterOrEqual(t, part.Worst.Rank(), min(full.Class.Rank(), euact.High.Rank()))
			var answered []string
			for _, a := range register.Attributes() {
				if _, ok := doc[a.Name]; ok && a.Material {
					answered = append(answered, a.Name)
				}
			}
			if len(answered) == 0 || rapid.IntRange(0, 15).Draw(t, "enough") == 0 {
				return
			}
			// One answer less: with it, what was just shown may not be beyond what
			// is shown now.
			gone := rapid.SampledFrom(answered).Draw(t, "forget")
			delete(doc, gone)
			s = decoded(t, doc)
			less := euact.Classify(s, onDay)
			if agrees(s) {
				require.LessOrEqual(t, min(part.Worst.Rank(), euact.High.Rank()), less.Worst.Rank(), "%s raises above the worst", gone)
			}
		}
	})
}

// The same facts in another order give the same bytes, these come back as the same
// value, and the moment changes no class.
func TestDeterminism(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t, 4)
		a := euact.Classify(s, onDay)
		b, err := json.Marshal(a)
		require.NoError(t, err)
		var back euact.Classification
		require.NoError(t, json.Unmarshal(b, &back))
		require.Empty(t, cmp.Diff(a, back))
		slices.Reverse(s.Practices)
		slices.Reverse(s.Roles)
		slices.Reverse(s.Generates)
		slices.Reverse(s.Claims5)
		c, err := json.Marshal(euact.Classify(s, onDay))
		require.NoError(t, err)
		require.Equal(t, string(b), string(c))
		later := euact.Classify(s, onDay.AddDate(rapid.IntRange(0, 5).Draw(t, "years"), 0, 0))
		require.Equal(t, []euact.Class{a.Class, a.Worst}, []euact.Class{later.Class, later.Worst})
		require.Len(t, later.Duties, len(a.Duties))
		for i, d := range a.Duties {
			require.Equal(t, d.From, later.Duties[i].From)
			require.True(t, !d.InForce || later.Duties[i].InForce, "what binds goes on to bind")
		}
	})
}
