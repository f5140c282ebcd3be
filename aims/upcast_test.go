package aims_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

var updateBodies = flag.Bool("update-bodies", false, "write the bodies of schema versions that testdata/bodies lacks")

// Each kind has, for each version of its schema, a body with every field that
// was known when the version came. They are never changed: what they hold must
// be read for good.
func TestBodiesOfAllVersionsAreRead(t *testing.T) {
	for _, k := range aims.Kinds() {
		for version := 1; version <= k.Schema; version++ {
			t.Run(fmt.Sprintf("%s v%d", k.Name, version), func(t *testing.T) {
				path := filepath.Join("testdata", "bodies", fmt.Sprintf("%s.v%d.json", k.Name, version))
				if _, err := os.Stat(path); *updateBodies && errors.Is(err, os.ErrNotExist) && version == k.Schema {
					require.NoError(t, os.WriteFile(path, fullBody(t, k), 0o644))
				}
				body, err := os.ReadFile(path)
				require.NoError(t, err, "a new schema version needs its body: go test ./aims -run AllVersions -update-bodies")
				named := k.New()
				if err := json.Unmarshal(body, named); version == k.Schema { // an older body begins with the key, too
					require.NoError(t, err)
				}
				key := k.Key(named)

				j := memory.New()
				batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "golden", Time: day0, Meta: []byte(`{"actor":"x","reason":"y"}`),
					Changes: []storage.Change{{Kind: string(k.Name), Key: key, Schema: version, Salt: []byte("s"), Body: body}}}})
				require.NoError(t, err)
				require.NoError(t, j.Append(t.Context(), batch))
				m, err := aims.Open(t.Context(), j, nil)
				require.NoError(t, err)
				rec, ok := m.View().Record(aims.Subject{Kind: k.Name, ID: key})
				require.True(t, ok)
				now, err := json.Marshal(rec)
				require.NoError(t, err)
				if version < k.Schema {
					return // that it is read is all that can be said of every kind
				}
				var was, is map[string]any
				require.NoError(t, json.Unmarshal(body, &was))
				require.NoError(t, json.Unmarshal(now, &is))
				for field := range is {
					if _, known := was[field]; !known {
						delete(is, field) // it came later
					}
				}
				require.Empty(t, cmp.Diff(was, is), "lost or misread")
			})
		}
	}
}

// fullBody is the body of a record with something in every field.
func fullBody(t *testing.T, k aims.KindInfo) []byte {
	rec := k.New()
	fillAll(reflect.ValueOf(rec).Elem(), rand.New(rand.NewPCG(1, 1)))
	reflect.ValueOf(rec).Elem().FieldByName("Revision").SetUint(0)
	body, err := json.Marshal(rec)
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
		case calendar.Date:
			v.Set(reflect.ValueOf(calendar.MustParse("2026-03-04")))
			continue
		case issue.Text:
			v.Set(reflect.ValueOf(issue.NewText("%s, %d of %g since %s by %s: %s", "some text", 1, 2.0, issue.Day("2026-03-04"), issue.Record{Kind: "person", ID: "ada"}, issue.NewText("none"))))
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

var fillTexts = []string{"", "yes", "no", "é日本\u2028<&>", "a text that is longer than what the table of shared texts takes in", "\x00", "ada"}

func fillValue(v reflect.Value, rng *rand.Rand) {
	switch v.Interface().(type) { // these have no zero that can be written
	case time.Time:
		if rng.IntN(4) == 0 {
			return
		}
		v.Set(reflect.ValueOf(time.Unix(rng.Int64N(4e9)-1e9, rng.Int64N(1e9)).UTC()))
		return
	case calendar.Date:
		v.Set(reflect.ValueOf(calendar.New(2026, 1, 1+rng.IntN(1000))))
		return
	case annexa.ID:
		v.Set(reflect.ValueOf(annexa.Controls()[rng.IntN(38)].ID))
		return
	case aims.Clause:
		v.Set(reflect.ValueOf(aims.MustParseClause("6.1.2")))
		return
	case crosswalk.Ref:
		v.Set(reflect.ValueOf(crosswalk.MustParseRef("iso42001:A.2.2")))
		return
	case issue.Text:
		if rng.IntN(4) > 0 {
			v.Set(reflect.ValueOf(issue.NewText("%s since %s", fillTexts[rng.IntN(len(fillTexts))], issue.Day("2026-03-04"))))
		}
		return
	}
	if v.Kind() != reflect.Struct && rng.IntN(4) == 0 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		s := fillTexts[rng.IntN(len(fillTexts))]
		if rng.IntN(3) == 0 {
			s = fmt.Sprint("text ", rng.Uint32())
		}
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(rng.Int64N(200) - 100)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rng.Uint64N(200))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(rng.NormFloat64())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), rng.IntN(4), 8))
		for i := range v.Len() {
			fillValue(v.Index(i), rng)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rng.IntN(4) {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			key.SetString(fmt.Sprint("key", rng.IntN(10)))
			fillValue(elem, rng)
			v.SetMapIndex(key, elem)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), rng)
	case reflect.Struct:
		for i := range v.NumField() {
			if strings.Contains(v.Type().Field(i).Tag.Get("json"), "omitzero") && rng.IntN(4) == 0 {
				continue
			}
			fillValue(v.Field(i), rng)
		}
	default:
		panic(v.Type().String())
	}
}
