package storagetest

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
)

// walk reads the log after a sequence number. The error says what is wrong with
// the form of the log itself, whatever it should hold.
func walk(ctx context.Context, j storage.Journal, after uint64, visit func(storage.Commit)) error {
	last, failed := after, error(nil)
	for c, err := range j.Log(ctx, after) {
		switch {
		case failed != nil:
			return fmt.Errorf("the log goes on after an error, which comes last: %v", failed)
		case err != nil && (c.Seq != 0 || c.ID != "" || c.Changes != nil):
			return fmt.Errorf("the log yields commit %d together with an error: %v", c.Seq, err)
		case err != nil:
			failed = err
			continue
		case c.Seq == last && last > after:
			return fmt.Errorf("the log yields commit %d twice", c.Seq)
		case c.Seq != last+1:
			return fmt.Errorf("the log yields commit %d where commit %d comes: it is in order and has no gaps", c.Seq, last+1)
		}
		last = c.Seq
		visit(c)
	}
	return failed
}

// Read returns all commits after a sequence number.
func Read(t testing.TB, j storage.Journal, after uint64) []storage.Commit {
	t.Helper()
	return read(t, j, after, "a log can be read")
}

func read(t testing.TB, j storage.Journal, after uint64, rule string) []storage.Commit {
	t.Helper()
	var log []storage.Commit
	err := walk(t.Context(), j, after, func(c storage.Commit) { log = append(log, c) })
	require.NoError(t, err, "reading the log after commit %d: %s", after, rule)
	return log
}

// requireLog fails unless a journal holds these commits and no others after a
// sequence number. It names the first that differs; the rule is why it may not.
func requireLog(t testing.TB, want []storage.Commit, j storage.Journal, after uint64, rule string) {
	t.Helper()
	got := read(t, j, after, rule)
	for i := range min(len(want), len(got)) {
		if !reflect.DeepEqual(want[i], got[i]) { // costs less than require, and seldom
			require.Equal(t, want[i], got[i], "commit %d: %s", want[i].Seq, rule)
		}
	}
	switch at := after + uint64(len(got)); {
	case len(got) < len(want):
		t.Fatalf("the log after commit %d ends early, with commit %d where %d more were acknowledged: %s", after, at, len(want)-len(got), rule)
	case len(got) > len(want):
		t.Fatalf("the log after commit %d ends with commit %d (%q), %d more than were acknowledged: %s", after, at, got[len(got)-1].ID, len(got)-len(want), rule)
	}
}

// patience is how long a call may take before it counts as one that blocks for
// good.
var patience = 30 * time.Second

// soon does what must not block, and returns its error.
func soon(t testing.TB, rule string, do func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		t.Fatalf("blocked for %s: %s", patience, rule)
		return nil
	}
}

// writer is one of many that write to a journal. It knows how far the log must
// reach, so that one which ends early is an error and not a writer that tries
// for ever.
type writer struct {
	j     storage.Journal
	least uint64
}

// head reads the log to its end, and says whether a commit is in it.
func (w *writer) head(ctx context.Context, id string) (head storage.Head, found bool, err error) {
	err = walk(ctx, w.j, 0, func(c storage.Commit) { head, found = c.Head, found || c.ID == id })
	if err == nil && head.Seq < w.least {
		err = fmt.Errorf("the log ends early, with commit %d: an answer of Append said that there is a commit %d", head.Seq, w.least)
	}
	return head, found, err
}

// wrote notes the answer to a batch.
func (w *writer) wrote(parent storage.Head, n int, err error) {
	if err == nil {
		w.least = parent.Seq + uint64(n)
	} else { // a conflict: somebody has written after the parent
		w.least = parent.Seq + 1
	}
}
