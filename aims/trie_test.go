package aims

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A trie does what a map does, and copies do not hear of each other.
func TestTrieIsAMap(t *testing.T) {
	type pair struct {
		trie *trie[int]
		want map[string]int
	}
	rapid.Check(t, func(rt *rapid.T) {
		all := []pair{{newTrie[int](), map[string]int{}}}
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
				p.trie.set(k, &n)
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
					require.Equal(rt, want, *got)
				}
			}
		}
	})
}

// IDs whose hashes agree in all bits are told apart all the same.
func TestTrieWithEqualHashes(t *testing.T) {
	own := new(owner)
	b := &branch[int]{own: own}
	one, two := 1, 2
	for _, w := range []twig[int]{{id: "a", rec: &one}, {id: "b", rec: &one}, {id: "b", rec: &two}} {
		b = b.set(own, 42, hashBits, w)
	}
	require.Equal(t, &one, b.twigs[b.find("a")].rec)
	require.Equal(t, &two, b.twigs[b.find("b")].rec)
	other := b.remove(new(owner), 42, hashBits, "a")
	require.Negative(t, other.find("a"))
	require.GreaterOrEqual(t, b.find("a"), 0)
}
