package file

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// TestHostileSegments checks and salvages segments that somebody wrote so that
// they are long to search: each of many starts of a group, or of a commit, leads
// through all that follows. Without a limit that takes hours.
func TestHostileSegments(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	groups := make([]byte, size)
	groups[0] = 'x'
	for at := 1; at+groupHeader <= size; at += groupHeader {
		g := groups[at:]
		copy(g, groupMagic)
		binary.BigEndian.PutUint64(g[4:], uint64(len(g)-groupHeader))
		binary.BigEndian.PutUint32(g[12:], 1)
		binary.BigEndian.PutUint64(g[16:], 1)
		binary.BigEndian.PutUint32(g[60:], checksum(g[:60]))
	}
	var changes, metas []byte
	first := storage.AppendCommit(nil, storagetest.Chain(storage.Head{}, "a", 1)[0])[:8+32+8]
	for len(changes) < size {
		changes = append(append(changes, first...), 0, 0, 0, 1, 'x', 0, 0, 0, 0)
		changes = binary.BigEndian.AppendUint32(changes, uint32((size-len(changes))/64))
		changes = append(changes, 0, 0, 0, 1, 'x', 0, 0, 0, 1, 'y', 0, 0, 0, 0)
	}
	for len(metas) < size {
		metas = append(append(metas, first...), 0, 0, 0, 1, 'x')
		metas = binary.BigEndian.AppendUint32(metas, uint32((size-len(metas))/2))
	}
	for name, content := range map[string][]byte{"groups": groups, "changes": changes, "metadata": metas} {
		h := header{first: 1}
		files := map[string][]byte{segmentName(1): append(h.start(h.nothing()), content...)}
		report, err := check(t.Context(), simOf(files), "hostile")
		require.NoError(t, err, name)
		require.Positive(t, report.Torn, "%s: nothing vouches for any of it", name)
		got, err := salvage(t.Context(), simOf(files), "hostile", newSim(), "new")
		require.NoError(t, err, name)
		require.Zero(t, got.Head, name)
		require.NotEmpty(t, got.Left, name)
	}
}
