package annexa_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"A.6.2.8": "A.6.2.8", "a.6.2.8": "A.6.2.8", " A.6.2.8 ": "A.6.2.8", "\tA.10.4\n": "A.10.4",
		"X.model-cards": "X.model-cards", "x.Model.2": "X.Model.2", " X.a ": "X.a",
	} {
		id, err := annexa.Parse(in)
		require.NoError(t, err, in)
		require.Equal(t, want, id.String())
		require.Equal(t, id, annexa.MustParse(want), "IDs of one control are equal")
		require.Equal(t, strings.HasPrefix(want, "X."), id.Custom())
		require.False(t, id.IsZero())
	}
}

func TestParseRefusesAndSaysWhatIsNear(t *testing.T) {
	for in, near := range map[string]string{
		"A.6.2.1":                      "A.6.2 holds A.6.2.2, A.6.2.3, A.6.2.4, A.6.2.5, A.6.2.6, A.6.2.7, A.6.2.8",
		"A.11.1":                       "controls run from A.2.2 to A.10.4",
		"6.2.8":                        "did you mean A.6.2.8?",
		"B.6.2.8":                      "did you mean A.6.2.8?",
		"A6.2.8":                       "did you mean A.6.2.8?",
		"A.6.2.08":                     "did you mean A.6.2.8?",
		"A.6.2":                        "A.6.2 holds A.6.2.2",
		"A.6":                          "A.6 holds A.6.1.2, A.6.1.3, A.6.2.2",
		"A.2.1":                        "A.2 holds A.2.2, A.2.3, A.2.4",
		"A.1":                          "controls run from A.2.2 to A.10.4",
		"A.6.2.8.1":                    "the nearest is A.6.2.8",
		"A.9.4.7":                      "the nearest is A.9.4",
		"":                             "controls run from",
		"A.":                           "controls run from",
		"model cards":                  "controls run from",
		"А.6.2.8":                      "did you mean A.6.2.8?", // the first letter is Cyrillic
		"X.":                           "1 to 40 letters, digits, dots or hyphens",
		"X.model cards":                "1 to 40 letters",
		"X.ümlaut":                     "1 to 40 letters",
		"X." + strings.Repeat("a", 41): "1 to 40 letters",
	} {
		_, err := annexa.Parse(in)
		require.ErrorContains(t, err, near, in)
	}
	_, err := annexa.Parse(strings.Repeat("1.", 1<<20))
	require.Error(t, err)
	require.Less(t, len(err.Error()), 400, "the message does not repeat a long input")
}

func TestIDText(t *testing.T) {
	_, err := annexa.ID{}.MarshalText()
	require.Error(t, err)
	require.True(t, annexa.ID{}.IsZero())
	require.Empty(t, annexa.ID{}.String())
	require.Empty(t, annexa.ID{}.Objective())
	require.Panics(t, func() { annexa.MustParse("A.1.1") })

	in := map[annexa.ID]int{annexa.MustParse("A.6.2.8"): 1, annexa.MustParse("X.own"): 2}
	b, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, `{"A.6.2.8":1,"X.own":2}`, string(b))
	var out map[annexa.ID]int
	require.NoError(t, json.Unmarshal(b, &out))
	require.Equal(t, in, out)

	var d annexa.Decision
	require.ErrorContains(t, json.Unmarshal([]byte(`{"control":"A.6.2.1"}`), &d), "A.6.2 holds")
}

func TestCompareFollowsTheStandard(t *testing.T) {
	want := []string{"A.2.2", "A.6.1.3", "A.6.2.2", "A.9.4", "A.10.2", "X.a", "X.b"}
	ids := make([]annexa.ID, len(want))
	for i, s := range want {
		ids[len(want)-1-i] = annexa.MustParse(s)
	}
	slices.SortFunc(ids, annexa.Compare)
	for i, id := range ids {
		require.Equal(t, want[i], id.String())
	}
	require.Zero(t, annexa.Compare(ids[0], ids[0]))
}

func TestObjectiveOfID(t *testing.T) {
	for in, want := range map[string][2]string{
		"A.2.2": {"A.2", ""}, "A.10.4": {"A.10", ""}, "A.6.1.3": {"A.6", "A.6.1"}, "A.6.2.8": {"A.6", "A.6.2"},
		"X.own": {"", ""}, "X.a.b.c": {"", ""},
	} {
		id := annexa.MustParse(in)
		require.Equal(t, want, [2]string{id.Objective(), id.SubObjective()}, in)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"A.6.2.8", " a.10.4 ", "A.6.2.1", "A.11.1", "6.2.8", "X.own", "x.", "", "A.\x00", "....", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := annexa.Parse(s)
		if err != nil {
			require.True(t, id.IsZero())
			require.Less(t, len(err.Error()), 500)
			return
		}
		again, err := annexa.Parse(id.String())
		require.NoError(t, err)
		require.Equal(t, id, again)
		_, known := annexa.Lookup(id)
		require.NotEqual(t, known, id.Custom(), "an ID is one of the catalogue's or an own one")
		b, err := id.MarshalText()
		require.NoError(t, err)
		var back annexa.ID
		require.NoError(t, back.UnmarshalText(b))
		require.Equal(t, id, back)
	})
}
