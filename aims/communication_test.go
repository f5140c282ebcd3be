package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

var (
	everyone = aims.Subject{Kind: aims.KindPerson}
	clients  = aims.Subject{Kind: aims.KindInterestedParty, ID: "clients"}
)

// informing tells everybody inside and the clients once a quarter.
func informing(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.PutInterestedParty(aims.InterestedParty{ID: "clients", Name: "Clients"}); err != nil {
			return err
		}
		c := telling("news", aims.CommunicationPolicy)
		c.With = []aims.Subject{everyone, clients}
		return tx.PutCommunication(c)
	})
	return o
}

func heard(on int, to ...aims.Subject) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.RecordTelling("news", aims.Telling{On: dayOf(on), To: to, What: "what is new in the policy"})
	}
}

func plannedAs(change func(c *aims.Communication)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		c := planned(tx.Communications(), "news")
		change(&c)
		return tx.PutCommunication(c)
	}
}

// What is to be told each quarter is late once one of those whom it is for has heard nothing
// for a quarter.
func TestCommunicationIsToldInTime(t *testing.T) {
	o := informing(t)
	late := func(on int) []aims.Finding { return find(o.View(), day(on), "CM-01") }
	require.Empty(t, late(90), "to the end of that day")
	require.Len(t, late(91), 1)
	require.Equal(t, aims.RequiredStale, o.row("7.4", day(91)).Status)
	a := o.View().Agenda(dayOf(80), dayOf(100)).Of("bob")
	require.Len(t, a.Entries, 1)
	require.Equal(t, dayOf(90), a.Entries[0].Day)

	o.clock.Set(day(60))
	o.do("bob", heard(60, everyone))
	require.Len(t, late(91), 1, "the clients have heard nothing")
	o.do("bob", heard(50, clients))
	require.Empty(t, late(91))
	require.Len(t, late(141), 1, "ninety days after they heard")
	got := planned(o.View().Communications(), "news")
	require.Equal(t, []aims.Telling{
		{On: dayOf(60), To: []aims.Subject{everyone}, What: "what is new in the policy", By: "bob", At: day(60)},
		{On: dayOf(50), To: []aims.Subject{clients}, What: "what is new in the policy", By: "bob", At: day(60)}}, got.Told)
	require.Equal(t, dayOf(140), got.Due())

	o.refused("bob", aims.ErrInvalid, heard(61, everyone))
	o.refused("bob", aims.ErrInvalid, heard(-1, everyone))
	o.refused("bob", aims.ErrInvalid, heard(60))
	o.refused("bob", aims.ErrInvalid, heard(60, aims.Subject{Kind: aims.KindSupplier}))
	o.invalid("bob", "told[2].evidence[0]", "record", "ghost", func(tx *aims.Tx) error {
		return tx.RecordTelling("news", aims.Telling{On: dayOf(60), To: []aims.Subject{everyone}, What: "what is new", Evidence: []string{"ghost"}})
	})
}

// Who is late does not write himself out of it, and what was told is not taken back.
func TestCommunicationIsOwed(t *testing.T) {
	o := informing(t)
	o.clock.Set(day(10))
	o.do("bob", heard(10, everyone))
	o.do("bob", plannedAs(func(c *aims.Communication) { c.Told = nil }))
	require.Len(t, planned(o.View().Communications(), "news").Told, 1)
	o.invalid("bob", "since", "kept", dayOf(9).String(), plannedAs(func(c *aims.Communication) { c.Since = dayOf(9) }))
	o.clock.Set(day(100))
	require.Len(t, find(o.View(), day(100), "CM-01"), 1)
	for name, change := range map[string]func(c *aims.Communication){
		"longer":        func(c *aims.Communication) { c.EveryDays = 900 },
		"never":         func(c *aims.Communication) { c.EveryDays, c.When = 0, "once there is something new" },
		"to fewer":      func(c *aims.Communication) { c.With = c.With[:1] },
		"ended by hand": func(c *aims.Communication) { c.EndedAt, c.EveryDays = day(100), 900 },
	} {
		require.ErrorContains(t, o.refused("bob", aims.ErrInvalid, plannedAs(change)), "every_days", name)
	}
	require.Error(t, o.try("lea", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindCommunication, ID: "news"}) }))
	end := func(tx *aims.Tx) error { return tx.EndCommunication("news", "the round is no more") }
	o.refused("bob", aims.ErrForbidden, end)
	o.refused("lea", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.EndCommunication("news", "n/a") })
	o.do("lea", end)
	require.Empty(t, find(o.View(), day(400), "CM-01"))
	require.Equal(t, aims.RequiredMissing, o.row("7.4", day(100)).Status)
	o.refused("bob", aims.ErrState, heard(100, everyone))
	o.refused("bob", aims.ErrState, plannedAs(func(c *aims.Communication) { c.What = "More." }))
	o.refused("lea", aims.ErrState, end)

	// The lead who owns a row does not end it.
	o = informing(t)
	o.do("bob", plannedAs(func(c *aims.Communication) { c.Owner = "lea" }))
	o.refused("lea", aims.ErrSeparation, end)
	o.do("eve", end)
}

// What has to reach people and has no row is found: no more and no earlier than there is
// something to tell.
func TestNothingPlannedToBeTold(t *testing.T) {
	o := newOrg(t).staffed().followed()
	found := func() []aims.Finding { return find(o.View(), day0, "CM-02") }
	require.Empty(t, found(), "S1-01 says what is missing first")
	o.documents(day(300))
	require.Len(t, found(), 1)
	require.Contains(t, found()[0].Message, "the AI policy.")
	o.do("ada", func(tx *aims.Tx) error { return tx.PutCommunication(telling("news", aims.CommunicationPolicy)) })
	require.Empty(t, found())
	o.register(officeTool("used", register.StageOperation))
	require.Contains(t, found()[0].Message, ": incidents.")
	o.approved("used")
	require.Contains(t, found()[0].Message, "what impact assessments came to, incidents.")
	o.do("ada", planTellings)
	require.Empty(t, found())
	o.do("lea", func(tx *aims.Tx) error { return tx.EndCommunication("tell-incidents", "nobody reads it") })
	require.Len(t, found(), 1)
	o.do("ada", func(tx *aims.Tx) error {
		return tx.DraftDocument(aims.Document{ID: "plan", Title: "Who hears what", Text: "All hear all.", Clause: aims.MustParseClause("7.4"), DocumentControl: aims.DocumentControl{Distribution: everybody}})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("plan", dayOf(300)) })
	require.Empty(t, found(), "a document says as much")
}

func TestCommunicationSaysWhoHearsWhat(t *testing.T) {
	o := informing(t)
	for field, change := range map[string]func(c *aims.Communication){
		"title": func(c *aims.Communication) { c.Title = "" }, "topic": func(c *aims.Communication) { c.Topic = "gossip" }, "what": func(c *aims.Communication) { c.What = "n/a" },
		"how": func(c *aims.Communication) { c.How = "" }, "when": func(c *aims.Communication) { c.EveryDays = 0 }, "with": func(c *aims.Communication) { c.With = nil },
		"with[0].id":   func(c *aims.Communication) { c.With = []aims.Subject{{Kind: aims.KindSupplier, ID: "ghost"}} },
		"with[0].kind": func(c *aims.Communication) { c.With = []aims.Subject{{Kind: aims.KindSystem}} },
		"with[1]":      func(c *aims.Communication) { c.With = []aims.Subject{everyone, everyone} },
		"owner":        func(c *aims.Communication) { c.Owner = "ghost" }, "every_days": func(c *aims.Communication) { c.EveryDays = -1 },
		"since": func(c *aims.Communication) { c.Since = calendar.Date{} },
	} {
		require.ErrorContains(t, o.refused("bob", aims.ErrInvalid, func(tx *aims.Tx) error {
			c := telling("new", aims.CommunicationOther)
			change(&c)
			return tx.PutCommunication(c)
		}), field+":", field)
	}
}
