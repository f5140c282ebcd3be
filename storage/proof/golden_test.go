package proof_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/proof"
)

var update = flag.Bool("update", false, "write the golden files anew")

// files are the text forms of what small() and a few of its states give. The
// golden files are read for ever: a form that changes gets a new version.
func files(tb testing.TB) map[string][]byte {
	tb.Helper()
	l := small()
	tree, c := treeOf(tb, l)
	out := make(map[string][]byte)
	log, _ := keyPair(tb, origin, 1)
	witness, _ := keyPair(tb, "witness.example", 2)
	var err error
	out["checkpoint"], err = proof.Sign(c, log, witness)
	require.NoError(tb, err)
	_, older := treeOf(tb, l[:2])
	out["checkpoint-old"], err = proof.Sign(older, log)
	require.NoError(tb, err)
	for name, at := range map[string]struct {
		from      list
		kind, key string
		seq       uint64
	}{
		"receipt":           {l, "system", "credit", 1},
		"receipt-last":      {l, "system", "credit", 0},
		"receipt-binary":    {l, "person", "zoë", 1},
		"receipt-withdrawn": {l, "system", "churn", 0},
		"receipt-erased":    {l.erase("person", "zoë"), "person", "zoë", 0},
	} {
		r, err := tree.Prove(tb.Context(), at.from, storage.RecordID{Kind: at.kind, Key: at.key}, at.seq, c)
		require.NoError(tb, err, name)
		out[name], err = r.MarshalText()
		require.NoError(tb, err, name)
	}
	p, err := tree.Consistency(older.Size, c.Size)
	require.NoError(tb, err)
	out["consistency"], err = p.MarshalText()
	require.NoError(tb, err)
	out["tree"], err = tree.MarshalBinary()
	require.NoError(tb, err)
	return out
}

func TestGolden(t *testing.T) {
	for name, got := range files(t) {
		path := filepath.Join("testdata", name+".golden")
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(path, got, 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
}

// TestGoldenReadsAndVerifies reads the files, and only those, as a third party
// does.
func TestGoldenReadsAndVerifies(t *testing.T) {
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("testdata", name+".golden"))
		require.NoError(t, err)
		return data
	}
	_, log := keyPair(t, origin, 1)
	_, witness := keyPair(t, "witness.example", 2)
	policy := proof.Policy{Log: log, Witnesses: []note.Verifier{witness}, Quorum: 1}
	for name, want := range map[string]struct {
		seq                 uint64
		body                string
		withheld, withdrawn bool
	}{
		"receipt":           {1, `{"id":"credit","level":"low"}`, false, false},
		"receipt-last":      {5, `{"id":"credit","level":"low"}`, false, false},
		"receipt-binary":    {1, "binary\x00", false, false},
		"receipt-withdrawn": {3, "", false, true},
		"receipt-erased":    {1, "", true, false},
	} {
		r, s, err := policy.Verify(read(name), read("checkpoint"))
		require.NoError(t, err, name)
		require.Equal(t, []string{origin, "witness.example"}, s.By)
		require.Equal(t, want.seq, r.Header.Seq, name)
		require.Equal(t, want.body, string(r.Change.Body), name)
		require.Equal(t, want.withheld, r.Withheld(), name)
		require.Equal(t, want.withdrawn, r.Withdrawn(), name)
	}
	now, err := policy.Open(read("checkpoint"))
	require.NoError(t, err)
	then, err := proof.Policy{Log: log}.Open(read("checkpoint-old"))
	require.NoError(t, err)
	p, err := proof.ParseConsistency(read("consistency"))
	require.NoError(t, err)
	require.NoError(t, p.Verify(then.Checkpoint, now.Checkpoint))
	var tree proof.Tree
	require.NoError(t, tree.UnmarshalBinary(read("tree")))
	require.NoError(t, tree.Check(then.Checkpoint))
	require.NoError(t, tree.Update(t.Context(), small()))
	require.NoError(t, tree.Check(now.Checkpoint))
}

// TestReceiptHidesTheOthers: no byte of kind, key, body or salt of the other
// changes of the commit is in it.
func TestReceiptHidesTheOthers(t *testing.T) {
	text := string(files(t)["receipt"])
	require.Contains(t, text, "credit")
	for _, other := range []string{"churn", "person", "zoë", "binary", "another"} {
		require.NotContains(t, text, other)
	}
}
