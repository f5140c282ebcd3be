package annexa

import (
	"io"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// told is a statement as somebody reads it in a language.
type told struct {
	in issue.Teller // nil: English
}

// say says a format and its arguments.
func (t told) say(format string, args ...any) string { return t.text(issue.NewText(format, args...)) }

// text says a text; nothing of the zero one.
func (t told) text(text issue.Text) string { return issue.Tell(t.in, text) }

// title is the title of a control; that of an own one is the organisation's word.
func (t told) title(r Row) string {
	if c := find(r.Control); c != nil {
		return t.text(issue.Plain(c.Title))
	}
	return r.Title
}

// gap says what is open.
func (t told) gap(g Gap) string { return t.say("%s: %s", issue.Word(g.Kind), g.Message) }

// joined joins the first items and counts the others.
func (t told) joined(items []string, limit int) string {
	if more := len(items) - limit; more > 0 {
		return strings.Join(items[:limit], "; ") + t.say("; and %d more", more)
	}
	return strings.Join(items, "; ")
}

func (t told) grounds(grounds []Ground) string {
	parts := make([]string, len(grounds))
	for i, g := range grounds {
		parts[i] = strings.TrimSpace(t.text(issue.Word(g.Kind)) + " " + g.Ref)
	}
	return strings.Join(parts, "; ")
}

// WriteMarkdownIn is [Statement.WriteMarkdown] in the language of a teller, such as
// phrase.Phrases; nil is English. What people wrote stays as it is.
func (s Statement) WriteMarkdownIn(w io.Writer, in issue.Teller) error {
	return s.writeMarkdown(w, told{in})
}

// WriteCSVIn is [Statement.WriteCSV] in the language of a teller, as WriteMarkdownIn is:
// the head of each column and the words of ours in its cells. Days stay 2006-01-02.
func (s Statement) WriteCSVIn(w io.Writer, in issue.Teller) error {
	return s.writeCSV(w, told{in})
}
