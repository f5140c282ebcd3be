package issue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
)

type status string

// A value stands in a sentence as people say it, in a form that can be told in another
// language; several of them stand in one.
func TestWords(t *testing.T) {
	require.Equal(t, issue.Text{ID: "not started"}, issue.Word(status("not_started")))
	require.Equal(t, issue.Text{ID: "in force"}, issue.Word(status("in-force")))
	require.Empty(t, issue.Word(status("")))
	all := issue.Words([]status{"not_started", "done", "late"})
	require.Equal(t, "not started, done, late", issue.Join("%s, %s", all).String())
	require.Equal(t, issue.Word(status("done")), issue.Join("%s, %s", all[1:2]))
	require.Empty(t, issue.Join("%s, %s", nil))
	require.Equal(t, "not started; done; late", issue.NewText("%s", issue.Join("%s; %s", all)).String(), "and stays so within another")
}
