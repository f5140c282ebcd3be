package aims

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Person is somebody who can be accountable: an owner, an approver, an
// auditor. Teams and mailboxes are not persons; the standard asks for names
// (5.3).
type Person struct {
	// ID is a short name that tells nothing of the person, such as "p-7f3a": it
	// stays when the person is erased.
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
	// TopBy is who said so, TopSince when; PutPerson sets both.
	TopBy    string    `json:"top_by,omitempty"`
	TopSince time.Time `json:"top_since,omitzero"`
	// External says that the person is not of the organisation.
	External bool `json:"external,omitempty"`
	// ExternalBy is who said so, ExternalSince when; PutPerson sets both. Nobody is known of
	// those of before.
	ExternalBy    string    `json:"external_by,omitempty"`
	ExternalSince time.Time `json:"external_since,omitzero"`
	// Identities are names under which other systems know the person, such as the
	// subject of a login: what is in two records is one human.
	Identities []string `json:"identities,omitempty"`
	// FormerNames are those that the person had before, oldest first, so that who
	// signed under one can be told; PutPerson keeps them.
	FormerNames []FormerName `json:"former_names,omitempty"`
	// LeftOn is the day on which the person is gone: from its beginning on they can hold
	// nothing.
	LeftOn calendar.Date `json:"left_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// FormerName is a name that a person had on file.
type FormerName struct {
	// Name is the name, Until when another one was put on file.
	Name  string    `json:"name"`
	Until time.Time `json:"until"`
}

// NameAt returns the name that the person had on file at time t.
func (p Person) NameAt(t time.Time) string {
	for _, f := range p.FormerNames {
		if t.Before(f.Until) {
			return f.Name
		}
	}
	return p.Name
}

// Same reports whether two records are of one human: they are one, or share an address or
// an identity.
func (p Person) Same(o Person) bool { return p.ID != "" && p.ID == o.ID || p.sameHuman(&o) }

// sameHuman reports whether two records are of one human: they share an address or an
// identity.
func (p *Person) sameHuman(o *Person) bool {
	if a := p.address(); a != "" && a == o.address() {
		return true
	}
	return slices.ContainsFunc(p.Identities, func(id string) bool { return slices.Contains(o.Identities, id) })
}

// address is the person's, as addresses are compared: case is no difference, and neither
// is a blank around it.
func (p *Person) address() string { return strings.ToLower(strings.TrimSpace(p.Email)) }

// marks are what only one human has, address and identities, each with which of the two
// it is before it.
func (p *Person) marks() []string {
	if p.Email == "" && len(p.Identities) == 0 {
		return nil
	}
	all := make([]string, 0, 1+len(p.Identities))
	if a := p.address(); a != "" {
		all = append(all, "address "+a)
	}
	for _, id := range p.Identities {
		all = append(all, "identity "+id)
	}
	return all
}

// ActiveOn reports whether the person has not left by time t.
func (p Person) ActiveOn(day calendar.Date) bool { return p.LeftOn.IsZero() || day.Before(p.LeftOn) }

var people = ledger.MustDeclare(ledger.Spec[Person]{
	Name:   KindPerson,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("left_on")},
	Key: func(p *Person) string { return p.ID }, SetKey: func(p *Person, id string) { p.ID = id },
	Revision: func(p *Person) *uint64 { return &p.Revision },
	MayErase: func(r ledger.Reader, p *Person) error {
		if p.ActiveOn((&reading{r: r}).today()) {
			return errors.New("field left_on: somebody who still works here may be accountable; record when they left first")
		}
		return nil
	},
	Personal:  []string{"name", "email", "unit", "identities", "former_names.name"},
	Completes: []string{"top_by", "top_since", "external_by", "external_since", "former_names"},
	// A person has few names in a life, and a login with each of some systems.
	Limits: within(KindPerson, bounded(lists{"identities": 20, "former_names": 50})),
	Check:  checked(checkPerson),
})

// PutPerson adds a person or revises one. That somebody belongs to top management, or
// is not of the organisation, is for top management, the sponsor or the founder to say,
// and never of oneself. A name that changes stays beside the new one.
func (tx *Tx) PutPerson(p Person) error {
	return put(tx, "PutPerson", people, p, func(p *Person) error {
		old, exists := people.Of(tx).Get(p.ID)
		p.TopBy, p.TopSince, p.FormerNames = old.TopBy, old.TopSince, old.FormerNames
		p.ExternalBy, p.ExternalSince = old.ExternalBy, old.ExternalSince
		if p.TopManagement != old.TopManagement || exists && p.External != old.External {
			if err := tx.right("PutPerson", standingChanges, Subject{Kind: KindPerson, ID: p.ID}); err != nil {
				return err
			}
		}
		if p.TopManagement != old.TopManagement {
			p.TopBy, p.TopSince = tx.By().Actor, tx.Now()
			if !p.TopManagement {
				p.TopBy, p.TopSince = "", time.Time{}
			}
		}
		if p.External != old.External {
			p.ExternalBy, p.ExternalSince = tx.By().Actor, tx.Now()
			if !p.External {
				p.ExternalBy, p.ExternalSince = "", time.Time{}
			}
		}
		if exists && old.Name != p.Name {
			p.FormerNames = append(p.FormerNames, FormerName{old.Name, tx.Now()})
		}
		return tx.founded("")
	})
}

// standingChanges is when PutPerson decides.
const standingChanges = "top management or employment changes"

func checkPerson(c checker, p *Person) {
	c.text("name", p.Name, true)
	c.text("email", p.Email, false)
	c.text("unit", p.Unit, false)
	if c.has(KindService, p.ID) {
		c.Add("id", "service", p.ID, "a service has this ID; who acts must be one or the other")
	}
}
