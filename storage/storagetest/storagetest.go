// Package storagetest proves an implementation of storage.Journal. There are no
// options to leave a part out: a store that fails one of these tests loses or
// distorts history.
//
//	func TestJournal(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) storage.Journal { return mystore.New() })
//	}
//
// A store that has the further powers of package storage proves each of them
// with a suite of its own: RunSnapshots, RunEraser, RunTenants. The tests of this
// package run the suites over stores that are broken, each in another way, and
// look whether they say so.
package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
)

// start is the time of the first commit in these tests.
var start = time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC)

// Next returns a valid commit that follows parent: with the ID id, made a
// microsecond later for each sequence number, and changes.
func Next(parent storage.Head, id string, changes ...storage.Change) storage.Commit {
	return storage.Seal(parent, storage.Commit{ID: id, Time: start.Add(time.Duration(parent.Seq) * time.Microsecond),
		Meta: []byte(`{"actor":"` + id + `"}`), Changes: changes})
}

// Chain returns n valid commits that follow parent.
func Chain(parent storage.Head, prefix string, n int) []storage.Commit {
	var batch []storage.Commit
	for i := range n {
		c := Next(parent, fmt.Sprintf("%s-%d", prefix, i), storage.Change{Kind: "thing", Key: fmt.Sprintf("k%d", i%3), Schema: 1,
			Salt: []byte{byte(i), 1, 2, 3}, Body: []byte(fmt.Sprintf(`{"n":%d}`, i))})
		batch = append(batch, c)
		parent = c.Head
	}
	return batch
}

// Append appends commits that are sealed already, as the batch that follows
// parent. What storage.NewBatch refuses is the error too.
func Append(ctx context.Context, j storage.Journal, parent storage.Head, commits []storage.Commit) error {
	batch, err := storage.NewBatch(parent, commits)
	if err != nil {
		return err
	}
	return j.Append(ctx, batch)
}

// Run proves a journal. open returns a new, empty one each time.
func Run(t *testing.T, open func(t *testing.T) storage.Journal) {
	tests := []struct {
		name string
		run  func(*testing.T, storage.Journal)
	}{
		{"Empty", testEmpty}, {"AppendAndLog", testAppendAndLog}, {"Conflict", testConflict}, {"Resend", testResend},
		{"UnfitBatch", testUnfitBatch}, {"ExactBytes", testExactBytes}, {"Large", testLarge}, {"LogFromAnywhere", testLogFromAnywhere},
		{"KeepsNothing", testKeepsNothing},
		{"EarlyBreak", testEarlyBreak}, {"Context", testContext}, {"LogWhileAppending", testLogWhileAppending},
		{"ConcurrentWriters", testConcurrentWriters}, {"UnknownOutcome", testUnknownOutcome},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
	t.Run("Model", func(t *testing.T) { testModel(t, open) })
}

// RunDurable proves a journal that survives being closed. open opens the one
// in a directory and makes it if it is missing; closing it is for the function
// that it returns.
func RunDurable(t *testing.T, open func(t *testing.T, dir string) (storage.Journal, func() error)) {
	Run(t, func(t *testing.T) storage.Journal {
		j, stop := open(t, t.TempDir())
		t.Cleanup(func() { require.NoError(t, stop()) })
		return j
	})
	t.Run("Reopen", func(t *testing.T) {
		dir := t.TempDir()
		var want []storage.Commit
		var head storage.Head
		for round := range 5 {
			j, stop := open(t, dir)
			requireLog(t, want, j, 0, fmt.Sprintf("what was acknowledged must be there after reopening, round %d", round))
			batch := Chain(head, fmt.Sprintf("r%d", round), 3)
			require.NoError(t, Append(t.Context(), j, head, batch))
			want, head = append(want, batch...), batch[2].Head
			require.NoError(t, stop())
			require.Error(t, Append(t.Context(), j, head, Chain(head, "late", 1)), "a closed journal takes nothing")
		}
	})
}

// testKeepsNothing writes over a batch that has been appended.
func testKeepsNothing(t *testing.T, j storage.Journal) {
	batch, want := Chain(storage.Head{}, "a", 3), Chain(storage.Head{}, "a", 3)
	require.NoError(t, Append(t.Context(), j, storage.Head{}, batch))
	require.Equal(t, want, batch, "Append changes nothing of a batch")
	for i := range batch {
		for k := range batch[i].Changes {
			clear(batch[i].Changes[k].Salt)
			clear(batch[i].Changes[k].Body)
		}
		clear(batch[i].Changes)
		clear(batch[i].Meta)
	}
	clear(batch)
	requireLog(t, want, j, 0, "the caller may use the memory of a batch again")
}

func testEmpty(t *testing.T, j storage.Journal) {
	require.Empty(t, Read(t, j, 0), "a new journal holds nothing")
	require.Empty(t, Read(t, j, 7), "nor after a number beyond its end")
	head, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
	require.Equal(t, storage.Head{}, head)
}

func testAppendAndLog(t *testing.T, j storage.Journal) {
	first := Chain(storage.Head{}, "a", 3)
	require.NoError(t, Append(t.Context(), j, storage.Head{}, first))
	requireLog(t, first, j, 0, "what was acknowledged is there")
	second := Chain(first[2].Head, "b", 2)
	require.NoError(t, Append(t.Context(), j, first[2].Head, second))
	requireLog(t, append(first, second...), j, 0, "commits come in order, exactly as they were appended")
	head, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
	require.Equal(t, second[1].Head, head)
}

func testConflict(t *testing.T, j storage.Journal) {
	log := Chain(storage.Head{}, "a", 3)
	require.NoError(t, Append(t.Context(), j, storage.Head{}, log))
	forked := Chain(storage.Head{}, "fork", 3)
	for name, parent := range map[string]storage.Head{"empty": {}, "older": log[1].Head, "newer": Chain(log[2].Head, "b", 1)[0].Head, "forked": forked[2].Head} {
		err := Append(t.Context(), j, parent, Chain(parent, "x", 1))
		require.ErrorIs(t, err, storage.ErrConflict, "a parent that is not the head (%s) is a conflict", name)
		requireLog(t, log, j, 0, "a conflict adds nothing: "+name)
	}
	next := Chain(log[2].Head, "b", 1)
	require.NoError(t, Append(t.Context(), j, log[2].Head, next), "after conflicts the head still takes a batch")
	requireLog(t, append(log, next...), j, 0, "what was acknowledged is there, also after conflicts")
}

func testResend(t *testing.T, j storage.Journal) {
	batch := Chain(storage.Head{}, "a", 3)
	require.NoError(t, Append(t.Context(), j, storage.Head{}, batch))
	require.ErrorIs(t, Append(t.Context(), j, storage.Head{}, batch), storage.ErrConflict, "a batch that is there already is a conflict")
	requireLog(t, batch, j, 0, "a batch sent twice is there once")
}

func testUnfitBatch(t *testing.T, j storage.Journal) {
	require.ErrorIs(t, j.Append(t.Context(), storage.Batch{}), storage.ErrBatch, "an empty batch")
	log := Chain(storage.Head{}, "a", 2)
	require.NoError(t, Append(t.Context(), j, storage.Head{}, log))
	head := log[1].Head
	require.ErrorIs(t, j.Append(t.Context(), storage.Batch{}), storage.ErrBatch, "an empty batch")
	early, err := storage.SealBatch(head, []storage.Commit{{ID: "early", Time: log[1].Time.Add(-time.Microsecond)}})
	require.NoError(t, err)
	require.ErrorIs(t, j.Append(t.Context(), early), storage.ErrBatch, "the journal's time never runs back")
	requireLog(t, log, j, 0, "nothing of an unfit batch is added")
	require.NoError(t, Append(t.Context(), j, head, Chain(head, "b", 2)))
}

func testExactBytes(t *testing.T, j storage.Journal) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	long := strings.Repeat("x", storage.MaxName-1)
	erased := storage.Change{Kind: "k", Key: "erased", Schema: 2, Salt: nil, Digest: storage.BodyDigest([]byte("salt"), []byte("gone"))}
	// The time is before 1970, which some keep as a number without a sign.
	c := storage.Seal(storage.Head{}, storage.Commit{ID: "exact", Time: time.UnixMicro(-1).UTC(), Meta: all, Changes: []storage.Change{
		{Kind: "k", Key: "binary", Schema: 1, Salt: all[:16], Body: all},
		{Kind: "k", Key: "json", Schema: 1, Salt: []byte{0}, Body: []byte("{ \"b\" : 1,\n\"a\":1.0 }")},
		{Kind: "k", Key: "empty", Schema: 1, Salt: []byte{9}, Body: []byte{}},
		{Kind: "k", Key: "withdrawn", Schema: 1},
		erased,
		{Kind: "Ünïcode", Key: "键/#:@", Schema: 0, Salt: []byte{1}, Body: []byte("x")},
		{Kind: "K", Key: "Withdrawn ", Schema: storage.MaxSchema},
		{Kind: " ", Key: "\x00'\\\"%_\r\n", Schema: 1},
		{Kind: long + "a", Key: long + "b", Schema: 1},
	}})
	require.NoError(t, Append(t.Context(), j, storage.Head{}, []storage.Commit{c}))
	got := Read(t, j, 0)
	require.Len(t, got, 1)
	require.Equal(t, c.Time, got[0].Time, "times are UTC and keep their microseconds")
	require.Equal(t, c.Meta, got[0].Meta, "metadata are exact bytes")
	require.Len(t, got[0].Changes, len(c.Changes))
	for i, want := range c.Changes {
		have := got[0].Changes[i]
		require.Equal(t, want.Body == nil, have.Body == nil, "%s: no body and an empty body are two things", want.Key)
		require.True(t, bytes.Equal(want.Body, have.Body), "%s: bodies are exact bytes; a store that reformats them breaks the chain", want.Key)
		require.True(t, bytes.Equal(want.Salt, have.Salt), "%s: salts are exact bytes", want.Key)
		want.Body, have.Body, want.Salt, have.Salt = nil, nil, nil, nil
		require.Equal(t, want, have, "names are exact, up to %d bytes of them; schema and digest too", storage.MaxName)
	}
	// IDs differ, though what compares them as words may find them the same.
	head, ids := c.Head, []string{"id", "ID", "id ", "i\u0301d", "\u00edd", long + "1", long + "2"}
	for _, id := range ids {
		next := Next(head, id)
		require.NoError(t, Append(t.Context(), j, head, []storage.Commit{next}), "a commit of ID %q", id)
		head = next.Head
	}
	for i, c := range Read(t, j, 1) {
		require.Equal(t, ids[i], c.ID, "IDs are exact")
	}
	_, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
}

// many is how many commits make a large batch.
var many = 5000

func testLarge(t *testing.T, j storage.Journal) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB
	first := Next(storage.Head{}, "big", storage.Change{Kind: "k", Key: "big", Schema: 1, Salt: []byte{1}, Body: big})
	require.NoError(t, Append(t.Context(), j, storage.Head{}, []storage.Commit{first}))
	batch := Chain(first.Head, "many", many)
	require.NoError(t, Append(t.Context(), j, first.Head, batch))
	requireLog(t, batch, j, 1, "a batch may have thousands of commits")
	for c, err := range j.Log(t.Context(), 0) {
		require.NoError(t, err)
		require.True(t, bytes.Equal(big, c.Changes[0].Body), "a body of %d bytes is kept whole", len(big))
		break
	}
}

func testLogFromAnywhere(t *testing.T, j storage.Journal) {
	var log []storage.Commit
	var head storage.Head
	for i := range 6 { // batches of 1 to 6
		batch := Chain(head, fmt.Sprintf("b%d", i), i+1)
		require.NoError(t, Append(t.Context(), j, head, batch))
		log, head = append(log, batch...), batch[i].Head
	}
	for after := range uint64(len(log) + 1) {
		requireLog(t, log[after:], j, after, "the log begins after any commit that is asked for")
	}
	require.Empty(t, Read(t, j, 1<<40))
	require.Empty(t, Read(t, j, ^uint64(0)))
}

func testEarlyBreak(t *testing.T, j storage.Journal) {
	log := Chain(storage.Head{}, "a", 10)
	require.NoError(t, Append(t.Context(), j, storage.Head{}, log))
	for range 100 { // a reader that leaks would run out of something
		for c, err := range j.Log(t.Context(), 3) {
			require.NoError(t, err)
			require.Equal(t, log[3], c)
			break
		}
	}
	next := Chain(log[9].Head, "b", 1)
	err := soon(t, "a reader that broke off holds nothing", func() error { return Append(t.Context(), j, log[9].Head, next) })
	require.NoError(t, err)
	requireLog(t, append(log, next...), j, 0, "what was acknowledged is there")
}

func testContext(t *testing.T, j storage.Journal) {
	log := Chain(storage.Head{}, "a", 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, Append(ctx, j, storage.Head{}, log), "a call whose context has ended fails")
	require.Empty(t, Read(t, j, 0), "and adds nothing")
	require.NoError(t, Append(t.Context(), j, storage.Head{}, log))
	n := 0
	count := func(storage.Commit) { n++ }
	require.ErrorIs(t, walk(ctx, j, 0, count), context.Canceled, "a log whose context has ended says so")
	require.Zero(t, n, "and yields nothing")
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	require.ErrorIs(t, walk(ctx, j, 0, func(storage.Commit) { n++; cancel() }), context.Canceled, "a log whose context ends says so")
	require.Equal(t, 1, n, "between two commits a log looks at its context")
}

func testLogWhileAppending(t *testing.T, j storage.Journal) {
	first := Chain(storage.Head{}, "a", 50)
	require.NoError(t, Append(t.Context(), j, storage.Head{}, first))
	head, seq := first[49].Head, uint64(0)
	for c, err := range j.Log(t.Context(), 0) {
		require.NoError(t, err)
		seq++
		require.Equal(t, seq, c.Seq, "the log has no gaps")
		if seq <= 5 {
			batch := Chain(head, fmt.Sprintf("w%d", seq), 2)
			err := soon(t, "a batch is taken while a log is read", func() error { return Append(t.Context(), j, head, batch) })
			require.NoError(t, err)
			head = batch[1].Head
		}
	}
	require.GreaterOrEqual(t, seq, uint64(50), "a log goes at least to the head at the time of the call")
}

func testConcurrentWriters(t *testing.T, j storage.Journal) {
	const writers, each = 8, 12
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			journal := writer{j: j}
			for i := range each {
				id := fmt.Sprintf("w%d-%d", w, i)
				for {
					head, added, err := journal.head(t.Context(), id)
					if err == nil && added {
						err = fmt.Errorf("commit %s is there, but Append said that it was a conflict", id)
					}
					if err != nil {
						t.Error(err)
						return
					}
					err = Append(t.Context(), j, head, []storage.Commit{Next(head, id)})
					if err != nil && !errors.Is(err, storage.ErrConflict) {
						t.Error(err)
						return
					}
					journal.wrote(head, 1, err)
					if err == nil {
						break
					}
				}
			}
		})
	}
	wg.Wait()
	seen := make(map[string]bool)
	for _, c := range Read(t, j, 0) {
		require.False(t, seen[c.ID], "%s is there twice", c.ID)
		seen[c.ID] = true
	}
	require.Equal(t, writers*each, len(seen), "every acknowledged commit is there")
	_, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
}

// testUnknownOutcome lets writers lose the answers of a journal, or the calls,
// at random. Whoever sends the same batch again, and after a conflict looks for
// it in the log, adds it exactly once.
func testUnknownOutcome(t *testing.T, j storage.Journal) {
	const writers, each = 4, 15
	lost := errors.New("the answer is lost")
	var wg sync.WaitGroup
	for w := range writers {
		rng := rand.New(rand.NewPCG(uint64(w), 7))
		send := func(parent storage.Head, batch []storage.Commit) error {
			switch rng.IntN(4) {
			case 0:
				return lost
			case 1:
				_ = Append(t.Context(), j, parent, batch)
				return lost
			}
			return Append(t.Context(), j, parent, batch)
		}
		wg.Go(func() {
			journal := writer{j: j}
			for i := range each {
				prefix := fmt.Sprintf("u%d-%d", w, i)
				for {
					head, added, err := journal.head(t.Context(), prefix+"-0")
					if err != nil {
						t.Error(err)
						return
					}
					if added {
						break
					}
					batch := Chain(head, prefix, 1+i%3)
					err = send(head, batch)
					for errors.Is(err, lost) {
						err = send(head, batch)
					}
					if err != nil && !errors.Is(err, storage.ErrConflict) {
						t.Error(err)
						return
					}
					journal.wrote(head, len(batch), err)
				}
			}
		})
	}
	wg.Wait()
	seen := make(map[string]int)
	log := Read(t, j, 0)
	for _, c := range log {
		seen[c.ID]++
	}
	for w := range writers {
		for i := range each {
			for k := range 1 + i%3 {
				require.Equal(t, 1, seen[fmt.Sprintf("u%d-%d-%d", w, i, k)], "commit %d of update %d of writer %d", k, i, w)
			}
		}
	}
	require.Equal(t, len(log), len(seen), "nothing else is there")
	_, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
}

// testModel runs random operations against a slice.
func testModel(t *testing.T, open func(t *testing.T) storage.Journal) {
	rapid.Check(t, func(r *rapid.T) {
		j := open(t)
		var model []storage.Commit
		head := func() storage.Head {
			if len(model) == 0 {
				return storage.Head{}
			}
			return model[len(model)-1].Head
		}
		n := 0
		r.Repeat(map[string]func(*rapid.T){
			"append": func(r *rapid.T) {
				n++
				batch := Chain(head(), fmt.Sprint("a", n), rapid.IntRange(1, 4).Draw(r, "commits"))
				require.NoError(r, Append(context.Background(), j, head(), batch))
				model = append(model, batch...)
			},
			"conflict": func(r *rapid.T) {
				if len(model) == 0 {
					r.Skip("nothing to conflict with")
				}
				parent := storage.Head{}
				if at := rapid.IntRange(0, len(model)-1).Draw(r, "parent"); at > 0 {
					parent = model[at-1].Head
				}
				n++
				require.ErrorIs(r, Append(context.Background(), j, parent, Chain(parent, fmt.Sprint("c", n), 1)), storage.ErrConflict)
			},
			"": func(r *rapid.T) {
				after := rapid.IntRange(0, len(model)+1).Draw(r, "after")
				var got []storage.Commit
				for c, err := range j.Log(context.Background(), uint64(after)) {
					require.NoError(r, err)
					got = append(got, c)
				}
				want := model[min(after, len(model)):]
				require.Equal(r, len(want), len(got))
				if len(want) > 0 && !reflect.DeepEqual(want, got) { // costs less than require, and seldom
					require.Equal(r, want, got)
				}
			},
		})
	})
}
