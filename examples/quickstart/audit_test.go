package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/memory"
)

// auditor is what a lead auditor raised in a Stage 2 audit of the bank, point by point,
// with the check that tells it and how grave it is at least; written from his list, not
// from what the program says.
var auditor = []struct {
	point, check string
	severity     aims.Severity
	subject      string // empty: whichever
}{
	{"4.1: issues not determined", "S1-12", aims.SeverityMajor, ""},
	{"4.2: parties not determined", "S1-12", aims.SeverityMajor, ""},
	{"4.1: the bank's own roles not determined", "S1-12", aims.SeverityMinor, ""},
	{"4.3: no boundaries", "S1-01", aims.SeverityMinor, ""},
	{"5.3: one person approves risks and impact", "PE-04", aims.SeverityMinor, "risk-approver"},
	{"5.3: one person owns the controls and collected the evidence", "PE-06", aims.SeverityMinor, "lena"},
	{"5.3: systems without an owner", "S1-08", aims.SeverityMajor, "office-chat"},
	{"6.1.1: criteria not approved", "S1-13", aims.SeverityMajor, ""},
	{"6.1.3: no treatment process", "S1-14", aims.SeverityMajor, ""},
	{"6.1.3: a control left out that a clause asks for", "SA-01", aims.SeverityMinor, "A.2.4"},
	{"6.1.3: one sentence for 36 controls", "SA-02", aims.SeverityMinor, ""},
	{"6.1.4: no process of impact assessments", "S1-15", aims.SeverityMajor, ""},
	{"6.1.1, 6.1.2, 7.5: documents missing", "S1-21", aims.SeverityMinor, ""},
	{"6.2: no objectives", "S1-20", aims.SeverityMajor, ""},
	{"7.2: nothing on competence", "CO-04", aims.SeverityMinor, ""},
	{"7.3: policy not communicated", "S1-25", aims.SeverityMinor, "ai-policy-v1"},
	{"8.1: 27 of 36 controls only planned", "S2-06", aims.SeverityMajor, ""},
	{"8.1: no tests of controls", "CT-01", aims.SeverityMinor, ""},
	{"8.1: a developed system without data records", "S2-11", aims.SeverityMajor, "credit-scoring"},
	{"8.2: risks of most systems not assessed", "S2-04", aims.SeverityMajor, ""},
	{"8.3: residual risks to people not accepted", "S2-05", aims.SeverityMajor, "credit-scoring/denied-opportunity"},
	{"8.4: live systems of high impact without an assessment", "S2-01", aims.SeverityMajor, "queue-cameras"},
	{"9.1: nothing is monitored", "S2-10", aims.SeverityMajor, ""},
	{"9.2: no audit", "S1-22", aims.SeverityMajor, ""},
	{"9.3: no review", "S1-24", aims.SeverityMinor, ""}, // he: major; the bank has a year from its scope
	{"10.3: suppliers not reviewed", "S2-20", aims.SeverityMinor, "modelhouse"},
	{"7.5: entries of the register incomplete", "S1-11", aims.SeverityMinor, "office-chat"},
}

// The product says what the auditor said, and never less gravely.
func TestFindingsAreTheAuditors(t *testing.T) {
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: founder})
	require.NoError(t, err)
	stdout := os.Stdout
	os.Stdout, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	err = story(t.Context(), m, time.Now().UTC())
	require.NoError(t, os.Stdout.Close())
	os.Stdout = stdout
	require.NoError(t, err)
	findings := m.View().Findings(time.Now().UTC())
	for _, a := range auditor {
		told := false
		for _, f := range findings {
			grave := f.Severity == a.severity || f.Severity == aims.SeverityMajor
			told = told || f.Check == a.check && grave && (a.subject == "" || f.Subject.ID == a.subject)
		}
		require.True(t, told, "%s (%s, %s)", a.point, a.check, a.severity)
	}
	of := make(map[string]int)
	for _, f := range findings {
		of[f.Check]++
	}
	require.Equal(t, 1, of["S2-10"], "one root cause, one finding")
}
