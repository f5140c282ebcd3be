package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// lookAtLogs is a look at the logs of a system by somebody without a part in them.
func lookAtLogs(system string, found bool) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		c := aims.LogCheck{On: tx.Today(), Looked: "ten cases", Found: found}
		if !found {
			c.Missing = "a week"
		}
		return tx.CheckLogs(system, c)
	}
}

// What runs is logged, and somebody sees that the logs are there (A.6.2.8).
func TestLogsAreKept(t *testing.T) {
	o := mature(t)
	require.Equal(t, maturity.StateMet, o.result("ML2.08").State)

	missing := o.twin(t)
	missing.do("ian", lookAtLogs("spam", false))
	require.Equal(t, []string{"spam"}, missing.failing("ML2.08"), "they were not there, whatever evidence says")
	require.Contains(t, missing.result("ML2.08").Failing[0].Why, "not all of the logs")
	missing.do("ian", lookAtLogs("spam", true))
	require.Equal(t, maturity.StateMet, missing.result("ML2.08").State)

	// What the record says anew is looked at within 90 days; until then the record stands.
	moved := o.twin(t)
	moved.do("bob", func(tx *aims.Tx) error {
		l, _ := tx.SystemLogs().Get("spam")
		l.Where = "another store"
		return tx.DescribeLogs(l)
	})
	moved.pass(90)
	moved.monitor()
	require.Equal(t, maturity.StateMet, moved.result("ML2.08").State)
	require.Equal(t, lastOf(moved.now), moved.result("ML2.08").Until, "it says by when somebody looks")
	moved.pass(1)
	require.Equal(t, []string{"spam"}, moved.failing("ML2.08"))
	require.Contains(t, moved.result("ML2.08").Failing[0].Why, "something else")
	var found []string
	for _, f := range moved.View().Findings(moved.now) {
		if f.Check == "LG-02" {
			found = append(found, f.Subject.ID)
		}
	}
	require.Equal(t, []string{"spam"}, found, "the finding says the same")

	h, err := maturity.WhatIf(maturity.DefaultModel(), o.View(), o.now, maturity.History{}, maturity.Change{Lapsed: aims.Subject{Kind: aims.KindSystemLog, ID: "spam"}})
	require.NoError(t, err)
	require.Len(t, h.Lost, 1)
	require.Equal(t, "ML2.08", h.Lost[0].Criterion)
}

// Without a record of them fresh evidence that names the system shows its logs, or the
// decision that A.6.2.8 does not apply ends the question; monitoring alone does not.
func TestLogsWithoutARecord(t *testing.T) {
	o := mature(t)
	o.do("ada", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Name, s.InUseSince = "sorter", "Sorter", tx.Today().AddDays(-1)
		return tx.RegisterSystem(s)
	})
	o.do("bob", func(tx *aims.Tx) error {
		e := proofOf(annexa.MustParse("A.6.2.6"), o.now, 200, "sorter")
		e.Kind = "ev-monitoring"
		return tx.AttachEvidence(e)
	})
	require.Equal(t, []string{"sorter"}, o.failing("ML2.08"))
	require.Equal(t, "Nothing on record says what it logs.", o.result("ML2.08").Failing[0].Why)

	shown := o.twin(t)
	shown.do("bob", func(tx *aims.Tx) error {
		return tx.AttachEvidence(proofOf(annexa.MustParse("A.6.2.8"), shown.now, 200, "sorter"))
	})
	require.Equal(t, maturity.StateMet, shown.result("ML2.08").State)
	shown.pass(90)
	shown.monitor()
	require.NotContains(t, shown.failing("ML2.08"), "credit")

	written := o.twin(t)
	written.do("bob", func(tx *aims.Tx) error {
		return tx.DescribeLogs(aims.SystemLog{System: "sorter", Owner: "bob", Where: "the log store", KeptDays: 400, Readers: "the desk", Purpose: "to see how it sorted",
			Events: []aims.LoggedEvent{{What: "each answer", Stages: []register.Stage{register.StageOperation}}}})
	})
	require.Equal(t, maturity.StateMet, written.result("ML2.08").State, "90 days for the first look, as LG-02 has it")

	// What was found lately is spared for as long as its owner is looked for.
	lately := mature(t)
	lately.do("ada", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Name, s.InUseSince, s.DiscoveredOn = "sorter", "Sorter", tx.Today().AddDays(-1), tx.Today()
		return tx.RegisterSystem(s)
	})
	require.True(t, lately.result("ML2.08").State.Holds())
	lately.pass(maturity.DefaultModel().Parameters.OwnerGraceDays + 1)
	require.Contains(t, lately.failing("ML2.08"), "sorter")
}
