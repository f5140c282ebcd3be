//go:build unix && !solaris && !aix

package file

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// acquire takes the lock of a store, on its directory and on a file in it that
// says who has it. The file alone would not do: whoever takes it for a leftover
// and removes it would let a second writer in. The directory alone would not do
// either, as some file systems, NFS for one, lock no directories. The system
// gives both up when the process ends, however it ends.
func acquire(d osDirectory) (io.Closer, error) {
	dir, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	if held, _ := flock(dir); held {
		dir.Close()
		return nil, locked(d)
	}
	f, err := acquireFile(d)
	if err != nil {
		dir.Close()
		return nil, err
	}
	return both{f, dir}, nil
}

func acquireFile(d osDirectory) (*os.File, error) {
	if err := makeLock(d); err != nil {
		return nil, err
	}
	f, err := d.open(lockName, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	held, err := flock(f)
	if err != nil {
		f.Close()
		if held {
			return nil, locked(d)
		}
		return nil, fmt.Errorf("locking %s: %w", lockName, err)
	}
	announce(f)
	return f, nil
}

// flock locks a file, or fails; held says whether somebody else has it locked.
func flock(f *os.File) (held bool, err error) {
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EINTR {
			return errors.Is(err, syscall.EWOULDBLOCK), err
		}
	}
}
