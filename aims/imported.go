package aims

import (
	"time"

	"github.com/aimskit/aimskit/storage/ledger"
)

// ImportOrigin says where records that were imported come from; see ledger.Origin.
type ImportOrigin = ledger.Origin

// IsImported reports whether what a record of a revision says to have been signed,
// decided or recorded at a time was brought by an import: then no commit of this
// journal shows who did it, and it is as the export says. All that a record says is
// so that has not been written since, whatever times it tells. It is false where
// nothing was imported.
func (r *reading) IsImported(revision uint64, at time.Time) bool {
	o, ok := r.r.Imported()
	return ok && (revision == 1 || !at.IsZero() && !at.After(o.At))
}
