package aims

import (
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
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
	// Foundings tell how the first persons came on file; verbs write them.
	Foundings []Founding `json:"foundings,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

const organisationID = "organisation"

var organisations = ledger.MustDeclare(ledger.Spec[Organisation]{
	Name:     KindOrganisation,
	Key:      func(o *Organisation) string { return o.ID },
	Revision: func(o *Organisation) *uint64 { return &o.Revision },
	// There are six roles, and some 250 countries.
	Limits:    within(KindOrganisation, bounded(lists{"roles": 10, "jurisdictions": 300, "foundings": 20, "foundings.appointed": 200})),
	Completes: []string{"foundings"},
	Check:     checked(checkOrganisation),
})

// PutOrganisation revises what is on file of the organisation (4.1). The record
// exists from the start, so the change carries its revision.
func (tx *Tx) PutOrganisation(o Organisation) error {
	o.ID = organisationID
	return put(tx, "PutOrganisation", organisations, o, func(o *Organisation) error {
		o.Foundings = tx.Organisation().Foundings
		return nil
	})
}

func checkOrganisation(c checker, o *Organisation) {
	c.text("name", o.Name, false)
	for i, role := range o.Roles {
		oneOf(c, issue.Index("roles", i), role, []register.AIRole{register.RoleProvider, register.RoleDeployer, register.RoleImporter,
			register.RoleDistributor, register.RoleManufacturer, register.RoleAuthorised})
	}
}
