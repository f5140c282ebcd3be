package aimskit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

const modulePath = "github.com/aimskit/aimskit"

// topLevel is all that the repository's root may hold. A name that is not
// here is a change of the design, not a detail.
var topLevel = []string{
	".ci", ".gitattributes", ".gitignore",
	"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md",
	"aims", "annexa", "calendar", "crosswalk", "examples", "impact", "issue", "maturity", "phrase", "register", "storage",
	"api_test.go", "doc.go", "go.mod", "go.sum", "imports_test.go", "internal", "readme_test.go",
}

// floors says which other floors each floor may import: only ones below it.
// The package of a sub-directory stands on its parent's floor. A program of
// examples may import everything, and nothing imports an example.
var floors = map[string][]string{
	".":         {},
	"issue":     {},
	"calendar":  {},
	"phrase":    {"issue", "calendar"}, // what draws asks it; what is drawn says its texts without
	"annexa":    {"issue", "calendar"},
	"crosswalk": {"issue"},
	"storage":   {"issue", "calendar"},
	"register":  {"issue", "calendar", "annexa", "crosswalk"},
	"impact":    {"issue", "calendar", "annexa", "crosswalk", "register"},
	"internal":  {"issue", "calendar", "annexa", "crosswalk", "register", "impact"}, // what aims lets maturity see, and nobody outside of the module
	"aims":      {"issue", "calendar", "annexa", "crosswalk", "register", "impact", "storage", "internal"},
	"maturity":  {"issue", "calendar", "annexa", "crosswalk", "register", "impact", "storage", "internal", "aims", "phrase"},
	"examples":  {"issue", "calendar", "annexa", "crosswalk", "register", "impact", "storage", "aims", "maturity", "phrase"},
}

// steps are packages of a floor on which the others of it stand, the lowest first:
// each may be imported by those that follow, and by all that are not listed.
var steps = map[string][]string{
	"impact": {"impact/decide", "impact/implied", "impact/euact"}, // the evaluator, two tables, and what asks all
}

// pureFloors hold values and calculations: the same input gives the same
// bytes, today and in ten years, so nothing in them can reach for the clock,
// the machine or chance.
var pureFloors = []string{"issue", "calendar", "phrase", "annexa", "crosswalk", "register", "impact", "maturity"}

// impureAllowed are packages of a pure floor that serve something to the
// outside, and so may import what the floor itself may not.
var impureAllowed = []string{"maturity/dashboard"}

// impure are the imports that a pure floor does without. A name stands for
// the packages below it too.
var impure = []string{
	"context", "crypto/rand", "database/sql", "log/slog", "math/rand", "net", "os",
	"github.com/google/uuid",
}

// impureUses are imports of a package for the names of its values alone: issue
// knows the two errors of a context, to give them a code.
var impureUses = map[string][]string{"issue": {"context"}}

// clock are the functions of package time that read the clock.
var clock = []string{"Now", "Since", "Until"}

// coreRequires are the modules that the core module may require directly. An
// embedder takes all of them on, so the list stays readable at a glance.
var coreRequires = []string{
	"github.com/go-json-experiment/json", // tokens of JSON in their order; an alias of encoding/json/v2 from Go 1.27 on
	"github.com/google/go-cmp",
	"github.com/google/uuid",
	"github.com/invopop/jsonschema",
	"github.com/santhosh-tekuri/jsonschema/v6",
	"github.com/stretchr/testify",
	"github.com/tidwall/btree",
	"golang.org/x/mod",
	"golang.org/x/text",
	"pgregory.net/rapid",
}

// confined are modules that only the named packages may import outside of
// tests: the schema generator, and what is there for tests.
var confined = map[string][]string{
	"github.com/invopop/jsonschema":            {"aims/schema"},
	"github.com/google/go-cmp":                 {"storage/storagetest"},
	"github.com/santhosh-tekuri/jsonschema/v6": {},
	"github.com/stretchr/testify":              {"storage/storagetest"},
	"pgregory.net/rapid":                       {"storage/storagetest"},
}

// source is one Go file of the repository, parsed.
type source struct {
	path string // relative to the root, with slashes
	fset *token.FileSet
	file *ast.File
}

// dir is the directory of the file, which is also its import path below the
// module's: nested modules have the path of their directory.
func (s source) dir() string { return path.Dir(s.path) }

// floor is the first element of the file's directory, "." for the root.
func (s source) floor() string { return floorOf(s.dir()) }

// at is the place of a node as file:line.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(n.Pos()).Line)
}

// imports yields the import paths of the file.
func (s source) imports() []string {
	var out []string
	for _, spec := range s.file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		out = append(out, p)
	}
	return out
}

func floorOf(dir string) string {
	first, _, _ := strings.Cut(dir, "/")
	return first
}

// within reports whether the package or directory p is parent or lies below it.
func within(p, parent string) bool {
	return p == parent || strings.HasPrefix(p, parent+"/")
}

// sources parses every Go file of the repository, in every module and for
// every platform, leaving out tests. Unlike the output of go list it shows the
// files of other platforms as well.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	for _, p := range goFiles(t) {
		if strings.HasSuffix(p, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, filepath.FromSlash(p), nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		out = append(out, source{path: p, fset: fset, file: file})
	}
	require.NotEmpty(t, out)
	return out
}

// goFiles lists the Go files of the repository as the go command sees it:
// without testdata and the directories whose name starts with "." or "_".
func goFiles(t *testing.T) []string {
	t.Helper()
	return files(t, func(name string) bool { return strings.HasSuffix(name, ".go") })
}

// files lists the files that keep holds of by their base name, in order.
func files(t *testing.T, keep func(name string) bool) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_")
		switch {
		case p == ".":
		case d.IsDir() && (hidden || d.Name() == "testdata" || d.Name() == "node_modules"):
			return filepath.SkipDir
		case !d.IsDir() && !hidden && keep(d.Name()):
			out = append(out, filepath.ToSlash(p))
		}
		return nil
	})
	require.NoError(t, err)
	return out
}

func TestTopLevelIsTheDesigns(t *testing.T) {
	require.Empty(t, cmp.Diff(slices.Sorted(slices.Values(topLevel)), rootEntries(t)),
		"the top level is fixed (-design +found): put new code on the floor it belongs to")
}

// rootEntries lists the names in the root, sorted: those that git knows or
// would add, or all where there is no git, as in a module's zip file.
func rootEntries(t *testing.T) []string {
	t.Helper()
	var names []string
	out, err := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		entries, err := os.ReadDir(".")
		require.NoError(t, err)
		for _, e := range entries {
			if e.Name() != ".git" {
				names = append(names, e.Name())
			}
		}
		return names // ReadDir sorts
	}
	for line := range strings.Lines(string(out)) {
		first, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "/")
		if _, err := os.Lstat(first); err == nil { // in the index, but deleted
			names = append(names, first)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestImportsGoDown(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports() {
			if !within(imported, modulePath) {
				continue
			}
			target := strings.TrimPrefix(strings.TrimPrefix(imported, modulePath), "/")
			if target == "" {
				target = "."
			}
			if why := refuse(s.dir(), target); why != "" {
				t.Errorf("%s imports %s: %s", s.path, target, why)
			}
		}
	}
}

// refuse says why the package in directory from may not import the one in
// directory to; it returns "" where it may.
func refuse(from, to string) string {
	below, known := floors[floorOf(from)]
	switch {
	case !known:
		return "the design has no floor " + floorOf(from)
	case floorOf(to) == "examples" && floorOf(from) != "examples":
		return "an example is a program to copy from, not a package to import"
	case floorOf(from) == floorOf(to):
		// Down its own path and no other way, but for what the go command
		// keeps private to the floor anyway.
		if within(from, to) && !slices.Contains(steps[floorOf(from)], from) || slices.Contains(strings.Split(to, "/"), "internal") {
			return ""
		}
		if under, at := slices.Index(steps[floorOf(to)], to), slices.Index(steps[floorOf(from)], from); under >= 0 && (at < 0 || under < at) {
			return ""
		}
		return "on its own floor a package imports only those that its path leads through"
	case !slices.Contains(below, floorOf(to)):
		if len(below) == 0 {
			return floorOf(from) + " imports nothing of ours"
		}
		return floorOf(from) + " imports only " + strings.Join(below, ", ")
	}
	return ""
}

// The rules are wrong if they let through what they are there to stop.
func TestImportRulesRefuse(t *testing.T) {
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"register", "annexa", true},
		{"impact", "register", true},
		{"aims/schema", "aims", true},
		{"aims/schema", "impact", true},
		{"storage/file", "storage", true},
		{"storage/file", "storage/internal/frame", true},
		{"maturity/dashboard/browsertest", "maturity/dashboard", true},
		{"examples/quickstart", "maturity/dashboard", true},
		{"examples/service", "storage/file", true},
		{"impact", "impact/euact", true},
		{"impact/euact", "impact/decide", true},
		{"impact/questionnaire", "impact/euact", true},

		{"annexa", "crosswalk", false},
		{"annexa", "register", false},
		{"register", "impact", false},
		{"register/cyclonedx", "aims", false},
		{"impact", "storage", false},
		{"aims", "maturity", false},
		{"aims", "phrase", false},
		{"aims", "aims/schema", false},
		{"impact/decide", "impact/euact", false},
		{"impact/decide", "impact", false},
		{"impact/euact", "impact", false},
		{"storage", "aims", false},
		{"storage/file", "storage/memory", false},
		{"aims", "examples/quickstart", false},
		{".", "aims", false},
		{"utils", "annexa", false},
	} {
		require.Equal(t, c.ok, refuse(c.from, c.to) == "", "%s imports %s", c.from, c.to)
	}
}

func TestPureFloorsStayPure(t *testing.T) {
	for _, s := range sources(t) {
		if !slices.Contains(pureFloors, s.floor()) ||
			slices.ContainsFunc(impureAllowed, func(dir string) bool { return within(s.dir(), dir) }) {
			continue
		}
		for _, imported := range s.imports() {
			for _, bad := range impure {
				// math/rand/v2 and whatever of net or os comes next are meant too.
				if within(imported, bad) && !slices.Contains(impureUses[s.dir()], imported) {
					t.Errorf("%s imports %s: %s is values and calculations; the clock, ids and input come in as arguments",
						s.path, imported, s.floor())
				}
			}
		}
		for _, use := range clockUses(s.file) {
			t.Errorf("%s: time.%s: take the time as a time.Time argument", s.at(use), use.Sel.Name)
		}
	}
}

// clockUses finds the places that call, or pass on, a function that reads the
// clock, under whatever name the file imports package time.
func clockUses(file *ast.File) []*ast.SelectorExpr {
	name := ""
	for _, spec := range file.Imports {
		if spec.Path.Value == `"time"` {
			name = "time"
			if spec.Name != nil {
				name = spec.Name.Name
			}
		}
	}
	if name == "" {
		return nil
	}
	var out []*ast.SelectorExpr
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name && slices.Contains(clock, sel.Sel.Name) {
				out = append(out, sel)
			}
		}
		return true
	})
	return out
}

func TestClockUsesAreFound(t *testing.T) {
	for src, want := range map[string]int{
		`package p; import "time"; var a = time.Now()`:                     1,
		`package p; import "time"; var now = time.Now`:                     1,
		`package p; import t "time"; func f() { _ = t.Since(t.Time{}) }`:   1,
		`package p; import "time"; var a = time.Unix(0, 0)`:                0,
		`package p; var time struct{ Now func() int }; var a = time.Now()`: 0,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "p.go", src, 0)
		require.NoError(t, err)
		require.Len(t, clockUses(file), want, src)
	}
}

func TestConfinedModulesStayConfined(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports() {
			for module, dirs := range confined {
				if within(imported, module) && !slices.Contains(dirs, s.dir()) {
					t.Errorf("%s imports %s, which only tests and %q may", s.path, imported, dirs)
				}
			}
		}
	}
}

func TestModuleFiles(t *testing.T) {
	for _, p := range files(t, func(name string) bool { return name == "go.mod" }) {
		data, err := os.ReadFile(filepath.FromSlash(p))
		require.NoError(t, err)
		mod, err := modfile.Parse(p, data, nil)
		require.NoError(t, err)

		require.Equal(t, path.Join(modulePath, path.Dir(p)), mod.Module.Mod.Path, "%s: a module is named by its directory", p)
		require.NotNil(t, mod.Go, p)
		require.Equal(t, "1.26.0", mod.Go.Version, "%s: a patch release shuts embedders out", p)
		require.Nil(t, mod.Toolchain, "%s: the choice of a toolchain is the embedder's", p)
		if p == "go.mod" {
			require.Empty(t, mod.Replace, "a replace in the core module does not reach those who import it")
			for _, r := range mod.Require {
				if !r.Indirect {
					require.Contains(t, coreRequires, r.Mod.Path, "the core module requires as little as it can; name the reason for one more")
				}
			}
		} else {
			require.True(t, slices.ContainsFunc(mod.Replace, func(r *modfile.Replace) bool { return r.Old.Path == modulePath }),
				"%s: a nested module is tested against the core beside it, by a replace", p)
		}
	}
}
