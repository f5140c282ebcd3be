package euact

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
)

// Form is DefaultUseForm().Write.
func Form(w io.Writer, s register.System) error { return DefaultUseForm().Write(w, s) }

// Write writes the questions about a system that are not answered as a page in
// Markdown that can be filled in without seeing any table: those that are to be
// asked now, and those that an answer can lead to, with what leads there. Of a
// system of which nothing is known, these are all.
func (f *UseForm) Write(w io.Writer, s register.System) error {
	x := f.fill(&s)
	var b bytes.Buffer
	fmt.Fprintf(&b, `# Questions on the uses of an AI system

Edition of %s, on Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744.
Answer each question with yes, no or not sure. What counts is what the system is meant
for, as its maker says, or what it is used for; that a person decides in the end makes
no difference. Where a question says "Only if", skip it unless that is so; where it says
"If no, go on", leave out what it names. The lists are not complete. Limits marked as
draft guidance are those of the Commission's draft guidelines of 2026, which bind nobody.
`, f.table.Edition)
	topic := ""
	for _, i := range x.order() {
		q := &f.questions[i]
		if x.closed(i) || x.reach(i) == decide.No {
			continue
		}
		if q.Topic != topic {
			topic = q.Topic
			fmt.Fprintf(&b, "\n## %s\n", f.title(topic))
		}
		f.question(&b, x, i)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (f *UseForm) title(id string) string {
	for _, t := range f.table.Topics {
		if t.ID == id {
			return t.Title
		}
	}
	return id
}

// question writes one question.
func (f *UseForm) question(b *bytes.Buffer, x *filling, i int) {
	q := &f.questions[i]
	fmt.Fprintf(b, "\n### `%s`\n\n", q.ID)
	var only []string
	if q.gate >= 0 && x.recorded[q.gate] != register.Yes && !x.sure(q.gate) {
		only = append(only, "`"+q.Gate+"` is answered yes")
	}
	if q.Only != "" {
		only = append(only, q.Only)
	}
	if len(only) > 0 {
		fmt.Fprintf(b, "*Only if %s.*\n\n", strings.Join(only, ", and "))
	}
	fmt.Fprintf(b, "**%s**\n\n", q.Ask)
	f.opening(b, q)
	for _, list := range []struct {
		title string
		items []string
	}{{"It covers", q.Covers}, {"It does not cover", q.CoversNot}} {
		if len(list.items) > 0 {
			fmt.Fprintf(b, "- %s: %s.\n", list.title, strings.Join(list.items, "; "))
		}
	}
	for _, line := range [][2]string{{"Who does it", q.Who}, {"About whom", q.Whom}, {"How far", q.HowFar}} {
		if line[1] != "" {
			fmt.Fprintf(b, "- %s: %s\n", line[0], line[1])
		}
	}
	for _, list := range []struct {
		title string
		items []string
	}{{"Yes, for instance", q.Yes}, {"No, for instance", q.No}} {
		if len(list.items) > 0 {
			fmt.Fprintf(b, "- %s:\n", list.title)
			for _, e := range list.items {
				fmt.Fprintf(b, "  - %s\n", e)
			}
		}
	}
	for _, answer := range []register.Answer{register.Yes, register.No} {
		if says := q.Follows[answer]; says != "" {
			fmt.Fprintf(b, "- If %s: %s\n", answer, says)
		}
	}
	source := q.Ref
	if q.Guidance != "" {
		source += "; " + q.Guidance
	}
	if q.Draft {
		source += " (draft guidance alone draws a limit here)"
	}
	fmt.Fprintf(b, "- Source: %s.\n", source)
}

// opening writes what a gate that is answered no spares.
func (f *UseForm) opening(b *bytes.Buffer, q *useQuestion) {
	var opens []string
	for _, j := range q.opens {
		opens = append(opens, "`"+f.questions[j].ID+"`")
	}
	if len(opens) > 0 {
		fmt.Fprintf(b, "If no, go on after %s.\n\n", strings.Join(opens, ", "))
	}
}
