package decide

import (
	"cmp"
	"math/bits"
	"slices"
)

// Option is one answer that could be given to a field: a value of its list or, of
// a field whose values are free, any that no row names.
type Option struct {
	// Value is the value; empty of a field whose values are free.
	Value string `json:"value,omitempty"`
	bits  uint64
}

// Options returns the answers that could be given to a field, in the order of its
// values.
func (f *Fields) Options(field int) []Option {
	at := &f.list[field]
	if at.kind == text {
		return []Option{{}}
	}
	options := make([]Option, len(at.values))
	for i, v := range at.values {
		options[i] = Option{Value: v, bits: 1 << i}
	}
	return options
}

// Group are options of a field that no row of some tables tells apart.
type Group struct {
	// First is the first of them.
	First  Option `json:"first"`
	bits   uint64
	joined bool
}

// Joined reports whether Merge made it of several groups.
func (g Group) Joined() bool { return g.joined }

// Holds reports whether an option is of the group.
func (g Group) Holds(o Option) bool { return g.bits == o.bits || g.bits&o.bits != 0 }

// Groups returns the options of a field in groups that the tables do not tell
// apart, in the order of their first options. The tables are made with fields that
// begin with the same attributes.
func Groups(f *Fields, field int, tables ...*Table) []Group {
	var groups []Group
	var keys []string
	for _, o := range f.Options(field) {
		var key []byte
		for _, t := range tables {
			for i := range t.rows {
				for _, x := range t.rows[i].tests {
					if x.field == field {
						key = append(key, byte(min(x.bits&o.bits, 1)))
					}
				}
			}
		}
		if i := slices.Index(keys, string(key)); i >= 0 {
			groups[i].bits |= o.bits
		} else {
			groups, keys = append(groups, Group{First: o, bits: o.bits}), append(keys, string(key))
		}
	}
	return groups
}

// Alone returns the options of a field, each in a group of its own.
func Alone(f *Fields, field int) []Group {
	var groups []Group
	for _, o := range f.Options(field) {
		groups = append(groups, Group{First: o, bits: o.bits})
	}
	return groups
}

// Merge appends to dst the groups of options of a field of a subject, with those
// joined that no row tells apart any more: rows that hold already, or do not, are
// past that (see Table.AskSince). The answers are about the subject as it is; groups
// whose first option is not plain stay as they are. What comes out for one option
// comes out for those that are joined with it, unless something turned
// (Answer.Turned, Subject.Narrows).
func Merge(dst []Group, s *Subject, field int, groups []Group, answers ...*Answer) []Group {
	// The first options, in sets of which rows have told none apart yet.
	var memory, places [maxValues + 1]uint64
	sets := memory[:1]
	for _, g := range groups {
		if s.Plain(field, g.First) {
			sets[0] |= g.First.bits
		}
	}
	for _, a := range answers {
		readers := a.table.readers[field]
		for row := readers.Next(0); row >= 0; row = readers.Next(row + 1) {
			if !a.open.Has(row) && !a.table.wary.Has(row) {
				continue
			}
			tests := a.table.rows[row].tests
			for i := range tests {
				if tests[i].field == field {
					sets = split(sets, tests[i].bits)
				}
			}
		}
	}
	for _, g := range groups {
		if !s.Plain(field, g.First) {
			dst = append(dst, g)
			continue
		}
		i := slices.IndexFunc(sets, func(set uint64) bool { return set&g.First.bits != 0 })
		if places[i] == 0 {
			dst = append(dst, g)
			places[i] = uint64(len(dst))
		} else {
			of := &dst[places[i]-1]
			of.bits, of.joined = of.bits|g.bits, true
		}
	}
	return dst
}

// split splits the sets that have some of these options, and others.
func split(sets []uint64, options uint64) []uint64 {
	for i, set := range sets {
		if in := set & options; in != 0 && in != set {
			sets[i], sets = in, append(sets, set&^in)
		}
	}
	return sets
}

// Weights counts, by field and option, how many open conditions an answer would
// end. It is used again by clearing it.
type Weights struct {
	fields *Fields
	all    []int    // by field: the weight of all open conditions on it
	ends   [][]int  // by field, then by option: how far what it ends differs from that
	used   FieldSet // the fields that were weighed
	leads  [][]lead // by field
	told   []toldWeight
}

// toldWeight is the weight of open values of a fact told by another table. Many rows
// look at the same, so it is gathered, and the rows behind them are weighed once.
type toldWeight struct {
	by     *telling
	open   uint64
	weight int
}

// lead says that some options of a field leave others of a field's possible.
type lead struct {
	field    int // whose options they are
	options  uint64
	possible uint64
}

// Lead notes what supposing an option of a group for a field, which made then of
// now, leaves possible of others of these fields (by implications): an open condition
// that it ends counts for the option.
func (w *Weights) Lead(field int, g Group, now, then *Subject, changed *FieldSet) {
	changed.each(func(f int) {
		before, after := now.bits[f]|now.open[f], then.bits[f]|then.open[f]
		if f != field && after != before && w.fields.list[f].kind == coded {
			w.leads[f] = append(w.leads[f], lead{field, g.bits, after &^ unanswered})
		}
	})
}

// NewWeights returns weights in which nothing has been counted.
func NewWeights(fields *Fields) *Weights {
	w := &Weights{fields: fields, all: make([]int, len(fields.list)), ends: make([][]int, len(fields.list)), leads: make([][]lead, len(fields.list))}
	n := 0
	for i := range fields.list {
		n += max(len(fields.list[i].values), 1)
	}
	all := make([]int, n)
	for i := range fields.list {
		n := max(len(fields.list[i].values), 1)
		w.ends[i], all = all[:n:n], all[n:]
	}
	return w
}

// Reset forgets what was counted, and what was noted by Lead.
func (w *Weights) Reset() {
	w.Clear()
	for f := range w.leads {
		w.leads[f] = w.leads[f][:0]
	}
}

// Clear forgets what was counted, not what was noted by Lead.
func (w *Weights) Clear() {
	w.used.each(func(f int) { clear(w.ends[f]) })
	clear(w.all)
	w.used, w.told = FieldSet{}, w.told[:0]
}

// Add counts the open conditions of an open row, by weight; where one is on a fact
// told by another table, those of the open rows behind it.
func (w *Weights) Add(a *Answer, row, weight int) {
	r := &a.table.rows[row]
	more := a.marksOpen(r)
	for i := range r.tests {
		x := &r.tests[i]
		if x.then && more || !x.open(a.subject) {
			continue
		}
		more = true
		if t := a.subject.teller(x.field); t != nil {
			w.tell(t, x.bits&a.subject.open[x.field], weight)
			continue
		}
		w.used.Add(x.field)
		w.all[x.field] += weight // all options end it but those that it names
		w.end(x.field, x.bits&^unanswered, -weight)
		for _, l := range w.leads[x.field] {
			if l.possible&x.bits == 0 {
				w.used.Add(l.field)
				w.end(l.field, l.options, weight)
			}
		}
	}
}

// tell adds weight to open values of a fact.
func (w *Weights) tell(by *telling, open uint64, weight int) {
	for i := range w.told {
		if t := &w.told[i]; t.by == by && t.open == open {
			t.weight += weight
			return
		}
	}
	w.told = append(w.told, toldWeight{by, open, weight})
}

// settle counts what was told.
func (w *Weights) settle() {
	for len(w.told) > 0 {
		t := w.told[len(w.told)-1]
		w.told = w.told[:len(w.told)-1]
		t.by.behind(t.open, func(row int) { w.Add(t.by.from, row, t.weight) })
	}
}

// end adds to the weights of options of a field.
func (w *Weights) end(field int, options uint64, weight int) {
	ends := w.ends[field]
	for ; options != 0; options &= options - 1 {
		ends[bits.TrailingZeros64(options)] += weight
	}
}

// AddFact counts the open conditions of the rows behind the open values of a fact
// that another table told.
func (w *Weights) AddFact(s *Subject, field int) {
	for i := range s.told {
		if t := &s.told[i]; t.field == field {
			w.tell(t, s.open[field], 1)
		}
	}
}

// Fields returns the fields of which something was counted, those first of which an
// option would end most, else by name.
func (w *Weights) Fields() []int {
	w.settle()
	var fields []int
	w.used.each(func(f int) { fields = append(fields, f) })
	most := func(f int) int { return w.all[f] + slices.Max(w.ends[f]) }
	slices.SortFunc(fields, func(a, b int) int {
		return cmp.Or(cmp.Compare(most(b), most(a)), cmp.Compare(w.fields.list[a].name, w.fields.list[b].name))
	})
	return fields
}

// Best returns the field, and the option of it, that would end most; false if
// nothing was counted. Of equal ones it is the first option of the first field in
// the order of names.
func (w *Weights) Best() (field int, option Option, ok bool) {
	w.settle()
	most := 0
	w.used.each(func(f int) {
		for o, n := range w.ends[f] {
			if n += w.all[f]; n > most || n == most && ok && f != field && w.fields.list[f].name < w.fields.list[field].name {
				most, field, ok = n, f, true
				option = Option{}
				if at := &w.fields.list[f]; at.kind == coded {
					option = Option{Value: at.values[o], bits: 1 << o}
				}
			}
		}
	})
	return field, option, ok
}
