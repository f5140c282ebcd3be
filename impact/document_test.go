package impact_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/register"
)

// documented is an approved assessment in which every layout finds all that it
// asks the records for, and what goes with it.
func documented(t testing.TB) (impact.Assessment, impact.DocumentInput) {
	s, b := cvScreener(), basis()
	s.Name, s.Description = "CV screener", "Ranks applications by how well they fit the post."
	s.Purpose, s.Decisions = "rank applications for a recruiter to read", "whom a recruiter invites"
	s.ForeseeableMisuse = []string{"ranking staff for dismissal"}
	s.HumanOversight = register.Oversight{Person: "rita", Measure: "a recruiter reads every application that is ranked low, and can set the rank aside"}
	s.Model = register.Model{Name: "ranker", Version: "2.1", Technique: "gradient boosting"}
	s.DataResources = []register.DataResource{{Name: "applications 2020 to 2024", Owner: "rita", Origin: register.OriginOwn, Use: "training"}}
	s.Supplier, s.ExternalIDs, s.Links = "acme", map[string]string{"inventory": "AI-7", "cmdb": "x1"}, []string{"https://example.org/cv"}
	s.InUseSince, s.MarketSince = calendar.Of(later(-40), nil), calendar.Of(later(-300), nil)
	a := opened(s, b)
	draft := rated(dismissing(a), lowered("unequal-treatment", "A.6.2.4", "applicant"), lowered("denied-opportunity", "A.9.2", "applicant", "gender"))
	draft.Harms[0].Description = "the model learned from years in which fewer women were hired"
	draft.Harms[1].Controls[0].Why = "who oversees it can overrule it"
	draft.Parties = []impact.PartyImpact{{Party: "applicant", How: "is ranked"}, {Party: "gender", How: "may be ranked lower as a group"}}
	draft.Benefits = []impact.Benefit{{What: "every application is read by the same yardstick", Parties: []string{"applicant"}}}
	draft.Misuse = []impact.Misuse{{What: "ranking staff for dismissal", By: "a manager", Harms: []string{"denied-opportunity"}, Measure: "access for recruiters alone"}}
	draft.Alternatives = []string{"reading by two recruiters"}
	draft.NoConsultation, draft.Consultation = "", []impact.Consultation{{Who: "students' union", On: calendar.Of(now, nil), Result: "they want reasons", Parties: []string{"applicant"}, Changed: "reasons go out with each refusal"}}
	draft.Summary = "Fit for use with a recruiter who decides."
	a, err := a.Save(draft, "ada", s, b)
	require.NoError(t, err)
	a, err = a.Assign("ada")
	require.NoError(t, err)
	a, err = a.AttachQuestionnaire(impact.QuestionnaireResult{Title: "AIA", Digest: strings.Repeat("a", 64), Scoring: "ca-aia", ScoringVersion: "1", Answers: strings.Repeat("b", 64), Result: strings.Repeat("c", 64),
		Total: 50, Max: 167, Percent: 30, Grade: "II", Level: impact.LevelLimited, AnsweredOn: now, AnsweredBy: "ada", Evidence: "test-report"}, "ada", s, b)
	require.NoError(t, err)
	a, err = a.Submit("ada", s, nil, b)
	require.NoError(t, err)
	a, err = a.Sign(impact.Signature{By: "ian", Role: impact.SignerApprover}, []impact.ApprovalCondition{{Text: "measure the rate of invitations by gender", Owner: "bob", Due: calendar.Of(later(90), nil)}}, s, b)
	require.NoError(t, err)
	a, err = sign(a, "pam", impact.SignerPolicyOwner, s, b)
	require.NoError(t, err)

	in := impact.DocumentInput{System: s, Organisation: "Example Ltd",
		Law:  impact.LawRuling{Law: "EU AI Act", Class: "high", Grounds: []string{"selects people for work (Annex III, point 4(a))"}},
		DPIA: "DPIA 2026-3, with the data protection officer"}
	for _, topic := range register.ProcessTopics() {
		d := register.ProcessDecision{Topic: topic.ID, Text: "decided on " + topic.Title}
		if topic.Uses {
			d.Domains = []register.Domain{register.DomainEmployment}
		}
		in.Process = append(in.Process, d)
	}
	return a, in
}

// bare is an assessment that was opened and not begun, of a system of which hardly
// anything is known.
func bare() (impact.Assessment, impact.DocumentInput) {
	s := register.System{ID: "sys", Name: "New tool"}
	return opened(s, basis()), impact.DocumentInput{System: s}
}

func document(t testing.TB, a impact.Assessment, l impact.Layout, in impact.DocumentInput) impact.Document {
	t.Helper()
	d, err := a.Document(l, in)
	require.NoError(t, err)
	return d
}

func TestDocumentsAreAsOnFile(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	english, err := phrase.In(language.English)
	require.NoError(t, err)
	full, fullIn := documented(t)
	empty, emptyIn := bare()
	for _, l := range impact.Layouts() {
		for _, c := range []struct {
			name string
			d    impact.Document
		}{{"full", document(t, full, l, fullIn)}, {"bare", document(t, empty, l, emptyIn)}} {
			path := filepath.Join("documents", string(l)+"-"+c.name)
			golden(t, path+".md", c.d.Markdown())
			golden(t, path+".de.md", in(t, german, c.d.WriteMarkdownIn))
			require.Equal(t, c.d.Markdown(), in(t, english, c.d.WriteMarkdownIn), "in English there is one form, whoever tells it")
			var got strings.Builder
			require.NoError(t, c.d.WriteMarkdown(&got))
			require.Equal(t, got.String(), c.d.Markdown())
		}
	}
	require.Empty(t, german.Missing())
}

// golden compares a page with what is on file.
func golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test ./impact -run %s -update", t.Name())
	require.Empty(t, cmp.Diff(string(want), got), path)
}

// in is what somebody reads in a language.
func in(t testing.TB, teller issue.Teller, write func(io.Writer, issue.Teller) error) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, write(&b, teller))
	return b.String()
}

// What people wrote is whole in each language, however long it is.
func TestDocumentInGermanIsWhole(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	a, input := documented(t)
	long := strings.Repeat("drive past the school ", 800) + "end"
	input.System.Description, a.Misuse[0].Measure = long, long
	d := document(t, a, impact.LayoutISO42005, input)
	for _, page := range []string{d.Markdown(), in(t, german, d.WriteMarkdownIn)} {
		require.Equal(t, 2, strings.Count(page, long))
	}
	// What looks like one of our words is somebody's own where it was typed.
	input.System.Description = "critical"
	page := in(t, german, document(t, a, impact.LayoutISO42005, input).WriteMarkdownIn)
	require.Contains(t, page, "**Beschreibung:** critical\n")

	// What was kept before lines had texts is read as it was written.
	for i := range d.Elements {
		for j := range d.Elements[i].Content {
			d.Elements[i].Content[j].Texts = nil
		}
	}
	require.Contains(t, d.Markdown(), "**Authors:** ada\n")
	require.Contains(t, in(t, german, d.WriteMarkdownIn), "**Verfasser:** ada\n")
}

func TestDocumentSurvivesJSON(t *testing.T) {
	a, in := documented(t)
	in.Answers = map[string]string{"A.1": "1 High Street"}
	for _, l := range impact.Layouts() {
		if l != impact.LayoutEUAnnexVIIIA {
			in.Answers = nil
		}
		d := document(t, a, l, in)
		b, err := json.Marshal(d)
		require.NoError(t, err)
		for _, key := range regexp.MustCompile(`"([^"\\]*)":`).FindAllStringSubmatch(string(b), -1) {
			require.Equal(t, strings.ToLower(key[1]), key[1])
		}
		var back impact.Document
		require.NoError(t, json.Unmarshal(b, &back))
		require.Empty(t, cmp.Diff(d, back, cmp.Comparer(func(x, y issue.Text) bool { return x.String() == y.String() }))) // a day is read back as it stands
		require.Empty(t, cmp.Diff(d, document(t, a, l, in)), "the same input, the same document")
	}
}

// field finds the type of a path among the JSON names of a type.
func field(t reflect.Type, path string) (reflect.Type, error) {
	if path == "" {
		return t, nil
	}
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%v has no fields", t)
	}
	name, rest, _ := strings.Cut(path, ".")
	name, isList := strings.CutSuffix(name, "[]")
	for _, f := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag != name || f.Anonymous {
			continue
		}
		next := f.Type
		if isList && next.Kind() == reflect.Slice {
			next = next.Elem()
		}
		return field(next, rest)
	}
	return nil, fmt.Errorf("%v has no field %q", t, name)
}

// fieldOf finds what a path of a layout points at.
func fieldOf(path string) error {
	if topic, ok := strings.CutPrefix(path, "process["); ok {
		if !register.ProcessTopic(strings.TrimSuffix(topic, "]")).IsValid() {
			return fmt.Errorf("no topic %q", topic)
		}
		return nil
	}
	if rest, ok := strings.CutPrefix(path, "assessment."); ok {
		_, err := field(reflect.TypeFor[impact.Assessment](), rest)
		return err
	}
	_, err := field(reflect.TypeFor[impact.DocumentInput](), path)
	return err
}

func TestLayoutsNameRealFields(t *testing.T) {
	require.Equal(t, []impact.Layout{impact.LayoutISO42005, impact.LayoutEUArticle27, impact.LayoutDPIA, impact.LayoutEUNotHighRisk,
		impact.LayoutEUAnnexVIIIA, impact.LayoutEUAnnexVIIIB, impact.LayoutEUAnnexVIIIC, impact.LayoutCanadaAIA}, impact.Layouts())
	require.Error(t, fieldOf("system.colour"))
	require.Error(t, fieldOf("assessment.harms.controls"), "the harms are a list")
	for _, l := range impact.DocumentLayouts() {
		require.True(t, l.ID.IsValid())
		require.NotEmpty(t, l.Title, l.ID)
		require.NotEmpty(t, l.Source, l.ID)
		seen := map[string]bool{}
		for _, e := range l.Elements {
			at := fmt.Sprint(l.ID, " ", e.ID)
			require.False(t, seen[e.ID], at)
			seen[e.ID] = true
			require.NotEmpty(t, e.Title, at)
			require.NotEmpty(t, e.Source, at)
			require.False(t, len(e.From) == 0 && e.CannotAnswer == "", "%s: it has no field and does not say so", at)
			require.Len(t, slices.Compact(slices.Sorted(slices.Values(e.From))), len(e.From), at)
			for _, path := range e.From {
				require.NoError(t, fieldOf(path), at)
			}
			require.Subset(t, e.From, e.Optional, at)
			for _, against := range e.Against {
				require.Contains(t, e.From, against.Field, at)
				attribute, ok := register.AttributeByName(strings.TrimPrefix(against.Field, "system."))
				require.True(t, ok, at)
				for _, v := range against.Values {
					_, known := attribute.Rank(v)
					require.True(t, known, "%s: %s", at, v)
				}
			}
			for _, group := range e.Any {
				require.Subset(t, e.From, group, at)
				require.Greater(t, len(group), 1, at)
			}
		}
	}
}

// ISO/IEC 42005 is the layout that shows all of an assessment: a field that is
// added to it is laid out, or it is said why not.
func TestISO42005UsesEveryFieldOfAnAssessment(t *testing.T) {
	l := impact.DocumentLayouts()[0]
	require.Equal(t, impact.LayoutISO42005, l.ID)
	used, out := map[string]bool{}, map[string]bool{}
	for _, e := range l.Elements {
		for _, path := range e.From {
			if rest, ok := strings.CutPrefix(path, "assessment."); ok {
				name, _, _ := strings.Cut(rest, ".")
				used[strings.TrimSuffix(name, "[]")] = true
			}
		}
	}
	for _, o := range l.LeavesOut {
		require.NoError(t, fieldOf(o.Field))
		require.NotEmpty(t, o.Why, o.Field)
		out[strings.TrimPrefix(o.Field, "assessment.")] = true
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[impact.Assessment]()) {
		if f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		require.True(t, used[name] != out[name], "%s is to be laid out, or left out with a reason", name)
	}
}

// missing is what a document lacks, by element.
func missing(d impact.Document) map[string][]string {
	all := map[string][]string{}
	for _, e := range d.Elements {
		if len(e.Missing) > 0 {
			all[e.ID] = e.Missing
		}
	}
	return all
}

// expected is what elements lack if the field of a path is empty, and nothing else.
func expected(l impact.DocumentLayout, path string) map[string][]string {
	all := map[string][]string{}
	for _, e := range l.Elements {
		alone := !slices.ContainsFunc(e.Any, func(g []string) bool { return slices.Contains(g, path) })
		if slices.Contains(e.From, path) && !slices.Contains(e.Optional, path) && alone {
			all[e.ID] = []string{path}
		}
	}
	return all
}

func TestNothingIsMissingOfAFullDocument(t *testing.T) {
	a, in := documented(t)
	for _, l := range impact.Layouts() {
		require.Empty(t, missing(document(t, a, l, in)), l)
	}
}

// Every attribute of the system that is emptied is missing where it is asked for,
// and nowhere else.
func TestWhatIsMissingOfTheSystemIsExact(t *testing.T) {
	a, in := documented(t)
	typ := reflect.TypeFor[register.System]()
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if name == "id" { // without it, it is another system
			continue
		}
		less := in
		reflect.ValueOf(&less.System).Elem().Field(i).SetZero()
		for _, l := range impact.DocumentLayouts() {
			require.Empty(t, cmp.Diff(expected(l, "system."+name), missing(document(t, a, l.ID, less))), "%s: %s", l.ID, name)
		}
	}
}

func TestWhatIsMissingOfTheAssessmentIsExact(t *testing.T) {
	full, in := documented(t)
	for path, empty := range map[string]func(*impact.Assessment, *impact.DocumentInput){
		"assessment.summary":        func(a *impact.Assessment, _ *impact.DocumentInput) { a.Summary = "" },
		"assessment.benefits":       func(a *impact.Assessment, _ *impact.DocumentInput) { a.Benefits = nil },
		"assessment.alternatives":   func(a *impact.Assessment, _ *impact.DocumentInput) { a.Alternatives = nil },
		"assessment.parties":        func(a *impact.Assessment, _ *impact.DocumentInput) { a.Parties = nil },
		"assessment.authors":        func(a *impact.Assessment, _ *impact.DocumentInput) { a.Authors = nil },
		"assessment.signatures":     func(a *impact.Assessment, _ *impact.DocumentInput) { a.Signatures = nil },
		"assessment.questionnaires": func(a *impact.Assessment, _ *impact.DocumentInput) { a.Questionnaires = nil },
		"assessment.conditions":     func(a *impact.Assessment, _ *impact.DocumentInput) { a.Conditions = nil },
		"assessment.level":          func(a *impact.Assessment, _ *impact.DocumentInput) { a.Level = "" },
		"process[timing]":           func(_ *impact.Assessment, in *impact.DocumentInput) { in.Process = in.Process[1:] },
		"organisation":              func(_ *impact.Assessment, in *impact.DocumentInput) { in.Organisation = " " },
		"law":                       func(_ *impact.Assessment, in *impact.DocumentInput) { in.Law = impact.LawRuling{} },
		"dpia":                      func(_ *impact.Assessment, in *impact.DocumentInput) { in.DPIA = "" },
	} {
		a, less := full, in
		empty(&a, &less)
		for _, l := range impact.DocumentLayouts() {
			require.Empty(t, cmp.Diff(expected(l, path), missing(document(t, a, l.ID, less))), "%s: %s", l.ID, path)
		}
	}
}

// What is there in part is missing in part.
func TestGapsWithinFieldsAreNamed(t *testing.T) {
	full, in := documented(t)
	for name, c := range map[string]struct {
		layout  impact.Layout
		element string
		change  func(*impact.Assessment, *impact.DocumentInput)
		want    []string
	}{
		"a harm that nobody looked at": {impact.LayoutEUArticle27, "27(1)(d)", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Harms = slices.DeleteFunc(slices.Clone(a.Harms), func(h impact.HarmRating) bool { return h.Harm == a.Result.Harms[0].Harm })
		}, []string{"assessment.harms[" + full.Result.Harms[0].Harm + "]"}},
		"a harm rated in part": {impact.LayoutDPIA, "35(7)(c)", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Harms = slices.Clone(a.Harms)
			a.Harms[0].Likelihood, a.Harms[0].Confidence = 0, ""
		}, []string{"assessment.harms[unequal-treatment].likelihood", "assessment.harms[unequal-treatment].confidence"}},
		"a party that nobody looked at": {impact.LayoutISO42005, "6.7", func(a *impact.Assessment, in *impact.DocumentInput) {
			in.System.Affected = append(slices.Clone(in.System.Affected), "children")
		}, []string{"assessment.parties[children]"}},
		"a party without harm or reason": {impact.LayoutISO42005, "6.7", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Parties = append(slices.Clone(a.Parties), impact.PartyImpact{Party: "user"})
		}, []string{"assessment.parties[user].no_harm"}},
		"nobody heard, and no reason": {impact.LayoutISO42005, "6.7", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Consultation = nil
		}, []string{"assessment.consultation|assessment.no_consultation"}},
		"nobody heard, for a reason": {impact.LayoutISO42005, "6.7", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Consultation, a.NoConsultation = nil, "a test of three days"
		}, []string{}},
		"heard on no day": {impact.LayoutCanadaAIA, "consultation", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Consultation = []impact.Consultation{{Who: "students' union", Result: "fine"}}
		}, []string{"assessment.consultation[0].on"}},
		"no misuse by anybody": {impact.LayoutISO42005, "6.3.5", func(a *impact.Assessment, in *impact.DocumentInput) {
			a.Misuse, in.System.ForeseeableMisuse = nil, nil
		}, []string{"system.foreseeable_misuse|assessment.misuse"}},
		"misuse without measure": {impact.LayoutISO42005, "6.8.3", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Misuse = append(slices.Clone(a.Misuse), impact.Misuse{What: "ranking voters"})
		}, []string{"assessment.misuse[1].measure"}},
		"a measure against no rated harm": {impact.LayoutISO42005, "6.9", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Harms = slices.Clone(a.Harms)
			for i := range a.Harms {
				a.Harms[i].Controls = nil
			}
		}, []string{"assessment.harms[].controls"}},
		"every harm dismissed": {impact.LayoutISO42005, "6.9", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Harms = slices.Clone(a.Harms)
			for i := range a.Harms {
				a.Harms[i].Dismissed, a.Harms[i].Controls = "not here", nil
			}
		}, []string{}},
		"oversight by nobody": {impact.LayoutEUArticle27, "27(1)(e)", func(_ *impact.Assessment, in *impact.DocumentInput) {
			in.System.HumanOversight.Person = ""
		}, []string{"system.human_oversight.person"}},
		"a model without version": {impact.LayoutEUAnnexVIIIA, "A.6", func(_ *impact.Assessment, in *impact.DocumentInput) {
			in.System.Model.Version = ""
		}, []string{"system.model.version"}},
		"a difference that nobody spoke to": {impact.LayoutISO42005, "6.2", func(a *impact.Assessment, _ *impact.DocumentInput) {
			a.Group, a.Differs, a.Deviations = "other#1", []string{"reach", "languages"}, []impact.Deviation{{Attribute: "reach", Note: "fewer people"}}
		}, []string{"assessment.deviations[languages]"}},
	} {
		a, less := full, in
		c.change(&a, &less)
		e, ok := document(t, a, c.layout, less).Element(c.element)
		require.True(t, ok, name)
		require.Equal(t, c.want, e.Missing, name)
	}
}

// A document that is to show that a system is not high-risk says what on file
// speaks against it.
func TestWhatSpeaksAgainstAnExemptionIsSaid(t *testing.T) {
	a, in := documented(t)
	against := func(l impact.Layout) (all []string) {
		for _, e := range document(t, a, l, in).Elements {
			all = append(all, e.Against...)
		}
		return all
	}
	require.Equal(t, []string{"system.claims_63: none", "system.profiling: yes"}, against(impact.LayoutEUNotHighRisk))
	require.Equal(t, []string{"system.claims_63: none"}, against(impact.LayoutEUAnnexVIIIB))
	in.System.Claims63, in.System.Profiling, in.System.HarmfulSignificant = register.ExemptionNarrowTask, register.No, register.Yes
	require.Equal(t, []string{"system.harmful_significant: yes"}, against(impact.LayoutEUNotHighRisk))
	require.Contains(t, document(t, a, impact.LayoutEUNotHighRisk, in).Markdown(), "**Speaks against it:** system.harmful\\_significant: yes\n")
	in.System.HarmfulSignificant = register.No
	require.Empty(t, against(impact.LayoutEUNotHighRisk))
	require.Empty(t, against(impact.LayoutISO42005), "a document that is to show nothing of the kind")
}

func TestAnswersFromElsewhere(t *testing.T) {
	a, in := documented(t)
	before, _ := document(t, a, impact.LayoutEUAnnexVIIIA, in).Element("A.2")
	require.NotEmpty(t, before.CannotAnswer)
	require.Empty(t, before.From)
	in.Answers = map[string]string{"A.2": "Sue Agent, 2 High Street"}
	d := document(t, a, impact.LayoutEUAnnexVIIIA, in)
	after, _ := d.Element("A.2")
	require.Empty(t, after.CannotAnswer)
	require.Equal(t, []impact.Passage{{From: "answers[A.2]", Title: "Answer", Lines: []string{"Sue Agent, 2 High Street"}, Texts: []issue.Text{issue.NewText("%s", "Sue Agent, 2 High Street")}}}, after.Content)
	require.False(t, d.Complete(), "there are others")
	for _, e := range d.Elements {
		in.Answers[e.ID] = "told"
	}
	require.True(t, document(t, a, impact.LayoutEUAnnexVIIIA, in).Complete())
	_, ok := d.Element("A.99")
	require.False(t, ok)
}

func TestDocumentRefusesWhatDoesNotFit(t *testing.T) {
	a, in := documented(t)
	_, err := a.Document("eu-28", in)
	require.Equal(t, []string{"layout oneof"}, refusals(t, err))
	require.ErrorContains(t, err, "iso42005")
	other := in
	other.System.ID = "other"
	other.Answers = map[string]string{"6.2": "x", "7": "x"}
	_, err = a.Document(impact.LayoutISO42005, other)
	require.Equal(t, []string{"system.id same", "answers known"}, refusals(t, err))
	_, err = impact.Assessment{}.Document(impact.LayoutISO42005, impact.DocumentInput{})
	require.NoError(t, err, "nothing is a document with nothing in it")
}

func TestDocumentSaysThatTheSystemChanged(t *testing.T) {
	a, in := documented(t)
	require.Empty(t, document(t, a, impact.LayoutISO42005, in).Changed)
	in.System.Reach = register.ReachMass
	in.System.Name = "CV ranker"
	d := document(t, a, impact.LayoutISO42005, in)
	require.Equal(t, []string{"system.reach"}, d.Changed)
	require.Contains(t, d.Markdown(), "**Changed since it was assessed:** system.reach\n")
}

// What people typed brings no structure into a page.
func TestDocumentEscapesWhatPeopleTyped(t *testing.T) {
	a, in := documented(t)
	const evil = "# x <script>alert(1)</script> [a](http://b) ![c](d) | e\n\n## f"
	in.System.Name, in.System.Purpose, in.Organisation, in.DPIA = evil, evil, evil, evil
	in.Process[0].Text, in.Law.Grounds, a.Summary = evil, []string{evil}, evil
	a.Harms = slices.Clone(a.Harms)
	a.Harms[0].Description = evil
	in.Answers = nil
	for _, l := range impact.Layouts() {
		page := document(t, a, l, in).Markdown()
		require.NotContains(t, page, "<script>", l)
		require.NotRegexp(t, `[^\\]\[`, page, l)
		require.NotContains(t, page, "\n## f\n", l)
	}
}

func TestDocumentsCannotBeWrittenThrough(t *testing.T) {
	a, in := documented(t)
	d := document(t, a, impact.LayoutISO42005, in)
	want := d.Markdown()
	d.Notes[0], d.Elements[0].From[0], d.Elements[0].Content[0].Lines[0] = "x", "x", "x"
	l := impact.DocumentLayouts()
	l[0].Notes[0], l[0].Elements[0].From[0], l[0].Elements[0].Optional[0], l[0].LeavesOut[0].Why = "x", "x", "x", "x"
	l[0].Elements[5].Any[0][0] = "x"
	require.Equal(t, want, document(t, a, impact.LayoutISO42005, in).Markdown())
	require.NotEqual(t, "x", impact.DocumentLayouts()[0].LeavesOut[0].Why)
}

func ExampleAssessment_Document() {
	s := register.System{ID: "triage", Name: "Mail triage", Purpose: "sort mail to the right desk", Stage: register.StageDesign}
	opened := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	a := impact.Open("triage#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: opened}, impact.Basis{Now: opened})

	d, err := a.Document(impact.LayoutEUAnnexVIIIB, impact.DocumentInput{System: s, Organisation: "Example Ltd",
		Answers: map[string]string{"B.3": "none: established in the Union"}})
	if err != nil {
		panic(err)
	}
	fmt.Println(d.Title)
	for _, e := range d.Elements {
		fmt.Printf("%s %s\n", e.ID, e.Title)
		for _, p := range e.Content {
			fmt.Printf("    %s: %s\n", p.Title, strings.Join(p.Lines, ", "))
		}
		if len(e.Missing) > 0 {
			fmt.Println("    missing:", strings.Join(e.Missing, ", "))
		}
		if e.CannotAnswer != "" {
			fmt.Println("    not on record:", e.CannotAnswer)
		}
	}
	// Output:
	// Registration of a system listed in Annex III that is not high-risk
	// B.1 Name, address and contact details of the provider
	//     Organisation: Example Ltd
	//     not on record: Address and contact details are not held.
	// B.2 Name, address and contact details of who submits on the provider's behalf
	//     not on record: Who submits for the provider is not held.
	// B.3 Name, address and contact details of the authorised representative
	//     Answer: none: established in the Union
	// B.4 Trade name and any additional unambiguous reference
	//     Name: Mail triage
	//     ID: triage
	// B.5 Intended purpose
	//     Purpose: sort mail to the right desk
	// B.6 Condition or conditions under Article 6(3)
	//     missing: system.claims_63
	// B.8 Status of the AI system
	//     Life-cycle stage: design: design and development
	//     not on record: Whether it was recalled is not held.
}
