package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
)

// what fails a criterion, by the IDs of the subjects.
func (o *org) failing(criterion string, history ...maturity.History) []string {
	var all []string
	r, _ := o.report(history...).Result(criterion)
	for _, f := range r.Failing {
		all = append(all, f.Subject.ID)
	}
	return all
}

// What roles take is on file, and somebody else has seen it in each who holds one.
func TestPeopleAreShownToBeCompetent(t *testing.T) {
	empty := newOrg(t)
	r := empty.result("ML2.13")
	require.Equal(t, maturity.StateNotMet, r.State, "nothing on file is not met")
	require.Len(t, r.Failing, 6, "what each role takes")

	o := newOrg(t)
	o.step1()
	require.Equal(t, maturity.StateMet, o.result("ML2.13").State)
	require.Equal(t, lastOf(day0.AddDate(5, 0, 0)), o.result("ML2.13").Until)

	t.Run("a claim is none", func(t *testing.T) {
		o := o.twin(t)
		o.do("lea", func(tx *aims.Tx) error {
			c := competence(aims.RoleLead)
			c.ID, c.Title = "law", "Knows the AI act"
			c.Roles = []string{aims.RoleAuditLead}
			if err := tx.PutCompetence(c); err != nil {
				return err
			}
			return tx.ClaimCompetence(aims.HeldCompetence{ID: "una-law", Competence: "law", Person: "una", Basis: []aims.CompetenceBasis{{Kind: aims.BasisTraining, What: "A course."}}})
		})
		require.Equal(t, []string{"una"}, o.failing("ML2.13"))
		require.Contains(t, o.result("ML2.13").Message, "nobody has assessed it")
		err := o.Update(o.ctx, aims.By{Actor: "una", Reason: "test"}, func(tx *aims.Tx) error { return tx.AssessCompetence("una-law", seen(o.now)) })
		require.ErrorIs(t, err, aims.ErrForbidden, "nobody says it of himself")
		o.do("bob", func(tx *aims.Tx) error { return tx.AssessCompetence("una-law", seen(o.now)) })
		require.Equal(t, maturity.StateMet, o.result("ML2.13").State)
	})
	t.Run("who is new", func(t *testing.T) {
		o := o.twin(t)
		o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleAuditLead, "bob") })
		require.Equal(t, maturity.StateMet, o.result("ML2.13").State, "nobody holds it yet, which is ML1.06")
		o.do("bob", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleAuditLead) })
		require.Equal(t, []string{"bob", "bob"}, o.failing("ML2.13"), "of the role, and of the policy")
	})
	t.Run("whoever owns a system knows the policy", func(t *testing.T) {
		o := o.twin(t)
		o.do("ada", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("spam")
			s.Owner = "bob"
			_, err := tx.ReviseSystem(s)
			return err
		})
		require.Equal(t, []string{"bob"}, o.failing("ML2.13"))
		require.Contains(t, o.result("ML2.13").Message, "Nothing asks of Name of bob")
		o.do("lea", func(tx *aims.Tx) error {
			return tx.ClaimCompetence(aims.HeldCompetence{ID: "bob-policy", Competence: "policy-known", Person: "bob", Basis: []aims.CompetenceBasis{{Kind: aims.BasisTraining, What: "An hour with lea."}}})
		})
		o.do("lea", func(tx *aims.Tx) error { return tx.AssessCompetence("bob-policy", seen(o.now)) })
		require.Equal(t, maturity.StateMet, o.result("ML2.13").State)
	})
	t.Run("in one stroke", func(t *testing.T) {
		o := o.twin(t)
		err := o.Update(o.ctx, aims.By{Actor: "eve", Reason: "test"}, func(tx *aims.Tx) error {
			c := competence(aims.RoleAuditLead)
			c.ID = "stroke"
			if err := tx.PutCompetence(c); err != nil {
				return err
			}
			if err := tx.ClaimCompetence(aims.HeldCompetence{ID: "una-stroke", Competence: "stroke", Person: "una", Basis: []aims.CompetenceBasis{{Kind: aims.BasisTraining, What: "A course."}}}); err != nil {
				return err
			}
			return tx.AssessCompetence("una-stroke", seen(o.now))
		})
		require.ErrorIs(t, err, aims.ErrState, "what is assessed was on file before")
	})
	t.Run("it runs out", func(t *testing.T) {
		o := o.twin(t)
		o.pass(5*365 + 2)
		require.Contains(t, o.failing("ML2.13"), "lea")
		require.Contains(t, o.result("ML2.13").Message, "it was shown until")
	})
	t.Run("who leaves is not asked", func(t *testing.T) {
		o := o.twin(t)
		leaves("una")(o)
		require.NotContains(t, o.failing("ML2.13"), "una")
	})
	t.Run("a role of which nobody says what it takes", func(t *testing.T) {
		o := o.twin(t)
		o.do("eve", func(tx *aims.Tx) error {
			c := competence(aims.RoleAuditLead)
			c.Roles = []string{aims.RoleRiskApprover}
			old, _ := tx.Competences().Get(c.ID)
			c.Revision = old.Revision
			return tx.PutCompetence(c)
		})
		require.Equal(t, []string{aims.RoleAuditLead, "rob"}, o.failing("ML2.13"))
	})
}

// Who accepted a role has accepted the duty that stood there: another one is accepted as well,
// within a month.
func TestARoleIsAcceptedWithItsDuty(t *testing.T) {
	o := mature(t).twin(t)
	o.do("eve", func(tx *aims.Tx) error {
		r, _ := tx.Roles().Get(aims.RoleLead)
		r.Duty = "Sees that a stamp is on each page."
		return tx.PutRole(r)
	})
	r := o.result("ML1.06")
	require.Equal(t, maturity.StateMet, r.State)
	require.Equal(t, lastOf(o.now.AddDate(0, 0, 30)), r.Until)
	later := o.twin(t)
	later.pass(31)
	require.Equal(t, []string{aims.RoleLead}, later.failing("ML1.06"))
	o.do("lea", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleLead) })
	o.pass(31)
	require.Empty(t, o.failing("ML1.06"))
}
