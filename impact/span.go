package impact

import (
	"cmp"
	"github.com/aimskit/aimskit/issue"
)

// Span is an impact level as far as it is known: what answers give, and the worst
// that open questions leave possible, side by side. What governs is Level; a list
// that is sorted by Level alone orders nothing while much is open.
type Span struct {
	// Known is the level that is established.
	Known Level `json:"known"`
	// Level is the one that counts, with what is open counted as the worst that it
	// could be.
	Level Level `json:"level"`
	// Open is how many questions could still raise what is known.
	Open int `json:"open"`
}

// Certain reports whether nothing could raise the level that is known.
func (s Span) Certain() bool { return s.Known == s.Level }

// String returns "high" or, of what is not certain, "limited, counted as high".
func (s Span) String() string { return s.Text().String() }

// Text is String as format and arguments.
func (s Span) Text() issue.Text {
	if s.Certain() {
		return issue.Word(s.Level)
	}
	return issue.NewText("%s, counted as %s", issue.Word(s.Known), issue.Word(s.Level))
}

// Compare orders what is to be looked at first before the rest: the graver known
// level, then the graver one that counts, then more open questions.
func (s Span) Compare(o Span) int {
	return cmp.Or(cmp.Compare(o.Known.Rank(), s.Known.Rank()), cmp.Compare(o.Level.Rank(), s.Level.Rank()), cmp.Compare(o.Open, s.Open))
}

// Span returns the level of a result as far as it is known.
func (r Result) Span() Span {
	s := Span{Known: r.Known, Level: r.Level}
	for _, q := range r.Open {
		if r.Decides(q) {
			s.Open++
		}
	}
	return s
}

// Span returns the level of an assessment as far as it is known: that of its
// Result, or the one to which the ratings of its harms raise it; of an approved one
// the level that was signed.
func (a Assessment) Span() Span {
	s := a.Result.Span()
	if a.State == StateApproved || a.Level != a.Result.Level {
		return Span{Known: a.Level, Level: a.Level}
	}
	return s
}
