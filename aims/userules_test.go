package aims_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

func acceptRules(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.AcceptUseRules(id) }
}

func approveRules(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.ApproveUseRules(id) }
}

func draftRules(u aims.UseRules) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.DraftUseRules(u) }
}

func compareUse(id, system string, intended bool) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		c := aims.UseComparison{System: system, On: tx.Today(), Seen: "two hundred entries of the log", AsIntended: intended}
		if !intended {
			c.Misuse = "teams sort applications with it"
		}
		return tx.CompareUse(id, c)
	}
}

// ruling is an organisation with two systems in use, of which bob has written rules for one.
func ruling(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.register(spamFilter(), officeTool("tool", register.StageOperation))
	o.approved("spam")
	require.Empty(t, find(o.View(), day(400), "US-01"), "nobody has begun with such records")
	o.do("bob", draftRules(rulesOfUse("u", "spam")))
	return o
}

// Rules are written by one and approved by another; users accept each version themselves.
func TestRulesOfUse(t *testing.T) {
	o := ruling(t)
	require.Len(t, find(o.View(), day0, "US-01"), 2, "a draft is not in force")
	o.refused("una", aims.ErrState, acceptRules("u"))
	for _, who := range []string{"bob", "ada", "una"} { // the author, who answers for them, and anybody
		o.refused(who, aims.ErrForbidden, approveRules("u"))
	}
	o.do("lea", approveRules("u"))
	found := find(o.View(), day0, "US-01")
	require.Len(t, found, 1)
	require.Equal(t, "tool", found[0].Subject.ID)
	o.refused("lea", aims.ErrState, approveRules("u"))

	require.Empty(t, find(o.View(), day(30), "US-02"))
	require.Contains(t, find(o.View(), day(31), "US-02")[0].Message, "2 of 2 users")
	o.refused("eve", aims.ErrForbidden, acceptRules("u")) // no user of it
	o.do("una", acceptRules("u"))
	o.refused("una", aims.ErrState, acceptRules("u"))
	require.Contains(t, find(o.View(), day(31), "US-02")[0].Message, "1 of 2 users")
	o.do("ada", acceptRules("u"))
	require.Empty(t, find(o.View(), day(31), "US-02"))

	// The next version waits for its approval, with what it is for, and to be accepted anew.
	o.do("bob", func(tx *aims.Tx) error {
		u, _ := tx.UseRules().Get("u")
		u.Draft.Rules, u.Systems = "no letter is thrown away at all", []string{"spam", "tool"}
		return tx.DraftUseRules(u)
	})
	u, _ := o.View().UseRules().Get("u")
	require.Equal(t, 1, u.InForce.Version)
	require.Contains(t, u.InForce.Text.Rules, "unread")
	require.Len(t, find(o.View(), day0, "US-01"), 1, "nobody has approved that it is for the tool as well")
	o.clock.Set(day(40))
	o.do("lea", approveRules("u"))
	u, _ = o.View().UseRules().Get("u")
	require.Equal(t, 2, u.InForce.Version)
	require.Equal(t, []string{"bob"}, u.InForce.Authors)
	require.Len(t, u.Earlier, 1)
	require.Empty(t, find(o.View(), day(40), "US-01"))
	require.Empty(t, find(o.View(), day(70), "US-02"))
	require.Contains(t, find(o.View(), day(71), "US-02")[0].Message, "Version 2")
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindUseRules, ID: "u"})
	})
	var days []string
	for _, e := range o.View().Agenda(dayOf(41), dayOf(120)).Entries {
		if e.Probe == "US-02" {
			days = append(days, e.Day.String()+" "+e.Person)
		}
	}
	require.Equal(t, []string{"2026-03-16 ada"}, days)
}

// Of many users a service counts, and no person.
func TestUsersCounted(t *testing.T) {
	o := ruling(t)
	u := rulesOfUse("all")
	u.Users = nil
	o.do("bob", draftRules(u))
	o.do("lea", approveRules("all"))
	require.Empty(t, find(o.View(), day0, "US-01"), "they are for all systems")
	require.Contains(t, find(o.View(), day(31), "US-02")[0].Message, "nobody is on file who is to accept it")
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutService(aims.Service{ID: "desk", Name: "Sign-on", Owner: "bob"})
	})
	count := aims.UseCount{Version: 1, Users: 400, Accepted: 390, Digest: strings.Repeat("a1", 32)}
	tell := func(change func(c *aims.UseCount)) func(tx *aims.Tx) error {
		c := count
		change(&c)
		return func(tx *aims.Tx) error { return tx.CountUseRules("all", c) }
	}
	o.refused("lea", aims.ErrForbidden, tell(func(*aims.UseCount) {}))
	for _, bad := range []func(c *aims.UseCount){
		func(c *aims.UseCount) { c.Version = 2 }, func(c *aims.UseCount) { c.Accepted = 401 }, func(c *aims.UseCount) { c.Users, c.Accepted = 0, 0 },
		func(c *aims.UseCount) { c.Accepted = -1 }, func(c *aims.UseCount) { c.Digest = "" }, func(c *aims.UseCount) { c.Digest = "n/a" },
	} {
		o.refused("desk", aims.ErrInvalid, tell(bad))
	}
	o.do("desk", tell(func(*aims.UseCount) {}))
	require.Contains(t, find(o.View(), day(31), "US-02")[0].Message, "10 of 400 users")
	o.do("desk", tell(func(c *aims.UseCount) { c.Accepted = 400 }))
	require.Empty(t, find(o.View(), day(31), "US-02"))
}

// Actual use is looked at each year, by somebody who does not answer for the rules; what is
// not intended calls for an assessment.
func TestUseIsCompared(t *testing.T) {
	o := ruling(t)
	o.refused("una", aims.ErrState, compareUse("u", "spam", true))
	o.do("lea", approveRules("u"))
	require.Empty(t, find(o.View(), day(365), "US-03"))
	require.Contains(t, find(o.View(), day(366), "US-03")[0].Message, "Nobody has compared")
	// To approve anew each half year puts nothing off.
	o.clock.Set(day(300))
	o.do("bob", func(tx *aims.Tx) error {
		u, _ := tx.UseRules().Get("u")
		u.Draft.Aims = "nobody waits"
		return tx.DraftUseRules(u)
	})
	o.do("lea", approveRules("u"))
	require.Len(t, find(o.View(), day(366), "US-03"), 1)
	o.refused("ada", aims.ErrSeparation, compareUse("u", "spam", true))
	o.refused("una", aims.ErrInvalid, compareUse("u", "tool", true)) // they are not for it
	for _, bad := range []aims.UseComparison{
		{System: "spam", On: dayOf(300), AsIntended: true}, {System: "spam", Seen: "entries", AsIntended: true}, {System: "spam", On: dayOf(301), Seen: "entries", AsIntended: true},
		{System: "spam", On: calendar.MustParse("1890-01-01"), Seen: "entries", AsIntended: true}, {System: "spam", On: dayOf(300), Seen: "entries"},
		{System: "spam", On: dayOf(300), Seen: "entries", Misuse: "none"}, {System: "spam", On: dayOf(300), Seen: "entries", AsIntended: true, Misuse: "applications"},
	} {
		o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.CompareUse("u", bad) })
	}
	o.do("una", compareUse("u", "spam", true))
	require.Empty(t, find(o.View(), day(665), "US-03"))
	require.Contains(t, find(o.View(), day(666), "US-03")[0].Message, "last compared")
	_, open := o.View().OpenAssessment("spam")
	require.False(t, open)
	o.do("una", compareUse("u", "spam", false))
	require.Equal(t, []string{"T-MON it is used as nobody intended, as was seen by rules u"}, calls(o, "spam"))
}

// Rules in force are what A.9.2 asks to have on paper.
func TestRulesOfUseAreRequired(t *testing.T) {
	o := bareOrg(t)
	require.Equal(t, aims.RequiredMissing, o.row("A.9.2", day(1)).Status)
	o.do("bob", draftRules(rulesOfUse("u", "spam")))
	require.NotEqual(t, aims.RequiredCurrent, o.row("A.9.2", day(1)).Status, "a draft")
	o.do("lea", approveRules("u"))
	require.Equal(t, aims.RequiredCurrent, o.row("A.9.2", day(1)).Status)
	require.Equal(t, annexa.MustParse("A.9.2"), o.row("A.9.2", day(1)).Control)
}

func TestLiarsAboutRulesOfUse(t *testing.T) {
	o := ruling(t)
	for field, change := range map[string]func(u *aims.UseRules){
		"title": func(u *aims.UseRules) { u.Title = "" }, "owner": func(u *aims.UseRules) { u.Owner = "ghost" }, "users[0]": func(u *aims.UseRules) { u.Users = []string{"ghost"} },
		"systems[0]": func(u *aims.UseRules) { u.Systems = []string{"none"} }, "draft.rules": func(u *aims.UseRules) { u.Draft.Rules = "n/a" },
		"draft.intended": func(u *aims.UseRules) { u.Draft.Intended = "" }, "draft.aims": func(u *aims.UseRules) { u.Draft.Aims = "none" },
	} {
		u := rulesOfUse("bad", "spam")
		change(&u)
		err := o.refused("bob", aims.ErrInvalid, draftRules(u))
		require.ErrorContains(t, err, field+":")
	}
	o.refused("bob", aims.ErrExists, draftRules(rulesOfUse("u", "spam")))
	// What is typed of approval, acceptance or comparison is not taken.
	u := rulesOfUse("typed", "spam")
	u.InForce = aims.UseVersion{Version: 1, Text: u.Draft, By: "eve", At: day0}
	u.Accepted = []aims.UseAcceptance{{By: "una", Version: 1, At: day0}}
	u.Compared = []aims.UseComparison{{System: "spam", On: dayOf(0), Seen: "all of it", AsIntended: true, By: "una", At: day0}}
	u.Counts, u.Authors = []aims.UseCount{{Version: 1, Users: 9, Accepted: 9, By: "desk", At: day0}}, []string{"una"}
	o.do("bob", draftRules(u))
	u, _ = o.View().UseRules().Get("typed")
	require.False(t, u.InForce.Given())
	require.Empty(t, u.Accepted)
	require.Empty(t, u.Compared)
	require.Empty(t, u.Counts)
	require.Equal(t, []string{"bob"}, u.Authors)
	// Who writes in it does not approve it, not by writing the last word either.
	o.do("lea", func(tx *aims.Tx) error {
		u, _ := tx.UseRules().Get("u")
		u.Draft.Aims = "nobody waits"
		return tx.DraftUseRules(u)
	})
	o.refused("lea", aims.ErrSeparation, approveRules("u"))
	// All in one commit is no approval.
	o.refused("eve", aims.ErrForbidden, func(tx *aims.Tx) error {
		if err := tx.DraftUseRules(rulesOfUse("quick", "spam")); err != nil {
			return err
		}
		return tx.ApproveUseRules("quick")
	})
}
