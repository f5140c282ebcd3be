package file

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Tenants is a storage.Tenants in a directory: one store for each tenant. Only
// one process at a time has it open.
//
// The directory (mode 0700) holds
//
//	TENANTS   the text "AIMSKIT TENANTS 1\n", where 1 is the format's version
//	LOCK      held by the process that has the directory open, and who it is
//	t-NAME    the store of a tenant; see the package's layout
//	new-…     a store in the making, gone-… one that is being deleted
//
// NAME is the tenant's name, in which every byte but a-z, 0-9, "-" and "_"
// stands as "%" and two lower-case hexadecimal digits. So capitals, dots and
// slashes, the names that Windows reserves, file systems that fold case or
// change the spelling of Unicode: none of them makes two tenants one, or leads
// out of the directory.
//
// A tenant comes and goes by a single rename, which either happened or did
// not. What a crash has left of the others is removed when the directory is
// opened next, or at the next Delete.
type Tenants struct {
	dir  string
	opts TenantsOptions
	lock io.Closer

	mu     sync.Mutex
	busy   map[string]chan struct{} // by name: closed once the call that has it is through
	open   map[string]bool
	closed bool
	unsure bool // a rename may not be on the disk

	removing sync.Mutex
	leftover []string // deleted stores whose files are still to be removed
}

var _ storage.Tenants = (*Tenants)(nil)

// TenantsOptions are what a caller can set; a nil *TenantsOptions means the
// defaults.
type TenantsOptions struct {
	// Logger hears of what a crash has left behind; silent by default.
	Logger *slog.Logger
	// Store gives the options with which the store of a tenant is opened; the
	// defaults if it is nil or returns nil.
	Store func(tenant string) *Options

	// renamed, syncing and removeAll let tests stop between the steps of a call.
	renamed   func(to string) error
	syncing   func() error
	removeAll func(path string) error
}

const (
	tenantsName    = "TENANTS"
	tenantsText    = "AIMSKIT TENANTS 1\n"
	tenantPrefix   = "t-"
	creatingPrefix = "new-"
	deletedPrefix  = "gone-"
)

// OpenTenants opens the tenants in a directory, and makes it where it is
// missing or empty. Another process that has it open is storage.ErrLocked, a
// format from a newer version storage.ErrVersion; a directory of something
// else is refused. None of them changes anything.
func OpenTenants(dir string, opts *TenantsOptions) (_ *Tenants, err error) {
	ts := &Tenants{dir: dir, busy: make(map[string]chan struct{}), open: make(map[string]bool)}
	if opts != nil {
		ts.opts = *opts
	}
	logger := ts.opts.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	if ts.opts.removeAll == nil {
		ts.opts.removeAll = os.RemoveAll
	}
	if dir == "" {
		return nil, issue.Errorf(issue.CodeInvalid, "no directory of tenants given")
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := makeDirectory(dir); err != nil {
			return nil, fmt.Errorf("making the directory of tenants: %w", err)
		}
	}
	fresh, err := checkTenants(dir)
	if err != nil {
		return nil, err
	}
	lock, err := lockDirectory(dir)
	if err != nil {
		return nil, err
	}
	ts.lock = lock
	defer func() {
		if err != nil {
			lock.Close()
		}
	}()
	if fresh {
		if err := writeMarker(dir); err != nil {
			return nil, fmt.Errorf("making the directory of tenants: %w", err)
		}
	}
	// The process before may not have come to syncing its renames. Tenants rest
	// on them, and what is removed before could come back in parts.
	if err := ts.sync(); err != nil {
		return nil, err
	}
	if err := ts.sweep(); err != nil {
		// They are no tenants any more, or not yet: nothing rests on them.
		logger.Warn("file: what a crash has left can't be removed", "tenants", dir, "error", err)
	}
	return ts, nil
}

// checkTenants checks that a directory is one of tenants, or reports that it
// is fresh.
func checkTenants(dir string) (fresh bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, tenantsName))
	switch {
	case err == nil && string(text) == tenantsText:
		return false, nil
	case err == nil:
		if rest, ours := bytes.CutPrefix(text, []byte("AIMSKIT TENANTS ")); ours && len(rest) < 20 {
			return false, fmt.Errorf("%w: %s has version %q, this code reads 1", storage.ErrVersion, filepath.Join(dir, tenantsName), bytes.TrimSpace(rest))
		}
		return false, fmt.Errorf("%w: %s does not say that this is a directory of tenants", storage.ErrCorrupt, filepath.Join(dir, tenantsName))
	case !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if e.Name() != lockName && e.Name() != tenantsName+".new" {
			return false, issue.Errorf(issue.CodeInvalid, "%s is not a directory of tenants: it holds %s and no %s; give a new or empty directory", dir, e.Name(), tenantsName)
		}
	}
	return true, nil
}

// writeMarker says that a directory is one of tenants. It is written under
// another name, so that a crash leaves either none or a whole one.
func writeMarker(dir string) error {
	if err := syncEntry(dir); err != nil {
		return err
	}
	path := filepath.Join(dir, tenantsName)
	if err := os.Remove(path + ".new"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(tenantsText)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return errors.Join(os.Rename(path+".new", path), syncDirectory(dir))
}

// Close closes the directory and gives up its lock. While a tenant is open, or
// another call is under way, it is refused with storage.ErrTenantOpen and
// closes nothing.
func (ts *Tenants) Close() error {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.closed {
		return nil
	}
	if n := len(ts.open) + len(ts.busy); n > 0 {
		return fmt.Errorf("closing the tenants in %s: %w: %d in use", ts.dir, storage.ErrTenantOpen, n)
	}
	ts.closed = true
	return ts.lock.Close()
}

// Path returns the directory.
func (ts *Tenants) Path() string { return ts.dir }

// Create adds a tenant; see storage.Tenants.
func (ts *Tenants) Create(ctx context.Context, name string) error {
	end, err := ts.begin(ctx, name)
	if err != nil {
		return err
	}
	defer end()
	path := ts.path(name)
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%w: %q", storage.ErrTenantExists, name)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("creating tenant %q: %w", name, err)
	}
	temp := filepath.Join(ts.dir, creatingPrefix+random())
	j, err := Open(temp, ts.storeOptions(name))
	if err == nil {
		err = j.Close()
	}
	if err == nil {
		err = ts.rename(temp, path)
	}
	if err != nil {
		return fmt.Errorf("creating tenant %q: %w", name, errors.Join(err, os.RemoveAll(temp)))
	}
	return nil
}

func (ts *Tenants) storeOptions(name string) *Options {
	if ts.opts.Store == nil {
		return nil
	}
	return ts.opts.Store(name)
}

// Open opens a tenant's journal; see storage.Tenants.
func (ts *Tenants) Open(ctx context.Context, name string) (*storage.Tenant, error) {
	end, err := ts.begin(ctx, name)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := ts.refuseOpen(name); err != nil {
		return nil, err
	}
	path := ts.path(name)
	if err := checkStore(name, path); err != nil {
		return nil, err
	}
	j, err := Open(path, ts.storeOptions(name))
	if err != nil {
		return nil, fmt.Errorf("opening tenant %q: %w", name, err)
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.open[name] = true
	return &storage.Tenant{Journal: j, Snapshots: j, Eraser: j, Close: sync.OnceValue(func() error {
		err := j.Close()
		ts.mu.Lock()
		defer ts.mu.Unlock()
		delete(ts.open, name)
		return err
	})}, nil
}

func (ts *Tenants) refuseOpen(name string) error {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.open[name] {
		return fmt.Errorf("%w: %q", storage.ErrTenantOpen, name)
	}
	return nil
}

// checkStore checks that a tenant is there, and that it holds something: Open
// would take an empty directory, such as a failed restore leaves, for a new
// store.
func checkStore(name, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %q", storage.ErrNoTenant, name)
	case err != nil:
		return fmt.Errorf("opening tenant %q: %w", name, err)
	case !info.IsDir():
		return fmt.Errorf("%w: tenant %q: %s is not a directory but %s", storage.ErrCorrupt, name, path, info.Mode().Type())
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return fmt.Errorf("opening tenant %q: %w", name, err)
	}
	for _, e := range entries {
		if e.Name() != lockName && !strings.HasSuffix(e.Name(), ".new") {
			return nil
		}
	}
	return fmt.Errorf("%w: tenant %q: %s holds no store; restore it from a backup, or delete the tenant", storage.ErrCorrupt, name, path)
}

// List yields the names of all tenants; see storage.Tenants. An entry of the
// directory that looks like a tenant's and can't be one is storage.ErrCorrupt,
// after all the names.
func (ts *Tenants) List(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		names, err := ts.names(ctx)
		for _, name := range names {
			if ctx.Err() != nil {
				break
			}
			if !yield(name, nil) {
				return
			}
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		if err != nil {
			yield("", err)
		}
	}
}

func (ts *Tenants) names(ctx context.Context) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ts.mu.Lock()
	closed := ts.closed
	ts.mu.Unlock()
	if closed {
		return nil, ts.errClosed()
	}
	entries, err := os.ReadDir(ts.dir)
	if err != nil {
		return nil, fmt.Errorf("listing tenants: %w", err)
	}
	var names []string
	var foreign []error
	for _, e := range entries {
		encoded, ours := strings.CutPrefix(e.Name(), tenantPrefix)
		if !ours {
			continue
		}
		name, ok := decodeTenant(encoded)
		if !ok || !e.IsDir() {
			foreign = append(foreign, fmt.Errorf("%w: %s is not the store of a tenant; move it away", storage.ErrCorrupt, filepath.Join(ts.dir, e.Name())))
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names, errors.Join(foreign...)
}

// Delete removes a tenant; see storage.Tenants. One whose store is damaged can
// be deleted as well. If the tenant is gone but its files can't be removed,
// the error says so, and they are removed by the next Delete or OpenTenants.
func (ts *Tenants) Delete(ctx context.Context, name string) error {
	end, err := ts.begin(ctx, name)
	if err != nil {
		return err
	}
	defer end()
	if err := ts.refuseOpen(name); err != nil {
		return err
	}
	path := ts.path(name)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%w: %q", storage.ErrNoTenant, name), ts.removeDeleted())
	}
	if err != nil {
		return fmt.Errorf("deleting tenant %q: %w", name, err)
	}
	if info.IsDir() {
		free, err := holdStore(path)
		if err != nil {
			return fmt.Errorf("deleting tenant %q: %w", name, err)
		}
		defer free()
	}
	aside := filepath.Join(ts.dir, deletedPrefix+random())
	if err := ts.rename(path, aside); err != nil {
		if _, gone := os.Lstat(aside); gone == nil {
			ts.removeLater(aside)
		}
		return fmt.Errorf("deleting tenant %q: %w", name, err)
	}
	ts.removeLater(aside)
	if err := ts.removeDeleted(); err != nil {
		return fmt.Errorf("tenant %q is gone, but files of deleted tenants are left: %w", name, err)
	}
	return nil
}

// holdStore takes the lock of a store, so that nobody has it open by its path, and
// returns how to give it up.
func holdStore(path string) (free func(), err error) {
	lock, err := lockDirectory(path)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS == "windows" { // a directory with open files can't be renamed there
		lock.Close()
		return func() {}, nil
	}
	return func() { lock.Close() }, nil
}

// lockDirectory takes the lock of a directory, be it of one store or of many.
func lockDirectory(path string) (io.Closer, error) {
	dir, err := openDirectory(path, false)
	if err != nil {
		return nil, err
	}
	lock, err := dir.Lock()
	if err != nil {
		dir.Close()
		return nil, err
	}
	return both{lock, dir}, nil
}

// both closes two things, the first first.
type both [2]io.Closer

func (b both) Close() error { return errors.Join(b[0].Close(), b[1].Close()) }

// rename moves a store, durably: once it returns nil, no crash undoes it.
func (ts *Tenants) rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	var err error
	if ts.opts.renamed != nil {
		err = ts.opts.renamed(to)
	}
	if err == nil {
		err = ts.sync()
	}
	if err != nil {
		ts.mu.Lock()
		defer ts.mu.Unlock()
		ts.unsure = true
	}
	return err
}

// sync brings the directory's entries to the disk.
func (ts *Tenants) sync() error {
	if ts.opts.syncing != nil {
		if err := ts.opts.syncing(); err != nil {
			return err
		}
	}
	return syncDirectory(ts.dir)
}

// settle brings to the disk what a call before could not, so that nothing is
// built on it or removed because of it that a power failure would undo.
func (ts *Tenants) settle() error {
	ts.mu.Lock()
	unsure := ts.unsure
	ts.mu.Unlock()
	if !unsure {
		return nil
	}
	if err := ts.sync(); err != nil {
		return fmt.Errorf("what was created or deleted before is not on the disk: %w", err)
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.unsure = false
	return nil
}

// sweep removes what was in the making or being deleted when a process ended.
func (ts *Tenants) sweep() error {
	entries, err := os.ReadDir(ts.dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		switch path := filepath.Join(ts.dir, e.Name()); {
		case strings.HasPrefix(e.Name(), creatingPrefix):
			errs = append(errs, ts.opts.removeAll(path))
		case strings.HasPrefix(e.Name(), deletedPrefix):
			ts.removeLater(path)
		}
	}
	return errors.Join(append(errs, ts.removeDeleted())...)
}

// removeLater keeps in mind a store that has been moved aside.
func (ts *Tenants) removeLater(path string) {
	ts.removing.Lock()
	defer ts.removing.Unlock()
	ts.leftover = append(ts.leftover, path)
}

// removeDeleted removes the stores that have been moved aside. What can't be
// removed now is kept in mind.
func (ts *Tenants) removeDeleted() error {
	ts.removing.Lock()
	defer ts.removing.Unlock()
	if err := ts.settle(); err != nil {
		return err
	}
	var errs []error
	ts.leftover = slices.DeleteFunc(ts.leftover, func(path string) bool {
		err := ts.opts.removeAll(path)
		errs = append(errs, err)
		return err == nil
	})
	return errors.Join(errs...)
}

// begin checks a call and keeps others off the tenant until end is called.
func (ts *Tenants) begin(ctx context.Context, name string) (end func(), err error) {
	if err := storage.CheckTenantName(name); err != nil {
		return nil, err
	}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		ts.mu.Lock()
		other, closed := ts.busy[name], ts.closed
		if other == nil && !closed {
			ts.busy[name] = make(chan struct{})
		}
		ts.mu.Unlock()
		switch {
		case closed:
			return nil, ts.errClosed()
		case other == nil:
			if err := ts.settle(); err != nil {
				ts.end(name)
				return nil, err
			}
			return func() { ts.end(name) }, nil
		}
		select {
		case <-other:
		case <-ctx.Done():
		}
	}
}

func (ts *Tenants) end(name string) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	close(ts.busy[name])
	delete(ts.busy, name)
}

func (ts *Tenants) errClosed() error {
	return fmt.Errorf("tenants in %s: %w", ts.dir, storage.ErrClosed)
}

func (ts *Tenants) path(name string) string {
	return filepath.Join(ts.dir, tenantPrefix+encodeTenant(name))
}

// random returns a name that nothing else has, without capitals.
func random() string { return strings.ToLower(rand.Text()) }
