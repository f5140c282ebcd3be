package aimshttp_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// If-Match is read as RFC 9110, 13.1.1, has it: one of the tags is to be the current
// one, by strong comparison, and a tag has quotes.
func TestIfMatch(t *testing.T) {
	s := serve(t)
	s.do(201, "ada:editor", "POST", "/acme/r/supplier", `{"id":"s","name":"S"}`)
	current := uint64(2)
	for _, c := range []struct {
		header []string
		status int
	}{
		{[]string{`"$"`}, 200},
		{[]string{`"1", "$"`}, 200},
		{[]string{`"$","1"`}, 200},
		{[]string{`"x,y", , W/"9",	"$" ,`}, 200},
		{[]string{`"1"`, `"$"`}, 200},
		{[]string{` * `}, 200},
		{[]string{`"1", "9"`}, 412},
		{[]string{`W/"$"`}, 412},
		{[]string{`W/"$", "1"`}, 412},
		{[]string{`"other"`}, 412},
		{[]string{`"0"`}, 412},
		{[]string{`"+$"`}, 412},
		{[]string{`"99999999999999999999999"`}, 412},
		{[]string{`$`}, 422},
		{[]string{`"$`}, 422},
		{[]string{`"$" "1"`}, 422},
		{[]string{`*, "$"`}, 422},
		{[]string{`w/"$"`}, 422},
		{[]string{``}, 428},
		{nil, 428},
	} {
		r := s.request("ada:editor", "PATCH", "/acme/r/supplier/s", `{"name":"`+strconv.FormatUint(current, 10)+`"}`)
		for _, line := range c.header {
			r.Header.Add("If-Match", replaced(line, current))
		}
		w := s.send(r)
		require.Equal(t, c.status, w.Code, "%q: %s", c.header, w.Body)
		if w.Code == 200 {
			current++
			require.Equal(t, strconv.Quote(strconv.FormatUint(current, 10)), w.Header().Get("ETag"))
		}
	}
	// Who may not write is told so, and nothing of what is current.
	s.do(403, "bob:reader", "PATCH", "/acme/r/supplier/s", `{"name":"x"}`, "If-Match", `"1"`)

	for header, status := range map[string]int{`"$"`: 304, `"1", W/"$"`: 304, `*`: 304, `"1"`: 200, `$`: 200, `W/"1"`: 200} {
		s.do(status, "ada:editor", "GET", "/acme/r/supplier/s", "", "If-None-Match", replaced(header, current))
	}
}

// replaced puts a revision where a dollar stands.
func replaced(header string, revision uint64) string {
	return strings.ReplaceAll(header, "$", strconv.FormatUint(revision, 10))
}
