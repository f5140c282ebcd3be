package aims

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// leaf is what the tries here hold.
type leaf struct {
	id string
	n  int
}

func newLeaves() *trie[leaf] { return newTrie(func(l *leaf) string { return l.id }) }

// A trie does what a map does, and copies do not hear of each other.
func TestTrieIsAMap(t *testing.T) {
	type pair struct {
		trie *trie[leaf]
		want map[string]int
	}
	rapid.Check(t, func(rt *rapid.T) {
		all := []pair{{newLeaves(), map[string]int{}}}
		key := rapid.Custom(func(rt *rapid.T) string { return fmt.Sprint("k", rapid.IntRange(0, 200).Draw(rt, "key")) })
		for n := range rapid.IntRange(1, 300).Draw(rt, "steps") {
			p := &all[rapid.IntRange(0, len(all)-1).Draw(rt, "which")]
			switch rapid.IntRange(0, 9).Draw(rt, "op") {
			case 0:
				all = append(all, pair{p.trie.copy(), maps.Clone(p.want)})
			case 1, 2, 3:
				k := key.Draw(rt, "gone")
				p.trie.remove(k)
				delete(p.want, k)
			default:
				k := key.Draw(rt, "put")
				p.trie.set(&leaf{k, n})
				p.want[k] = n
			}
		}
		for _, p := range all {
			for k := range 201 {
				id := fmt.Sprint("k", k)
				got := p.trie.get(id)
				want, ok := p.want[id]
				require.Equal(rt, ok, got != nil, id)
				if ok {
					require.Equal(rt, leaf{id, want}, *got)
				}
			}
		}
	})
}

// IDs whose hashes agree in all bits are told apart all the same.
func TestTrieWithEqualHashes(t *testing.T) {
	all := newLeaves()
	b := &branch[leaf]{own: all.own}
	one, two := &leaf{"b", 1}, &leaf{"b", 2}
	for _, l := range []*leaf{{"a", 1}, one, two} {
		b = b.set(all, 42, hashBits, l)
	}
	require.Equal(t, &leaf{"a", 1}, b.recs[b.find(all, "a")])
	require.Same(t, two, b.recs[b.find(all, "b")])
	other := b.remove(newLeaves(), 42, hashBits, "a")
	require.Negative(t, other.find(all, "a"))
	require.GreaterOrEqual(t, b.find(all, "a"), 0)
}
