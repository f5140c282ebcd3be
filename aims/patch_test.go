package aims_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
)

// patch applies a merge patch to the record as it is.
func (o *org) patch(actor string, s aims.Subject, patch string) error {
	return o.try(actor, func(tx *aims.Tx) error {
		revision, _ := tx.Revision(s)
		return tx.Patch(s, revision, []byte(patch))
	})
}

// What a verb completes in what a patch names is taken: the criteria of a rating, what
// is worked out of it, a day that is left to the verb.
func TestPatchTakesWhatVerbsComplete(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	s := aims.Subject{Kind: aims.KindAssessment, ID: "spam#1"}
	rated := `{"harm":"opacity","parties":["user"],"scale":2,"scope":2,"irremediability":2,"likelihood":2,"confidence":"medium"}`
	for _, patch := range []string{
		`{"harms":[{"harm":"opacity","dismissed":"no decision rests on it"}]}`,
		`{"harms":[` + rated + `,{"harm":"over-reliance","dismissed":"staff look at all of it","criteria":0}]}`,
		`{"summary":"As it stands."}`,
	} {
		require.NoError(t, o.patch("bob", s, patch), patch)
	}
	a := o.open("spam")
	require.Equal(t, 1, a.Harms[0].Criteria)
	require.NotZero(t, a.Harms[0].Outcome)

	// Read, changed and sent back as a whole: the outcome in it is the old one.
	a.Harms[0].Scale = 5
	harms, err := json.Marshal(a.Harms)
	require.NoError(t, err)
	require.NoError(t, o.patch("bob", s, `{"harms":`+string(harms)+`}`))
	require.NotEqual(t, a.Harms[0].Outcome, o.open("spam").Harms[0].Outcome)

	// What is governed, or worked out elsewhere, is refused as it was, by its place.
	for patch, says := range map[string]string{
		`{"state":"approved"}`:                     "state: it is not written like this",
		`{"level":"high","harms":[` + rated + `]}`: "level: it is not written",
		`{"authors":[]}`:                           "authors: it is not written",
	} {
		err := o.patch("bob", s, patch)
		require.ErrorIs(t, err, aims.ErrForbidden, patch)
		require.ErrorContains(t, err, says)
	}

	e := proof("e", day0, []string{"spam"}, "A.6.2.4")
	o.do("ada", func(tx *aims.Tx) error { return tx.AttachEvidence(e) })
	on := aims.Subject{Kind: aims.KindEvidence, ID: "e"}
	require.ErrorIs(t, o.patch("bob", on, `{"collector":""}`), aims.ErrInvalid, "who collected it stays")
	require.NoError(t, o.patch("bob", on, `{"title":"Described otherwise"}`))
	got, _ := o.View().Evidence().Get("e")
	require.Equal(t, "ada", got.Collector)
	require.False(t, got.ValidUntil.IsZero())
	require.ErrorIs(t, o.patch("bob", on, `{"recorded_at":null}`), aims.ErrForbidden)

	o.do("ada", func(tx *aims.Tx) error {
		_, err := tx.Create(aims.KindDocument, []byte(`{"id":"d","title":"D","authors":[]}`))
		return err
	})
	doc, _ := o.View().Documents().Get("d")
	require.Equal(t, []string{"ada"}, doc.Authors)
}

// Of each kind, a record that is there is changed from its revision alone: without one
// the change is refused, and so is one made from an older.
func TestVerbsNeedTheRevision(t *testing.T) {
	o := newOrg(t).staffed()
	castOf(o)
	asked := make(map[aims.Kind]bool)
	infos := make(map[aims.Kind]aims.KindInfo)
	for _, k := range aims.Kinds() {
		infos[k.Name] = k
	}
	for _, v := range aims.VerbsOfKinds() {
		for s, rec := range o.View().All() {
			if s.Kind != v.Kind {
				continue
			}
			for _, verb := range []string{v.Creates, v.Revises} {
				for revision, want := range map[uint64]error{0: aims.ErrExists, infos[s.Kind].Revision(rec) + 1: aims.ErrStale} {
					if verb == "" || revision != 0 && verb == v.Creates && v.Creates != v.Revises {
						continue // which takes none
					}
					at := reflect.ValueOf(rec).Elem().FieldByName("Revision")
					was := at.Uint()
					at.SetUint(revision)
					err := o.try("lea", func(tx *aims.Tx) error {
						out := reflect.ValueOf(tx).MethodByName(verb).Call([]reflect.Value{reflect.ValueOf(rec).Elem()})
						err, _ := out[len(out)-1].Interface().(error)
						return err
					})
					at.SetUint(was)
					require.Error(t, err, "%s %s", verb, s)
					if isAny(err, aims.ErrState, aims.ErrForbidden, aims.ErrSeparation) {
						continue // which is seen first; another record of the kind shows it
					}
					require.ErrorIs(t, err, want, "%s %s of %d: %v", verb, s, revision, err)
					asked[s.Kind] = true
				}
			}
		}
	}
	require.Greater(t, len(asked), 18, "%v", asked)
}

func isAny(err error, targets ...error) bool {
	for _, is := range targets {
		if errors.Is(err, is) {
			return true
		}
	}
	return false
}

// Two who write one assessment do not write over each other.
func TestSaveAssessmentNeedsItsRevision(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	from := o.open("spam")
	save := func(text string, revision uint64) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.SaveAssessment(impact.Assessment{ID: "spam#1", Content: impact.Content{Summary: text}, Revision: revision})
		}
	}
	o.refused("bob", aims.ErrExists, save("blind", 0))
	o.do("bob", save("bob's work", from.Revision))
	o.refused("ada", aims.ErrStale, save("ada's", from.Revision))
	o.refused("ada", aims.ErrExists, save("ada's", 0))
	require.Equal(t, "bob's work", o.open("spam").Summary)
	o.do("ada", save("both", o.open("spam").Revision))
}
