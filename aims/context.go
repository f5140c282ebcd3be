package aims

import (
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// ContextIssue is an internal or external issue that bears on the management
// system (4.1).
type ContextIssue struct {
	// ID names the issue.
	ID string `json:"id"`
	// Title says what it is, Description how it bears on the aims.
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Origin is "internal" or "external".
	Origin Origin `json:"origin"`
	// ReviewedOn is when it was last looked at.
	ReviewedOn calendar.Date `json:"reviewed_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Origin says whether an issue lies inside or outside the organisation.
type Origin string

// The origins.
const (
	Internal Origin = "internal"
	External Origin = "external"
)

// InterestedParty is somebody whose needs and expectations count (4.2).
type InterestedParty struct {
	// ID names the party.
	ID string `json:"id"`
	// Name is who it is, such as "loan applicants" or "the regulator".
	Name string `json:"name"`
	// Needs are its needs and expectations; Addressed says which of them the
	// management system takes up, and how.
	Needs     []string `json:"needs,omitempty"`
	Addressed string   `json:"addressed,omitempty"`
	// ReviewedOn is when they were last looked at.
	ReviewedOn calendar.Date `json:"reviewed_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

var contextIssues = ledger.MustDeclare(ledger.Spec[ContextIssue]{
	Name:   KindContextIssue,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("reviewed_on")},
	Key: func(i *ContextIssue) string { return i.ID }, SetKey: func(i *ContextIssue, id string) { i.ID = id },
	Revision: func(i *ContextIssue) *uint64 { return &i.Revision },
	MayDrop:  always[ContextIssue],
	Limits:   within(KindContextIssue, bounded(nil, "description")),
	Check:    checked(checkContextIssue),
})

var interestedParties = ledger.MustDeclare(ledger.Spec[InterestedParty]{
	Name:   KindInterestedParty,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("reviewed_on")},
	Key: func(p *InterestedParty) string { return p.ID }, SetKey: func(p *InterestedParty, id string) { p.ID = id },
	Revision: func(p *InterestedParty) *uint64 { return &p.Revision },
	MayDrop:  always[InterestedParty],
	MayErase: always[InterestedParty],
	Personal: []string{"name", "needs", "addressed"},
	// People read all needs of a party.
	Limits: within(KindInterestedParty, bounded(lists{"needs": 200}, "addressed")),
	Check:  checked(checkInterestedParty),
})

// PutContextIssue adds or revises an internal or external issue (4.1).
func (tx *Tx) PutContextIssue(i ContextIssue) error {
	return put(tx, "PutContextIssue", contextIssues, i, nil)
}

// PutInterestedParty adds or revises an interested party (4.2).
func (tx *Tx) PutInterestedParty(p InterestedParty) error {
	return put(tx, "PutInterestedParty", interestedParties, p, nil)
}

func checkContextIssue(c checker, i *ContextIssue) {
	c.text("title", i.Title, true)
	c.text("description", i.Description, false)
	oneOf(c, "origin", i.Origin, []Origin{Internal, External})
	c.past("reviewed_on", i.ReviewedOn)
}

func checkInterestedParty(c checker, p *InterestedParty) {
	c.text("name", p.Name, true)
	for i, n := range p.Needs {
		c.text(issue.Index("needs", i), n, true)
	}
	c.text("addressed", p.Addressed, false)
	c.past("reviewed_on", p.ReviewedOn)
}

var contextDetermined = Probe{
	ID: "S1-12", Title: "Context or interested parties not determined", Clause: Clause{"4.1"},
	Grading: "major if never done; minor if older than a year, and for the organisation's roles",
	grade:   majorIf(absent),
	look: func(x *index, yield func(Observation) bool) {
		if org := x.Organisation(); len(org.Roles) == 0 && !yield(x.whole(calendar.Date{}, issue.NewText("The organisation's own roles towards AI systems have not been determined."),
			issue.NewText("Record them (PutOrganisation)."))) {
			return
		}
		var issues, parties calendar.Date
		for _, i := range contextIssues.Shared(x.r).All() {
			if i.ReviewedOn.After(issues) {
				issues = i.ReviewedOn
			}
		}
		for _, p := range interestedParties.Shared(x.r).All() {
			if p.ReviewedOn.After(parties) {
				parties = p.ReviewedOn
			}
		}
		for _, part := range []struct {
			name  string
			last  calendar.Date
			never issue.Text
			old   string
			next  issue.Text
		}{
			{"issues", issues, issue.NewText("The internal and external issues have not been determined."),
				"The internal and external issues were last looked at on %s.", issue.NewText("Record them (PutContextIssue).")},
			{"parties", parties, issue.NewText("The interested parties have not been determined."),
				"The interested parties were last looked at on %s.", issue.NewText("Record them (PutInterestedParty).")},
		} {
			var o Observation
			switch {
			case part.last.IsZero():
				o = x.whole(calendar.Date{}, part.never, part.next)
				o.Absent = true
			case part.last.Before(x.daysAgo(year)):
				o = x.whole(part.last.AddDays(year), issue.NewText(part.old, day(part.last)), part.next)
			default:
				continue
			}
			if !yield(o.by(part.name, "")) {
				return
			}
		}
	},
}
