package euact

import (
	"maps"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// transition is a transitional rule made ready.
type transition struct {
	when         decide.When
	on           []int // the duties that it is about, by row
	before, from calendar.Date
}

// kinds are the kinds of row.
var kinds = []RowKind{RowScope, RowRole, RowProhibited, RowHigh, RowExemption, RowTransparency, RowRelief, RowModel, RowRights, RowMinimal, RowUndecided, RowCheck, RowDuty}

// attributes are what rows look at: what the Act says of a system hangs on its
// attributes alone.
var attributes = decide.NewFields()

// factMarks are the marks behind the facts that other tables can ask beside the
// class, in the order of the facts.
var factMarks = [...]struct{ fact, mark string }{
	{"eu_annex_iii", "annex_iii"}, {"eu_chapter_iii", "chapter_iii"}, {"eu_fria", "fria"}, {"eu_transparency", "own_transparency"},
}

// Facts returns what other tables can ask of the Act, for the fields that they
// are made with (decide.NewFields), to be told by Tell: "eu_class", which is every
// Class that holds, other than Undecided, "eu_annex_iii", whether the use is listed there, exempt or
// not, "eu_chapter_iii", whether the requirements for high-risk systems bind
// directly (they do not for machinery and vehicles), "eu_fria", whether the
// organisation owes an assessment of fundamental rights, and "eu_transparency",
// whether Art. 50 speaks to it (also where Art. 2(2) then lifts the duty).
func Facts() []decide.Fact {
	class := decide.Fact{Name: "eu_class"}
	for _, c := range classes[1:] {
		class.Values = append(class.Values, string(c))
	}
	facts := []decide.Fact{class}
	for _, m := range factMarks {
		facts = append(facts, decide.Fact{Name: m.fact, Values: []string{string(register.Yes), string(register.No)}})
	}
	return facts
}

// Tell asks the Act about a subject, in answer, and tells it the facts; first is
// the number of the first of them among the subject's fields.
func (a *Act) Tell(s *decide.Subject, first int, answer *decide.Answer) {
	a.ready.AskAmong(s, answer, a.ready.Giving()) // duties tell nothing
	a.tell(s, first, answer)
}

// TellSince is Tell for a subject that differs from the one that base was asked about
// in these fields alone.
func (a *Act) TellSince(s *decide.Subject, first int, answer, base *decide.Answer, changed *decide.FieldSet) {
	a.ready.AskSince(s, answer, base, changed, a.ready.Giving())
	a.tell(s, first, answer)
}

func (a *Act) tell(s *decide.Subject, first int, answer *decide.Answer) {
	for i, marks := range a.facts {
		s.Tell(first+i, answer, marks)
	}
}

// compile makes a table ready.
func compile(t Table) (*Act, error) {
	var is issue.Issues
	a := &Act{table: t.clone()}
	if strings.TrimSpace(t.Version) == "" {
		is.Add("version", "required", t.Version, "a table has a version")
	}
	seen := make(map[string]bool)
	rows := make([]decide.Row, 0, len(t.Rows))
	for i := range a.table.Rows {
		r, at := &a.table.Rows[i], issue.Index("rows", i)
		seen[r.ID] = true
		if !r.Kind.IsValid() {
			is.Add(at+".kind", "oneof", string(r.Kind), "must be one of %v", kinds)
		}
		if (r.Kind == RowDuty) != (r.Role != "") {
			is.Add(at+".role", "role", r.Role, "a duty has a role, and nothing else has")
		}
		if _, ok := t.Fines[r.Fine]; r.Fine != "" && !ok {
			is.Add(at+".fine", "known", r.Fine, "is not among the fines")
		}
		if r.Kind == RowDuty && len(r.Gives) > 0 {
			is.Add(at+".gives", "duty", strings.Join(r.Gives, ", "), "nothing follows from a duty")
		}
		if r.Letter != "" && r.Kind != RowDuty {
			is.Add(at+".letter", "duty", r.Letter, "only a duty has a day of its letter")
		}
		noOwner(&is, at, r.When)
		a.fine = append(a.fine, t.Fines[r.Fine].Text)
		a.letter = append(a.letter, dayOf(&is, at+".letter", r.Letter))
		a.from = append(a.from, dayOf(&is, at+".from", r.From))
		rows = append(rows, decide.Row{ID: r.ID, When: r.When, Needs: r.Needs, Unless: r.Unless, Lacks: r.Lacks, Gives: r.Gives, Quiet: r.Quiet})
	}
	for _, k := range slices.Sorted(maps.Keys(a.table.Fines)) {
		f, at := a.table.Fines[k], "fines."+k
		dayOf(&is, at+".from", f.From)
		for i, size := range f.Lower {
			if size != SizeSME && size != SizeSMC && size != SizeOther {
				is.Add(issue.Index(at+".lower", i), "oneof", string(size), "must be one of %s, %s, %s", SizeSME, SizeSMC, SizeOther)
			}
		}
	}
	a.ready = decide.Compile(&is, "rows", attributes, rows)
	a.nmarks = len(a.ready.Marks())
	a.marks(&is)
	a.transit(&is, seen)
	if err := is.Err(); err != nil {
		return nil, err
	}
	return a, nil
}

// noOwner adds conditions on who owns a system to is: that is no matter of law.
func noOwner(is *issue.Issues, at string, when []decide.Condition) {
	for i, w := range when {
		if w.Field == "owner" {
			is.Add(issue.Index(at+".when", i)+".field", "attribute", w.Field, "no attribute of a system that a row can look at")
		}
	}
}

// marks finds the marks of the classes and of the facts.
func (a *Act) marks(is *issue.Issues) {
	var class []decide.Mark
	a.class[0], a.undecides = a.ready.Mark(string(Undecided))
	for _, c := range classes[1:] {
		m, ok := a.ready.Mark(string(c))
		if !ok {
			is.Add("rows", "class", string(c), "no row gives it")
		}
		a.class[c.Rank()] = m
		class = append(class, m)
	}
	a.facts = append(a.facts, class)
	for _, f := range factMarks {
		m, ok := a.ready.Mark(f.mark)
		if !ok {
			is.Add("rows", "mark", f.mark, "no row gives it")
		}
		a.facts = append(a.facts, []decide.Mark{m, m.Not()})
	}
}

// transit makes the transitional rules ready.
func (a *Act) transit(is *issue.Issues, seen map[string]bool) {
	for i := range a.table.Transitions {
		x, at := &a.table.Transitions[i], issue.Index("transitions", i)
		if strings.TrimSpace(x.ID) == "" {
			is.Add(at+".id", "required", x.ID, "a row has an ID")
		} else if seen[x.ID] {
			is.Add(at+".id", "repeated", x.ID, "stands twice")
		}
		seen[x.ID] = true
		noOwner(is, at, x.When)
		for j, m := range x.On {
			if _, ok := a.ready.Mark(m); !ok {
				is.Add(issue.Index(at+".on", j), "mark", m, "no row gives it")
			}
		}
		t := transition{when: decide.CompileWhen(is, at+".when", attributes, x.When), before: dayOf(is, at+".before", x.Before), from: dayOf(is, at+".from", x.From)}
		for row := range a.table.Rows {
			if r := &a.table.Rows[row]; r.Kind == RowDuty && (len(x.Roles) == 0 || slices.Contains(x.Roles, r.Role)) && slices.ContainsFunc(x.On, func(m string) bool { return slices.Contains(r.Needs, m) }) {
				t.on = append(t.on, row)
			}
		}
		a.transitions = append(a.transitions, t)
	}
}
