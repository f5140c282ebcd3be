package aims

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type inner struct {
	Note string    `json:"note"`
	At   time.Time `json:"at,omitzero"`
}

type outer struct {
	inner
	Embedded
	List   []inner           `json:"list,omitempty"`
	Scores []float64         `json:"scores"`
	Tags   map[string]string `json:"tags"`
	Count  int               `json:"count"`
}

// Embedded is exported, as fields that are embedded in records are.
type Embedded struct {
	Title string `json:"title"`
}

// Whatever a body can't hold is named where it stands, once, and times come out
// in UTC however deep they are.
func TestTidyLooksEverywhere(t *testing.T) {
	east := time.FixedZone("", 3600)
	rec := outer{
		Embedded: Embedded{Title: "a\xffb"},
		List:     []inner{{At: time.Date(2026, 1, 2, 1, 0, 0, 0, east)}, {Note: "\xff", At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}},
		Scores:   []float64{1, math.NaN(), math.Inf(1)},
		Tags:     map[string]string{"k": "\xff", "b": "\xff", "a": "\xff", "fine": ""},
	}
	var is Issues
	is.Add("list[1].note", "utf8", "", "said already")
	v := reflect.ValueOf(&rec).Elem()
	tidy(tidierOf(v.Type()), v, &is)
	var got []string
	for _, i := range is {
		got = append(got, i.Field+" "+i.Rule)
	}
	require.Equal(t, []string{"list[1].note utf8", "title utf8", "list[1].at range", "scores[1] finite", "scores[2] finite", "tags.a utf8", "tags.b utf8", "tags.k utf8"}, got)
	require.Equal(t, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), rec.List[0].At)
	require.Same(t, time.UTC, rec.List[0].At.Location())
}
