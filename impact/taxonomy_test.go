package impact_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// harmAlignments are the taxonomies that each harm has its place in, and how
// many entries each of them has by its source.
var harmAlignments = []struct {
	name    string
	entries func() []impact.Category
	count   int
	of      func(impact.Harm) []string
}{
	{"group", impact.HarmGroups, 9, func(h impact.Harm) []string { return []string{h.Group} }},
	{"MIT subdomain", impact.MITSubdomains, 24, func(h impact.Harm) []string { return h.MIT }},
	{"NIST harm", impact.NISTHarms, 6, func(h impact.Harm) []string { return h.NIST }},
	{"objective", impact.AnnexCObjectives, 11, func(h impact.Harm) []string { return h.Objectives }},
	{"risk source", impact.AnnexCRiskSources, 7, func(h impact.Harm) []string { return h.RiskSources }},
}

// A released ID keeps its meaning, and what refers to it keeps finding it. Who
// adds an entry adds its line to the golden file by hand; none is ever taken
// out.
func TestTaxonomyIDsAreStable(t *testing.T) {
	var b strings.Builder
	for _, c := range impact.HarmGroups() {
		fmt.Fprintln(&b, "group", c.ID)
	}
	for _, h := range impact.Harms() {
		fmt.Fprintln(&b, "harm", h.ID)
	}
	for _, p := range impact.Parties() {
		fmt.Fprintln(&b, "party", p.ID)
	}
	for _, k := range impact.EvidenceKinds() {
		fmt.Fprintln(&b, "evidence", k.ID)
	}
	for _, d := range impact.Duties() {
		fmt.Fprintln(&b, "duty", d.ID)
	}
	golden, err := os.ReadFile("testdata/taxonomy-ids.txt")
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(strings.ReplaceAll(string(golden), "\r\n", "\n"), b.String()))
}

// Every entry has an ID of its own, words of its own and a source, and is found
// by its ID.
func TestTaxonomyEntriesAreDistinct(t *testing.T) {
	var seen map[string]string
	once := func(table, id string, texts ...string) {
		require.NotEmpty(t, id, table)
		for _, text := range append(texts, "ID "+id) {
			require.Equal(t, strings.TrimSpace(text), text, "%s %s", table, id)
			require.NotEmpty(t, text, "%s %s", table, id)
			require.Empty(t, seen[text], "%s %s says the same: %s", table, id, text)
			seen[text] = id
		}
	}
	seen = map[string]string{}
	for _, h := range impact.Harms() {
		once("harm", h.ID, h.Title, h.Description)
		require.NotEmpty(t, h.Source, h.ID)
		require.NotEmpty(t, h.Axes, h.ID)
		require.NotEmpty(t, h.Examples, h.ID)
		got, ok := impact.HarmByID(h.ID)
		require.True(t, ok)
		require.Equal(t, h, got)
	}
	seen = map[string]string{}
	for _, p := range impact.Parties() {
		once("party", p.ID, p.Title, p.Description)
		require.NotEmpty(t, p.Source, p.ID)
		got, ok := impact.PartyByID(p.ID)
		require.True(t, ok)
		require.Equal(t, p, got)
	}
	seen = map[string]string{}
	for _, k := range impact.EvidenceKinds() {
		once("evidence", k.ID, k.Title)
		require.NotEmpty(t, k.Source, k.ID)
		require.NotEmpty(t, k.Accepts, k.ID)
		require.NotEmpty(t, k.Controls, k.ID)
		got, ok := impact.EvidenceKindByID(k.ID)
		require.True(t, ok)
		require.Equal(t, k, got)
	}
	seen = map[string]string{}
	for _, d := range impact.Duties() {
		once("duty", d.ID, d.Title)
		require.NotEmpty(t, d.Source, d.ID)
		got, ok := impact.DutyByID(d.ID)
		require.True(t, ok)
		require.Equal(t, d, got)
	}
	// Categories share one space of IDs, or Harm.In could not tell them apart.
	seen = map[string]string{}
	for _, c := range slices.Concat(impact.HarmGroups(), impact.MITDomains(), impact.MITSubdomains(), impact.NISTHarms(),
		impact.AnnexCObjectives(), impact.AnnexCRiskSources()) {
		once("category", c.ID)
		require.NotEmpty(t, c.Title, c.ID)
		require.NotEmpty(t, c.Source, c.ID)
	}
	_, ok := impact.HarmByID("no-such")
	require.False(t, ok)
	_, ok = impact.EvidenceKindByID("")
	require.False(t, ok)
}

// The attribution that CC BY 4.0 asks for travels with the data.
func TestMITIsAttributed(t *testing.T) {
	for _, c := range append(impact.MITDomains(), impact.MITSubdomains()...) {
		require.Contains(t, c.Source, "Slattery et al. 2024")
		require.Contains(t, c.Source, "CC BY 4.0")
	}
	for _, h := range impact.Harms() {
		require.Contains(t, h.Source, "MIT AI Risk Repository "+strings.Join(h.MIT, ", "), h.ID)
		require.Contains(t, h.Source, "CC BY 4.0", h.ID)
	}
}

// Each harm is aligned with each taxonomy, or says why not, and only with
// entries that it has; each entry is reached by some harm.
func TestHarmsAreAligned(t *testing.T) {
	for _, x := range harmAlignments {
		entries := x.entries()
		require.Len(t, entries, x.count, x.name)
		for _, h := range impact.Harms() {
			ids := x.of(h)
			if len(ids) == 0 {
				require.NotEmpty(t, h.Note, "%s has no %s and doesn't say why", h.ID, x.name)
			}
			require.Len(t, slices.Compact(slices.Sorted(slices.Values(ids))), len(ids), "%s names a %s twice", h.ID, x.name)
			for _, id := range ids {
				require.True(t, slices.ContainsFunc(entries, func(c impact.Category) bool { return c.ID == id }), "%s: no %s %q", h.ID, x.name, id)
				require.True(t, h.In(id), "%s in %s", h.ID, id)
			}
		}
		for _, c := range entries {
			require.NotEmpty(t, impact.HarmsBy(func(h impact.Harm) bool { return h.In(c.ID) }), "no harm is in %s %s", x.name, c.ID)
		}
	}
	for _, h := range impact.Harms() {
		require.NotEmpty(t, h.MIT, h.ID)
		require.NotEmpty(t, h.NIST, h.ID)
		if h.Note != "" {
			require.Empty(t, append(h.Objectives, h.RiskSources...), "%s explains a gap that it doesn't have", h.ID)
		}
	}
	require.Len(t, impact.MITDomains(), 7)
	for _, s := range impact.MITSubdomains() {
		domain, _, _ := strings.Cut(s.ID, ".")
		require.True(t, slices.ContainsFunc(impact.MITDomains(), func(d impact.Category) bool { return d.ID == domain }), s.ID)
	}
}

// The numbers of Annex C leave no gap and follow its order, which is that of the
// alphabet: a heading under a wrong number would show.
func TestAnnexCIsInOrder(t *testing.T) {
	for prefix, list := range map[string][]impact.Category{"C.2.": impact.AnnexCObjectives(), "C.3.": impact.AnnexCRiskSources()} {
		var titles []string
		for i, c := range list {
			require.Equal(t, fmt.Sprint(prefix, i+1), c.ID)
			titles = append(titles, strings.ToLower(c.Title))
		}
		require.True(t, slices.IsSorted(titles), "%q", titles)
	}
}

// A category holds what those below it hold, and nothing that only starts with
// the same characters.
func TestHarmInCategory(t *testing.T) {
	ids := func(category string) (ids []string) {
		for _, h := range impact.HarmsBy(func(h impact.Harm) bool { return h.In(category) }) {
			ids = append(ids, h.ID)
		}
		return ids
	}
	require.Equal(t, []string{"environmental"}, ids("6.6"))
	require.Subset(t, ids("6"), ids("6.6"))
	require.Subset(t, ids("people"), ids("people/group"))
	require.NotContains(t, ids("people"), "org-financial")
	require.NotContains(t, ids("C.2.1"), "opacity", "C.2.11 is not below C.2.1")
	require.Contains(t, ids("C.2.11"), "opacity")
	for _, none := range []string{"", "C.2.99", "8", "peopl", "6.", "people/", "FAI", "environmental"} {
		require.Nil(t, ids(none), none)
	}
	all := impact.Harms()
	rapid.Check(t, func(t *rapid.T) {
		h := rapid.SampledFrom(all).Draw(t, "harm")
		d := rapid.SampledFrom(impact.MITDomains()).Draw(t, "domain")
		below := slices.ContainsFunc(h.MIT, func(s string) bool { return s[:1] == d.ID })
		if h.In(d.ID) != below {
			t.Fatalf("%s in %s: %v, its subdomains are %v", h.ID, d.ID, h.In(d.ID), h.MIT)
		}
	})
}

// Controls exist and say how they help; none of the 38 is without a harm that
// it bears on.
func TestControlsBearOnHarms(t *testing.T) {
	bears := map[annexa.ID]bool{}
	for _, h := range impact.Harms() {
		require.NotEmpty(t, h.Controls, h.ID)
		seen := map[string]bool{}
		for _, c := range h.Controls {
			_, ok := annexa.Lookup(c.ID)
			require.True(t, ok, "%s: %s", h.ID, c.ID)
			require.True(t, h.BearsOn(c.ID), "%s: %s", h.ID, c.ID)
			require.NotEmpty(t, c.Why, "%s: %s", h.ID, c.ID)
			require.False(t, seen[c.ID.String()] || seen[c.Why], "%s: %s or its reason stands there twice", h.ID, c.ID)
			seen[c.ID.String()], seen[c.Why] = true, true
			bears[c.ID] = true
		}
	}
	for c := range annexa.All() {
		require.True(t, bears[c.ID], "%s bears on no harm", c.ID)
	}
	for _, k := range impact.EvidenceKinds() {
		for _, c := range k.Controls {
			_, ok := annexa.Lookup(c)
			require.True(t, ok, "%s: %s", k.ID, c)
			require.Contains(t, k.Source, c.String(), k.ID)
		}
	}
}

// What damage has been done in spite of all must be possible to limit: of the
// harms to persons and groups each has a control that stops it, takes it back
// or helps those it has struck.
func TestHarmsToPeopleCanBeLimited(t *testing.T) {
	for _, h := range impact.Harms() {
		if !slices.Contains(h.Axes, impact.AxisIndividual) && !slices.Contains(h.Axes, impact.AxisGroup) {
			continue
		}
		require.True(t, slices.ContainsFunc([]string{"A.6.2.5", "A.6.2.6", "A.8.3", "A.8.4", "A.8.5", "A.9.2"}, func(c string) bool {
			return h.BearsOn(annexa.MustParse(c))
		}), "%s can be made rarer and never smaller", h.ID)
	}
}

// A harm's axes, its areas in the risk register and whom it harms by NIST tell
// the same story, and there is somebody for it to fall on.
func TestHarmAxesAgree(t *testing.T) {
	axes := []impact.Axis{impact.AxisIndividual, impact.AxisGroup, impact.AxisSociety, impact.AxisOrganisation}
	onAxis := map[impact.Axis]bool{}
	for _, p := range impact.Parties() {
		require.Contains(t, axes, p.Axis, p.ID)
		onAxis[p.Axis] = true
	}
	for _, h := range impact.Harms() {
		var people, organisation bool
		for _, a := range h.Axes {
			require.Contains(t, axes, a, h.ID)
			require.True(t, onAxis[a], "%s falls on nobody", h.ID)
			people, organisation = people || a != impact.AxisOrganisation, organisation || a == impact.AxisOrganisation
		}
		var areas [2]bool
		for _, a := range h.Areas {
			axis, area, _ := strings.Cut(a, "/")
			require.Contains(t, register.Areas(register.Axis(axis)), register.Area(area), h.ID)
			areas[0], areas[1] = areas[0] || axis == string(register.AxisPeople), areas[1] || axis == string(register.AxisOrganisation)
		}
		require.Equal(t, [2]bool{people, organisation}, areas, "%s: axes %v, areas %v", h.ID, h.Axes, h.Areas)
		// An ecosystem, in NIST's sense, is society as well as other organisations.
		ecosystem := h.In("ecosystem")
		require.Equal(t, people, h.In("people") || ecosystem && people, "%s: axes %v, NIST %v", h.ID, h.Axes, h.NIST)
		require.Equal(t, organisation, h.In("organisation") || ecosystem && organisation, "%s: axes %v, NIST %v", h.ID, h.Axes, h.NIST)
	}
}

// Evidence never counts for longer on a system of a higher level.
func TestEvidenceAgesFasterOnHigherLevels(t *testing.T) {
	for _, k := range impact.EvidenceKinds() {
		days := []int{k.FreshDays(impact.LevelMinimal), k.FreshDays(impact.LevelLimited), k.FreshDays(impact.LevelHigh), k.FreshDays(impact.LevelUnacceptable)}
		require.Positive(t, days[3], k.ID)
		require.True(t, slices.IsSortedFunc(days, func(a, b int) int { return b - a }), "%s: %v", k.ID, days)
	}
}

// Whatever a caller does to what it got, the tables stay as they are.
func TestTaxonomiesAreNotAliased(t *testing.T) {
	for name, get := range map[string]func() any{
		"Harms":         func() any { return impact.Harms() },
		"HarmsBy":       func() any { return impact.HarmsBy(func(h impact.Harm) bool { return h.In("FAIR") }) },
		"Parties":       func() any { return impact.Parties() },
		"EvidenceKinds": func() any { return impact.EvidenceKinds() },
		"Duties":        func() any { return impact.Duties() },
		"HarmGroups":    func() any { return impact.HarmGroups() },
		"MITDomains":    func() any { return impact.MITDomains() },
		"MITSubdomains": func() any { return impact.MITSubdomains() },
		"NISTHarms":     func() any { return impact.NISTHarms() },
		"Objectives":    func() any { return impact.AnnexCObjectives() },
		"RiskSources":   func() any { return impact.AnnexCRiskSources() },
		"HarmByID":      func() any { h, _ := impact.HarmByID("injury"); return []impact.Harm{h} },
		"EvidenceKindByID": func() any {
			k, _ := impact.EvidenceKindByID("ev-owner")
			return []impact.EvidenceKind{k}
		},
		"HarmsBy's argument": func() any {
			return impact.HarmsBy(func(h impact.Harm) bool { spoilEntries(reflect.ValueOf(&h)); return false })
		},
	} {
		want, err := json.Marshal(get())
		require.NoError(t, err)
		all, err := json.Marshal(impact.Harms())
		require.NoError(t, err)
		spoilEntries(reflect.ValueOf(get()))
		got, err := json.Marshal(get())
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
		after, err := json.Marshal(impact.Harms())
		require.NoError(t, err)
		require.Equal(t, string(all), string(after), name)
	}
}

// spoilEntries empties everything that v holds or points to.
func spoilEntries(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		spoilEntries(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			spoilEntries(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Map:
		v.Clear()
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				spoilEntries(v.Field(i))
			}
		}
	}
}
