package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
)

func TestWhoSeesToARecord(t *testing.T) {
	o := newOrg(t).staffed()
	s := spamFilter()
	s.Owner = "bob"
	o.register(s)
	o.do("ada", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"}) })
	who := func(k aims.Kind, id string) aims.Responsible {
		return o.View().ResponsibleFor(aims.Subject{Kind: k, ID: id}, day(1))
	}
	require.Equal(t, aims.Responsible{Person: "bob"}, who(aims.KindSystem, s.ID))
	require.Equal(t, aims.Responsible{Person: "bob"}, who(aims.KindAssessment, s.ID+"#1"), "whoever owns the system")
	require.Equal(t, aims.Responsible{Person: "lea", Role: aims.RoleLead}, who(aims.KindSupplier, "sup"), "it has no owner")
	require.Equal(t, aims.Responsible{Person: "lea", Role: aims.RoleLead}, who(aims.KindOrganisation, "organisation"))
	require.Zero(t, who(aims.KindAudit, "none"))
	o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(plan("audit", "4.1")) })
	require.Equal(t, aims.Responsible{Person: "una", Role: aims.RoleAuditLead}, who(aims.KindAudit, "audit"))

	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("bob")
		p.LeftOn = dayOf(3)
		return tx.PutPerson(p)
	})
	subject := aims.Subject{Kind: aims.KindSystem, ID: s.ID}
	require.Equal(t, "bob", o.View().ResponsibleFor(subject, day(2)).Person)
	require.Equal(t, aims.Responsible{Person: "lea", Role: aims.RoleLead}, o.View().ResponsibleFor(subject, day(4)), "bob has left")

	o.do("una", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleAuditLead, "") })
	require.Equal(t, aims.Responsible{Role: aims.RoleAuditLead}, who(aims.KindAudit, "audit"), "vacant")

	table := aims.RolesOfKinds()
	require.Empty(t, table[len(table)-1].Kind)
	seen := make(map[aims.Kind]bool)
	for _, row := range table {
		require.False(t, seen[row.Kind], row.Kind)
		seen[row.Kind] = true
		require.NotEmpty(t, row.Why)
		require.True(t, o.View().Roles().Has(row.Role), row.Role)
	}
}

// A program sees to nothing: who answers for it does.
func TestWhoAnswersForAProgramSeesToItsEvidence(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("eve", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "watch", Name: "Watch", Owner: "bob"}) })
	o.do("watch", func(tx *aims.Tx) error { return tx.AttachEvidence(proof("e", tx.Now(), nil, "A.6.2.6")) })
	e, _ := o.View().Evidence().Get("e")
	require.Equal(t, "watch", e.Collector)
	require.Equal(t, aims.Responsible{Person: "bob"}, o.View().ResponsibleFor(aims.Subject{Kind: aims.KindEvidence, ID: "e"}, day(1)))
}
