package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Errors of this package, beside those of package storage.
var (
	// ErrFailed says that an earlier write or sync failed, so that what the
	// disk holds is unknown; open the store again to go on.
	ErrFailed = issue.NewError(issue.CodeFailed, "an earlier write failed; open the store again")
	// ErrReadOnly says that the store was opened for reading only.
	ErrReadOnly = issue.NewError(issue.CodeReadOnly, "the store is open for reading only")
	// ErrRolledBack says that the store does not hold the head that it is
	// expected to hold: it is an older copy, or its history is another. It
	// wraps storage.ErrCorrupt.
	ErrRolledBack = issue.NewError(issue.CodeRolledBack, "the store does not hold the head expected of it", storage.ErrCorrupt)
)

// Options are what a caller can set; a nil *Options means the defaults.
type Options struct {
	// Logger hears of recovery; silent by default.
	Logger *slog.Logger
	// SegmentSize is after how many bytes a segment of the log is sealed and
	// the next begun; 0 means DefaultSegmentSize. A batch that is larger has a
	// segment to itself. It may differ each time.
	SegmentSize int64
	// Expect is a head that was kept elsewhere. Opening fails with
	// ErrRolledBack unless the store holds that commit, so that a store that
	// was put back to an earlier state as a whole, or is gone, does not go
	// unnoticed, and then changes nothing. The zero Head expects nothing.
	Expect storage.Head
	// ReadOnly opens a store that another process may have open: without its
	// lock, without changing anything. It shows what that process had
	// acknowledged, and each call of Log what it has acknowledged by then.
	ReadOnly bool

	// The rest is for this package and its tests.
	directory directory
	ahead     int64
	filling   bool // the store is being filled by Salvage
}

// DefaultSegmentSize is the size of a segment, in bytes, unless Options say
// another.
const DefaultSegmentSize = 16 << 20

// defaultAhead is how many bytes are written ahead of the log at a time.
const defaultAhead = 1 << 20

// Open opens the store in a directory, and makes a new one where the directory
// is missing or empty. At most one Journal can have a store open for writing;
// another gets storage.ErrLocked with the name of the holder. A format from a
// newer version is storage.ErrVersion, damage is storage.ErrCorrupt as a
// *Damage with file and offset; neither changes anything.
func Open(dir string, opts *Options) (*Journal, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.SegmentSize == 0 {
		o.SegmentSize = DefaultSegmentSize
	}
	if o.SegmentSize < 0 {
		return nil, issue.Errorf(issue.CodeInvalid, "Options.SegmentSize is %d, less than nothing", o.SegmentSize)
	}
	if o.ahead == 0 {
		o.ahead = defaultAhead
	}
	d := o.directory
	if d == nil {
		var err error
		d, err = openDirectory(dir, !o.ReadOnly && o.Expect == (storage.Head{}))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, o.noStore(dir)
		}
		if err != nil {
			return nil, err
		}
	}
	j := &Journal{path: dir, dir: d, opts: o}
	open := j.openToWrite
	if o.ReadOnly {
		open = j.openToRead
	}
	if err := open(); err != nil {
		if j.active != nil {
			j.active.Close()
		}
		if j.lock != nil {
			j.lock.Close()
		}
		d.Close()
		return nil, err
	}
	return j, nil
}

// noStore is the error for a directory without a store, or none at all, where
// there has to be one.
func (o *Options) noStore(path string) error {
	if o.Expect != (storage.Head{}) {
		return fmt.Errorf("%w: there is no store in %q, and commit %d of hash %s was acknowledged: %w", ErrRolledBack, path, o.Expect.Seq, o.Expect.Hash, fs.ErrNotExist)
	}
	return issue.Errorf(issue.CodeNotFound, "there is no store in %q: %w", path, fs.ErrNotExist)
}

// layout is what a store's directory holds.
type layout struct {
	segments  []uint64 // the first commit of each, in order
	snapshots []string
	leftover  []string // files that were being written
}

// readLayout lists a directory and refuses one that is no store, or one that is
// not complete, but for whoever is filling it. That of a new store has no
// segments.
func readLayout(d directory, path string, filling bool) (layout, error) {
	var l layout
	names, err := d.List()
	if err != nil {
		return l, err
	}
	var foreign string
	for _, name := range names {
		first, isSegment := parseSegmentName(name)
		base, isTemp := strings.CutSuffix(name, tempSuffix)
		_, tempSegment := parseSegmentName(base)
		switch {
		case isSegment:
			l.segments = append(l.segments, first)
		case isSnapshot(name):
			l.snapshots = append(l.snapshots, name)
		case isTemp && (tempSegment || isSnapshot(base) || base == spareName):
			l.leftover = append(l.leftover, name)
		case name == partialName && !filling:
			return l, fmt.Errorf("%q holds %s: a backup or salvage to it was interrupted; delete it and start again", path, partialName)
		case name != lockName && name != partialName && foreign == "":
			foreign = name
		}
	}
	slices.Sort(l.segments)
	if len(l.segments) == 0 && foreign != "" {
		return l, issue.Errorf(issue.CodeInvalid, "%q is not a store: it holds %q and no segment; give a new or empty directory", path, foreign)
	}
	if len(l.segments) == 0 && len(l.snapshots) > 0 {
		return l, damaged(segmentName(1), 0, "the store has a snapshot and no log")
	}
	return l, nil
}

// openToWrite takes the lock, reads the segments, repairs what a crash has left
// unfinished, and brings all that the store shows to the disk.
func (j *Journal) openToWrite() (err error) {
	l, err := readLayout(j.dir, j.path, j.opts.filling)
	if err != nil {
		return err // before anything is put into a directory that is no store
	}
	if len(l.segments) == 0 && j.opts.Expect != (storage.Head{}) {
		return j.opts.noStore(j.path)
	}
	if j.lock, err = j.dir.Lock(); err != nil {
		if errors.Is(err, storage.ErrLocked) {
			return err
		}
		if readOnlySystem(err) {
			return fmt.Errorf("locking %q: %w; Options.ReadOnly opens it as it is", j.path, err)
		}
		return fmt.Errorf("locking %q: %w", j.path, err)
	}
	if l, err = readLayout(j.dir, j.path, j.opts.filling); err != nil {
		return err
	}
	if len(l.segments) == 0 {
		if err := j.create(header{first: 1}); err != nil {
			return fmt.Errorf("making the store in %q: %w", j.path, err)
		}
		return nil
	}
	if err := j.load(l.segments); err != nil {
		return err
	}
	for _, name := range l.leftover {
		if err := j.dir.Remove(name); err != nil {
			return err
		}
	}
	// The last segment may have got its name just before a crash, with the entry
	// not yet on the disk. It is there if the segment, as it is now, has taken a
	// group.
	if last := j.segments[len(j.segments)-1]; last.generation == 0 && j.slot.head.Seq >= last.first {
		return nil
	}
	if err := j.dir.Sync(); err != nil {
		return fmt.Errorf("%q: %w", j.path, err)
	}
	return nil
}

// load reads the segments of a store that is open for writing.
func (j *Journal) load(firsts []uint64) error {
	var before storage.Head
	for i, first := range firsts {
		name := segmentName(first)
		if first != before.Seq+1 {
			return damaged(segmentName(before.Seq+1), 0, "the segment is missing; %s follows", name)
		}
		last := i == len(firsts)-1
		h, err := j.dir.Open(name, last)
		if err != nil {
			return err
		}
		s, start, err := readSegment(name, h)
		if err == nil && s.before() != before {
			err = damaged(name, 0, "it follows commit %d of hash %s, but the segment before it ends with commit %d of hash %s",
				s.before().Seq, s.parent, before.Seq, before.Hash)
		}
		switch {
		case err != nil:
		case last && s.sealed:
			err = damaged(segmentName(s.last.Seq+1), 0, "the segment is missing; %s is sealed, so it was there", name)
		case last:
			j.active = h
			return j.recover(s, start)
		case i == len(firsts)-2:
			s, err = j.finishSeal(s, start, firsts[i+1])
		case !s.sealed:
			err = damaged(name, s.end, "it is not sealed, or its seal is damaged")
		}
		h.Close()
		if err != nil {
			return err
		}
		j.segments, before = append(j.segments, s), s.last
	}
	return nil
}

// finishSeal seals the last segment but one if the last is empty: a crash may
// have come before the seal, or its sync may have failed, so that it shows and
// is not on the disk.
func (j *Journal) finishSeal(s segment, start []byte, next uint64) (segment, error) {
	name := segmentName(next)
	b, err := readFile(j.dir, name)
	if err != nil {
		return s, err
	}
	after, err := parseHeader(name, b)
	if err != nil {
		return s, err
	}
	acknowledged, _, err := slots(name, after, b, false)
	if err != nil {
		return s, err
	}
	if acknowledged.head != after.before() || scan(after, b).last != after.before() {
		if !s.sealed {
			err = damaged(s.name, s.end, "it is not sealed, or its seal is damaged")
		}
		return s, err
	}
	if s, _, err = j.walk(s, start); err != nil {
		return s, err
	}
	if after.before() != s.last {
		return s, damaged(s.name, s.end, "it ends with commit %d of hash %s, but %s follows commit %d of hash %s",
			s.last.Seq, s.last.Hash, name, after.before().Seq, after.parent)
	}
	h, err := j.dir.Open(s.name, true)
	if err != nil {
		return s, err
	}
	defer h.Close()
	if err := writeSeal(h, s); err != nil {
		return s, fmt.Errorf("sealing %s: %w", s.name, err)
	}
	s.sealed, s.index = true, nil
	return s, nil
}

// walk reads the groups of a segment that is not sealed, as far as they are
// valid. Where they do not reach as far as what was acknowledged, the segment
// is damaged.
func (j *Journal) walk(s segment, start []byte) (segment, scanned, error) {
	acknowledged, next, err := slots(s.name, s.header, start, j.opts.ReadOnly)
	if err != nil {
		return s, scanned{}, err
	}
	h, err := j.dir.Open(s.name, false)
	if err != nil {
		return s, scanned{}, err
	}
	defer h.Close()
	b, err := readAll(h)
	if err != nil {
		return s, scanned{}, fmt.Errorf("reading %s: %w", s.name, err)
	}
	if j.opts.ReadOnly { // what is behind may be being written
		b = b[:min(int64(len(b)), acknowledged.end)]
	}
	found := scan(s.header, b)
	if err := short(s.name, found, acknowledged); err != nil {
		return s, found, err
	}
	if unknown := (*unknownError)(nil); errors.As(found.why, &unknown) {
		return s, found, damaged(s.name, found.end, "%v; it passes its checksums, so it is no torn tail and nothing was dropped", found.why)
	}
	s.last, s.end, s.index = found.last, found.end, found.index
	j.slot, j.turn = acknowledged, next
	return s, found, nil
}

// short returns the damage if what was found in a segment falls short of what
// was acknowledged.
func short(name string, found scanned, acknowledged slot) error {
	why := "nothing follows"
	if found.why != nil {
		why = found.why.Error()
	}
	switch {
	case found.end < acknowledged.end || found.last.Seq < acknowledged.head.Seq:
		return damaged(name, found.end, "after commit %d, %s; commits up to %d had been acknowledged, so this is no torn tail and nothing was dropped",
			found.last.Seq, why, acknowledged.head.Seq)
	case found.last.Seq == acknowledged.head.Seq && found.last != acknowledged.head:
		return damaged(name, found.end, "commit %d has the hash %s, but %s was acknowledged", found.last.Seq, found.last.Hash, acknowledged.head.Hash)
	}
	return nil
}

// recover makes the last segment ready for the next group: it cuts off a group
// that is not whole, and brings the others to the disk.
func (j *Journal) recover(s segment, start []byte) error {
	s, found, err := j.walk(s, start)
	if err != nil {
		return err
	}
	j.segments, j.head, j.time = append(j.segments, s), s.last, found.time
	if err := j.expect(); err != nil {
		return err // what would be cut off may be what is missing
	}
	if j.size, err = j.active.Size(); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if found.why != nil {
		torn := make([]byte, j.size-s.end)
		if _, err := j.active.ReadAt(torn, s.end); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading %s: %w", s.name, err)
		}
		for len(torn) > 0 && torn[len(torn)-1] == 0 {
			torn = torn[:len(torn)-1]
		}
		j.cut = int64(len(torn))
		if err := j.active.Truncate(s.end); err != nil {
			return fmt.Errorf("cutting off a torn tail of %s: %w", s.name, err)
		}
		j.size = s.end
	}
	// Groups behind what was acknowledged may be in the system's memory only,
	// and after a sync that failed the system may believe that they are on the
	// disk: they are written again.
	if doubtful := s.end - j.slot.end; doubtful > 0 {
		b := make([]byte, doubtful)
		if _, err := j.active.ReadAt(b, j.slot.end); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading %s: %w", s.name, err)
		}
		if _, err := j.active.WriteAt(b, j.slot.end); err != nil {
			return fmt.Errorf("writing %s: %w", s.name, err)
		}
	}
	if found.why != nil || s.end > j.slot.end {
		if err := j.active.Sync(); err != nil {
			return fmt.Errorf("syncing %s: %w", s.name, err)
		}
	}
	if j.cut > 0 {
		j.opts.Logger.Warn("file: cut off an incomplete last group", "store", j.path, "segment", s.name, "bytes", j.cut, "head", j.head.Seq)
	}
	if j.head == j.slot.head {
		return nil
	}
	if err := j.acknowledge(); err != nil {
		return fmt.Errorf("writing %s: %w", s.name, err)
	}
	return nil
}

// openToRead reads the segments of a store that others may be writing.
func (j *Journal) openToRead() error {
	var err error
	for range 5 { // while it is read, a writer may change what was read before
		j.segments = nil
		var l layout
		if l, err = readLayout(j.dir, j.path, j.opts.filling); err != nil {
			return err
		}
		if len(l.segments) == 0 {
			return j.opts.noStore(j.path)
		}
		if err = j.view(l.segments); err == nil {
			return j.expect()
		}
		if !errors.Is(err, storage.ErrCorrupt) && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// view reads the segments that were there, and those that were added since.
func (j *Journal) view(firsts []uint64) error {
	for i, first := range firsts {
		if i > 0 && !j.segments[i-1].sealed {
			return j.viewUnsealed(firsts[i:])
		}
		if next := j.nextFirst(); first != next {
			return damaged(segmentName(next), 0, "the segment is missing; %s follows", segmentName(first))
		}
		if err := j.viewNext(); err != nil {
			return err
		}
	}
	return j.follow()
}

// viewUnsealed judges a segment that is followed by others and not sealed. A
// writer seals it before the next one takes its first commit; until then, and
// after a crash meanwhile, what it acknowledged is all there is.
func (j *Journal) viewUnsealed(after []uint64) error {
	s, _, err := j.viewSegment(segmentName(after[0]))
	if err != nil {
		return err
	}
	if known := j.segments[len(j.segments)-1]; len(after) > 1 || s.last != s.before() {
		return damaged(known.name, known.end, "it is not sealed, or its seal is damaged")
	}
	return nil
}

// nextFirst is the first commit of the segment behind those known.
func (j *Journal) nextFirst() uint64 {
	if len(j.segments) == 0 {
		return 1
	}
	return j.segments[len(j.segments)-1].last.Seq + 1
}

// viewNext reads the segment behind those known.
func (j *Journal) viewNext() error {
	name := segmentName(j.nextFirst())
	s, _, err := j.viewSegment(name)
	if err != nil {
		return err
	}
	if n := len(j.segments); n > 0 && j.segments[n-1].last != s.before() {
		return damaged(name, 0, "it follows commit %d of hash %s, but the segment before it ends with hash %s", s.before().Seq, s.parent, j.segments[n-1].last.Hash)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.segments = append(slices.Clip(j.segments), s)
	j.head = s.last
	return nil
}

// viewSegment reads one segment as it is now. A slot that is being written
// meanwhile may look damaged; one that is stays so.
func (j *Journal) viewSegment(name string) (s segment, found scanned, err error) {
	for range 5 {
		if s, found, err = j.viewOnce(name); !errors.Is(err, storage.ErrCorrupt) {
			break
		}
	}
	return s, found, err
}

func (j *Journal) viewOnce(name string) (segment, scanned, error) {
	h, err := j.dir.Open(name, false)
	if err != nil {
		return segment{}, scanned{}, err
	}
	defer h.Close()
	s, start, err := readSegment(name, h)
	if err != nil || s.sealed {
		return s, scanned{}, err
	}
	return j.walk(s, start)
}

// follow brings a journal that is open for reading to what the writer has
// acknowledged by now.
func (j *Journal) follow() error {
	for {
		i := len(j.segments) - 1
		known := j.segments[i]
		if !known.sealed {
			s, err := j.viewAgain(known)
			if err != nil {
				return err
			}
			j.mu.Lock()
			j.segments = slices.Clone(j.segments)
			j.segments[i], j.head = s, s.last
			j.mu.Unlock()
			known = s
		}
		if known.last == known.before() {
			return nil // no segment follows an empty one
		}
		// The next segment is there before the one before it is sealed.
		err := j.viewNext()
		if errors.Is(err, fs.ErrNotExist) {
			if known.sealed {
				return damaged(segmentName(known.last.Seq+1), 0, "the segment is missing; %s is sealed, so it was there", known.name)
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// viewAgain reads what has been added to the last segment known.
func (j *Journal) viewAgain(known segment) (segment, error) {
	h, err := j.dir.Open(known.name, false)
	if err != nil {
		return known, err
	}
	defer h.Close()
	s, start, err := readSegment(known.name, h)
	if err != nil {
		return known, err
	}
	acknowledged, _, err := slots(s.name, s.header, start, false)
	if err != nil {
		return known, err
	}
	switch {
	case s.sealed:
	case s.generation != known.generation:
		if s, _, err = j.viewSegment(known.name); err != nil {
			return known, err
		}
	case acknowledged.end <= known.end: // a slot may be read while it is written, and the other be used
		return known, nil
	default:
		size, err := h.Size()
		if err != nil {
			return known, fmt.Errorf("%s: %w", s.name, err)
		}
		b, err := readFull(h, make([]byte, max(0, min(acknowledged.end, size)-known.end)), known.end)
		if err != nil {
			return known, fmt.Errorf("reading %s: %w", s.name, err)
		}
		found := scanned{last: known.last, end: known.end, index: slices.Clip(known.index)}.onward(b)
		if err := short(s.name, found, acknowledged); err != nil {
			return known, err
		}
		s.last, s.end, s.index = found.last, found.end, found.index
	}
	if err := s.continues(known); err != nil {
		return known, err
	}
	return s, nil
}

// continues returns the damage if a segment, looked at again, is not what it was
// and perhaps more.
func (s segment) continues(known segment) error {
	if s.before() != known.before() || s.last.Seq < known.last.Seq || s.last.Seq == known.last.Seq && s.last != known.last {
		return damaged(s.name, s.end, "commit %d was there before, with the hash %s", known.last.Seq, known.last.Hash)
	}
	return nil
}

// expect checks that the journal holds the head expected of it.
func (j *Journal) expect() error {
	want := j.opts.Expect
	if want == (storage.Head{}) {
		return nil
	}
	if want.Seq > j.head.Seq {
		return fmt.Errorf("%w: %q ends with commit %d, and commit %d of hash %s was acknowledged", ErrRolledBack, j.path, j.head.Seq, want.Seq, want.Hash)
	}
	have, err := j.at(want.Seq)
	if err != nil {
		return err
	}
	if have.Head != want {
		return fmt.Errorf("%w: commit %d of %q has the hash %s, expected %s", ErrRolledBack, want.Seq, j.path, have.Hash, want.Hash)
	}
	return nil
}
