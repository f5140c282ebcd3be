package register_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/register"
)

func TestValidateGoverns(t *testing.T) {
	type governs = map[register.RiskLevel]string
	for _, c := range []struct {
		name    string
		governs governs
		want    []string
	}{
		{"nothing", nil, nil},
		{"empty", governs{}, nil},
		{"all", governs{"low": "minimal", "medium": "minimal", "high": "limited", "critical": "high"}, nil},
		{"all high", governs{"low": "high", "medium": "high", "high": "high", "critical": "high"}, nil},
		{"one missing", governs{"low": "minimal", "high": "high", "critical": "high"}, []string{"governs.medium oneof"}},
		{"a level of somebody else", governs{"low": "minimal", "medium": "limited", "high": "high", "critical": "high", "purple": "high"}, []string{"governs oneof"}},
		{"a word of somebody else", governs{"low": "none", "medium": "limited", "high": "high", "critical": "high"}, []string{"governs.low oneof"}},
		{"no level of risk makes a use unacceptable", governs{"low": "minimal", "medium": "limited", "high": "high", "critical": "unacceptable"}, []string{"governs.critical oneof"}},
		{"more risk, less governance", governs{"low": "limited", "medium": "minimal", "high": "high", "critical": "high"}, []string{"governs.medium monotone"}},
		{"the highest calls for too little", governs{"low": "minimal", "medium": "minimal", "high": "limited", "critical": "limited"}, []string{"governs.critical highest"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := register.DefaultCriteria()
			x.Governs = c.governs
			require.Equal(t, c.want, issues(t, x.Validate()))
		})
	}
}

func TestTolerable(t *testing.T) {
	c := register.DefaultCriteria()
	for level, want := range map[register.RiskLevel]bool{"low": true, "medium": true, "high": true, "critical": false, "purple": false, "": false} {
		require.Equal(t, want, c.Tolerable(level), level)
	}
	c.Intolerable = "medium"
	require.NoError(t, c.Validate())
	for level, want := range map[register.RiskLevel]bool{"low": true, "medium": false, "high": false, "critical": false} {
		require.Equal(t, want, c.Tolerable(level), level)
	}
	c.Intolerable = "low"
	require.NoError(t, c.Validate(), "an organisation may bear nothing")
	require.False(t, c.Tolerable("low"))
	c.Intolerable = "purple"
	require.Equal(t, []string{"intolerable oneof"}, issues(t, c.Validate()))
	require.False(t, c.Tolerable("low"), "criteria that are wrong bear nothing")
}

// TestTolerableIsMonotone holds for any line: what is above an intolerable
// level is intolerable too.
func TestTolerableIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := register.DefaultCriteria()
		c.Levels = nil
		for _, l := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,6}`), 2, 7, rapid.ID).Draw(t, "levels") {
			c.Levels = append(c.Levels, register.RiskLevel(l))
		}
		if rapid.Bool().Draw(t, "own line") {
			c.Intolerable = rapid.SampledFrom(c.Levels).Draw(t, "intolerable")
		}
		var borne []bool
		for _, l := range c.Levels {
			borne = append(borne, c.Tolerable(l))
		}
		first := slices.Index(borne, false)
		require.GreaterOrEqual(t, first, 0, "the highest level is never tolerable")
		require.NotContains(t, borne[first:], true)
		if c.Intolerable != "" {
			require.Equal(t, slices.Index(c.Levels, c.Intolerable), first)
		}
	})
}
