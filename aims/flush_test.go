package aims

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
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
		m, err := Open(t.Context(), j, nil)
		require.NoError(t, err)
		defer m.Close()
		update := func(fn func(tx *Tx) error) chan error {
			done := make(chan error, 1)
			go func() { done <- m.Update(t.Context(), By{Actor: "test", Reason: "test"}, fn) }()
			synctest.Wait()
			return done
		}
		person := func(id string) func(tx *Tx) error {
			return func(tx *Tx) error { _, err := tx.PutPerson(Person{ID: id, Name: id}); return err }
		}
		runs := 0
		gate := make(chan struct{})
		j.gate.Store(&gate)
		first := update(person("first")) // on its way to the journal while the others queue
		second := update(person("second"))
		bad := update(func(tx *Tx) error { // past all checks, as only a mistake in this package gets
			tx.record(objectives, "bad", &Objective{ID: "bad", Target: math.NaN()}, nil)
			return nil
		})
		third := update(func(tx *Tx) error {
			if runs++; tx.Objectives().Has("bad") != (runs == 1) {
				return errors.New("it saw what was thrown away")
			}
			return person("third")(tx)
		})
		reader := update(func(tx *Tx) error {
			if tx.Objectives().Has("bad") {
				return errors.New("an answer that rests on it")
			}
			return nil
		})
		close(gate)
		require.ErrorContains(t, <-bad, `encoding objective "bad"`)
		for _, done := range []chan error{first, second, third, reader} {
			require.NoError(t, <-done)
		}
		require.Equal(t, 2, runs)
		v := m.View()
		require.False(t, v.Objectives().Has("bad"))
		for _, id := range []string{"first", "second", "third"} {
			require.True(t, v.People().Has(id), id)
		}
		again, err := Open(t.Context(), j.Journal, nil)
		require.NoError(t, err)
		require.Equal(t, v.Head(), again.View().Head())
		require.NoError(t, again.Close())
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
				m, err := Open(t.Context(), j, &Options{NewID: func() string {
					if n++; given != nil {
						return *given
					}
					return fmt.Sprint("id-", n)
				}})
				require.NoError(t, err)
				defer m.Close()
				update := func(person string) chan error {
					done := make(chan error, 1)
					go func() {
						done <- m.Update(t.Context(), By{Actor: "test", Reason: "test"}, func(tx *Tx) error {
							_, err := tx.PutPerson(Person{ID: person, Name: person})
							return err
						})
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
					require.Equal(t, why == "", m.View().People().Has(fmt.Sprint("p", i)))
				}
				head, err := storage.Verify(t.Context(), j)
				require.NoError(t, err)
				require.Equal(t, m.View().Head(), head)
			})
		})
	}
}
