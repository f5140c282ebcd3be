package ledger_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

func TestReopeningGivesTheSameView(t *testing.T) {
	o := newBook(t)
	o.do("ada", owned("a", "ada"))
	o.clock.Set(day0.AddDate(0, 1, 0))
	o.do("ada", owned("a", "bob"))
	again := openBook(t, o.journal, o.clock)
	require.Equal(t, o.View().Head(), again.View().Head())
	requireSameView(t, o.View(), again.View())
}

func TestFailedUpdateLeavesNothing(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("ada"))
	before, head := digest(t, o.View()), o.View().Head()
	boom := errors.New("boom")
	err := o.try("ada", func(tx *ledger.Tx) error {
		require.NoError(t, accounts.Keep(tx, account{ID: "zoe"}))
		require.True(t, accounts.Of(tx).Has("zoe"), "a transaction sees its own writes")
		require.NoError(t, owned("ada", "somebody else")(tx))
		return boom
	})
	require.ErrorIs(t, err, boom)
	require.Equal(t, head, o.View().Head())
	require.Empty(t, cmp.Diff(before, digest(t, o.View())))
	// A panic is no different, and the ledger goes on working.
	require.Panics(t, func() {
		_ = o.try("ada", func(tx *ledger.Tx) error {
			_ = accounts.Keep(tx, account{ID: "zoe"})
			panic("boom")
		})
	})
	require.False(t, o.View().Has(subject("zoe")))
	o.do("ada", func(tx *ledger.Tx) error {
		require.False(t, accounts.Of(tx).Has("zoe"))
		return accounts.Keep(tx, account{ID: "zoe"})
	})
	require.True(t, o.View().Has(subject("zoe")))
}

// What wrote nothing makes no commit; what made and withdrew something does.
func TestCommitsOfNothing(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("a"))
	head := o.View().Head()
	o.do("ada", func(tx *ledger.Tx) error { return nil })
	o.do("ada", func(tx *ledger.Tx) error { return tx.Verb("Look", subject("a"), func() error { return nil }) })
	o.do("ada", func(tx *ledger.Tx) error {
		_ = tx.Verb("Try", subject("b"), func() error { _ = accounts.Keep(tx, account{ID: "b"}); return errors.New("no") })
		return nil
	})
	require.Equal(t, head, o.View().Head())
	o.do("ada", func(tx *ledger.Tx) error {
		require.NoError(t, accounts.Keep(tx, account{ID: "b"}))
		return tx.Withdraw(subject("b"))
	})
	require.Equal(t, head.Seq+1, o.View().Head().Seq)
	last := lastEntry(t, o.Ledger)
	require.Equal(t, []ledger.Subject{subject("b")}, last.Dropped)
	require.Equal(t, []string{"Put", "Withdraw"}, last.Verbs)
	require.Empty(t, last.Changes)
	entries := history(t, o, subject("b"))
	require.Len(t, entries, 1, "its history names it too")
	require.NoError(t, o.Verify(t.Context()))
}

func TestUpdateNeedsActorAndReason(t *testing.T) {
	o := newBook(t)
	for _, by := range []ledger.By{{}, {Actor: "ada"}, {Reason: "x"}, {Actor: " ", Reason: "x"}, {Actor: "\xff", Reason: "x"}, {Actor: "ada", Reason: strings.Repeat("x", 20_001)}} {
		err := o.Update(t.Context(), by, func(*ledger.Tx) error { return nil })
		require.ErrorIs(t, err, ledger.ErrInvalid)
		var is issue.Issues
		require.ErrorAs(t, err, &is)
	}
}

func TestTimeTravel(t *testing.T) {
	o := newBook(t)
	names := []string{"Alpha", "Beta", "Gamma"}
	var views []*ledger.View
	for i, name := range names {
		o.clock.Set(day0.AddDate(0, i+1, 0))
		o.do("ada", owned("sup", name))
		views = append(views, o.View())
	}
	for i, name := range names {
		for _, offset := range []time.Duration{0, time.Hour} {
			at := day0.AddDate(0, i+1, 0).Add(offset)
			v, err := o.At(t.Context(), at)
			require.NoError(t, err)
			s, _ := accounts.Of(v).Get("sup")
			require.Equal(t, name, s.Owner)
			require.Equal(t, at, v.AsOf())
			require.Equal(t, views[i].Head(), v.Head())
			require.Equal(t, views[i].Time(), v.Time())
			requireSameView(t, views[i], v)
		}
	}
	v, err := o.At(t.Context(), day0.Add(-time.Hour))
	require.NoError(t, err)
	require.Zero(t, v.Head().Seq)
	require.Zero(t, v.Len())
	_, err = o.At(t.Context(), time.Time{})
	require.ErrorIs(t, err, ledger.ErrInvalid)
}

func TestTrailSaysWhoWhenWhyAndWhichFields(t *testing.T) {
	o := newBook(t)
	o.do("ada", func(tx *ledger.Tx) error {
		return accounts.Keep(tx, account{ID: "sup", Owner: "Old", Balance: 9007199254740993})
	})
	o.clock.Set(day0.AddDate(0, 0, 3))
	require.NoError(t, o.Update(t.Context(), ledger.By{Actor: "bob", Reason: "renamed"}, func(tx *ledger.Tx) error {
		return keep(tx, account{ID: "sup", Owner: "New", Balance: 9007199254740992, Notes: []note{{Text: "tell of changes"}}})
	}))
	entries := history(t, o, subject("sup"))
	require.Len(t, entries, 2)
	require.Equal(t, ledger.Created, entries[0].Changes[0].What)
	last := entries[1]
	require.Equal(t, ledger.By{Actor: "bob", Reason: "renamed"}, last.By)
	require.Equal(t, []string{"Put"}, last.Verbs)
	require.Equal(t, day0.AddDate(0, 0, 3), last.Time)
	require.Equal(t, ledger.Revised, last.Changes[0].What)
	require.Equal(t, []ledger.FieldChange{
		{Path: "balance", Before: json.RawMessage("9007199254740993"), After: json.RawMessage("9007199254740992")},
		{Path: "notes", After: json.RawMessage(`[{"text":"tell of changes"}]`)},
		{Path: "owner", Before: json.RawMessage(`"Old"`), After: json.RawMessage(`"New"`)},
	}, last.Changes[0].Fields)
}

// What is told of a commit can be sent on as JSON, without text within text.
func TestEntriesInJSON(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("sup"))
	require.NoError(t, o.try("bob", func(tx *ledger.Tx) error {
		a, _ := accounts.Of(tx).Get("sup")
		a.Owner, a.Notes = `B"ob`, []note{{Text: "new"}}
		return keep(tx, a)
	}))
	entries := history(t, o, subject("sup"))
	text, err := json.Marshal(entries[len(entries)-1].Changes[0].Fields)
	require.NoError(t, err)
	require.Equal(t, `[{"path":"notes","after":[{"text":"new"}]},{"path":"owner","after":"B\"ob"}]`, string(text))
	for _, e := range entries {
		text, err := json.Marshal(e)
		require.NoError(t, err)
		require.Contains(t, string(text), fmt.Sprintf(`{"seq":%d,"hash":"%s","id":`, e.Seq, e.Hash))
		var read ledger.Entry
		require.NoError(t, json.Unmarshal(text, &read))
		require.Equal(t, e, read)
	}
	err = o.try("bob", func(tx *ledger.Tx) error { return keep(tx, account{ID: "\xff"}) })
	text, err = json.Marshal(err)
	require.NoError(t, err)
	require.Contains(t, string(text), `{"code":"invalid","message":"Put: account`)
	require.Contains(t, string(text), `"issues":[{"field":"id","rule":"key"`)
}

func TestStaleRevision(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("sup"))
	mine, _ := accounts.Of(o.View()).Get("sup")
	theirs := mine
	theirs.Owner = "B"
	put := func(a account) error {
		return o.try("bob", func(tx *ledger.Tx) error {
			got, err := accounts.Put(tx, a)
			if err == nil {
				require.Equal(t, tx.Seq(), got.Revision)
			}
			return err
		})
	}
	require.NoError(t, put(theirs))
	mine.Owner = "C"
	head := o.View().Head()
	err := put(mine)
	require.ErrorIs(t, err, ledger.ErrStale)
	require.ErrorContains(t, err, "revision")
	var rec *ledger.RecordError
	require.ErrorAs(t, err, &rec)
	require.Equal(t, "sup", rec.ID)
	require.Equal(t, head, o.View().Head())
	// Creating what exists is told apart, as is revising what does not.
	require.ErrorIs(t, put(account{ID: "sup"}), ledger.ErrExists)
	require.ErrorIs(t, put(account{ID: "none", Revision: 7}), ledger.ErrNotFound)
}

func TestWithdraw(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("law"))
	kept := o.View()
	o.do("ada", func(tx *ledger.Tx) error { return tx.Withdraw(subject("law")) })
	require.False(t, o.View().Has(subject("law")))
	require.True(t, kept.Has(subject("law")), "an older view does not change")
	require.False(t, openBook(t, o.journal, o.clock).View().Has(subject("law")))
	err := o.try("ada", func(tx *ledger.Tx) error { return tx.Withdraw(subject("none")) })
	require.ErrorIs(t, err, ledger.ErrNotFound)
	err = o.try("ada", func(tx *ledger.Tx) error { return tx.Withdraw(ledger.Subject{Kind: "planet", ID: "mars"}) })
	require.ErrorIs(t, err, ledger.ErrNotFound)
	err = o.try("ada", func(tx *ledger.Tx) error { return accounts.Drop(tx, "none") })
	require.ErrorIs(t, err, ledger.ErrNotFound)

	why := errors.New("somebody needs it")
	crates := ledger.MustDeclare(ledger.Spec[account]{Name: "crate", Key: func(a *account) string { return a.ID }, Revision: func(a *account) *uint64 { return &a.Revision }})
	needed := ledger.MustDeclare(ledger.Spec[account]{Name: "needed", Key: func(a *account) string { return a.ID }, Revision: func(a *account) *uint64 { return &a.Revision },
		MayDrop: func(ledger.Reader, *account) error { return why }})
	l, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{crates, needed}})
	require.NoError(t, err)
	update(t, l, func(tx *ledger.Tx) error {
		require.NoError(t, crates.Keep(tx, account{ID: "c"}))
		require.NoError(t, needed.Keep(tx, account{ID: "n"}))
		require.ErrorIs(t, tx.Withdraw(ledger.Subject{Kind: "crate", ID: "c"}), ledger.ErrForbidden)
		err := tx.Withdraw(ledger.Subject{Kind: "needed", ID: "n"})
		require.ErrorIs(t, err, ledger.ErrForbidden)
		require.ErrorIs(t, err, why)
		return nil
	})
	require.Equal(t, 2, l.View().Len())
	update(t, l, func(tx *ledger.Tx) error { return crates.Drop(tx, "c") })
	require.Equal(t, 1, l.View().Len(), "whoever holds the kind may")
}

func TestAuthorize(t *testing.T) {
	var asked []ledger.Action
	l := open(t, memory.New(), &ledger.Options{Authorize: func(_ context.Context, by ledger.By, a ledger.Action) error {
		asked = append(asked, a)
		if by.Actor == "guest" {
			return errors.New("guests only read")
		}
		return nil
	}})
	guest := ledger.By{Actor: "guest", Reason: "try"}
	err := l.Update(t.Context(), guest, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "p"}) })
	require.ErrorIs(t, err, ledger.ErrForbidden)
	require.ErrorContains(t, err, "guests only read")
	require.Equal(t, []ledger.Action{{Verb: "Put", Subject: subject("p")}}, asked)
	require.False(t, l.View().Has(subject("p")))
	// It is asked before anything is told, also of what is not there.
	ran := false
	for name, do := range map[string]func(tx *ledger.Tx) error{
		"Withdraw": func(tx *ledger.Tx) error { return tx.Withdraw(subject("nobody")) },
		"Drop":     func(tx *ledger.Tx) error { return accounts.Drop(tx, "nobody") },
		"Verb": func(tx *ledger.Tx) error {
			return tx.Verb("Verb", subject("nobody"), func() error { ran = true; return nil })
		},
		"Decide": func(tx *ledger.Tx) error {
			return tx.Decide("Decide", subject("nobody"), func() error { ran = true; return nil })
		},
	} {
		asked = nil
		err := l.Update(t.Context(), guest, do)
		require.ErrorIs(t, err, ledger.ErrForbidden, name)
		require.NotErrorIs(t, err, ledger.ErrNotFound, name)
		require.Equal(t, []ledger.Action{{Verb: name, Subject: subject("nobody")}}, asked)
	}
	require.False(t, ran)
	// Once before each verb and once after it, those within one another among them;
	// not for the rehearsal of one that decides, nor for what a verb writes.
	asked = nil
	update(t, l, func(tx *ledger.Tx) error {
		require.NoError(t, accounts.Keep(tx, account{ID: "p"}))
		return tx.Verb("Outer", subject("o"), func() error {
			return tx.Decide("Inner", subject("i"), func() error { return accounts.Keep(tx, account{ID: "i"}) })
		})
	})
	var told []string
	for _, a := range asked {
		line := fmt.Sprint(a.Verb, " ", a.Subject, " ", a.Done)
		for _, c := range a.Changes {
			line += fmt.Sprint(" ", c.Subject, " ", c.Before() != nil, c.After() != nil)
		}
		told = append(told, line)
	}
	require.Equal(t, []string{
		"Put account/p false", "Put account/p true account/p false true",
		"Outer account/o false",
		"Inner account/i false", "Inner account/i true account/i false true",
		"Outer account/o true account/i false true",
	}, told)
}

// What a verb did is told as copies, each record once, as it stood before the verb
// and as the verb leaves it.
func TestAuthorizeIsToldBeforeAndAfter(t *testing.T) {
	var may func(ledger.Action) error
	j := memory.New()
	l := open(t, j, &ledger.Options{Tenant: "acme", Authorize: func(_ context.Context, _ ledger.By, a ledger.Action) error {
		require.Equal(t, "acme", a.Tenant)
		if may == nil || !a.Done {
			return nil
		}
		return may(a)
	}})
	update(t, l, func(tx *ledger.Tx) error {
		require.NoError(t, accounts.Keep(tx, account{ID: "old", Balance: 7, Notes: []note{{Text: "kept"}}}))
		return accounts.Keep(tx, account{ID: "gone"})
	})
	move := func(tx *ledger.Tx) error {
		require.NoError(t, keep(tx, account{ID: "old", Balance: 8}))
		return tx.Verb("Move", subject(""), func() error {
			require.NoError(t, accounts.Keep(tx, account{ID: "new", Balance: 1, Notes: []note{{Text: "mine"}}}))
			require.NoError(t, keep(tx, account{ID: "old", Balance: 9, Notes: []note{{Text: "changed"}}}))
			require.NoError(t, keep(tx, account{ID: "old", Balance: 10, Notes: []note{{Text: "again"}}}))
			require.NoError(t, accounts.Keep(tx, account{ID: "brief"}))
			require.NoError(t, accounts.Drop(tx, "brief"))
			return accounts.Drop(tx, "gone")
		})
	}
	asked := 0
	look := func(a ledger.Action) error {
		if a.Verb != "Move" {
			return nil
		}
		asked++
		require.Equal(t, subject("new"), a.Subject, "the record that got its ID from the verb")
		require.Len(t, a.Changes, 3)
		require.Equal(t, []ledger.Subject{subject("new"), subject("old"), subject("gone")},
			[]ledger.Subject{a.Changes[0].Subject, a.Changes[1].Subject, a.Changes[2].Subject})
		require.Nil(t, a.Changes[0].Before())
		require.Nil(t, a.Changes[2].After())
		require.Equal(t, "gone", a.Changes[2].Before().(*account).ID)
		before, after := a.Changes[1].Before().(*account), a.Changes[1].After().(*account)
		require.Equal(t, 8, before.Balance)
		require.Equal(t, 10, after.Balance)
		after.Notes[0].Text, after.Balance = "scribbled", 99
		require.Equal(t, "again", a.Changes[1].After().(*account).Notes[0].Text)
		text, err := json.Marshal(a)
		require.NoError(t, err)
		require.Contains(t, string(text), `{"tenant":"acme","verb":"Move","kind":"account","id":"new","done":true,"changes":[{"kind":"account","id":"new"},`)
		return nil
	}
	may = look
	head := l.View().Head()
	refuse := func(a ledger.Action) error {
		if err := look(a); err != nil || a.Verb != "Move" {
			return err
		}
		return errors.New("not that much")
	}
	may = refuse
	err := l.Update(t.Context(), by, move)
	require.ErrorIs(t, err, ledger.ErrForbidden)
	require.ErrorContains(t, err, `Move: account "new": forbidden: not that much`)
	require.Equal(t, head, l.View().Head())

	// Of what is refused nothing is left, though the function goes on.
	update(t, l, func(tx *ledger.Tx) error {
		require.ErrorIs(t, move(tx), ledger.ErrForbidden)
		require.False(t, tx.Has(subject("new")))
		require.True(t, tx.Has(subject("gone")))
		return nil
	})
	e := lastEntry(t, l)
	require.Equal(t, []string{"Put"}, e.Verbs)
	require.Len(t, e.Changes, 1)
	require.Empty(t, e.Dropped)

	may = look
	update(t, l, move)
	old, _ := accounts.Of(l.View()).Get("old")
	require.Equal(t, 10, old.Balance)
	require.Equal(t, "again", old.Notes[0].Text)
	require.Equal(t, 3, asked)
}

// A ledger is founded once, by whoever is first, and nobody is asked.
func TestFounding(t *testing.T) {
	j := memory.New()
	times := 0
	opts := func() *ledger.Options {
		return &ledger.Options{FoundBy: by, Found: func(tx *ledger.Tx) error {
			times++
			if err := accounts.Keep(tx, account{ID: "first"}); err != nil {
				return err
			}
			return tx.Verb("Endow", subject("second"), func() error { return accounts.Keep(tx, account{ID: "second"}) })
		}, Authorize: func(context.Context, ledger.By, ledger.Action) error { return errors.New("nobody may") }}
	}
	for range 2 {
		l := open(t, j, opts())
		require.Equal(t, 2, l.View().Len())
		require.Equal(t, uint64(1), l.View().Head().Seq)
		require.Equal(t, by, lastEntry(t, l).By)
	}
	require.Equal(t, 1, times)
	boom := errors.New("boom")
	_, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{accounts}, Found: func(*ledger.Tx) error { return boom }})
	require.ErrorIs(t, err, boom)
}

// TestConcurrentUpdatesAllLand lets many writers add to one counter that is
// kept in a record: none may be lost, and every View in between is whole.
func TestConcurrentUpdatesAllLand(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("sup"))
	const writers, each = 16, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := o.try("ada", func(tx *ledger.Tx) error {
					s, err := accounts.Must(tx, "sup")
					if err != nil {
						return err
					}
					s.Balance++
					if err := accounts.Keep(tx, s); err != nil {
						return err
					}
					return accounts.Keep(tx, account{ID: fmt.Sprintf("i-%d-%d", w, i), Balance: -1})
				})
				if err != nil {
					t.Error(err)
				}
				v := o.View()
				sum := 0
				for _, a := range accounts.Shared(v).All() {
					sum += a.Balance
				}
				if sum != 0 {
					t.Errorf("a view shows accounts of %d in all", sum)
				}
			}
		})
	}
	wg.Wait()
	s, _ := accounts.Of(o.View()).Get("sup")
	require.Equal(t, writers*each, s.Balance)
	requireSameView(t, o.View(), openBook(t, o.journal, o.clock).View())
}

// TestTwoLedgersOnOneJournal is two processes on one store: each sees the
// other's commits after a conflict, and none is lost.
func TestTwoLedgersOnOneJournal(t *testing.T) {
	a := newBook(t)
	b := openBook(t, a.journal, a.clock)
	var wg sync.WaitGroup
	for n, o := range []*book{a, b} {
		wg.Go(func() {
			for i := range 40 {
				if err := o.add(fmt.Sprintf("%d-%d", n, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, a.Sync(t.Context()))
	require.NoError(t, b.Sync(t.Context()))
	require.Equal(t, 80, a.View().Len())
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
		o := bookOf(t, f, c, &ledger.Options{Retry: ledger.Retry{Attempts: 40, Wait: time.Microsecond}})
		require.NoError(t, o.add("sup"))
		f.rate = 0.4
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 20 {
					err := o.try("ada", func(tx *ledger.Tx) error {
						s, err := accounts.Must(tx, "sup")
						if err != nil {
							return err
						}
						s.Balance++
						return accounts.Keep(tx, s)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		s, _ := accounts.Of(o.View()).Get("sup")
		require.Equal(t, 80, s.Balance)
		f.rate = 0
		require.NoError(t, o.Verify(t.Context()))
	}
}

// TestOutcomeUnknownPublishesNothing: a store that stays silent leaves the
// view as it was, and once it answers again the ledger finds out what became
// of the change.
func TestOutcomeUnknownPublishesNothing(t *testing.T) {
	f := &flaky{Journal: memory.New(), rng: rand.New(rand.NewPCG(1, 1))}
	o := bookOf(t, f, &clock{now: day0}, &ledger.Options{Retry: ledger.Retry{Attempts: 2, Wait: time.Microsecond}})
	require.NoError(t, o.add("a"))
	head := o.View().Head()
	f.rate = 1
	err := o.add("p")
	require.ErrorIs(t, err, ledger.ErrOutcomeUnknown)
	require.ErrorIs(t, err, errFlaky)
	require.Equal(t, head, o.View().Head())
	f.rate = 0
	require.NoError(t, o.add("p"))
	require.True(t, o.View().Has(subject("p")))
}

// followedBy returns a copy of the journal with one more commit of that change,
// as another program may have written it.
func (b *book) followedBy(ch storage.Change) storage.Journal {
	var log []storage.Commit
	for c, err := range b.journal.Log(b.t.Context(), 0) {
		require.NoError(b.t, err)
		log = append(log, c)
	}
	batch, err := storage.SealBatch(storage.Head{}, append(log, storage.Commit{ID: "foreign", Time: b.View().Time(), Meta: []byte(`{}`), Changes: []storage.Change{ch}}))
	require.NoError(b.t, err)
	j := memory.New()
	require.NoError(b.t, j.Append(b.t.Context(), batch))
	return j
}

func TestNewerStoreIsReadOnly(t *testing.T) {
	o := newBook(t)
	only := func(name ledger.KindName) bool { return name == "x-hologram" }
	for _, c := range []struct {
		change   storage.Change
		mayLack  func(ledger.KindName) bool
		readOnly bool
	}{
		{storage.Change{Kind: "account", Key: "p", Schema: 99, Body: []byte(`{"id":"p"}`)}, nil, true},
		{storage.Change{Kind: "hologram", Key: "h", Schema: 1, Body: []byte(`{}`)}, only, true},
		{storage.Change{Kind: "hologram", Key: "h", Schema: 1, Body: []byte(`{}`)}, nil, false},
		{storage.Change{Kind: "x-hologram", Key: "h", Schema: 1, Body: []byte(`{}`)}, only, false},
	} {
		l, err := ledger.Open(t.Context(), o.followedBy(c.change), &ledger.Options{Kinds: []ledger.AnyKind{accounts}, MayLack: c.mayLack})
		require.NoError(t, err)
		require.Equal(t, c.readOnly, errors.Is(l.ReadOnly(), storage.ErrVersion), "%+v", c.change)
		require.True(t, l.View().Has(ledger.Subject{Kind: ledger.KindName(c.change.Kind), ID: c.change.Key}))
	}
}

// A body under another record's key comes from no ledger.
func TestBodyOfAnotherRecordIsRefused(t *testing.T) {
	j := newBook(t).followedBy(storage.Change{Kind: "account", Key: "bob", Schema: 1, Body: []byte(`{"id":"ada"}`)})
	_, err := ledger.Open(t.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}})
	require.ErrorIs(t, err, ledger.ErrTampered)
	require.ErrorContains(t, err, `account "bob"`)
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
	o := newBook(t)
	require.NoError(t, o.add("a"))
	require.NoError(t, o.add("b"))
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
			_, err := ledger.Open(t.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{accounts}})
			require.ErrorIs(t, err, ledger.ErrTampered)
		})
	}
}

func TestClosedLedger(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("a"))
	require.NoError(t, o.Close(t.Context()))
	require.NoError(t, o.Close(t.Context()), "closing twice is no error")
	require.ErrorIs(t, o.try("ada", func(*ledger.Tx) error { return nil }), ledger.ErrClosed)
	require.Equal(t, 1, o.View().Len())
}

func TestClockThatRunsBackwards(t *testing.T) {
	o := newBook(t)
	require.NoError(t, o.add("a"))
	at := o.View().Time()
	o.clock.Set(day0.AddDate(-1, 0, 0))
	require.NoError(t, o.add("b"))
	require.Equal(t, at, o.View().Time())
	require.Equal(t, at, o.View().AsOf())
}

// What says only what is on file already makes no commit, and one who has been
// given the record back can go on with it.
func TestNothingChanged(t *testing.T) {
	b := newBook(t)
	b.do("ada", func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a", Owner: "ada", Balance: 1}) })
	head := b.View().Head()
	a, _ := accounts.Of(b.View()).Get("a")
	var same account
	b.do("ada", func(tx *ledger.Tx) error {
		var err error
		same, err = accounts.Put(tx, a)
		return err
	})
	require.Equal(t, a, same)
	require.Equal(t, head, b.View().Head())
	b.do("ada", func(tx *ledger.Tx) error { // there and back again
		other := a
		other.Balance = 2
		other, err := accounts.Put(tx, other)
		if err != nil {
			return err
		}
		other.Balance = 1
		return accounts.Keep(tx, other)
	})
	require.Equal(t, head, b.View().Head())
	b.do("ada", func(tx *ledger.Tx) error { // beside something that is new
		if err := accounts.Keep(tx, a); err != nil {
			return err
		}
		return accounts.Keep(tx, account{ID: "b"})
	})
	for e, err := range b.Trail(t.Context(), head.Seq) {
		require.NoError(t, err)
		require.Len(t, e.Changes, 1)
		require.Equal(t, "b", e.Changes[0].ID)
	}
	b.do("ada", func(tx *ledger.Tx) error { same.Balance = 3; return accounts.Keep(tx, same) })
	require.NoError(t, b.Verify(t.Context()))
}
