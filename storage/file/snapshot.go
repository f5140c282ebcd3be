package file

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/storage"
)

const (
	snapshotText   = "AIMSKIT SNAPSHOT"
	snapshotHeader = 128
)

// encodeSnapshot returns the file of a snapshot in two parts: what stands before
// the data, and the data, which is not copied.
func encodeSnapshot(s storage.Snapshot) (head, data []byte) {
	b := make([]byte, snapshotHeader, snapshotHeader+len(s.Form))
	b = append(b, s.Form...)
	copy(b, snapshotText)
	binary.BigEndian.PutUint32(b[16:], version)
	binary.BigEndian.PutUint32(b[20:], uint32(len(s.Form)))
	binary.BigEndian.PutUint64(b[24:], s.Head.Seq)
	copy(b[32:], s.Head.Hash[:])
	binary.BigEndian.PutUint64(b[64:], uint64(s.Time.UnixMicro()))
	binary.BigEndian.PutUint64(b[72:], uint64(len(s.Data)))
	binary.BigEndian.PutUint32(b[80:], crc32.Update(checksum(b[snapshotHeader:]), castagnoli, s.Data))
	binary.BigEndian.PutUint64(b[88:], s.Clean)
	binary.BigEndian.PutUint32(b[124:], checksum(b[:124]))
	return b, s.Data
}

// decodeSnapshot reads what encodeSnapshot writes. The snapshot's data share
// b's memory. name is that of the file, for what is wrong with it.
func decodeSnapshot(name string, b []byte) (storage.Snapshot, error) {
	info, err := parseSnapshot(name, b, int64(len(b)))
	if err != nil {
		return storage.Snapshot{}, err
	}
	body := b[snapshotHeader:]
	if checksum(body) != binary.BigEndian.Uint32(b[80:]) {
		return storage.Snapshot{}, damaged(name, snapshotHeader, "the content fails its checksum")
	}
	return storage.Snapshot{Head: info.Head, Time: info.Time, Clean: info.Clean, Form: info.Form, Data: body[len(info.Form):len(body):len(body)]}, nil
}

// parseSnapshot reads the start of a snapshot's file of a size: the header and, if
// b is long enough, the form.
func parseSnapshot(name string, b []byte, size int64) (storage.SnapshotInfo, error) {
	var s storage.SnapshotInfo
	switch {
	case len(b) < snapshotHeader:
		return s, damaged(name, 0, "it has %d bytes, fewer than its header", len(b))
	case string(b[:16]) != snapshotText:
		return s, damaged(name, 0, "it does not start as a snapshot does")
	case checksum(b[:124]) != binary.BigEndian.Uint32(b[124:]):
		return s, damaged(name, 0, "the header fails its checksum")
	}
	if v := binary.BigEndian.Uint32(b[16:]); v != version {
		return s, fmt.Errorf("%w: the snapshot has version %d, this code reads %d", storage.ErrVersion, v, version)
	}
	form, data := uint64(binary.BigEndian.Uint32(b[20:])), binary.BigEndian.Uint64(b[72:])
	if left := uint64(size - snapshotHeader); form > left || data != left-form {
		return s, damaged(name, snapshotHeader, "it holds %d bytes, not %d and %d", left, form, data)
	}
	s.Head.Seq = binary.BigEndian.Uint64(b[24:])
	copy(s.Head.Hash[:], b[32:])
	s.Time = time.UnixMicro(int64(binary.BigEndian.Uint64(b[64:]))).UTC()
	s.Clean = binary.BigEndian.Uint64(b[88:])
	s.Size = int64(data)
	if b = b[snapshotHeader:]; form <= uint64(len(b)) {
		s.Form = string(b[:form])
	}
	return s, nil
}

// oldSnapshot is the name of the one snapshot that stores used to keep.
const oldSnapshot = "snapshot"

// snapshotNameOf returns the name of the snapshot of a commit.
func snapshotNameOf(seq uint64) string { return fmt.Sprintf("%s-%020d", oldSnapshot, seq) }

// isSnapshot reports whether a file of that name is a snapshot.
func isSnapshot(name string) bool {
	digits, ok := strings.CutPrefix(name, oldSnapshot+"-")
	if !ok {
		return name == oldSnapshot
	}
	seq, err := strconv.ParseUint(digits, 10, 64)
	return err == nil && name == snapshotNameOf(seq)
}

// snapshotFile is a file that is, or should be, a snapshot.
type snapshotFile struct {
	name string
	storage.SnapshotInfo
	why error // it is not sound, or does not count
}

// snapshotFiles looks at the starts of all snapshots, those that count in the order
// of their heads.
func (j *Journal) snapshotFiles() ([]snapshotFile, error) {
	names, err := j.dir.List()
	if err != nil {
		return nil, err
	}
	var all []snapshotFile
	for _, name := range names {
		if !isSnapshot(name) {
			continue
		}
		f := snapshotFile{name: name}
		if f.SnapshotInfo, f.why, err = j.lookAtSnapshot(name); errors.Is(err, fs.ErrNotExist) {
			continue // dropped meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	slices.SortStableFunc(all, func(a, b snapshotFile) int { return cmp.Compare(a.Head.Seq, b.Head.Seq) })
	return all, nil
}

// lookAtSnapshot reads the start of a snapshot. why says that it does not count, err
// that this could not be found out.
func (j *Journal) lookAtSnapshot(name string) (s storage.SnapshotInfo, why, err error) {
	h, err := j.dir.Open(name, false)
	if err != nil {
		return s, nil, err
	}
	defer h.Close()
	size, err := h.Size()
	if err != nil {
		return s, nil, fmt.Errorf("reading %s: %w", name, err)
	}
	b, err := readFull(h, make([]byte, min(size, 512)), 0)
	if err != nil {
		return s, nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if s, why = parseSnapshot(name, b, size); why != nil {
		return s, why, nil
	}
	if n := int64(binary.BigEndian.Uint32(b[20:])); snapshotHeader+n > int64(len(b)) {
		if b, err = readFull(h, make([]byte, snapshotHeader+n), 0); err != nil {
			return s, nil, fmt.Errorf("reading %s: %w", name, err)
		}
		if s, why = parseSnapshot(name, b, size); why != nil {
			return s, why, nil
		}
	}
	held, err := j.holds(s.Head)
	switch erased := j.erasedThrough(); {
	case err != nil:
		return s, nil, err
	case name != oldSnapshot && name != snapshotNameOf(s.Head.Seq):
		why = fmt.Errorf("%s shows commit %d", name, s.Head.Seq)
	case !held:
		why = fmt.Errorf("the journal does not hold commit %d of hash %s, which %s shows", s.Head.Seq, s.Head.Hash, name)
	case erased > 0 && max(s.Head.Seq, s.Clean) <= erased:
		why = fmt.Errorf("%s may hold what was erased up to commit %d", name, erased)
	}
	return s, why, nil
}

// SaveSnapshot keeps a snapshot beside the others; see storage.Snapshots. Files
// that are no sound snapshots any more go.
func (j *Journal) SaveSnapshot(ctx context.Context, s storage.Snapshot) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	head, data := encodeSnapshot(s)
	j.upkeep.Lock()
	defer j.upkeep.Unlock()
	if err := j.writable(); err != nil {
		return err
	}
	switch held, err := j.holds(s.Head); {
	case err != nil:
		return err
	case !held:
		return fmt.Errorf("%w: a snapshot at commit %d of hash %s, which the journal does not hold", storage.ErrBatch, s.Head.Seq, s.Head.Hash)
	case j.erasedThrough() > 0 && max(s.Head.Seq, s.Clean) <= j.erasedThrough():
		return fmt.Errorf("%w: a snapshot at commit %d that heeds no erasure after commit %d, but records were erased up to commit %d", storage.ErrBatch, s.Head.Seq, s.Clean, j.erasedThrough())
	}
	name := snapshotNameOf(s.Head.Seq)
	h, err := writeTemp(j.dir, name, head, data)
	if err == nil {
		err = errors.Join(h.Close(), giveName(j.dir, name))
	}
	if err != nil {
		return fmt.Errorf("saving a snapshot: %w", err)
	}
	if err := j.dir.Sync(); err != nil {
		j.fail(err)
		return fmt.Errorf("saving a snapshot: %w", err)
	}
	err = j.dropSnapshots(func(f snapshotFile) bool {
		return f.why != nil || f.Head == s.Head && f.name != name
	})
	if err != nil {
		return fmt.Errorf("saving a snapshot: removing one that is of no use: %w", err)
	}
	return nil
}

// LoadSnapshot returns the last snapshot up to a commit; see storage.Snapshots. Why
// one that is there is not sound goes to the Logger, and Check reports it.
func (j *Journal) LoadSnapshot(ctx context.Context, through uint64) (storage.Snapshot, bool, error) {
	if err := ctx.Err(); err != nil {
		return storage.Snapshot{}, false, err
	}
	if err := j.refresh(); err != nil {
		return storage.Snapshot{}, false, err
	}
	all, err := j.snapshotFiles()
	if err != nil {
		return storage.Snapshot{}, false, err
	}
	for _, f := range slices.Backward(all) {
		if f.why == nil && f.Head.Seq > through {
			continue
		}
		var s storage.Snapshot
		if f.why == nil {
			b, err := readFile(j.dir, f.name)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				continue
			case err != nil:
				return storage.Snapshot{}, false, err
			}
			if s, f.why = decodeSnapshot(f.name, b); f.why == nil && s.Head != f.Head {
				continue // it was replaced meanwhile
			}
		}
		if f.why == nil {
			return s, true, nil
		}
		j.opts.Logger.Warn("file: a snapshot does not count", "store", j.path, "file", f.name, "error", f.why)
	}
	return storage.Snapshot{}, false, nil
}

// ListSnapshots returns what is known of the snapshots kept; see
// storage.Snapshots.
func (j *Journal) ListSnapshots(ctx context.Context) ([]storage.SnapshotInfo, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := j.refresh(); err != nil {
		return nil, err
	}
	files, err := j.snapshotFiles()
	if err != nil {
		return nil, err
	}
	var all []storage.SnapshotInfo
	for _, f := range files {
		if f.why == nil {
			all = append(all, f.SnapshotInfo)
		}
	}
	return all, nil
}

// DropSnapshot removes the snapshot of a head; see storage.Snapshots.
func (j *Journal) DropSnapshot(ctx context.Context, head storage.Head) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.upkeep.Lock()
	defer j.upkeep.Unlock()
	if err := j.writable(); err != nil {
		return err
	}
	if err := j.dropSnapshots(func(f snapshotFile) bool { return f.Head == head }); err != nil {
		return fmt.Errorf("dropping a snapshot: %w", err)
	}
	return nil
}

// dropSnapshots removes those snapshots that are of no use. The caller holds
// upkeep.
func (j *Journal) dropSnapshots(useless func(snapshotFile) bool) error {
	all, err := j.snapshotFiles()
	if err != nil {
		return err
	}
	dropped := false
	for _, f := range all {
		if !useless(f) {
			continue
		}
		if err := j.dir.Remove(f.name); err != nil {
			return err
		}
		dropped = true
	}
	if dropped {
		if err := j.dir.Sync(); err != nil {
			j.fail(err)
			return err
		}
	}
	return nil
}

// holds reports whether the journal holds the commit of a head.
func (j *Journal) holds(head storage.Head) (bool, error) {
	j.mu.RLock()
	known, held := head.Seq == 0 || head.Seq >= j.head.Seq, head == j.head || head == (storage.Head{})
	for _, s := range j.segments {
		if s.last.Seq == head.Seq {
			known, held = true, s.last == head
		}
	}
	j.mu.RUnlock()
	if known {
		return held, nil
	}
	c, err := j.at(head.Seq)
	return c.Head == head, err
}

// erasedThrough is up to which commit records were erased.
func (j *Journal) erasedThrough() uint64 {
	j.mu.RLock()
	defer j.mu.RUnlock()
	most := j.erased
	for _, s := range j.segments {
		most = max(most, s.erased)
	}
	return most
}

// sameRecords is a set of records.
type sameRecords map[storage.RecordID]bool

func recordSet(records []storage.RecordID) sameRecords {
	set := make(sameRecords, len(records))
	for _, r := range records {
		set[r] = true
	}
	return set
}

// strip removes body and salt of the set's records from commits up to one, and
// reports whether there were any.
func (set sameRecords) strip(commits []storage.Commit, through uint64) bool {
	found := false
	for _, c := range commits {
		if c.Seq > through {
			break
		}
		for i := range c.Changes {
			ch := &c.Changes[i]
			if (ch.Body != nil || len(ch.Salt) > 0) && set[storage.RecordID{Kind: ch.Kind, Key: ch.Key}] {
				ch.Body, ch.Salt, found = nil, nil, true
			}
		}
	}
	return found
}
