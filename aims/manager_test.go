package aims_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

func TestNewOrganisationStartsPreloaded(t *testing.T) {
	v := newOrg(t).View()
	require.Equal(t, uint64(1), v.Head().Seq)
	require.Len(t, v.Controls(), 38)
	for _, d := range v.Controls() {
		require.Empty(t, d.Applicability, d.Control)
	}
	require.Equal(t, 6, v.Roles().Len())
	for r := range v.Roles().All() {
		require.True(t, r.Mandatory)
		require.Empty(t, r.Holder)
	}
	require.Equal(t, 5, len(v.Criteria().Likelihood))
	require.NotEmpty(t, v.Findings(day0), "an empty management system has much to find")
}

func TestReopeningGivesTheSameView(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.RegisterSystem(spamFilter())
	})
	o.clock.Set(day0.AddDate(0, 1, 0))
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Description = "sorts mail"
		_, err := tx.ReviseSystem(s)
		return err
	})
	again := openOrg(t, o.journal, o.clock)
	require.Equal(t, o.View().Head(), again.View().Head())
	requireSameView(t, o.View(), again.View())
}

// requireSameView compares all live records of two views.
func requireSameView(t testing.TB, a, b *aims.View) {
	t.Helper()
	require.Empty(t, cmp.Diff(dump(a), dump(b)))
}

func dump(v *aims.View) map[string][]any {
	out := make(map[string][]any)
	add := func(kind string, rec any) { out[kind] = append(out[kind], rec) }
	for r := range v.People().All() {
		add("person", r)
	}
	for r := range v.Roles().All() {
		add("role", r)
	}
	for r := range v.Systems().All() {
		add("system", r)
	}
	for r := range v.Assessments().All() {
		add("assessment", fmt.Sprintf("%+v", r))
	}
	for r := range v.Decisions().All() {
		add("decision", fmt.Sprintf("%+v", r))
	}
	for r := range v.Suppliers().All() {
		add("supplier", fmt.Sprintf("%+v", r))
	}
	for r := range v.Evidence().All() {
		add("evidence", fmt.Sprintf("%+v", r))
	}
	return out
}

func TestFailedUpdateLeavesNothing(t *testing.T) {
	o := newOrg(t).staffed()
	before, head := dump(o.View()), o.View().Head()
	boom := errors.New("boom")
	err := o.try("ada", func(tx *aims.Tx) error {
		err := tx.PutPerson(aims.Person{ID: "zoe", Name: "Zoe"})
		require.NoError(t, err)
		require.True(t, tx.People().Has("zoe"), "a transaction sees its own writes")
		p, _ := tx.People().Get("ada")
		p.Name = "Somebody else"
		err = tx.PutPerson(p)
		require.NoError(t, err)
		return boom
	})
	require.ErrorIs(t, err, boom)
	require.Equal(t, head, o.View().Head())
	require.Empty(t, cmp.Diff(before, dump(o.View())))
	// A panic is no different, and the Manager goes on working.
	require.Panics(t, func() {
		_ = o.try("ada", func(tx *aims.Tx) error {
			_ = tx.PutPerson(aims.Person{ID: "zoe", Name: "Zoe"})
			panic("boom")
		})
	})
	require.False(t, o.View().People().Has("zoe"))
	o.do("ada", func(tx *aims.Tx) error {
		require.False(t, tx.People().Has("zoe"))
		return tx.PutPerson(aims.Person{ID: "zoe", Name: "Zoe"})
	})
	require.True(t, o.View().People().Has("zoe"))
}

func TestPublishedRecordsAreOutOfTheCallersReach(t *testing.T) {
	o := newOrg(t).staffed()
	s := spamFilter()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.RegisterSystem(s)
	})
	s.Data[0] = register.DataHealth // the caller's own slice
	got, _ := o.View().Systems().Get("spam")
	require.Equal(t, []register.DataCategory{register.DataCommunications}, got.Data)
}

func TestUpdateNeedsActorAndReason(t *testing.T) {
	o := newOrg(t)
	for _, by := range []aims.By{{}, {Actor: "ada"}, {Reason: "x"}, {Actor: " ", Reason: "x"}} {
		err := o.Update(t.Context(), by, func(*aims.Tx) error { return nil })
		require.ErrorIs(t, err, aims.ErrInvalid)
		var is aims.Issues
		require.ErrorAs(t, err, &is)
	}
}

func TestTimeTravel(t *testing.T) {
	o := newOrg(t).staffed()
	names := []string{"Alpha", "Beta", "Gamma"}
	var views []*aims.View
	for i, name := range names {
		o.clock.Set(day0.AddDate(0, i+1, 0))
		o.do("ada", func(tx *aims.Tx) error {
			s, ok := tx.Suppliers().Get("sup")
			if !ok {
				s = aims.Supplier{ID: "sup"}
			}
			s.Name = name
			return tx.PutSupplier(s)
		})
		views = append(views, o.View())
	}
	for i, name := range names {
		for _, offset := range []time.Duration{0, time.Hour} {
			v, err := o.At(t.Context(), day0.AddDate(0, i+1, 0).Add(offset))
			require.NoError(t, err)
			s, _ := v.Suppliers().Get("sup")
			require.Equal(t, name, s.Name)
			requireSameView(t, views[i], v)
		}
	}
	v, err := o.At(t.Context(), day0.Add(-time.Hour))
	require.NoError(t, err)
	require.Zero(t, v.Head().Seq)
	require.Zero(t, v.People().Len())
}

func TestTrailSaysWhoWhenWhyAndWhichFields(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Old"}) })
	o.clock.Set(day0.AddDate(0, 0, 3))
	require.NoError(t, o.Update(t.Context(), aims.By{Actor: "bob", Reason: "renamed"}, func(tx *aims.Tx) error {
		s, _ := tx.Suppliers().Get("sup")
		s.Name = "New"
		s.Duties = []aims.AllocatedDuty{{What: "tell of changes", Bearer: aims.BearerSupplier}}
		return tx.PutSupplier(s)
	}))
	var entries []aims.Entry
	for e, err := range o.History(t.Context(), aims.Subject{Kind: aims.KindSupplier, ID: "sup"}) {
		require.NoError(t, err)
		entries = append(entries, e)
	}
	require.Len(t, entries, 2)
	require.Equal(t, aims.Created, entries[0].Changes[0].What)
	last := entries[1]
	require.Equal(t, aims.By{Actor: "bob", Reason: "renamed"}, last.By)
	require.Equal(t, []string{"PutSupplier"}, last.Verbs)
	require.Equal(t, day0.AddDate(0, 0, 3), last.Time)
	require.Equal(t, aims.Revised, last.Changes[0].What)
	require.Equal(t, []aims.FieldChange{
		{Path: "duties", After: `[{"bearer":"supplier","what":"tell of changes"}]`},
		{Path: "name", Before: `"Old"`, After: `"New"`},
	}, last.Changes[0].Fields)
}

func TestStaleRevision(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "A"}) })
	mine, _ := o.View().Suppliers().Get("sup")
	theirs := mine
	theirs.Name = "B"
	o.do("bob", func(tx *aims.Tx) error { return tx.PutSupplier(theirs) })
	mine.Name = "C"
	head := o.View().Head()
	err := o.try("ada", func(tx *aims.Tx) error { return tx.PutSupplier(mine) })
	require.ErrorIs(t, err, aims.ErrStale)
	require.ErrorContains(t, err, "revision")
	var rec *aims.RecordError
	require.ErrorAs(t, err, &rec)
	require.Equal(t, "sup", rec.ID)
	require.Equal(t, head, o.View().Head())
	// Creating what exists is told apart, as is revising what does not.
	err = o.try("ada", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "D"}) })
	require.ErrorIs(t, err, aims.ErrExists)
	err = o.try("ada", func(tx *aims.Tx) error {
		return tx.PutSupplier(aims.Supplier{ID: "none", Name: "D", Revision: 7})
	})
	require.ErrorIs(t, err, aims.ErrNotFound)
}

func TestWithdraw(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutContextIssue(aims.ContextIssue{ID: "law", Title: "New law", Origin: aims.External})
	})
	kept := o.View()
	o.do("ada", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindContextIssue, ID: "law"}) })
	require.False(t, o.View().ContextIssues().Has("law"))
	require.True(t, kept.ContextIssues().Has("law"), "an older view does not change")
	require.False(t, openOrg(t, o.journal, o.clock).View().ContextIssues().Has("law"))
	err := o.try("ada", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindPerson, ID: "ada"}) })
	require.ErrorIs(t, err, aims.ErrForbidden)
	err = o.try("ada", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: "none"}) })
	require.ErrorIs(t, err, aims.ErrNotFound)
	err = o.try("ada", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: "planet", ID: "mars"}) })
	require.ErrorIs(t, err, aims.ErrNotFound)
}

func TestAuthorize(t *testing.T) {
	j, c := memory.New(), &clock{now: day0}
	var asked []aims.Action
	m, err := aims.Open(t.Context(), j, &aims.Options{Clock: c.Now, Authorize: func(_ context.Context, by aims.By, a aims.Action) error {
		asked = append(asked, a)
		if by.Actor == "guest" {
			return errors.New("guests only read")
		}
		return nil
	}})
	require.NoError(t, err)
	err = m.Update(t.Context(), aims.By{Actor: "guest", Reason: "try"}, func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "p", Name: "P"})
	})
	require.ErrorIs(t, err, aims.ErrForbidden)
	require.ErrorContains(t, err, "guests only read")
	require.Equal(t, aims.Action{Verb: "PutPerson", Kind: aims.KindPerson, ID: "p"}, asked[len(asked)-1])
	require.False(t, m.View().People().Has("p"))
}

// TestConcurrentUpdatesAllLand lets many writers add to one counter that is
// kept in a record: none may be lost, and every View in between is whole.
func TestConcurrentUpdatesAllLand(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "0"}) })
	const writers, each = 16, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := o.try("ada", func(tx *aims.Tx) error {
					s, _ := tx.Suppliers().Get("sup")
					var n int
					fmt.Sscan(s.Name, &n)
					s.Name = fmt.Sprint(n + 1)
					if err := tx.PutSupplier(s); err != nil {
						return err
					}
					return tx.PutContextIssue(aims.ContextIssue{ID: fmt.Sprintf("i-%d-%d", w, i), Title: s.Name, Origin: aims.Internal})
				})
				if err != nil {
					t.Error(err)
				}
				v := o.View()
				s, _ := v.Suppliers().Get("sup")
				if fmt.Sprint(v.ContextIssues().Len()) != s.Name {
					t.Errorf("a view shows %d issues and the counter at %s", v.ContextIssues().Len(), s.Name)
				}
			}
		})
	}
	wg.Wait()
	s, _ := o.View().Suppliers().Get("sup")
	require.Equal(t, fmt.Sprint(writers*each), s.Name)
	requireSameView(t, o.View(), openOrg(t, o.journal, o.clock).View())
}

// TestTwoManagersOnOneJournal is two processes on one store: each sees the
// other's commits after a conflict, and none is lost.
func TestTwoManagersOnOneJournal(t *testing.T) {
	a := newOrg(t).staffed()
	b := openOrg(t, a.journal, a.clock)
	var wg sync.WaitGroup
	for n, o := range []*org{a, b} {
		wg.Go(func() {
			for i := range 40 {
				err := o.try("ada", func(tx *aims.Tx) error {
					return tx.PutContextIssue(aims.ContextIssue{ID: fmt.Sprintf("%d-%d", n, i), Title: "x", Origin: aims.Internal})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, a.Sync(t.Context()))
	require.NoError(t, b.Sync(t.Context()))
	require.Equal(t, 80, a.View().ContextIssues().Len())
	require.Equal(t, a.View().Head(), b.View().Head())
	requireSameView(t, a.View(), b.View())
}

// flaky is a journal that fails before or after taking effect.
type flaky struct {
	storage.Journal
	mu   sync.Mutex
	rng  *rand.Rand
	rate float64
}

var errFlaky = errors.New("the network is down")

func (f *flaky) Append(ctx context.Context, batch storage.Batch) error {
	f.mu.Lock()
	before, after := f.rng.Float64() < f.rate, f.rng.Float64() < f.rate
	f.mu.Unlock()
	if before {
		return errFlaky
	}
	if err := f.Journal.Append(ctx, batch); err != nil {
		return err
	}
	if after {
		return errFlaky
	}
	return nil
}

// TestUnknownOutcomesApplyOnce lets a store fail before or after taking
// effect: each update that succeeds has been applied exactly once.
func TestUnknownOutcomesApplyOnce(t *testing.T) {
	for seed := range uint64(5) {
		f := &flaky{Journal: memory.New(), rng: rand.New(rand.NewPCG(seed, 1))}
		c := &clock{now: day0}
		m, err := aims.Open(t.Context(), f, &aims.Options{Clock: c.Now, Retry: aims.Retry{Attempts: 40, Wait: time.Microsecond}})
		require.NoError(t, err)
		o := (&org{Manager: m, t: t, journal: f, clock: c}).staffed()
		o.do("ada", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "0"}) })
		f.rate = 0.4
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 20 {
					err := o.try("ada", func(tx *aims.Tx) error {
						s, _ := tx.Suppliers().Get("sup")
						var n int
						fmt.Sscan(s.Name, &n)
						s.Name = fmt.Sprint(n + 1)
						return tx.PutSupplier(s)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		s, _ := o.View().Suppliers().Get("sup")
		require.Equal(t, "80", s.Name)
		_, err = storage.Verify(t.Context(), f)
		require.NoError(t, err)
	}
}

// TestOutcomeUnknownPublishesNothing: a store that stays silent leaves the
// view as it was, and once it answers again the Manager finds out what became
// of the change.
func TestOutcomeUnknownPublishesNothing(t *testing.T) {
	f := &flaky{Journal: memory.New(), rng: rand.New(rand.NewPCG(1, 1))}
	c := &clock{now: day0}
	m, err := aims.Open(t.Context(), f, &aims.Options{Clock: c.Now, Retry: aims.Retry{Attempts: 2, Wait: time.Microsecond}})
	require.NoError(t, err)
	o := &org{Manager: m, t: t, journal: f, clock: c}
	head := m.View().Head()
	f.rate = 1
	err = o.try("ada", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "p", Name: "P"}) })
	require.ErrorIs(t, err, aims.ErrOutcomeUnknown)
	require.ErrorIs(t, err, errFlaky)
	require.Equal(t, head, m.View().Head())
	f.rate = 0
	o.do("ada", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "p", Name: "P"}) })
	require.True(t, m.View().People().Has("p"))
}

// followedBy returns a copy of the journal with one more commit of that change,
// as another program may have written it.
func (o *org) followedBy(ch storage.Change) storage.Journal {
	var log []storage.Commit
	for c, err := range o.journal.Log(o.t.Context(), 0) {
		require.NoError(o.t, err)
		log = append(log, c)
	}
	batch, err := storage.SealBatch(storage.Head{}, append(log, storage.Commit{ID: "foreign", Time: o.View().Time(), Meta: []byte(`{}`), Changes: []storage.Change{ch}}))
	require.NoError(o.t, err)
	j := memory.New()
	require.NoError(o.t, j.Append(o.t.Context(), batch))
	return j
}

func TestNewerStoreIsRefused(t *testing.T) {
	o := newOrg(t)
	for _, ch := range []storage.Change{
		{Kind: "person", Key: "p", Schema: 99, Body: []byte(`{"id":"p"}`)},
		{Kind: "hologram", Key: "h", Schema: 1, Body: []byte(`{}`)},
	} {
		_, err := aims.Open(t.Context(), o.followedBy(ch), nil)
		require.ErrorIs(t, err, storage.ErrVersion)
	}
}

// A body under another record's key comes from no Manager.
func TestBodyOfAnotherRecordIsRefused(t *testing.T) {
	o := newOrg(t).staffed()
	_, err := aims.Open(t.Context(), o.followedBy(storage.Change{Kind: "person", Key: "bob", Schema: 1, Body: []byte(`{"id":"ada","name":"Ada"}`)}), nil)
	require.ErrorIs(t, err, aims.ErrTampered)
	require.ErrorContains(t, err, `person "bob"`)
}

// altered is a journal whose log somebody has changed.
type altered struct {
	storage.Journal
	alter func(*storage.Commit)
}

func (a altered) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	return func(yield func(storage.Commit, error) bool) {
		for c, err := range a.Journal.Log(ctx, after) {
			c.Changes = append([]storage.Change(nil), c.Changes...)
			a.alter(&c)
			if !yield(c, err) {
				return
			}
		}
	}
}

func TestTamperingIsFound(t *testing.T) {
	o := newOrg(t).staffed()
	for name, alter := range map[string]func(*storage.Commit){
		"body":  func(c *storage.Commit) { c.Changes[0].Body = append(append([]byte(nil), c.Changes[0].Body...), ' ') },
		"time":  func(c *storage.Commit) { c.Time = c.Time.Add(time.Second) },
		"meta":  func(c *storage.Commit) { c.Meta = []byte(`{"actor":"nobody"}`) },
		"order": func(c *storage.Commit) { c.Seq++ },
		"key":   func(c *storage.Commit) { c.Changes[0].Key += "x" },
	} {
		t.Run(name, func(t *testing.T) {
			j := altered{o.journal, func(c *storage.Commit) {
				if c.Seq == o.View().Head().Seq {
					alter(c)
				}
			}}
			_, err := aims.Open(t.Context(), j, nil)
			require.ErrorIs(t, err, aims.ErrTampered)
		})
	}
}

func TestClosedManager(t *testing.T) {
	o := newOrg(t)
	require.NoError(t, o.Close(context.Background()))
	err := o.try("ada", func(*aims.Tx) error { return nil })
	require.ErrorIs(t, err, aims.ErrClosed)
	require.Len(t, o.View().Controls(), 38)
}

func TestClockThatRunsBackwards(t *testing.T) {
	o := newOrg(t).staffed()
	at := o.View().Time()
	o.clock.Set(day0.AddDate(-1, 0, 0))
	o.do("ada", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "p", Name: "P"}) })
	require.Equal(t, at, o.View().Time())
}
