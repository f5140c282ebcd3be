package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// Responsible is who sees to a record: its owner, or where it has none that is active
// the holder of a role (5.3, A.3.2).
type Responsible struct {
	// Person is the ID of the person; empty if nobody is named.
	Person string `json:"person,omitempty"`
	// Role is the ID of the role whose holder it is, or would be if it were not vacant;
	// empty if the record itself names the person.
	Role string `json:"role,omitempty"`
}

// RoleOfKind is one row of the table of who sees to the records of a kind that name
// nobody active.
type RoleOfKind struct {
	// Kind is the kind, Role the ID of the role.
	Kind Kind   `json:"kind"`
	Role string `json:"role"`
	// Why says why; the choice is this project's own.
	Why string `json:"why"`
}

var rolesOfKinds = []RoleOfKind{
	{KindRole, RoleSponsor, "top management assigns roles (5.3)"},
	{KindPolicy, RolePolicyOwner, "keeps the policy (5.2)"},
	{KindCriteria, RoleRiskApprover, "applies them when what remains is accepted (6.1.3)"},
	{KindRisk, RoleRiskApprover, "accepts what remains (6.1.3)"},
	{KindAudit, RoleAuditLead, "runs the audit programme (9.2.2)"},
	{KindReview, RoleSponsor, "chairs the management review (9.3.1)"},
	{"", RoleLead, "sees to it that the management system conforms (5.3)"},
}

// RolesOfKinds returns the table; the last row, of no kind, is for all that the others do
// not name.
func RolesOfKinds() []RoleOfKind { return slices.Clone(rolesOfKinds) }

// ResponsibleFor returns who sees to a record at a time: its owner if active; of an
// assessment, a duty or an exception the owner of the system; else the holder of the role
// that the table names for the kind (RolesOfKinds). Of what is not on
// file, or not shown (For), it says nothing; of the organisation it always speaks.
func (v *View) ResponsibleFor(s Subject, now time.Time) Responsible {
	rec, ok := v.Record(s)
	if !ok && s.Kind != KindOrganisation {
		return Responsible{}
	}
	return v.responsible(s.Kind, ownerIn(v, rec), now)
}

// responsible is an owner if active, else the holder of the role for a kind.
func (v *View) responsible(k Kind, owner string, now time.Time) Responsible {
	if p, ok := people.Of(v.r).Get(owner); ok && p.ActiveOn(v.DayOf(now)) {
		return Responsible{Person: p.ID}
	}
	i := slices.IndexFunc(rolesOfKinds, func(row RoleOfKind) bool { return row.Kind == k || row.Kind == "" })
	return v.roleHolder(rolesOfKinds[i].Role, now)
}

// roleHolder is who holds a role, or the role alone.
func (v *View) roleHolder(role string, now time.Time) Responsible {
	p, _ := v.Holder(role, now)
	return Responsible{Person: p.ID, Role: role}
}

// ownerIn is whom a record names as its owner, or as who deals with it.
func ownerIn(v *View, rec any) string {
	of := func(system string) string {
		s, _ := systems.Of(v.r).Get(system)
		return s.Owner
	}
	switch r := rec.(type) {
	case *register.System:
		return r.Owner
	case *impact.Assessment:
		return of(r.System)
	case *Duty:
		return of(r.System)
	case *Deployment:
		return of(r.System)
	case *Retirement:
		return of(r.System)
	case *GatePassage:
		return of(r.System)
	case *SystemVerification:
		return of(r.System)
	case *Exception:
		return of(r.System)
	case *register.Risk:
		return r.Owner
	case *annexa.Decision:
		return r.Owner
	case *Policy:
		return r.Owner
	case *Document:
		return r.Owner
	case *Opportunity:
		return r.Owner
	case *Objective:
		return r.Owner
	case *Supplier:
		return r.Owner
	case *Obligation:
		return r.Owner
	case *PlannedChange:
		return r.Owner
	case *Competence:
		return r.Owner
	case *HeldCompetence:
		return r.Person
	case *GoverningBody:
		return r.Chair
	case *Dataset:
		return r.Owner
	case *Action:
		return r.Owner
	case *Nonconformity:
		return r.Owner
	case *Incident:
		return r.Owner
	case *Concern:
		return r.Handler
	case *Channel:
		return r.Owner
	case *UseRules:
		return r.Owner
	case *Monitoring:
		return r.Evaluator
	case *Resource:
		return r.Owner
	case *Communication:
		return r.Owner
	case *PublicClaim:
		return r.Owner
	case *SystemLog:
		return r.Owner
	case *Evidence:
		if s, ok := services.Of(v.r).Get(r.Collector); ok {
			return s.Owner // who answers for the program that collects
		}
		return r.Collector
	case *Sweep:
		return r.By
	case *Service:
		return r.Owner
	}
	return ""
}
