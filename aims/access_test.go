package aims_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// Who is shown all as it is may have the export; who is not gets none of it.
func TestExportForAReader(t *testing.T) {
	f, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(string) *aims.Options {
		return &aims.Options{Rights: anybodyErases, Redact: func(reader any, s aims.Subject, rec any) bool {
			if p, ok := rec.(*aims.Person); ok && reader == "guest" {
				p.Email = ""
			}
			return reader != "clerk" || s.Kind != aims.KindSupplier
		}}
	}})
	require.NoError(t, err)
	defer f.Close(t.Context())
	require.NoError(t, f.Create(t.Context(), "acme", mover, func(tx *aims.Tx) error {
		if err := foundedBy(mover)(tx); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "p", Name: "P"})
	}))
	text := func(reader any) (string, error) {
		v, err := f.ViewFor(t.Context(), "acme", reader)
		require.NoError(t, err)
		var out strings.Builder
		err = v.Export(&out)
		return out.String(), err
	}
	whole, err := f.View(t.Context(), "acme")
	require.NoError(t, err)
	for _, reader := range []string{"guest", "clerk", "editor"} {
		got, err := text(reader)
		require.NoError(t, err, "there is nothing yet that is hidden from anybody")
		require.Equal(t, exported(t, whole), got)
	}
	require.NoError(t, f.Update(t.Context(), "acme", mover, func(tx *aims.Tx) error {
		if err := tx.PutSupplier(aims.Supplier{ID: "s", Name: "S"}); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "q", Name: "Q", Email: "q@example.org"})
	}))
	for _, reader := range []string{"guest", "clerk"} {
		got, err := text(reader)
		require.ErrorIs(t, err, aims.ErrForbidden)
		require.Empty(t, got)
	}
	_, err = text("editor")
	require.NoError(t, err)

	// An erased key can't be judged.
	require.NoError(t, f.Do(t.Context(), "acme", func(m *aims.Manager) error {
		require.NoError(t, m.Update(t.Context(), mover, func(tx *aims.Tx) error {
			return tx.PutInterestedParty(aims.InterestedParty{ID: "i", Name: "I"})
		}))
		return m.Erase(t.Context(), mover, aims.Subject{Kind: aims.KindInterestedParty, ID: "i"})
	}))
	_, err = text("editor")
	require.ErrorIs(t, err, aims.ErrForbidden)
}

// What each handler would write itself: one record or an error, its revision, a page
// and where the next begins, its history.
func TestAccessors(t *testing.T) {
	f, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(string) *aims.Options {
		return &aims.Options{Rights: anybodyErases, Redact: func(reader any, s aims.Subject, rec any) bool {
			if x, ok := rec.(*register.System); ok && reader == "guest" && x.ID == "s05" {
				x.Name = ""
			}
			return reader != "guest" || s.ID != "s03"
		}}
	}})
	require.NoError(t, err)
	defer f.Close(t.Context())
	require.NoError(t, f.Create(t.Context(), "acme", mover, foundedBy(mover)))
	require.NoError(t, f.Update(t.Context(), "acme", mover, func(tx *aims.Tx) error {
		for i := range 7 {
			if err := tx.RegisterSystem(register.System{ID: fmt.Sprintf("s%02d", i), Name: "S", Stage: register.StageDesign}); err != nil {
				return err
			}
		}
		revision, ok := tx.Revision(aims.Subject{Kind: aims.KindSystem, ID: "s03"})
		require.True(t, ok)
		require.Equal(t, tx.Seq(), revision)
		return nil
	}))
	seen, err := f.ViewFor(t.Context(), "acme", "guest")
	require.NoError(t, err)
	at := func(id string) aims.Subject { return aims.Subject{Kind: aims.KindSystem, ID: id} }
	for id, want := range map[string]struct {
		revision uint64
		ok       bool
	}{"s01": {2, true}, "s05": {0, true}, "s03": {0, false}, "none": {0, false}} {
		revision, ok := seen.Revision(at(id))
		require.Equal(t, want.revision, revision, id)
		require.Equal(t, want.ok, ok, id)
		_, err := seen.MustRecord(at(id))
		_, err2 := aims.Must(seen.Systems(), id)
		_, err3 := f.History(t.Context(), "acme", "guest", at(id))
		for _, err := range []error{err, err2, err3} {
			if want.ok {
				require.NoError(t, err)
				continue
			}
			require.ErrorIs(t, err, aims.ErrNotFound)
			require.Equal(t, id, aims.ProblemOf(err).ID)
		}
	}
	_, err = f.History(t.Context(), "acme", "guest", aims.Subject{Kind: "planet", ID: "x"})
	require.ErrorIs(t, err, aims.ErrNotFound)
	var pages []string
	for from, n := "", 0; from != "" || n == 0; n++ {
		items, next, err := aims.Page(seen.Systems().Where("stage", "design").From(from), 2)
		require.NoError(t, err)
		page := ""
		for _, s := range items {
			page += s.ID + " "
		}
		pages = append(pages, page)
		from = next
	}
	require.Equal(t, []string{"s00 s01 ", "s02 s04 ", "s05 s06 "}, pages)
	items, next, err := aims.Page(seen.Systems().Where("owner", "eve"), 2)
	require.NoError(t, err)
	require.NotNil(t, items)
	require.Empty(t, next)
	_, _, err = aims.Page(seen.Systems().Where("colour", "red"), 2)
	require.ErrorIs(t, err, aims.ErrInvalid)
	_, err = aims.Must(seen.Systems().Where("colour", "red"), "s01")
	require.ErrorIs(t, err, aims.ErrInvalid)
}
