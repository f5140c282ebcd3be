package file

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
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
	binary.BigEndian.PutUint32(b[124:], checksum(b[:124]))
	return b, s.Data
}

// decodeSnapshot reads what encodeSnapshot writes. The snapshot's data share
// b's memory.
func decodeSnapshot(b []byte) (storage.Snapshot, error) {
	var s storage.Snapshot
	switch {
	case len(b) < snapshotHeader:
		return s, damaged(snapshotName, 0, "it has %d bytes, fewer than its header", len(b))
	case string(b[:16]) != snapshotText:
		return s, damaged(snapshotName, 0, "it does not start as a snapshot does")
	case checksum(b[:124]) != binary.BigEndian.Uint32(b[124:]):
		return s, damaged(snapshotName, 0, "the header fails its checksum")
	}
	if v := binary.BigEndian.Uint32(b[16:]); v != version {
		return s, fmt.Errorf("%w: the snapshot has version %d, this code reads %d", storage.ErrVersion, v, version)
	}
	form, data := uint64(binary.BigEndian.Uint32(b[20:])), binary.BigEndian.Uint64(b[72:])
	body := b[snapshotHeader:]
	if left := uint64(len(body)); form > left || data != left-form {
		return s, damaged(snapshotName, snapshotHeader, "it holds %d bytes, not %d and %d", left, form, data)
	}
	if checksum(body) != binary.BigEndian.Uint32(b[80:]) {
		return s, damaged(snapshotName, snapshotHeader, "the content fails its checksum")
	}
	s.Head.Seq = binary.BigEndian.Uint64(b[24:])
	copy(s.Head.Hash[:], b[32:])
	s.Time = time.UnixMicro(int64(binary.BigEndian.Uint64(b[64:]))).UTC()
	s.Form, s.Data = string(body[:form]), body[form:len(body):len(body)]
	return s, nil
}

// SaveSnapshot keeps a snapshot in place of the one before; see
// storage.Snapshots. One that reaches no further than what has been erased
// since is storage.ErrBatch too, because it may hold what is to be gone.
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
	case j.erasedThrough() > 0 && s.Head.Seq <= j.erasedThrough():
		return fmt.Errorf("%w: a snapshot at commit %d, but records were erased up to commit %d", storage.ErrBatch, s.Head.Seq, j.erasedThrough())
	}
	h, err := writeTemp(j.dir, snapshotName, head, data)
	if err == nil {
		err = errors.Join(h.Close(), giveName(j.dir, snapshotName))
	}
	if err != nil {
		return fmt.Errorf("saving a snapshot: %w", err)
	}
	if err := j.dir.Sync(); err != nil {
		j.fail(err)
		return fmt.Errorf("saving a snapshot: %w", err)
	}
	return nil
}

// LoadSnapshot returns the snapshot kept; see storage.Snapshots. Why one that
// is there is not sound goes to the Logger, and Check reports it.
func (j *Journal) LoadSnapshot(ctx context.Context) (storage.Snapshot, bool, error) {
	if err := ctx.Err(); err != nil {
		return storage.Snapshot{}, false, err
	}
	if err := j.refresh(); err != nil {
		return storage.Snapshot{}, false, err
	}
	h, err := j.dir.Open(snapshotName, false)
	if errors.Is(err, fs.ErrNotExist) {
		return storage.Snapshot{}, false, nil
	}
	if err != nil {
		return storage.Snapshot{}, false, err
	}
	defer h.Close()
	b, err := readAll(h)
	if err != nil {
		return storage.Snapshot{}, false, fmt.Errorf("reading %s: %w", snapshotName, err)
	}
	s, err := decodeSnapshot(b)
	if err != nil {
		j.opts.Logger.Warn("file: the snapshot is not sound", "store", j.path, "error", err)
		return storage.Snapshot{}, false, nil
	}
	held, err := j.holds(s.Head)
	if err != nil {
		return storage.Snapshot{}, false, err
	}
	if erased := j.erasedThrough(); !held || erased > 0 && s.Head.Seq <= erased {
		j.opts.Logger.Warn("file: the snapshot is not of this journal, or older than an erasure", "store", j.path, "commit", s.Head.Seq)
		return storage.Snapshot{}, false, nil
	}
	return s, true, nil
}

// dropSnapshot removes the snapshot if it reaches no further than a commit, or
// if there is no telling.
func (j *Journal) dropSnapshot(through uint64) error {
	h, err := j.dir.Open(snapshotName, false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := readAll(h)
	h.Close()
	if err != nil {
		return err
	}
	if s, err := decodeSnapshot(b); err == nil && s.Head.Seq > through {
		return nil
	}
	if err := j.dir.Remove(snapshotName); err != nil {
		return err
	}
	if err := j.dir.Sync(); err != nil {
		j.fail(err)
		return err
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
