package issue_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/issue"
)

func TestIssues(t *testing.T) {
	var none issue.Issues
	require.NoError(t, none.Err(), "no issues, no error")

	var inner issue.Issues
	inner.Add("likelihood", "oneof", "often", "must be %s", "rare or likely")
	var issues issue.Issues
	issues.Merge("harms[2]", inner.Err())
	issues.Merge("never", nil)
	issues.Merge("file", errors.New("unreadable"))
	require.Len(t, issues, 2)
	require.Equal(t, issue.New("harms[2].likelihood", "oneof", "often", "must be %s", "rare or likely"), issues[0])
	require.Equal(t, "must be rare or likely", issues[0].Message)
	require.Equal(t, "likelihood", inner[0].Field, "merging leaves the merged alone")
	require.Equal(t, `harms[2].likelihood: must be rare or likely (rule oneof, got "often"); file: unreadable (rule valid, got "")`, issues.Error())

	var got issue.Issues
	require.ErrorAs(t, fmt.Errorf("system: %w", issues.Err()), &got)
	require.Equal(t, issues, got)
}

func TestIssueSaysWhereItStands(t *testing.T) {
	i := issue.New("mappings[3].relation", "oneof", "like", "one of %s", "equal")
	i.In, i.Line = "mapping set acme", 5
	require.Equal(t, `mapping set acme, line 5, mappings[3].relation: one of equal (rule oneof, got "like")`, i.String())
}

// A program that asks whatever was handed in gets an answer of bounded length,
// and no later issue costs more than an early one.
func TestIssuesAreBounded(t *testing.T) {
	var issues issue.Issues
	for i := range issue.Max {
		issues.Add(issue.Index("harms", i), "oneof", "x", "must be known")
	}
	require.Len(t, issues, issue.Max)
	require.Equal(t, "harms[99]", issues[99].Field, "all of them, while there is room")

	const many = 300_000
	for i := issue.Max; i < many; i++ {
		issues.Add("harms", "oneof", "x", "must be known")
	}
	require.Len(t, issues, issue.Max)
	require.Equal(t, many, issues.Count())
	require.Equal(t, "more", issues[99].Rule)
	require.Equal(t, fmt.Sprintf("%d more are not listed", many-99), issues[99].Message)
	require.Equal(t, issue.Text{ID: "%d more are not listed", Args: []any{many - 99}}, issues[99].Text)

	var outer issue.Issues
	outer.Add("id", "key", "", "no key")
	outer.Merge("content", issues.Err())
	outer.Merge("", issues.Err())
	require.Len(t, outer, issue.Max)
	require.Equal(t, fmt.Sprintf("%d more are not listed", 1+2*many-99), outer[99].Message, "counts add up")

	issues.Add("x", "y", "z", "w") // the count has been made
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { issues.Add("x", "y", "z", "%s", "w") }), 8.0)
}

func TestCountSurvivesJSON(t *testing.T) {
	var issues issue.Issues
	for range 150 {
		issues.Add("f", "r", "v", "m")
	}
	data, err := json.Marshal(issues)
	require.NoError(t, err)
	var back issue.Issues
	require.NoError(t, json.Unmarshal(data, &back))
	back.Add("f", "r", "v", "m")
	require.Equal(t, "52 more are not listed", back[99].Message)
}

func TestIssueAsJSON(t *testing.T) {
	data, err := json.Marshal(issue.New("name", "length", "ab", "at most %d characters, has %d", 1, 2))
	require.NoError(t, err)
	require.JSONEq(t, `{"field": "name", "rule": "length", "value": "ab", "message": "at most 1 characters, has 2",
		"text": {"id": "at most %d characters, has %d", "args": [1, 2]}}`, string(data))
}

// Arguments are values of their own: what they were taken from may change.
func TestTextKeepsPlainArguments(t *testing.T) {
	type kind string
	list := []string{"a", "b"}
	text := issue.NewText("%s %v %s %d", kind("k"), list, time.Hour, int8(3))
	list[0] = "changed"
	require.Equal(t, []any{"k", "[a b]", "1h0m0s", int64(3)}, text.Args)
	require.Equal(t, "k [a b] 1h0m0s 3", text.String())
}

// A word of ours among the arguments is a text of its own, to be told in another
// language as well.
func TestTextWithinAText(t *testing.T) {
	args := []any{"high"}
	level := issue.Text{ID: "impact %s", Args: args}
	text := issue.NewText("The level is %s, of %d.", level, 3)
	args[0] = "low"
	require.Equal(t, issue.NewText("impact %s", "high"), text.Args[0])
	require.Equal(t, "The level is impact high, of 3.", text.String())
	data, err := json.Marshal(text)
	require.NoError(t, err)
	require.JSONEq(t, `{"id": "The level is %s, of %d.", "args": [{"id": "impact %s", "args": ["high"]}, 3]}`, string(data))
	var back issue.Text
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, text, back)
	require.Equal(t, text.String(), back.String())

	odd := issue.NewText("%v %v %v %q", 1.5, true, int64(2), issue.Text{ID: "a"})
	data, err = json.Marshal(odd)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, `1.5 true 2 "a"`, back.String())
	for _, bad := range []string{`5`, `{"id":5}`, `{"args":[{"id":5}]}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &back), bad)
	}
}

// A text reads as fmt would write it, whatever its format asks for.
func TestTextReadsAsFormatted(t *testing.T) {
	for _, text := range []issue.Text{
		{}, {ID: "All done."}, {ID: "All done, 100%%."}, {ID: "%s", Args: []any{"a"}}, {ID: "%s%s.", Args: []any{"a", "b"}},
		{ID: "%s of %d", Args: []any{"a", 2}}, {ID: "%d of %s", Args: []any{2, "a"}}, {ID: "%q and %s", Args: []any{"a", "b"}}, {ID: "%s and %q", Args: []any{"a", "b"}},
		{ID: "%s", Args: []any{2}}, {ID: "%s %s", Args: []any{"a"}}, {ID: "%s", Args: []any{"a", "b"}}, {ID: "none", Args: []any{"a"}},
		{ID: "%%s %s", Args: []any{"a"}}, {ID: "%s, 100%%", Args: []any{"a"}}, {ID: "%5s|%-5s|%[1]s", Args: []any{"a", "b"}}, {ID: "%s", Args: []any{"100%s"}},
	} {
		require.Equal(t, fmt.Sprintf(text.ID, text.Args...), text.String())
	}
}

// Whatever is put in, what comes out is UTF-8 within the bounds.
func TestBoundsHoldForAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			piece := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "piece")
			return strings.Repeat(piece, rapid.SampledFrom([]int{1, 3, 100, 2000}).Draw(t, "times"))
		})
		var s issue.Issues
		n := rapid.IntRange(1, 250).Draw(t, "n")
		field, value, arg := text.Draw(t, "field"), text.Draw(t, "value"), text.Draw(t, "arg")
		for range n {
			s.Add(field, "r", value, "got %q of %s", arg, errors.New(arg))
		}
		require.Len(t, s, min(n, issue.Max))
		require.Equal(t, n, s.Count())
		for _, i := range s {
			require.LessOrEqual(t, len(i.Field), 200)
			require.LessOrEqual(t, len(i.Value), 80)
			require.True(t, utf8.ValidString(i.Field) && utf8.ValidString(i.Value) && utf8.ValidString(i.Message))
			require.Equal(t, i.Message, i.Text.String())
		}
		require.LessOrEqual(t, len(s.Error()), issue.MaxError)
		require.True(t, utf8.ValidString(s.Error()))
		if len(s[0].String()) > issue.MaxError {
			require.Contains(t, s.Error(), "bytes left out)")
		}
	})
}

func TestShortTextsStayAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.StringN(0, 20, 80).Draw(t, "value")
		require.Equal(t, v, issue.New("f", "r", v, "m").Value)
	})
}

func TestPaths(t *testing.T) {
	require.Equal(t, "harms[2]", issue.Index("harms", 2))
	require.Equal(t, "a.b", issue.Under("a", "b"))
	require.Equal(t, "a[1]", issue.Under("a", "[1]"))
	require.Equal(t, "a", issue.Under("a", ""))
	require.Equal(t, "b", issue.Under("", "b"))
}

func TestValidKey(t *testing.T) {
	for _, s := range []string{"a", "credit-scoring", "A.6", "9", "x/y#z@1:2_3", strings.Repeat("k", 128)} {
		require.True(t, issue.ValidKey(s), s)
	}
	for _, s := range []string{"", "-a", "/a", " a", "a b", "ä", "a\x00", "a\n", strings.Repeat("k", 129)} {
		require.False(t, issue.ValidKey(s), "%q", s)
	}
	require.True(t, issue.ValidKeyUpTo(strings.Repeat("k", 140), 140))
	require.False(t, issue.ValidKeyUpTo(strings.Repeat("k", 141), 140))
}
