package aims_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
)

// deciding are the calls by which a verb decides.
var deciding = []string{"decide", "putDeciding", "settle", "settling", "Decide"}

// The table of rights has each verb, and says of each whether it decides.
func TestRightsAreOfAllVerbs(t *testing.T) {
	rows := make(map[string]aims.Right)
	for _, r := range aims.Rights() {
		require.NotEmpty(t, r.May, r.Verb)
		require.NotEmpty(t, r.Leaves, r.Verb)
		require.NotEmpty(t, r.Record, r.Verb)
		if r.When != "" {
			require.Contains(t, rows, r.Verb, "the row that holds for every use comes first")
			continue
		}
		require.NotContains(t, rows, r.Verb)
		rows[r.Verb] = r
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	verbs := map[string]bool{"Withdraw": false, "Erase": false} // of the ledger
	for _, path := range files {
		src, err := os.ReadFile(path)
		require.NoError(t, err)
		f, err := parser.ParseFile(token.NewFileSet(), path, src, 0)
		require.NoError(t, err)
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && isVerb(fn) {
				decides := false
				ast.Inspect(fn.Body, func(n ast.Node) bool {
					id, ok := n.(*ast.Ident)
					decides = decides || ok && slices.Contains(deciding, id.Name)
					return true
				})
				verbs[fn.Name.Name] = decides
			}
		}
	}
	tx := reflect.TypeFor[*aims.Tx]()
	for verb, decides := range verbs {
		_, exported := tx.MethodByName(verb)
		require.True(t, exported || verb == "Erase", verb)
		r, told := rows[verb]
		require.True(t, told, "the table lacks %s", verb)
		require.Equal(t, decides, r.Does == "decides", "%s: does it decide?", verb)
		require.Contains(t, []string{"creates", "revises", "decides", "withdraws", "erases"}, r.Does, verb)
		if _, err := aims.ParseClause(r.Clause); err != nil {
			require.Regexp(t, `^(A(\.\d+){2,3}|-)$`, r.Clause, verb)
		}
		delete(rows, verb)
	}
	require.Empty(t, rows, "no such verbs")
}

// isVerb reports whether a function is an exported method of *Tx whose last
// result is an error.
func isVerb(fn *ast.FuncDecl) bool {
	if fn.Recv == nil || !fn.Name.IsExported() || fn.Type.Results == nil {
		return false
	}
	star, ok := fn.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	of, ok := star.X.(*ast.Ident)
	last, isName := fn.Type.Results.List[len(fn.Type.Results.List)-1].Type.(*ast.Ident)
	return ok && of.Name == "Tx" && isName && last.Name == "error"
}

// The table of listings is that of the kinds.
func TestListingsAreInTheDocumentation(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	require.NoError(t, err)
	_, text, found := strings.Cut(f.Doc.Text(), "kind               listings\n")
	require.True(t, found)
	text, _, _ = strings.Cut(text, "\n\n")
	var want strings.Builder
	for _, k := range aims.Kinds() {
		if len(k.Listings) > 0 {
			fmt.Fprintf(&want, "\t%-19s%s\n", k.Name, strings.Join(k.Listings, ", "))
		}
	}
	require.Equal(t, want.String(), text+"\n")
}
