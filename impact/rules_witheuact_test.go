package impact_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// amended is a table in which recruitment is no longer listed in Annex III, and
// search in housing is.
func amended(t testing.TB) *euact.Act {
	table := euact.Default().Table()
	table.Version = "2030-01-01"
	i := slices.IndexFunc(table.Rows, func(r euact.Row) bool { return r.ID == "EU-III-4-a" })
	table.Rows[i] = euact.Row{ID: "EU-III-9", Kind: euact.RowHigh, Needs: []string{"applies"}, Gives: []string{"annex_iii"},
		When: []decide.Condition{{Field: "domain", Op: "has", Any: []string{"housing"}}}, Ref: "Annex III point 9", Why: "Homes are found through it."}
	act, err := euact.New(table)
	require.NoError(t, err)
	return act
}

// TestRulesAskAnotherEUAct: what an amended table says of a system comes out of
// the rules that ask it, and of no others.
func TestRulesAskAnotherEUAct(t *testing.T) {
	own, err := impact.DefaultRules().WithEUAct("2030-ours", "the Act was amended", amended(t))
	require.NoError(t, err)
	require.Equal(t, "2030-01-01", own.EUAct().Version())
	housing := changed(calm(), func(s *register.System) { s.Domains = []register.Domain{register.DomainHousing} })
	for name, c := range map[string]struct {
		system        register.System
		before, after bool
	}{"no longer listed": {cvScreener(), true, false}, "listed now": {housing, false, true}, "listed as before": {creditScorer(), true, true}} {
		before, after := derive(c.system), own.Derive(c.system, impact.Facts{})
		require.Equal(t, c.before, fired(before)["EUC-03"], name)
		require.Equal(t, c.after, fired(after)["EUC-03"], name)
		require.Equal(t, impact.RulesVersion, before.Rules)
		require.Equal(t, "2030-ours", after.Rules, name)
		e, _ := own.Explain("EUC-03", c.system, impact.Facts{})
		require.Equal(t, c.after, e.Outcome == impact.OutcomeHolds, name)
		require.Equal(t, c.after, own.EUAct().Classify(c.system, euDay).Class == euact.High, "the table itself says the same")
	}
	require.Equal(t, impact.LevelHigh, own.Derive(housing, impact.Facts{}).Level)

	// What nobody has answered is asked for by the same table.
	asks := func(r impact.Result) bool {
		return slices.ContainsFunc(r.Open, func(q impact.OpenQuestion) bool { return q.Attribute == "domain" && slices.Contains(q.Rules, "EUC-03") })
	}
	unknown := changed(calm(), func(s *register.System) { s.Domains = nil })
	require.False(t, asks(derive(unknown)))
	require.True(t, asks(own.Derive(unknown, impact.Facts{})))

	// What was assessed before is seen in its light.
	a := impact.Assessment{Fingerprint: register.FingerprintOf(cvScreener()), Recorded: impact.RecordedValues(cvScreener()), Result: derive(cvScreener())}
	require.Contains(t, impact.Reassess(a, own).String(), "- duty eu-deployer-high (EUC-03)")
}

// TestTheEUActOfASetIsKept: a set keeps its table through further changes and
// through JSON, and says that it has another and why.
func TestTheEUActOfASetIsKept(t *testing.T) {
	own, err := impact.DefaultRules().WithEUAct("2030-ours", "the Act was amended", amended(t))
	require.NoError(t, err)
	change := impact.RuleChange{ID: "2030-01-01", What: impact.RuleEUAct, Reason: "the Act was amended"}
	require.Equal(t, []impact.RuleChange{change}, own.Changes())
	require.Equal(t, []impact.RuleChange{change}, impact.DefaultRules().Diff(own))
	require.Equal(t, euact.Default(), impact.DefaultRules().EUAct(), "the set that it was made from has not changed")
	same, err := own.WithEUAct("2031", "read again", amended(t))
	require.NoError(t, err)
	require.Empty(t, own.Diff(same), "the same table is no difference")

	next, err := own.With("2030-more", "our brand", brand())
	require.NoError(t, err)
	next, err = next.Without("2030-less", "we do not use it", "EFF-02")
	require.NoError(t, err)
	b, err := json.Marshal(next)
	require.NoError(t, err)
	back := new(impact.Rules)
	require.NoError(t, json.Unmarshal(b, back))
	require.Empty(t, next.Diff(back))
	require.Equal(t, next.Changes(), back.Changes())
	require.Equal(t, "2030-01-01", back.EUAct().Version())
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(b), string(again))
	require.Equal(t, text(t, next.Derive(cvScreener(), impact.Facts{})), text(t, back.Derive(cvScreener(), impact.Facts{})))

	b, err = json.Marshal(impact.DefaultRules())
	require.NoError(t, err)
	require.NotContains(t, string(b), "eu_act", "a set without a table of its own follows this package's")
}

func TestWithEUActErrors(t *testing.T) {
	act := amended(t)
	for field, make := range map[string]func() (*impact.Rules, error){
		"act":     func() (*impact.Rules, error) { return impact.DefaultRules().WithEUAct("v", "why", nil) },
		"reason":  func() (*impact.Rules, error) { return impact.DefaultRules().WithEUAct("v", " ", act) },
		"version": func() (*impact.Rules, error) { return impact.DefaultRules().WithEUAct("", "why", act) },
	} {
		_, err := make()
		var is issue.Issues
		require.ErrorAs(t, err, &is, field)
		require.Equal(t, field, is[0].Field)
	}
	_, err := impact.DefaultRules().WithEUAct("v", "why", new(euact.Act))
	require.ErrorContains(t, err, "euact.New")

	// A set that says it asks another table must have it.
	table, err := json.Marshal(act)
	require.NoError(t, err)
	for change, want := range map[string]string{"2030-01-01": "", "2029-01-01": "changes[0].id"} {
		err := json.Unmarshal(fmt.Appendf(nil, `{"version":"v","rules":[],"changes":[{"id":%q,"what":"eu_act","reason":"why"}],"eu_act":%s}`, change, table), new(impact.Rules))
		if want == "" {
			require.NoError(t, err)
			continue
		}
		var is issue.Issues
		require.ErrorAs(t, err, &is)
		require.Equal(t, want, is[0].Field)
	}
	require.ErrorContains(t, json.Unmarshal([]byte(`{"version":"v","rules":[],"changes":[{"id":"x","what":"eu_act","reason":"why"}]}`), new(impact.Rules)), "eu_act is not this table")
}
