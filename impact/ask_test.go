package impact_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/impact/impacttest"
	"github.com/aimskit/aimskit/register"
)

// drawn draws a system whose answers agree.
func drawn(t *rapid.T, gaps int) register.System {
	return impacttest.System(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }, gaps)
}

// asked returns a system of which some questions on its uses are answered, and others
// open.
func asked(t *rapid.T, s register.System) register.System {
	questions := euact.Ask(s)
	for range rapid.IntRange(0, min(len(questions), 5)).Draw(t, "questions") {
		q := rapid.SampledFrom(questions).Draw(t, "question")
		answer := rapid.SampledFrom([]register.Answer{register.Yes, register.No}).Draw(t, q.ID)
		var err error
		s, err = euact.Answer(s, register.UseAnswer{Question: q.ID, Answer: answer})
		require.NoError(t, err)
		if questions = euact.Ask(s); len(questions) == 0 {
			break
		}
	}
	return s
}

// answering returns a system with an attribute answered, by the value alone.
func answering(t require.TestingT, s register.System, attribute, value string) register.System {
	b, err := json.Marshal(s)
	require.NoError(t, err)
	doc := make(map[string]any)
	require.NoError(t, json.Unmarshal(b, &doc))
	a, ok := register.AttributeByName(attribute)
	require.True(t, ok, attribute)
	if a.Kind == register.KindSet || a.Kind == register.KindList {
		doc[attribute] = []string{value}
	} else {
		doc[attribute] = value
	}
	return decode(t, doc)
}

// Questions of the level are asked as long as it is not certain and no longer,
// whatever the answers are; each answer makes known what was said before, and the
// level never rises above the worst that was shown.
func TestAskSettlesTheLevel(t *testing.T) {
	rules := impact.DefaultRules()
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t, rapid.SampledFrom([]int{1, 2, 4}).Draw(t, "gaps"))
		f := drawFacts(t)
		for round := 0; ; round++ {
			r, q := rules.Derive(s, f), rules.Ask(s, f)
			require.Equal(t, r.Known == r.Level, len(q.Level) == 0, "asked while it is not certain, and no longer")
			if len(q.Level) == 0 {
				return
			}
			require.Less(t, round, len(register.Attributes()), "an answer is never asked again")
			ask := q.Level[0]
			a, _ := register.AttributeByName(ask.Attribute)
			require.Empty(t, a.Append(nil, &s), "what is answered is not asked")
			values := impacttest.Values(a)
			value := rapid.SampledFrom(values).Draw(t, ask.Attribute)
			s = answering(t, s, ask.Attribute, value)
			after := rules.Derive(s, f)
			for _, e := range ask.Answers {
				if e.Value == value {
					require.Equal(t, []impact.Level{e.Known, e.Level}, []impact.Level{after.Known, after.Level}, "%s %s", ask.Attribute, value)
				}
			}
			if len(after.Contradictions()) == 0 && after.Level != impact.LevelUnacceptable {
				require.LessOrEqual(t, after.Level.Rank(), r.Level.Rank())
			}
		}
	})
}

// What each answer would make known is what the rules say of the system once it is
// given, whatever shortcuts the asking takes.
func TestEffectsAreWhatIsDerived(t *testing.T) {
	def := impact.DefaultRules()
	late, err := def.With("late", "rules of the second pass, and of what is not answered",
		impact.Rule{ID: "Z-1", When: []impact.Condition{{Field: "level", Op: "at_least", Value: "limited"}, {Field: "direct", Op: "in", Any: []string{"yes"}}}, MinLevel: impact.LevelHigh, Why: "w", Source: "s"},
		impact.Rule{ID: "Z-2", When: []impact.Condition{{Field: "eu_class", Op: "has", Any: []string{"high"}}, {Field: "autonomy", Op: "in", Any: []string{"acts_alone", "unknown"}}}, MinLevel: impact.LevelUnacceptable, Why: "w", Source: "s"})
	require.NoError(t, err)
	var attributes []register.Attribute
	for _, a := range register.Attributes() {
		if len(a.Values) > 0 {
			attributes = append(attributes, a)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		rules := rapid.SampledFrom([]*impact.Rules{def, late}).Draw(t, "rules")
		sets := make(map[string]bool) // the rules that set a level
		for r := range rules.All() {
			sets[r.ID] = r.MinLevel != ""
		}
		s := drawn(t, rapid.SampledFrom([]int{1, 2, 4}).Draw(t, "gaps"))
		if rapid.Bool().Draw(t, "questions answered") {
			s = asked(t, s)
		}
		f := drawFacts(t)
		before := rules.Derive(s, f)
		for _, a := range rapid.SliceOfN(rapid.SampledFrom(attributes), 3, 3).Draw(t, "attributes") {
			got, err := rules.Effects(s, f, a.Name)
			require.NoError(t, err)
			require.Len(t, got, len(a.Values))
			for _, e := range got {
				after := rules.Derive(answering(t, s, a.Name, e.Value), f)
				want := impact.AnswerEffect{Value: e.Value, Known: after.Known, Level: after.Level}
				for _, id := range before.Hang {
					if sets[id] && !slices.Contains(after.Hang, id) {
						want.Settled++
					}
				}
				require.Equal(t, want, e, "%s %s", a.Name, e.Value)
			}
		}
	})
}

// Asking about one system: nothing answered, and most of it.
func BenchmarkAsk(b *testing.B) {
	most := calm()
	most.Effects, most.Practices, most.Data, most.Functions = nil, nil, nil, nil
	for name, s := range map[string]register.System{"unanswered": {ID: "s", Stage: register.StageOperation}, "most": most} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				impact.DefaultRules().Ask(s, impact.Facts{})
			}
		})
	}
}
