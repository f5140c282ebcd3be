package aims_test

import (
	"encoding/json"
	"iter"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/memory"
)

// A verb that decides is judged by what stood before the commit also where another
// one, of the caller's own, is wrapped around it.
func TestDecidingWithinOnesOwn(t *testing.T) {
	o := furnished(t)
	accept := func(tx *aims.Tx) error { return tx.AcceptRisk("unfair", "small", dayOf(99)) }
	wrapped := func(do func(tx *aims.Tx) error) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.Decide("Mine", aims.Subject{Kind: aims.KindRisk}, func() error { return do(tx) })
		}
	}
	o.refused("rob", aims.ErrSeparation, wrapped(func(tx *aims.Tx) error {
		r, _ := tx.Risks().Get("unfair")
		r.Title += "."
		if err := tx.PutRisk(r); err != nil {
			return err
		}
		return accept(tx)
	}))
	// One that does nothing the first time that it is run, as it is when it is tried.
	runs := 0
	o.refused("rob", aims.ErrSeparation, func(tx *aims.Tx) error {
		if err := tx.PutRisk(risk("new")); err != nil {
			return err
		}
		return tx.Decide("Mine", aims.Subject{Kind: aims.KindRisk}, func() error {
			if runs++; runs == 1 {
				return nil
			}
			return tx.AcceptRisk("new", "small", dayOf(99))
		})
	})
	o.do("rob", wrapped(accept)) // what stands alone may be wrapped
}

// A refused patch has changed nothing, within a verb too.
func TestRefusedPatchWithinAVerb(t *testing.T) {
	o := furnished(t)
	r, _ := o.View().Risks().Get("unfair")
	head := o.View().Head()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.Verb("Mine", aims.Subject{Kind: aims.KindRisk, ID: "unfair"}, func() error {
			err := tx.Patch(aims.Subject{Kind: aims.KindRisk, ID: "unfair"}, r.Revision, []byte(`{"title":"changed","acceptance":{"by":"rob","reason":"x"}}`))
			require.Error(t, err)
			return nil
		})
	})
	require.Equal(t, head, o.View().Head())
}

// What only a verb decides can't be patched, nor taken away by naming it.
func TestPatchOfWhatIsDecided(t *testing.T) {
	o := newOrg(t).staffed()
	castOf(o)
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("d", dayOf(300)) })
	d, _ := o.View().Documents().Get("d")
	s := aims.Subject{Kind: aims.KindDocument, ID: "d"}
	for _, patch := range []string{`{"approval":{"review_due":"2036-01-01"}}`, `{"approval":{"by":"ada"}}`, `{"state":"approved","title":"T"}`} {
		require.True(t, isAny(o.try("ada", func(tx *aims.Tx) error { return tx.Patch(s, d.Revision, []byte(patch)) }), aims.ErrForbidden, aims.ErrState))
	}
	sys, _ := o.View().Systems().Get("cv")
	o.refused("ada", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Patch(aims.Subject{Kind: aims.KindSystem, ID: "cv"}, sys.Revision, []byte(`{"stage":"operation"}`))
	})
	// What the verb tidies is fine.
	o.do("ada", func(tx *aims.Tx) error {
		return tx.Patch(aims.Subject{Kind: aims.KindSystem, ID: "cv"}, sys.Revision, []byte(`{"name":"  CV screener two "}`))
	})
	now, _ := o.View().Systems().Get("cv")
	require.Equal(t, "CV screener two", now.Name)
}

// An export can't say that it is none, nor that something was decided in time to
// come, nor hold more than it says.
func TestImportOfALie(t *testing.T) {
	o := newOrg(t).staffed()
	castOf(o)
	text := exported(t, o.View())
	end := strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n") + 1
	with := func(line string) string { return text[:end] + line + "\n" + text[end:] }
	for name, c := range map[string]struct{ text, says string }{
		"a marker":          {with(`{"kind":"#import","id":"!","erased":true}`), "rule key"},
		"a kind with slash": {with(`{"kind":"x-a/b","id":"c","erased":true}`), "no slash"},
		"an erased body":    {with(`{"kind":"person","id":"gone","erased":true,"body":{"id":"gone"}}`), "nothing but kind and ID"},
		"one more":          {with(`{"kind":"person","id":"zoe","schema":1,"revision":3,"body":{"id":"zoe","name":"Zoe"}}`), "rule count"},
		"two ends":          {text + text[end:], "something follows the line that says that it is the last"},
		"a migration":       {strings.Replace(text, `"migrations":["`, `"migrations":["#x","`, 1), "migrations[0]"},
		"a year":            {regexp.MustCompile(`"time":"[^"]*"`).ReplaceAllString(text[:300], `"time":"9999-12-31T23:59:59-10:00"`) + text[300:], "year"},
		"a later signature": {strings.ReplaceAll(text, `"accepted_on":"2026-`, `"accepted_on":"2036-`), "accepted_on"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, text, c.text)
			j := memory.New()
			_, err := aims.Import(t.Context(), j, &aims.Options{Clock: o.clock.Now}, mover, strings.NewReader(c.text))
			require.ErrorIs(t, err, aims.ErrInvalid)
			require.ErrorContains(t, err, c.says)
			for range j.Log(t.Context(), 0) {
				t.Fatal("something was written")
			}
		})
	}
	// The ID of a record that was erased stays taken.
	m, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: func() time.Time { return o.clock.Now() }}, mover, strings.NewReader(with(`{"kind":"person","id":"zoe","erased":true}`)))
	require.NoError(t, err)
	_, ok := m.View().Imported()
	require.True(t, ok)
	require.ErrorIs(t, m.Update(t.Context(), mover, func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "zoe", Name: "Zoe"}) }), aims.ErrExists)
}

// The IDs of records that were erased before an import are no reader's to know.
func TestErasedIDsOfAnImportAreNotTold(t *testing.T) {
	o := newOrg(t).staffed()
	text := exported(t, o.View())
	end := strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n") + 1
	text = text[:end] + `{"kind":"concern","id":"jane.doe","erased":true}` + "\n" + text[end:]
	m, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: o.clock.Now, Redact: func(reader any, s aims.Subject, _ any) bool {
		return reader != "guest" || s.Kind != aims.KindConcern
	}}, mover, strings.NewReader(text))
	require.NoError(t, err)
	told := func(entries iter.Seq2[aims.Entry, error]) string {
		var all []aims.Entry
		for e, err := range entries {
			require.NoError(t, err)
			all = append(all, e)
		}
		require.NotEmpty(t, all)
		require.NotNil(t, all[0].Imported)
		text, err := json.Marshal(all)
		require.NoError(t, err)
		return string(text)
	}
	ada := aims.Subject{Kind: aims.KindPerson, ID: "ada"}
	require.Contains(t, told(m.Trail(t.Context(), 0)), "jane.doe")
	require.NotContains(t, told(m.For("guest").Trail(t.Context(), 0)), "jane.doe")
	require.NotContains(t, told(m.For("guest").History(t.Context(), ada)), "jane.doe")
}
