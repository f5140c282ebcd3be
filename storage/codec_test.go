package storage_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
)

// TestDecodeHostileLengths puts the largest lengths into each field of a commit:
// they are refused, on machines with ints of 32 bits too.
func TestDecodeHostileLengths(t *testing.T) {
	c := storage.Seal(storage.Head{}, storage.Commit{ID: "id", Meta: []byte("meta"), Changes: []storage.Change{
		{Kind: "kind", Key: "key", Schema: 1, Salt: []byte("salt"), Body: []byte("body")}}})
	whole := storage.AppendCommit(nil, c)
	for at := range len(whole) - 4 {
		for _, huge := range []uint32{1 << 31, 1<<31 + 1, 1<<32 - 1} {
			b := bytes.Clone(whole)
			b[at], b[at+1], b[at+2], b[at+3] = byte(huge>>24), byte(huge>>16), byte(huge>>8), byte(huge)
			got, n, err := storage.DecodeCommit(b)
			if err != nil {
				require.ErrorIs(t, err, storage.ErrCorrupt)
				continue
			}
			require.Equal(t, b[:n], storage.AppendCommit(nil, got), "what is read is written as it was: byte %d", at)
		}
	}
}
