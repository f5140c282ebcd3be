package dashboard

import (
	"html/template"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What is drawn without a template is what html/template makes of it, wherever a link
// leads and whatever stands in a text.
func TestMarkupIsThatOfATemplate(t *testing.T) {
	set := template.Must(template.New("").Parse(`{{define "a"}}{{if .URL}}<a href="{{.URL}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{end}}{{define "attr"}}<td{{with .}} data-l="{{.}}"{{end}}>{{end}}`))
	const hard = "<script>\"'`&+=%\x00\x7f\u202e\u2028:{{}}\\/?#[] é🙂"
	text := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.SampledFrom([]rune(hard+"abc")), 0, 30, -1))
	url := rapid.OneOf(text, rapid.SampledFrom([]string{"systems/credit%2Fscoring.html", "../findings/_id=a,page=2.html", "/base/findings?id=a&page=2", "javascript:pwn()", "JAVASCRIPT:pwn()",
		"data:text/html,x", "https://files.example/a?b=c", "//elsewhere.example", "a%zzb", "a%", "#x", "mailto:a@b"}))
	rapid.Check(t, func(t *rapid.T) {
		a := anchor{URL: url.Draw(t, "url"), Text: text.Draw(t, "text")}
		var want strings.Builder
		require.NoError(t, set.ExecuteTemplate(&want, "a", a))
		require.NoError(t, set.ExecuteTemplate(&want, "attr", a.Text))
		var got markup
		got.anchor(a)
		got.raw("<td")
		got.attr("data-l", a.Text)
		got.raw(">")
		require.Equal(t, want.String(), got.String())
	})
}

// Rows that are looked up are those that one finds who looks at each.
func TestChooseFindsWhatFits(t *testing.T) {
	word := rapid.SampledFrom([]string{"", "a", "b", "c", "A.2", "A.2.3"})
	list := rapid.Custom(func(t *rapid.T) *table {
		out := &table{columns: []column{{key: "x", shown: true}, {key: "y", shown: true}, {key: "z"}}}
		for range rapid.IntRange(0, 12).Draw(t, "rows") {
			var r row
			for range out.columns {
				r.cells = append(r.cells, cell{text: word.Draw(t, "text"), key: word.Draw(t, "key"), all: rapid.SliceOfN(word, 0, 3).Draw(t, "all")})
			}
			out.rows = append(out.rows, r)
		}
		return out
	})
	rapid.Check(t, func(t *rapid.T) {
		list := list.Draw(t, "list")
		for range 3 { // the second time from what was looked up
			q := query{where: rapid.MapOf(rapid.SampledFrom(list.keys()), word.Filter(func(s string) bool { return s != "" })).Draw(t, "where"), text: rapid.SampledFrom([]string{"", "a", "2"}).Draw(t, "find"),
				sort: rapid.SampledFrom([]string{"", "x"}).Draw(t, "sort"), desc: rapid.Bool().Draw(t, "desc")}
			want := []int{}
			for i, r := range list.rows {
				fits := q.text == "" || list.contains(&r, q.text)
				for key := range maps.Keys(q.where) {
					fits = fits && r.cells[list.column(key)].has(q.where[key])
				}
				if fits {
					want = append(want, i)
				}
			}
			got := slices.Clone(list.choose(q))
			if q.sort != "" {
				require.True(t, slices.IsSortedFunc(got, func(a, b int) int {
					if q.desc {
						a, b = b, a
					}
					return list.rows[a].cells[0].compare(list.rows[b].cells[0])
				}))
				slices.Sort(got)
			}
			require.Equal(t, want, append([]int{}, got...))
		}
	})
}
