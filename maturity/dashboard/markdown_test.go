package dashboard_test

import (
	"bytes"
	htm "html"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
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

// A report as a page says what it says as Markdown, and what people wrote is text there too.
func TestPackPages(t *testing.T) {
	o := mature(t)
	o.do("ada", func(tx *aims.Tx) error {
		own := tx.Organisation()
		own.Name = "A*B_C `x` | <script>alert(1)</script> **d** \\ & Co."
		return tx.PutOrganisation(own)
	})
	s := o.screen(nil)
	for _, p := range dashboard.Packs() {
		var md, page bytes.Buffer
		require.NoError(t, s.WriteMarkdown(&md, p))
		require.NoError(t, s.WritePack(&page, p, nil))
		text := htm.UnescapeString(page.String())
		require.Equal(t, strings.Count(md.String(), "\n## "), strings.Count(text, "<h2 "), p)
		require.Contains(t, text, "<h1>A*B_C `x` | <script>alert(1)</script> **d** \\ & Co.: ")
		require.NotContains(t, page.String(), "<script")
		require.Contains(t, text, s.Chain.Hash, "it names what it was made from")
		sound(t, page.String())
		rows := 0
		for line := range strings.Lines(md.String()) {
			if strings.HasPrefix(line, "|") && !strings.HasPrefix(line, "|--") {
				rows++
			}
		}
		require.Equal(t, rows, strings.Count(text, "<tr>"), p)
	}
	require.Error(t, s.WritePack(&bytes.Buffer{}, "nope", nil))
	require.Error(t, s.WritePack(&bytes.Buffer{}, dashboard.PackBoard, &dashboard.PageOptions{Theme: &dashboard.Theme{Light: dashboard.Palette{Soft: "#bbbbbb"}}}))
}
