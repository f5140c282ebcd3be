package register_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// What lies in the Union is what the Treaties say, not what a flag says.
func TestWithinTheUnion(t *testing.T) {
	for place, in := range map[string]bool{
		"EU": true, "DE": true, "DE-BY": true, "HR": true, "ES-CN": true, "PT-20": true, "FI-01": true, "FR-973": true,
		"EL": true, "EL-I": true, "GR-I": true, // as the Union writes it
		"RE": true, "GP": true, "MQ": true, "GF": true, "YT": true, "MF": true, "AX": true,
		"CH": false, "NO": false, "UK": false, "GB": false, "GB-NIR": false,
		"NC": false, "PF": false, "BL": false, "PM": false, "GL": false, "FO": false, "AW": false, "CW": false,
		"FR-NC": false, "FR-BL": false, "NL-AW": false, "NL-BQ1": false, "": false, "E": false, "S ": false,
	} {
		require.Equal(t, in, register.Within(place, "EU"), place)
	}
	require.True(t, register.Within("FR-NC", "FR"))
	require.True(t, register.Within("UK", "GB"))
	require.True(t, register.Within("GB-ENG", "UK"))
	require.False(t, register.Within("EU", "DE"))
}

// Greece and the United Kingdom are kept by the codes of ISO, once.
func TestPlacesAreNormalised(t *testing.T) {
	s := register.System{ID: "s", Name: "S", Stage: register.StageDesign, Jurisdictions: []string{"UK-ENG", "GR", " EL", "EU"}}
	typed := s.Jurisdictions[0]
	n := s.Normalised()
	require.Equal(t, []string{"EU", "GB-ENG", "GR"}, n.Jurisdictions)
	require.NoError(t, n.Validate())
	require.Equal(t, typed, s.Jurisdictions[0], "what was given stays as it is")
}

// What ISO has not assigned is refused, with the one that is meant where there is
// one.
func TestPlacesThatAreNone(t *testing.T) {
	var all []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			s := register.System{ID: "s", Name: "S", Stage: register.StageDesign, Jurisdictions: []string{string([]rune{a, b})}}
			if s.Validate() == nil {
				all = append(all, s.Jurisdictions[0])
			}
		}
	}
	require.Len(t, all, 250, "249 of ISO 3166-1, and the Union")
	for place, near := range map[string]string{
		"XX": "", "QQ": "", "XK": "", "ZZ": "", "Germany": "", "EU-1": "", "XX-1": "", "D-": "", "DE-": "",
		"UK": "GB", "UK-ENG": "GB-ENG", "EL": "GR", "YU": "RS", "de": "DE", "au-nsw": "AU-NSW", "eu": "EU", "uk": "GB",
	} {
		err := register.System{ID: "s", Name: "S", Stage: register.StageDesign, Jurisdictions: []string{place}}.Validate()
		var is issue.Issues
		require.True(t, errors.As(err, &is), place)
		require.Equal(t, "jurisdiction", is[0].Rule, place)
		if near == "" {
			require.NotContains(t, err.Error(), "did you mean", place)
			continue
		}
		require.ErrorContains(t, err, "did you mean \""+near+"\"?", place)
	}
}
