package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/schema"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

var update = flag.Bool("update", false, "write the schemas anew")

const module = "github.com/aimskit/aimskit/"

// sources are the packages whose types stand in records, by import path.
var sources = map[string]string{
	module + "aims": "..", module + "annexa": "../../annexa", module + "register": "../../register", module + "impact": "../../impact",
}

// TestSchemasAreCurrent generates the schema of every kind from its Go type and
// compares it with the one that is committed; -update writes them anew.
func TestSchemasAreCurrent(t *testing.T) {
	enums := readEnums(t)
	comments := readComments(t)
	for _, info := range aims.Kinds() {
		kind := info.Name
		want := generate(t, info, enums, comments)
		path := string(kind) + ".schema.json"
		if *update {
			require.NoError(t, os.WriteFile(path, want, 0o644))
			continue
		}
		got, ok := schema.For(kind)
		require.True(t, ok, "no schema of kind %s; run go test ./aims/schema -update", kind)
		require.True(t, bytes.Equal(want, got), "the schema of kind %s is not that of its type; run go test ./aims/schema -update", kind)
	}
}

// generate makes the schema of a kind.
func generate(t *testing.T, kind aims.KindInfo, enums map[reflect.Type][]string, comments map[string]string) []byte {
	r := &jsonschema.Reflector{
		BaseSchemaID: "https://github.com/aimskit/aimskit/schema",
		// Types of different packages share names (annexa.Approval,
		// aims.DocumentApproval); unless they are told apart, one takes the place of
		// the other.
		Namer: func(t reflect.Type) string {
			if t.Name() == "" {
				return "" // a list or map has no name of its own
			}
			return path.Base(t.PkgPath()) + "." + t.Name() // a slash would part a JSON pointer
		},
		Mapper: func(t reflect.Type) *jsonschema.Schema { return mapType(t, enums) },
	}
	r.CommentMap = comments
	s := r.Reflect(kind.New())
	s.ID = jsonschema.ID("https://github.com/aimskit/aimskit/schema/" + string(kind.Name) + "/" + strconv.Itoa(kind.Schema))
	s.Title = string(kind.Name)
	if b, err := json.Marshal(s); err == nil && bytes.Contains(b, []byte("issue.Text")) {
		s.Definitions["issue.Text"] = textSchema()
	}
	b, err := json.MarshalIndent(s, "", "  ")
	require.NoError(t, err)
	return append(bytes.ReplaceAll(b, []byte(`\u003c`), []byte("<")), '\n')
}

// textSchema is an issue.Text, by the forms that its JSON has (issue.Text.MarshalJSON).
func textSchema() *jsonschema.Schema {
	object := func(fields ...string) *jsonschema.Schema {
		s := &jsonschema.Schema{Type: "object", Required: fields, Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
		for _, f := range fields {
			s.Properties.Set(f, &jsonschema.Schema{Type: "string"})
		}
		return s
	}
	text := object("id")
	text.Description = "A sentence as an English format of Go's package fmt and its arguments, so that\nit can be told in another language."
	text.Properties.Set("args", &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "string"}, {Type: "number"}, {Type: "boolean"}, object("day"), object("kind", "record"), {Ref: "#/$defs/issue.Text"}}}})
	return text
}

// readComments reads the doc comments of types and fields, which become
// descriptions.
func readComments(t *testing.T) map[string]string {
	here, err := os.Getwd()
	require.NoError(t, err)
	defer func() { require.NoError(t, os.Chdir(here)) }()
	require.NoError(t, os.Chdir("../.."))
	r := new(jsonschema.Reflector)
	for _, dir := range []string{"aims", "annexa", "register", "impact"} {
		require.NoError(t, r.AddGoComments(strings.TrimSuffix(module, "/"), "./"+dir, jsonschema.WithFullComment()))
	}
	return r.CommentMap
}

// mapType gives the types that the reflector would get wrong.
func mapType(t reflect.Type, enums map[reflect.Type][]string) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[time.Time]():
		return &jsonschema.Schema{Type: "string", Format: "date-time"}
	case reflect.TypeFor[calendar.Date]():
		return &jsonschema.Schema{Type: "string", Format: "date"}
	case reflect.TypeFor[annexa.ID]():
		var all []any
		for _, c := range annexa.Controls() {
			all = append(all, c.ID.String())
		}
		return &jsonschema.Schema{Type: "string", AnyOf: []*jsonschema.Schema{{Enum: all}, {Pattern: `^X\.[A-Za-z0-9.-]{1,40}$`}}}
	case reflect.TypeFor[crosswalk.Ref]():
		return &jsonschema.Schema{Type: "string", Pattern: `^[a-z0-9.-]{1,40}:[!-~]([ -~]{0,78}[!-~])?$`}
	case reflect.TypeFor[issue.Text]():
		// A definition of its own, as texts stand in texts.
		return &jsonschema.Schema{Ref: "#/$defs/issue.Text"}
	case reflect.TypeFor[aims.Clause]():
		var all []any
		for _, c := range aims.Clauses() {
			all = append(all, c.String())
		}
		return &jsonschema.Schema{Type: "string", Enum: all}
	}
	if values, ok := enums[t]; ok {
		s := &jsonschema.Schema{Type: "string"}
		for _, v := range values {
			s.Enum = append(s.Enum, v)
		}
		return s
	}
	return nil
}

// openTypes are string types whose values the organisation chooses.
var openTypes = []reflect.Type{reflect.TypeFor[register.RiskLevel](), reflect.TypeFor[aims.Kind]()}

// readEnums finds, for each string type that stands in a record, the constants
// that its package declares of it.
func readEnums(t *testing.T) map[reflect.Type][]string {
	constants := make(map[string][]string) // "import/path.Type"
	for path, dir := range sources {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, d := range f.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.CONST {
					continue
				}
				for _, spec := range g.Specs {
					v := spec.(*ast.ValueSpec)
					name, ok := v.Type.(*ast.Ident)
					if !ok {
						continue
					}
					for _, value := range v.Values {
						if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.STRING {
							text, err := strconv.Unquote(lit.Value)
							require.NoError(t, err)
							constants[path+"."+name.Name] = append(constants[path+"."+name.Name], text)
						}
					}
				}
			}
		}
	}
	enums := make(map[reflect.Type][]string)
	seen := make(map[reflect.Type]bool)
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			walk(typ.Elem())
		case reflect.Map:
			walk(typ.Key())
			walk(typ.Elem())
		case reflect.Struct:
			for i := range typ.NumField() {
				walk(typ.Field(i).Type)
			}
		case reflect.String:
			if typ.PkgPath() == "" || slices.Contains(openTypes, typ) {
				return
			}
			values := constants[typ.PkgPath()+"."+typ.Name()]
			require.NotEmpty(t, values, "%s is a string type without constants: declare them, or name it in openTypes", typ)
			enums[typ] = values
		}
	}
	for _, kind := range aims.Kinds() {
		walk(reflect.TypeOf(kind.New()))
	}
	return enums
}
