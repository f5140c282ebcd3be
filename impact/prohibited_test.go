package impact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// A practice that the law forbids but for exceptions is unacceptable without one, high
// under one, and open until somebody says which.
func TestPracticesWithExceptions(t *testing.T) {
	police := func(claims ...register.Exception) register.System {
		return changed(calm(), func(s *register.System) {
			s.Practices, s.Roles, s.Claims5 = []register.Practice{register.PracticeRealtimeBiometricIDLE}, []register.AIRole{register.RoleDeployer}, claims
		})
	}
	level := func(s register.System) impact.Level { return derive(s).Level }
	require.Equal(t, impact.LevelUnacceptable, level(police("none")))
	require.Equal(t, impact.LevelHigh, level(police("rbi_threat")))
	require.Equal(t, impact.LevelHigh, level(police()))
	require.Equal(t, impact.LevelUnacceptable, level(changed(police("none"), func(s *register.System) { s.Jurisdictions = []string{"AU"} })),
		"elsewhere by our own rule")

	staff := func(source register.EmotionSource, claims ...register.Exception) register.System {
		return changed(calm(), func(s *register.System) {
			s.Practices, s.EmotionSource, s.Claims5 = []register.Practice{register.PracticeEmotionWorkEducation}, source, claims
		})
	}
	require.Equal(t, impact.LevelUnacceptable, level(staff("biometric", "none")))
	require.Equal(t, impact.LevelHigh, level(staff("biometric", "medical")))
	require.Equal(t, impact.LevelHigh, level(staff("other", "none")), "from text alone it is another matter")
}
