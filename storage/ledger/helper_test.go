package ledger_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// day0 is when the ledgers of these tests start.
var day0 = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// counter makes IDs that differ between ledgers and repeat between runs.
func counter() func() string {
	var mu sync.Mutex
	n := 0
	prefix := fmt.Sprintf("id%p-", &mu)
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		n++
		return fmt.Sprintf("%s%06d", prefix, n)
	}
}

// book is a ledger of accounts under test.
type book struct {
	*ledger.Ledger
	t       testing.TB
	journal storage.Journal
	clock   *clock
}

// newBook opens an empty ledger in memory with a set clock and counted IDs.
func newBook(t testing.TB) *book { return openBook(t, memory.New(), &clock{now: day0}) }

func openBook(t testing.TB, j storage.Journal, c *clock) *book {
	t.Helper()
	return bookOf(t, j, c, &ledger.Options{})
}

// bookOf opens a ledger of accounts under more options.
func bookOf(t testing.TB, j storage.Journal, c *clock, opts *ledger.Options) *book {
	t.Helper()
	opts.Clock, opts.NewID = c.Now, counter()
	l := open(t, j, opts)
	t.Cleanup(func() { require.NoError(t, l.Close(context.Background())) })
	return &book{Ledger: l, t: t, journal: j, clock: c}
}

// do runs an update that must succeed.
func (b *book) do(actor string, fn func(tx *ledger.Tx) error) {
	b.t.Helper()
	require.NoError(b.t, b.try(actor, fn))
}

// try runs an update and returns its error.
func (b *book) try(actor string, fn func(tx *ledger.Tx) error) error {
	return b.Update(b.t.Context(), ledger.By{Actor: actor, Reason: "test"}, fn)
}

// add writes one account.
func (b *book) add(id string) error {
	return b.try("ada", func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: id}) })
}

// keep writes an account whatever its revision is.
func keep(tx *ledger.Tx, a account) error {
	old, _ := accounts.Of(tx).Get(a.ID)
	a.Revision = old.Revision
	return accounts.Keep(tx, a)
}

// owned is a change that gives an account to somebody.
func owned(id, owner string) func(tx *ledger.Tx) error {
	return func(tx *ledger.Tx) error { return keep(tx, account{ID: id, Owner: owner}) }
}

// digest is all that a reader shows, as text: records with their revisions.
func digest(t require.TestingT, r ledger.Reader) map[string]string {
	out := make(map[string]string)
	for a := range accounts.Of(r).All() {
		b, err := json.Marshal(a)
		require.NoError(t, err)
		out["account/"+a.ID] = string(b)
	}
	require.Len(t, out, r.Len())
	return out
}

// requireSameView compares all live records of two views.
func requireSameView(t require.TestingT, a, b *ledger.View) {
	require.Empty(t, cmp.Diff(digest(t, a), digest(t, b)))
}

// lastEntry returns the last commit of the trail.
func lastEntry(t testing.TB, l *ledger.Ledger) (last ledger.Entry) {
	t.Helper()
	for e, err := range l.Trail(t.Context(), 0) {
		require.NoError(t, err)
		last = e
	}
	return last
}
