package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aimskit/aimskit/issue"
)

// directory is all that the store asks of the operating system. Tests put one
// of their own in its place: it forgets what was not synced, and fails where
// they want.
type directory interface {
	// List returns the names of the entries, in order.
	List() ([]string, error)
	// Open opens a file that is there. A name that is no regular file is an
	// error.
	Open(name string, write bool) (handle, error)
	// Create makes a file in place of the one of that name, if there is any.
	Create(name string) (handle, error)
	// Rename gives a file another name, in place of the one that had it.
	Rename(from, to string) error
	Remove(name string) error
	// Sync brings the entries to the disk.
	Sync() error
	// Lock takes the lock of the store; closing the result gives it up.
	Lock() (io.Closer, error)
	Close() error
}

// handle is an open file.
type handle interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Truncate(size int64) error
	// Sync brings the data to the disk, and the size if that has changed.
	Sync() error
	// Start lets the system begin to bring n bytes to the disk, without waiting for
	// it. It promises nothing.
	Start(at, n int64)
	Size() (int64, error)
}

// osDirectory is the real directory. It stays the same one when its path comes
// to name another, and nothing in it leads out of it.
type osDirectory struct {
	root *os.Root
	path string
}

// openDirectory opens a directory, and makes it if it is missing and that is
// wanted.
func openDirectory(path string, create bool) (directory, error) {
	if path == "" {
		return nil, issue.Errorf(issue.CodeInvalid, "no directory given")
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && create:
		if err := makeDirectory(path); err != nil {
			return nil, fmt.Errorf("making the store: %w", err)
		}
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, issue.Errorf(issue.CodeInvalid, "%q is not a directory; a store is one", path)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	d := osDirectory{root, path}
	if !create {
		return d, nil
	}
	if names, err := d.List(); err == nil && len(names) == 0 { // who reads it next reports an error
		if err := syncEntry(path); err != nil {
			root.Close()
			return nil, fmt.Errorf("making the store: %w", err)
		}
	}
	return d, nil
}

// syncEntry brings the entry of a directory to the disk that is to be filled:
// whoever made it may not have come to that. Who may not open the directory
// above has not made it.
func syncEntry(path string) error {
	err := syncDirectory(path + string(filepath.Separator) + "..")
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

// makeDirectory makes a directory and those above it that are missing, and
// brings the entry of each to the disk.
func makeDirectory(path string) error {
	parent := filepath.Dir(filepath.Clean(path))
	if _, err := os.Stat(parent); errors.Is(err, fs.ErrNotExist) && parent != path {
		if err := makeDirectory(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDirectory(parent)
}

func (d osDirectory) List() ([]string, error) {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

func (d osDirectory) Open(name string, write bool) (handle, error) {
	flag := os.O_RDONLY
	if write {
		flag = os.O_RDWR
	}
	f, err := d.open(name, flag)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// open opens a regular file and nothing else: a symlink that somebody has put
// in its place is not followed. A writer beside us puts files in place of others
// too, whole ones by a rename, so what was swapped is looked at again, a few
// times.
func (d osDirectory) open(name string, flag int) (*os.File, error) {
	var err error
	for range 16 {
		var info, opened fs.FileInfo
		if info, err = d.root.Lstat(name); err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is no regular file (%s); a store has no others", name, info.Mode().Type())
		}
		var f *os.File
		if f, err = d.root.OpenFile(name, flag, 0); err != nil {
			return nil, err
		}
		if opened, err = f.Stat(); err == nil && os.SameFile(info, opened) {
			return f, nil
		}
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%s is swapped for another file whenever it is opened", name)
}

func (d osDirectory) Create(name string) (handle, error) {
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := d.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (d osDirectory) Rename(from, to string) error { return d.root.Rename(from, to) }

func (d osDirectory) Remove(name string) error { return d.root.Remove(name) }

func (d osDirectory) Sync() error { return syncRoot(d.root) }

func (d osDirectory) Lock() (io.Closer, error) { return acquire(d) }

func (d osDirectory) Close() error { return d.root.Close() }

// osFile is a real file.
type osFile struct{ *os.File }

func (f osFile) Sync() error { return dataSync(f.File) }

func (f osFile) Start(at, n int64) { startSync(f.File, at, n) }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// readAll returns the content of a file.
func readAll(h handle) ([]byte, error) {
	size, err := h.Size()
	if err != nil {
		return nil, err
	}
	if int64(int(size)) != size {
		return nil, fmt.Errorf("a file of %d bytes is too large for this machine", size)
	}
	b := make([]byte, size)
	n, err := h.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[:n], nil
}

// writeTemp writes and syncs the file that is to have a name, and returns it
// open under another. Renaming it then is what makes the change: the name
// stands for the old file or for the new one, whole, whatever happens. The
// content may come in parts.
func writeTemp(d directory, name string, content ...[]byte) (handle, error) {
	h, err := d.Create(name + tempSuffix)
	if err != nil {
		return nil, err
	}
	end := int64(0)
	for _, part := range content {
		if err == nil && len(part) > 0 {
			_, err = h.WriteAt(part, end)
			end += int64(len(part))
		}
	}
	if err == nil {
		err = h.Sync()
	}
	if err != nil {
		h.Close()
		_ = d.Remove(name + tempSuffix) // else it goes when the store is opened next
		return nil, err
	}
	return h, nil
}

// giveName gives what writeTemp has written its name.
func giveName(d directory, name string) error {
	err := d.Rename(name+tempSuffix, name)
	if err != nil {
		_ = d.Remove(name + tempSuffix)
	}
	return err
}
