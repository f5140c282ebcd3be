package impact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
)

// TestDueByLevelAndStage walks the policy.
func TestDueByLevelAndStage(t *testing.T) {
	b := basis()
	for level, s := range map[impact.Level]register.System{impact.LevelMinimal: calm(), impact.LevelHigh: cvScreener(), impact.LevelUnacceptable: socialScoring()} {
		for stage, days := range impact.DefaultPolicy().DueDays[level] {
			if stage == register.StageRetirement {
				continue // asks nothing of people
			}
			s.Stage = stage
			a := opened(s, b)
			require.Equal(t, level, a.Level)
			require.Equal(t, calendar.Of(later(days), nil), a.Due, "%s at %s", level, stage)
			require.Equal(t, a.Due, a.Triggers[0].Due)
		}
	}
	p := impact.DefaultPolicy()
	p.DueDays = nil
	b.Policy = &p
	require.Equal(t, calendar.Of(later(30), nil), opened(calm(), b).Due, "a pair that is missing counts as 30")
}

// TestDueByTrigger takes the days of each trigger, or the policy's own.
func TestDueByTrigger(t *testing.T) {
	s, b := calm(), basis()
	due := func(k impact.TriggerKind, b impact.Basis) (days int) {
		a := impact.Open("x", 1, s, impact.Trigger{Kind: k, At: now}, b)
		return a.Due.Sub(calendar.Of(now, nil))
	}
	for _, info := range impact.Triggers() {
		want := info.Days
		if want < 0 {
			want = 90 // minimal, in operation
		}
		require.Equal(t, want, due(info.Kind, b), info.Kind)
		found, ok := impact.TriggerByKind(info.Kind)
		require.True(t, ok)
		require.Equal(t, info, found)
		require.NotEmpty(t, info.Event)
	}
	_, ok := impact.TriggerByKind("T-WHIM")
	require.False(t, ok)
	p := impact.DefaultPolicy()
	p.TriggerDays = map[impact.TriggerKind]int{impact.TriggerIncident: 2, impact.TriggerRegistration: 0}
	b.Policy = &p
	require.Equal(t, 2, due(impact.TriggerIncident, b))
	require.Equal(t, 0, due(impact.TriggerRegistration, b), "zero days is an answer")
	require.Equal(t, 30, due(impact.TriggerConcern, b), "the others stay")
}

// TestDueFollowsTheLevel counts an unanswered system as high, until answers say
// otherwise.
func TestDueFollowsTheLevel(t *testing.T) {
	b := basis()
	unknown := calm()
	unknown.Effects, unknown.Affected, unknown.Practices = nil, nil, nil
	a := opened(unknown, b)
	require.Equal(t, impact.LevelHigh, a.Level)
	require.Equal(t, calendar.Of(later(14), nil), a.Due)
	a = a.Refresh(calm(), b)
	require.Equal(t, impact.LevelMinimal, a.Level)
	require.Equal(t, calendar.Of(later(90), nil), a.Due)
	a, err := a.Save(rated(dismissing(a), impact.HarmRating{Harm: "injury", Scale: 4, Scope: 1, Irremediability: 4, Likelihood: 3}), "ada", calm(), b)
	require.NoError(t, err)
	require.Equal(t, impact.LevelHigh, a.Level, "a grave harm raises it")
	require.Equal(t, calendar.Of(later(14), nil), a.Due)
}

func TestTriggersFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, b := rapid.SampledFrom([]register.System{calm(), cvScreener()}).Draw(t, "system"), basis()
		a := opened(s, b)
		for _, info := range rapid.SliceOfN(rapid.SampledFrom(impact.Triggers()), 1, 6).Draw(t, "triggers") {
			a = a.AddTrigger(impact.Trigger{Kind: info.Kind, At: later(rapid.IntRange(0, 60).Draw(t, "day")), Detail: "it happened"}, s, b)
		}
		earliest := a.Triggers[0].Due
		for _, trigger := range a.Triggers {
			alone := impact.Open("x", 1, s, impact.Trigger{Kind: trigger.Kind, At: trigger.At}, b)
			require.Equal(t, alone.Due, trigger.Due, "each has its own date")
			if trigger.Due.Before(earliest) {
				earliest = trigger.Due
			}
		}
		require.Equal(t, earliest, a.Due, "the earliest wins")
		require.Equal(t, impact.TriggerRegistration, a.Triggers[0].Kind, "in the order in which they fired")
	})
	s, b := cvScreener(), basis()
	half, err := sign(submitted(t, s, b), "ian", impact.SignerApprover, s, b)
	require.NoError(t, err)
	a := half.AddTrigger(impact.Trigger{Kind: impact.TriggerIncident, At: later(1)}, s, b)
	require.Equal(t, impact.StateInProgress, a.State, "what is handed in no longer answers all that is asked")
	require.Empty(t, a.Signatures)
	require.Len(t, half.Triggers, 1)
}

// TestCalls lets time and law pull triggers on what is approved.
func TestCalls(t *testing.T) {
	s, b := cvScreener(), basis()
	a := opened(s, b)
	reduced := lowered("unequal-treatment", "A.6.2.4", "applicant")
	reduced.Controls[0].Evidence = []string{"test-report", "audit-report"}
	a, err := a.Save(rated(dismissing(a), reduced), "ada", s, b)
	require.NoError(t, err)
	a, err = a.Submit("ada", s, nil, b)
	require.NoError(t, err)
	a = signed(t, a, s, b)

	kinds := func(calls []impact.Trigger) (all []impact.TriggerKind) {
		for _, c := range calls {
			require.NotEmpty(t, c.Detail)
			all = append(all, c.Kind)
		}
		return all
	}
	require.Empty(t, a.Calls(b), "nothing calls for what was just approved")
	lasting := b
	lasting.Evidence = func(string) (t0 calendar.Date, ok bool) { return t0, true }
	near := a.ValidUntil.AddDate(0, 0, -30)
	require.Empty(t, a.Calls(on(lasting, near.Start(nil).Add(-1))))
	require.Equal(t, []impact.TriggerKind{impact.TriggerReview}, kinds(a.Calls(on(lasting, near.Start(nil)))))
	require.Equal(t, near, calendar.Of(a.Calls(on(lasting, near.Start(nil)))[0].At, nil))
	p := impact.DefaultPolicy()
	p.ReviewDays = 100
	early := lasting
	early.Policy = &p
	require.Len(t, a.Calls(on(early, a.ValidUntil.AddDate(0, 0, -100).Start(nil))), 1, "the policy says how near")

	stale := a.Calls(on(b, later(60)))
	require.Equal(t, []impact.TriggerKind{impact.TriggerEvidence}, kinds(stale))
	require.Contains(t, stale[0].Detail, "audit-report")
	gone := b
	gone.Evidence = nil
	require.Len(t, a.Calls(gone), 2, "evidence that is gone is no better")

	other := b
	other.Rules, err = impact.DefaultRules().With("own/1", "the works council asked", impact.Rule{ID: "OWN-1", When: []decide.Condition{{Field: "practice", Op: "has", Any: []string{"recruitment"}}}, Harms: []string{"injury"}, Why: "own", Source: "own"})
	require.NoError(t, err)
	law := a.Calls(other)
	require.Equal(t, []impact.TriggerKind{impact.TriggerLaw}, kinds(law))
	require.Contains(t, law[0].Detail, "+ harm injury (OWN-1)")
	require.NotContains(t, law[0].Detail, "\n")
	same := b
	same.Rules, err = impact.DefaultRules().With("own/2", "robots", impact.Rule{ID: "OWN-2", When: []decide.Condition{{Field: "physical", Op: "in", Any: []string{"yes"}}}, Harms: []string{"injury"}, Why: "own", Source: "own"})
	require.NoError(t, err)
	require.Empty(t, a.Calls(same), "other rules that say the same call for nothing")

	newer := b
	newer.Criteria = register.DefaultCriteria()
	newer.Criteria.Version = 2
	require.Empty(t, a.Calls(newer), "a new version that rates the same calls for nothing")
	for name, edit := range map[string]func(*register.Criteria){
		"another cell": func(c *register.Criteria) { c.Matrix[2][2] = "high" },
		"another level": func(c *register.Criteria) {
			c.Governs = map[register.RiskLevel]string{"low": "minimal", "medium": "high", "high": "high", "critical": "high"}
		},
		"a line lower down": func(c *register.Criteria) { c.Intolerable = "medium" },
		"a shorter scale":   func(c *register.Criteria) { *c = threeByThree() },
	} {
		newer.Criteria = register.DefaultCriteria()
		newer.Criteria.Version = 2
		edit(&newer.Criteria)
		require.NoError(t, newer.Criteria.Validate())
		calls := a.Calls(newer)
		require.Equal(t, []impact.TriggerKind{impact.TriggerLaw}, kinds(calls), name)
		require.True(t, strings.HasSuffix(calls[0].Detail, "unequal-treatment"), calls[0].Detail)
	}

	everything := on(other, a.ValidUntil.Start(nil))
	everything.Evidence = nil
	require.NotEmpty(t, a.Calls(everything))
	old, err := a.Supersede("sys#2")
	require.NoError(t, err)
	for _, x := range []impact.Assessment{old, opened(s, b), submitted(t, s, b)} {
		require.Empty(t, x.Calls(everything), x.State)
	}
}

// TestReassess names what other rules would make of an assessment, which stays
// as it is.
func TestReassess(t *testing.T) {
	s, b := cvScreener(), basis()
	b.Facts.Incidents = 2
	a := approved(t, s, b)
	require.False(t, impact.Reassess(a, impact.DefaultRules()).Any(), "the same rules say the same of what is on record")
	before := encode(t, a)
	rules, err := impact.DefaultRules().Without("own/3", "the law was repealed", a.Result.Harms[0].Rules...)
	require.NoError(t, err)
	d := impact.Reassess(a, rules)
	require.True(t, d.Any())
	var gone []string
	for _, e := range d.Harms.Removed {
		gone = append(gone, e.ID)
	}
	require.Contains(t, gone, a.Result.Harms[0].Harm)
	require.Equal(t, a.Result.Rules, d.RulesBefore)
	require.Equal(t, rules.Version(), d.RulesAfter)
	require.Equal(t, before, encode(t, a))
}
