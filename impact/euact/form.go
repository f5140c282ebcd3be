package euact

import (
	"bytes"
	"fmt"
	"io"
	"slices"
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
no difference. Whoever only makes or sells it answers for those who are meant to use it.

- Where a question says "If no, go on", a no answers what it names, too. After yes or
  not sure, go on with the next question: the ones that it opens may settle it.
- Where a question says "Only if", skip it unless that is so. If you are not sure
  whether it is so, answer it.
- Several uses can hold at once, and so can several exceptions or exemptions: answer
  every question for itself, also where another one seems to say it already.
- Where the law is unclear, say yes; but no where a yes takes duties away, which the
  line "If yes" tells. Not sure is for facts that you do not know: the class stays
  undecided until they are known, with the worst that it can be beside it.
- The lists are not complete. Limits marked as draft guidance are those of the
  Commission's draft guidelines of 2026, which bind nobody.
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
	if only := f.only(x, i); only != "" {
		fmt.Fprintf(b, "*Only if %s.*\n\n", only)
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

// only says what must be so for a question to be asked, as far as it is not known to
// be: which questions are answered so, and, of an attribute that none is about, what it
// holds.
func (f *UseForm) only(x *filling, i int) string {
	q := &f.questions[i]
	var all []string
	if q.gate >= 0 && x.recorded[q.gate] != register.Yes && !x.sure(q.gate) {
		all = append(all, "`"+q.Gate+"` is answered yes")
	}
	if x.best(q.after) == decide.Yes {
		return strings.Join(all, ", and ")
	}
	var yes []int // of each alternative that is one answer of yes
	var other []string
	for _, alternative := range q.leads {
		var parts []string
		var single []int
		possible := true
		for _, l := range alternative {
			truth := l.holds.On(x.subject)
			open := slices.DeleteFunc(slices.Clone(l.questions), func(j int) bool { return x.closed(j) || x.reach(j) == decide.No })
			switch {
			case truth == decide.Yes:
				continue
			case truth == decide.No || l.answer != "" && len(open) == 0:
				possible = false
			case l.answer == "":
				parts = append(parts, fmt.Sprintf("the attribute `%s` holds %s", l.Field, oneOf("", names(l.Any))))
			case l.answer == register.No:
				parts = append(parts, "each of "+strings.Join(f.ids(open), ", ")+" is answered no")
				if len(open) == 1 {
					parts[len(parts)-1] = f.ids(open)[0] + " is answered no"
				}
			default:
				single = open
				parts = append(parts, oneOf("one of ", f.ids(open))+" is answered yes")
			}
		}
		switch {
		case !possible:
		case len(parts) == 1 && len(single) > 0:
			yes = append(yes, single...)
		default:
			other = append(other, strings.Join(parts, " and "))
		}
	}
	var ways []string
	if len(yes) > 0 {
		slices.Sort(yes)
		yes = slices.Compact(yes)
		first := slices.DeleteFunc(slices.Clone(yes), func(j int) bool { return f.led(j, yes) })
		ways = append(ways, oneOf("one of ", f.ids(first))+" is answered yes")
	}
	way := strings.Join(append(ways, other...), ", or ")
	switch {
	case way == "":
		way = q.Only
	case q.Only != "":
		way += " (" + q.Only + ")"
	}
	if way != "" {
		all = append(all, way)
	}
	return strings.Join(all, ", and ")
}

// led reports whether a question is asked only once one of others is answered yes.
func (f *UseForm) led(i int, others []int) bool {
	leads := f.questions[i].leads
	return len(leads) > 0 && !slices.ContainsFunc(leads, func(alternative []lead) bool {
		return len(alternative) > 1 || alternative[0].answer != register.Yes ||
			slices.ContainsFunc(alternative[0].questions, func(j int) bool { return !slices.Contains(others, j) })
	})
}

// ids returns the IDs of questions as code.
func (f *UseForm) ids(questions []int) []string {
	list := make([]string, len(questions))
	for n, i := range questions {
		list[n] = f.questions[i].ID
	}
	return names(list)
}

func names(list []string) []string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = "`" + list[i] + "`"
	}
	return list
}

// oneOf joins alternatives, led in by words if there are several.
func oneOf(lead string, list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	return lead + strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}
