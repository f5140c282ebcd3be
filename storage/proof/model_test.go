package proof_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/proof"
)

// The model: section 2.1 of RFC 6962 written down as it stands there, and the
// hash of a commit from the doc comments of package storage. It uses SHA-256 and
// nothing else.

type hash = [32]byte

func sum(parts ...[]byte) hash {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return hash(h.Sum(nil))
}

// split is the largest power of two below n.
func split(n int) int {
	k := 1
	for 2*k < n {
		k *= 2
	}
	return k
}

// mth is the Merkle tree hash, MTH(D[n]); the data are leaf hashes.
func mth(d []hash) hash {
	switch len(d) {
	case 0:
		return sum()
	case 1:
		return d[0]
	}
	k := split(len(d))
	l, r := mth(d[:k]), mth(d[k:])
	return sum([]byte{1}, l[:], r[:])
}

// auditPath is PATH(m, D[n]).
func auditPath(m int, d []hash) []hash {
	if len(d) == 1 {
		return nil
	}
	k := split(len(d))
	if m < k {
		return append(auditPath(m, d[:k]), mth(d[k:]))
	}
	return append(auditPath(m-k, d[k:]), mth(d[:k]))
}

// subProof is SUBPROOF(m, D[n], b); PROOF(m, D[n]) is that with b true.
func subProof(m int, d []hash, whole bool) []hash {
	if m == len(d) {
		if whole {
			return nil
		}
		return []hash{mth(d)}
	}
	k := split(len(d))
	if m <= k {
		return append(subProof(m, d[:k], whole), mth(d[k:]))
	}
	return append(subProof(m-k, d[k:], false), mth(d[:k]))
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func sized(s string) []byte { return append(number(uint64(len(s))), s...) }

// commitHash is the hash of a commit by the documentation.
func commitHash(parent hash, c storage.Commit) hash {
	var leaves []hash
	for _, ch := range c.Changes {
		digest := hash(ch.Digest)
		if ch.Body != nil {
			digest = sum(number(uint64(len(ch.Salt))), ch.Salt, ch.Body)
		}
		leaves = append(leaves, sum([]byte{0}, sized(ch.Kind), sized(ch.Key), number(uint64(ch.Schema)), digest[:]))
	}
	root := mth(leaves)
	return sum([]byte("aimskit commit v1\x00"), parent[:], number(c.Seq), number(uint64(c.Time.UnixMicro())),
		sized(c.ID), sized(string(c.Meta)), number(uint64(len(leaves))), root[:])
}

// leaf is the leaf hash of a commit in the tree over the journal.
func leaf(commit hash) hash { return sum([]byte{0}, commit[:]) }

// leaves recomputes, by the model, the leaf hashes of a journal.
func leaves(l list) []hash {
	var out []hash
	var parent hash
	for _, c := range l {
		parent = commitHash(parent, c)
		out = append(out, leaf(parent))
	}
	return out
}

func same(hs []storage.Hash) []hash {
	var out []hash
	for _, h := range hs {
		out = append(out, h)
	}
	return out
}

// list is a journal of given commits, right or wrong.
type list []storage.Commit

func (l list) Append(context.Context, storage.Batch) error { return storage.ErrClosed }

func (l list) Log(_ context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for i, c := range l {
			if uint64(i) >= after && !yield(c, nil) {
				return
			}
		}
	}
}

// add appends a commit to a list.
func (l list) add(c storage.Commit) list {
	var head storage.Head
	if len(l) > 0 {
		head = l[len(l)-1].Head
	}
	return append(l[:len(l):len(l)], storage.Seal(head, c))
}

var day = time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC)

// plain is a journal of n commits of one change each.
func plain(n int) list {
	var head storage.Head
	l := make(list, n)
	for i := range l {
		l[i] = storage.Seal(head, storage.Commit{ID: fmt.Sprintf("c%d", i+1), Time: day.Add(time.Duration(i) * time.Hour),
			Meta: []byte(`{"actor":"ada"}`), Changes: []storage.Change{
				{Kind: "system", Key: fmt.Sprint(i % 7), Schema: 1, Salt: []byte{byte(i), 0}, Body: fmt.Appendf(nil, `{"n":%d}`, i)}}})
		head = l[i].Head
	}
	return l
}

// small is the journal of the examples in the documentation: Ada registers two
// systems in one commit, Grace revises one of them, Ada withdraws the other.
func small() list {
	credit := func(level string) storage.Change {
		return storage.Change{Kind: "system", Key: "credit", Schema: 1, Salt: []byte("0123456789abcde\xff"), Body: []byte(`{"id":"credit","level":"` + level + `"}`)}
	}
	return list{}.
		add(storage.Commit{ID: "c1", Time: day, Meta: []byte(`{"actor":"ada","reason":"inventory"}`), Changes: []storage.Change{
			{Kind: "system", Key: "churn", Schema: 1, Salt: []byte("another salt"), Body: []byte(`{"id":"churn"}`)},
			credit("low"),
			{Kind: "person", Key: "zoë", Schema: 2, Salt: []byte("s"), Body: []byte("binary\x00")}}}).
		add(storage.Commit{ID: "c2", Time: day.Add(time.Hour), Meta: []byte(`{"actor":"grace","reason":"second look"}`), Changes: []storage.Change{credit("high")}}).
		add(storage.Commit{ID: "c3", Time: day.Add(2 * time.Hour), Changes: []storage.Change{{Kind: "system", Key: "churn", Schema: 1}}}).
		add(storage.Commit{ID: "c4", Time: day.Add(3 * time.Hour)}).
		add(storage.Commit{ID: "c5", Time: day.Add(4 * time.Hour), Changes: []storage.Change{credit("low")}})
}

// erase returns the journal without the bodies of a record.
func (l list) erase(kind, key string) list {
	out := make(list, len(l))
	for i, c := range l {
		c.Changes = append([]storage.Change(nil), c.Changes...)
		for k := range c.Changes {
			if ch := &c.Changes[k]; ch.Kind == kind && ch.Key == key {
				ch.Salt, ch.Body = nil, nil
			}
		}
		out[i] = c
	}
	return out
}

// journals draws journals with any bytes in them.
func journals(most int) *rapid.Generator[list] {
	return rapid.Custom(func(t *rapid.T) list {
		var l list
		at := rapid.Int64Range(-1e15, 1e16).Draw(t, "time")
		for i := range rapid.IntRange(1, most).Draw(t, "commits") {
			at += rapid.Int64Range(0, 1e9).Draw(t, "later")
			c := storage.Commit{ID: fmt.Sprint(rapid.StringN(1, 8, -1).Draw(t, "id"), i), Time: time.UnixMicro(at).UTC(),
				Meta: rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "meta")}
			for k := range rapid.IntRange(0, 5).Draw(t, "changes") {
				ch := storage.Change{Kind: rapid.StringN(1, 5, -1).Draw(t, "kind"), Key: fmt.Sprint(k), Schema: rapid.IntRange(0, 9).Draw(t, "schema")}
				if rapid.Bool().Draw(t, "body") {
					ch.Salt = rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "salt")
					ch.Body = rapid.OneOf(rapid.SliceOfN(rapid.Byte(), 0, 20), rapid.Map(rapid.String(), func(s string) []byte { return []byte(s) })).Draw(t, "bytes")
				}
				c.Changes = append(c.Changes, ch)
			}
			l = l.add(c)
		}
		return l
	})
}

// keyPair makes a key from a seed, the same each time.
func keyPair(tb testing.TB, name string, seed byte) (note.Signer, note.Verifier) {
	tb.Helper()
	skey, vkey, err := note.GenerateKey(constant(seed), name)
	require.NoError(tb, err)
	signer, err := note.NewSigner(skey)
	require.NoError(tb, err)
	verifier, err := note.NewVerifier(vkey)
	require.NoError(tb, err)
	return signer, verifier
}

// constant reads as one byte, over and over.
type constant byte

func (c constant) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(c)
	}
	return len(b), nil
}

const origin = "example.com/aims"

// treeOf builds the tree and the checkpoint of a journal.
func treeOf(tb require.TestingT, l list) (*proof.Tree, proof.Checkpoint) {
	t, err := proof.Verify(context.Background(), l)
	require.NoError(tb, err)
	c, err := t.Checkpoint(origin)
	require.NoError(tb, err)
	return t, c
}
