//go:build unix && !solaris && !aix

package file

import (
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLockBesideAFork: a child that the process is just starting has all that is
// open, until it runs its own program. Closing gives the lock up all the same.
func TestLockBesideAFork(t *testing.T) {
	d, err := openDirectory(t.TempDir(), true)
	require.NoError(t, err)
	defer d.Close()
	held, err := acquire(d.(osDirectory))
	require.NoError(t, err)
	pair := held.(both)
	for _, l := range pair {
		fd, err := syscall.Dup(int(l.(lock).Fd()))
		require.NoError(t, err)
		defer os.NewFile(uintptr(fd), "the child's").Close()
	}
	_, err = acquire(d.(osDirectory))
	require.Error(t, err)
	require.NoError(t, held.Close())
	again, err := acquire(d.(osDirectory))
	require.NoError(t, err)
	require.NoError(t, again.Close())
}
