package impact

import (
	"fmt"
	"io"
	"strings"

	"github.com/aimskit/aimskit/annexa"
)

// Markdown renders the document as a page. What people typed is escaped
// (annexa.EscapeMarkdown), so that it brings no structure, HTML or links of its
// own.
func (d Document) Markdown() string {
	var b strings.Builder
	esc := annexa.EscapeMarkdown
	fmt.Fprintf(&b, "# %s\n\n%s.\n\n", esc(d.Title), esc(d.Source))
	name := d.System
	if d.Name != "" {
		name = d.Name + " (" + d.System + ")"
	}
	fmt.Fprintf(&b, "- **System:** %s\n- **Assessment:** %s, %s\n", esc(name), esc(d.Assessment), esc(string(d.State)))
	if len(d.Changed) > 0 {
		fmt.Fprintf(&b, "- **Changed since it was assessed:** %s\n", esc(strings.Join(d.Changed, ", ")))
	}
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "\n%s\n", esc(n))
	}
	for _, e := range d.Elements {
		fmt.Fprintf(&b, "\n## %s %s\n\n*%s*\n", esc(e.ID), esc(e.Title), esc(e.Source))
		for _, p := range e.Content {
			if len(p.Lines) == 1 {
				fmt.Fprintf(&b, "\n**%s:** %s\n", esc(p.Title), esc(p.Lines[0]))
				continue
			}
			fmt.Fprintf(&b, "\n**%s:**\n\n", esc(p.Title))
			for _, l := range p.Lines {
				fmt.Fprintf(&b, "- %s\n", esc(l))
			}
		}
		if len(e.Missing) > 0 {
			fmt.Fprintf(&b, "\n**Missing:** %s\n", esc(strings.Join(e.Missing, ", ")))
		}
		if len(e.Against) > 0 {
			fmt.Fprintf(&b, "\n**Speaks against it:** %s\n", esc(strings.Join(e.Against, ", ")))
		}
		if e.CannotAnswer != "" {
			fmt.Fprintf(&b, "\n**Not on record:** %s\n", esc(e.CannotAnswer))
		}
		if len(e.From) > 0 {
			fmt.Fprintf(&b, "\n**From:** %s\n", esc(strings.Join(e.From, ", ")))
		}
	}
	return b.String()
}

// WriteMarkdown writes the document as Markdown does.
func (d Document) WriteMarkdown(w io.Writer) error {
	_, err := io.WriteString(w, d.Markdown())
	return err
}
