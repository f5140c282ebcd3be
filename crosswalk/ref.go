package crosswalk

import (
	"cmp"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// Ref points at one element of one framework: a clause, a control, a
// subcategory. Its text form is the framework's ID, a colon and the element's
// ID, such as "iso42001:A.6.2.4", "iso27001:A.8.15" or "nist-ai-rmf:MAP 1.1".
// It is comparable and can be a map key. The zero Ref is invalid.
//
// A Ref is an address; whether something stands there is for the framework to
// say, since an organisation may bring frameworks of its own.
type Ref struct{ framework, element string }

// ParseRef reads the text form of a Ref: a framework ID of 1 to 40 lower-case
// letters, digits, dots and hyphens, a colon, and an element ID of 1 to 80
// printable ASCII characters without leading or trailing space.
func ParseRef(s string) (Ref, error) {
	framework, element, found := strings.Cut(strings.TrimSpace(s), ":")
	if !found {
		return Ref{}, issue.Errorf(issue.CodeInvalid, "%q: a reference is FRAMEWORK:ELEMENT, such as iso42001:A.6.2.4", clip(s))
	}
	return NewRef(framework, element)
}

// NewRef makes a Ref of its two parts, which follow the rules of ParseRef.
func NewRef(framework, element string) (Ref, error) {
	if !validFramework(framework) {
		return Ref{}, issue.Errorf(issue.CodeInvalid, "framework %q: 1 to 40 lower-case letters, digits, dots and hyphens", clip(framework))
	}
	if !validElement(element) {
		return Ref{}, issue.Errorf(issue.CodeInvalid, "element %q of %s: 1 to 80 printable ASCII characters without space at the ends", clip(element), framework)
	}
	return Ref{framework, element}, nil
}

// MustParseRef is like ParseRef but panics on error. It is for constants in
// code.
func MustParseRef(s string) Ref {
	r, err := ParseRef(s)
	if err != nil {
		panic(err)
	}
	return r
}

// Framework returns the framework's ID, such as "iso42001".
func (r Ref) Framework() string { return r.framework }

// Element returns the element's ID within its framework, such as "A.6.2.4".
func (r Ref) Element() string { return r.element }

// String returns the text form, or "" for the zero Ref.
func (r Ref) String() string {
	if r.IsZero() {
		return ""
	}
	return r.framework + ":" + r.element
}

// IsZero reports whether r is the invalid zero Ref.
func (r Ref) IsZero() bool { return r == Ref{} }

// MarshalText returns the text form. The zero Ref is an error.
func (r Ref) MarshalText() ([]byte, error) {
	if r.IsZero() {
		return nil, issue.Errorf(issue.CodeInvalid, "the zero reference has no text form")
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what ParseRef reads.
func (r *Ref) UnmarshalText(b []byte) error {
	v, err := ParseRef(string(b))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// CompareRefs orders references by framework, then by element as text.
func CompareRefs(a, b Ref) int {
	return cmp.Or(strings.Compare(a.framework, b.framework), strings.Compare(a.element, b.element))
}

func validFramework(s string) bool {
	if len(s) < 1 || len(s) > 40 {
		return false
	}
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-') {
			return false
		}
	}
	return true
}

func validElement(s string) bool {
	if len(s) < 1 || len(s) > 80 || s[0] == ' ' || s[len(s)-1] == ' ' {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:57], "") + "..."
	}
	return s
}
