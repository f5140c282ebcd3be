package decide

import (
	mathbits "math/bits"
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
	fields *Fields
	rows   []row
	marks  []string
	index  map[string]int
	reads  []int    // the fields that rows look at
	all    FieldSet // the same
}

// row is a row made ready.
type row struct {
	id string
	When
	needs, unless, lacks []mask
	gives                []mask
	looks                []mask // at needs, unless or lacks
	given                []int  // the marks that it gives, in order
	quiet                bool
}

// mask are marks of one word.
type mask struct {
	word int
	bits uint64
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
	given := make(map[string]bool)
	mark := func(name string) int {
		i, ok := t.index[name]
		if !ok {
			i = len(t.marks)
			t.index[name], t.marks = i, append(t.marks, name)
		}
		return i
	}
	for _, name := range first {
		mark(name)
	}
	seen := make(map[string]bool, len(rows))
	earlier := func(path string, names []string) []mask {
		var all []int
		for i, name := range names {
			if !given[name] {
				is.Add(path+"["+strconv.Itoa(i)+"]", "mark", name, "no earlier row gives it")
				continue
			}
			all = append(all, mark(name))
		}
		return masks(all)
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
		c := row{id: r.ID, quiet: r.Quiet}
		c.When = CompileWhen(is, path+".when", fields, r.When)
		c.needs, c.unless, c.lacks = earlier(path+".needs", r.Needs), earlier(path+".unless", r.Unless), earlier(path+".lacks", r.Lacks)
		c.looks = slices.Concat(c.needs, c.unless, c.lacks)
		for _, name := range r.Gives {
			given[name] = true
			c.given = append(c.given, mark(name))
		}
		for _, x := range c.tests {
			if !slices.Contains(t.reads, x.field) {
				t.reads = append(t.reads, x.field)
				t.all.Add(x.field)
			}
		}
		slices.Sort(c.given)
		c.given = slices.Compact(c.given)
		c.gives = masks(c.given)
		t.rows = append(t.rows, c)
	}
	return t
}

// masks gathers marks by word.
func masks(marks []int) []mask {
	var all []mask
	for _, m := range marks {
		i := slices.IndexFunc(all, func(x mask) bool { return x.word == m/64 })
		if i < 0 {
			i = len(all)
			all = append(all, mask{word: m / 64})
		}
		all[i].bits |= 1 << (m % 64)
	}
	return all
}

// Len returns how many rows the table has; they are numbered from 0, in order.
func (t *Table) Len() int { return len(t.rows) }

// ID returns the ID of a row.
func (t *Table) ID(row int) string { return t.rows[row].id }

// Reads returns the numbers of the fields that rows look at.
func (t *Table) Reads() []int { return slices.Clone(t.reads) }

// Touched reports whether the conditions of a row look at one of these fields.
func (t *Table) Touched(row int, fields *FieldSet) bool { return t.rows[row].reads.Meets(fields) }

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
	table    *Table
	subject  *Subject
	outcomes []Truth
	// yes and open are the marks that hold and those that are open.
	yes, open []uint64
	// Room for tables of the usual size.
	truths [256]Truth
	words  [16]uint64
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
func (t *Table) Ask(s *Subject, a *Answer) *Answer {
	a = t.Begin(s, a)
	for i := range t.rows {
		a.Put(i)
	}
	return a
}

// AskMarks is Ask for who wants to know marks alone: rows that give none are not
// asked.
func (t *Table) AskMarks(s *Subject, a *Answer) *Answer {
	a = t.Begin(s, a)
	for i := range t.rows {
		if len(t.rows[i].gives) > 0 {
			a.Put(i)
		}
	}
	return a
}

// AskMarksSince is AskMarks for a subject that differs from the one that base was
// asked about in these fields alone: rows that look at none of them, and at no mark
// that came out otherwise, are as they were.
func (t *Table) AskMarksSince(s *Subject, a, base *Answer, changed *FieldSet) *Answer {
	a = t.Begin(s, a)
	var memory [8]uint64
	otherwise := room(memory[:], len(a.yes))
	for i := range t.rows {
		r := &t.rows[i]
		if len(r.gives) == 0 {
			continue
		}
		if !r.reads.Meets(changed) && !touches(r.looks, otherwise) {
			a.pass(i, base.outcomes[i])
			continue
		}
		a.Put(i)
		if a.outcomes[i] != base.outcomes[i] {
			for _, m := range r.gives {
				otherwise[m.word] |= m.bits
			}
		}
	}
	return a
}

// Begin returns an answer in which no row has been asked: each is No. Put asks one,
// for who has to change a fact between two, or to leave some out.
func (t *Table) Begin(s *Subject, a *Answer) *Answer {
	if a == nil {
		a = new(Answer)
	}
	n := (len(t.marks) + 63) / 64
	a.table, a.subject = t, s
	a.outcomes = room(a.truths[:], len(t.rows))
	words := room(a.words[:], 2*n)
	a.yes, a.open = words[:n], words[n:]
	return a
}

// Put asks a row, after those that give the marks that it needs.
func (a *Answer) Put(row int) { a.pass(row, a.holds(&a.table.rows[row])) }

// PutAs gives a row of a table whose rows need no marks the outcome that it has in
// b: for who knows that nothing it looks at is otherwise.
func (a *Answer) PutAs(row int, b *Answer) { a.pass(row, b.outcomes[row]) }

// If asks every row anew, in b or a new answer, as if one had another outcome.
func (a *Answer) If(row int, outcome Truth, b *Answer) *Answer {
	b = a.table.Begin(a.subject, b)
	for i := range row {
		b.pass(i, a.outcomes[i])
	}
	b.pass(row, outcome)
	// A row that reads no mark of one that came out otherwise comes out as before.
	var memory [8]uint64
	changed := room(memory[:], len(b.yes))
	add := func(gives []mask) {
		for _, m := range gives {
			changed[m.word] |= m.bits
		}
	}
	add(a.table.rows[row].gives)
	for i := row + 1; i < len(a.table.rows); i++ {
		r := &a.table.rows[i]
		if !touches(r.looks, changed) {
			b.pass(i, a.outcomes[i])
			continue
		}
		if b.Put(i); b.outcomes[i] != a.outcomes[i] {
			add(r.gives)
		}
	}
	return b
}

// pass notes the outcome of a row and adds the marks that it gives.
func (a *Answer) pass(i int, t Truth) {
	a.outcomes[i] = t
	switch t {
	case Yes:
		for _, m := range a.table.rows[i].gives {
			a.yes[m.word] |= m.bits
			a.open[m.word] &^= m.bits
		}
	case Open:
		for _, m := range a.table.rows[i].gives {
			a.open[m.word] |= m.bits &^ a.yes[m.word]
		}
	}
}

// holds says whether a row holds, given the marks of the rows before it.
func (a *Answer) holds(r *row) Truth {
	worst := Yes
	for _, m := range r.needs {
		switch {
		case m.bits&^(a.yes[m.word]|a.open[m.word]) != 0:
			return No
		case m.bits&^a.yes[m.word] != 0:
			worst = Open
		}
	}
	for _, m := range r.unless {
		if m.bits&a.yes[m.word] != 0 {
			return No
		}
	}
	for _, m := range r.lacks {
		switch {
		case m.bits&a.yes[m.word] != 0:
			return No
		case m.bits&a.open[m.word] != 0:
			worst = Open
		}
	}
	return min(worst, r.On(a.subject))
}

// Outcome returns the outcome of a row.
func (a *Answer) Outcome(row int) Truth { return a.outcomes[row] }

// Same reports whether the outcomes from one row up to another are those of b.
func (a *Answer) Same(b *Answer, from, to int) bool {
	return slices.Equal(a.outcomes[from:to], b.outcomes[from:to])
}

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
	word, bit := m.place/64, uint64(1)<<(m.place%64)
	t := No
	switch {
	case a.yes[word]&bit != 0:
		t = Yes
	case a.open[word]&bit != 0:
		t = Open
	}
	if m.not {
		return Yes - t
	}
	return t
}

// Hangs appends to dst, if they are not there yet, the numbers of the attributes
// on which a row hangs by its own conditions; see When.Hangs.
func (a *Answer) Hangs(dst []int, row int) []int {
	r := &a.table.rows[row]
	return r.hangs(dst, a.subject, a.marksOpen(r))
}

// marksOpen reports whether a mark that a row needs or lacks is open, but for those
// that it gives itself: they were not when it was asked.
func (a *Answer) marksOpen(r *row) bool {
	for _, of := range [...][]mask{r.needs, r.lacks} {
		for _, m := range of {
			open := m.bits & a.open[m.word]
			for _, own := range r.gives {
				if own.word == m.word {
					open &^= own.bits
				}
			}
			if open != 0 {
				return true
			}
		}
	}
	return false
}

// hanging appends to dst, if they are not there yet, the attributes on which open
// values of a told fact hang: those that the open rows behind their marks look at.
func (t *telling) hanging(dst []int, open uint64) []int {
	var all FieldSet
	t.collect(&all, open)
	for word, bits := range all {
		for ; bits != 0; bits &= bits - 1 {
			if f := 64*word + mathbits.TrailingZeros64(bits); !slices.Contains(dst, f) {
				dst = append(dst, f)
			}
		}
	}
	return dst
}

// collect adds what hanging appends to a set.
func (t *telling) collect(all *FieldSet, open uint64) {
	a := t.from
	t.behind(open, func(row int) {
		r := &a.table.rows[row]
		more := a.marksOpen(r)
		for i := range r.tests {
			x := &r.tests[i]
			if x.repeats || x.then && more || x.on(a.subject) != Open {
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
	a := t.from
	var memory [8]uint64
	marks := room(memory[:], len(a.yes))
	eachBit(open, func(i int) { marks[t.marks[i].place/64] |= 1 << (t.marks[i].place % 64) })
	for i := len(a.table.rows) - 1; i >= 0; i-- {
		r := &a.table.rows[i]
		if a.outcomes[i] != Open || !touches(r.gives, marks) {
			continue
		}
		for _, of := range [...][]mask{r.needs, r.lacks} {
			for _, m := range of {
				marks[m.word] |= m.bits & a.open[m.word]
			}
		}
		if !r.quiet {
			yield(i)
		}
	}
}

func touches(all []mask, marks []uint64) bool {
	for _, m := range all {
		if m.bits&marks[m.word] != 0 {
			return true
		}
	}
	return false
}

// Behind reports, by row, which rows stand behind a mark that holds: those that
// give it, those behind what these need, and so on; not those for which pass
// holds, which merely let others be asked.
func (a *Answer) Behind(m Mark, pass func(row int) bool) []bool {
	marks := make([]uint64, len(a.yes))
	marks[m.place/64] = 1 << (m.place % 64)
	behind := make([]bool, len(a.outcomes))
	for i := len(a.table.rows) - 1; i >= 0; i-- {
		r := &a.table.rows[i]
		if a.outcomes[i] != Yes || !touches(r.gives, marks) || pass(i) {
			continue
		}
		behind[i] = true
		for _, n := range r.needs {
			marks[n.word] |= n.bits
		}
	}
	return behind
}

// Needed yields the numbers of the marks that a row needs.
func (t *Table) Needed(row int, yield func(mark int)) {
	for _, m := range t.rows[row].needs {
		eachBit(m.bits, func(i int) { yield(64*m.word + i) })
	}
}
