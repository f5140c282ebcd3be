package aims

import (
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// OutsideOrigin says where a document of external origin comes from, and who watches that the
// edition in use is the current one (7.5.3).
type OutsideOrigin struct {
	// Kind is what it is, Issuer who issues it: a standards body, a legislator, a supplier,
	// a customer.
	Kind   OutsideKind `json:"kind,omitempty"`
	Issuer string      `json:"issuer,omitempty"`
	// Edition is which edition or version is in use, EditionOn the day that it bears.
	Edition   string        `json:"edition,omitempty"`
	EditionOn calendar.Date `json:"edition_on,omitzero"`
	// Watcher is the ID of the person who watches whether there is another one.
	Watcher string `json:"watcher,omitempty"`
	// Checks are the looks at which edition is current, in the order in which they were
	// recorded; verbs keep them.
	Checks []EditionCheck `json:"checks,omitempty"`
}

// OutsideKind is what a document from outside is.
type OutsideKind string

// The kinds of documents from outside.
const (
	OutsideStandard    OutsideKind = "standard"    // of a standards body, or a code of an industry
	OutsideLaw         OutsideKind = "law"         // a statute, an order, a guideline of an authority
	OutsideManual      OutsideKind = "manual"      // of a supplier: instructions, a model card
	OutsideRequirement OutsideKind = "requirement" // of a customer or another party
	OutsideOther       OutsideKind = "other"       // of any other sort
)

// OutsideKinds lists the kinds of documents from outside.
func OutsideKinds() []OutsideKind {
	return []OutsideKind{OutsideStandard, OutsideLaw, OutsideManual, OutsideRequirement, OutsideOther}
}

// EditionCheck is a look at which edition of a document from outside is current.
type EditionCheck struct {
	// On is when it was looked at, Current the edition that was found to be current: the one
	// in use, another one, or none if its issuer has withdrawn it. Seen says where.
	On      calendar.Date `json:"on"`
	Current string        `json:"current,omitempty"`
	Seen    string        `json:"seen"`
	// By is the ID of the person who looked, At when that was recorded; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// IsZero reports whether nothing is said of an origin outside: then the document is the
// organisation's own.
func (o OutsideOrigin) IsZero() bool {
	return o.Kind == "" && o.Issuer == "" && o.Edition == "" && o.EditionOn.IsZero() && o.Watcher == "" && len(o.Checks) == 0
}

// Last returns the last look at which edition is current; false if nobody has looked.
func (o OutsideOrigin) Last() (EditionCheck, bool) {
	if len(o.Checks) == 0 {
		return EditionCheck{}, false
	}
	return o.Checks[len(o.Checks)-1], true
}

// isCurrent reports whether a look found the edition in use.
func (o *OutsideOrigin) isCurrent(c EditionCheck) bool { return sameText(c.Current, o.Edition) }

// editionDays is for how many days a look at which edition is current counts. That it is a
// year is ours: standards are reviewed every few years, laws change in any.
const editionDays = year

// lookAgain is the last day for which it is known that the edition in use is the current one:
// a year after it was last found to be, or the day on which it was found not to be. Zero for a
// document of the organisation's own.
func (o *OutsideOrigin) lookAgain() calendar.Date {
	last, looked := o.Last()
	switch {
	case !looked:
		return calendar.Date{}
	case !o.isCurrent(last):
		return last.On
	}
	return last.On.AddDays(editionDays)
}

// complete adds an issue for what a document from outside lacks before it is adopted.
func (o *OutsideOrigin) complete(is *Issues) {
	if o.IsZero() {
		return
	}
	saying(is, "outside.issuer", o.Issuer)
	saying(is, "outside.edition", o.Edition)
	required(is, "outside.watcher", o.Watcher)
	switch last, looked := o.Last(); {
	case !looked:
		is.Add("outside.checks", "required", "", "nobody has looked whether this edition is the current one (CheckEdition)")
	case !o.isCurrent(last):
		is.Add("outside.edition", "current", o.Edition, "on %s another edition was found to be current", last.On.String())
	}
}

// outside checks where a document comes from.
func (c checker) outside(o *OutsideOrigin, state DocumentState) {
	if o.IsZero() {
		return
	}
	oneOf(c, "outside.kind", o.Kind, OutsideKinds())
	c.says("outside.issuer", o.Issuer, false)
	c.says("outside.edition", o.Edition, false)
	c.past("outside.edition_on", o.EditionOn)
	if state == StateDraft || state == StateApproved {
		c.person("outside.watcher", o.Watcher, false)
	}
	for i, v := range o.Checks {
		c.past(issue.Index("outside.checks", i)+".on", v.On)
	}
	if state == StateApproved {
		c.needs("outside", !blank(o.Issuer) && !blank(o.Edition) && o.Watcher != "" && len(o.Checks) > 0, "a document from outside that is approved says who issues it, which edition it is, who watches that and who looked")
	}
}

// CheckEdition records a look at which edition of a document from outside is current. A look
// stays; what was seen wrongly is looked at again (7.5.3).
func (tx *Tx) CheckEdition(id string, v EditionCheck) error {
	return revise(tx, "CheckEdition", documents, id, func(d *Document) error {
		if d.Outside.IsZero() {
			return ledger.Refuse(ErrState, "it is the organisation's own, and has no edition to look for")
		}
		if d.State != StateDraft && d.State != StateApproved {
			return ledger.Refuse(ErrState, "it is %s, and nobody works by it", d.State)
		}
		var is Issues
		saying(&is, "seen", v.Seen)
		last, _ := d.Outside.Last()
		switch {
		case v.On.IsZero():
			is.Add("on", "required", "", "say when it was looked at")
		case v.On.After(tx.Today()):
			is.Add("on", "past", v.On.String(), "says what happened, so it can't be after %s", tx.Today().String())
		case v.On.Before(last.On):
			is.Add("on", "order", v.On.String(), "it was looked at on %s since", last.On.String())
		case v.On.Before(d.Outside.EditionOn):
			is.Add("on", "order", v.On.String(), "the edition is of %s", d.Outside.EditionOn.String())
		}
		v.By, v.At = tx.By().Actor, tx.Now()
		d.Outside.Checks = append(d.Outside.Checks, v)
		return is.Err()
	})
}

var editionsCurrent = Probe{
	ID: "DO-02", Title: "Document from outside of which nobody knows whether the edition is current", Clause: Clause{"7.5.3"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for id, d := range documents.Shared(x.r).All() {
			if d.State != StateApproved || d.Outside.IsZero() {
				continue
			}
			last, looked := d.Outside.Last()
			due := d.Outside.lookAgain()
			var text issue.Text
			next := issue.NewText("Look which edition is current (CheckEdition).")
			switch {
			case looked && !d.Outside.isCurrent(last) && blank(last.Current):
				text = issue.NewText("On %s it was seen that its issuer has withdrawn it.", day(last.On))
				next = issue.NewText("Withdraw it (WithdrawDocument), or adopt what is there in its place as a document that replaces it (DraftDocument, ApproveDocument).")
			case looked && !d.Outside.isCurrent(last):
				text = issue.NewText("Edition %s is in use; on %s it was seen that %s is current.", d.Outside.Edition, day(last.On), last.Current)
				next = issue.NewText("Adopt the current edition as a document that replaces it (DraftDocument, ApproveDocument).")
			case !x.overdue(due):
				continue
			default:
				text = issue.NewText("That edition %s is current was to be looked at again by %s.", d.Outside.Edition, day(due))
			}
			if !yield(about(documents.Name(), id, d.Title, due, text, next).by("edition", d.Outside.Watcher)) {
				return
			}
		}
	},
}
