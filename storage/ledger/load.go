package aims

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// View is the management system at one moment: immutable, safe for concurrent
// use, free of locks. Its reading methods return the live records.
type View struct {
	reading
	head storage.Head
	at   time.Time
}

// Head names the journal's state that the view shows. Its hash stands for the
// whole history up to here.
func (v *View) Head() storage.Head { return v.head }

// Time returns when the last commit that the view shows was made.
func (v *View) Time() time.Time { return v.at }

// loadAt builds the view of a journal as it stood at until.
func loadAt(ctx context.Context, j storage.Journal, until time.Time) (*View, error) {
	b := builder{ts: newTables()}
	if err := b.read(ctx, j, until); err != nil {
		return nil, err
	}
	return &View{reading: reading{ts: b.ts, asOf: until.UTC()}, head: b.head, at: b.at}, nil
}

// builder turns commits into live records.
type builder struct {
	ts   *tables
	head storage.Head
	at   time.Time
	// erasures are those met on the way that may not be carried out.
	erasures []erasure
	grown    grown // beyond the snapshot that it started from
}

// revision is the latest body of a record, not decoded yet.
type revision struct {
	change storage.Change
	seq    uint64
	kind   anyKind
	rec    any
	bodied bool // a body of this or an earlier revision is still there
}

// read continues from the builder's head to the journal's, or to the last
// commit made at until. Only the latest body of each record is decoded, on
// all processors: decoding is nine tenths of opening.
func (b *builder) read(ctx context.Context, j storage.Journal, until time.Time) error {
	latest := make(map[Subject]*revision)
	fromStart := b.head.Seq == 0
	for c, err := range j.Log(ctx, b.head.Seq) {
		if err != nil {
			return fmt.Errorf("aims: reading the journal after commit %d: %w", b.head.Seq, err)
		}
		if !until.IsZero() && c.Time.After(until) {
			break
		}
		if err := checkLink(b.head, b.at, c); err != nil {
			return err
		}
		for _, ch := range c.Changes {
			k, ok := kindByName(ch.Kind)
			if !ok {
				return fmt.Errorf("aims: commit %d holds a record of kind %q, which this code does not know: %w", c.Seq, ch.Kind, storage.ErrVersion)
			}
			s := Subject{Kind(ch.Kind), ch.Key}
			r := latest[s]
			if r == nil {
				r = new(revision)
				latest[s] = r
			}
			*r = revision{change: ch, seq: c.Seq, kind: k, bodied: r.bodied || ch.Body != nil}
		}
		erases, err := erasesOf(c)
		if err != nil {
			return err
		}
		// Bodies that were removed need not be removed again. Of those before
		// the start of this reading nothing is known.
		erases = slices.DeleteFunc(erases, func(s Subject) bool {
			r := latest[s]
			done := fromStart && (r == nil || !r.bodied)
			if r != nil {
				r.bodied = false
			}
			return done
		})
		if len(erases) > 0 {
			b.erasures = append(b.erasures, erasure{c.Seq - 1, erases})
		}
		b.head, b.at = c.Head, c.Time
		b.grown.add(c)
	}
	revisions := make([]*revision, 0, len(latest))
	for _, r := range latest {
		revisions = append(revisions, r)
	}
	slices.SortFunc(revisions, func(x, y *revision) int {
		return cmp.Or(cmp.Compare(x.kind.index(), y.kind.index()), cmp.Compare(x.change.Key, y.change.Key))
	})
	if err := decodeAll(revisions); err != nil {
		return err
	}
	var recs [kindCount][]keyed
	for _, r := range revisions {
		if i := r.kind.index(); r.rec == nil {
			r.kind.remove(b.ts[i], r.change.Key)
		} else {
			recs[i] = append(recs[i], keyed{r.change.Key, r.rec})
		}
	}
	for i, k := range kinds {
		k.fill(b.ts[i], recs[i])
	}
	return nil
}

// checkLink verifies that a commit continues the chain. The digests of its
// bodies are verified where they are decoded.
func checkLink(parent storage.Head, at time.Time, c storage.Commit) error {
	switch {
	case c.Seq != parent.Seq+1:
		return fmt.Errorf("%w: commit %d follows commit %d", ErrTampered, c.Seq, parent.Seq)
	case c.ChainHash(parent.Hash) != c.Hash:
		return fmt.Errorf("%w: the hash of commit %d does not match what it holds", ErrTampered, c.Seq)
	case c.Time.Before(at):
		return fmt.Errorf("%w: commit %d was made before the one it follows", ErrTampered, c.Seq)
	}
	return nil
}

// decodeAll verifies and decodes bodies on all processors. The workers take
// small portions as they go: records differ in size by kind, so equal shares
// would keep all waiting for the one with the largest.
func decodeAll(revisions []*revision) error {
	const portion = 256
	portions := (len(revisions) + portion - 1) / portion
	workers := min(runtime.GOMAXPROCS(0), portions)
	errs := make([]error, workers)
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for {
				start := int(next.Add(1)-1) * portion
				if start >= len(revisions) {
					return
				}
				for _, r := range revisions[start:min(start+portion, len(revisions))] {
					if errs[w] = r.decode(); errs[w] != nil {
						return
					}
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (r *revision) decode() error {
	if r.change.Body == nil {
		return nil // withdrawn or erased
	}
	if storage.BodyDigest(r.change.Salt, r.change.Body) != r.change.Digest {
		return fmt.Errorf("%w: the body of %s %q in commit %d does not match its digest", ErrTampered, r.change.Kind, r.change.Key, r.seq)
	}
	rec, err := r.kind.decode(r.change.Key, r.change, r.seq)
	if err != nil {
		return fmt.Errorf("aims: commit %d: %w", r.seq, err)
	}
	if key := r.kind.key(rec); key != r.change.Key {
		return fmt.Errorf("%w: the body of %s %q in commit %d is that of %q", ErrTampered, r.change.Kind, r.change.Key, r.seq, key)
	}
	r.rec = rec
	return nil
}
