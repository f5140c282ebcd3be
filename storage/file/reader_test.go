package file

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// How long a commit is, is read of its lengths as decoding it shows, and of one
// that is cut short or damaged nothing is read beyond its end.
func TestCommitSize(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 3).Draw(rt, "changes")
		c := storage.Commit{ID: rapid.StringN(1, 9, 40).Draw(rt, "id"), Meta: rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(rt, "meta")}
		for i := range n {
			ch := storage.Change{Kind: "k", Key: fmt.Sprint("key", i), Schema: 1}
			if rapid.Bool().Draw(rt, "body") {
				ch.Salt, ch.Body = []byte{1, 2}, rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(rt, "bytes")
			}
			c.Changes = append(c.Changes, ch)
		}
		b := storage.AppendCommit(nil, c)
		size, ok := commitSize(append(slices.Clone(b), 1, 2, 3))
		require.True(rt, ok)
		require.Equal(rt, len(b), size)
		_, ok = commitSize(b[:rapid.IntRange(0, len(b)-1).Draw(rt, "cut")])
		require.False(rt, ok)
		b[rapid.IntRange(0, len(b)-1).Draw(rt, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		if size, ok = commitSize(b); ok {
			require.LessOrEqual(rt, size, len(b))
		}
	})
}

// A commit that is looked up alone, wherever it stands in its group, is what
// reading all shows, and so is what follows it.
func TestReadFromAnywhere(t *testing.T) {
	j, err := Open(t.TempDir(), &Options{SegmentSize: 64 << 10})
	require.NoError(t, err)
	defer j.Close()
	var all []storage.Commit
	var head storage.Head
	for _, n := range []int{1, 200, 3, 1, 1, 700, 2, 60} {
		log := storagetest.Chain(head, fmt.Sprint("c", head.Seq, "-"), n)
		require.NoError(t, storagetest.Append(t.Context(), j, head, log))
		all, head = append(all, log...), log[n-1].Head
	}
	for after := range all {
		at := after
		for c, err := range j.Log(t.Context(), uint64(after)) {
			require.NoError(t, err)
			require.Equal(t, all[at], c)
			if at++; at == after+3 {
				break
			}
		}
		require.Equal(t, min(after+3, len(all)), at)
	}
}
