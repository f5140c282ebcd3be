package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/aimskit/aimskit/storage"
)

// holder says who holds the lock, for those who find it held.
func holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return fmt.Sprintf("process %d on %s since %s", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
}

// announce writes who holds the lock into it. That is a courtesy: the lock is
// held whether or not it succeeds.
func announce(f *os.File) {
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt([]byte(holder()+"\n"), 0)
	}
}

// locked is the error for a lock that somebody else holds.
func locked(d osDirectory) error {
	who := "an unknown process"
	if f, err := d.open(lockName, os.O_RDONLY); err == nil {
		defer f.Close()
		b := make([]byte, 400)
		n, _ := f.ReadAt(b, 0)
		// It may hold anything; an error is one short line.
		line, _, _ := strings.Cut(string(b[:n]), "\n")
		if line = strings.ToValidUTF8(strings.TrimSpace(line), "?"); line != "" {
			who = strings.Map(printable, line)
		}
	}
	return fmt.Errorf("%w: %q is held by %s", storage.ErrLocked, d.path, who)
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return '?'
}

// makeLock makes the lock's file if it is missing.
func makeLock(d osDirectory) error {
	f, err := d.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}
