package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// brittle is a journal in memory whose powers fail now and then, before they have
// done anything or after.
type brittle struct {
	*memory.Journal
	fail func(what string) bool
}

var errBrittle = errors.New("brittle")

func (j *brittle) do(what string, do func() error) error {
	if j.fail(what + " before") {
		return errBrittle
	}
	if err := do(); err != nil {
		return err
	}
	if j.fail(what + " after") {
		return errBrittle
	}
	return nil
}

func (j *brittle) SaveSnapshot(ctx context.Context, s storage.Snapshot) error {
	return j.do("save", func() error { return j.Journal.SaveSnapshot(ctx, s) })
}

func (j *brittle) DropSnapshot(ctx context.Context, head storage.Head) error {
	return j.do("drop", func() error { return j.Journal.DropSnapshot(ctx, head) })
}

func (j *brittle) Erase(ctx context.Context, records []storage.RecordID, through uint64) error {
	return j.do("erase", func() error { return j.Journal.Erase(ctx, records, through) })
}

// Whatever is done, by two writers that write snapshots and erase, over reopening and
// failures of the store at each of its powers: every moment of the past, taken alone
// or with others, is what reading the whole journal shows of it, the history what the
// trail says, Verify finds nothing, and of what was erased no body is anywhere.
func TestPastModel(t *testing.T) {
	ids := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(rt *rapid.T) {
		failing := false
		j := &brittle{Journal: memory.New(), fail: func(what string) bool { return failing && rapid.IntRange(0, 3).Draw(rt, what) == 0 }}
		c := &clock{now: day0}
		open := func(strict bool) *ledger.Ledger {
			l, err := ledger.Open(rt.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Clock: c.Now, NewID: counter(),
				Eraser: j, Snapshots: j, VouchedOnly: strict})
			require.NoError(rt, err)
			return l
		}
		both := []*ledger.Ledger{open(false), open(true)}
		erased := make(map[string]bool)
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			c.Set(c.Now().Add(time.Duration(rapid.IntRange(0, 2).Draw(rt, "minutes")) * time.Minute))
			failing = rapid.IntRange(0, 4).Draw(rt, "failing") == 0
			who := rapid.IntRange(0, 1).Draw(rt, "who")
			l := both[who]
			switch rapid.IntRange(0, 9).Draw(rt, "step") {
			case 0:
				both[who] = open(rapid.Bool().Draw(rt, "strict"))
			case 1, 2, 3:
				if err := l.Checkpoint(rt.Context()); err != nil && !errors.Is(err, errBrittle) {
					require.ErrorIs(rt, err, storage.ErrBatch) // of before what the other has erased
				}
			case 4:
				id := rapid.SampledFrom(ids).Draw(rt, "erased")
				err := l.Erase(rt.Context(), by, subject(id))
				require.True(rt, expected(err) || errors.Is(err, ledger.ErrUnerased), "%v", err)
				if err == nil {
					erased["of "+id+"."] = true
				}
			default:
				name, fn := act(rt, ids)
				err := l.Update(rt.Context(), by, func(tx *ledger.Tx) error {
					if err := fn(tx); err != nil {
						return err
					}
					for _, id := range ids { // so that a body can be told
						if a, ok := accounts.Of(tx).Get(id); ok && a.Revision == tx.Seq() && len(a.Notes) == 0 {
							a.Notes = []note{{Text: "of " + id + "."}}
							if err := accounts.Keep(tx, a); err != nil {
								return err
							}
						}
					}
					return nil
				})
				require.True(rt, expected(err), "%s: %v", name, err)
			}
		}
		failing = false
		plain := func() *ledger.Ledger {
			l, err := ledger.Open(rt.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Clock: c.Now})
			require.NoError(rt, err)
			return l
		}
		both = append(both, open(false), open(true)) // which finish what is left to erase
		fromLog := plain()
		for _, l := range both {
			require.NoError(rt, l.Sync(rt.Context()))
			require.NoError(rt, l.Verify(rt.Context()))
			requireSameView(rt, fromLog.View(), l.View())
			requireHistories(rt, l, ids...)
			at := day0
			for v, err := range l.Between(rt.Context(), at, c.Now(), time.Minute) {
				require.NoError(rt, err)
				want, err := fromLog.At(rt.Context(), at)
				require.NoError(rt, err)
				alone, err := l.At(rt.Context(), at)
				require.NoError(rt, err)
				for _, got := range []*ledger.View{v, alone} {
					require.Equal(rt, want.Head(), got.Head())
					requireSameView(rt, want, got)
				}
				at = at.Add(time.Minute)
			}
		}
		infos, err := j.ListSnapshots(rt.Context())
		require.NoError(rt, err)
		for _, info := range infos {
			s, ok, err := j.LoadSnapshot(rt.Context(), info.Head.Seq)
			require.NoError(rt, err)
			require.True(rt, ok)
			for text := range erased {
				require.NotContains(rt, string(s.Data), text, "snapshot of commit %d", info.Head.Seq)
			}
		}
		for ch, err := range j.Log(rt.Context(), 0) {
			require.NoError(rt, err)
			for _, change := range ch.Changes {
				for text := range erased {
					require.NotContains(rt, string(change.Body), text)
				}
			}
		}
	})
}

// A moment of the past is read from the snapshot before it, and still is after an
// erasure: from what is left of it, which is vouched for as it was.
func TestAtFromSnapshots(t *testing.T) {
	for _, strict := range []bool{false, true} {
		t.Run(fmt.Sprint("vouched only ", strict), func(t *testing.T) {
			s := newStore()
			c := &clock{now: day0}
			o := bookOf(t, s, c, &ledger.Options{Snapshots: s, Eraser: s, VouchedOnly: strict})
			text := strings.Repeat("long text ", 1900)
			for i := range 2000 { // 38 MB, and a snapshot for every three
				c.Set(day0.Add(time.Duration(i) * time.Minute))
				a := account{ID: fmt.Sprint("a", i%10), Balance: i, Owner: text, Closed: true}
				if i < 10 {
					a.Tags = []string{"first of " + a.ID}
				}
				o.do("ada", func(tx *ledger.Tx) error { return keep(tx, a) })
				if i%200 == 199 {
					require.NoError(t, o.Checkpoint(t.Context()))
				}
			}
			require.NoError(t, o.add("last"))
			require.NoError(t, o.Checkpoint(t.Context())) // so that none is being written any more
			before := len(s.kept)
			require.Greater(t, before, 4)

			plain := openBook(t, s, c)
			check := func(l *ledger.Ledger, what string) {
				t.Helper()
				for _, i := range []int{1999, 1900, 1700, 1510} {
					at := day0.Add(time.Duration(i) * time.Minute)
					s.logged = 0
					v, err := l.At(t.Context(), at)
					require.NoError(t, err)
					require.Less(t, s.logged, 450, "%s: minute %d", what, i)
					want, err := plain.At(t.Context(), at)
					require.NoError(t, err)
					requireSameView(t, want, v)
				}
				s.logged = 0
				for _, err := range l.Between(t.Context(), day0.Add(1510*time.Minute), day0.Add(1999*time.Minute), time.Hour) {
					require.NoError(t, err)
				}
				require.Less(t, s.logged, 900, what)
			}
			reopen := func() *ledger.Ledger {
				s.logged = 0
				l := open(t, s, &ledger.Options{Clock: c.Now, Snapshots: s, Eraser: s, VouchedOnly: strict})
				require.Less(t, s.logged, 450, "opening")
				return l
			}
			check(o.Ledger, "as it was written")
			check(reopen(), "reopened")

			require.NoError(t, o.Erase(t.Context(), asks, subject("a3")))
			s.requireGone(t, "first of a3")
			require.Len(t, s.kept, before, "all are kept, without what was erased")
			for _, sn := range s.kept {
				require.Greater(t, max(sn.Head.Seq, sn.Clean), o.View().Head().Seq-1)
			}
			check(o.Ledger, "after an erasure")
			check(reopen(), "reopened after an erasure")
			require.NoError(t, o.Verify(t.Context()))
		})
	}
}

// A process that dies between the commit that has something erased and the erasing,
// or in the midst of it, keeps the figures as well: the next one finishes the work on
// the snapshots too.
func TestAtAfterAnUnfinishedErasure(t *testing.T) {
	for _, broken := range []string{"save", "erase"} {
		t.Run(broken, func(t *testing.T) {
			s := newStore()
			c := &clock{now: day0}
			opts := func() *ledger.Options { return &ledger.Options{Snapshots: s, Eraser: s, VouchedOnly: true} }
			o := bookOf(t, s, c, opts())
			for i := range 40 {
				c.Set(day0.Add(time.Duration(i) * time.Minute))
				o.do("ada", func(tx *ledger.Tx) error {
					return keep(tx, account{ID: fmt.Sprint("a", i%4), Balance: i, Closed: true, Owner: fmt.Sprint("Owner of a", i%4, ".")})
				})
			}
			require.NoError(t, o.Checkpoint(t.Context()))
			require.NoError(t, o.add("vouches"))
			first := o.View().Head()
			ctx, cancel := context.WithCancel(t.Context())
			if broken == "save" { // it dies as it is about to save the first
				s.failSave = func(storage.Snapshot) error { cancel(); return errDisk }
			} else {
				s.failErase = func(storage.RecordID) error { return errDisk }
			}
			require.ErrorIs(t, o.Erase(ctx, asks, subject("a3")), ledger.ErrUnerased)
			require.NoError(t, o.Verify(t.Context()), "what is erased may be gone from a snapshot and not from the log yet")
			s.failSave, s.failErase = nil, nil
			cancel()

			again := bookOf(t, s, c, opts())
			require.Empty(t, again.Unerased())
			s.requireGone(t, "Owner of a3.")
			kept, ok, err := s.LoadSnapshot(t.Context(), math.MaxUint64)
			require.NoError(t, err)
			require.True(t, ok)
			require.Less(t, kept.Head.Seq, first.Seq, "what is left of the snapshot of before is kept")
			s.logged = 0
			v, err := again.At(t.Context(), day0.Add(39*time.Minute))
			require.NoError(t, err)
			require.Less(t, s.logged, 6, "and it is vouched for")
			require.False(t, accounts.Of(v).Has("a3"))
			require.Equal(t, 4, v.Len())
			require.NoError(t, again.Verify(t.Context()))
		})
	}
}

// A snapshot that nobody vouches for is not made one that somebody does by erasing
// something of it.
func TestErasingVouchesForNoForgery(t *testing.T) {
	s := newStore()
	c := &clock{now: day0}
	o := bookOf(t, s, c, &ledger.Options{Snapshots: s, Eraser: s})
	for i := range 10 {
		o.do("ada", func(tx *ledger.Tx) error {
			return keep(tx, account{ID: fmt.Sprint("a", i), Owner: fmt.Sprint("the owner of a", i), Closed: true})
		})
	}
	require.NoError(t, o.Checkpoint(t.Context()))
	s.last().Data = forge(t, s.last().Data, "the owner of a1")
	again := bookOf(t, s, c, &ledger.Options{Snapshots: s, Eraser: s})
	require.NoError(t, again.Erase(t.Context(), asks, subject("a3")))
	require.NoError(t, again.add("more"))
	require.ErrorIs(t, again.Verify(t.Context()), ledger.ErrTampered)
	strict := bookOf(t, s, c, &ledger.Options{Snapshots: s, VouchedOnly: true})
	a, ok := accounts.Of(strict.View()).Get("a1")
	require.True(t, ok)
	require.Equal(t, "the owner of a1", a.Owner)
}
