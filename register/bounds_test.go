package register_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

func texts(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint("t", i)
	}
	return out
}

func TestSystemsAreBounded(t *testing.T) {
	for _, row := range register.SystemBounds() {
		require.NotEmpty(t, row.Why, row.Field)
	}
	valid := register.System{ID: strings.Repeat("k", register.MaxSystemID), Name: "n", Stage: register.StageDesign, Tools: texts(1_000), Purpose: strings.Repeat("p", 20_000)}
	require.NoError(t, valid.Validate(), "all that the bounds allow")
	for want, edit := range map[string]func(*register.System){
		"tools length":          func(s *register.System) { s.Tools = texts(1_001) },
		"tools[7] length":       func(s *register.System) { s.Tools[7] = strings.Repeat("t", 2_001) },
		"purpose length":        func(s *register.System) { s.Purpose += "p" },
		"affected[1] repeated":  func(s *register.System) { s.Affected = []string{"user", "user"} },
		"links[2] repeated":     func(s *register.System) { s.Links = []string{"a", "b", "a"} },
		"data_resources length": func(s *register.System) { s.DataResources = make([]register.DataResource, 501) },
		"data_resources[0].owner length": func(s *register.System) {
			s.DataResources = []register.DataResource{{Name: "n", Owner: strings.Repeat("o", 2_001)}}
		},
		"labels.k length": func(s *register.System) { s.Labels = map[string]string{"k": strings.Repeat("v", 2_001)} },
		"domain length":   func(s *register.System) { s.Domains = make([]register.Domain, 101) },
	} {
		s := valid
		s.Tools = texts(1_000)
		edit(&s)
		var is issue.Issues
		require.ErrorAs(t, s.Validate(), &is, want)
		require.Equal(t, want, is[0].Field+" "+is[0].Rule)
	}
}

// What is refused is refused at once: a list far beyond its bound is not read.
func TestRefusedSystemsCostLittle(t *testing.T) {
	allocs := func(n int) float64 {
		s := register.System{ID: "s", Name: "n", Stage: register.StageDesign, Affected: texts(n), Tools: texts(n), Domains: make([]register.Domain, n)}
		return testing.AllocsPerRun(5, func() { _ = s.Validate() })
	}
	require.InDelta(t, allocs(2_000), allocs(40_000), 50)
}

// The keys that are derived of the longest key of a system are keys themselves.
func TestDerivedKeys(t *testing.T) {
	system := strings.Repeat("k", register.MaxSystemID)
	require.True(t, issue.ValidKeyUpTo(system+"#4294967295", register.MaxAssessmentID))
	c := register.DefaultCriteria()
	r := register.Risk{ID: system + "/" + strings.Repeat("h", 64), Title: "t", Axis: register.AxisPeople, Area: register.Areas(register.AxisPeople)[0], Systems: []string{system}}
	require.NoError(t, r.Validate(c))
	r.ID += "h"
	require.ErrorContains(t, r.Validate(c), "rule key")
}
