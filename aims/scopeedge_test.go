package aims_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

// bordered has a scope in force with units and interfaces, and a system of a unit within it
// and one of a unit outside.
func bordered(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("setup", func(tx *aims.Tx) error {
		for id, unit := range map[string]string{"ada": "Lending", "bob": "Treasury"} {
			p, _ := tx.People().Get(id)
			p.Unit = unit
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		return nil
	})
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Standards = []string{"ISO 9001"}
		return errors.Join(tx.PutOrganisation(our), tx.PutSupplier(aims.Supplier{ID: "cloud", Name: "Cloud", Owner: "ada"}),
			tx.PutInterestedParty(aims.InterestedParty{ID: "clients", Name: "Clients"}), tx.DraftScope(border()))
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(300)) })
	for id, owner := range map[string]string{"score": "ada", "hedge": "bob"} {
		s := officeTool(id, register.StageDesign)
		s.Owner = owner
		o.register(s)
	}
	return o
}

func border() aims.Scope {
	return aims.Scope{Statement: "Lending", Boundaries: "The branches.",
		Units: []aims.ScopeUnit{{Name: "Lending"}, {Name: "Treasury", Out: true, Reason: "It runs no AI of its own."}},
		Interfaces: []aims.ScopeInterface{
			{Kind: aims.InterfaceSupplier, With: "cloud", Passes: "Applications go out, scores come back.", Owner: "ada"},
			{Kind: aims.InterfaceParty, With: "clients", Passes: "Decisions, and complaints about them.", Owner: "ada"},
			{Kind: aims.InterfaceUnit, With: "treasury", Passes: "The book of loans.", Owner: "ada"},
			{Kind: aims.InterfaceSystem, With: "ISO 9001", Passes: "Audits and corrective actions.", Owner: "lea"}}}
}

// A system is of the unit of its owner: one whose unit lies outside, or is not named, is found.
func TestUnitsOfTheScope(t *testing.T) {
	o := bordered(t)
	found := find(o.View(), day0, "SC-01")
	require.Len(t, found, 1)
	require.Equal(t, "hedge", found[0].Subject.ID)
	require.Contains(t, found[0].Message, "lies outside")
	o.revise("hedge", func(s *register.System) { s.Owner = "ada" })
	require.Empty(t, find(o.View(), day0, "SC-01"))
	o.do("setup", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.Unit = "Sales"
		return tx.PutPerson(p)
	})
	require.Len(t, find(o.View(), day0, "SC-01"), 2, "the scope does not name it")

	// Nothing is left out without a reason, and something lies within.
	for value, field := range map[string]string{"": "required", "n/a": "reason"} {
		o.invalid("lea", "units[1].reason", field, value, func(tx *aims.Tx) error {
			s := border()
			s.Units[1].Reason = value
			return tx.DraftScope(s)
		})
	}
	o.invalid("lea", "units[1].name", "repeated", "LENDING", func(tx *aims.Tx) error {
		s := border()
		s.Units[1].Name = "LENDING"
		return tx.DraftScope(s)
	})
	o.do("lea", func(tx *aims.Tx) error {
		s := border()
		s.Units = s.Units[1:]
		return tx.DraftScope(s)
	})
	o.invalid("eve", "units", "required", "", func(tx *aims.Tx) error { return tx.ApproveScope("scope-2", dayOf(300)) })
}

// An interface is with somebody or something that is on file.
func TestInterfacesOfTheScope(t *testing.T) {
	o := bordered(t)
	require.Empty(t, find(o.View(), day0, "SC-02"))
	o.do("lea", func(tx *aims.Tx) error {
		s := border()
		s.Interfaces[0].With, s.Interfaces[1].With, s.Interfaces[2].With, s.Interfaces[3].With = "other", "guests", "Lending", "ISO 14001"
		return tx.DraftScope(s)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope-2", dayOf(300)) })
	found := find(o.View(), day0, "SC-02")
	require.Len(t, found, 4)
	var said []string
	for _, f := range found {
		said = append(said, f.Message)
	}
	for _, name := range []string{"other", "guests", "Lending", "ISO 14001"} {
		require.Contains(t, said, "It meets "+name+", and nothing on file tells of that.")
	}
	for field, change := range map[string]func(f *aims.ScopeInterface){
		"kind": func(f *aims.ScopeInterface) { f.Kind = "friend" }, "with": func(f *aims.ScopeInterface) { f.With = "" },
		"passes": func(f *aims.ScopeInterface) { f.Passes = "n/a" }, "owner": func(f *aims.ScopeInterface) { f.Owner = "ghost" },
	} {
		require.ErrorContains(t, o.refused("lea", aims.ErrInvalid, func(tx *aims.Tx) error {
			s := border()
			change(&s.Interfaces[0])
			return tx.DraftScope(s)
		}), "interfaces[0]."+field+":", field)
	}
}
