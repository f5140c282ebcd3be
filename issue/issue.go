package issue

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Issue is one thing wrong with a value.
type Issue struct {
	// In names what the value is or stands in, such as "mapping set acme", where
	// the receiver could not tell; Line is its line in the file that it was read
	// from, counted from 1, or 0 if it was read from none.
	In   string `json:"in,omitempty"`
	Line int    `json:"line,omitempty"`
	// Field is the path of the field by its JSON names, such as
	// "harms[2].likelihood".
	Field string `json:"field"`
	// Rule is a short stable name of the broken rule, such as "required",
	// "oneof", "length" or "repeated".
	Rule string `json:"rule"`
	// Value is the offending value as text, shortened where it is long.
	Value string `json:"value"`
	// Message says in an English sentence what is wrong and what would be right.
	Message string `json:"message"`
	// Text is the message as format and arguments.
	Text Text `json:"text,omitzero"`
}

// Bounds in bytes of the parts of an issue made by New or Add.
const (
	maxField = 200
	maxValue = 80
)

// New returns an issue. It shortens what is long and writes what is not UTF-8
// as U+FFFD.
func New(field, rule, value, format string, args ...any) Issue {
	text := NewText(format, args...)
	return Issue{Field: clip(field, maxField), Rule: rule, Value: clip(value, maxValue), Message: text.String(), Text: text}
}

// String returns the issue as "field: message (rule R, got V)", after where it
// stands if the issue says so.
func (i Issue) String() string {
	var b strings.Builder
	if i.In != "" {
		b.WriteString(i.In + ", ")
	}
	if i.Line > 0 {
		b.WriteString("line " + strconv.Itoa(i.Line) + ", ")
	}
	if i.Field != "" {
		b.WriteString(i.Field + ": ")
	}
	b.WriteString(i.Message + " (rule " + i.Rule)
	if i.Rule != ruleMore {
		b.WriteString(", got " + strconv.Quote(i.Value))
	}
	b.WriteString(")")
	return b.String()
}

// Index is the path of the i-th element of a field, counted from 0.
func Index(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

// Under is the path of a field of the value at path. Either may be empty.
func Under(path, field string) string {
	if path == "" || field == "" || field[0] == '[' {
		return path + field
	}
	return path + "." + field
}

// clip returns s as UTF-8 of at most limit bytes; what is cut ends in "...".
func clip(s string, limit int) string {
	const mark = "..."
	if len(s) > limit {
		return cut(strings.ToValidUTF8(s[:limit], "\uFFFD"), limit-len(mark)) + mark
	}
	if utf8.ValidString(s) {
		return s
	}
	return clip(strings.ToValidUTF8(s, "\uFFFD"), limit)
}

// cut returns the longest beginning of valid UTF-8 that has at most limit bytes.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
