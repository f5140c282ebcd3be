package crosswalk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/issue"
)

func problems(t testing.TB, err error) issue.Issues {
	t.Helper()
	require.Error(t, err)
	p, ok := errors.AsType[issue.Issues](err)
	require.True(t, ok, "%v", err)
	return p
}

func fieldsOf(p issue.Issues) []string {
	out := make([]string, len(p))
	for i := range p {
		out[i] = p[i].Field
	}
	return out
}

func mappingSet(t testing.TB, id string) crosswalk.MappingSet {
	s, ok := crosswalk.Default().MappingSet(id)
	require.True(t, ok, id)
	return s
}

func TestNISTCrosswalk(t *testing.T) {
	s := mappingSet(t, "nist-iso42001")
	require.Len(t, s.Mappings, 281, "printed references")
	pairs := map[[2]crosswalk.Ref]bool{}
	subcategories, printed, addresses, leaves := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	var guidance, clauses, repeats int
	corrected := map[string]string{}
	noted := 0
	for _, m := range s.Mappings {
		pairs[[2]crosswalk.Ref{m.From, m.To}] = true
		subcategories[m.From.Element()] = true
		printed[m.Printed] = true
		addresses[m.To.Element()] = true
		switch {
		case strings.HasPrefix(m.To.Element(), "B."):
			guidance++
		case m.To.Element()[0] >= '0' && m.To.Element()[0] <= '9':
			clauses++
			leaves[m.To.Element()] = true
		default:
			t.Errorf("%s: the crosswalk names no Annex A", m.To)
		}
		if m.Repeat {
			repeats++
			require.Equal(t, "MANAGE 1.1 B.6.2.4", m.From.Element()+" "+m.To.Element())
		}
		if m.Printed != m.To.Element() {
			corrected[m.From.Element()+" "+m.Printed] = m.To.Element()
			require.NotEmpty(t, m.Note)
		}
		if m.Note != "" {
			noted++
		}
		require.False(t, m.Derived)
		require.Equal(t, crosswalk.Unstated, m.Strength, "the crosswalk does not say how strong a relation is")
	}
	require.Len(t, pairs, 280)
	require.Equal(t, 1, repeats)
	require.Len(t, subcategories, 72)
	require.Equal(t, 202, guidance)
	require.Equal(t, 79, clauses)
	require.Len(t, printed, 66)
	require.Len(t, addresses, 65)
	require.Len(t, leaves, 27)
	require.Equal(t, map[string]string{"GOVERN 2.1 72": "7.2"}, corrected)
	require.Equal(t, 5, noted, "one misprinted number, three titles of another address, one repetition")

	var nobody []string
	for _, u := range s.Unmatched {
		nobody = append(nobody, u.Ref.Element())
	}
	require.Equal(t, []string{"4.2", "6.3", "7.5.1", "7.5.2", "8.1"}, nobody, "leaf clauses that nothing addresses")
}

func TestStepFromGuidanceToControlIsDerived(t *testing.T) {
	s := mappingSet(t, "iso42001-guidance")
	require.Len(t, s.Mappings, 38)
	for _, m := range s.Mappings {
		require.True(t, m.Derived)
		require.Equal(t, "B"+m.To.Element()[1:], m.From.Element())
	}
}

func TestHarmonisedClauses(t *testing.T) {
	s := mappingSet(t, "iso27001-iso42001-clauses")
	byRelation := map[crosswalk.Relation]int{}
	answered := map[string]bool{}
	for _, m := range s.Mappings {
		byRelation[m.Relation]++
		answered[m.To.Element()] = true
		require.Equal(t, m.From.Element(), m.To.Element(), "the harmonized structure numbers them alike")
		require.NotZero(t, m.Strength)
	}
	require.Equal(t, map[crosswalk.Relation]int{crosswalk.Same: 22, crosswalk.Extended: 8}, byRelation)
	var isNew []string
	for _, u := range s.Unmatched {
		isNew = append(isNew, u.Ref.Element())
		answered[u.Ref.Element()] = true
	}
	require.Equal(t, []string{"6.1.4", "8.4"}, isNew)
	for _, e := range framework(t, "iso42001").Requirements() {
		if e.Kind == crosswalk.KindClause {
			require.True(t, answered[e.ID], e.ID)
		}
	}
}

func TestAnnexAOfBothStandards(t *testing.T) {
	s := mappingSet(t, "iso27001-iso42001-controls")
	require.Len(t, s.Mappings, 70)
	answered, reasons := map[string]bool{}, map[string]bool{}
	for _, m := range s.Mappings {
		answered[m.To.Element()] = true
		require.NotZero(t, m.Strength)
		require.False(t, reasons[m.Reason], "%q says nothing of this pair if it serves another", m.Reason)
		reasons[m.Reason] = true
	}
	var none []string
	for _, u := range s.Unmatched {
		none = append(none, u.Ref.Element())
	}
	require.Equal(t, []string{"A.5.2", "A.5.3", "A.5.4", "A.5.5", "A.6.1.2", "A.7.4", "A.9.3"}, none)
	for _, e := range framework(t, "iso42001").Requirements() {
		if e.Kind == crosswalk.KindControl && !answered[e.ID] {
			require.Contains(t, none, e.ID, "a control has a pair, or it is said why not")
		}
	}
}

func TestFollowingISO42005ServesTheAssessmentClauses(t *testing.T) {
	s := mappingSet(t, "iso42005-iso42001")
	require.Len(t, s.Mappings, 35)
	from, to, reasons := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, m := range s.Mappings {
		from[m.From.Element()], to[m.To.Element()] = true, true
		require.Equal(t, crosswalk.Intersects, m.Relation, "guidance that is followed shows a requirement in part at most")
		require.NotZero(t, m.Strength)
		require.False(t, reasons[m.Reason], "%q says nothing of this pair if it serves another", m.Reason)
		reasons[m.Reason] = true
	}
	require.Equal(t, map[string]bool{"6.1.4": true, "8.4": true, "A.5.2": true, "A.5.3": true, "A.5.4": true, "A.5.5": true}, to)
	for _, u := range s.Unmatched {
		from[u.Ref.Element()] = true
	}
	for _, e := range framework(t, "iso42005").Elements {
		require.Equal(t, e.Leaf, from[e.ID], "%s has a pair, or it is said why not", e.ID)
	}

	rep, err := crosswalk.Default().Coverage("iso42001", []crosswalk.Support{{Ref: crosswalk.MustParseRef("iso42005:5.10")}})
	require.NoError(t, err)
	var partly []string
	for _, e := range rep.Elements {
		if e.Status != crosswalk.Open {
			require.Equal(t, crosswalk.Partial, e.Status)
			partly = append(partly, e.Ref.Element())
		}
	}
	require.Equal(t, []string{"8.4", "A.5.3"}, partly, "and nothing over two steps")
}

// ownSet is a mapping set between own and ISO/IEC 42001.
func ownSet() crosswalk.MappingSet {
	ref := crosswalk.MustParseRef
	return crosswalk.MappingSet{ID: "acme-iso42001", Title: "Acme to 42001", Version: "1", From: "acme", To: "iso42001", Source: "intranet",
		Mappings: []crosswalk.Mapping{
			{From: ref("acme:1.1"), To: ref("iso42001:A.6.2.8"), Relation: crosswalk.Superset, Strength: 9, Reason: "our rule asks for every event log that the control does"},
			{From: ref("acme:1.1"), To: ref("iso42001:A.6.2.6"), Relation: crosswalk.Intersects, Strength: 3, Reason: "=logs feed monitoring"},
		},
		Unmatched: []crosswalk.Unmatched{{Ref: ref("acme:1.2"), Reason: "co-determination is no matter of the standard"}},
	}
}

func TestMappingSetValidateNamesIndexFieldAndValue(t *testing.T) {
	iso := framework(t, "iso42001")
	require.NoError(t, ownSet().Validate(own(), iso))
	ref := crosswalk.MustParseRef
	for name, c := range map[string]struct {
		change       func(*crosswalk.MappingSet)
		field, value string
	}{
		"unknown element":   {func(s *crosswalk.MappingSet) { s.Mappings[1].To = ref("iso42001:A.6.2.1") }, "mappings[1].to", "iso42001:A.6.2.1"},
		"other framework":   {func(s *crosswalk.MappingSet) { s.Mappings[1].To = ref("iso27001:A.8.15") }, "mappings[1].to", "iso27001:A.8.15"},
		"no reference":      {func(s *crosswalk.MappingSet) { s.Mappings[1].From = crosswalk.Ref{} }, "mappings[1].from", ""},
		"twice":             {func(s *crosswalk.MappingSet) { s.Mappings[1].To = s.Mappings[0].To }, "mappings[1].to", "acme:1.1 to iso42001:A.6.2.8"},
		"repeats nothing":   {func(s *crosswalk.MappingSet) { s.Mappings[1].Repeat = true }, "mappings[1].repeat", "true"},
		"unknown relation":  {func(s *crosswalk.MappingSet) { s.Mappings[1].Relation = "akin" }, "mappings[1].relation", "akin"},
		"too strong":        {func(s *crosswalk.MappingSet) { s.Mappings[1].Strength = 11 }, "mappings[1].strength", "11"},
		"negative":          {func(s *crosswalk.MappingSet) { s.Mappings[1].Strength = -1 }, "mappings[1].strength", "-1"},
		"no reason":         {func(s *crosswalk.MappingSet) { s.Mappings[1].Reason = "" }, "mappings[1].reason", ""},
		"padded reason":     {func(s *crosswalk.MappingSet) { s.Mappings[1].Reason = " x" }, "mappings[1].reason", " x"},
		"mapped and absent": {func(s *crosswalk.MappingSet) { s.Unmatched[0].Ref = s.Mappings[0].From }, "unmatched[0].ref", "acme:1.1"},
		"absent twice":      {func(s *crosswalk.MappingSet) { s.Unmatched = append(s.Unmatched, s.Unmatched[0]) }, "unmatched[1].ref", "acme:1.2"},
		"bad id":            {func(s *crosswalk.MappingSet) { s.ID = "My set" }, "id", "My set"},
		"no source":         {func(s *crosswalk.MappingSet) { s.Source = "" }, "source", ""},
		"wrong frameworks":  {func(s *crosswalk.MappingSet) { s.From = "acme2" }, "from", "acme2"},
	} {
		s := ownSet()
		c.change(&s)
		err := s.Validate(own(), iso)
		p := problems(t, err)
		require.Contains(t, fieldsOf(p), c.field, name)
		for _, x := range p {
			if x.Field == c.field {
				require.Equal(t, c.value, x.Value, name)
			}
		}
		require.ErrorContains(t, err, c.field)
	}
}

func TestIssuesStopAtAHundred(t *testing.T) {
	s := ownSet()
	for range 1000 {
		s.Mappings = append(s.Mappings, crosswalk.Mapping{})
	}
	require.Len(t, problems(t, s.Validate(own(), framework(t, "iso42001"))), 100)
}
