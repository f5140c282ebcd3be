package annexa_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

func TestDecisionsAreBounded(t *testing.T) {
	for _, row := range append(annexa.DecisionBounds(), annexa.StatementBounds()...) {
		require.NotEmpty(t, row.Why, row.Field)
	}
	for want, edit := range map[string]func(*annexa.Decision){
		"justification length": func(d *annexa.Decision) { d.Justification = strings.Repeat("w", 20_001) },
		"justification utf8":   func(d *annexa.Decision) { d.Justification = "why\xff" },
		"grounds[1].kind repeated": func(d *annexa.Decision) {
			d.Grounds = []annexa.Ground{{Kind: annexa.GroundRisk, Ref: "r"}, {Kind: annexa.GroundRisk, Ref: "r"}}
		},
		"grounds[0].ref length": func(d *annexa.Decision) {
			d.Grounds = []annexa.Ground{{Kind: annexa.GroundRisk, Ref: strings.Repeat("r", 2_001)}}
		},
		"owner length": func(d *annexa.Decision) { d.Owner = strings.Repeat("o", 201) },
		"grounds length": func(d *annexa.Decision) {
			d.Grounds = make([]annexa.Ground, 40_000)
			for i := range d.Grounds {
				d.Grounds[i] = annexa.Ground{Kind: annexa.GroundLegal, Ref: fmt.Sprint(i)}
			}
		},
	} {
		d := applicable("A.6.2.8")
		edit(&d)
		var is issue.Issues
		require.ErrorAs(t, d.Validate(), &is, want)
		require.Len(t, is, 1, is)
		require.Equal(t, want, is[0].Field+" "+is[0].Rule)
	}

	s := compile(t, decided())
	s.Scope = strings.Repeat("s", 20_001)
	_, err := s.Approve("grace", at, calendar.Of(at.AddDate(1, 0, 0), nil))
	require.ErrorContains(t, err, "scope: at most 20000 bytes")
}

func TestEnumsKnowTheirValues(t *testing.T) {
	require.True(t, annexa.Undecided.IsValid() && annexa.Excluded.IsValid())
	require.False(t, annexa.Applicability("maybe").IsValid())
	require.True(t, annexa.StatusPlanned.IsValid())
	require.False(t, annexa.Status("").IsValid())
	require.True(t, annexa.GroundOwn.IsValid() && annexa.GapNoOwner.IsValid() && annexa.ScopeSystem.IsValid() && annexa.RowAdded.IsValid())
	require.False(t, annexa.GroundKind("").IsValid() || annexa.GapKind("").IsValid() || annexa.Scope("").IsValid() || annexa.ChangeKind("").IsValid())
}
