package impact_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

func TestSeverity(t *testing.T) {
	for _, c := range []struct{ scale, scope, irremediability, steps, want int }{
		{3, 1, 5, 5, 4}, {3, 5, 4, 5, 5}, {1, 5, 1, 5, 2}, {5, 1, 1, 5, 5}, {2, 3, 3, 5, 2}, // the examples of the proposal
		{2, 4, 4, 3, 3}, {7, 5, 5, 7, 7}, {5, 3, 4, 7, 6},
		{0, 1, 1, 5, 0}, {6, 1, 1, 5, 0}, {1, 6, 1, 5, 0}, {1, 1, 6, 5, 0}, {1, 0, 1, 5, 0}, {-1, 1, 1, 5, 0}, {4, 1, 1, 3, 0},
	} {
		require.Equal(t, c.want, impact.Severity(c.scale, c.scope, c.irremediability, c.steps), "%+v", c)
	}
}

// drawCriteria draws criteria that are valid: scales of 3 to 7 steps, labels of
// their own, a matrix in which more is never less.
func drawCriteria(t *rapid.T) register.Criteria {
	scale := func(name string) []register.Step {
		steps := make([]register.Step, rapid.IntRange(3, 7).Draw(t, name))
		for i := range steps {
			steps[i].Label = fmt.Sprintf("%s %d", name, i+1)
		}
		return steps
	}
	c := register.Criteria{ID: "own", Version: rapid.IntRange(1, 9).Draw(t, "version"), Title: "Own", Likelihood: scale("odds"), Consequence: scale("harm")}
	for i := range rapid.IntRange(2, 7).Draw(t, "levels") {
		c.Levels = append(c.Levels, register.RiskLevel(fmt.Sprintf("class %c", 'A'+i)))
	}
	last := len(c.Levels) - 1
	ranks := make([][]int, len(c.Likelihood))
	for i := range ranks {
		ranks[i] = make([]int, len(c.Consequence))
		row := make([]register.RiskLevel, len(c.Consequence))
		for j := range row {
			least := 0
			if i > 0 {
				least = ranks[i-1][j]
			}
			if j > 0 {
				least = max(least, ranks[i][j-1])
			}
			ranks[i][j] = min(last, least+rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "rise"))
			row[j] = c.Levels[ranks[i][j]]
		}
		c.Matrix = append(c.Matrix, row)
	}
	level := rapid.SampledFrom(c.Levels)
	c.Appetite = map[register.Axis]register.RiskLevel{register.AxisOrganisation: level.Draw(t, "appetite"), register.AxisPeople: level.Draw(t, "appetite")}
	if rapid.Bool().Draw(t, "governs") {
		c.Governs = make(map[register.RiskLevel]string)
		least := 0
		for i, l := range c.Levels {
			least = rapid.IntRange(least, 2).Draw(t, "calls for")
			if i == last {
				least = 2
			}
			c.Governs[l] = []string{"minimal", "limited", "high"}[least]
		}
	}
	if rapid.Bool().Draw(t, "intolerable") {
		c.Intolerable = level.Draw(t, "intolerable from")
	}
	require.NoError(t, c.Validate())
	return c
}

// drawRating draws a rating on the scales of criteria; all is rated, and a
// claim is at most what it was before.
func drawRating(t *rapid.T, c register.Criteria) impact.HarmRating {
	h := impact.HarmRating{
		Harm:            rapid.SampledFrom([]string{"injury", "data-leak", "reputation", "org-financial"}).Draw(t, "harm"),
		Scale:           rapid.IntRange(1, len(c.Consequence)).Draw(t, "scale"),
		Scope:           rapid.IntRange(1, 5).Draw(t, "scope"),
		Irremediability: rapid.IntRange(1, 5).Draw(t, "irremediability"),
		Likelihood:      rapid.IntRange(1, len(c.Likelihood)).Draw(t, "likelihood"),
		Confidence:      rapid.SampledFrom([]impact.Confidence{impact.ConfidenceHigh, impact.ConfidenceMedium, impact.ConfidenceLow}).Draw(t, "confidence"),
	}
	o := h.Rate(c)
	h.ResidualLikelihood = rapid.IntRange(0, o.Likelihood).Draw(t, "residual likelihood")
	h.ResidualSeverity = rapid.IntRange(0, o.Severity).Draw(t, "residual severity")
	return h
}

// TestRateUnderAnyCriteria holds the laws of a rating for any organisation's
// own criteria.
func TestRateUnderAnyCriteria(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCriteria(t)
		h := drawRating(t, c)
		rank := func(l register.RiskLevel) int { return slices.Index(c.Levels, l) }
		o := h.Rate(c)

		require.GreaterOrEqual(t, rank(o.Inherent), 0, "the outcome has the organisation's own label")
		require.GreaterOrEqual(t, rank(o.Residual), 0)
		require.LessOrEqual(t, rank(o.Residual), rank(o.Inherent), "controls don't add risk")
		require.LessOrEqual(t, o.ResidualLikelihood, o.Likelihood)
		require.LessOrEqual(t, o.ResidualSeverity, o.Severity)
		require.Equal(t, impact.LevelOf(c, o.Inherent), o.Level, "the level follows what could happen")
		require.Empty(t, o.Assumed)

		unclaimed := h
		unclaimed.ResidualLikelihood, unclaimed.ResidualSeverity = 0, 0
		plain := unclaimed.Rate(c)
		require.Equal(t, plain.Inherent, plain.Residual, "nothing is lower without a claim")
		require.Equal(t, o.Inherent, plain.Inherent, "a claim says nothing of before")
		require.False(t, plain.Held)

		// One step more of anything never rates lower.
		for name, more := range map[string]func(*impact.HarmRating){
			"scale":           func(h *impact.HarmRating) { h.Scale = min(h.Scale+1, len(c.Consequence)) },
			"scope":           func(h *impact.HarmRating) { h.Scope = min(h.Scope+1, 5) },
			"irremediability": func(h *impact.HarmRating) { h.Irremediability = min(h.Irremediability+1, 5) },
			"likelihood":      func(h *impact.HarmRating) { h.Likelihood = min(h.Likelihood+1, len(c.Likelihood)) },
			"low confidence":  func(h *impact.HarmRating) { h.Confidence = impact.ConfidenceLow },
		} {
			worse := unclaimed
			more(&worse)
			w := worse.Rate(c)
			require.GreaterOrEqual(t, rank(w.Inherent), rank(plain.Inherent), name)
			require.GreaterOrEqual(t, rank(w.Residual), rank(plain.Residual), name)
			require.GreaterOrEqual(t, w.Level.Rank(), plain.Level.Rank(), name)
		}
		for _, more := range []func(*impact.HarmRating){
			func(h *impact.HarmRating) {
				if h.ResidualLikelihood > 0 {
					h.ResidualLikelihood = min(h.ResidualLikelihood+1, o.Likelihood)
				}
			},
			func(h *impact.HarmRating) {
				if h.ResidualSeverity > 0 {
					h.ResidualSeverity = min(h.ResidualSeverity+1, o.Severity)
				}
			},
		} {
			less := h
			more(&less)
			require.GreaterOrEqual(t, rank(less.Rate(c).Residual), rank(o.Residual), "who claims less is not rated lower")
		}

		judged, measured := unclaimed, unclaimed
		judged.Confidence, measured.Confidence = impact.ConfidenceLow, impact.ConfidenceHigh
		require.Equal(t, min(measured.Rate(c).Likelihood+1, len(c.Likelihood)), judged.Rate(c).Likelihood, "what is only judged counts a step higher")

		// What is not rated yet counts as the worst.
		half := unclaimed
		half.Scale, half.Irremediability = 0, 0
		worst := unclaimed
		worst.Scale, worst.Irremediability = len(c.Consequence), 5
		require.Equal(t, worst.Rate(c).Inherent, half.Rate(c).Inherent)
		require.Equal(t, []string{"scale", "irremediability"}, half.Rate(c).Assumed)
	})
}

// TestExtremeHarmIsHeld draws extreme harms that can hardly be put right: on
// persons what remains never falls below the least level that calls for more
// than minimal governance, unless it was below before.
func TestExtremeHarmIsHeld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCriteria(t)
		h := drawRating(t, c)
		h.Scale, h.Irremediability = len(c.Consequence), rapid.IntRange(4, 5).Draw(t, "hardly or never")
		floor := slices.IndexFunc(c.Levels, func(l register.RiskLevel) bool { return impact.LevelOf(c, l) != impact.LevelMinimal })
		rank := func(l register.RiskLevel) int { return slices.Index(c.Levels, l) }
		claimed := func(o impact.RiskOutcome) register.RiskLevel {
			likelihood, severity := o.Likelihood, o.Severity
			if h.ResidualLikelihood > 0 {
				likelihood = h.ResidualLikelihood
			}
			if h.ResidualSeverity > 0 {
				severity = h.ResidualSeverity
			}
			level, err := c.Level(register.Rating{Likelihood: likelihood, Consequence: severity})
			require.NoError(t, err)
			return level
		}

		h.Harm = "injury"
		o := h.Rate(c)
		require.GreaterOrEqual(t, rank(o.Residual), min(floor, rank(o.Inherent)))
		require.Equal(t, o.Held, o.Residual != claimed(o) || o.ResidualLikelihood != or(h.ResidualLikelihood, o.Likelihood) || o.ResidualSeverity != or(h.ResidualSeverity, o.Severity),
			"held says that more is counted than was claimed")
		if !o.Held {
			require.Equal(t, claimed(o), o.Residual)
		}

		h.Harm = "reputation"
		o = h.Rate(c)
		require.False(t, o.Held, "money and name can be made good")
		require.Equal(t, claimed(o), o.Residual)
	})
	death := impact.HarmRating{Harm: "injury", Scale: 5, Scope: 1, Irremediability: 5, Likelihood: 3, Confidence: impact.ConfidenceHigh, ResidualLikelihood: 1, ResidualSeverity: 2}
	o := death.Rate(register.DefaultCriteria())
	require.Equal(t, register.RiskLevel("critical"), o.Inherent)
	require.Equal(t, register.RiskLevel("medium"), o.Residual, "the claim would have made it low")
	require.True(t, o.Held)
}

func or(v, otherwise int) int {
	if v == 0 {
		return otherwise
	}
	return v
}

func TestRateOfNothing(t *testing.T) {
	c := register.DefaultCriteria()
	require.Zero(t, impact.HarmRating{Harm: "injury"}.Rate(c), "nothing rated, nothing assumed")
	require.Zero(t, impact.HarmRating{Harm: "injury", Scale: 5, Scope: 5, Irremediability: 5, Likelihood: 5, Dismissed: "no moving parts"}.Rate(c))
	require.Zero(t, impact.HarmRating{Harm: "injury", Scale: 9, Scope: 1, Irremediability: 1, Likelihood: 1}.Rate(c), "off the scale")
	require.Zero(t, impact.HarmRating{Harm: "injury", Scale: 1, Scope: 1, Irremediability: 1, Likelihood: 1, ResidualLikelihood: -1}.Rate(c))
}

func TestLevelOf(t *testing.T) {
	c := register.DefaultCriteria()
	for risk, want := range map[register.RiskLevel]impact.Level{"low": impact.LevelMinimal, "medium": impact.LevelLimited, "high": impact.LevelHigh, "critical": impact.LevelHigh, "purple": impact.LevelHigh} {
		require.Equal(t, want, impact.LevelOf(c, risk), risk)
	}
	c.Governs = map[register.RiskLevel]string{"low": "minimal", "medium": "minimal", "high": "limited", "critical": "high"}
	for risk, want := range map[register.RiskLevel]impact.Level{"low": impact.LevelMinimal, "medium": impact.LevelMinimal, "high": impact.LevelLimited, "critical": impact.LevelHigh} {
		require.Equal(t, want, impact.LevelOf(c, risk), risk)
	}
	c.Levels, c.Governs = []register.RiskLevel{"fine", "bad"}, nil
	require.Equal(t, impact.LevelHigh, impact.LevelOf(c, "bad"), "the highest level of risk calls for high, be there only two")
}

// TestScales reads the scales that come with the package.
func TestScales(t *testing.T) {
	for _, scale := range []func() []impact.Step{impact.Scopes, impact.Irremediabilities} {
		require.Len(t, scale(), 5)
		for i, step := range scale() {
			require.Equal(t, i+1, step.Value)
			require.NotEmpty(t, step.ID)
			require.NotEmpty(t, step.Meaning)
		}
		scale()[0].ID = "mine"
		require.NotEqual(t, "mine", scale()[0].ID, "the table is not the caller's to change")
	}
}

// TestClaims says what a claim that controls lower a harm must show.
func TestClaims(t *testing.T) {
	id := annexa.MustParse
	s := cvScreener()
	type harm = impact.HarmRating
	for _, c := range []struct {
		name string
		edit func(*harm)
		want []string
	}{
		{"one control, one step", func(*harm) {}, nil},
		{"nothing claimed needs nothing", func(h *harm) { h.ResidualLikelihood, h.Controls = 0, nil }, nil},
		{"two controls, two steps", func(h *harm) {
			h.ResidualLikelihood, h.Controls = 1, append(h.Controls, impact.Reduction{Control: id("A.7.4"), Evidence: []string{"audit-report"}})
		}, nil},
		{"an own control", func(h *harm) {
			h.Controls = []impact.Reduction{{Control: id("X.pairs"), Why: "a second reader", Evidence: []string{"test-report"}}}
		}, nil},
		{"more after than before", func(h *harm) { h.ResidualLikelihood, h.ResidualSeverity = 4, 4 }, []string{"harms[0].residual_likelihood residual", "harms[0].residual_severity residual"}},
		{"no control", func(h *harm) { h.Controls = nil }, []string{"harms[0].controls required", "harms[0].residual_likelihood reduction"}},
		{"none that bears on it", func(h *harm) { h.Controls[0].Control = id("A.10.4") }, []string{"harms[0].controls[0].control bears_on", "harms[0].controls required", "harms[0].residual_likelihood reduction"}},
		{"saying why does not make it bear", func(h *harm) { h.Controls[0].Control, h.Controls[0].Why = id("A.10.4"), "customers told us" }, []string{"harms[0].controls required", "harms[0].residual_likelihood reduction"}},
		{"not implemented", func(h *harm) { h.Controls[0].Control, h.Controls[0].Why = id("A.2.2"), "the policy forbids it" }, []string{"harms[0].controls[0].control implemented", "harms[0].controls required", "harms[0].residual_likelihood reduction"}},
		{"no evidence", func(h *harm) { h.Controls[0].Evidence = nil }, []string{"harms[0].controls[0].evidence required"}},
		{"evidence that nobody has", func(h *harm) { h.Controls[0].Evidence = []string{"hearsay"} }, []string{"harms[0].controls[0].evidence[0] evidence"}},
		{"stale evidence", func(h *harm) { h.Controls[0].Evidence = []string{"test-report", "old-report"} }, []string{"harms[0].controls[0].evidence[1] fresh"}},
		{"one control, two steps", func(h *harm) { h.ResidualLikelihood = 1 }, []string{"harms[0].residual_likelihood reduction"}},
		{"three controls, three steps", func(h *harm) {
			h.Likelihood, h.ResidualLikelihood = 4, 1
			for _, more := range []string{"A.7.4", "A.6.2.6"} {
				h.Controls = append(h.Controls, impact.Reduction{Control: id(more), Evidence: []string{"test-report"}})
			}
		}, []string{"harms[0].residual_likelihood reduction"}},
		{"less severe by a control that limits", func(h *harm) {
			h.Controls[0].Control, h.ResidualLikelihood, h.ResidualSeverity = id("A.8.5"), 0, 2
		}, nil},
		{"less severe by one that doesn't", func(h *harm) { h.ResidualLikelihood, h.ResidualSeverity = 0, 2 }, []string{"harms[0].residual_severity reduction"}},
		{"two steps less severe", func(h *harm) {
			h.Controls[0].Control, h.ResidualLikelihood, h.ResidualSeverity = id("A.8.5"), 0, 1
		}, []string{"harms[0].residual_severity reduction"}},
		{"what can't be undone stays as severe", func(h *harm) {
			h.Irremediability, h.Controls[0].Control, h.ResidualLikelihood, h.ResidualSeverity = 5, id("A.8.5"), 0, 3
		}, []string{"harms[0].residual_severity reduction"}},
		{"half rated", func(h *harm) { h.Scope, h.Confidence = 0, "" }, []string{"harms[0].scope required", "harms[0].confidence required"}},
		{"not rated", func(h *harm) { *h = harm{Harm: h.Harm, Parties: h.Parties, Criteria: h.Criteria} }, []string{"harms[0].scale required", "harms[0].scope required", "harms[0].irremediability required", "harms[0].likelihood required", "harms[0].confidence required"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := opened(s, basis())
			draft := dismissing(a)
			draft = rated(draft, lowered("unequal-treatment", "A.6.2.4", "applicant"))
			c.edit(&draft.Harms[0])
			a, err := a.Save(draft, "ada", s, basis())
			require.NoError(t, err, "a draft may claim too much")
			_, err = a.Submit("ada", s, nil, basis())
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			require.Equal(t, c.want, refusals(t, err))
		})
	}
}

// TestOneControlCountsOnce takes no second step from naming a control twice.
func TestOneControlCountsOnce(t *testing.T) {
	s := cvScreener()
	a := opened(s, basis())
	twice := lowered("unequal-treatment", "A.6.2.4")
	twice.ResidualLikelihood, twice.Controls = 1, append(twice.Controls, twice.Controls[0])
	_, err := a.Save(rated(dismissing(a), twice), "ada", s, basis())
	require.Equal(t, []string{"harms[0].controls[1].control repeated"}, refusals(t, err))
}

// TestSaveRefusesWhatIsWrong lets a draft be incomplete, never wrong.
func TestSaveRefusesWhatIsWrong(t *testing.T) {
	s := cvScreener()
	a := opened(s, basis())
	type content = impact.Content
	rating := func(h impact.HarmRating) content { return content{Harms: []impact.HarmRating{h}} }
	for _, c := range []struct {
		draft content
		want  string
	}{
		{rating(impact.HarmRating{Harm: "boredom"}), "harms[0].harm harm"},
		{rating(impact.HarmRating{Harm: "injury", Parties: []string{"user", "martians"}}), "harms[0].parties[1] party"},
		{rating(impact.HarmRating{Harm: "injury", Scale: 6}), "harms[0].scale scale"},
		{rating(impact.HarmRating{Harm: "injury", Scope: -1}), "harms[0].scope scale"},
		{rating(impact.HarmRating{Harm: "injury", Irremediability: 6}), "harms[0].irremediability scale"},
		{rating(impact.HarmRating{Harm: "injury", Likelihood: 6}), "harms[0].likelihood scale"},
		{rating(impact.HarmRating{Harm: "injury", ResidualLikelihood: 6}), "harms[0].residual_likelihood scale"},
		{rating(impact.HarmRating{Harm: "injury", ResidualSeverity: -2}), "harms[0].residual_severity scale"},
		{rating(impact.HarmRating{Harm: "injury", Confidence: "gut"}), "harms[0].confidence oneof"},
		{rating(impact.HarmRating{Harm: "injury", Controls: []impact.Reduction{{}}}), "harms[0].controls[0].control control"},
		{rating(impact.HarmRating{Harm: "injury", Criteria: 7}), "harms[0].criteria version"},
		{content{Harms: []impact.HarmRating{{Harm: "injury"}, {Harm: "injury"}}}, "harms[1].harm repeated"},
		{content{Parties: []impact.PartyImpact{{Party: "martians"}}}, "parties[0].party party"},
		{content{Parties: []impact.PartyImpact{{Party: "user"}, {Party: "user"}}}, "parties[1].party repeated"},
		{content{Benefits: []impact.Benefit{{Parties: []string{"user"}}}}, "benefits[0].what required"},
		{content{Benefits: []impact.Benefit{{What: "fun", Parties: []string{"martians"}}}}, "benefits[0].parties[0] party"},
		{content{Misuse: []impact.Misuse{{By: "staff"}}}, "misuse[0].what required"},
		{content{Misuse: []impact.Misuse{{What: "play", Harms: []string{"boredom"}}}}, "misuse[0].harms[0] harm"},
		{content{Consultation: []impact.Consultation{{Who: "council", On: calendar.Of(later(1), nil)}}}, "consultation[0].on past"},
		{content{Consultation: []impact.Consultation{{Who: "council", On: calendar.Of(now, nil), Parties: []string{"martians"}}}}, "consultation[0].parties[0] party"},
		{content{Deviations: []impact.Deviation{{Attribute: "reach", Note: "more"}}}, "deviations[0].attribute group"},
	} {
		next, err := a.Save(c.draft, "ada", s, basis())
		require.Equal(t, []string{c.want}, refusals(t, err))
		equal(t, a, next, "a refused draft changes nothing")
	}
}

// TestRatingsKeepTheirCriteria changes the criteria under a draft: old ratings
// keep what was made of them, and handing in asks to rate anew.
func TestRatingsKeepTheirCriteria(t *testing.T) {
	s := cvScreener()
	b := basis()
	a := opened(s, b)
	a, err := a.Save(rated(dismissing(a), lowered("unequal-treatment", "A.6.2.4", "applicant")), "ada", s, b)
	require.NoError(t, err)
	was := a.Harms[0].Outcome
	require.Equal(t, register.RiskLevel("medium"), was.Inherent)
	require.Equal(t, 1, a.Harms[0].Criteria)

	b.Criteria = threeByThree()
	a = a.Refresh(s, b)
	require.Equal(t, was, a.Harms[0].Outcome, "other criteria don't relabel an old rating")
	require.Equal(t, 1, a.Harms[0].Criteria)
	require.Equal(t, 2, a.Criteria)
	_, err = a.Submit("ada", s, nil, b)
	require.Equal(t, "harms[0].criteria version", refusals(t, err)[0])

	same, err := a.Save(a.Content, "bob", s, b)
	require.NoError(t, err, "an old rating may be saved beside new text")
	require.Equal(t, was, same.Harms[0].Outcome)
	changed := a.Content
	changed.Harms = slices.Clone(changed.Harms)
	changed.Harms[0].Likelihood = 2
	_, err = a.Save(changed, "bob", s, b)
	require.Equal(t, []string{"harms[0].criteria version"}, refusals(t, err), "but not changed on the old scale")

	fresh := dismissing(a)
	anew := lowered("unequal-treatment", "A.6.2.4", "applicant")
	anew.Scale, anew.Likelihood, anew.ResidualLikelihood = 2, 2, 1
	a, err = a.Save(rated(fresh, anew), "bob", s, b)
	require.NoError(t, err)
	require.Equal(t, register.RiskLevel("amber"), a.Harms[0].Outcome.Inherent)
	require.Equal(t, 2, a.Harms[0].Criteria)
	_, err = a.Submit("bob", s, nil, b)
	require.NoError(t, err)
}

// threeByThree are criteria of an organisation's own, version 2.
func threeByThree() register.Criteria {
	return register.Criteria{ID: "criteria", Version: 2, Title: "Traffic light",
		Likelihood:  []register.Step{{Label: "seldom"}, {Label: "sometimes"}, {Label: "often"}},
		Consequence: []register.Step{{Label: "small"}, {Label: "middling"}, {Label: "great"}},
		Levels:      []register.RiskLevel{"green", "amber", "red"},
		Matrix:      [][]register.RiskLevel{{"green", "green", "amber"}, {"green", "amber", "red"}, {"amber", "red", "red"}},
		Appetite:    map[register.Axis]register.RiskLevel{register.AxisOrganisation: "amber", register.AxisPeople: "amber"},
	}
}

// TestRisks takes what was rated to the risk register, under the default and
// under own criteria.
func TestRisks(t *testing.T) {
	s := cvScreener()
	for _, c := range []register.Criteria{register.DefaultCriteria(), threeByThree()} {
		require.NoError(t, c.Validate())
		b := basis()
		b.Criteria = c
		a := opened(s, b)
		treated := lowered("unequal-treatment", "A.6.2.4", "applicant")
		untreated := impact.HarmRating{Harm: "reputation", Scale: 2, Scope: 1, Irremediability: 2, Likelihood: 2, Confidence: impact.ConfidenceHigh}
		a, err := a.Save(rated(dismissing(a), treated, untreated), "ada", s, b)
		require.NoError(t, err)
		found := a.Risks("ada", calendar.Of(now, nil))
		require.Len(t, found, 2, "one for each harm that was rated")
		for _, r := range found {
			require.NoError(t, r.Validate(c))
			require.Equal(t, a.ID, r.Assessment)
			require.Equal(t, []string{s.ID}, r.Systems)
			require.Equal(t, c.Version, r.Inherent.Criteria)
		}
		require.Equal(t, register.AxisPeople, found[0].Axis)
		require.Equal(t, register.AreaBias, found[0].Area)
		require.Equal(t, []annexa.ID{annexa.MustParse("A.6.2.4")}, found[0].Treatment.Controls)
		require.Equal(t, register.Rating{Likelihood: 3, Consequence: 3, Criteria: c.Version}, found[0].Inherent)
		require.Equal(t, register.Rating{Likelihood: 2, Consequence: 3, Criteria: c.Version}, found[0].Residual)
		require.Equal(t, register.AxisOrganisation, found[1].Axis)
		require.Equal(t, found[1].Inherent, found[1].Residual)
	}
}
