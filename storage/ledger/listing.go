package ledger

import (
	"slices"
)

// listing lists the records of a table by values that they have. It is copied
// and written to along with its table.
type listing struct {
	listedBy
	lists omap   // those that are not empty
	own   *owner // of the lists that may be written to
}

// bucket holds the records of one value, by key.
type bucket struct {
	own *owner
	m   omap
}

// owner marks the lists that a listing made itself since it was last copied:
// only those may be written to.
type owner struct{ _ byte }

func newListing(by listedBy) listing {
	return listing{by, newMap(), new(owner)}
}

func (x *listing) copy() listing {
	x.own = new(owner)
	return listing{x.listedBy, x.lists.copied(), new(owner)}
}

// writable returns the list of a value, which may be written to.
func (x *listing) writable(value string) omap {
	v, ok := x.lists.Get(value)
	l, _ := v.(*bucket)
	switch {
	case !ok:
		l = &bucket{x.own, newBucketMap()}
	case l.own != x.own:
		l = &bucket{x.own, l.m.copied()}
	default:
		return l.m
	}
	x.lists.Set(value, l)
	return l.m
}

// set puts a record in place of the one of its key, old, which may be nil.
func (x *listing) set(key string, old, rec any) {
	if x.value != nil {
		value := x.value(rec)
		if old != nil {
			if before := x.value(old); before != value {
				x.take(key, before)
			}
		}
		x.writable(value).Set(key, rec)
		return
	}
	values := x.values(rec)
	if old != nil {
		stays := func(value string) bool { return slices.Contains(values, value) }
		if len(values) > few {
			all := make(map[string]bool, len(values))
			for _, value := range values {
				all[value] = true
			}
			stays = func(value string) bool { return all[value] }
		}
		for _, before := range x.values(old) {
			if !stays(before) {
				x.take(key, before)
			}
		}
	}
	for _, value := range values {
		x.writable(value).Set(key, rec)
	}
}

// remove takes a record out.
func (x *listing) remove(key string, old any) {
	if x.value != nil {
		x.take(key, x.value(old))
		return
	}
	for _, value := range x.values(old) {
		x.take(key, value)
	}
}

// few is up to how many values looking at each is faster than a map.
const few = 16

// take takes a key out of the list of a value.
func (x *listing) take(key, value string) {
	m := x.writable(value)
	m.Delete(key)
	if m.Len() == 0 {
		x.lists.Delete(value)
	}
}

// fill puts the records of an empty table in, ordered by key.
func (x *listing) fill(recs []keyed) {
	for _, r := range recs {
		if x.value != nil {
			x.writable(x.value(r.rec)).Load(r.key, r.rec)
			continue
		}
		for _, value := range x.values(r.rec) {
			x.writable(value).Load(r.key, r.rec)
		}
	}
}

var noRecords = newMap()

// of returns the records of a value.
func (x *listing) of(value string) omap {
	if l, ok := x.lists.Get(value); ok {
		return l.(*bucket).m
	}
	return noRecords
}
