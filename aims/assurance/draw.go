package assurance

import (
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
)

// drawing is a pack as both forms draw it.
type drawing struct {
	Title string
	Facts []fact
	Parts []part
	// Checkpoint is drawn to the byte, so that it can be checked.
	Checkpoint string
}

// part is one section: facts, a table, or a word on why there is neither.
type part struct {
	Title string
	Facts []fact
	Head  []string
	Rows  [][]string
	Note  string
}

type fact struct{ Label, Value string }

// titles are what the sections are called.
var titles = map[Section]string{
	SectionScope: "Scope", SectionPolicy: "AI policy", SectionRoles: "Who answers", SectionRegister: "What AI there is",
	SectionProcess: "What it is governed by", SectionControls: "Statement of Applicability", SectionCertificate: "Certification",
	SectionAudit: "Last internal audit", SectionReview: "Last management review", SectionMajors: "What is open and grave",
}

func (p Pack) drawing() drawing {
	d := drawing{Title: "How AI is governed"}
	if p.Organisation != "" {
		d.Title = "How " + p.Organisation + " governs AI"
	}
	d.fact("As of", p.At.UTC().Format(time.RFC3339))
	d.fact("Made from commit", storage.FormatHead(p.Head))
	if p.Checkpoint != "" {
		d.fact("Checkpoint signed by", strings.Join(p.SignedBy, ", "))
		d.Checkpoint = strings.TrimRight(p.Checkpoint, "\n")
	}
	if p.ForReader {
		d.fact("Of", "what its reader may see")
	}
	if len(p.LeftOut) > 0 {
		var left []string
		for _, s := range p.LeftOut {
			left = append(left, titles[s])
		}
		d.fact("Left out", strings.Join(left, ", "))
	}
	none := "None is on file."
	if p.ForReader {
		none = "None is on file, or its reader may not see it."
	}
	left := make(map[Section]bool)
	for _, s := range p.LeftOut {
		left[s] = true
	}
	for _, s := range sections {
		if left[s] {
			continue
		}
		part := p.part(s)
		if part.Title = titles[s]; len(part.Facts) == 0 && len(part.Rows) == 0 {
			part.Note = none
		}
		d.Parts = append(d.Parts, part)
	}
	return d
}

func (d *drawing) fact(label, value string) { d.Facts = append(d.Facts, fact{label, value}) }

func (p Pack) part(s Section) (out part) {
	say := func(label, value string) {
		if value != "" {
			out.Facts = append(out.Facts, fact{label, value})
		}
	}
	number := func(label string, n int) { say(label, strconv.Itoa(n)) }
	stands := func(st Standing) {
		say("Approved on", day(st.ApprovedOn))
		say("Review", st.review())
	}
	switch {
	case s == SectionScope && p.Scope != nil:
		say("Covers", p.Scope.Statement)
		say("Boundaries", p.Scope.Boundaries)
		stands(p.Scope.Standing)
	case s == SectionPolicy && p.Policy != nil:
		say("Title", p.Policy.Title)
		say("Version", p.Policy.Version)
		say("Summary", p.Policy.Summary)
		if say("Place", p.Policy.Place); p.Policy.Place == "" {
			say("Place", "on request")
		}
		say("SHA-256", p.Policy.Digest)
		stands(p.Policy.Standing)
	case s == SectionRoles:
		if len(p.Roles) > 0 {
			out.Head = []string{"Role", "Held", "Duty"}
		}
		for _, r := range p.Roles {
			held := r.Name
			switch {
			case !r.Held:
				held = "vacant"
			case held == "":
				held = "yes"
			}
			out.Rows = append(out.Rows, []string{r.Title, held, r.Duty})
		}
	case s == SectionRegister && p.Register != nil:
		p.Register.draw(&out, number, say)
	case s == SectionProcess && p.Process != nil && len(p.Process.Documents) > 0:
		out.Head = []string{"Document", "Clause", "Version", "Approved on", "Review"}
		for _, d := range p.Process.Documents {
			out.Rows = append(out.Rows, []string{d.Title, d.Clause.String(), d.Version, day(d.ApprovedOn), d.review()})
		}
	case s == SectionControls && p.Controls != nil:
		number("Version", p.Controls.Version)
		number("Controls that apply", p.Controls.Applicable)
		number("of them in place", p.Controls.Implemented)
		number("Controls left out", p.Controls.Excluded)
		stands(p.Controls.Standing)
	case s == SectionCertificate && p.Certificate != nil:
		c := p.Certificate
		say("State", strings.ReplaceAll(string(c.State), "_", " "))
		say("Claim", c.Claim.Text.String())
		for _, not := range c.Claim.Not {
			say("Besides", not.Text.String())
		}
		say("Body", c.Body)
		say("Accreditation", c.Accreditation)
		say("Number", c.Number)
		say("Scope", c.Scope)
		say("Decided on", maybe(c.DecidedOn))
		say("Expires", maybe(c.Expires))
	case s == SectionAudit && p.Audit != nil:
		say("Title", p.Audit.Title)
		say("Closed on", day(p.Audit.ClosedOn))
		number("Clauses", p.Audit.Clauses)
		number("Controls", p.Audit.Controls)
		number("Systems", p.Audit.Systems)
		number("Nonconformities", p.Audit.Nonconformities)
		number("of them open", p.Audit.Open)
	case s == SectionReview && p.Review != nil:
		say("Held on", day(p.Review.HeldOn))
		say("Looked at all that 9.3.2 asks for", yes(p.Review.Complete))
		number("Decisions", p.Review.Decisions)
		number("of them open", p.Review.Open)
	case s == SectionMajors && p.Majors != nil:
		number("Major nonconformities", p.Majors.Nonconformities)
		number("Findings graded major", p.Majors.Findings)
	}
	return out
}

func (r *Register) draw(out *part, number func(string, int), say func(string, string)) {
	number("Systems", r.Active)
	number("of them covered by an approved impact assessment", r.Covered)
	if say("AI in use last searched for on", maybe(r.SearchedOn)); r.SearchedOn.IsZero() {
		say("AI in use last searched for on", "never")
	}
	level := func(l string) string {
		if l == "" {
			return "unknown"
		}
		return l
	}
	if len(r.Systems) > 0 {
		out.Head = []string{"System", "Name", "Level", "Stage", "Covered"}
		for _, s := range r.Systems {
			out.Rows = append(out.Rows, []string{s.ID, s.Name, level(string(s.Level)), string(s.Stage), yes(s.Covered)})
		}
		return
	}
	if len(r.Cells) == 0 {
		return
	}
	out.Head = []string{"Level"}
	var stages []register.Stage
	for _, s := range register.Stages() {
		if s != register.StageRetirement {
			stages, out.Head = append(stages, s), append(out.Head, string(s))
		}
	}
	for _, l := range gravestFirst() {
		row, any := []string{level(string(l))}, false
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

func (s Standing) review() string {
	switch {
	case s.ReviewDue.IsZero():
		return ""
	case s.PastReview:
		return "was due on " + day(s.ReviewDue)
	}
	return "due on " + day(s.ReviewDue)
}

func maybe(t calendar.Date) string {
	if t.IsZero() {
		return ""
	}
	return day(t)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// escaping takes what Markdown would read as its own out of a text.
var escaping = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"#", `\#`, "|", `\|`, "~", `\~`, "!", `\!`, "&", `\&`)

// md is a text as one line of Markdown that reads as it stands.
func md(s string) string { return escaping.Replace(strings.Join(strings.Fields(s), " ")) }

// WriteMarkdown draws the pack as Markdown (7.4). Whatever a record says stands there as
// text: it makes neither headings nor HTML, and no link that says anything but where it
// leads.
func (p Pack) WriteMarkdown(w io.Writer) error {
	d := p.drawing()
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
		b.WriteString("\n## Signed checkpoint\n\n")
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
<html lang="en">
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
{{- with .Checkpoint}}
<section>
<h2>Signed checkpoint</h2>
<pre>{{.}}</pre>
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
func (p Pack) WriteHTML(w io.Writer) error { return page.Execute(w, p.drawing()) }
