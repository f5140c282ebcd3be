package aims

import (
	"cmp"
	"slices"
	"time"

	"github.com/aimskit/aimskit/impact"
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
	// Zone is where its days begin and end, as a name of the IANA database such as
	// "Europe/Berlin"; UTC if it is empty. What is due on a day is late when that day
	// is over there.
	Zone string `json:"zone,omitempty"`
	// HoldsISO27001 says that an ISO/IEC 27001 management system is in place.
	HoldsISO27001 bool `json:"holds_iso27001,omitempty"`
	// Foundings tell how the first persons came on file; verbs write them.
	Foundings []Founding `json:"foundings,omitempty"`
	// RolesSince is since when Roles and Jurisdictions are as they are.
	RolesSince time.Time `json:"roles_since,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// sameSet reports whether two lists hold the same, in whatever order.
func sameSet[T cmp.Ordered](a, b []T) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

const organisationID = "organisation"

var organisations = ledger.MustDeclare(ledger.Spec[Organisation]{
	Name:     KindOrganisation,
	Key:      func(o *Organisation) string { return o.ID },
	Revision: func(o *Organisation) *uint64 { return &o.Revision },
	// There are six roles, and some 250 countries.
	Limits:    within(KindOrganisation, bounded(lists{"roles": 10, "jurisdictions": 300, "foundings": 20, "foundings.appointed": 200})),
	Completes: []string{"foundings", "roles_since"},
	Check:     checked(checkOrganisation),
})

// PutOrganisation revises what is on file of the organisation (4.1). The record
// exists from the start, so the change carries its revision. If its roles or countries
// come to be others than they were, every system that was assessed is to be assessed
// anew: other law may bind it.
func (tx *Tx) PutOrganisation(o Organisation) error {
	o.ID = organisationID
	var old Organisation
	others := false
	return put(tx, "PutOrganisation", organisations, o, func(o *Organisation) error {
		old = tx.Organisation()
		o.Foundings, o.RolesSince = old.Foundings, old.RolesSince
		if others = !sameSet(o.Roles, old.Roles) || !sameSet(o.Jurisdictions, old.Jurisdictions); others {
			o.RolesSince = tx.Now()
		}
		return nil
	}, func(o *Organisation) error {
		if len(old.Roles)+len(old.Jurisdictions) == 0 || !others {
			return nil // what was not said before has changed nothing
		}
		var ids []string
		for _, a := range assessments.Shared(tx).Where(byOpen, string(impact.StateApproved)).All() {
			ids = append(ids, a.System)
		}
		return tx.fireAll(ids, impact.TriggerLaw, "the organisation's roles or countries are others since "+day(tx.DayOf(o.RolesSince)))
	})
}

func checkOrganisation(c checker, o *Organisation) {
	c.text("name", o.Name, false)
	if _, err := zoneOf(o.Zone); err != nil || o.Zone == "Local" {
		c.Add("zone", "zone", o.Zone, "must be a zone of the IANA database, as Europe/Berlin")
	}
	for i, j := range o.Jurisdictions {
		if !register.IsJurisdiction(j) {
			c.Add(issue.Index("jurisdictions", i), "jurisdiction", j, "must be \"EU\" or a code of ISO 3166, with or without a subdivision")
		}
	}
	for i, role := range o.Roles {
		oneOf(c, issue.Index("roles", i), role, []register.AIRole{register.RoleProvider, register.RoleDeployer, register.RoleImporter,
			register.RoleDistributor, register.RoleManufacturer, register.RoleAuthorised})
	}
}
