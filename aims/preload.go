package aims

import (
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// preload writes what a new management system starts with.
func preload(tx *Tx) error {
	org := Organisation{ID: organisationID}
	switch by := tx.By().Actor; {
	case tx.opts.Founder.ID != "":
		founder := tx.opts.Founder
		founder.TopManagement, founder.TopBy, founder.TopSince, founder.Revision = false, "", time.Time{}, 0
		founder.ExternalBy, founder.ExternalSince = "", time.Time{}
		if err := people.Keep(tx, founder); err != nil {
			return err
		}
		org.Foundings = []Founding{beginFounding(founder.ID, tx.Now())}
	case by != librarian: // who creates a tenant
		org.Foundings = []Founding{beginFounding(by, tx.Now())}
	}
	if err := organisations.Keep(tx, org); err != nil {
		return err
	}
	for _, r := range MandatoryRoles() {
		if err := roles.Keep(tx, r); err != nil {
			return err
		}
	}
	c := register.DefaultCriteria()
	c.ID = criteriaID
	if err := criteria.Keep(tx, c); err != nil {
		return err
	}
	for _, control := range annexa.Controls() {
		if err := decisions.Keep(tx, annexa.Decision{Control: control.ID}); err != nil {
			return err
		}
	}
	return nil
}
