package dashboard

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// moment reads a moment as JSON has it.
func moment(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[10] != 'T' {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	return at, err == nil
}

// daysBetween is how many whole days lie from one moment to a later one.
func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }

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
func words(s string) string { return joints.Replace(s) }

var joints = strings.NewReplacer("_", " ", "-", " ")

// title writes the name of a field as words that begin with a capital.
func title(s string) string {
	s = words(s)
	if s == "" {
		return s
	}
	first, rest, more := strings.Cut(s, " ")
	for _, up := range []string{"id", "uri", "gpai"} {
		if first == up {
			first = strings.ToUpper(first)
		}
	}
	if more {
		return capital(first) + " " + rest
	}
	return capital(first)
}

// capital makes the first letter large.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
