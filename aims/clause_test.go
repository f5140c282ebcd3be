package aims_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
)

func TestClauses(t *testing.T) {
	all := aims.Clauses()
	require.Len(t, all, 43)
	phases := make(map[aims.Phase]int)
	for _, c := range all {
		require.NotEmpty(t, c.Title(), c)
		phases[c.Phase()]++
		b, err := json.Marshal(c)
		require.NoError(t, err)
		var back aims.Clause
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, c, back)
	}
	for _, p := range aims.Phases() {
		require.NotZero(t, phases[p], p)
	}
	for _, s := range []string{"9.2.1", " 9.2.1 ", "clause 9.2.1", "Clause  9.2.1"} {
		c, err := aims.ParseClause(s)
		require.NoError(t, err, s)
		require.Equal(t, "9.2.1", c.String())
		require.Equal(t, "iso42001:9.2.1", c.Ref().String())
	}
	for _, s := range []string{"", "3", "11", "9.2.9", "A.2.2", "9.2.", "nine"} {
		_, err := aims.ParseClause(s)
		require.Error(t, err, s)
	}
	_, err := json.Marshal(aims.Clause{})
	require.Error(t, err, "the zero clause has no text")
	require.True(t, aims.Audit{Clauses: []aims.Clause{aims.MustParseClause("9")}}.Covers(aims.MustParseClause("9.2.1")))
	require.False(t, aims.Audit{Clauses: []aims.Clause{aims.MustParseClause("9.1")}}.Covers(aims.MustParseClause("10.1")))
}

func FuzzParseClause(f *testing.F) {
	f.Add("9.2.1")
	f.Add("clause 4")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := aims.ParseClause(s); err == nil {
			again, err := aims.ParseClause(c.String())
			require.NoError(t, err)
			require.Equal(t, c, again)
		}
	})
}
