package aims

import (
	"fmt"
	"time"

	"github.com/aimskit/aimskit/register"
)

// Organisation is what the management system must know of the organisation
// itself (4.1): there is one such record.
type Organisation struct {
	// ID is always "organisation".
	ID string `json:"id"`
	// Name is the organisation's name, as the Statement of Applicability
	// prints it.
	Name string `json:"name,omitempty"`
	// Roles are the organisation's own roles towards AI systems (4.1).
	Roles []register.AIRole `json:"roles,omitempty"`
	// Jurisdictions are where it works, as ISO 3166 codes or "EU".
	Jurisdictions []string `json:"jurisdictions,omitempty"`
	// HoldsISO27001 says that an ISO/IEC 27001 management system is in place.
	HoldsISO27001 bool `json:"holds_iso27001,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

const organisationID = "organisation"

// Person is somebody who can be accountable: an owner, an approver, an
// auditor. Teams and mailboxes are not persons; the standard asks for names
// (5.3).
type Person struct {
	// ID is a short name or an address, such as "ada@example.org".
	ID string `json:"id"`
	// Name is the person's full name.
	Name string `json:"name"`
	// Email is where to reach the person.
	Email string `json:"email,omitempty"`
	// Unit is the part of the organisation, or the firm outside it, that the
	// person works for.
	Unit string `json:"unit,omitempty"`
	// TopManagement says that the person belongs to top management, who
	// approve the policy and hold the review (5.1).
	TopManagement bool `json:"top_management,omitempty"`
	// External says that the person is not of the organisation.
	External bool `json:"external,omitempty"`
	// LeftOn is when the person left; from then on they can hold nothing.
	LeftOn time.Time `json:"left_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ActiveAt reports whether the person has not left by time t.
func (p Person) ActiveAt(t time.Time) bool { return p.LeftOn.IsZero() || t.Before(p.LeftOn) }

// Role is a role of the management system (5.3, A.3.2) and who holds it. The
// mandatory ones are there from the first day, with nobody in them.
type Role struct {
	// ID is the role's short name, such as "aims-lead".
	ID string `json:"id"`
	// Title is what people call the role.
	Title string `json:"title"`
	// Duty says what its holder answers for.
	Duty string `json:"duty"`
	// Mandatory says that the management system can't do without it.
	Mandatory bool `json:"mandatory,omitempty"`
	// Holder is the ID of the person who holds it; empty while vacant.
	Holder string `json:"holder,omitempty"`
	// Since is when the holder was appointed.
	Since time.Time `json:"since,omitzero"`
	// AcceptedOn is when the holder accepted.
	AcceptedOn time.Time `json:"accepted_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// The mandatory roles of a new management system.
const (
	RoleSponsor        = "executive-sponsor"
	RoleLead           = "aims-lead"
	RolePolicyOwner    = "policy-owner"
	RoleRiskApprover   = "risk-approver"
	RoleImpactApprover = "impact-approver"
	RoleAuditLead      = "internal-audit-lead"
)

// mandatoryRoles are the roles that a new management system starts with.
var mandatoryRoles = []Role{
	{ID: RoleSponsor, Title: "Executive sponsor", Duty: "Member of top management who approves policy and scope and chairs the management review."},
	{ID: RoleLead, Title: "AIMS lead", Duty: "Sees to it that the management system conforms, and reports on how it performs."},
	{ID: RolePolicyOwner, Title: "Policy owner", Duty: "Keeps the AI policy, has it reviewed, and signs high-impact assessments too."},
	{ID: RoleRiskApprover, Title: "Risk approver", Duty: "Approves the treatment of risks and accepts what remains."},
	{ID: RoleImpactApprover, Title: "Impact approver", Duty: "Signs impact assessments that somebody else wrote."},
	{ID: RoleAuditLead, Title: "Internal audit lead", Duty: "Runs the audit programme; is not the AIMS lead."},
}

var (
	organisations = &kind[Organisation]{name: KindOrganisation, at: organisationIndex, schema: 1,
		id: func(r *Organisation) string { return r.ID }, rev: func(r *Organisation) *uint64 { return &r.Revision }}
	people = &kind[Person]{name: KindPerson, at: personIndex, schema: 1,
		id: func(r *Person) string { return r.ID }, setID: func(r *Person, id string) { r.ID = id },
		rev: func(r *Person) *uint64 { return &r.Revision }}
	roles = &kind[Role]{name: KindRole, at: roleIndex, schema: 1,
		id: func(r *Role) string { return r.ID }, rev: func(r *Role) *uint64 { return &r.Revision }}
)

// SetOrganisation revises what is on file of the organisation. The record
// exists from the start, so the change carries its revision.
func (tx *Tx) SetOrganisation(o Organisation) (Organisation, error) {
	o.ID = organisationID
	return put(tx, "SetOrganisation", organisations, o)
}

// PutPerson adds a person or revises one.
func (tx *Tx) PutPerson(p Person) (Person, error) { return put(tx, "PutPerson", people, p) }

// PutRole adds a role of the organisation's own or revises a role's wording.
// Who holds it is for AssignRole.
func (tx *Tx) PutRole(r Role) (Role, error) {
	const verb = "PutRole"
	old, _ := roles.records(tx.ts).Get(r.ID)
	if r.Holder != old.Holder || !r.Since.Equal(old.Since) || !r.AcceptedOn.Equal(old.AcceptedOn) || (old.Mandatory && !r.Mandatory) {
		var is Issues
		is.Add("holder", "verb", r.Holder, "the holder changes by AssignRole and AcceptRole only, and a mandatory role stays mandatory")
		return r, &RecordError{Kind: KindRole, ID: r.ID, Verb: verb, Err: ErrInvalid, Why: is}
	}
	return put(tx, verb, roles, r)
}

// AssignRole appoints a person to a role, or with an empty person leaves it
// vacant. The appointment counts once the person has accepted.
func (tx *Tx) AssignRole(role, person string) (Role, error) {
	const verb = "AssignRole"
	r, err := get(tx, verb, roles, role)
	if err != nil {
		return r, err
	}
	r.Holder, r.Since, r.AcceptedOn = person, tx.asOf, time.Time{}
	if person == "" {
		r.Since = time.Time{}
	}
	return put(tx, verb, roles, r)
}

// AcceptRole records that the role's holder accepts it. Only the holder can.
func (tx *Tx) AcceptRole(role string) (Role, error) {
	const verb = "AcceptRole"
	r, err := get(tx, verb, roles, role)
	if err != nil {
		return r, err
	}
	if r.Holder == "" || r.Holder != tx.by.Actor {
		return r, &RecordError{Kind: KindRole, ID: role, Verb: verb, Err: ErrForbidden,
			Why: fmt.Errorf("held by %q; only the holder accepts, not %q", r.Holder, tx.by.Actor)}
	}
	r.AcceptedOn = tx.asOf
	return put(tx, verb, roles, r)
}

// Holder returns the person who holds a role at a time: appointed, accepted
// and active. False if nobody does.
func (r *reading) Holder(role string, at time.Time) (Person, bool) {
	held, ok := roles.records(r.ts).Get(role)
	if !ok || held.Holder == "" || held.AcceptedOn.IsZero() {
		return Person{}, false
	}
	p, ok := people.records(r.ts).Get(held.Holder)
	return p, ok && p.ActiveAt(at)
}

// holds reports whether a person holds a role at the time of the reading.
func (r *reading) holds(person, role string) bool {
	p, ok := r.Holder(role, r.asOf)
	return ok && p.ID == person
}

func checkOrganisation(tx *Tx, o *Organisation, is *Issues) {
	c := checker{is, tx}
	c.text("name", o.Name, false)
	for i, role := range o.Roles {
		oneOf(c, index("roles", i), role, []register.AIRole{register.RoleProvider, register.RoleDeployer, register.RoleImporter,
			register.RoleDistributor, register.RoleManufacturer, register.RoleAuthorised})
	}
}

func checkPerson(tx *Tx, p *Person, is *Issues) {
	c := checker{is, tx}
	c.text("name", p.Name, true)
	c.text("email", p.Email, false)
	c.text("unit", p.Unit, false)
}

func checkRole(tx *Tx, r *Role, is *Issues) {
	c := checker{is, tx}
	c.text("title", r.Title, true)
	c.text("duty", r.Duty, true)
	c.person("holder", r.Holder, false)
	c.order("since", r.Since, "accepted_on", r.AcceptedOn)
	other := map[string]string{RoleAuditLead: RoleLead, RoleLead: RoleAuditLead}[r.ID]
	if held, ok := roles.records(tx.ts).Get(other); ok && r.Holder != "" && held.Holder == r.Holder {
		c.Add("holder", "separation", r.Holder, "the internal audit lead and the AIMS lead are two persons; %s is %s already", r.Holder, other)
	}
}
