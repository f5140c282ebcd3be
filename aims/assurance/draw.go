package assurance

import (
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
)

// told tells in a language; nil is English.
type told struct{ in issue.Teller }

func (t told) text(text issue.Text) string { return issue.Tell(t.in, text) }

func (t told) say(format string, args ...any) string { return t.text(issue.NewText(format, args...)) }

// tell tells a sentence of ours.
func (t told) tell(sentence string) string { return t.text(issue.Plain(sentence)) }

// day tells a day; nothing of the zero one.
func (t told) day(d calendar.Date) string { return t.say("%s", d) }

func (t told) yes(b bool) string {
	if b {
		return t.say("yes")
	}
	return t.say("no")
}

// drawing is a pack as both forms draw it.
type drawing struct {
	// Language is what its texts are in.
	Language string
	Title    string
	Facts    []fact
	Parts    []part
	// Checkpoint is drawn to the byte, so that it can be checked.
	Checkpoint, Signed string
}

// part is one section: facts, a table, or a word on why there is neither.
type part struct {
	Title string
	Facts []fact
	Head  []string
	Rows  [][]string
	Note  string

	told
}

// fact adds a fact by its label; none where there is nothing to say.
func (p *part) fact(label, value string) {
	if value != "" {
		p.Facts = append(p.Facts, fact{p.tell(label), value})
	}
}

func (p *part) number(label string, n int) { p.fact(label, strconv.Itoa(n)) }

type fact struct{ Label, Value string }

// titles are what the sections are called.
var titles = map[Section]string{
	SectionScope: "Scope", SectionPolicy: "AI policy", SectionRoles: "Who answers", SectionRegister: "What AI there is",
	SectionProcess: "What it is governed by", SectionControls: "Statement of Applicability", SectionCertificate: "Certification",
	SectionAudit: "Last internal audit", SectionReview: "Last management review", SectionMajors: "What is open and grave",
}

func (p Pack) drawing(t told) drawing {
	d := drawing{Language: strings.TrimSuffix(t.say("en [language]"), " [language]"), Title: t.say("How AI is governed")}
	if p.Organisation != "" {
		d.Title = t.say("How %s governs AI", p.Organisation)
	}
	fact := func(label, value string) { d.Facts = append(d.Facts, fact{t.tell(label), value}) }
	fact("As of", p.At.UTC().Format(time.RFC3339))
	fact("Made from commit", storage.FormatHead(p.Head))
	if p.Checkpoint != "" {
		fact("Checkpoint signed by", strings.Join(p.SignedBy, ", "))
		d.Checkpoint, d.Signed = strings.TrimRight(p.Checkpoint, "\n"), t.say("Signed checkpoint")
	}
	if p.ForReader {
		fact("Of", t.say("what its reader may see"))
	}
	if len(p.LeftOut) > 0 {
		var left []string
		for _, s := range p.LeftOut {
			left = append(left, t.tell(titles[s]))
		}
		fact("Left out", strings.Join(left, ", "))
	}
	none := t.say("None is on file.")
	if p.ForReader {
		none = t.say("None is on file, or its reader may not see it.")
	}
	left := make(map[Section]bool)
	for _, s := range p.LeftOut {
		left[s] = true
	}
	for _, s := range sections {
		if left[s] {
			continue
		}
		part := p.part(s, t)
		if part.Title = t.tell(titles[s]); len(part.Facts) == 0 && len(part.Rows) == 0 {
			part.Note = none
		}
		d.Parts = append(d.Parts, part)
	}
	return d
}

func (p Pack) part(s Section, t told) (out part) {
	out.told = t
	stands := func(st Standing) {
		out.fact("Approved on", t.day(st.ApprovedOn))
		out.fact("Review", st.review(t))
	}
	switch {
	case s == SectionScope && p.Scope != nil:
		out.fact("Covers", p.Scope.Statement)
		out.fact("Boundaries", p.Scope.Boundaries)
		stands(p.Scope.Standing)
	case s == SectionPolicy && p.Policy != nil:
		out.fact("Title", p.Policy.Title)
		out.fact("Version", p.Policy.Version)
		out.fact("Summary", p.Policy.Summary)
		if out.fact("Place", p.Policy.Place); p.Policy.Place == "" {
			out.fact("Place", t.say("on request"))
		}
		out.fact("SHA-256", p.Policy.Digest)
		stands(p.Policy.Standing)
	case s == SectionRoles:
		if len(p.Roles) > 0 {
			out.Head = []string{t.say("Role"), t.say("Held"), t.say("Duty")}
		}
		for _, r := range p.Roles {
			held := r.Name
			switch {
			case !r.Held:
				held = t.say("vacant")
			case held == "":
				held = t.yes(true)
			}
			out.Rows = append(out.Rows, []string{t.tell(r.Title), held, t.tell(r.Duty)})
		}
	case s == SectionRegister && p.Register != nil:
		p.Register.draw(&out, t)
	case s == SectionProcess && p.Process != nil && len(p.Process.Documents) > 0:
		out.Head = []string{t.say("Document"), t.say("Clause"), t.say("Version"), t.say("Approved on"), t.say("Review")}
		for _, d := range p.Process.Documents {
			out.Rows = append(out.Rows, []string{d.Title, d.Clause.String(), d.Version, t.day(d.ApprovedOn), d.review(t)})
		}
	case s == SectionControls && p.Controls != nil:
		out.number("Version", p.Controls.Version)
		out.number("Controls that apply", p.Controls.Applicable)
		out.number("of them in place", p.Controls.Implemented)
		out.number("Controls left out", p.Controls.Excluded)
		stands(p.Controls.Standing)
	case s == SectionCertificate && p.Certificate != nil:
		c := p.Certificate
		out.fact("State", t.text(issue.Word(c.State)))
		out.fact("Claim", t.text(c.Claim.Text))
		for _, not := range c.Claim.Not {
			out.fact("Besides", t.text(not.Text))
		}
		out.fact("Body", c.Body)
		out.fact("Accreditation", c.Accreditation)
		out.fact("Number", c.Number)
		out.fact("Scope", c.Scope)
		out.fact("Decided on", t.day(c.DecidedOn))
		out.fact("Expires", t.day(c.Expires))
	case s == SectionAudit && p.Audit != nil:
		out.fact("Title", p.Audit.Title)
		out.fact("Closed on", t.day(p.Audit.ClosedOn))
		out.number("Clauses", p.Audit.Clauses)
		out.number("Controls", p.Audit.Controls)
		out.number("Systems", p.Audit.Systems)
		out.number("Nonconformities", p.Audit.Nonconformities)
		out.number("of them open", p.Audit.Open)
	case s == SectionReview && p.Review != nil:
		out.fact("Held on", t.day(p.Review.HeldOn))
		out.fact("Looked at all that 9.3.2 asks for", t.yes(p.Review.Complete))
		out.number("Decisions", p.Review.Decisions)
		out.number("of them open", p.Review.Open)
	case s == SectionMajors && p.Majors != nil:
		out.number("Major nonconformities", p.Majors.Nonconformities)
		out.number("Findings graded major", p.Majors.Findings)
	}
	return out
}

func (r *Register) draw(out *part, t told) {
	out.number("Systems", r.Active)
	out.number("of them covered by an approved impact assessment", r.Covered)
	if out.fact("AI in use last searched for on", t.day(r.SearchedOn)); r.SearchedOn.IsZero() {
		out.fact("AI in use last searched for on", t.say("never"))
	}
	level := func(l impact.Level) string {
		if l == "" {
			return t.say("unknown")
		}
		return t.text(issue.Word(l))
	}
	if len(r.Systems) > 0 {
		out.Head = []string{t.say("System"), t.say("Name"), t.say("Level"), t.say("Stage"), t.say("Covered")}
		for _, s := range r.Systems {
			out.Rows = append(out.Rows, []string{s.ID, s.Name, level(s.Level), t.text(issue.Word(s.Stage)), t.yes(s.Covered)})
		}
		return
	}
	if len(r.Cells) == 0 {
		return
	}
	out.Head = []string{t.say("Level")}
	var stages []register.Stage
	for _, s := range register.Stages() {
		if s != register.StageRetirement {
			stages, out.Head = append(stages, s), append(out.Head, t.text(issue.Word(s)))
		}
	}
	for _, l := range gravestFirst() {
		row, any := []string{level(l)}, false
		for _, s := range stages {
			n := 0
			for _, c := range r.Cells {
				if c.Level == l && c.Stage == s {
					n, any = c.Systems, true
				}
			}
			row = append(row, strconv.Itoa(n))
		}
		if any {
			out.Rows = append(out.Rows, row)
		}
	}
}

func (s Standing) review(t told) string {
	switch {
	case s.ReviewDue.IsZero():
		return ""
	case s.PastReview:
		return t.say("was due on %s", s.ReviewDue)
	}
	return t.say("due on %s", s.ReviewDue)
}

// escaping takes what Markdown would read as its own out of a text.
var escaping = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"#", `\#`, "|", `\|`, "~", `\~`, "!", `\!`, "&", `\&`)

// md is a text as one line of Markdown that reads as it stands.
func md(s string) string {
	return escaping.Replace(strings.Join(strings.Fields(issue.Clean(strings.Join(strings.Fields(s), " "))), " "))
}

// WriteMarkdown draws the pack as Markdown (7.4). Whatever a record says stands there as
// text: it makes neither headings nor HTML, and no link that says anything but where it
// leads.
func (p Pack) WriteMarkdown(w io.Writer) error { return p.WriteMarkdownIn(w, nil) }

// WriteMarkdownIn is [Pack.WriteMarkdown] in the language of a teller, such as
// phrase.Phrases; nil is English. What records say stays as it is.
func (p Pack) WriteMarkdownIn(w io.Writer, in issue.Teller) error {
	d := p.drawing(told{in})
	var b strings.Builder
	facts := func(all []fact) {
		for _, f := range all {
			b.WriteString("- " + md(f.Label) + ": " + md(f.Value) + "\n")
		}
	}
	row := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + md(c) + " ")
		}
		b.WriteString("|\n")
	}
	b.WriteString("# " + md(d.Title) + "\n\n")
	facts(d.Facts)
	for _, part := range d.Parts {
		b.WriteString("\n## " + md(part.Title) + "\n\n")
		facts(part.Facts)
		if len(part.Rows) > 0 {
			if len(part.Facts) > 0 {
				b.WriteString("\n")
			}
			row(part.Head)
			b.WriteString(strings.Repeat("| --- ", len(part.Head)) + "|\n")
			for _, r := range part.Rows {
				row(r)
			}
		}
		if part.Note != "" {
			b.WriteString(md(part.Note) + "\n")
		}
	}
	if d.Checkpoint != "" {
		b.WriteString("\n## " + md(d.Signed) + "\n\n")
		for line := range strings.Lines(d.Checkpoint) {
			b.WriteString("    " + line) // as code, which nothing in it ends
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// page needs nothing from elsewhere: no script, no font, no image.
var page = template.Must(template.New("pack").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
body { font-family: system-ui, sans-serif; line-height: 1.5; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.25rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
table { border-collapse: collapse; }
th, td { border: 1px solid; padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
{{template "facts" .Facts}}
{{- range .Parts}}
<section>
<h2>{{.Title}}</h2>
{{template "facts" .Facts}}
{{- if .Rows}}
<table>
<thead><tr>{{range .Head}}<th scope="col">{{.}}</th>{{end}}</tr></thead>
<tbody>
{{- range .Rows}}
<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>
{{- end}}
</tbody>
</table>
{{- end}}
{{- with .Note}}
<p>{{.}}</p>
{{- end}}
</section>
{{- end}}
{{- if .Checkpoint}}
<section>
<h2>{{.Signed}}</h2>
<pre>{{.Checkpoint}}</pre>
</section>
{{- end}}
</main>
</body>
</html>
{{define "facts"}}{{if .}}<dl>
{{- range .}}
<dt>{{.Label}}</dt><dd>{{.Value}}</dd>
{{- end}}
</dl>{{end}}{{end}}`))

// WriteHTML draws the pack as one page of HTML that needs nothing from elsewhere (7.4).
func (p Pack) WriteHTML(w io.Writer) error { return p.WriteHTMLIn(w, nil) }

// WriteHTMLIn is [Pack.WriteHTML] in the language of a teller, as WriteMarkdownIn is.
func (p Pack) WriteHTMLIn(w io.Writer, in issue.Teller) error {
	return page.Execute(w, p.drawing(told{in}))
}
