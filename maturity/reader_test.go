package maturity_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// halfSeen is an organisation of two systems, of which a guest does not see one.
func halfSeen(t *testing.T) (*aims.Manager, time.Time) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada"}, Clock: func() time.Time { return now }, Redact: func(reader any, s aims.Subject, rec any) bool {
		return reader != "guest" || !strings.Contains(s.ID, "secret")
	}})
	require.NoError(t, err)
	require.NoError(t, m.Update(t.Context(), aims.By{Actor: "ada", Reason: "test"}, func(tx *aims.Tx) error {
		for _, id := range []string{"open", "secret"} {
			if err := tx.RegisterSystem(register.System{ID: id, Name: "Tool " + id, Stage: register.StageOperation}); err != nil {
				return err
			}
		}
		return nil
	}))
	return m, now
}

// A reader who sees a part is told the level of the whole, and nothing of what is
// hidden.
func TestReportForAReader(t *testing.T) {
	m, now := halfSeen(t)
	model := maturity.DefaultModel()
	all := maturity.Evaluate(model, m.View(), now)
	seen := maturity.Evaluate(model, m.View().For("guest"), now)
	require.Equal(t, all.Level, seen.Level)
	require.Equal(t, all.Progress, seen.Progress)
	require.Equal(t, all.Areas, seen.Areas)
	text, err := json.Marshal(all)
	require.NoError(t, err)
	require.Contains(t, string(text), "secret")
	text, err = json.Marshal(seen)
	require.NoError(t, err)
	require.NotContains(t, string(text), "secret")
	require.Contains(t, string(text), "Tool open")
	for i, c := range all.Criteria {
		require.Equal(t, [2]int{c.Met, c.Of}, [2]int{seen.Criteria[i].Met, seen.Criteria[i].Of}, c.ID)
		require.Len(t, seen.Criteria[i].Failing, len(c.Failing), c.ID)
	}
	for _, step := range seen.Next(50) {
		require.NotContains(t, step.Found, "secret")
	}
	same := func(a, b maturity.Report) {
		x, err := json.Marshal(a)
		require.NoError(t, err)
		y, err := json.Marshal(b)
		require.NoError(t, err)
		require.JSONEq(t, string(x), string(y))
	}
	same(seen, all.For(m.View().For("guest")))
	same(all, maturity.Evaluate(model, m.View().For("ada"), now))
	w := maturity.NewWatch(model, m.View().For("guest"), now)
	same(seen, w.Report())
	require.NoError(t, m.Update(t.Context(), aims.By{Actor: "ada", Reason: "test"}, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("secret")
		s.Owner = "ada"
		_, err := tx.ReviseSystem(s)
		return err
	}))
	require.False(t, w.Follow(m.View().For("guest"), now).Afresh)
	same(maturity.Evaluate(model, m.View().For("guest"), now), w.Report())
}
