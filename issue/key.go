package issue

import "strings"

const (
	// MaxKey is how many bytes a key has at most that somebody gives to a record.
	// One that is derived from another may be longer, by what its deriver says.
	MaxKey = 128
	// KeyRule says which texts can be the key of a record, for messages.
	KeyRule = "a key is 1 to 128 letters, digits and - _ . : @ / #, and starts with a letter or digit"
)

// ValidKey reports whether s can be the key that somebody gives to a record;
// see KeyRule. Letters are those of ASCII.
func ValidKey(s string) bool { return ValidKeyUpTo(s, MaxKey) }

// ValidKeyUpTo is ValidKey with another bound in bytes, for keys that are
// derived from others.
func ValidKeyUpTo(s string, limit int) bool {
	if len(s) < 1 || len(s) > limit || strings.IndexByte("-_.:@/#", s[0]) >= 0 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.:@/#", c) >= 0) {
			return false
		}
	}
	return true
}
