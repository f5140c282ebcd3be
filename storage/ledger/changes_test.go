package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// watch collects what Changes yields until ctx ends, and the error that it
// ends with.
type watch struct {
	mu   sync.Mutex
	got  []ledger.Published
	err  error
	done chan struct{}
}

func startWatch(ctx context.Context, l *ledger.Ledger, after uint64, each func(ledger.Published)) *watch {
	w := &watch{done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for p, err := range l.Changes(ctx, after) {
			w.mu.Lock()
			if err != nil {
				w.err = err
			} else {
				w.got = append(w.got, p)
			}
			w.mu.Unlock()
			if err == nil && each != nil {
				each(p)
			}
		}
	}()
	return w
}

// requireAll checks that a watch saw each commit of the journal after a number
// once, in order, and nothing else.
func (w *watch) requireAll(t testing.TB, j storage.Journal, after uint64) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var want, got []storage.Head
	for c, err := range j.Log(context.Background(), after) {
		require.NoError(t, err)
		want = append(want, c.Head)
	}
	for _, p := range w.got {
		got = append(got, p.Head)
	}
	require.Empty(t, cmp.Diff(want, got))
}

func TestChangesTellWhoWhatWhenAndWhy(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("start"))
	start := o.View().Head().Seq
	o.clock.Set(day0.AddDate(0, 0, 2))
	require.NoError(t, o.add("law"))
	require.NoError(t, o.Update(t.Context(), ledger.By{Actor: "bob", Reason: "repealed"}, func(tx *ledger.Tx) error {
		if err := accounts.Keep(tx, account{ID: "sup"}); err != nil {
			return err
		}
		return tx.Withdraw(subject("law"))
	}))
	head := o.View().Head()
	for _, l := range []*ledger.Ledger{o.Ledger, openBook(t, o.journal, o.clock).Ledger} { // from memory, and from the journal
		next, stop := iter.Pull2(l.Changes(t.Context(), start))
		defer stop()
		first, err, ok := next()
		require.True(t, ok)
		require.NoError(t, err)
		require.Equal(t, []ledger.Subject{subject("law")}, first.Written)
		require.Empty(t, first.Withdrawn)
		second, err, ok := next()
		require.True(t, ok)
		require.NoError(t, err)
		require.Equal(t, head, second.Head)
		require.Equal(t, day0.AddDate(0, 0, 2), second.Time)
		require.Equal(t, ledger.By{Actor: "bob", Reason: "repealed"}, second.By)
		require.Equal(t, []string{"Put", "Withdraw"}, second.Verbs)
		require.Equal(t, []ledger.Subject{subject("sup")}, second.Written)
		require.Equal(t, []ledger.Subject{subject("law")}, second.Withdrawn)
	}
}

// Readers of all speeds, resuming and starting late, beside many writers: each
// sees every commit once, in order, and when it does a View shows it.
func TestChangesLoseNothingBesideConcurrentWriters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newBook(t)
		ctx, cancel := context.WithCancel(t.Context())
		early := startWatch(ctx, o.Ledger, 0, func(p ledger.Published) {
			require.GreaterOrEqual(t, o.View().Head().Seq, p.Seq)
		})
		gate := make(chan struct{}) // the slow reader stands still until all is written
		slow := startWatch(ctx, o.Ledger, 0, func(ledger.Published) { <-gate })
		var late [8]*watch
		var lateFrom [8]uint64
		const writers, each = 8, 100
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					require.NoError(t, o.add(fmt.Sprintf("w%d-%d", w, i)))
					if i == each/2 {
						lateFrom[w] = o.View().Head().Seq - uint64(w)
						late[w] = startWatch(ctx, o.Ledger, lateFrom[w], nil)
					}
				}
			})
		}
		wg.Wait()
		close(gate)
		synctest.Wait()
		early.requireAll(t, o.journal, 0)
		slow.requireAll(t, o.journal, 0)
		for w := range late {
			late[w].requireAll(t, o.journal, lateFrom[w])
		}
		require.NoError(t, o.add("one-more"))
		synctest.Wait()
		early.requireAll(t, o.journal, 0)
		cancel()
		for _, w := range append(late[:], early, slow) {
			<-w.done
			require.ErrorIs(t, w.err, context.Canceled)
		}
		require.NoError(t, o.Close(t.Context()))
	})
}

// Commits of another Manager come when this one reads them, whether by Sync or
// because its own commit met a conflict.
func TestChangesTellOfOtherWriters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := memory.New()
		a, b := openBook(t, j, &clock{now: day0}), openBook(t, j, &clock{now: day0})
		ctx, cancel := context.WithCancel(t.Context())
		w := startWatch(ctx, b.Ledger, 0, nil)
		synctest.Wait()
		w.requireAll(t, j, 0)
		require.NoError(t, a.add("one"))
		synctest.Wait()
		w.mu.Lock()
		require.Equal(t, a.View().Head().Seq-1, uint64(len(w.got)), "not published here yet")
		w.mu.Unlock()
		require.NoError(t, b.Sync(t.Context()))
		synctest.Wait()
		w.requireAll(t, j, 0)
		require.NoError(t, a.add("two"))
		require.NoError(t, b.add("three")) // a conflict first
		synctest.Wait()
		w.requireAll(t, j, 0)
		var wg sync.WaitGroup
		for _, o := range []*book{a, b} {
			for n := range 4 {
				wg.Go(func() {
					for i := range 20 {
						for { // two managers in a tight race may wear out the attempts
							err := o.add(fmt.Sprintf("%p-%d-%d", o, n, i))
							if err == nil {
								break
							}
							require.ErrorIs(t, err, storage.ErrConflict)
						}
					}
				})
			}
		}
		wg.Wait()
		require.NoError(t, b.Sync(t.Context()))
		synctest.Wait()
		w.requireAll(t, j, 0)
		cancel()
		<-w.done
	})
}

func TestChangesEnd(t *testing.T) {
	t.Run("with the cause of the context", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o := newBook(t)
			require.NoError(t, o.add("one"))
			why := errors.New("shutting down")
			ctx, cancel := context.WithCancelCause(t.Context())
			w := startWatch(ctx, o.Ledger, 0, nil)
			synctest.Wait()
			cancel(why)
			<-w.done
			require.ErrorIs(t, w.err, why)
			require.Len(t, w.got, 1)
		})
	})
	t.Run("with the manager, after the last commit", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o := newBook(t)
			gate := make(chan struct{})
			w := startWatch(t.Context(), o.Ledger, 0, func(ledger.Published) { <-gate })
			require.NoError(t, o.add("one"))
			require.NoError(t, o.Close(t.Context()))
			close(gate)
			<-w.done
			require.ErrorIs(t, w.err, ledger.ErrClosed)
			w.requireAll(t, o.journal, 0)
		})
	})
	t.Run("when the loop breaks", func(t *testing.T) {
		o := newBook(t)
		require.NoError(t, o.add("one"))
		for range o.Changes(t.Context(), 0) {
			break
		}
	})
}

func TestChangesAheadOfTheJournalWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newBook(t)
		ctx, cancel := context.WithCancel(t.Context())
		w := startWatch(ctx, o.Ledger, 3, nil)
		for i := range 4 {
			require.NoError(t, o.add(fmt.Sprint("i", i)))
		}
		synctest.Wait()
		w.requireAll(t, o.journal, 3)
		cancel()
		<-w.done
	})
}

// tiring fails each reading of the journal after a few commits.
type tiring struct {
	storage.Journal
	left atomic.Int64
}

func (f *tiring) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for c, err := range f.Journal.Log(ctx, after) {
			if f.left.Add(-1) < 0 {
				yield(storage.Commit{}, errors.New("disk on fire"))
				return
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

func TestChangesResumeAfterAnErrorOfTheJournal(t *testing.T) {
	f := &tiring{Journal: memory.New()}
	f.left.Store(1 << 40)
	o := openBook(t, f, &clock{now: day0})
	for i := range 300 { // more than is kept in memory
		require.NoError(t, o.add(fmt.Sprint("i", i)))
	}
	var got []uint64
	failures, after := 0, uint64(0)
	for after < o.View().Head().Seq {
		f.left.Store(50)
		for p, err := range o.Changes(t.Context(), after) {
			if err != nil {
				require.ErrorContains(t, err, "disk on fire")
				failures++
				break
			}
			got = append(got, p.Seq)
			if after = p.Seq; after == o.View().Head().Seq {
				break
			}
		}
	}
	f.left.Store(1 << 40)
	require.Positive(t, failures)
	require.Len(t, got, int(o.View().Head().Seq))
	for i, seq := range got {
		require.Equal(t, uint64(i+1), seq)
	}
}

func TestChangesNoticeAJournalThatWasChanged(t *testing.T) {
	o := newBook(t)
	for i := range 300 {
		require.NoError(t, o.add(fmt.Sprint("i", i)))
	}
	for name, alter := range map[string]func(*storage.Commit){
		"other content": func(c *storage.Commit) { c.ID = "forged" },
		"a gap":         func(c *storage.Commit) { c.Seq++ },
	} {
		t.Run(name, func(t *testing.T) {
			forged := &rewritten{Journal: o.journal, at: 20, alter: alter}
			n, err := ledger.Open(t.Context(), forged, &ledger.Options{Kinds: []ledger.AnyKind{accounts}})
			require.ErrorIs(t, err, ledger.ErrTampered)
			require.Nil(t, n)
			forged.off = true
			n, err = ledger.Open(t.Context(), forged, &ledger.Options{Kinds: []ledger.AnyKind{accounts}})
			require.NoError(t, err)
			defer n.Close(t.Context())
			forged.off = false
			var last error
			count := 0
			for _, err := range n.Changes(t.Context(), 0) {
				last = err
				count++
			}
			require.ErrorIs(t, last, ledger.ErrTampered)
			require.Equal(t, 20, count, "what is sound comes before the error")
		})
	}
}

// rewritten shows one commit otherwise than it was written.
type rewritten struct {
	storage.Journal
	at    uint64
	alter func(*storage.Commit)
	off   bool
}

func (a *rewritten) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for c, err := range a.Journal.Log(ctx, after) {
			if err == nil && c.Seq == a.at && !a.off {
				a.alter(&c)
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

func ExampleLedger_Changes() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	l, err := ledger.Open(ctx, memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{accounts}})
	if err != nil {
		panic(err)
	}
	defer l.Close(context.Background())
	err = l.Update(ctx, ledger.By{Actor: "ada", Reason: "first account on file"}, func(tx *ledger.Tx) error {
		return accounts.Keep(tx, account{ID: "a"})
	})
	if err != nil {
		panic(err)
	}
	var done uint64 // what an index has dealt with; kept beside it
	for p, err := range l.Changes(ctx, done) {
		if err != nil {
			break // ctx has ended, or the journal can't be read
		}
		for _, s := range p.Written {
			fmt.Println(p.Seq, p.By.Actor, p.Verbs, s)
		}
		done = p.Seq
		cancel() // an index would go on
	}
	// Output: 1 ada [Put] account/a
}
