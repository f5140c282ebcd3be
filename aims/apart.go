package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/issue"
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
		"Accept risks for half a year at most, and look at each of them in the management review."},
	{"RP-4", RoleLead, RoleImpactApprover, "who runs the management system does not sign what comes out of it",
		"Let approvals hold for a year at most, and have somebody from outside look at some of them again."},
	{"RP-5", RoleLead, RoleSponsor, "who reports to top management is not who is reported to",
		"Have somebody from outside attend the management review."},
	{"RP-6", RoleLead, RoleAuditLead, "who runs the management system does not have it audited", ""},
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
	// for it.
	Small bool `json:"small,omitempty"`
}

// Combined returns which of RolesApart one person holds together at time now, in the
// order of that table.
func (r *reading) Combined(now time.Time) []Combined {
	var all []Combined
	for _, pair := range rolesApart {
		one, ok := r.Holder(pair.One, now)
		other, also := r.Holder(pair.Other, now)
		if ok && also && r.same(one.ID, other.ID) {
			all = append(all, Combined{Pair: pair, Person: one.ID, Small: r.entire().staff(now) < smallOrganisation})
		}
	}
	return all
}

// staff is how many persons of the organisation's own are active.
func (r *reading) staff(now time.Time) int {
	n := 0
	for _, p := range people.Shared(r.r).All() {
		if !p.External && p.ActiveAt(now) {
			n++
		}
	}
	return n
}

var dutiesApart = Probe{
	ID: "PE-04", Title: "One person holds roles that keep each other in check", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "minor; opportunity where fewer than five persons work",
	grade: func(o Observation) Severity {
		if o.Of < smallOrganisation {
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
			if c.Small && c.Instead != "" {
				next = issue.NewText("Appoint another person to one of the two (AssignRole). Until there is one: %s", c.Instead)
			}
			o := about(KindRole, c.One, title, time.Time{}, issue.NewText("%s holds %s and %s: %s.", c.Person, c.One, c.Other, c.Why), next)
			o.Count, o.Of, o.names = 1, x.staff(x.now), []Subject{{Kind: KindRole, ID: c.Other}, {Kind: KindPerson, ID: c.Person}}
			if !yield(o) {
				return
			}
		}
	},
}
