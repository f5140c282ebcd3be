package maturity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
)

// ModelSchemaName names the shape of a Model as JSON: what stands as "schema" in its file.
const ModelSchemaName = "aimskit-model/1"

// maxModel is how many bytes the file of a model has at most: fifty times those of the
// default one.
const maxModel = 2 << 20

// modelFile is a Model as JSON.
type modelFile struct {
	Schema     string          `json:"schema"`
	ID         string          `json:"id"`
	Version    string          `json:"version"`
	Levels     []LevelInfo     `json:"levels"`
	Steps      []StepInfo      `json:"steps"`
	Criteria   []criterionFile `json:"criteria"`
	Parameters map[string]any  `json:"parameters"`
}

type criterionFile struct {
	Criterion
	Parameters map[string]any `json:"parameters,omitempty"` // that differ from the model's
}

// parametersRead is what is read of a file to see which parameters it tells.
type parametersRead struct {
	Parameters map[string]json.RawMessage `json:"parameters"`
	Criteria   []struct {
		Parameters map[string]json.RawMessage `json:"parameters"`
	} `json:"criteria"`
}

// modelRead is what a file is read into, with the type of each parameter.
type modelRead struct {
	Schema   string      `json:"schema"`
	ID       string      `json:"id"`
	Version  string      `json:"version"`
	Levels   []LevelInfo `json:"levels"`
	Steps    []StepInfo  `json:"steps"`
	Criteria []struct {
		Criterion
		Parameters Parameters `json:"parameters"`
	} `json:"criteria"`
	Parameters Parameters `json:"parameters"`
}

// modelBounds are how much the parts of a model hold that comes from a file.
var modelBounds = issue.NewBounds[Model](
	issue.Bound{Field: "id", Max: 128, Why: "a name"},
	issue.Bound{Field: "version", Max: 128, Why: "a name"},
	issue.Bound{Field: "criteria", Max: 500, Why: "ten times the default model"},
	issue.Bound{Field: "criteria[].id", Max: 128, Why: "a key"},
	issue.Bound{Field: "criteria[].title", Max: 300, Why: "a line"},
	issue.Bound{Field: "criteria[].clauses", Max: 200, Unique: ".", Why: "more than the standard has"},
	issue.Bound{Field: "criteria[].controls", Max: 200, Unique: ".", Why: "more than Annex A has"},
	issue.Bound{Field: "parameters.core_controls", Max: 200, Unique: ".", Why: "more than Annex A has"},
	issue.Bound{Field: "parameters.required_documents", Max: 200, Unique: ".", Why: "more than the standard has"},
	issue.Bound{Field: "{}", Max: 64, Why: "the name of a level"},
	issue.Bound{Field: "*[]", Max: 100, Why: "a short list"},
	issue.Bound{Field: "*", Max: 4000, Why: "a paragraph"},
)

// file is the model as JSON has it.
func (m Model) file() modelFile {
	f := modelFile{Schema: ModelSchemaName, ID: m.ID, Version: m.Version, Levels: m.Levels, Steps: m.Steps, Parameters: m.Parameters.byName()}
	for _, c := range m.Criteria {
		name := c.judgedBy()
		own := criterionFile{Criterion: c, Parameters: c.differing(m.Parameters)}
		own.PredicateName = name
		f.Criteria = append(f.Criteria, own)
	}
	return f
}

// byName are the parameters by their names in JSON, as they are written: each level has
// its days, and no list is null.
func (p Parameters) byName() map[string]any {
	out := make(map[string]any)
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		value := v.Field(i).Interface()
		switch x := value.(type) {
		case map[impact.Level]int:
			all := maps.Clone(x)
			if all == nil {
				all = make(map[impact.Level]int)
			}
			for _, l := range impact.Levels() {
				all[l] = x[l]
			}
			value = all
		default:
			if f := v.Field(i); f.Kind() == reflect.Slice && f.IsNil() {
				value = reflect.MakeSlice(f.Type(), 0, 0).Interface()
			}
		}
		out[v.Type().Field(i).Tag.Get("json")] = value
	}
	return out
}

// differing are the criterion's own parameters that are not those of the model.
func (c Criterion) differing(model Parameters) map[string]any {
	if c.Parameters == nil {
		return nil
	}
	own, theirs := c.Parameters.byName(), model.byName()
	maps.DeleteFunc(own, func(name string, value any) bool { return reflect.DeepEqual(value, theirs[name]) })
	return own
}

// MarshalJSON writes the model whole: levels, steps, criteria with the names of their
// predicates, and parameters, of a criterion those that differ from the model's.
// ParseModel reads it again. The error is issue.Issues if a criterion is judged by a
// function without a name of its own (Criterion.PredicateName): nobody could read that.
func (m Model) MarshalJSON() ([]byte, error) {
	var is issue.Issues
	for i, c := range m.Criteria {
		if c.judgedBy() == "" {
			is.Add(fmt.Sprintf("criteria[%d].predicate", i), "required", c.PredicateName, "what judges %s has no name that a file could say: one that begins with %q is an own one's", c.ID, OwnPrefix)
		}
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	return json.Marshal(m.file())
}

// UnmarshalJSON is ParseModel without predicates of one's own.
func (m *Model) UnmarshalJSON(data []byte) error {
	read, err := ParseModel(data, nil)
	if err == nil {
		*m = read
	}
	return err
}

// ParseModel reads a model from JSON, as Model is written, and takes nothing for what it
// is not. own are predicates that a criterion may name besides those of the library
// (Predicates), by names that begin with OwnPrefix; it may be nil.
//
// All four levels are there, and each above ML0 has a criterion that asks something for it. Each
// criterion has an ID of its own, a level ML1 to ML3, a step of the model, a phase, a
// weight from 1, title, statement, what to do next, a basis, and a predicate that exists.
// The numbers that its predicate works with are told, by the criterion or by the model;
// those that nothing uses are the default ones where they are left out. A criterion tells
// no number that its predicate does not look at. Of a criterion's days by impact level,
// those that it leaves out are the model's.
//
// The error is issue.Issues, each with path, rule and value, or ErrTooLarge.
func ParseModel(data []byte, own map[string]Predicate) (Model, error) {
	if len(data) > maxModel {
		return Model{}, fmt.Errorf("%w: a model has at most %d bytes", issue.ErrTooLarge, maxModel)
	}
	var is issue.Issues
	for _, name := range slices.Sorted(maps.Keys(own)) {
		switch {
		case !ownName(name):
			is.Add("own", "prefix", name, "a predicate of one's own has a name that begins with %q; %s", OwnPrefix, issue.KeyRule)
		case own[name] == nil:
			is.Add("own", "required", name, "the predicate is nil")
		}
	}
	if err := is.Err(); err != nil {
		return Model{}, err
	}
	var read modelRead
	var told parametersRead
	if err := issue.Read(bytes.NewReader(data), maxModel, &read); err != nil {
		return Model{}, err
	}
	if err := json.Unmarshal(data, &told); err != nil {
		return Model{}, err // what was read above can be read
	}
	if read.Schema != ModelSchemaName {
		is.Add("schema", "oneof", read.Schema, "must be %q", ModelSchemaName)
		return Model{}, is
	}
	m := Model{ID: read.ID, Version: read.Version, Levels: read.Levels, Steps: read.Steps, Parameters: DefaultParameters()}
	m.Parameters.take(&is, "parameters.", told.Parameters, true)
	for i, c := range read.Criteria {
		if p, ok := own[c.PredicateName]; ok {
			c.Predicate = p
		} else {
			library, _ := predicateNamed(c.PredicateName)
			c.Predicate = library.judge
		}
		if len(told.Criteria[i].Parameters) > 0 {
			p := m.Parameters.clone()
			p.take(&is, fmt.Sprintf("criteria[%d].parameters.", i), told.Criteria[i].Parameters, false)
			c.Criterion.Parameters = &p
		}
		m.Criteria = append(m.Criteria, c.Criterion)
	}
	issue.Check(modelBounds, &is, &m)
	is.Merge("", m.Validate())
	m.checkFile(&is, told)
	if err := is.Err(); err != nil {
		return Model{}, err
	}
	return m, nil
}

// take takes over parameters by their names in JSON, which can be read as what they are.
// Those of a model say the days of each level.
func (p *Parameters) take(is *issue.Issues, under string, told map[string]json.RawMessage, whole bool) {
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		name := v.Type().Field(i).Tag.Get("json")
		text, ok := told[name]
		switch {
		case !ok:
			continue
		case bytes.Contains(text, []byte("null")): // no level, control or clause is called so
			is.Add(under+name, "required", string(text), "a null says nothing; leave it out")
			continue
		}
		days, levels := f.Interface().(map[impact.Level]int)
		if levels && whole {
			days = make(map[impact.Level]int)
			f.Set(reflect.ValueOf(days))
		}
		if err := json.Unmarshal(text, f.Addr().Interface()); err != nil {
			is.Add(under+name, "valid", string(text), "can't be read: %v", err)
		}
		if levels {
			for _, l := range impact.Levels() {
				if _, ok := days[l]; !ok {
					is.Add(under+name, "required", string(l), "says no days for level %s", l)
				}
			}
		}
	}
}

// checkFile adds what a model that comes from a file may not be, besides what Validate
// says.
func (m Model) checkFile(is *issue.Issues, told parametersRead) {
	known := make(map[Level]bool)
	for i, l := range m.Levels {
		field := fmt.Sprintf("levels[%d]", i)
		if known[l.Level] {
			is.Add(field+".level", "repeated", l.Level.String(), "stands there twice")
		}
		known[l.Level] = true
		needs(is, field+".name", l.Name, "say what to call it")
		needs(is, field+".meaning", l.Meaning, "say what it means")
	}
	asked := make(map[Level]bool)
	for _, c := range m.Criteria {
		asked[c.Level] = true
	}
	for _, l := range Levels() {
		if !known[l] {
			is.Add("levels", "required", l.String(), "a model says what each of its four levels means")
		}
		if l > ML0 && !asked[l] {
			is.Add("criteria", "required", l.String(), "nothing is asked for %s, so who has what comes before would have it too", l)
		}
	}
	steps := make(map[int]bool)
	for i, s := range m.Steps {
		field := fmt.Sprintf("steps[%d]", i)
		switch {
		case s.Step < 1:
			is.Add(field+".step", "min", fmt.Sprint(s.Step), "steps count from 1")
		case steps[s.Step]:
			is.Add(field+".step", "repeated", fmt.Sprint(s.Step), "stands there twice")
		}
		steps[s.Step] = true
		needs(is, field+".title", s.Title, "say what is done in it")
	}
	for i, c := range m.Criteria {
		field := fmt.Sprintf("criteria[%d]", i)
		if c.ID != "" && !issue.ValidKey(c.ID) {
			is.Add(field+".id", "key", c.ID, issue.KeyRule)
		}
		if !steps[c.Step] {
			is.Add(field+".step", "exists", fmt.Sprint(c.Step), "the model has no such step")
		}
		if !slices.Contains(bases, c.Basis) {
			is.Add(field+".basis", "oneof", string(c.Basis), "must be one of %v", bases)
		}
		needs(is, field+".statement", c.Statement, "say what is the case once it is met")
		needs(is, field+".next", c.Next, "say what to do to meet it")
		if slices.ContainsFunc(c.Clauses, aims.Clause.IsZero) {
			is.Add(field+".clauses", "required", "", "a clause has a number")
		}
		if slices.ContainsFunc(c.Controls, annexa.ID.IsZero) {
			is.Add(field+".controls", "required", "", "a control has a number")
		}
		p, ok := predicateNamed(c.PredicateName)
		if !ok {
			continue // one's own looks at what it likes, and one that does not exist at nothing
		}
		for _, name := range slices.Sorted(maps.Keys(told.Criteria[i].Parameters)) {
			if !slices.Contains(p.Parameters, name) {
				is.Add(field+".parameters."+name, "unused", c.PredicateName, "%s does not look at it, but at %s", c.PredicateName, strings.Join(p.Parameters, ", "))
			}
		}
		for _, name := range p.Parameters {
			_, own := told.Criteria[i].Parameters[name]
			if _, ok := told.Parameters[name]; !ok && !own {
				is.Add("parameters."+name, "required", "", "criterion %s is judged by it", c.ID)
			}
		}
	}
}

// needs adds an issue for a text that says nothing.
func needs(is *issue.Issues, field, text, why string) {
	if strings.TrimSpace(text) == "" {
		is.Add(field, "required", text, "%s", why)
	}
}
