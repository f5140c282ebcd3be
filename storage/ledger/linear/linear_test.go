package linear_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/ledger/linear"
	"github.com/aimskit/aimskit/storage/memory"
)

// stores are the journals under test.
var stores = map[string]func(t *testing.T) storage.Journal{
	"memory": func(*testing.T) storage.Journal { return memory.New() },
	"file": func(t *testing.T) storage.Journal {
		j, err := file.Open(filepath.Join(t.TempDir(), "store"), nil)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, j.Close()) })
		return j
	},
}

func TestLinearizable(t *testing.T) {
	for name, open := range stores {
		for _, ledgers := range []int{1, 3} {
			for _, share := range []float64{0, 0.2, 0.5} {
				t.Run(fmt.Sprintf("%s/ledgers=%d/failing=%v", name, ledgers, share), func(t *testing.T) {
					outcomes := map[linear.Outcome]int{}
					for seed := range uint64(8) {
						journal := open(t)
						if share > 0 {
							journal = linear.Flaky(journal, share, seed)
						}
						history, err := linear.Record(t.Context(), journal, linear.Work{Ledgers: ledgers, Seed: seed})
						require.NoError(t, err)
						if err := linear.Check(history, 20*time.Second); err != nil {
							for _, o := range history {
								t.Log(o.Client, o.Call, o.Return, o)
							}
							t.Fatal(err, "seed", seed)
						}
						for _, o := range history {
							outcomes[o.Outcome]++
						}
					}
					t.Log(outcomes)
					require.NotZero(t, outcomes[linear.Done])
					require.NotZero(t, outcomes[linear.Stale], "clients did get into each other's way")
					if share >= 0.5 {
						require.NotZero(t, outcomes[linear.Unknown]+outcomes[linear.Failed], "some outcomes are unknown")
					}
				})
			}
		}
	}
}

// lossy acknowledges some appends without making them.
type lossy struct {
	storage.Journal
	n atomic.Int64
}

func (l *lossy) Append(ctx context.Context, batch storage.Batch) error {
	if l.n.Add(1)%20 == 0 {
		return nil
	}
	return l.Journal.Append(ctx, batch)
}

// lagging does not show the last commit at every second reading, as a replica
// that is read from behaves.
type lagging struct {
	storage.Journal
	n atomic.Int64
}

func (l *lagging) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		late := l.n.Add(1)%2 == 0
		var last storage.Commit
		for c, err := range l.Journal.Log(ctx, after) {
			if err != nil {
				yield(storage.Commit{}, err)
				return
			}
			if last.Seq > 0 && !yield(last, nil) {
				return
			}
			last = c
		}
		if last.Seq > 0 && !late {
			yield(last, nil)
		}
	}
}

// TestBrokenStoresAreFound shows that a store which breaks its contract does
// not get through: a Ledger finds out by the chain, or the history does not
// hold.
func TestBrokenStoresAreFound(t *testing.T) {
	for name, open := range map[string]func() storage.Journal{
		"lossy":   func() storage.Journal { return &lossy{Journal: memory.New()} },
		"lagging": func() storage.Journal { return &lagging{Journal: memory.New()} },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(20) {
				history, err := linear.Record(t.Context(), open(), linear.Work{Ledgers: 2, Seed: seed})
				if errors.Is(err, ledger.ErrTampered) {
					return
				}
				if errors.Is(linear.Check(history, 20*time.Second), linear.ErrNotLinearizable) {
					return
				}
			}
			t.Error("no history shows it")
		})
	}
}

// TestCheck judges histories written by hand, sound and broken ones.
func TestCheck(t *testing.T) {
	at := func(o linear.Op, client, call, ret int) linear.Op {
		o.Client, o.Call, o.Return = client, time.Duration(call), time.Duration(ret)
		if o.Outcome == "" {
			o.Outcome = linear.Done
		}
		return o
	}
	view := func(read string) linear.Op { return linear.Op{Kind: linear.View, Read: read} }
	put := func(write, read string) linear.Op { return linear.Op{Kind: linear.Put, Write: write, Read: read} }
	swap := func(expect, write string) linear.Op {
		return linear.Op{Kind: linear.Swap, Expect: expect, Write: write}
	}
	ended := func(o linear.Op, how linear.Outcome) linear.Op { o.Outcome = how; return o }
	for name, c := range map[string]struct {
		history []linear.Op
		sound   bool
	}{
		"nothing":               {nil, true},
		"one after the other":   {[]linear.Op{at(put("a", ""), 0, 1, 2), at(view("a"), 1, 3, 4), at(swap("a", "b"), 0, 5, 6), at(view("b"), 1, 7, 8)}, true},
		"read while written":    {[]linear.Op{at(put("a", ""), 0, 1, 9), at(view(""), 1, 2, 3), at(view("a"), 1, 4, 5)}, true},
		"read backwards":        {[]linear.Op{at(put("a", ""), 0, 1, 9), at(view("a"), 1, 2, 3), at(view(""), 2, 4, 5)}, false},
		"stale read":            {[]linear.Op{at(put("a", ""), 0, 1, 2), at(view(""), 1, 3, 4)}, false},
		"read before written":   {[]linear.Op{at(view("a"), 1, 1, 2), at(put("a", ""), 0, 3, 4)}, false},
		"read from nowhere":     {[]linear.Op{at(put("a", ""), 0, 1, 2), at(view("b"), 1, 3, 4)}, false},
		"lost update":           {[]linear.Op{at(put("a", ""), 0, 1, 2), at(swap("a", "b"), 0, 3, 9), at(swap("a", "c"), 1, 3, 9)}, false},
		"one of two swaps":      {[]linear.Op{at(put("a", ""), 0, 1, 2), at(swap("a", "b"), 0, 3, 9), at(ended(swap("a", "c"), linear.Stale), 1, 3, 9)}, true},
		"refused for no reason": {[]linear.Op{at(put("a", ""), 0, 1, 2), at(ended(swap("a", "b"), linear.Stale), 1, 3, 4), at(view("a"), 1, 5, 6)}, false},
		"refused too early":     {[]linear.Op{at(put("a", ""), 0, 1, 9), at(ended(swap("", "b"), linear.Stale), 1, 2, 3), at(view(""), 2, 4, 5)}, false},
		"unknown, kept":         {[]linear.Op{at(ended(put("a", ""), linear.Unknown), 0, 1, 2), at(view(""), 1, 3, 4), at(view("a"), 1, 5, 6)}, true},
		"unknown, not kept":     {[]linear.Op{at(ended(put("a", ""), linear.Unknown), 0, 1, 2), at(view(""), 1, 3, 4)}, true},
		"unknown, kept and not": {[]linear.Op{at(ended(put("a", ""), linear.Unknown), 0, 1, 2), at(view("a"), 1, 3, 4), at(view(""), 1, 5, 6)}, false},
		"failed":                {[]linear.Op{at(ended(put("a", ""), linear.Failed), 0, 1, 2), at(view(""), 1, 3, 4)}, true},
		"failed, but seen":      {[]linear.Op{at(ended(put("a", ""), linear.Failed), 0, 1, 2), at(view("a"), 1, 3, 4)}, false},
		"unknown before called": {[]linear.Op{at(view("a"), 1, 1, 2), at(ended(put("a", ""), linear.Unknown), 0, 3, 4)}, false},
		"kept twice":            {[]linear.Op{at(put("a", ""), 0, 1, 9), at(view("a"), 1, 2, 3), at(put("b", "a"), 1, 4, 5), at(view("a"), 1, 6, 7)}, false},
		"acknowledged and lost": {[]linear.Op{at(put("a", ""), 0, 1, 2), at(put("b", ""), 1, 3, 4)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := linear.Check(c.history, time.Minute); c.sound {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, linear.ErrNotLinearizable)
			}
		})
	}
}
