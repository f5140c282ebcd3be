package register_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// words are texts that differ in words, in spelling only, and in script.
var words = []string{"sorts mail", "Sorts  mail.", "ranks people", "below 5", "below 5 %", "< 5", "> 5", "क्षमा", "क्षमी", "Größe & <b>"}

// drawValue draws a value of an attribute as it stands in JSON; nil if it is
// not answered.
func drawValue(t *rapid.T, a register.Attribute) any {
	switch a.Name {
	case "id":
		return rapid.StringMatching(`[a-z0-9][a-zA-Z0-9_.:@/#-]{0,20}`).Draw(t, a.Name)
	case "name":
		return rapid.SampledFrom(words).Draw(t, a.Name)
	case "stage":
		return string(rapid.SampledFrom(register.Stages()).Draw(t, a.Name))
	case "retired_on":
		return nil // only in stage retirement
	}
	if !rapid.Bool().Draw(t, a.Name+" is answered") {
		return nil
	}
	ids := make([]string, 0, len(a.Values))
	for _, v := range a.Values {
		if v.ID != "none" || a.Kind != register.KindSet {
			ids = append(ids, v.ID)
		}
	}
	text := rapid.SampledFrom(words)
	switch {
	case a.Kind == register.KindSet:
		return rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, 3, rapid.ID).Draw(t, a.Name)
	case len(ids) > 0:
		return rapid.SampledFrom(ids).Draw(t, a.Name)
	case a.Name == "jurisdictions":
		return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"EU", "AU", "AU-NSW", "US-CA"}), 1, 3, rapid.ID).Draw(t, a.Name)
	case a.Name == "languages":
		return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"en", "pt-BR", "zh-Hant-TW"}), 1, 3, rapid.ID).Draw(t, a.Name)
	case a.Name == "data_resources":
		resource := rapid.Custom(func(t *rapid.T) map[string]string {
			return map[string]string{"name": text.Draw(t, "name"), "origin": rapid.SampledFrom([]string{"own", "acquired"}).Draw(t, "origin"), "period": text.Draw(t, "period")}
		})
		return rapid.SliceOfN(resource, 1, 3).Draw(t, a.Name)
	case a.Name == "use_answers":
		answer := rapid.Custom(func(t *rapid.T) map[string]string {
			return map[string]string{"question": rapid.StringMatching(`[a-z]{1,3}`).Draw(t, "question"),
				"edition": rapid.SampledFrom([]string{"2026-11-28", "2027-03-01"}).Draw(t, "edition"), "answer": rapid.SampledFrom([]string{"yes", "no"}).Draw(t, "answer")}
		})
		return rapid.SliceOfNDistinct(answer, 1, 3, func(m map[string]string) string { return m["question"] }).Draw(t, a.Name)
	case a.Name == "distinct":
		return []map[string]string{{"from": text.Draw(t, "from"), "by": "ada", "at": "2026-11-28T12:00:00Z", "reason": text.Draw(t, "reason")}}
	case a.Name == "tenures":
		return []map[string]string{{"person": text.Draw(t, "person"), "until": "2026-11-28"}}
	case a.Kind == register.KindList:
		return rapid.SliceOfNDistinct(text, 1, 3, rapid.ID).Draw(t, a.Name)
	case a.Kind == register.KindDate:
		return calendar.New(1970, 1, rapid.IntRange(1, 23000).Draw(t, a.Name))
	case a.Name == "outside_since":
		return "2026-11-28T12:00:00Z"
	case a.Name == "model":
		return map[string]string{"name": text.Draw(t, "model"), "version": text.Draw(t, "version")}
	case a.Name == "human_oversight":
		return map[string]string{"measure": text.Draw(t, "measure")}
	case a.Kind == register.KindRecord:
		return map[string]string{text.Draw(t, "key"): text.Draw(t, "value")}
	}
	return text.Draw(t, a.Name)
}

// decode makes a system from values by attribute name, as a caller's JSON
// would.
func decode(t require.TestingT, values map[string]any) register.System {
	for name, v := range values {
		if v == nil {
			delete(values, name)
		}
	}
	b, err := json.Marshal(values)
	require.NoError(t, err)
	var s register.System
	require.NoError(t, json.Unmarshal(b, &s))
	return s
}

func drawValues(t *rapid.T) map[string]any {
	values := make(map[string]any)
	for _, a := range register.Attributes() {
		values[a.Name] = drawValue(t, a)
	}
	return values
}

func drawSystem(t *rapid.T) register.System { return decode(t, drawValues(t)) }

// drawPair draws a system and a revision of it.
func drawPair(t *rapid.T) (before, after register.System) {
	values := drawValues(t)
	before = decode(t, values)
	for _, a := range rapid.SliceOfN(rapid.SampledFrom(register.Attributes()), 0, 3).Draw(t, "changed") {
		if a.Name != "id" {
			values[a.Name] = drawValue(t, a)
		}
	}
	return before, decode(t, values)
}

// issues returns the issues of an error as "field rule".
func issues(t testing.TB, err error) []string {
	if err == nil {
		return nil
	}
	var list []string
	for _, i := range asIssues(t, err) {
		list = append(list, i.Field+" "+i.Rule)
	}
	return list
}
