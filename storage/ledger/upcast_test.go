package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

func rename(from, to string) Upcaster {
	return func(fields map[string]json.RawMessage) error {
		if v, ok := fields[from]; ok {
			fields[to] = v
			delete(fields, from)
		}
		return nil
	}
}

// A kind of three versions reads all of them, and refuses what is newer by
// naming what it met.
func TestUpcasting(t *testing.T) {
	spec := ParcelSpec()
	spec.Schema, spec.Upcast = 3, []Upcaster{rename("words", "speech"), func(fields map[string]json.RawMessage) error {
		if string(fields["speech"]) == `"bad"` {
			return errors.New("can't be made out")
		}
		return rename("speech", "text")(fields)
	}}
	k := MustDeclare(spec)
	open := func(version int, body string) (*Ledger, error) {
		j := memory.New()
		batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "one", Meta: []byte(`{"actor":"x","reason":"y"}`),
			Changes: []storage.Change{{Kind: "parcel", Key: "c", Schema: version, Salt: []byte("s"), Body: []byte(body)}}}})
		require.NoError(t, err)
		require.NoError(t, j.Append(t.Context(), batch))
		return Open(t.Context(), j, &Options{Kinds: []AnyKind{k}})
	}
	for version, body := range map[int]string{1: `{"id":"c","words":"too slow","tags":["s"]}`, 2: `{"id":"c","speech":"too slow","tags":["s"]}`, 3: `{"id":"c","text":"too slow","tags":["s"]}`} {
		l, err := open(version, body)
		require.NoError(t, err)
		p, _ := k.Of(l.View()).Get("c")
		require.Equal(t, Parcel{ID: "c", Text: "too slow", Tags: []string{"s"}, Revision: 1}, p, "version %d", version)
		require.NoError(t, l.Update(t.Context(), By{Actor: "ada", Reason: "test"}, func(tx *Tx) error {
			p.Text = "fast"
			return k.Keep(tx, p)
		}))
		var fields []FieldChange
		for e, err := range l.History(t.Context(), Subject{"parcel", "c"}) {
			require.NoError(t, err)
			fields = e.Changes[0].Fields
		}
		require.Contains(t, fields, FieldChange{"text", json.RawMessage(`"too slow"`), json.RawMessage(`"fast"`)}, "a change of shape is none of content")
		require.NotContains(t, fmt.Sprint(fields), "speech")
	}
	for _, version := range []int{4, 0, -1} {
		_, err := k.k.decode(storage.Change{Key: "c", Schema: version, Body: []byte(`{"id":"c"}`)}, 1, false)
		require.ErrorIs(t, err, storage.ErrVersion)
		require.ErrorContains(t, err, fmt.Sprintf(`has schema version %d`, version))
	}
	_, err := open(1, `{"id":"c","words":"bad"}`)
	require.ErrorContains(t, err, `parcel "c": from schema version 2 to 3: can't be made out`)
	for _, body := range []string{`null`, `[]`, `{`, ` `} {
		_, err := open(1, body)
		require.Error(t, err, body)
	}
}

// A ledger that meets a record which newer code wrote shows it as what it can't
// read, and from then on writes nothing.
func TestNewerSchemaMakesReadOnly(t *testing.T) {
	j := memory.New()
	l := openParcels(t, j, Parcels)
	require.NoError(t, put(t, l, Parcels, Parcel{ID: "a"}))
	head := l.View().Head()
	newer, err := storage.SealBatch(head, []storage.Commit{{ID: "newer", Time: l.View().Time(), Meta: []byte(`{"actor":"x","reason":"y"}`),
		Changes: []storage.Change{{Kind: "parcel", Key: "ada", Schema: 2, Salt: []byte("s"), Body: []byte(`{"id":"ada","text":["A","L"]}`)}}}})
	require.NoError(t, err)
	require.NoError(t, j.Append(t.Context(), newer))
	require.NoError(t, l.ReadOnly())
	for range 2 {
		require.NoError(t, l.Sync(t.Context()))
		require.Equal(t, newer.Head(), l.View().Head())
		for _, err := range []error{l.ReadOnly(), put(t, l, Parcels, Parcel{ID: "b"})} {
			require.ErrorIs(t, err, ErrReadOnly)
			require.ErrorIs(t, err, storage.ErrVersion)
			require.ErrorContains(t, err, `commit 2 holds parcel "ada", which can't be read: it has schema version 2, this code reads up to 1`)
		}
	}
	require.Equal(t, 2, l.View().Len())
	u, ok := l.View().Record(Subject{"parcel", "ada"})
	require.True(t, ok)
	require.JSONEq(t, `{"id":"ada","text":["A","L"]}`, string(u.(*Unknown).Body))
	require.False(t, Parcels.Of(l.View()).Has("ada"))
	require.NoError(t, l.Verify(t.Context()))
	end, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
	require.Equal(t, newer.Head(), end)
}
