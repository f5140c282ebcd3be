package file

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/aimskit/aimskit/storage"
)

// errInvalid says that there is no valid group where one should be.
var errInvalid = errors.New("invalid group")

// frame is one group as read.
type frame struct {
	commits uint32
	first   uint64
	hash    storage.Hash
	payload []byte // valid until the next read, unless the reader keeps it
}

// reader reads groups one after another. It keeps at most one of them in
// memory.
type reader struct {
	disk   disk
	offset int64 // of the next group
	limit  int64 // where the file ends
	buffer []byte
	start  int64 // offset of buffer in the file
	keep   bool  // payloads are to outlive the next read
}

// readAhead is how much of the file one read fetches.
const readAhead = 1 << 20

// bytes returns n bytes at the reader's offset plus skip.
func (r *reader) bytes(skip int64, n int) ([]byte, error) {
	at := r.offset + skip
	if at >= r.start && at+int64(n) <= r.start+int64(len(r.buffer)) {
		i := at - r.start
		return r.buffer[i : i+int64(n)], nil
	}
	want := int64(max(n, readAhead))
	want = min(want, r.limit-at)
	if int64(cap(r.buffer)) < want {
		r.buffer = make([]byte, want)
	}
	r.buffer = r.buffer[:want]
	r.start = at
	if _, err := r.disk.ReadAt(r.buffer, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return r.buffer[:n], nil
}

// payload returns the n bytes of the payload at the reader's offset. One that
// is kept and large is read straight into memory of its own.
func (r *reader) payload(n int) ([]byte, error) {
	if !r.keep || n < readAhead {
		b, err := r.bytes(groupHeader, n)
		if r.keep {
			b = bytes.Clone(b)
		}
		return b, err
	}
	b := make([]byte, n)
	if _, err := r.disk.ReadAt(b, r.offset+groupHeader); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

// next reads the group at the reader's offset and moves behind it. It returns
// io.EOF where only zeros, or nothing, follow; errInvalid where there is
// something that is no valid group.
func (r *reader) next() (frame, error) {
	var g frame
	left := r.limit - r.offset
	if left < groupHeader {
		b, err := r.bytes(0, int(max(left, 0)))
		if err != nil {
			return g, err
		}
		return g, ending(b)
	}
	h, err := r.bytes(0, groupHeader)
	if err != nil {
		return g, err
	}
	if string(h[:4]) != groupMagic {
		if ending(h) != io.EOF {
			return g, fmt.Errorf("%w: no group starts here", errInvalid)
		}
		return g, r.onlyZeros()
	}
	if checksum(h[:60]) != binary.BigEndian.Uint32(h[60:]) {
		return g, fmt.Errorf("%w: its header fails its checksum", errInvalid)
	}
	length := binary.BigEndian.Uint64(h[4:])
	if length > uint64(left-groupHeader) {
		return g, fmt.Errorf("%w: it is cut short: %d bytes of %d", errInvalid, left-groupHeader, length)
	}
	g.commits, g.first = binary.BigEndian.Uint32(h[12:]), binary.BigEndian.Uint64(h[16:])
	copy(g.hash[:], h[24:56])
	sum := binary.BigEndian.Uint32(h[56:])
	if g.payload, err = r.payload(int(length)); err != nil {
		return g, err
	}
	if checksum(g.payload) != sum {
		return g, fmt.Errorf("%w: its payload fails its checksum", errInvalid)
	}
	if g.commits == 0 || g.first == 0 {
		return g, fmt.Errorf("%w: it holds no commit", errInvalid)
	}
	r.offset += groupHeader + int64(length)
	return g, nil
}

// onlyZeros returns io.EOF if nothing but zeros follows, else errInvalid.
func (r *reader) onlyZeros() error {
	scan := *r
	for scan.offset < scan.limit {
		n := int(min(readAhead, scan.limit-scan.offset))
		b, err := scan.bytes(0, n)
		if err != nil {
			return err
		}
		if ending(b) != io.EOF {
			return fmt.Errorf("%w: zeros, and then something", errInvalid)
		}
		scan.offset += int64(n)
	}
	return io.EOF
}

var zeros [4096]byte

// ending returns io.EOF if b holds nothing but zeros.
func ending(b []byte) error {
	for len(b) > 0 {
		n := min(len(b), len(zeros))
		if !bytes.Equal(b[:n], zeros[:n]) {
			return errInvalid
		}
		b = b[n:]
	}
	return io.EOF
}
