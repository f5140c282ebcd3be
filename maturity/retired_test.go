package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// gone is a system that ended on a day, as the register came to have it.
func (o *org) gone(id string, on calendar.Date) {
	o.tb.Helper()
	s := spamFilter()
	s.ID, s.Name, s.Model.Name, s.Stage, s.InUseSince, s.RetiredOn = id, "Tool "+id, "m-"+id, register.StageRetirement, calendar.Date{}, on
	o.do("ada", func(tx *aims.Tx) error { return tx.RegisterSystem(s) })
}

// ends has the end of a system decided, and told.
func (o *org) ends(id, system string) {
	o.tb.Helper()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PlanRetirement(aims.Retirement{ID: id, System: system, Reason: "too few use it", Effect: "ten people sort by hand", Fallback: "by hand", Looked: "the register and the logs", PlannedFor: tx.Today(),
			Told:    []aims.RetirementNotice{{To: aims.ToldUsers, Who: "the ten"}, {To: aims.ToldCustomers, Nobody: "others never had it"}, {To: aims.ToldSuppliers, Nobody: "nobody supplies it"}},
			Remains: []aims.Remain{{ID: "d", Sort: aims.RemainData, What: "copies"}, {ID: "m", Sort: aims.RemainModel, What: "weights"}, {ID: "k", Sort: aims.RemainCredentials, What: "keys"}, {ID: "l", Sort: aims.RemainLogs, What: "logs"}}})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.DecideRetirement(id) })
	o.do("ada", func(tx *aims.Tx) error { return tx.TellRetirement(id, aims.ToldUsers, tx.Today(), "a letter") })
}

// What ended in the year ended in order, and somebody apart has said so.
func TestRetirementIsDisciplined(t *testing.T) {
	require.Equal(t, maturity.StateNotMet, newOrg(t).result("ML3.14").State, "an empty register earns nothing")
	base := mature(t)
	r := base.result("ML3.14")
	require.Equal(t, maturity.StateMet, r.State)
	require.Equal(t, "No system was retired in the last year.", r.Message)
	require.Equal(t, maturity.SelfDeclared, r.Basis)

	o := base.twin(t)
	today := calendar.Of(o.now, nil)
	o.gone("before", today.AddDays(-366))
	require.Empty(t, o.failing("ML3.14"), "it ended before the year")
	o.gone("lately", today.AddDays(-1))
	require.Equal(t, []string{"lately"}, o.failing("ML3.14"))
	o.gone("unsaid", calendar.Date{})
	require.Equal(t, []string{"lately", "unsaid"}, o.failing("ML3.14"))
	o.ends("end", "lately")
	require.Equal(t, maturity.StateUnknown, o.result("ML3.14").State, "of the other it can't be told")
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("unsaid")
		s.RetiredOn = today.AddDays(-400)
		_, err := tx.ReviseSystem(s)
		return err
	})
	r = o.result("ML3.14")
	require.Equal(t, maturity.StateMet, r.State, "there is a month to close it")
	require.Equal(t, lastOf(o.now.AddDate(0, 0, 30)), r.Until)
	o.pass(31)
	require.Equal(t, []string{"lately"}, o.failing("ML3.14"))
	require.Contains(t, o.result("ML3.14").Message, "4 of the 4 things")
	o.do("ada", func(tx *aims.Tx) error {
		for _, id := range []string{"d", "m", "k", "l"} {
			if err := tx.SettleRetirement("end", aims.Remain{ID: id, Fate: aims.RemainDisposed, On: tx.Today(), How: "wiped"}); err != nil {
				return err
			}
		}
		return nil
	})
	require.Equal(t, []string{"lately"}, o.failing("ML3.14"), "nobody apart has said that all is done")
	o.do("lea", func(tx *aims.Tx) error {
		return tx.CloseRetirement("end", aims.RetirementClosing{Checked: "disks and accounts"})
	})
	require.Equal(t, maturity.StateMet, o.result("ML3.14").State, "a record written late is one")

	// An exception opens the gate, and excuses nothing.
	o = base.twin(t)
	o.do("bob", func(tx *aims.Tx) error {
		return tx.RequestException(aims.Exception{ID: "x", System: "spam", Gate: "G4", Items: []string{"G4.2", "G4.3"}, Reason: "the vendor is gone", Measures: "told by post"})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.GrantException("x", tx.Today().AddDays(9)) })
	o.do("lea", func(tx *aims.Tx) error { return tx.AdvanceStage("spam", register.StageRetirement) })
	require.Equal(t, []string{"spam"}, o.failing("ML3.14"))
	o.pass(366)
	require.Empty(t, o.failing("ML3.14"))
}
