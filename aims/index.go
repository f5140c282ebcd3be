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

// all yields the records that have a value, ordered by ID.
func (x listing[T]) all(value string) iter.Seq[T] {
	return func(yield func(T) bool) {
		prefix := value + "\x00"
		x.m.Ascend(prefix, func(key string, rec *T) bool {
			return strings.HasPrefix(key, prefix) && yield(*rec)
		})
	}
}

// By what systems are listed.
const (
	systemByOwner = iota
	systemByStage
)

// SystemsByOwner yields the systems that a person owns, ordered by ID; those
// that nobody owns for the empty ID. It looks at no others.
func (r *reading) SystemsByOwner(person string) iter.Seq[register.System] {
	return systems.records(&r.ts).t.by[systemByOwner].all(person)
}

// SystemsAt yields the systems that are at a stage of their life cycle, ordered
// by ID. It looks at no others.
func (r *reading) SystemsAt(stage register.Stage) iter.Seq[register.System] {
	return systems.records(&r.ts).t.by[systemByStage].all(string(stage))
}
