package dashboard

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aimskit/aimskit/aims"
)

// ListPage is one page of a list as JSON.
type ListPage struct {
	// List is its slug, Title what it lists.
	List  string `json:"list"`
	Title string `json:"title"`
	// Total is how many rows were chosen, Page of Pages this is.
	Total int `json:"total"`
	Page  int `json:"page"`
	Pages int `json:"pages"`
	// Columns are the keys by which rows are chosen and sorted.
	Columns []string  `json:"columns"`
	Rows    []ListRow `json:"rows"`
}

// ListRow is one row: the record, where it is shown, and its values by column.
type ListRow struct {
	// Subject is the record.
	Subject aims.Subject `json:"subject,omitzero"`
	// Route is where it is shown.
	Route  string            `json:"route"`
	Values map[string]string `json:"values"`
}

// listPage is a list as a page draws it.
type listPage struct {
	Title, About, Count, Chosen, All, None, Action, Text string
	Form                                                 bool
	Hidden                                               []option
	Selects                                              []selection
	Heads                                                []headCell
	Rows                                                 [][]drawnCell
	Pages                                                []tab
}

type option struct {
	Name, Value, Text string
	Here              bool
}

type selection struct {
	Label, Name string
	Options     []option
}

type headCell struct {
	anchor
	Sort, Mark string
	Right      bool
}

type drawnCell struct {
	anchor
	Tone         Tone
	Class, Label string
	Head         bool
}

// longWord is how long a word of ours is that a narrow column would break.
const longWord = 15

// mostOptions is up to how many values of a column can be chosen from a list.
const mostOptions = 20

// errBeyond says that a page lies beyond the last.
type errBeyond struct{ page, last int }

func (e errBeyond) Error() string {
	return e.in(english)
}

func (e errBeyond) in(v voice) string {
	return v.say("there is no page %d; the last is %d", e.page, e.last)
}

// page is one page of the list. With a form, rows can be chosen and sorted.
func (t *table) page(q query, p *page, form bool) error {
	rows := t.choose(q)
	last := pages(len(rows))
	if q.page > last {
		return errBeyond{q.page, last}
	}
	from := (q.page - 1) * PageSize
	part := rows[from:min(len(rows), from+PageSize)]
	p.json = t.data(q, len(rows), part)
	l := &listPage{Title: t.title, About: t.about, Form: form, Text: q.text, None: p.say("Nothing is on file here."), Action: p.URL(t.slug)}
	p.List, p.body = l, "list"
	l.Count = t.counted(p.voice, len(rows), q.page, last)
	if len(rows) != len(t.rows) || len(q.where) > 0 {
		l.Count = p.say("%s of %d", l.Count, len(t.rows))
		l.None = p.say("Nothing fits.")
		l.All = t.slug
		var chosen []string
		for _, c := range t.columns {
			if v, ok := q.where[c.key]; ok {
				chosen = append(chosen, p.say("%s: %s", c.label, p.words(shorten(v, 60))))
			}
		}
		if len(chosen) > 0 {
			l.Chosen = p.say("%s.", strings.Join(chosen, "; "))
		}
	}
	if form {
		t.form(l, q, p)
	}
	for i, c := range t.columns {
		if !c.shown {
			continue
		}
		h := headCell{anchor: anchor{Text: c.label}, Right: c.number}
		if form {
			next := q
			next.page, next.sort, next.desc = 1, c.key, q.sort == c.key && !q.desc
			h.URL = p.URL(next.route(t.slug))
			if q.sort == c.key {
				h.Sort, h.Mark = "ascending", " ↑"
				if q.desc {
					h.Sort, h.Mark = "descending", " ↓"
				}
			}
		}
		l.Heads = append(l.Heads, h)
		for n, r := range part {
			if i == 0 || len(l.Rows) <= n {
				l.Rows = append(l.Rows, nil)
			}
			x := r.cells[i]
			d := drawnCell{anchor: anchor{Text: x.text, Note: x.note}, Tone: x.tone, Label: c.label, Head: len(l.Rows[n]) == 0}
			if x.text == "" {
				d.Tone = ""
			}
			if x.route != "" {
				d.URL = p.URL(x.route)
			}
			if d.Head {
				d.Label = ""
			}
			switch {
			case c.number:
				d.Class = "r"
			case x.day, x.word && utf8.RuneCountInString(x.text) > longWord && !strings.Contains(x.text, " "):
				d.Class = "nw"
			}
			l.Rows[n] = append(l.Rows[n], d)
		}
	}
	if last > 1 {
		for _, n := range pageNumbers(q.page, last) {
			to := q
			to.page = n
			l.Pages = append(l.Pages, tab{anchor{URL: p.URL(to.route(t.slug)), Text: strconv.Itoa(n)}, n == q.page})
		}
	}
	return nil
}

// counted says how many rows there are, and which page of them is shown.
func (t *table) counted(v voice, n, page, last int) string {
	if last > 1 {
		return v.say("%s, page %d of %d", v.say("%d rows", n), page, last)
	}
	return v.say("%d rows", n)
}

// form is what rows can be chosen by: the columns that have few values.
func (t *table) form(l *listPage, q query, p *page) {
	if u, err := url.Parse(p.URL(t.slug)); err == nil { // what the address says anyway goes along
		for name, values := range u.Query() {
			l.Hidden = append(l.Hidden, option{Name: name, Value: values[0]})
		}
		u.RawQuery = ""
		l.Action = u.String()
	}
	if q.sort != "" {
		l.Hidden = append(l.Hidden, option{Name: querySort, Value: strings.TrimSuffix(strings.Repeat("-", truth(q.desc))+q.sort, "")})
	}
	for i, c := range t.columns {
		chosenValue, chosen := q.where[c.key]
		values := t.values(i)
		if c.key == "id" || c.unasked && !chosen || !chosen && (len(values) == len(t.rows) || slices.Contains(nameFields, c.key) || !c.shown || len(values) < 2) {
			continue
		}
		s := selection{Label: c.label, Name: c.key}
		for _, v := range values {
			s.Options = append(s.Options, option{Value: v.key, Text: shorten(v.text, 40), Here: v.key == chosenValue})
		}
		if chosen && !slices.ContainsFunc(values, func(v value) bool { return v.key == chosenValue }) {
			s.Options = append(s.Options, option{Value: chosenValue, Text: p.words(shorten(chosenValue, 40)), Here: true})
		}
		l.Selects = append(l.Selects, s)
	}
}

// pageNumbers are the pages that a page links to: the first, the last and those near.
func pageNumbers(here, last int) []int {
	var all []int
	for n := 1; n <= last; n++ {
		if n == 1 || n == last || n >= here-2 && n <= here+2 || last <= 12 {
			all = append(all, n)
		}
	}
	return all
}

// data is the page as JSON.
func (t *table) data(q query, total int, part []row) ListPage {
	l := ListPage{List: t.slug, Title: t.title, Total: total, Page: q.page, Pages: pages(total), Columns: t.keys(), Rows: []ListRow{}}
	for _, r := range part {
		values := make(map[string]string)
		for i, c := range t.columns {
			if x := r.cells[i]; x.text != "" || x.key != "" {
				values[c.key] = cmp.Or(x.key, x.text)
				if c.number {
					values[c.key] = x.text
				}
			}
		}
		l.Rows = append(l.Rows, ListRow{Subject: r.subject, Route: r.route, Values: values})
	}
	return l
}
