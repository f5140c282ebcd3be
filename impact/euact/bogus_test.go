package euact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// A system that holds a value which the register does not know is refused with the
// field, and nothing is answered.
func TestAnswerOfWhatIsNotValid(t *testing.T) {
	s := register.System{ID: "x", Practices: []register.Practice{"telepathy"}}
	_, err := euact.Answer(s, register.UseAnswer{Question: "recruitment", Answer: register.Yes})
	var is issue.Issues
	require.ErrorAs(t, err, &is)
	require.Equal(t, []string{"practice", "oneof", "telepathy"}, []string{is[0].Field, is[0].Rule, is[0].Value})
	require.NotPanics(t, func() {
		euact.Ask(s)
		euact.Stale(s)
		euact.Classify(s, day("2026-11-28"))
	})
}
