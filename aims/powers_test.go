package aims_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/memory"
)

// onDisk opens a management system on a file store with all its powers.
func onDisk(t testing.TB, dir string, c *clock) (*org, *file.Journal) {
	t.Helper()
	j, err := file.Open(dir, &file.Options{SegmentSize: 1 << 14})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, j.Close()) })
	m, err := aims.Open(t.Context(), j, &aims.Options{Clock: c.Now, NewID: counter(), Eraser: j, Snapshots: j})
	require.NoError(t, err)
	return &org{Manager: m, t: t, journal: j, clock: c}, j
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
	o.staffed()
	for i := range 50 { // several segments
		require.NoError(t, o.issue(fmt.Sprint("i", i)))
	}
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.LeftOn = tx.Now()
		return tx.PutPerson(p)
	})
	c.Set(day0.AddDate(0, 1, 0))
	require.NoError(t, o.Checkpoint(t.Context()))
	_, ok, err := j.LoadSnapshot(t.Context())
	require.NoError(t, err)
	require.True(t, ok)
	require.True(t, holds(t, dir, "Name of ada"))
	require.NoError(t, o.Erase(t.Context(), asks, adaID))
	require.False(t, holds(t, dir, "Name of ada"))
	require.True(t, holds(t, dir, "Name of bob"))
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.Close(context.Background()))
	_, ok, err = j.LoadSnapshot(t.Context())
	require.NoError(t, err)
	require.True(t, ok, "a new snapshot")
	require.NoError(t, j.Close())

	again, j := onDisk(t, dir, c)
	require.Empty(t, again.Unerased())
	require.False(t, holds(t, dir, "Name of ada"))
	require.Empty(t, cmp.Diff(records(t, o.View()), records(t, again.View())))
	require.Equal(t, aims.Erased, history(t, again, adaID)[0].Changes[0].What)
	head, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
	require.Equal(t, again.View().Head(), head)
}

func ExampleManager_Erase() {
	ctx := context.Background()
	journal := memory.New()
	m, err := aims.Open(ctx, journal, &aims.Options{Eraser: journal})
	if err != nil {
		panic(err)
	}
	defer m.Close(context.Background())
	hired := aims.By{Actor: "hr", Reason: "joined"}
	err = m.Update(ctx, hired, func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "p-7f3a", Name: "Ada Lovelace", LeftOn: tx.Now()})
	})
	if err != nil {
		panic(err)
	}
	person := aims.Subject{Kind: aims.KindPerson, ID: "p-7f3a"}
	if err := m.Erase(ctx, aims.By{Actor: "dpo", Reason: "request 2026-14"}, person); err != nil {
		panic(err)
	}
	for e, err := range m.History(ctx, person) {
		if err != nil {
			panic(err)
		}
		fmt.Println(e.Seq, e.By.Actor, e.By.Reason, e.Changes[0].What)
	}
	_, err = storage.Verify(ctx, journal)
	fmt.Println("chain intact:", err == nil)
	// Output:
	// 2 hr joined erased
	// 3 dpo request 2026-14 withdrawn
	// chain intact: true
}
