package file

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// TestSpare fills segments: from the middle of one on there is a spare, and the
// next begins with the room that it had. Nothing depends on it.
func TestSpare(t *testing.T) {
	t.Parallel()
	const segment, ahead = 256 << 10, 32 << 10
	for name, meddle := range map[string]func(t *testing.T, spare string){
		"left alone": func(*testing.T, string) {},
		"removed":    func(t *testing.T, spare string) { require.NoError(t, os.Remove(spare)) },
		"swapped": func(t *testing.T, spare string) {
			require.NoError(t, os.Rename(spare, spare+".moved"))
			require.NoError(t, os.WriteFile(spare, []byte("something else"), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			spare := filepath.Join(dir, "next.new")
			j, err := Open(dir, &Options{SegmentSize: segment, ahead: ahead})
			require.NoError(t, err)
			defer func() { require.NoError(t, j.Close()) }()
			var want []storage.Commit
			var head storage.Head
			add := func() {
				batch := storagetest.Chain(head, "c", 20)
				require.NoError(t, storagetest.Append(t.Context(), j, head, batch))
				want, head = append(want, batch...), batch[len(batch)-1].Head
			}
			for j.segments[0].end < segment/2 {
				require.NoFileExists(t, spare)
				add()
			}
			for j.segments[0].end < segment*9/10 {
				add()
			}
			info, err := os.Stat(spare)
			require.NoError(t, err)
			require.Greater(t, info.Size(), int64(segment/2))
			require.LessOrEqual(t, info.Size(), int64(segment))
			meddle(t, spare)
			for len(j.segments) == 1 {
				add()
			}
			if name == "left alone" {
				require.GreaterOrEqual(t, j.size, info.Size(), "the new segment has what was prepared")
			} else {
				require.EqualValues(t, groupsStart+ahead, j.size, "the new segment is begun without it")
			}
			for len(j.segments) < 3 {
				add()
			}
			require.Equal(t, want, storagetest.Read(t, j, 0))
			require.NoError(t, j.Close())
			require.NoFileExists(t, spare)
			report, err := Check(t.Context(), dir)
			require.NoError(t, err)
			require.Empty(t, report.Damage)
			require.Equal(t, head, report.Head)
		})
	}
}
