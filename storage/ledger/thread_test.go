package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// historyOf collects the history of a record.
func historyOf(t require.TestingT, l *ledger.Ledger, s ledger.Subject) (all []ledger.Entry) {
	for e, err := range l.History(context.Background(), s) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

// filtered is what the whole trail says of each record.
func filtered(t require.TestingT, l *ledger.Ledger) map[ledger.Subject][]ledger.Entry {
	all := make(map[ledger.Subject][]ledger.Entry)
	for e, err := range l.Trail(context.Background(), 0) {
		require.NoError(t, err)
		touched := slices.Concat(e.Erases, e.Dropped)
		for _, c := range e.Changes {
			touched = append(touched, c.Subject)
		}
		seen := make(map[ledger.Subject]bool)
		for _, s := range touched {
			if seen[s] {
				continue
			}
			seen[s] = true
			own := e
			own.Migrations = nil
			isOther := func(other ledger.Subject) bool { return other != s }
			own.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c ledger.RecordChange) bool { return c.Subject != s })
			own.Erases = slices.DeleteFunc(slices.Clone(e.Erases), isOther)
			own.Dropped = slices.DeleteFunc(slices.Clone(e.Dropped), isOther)
			all[s] = append(all[s], own)
		}
	}
	return all
}

// requireHistories compares the history of each record with what the whole trail
// says of it.
func requireHistories(t require.TestingT, l *ledger.Ledger, ids ...string) {
	want := filtered(t, l)
	for _, id := range ids {
		s := subject(id)
		require.Empty(t, cmp.Diff(want[s], historyOf(t, l, s), cmpopts.EquateEmpty()), "history of %s", id)
	}
}

var saysBefore = regexp.MustCompile(`,"before":\[[0-9,]*\]`)

// forgotten is a journal as code would have written it that did not say yet which
// commit touched a record before.
func forgotten(t require.TestingT, j storage.Journal) *memory.Journal {
	old, head := memory.New(), storage.Head{}
	for c, err := range j.Log(context.Background(), 0) {
		require.NoError(t, err)
		c.Meta = saysBefore.ReplaceAll(c.Meta, nil)
		c.Changes = slices.Clone(c.Changes)
		b, err := storage.SealBatch(head, []storage.Commit{c})
		require.NoError(t, err)
		require.NoError(t, old.Append(context.Background(), b))
		head = b.Head()
	}
	return old
}

// act is one thing that happens to a journal of accounts.
func act(rt *rapid.T, ids []string) (name string, fn func(tx *ledger.Tx) error) {
	id := rapid.SampledFrom(ids).Draw(rt, "id")
	switch name = rapid.SampledFrom([]string{"put", "put", "put", "several", "withdraw", "close", "drop", "again", "undone"}).Draw(rt, "what"); name {
	case "put":
		n := rapid.IntRange(0, 100).Draw(rt, "balance")
		fn = func(tx *ledger.Tx) error { return keep(tx, account{ID: id, Owner: "ada", Balance: n}) }
	case "close":
		fn = func(tx *ledger.Tx) error { return keep(tx, account{ID: id, Closed: true}) }
	case "several":
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, len(ids), rapid.ID).Draw(rt, "some")
		fn = func(tx *ledger.Tx) error {
			for i, id := range some {
				if i%2 == 1 && accounts.Of(tx).Has(id) {
					if err := accounts.Drop(tx, id); err != nil {
						return err
					}
				} else if err := keep(tx, account{ID: id, Balance: i}); err != nil {
					return err
				}
			}
			return nil
		}
	case "withdraw":
		fn = func(tx *ledger.Tx) error { return tx.Withdraw(subject(id)) }
	case "drop", "again": // made and withdrawn in one commit, or withdrawn and made
		fn = func(tx *ledger.Tx) error {
			if !accounts.Of(tx).Has(id) {
				if err := accounts.Keep(tx, account{ID: id}); err != nil {
					return err
				}
			}
			if err := accounts.Drop(tx, id); err != nil || name == "drop" {
				return err
			}
			return accounts.Keep(tx, account{ID: id, Owner: "bob"})
		}
	case "undone": // a verb that fails after it has written
		fn = func(tx *ledger.Tx) error {
			_ = deposit(tx, id, 1, errAsked)
			return keep(tx, account{ID: id, Owner: "eve"})
		}
	}
	return name, fn
}

// expected are the errors that an act may meet.
func expected(err error) bool {
	return err == nil || errors.Is(err, ledger.ErrNotFound) || errors.Is(err, ledger.ErrExists) || errors.Is(err, ledger.ErrState)
}

// Whatever is done to records, by two writers, over reopening with and without the
// snapshot, after commits of code that did not say what was before: the history of
// each is what the whole trail says of it, and what commits say of one another is
// true.
func TestHistoryModel(t *testing.T) {
	ids := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(rt *rapid.T) {
		j := memory.New()
		c := &clock{now: day0}
		open := func(snapshots bool) *ledger.Ledger {
			opts := &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Clock: c.Now, NewID: counter(), Eraser: j}
			if snapshots {
				opts.Snapshots = j
			}
			l, err := ledger.Open(rt.Context(), j, opts)
			require.NoError(rt, err)
			return l
		}
		both := []*ledger.Ledger{open(true), open(false)}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			c.Set(c.Now().Add(time.Minute))
			who := rapid.IntRange(0, 1).Draw(rt, "who")
			l := both[who]
			switch rapid.IntRange(0, 9).Draw(rt, "step") {
			case 0:
				both[who] = open(rapid.Bool().Draw(rt, "snapshots"))
			case 1:
				if who == 0 {
					require.NoError(rt, l.Close(rt.Context()))
					both[0] = open(true)
				}
			case 2:
				id := rapid.SampledFrom(ids).Draw(rt, "erased")
				err := l.Erase(rt.Context(), by, subject(id))
				require.True(rt, expected(err), "%v", err)
			case 3:
				if rapid.IntRange(0, 3).Draw(rt, "forget") == 0 {
					j = forgotten(rt, j)
					both = []*ledger.Ledger{open(true), open(false)}
				}
			case 4:
				id := rapid.SampledFrom(ids).Draw(rt, "of")
				require.NoError(rt, l.Sync(rt.Context()))
				requireHistories(rt, l, id)
			default:
				name, fn := act(rt, ids)
				err := l.Update(rt.Context(), by, fn)
				require.True(rt, expected(err), "%s: %v", name, err)
			}
		}
		for _, l := range both {
			requireHistories(rt, l, append(ids, "nobody")...) // also with what the other has written, unread
			require.NoError(rt, l.Sync(rt.Context()))
			requireHistories(rt, l, append(ids, "nobody")...)
			require.NoError(rt, l.Verify(rt.Context()))
		}
	})
}

// Writers of one process and of two, whose commits are on their way together, say
// the truth about what was before.
func TestHistoryUnderWay(t *testing.T) {
	j := memory.New()
	var both []*ledger.Ledger
	for range 2 {
		both = append(both, open(t, j, &ledger.Options{Retry: ledger.Retry{Attempts: 1000, Wait: time.Microsecond}}))
	}
	ids := []string{"a", "b", "c"}
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 30 {
				err := both[w%2].Update(t.Context(), by, func(tx *ledger.Tx) error {
					id := ids[(w+i)%3]
					if (w*i)%5 == 4 && accounts.Of(tx).Has(id) {
						return accounts.Drop(tx, id)
					}
					return keep(tx, account{ID: id, Balance: i})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, l := range both {
		require.NoError(t, l.Sync(t.Context()))
		require.NoError(t, l.Verify(t.Context()))
		requireHistories(t, l, ids...)
	}
}

// tallied is a journal that counts what is read of it.
type tallied struct {
	storage.Journal
	mu      sync.Mutex
	commits int
	logs    int
}

func (j *tallied) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		j.mu.Lock()
		j.logs++
		j.mu.Unlock()
		for c, err := range j.Journal.Log(ctx, after) {
			j.mu.Lock()
			j.commits++
			j.mu.Unlock()
			if !yield(c, err) {
				return
			}
		}
	}
}

// How much of the journal is read for a history: what was written of the record
// where that is little, and about all of it, once, where it is much or where it is
// not known.
func TestHistoryReads(t *testing.T) {
	const many = 36_000
	j := &tallied{Journal: memory.New()}
	l := open(t, j, nil)
	write := func(n int, id func(i int) string) {
		for done := 0; done < n; {
			var wg sync.WaitGroup
			for range 500 {
				id := id(done)
				done++
				wg.Go(func() {
					if err := l.Update(t.Context(), by, func(tx *ledger.Tx) error { return keep(tx, account{ID: id, Balance: int(tx.Seq())}) }); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
	}
	read := func(l *ledger.Ledger, id string) (commits, logs int) {
		j.commits, j.logs = 0, 0
		n := len(historyOf(t, l, subject(id)))
		require.NotZero(t, n)
		return j.commits, j.logs
	}
	write(many, func(i int) string {
		if i%(many/10) == 77 {
			return "rare"
		}
		if i > many/2 && i <= many/2+100 {
			return "dense"
		}
		return fmt.Sprint("other", i%1000)
	})
	n := len(historyOf(t, l, subject("rare")))
	require.Equal(t, 10, n)
	commits, logs := read(l, "rare")
	require.LessOrEqual(t, commits, 2*n)
	require.LessOrEqual(t, logs, 2*n)
	commits, _ = read(l, "dense")
	require.LessOrEqual(t, commits, 1000)
	commits, _ = read(l, "other7")
	require.Less(t, commits, many/8+100)

	write(many, func(int) string { return "always" })
	commits, logs = read(l, "always")
	require.Less(t, commits, 2*many*5/4, "not much more than one pass")
	require.Less(t, logs, 1000)
	requireHistories(t, l, "rare", "dense")
	seq := uint64(many)
	for _, e := range historyOf(t, l, subject("always")) {
		seq++
		require.Equal(t, seq, e.Seq)
	}
	require.EqualValues(t, 2*many, seq)

	old := open(t, forgotten(t, j), nil)
	require.Len(t, historyOf(t, old, subject("rare")), 10)
	update(t, old, func(tx *ledger.Tx) error { return keep(tx, account{ID: "rare"}) })
	requireHistories(t, old, "rare", "dense")
}

// A commit that says something else of what was before than the journal does is
// found out, by Verify and by the history that follows it.
func TestForgedThread(t *testing.T) {
	for name, forge := range map[string]string{
		"another": `,"before":[1]`, "of the future": `,"before":[9]`, "none": `,"before":[0]`, "several": `,"before":[2,2]`, "too few": "",
	} {
		t.Run(name, func(t *testing.T) {
			o := newBook(t)
			require.NoError(t, o.add("other"))
			require.NoError(t, o.add("a"))
			o.do("ada", owned("a", "bob"))
			forged, head := memory.New(), storage.Head{}
			for c, err := range o.journal.Log(t.Context(), 0) {
				require.NoError(t, err)
				c.Changes = slices.Clone(c.Changes)
				if c.Seq == 3 {
					require.True(t, saysBefore.Match(c.Meta))
					c.Meta = saysBefore.ReplaceAll(c.Meta, []byte(forge))
				}
				b, err := storage.SealBatch(head, []storage.Commit{c})
				require.NoError(t, err)
				require.NoError(t, forged.Append(t.Context(), b))
				head = b.Head()
			}
			f := open(t, forged, nil)
			if forge == "" { // as code would have written it that did not say
				require.NoError(t, f.Verify(t.Context()))
				require.Len(t, historyOf(t, f, subject("a")), 2)
				return
			}
			require.ErrorIs(t, f.Verify(t.Context()), ledger.ErrTampered)
			if name == "another" || name == "of the future" {
				var last error
				for _, err := range f.History(t.Context(), subject("a")) {
					last = err
				}
				require.ErrorIs(t, last, ledger.ErrTampered)
			}
		})
	}
}

func TestHistoryOfNoKind(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("a"))
	n := 0
	for _, err := range o.History(t.Context(), ledger.Subject{Kind: "acount", ID: "a"}) {
		n++
		require.ErrorIs(t, err, ledger.ErrNotFound)
		require.ErrorContains(t, err, `acount "a"`)
	}
	require.Equal(t, 1, n)
	require.Empty(t, historyOf(t, o.Ledger, subject("never")), "of a kind there is, a record that never was has no history")
}

// A history ends where its reader stops, and with the store's error.
func TestHistoryEnds(t *testing.T) {
	j := memory.New()
	l := open(t, j, nil)
	for i := range 5 {
		update(t, l, func(tx *ledger.Tx) error { return keep(tx, account{ID: "a", Balance: i}) })
	}
	for e, err := range l.History(t.Context(), subject("a")) {
		require.NoError(t, err)
		require.EqualValues(t, 1, e.Seq)
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := 0
	for _, err := range l.History(ctx, subject("a")) {
		n++
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Equal(t, 1, n)
}
