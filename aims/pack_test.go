package aims

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/storage"
)

// filled returns a record of a kind with random content in all its fields, as
// tidy leaves it: each field absent, empty or filled.
func filled(k anyKind, rng *rand.Rand) any {
	rec := k.prototype()
	fillValue(reflect.ValueOf(rec).Elem(), rng)
	return rec
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
	case annexa.ID:
		v.Set(reflect.ValueOf(annexa.Controls()[rng.IntN(38)].ID))
		return
	case Clause:
		v.Set(reflect.ValueOf(MustParseClause("6.1.2")))
		return
	case crosswalk.Ref:
		v.Set(reflect.ValueOf(crosswalk.MustParseRef("iso42001:A.2.2")))
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

// everything compares unexported fields too, and nil with empty apart.
var everything = cmp.Exporter(func(reflect.Type) bool { return true })

// What is packed comes back as encoding/json would give it back.
func TestPackedRecordsComeBackAsFromJSON(t *testing.T) {
	for _, k := range kinds {
		t.Run(string(k.kindName()), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
				rec := filled(k, rng)
				body, err := json.Marshal(rec)
				require.NoError(rt, err)
				want := k.prototype()
				require.NoError(rt, json.Unmarshal(body, want))

				p := packer{table: map[string]int{"yes": 0, "no": 1}}
				p.record(k.shape(), reflect.ValueOf(rec).Elem())
				require.NoError(rt, p.err)
				got := k.prototype()
				d := unpacker{rest: p.out, table: []string{"yes", "no"}}
				d.record(k.shape(), reflect.ValueOf(got).Elem())
				require.NoError(rt, d.end())
				require.Empty(rt, cmp.Diff(want, got, everything))
			})
		})
	}
}

// filledView is a view of n random records of each kind.
func filledView(seed uint64, n int) *View {
	rng := rand.New(rand.NewPCG(seed, 2))
	v := &View{reading: reading{ts: newTables(), asOf: time.Unix(1e9, 0).UTC()}, at: time.Unix(1e9, 0).UTC()}
	v.head = storage.Head{Seq: 7, Hash: storage.Hash{1, 2, 3}}
	for i, k := range kinds {
		for n := range n {
			rec := filled(k, rng)
			id := reflect.ValueOf(rec).Elem().FieldByName("ID")
			if id.IsValid() {
				id.SetString(fmt.Sprintf("id-%04d", n))
			} else {
				rec.(*annexa.Decision).Control = annexa.Controls()[n%38].ID
			}
			key := fmt.Sprintf("id-%04d", n)
			if d, ok := rec.(*annexa.Decision); ok {
				key = d.Control.String()
			}
			k.set(v.ts[i], key, rec)
		}
	}
	return v
}

func viewJSON(t testing.TB, ts *tables) map[string]string {
	out := make(map[string]string)
	for i, k := range kinds {
		require.NoError(t, k.each(ts[i], func(key string, rec any) error {
			b, err := json.Marshal(rec)
			out[string(k.kindName())+"/"+key] = string(b)
			return err
		}))
	}
	return out
}

func TestSnapshotHoldsEveryRecord(t *testing.T) {
	for _, n := range []int{0, 1, 5, 300} { // of each kind; frames hold 256
		v := filledView(uint64(n), n)
		erasures := []erasure{{through: 5, records: []Subject{{KindPerson, "zoe"}, {KindConcern, "c"}}}}
		s, err := snapshotOf(v, erasures)
		require.NoError(t, err)
		again, err := snapshotOf(v, erasures)
		require.NoError(t, err)
		require.True(t, bytes.Equal(s.Data, again.Data), "the same view gives the same bytes")
		b, err := readSnapshot(s)
		require.NoError(t, err)
		require.Equal(t, v.head, b.head)
		require.Equal(t, v.at, b.at)
		require.Equal(t, erasures, b.erasures)
		require.Empty(t, cmp.Diff(viewJSON(t, v.ts), viewJSON(t, b.ts)))
	}
}

// No flipped bit and no cut goes unnoticed.
func TestDamagedSnapshotIsNeverMisread(t *testing.T) {
	s, err := snapshotOf(filledView(3, 1), []erasure{{5, []Subject{{KindPerson, "zoe"}}}})
	require.NoError(t, err)
	for i := range s.Data {
		damaged := s
		damaged.Data = bytes.Clone(s.Data)
		damaged.Data[i] ^= 1 << (i % 8)
		_, err := readSnapshot(damaged)
		require.Error(t, err, "bit flipped in byte %d of %d", i, len(s.Data))
		damaged.Data = s.Data[:i]
		_, err = readSnapshot(damaged)
		require.Error(t, err, "cut to %d bytes of %d", i, len(s.Data))
	}
	for name, alter := range map[string]func(*storage.Snapshot){
		"other form": func(s *storage.Snapshot) { s.Form = "aimskit live records v2" },
		"other head": func(s *storage.Snapshot) { s.Head.Hash[0]++ },
		"other time": func(s *storage.Snapshot) { s.Time = s.Time.Add(time.Microsecond) },
		"more":       func(s *storage.Snapshot) { s.Data = appendFrame(bytes.Clone(s.Data), []byte{0, 0}) },
		"twice":      func(s *storage.Snapshot) { s.Data = append(bytes.Clone(s.Data), s.Data...) },
		"empty":      func(s *storage.Snapshot) { s.Data = nil },
	} {
		t.Run(name, func(t *testing.T) {
			damaged := s
			alter(&damaged)
			b, err := readSnapshot(damaged)
			if name == "more" && err == nil { // a frame of no records says nothing
				require.Empty(t, cmp.Diff(viewJSON(t, filledView(3, 1).ts), viewJSON(t, b.ts)))
				return
			}
			require.Error(t, err)
		})
	}
}

// The fingerprint changes with whatever changes what is packed.
func TestShapesTellTypesApart(t *testing.T) {
	type inner struct{ A, B string }
	for name, types := range map[string][2]any{
		"name":   {struct{ A string }{}, struct{ B string }{}},
		"type":   {struct{ A string }{}, struct{ A int }{}},
		"order":  {struct{ A, B string }{}, struct{ B, A string }{}},
		"more":   {struct{ A string }{}, struct{ A, B string }{}},
		"list":   {struct{ A string }{}, struct{ A []string }{}},
		"nested": {struct{ A inner }{}, struct{ A struct{ A, C string } }{}},
		"omitempty": {struct{ A []int }{}, struct {
			A []int `json:"A,omitempty"`
		}{}},
		"text": {struct{ A annexa.ID }{}, struct{ A Clause }{}},
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, shapeOf(reflect.TypeOf(types[0])).sign, shapeOf(reflect.TypeOf(types[1])).sign)
			require.Equal(t, shapeOf(reflect.TypeOf(types[0])).sign, shapeOf(reflect.TypeOf(types[0])).sign)
		})
	}
}

// Whatever the bytes, reading ends with an error or with records, in memory in
// proportion to the bytes. Sums are put right, so that what lies behind them is
// reached.
func FuzzReadSnapshot(f *testing.F) {
	for n := range 3 {
		s, err := snapshotOf(filledView(uint64(n), n), []erasure{{5, []Subject{{KindPerson, "zoe"}}}})
		require.NoError(f, err)
		f.Add(s.Data)
	}
	v := filledView(0, 0)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		var whole []byte
		if all, err := frames(data); err == nil {
			for _, frame := range all {
				whole = appendFrame(whole, frame[4:])
			}
		}
		b, err := readSnapshot(storage.Snapshot{Head: v.head, Time: v.at, Form: snapshotForm, Data: whole})
		if err != nil {
			require.Nil(t, b)
			return
		}
		// What is read can be written and read again.
		s, err := snapshotOf(&View{reading: reading{ts: b.ts}, head: b.head, at: b.at}, b.erasures)
		require.NoError(t, err)
		_, err = readSnapshot(s)
		require.NoError(t, err)
	})
}
