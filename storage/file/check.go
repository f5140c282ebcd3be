package file

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Report is what Check found.
type Report struct {
	// Head is the last commit of the chain that is whole from its start.
	Head storage.Head `json:"head"`
	// Segments and Bytes say how many files the log has, and how long they
	// are together.
	Segments int   `json:"segments"`
	Bytes    int64 `json:"bytes"`
	// Bodies counts the bodies of records in the log, Erased those that were
	// removed from it.
	Bodies int `json:"bodies"`
	Erased int `json:"erased"`
	// Torn is how many bytes stand after what was acknowledged that are no
	// whole group: a crash left them, and opening the store cuts them off.
	Torn int64 `json:"torn"`
	// Snapshots are the heads of the snapshots kept, in order.
	Snapshots []storage.Head `json:"snapshots,omitempty"`
	// Damage lists every damaged place, in the order of the log.
	Damage []*Damage `json:"damage,omitempty"`
}

// Check verifies everything in a store and changes nothing: each checksum, the
// chain of hashes, the order of times, the digest of each body, the seals and
// the snapshots. The error wraps storage.ErrCorrupt if there is any damage; the
// report lists all of it then. It can run beside the process that has the store
// open and checks what was acknowledged when it came to a segment.
func Check(ctx context.Context, dir string) (Report, error) {
	d, err := openDirectory(dir, false)
	if err != nil {
		return Report{}, err
	}
	defer d.Close()
	return check(ctx, d, dir)
}

func check(ctx context.Context, d directory, path string) (Report, error) {
	for attempt := 1; ; attempt++ {
		c := checker{ctx: ctx, dir: d, path: path}
		err := c.run()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return c.Report, err
		}
		if err == nil && len(c.Damage) == 0 {
			return c.Report, nil
		}
		// A writer may have rolled over or erased meanwhile; what is damaged
		// stays so.
		if attempt < 5 {
			continue
		}
		if err != nil {
			return c.Report, err
		}
		return c.Report, fmt.Errorf("%q is damaged in %d places, first: %w", path, len(c.Damage), c.Damage[0])
	}
}

type checker struct {
	Report
	ctx    context.Context
	dir    directory
	path   string
	head   storage.Head // of the commit before, whole chain or not
	time   time.Time
	broken bool // the chain from the start has ended

	snapshots map[string]storage.Snapshot // by the names of their files, without their data
	wanted    map[uint64]storage.Head     // the commits that they show, as the log has them; none where it has not
}

func (c *checker) damage(name string, at int64, format string, args ...any) {
	c.Damage = append(c.Damage, &Damage{name, at, fmt.Sprintf(format, args...)})
}

// inLog is damage that ends the chain.
func (c *checker) inLog(name string, at int64, format string, args ...any) {
	c.damage(name, at, format, args...)
	c.broken = true
}

func (c *checker) run() error {
	if err := c.readSnapshots(); err != nil {
		return err
	}
	l, err := readLayout(c.dir, c.path, false)
	if err != nil {
		if d := (*Damage)(nil); errors.As(err, &d) {
			c.Damage = append(c.Damage, d)
			return nil
		}
		return err
	}
	if len(l.segments) == 0 {
		return issue.Errorf(issue.CodeNotFound, "there is no store in %q: %w", c.path, fs.ErrNotExist)
	}
	c.Segments = len(l.segments)
	for i, first := range l.segments {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if first != c.head.Seq+1 {
			c.inLog(segmentName(c.head.Seq+1), 0, "the segment is missing; %s follows", segmentName(first))
			c.head = storage.Head{Seq: first - 1}
		}
		name := segmentName(first)
		b, err := readFile(c.dir, name)
		if err != nil {
			return err
		}
		c.Bytes += int64(len(b))
		left := len(l.segments) - 1 - i
		var next []byte
		if left == 1 {
			if next, err = readFile(c.dir, segmentName(l.segments[i+1])); err != nil {
				return err
			}
		}
		if err := c.segment(name, first, b, left, next); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.snapshots)) {
		s := c.snapshots[name].Head
		if s.Seq == 0 {
			continue
		}
		c.Snapshots = append(c.Snapshots, s)
		if found := c.wanted[s.Seq]; found.Hash != s.Hash && (!c.broken || found.Hash != storage.Hash{}) {
			c.damage(name, 0, "it shows commit %d of hash %s, which the log does not hold", s.Seq, s.Hash)
		}
	}
	slices.SortFunc(c.Snapshots, func(a, b storage.Head) int { return cmp.Compare(a.Seq, b.Seq) })
	return nil
}

// readSnapshots reads the snapshots, before the log is listed, which then holds
// their heads, whatever a writer does meanwhile.
func (c *checker) readSnapshots() error {
	names, err := c.dir.List()
	if err != nil {
		return err
	}
	c.snapshots, c.wanted = make(map[string]storage.Snapshot), make(map[uint64]storage.Head)
	for _, name := range names {
		if !isSnapshot(name) {
			continue
		}
		b, err := readFile(c.dir, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // dropped meanwhile
		}
		if err != nil {
			return err
		}
		s, err := decodeSnapshot(name, b)
		if err != nil {
			c.damage(name, 0, "it is not sound: %v", err)
			continue
		}
		if s.Data = nil; name != oldSnapshot && name != snapshotNameOf(s.Head.Seq) {
			c.damage(name, 0, "it shows commit %d", s.Head.Seq)
		}
		c.snapshots[name], c.wanted[s.Head.Seq] = s, storage.Head{}
	}
	return nil
}

// shown compares a commit with the snapshots that show it.
func (c *checker) shown(commit storage.Commit) {
	if _, ok := c.wanted[commit.Seq]; !ok {
		return
	}
	c.wanted[commit.Seq] = commit.Head
	for _, name := range slices.Sorted(maps.Keys(c.snapshots)) {
		if s := c.snapshots[name]; s.Head.Seq == commit.Seq && !commit.Time.Equal(s.Time) {
			c.damage(name, 0, "it says that commit %d was made at %s, but that was at %s", commit.Seq, s.Time, commit.Time)
		}
	}
}

func readFile(d directory, name string) ([]byte, error) {
	h, err := d.Open(name, false)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	b, err := readAll(h)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return b, nil
}

// segment checks one segment, of which left others follow; next is the one
// behind if it is the last.
func (c *checker) segment(name string, first uint64, b []byte, left int, next []byte) error {
	hd, err := parseHeader(name, b)
	if errors.Is(err, storage.ErrVersion) {
		return err
	}
	if len(b) < groupsStart {
		c.inLog(name, 0, "%v", err.(*Damage).What)
		return nil
	}
	if err != nil {
		c.damage(name, 0, "%v", err.(*Damage).What)
		hd = header{first: first, parent: c.head.Hash}
	} else if hd.before() != c.head {
		c.inLog(name, 0, "it follows commit %d of hash %s, not %d of hash %s", hd.first-1, hd.parent, c.head.Seq, c.head.Hash)
	}
	if first > 1 && err == nil && !hd.time.Equal(c.time) && !c.broken {
		c.damage(name, 0, "it says that the commit before it was made at %s, but that was at %s", hd.time, c.time)
	}
	acknowledged, _, _ := slots(name, hd, b, false)
	for i := range 2 {
		at := (i + 1) * blockSize
		if _, sound := parseSlot(hd, b[at:]); !sound {
			c.damage(name, int64(at), "a slot of the acknowledged head fails its checksum")
		}
		if !isZero(b[at+slotSize : at+blockSize]) {
			c.damage(name, int64(at)+slotSize, "something stands where zeros should be")
		}
	}
	end := int64(len(b))
	sealEnd, last, _, _, sealed := int64(0), storage.Head{}, 0, uint32(0), false
	if len(b) >= groupsStart+sealTrailer {
		sealEnd, last, _, _, sealed = parseTrailer(b[len(b)-sealTrailer:], int64(len(b)))
	}
	if sealed {
		end = sealEnd
	}
	found, before := scanned{last: hd.before(), end: groupsStart}, len(c.Damage)
	for p := range pieces(b, end) {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if p.why != nil {
			unknown := (*unknownError)(nil)
			if !sealed && !errors.As(p.why, &unknown) && p.offset >= acknowledged.end && p.offset+p.size >= lastByte(b) && (left == 0 || left == 1) {
				c.Torn += lastByte(b) - p.offset
				break
			}
			c.inLog(name, p.offset, "%v", p.why)
			continue
		}
		found.index = addMark(found.index, p.commits[0].Seq, p.offset)
		for _, commit := range p.commits {
			c.commit(name, p.offset, commit)
			c.shown(commit)
		}
		found.last, found.end = p.commits[len(p.commits)-1].Head, p.offset+p.size
	}
	if acknowledged.end > found.end || acknowledged.head.Seq > found.last.Seq {
		c.inLog(name, found.end, "the groups end with commit %d, but commits up to %d had been acknowledged", found.last.Seq, acknowledged.head.Seq)
	}
	switch {
	case sealed && left == 0 && !c.follows(last):
		c.inLog(segmentName(last.Seq+1), 0, "the segment is missing; %s is sealed, so it was there", name)
	case !sealed && left > 0:
		c.unsealed(name, found, left, next)
	}
	if sealed {
		want := segment{index: found.index, end: found.end, last: found.last}.seal()
		if len(c.Damage) == before && !bytes.Equal(want, b[end:]) {
			c.damage(name, end, "the seal is not that of the groups before it")
		}
	}
	return nil
}

// follows reports whether a segment follows the last one that was listed: a
// writer may have begun it since. It is left to those who check later.
func (c *checker) follows(last storage.Head) bool {
	name := segmentName(last.Seq + 1)
	h, err := c.dir.Open(name, false)
	if err != nil {
		return false
	}
	defer h.Close()
	s, _, err := readSegment(name, h)
	return err == nil && s.before() == last
}

// unsealed judges a segment that others follow and that has no seal. After a
// crash the last but one may be so, if the last is empty.
func (c *checker) unsealed(name string, found scanned, left int, next []byte) {
	if left == 1 && len(next) >= groupsStart {
		if first := binary.BigEndian.Uint64(next[24:]); first == found.last.Seq+1 {
			if hd, err := parseHeader(segmentName(first), next); err == nil && hd.before() == found.last && bytes.Equal(next[:groupsStart], hd.start(hd.nothing())) && isZero(next[groupsStart:]) {
				return
			}
		}
	}
	c.damage(name, found.end, "it is not sealed, or its seal is damaged")
}

// commit checks one commit against the one before it.
func (c *checker) commit(name string, at int64, commit storage.Commit) {
	batch, err := storage.NewBatch(c.head, []storage.Commit{commit})
	if err == nil {
		err = batch.Fits(c.head, c.time)
	}
	if err != nil {
		c.inLog(name, at, "commit %d: %v", commit.Seq, err)
	}
	for _, ch := range commit.Changes {
		switch {
		case ch.Body != nil:
			c.Bodies++
		case ch.Digest != storage.Hash{}:
			c.Erased++
		}
	}
	c.head, c.time = commit.Head, commit.Time
	if !c.broken {
		c.Head = commit.Head
	}
}

// piece is a part of a segment: a group, or something that should have been
// one.
type piece struct {
	offset, size int64
	commits      []storage.Commit
	last         uint64 // sequence number of its last commit, if its header is sound
	why          error
}

// patience is how many bytes may be looked at again for each byte of a segment,
// in search of what is sound in it. Damage takes little of that; without a limit
// somebody could write what takes hours to search.
const patience = 16

// pieces divides the content of a segment, up to an offset, into groups and
// what is not valid between them.
func pieces(b []byte, end int64) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		budget := patience * end
		for at := int64(groupsStart); at < end; {
			g, err := parseGroup(b[at:end])
			if errors.Is(err, io.EOF) {
				return
			}
			p := piece{offset: at, size: g.size(), last: g.last.Seq, why: err}
			if err == nil {
				p.commits, p.why = g.decode()
			} else {
				p.size = resync(b[at:end], &budget)
			}
			if !yield(p) {
				return
			}
			at += p.size
		}
	}
}

// resync returns how far it is from an invalid group at the start of b to the
// next group; to the end of b once the budget, in bytes, is used up.
func resync(b []byte, budget *int64) int64 {
	if len(b) >= groupHeader && string(b[:4]) == groupMagic && checksum(b[:60]) == binary.BigEndian.Uint32(b[60:]) {
		if length := binary.BigEndian.Uint64(b[4:]); length <= uint64(len(b)-groupHeader) {
			return groupHeader + int64(length)
		}
	}
	for at := 1; at < len(b) && *budget > 0; at++ {
		i := bytes.Index(b[at:], []byte(groupMagic))
		if i < 0 {
			break
		}
		at += i
		g, err := parseGroup(b[at:])
		if err == nil {
			return int64(at)
		}
		*budget -= g.size()
	}
	return int64(len(b))
}

// lastByte is where the zeros at the end of b begin.
func lastByte(b []byte) int64 {
	n := len(b)
	for n > 0 && b[n-1] == 0 {
		n--
	}
	return int64(n)
}
