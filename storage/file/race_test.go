package file

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// slowRename lets others run before each rename.
type slowRename struct{ directory }

func (d slowRename) Rename(from, to string) error {
	for range 20 {
		runtime.Gosched()
	}
	return d.directory.Rename(from, to)
}

// TestEraseWhileRolling erases again and again while each append begins a new
// segment: neither takes the other's unfinished files for those of a crash.
func TestEraseWhileRolling(t *testing.T) {
	d := newSim()
	j, err := Open("sim", &Options{directory: slowRename{d}, SegmentSize: groupsStart + 1, ahead: 100})
	require.NoError(t, err)
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if err := j.Erase(t.Context(), []storage.RecordID{{Kind: "thing", Key: "nobody"}}, 1); err != nil {
				t.Errorf("erasing beside an append: %v", err)
				return
			}
		}
	})
	var head storage.Head
	for i := range 200 {
		batch := storagetest.Chain(head, fmt.Sprint("b", i), 1)
		if err = j.Append(t.Context(), head, batch); err != nil {
			break
		}
		head = batch[0].Head
	}
	close(done)
	wg.Wait()
	require.NoError(t, err, "appending beside an erasure")
	require.NoError(t, j.Close())
}
