package aims_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

func tryChannel(seen string, works bool) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.TryChannel("form", aims.ChannelTrial{On: tx.Today(), Seen: seen, Works: works})
	}
}

// listening is an organisation with a channel, which ada owns, and a service that takes in
// what comes by it.
func listening(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.do("ada", func(tx *aims.Tx) error { return tx.PutChannel(openChannel("ada")) })
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutService(aims.Service{ID: "web", Name: "Our page", Owner: "bob"})
	})
	return o
}

// A channel is tried by somebody who does not own it, soon after it opened and each year.
func TestChannelIsTried(t *testing.T) {
	o := listening(t)
	require.Empty(t, find(o.View(), day(30), "FB-01"))
	require.Contains(t, find(o.View(), day(31), "FB-01")[0].Message, "nobody has tried it")
	o.refused("ada", aims.ErrForbidden, tryChannel("it came to my desk", true))
	o.refused("una", aims.ErrInvalid, tryChannel("n/a", true))
	for _, on := range []string{"", "1890-01-01", "2026-01-04", "2026-01-06", "9999-01-01"} {
		day, _ := calendar.Parse(on)
		o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error {
			return tx.TryChannel("form", aims.ChannelTrial{On: day, Seen: "it came", Works: true})
		})
	}
	o.do("una", tryChannel("it lay in a mailbox that nobody reads", false))
	found := find(o.View(), day0, "FB-01")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(31), "FB-01")[0].Severity)
	o.clock.Set(day(10))
	o.do("una", tryChannel("an answer on the same day", true))
	require.Empty(t, find(o.View(), day(375), "FB-01"))
	require.Len(t, find(o.View(), day(376), "FB-01"), 1)
	require.Contains(t, find(o.View(), day(376), "FB-01")[0].Message, "last tried on 2026-01-15")

	// What was seen stays, whatever is typed over it, and a channel that was tried does.
	o.do("ada", func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("form")
		c.Trials = nil
		return tx.PutChannel(c)
	})
	c, _ := o.View().Channels().Get("form")
	require.Len(t, c.Trials, 2)
	require.Equal(t, "una", c.Trials[0].By)
	o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("form")
		c.OpenedOn = dayOf(9)
		return tx.PutChannel(c)
	})
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindChannel, ID: "form"})
	})
	o.do("ada", func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("form")
		c.ClosedOn = tx.Today()
		return tx.PutChannel(c)
	})
	require.Empty(t, find(o.View(), day(500), "FB-01"))
	o.refused("una", aims.ErrInvalid, tryChannel("closed?", true))
}

// What comes by a channel says from whom, and is answered within its target.
func TestReportsFromOutside(t *testing.T) {
	o := listening(t)
	report := aims.Concern{ID: "r", Text: "my application was thrown away as spam", Origin: aims.FromAffected, Channel: "form", Adverse: true, Systems: []string{"spam"}, RaisedOn: dayOf(0)}
	for field, change := range map[string]func(c *aims.Concern){
		"origin": func(c *aims.Concern) { c.Origin = "" }, "channel": func(c *aims.Concern) { c.Channel = "none" }, "due": func(c *aims.Concern) { c.Due = dayOf(15) },
	} {
		bad := report
		change(&bad)
		err := o.refused("web", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.RaiseConcern(bad) })
		require.ErrorContains(t, err, field+":")
	}
	o.refused("web", aims.ErrInvalid, func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{ID: "q", Text: "it hurt", Adverse: true, RaisedOn: dayOf(0)})
	})
	typed := report
	typed.RecordedBy, typed.Answer, typed.AnsweredBy = "eve", "all is well", "eve"
	o.do("web", func(tx *aims.Tx) error { return tx.RaiseConcern(typed) })
	c, _ := o.View().Concerns().Get("r")
	require.Equal(t, "web", c.RecordedBy)
	require.Empty(t, c.AnsweredBy)
	require.True(t, c.Open())
	require.Equal(t, dayOf(14), c.Due, "the target of its channel")
	require.Empty(t, find(o.View(), day(14), "S2-21"))
	require.Len(t, find(o.View(), day(15), "S2-21"), 1)
	_, open := o.View().OpenAssessment("spam")
	require.True(t, open)

	// The review has it before it, as it stands, whatever anybody types.
	o.do("eve", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: tx.Today(), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "look at it", Owner: "lea", Due: dayOf(9)}}})
	})
	m, _ := o.View().Reviews().Get("m")
	var said []string
	for _, s := range m.Seen {
		if s.Point == "RA-17" {
			said = append(said, s.Said.String())
		}
	}
	require.Equal(t, []string{"Reports of people outside since or still open: 1; adverse: 1; answered: 0. Channels open to them: 1, none of which was tried."}, said)
	o.refused("ada", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.AnswerConcern("r", "we looked") })
	o.do("lea", func(tx *aims.Tx) error {
		return tx.AnswerConcern("r", "it was found, and the rule is gone")
	})
	o.do("una", tryChannel("an answer", true))
	c, _ = o.View().Concerns().Get("r")
	require.Equal(t, "lea", c.AnsweredBy)
	o.clock.Set(day(1))
	for _, p := range o.View().ReviewAgenda(day(1)).Points {
		if p.ID == "RA-17" {
			require.True(t, strings.HasSuffix(p.Text.String(), "one was last tried on 2026-01-05."), p.Text.String())
			require.True(t, strings.HasPrefix(p.Text.String(), "Reports of people outside since or still open: 0;"), "it came before the last review and is answered")
		}
	}
}

func TestLiarsAboutChannels(t *testing.T) {
	o := listening(t)
	for field, change := range map[string]func(c *aims.Channel){
		"title": func(c *aims.Channel) { c.Title = "" }, "where": func(c *aims.Channel) { c.Where = "n/a" }, "owner": func(c *aims.Channel) { c.Owner = "ghost" },
		"for": func(c *aims.Channel) { c.For = nil }, "for[0]": func(c *aims.Channel) { c.For = []aims.ConcernOrigin{"friends"} },
		"target": func(c *aims.Channel) { c.Target = 365 }, "opened_on": func(c *aims.Channel) { c.OpenedOn = dayOf(1) },
		"closed_on": func(c *aims.Channel) { c.ClosedOn = dayOf(-1) },
	} {
		c := openChannel("ada")
		c.ID = "bad"
		change(&c)
		err := o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.PutChannel(c) })
		require.ErrorContains(t, err, field+":")
	}
	c := openChannel("ada")
	c.ID, c.Trials = "typed", []aims.ChannelTrial{{On: dayOf(0), Seen: "all is well", Works: true, By: "una", At: day0}}
	o.do("ada", func(tx *aims.Tx) error { return tx.PutChannel(c) })
	c, _ = o.View().Channels().Get("typed")
	require.Empty(t, c.Trials)
	// Who hands it over before trying it tries what another owns, and is seen to.
	o.refused("ada", aims.ErrForbidden, func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("form")
		c.Owner = "bob"
		if err := tx.PutChannel(c); err != nil {
			return err
		}
		return tx.TryChannel("form", aims.ChannelTrial{On: tx.Today(), Seen: "it came", Works: true})
	})
}

// A trial of one way shows nothing of another: what was seen to work is not led elsewhere, nor
// opened to others. What does not work is put right.
func TestWhatWasTriedIsNotAnother(t *testing.T) {
	o := newOrg(t).staffed()
	staff := openChannel("ada")
	staff.For = []aims.ConcernOrigin{aims.FromStaff}
	o.do("ada", func(tx *aims.Tx) error { return tx.PutChannel(staff) })
	try := func(works bool) {
		o.do("una", func(tx *aims.Tx) error {
			return tx.TryChannel("form", aims.ChannelTrial{On: tx.Today(), Seen: "it came to the desk", Works: works})
		})
	}
	elsewhere := func(c *aims.Channel) { c.Where = "a mailbox of the works council" }
	open := func(c *aims.Channel) { c.For = append(c.For, aims.FromAffected) }
	put := func(change func(c *aims.Channel)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			c, _ := tx.Channels().Get("form")
			change(&c)
			return tx.PutChannel(c)
		}
	}
	try(false)
	o.do("ada", put(elsewhere))
	try(true)
	o.invalid("ada", "where", "kept", "another wall", put(func(c *aims.Channel) { c.Where = "another wall" }))
	o.invalid("ada", "for[1]", "kept", "affected", put(open))
	o.do("ada", put(func(c *aims.Channel) { c.Title, c.Target, c.Owner = "The box", 10, "bob" }))
}

// A channel that is open to people outside is what A.8.3 asks to have on paper.
func TestChannelIsRequired(t *testing.T) {
	o := bareOrg(t)
	require.Equal(t, aims.RequiredMissing, o.row("A.8.3", day(1)).Status)
	c := openChannel("ada")
	c.For = []aims.ConcernOrigin{aims.FromStaff}
	o.do("ada", func(tx *aims.Tx) error { return tx.PutChannel(c) })
	require.Equal(t, aims.RequiredMissing, o.row("A.8.3", day(1)).Status, "for staff alone")
	o.do("ada", func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("form")
		c.For = aims.ConcernOrigins()
		return tx.PutChannel(c)
	})
	require.Equal(t, aims.RequiredCurrent, o.row("A.8.3", day(1)).Status)
	o.do("ada", func(tx *aims.Tx) error {
		c, _ := tx.Channels().Get("form")
		c.ClosedOn = dayOf(0)
		return tx.PutChannel(c)
	})
	require.Equal(t, aims.RequiredStale, o.row("A.8.3", day(1)).Status)
}
