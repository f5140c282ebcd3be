// Package memory keeps a journal in memory: for tests, for analyses, for
// trying things out. What it holds ends with the process.
package memory

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// Journal is a storage.Journal in memory, which also keeps snapshots and
// erases. The zero value is not usable; New makes one.
type Journal struct {
	mu        sync.RWMutex
	log       []storage.Commit
	snapshots []storage.Snapshot // by head
	erased    uint64             // up to which commit records were erased
}

var (
	_ storage.Journal   = (*Journal)(nil)
	_ storage.Snapshots = (*Journal)(nil)
	_ storage.Eraser    = (*Journal)(nil)
)

// New returns an empty journal.
func New() *Journal { return new(Journal) }

// last returns the head and the time of the last commit. The caller holds mu.
func (j *Journal) last() (storage.Head, time.Time) {
	if n := len(j.log); n > 0 {
		return j.log[n-1].Head, j.log[n-1].Time
	}
	return storage.Head{}, time.Time{}
}

// Append adds a batch; see storage.Journal.
func (j *Journal) Append(ctx context.Context, batch storage.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := batch.Fits(j.last()); err != nil {
		return err
	}
	for _, c := range batch.Commits() {
		c.Meta, c.Changes = slices.Clone(c.Meta), slices.Clone(c.Changes)
		for i := range c.Changes {
			ch := &c.Changes[i]
			ch.Salt, ch.Body = slices.Clone(ch.Salt), slices.Clone(ch.Body)
		}
		j.log = append(j.log, c)
	}
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

// SaveSnapshot keeps a snapshot beside the others; see storage.Snapshots.
func (j *Journal) SaveSnapshot(ctx context.Context, s storage.Snapshot) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if n := s.Head.Seq; n > uint64(len(j.log)) || n == 0 && s.Head != (storage.Head{}) || n > 0 && j.log[n-1].Head != s.Head {
		return fmt.Errorf("%w: a snapshot at commit %d of hash %s, which the journal does not hold", storage.ErrBatch, n, s.Head.Hash)
	}
	if j.erased > 0 && max(s.Head.Seq, s.Clean) <= j.erased {
		return fmt.Errorf("%w: a snapshot at commit %d that heeds no erasure after commit %d, but records were erased up to commit %d", storage.ErrBatch, s.Head.Seq, s.Clean, j.erased)
	}
	s.Data = slices.Clone(s.Data)
	i, there := j.snapshotAt(s.Head.Seq)
	if there {
		j.snapshots[i] = s
	} else {
		j.snapshots = slices.Insert(j.snapshots, i, s)
	}
	return nil
}

// snapshotAt returns the place of the snapshot of a commit, or where it would
// stand. The caller holds mu.
func (j *Journal) snapshotAt(seq uint64) (int, bool) {
	return slices.BinarySearchFunc(j.snapshots, seq, func(s storage.Snapshot, seq uint64) int { return cmp.Compare(s.Head.Seq, seq) })
}

// LoadSnapshot returns the last snapshot up to a commit; see storage.Snapshots.
func (j *Journal) LoadSnapshot(ctx context.Context, through uint64) (storage.Snapshot, bool, error) {
	if err := ctx.Err(); err != nil {
		return storage.Snapshot{}, false, err
	}
	j.mu.RLock()
	defer j.mu.RUnlock()
	i, there := j.snapshotAt(through)
	if !there {
		i--
	}
	if i < 0 {
		return storage.Snapshot{}, false, nil
	}
	s := j.snapshots[i]
	s.Data = slices.Clone(s.Data)
	return s, true, nil
}

// ListSnapshots returns what is known of the snapshots kept; see
// storage.Snapshots.
func (j *Journal) ListSnapshots(ctx context.Context) ([]storage.SnapshotInfo, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j.mu.RLock()
	defer j.mu.RUnlock()
	var all []storage.SnapshotInfo
	for _, s := range j.snapshots {
		all = append(all, storage.SnapshotInfo{Head: s.Head, Time: s.Time, Clean: s.Clean, Form: s.Form, Size: int64(len(s.Data))})
	}
	return all, nil
}

// DropSnapshot removes the snapshot of a head; see storage.Snapshots.
func (j *Journal) DropSnapshot(ctx context.Context, head storage.Head) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.snapshots = slices.DeleteFunc(j.snapshots, func(s storage.Snapshot) bool { return s.Head == head })
	return nil
}

// Erase removes body and salt of every revision of records; see
// storage.Eraser. Commits that Log has yielded keep theirs.
func (j *Journal) Erase(ctx context.Context, records []storage.RecordID, through uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	gone := make(map[storage.RecordID]bool, len(records))
	for _, r := range records {
		gone[r] = true
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	through = min(through, uint64(len(j.log)))
	log := slices.Clone(j.log)
	for i, c := range log[:through] {
		if !slices.ContainsFunc(c.Changes, func(ch storage.Change) bool { return gone[storage.RecordID{Kind: ch.Kind, Key: ch.Key}] }) {
			continue
		}
		log[i].Changes = slices.Clone(c.Changes)
		for k := range log[i].Changes {
			if ch := &log[i].Changes[k]; gone[storage.RecordID{Kind: ch.Kind, Key: ch.Key}] {
				ch.Body, ch.Salt = nil, nil
			}
		}
	}
	j.log, j.erased = log, max(j.erased, through)
	j.snapshots = slices.DeleteFunc(j.snapshots, func(s storage.Snapshot) bool { return max(s.Head.Seq, s.Clean) <= through })
	return nil
}
