package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// Whatever has happened, the views at many moments are those that At gives of each,
// and none of them changes as the others are made.
func TestBetweenModel(t *testing.T) {
	ids := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(rt *rapid.T) {
		j := memory.New()
		c := &clock{now: day0}
		l, err := ledger.Open(rt.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Clock: c.Now, NewID: counter(), Eraser: j})
		require.NoError(rt, err)
		for range rapid.IntRange(0, 25).Draw(rt, "steps") {
			c.Set(c.Now().Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "hours")) * time.Hour))
			if rapid.IntRange(0, 8).Draw(rt, "erase") == 0 {
				err := l.Erase(rt.Context(), by, subject(rapid.SampledFrom(ids).Draw(rt, "erased")))
				require.True(rt, expected(err), "%v", err)
				continue
			}
			name, fn := act(rt, ids)
			err := l.Update(rt.Context(), by, fn)
			require.True(rt, expected(err), "%s: %v", name, err)
		}
		from := day0.Add(time.Duration(rapid.IntRange(-3, 60).Draw(rt, "from")) * time.Hour)
		to := from.Add(time.Duration(rapid.IntRange(-1, 90).Draw(rt, "for")) * time.Hour)
		every := time.Duration(rapid.IntRange(1, 50).Draw(rt, "every")) * 30 * time.Minute
		var views []*ledger.View
		var shown []map[string]string
		for v, err := range l.Between(rt.Context(), from, to, every) {
			require.NoError(rt, err)
			views, shown = append(views, v), append(shown, digest(rt, v))
		}
		at := from
		for i, v := range views {
			require.Equal(rt, at, v.AsOf())
			want, err := l.At(rt.Context(), at)
			require.NoError(rt, err)
			require.Equal(rt, want.Head(), v.Head())
			require.Equal(rt, want.Time(), v.Time())
			requireSameView(rt, want, v)
			require.Equal(rt, shown[i], digest(rt, v), "a view does not change")
			for _, owner := range []string{"ada", "bob", "eve"} {
				require.Equal(rt, accounts.Of(want).Where("owner", owner).Len(), accounts.Of(v).Where("owner", owner).Len())
			}
			at = at.Add(every)
		}
		require.True(rt, at.After(to), "all moments up to %s, next is %s", to, at)
	})
}

func TestBetweenRefuses(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("a"))
	fails := func(from, to time.Time, every time.Duration) (got error) {
		for v, err := range o.Between(t.Context(), from, to, every) {
			require.Nil(t, v)
			require.NoError(t, got, "one error, last")
			got = err
		}
		return got
	}
	for field, err := range map[string]error{
		"from":  fails(time.Time{}, day0, time.Hour),
		"every": fails(day0, day0, 0),
	} {
		require.ErrorIs(t, err, ledger.ErrInvalid, field)
		require.ErrorContains(t, err, field)
	}
	require.ErrorIs(t, fails(day0, day0, -time.Hour), ledger.ErrInvalid)
	require.NoError(t, fails(day0.Add(1), day0, time.Hour), "no moment, no view")
}

// Views come until who asks for them stops or the store fails.
func TestBetweenEnds(t *testing.T) {
	j := &damaged{Journal: memory.New()}
	c := &clock{now: day0}
	o := openBook(t, j, c)
	for i := range 5 {
		c.Set(day0.Add(time.Duration(i) * time.Hour))
		require.NoError(t, o.add(fmt.Sprint("a", i)))
	}
	n := 0
	for v, err := range o.Between(t.Context(), day0, day0.Add(9*time.Hour), time.Hour) {
		require.NoError(t, err)
		if n++; v.Len() == 3 {
			break
		}
	}
	require.Equal(t, 3, n)

	j.from = 4
	n = 0
	var last error
	for v, err := range o.Between(t.Context(), day0, day0.Add(9*time.Hour), time.Hour) {
		require.NoError(t, last)
		if last = err; err == nil {
			n++
			require.Equal(t, n, v.Len())
		}
	}
	require.ErrorIs(t, last, ledger.ErrTampered)
	require.Equal(t, 3, n, "what could be told before was")

	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	why := errors.New("enough")
	j.from = 0
	for _, err := range o.Between(ctx, day0, day0.Add(9*time.Hour), time.Hour) {
		last = err
		cancel(why)
	}
	require.Error(t, last)
}

// However it ends, those views come that come before, each as At gives it, also to
// who reads them while the next are made; then what ended it; and nothing reads on.
func TestBetweenEndsModel(t *testing.T) {
	why := errors.New("enough")
	rapid.Check(t, func(rt *rapid.T) {
		j := &damaged{Journal: memory.New()}
		c := &clock{now: day0}
		l, err := ledger.Open(rt.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Clock: c.Now, NewID: counter()})
		require.NoError(rt, err)
		n := rapid.IntRange(1, 20).Draw(rt, "commits")
		made := make([]time.Time, n+1) // from 1
		for i := 1; i <= n; i++ {
			c.Set(c.Now().Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "hours")) * time.Hour))
			made[i] = c.Now()
			require.NoError(rt, l.Update(rt.Context(), by, func(tx *ledger.Tx) error {
				return keep(tx, account{ID: fmt.Sprint("a", i%4), Balance: i})
			}))
		}
		every := time.Duration(rapid.IntRange(1, 8).Draw(rt, "every")) * 30 * time.Minute
		to := c.Now().Add(5 * time.Hour)
		var want []*ledger.View
		for at := day0; !at.After(to); at = at.Add(every) {
			v, err := l.At(rt.Context(), at)
			require.NoError(rt, err)
			want = append(want, v)
		}
		before := func(t time.Time) (n int) {
			for n < len(want) && want[n].AsOf().Before(t) {
				n++
			}
			return n
		}

		ctx, cancel := context.WithCancelCause(rt.Context())
		defer cancel(nil)
		end, comes, fails := rapid.SampledFrom([]string{"last", "stop", "cancel", "body", "log"}).Draw(rt, "end"), len(want), error(nil)
		switch end {
		case "stop":
			comes = rapid.IntRange(1, len(want)).Draw(rt, "stop")
		case "cancel":
			if len(want) > 1 {
				comes = rapid.IntRange(1, len(want)-1).Draw(rt, "cancel")
				fails = why
			}
		case "body":
			j.from = uint64(rapid.IntRange(1, n).Draw(rt, "body"))
			comes, fails = before(made[j.from]), ledger.ErrTampered
		case "log":
			j.fails = uint64(rapid.IntRange(1, n).Draw(rt, "log"))
			comes, fails = before(made[j.fails-1]), errFlaky // up to when is told by the commit before
		}
		var views []*ledger.View
		var last error
		seen := make([]map[string]string, len(want))
		var readers sync.WaitGroup
		for v, err := range l.Between(ctx, day0, to, every) {
			require.NoError(rt, last, "an error comes last")
			if last = err; err != nil {
				require.Nil(rt, v)
				continue
			}
			i := len(views)
			views = append(views, v)
			require.LessOrEqual(rt, len(views), comes)
			readers.Go(func() {
				seen[i] = make(map[string]string)
				for _, owner := range []string{"", "ada"} {
					for a := range accounts.Of(v).Where("owner", owner).All() {
						seen[i][a.ID] = fmt.Sprint(a)
					}
				}
			})
			if end == "stop" && len(views) == comes {
				break
			}
			if end == "cancel" && fails != nil && len(views) == comes {
				cancel(why)
			}
		}
		require.Zero(rt, j.reading.Load(), "it has ended when the sequence does")
		readers.Wait()
		require.Len(rt, views, comes)
		require.ErrorIs(rt, last, fails)
		for i, v := range views {
			require.Equal(rt, want[i].AsOf(), v.AsOf())
			require.Equal(rt, want[i].Head(), v.Head())
			requireSameView(rt, want[i], v)
			all := make(map[string]string)
			for a := range accounts.Of(want[i]).All() {
				all[a.ID] = fmt.Sprint(a)
			}
			require.Equal(rt, all, seen[i])
		}
	})
}

// damaged is a journal whose bodies are others from a commit on, or whose log fails
// there.
type damaged struct {
	*memory.Journal
	from, fails uint64
	reading     atomic.Int64 // logs that are being read
}

func (j *damaged) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		j.reading.Add(1)
		defer j.reading.Add(-1)
		for c, err := range j.Journal.Log(ctx, after) {
			if j.fails > 0 && c.Seq >= j.fails {
				yield(storage.Commit{}, errFlaky)
				return
			}
			if j.from > 0 && c.Seq >= j.from {
				c.Changes = append([]storage.Change(nil), c.Changes...)
				c.Changes[0].Body = []byte(`{"id":"other"}`)
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// panicking is a journal whose log panics after some commits.
type panicking struct {
	storage.Journal
	on bool
}

func (p *panicking) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for c, err := range p.Journal.Log(ctx, after) {
			if p.on && c.Seq > 2 {
				panic("the disk is on fire")
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// A store that panics does so to who asked, who may catch it.
func TestBetweenPanicsToTheCaller(t *testing.T) {
	j := &panicking{Journal: memory.New()}
	c := &clock{now: day0}
	l, err := ledger.Open(t.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Clock: c.Now, NewID: counter()})
	require.NoError(t, err)
	for i := range 5 {
		c.Set(day0.Add(time.Duration(i) * time.Hour))
		require.NoError(t, l.Update(t.Context(), by, func(tx *ledger.Tx) error { return keep(tx, account{ID: fmt.Sprint("a", i), Balance: i}) }))
	}
	j.on = true
	require.PanicsWithValue(t, "the disk is on fire", func() {
		for range l.Between(t.Context(), day0, c.Now(), time.Hour) {
		}
	})
	j.on = false
	for _, err := range l.Between(t.Context(), day0, c.Now(), time.Hour) {
		require.NoError(t, err)
	}
}
