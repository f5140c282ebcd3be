//go:build !windows && (!unix || solaris || aix)

package file

import (
	"fmt"
	"io"
	"runtime"
)

// acquire refuses: without a lock two processes could write to one store.
func acquire(osDirectory) (io.Closer, error) {
	return nil, fmt.Errorf("%s has no file lock that this package knows", runtime.GOOS)
}
