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

// twig is a record with its ID or, with next set, where to look on.
type twig[T any] struct {
	id   string
	rec  *T
	next *branch[T]
}

const (
	trieBits = 5
	hashBits = 64
)

var trieSeed = maphash.MakeSeed()

func newTrie[T any]() *trie[T] {
	own := new(owner)
	return &trie[T]{root: &branch[T]{own: own}, own: own}
}

func (t *trie[T]) copy() *trie[T] {
	t.own = new(owner)
	return &trie[T]{root: t.root, own: new(owner)}
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
			if w.id == id {
				return w.rec
			}
			return nil
		}
		b = w.next
	}
	if i := b.find(id); i >= 0 {
		return b.twigs[i].rec
	}
	return nil
}

// find looks an ID up in a plain list.
func (b *branch[T]) find(id string) int {
	return slices.IndexFunc(b.twigs, func(w twig[T]) bool { return w.id == id })
}

// writable returns b, or a copy of it that own may write to.
func (b *branch[T]) writable(own *owner) *branch[T] {
	if b.own == own {
		return b
	}
	return &branch[T]{own: own, there: b.there, twigs: slices.Clone(b.twigs)}
}

// set puts a record in place of the one of its ID.
func (t *trie[T]) set(id string, rec *T) {
	t.root = t.root.set(t.own, maphash.String(trieSeed, id), 0, twig[T]{id: id, rec: rec})
}

func (b *branch[T]) set(own *owner, hash uint64, depth int, w twig[T]) *branch[T] {
	b = b.writable(own)
	if depth >= hashBits {
		if i := b.find(w.id); i >= 0 {
			b.twigs[i] = w
		} else {
			b.twigs = append(b.twigs, w)
		}
		return b
	}
	bit, i := b.place(hash, depth)
	if b.there&bit == 0 {
		b.there |= bit
		b.twigs = slices.Insert(b.twigs, i, w)
		return b
	}
	switch old := b.twigs[i]; {
	case old.next != nil:
		b.twigs[i].next = old.next.set(own, hash, depth+trieBits, w)
	case old.id == w.id:
		b.twigs[i] = w
	default: // two of the same bits: they part further on
		next := &branch[T]{own: own}
		next = next.set(own, maphash.String(trieSeed, old.id), depth+trieBits, old)
		b.twigs[i] = twig[T]{next: next.set(own, hash, depth+trieBits, w)}
	}
	return b
}

// remove takes the record of an ID out, which must be there.
func (t *trie[T]) remove(id string) {
	t.root = t.root.remove(t.own, maphash.String(trieSeed, id), 0, id)
}

func (b *branch[T]) remove(own *owner, hash uint64, depth int, id string) *branch[T] {
	b = b.writable(own)
	if depth >= hashBits {
		if i := b.find(id); i >= 0 {
			b.twigs = slices.Delete(b.twigs, i, i+1)
		}
		return b
	}
	bit, i := b.place(hash, depth)
	if b.there&bit == 0 {
		return b
	}
	if next := b.twigs[i].next; next != nil {
		if next = next.remove(own, hash, depth+trieBits, id); len(next.twigs) > 0 {
			b.twigs[i].next = next
			return b
		}
	} else if b.twigs[i].id != id {
		return b
	}
	b.there &^= bit
	b.twigs = slices.Delete(b.twigs, i, i+1)
	return b
}
