package crosswalk_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/crosswalk"
)

func TestReversingTwiceIsIdentity(t *testing.T) {
	for _, r := range crosswalk.Relations() {
		require.Equal(t, r, r.Reverse().Reverse())
	}
	require.Equal(t, crosswalk.Subset, crosswalk.Superset.Reverse())
	require.Equal(t, crosswalk.Extends, crosswalk.Extended.Reverse())
	for _, s := range crosswalk.Default().MappingSets() {
		require.Equal(t, s, s.Reverse().Reverse(), s.ID)
	}
}

func TestOnlyEqualAndSupersetCover(t *testing.T) {
	for _, r := range crosswalk.Relations() {
		want := crosswalk.Partial
		if r == crosswalk.Equal || r == crosswalk.Superset {
			want = crosswalk.Covered
		}
		require.Equal(t, want, r.Gives(), r)
	}
	require.Equal(t, crosswalk.Open, crosswalk.Relation("").Gives())
}

// Walking a path from its other end gives the reverse of what it gives from
// this one.
func TestComposeAndReverseAgree(t *testing.T) {
	for _, r := range crosswalk.Relations() {
		for _, s := range crosswalk.Relations() {
			there, ok := crosswalk.Compose(r, s)
			back, okBack := crosswalk.Compose(s.Reverse(), r.Reverse())
			require.Equal(t, ok, okBack, "%s, %s", r, s)
			if ok {
				require.Equal(t, there.Reverse(), back, "%s, %s", r, s)
			}
		}
		_, ok := crosswalk.Compose(r, "akin")
		require.False(t, ok)
	}
}

// set is a set of up to eight things that a requirement asks for.
type set uint8

// holds reports whether a stands in relation r to b.
func holds(r crosswalk.Relation, a, b set) bool {
	switch r {
	case crosswalk.Equal, crosswalk.Same:
		return a == b
	case crosswalk.Superset, crosswalk.Extends:
		return a&b == b
	case crosswalk.Subset, crosswalk.Extended:
		return a&b == a
	case crosswalk.Intersects:
		return a&b != 0
	}
	return false
}

// What Compose claims is true of any three sets that stand in the two
// relations, whatever they are.
func TestComposeClaimsNothingFalse(t *testing.T) {
	relation := rapid.SampledFrom(crosswalk.Relations())
	things := rapid.Map(rapid.Uint8Range(1, 255), func(u uint8) set { return set(u) })
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := things.Draw(t, "a"), things.Draw(t, "b"), things.Draw(t, "c")
		for _, widen := range []func(){func() {}, func() { b |= a }, func() { c |= b }, func() { b &= a }, func() { c &= b }} {
			widen() // so that more relations than overlap are met
			if b == 0 || c == 0 {
				return
			}
			r, s := relation.Draw(t, "r"), relation.Draw(t, "s")
			if !holds(r, a, b) || !holds(s, b, c) {
				continue
			}
			if got, ok := crosswalk.Compose(r, s); ok && !holds(got, a, c) {
				t.Fatalf("%08b %s %08b %s %08b: composed to %s", a, r, b, s, c, got)
			}
		}
	})
}

func TestTwoOverlapsProveNothing(t *testing.T) {
	_, ok := crosswalk.Compose(crosswalk.Intersects, crosswalk.Intersects)
	require.False(t, ok)
	_, ok = crosswalk.Compose(crosswalk.Same, crosswalk.Intersects)
	require.False(t, ok, "a shared procedure need not be what the overlap is about")
}

func TestStrengthNeverGrowsAlongAPath(t *testing.T) {
	for s := crosswalk.Unstated; s <= crosswalk.Full; s++ {
		require.Equal(t, s, s.Then(crosswalk.Full))
		for u := crosswalk.Unstated; u <= crosswalk.Full; u++ {
			got := s.Then(u)
			require.Equal(t, u.Then(s), got)
			require.LessOrEqual(t, got, min(s, u))
			require.Equal(t, s == crosswalk.Unstated || u == crosswalk.Unstated, got == crosswalk.Unstated)
		}
	}
	require.Equal(t, crosswalk.Full, crosswalk.Strength(99).Then(50))
	require.Equal(t, crosswalk.Unstated, crosswalk.Strength(-3).Then(5))
}

func TestParseRelation(t *testing.T) {
	r, err := crosswalk.ParseRelation(" Subset ")
	require.NoError(t, err)
	require.Equal(t, crosswalk.Subset, r)
	_, err = crosswalk.ParseRelation("equivalent")
	require.ErrorContains(t, err, "equal, superset")
	require.ErrorContains(t, err, "equivalent")
}
