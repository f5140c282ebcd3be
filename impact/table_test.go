package impact_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// A line of the table says of each rule what Explain says, and of the level what
// Derive says.
func TestWriteTable(t *testing.T) {
	rules := impact.DefaultRules()
	retired := changed(cvScreener(), func(s *register.System) { s.Stage = register.StageRetirement })
	systems := []register.System{calm(), cvScreener(), retired, {ID: "new", Stage: register.StageDesign}}
	var b bytes.Buffer
	require.NoError(t, rules.WriteTable(&b, slices.Values(systems)))
	lines, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	require.Len(t, lines, 1+len(systems))
	for n, s := range systems {
		r, line := rules.Derive(s, impact.Facts{}), lines[1+n]
		require.Equal(t, []string{s.ID, string(r.Known), string(r.Level)}, line[:3])
		for i, id := range lines[0][3:] {
			e, ok := rules.Explain(id, s, impact.Facts{})
			require.True(t, ok)
			want := string(e.Outcome)
			if e.Retired {
				want = ""
			}
			require.Equal(t, want, line[3+i], id)
			require.Equal(t, want == "holds", slices.Contains(r.Held, id), id)
			require.Equal(t, want == "open", slices.Contains(r.Hang, id), id)
		}
	}
	full := errors.New("full")
	require.ErrorIs(t, rules.WriteTable(failing{full}, slices.Values(systems)), full)
}

// failing is a writer that can't write.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
