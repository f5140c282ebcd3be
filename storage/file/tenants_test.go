package file

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

func openTenants(t *testing.T, dir string, opts *TenantsOptions) *Tenants {
	t.Helper()
	ts, err := OpenTenants(dir, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ts.Close()) })
	return ts
}

func TestTenants(t *testing.T) {
	t.Parallel()
	storagetest.RunDurableTenants(t, func(t *testing.T, dir string) (storage.Tenants, func() error) {
		ts, err := OpenTenants(filepath.Join(dir, "tenants"), nil)
		require.NoError(t, err)
		return ts, ts.Close
	})
}

// fill makes tenants with two commits each and closes everything.
func seed(t *testing.T, dir string, names ...string) {
	t.Helper()
	ts, err := OpenTenants(dir, nil)
	require.NoError(t, err)
	for _, name := range names {
		require.NoError(t, ts.Create(t.Context(), name))
		tenant, err := ts.Open(t.Context(), name)
		require.NoError(t, err)
		require.NoError(t, storagetest.Append(t.Context(), tenant.Journal, storage.Head{}, storagetest.Chain(storage.Head{}, name, 2)))
		require.NoError(t, tenant.Close())
	}
	require.NoError(t, ts.Close())
}

// listed returns the names of the tenants and the error at their end.
func listed(t *testing.T, ts *Tenants) (names []string, err error) {
	t.Helper()
	for name, e := range ts.List(t.Context()) {
		require.NoError(t, err, "an error comes last")
		if err = e; e == nil {
			names = append(names, name)
		}
	}
	return names, err
}

// commits counts what a tenant's journal holds.
func commits(t *testing.T, ts *Tenants, name string) int {
	t.Helper()
	tenant, err := ts.Open(t.Context(), name)
	require.NoError(t, err)
	n := len(storagetest.Read(t, tenant.Journal, 0))
	require.NoError(t, tenant.Close())
	return n
}

// oddNames are names that a file system would mix up, refuse, or take for
// something else.
var oddNames = []string{"acme", "Acme", "ACME", "a", ".", "..", "../acme", "a/b", "a\\b", "C:", "%41", "a%", "*", "con", "NUL.txt", "LOCK", "t-acme",
	"-", "é", "e\u0301", "ß", "ı", "日本", "😀", strings.Repeat("X", storage.MaxTenantName), strings.Repeat("é", storage.MaxTenantName/2)}

var plainFileName = regexp.MustCompile(`^t-[a-z0-9_%-]{1,192}$`)

// TestTenantDirectories draws names: each has a directory of its own, under a
// name that is the same to every file system.
func TestTenantDirectories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.SampledFrom(oddNames),
			rapid.StringOfN(rapid.RuneFrom(nil, unicode.PrintRanges...), 1, -1, storage.MaxTenantName)).Draw(t, "name")
		if storage.CheckTenantName(name) != nil {
			t.Skip("no tenant's name")
		}
		encoded := encodeTenant(name)
		require.Regexp(t, plainFileName, tenantPrefix+encoded)
		back, ok := decodeTenant(encoded)
		require.True(t, ok)
		require.Equal(t, name, back)
	})
}

func FuzzDecodeTenant(f *testing.F) {
	for _, name := range oddNames {
		f.Add(encodeTenant(name))
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		name, ok := decodeTenant(encoded)
		if ok {
			require.NoError(t, storage.CheckTenantName(name))
			require.Equal(t, encoded, encodeTenant(name), "one name has one directory")
		}
	})
}

func TestTenantsLayout(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	seed(t, dir, "acme", "Acme/EU")
	for path, mode := range map[string]fs.FileMode{"": 0o700, "TENANTS": 0o600, "LOCK": 0o600, "t-acme": 0o700, "t-%41cme%2f%45%55": 0o700} {
		info, err := os.Stat(filepath.Join(dir, path))
		require.NoError(t, err)
		if runtime.GOOS != "windows" {
			require.Equal(t, mode, info.Mode().Perm(), path)
		}
	}
	j, err := Open(filepath.Join(dir, "t-acme"), nil)
	require.NoError(t, err, "a tenant is a store like any other")
	require.Len(t, storagetest.Read(t, j, 0), 2)
	require.NoError(t, j.Close())
}

func TestTenantsLock(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir, "acme")
	ts := openTenants(t, dir, nil)
	_, err := OpenTenants(dir, nil)
	require.ErrorIs(t, err, storage.ErrLocked)
	require.ErrorContains(t, err, fmt.Sprint("process ", os.Getpid()), "the error names the holder")

	direct, err := Open(filepath.Join(dir, "t-acme"), nil) // as a tool beside the product might
	require.NoError(t, err)
	_, err = ts.Open(t.Context(), "acme")
	require.ErrorIs(t, err, storage.ErrLocked)
	require.ErrorIs(t, ts.Delete(t.Context(), "acme"), storage.ErrLocked, "what somebody has open is not deleted")
	require.NoError(t, direct.Close())
	require.Equal(t, 2, commits(t, ts, "acme"))
}

func TestTenantsClose(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir, "acme")
	ts, err := OpenTenants(dir, nil)
	require.NoError(t, err)
	tenant, err := ts.Open(t.Context(), "acme")
	require.NoError(t, err)
	require.ErrorIs(t, ts.Close(), storage.ErrTenantOpen)
	require.Len(t, storagetest.Read(t, tenant.Journal, 0), 2, "a refused closing closes nothing")
	require.NoError(t, tenant.Close())
	require.NoError(t, ts.Close())
	require.NoError(t, ts.Close(), "closing twice is no error")
	require.ErrorIs(t, ts.Create(t.Context(), "other"), storage.ErrClosed)
	_, err = ts.Open(t.Context(), "acme")
	require.ErrorIs(t, err, storage.ErrClosed)
	require.ErrorIs(t, ts.Delete(t.Context(), "acme"), storage.ErrClosed)
	_, err = listed(t, ts)
	require.ErrorIs(t, err, storage.ErrClosed)
}

// TestNotTenants opens directories that are something else: a clear error, and
// nothing is changed.
func TestNotTenants(t *testing.T) {
	_, err := OpenTenants("", nil)
	require.Error(t, err)
	for name, c := range map[string]struct {
		files map[string]string
		is    error
		says  string
	}{
		"somebody's":     {map[string]string{"thesis.doc": "x"}, nil, "thesis.doc"},
		"a store":        {map[string]string{"journal.log": "x", "LOCK": ""}, nil, "journal.log"},
		"lost marker":    {map[string]string{"t-acme": "x"}, nil, "t-acme"},
		"newer":          {map[string]string{"TENANTS": "AIMSKIT TENANTS 2\n"}, storage.ErrVersion, `"2"`},
		"damaged marker": {map[string]string{"TENANTS": "AIMSKIT TENXNTS 1\n"}, storage.ErrCorrupt, "TENANTS"},
		"empty marker":   {map[string]string{"TENANTS": ""}, storage.ErrCorrupt, "TENANTS"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, content := range c.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600))
			}
			_, err := OpenTenants(dir, nil)
			require.ErrorContains(t, err, c.says)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, entries, len(c.files), "nothing is put there")
		})
	}
	t.Run("a file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "f")
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		_, err := OpenTenants(path, nil)
		require.Error(t, err)
	})
	t.Run("can't be made", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "TENANTS.new", "x"), 0o700)) // as good as a full disk
		_, err := OpenTenants(dir, nil)
		require.ErrorContains(t, err, "making the directory of tenants")
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "TENANTS.new")))
		seed(t, dir, "acme")
	})
	t.Run("a planted symlink", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("making symlinks needs a privilege there")
		}
		dir, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
		require.NoError(t, os.WriteFile(victim, []byte("precious"), 0o600))
		require.NoError(t, os.Symlink(victim, filepath.Join(dir, "TENANTS.new")))
		seed(t, dir, "acme")
		content, err := os.ReadFile(victim)
		require.NoError(t, err)
		require.Equal(t, "precious", string(content))
	})
	t.Run("made half", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "TENANTS.new"), []byte("AIM"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "LOCK"), nil, 0o600))
		seed(t, dir, "acme")
	})
}

var errPower = errors.New("power cut")

// TestDeleteCutShort stops a deletion after each of its steps. Once the store
// has been moved aside the tenant is gone and stays gone; before, it is whole.
func TestDeleteCutShort(t *testing.T) {
	// half removes some of a store, as a process does that dies meanwhile.
	half := func(path string) error { return errors.Join(os.Remove(filepath.Join(path, "LOCK")), errPower) }
	for name, opts := range map[string]TenantsOptions{
		"moved aside":   {renamed: func(string) error { return errPower }},
		"half removed":  {removeAll: half},
		"none removed":  {removeAll: func(string) error { return errPower }},
		"moved, halved": {renamed: func(to string) error { return half(to) }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			seed(t, dir, "acme", "other")
			ts, err := OpenTenants(dir, &opts)
			require.NoError(t, err)
			require.ErrorIs(t, ts.Delete(t.Context(), "acme"), errPower)
			gone := func(ts *Tenants) {
				names, err := listed(t, ts)
				require.NoError(t, err)
				require.Equal(t, []string{"other"}, names)
				_, err = ts.Open(t.Context(), "acme")
				require.ErrorIs(t, err, storage.ErrNoTenant)
			}
			gone(ts)
			require.NoError(t, ts.Close())
			ts = openTenants(t, dir, nil)
			gone(ts)
			left, err := filepath.Glob(filepath.Join(dir, "gone-*"))
			require.NoError(t, err)
			require.Empty(t, left, "what was left is removed when the directory is opened")
			require.NoError(t, ts.Create(t.Context(), "acme"))
			require.Zero(t, commits(t, ts, "acme"))
			require.Equal(t, 2, commits(t, ts, "other"))
		})
	}
}

// TestDeleteAgain deletes while files can't be removed: the next deletion
// removes them, whichever tenant it is for.
func TestDeleteAgain(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir, "acme", "other")
	stuck := true
	ts := openTenants(t, dir, &TenantsOptions{removeAll: func(path string) error {
		if stuck {
			return errPower
		}
		return os.RemoveAll(path)
	}})
	require.ErrorIs(t, ts.Delete(t.Context(), "acme"), errPower)
	err := ts.Delete(t.Context(), "acme")
	require.ErrorIs(t, err, storage.ErrNoTenant, "the tenant is gone")
	require.ErrorIs(t, err, errPower, "its files are not")
	stuck = false
	require.NoError(t, ts.Delete(t.Context(), "other"))
	left, err := filepath.Glob(filepath.Join(dir, "gone-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestCreateCutShort stops a creation: the tenant is there, whole and empty, or
// it is not.
func TestCreateCutShort(t *testing.T) {
	dir := t.TempDir()
	ts, err := OpenTenants(dir, &TenantsOptions{renamed: func(string) error { return errPower }})
	require.NoError(t, err)
	require.ErrorIs(t, ts.Create(t.Context(), "acme"), errPower)
	require.NoError(t, ts.Close())
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "new-abc"), 0o700)) // as a process that died in the middle leaves it
	require.NoError(t, os.WriteFile(filepath.Join(dir, "new-abc", "LOCK"), nil, 0o600))

	ts = openTenants(t, dir, nil)
	names, err := listed(t, ts)
	require.NoError(t, err)
	require.Equal(t, []string{"acme"}, names)
	require.Zero(t, commits(t, ts, "acme"))
	require.ErrorIs(t, ts.Create(t.Context(), "acme"), storage.ErrTenantExists)
	require.NoDirExists(t, filepath.Join(dir, "new-abc"))
}

// TestDirectorySyncFails makes a tenant whose entry can't be brought to the
// disk: nobody gets to write to what a power failure would take away.
func TestDirectorySyncFails(t *testing.T) {
	dir := t.TempDir()
	failing := false
	opts := &TenantsOptions{syncing: func() error {
		if failing {
			return errPower
		}
		return nil
	}}
	ts := openTenants(t, dir, opts)
	failing = true
	require.ErrorIs(t, ts.Create(t.Context(), "acme"), errPower)
	_, err := ts.Open(t.Context(), "acme")
	require.ErrorIs(t, err, errPower)
	require.NoError(t, ts.Close())
	_, err = OpenTenants(dir, opts)
	require.ErrorIs(t, err, errPower, "nor does opening the directory again pass over it")
	failing = false
	ts = openTenants(t, dir, opts)
	require.Zero(t, commits(t, ts, "acme"))
	failing = true
	require.ErrorIs(t, ts.Delete(t.Context(), "acme"), errPower)
	failing = false
	require.ErrorIs(t, ts.Delete(t.Context(), "acme"), storage.ErrNoTenant)
	left, err := filepath.Glob(filepath.Join(dir, "gone-*"))
	require.NoError(t, err)
	require.Empty(t, left, "its files are removed once the directory is synced")
}

// TestLeftoversThatStay can't be removed: that is said, and nobody is kept from
// working.
func TestLeftoversThatStay(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir, "acme")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "gone-x"), 0o700))
	var log strings.Builder
	ts := openTenants(t, dir, &TenantsOptions{Logger: slog.New(slog.NewTextHandler(&log, nil)), removeAll: func(string) error { return errPower }})
	require.Contains(t, log.String(), "power cut")
	require.Equal(t, 2, commits(t, ts, "acme"))
	names, err := listed(t, ts)
	require.NoError(t, err)
	require.Equal(t, []string{"acme"}, names)
}

// TestHollowTenant has lost its files, to a failed restore or a hasty hand. It
// is damaged, not new.
func TestHollowTenant(t *testing.T) {
	for name, keep := range map[string][]string{"empty": nil, "only its lock": {"LOCK"}, "a store in the making": {"LOCK", "journal.log.new"}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			seed(t, dir, "acme", "other")
			store := filepath.Join(dir, "t-acme")
			require.NoError(t, os.RemoveAll(store))
			require.NoError(t, os.Mkdir(store, 0o700))
			for _, file := range keep {
				require.NoError(t, os.WriteFile(filepath.Join(store, file), nil, 0o600))
			}
			ts := openTenants(t, dir, nil)
			_, err := ts.Open(t.Context(), "acme")
			require.ErrorIs(t, err, storage.ErrCorrupt)
			require.ErrorContains(t, err, `"acme"`)
			names, err := listed(t, ts)
			require.NoError(t, err)
			require.Equal(t, []string{"acme", "other"}, names, "it is not passed over")
			require.ErrorIs(t, ts.Create(t.Context(), "acme"), storage.ErrTenantExists)
			require.NoError(t, ts.Delete(t.Context(), "acme"), "it can be deleted")
			require.NoError(t, ts.Create(t.Context(), "acme"))
			require.Equal(t, 2, commits(t, ts, "other"))
		})
	}
}

// TestSwappedTenant has been replaced by a link or a file: that is not
// followed, neither for opening nor for deleting.
func TestSwappedTenant(t *testing.T) {
	for _, kind := range []string{"link", "file"} {
		t.Run(kind, func(t *testing.T) {
			dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "store")
			seed(t, dir, "acme", "other")
			swapped := filepath.Join(dir, "t-acme")
			require.NoError(t, os.Rename(swapped, elsewhere))
			if kind == "link" {
				if err := os.Symlink(elsewhere, swapped); err != nil {
					t.Skip("no symbolic links here:", err)
				}
			} else {
				require.NoError(t, os.WriteFile(swapped, []byte("x"), 0o600))
			}
			ts := openTenants(t, dir, nil)
			_, err := ts.Open(t.Context(), "acme")
			require.ErrorIs(t, err, storage.ErrCorrupt)
			names, err := listed(t, ts)
			require.ErrorIs(t, err, storage.ErrCorrupt, "what is wrong is said")
			require.ErrorContains(t, err, "t-acme")
			require.Equal(t, []string{"other"}, names, "and hides no other")
			require.NoError(t, ts.Delete(t.Context(), "acme"))
			_, err = listed(t, ts)
			require.NoError(t, err)
			j, err := Open(elsewhere, nil)
			require.NoError(t, err)
			require.Len(t, storagetest.Read(t, j, 0), 2, "what the link led to is untouched")
			require.NoError(t, j.Close())
		})
	}
}

func TestForeignEntries(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir, "acme")
	for _, file := range []string{".DS_Store", "notes.txt", "lost+found"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), nil, 0o600))
	}
	ts := openTenants(t, dir, nil)
	names, err := listed(t, ts)
	require.NoError(t, err)
	require.Equal(t, []string{"acme"}, names)
	for _, name := range []string{"t-Globex", "t-%61cme", "t-a%4", "t-a%2G", "t-%C3%a9", "t-", "t-a b", "t-%00"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o700))
		names, err := listed(t, ts)
		require.ErrorIs(t, err, storage.ErrCorrupt)
		require.ErrorContains(t, err, name)
		require.Equal(t, []string{"acme"}, names)
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
	}
}

// TestDamagedTenant can't be opened, can be deleted, and harms no other.
func TestDamagedTenant(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir, "acme", "other")
	files, err := os.ReadDir(filepath.Join(dir, "t-acme"))
	require.NoError(t, err)
	for _, f := range files { // whatever the store's files are called
		path := filepath.Join(dir, "t-acme", f.Name())
		info, err := f.Info()
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("damage", int(info.Size())/6+1)), 0o600))
	}
	ts := openTenants(t, dir, nil)
	_, err = ts.Open(t.Context(), "acme")
	require.ErrorIs(t, err, storage.ErrCorrupt)
	require.ErrorContains(t, err, `"acme"`)
	require.Equal(t, 2, commits(t, ts, "other"))
	_, err = ts.Open(t.Context(), "acme")
	require.ErrorIs(t, err, storage.ErrCorrupt, "a failed opening leaves nothing open")
	require.NoError(t, ts.Delete(t.Context(), "acme"))
}

// TestStoreOptions reach the store of each tenant.
func TestStoreOptions(t *testing.T) {
	asked := map[string]int{}
	ts := openTenants(t, t.TempDir(), &TenantsOptions{Store: func(tenant string) *Options { asked[tenant]++; return nil }})
	require.NoError(t, ts.Create(t.Context(), "acme"))
	require.Zero(t, commits(t, ts, "acme"))
	require.Equal(t, map[string]int{"acme": 2}, asked)
}
