package storagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// The faults of journals. Each must fail the test that is named, which must say
// so in these words.
var faults = []struct {
	name string
	open func(*testing.T) storage.Journal
	test string
	says string
}{
	{"reports success without adding", appends(func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
		if len(commits(j, 0)) == 3 {
			return batch.Fits(headOf(j), time.Time{})
		}
		return j.Append(ctx, batch)
	}), "AppendAndLog", "ends early, with commit 3 where 2 more were acknowledged"},
	{"reports success at a conflict", appends(func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
		if err := j.Append(ctx, batch); !errors.Is(err, storage.ErrConflict) {
			return err
		}
		return nil
	}), "Conflict", "a parent that is not the head"},
	{"adds the half of a batch", appends(func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
		if n := len(batch.Commits()); n > 1 {
			return j.Append(ctx, part(batch, n/2))
		}
		return j.Append(ctx, batch)
	}), "AppendAndLog", "ends early"},
	{"reports a conflict after adding", appends(func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
		if err := j.Append(ctx, batch); err != nil {
			return err
		}
		return storage.ErrConflict
	}), "AppendAndLog", "the journal's head has moved"},
	{"adds a batch that conflicts", adds(func(o *own, batch storage.Batch) error {
		err := batch.Fits(o.last())
		o.log = append(o.log, copied(batch.Commits())...)
		return err
	}), "Conflict", "a conflict adds nothing"},
	{"adds a batch twice when it is sent again", adds(func(o *own, batch storage.Batch) error {
		if head, at := o.last(); head != batch.Head() {
			if err := batch.Fits(head, at); err != nil {
				return err
			}
		}
		o.log = append(o.log, copied(batch.Commits())...)
		return nil
	}), "Resend", "a batch that is there already is a conflict"},
	{"adds a batch twice and says that it conflicts", adds(func(o *own, batch storage.Batch) error {
		head, at := o.last()
		err := batch.Fits(head, at)
		if err == nil || head == batch.Head() {
			o.log = append(o.log, copied(batch.Commits())...)
		}
		return err
	}), "Resend", "the log yields commit 1 where commit 4 comes"},
	{"compares the sequence number alone", adds(func(o *own, batch storage.Batch) error {
		if batch.Parent().Seq != uint64(len(o.log)) {
			return storage.ErrConflict
		}
		o.log = append(o.log, copied(batch.Commits())...)
		return nil
	}), "Conflict", "a parent that is not the head (forked) is a conflict"},
	{"takes an empty batch", appends(func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
		if len(batch.Commits()) == 0 {
			return nil
		}
		return j.Append(ctx, batch)
	}), "UnfitBatch", "an empty batch"},
	{"takes a time that runs back", adds(func(o *own, batch storage.Batch) error {
		head, _ := o.last()
		if err := batch.Fits(head, time.Time{}); err != nil {
			return err
		}
		o.log = append(o.log, copied(batch.Commits())...)
		return nil
	}), "UnfitBatch", "the journal's time never runs back"},
	{"adds though the context has ended", appends(func(j *memory.Journal, _ context.Context, batch storage.Batch) error {
		return j.Append(context.Background(), batch)
	}), "Context", "a call whose context has ended fails"},
	{"takes nothing after a conflict", func(*testing.T) storage.Journal {
		var aborted error
		var mu sync.Mutex
		return broken{Journal: memory.New(), append: func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			if aborted != nil {
				return aborted
			}
			err := j.Append(ctx, batch)
			if errors.Is(err, storage.ErrConflict) {
				aborted = fmt.Errorf("%w: the transaction is aborted", err)
			}
			return err
		}}
	}, "Conflict", "after conflicts the head still takes a batch"},
	{"looks at the head and adds later", adds(func(o *own, batch storage.Batch) error {
		if err := batch.Fits(o.last()); err != nil {
			return err
		}
		o.mu.Unlock()
		for range 100 {
			runtime.Gosched()
		}
		o.mu.Lock()
		o.log = append(o.log, copied(batch.Commits())...)
		return nil
	}), "ConcurrentWriters", "the log yields commit"},
	{"keeps the memory of a batch", adds(func(o *own, batch storage.Batch) error {
		if err := batch.Fits(o.last()); err != nil {
			return err
		}
		if o.log == nil {
			o.log = batch.Commits()
		} else {
			o.log = append(o.log, batch.Commits()...)
		}
		return nil
	}), "KeepsNothing", "reading the log after commit 0: the caller may use the memory of a batch again"},
	{"keeps the memory of the bodies", adds(func(o *own, batch storage.Batch) error {
		if err := batch.Fits(o.last()); err != nil {
			return err
		}
		for _, c := range batch.Commits() {
			c.Meta, c.Changes = slices.Clone(c.Meta), slices.Clone(c.Changes)
			o.log = append(o.log, c)
		}
		return nil
	}), "KeepsNothing", "commit 1: the caller may use the memory of a batch again"},
	{"writes to a batch", appends(func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
		err := j.Append(ctx, batch)
		for _, c := range batch.Commits() {
			clear(c.Changes)
		}
		return err
	}), "KeepsNothing", "Append changes nothing of a batch"},

	{"the log ends one early", logs(func(log []storage.Commit) []storage.Commit { return log[:max(len(log), 1)-1] }),
		"AppendAndLog", "the log after commit 0 ends early, with commit 2 where 1 more were acknowledged"},
	{"the log ends early, past 50 commits", logs(func(log []storage.Commit) []storage.Commit { return log[:min(len(log), 50)] }),
		"ConcurrentWriters", "the log ends early, with commit 50: an answer of Append said that there is a commit 51"},
	{"the log is that of a replica behind", func(*testing.T) storage.Journal {
		var mu sync.Mutex
		var replica []storage.Commit
		return broken{Journal: memory.New(), append: func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			replica = commits(j, 0)
			return j.Append(ctx, batch)
		}, log: func(_ *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
			mu.Lock()
			defer mu.Unlock()
			return all(ctx, replica, after)
		}}
	}, "ConcurrentWriters", "the log ends early"},
	{"the log repeats a commit", logs(func(log []storage.Commit) []storage.Commit {
		if len(log) > 1 {
			return slices.Insert(slices.Clone(log), 1, log[1])
		}
		return log
	}), "AppendAndLog", "the log yields commit 2 twice"},
	{"the log leaves a commit out", logs(func(log []storage.Commit) []storage.Commit {
		if len(log) > 2 {
			return slices.Delete(slices.Clone(log), 1, 2)
		}
		return log
	}), "AppendAndLog", "the log yields commit 3 where commit 2 comes"},
	{"the log is out of order", logs(func(log []storage.Commit) []storage.Commit {
		log = slices.Clone(log)
		slices.SortFunc(log, func(a, b storage.Commit) int { return strings.Compare(fmt.Sprint(a.Seq), fmt.Sprint(b.Seq)) })
		return log
	}), "LogFromAnywhere", "the log yields commit 10 where commit 2 comes"},
	{"the log begins with the commit asked for", logging(func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
		return j.Log(ctx, max(after, 1)-1)
	}), "LogFromAnywhere", "the log yields commit 1 where commit 2 comes"},
	{"the log begins at its start when asked beyond its end", logging(func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
		if after > headOf(j).Seq {
			after = 0
		}
		return j.Log(ctx, after)
	}), "LogFromAnywhere", "where commit 1099511627777 comes"},
	{"the log ends with an error", logging(func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
		return func(yield func(storage.Commit, error) bool) {
			for c, err := range j.Log(ctx, after) {
				if !yield(c, err) {
					return
				}
			}
			yield(storage.Commit{}, errNoRows)
		}
	}), "Empty", "no rows"},
	{"the log goes on after an error", logging(func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
		return func(yield func(storage.Commit, error) bool) {
			for c := range j.Log(context.Background(), after) {
				if ctx.Err() != nil && !yield(storage.Commit{}, ctx.Err()) || !yield(c, nil) {
					return
				}
			}
		}
	}), "Context", "the log goes on after an error"},
	{"the log yields a commit with an error", logging(func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
		return func(yield func(storage.Commit, error) bool) {
			for c := range j.Log(context.Background(), after) {
				if err := ctx.Err(); !yield(c, err) || err != nil {
					return
				}
			}
		}
	}), "Context", "the log yields commit 1 together with an error"},
	{"the log does not look at its context", logging(func(j *memory.Journal, _ context.Context, after uint64) iter.Seq2[storage.Commit, error] {
		return j.Log(context.Background(), after)
	}), "Context", "a log whose context has ended says so"},
	{"the log looks at its context once", logging(func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
		if ctx.Err() != nil {
			return j.Log(ctx, after)
		}
		return j.Log(context.Background(), after)
	}), "Context", "a log whose context ends says so"},
	{"the log uses its memory again", logging(func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
		return func(yield func(storage.Commit, error) bool) {
			buffer := make([]byte, 0, 1<<22)
			for c, err := range j.Log(ctx, after) {
				if err == nil {
					buffer = storage.AppendCommit(buffer[:0], c)
					c, _, err = storage.DecodeCommit(buffer)
				}
				if !yield(c, err) {
					return
				}
			}
		}
	}), "AppendAndLog", "what was acknowledged is there"},
	{"a log that is read blocks a batch", func(*testing.T) storage.Journal {
		var mu sync.RWMutex
		return broken{Journal: memory.New(), append: func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			return j.Append(ctx, batch)
		}, log: func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
			return func(yield func(storage.Commit, error) bool) {
				mu.RLock()
				defer mu.RUnlock()
				j.Log(ctx, after)(yield)
			}
		}}
	}, "LogWhileAppending", "a batch is taken while a log is read"},
	{"a log that is left blocks a batch", func(*testing.T) storage.Journal {
		var mu sync.RWMutex
		return broken{Journal: memory.New(), append: func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			return j.Append(ctx, batch)
		}, log: func(j *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
			return func(yield func(storage.Commit, error) bool) {
				for c, err := range j.Log(ctx, after) {
					if !yield(c, err) {
						mu.RLock() // never unlocked
						return
					}
				}
			}
		}}
	}, "EarlyBreak", "a reader that broke off holds nothing"},

	{"writes JSON anew", keepsChange(func(ch *storage.Change) {
		var v any
		if json.Unmarshal(ch.Body, &v) == nil {
			ch.Body, _ = json.Marshal(v)
		}
	}), "ExactBytes", "bodies are exact bytes"},
	{"keeps 64 kB of a body", keepsChange(func(ch *storage.Change) { ch.Body = ch.Body[:min(len(ch.Body), 1<<16-1)] }),
		"Large", "a body of 1048576 bytes is kept whole"},
	{"keeps bodies as text", keepsChange(func(ch *storage.Change) {
		if ch.Body != nil {
			ch.Body = bytes.ToValidUTF8(ch.Body, []byte("?"))
		}
	}), "ExactBytes", "bodies are exact bytes"},
	{"takes no body for an empty one", keepsChange(func(ch *storage.Change) { ch.Body = append([]byte{}, ch.Body...) }),
		"ExactBytes", "no body and an empty body are two things"},
	{"takes an empty body for none", keepsChange(func(ch *storage.Change) {
		if len(ch.Body) == 0 {
			ch.Body = nil
		}
	}), "ExactBytes", "no body and an empty body are two things"},
	{"keeps no salt", keepsChange(func(ch *storage.Change) { ch.Salt = nil }), "ExactBytes", "salts are exact bytes"},
	{"keeps metadata as text", keeps(func(c *storage.Commit) { c.Meta = bytes.ToValidUTF8(c.Meta, nil) }), "ExactBytes", "metadata are exact bytes"},
	{"keeps 255 characters of a key", keepsChange(func(ch *storage.Change) { ch.Key = ch.Key[:min(len(ch.Key), 255)] }), "ExactBytes", "names are exact"},
	{"cuts a name at a zero", keepsChange(func(ch *storage.Change) { ch.Key, _, _ = strings.Cut(ch.Key, "\x00") }), "ExactBytes", "names are exact"},
	{"cuts spaces off a key", keepsChange(func(ch *storage.Change) { ch.Key = strings.TrimSpace(ch.Key) }), "ExactBytes", "names are exact"},
	{"keeps a schema in 16 bits", keepsChange(func(ch *storage.Change) { ch.Schema = int(int16(ch.Schema)) }), "ExactBytes", "schema and digest too"},
	{"keeps 255 characters of an ID", keeps(func(c *storage.Commit) { c.ID = c.ID[:min(len(c.ID), 255)] }), "ExactBytes", "IDs are exact"},
	{"finds IDs the same as words", func(*testing.T) storage.Journal {
		return broken{Journal: memory.New(), append: func(j *memory.Journal, ctx context.Context, batch storage.Batch) error {
			for _, c := range commits(j, 0) {
				for _, next := range batch.Commits() {
					if strings.EqualFold(c.ID, next.ID) && c.ID != next.ID {
						return errors.New("duplicate entry")
					}
				}
			}
			return j.Append(ctx, batch)
		}}
	}, "ExactBytes", `a commit of ID "ID"`},
	{"keeps milliseconds", keeps(func(c *storage.Commit) { c.Time = c.Time.Truncate(time.Millisecond) }), "ExactBytes", "times are UTC and keep their microseconds"},
	{"keeps times of a place", keeps(func(c *storage.Commit) { c.Time = c.Time.In(time.FixedZone("CET", 3600)) }), "ExactBytes", "times are UTC and keep their microseconds"},
	{"keeps no time before 1970", keeps(func(c *storage.Commit) {
		if c.Time.Unix() < 0 {
			c.Time = time.Unix(0, 0).UTC()
		}
	}), "ExactBytes", "times are UTC and keep their microseconds"},
	{"mixes up the changes of a commit", keeps(func(c *storage.Commit) {
		slices.SortFunc(c.Changes, func(a, b storage.Change) int { return strings.Compare(a.Key, b.Key) })
	}), "ExactBytes", "Not equal"},
	{"is sound", func(*testing.T) storage.Journal { return broken{Journal: memory.New()} }, "", ""},
}

// Journals that lose something when they are closed.
var durableFaults = []struct {
	name string
	lose func(log []storage.Commit) []storage.Commit
	says string
}{
	{"loses the last commit", func(log []storage.Commit) []storage.Commit { return log[:max(len(log), 1)-1] }, "the log after commit 0 ends early, with commit 2 where 1 more"},
	{"loses all", func([]storage.Commit) []storage.Commit { return nil }, "the log after commit 0 ends early, with commit 0 where 3 more"},
}
