package annexa_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
)

// The numbers and titles as public catalogues of the standard agree on them.
const wantControls = `
A.2.2	A.2	-	B.2.2	AI policy
A.2.3	A.2	-	B.2.3	Alignment with other organizational policies
A.2.4	A.2	-	B.2.4	Review of the AI policy
A.3.2	A.3	-	B.3.2	AI roles and responsibilities
A.3.3	A.3	-	B.3.3	Reporting of concerns
A.4.2	A.4	-	B.4.2	Resource documentation
A.4.3	A.4	-	B.4.3	Data resources
A.4.4	A.4	-	B.4.4	Tooling resources
A.4.5	A.4	-	B.4.5	System and computing resources
A.4.6	A.4	-	B.4.6	Human resources
A.5.2	A.5	-	B.5.2	AI system impact assessment process
A.5.3	A.5	-	B.5.3	Documentation of AI system impact assessments
A.5.4	A.5	-	B.5.4	Assessing AI system impact on individuals or groups of individuals
A.5.5	A.5	-	B.5.5	Assessing societal impacts of AI systems
A.6.1.2	A.6	A.6.1	B.6.1.2	Objectives for responsible development of AI system
A.6.1.3	A.6	A.6.1	B.6.1.3	Processes for responsible AI system design and development
A.6.2.2	A.6	A.6.2	B.6.2.2	AI system requirements and specification
A.6.2.3	A.6	A.6.2	B.6.2.3	Documentation of AI system design and development
A.6.2.4	A.6	A.6.2	B.6.2.4	AI system verification and validation
A.6.2.5	A.6	A.6.2	B.6.2.5	AI system deployment
A.6.2.6	A.6	A.6.2	B.6.2.6	AI system operation and monitoring
A.6.2.7	A.6	A.6.2	B.6.2.7	AI system technical documentation
A.6.2.8	A.6	A.6.2	B.6.2.8	AI system recording of event logs
A.7.2	A.7	-	B.7.2	Data for development and enhancement of AI system
A.7.3	A.7	-	B.7.3	Acquisition of data
A.7.4	A.7	-	B.7.4	Quality of data for AI systems
A.7.5	A.7	-	B.7.5	Data provenance
A.7.6	A.7	-	B.7.6	Data preparation
A.8.2	A.8	-	B.8.2	System documentation and information for users
A.8.3	A.8	-	B.8.3	External reporting
A.8.4	A.8	-	B.8.4	Communication of incidents
A.8.5	A.8	-	B.8.5	Information for interested parties
A.9.2	A.9	-	B.9.2	Processes for responsible use of AI systems
A.9.3	A.9	-	B.9.3	Objectives for responsible use of AI system
A.9.4	A.9	-	B.9.4	Intended use of the AI system
A.10.2	A.10	-	B.10.2	Allocating responsibilities
A.10.3	A.10	-	B.10.3	Suppliers
A.10.4	A.10	-	B.10.4	Customers
`

const wantObjectives = `
A.2	Policies related to AI
A.3	Internal organization
A.4	Resources for AI systems
A.5	Assessing impacts of AI systems
A.6	AI system life cycle
A.6.1	Management guidance for AI system development
A.6.2	AI system life cycle
A.7	Data for AI systems
A.8	Information for interested parties of AI systems
A.9	Use of AI systems
A.10	Third-party and customer relationships
`

func TestControlsAreThoseOfAnnexA(t *testing.T) {
	var got strings.Builder
	got.WriteByte('\n')
	for _, c := range annexa.Controls() {
		sub := c.SubObjective
		if sub == "" {
			sub = "-"
		}
		fmt.Fprintf(&got, "%s\t%s\t%s\t%s\t%s\n", c.ID, c.Objective, sub, c.AnnexB, c.Title)
	}
	require.Empty(t, cmp.Diff(wantControls, got.String()))
	require.Len(t, annexa.Controls(), 38)
}

func TestObjectivesAreThoseOfAnnexA(t *testing.T) {
	var got strings.Builder
	got.WriteByte('\n')
	statements := 0
	for _, o := range annexa.Objectives() {
		for _, o := range append([]annexa.Objective{o}, o.Sub...) {
			fmt.Fprintf(&got, "%s\t%s\n", o.ID, o.Title)
			if o.Intent != "" {
				statements++
			}
		}
	}
	require.Empty(t, cmp.Diff(wantObjectives, got.String()))
	require.Len(t, annexa.Objectives(), 9)
	require.Equal(t, 10, statements, "A.6 has two objectives, every other area one")
}

func TestEveryControlIsDescribed(t *testing.T) {
	stages := []string{"design", "verification", "deployment", "operation", "retirement"}
	kind := regexp.MustCompile(`^ev-[a-z]+(-[a-z]+)*$`)
	said := map[string]annexa.ID{}
	once := func(c annexa.Control, text string) {
		require.NotEmpty(t, text, c.ID)
		require.Equal(t, strings.TrimSpace(text), text, c.ID)
		require.True(t, strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?"), "%s: %q ends as a sentence does", c.ID, text)
		require.NotContains(t, said, text, "%s repeats %s", c.ID, said[text])
		said[text] = c.ID
	}
	for _, c := range annexa.Controls() {
		once(c, c.Purpose)
		once(c, c.Statement)
		require.GreaterOrEqual(t, len(c.Guidance), 3, c.ID)
		require.LessOrEqual(t, len(c.Guidance), 6, c.ID)
		for _, g := range c.Guidance {
			once(c, g)
		}
		require.Contains(t, annexa.Scopes(), c.Scope, c.ID)

		require.NotEmpty(t, c.Stages, c.ID)
		last := -1
		for _, s := range c.Stages {
			i := slices.Index(stages, s)
			require.Greater(t, i, last, "%s: stage %q is known and in order", c.ID, s)
			last = i
		}

		require.NotEmpty(t, c.Evidence, c.ID)
		for _, e := range c.Evidence {
			require.Regexp(t, kind, e.Kind, c.ID)
			require.NotEmpty(t, e.Title, e.Kind)
			require.Positive(t, e.FreshDays, e.Kind)
		}
	}
}

func TestEvidenceKindsAreDefinedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range annexa.EvidenceKinds() {
		require.False(t, seen[e.Kind], e.Kind)
		seen[e.Kind] = true
	}
	for _, c := range annexa.Controls() {
		for _, e := range c.Evidence {
			require.True(t, seen[e.Kind], e.Kind)
		}
	}
}

func TestLookup(t *testing.T) {
	for c := range annexa.All() {
		got, ok := annexa.Lookup(c.ID)
		require.True(t, ok)
		require.Equal(t, c, got)
		title, ok := annexa.Title(c.ID)
		require.True(t, ok)
		require.Equal(t, c.Title, title)
	}
	for _, id := range []annexa.ID{{}, annexa.MustParse("X.own")} {
		got, ok := annexa.Lookup(id)
		require.False(t, ok)
		require.Zero(t, got)
		title, ok := annexa.Title(id)
		require.False(t, ok)
		require.Empty(t, title)
	}
	for c := range annexa.All() { // stopping early is fine
		require.Equal(t, "A.2.2", c.ID.String())
		break
	}
}

func TestCatalogueCannotBeCorrupted(t *testing.T) {
	before, objectives := annexa.Controls(), annexa.Objectives()
	for _, c := range annexa.Controls() {
		c.Guidance[0], c.Stages[0], c.Evidence[0].Kind = "x", "x", "x"
	}
	for _, o := range annexa.Objectives() {
		for i := range o.Sub {
			o.Sub[i].Title = "x"
		}
	}
	annexa.Statuses()[0], annexa.GapKinds()[0], annexa.EvidenceKinds()[0].Kind = "x", "x", "x"
	require.Equal(t, before, annexa.Controls())
	require.Equal(t, objectives, annexa.Objectives())
	require.Equal(t, annexa.StatusNotStarted, annexa.Statuses()[0])
}
