package dashboard

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/phrase"
)

// voice says what a person reads in one language. Every sentence goes through it as a
// constant format, in templates as {{t "format" …}}, so that package phrase finds its
// translation and a test each of them; none is put together of parts.
type voice struct{ *phrase.Phrases }

// english says what no reader's language is known of.
var english = func() voice {
	v, err := voiceIn(language.English)
	if err != nil {
		panic(err) // there is English
	}
	return v
}()

// voiceIn is the voice of a language; the error is issue.Issues of one that there is not.
func voiceIn(tag language.Tag) (voice, error) {
	p, err := phrase.In(tag)
	return voice{p}, err
}

// voiceOf is the voice of a language by its name; English of one that there is not.
func voiceOf(name string) voice {
	tag, err := language.Parse(name)
	if err != nil {
		return english
	}
	v, err := voiceIn(tag)
	if err != nil {
		return english
	}
	return v
}

// mark marks a format in a table, which is said where it is drawn.
func mark(format string) string { return format }

// say says a format and its arguments. Words that come from people are made one line.
func (v voice) say(format string, args ...any) string {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = oneLine(a)
		case error:
			args[i] = oneLine(a.Error())
		}
	}
	return v.Sprintf(format, args...)
}

// told says a text that was written in English elsewhere: the title of a criterion, of
// a clause, of a rule.
func (v voice) told(s string) string {
	if s == "" {
		return ""
	}
	if strings.Contains(s, "%") { // a share, and no verb
		return v.Word(s)
	}
	return v.Text(issue.Text{ID: s})
}

// of says a text, in English too, where the catalogue has one form for one thing and another
// for several; what it is in English where it is none, as an own probe may have it.
func (v voice) of(t issue.Text, message string) string {
	if t.ID == "" {
		return message
	}
	return v.Text(t)
}

// plainOf says a text for who reads pages: without the names of verbs, and with days as pages
// write them, where English has them as data does.
func (v voice) plainOf(t issue.Text, message string) string {
	return plain(v.withDays(v.of(t, message)))
}

// withDays writes the days of a sentence as pages do.
func (v voice) withDays(s string) string {
	if !strings.Contains(s, "-") {
		return s // as most are
	}
	return dayInText.ReplaceAllStringFunc(s, func(found string) string {
		at := len(found) - len(time.DateOnly)
		day, err := calendar.Parse(found[at:])
		if err != nil {
			return found
		}
		return found[:at] + v.day(day)
	})
}

// dayInText is a day that stands for itself in a sentence, and not in an ID.
var dayInText = regexp.MustCompile(`(?:^|[\s(])[0-9]{4}-[0-9]{2}-[0-9]{2}\b`)

func (v voice) isEnglish() bool { return v.Language() == language.English }

// words says the name of a field or a value as words, such as "not started".
func (v voice) words(s string) string {
	said := v.Word(words(oneLine(s)))
	if !strings.ContainsAny(said, "123456789") {
		return said // as most are
	}
	return largeNumber.ReplaceAllStringFunc(said, func(digits string) string {
		n, err := strconv.Atoi(digits)
		if err != nil {
			return digits
		}
		return v.Number(n)
	})
}

// largeNumber is one that is read by its thousands; four digits may be a year.
var largeNumber = regexp.MustCompile(`\b[1-9][0-9]{4,}\b`)

// chosen says a value that a list is chosen by: a word of ours, or an ID as it stands.
func (v voice) chosen(s string) string {
	if enumForm.MatchString(s) {
		return v.words(s)
	}
	return v.Word(oneLine(s))
}

// title says the name of a field as words that begin with a capital.
func (v voice) title(s string) string {
	if v.isEnglish() {
		return title(s)
	}
	return capital(v.words(s))
}

// lower makes the first letter of a sentence small that follows a colon, where the
// language does so.
func (v voice) lower(s string) string {
	if !v.isEnglish() {
		return s
	}
	return lowerFirst(s)
}

// day writes the day of a moment, such as "27 November 2026"; nothing of the zero time.
func (v voice) day(d phrase.Dated) string { return v.Date("2 January 2006", d) }

// near is day without the year where that is the year of now.
func (v voice) near(d, now phrase.Dated) string {
	if !d.IsZero() && d.Format("2006") == now.Format("2006") {
		return v.Date("2 January", d)
	}
	return v.day(d)
}

// span writes two days between which something lies: as months if they lie far apart.
func (v voice) span(from, to time.Time) string {
	from, to = from.UTC(), to.UTC()
	switch {
	case to.Sub(from) < 45*24*time.Hour:
		return v.say("%s to %s", v.day(from), v.day(to))
	case from.Year() == to.Year():
		return v.say("%s to %s", v.Date("January", from), v.Date("January 2006", to))
	}
	return v.say("%s to %s", v.Date("January 2006", from), v.Date("January 2006", to))
}

// points writes a gain: points of a hundred, to a tenth below ten.
func (v voice) points(gain float64) string {
	if gain >= 10 || gain == math.Trunc(gain) {
		return v.say("+%.0f", gain)
	}
	return v.say("+%.1f", gain)
}

// workDays writes days of work, by halves below ten.
func (v voice) workDays(days float64) string {
	halves := math.Round(days*2) / 2
	switch {
	case days < 0.75:
		return v.say("half a day")
	case days >= 10 || halves == math.Trunc(halves):
		if days >= 10 {
			halves = math.Round(days)
		}
		return v.say("%d days", int(halves))
	}
	return v.say("%.1f days", halves)
}

// wordName says on whose word something rests.
func (v voice) wordName(b maturity.Basis) string {
	switch b {
	case maturity.SelfDeclared:
		return v.say("self-declared")
	case maturity.SecondPerson:
		return v.say("checked by a second person")
	case maturity.Audited:
		return v.say("audited")
	}
	return v.words(string(b))
}

// yesNo is a truth value as a cell.
func (v voice) yesNo(b bool) cell {
	if b {
		return cell{text: v.say("yes"), key: "yes"}
	}
	return cell{text: v.say("no"), key: "no"}
}

// enumCell is the value of an enumeration.
func (v voice) enumCell(s string) cell { return cell{text: v.words(s), key: s, word: true} }

func (v voice) dayCell(t calendar.Date) cell {
	if t.IsZero() {
		return cell{}
	}
	return cell{text: v.day(t), key: t.String(), all: []string{t.String()}, day: true}
}

func (v voice) numberCell(n int) cell { return cell{text: v.Number(n), key: padded(n)} }

// sentence begins with a capital and ends with a point.
func sentence(s string) string {
	s = capital(oneLine(s))
	if s != "" && !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// lowerFirst makes the first letter of a sentence small, unless it begins with an
// abbreviation.
func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if second, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(second) {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// errSaid is an error that pages tell in their language.
type errSaid struct {
	text issue.Text
	err  error // what it is by errors.Is; nil if nothing
}

func (e *errSaid) Error() string {
	if e.err != nil {
		return e.err.Error() + ": " + e.text.String()
	}
	return e.text.String()
}

func (e *errSaid) Unwrap() error { return e.err }

func (e *errSaid) in(v voice) string { return v.Text(e.text) }

// notFound says what there is not.
func notFound(format string, args ...any) error {
	return &errSaid{issue.NewText(format, args...), aims.ErrNotFound}
}

var (
	errNoPage   error = &errSaid{text: issue.NewText("there is no such page")}
	errReadOnly error = &errSaid{text: issue.NewText("pages are read only: GET or HEAD")}
)

// sayError says an error of ours in the language, and another as it is.
func (v voice) sayError(err error) string {
	var said interface{ in(voice) string }
	if !v.isEnglish() && errors.As(err, &said) {
		return said.in(v)
	}
	return err.Error()
}
