package aims_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
)

// monitoring is something that is monitored each quarter, bob measuring and lea evaluating.
func monitoring(id string) aims.Monitoring {
	return aims.Monitoring{ID: id, Title: "Answers in time", Sort: aims.MonitoredProcesses, What: "concerns answered within two weeks", Method: "counted from the list of concerns",
		IntervalDays: 90, Measurer: "bob", Evaluator: "lea", Unit: "%", Thresholds: []aims.Threshold{{Direction: aims.AtLeast, Value: 90}}}
}

func measured(id string, on int, value float64) func(*aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.RecordMonitoring(id, aims.MonitoringResult{On: dayOf(on), Value: value})
	}
}

func evaluated(id, means string) func(*aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.EvaluateMonitoring(id, aims.MonitoringEvaluation{On: tx.Today(), Means: means})
	}
}

// theMonitoring is the one of ID "m".
func theMonitoring(r interface {
	Monitorings() iter.Seq[aims.Monitoring]
}) (m aims.Monitoring) {
	for one := range r.Monitorings() {
		if one.ID == "m" {
			m = one
		}
	}
	return m
}

// watching is an organisation that monitors m from day0 on.
func watching(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("bob", func(tx *aims.Tx) error { return tx.PutMonitoring(monitoring("m")) })
	return o
}

// What is planned is measured at its interval, somebody says what the results mean, and on
// one outside something follows.
func TestMonitoring(t *testing.T) {
	o := watching(t)
	require.Empty(t, find(o.View(), day(90), "MO-01"), "due through its day")
	require.Contains(t, find(o.View(), day(91), "MO-01")[0].Message, "never been measured")
	o.clock.Set(day(80))
	o.refused("lea", aims.ErrState, evaluated("m", "all is well"))
	o.do("bob", measured("m", 80, 95))
	require.Empty(t, find(o.View(), day(170), "MO-01"))
	require.Contains(t, find(o.View(), day(171), "MO-01")[0].Message, "last measured on 2026-03-26")

	require.Empty(t, find(o.View(), day(111), "MO-02"))
	require.Contains(t, find(o.View(), day(112), "MO-02")[0].Message, "Of 1 results nobody has said what they mean")
	o.do("lea", evaluated("m", "people are answered"))
	require.Empty(t, find(o.View(), day(112), "MO-02"))
	m := theMonitoring(o.View())
	require.Equal(t, 1, m.Evaluated())
	require.Equal(t, "bob", m.Results[0].By)
	require.False(t, m.Results[0].Outside)

	// A result outside calls for what follows on it.
	o.clock.Set(day(160))
	o.do("bob", measured("m", 160, 60))
	m = theMonitoring(o.View())
	require.True(t, m.Results[1].Outside)
	require.Empty(t, find(o.View(), day(174), "MO-03"))
	f := find(o.View(), day(175), "MO-03")
	require.Len(t, f, 1)
	require.Equal(t, aims.SeverityMinor, f[0].Severity)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(300), "MO-03")[0].Severity)
	o.do("lea", evaluated("m", "too few hands"))
	require.Len(t, find(o.View(), day(175), "MO-03"), 1, "to say what it means is not to do something")
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutAction(aims.Action{ID: "hands", What: "one more person", Owner: "bob", Due: dayOf(200), Source: aims.Subject{Kind: aims.KindMonitoring, ID: "m"}})
	})
	require.Empty(t, find(o.View(), day(175), "MO-03"))
}

// A nonconformity that an evaluation names answers a result outside; and so does a better
// result, once somebody has said what the one before meant.
func TestWhatAnswersAResultOutside(t *testing.T) {
	o := watching(t)
	o.do("bob", measured("m", 0, 60))
	o.do("bob", measured("m", 0, 95))
	require.Len(t, find(o.View(), day(15), "MO-03"), 1, "nobody has said what it meant")
	o.do("lea", evaluated("m", "it was the holidays"))
	require.Empty(t, find(o.View(), day(15), "MO-03"))

	o.clock.Set(day(1))
	o.do("bob", measured("m", 1, 50))
	o.do("lea", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "Answers late", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(1), Owner: "ada", Due: dayOf(40)})
	})
	require.Len(t, find(o.View(), day(16), "MO-03"), 1)
	naming := func(id string) func(*aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.EvaluateMonitoring("m", aims.MonitoringEvaluation{On: tx.Today(), Means: "it comes again", Nonconformity: id})
		}
	}
	o.invalid("lea", "evaluations[1].nonconformity", "record", "none", naming("none"))
	o.do("lea", naming("n"))
	require.Empty(t, find(o.View(), day(16), "MO-03"))

	// One that was closed before answers nothing that came after.
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("n")
		n.Correction, n.Cause, n.Extent, n.Action = "all are answered", "too few hands", "one month", aims.CorrectiveAction{Plan: "one more person", By: "ada", DoneOn: dayOf(1)}
		return tx.CorrectNonconformity(n)
	})
	o.clock.Set(day(60))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("n", true, "looked at ten of them") })
	o.clock.Set(day(63))
	o.do("bob", measured("m", 63, 40))
	o.invalid("lea", "nonconformity", "closed", "n", naming("n"))
	require.Len(t, find(o.View(), day(78), "MO-03"), 1)
}

// Who wants a result without a look: an easier threshold afterwards, a result and what it
// means in one commit, a day that has not come, words that say nothing, another thing under
// the same name.
func TestLiarsAboutMonitoring(t *testing.T) {
	o := watching(t)
	o.do("bob", measured("m", 0, 60))
	o.do("bob", func(tx *aims.Tx) error {
		m := theMonitoring(tx)
		m.Thresholds[0].Value = 50
		m.Results = nil
		return tx.PutMonitoring(m)
	})
	m := theMonitoring(o.View())
	require.Len(t, m.Results, 1)
	require.Len(t, find(o.View(), day(15), "MO-03"), 1, "it was outside when it was measured")
	o.refused("bob", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		return errors.Join(measured("m", 0, 95)(tx), evaluated("m", "fine now")(tx))
	})
	o.invalid("bob", "on", "past", "2026-01-06", measured("m", 1, 95))
	o.invalid("lea", "means", "reason", "n/a", evaluated("m", "n/a"))
	o.invalid("bob", "what", "kept", "something else", func(tx *aims.Tx) error {
		m := theMonitoring(tx)
		m.What = "something else"
		return tx.PutMonitoring(m)
	})
	o.invalid("bob", "interval_days", "range", "4000", func(tx *aims.Tx) error {
		m := monitoring("never")
		m.IntervalDays = 4000
		return tx.PutMonitoring(m)
	})
	o.invalid("bob", "words", "required", "", func(tx *aims.Tx) error {
		m := monitoring("words")
		m.Thresholds = nil
		return errors.Join(tx.PutMonitoring(m), tx.RecordMonitoring("words", aims.MonitoringResult{On: tx.Today(), Value: 3}))
	})
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindMonitoring, ID: "m"}) })
}

// Nobody has said what results mean on a day before they held.
func TestEvaluatedOnADayBeforeItsResults(t *testing.T) {
	o := watching(t)
	o.clock.Set(day(80))
	o.do("bob", measured("m", 20, 95))
	o.do("bob", measured("m", 80, 60))
	on := func(n int) func(*aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.EvaluateMonitoring("m", aims.MonitoringEvaluation{On: dayOf(n), Means: "too few hands"})
		}
	}
	o.invalid("lea", "on", "order", "2026-01-06", on(1))
	o.invalid("lea", "on", "order", "2026-03-25", on(79))
	o.do("lea", on(80))
	o.clock.Set(day(90))
	o.do("bob", measured("m", 85, 95))
	o.invalid("lea", "on", "order", "2026-03-30", on(84))
	o.do("lea", on(85))
}

// That something is measured less often, or not any more, is decided by somebody who neither
// measures nor evaluates it; more often anybody may.
func TestMonitoringIsSilencedByADecision(t *testing.T) {
	o := watching(t)
	o.clock.Set(day(100))
	require.Len(t, find(o.View(), day(100), "MO-01"), 1)
	change := func(do func(m *aims.Monitoring)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			m := theMonitoring(tx)
			do(&m)
			return tx.PutMonitoring(m)
		}
	}
	less := change(func(m *aims.Monitoring) { m.IntervalDays = 366 })
	end := change(func(m *aims.Monitoring) { m.EndedOn = dayOf(99) })
	for _, silence := range []func(tx *aims.Tx) error{less, end} {
		o.refused("ada", aims.ErrForbidden, silence)  // anybody
		o.refused("bob", aims.ErrForbidden, silence)  // who measures
		o.refused("lea", aims.ErrSeparation, silence) // who evaluates
		o.refused("lea", aims.ErrCommitFirst, func(tx *aims.Tx) error {
			return errors.Join(change(func(m *aims.Monitoring) { m.Evaluator = "pam" })(tx), silence(tx))
		})
		o.refused("lea", aims.ErrSeparation, func(tx *aims.Tx) error {
			m := theMonitoring(tx)
			m.Evaluator, m.IntervalDays = "pam", 366
			return tx.PutMonitoring(m)
		})
	}
	o.do("ada", change(func(m *aims.Monitoring) { m.IntervalDays = 30 }))
	o.do("eve", less)
	require.Empty(t, find(o.View(), day(100), "MO-01"))
	o.do("eve", end)
	o.do("bob", change(func(m *aims.Monitoring) { m.Title = "Answers in time, as it was" }))
	o.do("bob", change(func(m *aims.Monitoring) { m.EndedOn = aims.Monitoring{}.EndedOn }))
	require.True(t, theMonitoring(o.View()).RunsOn(dayOf(100)))
}

// Where nobody but who measures ever looks, that is found after a year.
func TestMonitoringLooksTwice(t *testing.T) {
	o := watching(t)
	o.do("bob", measured("m", 0, 95))
	o.do("bob", evaluated("m", "all is well"))
	require.Empty(t, find(o.View(), day(365), "MO-04"))
	require.Equal(t, aims.SeverityOpportunity, find(o.View(), day(366), "MO-04")[0].Severity)
	o.do("lea", evaluated("m", "all is well, as far as one sees"))
	require.Empty(t, find(o.View(), day(366), "MO-04"))
}

// A management review has before it what is monitored; what is required of 9.1 tells of it.
func TestMonitoringIsReviewed(t *testing.T) {
	o := watching(t)
	o.do("bob", measured("m", 0, 60))
	for _, p := range o.View().ReviewAgenda(day(1)).Points {
		if p.ID == "RA-19" {
			require.Equal(t, "Things monitored: 1; last as they are to be: 0; without a result that is due: 0; with last results of which nobody has said what they mean: 1.", p.Text.String())
			require.Equal(t, []aims.Subject{{Kind: aims.KindMonitoring, ID: "m"}}, p.Subjects)
		}
	}
	for _, r := range aims.Required(o.View(), day(1)) {
		if r.ID == "9.1" {
			require.Contains(t, r.Records, aims.Subject{Kind: aims.KindMonitoring, ID: "m"})
		}
	}
}
