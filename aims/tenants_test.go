package aims_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/memory"
)

// unread fails the test if anybody reads from it.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("it has been read")
	return 0, errors.New("not to be read")
}

// Who may not is told nothing: not that a tenant is there, nor what is wrong with an
// export, which is not even read.
func TestTenantsAreAuthorized(t *testing.T) {
	var asked []string
	f, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(string) *aims.Options {
		return &aims.Options{Authorize: func(_ context.Context, by aims.By, a aims.Access) error {
			asked = append(asked, a.Tenant+" "+a.Verb)
			if by.Actor != "ada" {
				return errors.New("not yours")
			}
			return nil
		}}
	}})
	require.NoError(t, err)
	defer f.Close(t.Context())
	ada, bob := aims.By{Actor: "ada", Reason: "r"}, aims.By{Actor: "bob", Reason: "r"}
	require.NoError(t, f.Create(t.Context(), "acme", ada, nil))
	v, err := f.View(t.Context(), "acme")
	require.NoError(t, err)
	text := exported(t, v)
	for _, tenant := range []string{"acme", "none"} {
		for verb, do := range map[string]func(aims.By) error{
			"CreateTenant": func(by aims.By) error { return f.Create(t.Context(), tenant, by, nil) },
			"DeleteTenant": func(by aims.By) error { return f.Delete(t.Context(), tenant, by) },
			"Import":       func(by aims.By) error { return f.Import(t.Context(), tenant, by, unread{t}) },
		} {
			asked = nil
			err := do(bob)
			require.ErrorIs(t, err, aims.ErrForbidden)
			require.EqualError(t, err, `tenant "`+tenant+`": `+verb+`: forbidden: not yours`)
			require.Equal(t, []string{tenant + " " + verb}, asked)
			p := aims.ProblemOf(err)
			require.Equal(t, []any{tenant, verb, 403}, []any{p.Tenant, p.Verb, p.Status})
			require.ErrorIs(t, do(aims.By{Actor: "ada"}), aims.ErrInvalid, "a reason is asked for")
		}
	}
	_, err = aims.Import(t.Context(), memory.New(), &aims.Options{Authorize: func(context.Context, aims.By, aims.Access) error { return errors.New("not yours") }}, bob, unread{t})
	require.EqualError(t, err, `Import: forbidden: not yours`)

	asked = nil
	require.NoError(t, f.Import(t.Context(), "copy", ada, strings.NewReader(text)))
	require.Equal(t, []string{"copy Import"}, asked, "it is asked once")
	err = f.Create(t.Context(), "acme", ada, nil)
	require.ErrorIs(t, err, aims.ErrExists)
	require.EqualError(t, err, `tenant "acme": there is a tenant of that name`)
	require.NoError(t, f.Delete(t.Context(), "acme", ada))
	require.EqualError(t, f.Delete(t.Context(), "acme", ada), `tenant "acme": no such tenant`)
}

// A tenant comes to be with its first records, in one commit, or not at all.
func TestTenantWithItsFirstRecords(t *testing.T) {
	f, err := aims.NewFleet(memory.NewTenants(), nil)
	require.NoError(t, err)
	defer f.Close(t.Context())
	by := aims.By{Actor: "ada", Reason: "sign up"}
	err = f.Create(t.Context(), "acme", by, func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "ada"}) })
	require.ErrorIs(t, err, aims.ErrInvalid)
	require.ErrorContains(t, err, "name: may not be empty")
	for name := range f.List(t.Context()) {
		t.Fatal(name, " is left behind")
	}
	require.NoError(t, f.Create(t.Context(), "acme", by, func(tx *aims.Tx) error {
		if err := tx.PutPerson(aims.Person{ID: "ada", Name: "Ada"}); err != nil {
			return err
		}
		require.ErrorIs(t, tx.AssignRole("impact-approver", "ada"), aims.ErrCommitFirst, "nothing is decided in the first commit")
		return nil
	}))
	v, err := f.View(t.Context(), "acme")
	require.NoError(t, err)
	require.EqualValues(t, 1, v.Head().Seq)
	require.Equal(t, 1, v.People().Len())
	require.Equal(t, 38, v.Decisions().Len())
	require.NoError(t, f.Update(t.Context(), "acme", by, func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "s", Name: "S"}) }))
	require.NoError(t, f.Do(t.Context(), "acme", func(m *aims.Manager) error {
		for e, err := range m.Trail(t.Context(), 0) {
			require.NoError(t, err)
			require.Equal(t, by, e.By)
			if e.Seq == 1 {
				require.Equal(t, []string{"PutPerson"}, e.Verbs)
				require.True(t, slices.ContainsFunc(e.Changes, func(c aims.RecordChange) bool { return c.Kind == aims.KindDecision }))
			}
		}
		return m.Verify(t.Context())
	}))
}
