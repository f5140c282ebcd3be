package dashboard

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/register"
)

// doors are the functions that say a constant, and which argument it is.
var doors = map[string]int{"say": 0, "mark": 0, "person": 1, "NewText": 0, "notFound": 0, "sayHTML": 0}

// refusals are texts of package issue: the fourth and later arguments of Issues.Add.
const refusals = "Add"

// spaces have a letter and a space, as a sentence has.
var spaces = regexp.MustCompile(`[A-Za-z]\s+\S|\s+[A-Za-z]`)

// notSaid are constants with a space and a letter that nobody reads as a sentence.
var notSaid = []*regexp.Regexp{
	regexp.MustCompile(`^(default-src|style-src|; style-src|; img-src|'sha256-)`),      // Content-Security-Policy
	regexp.MustCompile(`^<|^" class=|^tag $|">$`),                                      // HTML
	regexp.MustCompile(`^(private|public|text/html|text/css|application/\w+|GET)[,;]`), // heads of an answer
	regexp.MustCompile(`^[-:@{}#.]|\{$|;$|^ and \(|^\(prefers`),                        // CSS
	regexp.MustCompile(`^(ink-l dash|page/\*)`),                                        // classes, names of files
	regexp.MustCompile(`^(2 January( 2006)?|January 2006|Jan 2006)( 15:04:05 UTC)?$`),  // layouts of days
	regexp.MustCompile(`^(ISO/IEC \d+|NIST AI RMF)$`),                                  // names
	regexp.MustCompile(`^(page failed|a tenant can't be read for the portfolio)$`),     // for the log
	regexp.MustCompile(`%w|%T|panicked`),                                               // errors for who runs the program
}

// saidInCode is what code says, and the sentences in it that nobody says.
func saidInCode(t *testing.T) (said map[string]string, loose []string) {
	said = make(map[string]string)
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		inDoor := make(map[ast.Node]bool)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Field: // tags of fields
				if n.Tag != nil {
					inDoor[n.Tag] = true
				}
			case *ast.ImportSpec:
				inDoor[n.Path] = true
			case *ast.CallExpr:
				called := ""
				switch f := n.Fun.(type) {
				case *ast.Ident:
					called = f.Name
				case *ast.SelectorExpr:
					called = f.Sel.Name
				}
				if at, ok := doors[called]; ok && len(n.Args) > at {
					if lit, ok := n.Args[at].(*ast.BasicLit); ok && lit.Kind == token.STRING {
						text, err := strconv.Unquote(lit.Value)
						require.NoError(t, err)
						if text != "" {
							said[text] = name
						}
						inDoor[lit] = true
					}
				}
				if called == refusals && len(n.Args) > 3 {
					inDoor[n.Args[3]] = true
					if lit, ok := n.Args[3].(*ast.BasicLit); ok {
						text, err := strconv.Unquote(lit.Value)
						require.NoError(t, err)
						said[text] = name
					}
				}
			case *ast.BasicLit:
				if n.Kind != token.STRING || inDoor[n] {
					return true
				}
				text, err := strconv.Unquote(n.Value)
				require.NoError(t, err)
				bare := verbsOf.ReplaceAllString(text, "")
				if spaces.MatchString(bare) && !slices.ContainsFunc(notSaid, func(r *regexp.Regexp) bool { return r.MatchString(text) }) {
					loose = append(loose, fmt.Sprintf("%s:%d %q", name, fset.Position(n.Pos()).Line, text))
				}
			}
			return true
		})
	}
	return said, loose
}

var (
	verbsOf  = regexp.MustCompile(`%[-+# 0]*\d*(\.\d+)?[a-zA-Z%]`)
	sayings  = regexp.MustCompile(`\bt "((?:[^"\\]|\\.)*)"`)
	actions  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tags     = regexp.MustCompile(`(?s)<[^>]*>`)
	readable = regexp.MustCompile(`(?:aria-label|data-l|title|alt|placeholder)="([^"]*)"`)
	letters  = regexp.MustCompile(`\pL{2,}`)
)

// saidInTemplates is what templates say, and the words in them that nobody says.
func saidInTemplates(t *testing.T) (said map[string]string, loose []string) {
	said = make(map[string]string)
	names, err := filepath.Glob("page/*.*")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, ".css") {
			continue
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range sayings.FindAllStringSubmatch(string(text), -1) {
			s, err := strconv.Unquote(`"` + m[1] + `"`)
			require.NoError(t, err)
			said[s] = name
		}
		bare := actions.ReplaceAllString(string(text), "\x00")
		for _, m := range readable.FindAllStringSubmatch(bare, -1) {
			if letters.MatchString(m[1]) {
				loose = append(loose, name+": "+m[0])
			}
		}
		for part := range strings.SplitSeq(tags.ReplaceAllString(bare, "\x00"), "\x00") {
			if letters.MatchString(part) && !regexp.MustCompile(`^(ML\d)+$`).MatchString(strings.TrimSpace(part)) {
				loose = append(loose, name+": "+strings.TrimSpace(part))
			}
		}
	}
	return said, loose
}

func catalogue(t *testing.T, language string) map[string]json.RawMessage {
	t.Helper()
	text, err := os.ReadFile("../../phrase/" + language + "/dashboard.json")
	require.NoError(t, err)
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &all))
	return all
}

// No sentence is put together in code: each stands whole, as a constant, where it is
// said.
func TestNoSentenceIsPutTogether(t *testing.T) {
	_, loose := saidInCode(t)
	require.Empty(t, loose, "say it as one format, by voice.say or mark")
	_, loose = saidInTemplates(t)
	require.Empty(t, loose, `say it as {{t "…"}}`)
}

// Said is what the package says, for tests of its pages.
func Said(t *testing.T) map[string]string { return said(t) }

// said is all that the package says.
func said(t *testing.T) map[string]string {
	t.Helper()
	all, _ := saidInCode(t)
	inTemplates, _ := saidInTemplates(t)
	maps.Copy(all, inTemplates)
	return all
}

// fields are the names of the fields of all kinds of record, as words.
func fields() []string {
	all := make(map[string]bool)
	seen := make(map[reflect.Type]bool)
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, of.Kind()) {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || seen[of] {
			return
		}
		if of == reflect.TypeFor[issue.Text]() {
			return // it is told whole
		}
		seen[of] = true
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			if name != "" {
				all[words(name)] = true
			}
			walk(of.Field(i).Type)
		}
	}
	for _, k := range aims.Kinds() {
		walk(reflect.TypeOf(k.New()))
	}
	return slices.Sorted(maps.Keys(all))
}

// vocabulary are words that stand in data: names of kinds of records and of their fields,
// values of enumerations, what an answer of HTTP is called.
func vocabulary(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{"Error": true, "descending": true}
	for status := range 600 {
		all[http.StatusText(status)] = true
	}
	for _, name := range fields() {
		all[name] = true
	}
	for _, k := range aims.Kinds() {
		n := nameOf(k.Name)
		all[n.one], all[n.many] = true, true
	}
	for _, l := range register.DefaultCriteria().Levels {
		all[string(l)] = true
	}
	for _, s := range controlStates {
		all[words(s.ID)] = true
	}
	for _, dir := range []string{"aims", "annexa", "crosswalk", "impact", "maturity", "register", "storage/ledger"} {
		names, err := filepath.Glob("../../" + dir + "/*.go")
		require.NoError(t, err)
		for _, name := range names {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				v, ok := n.(*ast.ValueSpec)
				if !ok || v.Type == nil {
					return true
				}
				for _, x := range v.Values {
					if lit, ok := x.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						text, err := strconv.Unquote(lit.Value)
						require.NoError(t, err)
						all[words(text)] = true
					}
				}
				return true
			})
		}
	}
	return all
}

// Each value of an enumeration that a record holds has German: a page of the record says it as
// a word.
func TestValuesOfRecordsHaveGerman(t *testing.T) {
	told := make(map[string]bool)
	for _, key := range phrase.Keys() {
		told[key] = true
	}
	of := make(map[string]bool) // "register.Autonomy"
	seen := make(map[reflect.Type]bool)
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, t.Kind()) {
			t = t.Elem()
		}
		if isEnumeration(t) {
			of[strings.TrimPrefix(t.PkgPath(), "github.com/aimskit/aimskit/")+"."+t.Name()] = true
		}
		if t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			walk(t.Field(i).Type)
		}
	}
	for _, k := range aims.Kinds() {
		walk(reflect.TypeOf(k.New()))
	}
	var bare []string
	for name := range of {
		dir, typ, _ := strings.Cut(name, ".")
		for _, value := range valuesOf(t, dir, typ) {
			if value != "" && !told[words(value)] && titleOf("kind", value) == "" {
				bare = append(bare, name+" "+value)
			}
		}
	}
	slices.Sort(bare)
	require.Empty(t, bare)
}

// valuesOf are the constants of a type.
func valuesOf(t *testing.T, dir, typ string) (all []string) {
	t.Helper()
	names, err := filepath.Glob("../../" + dir + "/*.go")
	require.NoError(t, err)
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if of, ok := v.Type.(*ast.Ident); !ok || of.Name != typ {
				return true
			}
			for _, x := range v.Values {
				if lit, ok := x.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					text, err := strconv.Unquote(lit.Value)
					require.NoError(t, err)
					all = append(all, text)
				}
			}
			return true
		})
	}
	return all
}

// All that is said has German, and there is none that nobody says.
func TestGermanIsWhole(t *testing.T) {
	said, words := said(t), vocabulary(t)
	german, english := catalogue(t, "de"), catalogue(t, "en")
	for text, where := range said {
		require.Contains(t, german, text, "%s says it", where)
		require.NotRegexp(t, `[<>&]`, text, "%s: what is said is no markup", where)
	}
	var unsaid []string
	for key := range german {
		if said[key] == "" && !words[key] {
			unsaid = append(unsaid, key)
		}
	}
	require.Empty(t, unsaid, "nobody says it")
	for key := range english {
		require.Contains(t, said, key, "nobody says it")
	}
	for _, kind := range aims.Kinds() {
		n := nameOf(kind.Name)
		require.Contains(t, german, n.one)
		require.Contains(t, german, n.many)
	}
}

// The name of each field of a record has German, whichever package says it.
func TestFieldsHaveGerman(t *testing.T) {
	told := make(map[string]bool)
	for _, key := range phrase.Keys() {
		told[key] = true
	}
	var bare []string
	for _, name := range fields() {
		if !told[name] {
			bare = append(bare, name)
		}
	}
	require.Empty(t, bare, "phrase/de/dashboard.json has no word for it")
}
