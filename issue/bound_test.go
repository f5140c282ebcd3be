package issue_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
)

type harm struct {
	Harm    string   `json:"harm"`
	Parties []string `json:"parties"`
}

type content struct {
	Harms []harm `json:"harms"`
}

type record struct {
	Name   string            `json:"name"`
	Note   string            `json:"note"`
	Labels map[string]string `json:"labels"`
	At     time.Time         `json:"at"`
	Result []string          `json:"result"`
	Count  int               `json:"count"`
	content
	Content content `json:"content"`
}

func bounds() *issue.Bounds {
	return issue.NewBounds[record](
		issue.Bound{Field: "*", Max: 10, Why: "a word"},
		issue.Bound{Field: "{}", Max: 5, Why: "a name"},
		issue.Bound{Field: "*[]", Max: 3, Why: "a few"},
		issue.Bound{Field: "name", Max: 4, Unit: issue.Characters, Why: "short"},
		issue.Bound{Field: "content.harms", Max: 2, Unique: "harm", Why: "a pair"},
		issue.Bound{Field: "content.harms[].parties", Max: 3, Unique: ".", Why: "a few"},
		issue.Bound{Field: "result", Max: issue.Derived, Why: "worked out"},
	)
}

func TestBounds(t *testing.T) {
	b := bounds()
	good := record{Name: "äöüä", Note: "1234567890", Labels: map[string]string{"team": "x"}, Result: make([]string, 99),
		Content: content{Harms: []harm{{Harm: "a", Parties: []string{"x", "y", ""}}, {Harm: "b", Parties: []string{"", "", "x"}}}}}
	for _, c := range []struct {
		edit func(*record)
		want string
	}{
		{func(*record) {}, ""},
		{func(r *record) { r.Name = "äöüäö" }, "name length"},
		{func(r *record) { r.Note = strings.Repeat("n", 11) }, "note length"},
		{func(r *record) { r.Note = "a\xff" }, "note utf8"},
		{func(r *record) { r.Labels = map[string]string{"team": strings.Repeat("n", 11)} }, "labels.team length"},
		{func(r *record) { r.Labels = map[string]string{"longer": ""} }, "labels length"},
		{func(r *record) { r.Labels = map[string]string{"1": "", "2": "", "3": "", "4": ""} }, "labels length"},
		{func(r *record) { r.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "at range"},
		{func(r *record) { r.Content.Harms = []harm{{Harm: "a"}, {Harm: "a"}} }, "content.harms[1].harm repeated"},
		{func(r *record) { r.Content.Harms = []harm{{Parties: []string{"x", "y", "x"}}} }, "content.harms[0].parties[2] repeated"},
		{func(r *record) { r.Content.Harms = make([]harm, 3) }, "content.harms length"},
	} {
		r := good
		c.edit(&r)
		var is issue.Issues
		issue.Check(b, &is, &r)
		var got []string
		for _, i := range is {
			got = append(got, i.Field+" "+i.Rule)
		}
		require.Equal(t, c.want, strings.Join(got, "; "))
	}
	require.Equal(t, issue.Elements, b.Table()[4].Unit)
	require.Equal(t, 3, b.Max("content.harms[].parties"))

	var is issue.Issues
	b.CheckField(&is, "content.harms", make([]harm, 3))
	require.Equal(t, "content.harms", is[0].Field)
}

// A table that forgets a field, or has one of another type, is no table.
func TestBoundsAreWhole(t *testing.T) {
	require.Panics(t, func() { issue.NewBounds[content](issue.Bound{Field: "*", Max: 1}) })
	require.Panics(t, func() {
		issue.NewBounds[content](issue.Bound{Field: "*", Max: 1}, issue.Bound{Field: "*[]", Max: 1}, issue.Bound{Field: "parties", Max: 1})
	})
}

// What is far too long costs no more than what is a little too long.
func TestBoundsDoNotReadOn(t *testing.T) {
	b := bounds()
	allocs := func(n int) float64 {
		r := record{Content: content{Harms: make([]harm, n)}}
		for i := range r.Content.Harms {
			r.Content.Harms[i].Harm = fmt.Sprint(strings.Repeat("x", 20), i)
		}
		return testing.AllocsPerRun(10, func() { var is issue.Issues; issue.Check(b, &is, &r) })
	}
	require.InDelta(t, allocs(300), allocs(30_000), 3)
}
