package ledger

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
)

// Of snapshots that are written as a journal grows, those that are kept take no more
// than their part of its bytes, leave small gaps in its last quarter, and lie wider
// apart the older they are.
func TestThinned(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		perCommit := uint64(rapid.IntRange(100, 3000).Draw(rt, "bytes of a commit"))
		size := int64(rapid.IntRange(1, 40<<20).Draw(rt, "bytes of a snapshot"))
		grows := rapid.Bool().Draw(rt, "grows")
		n := uint64(rapid.IntRange(10_000, 2_000_000).Draw(rt, "commits"))
		var kept []storage.SnapshotInfo
		var written int64
		head := uint64(0)
		for head < n {
			s := size
			if grows {
				s = int64(head * perCommit / 3)
			}
			head += max(1, max(checkpointBytes, uint64(s))/perCommit)
			if grows {
				s = int64(head * perCommit / 3)
			}
			written += s
			kept = append(kept, storage.SnapshotInfo{Head: storage.Head{Seq: head}, Size: s})
			kept = thinned(kept, head, head*perCommit)
			require.Equal(rt, head, kept[len(kept)-1].Head.Seq, "the last stays")
		}
		var others int64
		for _, s := range kept[:len(kept)-1] {
			others += s.Size
		}
		require.LessOrEqual(rt, others, int64(head*perCommit/keptPart))
		if grows || uint64(size) > head*perCommit/40 {
			return // few fit, if any
		}
		spacing := float64(max(checkpointBytes, size)) / float64(perCommit)
		for i := range len(kept) - 1 {
			age := float64(head - kept[i].Head.Seq)
			gap := float64(kept[i+1].Head.Seq - kept[i].Head.Seq)
			if age <= float64(head)/4 {
				require.LessOrEqual(rt, gap, 2*spacing+2, "commit %d of %d", kept[i].Head.Seq, head)
			} else {
				require.LessOrEqual(rt, gap, max(age, float64(head)/4)+2*spacing, "commit %d of %d", kept[i].Head.Seq, head)
			}
		}
		require.LessOrEqual(rt, len(kept), int(float64(head)/4/spacing)+40, "%d", len(kept))
	})
}

// Snapshots that are written again and again at nearly the same place do not pile up.
func TestThinnedWhereNothingGrows(t *testing.T) {
	var kept []storage.SnapshotInfo
	for head := uint64(100_000); head < 100_500; head++ {
		kept = append(kept, storage.SnapshotInfo{Head: storage.Head{Seq: head}, Size: 1 << 20})
		kept = thinned(kept, head, head*1000)
	}
	require.LessOrEqual(t, len(kept), 3, fmt.Sprint(kept))
	require.True(t, slices.IsSortedFunc(kept, func(a, b storage.SnapshotInfo) int { return int(a.Head.Seq) - int(b.Head.Seq) }))
}
