package decide

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// Row is a row of a table. It holds if its conditions and the marks that it needs
// hold, and nothing that it excepts is established. Rows are asked in order, and
// pass marks on to those that follow.
type Row struct {
	// ID names the row.
	ID string `json:"id"`
	// When are conditions; all must hold.
	When []Condition `json:"when,omitempty"`
	// Needs are marks of earlier rows that must all hold.
	Needs []string `json:"needs,omitempty"`
	// Unless are marks that must not be established. What is open does not count:
	// who is to be spared shows the ground.
	Unless []string `json:"unless,omitempty"`
	// Lacks are marks that must be known not to hold; open ones leave the row
	// open.
	Lacks []string `json:"lacks,omitempty"`
	// Gives are the marks that hold if the row does.
	Gives []string `json:"gives,omitempty"`
	// Quiet says that nobody is asked for it: a relief that who wants it claims.
	Quiet bool `json:"quiet,omitempty"`
}

// Table is a table made ready. It is immutable.
type Table struct {
	fields  *Fields
	rows    []row
	marks   []string
	index   map[string]int
	reads   []int      // the fields that rows look at
	all     FieldSet   // the same
	readers []RowSet   // by field: the rows that look at it
	namers  [][]RowSet // by field, then by value of a coded one: the rows that name it
	after   []RowSet   // by field: the rows that look at a mark of one that looks at it
	givers  []RowSet   // by mark: the rows that give it
	giving  RowSet     // the rows that give any
	wary    RowSet     // the rows that hold while something is open that could end that
	whole   RowSet     // all rows
}

// row is a row made ready. A mark that it looks at stands here as the rows before it
// that give the mark: it holds if one of them does, whatever a later one says.
type row struct {
	id string
	When
	needs, unless, lacks []RowSet
	waits                []int  // the marks that it needs or lacks
	given                []int  // the marks that it gives, in order
	after                RowSet // the rows that look at one of these
	quiet, refines       bool   // refines: some condition is asked for last
}

// Mark is a mark of a table, or its opposite.
type Mark struct {
	place int
	not   bool
}

// Not returns the mark that holds where m is known not to, and is open where m is.
func (m Mark) Not() Mark { return Mark{m.place, !m.not} }

// Compile makes rows ready, to be asked in their order, and adds what is wrong
// with them to is, under the path at: an ID that is missing or stands twice, a row
// that would always hold, an unknown field, operator or value, a mark that no
// earlier row gives. The table is of use if there was nothing.
//
// Marks are numbered in the order in which rows first give them, after those
// that first names.
func Compile(is *issue.Issues, at string, fields *Fields, rows []Row, first ...string) *Table {
	t := &Table{fields: fields, rows: make([]row, 0, len(rows)), index: make(map[string]int)}
	size := (len(rows) + 63) / 64
	t.readers, t.namers, t.after = make([]RowSet, len(fields.list)), make([][]RowSet, len(fields.list)), make([]RowSet, len(fields.list))
	t.giving, t.wary, t.whole = make(RowSet, size), make(RowSet, size), make(RowSet, size)
	for i := range t.readers {
		t.readers[i], t.after[i] = make(RowSet, size), make(RowSet, size)
	}
	given := make(map[string]bool)
	mark := func(name string) int {
		i, ok := t.index[name]
		if !ok {
			i = len(t.marks)
			t.index[name], t.marks, t.givers = i, append(t.marks, name), append(t.givers, make(RowSet, size))
		}
		return i
	}
	for _, name := range first {
		mark(name)
	}
	seen := make(map[string]bool, len(rows))
	earlier := func(path string, names []string, row int) (marks []int, givers []RowSet) {
		for i, name := range names {
			if !given[name] {
				is.Add(path+"["+strconv.Itoa(i)+"]", "mark", name, "no earlier row gives it")
				continue
			}
			m := mark(name)
			marks, givers = append(marks, m), append(givers, slices.Clone(t.givers[m]))
			t.givers[m].each(func(giver int) { t.rows[giver].after.Add(row) })
		}
		return marks, givers
	}
	for i, r := range rows {
		path := at + "[" + strconv.Itoa(i) + "]"
		if strings.TrimSpace(r.ID) == "" {
			is.Add(path+".id", "required", r.ID, "a row has an ID")
		} else if seen[r.ID] {
			is.Add(path+".id", "repeated", r.ID, "stands twice")
		}
		seen[r.ID] = true
		if len(r.When)+len(r.Needs)+len(r.Lacks) == 0 {
			is.Add(path+".when", "required", "", "row %q would always hold", r.ID)
		}
		c := row{id: r.ID, quiet: r.Quiet, after: make(RowSet, size)}
		c.When = CompileWhen(is, path+".when", fields, r.When)
		var needs, lacks []int
		needs, c.needs = earlier(path+".needs", r.Needs, i)
		_, c.unless = earlier(path+".unless", r.Unless, i)
		lacks, c.lacks = earlier(path+".lacks", r.Lacks, i)
		c.waits = slices.Concat(needs, lacks)
		if len(c.unless) > 0 {
			t.wary.Add(i)
		}
		for _, name := range r.Gives {
			given[name] = true
			m := mark(name)
			c.given = append(c.given, m)
			t.givers[m].Add(i)
			t.giving.Add(i)
		}
		for _, x := range c.tests {
			c.refines = c.refines || x.then
			if !slices.Contains(t.reads, x.field) {
				t.reads = append(t.reads, x.field)
				t.all.Add(x.field)
			}
			t.readers[x.field].Add(i)
			if x.kind == coded {
				t.name(&x, i)
			}
			if !x.asks() {
				t.wary.Add(i)
			}
		}
		slices.Sort(c.given)
		c.given = slices.Compact(c.given)
		t.whole.Add(i)
		t.rows = append(t.rows, c)
	}
	for field, readers := range t.readers {
		readers.each(func(row int) { t.after[field].join(t.rows[row].after) })
	}
	return t
}

// name notes the values that a row names in a test.
func (t *Table) name(x *test, row int) {
	if t.namers[x.field] == nil {
		values := len(t.fields.list[x.field].values)
		size := len(t.whole)
		memory := make(RowSet, values*size)
		for range values {
			t.namers[x.field] = append(t.namers[x.field], memory[:size:size])
			memory = memory[size:]
		}
	}
	eachBit(x.bits&^unanswered, func(v int) { t.namers[x.field][v].Add(row) })
}

// Len returns how many rows the table has; they are numbered from 0, in order.
func (t *Table) Len() int { return len(t.rows) }

// ID returns the ID of a row.
func (t *Table) ID(row int) string { return t.rows[row].id }

// Reads returns the numbers of the fields that rows look at.
func (t *Table) Reads() []int { return slices.Clone(t.reads) }

// Touches reports whether the conditions of any row look at one of these fields.
func (t *Table) Touches(fields *FieldSet) bool { return t.all.Meets(fields) }

// On returns how true the conditions of a row are of a subject, whatever marks it
// needs.
func (t *Table) On(row int, s *Subject) Truth { return t.rows[row].On(s) }

// Gives returns the numbers of the marks that a row gives, in order. The caller
// only reads them.
func (t *Table) Gives(row int) []int { return t.rows[row].given }

// Marks returns the names of the marks, by number.
func (t *Table) Marks() []string { return slices.Clone(t.marks) }

// Mark returns the mark of a name; false if no row gives it.
func (t *Table) Mark(name string) (Mark, bool) {
	i, ok := t.index[name]
	return Mark{place: i}, ok
}

// Answer is what a table makes of a subject. It is used again by asking with it.
type Answer struct {
	table   *Table
	subject *Subject
	// yes and open are the rows that hold and those that are open.
	yes, open RowSet
	turned    bool
	words     [16]uint64 // room for tables of the usual size
}

// room returns n elements, all zero: of memory if it is large enough.
func room[T any](memory []T, n int) []T {
	if n > len(memory) {
		return make([]T, n)
	}
	clear(memory[:n])
	return memory[:n]
}

// Ask puts every row to a subject. The answer is kept in a, or in a new one if
// that is nil, and returned; it holds until the subject or a changes.
func (t *Table) Ask(s *Subject, a *Answer) *Answer { return t.AskAmong(s, a, t.whole) }

// AskAmong is Ask of some rows: the others count as No.
func (t *Table) AskAmong(s *Subject, a *Answer, among RowSet) *Answer {
	a = t.Begin(s, a)
	for i := among.Next(0); i >= 0; i = among.Next(i + 1) {
		a.Put(i)
	}
	return a
}

// AskSince is AskAmong for a subject that differs from the one that base was asked
// about, of the same rows, in these fields alone. It gives the same, and asks only
// rows that can be otherwise: those that look at one of the fields, or at a mark of a
// row that came out otherwise. Where what they look at was open and is known now,
// those that were open, or are wary, suffice.
func (t *Table) AskSince(s *Subject, a, base *Answer, changed *FieldSet, among RowSet) *Answer {
	a = t.like(s, a, base)
	var memory [8]uint64
	rows := RowSet(room(memory[:], len(t.whole)))
	changed.each(func(field int) {
		switch {
		case !s.narrows(base.subject, field):
			a.turned = true
			rows.join(t.readers[field])
		case s.settled(field) && t.namers[field] != nil:
			a.deny(field, s.bits[field])
			a.joinOpen(rows, t.after[field])
			a.joinOpen(rows, t.readers[field])
		default:
			a.joinOpen(rows, t.readers[field])
		}
	})
	a.again(rows, among)
	return a
}

// deny lets the open rows fail that look at a field and name none of these values,
// which are all that it has: of a long list that is nearly all.
func (a *Answer) deny(field int, values uint64) {
	for i, look := range a.table.readers[field] {
		for has := values; has != 0; has &= has - 1 {
			look &^= a.table.namers[field][bits.TrailingZeros64(has)][i]
		}
		a.open[i] &^= look
	}
}

// Begin returns an answer in which no row has been asked: each is No. Put asks one,
// for who has to change a fact between two, or to leave some out.
func (t *Table) Begin(s *Subject, a *Answer) *Answer {
	if a == nil {
		a = new(Answer)
	}
	n := len(t.whole)
	a.table, a.subject, a.turned = t, s, false
	memory := room(a.words[:], 2*n)
	a.yes, a.open = memory[:n], memory[n:]
	return a
}

// like returns an answer about a subject in which every row is as it is in base.
func (t *Table) like(s *Subject, a, base *Answer) *Answer {
	a = t.Begin(s, a)
	copy(a.yes, base.yes)
	copy(a.open, base.open)
	return a
}

// Put asks a row, after those that give the marks that it needs, and returns its
// outcome.
func (a *Answer) Put(row int) Truth {
	t := a.holds(&a.table.rows[row])
	a.set(row, t)
	return t
}

// Again asks those among some rows anew that look at a field, for who has changed a
// fact since.
func (a *Answer) Again(field int, among RowSet) {
	var memory [8]uint64
	rows := RowSet(room(memory[:], len(a.yes)))
	rows.join(a.table.readers[field])
	a.again(rows, among)
}

// again asks rows anew, and those after them that look at a mark of one that came
// out otherwise; all of them among some. It uses rows up.
func (a *Answer) again(rows, among RowSet) {
	for word := range rows {
		for {
			todo := rows[word] & among[word]
			if todo == 0 {
				break
			}
			i := 64*word + bits.TrailingZeros64(todo)
			rows[word] &^= todo & -todo
			a.put(i, a.holds(&a.table.rows[i]), rows)
		}
	}
}

// put notes the outcome of a row that was asked before, and adds those to be asked
// anew because of it.
func (a *Answer) put(row int, t Truth, rows RowSet) {
	switch before := a.Outcome(row); {
	case before == t:
		return
	case before == Open:
		a.joinOpen(rows, a.table.rows[row].after)
	default:
		a.turned = true
		rows.join(a.table.rows[row].after)
	}
	a.set(row, t)
}

// joinOpen adds to rows those of others that can be otherwise once something that
// they look at is known and was not: open ones, and those that are wary. A row that
// holds without it, or does not, does so whatever it turns out to be.
func (a *Answer) joinOpen(rows, others RowSet) {
	rows, open, wary := rows[:len(others)], a.open[:len(others)], a.table.wary[:len(others)]
	for i, set := range others {
		rows[i] |= set & (open[i] | wary[i])
	}
}

// If asks every row anew, in b or a new answer, as if one had another outcome.
func (a *Answer) If(row int, outcome Truth, b *Answer) *Answer {
	b = a.table.like(a.subject, b, a)
	var memory [8]uint64
	rows := RowSet(room(memory[:], len(b.yes)))
	b.put(row, outcome, rows)
	b.again(rows, a.table.whole)
	return b
}

// set notes the outcome of a row.
func (a *Answer) set(row int, t Truth) {
	word, bit := uint(row)/64, uint(row)%64
	a.yes[word] = a.yes[word]&^(1<<bit) | uint64(t/Yes)<<bit
	a.open[word] = a.open[word]&^(1<<bit) | uint64(t&Open)<<bit
}

// holds says whether a row holds, given the rows before it.
func (a *Answer) holds(r *row) Truth {
	worst := r.On(a.subject)
	if worst == No {
		return No
	}
	return min(worst, a.allows(r))
}

// allows says whether the marks at which a row looks let it hold.
func (a *Answer) allows(r *row) Truth {
	worst := Yes
	for _, givers := range r.needs {
		if !a.yes.Meets(givers) {
			if !a.open.Meets(givers) {
				return No
			}
			worst = Open
		}
	}
	for _, givers := range r.unless {
		if a.yes.Meets(givers) {
			return No
		}
	}
	for _, givers := range r.lacks {
		if a.yes.Meets(givers) {
			return No
		}
		if a.open.Meets(givers) {
			worst = Open
		}
	}
	return worst
}

// Outcome returns the outcome of a row.
func (a *Answer) Outcome(row int) Truth {
	word, bit := uint(row)/64, uint(row)%64
	return Truth(a.yes[word]>>bit&1*uint64(Yes) | a.open[word]>>bit&1*uint64(Open))
}

// Turned reports whether AskSince, or Again after it, found more than that something
// is known that was open: a row came out otherwise that had held or not, or a field
// has lost a value, or got one that it could not have.
func (a *Answer) Turned() bool { return a.turned }

// Holding returns the rows that hold, Open those that are open. The caller only
// reads them, and no longer than the answer holds.
func (a *Answer) Holding() RowSet { return a.yes }

// Open returns the rows that are open, as Holding does those that hold.
func (a *Answer) Open() RowSet { return a.open }

// Condition returns the outcome of a row's condition of that place, by itself.
func (a *Answer) Condition(row, condition int) Truth {
	return a.table.rows[row].tests[condition].on(a.subject)
}

// Mark returns the outcome of the mark of a name: No for one that no row gives.
func (a *Answer) Mark(name string) Truth {
	m, ok := a.table.Mark(name)
	if !ok {
		return No
	}
	return a.read(m)
}

// Read returns the outcome of a mark.
func (a *Answer) Read(m Mark) Truth { return a.read(m) }

func (a *Answer) read(m Mark) Truth {
	t := a.mark(m.place)
	if m.not {
		return Yes - t
	}
	return t
}

// mark returns the outcome of a mark: it is as true as the truest row that gives it.
func (a *Answer) mark(place int) Truth {
	switch givers := a.table.givers[place]; {
	case a.yes.Meets(givers):
		return Yes
	case a.open.Meets(givers):
		return Open
	}
	return No
}

// Hangs appends to dst, if they are not there yet, the numbers of the attributes
// on which a row hangs by its own conditions; see When.Hangs.
func (a *Answer) Hangs(dst []int, row int) []int {
	r := &a.table.rows[row]
	return r.hangs(dst, a.subject, a.marksOpen(r))
}

// marksOpen reports whether a mark that a row needs or lacks is open, but for those
// that it gives itself: they were not when it was asked. Only of a row that refines
// an answer that matters.
func (a *Answer) marksOpen(r *row) bool {
	if !r.refines {
		return false // nobody asks
	}
	for _, m := range r.waits {
		if !slices.Contains(r.given, m) && a.mark(m) == Open {
			return true
		}
	}
	return false
}

// HangsBehind appends to dst, if they are not there yet, the numbers of the attributes
// on which the open marks hang that a row needs or lacks: those on which the open rows
// behind them hang by their own conditions, but for rows that are quiet.
func (a *Answer) HangsBehind(dst []int, row int) []int {
	var memory [8]uint64
	rows := RowSet(room(memory[:], len(a.yes)))
	for _, m := range a.table.rows[row].waits {
		if a.mark(m) == Open {
			rows.join(a.table.givers[m])
		}
	}
	var all FieldSet
	a.collect(&all, rows)
	return all.missing(dst)
}

// hanging appends to dst, if they are not there yet, the attributes on which open
// values of a told fact hang: those that the open rows behind their marks look at.
func (t *telling) hanging(dst []int, open uint64) []int {
	var all FieldSet
	t.collect(&all, open)
	return all.missing(dst)
}

// missing appends the fields to dst that are not there yet.
func (s *FieldSet) missing(dst []int) []int {
	s.each(func(field int) {
		if !slices.Contains(dst, field) {
			dst = append(dst, field)
		}
	})
	return dst
}

// collect adds what hanging appends to a set.
func (t *telling) collect(all *FieldSet, open uint64) {
	var memory [8]uint64
	t.from.collect(all, t.givers(memory[:], open))
}

// collect adds to a set the attributes on which those of these rows that are open hang
// by their own conditions, and those behind them. It uses rows up.
func (a *Answer) collect(all *FieldSet, rows RowSet) {
	a.behind(rows, func(row int) {
		r := &a.table.rows[row]
		more := a.marksOpen(r)
		for i := range r.tests {
			x := &r.tests[i]
			if x.repeats || x.then && more || !x.open(a.subject) {
				continue
			}
			more = true
			if told := a.subject.teller(x.field); told != nil {
				told.collect(all, x.bits&a.subject.open[x.field])
			} else {
				all.Add(x.field)
			}
		}
	})
}

// behind yields the open rows behind the marks of open values that somebody is
// asked for, the last first.
func (t *telling) behind(open uint64, yield func(row int)) {
	var memory [8]uint64
	t.from.behind(t.givers(memory[:], open), yield)
}

// givers returns the rows that give the marks of values; in memory if that is large
// enough.
func (t *telling) givers(memory []uint64, values uint64) RowSet {
	rows := RowSet(room(memory, len(t.from.yes)))
	eachBit(values, func(i int) { rows.join(t.from.table.givers[t.marks[i].place]) })
	return rows
}

// behind yields those of these rows that are open and that somebody is asked for, and
// those behind the open marks at which they look, the last first. It uses rows up.
func (a *Answer) behind(rows RowSet, yield func(row int)) {
	var memory [8]uint64
	marks := RowSet(room(memory[:], (len(a.table.marks)+63)/64))
	for word := len(rows) - 1; word >= 0; word-- {
		for below := ^uint64(0); ; {
			todo := rows[word] & a.open[word] & below
			if todo == 0 {
				break
			}
			bit := 63 - bits.LeadingZeros64(todo)
			below = 1<<bit - 1
			r := &a.table.rows[64*word+bit]
			for _, m := range r.waits {
				if marks.Has(m) {
					continue // most rows need the same few
				}
				if marks.Add(m); a.mark(m) == Open {
					rows.join(a.table.givers[m])
				}
			}
			if !r.quiet {
				yield(64*word + bit)
			}
		}
	}
}

// Behind reports, by row, which rows stand behind a mark that holds: those that
// give it, those behind what these need, and so on; not those for which pass
// holds, which merely let others be asked.
func (a *Answer) Behind(m Mark, pass func(row int) bool) []bool {
	marks := make([]bool, len(a.table.marks))
	marks[m.place] = true
	behind := make([]bool, len(a.table.rows))
	for i := len(a.table.rows) - 1; i >= 0; i-- {
		r := &a.table.rows[i]
		if !a.yes.Has(i) || !slices.ContainsFunc(r.given, func(m int) bool { return marks[m] }) || pass(i) {
			continue
		}
		behind[i] = true
		for _, m := range r.needed() {
			marks[m] = true
		}
	}
	return behind
}

// needed are the marks that a row needs.
func (r *row) needed() []int { return r.waits[:len(r.needs)] }

// Needed yields the numbers of the marks that a row needs.
func (t *Table) Needed(row int, yield func(mark int)) {
	for _, m := range t.rows[row].needed() {
		yield(m)
	}
}
