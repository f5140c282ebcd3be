package aims

import (
	"cmp"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

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
	// Since is when the holder was appointed, AppointedBy by whom.
	Since       time.Time `json:"since,omitzero"`
	AppointedBy string    `json:"appointed_by,omitempty"`
	// AcceptedOn is when the holder accepted, AcceptedDuty the duty that they accepted last;
	// empty of what was accepted before it was kept. RewordedAt is since when the duty is
	// another one; zero while it is the one accepted. Verbs set them.
	AcceptedOn   time.Time `json:"accepted_on,omitzero"`
	AcceptedDuty string    `json:"accepted_duty,omitempty"`
	RewordedAt   time.Time `json:"reworded_at,omitzero"`
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

// MandatoryRoles returns the roles that every management system has, as they are put on
// file when it is founded: without a holder.
func MandatoryRoles() []Role {
	all := slices.Clone(mandatoryRoles)
	for i := range all {
		all[i].Mandatory = true
	}
	return all
}

// mandatory are the mandatory roles, also those that nothing is on file of.
func (r *reading) mandatory() []*Role {
	var all []*Role
	for _, m := range mandatoryRoles {
		if _, ok := roles.Shared(r.r).Get(m.ID); !ok {
			all = append(all, &m)
		}
	}
	for _, o := range roles.Shared(r.r).All() {
		if o.Mandatory {
			all = append(all, o)
		}
	}
	return all
}

var roles = ledger.MustDeclare(ledger.Spec[Role]{
	Name:     KindRole,
	Key:      func(r *Role) string { return r.ID },
	Revision: func(r *Role) *uint64 { return &r.Revision },
	Limits:   within(KindRole, bounded(nil, "duty", "accepted_duty")),
	Check:    checked(checkRole),
})

// AcceptBy is by when the holder accepts a duty that is another one than the one accepted
// (RewordedAt): as long after as users have for rules of use. Zero if it is the same.
func (r Role) AcceptBy(zone *time.Location) calendar.Date {
	if r.RewordedAt.IsZero() {
		return calendar.Date{}
	}
	return calendar.Of(r.RewordedAt, zone).AddDays(acceptDays)
}

// PutRole adds a role of the organisation's own or revises a role's wording.
// Who holds it is for AssignRole. Who has accepted the role has accepted the duty that stood
// there; they hold it on when that becomes another one, and accept that as well (AcceptRole).
// Nobody rewords the duty of a role that he holds, as nobody appoints himself.
func (tx *Tx) PutRole(r Role) error {
	return put(tx, "PutRole", roles, r, func(r *Role) error {
		old, _ := roles.Of(tx).Get(r.ID)
		if old.Holder != "" && !sameText(r.Duty, old.Duty) {
			if err := tx.right("PutRole", dutyChanges, roles.Subject(r)); err != nil {
				return err
			}
			if tx.same(old.Holder, tx.By().Actor) {
				return tx.barred(BarSelf, "PutRole", "")
			}
		}
		var is Issues
		if r.Holder != old.Holder || r.AppointedBy != old.AppointedBy || !r.Since.Equal(old.Since) || !r.AcceptedOn.Equal(old.AcceptedOn) || (old.Mandatory && !r.Mandatory) {
			is.Add("holder", "verb", r.Holder, "the holder changes by AssignRole and AcceptRole only, and a mandatory role stays mandatory")
		}
		if err := is.Err(); err != nil {
			return err
		}
		r.AcceptedDuty, r.RewordedAt = old.AcceptedDuty, time.Time{}
		if !r.AcceptedOn.IsZero() {
			r.AcceptedDuty = cmp.Or(old.AcceptedDuty, old.Duty)
			if !sameText(r.Duty, r.AcceptedDuty) {
				r.RewordedAt = old.RewordedAt
				if r.RewordedAt.IsZero() {
					r.RewordedAt = tx.Now()
				}
			}
		}
		return tx.founded("")
	})
}

// dutyChanges is when PutRole rewords what somebody answers for.
const dutyChanges = "the duty of who holds it changes"

// AssignRole appoints a person to a role, or with an empty person leaves it
// vacant, which its holder may do as well. Nobody appoints himself. The appointment
// counts once the person has accepted, and never for what its appointer wrote or
// answers for.
func (tx *Tx) AssignRole(role, person string) error {
	return decide(tx, "AssignRole", roles, role, func(r *Role) error {
		if person != "" {
			if err := tx.right("AssignRole", toAnother, Subject{Kind: KindRole, ID: role}); err != nil {
				return err
			}
			if tx.same(person, tx.By().Actor) || person == tx.By().Actor {
				return tx.barred(BarSelf, "AssignRole", "")
			}
		}
		r.Holder, r.Since, r.AppointedBy, r.AcceptedOn = person, tx.Now(), tx.By().Actor, time.Time{}
		r.AcceptedDuty, r.RewordedAt = "", time.Time{}
		if person == "" {
			r.Since, r.AppointedBy = time.Time{}, ""
		}
		return tx.founded(role)
	})
}

// toAnother is when AssignRole appoints.
const toAnother = "somebody is appointed"

// AcceptRole records that the role's holder accepts it, with the duty that it has. Only the
// holder can. Who accepts another duty of a role that is theirs holds it as long as before.
func (tx *Tx) AcceptRole(role string) error {
	return decide(tx, "AcceptRole", roles, role, func(r *Role) error {
		if r.AcceptedOn.IsZero() {
			r.AcceptedOn = tx.Now()
		}
		r.AcceptedDuty, r.RewordedAt = r.Duty, time.Time{}
		if role == RoleSponsor {
			return tx.endFounding()
		}
		return nil
	})
}

// Holder returns the person who holds a role at a time: appointed, accepted
// and active. False if nobody does.
func (r *reading) Holder(role string, at time.Time) (Person, bool) {
	held, ok := roles.Of(r.r).Get(role)
	if !ok || held.Holder == "" || held.AcceptedOn.IsZero() {
		return Person{}, false
	}
	p, ok := people.Of(r.r).Get(held.Holder)
	return p, ok && p.ActiveOn(r.DayOf(at))
}

// holds reports whether a person holds a role at the time of the reading.
func (r *reading) holds(person, role string) bool {
	p, ok := r.entire().Holder(role, r.r.AsOf())
	return ok && p.ID == person
}

func checkRole(c checker, r *Role) {
	c.text("title", r.Title, true)
	c.text("duty", r.Duty, true)
	c.person("holder", r.Holder, false)
	c.order("since", c.DayOf(r.Since), "accepted_on", c.DayOf(r.AcceptedOn))
	c.past("accepted_on", c.DayOf(r.AcceptedOn))
	other := map[string]string{RoleAuditLead: RoleLead, RoleLead: RoleAuditLead}[r.ID]
	if rec, ok := c.r.Record(Subject{Kind: KindRole, ID: other}); ok && r.Holder != "" && c.same(rec.(*Role).Holder, r.Holder) {
		c.Add("holder", "separation", r.Holder, "the internal audit lead and the AIMS lead are two persons; %s is %s already", rec.(*Role).Holder, other)
	}
}

// rewordedRole is the part of a role whose duty is not the one that its holder accepted.
const rewordedRole = "reworded"

// outsideTop says why a person is not of top management; false if they are.
func (x *index) outsideTop(person string, why *issue.Text) bool {
	p, _ := people.Shared(x.r).Get(person)
	switch {
	case p.External:
		*why = issue.NewText("Its holder, %s, is not of the organisation.", recordOf(people.Name(), person))
	case !p.TopManagement:
		*why = issue.NewText("Its holder, %s, does not belong to top management.", recordOf(people.Name(), person))
	}
	return why.ID != ""
}

var rolesFilled = Probe{
	ID: "S1-07", Title: "Mandatory role unassigned, or its duty reworded and not accepted", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "major for sponsor, lead and impact approver; minor for the others, and where the holder has accepted another duty than the role has now; a sponsor who is external or not of top management fills the role as little as nobody (5.1)",
	grade: majorIf(func(o Observation) bool {
		return o.part != rewordedRole && (o.Subject.ID == RoleSponsor || o.Subject.ID == RoleLead || o.Subject.ID == RoleImpactApprover)
	}),
	look: func(x *index, yield func(Observation) bool) {
		for _, r := range x.mandatory() {
			var text issue.Text
			var since calendar.Date
			part, next := "", issue.NewText("Appoint somebody (AssignRole), who accepts (AcceptRole).")
			switch {
			case r.Holder == "":
				text = issue.NewText("Nobody holds the role.")
			case !x.active(r.Holder):
				text = issue.NewText("Its holder, %s, is no longer active.", recordOf(people.Name(), r.Holder))
			case r.AcceptedOn.IsZero():
				text = issue.NewText("%s has not accepted the role.", recordOf(people.Name(), r.Holder))
			case r.ID == RoleSponsor && x.outsideTop(r.Holder, &text):
				next = issue.NewText("Appoint a member of top management (AssignRole), or have it said who is one (PutPerson).")
			case !r.RewordedAt.IsZero():
				part, since = rewordedRole, x.on(r.RewordedAt)
				text = issue.NewText("Its duty is another one since %s than %s has accepted.", day(since), recordOf(people.Name(), r.Holder))
				next = issue.NewText("Have its holder accept what it is now (AcceptRole).")
			default:
				continue
			}
			if !yield(about(KindRole, r.ID, r.Title, since, text, next).by(part, "")) {
				return
			}
		}
	},
}
