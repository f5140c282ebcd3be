package questionnaire

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/impact"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file that a person has looked at.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got))
}

// filled is a form of benefit as people leave it: a value of an earlier version,
// an answer to what is not shown any more, and a name from elsewhere.
var filled = Answers{
	"owner": One("Ada"), "phase": One("plan"), "public": Bool(true), "who": One("families"),
	"decides": One("takes-4"), "groups": List("children-3", "elderly-2", "pets-9"), "review": One("never-5"),
	"testPlan": One("yes-2"), "testKinds-MS": List("bias-2"),
	"testRun": One("yes-2"), "logo-NS": One("yes-9"), "sponsor": One("gold-7"),
}

func TestResultOfAForm(t *testing.T) {
	q := benefit(t)
	r := q.Score(AIA(), filled)
	golden(t, "result.json", toJSON(t, r))

	// By hand: decides 4, groups 3+2, review 5 of a maximum of 15; testPlan 2,
	// testKinds-MS 2 and, hidden, testRun 2 of 10, where 4 are enough; 14 less
	// 15 % is 11.9, rounded 12, which is above 75 % of 15.
	require.Equal(t, []float64{14, 15, 6, 10, 4, 12, 80}, []float64{r.Raw, r.RawMax, r.Mitigation, r.MitigationMax, r.DeductionFrom, r.Total, r.Percent})
	require.True(t, r.Deducted)
	require.Equal(t, "IV", r.Level)
	require.Equal(t, impact.LevelHigh, r.Impact)
	require.Equal(t, 2, r.PassedOver, "pets-9 and sponsor")
	require.Equal(t, 0, r.Unanswered)

	// The tool reads the 9 that the question does not offer.
	read := AIA()
	read.CountUnoffered = true
	require.Equal(t, 14.0+9, q.Score(read, filled).Raw)
	require.Equal(t, 1, q.Score(read, filled).PassedOver, "sponsor")

	none := q.Score(AIA(), nil)
	require.Equal(t, "I", none.Level)
	require.Equal(t, 0, none.Unanswered, "nothing scored is shown before the phase is known")
	require.Equal(t, 3, q.Score(AIA(), Answers{"phase": One("plan")}).Unanswered, "decides, groups, testPlan")
}

func TestWhatIsShown(t *testing.T) {
	q := benefit(t)
	shown := func(a Answers) []string {
		var out []string
		for e := range q.Shown(a) {
			require.True(t, q.Visible(e.Name, a), e.Name)
			out = append(out, e.Name)
		}
		return out
	}
	require.Equal(t, []string{"about", "intro", "general-NS", "owner", "phase", "public"}, shown(nil))
	require.Equal(t, []string{"about", "intro", "general-NS", "owner", "phase", "public", "risk-RS", "decides", "groups", "logo-NS", "measuresRun-MS", "testRun"},
		shown(Answers{"phase": One("run")}))
	all := shown(filled)
	for _, name := range []string{"who", "review", "why", "measuresPlan", "measuresPlan-MS", "testPlan", "inner", "testKinds-MS", "notes"} {
		require.Contains(t, all, name)
	}
	require.NotContains(t, all, "testRun")

	// What is around a question hides it, whatever its own condition says.
	require.False(t, q.Visible("notes", Answers{"phase": One("run"), "testPlan": One("yes-2")}))
	require.False(t, q.Visible("nothing", filled))
	require.False(t, q.Visible("", filled))

	// A fixed "visible" holds where there is no condition.
	fixed, err := Parse([]byte(page(`{"type":"text","name":"a","visible":false},{"type":"text","name":"b","visible":false,"visibleIf":"{c} empty"},{"type":"text","name":"c"}`)))
	require.NoError(t, err)
	require.False(t, fixed.Visible("a", nil))
	require.True(t, fixed.Visible("b", nil))
}

func TestValidateListsEachFault(t *testing.T) {
	q := benefit(t)
	require.Equal(t, []string{
		"groups[2] choice pets-9",
		`testRun hidden "yes-2"`,
		`sponsor unknown "gold-7"`,
	}, short(q.Validate(filled)))

	require.Equal(t, []string{"owner required ", "phase required "}, short(q.Validate(nil)))
	require.Equal(t, []string{"owner required ", "who required "}, short(q.Validate(Answers{"phase": One("run"), "public": Bool(true)})))

	require.Equal(t, []string{
		`owner shape ["x"]`,
		"public shape yes",
		`decides shape ["informs-1","informs-1"]`,
		"decides[1] repeated informs-1",
		`groups shape "children-3"`,
		`groups-Comment shape ["x"]`,
		`general-NS shape "x"`,
		`intro shape "x"`,
	}, short(q.Validate(Answers{
		"owner": List("x"), "phase": One("run"), "public": One("yes"), "decides": List("informs-1", "informs-1"),
		"groups": One("children-3"), "groups-Comment": List("x"), "intro": One("x"), "general-NS": One("x"), "nobody": {},
	})))

	fine := Answers{"owner": One("Ada"), "phase": One("plan"), "groups": List("other"), "groups-Comment": One("dogs")}
	require.Empty(t, q.Validate(fine))

	// Stored in other words than true and false.
	b, err := Parse([]byte(page(`{"type":"boolean","name":"a","valueTrue":"ja","valueFalse":"nein"},{"type":"rating","name":"r"}`)))
	require.NoError(t, err)
	require.Empty(t, b.Validate(Answers{"a": One("ja"), "r": Number(4)}))
	require.Equal(t, []string{"a choice true"}, short(b.Validate(Answers{"a": Bool(true)})))
}

// weighted is a questionnaire of one raw question with a maximum, one mitigation
// question with another.
func weighted(t testing.TB, raw, mitigation int) *Questionnaire {
	t.Helper()
	question := func(name string, top int) string {
		var choices []string
		for i := range top + 1 {
			choices = append(choices, `"v`+strconv.Itoa(i)+"-"+strconv.Itoa(i)+`"`)
		}
		return `{"type":"dropdown","name":"` + name + `","choices":[` + strings.Join(choices, ",") + `]}`
	}
	q, err := Parse([]byte(page(question("risk-RS", raw) + "," + question("care-MS", mitigation))))
	require.NoError(t, err)
	return q
}

func scored(q *Questionnaire, raw, mitigation int) Result {
	return q.Score(AIA(), Answers{
		"risk-RS": One("v" + strconv.Itoa(raw) + "-" + strconv.Itoa(raw)),
		"care-MS": One("v" + strconv.Itoa(mitigation) + "-" + strconv.Itoa(mitigation)),
	})
}

// The bounds that published assessments lie at.
func TestBoundaries(t *testing.T) {
	require.Equal(t, "I", scored(weighted(t, 126, 92), 31, 0).Level)
	require.Equal(t, "II", scored(weighted(t, 126, 92), 32, 0).Level)
	require.Equal(t, "II", scored(weighted(t, 107, 90), 27, 0).Level)
	require.Equal(t, "I", scored(weighted(t, 107, 90), 26, 0).Level)

	require.True(t, scored(weighted(t, 107, 90), 54, 36).Deducted, "36 of half of 90")
	require.False(t, scored(weighted(t, 126, 92), 54, 36).Deducted, "36 of half of 92")
	require.Equal(t, 46.0, scored(weighted(t, 107, 90), 54, 36).Total)
	require.Equal(t, 54.0, scored(weighted(t, 126, 92), 54, 36).Total)

	// A bound belongs to the lower level.
	q := weighted(t, 100, 10)
	for raw, level := range map[int]string{0: "I", 25: "I", 26: "II", 50: "II", 51: "III", 75: "III", 76: "IV", 100: "IV"} {
		require.Equal(t, level, scored(q, raw, 0).Level, raw)
	}
	want := map[string]impact.Level{"I": impact.LevelMinimal, "II": impact.LevelLimited, "III": impact.LevelHigh, "IV": impact.LevelHigh}
	for _, l := range AIA().Levels {
		require.Equal(t, want[l.Name], l.Impact)
	}
}

func TestRoundingIsThatOfWholeNumbers(t *testing.T) {
	q := weighted(t, 399, 2)
	for raw := range 400 {
		r := scored(q, raw, 2)
		require.True(t, r.Deducted)
		require.Equal(t, float64((85*raw+50)/100), r.Total, raw)
		share := 1 - 0.15 // as the tool computes, in floating point
		require.Equal(t, math.Floor(share*float64(raw)+0.5), r.Total, raw)
	}
	for how, want := range map[Rounding]float64{RoundNone: 8.5, RoundHalfUp: 9, RoundDown: 8, RoundUp: 9, "": 8.5} {
		s := AIA()
		s.Deduction.Rounding = how
		require.Equal(t, want, q.Score(s, Answers{"risk-RS": One("v10-10"), "care-MS": One("v2-2")}).Total, how)
	}
}

func TestWithoutMitigationNothingIsDeducted(t *testing.T) {
	q, err := Parse([]byte(page(`{"type":"radiogroup","name":"a-RS","choices":["x-10","y-0"]},{"type":"text","name":"b-RS"}`)))
	require.NoError(t, err)
	r := q.Score(AIA(), Answers{"a-RS": One("x-10"), "b-RS": One("c-9")})
	require.False(t, r.Deducted)
	require.Equal(t, 10.0, r.Total, "a text does not score")
	require.Len(t, r.Questions, 1)

	// Without a question that counts there is no level, rather than the lowest.
	none, err := Parse([]byte(page(`{"type":"radiogroup","name":"a","choices":["x-10"]}`)))
	require.NoError(t, err)
	r = none.Score(AIA(), Answers{"a": One("x-10")})
	require.Empty(t, r.Level)
	require.Empty(t, r.Impact)
	require.Equal(t, []QuestionScore{}, r.Questions)
}

func TestWeights(t *testing.T) {
	for value, want := range map[string]float64{
		"item1-3": 3, "3": 0, "item": 0, "a-b-2": 2, "item1--3": 3, "item-": 0, "item-x": 0, "item-2x": 0, "item- 4 ": 4, "item-1.5": 1.5,
		"item-1e2": 100, "item-0x10": 16, "item-0b11": 3, "item-0o17": 15, "item-0x": 0, "item-1_0": 0, "item-Infinity": 0, "item-NaN": 0, "item-1e300": 0, "item-+5": 5,
		"": 0,
	} {
		require.Equal(t, want, AIA().Weight.of(Choice{Value: TextOf(value)}), value)
	}
	require.Equal(t, 7.0, AIA().Weight.of(Choice{Value: NumberOf(7)}))
	require.Equal(t, 0.0, AIA().Weight.of(Choice{Value: BoolOf(true)}))
	require.Equal(t, 4.0, Weight{Separator: "::"}.of(Choice{Value: TextOf("a::4")}))
}

// A method that is not Canada's: weights are a member of the choice, questions
// are named, three levels.
func TestScoringIsData(t *testing.T) {
	q, err := Parse([]byte(page(`
		{"type":"radiogroup","name":"reach","choices":[{"value":"few","score":1},{"value":"many","score":5}]},
		{"type":"checkbox","name":"care","choices":[{"value":"log","score":2},{"value":"test","score":3},{"value":"none-9"}]},
		{"type":"radiogroup","name":"colour","choices":[{"value":"red","score":50}]}`)))
	require.NoError(t, err)
	method := Scoring{
		ID: "house", Version: "2", Kinds: []Kind{KindRadioGroup, KindCheckbox},
		Named:     map[string]Part{"reach": PartRaw, "care": PartMitigation},
		Weight:    Weight{Property: "score"},
		Deduction: Deduction{Share: 100, Fork: 1, Percent: 50, Rounding: RoundDown},
		Levels:    []LevelBound{{Name: "green", UpTo: 40, Impact: impact.LevelMinimal}, {Name: "red", UpTo: 100, Impact: impact.LevelUnacceptable}},
	}
	// It is data: what is read back scores alike.
	var back Scoring
	require.NoError(t, json.Unmarshal([]byte(toJSON(t, method)), &back))
	require.Empty(t, cmp.Diff(method, back))
	s, err := q.Scorer(back)
	require.NoError(t, err)

	r := s.Score(Answers{"reach": One("many"), "care": List("log"), "colour": One("red")})
	require.Equal(t, []any{5.0, 5.0, false, "red", impact.LevelUnacceptable}, []any{r.Raw, r.Total, r.Deducted, r.Level, r.Impact})
	r = s.Score(Answers{"reach": One("many"), "care": List("log", "test")})
	require.Equal(t, []any{5.0, 2.0, true, "green", impact.LevelMinimal}, []any{r.Raw, r.Total, r.Deducted, r.Level, r.Impact})

	// A caller that changes its table does not change the scorer.
	back.Levels[0].Name, back.Named["care"] = "grey", PartRaw
	require.Equal(t, "green", s.Score(nil).Level)
	require.Equal(t, 5.0, s.Score(nil).MitigationMax)

	method.Named["colours"] = PartRaw
	_, err = q.Scorer(method)
	require.Equal(t, []string{`named["colours"] unknown colours`}, issuesOf(t, err))
}

func TestScoringIsChecked(t *testing.T) {
	require.NoError(t, AIA().Validate())
	require.Equal(t, []string{
		"id required ", "version required ", "kinds required ", "suffixes required ", "weight oneof ",
		"deduction.fork range 0", "deduction.rounding oneof ", "levels required ",
	}, issuesOf(t, Scoring{}.Validate()))

	for name, c := range map[string]struct {
		change func(*Scoring)
		want   string
	}{
		"kind":          {func(s *Scoring) { s.Kinds[1] = KindText }, "kinds[1] oneof text"},
		"suffix":        {func(s *Scoring) { s.Suffixes[0].Suffix = "" }, "suffixes[0].suffix required "},
		"part":          {func(s *Scoring) { s.Suffixes[2].Part = "some" }, "suffixes[2].part oneof some"},
		"named":         {func(s *Scoring) { s.Named = map[string]Part{"a": "b"} }, `named["a"] oneof b`},
		"weights":       {func(s *Scoring) { s.Weight.Property = "score" }, "weight oneof score-"},
		"share":         {func(s *Scoring) { s.Deduction.Share = 101 }, "deduction.share range 101"},
		"percent":       {func(s *Scoring) { s.Deduction.Percent = math.NaN() }, "deduction.percent range NaN"},
		"level":         {func(s *Scoring) { s.Levels[1].Name = "" }, "levels[1].name required "},
		"level twice":   {func(s *Scoring) { s.Levels[1].Name = "I" }, "levels[1].name repeated I"},
		"bound":         {func(s *Scoring) { s.Levels[1].UpTo = 25 }, "levels[1].up_to range 25"},
		"bound too far": {func(s *Scoring) { s.Levels[3].UpTo = 120 }, "levels[3].up_to range 120"},
		"impact":        {func(s *Scoring) { s.Levels[3].Impact = "grave" }, "levels[3].impact oneof grave"},
		"impact order":  {func(s *Scoring) { s.Levels[3].Impact = impact.LevelMinimal }, "levels[3].impact order minimal"},
	} {
		s := AIA()
		c.change(&s)
		require.Equal(t, []string{c.want}, issuesOf(t, s.Validate()), name)
		_, err := benefit(t).Scorer(s)
		require.Error(t, err, name)
		benefit(t).Score(s, filled) // scores all the same
	}
}

// More risk never lowers the total, more mitigation never raises it; and so do
// the levels.
func TestScoresAreMonotonic(t *testing.T) {
	rank := func(r Result) int {
		return slices.IndexFunc(AIA().Levels, func(l LevelBound) bool { return l.Name == r.Level })
	}
	q := benefit(t)
	rapid.Check(t, func(t *rapid.T) {
		answers := drawAnswers(t, treeOf(benefitJSON), false)
		before := q.Score(AIA(), answers)
		risk := rapid.SampledFrom([]string{"decides", "review"}).Draw(t, "risk")
		e, _ := q.Question(risk)
		more := Answers{}
		for name, a := range answers {
			more[name] = a
		}
		more[risk] = Answer{values: []Value{e.Choices[len(e.Choices)-1].Value}} // the heaviest
		after := q.Score(AIA(), more)
		require.GreaterOrEqual(t, after.Total, before.Total)
		require.GreaterOrEqual(t, rank(after), rank(before))

		more = Answers{}
		for name, a := range answers {
			more[name] = a
		}
		more["testPlan"] = One("yes-2")
		after = q.Score(AIA(), more)
		require.LessOrEqual(t, after.Total, before.Total)
		require.LessOrEqual(t, rank(after), rank(before))
		require.GreaterOrEqual(t, after.Mitigation, before.Mitigation)
	})
}

func TestAttachment(t *testing.T) {
	s, err := benefit(t).Scorer(AIA())
	require.NoError(t, err)
	at := time.Date(2026, 11, 20, 9, 30, 0, 0, time.FixedZone("EST", -5*3600))
	a, err := s.Attach(filled, at, "ada@example.org")
	require.NoError(t, err)
	golden(t, "attachment.json", toJSON(t, a))
	require.Equal(t, s.Score(filled).Digest(), a.Result)
	require.NoError(t, s.Check(a, filled))

	// It is stored and read back.
	var back impact.QuestionnaireResult
	require.NoError(t, json.Unmarshal([]byte(toJSON(t, a)), &back))
	require.Empty(t, cmp.Diff(a, back))

	// Whatever is changed later is found.
	touched := Answers{}
	for name, x := range filled {
		touched[name] = x
	}
	touched["who"] = One("pensioners")
	require.Equal(t, []string{"answers follows " + a.Answers}, issuesOf(t, s.Check(a, touched)), "no score depends on it")
	touched["decides"] = One("informs-1")
	require.Contains(t, issuesOf(t, s.Check(a, touched)), "grade follows IV")
	back.Grade = "I"
	require.Equal(t, []string{"grade follows I"}, issuesOf(t, s.Check(back, filled)))
	other := AIA()
	other.Version = "2.0"
	s2, err := benefit(t).Scorer(other)
	require.NoError(t, err)
	require.Contains(t, issuesOf(t, s2.Check(a, filled)), "scoring_version follows 1.0")

	_, err = s.Attach(filled, time.Time{}, "")
	require.Equal(t, []string{"at required ", "by required "}, issuesOf(t, err))
}

// A condition on a question that is not there is never met, as in SurveyJS, and said
// to be so; what else the file holds is read.
func TestConditionOnNothing(t *testing.T) {
	q, err := Parse([]byte(`{"pages":[{"name":"p","elements":[` +
		`{"type":"text","name":"a","visibleIf":"{gone} = 1"},{"type":"text","name":"b","visibleIf":"{gone} notempty or {away} > 2"},` +
		`{"type":"text","name":"c","requiredIf":"{p} contains 'x'"},{"type":"text","name":"d","visibleIf":"{c} = 1"}]}]}`))
	require.NoError(t, err)
	answers := Answers{"c": Number(1), "d": One("x")}
	for name, shown := range map[string]bool{"a": false, "b": false, "c": true, "d": true} {
		require.Equal(t, shown, q.Visible(name, answers), name)
	}
	require.Equal(t, []string{
		"pages[0].elements[0].visibleIf reference gone", "pages[0].elements[1].visibleIf reference gone",
		"pages[0].elements[1].visibleIf reference away", "pages[0].elements[2].requiredIf reference p",
	}, short(q.Validate(answers)))
	require.Len(t, q.Validate(nil), 4, "and each time anew")
}
