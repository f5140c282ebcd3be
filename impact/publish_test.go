package impact_test

import (
	"encoding/json"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/register"
)

var update = flag.Bool("update", false, "write golden files anew")

// told is an approved assessment with something in every part. What must not
// get out holds the word "secret" or the name of a person.
func told(t *testing.T) (impact.Assessment, register.System) {
	s, b := cvScreener(), basis()
	s.Name, s.Owner, s.Purpose = "CV screener", "olga-secret", "rank applications for a recruiter to read"
	s.HumanOversight.Measure = "a recruiter reads every application that the system ranks low"
	inner := b.Evidence
	b.Evidence = func(id string) (calendar.Date, bool) {
		if id == "secret-report" {
			return calendar.Of(time.Time{}, nil), true
		}
		return inner(id)
	}
	a := opened(s, b)
	unequal := lowered("unequal-treatment", "A.6.2.4", "applicant")
	unequal.Description = "secret: the model is from Acme"
	unequal.Controls[0].Evidence, unequal.Controls[0].Why = []string{"secret-report"}, "secret ways"
	denied := lowered("denied-opportunity", "A.6.2.4", "applicant")
	denied.Controls = append(denied.Controls, impact.Reduction{Control: annexa.MustParse("A.9.2"), Evidence: []string{"secret-report"}})
	draft := rated(dismissing(a), unequal, denied)
	draft.Harms[2].Dismissed = "secret reason"
	draft.Parties[0] = impact.PartyImpact{Party: "applicant", How: "secret way"}
	draft.Benefits = []impact.Benefit{{What: "every application is read by the same yardstick", Parties: []string{"applicant"}}}
	draft.Misuse = []impact.Misuse{{What: "ranking staff for dismissal", By: "secret manager"}}
	draft.NoConsultation, draft.Consultation = "", []impact.Consultation{
		{Who: "Sue Secret, students' union", On: calendar.Of(now, nil), Result: "they want reasons with each refusal", Parties: []string{"applicant"}, Changed: "secret change"},
		{Who: "Don Secret, data protection officer", On: calendar.Of(now, nil), Result: "no objection"},
	}
	draft.Summary = "Fit for use with a recruiter who decides."
	a, err := a.Save(draft, "ada-secret", s, b)
	require.NoError(t, err)
	a, err = a.Assign("ada-secret")
	require.NoError(t, err)
	a, err = a.Submit("ada-secret", s, nil, b)
	require.NoError(t, err)
	a, err = a.Comment(impact.Comment{Part: "level", Text: "secret doubt"}, "zoe-secret", now)
	require.NoError(t, err)
	a, err = a.Declare("zoe-secret", "secret shares", now)
	require.NoError(t, err)
	a, err = a.Sign(impact.Signature{By: "ian-secret", Role: impact.SignerApprover}, []impact.ApprovalCondition{{Text: "secret task", Owner: "bob-secret", Due: calendar.Of(later(9), nil)}}, s, b)
	require.NoError(t, err)
	a, err = sign(a, "pam-secret", impact.SignerPolicyOwner, s, b)
	require.NoError(t, err)
	return a, s
}

// pages renders a summary in both forms.
func pages(t *testing.T, a impact.Assessment, s register.System) (summary impact.Summary, text, markdown string) {
	summary, err := a.Summarise(s)
	require.NoError(t, err)
	b, err := json.MarshalIndent(summary, "", "  ")
	require.NoError(t, err)
	return summary, string(b), summary.Markdown()
}

func TestSummariseTellsNoSecrets(t *testing.T) {
	a, s := told(t)
	require.Contains(t, strings.ToLower(encode(t, a)), "secret", "the record has them")
	_, text, markdown := pages(t, a, s)
	for _, page := range []string{text, markdown} {
		require.NotContains(t, strings.ToLower(page), "secret")
		require.Contains(t, page, "Unfair treatment")
		require.Contains(t, page, "they want reasons with each refusal")
	}
	published, err := a.Publish("ada-secret", nil, later(1))
	require.NoError(t, err)
	_, text, markdown = pages(t, published, s)
	require.NotContains(t, strings.ToLower(text+markdown), "secret", "nor who published it")
	require.Equal(t, "ada-secret", published.Published.By, "which is on record")
}

func TestMarkdownGolden(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	english, err := phrase.In(language.English)
	require.NoError(t, err)
	a, s := told(t)
	withheld, err := a.Publish("ada", []impact.Withheld{{Part: "misuse", Reason: "would show how"}, {Part: "measures/A.9.2", Reason: "still being negotiated"}}, later(1))
	require.NoError(t, err)
	for name, x := range map[string]impact.Assessment{"summary.md": a, "summary_withheld.md": withheld} {
		summary, _, markdown := pages(t, x, s)
		golden(t, name, markdown)
		require.Equal(t, markdown, in(t, english, summary.WriteMarkdownIn))
		golden(t, strings.TrimSuffix(name, "md")+"de.md", in(t, german, summary.WriteMarkdownIn))
	}
	require.Empty(t, german.Missing())
}

// TestWithhold leaves each part out that can be, and tells the rest.
func TestWithhold(t *testing.T) {
	a, s := told(t)
	part := map[string]string{
		"benefits": "same yardstick", "consultation": "they want reasons", "harms": "Unfair treatment", "measures": "A.6.2.4", "misuse": "dismissal",
		"oversight": "a recruiter reads", "purpose": "rank applications", "summary": "Fit for use",
	}
	core := []string{"CV screener", "sys#1", string(a.Level), "Applicants"}
	for _, p := range impact.Parts() {
		id := string(p)
		if !p.Withholdable() {
			continue
		}
		require.NotEmpty(t, part[id], id)
		x, err := a.Publish("ada", []impact.Withheld{{Part: id, Reason: "because"}}, later(1))
		require.NoError(t, err)
		sum, text, markdown := pages(t, x, s)
		require.NotContains(t, text, part[id], id)
		require.NotContains(t, markdown, part[id], id)
		require.Contains(t, markdown, id+": because", "that something is left out is told")
		for _, c := range core {
			require.Contains(t, text, c, "with %s left out", id)
		}
		require.Equal(t, a.ValidUntil, sum.ValidUntil)
		for other, words := range part {
			if other != id && !(id == "harms" && other == "measures") {
				require.Contains(t, text, words, "%s is told though %s is not", other, id)
			}
		}
	}
	one, err := a.Publish("ada", []impact.Withheld{{Part: "harms/unequal-treatment", Reason: "a case is pending"}}, later(1))
	require.NoError(t, err)
	sum, _, markdown := pages(t, one, s)
	require.Len(t, sum.Harms, 1)
	require.NotContains(t, strings.ToLower(markdown), "unfair treatment", "nor as what a measure is against")
	for _, spelled := range []string{"measures/A.9.2", "measures/a.9.2", "measures/ A.9.2 "} {
		one, err = a.Publish("ada", []impact.Withheld{{Part: spelled, Reason: "security"}}, later(1))
		require.NoError(t, err)
		sum, _, _ = pages(t, one, s)
		require.Len(t, sum.Measures, 1, "%q", spelled)
		require.Equal(t, "A.6.2.4", sum.Measures[0].Control)
	}
}

func TestPublishRefuses(t *testing.T) {
	a, s := told(t)
	for _, c := range []struct {
		withheld impact.Withheld
		want     string
	}{
		{impact.Withheld{Part: "level", Reason: "r"}, "withheld[0].part oneof"},
		{impact.Withheld{Part: "parties", Reason: "r"}, "withheld[0].part oneof"},
		{impact.Withheld{Part: "valid_until", Reason: "r"}, "withheld[0].part oneof"},
		{impact.Withheld{Part: "system", Reason: "r"}, "withheld[0].part oneof"},
		{impact.Withheld{Part: "", Reason: "r"}, "withheld[0].part oneof"},
		{impact.Withheld{Part: "misuse/1", Reason: "r"}, "withheld[0].part oneof"},
		{impact.Withheld{Part: "harms/boredom", Reason: "r"}, "withheld[0].part harm"},
		{impact.Withheld{Part: "measures/A.99", Reason: "r"}, "withheld[0].part control"},
		{impact.Withheld{Part: "harms", Reason: " "}, "withheld[0].reason required"},
	} {
		next, err := a.Publish("ada", []impact.Withheld{c.withheld}, now)
		require.Equal(t, []string{c.want}, refusals(t, err))
		equal(t, a, next, c.want)
	}
	for _, x := range []impact.Assessment{opened(s, basis()), submitted(t, s, basis())} {
		_, err := x.Summarise(s)
		require.ErrorIs(t, err, impact.ErrState)
		_, err = x.Publish("ada", nil, now)
		require.ErrorIs(t, err, impact.ErrState)
	}
	old, err := a.Supersede("sys#2")
	require.NoError(t, err)
	_, err = old.Summarise(s)
	require.NoError(t, err, "what was approved once can be told")
}

// TestMarkdownInjection writes hostile text into all that is printed: it adds
// no structure.
func TestMarkdownInjection(t *testing.T) {
	a, s := told(t)
	plainLines := strings.Count(mustMarkdown(t, a, s), "\n")
	for _, hostile := range []string{
		"# Approved for all uses", "x\n\n# Approved", "| a | b |", "<script>alert(1)</script>", "[click](javascript:alert(1))", "![x](http://evil)",
		"**bold** _it_ `code` ~~gone~~", "- item", "+ item", "1. item", "12) item", "> quote", "===", "---", `\[x\](y)`, "&lt;b&gt;", "x\r\ny\u2028z",
	} {
		x, sys := a, s
		sys.Name, sys.Purpose, sys.HumanOversight.Measure = hostile, hostile, hostile
		x.Summary = hostile
		x.Benefits, x.Misuse = []impact.Benefit{{What: hostile}}, []impact.Misuse{{What: hostile}}
		x.Consultation = []impact.Consultation{{Who: hostile, Result: hostile}, {Who: hostile, Result: hostile}}
		page := mustMarkdown(t, x, sys)
		require.Equal(t, plainLines, strings.Count(page, "\n"), "%q adds no line", hostile)
		require.NotContains(t, page, "<script")
		require.NotContains(t, page, "[click]")
		require.NotContains(t, page, "**bold")
		require.NotContains(t, page, "&lt;b")
		heads := 0
		for _, line := range strings.Split(page, "\n") {
			if strings.HasPrefix(line, "#") {
				heads++
			}
			for _, start := range []string{"> ", "- - ", "- + ", "- > ", "1. ", "12)", "===", "---", "+ "} {
				require.False(t, strings.HasPrefix(line, start), "%q starts with structure", line)
			}
			require.False(t, strings.HasPrefix(line, "- ") && strings.HasPrefix(strings.TrimPrefix(line, "- "), "1. "), line)
		}
		require.Equal(t, 9, heads, "the page has its own headings only")
	}
}

func mustMarkdown(t *testing.T, a impact.Assessment, s register.System) string {
	_, _, markdown := pages(t, a, s)
	return markdown
}
