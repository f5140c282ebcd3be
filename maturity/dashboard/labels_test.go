package dashboard

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
)

// No two fields of a record, or of a part of one, are called alike: nobody could tell the day on
// which a thing was so from the moment at which it was recorded.
func TestFieldsOfARecordAreCalledApart(t *testing.T) {
	german, err := voiceIn(language.German)
	require.NoError(t, err)
	seen := make(map[reflect.Type]bool)
	var walk func(of reflect.Type)
	walk = func(of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || seen[of] || of.Implements(textType) || !strings.HasPrefix(of.PkgPath(), "github.com/aimskit/") {
			return
		}
		seen[of] = true
		for _, v := range []voice{english, german} {
			called := make(map[string]string)
			for name := range fieldTypes(of) {
				if name == "" || name == "-" {
					continue
				}
				label := v.labelOf(place{of: of}, name)
				require.Empty(t, called[label], "%s: %s is called %q, as is another field", of, name, label)
				called[label] = name
				require.NotRegexp(t, ` (um|in)$`, label, "%s: %s: no day follows that", of, name)
			}
		}
		for _, f := range reflect.VisibleFields(of) {
			walk(f.Type)
		}
	}
	for _, k := range aims.Kinds() {
		walk(reflect.TypeOf(k.New()))
	}
	require.Greater(t, len(seen), 100)
}
