package impact_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
)

// fill sets all that a value holds to something, so that nothing is lost
// unseen. IDs and times are values of their own.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(int64(1_700_000_000+*n), 0).UTC()))
		return
	case calendar.Date:
		v.Set(reflect.ValueOf(calendar.New(2026, 1, *n)))
		return
	case annexa.ID:
		v.Set(reflect.ValueOf(annexa.Controls()[*n%38].ID))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"b", "a"} {
			x := reflect.New(v.Type().Elem()).Elem()
			fill(x, n)
			v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), x)
		}
	case reflect.String:
		v.SetString("text <b> & ü " + string(rune('a'+*n%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	default:
		panic("no value for " + v.Type().String())
	}
}

// TestAssessmentRoundTrip writes an assessment with every field set, and reads
// the same back.
func TestAssessmentRoundTrip(t *testing.T) {
	var full impact.Assessment
	n := 0
	fill(reflect.ValueOf(&full).Elem(), &n)
	text := encode(t, full)
	var back impact.Assessment
	require.NoError(t, json.Unmarshal([]byte(text), &back))
	equal(t, full, back, "nothing is lost")
	require.Equal(t, text, encode(t, back), "and it is the same, byte for byte")
	require.Equal(t, full.Digest(), back.Digest(), "a signature verifies on what was read back")

	for _, s := range examples() {
		b := basis()
		b.Facts = s.facts
		a := opened(s.system, b)
		require.NoError(t, json.Unmarshal([]byte(encode(t, a)), &back))
		require.Equal(t, encode(t, a), encode(t, opened(s.system, b)), "%s: the same system gives the same bytes", s.name)
	}
}

// TestReadBackGoesOn submits, reads back and signs: a record on disk is as good
// as one in memory.
func TestReadBackGoesOn(t *testing.T) {
	s, b := cvScreener(), basis()
	reload := func(a impact.Assessment) (back impact.Assessment) {
		require.NoError(t, json.Unmarshal([]byte(encode(t, a)), &back))
		return back
	}
	a := reload(submitted(t, s, b))
	a, err := sign(a, "ian", impact.SignerApprover, s, b)
	require.NoError(t, err)
	a, err = sign(reload(a), "pam", impact.SignerPolicyOwner, s, b)
	require.NoError(t, err)
	a = reload(a)
	require.Equal(t, impact.StateApproved, a.State)
	for _, sig := range a.Signatures {
		require.Equal(t, a.Digest(), sig.Digest)
	}
	require.False(t, impact.Reassess(a, impact.DefaultRules()).Any())
}
