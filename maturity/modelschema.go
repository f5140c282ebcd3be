package maturity

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
)

// ModelSchema returns the JSON Schema (draft 2020-12) of the file of a model, for who
// writes one without Go. What it can't say, such as that no ID stands twice and that a
// predicate looks at a parameter, ParseModel says.
func ModelSchema() []byte {
	type object = map[string]any
	text := object{"type": "string", "pattern": `\S`, "maxLength": 4000}
	whole := func(least int) object { return object{"type": "integer", "minimum": least} }
	list := func(of object) object { return object{"type": "array", "items": of} }
	shut := func(properties object, required ...string) object {
		return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	}
	var levels, above, phases, predicates []string
	for _, l := range Levels() {
		levels = append(levels, l.String())
		if l > ML0 {
			above = append(above, l.String())
		}
	}
	for _, p := range aims.Phases() {
		phases = append(phases, string(p))
	}
	for _, p := range predicateTable {
		predicates = append(predicates, p.Name)
	}
	clause, control := object{"type": "string", "pattern": `^[0-9]+(\.[0-9]+)*$`}, object{"type": "string", "pattern": `^A\.[0-9]+(\.[0-9]+)*$`}
	days := object{"type": "integer", "minimum": 0, "maximum": 36500}
	parameter := func(f reflect.Type, every bool) object {
		switch f {
		case reflect.TypeFor[int]():
			return days
		case reflect.TypeFor[float64]():
			return object{"type": "number", "minimum": 0, "maximum": 1}
		case reflect.TypeFor[[]annexa.ID]():
			return list(control)
		case reflect.TypeFor[[]aims.Clause]():
			return list(clause)
		}
		properties, required := object{}, []string{}
		for _, l := range impact.Levels() {
			properties[string(l)] = days
			if every {
				required = append(required, string(l))
			}
		}
		return shut(properties, required...)
	}
	parameters := func(every bool) object {
		properties := object{}
		t := reflect.TypeFor[Parameters]()
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			properties[name] = parameter(t.Field(i).Type, every)
		}
		return shut(properties, []string{}...)
	}
	criterion := shut(object{
		"id": object{"type": "string", "pattern": `^[A-Za-z0-9][A-Za-z0-9_.:@/#-]{0,127}$`}, "level": object{"enum": above},
		"step": whole(1), "phase": object{"enum": phases}, "title": text, "statement": text, "clauses": list(clause), "controls": list(control),
		"per_control": object{"type": "boolean"}, "weight": whole(1), "next": text, "why": object{"type": "string", "maxLength": 4000},
		"basis":      object{"enum": bases},
		"predicate":  object{"anyOf": []object{{"enum": predicates}, {"type": "string", "pattern": "^" + OwnPrefix + ".+"}}},
		"parameters": parameters(false),
	}, "id", "level", "step", "phase", "title", "statement", "weight", "next", "basis", "predicate")
	root := shut(object{
		"schema": object{"const": ModelSchemaName}, "id": text, "version": text,
		"levels":   list(shut(object{"level": object{"enum": levels}, "name": text, "meaning": text}, "level", "name", "meaning")),
		"steps":    list(shut(object{"step": whole(1), "title": text}, "step", "title")),
		"criteria": list(criterion), "parameters": parameters(true),
	}, "schema", "id", "version", "levels", "steps", "criteria")
	root["$schema"], root["$id"], root["title"] = "https://json-schema.org/draft/2020-12/schema", ModelSchemaName, "Maturity model"
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(err) // maps of words
	}
	return append(out, '\n')
}
