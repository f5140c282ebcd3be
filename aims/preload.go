package aims

import (
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// preload writes what a new management system starts with.
func preload(tx *Tx) error {
	const verb = "Open"
	if _, err := write(tx, verb, organisations, Organisation{ID: organisationID}); err != nil {
		return err
	}
	for _, r := range mandatoryRoles {
		r.Mandatory = true
		if _, err := write(tx, verb, roles, r); err != nil {
			return err
		}
	}
	c := register.DefaultCriteria()
	c.ID = criteriaID
	if _, err := write(tx, verb, criteria, c); err != nil {
		return err
	}
	for _, control := range annexa.Controls() {
		if _, err := write(tx, verb, decisions, annexa.Decision{Control: control.ID}); err != nil {
			return err
		}
	}
	return nil
}
