package impact

import (
	"strings"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
)

// Outcome says how a rule, or one of its conditions, comes out for a system.
type Outcome string

// The outcomes.
const (
	OutcomeHolds Outcome = "holds"
	OutcomeOpen  Outcome = "open" // hangs on what is not answered
	OutcomeFails Outcome = "fails"
)

// IsValid reports whether it is one of the outcomes; the zero value is none.
func (o Outcome) IsValid() bool { return o == OutcomeHolds || o == OutcomeOpen || o == OutcomeFails }

func outcome(t decide.Truth) Outcome {
	return [...]Outcome{decide.No: OutcomeFails, decide.Open: OutcomeOpen, decide.Yes: OutcomeHolds}[t]
}

// Explanation says why a rule holds for a system, why it does not, or what it
// hangs on. It is plain data, for who checks a result by hand.
type Explanation struct {
	// Rule is the rule, with its reason and its source.
	Rule Rule `json:"rule"`
	// Outcome is how it comes out; Conditions how each of its conditions does,
	// in the rule's order.
	Outcome    Outcome            `json:"outcome"`
	Conditions []ConditionOutcome `json:"conditions"`
	// Retired says that the rule was not asked, as the system is retired and
	// the rule does not look at the stage; so it fails, whatever its conditions
	// say.
	Retired bool `json:"retired,omitempty"`
}

// ConditionOutcome says how a condition comes out.
type ConditionOutcome struct {
	// Condition is the condition, Outcome how it comes out.
	Condition Condition `json:"condition"`
	Outcome   Outcome   `json:"outcome"`
	// Values are what the system, or the fact, has there; empty if it is not
	// answered.
	Values []string `json:"values,omitempty"`
}

// String returns the explanation in a form to read: the rule and its outcome,
// and below it a line for each condition.
func (e Explanation) String() string {
	var b strings.Builder
	b.WriteString(e.Rule.ID + " " + string(e.Outcome))
	if e.Retired {
		b.WriteString(" (not asked of a retired system)")
	}
	b.WriteString(": " + e.Rule.Why)
	for _, c := range e.Conditions {
		b.WriteString("\n  " + c.Condition.String() + ": " + string(c.Outcome) + ", ")
		if len(c.Values) == 0 {
			b.WriteString("not answered")
		} else {
			b.WriteString("it is " + strings.Join(c.Values, ", "))
		}
	}
	return b.String()
}

// Explain says how one rule comes out for a system, condition by condition;
// false if the set has no rule of the ID.
func (r *Rules) Explain(id string, s register.System, f Facts) (Explanation, bool) {
	for i := range r.rules {
		c := &r.rules[i]
		if c.ID != id {
			continue
		}
		sub := r.newSubject(&s, f)
		r.ask(sub, r.order, r.early)
		a := &sub.rules
		e := Explanation{Rule: c.Rule.clone(), Outcome: outcome(a.Outcome(i)), Retired: sub.retired && !c.stage}
		for j, w := range e.Rule.When {
			e.Conditions = append(e.Conditions, ConditionOutcome{w, outcome(a.Condition(i, j)), sub.Values(fields().Field(w.Field))})
		}
		return e, true
	}
	return Explanation{}, false
}
