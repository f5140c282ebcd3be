package ledger_test

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
// published then comes from memory. Who comes later reads it in turn.
func TestWatchingReadsTheJournalOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &counted{Journal: memory.New()}
		b := openBook(t, j, &clock{now: day0})
		n := 0
		add := func() {
			n++
			require.NoError(t, b.add(fmt.Sprint("a", n)))
			synctest.Wait()
		}
		add()
		for range 2 {
			start := j.reads.Load()
			ctx, stop := context.WithCancel(t.Context())
			w := startWatch(ctx, b.Ledger, 0, nil)
			synctest.Wait()
			require.Equal(t, start+1, j.reads.Load())
			for range 5 {
				add()
			}
			require.Equal(t, start+1, j.reads.Load())
			w.requireAll(t, j, 0)
			stop()
			<-w.done
			add()
		}
	})
}
