package aims_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
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
	m, err := aims.Open(t.Context(), j, &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Eraser: j, Snapshots: j})
	require.NoError(t, err)
	return &org{Manager: m, t: t, journal: j, clock: c}, j
}

func ExampleManager_Erase() {
	ctx := context.Background()
	journal := memory.New()
	m, err := aims.Open(ctx, journal, &aims.Options{Eraser: journal, Founder: aims.Person{ID: "hr", Name: "Human resources"},
		Rights: []aims.ExtraRight{{Verb: "Erase", May: []aims.Standing{aims.StandPerson}}}}) // beside those whom the table names
	if err != nil {
		panic(err)
	}
	defer m.Close(ctx)
	hired := aims.By{Actor: "hr", Reason: "joined"}
	err = m.Update(ctx, hired, func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "p-7f3a", Name: "Ada Lovelace", LeftOn: calendar.Of(tx.Now(), nil)})
	})
	if err != nil {
		panic(err)
	}
	person := aims.Subject{Kind: aims.KindPerson, ID: "p-7f3a"}
	if err := m.Erase(ctx, aims.By{Actor: "hr", Reason: "request 2026-14"}, person); err != nil {
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
	// 3 hr request 2026-14 withdrawn
	// chain intact: true
}
