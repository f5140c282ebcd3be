//go:build !linux || arm

package file

import "os"

// startSync does nothing: the system begins when it likes to.
func startSync(*os.File, int64, int64) {}
