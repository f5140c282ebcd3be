package ledger

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// Published is one commit as [Ledger.Changes] tells of it: what a search
// index, a webhook or a notification must know to fetch the rest from a View. An
// [Entry] tells of the same commit what was written, which the journal has to be
// read for from its start.
type Published struct {
	// Head names the state of the journal after the commit. Its Seq is where
	// to resume from.
	storage.Head
	// ID is the commit's ID, Time when it was made.
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
	// By says who made it and why; Verbs by which verbs of Tx.
	By    By       `json:"by"`
	Verbs []string `json:"verbs,omitempty"`
	// Written are the records that it created or revised, Withdrawn those
	// that it took from the live ones, each in the order of writing.
	Written   []Subject `json:"written,omitempty"`
	Withdrawn []Subject `json:"withdrawn,omitempty"`
	// Erases are the records that it had erased: whoever keeps a copy of
	// theirs drops it, older revisions included.
	Erases []Subject `json:"erases,omitempty"`
}

// publishedOf reads what a commit says about itself.
func publishedOf(c storage.Commit) (Published, error) {
	mt, err := metaOf(c)
	if err != nil {
		return Published{}, err
	}
	return newPublished(c, mt), nil
}

func newPublished(c storage.Commit, mt meta) Published {
	p := Published{Head: c.Head, ID: c.ID, Time: c.Time, By: mt.By, Verbs: mt.Verbs, Erases: mt.Erases}
	for _, ch := range c.Changes {
		s := Subject{KindName(ch.Kind), ch.Key}
		if ch.Digest == (storage.Hash{}) {
			p.Withdrawn = append(p.Withdrawn, s)
		} else {
			p.Written = append(p.Written, s)
		}
	}
	return p
}

// clone returns a copy that shares no memory with what others are told.
func (p *Published) clone() Published {
	c := *p
	c.Verbs, c.Written, c.Withdrawn, c.Erases = slices.Clone(p.Verbs), slices.Clone(p.Written), slices.Clone(p.Withdrawn), slices.Clone(p.Erases)
	return c
}

// Changes yields the commits after sequence number after, in order, each once:
// first those that the journal holds already, then each as it is published,
// until ctx ends. A commit is yielded once [Ledger.View] shows it (or a later
// state), so those of other writers come when this Ledger has read them: by
// [Ledger.Sync], or when it writes itself.
//
// To resume, pass the Seq of the last commit that was dealt with. A number
// that lies ahead of the journal waits for it. The loop may take its time: it
// holds up no writer and costs no memory, as what it missed is read from the
// journal. It may write itself.
//
// The error comes last: the cause of ctx, [ErrClosed] once the Ledger has
// been closed and all has been yielded, or that of a journal that can't be
// read.
func (l *Ledger) Changes(ctx context.Context, after uint64) iter.Seq2[Published, error] {
	return func(yield func(Published, error) bool) {
		l.feed.watchers.Add(1)
		defer l.feed.watchers.Add(-1)
		seen := storage.Head{Seq: after}
		for {
			recent, head, err := l.feed.wait(ctx, seen.Seq)
			if err != nil {
				yield(Published{}, err)
				return
			}
			if recent == nil {
				var more bool
				if seen, more = l.replay(ctx, seen, head, yield); !more {
					return
				}
				continue
			}
			for _, p := range recent {
				if err := ctx.Err(); err != nil {
					yield(Published{}, context.Cause(ctx))
					return
				}
				if !yield(p.clone(), nil) {
					return
				}
				seen = p.Head
			}
		}
	}
}

// replay yields from the journal the commits after seen, up to sequence number
// head. It returns how far it came, and false if there is nothing more to say.
func (l *Ledger) replay(ctx context.Context, seen storage.Head, head uint64, yield func(Published, error) bool) (storage.Head, bool) {
	fail := func(err error) (storage.Head, bool) {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		yield(Published{}, err)
		return seen, false
	}
	for c, err := range l.journal.Log(ctx, seen.Seq) {
		if err != nil {
			return fail(fmt.Errorf("reading the journal after commit %d: %w", seen.Seq, err))
		}
		switch unknown := seen.Seq > 0 && seen.Hash == (storage.Hash{}); {
		case c.Seq != seen.Seq+1:
			return fail(fmt.Errorf("%w: commit %d follows commit %d", ErrTampered, c.Seq, seen.Seq))
		case !unknown && c.ChainHash(seen.Hash) != c.Hash:
			return fail(fmt.Errorf("%w: the hash of commit %d does not match what it holds", ErrTampered, c.Seq))
		}
		p, err := publishedOf(c)
		if err != nil {
			return fail(err)
		}
		if !yield(p, nil) {
			return seen, false
		}
		if seen = c.Head; seen.Seq == head {
			return seen, true // what lies beyond is not published yet
		}
	}
	return fail(fmt.Errorf("%w: the journal ends at commit %d, but %d was published", ErrTampered, seen.Seq, head))
}

// feed tells those who watch what has been published. While there are any, it
// keeps the latest commits, so that who keeps up need not read the journal; who
// falls behind reads it. It has a lock of its own: watching never waits for a
// writer, nor a writer for those who watch.
type feed struct {
	watchers atomic.Int64

	mu     sync.Mutex
	head   uint64        // of what is published
	recent []*Published  // the last commits up to head, without gaps
	news   chan struct{} // closed when head moves; nil while nobody waits
	closed bool
}

// The feed keeps at most twice so many commits, of at most so many records
// each: some hundred kilobytes.
const (
	feedCommits = 128
	feedRecords = 64
)

// watched reports whether anybody watches. Who begins to later reads the journal
// first.
func (f *feed) watched() bool { return f.watchers.Load() > 0 }

// publish tells of a new head and of the commits that lead to it. Without
// them, as when another writer's were read, the watchers read the journal.
func (f *feed) publish(head uint64, commits []Published) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if uint64(len(commits)) != head-f.head {
		f.recent = nil
	}
	for i := range commits {
		p := &commits[i]
		if len(p.Written)+len(p.Withdrawn) > feedRecords {
			f.recent = nil // too large to keep; what was before it would leave a gap
			continue
		}
		f.recent = append(f.recent, p)
	}
	if n := len(f.recent); n > 2*feedCommits {
		// Into memory of its own: those who watch may hold the old one.
		f.recent = slices.Clone(f.recent[n-feedCommits:])
	}
	f.head = head
	f.wake()
}

// close lets those who wait know that nothing more comes.
func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.wake()
}

// wake frees those who wait. The lock must be held.
func (f *feed) wake() {
	if f.news != nil {
		close(f.news)
		f.news = nil
	}
}

// wait returns once there is something after sequence number seen: the commits
// after it up to the head, or nil if the journal must be asked for them.
func (f *feed) wait(ctx context.Context, seen uint64) (recent []*Published, head uint64, err error) {
	for {
		if ctx.Err() != nil {
			return nil, 0, context.Cause(ctx)
		}
		f.mu.Lock()
		if f.head > seen {
			defer f.mu.Unlock()
			if n := f.head - seen; n <= uint64(len(f.recent)) {
				recent = slices.Clip(f.recent[uint64(len(f.recent))-n:])
			}
			return recent, f.head, nil
		}
		if f.closed {
			f.mu.Unlock()
			return nil, 0, ErrClosed
		}
		if f.news == nil {
			f.news = make(chan struct{})
		}
		news := f.news
		f.mu.Unlock()
		select {
		case <-news:
		case <-ctx.Done():
		}
	}
}
