package impact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
)

// TestRulesSeeTheEUClass compares what rules are told with the classification.
func TestRulesSeeTheEUClass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := drawEUSystem(t, 4)
		doc["stage"] = "operation"
		s := decode(t, doc)
		c, r := euact.Classify(s, euDay), derive(s)
		r.LevelRules = nil // open rules stand there, too
		have := fired(r)
		require.Equal(t, c.FRIA == register.Yes, have["EUC-04"])
		require.Equal(t, slices.ContainsFunc(c.Also, func(r euact.Reason) bool { return strings.HasPrefix(r.Row, "EU-50-own") }), have["EUC-05"])
		_, provider := c.Duty("EU-D-8")
		require.Equal(t, provider && slices.Contains(s.Roles, register.RoleProvider), have["EUC-02"])
		_, deployer := c.Duty("EU-D-26-1")
		if s.SoleUse != register.SoleUsePersonal { // the law calls nobody a deployer in private, the rules ask all the same
			require.Equal(t, deployer, have["EUC-03"])
		}
		own, err := impact.NewRules("v", []impact.Rule{{ID: "O", When: []decide.Condition{{Field: "eu_class", Op: "has", Any: []string{"exempt_63"}}}, Duties: []string{"reassess"}}})
		require.NoError(t, err)
		_, exempt := c.Duty("EU-D-6-4")
		if slices.Contains(s.Roles, register.RoleProvider) {
			require.Equal(t, exempt, fired(own.Derive(s, impact.Facts{}))["O"])
		}
		for _, q := range r.Open {
			if slices.Contains(q.Rules, "EUC-03") {
				a, ok := register.AttributeByName(q.Attribute)
				require.True(t, ok, "%s is no attribute", q.Attribute)
				require.Empty(t, a.Append(nil, &s))
			}
		}
	})
}

// TestEUClassAndLevelStayApart: a helpline is minor in law and high in impact, a
// system that the law leaves out can be of high impact, and one that needs an
// exemption can be of little.
func TestEUClassAndLevelStayApart(t *testing.T) {
	require.Equal(t, euact.Transparency, euact.Classify(helplineBot(), euDay).Class)
	require.Equal(t, impact.LevelHigh, derive(helplineBot()).Level)
	abroad := changed(cvScreener(), func(s *register.System) { s.Jurisdictions = []string{"AU"} })
	require.Equal(t, euact.OutOfScope, euact.Classify(abroad, euDay).Class)
	require.Equal(t, impact.LevelHigh, derive(abroad).Level)
}

// TestEUQuestionsStayWhereTheyBelong: what the Act asks for alone, left
// unanswered, changes nothing of systems on which no row of it hangs.
func TestEUQuestionsStayWhereTheyBelong(t *testing.T) {
	forget := func(s *register.System) {
		s.Claims63, s.HarmfulSignificant, s.ThirdPartyConformity, s.ConvenienceOnly, s.ObviousAI = "", "", "", "", ""
		s.OpenSource, s.StandardEditing, s.EditorialControl, s.SoleUse, s.Alterations = "", "", "", "", nil
	}
	for _, s := range []register.System{calm(), spamFilter(), faqAssistant(), cvScreener(), creditScorer(), socialScoring(), helplineBot()} {
		want, have := derive(s), derive(changed(s, forget))
		want.Implied, have.Implied = nil, nil // what is forgotten can be implied
		require.Equal(t, want, have)
		full, part := euact.Classify(s, euDay), euact.Classify(changed(s, forget), euDay)
		require.Equal(t, []euact.Class{full.Class, full.Worst}, []euact.Class{part.Class, part.Worst})
		require.Equal(t, full.Duties, part.Duties, "a relief that nobody claims spares nothing")
	}
	asked := derive(changed(diagnosticAid(), forget)).Open
	require.Len(t, asked, 1)
	require.Equal(t, "third_party_conformity", asked[0].Attribute)
	require.Equal(t, []string{"EUC-03"}, asked[0].Rules)
}

func BenchmarkClassifyEU(b *testing.B) {
	for name, s := range map[string]register.System{"credit": creditScorer(), "unanswered": {ID: "s", Name: "S", Stage: register.StageDesign}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				euact.Classify(s, euDay)
			}
		})
	}
}
