package impact

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// euRow is a row made ready: marks are bits.
type euRow struct {
	row                         int // its place in the table
	tests                       []test
	needs, unless, lacks, gives uint64
	from                        time.Time
	duty, quiet                 bool
}

// euTransition is a transitional rule made ready.
type euTransition struct {
	tests        []test
	on           uint64
	before, from time.Time
}

// euMaxMarks is how many marks a table can have: they are bits of a word.
const euMaxMarks = 64

// euKinds are the kinds of row.
var euKinds = []EURowKind{EURowScope, EURowRole, EURowProhibited, EURowHigh, EURowExemption, EURowTransparency, EURowRelief, EURowModel, EURowRights, EURowMinimal, EURowCheck, EURowDuty}

// euFacts are the marks behind the facts that rules can ask beside the class, in
// the order of the facts.
var euFacts = [...]string{"annex_iii", "chapter_iii", "fria", "own_transparency"}

// compileEUAct makes a table ready.
func compileEUAct(t EUTable) (*EUAct, error) {
	var is issue.Issues
	a := &EUAct{table: t.clone()}
	if strings.TrimSpace(t.Version) == "" {
		is.Add("version", "required", t.Version, "a table has a version")
	}
	seen := make(map[string]bool)
	for i := range a.table.Rows {
		r, at := &a.table.Rows[i], "rows["+strconv.Itoa(i)+"]"
		checkID(&is, at, r.ID, seen)
		if !r.Kind.IsValid() {
			is.Add(at+".kind", "oneof", string(r.Kind), "must be one of %v", euKinds)
		}
		if (r.Kind == EURowDuty) != (r.Role != "") {
			is.Add(at+".role", "role", r.Role, "a duty has a role, and nothing else has")
		}
		if _, ok := t.Fines[r.Fine]; r.Fine != "" && !ok {
			is.Add(at+".fine", "known", r.Fine, "is not among the fines")
		}
		if len(r.When)+len(r.Needs)+len(r.Lacks) == 0 {
			is.Add(at, "condition", r.ID, "row %q would always hold", r.ID)
		}
		row := euRow{row: i, tests: compileEUTests(&is, at, r.When), from: euDay(&is, at+".from", r.From), duty: r.Kind == EURowDuty, quiet: r.Quiet}
		row.needs = a.known(&is, at+".needs", r.Needs)
		row.unless = a.known(&is, at+".unless", r.Unless)
		row.lacks = a.known(&is, at+".lacks", r.Lacks)
		for _, m := range r.Gives {
			if len(a.marks) <= euMaxMarks && !slices.Contains(a.marks, m) { // one too many is enough to refuse
				a.marks = append(a.marks, m)
			}
			row.gives |= a.mark(m)
		}
		a.rows = append(a.rows, row)
		if !row.duty {
			a.core = append(a.core, row)
		} else if row.gives != 0 {
			is.Add(at+".gives", "duty", strings.Join(r.Gives, ", "), "nothing follows from a duty")
		}
	}
	if len(a.marks) > euMaxMarks {
		is.Add("rows", "marks", strconv.Itoa(len(a.marks)), "at most %d marks", euMaxMarks)
	}
	if len(a.core) > euMaxRows {
		is.Add("rows", "length", strconv.Itoa(len(a.core)), "at most %d rows that are no duties", euMaxRows)
	}
	for i, mark := range euFacts {
		a.facts[i] = a.known(&is, "rows", []string{mark})
	}
	for _, c := range euClasses {
		if a.class[c.Rank()] = a.mark(string(c)); a.class[c.Rank()] == 0 {
			is.Add("rows", "class", string(c), "no row gives it")
		}
	}
	for i := range a.table.Transitions {
		x, at := &a.table.Transitions[i], "transitions["+strconv.Itoa(i)+"]"
		checkID(&is, at, x.ID, seen)
		a.transitions = append(a.transitions, euTransition{
			tests: compileEUTests(&is, at, x.When), on: a.known(&is, at+".on", x.On),
			before: euDay(&is, at+".before", x.Before), from: euDay(&is, at+".from", x.From),
		})
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	return a, nil
}

func checkID(is *issue.Issues, at, id string, seen map[string]bool) {
	if strings.TrimSpace(id) == "" {
		is.Add(at+".id", "required", id, "a row has an ID")
	} else if seen[id] {
		is.Add(at+".id", "repeated", id, "stands twice")
	}
	seen[id] = true
}

// compileEUTests makes conditions ready. They look at attributes alone: what the
// Act says of a system does not hang on our level.
func compileEUTests(is *issue.Issues, at string, when []Condition) []test {
	tests := make([]test, 0, len(when))
	for i, w := range when {
		at := at + ".when[" + strconv.Itoa(i) + "]"
		if _, ok := register.AttributeByName(w.Field); !ok || w.Field == "owner" {
			is.Add(at+".field", "attribute", w.Field, "no attribute of a system that a row can look at")
			continue
		}
		tests = append(tests, compileCondition(is, at, w))
	}
	return tests
}

// mark returns the bit of a mark; 0 for one that there is not.
func (a *EUAct) mark(name string) uint64 {
	if i := slices.Index(a.marks, name); i >= 0 && i < euMaxMarks {
		return 1 << i
	}
	return 0
}

// known returns the bits of marks that earlier rows give.
func (a *EUAct) known(is *issue.Issues, at string, names []string) uint64 {
	var bits uint64
	for i, name := range names {
		bit := a.mark(name)
		if bit == 0 {
			is.Add(at+"["+strconv.Itoa(i)+"]", "mark", name, "no earlier row gives it")
		}
		bits |= bit
	}
	return bits
}

// euMarks are the marks that hold, and those that hang on what is not answered.
type euMarks struct{ yes, open uint64 }

// holds says whether a row holds, given the marks of the rows before it.
func (r *euRow) holds(s *subject, m euMarks) truth {
	if r.needs&^(m.yes|m.open) != 0 || r.unless&m.yes != 0 || r.lacks&m.yes != 0 {
		return no
	}
	worst := yes
	if r.needs&^m.yes != 0 || r.lacks&m.open != 0 {
		worst = open
	}
	for i := range r.tests {
		if worst = min(worst, r.tests[i].on(s)); worst == no {
			return no
		}
	}
	return worst
}

// pass adds the marks that a row of an outcome gives.
func (m *euMarks) pass(r *euRow, t truth) {
	switch t {
	case yes:
		m.yes |= r.gives
		m.open &^= r.gives
	case open:
		m.open |= r.gives &^ m.yes
	}
}

// ask puts the rows that decide on the class to a system. It takes no memory.
func (a *EUAct) ask(s *subject, outcomes *[euMaxRows]truth) euMarks {
	var m euMarks
	for i := range a.core {
		outcomes[i] = a.core[i].holds(s, m)
		m.pass(&a.core[i], outcomes[i])
	}
	return m
}

// all puts every row to a system and notes the outcomes. The row at forced, if
// any, has the outcome it is forced to.
func (a *EUAct) all(s *subject, outcomes []truth, forced int, to truth) euMarks {
	var m euMarks
	for i := range a.rows {
		outcomes[i] = a.rows[i].holds(s, m)
		if i == forced {
			outcomes[i] = to
		}
		m.pass(&a.rows[i], outcomes[i])
	}
	return m
}

// established returns the class that is established: the first of prohibited,
// high, exempt, transparency and out of scope whose mark holds, else minimal.
func (a *EUAct) established(m euMarks) EUClass {
	for rank := len(euClasses); rank > EUMinimal.Rank(); rank-- {
		if m.yes&a.class[rank] != 0 {
			return euClasses[rank-1]
		}
	}
	if m.yes&a.class[EUOutOfScope.Rank()] != 0 {
		return EUOutOfScope
	}
	return EUMinimal
}

// worst returns the heaviest class that is established or open. What nobody has
// answered is no ground to call a system prohibited.
func (a *EUAct) worst(m euMarks) EUClass {
	class := a.established(m)
	for rank := len(euClasses); rank > class.Rank(); rank-- {
		if m.open&a.class[rank] != 0 {
			return euClasses[min(rank, EUHigh.Rank())-1]
		}
	}
	return class
}
