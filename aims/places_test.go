package aims_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
)

// A new kind of record takes four places: its constant, its declaration, its row
// in kinds and what reads it. What else names a kind is about other records that
// refer to it, or checks it; were it a list of all kinds, whoever adds one would
// have to know of it.
func TestPlacesThatANewKindTakes(t *testing.T) {
	fset := token.NewFileSet()
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	uses := make(map[string]map[string]int) // of a constant, by file
	variable := make(map[string]string)     // of a kind, by constant
	home := make(map[string]string)         // file of its declaration
	var rows []string
	read := make(map[string]int) // accessors: methods of reading that use a variable
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(fset, f.Name(), nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if len(n.Name) > 4 && strings.HasPrefix(n.Name, "Kind") && n.Name[4] < 'a' {
					if uses[n.Name] == nil {
						uses[n.Name] = make(map[string]int)
					}
					uses[n.Name][f.Name()]++
				}
			case *ast.ValueSpec:
				if len(n.Values) != 1 {
					break
				}
				if n.Names[0].Name == "kinds" {
					for _, row := range n.Values[0].(*ast.CompositeLit).Elts {
						rows = append(rows, row.(*ast.Ident).Name)
					}
				}
				if constant := declared(n.Values[0]); constant != "" {
					require.Empty(t, variable[constant], "%s is declared twice", constant)
					variable[constant], home[constant] = n.Names[0].Name, f.Name()
				}
			case *ast.FuncDecl:
				if n.Recv == nil || !n.Name.IsExported() {
					break
				}
				if star, ok := n.Recv.List[0].Type.(*ast.StarExpr); ok && star.X.(*ast.Ident).Name == "reading" {
					ast.Inspect(n.Body, func(n ast.Node) bool {
						if x, ok := n.(*ast.Ident); ok {
							read[x.Name]++
						}
						return true
					})
				}
			}
			return true
		})
	}
	require.Len(t, variable, len(aims.Kinds()))
	require.Len(t, rows, len(aims.Kinds()))
	least := 99
	for constant, name := range variable {
		require.Contains(t, rows, name, constant)
		require.NotZero(t, read[name], "nothing reads %s", name)
		require.Equal(t, 1, uses[constant]["kind.go"], "%s: the list of kinds is of their variables", constant)
		others := 0
		for file := range uses[constant] {
			if file != "kind.go" && file != "days.go" && file != home[constant] { // a table, with defaults
				others++
			}
		}
		require.LessOrEqual(t, others, 6, "%s is named in %v", constant, uses[constant])
		least = min(least, others)
	}
	require.Zero(t, least, "a kind that nothing refers to is named nowhere else")
}

// declared is the constant of the kind that a declaration makes, if it is one.
func declared(x ast.Expr) (constant string) {
	call, ok := x.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return ""
	}
	if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "MustDeclare" {
		return ""
	}
	for _, field := range call.Args[0].(*ast.CompositeLit).Elts {
		if kv := field.(*ast.KeyValueExpr); kv.Key.(*ast.Ident).Name == "Name" {
			return kv.Value.(*ast.Ident).Name
		}
	}
	return ""
}
