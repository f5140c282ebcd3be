package impact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
)

// What somebody has answered on uses counts while other questions are open: a yes is
// known, a no is excluded, and the rest stays the worst that it could be.
func TestUseAnswersCountBeforeAllAreGiven(t *testing.T) {
	s := changed(cvScreener(), func(s *register.System) { s.Practices = nil })
	require.NotEqual(t, euact.High, euact.Classify(s, euDay).Class)
	s, err := euact.Answer(s, register.UseAnswer{Question: "recruitment", Answer: register.Yes}, register.UseAnswer{Question: "social-scoring", Answer: register.No})
	require.NoError(t, err)
	require.Empty(t, s.Practices, "other questions are open")
	c := euact.Classify(s, euDay)
	require.Equal(t, euact.High, c.Class)
	require.True(t, c.Holds("EU-III-4-a"))
	r := derive(s)
	require.Contains(t, r.Held, "DOM-01")
	require.Equal(t, impact.LevelHigh, r.Known)

	// What was recorded gives the same.
	f := register.FingerprintOf(s).Attributes
	for name, v := range impact.RecordedValues(s) {
		f[name] = v
	}
	recorded := impact.DefaultRules().DeriveRecorded(f, impact.Facts{})
	require.Equal(t, text(t, r), text(t, recorded))
	require.Equal(t, impact.DefaultRules().Ask(s, impact.Facts{}), impact.DefaultRules().AskRecorded(f, impact.Facts{}))

	// A practice that the answers deny is none of those that it could have.
	for _, q := range c.Open {
		require.NotContains(t, q.Rows, "EU-5-1-c", "social scoring was denied")
	}
}
