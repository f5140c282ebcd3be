package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// watchedTenants is a store of tenants that counts and fails on demand.
type watchedTenants struct {
	storage.Tenants
	opening func(ctx context.Context, name string) error // before a tenant is opened
	append  func(name string) error                      // before a batch is appended
	listing error                                        // after all names

	mu         sync.Mutex
	open, most int
	opens      map[string]int
}

func newTenants(t testing.TB, names ...string) *watchedTenants {
	t.Helper()
	w := &watchedTenants{Tenants: memory.NewTenants(), opens: make(map[string]int)}
	for _, name := range names {
		require.NoError(t, w.Create(t.Context(), name))
	}
	return w
}

func (w *watchedTenants) Open(ctx context.Context, name string) (*storage.Tenant, error) {
	if w.opening != nil {
		if err := w.opening(ctx, name); err != nil {
			return nil, err
		}
	}
	tenant, err := w.Tenants.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opens[name]++
	w.open++
	w.most = max(w.most, w.open)
	stop := tenant.Close
	tenant.Close = func() error {
		w.mu.Lock()
		w.open--
		w.mu.Unlock()
		return stop()
	}
	if w.append != nil {
		tenant.Journal = &failingAppends{Journal: tenant.Journal, fail: func() error { return w.append(name) }}
	}
	return tenant, nil
}

func (w *watchedTenants) List(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for name, err := range w.Tenants.List(ctx) {
			if !yield(name, err) {
				return
			}
		}
		if w.listing != nil {
			yield("", w.listing)
		}
	}
}

// openNow returns how many tenants are open, openings how often one was opened.
func (w *watchedTenants) openNow() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open
}

func (w *watchedTenants) openings(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opens[name]
}

// failingAppends is a journal that, once an append has failed, refuses all
// others until it is opened again, as the file store does.
type failingAppends struct {
	storage.Journal
	fail   func() error
	failed error
}

func (j *failingAppends) Append(ctx context.Context, batch storage.Batch) error {
	if j.failed == nil {
		j.failed = j.fail()
	}
	if j.failed != nil {
		return j.failed
	}
	return j.Journal.Append(ctx, batch)
}

// member opens the ledger of a tenant, with one record that founds it.
func member(ctx context.Context, _ string, t *storage.Tenant) (*ledger.Ledger, error) {
	return ledger.Open(ctx, t.Journal, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Snapshots: t.Snapshots, Eraser: t.Eraser,
		FoundBy: by, Found: func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "founded"}) }})
}

func newFleet(t testing.TB, store storage.Tenants, opts *ledger.FleetOptions) *ledger.Fleet[*ledger.Ledger] {
	t.Helper()
	f, err := ledger.NewFleet(store, member, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close(context.Background())) })
	return f
}

// increment adds one to a counter.
func increment(ctx context.Context, l *ledger.Ledger) error {
	return l.Update(ctx, by, func(tx *ledger.Tx) error {
		c, _ := accounts.Of(tx).Get("counter")
		c.ID = "counter"
		c.Balance++
		return accounts.Keep(tx, c)
	})
}

func tally(v *ledger.View) int {
	c, _ := accounts.Of(v).Get("counter")
	return c.Balance
}

// viewOf returns what a tenant shows.
func viewOf(ctx context.Context, f *ledger.Fleet[*ledger.Ledger], tenant string) (v *ledger.View, err error) {
	err = f.Do(ctx, tenant, func(l *ledger.Ledger) error { v = l.View(); return nil })
	return v, err
}

func idle(*ledger.Ledger) error { return nil }

// names returns n names in order.
func names(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("t%03d", i))
	}
	return all
}

func TestFleetLife(t *testing.T) {
	store := newTenants(t)
	f := newFleet(t, store, nil)
	ctx := t.Context()
	require.NoError(t, f.Create(ctx, "acme", ledger.By{Actor: "ops", Reason: "test"}, nil))
	require.NoError(t, f.Create(ctx, "Globex / EU", ledger.By{Actor: "ops", Reason: "test"}, nil))
	v, err := viewOf(ctx, f, "acme")
	require.NoError(t, err)
	require.Equal(t, uint64(1), v.Head().Seq, "a new tenant's ledger is founded")
	require.Equal(t, 1, v.Len())
	require.NoError(t, f.Do(ctx, "acme", func(l *ledger.Ledger) error { return increment(ctx, l) }))
	var listed []string
	for name, err := range f.List(ctx) {
		require.NoError(t, err)
		listed = append(listed, name)
	}
	require.Equal(t, []string{"Globex / EU", "acme"}, listed)
	require.Equal(t, ledger.FleetStats{Open: 2, Records: 2*1 + 1, Opened: 2}, f.Stats())

	wrong := errors.New("the caller's own")
	require.Equal(t, wrong, f.Do(ctx, "acme", func(*ledger.Ledger) error { return wrong }), "an error of the function comes as it is")
	var about *ledger.TenantError
	for _, name := range []string{"amce", "ACME"} {
		_, err = viewOf(ctx, f, name)
		require.ErrorIs(t, err, ledger.ErrNotFound)
		require.ErrorIs(t, err, storage.ErrNoTenant)
		require.ErrorAs(t, err, &about)
		require.Equal(t, name, about.Tenant)
		require.ErrorIs(t, f.Delete(ctx, name, ledger.By{Actor: "ops", Reason: "test"}), ledger.ErrNotFound)
	}
	require.ErrorIs(t, f.Create(ctx, "acme", ledger.By{Actor: "ops", Reason: "test"}, nil), ledger.ErrExists)
	for _, err := range []error{f.Create(ctx, "a\nb", ledger.By{Actor: "ops", Reason: "test"}, nil), f.Delete(ctx, "", ledger.By{Actor: "ops", Reason: "test"}), f.Do(ctx, " ", idle)} {
		require.ErrorIs(t, err, ledger.ErrInvalid)
		var is issue.Issues
		require.ErrorAs(t, err, &is)
		require.Equal(t, "tenant", is[0].Field)
	}

	require.NoError(t, f.Delete(ctx, "acme", ledger.By{Actor: "ops", Reason: "test"}))
	require.ErrorIs(t, f.Do(ctx, "acme", idle), ledger.ErrNotFound)
	require.NoError(t, f.Create(ctx, "acme", ledger.By{Actor: "ops", Reason: "test"}, nil))
	v, err = viewOf(ctx, f, "acme")
	require.NoError(t, err)
	require.Zero(t, tally(v), "nothing of the deleted one is there")

	require.NoError(t, f.Close(context.Background()))
	require.NoError(t, f.Close(context.Background()), "closing twice is no error")
	require.Zero(t, store.openNow())
	for _, err := range []error{f.Do(ctx, "acme", idle), f.Create(ctx, "new", ledger.By{Actor: "ops", Reason: "test"}, nil), f.Delete(ctx, "acme", ledger.By{Actor: "ops", Reason: "test"})} {
		require.ErrorIs(t, err, ledger.ErrClosed)
	}
	require.Equal(t, 1, v.Len(), "a View outlives its tenant's closing")
}

func TestFleetOptions(t *testing.T) {
	for _, bad := range []ledger.FleetOptions{{MaxOpen: -1}, {MaxRecords: -1}, {Idle: -1}} {
		_, err := ledger.NewFleet(memory.NewTenants(), member, &bad)
		require.ErrorIs(t, err, ledger.ErrInvalid)
		require.ErrorContains(t, err, "-1")
	}
}

// TestFleetOneDoor has many ask for a tenant while it is being opened: it is
// opened once, and all get the same Ledger.
func TestFleetOneDoor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newTenants(t, "acme")
		gate := make(chan struct{})
		store.opening = func(context.Context, string) error { <-gate; return nil }
		f := newFleet(t, store, nil)
		var members sync.Map
		var done sync.WaitGroup
		for range 16 {
			done.Go(func() {
				if err := f.Do(t.Context(), "acme", func(l *ledger.Ledger) error {
					members.Store(l, true)
					return increment(t.Context(), l)
				}); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		close(gate)
		done.Wait()
		n := 0
		members.Range(func(any, any) bool { n++; return true })
		require.Equal(t, 1, n)
		require.Equal(t, 1, store.openings("acme"))
		v, err := viewOf(t.Context(), f, "acme")
		require.NoError(t, err)
		require.Equal(t, 16, tally(v))
	})
}

// TestFleetStaysWithinBounds works on many tenants at once through few doors:
// no more are open than may be, none is closed under its user, and nothing is
// lost.
func TestFleetStaysWithinBounds(t *testing.T) {
	const tenants, workers, each = 12, 8, 40
	for name, opts := range map[string]ledger.FleetOptions{
		"one":      {MaxOpen: 1},
		"three":    {MaxOpen: 3},
		"records":  {MaxRecords: 6},
		"hasty":    {MaxOpen: 4, Idle: time.Nanosecond},
		"no bound": {},
	} {
		t.Run(name, func(t *testing.T) {
			store := newTenants(t, names(tenants)...)
			f := newFleet(t, store, &opts)
			var want [tenants]atomic.Int64
			var wg sync.WaitGroup
			for w := range workers {
				random := rand.New(rand.NewPCG(1, uint64(w)))
				wg.Go(func() {
					for range each {
						i := random.IntN(tenants)
						work := func(l *ledger.Ledger) error {
							runtime.Gosched()
							return increment(t.Context(), l)
						}
						if random.IntN(4) == 0 {
							work = func(l *ledger.Ledger) error { tally(l.View()); return nil }
						} else {
							want[i].Add(1)
						}
						if err := f.Do(t.Context(), names(tenants)[i], work); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if opts.MaxOpen > 0 {
				require.LessOrEqual(t, store.most, opts.MaxOpen)
			}
			if opts.MaxRecords > 0 {
				require.LessOrEqual(t, f.Stats().Records, opts.MaxRecords)
			}
			for i, name := range names(tenants) {
				v, err := viewOf(t.Context(), f, name)
				require.NoError(t, err)
				require.Equal(t, int(want[i].Load()), tally(v), name)
			}
			require.NoError(t, f.Close(context.Background()))
			require.Zero(t, store.openNow())
		})
	}
}

// TestFleetRecordsBound opens tenants one after another: those least recently
// used are closed, and one is open even if it alone is beyond the bound.
func TestFleetRecordsBound(t *testing.T) {
	store := newTenants(t, names(6)...)
	f := newFleet(t, store, &ledger.FleetOptions{MaxRecords: 2}) // 1 in each
	for _, name := range names(6) {
		require.NoError(t, f.Do(t.Context(), name, idle))
		require.LessOrEqual(t, f.Stats().Records, 2)
	}
	require.Equal(t, 2, store.openNow())
	require.NoError(t, f.Do(t.Context(), "t004", idle))
	require.Equal(t, 1, store.openings("t004"), "the last two are the ones still open")

	require.NoError(t, f.Do(t.Context(), "t005", func(l *ledger.Ledger) error {
		return l.Update(t.Context(), by, func(tx *ledger.Tx) error {
			for i := range 200 {
				if err := accounts.Keep(tx, account{ID: fmt.Sprint(i)}); err != nil {
					return err
				}
			}
			return nil
		})
	}))
	require.Equal(t, 1, store.openNow(), "growing pushes the other out")
	require.NoError(t, f.Do(t.Context(), "t005", idle))
	require.Equal(t, 201, f.Stats().Records)
	require.NoError(t, f.Do(t.Context(), "t000", idle))
	require.Equal(t, 1, f.Stats().Records)
}

func TestFleetClosesIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newTenants(t, "acme", "other")
		f := newFleet(t, store, &ledger.FleetOptions{Idle: 10 * time.Minute})
		require.NoError(t, f.Do(t.Context(), "acme", idle))
		for range 3 { // use puts it off
			time.Sleep(9 * time.Minute)
			synctest.Wait()
			require.Equal(t, 1, store.openNow())
			require.NoError(t, f.Do(t.Context(), "acme", idle))
		}
		require.NoError(t, f.Do(t.Context(), "acme", func(l *ledger.Ledger) error {
			time.Sleep(time.Hour)
			synctest.Wait()
			require.Equal(t, 1, store.openNow(), "what is in use is not idle")
			return increment(t.Context(), l)
		}))
		time.Sleep(10*time.Minute - time.Nanosecond)
		synctest.Wait()
		require.Equal(t, 1, store.openNow())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		require.Zero(t, store.openNow())
		require.Equal(t, ledger.FleetStats{Opened: 1}, f.Stats())
		v, err := viewOf(t.Context(), f, "acme")
		require.NoError(t, err)
		require.Equal(t, 1, tally(v), "and it opens again")
	})
}

// TestFleetWaitsForRoom asks for a second tenant where only one may be open.
func TestFleetWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, newTenants(t, "a", "b"), &ledger.FleetOptions{MaxOpen: 1})
		hold, got, gaveUp := make(chan struct{}), make(chan error, 1), make(chan error, 1)
		go func() { _ = f.Do(t.Context(), "a", func(*ledger.Ledger) error { <-hold; return nil }) }()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		go func() { gaveUp <- f.Do(ctx, "b", idle) }()
		go func() { got <- f.Do(t.Context(), "b", idle) }()
		synctest.Wait()
		require.Empty(t, got)
		require.NoError(t, f.Do(t.Context(), "a", idle), "who wants the one that is open need not wait")
		cancel()
		require.ErrorIs(t, <-gaveUp, context.Canceled)
		close(hold)
		require.NoError(t, <-got)
	})
}

func TestFleetDeleteWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, newTenants(t, "acme"), nil)
		hold, deleted, late := make(chan struct{}), make(chan error, 2), make(chan error, 1)
		go func() {
			_ = f.Do(t.Context(), "acme", func(l *ledger.Ledger) error { <-hold; return increment(t.Context(), l) })
		}()
		synctest.Wait()

		ctx, cancel := context.WithCancel(t.Context())
		go func() { deleted <- f.Delete(ctx, "acme", ledger.By{Actor: "ops", Reason: "test"}) }()
		synctest.Wait()
		go func() { late <- f.Do(t.Context(), "acme", idle) }()
		synctest.Wait()
		require.Empty(t, deleted, "it is in use")
		require.Empty(t, late, "nobody starts while it is about to be deleted")
		cancel()
		require.ErrorIs(t, <-deleted, context.Canceled)
		require.NoError(t, <-late, "a deletion given up lets others in")

		go func() { deleted <- f.Delete(t.Context(), "acme", ledger.By{Actor: "ops", Reason: "test"}) }()
		synctest.Wait()
		go func() { late <- f.Do(t.Context(), "acme", idle) }()
		synctest.Wait()
		close(hold)
		require.NoError(t, <-deleted)
		require.ErrorIs(t, <-late, ledger.ErrNotFound)
	})
}

func TestFleetCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newTenants(t, "a", "b")
		f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 1})
		hold, worked, closed, late := make(chan struct{}), make(chan error, 1), make(chan error, 1), make(chan error, 1)
		go func() {
			worked <- f.Do(t.Context(), "a", func(l *ledger.Ledger) error { <-hold; return increment(t.Context(), l) })
		}()
		synctest.Wait()
		go func() { late <- f.Do(t.Context(), "b", idle) }()
		synctest.Wait()
		go func() { closed <- f.Close(context.Background()) }()
		synctest.Wait()
		require.Empty(t, closed)
		require.ErrorIs(t, <-late, ledger.ErrClosed, "who waits for room waits in vain")
		require.ErrorIs(t, f.Do(t.Context(), "a", idle), ledger.ErrClosed)
		close(hold)
		require.NoError(t, <-worked, "what had begun ends well")
		require.NoError(t, <-closed)
		require.Zero(t, store.openNow())
	})
}

// TestFleetOpeningFails has several wait for one opening.
func TestFleetOpeningFails(t *testing.T) {
	broken := errors.New("the disk is gone")
	t.Run("for all", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := newTenants(t, "acme")
			gate, tries := make(chan struct{}), 0
			store.opening = func(context.Context, string) error { tries++; <-gate; return broken }
			f := newFleet(t, store, nil)
			errs := make(chan error, 4)
			for range 4 {
				go func() { errs <- f.Do(t.Context(), "acme", idle) }()
			}
			synctest.Wait()
			close(gate)
			for range 4 {
				require.ErrorIs(t, <-errs, broken)
			}
			require.Equal(t, 1, tries, "one failure answers all who waited for it")
			store.opening = nil
			require.NoError(t, f.Do(t.Context(), "acme", idle), "and is not remembered")
		})
	})
	t.Run("for one who gave up", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			store := newTenants(t, "acme")
			gate := make(chan struct{})
			store.opening = func(ctx context.Context, _ string) error {
				select {
				case <-gate:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			f := newFleet(t, store, nil)
			ctx, cancel := context.WithCancel(t.Context())
			first, second := make(chan error, 1), make(chan error, 1)
			go func() { first <- f.Do(ctx, "acme", idle) }()
			synctest.Wait()
			go func() { second <- f.Do(t.Context(), "acme", idle) }()
			synctest.Wait()
			cancel()
			require.ErrorIs(t, <-first, context.Canceled)
			close(gate)
			require.NoError(t, <-second, "others do not fail with the one who opened")
		})
	})
}

// TestFleetPanics lets functions of the embedder's panic: the panic reaches the
// caller, and the tenant stays usable.
func TestFleetPanics(t *testing.T) {
	blow := false
	store := newTenants(t, "acme")
	f, err := ledger.NewFleet(store, func(ctx context.Context, tenant string, s *storage.Tenant) (*ledger.Ledger, error) {
		if blow {
			panic("member")
		}
		return member(ctx, tenant, s)
	}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close(context.Background())) })
	blow = true
	require.PanicsWithValue(t, "member", func() { _ = f.Do(t.Context(), "acme", idle) })
	blow = false
	require.PanicsWithValue(t, "work", func() { _ = f.Do(t.Context(), "acme", func(*ledger.Ledger) error { panic("work") }) })
	require.Equal(t, ledger.FleetStats{Open: 1, Records: 1, Opened: 1}, f.Stats(), "nobody uses it any more")
	require.NoError(t, f.Delete(t.Context(), "acme", ledger.By{Actor: "ops", Reason: "test"}))
	require.Zero(t, store.openNow())
}

// TestFleetOpensFailedStoreAgain has a store fail once. It is opened again as
// soon as nobody uses it, so that the tenant heals without anybody's help.
func TestFleetOpensFailedStoreAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newTenants(t, "acme", "other")
		var full atomic.Bool
		store.append = func(name string) error {
			if name == "acme" && full.Load() {
				return errors.New("disk full")
			}
			return nil
		}
		f := newFleet(t, store, nil)
		work := func(l *ledger.Ledger) error { return increment(t.Context(), l) }
		require.NoError(t, f.Do(t.Context(), "acme", work))
		full.Store(true)
		hold, reading, waiting := make(chan struct{}), make(chan error, 1), make(chan error, 1)
		go func() { reading <- f.Do(t.Context(), "acme", func(*ledger.Ledger) error { <-hold; return nil }) }()
		synctest.Wait() // until it uses the tenant
		require.ErrorIs(t, f.Do(t.Context(), "acme", work), ledger.ErrOutcomeUnknown)
		full.Store(false)
		go func() { waiting <- f.Do(t.Context(), "acme", work) }()
		synctest.Wait()
		require.Empty(t, waiting, "it waits for the other user to leave")
		close(hold)
		require.NoError(t, <-reading)
		require.NoError(t, <-waiting)
		require.Equal(t, 2, store.openings("acme"))
		v, err := viewOf(t.Context(), f, "acme")
		require.NoError(t, err)
		require.Equal(t, 2, tally(v))
	})
}

// TestFleetBesideAHungStore has the store of one tenant hang: who waits for it to
// be closed, to delete it or to make room for another, stops with their context;
// others go on, and when it comes back it is closed after all.
func TestFleetBesideAHungStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newTenants(t, "acme", "other")
		gate := make(chan struct{})
		store.append = func(name string) error {
			if name == "acme" {
				<-gate
			}
			return nil
		}
		f, err := ledger.NewFleet(store, func(ctx context.Context, _ string, s *storage.Tenant) (*ledger.Ledger, error) {
			return ledger.Open(ctx, s.Journal, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Retry: ledger.Retry{Timeout: time.Second}})
		}, &ledger.FleetOptions{MaxOpen: 1})
		require.NoError(t, err)
		require.ErrorIs(t, f.Do(t.Context(), "acme", func(l *ledger.Ledger) error { return increment(t.Context(), l) }), ledger.ErrHung)
		brief := func() context.Context {
			ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errLate)
			t.Cleanup(cancel)
			return ctx
		}
		start := time.Now()
		require.ErrorIs(t, f.Delete(brief(), "acme", ledger.By{Actor: "ops", Reason: "test"}), errLate)
		require.ErrorIs(t, f.Delete(brief(), "acme", ledger.By{Actor: "ops", Reason: "test"}), context.DeadlineExceeded)
		require.ErrorIs(t, f.Do(brief(), "other", idle), context.DeadlineExceeded, "there is no room yet")
		require.Equal(t, 3*time.Second, time.Since(start))
		require.Equal(t, 1, f.Stats().Open)
		close(gate)
		require.NoError(t, f.Do(t.Context(), "other", idle))
		require.NoError(t, f.Do(t.Context(), "acme", func(l *ledger.Ledger) error { return increment(t.Context(), l) }))
		v, err := viewOf(t.Context(), f, "acme")
		require.NoError(t, err)
		require.Equal(t, 2, tally(v))
		require.NoError(t, f.Delete(t.Context(), "acme", ledger.By{Actor: "ops", Reason: "test"}))
		require.NoError(t, f.Close(context.Background()))
		require.Zero(t, store.openNow())
	})
}

// TestFleetOnFiles works over the file store, with one tenant damaged.
func TestFleetOnFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tenants")
	run := func(fn func(f *ledger.Fleet[*ledger.Ledger])) {
		store, err := file.OpenTenants(dir, nil)
		require.NoError(t, err)
		f, err := ledger.NewFleet(store, member, &ledger.FleetOptions{MaxOpen: 2})
		require.NoError(t, err)
		fn(f)
		require.NoError(t, f.Close(context.Background()))
		require.NoError(t, store.Close(), "nothing is left open")
	}
	run(func(f *ledger.Fleet[*ledger.Ledger]) {
		for i, name := range names(5) {
			require.NoError(t, f.Create(t.Context(), name, ledger.By{Actor: "ops", Reason: "test"}, nil))
			for range i {
				require.NoError(t, f.Do(t.Context(), name, func(l *ledger.Ledger) error { return increment(t.Context(), l) }))
			}
		}
	})
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "t-t003")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "t-t003"), 0o700))
	run(func(f *ledger.Fleet[*ledger.Ledger]) {
		got := map[string]int{}
		for a, err := range ledger.Query(t.Context(), f, 3, func(_ context.Context, _ string, l *ledger.Ledger) (int, error) { return tally(l.View()), nil }) {
			if a.Tenant == "t003" {
				require.ErrorIs(t, err, storage.ErrCorrupt)
				continue
			}
			require.NoError(t, err)
			got[a.Tenant] = a.Value
		}
		require.Equal(t, map[string]int{"t000": 0, "t001": 1, "t002": 2, "t004": 4}, got)
	})
}

// sequence is a query that answers with the number of commits.
func sequence(_ context.Context, _ string, l *ledger.Ledger) (uint64, error) {
	return l.View().Head().Seq, nil
}

func TestQuery(t *testing.T) {
	store := newTenants(t, names(40)...)
	broken, refused := errors.New("the disk is gone"), errors.New("refused")
	store.opening = func(_ context.Context, name string) error {
		if name == "t007" {
			return broken
		}
		return nil
	}
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 5})
	for i, name := range names(40) {
		for range i % 3 {
			err := f.Do(t.Context(), name, func(l *ledger.Ledger) error { return increment(t.Context(), l) })
			if name != "t007" {
				require.NoError(t, err)
			}
		}
	}
	for _, n := range []int{0, 1, 3, 100} {
		var running, most atomic.Int64
		i := 0
		for a, err := range ledger.Query(t.Context(), f, n, func(_ context.Context, tenant string, l *ledger.Ledger) (uint64, error) {
			for now := running.Add(1); now > most.Load(); {
				most.Store(now)
			}
			defer running.Add(-1)
			runtime.Gosched()
			if tenant == "t011" {
				return 0, refused
			}
			return l.View().Head().Seq, nil
		}) {
			require.Equal(t, names(40)[i], a.Tenant, "answers come in the order of names")
			switch a.Tenant {
			case "t007", "t011":
				var about *ledger.TenantError
				require.ErrorAs(t, err, &about)
				require.Equal(t, a.Tenant, about.Tenant)
				require.True(t, errors.Is(err, broken) || errors.Is(err, refused))
			default:
				require.NoError(t, err)
				require.Equal(t, uint64(1+i%3), a.Value)
			}
			i++
		}
		require.Equal(t, 40, i, "an error hides no other tenant")
		if n > 0 {
			require.LessOrEqual(t, most.Load(), int64(n))
		}
		require.LessOrEqual(t, store.most, 5)
	}
}

func TestQueryEnds(t *testing.T) {
	store := newTenants(t, names(50)...)
	f := newFleet(t, store, nil)
	t.Run("by leaving the loop", func(t *testing.T) {
		var asked atomic.Int64
		for a, err := range ledger.Query(t.Context(), f, 2, func(ctx context.Context, tenant string, _ *ledger.Ledger) (int, error) {
			asked.Add(1)
			return 0, nil
		}) {
			require.NoError(t, err)
			require.Equal(t, "t000", a.Tenant)
			break
		}
		require.Less(t, asked.Load(), int64(20), "it does not run far ahead")
		require.Zero(t, f.Stats().InUse, "and nothing runs on")
	})
	t.Run("by the context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		answers := 0
		for a, err := range ledger.Query(ctx, f, 2, sequence) {
			require.NoError(t, last, "an error of the query comes last")
			if last = err; err == nil {
				answers++
			} else {
				require.Empty(t, a.Tenant)
			}
			if answers == 3 {
				cancel()
			}
		}
		require.ErrorIs(t, last, context.Canceled)
		require.Equal(t, 3, answers)
		require.Zero(t, f.Stats().InUse)
	})
	t.Run("by the context, while a tenant is asked", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		for _, err := range ledger.Query(ctx, f, 2, func(ctx context.Context, tenant string, _ *ledger.Ledger) (int, error) {
			if tenant == "t004" {
				cancel()
				<-ctx.Done()
				return 0, ctx.Err()
			}
			return 0, nil
		}) {
			last = err
		}
		require.ErrorIs(t, last, context.Canceled)
	})
	t.Run("by a list that fails", func(t *testing.T) {
		store.listing = errors.New("half the directory can't be read")
		defer func() { store.listing = nil }()
		var last error
		answers := 0
		for _, err := range ledger.Query(t.Context(), f, 2, sequence) {
			if last = err; err == nil {
				answers++
			}
		}
		require.ErrorIs(t, last, store.listing)
		require.Equal(t, 50, answers, "after all that could be listed")
	})
	t.Run("by a panic", func(t *testing.T) {
		defer func() {
			p := fmt.Sprint(recover())
			require.Contains(t, p, `"t002"`)
			require.Contains(t, p, "blown")
			require.Contains(t, p, "fleet_test.go", "with the stack of where it happened")
			require.Zero(t, f.Stats().InUse)
		}()
		for range ledger.Query(t.Context(), f, 2, func(_ context.Context, tenant string, _ *ledger.Ledger) (int, error) {
			if tenant == "t002" {
				panic("blown")
			}
			return 0, nil
		}) {
		}
		t.Error("the loop did not panic")
	})
	t.Run("by the fleet's being closed", func(t *testing.T) {
		closed, err := ledger.NewFleet(newTenants(t, "acme"), member, nil)
		require.NoError(t, err)
		require.NoError(t, closed.Close(context.Background()))
		for _, err := range ledger.Query(t.Context(), closed, 1, sequence) {
			require.ErrorIs(t, err, ledger.ErrClosed)
		}
	})
}

// TestQueryLeavesOutTheDeleted deletes tenants while the query is under way.
func TestQueryLeavesOutTheDeleted(t *testing.T) {
	f := newFleet(t, newTenants(t, names(100)...), nil)
	var got []string
	for a, err := range ledger.Query(t.Context(), f, 1, sequence) {
		require.NoError(t, err)
		if len(got) == 0 {
			require.NoError(t, f.Delete(t.Context(), "t099", ledger.By{Actor: "ops", Reason: "test"}))
		}
		got = append(got, a.Tenant)
	}
	require.Equal(t, names(99), got)
}

// TestQueryPushesNobodyOut asks all tenants while two are at work: they stay
// open, and what the query opened goes first.
func TestQueryPushesNobodyOut(t *testing.T) {
	store := newTenants(t, names(20)...)
	f := newFleet(t, store, &ledger.FleetOptions{MaxOpen: 3})
	for _, name := range []string{"t005", "t015"} {
		require.NoError(t, f.Do(t.Context(), name, idle))
	}
	for range 2 {
		for _, err := range ledger.Query(t.Context(), f, 1, sequence) {
			require.NoError(t, err)
		}
	}
	for _, name := range []string{"t005", "t015"} {
		require.NoError(t, f.Do(t.Context(), name, idle))
		require.Equal(t, 1, store.openings(name), "%s stayed open", name)
	}
	require.Equal(t, 2, store.openings("t010"))
}

func ExampleFleet() {
	ctx := context.Background()
	fleet, err := ledger.NewFleet(memory.NewTenants(), member, nil) // or file.OpenTenants
	if err != nil {
		panic(err)
	}
	defer fleet.Close(context.Background())
	if err := fleet.Create(ctx, "acme", ledger.By{Actor: "ops", Reason: "test"}, nil); err != nil {
		panic(err)
	}
	err = fleet.Do(ctx, "acme", func(l *ledger.Ledger) error {
		return l.Update(ctx, ledger.By{Actor: "ada", Reason: "onboarding"}, func(tx *ledger.Tx) error {
			return accounts.Keep(tx, account{ID: "ada"})
		})
	})
	fmt.Println(err)
	err = fleet.Do(ctx, "amce", func(*ledger.Ledger) error { return nil })
	fmt.Println(errors.Is(err, ledger.ErrNotFound))
	// Output:
	// <nil>
	// true
}

// How many accounts there are, over all tenants.
func ExampleQuery() {
	ctx := context.Background()
	fleet, err := ledger.NewFleet(memory.NewTenants(), member, nil)
	if err != nil {
		panic(err)
	}
	defer fleet.Close(context.Background())
	for _, name := range []string{"globex", "acme"} {
		if err := fleet.Create(ctx, name, ledger.By{Actor: "ops", Reason: "test"}, nil); err != nil {
			panic(err)
		}
	}
	size := func(_ context.Context, _ string, l *ledger.Ledger) (int, error) { return l.Size(), nil }
	total := 0
	for a, err := range ledger.Query(ctx, fleet, 0, size) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(a.Tenant, a.Value)
		total += a.Value
	}
	fmt.Println(total)
	// Output:
	// acme 1
	// globex 1
	// 2
}

// Who asks a ledger of a fleet is told whose it is.
func TestAuthorizeKnowsTheTenant(t *testing.T) {
	var tenants []string
	f, err := ledger.NewFleet(newTenants(t), func(ctx context.Context, _ string, s *storage.Tenant) (*ledger.Ledger, error) {
		return ledger.Open(ctx, s.Journal, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Authorize: func(_ context.Context, _ ledger.By, a ledger.Action) error {
			tenants = append(tenants, a.Tenant)
			return nil
		}})
	}, nil)
	require.NoError(t, err)
	for _, name := range []string{"acme", "bank"} {
		require.NoError(t, f.Create(t.Context(), name, ledger.By{Actor: "ops", Reason: "test"}, nil))
		require.NoError(t, f.Do(t.Context(), name, func(l *ledger.Ledger) error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a"}) })
		}))
	}
	require.Equal(t, []string{"acme", "acme", "bank", "bank"}, tenants)
	require.NoError(t, f.Close(t.Context()))
}
