package ledger

import (
	"iter"
	"slices"
	"sync"
)

// table holds the live records of one kind, ordered by key, and by what the
// kind is listed by. Copying it is O(1): both copies share nodes until one of
// them is written to. Only the ledger copies and writes, under its lock; a
// published table is only read.
//
// It knows no type of record, so that none of it is compiled once for each: the
// values are pointers to records.
type table struct {
	m    omap
	by   []listing
	gone omap // by keys that are live no more, the commit that touched each last; nil: none
}

func newTable(k *kind) *table {
	t := &table{m: newMap()}
	for _, by := range k.listings {
		t.by = append(t.by, newListing(by))
	}
	return t
}

func (t *table) copy() *table {
	c := &table{m: t.m.copied()}
	if t.gone != nil {
		c.gone = t.gone.copied()
	}
	if len(t.by) > 0 {
		c.by = make([]listing, len(t.by))
		for i := range t.by {
			c.by[i] = t.by[i].copy()
		}
	}
	return c
}

// get returns the record of a key, nil if there is none. It is not to be
// written to.
func (t *table) get(key string) any {
	rec, _ := t.m.Get(key)
	return rec
}

// set puts a record in place of the one of its key.
func (t *table) set(key string, rec any) {
	old, _ := t.m.Set(key, rec)
	for i := range t.by {
		t.by[i].set(key, old, rec)
	}
}

// remove takes the record of a key out, if there is one.
func (t *table) remove(key string) {
	if old, there := t.m.Delete(key); there {
		for i := range t.by {
			t.by[i].remove(key, old)
		}
	}
}

// put is set or, without a record, remove.
func (t *table) put(key string, rec any) {
	if rec == nil {
		t.remove(key)
	} else {
		t.set(key, rec)
	}
}

// fill puts many records in, ordered by key. Into an empty table that is faster
// than one by one.
func (t *table) fill(recs []keyed) {
	if t.m.Len() > 0 {
		t.replace(recs)
		return
	}
	for _, r := range recs {
		t.m.Load(r.key, r.rec)
	}
	for i := range t.by {
		t.by[i].fill(recs)
	}
}

// replace is set of many. Each listing is a map of its own.
func (t *table) replace(recs []keyed) {
	olds := make([]any, len(recs))
	for i, r := range recs {
		olds[i], _ = t.m.Set(r.key, r.rec)
	}
	var wg sync.WaitGroup
	for l := range t.by {
		fill := func() {
			for i, r := range recs {
				t.by[l].set(r.key, olds[i], r.rec)
			}
		}
		if len(recs) < 64 {
			fill()
		} else {
			wg.Go(fill)
		}
	}
	wg.Wait()
}

// tables are the live records of all kinds of a ledger, and the keys that are
// never given again.
type tables struct {
	kinds  *kindSet
	of     []*table       // by a kind's place
	erased omap           // what Subject.String returns of each; and what has been migrated
	marks  []snapshotMark // that commits hold, in order; appended to as a whole
	bytes  uint64         // of the commits, as commitBytes counts them
}

func newTables(kinds *kindSet) *tables {
	t := &tables{kinds: kinds, of: make([]*table, len(kinds.all)), erased: newMap()}
	for i, k := range kinds.all {
		t.of[i] = newTable(k)
	}
	return t
}

func (t *tables) copy() *tables {
	c := &tables{kinds: t.kinds, of: make([]*table, len(t.of)), erased: t.erased.copied(), marks: t.marks, bytes: t.bytes}
	for i := range t.of {
		c.of[i] = t.of[i].copy()
	}
	return c
}

// size returns the number of live records.
func (t *tables) size() int {
	n := 0
	for _, t := range t.of {
		n += t.m.Len()
	}
	return n
}

// table returns the table of a kind; an empty one if it is not declared.
func (t *tables) table(k *kind) *table {
	if i, ok := t.kinds.at[k]; ok {
		return t.of[i]
	}
	return newTable(k)
}

// all yields the records with their kinds, in the order in which those were
// declared.
func (t *tables) all() iter.Seq2[*kind, keyed] {
	return func(yield func(*kind, keyed) bool) {
		more := true
		for i, k := range t.kinds.all {
			t.of[i].m.Scan(func(key string, rec any) bool {
				more = yield(k, keyed{key, rec})
				return more
			})
			if !more {
				return
			}
		}
	}
}

// listingAt returns the place of a listing of a kind, -1 if there is none.
func (k *kind) listingAt(name string) int {
	return slices.IndexFunc(k.listings, func(l listedBy) bool { return l.name == name })
}
