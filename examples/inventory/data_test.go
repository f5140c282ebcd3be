package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// realFile returns the path of the inventory that the agencies published for
// 2024, which is too large to keep here.
func realFile(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("AIMSKIT_DATA")
	if dir == "" {
		t.Skip("AIMSKIT_DATA is not set: it names the directory that holds us-federal-ai-inventory/2024.csv")
	}
	return filepath.Join(dir, "us-federal-ai-inventory", "2024.csv")
}

// realEntries reads the file and normalises it.
func realEntries(t testing.TB) (sheet, []entry) {
	t.Helper()
	s, used, err := openSheet(realFile(t), encodingAuto)
	require.NoError(t, err)
	require.Equal(t, encodingWindows1252, used)
	entries, err := newForm().normalise(s, today)
	require.NoError(t, err)
	return s, entries
}

func TestTheFederalInventoryOf2024(t *testing.T) {
	s, entries := realEntries(t)
	require.Len(t, s.Header, 62)
	require.Len(t, s.Rows, 2133)

	m := newManager(t)
	seq := m.View().Head().Seq
	got, err := importAll(t.Context(), m, importer, len(s.Rows), entries)
	require.NoError(t, err)
	require.Empty(t, got.Problems)
	require.Equal(t, [5]int{2133, 0, 2133, 0, 0}, [5]int{got.Read, got.Blank, got.Imported, got.There, got.Rejected})

	// One commit; an assessment is open for each, the retired ones among them.
	v := m.View()
	require.Equal(t, seq+1, v.Head().Seq)
	require.Equal(t, 2133, got.Opened)
	require.Equal(t, 2133, v.Systems().Len())
	require.Equal(t, 2133, v.Assessments().Len())
	for s := range v.Systems().All() {
		_, ok := v.OpenAssessment(s.ID)
		require.True(t, ok, s.ID)
	}

	// The counts of the file itself, taken with another program.
	stages := make(map[register.Stage]int)
	effects := make(map[register.Effect]int)
	for s := range v.Systems().All() {
		stages[s.Stage]++
		for _, e := range s.Effects {
			effects[e]++
		}
	}
	require.Equal(t, map[register.Stage]int{
		register.StageDesign:       370 + 20 + 9 + 404 + 4, // initiated, planned, ideation, development, blank
		register.StageVerification: 287,
		register.StageOperation:    874 + 14 + 4, // operation, in production, in mission
		register.StageRetirement:   142 + 5,      // retired, complete
	}, stages)
	require.Equal(t, 131+195, effects[register.EffectLegal])
	require.Equal(t, 25+195, effects[register.EffectSafety])
	require.Equal(t, 1722, effects[register.EffectConvenience])
}

// What is known spreads over the levels although nearly all count as high, and of
// those that would turn out harmless half are settled by five answers or fewer.
func TestWhatTheInventoryLeavesOpen(t *testing.T) {
	s, entries := realEntries(t)
	m := newManager(t)
	_, err := importAll(t.Context(), m, importer, len(s.Rows), entries)
	require.NoError(t, err)
	known := make(map[impact.Level]int)
	var answers []int
	items := itemsOf(m.View())
	for _, i := range items {
		if i.System.Stage == register.StageRetirement {
			continue
		}
		known[i.Span.Known]++
		if i.Span.Known.Rank() < impact.LevelHigh.Rank() {
			answers = append(answers, len(i.Asks))
		}
		require.Equal(t, i.Span.Certain(), len(i.Asks) == 0, i.System.ID)
	}
	require.Equal(t, 343, known[impact.LevelHigh])
	require.Greater(t, known[impact.LevelLimited], 50)
	require.Greater(t, known[impact.LevelMinimal], 1000)
	slices.Sort(answers)
	require.LessOrEqual(t, answers[len(answers)/2], 5)
	most := settling(items)
	require.GreaterOrEqual(t, len(most), topAnswers)
	for _, a := range most[:topAnswers] {
		require.True(t, len(a.Rules) > 0 || len(a.Question.Implies) > 0, "%s: says why", a.Question.Attribute)
	}
}

// Importing the whole inventory in one commit, in memory: registering,
// deriving what the impact rules require, opening the assessments.
func BenchmarkImportInOneCommit(b *testing.B) {
	s, entries := realEntries(b)
	b.ReportAllocs()
	for b.Loop() {
		m, err := aims.Open(b.Context(), memory.New(), &aims.Options{Founder: registrar})
		require.NoError(b, err)
		require.NoError(b, enlist(b.Context(), m, "Inventory"))
		got, err := importAll(b.Context(), m, importer, len(s.Rows), entries)
		require.NoError(b, err)
		require.Equal(b, 2133, got.Imported)
		require.NoError(b, m.Close(b.Context()))
	}
	b.ReportMetric(float64(len(entries))*float64(b.N)/b.Elapsed().Seconds(), "systems/s")
}

// nowhere takes the files of an export and keeps none.
type nowhere struct{}

func (nowhere) Create(string) (io.Writer, error) { return io.Discard, nil }

// Exporting the pages of the whole inventory: every list, every record with its history.
func BenchmarkExport(b *testing.B) {
	s, entries := realEntries(b)
	m := newManager(b)
	_, err := importAll(b.Context(), m, importer, len(s.Rows), entries)
	require.NoError(b, err)
	b.ReportAllocs()
	var done dashboard.Exported
	for b.Loop() {
		done, err = dashboard.Export(b.Context(), m, nowhere{}, &dashboard.ExportOptions{Clock: func() time.Time { return today }})
		require.NoError(b, err)
	}
	require.Greater(b, done.Pages, 2*len(s.Rows))
	b.ReportMetric(float64(done.Pages), "pages")
	b.ReportMetric(float64(done.Bytes)/1e6, "MB")
}

// Reading and normalising the file, before anything is registered.
func BenchmarkRead(b *testing.B) {
	path := realFile(b)
	data, err := os.ReadFile(path)
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s, _, err := openSheet(path, encodingAuto)
		require.NoError(b, err)
		_, err = newForm().normalise(s, today)
		require.NoError(b, err)
	}
}

// Importing the whole inventory, deriving what rules ask, and asking what would settle
// the levels of all of them.
func BenchmarkImportAndAsk(b *testing.B) {
	s, entries := realEntries(b)
	b.ReportAllocs()
	for b.Loop() {
		m, err := aims.Open(b.Context(), memory.New(), &aims.Options{Founder: registrar})
		require.NoError(b, err)
		require.NoError(b, enlist(b.Context(), m, "Inventory"))
		_, err = importAll(b.Context(), m, importer, len(s.Rows), entries)
		require.NoError(b, err)
		require.Len(b, itemsOf(m.View()), 2133)
		require.NoError(b, m.Close(b.Context()))
	}
}
