package aims_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
)

// snapOrg opens a management system on a store with all its powers.
func snapOrg(t testing.TB, s *store, c *clock) *org {
	t.Helper()
	m, err := aims.Open(t.Context(), s, &aims.Options{Clock: c.Now, NewID: counter(), Eraser: s, Snapshots: s})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.Background())) })
	return &org{Manager: m, t: t, journal: s, clock: c}
}

// records are all live records of a view as JSON, revisions included.
func records(t testing.TB, v *aims.View) map[string]string {
	t.Helper()
	out := make(map[string]string)
	add := func(kind string, id any, rec any) {
		b, err := json.Marshal(rec)
		require.NoError(t, err)
		out[fmt.Sprint(kind, "/", id)] = string(b)
	}
	for r := range v.People().All() {
		add("person", r.ID, r)
	}
	for r := range v.Roles().All() {
		add("role", r.ID, r)
	}
	for r := range v.Systems().All() {
		add("system", r.ID, r)
	}
	for r := range v.Assessments().All() {
		add("assessment", r.ID, r)
	}
	for r := range v.Decisions().All() {
		add("decision", r.Control, r)
	}
	for r := range v.ContextIssues().All() {
		add("issue", r.ID, r)
	}
	add("criteria", "", v.Criteria())
	add("organisation", "", v.Organisation())
	return out
}

// requireSame checks that an organisation opened anew, with and without the
// snapshot, shows what the one at hand shows.
func requireSame(t testing.TB, s *store, o *org) {
	t.Helper()
	for name, again := range map[string]*org{"snapshot": snapOrg(t, s, o.clock), "log": openOrg(t, s, o.clock)} {
		require.Equal(t, o.View().Head(), again.View().Head(), name)
		require.Equal(t, o.View().Time(), again.View().Time(), name)
		require.Empty(t, cmp.Diff(records(t, o.View()), records(t, again.View())), name)
	}
}

func TestOpenFromASnapshot(t *testing.T) {
	s := newStore()
	o := snapOrg(t, s, &clock{now: day0}).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.RegisterSystem(cvScreener()) })
	for i := range 20 {
		require.NoError(t, o.issue(fmt.Sprint("i", i)))
	}
	require.NoError(t, o.Checkpoint(t.Context()))
	require.Equal(t, o.View().Head(), s.snapshot.Head)
	saves := s.saves
	require.NoError(t, o.Checkpoint(t.Context()))
	require.Equal(t, saves, s.saves, "there is one of this head")
	requireSame(t, s, o)

	// Only what came after is read from the log.
	require.NoError(t, o.issue("after"))
	o.do("ada", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindContextIssue, ID: "i3"}) })
	o.do("ada", func(tx *aims.Tx) error {
		sys, _ := tx.Systems().Get("cv")
		sys.Description = "changed after the snapshot"
		_, err := tx.ReviseSystem(sys)
		return err
	})
	s.logged = 0
	again := snapOrg(t, s, o.clock)
	require.Equal(t, 4, s.logged, "the snapshot's commit and three more")
	require.Empty(t, cmp.Diff(records(t, o.View()), records(t, again.View())))
	requireSame(t, s, o)
	// It is written to like any other.
	again.do("ada", func(tx *aims.Tx) error {
		sys, _ := tx.Systems().Get("cv")
		sys.Description = "once more"
		_, err := tx.ReviseSystem(sys)
		return err
	})
	requireSame(t, s, again)
}

func TestSnapshotOfNoUseIsPassedOver(t *testing.T) {
	s := newStore()
	o := snapOrg(t, s, &clock{now: day0}).staffed()
	require.NoError(t, o.issue("one"))
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.issue("two"))
	good := *s.snapshot
	foreign := newStore()
	other := snapOrg(t, foreign, &clock{now: day0.AddDate(0, 0, 1)}).staffed()
	require.NoError(t, other.issue("x"))
	require.NoError(t, other.Checkpoint(t.Context()))
	require.Equal(t, good.Head.Seq, foreign.snapshot.Head.Seq)
	for name, use := range map[string]func(){
		"damaged":             func() { s.snapshot.Data = append([]byte(nil), good.Data...); s.snapshot.Data[len(good.Data)/2] ^= 4 },
		"cut":                 func() { s.snapshot.Data = good.Data[:len(good.Data)-1] },
		"other form":          func() { s.snapshot.Form = "somebody else's" },
		"another journal's":   func() { *s.snapshot = *foreign.snapshot },
		"claims another head": func() { s.snapshot.Head.Hash[3]++ },
		"ahead of the log":    func() { s.snapshot.Head.Seq += 100 },
		"none":                func() { s.snapshot = nil },
		"unreadable":          func() { s.failLoad = func() error { return errDisk } },
	} {
		t.Run(name, func(t *testing.T) {
			kept := good
			s.snapshot, s.failLoad = &kept, nil
			use()
			again := snapOrg(t, s, o.clock)
			require.Equal(t, o.View().Head(), again.View().Head())
			require.Empty(t, cmp.Diff(records(t, o.View()), records(t, again.View())))
		})
	}
}

func TestSnapshotDoesNotHideATamperedTail(t *testing.T) {
	s := newStore()
	o := snapOrg(t, s, &clock{now: day0}).staffed()
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.issue("one"))
	forged := &rewritten{Journal: s, at: o.View().Head().Seq, alter: func(c *storage.Commit) { c.ID = "forged" }}
	_, err := aims.Open(t.Context(), forged, &aims.Options{Snapshots: s})
	require.ErrorIs(t, err, aims.ErrTampered)
}

func TestSnapshotsAreWrittenAsTheJournalGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		o := snapOrg(t, s, &clock{now: day0})
		text := strings.Repeat("long text ", 1900)
		for i := range 3200 { // more than three times 16 MiB, less than four
			o.do("ada", func(tx *aims.Tx) error {
				p, _ := tx.ContextIssues().Get("one")
				p.ID, p.Title, p.Origin, p.Description = "one", fmt.Sprint("turn ", i), aims.External, text
				return tx.PutContextIssue(p)
			})
			synctest.Wait()
		}
		require.Equal(t, 3, s.saves, "one for every sixteen megabytes")
		require.Less(t, s.snapshot.Head.Seq, o.View().Head().Seq)
		require.NoError(t, o.Close(context.Background()))
		require.Equal(t, o.View().Head(), s.snapshot.Head, "and one on closing")
		require.NoError(t, o.Close(context.Background()))
		require.Equal(t, 4, s.saves)
		// Opening and closing without a change writes none.
		require.NoError(t, snapOrg(t, s, o.clock).Close(context.Background()))
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
		o := snapOrg(t, s, &clock{now: day0})
		text := strings.Repeat("long text ", 1900)
		for i := range 1920 {
			o.do("ada", func(tx *aims.Tx) error {
				return tx.PutContextIssue(aims.ContextIssue{ID: fmt.Sprint("i", i), Title: "T", Origin: aims.External, Description: text})
			})
			synctest.Wait()
		}
		require.Equal(t, 2, tries)
		err := o.Checkpoint(t.Context())
		require.ErrorIs(t, err, errDisk)
		require.ErrorContains(t, err, "snapshot of commit 1921")
		s.failSave = nil
		require.NoError(t, o.Checkpoint(t.Context()))
		requireSame(t, s, o)
		require.NoError(t, o.Close(context.Background()))
	})
	err := newOrg(t).Checkpoint(t.Context())
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.ErrorContains(t, err, "Options.Snapshots")
}

// Writers go on while a snapshot is being saved, and an erasure waits for it:
// else what was erased could come back with it.
func TestErasureAndSnapshotKeepOutOfEachOthersWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, left := adaLeft(t)
		o := snapOrg(t, s, left.clock)
		gate := make(chan struct{})
		s2 := &slowSave{store: s, gate: gate}
		m, err := aims.Open(t.Context(), s, &aims.Options{Clock: o.clock.Now, Eraser: s, Snapshots: s2})
		require.NoError(t, err)
		o.Manager = m
		saved, erased := make(chan error, 1), make(chan error, 1)
		go func() { saved <- o.Checkpoint(t.Context()) }()
		synctest.Wait()
		require.NoError(t, o.issue("goes-on"))
		go func() { erased <- o.Erase(t.Context(), asks, adaID) }()
		synctest.Wait()
		require.Empty(t, erased)
		impatient, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, o.Checkpoint(impatient), context.Canceled)
		close(gate)
		require.NoError(t, <-saved)
		require.NoError(t, <-erased)
		s.requireGone(t, "Name of ada")
		require.NoError(t, o.Checkpoint(t.Context()), "a new one in place of the one that went")
		s.requireGone(t, "Name of ada")
		require.NotNil(t, s.snapshot)
		requireSame(t, s, o)
		require.NoError(t, m.Close(context.Background()))
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
	o := snapOrg(t, s, left.clock)
	s.failErase = func(storage.RecordID) error { return errDisk }
	require.ErrorIs(t, o.Erase(t.Context(), asks, adaID), aims.ErrUnerased)
	require.NoError(t, o.issue("goes-on"))
	require.NoError(t, o.Checkpoint(t.Context()))
	again := snapOrg(t, s, o.clock)
	require.Equal(t, []aims.Subject{adaID}, again.Unerased())
	s.failErase = nil
	require.Empty(t, snapOrg(t, s, o.clock).Unerased())
	s.requireGone(t, "Name of ada")
	requireSame(t, s, o)
}
