//go:build unix && !solaris && !aix

package file

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// acquire takes the lock of a store. The system gives it up when the process
// ends, however it ends.
func acquire(path string) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("file: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, locked(path)
		}
		return nil, fmt.Errorf("file: locking %s: %w", path, err)
	}
	announce(f)
	return f, nil
}
