package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
)

// What is packed comes back as encoding/json would give it back.
func TestPackedRecordsComeBackAsFromJSON(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rec := Filled(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)))
		body, err := json.Marshal(rec)
		require.NoError(rt, err)
		want := new(Parcel)
		require.NoError(rt, json.Unmarshal(body, want))

		p := packer{table: map[string]int{"yes": 0, "no": 1}}
		shape := Parcels.k.plan().shape
		p.record(shape, reflect.ValueOf(rec).Elem())
		require.NoError(rt, p.err)
		got := new(Parcel)
		d := unpacker{rest: p.out, table: []string{"yes", "no"}}
		d.record(shape, reflect.ValueOf(got).Elem())
		require.NoError(rt, d.end())
		require.Empty(rt, cmp.Diff(want, got, everything))
	})
}

var bothKinds = func() *kindSet {
	s, err := newKindSet([]AnyKind{Parcels, Crates}, nil)
	if err != nil {
		panic(err)
	}
	return s
}()

// filledView is a view of n random records of each of two kinds, of as many that
// can't be read, and of some that are erased.
func filledView(seed uint64, n int) *View {
	rng := rand.New(rand.NewPCG(seed, 2))
	at := time.Unix(1e9, 0).UTC()
	v := &View{reading: reading{ts: newTables(bothKinds), asOf: at}, at: at, head: storage.Head{Seq: 7, Hash: storage.Hash{1, 2, 3}}}
	for _, table := range v.ts.of[:2] {
		for n := range n {
			rec := Filled(rng)
			rec.ID = fmt.Sprintf("id-%04d", n)
			tidy(Parcels.k, rec, nil)
			table.set(rec.ID, rec)
		}
	}
	for n := range n {
		u := &unread{Kind: "ghost", ID: fmt.Sprint(n), Schema: 3, Body: `{"a":1}`, Revision: 5}
		v.ts.unread().set(unreads.key(u), u)
	}
	v.ts.erase([]Subject{{"parcel", "gone"}, {"crate", "gone too"}})
	return v
}

func viewJSON(t testing.TB, ts *tables) map[string]string {
	out := make(map[string]string)
	for k, r := range ts.all() {
		b, err := json.Marshal(r.rec)
		require.NoError(t, err)
		out[string(k.name)+"/"+r.key] = string(b)
	}
	ts.erased.Scan(func(s string, _ any) bool { out["erased "+s] = ""; return true })
	return out
}

func TestSnapshotHoldsEveryRecord(t *testing.T) {
	for _, n := range []int{0, 1, 5, 300} { // of each kind; frames hold 256
		v := filledView(uint64(n), n)
		erasures := []erasure{{through: 5, records: []Subject{{"parcel", "zoe"}, {"crate", "c"}}}}
		s, err := snapshotOf(v, erasures)
		require.NoError(t, err)
		again, err := snapshotOf(v, erasures)
		require.NoError(t, err)
		require.True(t, bytes.Equal(s.Data, again.Data), "the same view gives the same bytes")
		b, err := readSnapshot(bothKinds, s)
		require.NoError(t, err)
		require.Equal(t, v.head, b.head)
		require.Equal(t, v.at, b.at)
		require.Equal(t, erasures, b.erasures)
		require.Empty(t, cmp.Diff(viewJSON(t, v.ts), viewJSON(t, b.ts)))
		values := func(ts *tables) (all []string) {
			ts.of[0].by[1].lists.Scan(func(value string, _ any) bool { all = append(all, value); return true })
			return all
		}
		require.Empty(t, cmp.Diff(values(v.ts), values(b.ts)))
	}
}

// No flipped bit and no cut goes unnoticed.
func TestDamagedSnapshotIsNeverMisread(t *testing.T) {
	s, err := snapshotOf(filledView(3, 1), []erasure{{5, []Subject{{"parcel", "zoe"}}}})
	require.NoError(t, err)
	for i := range s.Data {
		damaged := s
		damaged.Data = bytes.Clone(s.Data)
		damaged.Data[i] ^= 1 << (i % 8)
		_, err := readSnapshot(bothKinds, damaged)
		require.Error(t, err, "bit flipped in byte %d of %d", i, len(s.Data))
		damaged.Data = s.Data[:i]
		_, err = readSnapshot(bothKinds, damaged)
		require.Error(t, err, "cut to %d bytes of %d", i, len(s.Data))
	}
	for name, alter := range map[string]func(*storage.Snapshot){
		"other form": func(s *storage.Snapshot) { s.Form = "aimskit live records v1" },
		"other head": func(s *storage.Snapshot) { s.Head.Hash[0]++ },
		"other time": func(s *storage.Snapshot) { s.Time = s.Time.Add(time.Microsecond) },
		"more":       func(s *storage.Snapshot) { s.Data = appendFrame(bytes.Clone(s.Data), []byte{0, 0}) },
		"twice":      func(s *storage.Snapshot) { s.Data = append(bytes.Clone(s.Data), s.Data...) },
		"empty":      func(s *storage.Snapshot) { s.Data = nil },
	} {
		t.Run(name, func(t *testing.T) {
			damaged := s
			alter(&damaged)
			b, err := readSnapshot(bothKinds, damaged)
			if name == "more" && err == nil { // a frame of no records says nothing
				require.Empty(t, cmp.Diff(viewJSON(t, filledView(3, 1).ts), viewJSON(t, b.ts)))
				return
			}
			require.Error(t, err)
		})
	}
}

// Label writes itself as text, as Code does.
type Label struct{ text string }

// MarshalText never fails.
func (l Label) MarshalText() ([]byte, error) { return []byte(l.text), nil }

// UnmarshalText takes every text.
func (l *Label) UnmarshalText(b []byte) error { l.text = string(b); return nil }

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
		"text": {struct{ A Code }{}, struct{ A Label }{}},
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, shapeOf(reflect.TypeOf(types[0])).sign, shapeOf(reflect.TypeOf(types[1])).sign)
			require.Equal(t, shapeOf(reflect.TypeOf(types[0])).sign, shapeOf(reflect.TypeOf(types[0])).sign)
		})
	}
}

// Whatever the bytes, reading ends with an error or with records, in memory in
// proportion to the bytes. Sums, and what a snapshot of other kinds or another
// head is refused by, are put right, so that what lies behind them is reached.
func FuzzReadSnapshot(f *testing.F) {
	v := filledView(0, 0)
	whole := func(all [][]byte) (data []byte) {
		for i, frame := range all {
			payload := frame[4:]
			if front := 32 + 1 + 32; i == 0 && len(payload) > front {
				fp := bothKinds.fingerprint()
				payload = bytes.Clone(payload)
				copy(payload, fp[:])
				payload[32] = byte(v.head.Seq)
				copy(payload[33:], v.head.Hash[:])
			}
			data = appendFrame(data, payload)
		}
		return data
	}
	// Small seeds: each that is interesting is made smaller, which takes long
	// where it can be.
	count := 3
	for _, rec := range []*Parcel{
		nil,
		{ID: "a", Text: "yes", On: true, Int: -3, Uint8: 4, Float64: 0.5, Code: Code{"c"}, At: v.at, Tags: []string{"yes", ""}},
		{ID: "b", Bits: []bool{true}, Lists: [][]int{{1}}, Weights: map[Colour]float64{"red": 1}, Ptr: &Piece{Next: new(Step)}, Count: &count, Revision: 1},
	} {
		v := filledView(0, 0)
		if rec != nil {
			v.ts.of[1].set(rec.ID, rec)
		}
		s, err := snapshotOf(v, []erasure{{5, []Subject{{"parcel", "zoe"}}}})
		require.NoError(f, err)
		all, err := frames(s.Data)
		require.NoError(f, err)
		require.Equal(f, s.Data, whole(all))
		f.Add(s.Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<11 {
			return
		}
		all, err := frames(data)
		if err != nil {
			return
		}
		b, err := readSnapshot(bothKinds, storage.Snapshot{Head: v.head, Time: v.at, Form: snapshotForm, Data: whole(all)})
		if err != nil {
			if b != nil {
				t.Fatal("an error and records")
			}
			return
		}
		// What is read can be written and read again.
		s, err := snapshotOf(&View{reading: reading{ts: b.ts}, head: b.head, at: b.at}, b.erasures)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = readSnapshot(bothKinds, s); err != nil {
			t.Fatal(err)
		}
	})
}
