package register

import "strings"

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
		d := slips(key, v.ID)
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

// slips counts the letters to put in, leave out or change to get from a to b.
func slips(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
