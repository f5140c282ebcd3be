package file

import (
	"fmt"

	"github.com/aimskit/aimskit/storage"
)

// Damage is one place where a store does not hold what was written there. As
// an error it wraps storage.ErrCorrupt.
type Damage struct {
	// File is the name of the file in the store's directory.
	File string `json:"file"`
	// Offset is where in the file, in bytes from its start, the damaged part
	// begins: a group, a header, a slot, a seal.
	Offset int64 `json:"offset"`
	// What says what is wrong there.
	What string `json:"what"`
}

// Error says what is wrong and where.
func (d *Damage) Error() string {
	return fmt.Sprintf("%v: %s at offset %d: %s", storage.ErrCorrupt, d.File, d.Offset, d.What)
}

// Unwrap returns storage.ErrCorrupt.
func (d *Damage) Unwrap() error { return storage.ErrCorrupt }

func damaged(name string, offset int64, format string, args ...any) error {
	return &Damage{name, offset, fmt.Sprintf(format, args...)}
}
