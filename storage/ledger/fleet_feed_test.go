package ledger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Two who watch do not keep the places of a fleet that may open two tenants: a
// third can be used, one can be deleted, and the fleet closed.
func TestFeedsPinNothing(t *testing.T) {
	store := newTenants(t, "a", "b", "c")
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 2})
	write := func(tenant, id string) {
		require.NoError(t, f.Do(t.Context(), tenant, func(l *ledger.Ledger) error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: id}) })
		}))
	}
	founded := make(map[string]storage.Head)
	for _, tenant := range []string{"a", "b"} {
		require.NoError(t, f.Do(t.Context(), tenant, func(l *ledger.Ledger) error { founded[tenant] = l.View().Head(); return nil }))
	}
	type told struct {
		tenant string
		seq    uint64
	}
	heard := make(chan told)
	ended := make(chan error, 2)
	for _, tenant := range []string{"a", "b"} {
		go func() {
			for p, err := range follow(f.Changes(t.Context(), tenant, founded[tenant])) {
				if err != nil {
					ended <- err
					return
				}
				heard <- told{tenant, p.Seq}
			}
		}()
	}
	for i := range 20 {
		for _, tenant := range []string{"a", "b", "c"} {
			write(tenant, fmt.Sprint("x", i))
			if tenant != "c" {
				require.Equal(t, told{tenant, uint64(i + 2)}, <-heard)
			}
		}
	}
	require.NoError(t, f.Delete(t.Context(), "a", by))
	err := <-ended
	require.ErrorIs(t, err, ledger.ErrNotFound)
	var tenant *ledger.TenantError
	require.ErrorAs(t, err, &tenant)
	require.Equal(t, "a", tenant.Tenant)
	require.NoError(t, f.Close(t.Context()))
	require.ErrorIs(t, <-ended, ledger.ErrClosed)
}

// Who follows all tenants hears of each commit of each once and in order, of those
// that come to be too, however many write meanwhile and though few may be open.
func TestAllChanges(t *testing.T) {
	store := newTenants(t)
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 3})
	const tenants, commits = 12, 30
	write := func(tenant string, i int) {
		if err := f.Do(t.Context(), tenant, func(l *ledger.Ledger) error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: fmt.Sprint("x", i)}) })
		}); err != nil {
			t.Error(err)
		}
	}
	name := func(i int) string { return fmt.Sprintf("t%02d", i) }
	for i := range tenants / 2 {
		require.NoError(t, f.Create(t.Context(), name(i), by, nil))
		for n := range commits / 2 {
			write(name(i), n)
		}
	}
	var wg sync.WaitGroup
	for i := range tenants {
		wg.Go(func() {
			from := commits / 2
			if i >= tenants/2 {
				from = 0
				if err := f.Create(t.Context(), name(i), by, nil); err != nil {
					t.Error(err)
				}
			}
			for n := from; n < commits; n++ {
				write(name(i), n)
			}
		})
	}
	// The first is resumed in the midst.
	var seventh storage.Head
	for c, err := range follow(f.Changes(t.Context(), name(0), storage.Head{})) {
		require.NoError(t, err)
		if seventh = c.Head; c.Seq == 7 {
			break
		}
	}
	after := func(tenant string) storage.Head {
		if tenant == name(0) {
			return seventh
		}
		return storage.Head{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen, left := make(map[string]uint64), tenants*(commits+1)-7 // each is founded by one more
	for c, err := range f.AllChanges(ctx, after) {
		require.NoError(t, err)
		if seen[c.Tenant] == 0 {
			seen[c.Tenant] = after(c.Tenant).Seq
		}
		require.Equal(t, seen[c.Tenant]+1, c.Seq, c.Tenant)
		seen[c.Tenant] = c.Seq
		// What is told of is shown.
		require.NoError(t, f.Do(t.Context(), c.Tenant, func(l *ledger.Ledger) error {
			require.GreaterOrEqual(t, l.View().Head().Seq, c.Seq)
			return nil
		}))
		if left--; left == 0 {
			break
		}
	}
	wg.Wait()
	require.Zero(t, f.Stats().InUse)

	cancel()
	var last error
	for _, err := range f.AllChanges(ctx, after) {
		last = err
	}
	require.ErrorIs(t, last, context.Canceled)
}

// A feed over many closed tenants leaves them closed, and reads no more of them
// than their journals.
func TestAllChangesOpensNothing(t *testing.T) {
	const tenants = 300
	store := newTenants(t)
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 4})
	founded := make(map[string]storage.Head)
	for i := range tenants {
		tenant := fmt.Sprintf("t%04d", i)
		require.NoError(t, f.Create(t.Context(), tenant, by, nil))
		require.NoError(t, f.Do(t.Context(), tenant, func(l *ledger.Ledger) error {
			founded[tenant] = l.View().Head()
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "x"}) })
		}))
	}
	require.NoError(t, f.Close(t.Context()))
	f = newFleet(t, store, &ledger.FleetOptions{MaxOpen: 4})
	n := 0
	for c, err := range f.AllChanges(t.Context(), func(tenant string) storage.Head { return founded[tenant] }) {
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("t%04d", n), c.Tenant)
		require.Zero(t, f.Stats().Open)
		if n++; n == tenants {
			break
		}
	}
	require.Zero(t, f.Stats().Open)
	require.Zero(t, f.Stats().Opened)
	require.Zero(t, store.openNow())
}

// A journal that was put in another's place, or lost its end, is not followed from
// where the other was left.
func TestFeedFromWhatIsNotThere(t *testing.T) {
	store := newTenants(t, "a", "b")
	f := newFleet(t, store, nil)
	for _, tenant := range []string{"a", "b"} {
		require.NoError(t, f.Do(t.Context(), tenant, func(l *ledger.Ledger) error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "x"}) })
		}))
	}
	for _, err := range follow(f.Changes(t.Context(), "a", storage.Head{Seq: 5, Hash: storage.Hash{1}})) {
		require.ErrorIs(t, err, ledger.ErrNotFound)
		require.ErrorContains(t, err, `tenant "a"`)
		require.ErrorContains(t, err, "the journal does not hold commit 5")
	}
	var seen []string
	for c, err := range f.AllChanges(t.Context(), func(tenant string) storage.Head {
		return map[string]storage.Head{"a": {Seq: 9, Hash: storage.Hash{1}}}[tenant]
	}) {
		seen = append(seen, fmt.Sprint(c.Tenant, " ", err != nil))
		if c.Tenant == "b" {
			break
		}
	}
	require.Equal(t, []string{"a true", "b false"}, seen)
	for _, err := range follow(f.Changes(t.Context(), "none", storage.Head{})) {
		require.ErrorIs(t, err, ledger.ErrNotFound)
		require.EqualError(t, err, `tenant "none": no such tenant`)
	}
	// A head that nothing can have is refused, wherever it points.
	for _, odd := range []storage.Head{{Seq: 1}, {Seq: 9}, {Hash: storage.Hash{1}}} {
		for _, err := range follow(f.Changes(t.Context(), "a", odd)) {
			require.ErrorIs(t, err, ledger.ErrInvalid)
			require.ErrorContains(t, err, "head: a head has both a number and the hash")
		}
		for c, err := range f.AllChanges(t.Context(), func(string) storage.Head { return odd }) {
			require.ErrorIs(t, err, ledger.ErrInvalid)
			require.Equal(t, "a", c.Tenant)
			break
		}
	}
	broken := errors.New("broken")
	store.listing = broken
	var errs []error
	for _, err := range f.AllChanges(t.Context(), func(string) storage.Head { return storage.Head{Seq: 1, Hash: storage.Hash{1}} }) {
		errs = append(errs, err)
	}
	require.True(t, slices.ContainsFunc(errs, func(err error) bool { return errors.Is(err, broken) }))
}

// A tenant that is deleted and made anew is told to be so, however quickly that
// goes, and all of the new one is told of; a position of the old one is refused.
func TestFeedOfATenantMadeAnew(t *testing.T) {
	store := newTenants(t, "a", "b")
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 1})
	write := func(tenant string, n int) (head storage.Head) {
		for range n {
			require.NoError(t, f.Do(t.Context(), tenant, func(l *ledger.Ledger) error {
				err := l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: tx.NewID()}) })
				head = l.View().Head()
				return err
			}))
		}
		return head
	}
	old := write("b", 3)
	write("a", 1)
	var told []string
	for c, err := range f.AllChanges(t.Context(), func(string) storage.Head { return storage.Head{} }) {
		require.NoError(t, err)
		told = append(told, fmt.Sprint(c.Tenant, c.Seq, c.Deleted))
		if c.Tenant == "b" && c.Head == old {
			require.NoError(t, f.Delete(t.Context(), "b", by))
			require.NoError(t, f.Create(t.Context(), "b", by, nil))
			write("b", 4)
		}
		if c.Tenant == "b" && c.Seq == 5 {
			break
		}
	}
	require.Equal(t, []string{"a1 false", "a2 false", "b1 false", "b2 false", "b3 false", "b4 false", "b0 true", "b1 false", "b2 false", "b3 false", "b4 false", "b5 false"}, told)

	// Deleted for good.
	gone := false
	for c, err := range f.AllChanges(t.Context(), func(string) storage.Head { return storage.Head{} }) {
		require.NoError(t, err)
		if gone = c.Deleted; gone {
			text, err := json.Marshal(c)
			require.NoError(t, err)
			require.JSONEq(t, `{"tenant":"b","deleted":true}`, string(text))
			var back ledger.TenantChange
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, c, back)
			break
		}
		if c.Tenant == "b" && c.Seq == 5 {
			require.NoError(t, f.Delete(t.Context(), "b", by))
		}
	}
	require.True(t, gone)

	require.NoError(t, f.Create(t.Context(), "b", by, nil))
	write("b", 9)
	for _, err := range follow(f.Changes(t.Context(), "b", old)) {
		require.ErrorIs(t, err, ledger.ErrNotFound)
		require.ErrorContains(t, err, "it is another than the one that was read")
	}
	for c, err := range f.AllChanges(t.Context(), func(tenant string) storage.Head { return map[string]storage.Head{"b": old}[tenant] }) {
		if c.Tenant == "b" {
			require.ErrorIs(t, err, ledger.ErrNotFound)
			break
		}
	}
}

// An import founds a tenant, or there is none afterwards; nobody else founds it in
// between, however many ask for it.
func TestFleetImport(t *testing.T) {
	store := newTenants(t)
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 2})
	require.NoError(t, f.Create(t.Context(), "a", by, nil))
	require.NoError(t, f.Do(t.Context(), "a", func(l *ledger.Ledger) error {
		return l.Update(t.Context(), by, func(tx *ledger.Tx) error {
			return errors.Join(accounts.Keep(tx, account{ID: "x", Owner: "ada"}), accounts.Keep(tx, account{ID: "y"}))
		})
	}))
	var text bytes.Buffer
	size := 0
	require.NoError(t, f.Do(t.Context(), "a", func(l *ledger.Ledger) error { size = l.Size(); return l.View().Export(&text) }))

	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				err := f.Do(ctx, "b", func(l *ledger.Ledger) error {
					if l.Size() != size {
						t.Error("somebody else founded it")
					}
					return nil
				})
				if err != nil && !errors.Is(err, ledger.ErrNotFound) && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	for range 50 {
		require.NoError(t, f.Import(t.Context(), "b", by, bytes.NewReader(text.Bytes())))
		err := f.Import(t.Context(), "b", by, bytes.NewReader(text.Bytes()))
		require.ErrorIs(t, err, ledger.ErrExists)
		require.NoError(t, f.Delete(t.Context(), "b", by))
		err = f.Import(t.Context(), "b", by, bytes.NewReader(text.Bytes()[:text.Len()/2]))
		require.ErrorIs(t, err, ledger.ErrInvalid)
		var te *ledger.TenantError
		require.ErrorAs(t, err, &te)
	}
	cancel()
	wg.Wait()
	var names []string
	for name, err := range f.List(t.Context()) {
		require.NoError(t, err)
		names = append(names, name)
	}
	require.Equal(t, []string{"a"}, names)
}

// A tenant that can't be opened when it is created is not there afterwards.
func TestCreateThatFails(t *testing.T) {
	store := newTenants(t)
	broken := errors.New("broken")
	f, err := ledger.NewFleet(store, func(context.Context, string, *storage.Tenant) (*ledger.Ledger, error) { return nil, broken }, nil)
	require.NoError(t, err)
	for range 2 {
		require.ErrorIs(t, f.Create(t.Context(), "a", by, nil), broken)
		for name := range f.List(t.Context()) {
			t.Fatal(name, " is there")
		}
	}
	require.Zero(t, f.Stats().Open)
	// An opener that goes its own way imports nothing.
	f, err = ledger.NewFleet(store, func(ctx context.Context, _ string, s *storage.Tenant) (*ledger.Ledger, error) {
		return ledger.Open(context.WithoutCancel(t.Context()), s.Journal, &ledger.Options{Kinds: []ledger.AnyKind{accounts}})
	}, nil)
	require.NoError(t, err)
	require.ErrorContains(t, f.Import(t.Context(), "a", by, bytes.NewReader(nil)), "nothing was written")
	for name := range f.List(t.Context()) {
		t.Fatal(name, " is there")
	}
	require.NoError(t, f.Close(t.Context()))
}

// follow yields a feed, or the error of the call as its only one.
func follow[T any](feed iter.Seq2[T, error], err error) iter.Seq2[T, error] {
	if err == nil {
		return feed
	}
	return func(yield func(T, error) bool) { yield(*new(T), err) }
}
