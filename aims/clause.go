package aims

import (
	"slices"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/issue"
)

// Clause is one of the clauses 4 to 10 of ISO/IEC 42001, such as "9.2.1". It
// is comparable and can be a map key. The zero Clause is invalid.
type Clause struct{ number string }

// ParseClause reads a clause's number, with or without the word "clause".
func ParseClause(s string) (Clause, error) {
	n := strings.TrimSpace(s)
	if len(n) > 7 && strings.EqualFold(n[:7], "clause ") {
		n = strings.TrimSpace(n[7:])
	}
	if _, ok := clauseTable()[n]; !ok {
		if len(n) > 40 {
			n = strings.ToValidUTF8(n[:40], "") + "..."
		}
		return Clause{}, issue.Errorf(issue.CodeInvalid, "%q is not a clause of ISO/IEC 42001; its clauses run from 4 to 10.2", n)
	}
	return Clause{n}, nil
}

// MustParseClause is like ParseClause but panics on error. It is for constants
// in code.
func MustParseClause(s string) Clause {
	c, err := ParseClause(s)
	if err != nil {
		panic(err)
	}
	return c
}

// String returns the clause's number, or "" for the zero Clause.
func (c Clause) String() string { return c.number }

// IsZero reports whether c is the invalid zero Clause.
func (c Clause) IsZero() bool { return c.number == "" }

// Title returns the clause's title.
func (c Clause) Title() string { return clauseTable()[c.number].Title }

// Phase returns the phase of Plan-Do-Check-Act that the clause belongs to.
func (c Clause) Phase() Phase { return Phase(clauseTable()[c.number].Phase) }

// Ref returns the reference to the clause, for Evidence.Supports.
func (c Clause) Ref() crosswalk.Ref { return crosswalk.MustParseRef(FrameworkID + ":" + c.number) }

// MarshalText returns the clause's number. The zero Clause is an error.
func (c Clause) MarshalText() ([]byte, error) {
	if c.IsZero() {
		return nil, issue.Errorf(issue.CodeInvalid, "the zero clause has no text form")
	}
	return []byte(c.number), nil
}

// UnmarshalText reads what ParseClause reads.
func (c *Clause) UnmarshalText(b []byte) error {
	v, err := ParseClause(string(b))
	if err != nil {
		return err
	}
	*c = v
	return nil
}

// Clauses returns clauses 4 to 10 with their sub-clauses, in order.
func Clauses() []Clause { return slices.Clone(allClauses()) }

// allClauses reads them from the framework once.
var allClauses = sync.OnceValue(func() (all []Clause) {
	f, _ := crosswalk.Default().Framework(FrameworkID)
	for _, e := range f.Elements {
		if e.Kind == crosswalk.KindClause {
			all = append(all, Clause{e.ID})
		}
	}
	return all
})

// Phase is a phase of Plan-Do-Check-Act.
type Phase string

// The phases, in order.
const (
	Plan  Phase = "plan"
	Do    Phase = "do"
	Check Phase = "check"
	Act   Phase = "act"
)

// Phases returns the four phases in order.
func Phases() []Phase { return []Phase{Plan, Do, Check, Act} }

var clauseTable = sync.OnceValue(func() map[string]crosswalk.Element {
	f, _ := crosswalk.Default().Framework(FrameworkID)
	t := make(map[string]crosswalk.Element)
	for _, e := range f.Elements {
		if e.Kind == crosswalk.KindClause {
			t[e.ID] = e
		}
	}
	return t
})
