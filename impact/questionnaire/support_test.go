package questionnaire

import (
	_ "embed"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
)

//go:embed testdata/benefit.json
var benefitJSON []byte

// benefit is a small questionnaire with what Canada's has, and some more. Its
// maxima are: decides 4, groups 6, review 5; testPlan 2, testKinds-MS 3, testRun
// 2, testedKinds 3. The panel around notes says nothing of scores, and only the
// one right around a question counts.
func benefit(t testing.TB) *Questionnaire {
	t.Helper()
	q, err := Parse(benefitJSON)
	require.NoError(t, err)
	return q
}

// canada returns the bytes of Canada's questionnaire, which is too large to keep
// here.
func canada(t testing.TB) []byte {
	t.Helper()
	dir := os.Getenv("AIMSKIT_DATA")
	if dir == "" {
		t.Skip("AIMSKIT_DATA is not set: it names the directory that holds ca-aia/survey-enfr.json")
	}
	b, err := os.ReadFile(filepath.Join(dir, "ca-aia", "survey-enfr.json"))
	if os.IsNotExist(err) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	return b
}

// aia returns Canada's questionnaire and its scorer.
func aia(t testing.TB) (*Questionnaire, *Scorer) {
	t.Helper()
	q, err := Parse(canada(t))
	require.NoError(t, err)
	s, err := q.Scorer(AIA())
	require.NoError(t, err)
	return q, s
}

// issuesOf returns the issues that an error is, in short.
func issuesOf(t testing.TB, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var is issue.Issues
	require.ErrorAs(t, err, &is)
	return short(is)
}

func short(is issue.Issues) []string {
	var out []string
	for _, i := range is {
		out = append(out, i.Field+" "+i.Rule+" "+i.Value)
	}
	return out
}

// toJSON writes a value as JSON.
func toJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", "  ")
	require.NoError(t, err)
	return string(b) + "\n"
}
