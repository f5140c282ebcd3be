package ledger

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/aimskit/aimskit/storage"
)

// The thread of a record leads through the commits that touched it: each says in
// its metadata which one touched the record last before (meta.Before), and the
// tables which one did last of all. Of a live record that is its revision; of keys
// that are live no more a table remembers it. So what was written of one record is
// found without an index that would have to be kept, and without reading the rest.

// touched returns the number of the commit that touched a record last; 0 if none
// did.
func (t *tables) touched(s Subject) uint64 {
	if rec, ok := t.unread().get(s.String()).(*unread); ok {
		return rec.Revision
	}
	home, key := t.home(s)
	if rec := home.get(key); rec != nil {
		k, _, _ := t.kinds.named(s.Kind)
		return *k.revision(rec)
	}
	return home.goneAt(key)
}

// home returns the table in which a record is, or would be, and its key there.
func (t *tables) home(s Subject) (*table, string) {
	if _, i, ok := t.kinds.named(s.Kind); ok {
		return t.of[i], s.ID
	}
	return t.unread(), s.String()
}

// goneAt returns which commit touched a key last that is not live; 0 if none did.
func (t *table) goneAt(key string) uint64 {
	if t.gone == nil {
		return 0
	}
	seq, _ := t.gone.Get(key)
	n, _ := seq.(uint64)
	return n
}

// goneLen returns how many keys are live no more.
func (t *table) goneLen() int {
	if t.gone == nil {
		return 0
	}
	return t.gone.Len()
}

// touch notes that a commit touched a key that is not live after it.
func (t *table) touch(key string, seq uint64) {
	if t.gone == nil {
		t.gone = newMap()
	}
	t.gone.Set(key, max(seq, t.goneAt(key)))
}

// revive forgets a key: it is live, so its record knows.
func (t *table) revive(key string) {
	if t.gone != nil {
		t.gone.Delete(key)
	}
}

// thread notes which commits touched before what this transaction touches, and in
// the tables that it is this one now. It is called once, when all is written.
func (tx *Tx) thread() {
	dropped := tx.dropped()
	for _, c := range tx.changes {
		if c.lasts() {
			tx.threads = append(tx.threads, tx.touchedBefore(c))
		}
	}
	for _, s := range tx.erases {
		if i := tx.changed(s); i >= 0 {
			tx.threads = append(tx.threads, tx.touchedBefore(tx.changes[i]))
		} else {
			tx.threads = append(tx.threads, tx.ts.touched(s))
		}
	}
	for _, s := range dropped {
		tx.threads = append(tx.threads, tx.ts.touched(s))
	}
	for _, c := range tx.changes {
		place := tx.ts.kinds.at[c.kind]
		tx.l.dirty[place] = true
		if t := tx.ts.of[place]; c.after != nil {
			t.revive(c.key)
		} else {
			t.touch(c.key, tx.seq)
		}
	}
	for _, s := range tx.erases {
		_, place, _ := tx.ts.kinds.named(s.Kind)
		tx.l.dirty[place] = true
		tx.ts.of[place].touch(s.ID, tx.seq)
	}
}

// touchedBefore returns which commit touched a record last before this one.
func (tx *Tx) touchedBefore(c txChange) uint64 {
	if c.before != nil {
		return *c.kind.revision(c.before)
	}
	return tx.ts.table(c.kind).goneAt(c.key)
}

// touches returns the records that a commit touches, in the order of meta.Before.
func touches(c storage.Commit, mt *meta) []Subject {
	all := make([]Subject, 0, len(c.Changes)+len(mt.Erases)+len(mt.Dropped))
	for _, ch := range c.Changes {
		all = append(all, Subject{KindName(ch.Kind), ch.Key})
	}
	return append(append(all, mt.Erases...), mt.Dropped...)
}

// touchedBy reports whether a commit touches a record.
func (s Subject) touchedBy(c storage.Commit) (bool, error) {
	if slices.ContainsFunc(c.Changes, s.isOf) {
		return true, nil
	}
	asks, _, err := asksOf(c)
	return slices.Contains(asks.Erases, s) || slices.Contains(asks.Dropped, s), err
}

func (s Subject) isOf(ch storage.Change) bool { return ch.Key == s.ID && ch.Kind == string(s.Kind) }

// before returns which commit touched a record last before one that does; false if
// that does not say.
func (s Subject) before(c storage.Commit) (uint64, bool, error) {
	mt, err := metaOf(c)
	if err != nil || len(mt.Before) == 0 {
		return 0, false, err
	}
	i := slices.Index(touches(c, &mt), s)
	if i >= len(mt.Before) || mt.Before[i] >= c.Seq {
		return 0, false, fmt.Errorf("%w: commit %d says in %d places which commits touched its records before, that of %s is not one", ErrTampered, c.Seq, len(mt.Before), s)
	}
	return mt.Before[i], true, nil
}

const (
	// nearby is up to how many commits further on it is better to read them than
	// to look the next one up.
	nearby = 32
	// mostSpan is how many commits are read at once at most on the way back.
	mostSpan = 4096
	// keptBytes is how much of what was read on the way back is kept to be told.
	keptBytes = 1 << 20
)

// course is the commits that touched a record, up to a head: those that are known,
// and up to which nothing is known but by looking at each.
type course struct {
	subject Subject
	journal storage.Journal
	scan    uint64                    // look at each up to this one
	known   []uint64                  // after it, the last first
	kept    map[uint64]storage.Commit // of those, as far as there is room
	room    int
	head    uint64 // look at each beyond this one
}

// courseOf follows the thread of a record back from the state that a view shows.
// It gives up where that is no cheaper than looking at each commit: where a commit
// does not say, or once an eighth of that has been spent.
func (l *Ledger) courseOf(ctx context.Context, s Subject, v *View) (*course, error) {
	co := &course{subject: s, journal: l.journal, kept: make(map[uint64]storage.Commit), room: keptBytes, head: v.head.Seq}
	limit, spent, span := max(4096, v.head.Seq/8), uint64(0), uint64(1)
	for next := v.ts.touched(s); next > 0; {
		if spent > limit {
			co.scan = next
			break
		}
		from := next - min(next, span) + 1
		spent += nearby + span
		found, first, err := co.back(ctx, from, next)
		if err != nil {
			return nil, err
		}
		before, says, err := s.before(first)
		switch {
		case err != nil:
			return nil, err
		case !says:
			co.scan, before = first.Seq-1, 0
		case before >= from:
			return nil, fmt.Errorf("%w: commit %d says that commit %d touched %s before, which it did not", ErrTampered, first.Seq, before, s)
		}
		// Where many commits touch the record, many are read at once.
		if found*nearby >= span && before+nearby >= first.Seq {
			span = min(2*span, mostSpan)
		} else {
			span = 1
		}
		next = before
	}
	return co, nil
}

// back notes those of the commits from one to another that touch the record, of
// which the last does. It returns how many they are, and the first.
func (co *course) back(ctx context.Context, from, to uint64) (found uint64, first storage.Commit, err error) {
	at := len(co.known)
	for c, err := range (upTo{co.journal, to}).Log(ctx, from-1) {
		if err != nil {
			return 0, first, fmt.Errorf("reading the journal: %w", err)
		}
		touched, err := co.subject.touchedBy(c)
		if err != nil {
			return 0, first, err
		}
		if !touched {
			continue
		}
		if found++; found == 1 {
			first = c
		}
		co.known = append(co.known, c.Seq)
		co.keep(c)
	}
	if len(co.known) == at || co.known[len(co.known)-1] != to {
		return 0, first, fmt.Errorf("%w: commit %d was said to touch %s, and does not", ErrTampered, to, co.subject)
	}
	slices.Reverse(co.known[at:])
	return found, first, nil
}

// keep keeps what a commit says of the record, if there is room.
func (co *course) keep(c storage.Commit) {
	size := len(c.Meta)
	for _, ch := range c.Changes {
		if co.subject.isOf(ch) {
			size += len(ch.Body)
		}
	}
	if size > co.room {
		co.room = 0 // what is older is read again, in one go
		return
	}
	co.room -= size
	all := c.Changes
	c.Meta, c.Changes = bytes.Clone(c.Meta), nil
	for _, ch := range all {
		if co.subject.isOf(ch) {
			ch.Salt, ch.Body = nil, bytes.Clone(ch.Body)
			c.Changes = append(c.Changes, ch)
		}
	}
	co.kept[c.Seq] = c
}

// commits yields the commits that touched the record, in order. Those that were
// kept hold no other record's changes. An error comes last.
func (co *course) commits(ctx context.Context) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		if co.scan > 0 && !co.look(ctx, 0, co.scan, yield) {
			return
		}
		for left := co.known; len(left) > 0; {
			if c, ok := co.kept[left[len(left)-1]]; ok {
				if left = left[:len(left)-1]; !yield(c, nil) {
					return
				}
				continue
			}
			var more bool
			if left, more = co.forward(ctx, left, yield); !more {
				return
			}
		}
		co.look(ctx, co.head, ^uint64(0), yield)
	}
}

// look yields those of the commits after one up to another that touch the record.
// It reports whether to go on.
func (co *course) look(ctx context.Context, after, to uint64, yield func(storage.Commit, error) bool) bool {
	for c, err := range (upTo{co.journal, to}).Log(ctx, after) {
		touched := false
		if err == nil {
			touched, err = co.subject.touchedBy(c)
		} else {
			err = fmt.Errorf("reading the journal: %w", err)
		}
		if (err != nil || touched) && (!yield(c, err) || err != nil) {
			return false
		}
	}
	return true
}

// forward yields commits whose numbers are known, the last of them first, as long
// as the next one is near. It returns those that are left, and whether to go on.
func (co *course) forward(ctx context.Context, left []uint64, yield func(storage.Commit, error) bool) ([]uint64, bool) {
	for c, err := range co.journal.Log(ctx, left[len(left)-1]-1) {
		if err != nil {
			yield(c, fmt.Errorf("reading the journal: %w", err))
			return nil, false
		}
		if c.Seq != left[len(left)-1] {
			continue
		}
		if left = left[:len(left)-1]; !yield(c, nil) {
			return nil, false
		}
		if len(left) == 0 || left[len(left)-1] > c.Seq+nearby || co.kept[left[len(left)-1]].Seq > 0 {
			return left, true
		}
	}
	yield(storage.Commit{}, fmt.Errorf("%w: the journal does not hold commit %d", ErrTampered, left[len(left)-1]))
	return nil, false
}
