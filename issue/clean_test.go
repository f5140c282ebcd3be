package issue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
)

// What turns the text beside it round, or hides it, is not shown; other writing stays.
func TestClean(t *testing.T) {
	for typed, shown := range map[string]string{
		"Scorer \u202edeifitrec ton": "Scorer deifitrec ton",
		"\u2066a\u2069\u200f\u061cb": "ab",
		"two\nlines\tand a tab":      "two\nlines\tand a tab",
		"\x1b[31mred\x00":            "[31mred",
		"no\xff UTF-8\ufeff":         "no\ufffd UTF-8",
		"שלום, Grüße, 你好":            "שלום, Grüße, 你好",
	} {
		require.Equal(t, shown, issue.Clean(typed))
	}
}
