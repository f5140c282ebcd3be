package dashboard_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/maturity/dashboard"
)

// Every table of a report has as many cells in each row as in its head, and a report
// says no more than the screen.
func TestMarkdown(t *testing.T) {
	for name, s := range screens(t) {
		for _, p := range dashboard.Packs() {
			var b bytes.Buffer
			require.NoError(t, s.WriteMarkdown(&b, p))
			text := b.String()
			require.True(t, strings.HasPrefix(text, "# "), name)
			require.Contains(t, text, "**"+s.Board.Where.Level.String())
			require.NotContains(t, text, "<no value>")
			cells := 0
			for line := range strings.Lines(text) {
				if !strings.HasPrefix(line, "|") {
					cells = 0
					continue
				}
				n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
				if cells != 0 {
					require.Equal(t, cells, n, "%s %s: %s", name, p, line)
				}
				cells = n
			}
		}
	}
	require.Error(t, newOrg(t).screen(nil).WriteMarkdown(&bytes.Buffer{}, "nope"))
}
