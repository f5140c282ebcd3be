package proof

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/aimskit/aimskit/storage"
)

// consistencyForm is the first line of the text form and names its version.
const consistencyForm = "aimskit consistency v1"

// Consistency proves that a journal of New commits starts with the Old commits
// that it held before: that it was only added to.
type Consistency struct {
	// Old and New are the sizes of the two checkpoints, in commits.
	Old, New uint64
	// Path is the consistency proof of RFC 6962, section 2.1.2. It is empty if
	// Old is 0, as whatever there is continues an empty journal.
	Path []storage.Hash
}

// Consistency proves that the journal at size to, in commits, continues what it
// was at size from.
func (t *Tree) Consistency(from, to uint64) (Consistency, error) {
	c := Consistency{Old: from, New: to}
	if err := c.check(); err != nil {
		return Consistency{}, err
	}
	if err := t.has(to); err != nil {
		return Consistency{}, err
	}
	if from == 0 {
		return c, nil
	}
	path, err := tlog.ProveTree(int64(to), int64(from), t)
	if err != nil {
		return Consistency{}, err
	}
	c.Path = fromTlog(path)
	return c, nil
}

func (c Consistency) check() error {
	switch {
	case c.Old > c.New:
		return fmt.Errorf("%w: consistency: old size %d is beyond the new, %d", ErrMalformed, c.Old, c.New)
	case c.New > MaxSize:
		return fmt.Errorf("%w: consistency: new size %d is beyond %d", ErrMalformed, c.New, uint64(MaxSize))
	case len(c.Path) > maxPath:
		return fmt.Errorf("%w: consistency: %d hashes, at most %d", ErrMalformed, len(c.Path), maxPath)
	}
	return nil
}

// Verify checks that the journal of checkpoint to continues that of checkpoint
// from. If it does not, or they are not of one origin, or the proof is for
// others, the error wraps ErrMismatch. The checkpoints are taken as they are;
// Policy.Open verifies their signatures.
func (c Consistency) Verify(from, to Checkpoint) error {
	if err := c.check(); err != nil {
		return err
	}
	for _, cp := range []Checkpoint{from, to} {
		if err := cp.check(); err != nil {
			return err
		}
	}
	switch {
	case from.Origin != to.Origin:
		return fmt.Errorf("%w: consistency: checkpoints of %q and %q", ErrMismatch, from.Origin, to.Origin)
	case c.Old != from.Size || c.New != to.Size:
		return fmt.Errorf("%w: consistency: the proof is from size %d to %d, the checkpoints are of %d and %d",
			ErrMismatch, c.Old, c.New, from.Size, to.Size)
	}
	ok := len(c.Path) == 0
	if c.Old > 0 {
		ok = tlog.CheckTree(toTlog(c.Path), int64(c.New), tlog.Hash(to.Root), int64(c.Old), tlog.Hash(from.Root)) == nil
	}
	if !ok {
		return fmt.Errorf("%w: consistency: the journal of %d commits is not shown to continue that of %d: its history may have been rewritten",
			ErrMismatch, c.New, c.Old)
	}
	return nil
}

// MarshalText returns the text form; see the package's doc.
func (c Consistency) MarshalText() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	w := writer{b: []byte(consistencyForm + "\n")}
	w.number("old", c.Old)
	w.number("new", c.New)
	w.path("path", c.Path)
	return w.b, nil
}

// UnmarshalText reads what MarshalText writes; see ParseConsistency.
func (c *Consistency) UnmarshalText(text []byte) (err error) {
	*c, err = ParseConsistency(text)
	return err
}

// ParseConsistency reads what MarshalText writes; anything else is ErrMalformed.
func ParseConsistency(text []byte) (Consistency, error) {
	const most = 1 << 13
	if len(text) > most {
		return Consistency{}, fmt.Errorf("%w: consistency: %d bytes, at most %d", ErrMalformed, len(text), most)
	}
	rest, ok := strings.CutPrefix(string(text), consistencyForm+"\n")
	if !ok {
		return Consistency{}, fmt.Errorf("%w: consistency: it does not start with %q", ErrMalformed, consistencyForm)
	}
	r := reader{form: "consistency", rest: rest, n: 1}
	c := Consistency{Old: r.number("old"), New: r.number("new"), Path: r.path("path")}
	if err := r.end(); err != nil {
		return Consistency{}, err
	}
	if err := c.check(); err != nil {
		return Consistency{}, err
	}
	return c, nil
}

// fromTlog and toTlog convert paths between the two names of a SHA-256.
func fromTlog(path []tlog.Hash) []storage.Hash {
	var out []storage.Hash
	for _, h := range path {
		out = append(out, storage.Hash(h))
	}
	return out
}

func toTlog(path []storage.Hash) []tlog.Hash {
	var out []tlog.Hash
	for _, h := range path {
		out = append(out, tlog.Hash(h))
	}
	return out
}
