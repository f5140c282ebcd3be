package ledger

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// cover decides what is shown of a record, of which it is given a copy that it may
// change; false hides it.
type cover func(s Subject, rec any) bool

// coverFor is what Options.Redact leaves for a reader to see; nil if that is all.
func (s *kindSet) coverFor(reader any) cover {
	if s.redact == nil {
		return nil
	}
	return func(subject Subject, rec any) bool { return s.redact(reader, subject, rec) }
}

// and is what both leave.
func (c cover) and(d cover) cover {
	if c == nil || d == nil {
		if c == nil {
			return d
		}
		return c
	}
	return func(s Subject, rec any) bool { return c(s, rec) && d(s, rec) }
}

// shown returns a copy of a record as the cover leaves it, nil if it is hidden, and
// whether it is as it was.
func (c cover) shown(k *kind, rec any) (shown any, whole bool) {
	shown = k.clone(rec)
	if c == nil {
		return shown, true
	}
	s, revision := k.subject(rec), *k.revision(rec)
	if !c(s, shown) || k.key(shown) != s.ID {
		return nil, false
	}
	if whole = k.same(rec, shown); whole {
		*k.revision(shown) = revision
	} else {
		*k.revision(shown) = 0
	}
	return shown, whole
}

// For returns the view as a reader may see it, by Options.Redact: what is hidden is
// neither given nor counted nor listed by anything that Kind.Of gives, and by
// Record, Has, Len and All; what is altered is given so. What can't be read is
// hidden. A record stands in a listing under what it has and shows, and in an order
// where what it shows puts it. One that is altered carries no revision, so that it
// can't be written back by mistake, and what it does not show with it.
//
// Kind.Shared shows all: who holds the kind computes on the whole. Each reading
// asks Options.Redact of each record that it looks at, counting and listing among
// them, so it takes as long as going through copies. Without Options.Redact it is
// the view itself. For of what For returned shows what both readers may see.
func (v *View) For(reader any) *View {
	c := v.cover.and(v.ts.kinds.coverFor(reader))
	if c == nil {
		return v
	}
	w := *v
	w.cover = c
	return &w
}

// Whole reports whether a record is there and shown as it is: false of one that is
// hidden or altered for the reader that the view is for.
func (v *View) Whole(s Subject) bool {
	rec := v.find(s)
	if rec == nil || v.cover == nil {
		return rec != nil
	}
	if _, unread := rec.(*unread); unread {
		return false
	}
	k, _, _ := v.ts.kinds.named(s.Kind)
	_, whole := v.cover.shown(k, rec)
	return whole
}

// shown is a record of the choice as the cover leaves it, nil if that hides it, or
// a value by which the record is chosen.
func (q *query) shown(rec any) any {
	shown, whole := q.r.cover.shown(q.k, rec)
	if shown == nil || whole {
		return shown
	}
	for _, f := range q.filters {
		by := q.k.listings[f.listing]
		if by.value != nil && by.value(shown) != f.value || by.values != nil && !slices.Contains(by.values(shown), f.value) {
			return nil
		}
	}
	return shown
}

// seen walks over what the cover leaves of the choice, ordered by what is shown: a
// place in an order would tell of what is not.
func (q *query) seen(yield func(key string, rec any) bool) {
	if q.order == 0 {
		q.scan(func(key string, rec any) bool {
			shown := q.shown(rec)
			return shown == nil || yield(key, shown)
		})
		return
	}
	var list []keyed
	q.unordered().scan(func(key string, rec any) bool {
		if shown := q.shown(rec); shown != nil && !q.before(shown, key) {
			list = append(list, keyed{key, shown})
		}
		return true
	})
	slices.SortStableFunc(list, func(a, b keyed) int { return cmp.Compare(q.valueOf(a.rec), q.valueOf(b.rec)) })
	for _, r := range list {
		if !yield(r.key, r.rec) {
			return
		}
	}
}

// unordered is the choice by key, from the start.
func (q *query) unordered() *query {
	c := q.refined()
	c.order, c.from = 0, ""
	return c
}

// Shown returns a record, with what the transaction has written, as Options.Redact leaves
// it for a reader, and its revision, 0 of one that is altered; false of one that is hidden
// or not there. It is for who answers a writer with what he wrote.
func (tx *Tx) Shown(reader any, s Subject) (rec any, revision uint64, ok bool) {
	seen := tx.reading
	seen.cover = tx.ts.kinds.coverFor(reader)
	if rec, ok = seen.Record(s); ok {
		revision, _ = seen.Revision(s)
	}
	return rec, revision, ok
}

// Window is a ledger as one reader may see it: what stands there now, what stood
// there, and what became of it. See Ledger.For.
type Window struct {
	l      *Ledger
	reader any
}

// For returns the ledger as a reader may see it, by Options.Redact, which is given
// the reader.
func (l *Ledger) For(reader any) *Window { return &Window{l, reader} }

// View returns the state as last confirmed by the journal; see View.For.
func (w *Window) View() *View { return w.l.View().For(w.reader) }

// At returns the state as it stood at time t; see Ledger.At and View.For.
func (w *Window) At(ctx context.Context, t time.Time) (*View, error) {
	v, err := w.l.At(ctx, t)
	if err != nil {
		return nil, err
	}
	return v.For(w.reader), nil
}

// Between yields the state as it stood at each of many moments; see Ledger.Between
// and View.For.
func (w *Window) Between(ctx context.Context, from, to time.Time, every time.Duration) iter.Seq2[*View, error] {
	return func(yield func(*View, error) bool) {
		for v, err := range w.l.Between(ctx, from, to, every) {
			if err == nil {
				v = v.For(w.reader)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// Trail is Ledger.Trail for the reader. Each revision is shown as Options.Redact
// leaves it, judged by what it says itself, but none of a record that is hidden as
// it stands now; fields are compared as they are shown, and bodies that are altered
// are in today's shape. What can't be judged is hidden: what has been erased,
// what was made and withdrawn at once, and what can't be read. A commit of which
// nothing is left is left out; of another, who made it, why and by which verbs is
// told. It takes in the journal from its start.
func (w *Window) Trail(ctx context.Context, after uint64) iter.Seq2[Entry, error] {
	return w.redacted(w.l.Trail(ctx, 0), after)
}

// History is Ledger.History for the reader, redacted as Trail is.
func (w *Window) History(ctx context.Context, s Subject) iter.Seq2[Entry, error] {
	return w.redacted(w.l.History(ctx, s), 0)
}

// Changes is Ledger.Changes for the reader: see Ledger.PublishedFor.
func (w *Window) Changes(ctx context.Context, after uint64) iter.Seq2[Published, error] {
	return func(yield func(Published, error) bool) {
		for p, err := range w.l.Changes(ctx, after) {
			shown := true
			if err == nil && w.l.kinds.redact != nil {
				for c, logErr := range w.l.journal.Log(ctx, p.Seq-1) {
					if err = logErr; err == nil {
						p, shown, err = w.l.PublishedFor(ctx, w.reader, c)
					}
					break
				}
			}
			if shown && !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// PublishedFor tells of a commit of the ledger's journal what a reader may see, by
// Options.Redact; false if that is nothing. Left out are records that are hidden as
// they stand now, or as the commit wrote them; of those withdrawn what counts is what
// they said before. What can't be judged is left out too: what has been erased, and
// what can't be read. So who keeps copies for readers and is to drop what is erased
// follows the whole. Of a commit of which something is left out the Verbs are as well,
// as they tell what it was; who made it and why (By) is told as it is.
func (l *Ledger) PublishedFor(ctx context.Context, reader any, c storage.Commit) (p Published, ok bool, err error) {
	mt, err := metaOf(c)
	if err != nil {
		return Published{}, false, err
	}
	p = newPublished(c, mt)
	cover := l.kinds.coverFor(reader)
	if cover == nil {
		return p, true, nil
	}
	now := l.View()
	seen := now.For(reader)
	p.Written, p.Withdrawn, p.Erases = nil, nil, nil
	for i, ch := range c.Changes {
		s := Subject{KindName(ch.Kind), ch.Key}
		withdrawn := ch.Digest == (storage.Hash{})
		if withdrawn {
			if ch, err = l.bodyBefore(ctx, mt, i, ch); err != nil {
				return Published{}, false, err
			}
		}
		switch {
		case now.Has(s) && !seen.Has(s) || !cover.shows(l.kinds, ch, c.Seq):
		case withdrawn:
			p.Withdrawn = append(p.Withdrawn, s)
		default:
			p.Written = append(p.Written, s)
		}
	}
	all, left := len(c.Changes)+len(mt.Erases)+len(mt.Dropped), len(p.Written)+len(p.Withdrawn)
	if left < all {
		p.Verbs = nil
	}
	return p, all == 0 || left > 0, nil
}

// bodyBefore returns what stood before the i-th change of a commit, a withdrawal; none
// if the commit does not say where.
func (l *Ledger) bodyBefore(ctx context.Context, mt meta, i int, ch storage.Change) (storage.Change, error) {
	if i >= len(mt.Before) || mt.Before[i] == 0 {
		return ch, nil
	}
	for c, err := range l.journal.Log(ctx, mt.Before[i]-1) {
		if err != nil {
			return ch, fmt.Errorf("reading commit %d: %w", mt.Before[i], err)
		}
		for _, was := range c.Changes {
			if was.Kind == ch.Kind && was.Key == ch.Key {
				return was, nil
			}
		}
		break
	}
	return ch, nil
}

// shows reports whether anything is shown of a body.
func (c cover) shows(kinds *kindSet, ch storage.Change, seq uint64) bool {
	k, _, ok := kinds.named(KindName(ch.Kind))
	if !ok || ch.Body == nil {
		return false
	}
	rec, err := k.decode(ch, seq, false)
	if err != nil {
		return false
	}
	shown, _ := c.shown(k, rec)
	return shown != nil
}

func (w *Window) redacted(entries iter.Seq2[Entry, error], after uint64) iter.Seq2[Entry, error] {
	kinds := w.l.kinds
	c := kinds.coverFor(w.reader)
	return func(yield func(Entry, error) bool) {
		now := w.l.View()
		seen := now.For(w.reader)
		last := make(map[Subject]json.RawMessage) // as shown, in today's shape; none of what is hidden
		for e, err := range entries {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if c != nil {
				all := len(e.Changes) + len(e.Erases) + len(e.Dropped)
				var changes []RecordChange
				for _, ch := range e.Changes {
					if now.Has(ch.Subject) && !seen.Has(ch.Subject) {
						continue
					}
					shown, err := c.change(kinds, ch, e.Seq, last)
					if err != nil {
						yield(Entry{}, fmt.Errorf("commit %d: %s: %w", e.Seq, ch.Subject, err))
						return
					}
					if shown != nil {
						changes = append(changes, *shown)
					}
				}
				e.Changes, e.Erases, e.Dropped = changes, nil, nil
				if e.Imported != nil {
					origin := *e.Imported
					origin.Erased = nil
					e.Imported = &origin
				}
				if all > 0 && len(changes) == 0 {
					continue
				}
			}
			if e.Seq > after && !yield(e, nil) {
				return
			}
		}
	}
}

// change is a revision as it is shown, nil if it is hidden. last are those before.
func (c cover) change(kinds *kindSet, ch RecordChange, seq uint64, last map[Subject]json.RawMessage) (*RecordChange, error) {
	before, known := last[ch.Subject]
	delete(last, ch.Subject)
	ch.Fields = nil
	if ch.Body == nil {
		if ch.What != Withdrawn || !known {
			return nil, nil
		}
		return &ch, nil
	}
	k, _, ok := kinds.named(ch.Kind)
	if !ok {
		return nil, nil
	}
	raw := storage.Change{Kind: string(ch.Kind), Key: ch.ID, Schema: ch.Schema, Body: ch.Body}
	rec, err := k.decode(raw, seq, true)
	judged := err == nil
	if !judged { // a field that the kind has no more can't be judged: what is left is shown without
		rec, err = k.decode(raw, seq, false)
	}
	if err != nil {
		return nil, nil
	}
	shown, whole := c.shown(k, rec)
	whole = whole && judged
	if shown == nil {
		return nil, nil
	}
	body := kinds.inTodaysShape(raw)
	if !whole {
		if body, err = k.appendBody(nil, shown); err != nil {
			return nil, err
		}
		ch.Body, ch.Schema = body, k.schema
	}
	last[ch.Subject] = body
	ch.Fields, err = diffJSON(before, body)
	return &ch, err
}
