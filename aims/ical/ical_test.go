package ical_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	emersion "github.com/emersion/go-ical"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/ical"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

var update = flag.Bool("update", false, "write testdata/agenda.ics anew")

var now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// due is an entry of an agenda.
func due(id, day, name string) aims.AgendaEntry {
	return aims.AgendaEntry{ID: "S1-21/document/" + id, Day: calendar.MustParse(day), Kind: aims.AgendaReview, Title: issue.NewText("A document is reviewed."),
		Do: issue.NewText("Review it and approve it anew (ApproveDocument)."), Otherwise: issue.NewText("It was due for review on %s.", day),
		Severity: aims.SeverityMinor, Probe: "S1-21", Subject: aims.Subject{Kind: aims.KindDocument, ID: id}, Name: name}
}

func agenda(from, to string, entries ...aims.AgendaEntry) aims.Agenda {
	return aims.Agenda{From: calendar.MustParse(from), To: calendar.MustParse(to), Entries: entries}
}

func write(t require.TestingT, a aims.Agenda, at time.Time, previous string, o *ical.Options) string {
	var before io.Reader
	if previous != "" {
		before = strings.NewReader(previous)
	}
	var out bytes.Buffer
	require.NoError(t, ical.Write(&out, a, at, before, o))
	checkLines(t, out.String())
	return out.String()
}

// checkLines checks what section 3.1 of RFC 5545 says of lines.
func checkLines(t require.TestingT, text string) {
	require.True(t, strings.HasSuffix(text, "END:VCALENDAR\r\n"))
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		require.LessOrEqual(t, len(line), 75, line)
		require.NotContains(t, line, "\n")
		require.NotContains(t, line, "\r")
		require.True(t, utf8.ValidString(line), "%q: a character is split", line)
	}
}

// component is what another parser reads of an event or a task.
type component struct {
	day, summary, description, status string
	sequence                          int
	stamp                             time.Time
	alarms                            int
}

// second reads a calendar with a parser that did not write it, and lets that one check
// which properties there must be and may be but once.
func second(t require.TestingT, text string) map[string]component {
	c, err := emersion.NewDecoder(strings.NewReader(text)).Decode()
	require.NoError(t, err)
	if len(c.Children) > 0 {
		require.NoError(t, emersion.NewEncoder(io.Discard).Encode(c))
	}
	out := make(map[string]component)
	for _, child := range c.Children {
		text := func(name string) string {
			p := child.Props.Get(name)
			require.NotNil(t, p, name)
			s, err := p.Text()
			require.NoError(t, err)
			return s
		}
		date := child.Props.Get(emersion.PropDateTimeStart)
		if child.Name == emersion.CompToDo {
			date = child.Props.Get(emersion.PropDue)
		}
		require.Equal(t, emersion.ValueDate, date.ValueType())
		day, err := date.DateTime(time.UTC)
		require.NoError(t, err)
		stamp, err := child.Props.DateTime(emersion.PropDateTimeStamp, time.UTC)
		require.NoError(t, err)
		sequence, err := child.Props.Get(emersion.PropSequence).Int()
		require.NoError(t, err)
		uid := text(emersion.PropUID)
		require.NotContains(t, out, uid)
		for _, a := range child.Children {
			require.Equal(t, emersion.CompAlarm, a.Name)
		}
		out[uid] = component{day.Format(time.DateOnly), text(emersion.PropSummary), text(emersion.PropDescription), text(emersion.PropStatus), sequence, stamp, len(child.Children)}
	}
	return out
}

const awkward = "Räume, Türen; \\n & \"Fenster\" – 日本語のとても長い名前です😀😀😀😀😀😀\nsecond line"

func TestGolden(t *testing.T) {
	a := agenda("2026-03-02", "2026-05-01", due("plain", "2026-03-10", ""), due("awkward", "2026-04-01", awkward), due("long", "2026-04-02", strings.Repeat("a long name, ", 40)))
	a.Entries[1].Severity, a.Entries[1].Kind = aims.SeverityMajor, aims.AgendaAudit
	got := write(t, a, now, "", &ical.Options{Name: "Acme; AI, management", Domain: "acme.example", Organizer: "mailto:aims@acme.example",
		Alarms: []time.Duration{7 * 24 * time.Hour, 36 * time.Hour, 0}})
	const file = "testdata/agenda.ics"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "write it with -update")
	require.Equal(t, string(want), got)
}

// What was written is what two parsers read, whatever stands in a name.
func TestTextsReadBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune(`\;,:"'nN`+"\n 😀é\t\r\u0085\u2028")), 0, 200, -1)).Draw(rt, "name")
		e := due("x", "2026-03-10", name)
		text := write(rt, agenda("2026-03-02", "2026-05-01", e), now, "", nil)
		want := "A document is reviewed."
		if name != "" {
			want = cleaned(name) + ": " + want
		}
		got := second(rt, text)[ical.UID(e, "")]
		require.Equal(rt, want, got.summary)
		require.Equal(rt, "2026-03-10", got.day)
		require.Equal(rt, 1, got.alarms)

		own, err := ics.ParseCalendar(strings.NewReader(text))
		require.NoError(rt, err)
		require.Equal(rt, want, own.Events()[0].GetProperty(ics.ComponentPropertySummary).Value)
		require.Equal(rt, text, write(rt, agenda("2026-03-02", "2026-05-01", e), now.Add(time.Hour), text, nil), "nothing has changed")
	})
}

// cleaned is a text without what may not stand in one.
func cleaned(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			return ' '
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"))
}

// A calendar through three months: an entry is moved, one is seen to and falls due again.
func TestUpdates(t *testing.T) {
	stays, moves, ends := due("stays", "2026-04-20", "Stays"), due("moves", "2026-04-10", "Moves"), due("ends", "2026-04-15", "Ends")
	uid := func(e aims.AgendaEntry) string { return ical.UID(e, "") }
	first := write(t, agenda("2026-03-02", "2026-05-31", moves, ends, stays), now, "", nil)
	got := second(t, first)
	require.Len(t, got, 3)
	require.Equal(t, component{"2026-04-10", "Moves: A document is reviewed.", "Review it and approve it anew (ApproveDocument).\nIf not, S1-21 will find: It was due for review on 2026-04-10.",
		"CONFIRMED", 0, now, 1}, got[uid(moves)])

	later := now.AddDate(0, 0, 7)
	moves = due("moves", "2026-04-12", "Moves")
	next := write(t, agenda("2026-03-09", "2026-06-07", moves, stays), later, first, nil)
	got = second(t, next)
	require.Equal(t, []any{"2026-04-12", 1, later, "CONFIRMED"}, []any{got[uid(moves)].day, got[uid(moves)].sequence, got[uid(moves)].stamp, got[uid(moves)].status})
	require.Equal(t, []any{0, now}, []any{got[uid(stays)].sequence, got[uid(stays)].stamp}, "untouched")
	gone := got[uid(ends)]
	require.Equal(t, []any{"2026-04-15", 1, later, "CANCELLED", 0}, []any{gone.day, gone.sequence, gone.stamp, gone.status, gone.alarms})

	// Once more, and it is cancelled once.
	again := write(t, agenda("2026-03-09", "2026-06-07", moves, stays), later.Add(time.Hour), next, nil)
	require.Equal(t, next, again)

	// It falls due again.
	back := second(t, write(t, agenda("2026-03-16", "2026-06-14", moves, ends, stays), later.AddDate(0, 0, 7), again, nil))
	require.Equal(t, []any{2, "CONFIRMED", 1}, []any{back[uid(ends)].sequence, back[uid(ends)].status, back[uid(ends)].alarms})

	// What is over drops out; what a shorter window does not reach stays.
	past := second(t, write(t, agenda("2026-04-13", "2026-04-14"), now.AddDate(0, 0, 42), again, nil))
	require.ElementsMatch(t, []string{uid(ends), uid(stays)}, slices.Collect(maps.Keys(past)))
	require.Equal(t, "CONFIRMED", past[uid(stays)].status)

	require.Equal(t, uid(stays), uid(due("stays", "2027-01-01", "Other")), "day and name are no part of it")
	require.NotEqual(t, uid(stays), ical.UID(stays, "acme.example"))
}

func TestTodo(t *testing.T) {
	o := &ical.Options{Component: ical.Todo, Alarms: []time.Duration{}}
	e := due("x", "2026-03-10", "X")
	text := write(t, agenda("2026-03-02", "2026-05-01", e), now, "", o)
	require.Contains(t, text, "DUE;VALUE=DATE:20260310\r\n")
	require.Contains(t, text, "STATUS:NEEDS-ACTION\r\n")
	require.NotContains(t, text, "VALARM")
	require.NotContains(t, text, "METHOD")
	require.Equal(t, "2026-03-10", second(t, text)[ical.UID(e, "")].day)
	o.Alarms = []time.Duration{time.Hour}
	next := write(t, agenda("2026-03-02", "2026-05-01", e), now, text, o)
	require.Contains(t, next, "TRIGGER;RELATED=END:-PT1H0M0S\r\n")
	require.Equal(t, 1, second(t, next)[ical.UID(e, "")].sequence, "an alarm is a change")
	empty := write(t, agenda("2026-03-02", "2026-05-01"), now, "", nil)
	require.Empty(t, second(t, empty))
}

func TestTranslated(t *testing.T) {
	german := map[string]string{"A document is reviewed.": "Ein Dokument wird geprüft.", "%s: %s": "%s – %s"}
	o := &ical.Options{Text: func(x issue.Text) string {
		if id, ok := german[x.ID]; ok {
			x.ID = id
		}
		return x.String()
	}}
	e := due("x", "2026-03-10", "Handbuch")
	require.Equal(t, "Handbuch – Ein Dokument wird geprüft.", second(t, write(t, agenda("2026-03-02", "2026-05-01", e), now, "", o))[ical.UID(e, "")].summary)
}

func TestRefuses(t *testing.T) {
	good := write(t, agenda("2026-03-02", "2026-05-01", due("x", "2026-03-10", "X")), now, "", nil)
	for _, c := range []struct {
		name, previous string
		a              aims.Agenda
		o              *ical.Options
		field, rule    string
	}{
		{"component", "", aims.Agenda{}, &ical.Options{Component: "VJOURNAL"}, "component", "oneof"},
		{"alarm after", "", aims.Agenda{}, &ical.Options{Alarms: []time.Duration{-time.Hour}}, "alarms[0]", "range"},
		{"domain", "", aims.Agenda{}, &ical.Options{Domain: "a b"}, "domain", "charset"},
		{"organizer", "", aims.Agenda{}, &ical.Options{Organizer: "ada"}, "organizer", "uri"},
		{"day", "", agenda("2026-03-02", "2026-05-01", due("x", "", "X")), nil, "entries.day", "required"},
		{"no calendar", "hello", aims.Agenda{}, nil, "previous", "ical"},
		{"other component", good, aims.Agenda{}, &ical.Options{Component: ical.Todo}, "previous[0]", "component"},
		{"other domain", good, aims.Agenda{}, &ical.Options{Domain: "acme.example"}, "previous[0].uid", "uid"},
		{"other program", strings.Replace(good, "SEQUENCE:0", "SEQUENCE:x", 1), aims.Agenda{}, nil, "previous[0].sequence", "number"},
		{"no day", strings.Replace(good, "20260310", "tomorrow", 1), aims.Agenda{}, nil, "previous[0].dtstart", "date"},
	} {
		var previous io.Reader
		if c.previous != "" {
			previous = strings.NewReader(c.previous)
		}
		err := ical.Write(io.Discard, c.a, now, previous, c.o)
		var is issue.Issues
		require.ErrorAs(t, err, &is, c.name)
		require.Equal(t, []string{c.field, c.rule}, []string{is[0].Field, is[0].Rule}, c.name)
	}
	full := fmt.Errorf("the disk is full")
	require.ErrorIs(t, ical.Write(failing{full}, agenda("2026-03-02", "2026-05-01", due("x", "2026-03-10", "X")), now, nil, nil), full)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Whatever an agenda does from week to week, the calendar follows: what is on it is
// there, what is not is cancelled, and no SEQUENCE falls.
func TestCalendarFollowsTheAgenda(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		at, text := now, ""
		before := map[string]component{}
		for range rapid.IntRange(1, 6).Draw(rt, "weeks") {
			from, to := at.Format(time.DateOnly), at.AddDate(0, 0, 40).Format(time.DateOnly)
			a := agenda(from, to)
			for i := range 6 {
				if ahead := rapid.IntRange(-20, 40).Draw(rt, "ahead "+strconv.Itoa(i)); ahead >= 0 {
					a.Entries = append(a.Entries, due(strconv.Itoa(i), at.AddDate(0, 0, ahead/10*10).Format(time.DateOnly), rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "name")))
				}
			}
			next := write(rt, a, at, text, nil)
			require.Equal(rt, next, write(rt, a, at.Add(time.Minute), next, nil), "what is up to date stays as it is")
			got := second(rt, next)
			on := make(map[string]bool)
			for _, e := range a.Entries {
				c := got[ical.UID(e, "")]
				on[ical.UID(e, "")] = true
				require.Equal(rt, []string{e.Day.String(), "CONFIRMED"}, []string{c.day, c.status})
			}
			for uid, c := range got {
				require.GreaterOrEqual(rt, c.day, from)
				require.True(rt, on[uid] || c.status == "CANCELLED" || c.day > to)
				if old, was := before[uid]; was {
					require.GreaterOrEqual(rt, c.sequence, old.sequence)
					same := c.day == old.day && c.summary == old.summary && c.description == old.description && c.status == old.status
					require.Equal(rt, same, c.sequence == old.sequence)
					require.Equal(rt, same, c.stamp.Equal(old.stamp))
				} else {
					require.Zero(rt, c.sequence)
				}
			}
			for uid, old := range before {
				if _, still := got[uid]; !still {
					require.Less(rt, old.day, from, "only what is over drops out")
				}
			}
			before, text, at = got, next, at.AddDate(0, 0, 7)
		}
	})
}
