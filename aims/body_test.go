package aims

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/register"
)

// A body is what encoding/json would write of the record without its revision.
func TestBodiesAreAsFromJSON(t *testing.T) {
	for _, k := range kinds {
		t.Run(string(k.kindName()), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
				rec := filled(k, rng)
				got, err := k.appendBody(nil, rec)
				require.NoError(rt, err)
				reflect.ValueOf(rec).Elem().FieldByName("Revision").SetUint(0)
				want, err := json.Marshal(rec)
				require.NoError(rt, err)
				require.Equal(rt, string(want), string(got))
			})
			_, err := json.Marshal(k.prototype())
			_, got := k.appendBody(nil, k.prototype())
			require.Equal(t, err == nil, got == nil, "of the zero record: %v, %v", err, got)
		})
	}
}

func TestMetaIsAsFromJSON(t *testing.T) {
	for _, m := range []meta{{}, {By: By{"ada", "be<cause"}, Verbs: []string{"PutRisk", "Withdraw"}}, {Verbs: []string{}, Erases: []Subject{{KindRisk, "r1"}, {}}}} {
		want, err := json.Marshal(m)
		require.NoError(t, err)
		got, err := m.append(nil)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	}
}

// TestWritersKnowTheirLimits has types that no record has: what a writer does
// not know must come from encoding/json, not be wrong.
func TestWritersKnowTheirLimits(t *testing.T) {
	type inner struct{ A, B string }
	type named struct {
		A string `json:"a"`
	}
	type Shown struct{ A int }
	text := "t"
	for _, v := range []any{
		struct {
			inner
			C string
		}{inner{"a", "b"}, "c"},
		struct {
			Shown
			A string
		}{Shown{1}, "outer wins"},
		struct {
			Shown `json:"shown"`
			N     int `json:",string"`
		}{Shown{1}, 2},
		struct {
			P *string
			Q **named
			I any
			B []byte
			F float64
			G []float32
			M map[int]bool
			X [2]bool `json:",omitempty"`
			Y [0]bool `json:",omitempty"`
			Z Shown   `json:",omitzero"`
			S Shown   `json:",omitempty"`
			T string  `json:"-"`
			_ int
			u int
		}{P: &text, I: 1.5, B: []byte("bytes"), F: 1e21, G: []float32{0.1}, M: map[int]bool{2: true, 1: false}, T: "no", u: 1},
		map[string][]named{"b": {{"<x>"}}, "a": nil, "c": {}},
		struct{}{},
	} {
		p := reflect.New(reflect.TypeOf(v))
		p.Elem().Set(reflect.ValueOf(v))
		want, err := json.Marshal(p.Interface())
		require.NoError(t, err)
		got, err := writerOf(p.Elem().Type())(nil, p.Elem())
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	}
}

func FuzzAppendText(f *testing.F) {
	for _, s := range fillTexts {
		f.Add(s)
	}
	f.Add("a\"\\\b\f\n\r\t\x01\x1f\x7f/'<>&\u2027\u2028\u2029\ufffd\xff\xe2\x80")
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		require.NoError(t, err)
		require.Equal(t, string(want), string(appendText(nil, s)))
	})
}

func BenchmarkBody(b *testing.B) {
	r := &register.Risk{ID: "risk-1", Title: "A title", Description: strings.Repeat("what could happen, and how; ", 25), Axis: register.AxisPeople,
		Area: register.AreaBias, Inherent: register.Rating{Likelihood: 3, Consequence: 4, Criteria: 1}, AssessedOn: time.Unix(1e9, 0).UTC()}
	b.Run("ours", func(b *testing.B) {
		var body []byte
		for b.Loop() {
			body, _ = risks.appendBody(body[:0], r)
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		for b.Loop() {
			_, _ = json.Marshal(r)
		}
	})
}
