package aims

import (
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// preload writes what a new management system starts with.
func preload(tx *Tx) error {
	if err := organisations.Keep(tx, Organisation{ID: organisationID}); err != nil {
		return err
	}
	for _, r := range mandatoryRoles {
		r.Mandatory = true
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
