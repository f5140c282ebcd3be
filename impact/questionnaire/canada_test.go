package questionnaire

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
)

// The counts are of version 1.0.1, taken with another program.
func TestCanadasQuestionnaire(t *testing.T) {
	q, s := aia(t)
	kinds := map[Kind]int{}
	conditions := 0
	for e := range q.Elements() {
		kinds[e.Kind]++
		if e.VisibleIf != "" {
			conditions++
		}
	}
	require.Empty(t, cmp.Diff(map[Kind]int{
		KindPage: 18, KindPanel: 17, KindRadioGroup: 130, KindDropdown: 16, KindCheckbox: 16, KindComment: 120, KindText: 13, KindHTML: 4,
	}, kinds))
	require.Equal(t, 124, conditions)

	r := s.Score(nil)
	parts := map[Part]int{}
	for _, x := range r.Questions {
		parts[x.Part]++
	}
	require.Equal(t, map[Part]int{PartRaw: 70, PartMitigation: 90}, parts)
	require.Equal(t, []float64{167, 154, 61.6}, []float64{r.RawMax, r.MitigationMax, r.DeductionFrom})
	var limits []float64
	for _, l := range AIA().Levels[:3] {
		limits = append(limits, r.RawMax*l.UpTo/100)
	}
	require.Equal(t, []float64{41.75, 83.5, 125.25}, limits)

	sector, ok := q.Question("decisionSector1")
	require.True(t, ok)
	require.NotEqual(t, sector.Title.In("en"), sector.Title.In("fr"))
	require.Equal(t, "decisionSector", sector.Page)
}

// The tool's own test.
func TestCanadasOwnTest(t *testing.T) {
	q, s := aia(t)
	answers, err := ParseAnswers([]byte(`{"currentPage":4,"data":{
		"projectDetailsRespondent": "name", "projectDetailsJob": "position", "projectDetailsDepartment-NS": "item061",
		"projectDetailsBranch": "test", "projectDetailsTitle": "project", "projectDetailsPhase": "item1",
		"projectDetailsDescription": "desc", "decisionSector1": ["item1-1", "item2-1", "item3-1"]}}`))
	require.NoError(t, err)
	r := s.Score(answers)
	require.Equal(t, []float64{3, 0, 3}, []float64{r.Raw, r.Mitigation, r.Total})
	require.Equal(t, "I", r.Level)
	require.Equal(t, impact.LevelMinimal, r.Impact)
	require.Equal(t, 0, r.PassedOver)

	// The phase decides which branch of measures is shown.
	require.True(t, q.Visible("consultationDesign1", answers))
	require.False(t, q.Visible("consultationImplementation1", answers))
	require.False(t, q.Visible("consultationDesign1", nil))
	answers["consultationImplementation1"] = One("item1-2")
	require.Equal(t, 2.0, s.Score(answers).Mitigation, "it is hidden, and counts")
	require.Contains(t, short(q.Validate(answers)), `consultationImplementation1 hidden "item1-2"`)
}

// full answers every question of Canada's assessment that can score.
func full(t testing.TB, q *Questionnaire) Answers {
	t.Helper()
	answers := Answers{"projectDetailsPhase": One("item1")}
	for e := range q.Questions() {
		switch {
		case e.Kind == KindCheckbox:
			answers[e.Name] = Answer{list: true, values: []Value{e.Choices[0].Value, e.Choices[1].Value}}
		case e.Kind.Chooses() && e.Name != "projectDetailsPhase":
			answers[e.Name] = Answer{values: []Value{e.Choices[0].Value}}
		}
	}
	return answers
}

func BenchmarkParseCanada(b *testing.B) {
	file := canada(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := Parse(file); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScoreCanada scores one full set of answers with a prepared scorer.
func BenchmarkScoreCanada(b *testing.B) {
	q, s := aia(b)
	answers := full(b, q)
	b.ReportAllocs()
	for b.Loop() {
		s.Score(answers)
	}
}

// BenchmarkScoreCanadaOnce prepares the scoring each time.
func BenchmarkScoreCanadaOnce(b *testing.B) {
	q, _ := aia(b)
	answers, scoring := full(b, q), AIA()
	b.ReportAllocs()
	for b.Loop() {
		q.Score(scoring, answers)
	}
}

func BenchmarkValidateCanada(b *testing.B) {
	q, _ := aia(b)
	answers := full(b, q)
	b.ReportAllocs()
	for b.Loop() {
		q.Validate(answers)
	}
}
