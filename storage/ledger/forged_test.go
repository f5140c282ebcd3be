package ledger_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage/ledger"
)

// forge changes the first byte of a text in a snapshot's data, and makes the
// checksums of its frames right: frames of a length and a CRC-32C, 4 bytes each,
// and as many bytes.
func forge(t *testing.T, data []byte, text string) []byte {
	t.Helper()
	at := bytes.Index(data, []byte(text))
	require.Positive(t, at)
	forged := bytes.Clone(data)
	forged[at] ^= 1
	for rest := forged; len(rest) > 0; {
		n := binary.BigEndian.Uint32(rest)
		binary.BigEndian.PutUint32(rest[4:], crc32.Checksum(rest[8:8+n], crc32.MakeTable(crc32.Castagnoli)))
		rest = rest[8+n:]
	}
	require.NotEqual(t, forged, data)
	return forged
}

// A snapshot in which somebody has changed one byte, and made its checksum right,
// is found out: by Verify at any time, by Open if a later commit vouches for the
// one that was, or if none does and only such are to be used.
func TestForgedSnapshot(t *testing.T) {
	s := newStore()
	o := snapBook(t, s, &clock{now: day0})
	for i := range 30 { // so often that it is in the table of texts
		o.do("ada", owned(fmt.Sprint("often", i), "often told"))
	}
	o.do("ada", owned("a", "the owner that is once"))
	require.NoError(t, o.Checkpoint(t.Context()))
	good := *s.last()
	reopen := func(vouchedOnly bool) (*book, bool) {
		s.logged = 0
		again := bookOf(t, s, o.clock, &ledger.Options{Snapshots: s, VouchedOnly: vouchedOnly})
		return again, s.logged < int(again.View().Head().Seq)
	}
	shows := func(b *book, what string) {
		t.Helper()
		a, ok := accounts.Of(b.View()).Get("a")
		require.True(t, ok)
		require.Equal(t, what, a.Owner)
	}
	for name, text := range map[string]string{"own": "the owner that is once", "shared": "often told"} {
		t.Run(name, func(t *testing.T) {
			defer func() { s.last().Data = good.Data }()
			s.last().Data = forge(t, good.Data, text)

			err := o.Verify(t.Context())
			require.ErrorIs(t, err, ledger.ErrTampered)
			require.ErrorContains(t, err, map[string]string{"own": "account/a ", "shared": "account/often0 "}[name])
			require.ErrorContains(t, err, "the snapshot")
			strict, quick := reopen(true)
			require.False(t, quick, "no commit vouches for it, so the journal is read")
			requireSameView(t, o.View(), strict.View())

			// As documented: until a commit vouches for it, it is shown.
			fooled, quick := reopen(false)
			require.True(t, quick)
			if name == "own" {
				shows(fooled, "uhe owner that is once")
			}
			require.ErrorIs(t, fooled.Verify(t.Context()), ledger.ErrTampered)
		})
	}
	clean, quick := reopen(false)
	require.True(t, quick)
	requireSameView(t, o.View(), clean.View())
	require.NoError(t, clean.Verify(t.Context()))

	// The next commit vouches for the one that was written, and no later one again.
	require.NoError(t, o.add("later"))
	require.NoError(t, o.add("later-still"))
	marks := 0
	for c, err := range s.Log(t.Context(), 0) {
		require.NoError(t, err)
		if strings.Contains(string(c.Meta), `"snapshots"`) {
			marks++
			require.Equal(t, good.Head.Seq+1, c.Seq)
		}
	}
	require.Equal(t, 1, marks)
	for _, vouchedOnly := range []bool{false, true} {
		clean, quick := reopen(vouchedOnly)
		require.True(t, quick, "a clean one is used")
		requireSameView(t, o.View(), clean.View())
		for name, text := range map[string]string{"own": "the owner that is once", "shared": "often told"} {
			s.last().Data = forge(t, good.Data, text)
			safe, quick := reopen(vouchedOnly)
			require.False(t, quick, name)
			requireSameView(t, o.View(), safe.View())
			require.ErrorIs(t, safe.Verify(t.Context()), ledger.ErrTampered)
			then, err := safe.At(t.Context(), o.clock.Now())
			require.NoError(t, err)
			requireSameView(t, o.View(), then)
			s.last().Data = good.Data
		}
	}

	// One that no commit vouches for, as after closing, is compared once, and the
	// next commit vouches for it.
	require.NoError(t, o.Checkpoint(t.Context()))
	careful, quick := reopen(true)
	require.False(t, quick, "it is compared with the log")
	require.NoError(t, careful.add("careful"))
	_, quick = reopen(true)
	require.True(t, quick)
	require.NoError(t, o.Sync(t.Context()))

	// An older snapshot of the same journal, in place of the last, is no forgery.
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.add("last"))
	s.only(&good)
	old, quick := reopen(true)
	require.True(t, quick)
	requireSameView(t, o.View(), old.View())
}

// A record or an erased key that is left out of a snapshot, or put in, is found
// by Verify too.
func TestSnapshotOfAnotherState(t *testing.T) {
	s, o := adaLeft(t)
	o = snapBook(t, s, o.clock)
	require.NoError(t, o.add("zoe"))
	require.NoError(t, o.Erase(t.Context(), asks, adaID))
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.Verify(t.Context()))
	good := s.last().Data
	for name, c := range map[string]struct{ text, say string }{
		"another key": {"zoe", "account/"},
		"erased key":  {"account/ada", "erased"},
	} {
		t.Run(name, func(t *testing.T) {
			s.last().Data = forge(t, good, c.text)
			err := o.Verify(t.Context())
			require.ErrorIs(t, err, ledger.ErrTampered)
			require.ErrorContains(t, err, c.say)
		})
	}
}
