package file

import (
	"errors"
	"os"
	"syscall"
)

// syncDirectory does nothing: Windows brings directory entries to the disk
// itself.
func syncDirectory(string) error { return nil }

func syncRoot(*os.Root) error { return nil }

// readOnlySystem reports whether a write failed because nothing can be written
// there at all.
func readOnlySystem(err error) bool { return errors.Is(err, syscall.Errno(19)) } // ERROR_WRITE_PROTECT
