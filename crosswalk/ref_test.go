package crosswalk_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/crosswalk"
)

func TestParseRef(t *testing.T) {
	for in, want := range map[string]string{
		"iso42001:A.6.2.4":        "iso42001:A.6.2.4",
		"  nist-ai-rmf:MAP 1.1\n": "nist-ai-rmf:MAP 1.1",
		"acme.v2:a:b":             "acme.v2:a:b",
	} {
		r, err := crosswalk.ParseRef(in)
		require.NoError(t, err, in)
		require.Equal(t, want, r.String())
	}
	for in, says := range map[string]string{
		"":                             "FRAMEWORK:ELEMENT",
		"A.6.2.4":                      "FRAMEWORK:ELEMENT",
		"ISO42001:A.6.2.4":             "lower-case",
		":A.6.2.4":                     "lower-case",
		"iso42001:":                    "1 to 80",
		"iso42001: A.6.2.4":            "without space",
		"iso42001:Ä":                   "ASCII",
		"iso42001:a\tb":                "ASCII",
		strings.Repeat("a", 41) + ":1": "1 to 40",
		"a:" + strings.Repeat("1", 81): "1 to 80",
	} {
		_, err := crosswalk.ParseRef(in)
		require.ErrorContains(t, err, says, "%q", in)
	}
}

func TestZeroRefIsInvalid(t *testing.T) {
	var zero crosswalk.Ref
	require.True(t, zero.IsZero())
	require.Empty(t, zero.String())
	_, err := json.Marshal(zero)
	require.ErrorContains(t, err, "zero reference")
	require.Error(t, json.Unmarshal([]byte(`""`), &zero))
	require.Panics(t, func() { crosswalk.MustParseRef("no colon") })
}

func TestRefIsAMapKeyInJSON(t *testing.T) {
	in := map[crosswalk.Ref]int{crosswalk.MustParseRef("iso27001:A.8.15"): 1}
	b, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, `{"iso27001:A.8.15":1}`, string(b))
	var out map[crosswalk.Ref]int
	require.NoError(t, json.Unmarshal(b, &out))
	require.Equal(t, in, out)
}

func TestCompareRefsIsAnOrder(t *testing.T) {
	ref := rapid.Custom(func(t *rapid.T) crosswalk.Ref {
		return crosswalk.MustParseRef(rapid.StringMatching(`[a-c]{1,2}:[A-C.]{1,3}`).Draw(t, "ref"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := ref.Draw(t, "a"), ref.Draw(t, "b")
		require.Equal(t, -crosswalk.CompareRefs(b, a), crosswalk.CompareRefs(a, b))
		require.Equal(t, a == b, crosswalk.CompareRefs(a, b) == 0)
		refs := rapid.SliceOf(ref).Draw(t, "refs")
		slices.SortFunc(refs, crosswalk.CompareRefs)
		require.True(t, slices.IsSortedFunc(refs, crosswalk.CompareRefs))
	})
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"iso42001:A.6.2.4", "nist-ai-rmf:MAP 1.1", " a:b:c ", ":", "", "x:\x00", "-:'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := crosswalk.ParseRef(s)
		if err != nil {
			require.True(t, r.IsZero())
			return
		}
		again, err := crosswalk.ParseRef(r.String())
		require.NoError(t, err)
		require.Equal(t, r, again)
		made, err := crosswalk.NewRef(r.Framework(), r.Element())
		require.NoError(t, err)
		require.Equal(t, r, made)
	})
}
