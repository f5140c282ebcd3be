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
	// Clean is the number of the last commit whose erasures are heeded: of what it
	// and those before it had erased the snapshot holds nothing. A number below
	// that of Head counts as that.
	Clean uint64 `json:"clean,omitempty"`
	// Form names the encoding of Data, with its version.
	Form string `json:"form"`
	// Data is the live records.
	Data []byte `json:"data,omitempty"`
}

// SnapshotInfo is what is known of a snapshot without reading its data.
type SnapshotInfo struct {
	// Head, Time, Clean and Form are those of the Snapshot.
	Head  Head      `json:"head"`
	Time  time.Time `json:"time"`
	Clean uint64    `json:"clean,omitempty"`
	Form  string    `json:"form"`
	// Size is the length of its data, in bytes.
	Size int64 `json:"size"`
}

// Snapshots keeps snapshots beside a journal, one for each head.
//
// Methods are safe for concurrent use.
type Snapshots interface {
	// SaveSnapshot durably keeps s beside the others, in place of the one of the
	// same head. If it fails, or the process dies meanwhile, those before are still
	// there. A snapshot whose Head the journal does not hold, or that may hold what
	// has been erased since, is ErrBatch. It keeps none of the memory of s.Data,
	// which may be used again once it has returned.
	SaveSnapshot(ctx context.Context, s Snapshot) error
	// LoadSnapshot returns the snapshot of the greatest head with a number up to
	// through that is sound and whose Head the journal holds; false if there is
	// none. An error means that it could not be found out.
	LoadSnapshot(ctx context.Context, through uint64) (Snapshot, bool, error)
	// ListSnapshots returns what is known of the snapshots kept, in the order of
	// their heads. That one is sound, loading it shows.
	ListSnapshots(ctx context.Context) ([]SnapshotInfo, error)
	// DropSnapshot removes the snapshot of a head. That there is none is no error.
	DropSnapshot(ctx context.Context, head Head) error
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
	// the store keeps of it; snapshots that heed no erasure after through (see
	// Snapshot.Clean) are dropped, and not taken any more. Digests stay, so the chain still verifies. After nil the bodies
	// do not come back, whatever crashes. Erasing what is erased, or was never
	// there, is no error; after one, erasing again is safe.
	Erase(ctx context.Context, records []RecordID, through uint64) error
}
