package linear

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"sync"

	"github.com/aimskit/aimskit/storage"
)

// errInjected is what a flaky journal fails with.
var errInjected = errors.New("linear: injected failure")

// Flaky returns a journal that fails at random, for the given share of
// appends (0 to 1): half of them before taking effect, half after. A tenth of
// the share of reads fails as well.
func Flaky(j storage.Journal, share float64, seed uint64) storage.Journal {
	return &flaky{Journal: j, share: share, random: rand.New(rand.NewPCG(seed, 1))}
}

type flaky struct {
	storage.Journal
	share float64

	mu     sync.Mutex
	random *rand.Rand
}

// draw reports an event of a share of all.
func (f *flaky) draw(share float64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.random.Float64() < share
}

func (f *flaky) Append(ctx context.Context, batch storage.Batch) error {
	if !f.draw(f.share) {
		return f.Journal.Append(ctx, batch)
	}
	if f.draw(0.5) {
		return errInjected
	}
	if err := f.Journal.Append(ctx, batch); err != nil {
		return err
	}
	return errInjected
}

func (f *flaky) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	if f.draw(f.share / 10) {
		return func(yield func(storage.Commit, error) bool) { yield(storage.Commit{}, errInjected) }
	}
	return f.Journal.Log(ctx, after)
}
