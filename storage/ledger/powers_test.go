package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// onDisk opens a ledger on a file store with all its powers.
func onDisk(t testing.TB, dir string, c *clock) (*book, *file.Journal) {
	t.Helper()
	j, err := file.Open(dir, &file.Options{SegmentSize: 1 << 14})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, j.Close()) })
	return bookOf(t, j, c, &ledger.Options{Eraser: j, Snapshots: j}), j
}

// holds reports whether a text stands in any file of a directory.
func holds(t testing.TB, dir, text string) (found bool) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || bytes.Contains(b, []byte(text))
		return err
	}))
	return found
}

// On disk: a person is in log and snapshot, is erased, and is in no file of the
// store any more, before and after it is opened again.
func TestEraseOnDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	c := &clock{now: day0}
	o, j := onDisk(t, dir, c)
	for _, id := range []string{"ada", "bob"} {
		o.do("lea", owned(id, "Owner of "+id))
	}
	for i := range 100 { // several segments
		require.NoError(t, o.add(fmt.Sprint("i", i)))
	}
	o.do("lea", func(tx *ledger.Tx) error { return keep(tx, account{ID: "ada", Owner: "Owner of ada", Closed: true}) })
	c.Set(day0.AddDate(0, 1, 0))
	require.NoError(t, o.Checkpoint(t.Context()))
	_, ok, err := j.LoadSnapshot(t.Context(), math.MaxUint64)
	require.NoError(t, err)
	require.True(t, ok)
	require.True(t, holds(t, dir, "Owner of ada"))
	require.NoError(t, o.Erase(t.Context(), asks, adaID))
	require.False(t, holds(t, dir, "Owner of ada"))
	require.True(t, holds(t, dir, "Owner of bob"))
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.Close(t.Context()))
	_, ok, err = j.LoadSnapshot(t.Context(), math.MaxUint64)
	require.NoError(t, err)
	require.True(t, ok, "a new snapshot")
	require.NoError(t, j.Close())

	again, j := onDisk(t, dir, c)
	require.Empty(t, again.Unerased())
	require.False(t, holds(t, dir, "Owner of ada"))
	requireSameView(t, o.View(), again.View())
	require.Equal(t, ledger.Erased, history(t, again, adaID)[0].Changes[0].What)
	head, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
	require.Equal(t, again.View().Head(), head)
}

func ExampleLedger_Erase() {
	ctx := context.Background()
	journal := memory.New()
	l, err := ledger.Open(ctx, journal, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Eraser: journal})
	if err != nil {
		panic(err)
	}
	defer l.Close(ctx)
	err = l.Update(ctx, ledger.By{Actor: "desk", Reason: "closed on request"}, func(tx *ledger.Tx) error {
		return accounts.Keep(tx, account{ID: "c-7f3a", Owner: "Ada Lovelace", Closed: true})
	})
	if err != nil {
		panic(err)
	}
	s := ledger.Subject{Kind: "account", ID: "c-7f3a"}
	if err := l.Erase(ctx, ledger.By{Actor: "dpo", Reason: "request 2026-14"}, s); err != nil {
		panic(err)
	}
	for e, err := range l.History(ctx, s) {
		if err != nil {
			panic(err)
		}
		fmt.Println(e.Seq, e.By.Actor, e.By.Reason, e.Changes[0].What)
	}
	fmt.Println("chain intact:", l.Verify(ctx) == nil)
	// Output:
	// 1 desk closed on request erased
	// 2 dpo request 2026-14 withdrawn
	// chain intact: true
}
