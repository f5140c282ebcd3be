package aims_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// answers is a record of an embedder's own.
type answers struct {
	ID       string            `json:"id"`
	System   string            `json:"system"`
	Answers  map[string]string `json:"answers,omitempty"`
	Revision uint64            `json:"revision,omitempty"`
}

func formSpec() ledger.Spec[answers] {
	return ledger.Spec[answers]{
		Name: "x-form", Key: func(f *answers) string { return f.ID }, Revision: func(f *answers) *uint64 { return &f.Revision },
		Listings: []ledger.Listing[answers]{{Name: "system", Value: func(f *answers) string { return f.System }}},
		MayErase: func(ledger.Reader, *answers) error { return nil },
	}
}

var forms = ledger.MustDeclare(formSpec())

// A record of one's own goes into the commit of the library's, and has what they
// have: history, time travel, the feed, erasing.
func TestOwnKinds(t *testing.T) {
	j, c := memory.New(), &clock{now: day0}
	open := func(kinds ...ledger.AnyKind) *aims.Manager {
		m, err := aims.Open(t.Context(), j, &aims.Options{Clock: c.Now, Kinds: kinds, Eraser: j, Founder: aims.Person{ID: "ada", Name: "Ada"}, Rights: anybodyErases})
		require.NoError(t, err)
		return m
	}
	m := open(forms)
	by := aims.By{Actor: "ada", Reason: "test"}
	require.NoError(t, m.Update(t.Context(), by, func(tx *aims.Tx) error {
		if err := tx.RegisterSystem(spamFilter()); err != nil {
			return err
		}
		return forms.Keep(tx, answers{ID: "f", System: spamFilter().ID, Answers: map[string]string{"q1": "yes"}})
	}))
	both := m.View().Head().Seq
	c.Set(day0.AddDate(0, 0, 1))
	f, _ := forms.Of(m.View()).Get("f")
	require.NoError(t, m.Update(t.Context(), by, func(tx *aims.Tx) error {
		f.Answers["q1"] = "no"
		return forms.Keep(tx, f)
	}))

	// A refused commit leaves neither.
	require.ErrorIs(t, m.Update(t.Context(), by, func(tx *aims.Tx) error {
		if err := forms.Keep(tx, answers{ID: "g"}); err != nil {
			return err
		}
		return tx.RegisterSystem(spamFilter())
	}), aims.ErrExists)
	require.False(t, forms.Of(m.View()).Has("g"))

	var wrote []string
	for e, err := range m.History(t.Context(), aims.Subject{Kind: "x-form", ID: "f"}) {
		require.NoError(t, err)
		require.Len(t, e.Changes, 1)
		wrote = append(wrote, string(e.Changes[0].What))
	}
	require.Equal(t, []string{"created", "revised"}, wrote)
	then, err := m.At(t.Context(), day0.Add(time.Hour))
	require.NoError(t, err)
	was, _ := forms.Of(then).Get("f")
	require.Equal(t, "yes", was.Answers["q1"])
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for p, err := range m.Changes(ctx, both-1) {
		require.NoError(t, err)
		require.Contains(t, p.Written, aims.Subject{Kind: aims.KindSystem, ID: spamFilter().ID})
		require.Contains(t, p.Written, aims.Subject{Kind: "x-form", ID: "f"})
		break
	}
	infos := m.Kinds()
	require.Len(t, infos, len(aims.Kinds())+1)
	require.Equal(t, aims.Kind("x-form"), infos[len(infos)-1].Name)

	// Without the declaration it is kept, and a product without it goes on.
	findings := m.View().Findings(c.Now())
	without := open()
	require.NoError(t, without.ReadOnly())
	require.Equal(t, findings, without.View().Findings(c.Now()))
	require.Len(t, slices.Collect(without.View().Unknown()), 1)
	require.Equal(t, m.View().Len(), without.View().Len())
	require.NoError(t, without.Update(t.Context(), by, func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "bob", Name: "Bob"}) }))

	require.NoError(t, m.Sync(t.Context()))
	require.NoError(t, m.Erase(t.Context(), by, aims.Subject{Kind: "x-form", ID: "f"}))
	require.False(t, forms.Of(m.View()).Has("f"))
	require.Empty(t, m.Unerased())
}

func TestOwnKindsAreKeptApart(t *testing.T) {
	named := func(name string) ledger.AnyKind {
		s := formSpec()
		s.Name = aims.Kind(name)
		return ledger.MustDeclare(s)
	}
	for _, c := range []struct {
		kinds []ledger.AnyKind
		says  string
	}{
		{[]ledger.AnyKind{named("form")}, `kinds[0]: the name of a kind of your own begins with x- (rule prefix, got "form")`},
		{[]ledger.AnyKind{forms, named("system")}, `kinds[1]: the name of a kind of your own begins with x-`},
		{[]ledger.AnyKind{forms, forms}, "the kind is there twice"},
		{[]ledger.AnyKind{forms, named("x-form")}, "two kinds have this name"},
		{[]ledger.AnyKind{nil}, "is not a kind"},
		{[]ledger.AnyKind{ledger.Kind[answers]{}}, "kinds[0]"},
	} {
		_, err := aims.Open(t.Context(), memory.New(), &aims.Options{Kinds: c.kinds})
		require.ErrorIs(t, err, aims.ErrInvalid)
		require.ErrorContains(t, err, c.says)
	}
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada"}})
	require.NoError(t, err)
	onFile(t, m.Update, "a")
	err = m.Update(t.Context(), aims.By{Actor: "a", Reason: "b"}, func(tx *aims.Tx) error { return forms.Keep(tx, answers{ID: "f"}) })
	require.ErrorIs(t, err, aims.ErrNotFound)
	require.ErrorContains(t, err, `x-form "f"`)
}

// What a later version of the library has written can be read, and nothing be
// written beside it.
func TestLaterVersionIsReadOnly(t *testing.T) {
	for _, ch := range []storage.Change{
		{Kind: "person", Key: "p", Schema: 99, Salt: []byte("s"), Body: []byte(`{"id":"p"}`)},
		{Kind: "hologram", Key: "h", Schema: 1, Salt: []byte("s"), Body: []byte(`{}`)},
	} {
		j := memory.New()
		m, err := aims.Open(t.Context(), j, nil)
		require.NoError(t, err)
		batch, err := storage.SealBatch(m.View().Head(), []storage.Commit{{ID: "later", Time: m.View().Time(), Meta: []byte(`{"actor":"a","reason":"b","verbs":["V"]}`), Changes: []storage.Change{ch}}})
		require.NoError(t, err)
		require.NoError(t, j.Append(t.Context(), batch))

		later, err := aims.Open(t.Context(), j, nil)
		require.NoError(t, err)
		require.ErrorIs(t, later.ReadOnly(), aims.ErrReadOnly)
		require.ErrorContains(t, later.ReadOnly(), ch.Key)
		require.Equal(t, 38, later.View().Decisions().Len())
		require.ErrorIs(t, later.Update(t.Context(), aims.By{Actor: "a", Reason: "b"}, func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "b", Name: "B"}) }), aims.ErrReadOnly)
		require.NoError(t, later.Close(t.Context()))
	}
}
