package euact_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/impact/impacttest"
	"github.com/aimskit/aimskit/register"
)

// sketch is a system of which no more is known than a form knows at first.
func sketch(domain register.Domain, function register.Function, edits ...edit) register.System {
	s := register.System{ID: "sys", Name: "System", Stage: register.StageDesign, Jurisdictions: []string{"EU"},
		Roles: []register.AIRole{register.RoleProvider, register.RoleDeployer}, DeployerKind: register.DeployerPrivate}
	if domain != "" {
		s.Domains, s.Functions = []register.Domain{domain}, []register.Function{function}
	}
	for _, e := range edits {
		e(&s)
	}
	return s
}

// fillIn answers what is asked until nothing is: yes to what yes holds, and no to the
// rest. It returns the system and the IDs of what was asked, in rounds.
func fillIn(t require.TestingT, s register.System, yes ...string) (register.System, [][]string) {
	var rounds [][]string
	for range 20 {
		var answers []register.UseAnswer
		var ids []string
		for _, q := range euact.Ask(s) {
			answer := register.No
			if slices.Contains(yes, q.ID) {
				answer = register.Yes
			}
			answers, ids = append(answers, register.UseAnswer{Question: q.ID, Answer: answer}), append(ids, q.ID)
		}
		var err error
		s, err = euact.Answer(s, answers...)
		require.NoError(t, err)
		if len(ids) == 0 {
			return s, rounds
		}
		rounds = append(rounds, ids)
	}
	require.Fail(t, "asking does not end")
	return s, nil
}

func flat(rounds [][]string) []string { return slices.Concat(rounds...) }

// asked is a question in the fields in which it stands: for each example of a yes the
// domain and function that a layman would name for it, the answers that go with it,
// and the class that follows.
type asked struct {
	question string
	in       []string // "domain function", one for each example of a yes
	with     []string // other answers of yes: gates, what it refines
	class    euact.Class
}

var inFields = []asked{
	{"manipulation", []string{"consumer_service optimise", "general companion"}, []string{"acts-on-people"}, euact.Prohibited},
	{"exploitation", []string{"credit converse", "consumer_service converse"}, []string{"acts-on-people"}, euact.Prohibited},
	{"social-scoring", []string{"public_service score_people", "housing score_people"}, nil, euact.Prohibited},
	{"crime-prediction", []string{"law_enforcement predict", "taxation classify"}, nil, euact.Prohibited},
	{"face-database", []string{"media search", "biometrics identify"}, []string{"bodies"}, euact.Prohibited},
	{"remote-identification", []string{"it_security identify", "law_enforcement search", "media identify"}, []string{"bodies"}, euact.High},
	{"live-police-identification", []string{"law_enforcement identify", "law_enforcement detect"}, []string{"bodies", "remote-identification"}, euact.Prohibited},
	{"live-search-victims", []string{"law_enforcement identify"}, []string{"remote-identification", "bodies", "live-police-identification"}, euact.High},
	{"live-search-threat", []string{"law_enforcement identify"}, []string{"remote-identification", "bodies", "live-police-identification"}, euact.High},
	{"live-search-suspect", []string{"law_enforcement identify"}, []string{"remote-identification", "bodies", "live-police-identification"}, euact.High},
	{"verification", []string{"transport verify", "finance verify"}, []string{"bodies"}, euact.Minimal},
	{"sorting-by-body", []string{"consumer_service classify", "healthcare classify"}, []string{"bodies"}, euact.Transparency},
	{"sorts-prohibited-traits", []string{"research classify", "it_security detect"}, []string{"bodies", "sorting-by-body"}, euact.Prohibited},
	{"sorts-ancillary", []string{"marketing recommend", "media detect"}, []string{"bodies", "sorting-by-body"}, euact.Minimal},
	{"sorts-sensitive-traits", []string{"healthcare classify", "research classify"}, []string{"bodies", "sorting-by-body"}, euact.High},
	{"labels-lawful-data", []string{"research classify", "media classify"}, []string{"bodies", "sorting-by-body", "sorts-prohibited-traits"}, euact.High},
	{"police-categorisation", []string{"law_enforcement classify", "law_enforcement classify"}, []string{"bodies", "sorting-by-body", "sorts-prohibited-traits"}, euact.High},
	{"emotions", []string{"healthcare monitor_people", "media detect"}, nil, euact.Minimal},
	{"emotions-from-bodies", []string{"consumer_service classify", "healthcare detect"}, []string{"emotions"}, euact.High},
	{"emotions-at-work", []string{"consumer_service monitor_people", "education monitor_people"}, []string{"emotions", "emotions-from-bodies"}, euact.Prohibited},
	{"emotions-medical", []string{"education detect", "employment detect"}, []string{"emotions", "emotions-from-bodies", "emotions-at-work"}, euact.High},
	{"emotions-safety", []string{"transport monitor_people", "employment detect"}, []string{"emotions", "emotions-from-bodies", "emotions-at-work"}, euact.High},
	{"medical-device", []string{"healthcare detect", "healthcare control_physical"}, []string{"product"}, euact.Minimal},
	{"machinery-safety", []string{"internal_operations control_physical", "general detect"}, []string{"product"}, euact.Minimal},
	{"vehicle-safety", []string{"transport control_physical", "transport detect"}, []string{"product"}, euact.Minimal},
	{"product-safety", []string{"housing control_physical", "general detect"}, []string{"product"}, euact.Minimal},
	{"third-party-assessment", []string{"healthcare detect", "transport control_physical"}, []string{"product", "medical-device"}, euact.High},
	{"infrastructure-safety", []string{"transport optimise", "critical_infrastructure detect", "critical_infrastructure predict"}, []string{"infrastructure"}, euact.High},
	{"admission", []string{"education score_people", "public_service optimise", "education classify"}, []string{"education"}, euact.High},
	{"education-level", []string{"education classify", "child_protection recommend"}, []string{"education"}, euact.High},
	{"learning-results", []string{"education score_people", "education generate", "education detect"}, []string{"education"}, euact.High},
	{"exam-watch", []string{"education monitor_people", "general detect"}, []string{"education"}, euact.High},
	{"recruitment", []string{"employment score_people", "marketing recommend", "employment generate", "consumer_service recommend"}, []string{"work"}, euact.High},
	{"work-terms", []string{"transport score_people", "education optimise", "internal_operations generate"}, []string{"work"}, euact.High},
	{"work-tasks", []string{"transport optimise", "legal_advice recommend"}, []string{"work"}, euact.High},
	{"work-monitoring", []string{"consumer_service score_people", "internal_operations monitor_people", "general classify"}, []string{"work"}, euact.High},
	{"creditworthiness", []string{"credit score_people", "housing score_people", "finance predict"}, []string{"money"}, euact.High},
	{"financial-fraud", []string{"finance detect", "credit classify"}, []string{"money"}, euact.Minimal},
	{"life-health-insurance", []string{"insurance predict", "insurance score_people"}, []string{"money"}, euact.High},
	{"other-insurance", []string{"insurance predict", "insurance score_people"}, []string{"money"}, euact.Minimal},
	{"personal-prices", []string{"consumer_service optimise", "marketing predict"}, []string{"money"}, euact.Minimal},
	{"benefit-eligibility", []string{"public_benefits recommend", "housing score_people", "public_service transcribe"}, []string{"authority", "public-support"}, euact.High},
	{"benefit-fraud", []string{"public_benefits score_people", "taxation predict"}, []string{"authority", "public-support"}, euact.High},
	{"emergency-calls", []string{"emergency classify", "healthcare recommend", "public_service search"}, []string{"authority", "emergency"}, euact.High},
	{"patient-triage", []string{"healthcare score_people", "healthcare converse"}, []string{"authority", "emergency"}, euact.High},
	{"victim-risk", []string{"law_enforcement predict", "justice score_people"}, []string{"authority", "law-enforcement"}, euact.High},
	{"lie-detector-police", []string{"law_enforcement detect", "public_service classify"}, []string{"authority", "law-enforcement"}, euact.High},
	{"evidence", []string{"law_enforcement detect", "justice verify"}, []string{"authority", "law-enforcement"}, euact.High},
	{"offending-risk", []string{"justice predict", "law_enforcement search"}, []string{"authority", "law-enforcement"}, euact.High},
	{"police-profiling", []string{"law_enforcement score_people", "public_service classify"}, []string{"authority", "law-enforcement"}, euact.High},
	{"lie-detector-border", []string{"migration_border detect", "public_service classify"}, []string{"authority", "migration"}, euact.High},
	{"migration-risk", []string{"migration_border score_people", "law_enforcement predict"}, []string{"authority", "migration"}, euact.High},
	{"asylum-visa", []string{"migration_border detect", "public_service classify", "migration_border predict"}, []string{"authority", "migration"}, euact.High},
	{"migration-persons", []string{"migration_border detect", "biometrics monitor_people"}, []string{"authority", "migration"}, euact.High},
	{"judging", []string{"justice generate", "legal_advice search", "public_service classify"}, []string{"authority", "justice"}, euact.High},
	{"votes", []string{"elections recommend", "media converse", "marketing generate"}, []string{"elections"}, euact.High},
	{"likeness", []string{"media generate", "elections face_swap"}, []string{"pictures"}, euact.Transparency},
	{"intimate-purpose", []string{"consumer_service generate_intimate", "media face_swap"}, []string{"pictures"}, euact.Prohibited},
	{"abuse-purpose", []string{"general generate_intimate", "media generate"}, []string{"pictures"}, euact.Prohibited},
	{"abuse-with-right", []string{"law_enforcement generate_intimate", "justice generate"}, []string{"pictures", "abuse-purpose"}, euact.Minimal},
	{"no-safeguards", []string{"general generate_intimate", "media generate_intimate"}, []string{"makes"}, euact.Prohibited},
	{"public-text", []string{"media generate", "public_service generate"}, nil, euact.Transparency},
	{"editorial", []string{"media generate", "public_service generate"}, []string{"public-text"}, euact.Minimal},
	{"editing-only", []string{"general generate", "general transcribe"}, []string{"makes"}, euact.Minimal},
	{"talks", []string{"consumer_service generate", "healthcare act"}, nil, euact.Transparency},
	{"evidently-ai", []string{"consumer_service converse", "general converse"}, nil, euact.Minimal},
	{"offences-reporting", []string{"law_enforcement converse", "child_protection converse"}, []string{"offences-authorised"}, euact.Transparency},
	{"offences-authorised", []string{"law_enforcement converse", "law_enforcement converse"}, nil, euact.Minimal},
	{"profiling", []string{"employment score_people", "migration_border predict", "employment classify"}, []string{"work", "recruitment", "narrow-step"}, euact.High},
	{"narrow-step", []string{"education classify", "education classify"}, []string{"admission"}, euact.Exempt},
	{"improves-result", []string{"justice generate", "education detect"}, []string{"judging", "learning-results"}, euact.Exempt},
	{"detects-patterns", []string{"education detect", "public_benefits detect"}, []string{"learning-results", "benefit-eligibility"}, euact.Exempt},
	{"prepares", []string{"employment search", "public_benefits search"}, []string{"recruitment", "benefit-eligibility"}, euact.Exempt},
	{"weighs", []string{"education classify", "employment classify"}, []string{"admission", "recruitment", "narrow-step"}, euact.High},
}

// place returns a system in the fields of an example.
func (a asked) place(i int) register.System {
	domain, function, _ := strings.Cut(a.in[i%len(a.in)], " ")
	s := sketch(register.Domain(domain), register.Function(function))
	if slices.Contains(a.with, "makes") {
		s.Generates = []register.Content{register.ContentImage}
	}
	return s
}

// makesNothing answers what the register asks without a question.
func makesNothing(s register.System) register.System {
	if s.Generates == nil {
		s.Generates = []register.Content{register.ContentNone}
	}
	return s
}

// A system of each example is asked its question, and yes brings the class that
// belongs to it; no brings neither value nor class.
func TestQuestionsByExample(t *testing.T) {
	cases := make(map[string]asked)
	for _, a := range inFields {
		cases[a.question] = a
	}
	for _, q := range euact.Questions() {
		if len(q.Gives) == 0 {
			continue
		}
		a, ok := cases[q.ID]
		require.True(t, ok, "%s is not looked at", q.ID)
		require.GreaterOrEqual(t, min(len(q.Yes), len(q.No)), 2, q.ID)
		for i, example := range q.Yes {
			s, rounds := fillIn(t, a.place(i), append([]string{q.ID}, a.with...)...)
			require.Contains(t, flat(rounds), q.ID, "%s is not asked: %s", q.ID, example)
			got := euact.Classify(makesNothing(s), onDay)
			require.Equal(t, a.class, got.Class, "%s: %s: %v %v", q.ID, example, s.Practices, rows(got.Reasons))
		}
		for i, example := range q.No {
			s, rounds := fillIn(t, a.place(i), a.with...)
			require.Contains(t, flat(rounds), q.ID, "%s is not asked: %s", q.ID, example)
			got := euact.Classify(makesNothing(s), onDay)
			for _, g := range q.Gives[:1] {
				values, _ := s.Get(g.Attribute)
				require.NotContains(t, values, g.Value, "%s: %s", q.ID, example)
			}
			if a.class != euact.Minimal && q.Gives[0].Attribute == "practice" {
				require.Less(t, got.Class.Rank(), a.class.Rank(), "%s: %s", q.ID, example)
			}
		}
	}
	require.Len(t, inFields, len(cases))
}

// Every value of practice has a question, and every attribute that questions are
// about is one that the Act looks at or practice itself.
func TestEveryPracticeHasAQuestion(t *testing.T) {
	given := make(map[string]bool)
	for _, q := range euact.Questions() {
		for _, g := range q.Gives {
			given[g.Attribute+" "+g.Value] = true
		}
	}
	for _, p := range register.Values[register.Practice]() {
		require.Equal(t, p != register.PracticeNone, given["practice "+string(p)], p)
	}
	for _, e := range register.Values[register.Exception]() {
		require.Equal(t, e != register.ExceptionNone, given["claims_5 "+string(e)], e)
	}
	for _, e := range register.Values[register.Exemption]() {
		require.Equal(t, e != register.ExemptionNone, given["claims_63 "+string(e)], e)
	}
}

// No question is lost to what a system says otherwise: where it holds a practice, the
// questions on it are possible, once domain and function are not given.
func TestUsesAreNotHidden(t *testing.T) {
	var all []register.System
	for _, c := range systems {
		all = append(all, c.system)
	}
	for _, c := range worked {
		all = append(all, c.system)
	}
	for _, full := range all {
		for _, p := range full.Practices {
			if p == register.PracticeNone {
				continue
			}
			var yes []string
			for _, q := range euact.Questions() {
				if len(q.Gives) == 0 || q.Gives[0].Value == string(p) {
					yes = append(yes, q.ID)
				}
			}
			yes = append(yes, "remote-identification", "sorting-by-body", "emotions")
			s := full
			s.Practices, s.Domains, s.Functions, s.Affected, s.Generates = nil, nil, nil, nil, nil
			_, rounds := fillIn(t, s, yes...)
			require.Contains(t, given(flat(rounds)), string(p), "%v", full)
		}
	}
}

// named are the domain and function that a layman would name for worked examples.
var named = map[string]string{
	"102a": "public_benefits detect", "108a": "public_benefits search", "112a": "employment detect",
	"45a": "internal_operations detect", "45b": "general detect", "45c": "critical_infrastructure predict", "45d": "transport monitor_people",
	"46a": "housing control_physical", "46b": "transport control_physical", "47a": "consumer_service recommend", "47b": "research forecast",
	"49a": "housing optimise", "49b": "housing control_physical", "81a": "finance detect", "124b": "research detect", "124c": "media classify",
	"135a": "law_enforcement identify", "136a": "migration_border verify", "136b": "migration_border identify", "144a": "law_enforcement search",
	"144b": "housing verify", "170a": "healthcare classify", "170b": "marketing classify", "170c": "consumer_service classify",
	"168a": "consumer_service recommend", "177a": "media monitor_people", "177b": "healthcare detect", "194a": "critical_infrastructure optimise",
	"196a": "transport control_physical", "198a": "critical_infrastructure predict", "206a": "critical_infrastructure detect",
	"206b": "critical_infrastructure forecast", "219a": "education score_people", "219b": "employment recommend", "219d": "education search",
	"219e": "education detect", "225a": "education generate", "225b": "education detect", "229a": "education classify",
	"235a": "education monitor_people", "235b": "education detect", "254a": "employment score_people", "254b": "marketing recommend",
	"254d": "employment search", "254e": "employment generate", "278a": "education score_people", "278c": "internal_operations search",
	"278d": "internal_operations generate", "293a": "public_benefits recommend", "293b": "healthcare predict", "293c": "public_service transcribe",
	"309a": "credit score_people", "306a": "finance verify", "321a": "insurance predict", "314a": "insurance predict", "336a": "emergency classify",
	"336b": "healthcare score_people", "336c": "emergency detect", "359a": "justice predict", "365a": "law_enforcement detect",
	"368a": "justice score_people", "368b": "law_enforcement search", "370a": "law_enforcement score_people", "370b": "law_enforcement classify",
	"396a": "migration_border score_people", "400a": "migration_border verify", "400b": "public_service classify", "400c": "migration_border search",
	"403a": "migration_border detect", "391a": "migration_border detect", "417a": "justice generate", "417b": "justice classify",
	"417c": "justice generate", "441b": "elections generate",
}

// In the fields that a layman would name for them, worked examples are asked the
// question on their practice, and whoever answers yes gets what the example holds.
func TestWorkedExamplesAreAsked(t *testing.T) {
	for _, c := range worked {
		if slices.Equal(c.system.Practices, []register.Practice{register.PracticeNone}) {
			continue
		}
		require.Contains(t, named, c.id, c.what)
		s := asked{in: []string{named[c.id]}}.place(0)
		s.Roles, s.DeployerKind = c.system.Roles, c.system.DeployerKind
		var yes []string
		for _, q := range euact.Questions() {
			if len(q.Gives) == 0 || slices.Contains(c.system.Practices, register.Practice(q.Gives[0].Value)) {
				yes = append(yes, q.ID)
			}
		}
		filled, rounds := fillIn(t, s, yes...)
		require.Subset(t, filled.Practices, c.system.Practices, "%s %s: %v", c.id, c.what, rounds)
	}
}

// What is not known leaves every use possible: of a system without domain and
// function, each question on practice is asked or can follow.
func TestWhatIsNotKnownIsPossible(t *testing.T) {
	all := euact.Questions()
	var ids, want []string
	for _, q := range all {
		ids = append(ids, q.ID)
		if len(q.Gives) == 0 || q.Gives[0].Attribute == "practice" {
			want = append(want, q.ID)
		}
	}
	_, rounds := fillIn(t, sketch("", ""), ids...)
	require.Subset(t, flat(rounds), want)
}

// given are the practices that questions give.
func given(ids []string) []string {
	var list []string
	for _, id := range ids {
		if q, ok := euact.DefaultUseForm().Question(id); ok && len(q.Gives) > 0 {
			list = append(list, q.Gives[0].Value)
		}
	}
	return list
}

func TestNobodyReadsThemAll(t *testing.T) {
	for _, c := range []struct {
		name  string
		s     register.System
		first int
		all   int // where every answer is no
	}{
		{"assistant for a handbook", sketch("internal_operations", "converse"), 12, 12},
		{"spam filter", sketch("it_security", "classify"), 8, 8},
		{"ranking of CVs", sketch("employment", "score_people"), 12, 12},
		{"tutor", sketch("education", "recommend"), 12, 12},
		{"loan score", sketch("credit", "score_people"), 12, 12},
		{"face search of the police", sketch("law_enforcement", "identify"), 16, 16},
		{"risk of travellers", sketch("migration_border", "predict"), 12, 12},
		{"tumours on scans", sketch("healthcare", "detect"), 9, 9},
		{"advertising", sketch("marketing", "recommend"), 8, 8},
		{"news", sketch("media", "generate"), 8, 8},
		{"forecast of load", sketch("critical_infrastructure", "forecast"), 6, 6},
		{"no particular domain", sketch("general", "classify"), 14, 14},
		{"assistant for a handbook of an office", sketch("internal_operations", "converse", public), 14, 14},
		{"nothing known", sketch("", ""), 16, 16},
	} {
		require.LessOrEqual(t, len(euact.Ask(c.s)), c.first, c.name)
		s, rounds := fillIn(t, c.s)
		require.LessOrEqual(t, len(flat(rounds)), c.all, c.name)
		require.Equal(t, []register.Practice{register.PracticeNone}, s.Practices, c.name)
	}
}

// drawForm draws a system of which some is answered, but no practice.
func drawForm(t *rapid.T) register.System {
	s := impacttest.System(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }, 2)
	s.Practices, s.Claims63, s.Claims5 = nil, "", nil
	return s.Normalised()
}

func drawAnswers(t *rapid.T, s register.System) []register.UseAnswer {
	var answers []register.UseAnswer
	for _, q := range euact.Ask(s) {
		if a := rapid.SampledFrom([]register.Answer{register.Yes, register.No, register.No, register.Unknown}).Draw(t, q.ID); a != register.Unknown {
			answers = append(answers, register.UseAnswer{Question: q.ID, Answer: a})
		}
	}
	return answers
}

// Whoever answers all that is asked has answered what the Act asks of practices, and
// with no alone the system is none heavier than it could have been.
func TestAnswersSettlePractice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawForm(t)
		for range 20 {
			var answers []register.UseAnswer
			for _, q := range euact.Ask(s) {
				a := rapid.SampledFrom([]register.Answer{register.Yes, register.No, register.No}).Draw(t, q.ID)
				answers = append(answers, register.UseAnswer{Question: q.ID, Answer: a})
			}
			var err error
			s, err = euact.Answer(s, answers...)
			require.NoError(t, err)
			if len(answers) == 0 {
				break
			}
			require.Empty(t, cmp.Diff(s.Normalised(), s), "is kept as it is")
		}
		require.NotEmpty(t, s.Practices)
		for _, q := range euact.Classify(s, onDay).Open {
			require.NotEqual(t, "practice", q.Attribute)
		}
		require.NoError(t, s.Validate())
	})
}

func TestNoIsNeverHeavier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawForm(t)
		before := euact.Classify(s, onDay)
		filled, _ := fillIn(t, s)
		after := euact.Classify(filled, onDay)
		require.Equal(t, []register.Practice{register.PracticeNone}, filled.Practices)
		require.LessOrEqual(t, after.Class.Rank(), before.Worst.Rank())
		require.LessOrEqual(t, after.Worst.Rank(), before.Worst.Rank())
	})
}

// Answers are stored as they were given, once each; given again they change nothing,
// and so they do in any order and in parts.
func TestAnswersAreStored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawForm(t)
		bytes := fmt.Sprintf("%+v", s)
		answers := drawAnswers(t, s)
		once, err := euact.Answer(s, answers...)
		require.NoError(t, err)
		require.Equal(t, bytes, fmt.Sprintf("%+v", s), "what is given stays as it is")
		require.Len(t, once.UseAnswers, len(answers))
		for _, a := range answers {
			a.Edition = euact.DefaultUseForm().Edition()
			require.Contains(t, once.UseAnswers, a)
		}
		again, err := euact.Answer(once, answers...)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(once, again))
		parts, err := euact.Answer(s)
		require.NoError(t, err)
		for _, a := range rapid.Permutation(answers).Draw(t, "order") {
			parts, err = euact.Answer(parts, a)
			require.NoError(t, err)
		}
		require.Empty(t, cmp.Diff(once, parts))
		for _, q := range euact.Ask(once) {
			require.False(t, slices.ContainsFunc(answers, func(a register.UseAnswer) bool { return a.Question == q.ID }), q.ID)
		}
	})
}

// Whoever is not sure of a question that opens others settles it by answering those.
func TestGatesCanStayOpen(t *testing.T) {
	var answers []register.UseAnswer
	for _, q := range euact.Questions() {
		if len(q.Gives) > 0 && q.Gives[0].Attribute == "practice" {
			answers = append(answers, register.UseAnswer{Question: q.ID, Answer: register.No})
		}
	}
	s, err := euact.Answer(sketch("", ""), answers...)
	require.NoError(t, err)
	require.Equal(t, []register.Practice{register.PracticeNone}, s.Practices)
	for _, q := range euact.Ask(s) {
		require.NotEmpty(t, q.Gives, "%s opens nothing any more", q.ID)
	}
	i := slices.IndexFunc(answers, func(a register.UseAnswer) bool { return a.Question == "judging" })
	answers[i].Answer = register.Yes
	s, err = euact.Answer(sketch("", ""), answers...)
	require.NoError(t, err)
	require.Equal(t, []register.Practice{register.PracticeJudicialAssistance}, s.Practices)
}

// Until every possible question is answered, practice stays open: what is known is no
// reason to leave out what is not.
func TestPracticeWaits(t *testing.T) {
	s, err := euact.Answer(sketch("employment", "score_people"), register.UseAnswer{Question: "recruitment", Answer: register.Yes})
	require.NoError(t, err)
	require.Empty(t, s.Practices)
	require.Equal(t, euact.High, euact.Classify(s, onDay).Worst)
	s, _ = fillIn(t, s)
	require.Equal(t, []register.Practice{register.PracticeRecruitment}, s.Practices)
	// Asked again, it is no; the rest stands.
	s, err = euact.Answer(s, register.UseAnswer{Question: "recruitment", Answer: register.No}, register.UseAnswer{Question: "work-monitoring", Answer: register.Yes})
	require.NoError(t, err)
	require.Equal(t, []register.Practice{register.PracticeWorkerManagement}, s.Practices)
}

// What was on file before there were questions stands, is not asked, and is named to
// be asked again; what is answered anew then changes that alone.
func TestOnFile(t *testing.T) {
	s := plain(does(register.PracticeRecruitment, register.PracticeWorkerManagement), func(s *system) {
		s.Domains, s.Functions = []register.Domain{"employment"}, []register.Function{"score_people"}
	})
	for _, q := range euact.Ask(s) {
		require.NotEqual(t, "practice", q.Gives[0].Attribute)
	}
	stale := euact.Stale(s)
	require.Subset(t, stale, []string{"recruitment", "work-terms", "work-tasks", "work-monitoring", "profiling"})
	require.NotContains(t, stale, "asylum-visa", "a gate stands before it")
	one, err := euact.Answer(s, register.UseAnswer{Question: "work-tasks", Answer: register.No})
	require.NoError(t, err)
	require.Equal(t, s.Practices, one.Practices, "other questions can have led there")
	none, err := euact.Answer(one, register.UseAnswer{Question: "work-terms", Answer: register.No}, register.UseAnswer{Question: "work-monitoring", Answer: register.No})
	require.NoError(t, err)
	require.Equal(t, []register.Practice{register.PracticeRecruitment}, none.Practices)
	require.NotContains(t, euact.Stale(none), "work-terms")
	require.Contains(t, euact.Stale(none), "recruitment")
}

// A later edition asks again those whose question means something else.
func TestStale(t *testing.T) {
	s, _ := fillIn(t, sketch("employment", "score_people"), "recruitment", "profiling")
	require.Empty(t, euact.Stale(s))
	next := euact.DefaultUseForm().Table()
	next.Edition = "2027-06-01"
	i := slices.IndexFunc(next.Questions, func(q euact.UseQuestion) bool { return q.ID == "work-tasks" })
	next.Questions[i].Since = next.Edition
	f, err := euact.NewUseForm(next)
	require.NoError(t, err)
	require.Equal(t, []string{"work-tasks"}, f.Stale(s))
	require.Empty(t, f.Ask(s))
	wider := s
	wider.Domains = []register.Domain{register.DomainEmployment, register.DomainElections}
	require.Equal(t, []string{"work-tasks", "votes"}, f.Stale(wider), "what has become possible was never asked")
	s, err = f.Answer(s, register.UseAnswer{Question: "work-tasks", Answer: register.Yes})
	require.NoError(t, err)
	require.Empty(t, f.Stale(s))
	require.Equal(t, []register.Practice{"recruitment", "worker_management"}, s.Practices)
}

// How far it goes is asked where a use of Annex III is met by the Act's own table, and
// nowhere else.
func TestExemptionIsAskedOfUses(t *testing.T) {
	for _, p := range register.Values[register.Practice]() {
		s := plain(does(p), public, func(s *system) {
			s.Profiling, s.Claims63, s.HarmfulSignificant, s.ConvenienceOnly = "", "", "", register.No
		})
		law := euact.Classify(s, onDay)
		var asked []string
		for _, q := range euact.Ask(s) {
			if q.Topic == "exemption" {
				asked = append(asked, q.ID)
			}
		}
		switch listed := law.Holds("EU-6-2"); {
		case p == register.PracticeLEProfiling:
			require.Empty(t, asked, "it is profiling by itself")
		case listed:
			require.Equal(t, []string{"profiling"}, asked, p)
		case law.Class != euact.Prohibited:
			require.Empty(t, asked, p)
		}
	}
}

func TestAnswerErrors(t *testing.T) {
	_, err := euact.Answer(system{}, register.UseAnswer{Question: "nonsense", Answer: "yes"}, register.UseAnswer{Question: "votes", Answer: "maybe"},
		register.UseAnswer{Question: "votes", Answer: "yes", Edition: "first"})
	require.ErrorContains(t, err, "answers[0].question")
	require.ErrorContains(t, err, "answers[1].answer")
	require.ErrorContains(t, err, "answers[2].question")
	require.ErrorContains(t, err, "answers[2].edition")
	_, err = euact.NewUseForm(euact.UseTable{Edition: "2027-01-01", Topics: []euact.UseTopic{{ID: "a", Title: "A"}}, Questions: []euact.UseQuestion{
		{ID: "x", Topic: "b", Gate: "y", Since: "2028-01-01", Gives: []euact.UseValue{{Attribute: "practice", Value: "juggling"}}},
		{ID: "x", Topic: "a", Ask: "?", Since: "2027-01-01", Gives: []euact.UseValue{{Attribute: "profiling", Value: "yes"}}},
	}})
	for _, field := range []string{"questions[0].topic", "questions[0].ask", "questions[0].since", "questions[0].gate", "questions[0].gives[0]", "questions[1].id", "otherwise"} {
		require.ErrorContains(t, err, field)
	}
}

// The page holds every question that an answer can lead to, and those alone.
func TestForm(t *testing.T) {
	var all, some bytes.Buffer
	require.NoError(t, euact.Form(&all, system{}))
	for _, q := range euact.Questions() {
		require.Contains(t, all.String(), "### `"+q.ID+"`\n", q.ID)
		require.Contains(t, all.String(), q.Ask)
	}
	require.NoError(t, euact.Form(&some, sketch("marketing", "recommend")))
	require.Contains(t, some.String(), "`votes`")
	require.NotContains(t, some.String(), "`victim-risk`")
	require.NotContains(t, all.String()+some.String(), "—")
}

// Whoever reads the page from the top can tell of each question whether to answer it:
// what leads to it is named and stands before it, and what is known is not asked for.
func TestFormNamesWhatLeads(t *testing.T) {
	known := make(map[string]bool)
	for _, a := range register.Attributes() {
		known[a.Name] = true
		for _, v := range a.Values {
			known[v.ID] = true
		}
	}
	for _, q := range euact.Questions() {
		known[q.ID] = true
	}
	quoted := regexp.MustCompile("`([^`]*)`")
	for _, s := range []register.System{{}, sketch("marketing", "recommend"), sketch("general", "generate_intimate"), sketch("law_enforcement", "identify")} {
		var page bytes.Buffer
		require.NoError(t, euact.Form(&page, s))
		seen := make(map[string]bool)
		for _, part := range strings.Split(page.String(), "\n### ")[1:] {
			id := quoted.FindStringSubmatch(part)[1]
			for _, m := range quoted.FindAllStringSubmatch(part, -1) {
				require.True(t, known[m[1]], "%s speaks of %s", id, m[1])
			}
			q, ok := euact.DefaultUseForm().Question(id)
			require.True(t, ok, id)
			_, only, found := strings.Cut(part, "*Only if ")
			only, _, _ = strings.Cut(only, ".*")
			if s.Domains == nil {
				require.Equal(t, len(q.After) > 0 || q.Gate != "", found, id)
			}
			names := quoted.FindAllStringSubmatch(only, -1)
			require.Equal(t, found, len(names) > 0, "%s: %s", id, only)
			for _, m := range names {
				if _, asked := euact.DefaultUseForm().Question(m[1]); asked {
					require.True(t, seen[m[1]], "%s stands before %s", id, m[1])
				}
			}
			seen[id] = true
		}
	}
	var page bytes.Buffer
	require.NoError(t, euact.Form(&page, sketch("law_enforcement", "converse", func(s *register.System) { s.Direct = register.Yes })))
	_, plainly, _ := strings.Cut(page.String(), "### `evidently-ai`")
	plainly, _, _ = strings.Cut(plainly, "###")
	require.NotContains(t, plainly, "Only if")
}

// What is handed out can't be written through.
func TestQuestionsAreCopies(t *testing.T) {
	q := euact.Questions()
	q[0].When[0][0].Any[0], q[0].Covers[0] = "x", "x"
	require.NotEqual(t, q[0].Covers, euact.Questions()[0].Covers)
	require.NotEqual(t, q[0].When, euact.Questions()[0].When)
}

func ExampleAnswer() {
	s := register.System{ID: "cv", Name: "CV sorter", Stage: register.StageDesign, Jurisdictions: []string{"EU"}, Roles: []register.AIRole{register.RoleProvider},
		Domains: []register.Domain{register.DomainEmployment}, Functions: []register.Function{register.FunctionClassify}}
	yes := map[string]bool{"recruitment": true, "narrow-step": true}
	for questions := euact.Ask(s); len(questions) > 0; questions = euact.Ask(s) {
		fmt.Println(len(questions), "questions, first:", questions[0].Ask)
		var answers []register.UseAnswer
		for _, q := range questions {
			answer := register.No
			if yes[q.ID] {
				answer = register.Yes
			}
			answers = append(answers, register.UseAnswer{Question: q.ID, Answer: answer})
		}
		s, _ = euact.Answer(s, answers...) // all are questions that Ask returned
	}
	fmt.Println(s.Practices, s.Claims63, euact.Classify(s, day("2026-11-28")).Class)
	// Output:
	// 11 questions, first: Is it for finding, attracting, checking or choosing people for paid work, an apprenticeship in a firm, or contracts or assignments as self-employed people?
	// 1 questions, first: Does it evaluate, from data about a person, something personal of them: ability, performance, behaviour, reliability, health, means, interests, whereabouts, likely conduct?
	// 4 questions, first: Is a narrow step of procedure all it does: turning formats, filing by fixed kinds, finding exact duplicates or missing papers, sending receipts?
	// 1 questions, first: All the same, does its own output, alone or together with connected systems, change what is decided about people, or bring a significant risk to their health, safety or fundamental rights?
	// [recruitment] a exempt_63
}
