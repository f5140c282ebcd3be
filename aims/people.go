package aims

import (
	"errors"
	"time"

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
	// External says that the person is not of the organisation.
	External bool `json:"external,omitempty"`
	// LeftOn is when the person left; from then on they can hold nothing.
	LeftOn time.Time `json:"left_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ActiveAt reports whether the person has not left by time t.
func (p Person) ActiveAt(t time.Time) bool { return p.LeftOn.IsZero() || t.Before(p.LeftOn) }

var people = ledger.MustDeclare(ledger.Spec[Person]{
	Name: KindPerson,
	Key:  func(p *Person) string { return p.ID }, SetKey: func(p *Person, id string) { p.ID = id },
	Revision: func(p *Person) *uint64 { return &p.Revision },
	MayErase: func(r ledger.Reader, p *Person) error {
		if p.ActiveAt(r.AsOf()) {
			return errors.New("field left_on: somebody who still works here may be accountable; record when they left first")
		}
		return nil
	},
	Personal: []string{"name", "email", "unit"},
	Limits:   bounded(nil),
	Check:    checked(checkPerson),
})

// PutPerson adds a person or revises one.
func (tx *Tx) PutPerson(p Person) error { return put(tx, "PutPerson", people, p, nil) }

func checkPerson(c checker, p *Person) {
	c.text("name", p.Name, true)
	c.text("email", p.Email, false)
	c.text("unit", p.Unit, false)
}
