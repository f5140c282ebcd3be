package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/crosswalk"
)

// provable says of requirements whose object is a record here from when on that is
// there: what was collected earlier shows something else. A choice of this project; the
// standard sets no such rule.
var provable = []struct {
	of    []string
	since func(*reading) (time.Time, bool)
}{
	// The version of the policy in force, from its first approval on.
	{[]string{"5.2", "A.2.2", "A.2.3"}, func(r *reading) (time.Time, bool) {
		for _, p := range policies.Shared(r.r).All() {
			if p.State != StateApproved {
				continue
			}
			if len(p.Earlier) > 0 {
				return p.Earlier[0].At, true
			}
			return p.Approval.At, true
		}
		return time.Time{}, false
	}},
}

// CouldProve reports whether evidence can have shown a requirement on the day that it was
// collected: what shows the AI policy (5.2, A.2.2, A.2.3) was collected no earlier than
// the day on which the version in force was approved. Where none is in force, nothing
// shows it; of other requirements this says nothing.
func (r *reading) CouldProve(e Evidence, requirement crosswalk.Ref) bool {
	if requirement.Framework() != FrameworkID {
		return true
	}
	for _, p := range provable {
		if slices.Contains(p.of, requirement.Element()) {
			since, ok := p.since(r)
			return ok && !e.Collected.Before(r.DayOf(since))
		}
	}
	return true
}
