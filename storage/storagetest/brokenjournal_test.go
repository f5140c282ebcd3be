package storagetest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// broken is a journal in memory with a fault.
type broken struct {
	*memory.Journal
	append func(j *memory.Journal, ctx context.Context, batch storage.Batch) error
	log    func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error]
}

func (b broken) Append(ctx context.Context, batch storage.Batch) error {
	if b.append == nil {
		return b.Journal.Append(ctx, batch)
	}
	return b.append(b.Journal, ctx, batch)
}

func (b broken) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	if b.log == nil {
		return b.Journal.Log(ctx, after)
	}
	return b.log(b.Journal, ctx, after)
}

// commits reads a journal in memory.
func commits(j *memory.Journal, after uint64) []storage.Commit {
	var all []storage.Commit
	for c := range j.Log(context.Background(), after) {
		all = append(all, c)
	}
	return all
}

func headOf(j *memory.Journal) (head storage.Head) {
	for _, c := range commits(j, 0) {
		head = c.Head
	}
	return head
}

// logs is a fault in what the log yields: change is given the commits that
// should come.
func logs(change func([]storage.Commit) []storage.Commit) func(*testing.T) storage.Journal {
	return logging(func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
		return all(ctx, change(commits(j, after)), 0)
	})
}

// keeps is a fault in what the store makes of a commit.
func keeps(change func(*storage.Commit)) func(*testing.T) storage.Journal {
	return logs(func(log []storage.Commit) []storage.Commit {
		log = slices.Clone(log)
		for i := range log {
			log[i].Changes = slices.Clone(log[i].Changes)
			change(&log[i])
		}
		return log
	})
}

// keepsChange is a fault in what it makes of a change.
func keepsChange(change func(*storage.Change)) func(*testing.T) storage.Journal {
	return keeps(func(c *storage.Commit) {
		for i := range c.Changes {
			change(&c.Changes[i])
		}
	})
}

// appends is a fault in Append.
func appends(fault func(j *memory.Journal, ctx context.Context, batch storage.Batch) error) func(*testing.T) storage.Journal {
	return func(*testing.T) storage.Journal { return broken{Journal: memory.New(), append: fault} }
}

// logging is a fault in Log.
func logging(fault func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error]) func(*testing.T) storage.Journal {
	return func(*testing.T) storage.Journal { return broken{Journal: memory.New(), log: fault} }
}

var errNoRows = errors.New("no rows")

// own is a journal that keeps a slice, for faults in adding to it.
type own struct {
	mu  sync.Mutex
	log []storage.Commit
	add func(o *own, batch storage.Batch) error
}

func (o *own) Append(ctx context.Context, batch storage.Batch) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(batch.Commits()) == 0 {
		return storage.ErrBatch
	}
	return o.add(o, batch)
}

func (o *own) last() (head storage.Head, at time.Time) {
	if n := len(o.log); n > 0 {
		head, at = o.log[n-1].Head, o.log[n-1].Time
	}
	return head, at
}

func (o *own) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	o.mu.Lock()
	defer o.mu.Unlock()
	return all(ctx, o.log, after)
}

// all yields commits as a log does.
func all(ctx context.Context, log []storage.Commit, after uint64) iter.Seq2[storage.Commit, error] {
	log = log[min(after, uint64(len(log))):len(log):len(log)]
	return func(yield func(storage.Commit, error) bool) {
		for _, c := range log {
			if ctx.Err() != nil || !yield(c, nil) {
				break
			}
		}
		if ctx.Err() != nil {
			yield(storage.Commit{}, ctx.Err())
		}
	}
}

func adds(fault func(o *own, batch storage.Batch) error) func(*testing.T) storage.Journal {
	return func(*testing.T) storage.Journal { return &own{add: fault} }
}

// copied returns a copy of commits that shares no memory.
func copied(commits []storage.Commit) []storage.Commit {
	commits = slices.Clone(commits)
	for i := range commits {
		c := &commits[i]
		c.Meta, c.Changes = slices.Clone(c.Meta), slices.Clone(c.Changes)
		for k := range c.Changes {
			ch := &c.Changes[k]
			ch.Salt, ch.Body = slices.Clone(ch.Salt), slices.Clone(ch.Body)
		}
	}
	return commits
}

// part is the first commits of a batch.
func part(b storage.Batch, n int) storage.Batch {
	p, _ := storage.NewBatch(b.Parent(), b.Commits()[:n])
	return p
}
