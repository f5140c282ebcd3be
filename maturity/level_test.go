package maturity_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/maturity"
)

func TestLevelText(t *testing.T) {
	for _, l := range maturity.Levels() {
		got, err := maturity.ParseLevel(" " + strings.ToLower(l.String()) + "\n")
		require.NoError(t, err)
		require.Equal(t, l, got)
	}
	b, err := json.Marshal(map[maturity.Level]maturity.Level{maturity.ML1: maturity.ML2})
	require.NoError(t, err)
	require.JSONEq(t, `{"ML1":"ML2"}`, string(b))
	var back map[maturity.Level]maturity.Level
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, maturity.ML2, back[maturity.ML1])

	_, err = maturity.ParseLevel("ML4")
	require.ErrorContains(t, err, `"ML4" is not a level`)
	_, err = json.Marshal(maturity.Level(7))
	require.Error(t, err)
}

func FuzzParseLevel(f *testing.F) {
	for _, s := range []string{"ML0", "ml3", "", "ML10", "ＭＬ１", strings.Repeat("ML1", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := maturity.ParseLevel(s)
		if err != nil {
			require.Equal(t, maturity.ML0, l)
			require.Less(t, len(err.Error()), 300)
			return
		}
		again, err := maturity.ParseLevel(l.String())
		require.NoError(t, err)
		require.Equal(t, l, again)
	})
}
