package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Pair are two roles that keep each other in check. The pairs and what makes up for them
// are this project's own, after 5.3 and A.3.2 on allocating responsibilities and the
// sign-off matrix; the standard names none.
type Pair struct {
	// ID names the row, One and Other the roles, Why what they check of each other.
	ID    string `json:"id"`
	One   string `json:"one"`
	Other string `json:"other"`
	Why   string `json:"why"`
	// Instead is what makes up for it where one person holds both in an organisation of
	// fewer than five; empty where nothing does.
	Instead string `json:"instead,omitempty"`
}

var rolesApart = []Pair{
	{"RP-1", RoleRiskApprover, RoleImpactApprover, "who says that a harm is borne does not judge what the system does",
		"Somebody from outside signs, as one of the two, what is of high impact."},
	{"RP-2", RolePolicyOwner, RoleImpactApprover, "the two signatures of a high assessment are two humans'",
		"The second signature of a high assessment is of somebody from outside."},
	{"RP-3", RoleLead, RoleRiskApprover, "who runs the management system does not accept what it leaves",
		"Accept risks for half a year at most."},
	{"RP-4", RoleLead, RoleImpactApprover, "who runs the management system does not sign what comes out of it",
		"Let approvals hold for a year at most, and have somebody from outside sign or remark on one of them each year."},
	{"RP-5", RoleLead, RoleSponsor, "who reports to top management is not who is reported to",
		"Have somebody from outside attend the yearly management review, and say so (ConfirmPart)."},
	{"RP-6", RoleLead, RoleAuditLead, "who runs the management system does not have it audited", ""},
}

// instead says, by the pair's ID, what of Instead is not on file at time now; the empty
// text if all is.
var instead = map[string]func(r *reading, now time.Time) issue.Text{
	"RP-1": highSignedOutside, "RP-2": highSignedOutside, "RP-3": acceptedShortly, "RP-4": approvedShortly, "RP-5": reviewedOutside,
}

// What makes up for a pair is short, and looked at again.
const (
	fewAcceptDays  = 183
	fewApproveDays = 366
)

// outside reports whether somebody is on file as from outside the organisation.
func (r *reading) outside(person string) bool {
	p, ok := people.Shared(r.r).Get(person)
	return ok && p.External
}

func signedOutside(r *reading, signatures []impact.Signature, since time.Time) bool {
	return slices.ContainsFunc(signatures, func(s impact.Signature) bool { return s.At.After(since) && r.outside(s.By) })
}

func highSignedOutside(r *reading, _ time.Time) issue.Text {
	for _, s := range systems.Shared(r.r).All() {
		a := r.standing(s.ID).approved
		if a != nil && s.Stage != register.StageRetirement && highLevel(a.Level) && !signedOutside(r, a.Signatures, time.Time{}) {
			return issue.NewText("an assessment of high impact is signed by nobody from outside")
		}
	}
	return issue.Text{}
}

func acceptedShortly(r *reading, now time.Time) issue.Text {
	for _, k := range risks.Shared(r.r).All() {
		if a := k.Acceptance; !a.IsZero() && !r.DayOf(now).After(a.Expires) && a.Expires.After(r.DayOf(a.At.AddDate(0, 0, fewAcceptDays))) {
			return issue.NewText("a risk is accepted for more than %d days", fewAcceptDays)
		}
	}
	return issue.Text{}
}

func approvedShortly(r *reading, now time.Time) issue.Text {
	since, looked := now.AddDate(0, 0, -fewApproveDays), false
	for _, s := range systems.Shared(r.r).All() {
		a := r.standing(s.ID).approved
		if a != nil && s.Stage != register.StageRetirement && a.ValidUntil.After(r.DayOf(a.ApprovedAt.AddDate(0, 0, fewApproveDays))) {
			return issue.NewText("an approval holds for more than %d days", fewApproveDays)
		}
	}
	for _, a := range assessments.Shared(r.r).All() {
		looked = looked || signedOutside(r, a.Signatures, since) ||
			slices.ContainsFunc(a.Comments, func(c impact.Comment) bool { return c.At.After(since) && r.outside(c.By) })
	}
	if !looked {
		return issue.NewText("nobody from outside has looked at an assessment in the last %d days", fewApproveDays)
	}
	return issue.Text{}
}

func reviewedOutside(r *reading, now time.Time) issue.Text {
	for _, m := range reviews.Shared(r.r).All() {
		if m.HeldOn.After(r.DayOf(now.AddDate(0, 0, -fewApproveDays))) && slices.ContainsFunc(m.Confirmed, func(p string) bool { return r.outside(p) && slices.Contains(m.Attendees, p) }) {
			return issue.Text{}
		}
	}
	return issue.NewText("nobody from outside has attended a management review of the last %d days", fewApproveDays)
}

// smallOrganisation is below how many persons duties may have to fall together. Source: as
// for the audits of small organisations, fewer than five persons.
const smallOrganisation = 5

// RolesApart returns the pairs of roles that one person should not hold together, and
// what makes up for it in a small organisation.
func RolesApart() []Pair { return slices.Clone(rolesApart) }

// Combined is one person who holds two roles that keep each other in check.
type Combined struct {
	Pair
	// Person is the ID of whoever holds both, under the first of the two records if they
	// are two of one human.
	Person string `json:"person"`
	// Small says that fewer than five persons work here, so that Instead may make up
	// for it; Made that it does, and Lacks what of it is not on file.
	Small bool       `json:"small,omitempty"`
	Made  bool       `json:"made,omitempty"`
	Lacks issue.Text `json:"lacks,omitzero"`
}

// Combined returns which of RolesApart one person holds together at time now, in the
// order of that table.
func (r *reading) Combined(now time.Time) []Combined {
	var all []Combined
	for _, pair := range rolesApart {
		one, ok := r.Holder(pair.One, now)
		other, also := r.Holder(pair.Other, now)
		if ok && also && r.same(one.ID, other.ID) {
			c := Combined{Pair: pair, Person: one.ID, Small: r.entire().staff(now) < smallOrganisation}
			if lacks := instead[pair.ID]; c.Small && lacks != nil {
				c.Lacks = lacks(r.entire(), now)
				c.Made = c.Lacks.ID == ""
			}
			all = append(all, c)
		}
	}
	return all
}

// staff is how many persons of the organisation's own are active.
func (r *reading) staff(now time.Time) int {
	n := 0
	for _, p := range people.Shared(r.r).All() {
		if !p.External && p.ActiveOn(r.DayOf(now)) {
			n++
		}
	}
	return n
}

var dutiesApart = Probe{
	ID: "PE-04", Title: "One person holds roles that keep each other in check", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "minor; opportunity where fewer than five persons work and what makes up for it is on file",
	grade: func(o Observation) Severity {
		if !o.Grave {
			return SeverityOpportunity
		}
		return SeverityMinor
	},
	look: func(x *index, yield func(Observation) bool) {
		for _, c := range x.Combined(x.now) {
			title := c.One
			if r, ok := roles.Shared(x.r).Get(c.One); ok {
				title = r.Title
			}
			next := issue.NewText("Appoint another person to one of the two (AssignRole).")
			switch {
			case c.Made:
				next = issue.NewText("Appoint another person to one of the two (AssignRole) when there is one. Until then go on with this: %s", c.Instead)
			case c.Small && c.Instead != "":
				next = issue.NewText("Appoint another person to one of the two (AssignRole). Until there is one: %s What lacks: %s.", c.Instead, c.Lacks)
			}
			o := about(KindRole, c.One, title, calendar.Date{}, issue.NewText("%s holds %s and %s: %s.", recordOf(people.Name(), c.Person), recordOf(roles.Name(), c.One), recordOf(roles.Name(), c.Other), issue.Text{ID: c.Why}), next)
			o.Grave = !c.Made
			o.Count, o.Of, o.names = 1, x.staff(x.now), []Subject{{Kind: KindRole, ID: c.Other}, {Kind: KindPerson, ID: c.Person}}
			if !yield(o) {
				return
			}
		}
	},
}
