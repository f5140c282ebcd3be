package maturity_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/storage/memory"
)

// An organisation that was exported and imported meets the same criteria for the same
// reasons, but for its operating history: no file shows that its records were kept at the
// time. It shows that anew, and that its decisions were imported is told.
func TestLevelAfterAnImport(t *testing.T) {
	o := mature(t)
	was := o.report()
	require.Equal(t, maturity.ML2, was.Level)
	require.Zero(t, was.Imported)
	var text bytes.Buffer
	require.NoError(t, o.View().Export(&text))
	j := memory.New()
	_, err := aims.Import(t.Context(), j, &aims.Options{Clock: func() time.Time { return o.now }}, aims.By{Actor: "ada", Reason: "move"}, &text)
	require.NoError(t, err)
	moved := openOrg(t, j, o.now, "moved")
	now := moved.report()
	require.Equal(t, o.View().Findings(o.now), moved.View().Findings(o.now))
	require.Len(t, moved.View().ImportedDecisions(), now.Imported)
	require.NotZero(t, now.Imported)

	require.Equal(t, []string{"ML2.22"}, ids(now.Blockers()))
	c, _ := now.Result("ML2.22")
	require.Equal(t, maturity.StateUnknown, c.State)
	for i, c := range now.Criteria {
		if c.ID != "ML2.22" {
			require.Equal(t, was.Criteria[i].Outcome, c.Outcome, c.ID)
		}
	}

	// What lies before the import was not held here, whatever history one has of it.
	c, _ = moved.report(o.past(455)).Result("ML3.01")
	require.Equal(t, maturity.StateUnknown, c.State)
	require.Contains(t, c.Message, "another journal")
	c, _ = moved.report(moved.past(455)).Result("ML3.01")
	require.Equal(t, maturity.StateNotMet, c.State, c.Message)
	require.Zero(t, c.Met)

	moved.sweep()
	moved.operate(4)
	require.Equal(t, maturity.ML2, moved.report().Level)
}
