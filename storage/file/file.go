package file

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/storage"
)

// ErrFailed says that an earlier write or sync failed, so that what the disk
// holds is unknown; open the store again to go on.
var ErrFailed = errors.New("file: an earlier write failed; open the store again")

// Options are what a caller can set; a nil *Options means the defaults.
type Options struct {
	// Logger hears of recovery; silent by default.
	Logger *slog.Logger

	// wrap lets tests put faults between the store and its file.
	wrap func(disk) disk
}

// Journal is a storage.Journal in a directory. Open makes one.
type Journal struct {
	dir  string
	lock io.Closer
	cut  int64

	mu     sync.RWMutex
	disk   disk
	head   storage.Head
	groups []group // where each group starts
	end    int64   // where the next group goes
	size   int64   // of the file: zeros between end and here
	failed error
	closed bool
}

var _ storage.Journal = (*Journal)(nil)

// group is the place of a group in the file.
type group struct {
	first  uint64 // sequence number of its first commit
	offset int64
}

// disk is what the store needs of its file.
type disk interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
	Sync() error // of the data, and of the size if it has grown
	Size() (int64, error)
	Close() error
}

const (
	logName     = "journal.log"
	lockName    = "LOCK"
	headerSize  = 64
	groupHeader = 64
	version     = 1
	headerText  = "AIMSKIT JOURNAL\n"
	groupMagic  = "AKG1"
	ahead       = 256 << 10 // bytes written ahead of the log
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// Open opens the store in a directory, and makes a new one where the directory
// is missing or empty. At most one Journal can have a store open; another gets
// storage.ErrLocked with the name of the holder. A format from a newer version
// is storage.ErrVersion, damage storage.ErrCorrupt with the offset; neither
// changes anything.
func Open(dir string, opts *Options) (j *Journal, err error) {
	if opts == nil {
		opts = new(Options)
	}
	logger := opts.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	if err := prepare(dir); err != nil {
		return nil, err
	}
	lock, err := acquire(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			lock.Close()
		}
	}()
	f, err := openLog(filepath.Join(dir, logName))
	if err != nil {
		return nil, err
	}
	var d disk = osFile{f}
	if opts.wrap != nil {
		d = opts.wrap(d)
	}
	j = &Journal{dir: dir, lock: lock, disk: d}
	if err := j.recover(); err != nil {
		d.Close()
		return nil, err
	}
	if j.cut > 0 {
		logger.Warn("file: cut off an incomplete last group", "store", dir, "bytes", j.cut, "head", j.head.Seq)
	}
	return j, nil
}

// prepare makes the directory, or checks that it is a store or empty.
func prepare(dir string) error {
	if dir == "" {
		return errors.New("file: no directory given")
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("file: making the store: %w", err)
		}
		return nil
	case err != nil:
		return fmt.Errorf("file: %w", err)
	case !info.IsDir():
		return fmt.Errorf("file: %s is not a directory; a store is one", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("file: %w", err)
	}
	for _, e := range entries {
		if e.Name() == logName {
			return nil
		}
	}
	for _, e := range entries {
		if e.Name() != lockName && e.Name() != logName+".new" {
			return fmt.Errorf("file: %s is not a store: it holds %s and no %s; give a new or empty directory", dir, e.Name(), logName)
		}
	}
	return nil
}

// openLog opens the log, or makes one with a header. It is made under another
// name, so that a crash leaves either none or a whole one.
func openLog(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return f, wrapOpen(err)
	}
	header := make([]byte, headerSize)
	copy(header, headerText)
	binary.BigEndian.PutUint32(header[16:], version)
	binary.BigEndian.PutUint32(header[60:], checksum(header[:60]))
	temp := path + ".new"
	f, err = os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, wrapOpen(err)
	}
	_, err = f.Write(header)
	if err = errors.Join(err, f.Sync()); err == nil {
		err = os.Rename(temp, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("file: making the store: %w", err)
	}
	return f, nil
}

func wrapOpen(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("file: %w", err)
}

// osFile is the real disk.
type osFile struct{ *os.File }

func (f osFile) Sync() error { return dataSync(f.File) }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// recover reads the log from its start: it checks the header and every group,
// finds the end, and cuts an incomplete last group off.
func (j *Journal) recover() error {
	size, err := j.disk.Size()
	if err != nil {
		return fmt.Errorf("file: %w", err)
	}
	header := make([]byte, headerSize)
	if size < headerSize {
		return fmt.Errorf("%w: %s has %d bytes, fewer than its header", storage.ErrCorrupt, logName, size)
	}
	if _, err := j.disk.ReadAt(header, 0); err != nil {
		return fmt.Errorf("file: %w", err)
	}
	if string(header[:16]) != headerText {
		return fmt.Errorf("%w: %s does not start as a journal does", storage.ErrCorrupt, logName)
	}
	if v := binary.BigEndian.Uint32(header[16:]); v > version {
		return fmt.Errorf("%w: %s has version %d, this code reads up to %d", storage.ErrVersion, logName, v, version)
	}
	if checksum(header[:60]) != binary.BigEndian.Uint32(header[60:]) {
		return fmt.Errorf("%w: the header of %s fails its checksum", storage.ErrCorrupt, logName)
	}
	r := reader{disk: j.disk, offset: headerSize, limit: size}
	for {
		at := r.offset
		g, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, errInvalid) {
			return j.judge(at, size, err)
		}
		if err != nil {
			return fmt.Errorf("file: reading %s at offset %d: %w", logName, at, err)
		}
		if g.first != j.head.Seq+1 {
			return fmt.Errorf("%w: %s at offset %d: commit %d follows commit %d", storage.ErrCorrupt, logName, at, g.first, j.head.Seq)
		}
		j.groups = append(j.groups, group{first: g.first, offset: at})
		j.head = storage.Head{Seq: g.first + uint64(g.commits) - 1, Hash: g.hash}
	}
	j.end, j.size = r.offset, size
	return nil
}

// judge decides what an invalid group at an offset is: a torn tail if nothing
// valid follows, which is cut off, else damage.
func (j *Journal) judge(at, size int64, why error) error {
	tail := make([]byte, size-at)
	if _, err := j.disk.ReadAt(tail, at); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("file: reading %s at offset %d: %w", logName, at, err)
	}
	for i := 1; i+groupHeader <= len(tail); i++ {
		if string(tail[i:i+4]) != groupMagic {
			continue
		}
		r := reader{disk: j.disk, offset: at + int64(i), limit: size}
		if g, err := r.next(); err == nil && g.first > j.head.Seq {
			return fmt.Errorf("%w: %s at offset %d, after commit %d: %w; commit %d follows intact at offset %d, so this is no torn tail and nothing was dropped",
				storage.ErrCorrupt, logName, at, j.head.Seq, why, g.first, at+int64(i))
		}
	}
	torn := len(tail)
	for torn > 0 && tail[torn-1] == 0 {
		torn--
	}
	if err := j.disk.Truncate(at); err != nil {
		return fmt.Errorf("file: cutting off a torn tail: %w", err)
	}
	if err := j.disk.Sync(); err != nil {
		return fmt.Errorf("file: cutting off a torn tail: %w", err)
	}
	j.cut, j.end, j.size = int64(torn), at, at
	return nil
}

// Recovered returns how many bytes of an incomplete last group were cut off
// when the store was opened; 0 if it had been left whole.
func (j *Journal) Recovered() int64 { return j.cut }

// Path returns the store's directory.
func (j *Journal) Path() string { return j.dir }

// Append adds a batch; see storage.Journal. It returns once the batch is on
// the disk.
func (j *Journal) Append(ctx context.Context, parent storage.Head, batch []storage.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := storage.CheckBatch(parent, batch); err != nil {
		return err
	}
	payload := make([]byte, groupHeader, groupHeader+estimate(batch))
	for _, c := range batch {
		payload = storage.AppendCommit(payload, c)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.closed:
		return storage.ErrClosed
	case j.failed != nil:
		return fmt.Errorf("%w: %w", ErrFailed, j.failed)
	case j.head != parent:
		return storage.ErrConflict
	}
	sealGroup(payload, batch)
	if err := j.write(payload); err != nil {
		// What the disk holds is unknown now, and a sync that failed once may
		// report success the next time without having written.
		j.failed = err
		return fmt.Errorf("file: appending to %s: %w", logName, err)
	}
	j.groups = append(j.groups, group{first: batch[0].Seq, offset: j.end})
	j.end += int64(len(payload))
	j.head = batch[len(batch)-1].Head
	return nil
}

// write puts a group at the end and syncs. Where the space written ahead runs
// out, more zeros go with it, under the same sync.
func (j *Journal) write(b []byte) error {
	if need := j.end + int64(len(b)); need > j.size {
		grown := make([]byte, len(b)+ahead)
		copy(grown, b)
		if _, err := j.disk.WriteAt(grown, j.end); err != nil {
			return err
		}
		j.size = need + ahead
		return j.disk.Sync()
	}
	if _, err := j.disk.WriteAt(b, j.end); err != nil {
		return err
	}
	return j.disk.Sync()
}

// estimate is about how many bytes a batch takes.
func estimate(batch []storage.Commit) int {
	n := 0
	for _, c := range batch {
		n += 64 + len(c.ID) + len(c.Meta)
		for _, ch := range c.Changes {
			n += 64 + len(ch.Kind) + len(ch.Key) + len(ch.Salt) + len(ch.Body)
		}
	}
	return n
}

// sealGroup writes the header of a group in front of its payload.
func sealGroup(b []byte, batch []storage.Commit) {
	copy(b, groupMagic)
	binary.BigEndian.PutUint64(b[4:], uint64(len(b)-groupHeader))
	binary.BigEndian.PutUint32(b[12:], uint32(len(batch)))
	binary.BigEndian.PutUint64(b[16:], batch[0].Seq)
	last := batch[len(batch)-1].Hash
	copy(b[24:56], last[:])
	binary.BigEndian.PutUint32(b[56:], checksum(b[groupHeader:]))
	binary.BigEndian.PutUint32(b[60:], checksum(b[:60]))
}

// Log yields the commits after a sequence number; see storage.Journal. It does
// not hold up writers.
func (j *Journal) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		j.mu.RLock()
		closed, limit, head := j.closed, j.end, j.head
		i, found := slices.BinarySearchFunc(j.groups, after+1, func(g group, seq uint64) int {
			switch {
			case g.first < seq:
				return -1
			case g.first > seq:
				return 1
			}
			return 0
		})
		if !found {
			i-- // the group before may hold it
		}
		var offset int64
		if i >= 0 && i < len(j.groups) {
			offset = j.groups[i].offset
		}
		j.mu.RUnlock()
		if closed {
			yield(storage.Commit{}, storage.ErrClosed)
			return
		}
		if after >= head.Seq || offset == 0 {
			return
		}
		r := reader{disk: j.disk, offset: offset, limit: limit, keep: true} // the commits keep their payload
		for {
			if err := ctx.Err(); err != nil {
				yield(storage.Commit{}, err)
				return
			}
			at := r.offset
			g, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				if errors.Is(err, errInvalid) {
					err = fmt.Errorf("%w: %w", storage.ErrCorrupt, err)
				}
				yield(storage.Commit{}, fmt.Errorf("file: reading %s at offset %d: %w", logName, at, err))
				return
			}
			rest := g.payload
			for range g.commits {
				c, n, err := storage.DecodeCommit(rest)
				if err != nil {
					yield(storage.Commit{}, fmt.Errorf("file: %s, group at offset %d: %w", logName, at, err))
					return
				}
				rest = rest[n:]
				if c.Seq > after && !yield(c, nil) {
					return
				}
			}
		}
	}
}

// Close closes the store and gives up its lock. Commits that Log has yielded
// stay valid.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil
	}
	j.closed = true
	return errors.Join(j.disk.Close(), j.lock.Close())
}
