package aims_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

func TestPublishedSummary(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.HumanOversight = register.Oversight{Person: "ada", Measure: "a recruiter reads every application"}
	o.register(s)
	publish := func(withheld ...impact.Withheld) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.PublishAssessment("cv#1", withheld...) }
	}
	summarise := func() (impact.Summary, error) {
		s, _ := o.View().Systems().Get("cv")
		return o.assessment("cv#1").Summarise(s)
	}
	o.refused("lea", aims.ErrState, publish())
	_, err := summarise()
	require.ErrorIs(t, err, impact.ErrState)
	o.do("rob", remark("cv#1", impact.Comment{Part: "summary", Text: "internal remark"}))
	o.assess("cv", unfairness())

	harm, _ := impact.HarmByID(unfairness().Harm)
	o.invalid("lea", "withheld[0].part", "oneof", "level", publish(impact.Withheld{Part: "level", Reason: "x"}))
	o.invalid("lea", "withheld[0].part", "harm", "harms/inequality", publish(impact.Withheld{Part: "harms/inequality", Reason: "x"}))
	o.invalid("lea", "withheld[0].part", "control", "measures/Z", publish(impact.Withheld{Part: "measures/Z", Reason: "x"}))
	o.invalid("lea", "withheld[1].reason", "required", "", publish(impact.Withheld{Part: "misuse", Reason: "x"}, impact.Withheld{Part: "summary"}))
	o.clock.Set(day(2))
	o.do("lea", publish(impact.Withheld{Part: "purpose", Reason: "shows how to game it"}))
	a := o.assessment("cv#1")
	require.Equal(t, "lea", a.Published.By)
	require.Equal(t, day(2), a.Published.At)
	requireSigned(t, a)

	sum, err := summarise()
	require.NoError(t, err)
	require.Equal(t, impact.LevelHigh, sum.Level)
	require.Empty(t, sum.Purpose)
	require.Equal(t, "a recruiter reads every application", sum.Oversight)
	require.Len(t, sum.Harms, 1)
	require.Equal(t, harm.Title, sum.Harms[0].Title)
	b, err := json.Marshal(sum)
	require.NoError(t, err)
	page := sum.Markdown()
	require.Contains(t, page, "shows how to game it")
	require.NotContains(t, page, s.Purpose)
	for p := range o.View().People().All() {
		require.NotContains(t, page, p.Name)
		require.NotContains(t, string(b), `"`+p.ID+`"`)
	}
	require.NotContains(t, page, "internal remark")

	// Withholding a harm withholds it, and says so.
	o.do("lea", publish(impact.Withheld{Part: "harms/" + harm.ID, Reason: "names a person"}))
	sum, err = summarise()
	require.NoError(t, err)
	require.Empty(t, sum.Harms)
	require.Equal(t, s.Purpose, sum.Purpose)
	require.NotContains(t, sum.Markdown(), harm.Title)
}
