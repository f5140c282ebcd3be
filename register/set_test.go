package register_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// What Get returns of any system, Set puts into an empty one: they are the same then.
func TestSetIsGet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSystem(t).Normalised()
		var back register.System
		for _, a := range register.Attributes() {
			values, ok := s.Get(a.Name)
			require.True(t, ok)
			require.NoError(t, back.Set(a.Name, values...), a.Name)
		}
		back.ID, back.Revision = s.ID, s.Revision
		require.Empty(t, cmp.Diff(s, back.Normalised()))
	})
}

func TestSetErrors(t *testing.T) {
	s := register.System{ID: "x", Autonomy: register.AutonomyAdvises}
	before := s
	for _, c := range []struct {
		name        string
		values      []string
		field, rule string
	}{
		{"autonomi", []string{"informs"}, "attribute", "attribute"},
		{"autonomy", []string{"telepathic"}, "autonomy", "oneof"},
		{"autonomy", []string{"informs", "advises"}, "autonomy", "single"},
		{"data", []string{"personal", "gossip"}, "data", "oneof"},
		{"in_use_since", []string{"yesterday"}, "in_use_since", "date"},
		{"model", []string{`{"name":1}`}, "model", "readable"},
		{"model", []string{`{"maker":"x"}`}, "model", "readable"},
		{"data_resources", []string{`{"name":"a"}`, `{`}, "data_resources", "readable"},
	} {
		var is issue.Issues
		require.ErrorAs(t, s.Set(c.name, c.values...), &is, c.name)
		require.Equal(t, []string{c.field, c.rule}, []string{is[0].Field, is[0].Rule}, c.name)
		require.Equal(t, before, s)
	}
	require.ErrorContains(t, s.Set("autonomi", "x"), `did you mean "autonomy"?`)
	_, ok := s.Get("colour")
	require.False(t, ok)
	require.NoError(t, s.Set("autonomy"))
	require.Empty(t, s.Autonomy)
}
