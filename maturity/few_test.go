package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
)

// Where one person holds roles that keep each other in check, the report says so beside
// the level, and where few work what makes up for it.
func TestLevelSaysOnWhoseHandsItRests(t *testing.T) {
	o := newOrg(t)
	o.step1()
	require.Empty(t, o.report().Combined)
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleRiskApprover, "ian") })
	o.do("ian", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleRiskApprover) })
	r := o.report()
	require.Len(t, r.Combined, 1)
	require.Equal(t, "RP-1", r.Combined[0].ID)
	require.False(t, r.Combined[0].Small, "more than a few work here")
	for _, id := range []string{"ada", "bob", "pam", "rob", "una", "xia"} {
		leaves(id)(o)
	}
	r = o.report()
	require.True(t, r.Combined[0].Small)
	require.NotEmpty(t, r.Combined[0].Instead)
}

// Two founders who hold everything between them reach the level with somebody from
// outside, and not without.
func TestFewHandsNeedWhatMakesUpForThem(t *testing.T) {
	o := mature(t)
	require.Equal(t, maturity.StateMet, o.result("ML2.18").State)
	o.pass(1)
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleSponsor, "lea") })
	o.do("lea", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleSponsor) })
	r := o.result("ML2.18")
	require.Equal(t, maturity.StateNotMet, r.State, "among many nothing makes up for it")
	require.Contains(t, r.Message, "lea holds aims-lead and executive-sponsor")
	for _, id := range []string{"ada", "bob", "una", "rob", "ian", "setup"} {
		leaves(id)(o)
	}
	r = o.result("ML2.18")
	require.Equal(t, maturity.StateNotMet, r.State)
	require.Contains(t, r.Message, "nobody from outside has attended")

	// xia, who audits from outside, sits in the review, and says so herself.
	o.do("eve", func(tx *aims.Tx) error {
		m := aims.ManagementReview{ID: "with-xia", HeldOn: calendar.Of(tx.Now(), nil), Chair: "eve", Attendees: []string{"xia"}}
		for _, topic := range aims.ReviewTopics() {
			m.Inputs = append(m.Inputs, aims.ReviewInput{Topic: topic, Note: "looked at"})
		}
		m.Decisions = []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: calendar.Of(tx.Now().AddDate(0, 1, 0), nil)}}
		return tx.HoldReview(m)
	})
	require.Equal(t, maturity.StateNotMet, o.result("ML2.18").State, "that xia was there is said by others alone")
	o.do("xia", func(tx *aims.Tx) error {
		return tx.ConfirmPart(aims.Subject{Kind: aims.KindReview, ID: "with-xia"})
	})
	require.Equal(t, maturity.StateMet, o.result("ML2.18").State, o.result("ML2.18").Message)
}
