package aimskit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// Every Go block of the README compiles, in a module of its own that imports this
// one as an embedder would. A block with a package clause is taken as it
// stands, and is run if it is a program. Any other block is a fragment: either
// declarations, or statements that may use ctx and now and may return an
// error. A fragment needs no imports for the packages of this repository and
// those of stdPackages. Two comments in the Markdown guide the test:
//
//	<!-- continues -->  before a fragment: it goes on where the one before ended
//	<!-- output -->     before a text block after a program: what it prints
func TestReadmeBlocksCompile(t *testing.T) {
	blocks := goBlocks(t, readFile(t, "README.md"))
	require.NotEmpty(t, blocks, "the README shows no Go")
	results, err := tryBlocks(t, keptDir(t), blocks)
	require.NoError(t, err)
	for _, b := range blocks {
		if b.output != nil {
			require.Empty(t, cmp.Diff(trimLines(*b.output), trimLines(results[b.line])),
				"README.md:%d: the program prints (+) other than the README says (-)", b.line)
		}
	}
}

// stdPackages are the packages of the standard library that a fragment uses
// without importing them.
var stdPackages = []string{
	"bytes", "cmp", "context", "database/sql", "embed", "encoding/csv", "encoding/json", "errors", "fmt",
	"io", "iter", "log", "log/slog", "maps", "net/http", "os", "path/filepath", "slices", "strconv", "strings",
	"sync", "testing", "time",
}

// block is one Go block of a Markdown file.
type block struct {
	line   int       // of its first line, from 1
	parts  []part    // its text, and what continues it
	output *string   // what it is said to print, if anything is
	file   *ast.File // parsed, where it has a package clause
}

// part is the text of one fence.
type part struct {
	line int
	text string
}

// source is the block's text with directives by which errors name the README's
// lines.
func (b block) source() string {
	var s strings.Builder
	for _, p := range b.parts {
		fmt.Fprintf(&s, "//line README.md:%d\n%s", p.line, p.text)
	}
	return s.String()
}

// goBlocks extracts the Go blocks of a Markdown text. A fence may be indented.
func goBlocks(t *testing.T, markdown string) []block {
	t.Helper()
	var blocks []block
	var fence string      // the indentation of the open fence and its backticks; "" outside
	var info, mark string // the open fence's language, and the last text before it
	var body part
	lastWasProgram := false
	n := 0
	for line := range strings.Lines(markdown) {
		n++
		line = strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimSpace(line)
		switch {
		case fence == "" && strings.HasPrefix(trimmed, "```"):
			ticks := trimmed[:len(trimmed)-len(strings.TrimLeft(trimmed, "`"))]
			info, _, _ = strings.Cut(trimmed[len(ticks):], " ")
			fence = line[:strings.Index(line, "`")] + ticks
			body = part{line: n + 1}
		case fence == "" && trimmed != "":
			mark = trimmed
		case fence != "" && trimmed == strings.TrimLeft(fence, " \t"):
			switch {
			case info == "go" && mark == "<!-- continues -->":
				require.NotEmpty(t, blocks, "line %d continues nothing", body.line)
				last := &blocks[len(blocks)-1]
				require.Nil(t, last.file, "line %d continues a whole file", body.line)
				last.parts = append(last.parts, body)
			case info == "go":
				b := block{line: body.line, parts: []part{body}}
				if f, err := parser.ParseFile(token.NewFileSet(), "README.md", body.text, parser.SkipObjectResolution); f != nil && f.Package.IsValid() {
					require.NoError(t, err, "line %d", body.line)
					b.file = f
				}
				blocks = append(blocks, b)
			case mark == "<!-- output -->":
				require.True(t, lastWasProgram, "line %d is the output of no program", body.line)
				text := body.text // body is used again for the next block
				blocks[len(blocks)-1].output = &text
			}
			lastWasProgram = info == "go" && len(blocks) > 0 && blocks[len(blocks)-1].isProgram()
			fence, mark = "", ""
		case fence != "":
			indent := fence[:strings.Index(fence, "`")]
			body.text += strings.TrimPrefix(line, indent) + "\n"
		}
	}
	require.Empty(t, fence, "the last fence is open")
	return blocks
}

func (b block) isProgram() bool { return b.file != nil && b.file.Name.Name == "main" }

// keptDir is a directory that is the same each time, for this checkout: the go
// command compiles a package anew where its directory is another, and a program
// over aims takes long.
func keptDir(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		return t.TempDir()
	}
	root, err := filepath.Abs(".")
	require.NoError(t, err)
	dir := filepath.Join(cache, "aimskit-readme", fmt.Sprintf("%x", sha256.Sum256([]byte(root)))[:16])
	require.NoError(t, os.MkdirAll(dir, 0o755))
	return dir
}

// writeKept writes a file, unless that is what it holds.
func writeKept(t *testing.T, name string, text []byte) {
	t.Helper()
	if old, err := os.ReadFile(name); err != nil || !bytes.Equal(old, text) {
		require.NoError(t, os.WriteFile(name, text, 0o644))
	}
}

// tryBlocks writes the blocks into a module of their own, in dir, vets them, which
// checks their types and compiles nothing, and builds and runs the programs among
// them, each in an empty directory. It returns what the programs printed, by the
// line of their block.
func tryBlocks(t *testing.T, dir string, blocks []block) (map[int]string, error) {
	t.Helper()
	old, err := filepath.Glob(filepath.Join(dir, "line*"))
	require.NoError(t, err)
	for _, o := range old {
		if !slices.ContainsFunc(blocks, func(b block) bool { return b.dir() == filepath.Base(o) }) {
			require.NoError(t, os.RemoveAll(o))
		}
	}
	known := ownPackages(t)
	for _, p := range stdPackages {
		known[path.Base(p)] = append(known[path.Base(p)], p)
	}
	used := map[string]bool{modulePath: true}
	for _, b := range blocks {
		text, err := complete(b, known)
		if err != nil {
			return nil, fmt.Errorf("README.md:%d: %w", b.line, err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), "README.md", text, parser.ImportsOnly)
		if err != nil {
			return nil, err
		}
		for _, imported := range (source{file: f}).imports() {
			used[imported] = true
		}
		name, other := "snippet.go", "snippet_test.go"
		if strings.Contains(text, "\nfunc Test") {
			name, other = other, name
		}
		pkg := filepath.Join(dir, b.dir())
		require.NoError(t, os.MkdirAll(pkg, 0o755))
		require.NoError(t, os.RemoveAll(filepath.Join(pkg, other)))
		writeKept(t, filepath.Join(pkg, name), []byte(text))
	}
	writeModule(t, dir, used)

	if out, err := goCommand(t, dir, "vet", "-unreachable=false", "./..."); err != nil { // a fragment may end in a return
		return nil, fmt.Errorf("go vet: %w\n%s", err, out)
	}
	printed := map[int]string{}
	for _, b := range blocks {
		if !b.isProgram() {
			continue
		}
		program := filepath.Join(t.TempDir(), "program.exe")
		if out, err := goCommand(t, dir, "build", "-o", program, "./"+b.dir()); err != nil {
			return nil, fmt.Errorf("README.md:%d: go build: %w\n%s", b.line, err, out)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, program)
		cmd.Dir = t.TempDir()
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("README.md:%d: the program ends with %w\n%s%s", b.line, err, out, &stderr)
		}
		printed[b.line] = string(out)
	}
	return printed, nil
}

// dir is the directory of the block in the module made of the README.
func (b block) dir() string { return "line" + strconv.Itoa(b.line) }

// complete makes a file of a block: it adds the package clause, the imports
// and the function that a fragment leaves out.
func complete(b block, known map[string][]string) (string, error) {
	if b.file != nil {
		return b.source(), nil
	}
	head, body := splitImports(b.source())
	code := body
	if _, err := parser.ParseFile(token.NewFileSet(), "README.md", "package snippet\n"+body, parser.SkipObjectResolution); err != nil {
		// Not declarations, so statements. What they declare and leave to the
		// text around the block counts as used.
		open := "func snippet(ctx context.Context, now time.Time) error {\n{\n"
		f, err := parser.ParseFile(token.NewFileSet(), "README.md", "package snippet\n"+open+body+"\n}\nreturn nil\n}\n", parser.SkipObjectResolution)
		if err != nil {
			return "", err
		}
		outer := f.Decls[len(f.Decls)-1].(*ast.FuncDecl).Body.List
		if inner, ok := outer[0].(*ast.BlockStmt); ok && len(outer) == 2 {
			code = open + body + "\n" + use(inner) + "}\nreturn nil\n}\nvar _ = snippet\n"
		} else {
			return "", fmt.Errorf("the braces of the block do not match")
		}
	}
	f, err := parser.ParseFile(token.NewFileSet(), "README.md", "package snippet\n"+head+code, 0)
	if err != nil {
		return "", err
	}
	imports, err := missingImports(f, known)
	if err != nil {
		return "", err
	}
	return "package snippet\n" + imports + head + code, nil
}

// splitImports divides a fragment after its last import declaration.
func splitImports(src string) (head, body string) {
	const clause = "package snippet\n"
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", clause+src, parser.ImportsOnly)
	if err != nil || len(f.Decls) == 0 {
		return "", src
	}
	file := fset.File(f.Package)
	end := file.Offset(f.Decls[len(f.Decls)-1].End()) - len(clause)
	// The line directive for the rest: as the compiler counts from the last one.
	line := fset.Position(f.Decls[len(f.Decls)-1].End()).Line
	return src[:end] + "\n", fmt.Sprintf("//line README.md:%d\n", line) + src[end:]
}

// use returns statements that use each variable that a block declares itself.
func use(b *ast.BlockStmt) string {
	names := map[string]bool{}
	for _, stmt := range b.List {
		switch s := stmt.(type) {
		case *ast.AssignStmt:
			for _, lhs := range s.Lhs {
				if id, ok := lhs.(*ast.Ident); ok && s.Tok == token.DEFINE {
					names[id.Name] = true
				}
			}
		case *ast.DeclStmt:
			d := s.Decl.(*ast.GenDecl)
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, id := range v.Names {
						names[id.Name] = true
					}
				}
			}
		}
	}
	delete(names, "_")
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		fmt.Fprintf(&out, "_ = %s\n", name)
	}
	return out.String()
}

// missingImports returns import declarations for the packages that a file uses
// by their names and does not import.
func missingImports(f *ast.File, known map[string][]string) (string, error) {
	imported := map[string]bool{}
	for _, spec := range f.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imported[name] = true
	}
	unresolved := map[*ast.Ident]bool{}
	for _, id := range f.Unresolved {
		unresolved[id] = true
	}
	need := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && unresolved[id] && !imported[id.Name] && len(known[id.Name]) > 0 {
				need[id.Name] = true
			}
		}
		return true
	})
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(need)) {
		if len(known[name]) > 1 {
			return "", fmt.Errorf("%s may be any of %q: write the import in the block", name, known[name])
		}
		fmt.Fprintf(&out, "import %q\n", known[name][0])
	}
	return out.String(), nil
}

// ownPackages maps the name of each package of the repository to its paths.
func ownPackages(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, s := range sources(t) {
		p := path.Join(modulePath, s.dir())
		if name := s.file.Name.Name; name != "main" && !slices.Contains(out[name], p) {
			out[name] = append(out[name], p)
		}
	}
	return out
}

// writeModule writes the go.mod and go.sum of a module that imports the given
// packages: of this repository's modules it requires those that hold one, with
// a replace, and what they require. So the go command looks nothing up.
func writeModule(t *testing.T, dir string, imports map[string]bool) {
	t.Helper()
	root, err := filepath.Abs(".")
	require.NoError(t, err)
	mod := new(modfile.File)
	require.NoError(t, mod.AddModuleStmt("example.com/readme"))
	require.NoError(t, mod.AddGoStmt("1.26.0"))
	var sums []byte
	versions := map[string]string{}
	for _, p := range files(t, func(name string) bool { return name == "go.mod" }) {
		own, err := modfile.Parse(p, []byte(readFile(t, p)), nil)
		require.NoError(t, err)
		name := own.Module.Mod.Path
		isUsed := slices.ContainsFunc(slices.Collect(maps.Keys(imports)), func(i string) bool { return within(i, name) })
		if !isUsed {
			continue
		}
		versions[name] = "v0.0.0"
		require.NoError(t, mod.AddReplace(name, "", filepath.Join(root, filepath.FromSlash(path.Dir(p))), ""))
		for _, r := range own.Require {
			if have, ok := versions[r.Mod.Path]; !within(r.Mod.Path, modulePath) && (!ok || semver.Compare(have, r.Mod.Version) < 0) {
				versions[r.Mod.Path] = r.Mod.Version
			}
		}
		sum, err := os.ReadFile(filepath.Join(filepath.FromSlash(path.Dir(p)), "go.sum"))
		if !errors.Is(err, fs.ErrNotExist) { // as where nothing is required
			require.NoError(t, err)
		}
		sums = append(sums, sum...)
	}
	for _, p := range slices.Sorted(maps.Keys(versions)) {
		mod.AddNewRequire(p, versions[p], false)
	}
	text, err := mod.Format()
	require.NoError(t, err)
	writeKept(t, filepath.Join(dir, "go.mod"), text)
	writeKept(t, filepath.Join(dir, "go.sum"), sums)
}

// goCommand runs the go command in a directory outside of the repository.
func goCommand(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -mod=mod"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(name))
	require.NoError(t, err)
	return string(data)
}

// trimLines drops the blanks at the ends of lines and of the text.
func trimLines(s string) string {
	var out strings.Builder
	for line := range strings.Lines(strings.TrimSpace(s)) {
		out.WriteString(strings.TrimRight(line, " \t\r\n") + "\n")
	}
	return out.String()
}

// The test above is worth what it can tell apart.
func TestReadmeBlocksAreTold(t *testing.T) {
	const good = "Text.\n" +
		"```sh\ngo test ./...\n```\n" +
		"```go\nid := fmt.Sprint(now, ctx)\nif id == \"\" {\n\treturn errors.New(\"empty\")\n}\n```\n" +
		"<!-- continues -->\n\n```go\nlong := strings.Repeat(id, 2)\n```\n" +
		"- an item\n\n  ```go\n  type T struct{ time.Time }\n\n  func (T) M() {}\n  ```\n" +
		"```go\nimport str \"strings\"\n\nname := str.ToUpper(\"a\")\n```\n" +
		"```go\nfunc TestX(t *testing.T) { t.Log(maps.Keys(map[string]int{})) }\n```\n" +
		"```go\npackage main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n```\n\n" +
		"<!-- output -->\n```text\nhello\n```\n"
	blocks := goBlocks(t, good)
	require.Len(t, blocks, 5)
	printed, err := tryBlocks(t, t.TempDir(), blocks)
	require.NoError(t, err)
	require.Equal(t, map[int]string{blocks[4].line: "hello\n"}, printed)
	require.Equal(t, "hello\n", *blocks[4].output)

	for name, c := range map[string]struct{ markdown, message string }{
		"an unknown function": {"```go\n_ = strings.Nothing()\n```\n", "README.md:2"},
		"an unknown name":     {"a\n```go\nimport \"os\"\n\n_ = os.Args\n_ = v.Systems()\n```\n", "README.md:6"},
		"a wrong type":        {"```go\nn := 1\n```\n<!-- continues -->\n```go\nn = \"\"\n```\n", "README.md:6"},
		"an elision":          {"```go\nx := T{a, …}\n```\n", "README.md:2"},
		"a loose brace":       {"```go\n}\nfunc f() {\n```\n", "README.md"},
		"a failing program":   {"```go\npackage main\n\nfunc main() { panic(\"no\") }\n```\n", "panic: no"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tryBlocks(t, t.TempDir(), goBlocks(t, c.markdown))
			require.ErrorContains(t, err, c.message)
		})
	}
}

// The commands that do all the set-up are there, and name what exists.
func TestReadmeCommands(t *testing.T) {
	readme := readFile(t, "README.md")
	for _, command := range []string{"go run ./examples/quickstart", "go test ./..."} {
		require.Regexp(t, `(?m)^\s*(\$ )?`+regexp.QuoteMeta(command)+`\s*(#.*)?$`, readme)
	}
	for _, m := range regexp.MustCompile(`go (?:run|test|build|doc) (\./[\w/-]+)`).FindAllStringSubmatch(readme, -1) {
		require.DirExists(t, strings.TrimSuffix(m[1], "/"), "the README says %q", m[0])
	}
}

// A link of a page to a file leads somewhere.
func TestLinksOfPages(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s:#]+)(?:#[^)]*)?\)`)
	for _, p := range files(t, func(name string) bool { return strings.HasSuffix(name, ".md") }) {
		for _, m := range link.FindAllStringSubmatch(readFile(t, p), -1) {
			_, err := os.Stat(filepath.FromSlash(path.Join(path.Dir(p), m[1])))
			require.NoError(t, err, "%s links to %s", p, m[1])
		}
	}
}
