package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

func TestReuse(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener(), spamFilter())
	reuse := func(id, from string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ReuseAssessment(id, from) }
	}
	o.refused("ada", aims.ErrState, reuse("spam#1", "cv#1")) // not approved yet
	o.refused("ada", aims.ErrNotFound, reuse("spam#1", "none#1"))
	first := o.assess("cv", unfairness())

	o.clock.Set(day(9))
	o.revise("cv", func(s *register.System) {
		s.Reach, s.Affected = register.ReachMass, append([]string{"bystander"}, s.Affected...)
	})
	o.do("ada", reuse("cv#2", "cv#1"))
	a := o.open("cv")
	require.Equal(t, impact.StateInProgress, a.State)
	require.Equal(t, []string{"ada"}, a.Authors, "who takes over answers for it")
	require.Equal(t, "cv#1", a.Reused.From)
	require.Equal(t, day(9), a.Reused.At)
	var changed []string
	for _, c := range a.Reused.Changed {
		changed = append(changed, c.Attribute)
	}
	require.Equal(t, []string{"affected", "reach"}, changed)
	require.Equal(t, []string{"bystander"}, a.Reused.NewParties)
	require.Contains(t, a.Reused.NewHarms, "inequality")
	require.Len(t, a.Harms, len(first.Harms))
	for i, h := range a.Harms {
		require.Equal(t, "cv#1", h.CopiedFrom)
		require.Equal(t, first.Harms[i].Scale, h.Scale)
	}
	require.Empty(t, a.Summary, "the outcome is still to come")
	o.invalid("ada", "harms", "considered", "inequality", func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#2") })

	// What stands there already stays.
	o.do("ada", func(tx *aims.Tx) error {
		b, _ := tx.OpenAssessment("cv")
		mine := unfairness()
		mine.Likelihood = 5
		b.Harms = []impact.HarmRating{mine}
		return tx.SaveAssessment(b)
	})
	o.do("ada", reuse("cv#2", "cv#1"))
	for _, h := range o.open("cv").Harms {
		require.Equal(t, h.Harm != unfairness().Harm, h.CopiedFrom == "cv#1", h.Harm)
		if h.Harm == unfairness().Harm {
			require.Equal(t, 5, h.Likelihood)
		}
	}
	require.Equal(t, first.Digest(), o.assessment("cv#1").Digest(), "the earlier one is as it was")
	o.submit("cv", unfairness())
	o.refused("ada", aims.ErrState, reuse("cv#2", "cv#1"))
	o.sign("ian", "cv#2", aims.RoleImpactApprover)
	o.sign("pam", "cv#2", aims.RolePolicyOwner)
	require.Equal(t, impact.StateSuperseded, o.assessment("cv#1").State)
	o.do("ada", reuse("spam#1", "cv#1")) // of another system, and superseded
	require.Equal(t, "cv#1", o.open("spam").Reused.From)
	require.NotEmpty(t, o.open("spam").Reused.GoneHarms)
}

func TestTemplateStartsAnAssessment(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener(), spamFilter())
	s, _ := o.View().Systems().Get("cv")
	fitting := impact.TemplatesFor(s)
	require.NotEmpty(t, fitting)
	apply := func(tpl impact.Template) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ApplyTemplate("cv#1", tpl) }
	}
	o.do("bob", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("cv")
		a.Parties = []impact.PartyImpact{{Party: "applicant", How: "is ranked"}}
		return tx.SaveAssessment(a)
	})
	o.do("ada", apply(fitting[0]))
	a := o.open("cv")
	require.Equal(t, []string{"ada", "bob"}, a.Authors)
	parties, harms := map[string]string{}, map[string]bool{}
	for _, p := range a.Parties {
		parties[p.Party] = p.How
	}
	for _, h := range a.Harms {
		harms[h.Harm] = true
		require.Zero(t, h.Outcome, "a template rates nothing")
	}
	require.Equal(t, "is ranked", parties["applicant"], "what stands there stays")
	for _, p := range fitting[0].Parties {
		require.Contains(t, parties, p)
	}
	for _, h := range fitting[0].Harms {
		require.True(t, harms[h], h)
	}
	require.NotEmpty(t, a.Misuse)

	bad := fitting[0]
	bad.Harms = []string{"H-X"}
	o.invalid("ada", "harms[0]", "harm", "H-X", apply(bad))
	bad = fitting[0]
	bad.Parties = []string{"martians"}
	o.invalid("ada", "parties[0]", "party", "martians", apply(bad))
	// It answers nothing: what it brings is to be rated or dismissed.
	o.refused("bob", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#1") })
}
