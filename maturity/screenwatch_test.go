package maturity_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity/dashboard"
)

// A screen that follows is the screen that is worked out anew, whatever happens.
func TestScreenWatchIsWhatComputeSays(t *testing.T) {
	all := newStarts(t)
	rapid.Check(t, func(rt *rapid.T) {
		o, _ := all.draw(t, rt)
		in := &dashboard.Input{Language: rapid.SampledFrom([]language.Tag{language.English, language.German}).Draw(rt, "language")}
		w, err := dashboard.NewWatch(o.View(), o.now, in)
		require.NoError(rt, err)
		same := func(got dashboard.Screen, after string) {
			want, err := dashboard.Compute(o.View(), o.now, in)
			require.NoError(rt, err)
			is, err := json.MarshalIndent(got, "", " ")
			require.NoError(rt, err)
			should, err := json.MarshalIndent(want, "", " ")
			require.NoError(rt, err)
			require.Empty(rt, cmp.Diff(string(should), string(is)), after)
			spoil(reflect.ValueOf(&got)) // it is the caller's
		}
		same(w.Screen(), "the start")
		for n := range rapid.IntRange(1, 4).Draw(rt, "strokes") {
			if rapid.IntRange(0, 4).Draw(rt, "another day") == 0 {
				o.pass(rapid.IntRange(1, 60).Draw(rt, "days"))
			} else {
				o.now = o.now.Add(time.Duration(rapid.IntRange(0, 200).Draw(rt, "minutes")) * time.Minute)
			}
			s := rapid.SampledFrom(strokes).Draw(rt, "stroke")
			_ = o.Update(o.ctx, aims.By{Actor: s.actor, Reason: "test"}, func(tx *aims.Tx) error { return s.do(rt, tx, n) }) // refused or not
			got, err := w.Follow(o.View(), o.now)
			require.NoError(rt, err)
			same(got, s.name)
		}
	})
}

// spoil empties all that a value refers to.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().CanSet() {
			spoil(v.Elem())
			v.Elem().SetZero()
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
			if v.Index(i).CanSet() {
				v.Index(i).SetZero()
			}
		}
	case reflect.Map:
		v.Clear()
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				spoil(v.Field(i))
			}
		}
	}
}
