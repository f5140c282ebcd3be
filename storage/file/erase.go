package file

import (
	"context"
	"fmt"
	"slices"

	"github.com/aimskit/aimskit/storage"
)

// Erase removes body and salt of every revision of records; see
// storage.Eraser. Each segment that holds any is written anew beside the old
// one, synced, and put in its place. Appending waits only while the last
// segment is written, and while what a crash has left is removed.
//
// The file system may keep what was in the old files in blocks that it has
// given free, as may its snapshots and a disk's own spare blocks; Erase can't
// reach those, nor backups.
func (j *Journal) Erase(ctx context.Context, records []storage.RecordID, through uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	set := recordSet(records)
	j.upkeep.Lock()
	defer j.upkeep.Unlock()
	if err := j.writable(); err != nil {
		return err
	}
	j.mu.Lock()
	j.erased = max(j.erased, min(through, j.head.Seq))
	segments := slices.Clone(j.segments)
	j.mu.Unlock()
	if err := j.sweep(); err != nil {
		return fmt.Errorf("erasing: %w", err)
	}
	// Those that heed no erasure after through do not count any more.
	err := j.dropSnapshots(func(f snapshotFile) bool { return f.why != nil || max(f.Head.Seq, f.Clean) <= through })
	if err != nil {
		return fmt.Errorf("erasing: dropping snapshots: %w", err)
	}
	for _, s := range segments {
		if s.first > through {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := j.eraseIn(s.first, set, through); err != nil {
			return fmt.Errorf("erasing in %s: %w", s.name, err)
		}
	}
	// What an erasure before this one has done shows, but after a crash it may
	// not be on the disk yet.
	if err := j.dir.Sync(); err != nil {
		j.fail(err)
		return fmt.Errorf("erasing: %w", err)
	}
	return nil
}

// sweep removes files that were not finished. They may hold bodies too. The
// file of a segment that Append is about to begin is none of them.
func (j *Journal) sweep() error {
	j.writing.Lock()
	defer j.writing.Unlock()
	l, err := readLayout(j.dir, j.path, j.opts.filling)
	if err != nil {
		return err
	}
	for _, name := range l.leftover {
		if err := j.dir.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// eraseIn writes one segment anew if it holds anything to erase.
func (j *Journal) eraseIn(first uint64, set sameRecords, through uint64) error {
	s, content, err := j.stripped(first, set, through)
	if err != nil || content == nil {
		return err
	}
	if s.sealed {
		return j.swap(s, content)
	}
	// The last segment grows; what has been added since must be in it.
	j.writing.Lock()
	defer j.writing.Unlock()
	if err := j.writable(); err != nil {
		return err
	}
	if s, content, err = j.stripped(first, set, through); err != nil || content == nil {
		return err
	}
	return j.swap(s, content)
}

// stripped returns a segment without the records' bodies and its content; nil
// if it holds none of them.
func (j *Journal) stripped(first uint64, set sameRecords, through uint64) (segment, []byte, error) {
	s, _, err := j.locateSegment(first)
	if err != nil || s.last.Seq < s.first {
		return s, nil, err
	}
	h, err := j.dir.Open(s.name, false)
	if err != nil {
		return s, nil, err
	}
	defer h.Close()
	b, err := readAll(h)
	if err != nil {
		return s, nil, err
	}
	if int64(len(b)) < s.end {
		return s, nil, damaged(s.name, int64(len(b)), "it ends here, and its groups at %d", s.end)
	}
	after := segment{name: s.name, header: s.header, last: s.last, sealed: s.sealed}
	after.generation++
	after.erased = max(after.erased, min(through, s.last.Seq))
	content := make([]byte, groupsStart, s.end)
	found := false
	for at := int64(groupsStart); at < s.end; {
		g, err := parseGroup(b[at:s.end])
		if err != nil {
			return s, nil, damaged(s.name, at, "%v", err)
		}
		commits, err := g.decode()
		if err != nil {
			return s, nil, damaged(s.name, at, "%v", err)
		}
		if set.strip(commits, through) {
			found = true
		}
		after.index = addMark(after.index, g.first, int64(len(content)))
		content = appendGroup(content, commits)
		at += g.size()
	}
	if !found {
		return s, nil, nil
	}
	after.end = int64(len(content))
	copy(content, after.start(slot{after.last, after.end}))
	if after.sealed {
		content, after.index = append(content, after.seal()...), nil
	}
	return after, content, nil
}

// locateSegment returns a copy of the segment that begins with a commit.
func (j *Journal) locateSegment(first uint64) (segment, int, error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	for i, s := range j.segments {
		if s.first == first {
			return s, i, nil
		}
	}
	return segment{}, 0, fmt.Errorf("no segment begins with commit %d", first)
}

// swap puts a segment that was written anew in the place of the old one. A
// caller that swaps the last segment holds writing.
func (j *Journal) swap(s segment, content []byte) error {
	h, err := writeTemp(j.dir, s.name, content)
	if err != nil {
		return err
	}
	// Readers open the file by its name and see by its generation whether it
	// is the one they look for.
	j.mu.Lock()
	if err = giveName(j.dir, s.name); err == nil {
		for i := range j.segments {
			if j.segments[i].first == s.first {
				j.segments[i] = s
			}
		}
	}
	j.mu.Unlock()
	if err == nil {
		err = j.dir.Sync()
	}
	if err != nil {
		j.fail(err) // the name may stand for either file, now or after a crash
		h.Close()
		return err
	}
	if s.sealed {
		return h.Close()
	}
	old := j.active
	j.active, j.size, j.slot, j.turn = h, s.end, slot{s.last, s.end}, 1
	return old.Close()
}
