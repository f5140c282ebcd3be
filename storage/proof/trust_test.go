package proof_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/proof"
)

// load returns the tree of a saved form.
func load(tb testing.TB, saved []byte) *proof.Tree {
	tb.Helper()
	tree := new(proof.Tree)
	require.NoError(tb, tree.UnmarshalBinary(saved))
	return tree
}

// reads counts the commits that are read of a journal.
type reads struct {
	list
	n *int
}

func (r reads) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for c, err := range r.list.Log(ctx, after) {
			*r.n++
			if !yield(c, err) {
				return
			}
		}
	}
}

// TestForgedTree plays an attack: the saved tree is exchanged for one whose fifth
// leaf is a commit that the journal never held, with all nodes right. The keeper
// must not come to sign a checkpoint under which that commit has a receipt.
func TestForgedTree(t *testing.T) {
	genuine := plain(12)
	forged := storage.Seal(genuine[3].Head, storage.Commit{ID: "forged", Time: genuine[4].Time,
		Changes: []storage.Change{{Kind: "system", Key: "credit", Schema: 1, Salt: []byte{1}, Body: []byte("approved")}}})
	var tree proof.Tree
	for i, c := range genuine {
		if i == 4 {
			c = forged
		}
		require.NoError(t, tree.Append(c.Head))
	}
	exchanged, err := tree.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, genuine[11].Head, load(t, exchanged).Head(), "its last commit is the journal's")

	_, err = load(t, exchanged).Checkpoint(origin)
	require.ErrorIs(t, err, proof.ErrUnchecked)
	longer := genuine.add(storage.Commit{ID: "c13", Time: genuine[11].Time})
	for _, l := range []list{genuine, longer} {
		loaded := load(t, exchanged)
		err = loaded.Update(t.Context(), l)
		require.ErrorIs(t, err, proof.ErrMismatch)
		require.ErrorContains(t, err, "commit 5 of the journal")
		_, err = loaded.Checkpoint(origin)
		require.ErrorIs(t, err, proof.ErrUnchecked, "also after what was found")
	}
	// What the keeper has signed does not match it, or comes before it.
	signer, log := keyPair(t, origin, 1)
	policy := proof.Policy{Log: log}
	for n := range len(genuine) + 1 {
		_, c := treeOf(t, genuine[:n])
		msg, err := proof.Sign(c, signer)
		require.NoError(t, err)
		loaded := load(t, exchanged)
		if n >= 5 {
			require.ErrorIs(t, loaded.Trust(policy, msg), proof.ErrMismatch)
		} else {
			require.NoError(t, loaded.Trust(policy, msg))
		}
		require.ErrorIs(t, loaded.Update(t.Context(), longer), proof.ErrMismatch)
	}
	// And what somebody else has signed is nobody's word.
	c, err := tree.Checkpoint(origin)
	require.NoError(t, err)
	other, _ := keyPair(t, origin, 2)
	msg, err := proof.Sign(c, other)
	require.NoError(t, err)
	loaded := load(t, exchanged)
	require.ErrorIs(t, loaded.Trust(policy, msg), proof.ErrSignature)
	_, err = loaded.Checkpoint(origin)
	require.ErrorIs(t, err, proof.ErrUnchecked)
}

// TestTrust: a signed checkpoint spares reading what comes before it.
func TestTrust(t *testing.T) {
	l := plain(20)
	whole, last := treeOf(t, l)
	signer, log := keyPair(t, origin, 1)
	policy := proof.Policy{Log: log}
	for size := range 13 { // of the tree that was saved
		tree, _ := treeOf(t, l[:size])
		saved, err := tree.MarshalBinary()
		require.NoError(t, err)
		for n := range 15 { // of the checkpoint
			_, c := treeOf(t, l[:n])
			msg, err := proof.Sign(c, signer)
			require.NoError(t, err)
			loaded := load(t, saved)
			if n > size {
				require.ErrorIs(t, loaded.Trust(policy, msg), proof.ErrMismatch)
				n = 0
			} else {
				require.NoError(t, loaded.Trust(policy, msg))
			}
			read := 0
			require.NoError(t, loaded.Update(t.Context(), reads{l, &read}))
			require.Equal(t, len(l)-max(n, 1)+1, read, "the checkpoint's commit and what comes after")
			require.Equal(t, whole, loaded)
			got, err := loaded.Checkpoint(origin)
			require.NoError(t, err)
			require.Equal(t, last, got)
			read = 0
			require.NoError(t, loaded.Update(t.Context(), reads{l, &read}))
			require.Equal(t, 1, read, "the next update reads what is new")
		}
	}
}

// TestLoadedTreeGrows: a head that is added does not make what was loaded
// checked, and a journal cut off before what is trusted is found.
func TestLoadedTreeGrows(t *testing.T) {
	l := plain(9)
	tree, c := treeOf(t, l[:6])
	saved, err := tree.MarshalBinary()
	require.NoError(t, err)
	loaded := load(t, saved)
	require.NoError(t, loaded.Append(l[6].Head))
	_, err = loaded.Checkpoint(origin)
	require.ErrorIs(t, err, proof.ErrUnchecked)
	require.NoError(t, loaded.Update(t.Context(), l))
	_, err = loaded.Checkpoint(origin)
	require.NoError(t, err)

	signer, log := keyPair(t, origin, 1)
	msg, err := proof.Sign(c, signer)
	require.NoError(t, err)
	for n := range 6 {
		loaded = load(t, saved)
		require.NoError(t, loaded.Trust(proof.Policy{Log: log}, msg))
		require.ErrorIs(t, loaded.Update(t.Context(), l[:n]), proof.ErrMismatch, "cut off at %d", n)
	}
	other := l[:5].add(storage.Commit{ID: "other", Time: day.Add(90 * time.Hour)})
	require.ErrorIs(t, loaded.Update(t.Context(), other), proof.ErrMismatch)
}

// TestContext: what reads a journal looks at the context between commits, even
// where the journal, as this one, does not.
func TestContext(t *testing.T) {
	l := plain(5)
	tree, c := treeOf(t, l)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := storage.Verify(ctx, l)
	require.ErrorIs(t, err, context.Canceled)
	_, err = proof.Verify(ctx, l)
	require.ErrorIs(t, err, context.Canceled)
	_, err = tree.Prove(ctx, l, storage.RecordID{Kind: "system", Key: "1"}, 0, c)
	require.ErrorIs(t, err, context.Canceled)
}
