package impact

import "slices"

// ruling is what rules can ask of the EU AI Act: the class, whether the use is
// listed, whether Chapter III
// binds, the assessment of fundamental rights, the duties of transparency, each as bits of the values
// that hold and of those that could.
type ruling struct {
	asked    bool
	outcomes [euMaxRows]truth // of the rows that decide on them
	marks    euMarks
	bits     [facts - factEUClass]euMarks
}

// euMaxRows is how many rows that are no duties a table can have.
const euMaxRows = 256

// ruling asks the table, once.
func (s *subject) ruling() *ruling {
	r := &s.ruled
	if r.asked {
		return r
	}
	r.asked = true
	if s.act == nil {
		s.act = DefaultEUAct()
	}
	a := s.act
	r.marks = a.ask(s, &r.outcomes)
	m := r.marks
	for rank := 1; rank <= len(euClasses); rank++ {
		bit := uint64(1) << (rank - 1)
		switch {
		case m.yes&a.class[rank] != 0:
			r.bits[0].yes |= bit
		case m.open&a.class[rank] != 0:
			r.bits[0].open |= bit
		}
	}
	for i, mark := range a.facts {
		r.bits[1+i] = answered(m, mark)
	}
	return r
}

// answered turns a mark into the bits of yes and no.
func answered(m euMarks, mark uint64) euMarks {
	switch {
	case m.yes&mark != 0:
		return euMarks{yes: 1}
	case m.open&mark != 0:
		return euMarks{open: 1 | 2}
	}
	return euMarks{yes: 2}
}

// ask appends the places of the attributes on which an open test on the ruling
// hangs: those that the open rows behind it look at.
func (r *ruling) ask(dst []int, t *test, s *subject, p *places) []int {
	a := s.act
	var marks uint64
	if t.field != factEUClass {
		marks = a.facts[t.field-factEUClass-1]
	} else {
		for rank := 1; rank <= len(euClasses); rank++ {
			if bit := uint64(1) << (rank - 1); t.bits&r.bits[0].open&bit != 0 {
				marks |= a.class[rank]
			}
		}
	}
	for i := len(a.core) - 1; i >= 0; i-- {
		row := &a.core[i]
		if r.outcomes[i] != open || row.gives&marks == 0 {
			continue
		}
		marks |= (row.needs | row.lacks) & r.marks.open
		if row.quiet {
			continue
		}
		for j := range row.tests {
			place := p.asked[row.tests[j].field]
			if row.tests[j].on(s) == open && !slices.Contains(dst, place) {
				dst = append(dst, place)
			}
		}
	}
	return dst
}
