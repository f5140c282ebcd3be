package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

func init() {
	children["permissions"] = losePermissions
	children["modes"] = makeEverything
}

// TestPermissionsLost takes permissions away from a process that has a store
// open, and gives them back.
func TestPermissionsLost(t *testing.T) {
	dir := t.TempDir()
	if os.Getuid() == 0 { // for whom there are no permissions to lose
		var err error
		dir, err = os.MkdirTemp("/tmp", "aimskit") // where anybody may pass, which $TMPDIR need not let
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
		require.NoError(t, os.Chown(dir, nobody, nobody))
	}
	out, err := child("permissions", dir).CombinedOutput()
	require.NoError(t, err, string(out))
}

const nobody = 65534

func losePermissions(dir string) error {
	if os.Getuid() == 0 {
		if err := errors.Join(syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
			return err
		}
	}
	ctx := context.Background()
	store, segment := filepath.Join(dir, "store"), filepath.Join(dir, "store", segmentName(1))
	j, err := Open(store, &Options{SegmentSize: groupsStart + 4000})
	if err != nil {
		return err
	}
	var c course
	denied := func(what string, err error) error {
		if errors.Is(err, fs.ErrPermission) && !errors.Is(err, storage.ErrCorrupt) {
			return nil
		}
		return fmt.Errorf("%s: want a lack of permission, got: %w", what, err)
	}
	steps := []func() error{
		func() error { return c.append(j, "before", 2) },
		func() error { return os.Chmod(store, 0o500) },
		func() error { return denied("a snapshot", c.save(j, "s")) },
		func() error { return denied("an erasure", c.erase(j)) },
		func() error { return c.append(j, "meanwhile", 1) }, // nothing needs a new file
		func() error {
			var err error
			for i := 0; err == nil; i++ {
				err = c.append(j, fmt.Sprint("roll", i), 2)
			}
			return denied("a new segment", err)
		},
		func() error {
			if err := c.append(j, "more", 1); !errors.Is(err, ErrFailed) {
				return fmt.Errorf("after that: %w", err)
			}
			return j.Close()
		},
		func() error { c.tried = nil; return expectLog(store, &Options{ReadOnly: true}, c.acknowledged) },
		func() error { return os.Chmod(segment, 0) },
		func() error {
			_, err := Open(store, &Options{ReadOnly: true})
			return denied("reading", err)
		},
		func() error {
			_, err := Open(store, nil)
			return denied("writing", err)
		},
		func() error {
			_, err := Check(ctx, store)
			return denied("checking", err)
		},
		func() error { return os.Chmod(segment, 0o400) },
		func() error {
			_, err := Open(store, nil)
			return denied("writing what can only be read", err)
		},
		func() error { return errors.Join(os.Chmod(segment, 0o600), os.Chmod(store, 0)) },
		func() error {
			_, err := Open(store, nil)
			return denied("a directory that can't be entered", err)
		},
		func() error { return os.Chmod(store, 0o700) },
		func() error { return expectLog(store, nil, c.acknowledged) },
		func() error {
			_, err := Open(filepath.Join("/", "aimskit-no-such", "store"), nil)
			return denied("a directory that can't be made", err)
		},
	}
	for i, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	return nil
}

// expectLog opens a store and compares its log, by hash.
func expectLog(store string, opts *Options, want []storage.Commit) error {
	j, err := Open(store, opts)
	if err != nil {
		return err
	}
	n := 0
	for c, err := range j.Log(context.Background(), 0) {
		if err != nil || n == len(want) || c.Hash != want[n].Hash {
			return fmt.Errorf("commit %d is not what was acknowledged: %w", n+1, err)
		}
		n++
	}
	if n != len(want) {
		return fmt.Errorf("%d commits, of %d acknowledged", n, len(want))
	}
	return j.Close()
}

// TestModes makes each kind of file and directory without a umask to help.
func TestModes(t *testing.T) {
	dir := t.TempDir()
	out, err := child("modes", dir).CombinedOutput()
	require.NoError(t, err, string(out))
	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := e.Info()
		require.NoError(t, err)
		if e.IsDir() {
			require.Equal(t, fs.FileMode(0o700), info.Mode().Perm(), path)
		} else {
			require.Equal(t, fs.FileMode(0o600), info.Mode(), path)
			files++
		}
		return nil
	}))
	require.Greater(t, files, 15)
}

func makeEverything(dir string) error {
	syscall.Umask(0)
	ctx := context.Background()
	j, err := Open(filepath.Join(dir, "a", "store"), &Options{SegmentSize: groupsStart + 600})
	if err != nil {
		return err
	}
	var c course
	for i := range 6 {
		err = errors.Join(err, c.append(j, fmt.Sprint(i), 2))
	}
	err = errors.Join(err, c.erase(j), c.append(j, "last", 1), c.save(j, "s"))
	_, backup := j.Backup(ctx, filepath.Join(dir, "b", "backup"))
	_, salvage := Salvage(ctx, filepath.Join(dir, "a", "store"), filepath.Join(dir, "c", "salvaged"))
	ts, tenants := OpenTenants(filepath.Join(dir, "d", "tenants"), nil)
	if err := errors.Join(err, backup, salvage, tenants, j.Close()); err != nil {
		return err
	}
	if err := ts.Create(ctx, "Acme"); err != nil {
		return err
	}
	tenant, err := ts.Open(ctx, "Acme")
	if err != nil {
		return err
	}
	err = storagetest.Append(ctx, tenant.Journal, storage.Head{}, storagetest.Chain(storage.Head{}, "t", 1))
	return errors.Join(err, tenant.Close(), ts.Close())
}
