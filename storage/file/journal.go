package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// Journal is a storage.Journal in a directory, which also keeps snapshots and
// erases. Open makes one.
type Journal struct {
	path string
	dir  directory
	opts Options
	lock io.Closer // none for a reader
	cut  int64

	// Locks are taken in this order. upkeep keeps apart what changes files
	// other than by appending; writing is held while the log changes, and by a
	// reader that follows it; mu only while the fields below it are looked at
	// or changed, so that readers never wait for the disk.
	upkeep  sync.Mutex
	writing sync.Mutex
	active  handle // the last segment
	size    int64  // of its file: zeros between the groups' end and here
	slot    slot   // what its slots say
	turn    int    // which slot is next
	dirty   bool   // something of it is not on the disk, if only a slot
	spare   spare

	mu       sync.RWMutex
	segments []segment
	head     storage.Head
	time     time.Time // of the commit at head
	erased   uint64    // up to which commit Erase was called
	failed   error
	closed   bool
}

var (
	_ storage.Journal   = (*Journal)(nil)
	_ storage.Snapshots = (*Journal)(nil)
	_ storage.Eraser    = (*Journal)(nil)
)

// Recovered returns how many bytes of an incomplete last group were cut off
// when the store was opened; 0 if it had been left whole.
func (j *Journal) Recovered() int64 { return j.cut }

// Head returns the last commit that was acknowledged: what to keep elsewhere
// for Options.Expect.
func (j *Journal) Head() (storage.Head, error) {
	if err := j.refresh(); err != nil {
		return storage.Head{}, err
	}
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.head, nil
}

// refresh is where each call that reads begins.
func (j *Journal) refresh() error {
	j.mu.RLock()
	closed := j.closed
	j.mu.RUnlock()
	if closed {
		return storage.ErrClosed
	}
	if !j.opts.ReadOnly {
		return nil
	}
	j.writing.Lock()
	defer j.writing.Unlock()
	return j.follow()
}

// writable returns why nothing may be written. The caller holds writing or
// upkeep.
func (j *Journal) writable() error {
	j.mu.RLock()
	defer j.mu.RUnlock()
	switch {
	case j.closed:
		return storage.ErrClosed
	case j.opts.ReadOnly:
		return ErrReadOnly
	case j.failed != nil:
		return fmt.Errorf("%w: %w", ErrFailed, j.failed)
	}
	return nil
}

// fail makes the store refuse whatever writes until it is opened again: what
// the disk holds is unknown, and a sync that failed once may report success
// the next time without having written.
func (j *Journal) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed == nil {
		j.failed = err
	}
}

// Append adds a batch and returns once it is on the disk; see storage.Journal.
// The batch is one group.
func (j *Journal) Append(ctx context.Context, batch storage.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	commits := batch.Commits()
	group := groups.Get().(*[]byte)
	defer func() {
		if cap(*group) <= maxPooled {
			groups.Put(group)
		}
	}()
	*group = appendGroup(slices.Grow((*group)[:0], estimate(commits)), commits)
	b := *group
	j.writing.Lock()
	defer j.writing.Unlock()
	if err := j.writable(); err != nil {
		return err
	}
	if err := batch.Fits(j.head, j.time); err != nil {
		return err
	}
	s := &j.segments[len(j.segments)-1]
	if s.end > groupsStart && s.end+int64(len(b)) > j.opts.SegmentSize {
		if err := j.roll(); err != nil {
			j.fail(err)
			return fmt.Errorf("beginning a new segment: %w", err)
		}
		s = &j.segments[len(j.segments)-1]
	}
	if err := j.write(b, s.end); err != nil {
		j.fail(err)
		return fmt.Errorf("appending to %s: %w", s.name, err)
	}
	last := commits[len(commits)-1]
	j.mu.Lock()
	s.index = addMark(s.index, commits[0].Seq, s.end)
	s.end += int64(len(b))
	s.last, j.head, j.time = last.Head, last.Head, last.Time
	j.mu.Unlock()
	if err := j.acknowledge(); err != nil {
		j.fail(err) // the batch is on the disk; what comes after it must not be
		return nil
	}
	j.prepare(int64(len(b)))
	return nil
}

// groups are buffers in which a group is put together; none larger than
// maxPooled is kept.
var groups = sync.Pool{New: func() any { return new([]byte) }}

const maxPooled = 1 << 20

// estimate is about how many bytes the group of a batch takes.
func estimate(commits []storage.Commit) int {
	n := groupHeader
	for _, c := range commits {
		n += 64 + len(c.ID) + len(c.Meta)
		for _, ch := range c.Changes {
			n += 64 + len(ch.Kind) + len(ch.Key) + len(ch.Salt) + len(ch.Body)
		}
	}
	return n
}

// write puts a group at an offset of the last segment and syncs. Where the
// space written ahead runs out, more zeros go with it, under the same sync.
func (j *Journal) write(b []byte, at int64) error {
	if need := at + int64(len(b)); need > j.size {
		size := need + j.ahead(need)
		if err := writeZeros(j.active, need, size-need); err != nil {
			return err
		}
		j.size = size
	}
	if _, err := j.active.WriteAt(b, at); err != nil {
		return err
	}
	return j.active.Sync()
}

// ahead is how many bytes to write ahead of a log of a length: few for a small
// one, of which there may be thousands.
func (j *Journal) ahead(length int64) int64 {
	return min(j.opts.ahead, max(length, blockSize))
}

// acknowledge writes into the slots what is on the disk. It goes there with the
// next sync, so it costs none of its own and never says too much.
func (j *Journal) acknowledge() error {
	s := &j.segments[len(j.segments)-1]
	next := slot{s.last, s.end}
	j.dirty = true
	if _, err := j.active.WriteAt(next.bytes(), int64(j.turn+1)*blockSize); err != nil {
		return err
	}
	j.slot, j.turn = next, 1-j.turn
	return nil
}

// roll begins a new segment and seals the one before it, in this order: a
// sealed segment that is the last shows that one is missing.
func (j *Journal) roll() error {
	old, h := j.segments[len(j.segments)-1], j.active
	if err := j.create(header{first: j.head.Seq + 1, parent: j.head.Hash, time: j.time}); err != nil {
		return err
	}
	if err := errors.Join(writeSeal(h, old), h.Close()); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	sealed := &j.segments[len(j.segments)-2]
	sealed.sealed, sealed.index = true, nil
	return nil
}

func writeSeal(h handle, s segment) error {
	seal := s.seal()
	if _, err := h.WriteAt(seal, s.end); err != nil {
		return err
	}
	if err := h.Truncate(s.end + int64(len(seal))); err != nil {
		return err
	}
	return h.Sync()
}

// create makes an empty segment the last one. Until it is whole it has another
// name.
func (j *Journal) create(hd header) error {
	s := segment{name: segmentName(hd.first), header: hd, last: hd.before(), end: groupsStart}
	start := hd.start(hd.nothing())
	h, size, err := j.useSpare(s.name, start)
	if err == nil && h == nil {
		h, size, err = j.makeFile(s.name, start)
	}
	if err != nil {
		return err
	}
	if err := j.dir.Sync(); err != nil {
		h.Close()
		return err
	}
	j.active, j.size, j.slot, j.turn = h, size, hd.nothing(), 0
	j.mu.Lock()
	defer j.mu.Unlock()
	j.segments = append(slices.Clip(j.segments), s)
	return nil
}

// makeFile makes the file of a segment that starts with a text, with zeros ahead.
// It returns it with its size.
func (j *Journal) makeFile(name string, start []byte) (handle, int64, error) {
	ahead := j.opts.ahead
	if len(j.segments) == 0 {
		ahead = j.ahead(0)
	}
	content := [][]byte{start}
	for left := ahead; left > 0; left -= int64(len(zeros)) {
		content = append(content, zeros[:min(left, int64(len(zeros)))])
	}
	h, err := writeTemp(j.dir, name, content...)
	if err != nil {
		return nil, 0, err
	}
	if err := giveName(j.dir, name); err != nil {
		h.Close()
		return nil, 0, err
	}
	return h, int64(len(start)) + ahead, nil
}

// Close closes the store and gives up its lock. It waits for an Erase or a
// Backup that is going on. Commits that Log has yielded stay valid.
func (j *Journal) Close() error {
	j.upkeep.Lock()
	defer j.upkeep.Unlock()
	j.writing.Lock()
	defer j.writing.Unlock()
	j.mu.Lock()
	closed, failed := j.closed, j.failed
	j.closed = true
	j.mu.Unlock()
	if closed {
		return nil
	}
	var errs []error
	j.dropSpare()
	if j.active != nil {
		if failed == nil && j.dirty { // a sync that failed is not tried again
			end := j.segments[len(j.segments)-1].end
			errs = append(errs, j.active.Truncate(end), j.active.Sync())
		}
		errs = append(errs, j.active.Close())
	}
	if j.lock != nil {
		errs = append(errs, j.lock.Close())
	}
	if err := errors.Join(append(errs, j.dir.Close())...); err != nil {
		return fmt.Errorf("closing %q: %w", j.path, err)
	}
	return nil
}

// Log yields the commits after a sequence number; see storage.Journal. It does
// not hold up writers. A journal that is open for reading first finds out what
// the writer has acknowledged by now.
func (j *Journal) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		head, err := j.Head()
		if err != nil {
			yield(storage.Commit{}, err)
			return
		}
		if after >= head.Seq {
			return
		}
		r := reader{j: j, next: after + 1, window: firstWindow}
		for r.next <= head.Seq {
			if err := ctx.Err(); err != nil {
				yield(storage.Commit{}, err)
				return
			}
			commits, err := r.read()
			if err != nil {
				yield(storage.Commit{}, err)
				return
			}
			for _, c := range commits {
				if err := ctx.Err(); err != nil {
					yield(storage.Commit{}, err)
					return
				}
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

// at returns one commit, which the journal holds.
func (j *Journal) at(seq uint64) (storage.Commit, error) {
	r := reader{j: j, next: seq, window: firstWindow}
	commits, err := r.read()
	if err != nil {
		return storage.Commit{}, err
	}
	return commits[0], nil
}

// locate returns a copy of the segment that holds a commit.
func (j *Journal) locate(seq uint64) (segment, int, error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if j.closed {
		return segment{}, 0, storage.ErrClosed
	}
	i := sort.Search(len(j.segments), func(i int) bool { return j.segments[i].first > seq }) - 1
	if i < 0 || j.segments[i].last.Seq < seq {
		return segment{}, 0, fmt.Errorf("%q holds no commit %d", j.path, seq)
	}
	return j.segments[i], i, nil
}
