package phrase_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
)

const module = "github.com/aimskit/aimskit"

// speakers are the floors whose texts stand in files of their own, the lowest first:
// what two of them say stands in the file of the first.
var speakers = []string{"issue", "calendar", "annexa", "crosswalk", "storage", "register", "impact", "aims", "maturity"}

// elsewhere are packages of a floor whose texts are not of these files.
var elsewhere = []string{"maturity/dashboard"}

// These tests read the packages with go/types and follow what is given to issue.Text.ID, and
// to the other strings listed below, back to the constants in the code. So a sentence that
// is added has to be told in German before it passes.

// said are the formats that reach a person, found by following the code.
type said struct {
	fset *token.FileSet
	at   map[string]map[string]token.Position // by format, by floor
	odd  []string                             // what is no constant
	bare []string                             // arguments that are a word of ours and no Text
}

// follow type-checks the packages and follows what is given to Text.ID and to the
// fields and results in texts back to the constants that it comes from.
type follow struct {
	*said
	info   *types.Info
	vars   map[*types.Var]bool
	funcs  map[*types.Func]map[int]bool
	floor  map[*types.Package]string
	enums  map[string]bool // whose values are said as words
	files  []*ast.File
	seen   map[ast.Expr]bool
	change bool
}

// passing are the functions that hand on a text as it is, whole: they say nothing of their
// own.
var passing = []string{"UnmarshalJSON", "plain", "Clone", "Hiding", "Word", "Words", "reasonText", "shaped", "valueWords"}

type listed struct {
	ImportPath, Export, Dir string
	GoFiles                 []string
}

func root() string { return ".." }

func hear() (*said, error) {
	args := []string{"list", "-deps", "-export", "-json=ImportPath,Export,Dir,GoFiles"}
	for _, s := range speakers {
		args = append(args, "./"+s+"/...")
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root()
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, failed.String())
	}
	f := &follow{
		said:  &said{fset: token.NewFileSet(), at: make(map[string]map[string]token.Position)},
		info:  &types.Info{Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection), Instances: make(map[*ast.Ident]types.Instance)},
		vars:  make(map[*types.Var]bool),
		funcs: make(map[*types.Func]map[int]bool),
		floor: make(map[*types.Package]string),
		enums: make(map[string]bool),
		seen:  make(map[ast.Expr]bool),
	}
	exports := make(map[string]string)
	ours := make(map[string]*types.Package)
	compiled := importer.ForCompiler(f.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	load := importing(func(path string) (*types.Package, error) {
		if p := ours[path]; p != nil {
			return p, nil
		}
		return compiled.Import(path)
	})
	for d := json.NewDecoder(&out); ; {
		var l listed
		if err := d.Decode(&l); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		rel, mine := strings.CutPrefix(l.ImportPath, module+"/")
		if !mine {
			exports[l.ImportPath] = l.Export
			continue
		}
		var files []*ast.File
		for _, name := range l.GoFiles {
			file, err := parser.ParseFile(f.fset, filepath.Join(l.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			files = append(files, file)
		}
		conf := types.Config{Importer: load, Error: func(error) {}}
		p, err := conf.Check(l.ImportPath, f.fset, files, f.info)
		if err != nil {
			return nil, err
		}
		ours[l.ImportPath] = p
		floor, _, _ := strings.Cut(rel, "/")
		if slices.Contains(speakers, floor) && !slices.ContainsFunc(elsewhere, func(e string) bool { return rel == e || strings.HasPrefix(rel, e+"/") }) {
			f.floor[p] = floor
			f.files = append(f.files, files...)
		}
	}
	for _, name := range append([]string{"issue.Text.ID"}, texts...) {
		if err := f.start(ours, name); err != nil {
			return nil, err
		}
	}
	for f.change = true; f.change; {
		f.change = false
		for _, file := range f.files {
			f.read(file)
		}
	}
	for _, file := range f.files {
		f.literals(file)
	}
	for _, name := range append(slices.Sorted(maps.Keys(f.enums)), words...) {
		if err := f.enumeration(ours, name); err != nil {
			return nil, err
		}
	}
	for _, table := range tables {
		if err := f.table(table.file, table.paths); err != nil {
			return nil, err
		}
	}
	slices.Sort(f.odd)
	f.odd = slices.Compact(f.odd)
	slices.Sort(f.bare)
	f.bare = slices.Compact(f.bare)
	return f.said, nil
}

type importing func(path string) (*types.Package, error)

func (i importing) Import(path string) (*types.Package, error) { return i(path) }

// start marks a field "package.Type.Field", or the result of a function "package.Func" or of
// a method "package.Type.Method", as text.
func (f *follow) start(ours map[string]*types.Package, name string) error {
	at := strings.LastIndexByte(name, '/') + 1
	dot := strings.IndexByte(name[at:], '.') + at
	p := ours[module+"/"+name[:dot]]
	if p == nil {
		return fmt.Errorf("%s: no such package", name)
	}
	typ, member, isMember := strings.Cut(name[dot+1:], ".")
	o := p.Scope().Lookup(typ)
	if o == nil {
		return fmt.Errorf("%s: no such name", name)
	}
	if isMember {
		o, _, _ = types.LookupFieldOrMethod(o.Type(), true, p, member)
	}
	switch o := o.(type) {
	case *types.Var:
		f.vars[o.Origin()] = true
	case *types.Func:
		f.result(o, 0)
	default:
		return fmt.Errorf("%s: no field, variable or function", name)
	}
	return nil
}

func (f *follow) result(fn *types.Func, i int) {
	fn = fn.Origin()
	if f.funcs[fn] == nil {
		f.funcs[fn] = make(map[int]bool)
	}
	if !f.funcs[fn][i] {
		f.funcs[fn][i], f.change = true, true
	}
}

func (f *follow) mark(v *types.Var) {
	if v = v.Origin(); !f.vars[v] {
		f.vars[v], f.change = true, true
	}
}

// read takes what a file gives to what is text.
func (f *follow) read(file *ast.File) {
	var in []ast.Node // the functions around
	var nodes []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			last := nodes[len(nodes)-1]
			nodes = nodes[:len(nodes)-1]
			if len(in) > 0 && in[len(in)-1] == last {
				in = in[:len(in)-1]
			}
			return true
		}
		if fn, ok := n.(*ast.FuncDecl); ok && slices.Contains(passing, fn.Name.Name) {
			return false
		}
		nodes = append(nodes, n)
		switch n := n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			in = append(in, n)
		case *ast.CallExpr:
			f.call(n)
		case *ast.CompositeLit:
			f.literal(n)
		case *ast.AssignStmt:
			f.assign(n.Lhs, n.Rhs)
		case *ast.ValueSpec:
			lhs := make([]ast.Expr, len(n.Names))
			for i, name := range n.Names {
				lhs[i] = name
			}
			f.assign(lhs, n.Values)
		case *ast.RangeStmt:
			if v := f.variable(n.Value); v != nil && f.vars[v] {
				f.take(n.X)
			}
		case *ast.ReturnStmt:
			if fn, ok := in[len(in)-1].(*ast.FuncDecl); ok {
				obj, _ := f.info.Defs[fn.Name].(*types.Func)
				for i := range f.funcs[obj] {
					if len(n.Results) > i && len(n.Results) == obj.Signature().Results().Len() {
						f.take(n.Results[i])
					} else if len(n.Results) == 1 {
						f.of(n.Results[0], i)
					} else if len(n.Results) == 0 {
						f.mark(obj.Signature().Results().At(i))
					}
				}
			}
		}
		return true
	})
}

// variable is what an expression names, nil if it is no variable.
func (f *follow) variable(e ast.Expr) *types.Var {
	var o types.Object
	switch e := e.(type) {
	case *ast.Ident:
		if o = f.info.Defs[e]; o == nil {
			o = f.info.Uses[e]
		}
	case *ast.SelectorExpr:
		if s := f.info.Selections[e]; s != nil {
			o = s.Obj()
		} else {
			o = f.info.Uses[e.Sel]
		}
	case *ast.ParenExpr:
		return f.variable(e.X)
	case *ast.StarExpr:
		return f.variable(e.X)
	case *ast.IndexExpr:
		return f.variable(e.X)
	}
	v, _ := o.(*types.Var)
	if v == nil {
		return nil
	}
	return v.Origin()
}

func (f *follow) assign(lhs, rhs []ast.Expr) {
	for i, l := range lhs {
		v := f.variable(l)
		if v == nil || !f.vars[v] {
			continue
		}
		switch {
		case len(rhs) == len(lhs):
			f.take(rhs[i])
		case len(rhs) == 1:
			f.of(rhs[0], i)
		}
	}
}

// of takes the i-th of the values of an expression.
func (f *follow) of(e ast.Expr, i int) {
	if call, ok := e.(*ast.CallExpr); ok {
		if fn := f.callee(call); fn != nil {
			f.result(fn, i)
			return
		}
	}
	if i == 0 {
		f.take(e)
	}
}

func (f *follow) callee(call *ast.CallExpr) *types.Func {
	fun := ast.Unparen(call.Fun)
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		fn, _ := f.info.Uses[fun].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := f.info.Uses[fun.Sel].(*types.Func)
		return fn
	}
	return nil
}

func (f *follow) call(call *ast.CallExpr) {
	var sig *types.Signature
	if fn := f.callee(call); fn != nil {
		sig = fn.Origin().Signature()
	} else {
		sig, _ = f.info.Types[call.Fun].Type.(*types.Signature)
	}
	if sig == nil {
		return
	}
	f.worded(call)
	f.argued(call)
	for i, arg := range call.Args {
		at := i
		if last := sig.Params().Len() - 1; sig.Variadic() && at > last {
			at = last
		}
		if at < sig.Params().Len() && f.vars[sig.Params().At(at)] {
			f.take(arg)
		}
	}
}

// argued looks at the arguments of a text: a value of an enumeration of ours is to be a
// word (issue.Word), also where it is made a string first.
func (f *follow) argued(call *ast.CallExpr) {
	fn := f.callee(call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != module+"/issue" || fn.Name() != "NewText" {
		return
	}
	for _, arg := range call.Args[1:] {
		arg = ast.Unparen(arg)
		if c, ok := arg.(*ast.CallExpr); ok && f.info.Types[c.Fun].IsType() {
			arg = ast.Unparen(c.Args[0])
		}
		of := f.info.Types[arg].Type
		if s, ok := of.Underlying().(*types.Slice); ok {
			of = s.Elem()
		}
		named, _ := types.Unalias(of).(*types.Named)
		if named == nil || named.Obj().Pkg() == nil || f.floor[named.Obj().Pkg()] == "" {
			continue
		}
		if slices.Contains([]string{"TriggerKind", "Day"}, named.Obj().Name()) {
			continue // an ID, and what is told by its form
		}
		if basic, ok := named.Underlying().(*types.Basic); ok && basic.Info()&types.IsString != 0 {
			at := f.fset.Position(arg.Pos())
			f.bare = append(f.bare, fmt.Sprintf("%s:%d: %s", short(at.Filename), at.Line, named.Obj().Name()))
		}
	}
}

// worded takes the type whose values a call of issue.Word or Words says.
func (f *follow) worded(call *ast.CallExpr) {
	fn := f.callee(call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != module+"/issue" || fn.Name() != "Word" && fn.Name() != "Words" {
		return
	}
	of := f.info.Types[call.Args[0]].Type
	if s, ok := of.Underlying().(*types.Slice); ok {
		of = s.Elem()
	}
	named, _ := types.Unalias(of).(*types.Named)
	if named == nil || named.Obj().Pkg() == nil {
		at := f.fset.Position(call.Pos())
		f.odd = append(f.odd, fmt.Sprintf("%s:%d: %s of %s", short(at.Filename), at.Line, fn.Name(), of))
		return
	}
	name := strings.TrimPrefix(named.Obj().Pkg().Path(), module+"/") + "." + named.Obj().Name()
	if name == "storage/ledger.KindName" {
		name = "aims.Kind" // the kinds that there are
	}
	f.enums[name] = true
}

func (f *follow) literal(lit *ast.CompositeLit) {
	typ := f.info.Types[lit].Type
	if p, ok := typ.Underlying().(*types.Pointer); ok {
		typ = p.Elem()
	}
	s, ok := typ.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range lit.Elts {
		var field *types.Var
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			field, _ = f.info.Uses[kv.Key.(*ast.Ident)].(*types.Var)
			e = kv.Value
		} else {
			field = s.Field(i)
		}
		if field != nil && f.vars[field.Origin()] {
			f.take(e)
		}
	}
}

// take takes what an expression is: a constant, or what it comes from.
func (f *follow) take(e ast.Expr) {
	if tv := f.info.Types[e]; tv.Value != nil {
		if tv.Value.Kind() == constant.String && constant.StringVal(tv.Value) != "" {
			f.constant(e, constant.StringVal(tv.Value))
		}
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		f.take(e.X)
		return
	case *ast.CompositeLit:
		for _, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				elt = kv.Value
			}
			if _, ok := f.info.Types[e].Type.Underlying().(*types.Struct); !ok {
				f.take(elt)
			}
		}
		return
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
		if v := f.variable(e); v != nil {
			f.mark(v)
			return
		}
	case *ast.SliceExpr:
		f.take(e.X)
		return
	case *ast.CallExpr:
		if f.info.Types[e.Fun].IsType() {
			f.take(e.Args[0])
			return
		}
		if name, ok := e.Fun.(*ast.Ident); ok && f.info.Types[e.Fun].IsBuiltin() {
			if name.Name == "append" {
				for _, arg := range e.Args {
					f.take(arg)
				}
			}
			if name.Name == "append" || name.Name == "make" {
				return
			}
		}
		switch fn := f.callee(e); {
		case fn == nil || fn.Pkg() == nil:
		case fn.Pkg().Path() == "slices" && fn.Name() == "Clone":
			f.take(e.Args[0])
			return
		case f.floor[fn.Pkg()] != "":
			f.result(fn, 0)
			return
		}
	}
	at := f.fset.Position(e.Pos())
	f.odd = append(f.odd, fmt.Sprintf("%s:%d: %T", short(at.Filename), at.Line, e))
}

func short(file string) string {
	abs, _ := filepath.Abs(root())
	rel, err := filepath.Rel(abs, file)
	if err != nil {
		return file
	}
	return filepath.ToSlash(rel)
}

// literals takes the titles and duties that stand in the tables of templates: their fields
// are a person's own elsewhere.
func (f *follow) literals(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !slices.Contains(templates, spec.Names[0].Name) {
			return true
		}
		ast.Inspect(spec.Values[0], func(n ast.Node) bool {
			if kv, ok := n.(*ast.KeyValueExpr); ok {
				if key, ok := kv.Key.(*ast.Ident); ok && slices.Contains([]string{"Title", "Duty"}, key.Name) {
					f.take(kv.Value)
				}
			}
			return true
		})
		return true
	})
}

// enumeration takes the values of a type "package.Type" as words.
func (f *follow) enumeration(ours map[string]*types.Package, name string) error {
	dot := strings.LastIndexByte(name, '.')
	p := ours[module+"/"+name[:dot]]
	if p == nil {
		return fmt.Errorf("%s: no such package", name)
	}
	found := false
	for _, n := range p.Scope().Names() {
		c, ok := p.Scope().Lookup(n).(*types.Const)
		if !ok || !c.Exported() {
			continue
		}
		named, ok := c.Type().(*types.Named)
		if !ok || named.Obj().Pkg() == nil || named.Obj().Name() != name[dot+1:] || c.Val().Kind() != constant.String {
			// the type itself, or what it is another name of
			alias, _ := p.Scope().Lookup(name[dot+1:]).(*types.TypeName)
			if alias == nil || !types.Identical(alias.Type(), c.Type()) {
				continue
			}
		}
		found = true
		if word := strings.NewReplacer("_", " ", "-", " ").Replace(constant.StringVal(c.Val())); word != "" && !strings.HasSuffix(word, " ") {
			f.say(f.fset.Position(c.Pos()), word)
		}
	}
	if !found {
		return fmt.Errorf("%s: no such enumeration", name)
	}
	return nil
}

// table takes the texts at some paths of a file of JSON.
func (f *follow) table(file string, paths []string) error {
	text, err := os.ReadFile(filepath.Join(root(), file))
	if err != nil {
		return err
	}
	var all any
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	abs, _ := filepath.Abs(filepath.Join(root(), file))
	var walk func(v any, path []string)
	walk = func(v any, path []string) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e, path)
			}
		case map[string]any:
			switch {
			case len(path) == 0:
			case path[0] == "*":
				for _, e := range v {
					walk(e, path[1:])
				}
			default:
				walk(v[path[0]], path[1:])
			}
		case string:
			if len(path) == 0 && v != "" {
				f.say(token.Position{Filename: abs}, v)
			}
		}
	}
	for _, path := range paths {
		walk(all, strings.Split(path, "."))
	}
	return nil
}

func (f *follow) constant(e ast.Expr, format string) { f.say(f.fset.Position(e.Pos()), format) }

// say notes that something is said at some place.
func (f *follow) say(at token.Position, format string) {
	floor, _, _ := strings.Cut(short(at.Filename), "/")
	if f.at[format] == nil {
		f.at[format] = make(map[string]token.Position)
	}
	if _, ok := f.at[format][floor]; !ok {
		f.at[format][floor] = at
	}
}

// file is the name of the file that a format stands in, and where it is said there.
func (s *said) file(format string) (string, token.Position) {
	for _, floor := range speakers {
		if at, ok := s.at[format][floor]; ok {
			return floor, at
		}
	}
	return "", token.Position{}
}

// texts are the fields, and results of functions, that a person reads and that are plain
// strings: titles and reasons of tables.
var texts = []string{
	"annexa.Control.Title",
	"annexa.Control.Purpose",
	"annexa.Control.Statement",
	"annexa.Control.Guidance",
	"annexa.ExpectedEvidence.Title",
	"annexa.Objective.Title",
	"annexa.Objective.Intent",
	"crosswalk.shape.format",
	"register.Attribute.Title",
	"register.Attribute.Why",
	"register.Value.Meaning",
	"register.ChangeRule.Why",
	"register.Gate.Title",
	"register.GateItem.Requires",
	"register.GateItem.Why",
	"register.ProcessTopicInfo.Title",
	"register.ProcessTopicInfo.Asks",
	"register.Step.Label",
	"register.Step.Meaning",
	"register.Likeness.Title",
	"register.Likeness.Why",
	"impact.Step.Meaning",
	"impact.ReviewPrompt.Ask",
	"impact.Remark.Ask",
	"impact.TriggerInfo.Event",
	"impact.SignOffRule.Rule",
	"impact.Signer.Why",
	"impact.LeftOut.Why",
	"maturity.Criterion.Title",
	"maturity.Criterion.Statement",
	"maturity.Criterion.Next",
	"maturity.Criterion.Why",
	"maturity.LevelInfo.Name",
	"maturity.LevelInfo.Meaning",
	"maturity.StepInfo.Title",
	"maturity.Omission.Title",
	"maturity.Omission.Why",
	"maturity.ForecastParameter.Why",
	"maturity.FloorInfo.Why",
	"maturity.Work.Why",
	"maturity.Accelerator.Why",
	"issue.CodeInfo.Says",
	"aims.Probe.Title",
	"aims.Probe.Grading",
	"aims.Pair.Why",
	"aims.Pair.Instead",
	"aims.DeclaredDecision.Why",
	"aims.Clock.Why",
	"aims.AuditRule.Title",
	"aims.ReadinessCheck.Title",
	"aims.ReadinessCheck.Reason",
	"aims.ReadinessRow.Reason",
	"aims.ReadinessRule.When",
	"aims.RoleOfKind.Why",
	"aims.ReviewRow.What",
	"aims.Tie.Relation",
	"aims.Tie.Why",
	"aims.Unseen.What",
	"aims.DeploymentRequirement.What",
	"aims.AgendaEntry.Otherwise",
}

// words are the enumerations whose values a person reads, as words: "not_started" as "not
// started"; those that issue.Word says are found by themselves.
var words = []string{
	"issue.Unit", "annexa.Scope", "annexa.Applicability", "annexa.Status", "annexa.GroundKind", "annexa.ChangeKind", "annexa.GapKind",
	"crosswalk.Kind", "crosswalk.Phase", "crosswalk.Documentation", "crosswalk.Relation", "crosswalk.Status", "storage/ledger.ChangeKind",
	"register.AttributeKind", "register.ChangeWhat", "register.Stage", "register.Answer", "register.Audience", "register.AIRole", "register.Practice", "register.Exception", "register.Build", "register.Alteration", "register.SoleUse", "register.DeployerKind", "register.Domain", "register.Function", "register.EmotionSource", "register.Categorisation", "register.OffenceDetection", "register.Downstream", "register.Autonomy", "register.Effect", "register.Reversibility", "register.Explainability", "register.Reach", "register.DataCategory", "register.DataOrigin", "register.ModelSource", "register.TechMaturity", "register.Content", "register.Hosting", "register.ProcessTopic", "register.Axis", "register.Area", "register.Option",
	"impact.State", "impact.ConfirmKind", "impact.Outcome", "impact.Level", "impact.Part", "impact.Confidence", "impact.Axis", "impact/euact.Class",
	"aims.AgendaKind", "aims.BodyPart", "aims.DocumentState", "aims.ScopeChange", "aims.CertState", "aims.Phase", "aims.CompetenceKind", "aims.BasisKind", "aims.CompetenceResult", "aims.ConcernOrigin", "aims.Origin", "aims.TestResult", "aims.DataUse", "aims.DeploymentState", "aims.Quality", "aims.AuditMethod", "aims.AuditResult", "aims.Grade", "aims.Kind", "aims.Severity", "aims.IncidentEffect", "aims.Direction", "aims.ObligationKind", "aims.ChangeState", "aims.Stage", "aims.Verdict", "aims.Likelihood", "aims.WindowState", "aims.RequiredStatus", "aims.RetirementAudience", "aims.RemainSort", "aims.RemainFate", "aims.RetirementState", "aims.ReviewTopic", "aims.Standing", "aims.Bar", "aims.Bearer", "aims.VerificationState",
	"maturity.OutlookStatus", "maturity.FloorID", "maturity.State", "maturity.Basis", "maturity.ItemStatus",
}

// templates are the tables of records that are put on file for an organisation.
var templates = []string{"mandatoryRoles"}

// tables are the embedded tables of JSON whose texts a person reads: the texts at these
// paths, through all elements of lists, and all of an object at a *.
var tables = []struct {
	file  string
	paths []string
}{
	{"crosswalk/data/iso42001.json", []string{"title", "elements.title", "elements.documented"}},
	{"crosswalk/data/iso27001.json", []string{"title", "elements.title"}},
	{"crosswalk/data/iso42005.json", []string{"title", "elements.title"}},
	{"crosswalk/data/nist-ai-rmf.json", []string{"title", "elements.statement"}},
	{"crosswalk/data/iso27001-iso42001-clauses.json", []string{"title", "mappings.reason", "unmatched.reason"}},
	{"crosswalk/data/iso27001-iso42001-controls.json", []string{"title", "mappings.reason", "unmatched.reason"}},
	{"crosswalk/data/iso42005-iso42001.json", []string{"title", "mappings.reason", "unmatched.reason"}},
	{"crosswalk/data/iso42001-guidance.json", []string{"title"}},
	{"crosswalk/data/nist-iso42001.json", []string{"title"}},
	{"impact/data/categories.json", []string{"groups.title", "objectives.title", "risk_sources.title"}},
	{"impact/data/documents.json", []string{"title", "source", "notes", "elements.title", "elements.source", "elements.cannot_answer", "leaves_out.why"}},
	{"impact/data/duties.json", []string{"title", "source"}},
	{"impact/data/evidence.json", []string{"title", "accepts"}},
	{"impact/data/harms.json", []string{"title", "description", "examples", "note", "controls.why"}},
	{"impact/data/parties.json", []string{"title", "description"}},
	{"impact/data/rules.json", []string{"why"}},
	{"impact/data/templates.json", []string{"title", "benefits.what", "misuse.what", "misuse.by", "ask"}},
	{"impact/euact/questions.json", []string{"topics.title", "questions.ask", "questions.only", "questions.covers", "questions.covers_not", "questions.who", "questions.whom", "questions.how_far", "questions.yes", "questions.no", "questions.follows.*", "questions.ref", "questions.guidance"}},
	{"impact/euact/table.json", []string{"letter", "fines.*.text", "rows.why", "transitions.why"}},
	{"impact/implied/table.json", []string{"rows.why"}},
}

// german is what German says in place of a format.
type german struct{ forms []string }

func (g *german) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		g.forms = make([]string, 1)
		return json.Unmarshal(data, &g.forms[0])
	}
	var o struct {
		Plural     int
		One, Other string
	}
	err := json.Unmarshal(data, &o)
	g.forms = []string{o.One, o.Other}
	return err
}

// verb is a verb of package fmt, with the argument that it takes where it says which.
var verb = regexp.MustCompile(`%([-+# 0-9.]*)(?:\[([0-9]+)\])?([-+# 0-9.]*)([a-zA-Z%])`)

// verbs returns which argument a format tells by which verb.
func verbs(format string) map[int]string {
	out := make(map[int]string)
	n := 0
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[4] == "%" {
			continue
		}
		if n++; m[2] != "" {
			n, _ = strconv.Atoi(m[2])
		}
		out[n] = m[1] + m[3] + m[4]
	}
	return out
}

var heard = sync.OnceValues(hear)

// Nothing that a person reads is put together in code: what is told is a constant, whole.
func TestWhatIsToldIsAConstant(t *testing.T) {
	s, err := heard()
	require.NoError(t, err)
	require.Empty(t, s.odd, "a text is told that is no constant of ours: give issue.NewText one format, and a word of ours as a Text among its arguments")
}

// A word of ours that stands in a sentence is told in the language of the sentence.
func TestWordsInSentencesAreTexts(t *testing.T) {
	s, err := heard()
	require.NoError(t, err)
	require.Empty(t, s.bare, "say it by issue.Word, or issue.Join of issue.Words")
}

// What the packages say has German, in the file of the lowest that says it, and German
// has no more than that.
func TestWhatIsToldHasGerman(t *testing.T) {
	s, err := heard()
	require.NoError(t, err)
	require.Greater(t, len(s.at), 2000, "the packages say a lot")
	want := make(map[string]map[string]string) // by file and format, where it is said
	for format := range s.at {
		file, at := s.file(format)
		if want[file] == nil {
			want[file] = make(map[string]string)
		}
		want[file][format] = fmt.Sprintf("%s:%d", short(at.Filename), at.Line)
	}
	for _, file := range speakers {
		text, err := os.ReadFile("de/" + file + ".json")
		if errors.Is(err, os.ErrNotExist) && want[file] == nil {
			continue
		}
		require.NoError(t, err)
		var have map[string]german
		require.NoError(t, json.Unmarshal(text, &have))
		for _, format := range slices.Sorted(maps.Keys(want[file])) {
			g, ok := have[format]
			if !ok {
				t.Errorf("de/%s.json has no %q (%s)", file, format, want[file][format])
			}
			for _, form := range g.forms {
				if strings.TrimSpace(form) == "" || !maps.Equal(verbs(format), verbs(form)) {
					t.Errorf("de/%s.json: %q does not tell the arguments of %q", file, form, format)
				}
			}
		}
		for _, format := range slices.Sorted(maps.Keys(have)) {
			if want[file][format] == "" {
				in, _ := s.file(format)
				t.Errorf("de/%s.json has %q, which %s", file, format, cmp.Or(in, "nobody")+" says")
			}
		}
	}
}

// Plurals and words of ours among the arguments come in German too.
func TestGermanOfAFinding(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	for _, told := range []struct {
		text issue.Text
		want string
	}{
		{issue.NewText("It is behind %d systems and it was never reviewed.", 1), "Er steht hinter 1 System und wurde nie überprüft."},
		{issue.NewText("It is behind %d systems and it was never reviewed.", 2), "Er steht hinter 2 Systemen und wurde nie überprüft."},
		{issue.NewText("Auditor %s %s %s.", "mia", issue.Text{ID: "owns system"}, "cv"), "Auditor mia ist verantwortlich für System cv."},
		{issue.NewText("%s.", issue.Text{ID: "No AI policy in force"}), "Keine KI-Politik in Kraft."},
		{issue.NewText("It was to be reviewed by %s.", calendar.New(2026, time.June, 30)), "Sie war bis 30. Juni 2026 zu überprüfen."},
		{issue.NewText("It was to be reviewed by %s.", "2026-06-30"), "Sie war bis 2026-06-30 zu überprüfen."}, // somebody's own word, such as an ID
	} {
		require.Equal(t, told.want, german.Text(told.text))
	}
}
