package aimskit_test

import (
	"encoding/json"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
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
	"issue.ErrInvalid":         {issue.ErrInvalid, issue.CodeInvalid},
	"issue.ErrNotFound":        {issue.ErrNotFound, issue.CodeNotFound},
	"issue.ErrExists":          {issue.ErrExists, issue.CodeExists},
	"issue.ErrStale":           {issue.ErrStale, issue.CodeStale},
	"issue.ErrForbidden":       {issue.ErrForbidden, issue.CodeForbidden},
	"issue.ErrState":           {issue.ErrState, issue.CodeState},
	"issue.ErrTooLarge":        {issue.ErrTooLarge, issue.CodeTooLarge},
	"issue.ErrPrecondition":    {issue.ErrPrecondition, issue.CodePrecondition},
	"aims.ErrPrecondition":     {aims.ErrPrecondition, issue.CodePrecondition},
	"issue.ErrUnauthenticated": {issue.ErrUnauthenticated, issue.CodeUnauthenticated},
	"aims.ErrTooLarge":         {aims.ErrTooLarge, issue.CodeTooLarge},
	"aims.ErrUnauthenticated":  {aims.ErrUnauthenticated, issue.CodeUnauthenticated},

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
var nested = []string{"maturity/dashboard/browsertest", "storage/bench", "storage/ledger/linear", ".ci/tools"}

// corePackages are the packages of the core module that others can import, with
// their types, by import path.
func corePackages(t *testing.T) []*types.Package {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}\t{{.Name}}", "./...").Output()
	require.NoError(t, err)
	export := make(map[string]string)
	var paths []string
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		export[f[0]] = f[1]
		if within(f[0], modulePath) && f[2] != "main" && !slices.Contains(strings.Split(f[0], "/"), "internal") {
			paths = append(paths, f[0])
		}
	}
	load := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(export[path]) })
	var all []*types.Package
	for _, path := range paths {
		p, err := load.Import(path)
		require.NoError(t, err)
		all = append(all, p)
	}
	return all
}

// told collects the structs that the exported functions and methods of packages
// give, those that an embedder's functions are told, and those that their exported
// fields lead to.
type told struct {
	seen  map[types.Type]bool
	named map[string]*types.Named // structs of this module
}

func (w *told) packages(all []*types.Package) {
	for _, p := range all {
		for _, name := range p.Scope().Names() {
			switch o := p.Scope().Lookup(name).(type) {
			case *types.Func:
				if o.Exported() {
					w.results(o)
				}
			case *types.TypeName:
				if !o.Exported() {
					continue
				}
				methods := types.NewMethodSet(types.NewPointer(o.Type()))
				for m := range methods.Methods() {
					if m.Obj().Exported() && !strings.HasPrefix(m.Obj().Name(), "Unmarshal") {
						w.results(m.Obj().(*types.Func))
					}
				}
				if s, ok := o.Type().Underlying().(*types.Struct); ok {
					w.hooks(s)
				}
				if types.Implements(types.NewPointer(o.Type()), errorType) {
					w.visit(o.Type()) // is told by errors.As
				}
			}
		}
	}
}

var errorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// hooks looks at what the functions are told that an embedder sets.
func (w *told) hooks(s *types.Struct) {
	for f := range s.Fields() {
		if hook, ok := f.Type().Underlying().(*types.Signature); ok && f.Exported() {
			for v := range hook.Params().Variables() {
				w.visit(v.Type())
			}
		}
	}
}

func (w *told) results(f *types.Func) {
	for v := range f.Signature().Results().Variables() {
		w.visit(v.Type())
	}
}

// visit looks at a type that is given: what holds it, what an iterator yields, and
// the fields of a struct.
func (w *told) visit(t types.Type) {
	t = types.Unalias(t)
	if w.seen[t] {
		return
	}
	w.seen[t] = true
	if n, ok := t.(*types.Named); ok {
		for a := range n.TypeArgs().Types() {
			w.visit(a)
		}
		if n.Obj().Pkg() == nil || !within(n.Obj().Pkg().Path(), modulePath) || !n.Obj().Exported() {
			return
		}
		if s, ok := n.Underlying().(*types.Struct); ok && hasFields(s) {
			w.named[n.Obj().Pkg().Name()+"."+n.Obj().Name()] = n
			if writesItself(n) {
				return
			}
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		w.visit(u.Elem())
	case *types.Slice:
		w.visit(u.Elem())
	case *types.Array:
		w.visit(u.Elem())
	case *types.Map:
		w.visit(u.Key())
		w.visit(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if f.Exported() {
				w.visit(f.Type())
			}
		}
	}
}

func hasFields(s *types.Struct) bool {
	for f := range s.Fields() {
		if f.Exported() {
			return true
		}
	}
	return false
}

// writesItself reports whether a type says itself how it is written in JSON.
func writesItself(n *types.Named) bool {
	for _, name := range []string{"MarshalJSON", "MarshalText"} {
		if o, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), name); o != nil {
			return true
		}
	}
	return false
}

var jsonNameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// nameless are the fields of a struct that have no JSON name in lower case, and
// are not left out by name.
func nameless(s *types.Struct) (fields []string) {
	for i := range s.NumFields() {
		f := s.Field(i)
		tag := reflect.StructTag(s.Tag(i)).Get("json")
		name, _, _ := strings.Cut(tag, ",")
		switch {
		case !f.Exported() || tag == "-" || f.Embedded() && name == "":
		case !jsonNameForm.MatchString(name):
			fields = append(fields, f.Name())
		}
	}
	return fields
}

// What the library tells can be sent on: whatever exported functions and methods
// give has JSON with names in lower case.
func TestWhatIsToldHasJSON(t *testing.T) {
	w := told{map[types.Type]bool{}, map[string]*types.Named{}}
	w.packages(corePackages(t))
	require.NotEmpty(t, w.named)
	for _, name := range slices.Sorted(maps.Keys(w.named)) {
		if why, ok := notTold[name]; ok {
			require.NotEmpty(t, why)
			continue
		}
		n := w.named[name]
		if writesItself(n) {
			continue
		}
		for _, f := range nameless(n.Underlying().(*types.Struct)) {
			t.Errorf("%s.%s has no JSON name in lower case", name, f)
		}
	}
	for name := range notTold {
		require.Contains(t, w.named, name, "is no longer given by anything")
	}
}

// notTold are structs that functions give, but that tell nothing.
var notTold = map[string]string{
	"maturity.Input": "it is what a criterion may look at",
	"storage.Tenant": "it is a journal and its powers",
}

// What tells of commits, checks and errors reads back as it was. Records do too,
// which the tests of their packages show.
func TestWhatIsToldReadsBack(t *testing.T) {
	for _, zero := range []any{
		aims.Agenda{}, aims.AgendaRow{}, aims.Blocker{}, aims.Coverage{}, aims.CycleDate{}, aims.DueAssessment{}, aims.Finding{}, aims.GateError{}, aims.Observation{},
		aims.OwnWork{}, aims.Probe{}, aims.RequiredInformation{}, aims.Tie{},
		annexa.FieldChange{}, annexa.Gap{}, annexa.Row{}, annexa.RowChange{}, annexa.Statement{},
		crosswalk.ElementCoverage{}, crosswalk.Report{}, crosswalk.Reach{},
		file.Damage{}, file.Left{}, file.Report{}, file.Salvaged{},
		impact.Conflict{}, impact.Delta{}, impact.Difference{}, euact.Classification{}, impact.Explanation{}, impact.Facts{}, impact.Policy{}, impact.Result{},
		impact.RuleChange{}, impact.Summary{},
		issue.Bound{}, issue.CodeInfo{}, issue.Issue{}, issue.Text{},
		ledger.Answer[ledger.FleetStats]{}, ledger.By{}, ledger.Entry{}, ledger.FieldChange{}, ledger.FleetStats{}, ledger.KindInfo{}, ledger.Limits{},
		ledger.Published{}, ledger.RecordChange{}, ledger.Subject{},
		maturity.Drop{}, maturity.Hypothesis{}, maturity.Outlook{}, maturity.Plan{}, maturity.Report{}, maturity.Result{}, maturity.System{},
		proof.Signed{},
		register.Change{}, register.Comparison{}, register.Fingerprint{}, register.Move{},
		storage.Change{}, storage.Commit{}, storage.Head{}, storage.Header{}, storage.Snapshot{},
	} {
		given := reflect.New(reflect.TypeOf(zero))
		t.Run(given.Elem().Type().String(), func(t *testing.T) {
			n := 0
			fill(given.Elem(), &n)
			text, err := json.Marshal(given.Interface())
			require.NoError(t, err)
			read := reflect.New(given.Elem().Type())
			require.NoError(t, json.Unmarshal(text, read.Interface()), "%s", text)
			require.Equal(t, given.Interface(), read.Interface(), "%s", text)
		})
	}
}

// filled are values of types that say themselves what they are.
var filled = map[reflect.Type]any{
	reflect.TypeFor[annexa.ID]():       annexa.MustParse("A.6.2.8"),
	reflect.TypeFor[aims.Clause]():     aims.MustParseClause("9.2"),
	reflect.TypeFor[crosswalk.Ref]():   crosswalk.MustParseRef("iso42001:9.2"),
	reflect.TypeFor[maturity.Level]():  maturity.ML2,
	reflect.TypeFor[calendar.Date]():   calendar.MustParse("2026-06-30"),
	reflect.TypeFor[json.RawMessage](): json.RawMessage(`{"a":[1,null]}`),
}

// fill gives all exported fields of a value something to hold, each another.
func fill(v reflect.Value, n *int) {
	*n++
	if value, ok := filled[v.Type()]; ok {
		v.Set(reflect.ValueOf(value))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x" + strings.Repeat("y", *n%7))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n) % 200)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.Interface:
		v.Set(reflect.ValueOf("any"))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, n)
		fill(value, n)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 0, 0, *n, 1000, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				fill(v.Field(i), n)
			}
		}
	}
}
