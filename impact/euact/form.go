package euact

import (
	"io"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Form is DefaultUseForm().Write.
func Form(w io.Writer, s register.System) error { return DefaultUseForm().Write(w, s) }

// Write writes the questions about a system that are not answered as a page in
// Markdown that can be filled in without seeing any table: those that are to be
// asked now, and those that an answer can lead to, with what leads there. Of a
// system of which nothing is known, these are all.
func (f *UseForm) Write(w io.Writer, s register.System) error { return f.WriteIn(w, s, nil) }

// WriteIn is [UseForm.Write] in the language of a teller, such as phrase.Phrases; nil is
// English. Questions are named by their IDs in each language.
func (f *UseForm) WriteIn(w io.Writer, s register.System, in issue.Teller) error {
	x := f.fill(&s)
	b := &page{in: in}
	b.write("# ", b.say("Questions on the uses of an AI system"), "\n\n")
	b.write(b.say("Edition of %s, on Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744.", issue.Day(f.table.Edition)), "\n")
	b.write(b.tell(howToAnswer), "\n\n")
	for _, t := range howToRead {
		b.write("- ", b.tell(t), "\n")
	}
	topic := ""
	for _, i := range x.order() {
		q := &f.questions[i]
		if x.closed(i) || x.reach(i) == decide.No {
			continue
		}
		if q.Topic != topic {
			topic = q.Topic
			b.write("\n## ", b.tell(f.title(topic)), "\n")
		}
		f.question(b, x, i)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// howToAnswer and howToRead stand at the top of a form.
const howToAnswer = `Answer each question with yes, no or not sure. What counts is what the system is meant
for, as its maker says, or what it is used for; that a person decides in the end makes
no difference. Whoever only makes or sells it answers for those who are meant to use it.`

var howToRead = []string{
	`Where a question says "If no, go on", a no answers what it names, too. After yes or
  not sure, go on with the next question: the ones that it opens may settle it.`,
	`Where a question says "Only if", skip it unless that is so. If you are not sure
  whether it is so, answer it.`,
	`Several uses can hold at once, and so can several exceptions or exemptions: answer
  every question for itself, also where another one seems to say it already.`,
	`Where the law is unclear, say yes; but no where a yes takes duties away, which the
  line "If yes" tells. Not sure is for facts that you do not know: the class stays
  undecided until they are known, with the worst that it can be beside it.`,
	`The lists are not complete. Limits marked as draft guidance are those of the
  Commission's draft guidelines of 2026, which bind nobody.`,
}

// page is Markdown that is written in a language.
type page struct {
	in issue.Teller // nil: English
	strings.Builder
}

// tell tells a sentence.
func (p *page) tell(sentence string) string { return issue.Tell(p.in, issue.Plain(sentence)) }

// say tells a format and its arguments.
func (p *page) say(format string, args ...any) string {
	return issue.Tell(p.in, issue.NewText(format, args...))
}

// write writes strings one behind the other.
func (p *page) write(all ...string) {
	for _, s := range all {
		p.WriteString(s)
	}
}

// list tells sentences, joined by semicolons.
func (p *page) list(items []string) string {
	told := make([]string, len(items))
	for i, s := range items {
		told[i] = p.tell(s)
	}
	return strings.Join(told, "; ")
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
func (f *UseForm) question(b *page, x *filling, i int) {
	q := &f.questions[i]
	b.write("\n### `", q.ID, "`\n\n")
	if only := f.only(x, i); only.ID != "" {
		b.write("*", b.say("Only if %s.", only), "*\n\n")
	}
	b.write("**", b.tell(q.Ask), "**\n\n")
	f.opening(b, q)
	for _, list := range []struct {
		title string
		items []string
	}{{b.say("It covers"), q.Covers}, {b.say("It does not cover"), q.CoversNot}} {
		if len(list.items) > 0 {
			b.write("- ", list.title, ": ", b.list(list.items), ".\n")
		}
	}
	for _, line := range []struct{ title, says string }{{b.say("Who does it"), q.Who}, {b.say("About whom"), q.Whom}, {b.say("How far"), q.HowFar}} {
		if line.says != "" {
			b.write("- ", line.title, ": ", b.tell(line.says), "\n")
		}
	}
	for _, list := range []struct {
		title string
		items []string
	}{{b.say("Yes, for instance"), q.Yes}, {b.say("No, for instance"), q.No}} {
		if len(list.items) > 0 {
			b.write("- ", list.title, ":\n")
			for _, e := range list.items {
				b.write("  - ", b.tell(e), "\n")
			}
		}
	}
	for _, answer := range []register.Answer{register.Yes, register.No} {
		if says := q.Follows[answer]; says != "" {
			b.write("- ", b.say("If %s: %s", issue.Word(answer), issue.Plain(says)), "\n")
		}
	}
	source := issue.Plain(q.Ref)
	if q.Guidance != "" {
		source = issue.NewText("%s; %s", source, issue.Plain(q.Guidance))
	}
	if q.Draft {
		source = issue.NewText("%s (draft guidance alone draws a limit here)", source)
	}
	b.write("- ", b.say("Source: %s.", source), "\n")
}

// opening writes what a gate that is answered no spares.
func (f *UseForm) opening(b *page, q *useQuestion) {
	if len(q.opens) > 0 {
		b.write(b.say("If no, go on after %s.", strings.Join(f.ids(q.opens), ", ")), "\n\n")
	}
}

// only says what must be so for a question to be asked, as far as it is not known to
// be: which questions are answered so, and, of an attribute that none is about, what it
// holds.
func (f *UseForm) only(x *filling, i int) issue.Text {
	q := &f.questions[i]
	var all []issue.Text
	if q.gate >= 0 && x.recorded[q.gate] != register.Yes && !x.sure(q.gate) {
		all = append(all, issue.NewText("%s is answered yes", "`"+q.Gate+"`"))
	}
	if x.best(q.after) == decide.Yes {
		return issue.Join("%s, and %s", all)
	}
	var yes []int // of each alternative that is one answer of yes
	var other []issue.Text
	for _, alternative := range q.leads {
		var parts []issue.Text
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
				parts = append(parts, issue.NewText("the attribute %s holds %s", "`"+l.Field+"`", either(names(l.Any))))
			case l.answer == register.No && len(open) == 1:
				parts = append(parts, issue.NewText("%s is answered no", f.ids(open)[0]))
			case l.answer == register.No:
				parts = append(parts, issue.NewText("each of %s is answered no", strings.Join(f.ids(open), ", ")))
			default:
				single = open
				parts = append(parts, f.oneYes(open))
			}
		}
		switch {
		case !possible:
		case len(parts) == 1 && len(single) > 0:
			yes = append(yes, single...)
		default:
			other = append(other, issue.Join("%s and %s", parts))
		}
	}
	var ways []issue.Text
	if len(yes) > 0 {
		slices.Sort(yes)
		yes = slices.Compact(yes)
		ways = append(ways, f.oneYes(slices.DeleteFunc(slices.Clone(yes), func(j int) bool { return f.led(j, yes) })))
	}
	way := issue.Join("%s, or %s", append(ways, other...))
	switch {
	case way.ID == "":
		way = issue.Plain(q.Only)
	case q.Only != "":
		way = issue.NewText("%s (%s)", way, issue.Plain(q.Only))
	}
	if way.ID != "" {
		all = append(all, way)
	}
	return issue.Join("%s, and %s", all)
}

// oneYes says that one of some questions is answered yes.
func (f *UseForm) oneYes(questions []int) issue.Text {
	if len(questions) == 1 {
		return issue.NewText("%s is answered yes", f.ids(questions)[0])
	}
	return issue.NewText("one of %s is answered yes", either(f.ids(questions)))
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

// either joins alternatives.
func either(list []string) issue.Text {
	if len(list) == 1 {
		return issue.NewText("%s", list[0])
	}
	return issue.NewText("%s or %s", strings.Join(list[:len(list)-1], ", "), list[len(list)-1])
}
