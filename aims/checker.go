package aims

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/issue"
)

// checker collects what is wrong with a revision of a record, beyond its key and
// the bounds of its kind: its own fields and what it refers to. Whether that is on
// file is asked of the transaction, so that people can come with their roles and
// evidence with its system in one commit. It asks by name, since the declaration
// of a kind can't refer to one that refers back to it.
type checker struct {
	*Issues
	reading
}

// news drops issues that are no news against the revision before. Of persons
// named at the same place: that somebody has left since is a finding, and must
// not keep others from closing, signing or retiring what names them; likewise that a
// record which was looked at is there no more. Of bounds
// that were passed before there was one, as long as it gets no worse. Of places that
// were on file before codes that ISO has not assigned were refused.
func news(is, known Issues) Issues {
	return slices.DeleteFunc(is, func(i issue.Issue) bool {
		return slices.ContainsFunc(known, func(o issue.Issue) bool {
			switch {
			case o.Rule != i.Rule:
				return false
			case i.Rule == "jurisdiction": // wherever it stands in the set now
				return o.Value == i.Value
			case o.Field != i.Field:
				return false
			}
			switch i.Rule {
			case "approved": // before there was that rule
				return true
			case "person", "record", "repeated", "utf8", "breadth":
				return o.Value == i.Value
			case "length":
				return beyond(i) <= beyond(o)
			case "more":
				return is.Count() <= known.Count()
			}
			return false
		})
	})
}

// beyond is how long something is that is too long: the second argument of what
// an issue says, after how long it may be.
func beyond(i issue.Issue) int {
	if len(i.Text.Args) == 2 {
		if n, ok := i.Text.Args[1].(int); ok {
			return n
		}
	}
	return 0
}

// has reports whether a record is on file.
func (c checker) has(k Kind, id string) bool { return c.r.Has(Subject{Kind: k, ID: id}) }

// text adds an issue if a text is not valid UTF-8 or beyond 20,000 bytes, and,
// where need is set, if it is blank.
func (c checker) text(field, value string, need bool) {
	switch {
	case need && blank(value):
		c.Add(field, "required", value, "may not be empty")
	case !utf8.ValidString(value):
		c.Add(field, "utf8", strings.ToValidUTF8(value, "\uFFFD"), "must be valid UTF-8")
	case len(value) > maxText:
		c.Add(field, "length", value, "at most %d bytes, has %d", maxText, len(value))
	}
}

// person adds an issue unless id names a person on file who is active at the
// time of the change. With need set an empty ID is one too.
func (c checker) person(field, id string, need bool) {
	if id == "" {
		if need {
			c.Add(field, "required", id, "name a person on file")
		}
		return
	}
	p, ok := people.Shared(c.r).Get(id)
	if !ok {
		c.Add(field, "person", id, "no such person on file; add the person first")
	} else if !p.ActiveOn(c.DayOf(c.r.AsOf())) {
		c.Add(field, "person", id, "this person is not active on %s", c.r.AsOf().Format(time.DateOnly))
	}
}

// onFile adds an issue unless id names any person on file, active or not.
func (c checker) onFile(field, id string) {
	if !c.has(KindPerson, id) {
		c.Add(field, "person", id, "no such person on file; add the person first")
	}
}

// people checks each of a list of persons.
func (c checker) people(field string, ids []string) {
	for i, id := range ids {
		c.person(issue.Index(field, i), id, true)
	}
}

// systems adds an issue unless each ID names a registered system.
func (c checker) systems(field string, ids []string) {
	for i, id := range ids {
		if !c.has(KindSystem, id) {
			c.Add(issue.Index(field, i), "system", id, "no such system in the register")
		}
	}
}

// controls adds an issue for a control of the organisation's own that has no
// decision.
func (c checker) controls(field string, ids []annexa.ID) {
	for i, id := range ids {
		switch {
		case id.IsZero():
			c.Add(issue.Index(field, i), "control", "", "names no control")
		case id.Custom() && !c.has(KindDecision, id.String()):
			c.Add(issue.Index(field, i), "control", id.String(), "no such own control; decide on it first")
		}
	}
}

// refs adds an issue for a reference to an element that its framework does
// not have.
func (c checker) refs(field string, refs []crosswalk.Ref) {
	for i, r := range refs {
		if why := c.refProblem(r); why != "" {
			c.Add(issue.Index(field, i), "reference", r.String(), "%s", why)
		}
	}
}

// approved adds an issue for what something that is approved lacks: what a verb sees to, an
// import has to bring.
func (c checker) approved(state DocumentState, a DocumentApproval) {
	if state != StateApproved {
		return
	}
	c.needs("approval", a.Given(), "what is approved says by whom and when")
	c.needs("approval.review_due", !a.ReviewDue.IsZero(), "what is approved says when it is looked at again")
}

// paper is approved of what says something by itself: what content refuses a verb, an import
// does not bring either.
func (c checker) paper(state DocumentState, a DocumentApproval, text, uri, digest string) {
	c.approved(state, a)
	var is Issues
	content(&is, text, uri, digest)
	for _, i := range is {
		c.needs(i.Field, state != StateApproved, i.Message)
	}
}

// needs adds an issue of an approval unless something is there.
func (c checker) needs(field string, there bool, says string) {
	if !there {
		c.Add(field, "approved", "", "%s", says)
	}
}

// order adds an issue if both times are set and the second lies before the
// first.
func (c checker) order(firstField string, first calendar.Date, field string, second calendar.Date) {
	if !first.IsZero() && !second.IsZero() && second.Before(first) {
		c.Add(field, "order", second.String(), "lies before %s, %s", firstField, first)
	}
}

// past adds an issue if a day that says what happened is still to come.
func (c checker) past(field string, d calendar.Date) {
	if today := c.DayOf(c.r.AsOf()); d.After(today) {
		c.Add(field, "past", d.String(), "says what happened, so it can't be after %s", today)
	}
}

// orderOf and pastAt are order and past of moments.
func (c checker) orderOf(firstField string, first time.Time, field string, second time.Time) {
	if !first.IsZero() && !second.IsZero() && second.Before(first) {
		c.Add(field, "order", second.Format(time.RFC3339), "lies before %s, %s", firstField, first.Format(time.RFC3339))
	}
}

func (c checker) pastAt(field string, t time.Time) {
	if t.After(c.r.AsOf()) {
		c.Add(field, "past", t.Format(time.RFC3339), "says what happened, so it can't be after %s", c.r.AsOf().Format(time.RFC3339))
	}
}

// oneOf adds an issue if value is not one of those allowed.
func oneOf[T ~string](c checker, field string, value T, allowed []T) {
	for _, a := range allowed {
		if a == value {
			return
		}
	}
	texts := make([]string, len(allowed))
	for i, a := range allowed {
		texts[i] = string(a)
	}
	c.Add(field, "oneof", string(value), "must be one of %s", strings.Join(texts, ", "))
}
