package aims_test

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

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// issue writes one context issue.
func (o *org) issue(id string) error {
	return o.try("ada", func(tx *aims.Tx) error {
		return tx.PutContextIssue(aims.ContextIssue{ID: id, Title: "Issue " + id, Origin: aims.External})
	})
}

// watch collects what Changes yields until ctx ends, and the error that it
// ends with.
type watch struct {
	mu   sync.Mutex
	got  []aims.Published
	err  error
	done chan struct{}
}

func startWatch(ctx context.Context, m *aims.Manager, after uint64, each func(aims.Published)) *watch {
	w := &watch{done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for p, err := range m.Changes(ctx, after) {
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
	o := newOrg(t).staffed()
	start := o.View().Head().Seq
	o.clock.Set(day0.AddDate(0, 0, 2))
	require.NoError(t, o.issue("law"))
	require.NoError(t, o.Update(t.Context(), aims.By{Actor: "bob", Reason: "repealed"}, func(tx *aims.Tx) error {
		if err := tx.PutSupplier(aims.Supplier{ID: "sup", Name: "S"}); err != nil {
			return err
		}
		return tx.Withdraw(aims.Subject{Kind: aims.KindContextIssue, ID: "law"})
	}))
	head := o.View().Head()
	for _, m := range []*aims.Manager{o.Manager, openOrg(t, o.journal, o.clock).Manager} { // from memory, and from the journal
		next, stop := iter.Pull2(m.Changes(t.Context(), start))
		defer stop()
		first, err, ok := next()
		require.True(t, ok)
		require.NoError(t, err)
		require.Equal(t, []aims.Subject{{Kind: aims.KindContextIssue, ID: "law"}}, first.Written)
		require.Empty(t, first.Withdrawn)
		second, err, ok := next()
		require.True(t, ok)
		require.NoError(t, err)
		require.Equal(t, head, second.Head)
		require.Equal(t, day0.AddDate(0, 0, 2), second.Time)
		require.Equal(t, aims.By{Actor: "bob", Reason: "repealed"}, second.By)
		require.Equal(t, []string{"PutSupplier", "Withdraw"}, second.Verbs)
		require.Equal(t, []aims.Subject{{Kind: aims.KindSupplier, ID: "sup"}}, second.Written)
		require.Equal(t, []aims.Subject{{Kind: aims.KindContextIssue, ID: "law"}}, second.Withdrawn)
	}
}

// Readers of all speeds, resuming and starting late, beside many writers: each
// sees every commit once, in order, and when it does a View shows it.
func TestChangesLoseNothingBesideConcurrentWriters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOrg(t).staffed()
		ctx, cancel := context.WithCancel(t.Context())
		early := startWatch(ctx, o.Manager, 0, func(p aims.Published) {
			require.GreaterOrEqual(t, o.View().Head().Seq, p.Seq)
		})
		gate := make(chan struct{}) // the slow reader stands still until all is written
		slow := startWatch(ctx, o.Manager, 0, func(aims.Published) { <-gate })
		var late [8]*watch
		var lateFrom [8]uint64
		const writers, each = 8, 100
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					require.NoError(t, o.issue(fmt.Sprintf("w%d-%d", w, i)))
					if i == each/2 {
						lateFrom[w] = o.View().Head().Seq - uint64(w)
						late[w] = startWatch(ctx, o.Manager, lateFrom[w], nil)
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
		require.NoError(t, o.issue("one-more"))
		synctest.Wait()
		early.requireAll(t, o.journal, 0)
		cancel()
		for _, w := range append(late[:], early, slow) {
			<-w.done
			require.ErrorIs(t, w.err, context.Canceled)
		}
		require.NoError(t, o.Close(context.Background()))
	})
}

// Commits of another Manager come when this one reads them, whether by Sync or
// because its own commit met a conflict.
func TestChangesTellOfOtherWriters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := memory.New()
		a, b := openOrg(t, j, &clock{now: day0}).staffed(), openOrg(t, j, &clock{now: day0})
		ctx, cancel := context.WithCancel(t.Context())
		w := startWatch(ctx, b.Manager, 0, nil)
		synctest.Wait()
		w.requireAll(t, j, 0)
		require.NoError(t, a.issue("one"))
		synctest.Wait()
		w.mu.Lock()
		require.Equal(t, a.View().Head().Seq-1, uint64(len(w.got)), "not published here yet")
		w.mu.Unlock()
		require.NoError(t, b.Sync(t.Context()))
		synctest.Wait()
		w.requireAll(t, j, 0)
		require.NoError(t, a.issue("two"))
		require.NoError(t, b.issue("three")) // a conflict first
		synctest.Wait()
		w.requireAll(t, j, 0)
		var wg sync.WaitGroup
		for _, o := range []*org{a, b} {
			for n := range 4 {
				wg.Go(func() {
					for i := range 20 {
						for { // two managers in a tight race may wear out the attempts
							err := o.issue(fmt.Sprintf("%p-%d-%d", o, n, i))
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
			o := newOrg(t)
			why := errors.New("shutting down")
			ctx, cancel := context.WithCancelCause(t.Context())
			w := startWatch(ctx, o.Manager, 0, nil)
			synctest.Wait()
			cancel(why)
			<-w.done
			require.ErrorIs(t, w.err, why)
			require.Len(t, w.got, 1)
		})
	})
	t.Run("with the manager, after the last commit", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o := newOrg(t)
			gate := make(chan struct{})
			w := startWatch(t.Context(), o.Manager, 0, func(aims.Published) { <-gate })
			require.NoError(t, o.issue("one"))
			require.NoError(t, o.Close(context.Background()))
			close(gate)
			<-w.done
			require.ErrorIs(t, w.err, aims.ErrClosed)
			w.requireAll(t, o.journal, 0)
		})
	})
	t.Run("when the loop breaks", func(t *testing.T) {
		o := newOrg(t)
		require.NoError(t, o.issue("one"))
		for range o.Changes(t.Context(), 0) {
			break
		}
	})
}

func TestChangesAheadOfTheJournalWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOrg(t)
		ctx, cancel := context.WithCancel(t.Context())
		w := startWatch(ctx, o.Manager, 3, nil)
		for i := range 4 {
			require.NoError(t, o.issue(fmt.Sprint("i", i)))
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
	o := openOrg(t, f, &clock{now: day0}).staffed()
	for i := range 300 { // more than is kept in memory
		require.NoError(t, o.issue(fmt.Sprint("i", i)))
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
	o := newOrg(t).staffed()
	for i := range 300 {
		require.NoError(t, o.issue(fmt.Sprint("i", i)))
	}
	for name, alter := range map[string]func(*storage.Commit){
		"other content": func(c *storage.Commit) { c.ID = "forged" },
		"a gap":         func(c *storage.Commit) { c.Seq++ },
	} {
		t.Run(name, func(t *testing.T) {
			m, err := aims.Open(t.Context(), o.journal, nil)
			require.NoError(t, err)
			defer m.Close(context.Background())
			forged := &rewritten{Journal: o.journal, at: 20, alter: alter}
			n, err := aims.Open(t.Context(), forged, nil)
			require.ErrorIs(t, err, aims.ErrTampered)
			require.Nil(t, n)
			forged.off = true
			n, err = aims.Open(t.Context(), forged, nil)
			require.NoError(t, err)
			defer n.Close(context.Background())
			forged.off = false
			var last error
			count := 0
			for _, err := range n.Changes(t.Context(), 0) {
				last = err
				count++
			}
			require.ErrorIs(t, last, aims.ErrTampered)
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

func ExampleManager_Changes() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	m, err := aims.Open(ctx, memory.New(), nil)
	if err != nil {
		panic(err)
	}
	defer m.Close(context.Background())
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "first person on file"}, func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "ada", Name: "Ada Lovelace"})
	})
	if err != nil {
		panic(err)
	}
	var done uint64 = 1 // what an index has dealt with; kept beside it
	for p, err := range m.Changes(ctx, done) {
		if err != nil {
			break // ctx has ended, or the journal can't be read
		}
		for _, s := range p.Written {
			fmt.Println(p.Seq, p.By.Actor, p.Verbs, s)
		}
		done = p.Seq
		cancel() // an index would go on
	}
	// Output: 2 ada [PutPerson] person/ada
}
