package dashboard

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
)

// terminalWidth is how wide the text of a screen is at most, in characters.
const terminalWidth = 100

// WriteText writes the screen as plain text for a terminal, at most 100 characters wide and
// 50 lines long: the level and how far each is, what blocks the next one, the areas, the
// phases, the path, what to do next with who begins and when, findings by severity, and
// when the level next falls if nothing is renewed. The same screen gives the same text. The
// error is that of the writer.
func (s Screen) WriteText(w io.Writer) error {
	t := terminal{voice: voiceOf(s.Language)}
	where := s.Board.Where
	level := where.Level.String() + " " + where.Name
	switch {
	case where.Since.IsZero():
		t.line("%-10s %s", t.say("MATURITY"), t.say("%s; as of %s", level, s.Today.String()))
	case where.AtLeast:
		t.line("%-10s %s", t.say("MATURITY"), t.say("%s, since %s or before; as of %s", level, where.Since.String(), s.Today.String()))
	default:
		t.line("%-10s %s", t.say("MATURITY"), t.say("%s, since %s; as of %s", level, where.Since.String(), s.Today.String()))
	}
	t.line("           %s", t.say("model %s %s, %s, %s", s.Model, s.ModelVersion, t.say("%d criteria", s.Criteria), t.unknown(s)))
	t.blank()
	for i, l := range where.Levels {
		t.line("%-10s %s  %s %s", head(t.say("Progress"), i), l.Level, textBar(l.Met, l.Of, 40), t.say("%d of %d criteria met", l.Met, l.Of))
	}
	if b := s.blockers(); len(b) > 0 && where.Level < maturity.ML3 {
		t.blank()
		t.wrapped(fmt.Sprintf("%-10s %s ", t.say("Blockers"), t.say("to %s, %d:", where.Target, len(b))), strings.Join(b, ", "))
	}
	t.blank()
	for i := 0; i < len(s.Board.Objectives); i += 3 {
		var parts []string
		for _, a := range s.Board.Objectives[i:min(i+3, len(s.Board.Objectives))] {
			level := fmt.Sprintf("%s %2d/%-2d", a.Level, a.Met, a.Of)
			if !a.Applicable {
				level = t.say("left out")
			}
			parts = append(parts, fmt.Sprintf("%-4s %s %s", a.Area, textBar(int(a.Level), int(maturity.ML3), 6), level))
		}
		t.line("%-10s %s", head(t.say("Areas"), i), strings.Join(parts, "      "))
	}
	t.blank()
	var phases []string
	for _, p := range s.Lead.Phases {
		phases = append(phases, fmt.Sprintf("%-5s %s %d/%d", p.Label, p.Level, p.Met, p.Of))
	}
	t.line("%-10s %s", t.say("Phases"), strings.Join(phases, "   "))
	widest := 22
	for _, p := range s.Lead.Path {
		widest = max(widest, utf8.RuneCountInString(p.Label))
	}
	for i, p := range s.Lead.Path {
		t.line("%-10s %d %-*s %s %s", head(t.say("Path"), i), p.Step, widest, p.Label, textBar(p.Met, p.Of, 20), t.say("%d of %d", p.Met, p.Of))
	}
	t.blank()
	t.next(s)
	t.blank()
	var found []string
	for _, r := range s.Auditor.Ages {
		switch r.Severity {
		case aims.SeverityMajor:
			found = append(found, t.say("%d major", r.Of))
		case aims.SeverityMinor:
			found = append(found, t.say("%d minor", r.Of))
		case aims.SeverityOpportunity:
			found = append(found, t.say("%d opportunities", r.Of))
		}
	}
	t.line("%-10s %s", t.say("Findings [head]"), strings.Join(found, ", "))
	if n := s.Auditor.Independence.Imported; n > 0 {
		t.line("%-10s %s", t.say("Imported"), t.say("%d decisions count on the word of who exported them", n))
	}
	if n := s.Auditor.Independence.Declared; n > 0 {
		t.line("%-10s %s", t.say("Declared"), t.say("%d decisions count on the word of who typed them alone", n))
	}
	for i, c := range s.Auditor.Independence.Combined {
		t.line("%-10s %s", head(t.say("Few hands"), i), t.say("%s holds %s and %s", c.Who.Name, c.One, c.Other))
		if c.Instead != "" {
			t.wrapped("           > ", c.Instead)
			if c.Lacks != "" {
				t.wrapped("             ", t.say("Not so far: %s.", c.Lacks))
			}
		}
	}
	t.fall(where)
	_, err := io.WriteString(w, t.String())
	return err
}

// blockers are the criteria that keep the next level from being reached, a question mark
// behind those of which it can't be told.
func (s Screen) blockers() (ids []string) {
	for _, c := range s.Auditor.Criteria {
		switch {
		case c.Level > s.Board.Where.Target || c.State.Holds():
		case c.State == maturity.StateUnknown:
			ids = append(ids, c.ID+"?")
		default:
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// unknown says of how many criteria it can't be told.
func (t *terminal) unknown(s Screen) string {
	n := 0
	for _, c := range s.Auditor.Criteria {
		n += truth(c.State == maturity.StateUnknown)
	}
	if n == 0 {
		return t.say("none of them unknown")
	}
	return t.say("%d of them unknown", n)
}

// terminal is text in the making.
type terminal struct {
	strings.Builder
	voice
}

// next adds the first three things to do, or what to do first where nothing is registered.
func (t *terminal) next(s Screen) {
	steps := s.Lead.Actions
	if len(s.Start) > 0 {
		steps = s.Start
	}
	for i, n := range steps[:min(3, len(steps))] {
		what := cmp.Or(n.Title, n.Headline)
		if n.Criterion != "" {
			what = n.Criterion + " " + what
		}
		t.line("%-10s %d. %s", head(t.say("Next"), i), i+1, what)
		if n.Found != "" {
			t.wrapped("              ", n.Found)
		}
		t.wrapped("              > ", n.Do)
		if n.Effort > 0 {
			who := cmp.Or(n.Who.Name, t.say("nobody is named"))
			if !n.Due.IsZero() {
				who = t.say("%s, by %s", who, n.Due.String())
			}
			t.line("              %s", t.say("%s towards %s for %s of work; %s", t.points(n.Gain), n.Level, t.workDays(n.Effort), who))
		}
	}
	if len(steps) == 0 {
		t.line("%-10s %s", t.say("Next"), t.say("Every criterion is met. Renew what runs out."))
	}
}

// fall adds when the level next falls.
func (t *terminal) fall(w Where) {
	f := w.Fall
	switch {
	case w.Level == maturity.ML0:
		t.line("%-10s %s", t.say("Next drop"), t.say("none: there is no level to lose yet"))
		return
	case f == nil:
		t.line("%-10s %s", t.say("Next drop"), t.say("none by the passing of time alone"))
		return
	}
	t.line("%-10s %s", t.say("Next drop"), t.say("to %s after %s (in %s) if nothing is renewed, because of", f.To, f.After.String(), t.say("%d days [in]", f.Days)))
	for i, c := range f.Because {
		if i == 2 && len(f.Because) > 3 {
			t.line("           %s", t.say("and %d more criteria", len(f.Because)-i))
			break
		}
		t.line("           %s %s", c.Why, c.Name)
	}
}

// line adds a line, cut to the width.
func (t *terminal) line(format string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = issue.Clean(strings.NewReplacer("\n", " ", "\t", " ").Replace(a))
		case calendar.Date:
			args[i] = a.String()
		}
	}
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	if utf8.RuneCountInString(text) > terminalWidth {
		text = strings.TrimRight(string([]rune(text)[:terminalWidth-1]), " ") + "…"
	}
	t.WriteString(text)
	t.WriteByte('\n')
}

func (t *terminal) blank() { t.WriteByte('\n') }

// wrapped adds text after a head over at most three lines, the later ones indented as far
// as the first begins.
func (t *terminal) wrapped(head, text string) {
	const most = 3
	indent := strings.Repeat(" ", max(11, utf8.RuneCountInString(head)-len(strings.TrimLeft(head, " "))))
	line, empty, lines := head, true, 1
	for _, w := range strings.Fields(shorten(text, most*terminalWidth)) {
		if !empty && utf8.RuneCountInString(line)+utf8.RuneCountInString(w) > terminalWidth {
			if lines == most {
				line = strings.TrimRight(line, " ") + " …"
				break
			}
			t.line("%s", line)
			line, lines, empty = indent, lines+1, true
		}
		line += w + " "
		empty = false
	}
	t.line("%s", line)
}

// textBar draws part of whole as n characters. It is full only if part is whole.
func textBar(part, whole, n int) string {
	filled := 0
	if whole > 0 {
		filled = max(0, min(n, part*n/whole))
	}
	return "[" + strings.Repeat("#", filled) + strings.Repeat(".", n-filled) + "]"
}

// head names the first line of a block, and none after it.
func head(name string, i int) string {
	if i == 0 {
		return name
	}
	return ""
}
