package ledger

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/issue"
)

// A body is what encoding/json would write of the record without its revision.
func TestBodiesAreAsFromJSON(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rec := Filled(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)))
		got, err := Parcels.k.appendBody(nil, rec)
		require.NoError(rt, err)
		rec.Revision = 0
		want, err := json.Marshal(rec)
		require.NoError(rt, err)
		require.Equal(rt, string(want), string(got))
	})
	want, err := json.Marshal(Parcel{})
	require.NoError(t, err)
	got, err := Parcels.k.appendBody(nil, new(Parcel))
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
	_, err = Parcels.k.appendBody(nil, &Parcel{Code: Code{BadCode}})
	require.ErrorContains(t, err, BadCode)
}

const goldenBody = `{"id":"golden","text":"é日本\u2028\u003c\u0026\u003e\u0000\"\\/","Untagged":"a text that is longer than what the table of shared texts takes in","on":false,"maybe":true,"int":-40,"int8":-97,"int64":-93,"uint":182,"uint8":149,"float64":0.3621320438542984,"colour":"text 2361998162","at":"2045-01-31T21:04:55.044103125Z","until":"1989-07-30T08:43:42.959039505Z","tags":[],"colours":["é日本\u2028\u003c\u0026\u003e","\u0000","no"],"bits":[true,false,true],"numbers":null,"lists":[[]],"labels":{},"deep":{"key5":[{"name":"no","tags":["ada"],"next":{"hops":null},"at":"2038-11-15T00:33:44.243220657Z"},{"name":"","notes":{"key4":""},"next":{"hops":null},"at":"2032-01-02T09:53:29.12984397Z"},{"name":"","tags":["text 3112793792","","no"],"notes":{"key8":"text 3131311143"},"next":{"hops":[]},"at":"2002-07-28T11:38:28.779807065Z"}],"key6":[{"name":"text 333202020","next":{"hops":null}},{"name":"text 1152758885","tags":["text 356160530","no"],"notes":{"key8":"no"},"next":{"hops":null},"at":"1953-06-22T03:55:02.519377153Z"},{"name":"","tags":["é日本\u2028\u003c\u0026\u003e","é日本\u2028\u003c\u0026\u003e",""],"next":{"hops":[-52]},"at":"2002-06-29T19:55:34.697389697Z"}]},"days":{"key6":{},"key7":{},"key8":{"at":"1992-10-20T06:19:40.790694588Z"}},"pieces":[{"name":"","next":{"hops":null}}],"ptr":{"name":"a text that is longer than what the table of shared texts takes in","notes":{"key5":"text 2518391464"},"at":"1984-04-08T14:48:41.64450126Z"},"count":-65,"born":"","dates":[""],"told":{"id":"%s and %s","args":["a",-1,2.0,true,{"day":"2026-06-30"},{"kind":"person","record":"ada"},{"id":"none"}]}}`

// Bytes that have been written are never written otherwise: digests rest on them.
func TestBodyIsGolden(t *testing.T) {
	rec := Filled(rand.New(rand.NewPCG(4, 2)))
	rec.ID, rec.Text = "golden", "é日本\u2028<&>\x00\"\\/"
	rec.Says = nil
	rec.Told = issue.Text{ID: "%s and %s", Args: []any{"a", -1, 2.0, true, issue.Day("2026-06-30"), issue.Record{Kind: "person", ID: "ada"}, issue.Text{ID: "none"}}}
	got, err := Parcels.k.appendBody(nil, rec)
	require.NoError(t, err)
	require.Equal(t, goldenBody, string(got))
}

func TestMetaIsAsFromJSON(t *testing.T) {
	for _, m := range []meta{{}, {By: By{Actor: "ada", Reason: "be<cause", Request: "r<1", OnBehalfOf: "bob", From: "::1"}, Verbs: []string{"PutRisk", "Withdraw"}}, {Verbs: []string{}, Erases: []Subject{{"risk", "r1"}, {}}}, {Dropped: []Subject{{"risk", "r1"}}, Snapshots: []snapshotMark{{7, "00ff"}}}} {
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
	rec := Filled(rand.New(rand.NewPCG(4, 2)))
	rec.Text = strings.Repeat("what could happen, and how; ", 25)
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		var body []byte
		for b.Loop() {
			body, _ = Parcels.k.appendBody(body[:0], rec)
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = json.Marshal(rec)
		}
	})
}
