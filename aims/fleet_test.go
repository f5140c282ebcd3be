package aims_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/memory"
)

// A new tenant has a management system that has been started.
func TestFleetFoundsItsTenants(t *testing.T) {
	f, err := aims.NewFleet(memory.NewTenants(), nil)
	require.NoError(t, err)
	defer f.Close(context.Background())
	require.NoError(t, f.Create(t.Context(), "acme", aims.By{Actor: "ops", Reason: "test"}, nil))
	require.NoError(t, f.Do(t.Context(), "acme", func(m *aims.Manager) error {
		require.Equal(t, uint64(1), m.View().Head().Seq)
		require.Equal(t, 38, m.View().Decisions().Len())
		return nil
	}))
	refuse := errors.New("not here")
	g, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(tenant string) *aims.Options {
		if tenant != "acme" {
			return nil
		}
		return &aims.Options{Authorize: func(_ context.Context, _ aims.By, a aims.Access) error {
			if a.Verb == "CreateTenant" {
				return nil
			}
			return refuse
		}}
	}})
	require.NoError(t, err)
	defer g.Close(context.Background())
	try := func(m *aims.Manager) error {
		return m.Update(t.Context(), aims.By{Actor: "ops", Reason: "test"}, func(tx *aims.Tx) error {
			return tx.PutPerson(aims.Person{ID: "ada", Name: "Ada"})
		})
	}
	for _, name := range []string{"acme", "other"} {
		require.NoError(t, g.Create(t.Context(), name, aims.By{Actor: "ops", Reason: "test"}, nil))
	}
	require.ErrorIs(t, g.Do(t.Context(), "acme", try), refuse, "each tenant has its own options")
	require.NoError(t, g.Do(t.Context(), "other", try))
}

func ExampleFleet() {
	ctx := context.Background()
	fleet, err := aims.NewFleet(memory.NewTenants(), nil) // or file.OpenTenants
	if err != nil {
		panic(err)
	}
	defer fleet.Close(context.Background())
	if err := fleet.Create(ctx, "acme", aims.By{Actor: "ops", Reason: "test"}, nil); err != nil {
		panic(err)
	}
	err = fleet.Do(ctx, "acme", func(m *aims.Manager) error {
		return m.Update(ctx, aims.By{Actor: "ops", Reason: "onboarding"}, func(tx *aims.Tx) error {
			return tx.PutPerson(aims.Person{ID: "ada", Name: "Ada Byron"})
		})
	})
	fmt.Println(err)
	_, err = fleet.View(ctx, "amce")
	fmt.Println(errors.Is(err, aims.ErrNotFound))
	// Output:
	// <nil>
	// true
}

// How many decisions on controls are still to take, over all tenants.
func ExampleQuery() {
	ctx := context.Background()
	fleet, err := aims.NewFleet(memory.NewTenants(), nil)
	if err != nil {
		panic(err)
	}
	defer fleet.Close(context.Background())
	for _, name := range []string{"globex", "acme"} {
		if err := fleet.Create(ctx, name, aims.By{Actor: "ops", Reason: "test"}, nil); err != nil {
			panic(err)
		}
	}
	undecided := func(_ context.Context, _ string, v *aims.View) (n int, err error) {
		for d := range v.Decisions().All() {
			if d.Applicability == "" {
				n++
			}
		}
		return n, nil
	}
	total := 0
	for a, err := range aims.Query(ctx, fleet, 0, undecided) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(a.Tenant, a.Value)
		total += a.Value
	}
	fmt.Println(total)
	// Output:
	// acme 38
	// globex 38
	// 76
}
