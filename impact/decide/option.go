package decide

import (
	"cmp"
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
	First Option `json:"first"`
	bits  uint64
}

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

// Weights counts, by field and option, how many open conditions an answer would
// end. It is used again by clearing it.
type Weights struct {
	fields *Fields
	ends   [][]int  // by field, then by option
	used   []int    // the fields that were weighed
	leads  [][]lead // by field
}

// lead says that some options of a field leave others of a field's possible.
type lead struct {
	field    int // whose options they are
	options  uint64
	possible uint64
}

// Lead notes what supposing an option of a group for a field, which made then of
// now, leaves possible of other fields (by implications): an open condition that it
// ends counts for the option.
func (w *Weights) Lead(field int, g Group, now, then *Subject) {
	for f := range w.fields.facts {
		before, after := now.bits[f]|now.open[f], then.bits[f]|then.open[f]
		if f != field && after != before && w.fields.list[f].kind == coded {
			w.leads[f] = append(w.leads[f], lead{field, g.bits, after &^ unanswered})
		}
	}
}

// NewWeights returns weights in which nothing has been counted.
func NewWeights(fields *Fields) *Weights {
	w := &Weights{fields: fields, ends: make([][]int, len(fields.list)), leads: make([][]lead, len(fields.list))}
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

// Clear forgets what was counted.
func (w *Weights) Clear() {
	for _, f := range w.used {
		clear(w.ends[f])
	}
	w.used = w.used[:0]
}

// Add counts the open conditions of an open row, by weight; where one is on a fact
// told by another table, those of the open rows behind it.
func (w *Weights) Add(a *Answer, row, weight int) {
	r := &a.table.rows[row]
	more := a.marksOpen(r)
	for i := range r.tests {
		x := &r.tests[i]
		if x.then && more || x.on(a.subject) != Open {
			continue
		}
		more = true
		if t := a.subject.teller(x.field); t != nil {
			t.behind(x.bits&a.subject.open[x.field], func(row int) { w.Add(t.from, row, weight) })
			continue
		}
		ends := w.use(x.field)
		for o := range ends {
			if x.bits&(1<<o) == 0 {
				ends[o] += weight
			}
		}
		for _, l := range w.leads[x.field] {
			if l.possible&x.bits == 0 {
				ends := w.use(l.field)
				eachBit(l.options, func(o int) { ends[o] += weight })
			}
		}
	}
}

// use returns the counts of a field's options.
func (w *Weights) use(field int) []int {
	if !slices.Contains(w.used, field) {
		w.used = append(w.used, field)
	}
	return w.ends[field]
}

// AddFact counts the open conditions of the rows behind the open values of a fact
// that another table told.
func (w *Weights) AddFact(s *Subject, field int) {
	for i := range s.told {
		if t := &s.told[i]; t.field == field {
			t.behind(s.open[field], func(row int) { w.Add(t.from, row, 1) })
		}
	}
}

// Fields returns the fields of which something was counted, those first of which an
// option would end most, else by name.
func (w *Weights) Fields() []int {
	all := slices.Clone(w.used)
	slices.SortFunc(all, func(a, b int) int {
		return cmp.Or(cmp.Compare(slices.Max(w.ends[b]), slices.Max(w.ends[a])), cmp.Compare(w.fields.list[a].name, w.fields.list[b].name))
	})
	return all
}

// Best returns the field, and the option of it, that would end most; false if
// nothing was counted. Of equal ones it is the first option of the first field in
// the order of names.
func (w *Weights) Best() (field int, option Option, ok bool) {
	most := 0
	for _, f := range w.used {
		for o, n := range w.ends[f] {
			if n > most || n == most && ok && f != field && w.fields.list[f].name < w.fields.list[field].name {
				most, field, ok = n, f, true
				option = Option{}
				if at := &w.fields.list[f]; at.kind == coded {
					option = Option{Value: at.values[o], bits: 1 << o}
				}
			}
		}
	}
	return field, option, ok
}
