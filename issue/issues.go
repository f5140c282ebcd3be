package issue

import (
	"fmt"
	"strings"
)

// Issues are all the things wrong with one value, in the order in which they
// were found. A non-empty Issues is an error; Validate functions collect into
// one and return its Err.
type Issues []Issue

const (
	// Max is how many issues there are at most. Of more, the last one, of rule
	// "more", says how many were left out.
	Max = 100
	// MaxError is how many bytes the text of the error has at most.
	MaxError = 4096

	ruleMore = "more"
)

// Add appends an issue. Once Max is passed it counts and no more.
func (s *Issues) Add(field, rule, value, format string, args ...any) {
	if len(*s) >= Max {
		s.more(1)
		return
	}
	*s = append(*s, New(field, rule, value, format, args...))
}

// Append appends an issue as it is, within the same bound as Add.
func (s *Issues) Append(i Issue) {
	switch {
	case i.Rule == ruleMore && len(*s) > 0:
		s.more(i.left())
	case len(*s) >= Max:
		s.more(1)
	default:
		*s = append(*s, i)
	}
}

// Merge appends the issues that err carries, each with its field under the path
// field, which may be empty. A nil err adds nothing; an err of another kind
// becomes one issue.
func (s *Issues) Merge(field string, err error) {
	switch e := err.(type) {
	case nil:
	case Issues:
		for _, i := range e {
			if i.Rule != ruleMore {
				i.Field = clip(Under(field, i.Field), maxField)
			}
			s.Append(i)
		}
	default:
		s.Add(field, "valid", "", "%v", err)
	}
}

// more counts n issues that are left out. The last issue gives way to the count
// if all are taken.
func (s *Issues) more(n int) {
	last := len(*s) - 1
	switch i := (*s)[last]; {
	case i.Rule == ruleMore:
		n += i.left()
	case len(*s) >= Max:
		n++
	default:
		*s = append(*s, Issue{})
		last++
	}
	i := Issue{Rule: ruleMore, Text: Text{ID: "%d more are not listed", Args: []any{n}}}
	i.Message = i.Text.String()
	(*s)[last] = i
}

// Count returns how many issues were found, those included that are not listed.
func (s Issues) Count() int {
	n := len(s)
	if n > 0 && s[n-1].Rule == ruleMore {
		n += s[n-1].left() - 1
	}
	return n
}

// left is how many issues one of rule "more" stands for.
func (i Issue) left() int {
	if len(i.Text.Args) == 1 {
		switch n := i.Text.Args[0].(type) {
		case int:
			return n
		case float64: // as JSON brings it back
			return int(n)
		}
	}
	return 1
}

// Err returns s as an error, or nil if it is empty.
func (s Issues) Err() error {
	if len(s) == 0 {
		return nil
	}
	return s
}

// Error joins the issues with "; ". A text beyond MaxError is cut and says how
// much was left out.
func (s Issues) Error() string {
	parts := make([]string, len(s))
	for i, issue := range s {
		parts[i] = issue.String()
	}
	text := strings.Join(parts, "; ")
	if len(text) <= MaxError {
		return text
	}
	const room = 40 // for the mark
	kept := cut(strings.ToValidUTF8(text, "\uFFFD"), MaxError-room)
	return kept + fmt.Sprintf(" ... (%d bytes left out)", len(text)-len(kept))
}
