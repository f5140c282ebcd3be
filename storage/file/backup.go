package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Backup copies the store, as it is at the time of the call, to a directory
// that is missing or empty, and returns the head of the copy. Appending goes
// on meanwhile; Erase and SaveSnapshot wait. What it copies is checked by its
// checksums. The copy is a store like any other: to restore it, open it.
//
// Until the copy is complete, the directory holds a file named INCOMPLETE and
// Open refuses it.
func (j *Journal) Backup(ctx context.Context, dir string) (storage.Head, error) {
	d, err := openDirectory(dir, true)
	if err != nil {
		return storage.Head{}, err
	}
	defer d.Close()
	return j.backupTo(ctx, d, dir)
}

func (j *Journal) backupTo(ctx context.Context, d directory, path string) (storage.Head, error) {
	if err := j.refresh(); err != nil {
		return storage.Head{}, err
	}
	j.upkeep.Lock()
	defer j.upkeep.Unlock()
	j.mu.RLock()
	closed, head, segments := j.closed, j.head, slices.Clone(j.segments)
	j.mu.RUnlock()
	if closed {
		return storage.Head{}, storage.ErrClosed
	}
	err := fill(d, path, func() error {
		for i, s := range segments {
			if err := ctx.Err(); err != nil {
				return err
			}
			content, err := j.copyOf(s, i < len(segments)-1)
			if err != nil {
				return err
			}
			if err := put(d, s.name, content); err != nil {
				return fmt.Errorf("writing %s to %q: %w", s.name, path, err)
			}
		}
		return j.copySnapshots(d, head.Seq)
	})
	if err != nil {
		return storage.Head{}, err
	}
	return head, nil
}

// fill fills an empty directory so that it is taken for a store only when it
// is complete.
func fill(d directory, path string, how func() error) error {
	names, err := d.List()
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return issue.Errorf(issue.CodeInvalid, "%q holds %q; give a new or empty directory", path, names[0])
	}
	err = put(d, partialName, []byte("This store is not complete. If nothing is writing it, delete the directory.\n"))
	if err == nil {
		err = d.Sync()
	}
	if err != nil {
		return fmt.Errorf("writing to %q: %w", path, err)
	}
	if err := how(); err != nil {
		return err
	}
	if err = d.Sync(); err == nil {
		if err = d.Remove(partialName); err == nil {
			err = d.Sync()
		}
	}
	if err != nil {
		return fmt.Errorf("completing %q: %w", path, err)
	}
	return nil
}

// put makes and syncs a file.
func put(d directory, name string, content []byte) error {
	h, err := d.Create(name)
	if err != nil {
		return err
	}
	_, err = h.WriteAt(content, 0)
	if err == nil {
		err = h.Sync()
	}
	return errors.Join(err, h.Close())
}

// copyOf returns the content of a segment as far as it is known, sealed or not.
// Another process may have written it anew meanwhile.
func (j *Journal) copyOf(s segment, seal bool) ([]byte, error) {
	b, err := readFile(j.dir, s.name)
	if err != nil {
		return nil, err
	}
	hd, err := parseHeader(s.name, b)
	if err != nil {
		return nil, err
	}
	found := scanned{last: hd.before(), end: groupsStart, until: s.last.Seq}
	if s.last != s.before() {
		found = found.onward(b[groupsStart:])
	}
	if err := short(s.name, found, slot{head: s.last}); err != nil {
		return nil, err
	}
	content := slices.Clip(b[:found.end])
	copy(content, hd.start(slot{found.last, found.end}))
	if seal {
		content = append(content, segment{last: found.last, end: found.end, index: found.index}.seal()...)
	}
	return content, nil
}

// copySnapshots copies those snapshots that are sound and reach no further than a
// commit.
func (j *Journal) copySnapshots(d directory, through uint64) error {
	all, err := j.snapshotFiles()
	if err != nil {
		return err
	}
	for _, f := range all {
		if f.why != nil || f.Head.Seq > through {
			continue
		}
		b, err := readFile(j.dir, f.name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // another process has dropped it
		}
		if err != nil {
			return err
		}
		if s, err := decodeSnapshot(f.name, b); err != nil || s.Head != f.Head {
			continue // it is only there to spare a reader the log
		}
		if err := put(d, f.name, b); err != nil {
			return fmt.Errorf("copying %s: %w", f.name, err)
		}
	}
	return nil
}
