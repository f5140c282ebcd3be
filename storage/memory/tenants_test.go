package memory_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
	"github.com/aimskit/aimskit/storage/storagetest"
)

func TestTenants(t *testing.T) {
	storagetest.RunTenants(t, func(*testing.T) storage.Tenants { return memory.NewTenants() })
}

func ExampleTenants() {
	ctx := context.Background()
	ts := memory.NewTenants()
	for _, name := range []string{"globex", "acme"} {
		if err := ts.Create(ctx, name); err != nil {
			fmt.Println(err)
		}
	}
	for name, err := range ts.List(ctx) {
		fmt.Println(name, err)
	}
	_, err := ts.Open(ctx, "amce")
	fmt.Println(errors.Is(err, storage.ErrNoTenant))
	// Output:
	// acme <nil>
	// globex <nil>
	// true
}
