package impact_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
)

// A draft asks all that is asked and judges nothing; filled by its methods it can be
// handed in, and nobody reaches the taxonomy through it.
func TestDraft(t *testing.T) {
	b := impact.Basis{Now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), Implemented: func(id annexa.ID) bool { return id.String() == "A.9.2" }}
	s := cvScreener()
	a := impact.Open("cv#1", 1, s, impact.Trigger{Kind: impact.TriggerRegistration, At: b.Now}, b)
	d, err := a.Draft(s, b)
	require.NoError(t, err)
	require.Len(t, d.Sheets, len(a.Result.Harms))
	parties, harms := d.Unanswered()
	require.Equal(t, s.Affected, parties)
	require.Len(t, harms, len(a.Result.Harms))
	saved, err := a.Save(d.Content, "ada", s, b)
	require.NoError(t, err, "what is not answered can be saved")
	require.Equal(t, a.Level, saved.Level, "and judges nothing")
	require.NotEmpty(t, saved.Missing(b))

	implemented := 0
	for i, sheet := range d.Sheets {
		require.Equal(t, len(sheet.Rules), len(sheet.Why), sheet.Harm.ID)
		for _, c := range sheet.Controls {
			require.Equal(t, c.ID.String() == "A.9.2", c.Implemented)
			if c.Implemented {
				implemented++
			}
		}
		if i == 0 {
			d.Rate(impact.HarmRating{Harm: sheet.Harm.ID, Scale: 3, Scope: 2, Irremediability: 2, Likelihood: 2, Confidence: impact.ConfidenceMedium,
				Controls: []impact.Reduction{impact.With(annexa.MustParse("A.9.2"), "e")}})
			require.Equal(t, sheet.Parties, d.Harms[0].Parties)
			continue
		}
		d.Dismiss(sheet.Harm.ID, "not here")
	}
	require.Positive(t, implemented)
	for _, p := range parties {
		d.Spare(p, "is ranked", "a person looks at each")
	}
	parties, harms = d.Unanswered()
	require.Empty(t, parties)
	require.Empty(t, harms)
	require.Len(t, d.Scales.Scope, 5)
	require.Len(t, d.Scales.Scale, 5)

	d.Sheets[0].Harm.Examples[0], d.Scales.Scope[0].Meaning = "x", "x"
	again, err := a.Draft(s, b)
	require.NoError(t, err)
	require.NotEqual(t, "x", again.Sheets[0].Harm.Examples[0])
	require.NotEqual(t, "x", again.Scales.Scope[0].Meaning)

	a.State = impact.StateApproved
	_, err = a.Draft(s, b)
	require.ErrorIs(t, err, impact.ErrState)
}
