package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// hung is a journal whose Appends, once it hangs, do not return until they are
// let go, whatever their contexts say.
type hung struct {
	storage.Journal
	mu   sync.Mutex
	gate chan func(store func() error) error // nil: it does not hang
	met  int                                 // Appends that hung
}

func (h *hung) hang() { h.mu.Lock(); defer h.mu.Unlock(); h.gate = make(chan func(func() error) error) }

// release lets the Append that hangs go on, which says what becomes of it, and no
// further one hang.
func (h *hung) release(how func(store func() error) error) {
	h.mu.Lock()
	gate := h.gate
	h.gate = nil
	h.mu.Unlock()
	gate <- how
}

func (h *hung) Append(_ context.Context, batch storage.Batch) error {
	h.mu.Lock()
	gate := h.gate
	if gate != nil {
		h.met++
	}
	h.mu.Unlock()
	store := func() error { return h.Journal.Append(context.Background(), batch) }
	if gate == nil {
		return store()
	}
	return (<-gate)(store)
}

// async runs something and returns where its error will be.
func async(do func() error) chan error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	synctest.Wait()
	return done
}

var (
	kept    = func(store func() error) error { return store() }
	lost    = func(func() error) error { return errFlaky }
	pretend = func(store func() error) error { return errors.Join(store(), errFlaky) } // kept, and says no
	errLate = errors.New("late")
)

// Whatever waits for a store that hangs ends with its context.
func TestWaitingForAHungStoreEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &hung{Journal: memory.New()}
		l := open(t, j, &ledger.Options{Retry: ledger.Retry{Timeout: time.Hour}})
		update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a"}) })
		j.hang()
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errLate)
		defer cancel()
		put := func(id string) func() error {
			return func() error {
				return l.Update(ctx, by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: id}) })
			}
		}
		first, second := async(put("first")), async(put("second"))
		reader := async(func() error { return l.Update(ctx, by, func(*ledger.Tx) error { return nil }) })
		sync := async(func() error { return l.Sync(ctx) })
		start := time.Now()
		require.ErrorIs(t, <-sync, errLate)
		for _, done := range []chan error{first, second} {
			err := <-done
			require.ErrorIs(t, err, ledger.ErrOutcomeUnknown)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		err := <-reader
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, ledger.ErrOutcomeUnknown, "it changes nothing, whatever becomes of the rest")
		require.Equal(t, time.Second, time.Since(start))
		require.Equal(t, 1, l.View().Len())

		ctx, cancel = context.WithTimeoutCause(t.Context(), time.Second, errLate)
		defer cancel()
		require.ErrorIs(t, l.Close(ctx), errLate)
		require.Equal(t, 2*time.Second, time.Since(start))
		require.ErrorIs(t, l.Update(t.Context(), by, func(*ledger.Tx) error { return nil }), ledger.ErrClosed)
		j.release(kept)
		require.NoError(t, l.Close(t.Context()), "what was on its way has come to an end")
		require.Equal(t, []string{"a", "first", "second"}, slices.Collect(accounts.Of(l.View()).IDs()))
		require.NoError(t, l.Verify(t.Context()))
	})
}

// After Retry.Timeout who waits is told that the outcome is unknown, what was
// queued that it was not made, and nothing more is handed over. When the Append
// comes back, whether or not it took effect and whatever it says, the ledger goes
// on from what the journal holds.
func TestHungStoreComesBack(t *testing.T) {
	for name, c := range map[string]struct {
		how  func(func() error) error
		kept bool
	}{
		"kept":                   {kept, true},
		"kept, and says no":      {pretend, true},
		"not kept":               {lost, false},
		"not kept, and says yes": {func(func() error) error { return nil }, false},
		"another was first":      {func(func() error) error { return fmt.Errorf("%w: moved", storage.ErrConflict) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &hung{Journal: memory.New()}
				l := open(t, j, &ledger.Options{Retry: ledger.Retry{Timeout: 8 * time.Second, Attempts: 1}})
				put := func(id string) func() error {
					return func() error {
						return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: id}) })
					}
				}
				require.NoError(t, put("a")())
				watched := startWatch(t.Context(), l, 0, nil)
				j.hang()
				start := time.Now()
				first := async(put("first"))
				queued := async(put("queued"))
				waits := async(func() error {
					return l.Update(t.Context(), by, func(tx *ledger.Tx) error {
						require.True(t, tx.Has(subject("queued")) || time.Since(start) > 8*time.Second)
						return nil
					})
				})
				err := <-first
				require.ErrorIs(t, err, ledger.ErrOutcomeUnknown)
				require.ErrorIs(t, err, ledger.ErrHung)
				require.Equal(t, 9*time.Second, time.Since(start), "a little longer than its context")
				err = <-queued
				require.ErrorIs(t, err, ledger.ErrHung)
				require.NotErrorIs(t, err, ledger.ErrOutcomeUnknown)
				require.ErrorIs(t, <-waits, ledger.ErrHung)
				for range 3 {
					err := put("later")()
					require.ErrorIs(t, err, ledger.ErrHung)
					require.NotErrorIs(t, err, ledger.ErrOutcomeUnknown)
				}
				require.Equal(t, 1, j.met, "nothing more is handed over")
				require.Equal(t, []string{"a"}, slices.Collect(accounts.Of(l.View()).IDs()))
				impatient, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errLate)
				defer cancel()
				require.ErrorIs(t, l.Sync(impatient), errLate)

				j.release(c.how)
				synctest.Wait()
				want := []string{"a"}
				if c.kept {
					want = append(want, "first")
				}
				require.Equal(t, want, slices.Collect(accounts.Of(l.View()).IDs()), "the ledger has found out")
				require.NoError(t, put("later")())
				require.Equal(t, append(want, "later"), slices.Collect(accounts.Of(l.View()).IDs()))
				require.NoError(t, l.Sync(t.Context()))
				require.NoError(t, l.Verify(t.Context()))
				synctest.Wait()
				watched.requireAll(t, j, 0)
				require.NoError(t, l.Close(t.Context()))
			})
		})
	}
}

// A store that looks at its context only hangs until then: the batch is tried
// again, and nobody is told that it hangs.
func TestStoreThatHeedsItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &heeding{Journal: memory.New(), slow: 2}
		l := open(t, j, &ledger.Options{Retry: ledger.Retry{Timeout: 8 * time.Second, Wait: time.Millisecond}})
		start := time.Now()
		update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a"}) })
		require.GreaterOrEqual(t, time.Since(start), 16*time.Second)
		require.Less(t, time.Since(start), 17*time.Second)
		require.Equal(t, 1, l.View().Len())
	})
}

// heeding waits for the context to end, the first times.
type heeding struct {
	storage.Journal
	slow int
}

func (h *heeding) Append(ctx context.Context, batch storage.Batch) error {
	if h.slow--; h.slow >= 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	return h.Journal.Append(ctx, batch)
}

// While the function of one Update takes its time, whoever else waits stops with
// their context.
func TestWaitingAtTheDoorEndsWithTheContext(t *testing.T) {
	for name, do := range map[string]func(context.Context, *ledger.Ledger) error{
		"update": func(ctx context.Context, l *ledger.Ledger) error {
			return l.Update(ctx, by, func(*ledger.Tx) error { return nil })
		},
		"sync":       func(ctx context.Context, l *ledger.Ledger) error { return l.Sync(ctx) },
		"checkpoint": func(ctx context.Context, l *ledger.Ledger) error { return l.Checkpoint(ctx) },
		"close":      func(ctx context.Context, l *ledger.Ledger) error { return l.Close(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			j := memory.New()
			l := open(t, j, &ledger.Options{Snapshots: j})
			inside, gate, done := make(chan bool), make(chan bool), make(chan error, 1)
			go func() {
				done <- l.Update(t.Context(), by, func(tx *ledger.Tx) error {
					close(inside)
					<-gate
					return accounts.Keep(tx, account{ID: "slow"})
				})
			}()
			<-inside
			ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, errLate)
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- do(ctx, l) }()
			select {
			case err := <-ended:
				require.ErrorIs(t, err, errLate)
			case <-time.After(10 * time.Second):
				t.Error("it still waits")
			}
			require.Zero(t, l.View().Len(), "reading goes on all the time")
			close(gate)
			require.NoError(t, <-done, "what had begun ends well")
			require.NoError(t, l.Close(t.Context()))
			require.Equal(t, 1, l.View().Len())
		})
	}
}
