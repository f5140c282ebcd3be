package annexa

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/aimskit/aimskit/issue"
)

// namesInTable is how many names a cell of a Markdown table holds before it
// counts.
const namesInTable = 5

// WriteMarkdown writes the statement as a document to read: a head, a table
// for each area of Annex A and for own controls, and the open gaps. Text that
// people typed is escaped, so that it can't break a table or bring HTML, images
// or links under another name. Lists end after 5 items with how many more there are;
// WriteJSON has them all.
func (s Statement) WriteMarkdown(w io.Writer) error { return s.writeMarkdown(w, told{}) }

func (s Statement) writeMarkdown(w io.Writer, t told) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", t.say("Statement of Applicability"), t.say("ISO/IEC 42001:2023, clause 6.1.3."))
	head := func(name, value string) { fmt.Fprintf(&b, "- **%s:** %s\n", name, value) }
	head(t.say("Organisation"), EscapeMarkdown(s.Organisation))
	head(t.say("Scope"), EscapeMarkdown(s.Scope))
	version := t.text(s.version())
	if s.ID != "" {
		version = t.say("%s, version %s", EscapeMarkdown(s.ID), s.version())
	}
	head(t.say("Statement"), version)
	head(t.say("As of"), t.say("%s %s UTC", issue.Day(date(s.CompiledAt)), s.CompiledAt.UTC().Format("15:04")))
	if s.Approval.IsZero() {
		head(t.say("Approval"), t.say("not approved"))
	} else {
		head(t.say("Approval"), t.say("%s on %s, to be reviewed by %s", EscapeMarkdown(s.Approval.By), issue.Day(date(s.Approval.At)), s.Approval.ReviewDue))
	}
	b.WriteString("\n" + t.text(s.summary()) + "\n")

	for _, o := range append(Objectives(), Objective{Title: "Own controls"}) {
		var rows []Row
		for _, r := range s.Rows {
			if r.Objective == o.ID {
				rows = append(rows, r)
			}
		}
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", strings.TrimSpace(o.ID+" "+t.text(issue.Plain(o.Title))))
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", t.say("Control"), t.say("Applies"), t.say("Justification"), t.say("Status"), t.say("Owner"), t.say("Required by"), t.say("Evidence"))
		b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
		for _, r := range rows {
			t.row(&b, r)
		}
	}

	gaps := s.Gaps()
	fmt.Fprintf(&b, "\n## %s\n\n", t.say("Gaps"))
	if len(gaps) == 0 {
		b.WriteString(t.say("None.") + "\n")
	}
	for _, g := range gaps {
		fmt.Fprintf(&b, "- **%s** %s\n", EscapeMarkdown(g.Control.String()), EscapeMarkdown(t.gap(g)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// row writes one row of a table.
func (t told) row(b *strings.Builder, r Row) {
	control := EscapeMarkdown(r.Control.String()) + " " + EscapeMarkdown(t.title(r))
	if r.Statement != "" {
		control += "<br>" + cell(r.Statement)
	}
	var applies string
	switch r.Applicability {
	case Applicable:
		applies = t.say("yes")
	case Excluded:
		by, until := issue.NewText("%s", EscapeMarkdown(r.ApprovedBy)), issue.NewText("%s", r.ReviewDue)
		if r.ApprovedBy == "" {
			by = issue.NewText("nobody")
		}
		if r.ReviewDue.IsZero() {
			until = issue.NewText("no date")
		}
		applies = t.say("no") + "<br>" + t.say("approved by %s, review by %s", by, until)
	default:
		applies = t.say("undecided")
	}
	why := cell(r.Justification)
	if len(r.Grounds) > 0 {
		if why != "" {
			why += "<br>"
		}
		why += "*" + t.say("Grounds") + ":* " + cell(t.grounds(r.Grounds))
	}
	status := t.text(issue.Word(r.Status))
	if r.Status != StatusImplemented && !r.PlannedFor.IsZero() {
		status = strings.TrimSpace(t.say("%s for %s", issue.Word(r.Status), r.PlannedFor))
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s |\n", control, applies, why, cell(status), cell(r.Owner),
		cell(t.joined(requiredTexts(r.RequiredBy), namesInTable)), cell(t.joined(r.Evidence, namesInTable)))
}

// summary counts the statement in a sentence.
func (s Statement) summary() issue.Text {
	var own, applicable, implemented, excluded, undecided int
	for _, r := range s.Rows {
		if r.Control.Custom() {
			own++
		}
		switch r.Applicability {
		case Applicable:
			applicable++
			if r.Status == StatusImplemented {
				implemented++
			}
		case Excluded:
			excluded++
		default:
			undecided++
		}
	}
	return issue.NewText("%d controls of Annex A and %d own: %d apply (%d of them in place), %d left out, %d undecided. Gaps: %d.",
		len(s.Rows)-own, own, applicable, implemented, excluded, undecided, len(s.Gaps()))
}

// cell escapes text for a table cell; line breaks stay line breaks.
func cell(s string) string {
	lines := strings.FieldsFunc(s, isLineBreak)
	for i := range lines {
		lines[i] = EscapeMarkdown(lines[i])
	}
	return strings.Join(lines, "<br>")
}

// EscapeMarkdown escapes text for one line of Markdown: a paragraph, an item of
// a list, a heading or a cell of a table. It is shown as it was typed, and brings
// no structure, no HTML, no image, and no link under another name. Bytes that are
// not UTF-8 are replaced, marks of direction taken out (issue.Clean); line breaks, control
// characters and runs of space become one space.
func EscapeMarkdown(text string) string {
	between := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	words := strings.Fields(issue.Clean(strings.Join(strings.FieldsFunc(text, between), " ")))
	for i, w := range words {
		escaped := markdownEscaper.Replace(w)
		switch number := strings.TrimLeft(w, "0123456789"); {
		case w[0] == '#', i == 0 && strings.Trim(w, "-+=") == "": // a heading or its end, a list, a rule
			escaped = `\` + escaped
		case i == 0 && len(number) < len(w) && (number == "." || number == ")"): // a numbered list
			escaped = strings.TrimSuffix(w, number) + `\` + number
		}
		words[i] = escaped
	}
	return strings.Join(words, " ")
}

var markdownEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `\`, `\\`, "`", "\\`",
	"*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "~", `\~`)

func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}
