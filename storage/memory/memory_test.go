package memory_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
	"github.com/aimskit/aimskit/storage/storagetest"
)

func TestJournal(t *testing.T) {
	storagetest.Run(t, func(*testing.T) storage.Journal { return memory.New() })
}

func TestPowers(t *testing.T) {
	storagetest.RunSnapshots(t, func(*testing.T) (storage.Journal, storage.Snapshots) {
		j := memory.New()
		return j, j
	})
	storagetest.RunEraser(t, func(*testing.T) (storage.Journal, storage.Eraser, storage.Snapshots) {
		j := memory.New()
		return j, j, j
	})
}

func ExampleNew() {
	ctx := context.Background()
	j := memory.New()
	batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "first", Time: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
		Changes: []storage.Change{{Kind: "note", Key: "n1", Schema: 1, Salt: []byte("random"), Body: []byte(`"hello"`)}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := j.Append(ctx, batch); err != nil {
		fmt.Println(err)
		return
	}
	for c, err := range j.Log(ctx, 0) {
		fmt.Println(c.Seq, c.ID, string(c.Changes[0].Body), err)
	}
	// Output: 1 first "hello" <nil>
}
