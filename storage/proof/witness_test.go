package proof_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/proof"
)

// witness is a Witness in memory. It stands for one that is reached over the
// network.
type witness struct {
	policy proof.Policy
	signer note.Signer
	mu     sync.Mutex
	last   map[string]proof.Checkpoint // by origin
	down   error
	answer func([]byte) []byte // changes what it answers, if not nil
}

func newWitness(policy proof.Policy, signer note.Signer) *witness {
	return &witness{policy: policy, signer: signer, last: make(map[string]proof.Checkpoint)}
}

func (w *witness) Seen(_ context.Context, origin string) (uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last[origin].Size, w.down
}

func (w *witness) Cosign(_ context.Context, checkpoint []byte, p proof.Consistency) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next, err := w.policy.Open(checkpoint)
	if err != nil {
		return nil, err
	}
	line, err := proof.Countersign(w.last[next.Origin], next, p, w.signer)
	if err != nil {
		return nil, err
	}
	w.last[next.Origin] = next.Checkpoint
	if w.answer != nil {
		line = w.answer(line)
	}
	return line, nil
}

func TestWitnessesFollow(t *testing.T) {
	logKey, log := keyPair(t, origin, 1)
	aKey, a := keyPair(t, "a.example", 2)
	bKey, b := keyPair(t, "b.example", 3)
	first, second := newWitness(proof.Policy{Log: log}, aKey), newWitness(proof.Policy{Log: log}, bKey)
	policy := proof.Policy{Log: log, Witnesses: []note.Verifier{a, b}, Quorum: 2}
	l := plain(12)
	signed := func(l list) (*proof.Tree, []byte) {
		tree, c := treeOf(t, l)
		msg, err := proof.Sign(c, logKey)
		require.NoError(t, err)
		return tree, msg
	}
	var tree *proof.Tree
	var msg []byte
	for _, n := range []int{0, 1, 5, 5, 8, 12} {
		tree, msg = signed(l[:n])
		both, err := tree.Cosign(t.Context(), msg, first, second)
		require.NoError(t, err)
		s, err := policy.Open(both)
		require.NoError(t, err)
		require.Equal(t, []string{origin, "a.example", "b.example"}, s.By)
		again, err := tree.Cosign(t.Context(), both, second, first)
		require.NoError(t, err)
		require.Equal(t, both, again, "nothing is signed twice")
	}

	// An older checkpoint, and one of a rewritten journal, get no signature.
	old, oldMsg := signed(l[:3])
	got, err := old.Cosign(t.Context(), oldMsg, first)
	require.ErrorIs(t, err, proof.ErrMismatch)
	require.Equal(t, oldMsg, got)
	forged, forgedMsg := signed(l.rewrite(2).add(storage.Commit{ID: "new", Time: day.Add(99 * time.Hour)}))
	_, err = forged.Cosign(t.Context(), forgedMsg, first, second)
	require.ErrorIs(t, err, proof.ErrMismatch)
	require.ErrorContains(t, err, "witness 0")
	require.ErrorContains(t, err, "witness 1")
	require.Equal(t, uint64(12), first.last[origin].Size)
	split, splitMsg := signed(l.rewrite(11)) // of the same size as the last
	_, err = split.Cosign(t.Context(), splitMsg, first)
	require.ErrorIs(t, err, proof.ErrMismatch)

	// One that fails is left out, the others are not.
	second.down = errors.New("no route")
	one, err := tree.Cosign(t.Context(), msg, second, first)
	require.ErrorIs(t, err, second.down)
	_, err = policy.Open(one)
	require.ErrorIs(t, err, proof.ErrSignature)
	policy.Quorum = 1
	_, err = policy.Open(one)
	require.NoError(t, err)

	// Nor does one that answers nonsense spoil the checkpoint.
	for _, answer := range []string{"no line\n", "— a.example", "— a.example !!!\n", "\nfour\n", "— a.example AAAAAAAA\n\n"} {
		first.answer = func([]byte) []byte { return []byte(answer) }
		got, err := tree.Cosign(t.Context(), msg, first)
		require.ErrorIs(t, err, proof.ErrMalformed, answer)
		require.Equal(t, msg, got)
	}

	// What is not this tree's is not passed on.
	_, err = tree.Cosign(t.Context(), forgedMsg, first)
	require.ErrorIs(t, err, proof.ErrMismatch)
	_, err = tree.Cosign(t.Context(), []byte("no checkpoint"), first)
	require.ErrorIs(t, err, proof.ErrMalformed)
	_, err = tree.Cosign(t.Context(), bytes.Repeat([]byte("x"), proof.MaxCheckpoint+1), first)
	require.ErrorIs(t, err, proof.ErrMalformed)
}

// TestCountersignStartsAnywhere: a witness that knows no checkpoint of an origin
// takes the first that it sees, and from then on only what continues it.
func TestCountersignStartsAnywhere(t *testing.T) {
	logKey, log := keyPair(t, origin, 1)
	key, verifier := keyPair(t, "a.example", 2)
	_, c := treeOf(t, plain(7))
	msg, err := proof.Sign(c, logKey)
	require.NoError(t, err)
	s, err := proof.Policy{Log: log}.Open(msg)
	require.NoError(t, err)
	line, err := proof.Countersign(proof.Checkpoint{}, s, proof.Consistency{New: 7}, key)
	require.NoError(t, err)
	_, err = proof.Policy{Log: log, Witnesses: []note.Verifier{verifier}, Quorum: 1}.Open(append(msg, line...))
	require.NoError(t, err)
	_, err = proof.Countersign(c, s, proof.Consistency{New: 7}, key)
	require.ErrorIs(t, err, proof.ErrMismatch, "not from the last one")
	other := c
	other.Origin = "example.com/other"
	_, err = proof.Countersign(other, s, proof.Consistency{Old: 7, New: 7}, key)
	require.ErrorIs(t, err, proof.ErrMismatch)
}
