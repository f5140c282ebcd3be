package proof_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/proof"
)

// rewrite returns the journal with another commit at place i and all that
// follow chained anew, as one who holds the store could write it.
func (l list) rewrite(i int) list {
	out := l[:i].add(storage.Commit{ID: l[i].ID, Time: l[i].Time, Meta: []byte("nothing happened")})
	for _, c := range l[i+1:] {
		out = out.add(c)
	}
	return out
}

// TestRewritingIsRefused: whatever is changed below a checkpoint that somebody
// keeps, no proof leads from it to the next.
func TestRewritingIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := plain(rapid.IntRange(1, 20).Draw(t, "commits"))
		at := rapid.IntRange(1, len(l)).Draw(t, "checkpoint")
		i := rapid.IntRange(0, at-1).Draw(t, "rewritten")
		honest, _ := treeOf(t, l)
		_, kept := treeOf(t, l[:at])
		forged, next := treeOf(t, l.rewrite(i)) // a sound journal by itself

		require.ErrorIs(t, forged.Check(kept), proof.ErrMismatch)
		for _, tree := range []*proof.Tree{forged, honest} {
			p, err := tree.Consistency(kept.Size, next.Size)
			require.NoError(t, err)
			require.ErrorIs(t, p.Verify(kept, next), proof.ErrMismatch)
		}
	})
}

// TestCuttingOffIsNoticed: a journal that lost its last commits does not pass
// for the one that the checkpoint saw, nor can it be proved to continue it.
func TestCuttingOffIsNoticed(t *testing.T) {
	l := plain(9)
	_, kept := treeOf(t, l)
	for n := range l {
		short, c := treeOf(t, l[:n])
		require.ErrorIs(t, short.Check(kept), proof.ErrMismatch)
		_, err := short.Consistency(kept.Size, c.Size)
		require.ErrorIs(t, err, proof.ErrMalformed)
		_, err = short.Consistency(0, kept.Size)
		require.ErrorIs(t, err, proof.ErrMismatch)
		require.ErrorIs(t, proof.Consistency{Old: c.Size, New: c.Size}.Verify(kept, c), proof.ErrMismatch)
	}
}

func TestConsistencyIsSealed(t *testing.T) {
	l := plain(13)
	tree, to := treeOf(t, l)
	for n := 1; n < len(l); n++ {
		_, from := treeOf(t, l[:n])
		p, err := tree.Consistency(from.Size, to.Size)
		require.NoError(t, err)
		require.NoError(t, p.Verify(from, to))
		text, err := p.MarshalText()
		require.NoError(t, err)
		for edit, bad := range edits(text) {
			p, err := proof.ParseConsistency(bad)
			if err == nil {
				err = p.Verify(from, to)
			}
			refused(t, err, fmt.Sprintf("from %d: %s", n, edit))
		}
		for name, alter := range map[string]func(c *proof.Checkpoint){
			"root":   func(c *proof.Checkpoint) { c.Root[9] ^= 1 },
			"size":   func(c *proof.Checkpoint) { c.Size++ },
			"origin": func(c *proof.Checkpoint) { c.Origin = "example.com/other" },
			"huge":   func(c *proof.Checkpoint) { c.Size = 1<<63 - 1 },
		} {
			bad := from
			alter(&bad)
			refused(t, p.Verify(bad, to), name)
			bad = to
			alter(&bad)
			refused(t, p.Verify(from, bad), name)
		}
	}
}

func TestConsistencyBounds(t *testing.T) {
	tree, _ := treeOf(t, plain(3))
	for _, p := range []proof.Consistency{
		{Old: 2, New: 1}, {New: 1<<64 - 1}, {Old: 1<<64 - 1, New: 1<<64 - 1}, {Path: make([]storage.Hash, 100)},
	} {
		require.ErrorIs(t, p.Verify(proof.Checkpoint{}, proof.Checkpoint{}), proof.ErrMalformed)
		_, err := p.MarshalText()
		require.ErrorIs(t, err, proof.ErrMalformed)
	}
	_, err := tree.Consistency(2, 1)
	require.ErrorIs(t, err, proof.ErrMalformed)
	text := "aimskit consistency v1\nold 1\nnew 2\n" + strings.Repeat("path AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 50)
	_, err = proof.ParseConsistency([]byte(text))
	require.ErrorContains(t, err, "line 53")
	_, err = proof.ParseConsistency(make([]byte, 1<<20))
	require.ErrorIs(t, err, proof.ErrMalformed)
}

func FuzzParseConsistency(f *testing.F) {
	l := plain(13)
	tree, to := treeOf(f, l)
	for _, n := range []uint64{0, 1, 5, 8, 13} {
		p, err := tree.Consistency(n, 13)
		require.NoError(f, err)
		text, err := p.MarshalText()
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := proof.ParseConsistency(text)
		if err != nil {
			require.ErrorIs(t, err, proof.ErrMalformed)
			return
		}
		back, err := p.MarshalText()
		require.NoError(t, err)
		require.Equal(t, text, back)
		from, to := to, to
		from.Size, to.Size = p.Old, p.New
		_ = p.Verify(from, to) // whatever the numbers, it ends
	})
}

// BenchmarkTree is what the tree over a journal of 100,000 commits costs.
func BenchmarkTree(b *testing.B) {
	l := plain(100_000)
	tree, to := treeOf(b, l)
	_, from := treeOf(b, l[:54_321])
	p, err := tree.Consistency(from.Size, to.Size)
	require.NoError(b, err)
	saved, err := tree.MarshalBinary()
	require.NoError(b, err)
	signer, log := keyPair(b, origin, 1)
	signed, err := proof.Sign(to, signer)
	require.NoError(b, err)
	for name, run := range map[string]func() error{
		"verify the journal and build": func() error { _, err := proof.Verify(b.Context(), l); return err },
		"load":                         func() error { return new(proof.Tree).UnmarshalBinary(saved) },
		"load and update":              func() error { return load(b, saved).Update(b.Context(), l) },
		"load, trust and update": func() error {
			loaded := load(b, saved)
			if err := loaded.Trust(proof.Policy{Log: log}, signed); err != nil {
				return err
			}
			return loaded.Update(b.Context(), l)
		},
		"save":               func() error { _, err := tree.MarshalBinary(); return err },
		"root":               func() error { _, err := tree.Root(to.Size); return err },
		"prove consistency":  func() error { _, err := tree.Consistency(from.Size, to.Size); return err },
		"verify consistency": func() error { return p.Verify(from, to) },
		"append the heads":   func() error { return appendAll(l) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func appendAll(l list) error {
	var tree proof.Tree
	for _, c := range l {
		if err := tree.Append(c.Head); err != nil {
			return err
		}
	}
	return nil
}
