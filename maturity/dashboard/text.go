package dashboard

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// clean takes out of text what could hide or turn round what stands beside it:
// controls, bidirectional marks, what is no UTF-8. Line ends stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError, r == '\u2028', r == '\u2029', r == '\ufeff':
			return -1
		}
		return r
	}, s)
}

// number writes a whole number with commas.
func number(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// day writes the day of a moment, such as "27 November 2026"; nothing of the zero time.
func day(d dated) string {
	if d.IsZero() {
		return ""
	}
	return d.Format("2 January 2006")
}

// dated is a day, or a moment.
type dated interface {
	IsZero() bool
	Format(layout string) string
}

// dayIn is day without the year where that is the year of now.
func dayIn(d, now dated) string {
	if d.IsZero() {
		return ""
	}
	if d.Format("2006") == now.Format("2006") {
		return d.Format("2 January")
	}
	return day(d)
}

// moment writes a moment to the second.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006 15:04:05 UTC")
}

// daysBetween is how many whole days lie from one moment to a later one.
func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }

// count writes a number with the word for what is counted.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// points writes a gain: points of a hundred, to a tenth below ten.
func points(gain float64) string {
	if gain >= 10 || gain == math.Trunc(gain) {
		return "+" + strconv.FormatFloat(gain, 'f', 0, 64)
	}
	return "+" + strconv.FormatFloat(gain, 'f', 1, 64)
}

// workDays writes days of work, by halves below ten.
func workDays(days float64) string {
	if days < 0.75 {
		return "half a day"
	}
	if days >= 10 {
		return number(int(math.Round(days))) + " days"
	}
	halves := math.Round(days*2) / 2
	if halves == 1 {
		return "1 day"
	}
	return strconv.FormatFloat(halves, 'f', -1, 64) + " days"
}

// verbs in brackets at the end of a sentence are for programmers.
var inCode = regexp.MustCompile(`\s*\((?:[A-Z][a-z]+[A-Z][^()]*|Past)\)`)

// plain takes the names of verbs out of a sentence.
func plain(s string) string {
	if strings.Contains(s, "(") {
		s = inCode.ReplaceAllString(s, "")
	}
	return oneLine(s)
}

// headline is what a sentence says before it names what it is about.
func headline(s string) string {
	s = plain(s)
	if head, _, ok := strings.Cut(s, ": "); ok && utf8.RuneCountInString(head) >= 20 {
		return head
	}
	return strings.TrimSuffix(s, ".")
}

// words writes the name of a field or a value as words, such as "not started".
func words(s string) string {
	s = strings.NewReplacer("_", " ", "-", " ").Replace(s)
	return s
}

// title writes the name of a field as words that begin with a capital.
func title(s string) string {
	s = words(s)
	if s == "" {
		return s
	}
	for _, up := range []string{"id", "uri"} {
		if s == up {
			return strings.ToUpper(s)
		}
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// plainf is fmt.Sprintf of words that come from people: they are made one line.
func plainf(format string, args ...any) string {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = oneLine(s)
		}
	}
	return fmt.Sprintf(format, args...)
}

// span writes two days between which something lies: as months if they lie far apart.
func span(from, to time.Time) string {
	if to.Sub(from) < 45*24*time.Hour {
		return day(from) + " to " + day(to)
	}
	if from.Year() == to.Year() {
		return from.UTC().Format("January") + " to " + to.UTC().Format("January 2006")
	}
	return from.UTC().Format("January 2006") + " to " + to.UTC().Format("January 2006")
}
