package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
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

// damaged is a journal whose bodies are others from a commit on.
type damaged struct {
	*memory.Journal
	from uint64
}

func (j *damaged) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for c, err := range j.Journal.Log(ctx, after) {
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
