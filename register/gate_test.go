package register_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/register"
)

func TestCheckMove(t *testing.T) {
	const gone = "a retired system stays so"
	stages := register.Stages()
	require.Len(t, stages, 5)
	// What each move gives: a gate, "back", or a part of the error.
	want := [5][5]string{
		{"already", "G1", "skips gate G1 into verification;", "skips gate G1 into verification, G2 into deployment;", "G4"},
		{"back", "already", "G2", "skips gate G2 into deployment;", "G4"},
		{"back", "back", "already", "G3", "G4"},
		{"back", "back", "back", "already", "G4"},
		{gone, gone, gone, gone, "already"},
	}
	for i, from := range stages {
		for j, to := range stages {
			m, err := register.CheckMove(from, to)
			switch w := want[i][j]; {
			case w == "back":
				require.NoError(t, err)
				require.Equal(t, register.Move{From: from, To: to, Backward: true}, m)
			case len(w) == 2:
				require.NoError(t, err)
				require.Equal(t, w, m.Gate.ID)
				require.Equal(t, to, m.Gate.To)
				require.False(t, m.Backward)
			default:
				require.ErrorContains(t, err, w, "%s to %s", from, to)
			}
		}
	}
	for _, m := range [][2]register.Stage{{"design", "beta"}, {"beta", "design"}, {"", "design"}, {"design", ""}} {
		_, err := register.CheckMove(m[0], m[1])
		require.ErrorContains(t, err, "the stages are design, verification, deployment, operation, retirement")
	}
}

func TestGatesAreComplete(t *testing.T) {
	stages := register.Stages()
	gates := register.Gates()
	require.Len(t, gates, len(stages)-1)
	for i, g := range gates {
		require.Equal(t, stages[i], g.From)
		require.Equal(t, stages[i+1], g.To)
		got, ok := register.GateByID(g.ID)
		require.True(t, ok)
		require.Equal(t, g, got)
		seen := make(map[string]bool)
		for _, item := range g.Items {
			require.Regexp(t, "^"+g.ID+`\.S?[1-9]$`, item.ID)
			require.False(t, seen[item.ID])
			seen[item.ID] = true
			require.NotEmpty(t, item.Requires)
			require.NotEmpty(t, item.Clauses)
			if item.Kind == register.ItemEvidence {
				require.NotEmpty(t, item.Controls, "%s: evidence of what?", item.ID)
			}
		}
		require.Equal(t, register.ItemOwner, g.Items[0].Kind, "nothing moves without an owner")
	}
	// Nobody runs what nobody has assessed, and nobody is kept from stopping.
	for _, g := range gates[1:3] {
		require.True(t, slices.ContainsFunc(g.Items, func(i register.GateItem) bool {
			return i.Kind == register.ItemAssessmentApproved && i.For == register.ForAll
		}))
	}
	for _, item := range gates[3].Items {
		require.False(t, item.Absolute)
	}
	_, ok := register.GateByID("G9")
	require.False(t, ok)
}

func TestApplies(t *testing.T) {
	for _, c := range []struct {
		asked  register.ItemFor
		system register.System
		level  string
		want   bool
	}{
		{register.ForAll, register.System{}, "minimal", true},
		{register.ForDeveloped, register.System{Build: register.BuildTrained}, "", true},
		{register.ForDeveloped, register.System{Build: register.BuildConfigured}, "", false},
		{register.ForDeveloped, register.System{}, "", true},
		{register.ForThirdParty, register.System{ModelSource: register.ModelOpenWeights}, "", true},
		{register.ForThirdParty, register.System{ModelSource: register.ModelOwn}, "", false},
		{register.ForThirdParty, register.System{ModelSource: register.ModelOwn, Supplier: "acme"}, "", true},
		{register.ForThirdParty, register.System{}, "", true},
		{register.ForSupplied, register.System{Supplies: register.Yes}, "", true},
		{register.ForSupplied, register.System{Supplies: register.No}, "", false},
		{register.ForSupplied, register.System{}, "", true},
		{register.ForLimitedUp, register.System{}, "minimal", false},
		{register.ForLimitedUp, register.System{}, "limited", true},
		{register.ForLimitedUp, register.System{}, "unacceptable", true},
		{register.ForLimitedUp, register.System{}, "", true},
	} {
		require.Equal(t, c.want, register.GateItem{For: c.asked}.Applies(c.system, c.level), "%+v", c)
	}
}
