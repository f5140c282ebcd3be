//go:build !linux

package aims_test

import "os"

func datasync(f *os.File) error { return f.Sync() }
