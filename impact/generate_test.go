package impact_test

import (
	"encoding/json"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// affected are the IDs of all parties.
func affected() (ids []string) {
	for _, p := range impact.Parties() {
		ids = append(ids, p.ID)
	}
	return ids
}

// valuesOf are the values that an attribute can take in a test; nil if rules do
// not look into it. A set's "none" is apart.
func valuesOf(a register.Attribute) []string {
	switch a.Name {
	case "affected":
		return affected()
	case "jurisdictions":
		return []string{"EU", "AU", "AU-NSW", "US-CA"}
	case "languages":
		return []string{"en", "pt-BR"}
	}
	var ids []string
	for _, v := range a.Values {
		if v.ID != "none" || a.Kind != register.KindSet {
			ids = append(ids, v.ID)
		}
	}
	return ids
}

// many reports whether an attribute takes more than one value.
func many(a register.Attribute) bool {
	return a.Kind == register.KindSet || a.Kind == register.KindList
}

// drawDoc draws a system as it stands in JSON, over all attributes that rules
// look into. Each is left unanswered with a chance of one in "one in", never if
// that is 0.
func drawDoc(t *rapid.T, oneIn int) map[string]any {
	doc := map[string]any{"id": "sys", "name": "System"}
	if oneIn == 0 || rapid.Bool().Draw(t, "owned") {
		doc["owner"] = "ada"
	}
	for _, a := range register.Attributes() {
		ids := valuesOf(a)
		if len(ids) == 0 {
			continue
		}
		if a.Name == "stage" {
			doc[a.Name] = rapid.SampledFrom(ids).Draw(t, a.Name)
			continue
		}
		if oneIn > 0 && rapid.IntRange(1, oneIn).Draw(t, "answer "+a.Name) == 1 {
			continue
		}
		if !many(a) {
			doc[a.Name] = rapid.SampledFrom(ids).Draw(t, a.Name)
			continue
		}
		chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, 3, rapid.ID).Draw(t, a.Name)
		if len(chosen) == 0 && a.Kind == register.KindSet && slices.ContainsFunc(a.Values, func(v register.Value) bool { return v.ID == "none" }) {
			chosen = []string{"none"}
		}
		if len(chosen) == 0 {
			chosen = ids[:1]
		}
		doc[a.Name] = chosen
	}
	agree(t, doc)
	return doc
}

// agree gives the answers that others deny the values that these imply: a law
// about answers holds of those that fit each other.
func agree(t *rapid.T, doc map[string]any) {
	for range 100 {
		told := impact.DefaultRules().Derive(decode(t, doc), impact.Facts{}).Contradictions()
		if len(told) == 0 {
			return
		}
		x := told[0]
		a, _ := register.AttributeByName(x.Attribute)
		switch {
		case len(x.Excludes) > 0 && !many(a):
			doc[x.Attribute] = slices.DeleteFunc(valuesOf(a), func(v string) bool { return slices.Contains(x.Excludes, v) })[0]
		case len(x.Excludes) > 0:
			doc[x.Attribute] = slices.DeleteFunc(slices.Clone(doc[x.Attribute].([]string)), func(v string) bool { return slices.Contains(x.Excludes, v) })
			if len(doc[x.Attribute].([]string)) == 0 {
				doc[x.Attribute] = []string{"none"}
			}
		case !many(a):
			doc[x.Attribute] = x.Values[0]
		case x.Includes:
			said := slices.DeleteFunc(slices.Clone(x.Said), func(v string) bool { return v == "none" || slices.Contains(x.Values, v) })
			doc[x.Attribute] = append(said, x.Values...)
		default:
			doc[x.Attribute] = x.Values
		}
	}
	t.Fatalf("implications deny each other")
}

// drawFacts draws facts.
func drawFacts(t *rapid.T) impact.Facts {
	return impact.Facts{
		Incidents: rapid.IntRange(0, 4).Draw(t, "incidents"), Concerns: rapid.IntRange(0, 2).Draw(t, "concerns"),
		PolicyCovers: rapid.SampledFrom([]register.Answer{register.Unknown, register.Yes, register.No}).Draw(t, "policy covers"),
		Parties:      rapid.SliceOfNDistinct(rapid.SampledFrom(affected()), 0, 2, rapid.ID).Draw(t, "parties"),
		Severity:     rapid.IntRange(0, 5).Draw(t, "severity"), Irremediability: rapid.IntRange(0, 5).Draw(t, "irremediability"),
		Misuse:        rapid.IntRange(0, 3).Draw(t, "misuse"),
		Questionnaire: rapid.SampledFrom(append([]impact.Level{""}, impact.Levels()...)).Draw(t, "questionnaire"),
	}
}

// decode makes a system of its JSON form.
func decode(t require.TestingT, doc map[string]any) register.System {
	b, err := json.Marshal(doc)
	require.NoError(t, err)
	var s register.System
	require.NoError(t, json.Unmarshal(b, &s))
	return s
}

// text writes a result down.
func text(t require.TestingT, r impact.Result) string {
	b, err := json.Marshal(r)
	require.NoError(t, err)
	return string(b)
}
