package crosswalk_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/crosswalk"
)

func count(f crosswalk.Framework, kind crosswalk.Kind, leaf bool) int {
	n := 0
	for _, e := range f.Elements {
		if e.Kind == kind && e.Leaf == leaf {
			n++
		}
	}
	return n
}

func framework(t *testing.T, id string) crosswalk.Framework {
	f, ok := crosswalk.Lookup(id)
	require.True(t, ok, id)
	return f
}

func TestISO42001(t *testing.T) {
	f := framework(t, "iso42001")
	require.Equal(t, 32, count(f, crosswalk.KindClause, true))
	require.Equal(t, 11, count(f, crosswalk.KindClause, false))
	require.Equal(t, 38, count(f, crosswalk.KindControl, true))
	require.Equal(t, 11, count(f, crosswalk.KindObjective, false), "nine areas, and the two halves of A.6")
	require.Equal(t, 38, count(f, crosswalk.KindGuidance, true))
	require.Len(t, f.Requirements(), 70, "guidance is not counted")

	e, ok := f.Element("6.1.4")
	require.True(t, ok)
	require.Equal(t, "AI system impact assessment", e.Name())
	require.Equal(t, "6.1", e.Parent)
	require.Equal(t, crosswalk.PhasePlan, e.Phase)
	require.Equal(t, crosswalk.DocumentationRequired, e.Documentation)
	require.Contains(t, e.Documented, "impact assessment")

	required := 0
	for _, e := range f.Elements {
		if e.Kind != crosswalk.KindClause {
			continue
		}
		require.NotEmpty(t, e.Phase, e.ID)
		require.Equal(t, e.Leaf, e.Documentation != "", e.ID)
		require.Equal(t, e.Documented != "", e.Documentation != "" && e.Documentation != crosswalk.DocumentationNone, e.ID)
		if e.Documentation == crosswalk.DocumentationRequired {
			required++
		}
	}
	require.Equal(t, 18, required)

	for _, e := range f.Elements {
		if e.Kind == crosswalk.KindControl {
			b, ok := f.Element("B" + e.ID[1:])
			require.True(t, ok, "guidance of %s", e.ID)
			require.Equal(t, e.Title, b.Title)
			require.False(t, b.Requirement())
		}
	}
	_, ok = f.Element("A.6.2.1")
	require.False(t, ok)
}

func TestISO27001(t *testing.T) {
	f := framework(t, "iso27001")
	require.Equal(t, 30, count(f, crosswalk.KindClause, true))
	require.Equal(t, 93, count(f, crosswalk.KindControl, true))
	require.Len(t, f.Requirements(), 123)
	themes := map[string]int{}
	for _, e := range f.Elements {
		if e.Kind == crosswalk.KindControl {
			themes[e.Parent]++
		}
	}
	require.Equal(t, map[string]int{"A.5": 37, "A.6": 8, "A.7": 14, "A.8": 34}, themes)
	for _, id := range []string{"4.1", "4.2"} {
		e, _ := f.Element(id)
		require.Contains(t, e.Note, "Amd 1:2024")
		require.Contains(t, e.Note, "climate")
	}
}

func TestNISTAIRMF(t *testing.T) {
	f := framework(t, "nist-ai-rmf")
	require.Equal(t, 4, count(f, crosswalk.KindFunction, false))
	require.Equal(t, 19, count(f, crosswalk.KindCategory, false))
	require.Equal(t, 72, count(f, crosswalk.KindSubcategory, true))
	perFunction := map[string]int{}
	for _, e := range f.Requirements() {
		category, _ := f.Element(e.Parent)
		perFunction[category.Parent]++
		require.NotEmpty(t, e.Statement, e.ID)
	}
	require.Equal(t, map[string]int{"GOVERN": 19, "MAP": 18, "MEASURE": 22, "MANAGE": 13}, perFunction)
	e, _ := f.Element("MAP 1.5")
	require.Equal(t, "Organizational risk tolerances are determined and documented.", e.Name())
}

func TestISO42005(t *testing.T) {
	f := framework(t, "iso42005")
	require.Equal(t, "2025", f.Version)
	require.Equal(t, 28, count(f, crosswalk.KindGuidance, true))
	require.Equal(t, 5, count(f, crosswalk.KindGuidance, false), "clauses 5 and 6, 6.3, 6.6 and 6.8")
	require.Empty(t, f.Requirements(), "it is guidance: nobody is held to it")
	for _, e := range f.Elements {
		require.Contains(t, e.Note, "een in", "%s does not say where its title was seen", e.ID)
		require.Empty(t, e.Statement, e.ID)
	}
	e, ok := f.Element("5.7")
	require.True(t, ok)
	require.Equal(t, "Establishing thresholds for sensitive uses, restricted uses and impact scales", e.Name())
	_, ok = f.Element("6.5.1")
	require.False(t, ok, "no title was seen")

	rep, err := crosswalk.Default().Coverage("iso42005", []crosswalk.Support{{Ref: crosswalk.MustParseRef("iso42001:A.5.2")}})
	require.NoError(t, err)
	require.Empty(t, rep.Elements)
	require.Zero(t, rep.Totals.Elements)
}

func TestFrameworksSurviveJSON(t *testing.T) {
	for _, f := range crosswalk.Frameworks() {
		b, err := json.Marshal(f)
		require.NoError(t, err)
		var again crosswalk.Framework
		require.NoError(t, json.Unmarshal(b, &again))
		require.Empty(t, cmp.Diff(f, again))
		require.NoError(t, again.Validate())
	}
}

// own is a small framework of an organisation.
func own() crosswalk.Framework {
	return crosswalk.Framework{ID: "acme", Title: "Acme rules for AI", Version: "3", Source: "intranet", Elements: []crosswalk.Element{
		{ID: "1", Kind: crosswalk.KindTheme, Title: "Before use"},
		{ID: "1.1", Kind: crosswalk.KindRequirement, Title: "Log what it does", Parent: "1", Leaf: true},
		{ID: "1.2", Kind: crosswalk.KindRequirement, Title: "Ask the works council", Parent: "1", Leaf: true},
	}}
}

func TestFrameworkValidateNamesWhatIsWrong(t *testing.T) {
	require.NoError(t, own().Validate())
	for name, c := range map[string]struct {
		change func(*crosswalk.Framework)
		field  string
		value  string
	}{
		"bad id":        {func(f *crosswalk.Framework) { f.ID = "Acme" }, "id", "Acme"},
		"no title":      {func(f *crosswalk.Framework) { f.Title = "" }, "title", ""},
		"two lines":     {func(f *crosswalk.Framework) { f.Source = "a\nb" }, "source", "a\nb"},
		"no elements":   {func(f *crosswalk.Framework) { f.Elements = nil }, "elements", ""},
		"no name":       {func(f *crosswalk.Framework) { f.Elements[1].Title = "" }, "elements[1].title", ""},
		"twice":         {func(f *crosswalk.Framework) { f.Elements[2].ID = "1.1" }, "elements[2].id", "1.1"},
		"bad kind":      {func(f *crosswalk.Framework) { f.Elements[2].Kind = "wish" }, "elements[2].kind", "wish"},
		"orphan":        {func(f *crosswalk.Framework) { f.Elements[2].Parent = "2" }, "elements[2].parent", "2"},
		"own parent":    {func(f *crosswalk.Framework) { f.Elements[2].Parent = "1.2" }, "elements[2].parent", "1.2"},
		"false leaf":    {func(f *crosswalk.Framework) { f.Elements[0].Leaf = true }, "elements[0].leaf", "true"},
		"leaf not said": {func(f *crosswalk.Framework) { f.Elements[2].Leaf = false }, "elements[2].leaf", "false"},
		"bad phase":     {func(f *crosswalk.Framework) { f.Elements[2].Phase = "later" }, "elements[2].phase", "later"},
		"bad degree":    {func(f *crosswalk.Framework) { f.Elements[2].Documentation = "some" }, "elements[2].documentation", "some"},
	} {
		f := own()
		c.change(&f)
		p := problems(t, f.Validate())
		require.Contains(t, fieldsOf(p), c.field, name)
		for _, x := range p {
			if x.Field == c.field {
				require.Equal(t, c.value, x.Value, name)
				require.NotEmpty(t, x.Message)
			}
		}
	}
}
