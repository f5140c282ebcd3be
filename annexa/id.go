package annexa

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// ID identifies a control: one of the 38 of ISO/IEC 42001 Annex A, such as
// "A.6.2.8", or one of the organisation's own, such as "X.model-cards". It is
// comparable and can be a map key. The zero ID is invalid.
type ID struct{ text string }

// customPrefix marks the organisation's own controls, so that they can never
// be mistaken for one of the standard's.
const customPrefix = "X."

// Parse reads an ID. Surrounding space and letter case of the prefix do not
// matter. It accepts the 38 controls of Annex A only, so that the number of an
// objective ("A.6.2") or of an entry that is not a control ("A.6.2.1") is an
// error, which names the controls near it; and own controls: "X." followed by
// 1 to 40 letters, digits, dots and hyphens.
func Parse(s string) (ID, error) {
	t := strings.TrimSpace(s)
	if len(t) >= 2 && (t[0] == 'x' || t[0] == 'X') && t[1] == '.' {
		name := t[2:]
		if !validCustomName(name) {
			return ID{}, issue.Errorf(issue.CodeInvalid, "%q: an own control is X. and 1 to 40 letters, digits, dots or hyphens", shorten(s))
		}
		return ID{customPrefix + name}, nil
	}
	u := strings.ToUpper(t)
	if i := slices.Index(controlIDs[:], u); i >= 0 {
		return ID{controlIDs[i]}, nil
	}
	return ID{}, issue.Errorf(issue.CodeInvalid, "%q is not a control of ISO/IEC 42001 Annex A; %s", shorten(s), near(u))
}

// MustParse is like Parse but panics on error. It is for constants in code.
func MustParse(s string) ID {
	id, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return id
}

// String returns the ID in the standard's form, or "" for the zero ID.
func (id ID) String() string { return id.text }

// IsZero reports whether id is the invalid zero ID.
func (id ID) IsZero() bool { return id.text == "" }

// Custom reports whether id is one of the organisation's own controls.
func (id ID) Custom() bool { return strings.HasPrefix(id.text, customPrefix) }

// MarshalText returns the ID's text form. The zero ID is an error.
func (id ID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, issue.Errorf(issue.CodeInvalid, "the zero control ID has no text form")
	}
	return []byte(id.text), nil
}

// UnmarshalText reads what Parse reads.
func (id *ID) UnmarshalText(b []byte) error {
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// Compare orders IDs as the standard does: by number, so that A.9.4 comes
// before A.10.2; own controls come after all of Annex A, by name.
func Compare(a, b ID) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.text, b.text))
}

// rank is the ID's place in Annex A, or the number of controls for others.
func rank(id ID) int {
	if i := slices.Index(controlIDs[:], id.text); i >= 0 {
		return i
	}
	return len(controlIDs)
}

func validCustomName(s string) bool {
	if len(s) < 1 || len(s) > 40 {
		return false
	}
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-') {
			return false
		}
	}
	return true
}

// near says which controls the text could have meant. It goes by the numbers
// in the text alone, so that "B.6.2.8", "a6.2.8" and "6.2.08" find A.6.2.8.
func near(u string) string {
	if len(u) > 40 { // no ID; and no reason to search far in what may be megabytes
		u = u[:40]
	}
	numbers := strings.FieldsFunc(u, func(r rune) bool { return r < '0' || r > '9' })
	for i, n := range numbers {
		numbers[i] = strings.TrimLeft(n, "0")
	}
	for exact := true; len(numbers) > 0; exact = false {
		prefix := "A." + strings.Join(numbers, ".")
		if exact && slices.Contains(controlIDs[:], prefix) {
			return "did you mean " + prefix + "?"
		}
		var found []string
		for _, c := range controlIDs {
			if c == prefix || strings.HasPrefix(c, prefix+".") {
				found = append(found, c)
			}
		}
		switch {
		case len(found) == 1 && found[0] == prefix:
			return "the nearest is " + prefix
		case len(found) > 0:
			return prefix + " holds " + strings.Join(found, ", ")
		}
		numbers = numbers[:len(numbers)-1]
	}
	return "its controls run from " + controlIDs[0] + " to " + controlIDs[len(controlIDs)-1]
}

func shorten(s string) string {
	if len(s) > 40 {
		return strconv.Itoa(len(s)) + " bytes starting " + strings.ToValidUTF8(s[:40], "")
	}
	return s
}

// controlIDs are the IDs of Annex A in its order. Source: the six public
// catalogues that agree on all 38, and the NIST crosswalk, which names each as
// guidance B.x.y.
var controlIDs = [...]string{
	"A.2.2", "A.2.3", "A.2.4",
	"A.3.2", "A.3.3",
	"A.4.2", "A.4.3", "A.4.4", "A.4.5", "A.4.6",
	"A.5.2", "A.5.3", "A.5.4", "A.5.5",
	"A.6.1.2", "A.6.1.3",
	"A.6.2.2", "A.6.2.3", "A.6.2.4", "A.6.2.5", "A.6.2.6", "A.6.2.7", "A.6.2.8",
	"A.7.2", "A.7.3", "A.7.4", "A.7.5", "A.7.6",
	"A.8.2", "A.8.3", "A.8.4", "A.8.5",
	"A.9.2", "A.9.3", "A.9.4",
	"A.10.2", "A.10.3", "A.10.4",
}
