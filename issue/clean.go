package issue

import (
	"strings"
	"unicode"
)

// Clean takes out of a text that somebody typed what could hide or turn round what stands
// beside it where it is shown: controls, and marks of direction such as U+202E. What is no UTF-8 is replaced by
// U+FFFD, line ends and tabs stay.
func Clean(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return s // as most is
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029', r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
