package storage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// copyOf returns commits whose changes may be written to.
func copyOf(commits []storage.Commit) []storage.Commit {
	c := slices.Clone(commits)
	for i := range c {
		c[i].Changes = slices.Clone(c[i].Changes)
	}
	return c
}

// TestBatchIsFit spoils commits in one way each. Those that are wrong in
// themselves are refused by both ways of making a batch; what is wrong about
// their place, sealing them mends.
func TestBatchIsFit(t *testing.T) {
	head := storagetest.Chain(storage.Head{}, "a", 2)[1].Head
	good := storagetest.Chain(head, "b", 2)
	type commits = []storage.Commit
	for _, test := range []struct {
		name   string
		spoil  func(commits) commits
		mended bool // by sealing
		why    string
	}{
		{"empty", func(commits) commits { return nil }, false, "it is empty"},
		{"gap", func(b commits) commits { return b[1:] }, true, `commit 0 ("b-1"): sequence number 4 does not follow 2`},
		{"hash", func(b commits) commits { b[0].Hash[0] ^= 1; return b }, true, `commit 0 ("b-0"): its hash is not that of what it holds after `},
		{"parent", func(b commits) commits { b[1].Meta = []byte("{}"); return b }, true, `commit 1 ("b-1"): its hash is not that of what it holds after `},
		{"body", func(b commits) commits { b[1].Changes[0].Body = []byte("other"); return b }, true, `commit 1 ("b-1"): change 0: the digest is not that of salt and body`},
		{"no ID", func(b commits) commits { b[1].ID = ""; return b }, false, `commit 1 (""): an ID is 1 to 1024 bytes`},
		{"same ID", func(b commits) commits { b[1].ID = b[0].ID; return b }, false, `commit 1 ("b-0"): its ID stands twice`},
		{"local time", func(b commits) commits { b[0].Time = b[0].Time.In(time.FixedZone("x", 3600)); return b }, false, "is not in UTC and whole microseconds"},
		{"nanoseconds", func(b commits) commits { b[0].Time = b[0].Time.Add(1); return b }, false, "is not in UTC and whole microseconds"},
		{"time runs back", func(b commits) commits { b[1].Time = b[1].Time.Add(-time.Hour); return b }, false, "lies before that of the commit it follows"},
		{"no kind", func(b commits) commits { b[0].Changes[0].Kind = ""; return b }, false, `commit 0 ("b-0"): change 0: a kind and a key`},
		{"record twice", func(b commits) commits { b[0].Changes = append(b[0].Changes, b[0].Changes[0]); return b }, false, `change 1: thing "k0" is changed twice`},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, err := storage.NewBatch(head, test.spoil(copyOf(good)))
			require.ErrorIs(t, err, storage.ErrBatch)
			require.ErrorContains(t, err, test.why)
			require.Equal(t, storage.Batch{}, b)
			b, err = storage.SealBatch(head, test.spoil(copyOf(good)))
			if !test.mended {
				require.ErrorIs(t, err, storage.ErrBatch)
				require.ErrorContains(t, err, test.why)
				require.Equal(t, storage.Batch{}, b)
				return
			}
			require.NoError(t, err)
			_, err = storage.NewBatch(head, b.Commits())
			require.NoError(t, err)
		})
	}
}

// TestSealBatch: commits that are sealed together are those that are sealed one
// by one, and they are sealed where they stand.
func TestSealBatch(t *testing.T) {
	want := storagetest.Chain(storage.Head{}, "a", 5)
	commits := copyOf(want)
	for i := range commits {
		commits[i].Head = storage.Head{}
		commits[i].Changes[0].Digest = storage.Hash{}
	}
	b, err := storage.SealBatch(storage.Head{}, commits)
	require.NoError(t, err)
	require.Equal(t, want, commits)
	require.Equal(t, want, b.Commits())
	require.Equal(t, want[4].Head, b.Head())
	require.Equal(t, storage.Head{}, b.Parent())
	same, err := storage.NewBatch(storage.Head{}, want)
	require.NoError(t, err)
	require.Equal(t, b, same)
}

func TestBatchFits(t *testing.T) {
	log := storagetest.Chain(storage.Head{}, "a", 4)
	b, err := storage.NewBatch(log[1].Head, log[2:])
	require.NoError(t, err)
	require.NoError(t, b.Fits(log[1].Head, log[1].Time))
	require.ErrorIs(t, b.Fits(log[0].Head, log[0].Time), storage.ErrConflict)
	require.ErrorIs(t, b.Fits(log[1].Head, log[2].Time.Add(time.Microsecond)), storage.ErrBatch)
	require.ErrorIs(t, storage.Batch{}.Fits(storage.Head{}, time.Time{}), storage.ErrBatch)
	require.Equal(t, storage.Head{}, storage.Batch{}.Head())
}
