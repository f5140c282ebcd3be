package file

import (
	"os"
	"syscall"
)

// dataSync brings the file's data to the disk, and its size where that has
// changed.
func dataSync(f *os.File) error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		if err != syscall.EINTR {
			return err
		}
	}
}
