package storage_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
)

func fixed() storage.Commit {
	return storage.Commit{ID: "c1", Time: time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC), Meta: []byte(`{"actor":"ada"}`),
		Changes: []storage.Change{{Kind: "system", Key: "credit", Schema: 1, Salt: []byte("salt"), Body: []byte(`{"id":"credit"}`)}, {Kind: "system", Key: "old", Schema: 1}}}
}

// TestChainHashIsForGood pins the hash of one commit: a change of what is
// hashed would break every journal that there is.
func TestChainHashIsForGood(t *testing.T) {
	c := storage.Seal(storage.Head{}, fixed())
	require.Equal(t, uint64(1), c.Seq)
	require.Equal(t, "3c91aed1b4554106f7304f21976247c87993c7989441a07a66725c41ac99cca8", c.Hash.String())
	next := storage.Seal(c.Head, storage.Commit{ID: "c2", Time: c.Time})
	require.Equal(t, "efc0df275b9ff5e63c00f67256dbcb76d8bcce980714649aa0a3a6191a55f584", next.Hash.String())
	back, err := storage.ParseHash(c.Hash.String())
	require.NoError(t, err)
	require.Equal(t, c.Hash, back)
	for _, bad := range []string{"", "zz", c.Hash.String()[1:], c.Hash.String() + "0", "g" + c.Hash.String()[1:]} {
		_, err := storage.ParseHash(bad)
		require.Error(t, err, bad)
	}
}

// TestChainHashCoversEverything changes each part of a commit: the hash
// changes, save for salt and body, which stand in it by their digest.
func TestChainHashCoversEverything(t *testing.T) {
	base := storage.Seal(storage.Head{}, fixed())
	for name, alter := range map[string]func(*storage.Commit){
		"seq":       func(c *storage.Commit) { c.Seq++ },
		"time":      func(c *storage.Commit) { c.Time = c.Time.Add(time.Microsecond) },
		"id":        func(c *storage.Commit) { c.ID = "c2" },
		"meta":      func(c *storage.Commit) { c.Meta = []byte(`{}`) },
		"kind":      func(c *storage.Commit) { c.Changes[0].Kind = "risk" },
		"key":       func(c *storage.Commit) { c.Changes[0].Key = "debit" },
		"schema":    func(c *storage.Commit) { c.Changes[0].Schema = 2 },
		"digest":    func(c *storage.Commit) { c.Changes[0].Digest[5] ^= 1 },
		"fewer":     func(c *storage.Commit) { c.Changes = c.Changes[:1] },
		"boundary":  func(c *storage.Commit) { c.Changes[0].Kind, c.Changes[0].Key = "systemc", "redit" },
		"order":     func(c *storage.Commit) { c.Changes[0], c.Changes[1] = c.Changes[1], c.Changes[0] },
		"withdrawn": func(c *storage.Commit) { c.Changes[0].Digest = storage.Hash{} },
	} {
		c := base
		c.Changes = append([]storage.Change(nil), base.Changes...)
		alter(&c)
		require.NotEqual(t, base.Hash, c.ChainHash(storage.Hash{}), name)
	}
	require.NotEqual(t, base.Hash, base.ChainHash(storage.Hash{1}), "the predecessor")
	erased := base
	erased.Changes = append([]storage.Change(nil), base.Changes...)
	erased.Changes[0].Salt, erased.Changes[0].Body = nil, nil
	require.Equal(t, base.Hash, erased.ChainHash(storage.Hash{}), "erasing a body leaves the chain whole")
	_, err := storage.NewBatch(storage.Head{}, []storage.Commit{erased})
	require.NoError(t, err)
}

// TestDigestKeepsSaltAndBodyApart: one digest never stands for two bodies.
func TestDigestKeepsSaltAndBodyApart(t *testing.T) {
	whole := storage.BodyDigest([]byte("salt"), []byte("body"))
	require.NotEqual(t, whole, storage.BodyDigest([]byte("sal"), []byte("tbody")))
	require.NotEqual(t, whole, storage.BodyDigest(nil, []byte("saltbody")))
	require.Equal(t, storage.BodyDigest(nil, []byte("body")), storage.BodyDigest([]byte{}, []byte("body")))
}

// TestBatchRefusesWhatCannotBeKept passes values that the binary form has no room
// for.
func TestBatchRefusesWhatCannotBeKept(t *testing.T) {
	schema := storage.MaxSchema
	schema++ // on a machine of 32 bits that is negative
	for name, spoil := range map[string]func(*storage.Commit){
		"schema": func(c *storage.Commit) { c.Changes[0].Schema = schema },
		"late":   func(c *storage.Commit) { c.Time = time.Date(400000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"early":  func(c *storage.Commit) { c.Time = time.Date(-400000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		c := fixed()
		spoil(&c)
		_, err := storage.SealBatch(storage.Head{}, []storage.Commit{c})
		require.ErrorIs(t, err, storage.ErrBatch, name)
		_, err = storage.NewBatch(storage.Head{}, []storage.Commit{storage.Seal(storage.Head{}, c)})
		require.ErrorIs(t, err, storage.ErrBatch, name)
	}
}

// commits draws commits with any bytes in them.
func commits() *rapid.Generator[storage.Commit] {
	return rapid.Custom(func(t *rapid.T) storage.Commit {
		name := rapid.StringMatching(`[a-zé]{1,12}`)
		data := rapid.SliceOfN(rapid.Byte(), 0, 40)
		c := storage.Commit{ID: name.Draw(t, "id"), Time: time.UnixMicro(rapid.Int64Range(-1e15, 1e16).Draw(t, "time")).UTC()}
		if meta := data.Draw(t, "meta"); len(meta) > 0 {
			c.Meta = meta
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "changes") {
			ch := storage.Change{Kind: name.Draw(t, "kind"), Key: fmt.Sprint(i), Schema: rapid.IntRange(0, 9).Draw(t, "schema")}
			if rapid.Bool().Draw(t, "body") {
				ch.Salt, ch.Body = []byte{1}, data.Draw(t, "bytes")
			}
			c.Changes = append(c.Changes, ch)
		}
		return storage.Seal(storage.Head{Seq: rapid.Uint64Range(0, 1<<40).Draw(t, "seq")}, c)
	})
}

func TestCodecRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := commits().Draw(t, "commit")
		rest := []byte("what follows")
		b := append(storage.AppendCommit(nil, c), rest...)
		got, n, err := storage.DecodeCommit(b)
		require.NoError(t, err)
		require.Equal(t, rest, b[n:])
		require.Equal(t, c, got)
	})
}

func FuzzDecodeCommit(f *testing.F) {
	f.Add(storage.AppendCommit(nil, storage.Seal(storage.Head{}, fixed())))
	f.Add(storage.AppendCommit(nil, storage.Commit{}))
	f.Add(bytes.Repeat([]byte{0xff}, 100))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, n, err := storage.DecodeCommit(b)
		if err != nil {
			require.ErrorIs(t, err, storage.ErrCorrupt)
			return
		}
		require.Equal(t, b[:n], storage.AppendCommit(nil, c), "what is read is written as it was")
	})
}

// list is a journal of given commits, right or wrong.
type list []storage.Commit

func (l list) Append(context.Context, storage.Batch) error { return storage.ErrClosed }

func (l list) Log(context.Context, uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for _, c := range l {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func TestVerifyFindsTampering(t *testing.T) {
	first := storage.Seal(storage.Head{}, fixed())
	second := storage.Seal(first.Head, storage.Commit{ID: "c2", Time: first.Time.Add(time.Second)})
	head, err := storage.Verify(t.Context(), list{first, second})
	require.NoError(t, err)
	require.Equal(t, second.Head, head)
	body := first
	body.Changes = append([]storage.Change(nil), first.Changes...)
	body.Changes[0].Body = []byte(`{"id":"debit"}`)
	early := storage.Seal(first.Head, storage.Commit{ID: "c2", Time: first.Time.Add(-time.Second)})
	for name, l := range map[string]list{"body": {body, second}, "left out": {second}, "order": {second, first}, "time": {first, early}} {
		_, err := storage.Verify(t.Context(), l)
		require.ErrorIs(t, err, storage.ErrCorrupt, name)
	}
}

func ExampleSealBatch() {
	batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "first", Time: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}})
	fmt.Println(batch.Head().Seq, batch.Head().Hash.String()[:8], err)
	// Output: 1 1810a806 <nil>
}
