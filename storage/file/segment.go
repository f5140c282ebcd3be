package file

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// version is the version of the format, of segments and of snapshots.
const version = 2

// The parts of a segment; FORMAT.md describes them.
const (
	headerText  = "AIMSKIT JOURNAL\n"
	blockSize   = 4096 // of the header and of each slot, so that no two of them share a sector
	slotSize    = 64
	groupsStart = 3 * blockSize
	slotMagic   = "AKS2"
	groupMagic  = "AKG2"
	sealMagic   = "AKE2"
	groupHeader = 64
	sealTrailer = 64
	markSize    = 16
	markEvery   = 64 << 10 // bytes of groups between two marks of the index
)

// The names of a store's files.
const (
	lockName    = "LOCK"
	partialName = "INCOMPLETE"
	tempSuffix  = ".new"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// segmentName returns the name of the segment whose first commit is first.
func segmentName(first uint64) string { return fmt.Sprintf("journal-%020d.log", first) }

// parseSegmentName reads what segmentName writes; false for anything else.
func parseSegmentName(name string) (uint64, bool) {
	digits, ok := strings.CutPrefix(name, "journal-")
	if !ok {
		return 0, false
	}
	digits, ok = strings.CutSuffix(digits, ".log")
	if !ok || len(digits) != 20 {
		return 0, false
	}
	first, err := strconv.ParseUint(digits, 10, 64)
	return first, err == nil && first > 0 && segmentName(first) == name
}

// segment is one file of the log.
type segment struct {
	name string
	header
	last   storage.Head // of its commits; what was before it, while it has none
	end    int64        // where its groups end
	sealed bool
	index  []mark // of the last segment; that of a sealed one is in its seal
}

// mark is where a group starts. An index has one for the first group, and one
// for each group that starts markEvery bytes or more after the mark before.
type mark struct {
	first  uint64 // sequence number of the group's first commit
	offset int64
}

func addMark(index []mark, first uint64, offset int64) []mark {
	if n := len(index); n > 0 && offset < index[n-1].offset+markEvery {
		return index
	}
	return append(index, mark{first, offset})
}

// seek returns where to start reading for a commit.
func seek(index []mark, seq uint64) int64 {
	i := sort.Search(len(index), func(i int) bool { return index[i].first > seq })
	if i == 0 {
		return groupsStart
	}
	return index[i-1].offset
}

// header is the start of a segment. It is written once, before the segment has
// its name.
type header struct {
	first      uint64       // sequence number of its first commit
	parent     storage.Hash // of the commit before
	time       time.Time    // of the commit before; zero where there is none
	generation uint64       // how often the segment was written anew
	erased     uint64       // up to which commit it was last erased
}

func (h header) before() storage.Head { return storage.Head{Seq: h.first - 1, Hash: h.parent} }

// nothing is what a segment acknowledges that has no groups yet.
func (h header) nothing() slot { return slot{h.before(), groupsStart} }

func (h header) block() []byte {
	b := make([]byte, blockSize)
	copy(b, headerText)
	binary.BigEndian.PutUint32(b[16:], version)
	binary.BigEndian.PutUint64(b[24:], h.first)
	copy(b[32:], h.parent[:])
	if h.first > 1 {
		binary.BigEndian.PutUint64(b[64:], uint64(h.time.UnixMicro()))
	}
	binary.BigEndian.PutUint64(b[72:], h.generation)
	binary.BigEndian.PutUint64(b[80:], h.erased)
	binary.BigEndian.PutUint32(b[blockSize-4:], checksum(b[:blockSize-4]))
	return b
}

// parseHeader reads the header of the segment of a name.
func parseHeader(name string, b []byte) (header, error) {
	var h header
	switch {
	case len(b) < blockSize:
		return h, damaged(name, 0, "it has %d bytes, fewer than its header", len(b))
	case string(b[:16]) != headerText:
		return h, damaged(name, 0, "it does not start as a segment does")
	case checksum(b[:blockSize-4]) != binary.BigEndian.Uint32(b[blockSize-4:]):
		return h, damaged(name, 0, "the header fails its checksum")
	}
	if v := binary.BigEndian.Uint32(b[16:]); v != version {
		return h, fmt.Errorf("%w: %s has version %d, this code reads %d", storage.ErrVersion, name, v, version)
	}
	if len(b) < groupsStart { // which versions to come may lay out otherwise
		return h, damaged(name, 0, "it has %d bytes, fewer than the %d before the first group", len(b), groupsStart)
	}
	h.first = binary.BigEndian.Uint64(b[24:])
	copy(h.parent[:], b[32:])
	if h.first > 1 {
		h.time = time.UnixMicro(int64(binary.BigEndian.Uint64(b[64:]))).UTC()
	}
	h.generation = binary.BigEndian.Uint64(b[72:])
	h.erased = binary.BigEndian.Uint64(b[80:])
	if segmentName(h.first) != name || h.first == 0 {
		return h, damaged(name, 0, "it is the segment of commit %d, under another name", h.first)
	}
	if h.first == 1 && h.parent != (storage.Hash{}) {
		return h, damaged(name, 0, "the first segment follows a commit")
	}
	return h, nil
}

// start is what stands before the groups of a segment that is written whole: its
// header, and what it acknowledges in both slots.
func (h header) start(acknowledged slot) []byte {
	b := make([]byte, groupsStart)
	copy(b, h.block())
	for i := range 2 {
		copy(b[(i+1)*blockSize:], acknowledged.bytes())
	}
	return b
}

// slot is what the store has acknowledged, as far as the segment knows.
type slot struct {
	head storage.Head
	end  int64 // where the groups up to it end
}

func (s slot) bytes() []byte {
	b := make([]byte, slotSize)
	copy(b, slotMagic)
	binary.BigEndian.PutUint64(b[4:], s.head.Seq)
	copy(b[12:], s.head.Hash[:])
	binary.BigEndian.PutUint64(b[44:], uint64(s.end))
	binary.BigEndian.PutUint32(b[60:], checksum(b[:60]))
	return b
}

// parseSlot reads one slot of a segment, and whether it is sound.
func parseSlot(h header, b []byte) (s slot, sound bool) {
	if string(b[:4]) != slotMagic || checksum(b[:60]) != binary.BigEndian.Uint32(b[60:]) {
		return s, false
	}
	s.head.Seq = binary.BigEndian.Uint64(b[4:])
	copy(s.head.Hash[:], b[12:])
	s.end = int64(binary.BigEndian.Uint64(b[44:]))
	return s, s == h.nothing() || s.head.Seq >= h.first && s.end > groupsStart
}

// slots reads both slots at the start of a segment, of which b holds
// groupsStart bytes or more: what was acknowledged last, and which of the two
// the next is to be written to. One of them may be torn, which leaves the other
// and what it says true. Both can't be, because the one is on the disk before
// the other is written. strict refuses the torn one too, for those who don't
// read the groups behind what the other says.
func slots(name string, h header, b []byte, strict bool) (slot, int, error) {
	newest, next := h.nothing(), 0
	unsound := 0
	for i := range 2 {
		s, sound := parseSlot(h, b[(i+1)*blockSize:])
		switch {
		case !sound:
			unsound++
		case s.head.Seq > newest.head.Seq:
			newest, next = s, 1-i
		}
	}
	if unsound == 2 || unsound > 0 && strict {
		return newest, next, damaged(name, blockSize, "%d of the slots of the acknowledged head fail their checksum", unsound)
	}
	return newest, next, nil
}

// group is one group as read.
type group struct {
	first   uint64
	commits int
	last    storage.Head
	payload []byte
}

func (g group) size() int64 { return groupHeader + int64(len(g.payload)) }

// shortError says that a group goes on behind the bytes at hand.
type shortError struct{ size int64 }

func (e *shortError) Error() string { return fmt.Sprintf("it is cut short: it has %d bytes", e.size) }

// unknownError says that a group passes its checksums and is not understood. No
// crash leaves such a thing.
type unknownError struct{ error }

func (e *unknownError) Unwrap() error { return e.error }

// parseGroup reads the group at the start of b. It returns io.EOF if b is
// nothing but zeros, *shortError if the group goes on behind b, and another
// error if there is something that is no valid group.
func parseGroup(b []byte) (group, error) {
	var g group
	switch {
	case len(b) < groupHeader && isZero(b):
		return g, io.EOF
	case len(b) < groupHeader:
		return g, errors.New("the header of a group is cut short")
	case string(b[:4]) != groupMagic:
		if isZero(b) {
			return g, io.EOF
		}
		return g, errors.New("no group starts here")
	case checksum(b[:60]) != binary.BigEndian.Uint32(b[60:]):
		return g, errors.New("the header of the group fails its checksum")
	}
	length := binary.BigEndian.Uint64(b[4:])
	n := binary.BigEndian.Uint32(b[12:])
	g.first = binary.BigEndian.Uint64(b[16:])
	if n == 0 || g.first == 0 || uint64(n) > length || length > 1<<62 {
		return g, &unknownError{fmt.Errorf("a group of %d commits from %d in %d bytes", n, g.first, length)}
	}
	g.commits = int(n)
	g.last.Seq = g.first + uint64(n) - 1
	copy(g.last.Hash[:], b[24:56])
	if length > uint64(len(b)-groupHeader) {
		return g, &shortError{groupHeader + int64(length)}
	}
	g.payload = b[groupHeader : groupHeader+length : groupHeader+length]
	if checksum(g.payload) != binary.BigEndian.Uint32(b[56:]) {
		return g, errors.New("the payload of the group fails its checksum")
	}
	return g, nil
}

// appendGroup appends a group of commits to dst.
func appendGroup(dst []byte, commits []storage.Commit) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, groupHeader)...)
	var first, last storage.Head
	for i, c := range commits {
		if i == 0 {
			first = c.Head
		}
		last = c.Head
		dst = storage.AppendCommit(dst, c)
	}
	b := dst[start:]
	copy(b, groupMagic)
	binary.BigEndian.PutUint64(b[4:], uint64(len(b)-groupHeader))
	binary.BigEndian.PutUint32(b[12:], uint32(len(commits)))
	binary.BigEndian.PutUint64(b[16:], first.Seq)
	copy(b[24:56], last.Hash[:])
	binary.BigEndian.PutUint32(b[56:], checksum(b[groupHeader:]))
	binary.BigEndian.PutUint32(b[60:], checksum(b[:60]))
	return dst
}

// decode returns the commits of a group; they share its memory.
func (g group) decode() ([]storage.Commit, error) {
	commits, err := g.commitsOf()
	if err != nil {
		return nil, &unknownError{err}
	}
	return commits, nil
}

// one decodes one commit of the group, in memory of its own; false if it is not
// where it should be.
func (g group) one(seq uint64) (storage.Commit, bool) {
	if seq < g.first || seq > g.last.Seq {
		return storage.Commit{}, false
	}
	rest := g.payload
	for range seq - g.first {
		n, ok := commitSize(rest)
		if !ok {
			return storage.Commit{}, false
		}
		rest = rest[n:]
	}
	n, ok := commitSize(rest)
	if !ok {
		return storage.Commit{}, false
	}
	c, _, err := storage.DecodeCommit(bytes.Clone(rest[:n]))
	return c, err == nil && c.Seq == seq
}

// commitSize returns how many bytes a commit at the start of b takes, as
// storage.AppendCommit writes it; false if it is cut short.
func commitSize(b []byte) (size int, ok bool) {
	at := 0
	skip := func(n int) { at += n }
	number := func() int {
		if at += 4; at > len(b) {
			return 0
		}
		n := binary.BigEndian.Uint32(b[at-4:])
		if uint64(n) > uint64(len(b)) {
			at, n = len(b)+1, 0
		}
		return int(n)
	}
	sized := func() { skip(number()) }
	skip(8 + 32 + 8)
	sized() // ID
	sized() // metadata
	for range number() {
		sized() // kind
		sized() // key
		skip(4 + 32)
		sized() // salt
		if at++; at > len(b) {
			return 0, false
		}
		if b[at-1] != 0 {
			sized() // body
		}
	}
	return at, at <= len(b)
}

func (g group) commitsOf() ([]storage.Commit, error) {
	commits := make([]storage.Commit, 0, min(g.commits, len(g.payload)))
	rest := g.payload
	for i := range g.commits {
		c, n, err := storage.DecodeCommit(rest)
		if err != nil {
			return nil, fmt.Errorf("commit %d of the group: %w", i, err)
		}
		if c.Seq != g.first+uint64(i) {
			return nil, fmt.Errorf("commit %d of the group has the number %d, not %d", i, c.Seq, g.first+uint64(i))
		}
		commits, rest = append(commits, c), rest[n:]
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes follow the last commit of the group", len(rest))
	}
	if commits[g.commits-1].Hash != g.last.Hash {
		return nil, errors.New("the hash of the last commit is not that of the group")
	}
	return commits, nil
}

// scanned is what a walk over the groups of a segment found.
type scanned struct {
	last  storage.Head
	time  time.Time // of the last commit
	end   int64
	index []mark
	why   error  // what stands at end; nil if nothing but zeros does
	until uint64 // the commit to stop at; 0 for none
}

// scan walks over the groups in b, the content of a segment, and stops at the
// first that is not valid. It checks that their commits follow each other by
// number; that they do so by hash is for those who decode them.
func scan(h header, b []byte) scanned {
	s := scanned{last: h.before(), time: h.time, end: groupsStart}
	return s.onward(b[min(len(b), groupsStart):])
}

// onward goes on where s ended. b is what the segment holds from there.
func (s scanned) onward(b []byte) scanned {
	var newest group
	before := s.last
	for s.until == 0 || s.last.Seq < s.until {
		g, err := parseGroup(b)
		if err == nil && g.first != s.last.Seq+1 {
			err = &unknownError{fmt.Errorf("commit %d follows commit %d", g.first, s.last.Seq)}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				s.why = err
			}
			break
		}
		newest, before = g, s.last
		s.index = addMark(s.index, g.first, s.end)
		s.last, s.end, b = g.last, s.end+g.size(), b[g.size():]
	}
	if newest.commits > 0 {
		commits, err := newest.decode()
		if err != nil {
			s.last, s.end, s.why = before, s.end-newest.size(), err
			return s
		}
		s.time = commits[len(commits)-1].Time
	}
	return s
}

// seal is the end of a segment that takes no more groups.
func (s segment) seal() []byte {
	b := make([]byte, 0, markSize*len(s.index)+sealTrailer)
	for _, m := range s.index {
		b = binary.BigEndian.AppendUint64(b, m.first)
		b = binary.BigEndian.AppendUint64(b, uint64(m.offset))
	}
	sum := checksum(b)
	b = append(b, sealMagic...)
	b = binary.BigEndian.AppendUint64(b, uint64(s.end))
	b = binary.BigEndian.AppendUint64(b, s.last.Seq)
	b = append(b, s.last.Hash[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(s.index)))
	b = binary.BigEndian.AppendUint32(b, sum)
	return binary.BigEndian.AppendUint32(b, checksum(b[len(b)-60:]))
}

// parseTrailer reads the last bytes of a segment of a size: where its groups
// end, its last commit, and how many marks its index has. False means that it
// is not sealed.
func parseTrailer(b []byte, size int64) (end int64, last storage.Head, marks int, sum uint32, ok bool) {
	if len(b) != sealTrailer || string(b[:4]) != sealMagic || checksum(b[:60]) != binary.BigEndian.Uint32(b[60:]) {
		return 0, storage.Head{}, 0, 0, false
	}
	end = int64(binary.BigEndian.Uint64(b[4:]))
	last.Seq = binary.BigEndian.Uint64(b[12:])
	copy(last.Hash[:], b[20:])
	marks, sum = int(binary.BigEndian.Uint32(b[52:])), binary.BigEndian.Uint32(b[56:])
	return end, last, marks, sum, end >= groupsStart && marks >= 0 && end+int64(marks)*markSize+sealTrailer == size
}

// readSegment reads what opening needs of a segment: its header, both slots
// and, if it is sealed, its seal. start is what stands before the groups.
func readSegment(name string, h handle) (s segment, start []byte, err error) {
	start = make([]byte, groupsStart)
	n, err := h.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return s, nil, fmt.Errorf("reading %s: %w", name, err)
	}
	s.name = name
	if s.header, err = parseHeader(name, start[:n]); err != nil {
		return s, nil, err
	}
	s.last, s.end = s.before(), groupsStart
	size, err := h.Size()
	if err != nil {
		return s, nil, fmt.Errorf("%s: %w", name, err)
	}
	if size < groupsStart+sealTrailer {
		return s, start, nil
	}
	b := make([]byte, sealTrailer)
	if _, err := h.ReadAt(b, size-sealTrailer); err != nil && !errors.Is(err, io.EOF) {
		return s, nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if end, last, _, _, ok := parseTrailer(b, size); ok {
		s.end, s.last, s.sealed = end, last, true
	}
	return s, start, nil
}

// readIndex reads the index of a sealed segment.
func readIndex(name string, h handle) ([]mark, error) {
	size, err := h.Size()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b := make([]byte, sealTrailer)
	if _, err := h.ReadAt(b, size-sealTrailer); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	end, _, marks, sum, ok := parseTrailer(b, size)
	if !ok {
		return nil, damaged(name, size-sealTrailer, "the seal fails its checksum")
	}
	b = make([]byte, marks*markSize)
	if _, err := h.ReadAt(b, end); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if checksum(b) != sum {
		return nil, damaged(name, end, "the index fails its checksum")
	}
	index := make([]mark, marks)
	for i := range index {
		index[i] = mark{binary.BigEndian.Uint64(b[i*markSize:]), int64(binary.BigEndian.Uint64(b[i*markSize+8:]))}
		if index[i].offset < groupsStart || index[i].offset >= end {
			return nil, damaged(name, end, "the index points to offset %d, outside of the groups", index[i].offset)
		}
	}
	return index, nil
}

var zeros [64 << 10]byte

// writeZeros writes n zeros at an offset.
func writeZeros(h handle, at, n int64) error {
	for n > 0 {
		part := zeros[:min(n, int64(len(zeros)))]
		if _, err := h.WriteAt(part, at); err != nil {
			return err
		}
		at, n = at+int64(len(part)), n-int64(len(part))
	}
	return nil
}

// isZero reports whether b holds nothing but zeros.
func isZero(b []byte) bool {
	for len(b) > 0 {
		n := min(len(b), len(zeros))
		if string(b[:n]) != string(zeros[:n]) {
			return false
		}
		b = b[n:]
	}
	return true
}
