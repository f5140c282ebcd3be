package implied_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/implied"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

var fields = decide.NewFields()

func tell(s register.System) map[string]implied.Told {
	told := make(map[string]implied.Told)
	for _, t := range implied.Default().Tell(decide.NewSubject(fields, &s)) {
		told[t.Attribute] = t
	}
	return told
}

// What follows is told with its reason, what was said otherwise stands beside it,
// and what was said in other words is no contradiction.
func TestTell(t *testing.T) {
	told := tell(register.System{Build: register.BuildNone, Roles: []register.AIRole{register.RoleDeployer}})
	require.Equal(t, []string{"no"}, told["gpai_provider"].Values, "who only uses a bought system provides no model")
	require.Equal(t, []string{"no"}, told["supplies"].Values)
	require.Empty(t, told["gpai_provider"].Said)
	require.NotEmpty(t, told["gpai_provider"].Why)

	told = tell(register.System{Build: register.BuildNone, Roles: []register.AIRole{register.RoleDeployer, register.RoleProvider}})
	require.NotContains(t, told, "gpai_provider", "a provider may")

	told = tell(register.System{ModelSource: register.ModelNone})
	require.Equal(t, []string{"no"}, told["systemic"].Values, "one implication leads to the next")

	told = tell(register.System{GPAI: register.No, GPAIProvider: register.Yes})
	require.True(t, told["gpai_provider"].Contradicts())
	require.Equal(t, []string{"yes"}, told["gpai_provider"].Said)

	own := []register.DataOrigin{register.OriginOwn}
	told = tell(register.System{Data: []register.DataCategory{register.DataNone}, DataOrigins: own})
	require.NotContains(t, told, "data_origin", "own data of no note is no contradiction")
	told = tell(register.System{Data: []register.DataCategory{register.DataNone}, DataOrigins: []register.DataOrigin{register.OriginScraped}})
	require.Equal(t, []string{"scraped"}, told["data_origin"].Said)

	told = tell(register.System{Practices: []register.Practice{register.PracticeNone}, Claims63: register.ExemptionNarrowTask})
	require.Equal(t, []string{"a"}, told["claims_63"].Said, "a claim to be exempt from nothing")

	told = tell(register.System{Practices: []register.Practice{register.PracticeRemoteBiometricID}})
	require.True(t, told["data"].Includes, "there may be more data")
	require.Equal(t, []string{"data-subject"}, told["affected"].Values, "and from part of an answer more follows")
}

// silent says of attributes that nothing implies why that is so.
var silent = map[string]string{
	"id": "bookkeeping", "name": "bookkeeping", "description": "bookkeeping", "owner": "bookkeeping", "tenures": "bookkeeping", "stage": "always answered",
	"purpose": "text", "decisions": "text", "deployment_context": "text", "foreseeable_misuse": "texts", "languages": "texts",
	"data_resources": "structures", "human_oversight": "a structure", "model": "a structure", "tools": "texts", "supplier": "a name",
	"labels": "bookkeeping", "links": "bookkeeping", "external_ids": "bookkeeping", "out_of_scope": "text", "outside_since": "bookkeeping", "follows": "a name", "distinct": "decisions",
	"use_answers": "a record", "discovered_on": "a date", "in_use_since": "a date", "market_since": "a date", "retired_on": "a date",

	"intended_users":         "who is meant to use it follows from no other answer: those who meet it may be others",
	"jurisdictions":          "a place of use says nothing of where the output goes",
	"role":                   "who configures or trains a system may use it alone, offer it, or both",
	"build":                  "a role or a source of the model leaves open what was done to the system",
	"alteration":             "also what is taken as it is can be given another name or purpose",
	"deployer_kind":          "a property of the organisation",
	"sole_use":               "an exclusion is claimed, never supposed",
	"domain":                 "the same use stands in several domains",
	"function":               "what it does follows from no other answer",
	"on_behalf":              "a property of the organisation",
	"claims_5":               "an exception is claimed, never supposed",
	"emotion_source":         "data on bodies can serve something else",
	"categorised_by":         "a matter of what is sorted by",
	"intimate_safeguards":    "a matter of how it is built",
	"offence_detection":      "a relief is claimed, never supposed",
	"third_party_conformity": "hangs on the product's law",
	"convenience_only":       "a relief is claimed, never supposed",
	"reversibility":          "hangs on the effect and on the process around it",
	"contest":                "hangs on the process around it",
	"explain":                "also rules that nobody learnt can be opaque",
	"interacts":              "a domain or a function has more than one audience",
	"obvious_ai":             "a matter of how it presents itself",
	"displaces":              "a matter of the work around it",
	"data_workers":           "also data that is bought was labelled by somebody",
	"model_source":           "a build from the start may still hold a supplier's part",
	"sole_supplier":          "a matter of the market",
	"open_source":            "a matter of licence",
	"tech_maturity":          "a matter of the technique",
	"standard_editing":       "a relief is claimed, never supposed",
	"editorial_control":      "a relief is claimed, never supposed",
	"multi_agent":            "also what acts nowhere can be fed by agents",
	"critical":               "a matter of the organisation",
	"hosting":                "a supplier's system can stand on own premises",
}

// Every attribute is implied by something, or it is said why nothing implies it.
func TestEveryAttributeIsLookedAt(t *testing.T) {
	follows := make(map[string]bool)
	for _, r := range implied.Default().Rows() {
		follows[r.Attribute] = true
		require.NotEmpty(t, r.Source, r.ID)
	}
	for _, a := range register.Attributes() {
		require.NotEqual(t, follows[a.Name], silent[a.Name] != "", a.Name)
	}
	require.Len(t, silent, len(register.Attributes())-len(follows))
}

// Each implication fires on what it speaks of, and on nothing less: without any one
// of its conditions nothing is told.
func TestEveryImplicationIsNeeded(t *testing.T) {
	for _, r := range implied.Default().Rows() {
		for missing := -1; missing < len(r.When); missing++ {
			values := make(map[string][]string)
			for i, w := range r.When {
				if i != missing {
					values[w.Field] = w.Any[:1]
				} else if r.ID == "IMP-43" || r.ID == "IMP-44" {
					values[w.Field] = []string{map[string]string{"effect": "convenience", "affected": "user"}[w.Field]} // else it is implied
				}
			}
			told := implied.Default().Tell(decide.NewRecordedSubject(fields, values))
			is := slices.ContainsFunc(told, func(t implied.Told) bool { return t.Implication == r.ID })
			require.Equal(t, missing < 0, is, "%s without condition %d", r.ID, missing)
		}
	}
}

func TestNewErrors(t *testing.T) {
	ok := implied.Default().Rows()[0]
	for name, c := range map[string]struct {
		edit  func(*implied.Implication)
		issue string
	}{
		"attribute":  {func(r *implied.Implication) { r.Attribute = "colour" }, "rows[0].attribute attribute"},
		"text":       {func(r *implied.Implication) { r.Attribute = "purpose" }, "rows[0].attribute attribute"},
		"no values":  {func(r *implied.Implication) { r.Values = nil }, "rows[0].values required"},
		"value":      {func(r *implied.Implication) { r.Values = []string{"blue"} }, "rows[0].values[0] oneof"},
		"allows":     {func(r *implied.Implication) { r.Allows = []string{"blue"} }, "rows[0].allows[0] oneof"},
		"why":        {func(r *implied.Implication) { r.Why = " " }, "rows[0].why required"},
		"no id":      {func(r *implied.Implication) { r.ID = "" }, "rows[0].id required"},
		"itself":     {func(r *implied.Implication) { r.When[0].Field, r.When[0].Any = r.Attribute, r.Values }, "rows[0].when order"},
		"conditions": {func(r *implied.Implication) { r.When = nil }, "rows[0].when required"},
	} {
		rows := implied.Default().Rows()[:1]
		c.edit(&rows[0])
		_, err := implied.New("v", rows)
		var is issue.Issues
		require.ErrorAs(t, err, &is, name)
		var got []string
		for _, i := range is {
			got = append(got, i.Field+" "+i.Rule)
		}
		require.Contains(t, got, c.issue, name)
	}
	_, err := implied.New("", nil)
	require.ErrorContains(t, err, "version")
	late := implied.Implication{ID: "late", When: []decide.Condition{{Field: "gpai", Op: "in", Any: []string{"no"}}}, Attribute: ok.When[0].Field, Values: []string{"none"}, Why: "x"}
	_, err = implied.New("v", []implied.Implication{ok, late})
	require.ErrorContains(t, err, "before it is implied")

	b, err := json.Marshal(implied.Default())
	require.NoError(t, err)
	back := new(implied.Table)
	require.NoError(t, json.Unmarshal(b, back))
	require.True(t, back.Same(implied.Default()))
	require.Error(t, json.Unmarshal([]byte(`{"version":"v","rows":[],"more":1}`), back))
	rows := back.Rows()
	rows[0].When[0].Any[0], rows[0].Values[0] = "x", "x"
	require.True(t, back.Same(implied.Default()), "nobody reaches into a table")
}
