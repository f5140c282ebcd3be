package storage_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// The text of a head is read back as it was, and no other text is taken for one.
func TestHeadAsText(t *testing.T) {
	require.Empty(t, storage.FormatHead(storage.Head{}))
	rapid.Check(t, func(t *rapid.T) {
		h := storage.Head{Seq: rapid.Uint64Min(1).Draw(t, "seq")}
		copy(h.Hash[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash"))
		h.Hash[31] |= 1
		back, err := storage.ParseHead(storage.FormatHead(h))
		require.NoError(t, err)
		require.Equal(t, h, back)
		require.NoError(t, storage.CheckHead(h))
	})
	hash := strings.Repeat("0a", 32)
	for _, bad := range []string{"1", "-", "1-", "-" + hash, "x-" + hash, "+1-" + hash, "01-" + hash, "1-" + strings.ToUpper(hash), "0-" + hash, "1-" + strings.Repeat("0", 64), " 1-" + hash, "1-" + hash + "0", "18446744073709551616-" + hash} {
		h, err := storage.ParseHead(bad)
		require.ErrorIs(t, err, issue.ErrInvalid, bad)
		require.ErrorContains(t, err, "head: ")
		if err == nil {
			t.Error(h)
		}
	}
	h, err := storage.ParseHead("")
	require.NoError(t, err)
	require.Zero(t, h)
}
