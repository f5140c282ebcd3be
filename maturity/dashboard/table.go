package dashboard

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/aims"
)

// table is a list of records, findings or the like, with all of its rows. It is made
// once for a view and not changed.
type table struct {
	slug, title, about string
	columns            []column
	rows               []row
	still              bool // it can't be asked for as of a day

	once sync.Once // of few
	few  [][]value

	seeing sync.Once // of filled
	filled []bool    // columns of which some row has a value

	mu    sync.Mutex // of what follows
	by    map[int]map[string][]int
	place map[int][]int
	all   []int
}

// column is one column. One that is not shown can be filtered and sorted by all the same.
type column struct {
	key, label string
	shown      bool
	number     bool
	unasked    bool // it is left out of the form
	folded     bool // where a page is narrow it is folded in each row
	// calls says what a value of it is called, whichever rows there are; nil if as they say.
	calls func(value string) string
}

// row is one row with a cell for each column.
type row struct {
	subject aims.Subject
	route   string
	cells   []cell
}

// cell is one cell: what it shows, what it is compared by, where it leads.
type cell struct {
	text  string
	key   string   // for filters and order; the text if empty
	all   []string // all that a filter may name
	route string
	tone  Tone
	day   bool // it is a day
	word  bool // it is one of ours, which is not broken
	id    bool // it is the short ID of a check, a criterion or a level, likewise
	note  string
	// choice is what a form calls the key; the text if empty.
	choice string
}

// see looks which columns have a value in some row: one that has none is not shown.
func (t *table) see(rows iter.Seq2[row, error]) {
	t.seeing.Do(func() {
		t.filled = make([]bool, len(t.columns))
		open := len(t.columns)
		for r, err := range rows {
			if err != nil || open == 0 {
				return
			}
			for i, c := range r.cells {
				if !t.filled[i] && (c.text != "" || c.note != "") {
					t.filled[i] = true
					open--
				}
			}
		}
	})
}

// shows reports whether a column is shown: it is one that is, and some row has a value in it. The
// first is what a row is called.
func (t *table) shows(at int) bool {
	return t.columns[at].shown && (at == 0 || t.filled == nil || t.filled[at])
}

func textCell(s string) cell { return cell{text: oneLine(s)} }

// padded is a number that text orders as numbers are.
func padded(n int) string {
	s := english.Number(n)
	return strings.Repeat("0", max(0, 14-len(s))) + s
}

func (c cell) compare(o cell) int {
	a, b := cmp.Or(c.key, c.text), cmp.Or(o.key, o.text)
	return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
}

// has reports whether a filter's value chooses the cell.
func (c *cell) has(value string) bool {
	return c.text == value || c.key == value || slices.Contains(c.all, value)
}

// every is all rows, in order.
func (t *table) every() []int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.all) != len(t.rows) {
		t.all = make([]int, len(t.rows))
		for i := range t.all {
			t.all[i] = i
		}
	}
	return t.all
}

// places are where each row stands in the order of a column, alike for those that are
// equal in it. They are worked out once: thousands of texts are not compared for each page.
func (t *table) places(at int) []int {
	order := slices.Clone(t.every())
	t.mu.Lock()
	defer t.mu.Unlock()
	if place, known := t.place[at]; known {
		return place
	}
	compare := func(a, b int) int { return t.rows[a].cells[at].compare(t.rows[b].cells[at]) }
	slices.SortFunc(order, compare)
	place := make([]int, len(order))
	for n := range order {
		if place[order[n]] = n; n > 0 && compare(order[n-1], order[n]) == 0 {
			place[order[n]] = place[order[n-1]]
		}
	}
	if t.place == nil {
		t.place = make(map[int][]int)
	}
	t.place[at] = place
	return place
}

// rowsOf are the rows, in order, that a filter's value chooses by a column. They are
// looked up: a list is asked for what belongs to each record of another.
func (t *table) rowsOf(at int, value string) []int {
	t.mu.Lock()
	defer t.mu.Unlock()
	by := t.by[at]
	if by == nil {
		by = make(map[string][]int)
		add := func(v string, i int) {
			if had := by[v]; v != "" && (len(had) == 0 || had[len(had)-1] != i) {
				by[v] = append(had, i)
			}
		}
		for i := range t.rows {
			c := &t.rows[i].cells[at]
			add(c.text, i)
			add(c.key, i)
			for _, v := range c.all {
				add(v, i)
			}
		}
		if t.by == nil {
			t.by = make(map[int]map[string][]int)
		}
		t.by[at] = by
	}
	return by[value]
}

// called is what a filter's value is called, such as the name of whoever has an ID: by the column,
// or by the rows that it chooses; empty if neither says.
func (t *table) called(at int, value string) string {
	if calls := t.columns[at].calls; calls != nil {
		return shorten(calls(value), 100)
	}
	rows := t.rowsOf(at, value)
	if len(rows) == 0 || t.rows[rows[0]].cells[at].key != value {
		return ""
	}
	c := &t.rows[rows[0]].cells[at]
	return shorten(cmp.Or(c.choice, c.text), 60)
}

func (t *table) column(key string) int {
	return slices.IndexFunc(t.columns, func(c column) bool { return c.key == key })
}

// keys are what can be filtered and sorted by.
func (t *table) keys() []string {
	var all []string
	for _, c := range t.columns {
		all = append(all, c.key)
	}
	return all
}

// value is one value of a column, and how a row shows it.
type value struct{ key, text string }

// values are the values that a column has, in order; nil if there are more than mostOptions. Of
// a row with several each is one.
func (t *table) values(at int) []value {
	t.once.Do(func() {
		t.few = make([][]value, len(t.columns))
		for i := range t.columns {
			t.few[i] = t.fewOf(i)
		}
	})
	return t.few[at]
}

func (t *table) fewOf(at int) []value {
	seen := make(map[string]bool)
	var all []value
	for _, r := range t.rows {
		c := &r.cells[at]
		values := c.all
		if c.key != "" || len(values) == 0 {
			values = []string{cmp.Or(c.key, c.text)}
		}
		for _, v := range values {
			if v == "" || seen[v] {
				continue
			}
			if c.day || len(all) == mostOptions {
				return nil
			}
			seen[v] = true
			all = append(all, value{v, cmp.Or(t.called(at, v), c.choice, c.text)})
		}
	}
	slices.SortFunc(all, func(a, b value) int { return cmp.Compare(a.key, b.key) })
	return all
}
