package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

var importer = aims.By{Actor: importService, Reason: "import"}

// newManager opens a management system in memory.
func newManager(t testing.TB) *aims.Manager {
	t.Helper()
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: registrar, Clock: func() time.Time { return today }})
	require.NoError(t, err)
	require.NoError(t, enlist(t.Context(), m, "Inventory"))
	t.Cleanup(func() { require.NoError(t, m.Close(context.Background())) })
	return m
}

// imported imports a CSV text.
func imported(t testing.TB, m *aims.Manager, text string) tally {
	t.Helper()
	s, err := readSheet(text)
	require.NoError(t, err)
	entries, err := newForm().normalise(s, today)
	require.NoError(t, err)
	tally, err := importAll(t.Context(), m, importer, len(s.Rows), entries)
	require.NoError(t, err)
	return tally
}

var three = fixture(
	map[string]string{headName: "One", headStage: "Operation and Maintenance"},
	map[string]string{headName: "Two", headStage: "Someday"},
	map[string]string{headName: "Three", headInitiated: "22-Jul"},
) + strings.Repeat(",", len(newForm().headers)-1) + "\n"

func TestEveryRowIsAccountedFor(t *testing.T) {
	m := newManager(t)
	before := m.View().Head().Seq
	got := imported(t, m, three)
	require.Equal(t, [5]int{4, 1, 2, 0, 1}, [5]int{got.Read, got.Blank, got.Imported, got.There, got.Rejected})
	require.Equal(t, 2, got.Opened)
	require.Len(t, got.Problems, 1)
	require.Equal(t, 3, got.Problems[0].Line)
	require.Len(t, got.Warnings, 1)

	v := m.View()
	require.Equal(t, before+1, v.Head().Seq, "one commit")
	require.Equal(t, 2, v.Systems().Len())
	for s := range v.Systems().All() {
		_, ok := v.OpenAssessment(s.ID)
		require.True(t, ok, s.ID)
	}
	require.False(t, v.Systems().Has("us-2024-0002-dox"))
}

func TestImportingAgainChangesNothing(t *testing.T) {
	m := newManager(t)
	imported(t, m, three)
	head := m.View().Head()
	got := imported(t, m, three)
	require.Equal(t, [5]int{4, 1, 0, 2, 1}, [5]int{got.Read, got.Blank, got.Imported, got.There, got.Rejected})
	require.Zero(t, got.Opened)
	require.Equal(t, head, m.View().Head())
}

// What was rejected the first time can come later, corrected.
func TestACorrectedRowComesLater(t *testing.T) {
	m := newManager(t)
	imported(t, m, three)
	got := imported(t, m, strings.Replace(three, "Someday", "Planned", 1))
	require.Equal(t, [5]int{4, 1, 1, 2, 0}, [5]int{got.Read, got.Blank, got.Imported, got.There, got.Rejected})
	require.True(t, m.View().Systems().Has("us-2024-0002-dox"))
}

// A file whose rows have moved would pass other use cases off as those on the
// register.
func TestMovedRowsAreRejected(t *testing.T) {
	m := newManager(t)
	imported(t, m, fixture(map[string]string{headName: "One"}, map[string]string{headName: "Two"}))
	got := imported(t, m, fixture(map[string]string{headName: "Two"}, map[string]string{headName: "One"}))
	require.Equal(t, 2, got.Rejected)
	require.Contains(t, got.Problems[0].Reason, `another use case on the register, "One"`)
}

// People who meet a system now come first, then what is known of its level, then
// what is open; the worst that it could be moves nothing.
func TestFirst(t *testing.T) {
	with := func(id string, stage register.Stage, known impact.Level, open int) item {
		return item{System: register.System{ID: id, Stage: stage}, Span: impact.Span{Known: known, Level: impact.LevelHigh, Open: open}}
	}
	var got []string
	for _, i := range first([]item{
		with("a-planned", register.StageDesign, impact.LevelHigh, 0),
		with("b-harmless", register.StageOperation, impact.LevelMinimal, 3),
		with("c-grave", register.StageOperation, impact.LevelHigh, 0),
		with("d-retired", register.StageRetirement, impact.LevelHigh, 0),
		with("e-more-open", register.StageOperation, impact.LevelMinimal, 9),
		with("f-limited", register.StageDeployment, impact.LevelLimited, 1),
	}) {
		got = append(got, i.System.ID)
	}
	require.Equal(t, []string{"c-grave", "f-limited", "e-more-open", "b-harmless", "a-planned"}, got)
}

// program runs the program and returns exit status, output and error output.
func program(t *testing.T, args ...string) (int, string, string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), args, &stdout, &stderr)
	return status, stdout.String(), stderr.String()
}

// written writes a file and returns its path.
func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inventory.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestProgram(t *testing.T) {
	path, dir := written(t, strings.Replace(three, "One", "Caf\xE9", 1)), filepath.Join(t.TempDir(), "store")
	status, out, errs := program(t, "-csv", path, "-dir", dir)
	require.Zero(t, status, errs)
	require.Empty(t, errs)
	require.Contains(t, out, "2 imported, 0 there already, 1 blank, 1 rejected")
	require.Contains(t, out, "line 3, Stage of Development, \"Someday\":\n      unknown answer; known are \"Initiated\"")
	require.Contains(t, out, "windows-1252, 4 rows")
	require.Regexp(t, `us-2024-0001-dox +Café`, out)
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), width, line)
	}

	// Once more on the same directory: the same register, nothing new.
	status, again, errs := program(t, "-csv", path, "-dir", dir)
	require.Zero(t, status, errs)
	require.Contains(t, again, "0 imported, 2 there already, 1 blank, 1 rejected")
	_, before, _ := strings.Cut(out, "Systems by stage")
	_, after, _ := strings.Cut(again, "Systems by stage")
	require.Equal(t, before, after)

	// And in a directory of its own, which goes away: the same output.
	status, fresh, errs := program(t, "-csv", path)
	require.Zero(t, status, errs)
	require.Equal(t, out, fresh)
}

func TestProgramSaysWhatIsWrong(t *testing.T) {
	good := written(t, three)
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"no file named":        {nil, 2, "name the file with -csv"},
		"an unknown flag":      {[]string{"-xls", good}, 2, "flag provided but not defined"},
		"an argument too many": {[]string{"-csv", good, "more"}, 2, `unknown argument "more"`},
		"an unknown encoding":  {[]string{"-csv", good, "-encoding", "ebcdic"}, 2, `unknown encoding "ebcdic"`},
		"no such file":         {[]string{"-csv", good + "x"}, 1, "no such file"},
		"UTF-16":               {[]string{"-csv", written(t, "\xFF\xFEU\x00")}, 1, "UTF-16"},
		"not the UTF-8 it says": {[]string{"-csv", written(t, strings.Replace(three, "One", "On\x92", 1)), "-encoding", "utf-8"}, 1,
			"line 2, byte 3: 0x92 is not valid utf-8"},
		"a missing column": {[]string{"-csv", written(t, strings.Replace(three, headStage, "Stage of Developement", 1))}, 1,
			`no column "Stage of Development" (near: "Stage of Developement")`},
		"no CSV":          {[]string{"-csv", written(t, "a,b\nc\"d,e\n")}, 1, "line 2"},
		"no row imported": {[]string{"-csv", written(t, fixture(map[string]string{headStage: "Someday"}))}, 1, "no row came onto the register"},
	} {
		store := filepath.Join(t.TempDir(), "store")
		status, out, errs := program(t, append([]string{"-dir", store}, c.args...)...)
		require.Equal(t, c.status, status, "%s: %s", name, errs)
		require.Contains(t, errs, c.says, name)
		if name == "no row imported" {
			require.Contains(t, out, "unknown answer")
			continue
		}
		require.NoDirExists(t, store, "%s: the store is left alone", name)
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 2133: "2,133", 1234567: "1,234,567", -1000: "-1,000"} {
		require.Equal(t, want, thousands(n))
	}
}
