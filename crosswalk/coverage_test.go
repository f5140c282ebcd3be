package crosswalk_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/crosswalk"
)

func support(refs ...string) []crosswalk.Support {
	var out []crosswalk.Support
	for _, r := range refs {
		out = append(out, crosswalk.Support{Ref: crosswalk.MustParseRef(r), By: []string{"ev of " + r}})
	}
	return out
}

func coverage(t testing.TB, target string, s []crosswalk.Support) crosswalk.Report {
	t.Helper()
	r, err := crosswalk.Default().Coverage(target, s)
	require.NoError(t, err)
	return r
}

func element(t testing.TB, r crosswalk.Report, id string) crosswalk.ElementCoverage {
	t.Helper()
	e, ok := r.Element(id)
	require.True(t, ok, id)
	return e
}

func TestNothingSupportedLeavesAllOpen(t *testing.T) {
	r := coverage(t, "iso42001", nil)
	require.Equal(t, crosswalk.Totals{Elements: 70, Open: 70}, r.Totals)
	require.Empty(t, r.Partly)
	for _, e := range r.Elements {
		require.NotEmpty(t, e.Why)
		require.Empty(t, e.Paths)
	}
}

func TestEvidenceThatNamesARequirementCoversIt(t *testing.T) {
	r := coverage(t, "iso42001", []crosswalk.Support{
		{Ref: crosswalk.MustParseRef("iso42001:A.6.2.8"), By: []string{"b", "a"}},
		{Ref: crosswalk.MustParseRef("iso42001:A.6.2.8"), By: []string{"a"}},
	})
	e := element(t, r, "A.6.2.8")
	require.Equal(t, crosswalk.Covered, e.Status)
	require.Equal(t, "supported directly by a, b", e.Why)
	require.Equal(t, []string{"a", "b"}, e.Paths[0].By)
	require.Empty(t, e.Paths[0].Steps)
	require.Equal(t, 1, r.Supported)
	require.Equal(t, 1, r.Totals.Covered)
}

func TestPathNamesEvidenceMappingAndReason(t *testing.T) {
	e := element(t, coverage(t, "iso42001", support("iso27001:A.8.15")), "A.6.2.8")
	require.Equal(t, crosswalk.Partial, e.Status)
	require.Len(t, e.Paths, 1)
	p := e.Paths[0]
	require.Equal(t, []string{"ev of iso27001:A.8.15"}, p.By)
	require.Len(t, p.Steps, 1)
	s := p.Steps[0]
	require.Equal(t, "iso27001-iso42001-controls", s.Set)
	require.Equal(t, "iso27001:A.8.15", s.From.String())
	require.Equal(t, "iso42001:A.6.2.8", s.To.String())
	require.Equal(t, crosswalk.Intersects, s.Relation)
	require.False(t, s.Reversed)
	require.Contains(t, e.Why, s.Reason)
}

// An auditor accepts the one procedure of an integrated system, but no record
// on information security as evidence on AI.
func TestISMSGivesProceduresAndNoConformity(t *testing.T) {
	r, err := crosswalk.Default().Reuse("iso27001", "iso42001")
	require.NoError(t, err)
	require.Equal(t, crosswalk.Totals{Elements: 70, Covered: 0, Partial: 61, Open: 9}, r.Totals)
	require.Equal(t, []crosswalk.RelationTotal{{Relation: crosswalk.Same, Elements: 22}, {Relation: crosswalk.Extended, Elements: 8}, {Relation: crosswalk.Intersects, Elements: 31}}, r.Partly)
	var open []string
	for _, e := range r.Elements {
		if e.Status == crosswalk.Open {
			open = append(open, e.Ref.Element())
			require.NotEqual(t, "nothing that is supported reaches it", e.Why, "%s: the sets say why", e.Ref)
		}
	}
	require.Equal(t, []string{"6.1.4", "8.4", "A.5.2", "A.5.3", "A.5.4", "A.5.5", "A.6.1.2", "A.7.4", "A.9.3"}, open)
	documents := element(t, r, "7.5.3")
	require.Equal(t, crosswalk.Same, documents.Relation)
	require.Equal(t, crosswalk.Strength(9), documents.Strength)
	require.Contains(t, documents.Why, "same requirement on another subject")
}

// Nor does an AIMS, which looks at AI alone, make an ISMS conform.
func TestAIMSCoversNothingOfAnISMS(t *testing.T) {
	r, err := crosswalk.Default().Reuse("iso42001", "iso27001")
	require.NoError(t, err)
	require.Zero(t, r.Totals.Covered)
	require.Equal(t, crosswalk.Extends, element(t, r, "6.1.2").Relation, "the relation is read from the other end")
}

func TestNISTReachesControlsOnlyByADerivedStep(t *testing.T) {
	r := coverage(t, "iso42001", support("nist-ai-rmf:MEASURE 2.3"))
	n := 0
	for _, e := range r.Elements {
		for _, p := range e.Paths {
			n++
			require.Equal(t, crosswalk.Partial, p.Status)
			require.Equal(t, e.Kind == crosswalk.KindControl, p.Derived, "%s", e.Ref)
			if p.Derived {
				require.Len(t, p.Steps, 2)
				require.Equal(t, "iso42001-guidance", p.Steps[1].Set)
				require.Contains(t, e.Why, "derived")
			}
		}
	}
	require.NotZero(t, n)
	whole, err := crosswalk.Default().Reuse("nist-ai-rmf", "iso42001")
	require.NoError(t, err)
	require.Equal(t, crosswalk.Totals{Elements: 70, Partial: 65, Open: 5}, whole.Totals)
	require.Contains(t, element(t, whole, "6.3").Why, "No subcategory")
}

func TestEvidenceForGuidanceIsPartOfItsControl(t *testing.T) {
	e := element(t, coverage(t, "iso42001", support("iso42001:B.6.2.4")), "A.6.2.4")
	require.Equal(t, crosswalk.Partial, e.Status)
	require.Equal(t, crosswalk.Subset, e.Relation)
}

func TestTwoOverlapsInARowCountForNothing(t *testing.T) {
	r, err := crosswalk.Default().Reuse("iso27001", "nist-ai-rmf")
	require.NoError(t, err)
	require.Equal(t, crosswalk.Totals{Elements: 72, Open: 72}, r.Totals)
	require.Contains(t, element(t, r, "GOVERN 2.2").Why, "iso27001:7.2, then iso42001:7.2, then nist-ai-rmf:GOVERN 2.2")
}

func TestEvidenceForAWholeIsPartOfEachPart(t *testing.T) {
	r := coverage(t, "iso42001", support("iso42001:9"))
	for _, id := range []string{"9.1", "9.2.1", "9.2.2", "9.3.3"} {
		e := element(t, r, id)
		require.Equal(t, crosswalk.Partial, e.Status, id)
		require.Contains(t, e.Why, "nobody has said which part")
	}
	require.Equal(t, 6, r.Totals.Partial)
}

func TestGroupsAddUp(t *testing.T) {
	r := coverage(t, "iso42001", support("iso42001:A.6.1.2", "iso42001:A.6.2.4", "iso27001:A.8.15", "iso42001:6.1.4"))
	groups := map[string]crosswalk.Totals{}
	for _, g := range r.Groups {
		groups[g.Ref.Element()] = g.Totals
		require.Equal(t, g.Totals.Elements, g.Totals.Covered+g.Totals.Partial+g.Totals.Open)
		require.NotEqual(t, crosswalk.KindGuidance, g.Kind)
	}
	require.Equal(t, crosswalk.Totals{Elements: 9, Covered: 2, Partial: 1, Open: 6}, groups["A.6"])
	require.Equal(t, crosswalk.Totals{Elements: 2, Covered: 1, Open: 1}, groups["A.6.1"])
	require.Equal(t, crosswalk.Totals{Elements: 7, Covered: 1, Partial: 1, Open: 5}, groups["A.6.2"])
	require.Equal(t, crosswalk.Totals{Elements: 4, Covered: 1, Open: 3}, groups["6.1"])
	require.Equal(t, "4", r.Groups[0].Ref.Element(), "the order of the standard")
	require.Equal(t, "A.10", r.Groups[len(r.Groups)-1].Ref.Element())
	require.Equal(t, r.Totals, coverage(t, "iso42001", support("iso42001:6.1.4", "iso27001:A.8.15", "iso42001:A.6.2.4", "iso42001:A.6.1.2")).Totals)
}

func TestUnknownReferencesAreListed(t *testing.T) {
	r := coverage(t, "iso42001", append(support("soc2:CC1.1", "iso42001:X.cards", "iso42001:4.1"), crosswalk.Support{}))
	require.Equal(t, []crosswalk.Ref{crosswalk.MustParseRef("iso42001:X.cards"), crosswalk.MustParseRef("soc2:CC1.1")}, r.Unknown)
	require.Equal(t, 3, r.Supported)
	require.Equal(t, 1, r.Totals.Covered)
}

func TestUnknownFrameworksAreErrors(t *testing.T) {
	_, err := crosswalk.Default().Coverage("soc2", nil)
	require.Equal(t, "soc2", problems(t, err)[0].Value)
	_, err = crosswalk.Default().Reuse("soc2", "iso42001")
	require.Equal(t, "from", problems(t, err)[0].Field)
	_, err = crosswalk.Default().Reuse("iso42001", "soc2")
	require.Equal(t, "target", problems(t, err)[0].Field)
}

// anySupport draws supports of any known element, and some unknown ones.
func anySupport(c *crosswalk.Catalogue) *rapid.Generator[crosswalk.Support] {
	var refs []crosswalk.Ref
	for _, f := range c.Frameworks() {
		for _, e := range append(f.Elements, crosswalk.Element{ID: "not there"}) {
			r, err := crosswalk.NewRef(f.ID, e.ID)
			if err == nil {
				refs = append(refs, r)
			}
		}
	}
	return rapid.Custom(func(t *rapid.T) crosswalk.Support {
		return crosswalk.Support{
			Ref: rapid.SampledFrom(refs).Draw(t, "ref"),
			By:  rapid.SliceOfN(rapid.SampledFrom([]string{"e1", "e2", "e3"}), 0, 2).Draw(t, "by"),
		}
	})
}

func rich(t testing.TB) *crosswalk.Catalogue {
	c, err := withOwn(t).With(nil, []crosswalk.MappingSet{ownSet()})
	require.NoError(t, err)
	return c
}

func TestMoreSupportNeverLowersAStatus(t *testing.T) {
	c := rich(t)
	one := anySupport(c)
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.SliceOfN(one, 0, 8).Draw(t, "before")
		after := append(slices.Clone(before), rapid.SliceOfN(one, 1, 3).Draw(t, "more")...)
		for _, f := range c.Frameworks() {
			a, err := c.Coverage(f.ID, before)
			require.NoError(t, err)
			b, err := c.Coverage(f.ID, after)
			require.NoError(t, err)
			require.Equal(t, len(a.Elements), len(b.Elements))
			for i := range a.Elements {
				if b.Elements[i].Status.Rank() < a.Elements[i].Status.Rank() {
					t.Fatalf("%s: from %s to %s", a.Elements[i].Ref, a.Elements[i].Status, b.Elements[i].Status)
				}
				require.GreaterOrEqual(t, len(b.Elements[i].Paths), len(a.Elements[i].Paths))
			}
			require.Equal(t, b.Totals.Elements, b.Totals.Covered+b.Totals.Partial+b.Totals.Open)
		}
	})
}

func TestCoverageDoesNotDependOnOrder(t *testing.T) {
	c := rich(t)
	one := anySupport(c)
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(one, 0, 10).Draw(t, "supports")
		target := rapid.SampledFrom([]string{"iso42001", "iso27001", "nist-ai-rmf", "acme"}).Draw(t, "target")
		a, err := c.Coverage(target, in)
		require.NoError(t, err)
		b, err := c.Coverage(target, rapid.Permutation(in).Draw(t, "shuffled"))
		require.NoError(t, err)
		ja, err := json.Marshal(a)
		require.NoError(t, err)
		jb, err := json.Marshal(b)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(string(ja), string(jb)))
	})
}

// Every path that is reported holds together, gives what it says, and is no
// longer than it may be.
func TestPathsHoldTogether(t *testing.T) {
	c := rich(t)
	one := anySupport(c)
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(one, 1, 5).Draw(t, "supports")
		r, err := c.Coverage(rapid.SampledFrom([]string{"iso42001", "nist-ai-rmf"}).Draw(t, "target"), in)
		require.NoError(t, err)
		for _, e := range r.Elements {
			require.Equal(t, e.Status == crosswalk.Open, len(e.Paths) == 0)
			for i, p := range e.Paths {
				require.LessOrEqual(t, len(p.Steps), crosswalk.MaxSteps)
				at, relation, strength, derived := p.From, crosswalk.Equal, crosswalk.Full, false
				for _, s := range p.Steps {
					require.Equal(t, at, s.From)
					var ok bool
					relation, ok = crosswalk.Compose(relation, s.Relation)
					require.True(t, ok)
					strength, derived, at = strength.Then(s.Strength), derived || s.Derived, s.To
				}
				require.Equal(t, e.Ref, at)
				require.Equal(t, relation, p.Relation)
				require.Equal(t, strength, p.Strength)
				require.Equal(t, derived, p.Derived)
				require.Equal(t, relation.Gives(), p.Status)
				require.LessOrEqual(t, p.Status.Rank(), e.Status.Rank())
				if i == 0 {
					require.Equal(t, e.Status, p.Status)
				}
			}
		}
	})
}
