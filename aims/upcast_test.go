package aims

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

var updateBodies = flag.Bool("update-bodies", false, "write the bodies of schema versions that testdata/bodies lacks")

// Each kind has, for each version of its schema, a body with every field that
// was known when the version came. They are never changed: what they hold must
// be read for good.
func TestBodiesOfAllVersionsAreRead(t *testing.T) {
	for _, k := range kinds {
		for version := 1; version <= k.schemaVersion(); version++ {
			t.Run(fmt.Sprintf("%s v%d", k.kindName(), version), func(t *testing.T) {
				path := filepath.Join("testdata", "bodies", fmt.Sprintf("%s.v%d.json", k.kindName(), version))
				if _, err := os.Stat(path); *updateBodies && errors.Is(err, os.ErrNotExist) && version == k.schemaVersion() {
					require.NoError(t, os.WriteFile(path, fullBody(t, k), 0o644))
				}
				body, err := os.ReadFile(path)
				require.NoError(t, err, "a new schema version needs its body: go test ./aims -run AllVersions -update-bodies")
				c := storage.Change{Kind: string(k.kindName()), Key: "golden", Schema: version, Body: body}
				rec, err := k.decode("golden", c, 7)
				require.NoError(t, err)
				now, err := k.appendBody(nil, rec)
				require.NoError(t, err)
				want, err := k.upcast(c)
				require.NoError(t, err)
				fields, err := diffJSON(want, now)
				require.NoError(t, err)
				for _, f := range fields {
					require.Empty(t, f.Before, "field %s of version %d is lost or misread: %s", f.Path, version, f.After)
				}
			})
		}
	}
}

// fullBody is the body of a record with something in every field.
func fullBody(t *testing.T, k anyKind) []byte {
	rng := rand.New(rand.NewPCG(1, 1))
	rec := k.prototype()
	fillAll(reflect.ValueOf(rec).Elem(), rng)
	body, err := k.appendBody(nil, rec)
	require.NoError(t, err)
	return append(body, '\n')
}

// fillAll fills every field of a value with something that is not zero.
func fillAll(v reflect.Value, rng *rand.Rand) {
	for v.IsZero() {
		switch v.Interface().(type) {
		case time.Time:
			v.Set(reflect.ValueOf(time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)))
			continue
		}
		switch v.Kind() {
		case reflect.String:
			v.SetString("some text")
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fillAll(v.Index(0), rng)
		case reflect.Map:
			v.Set(reflect.MakeMap(v.Type()))
			elem := reflect.New(v.Type().Elem()).Elem()
			fillAll(elem, rng)
			v.SetMapIndex(reflect.ValueOf("key").Convert(v.Type().Key()), elem)
		case reflect.Struct:
			if v.NumField() > 0 && v.Type().Field(0).IsExported() {
				for i := range v.NumField() {
					fillAll(v.Field(i), rng)
				}
				continue
			}
			fillValue(v, rng)
		default:
			fillValue(v, rng)
		}
	}
}

// There is one upcaster for each step between versions.
func TestEachSchemaVersionHasAWayToTheNext(t *testing.T) {
	for _, k := range kinds {
		require.Equal(t, k.schemaVersion(), k.steps()+1, k.kindName())
	}
}

func rename(from, to string) upcaster {
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
	k := *concerns
	k.schema = 3
	k.up = []upcaster{rename("words", "speech"), func(fields map[string]json.RawMessage) error {
		if string(fields["speech"]) == `"bad"` {
			return errors.New("can't be made out")
		}
		return rename("speech", "text")(fields)
	}}
	decode := func(version int, body string) (*Concern, error) {
		rec, err := k.decode("c", storage.Change{Key: "c", Schema: version, Body: []byte(body)}, 9)
		if err != nil {
			return nil, err
		}
		return rec.(*Concern), nil
	}
	for version, body := range map[int]string{1: `{"id":"c","words":"too slow","systems":["s"]}`, 2: `{"id":"c","speech":"too slow","systems":["s"]}`, 3: `{"id":"c","text":"too slow","systems":["s"]}`} {
		c, err := decode(version, body)
		require.NoError(t, err)
		require.Equal(t, &Concern{ID: "c", Text: "too slow", Systems: []string{"s"}, Revision: 9}, c, "version %d", version)
	}
	for _, version := range []int{4, 0, -1} {
		_, err := decode(version, `{"id":"c"}`)
		require.ErrorIs(t, err, storage.ErrVersion)
		require.ErrorContains(t, err, fmt.Sprintf(`concern "c" has schema version %d`, version))
	}
	_, err := decode(1, `{"words":"bad"}`)
	require.ErrorContains(t, err, `concern "c": from schema version 2 to 3: can't be made out`)
	for _, body := range []string{`null`, `[]`, `{`, ``} {
		_, err := decode(1, body)
		require.Error(t, err, body)
	}
}

// A journal with a record that newer code wrote is refused, and what is in it
// stays as it was.
func TestNewerSchemaIsRefused(t *testing.T) {
	j := memory.New()
	m, err := Open(t.Context(), j, nil)
	require.NoError(t, err)
	head := m.View().Head()
	require.NoError(t, m.Close())
	newer, err := storage.SealBatch(head, []storage.Commit{{ID: "newer", Time: m.View().Time(), Meta: []byte(`{"actor":"x","reason":"y"}`),
		Changes: []storage.Change{{Kind: string(KindPerson), Key: "ada", Schema: people.schema + 1, Salt: []byte("s"), Body: []byte(`{"id":"ada","name":["A","L"]}`)}}}})
	require.NoError(t, err)
	require.NoError(t, j.Append(t.Context(), newer))
	_, err = Open(t.Context(), j, nil)
	require.ErrorIs(t, err, storage.ErrVersion)
	require.ErrorContains(t, err, fmt.Sprintf(`person "ada" has schema version %d, this code reads up to %d`, people.schema+1, people.schema))
	require.ErrorIs(t, m.Sync(t.Context()), storage.ErrVersion)
	require.Equal(t, head, m.View().Head())
	end, err := storage.Verify(t.Context(), j)
	require.NoError(t, err)
	require.Equal(t, newer.Head(), end)
}
