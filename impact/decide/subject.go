package decide

import (
	"math/bits"
	"strconv"

	"github.com/aimskit/aimskit/register"
)

// Subject is a system made ready for tables: its values, read once. Every coded
// field is a set of bits, so that a condition is one operation; texts, which few
// rows look at, are read when one does. A Subject serves one goroutine
// and is not copied; Pose makes one like another.
type Subject struct {
	fields *Fields
	bits   []uint64 // by field: the values that hold, or a count; of a text elsewhere or 0
	open   []uint64 // by field: the values that an answer could bring
	told   []telling
	// Where texts come from: the system or, where that is nil, what was
	// recorded of one.
	system   *register.System
	recorded map[string][]string
	buffer   [16]string
	tellings [6]telling  // room for what is told as a rule
	words    [160]uint64 // room for the fields that there are as a rule
}

// telling is a fact that is read from the marks of another table.
type telling struct {
	field int
	from  *Answer
	marks []Mark
}

// NewSubject reads a system. Facts are not known, so no condition on one holds,
// until Set, SetCount or Tell says them.
func NewSubject(fields *Fields, s *register.System) *Subject {
	sub := new(Subject)
	sub.Read(fields, s)
	return sub
}

// Read makes a subject of a system, as NewSubject does, in place.
func (s *Subject) Read(fields *Fields, of *register.System) {
	s.begin(fields)
	s.system, s.recorded = of, nil
	for i := range fields.facts {
		switch at := &fields.list[i]; {
		case at.kind != coded:
		case at.attribute == nil:
			value := ownerNamed
			if of.Owner == "" {
				value = ownerNone
			}
			s.answer(i, at.bit[value])
		default:
			s.answer(i, at.code(at.attribute.Append(s.buffer[:0], of)))
		}
	}
}

// NewRecordedSubject reads a system of which only the values of its attributes
// are on record, by name; what is not there counts as not answered.
func NewRecordedSubject(fields *Fields, values map[string][]string) *Subject {
	sub := new(Subject)
	sub.ReadRecorded(fields, values)
	return sub
}

// ReadRecorded makes a subject of what is on record, as NewRecordedSubject does, in
// place.
func (s *Subject) ReadRecorded(fields *Fields, values map[string][]string) {
	s.begin(fields)
	s.system, s.recorded = nil, values
	for i := range fields.facts {
		if at := &fields.list[i]; at.kind == coded {
			s.answer(i, at.code(values[at.name]))
		}
	}
}

// begin makes room for fields, of which nothing is known.
func (s *Subject) begin(fields *Fields) {
	n := len(fields.list)
	words := room(s.words[:], 2*n)
	s.fields, s.bits, s.open, s.told = fields, words[:n], words[n:], s.tellings[:0]
}

// answer notes the values of an attribute.
func (s *Subject) answer(field int, bits uint64) {
	s.bits[field], s.open[field] = bits, 0
	if bits&unanswered != 0 {
		s.open[field] = unanswered - 1
	}
}

// Answered reports whether a coded attribute is answered.
func (s *Subject) Answered(field int) bool { return s.bits[field]&unanswered == 0 }

// Set answers an attribute or a fact that has values: with these, and no others.
// A value that the field does not have counts as an answer that no condition is
// about; none at all leaves an attribute not answered.
func (s *Subject) Set(field int, values ...string) {
	f := &s.fields.list[field]
	if len(values) == 0 && field >= s.fields.facts {
		s.bits[field], s.open[field] = 0, 0
		return
	}
	s.answer(field, f.code(values))
}

// Imply answers a coded attribute that is not answered with these values: with no
// others, or, if more is true, with these at least; news says that it did. Of one
// that is answered it returns what was said where that is something else: without
// one of these values, and of those in allowed, or, if more is not true, with one
// that is neither among them nor in allowed.
func (s *Subject) Imply(field int, values, allowed Values, more bool) (news bool, said Values) {
	bits, have := values.bits, s.bits[field]
	switch {
	case have&unanswered != 0 && more:
		s.bits[field] |= bits
		return have&bits != bits, said
	case have&unanswered != 0:
		s.answer(field, bits)
		return true, said
	case more && have&bits != bits && have&allowed.bits == 0, !more && have&^(bits|allowed.bits) != 0:
		return false, Values{have}
	}
	return false, said
}

// Exclude takes values from those that an answer to a coded attribute could bring;
// news says that it took one. Of one that is answered it returns those of the values
// that were said. Where all but one are excluded of a single value, that is open
// still: that it is so, somebody has to say.
func (s *Subject) Exclude(field int, values Values) (news bool, said Values) {
	bits, have := values.bits, s.bits[field]
	if have&bits != 0 {
		return false, Values{have & bits}
	}
	if have&unanswered == 0 || s.open[field]&bits == 0 {
		return false, said
	}
	s.open[field] &^= bits
	return true, said
}

// Pose makes s what o is, as far as answers go: facts told by other tables are not
// told again. It takes no memory if s was made with the fields of o.
func (s *Subject) Pose(o *Subject) {
	if s.fields != o.fields {
		s.begin(o.fields)
	}
	copy(s.bits, o.bits)
	copy(s.open, o.open)
	s.system, s.recorded, s.told = o.system, o.recorded, s.tellings[:0]
}

// Plain reports whether an option is one of the answers to a field of which nothing
// is known yet, not even in part.
func (s *Subject) Plain(field int, o Option) bool {
	return s.fields.list[field].kind == coded && s.bits[field] == unanswered && s.open[field]&o.bits != 0
}

// Suppose answers a field with what Option names.
func (s *Subject) Suppose(field int, o Option) {
	if s.fields.list[field].kind == text {
		s.bits[field] = elsewhere
		return
	}
	s.answer(field, o.bits)
}

// Add adds values to an attribute, and leaves one that is not answered so.
func (s *Subject) Add(field int, values ...string) {
	for _, v := range values {
		s.bits[field] |= s.fields.list[field].bit[v]
	}
}

// SetCount says a count; one below zero counts as none.
func (s *Subject) SetCount(field, n int) { s.bits[field] = uint64(max(n, 0)) }

// SetRank sets an ordered fact to its value of that place, from 0.
func (s *Subject) SetRank(field, rank int) { s.bits[field] = 1 << rank }

// Tell lets a fact be read from another table's answer about this subject: its
// i-th value holds if marks[i] does, and is open where that is. What an open value
// hangs on is asked of that table.
func (s *Subject) Tell(field int, from *Answer, marks []Mark) {
	s.bits[field], s.open[field] = 0, 0
	for i, m := range marks {
		switch from.read(m) {
		case Yes:
			s.bits[field] |= 1 << i
		case Open:
			s.open[field] |= 1 << i
		}
	}
	s.told = append(s.told, telling{field: field, from: from, marks: marks})
}

// TellAs lets all facts be read as o reads those that other tables told it.
func (s *Subject) TellAs(o *Subject) {
	for _, t := range o.told {
		s.bits[t.field], s.open[t.field] = o.bits[t.field], o.open[t.field]
		s.told = append(s.told, telling{field: t.field, from: t.from, marks: t.marks})
	}
}

// teller returns what tells a field; nil if nothing does.
func (s *Subject) teller(field int) *telling {
	if field < s.fields.facts {
		return nil
	}
	for i := range s.told {
		if s.told[i].field == field {
			return &s.told[i]
		}
	}
	return nil
}

// narrows reports whether s knows of a field what o knows, and of the rest allows
// nothing that o does not: it was open in o, and is less so in s.
func (s *Subject) narrows(o *Subject, field int) bool {
	had, could := o.bits[field]&^unanswered, o.open[field]
	has, can := s.bits[field]&^unanswered, s.open[field]
	return had&^has == 0 && (has|can)&^(had|could) == 0 && has|can != 0
}

// Narrows reports whether s knows of these fields what o knows, and of the rest allows
// nothing that o does not.
func (s *Subject) Narrows(o *Subject, fields *FieldSet) bool {
	all := true
	fields.each(func(field int) { all = all && s.narrows(o, field) })
	return all
}

// settled reports whether a coded field is answered, with nothing left open.
func (s *Subject) settled(field int) bool {
	return s.bits[field]&unanswered == 0 && s.open[field] == 0
}

// Same reports whether a coded field or a count is in s what it is in o.
func (s *Subject) Same(o *Subject, field int) bool {
	return s.bits[field] == o.bits[field] && s.open[field] == o.open[field]
}

// Values returns what a field has, as text: the values that hold, or the count.
func (s *Subject) Values(field int) []string {
	switch f := &s.fields.list[field]; f.kind {
	case coded:
		return f.decode(s.bits[field])
	case count:
		return []string{strconv.FormatUint(s.bits[field], 10)}
	}
	return append([]string(nil), s.texts(field)...)
}

// elsewhere stands for a text field of which it is supposed that it is answered
// otherwise than any condition names.
const elsewhere = 1

// none are the values of a text field that no condition names.
var none = []string{"\x00"}

// texts returns the values of a text field. They hold until the next call.
func (s *Subject) texts(field int) []string {
	if s.bits[field] == elsewhere {
		return none
	}
	f := &s.fields.list[field]
	if s.system == nil {
		return s.recorded[f.name]
	}
	return f.attribute.Append(s.buffer[:0], s.system)
}

// Recorded returns what tables can read of a system's attributes for which keep
// holds, by name; NewRecordedSubject reads it back. Of the owner it says no more
// than "none" or "named".
func (f *Fields) Recorded(s *register.System, keep func(register.Attribute) bool) map[string][]string {
	values := make(map[string][]string)
	for i := range f.facts {
		at := &f.list[i]
		if at.attribute == nil {
			values[at.name] = []string{ownerNamed}
			if s.Owner == "" {
				values[at.name] = []string{ownerNone}
			}
			continue
		}
		if !keep(*at.attribute) {
			continue
		}
		if v := at.attribute.Append(nil, s); len(v) > 0 {
			values[at.name] = v
		}
	}
	return values
}

// eachBit yields the places of the bits that are set.
func eachBit(word uint64, yield func(i int)) {
	for ; word != 0; word &= word - 1 {
		yield(bits.TrailingZeros64(word))
	}
}
