//go:build !windows

package file

import (
	"errors"
	"os"
	"syscall"
)

// syncDirectory brings a directory's entries to the disk.
func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func syncRoot(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// readOnlySystem reports whether a write failed because nothing can be written
// there at all.
func readOnlySystem(err error) bool { return errors.Is(err, syscall.EROFS) }
