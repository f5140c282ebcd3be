package crosswalk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aimskit/aimskit/issue"
)

// collector gathers issues of one thing.
type collector struct {
	in   string
	line int // of the row at hand, 0 outside of CSV
	all  issue.Issues
}

// full reports whether there are so many issues that the search ends: a file
// of the wrong kind would otherwise give one for every line.
func (c *collector) full() bool { return len(c.all) >= issue.Max }

func (c *collector) add(field, rule, value, format string, args ...any) {
	if !c.full() {
		c.all.Append(issueIn(c.in, c.line, field, rule, value, format, args...))
	}
}

func (c *collector) err() error { return c.all.Err() }

// issueIn is an issue that says what it stands in, and in which line.
func issueIn(in string, line int, field, rule, value, format string, args ...any) issue.Issue {
	i := issue.New(field, rule, value, format, args...)
	i.In, i.Line = in, line
	return i
}

// maxText is how long a text may be, in bytes.
const maxText = 2000

// text checks a one-line text.
func (c *collector) text(field, s string, required bool) {
	switch {
	case s == "":
		if required {
			c.add(field, "required", s, "must not be empty")
		}
	case len(s) > maxText:
		c.add(field, "length", s, "%d bytes; at most %d", len(s), maxText)
	case !utf8.ValidString(s):
		c.add(field, "utf8", s, "not UTF-8")
	case strings.ContainsFunc(s, unicode.IsControl):
		c.add(field, "control", s, "one line without control characters")
	case strings.TrimSpace(s) != s:
		c.add(field, "space", s, "space at the ends")
	}
}
