package maturity

import (
	"fmt"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// Level is how mature the management system is, from ML0 to ML3. Levels are
// ordered: a higher one includes all below it.
type Level int

// The levels. What each means stands in the model (Model.Levels).
const (
	ML0 Level = iota // unmanaged
	ML1              // established: registered, owned, assessed, scoped
	ML2              // defensible: operated, audited, reviewed
	ML3              // sustained: shown over time
)

// Levels returns all levels, lowest first.
func Levels() []Level { return []Level{ML0, ML1, ML2, ML3} }

// ParseLevel reads "ML0" to "ML3"; letter case and surrounding space do not
// matter.
func ParseLevel(s string) (Level, error) {
	t := strings.ToUpper(strings.TrimSpace(s))
	for _, l := range Levels() {
		if l.String() == t {
			return l, nil
		}
	}
	if len(s) > 40 {
		s = strings.ToValidUTF8(s[:40], "") + "..."
	}
	return ML0, issue.Errorf(issue.CodeInvalid, "%q is not a level; the levels are ML0, ML1, ML2 and ML3", s)
}

// String returns the text form, such as "ML2".
func (l Level) String() string { return fmt.Sprintf("ML%d", int(l)) }

// valid reports whether l is one of the four levels.
func (l Level) valid() bool { return l >= ML0 && l <= ML3 }

// MarshalText returns the text form. A value that is none of the four levels
// is an error.
func (l Level) MarshalText() ([]byte, error) {
	if !l.valid() {
		return nil, issue.Errorf(issue.CodeInvalid, "%d is not a level", int(l))
	}
	return []byte(l.String()), nil
}

// UnmarshalText reads what ParseLevel reads.
func (l *Level) UnmarshalText(b []byte) error {
	v, err := ParseLevel(string(b))
	if err != nil {
		return err
	}
	*l = v
	return nil
}

// LevelInfo says what a level means.
type LevelInfo struct {
	// Level is the level.
	Level Level `json:"level"`
	// Name is what to call it, such as "Defensible".
	Name string `json:"name"`
	// Meaning says in a sentence or two what somebody on it can show.
	Meaning string `json:"meaning"`
}
