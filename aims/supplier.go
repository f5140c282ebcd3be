package aims

import (
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Supplier is somebody who supplies AI systems, models, data or services that
// they rest on, with the duties as they are shared out (A.10.2, A.10.3).
type Supplier struct {
	// ID names the supplier; systems point at it.
	ID string `json:"id"`
	// Name is the supplier's name, Provides what it supplies.
	Name     string `json:"name"`
	Provides string `json:"provides,omitempty"`
	// Owner is the ID of the person who answers for the relation.
	Owner string `json:"owner,omitempty"`
	// Duties are the duties as allocated between the parties.
	Duties []AllocatedDuty `json:"duties,omitempty"`
	// Contract says where the agreement is kept.
	Contract string `json:"contract,omitempty"`
	// ChangeNotice and IncidentNotice say that the supplier must announce
	// changes of the model and report incidents.
	ChangeNotice   bool `json:"change_notice,omitempty"`
	IncidentNotice bool `json:"incident_notice,omitempty"`
	// ReviewedOn is when the supplier was last reviewed, ReviewDue when it is
	// due again.
	ReviewedOn time.Time `json:"reviewed_on,omitzero"`
	ReviewDue  time.Time `json:"review_due,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// AllocatedDuty is one duty and who bears it.
type AllocatedDuty struct {
	// What is to be done.
	What string `json:"what"`
	// Bearer is who does it.
	Bearer Bearer `json:"bearer"`
	// Control is the control that it serves; may be zero.
	Control annexa.ID `json:"control,omitzero"`
}

// Bearer is the party that bears a duty.
type Bearer string

// The bearers of duties.
const (
	BearerSupplier     Bearer = "supplier"
	BearerOrganisation Bearer = "organisation"
	BearerCustomer     Bearer = "customer"
	BearerShared       Bearer = "shared"
)

var suppliers = ledger.MustDeclare(ledger.Spec[Supplier]{
	Name: KindSupplier,
	Key:  func(s *Supplier) string { return s.ID }, SetKey: func(s *Supplier, id string) { s.ID = id },
	Revision: func(s *Supplier) *uint64 { return &s.Revision },
	// A contract has fewer clauses.
	Limits: bounded(lists{"duties": 500}, "provides", "contract"),
	Check:  checked(checkSupplier),
})

// PutSupplier adds or revises a supplier.
func (tx *Tx) PutSupplier(s Supplier) error { return put(tx, "PutSupplier", suppliers, s, nil) }

func checkSupplier(c checker, s *Supplier) {
	c.text("name", s.Name, true)
	c.text("provides", s.Provides, false)
	c.text("contract", s.Contract, false)
	c.person("owner", s.Owner, false)
	for i, d := range s.Duties {
		field := issue.Index("duties", i)
		c.text(field+".what", d.What, true)
		oneOf(c, field+".bearer", d.Bearer, []Bearer{BearerSupplier, BearerOrganisation, BearerCustomer, BearerShared})
		if d.Control.Custom() {
			c.controls(field+".control", []annexa.ID{d.Control})
		}
	}
	c.past("reviewed_on", s.ReviewedOn)
	c.order("reviewed_on", s.ReviewedOn, "review_due", s.ReviewDue)
}
