package questionnaire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAnswersAreRead(t *testing.T) {
	const plain = `{"a":"x-1","b":["x","y"],"c":3.5,"d":true,"e":null,"f":[],"g":"","h":[""]}`
	want := Answers{
		"a": One("x-1"), "b": List("x", "y"), "c": Number(3.5), "d": Bool(true),
		"f": List(), "g": {}, "h": List(),
	}
	got, err := ParseAnswers([]byte(plain))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, got))

	// A file that Canada's tool saved.
	saved, err := ParseAnswers([]byte(`{"version":"1.0.1","currentPage":3,"data":` + plain + `}`))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, saved))

	// An answer to a question named data is none.
	data, err := ParseAnswers([]byte(`{"data":"x"}`))
	require.NoError(t, err)
	require.Equal(t, Answers{"data": One("x")}, data)

	require.Equal(t, []Value{TextOf("x"), TextOf("y")}, got["b"].Values())
	require.True(t, got["b"].IsList())
	require.False(t, got["a"].IsList())
	require.True(t, got["g"].IsZero())
	f, ok := got["c"].Values()[0].Number()
	require.True(t, ok)
	require.Equal(t, 3.5, f)

	var inside struct{ Answers Answers }
	require.NoError(t, json.Unmarshal([]byte(`{"Answers":{"a":"x"}}`), &inside))
	require.Equal(t, Answers{"a": One("x")}, inside.Answers)
	require.NoError(t, json.Unmarshal([]byte(`{"Answers":null}`), &inside))
	require.Error(t, json.Unmarshal([]byte(`{"Answers":7}`), &inside))
}

func TestBadAnswersAreNamed(t *testing.T) {
	for in, want := range map[string][]string{
		`{"a":`:                        {"file json "},
		`[]`:                           {"answers shape list"},
		`{"a":{"b":1}}`:                {"a shape object"},
		`{"a":[["x"]]}`:                {"a[0] shape list"},
		`{"a":["x",null]}`:             {"a[1] shape null"},
		`{"a":"x","a":"y"}`:            {"a repeated a"},
		`{"data":{"a":{"b":1}}}`:       {"data.a shape object"},
		`{"a":1e999}`:                  {"a number 1e999"},
		`{"a":{},"b":[{}],"c":"fine"}`: {"a shape object", "b[0] shape object"},
		`{"a":[` + strings.Repeat(`1,`, maxValues) + `1]}`: {"a size 1001"},
	} {
		got, err := ParseAnswers([]byte(in))
		require.Equal(t, want, issuesOf(t, err), "%.40s", in)
		require.Nil(t, got)
	}
	var a Answer
	require.Equal(t, []string{"answer shape object"}, issuesOf(t, a.UnmarshalJSON([]byte("{}"))))
}

// anyAnswer draws an answer of any shape.
func anyAnswer() *rapid.Generator[Answer] {
	return rapid.OneOf(
		rapid.Map(rapid.String(), One),
		rapid.Map(rapid.Float64(), Number),
		rapid.Map(rapid.Bool(), Bool),
		rapid.Map(rapid.SliceOfN(rapid.String(), 0, 4), func(s []string) Answer { return List(s...) }),
	)
}

func TestAnswersRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := Answers(rapid.MapOfN(rapid.StringN(1, 5, -1), anyAnswer(), 0, 6).Draw(t, "answers"))
		for name, a := range answers {
			if a.IsZero() && !a.IsList() {
				delete(answers, name) // null is left out
			}
		}
		b, err := json.Marshal(answers)
		require.NoError(t, err)
		back, err := ParseAnswers(b)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(answers, back))
		require.Equal(t, answers.Digest(), back.Digest())
	})
}

func TestDigestOfAnswers(t *testing.T) {
	a := Answers{"a": One("x"), "b": List("x", "y")}
	require.Equal(t, a.Digest(), Answers{"b": List("x", "y"), "a": One("x"), "c": {}, "d": List()}.Digest())
	seen := map[string]string{}
	for name, other := range map[string]Answers{
		"as it is": a, "none": {}, "order": {"a": One("x"), "b": List("y", "x")}, "list": {"a": List("x"), "b": List("x", "y")},
		"number": {"a": Number(1)}, "text": {"a": One("1")}, "bool": {"a": Bool(true)}, "name": {"b": One("x"), "a": List("x", "y")},
	} {
		require.Empty(t, seen[other.Digest()], name)
		seen[other.Digest()] = name
	}
}

func FuzzParseAnswers(f *testing.F) {
	f.Add([]byte(`{"a":"x-1","b":["x","y"],"c":3.5,"d":true,"e":null,"f":[]}`))
	f.Add([]byte(`{"currentPage":3,"data":{"a":[1,true,"x"]}}`))
	f.Add([]byte(`{"a":{"b":[]}}`))
	q := benefit(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		answers, err := ParseAnswers(in)
		if err != nil {
			require.NotEmpty(t, issuesOf(t, err))
			return
		}
		b, err := json.Marshal(answers)
		require.NoError(t, err)
		back, err := ParseAnswers(b)
		require.NoError(t, err)
		require.Equal(t, answers.Digest(), back.Digest())
		require.NotEmpty(t, q.Score(AIA(), answers).Digest())
		q.Validate(answers)
	})
}
