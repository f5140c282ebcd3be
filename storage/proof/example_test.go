package proof_test

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
	"github.com/aimskit/aimskit/storage/proof"
)

// write adds commits to a journal.
func write(j storage.Journal, head storage.Head, commits ...storage.Commit) error {
	batch, err := storage.SealBatch(head, commits)
	if err != nil {
		return err
	}
	return j.Append(context.Background(), batch)
}

// journal returns a journal with two commits, and keys. A keeper makes the keys
// once, with crypto/rand.Reader.
func journal() (storage.Journal, note.Signer, note.Verifier) {
	j := memory.New()
	err := write(j, storage.Head{},
		storage.Commit{ID: "c1", Time: time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC),
			Meta: []byte(`{"actor":"ada","reason":"inventory"}`), Changes: []storage.Change{
				{Kind: "system", Key: "credit", Schema: 1, Salt: []byte("16 random bytes."), Body: []byte(`{"id":"credit"}`)},
				{Kind: "system", Key: "churn", Schema: 1, Salt: []byte("another 16 of it"), Body: []byte(`{"id":"churn"}`)}}},
		storage.Commit{ID: "c2", Time: time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC),
			Meta: []byte(`{"actor":"grace","reason":"not in use"}`), Changes: []storage.Change{{Kind: "system", Key: "churn", Schema: 1}}})
	skey, vkey, err2 := note.GenerateKey(constant(7), "bank.example/aims")
	signer, err3 := note.NewSigner(skey)
	verifier, err4 := note.NewVerifier(vkey)
	if err := errors.Join(err, err2, err3, err4); err != nil {
		panic(err)
	}
	return j, signer, verifier
}

// The keeper of a journal signs a checkpoint and gives an auditor one record
// with a receipt. The auditor needs the two texts and the keeper's public key.
func Example() {
	ctx := context.Background()
	j, signer, verifier := journal()

	// The keeper.
	tree, err := proof.Verify(ctx, j)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, _ := tree.Checkpoint("bank.example/aims")
	checkpoint, _ := proof.Sign(c, signer)
	r, err := tree.Prove(ctx, j, storage.RecordID{Kind: "system", Key: "credit"}, 0, c)
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, _ := r.MarshalText()

	// The auditor.
	got, signed, err := proof.Policy{Log: verifier}.Verify(receipt, checkpoint)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s of %d commits, signed by %s\n", signed.Origin, signed.Size, signed.By[0])
	fmt.Printf("%s %s: %s\n", got.Change.Kind, got.Change.Key, got.Change.Body)
	fmt.Printf("recorded %s by %s\n", got.Header.Time.Format(time.DateTime), got.Header.Meta)
	// Output:
	// bank.example/aims of 2 commits, signed by bank.example/aims
	// system credit: {"id":"credit"}
	// recorded 2026-01-02 09:00:00 by {"actor":"ada","reason":"inventory"}
}

// Whoever kept a checkpoint can see later whether the journal still holds what
// it held then.
func ExampleTree_Check() {
	ctx := context.Background()
	j, _, _ := journal()
	tree, _ := proof.Verify(ctx, j)
	kept, _ := tree.Checkpoint("bank.example/aims")

	rewritten := memory.New()
	_ = write(rewritten, storage.Head{}, storage.Commit{ID: "c1", Time: time.Unix(0, 0).UTC()})
	other, _ := proof.Verify(ctx, rewritten)

	fmt.Println(tree.Check(kept))
	fmt.Println(errors.Is(other.Check(kept), proof.ErrMismatch))
	// Output:
	// <nil>
	// true
}

// A tree is saved beside the checkpoint that was signed of it, and brought up to
// date later: only the commits that are new, and the last that was signed, are
// read. Without Trust, the first Update reads the journal from its start.
func ExampleTree_Trust() {
	ctx := context.Background()
	j, signer, log := journal()
	tree, _ := proof.Verify(ctx, j)
	saved, _ := tree.MarshalBinary()
	c, _ := tree.Checkpoint("bank.example/aims")
	checkpoint, _ := proof.Sign(c, signer)

	_ = write(j, tree.Head(), storage.Commit{ID: "c3", Time: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)})

	var loaded proof.Tree
	if err := loaded.UnmarshalBinary(saved); err != nil {
		fmt.Println(err)
		return
	}
	if err := loaded.Trust(proof.Policy{Log: log}, checkpoint); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(saved), "bytes,", loaded.Head().Seq, "commits")
	fmt.Println(loaded.Update(ctx, j), loaded.Head().Seq, "commits")
	// Output:
	// 152 bytes, 2 commits
	// <nil> 3 commits
}

// Between two checkpoints, a proof shows that the journal was only added to.
func ExampleTree_Consistency() {
	j, _, _ := journal()
	tree, _ := proof.Verify(context.Background(), j)
	to, _ := tree.Checkpoint("bank.example/aims")
	root, _ := tree.Root(1)
	from := proof.Checkpoint{Origin: to.Origin, Size: 1, Root: root} // as it was signed then

	p, _ := tree.Consistency(from.Size, to.Size)
	text, _ := p.MarshalText()
	fmt.Printf("%s", text)
	fmt.Println(p.Verify(from, to))
	from.Root[0] ^= 1
	fmt.Println(errors.Is(p.Verify(from, to), proof.ErrMismatch))
	// Output:
	// aimskit consistency v1
	// old 1
	// new 2
	// path r8s+BhOmvymCOegku+0OWPzUHGYE4ODDDBjAPzO4HPw=
	// <nil>
	// true
}

// A checkpoint counts only if a witness has cosigned it.
func ExampleTree_Cosign() {
	ctx := context.Background()
	j, signer, log := journal()
	skey, vkey, _ := note.GenerateKey(constant(8), "witness.example")
	witnessKey, _ := note.NewSigner(skey)
	verifier, _ := note.NewVerifier(vkey)
	w := newWitness(proof.Policy{Log: log}, witnessKey) // somewhere else

	tree, _ := proof.Verify(ctx, j)
	c, _ := tree.Checkpoint("bank.example/aims")
	checkpoint, _ := proof.Sign(c, signer)
	policy := proof.Policy{Log: log, Witnesses: []note.Verifier{verifier}, Quorum: 1}
	_, err := policy.Open(checkpoint)
	fmt.Println(err)

	checkpoint, err = tree.Cosign(ctx, checkpoint, w)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := policy.Open(checkpoint)
	fmt.Println(s.By, err)
	// Output:
	// not signed as required: checkpoint: 0 witnesses have signed, 1 have to
	// [bank.example/aims witness.example] <nil>
}

// authority is a time-stamping authority of our own: it signs a digest with the
// time. One by RFC 3161 would be asked over the network.
type authority struct {
	key ed25519.PrivateKey
	now func() time.Time
}

func (a authority) Timestamp(_ context.Context, digest storage.Hash) ([]byte, error) {
	token := binary.BigEndian.AppendUint64(nil, uint64(a.now().Unix()))
	return append(token, ed25519.Sign(a.key, append(token, digest[:]...))...), nil
}

func (a authority) VerifyTimestamp(token []byte, digest storage.Hash) (time.Time, error) {
	if len(token) < 8 || !ed25519.Verify(a.key.Public().(ed25519.PublicKey), append(token[:8:8], digest[:]...), token[8:]) {
		return time.Time{}, errors.New("not a token of this authority for this digest")
	}
	return time.Unix(int64(binary.BigEndian.Uint64(token)), 0).UTC(), nil
}

// A stamp from outside says that the checkpoint existed at a time, whatever the
// keeper's clock said.
func ExampleTimestamper() {
	ctx := context.Background()
	j, signer, log := journal()
	tree, _ := proof.Verify(ctx, j)
	c, _ := tree.Checkpoint("bank.example/aims")
	msg, _ := proof.Sign(c, signer)
	signed, _ := proof.Policy{Log: log}.Open(msg)

	outside := authority{ed25519.NewKeyFromSeed(make([]byte, 32)), func() time.Time { return time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC) }}
	var stamper proof.Timestamper = outside
	token, _ := stamper.Timestamp(ctx, signed.Digest())

	var verifier proof.TimestampVerifier = outside
	at, err := verifier.VerifyTimestamp(token, signed.Digest())
	fmt.Println(at.Format(time.DateTime), err)
	_, err = verifier.VerifyTimestamp(token, storage.Hash{})
	fmt.Println(err)
	// Output:
	// 2026-01-02 12:00:00 <nil>
	// not a token of this authority for this digest
}
