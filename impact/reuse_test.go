package impact_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// TestTakeOver copies an earlier assessment and marks where somebody should
// look again.
func TestTakeOver(t *testing.T) {
	b := basis()
	s := cvScreener()
	a := opened(s, b)
	draft := rated(dismissing(a), lowered("unequal-treatment", "A.6.2.4", "applicant"), impact.HarmRating{Harm: "injury", Dismissed: "nothing moves"})
	draft.Benefits = []impact.Benefit{{What: "like cases alike", Parties: []string{"applicant"}}}
	draft.Misuse = []impact.Misuse{{What: "ranking staff for dismissal"}}
	draft.Alternatives = []string{"reading them all"}
	draft.NoConsultation, draft.Consultation = "", []impact.Consultation{{Who: "students' union", On: calendar.Of(now, nil), Result: "wants reasons", Parties: []string{"applicant"}}}
	a, err := a.Save(draft, "ada", s, b)
	require.NoError(t, err)
	a, err = a.Submit("ada", s, nil, b)
	require.NoError(t, err)
	earlier := signed(t, a, s, b)

	changed := s
	changed.Data = append([]register.DataCategory{register.DataHealth}, s.Data...)
	changed.Affected = append([]string{"disabled"}, s.Affected...)
	changed.Hosting = register.HostingExternal
	b = on(b, later(100))
	a = impact.Open("sys#2", 2, changed, impact.Trigger{Kind: impact.TriggerChange, At: b.Now}, b)
	a, err = a.Save(impact.Content{Benefits: []impact.Benefit{{What: "speed"}}, Harms: []impact.HarmRating{{Harm: "opacity", Dismissed: "reasons are given"}}}, "bob", changed, b)
	require.NoError(t, err)
	a, err = a.TakeOver(earlier, "bob", changed, b)
	require.NoError(t, err)

	require.Equal(t, "sys#1", a.Reused.From)
	require.Equal(t, "bob", a.Reused.By)
	require.Equal(t, b.Now, a.Reused.At)
	var attributes []string
	for _, c := range a.Reused.Changed {
		attributes = append(attributes, c.Attribute)
	}
	require.Subset(t, attributes, []string{"data", "affected", "hosting"})
	require.Equal(t, []string{"disabled"}, a.Reused.NewParties)
	require.Equal(t, []string{"injury"}, a.Reused.GoneHarms, "no rule asks about it")
	require.NotEmpty(t, a.Reused.NewHarms)
	for _, h := range a.Reused.NewHarms {
		require.NotContains(t, harmIDs(earlier.Result), h)
		require.Contains(t, harmIDs(a.Result), h)
	}
	require.Contains(t, a.Authors, "bob")
	require.NotContains(t, a.Authors, "ada", "who wrote the earlier one has not written here")

	require.Equal(t, []impact.Benefit{{What: "like cases alike", Parties: []string{"applicant"}}, {What: "speed"}}, a.Benefits, "what stands here stays")
	require.Equal(t, draft.Misuse, a.Misuse)
	require.Equal(t, draft.Alternatives, a.Alternatives)
	require.Empty(t, a.Consultation, "nobody was heard again")
	require.Empty(t, a.NoConsultation)
	require.Empty(t, a.Summary, "the outcome is still to come")
	byHarm := make(map[string]impact.HarmRating)
	for _, h := range a.Harms {
		byHarm[h.Harm] = h
	}
	require.Equal(t, "sys#1", byHarm["unequal-treatment"].CopiedFrom)
	require.Equal(t, earlier.Harms[0].Outcome, byHarm["unequal-treatment"].Outcome)
	require.Empty(t, byHarm["opacity"].CopiedFrom)
	require.Equal(t, "reasons are given", byHarm["opacity"].Dismissed)
	require.Equal(t, "", earlier.Harms[0].CopiedFrom, "the earlier one stays as it was")

	// Rating anew takes the mark off; leaving it alone does not, nor can it be forged.
	again := a.Content
	again.Harms = append([]impact.HarmRating(nil), a.Harms...)
	for i := range again.Harms {
		switch again.Harms[i].Harm {
		case "unequal-treatment":
			again.Harms[i].Likelihood = 4
		case "opacity":
			again.Harms[i].CopiedFrom = "sys#1"
		}
	}
	a, err = a.Save(again, "bob", changed, b)
	require.NoError(t, err)
	marked := 0
	for _, h := range a.Harms {
		if h.Harm == "unequal-treatment" || h.Harm == "opacity" {
			require.Empty(t, h.CopiedFrom, h.Harm)
		} else if h.CopiedFrom != "" {
			marked++
		}
	}
	require.Positive(t, marked)
}

func TestTakeOverRefuses(t *testing.T) {
	s, b := cvScreener(), basis()
	a := opened(s, b)
	stopped, err := submitted(t, s, b).Stop("ian", "given up", now)
	require.NoError(t, err)
	for _, earlier := range []impact.Assessment{opened(s, b), written(t, s, b), submitted(t, s, b), stopped} {
		next, err := a.TakeOver(earlier, "ada", s, b)
		require.ErrorIs(t, err, impact.ErrState, earlier.State)
		equal(t, a, next, "nothing is taken over")
	}
}

// TestTakeOverOldCriteria keeps the outcome that a copied rating had; handing in
// asks to rate anew.
func TestTakeOverOldCriteria(t *testing.T) {
	s, b := cvScreener(), basis()
	first := opened(s, b)
	first, err := first.Save(rated(dismissing(first), lowered("unequal-treatment", "A.6.2.4", "applicant")), "ada", s, b)
	require.NoError(t, err)
	first, err = first.Submit("ada", s, nil, b)
	require.NoError(t, err)
	first = signed(t, first, s, b)
	b.Criteria = threeByThree()
	a, err := opened(s, b).TakeOver(first, "bob", s, b)
	require.NoError(t, err)
	require.Equal(t, 1, a.Harms[0].Criteria)
	require.Equal(t, register.RiskLevel("medium"), a.Harms[0].Outcome.Inherent)
	_, err = a.Submit("bob", s, nil, b)
	require.Contains(t, refusals(t, err), "harms[0].criteria version")
}

// TestTakeOverAnswersATemplate lets what was found take the place of what a
// template only asks.
func TestTakeOverAnswersATemplate(t *testing.T) {
	s, b := cvScreener(), basis()
	earlier := signed(t, submitted(t, s, b), s, b)
	var tmpl impact.Template
	for _, x := range impact.TemplatesFor(s) {
		if x.ID == "people-scoring" {
			tmpl = x
		}
	}
	a, err := opened(s, b).Apply(tmpl, "ada", s, b)
	require.NoError(t, err)
	a, err = a.TakeOver(earlier, "ada", s, b)
	require.NoError(t, err)
	for _, h := range earlier.Harms {
		i := slices.IndexFunc(a.Harms, func(x impact.HarmRating) bool { return x.Harm == h.Harm })
		require.Equal(t, earlier.ID, a.Harms[i].CopiedFrom, h.Harm)
		require.Equal(t, h.Dismissed, a.Harms[i].Dismissed, h.Harm)
	}
}
