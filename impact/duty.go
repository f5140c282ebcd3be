package impact

import (
	_ "embed" // for the table
	"slices"
	"sync"
)

// Duty is a duty beyond controls that a rule can bring: a notice to people, a
// data protection impact assessment, a way to a human.
type Duty struct {
	// ID names the duty; Title says what it is.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Source says what asks for it: a law's article, a clause of the standard,
	// or this package.
	Source string `json:"source"`
}

//go:embed data/duties.json
var dutiesJSON []byte

var duties = sync.OnceValue(func() []Duty { return mustDecode[[]Duty](dutiesJSON) })

// Duties returns the duties that rules can bring. The caller may change what
// it gets.
func Duties() []Duty { return slices.Clone(duties()) }

// DutyByID returns the duty of an ID.
func DutyByID(id string) (Duty, bool) {
	return find(duties(), func(d *Duty) bool { return d.ID == id })
}
