package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Founding tells how the first persons of a management system came on file: until the
// sponsor's role is accepted, and for 30 days at most, one person (Options.Founder) may
// put persons, services and roles on file and appoint, without being on file. What was
// done so stays a finding until the sponsor has confirmed it (5.3).
type Founding struct {
	// By is who founded, as By.Actor said; At when it began, Until the last moment
	// at which it could go on.
	By    string    `json:"by"`
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
	// EndedAt is when the sponsor accepted; zero while it goes on, or if it ran out.
	EndedAt time.Time `json:"ended_at,omitzero"`
	// Appointed are the roles to which the founder appointed, in order; Records is how
	// often persons, services and roles were put on file.
	Appointed []string `json:"appointed,omitempty"`
	Records   int      `json:"records,omitempty"`
	// ConfirmedBy is the sponsor who has looked at it, ConfirmedAt when.
	ConfirmedBy string    `json:"confirmed_by,omitempty"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
}

// foundingDays is how long founding lasts at most: long enough to find a sponsor in a
// large house; this project's own.
const foundingDays = 30

// open reports whether it goes on at time t.
func (f Founding) open(t time.Time) bool { return f.EndedAt.IsZero() && !t.After(f.Until) }

// founding reports whether somebody founds: nobody has accepted the sponsor's role, and
// the founding is theirs and goes on, or has not begun.
func (r *reading) founding(actor string) bool {
	if actor == "" {
		return false
	}
	org, ok := organisations.Shared(r.r).Get(organisationID)
	if !ok { // a journal from before there was a record of it
		org = new(Organisation)
	}
	if sponsor, ok := roles.Shared(r.r).Get(RoleSponsor); ok && !sponsor.AcceptedOn.IsZero() {
		return false
	}
	now := r.r.AsOf()
	if slices.ContainsFunc(org.Foundings, func(f Founding) bool { return f.By == actor && f.open(now) }) {
		return true
	}
	return actor == r.opts.Founder.ID && !slices.ContainsFunc(org.Foundings, func(f Founding) bool { return f.By == actor || f.open(now) })
}

// founded notes what a founder does, if it is one who acts; role is that to which
// somebody is appointed, if so.
func (tx *Tx) founded(role string) error {
	if !tx.founding(tx.By().Actor) {
		return nil
	}
	org := tx.Organisation()
	org.ID = organisationID
	i := slices.IndexFunc(org.Foundings, func(f Founding) bool { return f.By == tx.By().Actor })
	if i < 0 {
		i = len(org.Foundings)
		org.Foundings = append(org.Foundings, beginFounding(tx.By().Actor, tx.Now()))
	}
	f := &org.Foundings[i]
	if role == "" {
		f.Records++
	} else if !slices.Contains(f.Appointed, role) {
		f.Appointed = append(f.Appointed, role)
	}
	return organisations.Keep(tx, org)
}

func beginFounding(by string, at time.Time) Founding {
	return Founding{By: by, At: at, Until: at.AddDate(0, 0, foundingDays)}
}

// endFounding ends what goes on, as the sponsor accepts.
func (tx *Tx) endFounding() error {
	org := tx.Organisation()
	ended := false
	for i := range org.Foundings {
		if org.Foundings[i].open(tx.Now()) {
			org.Foundings[i].EndedAt, ended = tx.Now(), true
		}
	}
	if !ended {
		return nil
	}
	return organisations.Keep(tx, org)
}

// ConfirmFounding records that the sponsor has looked at what was done while the
// management system was founded: who was put on file and appointed to what. From then
// on the appointments are the sponsor's.
func (tx *Tx) ConfirmFounding() error {
	return tx.Decide("ConfirmFounding", Subject{Kind: KindOrganisation, ID: organisationID}, func() error {
		org := tx.Organisation()
		var founders []string
		for i := range org.Foundings {
			f := &org.Foundings[i]
			if f.ConfirmedBy != "" || f.open(tx.Now()) {
				continue
			}
			if tx.same(f.By, tx.By().Actor) {
				return tx.barred(BarSelf, "ConfirmFounding", "")
			}
			f.ConfirmedBy, f.ConfirmedAt = tx.By().Actor, tx.Now()
			founders = append(founders, f.By)
		}
		if founders == nil {
			return ledger.Refuse(ErrState, "there is no founding that has ended and is to be confirmed")
		}
		for r := range roles.Of(tx).All() {
			if !slices.Contains(founders, r.AppointedBy) || r.Holder == tx.By().Actor {
				continue
			}
			r.AppointedBy = tx.By().Actor
			if err := roles.Keep(tx, r); err != nil {
				return err
			}
		}
		return organisations.Keep(tx, org)
	})
}

var foundingConfirmed = Probe{
	ID: "OW-04", Title: "Founding not confirmed", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "opportunity while it goes on; minor until the sponsor has confirmed it",
	grade: func(o Observation) Severity {
		if o.Absent {
			return SeverityMinor
		}
		return SeverityOpportunity
	},
	clock: true, // it goes on until a moment (Founding.Until)
	look: func(x *index, yield func(Observation) bool) {
		org, _ := organisations.Shared(x.r).Get(organisationID)
		if org == nil {
			return
		}
		for _, f := range org.Foundings {
			if f.ConfirmedBy != "" || f.Records+len(f.Appointed) == 0 {
				continue
			}
			text := issue.NewText("While nobody had accepted the sponsor's role, %s put records on file (%d) and appointed to roles (%d).", recordOf(people.Name(), f.By), f.Records, len(f.Appointed))
			o := x.whole(x.on(f.At), text, issue.NewText("Let the sponsor accept, look at it and confirm it (AcceptRole, ConfirmFounding)."))
			o.Absent, o.Count = !f.open(x.now), len(f.Appointed)
			if !yield(o) {
				return
			}
		}
	},
}
