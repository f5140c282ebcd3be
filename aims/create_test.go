package aims_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

// The table has a row for each kind, and the verbs that it names are there.
func TestVerbsOfKinds(t *testing.T) {
	tx := reflect.TypeFor[*aims.Tx]()
	verb := func(name string) bool {
		_, ok := tx.MethodByName(name)
		return name == "" || ok
	}
	all := aims.VerbsOfKinds()
	for i, info := range aims.Kinds() {
		require.Equal(t, info.Name, all[i].Kind)
		require.True(t, verb(all[i].Creates) && verb(all[i].Revises), "%v", all[i])
	}
	require.Len(t, all, len(aims.Kinds()))
}

// A record that is created of its own JSON says the same, and by the verb of its kind.
func TestCreate(t *testing.T) {
	o := newOrg(t).staffed()
	castOf(o)
	was := o.View()
	by := aims.By{Actor: "ada", Reason: "post"}
	tried := 0
	for _, v := range aims.VerbsOfKinds() {
		if v.Creates == "" || v.Creates == "GrantException" || v.Kind == aims.KindSystem {
			continue
		}
		for s, rec := range was.All() {
			if s.Kind != v.Kind {
				continue
			}
			text, err := json.Marshal(rec)
			require.NoError(t, err)
			var fields map[string]any
			require.NoError(t, json.Unmarshal(text, &fields))
			// There already, and with a revision: refused, and nothing changes.
			_, err = create(o, by, v.Kind, text)
			require.ErrorIs(t, err, aims.ErrInvalid)
			require.ErrorContains(t, err, "revision: a new record has none")
			delete(fields, "revision")
			text, _ = json.Marshal(fields)
			_, err = create(o, by, v.Kind, text)
			require.ErrorIs(t, err, aims.ErrExists, "%s", s)
			tried++
			break
		}
	}
	require.Greater(t, tried, 8)
	require.Equal(t, was.Head(), o.View().Head())

	s, err := create(o, by, aims.KindSystem, []byte(`{"name":"FAQ","stage":"design"}`))
	require.NoError(t, err)
	require.NotEmpty(t, s.ID)
	system, _ := o.View().Systems().Get(s.ID)
	require.Equal(t, register.System{ID: s.ID, Name: "FAQ", Stage: register.StageDesign, Revision: o.View().Head().Seq}, system)
	_, open := o.View().OpenAssessment(s.ID)
	require.True(t, open, "the assessment comes with it")
	for s, err := range map[string]struct {
		kind aims.Kind
		text string
		is   error
		says string
	}{
		"another verb":  {aims.KindDocument, `{"id":"r","title":"R","state":"approved"}`, aims.ErrForbidden, "state"},
		"no verb":       {aims.KindStatement, `{"id":"s"}`, aims.ErrForbidden, "no verb takes"},
		"no kind":       {"planet", `{}`, aims.ErrNotFound, "no such kind"},
		"no ID":         {aims.KindDecision, `{"justification":"x"}`, aims.ErrInvalid, "id: a key is"},
		"a wrong field": {aims.KindPerson, `{"nmae":"Ada"}`, aims.ErrInvalid, `nmae: there is no such field; did you mean "name"?`},
		"a wrong value": {aims.KindPerson, `{"id":"a b","name":"A"}`, aims.ErrInvalid, "id: "},
		"a list":        {aims.KindPerson, `[]`, aims.ErrInvalid, "a record is one JSON object"},
		"null":          {aims.KindPerson, `null`, aims.ErrInvalid, "a record is one JSON object"},
	} {
		t.Run(s, func(t *testing.T) {
			head := o.View().Head()
			_, got := create(o, by, err.kind, []byte(err.text))
			require.ErrorIs(t, got, err.is)
			require.ErrorContains(t, got, err.says)
			require.ErrorContains(t, got, "Create: ")
			require.Equal(t, head, o.View().Head())
		})
	}
}

func create(o *org, by aims.By, kind aims.Kind, text []byte) (s aims.Subject, err error) {
	err = o.Update(o.t.Context(), by, func(tx *aims.Tx) (err error) {
		s, err = tx.Create(kind, text)
		return err
	})
	return s, err
}
