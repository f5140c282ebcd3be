// Package impacttest helps to test rules about AI systems: an organisation's own
// rules, implications and tables of law, beside those that this library brings.
package impacttest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/implied"
	"github.com/aimskit/aimskit/register"
)

// free are values of attributes that have no list of their own.
var free = map[string][]string{
	"jurisdictions": {"EU", "FR", "AU", "AU-NSW", "US-CA"},
	"languages":     {"en", "pt-BR"},
}

// System returns a random system that is valid (register.System.Validate) and
// answers nothing that its other answers deny (implied.Default). pick chooses: it
// returns a number from 0 up to n, which is not among them, as rand.IntN does, so
// that the same choices give the same system. Each question but the stage is left
// unanswered with a chance of one in gaps, none if that is 0. A choice of 0 is the
// simplest, for who shrinks.
//
//	rapid.Check(t, func(t *rapid.T) {
//		s := impacttest.System(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }, 4)
//		...
//	})
func System(pick func(n int) int, gaps int) register.System {
	doc := map[string]any{"id": "sys", "name": "System"}
	if gaps == 0 || pick(gaps) > 0 {
		doc["owner"] = "ada"
	}
	for _, a := range register.Attributes() {
		values := Values(a)
		switch {
		case len(values) == 0:
		case a.Name == "stage":
			doc[a.Name] = values[pick(len(values))]
		case gaps > 0 && pick(gaps) == 0:
		case a.Kind != register.KindSet && a.Kind != register.KindList:
			doc[a.Name] = values[pick(len(values))]
		default:
			doc[a.Name] = some(pick, a, values)
		}
	}
	return consistent(doc)
}

// Values returns the values of an attribute that System chooses from: those of its
// list or, of places and languages, a few; none of other texts and structures.
func Values(a register.Attribute) []string {
	values := slices.Clone(free[a.Name])
	for _, v := range a.Values {
		values = append(values, v.ID)
	}
	return values
}

// some returns up to three values of a set, "none" alone.
func some(pick func(n int) int, a register.Attribute, values []string) []string {
	var chosen []string
	states := a.Kind == register.KindSet && slices.Contains(values, "none")
	for range pick(4) {
		if v := values[pick(len(values))]; !slices.Contains(chosen, v) && !(states && v == "none") {
			chosen = append(chosen, v)
		}
	}
	switch {
	case len(chosen) > 0:
		return chosen
	case states:
		return []string{"none"}
	}
	return values[:1]
}

// consistent gives the answers that others deny the values that these imply.
func consistent(doc map[string]any) register.System {
	fields := decide.NewFields()
	for range 100 {
		s := decode(doc)
		told := implied.Default().Tell(decide.NewSubject(fields, &s))
		i := slices.IndexFunc(told, implied.Told.Contradicts)
		if i < 0 {
			return s
		}
		t := told[i]
		a, _ := register.AttributeByName(t.Attribute)
		switch {
		case len(t.Excludes) > 0 && a.Kind != register.KindSet:
			allowed := slices.DeleteFunc(Values(a), func(v string) bool { return slices.Contains(t.Excludes, v) })
			doc[t.Attribute] = allowed[0]
		case len(t.Excludes) > 0: // of sets all of which can state that there is none
			said := slices.DeleteFunc(a.Append(nil, &s), func(v string) bool { return slices.Contains(t.Excludes, v) })
			if len(said) == 0 {
				said = []string{"none"}
			}
			doc[t.Attribute] = said
		case a.Kind != register.KindSet:
			doc[t.Attribute] = t.Values[0]
		case t.Includes:
			said := slices.DeleteFunc(slices.Clone(t.Said), func(v string) bool { return v == "none" || slices.Contains(t.Values, v) })
			doc[t.Attribute] = append(said, t.Values...)
		default:
			doc[t.Attribute] = t.Values
		}
	}
	panic("impacttest: implications deny each other")
}

func decode(doc map[string]any) register.System {
	var s register.System
	b, err := json.Marshal(doc)
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil {
		panic(fmt.Sprintf("impacttest: %v", err)) // a value of the attribute table that does not fit its field
	}
	return s
}
