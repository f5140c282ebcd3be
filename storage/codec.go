package storage

import (
	"encoding/binary"
	"fmt"
	"time"
)

// AppendCommit appends the binary form of a commit to dst, for stores to keep:
//
//	seq        8 bytes, big-endian, as all integers
//	hash       32 bytes
//	time       8 bytes, microseconds since 1970, signed
//	id, meta   each a 4-byte length and as many bytes
//	changes    4 bytes, how many; of each:
//	  kind, key  as id
//	  schema     4 bytes
//	  digest     32 bytes
//	  salt       as id
//	  body       1 byte: 0 none, 1 there is one, as id
func AppendCommit(dst []byte, c Commit) []byte {
	dst = binary.BigEndian.AppendUint64(dst, c.Seq)
	dst = append(dst, c.Hash[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(c.Time.UnixMicro()))
	dst = appendShort(dst, c.ID)
	dst = appendShort(dst, c.Meta)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(c.Changes)))
	for _, ch := range c.Changes {
		dst = appendShort(dst, ch.Kind)
		dst = appendShort(dst, ch.Key)
		dst = binary.BigEndian.AppendUint32(dst, uint32(ch.Schema))
		dst = append(dst, ch.Digest[:]...)
		dst = appendShort(dst, ch.Salt)
		if ch.Body == nil {
			dst = append(dst, 0)
			continue
		}
		dst = append(dst, 1)
		dst = appendShort(dst, ch.Body)
	}
	return dst
}

func appendShort[T string | []byte](b []byte, s T) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
	return append(b, s...)
}

// DecodeCommit reads the binary form of a commit from the start of b and
// returns it with the number of bytes read. Metadata, salts and bodies share
// b's memory: do not change b while the commit is in use. Bytes that are no
// commit give an error that wraps ErrCorrupt, with the number of bytes read until
// that showed; the chain is not checked.
func DecodeCommit(b []byte) (Commit, int, error) {
	d := decoder{rest: b}
	var c Commit
	c.Seq = d.uint64()
	copy(c.Hash[:], d.take(len(c.Hash)))
	c.Time = time.UnixMicro(int64(d.uint64())).UTC()
	c.ID = string(d.sized(MaxName))
	c.Meta = d.sized(MaxBody)
	n := d.length(MaxChanges)
	if n > len(d.rest)/49 { // 49 bytes are the least that a change takes
		d.fail("a commit of %d changes", n)
		n = 0
	}
	if n > 0 {
		c.Changes = make([]Change, 0, min(n, 1<<8)) // a damaged number costs no more than what is there
	}
	for range n {
		var ch Change
		ch.Kind, ch.Key = string(d.sized(MaxName)), string(d.sized(MaxName))
		ch.Schema = int(int32(d.uint32()))
		copy(ch.Digest[:], d.take(len(ch.Digest)))
		ch.Salt = d.sized(MaxBody)
		switch flag := d.take(1); {
		case len(flag) == 1 && flag[0] == 1:
			if ch.Body = d.sized(MaxBody); ch.Body == nil {
				ch.Body = []byte{}
			}
		case len(flag) == 1 && flag[0] != 0:
			d.fail("body flag %d", flag[0])
		}
		if d.err != nil {
			break
		}
		c.Changes = append(c.Changes, ch)
	}
	if d.err != nil {
		return Commit{}, len(b) - d.left, d.err
	}
	return c, len(b) - len(d.rest), nil
}

// decoder takes values off the front of a buffer; after an error it yields
// zeros.
type decoder struct {
	rest []byte
	left int // of rest, when the error showed
	err  error
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err, d.left = fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...)), len(d.rest)
	}
	d.rest = nil
}

func (d *decoder) take(n int) []byte {
	if n > len(d.rest) {
		d.fail("%d bytes wanted, %d left", n, len(d.rest))
		return nil
	}
	taken := d.rest[:n:n]
	d.rest = d.rest[n:]
	return taken
}

func (d *decoder) uint64() uint64 {
	if b := d.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) uint32() uint32 {
	if b := d.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// length takes a length; one that is too great may not even be an int.
func (d *decoder) length(most int) int {
	n := d.uint32()
	if n > uint32(most) {
		d.fail("a length of %d, at most %d", n, most)
		return 0
	}
	return int(n)
}

// sized takes a length and as many bytes; nil for none.
func (d *decoder) sized(most int) []byte {
	n := d.length(most)
	if n == 0 {
		return nil
	}
	return d.take(n)
}
