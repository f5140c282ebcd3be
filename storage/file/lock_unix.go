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
func acquire(d osDirectory) (io.Closer, error) {
	if err := makeLock(d); err != nil {
		return nil, err
	}
	f, err := d.open(lockName, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, locked(d)
		}
		return nil, fmt.Errorf("locking %s: %w", lockName, err)
	}
	announce(f)
	return f, nil
}
