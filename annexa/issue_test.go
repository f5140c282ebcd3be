package annexa_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
)

func TestIssues(t *testing.T) {
	var none annexa.Issues
	require.NoError(t, none.Err(), "no issues, no error")

	var inner annexa.Issues
	inner.Add("likelihood", "oneof", "often", "must be %s", "rare or likely")
	var issues annexa.Issues
	issues.Merge("harms[2]", inner.Err())
	issues.Merge("never", nil)
	issues.Merge("file", errors.New("unreadable"))
	require.Len(t, issues, 2)
	require.Equal(t, annexa.Issue{Field: "harms[2].likelihood", Rule: "oneof", Value: "often", Message: "must be rare or likely"}, issues[0])
	require.Equal(t, "likelihood", inner[0].Field, "merging leaves the merged alone")
	require.Equal(t, `harms[2].likelihood: must be rare or likely (rule oneof, got "often"); file: unreadable (rule valid, got "")`, issues.Error())

	var got annexa.Issues
	require.ErrorAs(t, fmt.Errorf("system: %w", issues.Err()), &got)
	require.Equal(t, issues, got)
}

func TestIssueShortensValues(t *testing.T) {
	var issues annexa.Issues
	issues.Add("name", "max", strings.Repeat("ä", 100), "too long")
	require.LessOrEqual(t, len(issues[0].Value), 80)
	require.True(t, utf8.ValidString(issues[0].Value))
	require.True(t, strings.HasSuffix(issues[0].Value, "..."))
}
