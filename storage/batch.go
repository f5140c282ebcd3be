package storage

import (
	"fmt"
	"time"
)

// Batch is commits that follow one another from a parent on, found to be fit for
// a journal: gapless, chained, timed in order, each digest that of its body, no
// record twice in a commit. Only [NewBatch] and [SealBatch] make one, so that no
// store need look again. The zero Batch is empty; no journal takes it.
type Batch struct {
	parent  Head
	commits []Commit
}

// NewBatch returns commits that are sealed already as the batch that follows
// parent, or an error that wraps ErrBatch and says which commit does not fit and
// why. The batch shares their memory: leave it as it is while the batch is in use.
func NewBatch(parent Head, commits []Commit) (Batch, error) {
	return newBatch(parent, commits, func(parent Head, c *Commit) string {
		for i := range c.Changes {
			if ch := &c.Changes[i]; ch.Body != nil && BodyDigest(ch.Salt, ch.Body) != ch.Digest {
				return fmt.Sprintf("change %d: the digest is not that of salt and body", i)
			}
		}
		switch {
		case c.Seq != parent.Seq+1:
			return fmt.Sprintf("sequence number %d does not follow %d", c.Seq, parent.Seq)
		case c.ChainHash(parent.Hash) != c.Hash:
			return fmt.Sprintf("its hash is not that of what it holds after %s", parent.Hash)
		}
		return ""
	})
}

// SealBatch seals commits, in place, as those that follow parent: it sets what
// [Seal] sets. Else it is as NewBatch.
func SealBatch(parent Head, commits []Commit) (Batch, error) {
	return newBatch(parent, commits, func(parent Head, c *Commit) string {
		*c = Seal(parent, *c)
		return ""
	})
}

// newBatch looks at the commits in order. follow puts one behind its parent, or
// says why it does not stand there.
func newBatch(parent Head, commits []Commit, follow func(parent Head, c *Commit) string) (Batch, error) {
	if len(commits) == 0 {
		return Batch{}, errEmpty
	}
	var seen map[string]bool
	if len(commits) > 1 {
		seen = make(map[string]bool, len(commits))
	}
	head, before := parent, time.Time{}
	for i := range commits {
		c := &commits[i]
		why := c.unfit(before)
		if why == "" && seen[c.ID] {
			why = "its ID stands twice in the batch"
		}
		if why == "" {
			why = follow(head, c)
		}
		if why != "" {
			return Batch{}, fmt.Errorf("%w: commit %d (%q): %s", ErrBatch, i, c.ID, why)
		}
		if seen != nil {
			seen[c.ID] = true
		}
		head, before = c.Head, c.Time
	}
	return Batch{parent, commits}, nil
}

var errEmpty = fmt.Errorf("%w: it is empty", ErrBatch)

// Commits returns the commits, in order: the slice that the batch was made of. Do
// not change them.
func (b Batch) Commits() []Commit { return b.commits }

// Parent returns the head that a journal must have to take the batch.
func (b Batch) Parent() Head { return b.parent }

// Head returns the head that a journal has once it has taken the batch.
func (b Batch) Head() Head {
	if len(b.commits) == 0 {
		return b.parent
	}
	return b.commits[len(b.commits)-1].Head
}

// Fits returns nil if a journal whose last commit is head, made at a time, is to
// take the batch: what every store asks before it does. If the head is another
// than the batch's parent, the error is ErrConflict; if the batch is empty or was
// made before the commit that it follows, it wraps ErrBatch.
func (b Batch) Fits(head Head, at time.Time) error {
	switch {
	case len(b.commits) == 0:
		return errEmpty
	case head != b.parent:
		return ErrConflict
	}
	if first := &b.commits[0]; first.Time.Before(at) {
		return fmt.Errorf("%w: commit 0 (%q): time %s lies before that of the commit it follows, %s", ErrBatch, first.ID, first.Time, at)
	}
	return nil
}
