package issue_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// A day stays one among the arguments, so that it can be told in another form; in JSON too,
// and in English it is what it was.
func TestDayIsAnArgument(t *testing.T) {
	text := issue.NewText("due by %s, seen by %s on %s", calendar.New(2026, time.June, 30), "2026-06-30", calendar.Date{})
	require.Equal(t, []any{issue.Day("2026-06-30"), "2026-06-30", issue.Day("")}, text.Args)
	require.Equal(t, "due by 2026-06-30, seen by 2026-06-30 on ", text.String())
	b, err := json.Marshal(text)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"due by %s, seen by %s on %s","args":[{"day":"2026-06-30"},"2026-06-30",{"day":""}]}`, string(b))
	var back issue.Text
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, text, back)

	// What happened at a moment is no day.
	moment := time.Date(2026, time.June, 30, 12, 0, 0, 0, time.UTC)
	require.Equal(t, []any{moment.String()}, issue.NewText("%s", moment).Args)
}

// A record stays one among the arguments, so that it can be called by its name; in JSON too,
// and in English it is its ID.
func TestRecordIsAnArgument(t *testing.T) {
	ada := issue.Record{Kind: "person", ID: "ada"}
	text := issue.NewText("%s put off %d, says %s", ada, 2, issue.NewText("%s", ada))
	require.Equal(t, []any{ada, 2, issue.Text{ID: "%s", Args: []any{ada}}}, text.Args)
	require.Equal(t, "ada put off 2, says ada", text.String())
	b, err := json.Marshal(text)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"%s put off %d, says %s","args":[{"kind":"person","record":"ada"},2,{"id":"%s","args":[{"kind":"person","record":"ada"}]}]}`, string(b))
	var back issue.Text
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, text, back)
}

// Who is not to know of a record reads what it is, and the text itself stays as it was.
func TestTextWithoutARecord(t *testing.T) {
	text := issue.NewText("%s and %s: %s", issue.Record{Kind: "held_competence", ID: "a"}, issue.Record{Kind: "risk", ID: "b"}, issue.NewText("%s", issue.Record{Kind: "risk", ID: "c"}))
	for kind, want := range map[string]string{"risk": "a and risk: risk", "held_competence": "held competence and b: c", "": "a and b: c"} {
		require.Equal(t, want, text.Hiding(func(r issue.Record) bool { return r.Kind == kind }).String())
	}
	require.Equal(t, "a and b: c", text.String())
}

// What is written as JSON is read back as what it was, so that it is told alike in each
// language: a whole number stays whole, one that is not stays so.
func TestTextsOutliveJSON(t *testing.T) {
	for _, text := range []issue.Text{
		{}, {ID: "nothing"}, {ID: "100 %"},
		issue.NewText("%d of %s, %g, %g, %.1f, %t", -3, "3", 3.0, 1e30, 0.1, true),
		{ID: "%d", Args: []any{uint64(math.MaxUint64)}},
		issue.NewText("%s since %s: %s", issue.Record{Kind: "a", ID: "{}"}, issue.Day("2026-06-30"), issue.Join("%s, %s", issue.Words([]string{"not_started", "done"}))),
	} {
		b, err := json.Marshal(text)
		require.NoError(t, err)
		var back issue.Text
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, text, back, "%s", b)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(b), string(again))
	}
	deep := strings.Repeat(`{"id":"%s","args":[`, 5000) + strings.Repeat(`]}`, 5000)
	require.ErrorContains(t, json.Unmarshal([]byte(deep), new(issue.Text)), "deep")
	require.Error(t, json.Unmarshal([]byte(`{"id":"%s","args":[{"day":1}]}`), new(issue.Text)))
	_, err := json.Marshal(issue.Text{ID: "%g", Args: []any{math.Inf(1)}})
	require.Error(t, err, "as encoding/json has it")
}
