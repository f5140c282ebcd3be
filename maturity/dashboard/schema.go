package dashboard

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/aimskit/aimskit/maturity"
)

// Schema returns the JSON Schema (draft 2020-12) of a Screen, for who reads it without
// Go. It follows from the types; a test validates what is written against it.
func Schema() []byte {
	return schemaNamed(ScreenSchema, "Screen", reflect.TypeFor[Screen]())
}

func schemaNamed(id, title string, t reflect.Type) []byte {
	g := schemaOf{defs: make(map[string]any)}
	root := g.of(t)
	text, err := json.MarshalIndent(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": id, "title": title, "$ref": root["$ref"], "$defs": g.defs,
	}, "", "  ")
	if err != nil {
		panic(err) // maps of words
	}
	return append(text, '\n')
}

// schemaOf makes schemas of types, structs under their names.
type schemaOf struct{ defs map[string]any }

func (g schemaOf) of(t reflect.Type) map[string]any {
	switch {
	case t == dateType:
		return map[string]any{"type": "string", "format": "date"}
	case t == timeType:
		return map[string]any{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[maturity.Level]():
		var levels []string
		for _, l := range maturity.Levels() {
			levels = append(levels, l.String())
		}
		return map[string]any{"type": "string", "enum": levels}
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.of(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": g.of(t.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Struct:
		name := strings.ReplaceAll(t.String(), "dashboard.", "")
		if _, ok := g.defs[name]; !ok {
			g.defs[name] = nil // in the making
			properties, required := map[string]any{}, []string{}
			g.fields(t, properties, &required)
			g.defs[name] = map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
		}
		return map[string]any{"$ref": "#/$defs/" + name}
	}
	return map[string]any{"type": "integer"}
}

// fields adds the fields of a struct, those of embedded ones among them.
func (g schemaOf) fields(t reflect.Type, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			g.fields(f.Type, properties, required)
			continue
		}
		if !f.IsExported() || name == "-" {
			continue
		}
		properties[name] = g.of(f.Type)
		if options == "" {
			*required = append(*required, name)
		}
	}
}
