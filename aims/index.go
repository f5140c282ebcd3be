package aims

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/btree"

	"github.com/aimskit/aimskit/register"
)

// listing lists the records of a table by a value that they have: its keys are
// the value and the ID, so that those of one value stand together in the order
// of their IDs. It is copied and written to along with its table.
type listing[T any] struct {
	value func(*T) string
	m     *btree.Map[string, *T]
}

// key puts value and ID together; neither holds a zero byte.
func (x listing[T]) key(id string, rec *T) string { return x.value(rec) + "\x00" + id }

// fill puts the records of an empty table in, ordered by ID.
func (x listing[T]) fill(recs []keyed) {
	byValue := make(map[string][]keyed)
	for _, r := range recs {
		v := x.value(r.rec.(*T))
		byValue[v] = append(byValue[v], r)
	}
	for _, v := range slices.Sorted(maps.Keys(byValue)) {
		for _, r := range byValue[v] {
			x.m.Load(v+"\x00"+r.key, r.rec.(*T))
		}
	}
}

// Listed are the records of one View that have one value in common, ordered by
// ID. What it costs to go through them depends on how many they are, not on how
// many others there are. The values are shared with the View, as those of
// Records are.
type Listed[T any] struct {
	m      *btree.Map[string, *T]
	prefix string
}

func (x listing[T]) of(value string) Listed[T] { return Listed[T]{x.m, value + "\x00"} }

// IDs yields the records' IDs: much faster than All, which copies each record.
func (l Listed[T]) IDs() iter.Seq[string] {
	return func(yield func(string) bool) {
		l.m.Ascend(l.prefix, func(key string, _ *T) bool {
			return strings.HasPrefix(key, l.prefix) && yield(key[len(l.prefix):])
		})
	}
}

// All yields the records.
func (l Listed[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		l.m.Ascend(l.prefix, func(key string, rec *T) bool {
			return strings.HasPrefix(key, l.prefix) && yield(*rec)
		})
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
	return systems.records(&r.ts).t.by[systemByOwner].of(person)
}

// SystemsAt returns the systems that are at a stage of their life cycle.
func (r *reading) SystemsAt(stage register.Stage) Listed[register.System] {
	return systems.records(&r.ts).t.by[systemByStage].of(string(stage))
}
