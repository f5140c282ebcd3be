package storagetest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
)

// RunSnapshots proves the snapshots of a journal. open returns a new, empty
// journal each time, and where its snapshots are kept.
func RunSnapshots(t *testing.T, open func(t *testing.T) (storage.Journal, storage.Snapshots)) {
	t.Run("None", func(t *testing.T) {
		_, s := open(t)
		_, ok, err := s.LoadSnapshot(t.Context(), anyHead)
		require.NoError(t, err)
		require.False(t, ok, "a new journal has no snapshot")
	})
	t.Run("SaveAndLoad", func(t *testing.T) {
		j, s := open(t)
		log := Chain(storage.Head{}, "a", 7)
		require.NoError(t, Append(t.Context(), j, storage.Head{}, log))
		kept := make(map[uint64]storage.Snapshot)
		save := func(at, version int) {
			want := storage.Snapshot{Head: log[at].Head, Time: log[at].Time, Form: fmt.Sprintf("test/%d", at), Data: bytes.Repeat([]byte{byte(version), byte(at), 255}, at*1000)}
			given := want
			given.Data = bytes.Clone(want.Data)
			require.NoError(t, s.SaveSnapshot(t.Context(), given))
			clear(given.Data) // the caller may use its memory again
			kept[want.Head.Seq] = want
		}
		check := func() {
			t.Helper()
			for through := range uint64(10) {
				want, there := storage.Snapshot{}, false
				for seq := through; seq > 0 && !there; seq-- {
					want, there = kept[seq]
				}
				if through == 9 {
					through = anyHead
				}
				got, ok, err := s.LoadSnapshot(t.Context(), through)
				require.NoError(t, err)
				require.Equal(t, there, ok, "whether there is a snapshot up to commit %d", through)
				require.Equal(t, want.Head, got.Head, "the snapshot of the greatest head up to commit %d is loaded", through)
				require.True(t, bytes.Equal(want.Data, got.Data), "what was saved last of a head is loaded, its data as exact bytes")
				want.Data, got.Data = nil, nil
				require.Equal(t, want, got)
			}
			requireListed(t, s, kept)
		}
		for _, at := range []int{4, 1, 5} { // not in the order of commits
			save(at, 0)
			check()
		}
		save(1, 7) // again
		check()
		require.NoError(t, Append(t.Context(), j, log[6].Head, Chain(log[6].Head, "b", 2)))
		check()
		require.Len(t, Read(t, j, 0), 9, "snapshots leave the log as it is")
	})
	t.Run("Drop", func(t *testing.T) {
		j, s := open(t)
		log := Chain(storage.Head{}, "a", 5)
		require.NoError(t, Append(t.Context(), j, storage.Head{}, log))
		kept := make(map[uint64]storage.Snapshot)
		for _, at := range []int{0, 2, 4} {
			kept[log[at].Seq] = storage.Snapshot{Head: log[at].Head, Time: log[at].Time, Form: "f", Data: []byte("data")}
			require.NoError(t, s.SaveSnapshot(t.Context(), kept[log[at].Seq]))
		}
		require.NoError(t, s.DropSnapshot(t.Context(), log[2].Head))
		delete(kept, 3)
		requireListed(t, s, kept)
		got, ok, err := s.LoadSnapshot(t.Context(), 4)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, log[0].Head, got.Head, "the one that was dropped is gone, those beside it stay")
		require.NoError(t, s.DropSnapshot(t.Context(), log[2].Head), "dropping what is not there is no error")
		require.NoError(t, s.DropSnapshot(t.Context(), storage.Head{Seq: 5}), "nor is dropping one of another hash")
		requireListed(t, s, kept)
		for _, at := range []int{0, 4} {
			require.NoError(t, s.DropSnapshot(t.Context(), log[at].Head))
		}
		_, ok, err = s.LoadSnapshot(t.Context(), anyHead)
		require.NoError(t, err)
		require.False(t, ok, "all are gone")
	})
	t.Run("Empty", func(t *testing.T) {
		j, s := open(t)
		log := Chain(storage.Head{}, "a", 1)
		require.NoError(t, Append(t.Context(), j, storage.Head{}, log))
		require.NoError(t, s.SaveSnapshot(t.Context(), storage.Snapshot{Head: log[0].Head, Time: log[0].Time}))
		got, ok, err := s.LoadSnapshot(t.Context(), anyHead)
		require.NoError(t, err)
		require.True(t, ok)
		require.Empty(t, got.Data)
		require.Empty(t, got.Form)
	})
	t.Run("UnknownHead", func(t *testing.T) {
		j, s := open(t)
		log := Chain(storage.Head{}, "a", 3)
		require.NoError(t, Append(t.Context(), j, storage.Head{}, log))
		kept := storage.Snapshot{Head: log[1].Head, Time: log[1].Time, Form: "kept", Data: []byte("kept")}
		require.NoError(t, s.SaveSnapshot(t.Context(), kept))
		for name, head := range map[string]storage.Head{
			"newer":  Chain(log[2].Head, "b", 1)[0].Head,
			"forked": Chain(storage.Head{}, "fork", 2)[1].Head,
			"hash":   {Seq: 3},
		} {
			err := s.SaveSnapshot(t.Context(), storage.Snapshot{Head: head, Time: log[2].Time, Form: "bad"})
			require.ErrorIs(t, err, storage.ErrBatch, "%s: the journal does not hold this head", name)
		}
		got, ok, err := s.LoadSnapshot(t.Context(), anyHead)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, kept, got, "one that is refused leaves the one before")
	})
	t.Run("Context", func(t *testing.T) {
		_, s := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.Error(t, s.SaveSnapshot(ctx, storage.Snapshot{}))
		_, _, err := s.LoadSnapshot(ctx, anyHead)
		require.Error(t, err)
		_, err = s.ListSnapshots(ctx)
		require.Error(t, err)
		require.Error(t, s.DropSnapshot(ctx, storage.Head{}))
	})
}

// anyHead asks for the last snapshot there is.
const anyHead = math.MaxUint64

// requireListed compares the listing of snapshots with those that are kept.
func requireListed(t *testing.T, s storage.Snapshots, kept map[uint64]storage.Snapshot) {
	t.Helper()
	var want []storage.SnapshotInfo
	for _, seq := range slices.Sorted(maps.Keys(kept)) {
		k := kept[seq]
		want = append(want, storage.SnapshotInfo{Head: k.Head, Time: k.Time, Clean: k.Clean, Form: k.Form, Size: int64(len(k.Data))})
	}
	got, err := s.ListSnapshots(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, got, "the snapshots kept are listed in the order of their heads")
}

// RunEraser proves the erasing of a journal's bodies. open returns a new, empty
// journal each time, what erases in it, and where its snapshots are kept, or nil
// if it keeps none.
func RunEraser(t *testing.T, open func(t *testing.T) (storage.Journal, storage.Eraser, storage.Snapshots)) {
	person := func(i int) storage.Change {
		return storage.Change{Kind: "person", Key: fmt.Sprint("p", i), Schema: 1, Salt: []byte{9, byte(i)}, Body: []byte(fmt.Sprintf(`{"name":"n%d"}`, i))}
	}
	// fill appends six batches of two commits, of two records each.
	fill := func(t *testing.T, j storage.Journal) []storage.Commit {
		var log []storage.Commit
		var head storage.Head
		for i := range 6 {
			first := Next(head, fmt.Sprintf("a%d", i), person(i%2), person(2))
			second := Next(first.Head, fmt.Sprintf("b%d", i), person(3), storage.Change{Kind: "other", Key: "p0", Schema: 1, Salt: []byte{1}, Body: []byte("not a person")})
			require.NoError(t, Append(t.Context(), j, head, []storage.Commit{first, second}))
			log, head = append(log, first, second), second.Head
		}
		return log
	}
	// check compares the log with what is left of it after erasing.
	check := func(t *testing.T, j storage.Journal, log []storage.Commit, gone func(c storage.Commit, ch storage.Change) bool) {
		t.Helper()
		got := Read(t, j, 0)
		require.Len(t, got, len(log))
		for i, c := range log {
			c.Changes = append([]storage.Change(nil), c.Changes...)
			for k := range c.Changes {
				if gone(c, c.Changes[k]) {
					c.Changes[k].Body, c.Changes[k].Salt = nil, nil
				}
			}
			require.Equal(t, c, got[i], "commit %d: what is erased is gone, and nothing else", c.Seq)
		}
		head, err := storage.Verify(t.Context(), j)
		require.NoError(t, err, "the chain still verifies")
		require.Equal(t, log[len(log)-1].Head, head)
	}
	ids := []storage.RecordID{{Kind: "person", Key: "p0"}, {Kind: "person", Key: "p3"}, {Kind: "person", Key: "nobody"}}
	gone := func(through uint64) func(storage.Commit, storage.Change) bool {
		return func(c storage.Commit, ch storage.Change) bool {
			return c.Seq <= through && ch.Kind == "person" && (ch.Key == "p0" || ch.Key == "p3")
		}
	}
	t.Run("Through", func(t *testing.T) {
		j, e, _ := open(t)
		log := fill(t, j)
		for _, through := range []uint64{0, 5, 6, 3, 12, 1 << 40, 12} {
			require.NoError(t, e.Erase(t.Context(), ids, through))
			reached := max(through, map[uint64]uint64{3: 6}[through])
			check(t, j, log, gone(reached))
		}
		require.NoError(t, e.Erase(t.Context(), nil, 12))
		next := Next(log[11].Head, "again", person(0))
		require.NoError(t, Append(t.Context(), j, log[11].Head, []storage.Commit{next}), "the journal goes on, with the same record if need be")
		check(t, j, append(log, next), gone(12))
	})
	t.Run("Empty", func(t *testing.T) {
		j, e, _ := open(t)
		require.NoError(t, e.Erase(t.Context(), ids, 100), "erasing what was never there is no error")
		require.Empty(t, Read(t, j, 0))
	})
	t.Run("WhileReading", func(t *testing.T) {
		j, e, _ := open(t)
		log := fill(t, j)
		n := 0
		for c, err := range j.Log(t.Context(), 0) {
			require.NoError(t, err)
			require.Equal(t, log[n].Head, c.Head, "a reader sees each commit once, whatever is erased meanwhile")
			if n == 3 {
				require.NoError(t, e.Erase(t.Context(), ids, 12))
			}
			n++
		}
		require.Len(t, log, n)
		check(t, j, log, gone(12))
	})
	t.Run("Snapshots", func(t *testing.T) {
		j, e, s := open(t)
		if s == nil {
			t.Skip("this store keeps no snapshots")
		}
		log := fill(t, j)
		at := func(seq int, clean uint64) storage.Snapshot {
			return storage.Snapshot{Head: log[seq-1].Head, Time: log[seq-1].Time, Clean: clean, Form: "f", Data: []byte(`n0`)}
		}
		for _, keep := range []storage.Snapshot{at(2, 0), at(4, 9), at(5, 8), at(8, 0), at(9, 3)} {
			require.NoError(t, s.SaveSnapshot(t.Context(), keep))
		}
		listed := func(want ...storage.Snapshot) {
			t.Helper()
			all, err := s.ListSnapshots(t.Context())
			require.NoError(t, err)
			var heads, wanted []uint64
			for _, info := range all {
				heads = append(heads, info.Head.Seq)
			}
			for _, w := range want {
				wanted = append(wanted, w.Head.Seq)
				got, ok, err := s.LoadSnapshot(t.Context(), w.Head.Seq)
				require.NoError(t, err)
				require.True(t, ok, "one that heeds the erasure stays")
				require.Equal(t, w, got, "one that heeds the erasure stays as it was")
			}
			require.Equal(t, wanted, heads, "those that heed no erasure after it are dropped, the others stay")
		}
		require.NoError(t, e.Erase(t.Context(), ids, 6))
		listed(at(4, 9), at(5, 8), at(8, 0), at(9, 3))
		require.NoError(t, e.Erase(t.Context(), ids, 8))
		listed(at(4, 9), at(9, 3))
		for _, late := range []storage.Snapshot{at(2, 0), at(7, 8), at(8, 0)} {
			require.ErrorIs(t, s.SaveSnapshot(t.Context(), late), storage.ErrBatch, "one that heeds no erasure is not taken after it")
		}
		require.NoError(t, s.SaveSnapshot(t.Context(), at(3, 9)))
		listed(at(3, 9), at(4, 9), at(9, 3))
		require.NoError(t, e.Erase(t.Context(), ids, 12))
		listed()
	})
}
