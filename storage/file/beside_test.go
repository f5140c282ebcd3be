package file_test

import (
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// TestReadBeside reads a store while another writes, rolls segments and erases:
// each call of Log shows what has been acknowledged by then.
func TestReadBeside(t *testing.T) {
	dir := t.TempDir()
	_, err := file.Open(dir, &file.Options{ReadOnly: true})
	require.ErrorIs(t, err, fs.ErrNotExist, "reading makes no store")
	w, err := file.Open(dir, &file.Options{SegmentSize: 15000})
	require.NoError(t, err)
	r, err := file.Open(dir, &file.Options{ReadOnly: true})
	require.NoError(t, err)
	require.Empty(t, storagetest.Read(t, r, 0))
	var log []storage.Commit
	var head storage.Head
	for i := range 30 {
		batch := storagetest.Chain(head, fmt.Sprint("b", i), 1+i%4)
		require.NoError(t, storagetest.Append(t.Context(), w, head, batch))
		require.Equal(t, batch, storagetest.Read(t, r, head.Seq), "a reader follows")
		log, head = append(log, batch...), batch[len(batch)-1].Head
		have, err := r.Head()
		require.NoError(t, err)
		require.Equal(t, head, have)
		if i%10 == 9 {
			through := uint64(len(log))
			require.NoError(t, w.Erase(t.Context(), []storage.RecordID{{Kind: "thing", Key: "k0"}}, through))
			for i := range log {
				for k := range log[i].Changes {
					if ch := &log[i].Changes[k]; ch.Key == "k0" {
						ch.Body, ch.Salt = nil, nil
					}
				}
			}
			require.Equal(t, log, storagetest.Read(t, r, 0), "what was erased is not read")
		}
	}
	last := log[len(log)-1]
	s := storage.Snapshot{Head: last.Head, Time: last.Time, Form: "f"}
	require.ErrorIs(t, w.SaveSnapshot(t.Context(), s), storage.ErrBatch, "a snapshot that reaches no further than what was erased")
	require.NoError(t, storagetest.Append(t.Context(), w, head, storagetest.Chain(head, "x", 1)))
	last = storagetest.Read(t, w, head.Seq)[0]
	s = storage.Snapshot{Head: last.Head, Time: last.Time, Form: "f"}
	require.NoError(t, w.SaveSnapshot(t.Context(), s))
	_, ok, err := r.LoadSnapshot(t.Context(), math.MaxUint64)
	require.NoError(t, err)
	require.True(t, ok)
	require.ErrorIs(t, storagetest.Append(t.Context(), r, last.Head, storagetest.Chain(last.Head, "r", 1)), file.ErrReadOnly)
	require.ErrorIs(t, r.SaveSnapshot(t.Context(), s), file.ErrReadOnly)
	require.ErrorIs(t, r.Erase(t.Context(), nil, 1), file.ErrReadOnly)
	require.NoError(t, w.Close())
	require.Len(t, storagetest.Read(t, r, 0), len(log)+1, "a reader outlives the writer")
	require.NoError(t, r.Close())
}

// TestBackupWhileWriting copies a store again and again while it is written to,
// erased in and read: each copy is whole and sound, and opens.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := file.Open(filepath.Join(dir, "store"), &file.Options{SegmentSize: 20000})
	require.NoError(t, err)
	first := storagetest.Chain(storage.Head{}, "first", 3)
	require.NoError(t, storagetest.Append(t.Context(), j, storage.Head{}, first))
	r, err := file.Open(filepath.Join(dir, "store"), &file.Options{ReadOnly: true})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		head := first[2].Head
		for i := 0; ctx.Err() == nil; i++ {
			batch := storagetest.Chain(head, fmt.Sprint("w", i), 1+i%5)
			if err := storagetest.Append(t.Context(), j, head, batch); err != nil {
				t.Error(err)
				return
			}
			head = batch[len(batch)-1].Head
			if i%20 == 10 {
				if err := j.Erase(t.Context(), []storage.RecordID{{Kind: "thing", Key: "k1"}}, head.Seq); err != nil {
					t.Error(err)
				}
			}
		}
	})
	wg.Go(func() {
		for ctx.Err() == nil {
			for _, err := range j.Log(t.Context(), 0) {
				if err != nil {
					t.Error(err)
				}
			}
		}
	})
	for i := range 12 {
		from := j
		if i%3 == 2 {
			from = r // a reader can copy as well
		}
		to := filepath.Join(dir, fmt.Sprint("copy", i))
		head, err := from.Backup(t.Context(), to)
		require.NoError(t, err)
		report, err := file.Check(t.Context(), to)
		require.NoError(t, err)
		require.Equal(t, head, report.Head)
		restored, err := file.Open(to, &file.Options{Expect: head})
		require.NoError(t, err)
		require.NoError(t, storagetest.Append(t.Context(), restored, head, storagetest.Chain(head, "restored", 1)))
		require.NoError(t, restored.Close())
		_, err = file.Check(t.Context(), filepath.Join(dir, "store"))
		require.NoError(t, err, "a store is sound while it is written to")
		_, err = from.Backup(t.Context(), to)
		require.ErrorContains(t, err, "new or empty directory")
	}
	stop()
	wg.Wait()
	require.NoError(t, r.Close())
	require.NoError(t, j.Close())
}

// TestClosed calls everything on a store that is closed.
func TestClosed(t *testing.T) {
	j, err := file.Open(t.TempDir(), nil)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	require.NoError(t, j.Close(), "closing twice is no error")
	_, err = j.Head()
	require.ErrorIs(t, err, storage.ErrClosed)
	for _, err := range j.Log(t.Context(), 0) {
		require.ErrorIs(t, err, storage.ErrClosed)
	}
	require.ErrorIs(t, storagetest.Append(t.Context(), j, storage.Head{}, storagetest.Chain(storage.Head{}, "a", 1)), storage.ErrClosed)
	require.ErrorIs(t, j.SaveSnapshot(t.Context(), storage.Snapshot{}), storage.ErrClosed)
	_, _, err = j.LoadSnapshot(t.Context(), math.MaxUint64)
	require.ErrorIs(t, err, storage.ErrClosed)
	require.ErrorIs(t, j.Erase(t.Context(), nil, 0), storage.ErrClosed)
	_, err = j.Backup(t.Context(), filepath.Join(t.TempDir(), "b"))
	require.ErrorIs(t, err, storage.ErrClosed)
}

// TestTimeRunsBack appends a batch that was made before the commit it follows.
func TestTimeRunsBack(t *testing.T) {
	dir := t.TempDir()
	c := storage.Seal(storage.Head{}, storage.Commit{ID: "a", Time: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)})
	early := storage.Seal(c.Head, storage.Commit{ID: "b", Time: c.Time.Add(-time.Microsecond)})
	for range 2 { // and once more after opening it again
		j, err := file.Open(dir, nil)
		require.NoError(t, err)
		if head, _ := j.Head(); head.Seq == 0 {
			require.NoError(t, storagetest.Append(t.Context(), j, storage.Head{}, []storage.Commit{c}))
		}
		require.ErrorIs(t, storagetest.Append(t.Context(), j, c.Head, []storage.Commit{early}), storage.ErrBatch)
		require.NoError(t, j.Close())
	}
}

// TestOddPaths makes stores under names that are hard to print or to quote.
func TestOddPaths(t *testing.T) {
	names := []string{"with space", "ünï-键", "100%s%d", "-rf", "quote's", "..dots.."}
	if runtime.GOOS != "windows" {
		names = append(names, "new\nline", `back\slash`, "tab\tstar*?\"<>|", "\xff\xfe")
	}
	for _, name := range names {
		dir := filepath.Join(t.TempDir(), name, "store")
		j, err := file.Open(dir, nil)
		require.NoError(t, err, "%q", name)
		require.NoError(t, storagetest.Append(t.Context(), j, storage.Head{}, storagetest.Chain(storage.Head{}, "a", 1)))
		_, err = file.Open(dir, nil)
		require.ErrorIs(t, err, storage.ErrLocked)
		require.NotContains(t, err.Error(), "\n", "an error is one line")
		require.NoError(t, j.Close())
		_, err = file.Check(t.Context(), dir)
		require.NoError(t, err, "%q", name)
	}
}

const firstSnapshot = "snapshot-00000000000000000001"

// TestSymlinks swaps a symlink in for each file of a store: it is refused, and
// what it points to stays as it was.
func TestSymlinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("making symlinks needs a privilege there")
	}
	for _, name := range []string{firstSegment, "LOCK", firstSnapshot} {
		for _, inside := range []bool{false, true} {
			base := t.TempDir()
			dir := filepath.Join(base, "store")
			j, err := file.Open(dir, nil)
			require.NoError(t, err)
			log := storagetest.Chain(storage.Head{}, "a", 1)
			require.NoError(t, storagetest.Append(t.Context(), j, storage.Head{}, log))
			require.NoError(t, j.SaveSnapshot(t.Context(), storage.Snapshot{Head: log[0].Head, Time: log[0].Time, Form: "f"}))
			require.NoError(t, j.Close())
			path, target := filepath.Join(dir, name), filepath.Join(base, "elsewhere")
			if inside {
				target = filepath.Join(dir, "elsewhere")
			}
			require.NoError(t, os.Rename(path, target))
			before, err := os.ReadFile(target)
			require.NoError(t, err)
			require.NoError(t, os.Symlink(target, path))
			j, err = file.Open(dir, nil)
			if name == firstSnapshot {
				require.NoError(t, err)
				_, _, err = j.LoadSnapshot(t.Context(), math.MaxUint64)
				require.NoError(t, j.Close())
			}
			require.ErrorContains(t, err, name+" is no regular file")
			after, err := os.ReadFile(target)
			require.NoError(t, err)
			require.Equal(t, before, after, "what %s points to was changed", name)
		}
	}
	t.Run("the directory itself", func(t *testing.T) {
		base := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(base, "real"), 0o700))
		require.NoError(t, os.Symlink("real", filepath.Join(base, "link")))
		j, err := file.Open(filepath.Join(base, "link"), nil)
		require.NoError(t, err, "whoever gives the directory may mean a link")
		require.NoError(t, os.Remove(filepath.Join(base, "link")))
		require.NoError(t, os.Mkdir(filepath.Join(base, "link"), 0o700))
		require.NoError(t, storagetest.Append(t.Context(), j, storage.Head{}, storagetest.Chain(storage.Head{}, "a", 1)))
		require.Len(t, storagetest.Read(t, j, 0), 1, "an open store stays where it is when its path comes to name another")
		require.NoError(t, j.Close())
		entries, err := os.ReadDir(filepath.Join(base, "link"))
		require.NoError(t, err)
		require.Empty(t, entries)
	})
}

// TestSymlinksUnderOpenStore puts symlinks where an open store writes next, and
// in the place of what it reads: nothing outside of it is written or read.
func TestSymlinksUnderOpenStore(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("making symlinks needs a privilege there")
	}
	base := t.TempDir()
	dir, victim := filepath.Join(base, "store"), filepath.Join(base, "victim")
	require.NoError(t, os.WriteFile(victim, []byte("precious"), 0o600))
	j, err := file.Open(dir, &file.Options{SegmentSize: 12700})
	require.NoError(t, err)
	var head storage.Head
	plant := func(name string) {
		require.NoError(t, os.Symlink(victim, filepath.Join(dir, name)))
	}
	plant(firstSnapshot + ".new")
	plant("next.new")
	plant(firstSegment + ".new")
	for i := range 6 {
		if i > 0 {
			plant(fmt.Sprintf("journal-%020d.log.new", head.Seq+1))
		}
		batch := storagetest.Chain(head, fmt.Sprint("b", i), 1)
		require.NoError(t, storagetest.Append(t.Context(), j, head, batch))
		head = batch[0].Head
		require.NoError(t, j.SaveSnapshot(t.Context(), storage.Snapshot{Head: head, Time: batch[0].Time, Form: "f"}))
	}
	require.NoError(t, j.Erase(t.Context(), []storage.RecordID{{Kind: "thing", Key: "k0"}}, 3))
	segments, err := filepath.Glob(filepath.Join(dir, "journal-*.log"))
	require.NoError(t, err)
	require.Greater(t, len(segments), 2)
	content, err := os.ReadFile(victim)
	require.NoError(t, err)
	require.Equal(t, "precious", string(content))

	path := filepath.Join(dir, firstSegment)
	require.NoError(t, os.Rename(path, filepath.Join(base, "moved")))
	require.NoError(t, os.Symlink(filepath.Join(base, "moved"), path))
	for _, err := range j.Log(t.Context(), 0) {
		require.ErrorContains(t, err, "no regular file")
	}
	require.ErrorContains(t, j.Erase(t.Context(), []storage.RecordID{{Kind: "thing", Key: "k0"}}, head.Seq), "no regular file")
	_, err = j.Backup(t.Context(), filepath.Join(base, "copy"))
	require.ErrorContains(t, err, "no regular file")
	_, err = file.Check(t.Context(), dir)
	require.ErrorContains(t, err, "no regular file")
	require.NoError(t, j.Close())
}

// TestIncomplete opens a directory in which a backup was interrupted.
func TestIncomplete(t *testing.T) {
	j, err := file.Open(t.TempDir(), nil)
	require.NoError(t, err)
	defer j.Close()
	dir := filepath.Join(t.TempDir(), "copy")
	_, err = j.Backup(t.Context(), dir)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "INCOMPLETE"), nil, 0o600))
	for _, readOnly := range []bool{true, false} {
		_, err = file.Open(dir, &file.Options{ReadOnly: readOnly})
		require.ErrorContains(t, err, "interrupted")
	}
	_, err = file.Check(t.Context(), dir)
	require.ErrorContains(t, err, "interrupted")
	_, err = file.Open(dir, &file.Options{SegmentSize: -1})
	require.ErrorContains(t, err, "SegmentSize is -1")
}

func ExampleJournal_Backup() {
	base, err := os.MkdirTemp("", "store-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(base)
	ctx := context.Background()
	j, err := file.Open(filepath.Join(base, "store"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer j.Close()
	batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "first", Time: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := j.Append(ctx, batch); err != nil {
		fmt.Println(err)
		return
	}
	head, err := j.Backup(ctx, filepath.Join(base, "copy"))
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := file.Check(ctx, filepath.Join(base, "copy"))
	fmt.Println("copied:", head.Seq, "sound:", report.Head == head, err)
	// Output: copied: 1 sound: true <nil>
}
