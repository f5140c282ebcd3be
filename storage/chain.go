package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
	"unicode/utf8"
)

// chainDomain separates the hashes of this chain from all others, and names
// the version of what is hashed.
const chainDomain = "aimskit commit v1\x00"

// BodyDigest returns the digest of a record's body: SHA-256 of salt followed by
// body.
func BodyDigest(salt, body []byte) Hash {
	h := sha256.New()
	h.Write(salt)
	h.Write(body)
	var d Hash
	h.Sum(d[:0])
	return d
}

// ChainHash returns the hash that a commit must have after a parent of hash
// parent: SHA-256 over a domain string, the parent's hash, the commit's
// sequence number, time (microseconds since 1970), ID and metadata, and each
// change's kind, key, schema and digest. Integers are 64 bits, big-endian;
// texts and bytes are preceded by their length. Salts and bodies come in by
// their digests only, so that erasing a body leaves the chain whole.
func (c Commit) ChainHash(parent Hash) Hash {
	b := make([]byte, 0, 512)
	b = append(b, chainDomain...)
	b = append(b, parent[:]...)
	b = binary.BigEndian.AppendUint64(b, c.Seq)
	b = binary.BigEndian.AppendUint64(b, uint64(c.Time.UnixMicro()))
	b = appendSized(b, c.ID)
	b = appendSized(b, c.Meta)
	b = binary.BigEndian.AppendUint64(b, uint64(len(c.Changes)))
	for _, ch := range c.Changes {
		b = appendSized(b, ch.Kind)
		b = appendSized(b, ch.Key)
		b = binary.BigEndian.AppendUint64(b, uint64(ch.Schema))
		b = append(b, ch.Digest[:]...)
	}
	return sha256.Sum256(b)
}

func appendSized[T string | []byte](b []byte, s T) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
	return append(b, s...)
}

// Seal returns c as the commit that follows parent: with its sequence number,
// the digests of the bodies that it carries, and its hash.
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

// ParseHash reads what String writes.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != 2*len(h) {
		return h, fmt.Errorf("storage: a hash is %d hexadecimal digits, got %d bytes", 2*len(h), len(s))
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil {
		return Hash{}, fmt.Errorf("storage: hash: %w", err)
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

// CheckBatch returns an error that wraps ErrBatch unless batch is a valid
// continuation of parent: gapless, chained, timed in order, each digest that
// of its body, no record twice in a commit.
func CheckBatch(parent Head, batch []Commit) error {
	if len(batch) == 0 {
		return fmt.Errorf("%w: it is empty", ErrBatch)
	}
	seen := make(map[string]bool, len(batch))
	var before time.Time
	for i, c := range batch {
		bad := func(format string, args ...any) error {
			return fmt.Errorf("%w: commit %d (%q): %s", ErrBatch, i, c.ID, fmt.Sprintf(format, args...))
		}
		switch {
		case c.Seq != parent.Seq+1:
			return bad("sequence number %d does not follow %d", c.Seq, parent.Seq)
		case !validName(c.ID):
			return bad("an ID is 1 to %d bytes of UTF-8", MaxName)
		case seen[c.ID]:
			return bad("its ID stands twice in the batch")
		case c.Time.Location() != time.UTC || !c.Time.Equal(c.Time.Truncate(time.Microsecond)):
			return bad("time %s is not in UTC and whole microseconds", c.Time)
		case !time.UnixMicro(c.Time.UnixMicro()).Equal(c.Time):
			return bad("time %s is too far from 1970", c.Time)
		case c.Time.Before(before):
			return bad("time %s lies before that of the commit it follows", c.Time)
		case len(c.Meta) > MaxBody:
			return bad("metadata of %d bytes", len(c.Meta))
		case len(c.Changes) > MaxChanges:
			return bad("%d changes", len(c.Changes))
		}
		if err := checkChanges(c.Changes); err != nil {
			return bad("%v", err)
		}
		if c.ChainHash(parent.Hash) != c.Hash {
			return bad("its hash is not that of what it holds after %s", parent.Hash)
		}
		seen[c.ID], before, parent = true, c.Time, c.Head
	}
	return nil
}

func checkChanges(changes []Change) error {
	type record struct{ kind, key string }
	seen := make(map[record]bool, len(changes))
	for i, ch := range changes {
		switch {
		case !validName(ch.Kind) || !validName(ch.Key):
			return fmt.Errorf("change %d: a kind and a key are 1 to %d bytes of UTF-8", i, MaxName)
		case seen[record{ch.Kind, ch.Key}]:
			return fmt.Errorf("change %d: %s %q is changed twice", i, ch.Kind, ch.Key)
		case ch.Schema < 0 || ch.Schema > MaxSchema:
			return fmt.Errorf("change %d: schema %d", i, ch.Schema)
		case len(ch.Body) > MaxBody || len(ch.Salt) > MaxBody:
			return fmt.Errorf("change %d: body of %d bytes, salt of %d", i, len(ch.Body), len(ch.Salt))
		case ch.Body != nil && BodyDigest(ch.Salt, ch.Body) != ch.Digest:
			return fmt.Errorf("change %d: the digest is not that of salt and body", i)
		}
		seen[record{ch.Kind, ch.Key}] = true
	}
	return nil
}

func validName(s string) bool { return len(s) >= 1 && len(s) <= MaxName && utf8.ValidString(s) }
