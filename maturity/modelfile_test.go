package maturity_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
)

// written is a model as a file, as people read it.
func written(t testing.TB, m maturity.Model) []byte {
	t.Helper()
	b, err := json.MarshalIndent(m, "", "  ")
	require.NoError(t, err)
	return append(b, '\n')
}

var updateModel = flag.Bool("update-model", false, "write testdata/default-model.json anew")

func TestTheDefaultModelIsAsOnFile(t *testing.T) {
	const name = "testdata/default-model.json"
	got := written(t, maturity.DefaultModel())
	if *updateModel {
		require.NoError(t, os.WriteFile(name, got, 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err, "write it with -update-model")
	require.Empty(t, cmp.Diff(string(want), string(got)))
}

// What is written and read judges alike, whoever is judged, and a past that one of them
// made is the other's past.
func TestAModelReadAgainJudgesAlike(t *testing.T) {
	model := maturity.DefaultModel()
	strict := model.ParametersOf("ML2.08")
	strict.MonitorDays[impact.LevelHigh], strict.EvidenceDays = 30, 40
	own := model.With(maturity.Criterion{ID: "ACME-1", Level: maturity.ML2, Step: 3, Phase: aims.Check, Weight: 2, Title: "Monitored monthly",
		Statement: "So it is.", Next: "Monitor.", Basis: maturity.SelfDeclared, PredicateName: "operation_monitored", Parameters: &strict})
	all := newStarts(t)
	for _, m := range []maturity.Model{model, own} {
		again, err := maturity.ParseModel(written(t, m), nil)
		require.NoError(t, err)
		require.Equal(t, string(written(t, m)), string(written(t, again)))
		rapid.Check(t, func(rt *rapid.T) {
			o, history := all.draw(t, rt)
			if m.Criteria[len(m.Criteria)-1].ID == "ACME-1" {
				history = nil // is of the default model
			}
			now := o.now.AddDate(0, 0, rapid.IntRange(0, 500).Draw(rt, "days"))
			require.Empty(rt, cmp.Diff(asJSON(rt, maturity.Evaluate(m, o.View(), now, history...)), asJSON(rt, maturity.Evaluate(again, o.View(), now, history...))))
		})
	}
	var plain maturity.Model
	require.NoError(t, json.Unmarshal(written(t, model), &plain))
	require.Equal(t, string(written(t, model)), string(written(t, plain)))
}

// Two criteria ask the same, with days of their own, and neither changes what the other
// or the rest of the model works with.
func TestACriterionHasParametersOfItsOwn(t *testing.T) {
	o := mature(t)
	model := maturity.DefaultModel()
	before := o.report()
	for _, c := range []struct {
		name  string
		set   func(p *maturity.Parameters)
		state maturity.State
	}{
		{"days by level", func(p *maturity.Parameters) {
			p.MonitorDays[impact.LevelHigh], p.MonitorDays[impact.LevelMinimal] = 0, 0
		}, maturity.StateNotMet},
		{"how long evidence counts, which is worked out for all at once", func(p *maturity.Parameters) { p.EvidenceDays = 0 }, maturity.StateNotMet},
		{"as they are", func(p *maturity.Parameters) {}, maturity.StateMet},
	} {
		o := mature(t)
		o.pass(1)
		base := maturity.Evaluate(model, o.View(), o.now)
		own := model.ParametersOf("ML2.08")
		c.set(&own)
		twin, _ := model.Criterion("ML2.08")
		twin.ID, twin.Parameters = "ACME-1", &own
		m := model.With(twin)
		m.Criteria = append([]maturity.Criterion{m.Criteria[len(m.Criteria)-1]}, m.Criteria[:len(m.Criteria)-1]...) // first
		require.NoError(t, m.Validate())
		r := maturity.Evaluate(m, o.View(), o.now)
		got, _ := r.Result("ACME-1")
		require.Equal(t, c.state, got.State, "%s: %s", c.name, got.Message)
		a, err := json.Marshal(base.Criteria)
		require.NoError(t, err)
		b, err := json.Marshal(r.Criteria[1:])
		require.NoError(t, err)
		require.Equal(t, string(a), string(b), c.name)
	}
	require.Equal(t, maturity.ML2, before.Level)
	require.Equal(t, 90, maturity.DefaultModel().Parameters.MonitorDays[impact.LevelHigh])
}

// A file says of a criterion's days only those that are its own.
func TestOwnDaysOfALevelLeaveTheOthers(t *testing.T) {
	m, err := maturity.ParseModel(changed(t, func(f map[string]any) {
		criterion(f, "ML2.08")["parameters"] = map[string]any{"monitor_days": map[string]any{"high": 30}}
	}), nil)
	require.NoError(t, err)
	p := m.ParametersOf("ML2.08")
	require.Equal(t, 30, p.MonitorDays[impact.LevelHigh])
	require.Equal(t, 180, p.MonitorDays[impact.LevelLimited])
	require.Equal(t, 90, m.ParametersOf("ML3.05").MonitorDays[impact.LevelHigh])
	require.Equal(t, 90, m.Parameters.MonitorDays[impact.LevelHigh])
}

// changed is the file of the default model with something changed.
func changed(t testing.TB, change func(f map[string]any)) []byte {
	t.Helper()
	var f map[string]any
	require.NoError(t, json.Unmarshal(written(t, maturity.DefaultModel()), &f))
	change(f)
	b, err := json.Marshal(f)
	require.NoError(t, err)
	return b
}

func criterion(f map[string]any, id string) map[string]any {
	for _, c := range f["criteria"].([]any) {
		if c := c.(map[string]any); c["id"] == id {
			return c
		}
	}
	panic(id)
}

func TestAFileIsTakenForNothingElse(t *testing.T) {
	set := func(id, name string, value any) func(f map[string]any) {
		return func(f map[string]any) { criterion(f, id)[name] = value }
	}
	number := func(name string, value any) func(f map[string]any) {
		return func(f map[string]any) { f["parameters"].(map[string]any)[name] = value }
	}
	schema := compiled(t)
	for _, c := range []struct {
		name, path, rule, value string
		// beyond says that the schema can't tell.
		beyond bool
		change func(f map[string]any)
	}{
		{"another shape", "schema", "oneof", "aimskit-model/9", false, func(f map[string]any) { f["schema"] = "aimskit-model/9" }},
		{"an unknown field", "colour", "field", "colour", false, func(f map[string]any) { f["colour"] = "red" }},
		{"an unknown field of a criterion", "criteria[0].colour", "field", "colour", false, set("ML1.01", "colour", "red")},
		{"a field in another case", "criteria[0].Weight", "field", "Weight", false, set("ML1.01", "Weight", 3)},
		{"an unknown predicate", "criteria[0].predicate", "exists", "inventory_perfect", false, set("ML1.01", "predicate", "inventory_perfect")},
		{"an own predicate that nobody gave", "criteria[0].predicate", "exists", "x-cards", true, set("ML1.01", "predicate", "x-cards")},
		{"no predicate", "criteria[0].predicate", "required", "", false, func(f map[string]any) { delete(criterion(f, "ML1.01"), "predicate") }},
		{"an unknown parameter", "parameters.swep_days", "field", "swep_days", false, number("swep_days", 3)},
		{"an unknown parameter of a criterion", "criteria[0].parameters.days", "field", "days", false, set("ML1.01", "parameters", map[string]any{"days": 3})},
		{"a parameter that the predicate does not look at", "criteria[0].parameters.good_share", "unused", "inventory_current", true, set("ML1.01", "parameters", map[string]any{"good_share": 1})},
		{"a parameter that nobody tells", "parameters.sweep_days", "required", "", true, func(f map[string]any) { delete(f["parameters"].(map[string]any), "sweep_days") }},
		{"a parameter that is null", "parameters.sweep_days", "required", "null", false, number("sweep_days", nil)},
		{"a day that is null", "parameters.monitor_days", "required", `{"high":null}`, false, number("monitor_days", map[string]any{"high": nil})},
		{"a parameter below zero", "parameters.sweep_days", "range", "-1", false, number("sweep_days", -1)},
		{"days of a level below zero", "parameters.risk_days.high", "range", "-1", false, number("risk_days", map[string]any{"unacceptable": 1, "high": -1, "limited": 1, "minimal": 1})},
		{"days of no level", "parameters.risk_days", "oneof", "huge", false, number("risk_days", map[string]any{"unacceptable": 1, "high": 1, "limited": 1, "minimal": 1, "huge": 1})},
		{"days of a level left out", "parameters.risk_days", "required", "high", false, number("risk_days", map[string]any{"unacceptable": 1, "limited": 1, "minimal": 1})},
		{"a share above one", "parameters.good_share", "range", "1.5", false, number("good_share", 1.5)},
		{"a control twice", "parameters.core_controls[1]", "repeated", "A.2.2", true, number("core_controls", []string{"A.2.2", "A.2.2"})},
		{"days that are no number", "parameters.sweep_days", "type", `"30"`, false, number("sweep_days", "30")},
		{"days that are no whole number", "parameters.sweep_days", "type", "3.5", false, number("sweep_days", 3.5)},
		{"a criterion's parameter out of range", "criteria[0].parameters.sweep_days", "range", "40000", false, set("ML1.01", "parameters", map[string]any{"sweep_days": 40000})},
		{"an ID twice", "criteria[1].id", "repeated", "ML1.01", true, set("ML1.02", "id", "ML1.01")},
		{"an ID that is none", "criteria[0].id", "key", "../x y", false, set("ML1.01", "id", "../x y")},
		{"no ID", "criteria[0].id", "required", "", false, set("ML1.01", "id", "")},
		{"a level that is none", "criteria[0].level", "valid", `"ML4"`, false, set("ML1.01", "level", "ML4")},
		{"a level that asks for nothing", "criteria[0].level", "oneof", "0", false, set("ML1.01", "level", "ML0")},
		{"a weight of nothing", "criteria[0].weight", "min", "0", false, set("ML1.01", "weight", 0)},
		{"a weight below zero", "criteria[0].weight", "min", "-2", false, set("ML1.01", "weight", -2)},
		{"a step that is none", "criteria[0].step", "exists", "9", true, set("ML1.01", "step", 9)},
		{"a phase that is none", "criteria[0].phase", "oneof", "later", false, set("ML1.01", "phase", "later")},
		{"a basis that nothing gives", "criteria[0].basis", "oneof", "hearsay", false, set("ML1.01", "basis", "hearsay")},
		{"nothing to do", "criteria[0].next", "required", " ", false, set("ML1.01", "next", " ")},
		{"a control that is none", "criteria[0].controls[0]", "valid", `"A.99.1"`, true, set("ML1.01", "controls", []string{"A.99.1"})},
		{"a control that is null", "criteria[0].controls", "required", "", false, set("ML1.01", "controls", []any{nil})},
		{"a missing level", "levels", "required", "ML2", true, func(f map[string]any) { f["levels"] = slices.Delete(f["levels"].([]any), 2, 3) }},
		{"a level twice", "levels[1].level", "repeated", "ML0", true, func(f map[string]any) { f["levels"].([]any)[1].(map[string]any)["level"] = "ML0" }},
		{"a level of which nothing is asked", "criteria", "required", "ML3", true, func(f map[string]any) {
			f["criteria"] = slices.DeleteFunc(f["criteria"].([]any), func(c any) bool { return c.(map[string]any)["level"] == "ML3" })
		}},
		{"no criteria", "criteria", "required", "ML1", true, func(f map[string]any) { f["criteria"] = []any{} }},
		{"a step twice", "steps[1].step", "repeated", "1", true, func(f map[string]any) { f["steps"].([]any)[1].(map[string]any)["step"] = 1 }},
		{"no version", "version", "required", "", false, func(f map[string]any) { f["version"] = "" }},
		{"a title without end", "criteria[0].title", "length", "", true, set("ML1.01", "title", strings.Repeat("x", 301))},
	} {
		text := changed(t, c.change)
		m, err := maturity.ParseModel(text, nil)
		require.Equal(t, maturity.Model{}, m, c.name)
		var is issue.Issues
		require.ErrorAs(t, err, &is, c.name)
		require.True(t, slices.ContainsFunc(is, func(i issue.Issue) bool {
			return i.Field == c.path && i.Rule == c.rule && (i.Value == c.value || c.rule == "length")
		}), "%s: %v", c.name, is)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		require.Equal(t, c.beyond, schema.Validate(doc) == nil, "%s: the schema", c.name)
	}
	for name, text := range map[string]string{
		"nothing": "", "null": "null", "a list": "[]", "half": `{"schema":"aimskit-model/1"`, "twice": `{"schema":"a","schema":"aimskit-model/1"}`,
		"two values": string(written(t, maturity.DefaultModel())) + "{}", "half a character": `{"id":"\ud800"}`,
	} {
		_, err := maturity.ParseModel([]byte(text), nil)
		require.Equal(t, issue.CodeInvalid, issue.CodeOf(err), name)
	}
	_, err := maturity.ParseModel(bytes.Repeat([]byte(" "), 3<<20), nil)
	require.ErrorIs(t, err, issue.ErrTooLarge)
}

// Predicates of one's own have names that no release of the library takes, and do not
// pass for the library's.
func TestOwnPredicatesHaveNames(t *testing.T) {
	met := func(*maturity.Input) maturity.Outcome { return maturity.Outcome{State: maturity.StateMet} }
	text := changed(t, func(f map[string]any) { criterion(f, "ML1.01")["predicate"] = "x-acme.met" })
	m, err := maturity.ParseModel(text, map[string]maturity.Predicate{"x-acme.met": met, "x-unused": met})
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(written(t, m)))
	c, _ := maturity.Evaluate(m, newOrg(t).View(), day0).Result("ML1.01")
	require.Equal(t, maturity.StateMet, c.State)
	require.ErrorContains(t, json.Unmarshal(text, &m), "x-acme.met")

	for name, p := range map[string]maturity.Predicate{"acme.met": met, "inventory_current": met, "x-": met, "x-a b": met, "x-nil": nil} {
		_, err := maturity.ParseModel(written(t, maturity.DefaultModel()), map[string]maturity.Predicate{name: p})
		require.Equal(t, issue.CodeInvalid, issue.CodeOf(err), name)
	}

	// One's own function is not written as the library's, whose name is left there, nor
	// without a name.
	for _, name := range []string{"inventory_current", "", "mine"} {
		m := maturity.DefaultModel()
		m.Criteria[0].Predicate, m.Criteria[0].PredicateName = met, name
		_, err := json.Marshal(m)
		require.ErrorContains(t, err, "criteria[0].predicate", name)
	}
	m = maturity.DefaultModel()
	m.Criteria[0].Predicate, m.Criteria[0].PredicateName = met, "x-met"
	require.Contains(t, string(written(t, m)), `"x-met"`)
	// The library's own function is written by its name, whatever is said of it.
	m.Criteria[0].Predicate = m.Criteria[1].Predicate
	require.NotContains(t, string(written(t, m)), `"x-met"`)
}

// A past that a model judged is not that of one with other days in one criterion.
func TestAPastIsOfTheModelWithItsOwnDays(t *testing.T) {
	o, _ := sustained(t)
	past := o.past(370)
	m := maturity.DefaultModel()
	own := m.ParametersOf("ML2.08")
	own.EvidenceDays = 1000
	for i := range m.Criteria {
		if m.Criteria[i].ID == "ML2.08" {
			m.Criteria[i].Parameters = &own
		}
	}
	c, _ := maturity.Evaluate(m, o.View(), o.now, past).Result("ML3.01")
	require.Contains(t, c.Message, "another model")
}

// Each predicate judges by the parameters it is said to, and by no other.
func TestPredicatesUseTheirParameters(t *testing.T) {
	all := newStarts(t)
	used := make(map[string]bool)
	names := make(map[string]bool)
	for i, p := range maturity.Predicates() {
		require.Equal(t, p.Name, maturity.DefaultModel().Criteria[i].PredicateName)
		require.NotEmpty(t, p.Judges)
		require.False(t, names[p.Name])
		names[p.Name] = true
		require.True(t, slices.IsSorted(p.Parameters), p.Name)
		require.False(t, strings.HasPrefix(p.Name, maturity.OwnPrefix))
	}
	require.Len(t, names, len(maturity.DefaultModel().Criteria))
	typ := reflect.TypeFor[maturity.Parameters]()
	for _, o := range all.orgs {
		for _, later := range []int{0, 200} {
			now := o.now.AddDate(0, 0, later)
			was := maturity.Evaluate(maturity.DefaultModel(), o.View(), now)
			for i := range typ.NumField() {
				name := typ.Field(i).Tag.Get("json")
				for _, most := range []bool{false, true} {
					m := maturity.DefaultModel()
					for j := range m.Criteria {
						own := m.ParametersOf(m.Criteria[j].ID)
						extreme(reflect.ValueOf(&own).Elem().Field(i), most)
						m.Criteria[j].Parameters = &own
					}
					for j, r := range maturity.Evaluate(m, o.View(), now).Criteria {
						p := maturity.Predicates()[j]
						switch {
						case p.Name == "held_for_year": // counts today, by what the others say
						case !slices.Contains(p.Parameters, name):
							require.Equal(t, was.Criteria[j].Outcome, r.Outcome, "%s by %s", p.Name, name)
						case !reflect.DeepEqual(was.Criteria[j].Outcome, r.Outcome):
							used[p.Name+" "+name] = true
						}
					}
				}
			}
		}
	}
	require.Greater(t, len(used), 30, "%v", slices.Sorted(maps.Keys(used)))
}

// extreme sets a parameter to the least or the most that it can be.
func extreme(f reflect.Value, most bool) {
	switch f.Interface().(type) {
	case int:
		f.SetInt(map[bool]int64{true: 36500}[most])
	case float64:
		f.SetFloat(map[bool]float64{true: 1}[most])
	case map[impact.Level]int:
		for _, l := range impact.Levels() {
			f.SetMapIndex(reflect.ValueOf(l), reflect.ValueOf(map[bool]int{true: 36500}[most]))
		}
	case []annexa.ID:
		var all []annexa.ID
		for _, c := range annexa.Controls() {
			if most {
				all = append(all, c.ID)
			}
		}
		f.Set(reflect.ValueOf(all))
	case []aims.Clause:
		var all []aims.Clause
		if most {
			all = aims.Clauses()
		}
		f.Set(reflect.ValueOf(all))
	default:
		panic(f.Type())
	}
}

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(maturity.ModelSchema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource(maturity.ModelSchemaName, doc))
	s, err := c.Compile(maturity.ModelSchemaName)
	require.NoError(t, err)
	return s
}

func TestTheDefaultModelFollowsItsSchema(t *testing.T) {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, maturity.DefaultModel())))
	require.NoError(t, err)
	require.NoError(t, compiled(t).Validate(v))
}

// What has no number can't be written, and says so.
func TestAShareThatIsNoNumber(t *testing.T) {
	m := maturity.DefaultModel()
	m.Parameters.GoodShare = math.NaN()
	require.Error(t, m.Validate())
	_, err := json.Marshal(m)
	require.Error(t, err)
}

// What is read is valid, follows the schema, and is written and read as it is.
func FuzzParseModel(f *testing.F) {
	f.Add(written(f, maturity.DefaultModel()))
	f.Add([]byte(small))
	f.Add([]byte(`{"schema":"aimskit-model/1","criteria":[{"parameters":{"monitor_days":{"high":null}}}]}`))
	f.Add([]byte(`{"parameters":null}`))
	schema := compiled(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := maturity.ParseModel(text, nil)
		if err != nil {
			require.NotEqual(t, issue.CodeUnknown, issue.CodeOf(err))
			return
		}
		require.NoError(t, m.Validate())
		once := written(t, m)
		again, err := maturity.ParseModel(once, nil)
		require.NoError(t, err)
		require.Equal(t, string(once), string(written(t, again)))
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(once))
		require.NoError(t, err)
		require.NoError(t, schema.Validate(v))
	})
}
