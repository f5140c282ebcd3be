package dashboard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html/template"
	"io"
	"iter"
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
	Title, About, Count, Chosen, All, Action, Text string
	Form                                           bool
	Hidden                                         []option
	Selects                                        []selection
	Heads                                          []headCell
	Any                                            bool
	Rows                                           iter.Seq2[[]drawnCell, error]
	Pages                                          []tab
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
	More         string // what unfolds the rest of the row where a page is narrow
}

// longWord is how long a word of ours is that a narrow column would break.
const longWord = 8

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

// page is one page of the list, or all of it. With a form, rows can be chosen and sorted.
func (t *table) page(q query, p *page, form bool) error {
	rows := t.choose(q)
	last := pages(len(rows))
	if q.page > last {
		return errBeyond{q.page, last}
	}
	part := rows
	if !q.whole {
		from := (q.page - 1) * PageSize
		part = rows[from:min(len(rows), from+PageSize)]
	}
	t.see(func(yield func(row, error) bool) {
		for _, r := range t.rows {
			if !yield(r, nil) {
				return
			}
		}
	})
	t.draw(q, p, len(rows), len(t.rows), func(yield func(row, error) bool) {
		for _, i := range part {
			if !yield(t.rows[i], nil) {
				return
			}
		}
	}, form)
	return nil
}

// draw fills a page with rows of the list, n of them chosen of so many. Each is read as it
// is drawn.
func (t *table) draw(q query, p *page, n, of int, rows iter.Seq2[row, error], form bool) {
	last := pages(n)
	if q.whole {
		last = 1
	}
	p.json, p.long = jsonList{t.data(q, n, last), t, rows}, q.whole
	l := &listPage{Title: t.title, About: t.about, Form: form, Text: q.text, Action: p.URL(t.slug), Any: n > 0}
	p.List, p.body = l, "list"
	l.Count = t.counted(p.voice, n, q.page, last)
	if n != of || len(q.where) > 0 {
		switch {
		case n > 0:
			l.Count = p.say("%s of %d", l.Count, of)
		case of > 0:
			l.Count = p.say("None of %d rows fits", of)
		}
		l.All = t.slug
		var chosen []string
		for i, c := range t.columns {
			if v, ok := q.where[c.key]; ok {
				chosen = append(chosen, p.say("%s: %s", c.label, cmp.Or(t.called(i, v), p.chosen(shorten(v, 60)))))
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
		if !t.shows(i) {
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
	}
	l.Rows = func(yield func([]drawnCell, error) bool) {
		for r, err := range rows {
			if !yield(t.drawn(r, p), err) || err != nil {
				return
			}
		}
	}
	if last > 1 {
		for _, n := range pageNumbers(q.page, last) {
			to := q
			to.page = n
			l.Pages = append(l.Pages, tab{anchor{URL: p.URL(to.route(t.slug)), Text: strconv.Itoa(n)}, n == q.page})
		}
		if form && !t.still {
			to := q
			to.whole = true
			l.Pages = append(l.Pages, tab{anchor{URL: p.URL(to.route(t.slug)), Text: p.say("All rows")}, false})
		}
	}
}

// drawn are the cells of a row that are shown.
func (t *table) drawn(r row, p *page) []drawnCell {
	var cells []drawnCell
	for i, x := range r.cells {
		c := t.columns[i]
		if !t.shows(i) {
			continue
		}
		d := drawnCell{anchor: anchor{Text: x.text, Note: x.note}, Tone: x.tone, Label: c.label, Head: len(cells) == 0}
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
		case x.day, x.id, x.word && utf8.RuneCountInString(x.text) > longWord && !strings.Contains(x.text, " "):
			d.Class = "nw"
		case d.URL != "" && c.key != "id":
			d.Class = "nm" // a name, which is not broken up
		}
		if c.folded {
			d.Class = strings.Join(append(strings.Fields(d.Class), "f"), " ")
			if n := len(cells); n > 0 && !slices.ContainsFunc(cells, func(d drawnCell) bool { return d.More != "" }) {
				cells[n-1].More = p.say("More")
			}
		}
		cells = append(cells, d)
	}
	return cells
}

// drawRow draws a row of a list.
func drawRow(cells []drawnCell) template.HTML {
	var m markup
	m.raw("<tr>")
	for _, c := range cells {
		element := "td"
		if c.Head {
			element = "th"
			m.raw(`<th scope="row"`)
		} else {
			m.raw("<td")
		}
		m.attr("class", c.Class)
		m.attr("data-l", c.Label)
		m.raw(">")
		if c.Tone != "" {
			m.raw(`<span class="tag `, string(c.Tone), `">`)
		}
		m.anchor(c.anchor)
		if c.Tone != "" {
			m.raw("</span>")
		}
		if c.Note != "" {
			m.raw(`<br><span class="soft small">`)
			m.text(c.Note)
			m.raw("</span>")
		}
		if c.More != "" {
			m.raw(`<details class="more"><summary>`)
			m.text(c.More)
			m.raw("</summary></details>")
		}
		m.raw("</", element, ">")
	}
	m.raw("</tr>")
	return m.html()
}

// counted says how many rows there are, or that there are none, and which page of them is shown.
func (t *table) counted(v voice, n, page, last int) string {
	if n == 0 {
		return v.say("Nothing is on file here")
	}
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

// data is the page as JSON, without its rows.
func (t *table) data(q query, total, last int) ListPage {
	return ListPage{List: t.slug, Title: t.title, Total: total, Page: q.page, Pages: last, Columns: t.keys(), Rows: []ListRow{}}
}

// dataOf is a row as JSON.
func (t *table) dataOf(r row) ListRow {
	values := make(map[string]string)
	for i, c := range t.columns {
		if x := r.cells[i]; x.text != "" || x.key != "" {
			values[c.key] = cmp.Or(x.key, x.text)
			if c.number {
				values[c.key] = x.text
			}
		}
	}
	return ListRow{Subject: r.subject, Route: r.route, Values: values}
}

// jsonList is a ListPage with rows that are read as they are written.
type jsonList struct {
	ListPage
	t    *table
	rows iter.Seq2[row, error]
}

// writeJSON writes the page as encoding/json writes a ListPage.
func (l jsonList) writeJSON(w io.Writer) error {
	head, err := json.Marshal(l.ListPage)
	if err != nil {
		return err
	}
	const end = "]}" // of rows, of which there are none yet
	if _, err := w.Write(bytes.TrimSuffix(head, []byte(end))); err != nil {
		return err
	}
	comma := ""
	for r, err := range l.rows {
		if err != nil {
			return err
		}
		text, err := json.Marshal(l.t.dataOf(r))
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, comma+string(text)); err != nil {
			return err
		}
		comma = ","
	}
	_, err = io.WriteString(w, end+"\n")
	return err
}
