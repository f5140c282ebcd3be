package browsertest

import (
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/maturity/dashboard"
)

// visible is all that a page says to who reads it, folded parts too: what leads elsewhere or is
// asked for is not on paper, nor the table behind a chart.
const visible = `(() => {
	const said = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
	for (let n; n = walk.nextNode(); ) {
		const e = n.parentElement;
		if (n.textContent.trim() && !e.closest("form, nav, .pages, .vh, details.data, svg, [aria-hidden=true]")) said.push(n.textContent);
	}
	return said.join(" ");
})()`

// sheet is one sheet of what pdftotext -bbox reads, in points.
type sheet struct {
	Width  float64 `xml:"width,attr"`
	Height float64 `xml:"height,attr"`
	Words  []struct {
		XMin float64 `xml:"xMin,attr"`
		YMin float64 `xml:"yMin,attr"`
		XMax float64 `xml:"xMax,attr"`
		YMax float64 `xml:"yMax,attr"`
		Text string  `xml:",chardata"`
	} `xml:"word"`
}

// text is what stands on the sheet, without the spaces, of which paper has others.
func (s sheet) text() string {
	var b strings.Builder
	for _, w := range s.Words {
		b.WriteString(w.Text)
	}
	return squeezed(b.String())
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// read reads a PDF.
func read(t *testing.T, pdf []byte) []sheet {
	t.Helper()
	from, to := filepath.Join(t.TempDir(), "page.pdf"), filepath.Join(t.TempDir(), "page.xml")
	require.NoError(t, os.WriteFile(from, pdf, 0o600))
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-bbox", from, to).CombinedOutput()
	require.NoError(t, err, "%s", out)
	text, err := os.ReadFile(to)
	require.NoError(t, err)
	var doc struct {
		Sheets []sheet `xml:"body>doc>page"`
	}
	d := xml.NewDecoder(strings.NewReader(string(text)))
	d.Strict, d.Entity = false, xml.HTMLEntity
	require.NoError(t, d.Decode(&doc))
	require.NotEmpty(t, doc.Sheets)
	return doc.Sheets
}

// runs are the words and numbers of a text: what is between them may stand otherwise on paper,
// where lines break elsewhere.
var runs = regexp.MustCompile(`[\p{L}\p{N}]+`)

// longest is how long a word is that a narrow column does not break.
const longest = 16

// What is printed says on each sheet whose it is, of which day, by which model, from which commit
// and which sheet of how many it is; all that the page says is on the sheets, each figure as often
// as there, and nothing lies beyond their margins.
func TestPrinted(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		without(t, fmt.Errorf("no pdftotext, which poppler-utils has: %w", err))
	}
	b := start(t)
	for _, each := range organisations[:2] { // a new one and the quickstart's
		o := each.make(t)
		h, err := dashboard.NewHandler(o.m, &dashboard.Options{Languages: languages})
		require.NoError(t, err)
		server := httptest.NewServer(h)
		defer server.Close()
		for _, lang := range languages {
			s, err := dashboard.Compute(o.m.View(), o.m.View().Time(), &dashboard.Input{Language: lang})
			require.NoError(t, err)
			for _, route := range []string{"", "lead", "auditor", "packs/board", "packs/review", "packs/audit"} {
				t.Run(fmt.Sprint(each.name, " ", lang, " ", strings.ReplaceAll(route, "/", " ")), func(t *testing.T) {
					var said string
					require.NoError(t, chromedp.Run(b.ctx, inTheme("light"), atWidth(1280), chromedp.Navigate(fmt.Sprintf("%s/%s?lang=%s", server.URL, route, lang)), chromedp.Evaluate(visible, &said)))
					sheets := read(t, printed(t, b.ctx))
					hash := s.Chain.Hash
					onPaper := make(map[string]int)
					for i, one := range sheets {
						text := one.text()
						for what, want := range map[string]string{"organisation": s.Organisation, "model": s.Model + s.ModelVersion, "year": s.Today.Format("2006"),
							"head of the chain": hash[:4] + hash[4:8] + "…" + hash[len(hash)-4:], "commit": fmt.Sprint(s.Chain.Seq), "number": fmt.Sprintf("%d/%d", i+1, len(sheets))} {
							require.Contains(t, text, squeezed(want), "%s on sheet %d", what, i+1)
						}
						const margin = 25 // points; of the number of the sheet the lower one is smaller
						for _, w := range one.Words {
							if w.XMin < margin || w.XMax > one.Width-margin+1 || w.YMin < 0 || w.YMax > one.Height {
								t.Errorf("%q lies beyond the margins of sheet %d: %v to %v of %v", w.Text, i+1, w.XMin, w.XMax, one.Width)
							}
							for _, r := range runs.FindAllString(w.Text, -1) {
								onPaper[r]++
							}
						}
					}
					onScreen := make(map[string]int)
					for _, r := range runs.FindAllString(said, -1) {
						if len(r) <= longest {
							onScreen[r]++
						}
					}
					require.NotEmpty(t, onScreen)
					for r, n := range onScreen {
						if onPaper[r] < n {
							t.Errorf("%q is %d times on the screen and %d times on paper", r, n, onPaper[r])
						}
					}
				})
			}
		}
	}
}
