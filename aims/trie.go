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
// 2001, with the bitmap-compressed branches described there.)
type trie[T any] struct {
	id   func(*T) string
	root *branch[T]
	own  *owner
}

// owner marks the branches that a trie made itself since it was last copied:
// only those may be written to.
type owner struct{ _ byte }

// branch holds up to 32 twigs, those that are there, in order of their five
// bits. Where the hash is used up, it is a plain list.
type branch[T any] struct {
	own   *owner
	there uint32
	twigs []twig[T]
}

// twig is a record or, with next set, where to look on.
type twig[T any] struct {
	rec  *T
	next *branch[T]
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

// place returns the bit of a branch that the hash leads to at a depth, and how
// many twigs stand before it.
func (b *branch[T]) place(hash uint64, depth int) (bit uint32, before int) {
	bit = 1 << (hash >> depth & (1<<trieBits - 1))
	return bit, bits.OnesCount32(b.there & (bit - 1))
}

// get returns the record of an ID, nil if there is none.
func (t *trie[T]) get(id string) *T {
	hash := maphash.String(trieSeed, id)
	b := t.root
	for depth := 0; depth < hashBits; depth += trieBits {
		bit, i := b.place(hash, depth)
		if b.there&bit == 0 {
			return nil
		}
		w := &b.twigs[i]
		if w.next == nil {
			if t.id(w.rec) == id {
				return w.rec
			}
			return nil
		}
		b = w.next
	}
	if i := b.find(t, id); i >= 0 {
		return b.twigs[i].rec
	}
	return nil
}

// find looks an ID up in a plain list.
func (b *branch[T]) find(t *trie[T], id string) int {
	return slices.IndexFunc(b.twigs, func(w twig[T]) bool { return t.id(w.rec) == id })
}

// writable returns b, or a copy of it that own may write to.
func (b *branch[T]) writable(own *owner) *branch[T] {
	if b.own == own {
		return b
	}
	return &branch[T]{own: own, there: b.there, twigs: slices.Clone(b.twigs)}
}

// set puts a record in place of the one of its ID.
func (t *trie[T]) set(rec *T) {
	t.root = t.root.set(t, maphash.String(trieSeed, t.id(rec)), 0, rec)
}

func (b *branch[T]) set(t *trie[T], hash uint64, depth int, rec *T) *branch[T] {
	b = b.writable(t.own)
	if depth >= hashBits {
		if i := b.find(t, t.id(rec)); i >= 0 {
			b.twigs[i].rec = rec
		} else {
			b.twigs = append(b.twigs, twig[T]{rec: rec})
		}
		return b
	}
	bit, i := b.place(hash, depth)
	if b.there&bit == 0 {
		b.there |= bit
		b.twigs = slices.Insert(b.twigs, i, twig[T]{rec: rec})
		return b
	}
	switch old := b.twigs[i]; {
	case old.next != nil:
		b.twigs[i].next = old.next.set(t, hash, depth+trieBits, rec)
	case t.id(old.rec) == t.id(rec):
		b.twigs[i].rec = rec
	default: // two of the same bits: they part further on
		next := &branch[T]{own: t.own}
		next = next.set(t, maphash.String(trieSeed, t.id(old.rec)), depth+trieBits, old.rec)
		b.twigs[i] = twig[T]{next: next.set(t, hash, depth+trieBits, rec)}
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
			b.twigs = slices.Delete(b.twigs, i, i+1)
		}
		return b
	}
	bit, i := b.place(hash, depth)
	if b.there&bit == 0 {
		return b
	}
	if next := b.twigs[i].next; next != nil {
		if next = next.remove(t, hash, depth+trieBits, id); len(next.twigs) > 0 {
			b.twigs[i].next = next
			return b
		}
	} else if t.id(b.twigs[i].rec) != id {
		return b
	}
	b.there &^= bit
	b.twigs = slices.Delete(b.twigs, i, i+1)
	return b
}
