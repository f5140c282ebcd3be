package questionnaire

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The oracle scores by the rules as they are told, on what encoding/json makes
// of the file, and shares no code with the package.

// asked is a question that can score.
type asked struct {
	name, kind, part string
	values           []string
}

// treeOf lists the questions to choose from.
func treeOf(b []byte) []asked {
	var root map[string]any
	if err := json.Unmarshal(b, &root); err != nil {
		panic(err)
	}
	var out []asked
	var walk func(n map[string]any, around string)
	walk = func(n map[string]any, around string) {
		name, _ := n["name"].(string)
		kind, _ := n["type"].(string)
		if kind == "radiogroup" || kind == "dropdown" || kind == "checkbox" {
			a := asked{name: name, kind: kind}
			for _, ending := range []string{"-RS", "-MS", "-NS"} {
				if strings.HasSuffix(around, ending) {
					a.part = ending
				}
			}
			for _, ending := range []string{"-RS", "-MS", "-NS"} {
				if strings.HasSuffix(name, ending) {
					a.part = ending
				}
			}
			for _, c := range n["choices"].([]any) {
				if object, ok := c.(map[string]any); ok {
					c = object["value"]
				}
				value, _, _ := strings.Cut(c.(string), "|")
				a.values = append(a.values, value)
			}
			if n["hasOther"] == true {
				a.values = append(a.values, "other")
			}
			out = append(out, a)
		}
		for _, list := range []string{"pages", "elements"} {
			children, _ := n[list].([]any)
			for _, c := range children {
				walk(c.(map[string]any), name)
			}
		}
	}
	walk(root, "")
	return out
}

func numberAfterLastHyphen(s string) float64 {
	parts := strings.Split(s, "-")
	if len(parts) == 1 {
		return 0
	}
	f, err := strconv.Atoi(parts[len(parts)-1])
	if err != nil {
		return 0
	}
	return float64(f)
}

type expected struct {
	raw, rawMax, mitigation, mitigationMax, total float64
	level                                         int
}

// expect scores answers that are strings, numbers, truth values and lists. With
// unoffered it reads all values, as the tool does.
func expect(questions []asked, answers map[string]any, unoffered bool) expected {
	var x expected
	for _, q := range questions {
		var most, sum float64
		for _, v := range q.values {
			if w := numberAfterLastHyphen(v); q.kind == "checkbox" {
				most += w
			} else if w > most {
				most = w
			}
		}
		values, isList := answers[q.name].([]any)
		if !isList {
			values = []any{answers[q.name]}
		}
		for _, v := range values {
			switch v := v.(type) {
			case string:
				if unoffered || slices.Contains(q.values, v) {
					sum += numberAfterLastHyphen(v)
				}
			case float64:
				if unoffered {
					sum += v
				}
			}
		}
		switch q.part {
		case "-RS":
			x.raw += sum
			x.rawMax += most
		case "-MS":
			x.mitigation += sum
			x.mitigationMax += most
		}
	}
	x.total = x.raw
	if x.mitigation >= 0.8*(x.mitigationMax/2) {
		x.total = math.Floor(0.85*x.raw + 0.5)
	}
	x.level = 4
	for i, share := range []float64{0.25, 0.5, 0.75} {
		if x.total <= share*x.rawMax {
			x.level = i + 1
			break
		}
	}
	return x
}

// drawRaw draws a set of answers as JSON would hold it: of none, some or all of
// the questions, light or heavy; and, if wild, with values and names that are not
// of the questionnaire, and shapes that do not fit.
func drawRaw(t *rapid.T, questions []asked, wild bool) map[string]any {
	out := map[string]any{}
	fullness := rapid.IntRange(0, 10).Draw(t, "fullness")
	// Heavy forms are what reaches the deduction and the upper levels.
	heavy := rapid.Bool().Draw(t, "heavy")
	for _, q := range questions {
		if rapid.IntRange(1, 10).Draw(t, "answered") > fullness {
			continue
		}
		pick := func() any {
			if wild && rapid.IntRange(0, 9).Draw(t, "wild") == 0 {
				return rapid.SampledFrom([]any{"item9-9", "item77", "gone-2", "x-y", 2.0, true, "-4", "item1-"}).Draw(t, "value")
			}
			if heavy {
				best := q.values[0]
				for _, v := range q.values {
					if numberAfterLastHyphen(v) > numberAfterLastHyphen(best) {
						best = v
					}
				}
				return best
			}
			return rapid.SampledFrom(q.values).Draw(t, "value")
		}
		list := q.kind == "checkbox"
		if wild && rapid.IntRange(0, 19).Draw(t, "shape") == 0 {
			list = !list
		}
		if !list {
			out[q.name] = pick()
			continue
		}
		values := []any{}
		for _, v := range q.values {
			if heavy || rapid.Bool().Draw(t, "ticked") {
				values = append(values, v)
			}
		}
		if wild {
			values = append(values, pick())
		}
		out[q.name] = values
	}
	if wild {
		for _, name := range []string{"gone1", "gone2-RS", "gone3-MS"} {
			if rapid.Bool().Draw(t, "gone") {
				out[name] = "item1-4"
			}
		}
	}
	return out
}

// drawAnswers draws answers as the package has them.
func drawAnswers(t *rapid.T, questions []asked, wild bool) Answers {
	answers, err := ParseAnswers(mustJSON(drawRaw(t, questions, wild)))
	require.NoError(t, err)
	return answers
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// agrees checks a questionnaire's scores against the oracle's.
func agrees(t *testing.T, file []byte) {
	q, err := Parse(file)
	require.NoError(t, err)
	questions := treeOf(file)
	official := AIA()
	official.CountUnoffered = true
	scorers := map[bool]*Scorer{}
	scorers[false], err = q.Scorer(AIA())
	require.NoError(t, err)
	scorers[true], err = q.Scorer(official)
	require.NoError(t, err)
	levels := map[string]int{}
	deducted := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		for range 5 {
			raw := drawRaw(t, questions, rapid.Bool().Draw(t, "wildly"))
			answers, err := ParseAnswers(mustJSON(raw))
			require.NoError(t, err)
			shown := map[string]bool{}
			for e := range q.Shown(answers) {
				shown[e.Name] = true
			}
			one := rapid.SampledFrom(questions).Draw(t, "one").name
			require.Equal(t, q.Visible(one, answers), shown[one])
			for unoffered, s := range scorers {
				want, got := expect(questions, raw, unoffered), s.Score(answers)
				level := slices.IndexFunc(AIA().Levels, func(l LevelBound) bool { return l.Name == got.Level }) + 1
				require.Equal(t, want, expected{got.Raw, got.RawMax, got.Mitigation, got.MitigationMax, got.Total, level})
				levels[got.Level]++
				deducted[got.Deducted]++

				require.Equal(t, got.Digest(), q.Score(s.scoring, answers).Digest())
				var sum float64
				unanswered := 0
				for _, x := range got.Questions {
					sum += x.Score
					require.Equal(t, shown[x.Name], x.Visible)
					if x.Visible && !x.Answered {
						unanswered++
					}
				}
				require.Equal(t, got.Raw+got.Mitigation, sum)
				require.Equal(t, unanswered, got.Unanswered)
			}

			// What is passed over is listed; what is not listed is counted.
			listed := map[string]int{}
			issues := q.Validate(answers)
			for _, i := range issues {
				listed[i.Rule]++
			}
			counted := issues.Count() - len(issues) + listed["more"] // beyond those that are listed
			if passed := scorers[false].Score(answers).PassedOver; passed > 0 {
				require.GreaterOrEqual(t, listed["unknown"]+listed["choice"]+counted, passed)
			}
		}
	})
	require.Len(t, levels, 4, "a test that reaches one level only shows little")
	require.Len(t, deducted, 2)
}

var (
	// atomic is all that conditions of Canada's questionnaire are made of, and
	// flat what is left of a part in parentheses.
	atomic = regexp.MustCompile(`\{([^}]+)\} (=|contains) \[?"([^"]*)"\]?`)
	flat   = regexp.MustCompile(`\(([TF](?: (?:and|or) [TF])*)\)`)
)

// reduce comes to what a condition comes to by writing truth values into it.
func reduce(t require.TestingT, condition string, answers map[string]any) bool {
	text := strings.TrimSpace(atomic.ReplaceAllStringFunc(condition, func(s string) string {
		parts := atomic.FindStringSubmatch(s)
		holds := false
		switch v := answers[parts[1]].(type) {
		case string:
			holds = v == parts[3] || parts[2] == "contains" && strings.Contains(v, parts[3])
		case []any:
			holds = parts[2] == "contains" && slices.Contains(v, any(parts[3]))
		}
		if holds {
			return "T"
		}
		return "F"
	}))
	either := func(s string) string {
		for all := range strings.SplitSeq(s, " or ") {
			if !strings.Contains(all, "F") {
				return "T"
			}
		}
		return "F"
	}
	for flat.MatchString(text) {
		text = flat.ReplaceAllStringFunc(text, func(s string) string { return either(strings.Trim(s, "()")) })
	}
	require.Regexp(t, "^[TF]( (and|or) [TF])*$", text)
	return either(text) == "T"
}

func TestWhatCanadasQuestionnaireShows(t *testing.T) {
	q, _ := aia(t)
	questions := treeOf(canada(t))
	elements := slices.Collect(q.Elements())
	ever := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		raw := drawRaw(t, questions, rapid.Bool().Draw(t, "wildly"))
		answers, err := ParseAnswers(mustJSON(raw))
		require.NoError(t, err)
		var want, got []string
		shown := map[string]bool{"": true}
		for _, e := range elements {
			if shown[e.Parent] && (e.VisibleIf == "" || reduce(t, e.VisibleIf, raw)) {
				want = append(want, e.Name)
				shown[e.Name], ever[e.Name] = true, true
			}
		}
		for e := range q.Shown(answers) {
			got = append(got, e.Name)
		}
		require.Equal(t, want, got)
	})
	require.Greater(t, len(ever), len(elements)*9/10, "a test that shows few questions shows little")
}

func TestScoresEqualTheRules(t *testing.T)         { agrees(t, benefitJSON) }
func TestScoresEqualTheRulesOfCanada(t *testing.T) { agrees(t, canada(t)) }
