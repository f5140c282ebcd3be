package file

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// acquire takes the lock of a store: a file that nobody else can open for
// writing while it is held. The system gives it up when the process ends.
func acquire(d osDirectory) (io.Closer, error) {
	if info, err := d.root.Lstat(lockName); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", lockName)
	}
	path := filepath.Join(d.path, lockName)
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_READ, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	const sharingViolation = syscall.Errno(32)
	if errors.Is(err, sharingViolation) {
		return nil, locked(d)
	}
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", lockName, err)
	}
	f := os.NewFile(uintptr(h), path)
	announce(f)
	return f, nil
}
