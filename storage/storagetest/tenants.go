package storagetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
)

// RunTenants proves an implementation of storage.Tenants, the journals that it
// keeps included. open returns one without tenants each time.
func RunTenants(t *testing.T, open func(t *testing.T) storage.Tenants) {
	tests := []struct {
		name string
		run  func(*testing.T, storage.Tenants)
	}{
		{"Life", testTenantLife}, {"Unknown", testTenantUnknown}, {"Exists", testTenantExists}, {"AnyName", testTenantAnyName},
		{"BadName", testTenantBadName}, {"Delete", testTenantDelete}, {"Open", testTenantOpen}, {"Closed", testTenantClosed},
		{"Context", testTenantContext}, {"EarlyBreak", testTenantEarlyBreak}, {"ChangeWhileListing", testTenantChangeWhileListing},
		{"OneCreates", testTenantOneCreates}, {"OneOpens", testTenantOneOpens}, {"OneDeletes", testTenantOneDeletes},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
	t.Run("Model", func(t *testing.T) { testTenantModel(t, open) })
	t.Run("Journal", func(t *testing.T) {
		ts := open(t)
		var n atomic.Int64
		Run(t, func(t *testing.T) storage.Journal {
			name := fmt.Sprint("journal ", n.Add(1))
			require.NoError(t, ts.Create(context.Background(), name))
			tenant := openTenant(t, ts, name)
			t.Cleanup(func() { require.NoError(t, tenant.Close()) })
			return tenant.Journal
		})
	})
}

// RunDurableTenants proves one that survives being closed. open opens the
// tenants in a directory and makes it if it is missing; closing is for the
// function that it returns.
func RunDurableTenants(t *testing.T, open func(t *testing.T, dir string) (storage.Tenants, func() error)) {
	RunTenants(t, func(t *testing.T) storage.Tenants {
		ts, stop := open(t, t.TempDir())
		t.Cleanup(func() { require.NoError(t, stop()) })
		return ts
	})
	t.Run("Reopen", func(t *testing.T) {
		dir := t.TempDir()
		want := make(map[string][]storage.Commit)
		for round := range 4 {
			ts, stop := open(t, dir)
			requireTenants(t, ts, want)
			for i, name := range tenantNames() {
				switch {
				case round == 0:
					require.NoError(t, ts.Create(t.Context(), name))
					want[name] = nil
				case (i+round)%5 == 0 && want[name] != nil:
					require.NoError(t, ts.Delete(t.Context(), name))
					delete(want, name)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(want)) {
				want[name] = append(want[name], add(t, ts, name, round)...)
			}
			require.NoError(t, stop())
		}
	})
}

// tenantNames returns names that a careless store would mix up, refuse, or
// take for something else.
func tenantNames() []string {
	return []string{
		"acme", "Acme", "ACME", "a", "A", "acme gmbh", "acme.example", "acme.", "acme..", ".acme", ".", "..", "...", "../acme", "..\\acme",
		"a/b", "a\\b", "/", "\\", "/etc", "C:", "c:\\x", "~", "$HOME", "%", "%41", "%61", "%2e%2e", "a%", "*", "?", ":", "|", "\"", "<", ">", "'", ";--",
		"con", "CON", "nul", "NUL.txt", "com1", "LPT9", "aux.log", "LOCK", "TENANTS", "journal.log", "t-acme", "new-acme", "gone-acme", "-", "_", "-rf",
		"\u00e9", "e\u0301", "\u00c9", "ß", "ss", "SS", "ſ", "s", "K", "\u212a", "i", "I", "ı", "İ", "ﬁ", "fi", "日本", "Ωmega", "😀", "0", "null", "true",
		strings.Repeat("x", storage.MaxTenantName), strings.Repeat("X", storage.MaxTenantName), strings.Repeat("x", storage.MaxTenantName-1),
		strings.Repeat("é", storage.MaxTenantName/2), strings.Repeat("%", storage.MaxTenantName), "0198c2f4-7d1e-7c3a-9a53-0242ac120002",
	}
}

// badTenantNames can't be the name of a tenant.
var badTenantNames = []string{"", " ", " acme", "acme ", "a\x00b", "a\nb", "\t", "a\u00a0b", "a\u200bb", "\u202eacme", "\ufeffacme", "\x7f", "\xff", "acme\xc3",
	"\ue000", strings.Repeat("x", storage.MaxTenantName+1), strings.Repeat("é", storage.MaxTenantName/2+1), strings.Repeat("x", 1<<16)}

// list returns the names of all tenants.
func list(t require.TestingT, ts storage.Tenants) []string {
	names := []string{}
	for name, err := range ts.List(context.Background()) {
		require.NoError(t, err)
		names = append(names, name)
	}
	return names
}

func openTenant(t require.TestingT, ts storage.Tenants, name string) *storage.Tenant {
	tenant, err := ts.Open(context.Background(), name)
	require.NoError(t, err, "opening %q", name)
	require.NotNil(t, tenant.Journal)
	require.NotNil(t, tenant.Close)
	return tenant
}

// add appends two commits to a tenant's journal, which name the tenant.
func add(t testing.TB, ts storage.Tenants, name string, round int) []storage.Commit {
	t.Helper()
	tenant := openTenant(t, ts, name)
	var head storage.Head
	for c, err := range tenant.Journal.Log(t.Context(), 0) {
		require.NoError(t, err)
		head = c.Head
	}
	batch := Chain(head, fmt.Sprintf("%s-%d", name, round), 2)
	require.NoError(t, Append(t.Context(), tenant.Journal, head, batch))
	require.NoError(t, tenant.Close())
	return batch
}

// requireTenants checks that there are these tenants with these journals.
func requireTenants(t testing.TB, ts storage.Tenants, want map[string][]storage.Commit) {
	t.Helper()
	require.Equal(t, append([]string{}, slices.Sorted(maps.Keys(want))...), list(t, ts), "exactly these tenants, by their exact names, in byte order")
	for name, log := range want {
		tenant := openTenant(t, ts, name)
		require.Equal(t, log, Read(t, tenant.Journal, 0), "the journal of %q holds what was written to it", name)
		require.NoError(t, tenant.Close())
	}
}

func testTenantLife(t *testing.T, ts storage.Tenants) {
	require.Empty(t, list(t, ts))
	want := make(map[string][]storage.Commit)
	for _, name := range []string{"beta", "alpha", "gamma"} {
		require.NoError(t, ts.Create(t.Context(), name))
		want[name] = nil
		requireTenants(t, ts, want)
	}
	for round := range 3 {
		for name := range want {
			want[name] = append(want[name], add(t, ts, name, round)...)
		}
		requireTenants(t, ts, want)
	}
}

func testTenantUnknown(t *testing.T, ts storage.Tenants) {
	require.NoError(t, ts.Create(t.Context(), "acme"))
	for _, name := range []string{"acm", "acme2", "Acme", "other"} {
		_, err := ts.Open(t.Context(), name)
		require.ErrorIs(t, err, storage.ErrNoTenant, "opening %q: a mistyped name must not make an organisation", name)
		require.ErrorContains(t, err, name, "the error names the tenant")
		require.ErrorIs(t, ts.Delete(t.Context(), name), storage.ErrNoTenant)
	}
	require.Equal(t, []string{"acme"}, list(t, ts))
}

func testTenantExists(t *testing.T, ts storage.Tenants) {
	require.NoError(t, ts.Create(t.Context(), "acme"))
	log := add(t, ts, "acme", 0)
	require.ErrorIs(t, ts.Create(t.Context(), "acme"), storage.ErrTenantExists, "a name is created once")
	tenant := openTenant(t, ts, "acme")
	require.ErrorIs(t, ts.Create(t.Context(), "acme"), storage.ErrTenantExists, "also while it is open")
	require.NoError(t, tenant.Close())
	requireTenants(t, ts, map[string][]storage.Commit{"acme": log})
}

func testTenantAnyName(t *testing.T, ts storage.Tenants) {
	want := make(map[string][]storage.Commit)
	for _, name := range tenantNames() {
		require.NoError(t, storage.CheckTenantName(name))
		require.NoError(t, ts.Create(t.Context(), name), "creating %q", name)
		want[name] = add(t, ts, name, 0)
	}
	require.Len(t, want, len(tenantNames()))
	requireTenants(t, ts, want)
	for i, name := range tenantNames() {
		if i%2 == 0 {
			require.NoError(t, ts.Delete(t.Context(), name), "deleting %q", name)
			delete(want, name)
		}
	}
	requireTenants(t, ts, want)
}

func testTenantBadName(t *testing.T, ts storage.Tenants) {
	for _, name := range badTenantNames {
		require.ErrorIs(t, storage.CheckTenantName(name), storage.ErrTenantName, "%q", name)
		require.ErrorIs(t, ts.Create(t.Context(), name), storage.ErrTenantName, "creating %q", name)
		_, err := ts.Open(t.Context(), name)
		require.ErrorIs(t, err, storage.ErrTenantName, "opening %q", name)
		require.ErrorIs(t, ts.Delete(t.Context(), name), storage.ErrTenantName, "deleting %q", name)
	}
	require.Empty(t, list(t, ts), "a refused name leaves nothing behind")
}

func testTenantDelete(t *testing.T, ts storage.Tenants) {
	require.NoError(t, ts.Create(t.Context(), "acme"))
	require.NoError(t, ts.Create(t.Context(), "other"))
	add(t, ts, "acme", 0)
	other := add(t, ts, "other", 0)
	require.NoError(t, ts.Delete(t.Context(), "acme"))
	requireTenants(t, ts, map[string][]storage.Commit{"other": other})
	_, err := ts.Open(t.Context(), "acme")
	require.ErrorIs(t, err, storage.ErrNoTenant, "a deleted tenant does not come back by being opened")
	require.ErrorIs(t, ts.Delete(t.Context(), "acme"), storage.ErrNoTenant)
	require.NoError(t, ts.Create(t.Context(), "acme"), "its name is free again")
	requireTenants(t, ts, map[string][]storage.Commit{"acme": nil, "other": other})
}

func testTenantOpen(t *testing.T, ts storage.Tenants) {
	require.NoError(t, ts.Create(t.Context(), "acme"))
	tenant := openTenant(t, ts, "acme")
	_, err := ts.Open(t.Context(), "acme")
	require.ErrorIs(t, err, storage.ErrTenantOpen, "a tenant is open once")
	require.ErrorIs(t, ts.Delete(t.Context(), "acme"), storage.ErrTenantOpen, "what is open is not deleted")
	require.Equal(t, []string{"acme"}, list(t, ts))
	log := Chain(storage.Head{}, "a", 2)
	require.NoError(t, Append(t.Context(), tenant.Journal, storage.Head{}, log), "a refused deletion harms nothing")
	require.NoError(t, tenant.Close())
	requireTenants(t, ts, map[string][]storage.Commit{"acme": log})
	require.NoError(t, ts.Delete(t.Context(), "acme"))
}

func testTenantClosed(t *testing.T, ts storage.Tenants) {
	require.NoError(t, ts.Create(t.Context(), "acme"))
	old := openTenant(t, ts, "acme")
	require.NoError(t, old.Close())
	tenant := openTenant(t, ts, "acme")
	require.NoError(t, old.Close(), "closing twice is no error")
	require.Error(t, Append(t.Context(), old.Journal, storage.Head{}, Chain(storage.Head{}, "late", 1)), "a closed journal takes nothing")
	var errs int
	for _, err := range old.Journal.Log(t.Context(), 0) {
		require.Error(t, err)
		errs++
	}
	require.Equal(t, 1, errs, "and yields one error")
	require.ErrorIs(t, ts.Delete(t.Context(), "acme"), storage.ErrTenantOpen, "an old closing does not close what was opened since")
	require.NoError(t, Append(t.Context(), tenant.Journal, storage.Head{}, Chain(storage.Head{}, "a", 1)))
	require.NoError(t, tenant.Close())
}

func testTenantContext(t *testing.T, ts storage.Tenants) {
	require.NoError(t, ts.Create(t.Context(), "acme"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, ts.Create(ctx, "other"), context.Canceled)
	_, err := ts.Open(ctx, "acme")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, ts.Delete(ctx, "acme"), context.Canceled)
	var errs int
	for name, err := range ts.List(ctx) {
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
			require.Empty(t, name)
			errs++
		}
	}
	require.Equal(t, 1, errs, "a list whose context has ended yields one error")
	requireTenants(t, ts, map[string][]storage.Commit{"acme": nil})
}

func testTenantEarlyBreak(t *testing.T, ts storage.Tenants) {
	for _, name := range []string{"a", "b", "c"} {
		require.NoError(t, ts.Create(t.Context(), name))
	}
	for range 100 { // a list that leaks would run out of something
		for name, err := range ts.List(t.Context()) {
			require.NoError(t, err)
			require.Equal(t, "a", name)
			break
		}
	}
}

func testTenantChangeWhileListing(t *testing.T, ts storage.Tenants) {
	for _, name := range []string{"a", "b", "c"} {
		require.NoError(t, ts.Create(t.Context(), name))
	}
	for name, err := range ts.List(t.Context()) { // must not block
		require.NoError(t, err)
		if name == "b" || name == "c" {
			require.NoError(t, ts.Delete(t.Context(), name))
			require.NoError(t, ts.Create(t.Context(), "A-"+name))
		}
	}
	require.Equal(t, []string{"A-b", "A-c", "a"}, list(t, ts))
}

// race runs fn on many goroutines and returns how many got nil; the others
// must get an error that is one of lose.
func race(t *testing.T, fn func() error, lose ...error) int {
	t.Helper()
	var won atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			err := fn()
			if err == nil {
				won.Add(1)
			} else if !slices.ContainsFunc(lose, func(l error) bool { return errors.Is(err, l) }) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	return int(won.Load())
}

func testTenantOneCreates(t *testing.T, ts storage.Tenants) {
	for i := range 10 {
		name := fmt.Sprint("n", i)
		require.Equal(t, 1, race(t, func() error { return ts.Create(t.Context(), name) }, storage.ErrTenantExists), "one of many creates %q", name)
	}
	require.Len(t, list(t, ts), 10)
}

func testTenantOneOpens(t *testing.T, ts storage.Tenants) {
	require.NoError(t, ts.Create(t.Context(), "acme"))
	for range 10 {
		opened := make(chan *storage.Tenant, 8)
		won := race(t, func() error {
			tenant, err := ts.Open(t.Context(), "acme")
			if err == nil {
				opened <- tenant
			}
			return err
		}, storage.ErrTenantOpen)
		require.Equal(t, 1, won, "one of many opens it")
		require.NoError(t, (<-opened).Close())
	}
}

func testTenantOneDeletes(t *testing.T, ts storage.Tenants) {
	for range 10 {
		require.NoError(t, ts.Create(t.Context(), "acme"))
		require.Equal(t, 1, race(t, func() error { return ts.Delete(t.Context(), "acme") }, storage.ErrNoTenant), "one of many deletes it")
		require.Empty(t, list(t, ts))
	}
}

// testTenantModel runs random operations against a map.
func testTenantModel(t *testing.T, open func(t *testing.T) storage.Tenants) {
	names := rapid.OneOf(
		rapid.SampledFrom(tenantNames()),
		rapid.StringOfN(rapid.RuneFrom(nil, unicode.PrintRanges...), 1, 8, storage.MaxTenantName),
		rapid.StringMatching(`[aA./%]{1,3}`),
	).Filter(func(s string) bool { return storage.CheckTenantName(s) == nil })
	rapid.Check(t, func(r *rapid.T) {
		ts := open(t)
		ctx := context.Background()
		model := make(map[string]int) // commits
		opened := make(map[string]*storage.Tenant)
		heads := make(map[string]storage.Head)
		defer func() {
			for _, tenant := range opened {
				require.NoError(r, tenant.Close())
			}
		}()
		// known draws a name that is rather there than not.
		known := func(r *rapid.T) string {
			if len(model) > 0 && rapid.IntRange(0, 3).Draw(r, "any") > 0 {
				return rapid.SampledFrom(slices.Sorted(maps.Keys(model))).Draw(r, "known")
			}
			return names.Draw(r, "name")
		}
		r.Repeat(map[string]func(*rapid.T){
			"create": func(r *rapid.T) {
				name := names.Draw(r, "name")
				if _, there := model[name]; there {
					require.ErrorIs(r, ts.Create(ctx, name), storage.ErrTenantExists)
					return
				}
				require.NoError(r, ts.Create(ctx, name))
				model[name] = 0
				delete(heads, name)
			},
			"open": func(r *rapid.T) {
				name := known(r)
				tenant, err := ts.Open(ctx, name)
				switch _, there := model[name]; {
				case !there:
					require.ErrorIs(r, err, storage.ErrNoTenant)
				case opened[name] != nil:
					require.ErrorIs(r, err, storage.ErrTenantOpen)
				default:
					require.NoError(r, err)
					opened[name] = tenant
					n := 0
					for _, err := range tenant.Journal.Log(ctx, 0) {
						require.NoError(r, err)
						n++
					}
					require.Equal(r, model[name], n)
				}
			},
			"append": func(r *rapid.T) {
				name := known(r)
				if opened[name] == nil {
					r.Skip("not open")
				}
				batch := Chain(heads[name], fmt.Sprint("c", model[name]), 1)
				require.NoError(r, Append(ctx, opened[name].Journal, heads[name], batch))
				model[name]++
				heads[name] = batch[0].Head
			},
			"close": func(r *rapid.T) {
				name := known(r)
				if opened[name] == nil {
					r.Skip("not open")
				}
				require.NoError(r, opened[name].Close())
				delete(opened, name)
			},
			"delete": func(r *rapid.T) {
				name := known(r)
				err := ts.Delete(ctx, name)
				switch _, there := model[name]; {
				case !there:
					require.ErrorIs(r, err, storage.ErrNoTenant)
				case opened[name] != nil:
					require.ErrorIs(r, err, storage.ErrTenantOpen)
				default:
					require.NoError(r, err)
					delete(model, name)
				}
			},
			"": func(r *rapid.T) {
				require.Equal(r, append([]string{}, slices.Sorted(maps.Keys(model))...), list(r, ts))
			},
		})
	})
}
