package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// held is a journal whose appends wait at a gate, once there is one.
type held struct {
	storage.Journal
	gate    atomic.Pointer[chan struct{}]
	appends atomic.Int64
}

func (h *held) Append(ctx context.Context, batch storage.Batch) error {
	if g := h.gate.Load(); g != nil {
		<-*g
	}
	h.appends.Add(1)
	return h.Journal.Append(ctx, batch)
}

// A commit that can't be encoded takes nobody with it, and nothing of it is
// left: not in Views, not in the journal, not in what the next one sees.
func TestCommitThatCanNotBeEncoded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &held{Journal: memory.New()}
		parcels := ledger.Parcels
		l, err := ledger.Open(t.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{parcels}})
		require.NoError(t, err)
		update := func(fn func(tx *ledger.Tx) error) chan error {
			done := make(chan error, 1)
			go func() { done <- l.Update(t.Context(), by, fn) }()
			synctest.Wait()
			return done
		}
		keep := func(id string) func(tx *ledger.Tx) error {
			return func(tx *ledger.Tx) error { return parcels.Keep(tx, ledger.Parcel{ID: id}) }
		}
		runs := 0
		gate := make(chan struct{})
		j.gate.Store(&gate)
		first := update(keep("first")) // on its way to the journal while the others queue
		second := update(keep("second"))
		bad := update(func(tx *ledger.Tx) error { // past all checks, as only a mistake of the code's type gets
			return parcels.Keep(tx, ledger.Parcel{ID: "bad", Code: ledger.ParseCode(ledger.BadCode)})
		})
		third := update(func(tx *ledger.Tx) error {
			if runs++; parcels.Of(tx).Has("bad") != (runs == 1) {
				return errors.New("it saw what was thrown away")
			}
			return keep("third")(tx)
		})
		reader := update(func(tx *ledger.Tx) error {
			if parcels.Of(tx).Has("bad") {
				return errors.New("an answer that rests on it")
			}
			return nil
		})
		close(gate)
		require.ErrorContains(t, <-bad, `encoding parcel "bad"`)
		for _, done := range []chan error{first, second, third, reader} {
			require.NoError(t, <-done)
		}
		require.Equal(t, 2, runs)
		require.Equal(t, []string{"first", "second", "third"}, slices.Sorted(parcels.Of(l.View()).IDs()))
		again, err := ledger.Open(t.Context(), j.Journal, &ledger.Options{Kinds: []ledger.AnyKind{parcels}})
		require.NoError(t, err)
		require.Equal(t, l.View().Head(), again.View().Head())
		require.NoError(t, l.Verify(t.Context()))
		require.NoError(t, l.Close(t.Context()))
	})
}

// A commit whose ID no journal takes fails alone, and the rest is kept. Where
// none is wrong in itself, as with two of one ID, all that were to go together
// fail.
func TestCommitThatCanNotBeSealed(t *testing.T) {
	for _, test := range []struct {
		name string
		ids  []string // of the three commits that go to the journal together
		why  []string // for each, why it fails; nothing if it is kept
	}{
		{"empty", []string{"a", "", "c"}, []string{"", `commit 0 (""): an ID is 1 to 1024 bytes`, ""}},
		{"two empty", []string{"", "b", ""}, []string{`(""): an ID is`, "", `(""): an ID is`}},
		{"twice", []string{"a", "b", "a"}, []string{"its ID stands twice", "its ID stands twice", "its ID stands twice"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &held{Journal: memory.New()}
				given, n := (*string)(nil), 0
				l := open(t, j, &ledger.Options{NewID: func() string {
					if n++; given != nil {
						return *given
					}
					return fmt.Sprint("id-", n)
				}})
				update := func(id string) chan error {
					done := make(chan error, 1)
					go func() {
						done <- l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: id}) })
					}()
					synctest.Wait()
					return done
				}
				gate := make(chan struct{})
				j.gate.Store(&gate)
				first := update("first") // on its way to the journal while the others queue
				var done []chan error
				for i := range test.ids {
					given = &test.ids[i]
					done = append(done, update(fmt.Sprint("p", i)))
				}
				given = nil // what runs again has IDs of its own
				close(gate)
				require.NoError(t, <-first)
				for i, why := range test.why {
					if err := <-done[i]; why == "" {
						require.NoError(t, err)
					} else {
						require.ErrorIs(t, err, storage.ErrBatch)
						require.ErrorContains(t, err, why)
					}
					require.Equal(t, why == "", accounts.Of(l.View()).Has(fmt.Sprint("p", i)))
				}
				head, err := storage.Verify(t.Context(), j)
				require.NoError(t, err)
				require.Equal(t, l.View().Head(), head)
			})
		})
	}
}
