package register_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

func asIssues(t testing.TB, err error) issue.Issues {
	var is issue.Issues
	require.True(t, errors.As(err, &is), "%T is not issue.Issues", err)
	return is
}

// TestEveryFieldIsAnAttribute keeps a field that is added to System from
// escaping validation, comparison and fingerprints.
func TestEveryFieldIsAnAttribute(t *testing.T) {
	var fields []string
	for i, s := 0, reflect.TypeFor[register.System](); i < s.NumField(); i++ {
		name, _, _ := strings.Cut(s.Field(i).Tag.Get("json"), ",")
		if name != "revision" { // the store's, not a fact about the system
			fields = append(fields, name)
		}
	}
	var rows []string
	for _, a := range register.Attributes() {
		rows = append(rows, a.Name)
	}
	require.Empty(t, cmp.Diff(fields, rows))
}

func TestAttributesAreComplete(t *testing.T) {
	// What the organisation says of a system as a thing in its books. All else
	// bears on people.
	editorial := []string{"id", "name", "description", "owner", "tenures", "stage", "sole_supplier", "out_of_scope", "outside_since",
		"discovered_on", "in_use_since", "market_since", "retired_on", "labels", "links", "external_ids", "follows", "distinct"}
	var immaterial []string
	for _, a := range register.Attributes() {
		require.NotEmpty(t, a.Title, a.Name)
		require.NotEmpty(t, a.Why, a.Name)
		if !a.Material {
			immaterial = append(immaterial, a.Name)
		}
		listed := map[register.AttributeKind]bool{register.KindAnswer: true, register.KindChoice: true, register.KindOrdered: true, register.KindSet: true}
		require.Equal(t, listed[a.Kind], len(a.Values) > 0, a.Name)
		seen := make(map[string]bool)
		for _, v := range a.Values {
			require.NotEmpty(t, v.Meaning, "%s: %s", a.Name, v.ID)
			require.False(t, seen[v.ID], "%s: %s stands there twice", a.Name, v.ID)
			seen[v.ID] = true
		}
	}
	require.Equal(t, editorial, immaterial)
}

// TestEnumsAreTheTables compares the constants of each typed string, as
// declared, with the values that the table allows.
func TestEnumsAreTheTables(t *testing.T) {
	declared := make(map[string][]string)
	for _, file := range []string{"enums.go", "risk.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for _, value := range v.Values {
					text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
					require.NoError(t, err)
					if name := v.Type.(*ast.Ident).Name; text != "" {
						declared[name] = append(declared[name], text)
					}
				}
			}
		}
	}
	require.Greater(t, len(declared), 20)
	listed := map[string][]string{
		"Answer":         enumTexts[register.Answer](),
		"Stage":          enumTexts[register.Stage](),
		"Audience":       enumTexts[register.Audience](),
		"AIRole":         enumTexts[register.AIRole](),
		"Build":          enumTexts[register.Build](),
		"Alteration":     enumTexts[register.Alteration](),
		"SoleUse":        enumTexts[register.SoleUse](),
		"DeployerKind":   enumTexts[register.DeployerKind](),
		"Domain":         enumTexts[register.Domain](),
		"Function":       enumTexts[register.Function](),
		"Practice":       enumTexts[register.Practice](),
		"Exemption":      enumTexts[register.Exemption](),
		"Exception":      enumTexts[register.Exception](),
		"EmotionSource":  enumTexts[register.EmotionSource](),
		"Categorisation": enumTexts[register.Categorisation](),
		"Downstream":     enumTexts[register.Downstream](),
		"Autonomy":       enumTexts[register.Autonomy](),
		"Effect":         enumTexts[register.Effect](),
		"Reversibility":  enumTexts[register.Reversibility](),
		"Explainability": enumTexts[register.Explainability](),
		"Reach":          enumTexts[register.Reach](),
		"DataCategory":   enumTexts[register.DataCategory](),
		"DataOrigin":     enumTexts[register.DataOrigin](),
		"ModelSource":    enumTexts[register.ModelSource](),
		"TechMaturity":   enumTexts[register.TechMaturity](),
		"Content":        enumTexts[register.Content](),
		"Hosting":        enumTexts[register.Hosting](),

		"OffenceDetection": enumTexts[register.OffenceDetection](),

		"Axis":          enumTexts[register.Axis](),
		"Area":          enumTexts[register.Area](),
		"Option":        enumTexts[register.Option](),
		"AttributeKind": enumTexts[register.AttributeKind](),
		"ChangeWhat":    enumTexts[register.ChangeWhat](),
		"ItemKind":      enumTexts[register.ItemKind](),
		"ItemFor":       enumTexts[register.ItemFor](),
	}
	for name, values := range declared {
		require.Contains(t, listed, name)
		require.ElementsMatch(t, values, listed[name], name)
	}
	require.True(t, register.Unknown.IsValid())
	require.False(t, register.Stage("").IsValid())
	require.True(t, register.StageDesign.IsValid())
	require.False(t, register.Area("x").IsValid())
}

func TestTablesCannotBeCorrupted(t *testing.T) {
	for range 2 { // the second time sees what the first has done
		stage, ok := register.AttributeByName("stage")
		require.True(t, ok)
		require.Equal(t, "design", stage.Values[0].ID)
		stage.Values[0].ID = "x"
		all := register.Attributes()
		require.Equal(t, "design", all[5].Values[0].ID)
		all[5].Values[0].ID = "x"
		rules := register.ChangeRules()
		require.Equal(t, "name", rules[0].Attributes[0])
		rules[0].Attributes[0] = "x"
		gates := register.Gates()
		require.Equal(t, "A.3.2", gates[0].Items[0].Controls[0].String())
		gates[0].Items[0].Controls[0] = annexa.ID{}
		gates[0].Items[0].Clauses[0] = "x"
		require.Equal(t, register.AreaSecurity, register.Values[register.Area]()[0])
		register.Areas(register.AxisOrganisation)[0] = "x"
		register.Values[register.Area]()[0] = "x"
		register.Stages()[0] = "x"
		require.Equal(t, register.StageDesign, register.Stages()[0])
	}
	_, ok := register.AttributeByName("colour")
	require.False(t, ok)
}

func TestAppend(t *testing.T) {
	s := register.System{
		Autonomy:      register.AutonomyAdvises,
		Data:          []register.DataCategory{register.DataPersonal, register.DataHealth, register.DataPersonal},
		DataResources: []register.DataResource{{Name: "loans <2020>", Origin: register.OriginOwn}},
		Labels:        map[string]string{"b": "2", "a": "1"},
		InUseSince:    calendar.Of(time.Date(2026, 3, 1, 1, 0, 0, 0, time.FixedZone("", 3600)), nil),
	}
	for name, want := range map[string][]string{
		"autonomy":       {"advises"},
		"data":           {"health", "personal"},
		"data_resources": {`{"name":"loans <2020>","origin":"own"}`},
		"labels":         {`{"a":"1","b":"2"}`},
		"in_use_since":   {"2026-03-01"},
		"model":          nil,
		"reach":          nil,
		"affected":       nil,
		"external_ids":   nil,
	} {
		a, ok := register.AttributeByName(name)
		require.True(t, ok, name)
		require.Equal(t, want, a.Append(nil, &s), name)
	}
	a, _ := register.AttributeByName("data")
	require.Equal(t, []string{"z", "health", "personal"}, a.Append([]string{"z"}, &s), "what stands in dst stays")
	require.Empty(t, register.Attribute{Name: "purpose"}.Append(nil, &register.System{ID: "x", Purpose: "y"}), "not a row of the table")
}

func TestRank(t *testing.T) {
	a, _ := register.AttributeByName("autonomy")
	low, ok := a.Rank("informs")
	require.True(t, ok)
	high, ok := a.Rank("acts_alone")
	require.True(t, ok)
	require.Equal(t, []int{0, 4}, []int{low, high})
	_, ok = a.Rank("telepathic")
	require.False(t, ok)
}

func TestAppendOfAnyIsSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSystem(t)
		for _, a := range register.Attributes() {
			values := a.Append(nil, &s)
			for i := 1; i < len(values); i++ {
				require.Less(t, values[i-1], values[i], a.Name)
			}
		}
	})
}

func enumTexts[T register.Enum]() []string {
	var all []string
	for _, v := range register.Values[T]() {
		all = append(all, string(v))
	}
	return all
}
