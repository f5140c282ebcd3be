package file

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/storage"
)

// How many bytes one read fetches: little at first, for a reader who wants a
// commit or two, and much for one who goes on.
const (
	firstWindow = 64 << 10
	window      = 1 << 20
)

// reader reads commits one after another. It keeps no file open between two
// reads, so that it can be left at any time, and so that what is erased
// meanwhile is not read.
type reader struct {
	j      *Journal
	next   uint64 // commit to read next
	window int
	goesOn bool // it has read before
	buffer []byte

	// Where that commit is, if the segment is still what it was.
	first      uint64
	generation uint64
	offset     int64
}

// read returns the next commits, at least one.
func (r *reader) read() ([]storage.Commit, error) {
	var err error
	for range 10 { // the segment may be written anew meanwhile
		var s segment
		var i int
		if s, i, err = r.j.locate(r.next); err != nil {
			return nil, err
		}
		var commits []storage.Commit
		if commits, err = r.readFrom(s); err == nil {
			return commits, nil
		}
		if !errors.Is(err, errChanged) {
			return nil, err
		}
		if err := r.j.review(s, i); err != nil {
			return nil, err
		}
	}
	return nil, err
}

// errChanged says that a segment was written anew since it was looked at.
var errChanged = errors.New("a segment changes while it is read")

// review looks at a segment again that a writer in another process has written
// anew. In the writer's own process the journal knows already.
func (j *Journal) review(old segment, i int) error {
	if !j.opts.ReadOnly {
		return nil
	}
	j.writing.Lock()
	defer j.writing.Unlock()
	s, _, err := j.viewSegment(old.name)
	if err != nil {
		return err
	}
	if err := s.continues(old); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.segments = slices.Clone(j.segments)
	j.segments[i] = s
	return nil
}

func (r *reader) readFrom(s segment) ([]storage.Commit, error) {
	h, err := r.j.dir.Open(s.name, false)
	if err != nil {
		if errors.Is(err, fs.ErrClosed) {
			return nil, storage.ErrClosed
		}
		return nil, err
	}
	defer h.Close()
	start := make([]byte, 128)
	if _, err := h.ReadAt(start, 0); err != nil {
		return nil, fmt.Errorf("reading %s: %w", s.name, err)
	}
	if binary.BigEndian.Uint64(start[72:]) != s.generation {
		return nil, errChanged
	}
	if r.first != s.first || r.generation != s.generation || r.offset == 0 {
		index := s.index
		if s.sealed && r.next > s.first {
			if index, err = readIndex(s.name, h); err != nil {
				return nil, err
			}
		}
		r.first, r.generation, r.offset = s.first, s.generation, seek(index, r.next)
	}
	var commits []storage.Commit
	if !r.goesOn {
		r.goesOn = true
		commits = r.readOne(h, s)
	}
	for len(commits) == 0 {
		if commits, err = r.readWindow(h, s); err != nil {
			return nil, err
		}
	}
	return commits, nil
}

// onePool keeps memory for readOne.
var onePool = sync.Pool{New: func() any { return new([]byte) }}

// readOne reads one commit: most who begin to read want no more, and the group that
// it stands in may hold thousands. Where it does not find it, it returns none, and
// readWindow says why.
func (r *reader) readOne(h handle, s segment) []storage.Commit {
	memory := onePool.Get().(*[]byte)
	defer func() {
		if cap(*memory) <= window {
			onePool.Put(memory)
		}
	}()
	fetch := func(at, n int64) []byte {
		if int64(cap(*memory)) < n {
			*memory = make([]byte, n)
		}
		b, err := readFull(h, (*memory)[:n], at)
		if err != nil {
			return nil
		}
		return b
	}
	for at, began := r.offset, int64(-1); at > began && at < s.end; {
		began = at
		b := fetch(at, min(int64(r.window), s.end-at))
		g, err := parseGroup(b)
		if short := (*shortError)(nil); errors.As(err, &short) && at+short.size <= s.end {
			b = fetch(at, short.size)
			g, err = parseGroup(b)
		}
		for ; err == nil; g, err = parseGroup(b) {
			if g.last.Seq >= r.next {
				c, ok := g.one(r.next)
				if !ok {
					return nil
				}
				if r.offset = at; c.Seq == g.last.Seq {
					r.offset += g.size()
				}
				r.next++
				return []storage.Commit{c}
			}
			at += g.size()
			b = b[g.size():]
		}
	}
	return nil
}

// readWindow reads one window of a segment, from the reader's offset, or one
// group where that is larger.
func (r *reader) readWindow(h handle, s segment) ([]storage.Commit, error) {
	if r.offset >= s.end {
		return nil, damaged(s.name, s.end, "commit %d is not in it", r.next)
	}
	b, err := r.fetch(h, min(int64(r.window), s.end-r.offset))
	if err != nil {
		return nil, fmt.Errorf("reading %s at offset %d: %w", s.name, r.offset, err)
	}
	if len(b) == 0 {
		return nil, damaged(s.name, r.offset, "it ends here, and its groups at %d", s.end)
	}
	r.window = window
	began, alone := r.offset, false
	var commits []storage.Commit
	for len(b) > 0 {
		g, err := parseGroup(b)
		short := (*shortError)(nil)
		isShort := errors.As(err, &short) && r.offset+short.size <= s.end
		switch {
		case r.offset > began && (isShort || err != nil && len(b) < groupHeader):
			return commits, nil // it is for the next window
		case isShort && !alone:
			if b, err = r.whole(h, short.size); err != nil {
				return nil, fmt.Errorf("reading %s at offset %d: %w", s.name, r.offset, err)
			}
			alone = true
			continue
		case errors.Is(err, io.EOF):
			err = errors.New("zeros, where a group should be")
		case err == nil && g.first > r.next:
			err = fmt.Errorf("commit %d follows commit %d", g.first, r.next-1)
		}
		if err != nil {
			return nil, damaged(s.name, r.offset, "%v", err)
		}
		if g.last.Seq >= r.next {
			if !alone {
				g.payload = bytes.Clone(g.payload) // the commits keep it
			}
			decoded, err := g.decode()
			if err != nil {
				return nil, damaged(s.name, r.offset, "%v", err)
			}
			commits = append(commits, decoded[r.next-g.first:]...)
			r.next = g.last.Seq + 1
		}
		r.offset += g.size()
		b = b[g.size():]
	}
	return commits, nil
}

// fetch reads n bytes into the reader's buffer.
func (r *reader) fetch(h handle, n int64) ([]byte, error) {
	if int64(cap(r.buffer)) < n {
		r.buffer = make([]byte, n)
	}
	return readFull(h, r.buffer[:n], r.offset)
}

// whole reads the n bytes of one group into memory of their own.
func (r *reader) whole(h handle, n int64) ([]byte, error) {
	if int64(int(n)) != n {
		return nil, fmt.Errorf("a group of %d bytes is too large for this machine", n)
	}
	return readFull(h, make([]byte, n), r.offset)
}

func readFull(h handle, b []byte, at int64) ([]byte, error) {
	n, err := h.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[:n], nil
}
