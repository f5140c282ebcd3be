package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/issue"
)

// chainDomain separates the hashes of this chain from all others, and names
// the version of what is hashed.
const chainDomain = "aimskit commit v1\x00"

// BodyDigest returns the digest of a record's body: SHA-256 over the length of
// salt (64 bits, big-endian), salt and body. The length keeps bytes from
// passing from the one to the other under the same digest.
func BodyDigest(salt, body []byte) Hash {
	h := sha256.New()
	var d Hash
	binary.BigEndian.PutUint64(d[:], uint64(len(salt)))
	h.Write(d[:8])
	h.Write(salt)
	h.Write(body)
	h.Sum(d[:0])
	return d
}

// Header is what the hash of a commit is taken over. The changes stand in it as
// the root of a Merkle tree, so that one of them can be shown to somebody
// without the others: package storage/proof does that.
type Header struct {
	// Parent is the hash of the commit before; zero for the first.
	Parent Hash `json:"parent"`
	// Seq, Time, ID and Meta are the commit's own.
	Seq  uint64    `json:"seq"`
	Time time.Time `json:"time"`
	ID   string    `json:"id"`
	Meta []byte    `json:"meta,omitempty"`
	// Changes is how many changes the commit has, Root the root of the tree
	// that RFC 6962 builds over them, in order; its leaves are what
	// Change.LeafHash returns.
	Changes uint64 `json:"changes"`
	Root    Hash   `json:"root"`
}

// Header returns the header of a commit that follows a parent of hash parent.
func (c Commit) Header(parent Hash) Header {
	return Header{Parent: parent, Seq: c.Seq, Time: c.Time, ID: c.ID, Meta: c.Meta,
		Changes: uint64(len(c.Changes)), Root: changesRoot(c.Changes)}
}

// Hash returns the hash of the commit that the header describes: SHA-256 over
//
//	the text "aimskit commit v1" and a zero byte
//	parent         32 bytes
//	seq, time      8 bytes each; the time in microseconds since 1970, signed
//	id, meta       each its length, 8 bytes, and as many bytes
//	changes        8 bytes
//	root           32 bytes
//
// Integers are big-endian.
func (h Header) Hash() Hash {
	b := make([]byte, 0, 512)
	b = append(b, chainDomain...)
	b = append(b, h.Parent[:]...)
	b = binary.BigEndian.AppendUint64(b, h.Seq)
	b = binary.BigEndian.AppendUint64(b, uint64(h.Time.UnixMicro()))
	b = appendSized(b, h.ID)
	b = appendSized(b, h.Meta)
	b = binary.BigEndian.AppendUint64(b, h.Changes)
	b = append(b, h.Root[:]...)
	return sha256.Sum256(b)
}

// LeafHash returns the hash of a change as a leaf of its commit's Merkle tree:
// SHA-256 over
//
//	a zero byte    which marks a leaf in RFC 6962
//	kind, key      each its length, 8 bytes, and as many bytes
//	schema         8 bytes
//	digest         32 bytes
//
// Integers are big-endian. Salt and body come in by the digest only, so that
// erasing a body leaves the hash as it was.
func (ch Change) LeafHash() Hash {
	b := make([]byte, 0, 256)
	b = append(b, 0)
	b = appendSized(b, ch.Kind)
	b = appendSized(b, ch.Key)
	b = binary.BigEndian.AppendUint64(b, uint64(ch.Schema))
	b = append(b, ch.Digest[:]...)
	return sha256.Sum256(b)
}

// ChainHash returns the hash that a commit must have after a parent of hash
// parent: that of its Header.
func (c Commit) ChainHash(parent Hash) Hash { return c.Header(parent).Hash() }

// changesRoot returns the root of the tree of RFC 6962, section 2.1, over the
// changes.
func changesRoot(changes []Change) Hash {
	switch len(changes) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return changes[0].LeafHash()
	}
	left := 1 << (bits.Len(uint(len(changes)-1)) - 1) // the largest power of two below their number
	l, r := changesRoot(changes[:left]), changesRoot(changes[left:])
	var b [1 + 2*len(l)]byte
	b[0] = 1
	copy(b[1:], l[:])
	copy(b[1+len(l):], r[:])
	return sha256.Sum256(b[:])
}

func appendSized[T string | []byte](b []byte, s T) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
	return append(b, s...)
}

// Seal returns c as the commit that follows parent: with its sequence number,
// the digests of the bodies that it carries, which it sets in c.Changes, and its
// hash. Whether it may stand in a journal is for [NewBatch] to say.
func Seal(parent Head, c Commit) Commit {
	c.Seq = parent.Seq + 1
	for i := range c.Changes {
		if ch := &c.Changes[i]; ch.Body != nil {
			ch.Digest = BodyDigest(ch.Salt, ch.Body)
		}
	}
	c.Hash = c.ChainHash(parent.Hash)
	return c
}

// String returns the hash in lower-case hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes the hash as String does.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(text []byte) (err error) {
	*h, err = ParseHash(string(text))
	return err
}

// ParseHash reads what String writes.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != 2*len(h) {
		return h, issue.Errorf(issue.CodeInvalid, "a hash is %d hexadecimal digits, got %d bytes", 2*len(h), len(s))
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil {
		return Hash{}, issue.Errorf(issue.CodeInvalid, "hash: %w", err)
	}
	return h, nil
}

// Limits of what one commit may hold. They keep a damaged length from being
// taken for a huge one.
const (
	MaxName    = 1 << 10 // bytes of a commit ID, kind or key
	MaxBody    = 1 << 28 // bytes of a body, salt or metadata
	MaxChanges = 1 << 24 // changes of a commit
	MaxSchema  = 1<<31 - 1
)

// unfit says why a commit can't be kept, or can't follow one that was made at a
// time; nothing if it can.
func (c *Commit) unfit(before time.Time) string {
	switch {
	case !validName(c.ID):
		return fmt.Sprintf("an ID is 1 to %d bytes of UTF-8", MaxName)
	case c.Time.Location() != time.UTC || !c.Time.Equal(c.Time.Truncate(time.Microsecond)):
		return fmt.Sprintf("time %s is not in UTC and whole microseconds", c.Time)
	case !time.UnixMicro(c.Time.UnixMicro()).Equal(c.Time):
		return fmt.Sprintf("time %s is too far from 1970", c.Time)
	case c.Time.Before(before):
		return fmt.Sprintf("time %s lies before that of the commit it follows", c.Time)
	case len(c.Meta) > MaxBody:
		return fmt.Sprintf("metadata of %d bytes", len(c.Meta))
	case len(c.Changes) > MaxChanges:
		return fmt.Sprintf("%d changes", len(c.Changes))
	}
	type record struct{ kind, key string }
	var seen map[record]bool
	if len(c.Changes) > 1 { // most commits change one
		seen = make(map[record]bool, len(c.Changes))
	}
	for i := range c.Changes {
		ch := &c.Changes[i]
		switch {
		case !validName(ch.Kind) || !validName(ch.Key):
			return fmt.Sprintf("change %d: a kind and a key are 1 to %d bytes of UTF-8", i, MaxName)
		case seen[record{ch.Kind, ch.Key}]:
			return fmt.Sprintf("change %d: %s %q is changed twice", i, ch.Kind, ch.Key)
		case ch.Schema < 0 || ch.Schema > MaxSchema:
			return fmt.Sprintf("change %d: schema %d", i, ch.Schema)
		case len(ch.Body) > MaxBody || len(ch.Salt) > MaxBody:
			return fmt.Sprintf("change %d: body of %d bytes, salt of %d", i, len(ch.Body), len(ch.Salt))
		}
		if seen != nil {
			seen[record{ch.Kind, ch.Key}] = true
		}
	}
	return ""
}

func validName(s string) bool { return len(s) >= 1 && len(s) <= MaxName && utf8.ValidString(s) }
