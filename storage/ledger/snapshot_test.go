package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

// snapBook opens a ledger on a store with all its powers.
func snapBook(t testing.TB, s *store, c *clock) *book {
	t.Helper()
	return bookOf(t, s, c, &ledger.Options{Eraser: s, Snapshots: s})
}

// requireSame checks that a ledger opened anew, with and without the snapshot,
// shows what the one at hand shows.
func requireSame(t testing.TB, s *store, o *book) {
	t.Helper()
	for name, again := range map[string]*book{"snapshot": snapBook(t, s, o.clock), "log": openBook(t, s, o.clock)} {
		require.Equal(t, o.View().Head(), again.View().Head(), name)
		require.Equal(t, o.View().Time(), again.View().Time(), name)
		requireSameView(t, o.View(), again.View())
	}
}

func TestOpenFromASnapshot(t *testing.T) {
	s := newStore()
	o := snapBook(t, s, &clock{now: day0})
	o.do("ada", owned("cv", "ada"))
	for i := range 20 {
		require.NoError(t, o.add(fmt.Sprint("i", i)))
	}
	require.NoError(t, o.Checkpoint(t.Context()))
	require.Equal(t, o.View().Head(), s.last().Head)
	saves := s.saves
	require.NoError(t, o.Checkpoint(t.Context()))
	require.Equal(t, saves, s.saves, "there is one of this head")
	requireSame(t, s, o)

	// Only what came after is read from the log.
	require.NoError(t, o.add("after"))
	o.do("ada", func(tx *ledger.Tx) error { return tx.Withdraw(subject("i3")) })
	o.do("ada", owned("cv", "changed after the snapshot"))
	s.logged = 0
	again := snapBook(t, s, o.clock)
	require.Equal(t, 4, s.logged, "the snapshot's commit and three more")
	requireSameView(t, o.View(), again.View())
	requireSame(t, s, o)
	// It is written to like any other.
	again.do("ada", owned("cv", "once more"))
	requireSame(t, s, again)
}

func TestSnapshotOfNoUseIsPassedOver(t *testing.T) {
	s := newStore()
	o := snapBook(t, s, &clock{now: day0})
	require.NoError(t, o.add("one"))
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.add("two"))
	good := *s.last()
	foreign := newStore()
	other := snapBook(t, foreign, &clock{now: day0.AddDate(0, 0, 1)})
	require.NoError(t, other.add("x"))
	require.NoError(t, other.Checkpoint(t.Context()))
	require.Equal(t, good.Head.Seq, foreign.last().Head.Seq)
	for name, use := range map[string]func(){
		"damaged":             func() { s.last().Data = append([]byte(nil), good.Data...); s.last().Data[len(good.Data)/2] ^= 4 },
		"cut":                 func() { s.last().Data = good.Data[:len(good.Data)-1] },
		"other form":          func() { s.last().Form = "somebody else's" },
		"another journal's":   func() { *s.last() = *foreign.last() },
		"claims another head": func() { s.last().Head.Hash[3]++ },
		"ahead of the log":    func() { s.last().Head.Seq += 100 },
		"none":                func() { s.only(nil) },
		"unreadable":          func() { s.failLoad = func() error { return errDisk } },
	} {
		t.Run(name, func(t *testing.T) {
			kept := good
			s.only(&kept)
			s.failLoad = nil
			use()
			again := snapBook(t, s, o.clock)
			require.Equal(t, o.View().Head(), again.View().Head())
			requireSameView(t, o.View(), again.View())
		})
	}
}

func TestSnapshotDoesNotHideATamperedTail(t *testing.T) {
	s := newStore()
	o := snapBook(t, s, &clock{now: day0})
	require.NoError(t, o.add("zero"))
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.add("one"))
	forged := &rewritten{Journal: s, at: o.View().Head().Seq, alter: func(c *storage.Commit) { c.ID = "forged" }}
	_, err := ledger.Open(t.Context(), forged, &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Snapshots: s})
	require.ErrorIs(t, err, ledger.ErrTampered)
}

func TestSnapshotsAreWrittenAsTheJournalGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		o := snapBook(t, s, &clock{now: day0})
		text := strings.Repeat("long text ", 1900)
		for i := range 600 { // more than three times 3 MiB, less than four
			o.do("ada", func(tx *ledger.Tx) error { return keep(tx, account{ID: "one", Balance: i, Owner: text}) })
			synctest.Wait()
		}
		require.Equal(t, 3, s.saves, "one for every three megabytes")
		require.Less(t, s.last().Head.Seq, o.View().Head().Seq)
		require.NoError(t, o.Close(t.Context()))
		require.Equal(t, o.View().Head(), s.last().Head, "and one on closing")
		require.NoError(t, o.Close(t.Context()))
		require.Equal(t, 4, s.saves)
		// Opening and closing without a change writes none.
		require.NoError(t, snapBook(t, s, o.clock).Close(t.Context()))
		require.Equal(t, 4, s.saves)
	})
}

// A store that keeps no snapshots keeps nobody from writing, and is not asked
// again at every commit.
func TestSnapshotsThatCanNotBeSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		tries := 0
		s.failSave = func(storage.Snapshot) error { tries++; return errDisk }
		o := snapBook(t, s, &clock{now: day0})
		text := strings.Repeat("long text ", 1900)
		for i := range 480 {
			o.do("ada", owned(fmt.Sprint("i", i), text))
			synctest.Wait()
		}
		require.Equal(t, 2, tries)
		err := o.Checkpoint(t.Context())
		require.ErrorIs(t, err, errDisk)
		require.ErrorContains(t, err, "snapshot of commit 480")
		s.failSave = nil
		require.NoError(t, o.Checkpoint(t.Context()))
		requireSame(t, s, o)
		require.NoError(t, o.Close(t.Context()))
	})
	err := newBook(t).Checkpoint(t.Context())
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.ErrorContains(t, err, "Options.Snapshots")
}

// Writers go on while a snapshot is being saved, and an erasure waits for it:
// else what was erased could come back with it.
func TestErasureAndSnapshotKeepOutOfEachOthersWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, left := adaLeft(t)
		o := snapBook(t, s, left.clock)
		gate := make(chan struct{})
		s2 := &slowSave{store: s, gate: gate}
		o.Ledger = open(t, s, &ledger.Options{Clock: o.clock.Now, Eraser: s, Snapshots: s2})
		saved, erased := make(chan error, 1), make(chan error, 1)
		go func() { saved <- o.Checkpoint(t.Context()) }()
		synctest.Wait()
		require.NoError(t, o.add("goes-on"))
		go func() { erased <- o.Erase(t.Context(), asks, adaID) }()
		synctest.Wait()
		require.Empty(t, erased)
		impatient, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, o.Checkpoint(impatient), context.Canceled)
		close(gate)
		require.NoError(t, <-saved)
		require.NoError(t, <-erased)
		s.requireGone(t, "Owner of ada")
		require.NoError(t, o.Checkpoint(t.Context()), "a new one in place of the one that went")
		s.requireGone(t, "Owner of ada")
		require.NotNil(t, s.last())
		requireSame(t, s, o)
		require.NoError(t, o.Close(t.Context()))
	})
}

// slowSave holds up whoever saves a snapshot.
type slowSave struct {
	*store
	gate chan struct{}
}

func (s *slowSave) SaveSnapshot(ctx context.Context, sn storage.Snapshot) error {
	<-s.gate
	return s.store.SaveSnapshot(ctx, sn)
}

// An erasure that could not be finished is not forgotten over a snapshot that
// reaches beyond it.
func TestSnapshotCarriesUnfinishedErasures(t *testing.T) {
	s, left := adaLeft(t)
	o := snapBook(t, s, left.clock)
	s.failErase = func(storage.RecordID) error { return errDisk }
	require.ErrorIs(t, o.Erase(t.Context(), asks, adaID), ledger.ErrUnerased)
	require.NoError(t, o.add("goes-on"))
	require.NoError(t, o.Checkpoint(t.Context()))
	again := snapBook(t, s, o.clock)
	require.Equal(t, []ledger.Subject{adaID}, again.Unerased())
	s.failErase = nil
	require.Empty(t, snapBook(t, s, o.clock).Unerased())
	s.requireGone(t, "Owner of ada")
	requireSame(t, s, o)
}
