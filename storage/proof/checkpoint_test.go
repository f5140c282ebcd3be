package proof_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/proof"
)

func TestCheckpointIsSealed(t *testing.T) {
	all := files(t)
	_, log := keyPair(t, origin, 1)
	_, witness := keyPair(t, "witness.example", 2)
	policy := proof.Policy{Log: log, Witnesses: []note.Verifier{witness}, Quorum: 1}
	signed, err := policy.Open(all["checkpoint"])
	require.NoError(t, err)
	require.Equal(t, []string{origin, "witness.example"}, signed.By)
	require.Equal(t, sum([]byte(signed.Text)), hash(signed.Digest()))
	for edit, bad := range edits(all["checkpoint"]) {
		if strings.HasPrefix(edit, "bit") && !strings.HasPrefix(edit, "bit 1 ") {
			continue // each costs two signatures; below, one
		}
		got, err := policy.Open(bad)
		if err == nil { // a signature twice, or two in another order, is all that passes
			require.Equal(t, signed, got, edit)
			require.Contains(t, edit, "line", edit)
			continue
		}
		refused(t, err, edit)
	}
	for edit, bad := range edits(all["checkpoint-old"]) {
		got, err := proof.Policy{Log: log}.Open(bad)
		if err == nil {
			require.Equal(t, uint64(2), got.Size, edit)
			require.Contains(t, edit, "doubled line", edit)
			continue
		}
		refused(t, err, edit)
	}
}

func TestPolicy(t *testing.T) {
	_, c := treeOf(t, small())
	logKey, log := keyPair(t, origin, 1)
	aKey, a := keyPair(t, "a.example", 2)
	bKey, b := keyPair(t, "b.example", 3)
	thiefKey, thief := keyPair(t, origin, 4)
	sign := func(signers ...note.Signer) []byte {
		msg, err := proof.Sign(c, signers...)
		require.NoError(t, err)
		return msg
	}
	both := []note.Verifier{a, b}

	s, err := proof.Policy{Log: log}.Open(sign(aKey, logKey))
	require.NoError(t, err)
	require.Equal(t, []string{origin}, s.By, "signatures of others are ignored")
	require.Equal(t, c, s.Checkpoint)
	s, err = proof.Policy{Log: log, Witnesses: both}.Open(sign(bKey, logKey))
	require.NoError(t, err)
	require.Equal(t, []string{origin, "b.example"}, s.By)
	_, err = proof.Policy{Log: log, Witnesses: both, Quorum: 2}.Open(sign(logKey, bKey))
	require.ErrorIs(t, err, proof.ErrSignature)
	_, err = proof.Policy{Log: log, Witnesses: both, Quorum: 2}.Open(sign(logKey, aKey, bKey))
	require.NoError(t, err)
	_, err = proof.Policy{Log: log, Witnesses: both, Quorum: 2}.Open(sign(aKey, bKey))
	require.ErrorIs(t, err, proof.ErrSignature, "witnesses do not stand in for the log")
	_, err = proof.Policy{Log: log}.Open(sign(thiefKey))
	require.ErrorIs(t, err, proof.ErrSignature, "the name is not the key")
	_, err = proof.Policy{Log: log}.Open(sign(aKey))
	require.ErrorIs(t, err, proof.ErrSignature)

	// One key may sign for many journals: then the origin tells them apart.
	_, err = proof.Policy{Log: log, Origin: origin + "/tenant-7"}.Open(sign(logKey))
	require.ErrorIs(t, err, proof.ErrMismatch)
	tenant := proof.Checkpoint{Origin: origin + "/tenant-7", Size: c.Size, Root: c.Root}
	msg, err := proof.Sign(tenant, logKey)
	require.NoError(t, err)
	_, err = proof.Policy{Log: log, Origin: tenant.Origin}.Open(msg)
	require.NoError(t, err)
	_, err = proof.Policy{Log: log}.Open(msg)
	require.ErrorIs(t, err, proof.ErrMismatch)

	for name, p := range map[string]proof.Policy{
		"no log":        {},
		"quorum":        {Log: log, Witnesses: both, Quorum: 3},
		"below zero":    {Log: log, Quorum: -1},
		"nil witness":   {Log: log, Witnesses: []note.Verifier{nil}},
		"witness twice": {Log: log, Witnesses: []note.Verifier{a, a}},
		"log witnesses": {Log: log, Witnesses: []note.Verifier{log}},
	} {
		_, err := p.Open(sign(logKey, aKey))
		require.ErrorContains(t, err, "policy", name)
	}
	_, err = proof.Policy{Log: log, Witnesses: []note.Verifier{thief}}.Open(sign(logKey))
	require.NoError(t, err, "two keys of one name are two keys")
}

func TestCheckpointText(t *testing.T) {
	root := "u1dZOmJ5tMmujla0DhN//AyncqaerAwx1ltDOJXnrok=" // of small()
	_, want := treeOf(t, small())
	for _, good := range []string{
		"example.com/aims\n5\n" + root + "\n",
		"example.com/aims\n5\n" + root + "\nan extension of others\nand one more\n",
	} {
		c, err := proof.ParseCheckpoint(good)
		require.NoError(t, err)
		require.Equal(t, want, c)
	}
	for _, bad := range []string{
		"", "\n", "\n\n\n", "a\n5\n", "a\n5\n" + root, "\n5\n" + root + "\n", "a\n05\n" + root + "\n", "a\n-5\n" + root + "\n",
		"a\n+5\n" + root + "\n", "a\n 5\n" + root + "\n", "a\n5.0\n" + root + "\n", "a\n\n" + root + "\n", "a\n18446744073709551616\n" + root + "\n",
		"a\n18446744073709551615\n" + root + "\n", "a\n9223372036854775807\n" + root + "\n", "a\n0\n" + root + "\n",
		"a\n5\n" + root[:43] + "\n", "a\n5\n" + root[:42] + "l=\n", "a\n5\n" + root + "=\n", "a\n5\n" + root[:40] + "\n", "a\n5\n" + root + "\n\n", "a\n5\n" + root + "\nx\n\ny\n",
		"a\r\n5\r\n" + root + "\r\n", "\xff\n5\n" + root + "\n", "a\x00\n5\n" + root + "\n", strings.Repeat("a", storage.MaxName+1) + "\n5\n" + root + "\n",
		strings.Repeat("a", proof.MaxCheckpoint+1),
	} {
		_, err := proof.ParseCheckpoint(bad)
		require.ErrorIs(t, err, proof.ErrMalformed, "%.80q", bad)
	}
	key, log := keyPair(t, origin, 1)
	_, err := proof.Sign(proof.Checkpoint{Origin: "a\nb", Root: want.Root, Size: 5}, key)
	require.ErrorIs(t, err, proof.ErrMalformed)
	_, err = proof.Sign(want)
	require.ErrorIs(t, err, proof.ErrSignature)
	_, err = (&proof.Tree{}).Checkpoint("")
	require.ErrorIs(t, err, proof.ErrMalformed)
	_, err = proof.Policy{Log: log}.Open(make([]byte, proof.MaxCheckpoint+1))
	require.ErrorIs(t, err, proof.ErrMalformed)
	text, err := note.Sign(&note.Note{Text: "no checkpoint\n"}, key)
	require.NoError(t, err)
	_, err = proof.Policy{Log: log}.Open(text)
	require.ErrorIs(t, err, proof.ErrMalformed, "what is signed is not enough")
}

func FuzzParseCheckpoint(f *testing.F) {
	_, c := treeOf(f, small())
	text, err := c.MarshalText()
	require.NoError(f, err)
	f.Add(string(text))
	f.Add(string(text) + "an extension\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := proof.ParseCheckpoint(text)
		if err != nil {
			require.ErrorIs(t, err, proof.ErrMalformed)
			return
		}
		back, err := c.MarshalText()
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(text, string(back)), "what is ignored stands behind")
	})
}

func FuzzOpen(f *testing.F) {
	all := files(f)
	f.Add(all["checkpoint"])
	f.Add(all["checkpoint-old"])
	_, log := keyPair(f, origin, 1)
	_, c := treeOf(f, small())
	f.Fuzz(func(t *testing.T, msg []byte) {
		s, err := proof.Policy{Log: log}.Open(msg)
		if err != nil {
			refused(t, err, "")
			return
		}
		require.True(t, bytes.HasPrefix(msg, []byte(s.Text)))
		require.Contains(t, []uint64{2, c.Size}, s.Size, "nothing else was signed")
	})
}
