package ledger

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/storage"
)

// changed returns a record with some of its fields as in another.
func changed(rec, other *Parcel, rng *rand.Rand) *Parcel {
	next := *rec
	v, o := reflect.ValueOf(&next).Elem(), reflect.ValueOf(other).Elem()
	for range rng.IntN(4) {
		i := rng.IntN(v.NumField())
		v.Field(i).Set(o.Field(i))
	}
	return &next
}

// A record that is made of the revision before is the one that decoding its whole
// body gives, however much they differ, and the one before is left as it was.
func TestDerive(t *testing.T) {
	k := Parcels.k
	derivedOnes := 0
	rapid.Check(t, func(rt *rapid.T) {
		rng := newRand(rapid.Uint64().Draw(rt, "seed"))
		rec := Filled(rng)
		change := func(rec *Parcel) storage.Change {
			body, err := k.appendBody(nil, rec)
			require.NoError(rt, err)
			return storage.Change{Kind: "parcel", Key: rec.ID, Schema: k.schema, Body: body}
		}
		c := change(rec)
		whole, err := k.decode(c, 1, false)
		require.NoError(rt, err)
		// It may have been live, or decoded from its body just now.
		live := rapid.Bool().Draw(rt, "live")
		first := func(c storage.Change, rec any) *derived {
			if live {
				return k.derivableFrom(rec)
			}
			return k.derivedOf(c, rec)
		}
		before := first(c, whole)
		require.NotNil(rt, before)
		for seq := uint64(2); seq < 12; seq++ {
			if rng.IntN(8) == 0 {
				rec = Filled(rng)
			} else {
				rec = changed(rec, Filled(rng), rng)
			}
			c := change(rec)
			want, err := k.decode(c, seq, false)
			require.NoError(rt, err)
			old, oldCopy := before.rec, k.clone(before.rec)
			got := k.derive(before, c, seq)
			require.Empty(rt, cmp.Diff(oldCopy, old, everything))
			if got == nil {
				before = first(c, want)
				continue
			}
			derivedOnes++
			require.Empty(rt, cmp.Diff(want, got, everything))
			fields := make([]span, len(before.fields))
			require.True(rt, k.plan().derive.split(c.Body, fields, 0, 1, nil))
			require.Equal(rt, fields, before.fields)
			require.Equal(rt, c.Body, before.body)
		}
	})
	require.Greater(t, derivedOnes, 100, "most revisions are derived")
}

// Of bodies that no code of ours has written, nothing is derived that decoding the
// whole would not give: it is left to that, which says what is wrong.
func TestDeriveForeign(t *testing.T) {
	k := Parcels.k
	first := storage.Change{Kind: "parcel", Key: "a", Schema: 1, Body: []byte(`{"id":"a","text":"x","Untagged":"","on":false,"int":1,"uint":0,"float64":0,"at":"2026-01-05T09:00:00Z","tags":null,"numbers":null,"labels":null,"ptr":null}`)}
	whole, err := k.decode(first, 1, false)
	require.NoError(t, err)
	for name, edit := range map[string][2]string{
		"space":    {`"int":1`, `"int": 1`},
		"order":    {`"text":"x","Untagged":""`, `"Untagged":"","text":"x"`},
		"twice":    {`"text":"x"`, `"text":"y","text":"z"`},
		"case":     {`"text":"x"`, `"Text":"y"`},
		"unknown":  {`"text":"x"`, `"text":"x","other":1`},
		"escaped":  {`"text":"x"`, `"text":"\u00e9\n"`},
		"null":     {`"text":"x"`, `"text":null`},
		"type":     {`"int":1`, `"int":"1"`},
		"zeros":    {`"int":1`, `"int":01`},
		"plus":     {`"int":1`, `"int":+1`},
		"minus":    {`"int":1`, `"int":-0`},
		"large":    {`"int":1`, `"int":9223372036854775808`},
		"exponent": {`"int":1`, `"int":1e2`},
		"cut":      {`"ptr":null}`, `"ptr":null`},
		"trailing": {`"ptr":null}`, `"ptr":null}}`},
		"garbage":  {`"text":"x"`, `"text":"x"y`},
		"quote":    {`"text":"x"`, `"text":"x""`},
		"control":  {`"text":"x"`, "\"text\":\"\n\""},
		"UTF-8":    {`"text":"x"`, "\"text\":\"\xff\""},
		"nested":   {`"tags":null`, `"tags":["a","]}"]`},
		"unclosed": {`"tags":null`, `"tags":["a"`},
		"same":     {`"int":1`, `"int":1`},
		"none":     {`"text":"x",`, ``},
		"all":      {string(first.Body), `{}`},
		"empty":    {string(first.Body), ``},
		"array":    {string(first.Body), `[]`},
	} {
		t.Run(name, func(t *testing.T) {
			c := first
			c.Body = bytes.Replace(first.Body, []byte(edit[0]), []byte(edit[1]), 1)
			want, err := k.decode(c, 2, false)
			for _, before := range []*derived{k.derivableFrom(whole), k.derivedOf(first, whole)} {
				got := k.derive(before, c, 2)
				if err != nil {
					require.Nil(t, got, "what can't be decoded is not derived")
				} else if got != nil {
					require.Empty(t, cmp.Diff(want, got, everything))
				}
			}
			if err != nil {
				return
			}
			// Nor is anything derived from such a body that decoding would not give.
			again, err := k.decode(first, 3, false)
			require.NoError(t, err)
			if got := k.derive(k.derivedOf(c, want), first, 3); got != nil {
				require.Empty(t, cmp.Diff(again, got, everything))
			}
		})
	}
}

func FuzzDerive(f *testing.F) {
	k := Parcels.k
	a := `{"id":"a","text":"x","Untagged":"","on":false,"int":1,"uint":0,"float64":0,"at":"2026-01-05T09:00:00Z","tags":null,"numbers":null,"labels":null,"ptr":null}`
	f.Add([]byte(a), []byte(a))
	f.Add([]byte(a), []byte(`{"id":"a","text":"xy","int":1}`))
	f.Fuzz(func(t *testing.T, before, after []byte) {
		was := storage.Change{Kind: "parcel", Schema: 1, Body: before}
		now := storage.Change{Kind: "parcel", Schema: 1, Body: after}
		rec, err := k.decode(was, 1, false)
		if err != nil {
			return
		}
		want, err := k.decode(now, 2, false)
		for _, d := range []*derived{k.derivableFrom(rec), k.derivedOf(was, rec)} {
			if got := k.derive(d, now, 2); got != nil {
				require.NoError(t, err)
				require.True(t, k.same(want, got), "%v\n%v", want, got)
			}
		}
	})
}
