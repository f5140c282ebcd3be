package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// How much of each list is printed.
const (
	topAgencies  = 15
	topSystems   = 20
	topProblems  = 50
	topAnswers   = 5
	maxValueText = 40 // characters of a value
	width        = 100
)

// levels in the order of the table.
var levels = []impact.Level{impact.LevelUnacceptable, impact.LevelHigh, impact.LevelLimited, impact.LevelMinimal}

// printer writes lines and remembers the first error.
type printer struct{ w *bufio.Writer }

func (p printer) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	text, _ = cutRunes(text, width)
	fmt.Fprintln(p.w, text)
}

// printTally says what became of the rows of the file.
func printTally(w io.Writer, name, encoding string, t tally) error {
	p := printer{bufio.NewWriter(w)}
	p.line("%s: %s, %s rows", name, encoding, thousands(t.Read))
	p.line("  %s imported, %s there already, %s blank, %s rejected", thousands(t.Imported), thousands(t.There), thousands(t.Blank), thousands(t.Rejected))
	p.line("  %s impact assessments opened in the same commit", thousands(t.Opened))
	if len(t.Problems) > 0 {
		p.line("")
		p.line("Rejected: line, column, value: reason")
		for i, pr := range t.Problems {
			if i == topProblems {
				p.line("  and %s more", thousands(len(t.Problems)-i))
				break
			}
			p.problem(pr)
		}
	}
	p.warnings(t.Warnings)
	return p.w.Flush()
}

// problem prints one problem. The reason goes on a line of its own where one
// line doesn't hold it: what is wrong must not be cut.
func (p printer) problem(pr problem) {
	where := fmt.Sprintf("  line %d", pr.Line)
	if pr.Column != "" {
		column, _ := cutRunes(pr.Column, maxValueText)
		where += ", " + column
	}
	value, _ := cutRunes(oneLine(pr.Value), maxValueText)
	where += fmt.Sprintf(", %q: ", value)
	if utf8.RuneCountInString(where)+utf8.RuneCountInString(pr.Reason) <= width {
		p.line("%s%s", where, pr.Reason)
		return
	}
	p.line("%s", where)
	for _, l := range wrap(pr.Reason, width-6) {
		p.line("      %s", l)
	}
}

// warnings prints how many there are by column, with the first of each.
func (p printer) warnings(all []problem) {
	if len(all) == 0 {
		return
	}
	count := make(map[string]int)
	first := make(map[string]problem)
	var columns []string
	for _, w := range all {
		if count[w.Column]++; count[w.Column] == 1 {
			first[w.Column] = w
			columns = append(columns, w.Column)
		}
	}
	slices.SortStableFunc(columns, func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	p.line("")
	p.line("Warnings: %s, by column, with the first of each", thousands(len(all)))
	for _, c := range columns {
		w := first[c]
		column, _ := cutRunes(c, 32)
		value, _ := cutRunes(oneLine(w.Value), 22)
		p.line("  %4s  %-32s line %d, %q:", thousands(count[c]), column, w.Line, value)
		for _, l := range wrap(w.Reason, width-8) {
			p.line("        %s", l)
		}
	}
}

// printRegister shows the register: by stage and level, by agency, and what
// needs attention first.
func printRegister(w io.Writer, v *aims.View) error {
	items := itemsOf(v)
	p := printer{bufio.NewWriter(w)}
	p.stages(items)
	p.agencies(items)
	p.settling(items)
	p.attention(items)
	return p.w.Flush()
}

func (p printer) stages(items []item) {
	p.line("")
	p.line("Systems by stage and impact level, by what is answered alone")
	head := fmt.Sprintf("  %-14s", "")
	for _, l := range levels {
		head += fmt.Sprintf("%14s", l)
	}
	p.line("%s%14s%14s", head, "all", "certain")
	all := levelCount{known: make(map[impact.Level]int)}
	for _, stage := range register.Stages() {
		n := levelCount{known: make(map[impact.Level]int)}
		for _, i := range items {
			if i.System.Stage == stage {
				n.add(i)
				all.add(i)
			}
		}
		p.counts(string(stage), n)
	}
	p.counts("all", all)
	for _, l := range wrap("Certain: nothing that is open could raise it. Until somebody answers, an open question counts as the worst case, so that all in all "+
		thousands(all.high)+" systems are governed as of high level or above.", width-2) {
		p.line("  %s", l)
	}
}

// levelCount is how many systems are of which level.
type levelCount struct {
	known   map[impact.Level]int
	all     int
	certain int // whose level nothing open could raise
	high    int // that count as high or above
}

func (c *levelCount) add(i item) {
	c.known[i.Span.Known]++
	c.all++
	c.certain += times(i.Span.Certain())
	c.high += times(i.Span.Level.Rank() >= impact.LevelHigh.Rank())
}

func (p printer) counts(name string, c levelCount) {
	line := fmt.Sprintf("  %-14s", name)
	for _, l := range levels {
		line += fmt.Sprintf("%14s", thousands(c.known[l]))
	}
	p.line("%s%14s%14s", line, thousands(c.all), thousands(c.certain))
}

// agencyCount is how many systems an agency has.
type agencyCount struct {
	name            string
	all, live, high int
}

func (a *agencyCount) add(i item) {
	a.all++
	a.live += times(i.live())
	a.high += times(i.Span.Known.Rank() >= impact.LevelHigh.Rank())
}

func (p printer) agencies(items []item) {
	by := make(map[string]*agencyCount)
	for _, i := range items {
		name := cmp.Or(i.System.Labels[labelAbbreviation], i.System.Labels[labelAgency], "(none named)")
		if by[name] == nil {
			by[name] = &agencyCount{name: name}
		}
		by[name].add(i)
	}
	var sorted []agencyCount
	for _, a := range by {
		sorted = append(sorted, *a)
	}
	slices.SortFunc(sorted, func(a, b agencyCount) int {
		return cmp.Or(cmp.Compare(b.all, a.all), cmp.Compare(a.name, b.name))
	})
	if len(sorted) > topAgencies+1 {
		rest := agencyCount{name: fmt.Sprintf("%d others", len(sorted)-topAgencies)}
		for _, a := range sorted[topAgencies:] {
			rest.all += a.all
			rest.live += a.live
			rest.high += a.high
		}
		sorted = append(sorted[:topAgencies], rest)
	}
	p.line("")
	p.line("Systems by agency: all, live, and of high level or above by what is answered alone")
	// Two columns side by side, read downwards.
	rows := (len(sorted) + 1) / 2
	for r := range rows {
		line := "  " + sorted[r].cells()
		if r+rows < len(sorted) {
			line += "        " + sorted[r+rows].cells()
		}
		p.line("%s", line)
	}
}

func (a agencyCount) cells() string {
	name, _ := cutRunes(a.name, 14)
	return fmt.Sprintf("%-14s%8s%8s%8s", name, thousands(a.all), thousands(a.live), thousands(a.high))
}

// settling shows which answers would settle most, and why.
func (p printer) settling(items []item) {
	all := settling(items)
	open, total := 0, 0
	for _, i := range items {
		open += times(len(i.Asks) > 0)
		total += len(i.Asks)
	}
	p.line("")
	p.line("The five answers that would settle most: the level of %s systems is open, on %s answers in all", thousands(open), thousands(total))
	for n, a := range all[:min(len(all), topAnswers)] {
		p.line("  %d  %-16s %5s systems wait for it, in which it can end %s open rules", n+1, a.Question.Attribute, thousands(a.Systems), thousands(a.Ends))
		for _, r := range a.Rules[:min(len(a.Rules), 2)] {
			p.line("        %s could make it %s: %s", r.Rule.ID, r.Rule.MinLevel, r.Rule.Why)
		}
		if more := len(a.Rules) - 2; more > 0 {
			p.line("        and so could %d more rules", more)
		}
		if len(a.Question.Implies) > 0 {
			p.line("        it can answer %s as well", strings.Join(a.Question.Implies, ", "))
		}
	}
}

func (p printer) attention(items []item) {
	all := first(items)
	p.line("")
	p.line("To look at first: what people meet now, by what is known of its level, then by what is open")
	p.line("      %-13s %-5s %-19s %s", "known", "open", "ID", "name")
	for n, i := range all[:min(len(all), topSystems)] {
		p.line("  %2d  %-13s %-5d %-19s %s", n+1, i.Span.Known, i.Span.Open, i.System.ID, oneLine(i.System.Name))
	}
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// wrap breaks a text into lines of at most n characters where it has spaces.
func wrap(s string, n int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= n:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
