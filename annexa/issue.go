package annexa

import (
	"fmt"
	"strings"
)

// Issue is one thing wrong with a value: which field, which rule it breaks and
// what was found there. All packages of aimskit that validate report in this
// form.
type Issue struct {
	// Field is the path of the field by its JSON names, such as
	// "harms[2].likelihood".
	Field string `json:"field"`
	// Rule is a short stable name of the broken rule, such as "required" or
	// "oneof".
	Rule string `json:"rule"`
	// Value is the offending value as text, shortened where it is long.
	Value string `json:"value"`
	// Message says in a sentence what is wrong and what would be right.
	Message string `json:"message"`
}

// String returns the issue as "field: message (rule R, got V)".
func (i Issue) String() string {
	return fmt.Sprintf("%s: %s (rule %s, got %q)", i.Field, i.Message, i.Rule, i.Value)
}

// Issues are all the things wrong with one value. A non-empty Issues is an
// error; Validate functions collect into one and return its Err.
type Issues []Issue

// Add appends an issue. A value longer than 80 bytes is shortened.
func (s *Issues) Add(field, rule, value, format string, args ...any) {
	if len(value) > 80 {
		value = strings.ToValidUTF8(value[:77], "") + "..."
	}
	*s = append(*s, Issue{Field: field, Rule: rule, Value: value, Message: fmt.Sprintf(format, args...)})
}

// Merge appends the issues that err carries, each field prefixed by field and
// a dot. A nil err adds nothing; an err of another kind becomes one issue.
func (s *Issues) Merge(field string, err error) {
	switch e := err.(type) {
	case nil:
	case Issues:
		for _, i := range e {
			i.Field = field + "." + i.Field
			*s = append(*s, i)
		}
	default:
		s.Add(field, "valid", "", "%v", err)
	}
}

// Err returns s as an error, or nil if it is empty.
func (s Issues) Err() error {
	if len(s) == 0 {
		return nil
	}
	return s
}

// Error joins the issues with "; ".
func (s Issues) Error() string {
	parts := make([]string, len(s))
	for i, issue := range s {
		parts[i] = issue.String()
	}
	return strings.Join(parts, "; ")
}
