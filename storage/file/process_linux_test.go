package file

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

func init() {
	children["short"] = shortWrites
	children["new"] = newStores
}

// TestShortWrite lets the system itself cut a write short, by a limit on the
// size of files, at many places of a group.
func TestShortWrite(t *testing.T) {
	t.Parallel()
	out, err := child("short", t.TempDir()).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "cut short at 30 places")
}

func shortWrites(dir string) error {
	signal.Ignore(syscall.SIGXFSZ)
	var unlimited syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &unlimited); err != nil {
		return err
	}
	ctx := context.Background()
	places := 0
	for cut := int64(0); cut < 900; cut += 30 {
		path := filepath.Join(dir, fmt.Sprint(cut))
		j, err := Open(path, &Options{ahead: 1})
		if err != nil {
			return err
		}
		first := storagetest.Chain(storage.Head{}, "a", 3)
		if err := storagetest.Append(ctx, j, storage.Head{}, first); err != nil {
			return err
		}
		limit := unlimited
		limit.Cur = uint64(j.segments[0].end + cut)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			return err
		}
		err = storagetest.Append(ctx, j, first[2].Head, storagetest.Chain(first[2].Head, "b", 6))
		if !errors.Is(err, syscall.EFBIG) {
			return fmt.Errorf("a write beyond the limit: %w", err)
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &unlimited); err != nil {
			return err
		}
		if err := j.Close(); err != nil {
			return err
		}
		if j, err = Open(path, nil); err != nil {
			return err
		}
		if head, err := j.Head(); err != nil || head != first[2].Head {
			return fmt.Errorf("after a short write the head is %v: %w", head, err)
		}
		if err := storagetest.Append(ctx, j, first[2].Head, storagetest.Chain(first[2].Head, "b", 6)); err != nil {
			return err
		}
		if err := j.Close(); err != nil {
			return err
		}
		if _, err := Check(ctx, path); err != nil {
			return err
		}
		places++
	}
	fmt.Println("cut short at", places, "places")
	return nil
}

// newStores makes a store and one of a tenant, each deep in directories that
// are not there yet, and a store in one that is there and empty: its maker may
// not have come to syncing its entry.
func newStores(dir string) error {
	j, err := Open(filepath.Join(dir, "1", "a", "b", "store"), nil)
	if err != nil {
		return err
	}
	ts, err := OpenTenants(filepath.Join(dir, "2", "a", "b", "tenants"), nil)
	if err != nil {
		return err
	}
	if err := ts.Create(context.Background(), "acme"); err != nil {
		return err
	}
	empty, err := Open(filepath.Join(dir, "3", "store"), nil)
	if err != nil {
		return err
	}
	return errors.Join(ts.Close(), j.Close(), empty.Close())
}

// TestNewDirectoriesAreSynced looks at what a process syncs that makes stores:
// each directory that got an entry, or a power failure takes the whole store.
func TestNewDirectoriesAreSynced(t *testing.T) {
	t.Parallel()
	strace := needStrace(t)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for _, name := range []string{"1", "2", "3/store"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, name), 0o700))
	}
	log := filepath.Join(t.TempDir(), "log")
	cmd := child("new", dir)
	cmd.Args = append([]string{strace, "-f", "-y", "-o", log, "-e", "trace=fsync", "-e", "signal=none"}, cmd.Args...)
	cmd.Path = strace
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	calls, err := os.ReadFile(log)
	require.NoError(t, err)
	for _, name := range []string{"1", "1/a", "1/a/b", "1/a/b/store", "2", "2/a", "2/a/b", "2/a/b/tenants", "3", "3/store"} {
		require.Contains(t, string(calls), "<"+filepath.Join(dir, name)+">", "the directory %s is not synced", name)
	}
}

// needStrace returns the path of strace, and skips the test where there is none
// or it may not trace.
func needStrace(t *testing.T) string {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("there is no strace here; Debian's package of that name has it")
	}
	if out, err := exec.Command(strace, "-f", "-o", "/dev/null", "-e", "trace=none", "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace here: %v: %s", err, out)
	}
	return strace
}

// TestSystemCalls runs a process under strace, which kills it at its n-th call
// of a kind, or lets that call fail. AIMSKIT_LONG tries more of them.
func TestSystemCalls(t *testing.T) {
	t.Parallel()
	strace := needStrace(t)
	whens, faults := []int{3}, []string{"signal=SIGKILL", "error=EIO"}
	if os.Getenv("AIMSKIT_LONG") != "" {
		faults = append(faults, "error=ENOSPC")
		whens = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 25, 30}
	}
	for _, call := range []string{"write", "pwrite64", "fdatasync", "fsync", "renameat,renameat2", "ftruncate", "unlinkat"} {
		hits := 0
		for _, fault := range faults {
			for _, when := range whens {
				inject := fmt.Sprintf("inject=%s:%s:when=%d", call, fault, when)
				dir := t.TempDir()
				cmd := child("count", dir)
				cmd.Args = append([]string{strace, "-f", "-o", "/dev/null", "-e", "trace=" + call, "-e", inject}, cmd.Args...)
				cmd.Path = strace
				out, err := cmd.Output()
				if err != nil { // killed, or a fault that it could not go on after
					hits++
				}
				var k told
				lines := bufio.NewScanner(bytes.NewReader(out))
				for lines.Scan() {
					if k.hear(lines.Text()) != nil {
						require.NotContains(t, lines.Text(), storage.ErrCorrupt.Error(), "%s: a fault of the disk is not damage", inject)
					}
				}
				if _, err := os.Stat(filepath.Join(dir, segmentName(1))); k.acknowledged == 0 && err != nil {
					j, err := Open(dir, nil)
					require.NoError(t, err, inject)
					require.NoError(t, j.Close())
					continue
				}
				k.survives(t, dir, inject)
			}
		}
		require.Positive(t, hits, "no process has died of its calls of %s", call)
	}
}

// TestFullAndReadOnly fills a small file system, makes room, and makes it
// read-only.
func TestFullAndReadOnly(t *testing.T) {
	root := t.TempDir()
	if err := syscall.Mount("tmpfs", root, "tmpfs", 0, "size=160k"); err != nil {
		t.Skipf("nothing can be mounted here: %v", err)
	}
	defer func() { require.NoError(t, syscall.Unmount(root, syscall.MNT_DETACH)) }()
	dir := filepath.Join(root, "store")
	j, err := Open(dir, &Options{SegmentSize: 30000})
	require.NoError(t, err)
	var c course
	for i := 0; err == nil; i++ {
		err = c.append(j, fmt.Sprint("full", i), 3)
	}
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.ErrorIs(t, c.append(j, "more", 1), ErrFailed)
	require.NoError(t, j.Close())
	r, err := Open(dir, &Options{ReadOnly: true})
	require.NoError(t, err, "a full disk does not keep a store from being read")
	head, err := r.Head()
	require.NoError(t, err)
	require.Equal(t, c.head(), head)
	require.NoError(t, r.Close())

	require.NoError(t, syscall.Mount("tmpfs", root, "tmpfs", syscall.MS_REMOUNT, "size=2m"))
	j, err = Open(dir, nil)
	require.NoError(t, err)
	c.tried = nil
	c.compare(t, j, "after room was made")
	require.NoError(t, c.append(j, "room", 2))
	require.NoError(t, j.Close())

	require.NoError(t, syscall.Mount("tmpfs", root, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=2m"))
	_, err = Open(dir, nil)
	require.ErrorIs(t, err, syscall.EROFS)
	require.ErrorContains(t, err, "Options.ReadOnly")
	r, err = Open(dir, &Options{ReadOnly: true})
	require.NoError(t, err)
	c.compare(t, r, "on a read-only file system")
	require.NoError(t, r.Close())
	_, err = Check(t.Context(), dir)
	require.NoError(t, err)
	_, err = Open(filepath.Join(root, "new"), nil)
	require.ErrorIs(t, err, syscall.EROFS)
}
