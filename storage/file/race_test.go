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
		if err = storagetest.Append(t.Context(), j, head, batch); err != nil {
			break
		}
		head = batch[0].Head
	}
	close(done)
	wg.Wait()
	require.NoError(t, err, "appending beside an erasure")
	require.NoError(t, j.Close())
}

// busy has a writer do something before each file is read.
type busy struct {
	directory
	work func()
}

func (d busy) Open(name string, write bool) (handle, error) {
	d.work()
	return d.directory.Open(name, write)
}

// TestCheckBesideBusyWriter checks a store whose writer begins new segments
// faster than Check reads them.
func TestCheckBesideBusyWriter(t *testing.T) {
	d := newSim()
	j, err := Open("sim", &Options{directory: d, SegmentSize: groupsStart + 1, ahead: 100})
	require.NoError(t, err)
	var head storage.Head
	left := 4000
	work := func() {
		if left--; left < 0 {
			return
		}
		for range 2 {
			batch := storagetest.Chain(head, fmt.Sprint("b", head.Seq), 2)
			require.NoError(t, storagetest.Append(t.Context(), j, head, batch))
			head = batch[1].Head
		}
	}
	work()
	began := head
	report, err := check(t.Context(), busy{d, work}, "sim")
	require.NoError(t, err)
	require.GreaterOrEqual(t, report.Head.Seq, began.Seq)
	require.Zero(t, report.Torn)
	require.Positive(t, left, "the writer has kept ahead")
	left = 20
	r, err := Open("sim", &Options{directory: busy{d, work}, ReadOnly: true})
	require.NoError(t, err)
	require.Len(t, storagetest.Read(t, r, 0), int(head.Seq))
	require.NoError(t, j.Close())
}

// tearing lets the first reading of each segment's slots see the one that is
// written next half old and half new, as a reader beside a writer may.
type tearing struct {
	directory
	torn map[string]bool
}

func (d tearing) Open(name string, write bool) (handle, error) {
	h, err := d.directory.Open(name, write)
	if err != nil || d.torn[name] || isSnapshot(name) {
		return h, err
	}
	d.torn[name] = true
	return tornSlot{h}, nil
}

type tornSlot struct{ handle }

func (h tornSlot) ReadAt(b []byte, at int64) (int, error) {
	n, err := h.handle.ReadAt(b, at)
	if at == 0 && n >= groupsStart {
		b[blockSize+20] ^= 1
	}
	return n, err
}

// TestReadWhileSlotIsWritten opens and follows a store for reading while its
// slots are being written: what is read again is sound.
func TestReadWhileSlotIsWritten(t *testing.T) {
	d := newSim()
	j, err := Open("sim", &Options{directory: d, SegmentSize: groupsStart + 500, ahead: 100})
	require.NoError(t, err)
	var c course
	require.NoError(t, c.append(j, "a", 1))
	torn := tearing{d, map[string]bool{}}
	r, err := Open("sim", &Options{directory: torn, ReadOnly: true})
	require.NoError(t, err)
	c.compare(t, r, "opened")
	for i := range 6 {
		require.NoError(t, c.append(j, fmt.Sprint("b", i), 1))
		clear(torn.torn)
		c.compare(t, r, "followed")
	}
	require.NoError(t, c.erase(j))
	clear(torn.torn)
	c.compare(t, r, "written anew")
	require.NoError(t, r.Close())
	require.NoError(t, j.Close())
}

// TestHistorySwappedUnderReader puts another history in the place of a segment
// that a reader knows: it does not read on as if nothing were.
func TestHistorySwappedUnderReader(t *testing.T) {
	stores := make([]*simDisk, 2)
	for i := range stores {
		stores[i] = newSim()
		j, err := Open("sim", &Options{directory: stores[i], SegmentSize: groupsStart + 1, ahead: 100})
		require.NoError(t, err)
		var head storage.Head
		for k := range 3 {
			batch := storagetest.Chain(head, fmt.Sprint(i, "-", k), 2)
			require.NoError(t, storagetest.Append(t.Context(), j, head, batch))
			head = batch[1].Head
		}
		if i == 1 {
			require.NoError(t, j.Erase(t.Context(), []storage.RecordID{{Kind: "thing", Key: "k1"}}, 4))
		}
		require.NoError(t, j.Close())
	}
	r, err := Open("sim", &Options{directory: stores[0], ReadOnly: true})
	require.NoError(t, err)
	require.Len(t, storagetest.Read(t, r, 0), 6)
	stores[0].entries[segmentName(3)] = stores[1].entries[segmentName(3)]
	var failed error
	for _, err := range r.Log(t.Context(), 0) {
		failed = err
	}
	require.ErrorIs(t, failed, storage.ErrCorrupt)
	require.NoError(t, r.Close())
}
