package issue_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// A day stays one among the arguments, so that it can be told in another form; in JSON and
// in English it is what it was.
func TestDayIsAnArgument(t *testing.T) {
	text := issue.NewText("due by %s, seen by %s on %s", calendar.New(2026, time.June, 30), "2026-06-30", calendar.Date{})
	require.Equal(t, []any{issue.Day("2026-06-30"), "2026-06-30", issue.Day("")}, text.Args)
	require.Equal(t, "due by 2026-06-30, seen by 2026-06-30 on ", text.String())
	b, err := json.Marshal(text)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"due by %s, seen by %s on %s","args":["2026-06-30","2026-06-30",""]}`, string(b))
	var back issue.Text
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, text.String(), back.String())

	// What happened at a moment is no day.
	moment := time.Date(2026, time.June, 30, 12, 0, 0, 0, time.UTC)
	require.Equal(t, []any{moment.String()}, issue.NewText("%s", moment).Args)
}

// A record stays one among the arguments, so that it can be called by its name; in JSON and in
// English it is its ID.
func TestRecordIsAnArgument(t *testing.T) {
	ada := issue.Record{Kind: "person", ID: "ada"}
	text := issue.NewText("%s put off %d, says %s", ada, 2, issue.NewText("%s", ada))
	require.Equal(t, []any{ada, 2, issue.Text{ID: "%s", Args: []any{ada}}}, text.Args)
	require.Equal(t, "ada put off 2, says ada", text.String())
	b, err := json.Marshal(text)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"%s put off %d, says %s","args":["ada",2,{"id":"%s","args":["ada"]}]}`, string(b))
	var back issue.Text
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, text.String(), back.String())
}
