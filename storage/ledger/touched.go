package ledger

import (
	"cmp"
	"slices"
	"sync/atomic"

	"github.com/aimskit/aimskit/storage"
)

// turn is what led to a published state: which records the commits of one batch touched.
// Each knows the one after it, none the one before: what nobody's view is older than is
// let go.
type turn struct {
	touched []Subject
	known   bool // false where other writers' commits were read from the journal
	next    atomic.Pointer[turn]
}

// Touched returns the records that were written, withdrawn or erased after one View of a
// ledger up to a later one, each once, in order of kind and ID. It costs what they are, and
// is false where that isn't known: of Views of two ledgers, of one that is not later, of
// what another writer wrote, of those of the past (At, Between), and of those for a reader
// (For). Then anything may differ.
func Touched(older, v *View) ([]Subject, bool) {
	if older.cover != nil || v.cover != nil {
		return nil, false
	}
	if older.head == v.head && older.ts == v.ts {
		return nil, true
	}
	if older.turn == nil || v.turn == nil {
		return nil, false
	}
	var all []Subject
	for s := older.turn; s != v.turn; {
		if s = s.next.Load(); s == nil || !s.known {
			return nil, false
		}
		all = append(all, s.touched...)
	}
	slices.SortFunc(all, func(a, b Subject) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return slices.Compact(all), true
}

// touched are the records that a batch writes, withdraws or erases.
func (b batch) touched(commits []storage.Commit) []Subject {
	all := []Subject{}
	for c, mt := range b.made(commits) {
		for _, ch := range c.Changes {
			all = append(all, Subject{KindName(ch.Kind), ch.Key})
		}
		all = append(all, mt.Erases...)
	}
	return all
}

// after links the view that is shown now to the one before.
func (v *View) after(before *View, touched []Subject, known bool) *View {
	v.turn = &turn{touched: touched, known: known}
	if before != nil {
		before.turn.next.Store(v.turn)
	}
	return v
}

// lens is how a View is looked at by who works something out of it.
type lens struct {
	only map[*kind]omap // what is walked over of a kind, where that is not all of it
	told func(KindName)
}

// Narrowed returns the View with walks (All, IDs, Where) over the records of some kinds
// that show those alone that have a value in their listing of some name; of a kind without
// such a listing the record alone whose ID the value is. How many there are of a kind, what
// is asked for by its ID, and other kinds are as they were.
//
// It is for who works out of a View what holds of one part of it: what is looked for part
// by part costs what the part is, not what there is.
func Narrowed(v *View, listing, value string, kinds ...KindName) *View {
	w, l := *v, &lens{only: make(map[*kind]omap, len(kinds))}
	if v.lens != nil {
		l.told = v.lens.told
	}
	for _, name := range kinds {
		k, i, ok := v.ts.kinds.named(name)
		if !ok {
			continue
		}
		if at := k.listingAt(listing); at >= 0 {
			l.only[k] = v.ts.of[i].by[at].of(value)
			continue
		}
		l.only[k] = noRecords
		if rec := v.ts.of[i].get(value); rec != nil {
			m := newBucketMap()
			m.Set(value, rec)
			l.only[k] = m
		}
	}
	w.lens = l
	return &w
}

// Traced returns the View with a function that is told of which kinds something is read,
// the empty one for all of them: what is worked out of it can change with those alone. Of
// walks that are narrowed it is not told.
func Traced(v *View, told func(KindName)) *View {
	w, l := *v, &lens{told: told}
	if v.lens != nil {
		l.only = v.lens.only
	}
	w.lens = l
	return &w
}

// asked tells of a kind that is asked for.
func (r *reading) asked(name KindName) {
	if r.lens != nil && r.lens.told != nil {
		r.lens.told(name)
	}
}

// narrow is what is walked over of a kind; nil for all of it.
func (r *reading) narrow(k *kind) omap {
	if r.lens == nil {
		return nil
	}
	return r.lens.only[k]
}
