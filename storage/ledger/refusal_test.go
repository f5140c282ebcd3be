package ledger_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// A refusal is a text with an ID and arguments, also through the error that names the
// record, and in its JSON; what another error says is left to that.
func TestRefusalsAreTexts(t *testing.T) {
	err := error(&ledger.RecordError{Kind: "box", ID: "b", Verb: "Close", Err: ledger.ErrForbidden, Why: ledger.Refuse(ledger.ErrForbidden, "it is held by %q for %d days", "ada", 3)})
	var rec *ledger.RecordError
	require.ErrorAs(t, err, &rec)
	require.Equal(t, issue.NewText("it is held by %q for %d days", "ada", 3), rec.Text())
	require.Contains(t, err.Error(), `it is held by "ada" for 3 days`)
	b, jerr := json.Marshal(rec)
	require.NoError(t, jerr)
	require.Contains(t, string(b), `"args":["ada",3]`)

	other := errors.New("the disk says no")
	rec.Why = ledger.Because(ledger.ErrForbidden, other)
	require.Empty(t, rec.Text().ID)
	require.ErrorIs(t, rec, other)
	b, jerr = json.Marshal(rec)
	require.NoError(t, jerr)
	require.NotContains(t, string(b), `"text"`)
}
