package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// board is a supervisory board that is told every half year.
func board(chair string) aims.GoverningBody {
	return aims.GoverningBody{ID: "board", Name: "Supervisory board", Chair: chair, Members: []string{chair}, Reserves: []string{"Systems that decide on persons alone."}, Months: 6}
}

// overseen is an organisation with a board that bob leads.
func overseen(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("eve", func(tx *aims.Tx) error { return tx.PutGoverningBody(board("bob")) })
	return o
}

func briefed(by string, on calendar.Date) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.NoteBriefing("board", aims.Briefing{On: on, What: "Two systems of high impact, both assessed.", Decided: "To see the third before it is used.", By: by})
	}
}

// A body that oversees is told in its time, by somebody else than who notes it, and is not
// top management itself.
func TestGoverningBodiesAreTold(t *testing.T) {
	require.Empty(t, find(newOrg(t).staffed().View(), day(900), "GB-01"), "no clause asks for one")
	o := overseen(t)
	half := due(0).AddDate(0, 6, 0)
	require.Empty(t, find(o.View(), half.Start(nil), "GB-01"))
	require.Len(t, find(o.View(), half.End(nil), "GB-01"), 1)
	o.clock.Set(half.End(nil))
	o.invalid("eve", "months", "kept", "24", func(tx *aims.Tx) error {
		g := list(tx.GoverningBodies())[0]
		g.Months = 24
		return tx.PutGoverningBody(g)
	})
	o.do("bob", briefed("lea", half))
	require.Empty(t, find(o.View(), half.End(nil), "GB-01"))
	g := list(o.View().GoverningBodies())[0]
	require.Equal(t, half, g.ToldOn())
	require.Equal(t, "bob", g.Briefings[0].NotedBy)

	require.Empty(t, find(o.View(), half.End(nil), "GB-02"))
	o.do("eve", func(tx *aims.Tx) error {
		g := list(tx.GoverningBodies())[0]
		g.Chair, g.Members, g.Briefings = "pam", []string{"pam", "eve"}, nil
		return tx.PutGoverningBody(g)
	})
	found := find(o.View(), half.End(nil), "GB-02")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityOpportunity, found[0].Severity)
	g = list(o.View().GoverningBodies())[0]
	require.Len(t, g.Briefings, 1, "what it was told stays")
}

// Who wants a board that was told, and tells it nothing.
func TestLiarsAboutGoverningBodies(t *testing.T) {
	o := overseen(t)
	o.refused("lea", aims.ErrForbidden, briefed("lea", due(0))) // she says so herself
	o.invalid("bob", "by", "apart", "bob", briefed("bob", due(0)))
	o.invalid("bob", "briefings[0].by", "person", "ghost", briefed("ghost", due(0)))
	o.invalid("bob", "briefings[0].on", "past", due(1).String(), briefed("lea", due(1)))
	o.invalid("bob", "briefings[0].on", "range", "1890-01-01", briefed("lea", calendar.MustParse("1890-01-01")))
	o.invalid("bob", "on", "required", "", briefed("lea", calendar.Date{}))
	o.invalid("bob", "what", "reason", "n/a", func(tx *aims.Tx) error {
		return tx.NoteBriefing("board", aims.Briefing{On: due(0), What: "n/a", Decided: "To go on.", By: "lea"})
	})
	o.do("bob", briefed("lea", due(0)))
	o.invalid("bob", "on", "order", due(-1).String(), briefed("lea", due(-1)))
	for _, bad := range []struct {
		field, rule, value string
		change             func(*aims.GoverningBody)
	}{
		{"name", "reason", "TBD", func(g *aims.GoverningBody) { g.Name = "TBD" }},
		{"chair", "required", "", func(g *aims.GoverningBody) { g.Chair = "" }},
		{"members", "chair", "bob", func(g *aims.GoverningBody) { g.Members = []string{"ada"} }},
		{"members[0]", "person", "ghost", func(g *aims.GoverningBody) { g.Members = []string{"ghost", "bob"} }},
		{"reserves", "required", "", func(g *aims.GoverningBody) { g.Reserves = nil }},
		{"reserves[0]", "reason", "none", func(g *aims.GoverningBody) { g.Reserves = []string{"none"} }},
		{"months", "range", "0", func(g *aims.GoverningBody) { g.Months = 0 }},
		{"months", "range", "25", func(g *aims.GoverningBody) { g.Months = 25 }},
	} {
		o.invalid("eve", bad.field, bad.rule, bad.value, func(tx *aims.Tx) error {
			g := board("bob")
			g.ID = "new"
			bad.change(&g)
			return tx.PutGoverningBody(g)
		})
	}
	o.refused("ada", aims.ErrForbidden, func(tx *aims.Tx) error {
		g := board("ada")
		g.ID = "adas"
		return tx.PutGoverningBody(g)
	})
}
