package aimskit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/proof"
)

// Every exported name says what it holds or does, so that go doc reads well.
func TestExportedNamesAreDocumented(t *testing.T) {
	documented := map[string]bool{} // directories with a package comment
	for _, s := range sources(t) {
		documented[s.dir()] = documented[s.dir()] || s.file.Doc.Text() != ""
		if s.file.Name.Name == "main" {
			continue // a program exports nothing
		}
		for _, u := range undocumented(s.fset, s.file) {
			t.Errorf("%s: exported %s has no doc comment", s.at(u.node), u.name)
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s: no file has a package comment", dir)
		}
	}
}

// bare is an exported name without a comment.
type bare struct {
	name string
	node ast.Node
}

// undocumented finds the exported names of a file that nothing is said about.
// A constant or variable counts as documented by the comment of its group. A
// field or method without a comment counts where the comment at the head of
// its lines, or that of its type, speaks of it by name, or the one at the head
// speaks of the last of the lines, as in "A to D are".
func undocumented(fset *token.FileSet, file *ast.File) []bare {
	var out []bare
	line := func(pos token.Pos) int { return fset.Position(pos).Line }
	report := func(name string, node ast.Node) { out = append(out, bare{name, node}) }
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			receiver := receiverName(d)
			if d.Name.IsExported() && d.Doc.Text() == "" && (receiver == "" || ast.IsExported(receiver)) {
				report(strings.TrimPrefix(receiver+"."+d.Name.Name, "."), d)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch sp := spec.(type) {
				case *ast.TypeSpec:
					if !sp.Name.IsExported() {
						continue
					}
					doc := sp.Doc.Text()
					if doc == "" && !d.Lparen.IsValid() {
						doc = d.Doc.Text()
					}
					if doc == "" {
						report(sp.Name.Name, sp)
					}
					undocumentedMembers(sp.Name.Name, doc, sp.Type, line, report)
				case *ast.ValueSpec:
					for _, name := range sp.Names {
						if name.IsExported() && d.Doc.Text()+sp.Doc.Text()+sp.Comment.Text() == "" {
							report(name.Name, name)
						}
					}
				}
			}
		}
	}
	return out
}

// undocumentedMembers reports the exported fields of a struct, or the methods
// of an interface, that neither a comment of their own, nor one at the head of
// the lines they stand in, nor the type's own comment doc speaks of.
func undocumentedMembers(typeName, doc string, expr ast.Expr, line func(token.Pos) int, report func(string, ast.Node)) {
	var fields *ast.FieldList
	switch x := expr.(type) {
	case *ast.StructType:
		fields = x.Fields
	case *ast.InterfaceType:
		fields = x.Methods
	default:
		return
	}
	for list := fields.List; len(list) > 0; {
		// The lines from one comment to the next, or to a blank line.
		n := 1
		for n < len(list) && list[n].Doc == nil && line(list[n].Pos()) == line(list[n-1].End())+1 {
			n++
		}
		head := list[0].Doc.Text()
		toLast := false // "A to D are ..."
		for _, name := range list[n-1].Names {
			toLast = toLast || speaksOf(head, name.Name)
		}
		for i, field := range list[:n] {
			if toLast || field.Comment != nil || i == 0 && head != "" {
				continue
			}
			for _, name := range field.Names { // an embedded type has its own comment
				if name.IsExported() && !speaksOf(head, name.Name) && !speaksOf(doc, name.Name) {
					report(typeName+"."+name.Name, name)
				}
			}
		}
		list = list[n:]
	}
}

// speaksOf reports whether the text holds the name as a word.
func speaksOf(text, name string) bool {
	return regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(name) + `\b`).MatchString(text)
}

// receiverName returns the name of the type a method belongs to, "" for a
// function.
func receiverName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	expr := d.Recv.List[0].Type
	for {
		switch x := expr.(type) {
		case *ast.StarExpr:
			expr = x.X
		case *ast.IndexExpr:
			expr = x.X
		case *ast.IndexListExpr:
			expr = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

func TestUndocumentedNamesAreFound(t *testing.T) {
	const src = `package p

func Bare() {}

// Told says so.
func Told() {}

type T struct {
	A int
	// B is told.
	B int
	C int // C is told at the end of the line.
	d int
	// H and J share a comment, which says nothing of the third.
	H int
	J int
	K int

	// M to P are told.
	M int
	N, O int
	P int

	L int
}

// U holds an E.
type U struct{ E, F int }

// G of any K.
type G[K any] struct{}

func (g *G[K]) Method() {}
func (h hidden) Method() {}

type hidden struct{ X int }

// I is a contract.
type I interface {
	Do()
	error
}

// All of these are told together.
const (
	One = 1
	Two = 2
)

var Loose = 1
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments)
	require.NoError(t, err)
	var found []string
	for _, u := range undocumented(fset, file) {
		found = append(found, u.name)
	}
	require.Empty(t, cmp.Diff([]string{"Bare", "T", "T.A", "T.K", "T.L", "U.F", "G.Method", "I.Do", "Loose"}, found))
}

// sentinels are the errors of the core module that callers tell apart, with the
// code that each has.
var sentinels = map[string]struct {
	err  error
	code issue.Code
}{
	"issue.ErrInvalid":   {issue.ErrInvalid, issue.CodeInvalid},
	"issue.ErrNotFound":  {issue.ErrNotFound, issue.CodeNotFound},
	"issue.ErrExists":    {issue.ErrExists, issue.CodeExists},
	"issue.ErrStale":     {issue.ErrStale, issue.CodeStale},
	"issue.ErrForbidden": {issue.ErrForbidden, issue.CodeForbidden},
	"issue.ErrState":     {issue.ErrState, issue.CodeState},

	"storage.ErrConflict":     {storage.ErrConflict, issue.CodeConflict},
	"storage.ErrCorrupt":      {storage.ErrCorrupt, issue.CodeCorrupt},
	"storage.ErrLocked":       {storage.ErrLocked, issue.CodeLocked},
	"storage.ErrClosed":       {storage.ErrClosed, issue.CodeClosed},
	"storage.ErrVersion":      {storage.ErrVersion, issue.CodeVersion},
	"storage.ErrBatch":        {storage.ErrBatch, issue.CodeBatch},
	"storage.ErrNoTenant":     {storage.ErrNoTenant, issue.CodeNotFound},
	"storage.ErrTenantExists": {storage.ErrTenantExists, issue.CodeExists},
	"storage.ErrTenantOpen":   {storage.ErrTenantOpen, issue.CodeLocked},
	"storage.ErrTenantName":   {storage.ErrTenantName, issue.CodeInvalid},

	"file.ErrFailed":     {file.ErrFailed, issue.CodeFailed},
	"file.ErrReadOnly":   {file.ErrReadOnly, issue.CodeReadOnly},
	"file.ErrRolledBack": {file.ErrRolledBack, issue.CodeRolledBack},

	"proof.ErrMalformed":  {proof.ErrMalformed, issue.CodeInvalid},
	"proof.ErrMismatch":   {proof.ErrMismatch, issue.CodeTampered},
	"proof.ErrUnchecked":  {proof.ErrUnchecked, issue.CodeState},
	"proof.ErrSignature":  {proof.ErrSignature, issue.CodeUnsigned},
	"proof.ErrNoRevision": {proof.ErrNoRevision, issue.CodeNotFound},

	"ledger.ErrNotFound":       {ledger.ErrNotFound, issue.CodeNotFound},
	"ledger.ErrExists":         {ledger.ErrExists, issue.CodeExists},
	"ledger.ErrStale":          {ledger.ErrStale, issue.CodeStale},
	"ledger.ErrInvalid":        {ledger.ErrInvalid, issue.CodeInvalid},
	"ledger.ErrForbidden":      {ledger.ErrForbidden, issue.CodeForbidden},
	"ledger.ErrState":          {ledger.ErrState, issue.CodeState},
	"ledger.ErrCommitFirst":    {ledger.ErrCommitFirst, issue.CodeCommitFirst},
	"ledger.ErrTampered":       {ledger.ErrTampered, issue.CodeTampered},
	"ledger.ErrOutcomeUnknown": {ledger.ErrOutcomeUnknown, issue.CodeOutcomeUnknown},
	"ledger.ErrHung":           {ledger.ErrHung, issue.CodeHung},
	"ledger.ErrClosed":         {ledger.ErrClosed, issue.CodeClosed},
	"ledger.ErrOver":           {ledger.ErrOver, issue.CodeOver},
	"ledger.ErrNested":         {ledger.ErrNested, issue.CodeNested},
	"ledger.ErrReadOnly":       {ledger.ErrReadOnly, issue.CodeReadOnly},
	"ledger.ErrUnerased":       {ledger.ErrUnerased, issue.CodeUnerased},

	"impact.ErrState":        {impact.ErrState, issue.CodeState},
	"impact.ErrSeparation":   {impact.ErrSeparation, issue.CodeSeparation},
	"impact.ErrChanged":      {impact.ErrChanged, issue.CodeStale},
	"impact.ErrUnacceptable": {impact.ErrUnacceptable, issue.CodeUnacceptable},

	"aims.ErrNotFound":       {aims.ErrNotFound, issue.CodeNotFound},
	"aims.ErrExists":         {aims.ErrExists, issue.CodeExists},
	"aims.ErrStale":          {aims.ErrStale, issue.CodeStale},
	"aims.ErrInvalid":        {aims.ErrInvalid, issue.CodeInvalid},
	"aims.ErrForbidden":      {aims.ErrForbidden, issue.CodeForbidden},
	"aims.ErrSeparation":     {aims.ErrSeparation, issue.CodeSeparation},
	"aims.ErrGate":           {aims.ErrGate, issue.CodeGate},
	"aims.ErrState":          {aims.ErrState, issue.CodeState},
	"aims.ErrCommitFirst":    {aims.ErrCommitFirst, issue.CodeCommitFirst},
	"aims.ErrTampered":       {aims.ErrTampered, issue.CodeTampered},
	"aims.ErrOutcomeUnknown": {aims.ErrOutcomeUnknown, issue.CodeOutcomeUnknown},
	"aims.ErrHung":           {aims.ErrHung, issue.CodeHung},
	"aims.ErrClosed":         {aims.ErrClosed, issue.CodeClosed},
	"aims.ErrOver":           {aims.ErrOver, issue.CodeOver},
	"aims.ErrNested":         {aims.ErrNested, issue.CodeNested},
	"aims.ErrReadOnly":       {aims.ErrReadOnly, issue.CodeReadOnly},
	"aims.ErrUnerased":       {aims.ErrUnerased, issue.CodeUnerased},
}

// Each error that callers tell apart has a code of its own choice, and a text that
// says nothing of packages, as it stands in the midst of others.
func TestSentinelsHaveCodes(t *testing.T) {
	var declared []string
	for _, s := range sources(t) {
		if s.floor() == "examples" || slices.Contains(nested, s.dir()) {
			continue
		}
		for _, decl := range s.file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
				for _, spec := range d.Specs {
					for _, name := range spec.(*ast.ValueSpec).Names {
						if strings.HasPrefix(name.Name, "Err") {
							declared = append(declared, s.file.Name.Name+"."+name.Name)
						}
					}
				}
			}
		}
	}
	require.ElementsMatch(t, declared, slices.Collect(maps.Keys(sentinels)))
	for name, s := range sentinels {
		require.Equal(t, s.code, issue.CodeOf(s.err), name)
		require.Equal(t, s.code, aims.CodeOf(&aims.RecordError{Err: s.err}), name)
		require.NotRegexp(t, `^[a-z]+: `, s.err.Error(), name)
	}
}

// nested are the directories of modules of their own.
var nested = []string{"storage/bench", "storage/ledger/linear", ".ci/tools"}
