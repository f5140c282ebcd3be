package register

import (
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// nearest returns the value that a wrong text most likely stands for: the same
// but for case, spaces and hyphens, one that it begins or that begins it, or
// one that a slip or two of the keyboard lead to. Empty if none is near.
func nearest(text string, values []Value) string {
	if len(text) > 80 {
		return ""
	}
	key := valueKey(text)
	best, least := "", 3
	for _, v := range values {
		d := issue.Distance(key, v.ID)
		if len(key) >= 4 && len(v.ID) >= 4 && (strings.HasPrefix(v.ID, key) || strings.HasPrefix(key, v.ID)) {
			d = min(d, 1)
		}
		if d < least && d*3 <= len(v.ID) {
			best, least = v.ID, d
		}
	}
	return best
}

var keyForm = strings.NewReplacer(" ", "_", "-", "_")

func valueKey(text string) string {
	return keyForm.Replace(strings.ToLower(strings.TrimSpace(text)))
}
