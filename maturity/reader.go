package maturity

import (
	"slices"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
)

// For returns the report as it can be shown to whom a view is for (aims.View.For):
// levels and counts stay, as they are of the whole. Of a record that the view hides
// or alters it gives no name, and no ID if it is hidden; what it says of a criterion
// that such a record fails is the count alone. What is said of the organisation can
// speak of others.
func (r Report) For(v *aims.View) Report {
	r.Criteria = slices.Clone(r.Criteria)
	for i := range r.Criteria {
		c := &r.Criteria[i]
		hidden := false
		c.Failing, hidden = shownOf(v, c.Failing)
		c.Grace = slices.Clone(c.Grace)
		for j := range c.Grace {
			g := &c.Grace[j]
			if isLess(v, g.Subject) {
				*g = Grace{Subject: subjectFor(v, g.Subject), Lacks: notShown.String(), Text: notShown, Until: g.Until}
				hidden = true
			}
		}
		if hidden && c.Message != "" {
			c.say(issue.NewText("%d of %d meet it", c.Met, c.Of))
		}
	}
	if r.NextDrop != nil {
		drop := *r.NextDrop
		drop.Because = slices.Clone(drop.Because)
		for i := range drop.Because {
			drop.Because[i].Failing, _ = shownOf(v, drop.Because[i].Failing)
		}
		r.NextDrop = &drop
	}
	r.Combined = v.Combined(r.At)
	return r
}

// notShown stands for what is said of a record that a reader does not see whole.
var notShown = issue.NewText("what is wrong with it is not shown to you")

// shownOf is what a reader is told of failures, and whether it is less than all.
func shownOf(v *aims.View, all []Failure) (shown []Failure, less bool) {
	shown = slices.Clone(all)
	for i := range shown {
		if f := &shown[i]; isLess(v, f.Subject) {
			*f = failure(subjectFor(v, f.Subject), "", notShown, f.Unknown)
			less = true
		}
	}
	return shown, less
}

// isLess reports whether a reader sees less of a record than there is.
func isLess(v *aims.View, s aims.Subject) bool {
	return s.Kind != aims.KindOrganisation && unredacted.Of(v).(*aims.View).Has(s) && !v.Whole(s)
}

func subjectFor(v *aims.View, s aims.Subject) aims.Subject {
	if !v.Has(s) {
		s.ID = ""
	}
	return s
}
