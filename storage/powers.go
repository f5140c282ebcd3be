package storage

import (
	"context"
	"time"
)

// A store may have powers beyond a [Journal]. Each is an interface of its own,
// handed over where it is used and never found by looking at a Journal's type.

// Snapshot is the live records of a journal at one head, in a form that its
// writer understands. It spares a reader the history before it, and it is
// never the only copy: whoever can't use one reads the log.
type Snapshot struct {
	// Head is the state that it shows; the journal holds the commit.
	Head Head `json:"head"`
	// Time is the time of the commit at Head.
	Time time.Time `json:"time"`
	// Form names the encoding of Data, with its version.
	Form string `json:"form"`
	// Data is the live records.
	Data []byte `json:"data,omitempty"`
}

// Snapshots keeps snapshots beside a journal.
//
// Methods are safe for concurrent use.
type Snapshots interface {
	// SaveSnapshot durably keeps s in place of the one before. If it fails, or
	// the process dies meanwhile, the one before is still there. A snapshot
	// whose Head the journal does not hold is ErrBatch. It keeps none of the
	// memory of s.Data, which may be used again once it has returned.
	SaveSnapshot(ctx context.Context, s Snapshot) error
	// LoadSnapshot returns the snapshot kept; false if there is none that is
	// sound and whose Head the journal holds. An error means that it could not
	// be found out.
	LoadSnapshot(ctx context.Context) (Snapshot, bool, error)
}

// RecordID names a record of a journal.
type RecordID struct {
	// Kind and Key name the record, as those of a Change.
	Kind, Key string
}

// Eraser removes bodies from a journal and keeps its chain.
type Eraser interface {
	// Erase removes body and salt of every revision of the records in the
	// commits up to and including through, from the log and from whatever else
	// the store keeps of it; snapshots that reach no further than through are
	// dropped. Digests stay, so the chain still verifies. After nil the bodies
	// do not come back, whatever crashes. Erasing what is erased, or was never
	// there, is no error; after one, erasing again is safe.
	Erase(ctx context.Context, records []RecordID, through uint64) error
}
