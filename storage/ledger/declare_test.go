package ledger_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

func accountSpec(change func(*ledger.Spec[account])) ledger.Spec[account] {
	s := ledger.Spec[account]{
		Name:     "account",
		Key:      func(a *account) string { return a.ID },
		Revision: func(a *account) *uint64 { return &a.Revision },
	}
	if change != nil {
		change(&s)
	}
	return s
}

// requireSays checks that an error names a kind and the issues, each as field and
// rule.
func requireSays(t *testing.T, err error, kind string, want ...string) {
	t.Helper()
	require.ErrorIs(t, err, ledger.ErrInvalid)
	require.ErrorContains(t, err, fmt.Sprintf("%q", kind))
	var is issue.Issues
	require.ErrorAs(t, err, &is)
	var got []string
	for _, i := range is {
		got = append(got, i.Field+" "+i.Rule)
		require.NotEmpty(t, i.Message)
	}
	require.Equal(t, want, got)
}

func TestBadDeclarations(t *testing.T) {
	up := func(map[string]json.RawMessage) error { return nil }
	owner := func(a *account) string { return a.Owner }
	tags := func(a *account) []string { return a.Tags }
	type listing = ledger.Listing[account]
	for name, c := range map[string]struct {
		change func(*ledger.Spec[account])
		want   []string
	}{
		"no name":             {func(s *ledger.Spec[account]) { s.Name = "" }, []string{"name key"}},
		"name":                {func(s *ledger.Spec[account]) { s.Name = "an account" }, []string{"name key"}},
		"no key":              {func(s *ledger.Spec[account]) { s.Key = nil }, []string{"key required"}},
		"no revision":         {func(s *ledger.Spec[account]) { s.Revision = nil }, []string{"revision required"}},
		"revision elsewhere":  {func(s *ledger.Spec[account]) { s.Revision = func(*account) *uint64 { return new(uint64) } }, []string{"revision field"}},
		"revision nowhere":    {func(s *ledger.Spec[account]) { s.Revision = func(*account) *uint64 { return nil } }, []string{"revision field"}},
		"an upcaster short":   {func(s *ledger.Spec[account]) { s.Schema = 2 }, []string{"upcast count"}},
		"one too many":        {func(s *ledger.Spec[account]) { s.Upcast = []ledger.Upcaster{up} }, []string{"upcast count"}},
		"one of them missing": {func(s *ledger.Spec[account]) { s.Schema, s.Upcast = 3, []ledger.Upcaster{up, nil} }, []string{"upcast[1] required"}},
		"negative key":        {func(s *ledger.Spec[account]) { s.MaxKey = -1 }, []string{"max_key range"}},
		"key of no journal":   {func(s *ledger.Spec[account]) { s.MaxKey = storage.MaxName + 1 }, []string{"max_key range"}},
		"negative limits": {func(s *ledger.Spec[account]) { s.Limits = ledger.Limits{Text: -1, List: -1, Body: -1} },
			[]string{"limits.text range", "limits.list range", "limits.body range"}},
		"a slash in the name": {func(s *ledger.Spec[account]) { s.Name = "x-a/b" }, []string{"name key"}},
		"personal fields that are not there": {func(s *ledger.Spec[account]) { s.Personal = []string{"owner", "shoe_size", "notes.text"} },
			[]string{"personal[1] field"}},
		"body of no journal": {func(s *ledger.Spec[account]) { s.Limits.Body = storage.MaxBody + 1 }, []string{"limits.body range"}},
		"listings": {func(s *ledger.Spec[account]) {
			s.Listings = []listing{{Name: "a", Value: owner}, {Name: "none"}, {Name: "both", Value: owner, Values: tags}, {Name: "a", Values: tags}}
		}, []string{"listings[1] required", "listings[2] required", "listings[3] repeated"}},
		"all at once": {func(s *ledger.Spec[account]) { *s = ledger.Spec[account]{Schema: 2} },
			[]string{"key required", "revision required", "name key", "upcast count"}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := accountSpec(c.change)
			k, err := ledger.Declare(spec)
			require.Equal(t, ledger.Kind[account]{}, k)
			requireSays(t, err, string(spec.Name), c.want...)
			require.PanicsWithError(t, err.Error(), func() { ledger.MustDeclare(spec) })
		})
	}
}

type (
	// Odd is embedded; Written writes itself as text.
	Odd     struct{ A []string }
	Written struct {
		A string
		b []string
	}
	Half struct {
		A string
		b *int
	}
	jsonOnly struct{ a int }
	node     struct{ Next *node }
	hidden   struct{ Deep []string }
)

// What nobody but the types' shape needs is used here.
var _ = []any{Written{b: nil}, Half{b: nil}, jsonOnly{a: 0}}

func (Written) MarshalText() ([]byte, error)   { return nil, nil }
func (*Written) UnmarshalText([]byte) error    { return nil }
func (Half) MarshalText() ([]byte, error)      { return nil, nil }
func (*Half) UnmarshalText([]byte) error       { return nil }
func (jsonOnly) MarshalJSON() ([]byte, error)  { return []byte("1"), nil }
func (*jsonOnly) UnmarshalJSON(b []byte) error { return nil }

// odd declares records of a type with a field ID and one of uint64, Revision.
func odd[T any](key func(*T) string, rev func(*T) *uint64) error {
	_, err := ledger.Declare(ledger.Spec[T]{Name: "odd", Key: key, Revision: rev})
	return err
}

// What can't be kept, or would come back otherwise from the log than from a
// snapshot, is refused where it is declared.
func TestRecordsThatCanNotBeKept(t *testing.T) {
	type rev = uint64
	shape := []string{"record shape"}
	for name, c := range map[string]struct {
		err  error
		want []string
		say  string
	}{
		"no struct": {odd(func(*int) string { return "" }, func(*int) *uint64 { return nil }), []string{"record struct"}, "int"},
		"bytes": {odd(func(*struct {
			B []byte
			R rev
		}) string {
			return ""
		}, func(r *struct {
			B []byte
			R rev
		}) *uint64 {
			return &r.R
		}), shape, "field B"},
		"any":             {oddField[any](), shape, "field F"},
		"channel":         {oddField[chan int](), shape, "field F"},
		"function":        {oddField[func()](), shape, "field F"},
		"array":           {oddField[[2]string](), shape, "field F"},
		"complex":         {oddField[complex128](), shape, "field F"},
		"map of numbers":  {oddField[map[int]string](), shape, "keys of a map are texts"},
		"JSON of its own": {oddField[jsonOnly](), shape, "form of its own"},
		"raw JSON":        {oddField[json.RawMessage](), shape, "form of its own"},
		"duration":        {oddField[time.Duration](), nil, ""},
		"text, shared":    {oddField[Written](), shape, "not comparable"},
		"text, half open": {oddField[Half](), shape, "field b is not exported"},
		"itself":          {oddField[node](), shape, "holds itself"},
		"list of itself":  {oddField[[]*node](), shape, "holds itself"},
		"nothing":         {oddField[struct{}](), shape, "no exported field"},
		"hidden list": {oddField[struct {
			A int
			b []string
		}](), shape, "field b is not exported"},
		"hidden struct": {oddField[struct {
			A int
			b hidden
		}](), shape, "field b is not exported"},
		"hidden number": {oddField[struct {
			A int
			b int
		}](), nil, ""},
		"not written": {oddField[struct {
			A int
			B string `json:"-"`
		}](), shape, "field B is exported and not written"},
		"one name twice": {oddField[struct {
			A string `json:"B"`
			B string
		}](), shape, `fields A and B have the JSON name "B"`},
		"one name twice, embedded": {oddField[[]struct {
			Odd
			B string `json:"A"`
		}](), shape, `fields A and B have the JSON name "A"`},
		"embedded pointer": {oddField[struct{ *Odd }](), shape, "field Odd"},
		"embedded hidden":  {oddField[struct{ hidden }](), shape, "field hidden"},
		"embedded":         {oddField[struct{ Odd }](), nil, ""},
		"pointer to list":  {oddField[*[]string](), shape, "pointer to nothing"},
		"pointer to map":   {oddField[*map[string]int](), shape, "pointer to nothing"},
		"pointer twice":    {oddField[**int](), shape, "pointer to nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want == nil {
				require.NoError(t, c.err)
				return
			}
			requireSays(t, c.err, "odd", c.want...)
			require.ErrorContains(t, c.err, c.say)
		})
	}
	t.Run("revision that is not exported", func(t *testing.T) {
		type rec struct {
			ID       string
			revision uint64
		}
		requireSays(t, odd(func(r *rec) string { return r.ID }, func(r *rec) *uint64 { return &r.revision }), "odd", "revision field")
	})
	t.Run("revision that is not packed", func(t *testing.T) {
		type rec struct {
			ID       string
			Revision uint64 `json:"-"`
		}
		requireSays(t, odd(func(r *rec) string { return r.ID }, func(r *rec) *uint64 { return &r.Revision }), "odd", "record shape")
	})
}

type fieldOf[F any] struct {
	ID       string
	F        F
	Revision uint64
}

func oddField[F any]() error {
	return odd(func(r *fieldOf[F]) string { return r.ID }, func(r *fieldOf[F]) *uint64 { return &r.Revision })
}

func TestBadOptions(t *testing.T) {
	twin := ledger.MustDeclare(accountSpec(nil))
	for name, c := range map[string]struct {
		opts ledger.Options
		say  string
		want []string
	}{
		"a kind twice":        {ledger.Options{Kinds: []ledger.AnyKind{accounts, accounts}}, "the kind is there twice", []string{"kinds[1] repeated"}},
		"two of one name":     {ledger.Options{Kinds: []ledger.AnyKind{accounts, twin}}, "two kinds have this name", []string{"kinds[1] repeated"}},
		"no kind":             {ledger.Options{Kinds: []ledger.AnyKind{nil, ledger.Kind[account]{}}}, "Declare", []string{"kinds[0] required", "kinds[1] required"}},
		"negative attempts":   {ledger.Options{Retry: ledger.Retry{Attempts: -1}}, "-1", []string{"retry range"}},
		"negative wait":       {ledger.Options{Retry: ledger.Retry{Wait: -1}}, "-1", []string{"retry range"}},
		"negative time limit": {ledger.Options{Retry: ledger.Retry{Timeout: -1}}, "-1", []string{"retry range"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := ledger.Open(t.Context(), memory.New(), &c.opts)
			require.Nil(t, l)
			require.ErrorIs(t, err, ledger.ErrInvalid)
			require.ErrorContains(t, err, c.say)
			var is issue.Issues
			require.ErrorAs(t, err, &is)
			var got []string
			for _, i := range is {
				got = append(got, i.Field+" "+i.Rule)
			}
			require.Equal(t, c.want, got)
		})
	}
}

// A key function that does not keep to its answer is found out by the first
// record, which is not written.
func TestKeyThatChangesItsAnswer(t *testing.T) {
	n := 0
	for name, change := range map[string]func(*ledger.Spec[account]){
		"by counting": func(s *ledger.Spec[account]) { s.Key = func(*account) string { n++; return fmt.Sprint("k", n) } },
		"in Check": func(s *ledger.Spec[account]) {
			s.Check = func(_ *ledger.Tx, c ledger.Change[account], _ *issue.Issues) { c.After.ID += "x" }
		},
		"by the revision": func(s *ledger.Spec[account]) {
			s.Key = func(a *account) string { return fmt.Sprint(a.ID, "-", a.Revision) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := ledger.MustDeclare(accountSpec(change))
			l, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{k}})
			require.NoError(t, err)
			err = l.Update(t.Context(), by, func(tx *ledger.Tx) error { return k.Keep(tx, account{ID: "a"}) })
			require.ErrorIs(t, err, ledger.ErrInvalid)
			var re *ledger.RecordError
			require.ErrorAs(t, err, &re)
			require.Equal(t, ledger.KindName("account"), re.Kind)
			var is issue.Issues
			require.ErrorAs(t, err, &is)
			require.Equal(t, "id", is[0].Field)
			require.Equal(t, "stable", is[0].Rule)
			require.Zero(t, l.View().Len())
			require.Zero(t, l.View().Head().Seq)
		})
	}
}

func TestKeysAreChecked(t *testing.T) {
	long := ledger.MustDeclare(accountSpec(func(s *ledger.Spec[account]) { s.MaxKey = 140 }))
	l, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{long}})
	require.NoError(t, err)
	keep := func(id string) error {
		return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return long.Keep(tx, account{ID: id}) })
	}
	for _, id := range []string{"", "a b", "ä", "-a", "a\n", "\xff", strings.Repeat("k", 141)} {
		err := keep(id)
		require.ErrorIs(t, err, ledger.ErrInvalid, "%q", id)
		var is issue.Issues
		require.ErrorAs(t, err, &is)
		require.Equal(t, []string{"id", "key"}, []string{is[0].Field, is[0].Rule})
		require.ErrorContains(t, err, "account")
	}
	require.NoError(t, keep(strings.Repeat("k", 140)))
}

// A kind that the ledger was not told of, or another of the same name, can be
// neither read nor written in it.
func TestKindThatTheLedgerDoesNotKnow(t *testing.T) {
	l := open(t, memory.New(), nil)
	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "a"}) })
	twin := ledger.MustDeclare(accountSpec(nil))
	require.Zero(t, twin.Of(l.View()).Len())
	_, ok := twin.Shared(l.View()).Get("a")
	require.False(t, ok)
	for name, do := range map[string]func(*ledger.Tx) error{
		"keep": func(tx *ledger.Tx) error { return twin.Keep(tx, account{ID: "b"}) },
		"put":  func(tx *ledger.Tx) error { _, err := twin.Put(tx, account{ID: "b"}); return err },
		"drop": func(tx *ledger.Tx) error { return twin.Drop(tx, "a") },
		"must": func(tx *ledger.Tx) error { _, err := twin.Must(tx, "a"); return err },
		"withdraw": func(tx *ledger.Tx) error {
			return tx.Withdraw(ledger.Subject{Kind: "planet", ID: "mars"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			head := l.View().Head()
			require.ErrorIs(t, l.Update(t.Context(), by, do), ledger.ErrNotFound)
			require.Equal(t, head, l.View().Head())
		})
	}
}

// A journal with bodies of a later schema than this code's can be read and not
// written to, and stays as it is.
func TestSchemaBelowWhatTheJournalHolds(t *testing.T) {
	j := memory.New()
	newer := ledger.MustDeclare(accountSpec(func(s *ledger.Spec[account]) {
		s.Schema, s.Upcast = 2, []ledger.Upcaster{func(map[string]json.RawMessage) error { return nil }}
	}))
	l, err := ledger.Open(t.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{newer}, Snapshots: j})
	require.NoError(t, err)
	update(t, l, func(tx *ledger.Tx) error { return newer.Keep(tx, account{ID: "a"}) })
	require.NoError(t, l.Checkpoint(t.Context()))
	for name, opts := range map[string]*ledger.Options{
		"older":            {Kinds: []ledger.AnyKind{accounts}},
		"older, snapshots": {Kinds: []ledger.AnyKind{accounts}, Snapshots: j},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := ledger.Open(t.Context(), j, opts)
			require.NoError(t, err)
			require.Equal(t, 1, l.View().Len())
			for _, err := range []error{
				l.ReadOnly(), l.Checkpoint(t.Context()), l.Erase(t.Context(), by, ledger.Subject{Kind: "account", ID: "a"}),
				l.Update(t.Context(), by, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "b"}) }),
			} {
				if errors.Is(err, errors.ErrUnsupported) {
					continue
				}
				require.ErrorIs(t, err, ledger.ErrReadOnly)
				require.ErrorContains(t, err, `commit 1 holds account "a", which can't be read: it has schema version 2, this code reads up to 1`)
			}
			require.NoError(t, l.Verify(t.Context()))
			require.NoError(t, l.Close(t.Context()))
		})
	}
	head, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
	require.Equal(t, l.View().Head(), head)
}

// Whatever panics or gives up on the way leaves the ledger as it was: what is
// shown, what is tentative, and the journal.
func TestPanicsLeaveTheLedgerAsItWas(t *testing.T) {
	blow := ""
	at := func(where string) {
		if blow == where {
			panic(where)
		}
	}
	k := ledger.MustDeclare(accountSpec(func(s *ledger.Spec[account]) {
		s.Key = func(a *account) string {
			if a.Owner == "key" {
				at("key")
			}
			return a.ID
		}
		s.Check = func(*ledger.Tx, ledger.Change[account], *issue.Issues) { at("check") }
		s.MayDrop = func(ledger.Reader, *account) error { at("may drop"); return nil }
		s.MayErase = func(ledger.Reader, *account) error { at("may erase"); return nil }
		s.Listings = []ledger.Listing[account]{{Name: "owner", Value: func(a *account) string {
			if a.Owner == "listing" {
				at("listing")
			}
			return a.Owner
		}}}
	}))
	j := memory.New()
	l, err := ledger.Open(t.Context(), j, &ledger.Options{Kinds: []ledger.AnyKind{k}, Eraser: j,
		Authorize: func(context.Context, ledger.By, ledger.Action) error { at("authorize"); return nil }})
	require.NoError(t, err)
	update(t, l, func(tx *ledger.Tx) error { return k.Keep(tx, account{ID: "a", Owner: "ada"}) })
	s := ledger.Subject{Kind: "account", ID: "a"}
	write := func(tx *ledger.Tx, owner string) error {
		if err := k.Keep(tx, account{ID: "b"}); err != nil {
			return err
		}
		a, err := k.Must(tx, "a")
		if err != nil {
			return err
		}
		a.Owner = owner
		return k.Keep(tx, a)
	}
	for where, do := range map[string]func() error{
		"key":   func() error { return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return write(tx, "key") }) },
		"check": func() error { return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return write(tx, "x") }) },
		"listing": func() error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return write(tx, "listing") })
		},
		"authorize": func() error { return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return write(tx, "x") }) },
		"may drop":  func() error { return l.Update(t.Context(), by, func(tx *ledger.Tx) error { return tx.Withdraw(s) }) },
		"may erase": func() error { return l.Erase(t.Context(), by, s) },
		"closure": func() error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error { _ = write(tx, "x"); panic("closure") })
		},
		"verb": func() error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error {
				return tx.Verb("V", s, func() error { _ = write(tx, "x"); panic("verb") })
			})
		},
		"verb within a refused verb": func() error {
			return l.Update(t.Context(), by, func(tx *ledger.Tx) error {
				_ = tx.Verb("Outer", s, func() error {
					if err := tx.Verb("Inner", s, func() error { return write(tx, "x") }); err != nil {
						t.Error(err)
					}
					return errors.New("refused all the same")
				})
				panic("verb within a refused verb")
			})
		},
	} {
		t.Run(where, func(t *testing.T) {
			head := l.View().Head()
			blow = where
			require.PanicsWithValue(t, where, func() { _ = do() })
			blow = ""
			require.Equal(t, head, l.View().Head())
			require.Equal(t, 1, l.View().Len())
			require.NoError(t, l.Update(t.Context(), by, func(tx *ledger.Tx) error {
				require.Equal(t, []string{"a"}, slices.Collect(k.Of(tx).IDs()), "nothing of it is left to see")
				require.Equal(t, []string{"a"}, slices.Collect(k.Of(tx).Where("owner", "ada").IDs()))
				a, err := k.Must(tx, "a")
				require.NoError(t, err)
				require.Equal(t, account{ID: "a", Owner: "ada", Revision: 1}, a)
				return nil
			}))
			require.NoError(t, l.Verify(t.Context()))
			end, err := storage.Verify(t.Context(), j)
			require.NoError(t, err)
			require.Equal(t, head, end)
		})
	}
	update(t, l, func(tx *ledger.Tx) error { return write(tx, "eve") })
	require.Equal(t, 2, l.View().Len())
}

// What a verb within a refused verb did goes with it.
func TestAVerbWithinARefusedVerb(t *testing.T) {
	l := open(t, memory.New(), nil)
	no := errors.New("no")
	update(t, l, func(tx *ledger.Tx) error { return accounts.Keep(tx, account{ID: "before"}) })
	update(t, l, func(tx *ledger.Tx) error {
		err := tx.Verb("Outer", subject("o"), func() error {
			require.NoError(t, tx.Verb("Inner", subject("i"), func() error { return accounts.Keep(tx, account{ID: "i"}) }))
			require.NoError(t, tx.Decide("Approve", subject("before"), func() error { return nil }))
			return no
		})
		require.ErrorIs(t, err, no)
		var re *ledger.RecordError
		require.ErrorAs(t, err, &re)
		require.Equal(t, ledger.RecordError{Kind: "account", ID: "o", Verb: "Outer", Err: no}, *re)
		b, err := accounts.Must(tx, "before")
		require.NoError(t, err)
		b.Balance = 7
		require.NoError(t, accounts.Keep(tx, b), "nothing has been decided")
		return nil
	})
	require.Equal(t, []string{"before"}, slices.Collect(accounts.Of(l.View()).IDs()))
	for e, err := range l.Trail(t.Context(), 0) {
		require.NoError(t, err)
		require.Equal(t, []string{"Put"}, e.Verbs)
	}
}
