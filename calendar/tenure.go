package calendar

import "slices"

// Tenure is from which day until which a person had something in hand.
type Tenure struct {
	// Person is who, by ID.
	Person string `json:"person"`
	// From is the day on which it came to him; zero of who had it from the start. Until is
	// the day on which he gave it away; zero while he has it.
	From  Date `json:"from,omitzero"`
	Until Date `json:"until,omitzero"`
}

// Barred is the last day on which somebody who has given a thing away counts as having it:
// for as many days as he had it, from the day on which he gave it away, and for most at most.
// So who has had it long counts for most days. It is zero while he has it, and of who was
// named by mistake and set right on the same day.
func (t Tenure) Barred(most int) Date {
	if t.Until.IsZero() {
		return Date{}
	}
	if !t.From.IsZero() {
		most = min(most, t.Until.Sub(t.From))
	}
	if most < 1 {
		return Date{}
	}
	return t.Until.AddDays(most - 1)
}

// Handed returns the tenures of a thing after it has passed, on a day, from those who had it
// before to those who have it after; as they are while that is the same. What ended so long
// ago that nobody counts for it any more (Tenure.Barred) is left out once something changes.
// It changes no tenure that it is given. Who never handed anything on has none: he has had it
// from the start.
func Handed(tenures []Tenure, before, after []string, on Date, most int) []Tenure {
	has := func(all []string) func(string) bool {
		return func(person string) bool { return person == "" || slices.Contains(all, person) }
	}
	gone := slices.DeleteFunc(slices.Clone(before), has(after))
	came := slices.DeleteFunc(slices.Clone(after), has(before))
	if len(gone)+len(came) == 0 {
		return tenures
	}
	next := make([]Tenure, 0, len(tenures)+len(gone)+len(came))
	for _, t := range tenures {
		if t.Until.IsZero() && slices.Contains(gone, t.Person) {
			t.Until = Later(on, t.From)
			gone = slices.DeleteFunc(gone, func(p string) bool { return p == t.Person })
		}
		if (t.Until.IsZero() || !on.After(t.Barred(most))) && !slices.Contains(next, t) {
			next = append(next, t)
		}
	}
	for i, p := range gone {
		if !slices.Contains(gone[:i], p) {
			next = append(next, Tenure{Person: p, Until: on})
		}
	}
	for i, p := range came {
		if !slices.Contains(came[:i], p) {
			next = append(next, Tenure{Person: p, From: on})
		}
	}
	return next
}
