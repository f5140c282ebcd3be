package dashboard_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity/dashboard"
)

// The list of actions says where each comes from, who owns it, when it is due and how often
// it was put off.
func TestListOfActions(t *testing.T) {
	o := mature(t)
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutAction(aims.Action{ID: "logs", What: "write down who answers for the logs", Probe: "S2-07", Owner: "bob", Due: tx.Today().AddDays(5)})
	})
	o.do("ada", func(tx *aims.Tx) error { return tx.MoveAction("logs", tx.Today().AddDays(9), "bob was ill") })
	h := o.handler(dashboard.Options{})
	page := get(h, "/actions?open=yes")
	require.Equal(t, 200, page.status)
	for _, want := range []string{"write down who answers for the logs", "S2-07", "Comes from", "Put off"} {
		require.Contains(t, page.body, want)
	}
	require.NotContains(t, page.body, "go on", "it is done")
	require.Contains(t, get(h, "/actions?open=no").body, "/reviews/")
	require.Contains(t, get(h, "/actions?put_off=1").body, "answers for the logs")
	require.Contains(t, get(h, "/agenda?who=bob").body, "Carry out the action")
	require.Equal(t, 200, get(h, "/actions/logs").status)
}
