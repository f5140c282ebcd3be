package aims_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

func TestParseClause(t *testing.T) {
	for in, want := range map[string]string{
		"4": "4", "9.2.1": "9.2.1", " 10.2 ": "10.2", "clause 6.1.4": "6.1.4", "Clause 5.2": "5.2", "CLAUSE  8.4": "8.4",
	} {
		c, err := aims.ParseClause(in)
		require.NoError(t, err, in)
		require.Equal(t, want, c.String())
		require.False(t, c.IsZero())
		require.NotEmpty(t, c.Title())
		require.Equal(t, "iso42001:"+want, c.Ref().String())
	}
	for _, in := range []string{"", " ", "3", "11", "6.1.9", "clause", "clause ", "9.2.1.", "9,2", "A.6.2.4", "4\x00", "\xff\xfe", strings.Repeat("4", 4000)} {
		c, err := aims.ParseClause(in)
		require.Error(t, err, "%q", in)
		require.True(t, c.IsZero())
		require.Less(t, len(err.Error()), 300, "the message does not repeat all that it was given")
		require.Panics(t, func() { aims.MustParseClause(in) })
	}
}

func TestClauses(t *testing.T) {
	all := aims.Clauses()
	require.Len(t, all, 43)
	seen := make(map[aims.Clause]bool)
	phases := make(map[aims.Phase]int)
	for _, c := range all {
		require.False(t, seen[c], c.String())
		seen[c] = true
		phases[c.Phase()]++
		require.Contains(t, aims.Phases(), c.Phase(), c.String())
		again, err := aims.ParseClause(c.String())
		require.NoError(t, err)
		require.Equal(t, c, again)
	}
	require.Equal(t, "4", all[0].String())
	require.Equal(t, "10.2", all[len(all)-1].String())
	for number, phase := range map[string]aims.Phase{"4.1": aims.Plan, "6.1.4": aims.Plan, "8.4": aims.Do, "9.2.2": aims.Check, "10.2": aims.Act} {
		require.Equal(t, phase, aims.MustParseClause(number).Phase(), number)
	}
	require.Len(t, phases, 4)
	all[0] = aims.MustParseClause("10")
	require.Equal(t, "4", aims.Clauses()[0].String(), "the caller's list is its own")
}

func TestClauseText(t *testing.T) {
	var c aims.Clause
	_, err := json.Marshal(c)
	require.Error(t, err, "the zero clause has no text form")
	require.NoError(t, json.Unmarshal([]byte(`"clause 9.3"`), &c))
	b, err := json.Marshal(c)
	require.NoError(t, err)
	require.Equal(t, `"9.3"`, string(b))
	require.Error(t, json.Unmarshal([]byte(`"9.9"`), &c))
	require.Equal(t, "9.3", c.String(), "an error leaves it as it was")
}

func FuzzParseClause(f *testing.F) {
	for _, s := range []string{"4", "clause 9.2.1", " 10 ", "A.2.2", "", "clause\xff 4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := aims.ParseClause(s)
		if (err == nil) == c.IsZero() {
			t.Fatalf("%q: %v, %v", s, c, err)
		}
		if err != nil {
			return
		}
		again, err := aims.ParseClause(c.String())
		if err != nil || again != c {
			t.Fatalf("%q: %v does not read back: %v", s, c, err)
		}
		if c.Title() == "" || c.Phase() == "" {
			t.Fatalf("%q: no title or phase", s)
		}
	})
}

// TestForeignCommit is a journal whose last commit somebody else's program
// wrote, with no word of who and why that can be read: the trail ends in an
// error that names the commit, after all entries that can be told.
func TestForeignCommit(t *testing.T) {
	o := newOrg(t)
	j := memory.New()
	for c, err := range o.journal.Log(t.Context(), 0) {
		require.NoError(t, err)
		require.NoError(t, j.Append(t.Context(), storage.Head{}, []storage.Commit{c}))
	}
	foreign := storage.Seal(o.View().Head(), storage.Commit{ID: "foreign", Time: day0, Meta: []byte("by hand"),
		Changes: []storage.Change{{Kind: "person", Key: "p", Schema: 1, Body: []byte(`{"id":"p","name":"P"}`)}}})
	require.NoError(t, j.Append(t.Context(), o.View().Head(), []storage.Commit{foreign}))
	m := openOrg(t, j, o.clock)
	require.True(t, m.View().People().Has("p"), "the state does not hang on it")
	var told []uint64
	var failure error
	for e, err := range m.Trail(t.Context(), 0) {
		if err != nil {
			failure = err
			continue
		}
		told = append(told, e.Seq)
	}
	require.Equal(t, []uint64{1}, told)
	require.ErrorContains(t, failure, "commit 2")
}
