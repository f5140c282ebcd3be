package crosswalk_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/crosswalk"
)

// comparableRefs lets cmp compare references, which have no exported fields.
var comparableRefs = cmpopts.EquateComparable(crosswalk.Ref{})

func TestDefaultIsWhole(t *testing.T) {
	c := crosswalk.Default()
	require.Len(t, c.Frameworks(), 4)
	require.Len(t, c.MappingSets(), 5)
	// The built-in data passes the checks that others' data has to.
	_, err := crosswalk.NewCatalogue(c.Frameworks(), c.MappingSets())
	require.NoError(t, err)
	for _, s := range c.MappingSets() {
		b, err := json.Marshal(s)
		require.NoError(t, err)
		var again crosswalk.MappingSet
		require.NoError(t, json.Unmarshal(b, &again))
		require.Empty(t, cmp.Diff(s, again, comparableRefs), s.ID)
	}
	require.Equal(t, c.Frameworks(), crosswalk.Frameworks())
}

func TestCatalogueCannotBeCorrupted(t *testing.T) {
	c := crosswalk.Default()
	f, _ := c.Framework("iso42001")
	f.Elements[0].ID, f.Notes[0] = "x", "x"
	s, _ := c.MappingSet("nist-iso42001")
	s.Mappings[0].Relation, s.Unmatched[0].Reason, s.Notes[0] = "x", "x", "x"
	c.Frameworks()[0].Elements[0].ID = "x"
	c.MappingSets()[0].Mappings[0].Reason = "x"
	again, _ := c.Framework("iso42001")
	require.Equal(t, "4", again.Elements[0].ID)
	require.NotEqual(t, "x", again.Notes[0])
	set, _ := c.MappingSet("nist-iso42001")
	require.NoError(t, set.Validate(framework(t, "nist-ai-rmf"), again))
	require.NotEqual(t, "x", set.Notes[0])

	mine := own()
	extended, err := c.With([]crosswalk.Framework{mine}, nil)
	require.NoError(t, err)
	mine.Elements[1].Title = "x"
	e, ok := extended.Element(crosswalk.MustParseRef("acme:1.1"))
	require.True(t, ok)
	require.Equal(t, "Log what it does", e.Title)
}

func TestWithExtends(t *testing.T) {
	c, err := crosswalk.Default().With([]crosswalk.Framework{own()}, []crosswalk.MappingSet{ownSet()})
	require.NoError(t, err)
	require.Len(t, c.Frameworks(), 5)
	require.Len(t, crosswalk.Default().Frameworks(), 4, "the catalogue that was extended stays as it was")
	_, ok := crosswalk.Default().Element(crosswalk.MustParseRef("acme:1.1"))
	require.False(t, ok)

	r, err := c.Coverage("iso42001", []crosswalk.Support{{Ref: crosswalk.MustParseRef("acme:1.1"), By: []string{"log-config"}}})
	require.NoError(t, err)
	logs, _ := r.Element("A.6.2.8")
	require.Equal(t, crosswalk.Covered, logs.Status, "a rule that asks for more covers the control")
	monitoring, _ := r.Element("A.6.2.6")
	require.Equal(t, crosswalk.Partial, monitoring.Status)

	// Two catalogues extended from one do not share what was added.
	other := own()
	other.ID = "other"
	d, err := c.With([]crosswalk.Framework{other}, nil)
	require.NoError(t, err)
	third := own()
	third.ID = "third"
	e, err := c.With([]crosswalk.Framework{third}, nil)
	require.NoError(t, err)
	_, ok = d.Framework("third")
	require.False(t, ok)
	_, ok = e.Framework("other")
	require.False(t, ok)
}

func TestWithRefuses(t *testing.T) {
	c := crosswalk.Default()
	_, err := c.With(c.Frameworks()[:1], nil)
	require.ErrorContains(t, err, "has a framework of this ID")
	_, err = c.With(nil, c.MappingSets()[:1])
	require.ErrorContains(t, err, "has a mapping set of this ID")
	_, err = c.With(nil, []crosswalk.MappingSet{ownSet()})
	require.ErrorContains(t, err, "no such framework")
	bad := ownSet()
	bad.Mappings[0].Reason = ""
	_, err = c.With([]crosswalk.Framework{own()}, []crosswalk.MappingSet{bad})
	require.Equal(t, []string{"mappings[0].reason"}, fieldsOf(problems(t, err)))
}

func TestEmptyCatalogue(t *testing.T) {
	ref := crosswalk.MustParseRef("iso42001:A.6.2.8")
	for _, c := range []*crosswalk.Catalogue{nil, {}} {
		require.Empty(t, c.Frameworks())
		require.Empty(t, c.MappingSets())
		require.Empty(t, c.Reaches(ref))
		_, ok := c.Element(ref)
		require.False(t, ok)
		_, err := c.Coverage("iso42001", nil)
		require.ErrorContains(t, err, "no such framework")
	}
}
