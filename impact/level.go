package impact

import (
	"slices"

	"github.com/aimskit/aimskit/issue"
)

// Level is how much a system can do to people: it decides how closely it is
// governed. It follows inherent impact; what measures leave over decides
// acceptance only. The zero value is "no level yet" and ranks lowest.
type Level string

// The levels, from least to most.
const (
	LevelMinimal Level = "minimal"
	LevelLimited Level = "limited"
	LevelHigh    Level = "high"
	// LevelUnacceptable can't be approved: the system is stopped or changed.
	LevelUnacceptable Level = "unacceptable"
)

// Levels returns the levels, from least to most.
func Levels() []Level { return []Level{LevelMinimal, LevelLimited, LevelHigh, LevelUnacceptable} }

// Rank returns the level's place from 1 (minimal) to 4 (unacceptable); 0 for
// no level.
func (l Level) Rank() int { return slices.Index(Levels(), l) + 1 }

// IsValid reports whether it is one of the levels; the zero value, no level yet,
// is none.
func (l Level) IsValid() bool { return l.Rank() > 0 }

// ParseLevel reads a level.
func ParseLevel(s string) (Level, error) {
	if l := Level(s); l.Rank() > 0 {
		return l, nil
	}
	return "", issue.Errorf(issue.CodeInvalid, "no level %q; the levels are %v", s, Levels())
}

// MaxLevel returns the highest of the levels.
func MaxLevel(levels ...Level) Level {
	var most Level
	for _, l := range levels {
		if l.Rank() > most.Rank() {
			most = l
		}
	}
	return most
}
