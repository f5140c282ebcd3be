package impact_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

func listOf[T any](n int, of func(i int) T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = of(i)
	}
	return out
}

func TestContentIsBounded(t *testing.T) {
	for _, row := range append(impact.ContentBounds(), impact.AssessmentBounds()...) {
		require.NotEmpty(t, row.Why, row.Field)
	}
	s, b := cvScreener(), basis()
	harm := func(int) impact.HarmRating { return impact.HarmRating{Harm: "no-such-harm"} }
	text := func(i int) string { return fmt.Sprint("text ", i) }
	long := strings.Repeat("x", 20_001)
	for want, edit := range map[string]func(*impact.Content){
		"harms length":                    func(c *impact.Content) { c.Harms = listOf(40_000, harm) },
		"parties length":                  func(c *impact.Content) { c.Parties = make([]impact.PartyImpact, 201) },
		"alternatives length":             func(c *impact.Content) { c.Alternatives = listOf(101, text) },
		"alternatives[1] repeated":        func(c *impact.Content) { c.Alternatives = []string{"none", "none"} },
		"misuse[1].what repeated":         func(c *impact.Content) { c.Misuse = []impact.Misuse{{What: "a"}, {What: "a"}} },
		"benefits[0].parties[1] repeated": func(c *impact.Content) { c.Benefits = []impact.Benefit{{What: "a", Parties: []string{"user", "user"}}} },
		"consultation length":             func(c *impact.Content) { c.Consultation = make([]impact.Consultation, 501) },
		"summary length":                  func(c *impact.Content) { c.Summary = long },
		"parties[0].how length":           func(c *impact.Content) { c.Parties[0].How = long },
		"harms[0].controls[0].evidence length": func(c *impact.Content) {
			c.Harms[0].Controls = []impact.Reduction{{Control: annexa.MustParse("A.5.2"), Evidence: listOf(101, text)}}
		},
		"summary utf8": func(c *impact.Content) { c.Summary = "\xff" },
	} {
		a := opened(s, b)
		c := dismissing(a)
		edit(&c)
		after, err := a.Save(c, "ada", s, b)
		var is issue.Issues
		require.ErrorAs(t, err, &is, want)
		require.Equal(t, want, is[0].Field+" "+is[0].Rule)
		require.Equal(t, a, after)
		require.LessOrEqual(t, len(err.Error()), issue.MaxError)
	}

	a := opened(s, b)
	full := impact.Template{ID: "t", Title: "T", Misuse: listOf(201, func(i int) impact.Misuse { return impact.Misuse{What: text(i)} })}
	_, err := a.Apply(full, "ada", s, b)
	require.Equal(t, []string{"misuse length"}, refusals(t, err), "a template does not get past the bounds")
}

// No step lets a list grow without end.
func TestRecordsAreBounded(t *testing.T) {
	s, b := cvScreener(), basis()
	a := written(t, s, b)
	var err error
	for i := 0; err == nil; i++ {
		a, err = a.Comment(impact.Comment{Part: "summary", Text: fmt.Sprint(i)}, "bob", now)
		require.LessOrEqual(t, len(a.Comments), 1_000)
	}
	require.Equal(t, []string{"comments length"}, refusals(t, err))
	_, err = a.Answer(1, strings.Repeat("x", 2_001), "bob", now)
	require.Equal(t, []string{"comments[].answer length"}, refusals(t, err))

	for i, err := 0, error(nil); err == nil; i++ {
		require.LessOrEqual(t, len(a.Conflicts), 200)
		a, err = a.Declare(fmt.Sprint("p", i), "a cousin", now)
	}
	_, err = a.Declare("p1", "a cousin", now)
	require.Contains(t, err.Error(), "conflicts")

	a = submitted(t, s, b)
	_, err = a.Return("ian", listOf(51, func(i int) string { return "no" }), now)
	require.Equal(t, []string{"returns[0].reasons length"}, refusals(t, err))
	conditions := listOf(201, func(int) impact.ApprovalCondition {
		return impact.ApprovalCondition{Text: "again", Owner: "bob", Due: calendar.Of(now.AddDate(0, 1, 0), nil)}
	})
	_, err = a.Sign(impact.Signature{By: "ian", Role: impact.SignerApprover}, conditions, s, b)
	require.Equal(t, []string{"conditions length"}, refusals(t, err))

	for i, err := 0, error(nil); err == nil; i++ {
		require.LessOrEqual(t, len(a.Returns), 100)
		a.State = impact.StateSubmitted
		a, err = a.Return("ian", []string{"no"}, now)
	}
}

// What fires is owed, so a trigger is folded where it can't be listed.
func TestTriggersAreFolded(t *testing.T) {
	s, b := cvScreener(), basis()
	a := opened(s, b)
	incident := impact.Trigger{Kind: impact.TriggerIncident, At: now, Detail: "incident inc-1"}
	a = a.AddTrigger(incident, s, b)
	later := incident
	later.At = now.AddDate(0, 0, 3)
	a = a.AddTrigger(later, s, b)
	require.Len(t, a.Triggers, 2, "the same again is the same")
	require.Equal(t, calendar.Of(now.AddDate(0, 0, 7), nil), a.Due, "and was due first")

	for i := range 1_000 {
		more := incident
		more.Detail = fmt.Sprint("incident ", i)
		a = a.AddTrigger(more, s, b)
	}
	require.Len(t, a.Triggers, 100)
	require.Equal(t, 902, a.Triggers[99].More, "what is not listed is counted")

	ask := impact.Trigger{Kind: impact.TriggerAcceptance, At: now, Detail: "the acceptance of r ran out"}
	a = a.AddTrigger(ask, s, b)
	require.Len(t, a.Triggers, 101)
	require.Equal(t, calendar.Of(now, nil), a.Due, "the first of its kind is listed, since it may be due sooner")

	long := impact.Trigger{Kind: impact.TriggerRequest, At: now, Detail: strings.Repeat("ä", 10_000)}
	a = a.AddTrigger(long, s, b)
	last := a.Triggers[len(a.Triggers)-1].Detail
	require.LessOrEqual(t, len(last), 500)
	require.Contains(t, last, "bytes left out)")
}

// Calls are as many as an assessment has room for, however much is stale.
func TestCallsAreFolded(t *testing.T) {
	s, b := cvScreener(), basis()
	a := approved(t, s, b)
	a.Harms = append(a.Harms, impact.HarmRating{Harm: "injury", Controls: listOf(100, func(i int) impact.Reduction {
		return impact.Reduction{Control: annexa.MustParse("A.5.2"), Evidence: listOf(100, func(j int) string { return fmt.Sprint("gone-", i, "-", j) })}
	})})
	calls := a.Calls(b)
	require.LessOrEqual(t, len(calls), 112)
	more := 0
	for _, c := range calls {
		more += 1 + c.More
	}
	require.GreaterOrEqual(t, more, 10_000)
}

// The longest harm fits into the ID of a risk.
func TestRiskIDsFit(t *testing.T) {
	a := impact.Assessment{System: strings.Repeat("s", register.MaxSystemID)}
	for _, h := range impact.Harms() {
		require.True(t, issue.ValidKeyUpTo(a.RiskID(h.ID), register.MaxRiskID), h.ID)
	}
}

// BenchmarkGrowth reports by how much the cost of each step grows when what it
// is given doubles, over four doublings. What walks a list for each element of a list
// gives 4. What walks it once gives 2, and up to 3 on a machine with other work,
// where the longer lists no longer fit into its caches.
func BenchmarkGrowth(b *testing.B) {
	s, basis := cvScreener(), basis()
	a := opened(s, basis)
	text := func(i int) string { return fmt.Sprint("text-", i) }
	content := func(n int) impact.Content {
		return impact.Content{
			Parties: listOf(n, func(i int) impact.PartyImpact { return impact.PartyImpact{Party: text(i)} }),
			Harms:   listOf(n, func(i int) impact.HarmRating { return impact.HarmRating{Harm: text(i), Parties: []string{text(i)}} }),
		}
	}
	rule := func(prefix string) func(int) impact.Rule {
		return func(i int) impact.Rule {
			return impact.Rule{ID: fmt.Sprint(prefix, i), When: []decide.Condition{{Field: "stage", Op: "in", Any: []string{"design"}}}, MinLevel: impact.LevelLimited, Why: "w", Source: "s"}
		}
	}
	must := func(r *impact.Rules, err error) *impact.Rules { require.NoError(b, err); return r }
	for name, prepare := range map[string]func(n int) func(){
		"save": func(n int) func() { c := content(n); return func() { _, _ = a.Save(c, "ada", s, basis) } },
		"apply": func(n int) func() {
			t := impact.Template{ID: "t", Title: "T", Harms: listOf(n, text), Parties: listOf(n, text)}
			return func() { _, _ = a.Apply(t, "ada", s, basis) }
		},
		"apply known": func(n int) func() {
			t := impact.Template{ID: "t", Title: "T", Misuse: listOf(n, func(i int) impact.Misuse { return impact.Misuse{What: text(i)} })}
			return func() { _, _ = a.Apply(t, "ada", s, basis) }
		},
		"take over": func(n int) func() {
			old := approved(b, s, basis)
			old.Content = content(n)
			return func() { _, _ = a.TakeOver(old, "ada", s, basis) }
		},
		"submit": func(n int) func() {
			w := written(b, s, basis)
			w.Content = content(n)
			return func() { _, _ = w.Submit("ada", s, nil, basis) }
		},
		"beside": func(n int) func() {
			lead, own := a, a
			lead.Content, own.Content = content(n), content(n)
			return func() { own.Beside(lead, s, basis) }
		},
		"review": func(n int) func() {
			w := a
			w.Content = content(n)
			return func() { impact.Review(w, s, impact.Observed{}, basis) }
		},
		"comment": func(n int) func() {
			w := a
			w.Comments = listOf(n, func(i int) impact.Comment { return impact.Comment{Part: "summary", Text: text(i)} })
			return func() { _, _ = w.Comment(impact.Comment{Part: "summary", Text: "x"}, "bob", now) }
		},
		"sign": func(n int) func() {
			w := submitted(b, s, basis)
			c := make([]impact.ApprovalCondition, n)
			return func() { _, _ = w.Sign(impact.Signature{By: "ian", Role: impact.SignerApprover}, c, s, basis) }
		},
		"publish": func(n int) func() {
			w := approved(b, s, basis)
			out := listOf(n, func(i int) impact.Withheld { return impact.Withheld{Part: "harms/" + text(i), Reason: "r"} })
			return func() { _, _ = w.Publish("pam", out, now) }
		},
		"compare": func(n int) func() {
			r := impact.Result{Harms: listOf(n, func(i int) impact.HarmPrompt { return impact.HarmPrompt{Harm: text(i)} })}
			return func() { impact.Compare(r, r) }
		},
		"rules with, without, diff": func(n int) func() {
			mine := listOf(n, rule("A"))
			ids := listOf(n, func(i int) string { return fmt.Sprint("A", i) })
			return func() {
				all := must(impact.DefaultRules().With("v2", "r", mine...))
				fewer := must(all.Without("v3", "r", ids...))
				all.Diff(fewer)
			}
		},
		"system": func(n int) func() {
			s := s
			s.Tools, s.Affected, s.Links = listOf(n, text), listOf(n, text), listOf(n, text)
			return func() { _ = s.Validate(); register.Compare(s, s) }
		},
		"decision": func(n int) func() {
			d := annexa.Decision{Control: annexa.MustParse("X.a"), Title: "t", Applicability: annexa.Applicable, Grounds: make([]annexa.Ground, n)}
			return func() { _ = d.Validate() }
		},
		"statement": func(n int) func() {
			in := annexa.Input{At: now, Evidence: listOf(n, func(i int) annexa.EvidenceItem {
				return annexa.EvidenceItem{ID: text(i), Control: annexa.MustParse("A.5.2"), ValidUntil: calendar.Of(now, nil)}
			}), Required: listOf(n, func(i int) annexa.Required {
				return annexa.Required{Control: annexa.MustParse("A.5.2"), System: text(i)}
			})}
			return func() { _, err := annexa.Compile(in); require.NoError(b, err) }
		},
	} {
		b.Run(name, func(b *testing.B) {
			const n, doublings = 2_000, 4
			few, more := prepare(n), prepare(n<<doublings)
			first, second := time.Hour, time.Hour // the least of all runs, which noise disturbs least
			for b.Loop() {
				start := time.Now()
				few()
				between := time.Now()
				more()
				first, second = min(first, between.Sub(start)), min(second, time.Since(between))
			}
			b.ReportMetric(math.Pow(float64(second)/float64(first), 1.0/doublings), "x/doubling")
		})
	}
}
