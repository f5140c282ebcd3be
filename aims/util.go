package aims

import (
	"strconv"
	"strings"
)

// index is the path of the i-th element of a field.
func index(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// mergeIssues adds the issues that err carries, as they are.
func mergeIssues(is *Issues, err error) {
	switch e := err.(type) {
	case nil:
	case Issues:
		*is = append(*is, e...)
	default:
		is.Add("", "valid", "", "%v", err)
	}
}
