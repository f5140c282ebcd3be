package aims

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// counted is a journal that counts how often its log is read.
type counted struct {
	storage.Journal
	reads atomic.Int64
}

func (c *counted) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	c.reads.Add(1)
	return c.Journal.Log(ctx, after)
}

// Who watches reads the journal once, for what was there before; what is
// published then comes from memory. While nobody watches nothing is kept.
func TestWatchingReadsTheJournalOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &counted{Journal: memory.New()}
		m, err := Open(t.Context(), j, nil)
		require.NoError(t, err)
		defer m.Close()
		n := 0
		update := func() {
			n++
			require.NoError(t, m.Update(t.Context(), By{Actor: "test", Reason: "test"}, func(tx *Tx) error {
				_, err := tx.PutPerson(Person{ID: fmt.Sprint("p", n), Name: "P"})
				return err
			}))
			synctest.Wait()
		}
		update()
		require.Empty(t, m.feed.recent)
		ctx, stop := context.WithCancel(t.Context())
		var seen []uint64
		done := make(chan struct{})
		go func() {
			defer close(done)
			for p, err := range m.Changes(ctx, 0) {
				if err != nil {
					return
				}
				seen = append(seen, p.Seq)
			}
		}()
		synctest.Wait()
		before := j.reads.Load()
		for range 5 {
			update()
		}
		require.Equal(t, []uint64{1, 2, 3, 4, 5, 6, 7}, seen)
		require.Equal(t, before, j.reads.Load())
		stop()
		<-done
		update()
		require.Empty(t, m.feed.recent)
	})
}
