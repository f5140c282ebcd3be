package ledger_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// store is a journal in memory with the powers that a store may have, each of
// which can be made to fail.
type store struct {
	*memory.Journal

	mu       sync.Mutex
	erased   map[storage.RecordID]uint64 // up to which commit
	kept     []*storage.Snapshot         // by head
	saves    int
	erasures int
	// failErase, if set, is asked before each record is erased; failSave
	// before a snapshot is kept, failLoad before one is given, failDrop before one
	// is dropped.
	failErase func(storage.RecordID) error
	failSave  func(storage.Snapshot) error
	failLoad  func() error
	failDrop  func(storage.Head) error
	logged    int // commits that Log has yielded
}

var (
	_ storage.Eraser    = (*store)(nil)
	_ storage.Snapshots = (*store)(nil)
)

func newStore() *store {
	return &store{Journal: memory.New(), erased: make(map[storage.RecordID]uint64)}
}

func (s *store) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for c, err := range s.Journal.Log(ctx, after) {
			s.mu.Lock()
			s.logged++
			c.Changes = slices.Clone(c.Changes)
			for i, ch := range c.Changes {
				if c.Seq <= s.erased[storage.RecordID{Kind: ch.Kind, Key: ch.Key}] {
					c.Changes[i].Body, c.Changes[i].Salt = nil, nil
				}
			}
			s.mu.Unlock()
			if !yield(c, err) {
				return
			}
		}
	}
}

func (s *store) Erase(ctx context.Context, records []storage.RecordID, through uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erasures++
	s.kept = slices.DeleteFunc(s.kept, func(sn *storage.Snapshot) bool { return max(sn.Head.Seq, sn.Clean) <= through })
	for _, r := range records {
		if s.failErase != nil {
			if err := s.failErase(r); err != nil {
				return err
			}
		}
		s.erased[r] = max(s.erased[r], through)
	}
	return ctx.Err()
}

func (s *store) SaveSnapshot(ctx context.Context, sn storage.Snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failSave != nil {
		if err := s.failSave(sn); err != nil {
			return err
		}
	}
	for _, through := range s.erased {
		if max(sn.Head.Seq, sn.Clean) <= through { // it may hold what is to be gone
			return storage.ErrBatch
		}
	}
	held := false
	for c, err := range s.Journal.Log(ctx, sn.Head.Seq-1) {
		held = err == nil && c.Head == sn.Head && c.Time.Equal(sn.Time)
		break
	}
	if !held {
		return storage.ErrBatch
	}
	sn.Data = bytes.Clone(sn.Data)
	s.kept = slices.DeleteFunc(s.kept, func(old *storage.Snapshot) bool { return old.Head == sn.Head })
	s.kept = append(s.kept, &sn)
	slices.SortFunc(s.kept, func(a, b *storage.Snapshot) int { return cmp.Compare(a.Head.Seq, b.Head.Seq) })
	s.saves++
	return ctx.Err()
}

func (s *store) LoadSnapshot(ctx context.Context, through uint64) (storage.Snapshot, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failLoad != nil {
		if err := s.failLoad(); err != nil {
			return storage.Snapshot{}, false, err
		}
	}
	for _, sn := range slices.Backward(s.kept) {
		if sn.Head.Seq <= through {
			return *sn, true, ctx.Err()
		}
	}
	return storage.Snapshot{}, false, ctx.Err()
}

func (s *store) ListSnapshots(ctx context.Context) (all []storage.SnapshotInfo, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sn := range s.kept {
		all = append(all, storage.SnapshotInfo{Head: sn.Head, Time: sn.Time, Clean: sn.Clean, Form: sn.Form, Size: int64(len(sn.Data))})
	}
	return all, ctx.Err()
}

func (s *store) DropSnapshot(ctx context.Context, head storage.Head) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failDrop != nil {
		if err := s.failDrop(head); err != nil {
			return err
		}
	}
	s.kept = slices.DeleteFunc(s.kept, func(sn *storage.Snapshot) bool { return sn.Head == head })
	return ctx.Err()
}

// last is the last snapshot kept, nil if there is none.
func (s *store) last() *storage.Snapshot {
	if len(s.kept) == 0 {
		return nil
	}
	return s.kept[len(s.kept)-1]
}

// only puts one snapshot in the place of all that are kept, or none.
func (s *store) only(sn *storage.Snapshot) {
	if s.kept = nil; sn != nil {
		s.kept = []*storage.Snapshot{sn}
	}
}

// requireGone checks that a text stands in no commit and no snapshot.
func (s *store) requireGone(t testing.TB, text string) {
	t.Helper()
	for c, err := range s.Log(t.Context(), 0) {
		require.NoError(t, err)
		for _, ch := range c.Changes {
			require.NotContains(t, string(ch.Body), text, "commit %d", c.Seq)
		}
	}
	for _, sn := range s.kept {
		require.NotContains(t, string(sn.Data), text, "snapshot of commit %d", sn.Head.Seq)
	}
	_, err := storage.Verify(t.Context(), s)
	require.NoError(t, err, "the chain still verifies")
}

var errDisk = errors.New("disk on fire")
