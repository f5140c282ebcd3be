package storage

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/issue"
)

// Hash is a SHA-256 digest. Its zero value stands for "nothing": the hash of
// the empty journal and the digest of a withdrawn record. In JSON it is its
// hexadecimal digits.
type Hash [32]byte

// Head names a state of a journal: how many commits it holds and the hash of
// the last. The zero Head is the empty journal. Seq has no gaps.
type Head struct {
	Seq  uint64 `json:"seq"`
	Hash Hash   `json:"hash"`
}

// FormatHead returns a head as text that ParseHead reads, such as "17-" and the hash's
// hexadecimal digits: an ID of events, a cursor. That of the zero Head is empty. (It is
// no method, as all that embeds a Head would have it.)
func FormatHead(h Head) string {
	if h == (Head{}) {
		return ""
	}
	return fmt.Sprintf("%d-%s", h.Seq, h.Hash)
}

// ParseHead reads what FormatHead writes: the zero Head of an empty text. Anything else is
// issue.ErrInvalid.
func ParseHead(s string) (Head, error) {
	if s == "" {
		return Head{}, nil
	}
	seq, hash, _ := strings.Cut(s, "-")
	n, seqErr := strconv.ParseUint(seq, 10, 64)
	parsed, hashErr := ParseHash(hash)
	h := Head{n, parsed}
	if seqErr != nil || hashErr != nil || FormatHead(h) != s {
		var is issue.Issues
		is.Add("head", "head", s, "must be a number and a hash, as in 17-0a1b...")
		return Head{}, fmt.Errorf("%w: %w", issue.ErrInvalid, is)
	}
	return h, CheckHead(h)
}

// CheckHead refuses a head that nothing can have, a number without a hash or a hash
// without a number, with issue.ErrInvalid.
func CheckHead(h Head) error {
	if (h.Seq == 0) == (h.Hash == Hash{}) {
		return nil
	}
	var is issue.Issues
	is.Add("head", "head", fmt.Sprintf("%d-%s", h.Seq, h.Hash), "a head has both a number and the hash of that commit, or neither, at the start")
	return fmt.Errorf("%w: %w", issue.ErrInvalid, is)
}

// Commit is one atomic change of a journal.
type Commit struct {
	Head
	// ID is by what a writer recognises its own commit; unique in a journal.
	ID string `json:"id"`
	// Time is when the commit was made: UTC, whole microseconds, never before
	// the commit's predecessor.
	Time time.Time `json:"time"`
	// Meta says who made it and why, as bytes that the writer understands.
	Meta []byte `json:"meta,omitempty"`
	// Changes are the record revisions it makes, at most one for a record.
	Changes []Change `json:"changes,omitempty"`
}

// Change is one revision of one record: the whole new body, or its withdrawal.
type Change struct {
	// Kind and Key name the record.
	Kind string `json:"kind"`
	Key  string `json:"key"`
	// Schema is the version of the body's shape.
	Schema int `json:"schema"`
	// Digest is the BodyDigest of Salt and Body; zero means that the record is
	// withdrawn.
	Digest Hash `json:"digest"`
	// Salt keeps the digest of an erased body from being guessed. Body is the
	// record; nil under a digest that is not zero means that it was erased.
	Salt []byte `json:"salt,omitempty"`
	Body []byte `json:"body"`
}

// Errors of journals. Implementations wrap them, so that errors.Is tells them
// apart.
var (
	// ErrConflict says that the head is no longer the parent of the batch:
	// somebody else has written. Nothing of the batch was added.
	ErrConflict = issue.NewError(issue.CodeConflict, "the journal's head has moved")
	// ErrCorrupt says that stored data is damaged. Nothing is dropped.
	ErrCorrupt = issue.NewError(issue.CodeCorrupt, "corrupt journal")
	// ErrLocked says that another process holds the store.
	ErrLocked = issue.NewError(issue.CodeLocked, "locked by another process")
	// ErrClosed says that the journal has been closed.
	ErrClosed = issue.NewError(issue.CodeClosed, "journal is closed")
	// ErrVersion says that the store was written by a newer version of its
	// format than this code reads.
	ErrVersion = issue.NewError(issue.CodeVersion, "unknown format version")
	// ErrBatch says that commits are not a valid continuation of their parent,
	// which is a fault of the caller. Nothing of them was added.
	ErrBatch = issue.NewError(issue.CodeBatch, "invalid batch")
)

// Journal is an append-only chain of commits with one head. It is the whole
// contract between the management system and a store; storagetest.Run proves
// an implementation.
//
// Methods are safe for concurrent use. The caller does not change the commits
// that Log yields.
type Journal interface {
	// Append durably adds a batch, whole and in order, if it fits (see
	// Batch.Fits); if it does not, that is the error, and nothing is added. After
	// nil the batch survives a crash. After any error but ErrConflict and ErrBatch
	// the outcome is unknown, and appending the same batch again is safe: if it had
	// been added, the answer is ErrConflict and Log shows it; it is never there
	// twice. Append changes nothing of the batch and keeps none of its memory,
	// which may be used again once it has returned.
	Append(ctx context.Context, batch Batch) error
	// Log yields the commits after sequence number after, in order, up to the
	// head at the time of the call or later. An error comes last, at most
	// once, with a zero Commit. Before each commit it looks at its context; if
	// that has ended, its error is the log's.
	Log(ctx context.Context, after uint64) iter.Seq2[Commit, error]
}
