package impacttest_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/impacttest"
	"github.com/aimskit/aimskit/register"
)

// What System gives is valid, denies nothing of itself, is the same for the same
// choices, and uses every value of every list.
func TestSystem(t *testing.T) {
	used := make(map[string]map[string]bool)
	for seed := range uint64(2000) {
		make := func() register.System {
			return impacttest.System(rand.New(rand.NewPCG(seed, 1)).IntN, int(seed%5))
		}
		s := make()
		require.NoError(t, s.Validate())
		require.Equal(t, s, make())
		require.Empty(t, impact.DefaultRules().Derive(s, impact.Facts{}).Contradictions())
		for _, a := range register.Attributes() {
			if used[a.Name] == nil {
				used[a.Name] = map[string]bool{}
			}
			values := a.Append(nil, &s)
			require.True(t, seed%5 > 0 || len(values) > 0 || len(impacttest.Values(a)) == 0, "%s is not answered", a.Name)
			for _, v := range values {
				used[a.Name][v] = true
			}
		}
	}
	for _, a := range register.Attributes() {
		for _, v := range a.Values {
			require.True(t, used[a.Name][v.ID], "%s is never %s", a.Name, v.ID)
		}
		require.False(t, slices.Contains(impacttest.Values(a), ""))
	}
}
