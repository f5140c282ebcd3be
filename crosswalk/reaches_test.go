package crosswalk_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/crosswalk"
)

func TestReachesIsCoverageFromTheOtherEnd(t *testing.T) {
	c := rich(t)
	one := anySupport(c)
	rapid.Check(t, func(t *rapid.T) {
		var refs []crosswalk.Ref
		given := map[crosswalk.Ref]bool{}
		supports := rapid.SliceOfN(one, 0, 4).Draw(t, "supports")
		for _, s := range supports {
			refs, given[s.Ref] = append(refs, s.Ref), true
		}
		reached := map[crosswalk.Ref]crosswalk.Status{}
		for _, r := range c.Reaches(refs...) {
			require.False(t, given[r.Ref])
			require.NotContains(t, reached, r.Ref)
			require.Equal(t, r.Path.Status, r.Status)
			reached[r.Ref] = r.Status
		}
		for _, f := range c.Frameworks() {
			rep, err := c.Coverage(f.ID, supports)
			require.NoError(t, err)
			for _, e := range rep.Elements {
				if given[e.Ref] {
					continue
				}
				status, ok := reached[e.Ref]
				require.Equal(t, e.Status != crosswalk.Open, ok, "%s", e.Ref)
				if ok {
					require.Equal(t, e.Status, status, "%s", e.Ref)
				}
			}
		}
		shuffled := rapid.Permutation(refs).Draw(t, "shuffled")
		require.Equal(t, c.Reaches(refs...), c.Reaches(shuffled...))
	})
}

func TestReachesOfNothing(t *testing.T) {
	c := crosswalk.Default()
	require.Empty(t, c.Reaches())
	require.Empty(t, c.Reaches(crosswalk.Ref{}, crosswalk.MustParseRef("soc2:CC1.1")))
}
