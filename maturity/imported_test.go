package maturity_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/storage/memory"
)

// An organisation that was exported and imported has the same level for the same
// reasons; that its decisions were imported is told.
func TestLevelAfterAnImport(t *testing.T) {
	o := mature(t)
	was := o.report()
	require.Equal(t, maturity.ML2, was.Level)
	require.Zero(t, was.Imported)
	var text bytes.Buffer
	require.NoError(t, o.View().Export(&text))
	m, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: func() time.Time { return o.now }}, aims.By{Actor: "ada", Reason: "move"}, &text)
	require.NoError(t, err)
	now := maturity.Evaluate(maturity.DefaultModel(), m.View(), o.now)
	require.Equal(t, o.View().Findings(o.now), m.View().Findings(o.now))
	require.Len(t, m.View().ImportedDecisions(), now.Imported)
	require.NotZero(t, now.Imported)
	require.Contains(t, maturity.Dashboard(now, nil), "decisions count on the word of who exported them")
	now.Imported = 0
	x, err := json.Marshal(was)
	require.NoError(t, err)
	y, err := json.Marshal(now)
	require.NoError(t, err)
	require.JSONEq(t, string(x), string(y))
}
