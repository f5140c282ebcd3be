package main

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// header finds the header of the question that keeps its answer in a label.
func header(t *testing.T, label string) string {
	t.Helper()
	for _, q := range questions {
		if q.Label == label {
			return q.Header
		}
	}
	t.Fatalf("no question keeps its answer in %q", label)
	return ""
}

// one normalises a single row.
func one(t *testing.T, cells map[string]string) entry {
	t.Helper()
	entries := normalised(t, fixture(cells))
	require.Len(t, entries, 1)
	return entries[0]
}

func TestSpellings(t *testing.T) {
	for _, c := range []struct {
		label, cell, is string
		want            func(*register.System) // what it gives
	}{
		{labelImpact, "Rights-Impacting\n", "rights", func(s *register.System) {
			s.Effects = []register.Effect{register.EffectLegal, register.EffectSignificant}
		}},
		{labelImpact, "Safety-impacting", "safety", func(s *register.System) { s.Effects = []register.Effect{register.EffectSafety} }},
		{labelImpact, "SAFETY–IMPACTING", "safety", func(s *register.System) { s.Effects = []register.Effect{register.EffectSafety} }},
		{labelImpact, "Both", "both", func(s *register.System) {
			s.Effects = []register.Effect{register.EffectLegal, register.EffectSafety, register.EffectSignificant}
		}},
		{labelImpact, "Neither", "neither", func(s *register.System) { s.Effects = []register.Effect{register.EffectConvenience} }},
		{labelImpact, "Case-by-case assessment", "", nil},
		{labelImpact, "", "", nil},
		{labelImpact, "No, use case is too new to fully assess impacts; will be reassessed before end of initiation stage.", "too-new", nil},

		{labelStage, "Operation and Maintenance", "operation", func(s *register.System) { s.Stage = register.StageOperation }},
		{labelStage, " in   production ", "operation", func(s *register.System) { s.Stage = register.StageOperation }},
		{labelStage, "Implementation and Assessment", "implementation", func(s *register.System) { s.Stage = register.StageVerification }},
		{labelStage, "Research or  Administrative Action Complete", "complete", func(s *register.System) { s.Stage = register.StageRetirement }},
		{labelStage, "Ideation", "planned", nil},

		{"pii", "Yes", "yes", func(s *register.System) {
			s.Data, s.Affected = []register.DataCategory{register.DataPersonal}, []string{"data-subject"}
		}},
		{"pii", "No", "no", nil},
		{"pii", " N/A ", "", nil},

		{"topic", " Mission-Enabling (internal agency support)", "mission-enabling", func(s *register.System) {
			s.Domains = []register.Domain{register.DomainInternalOperations}
		}},
		{"topic", "Other; Mission-Enabling (internal agency support)", "mission-enabling", func(s *register.System) {
			s.Domains = []register.Domain{register.DomainInternalOperations}
		}},
		{"topic", "Diplomacy & Trade", "diplomacy-trade", nil},
		{"topic", "NLP", "technique:language", func(s *register.System) { s.Model.Technique = "natural language processing" }},

		{"demographics", `["Race/Ethnicity","Age"]`, "race, age", func(s *register.System) {
			s.Data = []register.DataCategory{register.DataPersonal, register.DataSpecial}
			s.Affected = []string{"minority", "older"}
		}},
		{"demographics", "Race/Ethnicity\nAge", "race, age", func(s *register.System) {
			s.Data = []register.DataCategory{register.DataPersonal, register.DataSpecial}
			s.Affected = []string{"minority", "older"}
		}},
		{"demographics", "Sex, gender, & age", "sex, age", func(s *register.System) {
			s.Data, s.Affected = []register.DataCategory{register.DataPersonal}, []string{"gender", "older"}
		}},
		{"demographics", `["Other"]`, "other", nil},
		{"demographics", "None", "none", nil},

		{"automated", "Yes - All individual decisions or actions are automated and may be rendered without direct human interaction.", "yes",
			func(s *register.System) { s.Autonomy = register.AutonomyAutomated }},
		{"automated", "No - Some individual decisions or actions require direct human oversight.", "no",
			func(s *register.System) { s.Autonomy = register.AutonomySupervised }},
		{"appeal", "No – it is not operationally practical to offer this.", "not-practical", func(s *register.System) { s.Contest = register.No }},
		{"adverse", "Yes", "yes", func(s *register.System) {
			s.Effects, s.Affected = []register.Effect{register.EffectSignificant}, []string{"subject"}
		}},
		{"public_information", "Yes", "yes", func(s *register.System) {
			s.Interacts, s.Affected = []register.Audience{register.AudiencePublic}, []string{"public"}
		}},
		{"developed", "Developed in-house.", "in-house", func(s *register.System) {
			s.Roles = []register.AIRole{register.RoleDeployer, register.RoleProvider}
		}},
		{"notice", "Online - in the terms or instructions for the service.,In-person,Other", "online, in-person, other",
			func(s *register.System) { s.Direct = register.Yes }},
		{"notice", "N/A - individuals are not interacting with the AI for this use case", "nobody-interacts",
			func(s *register.System) { s.Direct = register.No }},
		{"custom_code", "No", "no", func(s *register.System) { s.Build = register.BuildConfigured }},
		{"custom_code", "Yes", "yes", nil},
		{"testing", "Benchmark evaluation: whatever the form says after the colon", "benchmark", nil},
		{"commercial", "Searching for information using AI.", "searching", func(s *register.System) {
			s.Functions = []register.Function{register.FunctionSearch}
			s.Build, s.ModelSource = register.BuildNone, register.ModelThirdParty
		}},
		{"commercial", "None of the above.", "none", nil},
	} {
		e := one(t, map[string]string{header(t, c.label): c.cell})
		require.Empty(t, e.Rejected, c.cell)
		require.Equal(t, c.is, e.System.Labels[c.label], "%s: %q", c.label, c.cell)

		// What follows is what the common attributes and the answer give, no
		// more.
		want := common.System
		want.Stage = register.StageDesign
		if c.want != nil {
			c.want(&want)
		}
		got := e.System
		got.ID, got.Name, got.Labels, got.ExternalIDs = "", "", nil, nil
		require.Empty(t, cmp.Diff(want, got), "%s: %q", c.label, c.cell)
	}
}

func TestUnknownAnswersRejectTheRow(t *testing.T) {
	entries := normalised(t, fixture(
		map[string]string{headPurpose: "two\nlines", headStage: "Operations and Maintenance"},
		map[string]string{header(t, "demographics"): "Age, Shoe size", header(t, "pii"): "Perhaps"},
		map[string]string{},
	))
	require.Len(t, entries, 3)
	require.Equal(t, []problem{{Line: 3, Column: headStage, Value: "Operations and Maintenance",
		Reason: `unknown answer; the nearest known is "Operation and Maintenance"`}}, entries[0].Rejected)
	require.Len(t, entries[1].Rejected, 2)
	for _, p := range entries[1].Rejected {
		require.Equal(t, 4, p.Line)
		require.Contains(t, []string{"Shoe size", "Perhaps"}, p.Value)
	}
	require.Empty(t, entries[2].Rejected)
}

func TestARowNeedsNameAndAgency(t *testing.T) {
	e := one(t, map[string]string{headName: " \u00A0", headAgency: ""})
	require.Len(t, e.Rejected, 2)
	require.Equal(t, headName, e.Rejected[0].Column)
	require.Equal(t, headAgency, e.Rejected[1].Column)
}

func TestABlankStageComesFromTheDates(t *testing.T) {
	for _, c := range []struct {
		implemented, retired string
		want                 register.Stage
	}{
		{"", "", register.StageDesign},
		{"3/1/2024", "", register.StageOperation},
		{"3/1/2024", "6/1/2024", register.StageRetirement},
		{"3/1/2031", "", register.StageDesign}, // still to come
		{"22-Jul", "", register.StageDesign},
	} {
		e := one(t, map[string]string{headStage: " ", headImplemented: c.implemented, headRetired: c.retired})
		require.Empty(t, e.Rejected)
		require.Equal(t, c.want, e.System.Stage, "%+v", c)
		last := e.Warnings[len(e.Warnings)-1]
		require.Equal(t, headStage, last.Column)
	}
}

func TestDatesGoWhereTheStageAllows(t *testing.T) {
	dates := map[string]string{headInitiated: "1/1/2023", headImplemented: "3/1/2024", headRetired: "6/1/2024"}
	with := func(stage string) register.System {
		cells := map[string]string{headStage: stage}
		for k, v := range dates {
			cells[k] = v
		}
		e := one(t, cells)
		require.Empty(t, e.Rejected, stage)
		require.Equal(t, "2024-03-01", e.System.Labels["date_implemented"])
		return e.System
	}
	march, june := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)

	s := with("Retired")
	require.Equal(t, calendar.Of(march, nil), s.InUseSince)
	require.Equal(t, calendar.Of(june, nil), s.RetiredOn)
	s = with("In mission")
	require.Equal(t, calendar.Of(march, nil), s.InUseSince)
	require.True(t, s.RetiredOn.IsZero(), "it is not retired, whatever the date")
	s = with("Planned")
	require.True(t, s.InUseSince.IsZero())

	e := one(t, map[string]string{headStage: "Retired", headImplemented: "6/1/2024", headRetired: "3/1/2024"})
	require.NotEmpty(t, e.Rejected, "retired before it was in use")
	require.Equal(t, "retired_on", e.Rejected[0].Column)
}

func TestContradictionsStayOpen(t *testing.T) {
	e := one(t, map[string]string{header(t, "commercial"): "Searching for information using AI.", header(t, "custom_code"): "Yes"})
	require.Empty(t, e.Rejected)
	require.Empty(t, e.System.Build)
	require.Empty(t, e.System.ModelSource)
	require.Len(t, e.Warnings, 1)
	require.Equal(t, headCustomCode, e.Warnings[0].Column)

	// Notice given to people who don't interact with it.
	e = one(t, map[string]string{header(t, "notice"): "Email, N/A - individuals are not interacting with the AI for this use case, Telephone"})
	require.Empty(t, e.Rejected)
	require.Empty(t, e.System.Direct)
	require.NotEmpty(t, e.Warnings)
}

func TestTextsAreKept(t *testing.T) {
	long := strings.Repeat("é", 300)
	e := one(t, map[string]string{
		headName:         long,
		headPurpose:      "  First  line\r\n\r\nsecond ",
		headOutputs:      "N/A",
		headTrainingData: "Case files",
		headRisks:        strings.Repeat("ü", 4000),
		headBureau:       "Bureau of\nExamples",
		headCode:         "https://example.org/code",
	})
	require.Empty(t, e.Rejected)
	require.Len(t, e.Warnings, 2)
	require.Equal(t, maxName, utf8.RuneCountInString(e.System.Name))
	require.True(t, strings.HasSuffix(e.System.Name, "…"))
	require.Contains(t, e.System.Description, long)
	require.Contains(t, e.System.Description, "Agency-owned data: Case files")
	require.True(t, utf8.ValidString(e.System.Description))
	require.Equal(t, "First line\nsecond", e.System.Purpose)
	require.Empty(t, e.System.Decisions)
	require.Equal(t, "Bureau of Examples", e.System.Labels["bureau"])
	require.Equal(t, []string{"https://example.org/code"}, e.System.Links)
}

func TestIDsComeFromRowAndAgency(t *testing.T) {
	entries := normalised(t, fixture(
		map[string]string{},
		map[string]string{headAbbreviation: "", headAgency: "Office of  Good & Bad Examples"},
		map[string]string{headAbbreviation: "ÄÖ", headAgency: "ÄÖ"},
	))
	require.Equal(t, "us-2024-0001-dox", entries[0].System.ID)
	require.Equal(t, "us-2024-0002-office-of-good-bad-examples", entries[1].System.ID)
	require.Equal(t, "us-2024-0003-agency", entries[2].System.ID)
	for _, e := range entries {
		require.Empty(t, e.Rejected)
	}
	require.NotEqual(t, entries[0].System.ExternalIDs, entries[1].System.ExternalIDs)
}

// Shortening never leaves a broken character or a text that is too long.
func TestCutting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, n := rapid.String().Draw(t, "s"), rapid.IntRange(3, 40).Draw(t, "n")
		runes, cut := cutRunes(s, n)
		require.LessOrEqual(t, utf8.RuneCountInString(runes), n)
		require.Equal(t, cut, runes != s)
		bytes, cut := cutBytes(s, n)
		require.LessOrEqual(t, len(bytes), n)
		require.Equal(t, cut, bytes != s)
		require.True(t, utf8.ValidString(bytes))
	})
}

// Folding once is enough, and the case of letters never matters.
func TestFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[A-Za-z .\n\t’'–—-]{0,30}`).Draw(t, "s")
		require.Equal(t, fold(s), fold(fold(s)))
		require.Equal(t, fold(s), fold(strings.ToUpper(s)))
	})
}
