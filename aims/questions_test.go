package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// Nothing is asked to settle a level that is certain, and of one that is not something
// is, whatever is answered of the system and written into its assessment.
func TestQuestionsAgreeWithSpan(t *testing.T) {
	seen := make(map[bool]int)
	rapid.Check(t, func(r *rapid.T) {
		o := newOrg(t).staffed()
		s := rapid.SampledFrom([]register.System{spamFilter(), cvScreener(), ownModel(), {ID: "bare", Name: "B", Stage: register.StageDesign}}).Draw(r, "system")
		for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"effect", "critical", "practice", "function", "domain", "data", "interacts"}), rapid.ID).Draw(r, "open") {
			require.NoError(t, s.Set(name)) // not answered
		}
		o.register(s)
		agree := func() {
			t.Helper()
			v := o.View()
			q, certain := v.QuestionsOf(s.ID), v.SpanOf(s.ID).Certain()
			require.Equal(t, certain, len(q.Level) == 0, "%v: %v", v.SpanOf(s.ID), q.Level)
			seen[certain]++
		}
		agree()
		if rapid.Bool().Draw(r, "incident") {
			o.do("ada", func(tx *aims.Tx) error {
				return tx.ReportIncident(aims.Incident{Title: "x", Grade: aims.GradeLow, DetectedOn: day0, Systems: []string{s.ID}})
			})
			agree()
		}
		o.do("bob", func(tx *aims.Tx) error {
			a, _ := tx.OpenAssessment(s.ID)
			step := rapid.IntRange(1, 5)
			a.Harms = []impact.HarmRating{{Harm: "unequal-treatment", Parties: []string{"applicant"}, Scale: step.Draw(r, "scale"), Scope: step.Draw(r, "scope"),
				Irremediability: step.Draw(r, "irremediability"), Likelihood: step.Draw(r, "likelihood"), Confidence: impact.ConfidenceHigh}}
			return tx.SaveAssessment(a)
		})
		agree()
	})
	require.Greater(t, min(seen[true], seen[false]), 10, "both were met")
}

// The organisation's rules are asked, not those that come with the library, and of a
// system that there is not nothing.
func TestQuestionsAreOfTheOrganisationsRules(t *testing.T) {
	rules, err := impact.NewRules("own", []impact.Rule{{ID: "R", When: []decide.Condition{{Field: "critical", Op: "in", Any: []string{"yes"}}},
		MinLevel: impact.LevelHigh, Why: "x", Source: "x"}})
	require.NoError(t, err)
	o := reopen(t, memory.New(), &clock{now: day0}, rules).staffed()
	o.register(register.System{ID: "bare", Name: "B", Stage: register.StageDesign})
	q := o.View().QuestionsOf("bare")
	require.Len(t, q.Level, 1)
	require.Equal(t, "critical", q.Level[0].Attribute)
	o.revise("bare", func(s *register.System) { require.NoError(t, s.Set("critical", "no")) })
	require.Empty(t, o.View().QuestionsOf("bare").Level)

	none := o.View().QuestionsOf("none")
	require.NotNil(t, none.Level)
	require.Empty(t, none.Level)
	require.Empty(t, none.Controls)
}
