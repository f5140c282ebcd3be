package annexa

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// namesInTable is how many names a cell of a Markdown table holds before it
// counts.
const namesInTable = 5

// WriteMarkdown writes the statement as a document to read: a head, a table
// for each area of Annex A and for own controls, and the open gaps. Text that
// people typed is escaped, so that it can't break a table or bring HTML, images
// or links under another name. Lists end after 5 items with how many more there are;
// WriteJSON has them all.
func (s Statement) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Statement of Applicability\n\nISO/IEC 42001:2023, clause 6.1.3.\n\n")
	head := func(name, value string) { fmt.Fprintf(&b, "- **%s:** %s\n", name, value) }
	head("Organisation", EscapeMarkdown(s.Organisation))
	head("Scope", EscapeMarkdown(s.Scope))
	version := s.version()
	if s.ID != "" {
		version = EscapeMarkdown(s.ID) + ", version " + version
	}
	head("Statement", version)
	head("As of", s.CompiledAt.UTC().Format("2006-01-02 15:04 UTC"))
	if s.Approval.IsZero() {
		head("Approval", "not approved")
	} else {
		head("Approval", fmt.Sprintf("%s on %s, to be reviewed by %s", EscapeMarkdown(s.Approval.By), date(s.Approval.At), s.Approval.ReviewDue))
	}
	b.WriteString("\n" + s.summary() + "\n")

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
		fmt.Fprintf(&b, "\n## %s\n\n", strings.TrimSpace(o.ID+" "+o.Title))
		b.WriteString("| Control | Applies | Justification | Status | Owner | Required by | Evidence |\n")
		b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
		for _, r := range rows {
			writeMarkdownRow(&b, r)
		}
	}

	gaps := s.Gaps()
	b.WriteString("\n## Gaps\n\n")
	if len(gaps) == 0 {
		b.WriteString("None.\n")
	}
	for _, g := range gaps {
		fmt.Fprintf(&b, "- **%s** %s: %s\n", EscapeMarkdown(g.Control.String()), label(g.Kind), EscapeMarkdown(g.Message))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeMarkdownRow(b *strings.Builder, r Row) {
	control := EscapeMarkdown(r.Control.String()) + " " + EscapeMarkdown(r.Title)
	if r.Statement != "" {
		control += "<br>" + cell(r.Statement)
	}
	applies := map[Applicability]string{Undecided: "undecided", Applicable: "yes", Excluded: "no"}[r.Applicability]
	if r.Applicability == Excluded {
		applies += fmt.Sprintf("<br>approved by %s, review by %s", cmp.Or(EscapeMarkdown(r.ApprovedBy), "nobody"), cmp.Or(r.ReviewDue.String(), "no date"))
	}
	why := cell(r.Justification)
	if len(r.Grounds) > 0 {
		if why != "" {
			why += "<br>"
		}
		why += "*Grounds:* " + cell(groundsText(r.Grounds))
	}
	status := label(r.Status)
	if r.Status != StatusImplemented && !r.PlannedFor.IsZero() {
		status = strings.TrimSpace(status + " for " + r.PlannedFor.String())
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s |\n", control, applies, why, cell(status), cell(r.Owner),
		cell(joined(requiredTexts(r.RequiredBy), namesInTable)), cell(joined(r.Evidence, namesInTable)))
}

// summary counts the statement in a sentence.
func (s Statement) summary() string {
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
	return fmt.Sprintf("%d controls of Annex A and %d own: %d apply (%d of them in place), %d left out, %d undecided. Gaps: %d.",
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
// not UTF-8 are replaced; line breaks, control characters and runs of space become
// one space.
func EscapeMarkdown(text string) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
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
