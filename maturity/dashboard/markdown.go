package dashboard

import (
	"bytes"
	"io"
	"strings"
	"text/template"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
)

// Pack names a report.
type Pack string

// The packs: for a board of two pages, for a management review (9.3) by what it has to
// look at, for an audit.
const (
	PackBoard  Pack = "board"
	PackReview Pack = "review"
	PackAudit  Pack = "audit"
)

// Packs returns the packs.
func Packs() []Pack { return []Pack{PackBoard, PackReview, PackAudit} }

// WriteMarkdown writes a report of the screen as Markdown (CommonMark with tables). What
// people wrote stands in it as text: it can't become markup. The error is issue.Issues
// of an unknown pack, or that of the writer.
func (s Screen) WriteMarkdown(w io.Writer, p Pack) error {
	if p != PackBoard && p != PackReview && p != PackAudit {
		var is issue.Issues
		is.Add("pack", "oneof", shorten(string(p), 40), "is one of %v", Packs())
		return is
	}
	var b bytes.Buffer
	if err := packs.ExecuteTemplate(&b, string(p), s); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// packs draw reports.
var packs = template.Must(template.New("").Funcs(template.FuncMap{
	"t": func(v any) string { return escapeMarkdown(plainf("%v", v)) }, "n": number, "day": day, "moment": moment, "words": words, "wordname": wordName, "state": func(s maturity.State) string { return words(string(s)) }, "add": func(a, b int) int { return a + b },
	"orname": func(p Person) string {
		if p.Name == "" {
			return "nobody is named"
		}
		return p.Name
	},
	"on": func(s Step) string {
		switch {
		case s.Due.IsZero():
			return "no day is set"
		case s.Late:
			return "was due " + day(s.Due)
		}
		return day(s.Due)
	},
}).ParseFS(files, "page/*.md"))

// escapeMarkdown makes text one line that is no markup.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		if strings.ContainsRune("\\`*_{}[]<>()#+!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
