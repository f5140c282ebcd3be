package crosswalk

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one thing wrong with a framework or a mapping set.
type Problem struct {
	// In names what it is in, such as "mapping set acme".
	In string `json:"in"`
	// Line is the line of the CSV file it was read from, counted from 1; 0 if
	// it was not read from one.
	Line int `json:"line,omitempty"`
	// Field is the path of the field, such as "mappings[3].relation".
	Field string `json:"field"`
	// Value is the offending value, shortened where it is long.
	Value string `json:"value"`
	// Message says what is wrong and what would be right.
	Message string `json:"message"`
}

// String returns the problem in one line.
func (p Problem) String() string {
	where := p.In
	if p.Line > 0 {
		where += fmt.Sprintf(", line %d", p.Line)
	}
	return fmt.Sprintf("%s, %s: %s (got %q)", where, p.Field, p.Message, p.Value)
}

// Problems are all the things wrong with a value, in the order in which they
// stand in it; after the first 100 the search ends. A non-empty Problems is an
// error, which errors.As finds.
type Problems []Problem

// Error joins the problems by "; ".
func (p Problems) Error() string {
	parts := make([]string, len(p))
	for i := range p {
		parts[i] = p[i].String()
	}
	return "crosswalk: " + strings.Join(parts, "; ")
}

// maxProblems is after how many problems a check stops: a file of the wrong
// kind would otherwise give one for every line.
const maxProblems = 100

// collector gathers problems of one thing.
type collector struct {
	in   string
	line int // of the row at hand, 0 outside of CSV
	all  Problems
}

func (c *collector) full() bool { return len(c.all) >= maxProblems }

func (c *collector) add(field, value, format string, args ...any) {
	if c.full() {
		return
	}
	c.all = append(c.all, Problem{In: c.in, Line: c.line, Field: field, Value: clip(strings.ToValidUTF8(value, "\uFFFD")), Message: fmt.Sprintf(format, args...)})
}

func (c *collector) err() error {
	if len(c.all) == 0 {
		return nil
	}
	return c.all
}

// maxText is how long a text may be, in bytes.
const maxText = 2000

// text checks a one-line text.
func (c *collector) text(field, s string, required bool) {
	switch {
	case s == "":
		if required {
			c.add(field, s, "must not be empty")
		}
	case len(s) > maxText:
		c.add(field, s, "%d bytes; at most %d", len(s), maxText)
	case !utf8.ValidString(s):
		c.add(field, s, "not UTF-8")
	case strings.ContainsFunc(s, unicode.IsControl):
		c.add(field, s, "one line without control characters")
	case strings.TrimSpace(s) != s:
		c.add(field, s, "space at the ends")
	}
}
