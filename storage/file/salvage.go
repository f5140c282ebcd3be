package file

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Salvaged is what Salvage has copied and what it has left.
type Salvaged struct {
	// Head is the last commit of the new store.
	Head storage.Head `json:"head"`
	// Acknowledged is the last commit that the old store is known to have
	// acknowledged. If it is beyond Head, acknowledged commits are lost.
	Acknowledged storage.Head `json:"acknowledged,omitzero"`
	// Lost counts the bodies whose commits are sound but which are damaged
	// themselves. The new store holds these commits, with the bodies erased.
	Lost int `json:"lost"`
	// Left lists what was not copied, in the order of the log.
	Left []Left `json:"left,omitempty"`
}

// Left is a part of a store that Salvage could not copy.
type Left struct {
	// File, Offset and Size say where it is, in bytes.
	File   string `json:"file"`
	Offset int64  `json:"offset"`
	Size   int64  `json:"size"`
	// First and Last are the sequence numbers of the sound commits in it,
	// which are left because commits before them are missing; both are zero
	// where no commit could be read.
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
	// Why says why it is left.
	Why string `json:"why"`
}

// Salvage copies what is sound in a damaged store into a new one, in a
// directory that is missing or empty, and says what it left. It changes nothing
// in the old one, which nobody should have open. A commit is sound if the chain
// of hashes from the first commit leads to it, so what follows a missing commit
// is left, and listed. The new store is one that Open takes and Check passes.
func Salvage(ctx context.Context, from, to string) (Salvaged, error) {
	d, err := openDirectory(from, false)
	if err != nil {
		return Salvaged{}, err
	}
	defer d.Close()
	into, err := openDirectory(to, true)
	if err != nil {
		return Salvaged{}, err
	}
	defer into.Close()
	return salvage(ctx, d, from, into, to)
}

func salvage(ctx context.Context, from directory, fromPath string, to directory, toPath string) (Salvaged, error) {
	l, err := readLayout(from, fromPath, true)
	if err != nil {
		return Salvaged{}, err
	}
	if len(l.segments) == 0 {
		return Salvaged{}, issue.Errorf(issue.CodeNotFound, "there is no store in %q: %w", fromPath, fs.ErrNotExist)
	}
	s := salvager{ctx: ctx, from: from}
	err = fill(to, toPath, func() error {
		j, err := Open(toPath, &Options{directory: keptOpen{to}, filling: true})
		if err != nil {
			return err
		}
		s.to = j
		for _, first := range l.segments {
			if err := s.segment(segmentName(first)); err != nil {
				return errors.Join(err, j.Close())
			}
		}
		if s.sealed.Seq > 0 {
			s.leave(Left{File: segmentName(s.sealed.Seq + 1), Why: "the segment is missing; the one before it is sealed, so it was there"})
		}
		return errors.Join(s.flush(), j.Close())
	})
	return s.Salvaged, err
}

// keptOpen is a directory that is not closed by those who use it.
type keptOpen struct{ directory }

func (keptOpen) Close() error { return nil }

type salvager struct {
	Salvaged
	ctx     context.Context
	from    directory
	to      *Journal
	head    storage.Head // the last commit taken
	time    time.Time
	pending []storage.Commit
	size    int
	sealed  storage.Head // the last commit of the segment looked at, if it is sealed
	budget  int          // bytes that may still be looked at in it in search of commits
}

func (s *salvager) segment(name string) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	s.sealed = storage.Head{}
	b, err := readFile(s.from, name)
	if err != nil {
		s.leave(Left{File: name, Why: err.Error()}) // it can't be read, but perhaps others can
		return nil
	}
	hd, err := parseHeader(name, b)
	if errors.Is(err, storage.ErrVersion) {
		return err
	}
	if len(b) < groupsStart {
		s.leave(Left{File: name, Size: int64(len(b)), Why: "there is nothing behind the header"})
		return nil
	}
	if err != nil {
		hd.first, _ = parseSegmentName(name) // the slots may be sound nevertheless
	}
	for i := range 2 {
		if slot, sound := parseSlot(hd, b[(i+1)*blockSize:]); sound && slot.head.Seq > s.Acknowledged.Seq {
			s.Acknowledged = slot.head
		}
	}
	end := int64(len(b))
	if len(b) >= groupsStart+sealTrailer {
		if sealEnd, last, _, _, ok := parseTrailer(b[len(b)-sealTrailer:], end); ok {
			end, s.sealed = sealEnd, last
		}
	}
	s.budget = patience * len(b)
	for p := range pieces(b, end) {
		if p.why != nil {
			if err := s.pick(name, p, b[p.offset:p.offset+p.size]); err != nil {
				return err
			}
			continue
		}
		left := Left{File: name, Offset: p.offset, Size: p.size}
		for _, c := range p.commits {
			taken, err := s.take(c)
			if err != nil {
				return err
			}
			if !taken && c.Seq > s.head.Seq {
				if left.First == 0 {
					left.First = c.Seq
				}
				left.Last = c.Seq
			}
		}
		if left.First > 0 {
			left.Why = fmt.Sprintf("it does not follow commit %d, the last that is sound", s.head.Seq)
			s.leave(left)
		}
	}
	return nil
}

// pick takes the commits of a damaged group that are sound nevertheless. Where
// one is not, it looks for the next that the chain leads to.
func (s *salvager) pick(name string, p piece, b []byte) error {
	at := min(groupHeader, len(b))
	for from := at; from < len(b) && s.budget > 0; {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		i := bytes.Index(b[from:], binary.BigEndian.AppendUint64(nil, s.head.Seq+1)) // how a commit starts
		if i < 0 {
			break
		}
		from += i
		c, n, err := storage.DecodeCommit(b[from:])
		s.budget -= n
		if err != nil {
			from++
			continue
		}
		lost := s.Lost
		taken, err := s.take(c)
		if err != nil {
			return err
		}
		if taken {
			at = from + n
		}
		if !taken || s.Lost > lost { // a damaged length may have led too far
			from++
		} else {
			from = at
		}
	}
	if p.last > 0 && p.last <= s.head.Seq {
		return nil // all that it held was taken
	}
	if at < len(b) {
		s.leave(Left{File: name, Offset: p.offset + int64(at), Size: int64(len(b) - at), Why: p.why.Error()})
	}
	return nil
}

// take copies a commit if it is the next of the chain. The chain covers digests,
// not bodies: a damaged body does not cost the commit.
func (s *salvager) take(c storage.Commit) (bool, error) {
	if err := s.ctx.Err(); err != nil {
		return false, err
	}
	if c.Seq != s.head.Seq+1 || c.ChainHash(s.head.Hash) != c.Hash {
		return false, nil
	}
	lost := 0
	for i := range c.Changes {
		if ch := &c.Changes[i]; ch.Body != nil && storage.BodyDigest(ch.Salt, ch.Body) != ch.Digest {
			ch.Salt, ch.Body = nil, nil
			lost++
		}
	}
	if batch, err := storage.NewBatch(s.head, []storage.Commit{c}); err != nil || batch.Fits(s.head, s.time) != nil {
		return false, nil
	}
	if size := estimate([]storage.Commit{c}); len(s.pending) > 0 && s.size+size > window {
		if err := s.flush(); err != nil {
			return false, err
		}
	}
	s.pending, s.size = append(s.pending, c), s.size+estimate([]storage.Commit{c})
	s.head, s.time, s.Lost = c.Head, c.Time, s.Lost+lost
	return true, nil
}

// flush writes the commits that were taken into the new store.
func (s *salvager) flush() error {
	if len(s.pending) == 0 {
		return nil
	}
	batch, err := storage.NewBatch(s.Head, s.pending)
	if err != nil {
		return err
	}
	if err := s.to.Append(s.ctx, batch); err != nil {
		return err
	}
	s.Head, s.pending, s.size = s.head, nil, 0
	return nil
}

// leave lists what is left, and joins it to what was left just before it.
func (s *salvager) leave(l Left) {
	if n := len(s.Left); n > 0 {
		if last := &s.Left[n-1]; last.File == l.File && last.Offset+last.Size == l.Offset && last.First > 0 && last.Last+1 == l.First {
			last.Size, last.Last = last.Size+l.Size, l.Last
			return
		}
	}
	s.Left = append(s.Left, l)
}
