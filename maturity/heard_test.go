package maturity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
)

// reports puts what came from outside on file, by a person.
func (o *org) reports(actor string, ids ...string) {
	o.tb.Helper()
	o.do(actor, func(tx *aims.Tx) error {
		for _, id := range ids {
			if err := tx.RaiseConcern(aims.Concern{ID: id, Text: "I was refused", RaisedBy: "a caller", Origin: aims.FromAffected, Adverse: true, RaisedOn: tx.Today()}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o *org) answers(ids ...string) {
	o.tb.Helper()
	o.do("lea", func(tx *aims.Tx) error {
		for _, id := range ids {
			if err := tx.AnswerConcern(id, "it was put right"); err != nil {
				return err
			}
		}
		return nil
	})
}

// People outside can report, are answered in time, and reach the management review.
func TestAffectedPeopleAreHeard(t *testing.T) {
	require.Equal(t, maturity.StateNotMet, newOrg(t).result("ML3.10").State)
	base := mature(t)
	r := base.result("ML3.10")
	require.Equal(t, maturity.StateMet, r.State, r.Message)
	require.Equal(t, lastOf(base.now.AddDate(0, 0, 365)), r.Until)

	// Where nothing came in, a trial shows that the way is open; not one by its owner.
	o := base.twin(t)
	o.do("lea", func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("form")
		c.Owner = "una"
		return tx.PutChannel(c)
	})
	require.Equal(t, []string{"form"}, o.failing("ML3.10"), "una has tried what una owns now")
	o.reports("una", "told")
	require.Equal(t, []string{"form"}, o.failing("ML3.10"), "what its owner put on file shows nothing of it")
	o.do("bob", func(tx *aims.Tx) error {
		if err := tx.PutChannel(aims.Channel{ID: "desk", Title: "The desk", For: aims.ConcernOrigins(), Where: "the hall", Owner: "ada", Target: 14, OpenedOn: tx.Today()}); err != nil {
			return err
		}
		return tx.RaiseConcern(aims.Concern{ID: "by-desk", Text: "I was refused", RaisedBy: "a caller", Origin: aims.FromAffected, Channel: "desk", RaisedOn: tx.Today()})
	})
	o.do("lea", func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("desk")
		c.ClosedOn = tx.Today()
		return tx.PutChannel(c)
	})
	require.Equal(t, []string{"form"}, o.failing("ML3.10"), "what came by another shows nothing of it")
	o.reports("bob", "came")
	require.Empty(t, o.failing("ML3.10"), "something came by it")
	o.do("bob", func(tx *aims.Tx) error {
		return tx.TryChannel("form", aims.ChannelTrial{On: tx.Today(), Seen: "a mailbox that nobody reads", Works: false})
	})
	require.Equal(t, []string{"form"}, o.failing("ML3.10"))

	o = base.twin(t)
	o.do("lea", func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("form")
		c.For = []aims.ConcernOrigin{aims.FromStaff}
		return tx.PutChannel(c)
	})
	require.Contains(t, o.result("ML3.10").Message, "No channel is open by which people outside")

	// Nine of ten are answered in time.
	o = base.twin(t)
	var ids []string
	for n := range 10 {
		ids = append(ids, fmt.Sprint("r", n))
	}
	o.reports("bob", ids...)
	r = o.result("ML3.10")
	require.Equal(t, maturity.StateMet, r.State, "there are 30 days")
	require.Equal(t, lastOf(o.now.AddDate(0, 0, 30)), r.Until)
	then := maturity.Evaluate(maturity.DefaultModel(), o.View(), r.Until.Add(time.Nanosecond))
	c, _ := then.Result("ML3.10")
	require.Equal(t, maturity.StateNotMet, c.State)
	o.pass(10)
	o.answers(ids[:8]...)
	o.pass(21)
	require.Equal(t, []string{"r8", "r9"}, o.failing("ML3.10"))
	o.answers("r8", "r9")
	require.Equal(t, []string{"r8", "r9"}, o.failing("ML3.10"), "late is late")
	o.reports("bob", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9")
	o.answers("s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9")
	require.Empty(t, o.failing("ML3.10"))
	r = o.result("ML3.10")
	require.Equal(t, maturity.StateMet, r.State)

	// What one raised and answered alone outweighs nothing; what came too late stays late.
	o = base.twin(t)
	o.do("bob", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{ID: "ignored", Text: "I was refused", RaisedBy: "a caller", Origin: aims.FromAffected, RaisedOn: tx.Today()})
	})
	o.pass(31)
	require.Equal(t, []string{"ignored"}, o.failing("ML3.10"))
	o.reports("lea", "i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8")
	o.answers("i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8")
	require.Equal(t, []string{"ignored"}, o.failing("ML3.10"), "lea told them to herself")
	o.reports("lea", "own")
	o.pass(31)
	o.answers("own")
	require.Equal(t, []string{"ignored", "own"}, o.failing("ML3.10"))

	// An old day typed into a new report makes it late at once, and hides nothing.
	o.do("bob", func(tx *aims.Tx) error {
		for _, id := range []string{"old1", "old2", "old3"} {
			if err := tx.RaiseConcern(aims.Concern{ID: id, Text: "I was refused", RaisedBy: "a caller", Origin: aims.FromPublic, RaisedOn: tx.Today().AddDays(-400)}); err != nil {
				return err
			}
		}
		return nil
	})
	require.NotEmpty(t, o.failing("ML3.10"))

	// The review is the last one, and has a word on it.
	o = base.twin(t)
	o.pass(1)
	o.do("eve", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "short", HeldOn: calendar.Of(o.now, nil), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: tx.Today()}}})
	})
	require.Equal(t, []string{"short"}, o.failing("ML3.10"))
	o = base.twin(t)
	o.pass(366)
	o.do("una", func(tx *aims.Tx) error {
		return tx.TryChannel("form", aims.ChannelTrial{On: tx.Today(), Seen: "an answer", Works: true})
	})
	require.Contains(t, o.result("ML3.10").Message, "No management review of the last year")
}

// formOrg is an organisation with a form for people outside, which ada runs: a service that
// raises what it brings. Lea owns the channel.
func formOrg(t *testing.T) *org {
	o := mature(t)
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutService(aims.Service{ID: "web-form", Name: "The form", Purpose: "Raises what comes by the form.", Owner: "ada"})
	})
	return o
}

// unnamed raises reports of people of whom nobody knows.
func (o *org) unnamed(raisedBy string, ids ...string) {
	o.tb.Helper()
	for _, id := range ids {
		o.do("web-form", func(tx *aims.Tx) error {
			return tx.RaiseConcern(aims.Concern{ID: id, Text: "I was refused", RaisedBy: raisedBy, Origin: aims.FromAffected, Channel: "form", RaisedOn: tx.Today()})
		})
	}
}

func nine(prefix string) (ids []string) {
	for n := range 9 {
		ids = append(ids, fmt.Sprint(prefix, n))
	}
	return ids
}

func (o *org) tries(actor string, works bool) {
	o.tb.Helper()
	o.do(actor, func(tx *aims.Tx) error {
		return tx.TryChannel("form", aims.ChannelTrial{On: tx.Today(), Seen: "what became of it", Works: works})
	})
}

// Nine reports that a service raised and somebody answered do not outweigh one that was
// ignored, unless somebody apart has tried the way by which they came.
func TestWhatNobodyStandsBehindDoesNotCountAlone(t *testing.T) {
	for _, raisedBy := range []string{"", "a caller"} {
		o := formOrg(t)
		o.pass(366) // the trial of the first day is more than a year old
		o.holdReview()
		o.unnamed(raisedBy, nine("u")...)
		o.answers(nine("u")...)
		require.Equal(t, []string{"form"}, o.failing("ML3.10"), "they show no channel to work")
		o.do("bob", func(tx *aims.Tx) error {
			return tx.RaiseConcern(aims.Concern{ID: "ignored", Text: "I was refused", RaisedBy: "another", Origin: aims.FromAffected, RaisedOn: tx.Today()})
		})
		o.pass(31)
		require.Equal(t, []string{"ignored"}, o.failing("ML3.10"))
		require.Contains(t, o.result("ML3.10").Message, "Reports that count: 1. Raised by a service for people of whom nobody knows: 0, and 9 more that do not count.")

		// Who runs the service shows nothing of it, nor who ran it until now.
		o.tries("ada", true)
		require.Equal(t, []string{"ignored"}, o.failing("ML3.10"))
		o.do("lea", func(tx *aims.Tx) error {
			s, _ := tx.Services().Get("web-form")
			s.Owner = "bob"
			return tx.PutService(s)
		})
		require.Equal(t, []string{"ignored"}, o.failing("ML3.10"), "ada ran it until today")

		o.tries("una", true)
		r := o.result("ML3.10")
		require.Equal(t, maturity.StateMet, r.State, r.Message)
		require.Equal(t, "Reports that count: 10. Raised by a service for people of whom nobody knows: 9, and 0 more that do not count.", r.Message)
		o.tries("ada", false)
		require.Equal(t, []string{"form", "ignored"}, o.failing("ML3.10"), "it does not work any more")
	}
}

// What somebody on file stands behind and is answered in time lets the others count, for as
// long as it counts itself.
func TestOneWhoIsKnownLetsOthersCount(t *testing.T) {
	o := formOrg(t)
	o.pass(366)
	o.holdReview()
	o.reports("bob", "known", "late")
	o.answers("known")
	o.pass(31)
	o.unnamed("", nine("u")...)
	o.answers(nine("u")...)
	r := o.result("ML3.10")
	require.Equal(t, maturity.StateMet, r.State, r.Message)
	require.Equal(t, lastOf(o.now.AddDate(0, 0, 365-31)), r.Until)
	require.Equal(t, "Reports that count: 11. Raised by a service for people of whom nobody knows: 9, and 0 more that do not count.", r.Message)
}

// Who runs the service answers none of what it raises alone: those show nothing, and whoever
// else answers shows it.
func TestWhoRunsTheFormDoesNotAnswerAlone(t *testing.T) {
	o := formOrg(t)
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Services().Get("web-form")
		s.Owner = "lea"
		return tx.PutService(s)
	})
	o.reports("bob", "ignored")
	o.unnamed("", nine("u")...)
	o.answers(nine("u")...)
	o.pass(31)
	require.Equal(t, []string{"ignored"}, o.failing("ML3.10"), "una has tried the form, and lea answered herself")
}

// In a small firm nobody tells by name: one runs the form, another one answers, and a third
// one tries it once a year.
func TestASmallFirmHearsThoseWhoStayUnnamed(t *testing.T) {
	o := formOrg(t)
	o.unnamed("", "u1", "u2")
	o.answers("u1", "u2")
	r := o.result("ML3.10")
	require.Equal(t, maturity.StateMet, r.State, r.Message)
	require.Equal(t, "Reports that count: 2. Raised by a service for people of whom nobody knows: 2, and 0 more that do not count.", r.Message)
}
