package file

import "bytes"

// spare is a file of zeros that is to be the next segment. It is written little by
// little while the segment before it fills, so that no writer waits for much of it
// at once; and in a segment that is on the disk as zeros already, a sync need not
// wait for the file system. It is a shortcut and no more: without one, a segment
// is begun empty and grows.
type spare struct {
	handle handle
	size   int64
	owed   int64 // bytes to write that do not make a piece yet
	gaveUp bool  // it can't be written; not tried again before the next segment
}

const spareName = "next"

// prepare writes to the spare what n more bytes of the log call for: in the
// second half of a segment two for each, so that both are full at the same time.
// What goes wrong is no error, as nothing rests on the spare. The caller holds
// writing.
func (j *Journal) prepare(n int64) {
	s := &j.spare
	if j.segments[len(j.segments)-1].end < j.opts.SegmentSize/2 || s.gaveUp {
		return
	}
	if s.owed = min(s.owed+2*n, j.opts.SegmentSize-s.size); s.owed < min(j.opts.ahead, int64(len(zeros))) {
		return
	}
	if s.handle == nil {
		var err error
		if s.handle, err = j.dir.Create(spareName + tempSuffix); err != nil {
			s.gaveUp = true
			return
		}
	}
	if err := writeZeros(s.handle, s.size, s.owed); err != nil {
		j.dropSpare()
		s.gaveUp = true
		return
	}
	s.handle.Start(s.size, s.owed)
	s.size, s.owed = s.size+s.owed, 0
}

// dropSpare gives up the spare and what it takes on the disk.
func (j *Journal) dropSpare() {
	if j.spare.handle != nil {
		j.spare.handle.Close()
		_ = j.dir.Remove(spareName + tempSuffix) // else it goes when the store is opened next
	}
	j.spare = spare{}
}

// useSpare makes the spare the file of a segment that starts with a text, and
// returns it with its size; no handle if there is none to use.
func (j *Journal) useSpare(name string, start []byte) (handle, int64, error) {
	s := j.spare
	j.spare = spare{}
	if s.handle == nil {
		return nil, 0, nil
	}
	_, err := s.handle.WriteAt(start, 0)
	if err == nil {
		err = s.handle.Sync()
	}
	if err == nil && startsWith(j.dir, spareName+tempSuffix, start) {
		if err = j.dir.Rename(spareName+tempSuffix, name); err == nil {
			return s.handle, max(s.size, int64(len(start))), nil
		}
	}
	s.handle.Close()
	return nil, 0, err
}

// startsWith reports whether the file of a name is there and starts with a text.
// The spare has had its name for long: somebody may have tidied it up, or put
// another in its place.
func startsWith(d directory, name string, text []byte) bool {
	h, err := d.Open(name, false)
	if err != nil {
		return false
	}
	defer h.Close()
	b := make([]byte, len(text))
	_, err = h.ReadAt(b, 0)
	return err == nil && bytes.Equal(b, text)
}
