package impact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/euact"
)

type enum interface{ IsValid() bool }

func TestEnumsKnowTheirValues(t *testing.T) {
	valid := []enum{impact.StateWithdrawn, impact.OutcomeOpen, impact.ConfidenceLow, impact.RuleEUAct, impact.AxisSociety, impact.PartMeasures, euact.RowDuty}
	for _, l := range impact.Levels() {
		valid = append(valid, l)
	}
	for _, c := range euact.Classes() {
		valid = append(valid, c)
	}
	for _, k := range impact.Triggers() {
		valid = append(valid, k.Kind)
	}
	for _, p := range impact.Parts() {
		valid = append(valid, p)
	}
	for _, v := range valid {
		require.True(t, v.IsValid(), "%T %v", v, v)
	}
	for _, zero := range []enum{impact.State(""), impact.Outcome(""), impact.Confidence(""), impact.RuleChangeOf(""), impact.Axis(""), impact.Part(""),
		euact.RowKind(""), impact.Level(""), euact.Class(""), impact.TriggerKind("")} {
		require.False(t, zero.IsValid(), "%T", zero)
	}
}
