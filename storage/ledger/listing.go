package aims

import (
	"iter"

	"github.com/tidwall/btree"

	"github.com/aimskit/aimskit/register"
)

// listing lists the records of a table by a value that they have. It is copied
// and written to along with its table.
type listing[T any] struct {
	value func(*T) string
	lists *btree.Map[string, *bucket[T]] // those that are not empty
	own   *owner                         // of the lists that may be written to, as a trie's branches
}

// bucket holds the records of one value, by ID.
type bucket[T any] struct {
	own *owner
	m   *btree.Map[string, *T]
}

func newListing[T any](value func(*T) string) listing[T] {
	return listing[T]{value, new(btree.Map[string, *bucket[T]]), new(owner)}
}

func (x *listing[T]) copy() listing[T] {
	x.own = new(owner)
	return listing[T]{x.value, x.lists.Copy(), new(owner)}
}

// writable returns the list of a value, which may be written to.
func (x *listing[T]) writable(value string) *btree.Map[string, *T] {
	l, ok := x.lists.Get(value)
	switch {
	case !ok:
		l = &bucket[T]{x.own, new(btree.Map[string, *T])}
	case l.own != x.own:
		l = &bucket[T]{x.own, l.m.Copy()}
	default:
		return l.m
	}
	x.lists.Set(value, l)
	return l.m
}

// set puts a record in place of the one of its ID, old, which may be nil.
func (x *listing[T]) set(id string, old, rec *T) {
	value := x.value(rec)
	if old != nil && x.value(old) != value {
		x.remove(id, old)
	}
	x.writable(value).Set(id, rec)
}

// remove takes a record out.
func (x *listing[T]) remove(id string, old *T) {
	value := x.value(old)
	m := x.writable(value)
	m.Delete(id)
	if m.Len() == 0 {
		x.lists.Delete(value)
	}
}

// fill puts the records of an empty table in, ordered by ID.
func (x *listing[T]) fill(recs []keyed) {
	for _, r := range recs {
		rec := r.rec.(*T)
		x.writable(x.value(rec)).Load(r.key, rec)
	}
}

// Listed are the records of one View that have one value in common, ordered by
// ID. What it costs to go through them depends on how many they are, not on how
// many others there are. The values are shared with the View, as those of
// Records are.
type Listed[T any] struct{ m *btree.Map[string, *T] }

func (x *listing[T]) of(value string) Listed[T] {
	if l, ok := x.lists.Get(value); ok {
		return Listed[T]{l.m}
	}
	return Listed[T]{new(btree.Map[string, *T])}
}

// Len returns how many records there are.
func (l Listed[T]) Len() int { return l.m.Len() }

// IDs yields the records' IDs: much faster than All, which copies each record.
func (l Listed[T]) IDs() iter.Seq[string] {
	return func(yield func(string) bool) {
		l.m.Scan(func(id string, _ *T) bool { return yield(id) })
	}
}

// All yields the records.
func (l Listed[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		l.m.Scan(func(_ string, rec *T) bool { return yield(*rec) })
	}
}

// By what systems are listed.
const (
	systemByOwner = iota
	systemByStage
)

// SystemsByOwner returns the systems that a person owns; those that nobody owns
// for the empty ID.
func (r *reading) SystemsByOwner(person string) Listed[register.System] {
	return systems.records(r.ts).t.by[systemByOwner].of(person)
}

// SystemsAt returns the systems that are at a stage of their life cycle.
func (r *reading) SystemsAt(stage register.Stage) Listed[register.System] {
	return systems.records(r.ts).t.by[systemByStage].of(string(stage))
}
