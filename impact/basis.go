package impact

import (
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// Basis is what a step of an assessment rests on beside the assessment and the
// system: rules, criteria and policy in force, what is known elsewhere, and the
// time.
type Basis struct {
	// Rules are the impact rules; nil means DefaultRules.
	Rules *Rules
	// Criteria are the organisation's risk criteria (6.1.2); the zero Criteria
	// mean register.DefaultCriteria.
	Criteria register.Criteria
	// Policy says when assessments are due, how long they hold and who signs;
	// nil means DefaultPolicy.
	Policy *Policy
	// Facts are what rules must know beside the system. What the assessment
	// itself answers is added to them.
	Facts Facts
	// Implemented reports whether a control is implemented; nil means that none
	// is. What nobody has implemented lowers no harm.
	Implemented func(annexa.ID) bool
	// Evidence returns to which day a piece of evidence on file counts (no day:
	// without end); false if it is not on file. Nil means that none is.
	Evidence func(id string) (until calendar.Date, onFile bool)
	// Same reports whether two IDs are of one human, who is on file twice; nil means
	// that no two are.
	Same func(a, b string) bool
	// Now is the time of the step; Zone is where days begin and end, UTC if it is nil.
	Now  time.Time
	Zone *time.Location
}

// same reports whether two IDs are of one human. No ID is nobody's.
func (b *Basis) same(x, y string) bool {
	if x == "" || y == "" {
		return false
	}
	return x == y || b.Same != nil && b.Same(x, y)
}

var defaultCriteria = register.DefaultCriteria()

func (b *Basis) rules() *Rules {
	if b.Rules == nil {
		return DefaultRules()
	}
	return b.Rules
}

func (b *Basis) criteria() register.Criteria {
	if len(b.Criteria.Levels) == 0 {
		return defaultCriteria
	}
	return b.Criteria
}

func (b *Basis) policy() *Policy {
	if b.Policy == nil {
		return defaultPolicy()
	}
	return b.Policy
}

func (b *Basis) implemented(id annexa.ID) bool { return b.Implemented != nil && b.Implemented(id) }

// today is the day of the step.
func (b *Basis) today() calendar.Date { return calendar.Of(b.Now, b.Zone) }

func (b *Basis) evidence(id string) (calendar.Date, bool) {
	if b.Evidence == nil {
		return calendar.Date{}, false
	}
	return b.Evidence(id)
}

// day is a time as messages print it.
func day(t time.Time) string { return t.Format(time.DateOnly) }
