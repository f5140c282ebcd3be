package decide

import (
	"cmp"
	"slices"
)

// Option is one answer that could be given to a field: a value of its list or, of
// a field whose values are free, any that no row names.
type Option struct {
	// Value is the value; empty of a field whose values are free.
	Value string
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

// Weights counts, by field and option, how many open conditions an answer would
// end. It is used again by clearing it.
type Weights struct {
	fields *Fields
	ends   [][]int // by field, then by option
	used   []int   // the fields that were weighed
}

// NewWeights returns weights in which nothing has been counted.
func NewWeights(fields *Fields) *Weights {
	w := &Weights{fields: fields, ends: make([][]int, len(fields.list))}
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
	for i := range r.tests {
		x := &r.tests[i]
		if x.on(a.subject) != Open {
			continue
		}
		if i := slices.IndexFunc(a.subject.told, func(t telling) bool { return t.field == x.field }); i >= 0 {
			t := &a.subject.told[i]
			t.behind(x.bits&a.subject.open[x.field], func(row int) { w.Add(t.from, row, weight) })
			continue
		}
		ends := w.ends[x.field]
		if !slices.Contains(w.used, x.field) {
			w.used = append(w.used, x.field)
		}
		for o := range ends {
			if x.bits&(1<<o) == 0 {
				ends[o] += weight
			}
		}
	}
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
