package file_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/storagetest"
)

func TestJournal(t *testing.T) {
	t.Parallel()
	storagetest.RunDurable(t, func(t *testing.T, dir string) (storage.Journal, func() error) {
		j, err := file.Open(dir, nil)
		require.NoError(t, err)
		return j, j.Close
	})
}

// firstSegment is the name of the first file of a log.
const firstSegment = "journal-00000000000000000001.log"

// open opens a new store whose segments hold a few groups.
func open(t *testing.T) *file.Journal {
	j, err := file.Open(t.TempDir(), &file.Options{SegmentSize: 14000})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, j.Close()) })
	return j
}

func TestPowers(t *testing.T) {
	t.Parallel()
	storagetest.RunSnapshots(t, func(t *testing.T) (storage.Journal, storage.Snapshots) {
		j := open(t)
		return j, j
	})
	storagetest.RunEraser(t, func(t *testing.T) (storage.Journal, storage.Eraser, storage.Snapshots) {
		j := open(t)
		return j, j, j
	})
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	j, err := file.Open(dir, nil)
	require.NoError(t, err)
	_, err = file.Open(dir, nil)
	require.ErrorIs(t, err, storage.ErrLocked)
	require.ErrorContains(t, err, fmt.Sprintf("process %d", os.Getpid()), "the error names the holder")
	require.NoError(t, j.Close())
	again, err := file.Open(dir, nil)
	require.NoError(t, err, "closing gives the lock up")
	require.NoError(t, again.Close())
}

// TestLockNamesAnything finds a lock held whose file says something else than
// who holds it.
func TestLockNamesAnything(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open can't be written by others there")
	}
	dir := t.TempDir()
	j, err := file.Open(dir, nil)
	require.NoError(t, err)
	defer j.Close()
	for text, want := range map[string]string{"": "held by an unknown process", "\x1b[2Jmallory\xff\nsecond": "held by ?[2Jmallory?", strings.Repeat("x", 1<<20): "held by xxx"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "LOCK"), []byte(text), 0o600))
		_, err = file.Open(dir, nil)
		require.ErrorIs(t, err, storage.ErrLocked)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "second")
		require.Less(t, len(err.Error()), 1000)
	}
}

// TestLockFileRemoved removes the lock's file under the holder, as somebody may
// who takes it for a leftover: two writers would destroy the log.
func TestLockFileRemoved(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open can't be removed there")
	}
	dir := t.TempDir()
	j, err := file.Open(dir, nil)
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(dir, "LOCK")))
	_, err = file.Open(dir, nil)
	require.ErrorIs(t, err, storage.ErrLocked)
	require.NoError(t, j.Close())
	again, err := file.Open(dir, nil)
	require.NoError(t, err)
	require.NoError(t, again.Close())
}

func TestNotAStore(t *testing.T) {
	t.Run("a file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "f")
		require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
		_, err := file.Open(path, nil)
		require.ErrorContains(t, err, "not a directory")
	})
	t.Run("somebody's directory", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.doc"), []byte("x"), 0o600))
		_, err := file.Open(dir, nil)
		require.ErrorContains(t, err, "thesis.doc")
		entries, _ := os.ReadDir(dir)
		require.Len(t, entries, 1, "nothing is put there")
	})
	t.Run("no name", func(t *testing.T) {
		_, err := file.Open("", nil)
		require.Error(t, err)
	})
}

// TestForeignLog opens segments that are not, or not yet, this format: an error
// that can be told apart, and the file stays as it was.
func TestForeignLog(t *testing.T) {
	dir := t.TempDir()
	j, err := file.Open(dir, nil)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	path := filepath.Join(dir, firstSegment)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	newer := append([]byte(nil), good...)
	newer[19] = 3
	sum := crc32.Checksum(newer[:4092], crc32.MakeTable(crc32.Castagnoli)) // the rule for headers of all versions
	binary.BigEndian.PutUint32(newer[4092:], sum)
	damaged := append([]byte(nil), good...)
	damaged[300] = 1
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"newer version": {newer, storage.ErrVersion}, "newer version, another layout": {newer[:5000], storage.ErrVersion}, "empty": {nil, storage.ErrCorrupt}, "short": {good[:40], storage.ErrCorrupt},
		"other text": {append([]byte("SQLite format 3\x00"), good[16:]...), storage.ErrCorrupt}, "damaged header": {damaged, storage.ErrCorrupt},
	} {
		require.NoError(t, os.WriteFile(path, c.content, 0o600))
		for _, readOnly := range []bool{false, true} {
			_, err := file.Open(dir, &file.Options{ReadOnly: readOnly})
			require.ErrorIs(t, err, c.want, name)
		}
		_, err = file.Check(t.Context(), dir)
		require.ErrorIs(t, err, c.want, name)
		_, err = file.Salvage(t.Context(), dir, filepath.Join(t.TempDir(), "new"))
		if c.want == storage.ErrVersion {
			require.ErrorIs(t, err, c.want, "%s: it is not damaged, so there is nothing to salvage", name)
		}
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(c.content), string(after), name)
	}
}

func TestPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such permissions")
	}
	dir := filepath.Join(t.TempDir(), "a", "store")
	j, err := file.Open(dir, nil)
	require.NoError(t, err)
	defer j.Close()
	require.NoError(t, storagetest.Append(t.Context(), j, storage.Head{}, storagetest.Chain(storage.Head{}, "a", 1)))
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), e.Name())
	}
}

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "store-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	for range 2 { // the second time it holds what the first one left
		j, err := file.Open(dir, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		head, err := storage.Verify(ctx, j)
		fmt.Println("commits:", head.Seq, err)
		if head.Seq == 0 {
			batch, err := storage.SealBatch(head, []storage.Commit{{ID: "first", Time: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}})
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println("append:", j.Append(ctx, batch))
		}
		if err := j.Close(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// commits: 0 <nil>
	// append: <nil>
	// commits: 1 <nil>
}
