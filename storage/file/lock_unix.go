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
		lock{dir}.Close()
		return nil, err
	}
	return both{f, lock{dir}}, nil
}

// lock is a file that is locked.
type lock struct{ *os.File }

// Close gives the lock up and closes the file. Closing alone would not do at
// once: a child that the process is just starting has the file too, until it
// runs its own program.
func (l lock) Close() error {
	_ = syscall.Flock(int(l.Fd()), syscall.LOCK_UN) // where it fails, closing does it
	return l.File.Close()
}

func acquireFile(d osDirectory) (io.Closer, error) {
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
	return lock{f}, nil
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
