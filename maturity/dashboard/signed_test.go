package dashboard_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/register"
)

// The page of a system says who signed at its gates and for what the gate ahead waits; of
// what came to its stage without, that too.
func TestWhoSignedIsOnThePage(t *testing.T) {
	o := newOrg(t)
	o.step1()
	page := func() string { return get(o.handler(dashboard.Options{}), "/systems/credit").body }
	require.Contains(t, page(), "Nobody signed that it came to stage operation")
	o.do("bob", func(tx *aims.Tx) error {
		return tx.RequestException(aims.Exception{ID: "x", System: "credit", Gate: "G4", Items: []string{"G4.2", "G4.3"}, Reason: "it stops today", Measures: "by hand"})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.GrantException("x", calendar.Of(o.now, nil).AddDays(7)) })
	o.do("lea", func(tx *aims.Tx) error { return tx.SignGate("credit", register.StageRetirement, aims.RoleLead) })
	require.Contains(t, page(), "Gate G4, not passed: signed by Name of lea (AIMS lead) since 5 January 2026. It waits for: the signature of the sponsor.")
	o.do("eve", func(tx *aims.Tx) error { return tx.SignGate("credit", register.StageRetirement, aims.RoleSponsor) })
	o.do("ada", func(tx *aims.Tx) error { return tx.AdvanceStage("credit", register.StageRetirement) })
	require.Contains(t, page(), "Gate G4, passed on 5 January 2026: signed by Name of lea (AIMS lead), Name of eve (Executive sponsor)")
	require.NotContains(t, page(), "Nobody signed")
}
