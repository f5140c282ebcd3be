package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

// A liar takes what nobody ever assessed out of use, and puts it back on the register
// under another name: it is recognised, it is not found anew, and who owns it does not
// say that it is another.
func TestComesBackUnderAnotherName(t *testing.T) {
	o := newOrg(t).staffed()
	old := officeTool("tool", register.StageOperation)
	old.Name, old.DiscoveredOn, old.Owner = "Mail sorter", dayOf(0), "bob"
	old.ExternalIDs = map[string]string{"cmdb": "CI-77"}
	o.register(old)
	o.clock.Set(day(60))
	o.ending("tool")
	o.do("lea", advance("tool", register.StageRetirement))

	back := officeTool("sorter", register.StageOperation)
	back.Name, back.DiscoveredOn, back.Owner = "Post room assistant", dayOf(60), "bob"
	back.ExternalIDs = map[string]string{"CMDB": "ci 77"}
	o.register(back)
	require.Equal(t, dayOf(0), o.View().KnownSince("sorter"))
	require.Equal(t, []aims.Lookalike{{System: "tool", Name: "Mail sorter", Stage: register.StageRetirement, Rules: []string{"LK-1"}}}, o.View().Lookalikes("sorter"))
	found := find(o.View(), day(60), "RG-01")
	require.Len(t, found, 1)
	require.Equal(t, "sorter", found[0].Subject.ID)
	require.Contains(t, found[0].Message, "tool")

	// Not by finding it again, not by its owner, not by the word of a form.
	o.clock.Set(day(70))
	o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("sorter")
		s.DiscoveredOn = dayOf(70)
		_, err := tx.ReviseSystem(s)
		return err
	})
	o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("sorter")
		s.Distinct = []register.Distinction{{From: "tool", By: "eve", At: day(70), Reason: "x"}}
		_, err := tx.ReviseSystem(s)
		return err
	})
	o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
		s := officeTool("third", register.StageOperation)
		s.Distinct = []register.Distinction{{From: "tool", By: "eve", At: day(70), Reason: "x"}}
		return tx.RegisterSystem(s)
	})
	apart := func(tx *aims.Tx) error { return tx.TellApart("sorter", "tool", "the old one only sorted by sender") }
	o.refused("bob", aims.ErrForbidden, apart)
	o.refused("lea", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.TellApart("sorter", "tool", " ") })
	o.refused("lea", aims.ErrNotFound, func(tx *aims.Tx) error { return tx.TellApart("sorter", "none", "x") })
	require.NotEmpty(t, find(o.View(), day(70), "RG-01"))

	o.do("lea", apart)
	require.Empty(t, find(o.View(), day(70), "RG-01"))
	require.Empty(t, o.View().Lookalikes("sorter"))
	require.Empty(t, o.View().Lookalikes("tool"))
	require.Equal(t, dayOf(60), o.View().KnownSince("sorter"))
	o.refused("lea", aims.ErrState, apart)
	o.refused("lea", aims.ErrState, func(tx *aims.Tx) error { return tx.TellApart("tool", "sorter", "x") })
}

// Who owns either of two systems says of neither that it is another.
func TestOwnerOfTheOtherTellsNothingApart(t *testing.T) {
	o := newOrg(t).staffed()
	a, b := officeTool("a", register.StageDesign), officeTool("b", register.StageDesign)
	a.Owner, b.Owner = "bob", "eve"
	o.register(a, b)
	o.refused("eve", aims.ErrSeparation, func(tx *aims.Tx) error { return tx.TellApart("a", "b", "they are two") })
	o.do("lea", func(tx *aims.Tx) error { return tx.TellApart("a", "b", "they are two") })
}

// What says honestly that it follows another system has that one's history, and keeps it
// until somebody else says otherwise.
func TestFollowsAnotherSystem(t *testing.T) {
	o := newOrg(t).staffed()
	first := officeTool("v1", register.StageOperation)
	first.DiscoveredOn, first.Name = dayOf(0), "One"
	second := officeTool("v2", register.StageDesign)
	second.Name, second.Follows, second.Owner = "Two", "v1", "bob"
	o.register(first)
	o.clock.Set(day(10))
	o.register(second)
	require.Equal(t, dayOf(0), o.View().KnownSince("v2"))
	require.Empty(t, find(o.View(), day(10), "RG-01"), "it is not in use yet")

	third := officeTool("v3", register.StageOperation)
	third.Name, third.Follows, third.Owner = "Three", "v2", "bob"
	o.register(third)
	require.Equal(t, dayOf(0), o.View().KnownSince("v3"), "through the one between")
	for id, follows := range map[string]string{"v1": "v3", "v2": "", "v3": "v1"} {
		o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get(id)
			s.Follows = follows
			_, err := tx.ReviseSystem(s)
			return err
		})
	}
	for _, follows := range []string{"v9", "none"} {
		o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
			s := officeTool("v9", register.StageDesign)
			s.Name, s.Follows = "Nine", follows
			return tx.RegisterSystem(s)
		})
	}

	// Two that run side by side are one system twice.
	fourth := officeTool("v4", register.StageOperation)
	fourth.Name, fourth.Follows = "Four", "v1"
	o.register(fourth)
	require.Len(t, find(o.View(), day(10), "RG-01"), 1)
	require.Equal(t, "v4", find(o.View(), day(10), "RG-01")[0].Subject.ID)
	o.do("lea", func(tx *aims.Tx) error { return tx.TellApart("v4", "v1", "another model, bought for another end") })
	require.Empty(t, find(o.View(), day(10), "RG-01"))
	require.Equal(t, dayOf(10), o.View().KnownSince("v4"))
}
