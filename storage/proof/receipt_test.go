package proof_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/proof"
)

// edits yields what a careless or a hostile hand makes of a file: every bit
// flipped, every byte left out, doubled or replaced by a line feed, every
// ending cut off, every line left out, doubled or moved down by one.
func edits(data []byte) map[string][]byte {
	out := make(map[string][]byte)
	put := func(name string, i int, parts ...[]byte) {
		if b := slices.Concat(parts...); !bytes.Equal(b, data) {
			out[fmt.Sprintf("%s %d", name, i)] = b
		}
	}
	for i := range data {
		for bit := range 8 {
			put(fmt.Sprintf("bit %d of", bit), i, data[:i], []byte{data[i] ^ 1<<bit}, data[i+1:])
		}
		put("without", i, data[:i], data[i+1:])
		put("doubled", i, data[:i+1], data[i:])
		put("broken", i, data[:i], []byte("\n"), data[i+1:])
		put("cut", i, data[:i])
	}
	put("longer", 0, data, []byte("\n"))
	put("longer", 1, data, []byte("path AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
	put("crlf", 0, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")))
	lines := bytes.SplitAfter(data, []byte("\n"))
	for i := range lines {
		before, at, after := slices.Concat(lines[:i]...), lines[i], slices.Concat(lines[i+1:]...)
		put("without line", i, before, after)
		put("doubled line", i, before, at, at, after)
		if i+1 < len(lines) {
			put("moved line", i, before, lines[i+1], at, slices.Concat(lines[i+2:]...))
		}
	}
	return out
}

// refused requires that an error is one of those for what does not verify.
func refused(t require.TestingT, err error, what string) {
	require.Error(t, err, what)
	for _, known := range []error{proof.ErrMalformed, proof.ErrMismatch, proof.ErrSignature} {
		if strings.Contains(err.Error(), known.Error()) {
			require.ErrorIs(t, err, known)
			return
		}
	}
	require.Fail(t, "unknown error", "%s: %v", what, err)
}

func TestReceiptTextIsSealed(t *testing.T) {
	all := files(t)
	_, c := treeOf(t, small())
	verify := func(text []byte) error {
		r, err := proof.ParseReceipt(text)
		if err != nil {
			return err
		}
		return r.Verify(c)
	}
	for name, text := range all {
		if !strings.HasPrefix(name, "receipt") {
			continue
		}
		require.NoError(t, verify(text), name)
		for edit, bad := range edits(text) {
			refused(t, verify(bad), name+": "+edit)
		}
	}
}

func TestReceiptFieldsAreSealed(t *testing.T) {
	l := small()
	tree, c := treeOf(t, l)
	get := func() proof.Receipt {
		r, err := tree.Prove(t.Context(), l, storage.RecordID{Kind: "system", Key: "credit"}, 1, c)
		require.NoError(t, err)
		return r
	}
	other, err := tree.Prove(t.Context(), l, storage.RecordID{Kind: "system", Key: "churn"}, 1, c)
	require.NoError(t, err)
	body := func(ch *storage.Change, salt, body string) {
		ch.Salt, ch.Body = []byte(salt), []byte(body)
		ch.Digest = storage.BodyDigest(ch.Salt, ch.Body)
	}
	for name, alter := range map[string]func(*proof.Receipt){
		"size":              func(r *proof.Receipt) { r.Size++ },
		"size huge":         func(r *proof.Receipt) { r.Size = 1<<64 - 1 },
		"seq":               func(r *proof.Receipt) { r.Header.Seq++ },
		"seq zero":          func(r *proof.Receipt) { r.Header.Seq = 0 },
		"time":              func(r *proof.Receipt) { r.Header.Time = r.Header.Time.Add(time.Microsecond) },
		"time finer":        func(r *proof.Receipt) { r.Header.Time = r.Header.Time.Add(time.Nanosecond) },
		"year":              func(r *proof.Receipt) { r.Header.Time = r.Header.Time.AddDate(9000, 0, 0) },
		"id":                func(r *proof.Receipt) { r.Header.ID = "c2" },
		"who":               func(r *proof.Receipt) { r.Header.Meta = []byte(`{"actor":"eve"}`) },
		"nobody":            func(r *proof.Receipt) { r.Header.Meta = nil },
		"parent":            func(r *proof.Receipt) { r.Header.Parent[0] ^= 1 },
		"changes":           func(r *proof.Receipt) { r.Header.Changes++ },
		"changes huge":      func(r *proof.Receipt) { r.Header.Changes = 1<<64 - 1 },
		"root":              func(r *proof.Receipt) { r.Header.Root[31] ^= 1 },
		"index":             func(r *proof.Receipt) { r.Index = 0 },
		"index huge":        func(r *proof.Receipt) { r.Index = 1<<64 - 1 },
		"kind":              func(r *proof.Receipt) { r.Change.Kind = "systems" },
		"key":               func(r *proof.Receipt) { r.Change.Key = "debit" },
		"kind and key":      func(r *proof.Receipt) { r.Change.Kind, r.Change.Key = "systemc", "redit" },
		"no key":            func(r *proof.Receipt) { r.Change.Key = "" },
		"schema":            func(r *proof.Receipt) { r.Change.Schema = 2 },
		"schema negative":   func(r *proof.Receipt) { r.Change.Schema = -1 },
		"digest":            func(r *proof.Receipt) { r.Change.Digest[7] ^= 1 },
		"body":              func(r *proof.Receipt) { body(&r.Change, "salt", "body") },
		"body, digest kept": func(r *proof.Receipt) { r.Change.Body = []byte(`{"id":"credit","level":"high"}`) },
		"salt to body": func(r *proof.Receipt) {
			body(&r.Change, string(r.Change.Salt[:15]), string(r.Change.Salt[15:])+string(r.Change.Body))
		},
		"withdrawn": func(r *proof.Receipt) { r.Change = storage.Change{Kind: "system", Key: "credit", Schema: 1} },
		"withheld, digest of another": func(r *proof.Receipt) {
			*r = r.Withhold()
			r.Change.Digest = other.Change.Digest
		},
		"salt alone":    func(r *proof.Receipt) { r.Change.Body = nil },
		"inner":         func(r *proof.Receipt) { r.Inner[0][0] ^= 1 },
		"inner swapped": func(r *proof.Receipt) { r.Inner[0], r.Inner[1] = r.Inner[1], r.Inner[0] },
		"inner short":   func(r *proof.Receipt) { r.Inner = r.Inner[:1] },
		"inner long":    func(r *proof.Receipt) { r.Inner = append(r.Inner, storage.Hash{}) },
		"inner longer":  func(r *proof.Receipt) { r.Inner = make([]storage.Hash, 100) },
		"inner none":    func(r *proof.Receipt) { r.Inner = nil },
		"path":          func(r *proof.Receipt) { r.Path[1][4] ^= 1 },
		"path swapped":  func(r *proof.Receipt) { r.Path[0], r.Path[1] = r.Path[1], r.Path[0] },
		"path short":    func(r *proof.Receipt) { r.Path = r.Path[1:] },
		"path long":     func(r *proof.Receipt) { r.Path = append(r.Path, storage.Hash{}) },
		"of another":    func(r *proof.Receipt) { r.Change = other.Change },
		"path of inner": func(r *proof.Receipt) { r.Path, r.Inner = r.Inner, r.Path },
		"all zero":      func(r *proof.Receipt) { *r = proof.Receipt{} },
	} {
		r := get()
		alter(&r)
		refused(t, r.Verify(c), name)
		if text, err := r.MarshalText(); err == nil {
			back, err := proof.ParseReceipt(text)
			require.NoError(t, err, name)
			refused(t, back.Verify(c), name)
		} else {
			require.ErrorIs(t, err, proof.ErrMalformed, name)
		}
	}
	r := get()
	r.Header.Parent[0] = 1
	require.ErrorIs(t, r.Verify(c), proof.ErrMalformed, "nothing comes before the first commit")
	r = get()
	require.NoError(t, r.Withhold().Verify(c), "whoever hands a receipt on may leave the body out")
	require.False(t, r.Withheld(), "a copy was changed")
	for name, alter := range map[string]func(*proof.Checkpoint){
		"root":   func(c *proof.Checkpoint) { c.Root[0] ^= 1 },
		"size":   func(c *proof.Checkpoint) { c.Size++ },
		"huge":   func(c *proof.Checkpoint) { c.Size = 1 << 63 },
		"empty":  func(c *proof.Checkpoint) { c.Size = 0 },
		"origin": func(c *proof.Checkpoint) { c.Origin = "" },
	} {
		bad := c
		alter(&bad)
		refused(t, r.Verify(bad), name)
	}
}

func TestErasedRecordStillHasReceipts(t *testing.T) {
	l := small()
	tree, c := treeOf(t, l)
	credit := storage.RecordID{Kind: "system", Key: "credit"}
	before, err := tree.Prove(t.Context(), l, credit, 2, c)
	require.NoError(t, err)
	gone := l.erase("system", "credit")
	require.NoError(t, new(proof.Tree).Update(t.Context(), gone))
	after, err := tree.Prove(t.Context(), gone, credit, 2, c)
	require.NoError(t, err)
	require.True(t, after.Withheld())
	require.Equal(t, before.Withhold(), after)
	require.NoError(t, before.Verify(c), "what was handed out before stays good")
}

func TestProveSaysWhatIsMissing(t *testing.T) {
	l := small()
	tree, c := treeOf(t, l)
	_, older := treeOf(t, l[:2])
	credit, churn := storage.RecordID{Kind: "system", Key: "credit"}, storage.RecordID{Kind: "system", Key: "churn"}
	prove := func(j storage.Journal, record storage.RecordID, seq uint64, c proof.Checkpoint) error {
		_, err := tree.Prove(t.Context(), j, record, seq, c)
		return err
	}
	require.NoError(t, prove(l, credit, 2, c))
	require.ErrorIs(t, prove(l, credit, 3, c), proof.ErrNoRevision)
	require.ErrorIs(t, prove(l, credit, 5, older), proof.ErrNoRevision, "it was recorded later")
	require.ErrorIs(t, prove(l, credit, 6, c), proof.ErrNoRevision)
	require.ErrorIs(t, prove(l, storage.RecordID{Kind: "system", Key: "none"}, 0, c), proof.ErrNoRevision)
	require.ErrorIs(t, prove(l[:2], churn, 3, c), proof.ErrNoRevision)

	r, err := tree.Prove(t.Context(), l, credit, 0, older)
	require.NoError(t, err)
	require.Equal(t, uint64(2), r.Header.Seq, "the last one up to the checkpoint")

	// A journal that is not the tree's, a checkpoint that is not the tree's.
	other := list{}.add(l[0]).add(storage.Commit{ID: "c2", Time: day.Add(time.Hour), Changes: l[1].Changes})
	require.ErrorIs(t, prove(other, credit, 2, older), proof.ErrMismatch)
	_, foreign := treeOf(t, plain(3))
	require.ErrorIs(t, prove(l, credit, 2, foreign), proof.ErrMismatch)
	_, longer := treeOf(t, plain(9))
	require.ErrorIs(t, prove(l, credit, 2, longer), proof.ErrMismatch)

	_, err = tree.Receipt(l[0].Hash, l[1], churn, c)
	require.ErrorIs(t, err, proof.ErrNoRevision)
	_, err = tree.Receipt(storage.Hash{}, l[1], credit, c)
	require.ErrorIs(t, err, proof.ErrMismatch, "another parent")
	damaged := l.erase("", "")
	damaged[1].Changes[0].Body = []byte("x")
	_, err = tree.Receipt(l[0].Hash, damaged[1], credit, c)
	require.ErrorIs(t, err, proof.ErrMalformed)
}

// TestLargeReceiptIsRefused: what can't be read back is not written.
func TestLargeReceiptIsRefused(t *testing.T) {
	l := list{}.add(storage.Commit{ID: "c1", Time: day, Changes: []storage.Change{
		{Kind: "k", Key: "large", Salt: []byte("s"), Body: make([]byte, proof.MaxReceipt)}}})
	tree, c := treeOf(t, l)
	r, err := tree.Prove(t.Context(), l, storage.RecordID{Kind: "k", Key: "large"}, 1, c)
	require.NoError(t, err)
	_, err = r.MarshalText()
	require.ErrorIs(t, err, proof.ErrMalformed)
	_, err = r.Withhold().MarshalText()
	require.NoError(t, err)
	_, err = proof.ParseReceipt(make([]byte, proof.MaxReceipt+1))
	require.ErrorIs(t, err, proof.ErrMalformed)
}

// TestValuesKeepEveryByte: whatever stands in a commit comes back out of the
// text, on one line that a terminal shows as it is.
func TestValuesKeepEveryByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.OneOf(
			rapid.SliceOf(rapid.Byte()),
			rapid.Map(rapid.StringOf(rapid.RuneFrom([]rune("\\\n\r\t nrt\x1b\u0085é\ufffd"))), func(s string) []byte { return []byte(s) }),
		).Draw(t, "data")
		l := list{}.add(storage.Commit{ID: "c", Time: day, Meta: data, Changes: []storage.Change{{Kind: "k", Key: "k", Salt: data, Body: data}}})
		if data == nil {
			l[0].Changes[0].Body = []byte{}
		}
		tree, c := treeOf(t, l)
		r, err := tree.Prove(context.Background(), l, storage.RecordID{Kind: "k", Key: "k"}, 1, c)
		require.NoError(t, err)
		text, err := r.MarshalText()
		require.NoError(t, err)
		require.Equal(t, 15, bytes.Count(text, []byte("\n")))
		require.NotContains(t, string(text), "\x1b")
		back, err := proof.ParseReceipt(text)
		require.NoError(t, err)
		require.Equal(t, string(data), string(back.Header.Meta))
		require.Equal(t, string(data), string(back.Change.Salt))
		require.Equal(t, string(data), string(back.Change.Body))
		require.NoError(t, back.Verify(c))
	})
}

func FuzzParseReceipt(f *testing.F) {
	for name, text := range files(f) {
		if strings.HasPrefix(name, "receipt") {
			f.Add(text)
		}
	}
	_, c := treeOf(f, small())
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := proof.ParseReceipt(text)
		if err != nil {
			require.ErrorIs(t, err, proof.ErrMalformed)
			return
		}
		back, err := r.MarshalText()
		require.NoError(t, err)
		require.Equal(t, text, back)
		c := c
		c.Size = r.Size
		_ = r.Verify(c) // whatever the numbers, it ends
	})
}

// BenchmarkReceipt is one receipt of a journal of 100,000 commits.
func BenchmarkReceipt(b *testing.B) {
	l := plain(100_000)
	tree, c := treeOf(b, l)
	record := storage.RecordID{Kind: "system", Key: fmt.Sprint(77_777 % 7)}
	r, err := tree.Receipt(l[77_776].Hash, l[77_777], record, c)
	require.NoError(b, err)
	text, err := r.MarshalText()
	require.NoError(b, err)
	log, key := keyPair(b, origin, 1)
	signed, err := proof.Sign(c, log)
	require.NoError(b, err)
	b.Run("prove", func(b *testing.B) {
		for b.Loop() {
			if _, err := tree.Receipt(l[77_776].Hash, l[77_777], record, c); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if err := r.Verify(c); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse, verify and check the signature", func(b *testing.B) {
		b.ReportMetric(float64(len(text)), "receipt-bytes")
		for b.Loop() {
			if _, _, err := (proof.Policy{Log: note.Verifier(key)}).Verify(text, signed); err != nil {
				b.Fatal(err)
			}
		}
	})
}
