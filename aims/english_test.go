package aims_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
)

// english are words by which an English sentence is known.
var english = regexp.MustCompile(`\b(the|of|is|was|were|are|and|for|by|not|has|from|nobody|it|on|at|to|as|with|a|an|changed|holds|instead)\b`)

// typed are the fields of records in which people write what they like, and so English where
// these are the people of a test, by type and path in JSON.
var typed = []string{
	"aims.Action.what",
	"aims.Audit.items.looked", "aims.Audit.objective", "aims.AuditProgramme.criteria", "aims.AuditProgramme.reporting",
	"aims.Certificate.appeals.text", "aims.Certificate.applied.boundaries", "aims.Certificate.applied.scope", "aims.Certificate.suspensions.reason",
	"aims.Communication.how", "aims.Communication.what", "aims.Communication.when",
	"aims.ControlTest.expected", "aims.ControlTest.method",
	"aims.Document.distribution.how", "aims.Document.outside.checks.seen", "aims.Document.outside.issuer", "aims.Document.text",
	"aims.ManagementReview.decisions.what", "aims.ManagementReview.inputs.note",
	"aims.Organisation.advice.on", "aims.Person.name", "aims.Policy.available_to.how", "aims.Policy.text",
	"aims.ProcessMap.distribution.how", "aims.ProcessMap.processes.criteria.what", "aims.ProcessMap.processes.does", "aims.ProcessMap.processes.inputs.what", "aims.ProcessMap.text",
	"aims.Scope.boundaries", "aims.Scope.distribution.how", "aims.Scope.statement", "aims.Sweep.candidates.dismissed",
	"annexa.Decision.justification", "annexa.Statement.rows.justification", "annexa.Statement.scope",
	"impact.Assessment.ended.reason", "impact.Assessment.fingerprint.attributes", "impact.Assessment.harms.dismissed", "impact.Assessment.no_consultation", "impact.Assessment.parties.no_harm",
	"register.Criteria.process.text", "register.System.out_of_scope", "register.System.purpose",
}

// What the library writes into a record is told in German as well: as a text, as a row of a
// table of ours, or as the detail of a trigger. English that is none of these stands in a field
// that people fill in, or should be an issue.Text.
func TestRecordsSpeakEveryLanguage(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	bare := make(map[string]string)
	texts, tables, people := 0, 0, make(map[string]bool)
	for _, o := range onDays(t) {
		for _, rec := range o.v.All() {
			leaves(reflect.ValueOf(rec), "", func(path string, v any) {
				switch v := v.(type) {
				case issue.Text:
					if texts++; german.Text(v) == v.String() && english.MatchString(v.String()) {
						bare[path] = v.String()
					}
				case string:
					switch {
					case !strings.Contains(v, " ") || !english.MatchString(v):
					case german.Word(v) != v || german.Text(impact.DetailText(v)) != v:
						tables++
					case slices.Contains(typed, path):
						people[path] = true
					default:
						bare[path] = v
					}
				}
			})
		}
	}
	require.Empty(t, bare, "keep it as an issue.Text, or say in typed that people write it")
	require.Empty(t, german.Missing())
	require.NotZero(t, texts)
	require.NotZero(t, tables)
	require.Equal(t, len(typed), len(people), "in typed, and nobody writes it: %v", slices.DeleteFunc(slices.Clone(typed), func(p string) bool { return people[p] }))
}

// leaves yields the texts of a record, those that are an issue.Text whole, with type and path.
func leaves(v reflect.Value, path string, yield func(path string, v any)) {
	switch v.Interface().(type) {
	case issue.Text, time.Time, calendar.Date:
		yield(path, v.Interface())
		return
	case fmt.Stringer:
		if v.Kind() == reflect.Struct {
			return // an ID, which is no sentence
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			leaves(v.Elem(), path, yield)
		}
	case reflect.String:
		yield(path, v.String())
	case reflect.Slice:
		for i := range v.Len() {
			leaves(v.Index(i), path, yield)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			leaves(it.Value(), path, yield)
		}
	case reflect.Struct:
		if path == "" {
			path = v.Type().String()
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case f.Anonymous:
				leaves(v.Field(i), path, yield)
			case f.IsExported():
				leaves(v.Field(i), path+"."+name, yield)
			}
		}
	}
}

// Whatever detail this package gives a trigger has a form by which it is told in German: each
// text that is put together where a trigger is fired, with something in place of what it names.
func TestDetailsHaveForms(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	var found []string
	fset := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, 0)
		require.NoError(t, err)
		detail := func(e ast.Expr) {
			format := formOf(e)
			if format == "" || strings.Trim(format, "%s ") == "" {
				return // somebody's own words, or what has been looked at where it was made
			}
			found = append(found, format)
			told := false
			for _, name := range []string{"x", "2026-03-01"} {
				said := strings.ReplaceAll(format, "%s", name)
				told = told || german.Text(impact.DetailText(said)) != said
			}
			require.True(t, told, "%s: impact has no form for the detail %q", fset.Position(e.Pos()), format)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "fire" || sel.Sel.Name == "fireAll") {
					detail(n.Args[2])
				}
			case *ast.AssignStmt:
				if id, ok := n.Lhs[0].(*ast.Ident); ok && id.Name == "detail" {
					detail(n.Rhs[0])
				}
			}
			return true
		})
	}
	require.Greater(t, len(found), 8)
}

// formOf is a concatenation of texts as a format, with %s for what is no constant in it.
func formOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(e.Value)
		return s
	case *ast.BinaryExpr:
		return formOf(e.X) + formOf(e.Y)
	}
	return "%s"
}
