package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// A system on file whose places ISO has not assigned, from before these were
// refused, is read as it is and can be revised; what comes in by a revision is
// refused, and Greece is kept by its code.
func TestPlacesOnFileStayRevisable(t *testing.T) {
	j := memory.New()
	batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "old", Time: day0, Meta: []byte(`{"actor":"x","reason":"y"}`),
		Changes: []storage.Change{{Kind: string(aims.KindSystem), Key: "cv", Schema: 1, Salt: []byte("s"),
			Body: []byte(`{"id":"cv","name":"CV screener","stage":"design","jurisdictions":["EL","XX"],"practice":["recruitment"]}`)}}}})
	require.NoError(t, err)
	require.NoError(t, j.Append(t.Context(), batch))
	m, err := aims.Open(t.Context(), j, &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada"}})
	require.NoError(t, err)
	onFile(t, m.Update, "x")
	old, ok := m.View().Systems().Get("cv")
	require.True(t, ok)
	require.Equal(t, []string{"EL", "XX"}, old.Jurisdictions)
	require.Equal(t, euact.High, euact.Classify(old, dayOf(0)).Class, "EL is Greece")

	revise := func(edit func(s *register.System)) error {
		return m.Update(t.Context(), aims.By{Actor: "x", Reason: "look again"}, func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("cv")
			edit(&s)
			_, err := tx.ReviseSystem(s)
			return err
		})
	}
	require.NoError(t, revise(func(s *register.System) { s.Description = "screens CVs" }))
	now, _ := m.View().Systems().Get("cv")
	require.Equal(t, []string{"GR", "XX"}, now.Jurisdictions)
	require.ErrorIs(t, revise(func(s *register.System) { s.Jurisdictions = append(s.Jurisdictions, "QQ") }), aims.ErrInvalid)
	require.NoError(t, revise(func(s *register.System) { s.Jurisdictions = []string{"GR"} }))
}
