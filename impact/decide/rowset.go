package decide

import "math/bits"

// RowSet is a set of rows of a table, by number. Sets of one table are of one size.
type RowSet []uint64

// NewRowSet returns an empty set of rows of the table.
func (t *Table) NewRowSet() RowSet { return make(RowSet, len(t.whole)) }

// All returns all rows, Giving those that give marks. The caller only reads them.
func (t *Table) All() RowSet { return t.whole }

// Giving returns the rows that give marks, as All does all.
func (t *Table) Giving() RowSet { return t.giving }

// Naming returns the rows that look at one of these fields, but for those that
// can't hold because they do not name what a subject has there: in memory, if it is
// large enough.
func (t *Table) Naming(memory []uint64, s *Subject, fields *FieldSet) RowSet {
	rows := RowSet(room(memory, len(t.whole)))
	fields.each(func(field int) { t.AddNaming(rows, s, field) })
	return rows
}

// AddNaming adds to a set the rows that Naming returns of one field.
func (t *Table) AddNaming(rows RowSet, s *Subject, field int) {
	if t.namers[field] == nil || !s.settled(field) {
		rows.join(t.readers[field])
		return
	}
	eachBit(s.bits[field], func(value int) { rows.join(t.namers[field][value]) })
}

// Add adds a row.
func (s RowSet) Add(row int) { s[uint(row)/64] |= 1 << (uint(row) % 64) }

// Has reports whether a row is in the set.
func (s RowSet) Has(row int) bool { return s[uint(row)/64]&(1<<(uint(row)%64)) != 0 }

// Meets reports whether two sets have a row in common.
func (s RowSet) Meets(o RowSet) bool {
	s = s[:len(o)]
	for i, set := range o {
		if s[i]&set != 0 {
			return true
		}
	}
	return false
}

// Len returns how many rows are in the set.
func (s RowSet) Len() int {
	n := 0
	for _, set := range s {
		n += bits.OnesCount64(set)
	}
	return n
}

// Beyond returns how many rows of s are not in o.
func (s RowSet) Beyond(o RowSet) int {
	n := 0
	for i := range s {
		n += bits.OnesCount64(s[i] &^ o[i])
	}
	return n
}

// Next returns the first row of the set from a number on; -1 if there is none.
func (s RowSet) Next(from int) int {
	for word := from / 64; word < len(s); word++ {
		set := s[word]
		if word == from/64 {
			set &= ^uint64(0) << (from % 64)
		}
		if set != 0 {
			return 64*word + bits.TrailingZeros64(set)
		}
	}
	return -1
}

// join adds the rows of another set.
func (s RowSet) join(o RowSet) {
	s = s[:len(o)]
	for i, set := range o {
		s[i] |= set
	}
}

// each yields the rows, in order.
func (s RowSet) each(yield func(row int)) {
	for i := s.Next(0); i >= 0; i = s.Next(i + 1) {
		yield(i)
	}
}
