package impact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
)

// kinds are systems of the kinds that templates are for, by the ID of the
// template.
func kinds() map[string]register.System {
	robot, shop, gate, studio, planner := calm(), calm(), calm(), calm(), calm()
	robot.Physical, robot.Functions = register.Yes, []register.Function{register.FunctionAct}
	shop.Functions, shop.Interacts = []register.Function{register.FunctionRecommend}, []register.Audience{register.AudienceCustomers}
	gate.Data, gate.Functions = []register.DataCategory{register.DataBiometric}, []register.Function{register.FunctionIdentify}
	studio.Generates, studio.Functions = []register.Content{register.ContentImage}, []register.Function{register.FunctionGenerate}
	planner.Functions = []register.Function{register.FunctionForecast}
	return map[string]register.System{
		"assistant": faqAssistant(), "people-scoring": cvScreener(), "recommender": shop, "media-generation": studio, "agent": opsAgent(),
		"physical": robot, "biometric": gate, "forecast": planner, "workplace": cvScreener(),
	}
}

func TestTemplates(t *testing.T) {
	seen := make(map[string]bool)
	for _, tpl := range impact.Templates() {
		require.False(t, seen[tpl.ID], "%s stands twice", tpl.ID)
		seen[tpl.ID] = true
		require.NoError(t, tpl.Validate(), tpl.ID)
		require.NotEmpty(t, tpl.Source, tpl.ID)
		require.NotEmpty(t, tpl.Ask, tpl.ID)
		s, ok := kinds()[tpl.ID]
		require.True(t, ok, "no system of kind %s", tpl.ID)
		require.True(t, tpl.Fits(s), "%s fits its kind", tpl.ID)
		require.False(t, tpl.Fits(calm()), "%s does not fit a search engine for a handbook", tpl.ID)
		require.False(t, tpl.Fits(register.System{ID: "x"}), "%s does not fit what nobody has answered", tpl.ID)
		var fits []string
		for _, other := range impact.TemplatesFor(s) {
			fits = append(fits, other.ID)
		}
		require.Contains(t, fits, tpl.ID)
	}
	impact.Templates()[0].Harms[0] = "mine"
	require.NotEqual(t, "mine", impact.Templates()[0].Harms[0], "the table is not the caller's to change")
}

// TestApply puts questions in, and no answers.
func TestApply(t *testing.T) {
	b := basis()
	for id, s := range kinds() {
		a, err := opened(s, b).Save(impact.Content{
			Parties: []impact.PartyImpact{{Party: "user", How: "reads"}}, Harms: []impact.HarmRating{{Harm: "over-reliance", Dismissed: "written here"}},
			Benefits: []impact.Benefit{{What: "written here"}},
		}, "ada", s, b)
		require.NoError(t, err)
		for _, tpl := range impact.Templates() {
			if tpl.ID != id {
				continue
			}
			next, err := a.Apply(tpl, "bob", s, b)
			require.NoError(t, err)
			require.Equal(t, []string{"ada", "bob"}, next.Authors)
			harms, parties := make(map[string]impact.HarmRating), make(map[string]impact.PartyImpact)
			for _, h := range next.Harms {
				require.NotContains(t, harms, h.Harm, "stands once")
				harms[h.Harm] = h
			}
			for _, p := range next.Parties {
				parties[p.Party] = p
			}
			for _, h := range tpl.Harms {
				require.Contains(t, harms, h)
				require.Zero(t, harms[h].Outcome, "%s is not rated by a template", h)
			}
			for _, p := range tpl.Parties {
				require.Contains(t, parties, p)
			}
			require.Equal(t, "written here", harms["over-reliance"].Dismissed, "what stands there stays")
			require.Equal(t, "reads", parties["user"].How)
			require.Len(t, next.Benefits, len(tpl.Benefits)+1)
			require.Len(t, next.Misuse, len(tpl.Misuse))
			_, err = next.Submit("ada", s, nil, b)
			require.Error(t, err, "what a template brings is to be answered")
			again, err := next.Apply(tpl, "bob", s, b)
			require.NoError(t, err)
			require.Len(t, again.Harms, len(next.Harms), "twice is once")
		}
	}
}

func TestBadTemplate(t *testing.T) {
	good := impact.Template{ID: "own", Title: "Own", When: []decide.Condition{{Field: "physical", Op: "in", Any: []string{"yes"}}}}
	require.NoError(t, good.Validate())
	s, b := kinds()["physical"], basis()
	require.True(t, good.Fits(s))
	for _, c := range []struct {
		name string
		edit func(*impact.Template)
		want string
	}{
		{"no ID", func(t *impact.Template) { t.ID = "" }, "id required"},
		{"no title", func(t *impact.Template) { t.Title = " " }, "title required"},
		{"no such field", func(t *impact.Template) { t.When[0].Field = "colour" }, "when[0].field"},
		{"no such value", func(t *impact.Template) { t.When[0].Any = []string{"perhaps"} }, "when[0].any[0]"},
		{"no such party", func(t *impact.Template) { t.Parties = []string{"martians"} }, "parties[0] party"},
		{"no such harm", func(t *impact.Template) { t.Harms = []string{"boredom"} }, "harms[0] harm"},
		{"a benefit of nothing", func(t *impact.Template) { t.Benefits = []impact.Benefit{{}} }, "benefits[0].what required"},
		{"misuse that does what", func(t *impact.Template) { t.Misuse = []impact.Misuse{{What: "x", Harms: []string{"boredom"}}} }, "misuse[0].harms[0] harm"},
	} {
		bad := good
		bad.When = append([]decide.Condition(nil), good.When...)
		c.edit(&bad)
		a := opened(s, b)
		next, err := a.Apply(bad, "ada", s, b)
		got := refusals(t, err)
		require.Len(t, got, 1, c.name)
		require.Contains(t, got[0], c.want, c.name)
		equal(t, a, next, c.name)
	}
	unreadable := good
	unreadable.When = []decide.Condition{{Field: "colour", Op: "in", Any: []string{"red"}}}
	require.False(t, unreadable.Fits(s))
	require.False(t, impact.Template{ID: "own", Title: "Own"}.Fits(s), "without conditions it fits nothing")
}
