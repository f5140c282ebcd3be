package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
)

// Where one person holds roles that keep each other in check, the screen says so beside
// the level.
func TestLevelSaysOnWhoseHandsItRests(t *testing.T) {
	o := newOrg(t)
	o.step1()
	require.Empty(t, o.report().Combined)
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleRiskApprover, "ian") })
	o.do("ian", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleRiskApprover) })
	r := o.report()
	require.Len(t, r.Combined, 1)
	require.Equal(t, "RP-1", r.Combined[0].ID)
	text := maturity.Dashboard(r, o.View().Findings(o.now))
	require.Contains(t, text, "Few hands  ian holds risk-approver and impact-approver")
	require.NotContains(t, text, r.Combined[0].Instead, "more than a few work here")
	for _, id := range []string{"ada", "bob", "pam", "rob", "una", "xia"} {
		leaves(id)(o)
	}
	text = maturity.Dashboard(o.report(), o.View().Findings(o.now))
	require.Contains(t, text, "> "+r.Combined[0].Instead)
}
