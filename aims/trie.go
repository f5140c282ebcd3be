package aims

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// trie finds records by ID faster than an ordered map: by a hash of the ID, five
// bits of it at each branch, so that the text of one key is compared where a
// search in order compares a dozen. Copying it is O(1): both copies share
// branches until one of them is written to. (Phil Bagwell, Ideal Hash Trees,
// 2001, with records and branches apart, as Steindorfer and Vinju, Optimizing
// Hash-Array Mapped Tries, 2015, have them.)
type trie[T any] struct {
	id   func(*T) string
	root *branch[T]
	own  *owner
}

// owner marks the branches that a trie made itself since it was last copied:
// only those may be written to.
type owner struct{ _ byte }

// branch holds up to 32 records and branches, those that are there, each in
// order of their five bits. Where the hash is used up, the records are a plain
// list.
type branch[T any] struct {
	own     *owner
	here    uint32 // which bits lead to a record
	further uint32 // which to a branch
	recs    []*T
	next    []*branch[T]
}

const (
	trieBits = 5
	hashBits = 64
)

var trieSeed = maphash.MakeSeed()

func newTrie[T any](id func(*T) string) *trie[T] {
	own := new(owner)
	return &trie[T]{id: id, root: &branch[T]{own: own}, own: own}
}

func (t *trie[T]) copy() *trie[T] {
	t.own = new(owner)
	return &trie[T]{id: t.id, root: t.root, own: new(owner)}
}

// bitAt returns the bit of a branch that the hash leads to at a depth.
func bitAt(hash uint64, depth int) uint32 { return 1 << (hash >> depth & (1<<trieBits - 1)) }

// before counts the bits of a set below one.
func before(set, bit uint32) int { return bits.OnesCount32(set & (bit - 1)) }

// get returns the record of an ID, nil if there is none.
func (t *trie[T]) get(id string) *T {
	hash := maphash.String(trieSeed, id)
	b := t.root
	for depth := 0; depth < hashBits; depth += trieBits {
		bit := bitAt(hash, depth)
		if b.further&bit != 0 {
			b = b.next[before(b.further, bit)]
			continue
		}
		if b.here&bit != 0 {
			if rec := b.recs[before(b.here, bit)]; t.id(rec) == id {
				return rec
			}
		}
		return nil
	}
	if i := b.find(t, id); i >= 0 {
		return b.recs[i]
	}
	return nil
}

// find looks an ID up in a plain list.
func (b *branch[T]) find(t *trie[T], id string) int {
	return slices.IndexFunc(b.recs, func(rec *T) bool { return t.id(rec) == id })
}

// writable returns b, or a copy of it that own may write to.
func (b *branch[T]) writable(own *owner) *branch[T] {
	if b.own == own {
		return b
	}
	return &branch[T]{own: own, here: b.here, further: b.further, recs: slices.Clone(b.recs), next: slices.Clone(b.next)}
}

// set puts a record in place of the one of its ID.
func (t *trie[T]) set(rec *T) {
	t.root = t.root.set(t, maphash.String(trieSeed, t.id(rec)), 0, rec)
}

func (b *branch[T]) set(t *trie[T], hash uint64, depth int, rec *T) *branch[T] {
	b = b.writable(t.own)
	if depth >= hashBits {
		if i := b.find(t, t.id(rec)); i >= 0 {
			b.recs[i] = rec
		} else {
			b.recs = append(b.recs, rec)
		}
		return b
	}
	bit := bitAt(hash, depth)
	i, j := before(b.here, bit), before(b.further, bit)
	switch {
	case b.further&bit != 0:
		b.next[j] = b.next[j].set(t, hash, depth+trieBits, rec)
	case b.here&bit == 0:
		b.here |= bit
		b.recs = slices.Insert(b.recs, i, rec)
	case t.id(b.recs[i]) == t.id(rec):
		b.recs[i] = rec
	default: // two of the same bits: they part further on
		old := b.recs[i]
		next := &branch[T]{own: t.own}
		next = next.set(t, maphash.String(trieSeed, t.id(old)), depth+trieBits, old)
		next = next.set(t, hash, depth+trieBits, rec)
		b.here &^= bit
		b.further |= bit
		b.recs = slices.Delete(b.recs, i, i+1)
		b.next = slices.Insert(b.next, j, next)
	}
	return b
}

// remove takes the record of an ID out, if there is one.
func (t *trie[T]) remove(id string) {
	t.root = t.root.remove(t, maphash.String(trieSeed, id), 0, id)
}

func (b *branch[T]) remove(t *trie[T], hash uint64, depth int, id string) *branch[T] {
	b = b.writable(t.own)
	if depth >= hashBits {
		if i := b.find(t, id); i >= 0 {
			b.recs = slices.Delete(b.recs, i, i+1)
		}
		return b
	}
	bit := bitAt(hash, depth)
	i, j := before(b.here, bit), before(b.further, bit)
	switch {
	case b.further&bit != 0:
		next := b.next[j].remove(t, hash, depth+trieBits, id)
		b.next[j] = next
		if len(next.recs)+len(next.next) == 0 {
			b.further &^= bit
			b.next = slices.Delete(b.next, j, j+1)
		}
	case b.here&bit != 0 && t.id(b.recs[i]) == id:
		b.here &^= bit
		b.recs = slices.Delete(b.recs, i, i+1)
	}
	return b
}
