package impact

import (
	"io"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
)

// Markdown renders the document as a page. What people typed is escaped
// (annexa.EscapeMarkdown), so that it brings no structure, HTML or links of its
// own.
func (d Document) Markdown() string { return d.markdown(page{}) }

// WriteMarkdown writes the document as Markdown does.
func (d Document) WriteMarkdown(w io.Writer) error { return d.WriteMarkdownIn(w, nil) }

// WriteMarkdownIn is [Document.WriteMarkdown] in the language of a teller, such as
// phrase.Phrases; nil is English. What people wrote stays as it is, and so do the paths of
// fields and the values that stand before their meaning, which are names.
func (d Document) WriteMarkdownIn(w io.Writer, in issue.Teller) error {
	_, err := io.WriteString(w, d.markdown(page{in: in}))
	return err
}

// page is Markdown that is written in a language.
type page struct {
	in issue.Teller // nil: English
	strings.Builder
}

// say tells a format and its arguments.
func (p *page) say(format string, args ...any) string {
	return issue.Tell(p.in, issue.NewText(format, args...))
}

// line tells a text as a line of Markdown.
func (p *page) line(t issue.Text) string { return annexa.EscapeMarkdown(issue.Tell(p.in, t)) }

// write writes strings one behind the other.
func (p *page) write(all ...string) {
	for _, s := range all {
		p.WriteString(s)
	}
}

func (d Document) markdown(p page) string {
	esc, title := annexa.EscapeMarkdown, func(s string) string { return p.line(issue.Plain(s)) }
	p.write("# ", title(d.Title), "\n\n", title(d.Source), ".\n\n")
	name := own(d.System)
	if d.Name != "" {
		name = issue.Text{ID: "%s (%s)", Args: []any{d.Name, d.System}}
	}
	p.write("- **", p.say("System"), ":** ", p.line(name), "\n- **", p.say("Assessment"), ":** ", p.line(issue.NewText("%s, %s", d.Assessment, issue.Word(d.State))), "\n")
	names := func(before, what string, all []string, after string) {
		if len(all) > 0 {
			p.write(before, "**", what, ":** ", esc(strings.Join(all, ", ")), after)
		}
	}
	names("- ", p.say("Changed since it was assessed"), d.Changed, "\n")
	for _, n := range d.Notes {
		p.write("\n", title(n), "\n")
	}
	for _, e := range d.Elements {
		p.write("\n## ", esc(e.ID), " ", title(e.Title), "\n\n*", title(e.Source), "*\n")
		for _, c := range e.Content {
			p.write("\n**", title(c.Title), ":**")
			texts := textsOf(c.Lines, c.Texts)
			if len(texts) == 1 {
				p.write(" ", p.line(texts[0]), "\n")
				continue
			}
			p.write("\n\n")
			for _, t := range texts {
				p.write("- ", p.line(t), "\n")
			}
		}
		names("\n", p.say("Missing"), e.Missing, "\n")
		names("\n", p.say("Speaks against it"), e.Against, "\n")
		if e.CannotAnswer != "" {
			p.write("\n**", p.say("Not on record"), ":** ", title(e.CannotAnswer), "\n")
		}
		names("\n", p.say("From"), e.From, "\n")
	}
	return p.String()
}

// textsOf are the texts of lines; of what was kept without any, the lines as they stand.
func textsOf(lines []string, texts []issue.Text) []issue.Text {
	if len(texts) == len(lines) {
		return texts
	}
	all := make([]issue.Text, len(lines))
	for i, l := range lines {
		all[i] = own(l)
	}
	return all
}
