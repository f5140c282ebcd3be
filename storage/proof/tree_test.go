package proof_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/proof"
)

// TestAgainstTheModel recomputes chain, tree and proofs of any journal from the
// documentation alone, FORMAT.md among it.
func TestAgainstTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := journals(20).Draw(t, "journal")
		tree, c := treeOf(t, l)
		d := leaves(l)
		for n := range len(d) + 1 {
			root, err := tree.Root(uint64(n))
			require.NoError(t, err)
			require.Equal(t, mth(d[:n]), hash(root), "root at %d", n)
		}
		require.Equal(t, mth(d), hash(c.Root))

		i := rapid.IntRange(0, len(l)-1).Draw(t, "commit")
		at := rapid.IntRange(i+1, len(l)).Draw(t, "size")
		then, err := tree.Root(uint64(at))
		require.NoError(t, err)
		old := proof.Checkpoint{Origin: origin, Size: uint64(at), Root: then}
		for k, ch := range l[i].Changes {
			r, err := tree.Prove(context.Background(), l, storage.RecordID{Kind: ch.Kind, Key: ch.Key}, l[i].Seq, old)
			require.NoError(t, err)
			require.Equal(t, auditPath(i, d[:at]), same(r.Path))
			require.Len(t, auditPath(k, make([]hash, len(l[i].Changes))), len(r.Inner))
			require.Equal(t, l[i].Time, r.Header.Time)
			require.Equal(t, ch.Body, r.Change.Body)
			text, err := r.MarshalText()
			require.NoError(t, err)
			back, err := proof.ParseReceipt(text)
			require.NoError(t, err)
			require.Equal(t, r, back)
			require.NoError(t, back.Verify(old))
		}
		proved, err := tree.Consistency(uint64(at), c.Size)
		require.NoError(t, err)
		require.Equal(t, subProof(at, d, true), same(proved.Path))
		require.NoError(t, proved.Verify(old, c))
		if at < len(l) {
			require.ErrorIs(t, proved.Verify(c, old), proof.ErrMismatch)
		}
	})
}

// TestChainFromTheDocumentation recomputes the hash of each commit of a journal
// with SHA-256 and what the comments say.
func TestChainFromTheDocumentation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parent hash
		for _, c := range journals(4).Draw(t, "journal") {
			parent = commitHash(parent, c)
			require.Equal(t, parent, hash(c.Hash))
		}
	})
}

func TestEmptyTree(t *testing.T) {
	tree, c := treeOf(t, nil)
	require.Equal(t, storage.Head{}, tree.Head())
	require.Equal(t, sum(), hash(c.Root))
	later, next := treeOf(t, plain(3))
	require.NoError(t, later.Check(c))
	p, err := later.Consistency(0, 3)
	require.NoError(t, err)
	require.NoError(t, p.Verify(c, next), "everything continues an empty journal")
	p.Path = []storage.Hash{{1}}
	require.ErrorIs(t, p.Verify(c, next), proof.ErrMismatch)
}

func TestVerifyNamesTheFirstFault(t *testing.T) {
	good := plain(9)
	for name, alter := range map[string]func(list) list{
		"body":    func(l list) list { l[4].Changes[0].Body = []byte("x"); return l },
		"digest":  func(l list) list { l[4].Changes[0].Digest[0] ^= 1; l[4].Changes[0].Body = nil; return l },
		"meta":    func(l list) list { l[4].Meta = []byte("x"); return l },
		"hash":    func(l list) list { l[4].Hash[3] ^= 1; return l },
		"missing": func(l list) list { return append(l[:4], l[5:]...) },
		"twice":   func(l list) list { l[4] = l[3]; return l },
		"time":    func(l list) list { return l[:4].add(storage.Commit{ID: "early", Time: day}) },
	} {
		_, err := proof.Verify(t.Context(), alter(good.erase("", "")))
		require.ErrorIs(t, err, storage.ErrCorrupt, name)
		require.ErrorContains(t, err, "commit 5", name)
	}
	_, err := proof.Verify(t.Context(), good)
	require.NoError(t, err)
	for _, key := range []string{"0", "1", "2"} {
		_, err := proof.Verify(t.Context(), good.erase("system", key))
		require.NoError(t, err, "what was erased verifies")
	}
}

// TestUpdate brings a saved tree up to date and finds that the journal below it
// was changed.
func TestUpdate(t *testing.T) {
	l := plain(12)
	whole, _ := treeOf(t, l)
	for n := range len(l) + 1 {
		tree, _ := treeOf(t, l[:n])
		saved, err := tree.MarshalBinary()
		require.NoError(t, err)
		var loaded proof.Tree
		require.NoError(t, loaded.UnmarshalBinary(saved))
		require.Equal(t, tree.Head(), loaded.Head())
		require.NoError(t, loaded.Update(t.Context(), l))
		require.Equal(t, whole, &loaded)

		if n == 0 {
			continue
		}
		require.ErrorIs(t, tree.Update(t.Context(), l[:n-1]), proof.ErrMismatch, "commits were cut off")
		other := l[:n-1].add(storage.Commit{ID: "other", Time: day.Add(90 * time.Hour)})
		require.ErrorIs(t, tree.Update(t.Context(), other), proof.ErrMismatch, "the last commit was rewritten")
		require.Equal(t, uint64(n), tree.Head().Seq)
		late := append(other, l[n:]...)
		require.ErrorIs(t, tree.Update(t.Context(), late), proof.ErrMismatch)
		early := l[:n].add(storage.Commit{ID: "early", Time: day.Add(-time.Hour)})
		require.ErrorIs(t, tree.Update(t.Context(), early), storage.ErrCorrupt)
		require.Equal(t, uint64(n), tree.Head().Seq)
	}
	var none proof.Tree
	require.ErrorIs(t, none.Append(storage.Head{Seq: 2}), proof.ErrMismatch)
}

// failing is a journal that can't be read beyond its first commits.
type failing struct {
	list
	err error
}

func (f failing) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for c := range f.list.Log(ctx, after) {
			if !yield(c, nil) {
				return
			}
		}
		yield(storage.Commit{}, f.err)
	}
}

func TestReadErrorsComeThrough(t *testing.T) {
	disk := errors.New("the disk is gone")
	j := failing{plain(3), disk}
	_, err := proof.Verify(t.Context(), j)
	require.ErrorIs(t, err, disk)
	tree, c := treeOf(t, plain(5))
	_, err = tree.Prove(t.Context(), j, storage.RecordID{Kind: "system", Key: "4"}, 0, c)
	require.ErrorIs(t, err, disk)
}

// TestTreeTakesHeads: whoever appends to the journal adds the head alone.
func TestTreeTakesHeads(t *testing.T) {
	l := plain(10)
	whole, c := treeOf(t, l)
	var tree proof.Tree
	for _, commit := range l {
		require.NoError(t, tree.Append(commit.Head))
	}
	require.Equal(t, whole, &tree)
	root, err := tlog.TreeHash(10, &tree)
	require.NoError(t, err)
	require.Equal(t, c.Root, storage.Hash(root), "a tree is a tlog.HashReader")
	_, err = tree.ReadHashes([]int64{0, 1 << 40})
	require.ErrorIs(t, err, proof.ErrMismatch)
	_, err = tree.ReadHashes([]int64{-1})
	require.ErrorIs(t, err, proof.ErrMismatch)
}

// TestSavedTreeGrows: what was saved of a smaller tree is the start of what is
// saved of a larger, behind the header.
func TestSavedTreeGrows(t *testing.T) {
	l := plain(9)
	before := []byte(nil)
	for n := range len(l) + 1 {
		tree, _ := treeOf(t, l[:n])
		saved, err := tree.MarshalBinary()
		require.NoError(t, err)
		if n > 0 {
			require.Equal(t, before[56:], saved[56:len(before)])
		}
		before = saved
	}
}

// TestSavedTreeIsChecked flips every byte and cuts at every offset.
func TestSavedTreeIsChecked(t *testing.T) {
	for n := range 9 {
		tree, _ := treeOf(t, plain(n))
		saved, err := tree.MarshalBinary()
		require.NoError(t, err)
		for i := range saved {
			bad := append([]byte(nil), saved...)
			bad[i] ^= 1
			var loaded proof.Tree
			require.ErrorIs(t, loaded.UnmarshalBinary(bad), proof.ErrMalformed, "byte %d of %d commits", i, n)
			require.ErrorIs(t, loaded.UnmarshalBinary(saved[:i]), proof.ErrMalformed)
			require.Equal(t, proof.Tree{}, loaded)
		}
		require.ErrorIs(t, new(proof.Tree).UnmarshalBinary(append(saved, 0)), proof.ErrMalformed)
	}
}

func FuzzUnmarshalTree(f *testing.F) {
	for n := range 4 {
		tree, _ := treeOf(f, plain(n))
		saved, err := tree.MarshalBinary()
		require.NoError(f, err)
		f.Add(saved)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var tree proof.Tree
		if err := tree.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, proof.ErrMalformed)
			return
		}
		back, err := tree.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, back)
	})
}
