package maturity

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aimskit/aimskit/aims"
)

// width is how wide the dashboard is at most, in characters.
const width = 100

// Dashboard returns a report as one screen of plain text, at most 100
// characters wide: the level and how far the next one is, what blocks it, the
// areas, the phases, the next three steps, findings by severity, and when the
// level next falls if nothing is renewed. The same input gives the same text.
func Dashboard(r Report, findings []aims.Finding) string {
	var s screen
	plus := ""
	if r.Plus {
		plus = "+"
	}
	s.line("MATURITY   %s%s %s, as of %s", r.Level, plus, r.Name, r.At.Format(time.DateOnly))
	s.line("           model %s %s, %d criteria, %s", r.Model, r.ModelVersion, len(r.Criteria), unknowns(r.Unknowns))
	s.blank()
	for i, p := range r.Progress {
		s.line("%-10s %s  %s %3d%% by weight; %d of %d met in full", label("Progress", i), p.Level, bar(p.Percent, 100, 40), p.Percent, p.Met, p.Applicable)
	}
	if b := r.Blockers(); len(b) > 0 && r.Level < ML3 {
		s.blank()
		s.wrapped(fmt.Sprintf("Blockers   to %s, %d: ", r.Level+1, len(b)), strings.Join(names(b), ", "))
	}
	s.blank()
	s.areas(r.Areas)
	s.blank()
	var phases []string
	for _, p := range r.Phases {
		phases = append(phases, fmt.Sprintf("%-5s %s %d/%d", p.Phase, p.Level, p.Met, p.Of))
	}
	s.line("Phases     %s", strings.Join(phases, "   "))
	for i, p := range r.Steps {
		s.line("%-10s %d %-22s %s %3d%%", label("Path", i), p.Step, p.Title, bar(p.Percent, 100, 20), p.Percent)
	}
	s.blank()
	steps := r.Next(3)
	for i, n := range steps {
		s.line("%-10s %d. %s %s", label("Next", i), i+1, n.Criterion, n.Title)
		s.wrapped("              ", cmp.Or(n.Found, "Not shown."))
		s.wrapped("              > ", n.Do)
	}
	if len(steps) == 0 {
		s.line("Next       Every criterion is met. Renew what runs out.")
	}
	s.blank()
	s.line("Findings   %s", severities(findings))
	if r.Imported > 0 {
		s.line("Imported   %d decisions count on the word of who exported them", r.Imported)
	}
	if r.Declared > 0 {
		s.line("Declared   %d decisions count on the word of who typed them alone", r.Declared)
	}
	for i, c := range r.Combined {
		s.line("%-10s %s holds %s and %s", label("Few hands", i), c.Person, c.One, c.Other)
		if c.Small && c.Instead != "" {
			s.wrapped("           > ", c.Instead)
			if !c.Made {
				s.wrapped("             ", "Not so far: "+c.Lacks.String()+".")
			}
		}
	}
	s.drop(r)
	return s.String()
}

// screen is text in the making.
type screen struct{ strings.Builder }

// line adds a line, cut to the width, with what could break it up taken out.
func (s *screen) line(format string, args ...any) {
	s.WriteString(cut(strings.TrimRight(fmt.Sprintf(format, args...), " "), width))
	s.WriteByte('\n')
}

func (s *screen) blank() { s.WriteByte('\n') }

// wrapped adds text after a head over at most three lines, the later ones
// indented as far as the blocks are.
func (s *screen) wrapped(head, text string) {
	const most = 3
	indent := strings.Repeat(" ", max(11, utf8.RuneCountInString(head)-len(strings.TrimLeft(head, " "))))
	line, empty, lines := head, true, 1
	for _, w := range strings.Fields(cut(text, most*width)) {
		if !empty && utf8.RuneCountInString(line)+utf8.RuneCountInString(w) > width {
			if lines == most {
				line = cut(line, width-3) + "..."
				break
			}
			s.line("%s", line)
			line, lines, empty = indent, lines+1, true
		}
		line += w + " "
		empty = false
	}
	s.line("%s", line)
}

// areas adds the areas of Annex A, three to a line, each with a bar of its
// level and how many of its criteria are met.
func (s *screen) areas(areas []Area) {
	for i := 0; i < len(areas); i += 3 {
		var parts []string
		for _, a := range areas[i:min(i+3, len(areas))] {
			level := fmt.Sprintf("%s %2d/%-2d", a.Level, a.Met, a.Of)
			if !a.Applicable {
				level = "left out"
			}
			parts = append(parts, fmt.Sprintf("%-4s %s %s", a.ID, bar(int(a.Level), int(ML3), 6), level))
		}
		s.line("%-10s %s", label("Areas", i), strings.Join(parts, "      "))
	}
}

// drop adds when the level next falls.
func (s *screen) drop(r Report) {
	d := r.NextDrop
	switch {
	case r.Level == ML0:
		s.line("Next drop  none: there is no level to lose yet")
		return
	case d == nil:
		s.line("Next drop  none by the passing of time alone")
		return
	}
	s.line("Next drop  to %s after %s (in %d days) if nothing is renewed, because of", d.To, d.After.Format(time.DateOnly), int(d.After.Sub(r.At).Hours()/24))
	for i, c := range d.Because {
		if i == 2 && len(d.Because) > 3 {
			s.line("           and %d more criteria", len(d.Because)-i)
			break
		}
		why := ""
		if len(c.Failing) > 0 {
			f := c.Failing[0]
			why = ": " + cmp.Or(f.Name, f.Subject.ID)
			if f.Subject == whole() {
				why = ": " + f.Why
			}
			if len(c.Failing) > 1 {
				why += fmt.Sprintf(" and %d more", len(c.Failing)-1)
			}
		}
		s.line("           %s %s%s", c.Criterion, c.Title, why)
	}
}

// bar draws part of whole as n characters. It is full only if part is whole.
func bar(part, whole, n int) string {
	filled := 0
	if whole > 0 {
		filled = max(0, min(n, part*n/whole))
	}
	return "[" + strings.Repeat("#", filled) + strings.Repeat(".", n-filled) + "]"
}

// label returns a name for the first line of a block, and nothing after it.
func label(name string, i int) string {
	if i == 0 {
		return name
	}
	return ""
}

func unknowns(n int) string {
	switch n {
	case 0:
		return "none of them unknown"
	case 1:
		return "1 of them unknown"
	}
	return fmt.Sprintf("%d of them unknown", n)
}

// names returns the criteria's IDs, marking those that are unknown.
func names(results []Result) []string {
	out := make([]string, len(results))
	for i, r := range results {
		out[i] = r.ID
		if r.State == StateUnknown {
			out[i] += "?"
		}
	}
	return out
}

// severities counts findings by severity.
func severities(findings []aims.Finding) string {
	count := func(s aims.Severity) (n int) {
		for _, f := range findings {
			if f.Severity == s {
				n++
			}
		}
		return n
	}
	n := count(aims.SeverityOpportunity)
	what := "opportunities"
	if n == 1 {
		what = "opportunity"
	}
	return fmt.Sprintf("%d major, %d minor, %d %s", count(aims.SeverityMajor), count(aims.SeverityMinor), n, what)
}

// cut makes text one line of at most n characters: names come from people.
func cut(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || slices.Contains([]rune{'\u2028', '\u2029', utf8.RuneError}, r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-3]), " ") + "..."
}
