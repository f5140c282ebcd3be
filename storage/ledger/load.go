package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// builder turns commits into live records: it takes them in, and puts what they
// write into the tables. The two may go on at once.
type builder struct {
	intake
	ts *tables
	// digest is that of the snapshot it started from, none if from the start.
	digest string
	// forbidden is why a ledger that has read this may not write; nil if it may.
	forbidden error
	// derived are records that later revisions are derived from, with their bodies,
	// where many are expected; else nil. Their bodies take room bytes more at most.
	derived map[Subject]*derived
	room    int
}

func newBuilder(ts *tables) *builder { return &builder{ts: ts, intake: intake{kinds: ts.kinds}} }

// intake reads commits and checks them; what they write waits for the tables.
type intake struct {
	kinds *kindSet
	from  storage.Head // where it started
	// erasures are those met on the way that may not be carried out.
	erasures []erasure
	grown    grown // beyond the snapshot that it started from
	taken    bool  // a period has been taken from it
	expect   int   // so many records of the next, as in the last
	// threads are the commits that touched each record last, where those that
	// commits name are to be compared with them; else nil.
	threads map[Subject]uint64
	period
}

// period is what some commits one after another wrote, up to a head.
type period struct {
	head storage.Head
	at   time.Time
	// revisions are the latest of the records that they wrote, latest where each is.
	revisions []revision
	latest    map[Subject]int
	asks      []asked
	bytes     uint64 // as commitBytes counts them
}

// asked is what a commit asks beyond its changes; see asksOf.
type asked struct {
	seq uint64
	meta
}

// take returns what was read since the last time.
func (in *intake) take() period {
	p := in.period
	in.period, in.taken, in.expect = period{head: p.head, at: p.at}, true, len(p.revisions)
	return p
}

// revision is the latest body of a record, not decoded yet.
type revision struct {
	change *storage.Change
	seq    uint64
	kind   *kind
	place  int // of the kind
	rec    any
	bodied bool    // a body of this or an earlier revision is still there
	unread *unread // in place of kind and rec, if it can't be read

	live   any      // the record as it stands in the tables; nil if it does not
	before *derived // from which it may be derived, in place of live; may be nil
	after  *derived // from which the next may be
	freed  int      // bytes of the body of before, if it was kept
}

// key is that of the record in the table of its place.
func (r *revision) key() string {
	if r.kind == nil || r.unread != nil {
		return r.subject().String()
	}
	return r.change.Key
}

func (r *revision) subject() Subject { return Subject{KindName(r.change.Kind), r.change.Key} }

// read continues from the builder's head to the journal's, or to the last
// commit made at until. Only the latest body of each record is decoded, on
// all processors: decoding is nine tenths of opening.
func (b *builder) read(ctx context.Context, j storage.Journal, until time.Time) error {
	err := b.each(ctx, j, func(c storage.Commit) bool { return until.IsZero() || !c.Time.After(until) })
	if err != nil && err != errStopped {
		return err
	}
	return b.put(b.take())
}

// errStopped says that somebody wants no more commits.
var errStopped = errors.New("stopped")

// each takes in the commits after the head, as long as more wants the next.
func (in *intake) each(ctx context.Context, j storage.Journal, more func(storage.Commit) bool) error {
	for c, err := range j.Log(ctx, in.head.Seq) {
		if err != nil {
			return fmt.Errorf("reading the journal after commit %d: %w", in.head.Seq, err)
		}
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if !more(c) {
			return errStopped
		}
		if err := in.add(c); err != nil {
			return err
		}
	}
	return nil
}

// add takes in the next commit.
func (in *intake) add(c storage.Commit) error {
	if in.latest == nil {
		in.revisions, in.latest = make([]revision, 0, in.expect), make(map[Subject]int, in.expect)
	}
	if err := checkLink(in.head, in.at, c); err != nil {
		return err
	}
	for i := range c.Changes {
		ch := &c.Changes[i]
		k, place, _ := in.kinds.named(KindName(ch.Kind)) // none for what is kept unread
		s := Subject{KindName(ch.Kind), ch.Key}
		at, again := in.latest[s]
		if !again {
			at = len(in.revisions)
			in.revisions, in.latest[s] = append(in.revisions, revision{}), at
		}
		r := &in.revisions[at]
		*r = revision{change: ch, seq: c.Seq, kind: k, place: place, bodied: r.bodied || ch.Body != nil}
	}
	if in.threads != nil {
		if err := in.checkThreads(c); err != nil {
			return err
		}
	}
	asks, any, err := asksOf(c)
	if err != nil {
		return err
	}
	if any {
		in.asks = append(in.asks, asked{c.Seq, asks})
	}
	in.bytes += commitBytes(c)
	// Bodies that were removed need not be removed again. Of those before
	// the start of this reading nothing is known.
	erases := slices.DeleteFunc(slices.Clone(asks.Erases), func(s Subject) bool {
		at, written := in.latest[s]
		done := in.from.Seq == 0 && !in.taken && (!written || !in.revisions[at].bodied)
		if written {
			in.revisions[at].bodied = false
		}
		return done
	})
	if len(erases) > 0 {
		in.erasures = append(in.erasures, erasure{c.Seq - 1, erases})
	}
	in.head, in.at = c.Head, c.Time
	in.grown.add(c)
	return nil
}

// put puts into the tables what was read.
func (b *builder) put(p period) error {
	b.ts.bytes += p.bytes
	for _, a := range p.asks {
		b.ts.mark(a.Snapshots)
		b.ts.erase(a.Erases)
		b.ts.migrate(a.Migrations)
		if a.Imported != nil {
			b.ts.remember(*a.Imported)
		}
		for _, all := range [][]Subject{a.Erases, a.Dropped} {
			for _, s := range all {
				t, key := b.ts.home(s)
				t.touch(key, a.seq)
			}
		}
	}
	revisions := make([]*revision, len(p.revisions))
	for i := range revisions {
		r := &p.revisions[i]
		if revisions[i] = r; r.kind == nil {
			continue
		}
		if r.before = b.derived[r.subject()]; r.before == nil {
			r.live = b.ts.of[r.place].get(r.change.Key)
		}
	}
	order := func() {
		slices.SortFunc(revisions, func(x, y *revision) int {
			return cmp.Or(cmp.Compare(x.place, y.place), cmp.Compare(x.key(), y.key()), cmp.Compare(x.change.Kind, y.change.Kind))
		})
	}
	order()
	if err := decodeAll(revisions, b.ts.kinds, b.derived != nil); err != nil {
		return err
	}
	unread, moved := b.ts.unread(), false
	for _, r := range revisions {
		switch {
		case r.unread != nil:
			if r.kind != nil { // what could be read before can't be now
				b.ts.of[r.place].remove(r.change.Key)
			}
			if b.forbidden == nil {
				b.forbidden = b.ts.kinds.forbids(r.unread)
			}
			r.place, r.rec, moved = len(b.ts.of)-1, r.unread, true
		case r.kind == nil: // withdrawn or erased
			r.place, moved = len(b.ts.of)-1, true
		case unread.m.Len() > 0: // it may be what could not be read before
			unread.remove(r.subject().String())
		}
	}
	if moved {
		order()
	}
	recs := make([][]keyed, len(b.ts.of))
	for _, r := range revisions {
		t, key := b.ts.of[r.place], r.key()
		if r.rec == nil {
			t.remove(key)
			t.touch(key, r.seq)
		} else {
			t.revive(key)
			recs[r.place] = append(recs[r.place], keyed{key, r.rec})
		}
	}
	for i, t := range b.ts.of {
		t.fill(recs[i])
	}
	b.keepDerived(revisions)
	return nil
}

// keepDerived keeps what later revisions are derived from, as far as there is room.
func (b *builder) keepDerived(revisions []*revision) {
	if b.derived == nil {
		return
	}
	for _, r := range revisions {
		size := 0
		if r.after != nil {
			size = len(r.after.body)
		}
		b.room += r.freed
		switch {
		case r.after != nil && size <= b.room:
			b.room -= size
			if r.after != r.before || r.freed == 0 {
				b.derived[r.subject()] = r.after
			}
		case r.freed > 0:
			delete(b.derived, r.subject())
		}
	}
}

// checkThreads compares which commits touched the records of a commit before with
// what it says itself.
func (in *intake) checkThreads(c storage.Commit) error {
	mt, err := metaOf(c)
	if err != nil {
		return err
	}
	all := touches(c, &mt)
	if n := len(mt.Before); n > 0 && n != len(all) {
		return fmt.Errorf("%w: commit %d touches %d records and says of %d which commit touched them before", ErrTampered, c.Seq, len(all), n)
	}
	for i, said := range mt.Before {
		if was := in.threads[all[i]]; was != said {
			return fmt.Errorf("%w: commit %d says that %s was touched before by commit %d, but it was by commit %d", ErrTampered, c.Seq, all[i], said, was)
		}
	}
	for _, s := range all {
		in.threads[s] = c.Seq
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
func decodeAll(revisions []*revision, kinds *kindSet, keep bool) error {
	portion := min(max(len(revisions)/(8*runtime.GOMAXPROCS(0)), 16), 256)
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
					if errs[w] = r.decode(kinds, keep); errs[w] != nil {
						return
					}
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (r *revision) decode(kinds *kindSet, keep bool) error {
	if r.before != nil {
		r.freed = len(r.before.body)
	}
	if r.change.Body == nil {
		return nil // withdrawn or erased
	}
	if storage.BodyDigest(r.change.Salt, r.change.Body) != r.change.Digest {
		return fmt.Errorf("%w: the body of %s %q in commit %d does not match its digest", ErrTampered, r.change.Kind, r.change.Key, r.seq)
	}
	if r.kind == nil {
		r.keepUnread("")
		return nil
	}
	if r.before == nil && r.live != nil {
		r.before = r.kind.derivableFrom(r.live)
	}
	rec := r.kind.derive(r.before, *r.change, r.seq)
	if r.after = r.before; rec == nil {
		var err error
		rec, err = r.kind.decode(*r.change, r.seq, kinds.strict(r.kind.name))
		if cant := (*unreadable)(nil); errors.As(err, &cant) {
			r.after = nil
			r.keepUnread(cant.why)
			return nil
		}
		if err != nil {
			return fmt.Errorf("commit %d: %w", r.seq, err)
		}
		if r.after = nil; keep {
			r.after = r.kind.derivedOf(*r.change, rec)
		}
	}
	if key := r.kind.key(rec); key != r.change.Key {
		return fmt.Errorf("%w: the body of %s %q in commit %d is that of %q", ErrTampered, r.change.Kind, r.change.Key, r.seq, key)
	}
	r.rec = rec
	return nil
}

// keepUnread keeps the body as it is.
func (r *revision) keepUnread(why string) {
	r.unread = &unread{Kind: r.change.Kind, ID: r.change.Key, Schema: r.change.Schema, Body: string(r.change.Body), Why: why, Revision: r.seq}
}

// upTo is a journal up to a commit.
type upTo struct {
	storage.Journal
	seq uint64
}

func (j upTo) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		if after >= j.seq {
			return
		}
		for c, err := range j.Journal.Log(ctx, after) {
			if !yield(c, err) || err != nil || c.Seq >= j.seq {
				return
			}
		}
	}
}
