package aims

import (
	"iter"
	"strings"

	"github.com/tidwall/btree"
)

// table holds the live records of one kind: ordered by ID, by a hash of the ID,
// which finds one faster, and by what the kind is listed by. Copying it is O(1):
// both copies share nodes until one of them is written to. Only the Manager
// copies and writes, under its lock; a published table is only read.
type table[T any] struct {
	m    *btree.Map[string, *T]
	byID *trie[T]
	by   []listing[T]
}

func newTable[T any](id func(*T) string, listed []func(*T) string) *table[T] {
	t := &table[T]{m: new(btree.Map[string, *T]), byID: newTrie(id)}
	for _, value := range listed {
		t.by = append(t.by, newListing(value))
	}
	return t
}

func (t *table[T]) copy() anyTable {
	c := &table[T]{m: t.m.Copy(), byID: t.byID.copy()}
	for i := range t.by {
		c.by = append(c.by, t.by[i].copy())
	}
	return c
}

// set puts a record in place of the one of its ID.
func (t *table[T]) set(id string, rec *T) {
	old, _ := t.m.Set(id, rec)
	t.byID.set(rec)
	for i := range t.by {
		t.by[i].set(id, old, rec)
	}
}

// remove takes the record of an ID out, if there is one.
func (t *table[T]) remove(id string) {
	if old, there := t.m.Delete(id); there {
		t.byID.remove(id)
		for i := range t.by {
			t.by[i].remove(id, old)
		}
	}
}

// fill puts many records in, ordered by ID. Into an empty table that is faster
// than one by one.
func (t *table[T]) fill(recs []keyed) {
	if t.m.Len() > 0 {
		for _, r := range recs {
			t.set(r.key, r.rec.(*T))
		}
		return
	}
	for _, r := range recs {
		t.m.Load(r.key, r.rec.(*T))
		t.byID.set(r.rec.(*T))
	}
	for i := range t.by {
		t.by[i].fill(recs)
	}
}

// anyTable is a table whose record type only its kind knows.
type anyTable interface {
	copy() anyTable
}

// tables are the live records of all kinds, by the kind's index.
type tables [kindCount]anyTable

func newTables() *tables {
	t := new(tables)
	for _, k := range kinds {
		t[k.index()] = k.newTable()
	}
	return t
}

func (t *tables) copy() *tables {
	c := new(tables)
	for i := range t {
		c[i] = t[i].copy()
	}
	return c
}

// Records are the live records of one kind in one View, ordered by ID. The
// values are shared with the View: replace their slices and maps rather than
// changing them in place.
type Records[T any] struct{ t *table[T] }

// Get returns the record of that ID.
func (r Records[T]) Get(id string) (T, bool) {
	p := r.find(id)
	if p == nil {
		var none T
		return none, false
	}
	return *p, true
}

// find returns a pointer to the record of that ID, not to be written to; nil if
// there is none.
func (r Records[T]) find(id string) *T { return r.t.byID.get(id) }

// Has reports whether there is a record of that ID.
func (r Records[T]) Has(id string) bool { return r.t.byID.get(id) != nil }

// Len returns how many records there are.
func (r Records[T]) Len() int { return r.t.m.Len() }

// All yields the records in the order of their IDs.
func (r Records[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		r.t.m.Scan(func(_ string, p *T) bool { return yield(*p) })
	}
}

// each yields pointers to the records, to spare copying large ones. They are
// not to be written to.
func (r Records[T]) each() iter.Seq2[string, *T] {
	return func(yield func(string, *T) bool) {
		r.t.m.Scan(yield)
	}
}

// prefixed yields the records whose ID starts with prefix, in order.
func (r Records[T]) prefixed(prefix string) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		r.t.m.Ascend(prefix, func(id string, p *T) bool {
			return strings.HasPrefix(id, prefix) && yield(p)
		})
	}
}
