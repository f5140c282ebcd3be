// Package memory keeps a journal in memory: for tests, for analyses, for
// trying things out. What it holds ends with the process.
package memory

import (
	"context"
	"iter"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/storage"
)

// Journal is a storage.Journal in memory. The zero value is not usable; New
// makes one.
type Journal struct {
	mu  sync.RWMutex
	log []storage.Commit
}

var _ storage.Journal = (*Journal)(nil)

// New returns an empty journal.
func New() *Journal { return new(Journal) }

// Append adds a batch; see storage.Journal.
func (j *Journal) Append(ctx context.Context, parent storage.Head, batch []storage.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := storage.CheckBatch(parent, batch); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var head storage.Head
	if n := len(j.log); n > 0 {
		head = j.log[n-1].Head
	}
	if head != parent {
		return storage.ErrConflict
	}
	j.log = append(j.log, batch...)
	return nil
}

// Log yields the commits after a sequence number; see storage.Journal.
func (j *Journal) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		j.mu.RLock()
		log := slices.Clip(j.log)
		j.mu.RUnlock()
		if after > uint64(len(log)) {
			return
		}
		for _, c := range log[after:] {
			if err := ctx.Err(); err != nil {
				yield(storage.Commit{}, err)
				return
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}
