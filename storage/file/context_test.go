package file

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// ending is a context that ends once it has been looked at so often.
type ending struct {
	context.Context
	left int
}

func (e *ending) Err() error {
	if e.left--; e.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestContextEnds: what reads a whole store looks at its context again and again,
// within one segment too.
func TestContextEnds(t *testing.T) {
	d := newSim()
	j, err := Open("store", &Options{directory: d})
	require.NoError(t, err)
	var head storage.Head
	for range 50 {
		batch := storagetest.Chain(head, "c", 1)
		require.NoError(t, storagetest.Append(t.Context(), j, head, batch))
		head = batch[0].Head
	}
	require.Len(t, j.segments, 1)
	n := 0
	for _, err = range j.Log(&ending{t.Context(), 20}, 0) {
		n++
	}
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, n, 22)
	_, err = storage.Verify(&ending{t.Context(), 60}, j)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, j.Close())

	_, err = check(&ending{t.Context(), 20}, d, "store")
	require.ErrorIs(t, err, context.Canceled)
	damaged := d.files()
	damaged[segmentName(1)][groupsStart] ^= 1 // one group is searched, commit by commit
	for _, files := range []map[string][]byte{d.files(), damaged} {
		_, err = salvage(&ending{t.Context(), 20}, simOf(files), "store", newSim(), "new")
		require.ErrorIs(t, err, context.Canceled)
	}
}
