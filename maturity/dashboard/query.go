package dashboard

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// PageSize is how many rows a page of a list has.
const PageSize = 100

// query is what a request asks of a list.
type query struct {
	where map[string]string // by the key of a column
	text  string            // to be found in what is shown
	sort  string            // the key of a column
	desc  bool
	page  int  // from 1
	whole bool // all rows on one page
}

// wholeList in place of the number of a page asks for all rows on one.
const wholeList = "all"

// chooses reports whether it asks for some of the rows.
func (q query) chooses() bool { return len(q.where) > 0 || q.text != "" }

// The names in a query that are no columns.
const (
	queryText = "q"
	querySort = "sort"
	queryPage = "page"
	queryAt   = "at"
	queryLang = "lang"
)

// queryOf is the query of an address, all of it: of one that can't be read a part would ask
// for something else than was meant, such as today for a day of the past.
func queryOf(u *url.URL) (url.Values, error) {
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		var is issue.Issues
		is.Add("query", "query", shorten(u.RawQuery, 60), "each name and value has to be escaped")
		return nil, is
	}
	return values, nil
}

// parseQuery reads the query of a list. The error is issue.Issues that say what is
// allowed, of a column that there is not an errNoColumn.
func parseQuery(t *table, values url.Values) (query, error) {
	q := query{where: make(map[string]string), page: 1}
	var is issue.Issues
	unknown := false
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := values.Get(name)
		if len(values[name]) > 1 {
			is.Add(name, "single", shorten(value, 60), "is given %d times; one value is asked for", len(values[name]))
			continue
		}
		switch name {
		case queryText:
			q.text = strings.ToLower(oneLine(value))
		case querySort:
			q.sort, q.desc = strings.CutPrefix(value, "-")
			if value == "" {
				q.sort, q.desc = "", false
			} else if t.column(q.sort) < 0 {
				unknown = true
				is.Add(name, "oneof", shorten(value, 60), "is sorted by a column, such as %s; with - before it the last comes first", strings.Join(nearest(q.sort, t.keys()), ", "))
			}
		case queryPage:
			if value == wholeList && !t.still {
				q.whole = true
				continue
			}
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 {
				is.Add(name, "range", shorten(value, 60), "a page is a whole number from 1")
			}
			q.page = n
		case queryLang:
			// the handler has looked at it
		default:
			others := []string{queryText, querySort, queryPage, queryAt}
			if t.still {
				others = others[:3]
			} else if name == queryAt {
				continue
			}
			if t.column(name) < 0 {
				unknown = true
				is.Add(shorten(name, 60), "oneof", shorten(value, 60), "is no column; the nearest are %s, and there are %s", strings.Join(nearest(name, t.keys()), ", "), strings.Join(others, ", "))
			} else if value != "" {
				q.where[name] = value
			}
		}
	}
	if unknown {
		return q, errNoColumn{is, t.keys()}
	}
	return q, is.Err()
}

// errNoColumn says that a list was asked for by a column that it has not, with those that it has.
type errNoColumn struct {
	issue.Issues
	columns []string
}

func (e errNoColumn) Unwrap() error { return e.Issues }

// mostNearest is how many columns an error names.
const mostNearest = 5

// nearest are the names that are spelt most like one.
func nearest(name string, names []string) []string {
	name = shorten(strings.ToLower(name), 60)
	near := slices.Clone(names)
	slices.SortStableFunc(near, func(a, b string) int { return issue.Distance(name, a) - issue.Distance(name, b) })
	return near[:min(mostNearest, len(near))]
}

// parseDay reads the day of ?at=; none if it is not given.
func parseDay(values url.Values) (calendar.Date, error) {
	text := values.Get(queryAt)
	var is issue.Issues
	d, err := calendar.Parse(text)
	if y, _, _ := d.Date(); err != nil || len(values[queryAt]) > 1 {
		is.Add(queryAt, "date", shorten(text, 60), "a day is written as 2026-06-30")
	} else if text != "" && (y < 1900 || y > 2200) {
		is.Add(queryAt, "range", text, "a day from 1900 to 2200")
	}
	return d, is.Err()
}

// choose returns which rows a query asks for, in its order; the caller does not write
// to it.
func (t *table) choose(q query) []int {
	chosen := t.every()
	if len(q.where) > 0 {
		// The column that leaves the fewest rows goes first, the others over those.
		type want struct {
			at    int
			value string
			rows  []int
		}
		var wants []want
		for key, value := range q.where {
			at := t.column(key)
			wants = append(wants, want{at, value, t.rowsOf(at, value)})
		}
		slices.SortFunc(wants, func(a, b want) int { return cmp.Or(len(a.rows)-len(b.rows), a.at-b.at) })
		chosen = wants[0].rows
		for _, w := range wants[1:] {
			chosen = t.filter(chosen, func(r *row) bool { return r.cells[w.at].has(w.value) })
		}
	}
	if q.text != "" {
		chosen = t.filter(chosen, func(r *row) bool { return t.contains(r, q.text) })
	}
	if q.sort != "" {
		place := t.places(t.column(q.sort))
		chosen = slices.Clone(chosen)
		slices.SortStableFunc(chosen, func(a, b int) int {
			if q.desc {
				a, b = b, a
			}
			return place[a] - place[b]
		})
	}
	return chosen
}

// filter keeps those of some rows that fit.
func (t *table) filter(rows []int, fits func(*row) bool) []int {
	var out []int
	for _, i := range rows {
		if fits(&t.rows[i]) {
			out = append(out, i)
		}
	}
	return out
}

// contains reports whether a row shows a text, in small letters.
func (t *table) contains(r *row, text string) bool {
	if strings.Contains(strings.ToLower(r.subject.ID), text) {
		return true
	}
	for i, c := range t.columns {
		if c.shown && strings.Contains(strings.ToLower(r.cells[i].text), text) {
			return true
		}
	}
	return false
}

// pages is how many pages so many rows fill; one if there are none.
func pages(rows int) int { return max(1, (rows+PageSize-1)/PageSize) }

// route is the route of a list with a query.
func (q query) route(slug string) string {
	v := make(url.Values)
	for key, value := range q.where {
		v.Set(key, value)
	}
	if q.text != "" {
		v.Set(queryText, q.text)
	}
	if q.sort != "" {
		sort := q.sort
		if q.desc {
			sort = "-" + sort
		}
		v.Set(querySort, sort)
	}
	switch {
	case q.whole:
		v.Set(queryPage, wholeList)
	case q.page > 1:
		v.Set(queryPage, strconv.Itoa(q.page))
	}
	if len(v) == 0 {
		return slug
	}
	return slug + "?" + v.Encode()
}
